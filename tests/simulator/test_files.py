# File: test_files.py
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
"""Files: fetched by tasks, listed, downloaded as encrypted archives, deleted. Snapshots and tasks,
which work the same way.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.archives import Member, archive, write_archive
from dev.simulator.server import SimulatorServer
from dev.simulator.state.files import COLUMNS, MEMBER
from tests.simulator.conftest import Client, Clock


SNAPSHOT = (
    "completed connectionId created evidenceType hostname isUpload name recorderVersion size"
    " username uuid"
)


def unpacked(content: bytes, password: bytes = b"infected") -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        return {name: opened.read(name, password) for name in opened.namelist()}


def save(client: Client, connection: str, path: str) -> dict[str, Any]:
    reply = client("POST", f"/conns/{connection}/file", json={"path": path})
    assert reply.status_code == 200, reply.text
    body: dict[str, Any] = reply.json()
    return body


def test_saved_file_appears_when_its_task_is_done(
    client: Client, clock: Clock, connection: str
) -> None:
    before = client.get("/filedownload")["totalCount"]
    body = save(client, connection, seed.INVOICE_VIEWER.upper())
    task_id = body["taskInfo"]["id"]
    assert body == {
        "taskInfo": {
            "id": task_id,
            "status": "STARTED",
            "metadata": {
                "connection": connection,
                "paths": [seed.INVOICE_VIEWER.upper()],
                "compress": "true",
            },
            "startTime": "2026-09-21T14:13:20.000Z",
        },
        "status": "ACCEPTED",
    }
    clock.pass_seconds(1)
    assert client.get(f"/tasks/{task_id}")["data"]["status"] == "STARTED"
    assert client.get("/filedownload")["totalCount"] == before
    clock.pass_seconds(1)
    assert client.get("/filedownload")["totalCount"] == before + 1
    task = client.get(f"/tasks/{task_id}")["data"]
    assert (task["status"], task["error"], task["endTime"]) == (
        "COMPLETED",
        None,
        "2026-09-21T14:13:22.000Z",
    )
    file_id = Path(task["results"]["fileResults"][0]["finalPath"]).stem
    evidence = client.get(f"/filedownload/{file_id}")["evidence"]
    assert tuple(evidence) == COLUMNS
    assert (evidence["path"], evidence["hostname"], evidence["evidenceType"]) == (
        seed.INVOICE_VIEWER,
        "ws-finance-07",
        "file",
    )
    content = unpacked(client("GET", f"/filedownload/data/{file_id}").content)
    assert content == {MEMBER: seed.content_of(seed.INVOICE_VIEWER, evidence["size"])}


@pytest.mark.parametrize("status", ["COMPLETED", "INCOMPLETE"])
def test_task_of_a_file_that_is_not_there(
    server: SimulatorServer, client: Client, clock: Clock, connection: str, status: str
) -> None:
    server.settings.missing_file_status = status
    task_id = save(client, connection, "C:\\nowhere.txt")["taskInfo"]["id"]
    clock.pass_seconds(2)
    task = client.get(f"/tasks/{task_id}")["data"]
    assert (task["status"], task["results"]["failed"]) == (status, ["C:\\nowhere.txt"])


@pytest.mark.parametrize("host", [seed.FINANCE, seed.WEB_SERVER, seed.MAC])
def test_task_of_an_unreadable_file_ends_in_error(
    server: SimulatorServer, client: Client, clock: Clock, host: seed.Host
) -> None:
    (path,) = [file.path for file in seed.ENDPOINT_FILES[host.platform] if not file.readable]
    task_id = save(client, server.state.connections.open(host.hostname), path)["taskInfo"]["id"]
    clock.pass_seconds(2)
    task = client.get(f"/tasks/{task_id}")["data"]
    assert (task["status"], path in task["error"]) == ("ERROR", True)


def test_tasks_are_listed_and_unknown_ones_not_found(client: Client, connection: str) -> None:
    ids = [save(client, connection, path)["taskInfo"]["id"] for path in ("C:\\a", "C:\\b")]
    assert [task["id"] for task in client.get("/tasks")["data"]] == ids[::-1]
    assert [task["id"] for task in client.get("/tasks", limit=5, offset=1)["data"]] == ids[:1]
    assert client("GET", "/tasks/99").status_code == 404


@pytest.mark.parametrize("body", [{}, {"path": ""}, {"path": ["C:\\a"]}])
def test_save_without_a_path(client: Client, connection: str, body: dict[str, Any]) -> None:
    assert client("POST", f"/conns/{connection}/file", json=body).status_code == 400


def test_files_are_sorted_and_paged(client: Client) -> None:
    rows = client.get("/filedownload")["fileEvidence"]
    by_size = client.get("/filedownload", sort="-size", limit=3, offset=1)
    assert by_size["fileEvidence"] == sorted(rows, key=lambda row: -row["size"])[1:4]
    assert by_size["totalCount"] == len(rows)
    assert client("GET", "/filedownload", params={"sort": "color"}).status_code == 400


def test_names_in_content_disposition(server: SimulatorServer, client: Client) -> None:
    path = "C:\\Übersicht März.txt"
    forms = {}
    for form in ("plain", "extended", "both"):
        file_id = server.state.files.add(
            path, b"x", disposition=form, file_name="ws-finance-07_Übersicht März.txt.zip"
        )
        forms[form] = client("GET", f"/filedownload/data/{file_id}").headers["Content-Disposition"]
    plain, extended = (
        'filename="ws-finance-07__bersicht M_rz.txt.zip"',
        "filename*=UTF-8''ws-finance-07_%C3%9Cbersicht%20M%C3%A4rz.txt.zip",
    )
    assert forms == {
        "plain": f"attachment; {plain}",
        "extended": f"attachment; {extended}",
        "both": f"attachment; {plain}; {extended}",
    }


def test_any_body_can_stand_in_for_the_archive(
    server: SimulatorServer, client: Client, tmp_path: Path
) -> None:
    on_disk = tmp_path / "body"
    on_disk.write_bytes(bytes(range(256)) * 10_000)
    file_id = server.state.files.add("/var/big", body=on_disk)
    reply = client("GET", f"/filedownload/data/{file_id}")
    assert reply.headers["Content-Length"] == "2560000"
    assert reply.content == on_disk.read_bytes()
    plain = server.state.files.add("/var/small", body=b"<html>", content_type="text/html")
    assert client("GET", f"/filedownload/data/{plain}").content == b"<html>"
    assert server.log.connections() == 1


def test_deleted_file_is_gone(client: Client) -> None:
    file_id = client.get("/filedownload")["fileEvidence"][0]["uuid"]
    assert client("DELETE", f"/filedownload/{file_id}").status_code == 200
    for method, path in (("GET", file_id), ("GET", f"data/{file_id}"), ("DELETE", file_id)):
        assert client(method, f"/filedownload/{path}").status_code == 404


def test_archive_members_keep_names_content_and_mode() -> None:
    target = io.BytesIO()
    write_archive(
        target,
        [
            Member("a/Ü.txt", [b"one ", b"two"], utf8_flag=True),
            Member("link", [b"/etc/passwd"], 0o120777),
            Member("empty", []),
        ],
        b"other",
    )
    assert unpacked(target.getvalue(), b"other") == {
        "a/Ü.txt": b"one two",
        "link": b"/etc/passwd",
        "empty": b"",
    }
    with zipfile.ZipFile(target) as opened:
        assert opened.getinfo("link").external_attr >> 16 == 0o120777
        assert all(info.flag_bits & 1 for info in opened.infolist())


def test_archive_refuses_another_password() -> None:
    with pytest.raises(RuntimeError, match="Bad password"):
        unpacked(archive("x", b"content"), b"wrong")


def test_snapshot_is_completed_by_its_task(client: Client, clock: Clock, connection: str) -> None:
    body = client("POST", f"/conns/{connection}/snapshot").json()
    assert (body["status"], body["taskInfo"]["status"], body["taskInfo"]["metadata"]) == (
        "ACCEPTED",
        "STARTED",
        {"connection": connection},
    )
    row = client.get("/snapshot")["snapshots"][-1]
    assert row.keys() == set(SNAPSHOT.split())
    assert (row["connectionId"], row["completed"], row["created"]) == (
        connection,
        None,
        "2026-09-21T14:13:20.000Z",
    )
    clock.pass_seconds(2)
    assert client.get(f"/tasks/{body['taskInfo']['id']}")["data"]["results"]["uuid"] == row["uuid"]
    assert client.get("/snapshot")["snapshots"][-1]["completed"] == "2026-09-21T14:13:22.000Z"


def test_snapshots_are_listed_sorted_and_deleted(client: Client) -> None:
    body = client.get("/snapshot", sort="-size", limit=2)
    sizes = [row["size"] for row in body["snapshots"]]
    assert (sizes, body["totalCount"]) == (sorted(sizes, reverse=True), 4)
    old, *_, new = client.get("/snapshot")["snapshots"]
    assert old["created"].isdigit()
    assert new["created"].endswith("Z")
    ids = [old["uuid"], new["uuid"]]
    assert client("DELETE", "/snapshot", json={"ids": [ids[0], "unknown"]}).status_code == 404
    assert client("DELETE", "/snapshot", json={"ids": ids}).status_code == 200
    assert client("DELETE", "/snapshot", json={"ids": ids}).status_code == 404
    assert client.get("/snapshot")["totalCount"] == 2
    assert client("DELETE", "/snapshot", json={"ids": "text"}).status_code == 400
    assert client("GET", "/snapshot", params={"sort": "completed"}).status_code == 400
