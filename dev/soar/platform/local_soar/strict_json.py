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
and nothing that merely converts.
"""

from __future__ import annotations

import json
import math
from typing import Any


_PLAIN = frozenset({str, int, bool, type(None)})


def check(value: Any, where: str) -> None:
    """TypeError that names the path of the first part that is no strict JSON; `where` names the
    root.
    """
    if type(value) in _PLAIN:
        return
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError(f"{where} has the key {key!r}, which is not text")
            if type(item) not in _PLAIN:
                check(item, f"{where}.{key}")
    elif isinstance(value, list):
        for position, item in enumerate(value):
            if type(item) not in _PLAIN:
                check(item, f"{where}[{position}]")
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise TypeError(f"{where} is {value}, which JSON cannot express")
    elif not isinstance(value, (str, int)):
        raise TypeError(f"{where} is of type {type(value).__name__}, which is not valid in JSON")


def dumps(value: Any, where: str) -> str:
    """The JSON text of a value that passes `check`."""
    check(value, where)
    return json.dumps(value, allow_nan=False)
