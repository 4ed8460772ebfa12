# File: test_collection.py
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
"""collect file: from an endpoint's disk to the vault in one action, leaving nothing open."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tests.actions.conftest import Untouched, asked
from tests.conftest import ASSET, RunAction, cancelling


PATH = seed.INVOICE_VIEWER
CONTENT = seed.content_of(PATH, 48_211)
FINANCE = {"destination": seed.FINANCE.hostname, "destination_type": "hostname"}
DESTINATIONS = [
    ("hostname", seed.FINANCE.hostname),
    ("ip_address", seed.FINANCE.ip),
    ("client_id", seed.FINANCE.client_id),
]


@pytest.fixture(autouse=True)
def quick(tanium: SimulatorServer) -> None:
    tanium.settings.connect_seconds = tanium.settings.task_seconds = 0.05


def live(tanium: SimulatorServer) -> list[str]:
    """The connections that are open or about to be."""
    connections = tanium.state.connections
    return [
        each.id
        for each in connections.all.values()
        if not each.is_local and connections.status(each) in ("connected", "waiting")
    ]


def nothing_in_tmp(soar: LocalSoar) -> bool:
    return not list(Path(soar.installation.folder("vault", "tmp")).iterdir())


@pytest.mark.parametrize("dialect", ["production", "specified"])
@pytest.mark.parametrize(("kind", "destination"), DESTINATIONS)
def test_collect_file(
    tanium: SimulatorServer,
    run: RunAction,
    soar: LocalSoar,
    dialect: str,
    kind: str,
    destination: str,
) -> None:
    tanium.settings.dialect = dialect
    before, files = live(tanium), set(tanium.state.files.all)

    collected = run("collect file", destination=destination, destination_type=kind, file_path=PATH)

    assert (collected.ok, collected.message) == (
        True,
        "File collected into the vault",
    ), collected.message
    (file_id,) = set(tanium.state.files.all) - files
    (row,) = collected.rows
    assert collected.summary == {
        "connection_id": row["connection_id"],
        "task_id": row["task_id"],
        "file_id": file_id,
    }
    assert row["task_id"] == next(iter(tanium.state.tasks.all))
    assert (row["file_id"], row["name"], row["size"]) == (file_id, "invoice-viewer.exe", 48_211)
    assert row["vault_id"] == row["metadata"]["sha1"] == hashlib.sha1(CONTENT).hexdigest()
    assert row["metadata"]["sha256"] == hashlib.sha256(CONTENT).hexdigest()
    assert row["metadata"]["action"] == "collect file"
    assert Path(row["path"]).read_bytes() == CONTENT
    assert nothing_in_tmp(soar)
    assert live(tanium) == before
    assert tanium.state.connections.all[row["connection_id"]].closed
    succeeded = [
        line.split("?")[0]
        for line, request in zip(asked(tanium), tanium.log)
        if request.status == 200
    ]
    assert [line for line in succeeded if line.startswith("POST") and "close" not in line] == [
        "POST /conns/connect",
        f"POST /conns/{row['connection_id']}/file",
    ]
    assert succeeded[-1].endswith(f" /conns/close/{row['connection_id']}")


@pytest.mark.parametrize("dialect", ["production", "specified"])
def test_live_connection_is_reused_and_stays(
    tanium: SimulatorServer, run: RunAction, connection: str, dialect: str
) -> None:
    tanium.settings.dialect = dialect

    collected = run("collect file", **FINANCE, file_path=PATH)

    assert collected.ok, collected.message
    assert collected.summary["connection_id"] == connection
    assert live(tanium) == [connection]
    assert not tanium.log.requests(path_contains="/conns/connect")
    assert not tanium.log.requests(path_contains="/close")
    assert not tanium.log.requests(method="DELETE")


@pytest.mark.parametrize("reused", [True, False])
def test_connection_of_somebody_else_stays_when_saving_fails(
    tanium: SimulatorServer, run: RunAction, reused: bool, untouched: Untouched
) -> None:
    before = [tanium.state.connections.open(seed.FINANCE.hostname)] if reused else []

    failed = run("collect file", **FINANCE, file_path="C:\\nowhere {0}.txt")

    assert not failed.ok
    assert failed.message.startswith(
        "Task 1301 (saving 'C:\\nowhere {0}.txt') ended as COMPLETED but failed:"
        " 'C:\\nowhere {0}.txt'"
    )
    assert live(tanium) == before
    assert len(tanium.log.requests(path_contains="/close")) == (0 if reused else 1)
    (row,) = failed.rows
    assert row == {"connection_id": row["connection_id"], "task_id": 1301}
    assert untouched()


def test_file_that_the_endpoint_cannot_read(
    tanium: SimulatorServer, run: RunAction, untouched: Untouched
) -> None:
    failed = run("collect file", **FINANCE, file_path=seed.UNREADABLE_ON_WINDOWS)

    assert (
        "ended as ERROR: 'C:\\pagefile.sys', 'C:\\pagefile.sys: the endpoint could not read the"
        " file'" in failed.message
    )
    assert live(tanium) == []
    assert untouched()


@pytest.mark.parametrize("kind", ["status", "reset_before"])
@pytest.mark.parametrize("step", ["/conns/connect", "/file", "/tasks/", "/filedownload/data"])
def test_failure_at_any_step_closes_the_connection_and_leaves_nothing(
    tanium: SimulatorServer, run: RunAction, untouched: Untouched, step: str, kind: str
) -> None:
    tanium.faults.add(Fault(kind, path_contains=step, times=None))

    failed = run("collect file", **FINANCE, file_path=PATH, timeout=1 if step == "/tasks/" else 60)

    assert not failed.ok
    assert live(tanium) == []
    assert untouched()
    assert len(tanium.log.requests(method="POST", path_contains="/file")) <= 1
    if step == "/filedownload/data":
        assert failed.rows[0]["file_id"] in tanium.state.files.all
        assert failed.rows[0]["task_id"] == 1301


def test_connection_that_cannot_be_closed_does_not_spoil_the_result(
    tanium: SimulatorServer, run: RunAction
) -> None:
    tanium.faults.add(Fault("status", path_contains="/conns/close", status=500, times=None))

    collected = run("collect file", **FINANCE, file_path=PATH)

    assert collected.ok, collected.message
    assert [line for line in collected.progress if "could not be closed" in line]


def test_failed_download_leaves_nothing_in_the_vault(
    tanium: SimulatorServer, run: RunAction, untouched: Untouched
) -> None:
    tanium.faults.add(Fault("cut_off", path_contains="/filedownload/data", times=None))

    failed = run("collect file", **FINANCE, file_path=PATH)

    assert not failed.ok
    assert live(tanium) == []
    assert untouched()


def test_endpoint_that_does_not_answer(
    tanium: SimulatorServer, run: RunAction, untouched: Untouched
) -> None:
    tanium.settings.connect_timeout_seconds = 0.2

    failed = run(
        "collect file",
        destination=seed.OFFLINE.hostname,
        file_path=PATH,
        destination_type="hostname",
    )

    assert "ended as timeout" in failed.message
    tanium.settings.connect_timeout_seconds = 600
    waiting = run(
        "collect file",
        destination=seed.OFFLINE.hostname,
        file_path=PATH,
        destination_type="hostname",
        timeout=1,
    )
    assert waiting.message.endswith("This run closes it. Check that the endpoint is online.")
    assert live(tanium) == []
    assert not tanium.log.requests(path_contains="/file")
    assert set(failed.rows[0]) == {"connection_id"}
    assert untouched()


def test_unknown_endpoint_is_not_connected_to(tanium: SimulatorServer, run: RunAction) -> None:
    failed = run(
        "collect file", destination="no-such-host", destination_type="hostname", file_path=PATH
    )

    assert not failed.ok
    assert not tanium.log.requests(method="POST")


def test_timeout_while_saving(tanium: SimulatorServer, run: RunAction) -> None:
    tanium.settings.connect_seconds, tanium.settings.task_seconds = 0, 1000

    failed = run("collect file", **FINANCE, file_path=PATH, timeout=1)

    assert f"(saving '{PATH}') is still STARTED after 1 seconds" in failed.message
    assert failed.rows[0]["task_id"] == 1301
    assert live(tanium) == []


def test_cancel_closes_the_connection(
    tanium: SimulatorServer, soar: LocalSoar, untouched: Untouched
) -> None:
    tanium.settings.task_seconds = 1000
    given: dict[str, Any] = {**FINANCE, "file_path": PATH, "timeout": 20}
    result = soar.run("collect file", given, asset=ASSET, progress=cancelling(soar, "saving"))

    (only,) = result["result_data"]
    assert (only["status"], result["action_cancelled"]) == ("failed", True)
    assert only["message"].startswith("Cancelled while ")
    assert only["data"][0]["task_id"] == 1301
    assert live(tanium) == []
    assert untouched()


@pytest.mark.parametrize("host", [seed.WEB_SERVER, seed.MAC, seed.HR_WITHOUT_EID])
def test_every_platform(tanium: SimulatorServer, run: RunAction, host: seed.Host) -> None:
    for file in seed.FILES_NEVER_FETCHED[host.platform]:
        collected = run(
            "collect file",
            destination=host.client_id,
            destination_type="client_id",
            file_path=file.path,
        )

        assert collected.ok, collected.message
        assert Path(collected.rows[0]["path"]).read_bytes() == seed.content_of(file.path, file.size)
    assert live(tanium) == []
