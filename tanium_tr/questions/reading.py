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
from .outcome import outcome_of
from .results import columns_of, first_set
from .structure import require_columns
from .waiting import AnswersWait, Wanted


if TYPE_CHECKING:
    from ..services import Services
    from ..tanium.questions import Answers


class AnswersReader:
    """Waits for the answers of questions and reads them."""

    def __init__(self, services: Services) -> None:
        self._tanium, self._soar = services.tanium, services.soar

    def read(
        self,
        answers: Answers,
        wanted: Wanted,
        told: dict[str, Any],
        accept_incomplete: bool,
        question: dict[str, Any] | None,
    ) -> Output:
        """The answers, in their published form. `told` joins the summary; `question` is what was
        asked just now, None for one that was there before.

        Raises TaskError, with the answers that there are, where too few came in time.
        """
        name = f"{answers.kind.replace('_', ' ').capitalize()} {answers.id}"
        summary = {"timeout_seconds": wanted.timeout, **told}
        waited = AnswersWait(
            self._tanium, self._soar, answers, wanted, name=name, is_new=question is not None
        )
        data, is_done, trouble = waited.run()
        if data is None:
            raise TaskError(f"{_late(wanted)} {trouble} {_try(name)}", [], summary)
        found = first_set(data)
        if question is not None:
            require_columns(question, columns_of(found))
        outcome = outcome_of(data, wanted.share, in_first_values=True)
        summary = {
            **summary,
            **outcome.summary,
            "question_id": told["question_id"] or found.get("question_id"),
        }
        if is_done or accept_incomplete:
            return Output([outcome.row], summary, outcome.message)
        raise TaskError(f"{_late(wanted)} {outcome.message} {_try(name)}", [outcome.row], summary)


def _late(wanted: Wanted) -> str:
    return (
        "Error while fetching the results from the Tanium server in"
        f" '{wanted.timeout}' expire seconds."
    )


def _try(name: str) -> str:
    return f"{name} was not answered as wanted. Please try increasing the timeout value."
