# File: test_wire_connect.py
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
"""Rows that Connect pushes, as those who receive them have seen them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from tests.simulator.conftest import Client


V1 = "/plugin/products/connect/v1"
AUDIT = """id table rowId revision state userId userName action createdAt updatedAt"""
ALERT = """Alert Id,Timestamp,Computer Name,Computer IP,Intel Id,Intel Type,Intel Name,Intel Labels,
Match Details,MITRE Techniques,Impact Score,Link,EID,IntelSource"""


class Pushed:
    """Runs a connection to a server of the test's, and returns what came there."""

    def __init__(self, server: SimulatorServer, client: Client, receiver: SimulatorServer) -> None:
        self._server = server
        self._client = client
        self._receiver = receiver

    def __call__(self, source: seed.SourceSeed, **options: Any) -> Any:
        url = f"{self._receiver.url}{seed.INGEST_PATH}"
        destination = self._made("destinations", type="http", configuration={"url": url})
        connection = self._made(
            "connections",
            source={"id": source.id},
            destination={"id": destination},
            format={"type": "json", "options": options},
        )
        self._client("POST", f"{V1}/connections/{connection}/run")
        self._server.state.connect.wait()
        return json.loads(self._receiver.log.requests()[-1].body or b"")

    def _made(self, resource: str, **body: Any) -> Any:
        reply = self._client("POST", f"{V1}/{resource}", json={"name": resource, **body})
        assert reply.status_code == 200, reply.text
        return reply.json()["data"]["id"]


@pytest.fixture
def pushed(server: SimulatorServer, client: Client) -> Iterator[Pushed]:
    server.settings.connect_run_seconds = 0
    with SimulatorServer(alerts=0) as receiver:
        yield Pushed(server, client, receiver)


def test_column_of_several_values_is_an_array(pushed: Pushed) -> None:
    for row in pushed(seed.SAVED_QUESTION_SOURCE):
        assert isinstance(row["IP Address"], list)
        assert len(row["IP Address"]) == 2


def test_times_of_discover_have_a_blank_before_the_zone(pushed: Pushed) -> None:
    for row in pushed(seed.SEEN_SOURCE):
        for name in ("StartTime", "InsertTime", "LastRegistration"):
            assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+00:00", row[name])


def test_client_ids_and_users_of_discover(pushed: Pushed) -> None:
    rows = pushed(seed.SEEN_SOURCE)
    assert {row["TaniumComputerId"] for row in rows} == {host.client_id for host in seed.HOSTS}
    assert all(re.fullmatch(r"CORP\\[\w.]+", row["User"]) for row in rows)


def test_state_of_an_audit_row_is_text_or_object(pushed: Pushed) -> None:
    rows = pushed(seed.AUDIT_SOURCE)
    assert {type(row["state"]) for row in rows} == {str, dict}
    for row in rows:
        assert row.keys() == set(AUDIT.split())
        state = row["state"] if isinstance(row["state"], dict) else json.loads(row["state"])
        assert state.keys() == {"connectionId", "target", "sessionId"}
        assert state["target"].keys() == {"hostname", "eid"}
        assert row["table"] == "LiveConnection"


@pytest.mark.parametrize("generate", [True, False])
def test_wrapped_rows_come_inside_one_object(pushed: Pushed, generate: bool) -> None:
    body = pushed(seed.SAVED_QUESTION_SOURCE, surroundWithSource=True, generateDocument=generate)
    ((name, rows),) = body.items()
    assert (name, len(rows)) == (seed.SAVED_QUESTION_SOURCE.name, len(seed.HOSTS))


def test_pushed_alerts_carry_their_finding(pushed: Pushed) -> None:
    rows = pushed(seed.ALERT_SOURCE)
    assert {type(row["Match Details"]) for row in rows} == {str, dict}
    for row in rows:
        assert [*row] == ALERT.replace("\n", "").split(",")
        details = row["Match Details"]
        details = details if isinstance(details, dict) else json.loads(details)
        assert details["finding"]["finding_id"]
