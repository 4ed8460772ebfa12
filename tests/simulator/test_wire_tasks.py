# File: test_wire_tasks.py
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
"""Tasks and response actions as captures show them: a status says less than the results."""

from __future__ import annotations

from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from tests.simulator.conftest import Client, Clock


PARAMETERS = [{"key": f"${number}", "value": None} for number in range(1, 10)]
QUARANTINE = {
    "packageName": "Apply Windows IPsec Quarantine",
    "packageParameters": PARAMETERS,
}
METADATA = """id type status computerName userId userName options results expirationTime createdAt
updatedAt"""
TASK = "id type status metadata results error startTime endTime createdAt updatedAt"


def quarantine(client: Client, host: str, **more: Any) -> Any:
    body = {"type": "quarantine", "computerName": host, "options": QUARANTINE, **more}
    reply = client("POST", "/response-actions", json=body)
    assert reply.status_code == 200, reply.text
    return reply.json()["data"]


def task_of(client: Client, action_id: int) -> Any:
    """As clients find it: among all tasks, by the action's number in the metadata."""
    (task,) = [
        row
        for row in client.get("/tasks")["data"]
        if row["type"] == "responseAction" and row["metadata"]["id"] == action_id
    ]
    return task


def fetch(client: Client, clock: Clock, connection: str, path: str) -> Any:
    reply = client("POST", f"/conns/{connection}/file", json={"path": path}).json()
    clock.pass_seconds(2)
    return client.get(f"/tasks/{reply['taskInfo']['id']}")["data"]


def test_result_of_a_file_names_its_uuid_and_speed(
    client: Client, clock: Clock, connection: str
) -> None:
    (result,) = fetch(client, clock, connection, seed.INVOICE_VIEWER)["results"]["fileResults"]
    assert result.keys() == {"response", "finalPath", "uuid", "avgBytesPerSecond"}
    assert result["finalPath"].endswith(f"/{result['uuid']}.zip")
    assert client.get(f"/filedownload/{result['uuid']}")["evidence"]["path"] == seed.INVOICE_VIEWER


def test_servers_of_2021_do_not_name_the_uuid(
    server: SimulatorServer, client: Client, clock: Clock, connection: str
) -> None:
    server.settings.file_result_uuid = False
    (result,) = fetch(client, clock, connection, seed.INVOICE_VIEWER)["results"]["fileResults"]
    assert "uuid" not in result


def test_failed_path_stands_in_the_results_of_a_completed_task(
    client: Client, clock: Clock, connection: str
) -> None:
    path = r"C:\Users\Public\gone.exe"
    task = fetch(client, clock, connection, path)
    assert (task["type"], task["status"], task["error"]) == ("fileDownload", "COMPLETED", None)
    assert task["results"] == {"completed": [], "failed": [path], "fileResults": []}


def test_reply_to_a_new_action_has_no_results_yet(client: Client) -> None:
    row = quarantine(client, seed.FINANCE.hostname)
    assert (row["status"], row["results"]) == ("QUEUED", {})
    assert row["options"] == {**QUARANTINE, "packageSkipLockFlag": False}


def test_task_of_an_action_that_is_carried_out(client: Client, clock: Clock) -> None:
    row = quarantine(client, seed.FINANCE.hostname)
    assert task_of(client, row["id"])["results"] == {}
    clock.pass_seconds(2)
    task = task_of(client, row["id"])
    assert task.keys() == set(TASK.split())
    assert task["metadata"] == {name: row[name] for name in METADATA.split()}
    assert (task["status"], task["metadata"]["status"]) == ("COMPLETED", "QUEUED")
    action_id = task["results"].pop("lastActionId")
    assert task["results"] == {"didActionComplete": True, "expired": False, "finished": True}
    results = client.get(f"/response-actions/{row['id']}")["data"]["results"]
    assert results == {"taskIds": [task["id"]], "actionIds": [action_id]}


def test_task_of_an_expired_action_is_completed_and_says_so(
    server: SimulatorServer, client: Client, clock: Clock
) -> None:
    row = quarantine(client, seed.OFFLINE.hostname, expirationTime="2026-09-21T15:00:00.000Z")
    clock.pass_seconds(3600)
    task = task_of(client, row["id"])
    assert (task["status"], task["error"]) == ("COMPLETED", None)
    assert task["endTime"] == "2026-09-21T15:00:04.000Z"
    task["results"].pop("lastActionId")
    assert task["results"] == {"didActionComplete": False, "expired": True, "finished": True}
    assert server.state.computers.quarantined == set()


@pytest.mark.parametrize("status", ["EXPIRED", "COMPLETED"])
def test_status_of_an_expired_action_is_a_setting(
    server: SimulatorServer, client: Client, clock: Clock, status: str
) -> None:
    server.settings.expired_action_status = status
    row = quarantine(client, seed.OFFLINE.hostname, expirationTime="2026-09-21T15:00:00.000Z")
    clock.pass_seconds(3600)
    assert client.get(f"/response-actions/{row['id']}")["data"]["status"] == status


@pytest.mark.parametrize("given", [600, "1970-01-01T00:10:00.000Z"])
def test_duration_as_expiration_is_a_time_of_1970(
    client: Client, clock: Clock, given: object
) -> None:
    row = quarantine(client, seed.FINANCE.hostname, expirationTime=given)
    assert row["expirationTime"].startswith("1970-01-01T00:")
    clock.pass_seconds(2)
    assert task_of(client, row["id"])["results"]["expired"] is True


def test_file_that_an_action_does_not_find(client: Client, clock: Clock) -> None:
    body = {
        "type": "downloadFile",
        "computerName": seed.FINANCE.hostname,
        "options": {"filePath": r"C:\gone.exe"},
    }
    row = client("POST", "/response-actions", json=body).json()["data"]
    clock.pass_seconds(2)
    task = task_of(client, row["id"])
    assert (task["status"], task["results"]["didActionComplete"]) == ("COMPLETED", False)
    assert task["results"]["expired"] is False


@pytest.mark.parametrize("path", ["/intel/deploy", "/on-demand-scans/", "/on-demand-scans"])
def test_deployment_is_a_task_of_its_own_type(client: Client, clock: Clock, path: str) -> None:
    client("POST", path, json={"intelDocId": 501, "computerGroupId": 1})
    clock.pass_seconds(2)
    (task,) = client.get("/tasks")["data"]
    assert (task["type"], task["results"].keys()) == ("deployIntel", {"id", "name"})
