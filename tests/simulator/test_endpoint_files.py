# File: test_endpoint_files.py
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
"""Files and directories on an endpoint."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from tests.simulator.conftest import Client, Clock


DOWNLOADS = r"C:\Users\Public\Downloads"
PLUS = DOWNLOADS + r"\a+b 100%.txt"
INVOICE_COPY = DOWNLOADS + r"\archive\2026\März\Rechnung № 7 (Kopie).pdf"
LOCAL = "local:ws-finance-12:ws-finance-12-snapshot.db"


def at(connection: str, operation: str, path: str) -> str:
    return f"/conns/{connection}/file/{operation}/{quote(path, safe='')}"


def names(client: Client, connection: str, path: str) -> list[tuple[str, str]]:
    return [
        (entry["type"], entry["name"])
        for entry in client.get(at(connection, "list", path))["entries"]
    ]


@pytest.fixture
def linux(server: SimulatorServer) -> str:
    return server.state.connections.open(seed.WEB_SERVER.hostname)


@pytest.mark.parametrize("path", [DOWNLOADS, DOWNLOADS + "\\", DOWNLOADS.upper()])
def test_directory_is_listed(client: Client, connection: str, path: str) -> None:
    body = client.get(at(connection, "list", path))
    assert (body.keys(), body["cid"], body["path"]) == (
        {"sessionId", "cid", "path", "entries"},
        connection,
        path,
    )
    assert names(client, connection, path) == [
        ("FILE", "a+b 100%.txt"),
        ("DIRECTORY", "archive"),
        ("FILE", "invoice-viewer.exe"),
    ]
    assert body["entries"][2].keys() == {
        "type",
        "name",
        "permissions",
        "size",
        "createdDate",
        "modifiedDate",
    }
    assert (body["entries"][2]["size"], body["entries"][2]["permissions"]) == (48_211, 438)
    assert 0 < body["entries"][2]["createdDate"] <= body["entries"][2]["modifiedDate"]


def test_roots_and_empty_directories(client: Client, connection: str, linux: str) -> None:
    for path in ("C:", "c:\\"):
        assert ("DIRECTORY", "Users") in names(client, connection, path)
    assert names(client, linux, "/") == [
        ("DIRECTORY", name) for name in ("etc", "proc", "srv", "tmp", "var")
    ]
    assert names(client, linux, "/srv/web data/Überblick/") == [
        ("FILE", "back\\slash?.txt"),
        ("FILE", "日本語.txt"),
    ]
    assert names(client, connection, "C:\\Temp\\empty folder") == []


@pytest.mark.parametrize("platform", ["Windows", "Linux", "Mac"])
def test_every_file_is_described_by_its_path(
    server: SimulatorServer, client: Client, platform: str
) -> None:
    host = next(host for host in seed.HOSTS if host.platform == platform)
    opened = server.state.connections.open(host.hostname)
    for file in (*seed.ENDPOINT_FILES[platform], *seed.FILES_NEVER_FETCHED[platform]):
        body = client.get(at(opened, "info", file.path))
        assert body.keys() == {"sessionId", "cid", "path", "info"}
        assert (body["info"]["canonicalPath"], body["info"]["size"], body["info"]["type"]) == (
            file.path,
            file.size,
            "FILE",
        )
        directory, _, name = file.path.rpartition("\\" if platform == "Windows" else "/")
        (listed,) = [
            entry
            for entry in client.get(at(opened, "list", directory or "/"))["entries"]
            if entry["name"] == name
        ]
        assert {**listed, "name": file.path, "canonicalPath": file.path} == body["info"]


def test_directories_are_described_too(client: Client, connection: str, linux: str) -> None:
    for opened, path, canonical in (
        (connection, "c:", "C:\\"),
        (linux, "/", "/"),
        (linux, "/srv/web data/", "/srv/web data"),
    ):
        info = client.get(at(opened, "info", path))["info"]
        assert (info["type"], info["canonicalPath"], info["size"]) == ("DIRECTORY", canonical, 0)


def test_a_plus_is_no_blank(client: Client, linux: str) -> None:
    assert (
        client("GET", f"/conns/{linux}/file/info/%2Fsrv%2Fweb%20data%2Fa+b.txt").status_code == 200
    )
    assert client("GET", f"/conns/{linux}/file/info/%2Fsrv%2Fweb+data%2Fa+b.txt").status_code == 404


@pytest.mark.parametrize("operation", ["list", "info", "delete"])
def test_slashes_of_a_path_must_be_encoded(client: Client, linux: str, operation: str) -> None:
    verb = "DELETE" if operation == "delete" else "GET"
    for path in (
        "/srv/web%20data",
        "srv/web%20data",
        "%2Fsrv/web%20data",
        "",
        "%2Fsrv%2Fweb%20data/",
    ):
        assert client(verb, f"/conns/{linux}/file/{operation}/{path}").status_code == 404


@pytest.mark.parametrize(
    ("operation", "path", "status"),
    [
        ("list", "C:\\nowhere", 404),
        ("list", seed.INVOICE_VIEWER, 400),
        ("info", "C:\\nowhere\nat all", 404),
        ("info", "D:", 404),
        ("delete", "C:\\nowhere", 500),
        ("delete", DOWNLOADS, 400),
        ("delete", seed.UNREADABLE_ON_WINDOWS, 400),
    ],
)
def test_paths_that_are_refused(
    client: Client, connection: str, operation: str, path: str, status: int
) -> None:
    reply = client("DELETE" if operation == "delete" else "GET", at(connection, operation, path))
    assert reply.status_code == status
    assert reply.json().keys() == {"errors" if status == 400 else "text"}


def save(client: Client, connection: str, path: str) -> int:
    task_id: int = client("POST", f"/conns/{connection}/file", json={"path": path}).json()[
        "taskInfo"
    ]["id"]
    return task_id


@pytest.mark.parametrize("path", [PLUS, INVOICE_COPY, seed.INVOICE_VIEWER.lower()])
def test_deleted_file_is_gone_from_this_endpoint_alone(
    server: SimulatorServer, client: Client, clock: Clock, connection: str, path: str
) -> None:
    before = save(client, connection, path)
    clock.pass_seconds(2)
    assert client("DELETE", at(connection, "delete", path)).content == b""
    assert client("DELETE", at(connection, "delete", path)).status_code == 500
    after = save(client, connection, path)
    other = save(client, server.state.connections.open(seed.FINANCE_12.hostname), path)
    clock.pass_seconds(2)
    results = [client.get(f"/tasks/{task}")["data"]["results"] for task in (before, after, other)]
    assert [len(result["failed"]) for result in results] == [0, 1, 0]
    directory, _, name = path.rpartition("\\")
    assert name.lower() not in [entry.lower() for _, entry in names(client, connection, directory)]


def test_files_come_by_a_test(server: SimulatorServer, client: Client, linux: str) -> None:
    for number in range(300):
        server.state.endpoint_files.add(seed.WEB_SERVER, f"/var/new/{number:03d}.log", size=number)
    assert [name for _, name in names(client, linux, "/var/new")] == [
        f"{number:03d}.log" for number in range(300)
    ]


@pytest.mark.parametrize("operation", ["list", "info", "delete"])
def test_connection_must_be_live_and_to_an_endpoint(
    server: SimulatorServer, client: Client, connection: str, operation: str
) -> None:
    server.state.connections.close(connection)
    verb = "DELETE" if operation == "delete" else "GET"
    statuses = {
        opened: client(verb, at(opened, operation, PLUS)).status_code
        for opened in (connection, LOCAL, "remote:nobody:1:1")
    }
    assert statuses == {connection: 400, LOCAL: 400, "remote:nobody:1:1": 404}
