# File: snapshots.py
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
"""Snapshots of endpoints' recordings."""

from __future__ import annotations

from typing import Any

from . import published_names
from .call import PRODUCTION, Call, with_key
from .listing import EVERYTHING, Row, list_rows
from .pagination import Page
from .session import Answer, TaniumSession
from .tasks import started_task


SNAPSHOTS_PAGE = 1000


class Snapshots:
    def __init__(self, session: TaniumSession) -> None:
        self._session = session

    def create_snapshot(self, connection_id: str) -> Row:
        """`POST /conns/{id}/snapshot`: `{taskInfo: {id, status, metadata, startTime}, status}`"""
        return started_task(self._session.send(Call("POST", "/conns/{}/snapshot", connection_id)))

    def list_snapshots(self, *, limit: int, offset: int, sort: str) -> Page:
        """`GET /snapshot`; specified servers cannot sort, so theirs are sorted here."""

        def fetch(count: int, start: int) -> Answer:
            part = {"limit": count, "offset": start}
            return self._session.either(
                "list_snapshots",
                Call("GET", "/snapshot", params={**part, "sort": sort}),
                specified=Call("GET", "/snapshot", params=part),
                shape=with_key("snapshots"),
            )

        def listed(limit: int, offset: int) -> tuple[Page, str]:
            rename = published_names.snapshot
            return list_rows(
                self._session,
                fetch,
                "snapshots",
                rename,
                limit=limit,
                offset=offset,
                page_size=SNAPSHOTS_PAGE,
            )

        page, dialect = listed(limit, offset)
        if not sort or dialect == PRODUCTION:
            return page
        rows = _sorted(listed(EVERYTHING, 0)[0].rows, sort)
        return Page(rows[offset : offset + limit], len(rows))

    def delete_local_snapshot(self, snapshot_id: str) -> None:
        """`DELETE /conns/{id}`, as specified `DELETE /snapshot/{id}`"""
        self._session.either(
            "delete_local_snapshot",
            Call("DELETE", "/conns/{}", snapshot_id),
            specified=Call("DELETE", "/snapshot/{}", snapshot_id),
        )

    def delete_snapshots(self, snapshot_ids: list[str]) -> None:
        """`DELETE /snapshot`"""
        self._session.send(Call("DELETE", "/snapshot", json={"ids": snapshot_ids}))


def _sorted(rows: list[Row], sort: str) -> list[Row]:
    """By the columns of `sort`, of which the first counts most; rows without a value come first."""
    for column in reversed(sort.split(",")):
        name = column.lstrip("+-")
        rows = sorted(
            rows,
            key=lambda row: (row.get(name) is not None, _comparable(row.get(name))),
            reverse=column.startswith("-"),
        )
    return rows


def _comparable(value: Any) -> tuple[bool, Any]:
    """Numbers before texts, so that any two values compare."""
    return (False, value) if isinstance(value, (int, float)) else (True, str(value))
