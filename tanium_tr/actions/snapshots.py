# File: snapshots.py
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
"""Snapshots of an endpoint's recorder database."""

from __future__ import annotations

from typing import Annotated, Any, Optional

from ..declare import (
    BOOLEAN,
    CONNECTION_ID,
    HOST_NAME,
    NUMERIC,
    SNAPSHOT_ID,
    WHOLE,
    Column,
    Limit,
    Offset,
    Output,
    Param,
    action,
)
from ..errors import ParameterError
from ..live.connections import explained
from ..parameters.shared import ConnectionId, Timeout, Wait
from ..parameters.sorting import sort_columns
from ..permissions import LIVE_READ, SNAPSHOTS_READ, SNAPSHOTS_WRITE, TASKS_READ
from ..services import Services
from ..tasks.waiting import STARTED_TASK, StartedTask, State, finished, is_since, wait_for_task
from ..words import shown


SNAPSHOT = (
    Column("uuid", contains=(SNAPSHOT_ID,), title="Snapshot ID"),
    Column("name", title="Name", examples=("ws-finance-07-1753000000000.db",)),
    Column("hostname", contains=(HOST_NAME,), title="Host Name", examples=("ws-finance-07",)),
    Column("created", title="Created", examples=("2026-01-15T01:25:34.002Z",)),
    Column("completed", title="Completed", examples=("2026-01-15T01:26:39.424Z",)),
    Column("size", NUMERIC, title="Size", examples=(314572800,)),
    Column("username", title="User Name"),
    Column("connectionId", contains=(CONNECTION_ID,)),
    Column("evidenceType", examples=("snapshot",)),
    Column("isUpload", BOOLEAN),
    Column("recorderVersion", NUMERIC, examples=(2,)),
)

SORTS = ("uuid", "username", "hostname", "created", "connectionId", "size", "name")


class SnapshotActions:
    def __init__(self, services: Services) -> None:
        self._tanium, self._soar = services.tanium, services.soar

    @action(
        type="generic",
        read_only=False,
        may_need=(*LIVE_READ, SNAPSHOTS_READ, SNAPSHOTS_WRITE, TASKS_READ),
        columns=(*STARTED_TASK, Column("taskInfo")),
        summary=(WHOLE, Column("task_id", NUMERIC, examples=(1234,))),
        message="Create snapshot requested",
        view="display_snapshots",
    )
    def create_snapshot(
        self, connection_id: ConnectionId, wait: Wait = False, timeout: Timeout = 300
    ) -> Output:
        """Capture a new snapshot.

        The capture continues after the action has ended, unless wait is set; list snapshots shows
        it, with completed filled in once it is done.
        """
        with explained(self._tanium, connection_id):
            started = self._tanium.snapshots.create_snapshot(connection_id)
        message = "Create snapshot requested"
        if wait:
            task = StartedTask(
                started["taskInfo"].get("id"),
                f"snapshot of {connection_id}",
                [started],
                outcome=lambda: self._captured(connection_id, started),
            )
            wait_for_task(self._tanium, self._soar, task, timeout)
            started, message = finished(started), "Snapshot created"
        return Output([started], {"task_id": started["taskInfo"].get("id")}, message)

    def _captured(self, connection_id: str, started: dict[str, Any]) -> State:
        """Whether the snapshot is listed as complete."""
        rows = self._tanium.snapshots.list_snapshots(limit=50, offset=0, sort="-created").rows
        mine = [
            row
            for row in rows
            if row.get("connectionId") == connection_id and is_since(row.get("created"), started)
        ]
        done = next((row for row in mine if row.get("completed")), None)
        return State("being captured" if mine else "not listed yet", done)

    @action(
        read_only=True,
        may_need=(SNAPSHOTS_READ,),
        columns=SNAPSHOT,
        summary=(Column("total_snapshots", NUMERIC, examples=(11,)),),
        message="Total snapshots: 11",
        view="display_snapshots",
    )
    def list_snapshots(
        self,
        limit: Limit = 1000,
        offset: Offset = 0,
        sort: Annotated[
            Optional[str],
            Param(f"Column by which to sort ({', '.join(SORTS)})", examples=("name",)),
        ] = None,
    ) -> Output:
        """Get a list of all snapshots.

        Lists uploaded and captured snapshots, whether from this app or from Tanium's console.
        """
        columns = sort_columns(sort, SORTS)
        page = self._tanium.snapshots.list_snapshots(limit=limit, offset=offset, sort=columns)
        total = len(page.rows) if page.total is None else page.total
        return Output(page.rows, {"total_snapshots": total}, f"Total snapshots: {total}")

    @action(
        type="generic",
        read_only=False,
        may_need=(SNAPSHOTS_WRITE,),
        columns=(WHOLE,),
        summary=(WHOLE,),
        message="Delete snapshot requested",
    )
    def delete_snapshot(
        self,
        snapshot_ids: Annotated[
            list[str],
            Param("Comma-separated Snapshot IDs", identifier=True, contains=(SNAPSHOT_ID,)),
        ],
    ) -> Output:
        """Delete a snapshot.

        Permanently deletes uploaded and captured snapshots from the Tanium server.
        """
        self._tanium.snapshots.delete_snapshots(list(dict.fromkeys(snapshot_ids)))
        return Output([], {}, "Delete snapshot requested")

    @action(
        type="generic",
        read_only=False,
        may_need=(SNAPSHOTS_WRITE,),
        columns=(WHOLE,),
        summary=(WHOLE,),
        message="Delete local snapshot requested",
    )
    def delete_local_snapshot(
        self,
        snapshot_id: Annotated[
            str,
            Param(
                "ID of the local snapshot, as list connections shows it (local:...), or its uuid",
                identifier=True,
                contains=(CONNECTION_ID, SNAPSHOT_ID),
                examples=("local:ws-finance-07:ws-finance-07-1753000000000.db",),
            ),
        ],
    ) -> Output:
        """Permanently delete a local snapshot.

        Deletes the snapshot's file on the Tanium server and the connection to it. This cannot be
        undone.
        """
        if snapshot_id.startswith("remote:"):
            raise ParameterError(
                f"Parameter 'snapshot_id' is {shown(snapshot_id)}, a live connection: use an ID"
                " that begins with local:."
            )
        self._tanium.snapshots.delete_local_snapshot(snapshot_id)
        return Output([], {}, "Delete local snapshot requested")
