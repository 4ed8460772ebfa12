# File: event_filter.py
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
"""Filters on event rows, for servers that cannot apply them: the same fields and operators as
production servers have, and the time between two moments.
"""

from __future__ import annotations

import math
from contextlib import suppress
from typing import Any, Callable, NamedTuple

from ..times import seconds


Filter = tuple[str, str, str]

# Where rows have their time: in milliseconds, else in text (TANIUM_WIRE 2.6).
_TIMES = ("timestamp_raw", "create_time_raw", "timestamp", "create_time")


class Window(NamedTuple):
    """From `start` to `end`, both included, in milliseconds since 1970; None where it is open."""

    start: int | None = None
    end: int | None = None

    def filters(self, event_type: str) -> list[Filter]:
        """For servers that filter, which all have to hold."""
        field = time_field(event_type)
        bounds = (("gte", self.start), ("lte", self.end))
        return [(field, operator, str(bound)) for operator, bound in bounds if bound is not None]

    def holds(self, row: dict[str, Any]) -> bool:
        """A row without a time is in no window."""
        moment = moment_of(row)
        return moment is not None and (
            (self.start is None or moment >= self.start)
            and (self.end is None or moment <= self.end)
        )


def time_field(event_type: str) -> str:
    """The field that has the time of an event in milliseconds."""
    return "create_time_raw" if event_type == "process" else "timestamp_raw"


def moment_of(row: dict[str, Any]) -> int | None:
    """When an event happened, in milliseconds since 1970."""
    for name in _TIMES:
        moment = seconds(row.get(name))
        if moment is not None:
            return round(moment * 1000)
    return None


def matches(row: dict[str, Any], filters: list[Filter], match: str) -> bool:
    """Whether a row passes all (or any) of the filters of field, operator and value. Text compares
    without regard to case.
    """
    decided = (_OPERATORS[operator](row.get(field), value) for field, operator, value in filters)
    return all(decided) if match == "all" else any(decided)


def _folded(value: Any) -> str:
    return "" if value is None else str(value).casefold()


def _compare(found: Any, wanted: str) -> int:
    """Negative, zero or positive; as numbers where both are, which Python compares without rounding
    long ids.
    """
    one, two = _number(found), _number(wanted)
    if one is None or two is None:
        return (_folded(found) > _folded(wanted)) - (_folded(found) < _folded(wanted))
    return (one > two) - (one < two)


def _number(value: Any) -> float | None:
    text = str(value)
    if "_" in text or not text.isascii():
        return None  # Python would take 1_0 and the digits of other scripts for numbers
    with suppress(ValueError):
        return int(text)
    with suppress(ValueError):
        number = float(text)
        # NaN is neither less nor more than anything, and so would equal it.
        return None if math.isnan(number) else number
    return None


def _in_range(found: Any, wanted: str) -> bool:
    low, high = wanted.split("..", 1)
    return found is not None and _compare(found, low) >= 0 and _compare(found, high) <= 0


_OPERATORS: dict[str, Callable[[Any, str], bool]] = {
    "co": lambda found, wanted: _folded(wanted) in _folded(found),
    "nc": lambda found, wanted: _folded(wanted) not in _folded(found),
    "isempty": lambda found, _: found == "",
    "isnull": lambda found, _: found is None,
    "eq": lambda found, wanted: found is not None and _compare(found, wanted) == 0,
    "ne": lambda found, wanted: found is None or _compare(found, wanted) != 0,
    "gt": lambda found, wanted: found is not None and _compare(found, wanted) > 0,
    "gte": lambda found, wanted: found is not None and _compare(found, wanted) >= 0,
    "lt": lambda found, wanted: found is not None and _compare(found, wanted) < 0,
    "lte": lambda found, wanted: found is not None and _compare(found, wanted) <= 0,
    "range": _in_range,
}
