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

from typing import Annotated, Optional

from ..declare import (
    FILE_HASH,
    FILE_ID,
    FILE_NAME,
    FILE_PATH,
    HOST_NAME,
    NUMERIC,
    USER_NAME,
    WHOLE,
    Column,
    Limit,
    Offset,
    Output,
    Param,
    action,
)
from ..live.file_transfers import VAULT_ITEM, FileTransfers, SavedPath
from ..parameters.shared import OR_SEVERAL, ConnectionId, Timeout, Wait, without_blanks
from ..parameters.sorting import sort_columns
from ..permissions import DOWNLOADS_READ, DOWNLOADS_WRITE, LIVE_READ, TASKS_READ
from ..services import Services
from ..tasks.waiting import STARTED_TASK, finished


FileId = Annotated[str, Param("ID of file on Tanium", identifier=True, contains=(FILE_ID,))]


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


class FileActions:
    def __init__(self, services: Services) -> None:
        self._tanium = services.tanium
        self._transfers = FileTransfers(services)

    @action(
        read_only=True,
        may_need=(DOWNLOADS_READ,),
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
            Optional[list[str]],
            Param(f"Only files from this host{OR_SEVERAL}", contains=(HOST_NAME,)),
        ] = None,
        hash: Annotated[
            Optional[list[str]],
            Param(f"Only files with this hash{OR_SEVERAL}", contains=(FILE_HASH,)),
        ] = None,
    ) -> Output:
        """List downloaded files in Tanium Threat Response."""
        columns = sort_columns(sort, SORTS)
        page = self._tanium.files.list_files(
            limit=limit,
            offset=offset,
            sort=columns,
            **without_blanks({"hostname": hostname, "hash": hash}),
        )
        return Output(page.rows, {"file_count": len(page.rows)}, f"File count: {len(page.rows)}")

    @action(
        read_only=True,
        may_need=(DOWNLOADS_READ,),
        columns=FILE,
        summary=(WHOLE,),
        message="File details retrieved",
        view="display_files",
    )
    def get_file_details(self, file_id: FileId) -> Output:
        """Get the details of a downloaded file."""
        return Output([self._tanium.files.get_file(file_id)], {}, "File details retrieved")

    @action(
        type="generic",
        read_only=False,
        may_need=(*LIVE_READ, DOWNLOADS_READ, DOWNLOADS_WRITE, TASKS_READ),
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

        The file is fetched after the action has ended, unless wait is set. With wait, the result
        contains the file ID for get file.
        """
        started = self._transfers.start_saving(connection_id, file_path)
        summary = {"task_id": started["taskInfo"].get("id")}
        if not wait:
            return Output([started], summary, "Save file requested")
        saved = self._transfers.wait_until_saved(started, file_path, timeout)
        return Output([{**finished(started), **saved}], {**summary, **saved}, "File saved")

    @action(
        type="generic",
        read_only=False,
        may_need=(DOWNLOADS_WRITE,),
        columns=(WHOLE,),
        summary=(WHOLE,),
        message="Delete file requested",
    )
    def delete_file(self, file_id: FileId) -> Output:
        """Delete a file evidence from disk and Tanium Threat Response database.

        Permanently deletes the copy on the Tanium server; the file on the endpoint stays.
        """
        self._tanium.files.delete_file(file_id)
        return Output([], {}, "Delete file requested")

    @action(
        read_only=True,
        may_need=(DOWNLOADS_READ,),
        columns=VAULT_ITEM,
        summary=(WHOLE,),
        message="File downloaded to vault",
        view="display_vault_files",
    )
    def get_file(self, file_id: FileId) -> Output:
        """Download a file from Tanium Threat Response to the SOAR Vault.

        Tanium returns files in password-protected archives; their contents are added to the vault,
        one row per file. A single file gets the name that it has on its endpoint. The asset's
        max_file_size limits what is written.
        """
        return Output(self._transfers.into_vault(file_id), {}, "File downloaded to vault")
