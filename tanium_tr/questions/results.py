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

A row's `data` is a list of cells, and a cell a list of values. As a first value a cell is

    {"text": "10.0.0.4", "values": ["10.0.0.4", "fe80::1"]}

A record has the first value of each cell, and all of the cells that have several:

    {"computer_name": "ws1", "ip_address": "10.0.0.4", "count": 1,
     "all_values": {"ip_address": ["10.0.0.4", "fe80::1"]}}
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple, Optional

from ..numbers import natural_number
from ..tanium.reply import objects


Row = dict[str, Any]
Cells = list[list[Optional[str]]]

UNAVAILABLE, NO_RESULTS, ERROR = "unavailable", "[no results]", "TSE-Error:"
_UNAVAILABLE_TEXTS = (
    "[current results unavailable]",
    "[current result unavailable]",
    "[results currently unavailable]",
)
_FIRST_OF_MARKS = ("[", "T")  # with which all of these begin
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
    return objects(found) if isinstance(found, list) else []


def keys_of(columns: list[Row]) -> list[str]:
    """A key for each column, made of its name: `Computer Name` is `computer_name`. Each differs
    from the others; Tanium's own count of computers, the last column, is always `count`.
    """
    is_count = [_is_count(each, at == len(columns) - 1) for at, each in enumerate(columns)]
    taken = {ALL_VALUES, *([COUNT] if any(is_count) else [])}
    keys = []
    for at, (column, counts) in enumerate(zip(columns, is_count), 1):
        key = COUNT if counts else _free_key(_key(column, at), taken)
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


def _free_key(key: str, taken: set[str]) -> str:
    candidate, number = key, 1
    while candidate in taken:
        number += 1
        candidate = f"{key}_{number}"
    return candidate


def cells_of(row: Row) -> Cells:
    """The values of each cell of a row, all of them."""
    try:
        cells = [[each["text"] for each in cell] for cell in row["data"]]
        for cell in cells:
            "".join(cell)  # all of them are text
    except (TypeError, KeyError):  # a malformed cell must not cost the others
        return _any_cells(row.get("data"))
    return cells


def _any_cells(data: Any) -> Cells:
    return [
        [_any_text(each.get("text") if isinstance(each, dict) else each) for each in cell]
        if isinstance(cell, list)
        else [_any_text(cell)]
        for cell in (data if isinstance(data, list) else [])
    ]


def _any_text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else str(value)


def tabulated(
    rows: list[Row], keys: list[str], *, in_first_values: bool
) -> tuple[list[Row], Marks]:
    """A record for each row, by the columns' keys, and how many rows have which marks. With
    `in_first_values` each cell of the rows becomes its first value with all of them beside it.
    """
    records, unavailable, without, errors = [], 0, 0, 0
    counts: dict[Any, Any] = {}  # the same few texts again and again
    for row in rows:
        cells = cells_of(row)
        record = _record(cells, keys)
        if COUNT in record:
            text = record[COUNT]
            if text not in counts:
                counts[text] = _number(text)
            record[COUNT] = counts[text]
        records.append(record)
        marks = {
            mark_of(value)
            for cell in cells
            for value in cell
            if value and value[0] in _FIRST_OF_MARKS
        }
        if marks:
            unavailable += UNAVAILABLE in marks
            without += NO_RESULTS in marks
            errors += ERROR in marks
        if in_first_values:
            row["data"] = [{"text": cell[0] if cell else None, "values": cell} for cell in cells]
    return records, Marks(unavailable, without, errors)


def _record(cells: Cells, keys: list[str]) -> Row:
    record: Row = dict(zip(keys, [cell[0] if cell else None for cell in cells]))
    if max(map(len, cells), default=0) > 1:
        record[ALL_VALUES] = {key: cell for key, cell in zip(keys, cells) if len(cell) > 1}
    return record


def _number(text: str | None) -> Any:
    number = natural_number(text)
    return text if number is None else number


def mark_of(value: str) -> str:
    """What kind of mark a value is; "" for a value that is none."""
    if value in _UNAVAILABLE_TEXTS:
        return UNAVAILABLE
    if value == NO_RESULTS:
        return NO_RESULTS
    return ERROR if value.startswith(ERROR) else ""


def is_unavailable(row: Row) -> bool:
    """Whether a value of the row is still to come."""
    return any(value in _UNAVAILABLE_TEXTS for cell in cells_of(row) for value in cell)
