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
"""A web server on the loopback interface, in a thread of its own, that leaves nothing behind."""

from __future__ import annotations

import itertools
import socket
import ssl
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from dev.loopback.certificates import server_context


HOST = "127.0.0.1"

Own = TypeVar("Own", bound="LoopbackServer")

_STOP_SECONDS = 5.0
_HANDSHAKE_SECONDS = 10.0
_TURN_SECONDS = 0.001


class Handler(WSGIRequestHandler):
    disable_nagle_algorithm = True

    def log(self, type: str, message: str, *args: Any) -> None:
        """Silent, because addresses may hold what nobody else shall read, and clients that go away
        in the middle are part of many tests.
        """


class WebServer(ThreadedWSGIServer):
    """A thread per connection; TLS begins in that thread, so that a slow handshake holds up nobody
    else.
    """

    def __init__(
        self,
        port: int,
        application: Any,
        handler: type[Handler],
        context: ssl.SSLContext | None,
    ) -> None:
        # First, because a port that cannot be had closes the server.
        self._numbers = itertools.count(1)
        self._open: dict[socket.socket, int] = {}
        self._changed = threading.Condition()
        self._stopping = False
        super().__init__(HOST, port, application, handler=handler)
        self.ssl_context = context

    def connection_number(self, connection: socket.socket) -> int:
        return self._open[connection]

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
            if isinstance(connection, ssl.SSLSocket):
                _shake_hands(connection)
            super().finish_request(connection, client_address)
        finally:
            self.end_connection(connection)
            with self._changed:
                del self._open[connection]
                self._changed.notify_all()

    def end_connection(self, connection: socket.socket) -> None:
        self.shutdown_request(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up, or that refuses the certificate, is no error of the server's."""
        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError, ssl.SSLError)):
            super().handle_error(request, client_address)

    def log(self, type: str, message: str, *args: Any) -> None:
        """Silent, as the handler is."""

    def server_close(self) -> None:
        """Ends what is open and waits for its threads, so that nothing outlives the server."""
        with self._changed:
            self._stopping = True
            for connection in self._open:
                # Past the TLS layer, which must not be taken down under the thread that is using
                # it.
                with suppress(OSError):
                    socket.socket.shutdown(connection, socket.SHUT_RDWR)
            self._changed.wait_for(lambda: not self._open, _STOP_SECONDS)
        super().server_close()


def _secured(raw: socket.socket, context: ssl.SSLContext) -> ssl.SSLSocket:
    return context.wrap_socket(raw, server_side=True, do_handshake_on_connect=False)


def _shake_hands(connection: ssl.SSLSocket) -> None:
    connection.settimeout(_HANDSHAKE_SECONDS)
    connection.do_handshake()
    connection.settimeout(None)


class LoopbackServer:
    """One web server, over TLS with a `certificate` of `certificates.KINDS`, in a thread of its
    own. What inherits from this makes the `WebServer` with the `context` and has it `listen`.

    `ca_file` is the authority to trust. Use it as a context manager, or call `start` and `stop`.
    """

    port: int
    url: str

    def __init__(self, certificate: str | None) -> None:
        self.ca_file: str | None = None
        self.context: ssl.SSLContext | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="loopback-") if certificate else None
        if self._folder and certificate:
            self.context, ca_file = server_context(certificate, Path(self._folder.name))
            self.ca_file = str(ca_file)

    def listen(self, server: WebServer) -> None:
        """Serve by this from `start` on."""
        self._web = server
        self._thread = threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self.port = server.port
        self.url = (
            f"https://localhost:{self.port}" if self.context else f"http://{HOST}:{self.port}"
        )

    def __enter__(self: Own) -> Own:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End every connection and thread; the port is free and the certificates are gone
        afterwards.
        """
        if self._thread.is_alive():
            # The thread waits for connections and would look for the end only now and then.
            with suppress(OSError):
                self._web.socket.shutdown(socket.SHUT_RDWR)
            self._web.shutdown()
            self._thread.join()
        self._web.server_close()
        if self._folder:
            self._folder.cleanup()
