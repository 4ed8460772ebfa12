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
"""A server whose endpoints answer at once, and short ways to ask it."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from dev.simulator.state.questions import AskedQuestion
from dev.soar.runtime import LocalSoar
from tests.conftest import ASSET, Run, run_on


PLATFORM = "/api/v2"
NAMES = "Get Computer Name and IP Address from all machines"
Ask = Callable[..., Run]


@pytest.fixture
def at_once(tanium: SimulatorServer) -> SimulatorServer:
    """Every answer is there as soon as a question is asked."""
    tanium.settings.answer_seconds = tanium.settings.estimate_seconds = 0.0
    return tanium


@pytest.fixture
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """The counters are read at short intervals."""
    monkeypatch.setattr("tanium_tr.questions.waiting.FIRST_INTERVAL", 0.05)
    monkeypatch.setattr("tanium_tr.tasks.waiting.LONGEST_INTERVAL", 0.1)


@pytest.fixture
def ask(soar: LocalSoar) -> Ask:
    """`ask("Get ...", group_name="Servers")` runs *run query*."""

    def run_query(text: str, **parameters: Any) -> Run:
        return run_on(soar, "run query", query_text=text, **{"timeout_seconds": 20, **parameters})

    return run_query


def login_as(soar: LocalSoar, tanium: SimulatorServer, token: str, **settings: Any) -> None:
    """The asset has another token from now on."""
    soar.update_asset(ASSET, {"base_url": tanium.url, "api_token": token, **settings})


def only_asked(tanium: SimulatorServer) -> AskedQuestion:
    """The one question that was asked."""
    (asked,) = tanium.state.questions.asked
    return asked


def requests_of(tanium: SimulatorServer) -> list[str]:
    """`VERB path` below the platform's root, undecoded."""
    return [f"{each.method} {each.path.replace(PLATFORM, '')}" for each in tanium.log]


def result_set(run: Run) -> dict[str, Any]:
    (found,) = run.rows[0]["data"]["result_sets"]
    assert isinstance(found, dict)
    return found


def records(run: Run) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = run.rows[0]["records"]
    return found


def names(run: Run) -> set[str]:
    return {record["computer_name"] for record in records(run)}


REGISTERED = {host.hostname for host in seed.HOSTS if host.answers} - {
    seed.KIOSK_OLD.hostname,
    seed.KIOSK_MIDDLE.hostname,
}
