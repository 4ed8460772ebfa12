# File: words.py
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
"""Texts for messages: counts, and values from elsewhere made fit to be read."""

from __future__ import annotations

from typing import Any


LONGEST_SHOWN = 100  # characters of a value in a message


class FinishedText(str):
    """Text that SOAR shows as it is. Some platforms apply `str.format` to messages, also to those
    without anything to fill in, and others do not: braces in it would be lost or doubled.
    """

    def __str__(self) -> str:
        return self

    def format(self, *_args: object, **_named: object) -> str:
        return self


def counted(number: int, noun: str) -> str:
    """Like `1 record` and `2 records`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def printable(text: str) -> str:
    """Text from elsewhere as it may stand in a message: printable, at most LONGEST_SHOWN
    characters.
    """
    start = "".join(each if each.isprintable() else "\ufffd" for each in text[:LONGEST_SHOWN])
    return start if len(text) <= LONGEST_SHOWN else f"{start[:-3]}..."


def shown(value: Any) -> str:
    """Any value as it may stand in a message: text in quotes, the rest as Python writes it."""
    return f"'{printable(value)}'" if isinstance(value, str) else printable(ascii(value))
