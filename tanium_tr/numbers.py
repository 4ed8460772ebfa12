# File: numbers.py
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
"""The one reader of whole numbers and ids. A bool is not a number, and a digit is one of 0 to 9.

Numbers have at most 64 bits, because SOAR cannot store longer ones.
"""

from __future__ import annotations

import re
from typing import Any


_TOO_LARGE = 2**64
LONGEST_ID = 20  # digits; all that 64 bits can hold
LONG_ID = f"[0-9]{{1,{LONGEST_ID}}}"


def whole_number(value: Any) -> int | None:
    """A number that a user or a playbook gives: also with a sign, and with zeros behind the decimal
    point, because SOAR turns 5 into 5.0.
    """
    if isinstance(value, str):
        match = re.fullmatch(r"([+-]?[0-9]{1,20})(\.0*)?", value)
        value = int(match.group(1)) if match else None
    elif isinstance(value, float):
        # From 2**53 on a float may have lost digits of the number that was meant.
        value = int(value) if value.is_integer() and abs(value) < 2**53 else None
    return value if _is_int(value) and abs(value) < _TOO_LARGE else None


def natural_number(value: Any) -> int | None:
    """An id or a count in an answer: a number from 0 on, or its digits as text, as databases give
    long ones. Nothing else, because a server writes neither a sign nor a float for them.
    """
    if isinstance(value, str):
        # Many times in each alert, for which a pattern would take twice as long.
        is_id = value.isdecimal() and value.isascii() and len(value) <= LONGEST_ID
        value = int(value) if is_id else None
    return value if _is_int(value) and 0 <= value < _TOO_LARGE else None


def id_in_text(text: str) -> int | None:
    """An id that is written in a text, of up to 18 digits: any database can look for it, also one
    whose integers have 64 bits with a sign.
    """
    return int(text) if re.fullmatch("[0-9]{1,18}", text) else None


def as_number(value: Any) -> Any:
    """The number that a string of digits is; anything else as it is."""
    number = natural_number(value) if isinstance(value, str) else None
    return value if number is None else number


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
