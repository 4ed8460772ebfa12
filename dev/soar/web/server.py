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
"""The local SOAR as a server: `with SoarServer(soar) as server: requests.post(server.url +
"/rest/container", ...)`.
"""

from __future__ import annotations

import socket
import ssl
import sys
import tempfile
import threading
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Callable

from django.core.handlers.wsgi import WSGIHandler
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from dev.simulator.certificates import server_context
from dev.soar.background import BackgroundRuns
from dev.soar.runtime import LocalSoar
from dev.soar.web.security_faults import EnterpriseSecurity
from dev.soar.web.settings import configure


HOST = "127.0.0.1"
# Where a request finds the SoarServer that took it.
SERVER_KEY = "local_soar.server"


class _Handler(WSGIRequestHandler):
    disable_nagle_algorithm = True

    def log(self, type: str, message: str, *args: Any) -> None:
        """Silent: addresses may hold what nobody else shall read, and SOAR's log is for apps."""


class _WebServer(ThreadedWSGIServer):
    """Werkzeug's server over Django, a thread for each request, and nothing that outlives it."""

    daemon_threads = False  # so that the end waits for them

    def __init__(
        self, port: int, application: Callable[..., Iterable[bytes]], context: ssl.SSLContext | None
    ) -> None:
        # First, because a port that cannot be had closes the server.
        self._open: set[socket.socket] = set()
        super().__init__(HOST, port, application, handler=_Handler)
        if context:
            self.ssl_context = context
            # The handshake waits for the thread of its connection, where a slow one holds up nobody
            # else.
            self.socket = context.wrap_socket(
                self.socket, server_side=True, do_handshake_on_connect=False
            )

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no error of the server's."""
        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError, ssl.SSLError)):
            super().handle_error(request, client_address)

    def log(self, type: str, message: str, *args: Any) -> None:
        """Silent, as the handler is."""

    def server_close(self) -> None:
        for connection in list(self._open):
            try:
                # Past the TLS layer, which must not be taken down under the thread that is using
                # it.
                socket.socket.shutdown(connection, socket.SHUT_RDWR)
            except OSError:
                continue
        super().server_close()


class SoarServer:
    """One local SOAR over HTTP on the loopback interface, in a thread of its own; a free port when
    `port` is 0.

    With `tls` the certificate is signed by an authority made for it, whose file is `ca_file`. Use
    it as a context manager, or call `start` and `close`. Requests that reach the app's code need
    the process's one active SOAR (LocalSoar.active).
    """

    def __init__(self, soar: LocalSoar, *, port: int = 0, tls: bool = False) -> None:
        configure()
        self.soar = soar
        self.runs = BackgroundRuns(soar)
        self.enterprise_security = EnterpriseSecurity()
        self.ca_file: str | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="local-soar-") if tls else None
        self._django = WSGIHandler()
        context = None
        if self._folder:
            context, ca_file = server_context("valid", Path(self._folder.name))
            self.ca_file = str(ca_file)
        self._server = _WebServer(port, self._application, context)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self.port: int = self._server.port
        self.url = f"https://localhost:{self.port}" if tls else f"http://{HOST}:{self.port}"

    def __enter__(self) -> SoarServer:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def start(self) -> None:
        self._thread.start()
        self.soar.installation.web.url = self.url

    def close(self) -> None:
        """End every connection and wait for its thread; the port is free afterwards."""
        self.soar.installation.web.url = ""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()
        self.runs.close()
        if self._folder:
            self._folder.cleanup()

    def rest_handler_url(self) -> str:
        """Where the app's `rest_handler` answers; what follows becomes its path parts."""
        return f"{self.url}/rest/handler/{self.soar.app.directory_name}"

    def webhook_url(self, asset: str) -> str:
        """Where the app's `webhook` answers for an asset given by id or name."""
        return f"{self.url}/webhook/{self.soar.app.directory_name}/{self.soar.asset(asset)['id']}"

    def _application(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        reply: Iterable[bytes] = self._django({**environ, SERVER_KEY: self}, start_response)
        return reply
