# File: test_snapshots.py
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
"""Snapshots: captured, listed, deleted."""

from __future__ import annotations

import json

import pytest

from dev.simulator.server import SimulatorServer
from tests.actions.conftest import asked
from tests.conftest import RunAction


def test_create_snapshot_starts_it_and_waits_for_nothing(
    tanium: SimulatorServer, run: RunAction, connection: str
) -> None:
    tanium.settings.task_seconds = 1000

    created = run("create snapshot", connection_id=connection)

    assert asked(tanium) == [f"POST /conns/{connection}/snapshot"]
    assert tanium.log[0].body == b""
    assert (created.ok, created.message) == (True, "Create snapshot requested")
    task = tanium.state.tasks.get(created.summary["task_id"])
    assert created.summary == {"task_id": task["id"]}
    info = {
        "id": task["id"],
        "status": "STARTED",
        "metadata": {"connection": connection},
        "startTime": task["startTime"],
    }
    assert created.rows == [{"taskInfo": info, "status": "ACCEPTED"}]


def test_list_snapshots(tanium: SimulatorServer, run: RunAction) -> None:
    listed = run("list snapshots")

    assert asked(tanium) == ["GET /snapshot?limit=1000&offset=0"]
    assert (listed.ok, listed.message, listed.summary) == (
        True,
        "Total snapshots: 4",
        {"total_snapshots": 4},
    )
    assert listed.rows == tanium.state.snapshots.rows()


def test_list_snapshots_counts_those_that_the_limit_leaves_out(
    tanium: SimulatorServer, run: RunAction
) -> None:
    listed = run("list snapshots", limit=1, offset=2, sort="-size, name")

    assert tanium.log[0].pairs == [("limit", "1"), ("offset", "2"), ("sort", "-size,name")]
    assert (listed.message, listed.summary) == ("Total snapshots: 4", {"total_snapshots": 4})
    assert [row["uuid"] for row in listed.rows] == [
        sorted(tanium.state.snapshots.rows(), key=lambda row: -row["size"])[2]["uuid"]
    ]


def test_list_snapshots_beyond_a_thousand_comes_in_pages(
    tanium: SimulatorServer, run: RunAction
) -> None:
    one = tanium.state.snapshots.rows()[0]
    tanium.state.snapshots.all = {
        str(number): {**one, "uuid": str(number)} for number in range(2345)
    }

    listed = run("list snapshots", limit=5000)

    assert [request.arguments["offset"] for request in tanium.log] == ["0", "1000", "2000"]
    assert [row["uuid"] for row in listed.rows] == [str(number) for number in range(2345)]
    assert (listed.summary, tanium.log.connections()) == ({"total_snapshots": 2345}, 1)


def test_delete_snapshot(tanium: SimulatorServer, run: RunAction) -> None:
    one, two, *others = list(tanium.state.snapshots.all)

    deleted = run("delete snapshot", snapshot_ids=f" {two},{one} , {two},")

    assert asked(tanium) == ["DELETE /snapshot"]
    assert json.loads(tanium.log[0].body or b"") == {"ids": [two, one]}
    assert (deleted.ok, deleted.message, deleted.rows, deleted.summary) == (
        True,
        "Delete snapshot requested",
        [],
        {},
    )
    assert list(tanium.state.snapshots.all) == others


def test_delete_snapshot_takes_a_list(tanium: SimulatorServer, run: RunAction) -> None:
    ids = list(tanium.state.snapshots.all)

    assert run("delete snapshot", snapshot_ids=ids).ok

    assert tanium.state.snapshots.all == {}


def test_delete_snapshot_of_an_unknown_one_deletes_none(
    tanium: SimulatorServer, run: RunAction
) -> None:
    before = list(tanium.state.snapshots.all)

    failed = run("delete snapshot", snapshot_ids=f"{before[0]},unknown")

    assert not failed.ok
    assert "'unknown' not found" in failed.message
    assert list(tanium.state.snapshots.all) == before


@pytest.mark.parametrize("ids", [",", " , ,", [""], "..", "a,../b", "a,*", ["a", "b/c"], ["a,b"]])
def test_delete_snapshot_refuses_what_is_no_id(
    tanium: SimulatorServer, run: RunAction, ids: object
) -> None:
    failed = run("delete snapshot", snapshot_ids=ids)

    assert not failed.ok
    assert failed.message.startswith("Parameter 'snapshot_ids' ")
    assert len(tanium.log) == 0


@pytest.mark.parametrize("sort", ["colour", "--name", "+-name", "name;size", "-", "x" * 5000])
def test_sort_by_what_is_no_column_is_refused(
    tanium: SimulatorServer, run: RunAction, sort: str
) -> None:
    failed = run("list snapshots", sort=sort)

    assert (failed.ok, len(tanium.log)) == (False, 0)
    assert failed.message.startswith("Parameter 'sort' names ")
    assert "connectionId" in failed.message
    assert len(failed.message) < 400


def test_sort_keeps_the_order_of_its_columns(tanium: SimulatorServer, run: RunAction) -> None:
    assert run("list snapshots", sort="+hostname,-created,size").ok

    assert tanium.log[0].arguments["sort"] == "+hostname,-created,size"
