# File: lists.py
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
"""The platform's lists: caches of rows, of which the header `tanium-options` takes a page.

A cache belongs to the user who has made it. One that is unknown, another user's, or too old is made
anew.
"""

from __future__ import annotations

import itertools
import operator
import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from dev.simulator import seed
from dev.simulator.errors import PlatformError
from dev.simulator.questions.model import LONGEST_NUMBER
from dev.simulator.settings import Settings
from dev.simulator.times import iso_seconds


Row = dict[str, Any]

_NUMBER = re.compile(r"-?[0-9]{1,19}")
CACHE_SECONDS = 600
FIRST_CACHE = 39086

_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "Equal": operator.eq,
    "Greater": operator.gt,
    "GreaterEqual": operator.ge,
    "Less": operator.lt,
    "LessEqual": operator.le,
}


class Cache(NamedTuple):
    user_id: int
    rows: list[Row]
    all_rows: int
    expires: float


class Lists:
    """Every list makes a cache, and its last item tells which."""

    def __init__(self, settings: Settings, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._clock = clock
        self._numbers = itertools.count(FIRST_CACHE)
        self._caches: dict[int, Cache] = {}

    def listed(
        self, rows: list[Row], options: Row, user: seed.User, others: Sequence[Row] = ()
    ) -> list[Row]:
        """A page of `rows` with the item that is none; `others` are none, either."""
        number = _whole(options, "cache_id") or 0
        cache = self._caches.get(number)
        if cache is None or cache.user_id != user.id or cache.expires <= self._clock():
            number, cache = self._cached(rows, options, user)
        start, count = (_whole(options, name) for name in ("row_start", "row_count"))
        page = cache.rows if count is None else cache.rows[start or 0 :][:count]
        shown = [] if options.get("suppress_object_list") in (True, 1) else page
        return [*shown, *others, *self._tail(number, cache, len(page))]

    def _cached(self, rows: list[Row], options: Row, user: seed.User) -> tuple[int, Cache]:
        visible = rows
        if options.get("include_hidden_flag") not in (True, 1):
            visible = [row for row in rows if not row.get("hidden_flag")]
        filters = options.get("cache_filters", [])
        if not isinstance(filters, list):
            raise _refused("cache_filters must be a list")
        found = [row for row in visible if all(_fits(row, each) for each in filters)]
        seconds = _whole(options, "cache_expiration") or CACHE_SECONDS
        ordered = _ordered(found, str(options.get("cache_sort_fields") or ""))
        cache = Cache(user.id, ordered, len(visible), self._clock() + seconds)
        number = next(self._numbers)
        self._caches[number] = cache
        return number, cache

    def _tail(self, number: int, cache: Cache, on_page: int) -> list[Row]:
        item = {
            "cache_id": number,
            "cache_row_count": cache.all_rows,
            "expiration": iso_seconds(cache.expires),
            "filtered_row_count": len(cache.rows),
            "page_row_count": on_page,
        }
        tails: dict[str, list[Row]] = {"flat": [item], "wrapped": [{"cache_info": item}]}
        return tails.get(self._settings.list_tail, [])


def _fits(row: Row, wanted: Any) -> bool:
    """One of `cache_filters`: a field compared with a value, or other filters joined."""
    if not isinstance(wanted, dict):
        raise _refused("cache_filters must be objects")
    inner = wanted.get("sub_filters")
    if inner:
        results = [_fits(row, each) for each in inner]
        held = all(results) if wanted.get("and_flag") in (True, 1) else any(results)
    else:
        held = _compared(_field(row, str(wanted.get("field", ""))), wanted)
    return held != (wanted.get("not_flag") in (True, 1))


def _compared(actual: Any, wanted: Row) -> bool:
    name, value = str(wanted.get("operator")), str(wanted.get("value", ""))
    if isinstance(actual, bool):
        actual = int(actual)
    if name == "RegexMatch":
        try:
            return re.fullmatch(value, str(actual), re.IGNORECASE) is not None
        except (re.error, Warning, OverflowError, RecursionError) as error:
            raise _refused(f"'{value}' is no regular expression") from error
    if name not in _COMPARISONS:
        raise _refused(f"unknown operator '{name}'")
    if isinstance(actual, int):
        return _NUMBER.fullmatch(value) is not None and _COMPARISONS[name](actual, int(value))
    return _COMPARISONS[name](str(actual).casefold(), value.casefold())


def _field(row: Any, path: str) -> Any:
    """`saved_action/id` is a field of an object in the row."""
    for name in path.split("/"):
        row = row.get(name) if isinstance(row, dict) else None
    return row


def _ordered(rows: list[Row], fields: str) -> list[Row]:
    """By `name,-id`: the first counts most, a minus turns it round."""
    for field in reversed([each.strip() for each in fields.split(",") if each.strip()]):
        name = field.lstrip("-")
        rows = sorted(
            rows,
            key=lambda row: _sortable(_field(row, name)),
            reverse=field.startswith("-"),
        )
    return rows


def _sortable(value: Any) -> tuple[int, Any]:
    return (0, value) if isinstance(value, (int, float)) else (1, str(value or "").casefold())


def _whole(options: Row, name: str) -> int | None:
    value = options.get(name)
    if value is None:
        return None
    text = str(value)
    if not (text.isascii() and text.isdigit() and len(text) < LONGEST_NUMBER):
        raise _refused(f"{name} must be a whole number, got {value!r}")
    return int(text)


def _refused(message: str) -> PlatformError:
    return PlatformError(400, "RESTProcessingException", f"tanium-options: {message}")
