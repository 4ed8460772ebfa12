# File: faults.py
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
"""Faults on request: `server.faults.add(Fault("status", path_contains="/alerts", status=503,
times=2))`.

| kind | what the client meets | work done |
|---|---|---|
| `status` | `status` (503) with `body` or a JSON error | no |
| `html_error`, `html_login` | a page with `status` (502, 200) | no |
| `big_error` | a page of `size` bytes (10 MB) with `status` (500) | no |
| `echo_headers` | a page with `status` (500) that repeats the request's headers | no |
| `redirect` | `status` (302) to another host, or to the `Location` in `headers` | no |
| `silent` | no answer for as long as the client waits | no |
| `reset_before`, `reset_after` | a reset connection (RST) | no, yes |
| `slow` | the answer after `seconds` | yes |
| `drip`, `drip_head` | body, or head and body, byte by byte, `seconds` before each | yes |
| `cut_off` | the whole length announced, half of the body sent | yes |
| `cut_coding` | the body in its `coding`, all but its last byte, perhaps `chunked` | yes |
| `broken_json`, `empty_body` | 200 with half of the JSON, or with nothing | yes |
| `json` | 200 with `value` instead of the answer | yes |
| `member` | the answer with `value` instead of row `position` of its list | yes |
| `endless` | full pages at any offset of a list, after `pages` (None: never) the same | yes |
| `edit` | what `value` makes of the reply; the connection ends with it | yes |
| `content_type` | the answer as `text/html`, or as `headers` say | yes |
| `expire_sessions` | every session ends before the request is looked at | yes |

A `value` that can be called is given what stood in its place. Codings are gzip, deflate, and raw,
which is the deflate without zlib's head that some servers send. A login that answers nonsense is
any of these on `session/login`.
"""

from __future__ import annotations

import gzip
import json
import threading
import zlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import responses
from typing import Any, Callable, NamedTuple

from dev.simulator.log import Request


WRONG_VALUES: dict[str, Any] = {
    "null": None,
    "number": 42,
    "text": "service unavailable",
    "list": [],
    "object": {},
    "error object": {"errors": [{"message": "the simulator's error with a good status"}]},
}
"""Values for the kind `json`; `swapped` is one more."""

Headers = list[tuple[str, str]]


class Reply(NamedTuple):
    """A reply before it is sent: `200 OK`, the header lines, the body in pieces."""

    status: str
    headers: Headers
    chunks: Iterable[bytes]

    def body(self) -> bytes:
        """The whole body; the pieces are used up afterwards."""
        return b"".join(self.chunks)

    def close(self) -> None:
        if hasattr(self.chunks, "close"):
            self.chunks.close()


@dataclass(eq=False)
class Fault:
    """What goes wrong with the requests of `method` (None: any) whose undecoded path contains
    `path_contains` and whose body, unpacked, contains `body_contains`.

    The first `after` of them pass unharmed, the next `times` (None: all) do not. `work` says
    whether the server does what was asked for before it misbehaves; None is the kind's own way.
    `headers` come on top of the reply's. The counts are of matching requests.
    """

    kind: str
    method: str | None = None
    path_contains: str = ""
    body_contains: bytes = b""
    times: int | None = 1
    after: int = 0
    work: bool | None = None
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | bytes | None = None
    seconds: float = 1.0
    size: int = 10_000_000
    value: Any = None
    position: int = 1
    coding: str = "gzip"
    chunked: bool = False
    pages: int | None = None
    seen: int = field(default=0, init=False)
    applied: int = field(default=0, init=False)
    model: Any = field(default=None, init=False)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no such fault: {self.kind}; there are {', '.join(KINDS)}")

    @property
    def works(self) -> bool:
        return KINDS[self.kind].works if self.work is None else self.work

    def concerns(self, request: Request) -> bool:
        return (
            self.method in {None, request.method}
            and self.path_contains in request.path
            and (not self.body_contains or self.body_contains in _unpacked(request))
        )

    def spoil(self, request: Request, reply: Reply | None) -> Reply:
        """The reply that is sent instead of `reply`, which is None when the work was not done."""
        spoiled = KINDS[self.kind].spoil(self, request, reply or _json(200, {}))
        replaced = {name.lower() for name in self.headers}
        unchanged = [
            (name, value) for name, value in spoiled.headers if name.lower() not in replaced
        ]
        return spoiled._replace(headers=[*unchanged, *self.headers.items()])


class Faults:
    """The faults of a server, in the order in which they were added; a request meets one at most,
    the first that is due.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        with self._lock:
            self._faults.append(fault)
        return fault

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def met(self, request: Request) -> Fault | None:
        """The fault that befalls a request, which is counted and noted."""
        with self._lock:
            matching = [fault for fault in self._faults if fault.concerns(request)]
            for fault in matching:
                fault.seen += 1
            due = (
                fault
                for fault in matching
                if fault.seen > fault.after and (fault.times is None or fault.applied < fault.times)
            )
            found = next(due, None)
            if found:
                found.applied += 1
                request.fault = found.kind
            return found


def swapped(value: Any) -> Any:
    """A `value` for the kind `json`: an object where a list is expected, and vice versa."""
    return {"value": value} if isinstance(value, list) else [value]


def _unpacked(request: Request) -> bytes:
    body = request.body or b""
    if request.headers.get("Content-Encoding") != "gzip":
        return body
    with suppress(OSError, EOFError, zlib.error):
        return gzip.decompress(body)
    return b""


def _status_line(status: int) -> str:
    return f"{status} {responses.get(status, '')}"


def _reply(status: int, body: bytes, content_type: str) -> Reply:
    return Reply(
        _status_line(status),
        [("Content-Type", content_type), ("Content-Length", str(len(body)))],
        [body],
    )


def _json(status: int, value: Any) -> Reply:
    return _reply(status, json.dumps(value).encode(), "application/json; charset=utf-8")


def _page(status: int, text: str) -> Reply:
    return _reply(
        status,
        f"<!DOCTYPE html><html><body>{text}</body></html>".encode(),
        "text/html; charset=utf-8",
    )


def _refused(fault: Fault, _request: Request, _original: Reply) -> Reply:
    status = fault.status or 503
    if fault.body is None:
        return _json(status, {"text": f"{_status_line(status)}: a fault of the simulator"})
    body = fault.body.encode() if isinstance(fault.body, str) else fault.body
    return _reply(status, body, "application/json; charset=utf-8")


def _html_error(fault: Fault, _request: Request, _original: Reply) -> Reply:
    status = fault.status or 502
    return _page(
        status, f"<h1>{_status_line(status)}</h1><p>The proxy could not reach the server.</p>"
    )


def _html_login(fault: Fault, _request: Request, _original: Reply) -> Reply:
    return _page(
        fault.status or 200,
        '<form action="/login" method="post"><h1>Sign in</h1><input name="password"'
        ' type="password"></form>',
    )


def _big_error(fault: Fault, _request: Request, _original: Reply) -> Reply:
    return _page(fault.status or 500, "x" * fault.size)


def _echo_headers(fault: Fault, request: Request, _original: Reply) -> Reply:
    lines = "\n".join(f"{name}: {value}" for name, value in request.headers)
    return _page(
        fault.status or 500, f"<h1>Request</h1><pre>{request.method} {request.path}\n{lines}</pre>"
    )


def _redirect(fault: Fault, _request: Request, _original: Reply) -> Reply:
    page = _page(fault.status or 302, "Moved.")
    return page._replace(headers=[*page.headers, ("Location", "https://elsewhere.invalid/")])


def _other_json(fault: Fault, _request: Request, reply: Reply) -> Reply:
    if not callable(fault.value):
        return _json(fault.status or 200, fault.value)
    return _edited(reply, fault.value)


def _broken_json(fault: Fault, _request: Request, reply: Reply) -> Reply:
    body = reply.body()
    half = body[: len(body) // 2] if len(body) > 2 else b'{"data": ['
    return _reply(fault.status or 200, half, "application/json; charset=utf-8")


def _empty_body(fault: Fault, _request: Request, _original: Reply) -> Reply:
    return _reply(fault.status or 200, b"", "application/json; charset=utf-8")


def _member(fault: Fault, _request: Request, reply: Reply) -> Reply:
    def edit(body: Any) -> Any:
        rows = _list_in(body)
        if rows:
            position = min(fault.position, len(rows) - 1)
            rows[position] = fault.value(rows[position]) if callable(fault.value) else fault.value
        return body

    return _edited(reply, edit)


def _list_in(body: Any) -> list[Any] | None:
    """The list that a reply is, or the first that it holds under a key."""
    candidates = [body, *(body.values() if isinstance(body, dict) else ())]
    return next((each for each in candidates if isinstance(each, list)), None)


def _edited(reply: Reply, edit: Callable[[Any], Any]) -> Reply:
    """What is no JSON stays as it is."""
    body = reply.body()
    with suppress(ValueError):
        body = json.dumps(edit(json.loads(body))).encode()
    headers = [*_without_length(reply.headers), ("Content-Length", str(len(body)))]
    return Reply(reply.status, headers, [body])


def _without_length(headers: Headers) -> Headers:
    return [(name, value) for name, value in headers if name.lower() != "content-length"]


def _other_content_type(_fault: Fault, _request: Request, reply: Reply) -> Reply:
    return reply._replace(
        headers=[
            *((name, value) for name, value in reply.headers if name.lower() != "content-type"),
            ("Content-Type", "text/html"),
        ]
    )


def _cut_off(_fault: Fault, _request: Request, reply: Reply) -> Reply:
    body = reply.body()
    return reply._replace(chunks=[body[: len(body) // 2]])


def _cut_coding(fault: Fault, _request: Request, reply: Reply) -> Reply:
    """What has no body has no coding either."""
    body = reply.body()
    if not body:
        return reply._replace(chunks=[])
    cut = coded(body, fault.coding)[:-1]
    name = "gzip" if fault.coding == "gzip" else "deflate"
    headers = [*_without_length(reply.headers), ("Content-Encoding", name)]
    if fault.chunked:
        return Reply(reply.status, [*headers, ("Transfer-Encoding", "chunked")], chunked(cut))
    return Reply(reply.status, [*headers, ("Content-Length", str(len(cut)))], [cut])


def coded(body: bytes, coding: str) -> bytes:
    """The body in a coding of the kind `cut_coding`, whole."""
    coder = zlib.compressobj(wbits={"gzip": 31, "deflate": 15, "raw": -15}[coding])
    return coder.compress(body) + coder.flush()


def chunked(body: bytes) -> list[bytes]:
    """The body as `Transfer-Encoding: chunked` sends it, in two pieces."""
    halves = (body[: len(body) // 2], body[len(body) // 2 :])
    return [b"%x\r\n%s\r\n" % (len(half), half) for half in halves if half] + [b"0\r\n\r\n"]


def _endless(fault: Fault, request: Request, reply: Reply) -> Reply:
    """Rows like the first one that came, with names of their own, and a total beyond any page."""
    limit = min(int(request.arguments.get("limit", 50)), 1000)
    page = fault.applied - 1
    start = limit * (page % fault.pages if fault.pages else page)

    def edit(body: Any) -> Any:
        rows = _list_in(body)
        if rows is not None:
            fault.model = fault.model or next(filter(_is_object, rows), {"id": 0})
            rows[:] = [_renamed(fault.model, start + number) for number in range(limit)]
        return _without_end(body)

    return _edited(reply, edit)


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _renamed(row: dict[str, Any], number: int) -> dict[str, Any]:
    known = 1_000_000 + number
    names = {name: row[name] for name in ("id", "uuid", "guid") if name in row}
    return {
        **row,
        **{name: str(known) if isinstance(old, str) else known for name, old in names.items()},
    }


def _without_end(body: Any) -> Any:
    if not isinstance(body, dict):
        return body
    totals = {name: 10**6 for name in ("totalCount", "filteredCount") if name in body}
    return {**body, **totals, **({"meta": _without_end(body["meta"])} if "meta" in body else {})}


def _changed(fault: Fault, _request: Request, reply: Reply) -> Reply:
    return fault.value(reply)


def _unspoiled(_fault: Fault, _request: Request, reply: Reply) -> Reply:
    return reply


class Kind(NamedTuple):
    works: bool
    spoil: Callable[[Fault, Request, Reply], Reply] = _unspoiled


KINDS = {
    "status": Kind(False, _refused),
    "html_error": Kind(False, _html_error),
    "html_login": Kind(False, _html_login),
    "big_error": Kind(False, _big_error),
    "echo_headers": Kind(False, _echo_headers),
    "redirect": Kind(False, _redirect),
    "silent": Kind(False),
    "reset_before": Kind(False),
    "reset_after": Kind(True),
    "slow": Kind(True),
    "drip": Kind(True),
    "drip_head": Kind(True),
    "cut_off": Kind(True, _cut_off),
    "cut_coding": Kind(True, _cut_coding),
    "broken_json": Kind(True, _broken_json),
    "empty_body": Kind(True, _empty_body),
    "json": Kind(True, _other_json),
    "member": Kind(True, _member),
    "endless": Kind(True, _endless),
    "edit": Kind(True, _changed),
    "content_type": Kind(True, _other_content_type),
    "expire_sessions": Kind(True),
}
"""Every kind of fault; what those do that spoil no reply is the server's business."""
