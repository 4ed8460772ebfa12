# File: test_paging.py
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
"""Paging: one request for each page, exactly the rows asked for, and an end whatever the server
answers.
"""

from __future__ import annotations

from typing import Any, Callable

import pytest

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from dev.simulator.state.evidence import KeptEvent
from dev.soar.runtime import LocalSoar
from tanium_tr.soar.platform import SoarPlatform
from tests.conftest import RunAction, run_on


PAGE = 4
ONE_OF_A_PROCESS = 1  # no process of the simulator has many events
PAGES = (
    "alerts.ALERTS_PAGE",
    "connections.CONNECTIONS_PAGE",
    "events.EVENTS_PAGE",
    "evidence.EVIDENCE_PAGE",
    "files.FILES_PAGE",
    "intel.INTEL_PAGE",
    "intel.LABELS_PAGE",
    "processes.EVENTS_PAGE",
    "snapshots.SNAPSHOTS_PAGE",
    "tasks.TASKS_PAGE",
)
NODE = seed.process_table_id(seed.FINANCE.client_id, seed.SUSPICIOUS)

Kept = Callable[[SimulatorServer], Any]


def ids(stored: Kept, name: str = "id") -> Kept:
    return lambda tanium: [row[name] for row in stored(tanium)]


def evidence(tanium: SimulatorServer) -> list[str]:
    """Production servers list snapshots and files among it."""
    if tanium.settings.dialect == "specified":
        return list(tanium.state.evidence.all)
    return [row["uuid"] for row in tanium.state.evidence.of_all_kinds()]


# action -> the parts of its path, the ids of everything there is in the order of the list
LISTS: dict[str, tuple[str, str, Kept]] = {
    "list alerts": ("/alerts", "id", ids(lambda tanium: tanium.state.alerts.rows())),
    "list files": ("/filedownload", "uuid", ids(lambda tanium: tanium.state.files.rows(), "uuid")),
    "list snapshots": (
        "/snapshot",
        "uuid",
        ids(lambda tanium: tanium.state.snapshots.rows(), "uuid"),
    ),
    "list intel docs": ("/intels", "id", ids(lambda tanium: tanium.state.intel.rows())),
    "list labels": ("/labels", "id", ids(lambda tanium: tanium.state.labels.rows())),
    "list tasks": ("/tasks", "id", lambda tanium: list(reversed(tanium.state.tasks.all))),
    "list response actions": (
        "/response-actions",
        "id",
        ids(lambda tanium: tanium.state.response_actions.rows()[::-1]),
    ),
    "list evidence": ("/evidence", "uuid", evidence),
    "list connections": ("/conns", "id", lambda tanium: list(tanium.state.connections.all)),
    "get process events": ("/processevents/", "id", lambda _: None),
    "get events": ("/events", "id", lambda tanium: [row["id"] for row in recorded(tanium)]),
}
# Lists that production servers give whole, whatever is asked for.
WHOLE = ("list evidence", "list connections")
# Of all these, production servers tell how many there are in all.
REPEATED = (
    "This Tanium server returns the same rows again for another offset, so the rest of its list"
    " cannot be read."
)
TOTALS = ("list alerts", "list files", "list snapshots", "list intel docs", "list labels")


def recorded(tanium: SimulatorServer) -> list[dict[str, Any]]:
    return tanium.state.computers.recording(seed.FINANCE).events("driver")


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PAGES:
        monkeypatch.setattr(f"tanium_tr.tanium.{name}", PAGE)


@pytest.fixture
def full(tanium: SimulatorServer, connection: str) -> SimulatorServer:
    """A server that has more than two pages of everything."""
    state = tanium.state
    tanium.settings.without_tasks = False
    for number in range(12):
        state.intel.upload(f"rule {number}.yara", b"rule x {}")
        state.labels.create(f"Label {number}", None)
        host, event = seed.FINANCE.hostname, {"process_path": "x"}
        state.evidence.create(KeptEvent("analyst", host, "ProcessEvent", NODE, event, ""))
        state.connections.open(seed.WEB_SERVER.hostname)
        state.response_actions.start(
            {
                "type": "liveResponse",
                "computerName": "ws-finance-07",
                "options": {"packageName": "x"},
            },
            seed.ANALYST,
        )
        state.snapshots._add(
            "ws-finance-07",
            connection,
            "analyst",
            1_700_000_000.0 + number,
            created="2026-01-01T00:00:00.000Z",
        )
    return tanium


def given(action: str, connection_id: str) -> dict[str, Any]:
    over_connection = {"connection_id": connection_id}
    return {
        "get events": {**over_connection, "event_type": "driver"},
        "get process events": {**over_connection, "event_type": "file", "process_table_id": NODE},
    }.get(action, {})


def everything(full: SimulatorServer, run: RunAction, action: str, connection_id: str) -> list[Any]:
    _, name, stored = LISTS[action]
    known = stored(full)
    return (
        known
        if known is not None
        else [row[name] for row in run(action, **given(action, connection_id), limit=1000).rows]
    )


@pytest.mark.parametrize("dialect", ["production", "specified"])
@pytest.mark.parametrize("action", LISTS)
def test_several_pages_have_exactly_the_rows_asked_for(
    full: SimulatorServer,
    run: RunAction,
    connection: str,
    action: str,
    dialect: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path, name, _ = LISTS[action]
    full.settings.dialect = dialect
    page = ONE_OF_A_PROCESS if action == "get process events" else PAGE
    for resource in ("events", "processes"):
        monkeypatch.setattr(f"tanium_tr.tanium.{resource}.EVENTS_PAGE", page)
    there_are = everything(full, run, action, connection)
    count = len(there_are)
    assert count > 2 * page
    run(action, **given(action, connection), limit=1)
    for limit, offset in (
        (2 * page + 1, 0),
        (page, 1),
        (page + 1, page),
        (1, 2 * page),
        (1000, 3),
        (2, count),
        (1000, count + 5),
    ):
        full.log.clear()

        listed = run(action, **given(action, connection), limit=limit, offset=offset)

        assert listed.ok, listed.message
        assert [str(row[name]) for row in listed.rows[:limit]] == [
            str(each) for each in there_are[offset : offset + limit]
        ]
        # Events have the first row after the page, too, as published.
        assert len(listed.rows) <= limit + (action == "get events")
        requests = full.log.requests(path_contains=path)
        assert all(int(request.arguments.get("limit", 0)) <= page for request in requests)
        if action not in WHOLE and dialect == "production":
            wanted = min(limit, max(count - offset, 0))
            assert len(requests) <= wanted // page + 1
        if action in WHOLE and dialect == "production":
            assert len(requests) == 1


@pytest.mark.parametrize("action", TOTALS)
def test_total_of_the_server_saves_the_last_empty_page(
    full: SimulatorServer, run: RunAction, action: str
) -> None:
    path, _, stored = LISTS[action]
    there_are = len(stored(full))

    listed = run(action, limit=1000)

    assert len(listed.rows) == there_are
    assert len(full.log.requests(path_contains=path)) == -(-there_are // PAGE)
    if action == "list snapshots":
        assert run(action, limit=1).summary == {"total_snapshots": there_are}
    if action == "list alerts":
        assert run(action, limit=1).summary == {
            "filteredCount": there_are,
            "totalCount": there_are,
            "total_alerts": 1,
        }


@pytest.mark.parametrize("total", [None, 1_000_000])
@pytest.mark.parametrize(
    "action",
    ["list intel docs", "list labels", "list tasks", "list response actions", "list alerts"],
)
def test_full_page_that_repeats_is_refused(
    tanium: SimulatorServer, run: RunAction, action: str, total: int | None
) -> None:
    rows = [{"id": number} for number in range(PAGE)]
    body = {
        "data": rows,
        **({"meta": {"totalCount": total, "filteredCount": total}} if total else {}),
    }
    tanium.faults.add(Fault("json", value=body, times=None))

    listed = run(action, limit=1000)

    assert not listed.ok
    assert listed.message == f"{REPEATED} Read so far: 4 rows."
    # Alerts and intel without `meta` look like those of a specified server, which is then asked as
    # such.
    assert len(tanium.log) == (
        3 if total is None and action in ("list alerts", "list intel docs") else 2
    )


@pytest.mark.parametrize("count", [PAGE - 1, PAGE + 3])
@pytest.mark.parametrize("action", ["list files", "list connections", "list evidence"])
def test_list_of_a_server_that_does_not_page(
    full: SimulatorServer, run: RunAction, action: str, count: int
) -> None:
    full.settings.dialect = "specified"
    name = LISTS[action][1]
    rows = [{name: str(number), "hostname": "x"} for number in range(count)]
    full.faults.add(Fault("json", value={"data": rows}, times=None))

    listed = run(action, limit=1000)

    assert listed.ok, listed.message
    assert [row[name] for row in listed.rows] == [str(number) for number in range(count)]


@pytest.mark.parametrize("action", LISTS)
def test_pages_that_alternate_are_refused(
    full: SimulatorServer, run: RunAction, connection: str, action: str
) -> None:
    speak_as_specified(full, run, action, connection)
    name = LISTS[action][1]
    for _ in range(10):
        for start in (0, PAGE):
            rows = [{name: str(start + number)} for number in range(PAGE)]
            full.faults.add(Fault("json", value={"data": rows}, path_contains=LISTS[action][0]))

    listed = run(action, **given(action, connection), limit=1000)

    assert not listed.ok
    assert listed.message == f"{REPEATED} Read so far: 8 rows."
    assert len(full.log.requests(path_contains=LISTS[action][0])) == 3


@pytest.mark.parametrize("action", LISTS)
def test_list_without_an_end_is_refused(
    full: SimulatorServer,
    run: RunAction,
    connection: str,
    action: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    speak_as_specified(full, run, action, connection)
    monkeypatch.setattr("tanium_tr.tanium.page_guard.MOST_ROWS", 5 * PAGE)
    endless(full, action)

    listed = run(action, **given(action, connection), limit=1000)

    assert not listed.ok
    assert "list does not end. Read so far: 20 rows. Ask for less" in listed.message


@pytest.mark.parametrize("action", LISTS)
def test_list_that_fills_the_memory_is_refused(
    full: SimulatorServer,
    run: RunAction,
    connection: str,
    action: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    speak_as_specified(full, run, action, connection)
    monkeypatch.setattr("tanium_tr.tanium.page_guard.MOST_MEMORY", 5_000)
    endless(full, action)

    listed = run(action, **given(action, connection), limit=1000)

    assert not listed.ok
    assert "list is too long for SOAR's memory. Read so far: " in listed.message


@pytest.mark.parametrize("action", LISTS)
def test_cancel_is_honoured_between_pages(
    full: SimulatorServer,
    run: RunAction,
    connection: str,
    action: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    speak_as_specified(full, run, action, connection)
    endless(full, action)
    path = LISTS[action][0]
    monkeypatch.setattr(
        SoarPlatform,
        "is_cancelled",
        lambda _self: len(full.log.requests(path_contains=path)) >= 3,
    )

    listed = run(action, **given(action, connection), limit=1000)

    assert listed.message == "Cancelled while a list was read. Read so far: 12 rows."
    assert len(full.log.requests(path_contains=path)) == 3


def speak_as_specified(full: SimulatorServer, run: RunAction, action: str, connection: str) -> None:
    """From now on, which the app has learned."""
    full.settings.dialect = "specified"
    run(action, **given(action, connection), limit=1)
    full.log.clear()


def endless(full: SimulatorServer, action: str) -> None:
    """Every page of the list is a new one."""
    path, name, _ = LISTS[action]
    for start in range(0, 40 * PAGE, PAGE):
        rows = [{name: str(start + number)} for number in range(PAGE)]
        full.faults.add(Fault("json", value={"data": rows}, path_contains=path))


@pytest.mark.parametrize(
    "action",
    ["list intel docs", "list labels", "list tasks", "list response actions", "list alerts"],
)
def test_empty_page_ends_it_whatever_the_total(
    tanium: SimulatorServer, run: RunAction, action: str
) -> None:
    meta = {"totalCount": 1_000_000, "filteredCount": 1_000_000}
    tanium.faults.add(
        Fault("json", value={"data": [{"id": number} for number in range(PAGE)], "meta": meta})
    )
    tanium.faults.add(Fault("json", value={"data": [], "meta": meta}, times=None))

    listed = run(action, limit=1000)

    assert [row["id"] for row in listed.rows] == [0, 1, 2, 3]
    assert len(tanium.log) == 2


def test_server_with_smaller_pages_than_asked_for(
    tanium: SimulatorServer, soar: LocalSoar, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the total is told, a short page is not the end."""
    monkeypatch.undo()
    monkeypatch.setattr("dev.simulator.routes.labels.MAXIMUM_LIMIT", 3)

    assert [row["id"] for row in run_on(soar, "list labels").rows] == [1, 2, 3, 4]
    assert [request.arguments["offset"] for request in tanium.log] == ["0", "3"]


# Numbers of more than 63 bits

BEYOND = (2**63 - 1, 2**63, str(2**63), 2**64 - 1)


@pytest.mark.parametrize("number", BEYOND)
@pytest.mark.parametrize("dialect", ["production", "specified"])
@pytest.mark.parametrize("action", LISTS)
def test_offset_beyond_any_list_finds_nothing(
    tanium: SimulatorServer,
    run: RunAction,
    connection: str,
    action: str,
    dialect: str,
    number: object,
) -> None:
    tanium.settings.dialect = dialect
    filters = {"fields": "process_path", "operators": "contains", "values": "x"}

    listed = run(
        action,
        **given(action, connection),
        **(filters if action == "get events" else {}),
        offset=number,
    )

    assert "unexpected error" not in listed.message
    assert listed.rows == [] or action == "list connections"


@pytest.mark.parametrize("number", BEYOND)
def test_count_of_containers_beyond_any_list(
    run: RunAction, monkeypatch: pytest.MonkeyPatch, number: object
) -> None:
    monkeypatch.setattr(SoarPlatform, "is_poll_now", lambda _self: True)

    polled = run("on poll", start_time=1000, container_count=number, artifact_count=number)

    assert polled.ok, polled.message


@pytest.mark.parametrize("total", [2**63, 2**64, 10**40, str(2**63)])
@pytest.mark.parametrize("action", TOTALS)
def test_total_beyond_any_list(
    tanium: SimulatorServer, run: RunAction, action: str, total: object
) -> None:
    name = {"list files": "fileEvidence", "list snapshots": "snapshots"}.get(action, "data")
    meta = {"totalCount": total, "filteredCount": total}
    tanium.faults.add(Fault("json", value={name: [{"id": 1}], "meta": meta, "totalCount": total}))
    tanium.faults.add(Fault("json", value={name: [], "meta": meta, "totalCount": total}, times=9))

    listed = run(action, limit=1000)

    assert "unexpected error" not in listed.message
