# File: alerts.py
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
"""The handler of list alerts over 10,000 alerts, beside fetching and decoding the same pages."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any, Callable

import requests

from dev.bench.measure import (
    HandlerClock,
    Line,
    Medians,
    around_handler,
    at_most,
    forget_requests,
    in_turn,
    seconds,
)
from dev.simulator import seed
from dev.simulator.process import SimulatorProcess
from dev.simulator.routes.request import THREAT_RESPONSE
from dev.simulator.server import SimulatorServer
from dev.soar import LocalSoar


ROUNDS = 7
ALERTS, PAGE = 10_000, 500
FACTOR = 2.2


def measure(say: Callable[[str], None]) -> list[Line]:
    say(f"list alerts: {ROUNDS} rounds of {ALERTS} alerts")
    clock = HandlerClock()
    with (
        tempfile.TemporaryDirectory(prefix="tanium-bench-") as folder,
        SimulatorProcess(alerts=ALERTS) as simulator,
        around_handler(clock.begin, clock.end),
    ):
        soar = LocalSoar(Path(folder))
        soar.create_asset(
            "tanium", {"base_url": simulator.url, "api_token": seed.TOKEN}, simulator.environment
        )
        _fetch_pages(simulator)  # the simulator makes an alert when it is first looked at
        pages: list[int] = []
        counts: list[int] = []

        def app() -> float:
            simulator.ask(forget_requests)
            result = soar.run("list alerts", {"limit": ALERTS})
            pages.append(simulator.ask(_alert_requests))
            counts.append(len(result["result_data"][0]["data"]))
            return clock.seconds

        medians = in_turn(ROUNDS, app, lambda: seconds(lambda: _fetch_pages(simulator)))
    return _lines(medians, pages, counts)


def _lines(medians: Medians, pages: list[int], counts: list[int]) -> list[Line]:
    name = f"list alerts, {ALERTS:,}"
    return [
        at_most(f"{name}, over requests and json", FACTOR, medians),
        Line(
            f"{name}: requests",
            str(max(pages)),
            "",
            f"{ALERTS // PAGE}",
            set(pages) == {ALERTS // PAGE},
        ),
        Line(
            f"{name}: alerts in the result",
            f"{min(counts):,}",
            "",
            f"{ALERTS:,}",
            set(counts) == {ALERTS},
        ),
    ]


def _fetch_pages(simulator: SimulatorProcess) -> list[dict[str, Any]]:
    alerts: list[dict[str, Any]] = []
    with requests.Session() as session:
        session.headers["session"] = seed.TOKEN
        session.trust_env = False
        for offset in range(0, ALERTS, PAGE):
            params = {"limit": PAGE, "offset": offset}
            page = session.get(
                f"{simulator.url}{THREAT_RESPONSE}/alerts",
                params=params,
                verify=simulator.ca_file,
                timeout=60,
            )
            alerts += json.loads(page.content)["data"]
    return alerts


def _alert_requests(server: SimulatorServer) -> int:
    return len(server.log.requests(path_contains="/alerts"))
