# File: test_alerts.py
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
"""Alerts: filters, pages, and the details in whatever shape they come."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from tanium_tr.ingestion.alert_details import read_details
from tests.actions.conftest import asked
from tests.conftest import RunAction


HASHES = {"md5": "a" * 32, "sha1": "B" * 40, "sha256": "0" * 64}
PATH = "C:\\Users\\Public\\dropper.exe"


def numbered(first: int, count: int) -> list[dict[str, Any]]:
    return [{"id": number} for number in range(first, first + count)]


def test_list_alerts(tanium: SimulatorServer, run: RunAction) -> None:
    listed = run("list alerts")

    names = "GET /intels?limit=500&offset=0"
    assert asked(tanium) == ["GET /alerts?limit=100&offset=0", names]
    assert (listed.ok, listed.message) == (True, "Listed alerts successfully")
    assert listed.summary == {"filteredCount": 120, "totalCount": 120, "total_alerts": 100}
    assert [row["id"] for row in listed.rows] == list(range(1, 101))
    documents = tanium.state.intel.all
    assert all(row["intel_name"] == documents[row["intelDocId"]]["name"] for row in listed.rows)

    # They are known for a day, also that a document has no name.
    tanium.state.alerts.add(intelDocId=9999)
    tanium.log.clear()
    again = run("list alerts", limit=500)
    assert again.rows[-1]["intel_name"] is None
    assert asked(tanium)[1:] == [names]
    assert run("list alerts", limit=500).rows == again.rows
    assert run("list alerts", query="expand=intelDoc", limit=1).rows[0]["intel_name"]
    assert len(tanium.log) == 4


def test_list_alerts_without_the_names_of_intel(tanium: SimulatorServer, run: RunAction) -> None:
    tanium.faults.add(Fault("status", path_contains="/intels", status=403, times=None))

    listed = run("list alerts", limit=3)

    assert listed.ok, listed.message
    assert [row["intel_name"] for row in listed.rows] == [None] * 3
    assert any("lack the names of their intel documents" in line for line in listed.progress)


@pytest.mark.parametrize(
    ("limit", "offset", "rows", "asked_for"),
    [
        (1200, 0, 1200, [(500, 0), (500, 500), (200, 1000)]),
        (1300, 0, 1300, [(500, 0), (500, 500), (300, 1000)]),
        (99_999, 0, 1300, [(500, 0), (500, 500), (500, 1000)]),
        (1000, 800, 500, [(500, 800)]),
        (500, 1299, 1, [(500, 1299)]),
        (500, 1300, 0, [(500, 1300)]),
        (500, 0, 500, [(500, 0)]),
    ],
)
def test_list_alerts_pages_by_at_most_500(
    tanium: SimulatorServer,
    run: RunAction,
    limit: int,
    offset: int,
    rows: int,
    asked_for: list[tuple[int, int]],
) -> None:
    for _ in range(1300 - 120):
        tanium.state.alerts.add(details=None)

    listed = run("list alerts", limit=limit, offset=offset)

    assert [
        (int(request.arguments["limit"]), int(request.arguments["offset"]))
        for request in tanium.log.requests(path_contains="/alerts")
    ] == asked_for
    assert [row["id"] for row in listed.rows] == list(range(offset + 1, offset + 1 + rows))
    assert listed.summary == {"filteredCount": 1300, "totalCount": 1300, "total_alerts": rows}
    assert tanium.log.connections() == 1


def answer_with(tanium: SimulatorServer, pages: list[list[Any]]) -> None:
    """One page after the other, the last one for ever, of a list that is said to be endless."""
    for number, page in enumerate(pages):
        body = {"data": page, "meta": {"totalCount": 10**6, "filteredCount": 10**6}}
        tanium.faults.add(
            Fault(
                "json",
                path_contains="/alerts",
                after=number,
                times=None if page is pages[-1] else 1,
                value=body,
            )
        )


@pytest.mark.parametrize(
    ("pages", "ids"),
    [
        ([numbered(1, 500), []], 500),
        ([[]], 0),
        ([numbered(1, 700), []], 500),
    ],
)
def test_list_alerts_ends_whatever_the_total_says(
    tanium: SimulatorServer, run: RunAction, pages: list[list[Any]], ids: int
) -> None:
    answer_with(tanium, pages)

    listed = run("list alerts", limit=10_000)

    assert listed.ok
    assert len(tanium.log) == len(pages)
    assert [row["id"] for row in listed.rows] == list(range(1, ids + 1))


@pytest.mark.parametrize(
    ("pages", "rows"),
    [
        ([numbered(1, 500), numbered(1, 500)], 500),
        ([numbered(1, 100), numbered(101, 100), numbered(101, 100)], 200),
    ],
)
def test_list_alerts_that_come_again_before_the_total_is_reached(
    tanium: SimulatorServer, run: RunAction, pages: list[list[Any]], rows: int
) -> None:
    answer_with(tanium, pages)

    listed = run("list alerts", limit=10_000)

    assert not listed.ok
    assert len(tanium.log) == len(pages)
    assert listed.message == (
        "This Tanium server returns the same rows again for another offset, so the rest of its list"
        f" cannot be read. Read so far: {rows} rows."
    )


def test_list_alerts_goes_on_behind_what_it_asked_for_when_more_came(
    tanium: SimulatorServer, run: RunAction
) -> None:
    tanium.faults.add(
        Fault(
            "json",
            value={"data": numbered(1, 700), "meta": {"totalCount": 700, "filteredCount": 700}},
        )
    )

    run("list alerts", limit=600)

    assert [request.arguments["offset"] for request in tanium.log] == ["0", "500"]


def test_list_alerts_of_an_old_server_without_counts(
    tanium: SimulatorServer, run: RunAction
) -> None:
    for number, page in enumerate([numbered(1, 500), numbered(501, 499)]):
        tanium.faults.add(Fault("json", path_contains="/alerts", after=number, value=page))

    listed = run("list alerts", limit=10_000)

    assert (len(listed.rows), listed.summary, len(tanium.log)) == (999, {"total_alerts": 999}, 2)


@pytest.mark.parametrize(
    ("parameters", "pairs"),
    [
        (
            {"query": "priority=high&state=unresolved"},
            [("priority", "high"), ("state", "unresolved"), ("limit", "100"), ("offset", "0")],
        ),
        ({"query": "?priority=high"}, [("priority", "high"), ("limit", "100"), ("offset", "0")]),
        ({"query": "?"}, [("limit", "100"), ("offset", "0")]),
        (
            {"query": "priority=high&priority=low&state=x&priority="},
            [
                ("priority", "high"),
                ("priority", "low"),
                ("state", "x"),
                ("priority", ""),
                ("limit", "100"),
                ("offset", "0"),
            ],
        ),
        (
            {
                "query": (
                    "intel_doc_id=501&computer_ip_address=10.&alerted_at_from=2026-01-01T00%3A00%3A00%2B02%3A00"
                )
            },
            [
                ("intelDocId", "501"),
                ("computerIpAddress", "10."),
                ("alertedAtFrom", "2026-01-01T00:00:00+02:00"),
                ("limit", "100"),
                ("offset", "0"),
            ],
        ),
        (
            {"query": "details=a=b%26c==&path=C:\\x y"},
            [("details", "a=b&c=="), ("path", "C:\\x y"), ("limit", "100"), ("offset", "0")],
        ),
        (
            {"query": "limit=5&offset=7&priority=low"},
            [("priority", "low"), ("limit", "5"), ("offset", "7")],
        ),
        (
            {"query": "limit=5&offset=7", "limit": 9, "offset": "0"},
            [("limit", "9"), ("offset", "0")],
        ),
        ({"query": "limit=nonsense", "limit": 9}, [("limit", "9"), ("offset", "0")]),
        ({"query": "limit=5&limit=6"}, [("limit", "6"), ("offset", "0")]),
        (
            {"query": "sort=-createdAt&expand=intelDoc"},
            [("sort", "-createdAt"), ("expand", "intelDoc"), ("limit", "100"), ("offset", "0")],
        ),
        (
            {"query": "computerName=bür%C3%B6&path=/a%25b"},
            [("computerName", "bürö"), ("path", "/a%b"), ("limit", "100"), ("offset", "0")],
        ),
        # As analysts type them.
        (
            {"query": " State = 'Unresolved', inprogress & COMPUTERNAME= ws-1 &INTEL_DOC_ID=1,2 "},
            [
                *(("state", "unresolved"), ("state", "inprogress"), ("computerName", "ws-1")),
                *(("intelDocId", "1"), ("intelDocId", "2"), ("limit", "100"), ("offset", "0")),
            ],
        ),
        (
            {
                "query": (
                    "alertedAtFrom=1793596500&alertedAtUntil=2026-11-02T07:15:00+01:00"
                    "&details=%20-e"
                )
            },
            [
                ("alertedAtFrom", "2026-11-02T05:15:00.000Z"),
                ("alertedAtUntil", "2026-11-02T07:15:00+01:00"),
                *(("details", " -e"), ("limit", "100"), ("offset", "0")),
            ],
        ),
    ],
)
def test_list_alerts_sends_the_query(
    tanium: SimulatorServer,
    run: RunAction,
    parameters: dict[str, Any],
    pairs: list[tuple[str, str]],
) -> None:
    # What is asked is the point here, not whether this server takes it.
    tanium.faults.add(
        Fault("json", value={"data": [], "meta": {"totalCount": 0, "filteredCount": 0}}, work=False)
    )

    listed = run("list alerts", **parameters)

    assert listed.ok, listed.message
    assert tanium.log[0].pairs == pairs


@pytest.mark.parametrize(
    "query",
    [
        "priority",
        "priority=high&",
        "&",
        "=high",
        "a=1&&b=2",
        "priority=high&low",
        "a b=c",
        "%=1",
        "state=x&=y",
        "limit=0",
        "limit=-1",
        "limit=",
        "limit=5x",
        "limit=\u0663",
        "offset=1.5",
        "offset=",
        "limit=9999999999",
        "\u2028=1",
        "priority==&{}",
        "state=unresolved priority=high",
        "state=unresolved OR state=inprogress",
        "state=unresolved; priority=high",
        "state=unresolved\npriority=high",
        "alertedAtFrom=yesterday",
        "alertedAtFrom=20/11/2026",
        "alertedAtUntil=-2h",
    ],
)
def test_list_alerts_refuses_a_query_that_is_none(
    tanium: SimulatorServer, run: RunAction, query: str
) -> None:
    """A server ignores what it does not know, so that the answer would look filtered and would not
    be.
    """
    failed = run("list alerts", query=query)

    assert not failed.ok
    assert failed.message.startswith("Parameter 'query' ")
    assert len(tanium.log) == 0


def test_list_alerts_says_what_may_be_wrong_with_the_query(run: RunAction) -> None:
    listed = run("list alerts", query="host=ws-1&state=new&guid=&sort=", limit=1)

    assert listed.ok, listed.message
    assert listed.message == (
        "Listed alerts successfully. Tanium may not support filtering alerts by host; if it does"
        " not, the result is not filtered. An empty filter matches every alert: guid. Tanium"
        " documents no state 'new', only unresolved, inprogress, resolved, dismissed, ignored,"
        " suppressed."
    )


def test_list_alerts_filters(tanium: SimulatorServer, run: RunAction) -> None:
    listed = run("list alerts", query="priority=high&priority=low&matchType=file", limit=500)

    rows = tanium.state.alerts.rows()
    wanted = [
        row["id"]
        for row in rows
        if row["priority"] in ("high", "low") and row["matchType"] == "file"
    ]
    assert [row["id"] for row in listed.rows] == wanted != []
    assert listed.summary == {
        "filteredCount": len(wanted),
        "totalCount": 120,
        "total_alerts": len(wanted),
    }


def shape(kind: str) -> Any:
    """Details, with the path and the hashes that they tell."""
    file = {"fullpath": PATH, **HASHES}
    none = dict.fromkeys(HASHES)
    return {
        "process": (
            {"match": {"type": "process", "properties": {"pid": 1, "name": "other", "file": file}}},
            PATH,
            {**HASHES},
        ),
        "file": (
            {"match": {"type": "file", "properties": {**file, "size": "69"}}},
            PATH,
            {**HASHES},
        ),
        "port": (
            {"match": {"type": "port", "properties": {"process": {"file": {"fullpath": PATH}}}}},
            PATH,
            none,
        ),
        "windows_defender": (
            {"match": {"type": "windows_defender"}, "finding": {"description": "x"}},
            None,
            none,
        ),
    }[kind]


@pytest.mark.parametrize("kind", ["process", "file", "port", "windows_defender"])
@pytest.mark.parametrize("encoded", [True, False])
def test_list_alerts_reads_every_shape_of_details(
    tanium: SimulatorServer, run: RunAction, kind: str, encoded: bool
) -> None:
    details, path, hashes = shape(kind)
    sent = json.dumps(details) if encoded else details
    alert = tanium.state.alerts.add(details=sent, path=None, matchType="column")

    (row,) = run("list alerts", offset=120).rows

    found = {"event_type": kind, "path": path, **hashes, "console_link": None}
    name = tanium.state.intel.get(alert["intelDocId"])["name"]
    assert row == {**alert, **found, "intel_name": name}


@pytest.mark.parametrize("kind", ["process", "file", "port", "windows_defender"])
def test_list_alerts_of_the_server_by_shape(run: RunAction, kind: str) -> None:
    rows = [
        row
        for row in run("list alerts", query=f"matchType={kind}", limit=500).rows
        if row.get("details") not in (None, "details")
    ]

    assert rows
    for row in rows:
        assert row["event_type"] == kind
        assert row["path"]
        assert not row["path"].startswith("file:_")
        assert row["md5"] is None or (len(row["md5"]), len(row["sha1"]), len(row["sha256"])) == (
            32,
            40,
            64,
        )
        assert (row["md5"] is not None) == (kind in ("process", "file"))


GARBAGE: list[Any] = [
    "details",
    "",
    "null",
    "[]",
    "{",
    '{"match": [1]}',
    '{"match": {"properties": "x", "type": 5}}',
    (
        '{"match": {"properties": {"file": "C:\\\\x", "process": [], "md5": "C:\\\\x", "sha1": 5,'
        ' "sha256": {}}}}'
    ),
    "[" * 100_000,
    '{"match": {"type": "\\ud800"}}',
    "1e999",
    None,
    0,
    True,
    [],
    {},
    {"match": None},
    {
        "match": {
            "properties": {
                "file": {
                    "fullpath": ["x"],
                    "md5": "a" * 31,
                    "sha1": "g" * 40,
                    "sha256": "0" * 64 + "\n",
                }
            }
        }
    },
]


@pytest.mark.parametrize("garbage", GARBAGE, ids=lambda value: str(value)[:30])
def test_list_alerts_one_garbage_alert_does_not_cost_the_others(
    tanium: SimulatorServer, run: RunAction, garbage: Any
) -> None:
    tanium.state.alerts.add(details=json.dumps(shape("process")[0]))
    tanium.state.alerts.add(details=garbage, path="C:\\column")
    tanium.state.alerts.add(details=json.dumps(shape("file")[0]))

    listed = run("list alerts", offset=120)

    assert listed.ok, listed.message
    assert [row["md5"] for row in listed.rows] == [HASHES["md5"], None, HASHES["md5"]]
    assert (listed.rows[1]["path"], listed.rows[1]["sha1"], listed.rows[1]["sha256"]) == (
        "C:\\column",
        None,
        None,
    )


@pytest.mark.parametrize("member", [None, 5, "text", []])
def test_list_alerts_leaves_out_what_is_no_alert(
    tanium: SimulatorServer, run: RunAction, member: Any
) -> None:
    tanium.faults.add(Fault("member", path_contains="/alerts", value=member, position=1))

    listed = run("list alerts", limit=3)

    assert listed.ok, listed.message
    assert [row["id"] for row in listed.rows] == [1, 3]


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "match",
                    "properties",
                    "file",
                    "process",
                    "fullpath",
                    "type",
                    "md5",
                    "sha1",
                    "sha256",
                ]
            )
            | st.text(max_size=5),
            inner,
        )
    ),
    max_leaves=20,
)
HEX = st.text("0123456789abcdefABCDEF", min_size=31, max_size=65)
FILE = st.fixed_dictionaries(
    {},
    optional={
        "fullpath": ANY_JSON,
        "md5": HEX | ANY_JSON,
        "sha1": HEX | ANY_JSON,
        "sha256": HEX | ANY_JSON,
    },
)
DETAILS = st.fixed_dictionaries(
    {
        "match": st.fixed_dictionaries(
            {"properties": FILE | st.fixed_dictionaries({"file": FILE}) | ANY_JSON},
            optional={"type": ANY_JSON},
        )
    }
)


@settings(max_examples=40, deadline=None)
@given(ANY_JSON | DETAILS | DETAILS.map(json.dumps) | st.text())
def test_read_details_never_fails_and_gives_only_hashes_as_hashes(details: Any) -> None:
    event_type, file = read_details(details)

    assert isinstance(event_type, str)
    assert isinstance(file.path, str)
    for value, length in ((file.md5, 32), (file.sha1, 40), (file.sha256, 64)):
        assert value == "" or (len(value) == length and set(value) <= set("0123456789abcdefABCDEF"))
