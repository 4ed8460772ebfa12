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
"""Sections of a result: tables of rows, lines of facts, and counts. The template draws them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Callable, NamedTuple

from .menus import MENUS, Kinds
from .parts import Part, ShowParts, badge_style, plain
from .values import text


COUNTED = 8  # values of a column that are counted each
WHOLE_ROW = ""  # the path of the row itself

Row = dict[str, Any]
Section = dict[str, Any]
# From the rows of a result and its summary.
Sections = Callable[[list[Row], Row], list[Section]]


class TableColumn(NamedTuple):
    """What a table shows of a row: the first of `paths` (keys joined by dots) that has a value.

    `contains` are the kinds of the value, for SOAR's context menus. `lines` are the columns below
    each other that a stack consists of; it has no value of its own.
    """

    title: str
    paths: tuple[str, ...]
    show: ShowParts = plain
    contains: tuple[str, ...] = ()
    lines: tuple[TableColumn, ...] = ()


def column(
    title: str, *paths: str, show: ShowParts = plain, contains: tuple[str, ...] = ()
) -> TableColumn:
    """A column that shows the value at the first of the paths that has one; `contains` are kinds of
    the value besides those that the actions declare.
    """
    return TableColumn(title, paths, show, contains)


def stack(title: str, *columns: TableColumn) -> TableColumn:
    """Several columns in one, below each other, each behind its title if it has one."""

    return TableColumn(title, (WHOLE_ROW,), lines=columns)


def columns_of(widget: str, *columns: TableColumn) -> tuple[TableColumn, ...]:
    """The columns of a widget, with the kinds of values that its actions declare."""
    return tuple(_with_declared_kinds(column, MENUS[widget]) for column in columns)


def _with_declared_kinds(column: TableColumn, kinds: Kinds) -> TableColumn:
    declared = [kind for path in column.paths for kind in kinds.get(path, ())]
    return column._replace(
        contains=tuple(dict.fromkeys((*declared, *column.contains))),
        lines=tuple(_with_declared_kinds(line, kinds) for line in column.lines),
    )


def value_at(row: Row, paths: Sequence[str]) -> Any:
    """The first value that is not empty; None where no path has one."""
    for path in paths:
        value: Any = row
        for key in path.split(".") if path != WHOLE_ROW else ():
            value = value.get(key) if isinstance(value, dict) else None
        if value not in (None, "", [], {}):
            return value
    return None


def parts_of(row: Row, column: TableColumn) -> list[Part]:
    """What a cell shows; nothing where the row has no value."""
    if column.lines:
        return [
            shown._replace(text=f"{line.title} {shown.text}".lstrip(), style=f"{shown.style} line")
            for line in column.lines
            for shown in parts_of(row, line)
        ]
    value = value_at(row, column.paths)
    return [] if value is None else column.show(value, column.contains)


def section(
    rows: list[Row],
    columns: Sequence[str] = (),
    *,
    title: str = "",
    kind: str = "rows",
    chart: Row | None = None,
) -> Section:
    """A part of a widget that the template draws by its `kind`."""
    return {"title": title, "kind": kind, "columns": columns, "rows": rows, "chart": chart}


def drawn_row(cells: list[tuple[str, list[Part]]], *, title: str = "", style: str = "") -> Row:
    """Each cell with the title of its column, which narrow widgets show beside it; `title` is the
    row's own.
    """
    return {"cells": cells, "title": title, "style": style}


def table(rows: list[Row], columns: Sequence[TableColumn]) -> Section:
    """Without the columns in which no row has anything; no two columns have one title."""
    shown = [(column.title, [parts_of(row, column) for row in rows]) for column in columns]
    filled = {title: cells for title, cells in shown if any(cells)}
    return section(
        [drawn_row(list(zip(filled, cells))) for cells in zip(*filled.values())], list(filled)
    )


def facts(row: Row, columns: Sequence[TableColumn]) -> list[Row]:
    """One line for each column that has something: its title and its value."""
    lines = [(column.title, parts_of(row, column)) for column in columns]
    return [drawn_row([("", parts)], title=title) for title, parts in lines if parts]


def listing(columns: Sequence[TableColumn], *counted: str) -> Sections:
    """A table of the rows below the counts of the columns whose titles are `counted`; a single row
    as lines.
    """

    def sections(rows: list[Row], _: Row) -> list[Section]:
        if len(rows) == 1:
            return [section(facts(rows[0], columns), kind="facts")]
        return [badges(counts(rows, columns, counted)), table(rows, columns)]

    return sections


def badges(parts: list[Part]) -> Section:
    """A section of badges in one line."""
    return section([drawn_row([("", parts)])] if parts else [], kind="counts")


def counts(rows: list[Row], columns: Sequence[TableColumn], titles: Sequence[str]) -> list[Part]:
    """How many rows have each value of these columns, the most frequent ones first."""
    found = []
    for column in columns:
        if column.title in titles:
            values = (text(value_at(row, column.paths)) for row in rows)
            numbers = Counter(filter(None, values)).most_common()
            found += [
                Part(f"{number:,} {value}", badge_style(value))
                for value, number in numbers[:COUNTED]
            ]
            others = sum(number for _, number in numbers[COUNTED:])
            found += [Part(f"{others:,} others", "badge quiet")] if others else []
    return found
