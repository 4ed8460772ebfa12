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
import socket
import ssl
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Any

from werkzeug.datastructures import Headers
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from dev.simulator.application import create_application
from dev.simulator.certificates import server_context
from dev.simulator.log import BODY_KEPT, Request, RequestLog
from dev.simulator.settings import Settings
from dev.simulator.state.simulator import SimulatorState


HOST = "127.0.0.1"

_STOP_SECONDS = 5.0
_HANDSHAKE_SECONDS = 10.0


class _Handler(WSGIRequestHandler):
    """One client's connection. Werkzeug closes it after every reply; this keeps it open, as Tanium's servers do."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _WebServer

    def run_wsgi(self) -> None:
        # The whole body is read first, so that the next request begins where the client means it to.
        environ = self.environ = self.make_environ()
        body = self._body(environ)
        environ.update({"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))})
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        request = self._logged(body)
        heads: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], _exc_info: object = None) -> Callable[[bytes], object]:
            heads.append((status, headers))
            return self.wfile.write

        chunks = self.server.app(environ, start_response)
        try:
            status, headers = heads[-1]
            self.server.request_log.answered(request, int(status.split()[0]))
            self._send(status, headers, chunks)
        finally:
            if hasattr(chunks, "close"):
                chunks.close()

    def log(self, type: str, message: str, *args: Any) -> None:
        """Silent: the request log has it all, and a client that goes away in the middle is part of many tests."""

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
        """Head and first piece leave in one write; a reply of unknown length ends with the connection."""
        without_body = self.command == "HEAD" or status[:3] in {"204", "304"}
        if not without_body and not any(name.lower() == "content-length" for name, _ in headers):
            self.close_connection = True
        closing = [("Connection", "close")] if self.close_connection else []
        lines = [f"HTTP/1.1 {status}", f"Date: {self.date_time_string()}", *(f"{name}: {value}" for name, value in [*headers, *closing])]
        pending = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
        for chunk in () if without_body else chunks:
            self.wfile.write(pending + chunk if pending else chunk)
            pending = b""
        if pending:
            self.wfile.write(pending)


class _WebServer(ThreadedWSGIServer):
    """A thread per connection; TLS begins in that thread, so that a slow handshake holds up nobody else."""

    def __init__(self, port: int, state: SimulatorState, request_log: RequestLog, context: ssl.SSLContext | None) -> None:
        super().__init__(HOST, port, create_application(state), handler=_Handler)
        self.ssl_context = context
        self.clock = state.clock
        self.request_log = request_log
        self._numbers = itertools.count(1)
        self._open: dict[socket.socket, int] = {}
        self._changed = threading.Condition()
        self._stopping = False

    def connection_number(self, connection: socket.socket) -> int:
        return self._open[connection]

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
                    # Past the TLS layer, which must not be taken down under the thread that is using it.
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

    `certificate` is valid, expired, wrong_host or self_signed; `clock` gives seconds since 1970 and rules every delay and expiry;
    `settings` are the fields of `Settings`. Use it as a context manager, or call `start` and `stop`.
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
        self.settings = Settings(**settings)
        self.state = SimulatorState(self.settings, clock)
        self.log = RequestLog()
        self.ca_file: str | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="tanium-simulator-") if tls else None
        context = None
        if self._folder:
            context, ca_file = server_context(certificate, Path(self._folder.name))
            self.ca_file = str(ca_file)
        self._server = _WebServer(port, self.state, self.log, context)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.port: int = self._server.port
        self.url = f"https://localhost:{self.port}" if tls else f"http://{HOST}:{self.port}"

    def __enter__(self) -> SimulatorServer:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.stop()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ends every connection and thread; the port is free and the certificates are gone afterwards."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()
        self._server.close_connections()
        if self._folder:
            self._folder.cleanup()
