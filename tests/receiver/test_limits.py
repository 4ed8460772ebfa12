# File: test_limits.py
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
"""What one row and one request may cost: large rows are refused, and the others are taken."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from typing import Any, Callable

import pytest

from dev.environments import ROOT
from tanium_tr.ingestion import row_limits
from tests.receiver.conftest import MemorySoar, received


MB = 1024 * 1024
# Without a bound 20 MB of empty lists take 1,000 MB; a few copies of the body are in it.
MOST_MEMORY = 400

GOOD, LAST = b'{"a": 1}', b'{"a": 2}'


def nested(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


def array(row: bytes) -> bytes:
    return b"[%b, %b, %b]" % (GOOD, row, LAST)


def lines(row: bytes) -> bytes:
    return b"\n".join([GOOD, row, LAST])


def wrapped(row: bytes) -> bytes:
    return b'{"Tanium": {"Rows": %b}}' % array(row)


def wrapped_in_lines(row: bytes) -> bytes:
    return lines(b'{"Tanium": %b}' % array(row))


FORMS = {form.__name__: form for form in (array, lines, wrapped)}
# Functions, because to make them takes longer than to collect the tests.
LARGE: dict[str, Callable[[], bytes]] = {
    "empty lists": lambda: b'{"b": [%b[]]}' % (b"[]," * 1_000_000),
    "lists of one": lambda: b'{"b": [%b1]}' % (b"[1]," * 750_000),
    "objects": lambda: b'{"b": [%b1]}' % (b'{"a12":"1"},' * 260_000),
    "short texts": lambda: b'{"b": [%b1]}' % (b'"12345678",' * 280_000),
    "one text": lambda: b'{"b": "%b"}' % ("\u20ac".encode() * 1_000_000),
    "wide": lambda: b'{"b": {%b}}' % b",".join(b'"k%d":1' % number for number in range(230_000)),
}
COSTLY: dict[str, Callable[[], bytes]] = {
    "object": LARGE["empty lists"],
    "rows": lambda: b"[%b1]" % (b'{"a":1},' * 300_000),
    "empty rows": lambda: b"[%b1]" % (b"{}," * 400_000),
    "lines": lambda: b'{"a":1}\n' * 300_000,
    "all rows": lambda: b"[%b1]" % ((b'{"a":[%b1]},' % (b"[]," * 900)) * 1600),
    "bomb": lambda: b'{"a":1}' + b" " * (30 * MB),
}
CHILD = """
import gzip, json, sys
from tests.receiver.conftest import MemorySoar, received
def peak():
    status = open("/proc/self/status").read()
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024
packed = sys.stdin.buffer.read()
received(b"[1]", MemorySoar())
before = peak()
reply = received(packed, MemorySoar(), {"content-encoding": "gzip"}, receiver_max_mb=20)
print(json.dumps({"memory": peak() - before, "status": reply.status, **reply.content}))
"""


def in_child(body: bytes) -> dict[str, Any]:
    """The reply, and the megabytes that it took a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD],
        input=gzip.compress(body, 1),
        stdout=subprocess.PIPE,
        check=True,
        cwd=ROOT,
        env={"PYTHONPATH": ":".join(filter(None, sys.path))},
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(
    ("row", "form"),
    [*((row, "array") for row in LARGE), ("empty lists", "lines"), ("empty lists", "wrapped")],
)
def test_large_row_is_refused_and_the_others_are_taken(row: str, form: str) -> None:
    reply = in_child(FORMS[form](LARGE[row]()))

    assert reply["memory"] < MOST_MEMORY
    assert (reply["status"], reply["created"], reply["refused"]) == (200, 2, 1)
    assert reply["refusals"][0]["row"] == 2
    assert "but at most" in reply["refusals"][0]["reason"]


@pytest.mark.parametrize(
    ("body", "explanation"),
    [
        ("object", "No row was accepted."),
        ("rows", "at most 250000 are accepted at once"),
        ("empty rows", "at most 250000 are accepted at once"),
        ("lines", "at most 250000 are accepted at once"),
        ("all rows", "too many members"),
        ("bomb", "exceeds the 20971520 bytes"),
    ],
)
def test_costly_body_is_refused(body: str, explanation: str) -> None:
    reply = in_child(COSTLY[body]())

    assert reply["memory"] < MOST_MEMORY
    assert explanation in reply["error"]


def deep_row(levels: int) -> bytes:
    return b'{"b": %b}' % nested(levels)


@pytest.mark.parametrize("form", [*FORMS.values(), wrapped_in_lines])
@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b'{"b": [%b1]}' % (b"1," * 999), "The row has 1001 members, but at most 1000"),
        (b'{%b"b": 1}' % (b'"x": {"y": [1, {"z": 2}]},' * 1), ""),
        (
            b"{%b}" % b",".join(b'"k%d": {"y": [1, {"z": 2}]}' % key for key in range(250)),
            "The row has 1250 members",
        ),
        (b'{"b": "%b"}' % (b"x" * MB), "bytes, but at most 1048576 are accepted"),
        *((deep_row(levels), row_limits.TOO_DEEP) for levels in (250, 990, 1100, 3000, 9000)),
        (deep_row(190), ""),
    ],
    ids=lambda value: str(len(value)) if isinstance(value, bytes) else None,
)
@pytest.mark.parametrize("costly", [False, True])
def test_limits_are_the_same_before_and_after_decoding(
    monkeypatch: pytest.MonkeyPatch, form: Any, row: bytes, reason: str, costly: bool
) -> None:
    if costly:
        monkeypatch.setattr(row_limits, "COSTLY", 0)
    soar = MemorySoar()

    reply = received(form(row), soar)

    assert reply.status == 200
    assert reply.content["refused"] == (1 if reason else 0), reply.content
    if reason:
        assert reason in reply.content["refusals"][0]["reason"]
    stored = [artifact["data"] for artifact in soar.artifacts.values()]
    assert all(each in stored for each in (json.loads(GOOD), json.loads(LAST)))


@pytest.mark.parametrize(
    "row",
    [
        {"a": '[{"]}\\', "b": 'x"],[{' * 40},
        {"a": [[], {}, [[[]]], "", {"b": ","}], "c": "{}"},
        {'\\"': [1, "\\"], "e": {"]": "["}},
    ],
)
def test_brackets_in_texts_do_not_count(monkeypatch: pytest.MonkeyPatch, row: Any) -> None:
    monkeypatch.setattr(row_limits, "COSTLY", 0)
    rows = [row, {"z": 1}, {**row, "n": 2}]
    for body in (
        json.dumps(rows).encode(),
        json.dumps({"T": rows}, indent=2).encode(),
        "\n".join(map(json.dumps, rows)).encode(),
        json.dumps(rows, ensure_ascii=False).encode(),
    ):
        soar = MemorySoar()
        assert received(body, soar).content["refused"] == 0
        assert [artifact["data"] for artifact in soar.artifacts.values()] == rows


def test_sender_cannot_pretend_a_refusal() -> None:
    """The mark of a refused row is unknown outside."""
    assert received(b'{"refused row": "x"}', MemorySoar()).content["created"] == 1
