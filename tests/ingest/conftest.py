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
"""A server that is Tanium and HTTP-ingest endpoint over TLS, an asset for both, and waits that
nobody waits for.
"""

from __future__ import annotations

import json
import random
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Callable

import pytest
from phantom import vault

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tanium_tr.soar.platform import SoarPlatform
from tests.conftest import ASSET


Configure = Callable[..., None]
IntoVault = Callable[[bytes], str]


@pytest.fixture
def tanium() -> Iterator[SimulatorServer]:
    with SimulatorServer(tls=True, alerts=8) as server:
        yield server


@pytest.fixture
def soar(tmp_path: Path, tanium: SimulatorServer) -> LocalSoar:
    local = LocalSoar(tmp_path / "soar")
    local.create_asset(ASSET, configuration(tanium), trusting(tanium))
    return local


@pytest.fixture
def configure(soar: LocalSoar, tanium: SimulatorServer) -> Configure:
    """`configure(ingest_key=...)` changes settings of the asset; its state stays."""

    def change(**settings: Any) -> None:
        soar.update_asset(ASSET, {**configuration(tanium), **settings}, trusting(tanium))

    return change


@pytest.fixture
def into_vault(soar: LocalSoar) -> IntoVault:
    def add(content: bytes) -> str:
        soar.run("resend undelivered")  # makes the container that the file belongs to
        with soar.active():
            return str(vault.Vault.create_attachment(content, 1, "records")["vault_id"])

    return add


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits of the sender in seconds; none is waited for. Its clock goes on by them alone,
    however long anything takes.
    """
    taken: list[float] = []
    monkeypatch.setattr(SoarPlatform, "now", lambda _self: sum(taken))
    monkeypatch.setattr(
        SoarPlatform, "sleep", lambda _self, seconds, _interrupted, _rows: taken.append(seconds)
    )
    return taken


def configuration(server: SimulatorServer) -> dict[str, Any]:
    url = server.url + seed.INGEST_PATH
    return {
        "base_url": server.url,
        "api_token": seed.TOKEN,
        "ingest_url": url,
        "ingest_key": seed.INGEST_KEY,
    }


def trusting(server: SimulatorServer) -> dict[str, str]:
    return {"REQUESTS_CA_BUNDLE": str(server.ca_file), "no_proxy": "localhost"}


def ingest_fault(kind: str, **options: Any) -> Fault:
    """A fault of the endpoint alone."""
    return Fault(kind, path_contains=seed.INGEST_PATH, **options)


def spool_file(soar: LocalSoar) -> Path:
    return soar.state_file(ASSET).with_name("1_spool.sqlite3")


@contextmanager
def full_disk(limit: int) -> Iterator[None]:
    """No file of this process may become larger."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def objects(count: int, size: int = 0) -> list[str]:
    """JSON objects that hardly shrink where they are large."""
    chance = random.Random(count)
    return [
        json.dumps({"n": number, "x": f"{chance.getrandbits(4 * size):x}" if size else ""})
        for number in range(count)
    ]


def numbers(server: SimulatorServer) -> list[int]:
    """Which of `objects` have arrived, in their order."""
    return [json.loads(record)["n"] for record in server.state.ingest.records]
