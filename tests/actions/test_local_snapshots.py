# File: test_local_snapshots.py
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
"""Deleting a local snapshot: the one with exactly this id."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from dev.simulator.server import SimulatorServer
from tests.actions.conftest import asked
from tests.conftest import RunAction


def local_id(tanium: SimulatorServer) -> str:
    return next(each.id for each in tanium.state.connections.all.values() if each.is_local)


@pytest.mark.parametrize(
    ("dialect", "sent"), [("production", ["/conns/"]), ("specified", ["/conns/", "/snapshot/"])]
)
def test_delete_local_snapshot(
    tanium: SimulatorServer, run: RunAction, dialect: str, sent: list[str]
) -> None:
    tanium.settings.dialect = dialect
    snapshot_id = local_id(tanium)
    others = set(tanium.state.connections.all) - {snapshot_id}

    deleted = run("delete local snapshot", snapshot_id=snapshot_id)

    assert asked(tanium) == [f"DELETE {path}{snapshot_id}" for path in sent]
    assert (deleted.ok, deleted.message, deleted.rows, deleted.summary) == (
        True,
        "Delete local snapshot requested",
        [],
        {},
    )
    assert set(tanium.state.connections.all) == others
    assert not run("delete local snapshot", snapshot_id=snapshot_id).ok


def test_delete_local_snapshot_by_its_uuid(tanium: SimulatorServer, run: RunAction) -> None:
    tanium.settings.dialect = "specified"
    first, *others = tanium.state.snapshots.all

    assert run("delete local snapshot", snapshot_id=first).ok

    assert list(tanium.state.snapshots.all) == others


@pytest.mark.parametrize("dialect", ["production", "specified"])
def test_unknown_snapshot(tanium: SimulatorServer, run: RunAction, dialect: str) -> None:
    tanium.settings.dialect = dialect
    before = (set(tanium.state.connections.all), set(tanium.state.snapshots.all))

    failed = run("delete local snapshot", snapshot_id="local:nowhere:nothing.db")

    assert not failed.ok
    assert "HTTP 404" in failed.message
    assert (set(tanium.state.connections.all), set(tanium.state.snapshots.all)) == before


@pytest.mark.parametrize(
    "snapshot_id",
    [
        "..",
        ".",
        "local:/../x",
        "local:..\\x",
        "local:a\x85b",
        ["local:a"],
    ],
)
def test_only_one_exact_id_is_taken(
    tanium: SimulatorServer, run: RunAction, snapshot_id: object
) -> None:
    failed = run("delete local snapshot", snapshot_id=snapshot_id)

    assert failed.message.startswith("Parameter 'snapshot_id' is ")
    assert len(tanium.log) == 0


def test_live_connection_is_never_deleted(
    tanium: SimulatorServer, run: RunAction, connection: str
) -> None:
    failed = run("delete local snapshot", snapshot_id=connection)

    assert "a live connection" in failed.message
    assert len(tanium.log) == 0
    assert connection in tanium.state.connections.all


@pytest.mark.parametrize("snapshot_id", ["local:*", "local:a:b.db,local:c:d.db", "local:%2e%2e"])
def test_whatever_an_id_holds_it_names_one_snapshot(
    tanium: SimulatorServer, run: RunAction, snapshot_id: str
) -> None:
    before = list(tanium.state.connections.all)

    failed = run("delete local snapshot", snapshot_id=snapshot_id)

    assert f"'{snapshot_id}' not found" in failed.message
    assert tanium.log[0].path.endswith(f"/conns/{quote(snapshot_id, safe=':')}")
    assert list(tanium.state.connections.all) == before
