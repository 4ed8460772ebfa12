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

from typing import Annotated, Optional

from ..declare import (
    EVIDENCE_ID,
    HOST_NAME,
    NUMERIC,
    PROCESS_TABLE_ID,
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
from ..live_connections import explained
from ..parameters import ConnectionId, ProcessTableId
from ..services import Services


EVIDENCE = (
    Column("uuid", contains=(EVIDENCE_ID,), title="Evidence ID"),
    Column("hostname", contains=(HOST_NAME,), title="Host Name", examples=("ws-finance-07",)),
    Column("summary", title="Summary"),
    Column("evidenceType", title="Type", examples=("event",)),
    Column("eventType", title="Event Type", examples=("ProcessEvent",)),
    Column("created", title="Created"),
    Column("username", contains=(USER_NAME,), title="User Name"),
    Column("recorderId", contains=(PROCESS_TABLE_ID,)),
    Column("name"),
    Column("type"),
    Column("size", NUMERIC),
    Column("domain"),
    Column("commandline"),
    Column("eventtype"),
    Column("timestamp"),
    Column("createTime"),
    Column("createTimeRaw"),
    Column("exitCode", NUMERIC),
    Column("createdAt"),
)


class EvidenceActions:
    def __init__(self, services: Services) -> None:
        self._tanium = services.tanium

    @action(
        read_only=True,
        columns=EVIDENCE,
        summary=(Column("evidence_count", NUMERIC, examples=(2,)),),
        message="Evidence found: 2",
    )
    def list_evidence(
        self,
        hostname: Annotated[
            Optional[str], Param("Only evidence from this host", contains=(HOST_NAME,))
        ] = None,
        type: Annotated[Optional[str], Param("Only evidence of this type")] = None,
        sort: Annotated[
            Optional[str], Param("Column by which to sort (prefixed by '-' for descending order)")
        ] = None,
        limit: Limit = 1000,
        offset: Offset = 0,
    ) -> Output:
        """List evidence."""
        filters = {"sort": sort or "", "hostname": hostname or "", "type": type or ""}
        rows = self._tanium.evidence.list_evidence(limit=limit, offset=offset, **filters).rows
        return Output(rows, {"evidence_count": len(rows)}, f"Evidence found: {len(rows)}")

    @action(
        read_only=True,
        columns=(*EVIDENCE, Column("data")),
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
        kept = {"hostname": hostname or self._hostname(connection_id), "summary": summary or ""}
        record = self._tanium.evidence.create_evidence(
            connection_id=connection_id, process_table_id=process_table_id, process=process, **kept
        )
        row = {**kept, "recorderId": process_table_id, "eventType": "ProcessEvent", **record}
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
        columns=(Column("type", title="Type"), Column("value", title="Value")),
        summary=(Column("property_count", NUMERIC, examples=(4,)),),
        message="Properties found: 4",
    )
    def list_evidence_properties(self) -> Output:
        """List the properties that evidence can have."""
        rows = self._tanium.evidence.list_evidence_properties()
        return Output(rows, {"property_count": len(rows)}, f"Properties found: {len(rows)}")
