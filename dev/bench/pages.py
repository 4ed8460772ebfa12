# File: pages.py
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
"""The handler of get events over 100,000 events: a request per page, and no more memory beyond the
rows than for a tenth of them.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Callable

from dev.bench.measure import MB, HandlerMemory, Line, around_handler, memory_line
from dev.simulator import seed
from dev.simulator.process import SimulatorProcess
from dev.simulator.server import SimulatorServer
from dev.soar import LocalSoar


FEW, MANY, PAGE = 10_000, 100_000, 1000
EVENT_TYPE = "dns"
MORE_ALLOWED = 2 * MB
"""Bytes beyond the rows: about two pages of events as text and as rows, and nothing that grows with
their number.
"""


def measure(say: Callable[[str], None]) -> list[Line]:
    say(f"get events: once {FEW:,} and once {MANY:,} events, their memory traced")
    memory = HandlerMemory()
    with (
        tempfile.TemporaryDirectory(prefix="tanium-bench-") as folder,
        SimulatorProcess() as simulator,
        around_handler(memory.begin, memory.end),
    ):
        soar = LocalSoar(Path(folder))
        soar.create_asset(
            "tanium", {"base_url": simulator.url, "api_token": seed.TOKEN}, simulator.environment
        )
        connection_id = simulator.ask(connect)

        def app(count: int) -> tuple[int, int, int]:
            """Requests, rows in the result, and bytes beyond them."""
            simulator.ask(have_events, count)
            result = soar.run(
                "get events",
                {"connection_id": connection_id, "event_type": EVENT_TYPE, "limit": count},
            )
            return (
                simulator.ask(_event_requests),
                len(result["result_data"][0]["data"]),
                memory.beyond,
            )

        _, _, few = app(FEW)
        requests, rows, many = app(MANY)
    name = f"get events, {MANY:,}"
    return [
        Line(f"{name}: requests", str(requests), "", f"{MANY // PAGE}", requests == MANY // PAGE),
        Line(f"{name}: events in the result", f"{rows:,}", "", f"{MANY:,}", rows == MANY),
        memory_line(f"{name}: memory beyond them, over {FEW:,}", many, few, MORE_ALLOWED),
    ]


def connect(server: SimulatorServer) -> str:
    return server.state.connections.open(seed.FINANCE.hostname)


def have_events(server: SimulatorServer, count: int) -> None:
    """Repeat the recording's events under new ids until there are `count`; sends no request."""
    events = server.state.computers.recording(seed.FINANCE).events(EVENT_TYPE)
    events[:] = [{**events[number % len(events)], "id": str(number)} for number in range(count)]
    server.log.clear()


def _event_requests(server: SimulatorServer) -> int:
    return len(server.log.requests(path_contains="/events"))
