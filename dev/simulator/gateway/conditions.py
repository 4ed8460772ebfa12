# File: conditions.py
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
"""Filters: one comparison, or several that are joined, over values that a `leaf` reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from dev.simulator.errors import Rejected
from dev.simulator.gateway.context import Row
from dev.simulator.gateway.errors import refused
from dev.simulator.times import parse_iso


Test = Callable[[Any], bool]
Leaf = Callable[[Row], Test]

LONGEST_PATTERN = 1000
TIME_OPS = ("UPDATED_AFTER", "READ_AFTER")
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "LT": lambda left, right: left < right,
    "LTE": lambda left, right: left <= right,
    "GT": lambda left, right: left > right,
    "GTE": lambda left, right: left >= right,
}
_TEXT: dict[str, Callable[[str, str], bool]] = {
    "EQ": lambda left, right: left == right,
    "CONTAINS": lambda left, right: right in left,
    "STARTS_WITH": lambda left, right: left.startswith(right),
    "ENDS_WITH": lambda left, right: left.endswith(right),
}


def everything(_row: Any) -> bool:
    return True


def condition(given: Row | None, leaf: Leaf) -> Test:
    """Whether a row passes; `leaf` makes the test of a filter that has no others in it."""
    if given is None:
        return everything
    inner = given.get("filters")
    if inner:
        joined = any if given.get("any") else all
        test = _joined([condition(each, leaf) for each in inner], joined)
    else:
        test = leaf(given)
    return (lambda row: not test(row)) if given.get("negated") else test


def _joined(tests: list[Test], joined: Callable[[Iterable[bool]], bool]) -> Test:
    return lambda row: joined(test(row) for test in tests)


def comparison(given: Row, values: Callable[[Any], list[Any]]) -> Test:
    """Whether one of a row's values fits the filter's `op` and `value`."""
    wanted = given.get("value")
    if wanted is None:
        raise refused("filter.value", "is required")
    fits = _fitting(given.get("op", "EQ"), str(wanted))
    return lambda row: any(fits(text(value)) for value in values(row) if value is not None)


def by_path(fields: frozenset[str]) -> Leaf:
    """The leaf for rows that are plain dictionaries with these fields."""

    def leaf(given: Row) -> Test:
        path = given.get("path")
        if path not in fields:
            raise refused("filter.path", f"no field '{path}' to filter by")
        return comparison(given, lambda row: as_list(row.get(path)))

    return leaf


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _fitting(op: str, wanted: str) -> Callable[[str], bool]:
    if op == "MATCHES":
        return _matching(wanted)
    if op in TIME_OPS:
        moment = _moment(wanted)
        if moment is None:
            raise refused("filter.value", f"'{wanted}' is no time")
        return lambda value: (_moment(value) or 0.0) > moment
    if op in _TEXT:
        folded = wanted.casefold()
        return lambda value: _TEXT[op](value.casefold(), folded)
    return lambda value: _ORDER[op](*sortable_pair(value, wanted))


def _matching(pattern: str) -> Callable[[str], bool]:
    """The whole value."""
    if len(pattern) > LONGEST_PATTERN:
        raise refused("filter.value", f"a pattern has at most {LONGEST_PATTERN} characters")
    try:
        compiled = re.compile(pattern, re.IGNORECASE | re.DOTALL)
    except (re.error, Warning, OverflowError, RecursionError) as error:
        raise refused("filter.value", f"'{pattern}' is no regular expression") from error
    return lambda value: compiled.fullmatch(value) is not None


def sortable_pair(left: str, right: str) -> tuple[Any, Any]:
    """Numbers and times as such where both are, else texts."""
    try:
        return float(left), float(right)
    except ValueError:
        moments = _moment(left), _moment(right)
        if None not in moments:
            return moments
        return left.casefold(), right.casefold()


def _moment(value: str) -> float | None:
    """Seconds of a time of this server's or the caller's; anything else is none."""
    if not re.match(r"\d{4}-\d\d-\d\d", value):
        return None
    try:
        return parse_iso(value)
    except Rejected:
        return None
