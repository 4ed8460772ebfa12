# File: wrapped_rows.py
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
"""Rows inside one object, as Connect sends them with "Wrap Data with Text":

    {"Tanium Threat Response": [{"Alert Id": "1"}, {"Alert Id": "2"}]}

The exact form is not public. So an object is a wrapper when its only array holds objects and no
column says which computer or alert it is about; an object in an object is looked into as well.
"""

from __future__ import annotations

from typing import Any

from .columns import may_be_row


DEEPEST_WRAPPER = 5  # objects around an array of rows
NEITHER = (
    "The object is neither a row nor wrapped around rows: send columns with values, or one array of"
    " rows in an object."
)


def rows_within(value: dict[str, Any], depth: int = DEEPEST_WRAPPER) -> list[Any] | None:
    """What an object is wrapped around; None when it is none of these objects."""
    if not depth or may_be_row(value):
        return None
    arrays = [item for item in value.values() if isinstance(item, list)]
    if len(arrays) == 1 and _holds_rows(arrays[0]):
        return arrays[0]
    if len(value) != 1:
        return None
    (inner,) = value.values()
    if isinstance(inner, dict) and inner:
        rows = rows_within(inner, depth - 1)
        return [inner] if rows is None and may_be_row(inner) else rows
    return inner if inner == [] else None


def is_neither(value: dict[str, Any]) -> bool:
    """Whether an object has several columns, and in them nothing but lists of objects."""
    return (
        len(value) > 1
        and not may_be_row(value)
        and any(isinstance(item, list) for item in value.values())
        and not any(map(_is_column, value.values()))
    )


def _is_column(item: Any) -> bool:
    if isinstance(item, list):
        return bool(item) and not any(isinstance(each, dict) for each in item)
    return not isinstance(item, dict)


def _holds_rows(items: list[Any]) -> bool:
    return any(isinstance(item, dict) for item in items) and {} not in items
