# File: sources.py
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
"""What Connect delivers, and when: sources and schedules."""

from __future__ import annotations

from ...redaction import Redaction
from ..session import TaniumSession
from .rows import Row, Rows, connect_call


class Sources:
    def __init__(self, session: TaniumSession, redaction: Redaction) -> None:
        self._session, self._rows = session, Rows(redaction)

    def list_data_sources(self) -> list[Row]:
        """`GET /v1/sources`"""
        return self._rows.listed(self._session.send(connect_call("GET", "/v1/sources")))

    def get_data_source(self, data_source_id: int) -> Row:
        """`GET /v1/sources/{id}`"""
        call = connect_call("GET", "/v1/sources/{}", data_source_id)
        return self._rows.shown(self._session.send(call).thing())

    def list_schedules(self) -> list[Row]:
        """`GET /v1/schedules`"""
        return self._rows.listed(self._session.send(connect_call("GET", "/v1/schedules")))

    def get_schedule(self, schedule_id: int) -> Row:
        """`GET /v1/schedules/{id}`"""
        call = connect_call("GET", "/v1/schedules/{}", schedule_id)
        return self._rows.shown(self._session.send(call).thing())
