# File: questions.py
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
"""Questions that Tanium asks its endpoints."""

from __future__ import annotations

from typing import Annotated, Any, Optional

from ..declare import NUMERIC, QUESTION_ID, QUESTION_TEXT, Column, Output, Param, action
from ..errors import ParameterError
from ..parameters.json_values import json_value
from ..permissions import (
    ASK_QUESTION,
    READ_COMPUTER_GROUP,
    READ_QUESTION_HISTORY,
    READ_SAVED_QUESTION,
    READ_SENSOR,
)
from ..questions.asking import ask
from ..questions.candidates import other_quotes
from ..questions.columns import ALL_VALUES, FIRST_VALUES, PARSED, QUESTIONS
from ..questions.outcome import SUMMARY, TEXT_SUMMARY, QuestionOutcome, outcome_of
from ..questions.reading import AnswersReader
from ..questions.waiting import WantedAnswers
from ..services import Services
from ..tanium.questions import Answers
from ..words import shown


QueryText = Annotated[
    str,
    Param(
        "Text of the question, or name of a saved question",
        contains=(QUESTION_TEXT,),
        examples=("Get Computer Name and IP Address from all machines",),
    ),
]


class QuestionActions:
    def __init__(self, services: Services) -> None:
        self._tanium, self._soar = services.tanium, services.soar
        self._share = services.config.results_percentage
        self._reader = AnswersReader(services)

    @action(
        read_only=True,
        permissions=ASK_QUESTION,
        may_need=(READ_SAVED_QUESTION, READ_COMPUTER_GROUP),
        columns=FIRST_VALUES,
        summary=(*SUMMARY, TEXT_SUMMARY),
        message="Complete: 42 of 42 endpoints answered (100 %), 3 rows.",
        view="display_question_results",
    )
    def run_query(
        self,
        query_text: QueryText,
        group_name: Annotated[
            Optional[str],
            Param("Computer group to which a typed question is limited; empty for every computer"),
        ] = None,
        is_saved_question: Annotated[bool, Param("The text is the name of a saved question")] = (
            False
        ),
        timeout_seconds: Annotated[
            int,
            Param(
                "Life of the question, and seconds to wait for its answers at most",
                required=True,
                minimum=1,
                examples=(600,),
            ),
        ] = 600,
        wait_for_results_processing: Annotated[
            bool, Param("Wait until no cell reports that its result is not yet available")
        ] = False,
        return_when_n_results_available: Annotated[
            Optional[int], Param("Return as soon as there are this many rows", examples=(10,))
        ] = None,
        wait_for_n_results_available: Annotated[
            Optional[int], Param("Wait until there are this many complete rows", examples=(10,))
        ] = None,
        accept_incomplete: Annotated[
            bool, Param("Succeed with the answers so far when time is up")
        ] = False,
        sensor_parameters: Annotated[
            Optional[str],
            Param(
                "JSON object with the parameters of the question's sensors, by the sensor's name"
                " and the parameter's key or label",
                examples=('{"Running Process by Hash": {"hash": "0f1e"}}',),
            ),
        ] = None,
    ) -> Output:
        """Ask the endpoints a question, or read a saved question, and wait for the answers.

        The text is asked only if Tanium reads it as it stands: write it as parse question returns
        it. Case, blanks at the ends and quotes around whole words make no difference. Put values
        from artifacts into sensor_parameters, where no text can change the question. The action
        fails if too few endpoints have answered in time (results_percentage of the asset), and
        returns the answers so far.
        """
        wanted = WantedAnswers(
            self._share,
            timeout_seconds,
            return_when_n_results_available or 0,
            wait_for_n_results_available or 0,
            wait_for_results_processing,
        )
        if wanted.least and wanted.enough and wanted.enough < wanted.least:
            raise ParameterError(
                "Please provide 'return_when_n_results_available' greater than or equal to"
                " 'wait_for_n_results_available'"
            )
        if is_saved_question:
            saved = self._tanium.questions.get_saved_question(query_text)
            return self._reader.read_saved(saved, wanted, accept_incomplete=accept_incomplete)
        given = json_value("sensor_parameters", sensor_parameters or "{}", dict)
        asked = ask(
            self._tanium,
            self._soar,
            query_text,
            group_name=group_name or "",
            life=timeout_seconds,
            given=given,
        )
        self._soar.progress(f"Asked question {asked.id}: {asked.text}")
        found = self._reader.read_asked(asked, wanted, accept_incomplete=accept_incomplete)
        if found.summary["number_of_rows"]:
            return found
        message = " ".join(filter(None, [found.message, other_quotes(query_text)]))
        return found._replace(message=message)

    @action(
        read_only=True,
        permissions=(READ_SENSOR,),
        columns=ALL_VALUES,
        summary=SUMMARY,
        message="Complete: 42 of 42 endpoints answered (100 %), 3 rows.",
        view="display_question_results",
    )
    def get_question_results(
        self,
        question_id: Annotated[
            int, Param("Question ID", contains=(QUESTION_ID,), examples=(11111111,))
        ],
    ) -> Output:
        """Get the current answers to a question, without waiting.

        The message and the summary say whether the answers are complete. They stay readable for
        some time after the end of the question.
        """
        data = self._tanium.questions.get_results(Answers("question", question_id))
        outcome: QuestionOutcome = outcome_of(data, self._share, in_first_values=False)
        summary = {
            **outcome.summary,
            "question_id": question_id,
            "timeout_seconds": outcome.counters.life,
        }
        return Output([outcome.row], summary, outcome.message)

    @action(
        read_only=True,
        may_need=(READ_SAVED_QUESTION, READ_QUESTION_HISTORY),
        columns=QUESTIONS,
        summary=(
            Column("num_saved_questions", NUMERIC, examples=(32,)),
            Column("num_questions", NUMERIC, examples=(818,)),
        ),
        message="Saved questions found: 32",
    )
    def list_questions(
        self,
        list_saved_questions: Annotated[
            bool, Param("List saved questions; false lists those asked recently", offered=True)
        ] = False,
        limit: Annotated[
            Optional[int],
            Param("Maximum number of questions; empty for all", minimum=1, examples=(100,)),
        ] = None,
    ) -> Output:
        """List saved questions, or recently asked questions.

        Of those asked recently, each text appears once. Saved questions require the 'read saved
        question' permission, those asked recently 'read question history'.
        """
        questions = self._tanium.questions
        if list_saved_questions:
            rows = questions.list_saved_questions(**({"limit": limit} if limit else {}))
            summary = {"num_saved_questions": len(rows)}
            return Output(rows, summary, f"Saved questions found: {len(rows)}")
        by_text: dict[Any, dict[str, Any]] = {}
        for row in questions.list_questions():
            by_text.setdefault(row.get("query_text"), row)
        rows = list(by_text.values())[:limit]
        return Output(rows, {"num_questions": len(rows)}, f"Questions found: {len(rows)}")

    @action(
        read_only=True,
        permissions=ASK_QUESTION,
        columns=PARSED,
        summary=(Column("number_of_parsed_questions", NUMERIC, examples=(7,)),),
        message="Parsed questions: 7",
    )
    def parse_question(
        self,
        query_text: Annotated[
            str,
            Param(
                "Text of the question",
                contains=(QUESTION_TEXT,),
                examples=("Get Computer Name from all machines",),
            ),
        ],
    ) -> Output:
        """Get the questions that Tanium understands in a text, the best first.

        Use question_text of a result in run query. Tanium guesses when a sensor is misspelt, so
        read the questions before you ask one.
        """
        rows = self._tanium.questions.parse_question(query_text)
        message = f"Parsed questions: {len(rows)}"
        if not rows:
            message = (
                f"Tanium understands no question in {shown(query_text)}, or the account lacks the"
                " right to its sensors."
            )
        return Output(rows, {"number_of_parsed_questions": len(rows)}, message)
