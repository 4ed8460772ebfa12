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
"""Connections: listed, created, closed, deleted; and what an action says that meets a connection
which is not live.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from tests.actions.conftest import THREAT_RESPONSE, asked
from tests.conftest import RunAction


CONNECTION_KEYS = {
    "id",
    "sessionId",
    "ip",
    "hostname",
    "clientId",
    "platform",
    "eid",
    "initiatedAt",
    "connectedAt",
    "status",
    "message",
    "hasTools",
    "userId",
    "personaId",
}
OVER_A_CONNECTION = {
    "close connection": {},
    "create snapshot": {},
    "get events": {"event_type": "dns"},
    "get events summary": {"event_type": "dns"},
    "get process": {"process_table_id": seed.process_table_id(seed.FINANCE.client_id, 6)},
    "get process tree": {"process_table_id": seed.process_table_id(seed.FINANCE.client_id, 6)},
    "save file": {"file_path": seed.INVOICE_VIEWER},
}


def met_before(tanium: SimulatorServer, run: RunAction, action: str) -> None:
    """The asset knows from an earlier run in which dialect its server answers the action."""
    connection_id = tanium.state.connections.open(seed.FINANCE.hostname)
    assert run(action, connection_id=connection_id, **OVER_A_CONNECTION[action]).ok
    tanium.log.clear()


def test_list_connections_is_one_request(
    tanium: SimulatorServer, run: RunAction, connection: str
) -> None:
    listed = run("list connections")

    assert asked(tanium) == ["GET /conns"]
    assert (listed.ok, listed.message) == (True, "Number of active connections found: 2")
    assert listed.summary == {
        "active_connections": 2,
        "inactive_connections": 2,
        "total_connections": 4,
    }
    assert all(set(row) == CONNECTION_KEYS for row in listed.rows)
    assert connection in [row["id"] for row in listed.rows]


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({"status": "CONNECTED"}, 2),
        ({"status": "timeout"}, 1),
        ({"status": "connect"}, 0),
        ({"hostname": "WS-Finance-07"}, 1),
        ({"hostname": "ws-finance"}, 0),
        ({"hostname": "ws-finance,WS-Finance-07"}, 1),
        ({"status": "connected,TIMEOUT"}, 3),
        ({"status": ["connected", "timeout"], "ip": "10.20.1.17"}, 1),
        ({"platform": "Linux,,"}, 0),
        ({"ip": "10.20.1.22"}, 2),
        ({"platform": "windows"}, 4),
        ({"platform": "windows", "status": "disconnected"}, 1),
        ({"hostname": "ws-finance-12", "ip": "10.20.1.17"}, 0),
    ],
)
@pytest.mark.usefixtures("connection")
def test_list_connections_keeps_what_equals_every_filter(
    tanium: SimulatorServer, run: RunAction, filters: dict[str, str], count: int
) -> None:
    listed = run("list connections", **filters)

    assert asked(tanium) == ["GET /conns"]
    assert (len(listed.rows), listed.summary["total_connections"]) == (count, count)


def test_create_connection_sends_the_endpoint_and_waits_for_nothing(
    tanium: SimulatorServer, run: RunAction
) -> None:
    tanium.settings.connect_seconds = 1000

    created = run("create connection", destination="ws-finance-07", destination_type="hostname")

    looked_up, posted = tanium.log
    assert (looked_up.method, looked_up.path, looked_up.pairs) == (
        "GET",
        "/plugin/products/dec/v1/endpoints",
        [("hostname", "ws-finance-07")],
    )
    assert (posted.method, posted.path, posted.query) == (
        "POST",
        f"{THREAT_RESPONSE}/conns/connect",
        "",
    )
    target = {
        "hostname": "ws-finance-07",
        "ip": "10.20.1.17",
        "clientId": "2029311007",
        "platform": "Windows",
    }
    assert json.loads(posted.body or b"") == {"target": target}
    assert (created.ok, created.message) == (True, "Connection created successfully")
    assert created.rows == [{"id": "remote:ws-finance-07:2029311007:1"}]
    assert created.summary == {"connection_id": "remote:ws-finance-07:2029311007:1"}
    assert tanium.log.connections() == 1


def test_create_connection_keeps_the_colon_at_the_end_of_an_id(
    tanium: SimulatorServer, run: RunAction
) -> None:
    created = run(
        "create connection", destination="1775420604", destination_type="client_id", wait=True
    )

    assert created.summary == {"connection_id": "remote:ws-hr-04:1775420604:"}
    counted = run(
        "get events summary", connection_id=created.summary["connection_id"], event_type="dns"
    )
    assert (counted.ok, counted.rows) == (True, [{"count": 180, "has_more": False}])
    assert tanium.log[-1].path.endswith("/conns/remote:ws-hr-04:1775420604:/views/dns/eventsCount")


def test_create_connection_makes_a_new_one_unless_told_to_reuse(
    run: RunAction, connection: str
) -> None:
    created = run("create connection", destination="ws-finance-07", destination_type="hostname")

    assert created.summary["connection_id"] == "remote:ws-finance-07:2029311007:2" != connection


@pytest.mark.parametrize("wait", [False, True])
def test_create_connection_reuses_a_live_one(
    tanium: SimulatorServer, run: RunAction, connection: str, wait: bool
) -> None:
    reused = run(
        "create connection",
        destination="ws-finance-07",
        destination_type="hostname",
        reuse="true",
        wait=wait,
    )

    assert [request.method for request in tanium.log] == ["GET", "GET"]
    assert (reused.ok, reused.message, reused.summary) == (
        True,
        "Live connection reused",
        {"connection_id": connection},
    )
    assert reused.rows[0]["status"] == "connected"
    assert tanium.log.connections() == 1


def test_create_connection_reuses_one_that_is_just_being_made(
    tanium: SimulatorServer, run: RunAction
) -> None:
    first = run("create connection", destination="ws-finance-07", destination_type="hostname")

    second = run(
        "create connection",
        destination="ws-finance-07",
        destination_type="hostname",
        reuse=True,
        wait=True,
    )

    assert second.summary == first.summary
    assert second.rows[0]["status"] == "connected"
    assert len(tanium.log.requests(method="POST")) == 1


def test_create_connection_never_reuses_a_dead_one_or_a_snapshot(
    tanium: SimulatorServer, run: RunAction
) -> None:
    """The endpoint has a connection that idled out, and an open snapshot, which is connected but is
    not the endpoint.
    """
    known = {
        row["id"]: row["status"]
        for row in tanium.state.connections.rows()
        if row["clientId"] == seed.FINANCE_12.client_id
    }
    assert sorted(known.values()) == ["connected", "disconnected"]

    created = run(
        "create connection", destination="ws-finance-12", destination_type="hostname", reuse=True
    )

    assert (created.ok, created.message) == (True, "Connection created successfully")
    assert created.summary["connection_id"] not in known


def test_close_connection(tanium: SimulatorServer, run: RunAction, connection: str) -> None:
    closed = run("close connection", connection_id=connection)

    assert asked(tanium) == [f"DELETE /conns/close/{connection}"]
    assert (closed.ok, closed.message, closed.rows, closed.summary) == (
        True,
        "Successfully closed connection",
        [],
        {},
    )
    assert tanium.state.connections.rows()[-1]["status"] == "disconnected"


def test_delete_connection(tanium: SimulatorServer, run: RunAction, connection: str) -> None:
    deleted = run("delete connection", connection_id=connection)

    assert asked(tanium) == [f"DELETE /conns/delete/{connection}"]
    assert (deleted.ok, deleted.message, deleted.rows, deleted.summary) == (
        True,
        "Delete connection requested",
        [],
        {},
    )
    assert connection not in tanium.state.connections.all


def test_delete_connection_removes_dead_ones_and_snapshots(
    tanium: SimulatorServer, run: RunAction
) -> None:
    for connection_id in list(tanium.state.connections.all):
        assert run("delete connection", connection_id=connection_id).ok

    assert tanium.state.connections.all == {}


def test_delete_connection_and_create_it_again(run: RunAction) -> None:
    """An endpoint without eid has one id only, dead or alive."""
    first = run("create connection", destination="ws-hr-04", destination_type="hostname", wait=True)
    assert run("close connection", connection_id=first.summary["connection_id"]).ok
    assert run("delete connection", connection_id=first.summary["connection_id"]).ok

    again = run("create connection", destination="ws-hr-04", destination_type="hostname", wait=True)

    assert (again.summary, again.rows[0]["status"]) == (first.summary, "connected")


def test_delete_connection_that_is_unknown(tanium: SimulatorServer, run: RunAction) -> None:
    failed = run("delete connection", connection_id="remote:gone:1:1")

    assert not failed.ok
    assert "HTTP 404" in failed.message
    assert len(tanium.log) == 1


@pytest.mark.parametrize("action", OVER_A_CONNECTION)
def test_action_over_a_live_connection_is_one_request(
    tanium: SimulatorServer, run: RunAction, connection: str, action: str
) -> None:
    result = run(action, connection_id=connection, **OVER_A_CONNECTION[action])

    assert result.ok, result.message
    assert len(tanium.log) == 1
    assert tanium.log[0].path.startswith(
        (f"{THREAT_RESPONSE}/conns/{connection}/", f"{THREAT_RESPONSE}/conns/close/{connection}")
    )


@pytest.mark.parametrize("status", ["disconnected", "timeout"])
@pytest.mark.parametrize(
    "action", [action for action in OVER_A_CONNECTION if action != "close connection"]
)
def test_action_over_a_dead_connection_says_so(
    tanium: SimulatorServer, run: RunAction, action: str, status: str
) -> None:
    connection_id = next(
        row["id"] for row in tanium.state.connections.rows() if row["status"] == status
    )
    met_before(tanium, run, action)

    failed = run(action, connection_id=connection_id, **OVER_A_CONNECTION[action])

    assert not failed.ok
    assert f"Connection '{connection_id}' is {status}" in failed.message
    assert "Run 'create connection' again" in failed.message
    assert (len(tanium.log), tanium.log.connections()) == (2, 1)
    assert tanium.log[-1].path.endswith("/conns")


@pytest.mark.parametrize("action", OVER_A_CONNECTION)
def test_action_over_a_deleted_connection_says_so(
    tanium: SimulatorServer, run: RunAction, connection: str, action: str
) -> None:
    tanium.state.connections.delete(connection)
    met_before(tanium, run, action)

    failed = run(action, connection_id=connection, **OVER_A_CONNECTION[action])

    assert not failed.ok
    assert f"no longer has the connection '{connection}'" in failed.message
    assert "Run 'create connection' again" in failed.message
    # No reply to closing shows the server's dialect, so that a refusal is tried in the other one.
    assert len(tanium.log) == (3 if action == "close connection" else 2)


def test_action_over_a_connection_that_is_not_ready_yet(
    tanium: SimulatorServer, run: RunAction
) -> None:
    tanium.settings.connect_seconds = 1000
    created = run("create connection", destination="srv-web-01", destination_type="hostname")

    failed = run("get events", connection_id=created.summary["connection_id"], event_type="dns")

    assert not failed.ok
    assert "cannot be used yet; its status is waiting" in failed.message
    assert "create connection" not in failed.message


def test_failure_over_a_live_connection_is_reported_as_it_is(
    tanium: SimulatorServer, run: RunAction, connection: str
) -> None:
    met_before(tanium, run, "get process")

    failed = run("get process", connection_id=connection, process_table_id="1")

    assert not failed.ok
    assert "Process '1' not found" in failed.message
    assert "create connection" not in failed.message
    assert len(tanium.log) == 2


@pytest.mark.parametrize(
    "action", ["close connection", "delete connection", "create snapshot", "get events"]
)
@pytest.mark.parametrize(
    "connection_id",
    ["..", ".", "../conns", "a/b", "a\\b", "a\r\nX: y", "a\x7fb", "a\x85b"],
)
def test_connection_id_that_could_leave_its_segment_is_refused(
    tanium: SimulatorServer, run: RunAction, action: str, connection_id: str
) -> None:
    given: dict[str, Any] = {"event_type": "dns"} if action == "get events" else {}

    failed = run(action, connection_id=connection_id, **given)

    assert not failed.ok
    assert failed.message.startswith("Parameter 'connection_id' is ")
    assert len(tanium.log) == 0


@pytest.mark.parametrize("action", ["get events", "close connection"])
@pytest.mark.parametrize(
    "connection_id",
    [
        "local:host#1:snap 1.db",
        "local:host:100%25.db",
        "local:host:a%2fb",
        "local:host:a?b;c=d&e,f*.db",
        "local:host:\u00dc[1].db",
        "remote:host:123:",
    ],
)
def test_connection_id_of_any_characters_is_one_segment(
    tanium: SimulatorServer, run: RunAction, action: str, connection_id: str
) -> None:
    opened = tanium.state.connections.open(seed.FINANCE.hostname)
    connection = tanium.state.connections.all.pop(opened)
    tanium.state.connections.all[connection_id] = connection
    connection.id = connection_id
    given: dict[str, Any] = {"event_type": "dns"} if action == "get events" else {}

    done = run(action, connection_id=connection_id, **given)

    assert done.ok, done.message
    assert f"/{quote(connection_id, safe=':')}" in tanium.log[0].path
    assert not tanium.log[0].query or action == "get events"


def test_local_connection_id_reaches_the_server_as_it_is(
    tanium: SimulatorServer, run: RunAction
) -> None:
    local_id = next(
        connection_id
        for connection_id in tanium.state.connections.all
        if connection_id.startswith("local:")
    )

    events = run("get events", connection_id=local_id, event_type="dns", limit=1)

    assert events.ok
    assert tanium.log[0].path == f"{THREAT_RESPONSE}/conns/{local_id}/views/dns/events"
