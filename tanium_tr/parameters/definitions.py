# File: definitions.py
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
"""The parameters of sensors and packages: what a definition says of them, and whether a value fits
(TANIUM_PLATFORM_WIRE 7). Tanium itself checks neither.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Callable, NamedTuple

from ..declare import BOOLEAN, NUMERIC as NUMBER, Column
from ..errors import ParameterError, TaniumError
from ..numbers import natural_number, whole_number
from ..times import seconds
from ..words import counted, printable, shown


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


def parameter_columns(key: str, label: str) -> tuple[Column, ...]:
    """The columns of the definitions that actions return; `key` and `label` are examples."""
    at = "parameters.*"
    return (
        Column(f"{at}.key", examples=(key,)),
        Column(f"{at}.label", examples=(label,)),
        Column(f"{at}.kind", examples=tuple(KINDS.values())),
        *(Column(f"{at}.{name}") for name in ("choices.*", "default")),
        *(Column(f"{at}.{name}", NUMBER) for name in ("minimum", "maximum", "max_length")),
        Column(f"{at}.required", BOOLEAN),
        Column(f"{at}.units.*.name"),
        Column(f"{at}.units.*.value", NUMBER),
        Column(f"{at}.help"),
    )


class Parameter(NamedTuple):
    """One parameter. `type` is Tanium's, "" where the server does not report it; `units` are names
    and what a number of them is multiplied with.
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


def all_parameters(owner: dict[str, Any], kind: str = "sensor") -> list[Parameter]:
    """Those of an object, separators too: JSON in a text, or as specified a list. `kind` is the
    object's word in messages. Raises TaniumError for a definition that cannot be read.
    """
    definition = owner.get("parameter_definition")
    if definition in (None, ""):
        members = owner.get("parameters")
    else:
        members = _members(definition, kind, str(owner.get("name")))
    return [_decoded(each) for each in members or [] if isinstance(each, dict)]


def parameters_of(owner: dict[str, Any], kind: str = "sensor") -> list[Parameter]:
    """Those that take a value."""
    return [each for each in all_parameters(owner, kind) if each.type != SEPARATOR]


def _members(definition: Any, kind: str, name: str) -> Any:
    try:
        decoded = json.loads(definition) if isinstance(definition, str) else definition
        return list(decoded["parameters"] or [])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise TaniumError(
            f"The parameter definition of the {kind} {shown(name)} cannot be read"
            f" ({type(error).__name__}); check the {kind} in Tanium."
        ) from error


def _decoded(member: dict[str, Any]) -> Parameter:
    type_ = _text_or_empty(member.get("parameterType")).rpartition("::")[2]
    key = member.get("key")
    values = member.get("values")
    units = member.get("units")
    return Parameter(
        _text_or_empty(key),
        SEPARATOR if key is None else type_,
        _text_or_empty(member.get("label")),
        _text_or_empty(
            member.get("defaultValue") or member.get("default_value") or member.get("value")
        ),
        _text_or_empty(member.get("helpString")),
        tuple(map(_text_or_empty, values)) if isinstance(values, list) else (),
        _number(member.get("minimum")),
        _number(member.get("maximum")),
        natural_number(member.get("maxChars")) or None,
        bool(member.get("requireSelection")) or member.get("allowEmptyList") is False,
        tuple(
            (_text_or_empty(each.get("name")), each.get("value")) for each in units or [] if each
        ),
    )


def _text_or_empty(value: Any) -> str:
    return "" if value is None else str(value)


def _number(value: Any) -> float | None:
    text = _text_or_empty(value)
    return float(text) if _DECIMAL.fullmatch(text) else None


class BadValue(Exception):
    """A value that does not fit its parameter; the text is what is allowed."""


def with_values(owner: str, parameters: list[Parameter], values: list[Any]) -> list[dict[str, str]]:
    """The values of all parameters as they are sent, in order. `owner` is the sensor; an empty
    value leaves the script its default. Raises ParameterError.
    """
    taken = [each for each in parameters if each.type != SEPARATOR]
    values = _without_separators(parameters, values)
    if len(values) != len(taken):
        names = ", ".join(each.name for each in taken) or "none"
        raise ParameterError(
            "Please provide the exact number of parameters expected by the sensor"
            f" {shown(owner)}: it takes {len(taken)} ({names}), but received"
            f" {counted(len(values), 'value')}. For parameters which you do not want to add value,"
            ' please use double quotes ("").'
        )
    return [sent(owner, each, value) for each, value in zip(taken, values)]


def _without_separators(parameters: list[Parameter], values: list[Any]) -> list[Any]:
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
    """A sensor's parameter and its value as Tanium takes them. Raises ParameterError."""
    return {"key": f"||{parameter.key}||", "value": checked(owner, parameter, value)}


def checked(owner: str, parameter: Parameter, value: Any) -> str:
    """A value as it is sent. `owner` is the sensor or package. Raises ParameterError."""
    try:
        return _checked(parameter, as_text(value))
    except BadValue as allowed:
        raise ParameterError(
            f"The parameter {parameter.name} of {shown(owner)} is {shown(value)}: {allowed}."
        ) from None


def as_text(value: Any) -> str:
    """A member of a JSON object as the text of a value; a list is one of several choices. Raises
    BadValue.
    """
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return "|".join(value)
    if isinstance(value, float) and (number := whole_number(value)) is not None:
        return str(number)
    if isinstance(value, (str, int, float)):
        return str(value)
    raise BadValue("use text or a number")


def matched(
    parameters: list[Parameter], given: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """By the parameters' keys, the values that are given by key or label in any case; and the names
    that are neither. Raises BadValue for a name that does not say whose value it is.
    """
    found: dict[str, Any] = {}
    unknown = []
    for name, value in given.items():
        named = _named(parameters, name)
        if not named:
            unknown.append(name)
            continue
        if len(named) > 1:
            keys = ", ".join(shown(each.key) for each in named)
            raise BadValue(f"{shown(name)} is the name of several parameters: use a key ({keys})")
        if named[0].key in found:
            raise BadValue(f"{named[0].name} has two values: use one")
        found[named[0].key] = value
    return found, unknown


def _named(parameters: list[Parameter], name: str) -> list[Parameter]:
    """Those with this key; where there is none, those with this label."""
    folded = name.strip().casefold()
    by_key = [each for each in parameters if each.key.casefold() == folded]
    exact = [each for each in by_key if each.key == name]
    return exact or by_key or [each for each in parameters if folded == each.label.casefold() != ""]


def _checked(parameter: Parameter, value: str) -> str:
    if value == "":
        if parameter.required and not parameter.default:
            raise BadValue(f"a value is required, {allowed(parameter)}")
        return parameter.default if parameter.required else ""
    if parameter.longest is not None and len(value) > parameter.longest:
        raise BadValue(f"use at most {counted(parameter.longest, 'character')}")
    fitting = _CHECKS[parameter.type](parameter, value) if parameter.type in _CHECKS else value
    if fitting is None:
        raise BadValue(f"use {allowed(parameter)}")
    return fitting


def allowed(parameter: Parameter) -> str:
    """What a value of a parameter may be, for messages."""
    if parameter.type in (CHOICE, LIST) and parameter.choices:
        return _one_of(parameter) + (", several joined by |" if parameter.type == LIST else "")
    if parameter.type == NUMERIC:
        return f"a number{_between(parameter)}"
    if parameter.type == INTERVAL:
        units = " or ".join(name for name, _ in parameter.units)
        return f"a number (of {units})" if units else "a number"
    longest = parameter.longest
    text = f"text of at most {counted(longest, 'character')}" if longest else "text"
    return _ALLOWED.get(parameter.type, text)


def _one_of(parameter: Parameter) -> str:
    choices = parameter.choices[:_SHOWN_CHOICES]
    more = ", ..." if len(parameter.choices) > _SHOWN_CHOICES else ""
    return f"one of {', '.join(shown(each) for each in choices)}{more}"


def _between(parameter: Parameter) -> str:
    least, most = parameter.minimum, parameter.maximum
    if least is not None and most is not None:
        return f" from {least:.15g} to {most:.15g}"
    if least is not None:
        return f" of {least:.15g} or more"
    return "" if most is None else f" of {most:.15g} or less"


# Each gives the value to send, None for one that does not fit.


def _numeric(parameter: Parameter, value: str) -> str | None:
    number = _number(value)
    least, most = parameter.minimum, parameter.maximum
    is_outside = number is None or (least is not None and number < least)
    return None if is_outside or (most is not None and float(value) > most) else value


def _interval(_: Parameter, value: str) -> str | None:
    """Its range is of one unit, and its value may be of another, so that neither bounds it."""
    return value if _DECIMAL.fullmatch(value) else None


def _choice(parameter: Parameter, value: str) -> str | None:
    return value if not parameter.choices or value in parameter.choices else None


def _list(parameter: Parameter, value: str) -> str | None:
    is_known = not parameter.choices or set(value.split("|")) <= set(parameter.choices)
    return value if is_known else None


def _check_box(_: Parameter, value: str) -> str | None:
    return _FLAGS.get(value.strip().casefold())


def _date(_: Parameter, value: str) -> str | None:
    moment = seconds(value.strip())
    return None if moment is None else str(round(moment * 1000))


def _date_range(parameter: Parameter, value: str) -> str | None:
    first, *others = (_date(parameter, each) for each in value.split("|"))
    if first is None or len(others) != 1 or others[0] is None:
        return None
    if (whole_number(first) or 0) > (whole_number(others[0]) or 0):
        raise BadValue("the end is before the start")
    return f"{first}|{others[0]}"


_CHECKS: dict[str, Callable[[Parameter, str], str | None]] = {
    NUMERIC: _numeric,
    INTERVAL: _interval,
    CHOICE: _choice,
    LIST: _list,
    CHECK: _check_box,
    DATE: _date,
    DATE_RANGE: _date_range,
}
_ALLOWED = {
    CHECK: "1 or 0",
    DATE: "milliseconds since 1970, or a time like 2026-03-01T10:00:00Z",
    DATE_RANGE: "a start and an end joined by |, each in milliseconds since 1970 or a time",
}
