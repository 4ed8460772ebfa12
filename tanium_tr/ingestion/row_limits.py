# File: row_limits.py
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
"""What one row may have. A few kilobytes of gzip can become a row that fills SOAR's memory, so a
costly body is looked through before it is decoded, and rows above the limits are taken out of it.

Each leaves a small object in its place, which says why. So the others keep their numbers, and what
is around the rows stays as it is:

    [{"a": 1}, {"a": [[],[],[], ...]}, {"a": 2}]    ->    [{"a": 1}, {REFUSED: "..."}, {"a": 2}]
"""

from __future__ import annotations

import json
import re
import sys
import uuid
from collections.abc import Iterator
from typing import Any, Callable

from ..storable import is_deeper
from ..tanium.json_limits import DEEPEST, needed_memory, without_texts


MOST_BYTES, MOST_MEMBERS = 1024 * 1024, 1000
# Bytes of the objects of a whole body: those that are worth a look at its text, which takes longer
# than decoding it, and those that are too many.
COSTLY, MOST_MEMORY = 64 * 1024 * 1024, 192 * 1024 * 1024
REFUSED = f"refused row {uuid.uuid4().hex}"  # which no sender can know
TOO_DEEP = f"The row is nested more than {DEEPEST} levels deep."
DEEPEST_ARRAY = 5  # objects around an array of rows

MARKS = re.compile(rb'"[^"]*"?|[\[\]{},]')  # texts, brackets and commas
_RUNS = re.compile(rb'"[^"]*"?|[\[{]+|[\]}]+')
_EMPTY = re.compile(rb"\[\s*\]|\{\s*\}")
_FLAT = bytes(sign if sign in b'[]{}"' else ord("0") for sign in range(256))
_SHORT = 16  # characters between brackets or quotation marks


class Unbalanced(Exception):
    """The brackets or quotation marks do not match."""


def problem_of(row: dict[str, Any], size: int) -> str:
    """Why a decoded row is not accepted; empty when it is. `size` is that of the body."""
    if REFUSED in row:
        return str(row[REFUSED])
    if is_deeper(row, DEEPEST):
        return TOO_DEEP
    members = _members(row)
    if members > MOST_MEMBERS:
        return _too_many(members, "members")
    if size > MOST_BYTES:
        size = len(json.dumps(row, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    return _too_many(size, "bytes") if size > MOST_BYTES else ""


def is_costly(body: bytes) -> bool:
    """Whether decoding it may take much memory; signs in texts count, too."""
    return needed_memory(body, sys.maxsize) > COSTLY


class Sieve:
    """Takes large rows out of the text of JSON."""

    def __init__(self, check_number: Callable[[int], None]) -> None:
        """`check_number` raises for too many rows."""
        self._check_number = check_number

    def row(self, text: bytes) -> bytes:
        """A row as it came, or what stands for it when it is above the limits."""
        problem = _problem_of_text(text)
        return json.dumps({REFUSED: problem}).encode() if problem else text

    def document(self, body: bytes) -> bytes:
        """An object, an array of rows, or an object around one; of several arrays inside an object
        the first. Raises Unbalanced for anything else.
        """
        text = _Text(body)
        start = text.array_of_rows()
        if start is None:
            if text.end_of_value(len(body) - len(body.lstrip())) != len(body.rstrip()):
                raise Unbalanced
            return self.row(body)
        pieces, at = [], 0
        for number, (begin, end) in enumerate(text.elements(start), 1):
            self._check_number(number)
            pieces += [body[at:begin], self.row(body[begin:end])]
            at = end
        if len(body) - at > MOST_BYTES:
            raise Unbalanced
        return b"".join([*pieces, body[at:]])


class _Text:
    """The text of JSON, looked through for brackets without decoding it. `plain` and `flat` have
    the same length: without escapes, and also without all that is short between brackets or
    quotation marks, of which there may be millions.
    """

    def __init__(self, body: bytes) -> None:
        self.plain = _without_escapes(body)
        flat = self.plain.translate(_FLAT)
        for length in range(_SHORT + 1):
            for left, right in (b"[]", b"{}", b'""'):
                inside = b"0" * length
                flat = flat.replace(b"%c%b%c" % (left, inside, right), b"00" + inside)
        self.flat = flat

    def array_of_rows(self) -> int | None:
        """Where the array begins whose elements are rows; None for a single object."""
        depth = 0
        for mark in MARKS.finditer(self.plain):
            sign = mark[0]
            if sign == b"[":
                first = self.plain[mark.end() : mark.end() + 100].lstrip()[:1]
                return mark.start() if not depth or first == b"{" else None
            depth += (sign == b"{") - (sign == b"}")
            if depth > DEEPEST_ARRAY or sign in b"]}":
                return None
        return None

    def elements(self, start: int) -> Iterator[tuple[int, int]]:
        """Where each element of the array begins and ends."""
        begin = at = start + 1
        while True:
            mark = MARKS.search(self.plain, at)
            if mark is None:
                raise Unbalanced
            sign, at = mark[0], mark.end()
            if sign in b"[{":
                at = self.end_of_value(mark.start())
            elif sign in b",]}":
                yield begin, mark.start()
                begin = at
                if sign != b",":
                    return

    def end_of_value(self, start: int) -> int:
        """Behind the bracket that closes the one at `start`."""
        text = self.flat if self.flat[start : start + 1] in (b"[", b"{") else self.plain
        depth = 0
        for run in _RUNS.finditer(text, start):
            sign, length = text[run.start() : run.start() + 1], run.end() - run.start()
            if sign in b"[{":
                depth += length
            elif sign in b"]}":
                if length >= depth:
                    return run.start() + depth
                depth -= length
        raise Unbalanced


def _without_escapes(text: bytes) -> bytes:
    """Of the same length; each quotation mark begins or ends a text."""
    return text.replace(rb"\\", b"--").replace(rb"\"", b"--")


def _problem_of_text(text: bytes) -> str:
    text = text.strip()
    if len(text) > MOST_BYTES:
        return _too_many(len(text), "bytes")
    opened = text.count(b"[") + text.count(b"{")
    if opened <= DEEPEST and opened + text.count(b",") <= MOST_MEMBERS:
        return ""
    text = without_texts(text, b"0")
    if _depth(text) > DEEPEST:
        return TOO_DEEP
    filled = text.count(b"[") + text.count(b"{") - len(_EMPTY.findall(text))
    members = text.count(b",") + filled
    return _too_many(members, "members") if members > MOST_MEMBERS else ""


def _depth(text: bytes) -> int:
    """Of JSON without its texts."""
    depth = deepest = 0
    for run in _RUNS.findall(text):
        depth += len(run) if run[:1] in b"[{" else -len(run)
        deepest = max(deepest, depth)
    return deepest


def _members(value: Any) -> int:
    """On all levels."""
    count, rest = 0, [value]
    while rest:
        each = rest.pop()
        if isinstance(each, dict):
            each = list(each.values())
        if isinstance(each, list):
            count += len(each)
            rest += each
    return count


def _too_many(number: int, what: str) -> str:
    most = MOST_BYTES if what == "bytes" else MOST_MEMBERS
    return f"The row has {number} {what}, but at most {most} are accepted."
