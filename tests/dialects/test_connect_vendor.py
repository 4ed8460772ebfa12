# File: test_connect_vendor.py
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
"""Connect as its vendor describes it: how the app finds out, what it needs beside an id, and what
it refuses before anything changes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tests.actions.conftest import connect_asked, sent
from tests.conftest import ASSET, Run, run_on
from tests.contract.operations import by_id, facts


SECRET = "simulator-only-header-secret"
PARTS = {"data_source_id": "savedquestions/1", "destination_id": "https/2"}
RECEIVER = {
    "name": "Mine",
    "url": "https://soar.example.com/receiver",
    "authentication": "header",
    "auth_secret": SECRET,
}


@pytest.fixture
def vendor() -> Iterator[SimulatorServer]:
    with SimulatorServer(alerts=8, connect_dialect="vendor", connect_run_seconds=0) as server:
        yield server


@pytest.fixture
def soar(tmp_path: Path, vendor: SimulatorServer) -> LocalSoar:
    local = LocalSoar(tmp_path / "soar")
    local.create_asset(ASSET, {"base_url": vendor.url, "api_token": seed.TOKEN})
    return local


def done(soar: LocalSoar, action: str, **parameters: Any) -> Run:
    result = run_on(soar, action, **parameters)
    assert result.ok, f"{action}: {result.message}"
    assert SECRET not in json.dumps(result.result)
    return result


def carried_out(server: SimulatorServer) -> list[str]:
    """The writes that were not refused."""
    return [
        f"{each.method} {each.path.rpartition('/v1')[2]}"
        for each in server.log
        if each.method != "GET" and each.status and each.status < 400 and "/export" not in each.path
    ]


@pytest.mark.parametrize(
    ("lists", "secrets", "status"),
    [("bare", "masked", 404), ("data", "shown", 405), ("items", "left out", 404)],
)
def test_every_way_in_which_such_a_server_may_answer(
    vendor: SimulatorServer, soar: LocalSoar, lists: str, secrets: str, status: int
) -> None:
    vendor.settings.connect_lists, vendor.settings.connect_secrets = lists, secrets
    vendor.settings.connect_refusal_status = status

    made = done(soar, "create destination", **RECEIVER)
    assert (made.summary["destination_id"], made.rows[0]["reference"]) == (2, "https/2")
    assert made.rows[0]["configuration"]["authentication"]["type"] == "header"
    created = run_on(soar, "create data connection", name="New", **PARTS)
    if secrets != "shown":
        assert "'keep_secrets' is required" in created.message
        assert carried_out(vendor) == ["POST /destinations/https"]
        created = done(soar, "create data connection", name="New", keep_secrets=True, **PARTS)
    number = created.summary["data_connection_id"]
    done(
        soar,
        "update data connection",
        data_connection_id=number,
        name="New",
        enabled=False,
        keep_secrets=True,
    )
    assert vendor.state.connect.destinations.get(7)["configuration"]["authentication"] == {
        "type": "header",
        "headerName": "Authorization",
        "secret": SECRET,
    }
    done(soar, "update destination", destination_id="https/2", timeout=9, keep_secrets=True)
    assert [
        len(done(soar, f"list {what}").rows)
        for what in ("destinations", "data sources", "data connections", "schedules")
    ] == [6, 4, 5, 3]
    assert done(soar, "list connection logs", data_connection_id=1).rows
    run = run_on(soar, "run data connection", data_connection_id=number, wait=True, timeout=20)
    assert run.rows[0]["log"]["status"] == "failure"
    assert "not to 'soar.example.com'" in run.message
    state = done(soar, "get connect status")
    assert state.summary["dialect"] == "vendor"
    assert {"name": "create_data_connection", "dialect": "vendor"} in state.rows[0]["operations"]
    assert carried_out(vendor) == [
        "POST /destinations/https",
        "POST /import",
        "POST /import",
        "PUT /destinations/https/2",
        f"POST /connections/{number}/runs",
    ]


def test_way_is_learned_once_and_remembered(vendor: SimulatorServer, soar: LocalSoar) -> None:
    for _ in range(2):
        done(soar, "enable data connection", data_connection_id=1)
        done(soar, "list connection logs", data_connection_id=1, limit=1)

    assert connect_asked(vendor) == [
        "PUT /connections/1/enable",
        "POST /connections/bulkAction",
        "GET /logs",
        "GET /connections/1/runs",
        "POST /connections/bulkAction",
        "GET /connections/1/runs",
    ]
    missing = run_on(soar, "enable data connection", data_connection_id=99)
    assert not missing.ok
    assert "count of changed data connections is 0" in missing.message


def test_probe_tells_of_such_a_server(soar: LocalSoar) -> None:
    done(soar, "list schedules")

    rows = {(row["part"], row["item"]): row for row in done(soar, "probe").rows}

    assert rows["module", "Connect"]["result"] == "present"
    assert "reports no status" in rows["module", "Connect"]["detail"]
    assert rows["dialect", "list_data_connections"]["result"] == "vendor"
    assert rows["dialect", "list_schedules"]["result"] == "vendor"


def test_id_that_several_types_have(vendor: SimulatorServer, soar: LocalSoar) -> None:
    for action, given in (
        ("get destination", {}),
        ("update destination", {"timeout": 9}),
        ("delete destination", {}),
    ):
        refused = run_on(soar, action, destination_id=1, **given)
        assert "The ID 1 is not unique" in refused.message
        assert "https/1, sockets/1" in refused.message
    assert carried_out(vendor) == []

    done(soar, "create destination", **RECEIVER)
    assert done(soar, "get destination", destination_id="2").rows[0]["reference"] == "https/2"
    assert done(soar, "get destination", destination_id="http/2").rows[0]["name"] == "Mine"
    done(soar, "delete destination", destination_id=2)
    assert carried_out(vendor) == ["POST /destinations/https", "DELETE /destinations/https/2"]

    wrong = run_on(soar, "get destination", destination_id="https/../1")
    assert "Parameter 'destination_id' is 'https/../1'" in wrong.message


def test_id_with_its_type_on_a_specified_server(vendor: SimulatorServer, soar: LocalSoar) -> None:
    vendor.settings.connect_dialect = "specified"

    assert done(soar, "get destination", destination_id="http/3").rows[0]["reference"] == "http/3"
    assert done(soar, "get destination", destination_id="https/3").rows[0]["id"] == 3
    refused = run_on(soar, "delete destination", destination_id="syslog/4")
    assert "Destination 4 is of the type email, not of syslog" in refused.message
    for action in ("stop data connection", "get connection run"):
        refused = run_on(soar, action, data_connection_id=1)
        assert "this server's Connect does not" in refused.message
    assert carried_out(vendor) == []


SETTINGS = {"name": "New", **PARTS, "destination_id": "files/1"}
UNSUPPORTED: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("create destination", {**RECEIVER, "method": "PATCH"}, "the method PATCH"),
    (
        "create destination",
        {"name": "I", "url": RECEIVER["url"], "authentication": "ibm_iam", "api_key": SECRET},
        "the authentication ibm_iam",
    ),
    ("create destination", {"name": "S", "type": "s3", "bucket": "b"}, "is a plug-in"),
    ("create data connection", {**SETTINGS, "format": "keyvalue"}, "the format keyvalue"),
    ("create data connection", {**SETTINGS, "format": "csv", "delimiter": ";"}, "delimiter"),
    (
        "create data connection",
        {**SETTINGS, "schedule": '{"intervalSeconds": 7000}'},
        "an interval of 7000 seconds",
    ),
    (
        "create data connection",
        {**SETTINGS, "filters": '[{"column": "a", "operator": "greater than", "value": 1}]'},
        "the operator 'greater than'",
    ),
    (
        "update data connection",
        {"data_connection_id": 3, "filter_enabled": False},
        "filters that are switched off",
    ),
)


def test_what_such_a_server_cannot_do_is_refused_before_anything_changes(
    vendor: SimulatorServer, soar: LocalSoar
) -> None:
    for action, given, reason in UNSUPPORTED:
        refused = run_on(soar, action, **given)
        assert not refused.ok
        assert reason in refused.message
    assert carried_out(vendor) == []


def test_settings_are_placed_where_the_vendor_has_them(
    vendor: SimulatorServer, soar: LocalSoar
) -> None:
    done(
        soar,
        "create data connection",
        **SETTINGS,
        columns='[{"name": "Count", "renameTo": "n"}, {"name": "IP Address"}]',
        filters='[{"column": "Computer Name", "operator": "starts with", "value": "ws.a"}]',
        schedule='{"intervalSeconds": 21600, "enabled": false}',
        surround_with_source=True,
        generate_document=True,
        row_separator="\\n",
        log_level="error",
    )

    (definition,) = sent(vendor)
    allowed = by_id(facts("connect_vendor_operations.json")["connect"])["importConnection"]
    assert definition.keys() <= {key["name"].split(".")[0] for key in allowed["body"]["keys"]}
    streams = definition.pop("streams")
    assert definition == {
        "name": "New",
        "enabled": False,
        "destinationType": "file",
        "schedule": "0 */6 * * *",
        "scheduleTimeZone": "UTC",
        "logLevel": 50,
        "tempLogLevel": 30,
        "tempLogLevelRuns": 0,
        "maxOldSpaceSize": 1,
    }
    assert [stream["route"] for stream in streams] == [
        "/v1/sources/savedquestions",
        "/v1/filters/regexes",
        "/v1/formats/columns",
        "/v1/formats/stringifies",
        "/v1/destinations/files",
    ]
    assert [stream["arguments"] for stream in streams[1:4]] == [
        {"columnName": "Computer Name", "regex": "^ws\\.a"},
        {
            "columns": [
                {"name": "Count", "renameTo": "n", "destination": "n"},
                {"name": "IP Address", "destination": "IP Address"},
            ]
        },
        {"generateDocument": True, "rowSeparator": "\n", "surroundWithSource": True},
    ]


def test_update_that_cannot_keep_the_id_says_so(vendor: SimulatorServer, soar: LocalSoar) -> None:
    before = done(soar, "get data connection", data_connection_id=3).rows[0]
    changed = {"data_connection_id": 3, "description": "Nightly", "log_level": "warning"}
    done(soar, "update data connection", **changed)
    after = done(soar, "get data connection", data_connection_id=3).rows[0]
    assert {key for key in after if after[key] != before.get(key)} == {
        "description",
        "logLevel",
        "updatedAt",
    }

    renamed = done(soar, "update data connection", data_connection_id=3, name="Renamed").rows[0]
    assert (renamed["id"], renamed["name"]) == (3, "Renamed")
    assert carried_out(vendor) == ["POST /import", "PUT /connections/3"]

    definition = {"name": "Renamed", "schedule": "", "streams": []}
    answer = {"id": 3, "definition": definition}
    vendor.faults.add(Fault("json", path_contains="/import", value=answer, times=1))
    beside = done(soar, "update data connection", **changed).rows[0]
    assert beside == {"id": 3, "name": "Renamed", "schedule": {}}

    vendor.settings.connect_import_keeps_id = False
    moved = run_on(soar, "update data connection", **changed)

    assert not moved.ok
    assert "as 5, not as 3: its ID could not be kept" in moved.message
    assert moved.rows[0]["id"] == moved.summary["data_connection_id"] == 5


@pytest.mark.parametrize("kind", ["reset_after", "status"])
def test_import_is_sent_once(vendor: SimulatorServer, soar: LocalSoar, kind: str) -> None:
    vendor.faults.add(Fault(kind, path_contains="/import", times=None, status=400))

    failed = run_on(soar, "create data connection", **SETTINGS)

    assert not failed.ok
    writes = [each for each in connect_asked(vendor) if each.startswith(("POST", "PUT"))]
    assert writes == ["POST /import"]


def test_run_is_watched_and_stopped(vendor: SimulatorServer, soar: LocalSoar) -> None:
    vendor.settings.connect_run_seconds = 60
    started = done(soar, "run data connection", data_connection_id=1)
    run_id = int(started.rows[0]["runId"])

    running = done(soar, "get connection run", data_connection_id=1)
    done(soar, "stop data connection", data_connection_id=1, run_id=run_id)
    vendor.state.connect.wait()
    stopped = done(soar, "get connection run", data_connection_id=1, run_id=run_id)

    assert (running.rows[0]["id"], running.summary["outcome"]) == (run_id, "running")
    assert (stopped.summary["outcome"], stopped.rows[0]["destinationRowCount"]) == ("failed", 0)
    assert stopped.rows[0]["lines"]


MIXED: tuple[dict[str, str], ...] = (
    {
        "default": "specified",
        "runs": "vendor",
        "enableConnection": "vendor",
        "bulkAction": "vendor",
    },
    {"default": "vendor", "connections": "specified"},
    {"default": "vendor", "runs": "specified", "schedules": "specified", "status": "specified"},
    {"default": "vendor", "destinations": "specified", "sources": "specified"},
)


@pytest.mark.parametrize("dialects", MIXED)
def test_server_that_speaks_both(
    vendor: SimulatorServer, soar: LocalSoar, dialects: dict[str, str]
) -> None:
    vendor.settings.connect_dialect = dialects

    destination = done(soar, "create destination", **RECEIVER).rows[0]["reference"]
    done(soar, "update destination", destination_id=destination, timeout=9, auth_secret=SECRET)
    done(
        soar, "get data source", data_source_id=done(soar, "list data sources").rows[0]["reference"]
    )
    for action in ("update", "enable", "run"):
        given = {"description": "A drill", "keep_secrets": True} if action == "update" else {}
        done(soar, f"{action} data connection", data_connection_id=3, **given)
    for action in ("list connection logs", "list schedules", "get connect status"):
        done(soar, action)
    done(soar, "delete destination", destination_id=destination)
    assert len(carried_out(vendor)) == 6


def test_ids_by_type_are_never_sent_alone(vendor: SimulatorServer, soar: LocalSoar) -> None:
    """Destination 1 of the files is another one where all have their numbers together."""
    vendor.settings.connect_dialect = {
        **dict.fromkeys(("connections", "definitions", "sources"), "specified"),
        "default": "vendor",
    }
    source = done(soar, "list data sources").rows[0]["id"]

    refused = run_on(
        soar, "create data connection", name="X", data_source_id=source, destination_id="files/1"
    )

    assert "so it could take another one. Nothing was changed" in refused.message
    assert carried_out(vendor) == []


def test_schedule_is_switched_on_again(soar: LocalSoar) -> None:
    states = []
    for schedule in ('{"enabled": false}', '{"cron": "0 1 * * *"}', '{"enabled": true}'):
        done(soar, "update data connection", data_connection_id=3, schedule=schedule)
        row = done(soar, "get data connection", data_connection_id=3).rows[0]
        states.append((row["enabled"], row["schedule"]["cron"]))

    assert states == [
        (False, "30 2 * * mon-fri"),
        (False, "0 1 * * *"),
        (True, "0 1 * * *"),
    ]


def test_password_that_is_not_shown_is_not_lost(vendor: SimulatorServer, soar: LocalSoar) -> None:
    vendor.settings.connect_secrets = "left out"
    changes: tuple[tuple[str, dict[str, Any], str], ...] = (
        (
            "destination",
            {"destination_id": "sqlservers/1", "name": "New"},
            "configuration.password",
        ),
        ("data connection", {"data_connection_id": 4, "description": "New"}, "'keep_secrets'"),
    )
    for what, given, named in changes:
        refused = run_on(soar, f"update {what}", **given)
        assert f"required for {named}" in refused.message or f"{named} is required" in (
            refused.message
        )
    assert carried_out(vendor) == []

    vendor.settings.connect_secrets = "shown"
    done(soar, "update destination", destination_id="sqlservers/1", name="New")
    (members,) = sent(vendor)
    assert (members["port"], bool(members["password"])) == (1433, True)


def test_what_such_a_server_does_not_tell(vendor: SimulatorServer, soar: LocalSoar) -> None:
    vendor.faults.add(Fault("json", path_contains="/import", value={"id": None}))
    made = run_on(soar, "create data connection", **SETTINGS)
    assert "expected an object with an id" in made.message

    newest, older = done(soar, "list connection logs", data_connection_id=1, limit=2).rows
    gone = f"/runs/{newest['id']}/logs"
    vendor.faults.add(Fault("status", path_contains=gone, status=404))
    logs = done(soar, "list connection logs", data_connection_id=1, limit=2, with_lines=True)
    assert [bool(row["lines"]) for row in logs.rows] == [False, True]
    assert logs.message == "Logs found: 2; Tanium no longer has the lines of 1 run"

    counts = dict.fromkeys(("status", "sourceRowCount", "destinationRowCount"))
    number = older["id"]
    vendor.faults.add(Fault("json", path_contains=f"/runs/{number}", value={"id": 1, **counts}))
    run = done(soar, "get connection run", data_connection_id=1, run_id=number, limit=0)
    assert run.message == f"Run {number} is in an unknown state: ? rows read, ? delivered"
