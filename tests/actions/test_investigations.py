# File: test_investigations.py
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
"""Investigate alert: everything about an alert in one result, and what becomes of it when a part
fails.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from local_soar.profile import Profile

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from dev.simulator.times import milliseconds, parse_iso
from dev.soar.runtime import LocalSoar
from tests.actions.conftest import asked
from tests.conftest import ASSET, RunAction, cancelling


NODE = seed.process_table_id(seed.FINANCE.client_id, seed.SUSPICIOUS)
TYPES = ["process", "file", "network", "registry", "dns", "image", "driver", "security"]
PARTS = ["alert", "intel", "endpoint", "connection", "process_tree", "events"]
MINUTE = 60_000


@pytest.fixture
def alert(tanium: SimulatorServer) -> dict[str, Any]:
    """The newest alert about the suspicious process of the finance workstation."""
    return max(
        (
            row
            for row in tanium.state.alerts.rows()
            if row["computerName"] == seed.FINANCE.hostname
            and row["matchType"] == "process"
            and NODE in row["details"]
            and row["intelDocId"] != seed.INJECTION_INTEL_ID
        ),
        key=lambda row: int(row["id"]),
    )


def statuses(row: dict[str, Any]) -> dict[str, str]:
    return {each["part"]: each["status"] for each in row["parts"]}


def moment_of(text: str) -> int:
    return milliseconds(parse_iso(text))


def left_open(tanium: SimulatorServer) -> set[str]:
    """The connections to endpoints that are live."""
    connections = tanium.state.connections
    return {
        each.id
        for each in connections.all.values()
        if not each.is_local and connections.status(each) in ("waiting", "connected")
    }


def test_investigate_alert_is_one_result(
    tanium: SimulatorServer, run: RunAction, alert: dict[str, Any]
) -> None:
    result = run("investigate alert", alert=alert["id"], minutes=60, depth=3)

    assert result.ok, result.message
    (row,) = result.rows
    connection = row["connection"]["id"]
    paths = [each.partition("?")[0] for each in asked(tanium)]
    trees = [each for each in paths if "/processtrees/" in each]
    assert paths == [
        f"GET /alerts/{alert['id']}",
        f"GET /intels/{alert['intelDocId']}",
        "GET /plugin/products/dec/v1/endpoints",
        "GET /conns",
        "POST /conns/connect",
        *["GET /conns"] * (paths.count("GET /conns") - 1),
        *trees,
        *(f"GET /conns/{connection}/views/{each}/events" for each in TYPES),
        f"DELETE /conns/close/{connection}",
    ]
    assert len(trees) == 3
    assert (row["connection"]["closed"], left_open(tanium)) == (True, set())
    assert statuses(row) == dict.fromkeys(PARTS, "ok")

    recording = tanium.state.computers.recording(seed.FINANCE)
    process = recording.process(NODE)
    assert process
    line = [process]
    while len(line) < 5 and (parent := recording.parent(line[-1])):
        line.append(parent)
    tree = row["process_tree"]
    assert [each["context"] for each in tree[:4]] == ["ancestor", "ancestor", "parent", "node"]
    assert [each["process_table_id"] for each in tree[:4]] == [
        each.table_id for each in reversed(line[:4])
    ]
    assert {each["context"] for each in tree[4:]} <= {"child"}

    times = [(each["type"], each["count"], len(each["newest"])) for each in row["events"]]
    middle = moment_of(alert["alertedAt"])
    for kind, count, shown in times:
        name = "create_time_raw" if kind == "process" else "timestamp_raw"
        near = [each for each in recording.events(kind) if abs(each[name] - middle) <= 60 * MINUTE]
        assert (count, shown) == (len(near), min(15, len(near))), kind
    assert [each["type"] for each in row["events"]] == TYPES
    assert all(event["timestamp"] for each in row["events"] for event in each["newest"])

    found = {(each["type"], each["value"]): each for each in row["observables"]}
    assert len(found) == len(row["observables"])
    assert found["process_table_id", NODE]["contains"] == ["threatresponse process table id"]
    assert found["ip", seed.FINANCE.ip]["seen_in"] == ["alert", "endpoint"]
    assert found["md5", process.md5]["cef_field"] == "fileHashMd5"
    assert ("file_path", process.path) in found
    peers = {("ip", peer["address"]) for peer in row["peers"]}
    assert peers
    assert peers <= set(found)
    assert process.path in [each["path"] for each in row["hashes"] if each["md5"] == process.md5]

    assert result.summary == {
        "priority": alert["priority"],
        "state": alert["state"],
        "hostname": seed.FINANCE.hostname,
        "connection_id": connection,
        "process_count": len(tree),
        "event_count": sum(each["count"] for each in row["events"]),
        "observable_count": len(found),
        "complete": True,
        "missing_parts": "",
    }
    assert result.message.startswith(f"Alert {alert['id']} on ws-finance-07: processes: ")
    by_guid = run("investigate alert", alert=alert["guid"].upper(), minutes=60, depth=3)
    assert by_guid.rows[0]["process_tree"] == tree


def test_events_without_a_process_table_id_are_of_the_process_by_pid_and_path(
    tanium: SimulatorServer, run: RunAction, alert: dict[str, Any]
) -> None:
    """Servers are known to give no more of the process in the rows of most types."""
    process = tanium.state.computers.recording(seed.FINANCE).process(NODE)
    assert process
    rows = [
        {"pid": pid, "process_path": path, "remote_address": address, "remote_address_port": 443}
        for pid, path, address in (
            (process.pid, "C:\\other.exe", "203.0.113.7"),
            (process.pid, process.path.upper(), "203.0.113.8"),
            (process.pid + 1, process.path, "203.0.113.9"),
            (None, "", "203.0.113.10"),
        )
    ]
    network = Fault("json", path_contains="/views/network/events", value=lambda _: rows)
    tanium.faults.add(network)

    result = run("investigate alert", alert=alert["id"], minutes=60)

    assert result.ok, result.message
    (events,) = (each for each in result.rows[0]["events"] if each["type"] == "network")
    assert (events["count"], events["of_alert_process"]) == (4, 1)
    assert events["newest"][0]["remote_address"] == "203.0.113.8"
    peers = [each["address"] for each in result.rows[0]["peers"] if each["of_alert_process"]]
    assert peers == ["203.0.113.8"]


def test_investigate_alert_reuses_a_live_connection(
    tanium: SimulatorServer, run: RunAction, connection: str, alert: dict[str, Any]
) -> None:
    reused = run("investigate alert", alert=alert["id"]).rows[0]["connection"]

    assert reused == {"id": connection, "reused": True, "closed": False}
    assert tanium.log.requests(method="POST") == []

    made = run("investigate alert", alert=alert["id"], reuse_connection=False).rows[0]["connection"]

    assert (made["reused"], made["closed"], made["id"] == connection) == (False, True, False)
    assert left_open(tanium) == {connection}


def test_investigate_alert_leaves_a_connection_that_others_use(
    tanium: SimulatorServer, run: RunAction
) -> None:
    """Asked for another one, Tanium gives the same to an endpoint without an EID."""
    host = seed.HR_WITHOUT_EID
    connection = tanium.state.connections.open(host.hostname)
    alert = tanium.state.alerts.add(computerName=host.hostname, computerIpAddress=host.ip)

    row = run("investigate alert", alert=alert["id"], reuse_connection=False).rows[0]

    assert row["connection"] == {"id": connection, "reused": True, "closed": False}
    assert left_open(tanium) == {connection}


@pytest.mark.parametrize(
    ("path", "status", "parts"),
    [
        ("/intels/", 403, {"intel": "failed"}),
        ("/dec/v1/endpoints", 500, dict.fromkeys(PARTS[2:], "")),
        ("/conns/connect", 500, dict.fromkeys(PARTS[3:], "")),
        ("/processtrees/", 404, {"process_tree": "partial"}),
        ("/views/dns/events", 500, {"events": "partial"}),
        ("/views/", 500, {"events": "failed"}),
        ("/eventsCount", 500, {"events": "partial"}),
        ("/conns/close/", 500, {}),
    ],
)
def test_investigate_alert_when_a_part_fails(
    tanium: SimulatorServer,
    run: RunAction,
    alert: dict[str, Any],
    path: str,
    status: int,
    parts: dict[str, str],
) -> None:
    tanium.faults.add(Fault("status", path_contains=path, status=status, times=None))

    result = run("investigate alert", alert=alert["id"], minutes=240)

    (row,) = result.rows
    found = statuses(row)
    assert result.ok
    assert {name: word for name, word in found.items() if word != "ok"}.keys() == parts.keys()
    assert all(not word or found[name] == word for name, word in parts.items())
    assert result.summary["complete"] is (not parts)
    assert (
        result.summary["missing_parts"].split(", ")
        == [each["part"] for each in row["parts"] if each["status"] != "ok"]
        or not parts
    )
    assert (f"HTTP {status}" in result.message) is bool(parts)
    # Without the recorder, the alert's own account of its process is shown.
    source = "alert" if "process_tree" in parts else "recorder"
    node = next(each for each in row["process_tree"] if each["context"] == "node")
    assert (node["source"], node["process_table_id"]) == (source, NODE)
    assert [each for each in row["observables"] if each["value"] == NODE]
    if path == "/eventsCount":
        processes = row["events"][0]
        assert (processes["count"], processes["has_more"]) == (200, True)
    if path == "/conns/close/":
        assert row["connection"]["closed"] is False
        assert any("could not be closed" in line for line in result.progress)
    else:
        assert left_open(tanium) == set()


def test_investigate_alert_keeps_the_tree_below_an_ancestor_that_fails(
    tanium: SimulatorServer, run: RunAction, alert: dict[str, Any]
) -> None:
    tanium.faults.add(
        Fault("status", path_contains="/processtrees/", after=1, status=500, times=None)
    )

    row = run("investigate alert", alert=alert["id"], depth=3).rows[0]

    (part,) = (each for each in row["parts"] if each["part"] == "process_tree")
    assert part["status"] == "partial"
    assert part["reason"].startswith("further ancestors: Tanium answered HTTP 500 to GET ")
    assert [each["context"] for each in row["process_tree"][:2]] == ["parent", "node"]
    assert len(tanium.log.requests(path_contains="/processtrees/")) == 2


def test_investigate_alert_of_an_endpoint_that_is_offline(
    tanium: SimulatorServer, run: RunAction
) -> None:
    host = seed.OFFLINE
    alert = tanium.state.alerts.add(computerName=host.hostname, computerIpAddress=host.ip)

    result = run("investigate alert", alert=alert["id"], timeout=5)

    assert result.ok
    assert "ended as timeout" in result.message
    tanium.settings.connect_seconds = tanium.settings.connect_timeout_seconds = 600
    waiting = run("investigate alert", alert=alert["id"], timeout=1)
    assert "still waiting after 1 seconds" in waiting.message
    assert "still running" not in waiting.message
    assert "Do not start it again" not in waiting.message
    assert waiting.rows[0]["connection"]["closed"] is True
    assert statuses(result.rows[0])["events"] == "skipped"
    assert result.rows[0]["connection"]["closed"] is True
    missing = run("investigate alert", alert=999_999)
    assert (missing.ok, missing.rows, missing.summary) == (False, [], {})


def test_investigate_alert_takes_the_endpoint_that_has_the_address(
    tanium: SimulatorServer, run: RunAction
) -> None:
    """Three have this name, two of them this address; the third registered last."""
    host = seed.KIOSK_MIDDLE
    alert = tanium.state.alerts.add(computerName=host.hostname, computerIpAddress=host.ip)

    row = run("investigate alert", alert=alert["id"]).rows[0]

    assert row["endpoint"]["clientId"] == host.client_id
    assert f":{host.client_id}:" in row["connection"]["id"]


@pytest.mark.parametrize("raises", [False, True])
def test_cancel_closes_the_connection(
    tanium: SimulatorServer, tmp_path: Path, alert: dict[str, Any], raises: bool
) -> None:
    soar = LocalSoar(tmp_path / "other", Profile(cancel_raises=raises))
    soar.create_asset(ASSET, {"base_url": tanium.url, "api_token": seed.TOKEN})
    tanium.settings.connect_seconds = 1000.0
    result = soar.run(
        "investigate alert",
        {"alert": alert["id"], "timeout": 20},
        asset=ASSET,
        progress=cancelling(soar, "is waiting"),
    )

    assert result["action_cancelled"]
    assert asked(tanium)[-1].startswith("DELETE /conns/close/")
    assert left_open(tanium) == set()
    if not raises:
        (row,) = result["result_data"][0]["data"]
        assert row["alert"]["id"] == alert["id"]


def test_investigate_alert_on_a_specified_server(
    tanium: SimulatorServer, run: RunAction, alert: dict[str, Any]
) -> None:
    tanium.settings.dialect = "specified"

    result = run("investigate alert", alert=alert["id"], minutes=60)

    assert result.ok, result.message
    (row,) = result.rows
    # It tells no details of alerts, and has no view of security events.
    assert statuses(row) == {
        **dict.fromkeys(PARTS, "ok"),
        "process_tree": "skipped",
        "events": "partial",
    }
    middle = moment_of(alert["alertedAt"])
    recording = tanium.state.computers.recording(seed.FINANCE)
    for each in row["events"]:
        name = "create_time_raw" if each["type"] == "process" else "timestamp_raw"
        near = [
            event
            for event in recording.events(each["type"])
            if abs(event[name] - middle) <= 60 * MINUTE
        ]
        assert each["count"] == len(near), each["type"]
        times = [event["timestamp"] for event in each["newest"]]
        assert times == sorted(times, reverse=True)
    assert left_open(tanium) == set()
