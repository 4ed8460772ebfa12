# File: ingest.py
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
"""What the HTTP-ingest endpoint has accepted, for the tests to read, and how it judges a body."""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Callable
from typing import NamedTuple, NoReturn

from dev.simulator import seed
from dev.simulator.settings import Settings


CONTENT_TYPES = ("text/plain", "application/json")
LARGE_RECORD = 500_000


class Unacceptable(Exception):
    """The endpoint does not take a body: the status, the reason in a sentence, and the place of the
    record that is to blame, where it is one.
    """

    def __init__(self, status: int, reason: str, place: int | None = None) -> None:
        super().__init__(reason)
        self.status, self.place = status, place


class Accepted(NamedTuple):
    """One accepted request: its media type, whether it was compressed, its bytes as sent and
    uncompressed, and its number of records.
    """

    content_type: str
    compressed: bool
    sent_size: int
    size: int
    records: int


class Ingest:
    """`records` are the accepted records in their order, without line feeds; `large` counts those
    that downstream processing may cut.

    A record at the end of a body without a line feed runs into the first one of the next body, as
    the endpoint's documentation warns.
    """

    def __init__(self, settings: Settings, clock: Callable[[], float]) -> None:
        self._settings, self._clock = settings, clock
        self.keys = {seed.INGEST_KEY}
        self.deleted_keys: set[str] = set()
        self.records: list[bytes] = []
        self.requests: list[Accepted] = []
        self.large = 0
        self._unfinished = b""
        self._arrivals: list[float] = []

    def is_too_fast(self) -> bool:
        """Whether this request comes too early; if it does, it does not count towards the rate."""
        allowed = self._settings.ingest_requests_per_second
        self._arrivals = [at for at in self._arrivals if at > self._clock() - 1]
        if allowed and len(self._arrivals) >= allowed:
            return True
        self._arrivals.append(self._clock())
        return False

    def accept(self, content_type: str, encoding: str, sent: bytes) -> None:
        """Keep a body's records. Raises Unacceptable and keeps nothing of it."""
        if content_type not in CONTENT_TYPES:
            raise Unacceptable(
                400, f"Content-Type '{content_type}' is not one of {', '.join(CONTENT_TYPES)}"
            )
        body = self._uncompressed(encoding, sent)
        if not body.strip():
            raise Unacceptable(400, "The body is empty")
        try:
            body.decode("utf-8")
        except UnicodeDecodeError:
            raise Unacceptable(400, "The body is not UTF-8") from None
        records = _json_lines(body) if content_type == "application/json" else body.split(b"\n")
        self._check_records(records)
        if content_type == "text/plain":
            records[0] = self._unfinished + records[0]
            self._unfinished = records.pop()
        self.records += records
        self.large += sum(len(record) > LARGE_RECORD for record in records)
        self.requests.append(
            Accepted(content_type, bool(encoding), len(sent), len(body), len(records))
        )

    def _check_records(self, records: list[bytes]) -> None:
        refused = self._settings.ingest_refused.encode()
        for place, record in enumerate(records):
            if refused and refused in record:
                raise Unacceptable(400, "A record has a field that is not known", place)

    def _uncompressed(self, encoding: str, sent: bytes) -> bytes:
        limit = self._settings.ingest_max_bytes
        if encoding not in ("", "gzip"):
            raise Unacceptable(400, f"Content-Encoding '{encoding}' is not supported")
        body = _gunzip(sent, limit) if encoding else sent
        if len(body) > limit:
            raise Unacceptable(413, f"The body is larger than {limit} bytes")
        return body


def _gunzip(sent: bytes, limit: int) -> bytes:
    """All members of the stream, but at most one byte more than `limit`."""
    try:
        return gzip.GzipFile(fileobj=io.BytesIO(sent)).read(limit + 1)
    except EOFError:
        raise Unacceptable(400, "The gzip stream is cut off") from None
    except (OSError, zlib.error):
        raise Unacceptable(400, "The body is not gzip") from None


def _json_lines(body: bytes) -> list[bytes]:
    """One object as a whole, or one on every line."""
    lines = [line for line in body.split(b"\n") if line.strip()]
    if all(_is_object(line) for line in lines):
        return lines
    if _is_object(body):
        return [body.strip()]
    raise Unacceptable(400, "The body is neither one JSON object nor one on every line")


def _is_object(text: bytes) -> bool:
    """As RFC 8259 has it: Python would also read UTF-16, a byte order mark and NaN."""
    try:
        # Whole numbers of any length.
        return isinstance(json.loads(text.decode(), parse_int=float, parse_constant=_refused), dict)
    except (ValueError, RecursionError):
        return False


def _refused(constant: str) -> NoReturn:
    raise ValueError(constant)
