# File: test_core.py
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
"""Bodies become rows, rows containers and artifacts, and the reply counts them: the core, over a
SOAR in memory.
"""

from __future__ import annotations

import gzip
import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tanium_tr.ingestion import request_body
from tests.receiver.conftest import ASSET_ID, MemorySoar, received


MB = 1024 * 1024
AUDIT = {
    "id": 7,
    "table": "LiveConnection",
    "state": "{}",
    "action": "create",
    "userName": "ann",
    "createdAt": "2026-11-21T23:10:00.000Z",
}
GZIP = {"content-encoding": "gzip"}

GOOD_ROWS = st.lists(
    st.dictionaries(st.text(max_size=8), st.integers() | st.text(max_size=20), max_size=4),
    min_size=1,
    max_size=12,
)
GARBAGE = st.sampled_from(
    [
        b"nonsense",
        b'{"a": tru}',
        b"42",
        b'"text"',
        b"null",
        b"[1, 2]",
        b'{"a": 1} {"b": 2}',
        b"9" * 5000,
        b'{"\x00": 1}',
        b'{"a": "\xe9"}',
    ]
)
FRAGMENTS = st.lists(
    st.sampled_from(
        [
            "{",
            "}",
            "[",
            "]",
            '"a"',
            ":",
            ",",
            "1",
            "\n",
            "\ufeff",
            "\ud83d\ude00",
            "NaN",
            "\\ud800",
            " ",
            "\u2028",
        ]
    )
)
# On a machine that is busy neither a slow example nor slow drawing says anything.
UNHURRIED = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def lines(*rows: Any) -> bytes:
    return "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows).encode()


def taken(reply: Any) -> tuple[int, int, int]:
    return reply.content["created"], reply.content["known"], reply.content["refused"]


@UNHURRIED
@given(
    st.binary() | FRAGMENTS.map(lambda parts: "".join(parts).encode("utf-8", "surrogatepass")),
    st.booleans(),
)
def test_any_bytes_get_a_reply(body: bytes, packed: bool) -> None:
    reply = received(body, MemorySoar(), GZIP if packed else {})

    assert reply.status in (200, 400)
    assert json.loads(reply.text) == reply.content
    assert ("error" in reply.content) == (reply.status == 400)


@UNHURRIED
@given(
    st.lists(
        st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(), st.lists),
        max_size=5,
    )
)
def test_any_array_is_counted_row_by_row(values: list[Any]) -> None:
    reply = received(json.dumps(values).encode(), MemorySoar())

    assert sum(taken(reply)) == len(values)


def test_only_a_line_feed_ends_a_line() -> None:
    texts = ["a\u2028b", "a\u0085b", "a\u2029b"]
    soar = MemorySoar()

    assert taken(received("\n".join(f'{{"a": "{text}"}}' for text in texts).encode(), soar)) == (
        3,
        0,
        0,
    )
    assert [artifact["data"] for artifact in soar.artifacts.values()] == [
        {"a": text} for text in texts
    ]


@UNHURRIED
@given(GOOD_ROWS)
def test_array_lines_and_gzip_are_the_same(rows: list[dict[str, Any]]) -> None:
    forms = [
        received(json.dumps(rows).encode(), MemorySoar()),
        received(json.dumps(rows, indent=2).encode(), MemorySoar()),
        received(lines(*rows), MemorySoar()),
        received(b"\xef\xbb\xbf" + lines(*rows).replace(b"\n", b"\r\n\r\n") + b"\n", MemorySoar()),
        received(
            gzip.compress(lines(*rows[:1])) + gzip.compress(b"\n" + lines(*rows[1:])),
            MemorySoar(),
            GZIP,
        ),
    ]
    distinct = len({json.dumps(row, sort_keys=True) for row in rows})

    assert {taken(form) for form in forms} == {(distinct, len(rows) - distinct, 0)}


@UNHURRIED
@given(GOOD_ROWS)
def test_sending_again_adds_nothing(rows: list[dict[str, Any]]) -> None:
    soar = MemorySoar()
    received(lines(*rows), soar)
    before = (dict(soar.containers), dict(soar.artifacts))

    reply = received(json.dumps(rows).encode(), soar)

    assert taken(reply) == (0, len(rows), 0)
    assert (soar.containers, soar.artifacts) == before


@pytest.mark.parametrize("form", ["lines", "array", "indented array"])
@UNHURRIED
@given(rows=GOOD_ROWS, garbage=st.lists(st.tuples(st.integers(0, 12), GARBAGE), max_size=5))
def test_bad_rows_never_cost_the_good_ones(
    form: str, rows: list[dict[str, Any]], garbage: list[tuple[int, bytes]]
) -> None:
    clean, mixed, document = (
        MemorySoar(),
        MemorySoar(),
        [json.dumps(row, indent=2 if form == "indented array" else None).encode() for row in rows],
    )
    for place, bad in garbage:
        document.insert(place, bad)
    received(lines(*rows), clean)

    reply = received(
        b"\n".join(document) if form == "lines" else b" [" + b" ,\n".join(document) + b"\n]\n",
        mixed,
    )

    assert mixed.artifacts == clean.artifacts
    assert reply.content["refused"] == len(garbage)
    assert reply.status == 200


def test_damaged_element_of_an_array_is_found_whatever_is_in_texts() -> None:
    soar = MemorySoar()
    deep = b"[" * 100_000 + b"]" * 100_000

    reply = received(
        rb'[{"a": "],[\\\\"}, {"b": "}\"},{", "c": tru}, , ' + deep + rb', {"d": [{}, {"\"": 1}]}]',
        soar,
    )

    assert [artifact["data"] for artifact in soar.artifacts.values()] == [
        {"a": "],[\\\\"},
        {"d": [{}, {'"': 1}]},
    ]
    assert reply.content["refusals"] == [
        {"row": 2, "reason": "The row is not valid JSON (Expecting value: character 23)."},
        {"row": 3, "reason": "The row is not valid JSON (Expecting value: character 2)."},
        {"row": 4, "reason": "The row is not an object."},
    ]


def test_looking_for_a_damaged_element_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes longer than everything else that a body can make the receiver do."""
    monkeypatch.setattr(request_body, "MOST_MARKS", 8)

    assert received(b'[{"a": 1}, {tru}]', MemorySoar()).status == 200
    assert received(b'[{"a": 1}, {[tru]}]', MemorySoar()).status == 400


def test_refusals_name_row_and_reason_and_are_bounded() -> None:
    soar = MemorySoar()
    body = lines({"a": 1}, "", '{"a": tru}', "7", *["x"] * 30)

    reply, again = received(body, soar), received(body, soar)

    assert (reply.status, taken(reply)) == (200, (1, 0, 32))
    assert (again.status, taken(again)) == (200, (0, 1, 32))
    assert reply.content["refusals"][:2] == [
        {"row": 3, "reason": "The row is not valid JSON (Expecting value: character 7)."},
        {"row": 4, "reason": "The row is not an object."},
    ]
    assert len(reply.content["refusals"]) == 20


@pytest.mark.parametrize("body", [b"[1, null]", b"1\n2"])
def test_no_row_taken_is_400_with_the_counts(body: bytes) -> None:
    """A success would hide it from Connect's log; 5xx would have it sent again in vain."""
    reply = received(body, MemorySoar())

    assert (reply.status, reply.content["error"], taken(reply)) == (
        400,
        "No row was accepted.",
        (0, 0, 2),
    )


def test_empty_array_is_a_success() -> None:
    assert received(b"[]", MemorySoar()).status == 200


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "The body is empty"),
        (b" \r\n", "The body is empty"),
        (b"7", "neither an object nor an array"),
        (b'"text"', "neither an object nor an array"),
        (b'{"a": 1', "not valid JSON (Expecting ',' delimiter: line 1, column 8)"),
        (b'{\n"a":\n{"b": 1}\n', "not valid JSON"),
        (b'[\n{"a": 1},\n{"b": 2}\n', "not valid JSON"),
        (b'[{"a": 1}, {"b": tru}', "not valid JSON"),
        (b'[{"a": 1}, {"b": {"c": 2}]', "not valid JSON"),
        (b'[{"a": 1}, {"b": "2}, {"c": 3}]', "not valid JSON"),
        (b'[{"a": 1}, {"b": tru}]]', "not valid JSON"),
        (b"[tru, fals]", "not valid JSON (Expecting value: line 1, column 2)"),
        (b"<html>\n</html>", "not valid JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b"\xff{}", "not UTF-8, from byte 0"),
        ('{"a": 1}'.encode("utf-16"), "not UTF-8"),
    ],
)
def test_body_that_is_no_json_is_400_with_the_reason(body: bytes, reason: str) -> None:
    soar = MemorySoar()
    reply = received(body, soar)

    assert (reply.status, set(reply.content)) == (400, {"error"})
    assert reason in reply.content["error"]
    assert not soar.containers


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": 'application/json; charset="UTF-8"'},
        {"content-type": "application/x-ndjson"},
        {},
    ],
)
def test_json_content_is_taken(headers: dict[str, str]) -> None:
    assert received(b"{}", MemorySoar(), {**headers, "content-encoding": "Identity"}).status == 200


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"content-type": "multipart/form-data; boundary=x"}, "content type"),
        ({"content-type": "application/x-www-form-urlencoded"}, "content type"),
        ({"content-type": "text/csv"}, "content type"),
        ({"content-type": 'application/json; charset="UTF-16"'}, "character set"),
        ({"content-encoding": "deflate"}, "content encoding"),
        ({"content-encoding": "gzip, gzip"}, "content encoding"),
    ],
)
def test_other_content_is_415_with_the_reason(headers: dict[str, str], reason: str) -> None:
    reply = received(b"{}", MemorySoar(), headers)

    assert reply.status == 415
    assert reason in reply.content["error"]


@pytest.mark.parametrize(("size", "status"), [(MB, 200), (MB + 1, 413)])
@pytest.mark.parametrize("packed", [False, True])
def test_size_is_that_of_the_unpacked_body(size: int, status: int, packed: bool) -> None:
    body = b'{"a":"' + b"x" * (size - 8) + b'"}'

    reply = received(
        gzip.compress(body) if packed else body,
        MemorySoar(),
        GZIP if packed else {},
        receiver_max_mb=1,
    )

    assert reply.status == status


def test_packed_body_over_the_limit_is_413_although_it_is_cut() -> None:
    assert (
        received(
            gzip.compress(bytes(range(256)) * 8192, 0)[: MB + 1],
            MemorySoar(),
            GZIP,
            receiver_max_mb=1,
        ).status
        == 413
    )


def test_as_many_rows_as_are_taken_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_body, "MOST_ROWS", 3)

    assert received(b"[{}, {}, {}]", MemorySoar()).status == 200
    assert received(b"[{}, {}, {}, {}]", MemorySoar()).status == 413


@pytest.mark.parametrize(
    ("body", "rows"),
    [
        (b"7\n" * 300_000, 300_000),
        (b"[" + b"7," * 300_000 + b"7]", 300_001),
        (b"[" + b"7," * 300_000 + b"tru]", 300_001),
    ],
    ids=["lines", "array", "damaged array"],
)
def test_more_rows_than_memory_is_worth_are_413(body: bytes, rows: int) -> None:
    """A body of 20 MB has room for ten million, which need gigabytes."""
    reply = received(body, MemorySoar())

    assert reply.status == 413
    assert reply.content["error"].startswith(f"The body has {rows} rows")


def test_bomb_never_fills_the_memory() -> None:
    bomb = gzip.compress(bytes(100 * MB))
    tracemalloc.start()
    try:
        reply = received(bomb, MemorySoar(), GZIP, receiver_max_mb=1)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert reply.status == 413
    assert peak < 5 * MB


@UNHURRIED
@given(st.integers(0, 60))
def test_packed_body_that_breaks_off_is_400(end: int) -> None:
    packed = gzip.compress(lines({"a": 1}, {"b": "some text that makes it longer"}))

    reply = received(packed[: min(end, len(packed) - 1)], MemorySoar(), GZIP)

    assert (reply.status, set(reply.content)) == (400, {"error"})


def test_rows_of_one_kind_and_day_share_a_container() -> None:
    soar = MemorySoar()
    reply = received(json.dumps([{**AUDIT, "id": number} for number in range(250)]).encode(), soar)

    assert taken(reply) == (250, 0, 0)
    assert list(soar.containers) == [(ASSET_ID, "tanium-audit-2026-11-21")]
    assert len(soar.artifacts) == 250


@pytest.mark.parametrize(
    ("query", "settings", "label"),
    [
        ({}, {}, "events"),
        ({}, {"ingest": {"container_label": "tanium"}}, "tanium"),
        ({}, {"ingest": None}, "events"),
        ({"label": "pushed"}, {"ingest": {"container_label": "tanium"}}, "pushed"),
        ({"label": None}, {}, "events"),
        ({"label": ["first", "pushed"]}, {}, "pushed"),
        ({"label": [""]}, {}, "events"),
        ({"label": []}, {}, "events"),
    ],
)
def test_label_comes_from_the_query_of_either_version_or_the_asset(
    query: dict[str, Any], settings: dict[str, Any], label: str
) -> None:
    soar = MemorySoar()
    received(b"{}", soar, query=query, **settings)

    assert [container["label"] for container in soar.containers.values()] == [label]


def test_wrong_setting_is_500_that_names_it() -> None:
    reply = received(b"{}", MemorySoar(), receiver_max_mb="much")

    assert reply.status == 500
    assert "receiver_max_mb" in reply.content["error"]


def test_console_url_makes_links() -> None:
    soar = MemorySoar()
    received(
        lines({"Alert Id": "guid-1", "Computer Name": "pc", "Intel Name": "Mimikatz"}),
        soar,
        console_url="https://tanium.example.com/",
    )

    assert list(soar.containers) == [(ASSET_ID, "guid-1")]
    assert "https://tanium.example.com/ui/threatresponse/alerts?guid=guid-1" in json.dumps(
        list(soar.artifacts.values())
    )
