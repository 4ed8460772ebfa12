# File: gateway.py
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
"""The requests and the memory of *list endpoints* over 5,000 endpoints of the API gateway, and the
requests of a live list of processes.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Callable

from dev.bench.measure import (
    MB,
    HandlerMemory,
    Line,
    around_handler,
    forget_requests,
    memory_line,
)
from dev.simulator import seed
from dev.simulator.process import SimulatorProcess
from dev.simulator.server import SimulatorServer
from dev.soar import LocalSoar


FEW, MANY = 2_500, 5_000
FLOOR = 1
"""The gateway gives up to 5,000 endpoints at once."""
MORE_REQUESTS = 2
MORE_ALLOWED = 5 * MB
"""Bytes beyond the rows: a page, whatever their number."""
MOST_REQUESTS = 5


def measure(say: Callable[[str], None]) -> list[Line]:
    say(f"list endpoints of {MANY:,} endpoints, and list processes of one")
    with (
        tempfile.TemporaryDirectory(prefix="tanium-bench-") as folder,
        SimulatorProcess(connect_seconds=0.0) as simulator,
    ):
        soar = LocalSoar(Path(folder))
        soar.create_asset(
            "tanium", {"base_url": simulator.url, "api_token": seed.TOKEN}, simulator.environment
        )
        few, _ = _listed(soar, simulator, FEW)
        many, rows = _listed(soar, simulator, MANY)
        requests, _ = simulator.ask(_requests)
        simulator.ask(forget_requests)
        soar.run("list processes", {"destination": seed.FINANCE.hostname})
        live, connections = simulator.ask(_requests)
    name = f"list endpoints, {MANY:,}"
    return [
        Line(
            f"{name}: requests",
            str(requests),
            str(FLOOR),
            f"at most {MORE_REQUESTS} more",
            rows >= MANY and requests <= FLOOR + MORE_REQUESTS,
        ),
        memory_line(f"{name}: memory beyond them, over {FEW:,}", many, few, MORE_ALLOWED),
        Line(
            "list processes, live: requests, connections",
            f"{live}, {connections}",
            "",
            f"at most {MOST_REQUESTS}, 1",
            live <= MOST_REQUESTS and connections == 1,
        ),
    ]


def _listed(soar: LocalSoar, simulator: SimulatorProcess, count: int) -> tuple[int, int]:
    """Bytes beyond the rows, and how many rows there are."""
    memory = HandlerMemory()
    simulator.ask(have_endpoints, count)
    simulator.ask(forget_requests)
    with around_handler(memory.begin, memory.end):
        result: dict[str, Any] = soar.run("list endpoints", {"limit": 100_000})
    return memory.beyond, len(result["result_data"][0]["data"])


def have_endpoints(server: SimulatorServer, count: int) -> None:
    """For `SimulatorProcess.ask`: so many endpoints that the gateway knows."""
    server.settings.extra_endpoints = count - sum(host.eid for host in seed.HOSTS)


def _requests(server: SimulatorServer) -> tuple[int, int]:
    return len(server.log), server.log.connections()
