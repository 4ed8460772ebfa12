# File: test_endless_polls.py
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
"""Polls of servers whose list of alerts or of intel documents does not end."""

from __future__ import annotations

import time
from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from dev.simulator.times import iso
from dev.soar.runtime import LocalSoar
from tanium_tr.soar.platform import SoarPlatform
from tests.conftest import ASSET, RunAction


PAGE = 500
NOW = int(time.time()) - 100_000
ALTERNATING = [1, 501] * 60


@pytest.fixture(autouse=True)
def many_alerts(soar: LocalSoar, tanium: SimulatorServer, monkeypatch: pytest.MonkeyPatch) -> None:
    soar.update_asset(
        ASSET, {"base_url": tanium.url, "api_token": seed.TOKEN, "poll_max_alerts": 10_000}
    )
    monkeypatch.setattr("tanium_tr.tanium.page_guard.MOST_ROWS", 4 * PAGE)


def served(tanium: SimulatorServer, starts: list[int], newest_first: bool = False) -> None:
    sign = -1 if newest_first else 1
    for start in starts:
        rows = [
            {"id": number, "guid": f"guid-{number}", "createdAt": iso(NOW + sign * number)}
            for number in range(start, start + PAGE)
        ]
        value = {"data": rows, "meta": {"totalCount": 10**6, "filteredCount": 10**6}}
        tanium.faults.add(Fault("json", path_contains="/alerts", value=value))


@pytest.mark.parametrize(
    ("starts", "explanation", "ingested"),
    [
        ([1] * 120, "returns the same 500 alerts for every offset", 500),
        (ALTERNATING, "list does not end. Read so far: 2000 rows.", 500),
        (list(range(1, 120 * 499, 499)), "list does not end. Read so far: 2000 rows.", 1997),
    ],
    ids=["same", "alternating", "new"],
)
def test_scheduled_poll_of_a_list_without_an_end(
    tanium: SimulatorServer, run: RunAction, starts: list[int], explanation: str, ingested: int
) -> None:
    nothing = {"data": [], "meta": {"totalCount": 0, "filteredCount": 0}}
    tanium.faults.add(Fault("json", path_contains="/alerts", value=nothing))  # where to begin
    served(tanium, starts)
    result = run("on poll")

    assert not result.ok
    assert explanation in result.message
    assert f"Ingested alerts: {ingested}" in result.message
    assert len(tanium.log.requests(path_contains="/alerts")) < 100


@pytest.mark.parametrize(
    ("starts", "explanation", "ingested"),
    [
        ([1] * 120, "returns the same 500 alerts for every offset", 500),
        (ALTERNATING, "returns the same 500 alerts for every offset", 1000),
        (list(range(1, 120 * 500, 500)), "list does not end. Read so far: 2000 rows.", 2000),
    ],
    ids=["same", "alternating", "new"],
)
def test_manual_poll_of_a_list_without_an_end(
    tanium: SimulatorServer,
    run: RunAction,
    monkeypatch: pytest.MonkeyPatch,
    starts: list[int],
    explanation: str,
    ingested: int,
) -> None:
    monkeypatch.setattr(SoarPlatform, "is_poll_now", lambda _self: True)
    served(tanium, starts, newest_first=True)

    result = run("on poll", start_time=1000)

    assert not result.ok
    assert explanation in result.message
    assert f"Ingested alerts: {ingested}" in result.message
    assert len(tanium.log.requests(path_contains="/alerts")) < 10


@pytest.mark.parametrize("alternating", [True, False])
def test_names_of_a_list_of_intel_without_an_end(
    tanium: SimulatorServer, run: RunAction, alternating: bool
) -> None:
    """Alerts come without their document, so that the list of documents is read for its name."""
    for start in [1, 501] * 10 if alternating else range(1, 20 * PAGE, PAGE):
        rows = [{"id": 10_000 + number, "name": "x"} for number in range(start, start + PAGE)]
        value = {"data": rows, "meta": {"totalCount": 10**6, "filteredCount": 10**6}}
        tanium.faults.add(Fault("json", path_contains="/intels", value=value))
    tanium.faults.add(Fault("member", path_contains="/alerts", value=_without_document, times=None))

    result = run("on poll")

    assert result.ok, result.message
    assert len(tanium.log.requests(path_contains="/intels")) <= 5
    assert any("lack the names of their intel documents" in line for line in result.progress)


def _without_document(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "intelDoc"}
