# File: test_evidence.py
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
"""Evidence: listed, read, made from a process, deleted."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from tanium_tr.times import seconds
from tests.actions.conftest import asked
from tests.conftest import RunAction
from tests.variants import ACTIONS


NODE = seed.process_table_id(seed.FINANCE.client_id, seed.SUSPICIOUS)
DIALECTS = ["production", "specified"]
PATHS = [("production", "/event-evidence"), ("specified", "/evidence")]


def ids(tanium: SimulatorServer) -> list[str]:
    return list(tanium.state.evidence.all)


SORTED = [
    ("production", "sort=-hostname", 16),
    ("specified", "limit=1000&offset=0&sort=-hostname", 2),
]


@pytest.mark.parametrize(("dialect", "query", "count"), SORTED)
def test_list_evidence(
    tanium: SimulatorServer, run: RunAction, dialect: str, query: str, count: int
) -> None:
    tanium.settings.dialect = dialect

    run("list evidence")
    tanium.log.clear()
    listed = run("list evidence", sort="-hostname")

    hosts = [row["hostname"] for row in listed.rows]
    assert asked(tanium)[0] == f"GET /evidence?{query}"
    assert hosts == sorted(hosts, reverse=True)
    assert (len(hosts), listed.summary) == (count, {"evidence_count": count})
    assert listed.message == f"Evidence found: {count}"


def test_list_evidence_of_every_kind_as_production_servers_have_it(
    tanium: SimulatorServer, run: RunAction
) -> None:
    rows = {row["evidenceType"]: row for row in run("list evidence").rows}

    shared = {"uuid", "username", "name", "hostname", "size", "createdAt", "evidenceType"}
    assert set(rows) == {"event", "file", "snapshot"}
    assert set(rows["event"]) == {*shared, "created"}
    assert set(rows["file"]) == {*shared, "created", "file_id"}
    assert set(rows["snapshot"]) == {*shared, "created", "snapshot_id"}
    assert rows["file"]["file_id"] in tanium.state.files.all
    assert rows["snapshot"]["snapshot_id"] in tanium.state.snapshots.all
    assert rows["event"]["uuid"] in tanium.state.evidence.all
    for row in rows.values():
        assert row["createdAt"].isdecimal()
        assert seconds(row["created"]) == seconds(row["createdAt"])


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    ("filters", "hosts"),
    [
        ({"hostname": "srv-web-01"}, ["srv-web-01"]),
        ({"hostname": "SRV-web-01,nowhere"}, ["srv-web-01"]),
        ({"hostname": "srv-web-01,ws-finance-07"}, ["srv-web-01", "ws-finance-07"]),
        ({"hostname": ["nowhere", "srv-web-02"]}, []),
    ],
)
def test_list_evidence_of_hosts(
    tanium: SimulatorServer, run: RunAction, dialect: str, filters: dict[str, Any], hosts: list[str]
) -> None:
    tanium.settings.dialect = dialect

    listed = run("list evidence", **filters)

    assert listed.ok, listed.message
    assert sorted({row["hostname"] for row in listed.rows}) == hosts


@pytest.mark.parametrize(
    ("dialect", "given", "types", "count"),
    [
        ("production", "event", {"event"}, 2),
        ("production", "Event", {"event"}, 2),
        ("production", "event,snapshot", {"event", "snapshot"}, 6),
        ("production", "event,, nonsense", {"event"}, 2),
        ("production", "nonsense", set(), 0),
        ("specified", "ProcessEvent", {"event"}, 1),
        ("specified", "ProcessEvent,FileEvent", {"event"}, 2),
        ("specified", "FileEvent,nonsense", {"event"}, 1),
        ("specified", "nonsense,snapshot", set(), 0),
    ],
)
def test_list_evidence_of_types(
    tanium: SimulatorServer, run: RunAction, dialect: str, given: str, types: set[str], count: int
) -> None:
    tanium.settings.dialect = dialect

    listed = run("list evidence", type=given)

    assert ({row["evidenceType"] for row in listed.rows}, len(listed.rows)) == (types, count)


def test_list_evidence_of_a_server_that_does_not_filter(
    tanium: SimulatorServer, run: RunAction
) -> None:
    everything = run("list evidence").rows
    tanium.faults.add(Fault("json", path_contains="/evidence", value=everything))

    assert {row["evidenceType"] for row in run("list evidence", type="file").rows} == {"file"}


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("filters", [{}, {"hostname": "srv-web-01,ws-finance-07"}])
def test_list_evidence_pages(
    tanium: SimulatorServer, run: RunAction, dialect: str, filters: dict[str, str]
) -> None:
    tanium.settings.dialect = dialect
    everything = run("list evidence", **filters).rows

    parts = [
        run("list evidence", limit=2, offset=offset, **filters).rows
        for offset in range(0, len(everything) + 2, 2)
    ]

    assert [row for part in parts for row in part] == everything
    assert len(everything) >= 2


@pytest.mark.parametrize(("dialect", "path"), PATHS)
def test_get_evidence(tanium: SimulatorServer, run: RunAction, dialect: str, path: str) -> None:
    tanium.settings.dialect = dialect
    evidence_id = ids(tanium)[0]

    got = run("get evidence", evidence_id=evidence_id)

    assert asked(tanium)[-1] == f"GET {path}/{evidence_id}"
    assert got.ok, got.message
    assert (got.rows[0]["uuid"], got.rows[0]["hostname"]) == (evidence_id, "ws-finance-07")


def test_create_evidence_sends_the_process_as_it_is(
    tanium: SimulatorServer, run: RunAction, connection: str
) -> None:
    created = run(
        "create evidence", connection_id=connection, process_table_id=NODE, summary="Grüße {0}"
    )

    assert (
        asked(tanium)[0]
        == f"GET /conns/{connection}/processtrees/{NODE}?context=node&limit=1&offset=0"
    )
    assert asked(tanium)[-1] == "POST /event-evidence"
    sent = json.loads(tanium.log[-1].body or b"")["evidence"]
    data = sent.pop("data")
    assert data["process_table_id"] == NODE
    assert sent == {
        "recorderId": NODE,
        "connectionId": connection,
        "hostname": "ws-finance-07",
        "eventType": "ProcessEvent",
        "summary": "Grüße {0}",
    }
    assert (created.ok, created.message) == (True, "Evidence created")
    stored = tanium.state.evidence.get(ids(tanium)[-1])
    assert {name: stored[name] for name in created.rows[0]} == created.rows[0]
    assert len(tanium.log.requests(method="POST")) == 1


def test_create_evidence_as_specified(
    tanium: SimulatorServer, run: RunAction, connection: str
) -> None:
    tanium.settings.dialect = "specified"

    created = run("create evidence", connection_id=connection, process_table_id=NODE)

    assert created.ok, created.message
    assert asked(tanium)[-1] == "POST /evidence"
    assert json.loads(tanium.log[-1].body or b"") == {
        "connection_id": connection,
        "ptid": NODE,
        "hostname": "ws-finance-07",
        "summary": "",
    }
    assert len(ids(tanium)) == 3


@pytest.mark.parametrize(
    "value",
    [{"evidence": {"uuid": "e1", "created": "now"}}, {"data": {"uuid": "e1", "created": "now"}}],
)
def test_create_evidence_tells_the_record_that_the_server_answers_with(
    tanium: SimulatorServer, run: RunAction, connection: str, value: object
) -> None:
    tanium.faults.add(Fault("json", method="POST", value=value, work=True))

    created = run("create evidence", connection_id=connection, process_table_id=NODE)

    assert created.summary == {"evidence_id": "e1"}
    assert (created.rows[0]["uuid"], created.rows[0]["recorderId"]) == ("e1", NODE)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_create_evidence_of_an_unknown_process_keeps_nothing(
    tanium: SimulatorServer, run: RunAction, connection: str, dialect: str
) -> None:
    tanium.settings.dialect = dialect

    failed = run("create evidence", connection_id=connection, process_table_id="12345")

    assert not failed.ok
    assert "12345" in failed.message
    assert not tanium.log.requests(method="POST")


def test_create_evidence_over_a_closed_connection_says_so(
    tanium: SimulatorServer, run: RunAction, connection: str
) -> None:
    tanium.state.connections.close(connection)

    failed = run("create evidence", connection_id=connection, process_table_id=NODE)

    assert "is disconnected" in failed.message
    assert not tanium.log.requests(method="POST")


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("count", [1, 2])
def test_delete_evidence_is_one_request(
    tanium: SimulatorServer, run: RunAction, dialect: str, count: int
) -> None:
    tanium.settings.dialect = dialect
    given, left = ids(tanium)[:count], ids(tanium)[count:]

    deleted = run("delete evidence", evidence_ids=",".join([*given, given[0]]))

    assert (deleted.ok, deleted.message, deleted.rows, deleted.summary) == (
        True,
        "Evidence deleted",
        [],
        {},
    )
    assert ids(tanium) == left
    if dialect == "production":
        assert asked(tanium) == ["DELETE /event-evidence"]
        assert json.loads(tanium.log[0].body or b"") == {"ids": given}
    else:
        assert asked(tanium)[-1] == f"DELETE /evidence/{','.join(given)}"
        assert not tanium.log[-1].body


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("action", ["get evidence", "delete evidence"])
def test_unknown_evidence(
    tanium: SimulatorServer, run: RunAction, dialect: str, action: str
) -> None:
    tanium.settings.dialect = dialect
    before = ids(tanium)

    failed = run(
        action, **{"evidence_id" if action == "get evidence" else "evidence_ids": "unknown"}
    )

    assert not failed.ok
    assert "HTTP 404" in failed.message
    assert ids(tanium) == before


@pytest.mark.parametrize(
    "given", ["*", "a*", ['"a', "b,c"], ["a,b"], "properties/..", "..", ",", "a\x85b"]
)
def test_delete_evidence_takes_exact_ids(
    tanium: SimulatorServer, run: RunAction, given: object
) -> None:
    failed = run("delete evidence", evidence_ids=given)

    assert failed.message.startswith("Parameter 'evidence_ids' ")
    assert len(tanium.log) == 0


def test_list_evidence_properties_are_values_of_stored_evidence(
    tanium: SimulatorServer, run: RunAction
) -> None:
    listed = run("list evidence properties")

    assert asked(tanium)[-1] == "GET /event-evidence/properties"
    process = next(iter(tanium.state.evidence.all.values()))["data"]
    assert {"type": "MD5Hash", "value": process["hash"]} in listed.rows
    assert {"type": "ProcessId", "value": process["pid"]} in listed.rows
    assert listed.summary == {"property_count": len(listed.rows)}
    spec = ACTIONS["list evidence properties"]
    (value,) = [column for column in spec.columns if column.path == "value"]
    assert {"md5", "pid"} <= set(value.contains)
    assert "values" in spec.description


def test_list_evidence_properties_as_specified(tanium: SimulatorServer, run: RunAction) -> None:
    tanium.settings.dialect = "specified"

    listed = run("list evidence properties")

    assert asked(tanium)[-1] == "GET /evidence/properties"
    assert {"type": "date", "value": "created"} in listed.rows
