# File: logs.py
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
"""Connect's status, and the logs of its runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Callable

from ...redaction import Redaction
from ...times import seconds
from ..call import SPECIFIED, VENDOR, Call
from ..listing import EVERYTHING
from ..pagination import Page, collect, pages
from ..reply import objects
from ..session import TaniumSession
from .rows import LISTS, Row, Rows, connect_call, page_of
from .runs import NEWEST_FIRST, log_of


LOGS_PAGE, NEWEST_LOGS = 500, 100
NEWEST_RUNS = 20
OPERATIONS = (
    *("list_data_connections", "get_data_connection", "create_data_connection"),
    *("update_data_connection", "run_data_connection", "enable_data_connection"),
    *("disable_data_connection", "list_data_sources", "get_data_source", "list_destinations"),
    *("get_destination", "create_destination", "update_destination", "delete_destination"),
    *("list_schedules", "get_schedule", "list_connection_logs", "get_connect_status"),
)


class Logs:
    def __init__(self, session: TaniumSession, redaction: Redaction) -> None:
        self._session, self._rows = session, Rows(redaction)

    def get_status(self) -> Row:
        """`GET /v1/status`: `{version, status}`, on the vendor's servers `GET /v1/connectionruns`
        and `GET /v1/schedules/jobs`: the newest runs and what waits or runs
        """
        answer = self._session.either(
            "get_connect_status",
            specified=connect_call("GET", "/v1/status"),
            vendor=connect_call(
                "GET", "/v1/connectionruns", params={"limit": NEWEST_RUNS, **NEWEST_FIRST}
            ),
            usual=SPECIFIED,
        )
        if answer.dialect != VENDOR:
            return {**self._rows.shown(answer.reply.object()), "dialect": answer.dialect}
        jobs = self._session.send(connect_call("GET", "/v1/schedules/jobs"))
        return {
            "dialect": VENDOR,
            "runs": self._rows.listed(answer.reply),
            "jobs": self._rows.listed(jobs),
        }

    def learned(self) -> dict[str, str]:
        """Operation -> dialect, of those of Connect that the asset knows."""
        known = {name: self._session.dialects.get(name) for name in OPERATIONS}
        return {name: dialect for name, dialect in known.items() if dialect}

    def are_runs(self) -> bool:
        """Whether the server is known to report its runs in place of logs."""
        return self._session.dialects.get("list_connection_logs") == VENDOR

    def list_logs(
        self, *, limit: int, offset: int = 0, data_connection_id: int | None = None
    ) -> list[Row]:
        """`GET /v1/logs`: newest first"""
        fetch, guard = self._fetch(data_connection_id), self._session.page_guard()
        return collect(
            fetch,
            guard,
            limit=limit,
            offset=offset,
            page_size=LOGS_PAGE,
            final=self._rows.all_shown,
        ).rows

    def list_newest_logs(self, data_connection_id: int) -> list[Row]:
        """`GET /v1/logs`: one page, or all pages of a server that begins with the oldest"""
        newest = objects(self._fetch(data_connection_id)(NEWEST_LOGS, 0).rows)
        rows = self._rows.all_shown(newest)
        starts = [seconds(row.get("startTime")) or 0 for row in rows]
        is_oldest_first = starts and starts[0] < starts[-1]
        return list(self.iterate_logs(data_connection_id)) if is_oldest_first else rows

    def iterate_logs(self, data_connection_id: int | None = None) -> Iterator[Row]:
        """`GET /v1/logs`, page by page as they are needed"""
        fetch, guard = self._fetch(data_connection_id), self._session.page_guard()
        for page in pages(fetch, guard, limit=EVERYTHING, offset=0, page_size=LOGS_PAGE):
            yield from self._rows.all_shown(page.rows)

    def _fetch(self, data_connection_id: int | None) -> Callable[[int, int], Page]:
        def fetch(count: int, start: int) -> Page:
            page = {"limit": count, "offset": start}
            of_one = {"connectionId": data_connection_id}
            answer = self._session.either(
                "list_connection_logs",
                specified=connect_call("GET", "/v1/logs", params={**page, **of_one}),
                vendor=_runs_call(data_connection_id, {**page, **NEWEST_FIRST}),
                usual=SPECIFIED,
            )
            members = answer.reply.members(*LISTS)
            if answer.dialect == VENDOR:
                members = [log_of(row) if isinstance(row, dict) else row for row in members]
            return page_of(members, count)

        return fetch


def _runs_call(data_connection_id: int | None, params: Row) -> Call:
    """The runs of one data connection, or of all."""
    if data_connection_id is None:
        return connect_call("GET", "/v1/connectionruns", params=params)
    return connect_call("GET", "/v1/connections/{}/runs", data_connection_id, params=params)
