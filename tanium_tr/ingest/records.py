# File: records.py
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
"""Records for an HTTP-ingest endpoint, read from text or JSON of any length and checked one by
one.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any, BinaryIO

from ..errors import ParameterError
from .numbering import Numbering


LARGE_RECORD = 500_000  # bytes; what is larger may be cut behind the endpoint
MAX_RECORD = 100_000_000 - 1  # bytes; with its line feed, the largest body that the endpoint takes

_CHUNK = 256 * 1024
_NAMED = 20  # how many records a message can name


class Remarks:
    """Remarks of records, counted from 1, with what there is to say of the first of them."""

    def __init__(self) -> None:
        self.count = 0
        self._named: list[str] = []

    def add(self, number: int, remark: str) -> None:
        self.count += 1
        if len(self._named) < _NAMED:
            self._named.append(f"{number} {remark}")

    def __str__(self) -> str:
        named = "; ".join(self._named)
        return named if self.count <= _NAMED else f"{named}; and {self.count - _NAMED} more"


class Reader:
    """Gives the good records of an input in blocks and keeps account of the others.

    A record's number is that of its line, empty ones included, or of its place in a JSON array.
    Empty lines are no records. `numbering` has the numbers of the good records.
    """

    def __init__(self) -> None:
        self.numbering = Numbering()
        self.refused, self.large, self.broken = Remarks(), Remarks(), Remarks()

    def text(self, file: BinaryIO) -> Iterator[list[bytes]]:
        """Lines of text."""
        for first, lines in _numbered_lines(file):
            if max(map(len, lines)) <= LARGE_RECORD and _is_utf8(b"\n".join(lines)):
                yield self._with_content(first, lines)
            else:
                yield [
                    line
                    for number, line in enumerate(lines, first)
                    if self._is_good_text(number, line)
                ]

    def _with_content(self, first: int, lines: list[bytes]) -> list[bytes]:
        found = [line for line in lines if line and not line.isspace()]
        if len(found) == len(lines):
            self.numbering.take(first, len(lines))
            return found
        for number, line in enumerate(lines, first):
            if line and not line.isspace():
                self.numbering.take(number)
        return found

    def texts(self, given: str) -> Iterator[list[bytes]]:
        """Lines of text, or the members of a JSON array of texts, which a line feed inside breaks
        into several records.
        """
        members = _array_of_texts(given)
        if members is None:
            yield from self.text(BytesIO(given.encode("utf-8")))
            return
        for number, member in enumerate(members, 1):
            lines = [
                line
                for line in member.encode("utf-8", "surrogatepass").split(b"\n")
                if line and not line.isspace()
            ]
            if len(lines) > 1:
                self.broken.add(number, f"is {len(lines)} lines")
            yield [line for line in lines if self._is_good_text(number, line)]

    def json(self, file: BinaryIO) -> Iterator[list[bytes]]:
        """JSON objects: one on every line, the members of an array, or a single one over several
        lines.
        """
        first_line = _first_line(file)
        if first_line.startswith(b"["):
            yield from self._members(file)
            return
        document = _document(file) if _goes_on(first_line) else b""
        file.seek(0)
        if document:
            yield [document] if self.takes(1, document) else []
            return
        for first, lines in _numbered_lines(file):
            yield [
                line for number, line in enumerate(lines, first) if self._is_good_json(number, line)
            ]

    def _is_good_text(self, number: int, line: bytes) -> bool:
        if not line or line.isspace() or not self._has_good_size(number, line):
            return False
        if not _is_utf8(line):
            self.refused.add(number, "is not UTF-8")
            return False
        self.numbering.take(number)
        return True

    def _is_good_json(self, number: int, line: bytes) -> bool:
        if not line or line.isspace() or not self._has_good_size(number, line):
            return False
        try:
            value = _DECODER.decode(line.decode("utf-8"))
        except (ValueError, RecursionError) as error:
            self.refused.add(number, _reason_of(error))
            return False
        if not self._is_object(number, value):
            return False
        self.numbering.take(number)
        return True

    def _is_object(self, number: int, value: Any) -> bool:
        if not isinstance(value, dict):
            self.refused.add(number, "is JSON, but not an object")
        return isinstance(value, dict)

    def takes(self, number: int, record: bytes) -> bool:
        """Whether the endpoint takes a record of this size; note its number, and whether it is
        large.
        """
        if not self._has_good_size(number, record):
            return False
        self.numbering.take(number)
        return True

    def _has_good_size(self, number: int, record: bytes) -> bool:
        if len(record) > MAX_RECORD:
            self.refused.add(number, "is larger than the 100 MB that the endpoint accepts")
        elif len(record) > LARGE_RECORD:
            self.large.add(number, f"has {len(record) // 1000} KB")
        return len(record) <= MAX_RECORD

    def _members(self, file: BinaryIO) -> Iterator[list[bytes]]:
        number = 0
        try:
            for number, (written, value) in enumerate(_JsonText(file).members(), 1):
                if not self._is_object(number, value):
                    continue
                try:
                    record = _on_one_line(written)
                except UnicodeEncodeError:
                    self.refused.add(number, "is not UTF-8")
                    continue
                if self.takes(number, record):
                    yield [record]
        except (ValueError, RecursionError) as error:
            # Where the next member begins cannot be told.
            self.refused.add(
                number + 1,
                f"{_reason_of(error)}, so everything after it in the array is lost as well",
            )


def refuse_utf16(file: BinaryIO) -> None:
    """Raise ParameterError for what Windows calls Unicode: most of its lines would pass for UTF-8
    with zeros between the letters.
    """
    start = file.read(4)
    file.seek(0)
    if re.match(rb"\xff\xfe.\x00|\xfe\xff\x00", start, re.DOTALL):
        raise ParameterError(
            "Nothing was sent: the input is UTF-16. Save it as UTF-8, which the endpoint requires."
        )


class _JsonText:
    """A JSON array or object, read as far as needed. Bytes that are no UTF-8 become surrogates,
    which nothing but a string of JSON can hold.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("surrogateescape")
        self._text, self._at = "", 0

    def members(self) -> Iterator[tuple[str, Any]]:
        """Each member as written and a value of its kind. Raises ValueError for what is broken,
        RecursionError for what is nested too deeply.
        """
        self._next_sign()
        if self._peek() == "]":
            self._next_sign()
        else:
            following = ","
            while following == ",":
                yield self._value()
                following = self._next_sign()
            if following != "]":
                raise ValueError("a comma or the array's end was expected")
        if self._peek():
            raise ValueError("more follows the array's end")

    def document(self) -> str:
        """The text of a single object. Raises ValueError for anything else, RecursionError for what
        is nested too deeply.
        """
        written, value = self._value()
        if not isinstance(value, dict) or self._peek():
            raise ValueError("a single object was expected")
        return written

    def _value(self) -> tuple[str, Any]:
        self._peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if not self._may_be_cut_off(error) or not self._read():
                    raise
                continue
            # A number or a word at the end of what was read may go on.
            if end < len(self._text) or isinstance(value, dict) or not self._read():
                written, self._at = self._text[self._at : end], end
                return written, value

    def _may_be_cut_off(self, error: json.JSONDecodeError) -> bool:
        near_the_end = error.pos > len(self._text) - 16 or error.msg.startswith(
            "Unterminated string"
        )
        return near_the_end and len(self._text) - self._at <= MAX_RECORD

    def _next_sign(self) -> str:
        sign = self._peek()
        self._at += len(sign)
        return sign

    def _peek(self) -> str:
        """The next character that is not a space; empty at the end."""
        while True:
            # The pattern always matches.
            self._at = _SPACES.match(self._text, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._text) or not self._read():
                return self._text[self._at : self._at + 1]

    def _read(self) -> bool:
        """Have more text, as much as there is already, so that a long member is not decoded over
        and over.
        """
        rest = self._text[self._at :]
        chunk = self._file.read(max(_CHUNK, len(rest)))
        self._text, self._at = rest + self._decoder.decode(chunk, final=not chunk), 0
        return bool(chunk)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON value")


# Only the kind of a record counts. Objects and numbers are not kept, because they would take many
# times the memory of a large record; besides, Python would refuse a whole number of thousands of
# digits.
_OBJECT: dict[str, Any] = {}
_DECODER = json.JSONDecoder(
    object_pairs_hook=lambda _: _OBJECT,
    parse_constant=_refuse_constant,
    parse_float=bool,
    parse_int=bool,
)
_SPACES = re.compile(r"[ \t\r\n]*")


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _reason_of(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "is not UTF-8"
    if isinstance(error, RecursionError):
        return "is nested too deeply"
    return f"is not JSON ({getattr(error, 'msg', error)})"


def _numbered_lines(file: BinaryIO) -> Iterator[tuple[int, list[bytes]]]:
    """Lines without their line feeds, in blocks, each with the number of its first. Of a line too
    large for a record only the start is kept.
    """
    # Which grows in place: a long line would otherwise be copied with every chunk of it.
    number, rest = 1, bytearray()
    chunk = file.read(_CHUNK).removeprefix(codecs.BOM_UTF8)
    while chunk:
        lines = chunk.split(b"\n")
        rest += lines[0][: MAX_RECORD + 1 - len(rest)]
        if len(lines) > 1:
            lines[0], rest = bytes(rest), bytearray(lines.pop())
            yield number, lines
            number += len(lines)
        chunk = file.read(_CHUNK)
    if rest:
        yield number, [bytes(rest)]


def _first_line(file: BinaryIO) -> bytes:
    """The first line with content, or the start of a long one; the file is at its start again."""
    line = file.readline(_CHUNK).removeprefix(codecs.BOM_UTF8)
    while line.isspace():
        line = file.readline(_CHUNK)
    file.seek(0)
    return line.lstrip()


def _goes_on(line: bytes) -> bool:
    """Whether a whole line is the start of JSON that further lines go on with, and not broken
    within itself.
    """
    try:
        _DECODER.decode(line.decode("utf-8").strip())
    except json.JSONDecodeError as error:
        return line.endswith(b"\n") and error.pos == len(error.doc)
    except (ValueError, RecursionError):
        pass
    return False


def _document(file: BinaryIO) -> bytes:
    """A single JSON object over several lines as one line; empty when the file is not one."""
    try:
        return _on_one_line(_JsonText(file).document())
    except (ValueError, RecursionError):
        return b""


def _on_one_line(written: str) -> bytes:
    """JSON as it was written but for its line breaks, so that no number or text becomes another; no
    string of JSON spans lines.
    """
    return "".join(part.strip(" \t\r") for part in written.split("\n")).encode("utf-8")


def _array_of_texts(given: str) -> list[str] | None:
    try:
        value = json.loads(given) if given.startswith("[") else None
    except (ValueError, RecursionError):
        return None
    return (
        value
        if value and isinstance(value, list) and all(isinstance(item, str) for item in value)
        else None
    )
