# File: signals.py
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
"""Tanium signals, intel documents that carry no ID of their own."""

from __future__ import annotations

import json
from typing import Any

from ..errors import ParameterError
from ..parse import split_list
from ..words import shown


SIGNAL = "tanium-signal"
MEMBERS = ("name", "description", "platforms", "contents")


def updated_signal(stored: dict[str, Any], content: bytes) -> dict[str, Any]:
    """The stored signal with the members that a file holds. Raises ParameterError."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ParameterError(f"The signal is not UTF-8 text ({error}).") from error
    return combined_signal(stored, text)


def combined_signal(
    stored: dict[str, Any], text: str | None, given: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The stored signal with what is new: `text` is the signal's text, or a JSON object of
    `contents` and others of MEMBERS; the members that are `given` apart win. Raises ParameterError.
    """
    signal = {name: stored.get(name) for name in MEMBERS}
    if text:
        new = _json_object(text)
        signal.update({"contents": text} if new is None else new)
    signal.update({name: value for name, value in (given or {}).items() if value})
    if isinstance(signal["platforms"], str):
        signal["platforms"] = split_list(signal["platforms"])
    _require_valid(signal)
    return signal


def is_same_signal(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two signals differ in nothing that a person has written."""
    return _comparable(one) == _comparable(other)


def _comparable(signal: dict[str, Any]) -> list[Any]:
    platforms = signal.get("platforms") or []
    return [
        *(str(signal.get(name) or "").strip() for name in ("name", "description", "contents")),
        sorted(map(str, split_list(platforms) if isinstance(platforms, str) else platforms)),
    ]


def _json_object(text: str) -> dict[str, Any] | None:
    """The object that a text is in JSON; None for the text of a signal, which is none."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    unknown = [name for name in found if name not in MEMBERS]
    if unknown or "contents" not in found:
        raise ParameterError(
            "The signal is a JSON object, which needs 'contents' and may have name, description"
            f" and platforms; it has {', '.join(map(shown, found)) or 'nothing'}."
        )
    return found


def _require_valid(signal: dict[str, Any]) -> None:
    missing = [name for name in ("name", "platforms", "contents") if signal[name] is None]
    if missing:
        raise ParameterError(f"The signal has no {', '.join(missing)}. Specify it.")
    for name in ("name", "contents"):
        if not isinstance(signal[name], str) or not signal[name].strip():
            raise ParameterError(f"The signal's {name} is {shown(signal[name])}: use text.")
    platforms = signal["platforms"]
    if (
        not isinstance(platforms, list)
        or not platforms
        or not all(isinstance(each, str) and each for each in platforms)
    ):
        raise ParameterError(
            f"The signal's platforms are {shown(platforms)}: use a list such as"
            ' ["windows", "linux", "mac"].'
        )
    if not isinstance(signal["description"], (str, type(None))):
        raise ParameterError(
            f"The signal's description is {shown(signal['description'])}: use text."
        )
