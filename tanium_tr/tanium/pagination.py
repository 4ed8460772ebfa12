# File: pagination.py
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
"""Every paged list goes through here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Callable, NamedTuple

from .reply import objects


class Page(NamedTuple):
    """Rows of a list, with their number in all where the server tells it, and what else it said
    about them.

    What a fetch returns still holds malformed members, because they count for the offset; what
    `pages` yields does not. `short_page_ends` says whether, without a total, a page shorter than
    asked for is the last one. `beyond` holds what came behind the last row that was asked for,
    which says that there is more.
    """

    rows: list[Any]
    total: int | None = None
    meta: dict[str, Any] = {}
    short_page_ends: bool = True
    beyond: Sequence[dict[str, Any]] = ()


def pages(
    fetch: Callable[[int, int], Page], *, limit: int, offset: int, page_size: int
) -> Iterator[Page]:
    """Pages of `fetch(limit, offset)` until `limit` rows came or there are no more; never more than
    asked for.

    Ends at the server's total; without one at a page shorter than asked for, where that tells. An
    empty page or one that repeats its predecessor ends it too, whatever the total says.
    """
    end = offset + limit
    previous: list[Any] = []
    while offset < end:
        asked = min(page_size, end - offset)
        page = fetch(asked, offset)
        rows = page.rows[:asked]
        if rows and rows == previous[: len(rows)]:
            return
        yield page._replace(rows=objects(rows), beyond=objects(page.rows[asked:]))
        offset += len(rows)
        if not rows or (
            offset >= page.total
            if page.total is not None
            else page.short_page_ends and len(rows) < asked
        ):
            return
        previous = rows


def collect(
    fetch: Callable[[int, int], Page],
    *,
    limit: int,
    offset: int,
    page_size: int,
    row: Callable[[dict[str, Any]], dict[str, Any]],
) -> Page:
    """All the pages as one, with what the first one tells about the list; `row` makes the final
    form of each row as its page comes.
    """
    rows: list[dict[str, Any]] = []
    first = last = None
    for last in pages(fetch, limit=limit, offset=offset, page_size=page_size):
        first = first or last
        rows += map(row, last.rows)
    return first._replace(rows=rows, beyond=last.beyond) if first and last else Page([])
