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
from typing import Any, Callable, NamedTuple, TypeVar

from ..errors import TooLargeError
from .page_guard import PageGuard
from .reply import objects


class Page(NamedTuple):
    """Rows of a list, with their number in all where the server reports it, and what else it said
    about them.

    What a fetch returns still holds malformed members, because they count for the offset; what
    `pages` yields does not. `short_page_ends` says whether, without a total, a page shorter than
    asked for is the last one. `is_whole`: these are all rows of the list, whatever was asked for.
    `beyond` holds what came behind the last row that was asked for, which says that there is more.
    """

    rows: list[Any]
    total: int | None = None
    meta: dict[str, Any] = {}
    short_page_ends: bool = True
    beyond: Sequence[dict[str, Any]] = ()
    is_whole: bool = False


Fetch = Callable[[int, int], Page]
Answered = TypeVar("Answered")


def pages(
    fetch: Fetch, guard: PageGuard, *, limit: int, offset: int, page_size: int
) -> Iterator[Page]:
    """Pages of `fetch(limit, offset)` until `limit` rows came or there are no more; never more than
    asked for.

    Ends at the server's total; without one at a page shorter than asked for, where that tells. An
    empty page ends it too, whatever the total says. Raises ListError for a list that does not end.
    """
    start, end = offset, offset + limit
    is_unpaged = False
    while offset < end:
        guard.before_page()
        page, asked = fitting(fetch, min(page_size, end - offset), offset)
        page_size = min(page_size, asked) if asked < end - offset else page_size
        if page.is_whole:
            yield _part_of_page(page, offset, end)
            return
        rows = page.rows[:asked]
        if guard.came_before(rows):
            whole = len(page.rows)
            if not is_unpaged or (page.total or 0) > whole:
                raise guard.refuse_repeat()
            if whole > offset - start:
                yield _part_of_page(page, offset - start, limit)
            return
        # A server that does not page gives more or fewer rows than it was asked for.
        is_unpaged = len(page.rows) != asked if offset == start else is_unpaged
        yield _part_of_page(page, 0, asked)
        offset += len(rows)
        if not rows or (
            offset >= page.total
            if page.total is not None
            else page.short_page_ends and len(rows) < asked
        ):
            return


def fitting(fetch: Callable[[int, int], Answered], asked: int, offset: int) -> tuple[Answered, int]:
    """What `fetch(limit, offset)` gives, and the number of rows that it was asked for: fewer where
    they are too large for SOAR's memory.
    """
    while True:
        try:
            return fetch(asked, offset), asked
        except TooLargeError:
            if asked == 1:
                raise
            asked //= 2


def _part_of_page(page: Page, start: int, end: int) -> Page:
    return page._replace(rows=objects(page.rows[start:end]), beyond=objects(page.rows[end:]))


def collect(
    fetch: Fetch,
    guard: PageGuard,
    *,
    limit: int,
    offset: int,
    page_size: int,
    final: Callable[[list[dict[str, Any]]], list[dict[str, Any]]],
) -> Page:
    """All the pages as one, with what the first one tells about the list; `final` makes the final
    form of the rows of a page as it comes.
    """
    rows: list[dict[str, Any]] = []
    first = last = None
    for last in pages(fetch, guard, limit=limit, offset=offset, page_size=page_size):
        guard.require_memory()
        first = first or last
        rows += final(last.rows)
    return first._replace(rows=rows, beyond=last.beyond) if first and last else Page([])
