# File: paging.py
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
"""Connections in the sense of GraphQL: pages of rows, and cursors into them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from dev.simulator.gateway.context import Row
from dev.simulator.gateway.errors import refused
from dev.simulator.state.gateway import GatewayMemory, Snapshot


LARGEST_PAGE = 5000


class Page(NamedTuple):
    """Rows `start` to `end` of a snapshot."""

    snapshot: Snapshot
    start: int
    end: int

    def connection(self, node: Callable[[Any], Any]) -> Row:
        snapshot = self.snapshot
        edges = [
            {"cursor": snapshot.cursor(position), "node": node(snapshot.rows[position])}
            for position in range(self.start, self.end)
        ]
        return {
            "edges": edges,
            "pageInfo": {
                "startCursor": edges[0]["cursor"] if edges else None,
                "endCursor": edges[-1]["cursor"] if edges else None,
                "hasNextPage": self.end < len(snapshot.rows),
                "hasPreviousPage": self.start > 0,
            },
            "totalRecords": len(snapshot.rows),
        }


class Window(NamedTuple):
    """The arguments of a connection."""

    first: int | None
    after: str | None
    last: int | None
    before: str | None

    @classmethod
    def of(cls, arguments: Row, default: int) -> Window:
        first = arguments.get("first")
        window = cls(
            default if first is None else first,
            *(arguments.get(name) for name in ("after", "last", "before")),
        )
        for name in ("first", "last"):
            number = getattr(window, name)
            if number is not None and not 0 < number <= LARGEST_PAGE:
                raise refused(name, f"must be from 1 to {LARGEST_PAGE}")
        if window.after and (window.before or window.last):
            raise refused("after", "goes with first, and before with last")
        if window.before and window.last is None:
            raise refused("before", "needs last")
        return window

    def page(self, memory: GatewayMemory, query: str, make: Callable[[], Snapshot]) -> Page:
        """The page that is asked for; a cursor belongs to the query that it was made by."""
        argument, cursor = ("after", self.after) if self.after else ("before", self.before)
        snapshot, position = found_at(memory, argument, cursor, query) if cursor else (make(), -1)
        count = len(snapshot.rows)
        if self.last is not None:
            end = min(position, count) if self.before else count
            return Page(snapshot, max(end - self.last, 0), end)
        start = min(position + 1, count)
        return Page(snapshot, start, min(start + (self.first or 0), count))


def found_at(memory: GatewayMemory, argument: str, cursor: str, query: str) -> tuple[Snapshot, int]:
    found = memory.at(cursor)
    if found is None:
        raise refused(argument, "the cursor is invalid or has expired")
    if found[0].query != query:
        raise refused(argument, "the cursor belongs to another query")
    return found


def listed(memory: GatewayMemory, name: str, arguments: Row, default: int, rows: RowsOf) -> Row:
    """A connection of plain rows."""
    query = query_of(name, arguments)
    window = Window.of(arguments, default)
    page = window.page(memory, query, lambda: memory.keep(rows(), query))
    return page.connection(lambda row: row)


RowsOf = Callable[[], Sequence[Row]]


def query_of(name: str, arguments: Row) -> str:
    """What is asked for, whatever page of it."""
    others = ("first", "after", "last", "before", "refresh")
    return repr([name, sorted((key, each) for key, each in arguments.items() if key not in others)])
