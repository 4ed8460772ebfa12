# File: text.py
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
"""A question or a group as text, in the canonical form."""

from __future__ import annotations

import re

from dev.simulator.questions.model import Filter, Group, Question, Select, SensorUse


RESERVED = frozenset(
    {
        *("all", "and", "any", "contain", "containing", "contains", "does", "equals", "ending"),
        *("ends", "get", "having", "in", "match", "matches", "matching", "not", "or", "starting"),
        *("starts", "with"),
    }
)
"""Words of the grammar; what holds one must be quoted."""

NUMBER_OF_MACHINES = "number of machines"

_SPECIAL_IN_VALUE = re.compile(r'[\s".,:?$()\[\]]')
_SPECIAL_IN_NAME = re.compile(r'[".,:?$()\[\]]|^\s|\s$|\s\s')
_COMPARED = {
    "Greater": "greater than",
    "GreaterEqual": "greater than or equal to",
    "Less": "less than",
    "LessEqual": "less than or equal to",
}
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_PLAIN = r"((?:[^\\.^$*+?()\[\]{}|]|\\[\\.^$*+?()\[\]{}|])+)"
_PATTERNS = (
    (re.compile(rf"\.\*{_PLAIN}\.\*", re.DOTALL), "contains", "does not contain"),
    (re.compile(rf"{_PLAIN}\.\*", re.DOTALL), "starts with", None),
    (re.compile(rf"\.\*{_PLAIN}", re.DOTALL), "ends with", None),
)


def quoted(text: str) -> str:
    """In double quotes; one inside is doubled."""
    return '"' + text.replace('"', '""') + '"'


def value_text(text: str) -> str:
    """A value, quoted where the grammar wants it."""
    if not text or _SPECIAL_IN_VALUE.search(text) or text.casefold() in RESERVED:
        return quoted(text)
    return text


def name_text(name: str) -> str:
    """The name of a sensor or a group, quoted where the grammar wants it."""
    words = {*name.casefold().split()}
    return quoted(name) if _SPECIAL_IN_NAME.search(name) or words & RESERVED else name


def question_text(question: Question) -> str:
    forced = "?forceComputerIdFlag=1" if question.force_computer_id else ""
    if not question.selects and question.group is None:
        return f"Get{forced} {NUMBER_OF_MACHINES}"
    columns = [_select_text(each) for each in question.selects] or [NUMBER_OF_MACHINES]
    *first, last = columns
    listed = f"{', '.join(first)} and {last}" if first else last
    condition = "" if question.group is None else group_text(question.group)
    return f"Get{forced} {listed} from all machines" + (f" with {condition}" if condition else "")


def group_text(group: Group) -> str:
    """The condition; empty for every computer, the name for a manual group."""
    if group.members is not None or group.id in _NAMED_ONLY:
        return _with_not(name_text(group.name), group.negated and group.members is not None)
    texts = [group_text(each) for each in group.sub_groups]
    alone = len(group.filters) + len([text for text in texts if text]) == 1
    parts = [
        text if alone or not _is_compound(each) else f"({text})"
        for each, text in zip(group.sub_groups, texts)
        if text
    ] + [filter_text(each) for each in group.filters]
    joined = (" and " if group.and_flag else " or ").join(parts)
    return _with_not(f"({joined})" if group.negated and len(parts) > 1 else joined, group.negated)


def filter_text(condition: Filter) -> str:
    return f"{use_text(condition.use)} {condition_text(condition)}"


def condition_text(condition: Filter) -> str:
    """Operator and value."""
    negated, value = condition.negated, condition.value
    if condition.operator == "Equal":
        return f"{'does not equal' if negated else 'equals'} {value_text(value)}"
    if condition.operator == "RegexMatch":
        for pattern, positive, negative in _PATTERNS:
            found = pattern.fullmatch(value)
            word = negative if negated else positive
            if found and word:
                return f"{word} {value_text(_ESCAPED.sub(lambda each: each[1], found[1]))}"
        return f"{'does not match' if negated else 'matches'} {value_text(value)}"
    word = _COMPARED.get(condition.operator, "hash equals")
    return f"{'not ' if negated else ''}{word} {value_text(value)}"


def use_text(use: SensorUse) -> str:
    """A sensor with its values and its age."""
    values = f"[{','.join(_parameter(value) for value in use.values())}]" if use.given else ""
    age = f"?maxAge={use.max_age}" if use.max_age is not None else ""
    return f"{name_text(use.sensor.name)}{values}{age}"


_NAMED_ONLY = (2,)
"""No Computers has no condition that a text could say."""


def _parameter(value: str) -> str:
    return quoted(value) if re.search(r'[",\[\]]|^\s|\s$', value) else value


def _select_text(select: Select) -> str:
    text = use_text(select.use)
    return f"{text} {condition_text(select.filter)}" if select.filter else text


def _is_compound(group: Group) -> bool:
    return len(group.filters) + len(group.sub_groups) > 1 and group.members is None


def _with_not(text: str, negated: bool) -> str:
    return f"not {text}" if negated and text else text
