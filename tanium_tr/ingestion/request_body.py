# File: request_body.py
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
"""The body of a request to the receiver becomes rows.

A body is one JSON object, an array of objects, or one object per line, plain or as gzip. One
damaged row must not cost the others: if a body is not JSON as a whole, its array is cut at its
commas, or its lines are read one by one. An object may also be wrapped around rows. Rows above the
limits are refused, and before they are decoded where that would be costly.
"""

from __future__ import annotations

import gzip
import json
import zlib
from codecs import BOM_UTF8
from contextlib import suppress
from io import BytesIO
from itertools import islice
from typing import Any, NamedTuple

from ..errors import TaniumError
from ..tanium.json_limits import needed_memory
from .row_limits import (
    MARKS,
    MOST_MEMORY,
    TOO_DEEP,
    Sieve,
    Unbalanced,
    is_costly,
    problem_of,
)
from .wrapped_rows import NEITHER, is_neither, rows_within


GZIP = ("gzip", "x-gzip")
MOST_ROWS = 250_000  # a row needs memory and time however small it is
NOT_JSON = "The row is not valid JSON"
UNREADABLE = (NOT_JSON, TOO_DEEP)
MOST_MARKS = 1_000_000  # about a second, and some 25,000 rows
EXPECTED = "send one JSON object, an array of objects, or one object per line"


class Rejection(TaniumError):
    """The request as a whole is rejected; `status` is the reply's."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class Row(NamedTuple):
    """`number` is the row's place in the array or its line, from 1; `problem` says why `content` is
    not an object.
    """

    number: int
    content: dict[str, Any]
    problem: str = ""


def is_packed(headers: dict[str, str]) -> bool:
    """Whether the body is gzip. Raises Rejection(415) for any other coding but none, and for
    content that is not JSON in UTF-8.
    """
    kind, *parameters = (
        part.strip().lower() for part in headers.get("content-type", "").split(";")
    )
    if kind not in ("", "text/plain", "application/octet-stream") and "json" not in kind:
        raise Rejection(415, f"The content type is not supported: {EXPECTED}, as application/json.")
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name == "charset" and value.strip('"') not in ("utf-8", "utf8", "us-ascii"):
            raise Rejection(415, "The character set is not supported: send UTF-8.")
    found = headers.get("content-encoding", "").strip().lower()
    if found not in ("", "identity", *GZIP):
        raise Rejection(415, "The content encoding is not supported: send plain text or gzip.")
    return found in GZIP


def read_body(body: bytes, limit: int, *, packed: bool) -> bytes:
    """The body unpacked. Raises Rejection(413) when it has more than `limit` bytes, packed or
    unpacked.
    """
    body = _bounded(body, limit)
    return _bounded(_unpacked(body, limit), limit) if packed else body


def _bounded(body: bytes, limit: int) -> bytes:
    if len(body) > limit:
        raise Rejection(
            413,
            f"The body exceeds the {limit} bytes that the asset's receiver_max_mb allows: send"
            " fewer rows in a batch.",
        )
    return body


def _unpacked(body: bytes, limit: int) -> bytes:
    """At most one byte more than `limit`, so that a small body cannot fill the memory."""
    try:
        with gzip.GzipFile(fileobj=BytesIO(body)) as file:
            return file.read(limit + 1)
    except (OSError, EOFError, zlib.error):
        raise Rejection(
            400, "The body is not gzip, as its Content-Encoding says, or is incomplete."
        ) from None


def rows_of(body: bytes) -> list[Row]:
    """The rows of a body. Raises Rejection(400) when it is not JSON at all, and Rejection(413) when
    they are too many.
    """
    body = body.removeprefix(BOM_UTF8)
    if not body.strip():
        raise Rejection(400, f"The body is empty: {EXPECTED}.")
    if is_costly(body):
        body = _cheaper(body)
    try:
        whole = _decoded(body)
    except (ValueError, RecursionError) as error:
        return _rows_apart(body, _fault_of(error))
    if isinstance(whole, dict):
        inner = rows_within(whole)
        whole = [whole] if inner is None else inner
    if not isinstance(whole, list):
        raise Rejection(400, f"The body is neither an object nor an array: {EXPECTED}.")
    _check_number(len(whole))
    size = len(body)
    return _checked_number(
        [row for number, value in enumerate(whole, 1) for row in _rows(number, value, size)]
    )


def _decoded(text: bytes) -> Any:
    """The JSON. Rows too deep for this Python are taken out of it. Raises ValueError, and
    RecursionError for what is also damaged.
    """
    try:
        return json.loads(text.decode("utf-8"))
    except RecursionError:
        with suppress(Unbalanced):
            return json.loads(Sieve(_check_number).document(text).decode("utf-8"))
        raise


def _cheaper(body: bytes) -> bytes:
    """The body without its large rows. Raises Rejection(413) when it is still too costly."""
    sieve = Sieve(_check_number)
    try:
        body = sieve.document(body)
    except Unbalanced:  # lines, or damaged
        _check_number(body.rstrip().count(b"\n") + 1)
        body = b"\n".join([_cheaper_line(line, sieve) for line in body.split(b"\n")])
    if needed_memory(body, MOST_MEMORY) > MOST_MEMORY:
        raise Rejection(
            413, "The body has too many members to be read at once: send fewer rows in a batch."
        )
    return body


def _cheaper_line(line: bytes, sieve: Sieve) -> bytes:
    """A line may be wrapped around rows that are small by themselves."""
    try:
        return sieve.document(line) if line.strip() else line
    except Unbalanced:
        return sieve.row(line)


def _rows_apart(body: bytes, fault: str) -> list[Row]:
    """Of a body that is not JSON as a whole: an array with a damaged element, or lines."""
    parts = _elements(body) or _lines(body)
    rows = _checked_number([row for number, text in parts for row in _rows_in(number, text)])
    if all(row.problem.startswith(UNREADABLE) for row in rows):
        raise Rejection(400, f"The body is not valid JSON ({fault}): {EXPECTED}.")
    return rows


def _elements(body: bytes) -> list[tuple[int, bytes]]:
    """What stands between the commas of an array, whatever it is. In `[{"a": 1}, {"a" 2}, 7]` these
    are `{"a": 1}`, `{"a" 2}` and `7`: the comma that counts is one outside of texts, one bracket
    deep.

    Nothing unless the quotation marks and brackets match to the body's end, and nothing when there
    are more than MOST_MARKS, because this takes ten times as long as decoding.
    """
    if not body.lstrip().startswith(b"["):
        return []
    # Now each quotation mark begins or ends a text.
    plain = body.replace(rb"\\", b"--").replace(rb"\"", b"--")
    ends: list[int] = []
    depth = 0
    for mark in islice(MARKS.finditer(plain), MOST_MARKS):
        sign = mark[0]
        if sign in b"[{":
            depth += 1
        elif sign in b"]}":
            depth -= 1
        if depth == 0 or (depth == 1 and sign == b","):
            ends.append(mark.start())
        if depth == 0:
            break
    if depth > 0 or body[ends[-1] + 1 :].strip():
        return []
    _check_number(len(ends))
    starts = [body.index(b"["), *ends]
    return [
        (number, body[start + 1 : end]) for number, (start, end) in enumerate(zip(starts, ends), 1)
    ]


def _lines(body: bytes) -> list[tuple[int, bytes]]:
    """All that are not blank; nothing when they look like one damaged document, whose lines may be
    objects, but are not rows.
    """
    _check_number(body.rstrip().count(b"\n") + 1)
    # JSON text may hold every other character that Python takes for the end of a line.
    lines = [
        (number, line.strip()) for number, line in enumerate(body.split(b"\n"), 1) if line.strip()
    ]
    number, first = lines[0]
    is_document = first == b"{" or (
        first.startswith(b"[") and _rows_in(number, first)[0].problem.startswith(UNREADABLE)
    )
    return [] if is_document else lines


def _check_number(rows: int) -> None:
    if rows > MOST_ROWS:
        raise Rejection(
            413,
            f"The body has {rows} rows, but at most {MOST_ROWS} are accepted at once: send fewer"
            " rows in a batch.",
        )


def _checked_number(rows: list[Row]) -> list[Row]:
    _check_number(len(rows))
    return rows


def _rows_in(number: int, text: bytes) -> list[Row]:
    try:
        return _rows(number, _decoded(text), len(text))
    except json.JSONDecodeError as error:
        return [Row(number, {}, f"{NOT_JSON} ({error.msg}: character {error.pos + 1}).")]
    except RecursionError:
        return [Row(number, {}, TOO_DEEP)]
    except ValueError as error:
        return [Row(number, {}, f"{NOT_JSON} ({_fault_of(error)}).")]


def _rows(number: int, value: Any, size: int) -> list[Row]:
    """The row, or those that it is wrapped around, which share its number."""
    inner = rows_within(value) if isinstance(value, dict) else None
    return [_row(number, each, size) for each in ([value] if inner is None else inner)]


def _row(number: int, value: Any, size: int) -> Row:
    """`size` is that of the text around the row, or larger."""
    if not isinstance(value, dict):
        return Row(number, {}, "The row is not an object.")
    problem = problem_of(value, size) or (NEITHER if is_neither(value) else "")
    return Row(number, {} if problem else value, problem)


def _fault_of(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg}: line {error.lineno}, column {error.colno}"
    if isinstance(error, UnicodeDecodeError):
        return f"it is not UTF-8, from byte {error.start} on"
    return (
        "it is nested too deeply"
        if isinstance(error, RecursionError)
        else "a number in it is too long"
    )
