# File: test_properties.py
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
"""What holds for any JSON as an alert or a row, and for realistic ones of which some values are
replaced by any JSON.
"""

from __future__ import annotations

import base64
import copy
import ipaddress
import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Callable

import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st
from local_soar import strict_json
from phantom.utils import is_url

from dev.soar.runtime import LocalSoar
from tanium_tr.declare import Param
from tanium_tr.ingestion.cases import Case, alert_case, guid_of, intel_name, priority_of
from tanium_tr.ingestion.cef import LONGEST_TEXT
from tanium_tr.ingestion.rows import row_case
from tanium_tr.parse import parse
from tests.ingestion.samples import PORT, SHAPES, Row, alert, answer, audit, event, pushed_alert
from tests.ingestion.saving import save
from tests.variants import ACTIONS


EXAMPLES = 40
BOUNDED = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
    derandomize=True,
)
CONSOLE = "https://console.example.com"
RECEIVED = datetime(2026, 11, 22, 3, 0, tzinfo=timezone.utc)

# `contains` that SOAR knows, although no action of this app takes them.
OF_SOAR = {
    "ip",
    "host name",
    "user name",
    "pid",
    "port",
    "process name",
    "file name",
    "file path",
    "hash",
    "md5",
    "sha1",
    "sha256",
    "url",
}
TAKEN: dict[str, list[Param]] = {}
for _spec in ACTIONS.values():
    for _param in _spec.params.values():
        for _name in _param.contains:
            TAKEN.setdefault(_name, []).append(_param._replace(choices=()))

MOST_ARTIFACTS = 1 + 5 * 20 + 5 + 5 * 20 + 50 + 20
DEEPEST = 120  # levels of what is stored
UTC_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
HASH_FIELD = re.compile(r"(hash|md5|sha-?[0-9]+)$", re.IGNORECASE)
HASH = re.compile(r"[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}")

# Values that nearly are what a field wants, or are it in another type.
NEARLY: list[Any] = [
    *(
        "",
        " ",
        "\t",
        "0",
        "00",
        "007",
        "-1",
        "+5",
        "1.0",
        "1e3",
        "4294967295",
        "4294967296",
        "65536",
        "9" * 20,
        "9" * 21,
        "\u0663",
        "\uff11" * 4,
    ),
    *(
        0,
        1,
        -1,
        65_536,
        2**32,
        2**53 + 1,
        2**63,
        2**64,
        10**30,
        -(10**30),
        -(2**63) - 1,
        1.0,
        2.0**60,
        1e300,
        -0.0,
        True,
        False,
        None,
    ),
    *(float("nan"), float("inf"), float("-inf")),
    *(
        "a1" * 16,
        "A1" * 20,
        "a1" * 32,
        "a1" * 31,
        "a1" * 33,
        "a1" * 16 + "\n",
        " " + "a1" * 16,
        "g1" * 16,
        "\uff11" * 32,
        "sha256:" + "a" * 64,
    ),
    *(
        "192.0.2.7",
        "192.0.2.7 ",
        "192.0.2.07",
        "192.0.2.7/24",
        "192.0.2.7, 192.0.2.8",
        "fe80::1%eth0",
        "::ffff:192.0.2.7",
        "[::1]",
        "localhost",
    ),
    *(
        "2026-11-20T08:00:00.000Z",
        "2026-02-30T08:00:00.000Z",
        "0000-01-01T00:00:00.000Z",
        "9999-12-31T23:59:59-14:00",
        "20261120",
        "now",
    ),
    *(
        "https://",
        "https://x\ny",
        "http://[::1",
        "https://fake.example/\u202e",
        "javascript:alert(1)",
        "file:_C:\\x",
        "a\\b\\",
        "/",
        "\\",
        "..",
        "C:\\a,b",
    ),
    *(
        "\0",
        "a\0b",
        "\ud800",
        "\udfff\ud83d",
        "\U0001f600",
        "\u2028",
        "<script>",
        "{0}%s",
        "x" * 10_240,
        "C:\\" + "\u00fc" * 10_240,
        "\0" * 2_100,
    ),
    *(
        "{",
        "[",
        '{"match": {"properties": {"pid": 1}}}',
        "[" * 5_000,
        "9" * 5_000,
        '{"match": NaN}',
        "null",
        '"',
        "e30=",
        "payload=e30=",
        "|=|==",
    ),
    *(
        [],
        {},
        [[]],
        {"": ""},
        {"\0": "\0"},
        {"\ud800": 1},
        [None],
        {"process": {}},
        {"parent": {"process": None}},
        ["T1059"] * 200,
    ),
]


def nested(depth: int) -> Any:
    value: Any = "bottom"
    for level in range(depth):
        value = [value] if level % 2 else {"parent": value}
    return value


def descent(depth: int, member: str) -> Row:
    """Processes below processes, in the match's way (`parent`) or the findings' (`process`)."""
    value: Row = {}
    for pid in range(depth):
        known = {"pid": pid, "name": f"{pid}.exe", "tanium_recorder_table_id": str(pid)}
        value = {**known, "parent": value if member == "parent" else {"process": value}}
    return value


DEEP = st.builds(nested, st.sampled_from([1, 50, 99, 100, 101, 300])) | st.builds(
    descent, st.sampled_from([2, 40]), st.sampled_from(["parent", "process"])
)
TEXT = st.text(st.characters(), max_size=20) | st.text(
    "0123456789abcdefABCDEF.:\\/|= \0\ud800", max_size=70
)
LEAVES = st.sampled_from(NEARLY) | st.integers() | st.floats() | TEXT


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Of every member and item; the ways to them."""
    for name, item in (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    ):
        yield (*path, name)
        yield from places(item, (*path, name))


ALERTS = [alert(shape) for shape in SHAPES]
ROWS = [pushed_alert(), pushed_alert(**{"Match Details": PORT}), event(), audit(), answer()]
MEMBERS = sorted(
    {
        step
        for row in [*ALERTS, *ROWS]
        for path in places(row)
        for step in path
        if isinstance(step, str)
    }
)
JSON = st.recursive(
    LEAVES | DEEP,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(MEMBERS) | TEXT, inner, max_size=4)
    ),
    max_leaves=6,
)


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """The same with another value at the end of the path, or nothing there; unchanged where an
    earlier change has taken the place.
    """
    if not path:
        return new
    if not isinstance(value, (dict, list)) or (
        path[0] not in value if isinstance(value, dict) else path[0] not in range(len(value))
    ):
        return value
    changed = copy.copy(value)
    changed[path[0]] = replaced(value[path[0]], path[1:], new)
    return changed


@st.composite
def changed_rows(draw: st.DrawFn, rows: list[Row]) -> Row:
    """A realistic one with one to three values replaced; the details may be a text again."""
    row = draw(st.sampled_from(rows))
    for path in draw(st.lists(st.sampled_from(list(places(row))), min_size=1, max_size=3)):
        row = replaced(row, path, draw(JSON))
    for name in ("details", "Match Details"):
        if isinstance(row.get(name), dict) and draw(st.booleans()):
            row = {**row, name: json.dumps(row[name])}
    return row


@st.composite
def events(draw: st.DrawFn) -> Row:
    """Their payload any JSON, or realistic details with a value replaced."""
    payload = json.dumps(draw(JSON | changed_rows(list(SHAPES.values()))))
    return event(
        **{
            "Other Parameters": (
                f"name={draw(LEAVES)}|type=x|payload={base64.b64encode(payload.encode()).decode()}"
            )
        }
    )


ANY_OBJECT = st.dictionaries(st.sampled_from(MEMBERS) | TEXT, JSON, max_size=6)
ANY_DETAILS = st.builds(
    lambda details, as_text: alert(details=json.dumps(details) if as_text else details),
    JSON,
    st.booleans(),
)


# What a value under a `contains` has to be.


def is_ip(text: str) -> bool:
    return str(ipaddress.ip_address(text)) == text


def whole(text: str, smallest: int, largest: int) -> bool:
    return text.isascii() and text.isdigit() and smallest <= int(text) <= largest


def is_text(text: str) -> bool:
    """Names and paths are as the endpoint has them, which may be blank or no name at all; an action
    says so then.
    """
    return bool(text) and "\0" not in text


def is_id(text: str) -> bool:
    return whole(text, 1, 10**20)


def hash_of(length: int) -> Callable[[str], bool]:
    return lambda text: len(text) == length and bool(HASH.fullmatch(text))


VALID: dict[str, Callable[[str], bool]] = {
    **dict.fromkeys(("host name", "user name", "process name", "file name", "file path"), is_text),
    "ip": is_ip,
    "port": lambda text: whole(text, 0, 65_535),
    "pid": lambda text: whole(text, 0, 2**32 - 1),
    "hash": lambda text: bool(HASH.fullmatch(text)),
    **dict.fromkeys(("md5", "threatresponse file hash"), hash_of(32)),
    "sha1": hash_of(40),
    "sha256": hash_of(64),
    "url": is_url,
    **dict.fromkeys(
        (f"threatresponse {name} id" for name in ("alert", "intel doc", "process table", "client")),
        is_id,
    ),
    **dict.fromkeys(("threatresponse connection id", "threatresponse alert guid"), is_text),
}


def depth_of(value: Any) -> int:
    """How many levels; AssertionError for a number that has no place in 64 bits."""
    if isinstance(value, (dict, list)):
        return 1 + max(
            map(depth_of, value.values() if isinstance(value, dict) else value), default=0
        )
    assert not isinstance(value, int) or -(2**63) <= value < 2**64
    return 0


def assert_storable(value: Any) -> None:
    strict_json.check(value, "case")
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    text.encode("utf-8")
    assert "\\u0000" not in text.replace("\\\\", "")
    assert depth_of(value) <= DEEPEST


def assert_field(name: str, value: Any) -> None:
    assert name
    assert isinstance(value, str)
    assert 0 < len(value) <= LONGEST_TEXT
    if HASH_FIELD.search(name):
        assert HASH.fullmatch(value), name


def assert_chains(value: str, names: list[str]) -> None:
    """Every parameter that SOAR offers the value to takes it, unless it is free text."""
    for name in names:
        assert name in TAKEN or name in OF_SOAR
        assert VALID[name](value), (name, value)
        for param in TAKEN.get(name, ()) if VALID[name] is not is_text else ():
            if name == "pid" and not whole(value, param.minimum or 0, param.maximum or 2**32):
                continue  # no process that could be ended
            assert parse({"given": param}, {"given": value})["given"]


def assert_well_made(case: Case) -> None:
    container, artifacts = case
    assert_storable([container, artifacts])
    assert set(container) <= {
        "name",
        "description",
        "source_data_identifier",
        "severity",
        "start_time",
        "tags",
        "data",
    }
    assert container["name"].strip()
    assert container["source_data_identifier"].strip()
    assert len(container["name"]) <= 200 >= len(container["source_data_identifier"])
    assert 1 <= len(artifacts) <= MOST_ARTIFACTS
    identifiers = [artifact["source_data_identifier"] for artifact in artifacts]
    assert all(identifiers)
    assert len(set(identifiers)) == len(identifiers)
    assert max(map(len, identifiers)) <= 200
    for record in (container, *artifacts):
        assert record["severity"] in ("low", "medium", "high")
        assert 0 < len(record["name"]) <= 200
        if "start_time" in record:
            assert UTC_TIME.fullmatch(record["start_time"])
            datetime.fromisoformat(record["start_time"][:-1])
    for artifact in artifacts:
        for name, value in artifact["cef"].items():
            assert_field(name, value)
        assert set(artifact["cef_types"]) <= set(artifact["cef"])
        for name, names in artifact["cef_types"].items():
            assert_chains(artifact["cef"][name], names)
        for name in ("startTime", "endTime", "deviceReceiptTime"):
            assert UTC_TIME.fullmatch(artifact["cef"].get(name, "2026-11-20T08:00:00.000000Z"))


def assert_holds(given: Row, make: Callable[[Row], Case]) -> None:
    before = repr(given)
    case = make(given)
    assert_well_made(case)
    assert repr(make(copy.deepcopy(given))) == repr(case)
    assert repr(given) == before


def as_alert(given: Row) -> Case:
    assert priority_of(given) in ("low", "medium", "high")
    assert isinstance(intel_name(given), str)
    assert isinstance(guid_of(given), str)
    return alert_case(given, CONSOLE, ["Alpha", "a\0\ud800"])


def as_row(given: Row) -> Case:
    return row_case(given, RECEIVED)


@BOUNDED
@given(row=changed_rows(ALERTS))
@example(row=alert(computerName="\0", guid="\0", path=" "))
@example(row=alert(details={**PORT, "match": {"type": "x", "properties": descent(400, "parent")}}))
def test_realistic_alert_with_values_of_any_kind(row: Row) -> None:
    assert_holds(row, as_alert)


@BOUNDED
@given(row=changed_rows(ROWS) | events())
def test_realistic_row_with_values_of_any_kind(row: Row) -> None:
    assert_holds(row, as_row)


@pytest.mark.parametrize("make", [as_alert, as_row])
@BOUNDED
@given(row=ANY_OBJECT | ANY_DETAILS)
def test_any_object(make: Callable[[Row], Case], row: Row) -> None:
    assert_holds(row, make)


@pytest.mark.parametrize("number", range(len(ALERTS + ROWS)))
def test_every_value_nearly_right_or_of_another_type(number: int) -> None:
    """Each place in turn; which of the values, goes round."""
    row, values = [*ALERTS, *ROWS][number], iter(NEARLY[number:] * 10)
    make = as_alert if number < len(ALERTS) else as_row
    for path in places(row):
        assert_holds(replaced(row, path, next(values)), make)


def filled(value: Any, new: Any) -> Any:
    """The same with every text and number replaced."""
    if isinstance(value, dict):
        return {name: filled(item, new) for name, item in value.items()}
    return [filled(item, new) for item in value] if isinstance(value, list) else new


@pytest.mark.parametrize("number", range(len(ALERTS + ROWS)))
def test_one_value_everywhere(number: int) -> None:
    row, make = [*ALERTS, *ROWS][number], as_alert if number < len(ALERTS) else as_row
    for value in NEARLY:
        assert_well_made(make(filled(row, value)))


@BOUNDED
@given(row=changed_rows(ROWS[2:]), days=st.integers(0, 3))
def test_row_that_comes_again_adds_nothing(row: Row, days: int) -> None:
    """Whatever the order of its columns, and on another day in that day's container at most."""
    first, again = (
        as_row(row),
        row_case(dict(reversed(row.items())), RECEIVED + timedelta(days=days)),
    )

    identifiers = [
        {artifact["source_data_identifier"] for artifact in case.artifacts}
        for case in (first, again)
    ]
    assert identifiers[0] == identifiers[1]
    assert (
        first.container["source_data_identifier"][:-10]
        == again.container["source_data_identifier"][:-10]
    )


@settings(BOUNDED, max_examples=20)
@given(row=changed_rows(ALERTS) | changed_rows(ROWS) | ANY_OBJECT)
def test_local_soar_takes_it_and_keeps_it_as_it_is(soar: LocalSoar, row: Row) -> None:
    assert save(soar, as_alert(row) if "alertedAt" in row else as_row(row)).unchanged
    assert save(soar, as_alert(row) if "alertedAt" in row else as_row(row)).added == 0


@pytest.fixture(scope="module")
def soar(tmp_path_factory: pytest.TempPathFactory) -> LocalSoar:
    folder: Path = tmp_path_factory.mktemp("soar")
    local = LocalSoar(folder)
    local.create_asset(
        "tanium", {"base_url": "https://tanium.example.com", "api_token": "token-abc"}
    )
    return local
