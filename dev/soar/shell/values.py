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
"""Values from `name=value`, by the types that the app's manifest declares."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import Any

from phantom.utils import isfloat

from dev.soar.shell.usage import UsageError


def parsed_values(words: list[str], declared: dict[str, Any], what: str) -> dict[str, Any]:
    values = {}
    for word in words:
        name, equals, text = word.partition("=")
        if not equals or name not in declared:
            raise UsageError(
                f"{name!r} is not valid here; use name=value. {what}:"
                f" {', '.join(declared) or 'none'}"
            )
        values[name] = _converted(name, _text(text), declared[name].get("data_type"))
    return values


def _text(text: str) -> str:
    if text.startswith("@@"):
        return text[1:]
    if not text.startswith("@"):
        return text
    try:
        return Path(text[1:]).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise UsageError(f"{text[1:]}: {error}") from error


def _converted(name: str, text: str, data_type: str | None) -> Any:
    if data_type == "numeric" and isfloat(text) and math.isfinite(float(text)):
        return int(float(text)) if float(text).is_integer() else float(text)
    if data_type == "boolean" and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if data_type in ("numeric", "boolean"):
        print(f"Warning: {name} is {data_type}; {text!r} is sent as text", file=sys.stderr)
    return text
