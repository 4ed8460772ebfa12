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
"""The one reader of whole numbers and ids that come as numbers or as text."""

from __future__ import annotations

import re
from typing import Any


def whole_number(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        match = re.fullmatch(r"([+-]?[0-9]{1,20})(\.0*)?", value)
        return int(match.group(1)) if match else None
    if isinstance(value, float):
        # From 2**53 on a float may have lost digits of the number that was meant.
        return int(value) if value.is_integer() and abs(value) < 2**53 else None
    return value if isinstance(value, int) and abs(value) < 2**64 else None


def id_of(value: Any) -> int | None:
    """An id that Tanium gives as a number or as a string of up to 20 digits; None for anything
    else.
    """
    return int(value) if re.fullmatch("[0-9]{1,20}", str(value)) else None
