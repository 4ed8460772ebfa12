# File: connections.py
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
"""Live connections to endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Optional

from ..declare import (
    BOOLEAN,
    CLIENT_ID,
    CONNECTION_ID,
    HOST_NAME,
    IP,
    NUMERIC,
    WHOLE,
    Column,
    Limit,
    Offset,
    Output,
    Param,
    action,
)
from ..live.connections import CONNECTED, LiveConnections, explained
from ..parameters.shared import (
    BY_HOSTNAME,
    OR_SEVERAL,
    ConnectionId,
    Destination,
    DestinationType,
    Timeout,
    Wait,
    without_blanks,
)
from ..permissions import FIND_ENDPOINT, LIVE_READ, LIVE_WRITE
from ..services import Services


if TYPE_CHECKING:
    pass


CONNECTION = (
    Column(
        "id",
        contains=(CONNECTION_ID,),
        title="Connection ID",
        examples=("remote:ws-finance-07:2029390007:1",),
    ),
    Column("status", title="Status", examples=("connected", "waiting", "disconnected", "timeout")),
    Column("hostname", contains=(HOST_NAME,), title="Host Name", examples=("ws-finance-07",)),
    Column("ip", contains=(IP,), title="IP", examples=("10.20.0.7",)),
    Column("platform", title="Platform", examples=("Windows",)),
    Column("clientId", contains=(CLIENT_ID,), title="Client ID", examples=("2029390007",)),
    Column("message", title="Message"),
    Column("connectedAt", NUMERIC, examples=(1753000000000,)),
    Column("eid"),
    Column("hasTools", BOOLEAN),
    Column("initiatedAt", NUMERIC, examples=(1753000000000,)),
    Column("personaId", NUMERIC),
    Column("sessionId"),
    Column("userId"),
)


class ConnectionActions:
    def __init__(self, services: Services) -> None:
        self._tanium = services.tanium
        self._connections = LiveConnections(services)

    @action(
        read_only=True,
        may_need=LIVE_READ,
        columns=CONNECTION,
        summary=(
            Column("active_connections", NUMERIC, examples=(1,)),
            Column("inactive_connections", NUMERIC, examples=(1,)),
            Column("total_connections", NUMERIC, examples=(2,)),
        ),
        message="Number of active connections found: 1",
        view="display_connections",
    )
    def list_connections(
        self,
        status: Annotated[
            Optional[list[str]],
            Param(
                "Only connections with this status (e.g. connected, disconnected, waiting,"
                f" timeout){OR_SEVERAL}"
            ),
        ] = None,
        hostname: Annotated[
            Optional[list[str]],
            Param(f"Only connections to this host name{OR_SEVERAL}", contains=(HOST_NAME,)),
        ] = None,
        ip: Annotated[
            Optional[list[str]],
            Param(f"Only connections to this IP address{OR_SEVERAL}", contains=(IP,)),
        ] = None,
        platform: Annotated[
            Optional[list[str]],
            Param(f"Only connections to endpoints of this platform (e.g. Windows){OR_SEVERAL}"),
        ] = None,
        limit: Limit = 1000,
        offset: Offset = 0,
    ) -> Output:
        """Get a list of connections.

        The summary counts the connections that match the filters.
        """
        filters = {"status": status, "hostname": hostname, "ip": ip, "platform": platform}
        rows = self._tanium.connections.list_connections(**without_blanks(filters))
        rows = rows[offset : offset + limit]
        active = sum(row.get("status") == CONNECTED for row in rows)
        summary = {
            "active_connections": active,
            "inactive_connections": len(rows) - active,
            "total_connections": len(rows),
        }
        return Output(rows, summary, f"Number of active connections found: {active}")

    @action(
        read_only=True,
        may_need=LIVE_READ,
        columns=CONNECTION,
        summary=(Column("status", examples=("connected",)),),
        message="Connection is connected",
        view="display_connections",
    )
    def get_connection(self, connection_id: ConnectionId) -> Output:
        """Get a connection and its status."""
        row = self._tanium.connections.get_connection(connection_id)
        return Output([row], {"status": row.get("status")}, f"Connection is {row.get('status')}")

    @action(
        type="generic",
        read_only=False,
        may_need=(*FIND_ENDPOINT, *LIVE_READ, *LIVE_WRITE),
        columns=CONNECTION,
        summary=(Column("connection_id", examples=("remote:ws-finance-07:2029390007:1",)),),
        message="Connection created successfully",
        view="display_connections",
    )
    def create_connection(
        self,
        destination: Destination,
        destination_type: DestinationType = BY_HOSTNAME,
        reuse: Annotated[
            bool, Param("Use a live connection to the endpoint if there is one")
        ] = False,
        wait: Wait = False,
        timeout: Timeout = 300,
    ) -> Output:
        """Create a new live endpoint connection.

        If several endpoints match, the one that is ready is used, and of several that are ready the
        one that registered last. A new connection can be used once its status is connected, which
        takes seconds to minutes: set wait, or check with list connections.
        """
        connection, is_new = self._connections.open(destination, destination_type, reuse=reuse)
        if wait:
            connection = self._connections.wait_until_connected(connection, timeout)
        message = "Connection created successfully" if is_new else "Live connection reused"
        return Output([connection], {"connection_id": connection["id"]}, message)

    @action(
        type="generic",
        read_only=False,
        may_need=(*LIVE_READ, *LIVE_WRITE),
        columns=(WHOLE,),
        summary=(WHOLE,),
        message="Successfully closed connection",
    )
    def close_connection(self, connection_id: ConnectionId) -> Output:
        """Close an endpoint connection."""
        with explained(self._tanium, connection_id):
            self._tanium.connections.close_connection(connection_id)
        return Output([], {}, "Successfully closed connection")

    @action(
        type="generic",
        read_only=False,
        may_need=(*LIVE_READ, *LIVE_WRITE),
        columns=(WHOLE,),
        summary=(WHOLE,),
        message="Delete connection requested",
    )
    def delete_connection(self, connection_id: ConnectionId) -> Output:
        """Delete an endpoint connection.

        Removes a live or dead connection from Threat Response. To connect to the endpoint again,
        run create connection.
        """
        self._tanium.connections.delete_connection(connection_id)
        return Output([], {}, "Delete connection requested")
