# File: parts.py
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
"""Parts of a cell: how each kind of value is shown, and what its context menu is given."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from typing import Any, Callable, NamedTuple

from .values import LONGEST, float_of, json_text, length_of, text, time_of


SHORT = 24  # characters that stay on one line
LISTED = 50  # values of a list that are shown


class Part(NamedTuple):
    """One piece of a cell, in the order in which the template unpacks it. With `kinds` it opens
    SOAR's context menu on `value`.
    """

    text: str
    style: str = ""  # classes of the template's style sheet
    title: str = ""
    kinds: str = ""  # members of a list in JavaScript
    value: str = ""
    link: str = ""


# From a value, and the `contains` of its column.
ShowParts = Callable[[Any, Sequence[str]], list[Part]]


_SURROGATES = re.compile("[\ud800-\udfff]")  # halves of characters, which no page can hold


def part(shown: str, value: Any, contains: Sequence[str], style: str) -> Part:
    """With `contains`, the part opens SOAR's context menu on the whole value; a list or an object
    is not a value that an action takes.
    """
    if not (contains and shown and isinstance(value, (str, int, float))):
        return Part(shown, style)
    whole = _SURROGATES.sub("\ufffd", str(value))
    return Part(shown, style, kinds=_listed(tuple(contains)), value=whole)


@cache
def _listed(kinds: tuple[str, ...]) -> str:
    """Once for all cells of a column, for which a loop in the template is slow."""
    return "".join(f"'{kind}', " for kind in kinds)


def plain(value: Any, contains: Sequence[str]) -> list[Part]:
    """A value, or the members of a list, as text."""
    values = value if isinstance(value, list) else [value]
    shown = [(text(each), each) for each in values[:LISTED]]
    more = [Part(f"and {len(values) - LISTED:,} more", "note")] if len(values) > LISTED else []
    return [part(each, value, contains, _wrapping(each)) for each, value in shown if each] + more


def _wrapping(shown: str) -> str:
    """The class that says where a text may be broken into lines: nowhere, anywhere, or at its
    blanks.
    """
    if len(shown) > SHORT:
        return "long"
    return "" if " " in shown else "short"


def note(value: Any, contains: Sequence[str]) -> list[Part]:
    """In small letters, on a line of its own."""
    return [each._replace(style=f"note {each.style}") for each in plain(value, contains)]


def code(value: Any, contains: Sequence[str]) -> list[Part]:
    """Text in which every character counts."""
    return [each._replace(style=f"code {each.style}") for each in plain(value, contains)]


def file_path(value: Any, contains: Sequence[str]) -> list[Part]:
    """The name of the file, and its folder below it."""
    path = value if isinstance(value, str) else ""
    folder, separator, base = path.rpartition(
        "\\" if "\\" in path and not path.startswith("/") else "/"
    )
    if not (separator and base):
        return plain(value, contains)
    return [
        part(text(base), value, contains, f"name {_wrapping(base)}"),
        Part(text(folder + separator), "note long"),
    ]


_ADDRESS = re.compile(r"(?<![\w.])((?:\d{1,3}\.){3}\d{1,3})(?![\w.])", re.ASCII)


def addresses(value: Any, contains: Sequence[str]) -> list[Part]:
    """A text in which IPv4 addresses get the menu."""
    if not isinstance(value, str) or len(value) > LONGEST:
        return code(value, ())
    pieces = enumerate(_ADDRESS.split(value))  # every second one is an address
    return [
        part(text(piece), piece, contains if at % 2 else (), "code")
        for at, piece in pieces
        if piece.strip()
    ]


def digest(value: Any, contains: Sequence[str]) -> list[Part]:
    """A hash or a long id: its beginning, which is enough to compare by eye; the tooltip shows the
    whole.
    """
    shown = text(value)
    beginning = f"{shown[:8]}…" if len(shown) > 16 else shown
    return (
        [part(beginning, value, contains, style="code short")._replace(title=shown)]
        if shown
        else []
    )


_TONES = {
    "bad": "high critical failed failure error timeout undelivered denied",
    "warn": "medium unresolved waiting connecting partial unknown",
    "good": "connected resolved completed success succeeded delivered ok yes true",
    "busy": "inprogress running started accepted",
}
# Shown text in lower case -> class.
TONES = {
    **{word: tone for tone, words in _TONES.items() for word in words.split()},
    "set aside": "warn",
    "in progress": "busy",
}


def badge(value: Any, contains: Sequence[str] = ()) -> list[Part]:
    """A state or a severity, in its color."""
    shown = text(value)
    return [part(shown, value, contains, style=badge_style(shown))] if shown else []


def badge_style(shown: str) -> str:
    """The style of the badge that shows this text."""
    return f"badge {TONES.get(shown.lower(), 'quiet')}"


_UNITS = ("bytes", "KB", "MB", "GB", "TB", "PB", "EB")


def size(value: Any, contains: Sequence[str] = ()) -> list[Part]:
    """Of bytes, in the unit that fits; the tooltip has the exact number."""
    exact = float_of(value)
    if exact is None or exact < 0:
        return plain(value, contains)
    scaled, unit = exact, 0
    while scaled >= 1024 and unit < len(_UNITS) - 1:
        scaled, unit = scaled / 1024, unit + 1
    decimals = 1 if unit and scaled < 100 else 0
    return [Part(f"{scaled:,.{decimals}f} {_UNITS[unit]}", "number", f"{exact:,.0f} bytes")]


def number(value: Any, contains: Sequence[str] = ()) -> list[Part]:
    """A number without decimals, with separators of thousands."""
    found = float_of(value)
    if found is None:
        return plain(value, contains)
    return [part(f"{found:,.0f}", value, contains, style="number")]


def timestamp(value: Any, contains: Sequence[str] = ()) -> list[Part]:
    """A time in UTC, to the second; the tooltip shows the value itself."""
    found = time_of(value)
    if found is None:
        return plain(value, contains)
    return [Part(f"{found:%Y-%m-%d %H:%M:%S}", "time", text(value))]


def timestamp_of_seconds(value: Any, contains: Sequence[str] = ()) -> list[Part]:
    """Like `timestamp`, of seconds since 1970."""
    seconds = float_of(value)
    return plain(value, contains) if seconds is None else timestamp(seconds * 1000, contains)


def duration(value: Any, contains: Sequence[str] = ()) -> list[Part]:
    """Of milliseconds."""
    milliseconds = float_of(value)
    if milliseconds is None or not 0 <= milliseconds < 1e12:
        return plain(value, contains)
    return [Part(length_of(timedelta(milliseconds=milliseconds)), "number")]


def duration_of_seconds(value: Any, contains: Sequence[str] = ()) -> list[Part]:
    """Like `duration`, of seconds."""
    seconds = float_of(value)
    return plain(value, contains) if seconds is None else duration(seconds * 1000, contains)


def console_link(value: Any, contains: Sequence[str] = ()) -> list[Part]:
    """A link only for what is a web address as a whole: a row may hold anything."""
    if isinstance(value, str) and re.fullmatch(r"https?://[\w.\[\]:-]+(/[!-~]*)?", value, re.ASCII):
        return [Part("open in Tanium", link=value)]
    return plain(value, contains)


def techniques(value: Any, _: Sequence[str]) -> list[Part]:
    """The ids of MITRE techniques, wherever they stand in the field."""
    shown = value if isinstance(value, str) else json_text(value)
    found = dict.fromkeys(re.findall(r"\bT\d{4}(?:\.\d{3})?\b", shown, re.ASCII))
    return [Part(technique, "badge quiet") for technique in found]
