# File: alert_details.py
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
"""What an alert's `details` say, whichever of their shapes they have (TANIUM_WIRE section 3).

Details are JSON in a text, an object, or anything else; nothing here ever fails because of them.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple


class MatchedFile(NamedTuple):
    """The file an alert is about; what is not known is empty. A hash is one, or empty."""

    path: str = ""
    md5: str = ""
    sha1: str = ""
    sha256: str = ""


class AlertDetails(NamedTuple):
    event_type: str = ""
    file: MatchedFile = MatchedFile()


_HASH = {name: re.compile(rf"[0-9a-fA-F]{{{length}}}") for name, length in (("md5", 32), ("sha1", 40), ("sha256", 64))}


def read_details(details: Any) -> AlertDetails:
    match = _at(_decoded(details), "match")
    properties = _at(match, "properties")
    event_type = _at(match, "type")
    # A recorder match has the file as an object, a port match within its process, a file at rest has it flat.
    for candidate in (_at(properties, "file"), _at(properties, "process", "file"), properties):
        found = _file(candidate)
        if any(found):
            break
    else:
        found = MatchedFile()
    return AlertDetails(event_type if isinstance(event_type, str) else "", found)


def _decoded(details: Any) -> Any:
    if not isinstance(details, str):
        return details
    try:
        return json.loads(details)
    except (ValueError, RecursionError):
        return None


def _at(value: Any, *keys: str) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _file(value: Any) -> MatchedFile:
    path = _at(value, "fullpath")
    return MatchedFile(path if isinstance(path, str) else "", *(_hash(_at(value, name), name) for name in _HASH))


def _hash(value: Any, name: str) -> str:
    return value if isinstance(value, str) and _HASH[name].fullmatch(value) else ""
