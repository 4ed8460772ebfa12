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
"""Direct connections to endpoints and to snapshots."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dev.simulator import seed
from dev.simulator.errors import Rejected
from dev.simulator.settings import Settings
from dev.simulator.state.computers import Computers
from dev.simulator.times import DAY, milliseconds


Row = dict[str, Any]

_MESSAGES = {
    "waiting": "Waiting for the endpoint to connect.",
    "connected": "The connection is active.",
    "disconnected": "The connection has been disconnected.",
    "timeout": "The endpoint did not connect in time.",
}


@dataclass
class Connection:
    """A connection; its status follows from these times (seconds). `connects` is None for an
    endpoint that never answers.
    """

    id: str
    host: seed.Host
    eid: str | None
    user_id: str
    initiated: float
    connects: float | None
    last_used: float = 0.0
    closed: bool = False

    @property
    def is_local(self) -> bool:
        return self.id.startswith("local:")


class Connections:
    """Every connection that was made and not deleted, by id."""

    def __init__(
        self, settings: Settings, clock: Callable[[], float], computers: Computers
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._computers = computers
        self._next_eid: dict[str, int] = {}
        self.all: dict[str, Connection] = {}
        self._add_old_ones(clock())

    def create(self, target: object, user: seed.User) -> Connection:
        """A connection to the endpoint that `target` (hostname, ip, clientId, platform) describes.

        Each call makes a new id with the endpoint's next eid. An endpoint without eid has one id
        only: calling again returns the live connection or starts the dead one anew.
        """
        return self._start(self._endpoint(target), str(user.id))

    def open(self, hostname: str) -> str:
        """The id of a new connection to the first computer of that name, connected at once: what a
        test starts from.
        """
        return self.reach(self._computers.by_hostname(hostname), seed.ANALYST).id

    def reach(self, host: seed.Host, user: seed.User) -> Connection:
        """A connection that the server itself makes to an endpoint, connected at once."""
        connection = self._start(host, str(user.id))
        connection.connects = connection.last_used = self._clock()
        return connection

    def status(self, connection: Connection) -> str:
        now = self._clock()
        if connection.closed:
            return "disconnected"
        if connection.connects is None:
            return (
                "timeout"
                if now >= connection.initiated + self._settings.connect_timeout_seconds
                else "waiting"
            )
        if now < connection.connects:
            return "waiting"
        idle_since = max(connection.connects, connection.last_used)
        idled_out = not connection.is_local and now >= idle_since + self._settings.idle_minutes * 60
        return "disconnected" if idled_out else "connected"

    def get(self, connection_id: str) -> Connection:
        """Rejected with 404 when it is unknown or was deleted."""
        try:
            return self.all[connection_id]
        except KeyError:
            raise Rejected(404, f"Connection '{connection_id}' not found") from None

    def used(self, connection_id: str) -> Connection:
        """A connection that is about to be used, which keeps it alive; one that is not connected is
        rejected with 400.
        """
        connection = self.get(connection_id)
        status = self.status(connection)
        if status != "connected":
            raise Rejected(400, f"The connection is not active, its status is '{status}'")
        connection.last_used = self._clock()
        return connection

    def to_endpoint(self, connection_id: str) -> Connection:
        """The same; a connection to a snapshot is rejected, too."""
        connection = self.used(connection_id)
        if connection.is_local:
            raise Rejected(400, "A snapshot has no files to fetch")
        return connection

    def close(self, connection_id: str) -> None:
        self.get(connection_id).closed = True

    def delete(self, connection_id: str) -> None:
        del self.all[self.get(connection_id).id]

    def rows(self) -> list[Row]:
        return [self.row(connection) for connection in self.all.values()]

    def row(self, connection: Connection) -> Row:
        status = self.status(connection)
        reached = connection.connects is not None and self._clock() >= connection.connects
        session = hashlib.md5(connection.id.encode()).hexdigest()
        return {
            "id": connection.id,
            "sessionId": session if status == "connected" else None,
            "ip": connection.host.ip,
            "hostname": connection.host.hostname,
            "clientId": connection.host.client_id,
            "platform": connection.host.platform,
            "eid": connection.eid,
            "initiatedAt": milliseconds(connection.initiated),
            "connectedAt": (
                milliseconds(connection.connects)
                if reached and connection.connects is not None
                else None
            ),
            "status": status,
            "message": _MESSAGES[status],
            "hasTools": True,
            "userId": connection.user_id,
            "personaId": 0,
        }

    def _endpoint(self, target: object) -> seed.Host:
        if not isinstance(target, dict):
            raise Rejected(400, "target is required", listed=True)
        for name in ("hostname", "ip", "clientId", "platform"):
            if not isinstance(target.get(name), str):
                raise Rejected(400, f"target.{name} is required and must be a string", listed=True)
        host = self._computers.by_client_id(target["clientId"])
        if host is None:
            raise Rejected(404, f"No endpoint with the client id '{target['clientId']}'")
        if (host.hostname, host.ip, host.platform) != (
            target["hostname"],
            target["ip"],
            target["platform"],
        ):
            raise Rejected(
                400,
                f"target does not describe the endpoint with the client id '{host.client_id}'",
                listed=True,
            )
        return host

    def _start(self, host: seed.Host, user_id: str) -> Connection:
        eid = self._eid(host)
        connection_id = f"remote:{host.hostname}:{host.client_id}:{eid or ''}"
        existing = self.all.get(connection_id)
        if existing and self.status(existing) in {"waiting", "connected"}:
            return existing
        now = self._clock()
        connects = now + self._settings.connect_seconds if host.answers else None
        self.all[connection_id] = Connection(connection_id, host, eid, user_id, now, connects)
        return self.all[connection_id]

    def _eid(self, host: seed.Host) -> str | None:
        if not host.eid:
            return None
        self._next_eid[host.client_id] = self._next_eid.get(host.client_id, 0) + 1
        return str(self._next_eid[host.client_id])

    def _add_old_ones(self, now: float) -> None:
        """One that idled out, one that timed out, and an open snapshot."""
        user_id = str(seed.ANALYST.id)
        idled_out = self._start(seed.FINANCE_12, user_id)
        idled_out.initiated, idled_out.connects = now - 5 * DAY, now - 5 * DAY + 6
        self._start(seed.OFFLINE, user_id).initiated = now - 3 * DAY
        local_id = f"local:{seed.FINANCE_12.hostname}:{seed.FINANCE_12.hostname}-snapshot.db"
        self.all[local_id] = Connection(
            local_id, seed.FINANCE_12, None, user_id, now - DAY, now - DAY + 1
        )
