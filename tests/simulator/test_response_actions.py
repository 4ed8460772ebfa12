# File: test_response_actions.py
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
"""Response actions."""

from __future__ import annotations

from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from tests.simulator.conftest import Client, Clock


ACTION = (
    "id type status computerName userId userName options results expirationTime createdAt"
    " updatedAt eid"
)
NINE = [{"key": f"${number}", "value": None} for number in range(1, 10)]
HOST = seed.DB_SERVER.hostname


def start(client: Client, kind: str, options: dict[str, Any], host: str = HOST, **more: Any) -> Any:
    return client(
        "POST",
        "/response-actions",
        json={"type": kind, "computerName": host, "options": options, **more},
    )


def started(
    client: Client, kind: str, options: dict[str, Any], host: str = HOST, **more: Any
) -> Any:
    reply = start(client, kind, options, host, **more)
    assert reply.status_code == 200, reply.text
    return reply.json()["data"]


def test_finished_action_of_the_seed(server: SimulatorServer, client: Client) -> None:
    (row,) = client.get("/response-actions")["data"]
    assert row == client.get("/response-actions/1")["data"]
    assert (row["type"], row["status"], row["computerName"], row["results"]["taskIds"]) == (
        "gatherSnapshot",
        "COMPLETED",
        seed.SNAPSHOT_ACTION_HOST.hostname,
        [seed.SNAPSHOT_ACTION_TASK],
    )
    assert (
        server.state.snapshots.all[row["results"]["uuid"]]["name"] == row["results"]["snapshotName"]
    )
    assert row["createdAt"] < row["updatedAt"]


def test_snapshot_goes_through_every_status(
    server: SimulatorServer, client: Client, clock: Clock
) -> None:
    row = started(client, "gatherSnapshot", {})
    assert row.keys() == set(ACTION.split())
    assert (row["id"], row["status"], row["userName"], row["userId"]) == (2, "QUEUED", "analyst", 2)
    assert (row["createdAt"], row["expirationTime"]) == (
        "2026-09-21T14:13:20.000Z",
        "2026-09-28T14:13:20.000Z",
    )
    clock.pass_seconds(1)
    assert client.get("/response-actions/2")["data"]["status"] == "IN PROGRESS"
    clock.pass_seconds(1)
    done = client.get("/response-actions/2")["data"]
    assert (done["status"], done["updatedAt"]) == ("COMPLETED", "2026-09-21T14:13:22.000Z")
    assert (
        server.state.snapshots.all[done["results"]["uuid"]]["name"]
        == done["results"]["snapshotName"]
    )
    assert client.get(f"/tasks/{done['results']['taskIds'][0]}")["data"]["type"] == "responseAction"


def test_downloaded_file_is_there(client: Client, clock: Clock) -> None:
    started(client, "downloadFile", {"filePath": "/srv/web data/a+b.txt"})
    clock.pass_seconds(2)
    results = client.get("/response-actions/2")["data"]["results"]
    assert results["fileName"] == f"{results['uuid']}.zip"
    evidence = client.get(f"/filedownload/{results['uuid']}")["evidence"]
    assert (evidence["path"], evidence["hostname"]) == ("/srv/web data/a+b.txt", HOST)


def test_download_of_a_file_that_is_not_there(client: Client, clock: Clock) -> None:
    started(client, "downloadFile", {"filePath": "/nowhere"})
    clock.pass_seconds(2)
    row = client.get("/response-actions/2")["data"]
    assert (row["status"], row["results"].keys()) == ("COMPLETED", {"taskIds", "actionIds"})


def test_packages_run_and_quarantine_marks_the_computer(
    server: SimulatorServer, client: Client, clock: Clock
) -> None:
    started(client, "liveResponse", {"packageName": "Collect everything", "extra": 1})
    started(client, "quarantine", {"packageName": "Apply quarantine", "packageParameters": NINE})
    assert server.state.computers.quarantined == set()
    clock.pass_seconds(2)
    rows = client.get("/response-actions", sortOrder="asc", offset=1)["data"]
    assert [(row["status"], len(row["results"]["actionIds"])) for row in rows] == [
        ("COMPLETED", 1)
    ] * 2
    assert server.state.computers.quarantined == {seed.DB_SERVER.client_id}


def test_action_waits_for_its_endpoint_until_it_expires(client: Client, clock: Clock) -> None:
    started(
        client, "gatherSnapshot", {}, seed.OFFLINE.hostname, expirationTime="2026-09-21T15:00:00Z"
    )
    clock.pass_seconds(600)
    assert client.get("/response-actions/2")["data"]["status"] == "QUEUED"
    clock.pass_seconds(3600)
    row = client.get("/response-actions/2")["data"]
    assert (row["status"], row["expirationTime"], row["results"]) == (
        "EXPIRED",
        "2026-09-21T15:00:00.000Z",
        {"taskIds": [1301], "actionIds": [126_151]},
    )


@pytest.mark.parametrize(
    ("kind", "options", "more", "status"),
    [
        ("killProcess", {}, {}, 400),
        (None, {}, {}, 400),
        ("gatherSnapshot", [], {}, 400),
        ("downloadFile", {}, {}, 400),
        ("downloadFile", {"filePath": ""}, {}, 400),
        ("liveResponse", {"packageName": None}, {}, 400),
        ("quarantine", {"packageName": "x"}, {}, 400),
        ("quarantine", {"packageName": "x", "packageParameters": ["a"]}, {}, 400),
        ("gatherSnapshot", {}, {"expirationTime": "tomorrow"}, 400),
        ("gatherSnapshot", {}, {"expires": "2026-09-21T15:00:00Z"}, 400),
        ("gatherSnapshot", {}, {"computerName": "nobody"}, 404),
        ("gatherSnapshot", {}, {"computerName": None}, 404),
    ],
)
def test_actions_that_are_refused(
    server: SimulatorServer,
    client: Client,
    kind: Any,
    options: Any,
    more: dict[str, Any],
    status: int,
) -> None:
    assert start(client, kind, options, **more).status_code == status
    assert (len(server.state.response_actions.all), server.state.tasks.all) == (1, {})


def test_actions_are_filtered_sorted_and_paged(client: Client, clock: Clock) -> None:
    for host in (HOST, seed.WEB_SERVER.hostname, seed.OFFLINE.hostname):
        started(client, "gatherSnapshot", {}, host)
        started(client, "liveResponse", {"packageName": "x"}, host)
    clock.pass_seconds(2)

    def found(**query: Any) -> list[int]:
        return [row["id"] for row in client.get("/response-actions", **query)["data"]]

    assert found() == [7, 6, 5, 4, 3, 2, 1]
    assert found(sortOrder="asc", limit=2, offset=1) == [2, 3]
    assert found(queryPartialComputerName="SRV-") == [5, 4, 3, 2]
    assert found(queryStatus="QUEUED") == [7, 6]
    assert found(queryType="liveResponse", queryStatus="COMPLETED") == [5, 3]
    assert client("GET", "/response-actions?sortOrder=newest").status_code == 400
    assert client("GET", "/response-actions/99").status_code == 404


def ended(client: Client) -> dict[str, Any]:
    """The results of the newest task, which has ended."""
    task = client.get("/tasks")["data"][0]
    assert (task["status"], task["metadata"]["status"]) == ("COMPLETED", "QUEUED")
    results: dict[str, Any] = task["results"]
    return results


@pytest.mark.parametrize(
    ("words", "done"),
    [
        (None, True),
        (["Running", "Completed"], True),
        (["Running", "Failed"], False),
        (["Waiting", "Stopped"], False),
        (["Running", "FailedVerification"], False),
    ],
)
def test_task_has_what_became_of_its_action(
    server: SimulatorServer, client: Client, clock: Clock, words: list[str] | None, *, done: bool
) -> None:
    if words:
        server.state.actions.scripts[seed.FINANCE.client_id] = words
    options = {"packageName": seed.APPLY_WINDOWS.name, "packageParameters": NINE}
    started(client, "quarantine", options, seed.FINANCE.hostname)
    clock.pass_seconds(2)
    results = ended(client)
    assert results == {
        "didActionComplete": done,
        "expired": False,
        "finished": True,
        "lastActionId": 126_151,
    }
    action = client.get("/api/v2/actions/126151")["data"]
    assert action["package_spec"]["source_id"] == seed.APPLY_WINDOWS.id
    assert len(action["package_spec"]["parameters"]) == 9
    data = client.get("/api/v2/result_data/action/126151")["data"]
    (row,) = data["result_sets"][0]["rows"]
    word = words[-1] if words else "Verified"
    assert row["data"][1] == [{"text": f"126151:{word}."}]


@pytest.mark.parametrize("case", ["past", "running", "silent", "offline"])
def test_task_of_an_action_that_expires(
    server: SimulatorServer, client: Client, clock: Clock, case: str
) -> None:
    expires = "1970-01-01T01:00:00Z" if case == "past" else "2026-09-21T15:00:00Z"
    if case == "running":
        server.state.actions.scripts[seed.FINANCE.client_id] = ["Running"]
    elif case == "silent":
        server.settings.quarantined_endpoint = "silent"
    host = seed.OFFLINE if case == "offline" else seed.FINANCE
    options = {"packageName": seed.APPLY_WINDOWS.name, "packageParameters": NINE}
    started(client, "quarantine", options, host.hostname, expirationTime=expires)
    clock.pass_seconds(2)
    if case != "past":
        assert client.get("/tasks/1301")["data"]["results"] == {}
        clock.pass_seconds(3600)
    assert ended(client)["expired"] is True
    assert ended(client)["didActionComplete"] is False
    assert server.state.computers.quarantined == (
        {seed.FINANCE.client_id} if case == "silent" else set()
    )


def test_task_waits_for_an_endpoint_that_comes_back(
    server: SimulatorServer, client: Client, clock: Clock
) -> None:
    server.settings.response_action_early_results = True
    server.state.computers.change(seed.FINANCE.client_id, answers=False)
    options = {"packageName": seed.APPLY_WINDOWS.name, "packageParameters": NINE}
    started(client, "quarantine", options, seed.FINANCE.hostname)
    clock.pass_seconds(60)
    early = client.get("/tasks/1301")["data"]["results"]
    assert (early["finished"], early["lastActionId"]) == (False, 126_151)
    server.state.computers.change(seed.FINANCE.client_id, answers=True)
    client.get("/tasks")
    clock.pass_seconds(10)
    assert ended(client)["didActionComplete"] is True
