# File: mutations.py
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
"""What a hostile or broken server may make of an answer: of its JSON, or of how it is sent.

Strategies of hypothesis; each draws a function from the simulator's reply to another one.
"""

from __future__ import annotations

import functools
import json
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Callable, NamedTuple

from hypothesis import strategies as st

from dev.simulator import seed
from dev.simulator.faults import Reply, chunked, coded
from tests.faults.test_messages import BROAD, HOSTILE


Change = Callable[[Reply], Reply]
Draw = Callable[..., Any]

MB = 1024 * 1024
TOKEN = seed.TOKEN


# JSON

# Stands for JSON that Python cannot write.
RAW = {
    "@deep@": b"[" * 9000 + b"]" * 9000,
    "@deep objects@": b'{"a":' * 990 + b"1" + b"}" * 990,
    "@digits@": b"9" * 20_000,
    "@huge@": b"1e999",
    "@half@": b'"\\ud800"',
    "@not utf-8@": b'"\xff\xfe"',
    "@twice@": b'{"id": 1, "id": "2"}',
}
TEXTS: list[Any] = [
    *(HOSTILE, TOKEN, f"{'x' * 90}{TOKEN}", f"{TOKEN[:9]}\u200b{TOKEN[9:]}", TOKEN.upper()),
    *("<script>alert(1)</script>", "<a " * 9000, "{0} %s {name}", "../../etc/passwd", "y" * MB),
    *("", " ", "0", "-1", "null", "NaN", str(2**63), "1e5", "0x10", "9" * 400),
    *("9999-12-31T23:59:59.999Z", "-0001-01-01"),
]
NUMBERS: list[Any] = [
    *(0, -1, 1.5, 2**53 + 1, 2**63, 2**64, 10**40, 1e308, float("nan"), float("inf")),
]
SHAPES: list[Any] = [
    *(None, True, False, [], {}, [[]], [None], [{}], {"id": None}, {"data": []}, [{}] * 3000),
    *({"data": {"data": []}}, {"errors": [HOSTILE]}, {"error": {"message": TOKEN}}),
    *({"text": HOSTILE + TOKEN}, BROAD),
]
# Each kind as often as the others.
VALUES = st.one_of(*map(st.sampled_from, (TEXTS, TEXTS[:5], NUMBERS, SHAPES, list(RAW))))
STATES = st.sampled_from(
    [
        *("ACTIVE", "COMPLETED", "COMPLETE", "FAILED", "ERROR", "QUEUED", "RUNNING", "CONNECTED"),
        *("success", "failure", "timeout", "connected", "disconnected", "closed", "active"),
    ]
)
JSON_CHANGES = (
    "replace",
    "replace",
    "replace",
    "remove",
    "wrap",
    "repeat",
    "text",
    "add",
    "state",
    "swap",
)


class Node(NamedTuple):
    """A place in a JSON value."""

    holder: Any
    key: Any


def nodes(value: Any) -> list[Node]:
    """Every place, the outer ones first."""
    found = [Node([value], 0)]
    for node in found:
        inner = node.holder[node.key]
        keys = range(len(inner)) if isinstance(inner, list) else inner
        if isinstance(inner, (dict, list)):
            found += [Node(inner, key) for key in keys]
    return found


class JsonChange(NamedTuple):
    """`place` is counted among the nodes, from the outermost one and as often around as needed."""

    kind: str
    place: int
    value: Any
    state: str

    def apply(self, body: Any) -> Any:
        root = [body]
        found = nodes(body)
        if self.kind == "state":
            named = [node for node in found if str(node.key).lower() in ("status", "state")]
            found = named or found
        holder, key = found[self.place % len(found)]
        if found[self.place % len(found)] is found[0] and self.kind != "state":
            holder, key = root, 0
        self._change(holder, key)
        return root[0] if root else None

    def _change(self, holder: Any, key: Any) -> None:
        old = holder[key]
        if self.kind == "remove":
            del holder[key]
        elif self.kind == "add" and isinstance(old, dict):
            old[str(self.value)[:200]] = self.value
        elif self.kind == "repeat" and isinstance(old, list):
            old *= 1 + self.place % 40
        else:
            holder[key] = {
                "wrap": [old],
                "text": str(old),
                "state": self.state,
                "swap": {"value": old} if isinstance(old, list) else [old, old],
            }.get(self.kind, self.value)


def encoded(body: Any) -> bytes:
    """As JSON, with what Python's JSON has no words for."""
    text = json.dumps(body).encode()
    for name, raw in RAW.items():
        text = text.replace(json.dumps(name).encode(), raw)
    return text


def with_body(reply: Reply, body: bytes) -> Reply:
    others = [each for each in reply.headers if each[0].lower() != "content-length"]
    return Reply(reply.status, [*others, ("Content-Length", str(len(body)))], [body])


@st.composite
def json_changes(draw: Draw) -> Change:
    change = st.builds(
        JsonChange,
        st.sampled_from(JSON_CHANGES),
        st.integers(0, 60) | st.integers(0, 100_000),
        VALUES,
        STATES,
    )
    changes = draw(st.lists(change, min_size=1, max_size=4))

    def apply(reply: Reply) -> Reply:
        body = reply.body()
        with suppress(ValueError):
            value = json.loads(body)
            for each in changes:
                # The value of another run must not be changed by this one.
                value = each._replace(value=json.loads(json.dumps(each.value))).apply(value)
            body = encoded(value)
        return with_body(reply, body)

    return apply


# How it is sent

STATUSES = [
    *(f"{number} Odd" for number in (199, 201, 202, 204, 206, 226, 299, 300, 301, 304, 400, 401)),
    *(f"{number} Odd" for number in (403, 404, 405, 408, 409, 418, 429, 499, 500, 501, 503, 599)),
    *("200", "000 Zero", "99 Low", "999 High", "abc Odd", "-200 OK", "2000 OK", f"500 {TOKEN}"),
    f"404 {HOSTILE.encode('ascii', 'ignore').decode().translate({10: None, 13: None})}",
]
FREQUENT = ["429 Odd", "500 Odd", "502 Odd", "503 Odd", "504 Odd"]
HEADERS = [
    *[("Content-Type", kind) for kind in ("text/html", "text/plain", "", "\xff", "a/b;" * 900)],
    ("Content-Type", "application/json; charset=utf-16"),
    *[("Content-Encoding", coding) for coding in ("br", "gzip, gzip", "\xff", TOKEN, "identity")],
    *[("Retry-After", wait) for wait in ("-1", "nan", "9" * 5000, "\x1b[2K", TOKEN, "0", "soon")],
    *[("Location", place) for place in ("//[", "http://[::1", "\x07", f"/{TOKEN}", "x" * 9000)],
    *[("Content-Length", length) for length in ("-1", "abc", "9" * 30, "5, 5", "", "1e3", "0")],
    *[("Transfer-Encoding", how) for how in ("chunked", "gzip, chunked", "identity", "x", "")],
    *[("Set-Cookie", cookie) for cookie in ("a=b", "=", "\x00", "a" * 9000)],
    *[("Connection", how) for how in ("keep-alive", "upgrade", "close, keep-alive")],
    *[
        ("X-Odd", value)
        for value in ("\x00", "y" * 70_000, "a\r\n b", "a\r\n\tb: c", "a\nb", "a\rb")
    ],
    *[("", ""), ("Bad name", "x"), (TOKEN, TOKEN), ("X", "a\r\n\r\n[]")],
]
PAGES = [
    b"",
    b" \r\n ",
    b"null",
    b"<!DOCTYPE html>" + b'<a b="' * 9000,
    b"<html><!--" + b"<!-- -" * 9000,
    f"<p>{TOKEN[:9]}<wbr>{TOKEN[9:]}</p>".encode(),
    f"<b>{'x' * 4080}{TOKEN}</b>".encode(),
    json.dumps({"text": HOSTILE + TOKEN}).encode(),
    b"\x00" * 3000,
    b"\xef\xbb\xbf",
    b"x" * 3 * MB,
    b"PK\x03\x04" + b"\x00" * 60,
]
CODINGS = {"gzip": "gzip", "deflate": "deflate", "raw": "deflate"}
over = threading.Event()
"""Set when a server that stands still may go."""


@functools.cache
def members() -> bytes:
    return coded(b"[" + b"[]," * (20 * MB) + b"[]]", "gzip")


@functools.cache
def spaces() -> bytes:
    return coded(b" " * (64 * MB), "deflate")


def plain(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Without what says how the body is sent."""
    return [each for each in headers if each[0].lower() not in ("content-length", "x")]


def in_coding(reply: Reply, coding: str, packed: bytes) -> Reply:
    changed = with_body(reply, packed)
    return changed._replace(headers=[("Content-Encoding", CODINGS[coding]), *changed.headers])


def in_chunks(reply: Reply, chunks: list[bytes]) -> Reply:
    return Reply(reply.status, [*plain(reply.headers), ("Transfer-Encoding", "chunked")], chunks)


def broken_chunks(body: bytes, how: int) -> list[bytes]:
    """As `chunked` makes them, but for one thing."""
    pieces = chunked(body)
    half = len(pieces) // 2
    return [
        [*pieces[:-1]],
        [*pieces[:half], b"zz\r\n", *pieces[half:]],
        [*pieces[:half], b"-5\r\n", *pieces[half:]],
        [*pieces[:half], b"ffffffffffffffff\r\n", *pieces[half:]],
        [pieces[0][:-2], *pieces[1:]],
        [pieces[0][: len(pieces[0]) // 2]],
        [b"\r\n", *pieces],
        [*pieces[:-1], b"0\r\n"],
        [*pieces[:-1], b"0\r\nX: " + b"y" * 70_000],
        [],
    ][how % 10]


def standing_still(reply: Reply) -> Reply:
    """Half of the body, and then nothing."""
    body = reply.body()

    def pieces() -> Iterator[bytes]:
        yield body[: len(body) // 2]
        over.wait(30)

    length = ("Content-Length", str(len(body)))
    return Reply(reply.status, [*plain(reply.headers), length], pieces())


class Sent(NamedTuple):
    """How an answer is sent. `keeps`: whoever understands it gets the very answer. `loses`: it can
    be seen that the answer is not there as it was sent. `refuses`: the server says that it has done
    nothing.
    """

    name: str
    change: Change
    keeps: bool = False
    loses: bool = False
    refuses: bool = False


@st.composite
def wire_changes(draw: Draw, lossy: bool = False) -> Sent:
    return draw(st.sampled_from(LOSSY if lossy else WIRE))(draw)


def _status(draw: Draw) -> Sent:
    status = draw(st.sampled_from([*STATUSES, *FREQUENT * 4]))
    refuses = status.startswith("4")
    return Sent(
        f"status {status[:20]}", lambda reply: reply._replace(status=status), refuses=refuses
    )


def _header(draw: Draw) -> Sent:
    added = draw(st.lists(st.sampled_from(HEADERS), min_size=1, max_size=3))
    named = {name.lower() for name, _ in added}

    def change(reply: Reply) -> Reply:
        others = [each for each in reply.headers if each[0].lower() not in named]
        return reply._replace(headers=[*added, *others])

    return Sent(f"headers {added}"[:99], change)


def _page(draw: Draw) -> Sent:
    page, status = draw(st.sampled_from(PAGES)), draw(st.sampled_from(["200 OK", *STATUSES]))
    refuses = status.startswith("4")
    return Sent(
        "page", lambda reply: with_body(reply._replace(status=status), page), refuses=refuses
    )


def _coded(draw: Draw) -> Sent:
    coding = draw(st.sampled_from(sorted(CODINGS)))
    sends_chunks = draw(st.booleans())

    def change(reply: Reply) -> Reply:
        packed = coded(reply.body(), coding)
        changed = in_coding(reply, coding, packed)
        return in_chunks(changed, chunked(packed)) if sends_chunks else changed

    return Sent(f"{coding}", change, keeps=True)


def _cut_coding(draw: Draw) -> Sent:
    coding, part = draw(st.sampled_from(sorted(CODINGS))), draw(st.floats(0.01, 0.99))
    spoils, sends_chunks = draw(st.booleans()), draw(st.booleans())

    def change(reply: Reply) -> Reply:
        packed = coded(reply.body(), coding)
        place = min(max(1, int(part * len(packed))), len(packed) - 1)
        cut = packed[:place] + (b"\xff" * 30 if spoils else b"")
        changed = in_coding(reply, coding, cut)
        return in_chunks(changed, chunked(cut)) if sends_chunks else changed

    return Sent(f"{coding} cut at {part:.2f}, {spoils=}, {sends_chunks=}", change, loses=not spoils)


def _chunks(draw: Draw) -> Sent:
    how = draw(st.integers(0, 9))
    return Sent(
        f"broken chunks {how}",
        lambda reply: in_chunks(reply, broken_chunks(reply.body(), how)),
        loses=how not in (6, 7),
    )


def _truncated(draw: Draw) -> Sent:
    part = draw(st.floats(0, 0.99))

    def change(reply: Reply) -> Reply:
        body = reply.body()
        length = ("Content-Length", str(len(body)))
        return Reply(reply.status, [*plain(reply.headers), length], [body[: int(part * len(body))]])

    return Sent(f"truncated at {part:.2f}", change, loses=True)


def _encoding(draw: Draw) -> Sent:
    encoding = draw(st.sampled_from(["utf-8-sig", "utf-16", "utf-32", "utf-16-be", "cp500"]))

    def change(reply: Reply) -> Reply:
        text = reply.body().decode("utf-8", "replace")
        return with_body(reply, text.encode(encoding, "replace"))

    return Sent(encoding, change)


def _flipped(draw: Draw) -> Sent:
    part, value = draw(st.floats(0, 0.99)), draw(st.integers(0, 255))

    def change(reply: Reply) -> Reply:
        body = bytearray(reply.body())
        if body:
            body[int(part * len(body))] = value
        return with_body(reply, bytes(body))

    return Sent(f"byte {value} at {part:.2f}", change)


WIRE: list[Callable[[Draw], Sent]] = [
    *(_status, _header, _page, _coded, _cut_coding, _chunks, _truncated, _encoding, _flipped)
]
LOSSY = [_cut_coding, _chunks, _truncated]
COSTLY = [
    Sent("many members", lambda reply: in_coding(reply, "gzip", members())),
    Sent("much space", lambda reply: in_coding(reply, "deflate", spaces())),
    Sent("standing still", standing_still),
]
