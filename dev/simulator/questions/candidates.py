# File: candidates.py
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
"""What `parse_question` makes of a text: readings, the best first.

A text that follows the grammar has one reading that is canonical, and guesses beside it where
sensors have similar names. Any other text is guessed at: `Get` and `from all machines` are added,
and a text that is still no question, as one with an unknown sensor, becomes questions for the
sensors with similar names or with a word in common.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import replace
from typing import Any, NamedTuple

from dev.simulator import seed
from dev.simulator.questions.grammar import NotQuestion, Reading
from dev.simulator.questions.model import Catalogue, Question, Select, SensorUse, UnknownSensor
from dev.simulator.questions.objects import group_object, select_object
from dev.simulator.questions.structure import FindGroup
from dev.simulator.questions.text import name_text, question_text


GUESSES = 3
_WORD = re.compile(r"\w{3,}")
_NO_SENSOR = {"all", "and", "from", "get", "machines", "number", "the", "what", "with", "which"}
_SIMILAR = 0.6


class Candidate(NamedTuple):
    question: Question
    canonical: bool
    parameter_values: tuple[str, ...] = ()

    def as_object(self) -> dict[str, Any]:
        """Production's flat object: the values are not bound to their sensors."""
        text = question_text(self.question)
        selects = self.question.selects
        row: dict[str, Any] = {
            "from_canonical_text": int(self.canonical),
            "question_text": text,
            "selects": [
                select_object(replace(each, use=replace(each.use, given={}))) for each in selects
            ],
            "sensor_references": [
                {
                    "name": each.use.sensor.name,
                    "real_ms_avg": 12,
                    "start_char": str(max(text.find(name_text(each.use.sensor.name)), 0)),
                }
                for each in selects
            ],
        }
        if self.question.group is not None:
            row["group"] = group_object(self.question.group)
        if self.parameter_values:
            row["parameter_values"] = list(self.parameter_values)
        return row


def candidates(text: str, catalogue: Catalogue, find_group: FindGroup) -> list[Candidate]:
    """All readings of a text; none for one that no sensor has to do with."""
    exact = read(text, catalogue, find_group)
    if exact is not None:
        return [exact, *_alternatives(exact.question, catalogue)]
    for completed in _completed(text):
        found = read(completed, catalogue, find_group)
        if found is not None:
            guess = found._replace(canonical=False)
            return [guess, *_alternatives(found.question, catalogue)]
    return _guesses(text, catalogue)


def read(text: str, catalogue: Catalogue, find_group: FindGroup) -> Candidate | None:
    """The reading of a text that follows the grammar and names existing sensors."""
    try:
        reading = Reading(text, catalogue, find_group)
        return Candidate(reading.question(), reading.canonical, tuple(reading.parameter_values))
    except (NotQuestion, UnknownSensor):
        return None


def _completed(text: str) -> list[str]:
    with_get = text if re.match(r"\s*get\b", text, re.IGNORECASE) else f"Get {text}"
    return [with_get, f"{with_get} from all machines"]


def _alternatives(question: Question, catalogue: Catalogue) -> list[Candidate]:
    """The same question with a sensor of a similar name in place of the first."""
    if not question.selects:
        return []
    first, *rest = question.selects
    similar = _similar(first.use.sensor.name, catalogue, first.use.sensor)
    return [
        Candidate(Question((Select(SensorUse(sensor)), *rest), question.group), canonical=False)
        for sensor in similar
    ]


def _guesses(text: str, catalogue: Catalogue) -> list[Candidate]:
    head = re.split(r"\bfrom\b", text, flags=re.IGNORECASE)[0]
    words = {word.casefold() for word in _WORD.findall(head)} - _NO_SENSOR
    common = [
        sensor
        for sensor in catalogue.sensors
        if not sensor.hidden and words & {word.casefold() for word in _WORD.findall(sensor.name)}
    ]
    near = _similar(re.sub(r"^\s*get\s+", "", head, flags=re.IGNORECASE), catalogue, None)
    found = [*near, *(sensor for sensor in common if sensor not in near)]
    return [
        Candidate(Question((Select(SensorUse(sensor)),)), canonical=False)
        for sensor in found[:GUESSES]
    ]


def _similar(
    name: str, catalogue: Catalogue, without: seed.SensorSeed | None
) -> list[seed.SensorSeed]:
    names = {
        sensor.name.casefold(): sensor
        for sensor in catalogue.sensors
        if sensor is not without and not sensor.hidden
    }
    close = difflib.get_close_matches(name.strip().casefold(), list(names), GUESSES, _SIMILAR)
    return [names[each] for each in close]
