# File: test_processes.py
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
"""List processes and terminate process on one endpoint, over Direct Connect."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from local_soar.profile import Profile

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tanium_tr.errors import DOUBT
from tests.conftest import ASSET, RunAction, cancelling
from tests.gateway.conftest import FINANCE, operations, spoil
from tests.questions.conftest import only_asked


TWIN = {"pid": 816, "process_name": "svchost.exe"}
PACKAGE = {
    "action_name": "End it",
    "action_group": "Default - All Computers",
    "package_name": seed.TERMINATE_PROCESS.name,
    "package_parameters": '{"$1": "notepad.exe"}',
    "group_name": "Windows Computers",
}
ONE = {**FINANCE, **TWIN, "timeout": 1}
TERMINATED = ["Systems", "Open", "Processes", "Terminate", "Processes", "Close"]


def is_running(tanium: SimulatorServer, pid: int = 816) -> bool:
    return any(each.pid == pid for each in tanium.state.live_processes.of(seed.FINANCE))


def open_connections(tanium: SimulatorServer) -> int:
    """Those that were opened and not closed again."""
    names = operations(tanium)
    opened = sum(name in ("Open", "LegacyOpen") for name in names)
    return opened - sum(name in ("Close", "LegacyClose") for name in names)


def test_list_processes_right_now(at_once: SimulatorServer, run: RunAction) -> None:
    listed = run("list processes", **FINANCE)

    assert listed.ok, listed.message
    running = at_once.state.live_processes.of(seed.FINANCE)
    assert {row["pid"] for row in listed.rows} >= {each.pid for each in running}
    row = next(row for row in listed.rows if row["process_name"] == "smss.exe")
    assert row["process_path"] == row["process_command_line"] == "C:\\Windows\\System32\\smss.exe"
    assert (row["user_name"], row["computer_id"]) == ("SYSTEM", seed.FINANCE.client_id)
    assert listed.summary["process_count"] == len(listed.rows)
    assert operations(at_once) == ["Systems", "Open", "Processes", "Close"]
    assert at_once.log.connections() == 1


def test_list_processes_waits_for_the_connection(tanium: SimulatorServer, run: RunAction) -> None:
    tanium.settings.connect_seconds = 0.2

    listed = run("list processes", **FINANCE)

    assert listed.ok, listed.message
    assert "Status" in operations(tanium)
    assert any("is CONNECTING" in line for line in listed.progress)
    assert open_connections(tanium) == 0


@pytest.mark.parametrize(
    ("host", "word"), [(seed.OFFLINE, "is still CONNECTING|ended as ERROR"), (None, "no endpoint")]
)
def test_endpoint_that_cannot_be_reached(
    tanium: SimulatorServer, run: RunAction, host: seed.Host | None, word: str
) -> None:
    name = host.hostname if host else "nobody-01"

    failed = run("list processes", destination=name, timeout_seconds=1)

    assert not failed.ok
    assert any(each in failed.message for each in word.split("|")), failed.message
    assert "Do not start it again" not in failed.message
    assert open_connections(tanium) == 0


def test_process_with_more_memory_than_the_gateway_can_tell(
    at_once: SimulatorServer, run: RunAction
) -> None:
    at_once.settings.large_process = True

    listed = run("list processes", **FINANCE)

    assert listed.ok, listed.message
    assert len(listed.rows) > 5
    assert not any("memory_bytes" in row for row in listed.rows)
    assert ". Without the memory of processes: " in listed.message
    assert len(operations(at_once)) == 5


@pytest.mark.parametrize("optional", ["null", "error"])
def test_performance_is_missing(at_once: SimulatorServer, run: RunAction, optional: str) -> None:
    at_once.settings.missing_modules = ("Performance",)
    at_once.settings.missing_optional = optional

    failed = run("list processes", **FINANCE)

    assert not failed.ok
    assert "require the Performance solution" in failed.message
    assert open_connections(at_once) == 0


def test_older_gateway_is_served_and_remembered(at_once: SimulatorServer, run: RunAction) -> None:
    at_once.settings.gateway = "legacy"

    first = run("list processes", **FINANCE)
    second = run("terminate process", **ONE)

    assert first.ok, first.message
    assert second.ok, second.message
    assert operations(at_once) == [
        *("Systems", "Open", "LegacyOpen", "LegacyProcesses", "LegacyClose"),
        *("Systems", "LegacyOpen", "LegacyProcesses", "LegacyTerminate", "LegacyProcesses"),
        "LegacyClose",
    ]
    assert not is_running(at_once)


def test_older_gateway_tells_no_status(tanium: SimulatorServer, run: RunAction) -> None:
    tanium.settings.gateway, tanium.settings.connect_seconds = "legacy", 1.0

    listed = run("list processes", **FINANCE)

    assert listed.ok, listed.message
    assert any("is not connected yet" in line for line in listed.progress)


def test_no_gateway_says_what_to_do_instead(tanium: SimulatorServer, run: RunAction) -> None:
    tanium.settings.gateway = "missing"

    failed = run("list processes", **FINANCE)

    assert "has no API gateway" in failed.message
    assert failed.message.endswith("by a sensor: 'sensor' and 'group_name'.")


@pytest.mark.parametrize("raises", [False, True])
def test_cancel_closes_the_connection(
    tanium: SimulatorServer, tmp_path: Path, raises: bool
) -> None:
    soar = LocalSoar(tmp_path / "other", Profile(cancel_raises=raises))
    soar.create_asset(ASSET, {"base_url": tanium.url, "api_token": seed.TOKEN})
    tanium.settings.connect_seconds = 1000.0
    given: dict[str, Any] = {**FINANCE, "timeout_seconds": 20}
    result = soar.run(
        "list processes", given, asset=ASSET, progress=cancelling(soar, "is CONNECTING")
    )

    assert result["action_cancelled"]
    # A question that the cancel cut off may reach the server after it.
    assert operations(tanium).count("Close") == 1
    assert tanium.state.direct_connect.open_ones() == []


@pytest.mark.parametrize(("operation", "ended"), [("Processes(", False), ("Terminate(", True)])
def test_cancel_ends_no_process_that_was_not_asked_to_end(
    at_once: SimulatorServer, soar: LocalSoar, run: RunAction, operation: str, ended: bool
) -> None:
    def cancelled(answer: Any) -> Any:
        soar.cancel()
        return answer

    spoil(at_once, "json", operation, value=cancelled)

    failed = run("terminate process", **ONE)

    assert not failed.ok
    assert is_running(at_once) is not ended
    # A list that the cancel cut off may reach the server after it.
    assert operations(at_once).count("Close") == 1
    assert at_once.state.direct_connect.open_ones() == []
    assert "still running on Tanium" not in failed.message
    assert ("Check in Tanium before you run" in failed.message) is ended


def test_terminate_process_is_proved(at_once: SimulatorServer, run: RunAction) -> None:
    ended = run("terminate process", **ONE, signal="SIGTERM")

    assert ended.ok, ended.message
    assert ended.message.startswith("Process 816 'svchost.exe' on ws-finance-07.corp.example is ")
    assert (ended.summary["terminated"], ended.rows[0]["terminated"]) == (True, True)
    assert not is_running(at_once)
    assert is_running(at_once, 812)
    assert operations(at_once) == TERMINATED
    (asked,) = (each for each in at_once.log.operations() if each.name == "Terminate")
    assert asked.variables["signal"] == "SIGTERM"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"pid": 4711}, "No process with the PID 4711 is running"),
        ({"pid": 404}, "is 'smss.exe', not 'svchost.exe'"),
    ],
)
def test_terminate_refuses_what_is_not_running(
    at_once: SimulatorServer, run: RunAction, given: dict[str, Any], words: str
) -> None:
    failed = run("terminate process", **{**ONE, **given})

    assert not failed.ok
    assert words in failed.message
    assert "nothing was ended" in failed.message
    assert operations(at_once) == ["Systems", "Open", "Processes", "Close"]


def test_terminate_needs_one_endpoint(at_once: SimulatorServer, run: RunAction) -> None:
    failed = run("terminate process", **{**ONE, "destination": seed.KIOSK_OLD.hostname})

    assert failed.message.startswith("3 endpoints match: ")
    assert operations(at_once) == ["Systems"]


def test_refusal_is_a_failure(at_once: SimulatorServer, run: RunAction) -> None:
    at_once.settings.terminate = "refused"

    failed = run("terminate process", **ONE)

    assert not failed.ok
    assert "Tanium refused to end Process 816" in failed.message
    assert operations(at_once) == [*TERMINATED[:4], "Close"]


def test_process_that_stays_is_a_failure(at_once: SimulatorServer, run: RunAction) -> None:
    at_once.settings.terminate = "stays"

    failed = run("terminate process", **ONE)

    assert not failed.ok
    assert "was asked to end, once. Process 816 'svchost.exe' is still running" in failed.message
    assert failed.rows[0]["terminated"] is False
    assert operations(at_once).count("Terminate") == 1
    assert operations(at_once)[-1] == "Close"


LATE = {"data": None, "errors": [{"message": "the endpoint did not answer", "timedOut": True}]}


@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        ("reset_after", {}),
        ("status", {"status": 502, "work": True}),
        ("json", {"value": LATE, "work": True}),
        ("empty_body", {}),
    ],
)
def test_lost_answer_is_resolved_by_listing_again(
    at_once: SimulatorServer, run: RunAction, kind: str, fault: dict[str, Any]
) -> None:
    spoil(at_once, kind, "Terminate(", **fault)

    ended = run("terminate process", **ONE)

    assert ended.ok, ended.message
    assert operations(at_once).count("Terminate") == 1
    assert not is_running(at_once)


def test_lost_request_is_never_asked_again(at_once: SimulatorServer, run: RunAction) -> None:
    spoil(at_once, "json", "Terminate(", value=LATE, work=False)

    failed = run("terminate process", **ONE)

    assert not failed.ok
    assert "(timed out)" in failed.message or "did not learn the result in time" in failed.message
    assert DOUBT in failed.message
    assert operations(at_once).count("Terminate") == 1
    assert is_running(at_once)


OTHER = {"pid": 1, "ppid": 0, "name": "init"}


@pytest.mark.parametrize(
    ("processes", "errors", "words"),
    [
        ([], [], "Tanium's list is empty"),
        ([OTHER, None], [], "nothing was returned for 1 of 2 processes"),
        ([OTHER], [{"message": "the list was cut off"}], "the list was cut off"),
    ],
)
def test_list_with_gaps_proves_nothing(
    at_once: SimulatorServer, run: RunAction, processes: list[Any], errors: list[Any], words: str
) -> None:
    at_once.settings.terminate = "stays"
    value = {
        "data": {"directConnectEndpoint": {"processes": {"all": processes}}},
        "errors": errors,
    }
    spoil(at_once, "json", "Processes(", value=value, after=1, times=None)

    failed = run("terminate process", **ONE)

    assert not failed.ok
    assert f"is still in an unknown state ({words})" in failed.message
    assert operations(at_once).count("Terminate") == 1


def test_connection_whose_id_is_a_number_is_used_and_closed(
    at_once: SimulatorServer, run: RunAction
) -> None:
    opened = {"data": {"directConnectOpen": {"connectionID": 17, "status": "READY"}}}
    spoil(at_once, "json", "Open(", value=opened)

    run("list processes", **FINANCE)

    _, _, listing, closing = at_once.log.operations()
    assert listing.variables["connection"] == closing.variables["connection"] == "17"

    spoil(at_once, "json", "Open(", value={"data": {"directConnectOpen": None}})
    failed = run("list processes", **FINANCE)
    assert "expected the id of a connection" in failed.message
    assert DOUBT not in failed.message


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "Specify either 'destination', 'pid' and 'process_name'"),
        ({**FINANCE, "pid": 1}, "process_name is missing."),
        ({"pid": 1, "process_name": "x"}, "destination is missing."),
        ({**ONE, "package_name": "Kill"}, ", not both."),
        ({"action_name": "a", "package_name": "Kill"}, "'action_name', 'action_group' and"),
    ],
)
def test_terminate_needs_one_form_whole(
    tanium: SimulatorServer, run: RunAction, given: dict[str, Any], words: str
) -> None:
    failed = run("terminate process", **given)

    assert words in failed.message
    assert len(tanium.log) == 0


def test_terminate_by_a_package_issues_it_once(at_once: SimulatorServer, run: RunAction) -> None:
    issued = run("terminate process", **PACKAGE)

    assert issued.ok, issued.message
    assert issued.rows[0]["package_spec"]["name"] == PACKAGE["package_name"]
    assert len(at_once.log.requests(method="POST", path_contains="/saved_actions")) == 1
    assert operations(at_once) == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "Specify either 'destination'"),
        ({**FINANCE, "group_name": "Servers"}, "not both"),
        ({**FINANCE, "sensor": "Running Processes"}, "not both"),
    ],
)
def test_list_processes_needs_one_form(
    tanium: SimulatorServer, run: RunAction, given: dict[str, Any], words: str
) -> None:
    failed = run("list processes", **given)

    assert words in failed.message
    assert len(tanium.log) == 0


def test_list_processes_by_a_sensor(at_once: SimulatorServer, run: RunAction) -> None:
    listed = run(
        "list processes", sensor="running processes", group_name="Servers", timeout_seconds=20
    )

    assert listed.ok, listed.message
    assert listed.summary["num_results"] == len(listed.rows[0]["data"]["result_sets"][0]["rows"])
    asked = only_asked(at_once)
    assert asked.text.startswith("Get Running Processes from ")
    assert asked.body["context_group"] == {"id": seed.SERVERS_GROUP.id}
    assert {value["text"] for each in _rows(listed) for value in each["data"]}


def test_sensor_that_does_not_exist_asks_nothing(at_once: SimulatorServer, run: RunAction) -> None:
    failed = run("list processes", sensor="Proces Details", timeout_seconds=20)

    assert failed.message.startswith("No sensor exists with name 'Proces Details'.")
    assert not at_once.log.requests(method="POST")


def _rows(listed: Any) -> list[Any]:
    rows: list[Any] = listed.rows[0]["data"]["result_sets"][0]["rows"]
    return rows
