# File: outcome.py
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
"""What the answers to a question come to: the row, the summary and the sentences of an action."""

from __future__ import annotations

from typing import Any, NamedTuple

from .. import collector
from ..declare import BOOLEAN, NUMERIC, QUESTION_ID, Column
from ..words import counted
from .completeness import Counters
from .results import (
    Marks,
    columns_of,
    first_set,
    keys_of,
    tabulated,
)


Row = dict[str, Any]

SUMMARY = (
    Column("number_of_rows", NUMERIC, examples=(3,)),
    Column("timeout_seconds", NUMERIC, examples=(600,)),
    Column("question_id", NUMERIC, (QUESTION_ID,), examples=(58377,)),
    Column("complete", BOOLEAN, examples=(True, False)),
    Column("percentage", NUMERIC, examples=(100,)),
    Column("endpoints_expected", NUMERIC, examples=(42,)),
    Column("endpoints_answered", NUMERIC, examples=(42,)),
    Column("endpoints_missing", NUMERIC, examples=(0,)),
    Column("endpoints_matching", NUMERIC, examples=(3,)),
    Column("endpoints_hidden", NUMERIC, examples=(0,)),
    Column("rows_unavailable", NUMERIC, examples=(0,)),
    Column("rows_without_results", NUMERIC, examples=(0,)),
    Column("rows_with_errors", NUMERIC, examples=(0,)),
)
TEXT_SUMMARY = Column("question_text")


class QuestionOutcome(NamedTuple):
    """The answers of a question as `row`; `share` is the percentage that is wanted."""

    row: Row
    counters: Counters
    marks: Marks
    number_of_rows: int
    share: int

    @property
    def is_complete(self) -> bool:
        """Enough endpoints have answered, and none of their values is still to come."""
        enough = self.counters.is_nobody or self.counters.reaches(self.share)
        return enough and not self.marks.unavailable

    @property
    def summary(self) -> Row:
        counters, marks = self.counters, self.marks
        return {
            "number_of_rows": self.number_of_rows,
            "complete": self.is_complete,
            "percentage": counters.percentage,
            "endpoints_expected": counters.expected,
            "endpoints_answered": counters.answered,
            "endpoints_missing": counters.missing,
            "endpoints_matching": counters.matching,
            "endpoints_hidden": counters.hidden,
            "rows_unavailable": marks.unavailable,
            "rows_without_results": marks.without_results,
            "rows_with_errors": marks.with_errors,
        }

    @property
    def message(self) -> str:
        """Whether the answer is complete, and why."""
        word = "Complete" if self.is_complete else "Incomplete"
        rows = counted(self.number_of_rows, "row")
        return " ".join([f"{word}: {self.counters.sentence()}, {rows}.", *self._notes()])

    def _notes(self) -> list[str]:
        found = []
        if not self.counters.is_nobody and not self.counters.reaches(self.share):
            found.append(f"{self.share} % were wanted.")
        if self.marks.unavailable:
            rows = counted(self.marks.unavailable, "row")
            found.append(f"{rows} will change: endpoints have not finished them.")
        if self.marks.with_errors:
            rows = counted(self.marks.with_errors, "row")
            found.append(f"{rows} with an error of a sensor on the endpoint.")
        return found + self.counters.reasons()


def outcome_of(data: Row, share: int, *, in_first_values: bool) -> QuestionOutcome:
    """From the results as they were read; with their cells as first values, or as they are."""
    found = first_set(data)
    rows = found.get("rows") or []
    keys = keys_of(columns_of(found))
    with collector.paused():
        records, marks = tabulated(rows, keys, in_first_values=in_first_values)
    counters = Counters.of(found)
    return QuestionOutcome({"data": data, "records": records}, counters, marks, len(rows), share)
