# File: package_parameters.py
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
"""The parameters of a package, from what a person gave to what Tanium is sent.

A package has its parameters in its definition, keys $1, $2, ...; a separator has no key and takes
no value (TANIUM_PLATFORM_WIRE 7 and 9). Tanium checks neither keys nor values, so that all of it is
checked here, before anything is sent. The values come in one of three forms:

    {"$1": "ws1", "$2": true}                      by key, as published
    {"Server": "ws1", "apply custom config": 1}    by label, in any case
    [{"key": "$1", "value": "ws1"}, ...]           as Tanium itself writes them

The first two may be in single quotes, as SOAR writes an object into a text. Sent are texts:

    [{"key": "$1", "value": "ws1"}, {"key": "$2", "value": "1"}]
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from ..errors import ParameterError
from ..parameters.definitions import BadValue, Parameter, allowed, checked, matched, parameters_of
from ..parameters.json_values import json_value, misplaced, object_in_text
from ..words import printable, shown


Row = dict[str, Any]

NAME = "package_parameters"  # of the action's parameter
# Part of a command that each endpoint fills in with what a sensor says there.
_SENSOR_SOURCED = re.compile(r"\|\|([^|\s][^|]*)\|\|")


class PreparedPackage(NamedTuple):
    """A package with the values of its parameters, all of them checked. `values` are texts, in the
    order of `parameters`.
    """

    package: Row
    parameters: list[Parameter]
    values: list[str]
    note: str = ""  # what the analyst should know

    @property
    def sent(self) -> list[dict[str, str]]:
        """As Tanium takes them: `[{"key": "$1", "value": "ws1"}]`."""
        pairs = zip(self.parameters, self.values)
        return [{"key": each.key, "value": value} for each, value in pairs]

    @property
    def package_spec(self) -> Row:
        """What an action or a saved action says of its package."""
        found: Row = {"source_id": self.package["id"]}
        return {**found, "parameters": self.sent} if self.sent else found

    @property
    def command(self) -> str:
        """The command line as Tanium runs it; what is sourced from sensors stays as it is."""
        command = str(self.package.get("command") or "")
        values = {each.key: value for each, value in zip(self.parameters, self.values)}
        keys = "|".join(map(re.escape, sorted(values, key=len, reverse=True)))
        if not keys:
            return command
        return re.sub(f"({keys})(?![0-9])", lambda found: values[found.group(1)], command)

    @property
    def rows(self) -> list[Row]:
        """For whoever looks at it before it is issued: `{key, label, value}` of each."""
        return [
            {"key": each.key, "label": each.label, "value": value}
            for each, value in zip(self.parameters, self.values)
        ]


def package_parameters(package: Row) -> list[Parameter]:
    """Those of a package that take a value. Raises TaniumError for a definition that cannot be
    read.
    """
    return parameters_of(package, "package")


def sensor_sourced(package: Row) -> list[str]:
    """The sensors from which each endpoint fills in a part of the command: `Computer_Name` of
    `||Computer_Name||`.
    """
    return list(dict.fromkeys(_SENSOR_SOURCED.findall(str(package.get("command") or ""))))


def prepare(package: Row, text: str | None) -> PreparedPackage:
    """A package with the values of a text, in any of the forms above. Raises ParameterError,
    TaniumError for a definition that cannot be read.
    """
    parameters = package_parameters(package)
    if not parameters:
        note = f"The package takes no parameters: {NAME} is ignored." if text else ""
        return PreparedPackage(package, [], [], note)
    return prepare_values(package, given_values(text) if text else {})


def prepare_values(
    package: Row, given: Mapping[str, Any], *, with_defaults: bool = False
) -> PreparedPackage:
    """A package with values by key or label; an empty one leaves the script its default. Every
    parameter needs a value, or gets its definition's default with `with_defaults`. Raises
    ParameterError, TaniumError for a definition that cannot be read.
    """
    parameters, name = package_parameters(package), str(package.get("name"))
    try:
        found, unknown = matched(parameters, given)
    except BadValue as wrong:
        raise ParameterError(f"Parameter '{NAME}' cannot be used: {wrong}.") from None
    if unknown:
        keys = ", ".join(map(shown, unknown))
        taken = ", ".join(each.name for each in parameters) or "no parameters"
        raise ParameterError(
            f"The following key(s) are incorrect: {keys}. Please provide correct key(s): the"
            f" package {shown(name)} takes {taken}."
        )
    missing = [] if with_defaults else [each for each in parameters if each.key not in found]
    if missing:
        raise _missing(name, missing)
    values = [
        checked(name, each, "" if value is None else value)
        for each in parameters
        for value in [found.get(each.key, each.default)]
    ]
    return PreparedPackage(package, parameters, values)


def _missing(name: str, missing: list[Parameter]) -> ParameterError:
    described = "; ".join(
        f"{each.name}, {allowed(each)}"
        + (f", by default {shown(each.default)}" if each.default else "")
        for each in missing
    )
    return ParameterError(
        f"Please provide all the required package parameters in '{NAME}' parameter: the package"
        f" {shown(name)} also needs {described}. An empty text leaves a parameter its default."
    )


def given_values(text: str) -> dict[str, Any]:
    """Values by key or label, from a text."""
    if not text.lstrip().startswith("["):
        return object_in_text(NAME, text)
    found: dict[str, Any] = {}
    for at, member in enumerate(json_value(NAME, text, list)):
        place = f"{NAME}[{at}]"
        if not isinstance(member, dict) or not isinstance(member.get("key"), str):
            raise misplaced(NAME, place, 'is not an object like {"key": "$1", "value": "..."}')
        unknown = member.keys() - {"key", "value", "type"}
        if unknown:
            raise misplaced(NAME, f"{place}.{printable(min(unknown))}", "is not known: use value")
        if member["key"] in found:
            raise misplaced(NAME, place, f"has the key {shown(member['key'])} a second time")
        found[member["key"]] = member.get("value")
    return found
