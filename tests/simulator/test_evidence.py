# File: test_evidence.py
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
"""Evidence in production's dialect."""

from __future__ import annotations

from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from tests.simulator.conftest import Client, Clock


RECORD = "uuid username created recorderId hostname eventType summary evidenceType data"
SUSPICIOUS = seed.process_table_id(seed.FINANCE.client_id, seed.SUSPICIOUS)


@pytest.fixture
def given(client: Client, connection: str) -> dict[str, Any]:
    """What a client sends to keep the event of a process."""
    (event,) = client.get(
        f"/conns/{connection}/views/process/events", f0="process_table_id", o0="eq", v0=SUSPICIOUS
    )
    return {
        "recorderId": SUSPICIOUS,
        "connectionId": connection,
        "hostname": seed.FINANCE.hostname,
        "data": event,
        "eventType": "ProcessEvent",
        "summary": "kept by a test",
    }


def test_evidence_is_listed_bare(client: Client) -> None:
    rows = client.get("/evidence", limit=1, type="event")
    assert len(rows) == 2
    assert client.get("/evidence", type="event", sort="+createdAt") == rows[::-1]
    assert client.get("/evidence", type="FileEvent") == []
    assert client("GET", "/evidence?sort=colour").status_code == 400


def test_evidence_by_id_has_the_event(client: Client, given: dict[str, Any]) -> None:
    listed, _ = client.get("/evidence", type="event")
    found = client.get(f"/event-evidence/{listed['uuid']}")["evidence"]
    assert found.keys() == set(RECORD.split())
    assert (found["data"], found["eventType"]) == (given["data"], "ProcessEvent")
    assert client("GET", "/event-evidence/nobody").status_code == 404


def test_evidence_is_made_and_deleted(client: Client, clock: Clock, given: dict[str, Any]) -> None:
    old = client.get("/evidence")
    clock.pass_seconds(60)
    reply = client("POST", "/event-evidence", json={"evidence": given})
    assert (reply.status_code, reply.content) == (200, b"")
    newest = client.get("/evidence", sort="-createdAt")[0]
    row = client.get(f"/event-evidence/{newest['uuid']}")["evidence"]
    assert (row["data"], row["summary"], row["username"]) == (
        given["data"],
        "kept by a test",
        "analyst",
    )
    assert row["created"] == "2026-09-21T14:14:20.000Z"
    assert (
        client("DELETE", "/event-evidence", json={"ids": [newest["uuid"], "nobody"]}).status_code
        == 404
    )
    assert client("DELETE", "/event-evidence", json={"ids": [newest["uuid"]]}).json() == {}
    assert client.get("/evidence") == old


@pytest.mark.parametrize("body", [{}, {"ids": []}, {"ids": "one"}])
def test_deletion_without_ids(client: Client, body: dict[str, Any]) -> None:
    assert client("DELETE", "/event-evidence", json=body).status_code == 400


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"recorderId": 5}, 400),
        ({"hostname": "srv-web-01"}, 400),
        ({"data": "text"}, 400),
        ({"eventType": ""}, 400),
        ({"summary": None}, 400),
        ({"connectionId": "remote:nobody:1:1"}, 404),
    ],
)
def test_evidence_that_is_refused(
    server: SimulatorServer,
    client: Client,
    given: dict[str, Any],
    changes: dict[str, Any],
    status: int,
) -> None:
    assert (
        client("POST", "/event-evidence", json={"evidence": {**given, **changes}}).status_code
        == status
    )
    assert client("POST", "/event-evidence", json=given).status_code == 400
    assert len(server.state.evidence.all) == 2


def test_properties_are_bare(client: Client) -> None:
    assert isinstance(client.get("/event-evidence/properties"), list)
