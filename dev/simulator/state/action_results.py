# File: action_results.py
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
"""The results of actions: a row for every endpoint that has reported, with its word of now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dev.simulator import seed
from dev.simulator.questions.model import sensor_hash, text_hash
from dev.simulator.questions.results import COUNT_COLUMN
from dev.simulator.settings import Settings
from dev.simulator.state.action_progress import Progress, spelled
from dev.simulator.state.actions import Action, Actions
from dev.simulator.state.question_results import Page, enveloped
from dev.simulator.state.questions import Questions


Row = dict[str, Any]

STATUSES = "Action Statuses"
COLUMNS = (
    {"hash": sensor_hash(seed.COMPUTER_NAME), "name": seed.COMPUTER_NAME.name, "type": 1},
    {"hash": text_hash(STATUSES), "name": STATUSES, "type": 1},
    COUNT_COLUMN,
)


class ActionResults:
    """What reading the results of an action answers."""

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], float],
        actions: Actions,
        questions: Questions,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._actions = actions
        self._questions = questions

    def data(self, action: Action, page: Page) -> Row:
        rows = [] if self._is_forgotten(action) else self._rows(action)
        shown = rows if page.size is None else rows[page.start : page.start + page.size]
        result = {
            **self._counted(action, len(rows)),
            "columns": [dict(column) for column in COLUMNS],
            "rows": shown,
        }
        return enveloped(self._clock(), "result_sets", result)

    def _is_forgotten(self, action: Action) -> bool:
        end = action.end
        lifetime = self._settings.results_lifetime_seconds
        return end is not None and self._clock() >= end.at + lifetime

    def _rows(self, action: Action) -> list[Row]:
        now = self._clock()
        found = ((each, each.word(now, action.end)) for each in action.progress.values())
        return [self._row(action, each, word) for each, word in found if word]

    def _row(self, action: Action, progress: Progress, word: str) -> Row:
        spelling = spelled(word, self._settings.status_spelling)
        with_id = self._settings.status_words == "with_id"
        texts = (progress.host.hostname, f"{action.id}:{spelling}." if with_id else spelling, "1")
        row: Row = {
            "cid": int(progress.host.client_id),
            "data": [[{"text": text}] for text in texts],
        }
        if self._settings.row_ids:
            row["id"] = text_hash(f"{action.id}:{progress.host.client_id}") % 1_000_000_000
        return row

    def _counted(self, action: Action, row_count: int) -> Row:
        """The estimate counts all computers, not only those that the action is for."""
        total = len(self._questions.registered()) if action.opened else 0
        tested = total - sum(not each.answers for each in self._questions.named())
        number = self._actions.row(action)["history_saved_question"]["id"]
        names = (
            *("report_count", "row_count", "row_count_machines", "filtered_row_count"),
            *("filtered_row_count_machines", "item_count"),
        )
        return {
            "id": number,
            "question_id": number,
            "saved_question_id": number,
            "archived_question_id": 0,
            "age": 0,
            "seconds_since_issued": int(self._clock() - action.created),
            "issue_seconds": 0,
            "expire_seconds": action.expire_seconds,
            "cache_id": str(3000 + action.id),
            "expiration": action.expire_seconds,
            **dict.fromkeys(("mr_tested", "mr_passed", "tested"), max(tested, 0) if total else 0),
            "passed": len(action.progress),
            "estimated_total": total,
            "select_count": 2,
            "error_count": 0,
            "no_results_count": 0,
            **dict.fromkeys(names, row_count),
        }
