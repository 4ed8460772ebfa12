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
from ..listing import EVERYTHING
from ..pagination import Page, collect, pages
from ..reply import objects
from ..session import TaniumSession
from .rows import Row, Rows, connect_call, page_of


LOGS_PAGE, NEWEST_LOGS = 500, 100


class Logs:
    def __init__(self, session: TaniumSession, redaction: Redaction) -> None:
        self._session, self._rows = session, Rows(redaction)

    def get_status(self) -> Row:
        """`GET /v1/status`: `{version, status}`"""
        return self._rows.shown(self._session.send(connect_call("GET", "/v1/status")).object())

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
            params = {"limit": count, "offset": start, "connectionId": data_connection_id}
            call = connect_call("GET", "/v1/logs", params=params)
            return page_of(self._session.send(call).members(), count)

        return fetch
