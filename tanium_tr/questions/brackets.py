# File: brackets.py
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
"""The values of sensors' parameters in a question's text: `Sensor["a, b",c]`.

Tanium's reading has them in one flat list, without their sensors, so that each bracket is looked up
here, with the name before it. Text in double quotes is skipped, so that no bracket in a value
counts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ..errors import ParameterError
from ..words import counted, shown


_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_VALUE = re.compile(r'\s*(?:"((?:[^"]|"")*)"|([^",\]\[]*))\s*([,\]])')
_MAX_AGE = re.compile(r"\?maxAge=([0-9]{1,9})\b", re.IGNORECASE)


class Bracket(NamedTuple):
    """The values behind one mention of a sensor."""

    sensor: str
    values: list[str]


def brackets(text: str, sensors: Sequence[str]) -> list[Bracket]:
    """All brackets of a text, each with the sensor that it follows. Raises ParameterError for one
    that cannot be read, or that follows none of these sensors.
    """
    found, position = [], 0
    while position < len(text):
        quoted = _QUOTED.match(text, position)
        if quoted:
            position = quoted.end()
        elif text[position] == "[":
            values, end = _values(text, position + 1)
            found.append(Bracket(_owner(text[:position], sensors), values))
            position = end
        else:
            position += 1
    return found


def _values(text: str, position: int) -> tuple[list[str], int]:
    values, start = [], position
    while True:
        match = _VALUE.match(text, position)
        if match is None:
            raise ParameterError(
                f"The values after '[' at character {start} of the question cannot be read: put"
                " each one that has a comma, a quote or a bracket in double quotes, and double a"
                " quote inside."
            )
        quoted, bare, end = match.groups()
        values.append(bare.strip() if quoted is None else quoted.replace('""', '"'))
        position = match.end()
        if end == "]":
            return values, position


def _owner(before: str, sensors: Sequence[str]) -> str:
    """The sensor whose name ends a text; of two, the longer name."""
    words = " ".join(before.replace('"', " ").casefold().split())
    for name in sorted(sensors, key=len, reverse=True):
        plain = " ".join(name.replace('"', " ").casefold().split())
        if plain and words.endswith(plain) and not words[: -len(plain)][-1:].isalnum():
            return name
    raise ParameterError(
        f"The question has values in brackets after {shown(before[-60:])}, which is not one of"
        " its sensors."
    )


def assigned(text: str, uses: Sequence[str], flat: Sequence[str] | None) -> list[list[str] | None]:
    """The values of each use of a sensor, in the order of `uses`; None for one without a bracket.
    `flat` are all values as Tanium read them. Raises ParameterError where it is not certain which
    values belong to which use.
    """
    found = brackets(text, list(dict.fromkeys(uses)))
    values = [value.strip() for bracket in found for value in bracket.values]
    if flat is not None and values != [str(value).strip() for value in flat]:
        raise ParameterError(
            f"Tanium read {counted(len(flat), 'parameter value')} in the question, where its text"
            f" has {len(values)}: put each value in double quotes, and double a quote inside."
        )
    by_sensor: dict[str, list[list[str]]] = {}
    for bracket in found:
        by_sensor.setdefault(bracket.sensor, []).append(bracket.values)
    assignments: list[list[str] | None] = [None] * len(uses)
    for name, given in by_sensor.items():
        places = [at for at, use in enumerate(uses) if use == name]
        if len(places) != len(given):
            mentions = counted(len(places), "time")
            raise ParameterError(
                f"The question mentions the sensor {shown(name)} {mentions}, with values in"
                f" brackets {counted(len(given), 'time')}: give them at each."
            )
        for at, each in zip(places, given):
            assignments[at] = each
    return assignments


def max_ages(text: str, sensors: Sequence[str]) -> dict[str, int]:
    """Sensor -> seconds, for each mention with an option like `?maxAge=600`."""
    found = {}
    text = _QUOTED.sub(lambda quoted: quoted[0].replace("?", " "), text)  # no option in a value
    for match in _MAX_AGE.finditer(text):
        before = re.sub(r"\[[^\]]*\]\s*$", "", text[: match.start()])
        found[_owner(before, sensors)] = int(match[1])
    return found
