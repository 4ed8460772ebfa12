# File: server.py
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
"""The simulator as a server: `with SimulatorServer() as server: requests.get(server.url + ...)`."""

from __future__ import annotations

import io
import itertools
import selectors
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from werkzeug.datastructures import Headers

from dev.loopback.server import Handler, LoopbackServer, WebServer
from dev.simulator.application import application
from dev.simulator.faults import Fault, Faults, Reply
from dev.simulator.log import LOG_ENTRY, LONGEST_BODY, Request, RequestLog
from dev.simulator.routes.request import STATE_KEY
from dev.simulator.settings import Settings
from dev.simulator.state.simulator import SimulatorState


_SCHEDULE_SECONDS = 1.0
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class _Handler(Handler):
    """One client's connection. Werkzeug closes it after every reply; this keeps it open, as
    Tanium's servers do.
    """

    protocol_version = "HTTP/1.1"
    server: _WebServer

    def run_wsgi(self) -> None:
        # The whole body is read first, so that the next request begins where the client means it
        # to.
        environ = self.environ = self.make_environ()
        body = self._body(environ)
        environ.update(
            {
                "wsgi.input": io.BytesIO(body),
                "CONTENT_LENGTH": str(len(body)),
                STATE_KEY: self.server.state,
            }
        )
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        request = environ[LOG_ENTRY] = self._logged(body)
        fault = self.server.faults.met(request)
        if fault is None:
            self._answer(request, self._reply())
        else:
            self._misbehave(fault, request)

    def _reply(self) -> Reply:
        """What the application answers, having done the work."""
        heads: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(
            status: str, headers: list[tuple[str, str]], _exc_info: object = None
        ) -> Callable[[bytes], object]:
            heads.append((status, headers))
            return self.wfile.write

        chunks = self.server.app(self.environ, start_response)
        reply = Reply(*heads[-1], chunks)
        self.environ[LOG_ENTRY].carried_out = int(reply.status.split()[0]) < 400
        return reply

    def _answer(self, request: Request, reply: Reply) -> None:
        try:
            self.server.request_log.answered(request, int(reply.status.split()[0]))
            self._send(reply.status, reply.headers, reply.chunks)
        finally:
            reply.close()

    def _misbehave(self, fault: Fault, request: Request) -> None:
        if fault.kind == "expire_sessions":
            self.server.expire_sessions()
        reply = self._reply() if fault.works else None
        try:
            if fault.kind in {"reset_before", "reset_after"}:
                self.server.reset_when_done(self.connection)
                self.close_connection = True
            elif fault.kind in {"silent", "slow"} and self._client_leaves(
                None if fault.kind == "silent" else fault.seconds
            ):
                self.close_connection = True
            else:
                self._answer_spoiled(fault, request, fault.spoil(request, reply))
        finally:
            if reply:
                reply.close()

    def _answer_spoiled(self, fault: Fault, request: Request, reply: Reply) -> None:
        self.close_connection |= fault.kind == "edit"
        if fault.kind == "drip":
            # The head at once.
            dripping = self._dripping(reply.body(), fault.seconds)
            reply = reply._replace(chunks=itertools.chain([b""], dripping))
        if fault.kind == "drip_head":
            self.server.request_log.answered(request, int(reply.status.split()[0]))
            whole = self._head(reply.status, reply.headers) + reply.body()
            for piece in self._dripping(whole, fault.seconds):
                self.wfile.write(piece)
        else:
            self._answer(request, reply)
        if fault.kind == "cut_off":
            self.close_connection = True

    def _client_leaves(self, seconds: float | None) -> bool:
        """Waits until the time is over (False), or until the client hangs up, or the server stops
        (True).
        """
        with selectors.DefaultSelector() as selector:
            # A client that waits for its answer sends nothing, so anything to read is its end.
            selector.register(self.connection, selectors.EVENT_READ)
            return bool(selector.select(seconds))

    def _dripping(self, body: bytes, seconds: float) -> Iterator[bytes]:
        for position in range(len(body)):
            if self._client_leaves(seconds):
                self.close_connection = True
                return
            yield body[position : position + 1]

    def _body(self, environ: dict[str, Any]) -> bytes:
        if environ.get("wsgi.input_terminated"):
            return environ["wsgi.input"].read()
        return self.rfile.read(int(environ.get("CONTENT_LENGTH") or 0))

    def _logged(self, body: bytes) -> Request:
        path, _, query = self.path.partition("?")
        request = Request(
            method=self.command,
            path=path,
            query=query,
            headers=Headers(list(self.headers.items())),
            body=body if len(body) <= LONGEST_BODY else None,
            body_size=len(body),
            remote_port=self.client_address[1],
            connection=self.server.connection_number(self.connection),
            at=self.server.clock(),
        )
        self.server.request_log.arrived(request)
        return request

    def _send(self, status: str, headers: list[tuple[str, str]], chunks: Iterable[bytes]) -> None:
        """Head and first piece leave in one write; a reply of unknown length ends with the
        connection.
        """
        without_body = self.command == "HEAD" or status[:3] in {"204", "304"}
        if not without_body and not any(name.lower() == "content-length" for name, _ in headers):
            self.close_connection = True
        pending = self._head(status, headers)
        for chunk in () if without_body else chunks:
            self.wfile.write(pending + chunk if pending else chunk)
            pending = b""
        if pending:
            self.wfile.write(pending)

    def _head(self, status: str, headers: list[tuple[str, str]]) -> bytes:
        closing = [("Connection", "close")] if self.close_connection else []
        lines = [
            f"HTTP/1.1 {status}",
            f"Date: {self.date_time_string()}",
            *(f"{name}: {value}" for name, value in [*headers, *closing]),
        ]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


class _WebServer(WebServer):
    def __init__(
        self,
        port: int,
        state: SimulatorState,
        request_log: RequestLog,
        faults: Faults,
        context: ssl.SSLContext | None,
    ) -> None:
        super().__init__(port, application(), _Handler, context)
        self.clock = state.clock
        self.request_log = request_log
        self.faults = faults
        self.state = state
        self._to_reset: set[socket.socket] = set()

    def expire_sessions(self) -> None:
        with self.state.lock:
            self.state.accounts.expire_sessions()

    def reset_when_done(self, connection: socket.socket) -> None:
        """Lets a connection end with RST instead of FIN."""
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self._to_reset.add(connection)

    def end_connection(self, connection: socket.socket) -> None:
        if connection in self._to_reset:
            self._to_reset.remove(connection)
            connection.close()
        else:
            super().end_connection(connection)


class SimulatorServer(LoopbackServer):
    """A simulated Tanium server on a free port of the loopback interface, in a thread of its own.

    `certificate` is valid, expired, wrong_host or self_signed; `clock` gives seconds since 1970 and
    rules every delay and expiry; `settings` are the fields of `Settings`, `faults` what shall go
    wrong.
    """

    def __init__(
        self,
        *,
        tls: bool = False,
        certificate: str = "valid",
        clock: Callable[[], float] = time.time,
        port: int = 0,
        **settings: Any,
    ) -> None:
        super().__init__(certificate if tls else None)
        self._clock, self._settings = clock, settings
        self.settings = Settings(**settings)
        self.state = SimulatorState(self.settings, clock)
        self.log = RequestLog()
        self.faults = Faults()
        self._server = _WebServer(port, self.state, self.log, self.faults, self.context)
        self.listen(self._server)
        self._stopping = threading.Event()

    def reset(self, **settings: Any) -> None:
        """Settings, data, sessions, faults and log as at the start, or as a server with other
        settings begins; the address stays.
        """
        self._settings = settings or self._settings
        self.state.connect.close()
        self.settings = Settings(**self._settings)
        self.state = self._server.state = SimulatorState(self.settings, self._clock)
        self.faults.clear()
        self.log.clear()

    def keep_schedules(self) -> None:
        """From now on Connect's schedules start what is due; without this, only a test's `tick`
        does, when the test is ready for it.
        """
        threading.Thread(target=self._tick, daemon=True).start()

    def _tick(self) -> None:
        while not self._stopping.wait(_SCHEDULE_SECONDS):
            self.state.connect.tick()

    def stop(self) -> None:
        self._stopping.set()
        super().stop()
        self.state.connect.close()
