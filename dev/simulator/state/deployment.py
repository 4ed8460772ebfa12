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
        self._running: list[Row] = []
        self._created = clock() - 60 * DAY
        self._deploy(1, self._created)

    def start(self) -> Row:
        """The task that deploys what the intel is when it ends."""

        def finish() -> Outcome:
            self._deploy(self._revision + 1, self._clock())
            return deployed(self._clock())

        task = self._tasks.start("deployIntel", {}, finish)
        self._running.append(task)
        return task

    def status(self) -> Row:
        """What is pending is null while nothing is being deployed."""
        pending = any(task["endTime"] is None for task in self._running)
        return {
            "createdAt": iso(self._created),
            "modifiedAt": iso(self._modified),
            "currentRevision": self._revision,
            "currentSize": self._size,
            "pendingRevision": self._revision + 1 if pending else None,
            "pendingSize": self._intel_size() if pending else None,
        }

    def _deploy(self, revision: int, moment: float) -> None:
        self._revision = revision
        self._modified = moment
        self._size = self._intel_size()

    def _intel_size(self) -> int:
        return sum(row["size"] for row in self._intel.rows())


def deployed(moment: float) -> Outcome:
    """How a deployment ends: with the package that brought the intel to the endpoints."""
    number = int(moment) % 100_000
    return Outcome("COMPLETED", {"id": number, "name": f"Detect Intel for Windows - {number}"})
