# File: redaction.py
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
"""Keeps secrets out of everything that people or logs get to see."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from itertools import product
from typing import Callable
from urllib.parse import quote, quote_plus


def _in_markup(double: str, single: str) -> Callable[[str], str]:
    table = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': double, "'": single})
    return lambda text: text.translate(table)


def _in_markup_safe_json(text: str) -> str:
    """As Go writes JSON, so that a page may hold it."""
    return re.sub("[<>&]", lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text)[1:-1])


def _in_lower_case_percents(text: str) -> str:
    return re.sub(
        "%[0-9A-F]{2}", lambda found: found[0].lower(), quote(text, safe="", errors="replace")
    )


_BEGINNING = 4  # characters

# A server's secret may hold half of a character, which has no bytes.
_ENCODINGS: tuple[Callable[[str], str], ...] = (
    str,
    *(
        _in_markup(*marks)
        for marks in product(("&quot;", "&#34;"), ("&#x27;", "&#39;", "&#039;", "&apos;"))
    ),
    lambda text: json.dumps(text)[1:-1],
    lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    lambda text: json.dumps(text)[1:-1].replace("/", r"\/"),
    _in_markup_safe_json,
    lambda text: repr(text)[1:-1],  # in exceptions
    lambda text: quote(text, errors="replace"),
    lambda text: quote(text, safe="", errors="replace"),
    lambda text: quote_plus(text, errors="replace"),
    _in_lower_case_percents,
    lambda text: base64.b64encode(text.encode("utf-8", "replace")).decode("ascii"),
    # In headers, whose bytes are read so.
    lambda text: text.encode("utf-8", "replace").decode("latin-1"),
)


class Redaction:
    """Knows the secrets of a run, in the spellings in which a server or an exception may repeat
    them.

    Two encodings deep: an error page may quote, as JSON or HTML, a request that is JSON itself.
    """

    def __init__(self) -> None:
        self._secrets: set[str] = set()
        # By how they begin: a server may show thousands of secrets, and no text is searched for
        # each of them.
        self._spellings: dict[str, set[str]] = {}
        self._widths: set[int] = set()  # of the beginnings

    def add(self, *secrets: str) -> None:
        new = set(filter(None, secrets)) - self._secrets
        self._secrets |= new
        for secret in new:
            once = {encode(secret) for encode in _ENCODINGS}
            for spelling in once | {encode(text) for text in once for encode in _ENCODINGS}:
                self._spellings.setdefault(spelling[:_BEGINNING], set()).add(spelling)
                self._widths.add(len(spelling[:_BEGINNING]))

    def add_login(self, username: str, password: str) -> None:
        """Also hides the pair as HTTP Basic authentication carries it."""
        if password:
            self.add(password, f"{username}:{password}")

    def redact(self, text: str) -> str:
        """The text with `***` for every secret in it, one for those that overlap."""
        pieces, shown_to, hidden_to = [], 0, 0
        for start, end in self._found(text):
            if start >= hidden_to:
                pieces += [text[shown_to:start], "***"]
            hidden_to = shown_to = max(hidden_to, end)
        return "".join([*pieces, text[shown_to:]])

    def _found(self, text: str) -> Iterator[tuple[int, int]]:
        """Where secrets stand in a text; of those that begin at one place, the longest."""
        for start in range(len(text) if self._spellings else 0):
            ends = [
                start + len(spelling)
                for width in self._widths
                for spelling in self._spellings.get(text[start : start + width], ())
                if text.startswith(spelling, start)
            ]
            if ends:
                yield start, max(ends)
