# File: structure.py
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
"""The structured question that is asked for a reading of Tanium's, and whether Tanium asked it.

A reading names its sensors in two places, in `selects` and in the filters of its `group`. A sensor
with parameters is named by its source, with every parameter:

    {"sensor": {"hash": 7, "name": "Custom Text"}}
    {"sensor": {"source_hash": 7, "name": "Custom Text",
                "parameters": [{"key": "||text||", "value": "a"}]}}
"""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from ..errors import ParameterError, TaniumError
from ..numbers import natural_number
from ..parameters.definitions import (
    BadValue,
    Parameter,
    all_parameters,
    defaults_of,
    matched,
    parameters_of,
    sent,
    with_values,
)
from ..tanium.reply import part
from ..words import printable, shown
from .brackets import assigned, max_ages


Row = dict[str, Any]

# What a client may say for a sensor: a list of values in order, or an object by key or label.
Given = Mapping[str, Any]

_FORCED = re.compile(r"\s*get\s*\?[^ ]*forceComputerIdFlag=1", re.IGNORECASE)
# What a sensor is known by, and how it is asked.
_OF_A_SENSOR = (
    *("name", "hash", "id", "source_name", "source_hash", "source_id", "parameters"),
    "max_age_seconds",
)
NUMBER_OF_MACHINES = "the number of machines"


class Reading:
    """One reading of a text, and the sensors that it uses."""

    def __init__(self, text: str, candidate: Row) -> None:
        self.text = text
        self.question: Row = {
            name: copy.deepcopy(candidate[name])
            for name in ("selects", "group")
            if candidate.get(name)
        }
        self.question["selects"] = [
            _only(each, ("sensor", "filter")) for each in self.question["selects"]
        ]
        if candidate.get("force_computer_id_flag") or _FORCED.match(text):
            self.question["force_computer_id_flag"] = True
        # Objects with a `sensor`, in the order of the text.
        self._sensor_uses = list(_sensor_uses(self.question))
        for use in self._sensor_uses:
            use["sensor"] = _only(use["sensor"], _OF_A_SENSOR)
        self._sensor_names = [str(use["sensor"].get("name") or "") for use in self._sensor_uses]
        flat = candidate.get("parameter_values")
        self._filter_values = assigned(
            text, self._sensor_names, flat if isinstance(flat, list) else None
        )
        # The filters of a computer group have their values already.
        self._is_open = [
            values is not None or not use["sensor"].get("parameters")
            for values, use in zip(self._filter_values, self._sensor_uses)
        ]

    @property
    def sensors(self) -> list[str]:
        """The names of the sensors whose parameters are to be given."""
        return [name for name, is_open in zip(self._sensor_names, self._is_open) if is_open]

    def bind(self, sensors: Mapping[str, Row], given: Given) -> None:
        """Give every parameter of every sensor its value: that of `given`, which has them by the
        sensor's name, else that of the text, else the definition's default.
        """
        by_name = _by_name(given, self._sensor_names)
        ages = max_ages(self.text, self._sensor_names)
        for use, name, values, is_open in zip(
            self._sensor_uses, self._sensor_names, self._filter_values, self._is_open
        ):
            wanted = by_name.get(name.casefold())
            if wanted is not None and values is not None:
                raise ParameterError(
                    f"The sensor {shown(name)} has values in the question's text and in"
                    " 'sensor_parameters': give them once."
                )
            if is_open:
                use["sensor"] = _bound(use["sensor"], sensors[name.casefold()], values, wanted)
            if name in ages:
                use["sensor"]["max_age_seconds"] = ages[name]
        for select in self.question["selects"]:
            if isinstance(select.get("filter"), dict):
                select["filter"]["sensor"] = select["sensor"]


def _only(of: Any, names: tuple[str, ...]) -> Row:
    """What a question says of an object; readings may have more of it."""
    return {name: of[name] for name in names if name in of} if isinstance(of, dict) else {}


def _sensor_uses(question: Row) -> Iterator[Row]:
    for select in question.get("selects", []):
        if isinstance(select, dict) and isinstance(select.get("sensor"), dict):
            yield select
    yield from filters_of(question.get("group"))


def filters_of(group: Any) -> Iterator[Row]:
    """The filters of a group and of those in it."""
    if isinstance(group, dict):
        for inner in group.get("sub_groups") or []:
            yield from filters_of(inner)
        for each in group.get("filters") or []:
            if isinstance(each, dict) and isinstance(each.get("sensor"), dict):
                yield each


def _by_name(given: Given, names: list[str]) -> dict[str, Any]:
    known = {name.casefold() for name in names}
    for name in given:
        if name.strip().casefold() not in known:
            raise ParameterError(
                f"Parameter 'sensor_parameters' has values for {shown(name)}, which the question"
                f" does not use: its sensors are {', '.join(map(shown, dict.fromkeys(names)))}."
            )
    return {name.strip().casefold(): value for name, value in given.items()}


def _bound(sensor: Row, row: Row, listed: list[str] | None, wanted: Any) -> Row:
    """The sensor of a select or a filter with its parameters; as it is when it takes none."""
    name = str(row["name"])
    parameters = all_parameters(row)
    if listed is not None:
        values = with_values(name, parameters, listed)
    elif isinstance(wanted, list):
        values = with_values(name, parameters, wanted)
    elif wanted is not None:
        values = _by_key(name, parameters_of(row), wanted)
    else:
        values = defaults_of(parameters)
    if not values:
        return sensor
    number = natural_number(row.get("hash")) or natural_number(sensor.get("hash"))
    source: Row = {"source_hash": number} if number else {"source_name": name}
    return {**source, "name": name, "parameters": values}


def _by_key(name: str, parameters: list[Parameter], wanted: Any) -> list[dict[str, str]]:
    if not isinstance(wanted, dict):
        raise ParameterError(
            f"Parameter 'sensor_parameters' has {shown(wanted)} for the sensor {shown(name)}: use"
            " an object with a value for each parameter, or a list of values."
        )
    try:
        values, unknown = matched(parameters, wanted)
    except BadValue as wrong:
        raise ParameterError(f"The sensor {shown(name)} cannot be asked: {wrong}.") from None
    if unknown:
        names = ", ".join(each.name for each in parameters) or "none"
        raise ParameterError(
            f"The sensor {shown(name)} has no parameter {shown(unknown[0])}: it takes {names}."
        )
    return [
        sent(name, each, values[each.key])
        if each.key in values
        else {"key": f"||{each.key}||", "value": each.default}
        for each in parameters
    ]


def require_same(question: Row, asked: Row, group: Row | None) -> None:
    """Raise TaniumError unless Tanium's object of a question, `asked`, is what was sent. `group` is
    the computer group that limits it.
    """
    text = printable(asked.get("query_text") or "", 300)
    selects = [each for each in asked.get("selects") or [] if isinstance(each, dict)]
    wanted, got = (_sensor_names(each) for each in (question["selects"], selects))
    if not _alike(wanted, got):
        what = text if selects else NUMBER_OF_MACHINES
        raise TaniumError(f"Tanium asked another question: {what}. Its answers are not read.")
    if _filter_values(question.get("group")) - _filter_values(asked.get("group")) and _is_whole(
        asked
    ):
        raise TaniumError(
            f"Tanium asked the question without all of its filters: {text}. Its answers are not"
            " read."
        )
    if bool(question.get("group")) and not asked.get("group"):
        raise TaniumError(f"Tanium asked all machines: {text}. Its answers are not read.")
    if group is not None and not _is_limited(asked, group):
        raise TaniumError(
            f"Tanium does not say that it asked the computer group {shown(group.get('name'))}"
            " only, so the answers are not read. Put the group into the question's text instead:"
            " ... from <group>."
        )


def _sensor_names(selects: list[Row]) -> list[tuple[str, int | None]]:
    found = []
    for each in selects:
        sensor = part(each, "sensor")
        number = sensor.get("source_hash") or sensor.get("hash")
        found.append((str(sensor.get("name") or "").casefold(), natural_number(number)))
    return found


def _alike(wanted: list[tuple[str, int | None]], got: list[tuple[str, int | None]]) -> bool:
    """The same sensors: by name, or by hash where a server gives no name."""
    return len(wanted) == len(got) and all(
        name == other if name and other else number == hashed
        for (name, number), (other, hashed) in zip(wanted, got)
    )


def _filter_values(group: Any) -> Counter[str]:
    return Counter(str(each.get("value")) for each in filters_of(group))


def _is_whole(asked: Row) -> bool:
    """Whether the server tells groups within groups; as specified it does not."""
    group = asked.get("group")
    return isinstance(group, dict) and "sub_groups" in group


def _is_limited(asked: Row, group: Row) -> bool:
    """As the context of the question, or as its only condition."""
    return any(
        isinstance(found, dict) and natural_number(found.get("id")) == natural_number(group["id"])
        for found in (asked.get("context_group"), asked.get("group"))
    )


def require_columns(question: Row, columns: list[Row]) -> None:
    """Raise TaniumError unless a result has columns of each sensor that was asked, in their order,
    which is how the answer to another question shows.
    """
    hashes = [natural_number(each.get("hash")) for each in columns]
    got = [number for at, number in enumerate(hashes) if number and hashes[at - 1 : at] != [number]]
    wanted = [
        None if sensor.get("parameters") else natural_number(sensor.get("hash"))
        for sensor in (each["sensor"] for each in question["selects"])
    ]
    if columns and not got:
        raise TaniumError(
            f"Tanium asked another question: {NUMBER_OF_MACHINES}. Its answers are not read."
        )
    missing = [number for number in wanted if number and number not in got]
    if columns and missing:
        names = ", ".join(shown(each.get("name")) for each in columns)
        raise TaniumError(
            f"Tanium asked another question: its answers have the columns {names}. They are not"
            " returned."
        )
