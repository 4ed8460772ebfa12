# File: json_shapes.py
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
"""Parts of the JSON schemas by which Connect's bodies are checked, in any dialect."""

from __future__ import annotations

from typing import Any


Row = dict[str, Any]

TEXT = {"type": "string"}
FLAG = {"type": "boolean"}
NAME = {"type": "string", "pattern": r"\S"}
LOG_LEVEL = {"enum": [10, 20, 30, 40, 50, 60]}


def object_of(properties: Row, *required: str) -> Row:
    """The schema of an object; members that it does not name are free."""
    return {"type": "object", "properties": properties, "required": list(required)}
