# File: vault.py
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
"""SOAR's vault: files named by the SHA-1 of their content, each known to the containers that hold
it.
"""

from __future__ import annotations

import hashlib
import json
import mimetypes
import shutil
import sqlite3
import tempfile
import time
from pathlib import Path
from typing import Any, Optional

from local_soar import strict_json
from local_soar.containers import find_container
from local_soar.database import reading, storable, writing
from local_soar.installation import Installation, current


BLOCK_BYTES = 1 << 20
UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))

Added = tuple[bool, str, Optional[str]]
Found = tuple[bool, str, tuple[dict[str, Any], ...]]
Deleted = tuple[bool, str, list[str]]


class Vault:
    """The vault's temporary directory, and attachments made from memory."""

    @staticmethod
    def get_vault_tmp_dir() -> str:
        """The only place that vault_add takes files from."""
        return str(current().folder("vault", "tmp"))

    @staticmethod
    def create_attachment(
        file_contents: str | bytes,
        container_id: int,
        file_name: str | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """`{succeeded, message, vault_id}` for content that is in memory already."""
        folder = tempfile.mkdtemp(dir=Vault.get_vault_tmp_dir())
        try:
            path = Path(folder) / "attachment"
            path.write_bytes(
                file_contents.encode() if isinstance(file_contents, str) else file_contents
            )
            succeeded, message, vault_id = vault_add(container_id, str(path), file_name, metadata)
        finally:
            shutil.rmtree(folder)
        return {"succeeded": succeeded, "message": message, "vault_id": vault_id}


def vault_add(
    container: int | dict[str, Any] | None = None,
    file_location: str | None = None,
    file_name: str | None = None,
    metadata: dict[str, Any] | None = None,
    trace: bool = False,  # noqa: ARG001  the platform's signature
) -> Added:
    """Move a file from the temporary directory into the vault: `(success, message, vault_id)`."""
    installation = current()
    container_id = container.get("id") if isinstance(container, dict) else container
    if not isinstance(container_id, int) or find_container(installation, container_id) is None:
        return False, f"Container {container_id!r} not found", None
    if not file_location:
        return False, "file_location is missing", None
    source = Path(file_location)
    if source.is_symlink() or not source.is_file():
        return False, f"File not found: {file_location}", None
    if installation.folder("vault", "tmp").resolve() not in source.resolve().parents:
        return False, f"{file_location} is outside the vault's temporary directory", None
    try:
        strict_json.check_storable(metadata or {}, "metadata")
        details = json.dumps(metadata or {})
    except TypeError as error:
        return False, str(error), None
    size, vault_id = source.stat().st_size, _sha1(source)
    with writing(installation) as connection:
        # Inside the transaction, so that nobody removes the same content meanwhile.
        source.replace(_stored_file(installation, vault_id))
        connection.execute(
            "INSERT OR IGNORE INTO vault (vault_id, name, container_id, size, metadata, created)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (
                vault_id,
                storable(file_name or source.name),
                container_id,
                size,
                details,
                time.time(),
            ),
        )
    return True, "Success", vault_id


def vault_info(
    vault_id: str | None = None,
    file_name: str | None = None,
    container_id: int | None = None,
    trace: bool = False,  # noqa: ARG001  the platform's signature
    download_file: bool = True,  # noqa: ARG001  the platform's signature
) -> Found:
    """Items that match every criterion given: `(success, message, items)`."""
    installation = current()
    with reading(installation) as connection:
        if not (vault_id or file_name or container_id):
            return False, "Give a vault_id, a file_name or a container_id", ()
        rows = _matching(connection, vault_id, file_name, container_id)
        items = tuple(_item(installation, connection, row) for row in rows)
    if items:
        return True, "Success", items
    return installation.profile.vault_miss_succeeds, "No vault items found", ()


def vault_delete(
    vault_id: str | None = None,
    file_name: str | None = None,
    container_id: int | None = None,
    remove_all: bool = False,
    trace: bool = False,  # noqa: ARG001  the platform's signature
) -> Deleted:
    """Forget the matching items, several only with `remove_all`, and files that nothing refers to:
    `(success, message, names)`.
    """
    installation = current()
    if not (vault_id or file_name or container_id):
        return False, "Give a vault_id, a file_name or a container_id", []
    with writing(installation) as connection:
        rows = _matching(connection, vault_id, file_name, container_id)
        if not rows:
            return False, "No vault items found", []
        if len(rows) > 1 and not remove_all:
            return False, f"{len(rows)} vault items match; remove_all deletes them all", []
        for row in rows:
            connection.execute("DELETE FROM vault WHERE id = ?", (row["id"],))
            if not _matching(connection, row["vault_id"]):
                _stored_file(installation, row["vault_id"]).unlink(missing_ok=True)
    return True, "Success", [row["name"] for row in rows]


def all_items(installation: Installation) -> list[dict[str, Any]]:
    """Every item, oldest first, as vault_info describes it."""
    with reading(installation) as connection:
        return [_item(installation, connection, row) for row in _matching(connection)]


def _sha1(path: Path) -> str:
    digest = hashlib.sha1(usedforsecurity=False)
    with path.open("rb") as file:
        for block in iter(lambda: file.read(BLOCK_BYTES), b""):
            digest.update(block)
    return digest.hexdigest()


def _stored_file(installation: Installation, vault_id: str) -> Path:
    return installation.folder("vault", vault_id[:2], vault_id[2:4]) / vault_id


def _matching(
    connection: sqlite3.Connection,
    vault_id: str | None = None,
    file_name: str | None = None,
    container_id: int | None = None,
) -> list[sqlite3.Row]:
    """Rows that match every criterion that is given, oldest first."""
    return connection.execute(
        "SELECT * FROM vault WHERE vault_id = coalesce(?, vault_id) AND name = coalesce(?, name)"
        " AND container_id = coalesce(?, container_id) ORDER BY id",
        (vault_id or None, file_name or None, container_id or None),
    ).fetchall()


def _item(
    installation: Installation, connection: sqlite3.Connection, row: sqlite3.Row
) -> dict[str, Any]:
    same_content = _matching(connection, row["vault_id"])
    container = connection.execute(
        "SELECT record FROM containers WHERE id = ?", (row["container_id"],)
    ).fetchone()
    metadata = json.loads(row["metadata"])
    return {
        "id": row["id"],
        "name": row["name"],
        "container_id": row["container_id"],
        "container": json.loads(container["record"])["name"],
        "created_via": "automation",
        "create_time": _ago(time.time() - row["created"]),
        "user": "automation",
        "vault_document": same_content[0]["id"],
        "vault_id": row["vault_id"],
        "mime_type": mimetypes.guess_type(row["name"])[0] or "application/octet-stream",
        "es_attachment_id": None,
        "hash": row["vault_id"],
        "size": row["size"],
        "path": str(_stored_file(installation, row["vault_id"])),
        "metadata": metadata,
        "aka": list(dict.fromkeys(each["name"] for each in same_content)),
        "contains": metadata.get("contains", []),
    }


def _ago(seconds: float) -> str:
    for length, unit in UNITS:
        count = int(seconds // length)
        if count:
            return f"{count} {unit}{'' if count == 1 else 's'} ago"
    return "0 minutes ago"
