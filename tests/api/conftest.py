# File: conftest.py
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
"""A server that answers as a test says, and assets of any configuration."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Callable, NamedTuple, Union

import pytest

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tests.conftest import ASSET


THREAT_RESPONSE = "/plugin/products/threat-response/api/v1"
STATUS, CONNECTIONS = f"{THREAT_RESPONSE}/status", f"{THREAT_RESPONSE}/conns"
LOGIN, AUTH = "/api/v2/session/login", "/auth"
CURRENT, VALIDATE = "/api/v2/session/current", "/api/v2/session/validate"

ANALYST = {"username": seed.ANALYST.name, "password": seed.ANALYST.password}


class Seen(NamedTuple):
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Answer(NamedTuple):
    status: int = 200
    body: Any = b""
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()

    def encoded(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return self.body.encode() if isinstance(self.body, str) else json.dumps(self.body).encode()


Script = Union[Answer, Callable[[Seen], Answer]]


class ScriptedServer:
    """`server.on("GET", "/path", Answer(...), ...)`: one answer after the other, the last one from then on; 404 for other paths."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self._open: list[socket.socket] = []
        self._scripts: dict[tuple[str, str], list[Script]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = False  # so that server_close() waits for them
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self.host = f"127.0.0.1:{self._server.server_port}"
        self.url = f"http://{self.host}"

    def on(self, method: str, path: str, *script: Script) -> None:
        self._scripts[method, path] = list(script)

    def paths(self) -> list[str]:
        return [f"{seen.method} {seen.path}" for seen in self.seen]

    def answer(self, seen: Seen) -> Answer:
        self.seen.append(seen)
        script = self._scripts.get((seen.method, seen.path), [Answer(404, {"text": "404 Not Found: no such route"})])
        step = script.pop(0) if len(script) > 1 else script[0]
        return step(seen) if callable(step) else step

    def __enter__(self) -> ScriptedServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        for connection in self._open:
            with suppress(OSError):  # most are closed already
                connection.shutdown(socket.SHUT_RDWR)
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 60
            disable_nagle_algorithm = True  # head and body are two writes

            def setup(self) -> None:
                super().setup()
                outer._open.append(self.connection)

            def _respond(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                try:
                    answer = outer.answer(Seen(self.command, self.path, {name.lower(): value for name, value in self.headers.items()}, body))
                except ConnectionAbortedError:  # the script hangs up
                    self.close_connection = True
                    return
                content = answer.encoded()
                self.send_response(answer.status)
                for name, value in (("Content-Type", answer.content_type), *answer.headers):
                    self.send_header(name, value)
                if "Content-Length" not in dict(answer.headers):
                    self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                try:
                    self.wfile.write(content)
                except ConnectionError:  # a client need not read a long answer to its end
                    self.close_connection = True

            do_GET = do_POST = do_DELETE = do_CONNECT = _respond

            def log_message(self, format: str, *args: Any) -> None:
                pass

        return Handler


@pytest.fixture
def scripted() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


@pytest.fixture
def soar(tmp_path: Path, request: pytest.FixtureRequest) -> LocalSoar:
    """One asset with the good token; the simulator is started only for tests that ask for it."""
    local = LocalSoar(tmp_path / "soar")
    url = request.getfixturevalue("tanium").url if "tanium" in request.fixturenames else "http://127.0.0.1:9"
    local.create_asset(ASSET, {"base_url": url, "api_token": seed.TOKEN})
    return local


Configure = Callable[..., None]


@pytest.fixture
def configure(soar: LocalSoar, request: pytest.FixtureRequest) -> Configure:
    """`configure(api_token=..., environment={...})` replaces the asset's settings; base_url is the simulator's unless it is given."""

    def replace(environment: dict[str, str] | None = None, **config: Any) -> None:
        if "base_url" not in config:
            config["base_url"] = request.getfixturevalue("tanium").url
        soar.update_asset(ASSET, config, environment)

    return replace


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits between retries, in seconds; none is waited for."""
    import types
    from time import time

    import urllib3.util.retry

    taken: list[float] = []
    monkeypatch.setattr(urllib3.util.retry, "time", types.SimpleNamespace(sleep=taken.append, time=time))
    return taken


def calls(server: SimulatorServer) -> list[str]:
    """What the simulator saw, as `GET /conns 200`; Threat Response's root is left out."""
    return [f"{request.method} {request.path.replace(THREAT_RESPONSE, '')} {request.status}" for request in server.log]


def logins(server: SimulatorServer) -> int:
    return len(server.log.requests(path_contains=LOGIN)) + len(server.log.requests(path_contains=AUTH))
