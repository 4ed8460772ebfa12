# File: content.py
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
"""What Tanium's platform calls content: sensors, computer groups, saved questions, which are listed
or read by name (TANIUM_PLATFORM_WIRE 3).
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any, Callable

from ..errors import ApiError, NotFoundError, ParameterError
from ..numbers import natural_number
from ..words import shown
from .call import Call
from .listing import EVERYTHING, Row
from .pagination import Page, pages
from .reply import Reply, objects
from .session import TaniumSession


PLATFORM = "/api/v2"
LISTED_PAGE = 500
# What the item that ends a list has instead of an id: the list's cache on the server.
CACHE_INFO, CACHE_ROW_COUNT = "cache_info", "cache_row_count"
_BEFORE_ALL = 2**64  # no id is as large


def get_by_name(session: TaniumSession, path: str, kind: str, name: str) -> Row:
    """The one object with this name, which comes as it is or in a list of one. `path` has a `{}`
    for the name; `kind` is its word in messages. Raises ParameterError when there is none.
    """
    try:
        reply = session.send(Call("GET", path, name, root=PLATFORM))
    except NotFoundError as error:
        raise _missing(kind, name, str(error)) from error
    found = reply.body.get("data") if isinstance(reply.body, dict) else None
    rows = [row for row in objects(found if isinstance(found, list) else [found]) if is_row(row)]
    if not rows:
        if found in ([], {}):
            raise _missing(kind, name, "Tanium's answer is empty.")
        raise reply.unexpected(f"a {kind}")
    if len(rows) > 1:
        raise ParameterError(
            f"Error occurred while fetching the {kind}: Tanium has {len(rows)} with the name"
            f" {shown(name)}."
        )
    _require_name(reply, rows[0], name)
    return rows[0]


def _missing(kind: str, name: str, reason: str) -> ParameterError:
    return ParameterError(
        f"No {kind} exists with name {shown(name)}. Also, please verify that your account has"
        f" sufficient permissions to access the {kind}s. {reason}"
    )


def _require_name(reply: Reply, row: Row, name: str) -> None:
    """What is asked, and who is asked, must be what the name says, and nothing else."""
    named = row.get("name")
    if isinstance(named, str) and named.strip().casefold() != name.strip().casefold():
        raise reply.refused(f"asked for {shown(name)} but received {shown(named)}")


def is_row(member: Row) -> bool:
    """Whether a member of a list is one of its rows: the last may be about the list's cache."""
    return (
        natural_number(member.get("id")) is not None
        and CACHE_INFO not in member
        and CACHE_ROW_COUNT not in member
    )


def list_content(
    session: TaniumSession,
    path: str,
    *,
    limit: int = EVERYTHING,
    keep: Callable[[Row], Any] = lambda _: True,
    names: list[str] | None = None,
    newest_first: bool = False,
) -> list[Row]:
    """The rows of a list that `keep` lets through, at most `limit`. Servers that page do so by the
    header `tanium-options`; others give the whole list. `names`: only rows with one of these names,
    where the server can filter.
    """
    guard, found, ids = session.page_guard(), [], [_BEFORE_ALL]
    fetch, is_in_order = _Pages(session, path, names, newest_first=newest_first), True
    for page in pages(fetch, guard, limit=EVERYTHING, offset=0, page_size=LISTED_PAGE):
        guard.require_memory()
        rows = [row for row in page.rows if is_row(row)]
        found += [row for row in rows if keep(row)]
        if newest_first:
            # A server that does not sort may have the newest at the end.
            ids = [ids[-1], *map(_id, rows)]
            is_in_order = is_in_order and ids == sorted(ids, reverse=True)
        if len(found) >= limit and is_in_order:
            break
    return (sorted(found, key=_id, reverse=True) if newest_first else found)[:limit]


def _id(row: Row) -> int:
    return natural_number(row.get("id")) or 0


class _Pages:
    """Fetches the pages of one list, all from the cache that the first one tells of."""

    def __init__(
        self, session: TaniumSession, path: str, names: list[str] | None, *, newest_first: bool
    ) -> None:
        self._session, self._path = session, path
        self._options: Row = {"cache_sort_fields": "-id"} if newest_first else {}
        if names:
            equal = [{"field": "name", "operator": "Equal", "value": name} for name in names]
            self._options["cache_filters"] = [{"and_flag": False, "sub_filters": equal}]

    def __call__(self, count: int, start: int) -> Page:
        options = {**self._options, "row_start": start, "row_count": count}
        try:
            reply = self._send({"tanium-options": json.dumps(options)})
        except ApiError as error:
            if error.status != HTTPStatus.BAD_REQUEST or start:
                raise
            return Page(self._rows(self._send({})), is_whole=True)
        rows = self._rows(reply)
        return Page(rows, natural_number(self._cache(reply).get("filtered_row_count")))

    def _send(self, headers: dict[str, str]) -> Reply:
        call = Call("GET", self._path, root=PLATFORM, headers=headers, is_large=True)
        return self._session.send(call)

    def _rows(self, reply: Reply) -> list[Any]:
        return [
            member
            for member in reply.members()
            if not (isinstance(member, dict) and {CACHE_INFO, CACHE_ROW_COUNT} & set(member))
        ]

    def _cache(self, reply: Reply) -> Row:
        """What the list's end says of its cache; later pages are asked of the same one."""
        for member in reversed(objects(reply.members())):
            cache = member.get(CACHE_INFO, member)
            if isinstance(cache, dict) and CACHE_ROW_COUNT in cache:
                number = natural_number(cache.get("cache_id"))
                if number is not None:
                    self._options["cache_id"] = number
                return cache
        return {}
