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
"""Rows, columns and counters: the result of a question at one moment."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from dev.simulator import seed
from dev.simulator.question_settings import QuestionSettings
from dev.simulator.questions.answers import Answers, Arrival
from dev.simulator.questions.filters import passing, split_columns
from dev.simulator.questions.model import Question, Select, text_hash
from dev.simulator.questions.values import ERROR, NO_RESULTS, Asked, values_of


Row = dict[str, Any]
Cells = tuple[tuple[str, ...], ...]
"""The values of every column of a row."""

COLUMN_TYPES = {
    "Hash": 0,
    "String": 1,
    "Version": 2,
    "Numeric": 3,
    "BESDate": 4,
    "IPAddress": 5,
    "WMIDate": 6,
    "TimeDiff": 7,
    "DataSize": 8,
    "NumericInteger": 9,
}
COUNT_COLUMN = {"hash": 0, "name": "Count", "type": 3}


class Line(NamedTuple):
    """A row before it is written down."""

    cells: Cells
    machines: int
    cid: int


class Table(NamedTuple):
    """The rows; how many machines they stand for, have no result, have an error."""

    lines: list[Line]
    machines: int
    without_results: int
    with_errors: int


def columns(question: Question, *, with_values: bool) -> list[Row]:
    """One per sensor, or per column of its own; the last is the count."""
    named = [each for select in question.selects for each in _columns(select, with_values)]
    return [*named, dict(COUNT_COLUMN)]


def _columns(select: Select, with_values: bool) -> list[Row]:
    sensor = select.use.sensor
    values = select.use.values() if with_values and select.use.given else []
    suffix = f"[{', '.join(values)}]" if values else ""
    parts = sensor.subcolumns or ((f"{sensor.name}{suffix}", sensor.value_type),)
    return [
        {"hash": select.use.hash, "name": name, "type": COLUMN_TYPES[value_type]}
        for name, value_type in parts
    ]


class Tabulation:
    """Makes the tables of one question; what an endpoint has answered is worked out once."""

    def __init__(self, settings: QuestionSettings, question: Question, asked: Asked) -> None:
        self._settings = settings
        self._question = question
        self._asked = asked
        self._cells: dict[str, Cells] = {}
        self._last: tuple[tuple[int, int], Table] | None = None

    def anew(self) -> Tabulation:
        """The same for another audience."""
        return Tabulation(self._settings, self._question, self._asked)

    def table(self, answers: Answers, elapsed: float) -> Table:
        state = answers.state(elapsed)
        if self._last is None or self._last[0] != state:
            self._last = state, self._made(answers.passed(elapsed), elapsed)
        return self._last[1]

    def last_answers(self, hosts: Iterable[seed.Host]) -> list[Line]:
        """The rows of computers that are off, as they answered last."""
        return self._made([Arrival(0.0, host, 0.0, False) for host in hosts], 0.0).lines

    def row(self, line: Line) -> Row:
        data = [[{"text": text} for text in column] for column in line.cells]
        data.append([{"text": str(line.machines)}])
        if not self._settings.row_ids:
            return {"cid": line.cid, "data": data}
        number = text_hash(f"{line.cid}{line.cells if not line.cid else ''}") % 1_000_000_000
        return {"id": number, "cid": line.cid, "data": data}

    def _made(self, arrivals: list[Arrival], elapsed: float) -> Table:
        found = [(each.host, self._cells_at(each, elapsed)) for each in arrivals]
        lines = self._counted(found) if self._question.counts else self._single(found)
        return Table(
            lines,
            len(found),
            sum((NO_RESULTS,) in cells for _, cells in found),
            sum(any(column[0].startswith(ERROR) for column in cells) for _, cells in found),
        )

    def _single(self, found: list[tuple[seed.Host, Cells]]) -> list[Line]:
        """A row for every computer."""
        return [Line(cells, 1, int(host.client_id)) for host, cells in found]

    def _counted(self, found: list[tuple[seed.Host, Cells]]) -> list[Line]:
        """A row for every answer that differs; it belongs to no computer."""
        counts: dict[Cells, int] = {}
        for _, cells in found:
            for each in self._split(cells):
                counts[each] = counts.get(each, 0) + 1
        return [Line(cells, count, 0) for cells, count in counts.items()]

    def _split(self, cells: Cells) -> Iterable[Cells]:
        if not cells or not self._settings.counting_splits_values:
            return [cells]
        values = dict.fromkeys(zip(*cells))
        return [tuple((text,) for text in value) for value in values]

    def _cells_at(self, arrival: Arrival, elapsed: float) -> Cells:
        if arrival.ready <= elapsed:
            known = self._cells.get(arrival.host.client_id)
            if known is None:
                known = self._cells[arrival.host.client_id] = self._all_cells(arrival, blank=False)
            return known
        return self._all_cells(arrival, blank=True)

    def _all_cells(self, arrival: Arrival, *, blank: bool) -> Cells:
        cells: list[tuple[str, ...]] = []
        for select in self._question.selects:
            slow = select.use.sensor.name == seed.SLOW.name
            missing = blank and (slow or arrival.blank)
            cells += self._select_cells(select, arrival.host, missing=missing)
        return tuple(cells)

    def _select_cells(
        self, select: Select, host: seed.Host, *, missing: bool
    ) -> list[tuple[str, ...]]:
        count = max(len(select.use.sensor.subcolumns), 1)
        if missing:
            return [(self._settings.unavailable_marker,)] * count
        values = passing(select.filter, values_of(select.use, host, self._asked))
        if not values:
            return [(NO_RESULTS,)] * count
        if count == 1:
            return [tuple(values)]
        return [*zip(*(split_columns(value, count) for value in values))]
