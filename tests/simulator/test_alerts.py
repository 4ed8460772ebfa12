# File: test_alerts.py
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
"""Single alerts and their states, in production's dialect."""

from __future__ import annotations

from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from tests.simulator.conftest import Client, Clock


def test_alert_by_id(client: Client) -> None:
    listed = client.get("/alerts", limit=1, offset=6)["data"]
    assert [client.get("/alerts/7")["data"]] == listed
    assert client("GET", "/alerts/9999").status_code == 404


def test_no_alert_can_be_sorted_too(client: Client) -> None:
    assert (
        client.get("/alerts", state="ignored", computerName="none-such", sort="-createdAt,+id")[
            "data"
        ]
        == []
    )


def test_alert_by_id_needs_the_permission_to_read_alerts(
    server: SimulatorServer, client: Client
) -> None:
    token = server.state.accounts.create_token(
        seed.ANALYST, trusted=["127.0.0.1"], permissions=frozenset({seed.USE_API})
    )
    assert client("GET", "/alerts/7", headers={"session": token.string}).status_code == 403


@pytest.mark.parametrize(
    "state", ["unresolved", "inprogress", "resolved", "suppressed", "dismissed", "ignored"]
)
def test_one_alert_gets_a_state(client: Client, clock: Clock, state: str) -> None:
    clock.pass_seconds(60)
    row = client("PUT", "/alerts/7", json={"state": state}).json()["data"]
    assert (row["id"], row["state"], row["updatedAt"]) == (7, state, "2026-09-21T14:14:20.000Z")
    assert client.get("/alerts/7")["data"] == row


@pytest.mark.parametrize("path", ["/alerts/?id=3&id=1&id=3", "/alerts?id=3&id=1&id=3"])
def test_many_alerts_get_a_state_in_one_request(client: Client, path: str) -> None:
    rows = client("PUT", path, json={"state": "dismissed"}).json()["data"]
    assert [(row["id"], row["state"]) for row in rows] == [(3, "dismissed"), (1, "dismissed")]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/alerts/?id=1&id=9999&id=2", {"state": "dismissed"}, 404),
        ("/alerts/9999", {"state": "dismissed"}, 404),
        ("/alerts/?id=1&id=two", {"state": "dismissed"}, 400),
        ("/alerts/?id=1&id=2", {"state": "closed"}, 400),
        ("/alerts/1", {}, 400),
        ("/alerts/1,2", {"state": "dismissed"}, 400),
        ("/alerts/", {"state": "dismissed"}, 400),
        ("/alerts", {"state": "dismissed", "id": [1]}, 400),
    ],
)
def test_states_that_are_refused_change_nothing(
    server: SimulatorServer, client: Client, path: str, body: dict[str, Any], status: int
) -> None:
    reply = client("PUT", path, json=body)
    assert (reply.status_code, reply.json().keys() <= {"text", "errors"}) == (status, True)
    assert "dismissed" not in {row["state"] for row in server.state.alerts.rows()}
