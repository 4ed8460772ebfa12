# File: scans.py
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
"""Quick scans of computer groups."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dev.simulator.state.deployment import deployed
from dev.simulator.state.tasks import Tasks
from dev.simulator.times import iso, iso_seconds


Row = dict[str, Any]


class Scans:
    """The scans that were started, oldest first."""

    def __init__(self, clock: Callable[[], float], tasks: Tasks) -> None:
        self._clock = clock
        self._tasks = tasks
        self.all: list[Row] = []

    def start(self, doc: Row, group: Row, user_id: int) -> tuple[Row, Row]:
        """A scan of `group` for `doc`, and the task that deploys the document."""
        now = self._clock()
        number = len(self.all)
        scan = {
            "id": 1_000_500 + number,
            "intelDocId": doc["id"],
            "revisionId": doc["revisionId"],
            "computerGroupId": group["id"],
            "userId": user_id,
            "questionId": None,
            "actionIdWindows": 720_100 + 2 * number,
            "actionIdUnix": 720_101 + 2 * number,
            "actionExpiration": iso_seconds(now + 3600),
            "alertCount": 0,
            "endpointMatchCount": 0,
            "createdAt": iso(now),
            "updatedAt": iso(now),
        }
        self.all.append(scan)
        return scan, self._tasks.start(
            "deployIntel", {"intelDocId": doc["id"]}, lambda: deployed(self._clock())
        )
