# File: sensors.py
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
"""Sensors: what questions ask endpoints for."""

from __future__ import annotations

from typing import Any, Callable

from .content import get_by_name, list_content
from .listing import Row
from .session import TaniumSession


class Sensors:
    def __init__(self, session: TaniumSession) -> None:
        self._session = session

    def list_sensors(self, *, limit: int, keep: Callable[[Row], Any]) -> list[Row]:
        """`GET /api/v2/sensors`: rows of id, name, category, parameter_definition, ..."""
        return list_content(self._session, "/sensors", limit=limit, keep=keep)

    def get_sensor(self, name: str) -> Row:
        """`GET /api/v2/sensors/by-name/{name}`"""
        return get_by_name(self._session, "/sensors/by-name/{}", "sensor", name)

    def get_sensors(self, names: list[str]) -> dict[str, Row]:
        """The sensors with these names, by name without case: several with one request, where the
        server lists them.
        """
        wanted = {name.casefold(): name for name in names}
        found: dict[str, Row] = {}
        if len(wanted) > 1:
            for row in list_content(self._session, "/sensors", names=list(wanted.values())):
                found.setdefault(str(row.get("name")).casefold(), row)
        return {key: found.get(key) or self.get_sensor(name) for key, name in wanted.items()}
