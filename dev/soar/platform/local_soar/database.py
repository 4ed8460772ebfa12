# File: database.py
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
"""The home's SQLite file. A connection belongs to one operation at a time, so that threads and
processes need no more than SQLite's own locks.
"""

from __future__ import annotations

import os
import sqlite3
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local_soar.installation import Installation


BUSY_SECONDS = 60

# Each part takes a database of an older local SOAR one version further.
SCHEMA = (
    """
CREATE TABLE assets (id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL, config TEXT NOT NULL,
    environment TEXT NOT NULL);
CREATE TABLE containers (id INTEGER PRIMARY KEY, asset_id TEXT, source_data_identifier TEXT,
    record TEXT NOT NULL, UNIQUE (asset_id, source_data_identifier));
CREATE TABLE artifacts (id INTEGER PRIMARY KEY, container_id INTEGER NOT NULL,
    source_data_identifier TEXT, content_hash TEXT NOT NULL, record TEXT NOT NULL);
CREATE INDEX artifacts_of_container ON artifacts (container_id, content_hash);
CREATE TABLE app_runs (id INTEGER PRIMARY KEY, action TEXT, identifier TEXT, asset_id TEXT,
    container_id INTEGER, pid INTEGER, status TEXT NOT NULL, message TEXT, started TEXT NOT NULL,
    ended TEXT, result TEXT);
CREATE TABLE action_results (app_run_id INTEGER, position INTEGER, record TEXT NOT NULL,
    PRIMARY KEY (app_run_id, position));
CREATE TABLE progress (id INTEGER PRIMARY KEY, app_run_id INTEGER NOT NULL, message TEXT NOT NULL,
    persistent INTEGER NOT NULL);
CREATE INDEX progress_of_run ON progress (app_run_id);
CREATE TABLE vault (id INTEGER PRIMARY KEY, vault_id TEXT NOT NULL, name TEXT NOT NULL,
    container_id INTEGER NOT NULL, size INTEGER NOT NULL, metadata TEXT NOT NULL,
    created REAL NOT NULL, UNIQUE (vault_id, container_id, name));
INSERT INTO containers (id, record) VALUES (1, '{"name": "Local container", "label": "events"}');
""",
    """
CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL, kind TEXT NOT NULL,
    allowed TEXT NOT NULL, salt BLOB, password BLOB);
CREATE TABLE tokens (digest TEXT PRIMARY KEY, user_id INTEGER, expires REAL);
CREATE INDEX artifacts_by_source ON artifacts (container_id, source_data_identifier);
""",
    "ALTER TABLE app_runs ADD COLUMN parameters TEXT",
    """
CREATE TABLE findings (id INTEGER PRIMARY KEY, finding_id TEXT UNIQUE NOT NULL,
    container_id INTEGER NOT NULL, record TEXT NOT NULL);
CREATE TABLE finding_files (id INTEGER PRIMARY KEY, finding_id TEXT NOT NULL,
    file_name TEXT NOT NULL, size INTEGER NOT NULL)
""",
)


@contextmanager
def reading(installation: Installation) -> Iterator[sqlite3.Connection]:
    """A connection outside any transaction; rows come as sqlite3.Row."""
    path = installation.folder() / "soar.sqlite"
    key = _key(path)
    try:
        connection = installation.idle[key].pop()
    except (KeyError, IndexError):
        connection = _opened(installation, path)
        key = _key(path)
    try:
        if _version(connection) < len(SCHEMA):
            _update_schema(connection)
        yield connection
    except BaseException:
        connection.close()
        raise
    installation.idle.setdefault(key, []).append(connection)


@contextmanager
def writing(installation: Installation) -> Iterator[sqlite3.Connection]:
    """A connection inside a transaction that holds the write lock from the start: what is read in
    it stays true until it ends.
    """
    with reading(installation) as connection:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")


def storable(text: str) -> str:
    """The text with what UTF-8 cannot express (lone surrogates, from other systems' names) spelled
    out.
    """
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _opened(installation: Installation, path: Path) -> sqlite3.Connection:
    if not installation.idle:
        weakref.finalize(installation, _close_idle, installation.idle)
    connection = sqlite3.connect(
        path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    connection.row_factory = sqlite3.Row
    # A power cut may cost this copy its history; waiting for the disk would cost every run
    # milliseconds.
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA journal_mode = PERSIST")
    return connection


def _key(path: Path) -> tuple[int, int]:
    """A forked child must not touch its parent's connections, and a home may be made anew."""
    try:
        return os.getpid(), path.stat().st_ino
    except FileNotFoundError:
        return os.getpid(), 0


def _close_idle(idle: dict[tuple[int, int], list[sqlite3.Connection]]) -> None:
    for (pid, _), connections in idle.items():
        for connection in connections if pid == os.getpid() else ():
            connection.close()


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _update_schema(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    # Read again: another process may have been first.
    for part in SCHEMA[_version(connection) :]:
        for statement in part.split(";"):
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {len(SCHEMA)}")
    connection.execute("COMMIT")
