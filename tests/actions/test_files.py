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
"""Files: saved from endpoints, listed, deleted, and brought into the vault."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.archives import Member
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tests.actions.conftest import THREAT_RESPONSE, Untouched, asked
from tests.conftest import RunAction, run_on


DOWNLOAD = {"Content-Type": "application/zip"}


def test_list_files_is_one_request(tanium: SimulatorServer, run: RunAction) -> None:
    listed = run("list files")

    assert asked(tanium) == ["GET /filedownload?limit=1000&offset=0"]
    assert listed.rows == tanium.state.files.rows()
    count = len(listed.rows)
    assert (listed.ok, listed.message, listed.summary) == (
        True,
        f"File count: {count}",
        {"file_count": count},
    )


def test_list_files_sends_limit_offset_and_sort(tanium: SimulatorServer, run: RunAction) -> None:
    listed = run("list files", limit="3", offset=1.0, sort="-hostname,path")

    assert tanium.log[0].pairs == [("limit", "3"), ("offset", "1"), ("sort", "-hostname,path")]
    assert listed.summary == {"file_count": 3}


def test_list_files_refuses_to_sort_by_what_is_no_column(
    tanium: SimulatorServer, run: RunAction
) -> None:
    failed = run("list files", sort="hostname,age")

    assert failed.message.startswith(
        "Parameter 'sort' names 'age': use one or more of uuid, path, hostname"
    )
    assert len(tanium.log) == 0


@pytest.mark.parametrize("dialect", ["production", "specified"])
def test_list_files_of_several_hosts_and_hashes(
    tanium: SimulatorServer, run: RunAction, dialect: str
) -> None:
    tanium.settings.dialect = dialect
    rows = tanium.state.files.rows()
    of_host = [row["uuid"] for row in rows if row["hostname"] in ("srv-web-01", "mac-design-03")]
    hashes = ",".join([rows[0]["hash"], rows[-1]["hash"].upper(), "none"])

    hosts = run("list files", hostname="SRV-web-01, mac-design-03,nowhere")
    paged = run("list files", hostname=["srv-web-01", "mac-design-03"], limit=2, offset=1)
    both = run("list files", hash=hashes, hostname=f"{rows[0]['hostname']},nowhere")

    assert [row["uuid"] for row in hosts.rows] == of_host
    assert [row["uuid"] for row in paged.rows] == of_host[1:3]
    assert len(of_host) > 2
    wanted = {rows[0]["hash"]} | (
        {rows[-1]["hash"]} if rows[-1]["hostname"] == rows[0]["hostname"] else set()
    )
    assert {row["hash"] for row in both.rows} == wanted


def test_save_file_starts_it_and_waits_for_nothing(
    tanium: SimulatorServer, run: RunAction, connection: str
) -> None:
    tanium.settings.task_seconds = 1000

    saved = run("save file", connection_id=connection, file_path=seed.INVOICE_VIEWER)

    assert asked(tanium) == [f"POST /conns/{connection}/file"]
    assert json.loads(tanium.log[0].body or b"") == {"path": seed.INVOICE_VIEWER}
    assert (saved.ok, saved.message, saved.summary) == (
        True,
        "Save file requested",
        {"task_id": 1301},
    )
    (row,) = saved.rows
    assert set(row) == {"taskInfo", "status"}
    assert row["taskInfo"]["metadata"] == {
        "connection": connection,
        "paths": [seed.INVOICE_VIEWER],
        "compress": "true",
    }


@pytest.mark.parametrize(
    "path",
    [
        "C:\\Users\\Ünï çødé\\résumé (1) 100%.docx",
        "/tmp/a b/\u202e\u4f8b\U0001f600.bin",
        "/x?y=1&z#frag;%2e%2e/../..",
        "/quote\"'`$(id)`/\t\n\x01end",
        "\\\\?\\UNC\\server\\share\\{0}",
        "/" + "n" * 30_000,
    ],
)
def test_save_file_path_arrives_as_it_is(
    tanium: SimulatorServer, run: RunAction, connection: str, path: str
) -> None:
    saved = run("save file", connection_id=connection, file_path=path)

    assert saved.ok, saved.message
    assert json.loads(tanium.log[0].body or b"") == {"path": path}
    assert tanium.log[0].path == f"{THREAT_RESPONSE}/conns/{connection}/file"


def test_delete_file(tanium: SimulatorServer, run: RunAction) -> None:
    file_id = next(iter(tanium.state.files.all))

    deleted = run("delete file", file_id=file_id)

    assert asked(tanium) == [f"DELETE /filedownload/{file_id}"]
    assert (deleted.ok, deleted.message, deleted.rows, deleted.summary) == (
        True,
        "Delete file requested",
        [],
        {},
    )
    assert file_id not in tanium.state.files.all


@pytest.mark.parametrize("action", ["delete file", "get file"])
@pytest.mark.parametrize("file_id", ["..", "data/1", "a\\b", "", "  "])
def test_file_id_that_is_no_segment_is_refused(
    tanium: SimulatorServer, run: RunAction, untouched: Untouched, action: str, file_id: str
) -> None:
    failed = run(action, file_id=file_id)

    assert not failed.ok
    assert failed.message.startswith("Parameter 'file_id' is ")
    assert len(tanium.log) == 0
    assert untouched()


@pytest.mark.parametrize("action", ["delete file", "get file"])
def test_unknown_file(
    tanium: SimulatorServer, run: RunAction, untouched: Untouched, action: str
) -> None:
    failed = run(action, file_id="unknown")

    assert not failed.ok
    assert "File 'unknown' not found" in failed.message
    assert len(tanium.log) == 1
    assert untouched()


def test_every_file_of_the_server_reaches_the_vault(
    tanium: SimulatorServer, run: RunAction, soar: LocalSoar
) -> None:
    """Windows and POSIX paths, names beyond ASCII, an empty file, every form of
    Content-Disposition.
    """
    saved = [
        (file_id, path, size)
        for file_id, (path, size) in (
            (i, (d.row["path"], d.row["size"])) for i, d in tanium.state.files.all.items()
        )
    ]
    for file_id, path, size in [
        one for one in saved if not one[1].startswith("C:\\Temp\\") or one[1].endswith("empty.log")
    ]:
        content = seed.content_of(path, size)
        got = run("get file", file_id=file_id)

        assert (got.ok, got.message, got.summary) == (
            True,
            "File downloaded to vault",
            {},
        ), got.message
        (row,) = got.rows
        name = path.replace("\\", "/").split("/")[-1]
        assert (row["name"], row["file_name"], row["size"]) == (name, name, size)
        assert (
            row["vault_id"]
            == row["hash"]
            == row["metadata"]["sha1"]
            == hashlib.sha1(content).hexdigest()
        )
        assert row["metadata"]["sha256"] == hashlib.sha256(content).hexdigest()
        assert (row["metadata"]["action"], row["metadata"]["size"], row["succeeded"]) == (
            "get file",
            size,
            True,
        )
        assert Path(row["path"]).read_bytes() == content
    assert not list(soar.installation.folder("vault", "tmp").iterdir())


def test_get_file_asks_for_the_file_and_for_its_name(
    tanium: SimulatorServer, run: RunAction
) -> None:
    file_id = next(iter(tanium.state.files.all))

    run("get file", file_id=file_id)

    assert asked(tanium) == [
        f"GET /filedownload/data/{file_id}",
        f"GET /filedownload/{file_id}",
    ]


@pytest.mark.parametrize("dialect", ["production", "specified"])
@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("C:\\Users\\J\u00fcrgen\\\u00dcbersicht.docx", "\u00dcbersicht.docx"),
        ("/tmp/\u4f8b\u3048", "\u4f8b\u3048"),
        ("C:\\..", "member"),
        ("", "member"),
    ],
)
def test_get_file_has_the_name_that_it_has_on_its_endpoint(
    tanium: SimulatorServer, run: RunAction, dialect: str, path: str, name: str
) -> None:
    """The archive calls it something else."""
    tanium.settings.dialect = dialect
    file_id = tanium.state.files.add(path, members=[Member("a/member", [b"content"])])

    got = run("get file", file_id=file_id)

    assert got.ok, got.message
    assert [(row["name"], row["file_name"]) for row in got.rows] == [(name, name)]


@pytest.mark.parametrize(
    "fault",
    [
        Fault("status", path_contains="/filedownload/", status=404),
        Fault("status", path_contains="/filedownload/", status=500, times=None),
        Fault("reset_before", path_contains="/filedownload/", times=None),
        Fault("json", path_contains="/filedownload/", value={"evidence": {"path": None}}),
        Fault("json", path_contains="/filedownload/", value={"evidence": {"path": ["C:\\x"]}}),
        Fault("json", path_contains="/filedownload/", value=[]),
    ],
    ids=lambda fault: f"{fault.kind}-{fault.status}",
)
def test_get_file_whose_name_is_not_told_has_the_one_in_the_archive(
    tanium: SimulatorServer, run: RunAction, fault: Fault
) -> None:
    file_id = tanium.state.files.add("C:\\told.exe", members=[Member("own.exe", [b"content"])])

    def refuse_what_comes_next(request: Any) -> None:
        if "/data/" in request.path and not fault.applied:
            tanium.faults.add(fault)

    tanium.log.watch = refuse_what_comes_next
    got = run("get file", file_id=file_id)

    assert fault.applied
    assert got.ok, got.message
    assert [row["name"] for row in got.rows] == ["own.exe"]


@pytest.mark.parametrize("action", ["get file", "collect file"])
def test_empty_download_is_an_error(
    tanium: SimulatorServer, run: RunAction, untouched: Untouched, action: str
) -> None:
    file_id = tanium.state.files.add("C:\\x", body=b"")
    tanium.faults.add(
        Fault("status", path_contains="/filedownload/data", status=200, body="", headers=DOWNLOAD)
    )
    given = (
        {"file_id": file_id}
        if action == "get file"
        else {
            "destination": seed.FINANCE.client_id,
            "destination_type": "client_id",
            "file_path": seed.INVOICE_VIEWER,
        }
    )

    failed = run(action, **given)

    assert not failed.ok
    assert failed.message.startswith("Tanium sent an empty answer for the file '")
    assert untouched()


def test_get_file_with_several_members_has_a_row_for_each(
    tanium: SimulatorServer, run: RunAction, soar: LocalSoar
) -> None:
    members = [
        Member("a/same.txt", [b"one"]),
        Member("b\\same.txt", [b"two"]),
        Member("c/copy.txt", [b"one"]),
        Member("empty", []),
    ]
    file_id = tanium.state.files.add("C:\\collection", members=members)

    got = run("get file", file_id=file_id)

    assert got.ok, got.message
    assert [row["name"] for row in got.rows] == ["same.txt", "same.txt", "copy.txt", "empty"]
    assert [Path(row["path"]).read_bytes() for row in got.rows] == [b"one", b"two", b"one", b""]
    assert len(soar.vault_items()) == 4


@pytest.mark.parametrize(
    ("disposition", "kept_as"),
    [("plain", "Gr__e.bin"), ("extended", "Größe.bin"), ("both", "Größe.bin")],
)
@pytest.mark.parametrize("path", ["", "/tmp/on the endpoint.bin"])
def test_get_file_that_is_no_archive_is_kept_with_its_name(
    tanium: SimulatorServer, run: RunAction, disposition: str, kept_as: str, path: str
) -> None:
    file_id = tanium.state.files.add(
        path,
        body=b"PKnot a zip",
        content_type="application/octet-stream",
        file_name="Größe.bin",
        disposition=disposition,
    )

    got = run("get file", file_id=file_id)

    assert got.ok, got.message
    (row,) = got.rows
    assert (row["name"], row["size"], row["vault_id"]) == (
        "on the endpoint.bin" if path else kept_as,
        11,
        hashlib.sha1(b"PKnot a zip").hexdigest(),
    )
    assert Path(row["path"]).read_bytes() == b"PKnot a zip"


@pytest.mark.parametrize(
    ("reported", "kept_as"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\evil.exe", "evil.exe"),
        ("..", None),
        (".. ", None),
        ("C:..", None),
        ("a\x01b\x7f.txt", "a_b_.txt"),
        ("dir/", "dir"),
        ("", None),
    ],
)
def test_get_file_name_told_by_the_server_is_never_a_path(
    tanium: SimulatorServer, run: RunAction, soar: LocalSoar, reported: str, kept_as: str | None
) -> None:
    file_id = tanium.state.files.add(
        "", body=b"bytes", file_name=reported or "x", disposition="extended"
    )
    tanium.state.files.all[file_id].file_name = reported

    got = run("get file", file_id=file_id)

    assert got.ok, got.message
    assert got.rows[0]["name"] == (kept_as or file_id)
    assert not list(soar.installation.folder("vault", "tmp").iterdir())


@pytest.mark.parametrize(
    "header",
    [
        "attachment",
        "attachment; filename*=idna''x",
        "attachment; filename*=undefined''x",
        "attachment; filename*;filename*1*",
        "attachment; filename*=nonsense''%ff",
        ";;;=;",
    ],
)
def test_get_file_with_a_strange_disposition_is_kept(
    tanium: SimulatorServer, run: RunAction, header: str
) -> None:
    file_id = tanium.state.files.add("")
    tanium.faults.add(
        Fault("status", status=200, body="bytes", headers={"Content-Disposition": header})
    )

    got = run("get file", file_id=file_id)

    assert got.ok, got.message
    assert got.rows[0]["name"] in (file_id, "\xff")
    assert Path(got.rows[0]["path"]).read_bytes() == b"bytes"


def test_get_file_larger_than_allowed_leaves_nothing(
    tanium: SimulatorServer, soar: LocalSoar, untouched: Untouched
) -> None:
    soar.update_asset(
        "tanium", {"base_url": tanium.url, "api_token": seed.TOKEN, "max_file_size": 1}
    )
    file_id = tanium.state.files.add(
        "/x", body=b"x" * (1024 * 1024 + 1), content_type="application/octet-stream"
    )

    failed = run_on(soar, "get file", file_id=file_id)

    assert not failed.ok
    assert "max_file_size" in failed.message
    assert "1048577 bytes" in failed.message
    assert untouched()


def test_get_file_exactly_as_large_as_allowed(tanium: SimulatorServer, soar: LocalSoar) -> None:
    soar.update_asset(
        "tanium", {"base_url": tanium.url, "api_token": seed.TOKEN, "max_file_size": 1}
    )
    file_id = tanium.state.files.add(
        "/x", body=b"x" * (1024 * 1024), content_type="application/octet-stream"
    )

    assert run_on(soar, "get file", file_id=file_id).ok


def test_get_file_when_the_disk_is_full_leaves_nothing(
    tanium: SimulatorServer, run: RunAction, untouched: Untouched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=64 * 1024 * 1024 + 10))
    file_id = tanium.state.files.add("C:\\x.exe", b"x" * 5000)

    failed = run("get file", file_id=file_id)

    assert not failed.ok
    assert "SOAR's vault has only 10 free" in failed.message
    assert untouched()


def test_get_file_into_a_container_that_is_gone_leaves_nothing(
    tanium: SimulatorServer, run: RunAction, untouched: Untouched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "phantom.rules.vault_add", lambda **_: (False, "Container 1 not found", None)
    )

    failed = run("get file", file_id=next(iter(tanium.state.files.all)))

    assert not failed.ok
    assert "Container 1 not found" in failed.message
    assert untouched()
