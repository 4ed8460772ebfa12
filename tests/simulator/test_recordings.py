# File: test_recordings.py
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
"""Events with filters, sorts and paging; processes and their trees."""

from __future__ import annotations

from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.recordings.recording import EVENT_TYPES
from tests.simulator.conftest import Client


DECLARED = """Hashes ImageLoaded Signature Signed create_time create_time_raw destination_addr
destination_port detail details domain end_time end_time_raw event_id event_opcode
event_operation_id event_record_id event_task_id evidence exit_code file group_name hash_type_name
id im_cares key_path library_hash operation path pid process_command_line process_id process_name
process_path process_table_id query response sid sid_hash signature_issuer signature_status
signature_subject source_addr source_port timestamp timestamp_raw type user_name username
value_name"""
"""Columns that the published app declares for `get events`."""

TREE_COLUMNS = """children_count context create_time create_time_raw dns_events_count
driver_events_count end_time end_time_raw exit_code file_events_count group_name hash_type_name id
image_events_count network_events_count parent_process_table_id pid process_command_line
process_events_count process_hash process_path process_table_id registry_events_count
security_events_count unique_process_id user_name"""

SUSPICIOUS = seed.process_table_id(seed.FINANCE.client_id, seed.SUSPICIOUS)


def events(client: Client, connection: str, kind: str, **params: Any) -> list[dict[str, Any]]:
    rows = client.get(f"/conns/{connection}/views/{kind}/events", **params)
    assert isinstance(rows, list)
    return rows


def count(client: Client, connection: str, kind: str, **params: Any) -> int:
    body = client.get(f"/conns/{connection}/views/{kind}/eventsCount", **params)
    assert body.keys() == {"count", "has_more"}
    return int(body["count"])


def tree(client: Client, connection: str, table_id: str, **params: Any) -> dict[str, int]:
    contexts = [
        row["context"]
        for row in client.get(f"/conns/{connection}/processtrees/{table_id}", **params)
    ]
    return {context: contexts.count(context) for context in dict.fromkeys(contexts)}


def test_every_declared_column_appears(client: Client, connection: str) -> None:
    found = {
        column
        for kind in EVENT_TYPES
        for row in events(client, connection, kind, limit=5)
        for column in row
    }
    assert set(DECLARED.split()) - found == set()


def test_network_rows_have_either_spelling(client: Client, connection: str) -> None:
    newer, older = events(client, connection, "network", limit=1)
    assert {
        "local_address",
        "local_address_port",
        "remote_address",
        "remote_address_port",
    } <= newer.keys()
    assert {"source_addr", "source_port", "destination_addr", "destination_port"} <= older.keys()
    assert not newer.keys() & {"source_addr", "destination_addr"}
    assert older["source_port"] == 49153


def test_ids_are_long_strings_and_times_come_twice(client: Client, connection: str) -> None:
    row = events(client, connection, "file", limit=0)[0]
    assert len(row["process_table_id"]) == 19
    assert isinstance(row["id"], str)
    assert isinstance(row["timestamp_raw"], int)
    assert row["timestamp"][10] == " "


@pytest.mark.parametrize(
    ("limit", "offset", "received"),
    [
        (10, 0, 11),
        (1000, 0, 1001),
        (5000, 0, 1001),
        (1000, 2000, 500),
        (400, 2100, 400),
        (5, 9999, 0),
    ],
)
def test_one_row_too_many_says_that_there_are_more(
    client: Client, connection: str, limit: int, offset: int, received: int
) -> None:
    assert len(events(client, connection, "process", limit=limit, offset=offset)) == received


def test_counts(client: Client, connection: str) -> None:
    counts = {kind: count(client, connection, kind) for kind in EVENT_TYPES}
    assert counts["process"] == seed.PROCESSES
    assert counts.pop("combined") == sum(counts.values())


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"f0": "pid", "o0": "eq", "v0": "424"}, 1),
        ({"f1": "process_id", "o1": "eq", "v1": "424", "match": "all"}, 1),
        ({"f0": "pid", "o0": "ne", "v0": "424"}, 2499),
        ({"f0": "pid", "o0": "lt", "v0": "408"}, 2),
        ({"f0": "pid", "o0": "lte", "v0": "408"}, 3),
        ({"f0": "pid", "o0": "gt", "v0": "10388"}, 2),
        ({"f0": "pid", "o0": "gte", "v0": "10388"}, 3),
        ({"f0": "pid", "o0": "range", "v0": "404..412"}, 3),
        ({"f0": "process_table_id", "o0": "eq", "v0": SUSPICIOUS}, 1),
        ({"f0": "process_name", "o0": "co", "v0": "POWERSHELL"}, 1),
        ({"f0": "process_path", "o0": "nc", "v0": "agent"}, 8),
        ({"f0": "parent_process_table_id", "o0": "isnull", "v0": ""}, 1),
        ({"f0": "parent_process_table_id", "o0": "isempty"}, 1),
        ({"f0": "pid", "o0": "eq", "v0": "4", "f1": "pid", "o1": "eq", "v1": "404",
          "match": "any"}, 2),
        ({"f0": "pid", "o0": "eq", "v0": "4", "f1": "pid", "o1": "eq", "v1": "404"}, 0),
        ({"f0": "pid", "o0": "eq", "v0": "4", "f1": "pid", "o1": "eq", "v1": "404",
          "g1": "0,1", "gm1": "any"}, 2),
        ({"f1": "pid", "o1": "lt", "v1": "500", "f2": "process_path", "o2": "co", "v2": "smss",
          "f3": "process_path", "o3": "eq", "v3": "System", "g1": "2,3", "gm1": "any"}, 2),
        ({"f0": "process_command_line", "o0": "eq",
          "v0": '"C:\\Windows\\explorer.exe" --task 3'}, 1),
    ],
)  # fmt: skip
def test_filters(client: Client, connection: str, filters: dict[str, str], expected: int) -> None:
    assert count(client, connection, "process", **filters) == expected
    assert len(events(client, connection, "process", **filters)) == min(expected, 1001)


def test_filter_on_either_spelling_finds_rows_of_both(client: Client, connection: str) -> None:
    for field in ("local_address", "source_addr"):
        assert (
            count(client, connection, "network", f0=field, o0="eq", v0=seed.FINANCE.ip)
            == seed.EVENT_COUNTS["network"]
        )


@pytest.mark.parametrize(
    ("filters", "complaint"),
    [
        ({"f0": "color", "o0": "eq", "v0": "1"}, "unknown field 'color'"),
        ({"f0": "pid", "o0": "like", "v0": "1"}, "unknown operator 'like'"),
        ({"f0": "pid", "v0": "1"}, "needs f0 and o0"),
        ({"f0": "pid", "o0": "eq"}, "needs v0"),
        ({"f0": "pid", "o0": "range", "v0": "1"}, "low..high"),
        ({"f2": "pid", "o2": "eq", "v2": "1"}, "without gaps"),
        ({"f0": "pid", "o0": "eq", "v0": "1", "g1": "0,5"}, "does not exist"),
        ({"f0": "pid", "o0": "eq", "v0": "1", "match": "some"}, "all or any"),
        ({"sort": "color"}, "cannot sort by 'color'"),
        ({"limit": "many"}, "limit must be"),
        ({"offset": "-1"}, "offset must be"),
    ],
)
def test_query_that_makes_no_sense(
    client: Client, connection: str, filters: dict[str, str], complaint: str
) -> None:
    reply = client("GET", f"/conns/{connection}/views/process/events", params=filters)
    assert reply.status_code == 400
    assert complaint in reply.json()["errors"][0]["message"]


@pytest.mark.parametrize("kind", ["File", "sid", "nothing"])
def test_unknown_event_type(client: Client, connection: str, kind: str) -> None:
    assert client("GET", f"/conns/{connection}/views/{kind}/events").status_code == 400


@pytest.mark.parametrize("sort", ["-exit_code,+pid", "-exit_code, pid", "-exit_code,pid"])
def test_sort_by_several_columns(client: Client, connection: str, sort: str) -> None:
    rows = events(client, connection, "process", sort=sort, limit=1000)
    assert [row["exit_code"] for row in rows] == [0] * 1001
    assert [row["pid"] for row in rows] == sorted(row["pid"] for row in rows)


def test_plus_in_a_sort_may_arrive_unencoded(client: Client, connection: str) -> None:
    rows = client("GET", f"/conns/{connection}/views/dns/events?sort=+timestamp_raw&limit=1").json()
    assert rows[0]["timestamp_raw"] < rows[1]["timestamp_raw"]


def test_connection_that_is_not_there(client: Client) -> None:
    reply = client("GET", "/conns/remote:x:1:1/views/file/events")
    assert (reply.status_code, reply.json()["text"][:14]) == (404, "404 Not Found:")


def test_process_events(client: Client, connection: str) -> None:
    (row,) = client.get(f"/conns/{connection}/processevents/{SUSPICIOUS}/process")
    assert row.keys() == {"id", "timestamp", "timestamp_raw", "type", "operation", "detail"}
    assert (row["type"], row["operation"]) == ("Process", "CreateProcess")
    everything = client.get(f"/conns/{connection}/processevents/{SUSPICIOUS}/combined")
    (node,) = client.get(f"/conns/{connection}/processtrees/{SUSPICIOUS}", context="node")
    assert len(everything) == sum(node[f"{kind}_events_count"] for kind in EVENT_TYPES[1:]) > 1
    each = [
        client.get(f"/conns/{connection}/processevents/{SUSPICIOUS}/{kind}")
        for kind in EVENT_TYPES[1:]
    ]
    assert sum(map(len, each)) == len(everything)
    assert (
        client.get(f"/conns/{connection}/processevents/{SUSPICIOUS}/combined", limit=1, offset=1)
        == everything[1:2]
    )
    assert client("GET", f"/conns/{connection}/processevents/17/process").status_code == 404


def test_process_tree_is_a_flat_list(client: Client, connection: str) -> None:
    rows = client.get(f"/conns/{connection}/processtrees/{SUSPICIOUS}")
    assert [row["context"] for row in rows] == ["parent", "node", "child"]
    parent, node, child = rows
    assert node.keys() == set(TREE_COLUMNS.split())
    assert node["process_path"].endswith("powershell.exe")
    assert (node["parent_process_table_id"], child["parent_process_table_id"]) == (
        parent["process_table_id"],
        SUSPICIOUS,
    )
    assert node["children_count"] == 1


def test_process_tree_limits(client: Client, connection: str) -> None:
    services = seed.process_table_id(seed.FINANCE.client_id, seed.MANY_CHILDREN)
    many = seed.process_table_id(seed.FINANCE.client_id, seed.MORE_CHILDREN_THAN_SIBLINGS_SHOWN)
    one_of_many = seed.process_table_id(seed.FINANCE.client_id, 408)
    assert tree(client, connection, services, context="children", limit=1000) == {"child": 301}
    assert tree(client, connection, services, context="children", limit=10) == {"child": 11}
    assert tree(client, connection, services, context="children", limit=300, offset=300) == {
        "child": 100
    }
    assert tree(client, connection, many, context="siblings,children", limit=20) == {
        "sibling": 42,
        "child": 21,
    }
    assert tree(client, connection, one_of_many, context="siblings", limit=1000) == {"sibling": 602}
    assert tree(client, connection, one_of_many) == {"parent": 1, "node": 1, "sibling": 202}


def test_process_tree_with_bad_arguments(client: Client, connection: str) -> None:
    assert (
        client(
            "GET", f"/conns/{connection}/processtrees/{SUSPICIOUS}", params={"context": "sibling"}
        ).status_code
        == 400
    )
    assert client("GET", f"/conns/{connection}/processtrees/12345").status_code == 404
