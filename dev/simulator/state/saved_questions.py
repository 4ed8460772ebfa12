# File: saved_questions.py
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
"""Saved questions. Reading the results of one asks it again when its last answer is old."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dev.simulator import seed
from dev.simulator.errors import PlatformError
from dev.simulator.settings import Settings
from dev.simulator.state.questions import AskedQuestion, Questions
from dev.simulator.times import DAY, iso_seconds


Row = dict[str, Any]

FIRST_NEW_ID = 1001


class SavedQuestions:
    """`all` is a plain list: a test may add to it."""

    def __init__(
        self, settings: Settings, clock: Callable[[], float], questions: Questions
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._started = clock()
        self._questions = questions
        self.all = list(seed.SAVED_QUESTIONS)

    def seen_by(self, user: seed.User) -> list[seed.SavedQuestionSeed]:
        return [each for each in self.all if user.sees(each.content_set)]

    def by_id(self, number: int, user: seed.User) -> seed.SavedQuestionSeed:
        return self._found([each for each in self.seen_by(user) if each.id == number], number)

    def by_name(self, name: str, user: seed.User) -> seed.SavedQuestionSeed:
        same = [each for each in self.seen_by(user) if each.name.casefold() == name.casefold()]
        return self._found(same, name)

    def current(
        self, saved: seed.SavedQuestionSeed, user: seed.User, context_id: int = 0
    ) -> AskedQuestion:
        """The question whose results are those of the saved one; a first one is always asked."""
        issued = [each for each in self.issued(saved, user) if each.context_id == context_id]
        if issued and not self._is_old(saved, issued[-1]):
            return issued[-1]
        asked = self._questions.ask_saved(
            saved.query_text,
            user,
            expire_seconds=saved.expire_seconds,
            saved_question_id=saved.id,
        )
        asked.context_id, asked.context = context_id, self._questions.context(context_id)
        return asked

    def issued(self, saved: seed.SavedQuestionSeed, user: seed.User) -> list[AskedQuestion]:
        """The questions that were asked for a saved one, for somebody with the same rights."""
        return [
            each
            for each in self._questions.listed()
            if each.saved_question_id == saved.id
            and each.user.management_group == user.management_group
        ]

    def create(self, name: str, body: Row, user: seed.User) -> seed.SavedQuestionSeed:
        """By `query_text`, or as a question that was asked."""
        question = body.get("question")
        if isinstance(question, dict) and isinstance(question.get("id"), int):
            text = self._questions.found(question["id"]).text
        else:
            text = str(body.get("query_text") or "")
        if not name or self._questions.read(text, user) is None:
            raise PlatformError(
                400, "RESTProcessingException", "a name and a question are required"
            )
        number = max(FIRST_NEW_ID, *(each.id + 1 for each in self.all))
        saved = seed.SavedQuestionSeed(number, name, text)
        self.all.append(saved)
        return saved

    def row(self, saved: seed.SavedQuestionSeed, user: seed.User) -> Row:
        issued = self.issued(saved, user)
        last = issued[-1].id if issued else 0
        return {
            "id": saved.id,
            "name": saved.name,
            "query_text": saved.query_text,
            "question": {"id": last},
            "most_recent_question_id": last,
            "issue_seconds": saved.issue_seconds,
            "issue_seconds_never_flag": saved.issue_never,
            "expire_seconds": saved.expire_seconds,
            "keep_seconds": 0,
            "archive_enabled_flag": False,
            "public_flag": True,
            "row_count_flag": False,
            "sort_column": 0,
            "content_set": {
                "id": saved.content_set,
                "name": seed.CONTENT_SETS[saved.content_set],
            },
            "packages": [],
            "metadata": [],
            "mod_time": iso_seconds(self._started - 20 * DAY),
            "mod_user": {"id": seed.ANALYST.id, "name": seed.ANALYST.name},
            "user": {"id": seed.ANALYST.id, "name": seed.ANALYST.name},
        }

    def specified_row(self, saved: seed.SavedQuestionSeed, user: seed.User) -> Row:
        """What the OpenAPI file has."""
        row = self.row(saved, user)
        names = ("id", "name", "query_text", "question", "issue_seconds", "expire_seconds")
        return {name: row[name] for name in (*names, "mod_time")}

    def _is_old(self, saved: seed.SavedQuestionSeed, asked: AskedQuestion) -> bool:
        return (
            self._settings.saved_questions_reask
            and not saved.issue_never
            and self._clock() - asked.asked_at >= saved.issue_seconds
        )

    @staticmethod
    def _found(found: list[seed.SavedQuestionSeed], wanted: object) -> seed.SavedQuestionSeed:
        if not found:
            raise PlatformError(404, "SavedQuestionNotFound", f"no saved question '{wanted}'")
        return found[0]
