# File: test_gateway_endpoints.py
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
"""The API gateway's endpoints: stored and live, filtered, sorted, in pages."""

from __future__ import annotations

from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from tests.simulator.conftest import Client, Clock
from tests.simulator.gateway_queries import Graph


NAMES = """
query ($filter: EndpointFieldFilter, $sort: [EndpointFieldSort!], $first: Int, $after: Cursor,
       $last: Int, $before: Cursor, $source: EndpointSource, $refresh: Cursor) {
  endpoints(filter: $filter, sort: $sort, first: $first, after: $after, last: $last,
            before: $before, source: $source, refresh: $refresh) {
    totalRecords
    pageInfo { startCursor endCursor hasNextPage hasPreviousPage }
    collectionInfo {
      active success expectedTotal respondedTotal contributedTotal respondedPercentage startCursor
      question { id }
    }
    edges { cursor node { id name eidLastSeen } }
  }
}
"""
READINGS = """
query ($name: String!, $sensors: [EndpointSensorRef!]!, $source: EndpointSource) {
  endpoints(filter: {path: "name", value: $name}, source: $source) {
    edges { node { sensorReadings(sensors: $sensors) { columns { name values } } } }
  }
}
"""
WHOLE = """
{ endpoints(first: 100) { edges { node {
  id computerID name namespace domainName ipAddress ipAddresses macAddresses chassisType
  manufacturer model serialNumber systemUUID isVirtual isEncrypted eidFirstSeen eidLastSeen
  lastLoggedInUser primaryUser { name email } os { name platform generation windows { type } }
  processor { cpu logicalProcessors } disks { name free } networking { adapters { macAddress } }
  installedApplications { name version } services { name status }
  compliance { cveFindings { cveId cvssScore } complianceFindings { rule state } }
} } } }
"""
FINANCE = "ws-finance-07.corp.example"
FILTERS: list[tuple[dict[str, Any], set[str]]] = [
    ({"path": "name", "value": FINANCE.upper()}, {"ws-finance-07"}),
    (
        {"path": "name", "op": "STARTS_WITH", "value": "ws-fin"},
        {"ws-finance-07", "ws-finance-12"},
    ),
    ({"path": "name", "op": "CONTAINS", "value": "-07"}, {"ws-finance-07"}),
    ({"path": "domainName", "op": "EQ", "value": ""}, {"kiosk-lobby", "lab-isolated-01"}),
    ({"path": "name", "op": "ENDS_WITH", "value": "lobby"}, {"kiosk-lobby"}),
    ({"path": "name", "op": "MATCHES", "value": "srv-.*-0[12].*"}, {"srv-web-01", "srv-db-02"}),
    ({"path": "name", "op": "MATCHES", "value": "srv"}, set()),
    ({"path": "ipAddress", "value": "10.30.0.11"}, {"srv-web-01"}),
    ({"path": "ipAddress", "op": "CONTAINS", "value": "fe80"}, set()),
    ({"path": "ipAddresses", "value": "fe80::1:d41f"}, {"ws-finance-07"}),
    ({"path": "os.platform", "value": "Mac"}, {"mac-design-03"}),
    ({"path": "eidLastSeen", "op": "LT", "value": "2026-09-01T00:00:00Z"}, {"kiosk-lobby"}),
    (
        {"path": "name", "op": "READ_AFTER", "value": "2026-09-21T00:00:00Z", "negated": True},
        {"ws-offline-09", "kiosk-lobby"},
    ),
    ({"sensor": {"name": "Open Ports"}, "value": "22"}, {"srv-web-01", "srv-db-02"}),
    (
        {"sensor": {"name": "Installed Applications", "column": "Version"}, "value": "1.0"},
        {"ws-finance-07", "ws-finance-12"},
    ),
    ({"memberOf": {"name": "Ring 1"}}, {"ws-finance-07", "srv-web-01"}),
    (
        {
            "filters": [
                {"memberOf": {"id": "416"}},
                {"path": "name", "value": "srv-db-02.corp.example", "negated": True},
            ]
        },
        {"srv-web-01"},
    ),
    (
        {
            "any": True,
            "filters": [
                {"path": "computerID", "value": seed.MAC.client_id},
                {"path": "id", "value": "8"},
            ],
        },
        {"mac-design-03", "ws-finance-07"},
    ),
]
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"filter": {"path": "nothing", "value": "x"}}, "no field"),
    ({"filter": {"path": "os", "value": "x"}}, "no field"),
    ({"filter": {"path": "name"}}, "is required"),
    ({"filter": {"path": "name", "op": "MATCHES", "value": "["}}, "no regular expression"),
    ({"filter": {"sensor": {"name": "Nothing"}, "value": "x"}}, "existing sensor"),
    ({"filter": {"memberOf": {"name": "Nobody"}}}, "no computer group"),
    ({"sort": [{"order": "desc"}]}, "either a path or a sensor"),
    ({"first": 5001}, "from 1 to 5000"),
    ({"before": "x"}, "needs last"),
    ({"after": "x"}, "expired"),
    ({"source": {"ts": {"maxWaitTime": 31}}}, "from 1 to 30"),
    ({"source": {"ts": {}, "tds": {}}}, "either tds or ts"),
]


@pytest.fixture
def graph(client: Client) -> Graph:
    return Graph(client)


def endpoints(graph: Graph, **variables: Any) -> Any:
    return graph.data(NAMES, **variables)["endpoints"]


def short_names(found: Any) -> list[str]:
    return [each["node"]["name"].partition(".")[0] for each in found["edges"]]


def columns(graph: Graph, *sensors: Any, source: Any = None) -> dict[str, list[str]]:
    found = graph.data(READINGS, name=FINANCE, sensors=sensors, source=source)
    (edge,) = found["endpoints"]["edges"]
    return {each["name"]: each["values"] for each in edge["node"]["sensorReadings"]["columns"]}


def test_stored_data_is_old_for_computers_that_are_off(graph: Graph) -> None:
    found = endpoints(graph, sort=[{"path": "eidLastSeen"}])
    seen = dict(zip(short_names(found), (each["node"]["eidLastSeen"] for each in found["edges"])))
    assert seen["ws-offline-09"].startswith("2026-09-12")
    assert seen["ws-finance-07"].startswith("2026-09-21T13:58")
    times = [each["node"]["eidLastSeen"] for each in found["edges"]]
    assert times == sorted(times)
    assert "ws-hr-04" not in seen  # it has no eid
    assert (found["totalRecords"], len(found["edges"])) == (10, 10)
    assert found["collectionInfo"]["active"] is False


def test_every_field_is_there(graph: Graph) -> None:
    nodes = [each["node"] for each in graph.data(WHOLE)["endpoints"]["edges"]]
    linux = next(node for node in nodes if node["name"] == "srv-web-01.corp.example")
    assert (linux["os"]["platform"], linux["os"]["windows"]) == ("Linux", None)
    assert len({node["systemUUID"] for node in nodes}) == len(nodes)
    assert all(node["compliance"]["cveFindings"] for node in nodes)


def test_filters(graph: Graph) -> None:
    found = [
        (condition, {*short_names(endpoints(graph, filter=condition))}) for condition, _ in FILTERS
    ]
    assert found == FILTERS


def test_arguments_that_are_refused(graph: Graph) -> None:
    reported = [(graph.refusal(NAMES, **variables), message) for variables, message in REFUSED]
    assert [each for each in reported if each[1] not in each[0]] == []


def test_pages_forth_and_back(graph: Graph) -> None:
    sort = [{"path": "name", "order": "desc"}]
    everything = short_names(endpoints(graph, sort=sort))
    assert everything == sorted(everything, reverse=True)
    first = endpoints(graph, sort=sort, first=4)
    assert first["totalRecords"] == 10
    assert (first["pageInfo"]["hasNextPage"], first["pageInfo"]["hasPreviousPage"]) == (True, False)
    cursor = first["pageInfo"]["endCursor"]
    second = endpoints(graph, sort=sort, first=10, after=cursor)
    assert short_names(first) + short_names(second) == everything
    assert second["pageInfo"]["hasNextPage"] is False
    back = endpoints(graph, sort=sort, last=2, before=second["pageInfo"]["startCursor"])
    assert short_names(back) == everything[2:4]
    assert "another query" in graph.refusal(NAMES, first=4, after=cursor)


def test_cursors_die(server: SimulatorServer, graph: Graph, clock: Clock) -> None:
    cursor = endpoints(graph, first=2)["pageInfo"]["endCursor"]
    for _ in range(14):
        clock.pass_seconds(250)
        endpoints(graph, first=2, after=cursor)
    clock.pass_seconds(250)
    assert "expired" in graph.refusal(NAMES, first=2, after=cursor)

    cursor = endpoints(graph, first=2)["pageInfo"]["endCursor"]
    clock.pass_seconds(300)
    assert "expired" in graph.refusal(NAMES, first=2, after=cursor)

    server.settings.cursor_reads, server.settings.cursor_deaths = 1, 1
    cursor = endpoints(graph, first=2)["pageInfo"]["endCursor"]
    endpoints(graph, first=2, after=cursor)
    for _ in range(2):
        assert "expired" in graph.refusal(NAMES, first=2, after=cursor)
    cursor = endpoints(graph, first=2)["pageInfo"]["endCursor"]
    for _ in range(3):
        endpoints(graph, first=2, after=cursor)


def test_live_answers_come_in_and_need_a_refresh(
    server: SimulatorServer, graph: Graph, clock: Clock
) -> None:
    source = {"ts": {"maxWaitTime": 5}}
    first = endpoints(graph, source=source)
    assert first["collectionInfo"]["active"] is True
    assert (first["edges"], first["collectionInfo"]["expectedTotal"]) == ([], None)

    clock.pass_seconds(1)
    start = first["collectionInfo"]["startCursor"]
    half = endpoints(graph, source=source, refresh=start)
    info = half["collectionInfo"]
    assert (info["active"], info["respondedTotal"], info["expectedTotal"]) == (True, 4, 8)
    assert (info["respondedPercentage"], info["success"]) == (0.5, False)
    assert "expired" in graph.refusal(NAMES, source=source, refresh=start)

    clock.pass_seconds(1)
    whole = endpoints(graph, source=source, refresh=info["startCursor"])
    info = whole["collectionInfo"]
    assert (info["active"], info["success"], info["contributedTotal"]) == (False, True, 7)
    assert "ws-offline-09" not in short_names(whole)
    assert {each["node"]["eidLastSeen"] for each in whole["edges"]} == {"2026-09-21T14:13:22Z"}
    (asked,) = server.state.questions.asked
    assert info["question"] == {"id": str(asked.id)}


def test_live_answers_may_be_enough_before_all_are_there(
    server: SimulatorServer, graph: Graph, clock: Clock
) -> None:
    server.settings.silent_share = 0.25
    calm, share = ({"ts": {"stableWaitTime": 5}}, {"ts": {"minPercentage": 0.5}})
    starts = [
        (source, endpoints(graph, source=source)["collectionInfo"]["startCursor"])
        for source in (calm, share)
    ]
    clock.pass_seconds(60)
    ended = [
        endpoints(graph, source=source, refresh=start)["collectionInfo"] for source, start in starts
    ]
    assert [(each["active"], each["success"]) for each in ended] == [(False, False), (False, True)]


def test_endpoints_are_those_of_the_callers_groups(client: Client) -> None:
    finance = Graph(client, seed.TOKEN_FINANCE)
    assert {*short_names(endpoints(finance))} == {"ws-finance-07", "ws-finance-12"}
    assert seed.DEFINE_QUESTION in Graph(client, seed.TOKEN_READER).refusal(
        NAMES, source={"ts": {}}
    )


def test_readings_of_sensors(graph: Graph) -> None:
    filtered = {"column": "Name", "op": "CONTAINS", "value": "tanium"}
    assert columns(
        graph,
        {"name": "Installed Applications", "columns": ["Version"], "filter": filtered},
        {"name": "Broken Sensor"},
        {"name": "Custom Text", "params": [{"name": "text", "value": "x"}]},
    ) == {
        "Version": ["7.6.2.1218"],
        "Broken Sensor": ["TSE-Error: The script did not start"],
        "Custom Text": ["[no results]"],  # nobody harvests it
    }
    assert "existing sensor" in graph.refusal(READINGS, name=FINANCE, sensors=[{"name": "None"}])
    bare = {"tds": {"excludeErrors": True, "excludeNoResults": True}}
    assert columns(graph, {"name": "Broken Sensor"}, source=bare) == {"Broken Sensor": []}


def test_live_readings_are_of_now(at_once: SimulatorServer, graph: Graph) -> None:
    sensor = {"name": "Custom Text", "params": [{"name": "text", "value": "x"}]}
    assert at_once.state.questions.asked == []
    assert columns(graph, sensor, source={"ts": {}}) == {"Custom Text": ["text=x"]}


@pytest.mark.parametrize(
    "missing", [{"missing_modules": ("Core Content",)}, {"missing_sensors": ("Model",)}]
)
def test_missing_sensor_behind_a_required_field_fails_the_query(
    server: SimulatorServer, graph: Graph, missing: dict[str, Any]
) -> None:
    for name, value in missing.items():
        setattr(server.settings, name, value)
    query = """
    query ($no: Boolean = false) {
      endpoints { edges { node { id ...Hardware @include(if: $no) } } }
    }
    fragment Hardware on Endpoint { model }
    """
    assert "must refer to an existing sensor" in graph.refusal(query, no=True)
    assert len(graph.data(query)["endpoints"]["edges"]) == 10


def test_missing_module_behind_an_optional_field(server: SimulatorServer, graph: Graph) -> None:
    server.settings.missing_modules = ("Comply",)
    query = """
    { endpoints(filter: {path: "id", value: "8"}) {
      edges { node { id compliance { cveFindings { cveId } } } }
    } }
    """
    expected = {"endpoints": {"edges": [{"node": {"id": "8", "compliance": None}}]}}
    assert graph.data(query) == expected
    server.settings.missing_optional = "error"
    partial = graph.reply(query)
    assert partial["data"] == expected
    assert partial["errors"][0]["path"] == ["endpoints", "edges", 0, "node", "compliance"]
    server.settings.missing_optional = "fails"
    assert "Comply" in graph.refusal(query)


def test_five_thousand_in_one_page(server: SimulatorServer, graph: Graph) -> None:
    server.settings.extra_endpoints = 5000
    first = endpoints(graph, first=5000)
    rest = endpoints(graph, first=5000, after=first["pageInfo"]["endCursor"])
    ids = {each["node"]["id"] for page in (first, rest) for each in page["edges"]}
    assert (len(first["edges"]), len(ids), first["totalRecords"]) == (5000, 5010, 5010)
