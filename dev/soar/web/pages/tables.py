# File: tables.py
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
"""Results as tables: texts, and beside each what it is, so that a menu can offer the actions that
take it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from phantom.cef import CEF_JSON

from dev.soar.columns import columns, values_at


# More rows make a page that nobody reads; the JSON has them all.
MOST_ROWS = 1000


class Cell(NamedTuple):
    """Texts, and as JSON the kinds (`contains`) that their menus go by; no kinds, no menu."""

    texts: list[str]
    kinds: str = ""


class Named(NamedTuple):
    name: str
    cell: Cell


class Table(NamedTuple):
    titles: list[str]
    rows: list[list[Cell]]
    omitted: int


class Kinds:
    """Which kinds of values the app's actions take; only these have menus."""

    def __init__(self, candidates: Iterable[str]) -> None:
        self._taken = frozenset(candidates)

    def cell(self, values: Iterable[Any], contains: Iterable[str]) -> Cell:
        taken = [kind for kind in contains if kind in self._taken]
        if not taken:
            return Cell([text(value) for value in values])
        # A parameter takes one of a list's values, not the list.
        single = [
            each for value in values for each in (value if isinstance(value, list) else [value])
        ]
        return Cell([text(each) for each in single], json.dumps(taken))

    def table(self, action: dict[str, Any], rows: list[dict[str, Any]]) -> Table:
        shown = columns(action, rows)
        cells = [
            [self.cell(values_at(row, column.path), column.contains) for column in shown]
            for row in rows[:MOST_ROWS]
        ]
        return Table([column.title for column in shown], cells, max(len(rows) - MOST_ROWS, 0))

    def summary(self, action: dict[str, Any], values: dict[str, Any], part: str) -> list[Named]:
        """The values of a result's `summary` or `parameter`, by name."""
        contains = {
            output["data_path"]: output.get("contains", []) for output in action.get("output", [])
        }
        return [
            Named(name, self.cell([value], contains.get(f"action_result.{part}.{name}", [])))
            for name, value in values.items()
            if value not in (None, "") and name != "context"
        ]

    def cef(self, artifact: dict[str, Any]) -> list[Named]:
        """An artifact's values by their CEF names; the artifact's own types come before those that
        SOAR knows.
        """
        types = artifact.get("cef_types") or {}
        return [
            Named(
                name,
                self.cell([value], types.get(name) or CEF_JSON.get(name, {}).get("contains", [])),
            )
            for name, value in (artifact.get("cef") or {}).items()
            if value not in (None, "")
        ]


def text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
