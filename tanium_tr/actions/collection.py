# File: collection.py
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
"""One action from an endpoint's disk to SOAR's vault."""

from __future__ import annotations

from typing import Any

from ..declare import CONNECTION_ID, FILE_ID, NUMERIC, TASK_ID, Column, Output, action
from ..errors import TaniumError, TaskError
from ..live.connections import CLOSED_AGAIN, LiveConnections
from ..live.file_transfers import VAULT_ITEM, FileTransfers, SavedPath
from ..parameters.shared import BY_HOSTNAME, Destination, DestinationType, Timeout
from ..permissions import (
    DOWNLOADS_READ,
    DOWNLOADS_WRITE,
    FIND_ENDPOINT,
    LIVE_READ,
    LIVE_WRITE,
    TASKS_READ,
)
from ..services import Services
from ..tasks.waiting import finished


class CollectionActions:
    def __init__(self, services: Services) -> None:
        self._connections, self._transfers = LiveConnections(services), FileTransfers(services)

    @action(
        type="generic",
        read_only=False,
        may_need=(
            *FIND_ENDPOINT,
            *LIVE_READ,
            *LIVE_WRITE,
            *(DOWNLOADS_READ, DOWNLOADS_WRITE, TASKS_READ),
        ),
        columns=(
            *VAULT_ITEM,
            Column("connection_id", contains=(CONNECTION_ID,), title="Connection ID"),
            Column("task_id", NUMERIC, contains=(TASK_ID,), title="Task ID"),
            Column("file_id", contains=(FILE_ID,), title="File ID"),
        ),
        summary=(
            Column("connection_id", contains=(CONNECTION_ID,)),
            Column("task_id", NUMERIC, contains=(TASK_ID,)),
            Column("file_id", contains=(FILE_ID,)),
        ),
        message="File collected into the vault",
        view="display_vault_files",
    )
    def collect_file(
        self,
        destination: Destination,
        destination_type: DestinationType = BY_HOSTNAME,
        *,
        file_path: SavedPath,
        timeout: Timeout = 300,
    ) -> Output:
        """Copy a file from an endpoint to the SOAR Vault.

        Connects to the endpoint or uses a live connection to it, has Tanium fetch the file, and
        downloads it into the vault. A connection that this action opened is closed again. The
        timeout applies to connecting and to fetching separately. The copy on the Tanium server
        stays; delete file removes it.
        """
        connection, is_new = self._connections.open(destination, destination_type, reuse=True)
        found = {"connection_id": connection["id"]}
        try:
            left = CLOSED_AGAIN if is_new else ""
            self._connections.wait_until_connected(connection, timeout, left=left)
            found.update(self._saved(connection["id"], file_path, timeout))
            rows = [{**row, **found} for row in self._transfers.into_vault(found["file_id"])]
        except TaniumError as error:
            raise TaskError(str(error), _rows_of(error, found)) from error
        finally:
            if is_new:
                self._connections.close(connection["id"])
        return Output(rows, found, "File collected into the vault")

    def _saved(self, connection_id: str, file_path: str, timeout: int) -> dict[str, Any]:
        """The ids of the task and of the file."""
        started = self._transfers.start_saving(connection_id, file_path)
        task_id = started["taskInfo"].get("id")
        saved = self._transfers.wait_until_saved(started, file_path, timeout)
        if not saved["file_id"]:
            raise TaskError(
                f"Tanium saved the file (task {task_id}) but did not return its ID. Look for it"
                " with list files.",
                [{**finished(started), **saved}],
            )
        return {"task_id": task_id, **saved}


def _rows_of(error: TaniumError, found: dict[str, Any]) -> list[dict[str, Any]]:
    """What is known after an error: the files that are in the vault already, else the task."""
    rows = error.rows if isinstance(error, TaskError) else []
    in_vault = [{**row, **found} for row in rows if "vault_id" in row]
    return in_vault or [{**found, **_task_of(error)}]


def _task_of(error: TaniumError) -> dict[str, Any]:
    """The id of the task that did not get done, where one was started."""
    tasks = (
        [row["taskInfo"].get("id") for row in error.rows if "taskInfo" in row]
        if isinstance(error, TaskError)
        else []
    )
    return {"task_id": tasks[0]} if tasks else {}
