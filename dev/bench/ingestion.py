# File: ingestion.py
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
"""Alerts of all shapes into containers, page by page as polling reads them, beside decoding the same pages and their details."""

from __future__ import annotations

import json
from typing import Any, Callable

from dev.bench.measure import Line, at_most, in_turn, seconds
from dev.simulator.server import SimulatorServer
from tanium_tr.ingestion import Case, alert_case


ROUNDS = 9
ALERTS, PAGE = 5_000, 500
FACTOR = 3


def measure(say: Callable[[str], None]) -> list[Line]:
    say(f"alerts into containers: {ROUNDS} rounds of {ALERTS} alerts")
    with SimulatorServer(alerts=ALERTS) as simulator:
        alerts = [simulator.state.alerts.with_intel(alert) for alert in simulator.state.alerts.rows()]
    pages = [json.dumps(alerts[start : start + PAGE]) for start in range(0, ALERTS, PAGE)]
    medians = in_turn(ROUNDS, lambda: seconds(lambda: [len(_cases(page)) for page in pages]), lambda: seconds(lambda: list(map(_decode, pages))))
    made = {case.container["source_data_identifier"] for page in pages for case in _cases(page)}
    return [
        at_most(f"{ALERTS:,} alerts into containers, over json", FACTOR, medians),
        Line(f"containers of {ALERTS:,} alerts", f"{len(made):,}", "", f"{ALERTS:,}", len(made) == ALERTS),
    ]


def _cases(page: str) -> list[Case]:
    return [alert_case(alert, "https://tanium.example") for alert in json.loads(page)]


def _decode(page: str) -> int:
    """How many alerts; their details are JSON within the JSON, and some are none."""
    alerts: list[dict[str, Any]] = json.loads(page)
    for alert in alerts:
        details = alert.get("details")
        if isinstance(details, str) and details.startswith("{"):
            alert["details"] = json.loads(details)
    return len(alerts)
