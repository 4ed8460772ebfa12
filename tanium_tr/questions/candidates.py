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
"""Which of the readings that Tanium offers for a text is the one that is meant.

Tanium guesses: a text with a misspelt sensor gets readings with other sensors. So a reading counts
only when Tanium itself calls it canonical, or when its text is the one that was given but for
case, quotes and blanks. Example: `get computer name from all machines`.

    Get Computer Name from all machines     the same text: it is asked
    Get Computer ID from all machines       another one: it never is
"""

from __future__ import annotations

import re
from typing import Any

from ..errors import ParameterError
from ..tanium.reply import objects, part
from ..words import first_few, printable, shown


REFUSED = "Please provide a valid parsed question accepted by Tanium server."
LONGEST_READING = 300
SHOWN_READINGS = 5

_QUOTES = str.maketrans("", "", "\"'")
_OTHER_QUOTES = re.compile(r"[\u2018-\u201f]|(?<!\w)'[^']*'(?!\w)")
_OPERATORS = (
    r"(?:does not )?(?:equals?|contains?|match(?:es)?)|(?:starts?|ends?) with"
    r"|(?:greater|less) than(?: or equal to)?"
)
_UNQUOTED = re.compile(
    rf"\b(?:{_OPERATORS})\s+(?P<value>[^\"\[\]()]+?)(?=\s+(?:and|or)\s|[()\"]|$)", re.IGNORECASE
)
_NEEDS_QUOTES = re.compile(r'[\s.,:?$"]')
_ADDRESS = re.compile(r"[0-9a-fA-F.:]+")


def canonical(text: str, candidates: list[dict[str, Any]]) -> dict[str, Any]:
    """The one reading that is asked. Raises ParameterError, which shows what Tanium understands."""
    readings = {
        plain(str(each["question_text"])): each
        for each in reversed(candidates)
        if each.get("question_text") and _names_its_sensors(each.get("selects"))
    }
    same = readings.get(plain(text))
    if same:
        return same
    marked = [each for each in readings.values() if each.get("from_canonical_text") in (1, True)]
    if len(marked) == 1:
        return marked[0]
    raise ParameterError(_refusal_of(text, candidates, len(marked)))


def _names_its_sensors(selects: Any) -> bool:
    sensors = (
        [part(each, "sensor") for each in objects(selects)] if isinstance(selects, list) else []
    )
    return (
        bool(sensors) and len(sensors) == len(selects) and all(each.get("name") for each in sensors)
    )


def plain(text: str) -> str:
    """A text without what makes no difference between a question and its canonical form."""
    return " ".join(text.translate(_QUOTES).casefold().split())


def _refusal_of(text: str, candidates: list[dict[str, Any]], marked: int) -> str:
    texts = [str(each.get("question_text") or "a question without a text") for each in candidates]
    if not texts:
        offered = (
            "Tanium understands no question in this text, or the account lacks the right to its"
            " sensors."
        )
    elif marked > 1:
        offered = f"Tanium understands {marked} questions in this text: {_numbered_list(texts)}"
    else:
        offered = (
            f"Tanium does not accept this text as it is. It understands: {_numbered_list(texts)}"
        )
    return " ".join(filter(None, [REFUSED, offered, unquoted_values(text), other_quotes(text)]))


def _numbered_list(texts: list[str]) -> str:
    numbered = [f"({at}) {printable(each, LONGEST_READING)}" for at, each in enumerate(texts, 1)]
    return f"{first_few(numbered, str, most=SHOWN_READINGS, between=' ')}."


def other_quotes(text: str) -> str:
    """A sentence about characters that look like double quotes or like nothing, and are parts of
    the text to Tanium; "" without any.
    """
    is_clean = all(each.isprintable() or each.isspace() for each in text)
    if is_clean and not _OTHER_QUOTES.search(text):
        return ""
    return 'The text contains quotes other than ", or invisible characters: use " alone.'


def unquoted_values(text: str) -> str:
    """A sentence about the values of filters that must be in double quotes; "" without any."""
    values = [
        found["value"].strip()
        for found in _UNQUOTED.finditer(text)
        if _NEEDS_QUOTES.search(found["value"].strip())
        and not _ADDRESS.fullmatch(found["value"].strip())
    ]
    if not values:
        return ""
    listed = ", ".join(map(shown, values))
    return f"Put values with blanks or any of . , : ? $ in double quotes: {listed}."
