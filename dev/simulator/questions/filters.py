# File: filters.py
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
"""Whether a computer is in a group, and which values a filter lets through."""

from __future__ import annotations

import ipaddress
import operator
import re
from collections.abc import Callable
from typing import Any

from dateutil import parser as dates

from dev.simulator import seed
from dev.simulator.questions.model import Filter, Group, text_hash
from dev.simulator.questions.values import DELIMITER, Asked, values_of


OPERATORS = (
    *("Equal", "Greater", "GreaterEqual", "Less", "LessEqual"),
    *("RegexMatch", "HashMatch", "HasMatch"),
)
"""The last two are one; the vendor's list spells it the second way. It is the default."""

_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "Equal": operator.eq,
    "Greater": operator.gt,
    "GreaterEqual": operator.ge,
    "Less": operator.lt,
    "LessEqual": operator.le,
}
_UNITS = {"": 1, "b": 1, "kb": 2**10, "mb": 2**20, "gb": 2**30, "tb": 2**40}
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}


def is_member(group: Group | None, host: seed.Host, asked: Asked) -> bool:
    """Sub-groups and filters are joined by `and_flag`; no condition at all holds for everybody."""
    if group is None:
        return True
    if group.members is not None:
        return (host.client_id in group.members) != group.negated
    results = [is_member(each, host, asked) for each in group.sub_groups]
    results += [_holds(each, values_of(each.use, host, asked)) for each in group.filters]
    joined = (all(results) if group.and_flag else any(results)) if results else True
    return joined != group.negated


def passing(condition: Filter | None, values: list[str]) -> list[str]:
    """The values that a filter in the Get part lets through."""
    if condition is None:
        return values
    return [value for value in values if matches(condition, value) != condition.negated]


def _holds(condition: Filter, values: list[str]) -> bool:
    results = [matches(condition, value) for value in values]
    held = bool(results) and (all(results) if condition.all_values else any(results))
    return held != condition.negated


def matches(condition: Filter, value: str) -> bool:
    """Whether one value fits, `not_flag` left aside."""
    if condition.delimiter:
        parts = value.split(condition.delimiter)
        index = condition.delimiter_index
        value = parts[index] if index < len(parts) else ""
    if condition.operator in {"HashMatch", "HasMatch"}:
        return condition.value == str(text_hash(value))
    if condition.operator == "RegexMatch":
        return _regex(condition)(value)
    return _compare(condition, value)


def _regex(condition: Filter) -> Callable[[str], bool]:
    flags = re.DOTALL | (re.IGNORECASE if condition.ignore_case else 0)
    try:
        pattern = re.compile(condition.value, flags)
    except (re.error, Warning, OverflowError, RecursionError):
        # Tests make errors of warnings.
        return lambda _value: False
    return lambda value: pattern.fullmatch(value) is not None


def _compare(condition: Filter, value: str) -> bool:
    try:
        left, right = (
            _comparable(each, condition.value_type, condition.ignore_case)
            for each in (value, condition.value)
        )
        return bool(_COMPARISONS[condition.operator](left, right))
    except (ValueError, LookupError, OverflowError, TypeError, Warning):
        return False


def _comparable(text: str, value_type: str, ignore_case: bool) -> Any:
    if value_type in {"Numeric", "NumericInteger"}:
        return float(text)
    if value_type == "Version":
        return [int(part) for part in text.split(".")]
    if value_type == "IPAddress":
        address = ipaddress.ip_address(text)
        return address.version, int(address)
    if value_type == "DataSize":
        number, unit = re.findall(r"^([\d.]+)\s*(\w*)$", text)[0]
        return float(number) * _UNITS[unit.lower()]
    if value_type == "TimeDiff":
        number, unit = text.split()
        return float(number) * _SECONDS[unit.lower().rstrip("s")]
    if value_type in {"BESDate", "WMIDate"}:
        return dates.parse(text.split(".")[0] if value_type == "WMIDate" else text)
    return text.casefold() if ignore_case else text


def split_columns(value: str, columns: int) -> list[str]:
    """The columns of a value of a sensor that has several; what is missing is empty."""
    parts = value.split(DELIMITER, columns - 1)
    return [*parts, *[""] * (columns - len(parts))]
