# File: own_fields.py
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
"""Fields for what no reader knows: called by its own name in camel case, with the names above it in
front where that name is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from .cef import field_value
from .unread import Scalar, Way


MOST_OWN_FIELDS = 100  # of one record
LONGEST_FIELD = 200  # characters of a name

_FIELDS = {"artifact_hash": "taniumArtifactId", "instance_hash": "taniumInstanceId"}


def add_own_fields(fields: dict[str, Any], found: Iterable[Scalar], left_out: list[str]) -> None:
    """Into `fields`, each scalar that they do not show under its name already; several of one name
    are joined.
    """
    texts: dict[Way, dict[str, None]] = {}
    for way, text in found:
        texts.setdefault(way, {})[text] = None
    for way, values in list(texts.items())[:MOST_OWN_FIELDS]:
        _add_field(fields, way, ", ".join(values))
    if len(texts) > MOST_OWN_FIELDS:
        left_out.append(f"{len(texts) - MOST_OWN_FIELDS} of {len(texts)} further values")


def _add_field(fields: dict[str, Any], way: Way, text: str) -> None:
    for name in _names(way):
        value, shown = field_value(name, text), fields.get(name)
        if value and shown in (value, text):
            return
        if value and not shown:
            fields[name] = value
            return


def _names(way: Way) -> Iterator[str]:
    """From the shortest to those that may hold any text."""
    if way[-1] in _FIELDS:
        yield _FIELDS[way[-1]]
    longer = [" ".join(way[start:]) for start in range(len(way) - 1, -1, -1)]
    names = [camel_case(label[-LONGEST_FIELD:]) or "field" for label in longer]
    yield from names
    yield f"{names[-1]}Text"
    yield from (f"{names[-1]}Text{number}" for number in range(2, MOST_OWN_FIELDS + 2))


@lru_cache(maxsize=1024)
def camel_case(label: str) -> str:
    """`Question Name` and `question_name` as CEF would have it: `questionName`."""
    first, *others = re.findall(r"[A-Za-z0-9]+", label) or [""]
    return first[:1].lower() + first[1:] + "".join(word[:1].upper() + word[1:] for word in others)
