# File: reading.py
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
"""What an action returns of a question: its answers once there are as many as are wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..declare import Output
from ..errors import TaskError
from ..tanium.questions import Answers
from .outcome import outcome_of
from .results import columns_of, first_set
from .structure import require_columns
from .waiting import AnswersWait, WantedAnswers


if TYPE_CHECKING:
    from ..services import Services
    from .asking import AskedQuestion


Row = dict[str, Any]


class AnswersReader:
    """Waits for the answers of questions and reads them."""

    def __init__(self, services: Services) -> None:
        self._tanium, self._soar = services.tanium, services.soar

    def read_asked(
        self, asked: AskedQuestion, wanted: WantedAnswers, *, accept_incomplete: bool = False
    ) -> Output:
        """The answers of a question that was asked just now, in their published form.

        Raises TaskError, with the answers that there are, where too few came in time, unless they
        are accepted.
        """
        answers = Answers("question", asked.id)
        summary = {"question_id": asked.id, "question_text": asked.text}
        return self._read(answers, wanted, summary, asked.question, accept_incomplete)

    def read_saved(
        self, saved: Row, wanted: WantedAnswers, *, accept_incomplete: bool = False
    ) -> Output:
        """Those of a saved question, likewise."""
        answers = Answers("saved_question", saved["id"])
        summary = {"question_id": None, "question_text": saved.get("query_text")}
        return self._read(answers, wanted, summary, None, accept_incomplete)

    def _read(
        self,
        answers: Answers,
        wanted: WantedAnswers,
        summary: Row,
        question: Row | None,
        accept_incomplete: bool,
    ) -> Output:
        """`question` is what was sent, None for a saved question."""
        name = f"{answers.kind.replace('_', ' ').capitalize()} {answers.id}"
        summary = {"timeout_seconds": wanted.timeout, **summary}
        waited = AnswersWait(
            self._tanium, self._soar, answers, wanted, name=name, is_new=question is not None
        )
        data, is_done, trouble = waited.run()
        if data is None:
            raise TaskError(
                f"{_timed_out_text(wanted)} {trouble} {_try_longer_text(name)}", [], summary
            )
        found = first_set(data)
        if question is not None:
            require_columns(question, columns_of(found))
        outcome = outcome_of(data, wanted.share, in_first_values=True)
        summary = {
            **summary,
            **outcome.summary,
            "question_id": summary["question_id"] or found.get("question_id"),
        }
        if is_done or accept_incomplete:
            return Output([outcome.row], summary, outcome.message)
        raise TaskError(
            f"{_timed_out_text(wanted)} {outcome.message} {_try_longer_text(name)}",
            [outcome.row],
            summary,
        )


def _timed_out_text(wanted: WantedAnswers) -> str:
    return (
        "Error while fetching the results from the Tanium server in"
        f" '{wanted.timeout}' expire seconds."
    )


def _try_longer_text(name: str) -> str:
    return f"{name} was not answered as wanted. Please try increasing the timeout value."
