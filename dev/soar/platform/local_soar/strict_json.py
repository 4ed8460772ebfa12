# File: strict_json.py
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
"""JSON as SOAR takes it: objects with text keys, arrays, text, finite numbers, true, false, null -
and nothing that merely converts; and JSON as SOAR's database, PostgreSQL, stores it.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any


# Levels. PostgreSQL has some thousand; every Python reads and writes this many, however deep in its
# own calls it does so.
DEEPEST = 500

_PLAIN = frozenset({str, int, bool, type(None)})
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_MAY_BE_UNSTORABLE = re.compile(r"\\u(0000|d[89a-f])")  # in JSON of ASCII, as `dumps` writes it


def check(value: Any, where: str, depth: int = DEEPEST) -> None:
    """TypeError that names the path of the first part that is no strict JSON, and for more than
    `depth` levels; `where` names the root.
    """
    if type(value) in _PLAIN:
        return
    if not depth:
        raise TypeError(f"{where[:40]}... is nested more than {DEEPEST} levels deep")
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError(f"{where} has the key {key!r}, which is not text")
            if type(item) not in _PLAIN:
                check(item, f"{where}.{key}", depth - 1)
    elif isinstance(value, list):
        for position, item in enumerate(value):
            if type(item) not in _PLAIN:
                check(item, f"{where}[{position}]", depth - 1)
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise TypeError(f"{where} is {value}, which JSON cannot express")
    elif not isinstance(value, (str, int)):
        raise TypeError(f"{where} is of type {type(value).__name__}, which is not valid in JSON")


def check_storable(value: Any, where: str) -> None:
    """TypeError for what is no strict JSON, and for what PostgreSQL refuses in it: NUL and lone
    surrogates, in texts and in keys.
    """
    text = dumps(value, where)
    # A look at the text is quick; one at every part of the value tells which it is.
    if not _MAY_BE_UNSTORABLE.search(text):
        return
    rest = [value]
    while rest:
        each = rest.pop()
        if isinstance(each, str):
            _check_text(each, where)
        elif isinstance(each, dict):
            rest += [*each, *each.values()]
        elif isinstance(each, list):
            rest += each


def _check_text(text: str, where: str) -> None:
    found = None if text.isascii() and "\0" not in text else _UNSTORABLE.search(text)
    if found:
        raise TypeError(
            f"{where} cannot be stored: unsupported Unicode escape sequence"
            f" \\u{ord(found[0]):04x} in {text[:40]!a}"
        )


def dumps(value: Any, where: str) -> str:
    """The JSON text of a value that passes `check`."""
    check(value, where)
    return json.dumps(value, allow_nan=False)
