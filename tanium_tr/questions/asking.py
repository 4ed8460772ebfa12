# File: asking.py
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
"""Asking: from a text to a question that Tanium has asked, and nothing else.

1. Tanium reads the text, and one reading of it is chosen (`candidates`).
2. Every sensor of the reading that takes parameters gets them (`structure`).
3. The question is asked as a structure, limited to a computer group by its id.
4. Where it has more than plain sensors, what Tanium asked is read back and compared; the columns of
   its answers are compared in any case.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import ApiError, TaniumError
from ..tanium.questions import Answers
from ..words import shown
from .candidates import canonical
from .structure import Given, Reading, require_same
from .waiting import AnswersWait, AwaitedAnswers, WantedAnswers


if TYPE_CHECKING:
    from ..soar.platform import SoarPlatform
    from ..tanium.clients import Tanium


Row = dict[str, Any]

OWN_LIFE = 120  # seconds, of what the app asks for itself


class AskedQuestion(NamedTuple):
    """A question: its id, its text as Tanium writes it, and the structure that was sent."""

    id: int
    text: str
    question: Row


def ask(
    tanium: Tanium,
    soar: SoarPlatform,
    text: str,
    *,
    group_name: str,
    life: int,
    given: Given,
) -> AskedQuestion:
    """Ask the question that a text is, for `life` seconds. Raises ParameterError where it is not
    certain what is meant, TaniumError where Tanium asked something else.
    """
    candidate = canonical(text, tanium.questions.parse_question(text))
    reading = Reading(text, candidate)
    reading.bind(tanium.sensors.get_sensors(reading.sensors), given)
    return _post(tanium, soar, reading, str(candidate["question_text"]), group_name, life)


def ask_sensors(
    tanium: Tanium,
    soar: SoarPlatform,
    names: Sequence[str],
    *,
    group_name: str = "",
    life: int,
    filters: Row | None = None,
) -> AskedQuestion:
    """Ask for these sensors, which exist, with the defaults of their parameters, for `life`
    seconds. `filters` is a group of the endpoints that are asked. Raises as `ask`.
    """
    found = tanium.sensors.get_sensors([*names])
    rows = [found[name.casefold()] for name in names]
    selects = [{"sensor": {"name": row["name"], "hash": row.get("hash")}} for row in rows]
    reading = Reading("", {"selects": selects, "group": filters})
    used = {name.casefold(): found[name.casefold()] for name in reading.sensors}
    reading.bind(used, {})
    text = f"Get {' and '.join(str(row['name']) for row in rows)} from all machines"
    return _post(tanium, soar, reading, text, group_name, life)


def ask_for_itself(
    tanium: Tanium, soar: SoarPlatform, question: Row, *, purpose: str, wanted: WantedAnswers
) -> AwaitedAnswers:
    """The answers, one row an endpoint, to what the app asks for its own purpose: `question` has
    the sensors (`selects`) and who is asked (`group`, `context_group`). Raises TaniumError where
    Tanium asked something else.
    """
    whole = {**question, "force_computer_id_flag": True, "expire_seconds": OWN_LIFE}
    number = _create(tanium, soar, whole)
    group = whole.get("context_group")
    if group or "group" in whole:
        require_same(whole, tanium.questions.get_question(number), group)
    name, answers = f"Question {number} ({purpose})", Answers("question", number)
    return AnswersWait(tanium, soar, answers, wanted, name=name, is_new=True).run()


def _create(tanium: Tanium, soar: SoarPlatform, question: Row) -> int:
    expires = datetime.fromtimestamp(soar.time() + question["expire_seconds"], timezone.utc)
    return tanium.questions.create_question(question, expires=expires)


def _post(
    tanium: Tanium, soar: SoarPlatform, reading: Reading, text: str, group_name: str, life: int
) -> AskedQuestion:
    question = {**reading.question, "expire_seconds": life}
    group = tanium.groups.get_group(group_name) if group_name else None
    if group is not None:
        question["context_group"] = {"id": group["id"]}
    number = _create(tanium, soar, question)
    if group is not None or _is_more_than_sensors(question):
        _read_back(tanium, number, question, group)
    return AskedQuestion(number, text, question)


def _is_more_than_sensors(question: Row) -> bool:
    return bool(question.get("group")) or any(
        select.get("filter") or select["sensor"].get("parameters") for select in question["selects"]
    )


def _read_back(tanium: Tanium, number: int, question: Row, group: Row | None) -> None:
    try:
        asked = tanium.questions.get_question(number)
    except ApiError as error:
        raise TaniumError(
            f"Question {number} was asked, but what Tanium asked cannot be read: {error} Its"
            f" answers can be read by {shown('get question results')}."
        ) from error
    require_same(question, asked, group)
