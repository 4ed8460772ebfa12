# File: test_specified.py
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
"""The specified dialect: every reply in the shape that the OpenAPI file's table of facts gives it,
and both dialects on one server.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.dialects.choice import RESOURCES, UNSPECIFIED
from dev.simulator.server import SimulatorServer
from dev.simulator.times import parse_iso
from tests.simulator.conftest import THREAT_RESPONSE, Client, Clock


FACTS = json.loads(
    (Path(__file__).resolve().parents[1] / "data" / "threat_response_operations.json").read_text(
        encoding="utf-8"
    )
)
OPERATIONS = {operation["operationId"]: operation for operation in FACTS["threat_response"]}
SUSPICIOUS = seed.process_table_id(seed.FINANCE.client_id, seed.SUSPICIOUS)
LOCAL = "local:ws-finance-12:ws-finance-12-snapshot.db"
TYPES = {"integer": "int", "string": "str", "boolean": "bool", "array": "list", "object": "dict"}


def complaints(value: Any, fact: Any, where: str = "") -> list[str]:
    """Where `value` departs from a fact of the table: a schema's name, or its type with items,
    properties, enum, format.
    """
    fact = (
        {"type": "object", "properties": FACTS["schemas"][fact]} if isinstance(fact, str) else fact
    )
    if type(value).__name__ != TYPES[fact["type"]]:
        return [f"{where}: {value!r} is no {fact['type']}"]
    if value not in fact.get("enum", [value]):
        return [f"{where}: {value!r}"]
    if fact.get("format") == "date-time" and not (value.endswith("Z") and parse_iso(value)):
        return [f"{where}: {value!r} is no time"]
    if isinstance(value, list):
        return [
            each
            for position, item in enumerate(value)
            for each in complaints(item, fact["items"], f"{where}[{position}]")
        ]
    if isinstance(value, dict):
        unknown = sorted(value.keys() - fact["properties"].keys())
        known = [name for name in value if name in fact["properties"]]
        return [f"{where}.{name} is unknown" for name in unknown] + [
            each
            for name in known
            for each in complaints(value[name], fact["properties"][name], f"{where}.{name}")
        ]
    return []


class Specified:
    """Calls operations by name and checks every reply against the table."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def __call__(
        self,
        operation_id: str,
        *segments: object,
        query: dict[str, Any] | None = None,
        **options: Any,
    ) -> Any:
        operation = OPERATIONS[operation_id]
        path = operation["path"]
        for parameter, segment in zip(operation["path_parameters"], segments):
            path = path.replace(f"{{{parameter['name']}}}", str(segment))
        reply = self.client(operation["method"], path, params=query, **options)
        assert reply.status_code == 200, reply.text
        if operation["response"] is None:
            assert reply.content == b""
            return None
        assert reply.headers["Content-Type"].startswith(operation["response"]["content_type"])
        if operation["response"]["envelope"] is None:
            return reply.content
        body = reply.json()
        assert body.keys() == {"data"}
        assert complaints(body["data"], operation["response"]["value"]) == []
        return body["data"]


@pytest.fixture
def server(clock: Clock) -> Iterator[SimulatorServer]:
    with SimulatorServer(clock=clock, dialect="specified") as running:
        yield running


@pytest.fixture
def call(client: Client) -> Specified:
    return Specified(client)


def flat(host: seed.Host) -> dict[str, str]:
    return {
        "client_id": host.client_id,
        "ip": host.ip,
        "platform": host.platform,
        "hostname": host.hostname,
    }


def test_the_table_counts_its_operations_and_the_simulator_knows_their_names() -> None:
    assert FACTS["counts"] == {
        "threat_response": len(OPERATIONS),
        "platform": len(FACTS["platform"]),
    }
    named = [operation for operations in RESOURCES.values() for operation in operations]
    assert sorted(named) == sorted(OPERATIONS)
    assert not OPERATIONS.keys() & {
        operation for operations in UNSPECIFIED.values() for operation in operations
    }
    assert all(operation["path"].startswith(THREAT_RESPONSE) for operation in OPERATIONS.values())


def test_connection_from_the_first_to_the_last_call(
    client: Client, call: Specified, clock: Clock
) -> None:
    made = call("createConnection", json=flat(seed.FINANCE))
    assert (made["id"], made["status"], made["userId"]) == (
        "remote:ws-finance-07:2029311007:1",
        "waiting",
        2,
    )
    assert "connectedAt" not in made
    clock.pass_seconds(2)
    connected = call("getConnection", made["id"])
    assert (connected["status"], connected["connectedAt"]) == (
        "connected",
        "2026-09-21T14:13:22.000Z",
    )
    assert client("DELETE", f"/conns/close/{made['id']}").status_code == 405
    call("closeConnection", made["id"])
    assert call("getConnection", made["id"])["status"] == "disconnected"
    call("deleteConnection", made["id"])
    assert client("GET", f"/conns/{made['id']}").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {
            "target": {
                "hostname": "ws-finance-07",
                "ip": "10.20.1.17",
                "clientId": "2029311007",
                "platform": "Windows",
            }
        },
        {**flat(seed.FINANCE), "client_id": 2029311007},
        {**flat(seed.FINANCE), "platform": "Linux"},
    ],
)
def test_connection_parameters_that_are_refused(
    server: SimulatorServer, client: Client, body: dict[str, Any]
) -> None:
    before = len(server.state.connections.all)
    reply = client("POST", "/conns/connect", json=body)
    assert (reply.status_code, len(server.state.connections.all)) == (400, before)
    assert reply.json()["errors"][0]["message"]


def test_connections_are_paged_and_filtered(server: SimulatorServer, call: Specified) -> None:
    for _ in range(60):
        server.state.connections.open(seed.WEB_SERVER.hostname)
    assert len(call("listConnections")) == 50
    assert [row["id"] for row in call("listConnections", query={"offset": 60, "limit": 9})] == [
        f"remote:srv-web-01:3104477901:{number}" for number in (58, 59, 60)
    ]
    assert {row["hostname"] for row in call("listConnections", query={"platform": "Windows"})} == {
        "ws-finance-12",
        "ws-offline-09",
    }
    assert [
        row["status"]
        for row in call("listConnections", query={"status": "timeout", "hostname": "ws-offline-09"})
    ] == ["timeout"]
    assert call("listConnections", query={"hostname": "ws-offline"}) == []


def test_alerts_have_specified_filters_only(server: SimulatorServer, call: Specified) -> None:
    everything = call("listAlerts", query={"limit": 999})
    assert len(everything) == 120
    assert len(call("listAlerts")) == 50
    assert {row["state"] for row in everything} == {
        "unresolved",
        "inprogress",
        "resolved",
        "ignored",
    }
    for name, value in {
        "computer_name": "srv-web-01",
        "intel_doc_id": 502,
        "priority": "low",
        "state": "ignored",
    }.items():
        found = call("listAlerts", query={name: value, "limit": 999})
        assert 0 < len(found) < 120
    assert 0 < len(call("listAlerts", query={"scan_config_id": 2, "limit": 999})) < 120
    assert call("listAlerts", query={"computer_name": "srv-web"}) == []
    assert (
        call("listAlerts", query={"computerName": "nobody", "sort": "-id", "limit": 999})
        == everything
    )
    assert server.log[-1].ignored == ["computerName", "sort"]


def test_alert_states_change_in_bulk_or_not_at_all(
    client: Client, call: Specified, clock: Clock
) -> None:
    assert call("getAlert", 7)["id"] == 7
    clock.pass_seconds(60)
    call("updateAlertState", "1,2,3", json={"state": "dismissed"})
    assert [call("getAlert", number)["state"] for number in (1, 2, 3)] == ["dismissed"] * 3
    assert client("PUT", "/alerts/1,9999", json={"state": "resolved"}).status_code == 404
    assert call("getAlert", 1)["state"] == "dismissed"
    assert client("PUT", "/alerts/?id=1&id=2", json={"state": "resolved"}).status_code == 404
    for ids, state in (("1", "suppressed"), ("1", None), ("one", "resolved"), ("1,", "resolved")):
        assert client("PUT", f"/alerts/{ids}", json={"state": state}).status_code == 400
    assert client("GET", "/alerts/9999").status_code == 404
    assert client("GET", "/alerts?state=suppressed").status_code == 400


@pytest.mark.parametrize(
    "kind", ["File", "Network", "Registry", "Process", "Driver", "Combined", "DNS", "Image"]
)
def test_events_of_every_type(call: Specified, connection: str, kind: str) -> None:
    rows = call("listEvents", connection, kind, query={"limit": 20})
    assert len(rows) == 20
    assert call("getEventsSummary", connection, kind)["count"] > 20
    if kind != "Combined":
        call("getProcessEvents", connection, SUSPICIOUS, kind)


def test_events_of_both_recorders_look_alike(call: Specified, connection: str) -> None:
    newer, older = call("listEvents", connection, "Network", query={"limit": 2})
    for row in (newer, older):
        assert {
            "localAddress",
            "localAddressPort",
            "remoteAddress",
            "remoteAddressPort",
        } <= row.keys()
    assert older["processTableId"] > 2**62


def test_events_without_sentinel_filters_ignored(
    server: SimulatorServer, call: Specified, connection: str
) -> None:
    page = call("listEvents", connection, "File", query={"limit": 10, "offset": 5})
    assert len(page) == 10
    assert len(call("listEvents", connection, "Process", query={"limit": 5000})) == 1000
    lied_to = {
        "f0": "pid",
        "o0": "eq",
        "v0": "1",
        "match": "all",
        "filter": "pid = 1",
        "limit": 10,
        "offset": 5,
    }
    assert call("listEvents", connection, "File", query=lied_to) == page
    assert server.log[-1].ignored == ["f0", "o0", "v0", "match", "filter"]
    assert call("getEventsSummary", connection, "File", query=lied_to)["count"] == 320


def test_events_sorted_and_with_chosen_fields(
    client: Client, call: Specified, connection: str
) -> None:
    rows = call(
        "listEvents",
        connection,
        "Process",
        query={"sort": "-pid", "fields": "pid,processPath", "limit": 3},
    )
    assert [row["pid"] for row in rows] == [400 + number * 4 for number in (2499, 2498, 2497)]
    assert rows[0].keys() == {"pid", "processPath"}
    for query in (
        {"sort": "process_path"},
        {"sort": "-pid,process_id"},
        {"fields": "process_path"},
        {"limit": "many"},
    ):
        assert (
            client("GET", f"/conns/{connection}/views/Process/events", params=query).status_code
            == 400
        )


@pytest.mark.parametrize(
    "path",
    [
        "views/file/events",
        "views/Security/events",
        "views/dns/eventsCount",
        f"processevents/{SUSPICIOUS}/Combined",
    ],
)
def test_event_types_that_are_refused(client: Client, connection: str, path: str) -> None:
    assert client("GET", f"/conns/{connection}/{path}").status_code == 400


def test_process_tree_takes_one_context(
    server: SimulatorServer, client: Client, call: Specified, connection: str
) -> None:
    crowded = seed.process_table_id(seed.FINANCE.client_id, seed.MORE_CHILDREN_THAN_SIBLINGS_SHOWN)
    children = call(
        "getProcessTree", connection, crowded, query={"context": "children", "limit": 3}
    )
    assert ({row["context"] for row in children}, len(children)) == ({"child"}, 700)
    assert server.log[-1].ignored == ["limit"]
    assert {row["context"] for row in call("getProcessTree", connection, crowded)} == {
        "parent",
        "node",
        "sibling",
        "child",
    }
    for context in ("parent,node", "grandparent", ""):
        assert (
            client(
                "GET", f"/conns/{connection}/processtrees/{crowded}", params={"context": context}
            ).status_code
            == 400
        )


def test_files_are_requested_listed_downloaded_deleted(
    client: Client, call: Specified, clock: Clock, connection: str
) -> None:
    task = call("requestFileFromEndpoint", connection, json={"path": seed.INVOICE_VIEWER})
    assert (task["taskId"], task["compress"], task["connection"]) == (
        "1301",
        True,
        {"id": connection},
    )
    assert client("GET", "/tasks/1301").status_code == 404
    clock.pass_seconds(2)
    rows = call("listFileDownloads", query={"sort": "-downloaded"})
    assert rows[0]["path"] == seed.INVOICE_VIEWER
    assert {
        row["hostname"] for row in call("listFileDownloads", query={"hostname": "srv-web-01"})
    } == {"srv-web-01"}
    assert (
        call("listFileDownloads", query={"hash": rows[0]["hash"], "limit": 1, "offset": 0})[0][
            "hash"
        ]
        == rows[0]["hash"]
    )
    assert call("getFileDownload", rows[0]["uuid"]) == rows[0]
    assert call("downloadFileContent", rows[0]["uuid"])[:2] == b"PK"
    call("deleteFileDownload", rows[0]["uuid"])
    assert client("GET", f"/filedownload/{rows[0]['uuid']}").status_code == 404


def test_snapshots_have_two_ways_to_be_deleted(
    client: Client, call: Specified, clock: Clock, connection: str
) -> None:
    task = call("createSnapshot", connection)
    assert (task["taskId"], task["status"]) == ("1301", "STARTED")
    assert "completed" not in call("listSnapshots", query={"offset": 4})[0]
    clock.pass_seconds(2)
    assert (
        call("listSnapshots", query={"offset": 4, "sort": "-created"})[0]["recorderVersion"] == "2"
    )
    first, second, *rest = (row["uuid"] for row in call("listSnapshots"))
    call("deleteSnapshots", json={"ids": [first]})
    call("deleteLocalSnapshot", second)
    assert [row["uuid"] for row in call("listSnapshots")] == rest
    assert client("DELETE", f"/snapshot/{first}").status_code == 404
    call("deleteLocalSnapshot", LOCAL)
    assert client("GET", f"/conns/{LOCAL}").status_code == 404


def test_intel_is_uploaded_as_json_only(client: Client, call: Specified) -> None:
    yara = {
        "name": "a.yara",
        "description": "about it",
        "type": "YARA",
        "content": 'rule a { strings: $a = "x" condition: $a }',
    }
    doc = call("uploadIntelDocument", json=yara)
    assert (doc["name"], doc["description"], doc["type"]) == ("a.yara", "about it", "yara")
    assert call("getIntelDocument", doc["id"]) == doc
    ioc = {
        "name": "Named here",
        "type": "OpenIOC",
        "content": '<ioc id="new-one"><short_description>Title</short_description></ioc>',
    }
    assert call("uploadIntelDocument", json=ioc)["name"] == "Named here"
    raw = client(
        "POST",
        "/intels",
        data=b"<ioc/>",
        headers={"Content-Disposition": "attachment; filename=a.ioc"},
    )
    assert raw.status_code == 415
    for wrong in (
        {**yara, "type": "sigma"},
        {**yara, "content": " "},
        {"name": "x"},
        {**ioc, "content": "no xml"},
    ):
        assert client("POST", "/intels", json=wrong).status_code == 400


def test_intel_is_listed_by_specified_filters(server: SimulatorServer, call: Specified) -> None:
    assert [row["id"] for row in call("listIntelDocuments", query={"label_id": 3})] == [502, 504]
    assert [
        row["id"]
        for row in call(
            "listIntelDocuments", query={"mitre_technique_id": "T1071.001", "type": "yara"}
        )
    ] == [503]
    assert len(call("listIntelDocuments", query={"labelId": 3, "limit": 3, "offset": 1})) == 3
    assert server.log[-1].ignored == ["labelId"]


def test_labels_of_a_document_and_all_labels(client: Client, call: Specified) -> None:
    assert [row["id"] for row in call("listLabels")] == [1, 2, 3, 4]
    assert call("listLabels", query={"limit": 2, "offset": 1})[0] == call("getLabel", 2)
    assert "description" not in call("getLabel", 2)
    assert (call("getLabel", 3)["indicatorCount"], call("getLabel", 1)["signalCount"]) == (2, 1)
    added = call("addLabelToIntelDocument", 502, json={"label_id": 1})
    assert (added["intelDocId"], [row["id"] for row in added["labels"]]) == (502, [3, 1])
    assert call("listIntelDocumentLabels", 502) == added
    for path, body, status in (
        ("502", {"label_id": 99}, 404),
        ("999", {"label_id": 1}, 404),
        ("502", {"id": 1}, 400),
    ):
        assert client("POST", f"/intels/{path}/labels", json=body).status_code == status
    assert client("PUT", "/intels/502/labels", json={"id": 2}).status_code == 405
    assert client("GET", "/labels/99").status_code == 404


def test_evidence_from_the_first_to_the_last_call(
    client: Client, call: Specified, connection: str
) -> None:
    old = call("listEvidence")
    assert [row["type"] for row in old] == ["ProcessEvent", "FileEvent"]
    body = {
        "connection_id": connection,
        "ptid": SUSPICIOUS,
        "hostname": seed.FINANCE.hostname,
        "summary": "kept",
    }
    call("createEvidence", json=body)
    call(
        "createEvidence", json={name: body[name] for name in ("connection_id", "ptid", "hostname")}
    )
    newest, *_ = call("listEvidence", query={"sort": "-createdAt", "limit": 1})
    first, second = call("listEvidence", query={"hostname": seed.FINANCE.hostname, "offset": 1})
    assert (newest, first["summary"], second["summary"]) == (first, "kept", "")
    assert call("getEvidence", first["uuid"]) == first
    assert (first["commandline"].split()[-1], first["createTimeRaw"].isdigit()) == ("6", True)
    assert [row["uuid"] for row in call("listEvidence", query={"type": "FileEvent"})] == [
        old[1]["uuid"]
    ]
    assert {each["value"] for each in call("getEvidenceProperties")} >= {"hostname", "summary"}
    assert client("DELETE", f"/evidence/{first['uuid']},nobody").status_code == 404
    call("deleteEvidence", f"{first['uuid']},{second['uuid']}")
    assert call("listEvidence") == old
    assert client("GET", f"/evidence/{first['uuid']}").status_code == 404


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"ptid": "1"}, 400),
        ({"ptid": 1}, 400),
        ({"hostname": "srv-web-01"}, 400),
        ({"summary": 1}, 400),
        ({"connection_id": "remote:x:1:1"}, 404),
    ],
)
def test_evidence_that_is_refused(
    server: SimulatorServer, client: Client, connection: str, changes: dict[str, Any], status: int
) -> None:
    body = {
        "connection_id": connection,
        "ptid": SUSPICIOUS,
        "hostname": seed.FINANCE.hostname,
        **changes,
    }
    assert client("POST", "/evidence", json=body).status_code == status
    assert len(server.state.evidence.all) == 2


def test_only_production_has_its_own_ways(client: Client) -> None:
    for method, path in (
        ("PUT", "/alerts/"),
        ("DELETE", f"/conns/{LOCAL}"),
        ("POST", "/event-evidence"),
        ("DELETE", "/event-evidence"),
        ("GET", "/event-evidence/x"),
        ("GET", "/event-evidence/properties"),
    ):
        assert client(method, path, json={}).status_code == 404


BEYOND = (
    ("GET", "/response-actions"),
    ("GET", "/response-actions/1"),
    ("GET", "/conns/{connection}/file/list/C%3A"),
    ("GET", "/conns/{connection}/file/info/C%3A"),
    ("DELETE", "/conns/{connection}/file/delete/C%3A%5CTemp%5Cempty.log"),
    ("DELETE", "/intels/?id=504"),
    ("POST", "/intel/deploy"),
    ("GET", "/intel/status"),
    ("DELETE", "/intels/501/labels/1"),
)


def test_what_the_file_lacks_is_as_in_production_or_absent(
    server: SimulatorServer, client: Client, connection: str
) -> None:
    writes = (
        ("POST", "/labels", {"json": {"name": "new"}}),
        (
            "PUT",
            "/intels/503",
            {"data": b"x", "headers": {"Content-Disposition": "x; filename=a.yara"}},
        ),
    )
    calls: list[tuple[str, str, Any]] = [
        *((method, path.format(connection=connection), {}) for method, path in BEYOND),
        *writes,
    ]
    server.settings.without_unspecified = True
    assert [client(method, path, **options).status_code for method, path, options in calls] == [
        404
    ] * len(calls)
    server.settings.without_unspecified = False
    assert [client(method, path, **options).status_code for method, path, options in calls] == [
        200
    ] * len(calls)
    server.settings.without_unspecified = True
    server.settings.dialect = {
        "default": "specified",
        "responseActions": "production",
        "deployIntel": "production",
    }
    assert client("GET", "/response-actions").status_code == 200
    assert client("GET", "/intel/status").status_code == 200
    assert client("DELETE", "/intels/?id=502").status_code == 404


def test_what_other_services_serve_stays(
    server: SimulatorServer, client: Client, call: Specified
) -> None:
    assert call("getThreatResponseStatus") == {"version": "4.8.112", "status": "ok"}
    assert client.get("/plugin/products/dec/v1/endpoints", hostname="ws-finance-07")["data"]
    assert (
        client(
            "POST", "/on-demand-scans", json={"intelDocId": 501, "computerGroupId": 1}
        ).status_code
        == 200
    )
    assert client("GET", "/tasks").status_code == 404
    server.settings.without_tasks = False
    assert client.get("/tasks/1301")["data"]["type"] == "deployIntel"


def test_production_lacks_what_only_the_file_has(clock: Clock) -> None:
    with SimulatorServer(clock=clock) as production:
        client = Client(production)
        with client.session:
            for method, path in (
                ("GET", f"/conns/{LOCAL}"),
                ("DELETE", "/snapshot/x"),
                ("POST", "/evidence"),
                ("GET", "/evidence/properties"),
                ("GET", "/evidence/x"),
                ("DELETE", "/evidence/x"),
            ):
                assert client(method, path, json={}).status_code == 404
            assert client("POST", "/intels/501/labels", json={"label_id": 2}).status_code == 405


def test_dialects_are_mixed_by_resource_and_by_operation(
    server: SimulatorServer, client: Client, connection: str
) -> None:
    server.settings.dialect = {"connections": "specified", "closeConnection": "production"}
    assert client.get("/conns").keys() == {"data"}
    assert client("POST", f"/conns/close/{connection}").status_code == 405
    assert client.get("/snapshot").keys() == {"snapshots", "totalCount"}
    server.settings.dialect = {"default": "specified", "events": "production"}
    assert isinstance(client.get(f"/conns/{connection}/views/file/events", limit=1), list)
    assert client.get("/snapshot").keys() == {"data"}


@pytest.mark.parametrize("dialect", ["other", {"event": "specified"}, {"events": "Specified"}])
def test_dialect_that_does_not_exist(dialect: Any) -> None:
    with pytest.raises(ValueError, match="dialect: unknown"):
        SimulatorServer(dialect=dialect)
