# File: test_faults.py
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
"""Faults: each as a client meets it, counted and in the log; a server that is in the middle of one
stops at once.
"""

from __future__ import annotations

import json
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
import requests

from dev.simulator import seed
from dev.simulator.faults import KINDS, WRONG_VALUES, Fault, Reply, swapped
from dev.simulator.server import SimulatorServer
from tests.conftest import eventually
from tests.simulator.conftest import THREAT_RESPONSE, Client


@pytest.fixture(params=[False, True], ids=["http", "https"])
def either_server(request: pytest.FixtureRequest) -> Iterator[SimulatorServer]:
    with SimulatorServer(tls=request.param) as running:
        yield running


@pytest.fixture
def either_client(either_server: SimulatorServer) -> Iterator[Client]:
    made = Client(either_server)
    with made.session:
        yield made


def raw_socket(server: SimulatorServer, method: str, path: str) -> socket.socket:
    """A connection on which a request has been sent and nothing was read."""
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=60)
    if server.ca_file:
        connection = ssl.create_default_context(cafile=server.ca_file).wrap_socket(
            connection, server_hostname="localhost"
        )
    head = (
        f"{method} {THREAT_RESPONSE}{path} HTTP/1.1\r\nHost: localhost\r\nsession:"
        f" {seed.TOKEN}\r\nContent-Length: 0\r\n\r\n"
    )
    connection.sendall(head.encode())
    return connection


@pytest.mark.parametrize("status", [401, 403, 404, 409, 429, 500, 502, 503])
def test_status_with_headers(
    server: SimulatorServer, client: Client, connection: str, status: int
) -> None:
    fault = server.faults.add(
        Fault(
            "status",
            method="DELETE",
            status=status,
            headers={"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"},
        )
    )
    reply = client("DELETE", f"/conns/delete/{connection}")
    assert (reply.status_code, reply.headers["Retry-After"]) == (
        status,
        "Wed, 21 Oct 2026 07:28:00 GMT",
    )
    assert reply.json()["text"].startswith(f"{status} ")
    assert connection in server.state.connections.all
    assert (server.log[-1].fault, server.log[-1].status, fault.applied) == ("status", status, 1)
    assert client("DELETE", f"/conns/delete/{connection}").status_code == 204
    assert server.log[-1].fault is None


def test_body_of_a_status(server: SimulatorServer, client: Client) -> None:
    server.faults.add(Fault("status", status=500, body='{"errors": []}'))
    server.faults.add(
        Fault("status", status=409, body=b"\xff", headers={"content-type": "text/plain"})
    )
    assert client("GET", "/status").json() == {"errors": []}
    second = client("GET", "/status")
    assert (second.status_code, second.content, second.headers["Content-Type"]) == (
        409,
        b"\xff",
        "text/plain",
    )


def test_which_requests_and_how_often(server: SimulatorServer, client: Client) -> None:
    fault = server.faults.add(
        Fault("status", method="GET", path_contains="/snapshot", after=1, times=2)
    )
    others = [client("GET", "/status"), client("DELETE", "/snapshot", json={"ids": ["x"]})]
    statuses = [client("GET", "/snapshot").status_code for _ in range(5)]
    assert [reply.status_code for reply in others] == [200, 404]
    assert statuses == [200, 503, 503, 200, 200]
    assert (fault.seen, fault.applied) == (5, 2)
    always = server.faults.add(Fault("html_error", times=None))
    assert {client("GET", "/status").status_code for _ in range(3)} == {502}
    assert always.applied == 3
    server.faults.clear()
    assert client("GET", "/status").status_code == 200


def test_a_request_meets_one_fault(server: SimulatorServer, client: Client) -> None:
    for status in (500, 429):
        server.faults.add(Fault("status", status=status))
    assert [client("GET", "/status").status_code for _ in range(3)] == [500, 429, 200]


def test_slow_answers_in_the_end(server: SimulatorServer, client: Client) -> None:
    server.faults.add(Fault("slow", seconds=0.2))
    started = time.monotonic()
    assert client.get("/status")["status"] == "ok"
    assert time.monotonic() - started >= 0.2
    assert client.get("/status")
    assert server.log.connections() == 1


def test_slow_does_the_work_first(server: SimulatorServer, client: Client, connection: str) -> None:
    server.faults.add(Fault("slow", seconds=30))
    with pytest.raises(requests.exceptions.ReadTimeout):
        client.session.delete(
            f"{server.url}{THREAT_RESPONSE}/conns/delete/{connection}", timeout=0.2
        )
    assert eventually(lambda: connection not in server.state.connections.all)


def test_drip_comes_byte_by_byte(server: SimulatorServer, client: Client) -> None:
    server.faults.add(Fault("drip", seconds=0.002))
    server.faults.add(Fault("drip", seconds=30))
    assert client.get("/status")["status"] == "ok"
    with client("GET", "/status", stream=True) as reply:
        assert reply.status_code == 200


def test_head_comes_byte_by_byte(server: SimulatorServer, client: Client) -> None:
    server.faults.add(Fault("drip_head", seconds=0.0005))
    server.faults.add(Fault("drip_head", seconds=30))
    assert client.get("/status")["status"] == "ok"
    with closing(raw_socket(server, "GET", "/status")) as waiting:
        assert eventually(lambda: len(server.log) == 2)
        waiting.settimeout(0.2)
        with pytest.raises(socket.timeout):
            waiting.recv(1)


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize(("coding", "bits"), [("gzip", 31), ("deflate", 15), ("raw", -15)])
def test_coding_without_its_end(
    server: SimulatorServer, client: Client, coding: str, bits: int, chunked: bool
) -> None:
    whole = client("GET", "/status").content
    server.faults.add(Fault("cut_coding", coding=coding, chunked=chunked))
    with client("GET", "/status", stream=True) as reply:
        name = "gzip" if coding == "gzip" else "deflate"
        assert reply.headers["Content-Encoding"] == name
        assert ("Transfer-Encoding" in reply.headers) == chunked
        packed = b"".join(reply.raw.stream(decode_content=False))
    unpacking = zlib.decompressobj(bits)
    assert whole.startswith(unpacking.decompress(packed))
    assert not unpacking.eof


def test_list_without_an_end(server: SimulatorServer, client: Client) -> None:
    def ids_at(offset: int) -> list[int]:
        body = client.get(f"/alerts?limit=3&offset={offset}")
        assert body["meta"]["totalCount"] == 1_000_000
        assert body["data"][0].keys() == alert.keys()
        return [row["id"] for row in body["data"]]

    alert = client.get("/alerts?limit=1")["data"][0]
    for pages, distinct in ((1, 1), (2, 2), (None, 4)):
        fault = server.faults.add(Fault("endless", path_contains="/alerts", pages=pages, times=4))
        found = [ids_at(offset) for offset in (0, 3, 6, 10**9)]
        assert all(len(page) == 3 for page in found)
        assert len({tuple(page) for page in found}) == distinct
        assert found[0] == found[pages or 0]
        assert fault.applied == 4


def test_reply_can_be_edited(server: SimulatorServer, client: Client) -> None:
    def edit(reply: Reply) -> Reply:
        return Reply("299 Odd", [("X-Odd", "yes"), ("Content-Length", "2")], [reply.body()[:2]])

    server.faults.add(Fault("edit", value=edit))
    edited = client("GET", "/status")
    assert (edited.status_code, edited.headers["X-Odd"], edited.text) == (299, "yes", '{"')
    assert client("GET", "/status").status_code == 200
    assert server.log.connections() == 2


def test_silent_until_the_client_goes(either_server: SimulatorServer) -> None:
    either_server.faults.add(Fault("silent"))
    with closing(raw_socket(either_server, "POST", "/conns/connect")) as waiting:
        assert eventually(lambda: any(request.fault for request in either_server.log))
        waiting.settimeout(0.2)
        with pytest.raises(socket.timeout):
            waiting.recv(1)
        other = Client(either_server)
        with other.session:
            assert other.get("/status")
    silent = either_server.log.requests(path_contains="connect")[0]
    assert (silent.fault, silent.status) == ("silent", None)


def test_cut_off_in_the_middle(either_server: SimulatorServer, either_client: Client) -> None:
    either_server.faults.add(Fault("cut_off"))
    with pytest.raises(
        (requests.exceptions.ChunkedEncodingError, requests.exceptions.ConnectionError)
    ):
        either_client("GET", "/alerts")
    assert either_client.get("/alerts")["data"]


@pytest.mark.parametrize(("kind", "deleted"), [("reset_before", False), ("reset_after", True)])
def test_reset_before_or_after_the_work(
    either_server: SimulatorServer, kind: str, deleted: bool
) -> None:
    connection = either_server.state.connections.open(seed.FINANCE.hostname)
    either_server.faults.add(Fault(kind, method="DELETE"))
    with (
        closing(raw_socket(either_server, "DELETE", f"/conns/delete/{connection}")) as doomed,
        pytest.raises(ConnectionResetError),
    ):
        doomed.recv(1)
    assert (connection not in either_server.state.connections.all) is deleted
    assert (either_server.log[-1].fault, either_server.log[-1].status) == (kind, None)


def test_pages_instead_of_json(server: SimulatorServer, client: Client, connection: str) -> None:
    for kind, status in (("html_error", 502), ("html_login", 200)):
        server.faults.add(Fault(kind))
        reply = client("DELETE", f"/conns/delete/{connection}")
        assert (reply.status_code, reply.headers["Content-Type"]) == (
            status,
            "text/html; charset=utf-8",
        )
        assert reply.text.startswith("<!DOCTYPE html>")
    assert connection in server.state.connections.all


def test_big_error(server: SimulatorServer, client: Client) -> None:
    server.faults.add(Fault("big_error"))
    reply = client("GET", "/status")
    assert (reply.status_code, len(reply.content) >= 10_000_000) == (500, True)


def test_echo_of_the_headers(server: SimulatorServer, client: Client) -> None:
    server.faults.add(Fault("echo_headers"))
    reply = client("GET", "/status")
    assert (reply.status_code, seed.TOKEN in reply.text) == (500, True)


def test_redirect_to_another_host(server: SimulatorServer, client: Client) -> None:
    server.faults.add(Fault("redirect"))
    server.faults.add(
        Fault("redirect", status=307, headers={"Location": "https://other.invalid/x"})
    )
    replies = [client("GET", "/status", allow_redirects=False) for _ in range(2)]
    assert [(reply.status_code, reply.headers["Location"]) for reply in replies] == [
        (302, "https://elsewhere.invalid/"),
        (307, "https://other.invalid/x"),
    ]


@pytest.mark.parametrize("value", WRONG_VALUES.values(), ids=WRONG_VALUES.keys())
def test_other_json_after_the_work(
    server: SimulatorServer, client: Client, connection: str, value: Any
) -> None:
    server.faults.add(Fault("json", value=value))
    reply = client("DELETE", f"/conns/delete/{connection}")
    assert (reply.status_code, reply.json()) == (200, value)
    assert connection not in server.state.connections.all


def test_lists_and_objects_change_places(server: SimulatorServer, client: Client) -> None:
    server.faults.add(Fault("json", value=swapped, times=None))
    assert client.get("/conns")["value"][0]["id"]
    assert client.get("/snapshot")[0]["totalCount"] == 4


def test_broken_and_empty_bodies(server: SimulatorServer, client: Client) -> None:
    for kind in ("broken_json", "empty_body"):
        server.faults.add(Fault(kind))
        reply = client("GET", "/conns")
        assert reply.status_code == 200
        with pytest.raises(json.JSONDecodeError):
            json.loads(reply.content)
    server.faults.add(Fault("broken_json"))
    assert (
        client("DELETE", "/conns/delete/" + next(iter(server.state.connections.all))).text
        == '{"data": ['
    )


def test_content_type(server: SimulatorServer, client: Client) -> None:
    server.faults.add(Fault("content_type"))
    server.faults.add(
        Fault("content_type", headers={"Content-Type": "application/json; charset=utf-16"})
    )
    first, second = client("GET", "/status"), client("GET", "/status")
    assert (first.headers["Content-Type"], first.json()["status"]) == ("text/html", "ok")
    assert second.headers["Content-Type"] == "application/json; charset=utf-16"


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/conns", ""),
        ("/alerts", "data"),
        ("/snapshot", "snapshots"),
        ("/filedownload", "fileEvidence"),
    ],
)
@pytest.mark.parametrize("value", [None, 42, "text", {}])
def test_malformed_member(
    server: SimulatorServer, client: Client, path: str, key: str, value: Any
) -> None:
    good = client.get(path)
    server.faults.add(Fault("member", value=value))
    bad = client.get(path)
    before, after = (good[key], bad[key]) if key else (good, bad)
    assert after == [before[0], value, *before[2:]]


def test_member_that_is_changed(server: SimulatorServer, client: Client) -> None:
    server.faults.add(
        Fault("member", value=lambda row: {**row, "details": "{no json"}, position=99)
    )
    rows = client.get("/alerts", limit=3)["data"]
    assert [row["details"] == "{no json" for row in rows] == [False, False, True]
    server.faults.add(Fault("member", times=None))
    assert client.get("/status")["status"] == "ok"
    assert client.get("/alerts", computerName="nobody")["data"] == []


def test_sessions_expire_between_two_calls(server: SimulatorServer, client: Client) -> None:
    login = {"username": seed.ANALYST.name, "password": seed.ANALYST.password}
    client.session.headers["session"] = client("POST", "/api/v2/session/login", json=login).json()[
        "data"
    ]["session"]
    server.faults.add(Fault("expire_sessions", path_contains="/status", after=1))
    assert [client("GET", "/status").status_code for _ in range(2)] == [200, 401]
    client.session.headers["session"] = client("POST", "/api/v2/session/login", json=login).json()[
        "data"
    ]["session"]
    assert client("GET", "/status").status_code == 200


@pytest.mark.parametrize(
    "fault",
    [
        Fault("json", value={"data": {}}),
        Fault("json", value=7),
        Fault("json", value=[]),
        Fault("html_login"),
        Fault("empty_body"),
    ],
)
def test_login_that_answers_nonsense(server: SimulatorServer, client: Client, fault: Fault) -> None:
    fault.path_contains = "session/login"
    server.faults.add(fault)
    reply = client(
        "POST",
        "/api/v2/session/login",
        json={"username": seed.ANALYST.name, "password": seed.ANALYST.password},
    )
    assert reply.status_code == 200
    assert not any(session in reply.text for session in server.state.accounts.sessions)


@pytest.mark.parametrize("tls", [False, True])
@pytest.mark.parametrize("kind", ["silent", "slow", "drip", "drip_head"])
def test_server_stops_in_the_middle_of_a_fault(kind: str, tls: bool) -> None:
    threads = set(threading.enumerate())
    server = SimulatorServer(tls=tls)
    server.start()
    server.faults.add(Fault(kind, seconds=60))
    with closing(raw_socket(server, "GET", "/alerts")):
        assert eventually(lambda: len(server.log) == 1 and server.log[0].fault == kind)
        started = time.monotonic()
        server.stop()
        assert time.monotonic() - started < 20
    for thread in set(threading.enumerate()) - threads:
        thread.join(20)
        assert not thread.is_alive()


def test_work_can_be_chosen(server: SimulatorServer, client: Client, connection: str) -> None:
    server.faults.add(Fault("json", value="done", work=False))
    server.faults.add(Fault("status", status=502, work=True))
    assert client("DELETE", f"/conns/delete/{connection}").json() == "done"
    assert connection in server.state.connections.all
    assert client("DELETE", f"/conns/delete/{connection}").status_code == 502
    assert connection not in server.state.connections.all


def test_kind_that_does_not_exist() -> None:
    with pytest.raises(ValueError, match="no such fault: quake; there are status, "):
        Fault("quake")
    assert len(KINDS) == 22
