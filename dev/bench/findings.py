# File: findings.py
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
"""The poll of 10,000 alerts into findings, beside the same poll into containers, both without
SOAR's own work: what SOAR is handed goes nowhere.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any, Callable
from unittest import mock

from phantom.base_connector import BaseConnector

from dev.bench.measure import Line, around_handler, at_most, in_turn
from dev.simulator import seed
from dev.simulator.process import SimulatorProcess
from dev.soar import LocalSoar
from dev.soar.poll_parameters import poll_parameters
from tanium_tr.soar.rest import SoarRest


ROUNDS = 3
ALERTS = 10_000
FACTOR = 1.3
ASSET = {
    "id": 1,
    "name": "tanium",
    "configuration": {"ingest": {"use_es_ingest": True, "es_security_domain": "endpoint"}},
}


def measure(say: Callable[[str], None]) -> list[Line]:
    say(f"polls of {ALERTS} alerts: {ROUNDS} rounds")
    saved: list[int] = []

    def save_container(*_: Any) -> tuple[bool, str, int]:
        saved.append(1)
        return True, "Container created", 1

    def create_findings(_: SoarRest, findings: list[Any], __: Any) -> dict[str, Any]:
        saved.extend([1] * len(findings))
        return {"created": len(findings), "failed": 0, "errors": []}

    with (
        tempfile.TemporaryDirectory(prefix="tanium-bench-") as folder,
        SimulatorProcess(alerts=ALERTS) as simulator,
        mock.patch.object(BaseConnector, "save_container", save_container),
        mock.patch.object(SoarRest, "create_findings", create_findings),
        mock.patch.object(SoarRest, "get_csrf_token"),
    ):
        soar = LocalSoar(Path(folder))
        config = {
            "base_url": simulator.url,
            "api_token": seed.TOKEN,
            "poll_states": "unresolved,inprogress,resolved,suppressed",
            "poll_lookback_days": 3650,
            "poll_max_alerts": ALERTS,
        }
        soar.create_asset("tanium", config, simulator.environment)
        _poll(soar, {})  # the simulator makes an alert when it is first looked at
        saved.clear()
        medians = in_turn(ROUNDS, lambda: _poll(soar, ASSET), lambda: _poll(soar, {}))
    name = f"on es poll, {ALERTS:,} alerts"
    count = len(saved) // (2 * ROUNDS)
    return [
        at_most(f"{name}, over on poll", FACTOR, medians),
        Line(f"{name}: ingested", f"{count:,}", "", f"{ALERTS:,}", count == ALERTS),
    ]


def _poll(soar: LocalSoar, asset: dict[str, Any]) -> float:
    """Seconds of a first poll by the schedule."""
    soar.state_file("tanium").unlink(missing_ok=True)
    times: list[float] = []

    def note() -> None:
        times.append(time.perf_counter())

    reply = {"configuration": {}, **asset}
    with mock.patch.object(SoarRest, "asset", return_value=reply), around_handler(note, note):
        result = soar.poll(poll_parameters())
    if result["status"] != "success":
        raise RuntimeError(result["result_data"][0]["message"])
    return times[1] - times[0]
