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
"""Files on a connected endpoint: directories, details, deletion. Every path reaches the server as
it is.
"""

from __future__ import annotations

from urllib.parse import quote

import pytest

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from tests.actions.conftest import asked
from tests.conftest import RunAction


DIALECTS = ["production", "specified"]
ON_WINDOWS = [file.path for file in seed.FILES_NEVER_FETCHED["Windows"]] + [
    seed.INVOICE_VIEWER,
    "C:\\ProgramData\\Updater\\settings 100%.json",
]
ON_LINUX = [file.path for file in seed.FILES_NEVER_FETCHED["Linux"]] + [
    "/tmp/.cache/updater",
    "/etc/hosts",
]
PATHS = [
    *((seed.FINANCE, path) for path in ON_WINDOWS),
    *((seed.WEB_SERVER, path) for path in ON_LINUX),
]
STRANGE = [
    "/tmp/a%2Fb",
    "/tmp/x;y=1#z?q",
    "/tmp/ leading",
    "/tmp/\u202e\U0001f600",
    "/tmp/{0}\t.txt",
    "/tmp/" + "n" * 2000,
]


def ids(pair: object) -> str:
    return ascii(pair)[-20:]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_list_endpoint_files(
    tanium: SimulatorServer, run: RunAction, connection: str, dialect: str
) -> None:
    tanium.settings.dialect = dialect

    listed = run(
        "list endpoint files",
        connection_id=connection,
        directory_path="C:\\Users\\Public\\Downloads",
    )

    assert asked(tanium) == [f"GET /conns/{connection}/file/list/C:%5CUsers%5CPublic%5CDownloads"]
    assert listed.ok, listed.message
    assert [(row["type"], row["path"]) for row in listed.rows] == [
        ("FILE", "C:\\Users\\Public\\Downloads\\a+b 100%.txt"),
        ("DIRECTORY", "C:\\Users\\Public\\Downloads\\archive"),
        ("FILE", seed.INVOICE_VIEWER),
    ]
    assert (listed.message, listed.summary) == ("Entries found: 3", {"file_count": 3})


@pytest.mark.parametrize(
    ("host", "directory", "path"),
    [
        (seed.FINANCE, "C:\\Temp\\", "C:\\Temp\\empty.log"),
        (seed.FINANCE, "c:\\temp", "c:\\temp\\empty.log"),
        (seed.FINANCE, "C:\\", "C:\\pagefile.sys"),
        (seed.WEB_SERVER, "/", "/etc"),
        (seed.WEB_SERVER, "/srv/web data/Überblick/", "/srv/web data/Überblick/日本語.txt"),
        (seed.WEB_SERVER, "/srv/web data/Überblick", "/srv/web data/Überblick/back\\slash?.txt"),
    ],
    ids=ids,
)
def test_paths_that_are_listed_can_be_looked_at(
    tanium: SimulatorServer, run: RunAction, host: seed.Host, directory: str, path: str
) -> None:
    connection_id = tanium.state.connections.open(host.hostname)

    listed = run("list endpoint files", connection_id=connection_id, directory_path=directory)

    assert path in [row["path"] for row in listed.rows], listed
    for row in listed.rows:
        assert run(
            "get endpoint file details", connection_id=connection_id, file_path=row["path"]
        ).ok


def test_empty_directory(run: RunAction, connection: str) -> None:
    listed = run(
        "list endpoint files", connection_id=connection, directory_path="C:\\Temp\\empty folder"
    )

    assert (listed.ok, listed.rows, listed.summary) == (True, [], {"file_count": 0})


@pytest.mark.parametrize("dialect", DIALECTS)
def test_get_endpoint_file_details(
    tanium: SimulatorServer, run: RunAction, connection: str, dialect: str
) -> None:
    tanium.settings.dialect = dialect

    got = run("get endpoint file details", connection_id=connection, file_path=seed.INVOICE_VIEWER)

    (row,) = got.rows
    assert (row["path"], row["canonicalPath"], row["size"], row["type"]) == (
        seed.INVOICE_VIEWER,
        seed.INVOICE_VIEWER,
        48_211,
        "FILE",
    )
    assert (got.message, got.summary) == ("File details retrieved", {})


@pytest.mark.parametrize(("host", "path"), PATHS, ids=ids)
def test_path_reaches_the_server_exactly_and_one_file_is_deleted(
    tanium: SimulatorServer, run: RunAction, host: seed.Host, path: str
) -> None:
    connection_id = tanium.state.connections.open(host.hostname)
    files = tanium.state.endpoint_files._disk(host).files
    before = set(files)

    assert (
        run("get endpoint file details", connection_id=connection_id, file_path=path).rows[0][
            "canonicalPath"
        ]
        == path
    )
    deleted = run("delete endpoint file", connection_id=connection_id, file_path=path)

    assert (deleted.ok, deleted.message, deleted.rows, deleted.summary) == (
        True,
        "File deleted on the endpoint",
        [],
        {},
    )
    assert asked(tanium)[-1] == f"DELETE /conns/{connection_id}/file/delete/{quote(path, safe=':')}"
    assert before - set(files) == {path if host is seed.WEB_SERVER else path.lower()}


@pytest.mark.parametrize("path", STRANGE, ids=ids)
@pytest.mark.parametrize("action", ["get endpoint file details", "delete endpoint file"])
def test_strange_path_is_the_one_that_the_server_sees(
    tanium: SimulatorServer, run: RunAction, action: str, path: str
) -> None:
    connection_id = tanium.state.connections.open(seed.WEB_SERVER.hostname)
    tanium.state.endpoint_files.add(seed.WEB_SERVER, path)

    assert run(action, connection_id=connection_id, file_path=path).ok

    assert (tanium.state.endpoint_files.find(seed.WEB_SERVER, path) is None) is (
        action == "delete endpoint file"
    )


@pytest.mark.parametrize(
    "path",
    [
        "dropper.exe",
        "Users\\Public\\x",
        "C:x",
        "C:\\Users\\Public\\Downloads\\*",
        "C:\\*.exe",
        "/tmp/*",
        "C:\\Users\\..\\Windows\\x",
        "/tmp/../etc/hosts",
        "/tmp/..",
        "/tmp/",
        "C:\\Temp\\",
        "/",
        "C:\\",
        "..",
        ".",
        "*",
        "file:///etc/hosts",
        ["C:\\a", "C:\\b"],
        "",
        None,
        True,
    ],
)
def test_delete_endpoint_file_takes_the_full_path_of_one_file(
    tanium: SimulatorServer, run: RunAction, connection: str, path: object
) -> None:
    failed = run("delete endpoint file", connection_id=connection, file_path=path)

    assert failed.message.startswith("Parameter 'file_path' is ")
    assert len(tanium.log) == 0


@pytest.mark.parametrize(
    "path",
    ["C:\\Users\\Public", "C:\\nowhere.txt", seed.UNREADABLE_ON_WINDOWS, "C:\\a.txt,C:\\b.txt"],
)
def test_delete_endpoint_file_that_the_endpoint_refuses(
    tanium: SimulatorServer, run: RunAction, connection: str, path: str
) -> None:
    before = set(tanium.state.endpoint_files._disk(seed.FINANCE).files)

    failed = run("delete endpoint file", connection_id=connection, file_path=path)

    assert not failed.ok
    assert path in failed.message
    assert set(tanium.state.endpoint_files._disk(seed.FINANCE).files) == before
    assert len(tanium.log.requests(method="DELETE")) == 1


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    ("action", "parameters"),
    [
        ("list endpoint files", {"directory_path": "C:\\nowhere"}),
        ("get endpoint file details", {"file_path": "C:\\nowhere"}),
        ("delete endpoint file", {"file_path": "C:\\nowhere"}),
    ],
)
def test_what_is_not_there(
    tanium: SimulatorServer,
    run: RunAction,
    connection: str,
    dialect: str,
    action: str,
    parameters: dict[str, str],
) -> None:
    tanium.settings.dialect = dialect

    failed = run(action, connection_id=connection, **parameters)

    assert not failed.ok
    if action == "delete endpoint file":
        assert failed.message.startswith(
            "'C:\\nowhere' was not found on the endpoint: the file may not exist. Check the path."
            " (Tanium answered HTTP 500 to DELETE "
        )
        assert len(tanium.log.requests(method="DELETE")) == 1
    else:
        assert "'C:\\nowhere' not found on the endpoint" in failed.message


@pytest.mark.parametrize(
    ("fault", "explanation"),
    [
        (None, "'C:\\Temp\\empty.log' is still on the endpoint."),
        (
            Fault("status", path_contains="/file/info/", status=403, times=None),
            "'C:\\Temp\\empty.log' may not exist on the endpoint. Check with list endpoint files.",
        ),
        (
            Fault("reset_before", path_contains="/file/info/", times=None),
            "'C:\\Temp\\empty.log' may not exist on the endpoint. Check with list endpoint files.",
        ),
    ],
)
def test_delete_endpoint_file_with_an_error_of_the_server_looks_for_the_file(
    tanium: SimulatorServer, run: RunAction, connection: str, fault: Fault | None, explanation: str
) -> None:
    tanium.faults.add(Fault("status", method="DELETE", status=500))
    if fault:
        tanium.faults.add(fault)

    failed = run("delete endpoint file", connection_id=connection, file_path="C:\\Temp\\empty.log")

    assert not failed.ok
    assert failed.message.startswith(f"{explanation} (Tanium answered HTTP 500 to DELETE ")
    assert len(tanium.log.requests(method="DELETE")) == 1


@pytest.mark.parametrize(
    ("action", "parameters"),
    [
        ("list endpoint files", {"directory_path": "C:\\Temp"}),
        ("get endpoint file details", {"file_path": "C:\\Temp"}),
        ("delete endpoint file", {"file_path": "C:\\Temp\\empty.log"}),
    ],
)
def test_closed_connection_is_told(
    tanium: SimulatorServer,
    run: RunAction,
    connection: str,
    action: str,
    parameters: dict[str, str],
) -> None:
    tanium.state.connections.close(connection)

    failed = run(action, connection_id=connection, **parameters)

    assert f"Connection '{connection}' is disconnected" in failed.message
    assert "create connection" in failed.message
