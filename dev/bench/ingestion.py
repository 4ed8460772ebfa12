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
"""Alerts of all shapes into containers, page by page as polling reads them, beside decoding the
JSON of the same pages with their details.
"""

from __future__ import annotations

import json
from typing import Any, Callable

from dev.bench.measure import Line, at_most, in_turn, seconds
from dev.simulator.server import SimulatorServer
from tanium_tr.ingestion.cases import Case, alert_case


ROUNDS = 9
ALERTS, PAGE = 5_000, 500
FACTOR = 3


def measure(say: Callable[[str], None]) -> list[Line]:
    say(f"alerts into containers: {ROUNDS} rounds of {ALERTS} alerts")
    texts = _texts()
    pages = [json.loads(text) for text in texts]
    medians = in_turn(
        ROUNDS,
        lambda: seconds(lambda: _each(_cases, pages)),
        lambda: seconds(lambda: _each(_decode, texts)),
    )
    made = {case.container["source_data_identifier"] for page in pages for case in _cases(page)}
    return [
        at_most(f"{ALERTS:,} alerts into containers, over json", FACTOR, medians),
        Line(
            f"containers of {ALERTS:,} alerts",
            f"{len(made):,}",
            "",
            f"{ALERTS:,}",
            len(made) == ALERTS,
        ),
    ]


def _texts() -> list[bytes]:
    """The simulator is gone when the clock runs: collecting garbage among its many objects would
    cost both sides.
    """
    with SimulatorServer(alerts=ALERTS) as simulator:
        alerts = [
            simulator.state.alerts.with_intel(alert) for alert in simulator.state.alerts.rows()
        ]
    return [json.dumps(alerts[start : start + PAGE]).encode() for start in range(0, ALERTS, PAGE)]


def _each(work: Callable[[Any], object], pages: list[Any]) -> None:
    """The result for one page is gone before the next one, as in a poll."""
    for page in pages:
        work(page)


def _cases(alerts: list[dict[str, Any]]) -> list[Case]:
    return [alert_case(alert, "https://tanium.example") for alert in alerts]


def _decode(text: bytes) -> list[Any]:
    """Their details are JSON within the JSON, except where they are an object or not JSON."""
    alerts = json.loads(text)
    details = (alert.get("details") for alert in alerts)
    return [
        alerts,
        [json.loads(part) for part in details if isinstance(part, str) and part.startswith("{")],
    ]
