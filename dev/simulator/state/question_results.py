# File: question_results.py
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
"""The results of questions: counters, and with them a page of the rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any, NamedTuple

from dev.simulator.errors import PlatformError
from dev.simulator.questions.results import Line, columns
from dev.simulator.settings import Settings
from dev.simulator.state.questions import AskedQuestion, Questions
from dev.simulator.times import iso_seconds


Row = dict[str, Any]

SPECIFIED_NAMES = (
    *("age", "archived_question_id", "columns", "estimated_total", "id", "mr_tested"),
    *("no_results_count", "passed", "row_count", "rows", "tested"),
)


class Page(NamedTuple):
    """`size` None: all rows, wherever the page would start."""

    start: int = 0
    size: int | None = None
    most_recent: bool = False

    def of(self, lines: list[Line]) -> list[Line]:
        return lines if self.size is None else lines[self.start : self.start + self.size]


class QuestionResults:
    """What reading the results of a question answers."""

    def __init__(
        self, settings: Settings, clock: Callable[[], float], questions: Questions
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._questions = questions

    def data(self, asked: AskedQuestion, page: Page) -> Row:
        """With rows; early reads may be refused."""
        asked.reads += 1
        if asked.reads <= self._settings.early_results_missing:
            raise PlatformError(404, "SensorNotFound", f"no results of question {asked.id} yet")
        lines = self._lines(asked)
        if page.most_recent:
            off = self._questions.unregistered(asked)
            lines = [*lines, *asked.tabulation.last_answers(off)]
        result = {
            **self._counted(asked, len(lines)),
            "columns": columns(asked.question, with_values=self._settings.parameters_in_columns),
            "rows": [asked.tabulation.row(line) for line in page.of(lines)],
        }
        return enveloped(self._clock(), "result_sets", result)

    def info(self, asked: AskedQuestion) -> Row:
        """The same counters without rows."""
        return enveloped(
            self._clock(), "result_infos", self._counted(asked, len(self._lines(asked)))
        )

    def specified_data(self, asked: AskedQuestion, page: Page) -> Row:
        """What the OpenAPI file has."""
        data = self.data(asked, page)
        (result,) = data["result_sets"]
        return {
            "max_available_age": data["max_available_age"],
            "now": iso_seconds(self._clock()),
            "result_sets": [{name: result[name] for name in SPECIFIED_NAMES}],
        }

    def _lines(self, asked: AskedQuestion) -> list[Line]:
        if not self._questions.has_rows(asked):
            return []
        answers = self._questions.look_at(asked)
        return asked.tabulation.table(answers, self._questions.elapsed(asked)).lines

    def _counted(self, asked: AskedQuestion, row_count: int) -> Row:
        answers = self._questions.look_at(asked)
        elapsed = self._questions.elapsed(asked)
        table = asked.tabulation.table(answers, elapsed)
        counters = answers.counters(elapsed)
        machines = table.machines if row_count else 0
        early = elapsed < self._settings.estimate_seconds
        return {
            "id": asked.id,
            "question_id": asked.id,
            "saved_question_id": asked.saved_question_id,
            "archived_question_id": 0,
            "age": 0,
            "seconds_since_issued": int(self._clock() - asked.asked_at),
            "issue_seconds": 0,
            "expire_seconds": asked.expire_seconds,
            "cache_id": str(3000 + asked.id),
            "expiration": asked.expire_seconds,
            "mr_tested": counters.tested,
            "mr_passed": counters.in_rights,
            "tested": counters.in_context,
            "passed": counters.passed,
            "estimated_total": 0 if early else answers.estimated,
            "report_count": table.machines,
            "select_count": len(asked.question.selects),
            "error_count": table.with_errors,
            "no_results_count": table.without_results,
            "row_count": row_count,
            "row_count_machines": machines,
            "filtered_row_count": row_count,
            "filtered_row_count_machines": machines,
            "item_count": row_count,
        }


def enveloped(seconds: float, name: str, result: Row) -> Row:
    """A result as the platform sends it at a moment."""
    now = datetime.fromtimestamp(int(seconds), timezone.utc)
    return {
        "now": f"{now:%Y/%m/%d %H:%M:%S} GMT-0000",
        "max_available_age": "",
        name: [result],
    }
