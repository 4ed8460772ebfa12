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
"""A simulator whose time the test moves, and a client of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from dev.simulator import seed
from dev.simulator.process import SimulatorProcess
from dev.simulator.server import SimulatorServer


THREAT_RESPONSE = "/plugin/products/threat-response/api/v1"


class Clock:
    """Seconds since 1970 that pass only when a test says so."""

    def __init__(self) -> None:
        self.now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now

    def pass_seconds(self, seconds: float) -> None:
        self.now += seconds


class Client:
    """Requests with the good token, over one connection; paths are relative to the Threat Response
    API unless they are the platform's.
    """

    def __init__(self, server: SimulatorServer | SimulatorProcess) -> None:
        self._server = server
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["session"] = seed.TOKEN

    def __call__(self, method: str, path: str, **options: Any) -> requests.Response:
        prefix = "" if path.startswith(("/api/", "/auth", "/plugin/")) else THREAT_RESPONSE
        return self.session.request(
            method,
            self._server.url + prefix + path,
            timeout=60,
            verify=self._server.ca_file or True,
            **options,
        )

    def get(self, path: str, **params: Any) -> Any:
        """The decoded body of a GET that succeeds."""
        reply = self("GET", path, params=params)
        assert reply.status_code == 200, reply.text
        return reply.json()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(clock: Clock) -> Iterator[SimulatorServer]:
    with SimulatorServer(clock=clock) as running:
        yield running


@pytest.fixture
def client(server: SimulatorServer) -> Iterator[Client]:
    made = Client(server)
    with made.session:
        yield made


@pytest.fixture
def at_once(server: SimulatorServer) -> SimulatorServer:
    """The server, whose endpoints answer questions at once."""
    server.settings.answer_seconds = server.settings.estimate_seconds = 0.0
    return server


@pytest.fixture
def connection(server: SimulatorServer) -> str:
    """The id of a live connection to the finance workstation."""
    return server.state.connections.open(seed.FINANCE.hostname)
