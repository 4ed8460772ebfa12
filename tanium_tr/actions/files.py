# File: files.py
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
"""Files that were taken from endpoints."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Optional

from ..archive import (
    Extracted,
    as_it_is,
    extract,
    file_name,
    is_archive,
    require_allowed,
    require_disk,
)
from ..declare import (
    BOOLEAN,
    FILE_HASH,
    FILE_ID,
    FILE_NAME,
    FILE_PATH,
    HOST_NAME,
    NUMERIC,
    SHA1,
    USER_NAME,
    VAULT_ID,
    WHOLE,
    Column,
    Limit,
    Offset,
    Output,
    Param,
    action,
)
from ..live_connections import explained
from ..parameters import ConnectionId
from ..rows import part
from ..services import Services
from ..sorting import sort_columns
from ..waiting import STARTED_TASK, State, Timeout, Wait, finished, is_since, wait_for_task
from ..words import shown


FileId = Annotated[str, Param("ID of file on Tanium", identifier=True, contains=(FILE_ID,))]

SavedPath = Annotated[
    str,
    Param(
        "Location of file on remote computer",
        contains=(FILE_PATH,),
        examples=("C:\\Users\\Public\\dropper.exe",),
    ),
]

FILE = (
    Column("uuid", contains=(FILE_ID,), title="File ID"),
    Column(
        "path",
        contains=(FILE_PATH, FILE_NAME),
        title="Path",
        examples=("C:\\Users\\Public\\dropper.exe",),
    ),
    Column("hostname", contains=(HOST_NAME,), title="Host Name", examples=("ws-finance-07",)),
    Column("size", NUMERIC, title="Size", examples=(123456,)),
    Column("downloaded", title="Downloaded", examples=("2026-01-11T20:03:15.629Z",)),
    Column("hash", contains=(FILE_HASH,), title="Hash"),
    Column("username", contains=(USER_NAME,), title="User Name"),
    Column("comments"),
    Column("created_by"),
    Column("created_by_proc"),
    Column("evidenceType", examples=("file",)),
    Column("last_modified"),
    Column("last_modified_by"),
    Column("last_modified_by_proc"),
    Column("process_creation_time"),
    Column("tags"),
)

SORTS = tuple(column.path for column in FILE)

VAULT_ITEM = (
    Column("vault_id", contains=(SHA1, VAULT_ID), title="Vault ID"),
    Column("name", contains=(FILE_NAME,), title="Name", examples=("dropper.exe",)),
    Column("size", NUMERIC, title="Size", examples=(123456,)),
    Column("metadata.sha256", title="SHA256"),
    Column("container"),
    Column("container_id", NUMERIC),
    Column("create_time"),
    Column("created_via", examples=("automation",)),
    Column("file_name", examples=("dropper.exe",)),
    Column("hash", contains=(SHA1,)),
    Column("id", NUMERIC),
    Column("message", examples=("success",)),
    Column("metadata.action", examples=("get file",)),
    Column("metadata.app_run_id", NUMERIC),
    Column("metadata.sha1"),
    Column("metadata.size", NUMERIC),
    Column("mime_type"),
    Column("path"),
    Column("succeeded", BOOLEAN, examples=(True,)),
    Column("task"),
    Column("user"),
    Column("vault_document", NUMERIC),
)

PROGRESS_INTERVAL = 2.0  # seconds

_VAULT_KEYS = {column.path.split(".")[0] for column in VAULT_ITEM}


class FileActions:
    def __init__(self, services: Services) -> None:
        self._threat_response, self._soar = services.threat_response, services.soar
        self._max_bytes = services.config.max_file_bytes

    @action(
        read_only=True,
        columns=FILE,
        summary=(Column("file_count", NUMERIC, examples=(1,)),),
        message="File count: 1",
        view="display_files",
    )
    def list_files(
        self,
        limit: Limit = 1000,
        offset: Offset = 0,
        sort: Annotated[
            Optional[str],
            Param(
                "Column by which to sort (prefixed by '-' for descending order)",
                examples=("hostname",),
            ),
        ] = None,
        hostname: Annotated[
            Optional[str], Param("Only files from this host", contains=(HOST_NAME,))
        ] = None,
        hash: Annotated[
            Optional[str], Param("Only files with this hash", contains=(FILE_HASH,))
        ] = None,
    ) -> Output:
        """List downloaded files in Tanium Threat Response."""
        columns = sort_columns(sort, SORTS)
        page = self._threat_response.list_files(
            limit=limit, offset=offset, sort=columns, hostname=hostname or "", hash=hash or ""
        )
        return Output(page.rows, {"file_count": len(page.rows)}, f"File count: {len(page.rows)}")

    @action(
        read_only=True,
        columns=FILE,
        summary=(WHOLE,),
        message="File details retrieved",
        view="display_files",
    )
    def get_file_details(self, file_id: FileId) -> Output:
        """Get what Tanium knows of a downloaded file."""
        return Output([self._threat_response.get_file(file_id)], {}, "File details retrieved")

    @action(
        type="generic",
        read_only=False,
        columns=(
            *STARTED_TASK,
            Column("taskInfo.metadata.compress", examples=("true",)),
            Column("taskInfo.metadata.paths.*", contains=(FILE_PATH,)),
            Column("file_id", contains=(FILE_ID,), title="File ID"),
        ),
        summary=(
            WHOLE,
            Column("task_id", NUMERIC, examples=(1396,)),
            Column("file_id", contains=(FILE_ID,)),
        ),
        message="Save file requested",
        view="display_files",
    )
    def save_file(
        self,
        connection_id: ConnectionId,
        file_path: SavedPath,
        wait: Wait = False,
        timeout: Timeout = 300,
    ) -> Output:
        """Save a file from a remote connection to Tanium Threat Response.

        The file is fetched after the action unless wait is set; with wait the result has its id for
        get file.
        """
        with explained(self._threat_response, connection_id):
            started = self._threat_response.save_file(connection_id, file_path)
        summary = {"task_id": started["taskInfo"].get("id")}
        if not wait:
            return Output([started], summary, "Save file requested")
        saved = wait_for_task(
            self._threat_response,
            self._soar,
            started["taskInfo"].get("id"),
            f"saving {shown(file_path)}",
            timeout,
            rows=[started],
            result=_saved_file,
            outcome=lambda: self._arrived(file_path, started),
        )
        return Output([{**finished(started), **saved}], {**summary, **saved}, "File saved")

    def _arrived(self, file_path: str, started: dict[str, Any]) -> State:
        """Whether the file is listed since the task was started."""
        rows = self._threat_response.list_files(limit=50, offset=0, sort="-downloaded").rows
        host = str(part(started["taskInfo"], "metadata").get("connection") or "").split(":")[1:2]
        for row in rows:
            if (
                row.get("path") == file_path
                and [row.get("hostname")] == host
                and is_since(row.get("downloaded"), started)
            ):
                return State("saved", {"file_id": row.get("uuid")})
        return State("not listed yet")

    @action(
        type="generic",
        read_only=False,
        columns=(WHOLE,),
        summary=(WHOLE,),
        message="Delete file requested",
    )
    def delete_file(self, file_id: FileId) -> Output:
        """Delete a file evidence from disk and Tanium Threat Response database.

        Deletes the copy on the Tanium server for good; the file on its endpoint stays.
        """
        self._threat_response.delete_file(file_id)
        return Output([], {}, "Delete file requested")

    @action(
        read_only=True,
        columns=VAULT_ITEM,
        summary=(WHOLE,),
        message="File downloaded to vault",
        view="display_vault_files",
    )
    def get_file(self, file_id: FileId) -> Output:
        """Download a file from Tanium Threat Response to the SOAR Vault.

        Tanium hands files over in archives with a password; the vault gets what is in them. Each of
        several files is one row. The asset's max_file_size bounds what is written.
        """
        with self._soar.temporary_folder() as folder:
            name, path = self._download(file_id, folder)
            self._soar.progress(f"Received {path.stat().st_size} bytes; unpacking")
            files = (
                list(extract(path, folder, self._max_bytes, self._soar.progress))
                if is_archive(path)
                else [as_it_is(path, name or file_id)]
            )
            rows = [self._into_vault(file) for file in files]
        return Output(rows, {}, "File downloaded to vault")

    def _download(self, file_id: str, folder: Path) -> tuple[str, Path]:
        """The name that the server tells, and where the body is."""
        download = self._threat_response.download_file(file_id)
        require_disk(folder, download.size or 0, "The file")
        path, received, next_report = folder / "download", 0, self._soar.now()
        with path.open("xb") as target:
            for chunk in download.chunks:
                received += len(chunk)
                require_allowed(max(received, download.size or 0), self._max_bytes, "The file")
                require_disk(folder, len(chunk), "The rest of the file")
                target.write(chunk)
                if self._soar.now() >= next_report:
                    self._soar.stop_if_cancelled(
                        "Cancelled while the file was downloaded; nothing is in the vault."
                    )
                    self._soar.passing_progress(
                        f"Received {received} of {download.size or 'unknown'} bytes"
                    )
                    next_report = self._soar.now() + PROGRESS_INTERVAL
        return file_name(download.name), path

    def _into_vault(self, file: Extracted) -> dict[str, Any]:
        metadata = {
            "action": self._soar.action_name,
            "app_run_id": self._soar.run_id,
            "sha1": file.sha1,
            "sha256": file.sha256,
            "size": file.size,
        }
        item = self._soar.add_to_vault(file.path, file.name, metadata)
        return {key: value for key, value in item.items() if key in _VAULT_KEYS}


def _saved_file(task: dict[str, Any]) -> dict[str, Any]:
    """The id of the saved file, which a finished task tells as the stem of `finalPath` (TANIUM_WIRE
    2.8).
    """
    results = task.get("results")
    saved = results.get("fileResults") if isinstance(results, dict) else None
    for result in saved if isinstance(saved, list) else []:
        final_path = result.get("finalPath") if isinstance(result, dict) else None
        if isinstance(final_path, str):
            return {"file_id": re.split(r"[\\/]", final_path)[-1].rsplit(".", 1)[0]}
    return {"file_id": None}
