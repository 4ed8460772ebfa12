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

from collections.abc import Iterable
from typing import Any

from django.core.handlers.wsgi import WSGIHandler

from dev.loopback.server import Handler, LoopbackServer, WebServer
from dev.soar.background import BackgroundRuns
from dev.soar.runtime import LocalSoar
from dev.soar.web.security_faults import EnterpriseSecurity
from dev.soar.web.settings import configure


# Where a request finds the SoarServer that took it.
SERVER_KEY = "local_soar.server"


class _WebServer(WebServer):
    daemon_threads = False  # so that the end waits for them


class SoarServer(LoopbackServer):
    """One local SOAR over HTTP on the loopback interface, in a thread of its own; a free port when
    `port` is 0.

    With `tls` the certificate is signed by an authority made for it, whose file is `ca_file`.
    Requests that reach the app's code need the process's one active SOAR (LocalSoar.active).
    """

    def __init__(self, soar: LocalSoar, *, port: int = 0, tls: bool = False) -> None:
        configure()
        super().__init__("valid" if tls else None)
        self.soar = soar
        self.runs = BackgroundRuns(soar)
        self.enterprise_security = EnterpriseSecurity()
        self._django = WSGIHandler()
        self.listen(_WebServer(port, self._application, Handler, self.context))

    def start(self) -> None:
        super().start()
        self.soar.installation.web.url = self.url

    def stop(self) -> None:
        self.soar.installation.web.url = ""
        super().stop()
        self.runs.close()

    def rest_handler_url(self) -> str:
        """Where the app's `rest_handler` answers; what follows becomes its path parts."""
        return f"{self.url}/rest/handler/{self.soar.app.directory_name}"

    def webhook_url(self, asset: str) -> str:
        """Where the app's `webhook` answers for an asset given by id or name."""
        return f"{self.url}/webhook/{self.soar.app.directory_name}/{self.soar.asset(asset)['id']}"

    def _application(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        reply: Iterable[bytes] = self._django({**environ, SERVER_KEY: self}, start_response)
        return reply
