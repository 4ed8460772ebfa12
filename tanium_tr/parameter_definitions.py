# File: parameter_definitions.py
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
"""The parameters that a sensor is asked with: what its definition says of them, and whether a value
fits (TANIUM_PLATFORM_WIRE 7). Tanium itself checks neither.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from .errors import ParameterError, TaniumError
from .numbers import natural_number, whole_number
from .times import seconds
from .words import counted, printable, shown


SEPARATOR = "SeparatorParameter"
NUMERIC, INTERVAL = "NumericParameter", "NumericIntervalParameter"
CHOICE, LIST, CHECK = "DropDownParameter", "ListParameter", "CheckBoxParameter"
DATE, DATE_RANGE = "DateTimeParameter", "DateTimeRangeParameter"
KINDS = {
    "TextInputParameter": "text",
    "TextAreaParameter": "text area",
    NUMERIC: "number",
    INTERVAL: "interval",
    CHOICE: "choice",
    LIST: "list",
    CHECK: "check box",
    DATE: "date and time",
    DATE_RANGE: "date range",
    SEPARATOR: "separator",
    "PluginParameter": "plug-in",
}
_FLAGS = {"1": "1", "true": "1", "yes": "1", "0": "0", "false": "0", "no": "0"}
_DECIMAL = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?")
_SHOWN_CHOICES = 20


class Parameter(NamedTuple):
    """One parameter of a sensor. `type` is Tanium's, "" where the server does not tell it; `units`
    are names and what a number of them is multiplied with.
    """

    key: str
    type: str = ""
    label: str = ""
    default: str = ""
    help: str = ""
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    longest: int | None = None
    required: bool = False
    units: tuple[tuple[str, Any], ...] = ()

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return f"'{printable(self.key)}'" + (f" ({printable(self.label)})" if self.label else "")

    def as_row(self) -> dict[str, Any]:
        """As actions return it."""
        return {
            "key": self.key,
            "label": self.label,
            "kind": KINDS.get(self.type, self.type or "unknown"),
            "choices": list(self.choices),
            "default": self.default,
            "minimum": self.minimum,
            "maximum": self.maximum,
            "max_length": self.longest,
            "required": self.required,
            "units": [{"name": name, "value": value} for name, value in self.units],
            "help": self.help,
        }


def all_parameters(sensor: dict[str, Any]) -> list[Parameter]:
    """Those of a sensor's object, separators too: JSON in a text, or as specified a list. Raises
    TaniumError for a definition that cannot be read.
    """
    definition = sensor.get("parameter_definition")
    if definition in (None, ""):
        members = sensor.get("parameters")
    else:
        members = _members(definition, str(sensor.get("name")))
    return [_decoded(each) for each in members or [] if isinstance(each, dict)]


def parameters_of(sensor: dict[str, Any]) -> list[Parameter]:
    """Those that take a value."""
    return [each for each in all_parameters(sensor) if each.type != SEPARATOR]


def _members(definition: Any, name: str) -> Any:
    try:
        decoded = json.loads(definition) if isinstance(definition, str) else definition
        return decoded["parameters"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise TaniumError(
            f"The parameter definition of the sensor {shown(name)} cannot be read"
            f" ({type(error).__name__}); check the sensor in Tanium."
        ) from error


def _decoded(member: dict[str, Any]) -> Parameter:
    type_ = _text(member.get("parameterType")).rpartition("::")[2]
    key = member.get("key")
    values = member.get("values")
    units = member.get("units")
    return Parameter(
        _text(key),
        SEPARATOR if key is None else type_,
        _text(member.get("label")),
        _text(member.get("defaultValue") or member.get("default_value") or member.get("value")),
        _text(member.get("helpString")),
        tuple(map(_text, values)) if isinstance(values, list) else (),
        _number(member.get("minimum")),
        _number(member.get("maximum")),
        natural_number(member.get("maxChars")) or None,
        bool(member.get("requireSelection")) or member.get("allowEmptyList") is False,
        tuple((_text(each.get("name")), each.get("value")) for each in units or [] if each),
    )


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _number(value: Any) -> float | None:
    text = _text(value)
    return float(text) if _DECIMAL.fullmatch(text) else None


class BadValue(Exception):
    """A value that does not fit its parameter; the text is what is allowed."""


def with_values(owner: str, parameters: list[Parameter], values: list[str]) -> list[dict[str, str]]:
    """The values of all parameters as they are sent, in order. `owner` is the sensor; an empty
    value leaves the script its default. Raises ParameterError.
    """
    taken = [each for each in parameters if each.type != SEPARATOR]
    values = _without_separators(parameters, values)
    if len(values) != len(taken):
        names = ", ".join(each.name for each in taken) or "none"
        raise ParameterError(
            "Please provide the exact number of parameters expected by the sensor"
            f" {shown(owner)}: it takes {len(taken)} ({names}), but {counted(len(values), 'value')}"
            " came. For parameters which you do not want to add value, please use double quotes"
            ' ("").'
        )
    return [sent(owner, each, value) for each, value in zip(taken, values)]


def _without_separators(parameters: list[Parameter], values: list[str]) -> list[str]:
    """The published app wanted a value for a separator, too; an empty one is dropped."""
    if len(values) != len(parameters):
        return values
    pairs = list(zip(parameters, values))
    if any(each.type == SEPARATOR and value for each, value in pairs):
        return values
    return [value for each, value in pairs if each.type != SEPARATOR]


def defaults_of(parameters: list[Parameter]) -> list[dict[str, str]]:
    """Every parameter with the default of its definition."""
    return [
        {"key": f"||{each.key}||", "value": each.default}
        for each in parameters
        if each.type != SEPARATOR
    ]


def sent(owner: str, parameter: Parameter, value: str) -> dict[str, str]:
    """A parameter and its value as Tanium takes them. Raises ParameterError."""
    try:
        return {"key": f"||{parameter.key}||", "value": _checked(parameter, value)}
    except BadValue as allowed:
        raise ParameterError(
            f"The parameter {parameter.name} of {shown(owner)} is {shown(value)}: {allowed}."
        ) from None


def _checked(parameter: Parameter, value: str) -> str:
    if value == "":
        if parameter.required and not parameter.default:
            raise BadValue(f"a value is required, {_one_of(parameter)}")
        return parameter.default if parameter.required else ""
    if parameter.longest is not None and len(value) > parameter.longest:
        raise BadValue(f"use at most {counted(parameter.longest, 'character')}")
    check = _CHECKS.get(parameter.type)
    return check(parameter, value) if check else value


def _one_of(parameter: Parameter) -> str:
    choices = parameter.choices[:_SHOWN_CHOICES]
    more = ", ..." if len(parameter.choices) > _SHOWN_CHOICES else ""
    return f"one of {', '.join(shown(each) for each in choices)}{more}"


def _numeric(parameter: Parameter, value: str) -> str:
    if not _DECIMAL.fullmatch(value):
        raise BadValue("use a number")
    number = float(value)
    if parameter.minimum is not None and number < parameter.minimum:
        raise BadValue(f"use a number of {parameter.minimum:g} or more")
    if parameter.maximum is not None and number > parameter.maximum:
        raise BadValue(f"use a number of {parameter.maximum:g} or less")
    return value


def _interval(parameter: Parameter, value: str) -> str:
    """Its range is of one unit, and its value may be of another, so that neither bounds it."""
    units = " or ".join(name for name, _ in parameter.units)
    if not _DECIMAL.fullmatch(value):
        raise BadValue(f"use a number{f' (of {units})' if units else ''}")
    return value


def _choice(parameter: Parameter, value: str) -> str:
    if parameter.choices and value not in parameter.choices:
        raise BadValue(f"use {_one_of(parameter)}")
    return value


def _list(parameter: Parameter, value: str) -> str:
    if parameter.choices and not set(value.split("|")) <= set(parameter.choices):
        raise BadValue(f"use {_one_of(parameter)}, several joined by |")
    return value


def _check_box(_: Parameter, value: str) -> str:
    flag = _FLAGS.get(value.strip().casefold())
    if flag is None:
        raise BadValue("use 1 or 0")
    return flag


def _date(_: Parameter, value: str) -> str:
    return _milliseconds(value, "use milliseconds since 1970, or a time like 2026-03-01T10:00:00Z")


def _date_range(_: Parameter, value: str) -> str:
    allowed = "use a start and an end joined by |, each in milliseconds since 1970 or a time"
    ends = value.split("|")
    if len(ends) != 2:
        raise BadValue(allowed)
    first, last = (_milliseconds(each, allowed) for each in ends)
    if (whole_number(first) or 0) > (whole_number(last) or 0):
        raise BadValue("the end is before the start")
    return f"{first}|{last}"


def _milliseconds(value: str, allowed: str) -> str:
    moment = seconds(value.strip())
    if moment is None:
        raise BadValue(allowed)
    return str(round(moment * 1000))


_CHECKS = {
    NUMERIC: _numeric,
    INTERVAL: _interval,
    CHOICE: _choice,
    LIST: _list,
    CHECK: _check_box,
    DATE: _date,
    DATE_RANGE: _date_range,
}
