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
"""Short ways to see what the gateway was asked, and waits that take no time."""

from __future__ import annotations

import pytest

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer


PATH = "/plugin/products/gateway/graphql"
FINANCE = {"destination": seed.FINANCE.hostname}


def operations(tanium: SimulatorServer) -> list[str]:
    """The names of the documents, in the order of arrival."""
    return [each.name for each in tanium.log.operations()]


def spoil(tanium: SimulatorServer, kind: str, operation: str, **fault: object) -> None:
    """Let a fault befall the documents of this name."""
    tanium.faults.add(
        Fault(kind, path_contains=PATH, body_contains=f" {operation}".encode(), **fault)  # type: ignore[arg-type]
    )


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tanium_tr.tasks.waiting.FIRST_INTERVAL", 0.02)
    monkeypatch.setattr("tanium_tr.endpoints.details.ASK_INTERVAL", 0.05)
    monkeypatch.setattr("tanium_tr.questions.waiting.FIRST_INTERVAL", 0.05)


@pytest.fixture
def at_once(tanium: SimulatorServer) -> SimulatorServer:
    """Live questions are answered as soon as they are asked, and connections ready when opened."""
    tanium.settings.answer_seconds = tanium.settings.estimate_seconds = 0.0
    tanium.settings.connect_seconds = 0.0
    return tanium
