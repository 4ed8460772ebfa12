# File: runs.py
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
"""A run's own time, from initialize to finalize, beside bare requests for the same calls in the
same process: of list connections, which has little else to do, and of get events with many rows.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any, Callable
from unittest import mock

import requests

from dev.bench.measure import Line, Medians, at_most, forget_requests, in_turn, seconds, shown
from dev.bench.pages import connect, have_events
from dev.simulator import seed
from dev.simulator.process import SimulatorProcess
from dev.simulator.server import SimulatorServer
from dev.soar import LocalSoar
from tanium_tr_connector import TaniumConnector


ROUNDS = 60
OVERHEAD = 0.003  # seconds
EVENTS, EVENT_TYPE = 1000, "dns"


def measure(say: Callable[[str], None]) -> list[Line]:
    say(f"runs beside bare requests: {ROUNDS} rounds each")
    with (
        tempfile.TemporaryDirectory(prefix="tanium-bench-") as folder,
        SimulatorProcess() as simulator,
    ):
        soar = LocalSoar(Path(folder))
        soar.create_asset(
            "tanium", {"base_url": simulator.url, "api_token": seed.TOKEN}, simulator.environment
        )
        runs = _TimedRuns(soar, simulator)
        short = runs.beside_bare_requests("list connections", {})
        connection_id = simulator.ask(connect)
        simulator.ask(have_events, EVENTS)
        events = runs.beside_bare_requests(
            "get events",
            {"connection_id": connection_id, "event_type": EVENT_TYPE, "limit": EVENTS},
        )
    above = short.app - short.floor
    return [
        Line(
            "list connections, over its bare requests",
            shown(short.app),
            shown(short.floor),
            f"{above * 1000:.1f} of {OVERHEAD * 1000:.0f} ms more",
            above <= OVERHEAD,
        ),
        at_most(f"get events, {EVENTS:,}, over fetching and decoding them", 1.5, events),
    ]


class _TimedRuns:
    """Runs of the app, timed from the start of initialize to the end of finalize."""

    def __init__(self, soar: LocalSoar, simulator: SimulatorProcess) -> None:
        self._soar, self._simulator = soar, simulator

    def beside_bare_requests(self, action: str, parameters: dict[str, Any]) -> Medians:
        self._run(action, parameters)  # learns what the asset remembers
        self._simulator.ask(forget_requests)
        self._run(action, parameters)
        calls = self._simulator.ask(_calls)
        assert all(method == "GET" for method, _ in calls), calls
        urls = [self._simulator.url + target for _, target in calls]

        def bare() -> float:
            return seconds(lambda: self._fetch(urls))

        return in_turn(ROUNDS, lambda: self._run(action, parameters), bare)

    def _run(self, action: str, parameters: dict[str, Any]) -> float:
        initialize, finalize = TaniumConnector.initialize, TaniumConnector.finalize
        took: list[float] = []

        def starting(connector: TaniumConnector) -> bool:
            took.append(time.perf_counter())
            return initialize(connector)

        def ending(connector: TaniumConnector) -> Any:
            result = finalize(connector)
            took.append(time.perf_counter())
            return result

        with (
            mock.patch.object(TaniumConnector, "initialize", starting),
            mock.patch.object(TaniumConnector, "finalize", ending),
        ):
            result = self._soar.run(action, parameters)
        assert result["status"] == "success", result["message"]
        return took[1] - took[0]

    def _fetch(self, urls: list[str]) -> None:
        with requests.Session() as session:
            session.trust_env = False
            for url in urls:
                answer = session.get(
                    url, headers={"session": seed.TOKEN}, verify=str(self._simulator.ca_file)
                )
                answer.raise_for_status()
                answer.json()


def _calls(server: SimulatorServer) -> list[tuple[str, str]]:
    """The method and the target, with its query, of every request since `forget_requests`."""
    return [
        (request.method, f"{request.path}?{request.query}".rstrip("?"))
        for request in server.log.requests()
    ]
