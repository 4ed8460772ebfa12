# File: test_actions.py
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
"""Every action against a server that follows the OpenAPI file: requests as it says, results under
the published names.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.log import Request
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tests.conftest import run_on
from tests.contract.test_results import leaves, paths
from tests.dialects.conftest import PUBLISHED
from tests.variants import ACTIONS, NODE, VARIANTS, Variant, live


FACTS = json.loads(
    (Path(__file__).parents[1] / "data" / "threat_response_operations.json").read_text(
        encoding="utf-8"
    )
)
OPERATIONS = FACTS["threat_response"]

IDENTITIES = (
    "id",
    "uuid",
    "path",
    "hostname",
    "process_table_id",
    "parent_process_table_id",
    "context",
    "connectedAt",
    "recorderVersion",
)

# Parameters that only production servers know, and what is said about them.
REFUSED = {
    "security": "unknown event type 'security'",
    "expand=intelDoc": "does not filter alerts by expand",
}
SPECIFIED = [
    variant
    for variant in VARIANTS
    if variant.action in PUBLISHED
    and variant.succeeds
    and variant.settings in ({}, {"intel_envelope": True})
]


def operation_of(request: Request) -> dict[str, Any] | None:
    """The operation of the file that a request is, None for one that it does not have."""
    for operation in OPERATIONS:
        pattern = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(operation["path"]))
        if request.method == operation["method"] and re.fullmatch(pattern, request.path):
            return operation
    return None


def assert_as_specified(request: Request) -> None:
    operation = operation_of(request)
    assert operation, f"{request.method} {request.path}"
    assert {name for name, _ in request.pairs} <= {
        parameter["name"] for parameter in operation["query_parameters"]
    }
    types = re.search(r"/(?:views/(\w+)/|processevents/\w+/(\w+))", request.path)
    if types:
        (allowed,) = (
            parameter["enum"]
            for parameter in operation["path_parameters"]
            if parameter["name"] == "eventType"
        )
        assert (types.group(1) or types.group(2)) in allowed
    if operation["body"]:
        sent = json.loads(request.body or b"null")
        keys = {key["name"]: key.get("required") for key in operation["body"]["keys"]}
        assert {name for name, required in keys.items() if required} <= set(sent) <= set(keys)
    elif request.method != "GET":
        assert not request.body


@pytest.mark.parametrize("variant", SPECIFIED, ids=lambda variant: variant.action)
def test_requests_and_results(
    specified: SimulatorServer, soar: LocalSoar, variant: Variant
) -> None:
    parameters = variant.parameters(specified)
    words = next(
        (REFUSED[value] for value in map(str, parameters.values()) if value in REFUSED), None
    )
    if words:
        assert words in run_on(soar, variant.action, **parameters).message
        return
    if ACTIONS[variant.action].read_only:
        run_on(soar, variant.action, **parameters)  # learns the dialect
        specified.log.clear()

    result = run_on(soar, variant.action, **parameters)

    assert result.ok, result.message
    declared = {column.path for column in ACTIONS[variant.action].columns}
    found = leaves({path for row in result.rows for path in paths(row)})
    assert {
        path
        for path in found - declared
        if not any(other.startswith(f"{path}.") for other in declared)
    } == set()
    assert set(paths(result.summary)) <= {column.path for column in ACTIONS[variant.action].summary}
    for request in specified.log:
        # What is refused or not understood is production's way, tried once; the file has neither
        # tasks nor scans.
        if (
            "/threat-response/" in request.path
            and request.status == 200
            and not request.ignored
            and "/on-demand-scans" not in request.path
        ):
            assert_as_specified(request)
    if ACTIONS[variant.action].read_only:
        assert [
            f"{seen.method} {seen.path} {seen.status}"
            for seen in specified.log
            if seen.status != 200
        ] == []
        assert [seen.path for seen in specified.log if seen.ignored] == []


def test_same_rows_as_production(specified: SimulatorServer, soar: LocalSoar) -> None:
    """The same server, asked in both dialects."""
    connection_id = specified.state.connections.open(seed.FINANCE.hostname)
    runs: dict[str, list[list[dict[str, Any]]]] = {}
    for dialect in ("specified", "production"):
        specified.settings.dialect = dialect
        soar.state_file("tanium").unlink(missing_ok=True)
        results = [
            run_on(soar, "list files"),
            run_on(soar, "list snapshots", sort="-name"),
            run_on(soar, "list connections"),
            run_on(soar, "get events", connection_id=connection_id, event_type="network", limit=20),
            run_on(soar, "get process", connection_id=connection_id, process_table_id=NODE),
            run_on(soar, "get process tree", connection_id=connection_id, process_table_id=NODE),
        ]
        assert [result.message for result in results if not result.ok] == []
        runs[dialect] = [result.rows for result in results]
    for ours, theirs in zip(runs["specified"], runs["production"]):
        assert len(ours) == len(theirs)
        for one, other in zip(ours, theirs):
            assert {name: str(one[name]) for name in IDENTITIES if name in one} == {
                name: str(other.get(name)) for name in IDENTITIES if name in one
            }


# What the server cannot do is done here, or refused


@pytest.mark.parametrize(
    "filters",
    [
        {"fields": "process_name", "operators": "co", "values": "powershell"},
        {"fields": "process_path,process_id", "operators": "co,gt", "values": "windows,100"},
        {
            "fields": "process_path,process_path",
            "operators": "co,co",
            "values": "winword,nginx",
            "filter_type": "any",
        },
        {"fields": "exit_code", "operators": "isnull", "values": ""},
    ],
)
def test_filters_are_applied_here(
    specified: SimulatorServer, soar: LocalSoar, filters: dict[str, str]
) -> None:
    view = {
        "connection_id": specified.state.connections.open(seed.FINANCE.hostname),
        "event_type": "process",
    }
    everything = run_on(soar, "get events", **view, limit=5000)
    assert len(everything.rows) == 2500

    found = run_on(soar, "get events", **view, **filters, limit=5000)
    counted = run_on(soar, "get events summary", **view, **filters)

    assert found.ok, found.message
    assert len(found.rows) < 2500
    assert [row for row in everything.rows if row in found.rows] == found.rows
    assert counted.rows == [{"count": len(found.rows), "has_more": False}]
    part = run_on(soar, "get events", **view, **filters, limit=1, offset=1)
    assert part.rows == found.rows[1:3]
    assert part.summary["more_data"] is (len(found.rows) > 2)


def test_text_that_reads_as_not_a_number_equals_no_number(
    specified: SimulatorServer, soar: LocalSoar
) -> None:
    view = {
        "connection_id": specified.state.connections.open(seed.FINANCE.hostname),
        "event_type": "process",
    }

    counted = run_on(
        soar, "get events summary", **view, fields="process_id", operators="eq", values="nan"
    )

    assert counted.rows == [{"count": 0, "has_more": False}]


@pytest.mark.parametrize("spelling", ["{}_{}", "\u0660{}{}"])
def test_text_that_only_python_reads_as_a_number_equals_no_number(
    specified: SimulatorServer, soar: LocalSoar, spelling: str
) -> None:
    view = {
        "connection_id": specified.state.connections.open(seed.FINANCE.hostname),
        "event_type": "process",
    }
    process_id = str(run_on(soar, "get events", **view, limit=1).rows[0]["process_id"])
    filters = {"fields": "process_id", "operators": "eq"}

    equal, other = (
        run_on(soar, "get events summary", **view, **filters, values=value).rows[0]["count"]
        for value in (process_id, spelling.format(process_id[:1], process_id[1:]))
    )

    assert equal > 0
    assert other == 0


def test_snapshots_are_sorted_here(specified: SimulatorServer, soar: LocalSoar) -> None:
    names = [row["name"] for row in specified.state.snapshots.rows()]
    for sort, wanted in (("name", sorted(names)), ("-name", sorted(names, reverse=True))):
        assert [row["name"] for row in run_on(soar, "list snapshots", sort=sort).rows] == wanted
        assert [
            row["name"] for row in run_on(soar, "list snapshots", sort=sort, limit=2, offset=1).rows
        ] == wanted[1:3]


@pytest.mark.parametrize(
    "query",
    [
        "state=unresolved",
        "computerName=ws-finance-07",
        "computer_name=ws-finance-07",
        "intelDocId=501&state=unresolved",
    ],
)
def test_alerts_are_filtered_by_the_server(
    specified: SimulatorServer, soar: LocalSoar, query: str
) -> None:
    result = run_on(soar, "list alerts", query=query, limit=500)
    assert result.ok, result.message
    wanted = [
        re.sub(r"_(\w)", lambda match: match.group(1).upper(), pair).split("=")
        for pair in query.split("&")
    ]
    assert all(str(row[name]) == value for row in result.rows for name, value in wanted)
    assert len(result.rows) == sum(
        all(str(row[name]) == value for name, value in wanted)
        for row in specified.state.alerts.rows()
    )


@pytest.mark.parametrize("query", ["matchType=process", "guid=00000000-none", "expand=intelDoc"])
def test_alert_filter_that_the_server_does_not_know_is_refused(
    specified: SimulatorServer, soar: LocalSoar, query: str
) -> None:
    name = query.split("=")[0]
    result = run_on(soar, "list alerts", query=query)
    assert not result.ok
    assert f"does not filter alerts by {name}" in result.message
    assert specified.log[-1].ignored


@pytest.mark.parametrize("page", [1, 2, 50])
def test_lists_are_read_to_their_end(
    specified: SimulatorServer, soar: LocalSoar, page: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Servers of this dialect tell no totals."""
    for name in (
        "alerts.ALERTS_PAGE",
        "connections.CONNECTIONS_PAGE",
        "events.EVENTS_PAGE",
        "evidence.EVIDENCE_PAGE",
        "files.FILES_PAGE",
        "processes.EVENTS_PAGE",
        "snapshots.SNAPSHOTS_PAGE",
    ):
        monkeypatch.setattr(f"tanium_tr.tanium.{name}", page)
    connection_id = specified.state.connections.open(seed.FINANCE.hostname)
    assert [row["id"] for row in run_on(soar, "list connections").rows] == list(
        specified.state.connections.all
    )
    assert [row["uuid"] for row in run_on(soar, "list files").rows] == list(
        specified.state.files.all
    )
    assert [row["uuid"] for row in run_on(soar, "list snapshots").rows] == list(
        specified.state.snapshots.all
    )
    assert len(run_on(soar, "list alerts", limit=500).rows) == 8
    drivers = run_on(soar, "get events", connection_id=connection_id, event_type="driver")
    assert (
        len({row["id"] for row in drivers.rows}) == len(drivers.rows) == seed.EVENT_COUNTS["driver"]
    )
    assert drivers.summary["more_data"] is False


# Waiting


@pytest.mark.parametrize("without_tasks", [True, False])
def test_waiting_with_and_without_a_route_for_tasks(
    specified: SimulatorServer, soar: LocalSoar, without_tasks: bool
) -> None:
    specified.settings.without_tasks = without_tasks
    given = live(wait=True, timeout=60)(specified)

    saved = run_on(soar, "save file", **given, file_path=seed.INVOICE_VIEWER)
    captured = run_on(soar, "create snapshot", **given)

    assert (saved.ok, saved.summary["file_id"]) == (
        True,
        list(specified.state.files.all)[-1],
    ), saved.message
    assert (captured.ok, captured.message) == (True, "Snapshot created"), captured.message
    assert (
        saved.rows[0]["taskInfo"]["status"] == captured.rows[0]["taskInfo"]["status"] == "COMPLETED"
    )
    assert len(specified.state.tasks.all) == 2


def test_file_that_does_not_come_is_told_with_its_task(
    specified: SimulatorServer, soar: LocalSoar
) -> None:
    given = live(wait=True, timeout=1)(specified)
    failed = run_on(soar, "save file", **given, file_path=seed.UNREADABLE_ON_WINDOWS)
    assert not failed.ok
    assert failed.rows[0]["taskInfo"]["id"] == next(iter(specified.state.tasks.all))
    assert "after 1 seconds" in failed.message
