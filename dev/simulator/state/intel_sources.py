# File: intel_sources.py
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
"""The sources that intel documents come from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dev.simulator import seed
from dev.simulator.errors import Rejected
from dev.simulator.times import DAY, iso


Row = dict[str, Any]

CLIENT = "api-client"
"""The type of a source that a client makes for its own documents."""


class IntelSources:
    """The sources by id."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.all: dict[int, Row] = {}
        for source_id, name in seed.INTEL_SOURCES.items():
            self._add(source_id, "vendor", {"name": name}, clock() - 90 * DAY)

    def create(self, body: Row) -> Row:
        name = body.get("name")
        if body.get("type") != CLIENT:
            raise Rejected(400, f"type must be {CLIENT}", listed=True)
        if not isinstance(name, str) or not name.strip():
            raise Rejected(400, "name is required and must be a string", listed=True)
        return self._add(max(self.all) + 1, CLIENT, body, self._clock())

    def get(self, source_id: int) -> Row:
        try:
            return self.all[source_id]
        except KeyError:
            raise Rejected(404, f"Source {source_id} not found") from None

    def rows(self) -> list[Row]:
        return list(self.all.values())

    def _add(self, source_id: int, kind: str, body: Row, created: float) -> Row:
        self.all[source_id] = {
            "id": source_id,
            "type": kind,
            "name": body["name"],
            "description": body.get("description"),
            "createdAt": iso(created),
            "updatedAt": iso(created),
        }
        return self.all[source_id]
