# File: results.py
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
"""The rows of a result in their published forms, and the same rows as records with named values.

A row's `data` is a list of cells, and a cell a list of values. In `first_values` a cell is

    {"text": "10.0.0.4", "values": ["10.0.0.4", "fe80::1"]}

A record has the first value of each cell, and all of the cells that have several:

    {"computer_name": "ws1", "ip_address": "10.0.0.4", "count": 1,
     "all_values": {"ip_address": ["10.0.0.4", "fe80::1"]}}
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from ..numbers import natural_number


Row = dict[str, Any]
Cells = list[list[Any]]

UNAVAILABLE = frozenset(
    {
        "[current results unavailable]",
        "[current result unavailable]",
        "[results currently unavailable]",
    }
)
NO_RESULTS, ERROR = "[no results]", "TSE-Error:"
COUNT, ALL_VALUES = "count", "all_values"


class Marks(NamedTuple):
    """Rows in which a cell has no value yet, has none at all, has an error of its sensor."""

    unavailable: int
    without_results: int
    with_errors: int


def first_set(data: Row) -> Row:
    """The result set of a question; empty where there is none."""
    sets = data.get("result_sets")
    return sets[0] if sets else {}


def columns_of(result_set: Row) -> list[Row]:
    """The columns, each with hash, name and type."""
    found = result_set.get("columns")
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def keys_of(columns: list[Row]) -> list[str]:
    """A key for each column, made of its name: `Computer Name` is `computer_name`. Each differs
    from the others; Tanium's own count of computers, the last column, is always `count`.
    """
    is_count = [_is_count(each, at == len(columns) - 1) for at, each in enumerate(columns)]
    taken = {ALL_VALUES, *([COUNT] if any(is_count) else [])}
    keys = []
    for at, (column, counts) in enumerate(zip(columns, is_count), 1):
        key = COUNT if counts else _free(_key(column, at), taken)
        taken.add(key)
        keys.append(key)
    return keys


def _is_count(column: Row, is_last: bool) -> bool:
    name, number = str(column.get("name")).casefold(), natural_number(column.get("hash"))
    return is_last and name == COUNT and not number


def _key(column: Row, at: int) -> str:
    """Without the values of parameters, which some servers write behind the name."""
    name = re.sub(r"\[.*\]$", "", str(column.get("name") or ""), flags=re.DOTALL)
    return re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_") or f"column_{at}"


def _free(key: str, taken: set[str]) -> str:
    candidate, number = key, 1
    while candidate in taken:
        number += 1
        candidate = f"{key}_{number}"
    return candidate


def cells_of(row: Row) -> Cells:
    """The values of each cell of a row, all of them."""
    data = row.get("data")
    return [
        [each.get("text") if isinstance(each, dict) else each for each in cell]
        if isinstance(cell, list)
        else [cell]
        for cell in (data if isinstance(data, list) else [])
    ]


def records(rows: Iterable[Row], keys: list[str]) -> list[Row]:
    """One object for each row, by the columns' keys."""
    return [_record(cells_of(row), keys) for row in rows]


def _record(cells: Cells, keys: list[str]) -> Row:
    record: Row = {key: cell[0] if cell else None for key, cell in zip(keys, cells)}
    several = {key: cell for key, cell in zip(keys, cells) if len(cell) > 1}
    if several:
        record[ALL_VALUES] = several
    if COUNT in record:
        number = natural_number(record[COUNT])
        record[COUNT] = record[COUNT] if number is None else number
    return record


def first_values(rows: list[Row]) -> None:
    """Make each cell of the rows its first value with all of them beside it."""
    for row in rows:
        row["data"] = [
            {"text": cell[0] if cell else None, "values": cell} for cell in cells_of(row)
        ]


def is_unavailable(row: Row) -> bool:
    """Whether a value of the row is still to come."""
    return any(value in UNAVAILABLE for cell in cells_of(row) for value in cell)


def marks_of(rows: Iterable[Row]) -> Marks:
    """How many rows have which marks."""
    unavailable = without = errors = 0
    for row in rows:
        values = [str(value) for cell in cells_of(row) for value in cell]
        unavailable += any(value in UNAVAILABLE for value in values)
        without += NO_RESULTS in values
        errors += any(value.startswith(ERROR) for value in values)
    return Marks(unavailable, without, errors)
