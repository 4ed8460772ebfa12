# File: queries.py
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
"""The filters and sorts of event views: `f0=pid&o0=gt&v0=400&match=all`, optionally grouped by
`g1=0,1&gm1=any`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from dev.simulator.errors import Rejected


Row = dict[str, Any]
Test = Callable[[Row], bool]

ALIASES = {
    "process_id": "pid",
    "process_name": "process_path",
    "process_hash": "hash",
    "username": "user_name",
    "domain": "group_name",
    "timestamp": "create_time",
    "timestamp_raw": "create_time_raw",
    "local_address": "source_addr",
    "local_address_port": "source_port",
    "remote_address": "destination_addr",
    "remote_address_port": "destination_port",
}
"""Names under which a field may be searched where a row has it under another one."""
_BOTH_WAYS = {
    **ALIASES,
    **{
        theirs: ours
        for ours, theirs in ALIASES.items()
        if theirs.startswith(("source", "destination"))
    },
}

_ORDERINGS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda left, right: left == right,
    "ne": lambda left, right: left != right,
    "gt": lambda left, right: left > right,
    "gte": lambda left, right: left >= right,
    "lt": lambda left, right: left < right,
    "lte": lambda left, right: left <= right,
}
_WITHOUT_VALUE = {"isempty", "isnull"}
OPERATORS = (*_ORDERINGS, "co", "nc", *sorted(_WITHOUT_VALUE), "range")


def value_of(row: Row, field: str) -> Any:
    if field in row:
        return row[field]
    return row.get(_BOTH_WAYS.get(field, field))


@dataclass(frozen=True)
class Condition:
    """One `f`, `o`, `v` triple.

    Numbers of any length compare as numbers, everything else as text; a null passes `isnull`,
    `isempty`, `ne` and `nc`.
    """

    field: str
    operator: str
    value: str

    def __call__(self, row: Row) -> bool:
        found = value_of(row, self.field)
        if self.operator == "isnull":
            return found is None
        if self.operator == "isempty":
            return found in (None, "")
        if found is None:
            return self.operator in {"ne", "nc"}
        if self.operator in {"co", "nc"}:
            return (self.value.lower() in str(found).lower()) is (self.operator == "co")
        if self.operator == "range":
            low, _, high = self.value.partition("..")
            return _compare("gte", found, low) and _compare("lte", found, high)
        return _compare(self.operator, found, self.value)


def _compare(operator: str, found: object, value: str) -> bool:
    left, right = _comparable(found), _comparable(value)
    if isinstance(left, int) and isinstance(right, int):
        return _ORDERINGS[operator](left, right)
    return _ORDERINGS[operator](str(found), value)


def _comparable(value: object) -> int | str:
    text = str(value)
    return int(text) if re.fullmatch(r"-?\d+", text) else text


def filtered(rows: Iterable[Row], arguments: Mapping[str, str], fields: Iterable[str]) -> list[Row]:
    """The rows that pass the filters in the query `arguments`; a filter that makes no sense is
    rejected with 400.
    """
    conditions = _conditions(arguments, known_fields(fields))
    if not conditions:
        return list(rows)
    keep = _combined(conditions, arguments)
    return [row for row in rows if keep(row)]


def known_fields(fields: Iterable[str]) -> set[str]:
    """Every name under which these fields may be searched or sorted."""
    known = set(fields)
    return known | {alias for alias, target in _BOTH_WAYS.items() if target in known}


def _conditions(arguments: Mapping[str, str], fields: set[str]) -> dict[int, Condition]:
    numbers = sorted({int(name[1:]) for name in arguments if re.fullmatch(r"[fov]\d+", name)})
    if numbers and numbers not in (list(range(len(numbers))), list(range(1, len(numbers) + 1))):
        raise Rejected(
            400, f"filters must be numbered without gaps from 0 or 1, got {numbers}", listed=True
        )
    return {number: _condition(arguments, number, fields) for number in numbers}


def _condition(arguments: Mapping[str, str], number: int, fields: set[str]) -> Condition:
    field, operator, value = (arguments.get(f"{letter}{number}") for letter in "fov")
    if not field or not operator:
        raise Rejected(400, f"filter {number} needs f{number} and o{number}", listed=True)
    if field not in fields:
        raise Rejected(400, f"unknown field '{field}'", listed=True)
    if operator not in OPERATORS:
        raise Rejected(400, f"unknown operator '{operator}'", listed=True)
    if value is None and operator not in _WITHOUT_VALUE:
        raise Rejected(400, f"filter {number} needs v{number}", listed=True)
    if operator == "range" and not re.fullmatch(r".+\.\..+", value or ""):
        raise Rejected(400, f"range needs low..high, got '{value}'", listed=True)
    return Condition(field, operator, value or "")


def _combined(conditions: dict[int, Condition], arguments: Mapping[str, str]) -> Test:
    loose = dict(conditions)
    tests: list[Test] = []
    for name in sorted(name for name in arguments if re.fullmatch(r"g\d+", name)):
        members = [number.strip() for number in arguments[name].split(",")]
        if not all(number.isdigit() and int(number) in conditions for number in members):
            raise Rejected(
                400, f"{name} names a filter that does not exist: '{arguments[name]}'", listed=True
            )
        tests.append(
            _join(
                [conditions[int(number)] for number in members],
                arguments.get(f"gm{name[1:]}", "all"),
            )
        )
        for number in members:
            loose.pop(int(number), None)
    return _join([*tests, *loose.values()], arguments.get("match", "all"))


def _join(tests: Sequence[Test], match: str) -> Test:
    if match not in {"all", "any"}:
        raise Rejected(400, f"match is all or any, not '{match}'", listed=True)
    decide = all if match == "all" else any
    return lambda row: decide(test(row) for test in tests)


def sorted_rows(rows: list[Row], sort: str, fields: Iterable[str]) -> list[Row]:
    """`rows` in the order of a list such as `-size,+name`; nulls come first; a `+` may have arrived
    as a blank.
    """
    known = known_fields(fields)
    for column in reversed([column for column in sort.split(",") if column]):
        name = column.lstrip(" +-")
        if name not in known:
            raise Rejected(400, f"cannot sort by '{name}'", listed=True)
        rows = [
            row
            for _, row in sorted(
                ((_order(value_of(row, name)), row) for row in rows),
                key=itemgetter(0),
                reverse=column.startswith("-"),
            )
        ]
    return rows


def _order(value: object) -> tuple[int, int, str]:
    if value is None:
        return (0, 0, "")
    comparable = _comparable(value)
    return (1, comparable, "") if isinstance(comparable, int) else (2, 0, comparable)
