# File: test_server.py
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
"""The server itself: one connection for many requests, TLS and its faults, the log, a clean end,
the program.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from tests.conftest import eventually
from tests.simulator.conftest import THREAT_RESPONSE, Client


ROOT = Path(__file__).resolve().parents[2]


def test_many_requests_share_one_connection(server: SimulatorServer, client: Client) -> None:
    for _ in range(5):
        client.get("/status")
    client("POST", "/conns/connect", json={"target": {}})
    client("DELETE", "/snapshot", json={"ids": ["x"]})
    client("GET", "/conns/unknown/views/file/events")
    assert server.log.connections() == 1
    assert len(server.log) == 8


def test_small_replies_are_not_delayed(client: Client) -> None:
    def quick() -> bool:
        started = time.monotonic()
        client.get("/status")
        return time.monotonic() - started < 0.03

    assert eventually(quick), "every reply waits for a delayed acknowledgement (40 ms)"


def test_chunked_request_body_is_read(server: SimulatorServer, client: Client) -> None:
    reply = client(
        "POST",
        "/api/v2/session/validate",
        data=iter([b'{"session": ', json.dumps(seed.TOKEN).encode(), b"}"]),
    )
    assert reply.status_code == 200
    assert client("GET", "/status").status_code == 200
    assert server.log.connections() == 1


def test_log_keeps_requests_as_sent(server: SimulatorServer, client: Client) -> None:
    client(
        "GET",
        "/api/v2/groups/by-name/Finance%20%2F%20Accounting%20%28100%25%29?a=1&a=%202&b=",
        headers={"X-Trace": "seven"},
    )
    client("POST", "/conns/connect", data=b"x" * 1_000_001)
    first, second = (
        server.log.requests(path_contains="by-name")[0],
        server.log.requests(method="POST")[0],
    )
    assert first.path == "/api/v2/groups/by-name/Finance%20%2F%20Accounting%20%28100%25%29"
    assert first.query == "a=1&a=%202&b="
    assert first.pairs == [("a", "1"), ("a", " 2"), ("b", "")]
    assert first.headers["x-trace"] == "seven"
    assert (first.status, first.body) == (200, b"")
    assert (second.status, second.body, second.body_size) == (400, None, 1_000_001)
    server.log.clear()
    assert len(server.log) == 0


def test_unknown_route_and_method_are_json_errors(client: Client) -> None:
    assert client("GET", "/nowhere").json()["text"].startswith("404 Not Found")
    assert client("POST", "/conns/close/x").json()["text"].startswith("405 Method Not Allowed")


def test_tls_with_its_own_authority() -> None:
    with SimulatorServer(tls=True) as server:
        client = Client(server)
        with client.session:
            assert client.get("/status")["status"] == "ok"
            client.get("/status")
        assert server.url.startswith("https://localhost:")
        assert server.log.connections() == 1


@pytest.mark.parametrize(
    ("certificate", "complaint"),
    [
        ("expired", "expired"),
        ("wrong_host", "mismatch"),
        ("self_signed", "self.signed certificate"),
    ],
)
def test_faulty_certificate_is_refused(certificate: str, complaint: str) -> None:
    with SimulatorServer(tls=True, certificate=certificate) as server:
        client = Client(server)
        with client.session, pytest.raises(requests.exceptions.SSLError, match=complaint):
            client.get("/status")
        assert len(server.log) == 0


def test_stop_ends_connections_that_clients_keep_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dev.loopback.server._STOP_SECONDS", 120.0)
    for tls in (False, True):
        server = SimulatorServer(tls=tls)
        server.start()
        client = Client(server)
        with client.session:
            client.get("/status")
            started = time.monotonic()
            server.stop()
            assert time.monotonic() - started < 60
            with pytest.raises((requests.exceptions.ConnectionError, OSError)):
                client.get("/status")


def test_same_seed_makes_the_same_world(
    server: SimulatorServer, client: Client, clock: object
) -> None:
    with SimulatorServer(clock=clock, seed=server.settings.seed) as other:  # type: ignore[arg-type]
        twin = Client(other)
        with twin.session:
            for path in ("/alerts", "/filedownload", "/snapshot", "/intels"):
                assert twin.get(path) == client.get(path)


def test_program_says_where_it_is_and_stops_with_its_parent() -> None:
    command = [
        sys.executable,
        "-m",
        "dev.simulator",
        "--http",
        "--quick",
        "--verbose",
        "--stop-with-parent",
        "--stop-after",
        "120",
    ]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        bufsize=1,
    ) as process:
        assert process.stdin and process.stdout and process.stderr
        reported = json.loads(process.stdout.readline())
        reply = requests.get(
            reported["url"] + THREAT_RESPONSE + "/status",
            headers={"session": reported["token"]},
            timeout=60,
        )
        assert reply.status_code == 200
        assert {"username", "password", "ca_file"} <= reported.keys()
        assert process.stderr.readline() == f"GET {THREAT_RESPONSE}/status -> 200\n"
        process.stdin.close()
        assert process.wait(timeout=60) == 0


def test_program_speaks_the_other_dialect_and_makes_faults() -> None:
    options = [
        "--http",
        "--dialect",
        "specified",
        "--fault",
        "json:/snapshot",
        "--stop-with-parent",
        "--stop-after",
        "120",
    ]
    with subprocess.Popen(
        [sys.executable, "-m", "dev.simulator", *options],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin and process.stdout
        reported = json.loads(process.stdout.readline())
        bodies = [
            requests.get(
                f"{reported['url']}{THREAT_RESPONSE}{path}",
                headers={"session": reported["token"]},
                timeout=60,
            ).json()
            for path in ("/conns", "/snapshot", "/snapshot")
        ]
        assert bodies[0].keys() == {"data"}
        assert bodies[1:] == [None, None]
        process.stdin.close()
        assert process.wait(timeout=60) == 0


def test_program_stops_on_sigterm() -> None:
    command = [sys.executable, "-m", "dev.simulator", "--stop-after", "120"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        ca_file = Path(json.loads(process.stdout.readline())["ca_file"])
        assert ca_file.exists()
        process.terminate()
        assert process.wait(timeout=60) == 0
        assert not ca_file.exists()
