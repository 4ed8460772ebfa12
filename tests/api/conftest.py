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
"""A server whose answers a test scripts, and assets of any configuration."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable

import pytest

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tests.conftest import ASSET
from tests.http_server import ScriptedServer


THREAT_RESPONSE = "/plugin/products/threat-response/api/v1"
STATUS, CONNECTIONS = f"{THREAT_RESPONSE}/status", f"{THREAT_RESPONSE}/conns"
LOGIN, AUTH = "/api/v2/session/login", "/auth"
CURRENT, VALIDATE = "/api/v2/session/current", "/api/v2/session/validate"

ANALYST = {"username": seed.ANALYST.name, "password": seed.ANALYST.password}


@pytest.fixture
def scripted() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


@pytest.fixture
def soar(tmp_path: Path, request: pytest.FixtureRequest) -> LocalSoar:
    """One asset with the good token; the simulator is started only for tests that ask for it."""
    local = LocalSoar(tmp_path / "soar")
    url = (
        request.getfixturevalue("tanium").url
        if "tanium" in request.fixturenames
        else "http://127.0.0.1:9"
    )
    local.create_asset(ASSET, {"base_url": url, "api_token": seed.TOKEN})
    return local


Configure = Callable[..., None]


@pytest.fixture
def configure(soar: LocalSoar, request: pytest.FixtureRequest) -> Configure:
    """`configure(api_token=..., environment={...})` replaces the asset's settings; base_url is the
    simulator's unless it is given.
    """

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
    monkeypatch.setattr(
        urllib3.util.retry, "time", types.SimpleNamespace(sleep=taken.append, time=time)
    )
    return taken


def calls(server: SimulatorServer) -> list[str]:
    """What the simulator saw, as `GET /conns 200`; Threat Response's root is left out."""
    return [
        f"{request.method} {request.path.replace(THREAT_RESPONSE, '')} {request.status}"
        for request in server.log
    ]


def logins(server: SimulatorServer) -> int:
    return len(server.log.requests(path_contains=LOGIN)) + len(
        server.log.requests(path_contains=AUTH)
    )
