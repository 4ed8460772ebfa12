# File: test_connections.py
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
"""Connections take time, idle out, are closed, deleted and made again."""

from __future__ import annotations

from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from tests.simulator.conftest import Client, Clock


def target(host: seed.Host) -> dict[str, Any]:
    return {
        "target": {
            "hostname": host.hostname,
            "ip": host.ip,
            "clientId": host.client_id,
            "platform": host.platform,
        }
    }


def connect(client: Client, host: seed.Host) -> str:
    reply = client("POST", "/conns/connect", json=target(host))
    assert reply.headers["Content-Type"].startswith("application/json")
    connection_id = reply.json()
    assert isinstance(connection_id, str)
    return connection_id


def row_of(client: Client, connection_id: str) -> dict[str, Any]:
    (row,) = [row for row in client.get("/conns") if row["id"] == connection_id]
    return row


def test_connection_becomes_connected(client: Client, clock: Clock) -> None:
    connection_id = connect(client, seed.FINANCE)
    assert connection_id == "remote:ws-finance-07:2029311007:1"
    waiting = row_of(client, connection_id)
    assert (waiting["status"], waiting["connectedAt"], waiting["sessionId"]) == (
        "waiting",
        None,
        None,
    )
    clock.pass_seconds(2)
    connected = row_of(client, connection_id)
    assert connected.pop("sessionId")
    assert connected == {
        "id": connection_id,
        "ip": "10.20.1.17",
        "hostname": "ws-finance-07",
        "clientId": "2029311007",
        "platform": "Windows",
        "eid": "1",
        "initiatedAt": 1_790_000_000_000,
        "connectedAt": 1_790_000_002_000,
        "status": "connected",
        "message": "The connection is active.",
        "hasTools": True,
        "userId": "2",
        "personaId": 0,
    }


def test_endpoint_that_never_answers_times_out(client: Client, clock: Clock) -> None:
    connection_id = connect(client, seed.OFFLINE)
    clock.pass_seconds(59)
    assert row_of(client, connection_id)["status"] == "waiting"
    clock.pass_seconds(1)
    assert row_of(client, connection_id)["status"] == "timeout"


def test_idle_connection_is_disconnected_but_use_keeps_it_alive(
    client: Client, clock: Clock, connection: str
) -> None:
    clock.pass_seconds(599)
    assert client("GET", f"/conns/{connection}/views/dns/eventsCount").status_code == 200
    clock.pass_seconds(599)
    assert row_of(client, connection)["status"] == "connected"
    clock.pass_seconds(1)
    assert row_of(client, connection)["status"] == "disconnected"
    reply = client("GET", f"/conns/{connection}/views/dns/eventsCount")
    assert (reply.status_code, "not active" in reply.json()["text"]) == (400, True)


def test_creating_again_gives_the_next_id(client: Client) -> None:
    first = connect(client, seed.WEB_SERVER)
    assert client("DELETE", f"/conns/delete/{first}").status_code == 204
    assert (first, connect(client, seed.WEB_SERVER)) == (
        "remote:srv-web-01:3104477901:1",
        "remote:srv-web-01:3104477901:2",
    )


def test_endpoint_without_eid_keeps_its_id(client: Client, clock: Clock) -> None:
    connection_id = connect(client, seed.HR_WITHOUT_EID)
    assert connection_id == "remote:ws-hr-04:1775420604:"
    clock.pass_seconds(2)
    assert connect(client, seed.HR_WITHOUT_EID) == connection_id
    assert row_of(client, connection_id)["status"] == "connected"
    client("DELETE", f"/conns/close/{connection_id}")
    assert connect(client, seed.HR_WITHOUT_EID) == connection_id
    assert row_of(client, connection_id)["status"] == "waiting"


def test_close_is_a_delete(client: Client, connection: str) -> None:
    assert client("POST", f"/conns/close/{connection}").status_code == 405
    assert client("DELETE", f"/conns/close/{connection}").status_code == 200
    assert row_of(client, connection)["status"] == "disconnected"


def test_dead_and_encoded_connections_are_deleted(
    client: Client, clock: Clock, connection: str
) -> None:
    clock.pass_seconds(3600)
    encoded = connection.replace(":", "%3A")
    assert client("DELETE", f"/conns/delete/{encoded}").status_code == 204
    assert client("DELETE", f"/conns/delete/{encoded}").json()["text"].startswith("404 Not Found: ")
    assert client("DELETE", f"/conns/close/{encoded}").status_code == 404


def test_old_connections_exist_at_the_start(client: Client) -> None:
    statuses = {row["id"]: row["status"] for row in client.get("/conns")}
    assert statuses == {
        "remote:ws-finance-12:2029311012:1": "disconnected",
        "remote:ws-offline-09:2029311099:1": "timeout",
        "local:ws-finance-12:ws-finance-12-snapshot.db": "connected",
    }


def test_snapshot_connection_answers_events_but_captures_nothing(
    client: Client, clock: Clock
) -> None:
    local = "local:ws-finance-12:ws-finance-12-snapshot.db"
    clock.pass_seconds(86400)
    assert client.get(f"/conns/{local}/views/registry/eventsCount")["count"] == 240
    assert client("POST", f"/conns/{local}/snapshot").status_code == 400
    assert client("POST", f"/conns/{local}/file", json={"path": "C:\\x"}).status_code == 400


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (
            {
                "hostname": "ws-finance-07",
                "ip": "10.20.1.17",
                "client_id": "2029311007",
                "platform": "Windows",
            },
            400,
        ),
        ({"target": {**target(seed.FINANCE)["target"], "clientId": 2029311007}}, 400),
        ({"target": {**target(seed.FINANCE)["target"], "platform": "Linux"}}, 400),
        ({"target": {**target(seed.FINANCE)["target"], "clientId": "1"}}, 404),
    ],
)
def test_create_with_a_bad_target(
    server: SimulatorServer, client: Client, body: dict[str, Any], status: int
) -> None:
    before = len(server.state.connections.all)
    assert client("POST", "/conns/connect", json=body).status_code == status
    assert len(server.state.connections.all) == before


def test_connection_by_id_is_a_setting(
    server: SimulatorServer, client: Client, connection: str
) -> None:
    assert client("GET", f"/conns/{connection}").status_code == 404
    server.settings.connection_by_id = True
    found: dict[str, Any] = client.get(f"/conns/{connection}")
    assert found in client.get("/conns")


def test_local_snapshot_is_deleted_by_its_connection(
    server: SimulatorServer, client: Client, connection: str
) -> None:
    local = "local:ws-finance-12:ws-finance-12-snapshot.db"
    assert client("DELETE", f"/conns/{connection}").status_code == 400
    assert client("DELETE", f"/conns/{local}").status_code == 204
    assert client("DELETE", f"/conns/{local}").status_code == 404
    assert connection in server.state.connections.all
