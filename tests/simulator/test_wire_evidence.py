# File: test_wire_evidence.py
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
"""Evidence as production servers list it."""

from __future__ import annotations

from typing import Any

import pytest

from dev.simulator.server import SimulatorServer
from tests.simulator.conftest import Client


COLUMNS = {"uuid", "username", "name", "hostname", "size", "createdAt", "evidenceType"}


def listed(client: Client, **query: Any) -> list[dict[str, Any]]:
    rows = client.get("/evidence", **query)
    assert isinstance(rows, list)
    return rows


def test_evidence_of_all_kinds_is_listed_together(client: Client) -> None:
    rows = listed(client)
    assert {row["evidenceType"] for row in rows} == {"snapshot", "file", "event"}
    assert all(row.keys() == COLUMNS for row in rows)
    assert all(row["createdAt"].isdecimal() and len(row["createdAt"]) == 13 for row in rows)
    assert all(isinstance(row["size"], int) for row in rows)


def test_newest_evidence_comes_first(client: Client) -> None:
    times = [int(row["createdAt"]) for row in listed(client, sort="-createdAt")]
    assert times == sorted(times, reverse=True)
    assert times != [int(row["createdAt"]) for row in listed(client)]


@pytest.mark.parametrize("kind", ["snapshot", "file", "event"])
def test_evidence_of_one_kind(client: Client, kind: str) -> None:
    assert {row["evidenceType"] for row in listed(client, type=kind)} == {kind}


def test_rows_are_those_of_their_own_lists(client: Client) -> None:
    snapshots = {row["uuid"] for row in client.get("/snapshot")["snapshots"]}
    files = {row["uuid"]: row["path"] for row in client.get("/filedownload")["fileEvidence"]}
    assert {row["uuid"] for row in listed(client, type="snapshot")} == snapshots
    assert {row["uuid"]: row["name"] for row in listed(client, type="file")} == files
    for row in listed(client, type="event"):
        found = client.get(f"/event-evidence/{row['uuid']}")["evidence"]
        assert found["hostname"] == row["hostname"]


def test_properties_are_values_that_become_intel(client: Client, server: SimulatorServer) -> None:
    rows = client.get("/event-evidence/properties")
    stored = [row["data"] for row in server.state.evidence.rows()]
    hashes = [data.get("hash", data.get("process_hash")) for data in stored]
    assert [row["value"] for row in rows if row["type"] == "MD5Hash"] == hashes
    assert [row["value"] for row in rows if row["type"] == "ProcessId"] == [
        data["pid"] for data in stored
    ]
    assert {row["type"] for row in rows} == {"MD5Hash", "ProcessId"}
    assert {type(row["value"]) for row in rows if row["type"] == "ProcessId"} == {int}
