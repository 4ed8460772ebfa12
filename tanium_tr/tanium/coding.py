# File: coding.py
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
"""Unpacks coded bodies, and tells whether a coding has come to its end.

urllib3 gives what it can unpack of a body that was cut in the middle, in every version, and calls
it whole: the length of a body need not be told, and is that of the packed one.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import Any

from urllib3.exceptions import DecodeError, HTTPError


# The codings that requests asks for; others, or several of them, may hold any number of bytes.
PLAIN, GZIP = ("", "identity"), ("gzip", "x-gzip")
CODINGS = (*PLAIN, *GZIP, "deflate")
_GZIP_FORMAT, _ZLIB_FORMAT, _BARE_FORMAT = 31, 15, -15  # of the module zlib


class UnfinishedCodingError(HTTPError):
    """A body ended before its coding did."""


def decoded(
    pieces: Iterable[bytes], coding: str, size: int, *, may_be_empty: bool
) -> Iterator[bytes]:
    """The unpacked body in pieces of at most `size` bytes, whatever is in them. `may_be_empty`: it
    is known that a body without any byte has not been cut.

    Raises UnfinishedCodingError, and DecodeError for what is not in this coding.
    """
    if coding in PLAIN:
        yield from pieces
        return
    body = _CodedBody(coding, size)
    try:
        for piece in pieces:
            yield from body.unpacked(piece)
    except zlib.error as error:
        raise DecodeError(f"The answer is not in the coding {coding}", error) from error
    if not body.is_finished and not (body.is_untouched and may_be_empty):
        raise UnfinishedCodingError(f"its {coding} coding has no end")


class _CodedBody:
    """Gzip may have several members, one behind the other. What follows and is none, such as
    padding, is not part of the body, as for gzip itself.
    """

    def __init__(self, coding: str, size: int) -> None:
        self._is_gzip, self._size = coding in GZIP, size
        self._member: Any = None
        self._held = b""  # too little to know how it is packed
        self._is_over = self.is_finished = False
        self.is_untouched = True

    def unpacked(self, data: bytes) -> Iterator[bytes]:
        self.is_untouched = self.is_untouched and not data
        data, self._held = self._held + data, b""
        while data and not self._is_over:
            if self._member is None and not self._begin(data):
                return
            piece = self._member.decompress(data, self._size)
            if piece:
                yield piece
            data = self._member.unconsumed_tail
            while len(piece) == self._size and not data and not self._member.eof:
                piece = self._member.decompress(b"", self._size)  # what it still holds
                if piece:
                    yield piece
            if self._member.eof:
                data, self._member = self._member.unused_data, None
                self.is_finished, self._is_over = True, not self._is_gzip

    def _begin(self, data: bytes) -> bool:
        """Whether another member begins."""
        if self._is_gzip:
            if self.is_finished and data[:1] != b"\x1f":
                self._is_over = True
                return False
            form = _GZIP_FORMAT
        elif len(data) < 2:
            self._held = data
            return False
        else:
            # "Deflate" means zlib's format; some servers leave its head out (RFC 9110, 8.4.1.2).
            is_zlib = data[0] & 15 == 8 and int.from_bytes(data[:2], "big") % 31 == 0
            form = _ZLIB_FORMAT if is_zlib else _BARE_FORMAT
        self._member, self.is_finished = zlib.decompressobj(form), False
        return True
