# File: storable.py
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
"""JSON as SOAR's database takes it."""

from __future__ import annotations

import math
import re
from typing import Any


DEEPEST = 100  # levels of a raw record

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(value: Any, depth: int = DEEPEST) -> Any:
    """The same JSON without what a JSON database refuses: NUL, lone surrogates, numbers beyond 64
    bits, bottomless nesting.
    """
    if value is None:
        return None
    if isinstance(value, str):
        return value if is_plain(value) else _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, int):
        return value if -(2**63) <= value < 2**64 else hex(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if not depth:
        return "(nested too deeply)"
    if isinstance(value, (list, tuple)):
        return [storable(item, depth - 1) for item in value]
    if not is_plain("".join(value)):
        value = {_UNSTORABLE.sub("\ufffd", name): item for name, item in value.items()}
    return {
        name: item if isinstance(item, str) and is_plain(item) else storable(item, depth - 1)
        for name, item in value.items()
    }


def is_deeper(value: Any, levels: int) -> bool:
    """Whether JSON is nested deeper than this, however deep it is."""
    members = [value]
    for _ in range(levels):
        members = [
            inner
            for each in members
            if type(each) in (dict, list)
            for inner in (each.values() if type(each) is dict else each)
            if type(inner) in (dict, list)
        ]
        if not members:
            return False
    return True


def is_plain(text: str) -> bool:
    """Whether the database surely takes the text; a quick check that nearly all texts pass."""
    return text.isascii() and "\0" not in text
