# File: bulk.py
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
"""What concerns many rows at once."""

from __future__ import annotations

from typing import Any

from dev.simulator.errors import Rejected


def delete_all(stored: dict[Any, Any], ids: object, name: str) -> None:
    """Deletes all of `ids` from `kept`, or none when one of them is unknown (404); `name` is what
    they are the ids of.
    """
    if not isinstance(ids, list) or not ids:
        raise Rejected(400, f"ids must be a list of {name} ids", listed=True)
    for each in ids:
        if not isinstance(each, (int, str)) or each not in stored:
            raise Rejected(404, f"{name[0].upper()}{name[1:]} '{each}' not found")
    for each in ids:
        stored.pop(each, None)
