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
"""Live connections to endpoints: open one, wait for it, and say why one cannot be used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ..errors import (
    ApiError,
    AuthenticationError,
    PermissionDeniedError,
    RateLimitError,
    ResponseError,
    TaniumError,
    TaskError,
)
from ..words import LONGEST_SENTENCE, printable


if TYPE_CHECKING:
    from ..services import Services
    from ..tanium.clients import Tanium
    from ..tasks.waiting import State


CONNECTED = "connected"
STARTING = ("waiting", "connecting")
# Of a connection that is not used in time, by an action that opened it for itself.
CLOSED_AGAIN = "This run closes it. Check that the endpoint is online."


class LiveConnections:
    """Opens connections to endpoints and waits for them."""

    def __init__(self, services: Services) -> None:
        self._tanium, self._soar = services.tanium, services.soar

    def open(
        self, destination: str, destination_type: str, *, reuse: bool
    ) -> tuple[dict[str, Any], bool]:
        """A connection to one endpoint, and whether it was made for this."""
        from ..endpoints.lookup import find_endpoint  # imported here, like waiting

        endpoint = find_endpoint(self._tanium, self._soar, destination, destination_type)
        live = self._live_connections(endpoint) if reuse else []
        return (live[0], False) if live else ({"id": self._create(endpoint)}, True)

    def open_to(self, endpoint: dict[str, Any], *, reuse: bool) -> tuple[dict[str, Any], bool]:
        """The same to an endpoint that is known. It is not made for this where Tanium answers with
        one that was there before, as it does for an endpoint without an EID.
        """
        live = self._live_connections(endpoint)
        if live and reuse:
            return live[0], False
        connection_id = self._create(endpoint)
        return {"id": connection_id}, all(row["id"] != connection_id for row in live)

    def close(self, connection_id: Any) -> bool:
        """Close what was made for an action, which never fails because of that; whether it is
        closed. Tanium closes the others after some idle minutes.
        """
        try:
            self._tanium.connections.close_connection(connection_id)
        except TaniumError as error:
            self._soar.progress(
                f"Connection {printable(connection_id)} could not be closed: {error}"
            )
            return False
        return True

    def _create(self, endpoint: dict[str, Any]) -> str:
        target = {key: str(endpoint.get(key) or "") for key in ("hostname", "ip", "platform")}
        return self._tanium.connections.create_connection(
            client_id=str(endpoint.get("clientId") or ""), **target
        )

    def _live_connections(self, endpoint: dict[str, Any]) -> list[dict[str, Any]]:
        """Connected ones, then those that are just being made; never one to a snapshot, whose id
        begins with `local:`.
        """
        to_endpoint = [
            row
            for row in self._tanium.connections.list_connections()
            if row.get("clientId") == endpoint.get("clientId")
            and str(row.get("id", "")).startswith("remote:")
        ]
        return [
            row
            for status in (CONNECTED, *STARTING)
            for row in to_endpoint
            if row.get("status") == status
        ]

    def wait_until_connected(
        self, connection: dict[str, Any], timeout: int, *, left: str = ""
    ) -> dict[str, Any]:
        """The connection as it is once it can be used. `left` says what becomes of one that is not,
        where it does not go on connecting.
        """
        if connection.get("status") == CONNECTED:
            return connection
        from ..tasks.waiting import State, wait_for  # imported here: few actions wait for one

        name = f"Connection {printable(connection['id'])}"

        def check() -> State:
            row = self._tanium.connections.find_connection(connection["id"])
            status = printable(row.get("status", "")) if row else "not listed yet"
            if row and status not in (CONNECTED, *STARTING):
                raise TaskError(
                    f"{name} ended as {status}: {_reason(row)}. Check that the endpoint is online.",
                    [row],
                )
            return State(status, row if status == CONNECTED else None, left=left)

        return wait_for(self._soar, check, name=name, timeout=timeout, rows=[connection])


@contextmanager
def explained(tanium: Tanium, connection_id: str) -> Iterator[None]:
    """When a call over a connection is refused because the connection is not live, say so; the
    state is asked for only then.
    """
    try:
        yield
    except (AuthenticationError, PermissionDeniedError, RateLimitError, ResponseError):
        raise
    except ApiError as error:
        problem = _not_live(tanium, connection_id)
        if not problem:
            raise
        raise TaniumError(f"{problem} ({error})") from error


def _not_live(tanium: Tanium, connection_id: str) -> str:
    """What is wrong with the connection and what to do; empty when it is live or that cannot be
    told.
    """
    try:
        row = tanium.connections.find_connection(connection_id)
    except TaniumError:
        return ""
    if row is None:
        return (
            f"Tanium no longer has the connection '{connection_id}'. Run 'create connection' again"
            " and use the new ID."
        )
    status = printable(row.get("status"))
    if status == CONNECTED:
        return ""
    if status in STARTING:
        return (
            f"Connection '{connection_id}' cannot be used yet; its status is {status}. Run the"
            " action again once it is connected."
        )
    return (
        f"Connection '{connection_id}' is {status}: {_reason(row)}. Run 'create connection' again"
        " and use the new ID."
    )


def _reason(connection: dict[str, Any]) -> str:
    """Tanium's own words on a connection's status, without their period."""
    return printable(connection.get("message") or "no reason given", LONGEST_SENTENCE).rstrip(".")
