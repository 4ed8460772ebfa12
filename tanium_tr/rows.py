# File: rows.py
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
"""Reading rows as Tanium gives them."""

from __future__ import annotations

from typing import Any


def part(row: dict[str, Any], key: str) -> dict[str, Any]:
    """The object at a key of a row that Tanium gives; empty where there is none."""
    found = row.get(key)
    return found if isinstance(found, dict) else {}
