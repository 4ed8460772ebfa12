# File: questions.py
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
"""The handler of run query over a result of 100,000 rows, beside fetching and decoding the same
pages; its memory beyond the rows; and the requests of a question that is answered at once.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any, Callable

import requests

from dev.bench.measure import (
    MB,
    HandlerClock,
    HandlerMemory,
    Line,
    Medians,
    around_handler,
    at_most,
    forget_requests,
    in_turn,
    memory_line,
    seconds,
)
from dev.simulator import seed
from dev.simulator.process import SimulatorProcess
from dev.simulator.server import SimulatorServer
from dev.soar import LocalSoar


ROUNDS = 3
FEW, MANY, PAGE = 10_000, 100_000, 10_000
FACTOR = 1.5
MOST_REQUESTS = 5
MORE_ALLOWED = 20 * MB
"""Bytes beyond the rows: about two pages as text and as rows, and nothing that grows with their
number.
"""
TEXT = "Get Computer Name and IP Address from all machines"
SAVED = {"query_text": "Every address", "is_saved_question": True, "timeout_seconds": 60}


def measure(say: Callable[[str], None]) -> list[Line]:
    say(f"run query: {ROUNDS} rounds of {MANY:,} rows, and their memory traced")
    with (
        tempfile.TemporaryDirectory(prefix="tanium-bench-") as folder,
        SimulatorProcess(answer_seconds=0.0, estimate_seconds=0.0) as simulator,
    ):
        soar = LocalSoar(Path(folder))
        soar.create_asset(
            "tanium", {"base_url": simulator.url, "api_token": seed.TOKEN}, simulator.environment
        )
        simulator.ask(forget_requests)
        soar.run("run query", {"query_text": TEXT, "timeout_seconds": 60})
        made, connections = simulator.ask(_requests)
        few, _ = _memory(soar, simulator, FEW)
        many, rows = _memory(soar, simulator, MANY)
        medians = _times(soar, simulator)
    name = f"run query, {MANY:,} rows"
    return [
        at_most(f"{name}, over requests and json", FACTOR, medians),
        Line(f"{name}: rows in the result", f"{rows:,}", "", f"{MANY:,}", rows == MANY),
        memory_line(f"{name}: memory beyond them, over {FEW:,}", many, few, MORE_ALLOWED),
        Line(
            "run query, answered at once: requests, connections",
            f"{made}, {connections}",
            "",
            f"at most {MOST_REQUESTS}, 1",
            made <= MOST_REQUESTS and connections == 1,
        ),
    ]


def _memory(soar: LocalSoar, simulator: SimulatorProcess, count: int) -> tuple[int, int]:
    """Bytes beyond the rows, and how many rows there are."""
    memory = HandlerMemory()
    simulator.ask(have_rows, count)
    with around_handler(memory.begin, memory.end):
        result = soar.run("run query", SAVED)
    return memory.beyond, len(result["result_data"][0]["data"][0]["records"])


def _times(soar: LocalSoar, simulator: SimulatorProcess) -> Medians:
    clock = HandlerClock()

    def app() -> float:
        soar.run("run query", SAVED)
        return clock.seconds

    with around_handler(clock.begin, clock.end):
        return in_turn(ROUNDS, app, lambda: seconds(lambda: _fetch_pages(simulator)))


def _fetch_pages(simulator: SimulatorProcess) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    number = simulator.ask(_saved_id)
    with requests.Session() as session:
        session.headers["session"] = seed.TOKEN
        session.trust_env = False
        for start in range(0, MANY, PAGE):
            page = session.get(
                f"{simulator.url}/api/v2/result_data/saved_question/{number}",
                params={"row_start": start, "row_count": PAGE},
                verify=simulator.ca_file,
                timeout=60,
            )
            rows += json.loads(page.content)["data"]["result_sets"][0]["rows"]
    return rows


def have_rows(server: SimulatorServer, count: int) -> None:
    """A saved question with so many rows in its result, which is not asked again."""
    registered = 8
    server.settings.extra_endpoints = count - registered
    server.settings.default_expire_seconds = 36_000
    number = 5000 + count
    server.state.saved_questions.all[:] = [
        seed.SavedQuestionSeed(number, "Every address", TEXT, issue_never=True)
    ]
    asked = server.state.saved_questions.current(server.state.saved_questions.all[0], seed.ANALYST)
    server.state.questions.look_at(asked)


def _saved_id(server: SimulatorServer) -> int:
    return server.state.saved_questions.all[0].id


def _requests(server: SimulatorServer) -> tuple[int, int]:
    return len(server.log.requests()), server.log.connections()
