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

from ...errors import ParameterError
from ...redaction import Redaction
from ...words import printable
from ..call import SPECIFIED, VENDOR
from ..reply import part
from ..session import TaniumSession
from . import vendor_rows
from .collections import Collections
from .data_connections import DataConnections
from .references import SOURCES, Reference, typed
from .rows import Row, Rows, connect_call


class Sources:
    def __init__(
        self, session: TaniumSession, redaction: Redaction, connections: DataConnections
    ) -> None:
        self._session, self._rows, self._connections = session, Rows(redaction), connections
        self._collections = Collections(session, SOURCES)

    def list_data_sources(self) -> list[Row]:
        """`GET /v1/sources`, on the vendor's servers each of its collections"""
        answer = self._session.either(
            "list_data_sources",
            specified=connect_call("GET", "/v1/sources"),
            vendor=self._collections.first_call(),
            usual=SPECIFIED,
        )
        if answer.dialect == VENDOR:
            found = self._collections.listed(answer.reply)
            return self._rows.all_shown([vendor_rows.source(row, name) for name, row in found])
        return [typed(row) for row in self._rows.listed(answer.reply)]

    def get_data_source(self, reference: Reference) -> Row:
        """`GET /v1/sources/{id}`, on the vendor's servers `GET /v1/sources/{collection}/{id}`"""
        answer = self._session.either(
            "get_data_source",
            specified=connect_call("GET", "/v1/sources/{}", reference.id),
            vendor=lambda: self._collections.call_to_one("GET", reference),
            usual=self._collections.usual("list_data_sources", reference=reference),
        )
        row = answer.reply.thing()
        if answer.dialect == VENDOR:
            collection = self._collections.collection_in(answer.reply)
            row = vendor_rows.source({"id": reference.id, **row}, collection)
        elif not SOURCES.is_same(reference.kind, str(row.get("type") or "")):
            raise ParameterError(
                f"Data source {reference.id} is of the type {printable(row['type'])}, not of"
                f" {printable(reference.kind)}."
            )
        return self._rows.shown(typed(row) if "reference" not in row else row)

    def list_schedules(self) -> list[Row]:
        """`GET /v1/schedules`, on the vendor's servers `GET /v1/schedules/jobs` and the schedule of
        each data connection
        """
        answer = self._session.either(
            "list_schedules",
            specified=connect_call("GET", "/v1/schedules"),
            vendor=connect_call("GET", "/v1/schedules/jobs"),
            usual=SPECIFIED,
        )
        if answer.dialect != VENDOR:
            return self._rows.listed(answer.reply)
        jobs = self._rows.listed(answer.reply)
        rows = self._connections.list_data_connections()
        return [_schedule(row, jobs) for row in rows if part(row, "schedule")]

    def get_schedule(self, schedule_id: int) -> Row:
        """`GET /v1/schedules/{id}`, on the vendor's servers `GET /v1/schedules/jobs` and `GET
        /v1/connections/{id}`, as a schedule has the id of its data connection there
        """
        answer = self._session.either(
            "get_schedule",
            specified=connect_call("GET", "/v1/schedules/{}", schedule_id),
            vendor=connect_call("GET", "/v1/schedules/jobs"),
            usual=self._collections.usual("list_schedules"),
        )
        if answer.dialect != VENDOR:
            return self._rows.shown(answer.reply.thing())
        jobs = self._rows.listed(answer.reply)
        return _schedule(self._connections.get_data_connection(schedule_id), jobs)


def _schedule(row: Row, jobs: list[Row]) -> Row:
    """The schedule of a data connection, whose id it has, with the jobs that name it."""
    copied = ("enabled", "scheduleTimeZone", "lastRunTime", "lastRunStatus")
    return {
        "id": row.get("id"),
        "connectionId": row.get("id"),
        **part(row, "schedule"),
        **{key: row[key] for key in copied if key in row},
        "jobs": [job for job in jobs if job.get("connectionId") == row.get("id")],
    }
