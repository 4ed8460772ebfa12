# File: test_gateway.py
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
"""The API gateway: transport, errors, older gateways, and what is neither endpoint nor process."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import GraphQLObjectType

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.gateway.context import Context
from dev.simulator.gateway.endpoint_fields import FIELDS
from dev.simulator.gateway.execution import root
from dev.simulator.gateway.operation import PATH, Operation
from dev.simulator.gateway.schema import schema_of
from dev.simulator.server import SimulatorServer
from dev.simulator.state.gateway import PayloadError
from tests.simulator.conftest import Client
from tests.simulator.gateway_queries import Graph


OPEN = """
mutation Open($eid: ID!) {
  directConnectOpen(input: {endpointID: $eid}) { connectionID status }
}
"""
RESOLVE = """
mutation ($guid: ID!) {
  threatResponseAlertResolve(ref: {guid: $guid}) {
    resolved guid error { message retryable timedOut }
  }
}
"""
TOKENS = "{ myAPITokens { tokens { id expiration persona { name } } error { message } } }"


@pytest.fixture
def graph(client: Client) -> Graph:
    return Graph(client)


def test_gateway_tells_the_time_and_its_version(graph: Graph) -> None:
    reply = graph.post("query { now }")
    assert reply.json() == {"data": {"now": "2026-09-21T14:13:20Z"}}
    assert reply.headers["tanium-gateway-version"]


@pytest.mark.parametrize("query", ["{ nothing }", "{ now", "", None, 7])
def test_errors_of_a_query_come_with_200(graph: Graph, query: Any) -> None:
    reply = graph.post(query)
    assert (reply.status_code, list(reply.json())) == (200, ["errors"])


def test_gateway_needs_a_login_and_a_permission(client: Client) -> None:
    assert Graph(client, "token-unknown").post("{ now }").status_code == 401
    assert Graph(client, seed.TOKEN_WITHOUT_PERMISSIONS).post("{ now }").status_code == 403


def test_there_may_be_no_gateway_or_a_proxy_in_front(server: SimulatorServer, graph: Graph) -> None:
    server.faults.add(Fault("html_error", path_contains=PATH))
    assert graph.post("{ now }").status_code == 502
    server.settings.gateway = "missing"
    reply = graph.post("{ now }")
    assert (reply.status_code, reply.headers["Content-Type"][:9]) == (404, "text/html")


def test_log_has_the_operations(server: SimulatorServer, graph: Graph) -> None:
    graph.data("{ now }")
    graph.data(OPEN, eid="8")
    server.faults.add(Fault("status", body_contains=b"directConnectOpen"))
    assert graph.post(OPEN, {"eid": "8"}).status_code == 503
    assert server.log.operations() == [
        Operation("query", "", {}, ("now",)),
        Operation("mutation", "Open", {"eid": "8"}, ("directConnectOpen",)),
        Operation("mutation", "Open", {"eid": "8"}, ("directConnectOpen",)),
    ]


def test_every_field_at_the_top_and_of_endpoints_is_served(server: SimulatorServer) -> None:
    schema = schema_of(server.settings)
    assert schema.query_type and schema.mutation_type
    served = root(Context(server.state, server.state.accounts.tokens[seed.TOKEN]))
    assert served.keys() == {*schema.query_type.fields, *schema.mutation_type.fields}
    endpoint = schema.type_map["Endpoint"]
    assert isinstance(endpoint, GraphQLObjectType)
    assert FIELDS.keys() == endpoint.fields.keys()


def test_older_gateway_does_not_know_newer_fields(server: SimulatorServer, graph: Graph) -> None:
    server.settings.gateway = "legacy"
    assert (
        "Cannot query field 'directConnectOpen'"
        in graph.reply(OPEN, eid="8")["errors"][0]["message"]
    )
    assert server.state.direct_connect.all == []
    server.settings.gateway_without = ("Query.myAPITokens",)
    assert "Cannot query field 'myAPITokens'" in graph.refusal(TOKENS)
    graph.data("{ computerGroup(ref: {id: 1}) { name } }")


def test_wrong_variables_are_refused_by_the_schema(graph: Graph) -> None:
    assert "'$eid'" in graph.refusal(OPEN)


def test_tokens_are_those_of_the_user_that_are_good(client: Client, graph: Graph) -> None:
    tokens = graph.data(TOKENS)["myAPITokens"]["tokens"]
    assert [each["expiration"][:10] for each in tokens[:2]] == ["2027-07-18", "2026-09-23"]
    assert len(tokens) == 3

    refused = Graph(client, seed.TOKEN_READER).data(TOKENS)["myAPITokens"]
    assert (refused["tokens"], "view token" in refused["error"]["message"]) == (None, True)


def test_alert_is_resolved_or_not_or_in_doubt(server: SimulatorServer, graph: Graph) -> None:
    first, second, third = [
        row for row in server.state.alerts.rows() if row["state"] == "unresolved"
    ][:3]
    assert graph.data(RESOLVE, guid=first["guid"])["threatResponseAlertResolve"] == {
        "resolved": True,
        "guid": first["guid"],
        "error": None,
    }
    server.state.gateway.payload_errors["threatResponseAlertResolve"] = [
        PayloadError("the module did not answer", timed_out=True, done=True),
        PayloadError("busy", retryable=True),
    ]
    for row, error in (
        (second, {"message": "the module did not answer", "retryable": False, "timedOut": True}),
        (third, {"message": "busy", "retryable": True, "timedOut": False}),
    ):
        assert graph.data(RESOLVE, guid=row["guid"])["threatResponseAlertResolve"] == {
            "resolved": None,
            "guid": None,
            "error": error,
        }
    states = [server.state.alerts.get(each["id"])["state"] for each in (first, second, third)]
    assert states == ["resolved", "resolved", "unresolved"]


def test_alert_needs_its_permission_and_its_existence(client: Client, graph: Graph) -> None:
    assert seed.ALERTS_WRITE in Graph(client, seed.TOKEN_READER).refusal(RESOLVE, guid="x")
    answer = graph.data(RESOLVE, guid="unknown")["threatResponseAlertResolve"]
    assert (answer["resolved"], "not found" in answer["error"]["message"]) == (None, True)


def test_computer_groups(client: Client, server: SimulatorServer, graph: Graph) -> None:
    query = """
    query ($filter: ComputerGroupsFilter) {
      computerGroups(filter: $filter, first: 2) {
        totalRecords edges { node { id name type expression } }
      }
    }
    """
    found = graph.data(query, filter={"name": "fin", "nameOp": "STARTS_WITH"})["computerGroups"]
    assert found["edges"][0]["node"] == {
        "id": "414",
        "name": seed.FINANCE_GROUP.name,
        "type": "STANDARD",
        "expression": "Computer Name starts with ws-finance",
    }
    assert graph.data(query, filter={"type": "MANUAL"})["computerGroups"]["totalRecords"] == 1
    assert graph.data('{ computerGroup(ref: {name: "nobody\'s"}) { id } }') == {
        "computerGroup": None
    }
    token = server.state.accounts.tokens[seed.TOKEN_READER]
    token.permissions -= seed.READING_EXPRESSIONS
    reader = Graph(client, seed.TOKEN_READER)
    assert "permission" in reader.refusal("{ computerGroup(ref: {id: 1}) { expression } }")


def test_sensors(graph: Graph) -> None:
    query = """
    query ($hidden: Boolean!, $filter: FieldFilter) {
      sensors(includeHidden: $hidden, filter: $filter) {
        edges { node { name harvested columns { name valueType } parameters { name } } }
      }
    }
    """

    def names(**variables: Any) -> list[str]:
        edges = graph.data(query, **variables)["sensors"]["edges"]
        return [each["node"]["name"] for each in edges]

    assert (seed.HIDDEN.name in names(hidden=False), seed.HIDDEN.name in names(hidden=True)) == (
        False,
        True,
    )
    either = [{"path": "name", "value": "cpu consumption"}, {"path": "name", "value": "Uptime"}]
    assert names(hidden=False, filter={"any": True, "filters": either}) == [
        "CPU Consumption",
        "Uptime",
    ]
    assert "no field 'nothing'" in graph.refusal(
        query, hidden=False, filter={"path": "nothing", "value": "x"}
    )
