# File: deployment.py
# Copyright (c) 2026 The tanium-soar maintainers
#
# Licensed under the Apache License, Version 2.0 (the "License");
# you may not use this file except in compliance with the License.
# You may obtain a copy of the License at
#
#     http://www.apache.org/licenses/LICENSE-2.0
#
# Unless required by applicable law or agreed to in writing, software distributed under
# the License is distributed on an "AS IS" BASIS, WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND,
# either express or implied. See the License for the specific language governing permissions
# and limitations under the License.
"""Which state of the intel the endpoints have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dev.simulator.state.intel import Intel
from dev.simulator.state.tasks import Outcome, Tasks
from dev.simulator.times import DAY, iso


Row = dict[str, Any]


class Deployment:
    """The intel's package for endpoints; every deployment is its next revision."""

    def __init__(self, clock: Callable[[], float], intel: Intel, tasks: Tasks) -> None:
        self._clock = clock
        self._intel = intel
        self._tasks = tasks
        self._created = clock() - 60 * DAY
        self._deploy(1, self._created)

    def start(self) -> Row:
        """The task that deploys what the intel is when it ends."""

        def finish() -> Outcome:
            self._deploy(self._revision + 1, self._clock())
            return Outcome("COMPLETED", {"revision": self._revision})

        return self._tasks.start("intelDeploy", {}, finish)

    def status(self) -> Row:
        return {
            "createdAt": iso(self._created),
            "modifiedAt": iso(self._modified),
            "currentRevision": self._revision,
            "currentSize": self._size,
        }

    def _deploy(self, revision: int, moment: float) -> None:
        self._revision = revision
        self._modified = moment
        self._size = sum(row["size"] for row in self._intel.rows())
