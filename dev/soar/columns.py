# File: columns.py
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
"""A result's rows as a table: the manifest's columns, in its order, and what stands at their data
paths.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple


ROW = "action_result.data.*."


class Column(NamedTuple):
    """A table's column: its title, its data path below the row, and what its values are
    (`contains`).
    """

    title: str
    path: str
    contains: tuple[str, ...] = ()

    @property
    def is_id(self) -> bool:
        """Whether its values are ids, of which no part may be missing."""
        name = self.path.rsplit(".", 1)[-1].lower()
        return name.endswith(("id", "guid", "hash", "md5", "sha1", "sha256")) or any(
            kind.endswith(" id") for kind in self.contains
        )


def columns(action: dict[str, Any], rows: list[dict[str, Any]]) -> list[Column]:
    """The manifest's columns that are in the rows, in its order; every key of the rows when it
    names none.
    """
    outputs = [
        output
        for output in action.get("output", [])
        if "column_order" in output and output["data_path"].startswith(ROW)
    ]
    declared = [
        Column(
            output["column_name"],
            output["data_path"][len(ROW) :],
            tuple(output.get("contains", [])),
        )
        for output in sorted(outputs, key=lambda output: output["column_order"])
    ]
    present = [
        column
        for column in declared
        if any(True for row in rows for _ in values_at(row, column.path))
    ]
    return present or [
        Column(key, key) for key in dict.fromkeys(key for row in rows for key in row)
    ]


def values_at(row: dict[str, Any], path: str) -> Iterator[Any]:
    """Everything at a data path (`a.*.b`) of a row, but nothing empty."""
    return (value for value in _at(row, path.split(".")) if value not in (None, ""))


def _at(value: Any, steps: list[str]) -> Iterator[Any]:
    if not steps:
        yield value
    elif steps[0] == "*":
        for item in value if isinstance(value, list) else []:
            yield from _at(item, steps[1:])
    elif isinstance(value, dict) and steps[0] in value:
        yield from _at(value[steps[0]], steps[1:])
