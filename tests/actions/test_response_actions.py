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
"""Tasks and response actions, and what destroys or isolates."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tests.actions.conftest import asked
from tests.conftest import ASSET, RunAction
from tests.variants import ACTIONS


DIALECTS = ["production", "specified"]
ROOT = Path(__file__).parents[2]
HOST = seed.FINANCE.hostname
QUARANTINE = {
    "action_type": "quarantine",
    "computer_name": HOST,
    "package_name": "Apply quarantine",
}
SNAPSHOT = {"action_type": "gatherSnapshot", "computer_name": HOST}


def case(name: str) -> dict[str, Any]:
    task: dict[str, Any] = json.loads((ROOT / "tests" / "data" / name).read_text(encoding="utf-8"))
    return task


def posts(tanium: SimulatorServer) -> list[Any]:
    return [json.loads(request.body or b"") for request in tanium.log.requests(method="POST")]


def started_tasks(tanium: SimulatorServer, count: int) -> list[int]:
    connection = tanium.state.connections.get(tanium.state.connections.open(HOST))
    return [
        tanium.state.files.fetch(connection, f"C:\\{number}", "analyst")["id"]
        for number in range(count)
    ]


# What destroys or isolates says so


@pytest.mark.parametrize(
    "action",
    [name for name, spec in ACTIONS.items() if name.startswith("delete ")]
    + ["start response action"],
)
def test_what_destroys_or_isolates_says_so_and_is_no_reading(action: str) -> None:
    spec = ACTIONS[action]
    text = f"{spec.description} {spec.verbose}".lower()

    assert spec.read_only is False
    assert any(
        word in text for word in ("permanently", "destroys", "isolates", "removes", "from disk")
    ), text
    named = {
        name: param
        for name, param in spec.params.items()
        if param.required and name not in ("action_type", "file_path")
    }
    assert not [
        name
        for name, param in named.items()
        if not (param.identifier or param.pattern or param.type == "numeric")
    ]


def test_the_manifest_says_the_same() -> None:
    manifest = json.loads((ROOT / "tanium_tr.json").read_text(encoding="utf-8"))
    destructive = {
        entry["action"]: entry
        for entry in manifest["actions"]
        if entry["action"].startswith("delete ")
    }
    destructive["start response action"] = next(
        entry for entry in manifest["actions"] if entry["action"] == "start response action"
    )

    assert len(destructive) == 11
    assert not [name for name, entry in destructive.items() if entry["read_only"]]
    assert destructive["start response action"]["type"] == "contain"


# Tasks


@pytest.mark.parametrize(("dialect", "without_tasks"), [("production", True), ("specified", False)])
def test_list_tasks(
    tanium: SimulatorServer, run: RunAction, dialect: str, without_tasks: bool
) -> None:
    tanium.settings.dialect, tanium.settings.without_tasks = dialect, without_tasks
    ids = started_tasks(tanium, 3)

    listed = run("list tasks", limit=2, offset=1)

    assert asked(tanium) == ["GET /tasks?limit=2&offset=1"]
    assert [row["id"] for row in listed.rows] == ids[::-1][1:]
    assert (listed.message, listed.summary) == ("Tasks found: 2", {"task_count": 2})


def test_get_task(tanium: SimulatorServer, run: RunAction) -> None:
    tanium.settings.task_seconds = 1000
    (task_id,) = started_tasks(tanium, 1)

    got = run("get task", task_id=str(task_id))

    assert asked(tanium) == [f"GET /tasks/{task_id}"]
    summary = {"status": "STARTED", "outcome": "running"}
    assert (got.message, got.summary) == ("Task is STARTED", summary)
    assert (got.rows[0]["id"], got.rows[0]["metadata"]["paths"]) == (task_id, ["C:\\0"])


FAILED_DOWNLOAD = case("task_completed_but_failed.json")
EXPIRED_QUARANTINE = case("quarantine_task.json")
DONE = {"didActionComplete": True, "lastActionId": 7, "expired": False, "finished": True}


@pytest.mark.parametrize(
    ("task", "outcome", "message"),
    [
        (
            FAILED_DOWNLOAD,
            "failed",
            "Task is COMPLETED, and failed: 'C:\\Users\\Public\\gone.exe'",
        ),
        (
            EXPIRED_QUARANTINE,
            "failed",
            "Task is COMPLETED, and failed: action 126150 expired before the endpoint carried it"
            " out",
        ),
        (
            {**EXPIRED_QUARANTINE, "results": {"didActionComplete": False, "lastActionId": 7}},
            "failed",
            "Task is COMPLETED, and failed: action 7 was not carried out by the endpoint",
        ),
        (
            {**EXPIRED_QUARANTINE, "results": DONE},
            "succeeded",
            "Task is COMPLETED, and succeeded",
        ),
        (
            {**EXPIRED_QUARANTINE, "results": {"finished": True}},
            "unknown",
            "Task is COMPLETED, and its results do not say whether it succeeded",
        ),
        (
            {"type": "deployIntel", "status": "COMPLETED", "results": {"id": 5, "name": "Intel"}},
            "succeeded",
            "Task is COMPLETED, and succeeded",
        ),
        (
            {"type": "snapshot", "status": "COMPLETED", "results": None, "error": "disk full"},
            "failed",
            "Task is COMPLETED, and failed: 'disk full'",
        ),
        (
            {"type": "fileDownload", "status": "INCOMPLETE", "results": {"failed": "C:\\x"}},
            "failed",
            "Task is INCOMPLETE, and failed: 'C:\\x'",
        ),
        (
            {"type": "anything", "status": "completed", "results": {}},
            "unknown",
            "Task is completed, and its results do not say whether it succeeded",
        ),
        (
            {"type": "anything", "status": "NEW WORD"},
            "unknown",
            "Task is NEW WORD, and its results do not say whether it succeeded",
        ),
        ({"type": "snapshot", "status": "IN PROGRESS"}, "running", "Task is IN PROGRESS"),
    ],
)
def test_task_tells_what_became_of_it(
    tanium: SimulatorServer, run: RunAction, task: dict[str, Any], outcome: str, message: str
) -> None:
    tanium.faults.add(Fault("json", path_contains="/tasks/", value={"data": task}))
    tanium.faults.add(Fault("json", path_contains="/tasks", value={"data": [task]}))

    got, listed = run("get task", task_id=71), run("list tasks")

    assert (got.ok, got.message) == (True, message)
    assert got.summary == {"status": task["status"], "outcome": outcome}
    assert got.rows == listed.rows == [{**task, "outcome": outcome}]


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    ("action", "parameters"), [("get task", {"task_id": 99}), ("list tasks", {})]
)
def test_task_or_list_that_there_is_not(
    tanium: SimulatorServer, run: RunAction, dialect: str, action: str, parameters: dict[str, int]
) -> None:
    tanium.settings.dialect = dialect

    result = run(action, **parameters)

    assert result.ok is (dialect == "production" and action == "list tasks")
    assert result.ok or "HTTP 404" in result.message


# The list of response actions


@pytest.mark.parametrize("dialect", DIALECTS)
def test_list_response_actions(tanium: SimulatorServer, run: RunAction, dialect: str) -> None:
    tanium.settings.dialect = dialect

    listed = run("list response actions")

    assert [dict(request.pairs) for request in tanium.log] == [
        {"limit": "50", "offset": "0", "sortOrder": "desc"}
    ]
    (row,) = listed.rows
    assert (row["id"], row["type"], row["computerName"], row["status"]) == (
        1,
        "gatherSnapshot",
        HOST,
        "COMPLETED",
    )
    assert (listed.message, listed.summary) == (
        "Response actions found: 1",
        {"response_action_count": 1},
    )


@pytest.mark.parametrize(
    ("filters", "sent", "count"),
    [
        ({"computer_name": "FINANCE"}, {"queryPartialComputerName": "FINANCE"}, 1),
        ({"status": "QUEUED"}, {"queryStatus": "QUEUED"}, 0),
        (
            {"type": "gatherSnapshot", "sort_order": "ASC"},
            {"queryType": "gatherSnapshot", "sortOrder": "asc"},
            1,
        ),
        ({"computer_name": "a&b=c #%+"}, {"queryPartialComputerName": "a&b=c #%+"}, 0),
        ({"limit": 1, "offset": 1}, {"limit": "1", "offset": "1"}, 0),
    ],
)
def test_list_response_actions_filters(
    tanium: SimulatorServer,
    run: RunAction,
    filters: dict[str, Any],
    sent: dict[str, str],
    count: int,
) -> None:
    listed = run("list response actions", **filters)

    assert sent.items() <= tanium.log[0].arguments.items()
    assert len(listed.rows) == count


# Starting one


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    ("parameters", "options"),
    [
        ({"action_type": "gatherSnapshot"}, {}),
        (
            {"action_type": "downloadFile", "file_path": "C:\\Ünï {0} 100%.txt"},
            {"filePath": "C:\\Ünï {0} 100%.txt"},
        ),
        (
            {"action_type": "quarantine", "package_name": "Apply"},
            {"packageName": "Apply", "packageParameters": []},
        ),
        (
            {
                "action_type": "quarantine",
                "package_name": "Apply",
                "package_parameters": '["10.0.0.5", "ü,\\"x", 3]',
            },
            {
                "packageName": "Apply",
                "packageParameters": [
                    {"key": "$1", "value": "10.0.0.5"},
                    {"key": "$2", "value": 'ü,"x'},
                    {"key": "$3", "value": 3},
                ],
            },
        ),
        (
            {
                "action_type": "liveResponse",
                "package_name": "Collect",
                "options": '{"collector": "Standard"}',
            },
            {"packageName": "Collect", "packageParameters": [], "collector": "Standard"},
        ),
    ],
)
def test_start_response_action(
    tanium: SimulatorServer,
    run: RunAction,
    dialect: str,
    parameters: dict[str, Any],
    options: dict[str, Any],
) -> None:
    tanium.settings.dialect, tanium.settings.task_seconds = dialect, 1000

    started = run("start response action", computer_name=HOST, **parameters)

    assert asked(tanium) == ["POST /response-actions"]
    assert posts(tanium) == [
        {"type": parameters["action_type"], "computerName": HOST, "options": options}
    ]
    assert (started.ok, started.message) == (True, "Response action started"), started.message
    assert started.summary == {"response_action_id": 2, "status": "QUEUED", "outcome": "running"}
    added = {"packageSkipLockFlag": False} if "packageName" in options else {}
    assert (started.rows[0]["computerName"], started.rows[0]["options"]) == (
        HOST,
        {**added, **options},
    )


def test_start_response_action_with_an_expiration(tanium: SimulatorServer, run: RunAction) -> None:
    started = run("start response action", **SNAPSHOT, expiration_time="2099-12-01T00:00:00Z")

    assert posts(tanium)[0]["expirationTime"] == "2099-12-01T00:00:00.000Z"
    assert started.rows[0]["expirationTime"].startswith("2099-12-01T00:00:00")


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        ({**QUARANTINE, "options": "{"}, "options"),
        ({**QUARANTINE, "options": "[]"}, "options"),
        ({**QUARANTINE, "options": "null"}, "options"),
        ({**QUARANTINE, "options": "[" * 100_000}, "options"),
        ({**QUARANTINE, "options": '{"a": NaN}'}, "options"),
        ({**QUARANTINE, "options": "key=value"}, "options"),
        ({**QUARANTINE, "package_parameters": "10.0.0.5"}, "package_parameters"),
        ({**QUARANTINE, "package_parameters": '{"$1": "x"}'}, "package_parameters"),
        ({**QUARANTINE, "package_parameters": '["a"'}, "package_parameters"),
        ({**QUARANTINE, "package_parameters": "[Infinity]"}, "package_parameters"),
        ({**QUARANTINE, "package_parameters": "[1e999]"}, "package_parameters"),
        ({**SNAPSHOT, "package_parameters": '["a"]'}, "package_parameters"),
        ({**QUARANTINE, "options": '{"packageName": "x"}'}, "package_name"),
        ({**QUARANTINE, "package_name": ""}, "package_name"),
        ({**SNAPSHOT, "action_type": "liveResponse"}, "package_name"),
        ({**SNAPSHOT, "action_type": "downloadFile"}, "file_path"),
        ({**SNAPSHOT, "action_type": "quarantine; rm"}, "action_type"),
        ({**SNAPSHOT, "action_type": "../x"}, "action_type"),
        ({**SNAPSHOT, "expiration_time": "tomorrow"}, "expiration_time"),
        ({**SNAPSHOT, "expiration_time": "3600"}, "expiration_time"),
        ({**SNAPSHOT, "computer_name": "*"}, "computer_name"),
        ({**SNAPSHOT, "computer_name": "ws-*"}, "computer_name"),
        ({**SNAPSHOT, "computer_name": "a,b"}, "computer_name"),
        ({**SNAPSHOT, "computer_name": "ws-finance-0?"}, "computer_name"),
        ({**SNAPSHOT, "computer_name": [HOST]}, "computer_name"),
        ({**SNAPSHOT, "computer_name": " "}, "computer_name"),
        ({**SNAPSHOT, "wait": "yes"}, "wait"),
        ({**SNAPSHOT, "timeout": 0}, "timeout"),
    ],
    ids=lambda value: ascii(value)[-40:],
)
def test_start_response_action_refuses_by_name_before_any_request(
    tanium: SimulatorServer, run: RunAction, parameters: dict[str, Any], name: str
) -> None:
    failed = run("start response action", **parameters)

    assert not failed.ok
    assert failed.message.startswith(f"Parameter '{name}' "), failed.message
    assert len(failed.message) < 700
    assert len(tanium.log) == 0


@pytest.mark.parametrize("name", ["ws-finance", "ws-finance-07.corp.example", "10.20.1.17"])
def test_start_response_action_on_no_computer_of_that_name(
    tanium: SimulatorServer, run: RunAction, name: str
) -> None:
    failed = run("start response action", **{**QUARANTINE, "computer_name": name})

    assert f"No endpoint is called '{name}'" in failed.message
    assert not tanium.state.computers.quarantined
    assert len(tanium.log) == 1


def test_start_response_action_waits(tanium: SimulatorServer, run: RunAction) -> None:
    done = run("start response action", **QUARANTINE, wait=True)

    assert (done.ok, done.message) == (True, "Response action completed"), done.message
    assert done.summary == {
        "response_action_id": 2,
        "status": "COMPLETED",
        "outcome": "succeeded",
    }
    assert tanium.state.computers.quarantined == {seed.FINANCE.client_id}
    assert len(posts(tanium)) == 1
    assert tanium.log[-1].arguments["queryPartialComputerName"] == HOST


def test_start_response_action_whose_tasks_are_not_told_is_not_taken_for_done(
    tanium: SimulatorServer, run: RunAction
) -> None:
    tanium.settings.dialect = "specified"

    failed = run("start response action", **QUARANTINE, wait=True)

    assert failed.message == (
        f"Response action 2 (quarantine on {HOST}) ended as COMPLETED, but Tanium does not say"
        " whether the computer carried it out. Check in Tanium before you run the action again."
    )
    assert not failed.ok
    assert (failed.rows[0]["id"], failed.rows[0]["outcome"]) == (2, "unknown")
    assert len(posts(tanium)) == 1


@pytest.mark.parametrize("word", ["EXPIRED", "COMPLETED"])
def test_start_response_action_that_expired_names_its_action(
    tanium: SimulatorServer, run: RunAction, word: str
) -> None:
    """Whatever the status of an expired response action is."""
    tanium.settings.expired_action_status = word
    task: dict[str, Any] = {}

    def expire(_request: Any) -> None:
        tanium.state.tasks.all.get(1301, task).update(
            status="COMPLETED", results=EXPIRED_QUARANTINE["results"], endTime="2026-05-04"
        )

    tanium.settings.task_seconds = 1000
    tanium.log.watch = expire
    failed = run("start response action", **QUARANTINE, wait=True)

    also = "" if word == "EXPIRED" else " but failed"
    assert failed.message == (
        f"Response action 2 (quarantine on {HOST}) ended as {word}{also}: action 126150 expired"
        " before the endpoint carried it out."
    )
    assert not failed.ok
    assert (failed.rows[0]["id"], failed.rows[0]["outcome"]) == (2, "failed")


def rows_in(body: Any) -> list[Any]:
    data = body["data"]
    return data if isinstance(data, list) else [data]


def test_start_response_action_that_fails_names_what_failed(
    tanium: SimulatorServer, run: RunAction
) -> None:
    """Also when the list was read just before the task ended: it shows that only afterwards."""
    ended: list[Any] = []

    def note_the_end(body: Any) -> Any:
        ended.extend(row for row in rows_in(body) if row["status"] == "COMPLETED")
        return body

    def delay(body: Any) -> Any:
        for row in () if ended else rows_in(body):
            row["status"] = "IN PROGRESS"
        return body

    tanium.faults.add(Fault("json", path_contains="/tasks", value=note_the_end, times=None))
    tanium.faults.add(Fault("json", path_contains="/response-actions", value=delay, times=None))

    failed = run(
        "start response action",
        action_type="downloadFile",
        computer_name=HOST,
        file_path="C:\\nowhere",
        wait=True,
    )

    assert not failed.ok
    assert failed.message == (
        f"Response action 2 (downloadFile on {HOST}) ended as COMPLETED but failed: action 126151"
        " was not carried out by the endpoint."
    )
    assert failed.rows[0]["id"] == 2
    assert len(posts(tanium)) == 1


def test_start_response_action_on_an_offline_computer_waits_no_longer_than_told(
    tanium: SimulatorServer, run: RunAction
) -> None:
    before = time.monotonic()
    failed = run(
        "start response action",
        **{**QUARANTINE, "computer_name": seed.OFFLINE.hostname},
        wait=True,
        timeout=1,
    )

    assert 1 <= time.monotonic() - before < 20
    assert (
        "is still QUEUED after 1 seconds. The task is still running on Tanium."
        " Do not start it again." in failed.message
    )
    assert [row["id"] for row in failed.rows] == [2]
    assert len(posts(tanium)) == 1


def test_start_response_action_is_cancelled(tanium: SimulatorServer, soar: LocalSoar) -> None:
    tanium.settings.task_seconds = 1000

    def cancel(text: str) -> None:
        if " seconds)" in text:
            soar.cancel()

    result = soar.run(
        "start response action",
        {**QUARANTINE, "wait": True, "timeout": 20},
        asset=ASSET,
        progress=cancel,
    )

    (only,) = result["result_data"]
    assert (only["status"], result["action_cancelled"]) == ("failed", True)
    assert [row["id"] for row in only["data"]] == [2]
    assert len(posts(tanium)) == 1


@pytest.mark.parametrize("kind", ["status", "reset_before", "reset_after"])
def test_start_response_action_is_never_started_twice(
    tanium: SimulatorServer, run: RunAction, kind: str
) -> None:
    tanium.faults.add(Fault(kind, method="POST", times=None))

    assert not run("start response action", **QUARANTINE, wait=True).ok

    assert len(posts(tanium)) == 1


def test_start_response_action_on_a_server_without_them(
    tanium: SimulatorServer, run: RunAction
) -> None:
    tanium.settings.dialect, tanium.settings.without_unspecified = "specified", True

    failed = run("start response action", **QUARANTINE)

    assert "HTTP 404" in failed.message
    assert len(posts(tanium)) == 1


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        ({"computer_name": "finance-12,srv-web"}, [4, 3]),
        ({"computer_name": "finance,finance-07", "sort_order": "asc"}, [1, 2, 3]),
        ({"type": "quarantine,gatherSnapshot", "computer_name": "finance-07"}, [2, 1]),
        ({"type": "quarantine,gatherSnapshot", "limit": 2, "offset": 1}, [3, 2]),
        ({"status": "COMPLETED, EXPIRED", "type": "gatherSnapshot,"}, [1]),
    ],
)
def test_list_response_actions_of_several(
    tanium: SimulatorServer, run: RunAction, filters: dict[str, Any], ids: list[int]
) -> None:
    tanium.settings.task_seconds = 1000
    for name in (HOST, seed.FINANCE_12.hostname, seed.WEB_SERVER.hostname):
        run("start response action", **{**QUARANTINE, "computer_name": name})

    listed = run("list response actions", **filters)

    assert [row["id"] for row in listed.rows] == ids
