# File: packing.py
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
"""Batches of records for an HTTP-ingest endpoint, each of about 100 KB as sent."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .numbering import Numbering, parted


TEXT, JSON = "text/plain", "application/json"

SENT_SIZE = 100_000  # bytes of a request as sent, which the endpoint takes with the least delay
SMALLEST_SENT_SIZE = 10_000  # below this, smaller requests only mean more of them
MOST_AT_ONCE = 4_000_000  # bytes, uncompressed, of several records in one batch: a bound for memory

_FIRST_RATIO = 4.0  # logs usually shrink to a fourth of their size
_LEVEL = 6


class Batch(NamedTuple):
    """A request's body as sent; `size` are its bytes uncompressed, `numbers` those of its records
    (see `numbering`), empty where they are unknown.
    """

    body: bytes
    content_type: str
    compressed: bool
    records: int
    size: int
    numbers: str = ""


class Packer:
    """Makes batches of records, which are bytes without a line feed. The size of one follows from
    how the ones before it shrank. `numbering` knows the records' numbers.
    """

    def __init__(self, content_type: str, numbering: Numbering, *, compress: bool) -> None:
        self._content_type, self._compress = content_type, compress
        self._numbering, self._packed_before = numbering, 0
        self._sent_size, self._ratio = SENT_SIZE, _FIRST_RATIO if compress else 1.0

    def shrink(self) -> None:
        """Make batches of half the size from now on."""
        self._sent_size = max(SMALLEST_SENT_SIZE, self._sent_size // 2)

    def batches(self, blocks: Iterable[list[bytes]]) -> Iterator[Batch]:
        """Blocks of records, packed anew by size: as many records as one request may have."""
        records: list[bytes] = []
        size, most = 0, self._largest_size()
        for block in blocks:
            for record in block:
                if size + len(record) >= most and records:
                    yield from self._packed(records)
                    records, size, most = [], 0, self._largest_size()
                records.append(record)
                size += len(record) + 1
        if records:
            yield from self._packed(records)

    def _largest_size(self) -> float:
        return min(self._sent_size * self._ratio, MOST_AT_ONCE)

    def _packed(self, records: list[bytes]) -> list[Batch]:
        """The records in one batch; in several where they shrink far less than the ones before."""
        batch = packed(records, self._content_type, compress=self._compress)
        self._ratio = (self._ratio + batch.size / len(batch.body)) / 2
        if len(records) == 1 or len(batch.body) <= 2 * self._sent_size:
            numbers = self._numbering.text(self._packed_before, len(records))
            self._packed_before += len(records)
            return [batch._replace(numbers=numbers)]
        middle = len(records) // 2
        return [*self._packed(records[:middle]), *self._packed(records[middle:])]


def packed(records: list[bytes], content_type: str, *, compress: bool) -> Batch:
    """Every record ends in a line feed, or it would run into the first one of the next request."""
    raw = b"\n".join([*records, b""])
    if not compress:
        return Batch(raw, content_type, compress, len(records), len(raw))
    stream = zlib.compressobj(_LEVEL, zlib.DEFLATED, 31)
    return Batch(
        stream.compress(raw) + stream.flush(), content_type, compress, len(records), len(raw)
    )


def parts(batch: Batch, alone: int | None = None) -> list[Batch]:
    """A batch of several records as two, or with the record at the place `alone` by itself."""
    records = uncompressed(batch)[:-1].split(b"\n")
    places = [len(records) // 2]
    if alone is not None and 0 <= alone < len(records):
        places = sorted({alone, alone + 1} - {0, len(records)})
    numbers = parted(batch.numbers, places)
    return [
        packed(records[start:end], batch.content_type, compress=batch.compressed)._replace(
            numbers=part
        )
        for start, end, part in zip([0, *places], [*places, len(records)], numbers)
    ]


def uncompressed(batch: Batch) -> bytes:
    """The records of a batch, each with its line feed."""
    return zlib.decompress(batch.body, 31) if batch.compressed else batch.body
