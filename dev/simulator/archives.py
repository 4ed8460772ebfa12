# File: archives.py
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
"""ZIP archives with the traditional encryption (PKWARE's APPNOTE 6.1), as Threat Response wraps the
files it downloads.

Written from the format's description and independent of the reader under test. Members are
deflated, encrypted and followed by a data descriptor, so content of any size streams through;
archives above 4 GB (ZIP64) are not written.
"""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Iterable
from functools import lru_cache
from io import BytesIO
from typing import BinaryIO, NamedTuple


PASSWORD = b"infected"

_FLAGS = 0x0001 | 0x0008  # encrypted, sizes follow the data
_NAME_IS_UTF8 = 0x0800
_DEFLATED = 8
_VERSION = 20
_DOS_TIME, _DOS_DATE = 0x6C40, 0x5A21
_REGULAR_FILE = 0o100644


class Member(NamedTuple):
    """A file inside an archive: its name as it stands there, its content in pieces, its Unix mode,
    and whether a flag says that the name is UTF-8, which it is anyhow.
    """

    name: str
    content: Iterable[bytes]
    mode: int = _REGULAR_FILE
    utf8_flag: bool = False

    @property
    def flags(self) -> int:
        return _FLAGS | _NAME_IS_UTF8 if self.utf8_flag else _FLAGS


def _crc_table() -> list[int]:
    table = []
    for entry in range(256):
        for _ in range(8):
            entry = (entry >> 1) ^ 0xEDB88320 if entry & 1 else entry >> 1
        table.append(entry)
    return table


_CRC = _crc_table()


class _Cipher:
    """The three keys of the traditional encryption; about 1 MB/s."""

    def __init__(self, password: bytes) -> None:
        self._keys = (0x12345678, 0x23456789, 0x34567890)
        self.encrypt(password)

    def encrypt(self, plain: bytes) -> bytes:
        """The keys depend on the plain text alone, so feeding the password through here is also how
        they are set up.
        """
        table = _CRC
        key0, key1, key2 = self._keys
        encrypted = bytearray(len(plain))
        for position, byte in enumerate(plain):
            stream = (key2 & 0xFFFF) | 2
            encrypted[position] = byte ^ (((stream * (stream ^ 1)) >> 8) & 0xFF)
            key0 = (key0 >> 8) ^ table[(key0 ^ byte) & 0xFF]
            key1 = ((key1 + (key0 & 0xFF)) * 0x08088405 + 1) & 0xFFFFFFFF
            key2 = (key2 >> 8) ^ table[(key2 ^ (key1 >> 24)) & 0xFF]
        self._keys = (key0, key1, key2)
        return bytes(encrypted)


class _Written(NamedTuple):
    member: Member
    offset: int
    crc: int
    compressed: int
    size: int


def write_archive(target: BinaryIO, members: Iterable[Member], password: bytes = PASSWORD) -> None:
    """Writes an encrypted archive from the start of `target`, piece by piece."""
    offset = 0
    written = []
    for member in members:
        record, length = _write_member(target, member, offset, password)
        written.append(record)
        offset += length
    directory = b"".join(_directory_entry(record) for record in written)
    target.write(directory)
    target.write(
        struct.pack(
            "<4s4H2LH", b"PK\x05\x06", 0, 0, len(written), len(written), len(directory), offset, 0
        )
    )


@lru_cache(maxsize=8)
def archived(*members: Member) -> bytes:
    """The bytes of an encrypted archive; the contents are tuples, so that the same archive is made
    once.
    """
    target = BytesIO()
    write_archive(target, members)
    return target.getvalue()


def archive(name: str, content: bytes, password: bytes = PASSWORD) -> bytes:
    """The bytes of an encrypted archive that holds one file."""
    target = BytesIO()
    write_archive(target, [Member(name, [content])], password)
    return target.getvalue()


def _write_member(
    target: BinaryIO, member: Member, offset: int, password: bytes
) -> tuple[_Written, int]:
    name = member.name.encode()
    header = (
        struct.pack(
            "<4s5H3L2H",
            b"PK\x03\x04",
            _VERSION,
            member.flags,
            _DEFLATED,
            _DOS_TIME,
            _DOS_DATE,
            0,
            0,
            0,
            len(name),
            0,
        )
        + name
    )
    target.write(header)
    cipher = _Cipher(password)
    # With sizes behind the data the twelfth byte, by which a reader checks the password, is the
    # high byte of the time.
    salt = random.Random(member.name).randbytes(11) + bytes([_DOS_TIME >> 8])
    compressed = target.write(cipher.encrypt(salt))
    crc = size = 0
    deflate = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    for piece in member.content:
        crc = zlib.crc32(piece, crc)
        size += len(piece)
        compressed += target.write(cipher.encrypt(deflate.compress(piece)))
    compressed += target.write(cipher.encrypt(deflate.flush()))
    descriptor = struct.pack("<4s3L", b"PK\x07\x08", crc, compressed, size)
    target.write(descriptor)
    return _Written(member, offset, crc, compressed, size), len(header) + compressed + len(
        descriptor
    )


def _directory_entry(record: _Written) -> bytes:
    name = record.member.name.encode()
    made_by_unix = (3 << 8) | _VERSION
    return (
        struct.pack(
            "<4s6H3L",
            b"PK\x01\x02",
            made_by_unix,
            _VERSION,
            record.member.flags,
            _DEFLATED,
            _DOS_TIME,
            _DOS_DATE,
            *record[2:],
        )
        + struct.pack("<5H2L", len(name), 0, 0, 0, 0, record.member.mode << 16, record.offset)
        + name
    )
