# File: test_columns.py
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
"""Rows of shapes that Connect really sends: arrays, rows inside one object, other names, and live
connections in audit rows. The inputs in tests/data/cases are made up.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.receiver.conftest import MemorySoar, received


CASES = Path(__file__).parents[1] / "data" / "cases"
Row = dict[str, Any]


def stored(body: str | bytes) -> list[Row]:
    """The artifacts that a body becomes."""
    soar = MemorySoar()
    reply = received(body.encode() if isinstance(body, str) else body, soar)
    assert reply.status == 200, reply.content
    return list(soar.artifacts.values())


def cef_of(row: Row) -> Row:
    cef: Row = stored(json.dumps(row))[0]["cef"]
    return cef


def test_columns_of_several_values() -> None:
    body = (CASES / "rows_with_lists.jsonl").read_bytes()
    rows, artifacts = list(map(json.loads, body.splitlines())), stored(body)
    artifacts.sort(key=lambda artifact: rows.index(artifact["data"]))
    cefs = [artifact["cef"] for artifact in artifacts]

    expected: list[Row] = [
        {
            "ruleName": "PCI, SSN",
            "filesMatched": "1, 2",
            "totalMatches": "5, 7",
            "scanProgress": "100%, 40%",
            "taniumClientId": "2718281828",
        },
        {
            "oSType": "Windows",
            "title": "2022-01 Cumulative Update, Security Update for .NET",
            "kBArticles": "KB5009543, KB5009557",
            "cVEIDs": "CVE-2022-21882",
            "installStatus": "Installed, Not Installed",
        },
        {
            "filePath": r"C:\Windows\System32\drivers\etc\hosts",
            "hash": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "fileHash": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "fileHashSha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "hashedAt": "2024-05-06T07:08:09Z",
            "sourceUserName": "kim",
            "sourceNtDomain": "LAB",
        },
        {"deviceAddress": "198.51.100.21", "iPAddress": "198.51.100.21, 2001:db8::10"},
    ]
    assert [
        {name: cef.get(name) for name in fields} for cef, fields in zip(cefs, expected)
    ] == expected


@pytest.mark.parametrize(
    ("row", "fields"),
    [
        (
            {"File Path": ["/a", "/b"]},
            {"filePath": "/a", "filePathList": "/a, /b"},
        ),
        (
            {"SHA256": ["n/a", "a1" * 32]},
            {"fileHashSha256": "a1" * 32, "sHA256List": "n/a, " + "a1" * 32},
        ),
        (
            {"Hash": ["a1" * 16, "b1" * 20]},
            {
                "fileHash": "a1" * 16,
                "fileHashMd5": "a1" * 16,
                "hashList": "a1" * 16 + ", " + "b1" * 20,
            },
        ),
        ({"Computer ID": ["0", "12"]}, {"taniumClientId": "12", "computerID": "0, 12"}),
        (
            {"User": ["LAB\\kim", "ann"]},
            {"sourceUserName": "kim", "sourceNtDomain": "LAB", "user": "LAB\\kim, ann"},
        ),
        ({"Ports": [22, 443, None, True]}, {"ports": "22, 443, true"}),
        ({"Disks": [{"name": "C:"}, {"name": "D:"}], "A": "1"}, {"name": "C:, D:", "a": "1"}),
        ({"Owner": {"name": "kim"}, "A": "1"}, {"name": "kim", "a": "1"}),
        ({"Computer IP": "", "IP Address": "192.0.2.1"}, {"deviceAddress": "192.0.2.1"}),
        ({"Hash Type": "SHA256"}, {"hashType": "SHA256"}),
    ],
)
def test_column_of_several_values_by_kind(row: Row, fields: Row) -> None:
    cef = cef_of({"Computer Name": "ws-1", **row})

    assert cef == {"deviceHostname": "ws-1", **fields}


def test_lists_in_an_alert_and_its_other_columns() -> None:
    row = {
        "Alert Id": "guid-1",
        "Computer Name": ["ws-1"],
        "Computer IP": ["192.0.2.1", "192.0.2.2"],
        "Intel Labels": ["a", "b"],
        "Computer Groups": ["x", "y"],
        "Owner": "kim",
    }

    cef = cef_of(row)

    assert (cef["deviceHostname"], cef["deviceAddress"]) == ("ws-1", "192.0.2.1")
    assert (cef["computerIP"], cef["intelLabels"]) == ("192.0.2.1, 192.0.2.2", "a, b")
    assert (cef["computerGroups"], cef["owner"]) == ("x, y", "kim")


def test_ids_and_times_under_other_names() -> None:
    soar = MemorySoar()
    row = {
        "TaniumComputerId": "3141592653",
        "Computer Name": "ws-1",
        "User": "LAB\\kim",
        "StartTime": "2026-05-04 09:30:26 +00:00",
        "InsertTime": "2026-05-05 09:30:26 +00:00",
        "LastRegistration": "2026-05-06 09:30:26 +00:00",
    }

    received(json.dumps(row).encode(), soar)

    ((_, day),) = soar.containers
    (only,) = soar.artifacts.values()
    assert day == "tanium-row-2026-05-04"
    assert only["start_time"] == only["cef"]["startTime"] == "2026-05-04T09:30:26.000000Z"
    assert only["cef"]["taniumClientId"] == "3141592653"
    assert only["cef_types"]["taniumClientId"] == ["threatresponse client id"]
    assert (only["cef"]["sourceUserName"], only["cef"]["sourceNtDomain"]) == ("kim", "LAB")
    assert only["cef"]["insertTime"] == "2026-05-05 09:30:26 +00:00"


@pytest.mark.parametrize("label", ["StartTime", "InsertTime", "LastRegistration", "Time"])
@pytest.mark.parametrize("time", ["2026-05-04 09:30:26 +00:00", ["2026-05-04 11:30:26.5 +02:00"]])
def test_time_dates_the_row(label: str, time: Any) -> None:
    (only,) = stored(json.dumps({"Computer Name": "ws-1", label: time}))

    assert only["start_time"].startswith("2026-05-04T09:30:26.")


@pytest.mark.parametrize("as_object", [False, True])
def test_audit_row_of_a_live_connection(as_object: bool) -> None:
    row = json.loads((CASES / "audit_row.json").read_text(encoding="utf-8"))
    if as_object:
        row["state"] = json.loads(row["state"])

    (only,) = stored(json.dumps(row))

    expected = {
        "deviceHostname": "ws-lab-02",
        "taniumClientId": "3141592653",
        "taniumConnectionId": "remote:ws-lab-02:3141592653:2",
        "taniumEid": "9",
        "sessionId": "5f0c0f5e-2f5b-4c39-8d2b-6a1d6d0e7a11",
        "sourceUserName": "analyst-7",
        "sourceUserId": "8",
        "updatedAt": "2026-05-04T09:49:16.002Z",
    }
    assert {name: only["cef"].get(name) for name in expected} == expected
    assert only["cef_types"]["taniumConnectionId"] == ["threatresponse connection id"]


def test_users_with_domains_in_every_kind_of_row() -> None:
    audit = {"table": "t", "action": "a", "state": "{}", "userName": "LAB\\kim"}
    event = {"Event Name": "e", "Event Id": "1", "User Name": "LAB\\kim"}

    for row in (audit, event, {"User": "LAB\\kim"}):
        cef = cef_of(row)
        assert (cef["sourceUserName"], cef["sourceNtDomain"]) == ("kim", "LAB"), row


# Rows inside one object


ROWS: list[Row] = [{"Computer Name": "h1", "A": 1}, {"Computer Name": "h2", "A": 2}]


def test_wrapped_rows_are_taken_one_by_one() -> None:
    body = (CASES / "wrapped_rows.json").read_bytes()
    soar = MemorySoar()

    reply = received(body, soar)

    assert (reply.status, reply.content["created"]) == (200, 2)
    assert [identifier for _, identifier in soar.containers] == [
        "00000000-0000-0000-a8b0-00cd73a5b9d0",
        "00000000-0000-0000-a8b0-00cd73a5b9d1",
    ]


@pytest.mark.parametrize(
    "wrapper",
    [
        {"Source": ROWS},
        {"source": "Source", "time": "2026-05-04T09:30:26Z", "rows": ROWS},
        {"data": {"Source": ROWS}},
    ],
)
@pytest.mark.parametrize("form", ["object", "line", "array"])
def test_wrappers(wrapper: Row, form: str) -> None:
    text = json.dumps(wrapper)
    body = {"object": text, "line": f"{text}\n{{}}", "array": f"[{text}]"}[form]

    assert [each["data"] for each in stored(body)][:2] == ROWS


def test_wrapper_of_one_row_and_of_none() -> None:
    assert [each["data"] for each in stored(json.dumps({"Source": ROWS[0]}))] == [ROWS[0]]
    assert stored('{"Source": []}') == []


def test_damaged_row_in_a_wrapper_costs_no_other() -> None:
    soar = MemorySoar()

    reply = received(json.dumps({"Source": [*ROWS, 7]}).encode(), soar)

    assert len(soar.artifacts) == 2
    assert reply.content["refusals"] == [{"row": 3, "reason": "The row is not an object."}]


def test_rows_of_a_wrapper_are_counted_once() -> None:
    reply = received(json.dumps([{"Source": [ROWS[0], ROWS[0]]}]).encode(), MemorySoar())

    assert (reply.content["created"], reply.content["known"]) == (1, 1)


@pytest.mark.parametrize("row", [{"Computer Name": "h", "Disks": [{"name": "C:"}]}, {"a": None}])
def test_row_is_no_wrapper(row: Row) -> None:
    assert [each["data"] for each in stored(json.dumps(row))] == [row]


@pytest.mark.parametrize("value", [{"A": ROWS, "B": ROWS}, {"A": [], "B": {}}])
def test_object_that_is_neither_row_nor_wrapper_is_refused(value: Row) -> None:
    reply = received(json.dumps(value).encode(), MemorySoar())

    assert reply.status == 400
    assert reply.content["refusals"][0]["reason"].startswith(
        "The object is neither a row nor wrapped around rows"
    )
