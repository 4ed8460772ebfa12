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

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any, Callable

from ..numbers import natural_number
from .call import PRODUCTION, Call
from .pagination import Page, collect
from .reply import Reply
from .session import Answer, TaniumSession


EVERYTHING = 10**9

Row = dict[str, Any]
Fetch = Callable[[int, int], Answer]


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

    def fetch_page(count: int, start: int) -> Page:
        nonlocal dialect
        answer = fetch(count, start)
        dialect = answer.dialect
        page = page_of(answer, envelope)
        return page._replace(is_whole=unpaged and dialect == PRODUCTION)

    def final(rows: list[Row]) -> list[Row]:
        return rows if dialect == PRODUCTION else [rename(row) for row in rows]

    found = collect(
        fetch_page,
        session.page_guard(),
        limit=limit,
        offset=offset,
        page_size=page_size,
        final=final,
    )
    return found, dialect


def page_of(answer: Answer, envelope: str = "data") -> Page:
    """One page as a server gave it. A specified server gives no total, and may give fewer rows than
    it was asked for.
    """
    rows = answer.reply.members(envelope)
    if answer.dialect != PRODUCTION:
        return Page(rows, short_page_ends=False)
    return Page(rows, *totals(answer.reply))


def list_alike(
    session: TaniumSession, path: str, *, limit: int, offset: int, page_size: int, **params: str
) -> Page:
    """A paged list at a path that is the same in both dialects."""

    def fetch(count: int, start: int) -> Answer:
        call = Call("GET", path, params={"limit": count, "offset": start, **params})
        return Answer(session.send(call), PRODUCTION)

    return list_rows(session, fetch, limit=limit, offset=offset, page_size=page_size)[0]


def totals(reply: Reply) -> tuple[int | None, dict[str, Any]]:
    """How many rows there are in all, which alerts state in `meta`, and that `meta`."""
    meta = reply.body.get("meta") if isinstance(reply.body, dict) else None
    total = reply.number("totalCount")
    if total is None:
        total = reply.number("meta", "filteredCount")
    return total, meta if isinstance(meta, dict) else {}


def has(row: Row, wanted: Mapping[str, Sequence[str]]) -> bool:
    """Whether the row holds one of the values of each name, in any case; no values, no filter."""
    return all(
        not values or str(row.get(name, "")).casefold() in [value.casefold() for value in values]
        for name, values in wanted.items()
    )


def only(values: Sequence[str]) -> str:
    """The value of a filter that a server, which takes one, can apply; empty for several."""
    return values[0] if len(values) == 1 else ""


def any_of(
    fetch: Callable[..., Page],
    filters: Mapping[str, Sequence[str]],
    *,
    limit: int,
    offset: int,
    newest_first: bool = False,
) -> Page:
    """Rows that hold one of the values of each filter, from a server that takes one value of each:
    it is asked for each combination, and what came is ordered by id.
    """
    combinations = [
        dict(zip(filters, values))
        for values in product(*(values or [""] for values in filters.values()))
    ]
    if len(combinations) == 1:
        return fetch(limit=limit, offset=offset, **combinations[0])
    found: dict[Any, Row] = {}
    for combination in combinations:
        for row in fetch(limit=offset + limit, offset=0, **combination).rows:
            found.setdefault(row.get("id"), row)
    rows = sorted(
        found.values(), key=lambda row: natural_number(row.get("id")) or 0, reverse=newest_first
    )
    return Page(rows[offset : offset + limit])
