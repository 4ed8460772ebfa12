# File: spool_file.py
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
"""The file of a spool, and beside it the notes of what was accepted.

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
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..errors import PlatformError
from ..numbers import id_in_text
from .owners import is_gone, this_process


_OWNER_ONLY = 0o600
_PATIENCE = 60.0  # seconds for other runs' transactions, which are short
_PAGE_SIZE = 16_384
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
CREATE INDEX IF NOT EXISTS turn ON batch (endpoint, attempts);
"""


class SpoolFile:
    """SQLite's file at `path` in the hands of one run, whose name is `owner`. Raises PlatformError
    when it cannot be read or written.

    `found_open_to` is the mode in which others could use the file until now, 0 where they could
    not.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.owner = f"{this_process()}/{uuid.uuid4().hex}"
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

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        with self._explained():
            yield self._database

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """A transaction, on disk at its end, and with it the notes of what was accepted."""
        with self._explained():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                if self._accepted:
                    delete(self._database, self._accepted)
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

    def accepted(self, number: int) -> None:
        """Note that the endpoint has a batch, which leaves the disk with the next change."""
        self._accepted.append(number)
        with suppress(OSError):  # the next change decides
            if self._notes is None:
                self._notes = os.open(
                    self._notes_of(self.owner), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600
                )
            note = b"%d\n" % number
            if os.write(self._notes, note) < len(note):
                # On a full disk; half a note would become one with the next.
                os.truncate(self._notes, 0)

    def take_over(self, database: sqlite3.Connection, owner: str) -> None:
        """Make an end of the claims of a run that has none any more."""
        notes = self._notes_of(owner)
        with suppress(FileNotFoundError):
            # A note without its line feed was cut off, and its number may be another one's; a
            # system that failed may have left anything.
            delete(
                database,
                [
                    number
                    for line in notes.read_bytes().split(b"\n")[:-1]
                    if (number := id_in_text(line.decode("latin-1"))) is not None
                ],
            )
            self._done_with.append(notes)
        database.execute("UPDATE batch SET owner = '' WHERE owner = ?", (owner,))

    def close(self) -> None:
        """Give back what this run still has in its hands, and the disk what it needs no more."""
        with suppress(PlatformError):
            with self.changing() as database:
                database.execute("UPDATE batch SET owner = '' WHERE owner = ?", (self.owner,))
            self._notes_of(self.owner).unlink(missing_ok=True)
        with suppress(sqlite3.Error):
            self._database.execute("PRAGMA incremental_vacuum").fetchall()
        self._database.close()
        if self._notes is not None:
            os.close(self._notes)

    def _prepare(self) -> None:
        with self._explained():
            for pragma in (
                f"page_size = {_PAGE_SIZE}",
                "auto_vacuum = INCREMENTAL",
                "journal_mode = TRUNCATE",
                "synchronous = FULL",
            ):
                self._database.execute(f"PRAGMA {pragma}")
        with self.changing() as database:
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
                self.take_over(database, owner)
            # What a run that was killed has left behind besides; those of live runs are not so old.
            for notes in self._path.parent.glob(f"{self._path.stem}_*.accepted"):
                with suppress(FileNotFoundError):
                    if (
                        not notes.stat().st_size
                        and notes.stat().st_mtime < time.time() - _NOTES_AGE
                    ):
                        self._done_with.append(notes)

    def _notes_of(self, owner: str) -> Path:
        return self._path.with_name(f"{self._path.stem}_{owner.rpartition('/')[2]}.accepted")


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


def delete(database: sqlite3.Connection, ids: list[int]) -> None:
    """Take batches off the disk, within the transaction under way."""
    for table in ("batch", "body"):
        database.executemany(f"DELETE FROM {table} WHERE id = ?", [(number,) for number in ids])
