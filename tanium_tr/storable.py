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
from itertools import chain
from typing import Any


DEEPEST = 100  # levels of a raw record

_FEW = 20  # levels that the quick check looks at
_BATCH = 100  # items of a list that it looks at together, so that it takes little memory
_CONTAINERS = frozenset((dict, list))
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
        return _storable_items(value, depth - 1)
    if not is_plain("".join(value)):
        value = {_UNSTORABLE.sub("\ufffd", name): item for name, item in value.items()}
    return {
        name: item if isinstance(item, str) and is_plain(item) else storable(item, depth - 1)
        for name, item in value.items()
    }


def _storable_items(items: list[Any] | tuple[Any, ...], depth: int) -> list[Any]:
    stored: list[Any] = []
    for start in range(0, len(items), _BATCH):
        batch = list(items[start : start + _BATCH])
        is_quick = depth > _FEW and _is_surely_storable(batch)
        stored += batch if is_quick else [storable(item, depth) for item in batch]
    return stored


def _is_surely_storable(values: list[Any]) -> bool:
    """Whether these may stay as they are, which nearly all may: the texts of each level of nesting
    are looked at together, in half the time that one after the other takes.
    """
    for _ in range(_FEW):
        texts = [value for value in values if type(value) is str]
        others = [value for value in values if type(value) is not str and value is not None]
        containers = [value for value in others if type(value) in _CONTAINERS]
        names = chain.from_iterable(each for each in containers if type(each) is dict)
        if not is_plain("".join(chain(texts, names))):
            return False
        if len(containers) < len(others) and not all(map(_is_container_or_fits, others)):
            return False
        if not containers:
            return True
        values = _members(containers)
    return False


def _is_container_or_fits(value: Any) -> bool:
    if type(value) is int:
        return -(2**63) <= value < 2**64
    return type(value) in _CONTAINERS or type(value) is bool


def _members(containers: list[Any]) -> list[Any]:
    return [
        inner for each in containers for inner in (each.values() if type(each) is dict else each)
    ]


def is_deeper(value: Any, levels: int) -> bool:
    """Whether JSON is nested deeper than this, however deep it is."""
    containers = [value] if type(value) in _CONTAINERS else []
    for _ in range(levels):
        if not containers:
            return False
        containers = [
            inner
            for each in containers
            for inner in (each.values() if type(each) is dict else each)
            if type(inner) in _CONTAINERS
        ]
    return bool(containers)


def is_plain(text: str) -> bool:
    """Whether the database surely takes the text; a quick check that nearly all texts pass."""
    return text.isascii() and "\0" not in text
