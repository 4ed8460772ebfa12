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
from contextlib import contextmanager
from itertools import product
from threading import local
from typing import Callable, Optional
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


MASK = "***"
# Characters of a text that is found inside other words, in any case, and with characters between
# its own that nobody sees. What is shorter is found as a word of its own only.
UNMISTAKABLE = 8

_UNSEEN = re.compile(
    r"[\s\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u180e\u200b-\u200f"
    r"\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]+"
)
_LOWER = str.maketrans({chr(upper): chr(upper + 32) for upper in range(ord("A"), ord("Z") + 1)})
_WORD = "[^\\W_]"
# An escape, like the one in %2Fsecret, is no part of the word behind it.
_WORD_BEGINS = rf"(?:(?<!{_WORD})|(?<=%[0-9A-Fa-f]{{2}})|(?<=\\u[0-9A-Fa-f]{{4}})|(?<=\\[nrtbf]))"
_WORD_ENDS = rf"(?!{_WORD})"


def is_unmistakable(text: str) -> bool:
    """Whether this hardly stands in another text by chance."""
    return len(_UNSEEN.sub("", text)) >= UNMISTAKABLE


class Redaction:
    """Knows the secrets of a run, in the spellings in which a server or an exception may repeat
    them.

    Two encodings deep: an error page may quote, as JSON or HTML, a request that is JSON itself.
    """

    def __init__(self) -> None:
        self._secrets: set[str] = set()
        self._new: set[str] = set()
        self._comparable: set[str] = (
            set()
        )  # spellings that cannot be mistaken, as `_squeezed` has it
        self._words: set[str] = set()  # the others
        self._longest: list[str] = []  # of the squeezed, the longest first
        self._pattern: re.Pattern[str] | None = None  # of the words

    def add(self, *secrets: str) -> None:
        new = set(filter(None, secrets)) - self._secrets
        self._secrets |= new
        self._new |= new

    def add_login(self, username: str, password: str) -> None:
        """Also hides the pair as HTTP Basic authentication carries it."""
        if password:
            self.add(password, f"{username}:{password}")

    def redact(self, text: str) -> str:
        """The text with `***` for every secret in it."""
        self._spell()
        text = self._without_unmistakable(text)
        return self._pattern.sub(MASK, text) if self._pattern else text

    @contextmanager
    def in_force(self) -> Iterator[None]:
        """Inside it, `masked` uses this one."""
        outer, _in_force.redaction = _in_force.redaction, self
        try:
            yield
        finally:
            _in_force.redaction = outer

    def _spell(self) -> None:
        """Spell what is new, once for many additions."""
        if not self._new:
            return
        for secret in self._new:
            once = {encode(secret) for encode in _ENCODINGS}
            for spelling in once | {encode(text) for text in once for encode in _ENCODINGS}:
                if is_unmistakable(spelling):
                    self._comparable.add(_comparable(spelling))
                else:
                    self._words.add(spelling)
        self._new = set()
        self._longest = sorted(self._comparable, key=len, reverse=True)
        words = sorted(self._words, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(_as_word, words))) if words else None

    def _without_unmistakable(self, text: str) -> str:
        squeezed = _comparable(text)
        found = [secret for secret in self._longest if secret in squeezed]
        if not found:
            return text
        pattern = re.compile("|".join(map(re.escape, found)))
        places = [index for index, each in enumerate(text) if not _UNSEEN.match(each)]
        pieces, end = [], 0
        for match in pattern.finditer(squeezed):
            pieces += [text[end : places[match.start()]], MASK]
            end = places[match.end() - 1] + 1
        return "".join([*pieces, text[end:]])


class _InForce(local):
    """In each thread its own."""

    redaction: Optional[Redaction] = None


_in_force = _InForce()


def masked(text: str) -> str:
    """The text without the secrets of the run that is under way."""
    redaction = _in_force.redaction
    return redaction.redact(text) if redaction else text


def _comparable(text: str) -> str:
    return _UNSEEN.sub("", text).translate(_LOWER)


def _as_word(secret: str) -> str:
    begins = _WORD_BEGINS if re.match(_WORD, secret) else ""
    ends = _WORD_ENDS if re.search(f"{_WORD}$", secret) else ""
    return f"{begins}{re.escape(secret)}{ends}"
