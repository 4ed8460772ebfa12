# File: values.py
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
"""What the simulator's parts make of their seeds, each time they start."""

from __future__ import annotations

import uuid
from functools import lru_cache
from typing import TypeVar


Value = TypeVar("Value")


@lru_cache(maxsize=1024)
def uuid_of(name: str) -> str:
    """The uuid that something has in every simulator."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"simulator-{name}"))


def copied(value: Value) -> Value:
    """A copy of JSON values; much faster than `copy.deepcopy`, which takes anything."""
    made: object = value
    if isinstance(value, dict):
        made = {name: copied(item) for name, item in value.items()}
    elif isinstance(value, list):
        made = [copied(item) for item in value]
    return made  # type: ignore[return-value]
