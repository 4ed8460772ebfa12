# File: sorting.py
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
"""The columns that a list is sorted by."""

from __future__ import annotations

from typing import Callable

from ..errors import ParameterError
from ..words import shown


def sort_columns(sort: str | None, allowed: tuple[str, ...]) -> str:
    """Columns to sort by, in their order; `-` before one means descending. Raises ParameterError
    for an unknown one.
    """
    advice = f"one or more of {', '.join(allowed)}, with - before it for descending"
    return checked_columns(sort, lambda name: name in allowed, advice)


def checked_columns(sort: str | None, is_column: Callable[[str], bool], advice: str) -> str:
    """The same for columns that no list names; `advice` says what to use instead of a wrong one."""
    columns = [column.strip() for column in (sort or "").split(",") if column.strip()]
    for column in columns:
        if not is_column(column[1:] if column[0] in "+-" else column):
            raise ParameterError(f"Parameter 'sort' names {shown(column)}: use {advice}.")
    return ",".join(columns)
