# File: spool.py
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
"""Undelivered batches on disk: a batch is here before its first attempt, and leaves when the
endpoint has accepted it, or never.

One SQLite file for an asset, in its state directory, which may be a network file system and may be
shared by several machines: hence no write-ahead log, and claims that are leases. A batch belongs to
one endpoint for good. What a batch is waiting for:

| columns | the batch |
|---|---|
| `set_aside` empty, `denied` empty | is to be sent |
| `set_aside` | was refused for its content; waits until somebody looks |
| `denied` | was refused with the address and key of this digest; waits for others, or until |
| | somebody looks |
| `attempts` | has failed so often; those with the fewest are sent first |
| `owner`, `claimed` | belongs to a run, unless that run has ended or `claimed` is longer ago than |
| | the lease |
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import PlatformError
from .numbering import shortened
from .packing import Batch
from .spool_file import SpoolFile, delete


# Seconds; with what a request may take, more than clocks of machines that share a spool ought to
# differ.
LEASE = 600.0

_MOST_ROWS = 1000
_ROW = ("batch_id", "created", "records", "numbers", "bytes", "attempts", "state", "reason")
_STATE = """CASE
    WHEN endpoint != :endpoint THEN 'elsewhere'
    WHEN set_aside != '' THEN 'set aside'
    WHEN denied = :digest THEN 'denied'
    WHEN owner NOT IN ('', :owner) AND abs(:now - claimed) < :lease THEN 'in use'
    ELSE 'undelivered' END"""


class StoredBatch(NamedTuple):
    """A batch on disk that is in this run's hands since `claimed`, in seconds since 1970, after so
    many `attempts` to bring it to the endpoint.
    """

    id: int
    batch: Batch
    claimed: float
    attempts: int = 0


class Progress(NamedTuple):
    """A step of the stream called `stream` from one position to the next, both as text of the
    stream's own.
    """

    stream: str
    before: str | None
    after: str


class Backlog(NamedTuple):
    """Records in the spool: to be sent, refused for their content, refused with this address and
    key, for other addresses, and in other runs' hands.
    """

    undelivered: int = 0
    set_aside: int = 0
    denied: int = 0
    elsewhere: int = 0
    in_use: int = 0


class Spool:
    """The part of an asset's spool that is for `endpoint`. `digest` stands for the address and key
    that this run sends with.

    `lease` in seconds; `clock` gives seconds since 1970. Raises PlatformError when the file cannot
    be read or written. `found_open_to` is the mode in which others could use the file until now, 0
    where they could not.
    """

    def __init__(
        self,
        path: Path,
        endpoint: str,
        digest: str,
        *,
        lease: float = LEASE,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._endpoint, self._digest, self._lease, self._clock = endpoint, digest, lease, clock
        self._file = SpoolFile(path)
        self._owner, self.found_open_to = self._file.owner, self._file.found_open_to

    def add(self, batches: list[Batch], progress: Progress | None = None) -> list[StoredBatch]:
        """Put batches on disk, for this run to send, and note how far they bring a stream, all at
        once or nothing of it.
        """
        with self._file.changing() as database:
            stored = [self._insert(database, batch) for batch in batches]
            if progress:
                self._advance(database, progress)
        return stored

    def next(self) -> StoredBatch | None:
        """Take the batch with the fewest attempts, the oldest of several, among those that are to
        be sent and belong to no run.
        """
        now = self._clock()
        with self._file.changing() as database:
            expired = database.execute(
                "SELECT DISTINCT owner FROM batch WHERE owner != '' AND abs(? - claimed) >= ?",
                (now, self._lease),
            )
            for (owner,) in expired.fetchall():
                self._file.take_over(database, owner)
            found = database.execute(
                "SELECT id FROM batch WHERE endpoint = ? AND set_aside = '' AND denied != ?"
                " AND owner = '' ORDER BY attempts, id LIMIT 1",
                (self._endpoint, self._digest),
            ).fetchone()
            return self._claimed(database, found[0], now) if found else None

    def again(self, number: int) -> StoredBatch | None:
        """Take a batch that this run has put off; None when another run has taken it over
        meanwhile.
        """
        with self._file.changing() as database:
            claim = (number, self._owner)
            found = database.execute("SELECT 1 FROM batch WHERE id = ? AND owner = ?", claim)
            return self._claimed(database, number, self._clock()) if found.fetchone() else None

    def still_has(self, stored: StoredBatch) -> bool:
        """Renew an ageing claim before an attempt; False when another run has taken the batch over
        meanwhile.
        """
        if abs(self._clock() - stored.claimed) < self._lease / 4:
            return True
        with self._file.changing() as database:
            claim = (self._clock(), stored.id, self._owner)
            return (
                database.execute(
                    "UPDATE batch SET claimed = ? WHERE id = ? AND owner = ?", claim
                ).rowcount
                == 1
            )

    def accepted(self, stored: StoredBatch) -> None:
        """Note that the endpoint has a batch, which leaves the disk with the next change."""
        self._file.accepted(stored.id)

    def replace(
        self, stored: StoredBatch, parts: list[Batch], reason: str, *, attempts: int
    ) -> list[StoredBatch]:
        """Have the parts of a batch in its place that was not accepted in `attempts` more; none
        when another run has taken it over meanwhile.
        """
        with self._file.changing() as database:
            claim = (stored.id, self._owner)
            if (
                database.execute("SELECT 1 FROM batch WHERE id = ? AND owner = ?", claim).fetchone()
                is None
            ):
                return []
            delete(database, [stored.id])
            total = stored.attempts + attempts
            return [self._insert(database, part, total, reason) for part in parts]

    def give_back(
        self,
        stored: StoredBatch,
        reason: str,
        *,
        attempts: int,
        set_aside: bool = False,
        denied: bool = False,
    ) -> None:
        """Give a batch back that was not accepted in `attempts` more, with the reason in words."""
        waits_for = (reason if set_aside else "", self._digest if denied else "")
        self._mark_failed(stored, attempts, reason, *waits_for, owner="")

    def put_off(self, stored: StoredBatch, reason: str, *, attempts: int) -> None:
        """The same for a batch that this run takes again later."""
        self._mark_failed(stored, attempts, reason, owner=self._owner)

    def resume_denied(self) -> None:
        """Have the batches sent again that were refused with the address and key in use, which the
        endpoint accepts by now.
        """
        key = (self._endpoint, self._digest)
        denied = "FROM batch WHERE endpoint = ? AND denied = ?"
        with self._file.reading() as database:
            found = database.execute(f"SELECT 1 {denied} LIMIT 1", key).fetchone()
        if found:
            with self._file.changing() as database:
                database.execute(
                    f"UPDATE batch SET denied = '' WHERE id IN (SELECT id {denied})", key
                )

    def resume_refused(self) -> None:
        """Have the batches sent again that were refused for their content, or with the address and
        key that are still in use.
        """
        with self._file.changing() as database:
            database.execute(
                "UPDATE batch SET set_aside = '', denied = '' WHERE endpoint = ?", (self._endpoint,)
            )

    def backlog(self) -> Backlog:
        """How many records are in which state; the states of _STATE are the fields of Backlog."""
        with self._file.changing() as database:
            found = database.execute(
                f"SELECT {_STATE}, sum(records) FROM batch GROUP BY 1", self._view
            ).fetchall()
        return Backlog(**{state.replace(" ", "_"): records for state, records in found})

    def rows(self) -> list[dict[str, Any]]:
        """What is left for this endpoint, oldest first, a thousand batches at most."""
        with self._file.changing() as database:
            rows = database.execute(
                f"SELECT id, created, records, numbers, size, attempts, {_STATE}, reason "
                f"FROM batch WHERE endpoint = :endpoint ORDER BY id LIMIT {_MOST_ROWS}",
                self._view,
            ).fetchall()
        return [{**dict(zip(_ROW, row)), "numbers": shortened(row[3])} for row in rows]

    @property
    def _view(self) -> dict[str, Any]:
        """The values that a batch's state depends on."""
        return {
            "endpoint": self._endpoint,
            "digest": self._digest,
            "owner": self._owner,
            "now": self._clock(),
            "lease": self._lease,
        }

    def position(self, stream: str) -> str | None:
        """How far a stream has come, as `Progress.after` said; None for one that has not begun."""
        with self._file.reading() as database:
            key = (self._endpoint, stream)
            row = database.execute(
                "SELECT position FROM stream WHERE endpoint = ? AND name = ?", key
            ).fetchone()
        return row[0] if row else None

    def close(self) -> None:
        """Give back what this run still has in its hands, and the disk what it needs no more."""
        self._file.close()

    def _claimed(self, database: sqlite3.Connection, number: int, now: float) -> StoredBatch:
        """The attempt to come is counted at once: it may be the one that ends the run."""
        row = database.execute(
            "SELECT body, content_type, compressed, records, size, numbers, attempts FROM batch"
            " JOIN body USING (id) WHERE id = ?",
            (number,),
        ).fetchone()
        database.execute(
            "UPDATE batch SET owner = ?, claimed = ?, attempts = attempts + 1 WHERE id = ?",
            (self._owner, now, number),
        )
        return StoredBatch(number, Batch(row[0], row[1], bool(row[2]), *row[3:6]), now, row[6])

    def _mark_failed(
        self,
        stored: StoredBatch,
        attempts: int,
        reason: str,
        set_aside: str = "",
        denied: str = "",
        *,
        owner: str,
    ) -> None:
        values = (set_aside, denied, reason, stored.attempts + attempts, owner)
        with self._file.changing() as database:
            database.execute(
                "UPDATE batch SET set_aside = ?, denied = ?, reason = ?, attempts = ?, owner = ?"
                " WHERE id = ? AND owner = ?",
                (*values, stored.id, self._owner),
            )

    def _insert(
        self, database: sqlite3.Connection, batch: Batch, attempts: int = 0, reason: str = ""
    ) -> StoredBatch:
        now = self._clock()
        values = (
            self._endpoint,
            batch.content_type,
            batch.compressed,
            batch.records,
            batch.size,
            now,
            self._owner,
            now,
            batch.numbers,
            attempts,
            reason,
        )
        row = database.execute(
            "INSERT INTO batch (endpoint, content_type, compressed, records, size, created, owner,"
            " claimed, numbers, attempts, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            values,
        )
        # In a table of its own, because a change to a row writes all of it anew.
        database.execute("INSERT INTO body (id, body) VALUES (?, ?)", (row.lastrowid, batch.body))
        return StoredBatch(int(row.lastrowid or 0), batch, now, attempts)

    def _advance(self, database: sqlite3.Connection, progress: Progress) -> None:
        if self.position(progress.stream) != progress.before:
            raise PlatformError(
                "Another run is forwarding the same alerts. Run the action again when it has ended."
            )
        step = (self._endpoint, progress.stream, progress.after)
        database.execute(
            "INSERT OR REPLACE INTO stream (endpoint, name, position) VALUES (?, ?, ?)", step
        )
