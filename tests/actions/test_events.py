# File: test_events.py
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
"""Events of a connected endpoint: filters, sorting, pages, the row that says there are more,
counts.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from tanium_tr.widgets.events import EVENTS
from tests.actions.conftest import THREAT_RESPONSE, asked
from tests.conftest import RunAction
from tests.variants import ACTIONS


TYPES = ("combined", "dns", "driver", "file", "image", "network", "process", "registry", "security")


@pytest.mark.parametrize("event_type", TYPES)
def test_get_events_of_each_type(
    tanium: SimulatorServer, run: RunAction, connection: str, event_type: str
) -> None:
    got = run("get events", connection_id=connection, event_type=event_type.upper(), limit=5)

    assert asked(tanium) == [f"GET /conns/{connection}/views/{event_type}/events?limit=5&offset=0"]
    assert (got.ok, got.message, len(got.rows)) == (True, f"Type: {event_type}, Event count: 6", 6)
    assert got.summary == {
        "type": event_type,
        "event_count": "6",
        "more_data": True,
        "More data": True,
        "success": True,
    }


@pytest.mark.parametrize("event_type", ["sid", "process,file", "all", "../process"])
def test_get_events_of_another_type_is_refused_by_name(
    tanium: SimulatorServer, run: RunAction, connection: str, event_type: str
) -> None:
    for action in ("get events", "get events summary"):
        result = run(action, connection_id=connection, event_type=event_type)

        assert not result.ok
        assert (
            result.message
            == f"Parameter 'event_type' is '{event_type}': use one of {', '.join(TYPES)}."
        )
    assert len(tanium.log) == 0


@pytest.mark.parametrize(
    ("limit", "offset", "rows", "more", "asked_for"),
    [
        (2500, 0, 2500, False, [(1000, 0), (1000, 1000), (500, 2000)]),
        (2499, 0, 2500, True, [(1000, 0), (1000, 1000), (499, 2000)]),
        (2000, 0, 2001, True, [(1000, 0), (1000, 1000)]),
        (1000, 0, 1001, True, [(1000, 0)]),
        (1000, 1500, 1000, False, [(1000, 1500)]),
        (1000, 1499, 1001, True, [(1000, 1499)]),
        (1, 2499, 1, False, [(1, 2499)]),
        (10, 2500, 0, False, [(10, 2500)]),
        (100_000, 0, 2500, False, [(1000, 0), (1000, 1000), (1000, 2000)]),
    ],
)
def test_get_events_pages_by_the_rows_asked_for(
    tanium: SimulatorServer,
    run: RunAction,
    connection: str,
    limit: int,
    offset: int,
    rows: int,
    more: bool,
    asked_for: list[tuple[int, int]],
) -> None:
    got = run(
        "get events", connection_id=connection, event_type="process", limit=limit, offset=offset
    )

    assert [
        (int(request.arguments["limit"]), int(request.arguments["offset"]))
        for request in tanium.log
    ] == asked_for
    assert [row["id"] for row in got.rows] == [
        str(10_000 + number) for number in range(offset, offset + rows)
    ]
    assert (got.summary["event_count"], got.summary["more_data"], got.summary["More data"]) == (
        str(rows),
        more,
        more,
    )
    assert tanium.log.connections() == 1


def test_get_events_sorts_by_columns_in_their_order(
    tanium: SimulatorServer, run: RunAction, connection: str
) -> None:
    got = run(
        "get events",
        connection_id=connection,
        event_type="process",
        limit=2000,
        sort="user_name, -create_time_raw ,+pid",
    )

    assert [request.arguments["sort"] for request in tanium.log] == [
        "user_name,-create_time_raw,+pid"
    ] * 2
    keys = [(row["user_name"], -row["create_time_raw"], row["pid"]) for row in got.rows]
    assert keys == sorted(keys)


@pytest.mark.parametrize(
    "sort", ["-", "process name", "a;b", "--pid", "pid)", "pid desc", "'", "x" * 200 + "é"]
)
def test_get_events_refuses_to_sort_by_what_is_no_field(
    tanium: SimulatorServer, run: RunAction, connection: str, sort: str
) -> None:
    failed = run("get events", connection_id=connection, event_type="process", sort=sort)

    assert not failed.ok
    assert failed.message.startswith("Parameter 'sort' names ")
    assert len(tanium.log) == 0


def test_get_events_sends_filters_as_indexed_triples(
    tanium: SimulatorServer, run: RunAction, connection: str
) -> None:
    got = run(
        "get events",
        connection_id=connection,
        event_type="process",
        fields="process_path, pid",
        operators="CO,range",
        values="updater,400..2000",
        filter_type="ANY",
        limit=3,
    )

    pairs = tanium.log[0].pairs
    assert sorted(pairs) == sorted(
        {
            "match": "any",
            "g1": "0,1",
            "gm1": "any",
            "f0": "process_path",
            "o0": "co",
            "v0": "updater",
            "f1": "pid",
            "o1": "range",
            "v1": "400..2000",
            "limit": "3",
            "offset": "0",
        }.items()
    )
    assert got.ok
    assert all("updater" in row["process_path"] or 400 <= row["pid"] <= 2000 for row in got.rows)


def test_get_events_repeats_the_filters_on_every_page(
    tanium: SimulatorServer, run: RunAction, connection: str
) -> None:
    got = run(
        "get events",
        connection_id=connection,
        event_type="process",
        fields="pid",
        operators="gt",
        values="1000",
        limit=2500,
    )

    assert [
        (request.arguments["f0"], request.arguments["match"], request.arguments["v0"])
        for request in tanium.log
    ] == [("pid", "all", "1000")] * len(tanium.log)
    assert len(tanium.log) == 3
    assert {row["pid"] > 1000 for row in got.rows} == {True}
    assert (
        int(got.summary["event_count"])
        == run(
            "get events summary",
            connection_id=connection,
            event_type="process",
            fields="pid",
            operators="gt",
            values="1000",
        ).summary["process_events_count"]
    )


def test_get_events_without_filters_sends_none(
    tanium: SimulatorServer, run: RunAction, connection: str
) -> None:
    blanks: tuple[Any, ...] = ("", None, " ", [])
    for blank in blanks:
        assert run(
            "get events",
            connection_id=connection,
            event_type="dns",
            fields=blank,
            operators=blank,
            values=blank,
        ).ok

    assert {tuple(request.arguments) for request in tanium.log} == {("limit", "offset")}


@pytest.mark.parametrize(
    ("values", "sent"),
    [
        ('"a,b",c', ["a,b", "c"]),
        ('"say ""hi"", you",c', ['say "hi", you', "c"]),
        ('"C:\\Program Files\\x.exe" -a,c', ['"C:\\Program Files\\x.exe" -a', "c"]),
        ('it\'s "fine",c', ['it\'s "fine"', "c"]),
        (" a , c ", ["a", "c"]),
        ('" a ",c', [" a ", "c"]),
        ("a=b&c=d,%41", ["a=b&c=d", "%41"]),
        ("a+b,ü/ß", ["a+b", "ü/ß"]),
        (["a,b", 'c"d'], ["a,b", 'c"d']),
        ('"",c', ["", "c"]),
        ('"unclosed,c', ['"unclosed', "c"]),
    ],
)
def test_get_events_values_are_a_quoted_list(
    tanium: SimulatorServer, run: RunAction, connection: str, values: object, sent: list[str]
) -> None:
    got = run(
        "get events",
        connection_id=connection,
        event_type="dns",
        fields="query,query",
        operators="co,co",
        values=values,
    )

    assert got.ok, got.message
    assert [tanium.log[0].arguments[name] for name in ("v0", "v1")] == sent


@pytest.mark.parametrize(
    ("fields", "operators", "values", "lengths"),
    [
        ("pid,pid", "gt", "1", (2, 1, 1)),
        ("pid", "gt,lt", "1", (1, 2, 1)),
        ("pid", "gt", "1,2", (1, 1, 2)),
        ("pid", None, None, (1, 0, 0)),
        (None, "gt", "1", (0, 1, 1)),
        (None, None, "1", (0, 0, 1)),
        ("pid", "gt", None, (1, 1, 0)),
        ("pid,pid", "isnull,gt", None, (2, 2, 0)),
        ("pid", None, "1", (1, 0, 1)),
        ("process_command_line", "co", "a,b", (1, 1, 2)),
    ],
)
@pytest.mark.parametrize("action", ["get events", "get events summary"])
def test_filters_of_different_lengths_name_the_three(
    tanium: SimulatorServer,
    run: RunAction,
    connection: str,
    action: str,
    fields: str | None,
    operators: str | None,
    values: str | None,
    lengths: tuple[int, int, int],
) -> None:
    failed = run(
        action,
        connection_id=connection,
        event_type="process",
        fields=fields,
        operators=operators,
        values=values,
    )

    assert not failed.ok
    assert (
        "Parameters 'fields', 'operators' and 'values' have {}, {} and {} items".format(*lengths)
        in failed.message
    )
    assert len(tanium.log) == 0


@pytest.mark.parametrize(
    ("operators", "values", "sent"),
    [
        ("isnull", None, [""]),
        ("isempty,isnull", "", ["", ""]),
        ("isempty,isnull", ",", ["", ""]),
        ("gt,isnull", "5,", ["5", ""]),
        ("isnull,gt", ",5", ["", "5"]),
        ("IsNull,GT", '"",5', ["", "5"]),
    ],
)
def test_empty_slot_of_an_operator_without_value(
    tanium: SimulatorServer,
    run: RunAction,
    connection: str,
    operators: str,
    values: str | None,
    sent: list[str],
) -> None:
    fields = ",".join(["exit_code"] * len(sent))
    got = run(
        "get events summary",
        connection_id=connection,
        event_type="process",
        fields=fields,
        operators=operators,
        values=values,
    )

    assert got.ok, got.message
    assert [tanium.log[0].arguments[f"v{index}"] for index in range(len(sent))] == sent


def test_isnull_counts_what_has_no_value(run: RunAction, connection: str) -> None:
    counts = [
        run(
            "get events summary",
            connection_id=connection,
            event_type="process",
            fields="exit_code",
            operators=operator,
            values=values,
        )
        for operator, values in (("isnull", ""), ("eq", "0"))
    ]

    assert sum(count.rows[0]["count"] for count in counts) == seed.PROCESSES
    assert all(count.rows[0]["count"] > 1000 for count in counts)


@pytest.mark.parametrize(
    ("fields", "operators", "values", "parameter", "shown"),
    [
        ("pid", "like", "1", "operators", "'like'"),
        ("pid", "=", "1", "operators", "'='"),
        ("pid,", "gt,gt", "1,2", "fields", "''"),
        ("process id", "gt", "1", "fields", "'process id'"),
        ("1pid", "gt", "1", "fields", "'1pid'"),
        ("f0=pid&o0", "gt", "1", "fields", "'f0=pid&o0'"),
        ("pid", "range", "1", "values", "'1'"),
        ("pid", "range", "..5", "values", "'..5'"),
        ("pid", "range", "5..", "values", "'5..'"),
        ("pid", "range", "1-5", "values", "'1-5'"),
        ("pid", "isnull", "5", "values", "'5'"),
        ("pid", "isempty", "x", "values", "'x'"),
    ],
)
def test_filter_that_makes_no_sense_is_refused(
    tanium: SimulatorServer,
    run: RunAction,
    connection: str,
    fields: str,
    operators: str,
    values: str,
    parameter: str,
    shown: str,
) -> None:
    failed = run(
        "get events",
        connection_id=connection,
        event_type="process",
        fields=fields,
        operators=operators,
        values=values,
    )

    assert not failed.ok
    assert failed.message.startswith(f"Parameter '{parameter}' holds {shown}")
    assert len(tanium.log) == 0


def test_get_events_field_unknown_to_the_server(run: RunAction, connection: str) -> None:
    failed = run(
        "get events",
        connection_id=connection,
        event_type="process",
        fields="colour",
        operators="eq",
        values="red",
    )

    assert not failed.ok
    assert "unknown field 'colour'" in failed.message


def test_network_events_have_both_spellings(run: RunAction, connection: str) -> None:
    got = run("get events", connection_id=connection, event_type="network", limit=10)

    assert len(got.rows) == 11
    for row in got.rows:
        assert row["local_address"] == row["source_addr"] == seed.FINANCE.ip
        assert row["local_address_port"] == row["source_port"]
        assert row["remote_address"] == row["destination_addr"]
        assert row["remote_address_port"] == row["destination_port"]
        assert re.fullmatch(r"203\.0\.113\.\d+", row["remote_address"])


def test_long_ids_stay_text(run: RunAction, connection: str) -> None:
    got = run("get events", connection_id=connection, event_type="process", limit=1)

    assert got.rows[0]["process_table_id"] == seed.process_table_id(seed.FINANCE.client_id, 0)


@pytest.mark.parametrize("event_type", TYPES)
def test_get_events_summary(
    tanium: SimulatorServer, run: RunAction, connection: str, event_type: str
) -> None:
    got = run("get events summary", connection_id=connection, event_type=event_type)

    count = {
        **seed.EVENT_COUNTS,
        "process": seed.PROCESSES,
        "combined": seed.PROCESSES + sum(seed.EVENT_COUNTS.values()),
    }[event_type]
    assert asked(tanium) == [f"GET /conns/{connection}/views/{event_type}/eventsCount"]
    assert (got.ok, got.message) == (True, f"Total {event_type} events count: {count}")
    assert got.rows == [{"count": count, "has_more": False}]
    assert got.summary == {
        f"total_{event_type}_events_count": count,
        f"{event_type}_events_count": count,
    }


def test_get_events_summary_of_nothing(
    tanium: SimulatorServer, run: RunAction, connection: str
) -> None:
    tanium.faults.add(Fault("json", path_contains="/eventsCount", value=[]))

    got = run("get events summary", connection_id=connection, event_type="dns")

    assert (got.ok, got.summary, got.rows) == (
        True,
        {"total_dns_events_count": 0, "dns_events_count": 0},
        [{"count": 0, "has_more": False}],
    )


def test_get_events_ends_when_the_server_ignores_the_offset(
    tanium: SimulatorServer, run: RunAction, connection: str
) -> None:
    tanium.faults.add(
        Fault(
            "json",
            path_contains="/events",
            times=None,
            value=[{"id": str(number)} for number in range(1001)],
        )
    )

    got = run("get events", connection_id=connection, event_type="process", limit=50_000)

    assert len(tanium.log) == 2
    assert [row["id"] for row in got.rows] == [str(number) for number in range(1001)]
    assert got.summary["more_data"] is False


def test_get_events_ends_at_an_empty_page(
    tanium: SimulatorServer, run: RunAction, connection: str
) -> None:
    tanium.faults.add(Fault("json", path_contains="/events", after=1, times=None, value=[]))

    got = run("get events", connection_id=connection, event_type="process", limit=50_000)

    assert len(tanium.log) == 2
    assert (len(got.rows), got.summary["more_data"]) == (1000, False)


def test_event_type_and_id_stand_in_the_path_encoded(
    tanium: SimulatorServer, run: RunAction
) -> None:
    host = seed.Host("wörk station", "8000001", "10.77.0.1", "Linux")
    tanium.state.computers.hosts.append(host)
    connection_id = tanium.state.connections.open(host.hostname)

    got = run("get events", connection_id=connection_id, event_type="dns", limit=1)

    assert got.ok
    assert (
        tanium.log[0].path
        == f"{THREAT_RESPONSE}/conns/remote:w%C3%B6rk%20station:8000001:1/views/dns/events"
    )


@pytest.mark.parametrize("event_type", ["file", "registry", "network", "dns", "image"])
def test_events_have_the_columns_of_production_servers(
    run: RunAction, connection: str, event_type: str
) -> None:
    (row, *_) = run("get events", connection_id=connection, event_type=event_type, limit=1).rows

    assert {"pid", "process_path", "user_name", "group_name", "details"} <= set(row)
    assert not {"process_id", "process_name", "username", "domain"} & set(row)


def test_process_events_tell_the_parent(run: RunAction, connection: str) -> None:
    (row, *_) = run("get events", connection_id=connection, event_type="process", limit=1).rows

    assert {"parent_command_line", "hash", "parent_hash", "parent_path"} <= set(row)
    kinds = {column.path: column.contains for column in ACTIONS["get events"].columns}
    assert {kinds["hash"], kinds["parent_hash"]} == {("md5",)}
    assert "file path" in kinds["parent_path"]
    assert "pid" in kinds["parent_pid"]
    assert "file name" in kinds["parent_command_line"]


def test_widget_offers_what_production_columns_hold() -> None:
    """The published data paths of some have no kind in the manifest."""
    process, user = (
        next(column for column in EVENTS if column.title == title) for title in ("Process", "User")
    )

    kinds = {path: line.contains for line in (*process.lines, *user.lines) for path in line.paths}
    assert {"file path", "file name"} <= set(kinds["process_path"])
    assert "pid" in kinds["pid"]
    assert "user name" in kinds["user_name"]
