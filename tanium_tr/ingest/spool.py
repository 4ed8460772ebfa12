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
| `owner`, `claimed` | belongs to a run, unless that run has ended or `claimed` is longer ago than |
| | the lease |

A change is on disk once its transaction is, which takes several times as long as a request. So a
run only notes what was accepted, in a file of its own beside the spool, and deletes it with its
next change; whoever takes over from a run that was killed reads its notes first. A note survives
the end of its process, but not that of its machine: then the batch is sent again.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import PlatformError
from ..numbers import id_in_text
from .numbering import shortened
from .owners import is_gone, this_process
from .packing import Batch


# Seconds; with what a request may take, more than clocks of machines that share a spool ought to
# differ.
LEASE = 600.0

_OWNER_ONLY = 0o600
_PATIENCE = 60.0  # seconds for other runs' transactions, which are short
_PAGE_SIZE = 16_384
_MOST_ROWS = 1000
_NOTES_AGE = 7 * 86400.0  # seconds
_SCHEMA = """
CREATE TABLE IF NOT EXISTS batch (
    id INTEGER PRIMARY KEY AUTOINCREMENT, endpoint TEXT NOT NULL, content_type TEXT NOT NULL,
    compressed INTEGER NOT NULL, records INTEGER NOT NULL, size INTEGER NOT NULL,
    created REAL NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
    set_aside TEXT NOT NULL DEFAULT '', denied TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '', owner TEXT NOT NULL DEFAULT '',
    claimed REAL NOT NULL DEFAULT 0, numbers TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS body (id INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS stream (
    endpoint TEXT, name TEXT, position TEXT NOT NULL, PRIMARY KEY (endpoint, name));
"""
_ROW = ("batch_id", "created", "records", "numbers", "bytes", "attempts", "state", "reason")
_STATE = """CASE
    WHEN endpoint != :endpoint THEN 'elsewhere'
    WHEN set_aside != '' THEN 'set aside'
    WHEN denied = :digest THEN 'denied'
    WHEN owner NOT IN ('', :owner) AND abs(:now - claimed) < :lease THEN 'in use'
    ELSE 'undelivered' END"""


class Stored(NamedTuple):
    """A batch on disk that is in this run's hands since `claimed`, in seconds since 1970."""

    id: int
    batch: Batch
    claimed: float


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
        self._path, self._endpoint, self._digest, self._lease, self._clock = (
            path,
            endpoint,
            digest,
            lease,
            clock,
        )
        self._owner = f"{this_process()}/{uuid.uuid4().hex}"
        self._notes: int | None = None
        self._accepted: list[int] = []
        self._done_with: list[Path] = []  # notes that the transaction under way makes superfluous
        with self._explained():
            # Only its owner may read it, from the first moment on; SQLite gives its journal the
            # same mode.
            self.found_open_to = _narrowed(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            self._database = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
        try:
            self._prepare()
        except PlatformError:
            self._database.close()
            raise

    def add(self, batches: list[Batch], progress: Progress | None = None) -> list[Stored]:
        """Put batches on disk, for this run to send, and note how far they bring a stream, all at
        once or nothing of it.
        """
        with self._changing() as database:
            stored = [self._insert(database, batch) for batch in batches]
            if progress:
                self._advance(database, progress)
        return stored

    def next(self, after: int) -> Stored | None:
        """Take the oldest batch above the id `after` that is to be sent and belongs to no run."""
        now = self._clock()
        with self._changing() as database:
            expired = database.execute(
                "SELECT DISTINCT owner FROM batch WHERE owner != '' AND abs(? - claimed) >= ?",
                (now, self._lease),
            )
            for (owner,) in expired.fetchall():
                self._take_over(database, owner)
            row = database.execute(
                "SELECT id, body, content_type, compressed, records, size, numbers FROM batch"
                " JOIN body USING (id) WHERE id > ? AND endpoint = ? AND set_aside = ''"
                " AND denied != ? AND owner = '' ORDER BY id LIMIT 1",
                (after, self._endpoint, self._digest),
            ).fetchone()
            if row is None:
                return None
            database.execute(
                "UPDATE batch SET owner = ?, claimed = ? WHERE id = ?", (self._owner, now, row[0])
            )
        return Stored(row[0], Batch(row[1], row[2], bool(row[3]), *row[4:]), now)

    def still_has(self, stored: Stored) -> bool:
        """Renew an ageing claim before an attempt; False when another run has taken the batch over
        meanwhile.
        """
        if abs(self._clock() - stored.claimed) < self._lease / 4:
            return True
        with self._changing() as database:
            claim = (self._clock(), stored.id, self._owner)
            return (
                database.execute(
                    "UPDATE batch SET claimed = ? WHERE id = ? AND owner = ?", claim
                ).rowcount
                == 1
            )

    def accepted(self, stored: Stored) -> None:
        """Note that the endpoint has a batch, which leaves the disk with the next change."""
        self._accepted.append(stored.id)
        with suppress(OSError):  # the next change decides
            if self._notes is None:
                self._notes = os.open(
                    self._notes_of(self._owner), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600
                )
            note = b"%d\n" % stored.id
            if os.write(self._notes, note) < len(note):
                # On a full disk; half a note would become one with the next.
                os.truncate(self._notes, 0)

    def replace(self, stored: Stored, parts: list[Batch]) -> list[Stored]:
        """Have the parts of a batch in its place; none when another run has taken it over
        meanwhile.
        """
        with self._changing() as database:
            claim = (stored.id, self._owner)
            if (
                database.execute("SELECT 1 FROM batch WHERE id = ? AND owner = ?", claim).fetchone()
                is None
            ):
                return []
            _delete(database, [stored.id])
            return [self._insert(database, part) for part in parts]

    def give_back(
        self,
        stored: Stored,
        reason: str,
        *,
        attempts: int,
        set_aside: bool = False,
        denied: bool = False,
    ) -> None:
        """Give a batch back that was not accepted, with the reason in words."""
        values = (
            reason if set_aside else "",
            self._digest if denied else "",
            reason,
            attempts,
            stored.id,
            self._owner,
        )
        with self._changing() as database:
            database.execute(
                "UPDATE batch SET set_aside = ?, denied = ?, reason = ?, attempts = attempts + ?,"
                " owner = '' WHERE id = ? AND owner = ?",
                values,
            )

    def resume_refused(self) -> None:
        """Have the batches sent again that were refused for their content, or with the address and
        key that are still in use.
        """
        with self._changing() as database:
            database.execute(
                "UPDATE batch SET set_aside = '', denied = '' WHERE endpoint = ?", (self._endpoint,)
            )

    def backlog(self) -> Backlog:
        """How many records are in which state; the states of _STATE are the fields of Backlog."""
        with self._changing() as database:
            found = database.execute(
                f"SELECT {_STATE}, sum(records) FROM batch GROUP BY 1", self._view
            ).fetchall()
        return Backlog(**{state.replace(" ", "_"): records for state, records in found})

    def rows(self) -> list[dict[str, Any]]:
        """What is left for this endpoint, oldest first, a thousand batches at most."""
        with self._changing() as database:
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
        with self._explained():
            key = (self._endpoint, stream)
            row = self._database.execute(
                "SELECT position FROM stream WHERE endpoint = ? AND name = ?", key
            ).fetchone()
        return row[0] if row else None

    def close(self) -> None:
        """Give back what this run still has in its hands, and the disk what it needs no more."""
        with suppress(PlatformError):
            with self._changing() as database:
                database.execute("UPDATE batch SET owner = '' WHERE owner = ?", (self._owner,))
            self._notes_of(self._owner).unlink(missing_ok=True)
        with suppress(sqlite3.Error):
            self._database.execute("PRAGMA incremental_vacuum").fetchall()
        self._database.close()
        if self._notes is not None:
            os.close(self._notes)

    def _notes_of(self, owner: str) -> Path:
        return self._path.with_name(f"{self._path.stem}_{owner.rpartition('/')[2]}.accepted")

    def _take_over(self, database: sqlite3.Connection, owner: str) -> None:
        """Make an end of the claims of a run that has none any more."""
        notes = self._notes_of(owner)
        with suppress(FileNotFoundError):
            # A note without its line feed was cut off, and its number may be another one's; a
            # system that failed may have left anything.
            _delete(
                database,
                [
                    number
                    for line in notes.read_bytes().split(b"\n")[:-1]
                    if (number := id_in_text(line.decode("latin-1"))) is not None
                ],
            )
            self._done_with.append(notes)
        database.execute("UPDATE batch SET owner = '' WHERE owner = ?", (owner,))

    def _prepare(self) -> None:
        with self._explained():
            for pragma in (
                f"page_size = {_PAGE_SIZE}",
                "auto_vacuum = INCREMENTAL",
                "journal_mode = TRUNCATE",
                "synchronous = FULL",
            ):
                self._database.execute(f"PRAGMA {pragma}")
        with self._changing() as database:
            for statement in _SCHEMA.split(";"):
                database.execute(statement)
            columns = [name for _, name, *_ in database.execute("PRAGMA table_info(batch)")]
            if "numbers" not in columns:  # in the spools of version 1.0.0
                database.execute("ALTER TABLE batch ADD COLUMN numbers TEXT NOT NULL DEFAULT ''")
            owners = [
                owner
                for (owner,) in database.execute(
                    "SELECT DISTINCT owner FROM batch WHERE owner != ''"
                )
            ]
            for owner in filter(is_gone, owners):
                self._take_over(database, owner)
            # What a run that was killed has left behind besides; those of live runs are not so old.
            for notes in self._path.parent.glob(f"{self._path.stem}_*.accepted"):
                with suppress(FileNotFoundError):
                    if (
                        not notes.stat().st_size
                        and notes.stat().st_mtime < time.time() - _NOTES_AGE
                    ):
                        self._done_with.append(notes)

    def _insert(self, database: sqlite3.Connection, batch: Batch) -> Stored:
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
        )
        row = database.execute(
            "INSERT INTO batch (endpoint, content_type, compressed, records, size, created, owner,"
            " claimed, numbers) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            values,
        )
        # In a table of its own, because a change to a row writes all of it anew.
        database.execute("INSERT INTO body (id, body) VALUES (?, ?)", (row.lastrowid, batch.body))
        return Stored(int(row.lastrowid or 0), batch, now)

    def _advance(self, database: sqlite3.Connection, progress: Progress) -> None:
        if self.position(progress.stream) != progress.before:
            raise PlatformError(
                "Another run is forwarding the same alerts. Run the action again when it has ended."
            )
        step = (self._endpoint, progress.stream, progress.after)
        database.execute(
            "INSERT OR REPLACE INTO stream (endpoint, name, position) VALUES (?, ?, ?)", step
        )

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        """A transaction, on disk at its end, and with it the notes of what was accepted."""
        with self._explained():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                if self._accepted:
                    _delete(self._database, self._accepted)
                yield self._database
                self._database.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):  # SQLite has done it itself where the disk is full
                    self._database.execute("ROLLBACK")
                self._done_with.clear()
                raise
            self._accepted.clear()
            if self._notes is not None:
                os.truncate(self._notes, 0)
            while self._done_with:
                self._done_with.pop().unlink(missing_ok=True)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        # UnicodeError: SQLite's own words quote a damaged file.
        except (sqlite3.Error, OSError, UnicodeError) as error:
            raise PlatformError(
                f"The spool of undelivered records, {self._path.name} in the app's state directory,"
                f" cannot be used: {error}. Check the disk's free space and the file; its records"
                " are kept."
            ) from error


def _narrowed(file: int) -> int:
    """Close the file, which only its owner may use from now on; its mode when others could."""
    try:
        mode = stat.S_IMODE(os.fstat(file).st_mode)
        if not mode & ~_OWNER_ONLY:
            return 0
        os.fchmod(file, _OWNER_ONLY)
        return mode
    finally:
        os.close(file)


def _delete(database: sqlite3.Connection, ids: list[int]) -> None:
    for table in ("batch", "body"):
        database.executemany(f"DELETE FROM {table} WHERE id = ?", [(number,) for number in ids])
