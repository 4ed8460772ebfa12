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
"""A live connection, the requests of Threat Response in short, and a vault that must stay empty."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any, Callable

import pytest

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar


THREAT_RESPONSE = "/plugin/products/threat-response/api/v1"
CONNECT = "/plugin/products/connect/v1"

# Before any test could have imported fast_zip_decryption, which patches both.
_STANDARD_ZIP: tuple[Any, Any] = (zipfile.ZipExtFile, zipfile._ZipDecrypter)  # type: ignore[attr-defined]

Untouched = Callable[[], bool]


@pytest.fixture
def connection(tanium: SimulatorServer) -> str:
    """The id of a live connection to the finance workstation."""
    return tanium.state.connections.open(seed.FINANCE.hostname)


@pytest.fixture
def untouched(soar: LocalSoar) -> Untouched:
    """Whether the vault holds nothing, and its temporary directory neither."""

    def nothing_left() -> bool:
        folder = soar.installation.folder("vault", "tmp")
        return not soar.vault_items() and not list(Path(folder).iterdir())

    return nothing_left


@pytest.fixture
def standard_zip(monkeypatch: pytest.MonkeyPatch) -> None:
    """zipfile as Python brings it, whatever other tests have imported."""
    monkeypatch.setattr(zipfile, "ZipExtFile", _STANDARD_ZIP[0])
    monkeypatch.setattr(zipfile, "_ZipDecrypter", _STANDARD_ZIP[1])


def asked(tanium: SimulatorServer) -> list[str]:
    """The requests that came, as `VERB path?query` below Threat Response's root, undecoded."""
    return [
        f"{request.method} {request.path.replace(THREAT_RESPONSE, '')}"
        + (f"?{request.query}" if request.query else "")
        for request in tanium.log
    ]


def connect_asked(tanium: SimulatorServer) -> list[str]:
    """The requests that came, as `VERB path` below Connect's root."""
    return [f"{request.method} {request.path.replace(CONNECT, '')}" for request in tanium.log]


def sent(tanium: SimulatorServer) -> list[Any]:
    """What Connect was sent to create or to change."""
    return [
        json.loads(request.body)
        for request in tanium.log
        if CONNECT in request.path and request.method in ("POST", "PUT") and request.body
    ]


def numbers_as_text(value: Any) -> Any:
    """The same reply with every number in it as a string of digits."""
    if isinstance(value, dict):
        return {name: numbers_as_text(member) for name, member in value.items()}
    if isinstance(value, list):
        return [numbers_as_text(member) for member in value]
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value
