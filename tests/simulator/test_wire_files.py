# File: test_wire_files.py
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
"""Fetched files, files on endpoints, and replies without a body."""

from __future__ import annotations

import io
import zipfile
from urllib.parse import quote

import pytest

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from tests.simulator.conftest import Client, Clock


GONE = r"C:\gone.exe"


def at(connection: str, operation: str, path: str) -> str:
    return f"/conns/{connection}/file/{operation}/{quote(path, safe='')}"


def test_name_of_a_download_is_unquoted_and_alone(client: Client) -> None:
    for row in client.get("/filedownload")["fileEvidence"]:
        reply = client("GET", f"/filedownload/data/{row['uuid']}")
        assert reply.headers["Content-Disposition"] == f"attachment; filename={row['uuid']}.zip"


def test_name_in_the_archive_need_not_be_the_files(
    client: Client, clock: Clock, connection: str
) -> None:
    reply = client("POST", f"/conns/{connection}/file", json={"path": seed.INVOICE_VIEWER}).json()
    clock.pass_seconds(2)
    task = client.get(f"/tasks/{reply['taskInfo']['id']}")["data"]
    file_id = task["results"]["fileResults"][0]["uuid"]
    body = client("GET", f"/filedownload/data/{file_id}").content
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        (inside,) = archive.namelist()
    reported = client.get(f"/filedownload/{file_id}")["evidence"]["path"]
    assert (reported, reported.endswith(inside)) == (seed.INVOICE_VIEWER, False)


def test_name_in_the_archive_is_utf8_without_the_flag(client: Client) -> None:
    (row,) = [
        row for row in client.get("/filedownload")["fileEvidence"] if "Übersicht" in row["path"]
    ]
    body = client("GET", f"/filedownload/data/{row['uuid']}").content
    assert "Übersicht März.txt".encode() in body
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        (info,) = archive.infolist()
    assert (info.flag_bits & 0x800, info.filename.isascii()) == (0, False)


def test_odd_files_are_a_setting(client: Client, clock: Clock) -> None:
    with SimulatorServer(clock=clock, odd_files=True) as other:
        odd = {row["path"] for row in other.state.files.rows()}
    usual = {row["path"] for row in client.get("/filedownload")["fileEvidence"]}
    assert odd - usual == {r"C:\Temp\collection", r"C:\Temp\uncompressed.bin"}


def test_missing_endpoint_file_is_deleted_with_500(client: Client, connection: str) -> None:
    assert client("DELETE", at(connection, "delete", GONE)).status_code == 500


@pytest.mark.parametrize("operation", ["info", "list"])
def test_other_missing_endpoint_files_are_404(
    client: Client, connection: str, operation: str
) -> None:
    assert client("GET", at(connection, operation, GONE)).status_code == 404


def test_info_of_a_file_names_its_whole_path(client: Client, connection: str) -> None:
    info = client.get(at(connection, "info", seed.INVOICE_VIEWER))["info"]
    assert info["name"] == info["canonicalPath"] == seed.INVOICE_VIEWER


def test_replies_without_a_body_have_no_content_type(
    server: SimulatorServer, client: Client, connection: str
) -> None:
    (local,) = [each for each in server.state.connections.all if each.startswith("local:")]
    for path in (f"/conns/{local}", f"/conns/delete/{connection}", "/alerts?id=1"):
        reply = client("DELETE", path)
        assert (reply.status_code, reply.content) == (204, b"")
        assert "Content-Type" not in reply.headers
