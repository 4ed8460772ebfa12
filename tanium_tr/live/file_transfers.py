# File: file_transfers.py
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
"""Files on their way from an endpoint to Tanium, and from Tanium into SOAR's vault."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from ..archive import (
    Extracted,
    as_it_is,
    extract,
    file_name,
    is_archive,
    require_allowed,
    require_disk,
)
from ..declare import BOOLEAN, FILE_NAME, FILE_PATH, NUMERIC, SHA1, VAULT_ID, Column, Param
from ..errors import ApiError, PlatformError, TaniumError, TaskError, TransportError
from ..network.time_limit import time_limit
from ..tanium.reply import objects, part
from ..tasks.waiting import StartedTask, State, is_since, wait_for_task
from ..words import counted, shown
from .connections import explained


if TYPE_CHECKING:
    from ..services import Services


SavedPath = Annotated[
    str,
    Param(
        "Location of file on remote computer",
        contains=(FILE_PATH,),
        examples=("C:\\Users\\Public\\dropper.exe",),
    ),
]

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


class FileTransfers:
    """Files on their way from an endpoint to Tanium, and from Tanium into SOAR's vault."""

    def __init__(self, services: Services) -> None:
        self._tanium, self._soar = services.tanium, services.soar
        self._max_bytes = services.config.max_file_bytes

    def start_saving(self, connection_id: str, file_path: str) -> dict[str, Any]:
        """The answer to the request that Tanium fetch a file, with its task."""
        with explained(self._tanium, connection_id):
            return self._tanium.files.save_file(connection_id, file_path)

    def wait_until_saved(
        self, started: dict[str, Any], file_path: str, timeout: int
    ) -> dict[str, Any]:
        """The `file_id` of the file that the task has saved."""
        task = StartedTask(
            started["taskInfo"].get("id"),
            f"saving {shown(file_path)}",
            [started],
            outcome=lambda: self._arrived(file_path, started),
            result=lambda task: self._saved_file(task, file_path, started),
        )
        saved: dict[str, Any] = wait_for_task(self._tanium, self._soar, task, timeout)
        return saved

    def _saved_file(
        self, task: dict[str, Any], file_path: str, started: dict[str, Any]
    ) -> dict[str, Any]:
        """The `file_id` that a finished task tells, or else the list of files; None in neither."""
        saved = _file_in_task(task)
        if not saved["file_id"]:
            return self._arrived(file_path, started).result or saved
        return saved

    def _arrived(self, file_path: str, started: dict[str, Any]) -> State:
        """Whether the file is listed since the task was started."""
        rows = self._tanium.files.list_files(limit=50, offset=0, sort="-downloaded").rows
        host = str(part(started["taskInfo"], "metadata").get("connection") or "").split(":")[1:2]
        for row in rows:
            if (
                row.get("path") == file_path
                and [row.get("hostname")] == host
                and is_since(row.get("downloaded"), started)
            ):
                return State("saved", {"file_id": row.get("uuid")})
        return State("not listed yet")

    def into_vault(self, file_id: str) -> list[dict[str, Any]]:
        """Download a file and put what is in its archive into the vault: one row a file."""
        with self._soar.temporary_folder() as folder:
            name, path = self._download(file_id, folder)
            self._soar.progress(f"Received {path.stat().st_size} bytes; unpacking")
            files = (
                list(extract(path, folder, self._max_bytes, self._soar.progress))
                if is_archive(path)
                else [as_it_is(path, name or file_id)]
            )
            if len(files) == 1:
                files = [files[0]._replace(name=self._name_on_endpoint(file_id) or files[0].name)]
            return self._all_into_vault(files)

    def _all_into_vault(self, files: list[Extracted]) -> list[dict[str, Any]]:
        """One row a file. Raises TaskError with the rows of what is in the vault when it refuses a
        file behind others, or when the action is cancelled.
        """
        rows: list[dict[str, Any]] = []
        for file in files:
            so_far = f"In the vault: {len(rows)} of {counted(len(files), 'file')}."
            self._soar.stop_if_cancelled(f"Cancelled. {so_far}", rows)
            try:
                rows.append(self._into_vault(file))
            except PlatformError as error:
                if len(files) == 1:
                    raise
                raise TaskError(f"{error} {so_far}", rows) from error
        return rows

    def _name_on_endpoint(self, file_id: str) -> str:
        """What the file is called on its endpoint: archives call it something else. Empty where
        Tanium does not say, which must not cost the file.
        """
        try:
            details = self._tanium.files.get_file(file_id)
        except (ApiError, TransportError) as error:
            self._soar.progress(f"The name of the file on its endpoint cannot be read: {error}")
            return ""
        path = details.get("path")
        return file_name(path) if isinstance(path, str) else ""

    def _download(self, file_id: str, folder: Path) -> tuple[str, Path]:
        """The name that the server tells, and where the body is."""
        download = self._tanium.files.download_file(file_id)
        require_disk(folder, download.size or 0, "The file")
        path, received, next_report = folder / "download", 0, self._soar.now()
        with time_limit(math.inf, self._stop_if_cancelled), path.open("xb") as target:
            for chunk in download.chunks:
                received += len(chunk)
                require_allowed(max(received, download.size or 0), self._max_bytes, "The file")
                require_disk(folder, len(chunk), "The rest of the file")
                target.write(chunk)
                if self._soar.now() >= next_report:
                    self._stop_if_cancelled()
                    self._soar.passing_progress(
                        f"Received {received} of {download.size or 'unknown'} bytes"
                    )
                    next_report = self._soar.now() + PROGRESS_INTERVAL
        if not received:
            raise TaniumError(
                f"Tanium sent an empty answer for the file {shown(file_id)}; nothing is in the"
                " vault. Run the action again, or save the file again."
            )
        return file_name(download.name), path

    def _stop_if_cancelled(self) -> None:
        self._soar.stop_if_cancelled(
            "Cancelled while the file was downloaded; nothing is in the vault."
        )

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


def _file_in_task(task: dict[str, Any]) -> dict[str, Any]:
    """The id of the saved file, which a finished task tells as `uuid` or, as older servers do, only
    as the stem of `finalPath` (TANIUM_WIRE 2.8, 8.3).
    """
    saved = part(task, "results").get("fileResults")
    for result in objects(saved) if isinstance(saved, list) else []:
        for name in (result.get("uuid"), result.get("finalPath")):
            if isinstance(name, str) and name:
                return {"file_id": re.split(r"[\\/]", name)[-1].rsplit(".", 1)[0]}
    return {"file_id": None}
