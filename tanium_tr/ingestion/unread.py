# File: unread.py
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
"""What no reader knows in a piece of an alert, so that the next new shape loses nothing: each
scalar with the way to it.

    {"pid": 7, "registry": {"key": "HKLM", "values": [1, 2]}}    with `pid` known:
    ("registry", "key") HKLM    ("registry", "values") 1    ("registry", "values") 2
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Optional

from .values import scalar_text


DEEPEST_UNREAD = 20  # levels

Way = tuple[str, ...]
Scalar = tuple[Way, str]
# What a reader takes of an object: for each member what is known of an object in its place.
Known = dict[str, Optional["Known"]]


def known(*names: str, **objects: Known) -> Known:
    """Members that are read as scalars, and those that are objects."""
    return {**dict.fromkeys(names), **objects}


def unread(value: Any, read: Known, way: Way = ()) -> Iterator[Scalar]:
    """The scalars of an object but those that are read."""
    if not isinstance(value, dict) or len(way) >= DEEPEST_UNREAD:
        return
    for name, item in value.items():
        if name not in read:
            yield from scalars(item, (*way, name))
        elif isinstance(item, (dict, list)):
            yield from _within_known(item, read[name], (*way, name))
        elif read[name] is not None:  # where a reader wants an object
            yield from scalars(item, (*way, name))


def _within_known(item: Any, read: Known | None, way: Way) -> Iterator[Scalar]:
    if read is not None and isinstance(item, dict):
        yield from unread(item, read, way)
    else:
        yield from scalars(item, way)


def scalars(value: Any, way: Way, depth: int = DEEPEST_UNREAD) -> Iterator[Scalar]:
    """Every text, number and Boolean in a piece of JSON."""
    if isinstance(value, (dict, list)):
        items = value.items() if isinstance(value, dict) else ((None, item) for item in value)
        for name, item in items if depth else ():
            yield from scalars(item, way if name is None else (*way, name), depth - 1)
        return
    text = scalar_text(value)
    if text:
        yield way, text
