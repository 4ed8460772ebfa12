# File: test_gateway_direct.py
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
"""Direct Connect through the API gateway: connections, processes, and their end."""

from __future__ import annotations

from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from tests.simulator.conftest import Client, Clock
from tests.simulator.gateway_queries import Graph


FINANCE, OFFLINE = "8", "100"
OPEN = "mutation ($id: ID!) { directConnectOpen(input: {endpointID: $id}) { connectionID status } }"
STATUS = """
query ($id: ID!) { directConnectConnectionStatus(input: {connectionID: $id}) { status } }
"""
PING = "mutation ($id: ID!) { directConnectPing(input: {connectionID: $id}) { result } }"
CLOSE = "mutation ($id: ID!) { directConnectClose(input: {connectionID: $id}) { result } }"
PROCESSES = """
query ($id: ID!) {
  directConnectEndpoint(input: {connectionID: $id}) {
    processes { all { pid ppid name commandLine userName groupName cpuUsagePercent } }
  }
}
"""
MEMORY = """
query ($id: ID!) {
  directConnectEndpoint(input: {connectionID: $id}) {
    performance { cpuUsagePercent } processes { all { pid memoryResidentBytes } }
  }
}
"""
TERMINATE = """
mutation ($id: ID!, $pid: Int!, $name: String!) {
  directConnectProcessTerminate(
    input: {connectionID: $id, pid: $pid, name: $name, signal: SIGKILL}
  ) { result }
}
"""
OLD_OPEN = "mutation ($id: ID!) { openDirectConnection(input: {endpointID: $id}) { connectionID } }"
OLD_PING = "mutation ($id: ID!) { pingDirectConnection(input: {connectionID: $id}) { result } }"
OLD_PROCESSES = """
query ($id: ID!) {
  directEndpoint(input: {endpointID: $id}) { processes { all { pid name } } }
}
"""
OLD_KILL = """
mutation ($id: ID, $endpoint: OpenDirectConnectionInput, $pid: Int!, $name: String!) {
  killProcess(
    input: {connectionID: $id, endpoint: $endpoint, pid: $pid, name: $name, signal: SIGTERM}
  ) { result }
}
"""
VIEWER = "Invoice Viewer.exe"


@pytest.fixture
def graph(client: Client) -> Graph:
    return Graph(client)


@pytest.fixture
def ready(server: SimulatorServer, graph: Graph) -> str:
    """A connection to the finance workstation that can be used."""
    server.settings.connect_seconds = 0.0
    opened = graph.data(OPEN, id=FINANCE)["directConnectOpen"]
    assert opened["status"] == "READY"
    return str(opened["connectionID"])


def status(graph: Graph, connection: str) -> str:
    return str(graph.data(STATUS, id=connection)["directConnectConnectionStatus"]["status"])


def processes(graph: Graph, connection: str) -> Any:
    return graph.data(PROCESSES, id=connection)["directConnectEndpoint"]["processes"]["all"]


def pids(graph: Graph, connection: str) -> dict[int, str]:
    return {each["pid"]: each["name"] for each in processes(graph, connection)}


def terminate(graph: Graph, connection: str, pid: int, name: str) -> bool:
    data = graph.data(TERMINATE, id=connection, pid=pid, name=name)
    return bool(data["directConnectProcessTerminate"]["result"])


def test_connection_becomes_ready_or_fails(graph: Graph, clock: Clock) -> None:
    opened = graph.data(OPEN, id=FINANCE)["directConnectOpen"]
    dead = graph.data(OPEN, id=OFFLINE)["directConnectOpen"]
    assert (opened["status"], dead["status"]) == ("CONNECTING", "CONNECTING")
    assert "CONNECTING" in graph.refusal(PROCESSES, id=opened["connectionID"])
    clock.pass_seconds(2)
    assert status(graph, opened["connectionID"]) == "READY"
    clock.pass_seconds(60)
    assert status(graph, dead["connectionID"]) == "ERROR"
    assert status(graph, "unknown") == "NOT_FOUND"
    assert "no such endpoint" in graph.refusal(OPEN, id="4711")


def test_idle_connection_ends_and_a_ping_keeps_it(graph: Graph, clock: Clock, ready: str) -> None:
    clock.pass_seconds(299)
    assert graph.data(PING, id=ready)["directConnectPing"]["result"] is True
    clock.pass_seconds(299)
    # To ask for the status is no use.
    assert status(graph, ready) == "READY"
    clock.pass_seconds(1)
    assert status(graph, ready) == "NOT_FOUND"
    assert graph.data(PING, id=ready)["directConnectPing"]["result"] is False
    assert "NOT_FOUND" in graph.refusal(PROCESSES, id=ready)


def test_closed_connection_is_gone(server: SimulatorServer, graph: Graph, ready: str) -> None:
    assert len(server.state.direct_connect.open_ones()) == 1
    assert graph.data(CLOSE, id=ready)["directConnectClose"]["result"] is True
    assert graph.data(CLOSE, id=ready)["directConnectClose"]["result"] is False
    assert server.state.direct_connect.open_ones() == []


def test_processes_form_a_tree_and_change(graph: Graph, clock: Clock, ready: str) -> None:
    first = processes(graph, ready)
    assert {each["ppid"] for each in first} - {each["pid"] for each in first} == {0}
    clock.pass_seconds(30)
    assert len(pids(graph, ready).keys() ^ {each["pid"] for each in first}) == 2


def test_terminated_process_is_gone(server: SimulatorServer, graph: Graph, ready: str) -> None:
    pid = next(pid for pid, name in pids(graph, ready).items() if name == "explorer.exe")
    assert terminate(graph, ready, pid, "powershell.exe") is False
    assert terminate(graph, ready, pid + 1, "explorer.exe") is False
    assert terminate(graph, ready, 4, "System") is False
    assert pids(graph, ready)[pid] == "explorer.exe"
    assert terminate(graph, ready, pid, "explorer.exe") is True
    assert pid not in pids(graph, ready)
    assert terminate(graph, ready, pid, "explorer.exe") is False
    assert [each.name for each in server.state.live_processes.of(seed.FINANCE_12)].count(
        "explorer.exe"
    )


@pytest.mark.parametrize(("outcome", "result"), [("stays", True), ("refused", False)])
def test_process_may_survive(
    server: SimulatorServer, graph: Graph, ready: str, outcome: str, result: bool
) -> None:
    server.settings.terminate = outcome
    assert terminate(graph, ready, 812, "svchost.exe") is result
    assert pids(graph, ready)[812] == pids(graph, ready)[816] == "svchost.exe"


def test_process_that_is_too_large_costs_the_list(
    server: SimulatorServer, graph: Graph, ready: str
) -> None:
    assert graph.data(MEMORY, id=ready)
    server.settings.large_process = True
    partial = graph.reply(MEMORY, id=ready)
    assert partial["data"]["directConnectEndpoint"] == {
        "performance": {"cpuUsagePercent": 12.5},
        "processes": {"all": None},
    }
    (error,) = partial["errors"]
    assert error["path"][-1] == "memoryResidentBytes"
    assert processes(graph, ready)


def test_missing_modules(server: SimulatorServer, graph: Graph, ready: str) -> None:
    server.settings.missing_modules = ("Performance",)
    assert graph.data(PROCESSES, id=ready) == {"directConnectEndpoint": {"processes": None}}
    assert "Performance" in graph.refusal(TERMINATE, id=ready, pid=812, name="svchost.exe")
    server.settings.missing_modules = ("Direct Connect",)
    assert "Direct Connect" in graph.refusal(OPEN, id=FINANCE)


@pytest.mark.parametrize(
    ("permission", "query"),
    [
        (seed.DIRECT_CONNECT_WRITE, OPEN),
        (seed.DIRECT_CONNECT_READ, STATUS),
        (seed.PERFORMANCE_READ, PROCESSES),
        (seed.KILL_PROCESS, TERMINATE),
    ],
)
def test_missing_rights(
    server: SimulatorServer, graph: Graph, ready: str, permission: str, query: str
) -> None:
    server.state.accounts.tokens[seed.TOKEN].permissions -= {permission}
    values = {"pid": 812, "name": "svchost.exe"} if query == TERMINATE else {}
    assert permission in graph.refusal(query, id=FINANCE if query == OPEN else ready, **values)


def test_endpoint_outside_the_callers_groups_does_not_exist(client: Client) -> None:
    assert "no such endpoint" in Graph(client, seed.TOKEN_FINANCE).refusal(OPEN, id="902")


def test_older_family_has_ids_of_its_own(
    server: SimulatorServer, graph: Graph, clock: Clock, ready: str
) -> None:
    assert "NOT_FOUND" in graph.refusal(OLD_PROCESSES, id=FINANCE)
    old = graph.data(OLD_OPEN, id=FINANCE)["openDirectConnection"]["connectionID"]
    assert status(graph, old) == "NOT_FOUND"
    assert graph.data(OLD_PING, id=ready)["pingDirectConnection"]["result"] is False

    server.settings.gateway = "legacy"
    listed = graph.data(OLD_PROCESSES, id=FINANCE)["directEndpoint"]["processes"]["all"]
    assert {"pid": 812, "name": "svchost.exe"} in listed
    for more, pid in (({"id": old}, 812), ({"endpoint": {"endpointID": FINANCE}}, 816)):
        killed = graph.data(OLD_KILL, pid=pid, name="svchost.exe", **more)
        assert killed["killProcess"]["result"] is True
    assert "either" in graph.refusal(OLD_KILL, pid=816, name="svchost.exe")
    listed = graph.data(OLD_PROCESSES, id=FINANCE)["directEndpoint"]["processes"]["all"]
    assert "svchost.exe" not in [each["name"] for each in listed]
    clock.pass_seconds(120)
    assert graph.data(OLD_PING, id=old)["pingDirectConnection"]["result"] is False
