# File: test_processes.py
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
"""Processes of a connected endpoint, and their trees."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from tests.actions.conftest import asked
from tests.conftest import RunAction


NODE = seed.process_table_id(seed.FINANCE.client_id, seed.SUSPICIOUS)
MANY_CHILDREN = seed.process_table_id(seed.FINANCE.client_id, seed.MANY_CHILDREN)
SEVEN_HUNDRED_CHILDREN = seed.process_table_id(
    seed.FINANCE.client_id, seed.MORE_CHILDREN_THAN_SIBLINGS_SHOWN
)
ONE_OF_SEVEN_HUNDRED = seed.process_table_id(seed.FINANCE.client_id, 500)


def contexts(rows: list[dict[str, Any]]) -> dict[str, int]:
    return dict(Counter(row["context"] for row in rows))


def test_get_process_reads_its_own_events(
    tanium: SimulatorServer, run: RunAction, connection: str
) -> None:
    got = run("get process", connection_id=connection, process_table_id=NODE)

    assert asked(tanium) == [
        f"GET /conns/{connection}/processevents/{NODE}/process?limit=1000&offset=0"
    ]
    assert (got.ok, got.message, got.summary) == (True, "Process information retrieved", {})
    assert [row["operation"] for row in got.rows] == ["CreateProcess"]
    assert set(got.rows[0]) == {"id", "timestamp", "timestamp_raw", "type", "operation", "detail"}


def test_get_process_takes_its_id_as_a_number(
    tanium: SimulatorServer, run: RunAction, connection: str
) -> None:
    """A playbook that read the id from JSON may pass a number; every digit counts."""
    assert run("get process", connection_id=connection, process_table_id=int(NODE)).ok

    assert f"/processevents/{NODE}/" in tanium.log[0].path


@pytest.mark.parametrize("number", [float(NODE), 2.0**53, -(2.0**53), 1.5, 10**30])
def test_get_process_refuses_a_number_that_may_have_lost_digits(
    tanium: SimulatorServer, run: RunAction, connection: str, number: float
) -> None:
    failed = run("get process", connection_id=connection, process_table_id=number)

    assert not failed.ok
    assert failed.message.startswith("Parameter 'process_table_id' is ")
    assert len(tanium.log) == 0


def test_get_process_tree_is_flat(tanium: SimulatorServer, run: RunAction, connection: str) -> None:
    tree = run("get process tree", connection_id=connection, process_table_id=NODE)

    assert asked(tanium)[0].partition("?")[0] == f"GET /conns/{connection}/processtrees/{NODE}"
    assert tanium.log[0].pairs == [
        ("context", "parent,node,siblings,children"),
        ("limit", "100"),
        ("offset", "0"),
    ]
    assert len(tanium.log) == 1
    assert (tree.ok, tree.message, tree.summary) == (
        True,
        "Process tree retrieved",
        {"total_items": 3, "more_data": False},
    )
    assert [row["context"] for row in tree.rows] == ["parent", "node", "child"]
    assert tree.rows[1]["process_table_id"] == NODE
    assert all(isinstance(row["process_table_id"], str) for row in tree.rows)


@pytest.mark.parametrize(
    ("given", "sent", "came"),
    [
        ("parent", "parent", ["parent"]),
        (" Children , NODE,children", "children,node", ["node", "child"]),
        (["siblings", "parent"], "siblings,parent", ["parent"]),
        ("node,", "node", ["node"]),
    ],
)
def test_get_process_tree_asks_for_the_contexts_given(
    tanium: SimulatorServer,
    run: RunAction,
    connection: str,
    given: object,
    sent: str,
    came: list[str],
) -> None:
    tree = run(
        "get process tree", connection_id=connection, process_table_id=NODE, process_context=given
    )

    assert tanium.log[0].arguments["context"] == sent
    assert [row["context"] for row in tree.rows] == came


@pytest.mark.parametrize("given", ["sibling", "parent;node", "nodes", ",", '"parent,node"'])
def test_get_process_tree_refuses_other_contexts(
    tanium: SimulatorServer, run: RunAction, connection: str, given: str
) -> None:
    failed = run(
        "get process tree", connection_id=connection, process_table_id=NODE, process_context=given
    )

    assert not failed.ok
    assert failed.message.startswith("Parameter 'process_context' ")
    assert "parent, node, siblings, children" in failed.message
    assert len(tanium.log) == 0


@pytest.mark.parametrize(
    ("process_table_id", "limit", "came", "more"),
    [
        (MANY_CHILDREN, 10, {"parent": 1, "node": 1, "sibling": 1, "child": 10}, True),
        (MANY_CHILDREN, 300, {"parent": 1, "node": 1, "sibling": 1, "child": 300}, True),
        (MANY_CHILDREN, 5000, {"parent": 1, "node": 1, "sibling": 1, "child": 301}, True),
        (ONE_OF_SEVEN_HUNDRED, 10, {"parent": 1, "node": 1, "sibling": 10}, True),
        (ONE_OF_SEVEN_HUNDRED, 601, {"parent": 1, "node": 1, "sibling": 601}, True),
        (ONE_OF_SEVEN_HUNDRED, 5000, {"parent": 1, "node": 1, "sibling": 602}, True),
        (NODE, 1, {"parent": 1, "node": 1, "child": 1}, False),
    ],
)
def test_get_process_tree_limits_every_context(
    tanium: SimulatorServer,
    run: RunAction,
    connection: str,
    process_table_id: str,
    limit: int,
    came: dict[str, int],
    more: bool,
) -> None:
    tree = run(
        "get process tree", connection_id=connection, process_table_id=process_table_id, limit=limit
    )

    found = contexts(tree.rows)
    if process_table_id == ONE_OF_SEVEN_HUNDRED:
        found.pop("child", None)
    assert found == came
    assert tree.summary == {"total_items": len(tree.rows), "more_data": more}
    assert len(tanium.log) == 1


@pytest.mark.parametrize(
    ("process_table_id", "context", "count"),
    [
        (SEVEN_HUNDRED_CHILDREN, "children", 301),
        (ONE_OF_SEVEN_HUNDRED, "siblings", 602),
        (MANY_CHILDREN, "children", 301),
    ],
)
def test_get_process_tree_says_that_the_server_stopped_at_its_maximum(
    run: RunAction, connection: str, process_table_id: str, context: str, count: int
) -> None:
    """Neither the process nor its parent is asked for, which would tell how many there are."""
    tree = run(
        "get process tree",
        connection_id=connection,
        process_table_id=process_table_id,
        process_context=context,
        limit=10_000,
    )

    assert tree.summary == {"total_items": count, "more_data": True}


@pytest.mark.parametrize("context", ["parent", "node", "parent,node"])
def test_get_process_tree_without_siblings_and_children_leaves_none_out(
    run: RunAction, connection: str, context: str
) -> None:
    tree = run(
        "get process tree",
        connection_id=connection,
        process_table_id=SEVEN_HUNDRED_CHILDREN,
        process_context=context,
    )

    assert tree.summary == {"total_items": len(context.split(",")), "more_data": False}


@pytest.mark.parametrize(
    "action", ["get process", "get process tree", "get process events", "create evidence"]
)
@pytest.mark.parametrize(
    "process_table_id",
    [
        "..",
        "1/2",
        "1%2f2",
        "1?x",
        "x" * 40_000,
        "node",
        "-1",
        "+1",
        "1.5",
        "1" * 21,
        "\u0661",
        "1 2",
    ],
)
def test_process_table_id_that_is_no_number_is_refused(
    tanium: SimulatorServer, run: RunAction, connection: str, action: str, process_table_id: str
) -> None:
    failed = run(action, connection_id=connection, process_table_id=process_table_id)

    assert not failed.ok
    assert failed.message.startswith("Parameter 'process_table_id' is ")
    assert "use a whole number of up to 20 digits" in failed.message or len(process_table_id) > 100
    assert len(failed.message) < 300
    assert len(tanium.log) == 0


@pytest.mark.parametrize("dialect", ["production", "specified"])
@pytest.mark.parametrize(
    ("action", "message"),
    [
        ("get process", "No process information found"),
        ("get process tree", "No process tree found"),
        ("get process events", "Event count: 0"),
    ],
)
def test_process_of_which_nothing_is_found_says_so(
    tanium: SimulatorServer,
    run: RunAction,
    connection: str,
    dialect: str,
    action: str,
    message: str,
) -> None:
    tanium.settings.dialect = dialect
    path = "/processtrees/" if action == "get process tree" else "/processevents/"
    empty = [] if dialect == "production" else {"data": []}
    tanium.faults.add(Fault("json", path_contains=path, value=empty, times=None))

    given = {"event_type": "dns"} if action == "get process events" else {}
    got = run(action, connection_id=connection, process_table_id=NODE, **given)

    assert (got.ok, got.message, got.rows) == (True, message, [])
