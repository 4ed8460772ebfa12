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

import contextlib
import io
import itertools
import selectors
import socket
import ssl
import struct
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from werkzeug.datastructures import Headers
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from dev.simulator.application import application
from dev.simulator.certificates import server_context
from dev.simulator.faults import Fault, Faults, Reply
from dev.simulator.log import BODY_KEPT, LOG_ENTRY, Request, RequestLog
from dev.simulator.routes.request import STATE_KEY
from dev.simulator.settings import Settings
from dev.simulator.state.simulator import SimulatorState


HOST = "127.0.0.1"

_STOP_SECONDS = 5.0
_HANDSHAKE_SECONDS = 10.0
_SCHEDULE_SECONDS = 1.0
_TURN_SECONDS = 0.001
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class _Handler(WSGIRequestHandler):
    """One client's connection. Werkzeug closes it after every reply; this keeps it open, as
    Tanium's servers do.
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
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

    def log(self, type: str, message: str, *args: Any) -> None:
        """Silent: the request log has it all, and a client that goes away in the middle is part of
        many tests.
        """

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
            body=body if len(body) <= BODY_KEPT else None,
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


class _WebServer(ThreadedWSGIServer):
    """A thread per connection; TLS begins in that thread, so that a slow handshake holds up nobody
    else.
    """

    def __init__(
        self,
        port: int,
        state: SimulatorState,
        request_log: RequestLog,
        faults: Faults,
        context: ssl.SSLContext | None,
    ) -> None:
        super().__init__(HOST, port, application(), handler=_Handler)
        self.ssl_context = context
        self.clock = state.clock
        self.request_log = request_log
        self.faults = faults
        self.state = state
        self._to_reset: set[socket.socket] = set()
        self._numbers = itertools.count(1)
        self._open: dict[socket.socket, int] = {}
        self._changed = threading.Condition()
        self._stopping = False

    def connection_number(self, connection: socket.socket) -> int:
        return self._open[connection]

    def expire_sessions(self) -> None:
        with self.state.lock:
            self.state.accounts.expire_sessions()

    def reset_when_done(self, connection: socket.socket) -> None:
        """Lets a connection end with RST instead of FIN."""
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self._to_reset.add(connection)

    def get_request(self) -> tuple[socket.socket, Any]:
        try:
            return super().get_request()
        except OSError:
            # The socket is shut down and always ready; whoever did that gets a turn to go on.
            time.sleep(_TURN_SECONDS)
            raise

    def finish_request(self, request: Any, client_address: Any) -> None:
        connection = _secured(request, self.ssl_context) if self.ssl_context else request
        with self._changed:
            if self._stopping:
                connection.close()
                return
            self._open[connection] = next(self._numbers)
        try:
            super().finish_request(connection, client_address)
        finally:
            if connection in self._to_reset:
                self._to_reset.remove(connection)
                connection.close()
            else:
                self.shutdown_request(connection)
            with self._changed:
                del self._open[connection]
                self._changed.notify_all()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up, or that refuses the certificate, is no error of the server's."""
        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError, ssl.SSLError)):
            super().handle_error(request, client_address)

    def close_connections(self) -> None:
        """Ends what is open and waits for its threads, so that nothing outlives the server."""
        with self._changed:
            self._stopping = True
            for connection in self._open:
                try:
                    # Past the TLS layer, which must not be taken down under the thread that is
                    # using it.
                    socket.socket.shutdown(connection, socket.SHUT_RDWR)
                except OSError:
                    continue
            self._changed.wait_for(lambda: not self._open, _STOP_SECONDS)


def _secured(raw: socket.socket, context: ssl.SSLContext) -> ssl.SSLSocket:
    raw.settimeout(_HANDSHAKE_SECONDS)
    secured = context.wrap_socket(raw, server_side=True)
    secured.settimeout(None)
    return secured


class SimulatorServer:
    """A simulated Tanium server on a free port of the loopback interface, in a thread of its own.

    `certificate` is valid, expired, wrong_host or self_signed; `clock` gives seconds since 1970 and
    rules every delay and expiry; `settings` are the fields of `Settings`, `faults` what shall go
    wrong. Use it as a context manager, or call `start` and `stop`.
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
        self._clock, self._settings = clock, settings
        self.settings = Settings(**settings)
        self.state = SimulatorState(self.settings, clock)
        self.log = RequestLog()
        self.faults = Faults()
        self.ca_file: str | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="tanium-simulator-") if tls else None
        context = None
        if self._folder:
            context, ca_file = server_context(certificate, Path(self._folder.name))
            self.ca_file = str(ca_file)
        self._server = _WebServer(port, self.state, self.log, self.faults, context)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._stopping = threading.Event()
        self.port: int = self._server.port
        self.url = f"https://localhost:{self.port}" if tls else f"http://{HOST}:{self.port}"

    def __enter__(self) -> SimulatorServer:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        self._thread.start()

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
        """Ends every connection and thread; the port is free and the certificates are gone
        afterwards.
        """
        self._stopping.set()
        if self._thread.is_alive():
            # The thread waits for connections and would look for the end only now and then.
            with contextlib.suppress(OSError):
                self._server.socket.shutdown(socket.SHUT_RDWR)
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()
        self._server.close_connections()
        self.state.connect.close()
        if self._folder:
            self._folder.cleanup()
