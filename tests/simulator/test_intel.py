# File: test_intel.py
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
"""Intel documents, scans, alerts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from dev.simulator.times import parse_iso
from tests.simulator.conftest import Client, Clock


YARA = b'rule sample { strings: $a = "text" condition: $a }'
IOC = (
    b'<ioc xmlns="http://schemas.mandiant.com/2010/ioc"'
    b' id="sample-ioc"><short_description>Sample</short_description></ioc>'
)

UPLOADED = """alertCount blobId compiled contents createdAt description
funnelAllFindingsToConnectSetAt funnelAllFindingsToConnectSetBy gatherDegenerateFindingsSetAt
gatherDegenerateFindingsSetBy id intrinsicId isSchemaValid md5 mitreAttack name platforms
revisionId size sourceId type typeVersion unresolvedAlertCount updatedAt"""
SCANNED = (
    "actionExpiration actionIdUnix actionIdWindows computerGroupId createdAt id updatedAt userId"
)
SCANNED_BY_OLDER = SCANNED + " alertCount endpointMatchCount intelDocId questionId revisionId"
ALERT = """ackedAt alertedAt computerIpAddress computerName createdAt details eid findingId
firstEIDResolutionAttempt groupingId guid id intelDocId intelDocRevisionId lastEIDResolutionAttempt
matchType path priority receivedAt scanConfigId scanConfigRevisionId severity state suppressedAt
type updatedAt"""


def upload(
    client: Client, name: str, body: bytes, content_type: str = "application/octet-stream"
) -> Any:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Type": content_type,
    }
    return client("POST", "/intels", data=body, headers=headers)


@pytest.mark.parametrize(
    ("name", "body", "kind", "intrinsic_id"),
    [
        ("a.yara", YARA, "yara", "a.yara"),
        ("a.IOC", IOC, "openioc", "sample-ioc"),
        # Fmt: skip.
        ("a b.stix", b'<p id="pack-1"/>', "stix", "pack-1"),
    ],
)
def test_upload_takes_the_type_from_the_name(
    client: Client, name: str, body: bytes, kind: str, intrinsic_id: str
) -> None:
    doc = upload(client, name, body).json()["data"]
    assert set(UPLOADED.split()) <= doc.keys()
    assert (doc["type"], doc["intrinsicId"], doc["revisionId"], doc["size"]) == (
        kind,
        intrinsic_id,
        1,
        len(body),
    )
    assert upload(client, name, body).json()["data"]["revisionId"] == 2


def test_older_server_sends_the_bare_document(server: SimulatorServer, client: Client) -> None:
    server.settings.intel_envelope = False
    assert set(UPLOADED.split()) <= upload(client, "a.yara", YARA).json().keys()
    scan = client("POST", "/on-demand-scans", json={"intelDocId": 501, "computerGroupId": 1}).json()
    assert scan.keys() == set(SCANNED_BY_OLDER.split())


@pytest.mark.parametrize(
    ("name", "body", "content_type", "status"),
    [
        ("a.txt", YARA, "application/octet-stream", 400),
        ("yara", YARA[:0], "application/octet-stream", 400),
        ("a.ioc", YARA, "application/xml", 400),
        ("a.stix", b"{}", "application/octet-stream", 400),
        ("a.yara", b"  ", "application/octet-stream", 400),
        ("a.yara", b"\xff\xfe", "application/octet-stream", 400),
        ("a.yara", YARA, "application/json", 415),
    ],
)
def test_upload_that_is_refused(
    client: Client, name: str, body: bytes, content_type: str, status: int
) -> None:
    reply = upload(client, name, body, content_type)
    assert reply.status_code == status
    assert reply.json()["errors"][0]["message"]


def test_upload_without_a_name_is_refused(client: Client) -> None:
    assert client("POST", "/intels", data=YARA).status_code == 400


def update(client: Client, doc_id: int, name: str, body: bytes) -> Any:
    return client(
        "PUT",
        f"/intels/{doc_id}",
        data=body,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def test_document_by_id(server: SimulatorServer, client: Client) -> None:
    doc = client.get("/intels/502")["data"]
    assert (doc["type"], doc["contents"][:4]) == ("openioc", "<ioc")
    assert client("GET", "/intels/9").status_code == 404
    server.settings.intel_envelope = False
    assert client.get("/intels/502") == doc


@pytest.mark.parametrize(("name", "body"), [("a.yara", YARA), ("any.ioc", IOC)])
def test_update_in_place_when_the_own_id_is_the_same(
    client: Client, name: str, body: bytes
) -> None:
    doc = upload(client, name, body).json()["data"]
    updated = update(client, doc["id"], name, body + b" ").json()["data"]
    assert (updated["id"], updated["revisionId"], updated["size"]) == (doc["id"], 2, len(body) + 1)
    assert client.get("/intels/")["meta"]["totalCount"] == 6


@pytest.mark.parametrize(
    ("name", "body"), [("b.yara", YARA), ("any.ioc", IOC.replace(b"sample-ioc", b"other-ioc"))]
)
def test_update_makes_a_new_document_when_the_own_id_differs(
    client: Client, name: str, body: bytes
) -> None:
    doc = upload(
        client,
        "a.yara" if name.endswith("yara") else "any.ioc",
        YARA if name.endswith("yara") else IOC,
    ).json()["data"]
    made = update(client, doc["id"], name, body).json()["data"]
    assert made["id"] == doc["id"] + 1
    assert client.get(f"/intels/{doc['id']}")["data"] == doc


def test_updates_that_are_refused(client: Client) -> None:
    assert update(client, 9, "a.yara", YARA).status_code == 404
    assert update(client, 503, "a.txt", YARA).status_code == 400
    assert client("PUT", "/intels/503", data=YARA).status_code == 400
    assert client("PUT", "/intels/503", json={"content": "x"}).status_code == 415
    assert client.get("/intels/")["meta"]["totalCount"] == 5


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/intels/?id=502", 200),
        ("/intels?id=502", 200),
        ("/intels/?id=9", 404),
        ("/intels/", 400),
        # Fmt: skip.
        ("/intels/?id=all", 400),
        ("/intels/?id=502&id=9", 404),
    ],
)
def test_delete_intel(client: Client, path: str, status: int) -> None:
    reply = client("DELETE", path)
    assert reply.status_code == status
    left = [row["id"] for row in client.get("/intels/")["data"]]
    assert left == [501, 503, 504, 505] if status == 200 else [501, 502, 503, 504, 505]
    expanded = client.get("/alerts", expand="intelDoc", intelDocId=502, limit=1)["data"][0][
        "intelDoc"
    ]
    assert (expanded is None) == (status == 200)


def test_deployment_is_a_task(client: Client, clock: Clock) -> None:
    before = client.get("/intel/status")["data"]
    assert before.keys() == {
        "createdAt",
        "modifiedAt",
        "currentRevision",
        "currentSize",
        "pendingRevision",
        "pendingSize",
    }
    size = upload(client, "a.yara", YARA).json()["data"]["size"]
    task_id = client("POST", "/intel/deploy").json()["data"]["taskId"]
    assert client.get(f"/tasks/{task_id}")["data"]["status"] == "STARTED"
    pending = {
        "pendingRevision": before["currentRevision"] + 1,
        "pendingSize": before["currentSize"] + size,
    }
    assert client.get("/intel/status")["data"] == {**before, **pending}
    clock.pass_seconds(2)
    assert client.get(f"/tasks/{task_id}")["data"]["status"] == "COMPLETED"
    after = client.get("/intel/status")["data"]
    assert (after["currentRevision"], after["currentSize"]) == (
        before["currentRevision"] + 1,
        before["currentSize"] + size,
    )
    assert (after["createdAt"], after["modifiedAt"]) == (
        before["createdAt"],
        "2026-09-21T14:13:22.000Z",
    )


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, 5),
        ({"name": "OFFICE"}, 1),
        ({"type": "stix"}, 1),
        ({"labelId": 3}, 2),
        ({"mitreTechniqueId": "T1059.001"}, 1),
        ({"limit": 2, "offset": 4}, 1),
    ],
)
def test_list_intel(client: Client, filters: dict[str, Any], found: int) -> None:
    body = client.get("/intels/", **filters)
    assert (len(body["data"]), body["meta"]["totalCount"]) == (found, 5)


def test_scan(client: Client, clock: Clock) -> None:
    body = client(
        "POST",
        "/on-demand-scans/",
        json={"intelDocId": 503, "computerGroupId": seed.DELETED_GROUP.id},
    ).json()
    assert body["data"].keys() == set(SCANNED.split())
    assert (body["data"]["computerGroupId"], body["meta"]["deployTask"]["status"]) == (
        seed.DELETED_GROUP.id,
        "STARTED",
    )
    clock.pass_seconds(2)
    assert (
        client.get(f"/tasks/{body['meta']['deployTask']['taskId']}")["data"]["status"]
        == "COMPLETED"
    )


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"intelDocId": 9, "computerGroupId": 1}, 404),
        ({"intelDocId": 501, "computerGroupId": 2024}, 404),
        ({"intelDocId": 501, "computerGroupId": "1"}, 400),
        ({"computerGroupId": 1}, 404),
    ],
)
def test_scan_of_something_unknown(
    server: SimulatorServer, client: Client, body: dict[str, Any], status: int
) -> None:
    assert client("POST", "/on-demand-scans", json=body).status_code == status
    assert server.state.scans.all == []


def test_alerts_page(client: Client) -> None:
    body = client.get("/alerts")
    assert (len(body["data"]), body["meta"]) == (100, {"totalCount": 120, "filteredCount": 120})
    assert [row["id"] for row in client.get("/alerts/", limit=5, offset=118)["data"]] == [119, 120]
    assert body["data"][0].keys() == set(ALERT.split())


def test_alerts_limit_has_a_ceiling_and_any_number_is_cheap() -> None:
    with SimulatorServer(alerts=10_000) as server:
        client = Client(server)
        with client.session:
            assert len(client.get("/alerts", limit=5000)["data"]) == 500
            assert client.get("/alerts", limit=1, offset=9999)["data"][0]["id"] == 10_000
            assert client.get("/alerts", offset=10_000)["data"] == []


def test_odd_details_are_a_setting(clock: Clock) -> None:
    with SimulatorServer(clock=clock, odd_details=True) as server:
        found = [row.get("details", "missing") for row in server.state.alerts.rows()]
    kinds = {each if each in ("missing", "details") else type(each).__name__ for each in found}
    assert kinds == {"missing", "details", "dict", "str"}


def test_process_of_an_alert_is_in_the_recording(client: Client, connection: str) -> None:
    row = client.get("/alerts", matchType="process", computerName=seed.FINANCE.hostname, limit=1)[
        "data"
    ][0]
    finding = json.loads(row["details"])["finding"]
    process = finding["whats"][0]["artifact_activity"]["acting_artifact"]["process"]
    (node,) = client.get(
        f"/conns/{connection}/processtrees/{process['tanium_recorder_table_id']}", context="node"
    )
    assert (node["pid"], node["process_path"]) == (process["pid"], row["path"])


@pytest.mark.parametrize(
    ("query", "test"),
    [
        ("state=unresolved", lambda row: row["state"] == "unresolved"),
        ("state=resolved", lambda row: row["state"] in ("resolved", "unresolved")),
        ("priority=high&priority=low", lambda row: row["priority"] in ("high", "low")),
        (
            "priority=HIGH&computerName=finance",
            lambda row: row["priority"] == "high" and "finance" in row["computerName"],
        ),
        ("intelDocId=501", lambda row: row["intelDocId"] == 501),
        ("intelDocId=50", lambda _row: False),
        ("intelType=yara", lambda row: row["intelDocId"] == 503),
        ("intelDocName=dropper", lambda row: row["intelDocId"] == 502),
        ("labelName=vendor", lambda row: row["intelDocId"] in (502, 504)),
        ("mitreId=T1059", lambda row: row["intelDocId"] == 501),
        ("platform=Linux", lambda row: row["computerName"].startswith("srv-")),
        ("details=Trojan", lambda row: "Trojan" in json.dumps(row.get("details"))),
        ("colour=red&offset=0", lambda _row: True),
    ],
)  # fmt: skip
def test_alert_filters(server: SimulatorServer, client: Client, query: str, test: Any) -> None:
    expected = [row["id"] for row in server.state.alerts.rows() if test(row)]
    body = client.get(f"/alerts?limit=500&{query}")
    assert [row["id"] for row in body["data"]] == expected
    assert body["meta"] == {"totalCount": 120, "filteredCount": len(expected)}


def test_alert_time_window_includes_its_start_only(server: SimulatorServer, client: Client) -> None:
    times = sorted(parse_iso(row["alertedAt"]) for row in server.state.alerts.rows())
    texts = {parse_iso(row["alertedAt"]): row["alertedAt"] for row in server.state.alerts.rows()}
    body = client.get("/alerts", alertedAtFrom=texts[times[10]], alertedAtUntil=texts[times[20]])
    assert sorted(parse_iso(row["alertedAt"]) for row in body["data"]) == times[10:20]
    assert client("GET", "/alerts", params={"alertedAtFrom": "yesterday"}).status_code == 400


def test_alerts_are_sorted(client: Client) -> None:
    newest = client.get("/alerts", sort="-createdAt,+id", limit=3)["data"]
    assert [row["id"] for row in newest] == [120, 119, 118]
    endpoint_time = [row["alertedAt"] for row in client.get("/alerts", sort="+alertedAt")["data"]]
    assert endpoint_time == sorted(endpoint_time)
    assert client("GET", "/alerts", params={"sort": "colour"}).status_code == 400


def test_expand_adds_the_intel_document(client: Client) -> None:
    (row,) = client.get("/alerts", expand="intelDoc", limit=1)["data"]
    assert row["intelDoc"]["id"] == row["intelDocId"]


def test_alerts_come_change_and_go(server: SimulatorServer, client: Client, clock: Clock) -> None:
    clock.pass_seconds(60)
    added = server.state.alerts.add(priority="high", computerName="new-host")
    assert (added["id"], added["createdAt"]) == (121, "2026-09-21T14:14:20.000Z")
    server.state.alerts.get(3)["state"] = "ignored"
    server.state.alerts.delete(5)
    rows = client.get("/alerts", limit=500)["data"]
    assert [row["id"] for row in rows] == [number for number in range(1, 122) if number != 5]
    assert (rows[2]["state"], rows[-1]["computerName"]) == ("ignored", "new-host")
