# File: test_connect_data_connections.py
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
"""Connect's connections: settings on the wire, the rules that hold before, and running them."""

from __future__ import annotations

import json
import re
from typing import Any, Callable

import pytest

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from dev.simulator.times import iso
from dev.soar.runtime import LocalSoar
from tests.actions.conftest import connect_asked, sent
from tests.conftest import ASSET, RunAction


NEW = {"name": "New", "data_source_id": seed.ALERT_SOURCE.id, "destination_id": 3}


@pytest.mark.parametrize(
    ("action", "which"),
    [("create data connection", {}), ("update data connection", {"data_connection_id": 1})],
)
def test_data_connection_with_every_setting(
    tanium: SimulatorServer, run: RunAction, action: str, which: dict[str, int]
) -> None:
    start = (
        {"startTime": tanium.state.connect.connections.schedules[301]["startTime"]} if which else {}
    )
    columns = [
        {"name": "Impact Score", "renameTo": "score", "valueType": "numeric", "defaultValue": -1.5},
        {"name": "Timestamp", "valueType": "datetime", "dateFormat": "YYYY"},
        {"name": "Link", "valueType": "string"},
    ]

    done = run(
        action,
        **NEW,
        **which,
        enabled=False,
        description="A drill",
        format="json",
        timestamp_format="ISO",
        generate_document=False,
        row_separator="\\r\\n",
        columns=json.dumps(columns),
        filters='[{"column": "EID", "operator": "equals", "value": 5}]',
        schedule='{"cron": " */5  * * * 1-5 ", "enabled": true}',
        schedule_time_zone="Europe/Berlin",
        log_level="error",
        temporary_log_level="trace",
        temporary_log_level_runs=24,
        minimum_pass_percentage=0,
        memory_ceiling=8,
    )

    assert done.ok, done.message
    assert done.message in ("Data connection created", "Data connection updated")
    assert connect_asked(tanium)[0] == ("GET /connections/1" if which else "GET /sources/1")
    assert sent(tanium) == [
        {
            "name": "New",
            "enabled": False,
            "source": {"id": 1, "type": "threat_response"},
            "destination": {"id": 3},
            "description": "A drill",
            "scheduleTimeZone": "Europe/Berlin",
            "tempLogLevelRuns": 24,
            "minimumPassPercentage": 0,
            "maxOldSpaceSize": 8,
            "logLevel": 50,
            "tempLogLevel": 10,
            "columns": columns,
            "filter": {
                "enabled": True,
                "rules": [{"column": "EID", "operator": "equals", "value": "5"}],
            },
            "schedule": {"cron": "*/5 * * * 1-5", "enabled": True, **start},
            "format": {
                "type": "json",
                "options": {
                    "timestampFormat": "ISO",
                    "generateDocument": False,
                    "rowSeparator": "\r\n",
                },
            },
        }
    ]


def test_create_data_connection_with_nothing_else(tanium: SimulatorServer, run: RunAction) -> None:
    created = run("create data connection", **NEW)

    assert created.summary == {"data_connection_id": created.rows[0]["id"]}
    source = {"id": 1, "type": "threat_response"}
    assert sent(tanium) == [
        {
            "name": "New",
            "enabled": True,
            "source": source,
            "destination": {"id": 3},
            "format": {"type": "json"},
        }
    ]


REFUSED = [
    ({"columns": "{}"}, "Parameter 'columns' is JSON of the wrong kind: use a list in [ ]."),
    ({"columns": '["a"]'}, "columns[0] is 'a': use an object"),
    ({"columns": '[{"renameTo": "a"}]'}, "columns[0] has no name"),
    (
        {"columns": '[{"name": "a"}, {"name": "b"}, {"name": "c", "valueType": "int"}]'},
        "columns[2].valueType is 'int': use one of string, numeric, datetime.",
    ),
    (
        {"columns": '[{"name": "a", "valueType": "numeric", "defaultValue": "0"}]'},
        "columns[0].defaultValue is '0': use a number.",
    ),
    (
        {"columns": '[{"name": "a", "valueType": "numeric", "defaultValue": true}]'},
        "columns[0].defaultValue is True: use a number.",
    ),
    (
        {"columns": '[{"name": "a", "valueType": "numeric", "defaultValue": NaN}]'},
        "Parameter 'columns' is not valid JSON",
    ),
    (
        {"columns": '[{"name": "a", "valueType": "numeric", "defaultValue": 1e400}]'},
        "Parameter 'columns' is not valid JSON",
    ),
    (
        {"columns": '[{"name": "a", "defaultValue": 0}]'},
        "columns[0].defaultValue is for the valueType numeric only",
    ),
    (
        {"columns": '[{"name": "a", "valueType": "string", "dateFormat": "x"}]'},
        "columns[0].dateFormat is for the valueType datetime only",
    ),
    (
        {"columns": '[{"name": "a", "valuetype": "string"}]'},
        "columns[0].valuetype is not known: use any of name, renameTo",
    ),
    ({"columns": '[{"name": ["a"]}]'}, "columns[0].name is ['a']: use text."),
    ({"filters": '[{"column": "a"}]'}, "filters[0] has no operator"),
    (
        {"filters": '[{"column": "a", "operator": "is", "value": []}]'},
        "filters[0].value is []: use text.",
    ),
    ({"filters": "[{]"}, "Parameter 'filters' is not valid JSON"),
    ({"schedule": "* * * * *"}, "Parameter 'schedule' is not valid JSON"),
    ({"schedule": '{"cron": "* * * *"}'}, "schedule.cron is '* * * *': use five fields"),
    ({"schedule": '{"cron": "0 * * * * *"}'}, "use five fields"),
    (
        {"schedule": '{"cron": "* * * * *", "intervalSeconds": 5}'},
        "has both intervalSeconds and cron: use only one",
    ),
    ({"schedule": "{}"}, "has neither intervalSeconds nor cron"),
    (
        {"schedule": '{"intervalSeconds": 0}'},
        "schedule.intervalSeconds is 0: use a whole number of 1 or more.",
    ),
    (
        {"schedule": '{"intervalSeconds": 60, "startTime": "tomorrow"}'},
        "schedule.startTime is 'tomorrow': use a time like",
    ),
    (
        {"schedule": '{"intervalSeconds": 60, "enabled": "yes"}'},
        "schedule.enabled is 'yes': use true or false.",
    ),
    (
        {"temporary_log_level": "debug"},
        "'temporary_log_level' and 'temporary_log_level_runs' belong together",
    ),
    (
        {"temporary_log_level": "debug", "temporary_log_level_runs": 25},
        "Parameter 'temporary_log_level_runs' is 25: use a whole number from 1",
    ),
    (
        {"minimum_pass_percentage": 101},
        "Parameter 'minimum_pass_percentage' is 101: use a whole number from 0 to 100.",
    ),
    ({"memory_ceiling": 0}, "Parameter 'memory_ceiling' is 0: use a whole number of 1 or more."),
    ({"memory_ceiling": -1}, "Parameter 'memory_ceiling' is -1"),
    (
        {"format": "csv", "generate_document": True},
        "Parameter 'generate_document' is for the format json, but this one is csv.",
    ),
    ({"delimiter": ";"}, "Parameter 'delimiter' is for the format csv, but this one is json."),
    ({"format": "xml"}, "Parameter 'format' is 'xml': use one of csv, json, cef, leef, keyvalue."),
]


@pytest.mark.parametrize(("parameters", "message"), REFUSED, ids=lambda value: ascii(value)[-40:])
def test_create_data_connection_refuses_before_any_request(
    tanium: SimulatorServer, run: RunAction, parameters: dict[str, Any], message: str
) -> None:
    failed = run("create data connection", **NEW, **parameters)

    assert not failed.ok
    assert message in failed.message
    assert failed.message.startswith("Parameter")
    assert len(tanium.log) == 0


def test_memory_above_what_all_have_is_warned_about(run: RunAction) -> None:
    created = run("create data connection", **NEW, memory_ceiling=9)

    assert created.ok, created.message
    assert "Warning: memory_ceiling is 9 GB" in created.message
    assert any(line.startswith("Warning: memory_ceiling is 9 GB") for line in created.progress)


EVENTS = {"name": "New", "data_source_id": seed.EVENT_SOURCE.id, "destination_id": 3}


@pytest.mark.parametrize(
    ("action", "parameters", "message"),
    [
        (
            "create data connection",
            {**EVENTS, "schedule": '{"cron": "* * * * *"}'},
            "is an event source, which cannot be scheduled",
        ),
        (
            "update data connection",
            {"data_connection_id": 2, "schedule": '{"intervalSeconds": 60}'},
            "which cannot be scheduled",
        ),
        (
            "update data connection",
            {"data_connection_id": 2, "schedule_time_zone": "UTC"},
            "which cannot be scheduled",
        ),
        (
            "run data connection",
            {"data_connection_id": 2},
            "has an event source: it runs when the event happens",
        ),
        (
            "update data connection",
            {"data_connection_id": 1, "data_source_id": 4},
            "names one of the type saved_question",
        ),
        (
            "update data connection",
            {"data_connection_id": 1, "destination_id": 1},
            "the data connection has the type http, which cannot change",
        ),
        (
            "create data connection",
            {**NEW, "name": "alerts to soar"},
            "already exists (ID 1)",
        ),
        (
            "update data connection",
            {"data_connection_id": 1, "name": "Events to the SIEM"},
            "already exists (ID 2)",
        ),
        ("update data connection", {"data_connection_id": 1}, "Nothing to change"),
    ],
)
@pytest.mark.parametrize("tells_types", [True, False])
def test_rule_holds_before_anything_is_changed(
    tanium: SimulatorServer,
    run: RunAction,
    action: str,
    parameters: dict[str, Any],
    message: str,
    tells_types: bool,
) -> None:
    if not tells_types:
        tanium.faults.add(
            Fault(
                "json",
                method="GET",
                path_contains="/connections/",
                value=with_references_only,
                times=None,
            )
        )

    failed = run(action, **parameters)

    assert message in failed.message
    assert [request for request in tanium.log if request.method != "GET"] == []


def with_references_only(reply: Any) -> Any:
    """A data connection that has of its source and destination what Connect was sent when it was
    made.
    """
    row = reply["data"]
    return {
        "data": {
            **row,
            "source": {"id": row["source"]["id"]},
            "destination": {"id": str(row["destination"]["id"])},
        }
    }


def test_update_data_connection_whose_source_is_gone(
    tanium: SimulatorServer, run: RunAction
) -> None:
    tanium.faults.add(
        Fault(
            "json",
            method="GET",
            path_contains="/connections/1",
            value={"data": {"id": 1, "source": {"id": 99}}},
        )
    )

    updated = run("update data connection", data_connection_id=1, data_source_id=3)

    assert updated.ok, updated.message


def test_type_of_the_source_is_read_only_where_a_rule_needs_it(
    tanium: SimulatorServer, run: RunAction
) -> None:
    tanium.faults.add(
        Fault(
            "json",
            method="GET",
            path_contains="/connections/",
            value=with_references_only,
            times=None,
        )
    )

    assert run("update data connection", data_connection_id=1, enabled=False).ok
    assert tanium.log.requests(path_contains="/sources") == []
    assert run(
        "update data connection", data_connection_id=1, schedule='{"intervalSeconds": 60}'
    ).ok
    assert len(tanium.log.requests(path_contains="/sources")) == 1


@pytest.mark.parametrize(
    ("number", "parameters", "body"),
    [
        (
            1,
            {"name": "Alerts to SOAR", "enabled": False},
            {"name": "Alerts to SOAR", "enabled": False},
        ),
        (1, {"data_source_id": 3}, {"source": {"id": 3, "type": "threat_response"}}),
        (
            1,
            {"row_separator": ";"},
            {
                "format": {
                    "type": "json",
                    "kept": 1,
                    "options": {"generateDocument": False, "rowSeparator": ";"},
                }
            },
        ),
        (1, {"format": "csv"}, {"format": {"type": "csv"}}),
        (
            3,
            {"delimiter": "\\t"},
            {"format": {"type": "csv", "options": {"delimiter": "\t", "headerRow": True}}},
        ),
        (
            4,
            {"filter_enabled": False},
            {
                "filter": {
                    "enabled": False,
                    "rules": [{"column": "Status", "operator": "equals", "value": "Normal"}],
                }
            },
        ),
    ],
)
def test_update_data_connection_sends_what_changes(
    tanium: SimulatorServer,
    run: RunAction,
    number: int,
    parameters: dict[str, Any],
    body: dict[str, Any],
) -> None:
    """Objects whole, with what the app does not know of them."""
    tanium.state.connect.connections.all[1]["format"]["kept"] = 1

    updated = run("update data connection", data_connection_id=number, **parameters)

    assert updated.ok, updated.message
    assert sent(tanium) == [body]


def test_update_of_the_format_keeps_what_any_format_has(
    tanium: SimulatorServer, run: RunAction
) -> None:
    options = tanium.state.connect.connections.all[1]["format"]["options"]
    options.update(timestampFormat="ISO", rowSeparator=";")

    assert run("update data connection", data_connection_id=1, format="csv", header_row=False).ok

    assert sent(tanium) == [
        {
            "format": {
                "type": "csv",
                "options": {"timestampFormat": "ISO", "rowSeparator": ";", "headerRow": False},
            }
        }
    ]


def test_update_of_a_schedule(tanium: SimulatorServer, run: RunAction) -> None:
    start = tanium.state.connect.connections.schedules[301]["startTime"]

    for given in ('{"enabled": false}', '{"cron": "0 * * * *"}', '{"intervalSeconds": 60}'):
        assert run("update data connection", data_connection_id=1, schedule=given).ok

    assert [body["schedule"] for body in sent(tanium)] == [
        {"intervalSeconds": 3600, "enabled": False, "startTime": start},
        {"cron": "0 * * * *", "enabled": False, "startTime": start},
        {"intervalSeconds": 60, "enabled": False, "startTime": start},
    ]


# Running


def deliver_here(tanium: SimulatorServer) -> None:
    """Data connection 1 delivers to an address of the simulator that takes everything."""
    tanium.state.connect.destinations.all[3]["configuration"]["url"] = f"{tanium.url}/in"
    tanium.faults.add(Fault("json", path_contains="/in", value={}, times=None))


def test_run_data_connection(tanium: SimulatorServer, run: RunAction) -> None:
    deliver_here(tanium)

    started = run("run data connection", data_connection_id=1)

    assert connect_asked(tanium)[:2] == ["GET /connections/1", "POST /connections/1/run"]
    assert (started.message, started.summary["status"]) == (
        "Data connection run started",
        "running",
    )
    assert started.rows == [
        {"data_connection_id": 1, "status": "running", "runId": started.summary["run_id"]}
    ]


@pytest.mark.parametrize(
    ("action", "parameters", "message", "row"),
    [
        (
            "update data connection",
            {"data_connection_id": 1, "description": "x"},
            "Data connection updated",
            {"id": 1},
        ),
        (
            "enable data connection",
            {"data_connection_id": 2},
            "Data connection enabled",
            {"id": 2, "enabled": True},
        ),
        (
            "disable data connection",
            {"data_connection_id": 1},
            "Data connection disabled",
            {"id": 1, "enabled": False},
        ),
        (
            "run data connection",
            {"data_connection_id": 1},
            "Data connection run started",
            {"data_connection_id": 1},
        ),
        (
            "update destination",
            {"destination_id": 4, "port": 25},
            "Destination updated, used by no data connection",
            {"id": 4, "affected_connections": []},
        ),
    ],
)
def test_success_that_tells_nothing(
    tanium: SimulatorServer,
    run: RunAction,
    action: str,
    parameters: dict[str, Any],
    message: str,
    row: dict[str, Any],
) -> None:
    method = "POST" if action.startswith("run") else "PUT"
    tanium.faults.add(Fault("status", method=method, status=204, body="", work=True))

    done = run(action, **parameters)

    assert (done.ok, done.message, done.rows) == (True, message, [row])


def test_run_data_connection_waits_and_reports_the_log(
    tanium: SimulatorServer, run: RunAction
) -> None:
    deliver_here(tanium)

    done = run("run data connection", data_connection_id=1, wait=True)

    assert (done.ok, done.message) == (
        True,
        "Data connection run: success, 120 of 120 rows delivered",
    )
    (row,) = done.rows
    assert row["log"] == tanium.state.connect.logs[0]
    assert done.summary == {"run_id": row["runId"], "status": "success", "row_count": 120}
    assert len(tanium.log.requests(path_contains="/in")) == 1


def test_run_data_connection_that_fails(tanium: SimulatorServer, run: RunAction) -> None:
    failed = run("run data connection", data_connection_id=1, wait=True)

    assert not failed.ok
    log = tanium.state.connect.logs[0]
    assert failed.message == f"The run of data connection 1 ended as failure, {log['message']}."
    assert failed.rows[0]["log"] == log
    assert len(tanium.log.requests(method="POST")) == 1


def test_run_data_connection_waits_no_longer_than_told(
    tanium: SimulatorServer, run: RunAction
) -> None:
    tanium.settings.connect_run_seconds = 1000

    failed = run("run data connection", data_connection_id=1, wait=True, timeout=1)

    assert "Run of data connection 1 is still under way after 1 seconds" in failed.message
    assert failed.rows[0]["runId"].startswith("run-1-")


def logs_of(*starts: float) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Further logs, that many seconds after the newest but one that is there."""

    def add(body: dict[str, Any]) -> dict[str, Any]:
        newest = {**body["data"][0], "connectionId": 1, "status": "success"}
        return {
            "data": [
                *(
                    {**newest, "id": 900 + number, "startTime": iso(start)}
                    for number, start in enumerate(starts)
                ),
                *body["data"],
            ]
        }

    return add


@pytest.mark.parametrize(
    ("offsets", "found", "fitting"), [((0.3, 40), 900, 2), ((-30, 0.3), 901, 2), ((-30,), 900, 1)]
)
def test_run_data_connection_among_other_runs(
    tanium: SimulatorServer,
    run: RunAction,
    monkeypatch: pytest.MonkeyPatch,
    offsets: tuple[float, ...],
    found: int,
    fitting: int,
) -> None:
    monkeypatch.setattr("tanium_tr.tasks.connect_runs.PATIENCE", 0.4)
    tanium.settings.connect_run_seconds = 1000
    starts = [tanium.state.connect._clock() + offset for offset in offsets]
    tanium.faults.add(
        Fault("json", path_contains="/logs", after=1, times=None, value=logs_of(*starts))
    )

    done = run("run data connection", data_connection_id=1, wait=True, timeout=60)

    assert done.ok, done.message
    assert done.rows[0]["log"]["id"] == found
    assert (f"{fitting} logs fit this run" in done.message) == (fitting > 1)
    behind = (
        r"It began 3\d seconds before the request: it belongs to another run unless Tanium's clock"
        r" is behind"
    )
    assert bool(re.search(behind, done.message)) == (offsets == (-30,))


def test_run_data_connection_after_taniums_clock_was_put_back(
    tanium: SimulatorServer, run: RunAction
) -> None:
    deliver_here(tanium)
    tanium.state.connect.logs[0]["startTime"] = iso(tanium.state.connect._clock() + 3600)

    done = run("run data connection", data_connection_id=1, wait=True, timeout=60)

    assert done.message == "Data connection run: success, 120 of 120 rows delivered"


def test_run_data_connection_whose_log_is_there_before_its_end(
    tanium: SimulatorServer, run: RunAction
) -> None:
    deliver_here(tanium)

    def under_way(body: dict[str, Any]) -> dict[str, Any]:
        begun = {
            **body["data"][0],
            "id": 6,
            "connectionId": 1,
            "startTime": iso(tanium.state.connect._clock()),
            "status": "running",
        }
        return {"data": [{**begun, "endTime": None}, *body["data"]]}

    tanium.faults.add(Fault("json", path_contains="/logs", after=1, value=under_way))

    done = run("run data connection", data_connection_id=1, wait=True)

    assert done.message == "Data connection run: success, 120 of 120 rows delivered"


def test_run_data_connection_that_ended_in_another_way(
    tanium: SimulatorServer, run: RunAction
) -> None:
    tanium.settings.connect_run_seconds = 1000

    def ended(body: dict[str, Any]) -> dict[str, Any]:
        now = iso(tanium.state.connect._clock())
        own = {
            "id": 6,
            "connectionId": 1,
            "startTime": now,
            "endTime": now,
            "status": "stopped",
            "message": "by an administrator",
        }
        return {"data": [{**body["data"][0], **own}, *body["data"]]}

    tanium.faults.add(Fault("json", path_contains="/logs", after=1, times=None, value=ended))

    failed = run("run data connection", data_connection_id=1, wait=True, timeout=20)

    assert failed.message == "The run of data connection 1 ended as stopped, by an administrator."


def test_run_data_connection_can_be_cancelled(tanium: SimulatorServer, soar: LocalSoar) -> None:
    tanium.settings.connect_run_seconds = 1000

    def cancel_while_waiting(text: str) -> None:
        if "is under way (" in text:
            soar.cancel()

    result = soar.run(
        "run data connection",
        {"data_connection_id": 1, "wait": True},
        asset=ASSET,
        progress=cancel_while_waiting,
    )

    (only,) = result["result_data"]
    assert (
        only["message"] == "Cancelled while Run of data connection 1 was under way. The task is"
        " still running on Tanium."
    )
    assert only["data"][0]["runId"].startswith("run-1-")


def test_run_data_connection_whose_logs_have_no_ids(
    tanium: SimulatorServer, run: RunAction
) -> None:
    deliver_here(tanium)
    tanium.faults.add(
        Fault(
            "json",
            path_contains="/logs",
            times=None,
            value=lambda body: {"data": [without_id(row) for row in body["data"]]},
        )
    )

    assert (
        run("run data connection", data_connection_id=1, wait=True, timeout=60).message
        == "Data connection run: success, 120 of 120 rows delivered"
    )


def without_id(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != "id"}


# Logs


@pytest.fixture
def oldest_first(tanium: SimulatorServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The specification does not say in which order logs come; 1,700 old ones come before ours."""
    logs = tanium.state.connect.runs.logs
    logs[:0] = [
        {**logs[0], "id": 10_000 + number, "startTime": iso(1e9 + 60 * number), "connectionId": 1}
        for number in range(1700)
    ]
    monkeypatch.setattr(
        type(tanium.state.connect), "logs", property(lambda connect: connect.runs.logs)
    )


@pytest.mark.usefixtures("oldest_first")
def test_logs_that_come_oldest_first(tanium: SimulatorServer, run: RunAction) -> None:
    deliver_here(tanium)

    done = run("run data connection", data_connection_id=1, wait=True, timeout=60)

    assert done.message == "Data connection run: success, 120 of 120 rows delivered"
    assert [row["id"] for row in run("list connection logs", since="2021-01-01").rows] == [
        1,
        2,
        3,
        4,
        5,
        6,
    ]


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({}, [5, 4, 3, 2, 1]),
        ({"limit": 2, "offset": 1}, [4, 3]),
        ({"data_connection_id": 3}, [2, 1]),
        ({"data_connection_id": 1, "limit": 1, "offset": 2}, [3]),
        ({"status": "failure"}, [4]),
        ({"status": "success", "offset": 1, "limit": 1}, [3]),
        ({"status": "success", "data_connection_id": 3}, [1]),
        ({"since": "2000-01-01"}, [5, 4, 3, 2, 1]),
        ({"since": "2999-01-01T00:00:00Z"}, []),
    ],
)
def test_list_connection_logs(run: RunAction, parameters: dict[str, Any], found: list[int]) -> None:
    listed = run("list connection logs", **parameters)

    assert [row["id"] for row in listed.rows] == found
    assert (listed.message, listed.summary) == (
        f"Logs found: {len(found)}",
        {"log_count": len(found)},
    )


def test_list_connection_logs_since(tanium: SimulatorServer, run: RunAction) -> None:
    since = tanium.state.connect.logs[1]["startTime"]

    assert [row["id"] for row in run("list connection logs", since=since).rows] == [5, 4]
    assert (
        "Parameter 'since' is 'yesterday'" in run("list connection logs", since="yesterday").message
    )
    assert (
        "Parameter 'since' is '2021-01-15 10:00 CEST'"
        in run("list connection logs", since="2021-01-15 10:00 CEST").message
    )
    assert run("list connection logs", since="2021-01-15 10:00 UTC").ok


def test_list_connection_logs_of_a_server_that_does_not_filter(
    tanium: SimulatorServer, run: RunAction
) -> None:
    tanium.faults.add(
        Fault("json", path_contains="/logs", times=None, value={"data": tanium.state.connect.logs})
    )

    assert [row["id"] for row in run("list connection logs", data_connection_id=3).rows] == [2, 1]
    everything = run("list connection logs").rows
    several = run("list connection logs", data_connection_id="3,1,", status="success,failure")
    assert [row["id"] for row in several.rows] == [
        row["id"]
        for row in everything
        if row["connectionId"] in (1, 3) and row["status"] in ("success", "failure")
    ]


def test_list_connection_logs_does_not_look_for_ever(
    run: RunAction, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tanium_tr.actions.connect_service.LOOKED_THROUGH", 4)

    assert [row["id"] for row in run("list connection logs", status="success", limit=2).rows] == [
        5,
        3,
    ]
    assert (
        "Connect has more than 4 logs to search"
        in run("list connection logs", status="success", limit=3).message
    )


@pytest.mark.parametrize("action", ["list data connections", "list connection logs"])
def test_list_of_a_server_that_does_not_page(
    tanium: SimulatorServer, run: RunAction, action: str
) -> None:
    rows = [{"id": number, "connectionId": 1} for number in range(1200)]
    tanium.faults.add(Fault("json", value={"data": rows}, times=None))

    assert [row["id"] for row in run(action, limit=5000).rows] == [*range(1200)]
    assert [row["id"] for row in run(action, limit=3, offset=2).rows] == [2, 3, 4]
    assert len(tanium.log) == 2


def test_list_connection_logs_over_many_pages(tanium: SimulatorServer, run: RunAction) -> None:
    older = {
        **tanium.state.connect.logs[-1],
        "startTime": "2020-01-01T00:00:00Z",
        "connectionId": 3,
    }
    tanium.state.connect.runs.logs[:0] = [
        {**older, "id": 10_000 + number} for number in range(1700)
    ]

    assert len(run("list connection logs", limit=5000).rows) == 1705
    tanium.log.clear()
    assert len(run("list connection logs", since="2021-01-01").rows) == 5
    assert len(tanium.log) == 2


# Production's reads


@pytest.mark.parametrize("status", [404, 405])
def test_production_reads(tanium: SimulatorServer, run: RunAction, status: int) -> None:
    tanium.settings.connect_reads_status = status

    listed = [run("list data connections", limit=2, offset=1) for _ in range(2)]
    got = run("get data connection", data_connection_id=3)

    assert [[row["id"] for row in each.rows] for each in listed] == [[2, 3]] * 2
    (row,) = got.rows
    assert (row["id"], row["name"], row["schedule"]) == (
        3,
        "Computers for the inventory",
        {"cron": "30 2 * * mon-fri"},
    )
    assert row["format"] == {"type": "csv", "options": {"delimiter": ";", "headerRow": True}}
    assert row["columns"][0] == {"name": "Computer Name", "renameTo": "hostname"}
    assert row["destination"]["configuration"]["path"] == "/var/tanium/export/computers.csv"
    paths = [request.path.rsplit("/", 1)[1] for request in tanium.log]
    assert paths == ["connections", "connections", "connections", "3", "export"]
    assert [request.path for request in tanium.log if "/private/" in request.path] == [
        "/plugin/products/connect/private/connections"
    ] * 2


@pytest.mark.parametrize("first", [True, False])
def test_get_data_connection_that_there_is_not(run: RunAction, first: bool) -> None:
    assert first or run("get data connection", data_connection_id=1).ok

    failed = run("get data connection", data_connection_id=99)

    assert "HTTP 404 to GET /plugin/products/connect/v1/connections/99" in failed.message
    assert "Connection 99 not found" in failed.message


def test_ids_in_digits_and_bare_replies(tanium: SimulatorServer, run: RunAction) -> None:
    tanium.settings.connect_odd_replies = True

    assert [row["id"] for row in run("list data connections").rows] == [1, 2, 3, 4]
    assert run("get data connection", data_connection_id=1).rows[0]["destination"]["id"] == 3
    assert [
        row["connectionId"] for row in run("list connection logs", data_connection_id=1).rows
    ] == [1, 1, 1]
    assert (
        "used by data connection 1 'Alerts to SOAR'"
        in run("delete destination", destination_id=3).message
    )
