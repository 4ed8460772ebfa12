# File: listing.py
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
"""Lists that servers page, in whichever dialect they answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable

from .call import PRODUCTION
from .pagination import Page, collect
from .reply import Reply


if TYPE_CHECKING:
    from .session import Answer, TaniumSession

EVERYTHING = 10**9

Row = dict[str, Any]
Fetch = Callable[[int, int], "Answer"]


def as_it_is(row: Row) -> Row:
    """For rows that have the same names in both dialects."""
    return row


def as_they_are(rows: list[Row]) -> list[Row]:
    """The same for the rows of a page."""
    return rows


def list_rows(
    session: TaniumSession,
    fetch: Fetch,
    envelope: str = "data",
    rename: Callable[[Row], Row] = as_it_is,
    *,
    limit: int,
    offset: int,
    page_size: int,
    unpaged: bool = False,
) -> tuple[Page, str]:
    """A paged list from `fetch(limit, offset)`, and the dialect that the server answered in;
    `rename` is for rows of the specified one. `unpaged`: production servers give the whole list.
    """
    dialect = PRODUCTION

    def page(count: int, start: int) -> Page:
        nonlocal dialect
        answer = fetch(count, start)
        dialect = answer.dialect
        rows = answer.reply.members(envelope)
        if dialect != PRODUCTION:
            return Page(rows, short_page_ends=False)
        return Page(rows, *totals(answer.reply), is_whole=unpaged)

    def final(rows: list[Row]) -> list[Row]:
        return rows if dialect == PRODUCTION else [rename(row) for row in rows]

    found = collect(
        page, session.page_guard(), limit=limit, offset=offset, page_size=page_size, final=final
    )
    return found, dialect


def totals(reply: Reply) -> tuple[int | None, dict[str, Any]]:
    """How many rows there are in all, which alerts state in `meta`, and that `meta`."""
    meta = reply.body.get("meta") if isinstance(reply.body, dict) else None
    total = reply.number("totalCount")
    if total is None:
        total = reply.number("meta", "filteredCount")
    return total, meta if isinstance(meta, dict) else {}


def has(row: Row, wanted: dict[str, str]) -> bool:
    """Whether the row holds these values, in any case."""
    return all(
        str(row.get(name, "")).casefold() == value.casefold() for name, value in wanted.items()
    )
