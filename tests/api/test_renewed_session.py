# File: test_renewed_session.py
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
"""A session that expires in the middle of a poll is renewed, whatever else the server has trouble
with at that moment, and the poll goes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tanium_tr.tanium.alerts import Alerts
from tests.api.conftest import CURRENT, LOGIN, VALIDATE, logins
from tests.conftest import ASSET, Run, run_on


PAGE = 40
ALERTS = 60  # more than a page


@pytest.fixture
def tanium() -> Iterator[SimulatorServer]:
    with SimulatorServer(alerts=ALERTS) as server:
        yield server


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than a page of 500 alerts takes a second to ingest."""
    defaults = Alerts.alerts_page.__kwdefaults__
    assert defaults
    monkeypatch.setitem(defaults, "limit", PAGE)


@pytest.fixture
def soar(tmp_path: Path, tanium: SimulatorServer) -> LocalSoar:
    local = LocalSoar(tmp_path / "soar")
    account = {"username": seed.ANALYST.name, "password": seed.ANALYST.password}
    local.create_asset(ASSET, {"base_url": tanium.url, **account, "poll_lookback_days": 3650})
    return local


def polled(soar: LocalSoar, tanium: SimulatorServer) -> Run:
    """A poll whose session expires before each page but the first."""
    for after in (2, 4):
        tanium.faults.add(Fault("expire_sessions", path_contains="/alerts", after=after))
    result = run_on(soar, "on poll")
    assert len(tanium.log.requests(path_contains="/alerts")) >= 4
    return result


def everything(message: str) -> bool:
    counts = [int(part.rsplit(": ", 1)[1]) for part in message.split(", ")]
    return sum(counts) == ALERTS


@pytest.mark.usefixtures("waits")
@pytest.mark.parametrize("refused", [401, 403])
@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("", {}),
        (CURRENT, {"kind": "status", "status": 404, "times": None}),
        (CURRENT, {"kind": "status", "status": 500, "times": None}),
        (CURRENT, {"kind": "status", "status": 503, "times": None}),
        (CURRENT, {"kind": "reset_after"}),
        (LOGIN, {"kind": "status", "status": 429, "after": 1}),
        (LOGIN, {"kind": "status", "status": 404, "times": None}),
    ],
)
def test_poll_goes_on_with_a_new_session(
    soar: LocalSoar, tanium: SimulatorServer, path: str, fault: dict[str, Any], refused: int
) -> None:
    tanium.settings.unauthenticated_status = refused
    if path:
        tanium.faults.add(Fault(path_contains=path, **fault))

    result = polled(soar, tanium)

    assert result.ok, result.message
    assert everything(result.message), result.message
    assert logins(tanium) >= 2


@pytest.mark.usefixtures("waits")
def test_server_that_can_tell_only_by_a_read_sent_as_a_post(
    soar: LocalSoar, tanium: SimulatorServer
) -> None:
    tanium.faults.add(Fault("status", path_contains=CURRENT, status=404, times=None))
    tanium.faults.add(Fault("status", path_contains=VALIDATE, status=503))

    result = polled(soar, tanium)

    assert result.ok, result.message
    assert everything(result.message), result.message
