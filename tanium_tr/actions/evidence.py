# File: evidence.py
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
"""Evidence that investigations keep on the Tanium server."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Annotated, Any, Optional

from ..declare import (
    EVIDENCE_ID,
    EXAMPLE_MD5,
    FILE_ID,
    FILE_NAME,
    FILE_PATH,
    HOST_NAME,
    MD5,
    NUMERIC,
    PID,
    PROCESS_TABLE_ID,
    SNAPSHOT_ID,
    USER_NAME,
    WHOLE,
    Column,
    Limit,
    Offset,
    Output,
    Param,
    action,
)
from ..errors import ParameterError, TaniumError
from ..live.connections import explained
from ..parameters.shared import OR_SEVERAL, ConnectionId, ProcessTableId, without_blanks
from ..permissions import EVIDENCE_READ, EVIDENCE_WRITE, LIVE_READ
from ..services import Services
from ..times import seconds, utc_text


EVIDENCE = (
    Column("uuid", contains=(EVIDENCE_ID,), title="Evidence ID"),
    Column("hostname", contains=(HOST_NAME,), title="Host Name", examples=("ws-finance-07",)),
    Column("summary", title="Summary"),
    Column("evidenceType", title="Type", examples=("event", "file", "snapshot")),
    Column("eventType", title="Event Type", examples=("ProcessEvent",)),
    Column("created", title="Created", examples=("2026-02-16T07:17:21.432Z",)),
    Column("username", contains=(USER_NAME,), title="User Name"),
    Column("recorderId", contains=(PROCESS_TABLE_ID,)),
    Column("name", title="Name", examples=("C:\\Windows\\System32\\cmd.exe",)),
    Column("type"),
    Column("size", NUMERIC, title="Size", examples=(48211,)),
    Column("domain"),
    Column("commandline"),
    Column("eventtype"),
    Column("timestamp"),
    Column("createTime"),
    Column("createTimeRaw"),
    Column("exitCode", NUMERIC),
    Column("createdAt", examples=("1771226241432",)),
)


# Of the event itself, as production servers keep it; events that are neither about a process nor
# about a file have other members.
EVENT = (
    Column("data"),
    Column("data.process_table_id", contains=(PROCESS_TABLE_ID,)),
    Column("data.parent_process_table_id", contains=(PROCESS_TABLE_ID,)),
    Column("data.pid", NUMERIC, contains=(PID,), examples=(4711,)),
    Column(
        "data.process_path",
        contains=(FILE_NAME, FILE_PATH),
        title="Process Path",
        examples=("C:\\Windows\\System32\\cmd.exe",),
    ),
    Column("data.process_command_line", title="Command Line"),
    Column("data.parent_path", contains=(FILE_NAME, FILE_PATH)),
    Column("data.hash", contains=(MD5,), examples=(EXAMPLE_MD5,)),
    Column("data.process_hash", contains=(MD5,)),
    Column("data.parent_hash", contains=(MD5,)),
    Column("data.user_name", contains=(USER_NAME,)),
    Column("data.file", contains=(FILE_NAME, FILE_PATH)),
    Column("data.operation", examples=("CreateNew",)),
    *(
        Column(f"data.{name}")
        for name in (
            *("id", "timestamp", "create_time", "end_time", "group_name", "details", "evidence"),
            *("hash_type_name", "parent_command_line"),
        )
    ),
    *(
        Column(f"data.{name}", NUMERIC)
        for name in (
            *("parent_pid", "timestamp_raw", "create_time_raw", "end_time_raw", "exit_code"),
            "event_operation_id",
        )
    ),
)

# The ids by which other actions know evidence that is not an event.
_IDS = {"file": "file_id", "snapshot": "snapshot_id"}


class EvidenceActions:
    def __init__(self, services: Services) -> None:
        self._tanium = services.tanium

    @action(
        read_only=True,
        may_need=(EVIDENCE_READ,),
        columns=(
            *EVIDENCE,
            Column("file_id", contains=(FILE_ID,), title="File ID"),
            Column("snapshot_id", contains=(SNAPSHOT_ID,), title="Snapshot ID"),
        ),
        summary=(Column("evidence_count", NUMERIC, examples=(2,)),),
        message="Evidence found: 2",
    )
    def list_evidence(
        self,
        hostname: Annotated[
            Optional[list[str]],
            Param(f"Only evidence from this host{OR_SEVERAL}", contains=(HOST_NAME,)),
        ] = None,
        type: Annotated[
            Optional[list[str]],
            Param(
                "Only evidence of this type: event, file or snapshot; ProcessEvent and the like on"
                f" servers that follow the API specification{OR_SEVERAL}",
                examples=("event",),
            ),
        ] = None,
        sort: Annotated[
            Optional[str], Param("Column by which to sort (prefixed by '-' for descending order)")
        ] = None,
        limit: Limit = 1000,
        offset: Offset = 0,
    ) -> Output:
        """List evidence.

        Evidence is data that was saved from an endpoint: events, files and snapshots. Get evidence
        and delete evidence are for events; files and snapshots have their own actions.
        """
        filters = without_blanks({"hostname": hostname, "type": type})
        page = self._tanium.evidence.list_evidence(
            limit=limit, offset=offset, sort=sort or "", **filters
        )
        rows = [_listed(row) for row in page.rows]
        return Output(rows, {"evidence_count": len(rows)}, f"Evidence found: {len(rows)}")

    @action(
        read_only=True,
        may_need=(EVIDENCE_READ,),
        columns=(*EVIDENCE, *EVENT),
        summary=(WHOLE,),
        message="Evidence retrieved",
    )
    def get_evidence(
        self,
        evidence_id: Annotated[str, Param("Evidence ID", identifier=True, contains=(EVIDENCE_ID,))],
    ) -> Output:
        """Get a piece of evidence."""
        return Output([self._tanium.evidence.get_evidence(evidence_id)], {}, "Evidence retrieved")

    @action(
        type="generic",
        read_only=False,
        may_need=(*LIVE_READ, EVIDENCE_WRITE),
        columns=(*EVIDENCE, Column("data")),
        summary=(Column("evidence_id", contains=(EVIDENCE_ID,)),),
        message="Evidence created",
    )
    def create_evidence(
        self,
        connection_id: ConnectionId,
        process_table_id: ProcessTableId,
        summary: Annotated[Optional[str], Param("Reason for keeping the process")] = None,
        hostname: Annotated[
            Optional[str],
            Param(
                "Host name of the endpoint; if empty, the connection's host name",
                contains=(HOST_NAME,),
            ),
        ] = None,
    ) -> Output:
        """Keep an endpoint's process as evidence.

        If the server does not return the new record, the result lacks its ID; list evidence shows
        it.
        """
        with explained(self._tanium, connection_id):
            rows = self._tanium.processes.get_process_tree(
                connection_id, process_table_id, contexts=["node"], limit=1
            )
        process = next((row for row in rows if row.get("context") == "node"), None)
        if process is None:
            raise ParameterError(
                "Parameter 'process_table_id' names no process on this connection:"
                f" {process_table_id}."
            )
        described = {
            "hostname": hostname or self._hostname(connection_id),
            "summary": summary or "",
        }
        record = self._tanium.evidence.create_evidence(
            connection_id=connection_id,
            process_table_id=process_table_id,
            process=process,
            **described,
        )
        row = {**described, "recorderId": process_table_id, "eventType": "ProcessEvent", **record}
        return Output([row], {"evidence_id": record.get("uuid")}, "Evidence created")

    def _hostname(self, connection_id: str) -> str:
        connection = self._tanium.connections.find_connection(connection_id) or {}
        if not connection.get("hostname"):
            raise TaniumError(
                "Tanium does not report the host name of the connection: specify it in the"
                " parameter 'hostname'."
            )
        return str(connection["hostname"])

    @action(
        type="generic",
        read_only=False,
        may_need=(EVIDENCE_WRITE,),
        columns=(WHOLE,),
        summary=(WHOLE,),
        message="Evidence deleted",
    )
    def delete_evidence(
        self,
        evidence_ids: Annotated[
            list[str],
            Param("Comma-separated Evidence IDs", identifier=True, contains=(EVIDENCE_ID,)),
        ],
    ) -> Output:
        """Permanently delete evidence.

        The records are deleted from the Tanium server and cannot be restored.
        """
        self._tanium.evidence.delete_evidence(list(dict.fromkeys(evidence_ids)))
        return Output([], {}, "Evidence deleted")

    @action(
        read_only=True,
        may_need=(EVIDENCE_READ,),
        columns=(
            Column("type", title="Type", examples=("MD5Hash", "ProcessId")),
            Column("value", contains=(MD5, PID), title="Value", examples=(EXAMPLE_MD5,)),
        ),
        summary=(Column("property_count", NUMERIC, examples=(4,)),),
        message="Properties found: 4",
    )
    def list_evidence_properties(self) -> Output:
        """List the values of stored evidence from which intel can be made.

        Each row is a value that events in the evidence hold, such as a hash or a process ID, and
        its type. A server that follows the API specification lists the names of properties instead.
        """
        rows = self._tanium.evidence.list_evidence_properties()
        return Output(rows, {"property_count": len(rows)}, f"Properties found: {len(rows)}")


def _listed(row: dict[str, Any]) -> dict[str, Any]:
    """A row of the list, whose time may be milliseconds in a text, with the id under the name that
    its kind goes by.
    """
    added: dict[str, Any] = {}
    created = seconds(row.get("createdAt"))
    if created is not None:
        added["created"] = utc_text(datetime.fromtimestamp(created, timezone.utc))
    if row.get("eventtype"):
        added["eventType"] = row["eventtype"]
    kind = _IDS.get(str(row.get("evidenceType")).lower())
    if kind:
        added[kind] = row.get("uuid")
    return {**added, **row}
