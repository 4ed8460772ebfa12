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

from collections.abc import Sequence
from typing import Any, Callable, TypeVar

from .redaction import masked


LONGEST_SHOWN = 100  # characters of a value in a message
LONGEST_PATH = 203  # of an address on a server, three of them dots
LONGEST_SENTENCE = 303  # of what a server explains
LONGEST_MESSAGE = 4000  # of a whole message
MOST_NAMED = 10  # of several things in a message

Thing = TypeVar("Thing")


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


def first_few(
    things: Sequence[Thing],
    name: Callable[[Thing], str],
    *,
    most: int = MOST_NAMED,
    between: str = ", ",
) -> str:
    """The first of several by their names, and how many are left: `ws1, ws2 and 3 more`. Names that
    hold commas stand `between` semicolons: `a, 1; b, 2; and 3 more`.
    """
    names = between.join(map(name, things[:most]))
    if len(things) <= most:
        return names
    return f"{names}{between.strip(', ')} and {len(things) - most} more"


def printable(text: Any, longest: int = LONGEST_SHOWN) -> str:
    """Text from elsewhere as it may stand in a message: without secrets, printable, at most
    `longest` characters, in this order, so that no cut leaves a part of a secret.
    """
    text = masked(str(text))
    start = text if len(text) <= longest else f"{text[: longest - 3]}..."
    if start.isprintable():
        return start
    return "".join(
        each if each.isprintable() else " " if each.isspace() else "\ufffd" for each in start
    )


def with_sentence(message: str, sentence: str) -> str:
    """The message with one more sentence, unless that is empty."""
    return f"{message.rstrip('.')}. {sentence}" if sentence else message


def message_text(text: object) -> FinishedText:
    """A whole message as SOAR gets it."""
    return FinishedText(printable(text, LONGEST_MESSAGE))


def shown(value: Any) -> str:
    """Any value as it may stand in a message: text in quotes, the rest as Python writes it."""
    return (
        f"'{printable(value)}'" if isinstance(value, str) else printable(ascii(_masked_in(value)))
    )


def _masked_in(value: Any) -> Any:
    """The same without secrets: how Python writes a text may hide one."""
    if isinstance(value, dict):
        return {_masked_in(name): _masked_in(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_masked_in(item) for item in value]
    return masked(value) if isinstance(value, str) else value


def is_short_for(one: str, other: str) -> bool:
    """Whether two host names, in the same case, differ only in that one of them has its domain."""
    return ("." in one) != ("." in other) and host_of(one) == host_of(other)


def host_of(name: str) -> str:
    """A host name without its domain."""
    return name.partition(".")[0]
