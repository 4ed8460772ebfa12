# File: test_wire_intel.py
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
"""Intel documents, labels and reputations: what shipping clients send, what servers answer."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest

from dev.simulator.server import SimulatorServer
from tests.simulator.conftest import Client, Clock


IOC = b'<ioc xmlns="http://schemas.mandiant.com/2010/ioc" id="sample-ioc"/>'
YARA = b"rule sample { condition: true }"
SIGNAL = {
    "name": "Shell started by a service",
    "description": "made by a test",
    "platforms": ["windows", "linux", "mac"],
    "contents": "process.path contains 'sh'",
}
MD5, SHA1, SHA256 = "0" * 31 + "1", "0" * 39 + "1", "0" * 63 + "1"


@pytest.fixture
def source(client: Client) -> str:
    """The path of a source of the client's own."""
    body = {"type": "api-client", "name": "Feed", "description": "of a test", "canDelete": True}
    row = client("POST", "/sources", json=body).json()["data"]
    assert (row["name"], row["type"]) == ("Feed", "api-client")
    return f"/sources/{row['id']}"


def documents(client: Client) -> dict[int, dict[str, Any]]:
    return {row["id"]: row for row in client.get("/intels/", limit=500)["data"]}


@pytest.mark.parametrize("path", ["/intels", "/intels/"])
def test_list_with_and_without_the_slash(client: Client, path: str) -> None:
    assert client.get(path, limit=1)["data"]


def test_columns_that_are_objects_and_lists(client: Client) -> None:
    rows = documents(client)
    assert rows[501]["mitreAttack"] == {
        "techniques": [
            {"id": "T1204.002", "name": "Malicious File"},
            {"id": "T1059.001", "name": "PowerShell"},
        ]
    }
    assert {type(row["compiled"]) for row in rows.values()} == {dict}
    assert {type(row["platforms"]) for row in rows.values()} == {list}
    signals = {row["intrinsicId"] for row in rows.values() if row["type"] == "tanium-signal"}
    assert signals == {None}
    assert {type(row["mitreAttack"]) for row in rows.values()} == {dict, type(None)}


@pytest.mark.parametrize(
    ("disposition", "kind"),
    [
        ("attachment; filename = a.ioc", "openioc"),
        ("attachment; filename=a.ioc", "openioc"),
        ('attachment; filename="a.ioc"', "openioc"),
        ("attachment; filename = a.yar", "yara"),
        ("attachment; filename = a.yara", "yara"),
    ],
)
def test_upload_by_file_name(client: Client, disposition: str, kind: str) -> None:
    reply = client(
        "POST",
        "/intels",
        data=IOC if kind == "openioc" else YARA,
        headers={"Content-Disposition": disposition, "Content-Type": "application/octet-stream"},
    )
    doc = reply.json()["data"]
    assert (reply.status_code, doc["type"]) == (200, kind)
    assert doc["intrinsicId"] == ("sample-ioc" if kind == "openioc" else disposition.split()[-1])


def test_sources_have_id_and_name(client: Client) -> None:
    rows = client.get("/sources")["data"]
    assert rows
    assert all(isinstance(row["id"], int) and row["name"] for row in rows)


def test_source_of_another_type_is_refused(client: Client) -> None:
    assert client("POST", "/sources", json={"type": "x", "name": "y"}).status_code == 400
    assert client("POST", "/sources/99/intels", json=SIGNAL).status_code == 404


@pytest.mark.parametrize(
    ("kind", "body", "content_type"),
    [
        ("yara", YARA, "application/octet-stream"),
        ("stix", b'<p id="pack-1"/>', "application/xml"),
        ("openioc", IOC, "application/xml"),
    ],
)
def test_document_of_a_source_has_its_type_in_a_header(
    client: Client, source: str, kind: str, body: bytes, content_type: str
) -> None:
    headers = {"type": kind, "Content-Type": content_type}
    if kind != "openioc":
        headers.update(name="Sample", description="of a test")
    doc = client("POST", f"{source}/intels", data=body, headers=headers).json()["data"]
    assert (doc["type"], doc["contents"]) == (kind, body.decode())
    assert source.endswith(f"/{doc['sourceId']}")
    if kind != "openioc":
        assert (doc["name"], doc["description"]) == ("Sample", "of a test")


def test_signal_is_a_json_object(client: Client, source: str) -> None:
    doc = client("POST", f"{source}/intels", json=SIGNAL).json()["data"]
    assert {name: doc[name] for name in SIGNAL} == SIGNAL
    assert (doc["type"], doc["intrinsicId"]) == ("tanium-signal", None)
    changed = {**SIGNAL, "name": "Renamed", "platforms": ["linux"], "contents": "file.path is 'a'"}
    updated = client("PUT", f"/intels/{doc['id']}", json=changed).json()["data"]
    assert {name: updated[name] for name in SIGNAL} == changed
    assert (updated["id"], updated["revisionId"]) == (doc["id"], 2)


@pytest.mark.parametrize(
    "changes", [{"name": ""}, {"contents": None}, {"platforms": []}, {"platforms": ["amiga"]}]
)
def test_signals_that_are_refused(client: Client, source: str, changes: dict[str, Any]) -> None:
    before = documents(client)
    assert client("POST", f"{source}/intels", json={**SIGNAL, **changes}).status_code == 400
    assert client("PUT", "/intels/501", json={**SIGNAL, **changes}).status_code == 400
    assert documents(client) == before


def test_documents_are_deleted_in_bulk(client: Client) -> None:
    assert client("DELETE", "/intels/?id=501&id=503").status_code == 200
    assert documents(client).keys() == {502, 504, 505}


@pytest.mark.parametrize(
    ("kind", "values", "terms"),
    [
        (
            "File Hashes",
            [MD5, SHA1, SHA256],
            ["FileItem/Md5sum", "FileItem/Sha1sum", "FileItem/Sha256sum"],
        ),
        (
            "Network Indicators",
            ["192.0.2.1", "2001:db8::1", "bad.example.com", "host-1"],
            ["PortItem/remoteIP"] * 2 + ["DnsEntryItem/RecordName"] * 2,
        ),
    ],
)
def test_quick_add_makes_a_document_that_is_posted_next(
    client: Client, source: str, kind: str, values: list[str], terms: list[str]
) -> None:
    before = documents(client)
    body = {"exact": True, "name": "A & B", "type": kind, "text": "\n".join(values)}
    reply = client("POST", "/intels/quick-add", json=body)
    assert reply.headers["Content-Type"].startswith("application/xml")
    root = ElementTree.fromstring(reply.content)
    contexts = [element for element in root.iter() if element.tag.endswith("}Context")]
    contents = [element.text for element in root.iter() if element.tag.endswith("}Content")]
    assert ([each.get("search") for each in contexts], contents) == (terms, values)
    assert documents(client) == before
    headers = {"type": "openioc", "Content-Type": "application/xml"}
    doc = client("POST", f"{source}/intels", data=reply.content, headers=headers).json()["data"]
    assert (doc["name"], doc["type"], doc["intrinsicId"]) == ("A & B", "openioc", root.get("id"))
    assert len(documents(client)) == len(before) + 1


@pytest.mark.parametrize(
    "changes",
    [{"text": ""}, {"text": "abc"}, {"type": "Colours"}, {"name": ""}, {"text": f"{MD5}\nno hash"}],
)
def test_quick_adds_that_are_refused(client: Client, changes: dict[str, Any]) -> None:
    body = {"exact": True, "name": "Sample", "type": "File Hashes", "text": MD5, **changes}
    assert client("POST", "/intels/quick-add", json=body).status_code == 400


def test_deployment_says_what_is_pending(client: Client, clock: Clock) -> None:
    task_id = client("POST", "/intel/deploy").json()["data"]["taskId"]
    status = client.get("/intel/status")["data"]
    assert status["pendingRevision"] == status["currentRevision"] + 1
    assert status["pendingSize"] == status["currentSize"]
    clock.pass_seconds(2)
    task = client.get(f"/tasks/{task_id}")["data"]
    assert (task["type"], task["status"]) == ("deployIntel", "COMPLETED")
    assert task["results"].keys() == {"id", "name"}
    assert client.get("/intel/status")["data"]["pendingRevision"] is None


@pytest.mark.parametrize("path", ["/labels", "/labels/"])
def test_labels_with_and_without_the_slash(client: Client, path: str) -> None:
    assert client.get(path, limit=500)["data"]


@pytest.mark.parametrize("label_id", ["3", 3])
def test_label_is_added_by_its_id_as_text(client: Client, label_id: object) -> None:
    labels = client("PUT", "/intels/501/labels", json={"id": label_id}).json()["data"]
    assert [row["id"] for row in labels] == [1, 2, 3]


def test_reputations_are_appended_to_the_black_list(
    server: SimulatorServer, client: Client
) -> None:
    row = {
        "list": "blacklist",
        "MD5": "",
        "SHA-1": "",
        "SHA-256": SHA256,
        "uploadedHash": SHA256,
        "notes": "of a test",
    }
    path = "/plugin/products/reputation/v3/reputations/custom/upload?append=true"
    for _ in range(2):
        assert client("POST", path, json=[row]).status_code == 200
    assert server.state.reputation.rows == [row, row]
    assert client("POST", path, json=[{**row, "MD5": None}]).status_code == 400
    assert client("POST", path, json=row).status_code == 400
