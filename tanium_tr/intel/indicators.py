# File: indicators.py
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
"""Hashes, addresses and names of hosts, from which Tanium's quick add makes intel."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable

from ..errors import ParameterError
from ..words import counted, first_few, shown


FILE_HASHES, NETWORK_INDICATORS = "File Hashes", "Network Indicators"
KINDS = (FILE_HASHES, NETWORK_INDICATORS)

MOST_SHOWN = 20  # values in a message

_HASH_DIGITS = (32, 40, 64)  # MD5, SHA-1, SHA-256
_HEX = re.compile("[0-9a-fA-F]{24,}")  # a host is not called so; a hash of a wrong length is
_LABEL = "[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOST = re.compile(rf"(?=.{{1,254}}$)(?:{_LABEL}\.)*(?=[^.]*[A-Za-z]){_LABEL}\.?")


def indicators_of(texts: Iterable[str]) -> dict[str, list[str]]:
    """Kind of indicator -> its values, each once; a text may hold several, one a line.

    Raises ParameterError that names the values that are not indicators.
    """
    values = [line.strip() for text in texts for line in text.splitlines() if line.strip()]
    found: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}
    refused = []
    for value in values:
        kind = _kind(value)
        if kind:
            found[kind].setdefault(normal_form(value), value)
        else:
            refused.append(value)
    if refused or not values:
        problem = f"holds {named(refused)}" if refused else "holds no value"
        raise ParameterError(
            f"Parameter 'values' {problem}: use MD5, SHA-1 and SHA-256 hashes, IP addresses,"
            " domains and host names. Nothing was added."
        )
    return {kind: list(by_form.values()) for kind, by_form in found.items() if by_form}


def normal_form(value: str) -> str:
    """The same for two spellings of one indicator."""
    try:
        return str(ipaddress.ip_address(value))
    except ValueError:
        return value.casefold().rstrip(".")


def without(values: Iterable[str], texts: Iterable[str]) -> list[str]:
    """The values that are not among the texts."""
    forms = {normal_form(text) for text in texts}
    return [value for value in values if normal_form(value) not in forms]


def named(values: list[str]) -> str:
    """Values in a message, such as `2 refused values ('a b', '1.2.3')`."""
    names = first_few(values, shown, most=MOST_SHOWN)
    return f"{counted(len(values), 'refused value')} ({names})"


def _kind(value: str) -> str | None:
    if _HEX.fullmatch(value):
        return FILE_HASHES if len(value) in _HASH_DIGITS else None
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return NETWORK_INDICATORS if _HOST.fullmatch(value) else None
    return NETWORK_INDICATORS
