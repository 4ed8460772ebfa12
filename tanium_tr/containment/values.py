# File: values.py
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
"""The package of each operating system, and the values of its parameters (TANIUM_PLATFORM_WIRE 12).

The packages of the operating systems take different parameters. A parameter of the action is found
in a package's definition by the words of its label, so that no number of parameters and no key is
assumed:

    allow_dns = no    "Allow All DNS" ($3, Windows)    "Allow DNS" ($2, Mac)    ...
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from ..deployment.package_parameters import (
    NAME,
    PreparedPackage,
    given_values,
    package_parameters,
    prepare_values,
)
from ..errors import ParameterError
from ..parameters.definitions import CHECK, Parameter
from ..words import shown


Row = dict[str, Any]

WINDOWS, MAC, LINUX = "Windows", "Mac", "Linux"
SYSTEMS = (WINDOWS, MAC, LINUX)
APPLY = {
    WINDOWS: "Apply Windows IPsec Quarantine",
    MAC: "Apply Mac PF Quarantine",
    LINUX: "Apply Linux IPTables Quarantine",
}
REMOVE = {
    WINDOWS: "Remove Windows IPsec Quarantine",
    MAC: "Remove Mac PF Quarantine",
    LINUX: "Remove Linux IPTables Quarantine",
}
_BEGINNINGS = {"win": WINDOWS, "mac": MAC, "os x": MAC, "darwin": MAC, "linux": LINUX}


class Named(NamedTuple):
    """A parameter of the action, and the words that the label of a package's parameter has."""

    name: str
    words: frozenset[str]
    is_flag: bool = False
    is_needed: bool = True  # without it the endpoint would not be quarantined as asked for


NAMED = (
    Named("message", frozenset({"message"}), is_needed=False),
    Named("allow_dns", frozenset({"allow", "dns"}), is_flag=True),
    Named("allow_dhcp", frozenset({"allow", "dhcp"}), is_flag=True),
    Named("allow_tanium_servers", frozenset({"allow", "tanium", "servers"}), is_flag=True),
    Named("custom_rules", frozenset({"rules"})),
    Named("vpn_servers", frozenset({"vpn"})),
)
CUSTOM = frozenset({"custom"})


def system_of(platform: str) -> str:
    """The operating system by Tanium's word for it; "" for another one."""
    plain = platform.strip().casefold()
    by_beginning = (name for start, name in _BEGINNINGS.items() if plain.startswith(start))
    # A question gives the system's own name, such as "Red Hat Enterprise Linux 9.4".
    return next(by_beginning, LINUX if "linux" in plain else "")


def prepare_named(package: Row, text: str | None, named: dict[str, str]) -> PreparedPackage:
    """A package with the values of `named`, those of `text` by key or label, and for the rest the
    defaults of its definition. Raises ParameterError, TaniumError for a definition that cannot be
    read.
    """
    parameters = package_parameters(package)
    given: dict[str, Any] = given_values(text) if text else {}
    notes = []
    for each in NAMED:
        if each.name not in named:
            continue
        found = _parameter_for(package, parameters, each)
        if found is not None:
            if _is_given(found, given):
                raise ParameterError(
                    f"Both '{each.name}' and '{NAME}' have a value for {found.name}: use one of"
                    " them. Nothing was issued."
                )
            given[found.key] = named[each.name]
        else:
            notes.append(
                f"The package {shown(package.get('name'))} has no parameter for '{each.name}',"
                " which is left out."
            )
    notes += _customized(parameters, given)
    prepared = prepare_values(package, given, with_defaults=True)
    notes += [*_ignored(prepared, given), *_cut_off(prepared)]
    return prepared._replace(note=" ".join(notes))


def _parameter_for(package: Row, parameters: list[Parameter], named: Named) -> Parameter | None:
    found = [
        each
        for each in parameters
        if named.words <= _label_words(each) and (each.type == CHECK) is named.is_flag
    ]
    if len(found) == 1 or not (found or named.is_needed):
        return found[0] if found else None
    several = ", ".join(each.name for each in found)
    taken = ", ".join(each.name for each in parameters) or "no parameters"
    why = f"has several parameters for it ({several})" if found else f"takes {taken}"
    raise ParameterError(
        f"Parameter '{named.name}' does not fit the package {shown(package.get('name'))}, which"
        f" {why}. Use '{NAME}' with a key or a label. Nothing was issued."
    )


def _customized(parameters: list[Parameter], given: dict[str, Any]) -> list[str]:
    """Without its custom configuration a package leaves open what it always does."""
    boxes = [each for each in parameters if _is_custom(each)]
    if len(boxes) != 1 or _is_given(boxes[0], given) or not _configured(parameters, given):
        return []
    given[boxes[0].key] = "1"
    return [f"{boxes[0].name} is turned on, because the values are its own."]


def _ignored(prepared: PreparedPackage, given: dict[str, Any]) -> list[str]:
    """The values that a package ignores, because its custom configuration is off."""
    pairs = [*zip(prepared.parameters, prepared.values)]
    boxes = [(each, value) for each, value in pairs if _is_custom(each)]
    names = ", ".join(each.name for each in _configured(prepared.parameters, given))
    if len(boxes) != 1 or boxes[0][1] == "1" or not names:
        return []
    return [f"{boxes[0][0].name} is off: the package ignores {names}."]


def _is_custom(parameter: Parameter) -> bool:
    return parameter.type == CHECK and _label_words(parameter) >= CUSTOM


def _configured(parameters: list[Parameter], given: dict[str, Any]) -> list[Parameter]:
    """What is given of a custom configuration: everything but the message."""
    message = NAMED[0].words
    return [
        each
        for each in parameters
        if _is_given(each, given) and not (_is_custom(each) or message <= _label_words(each))
    ]


def _cut_off(prepared: PreparedPackage) -> list[str]:
    """Whether the values may leave no way back to Tanium."""
    pairs = [*zip(prepared.parameters, prepared.values)]
    boxes = [value for each, value in pairs if _is_custom(each)]
    servers = next(each for each in NAMED if each.name == "allow_tanium_servers")
    closed = [
        each.name for each, value in pairs if servers.words <= _label_words(each) and value != "1"
    ]
    if "1" not in boxes or not closed:
        return []
    return [
        f"{closed[0]} is off: the endpoint may lose its Tanium server, and then cannot be released"
        " through Tanium."
    ]


def _is_given(parameter: Parameter, given: dict[str, Any]) -> bool:
    names = {parameter.key.casefold(), parameter.label.casefold()}
    return any(name.strip().casefold() in names for name in given)


def _label_words(parameter: Parameter) -> frozenset[str]:
    return frozenset(re.findall("[a-z0-9]+", parameter.label.casefold()))
