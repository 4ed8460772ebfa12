# File: test_waiting.py
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
"""Waiting for connections, files and snapshots: until they are there, they failed, time is up, or
the analyst cancels.
"""

from __future__ import annotations

import json
import re
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tests.conftest import ASSET, RunAction


DATA = Path(__file__).parents[1] / "data"
FINANCE = {"destination": "ws-finance-07", "destination_type": "hostname"}
OFFLINE = {"destination": seed.OFFLINE.client_id, "destination_type": "client_id"}


def started(tanium: SimulatorServer) -> int:
    return len(tanium.log.requests(method="POST"))


def test_create_connection_waits_until_it_is_connected(
    tanium: SimulatorServer, run: RunAction
) -> None:
    tanium.settings.connect_seconds = 1000

    def connect_once_it_was_seen_waiting(request: Any) -> None:
        if request.method == "GET":
            for connection in tanium.state.connections.all.values():
                connection.connects = connection.initiated

    tanium.log.watch = connect_once_it_was_seen_waiting
    created = run("create connection", **FINANCE, wait=True)

    (row,) = created.rows
    assert (created.ok, created.message, row["status"]) == (
        True,
        "Connection created successfully",
        "connected",
    )
    assert created.summary == {"connection_id": row["id"]}
    assert row["connectedAt"] >= row["initiatedAt"]
    assert [
        line
        for line in created.progress
        if re.search(rf"Connection {re.escape(row['id'])} is waiting \(\d+ of 300 seconds\)", line)
    ]
    assert (started(tanium), tanium.log.connections()) == (1, 1)


def test_create_connection_to_an_endpoint_that_does_not_answer(
    tanium: SimulatorServer, run: RunAction
) -> None:
    failed = run("create connection", **OFFLINE, wait="true")

    (row,) = failed.rows
    assert not failed.ok
    assert (
        f"Connection {row['id']} ended as timeout: The endpoint did not connect in time."
        in failed.message
    )
    assert (row["status"], row["hostname"]) == ("timeout", "ws-offline-09")
    assert started(tanium) == 1


def test_create_connection_that_is_closed_meanwhile(
    tanium: SimulatorServer, run: RunAction
) -> None:
    tanium.settings.connect_seconds = 1000

    def close(_request: Any) -> None:
        for connection in tanium.state.connections.all.values():
            connection.closed = True

    tanium.log.watch = close
    failed = run("create connection", **FINANCE, wait=True)

    assert not failed.ok
    assert "ended as disconnected" in failed.message
    assert failed.rows[0]["status"] == "disconnected"


def test_create_connection_waits_no_longer_than_told(
    tanium: SimulatorServer, run: RunAction
) -> None:
    tanium.settings.connect_seconds = 1000

    before = time.monotonic()
    failed = run("create connection", **FINANCE, wait=True, timeout=1)

    assert 1 <= time.monotonic() - before < 20
    assert not failed.ok
    assert (
        "Connection remote:ws-finance-07:2029311007:1 is still waiting after 1 seconds"
        in failed.message
    )
    assert failed.rows == [{"id": "remote:ws-finance-07:2029311007:1"}]
    assert started(tanium) == 1


def test_create_connection_waits_for_one_that_is_not_listed_yet(
    tanium: SimulatorServer, run: RunAction
) -> None:
    tanium.faults.add(Fault("json", method="GET", path_contains="/conns", value=[], times=2))

    created = run("create connection", **FINANCE, wait=True)

    assert created.ok, created.message
    assert created.rows[0]["status"] == "connected"
    assert [line for line in created.progress if "is not listed yet" in line]


def test_save_file_waits_until_it_is_there(
    tanium: SimulatorServer, run: RunAction, connection: str
) -> None:
    saved = run("save file", connection_id=connection, file_path=seed.INVOICE_VIEWER, wait=True)

    (row,) = saved.rows
    assert (saved.ok, saved.message) == (True, "File saved")
    assert row["taskInfo"]["status"] == "COMPLETED"
    assert saved.summary == {"task_id": row["taskInfo"]["id"], "file_id": row["file_id"]}
    assert tanium.state.files.all[row["file_id"]].row["path"] == seed.INVOICE_VIEWER
    assert started(tanium) == 1
    assert run("get file", file_id=saved.summary["file_id"]).rows[0]["name"] == "invoice-viewer.exe"


@pytest.mark.parametrize("as_is", [True, False])
@pytest.mark.parametrize("path", ["C:\\nowhere {0}.txt", "C:\\line\nbreak"])
def test_save_file_that_fails_names_the_path(
    tanium: SimulatorServer, run: RunAction, connection: str, path: str, as_is: bool
) -> None:
    """The task of a file that is not there may be COMPLETED all the same."""
    if not as_is:
        tanium.settings.missing_file_status = "INCOMPLETE"
    failed = run("save file", connection_id=connection, file_path=path, wait=True)

    assert not failed.ok
    shown = path.replace("\n", " ")
    ended = "COMPLETED but failed" if as_is else "INCOMPLETE"
    assert failed.message == f"Task 1301 (saving '{shown}') ended as {ended}: '{shown}'."
    assert [row["taskInfo"]["id"] for row in failed.rows] == [1301]
    assert started(tanium) == 1


def test_save_file_that_the_endpoint_cannot_read(run: RunAction, connection: str) -> None:
    path = seed.UNREADABLE_ON_WINDOWS

    failed = run("save file", connection_id=connection, file_path=path, wait=True)

    assert failed.message.startswith(f"Task 1301 (saving '{path}') ended as ERROR: '{path}', ")
    assert not failed.ok


CASE = json.loads((DATA / "task_completed_but_failed.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("action", ["save file", "collect file"])
def test_captured_task_that_is_completed_but_failed(
    tanium: SimulatorServer, run: RunAction, connection: str, action: str
) -> None:
    path = CASE["results"]["failed"][0]
    tanium.faults.add(Fault("json", path_contains="/tasks/", value={"data": CASE}))
    where = {"connection_id": connection} if action == "save file" else FINANCE

    failed = run(action, **where, file_path=path, wait=True)

    assert failed.message == f"Task 1301 (saving '{path}') ended as COMPLETED but failed: '{path}'."
    assert not failed.ok


@pytest.mark.parametrize("results", [{}, None, {"completed": [], "failed": [], "fileResults": []}])
@pytest.mark.parametrize(
    ("action", "parameters"),
    [("save file", {"file_path": seed.INVOICE_VIEWER}), ("create snapshot", {})],
)
def test_task_without_results_is_done_once_what_it_makes_is_there(
    tanium: SimulatorServer,
    run: RunAction,
    connection: str,
    action: str,
    parameters: dict[str, str],
    results: object,
) -> None:
    tanium.settings.task_seconds = 0
    task = {"id": 1301, "type": "any", "status": "COMPLETED", "results": results}
    tanium.faults.add(Fault("json", path_contains="/tasks/", value={"data": task}, times=None))
    listed = "/filedownload" if action == "save file" else "/snapshot"
    empty: dict[str, object] = {"fileEvidence": [], "snapshots": [], "totalCount": 0}
    tanium.faults.add(Fault("json", method="GET", path_contains=listed, value=empty))

    done = run(action, connection_id=connection, **parameters, wait=True)

    assert done.ok, done.message
    assert [line for line in done.progress if "COMPLETED without saying whether it" in line]
    if action == "save file":
        assert tanium.state.files.all[done.summary["file_id"]].row["path"] == seed.INVOICE_VIEWER


def test_task_of_which_nothing_is_known_is_not_done(
    tanium: SimulatorServer, run: RunAction, connection: str
) -> None:
    tanium.settings.task_seconds = 1000
    task = {"id": 1301, "type": "snapshot", "status": "COMPLETED", "results": {}}
    tanium.faults.add(Fault("json", path_contains="/tasks/", value={"data": task}, times=None))

    failed = run("create snapshot", connection_id=connection, wait=True, timeout=1)

    assert failed.message == (
        f"Task 1301 (snapshot of {connection}) is still COMPLETED without saying whether it"
        " succeeded after 1 seconds. Check in Tanium before you run the action again."
    )
    assert not failed.ok


def test_deployment_of_which_nothing_is_known_is_not_done(
    tanium: SimulatorServer, run: RunAction
) -> None:
    task = {"id": 1301, "type": "deployIntel", "status": "COMPLETED", "results": {}}
    tanium.faults.add(Fault("json", path_contains="/tasks/", value={"data": task}))

    failed = run("deploy intel", wait=True)

    assert "this Tanium server does not report its result" in failed.message
    assert not failed.ok


@pytest.mark.parametrize("has_uuid", [True, False])
def test_save_file_id_as_newer_and_older_servers_tell_it(
    tanium: SimulatorServer, run: RunAction, connection: str, has_uuid: bool
) -> None:
    tanium.settings.file_result_uuid = has_uuid

    saved = run("save file", connection_id=connection, file_path=seed.INVOICE_VIEWER, wait=True)

    assert saved.summary["file_id"] in tanium.state.files.all


def test_create_snapshot_waits_until_it_is_done(
    tanium: SimulatorServer, run: RunAction, connection: str
) -> None:
    created = run("create snapshot", connection_id=connection, wait=True)

    (row,) = created.rows
    assert (created.ok, created.message, created.summary) == (
        True,
        "Snapshot created",
        {"task_id": row["taskInfo"]["id"]},
    )
    assert row["taskInfo"]["status"] == "COMPLETED"
    assert tanium.state.snapshots.rows()[-1]["completed"]
    assert (started(tanium), tanium.log.connections()) == (1, 1)


@pytest.mark.parametrize(
    ("action", "parameters"), [("save file", {"file_path": "C:\\x"}), ("create snapshot", {})]
)
def test_deadline_passed_names_the_task(
    tanium: SimulatorServer,
    run: RunAction,
    connection: str,
    action: str,
    parameters: dict[str, str],
) -> None:
    tanium.settings.task_seconds = 1000

    failed = run(action, connection_id=connection, **parameters, wait=True, timeout=1)

    assert not failed.ok
    assert failed.message.startswith("Task 1301 (")
    assert "is still STARTED after 1 seconds" in failed.message
    assert "Do not start it again" in failed.message
    assert [row["taskInfo"]["id"] for row in failed.rows] == [1301]
    assert started(tanium) == 1


@pytest.mark.parametrize(
    "fault",
    [
        Fault("status", path_contains="/tasks/", status=503),
        Fault("status", path_contains="/tasks/", status=500, times=2),
        Fault("status", path_contains="/tasks/", status=429),
        Fault("reset_before", path_contains="/tasks/"),
        Fault("reset_after", path_contains="/tasks/"),
        Fault("html_error", path_contains="/tasks/"),
    ],
    ids=lambda fault: f"{fault.kind}-{fault.status}",
)
def test_hiccup_of_the_server_does_not_end_the_wait(
    tanium: SimulatorServer, run: RunAction, connection: str, fault: Fault
) -> None:
    tanium.faults.add(fault)

    created = run("create snapshot", connection_id=connection, wait=True)

    assert fault.applied
    assert created.ok, created.message
    assert created.rows[0]["taskInfo"]["status"] == "COMPLETED"
    assert started(tanium) == 1


def test_state_that_may_not_be_read_ends_the_wait(
    tanium: SimulatorServer, run: RunAction, connection: str
) -> None:
    tanium.faults.add(Fault("status", path_contains="/tasks/", status=403, times=None))

    failed = run("create snapshot", connection_id=connection, wait=True)

    assert not failed.ok
    assert "Task 1301 " in failed.message
    assert "was started, but its state cannot be read" in failed.message
    assert failed.message.endswith("Check in Tanium before you run the action again.")
    assert [row["taskInfo"]["id"] for row in failed.rows] == [1301]
    assert started(tanium) == 1


@pytest.mark.parametrize("task", [{"id": None}, {"id": "none"}, {}])
def test_task_without_an_id_is_not_waited_for(
    tanium: SimulatorServer, run: RunAction, connection: str, task: dict[str, Any]
) -> None:
    tanium.faults.add(Fault("json", method="POST", value={"taskInfo": task, "status": "ACCEPTED"}))

    failed = run("create snapshot", connection_id=connection, wait=True)

    assert not failed.ok
    assert "returned no ID to wait for" in failed.message
    assert failed.rows == [{"taskInfo": task, "status": "ACCEPTED"}]
    assert len(tanium.log) == 1


@pytest.mark.parametrize("kind", ["status", "reset_before", "reset_after"])
@pytest.mark.parametrize(
    ("action", "parameters"), [("save file", {"file_path": "C:\\x"}), ("create snapshot", {})]
)
def test_nothing_is_started_twice_when_the_start_gets_no_answer(
    tanium: SimulatorServer,
    run: RunAction,
    connection: str,
    action: str,
    parameters: dict[str, str],
    kind: str,
) -> None:
    tanium.faults.add(Fault(kind, method="POST", times=None))

    assert not run(action, connection_id=connection, **parameters, wait=True).ok

    assert started(tanium) == 1


IN_VAIN: tuple[tuple[str, dict[str, Any], str, str], ...] = (
    ("create connection", FINANCE, "/conns", "Connection "),
    ("save file", {"file_path": "C:\\x"}, "/tasks/", "Task 1301 "),
    ("create snapshot", {}, "/tasks/", "Task 1301 "),
    ("deploy intel", {}, "/tasks/", "Task "),
    ("run data connection", {"data_connection_id": 1}, "/logs", "Run of data connection 1 "),
)


@pytest.mark.parametrize(("action", "given", "path", "name"), IN_VAIN)
@pytest.mark.parametrize("kind", ["silent", "drip"])
def test_state_that_does_not_come_ends_the_wait_in_time(
    tanium: SimulatorServer,
    run: RunAction,
    connection: str,
    action: str,
    given: dict[str, Any],
    path: str,
    name: str,
    kind: str,
) -> None:
    """The asset's request_timeout is a minute."""
    tanium.settings.task_seconds = tanium.settings.connect_seconds = 1000
    # What a run of a data connection reads before it begins is not part of the wait.
    after = 1 if path == "/logs" else 0
    tanium.faults.add(Fault(kind, "GET", path, times=None, after=after, seconds=0.5))
    if action in ("save file", "create snapshot"):
        given = {"connection_id": connection, **given}
    began = time.monotonic()

    failed = run(action, **given, wait=True, timeout=1)

    assert time.monotonic() - began < 20
    assert not failed.ok
    assert failed.message.startswith(name), failed.message
    assert "it did not answer within the time that was left for it" in failed.message
    assert "after 1 seconds. The task is still running on Tanium." in failed.message
    assert failed.rows


def test_cancel_ends_a_wait_for_a_state_that_does_not_come(
    tanium: SimulatorServer, soar: LocalSoar, connection: str
) -> None:
    tanium.settings.task_seconds = 1000
    tanium.faults.add(Fault("silent", "GET", "/tasks/", times=None, after=1))

    def cancel_while_waiting(text: str) -> None:
        if " of 3000 seconds)" in text:
            threading.Timer(0.7, soar.cancel).start()

    began = time.monotonic()
    result = soar.run(
        "create snapshot",
        {"connection_id": connection, "wait": True, "timeout": 3000},
        asset=ASSET,
        progress=cancel_while_waiting,
    )

    assert time.monotonic() - began < 20
    (only,) = result["result_data"]
    assert (only["status"], result["action_cancelled"]) == ("failed", True)
    assert only["message"].startswith("Cancelled while Task 1301 (")
    assert only["data"]


@pytest.mark.parametrize("action", ["create connection", "save file", "create snapshot"])
def test_cancel_ends_the_wait_within_a_second(
    tanium: SimulatorServer,
    soar: LocalSoar,
    monkeypatch: pytest.MonkeyPatch,
    connection: str,
    action: str,
) -> None:
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        time.sleep(seconds)

    # One wait for all of the time that there is, so that it is the cancelling that ends it.
    monkeypatch.setattr("tanium_tr.tasks.waiting.FIRST_INTERVAL", 1000)
    monkeypatch.setattr(
        "tanium_tr.soar.platform.time",
        SimpleNamespace(sleep=sleep, monotonic=time.monotonic, time=time.time),
    )
    tanium.settings.task_seconds = tanium.settings.connect_seconds = 1000
    given: dict[str, Any] = {
        "create connection": FINANCE,
        "save file": {"connection_id": connection, "file_path": "C:\\x"},
    }.get(action, {"connection_id": connection})

    def cancel_while_waiting(text: str) -> None:
        if " of 60 seconds)" in text:
            threading.Timer(0.1, soar.cancel).start()

    result = soar.run(
        action, {**given, "wait": True, "timeout": 60}, asset=ASSET, progress=cancel_while_waiting
    )

    assert 0 < max(slept) < 1
    (only,) = result["result_data"]
    assert (only["status"], result["action_cancelled"]) == ("failed", True)
    assert only["message"].startswith("Cancelled while ")
    assert "The task is still running on Tanium." in only["message"]
    assert only["data"]
    assert started(tanium) == 1


@pytest.mark.parametrize("timeout", [0, -1, 86401, "soon", True, 1.5])
def test_timeout_out_of_range_starts_nothing(
    tanium: SimulatorServer, run: RunAction, connection: str, timeout: object
) -> None:
    failed = run("create snapshot", connection_id=connection, wait=True, timeout=timeout)

    assert not failed.ok
    assert failed.message.startswith("Parameter 'timeout' is ")
    assert "from 1 to 86400" in failed.message
    assert len(tanium.log) == 0
