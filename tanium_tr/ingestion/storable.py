# File: storable.py
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
"""Texts as SOAR takes them, and identifiers for what has none of its own."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from ..storable import storable


def shortened(text: str, longest: int) -> str:
    """The text, storable and at most `longest` characters long."""
    text = text if len(text) <= longest else f"{text[: longest - 1]}…"
    cleaned: str = storable(text)
    return cleaned


def identifier(kind: str, *content: str) -> str:
    """For what has no identifier of its own: short, and the same for the same content."""
    return f"{kind}:{hashlib.sha256(json.dumps(content).encode()).hexdigest()[:32]}"


def canonical(raw: dict[str, Any]) -> str:
    """The same text for equal objects, whatever the order of their members."""
    return json.dumps(raw, sort_keys=True)
