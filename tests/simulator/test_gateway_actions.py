# File: test_gateway_actions.py
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
"""Packages and actions through the API gateway."""

from __future__ import annotations

from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from dev.simulator.state.gateway import PayloadError
from tests.simulator.conftest import Client, Clock
from tests.simulator.gateway_queries import Graph


CREATE = """
mutation ($input: ActionCreateInput!) {
  actionCreate(input: $input) {
    action { id status expireSeconds package { name params } scheduledAction { id approved } }
    error { message timedOut }
  }
}
"""
ACTION = """
query ($id: ID!) {
  action(ref: {id: $id}) {
    status stopped startTime results { waiting running completed pendingVerification failed }
    targets { actionGroup { name } targetGroup { name } }
  }
}
"""
STOP = "mutation ($id: ID!) { actionStop(ref: {id: $id}) { id error { message } } }"
APPROVE = """
mutation ($id: ID!) { scheduledActionApprove(ref: {id: $id}) { id approved error { message } } }
"""
EVERYBODY = {"id": str(seed.DEFAULT_ALL.id)}


@pytest.fixture
def graph(server: SimulatorServer, client: Client) -> Graph:
    server.settings.action_start_seconds = server.settings.action_step_seconds = 0.0
    return Graph(client)


def create(graph: Graph, targets: Any, **more: Any) -> Any:
    given = {"package": {"name": seed.CLEAN_CACHE.name}, "targets": targets, **more}
    return graph.data(CREATE, input=given)["actionCreate"]


def test_action_reaches_who_meets_all_conditions(graph: Graph, clock: Clock) -> None:
    targets = {"actionGroup": EVERYBODY, "endpoints": ["8", "902"], "platforms": ["Windows"]}
    package = {"id": str(seed.TERMINATE_PROCESS.id), "params": ["notepad.exe"]}
    created = create(graph, targets, package=package)
    assert created["error"] is None
    assert created["action"]["package"] == {
        "name": seed.TERMINATE_PROCESS.name,
        "params": ["notepad.exe"],
    }
    clock.pass_seconds(1)
    found = graph.data(ACTION, id=created["action"]["id"])["action"]
    assert (found["status"], found["startTime"]) == ("OPEN", "2026-09-21T14:13:20Z")
    assert sum(found["results"].values()) == found["results"]["completed"] == 1
    assert found["targets"]["targetGroup"]["name"] == "All Computers"


def test_default_reaches_nobody_and_an_action_group_alone_everybody(
    graph: Graph, clock: Clock
) -> None:
    ids = [create(graph, targets)["action"]["id"] for targets in ({}, {"actionGroup": EVERYBODY})]
    clock.pass_seconds(1)
    reached = [graph.data(ACTION, id=each)["action"]["results"]["completed"] for each in ids]
    assert reached == [0, 8]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"targets": {"endpoints": [str(each) for each in range(26)]}}, "at most 25"),
        ({"schedule": {"expireSeconds": 599}}, "must be at least"),
        ({"package": {"name": seed.CLEAN_CACHE.name, "params": ["x"]}}, "the package takes 0"),
        ({"package": {}}, "either an id or a name"),
    ],
)
def test_actions_that_are_refused(graph: Graph, more: Any, message: str) -> None:
    given = {"package": {"name": seed.CLEAN_CACHE.name}, "targets": {}, **more}
    assert message in graph.refusal(CREATE, input=given)


def test_error_in_the_payload_leaves_open_whether_it_is_done(
    server: SimulatorServer, graph: Graph
) -> None:
    before = len(server.state.actions.all)
    server.state.gateway.payload_errors["actionCreate"] = [
        PayloadError("no answer in time", timed_out=True, done=True),
        PayloadError("no answer in time", timed_out=True),
    ]
    for issued in (1, 1):
        assert create(graph, {}) == {
            "action": None,
            "error": {"message": "no answer in time", "timedOut": True},
        }
        assert len(server.state.actions.all) == before + issued
    unknown = create(graph, {}, package={"name": "Unknown"})
    assert (unknown["action"], "no package" in unknown["error"]["message"]) == (None, True)


def test_action_waits_for_its_approval_and_is_stopped(
    server: SimulatorServer, client: Client, graph: Graph, clock: Clock
) -> None:
    server.settings.require_action_approval = True
    action = create(graph, {"actionGroup": EVERYBODY})["action"]
    assert (action["status"], action["scheduledAction"]["approved"]) == ("PENDING", False)
    saved = action["scheduledAction"]["id"]
    own = graph.data(APPROVE, id=saved)["scheduledActionApprove"]
    assert (own["approved"], "another user" in own["error"]["message"]) == (None, True)
    approver = Graph(client, seed.TOKEN_APPROVER)
    assert approver.data(APPROVE, id=saved)["scheduledActionApprove"]["approved"] is True
    clock.pass_seconds(1)
    assert graph.data(ACTION, id=action["id"])["action"]["status"] == "OPEN"
    assert graph.data(STOP, id=action["id"])["actionStop"] == {"id": action["id"], "error": None}
    stopped = graph.data(ACTION, id=action["id"])["action"]
    assert (stopped["status"], stopped["stopped"]) == ("STOPPED", True)
    reader = Graph(client, seed.TOKEN_READER)
    assert seed.WRITE_ACTION in reader.refusal(STOP, id=action["id"])


def test_packages_and_groups(graph: Graph) -> None:
    query = """
    query ($name: String!) {
      packageSpecs(filter: {path: "name", op: STARTS_WITH, value: $name}, first: 1) {
        totalRecords
        edges { node { id expireSeconds params { key label } sensorSourcedParams { name } } }
      }
      actionGroup(ref: {name: "Default"}) { any computerGroups { name } }
      actions(first: 200) { totalRecords }
    }
    """
    data = graph.data(query, name="terminate")
    assert data["packageSpecs"]["edges"][0]["node"]["params"] == [
        {"key": "$1", "label": "Process Name"}
    ]
    assert data["actionGroup"] == {"any": True, "computerGroups": [{"name": "No Computers"}]}
    assert "at most 200" in graph.refusal("{ actions(first: 201) { totalRecords } }")
