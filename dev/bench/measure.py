# File: measure.py
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
"""What every measurement shares: a row of the table, and app and floor measured in turn."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, Callable, NamedTuple
from unittest import mock

import tanium_tr_connector
from dev.simulator.server import SimulatorServer
from tanium_tr_connector import TaniumConnector


MB = 1024 * 1024


class Line(NamedTuple):
    """One row of the table; `met` is None where the target could not be judged, and `target` then
    says why.
    """

    name: str
    app: str
    floor: str
    target: str
    met: bool | None


class Medians(NamedTuple):
    """Seconds."""

    app: float
    floor: float


def memory_line(name: str, many: int, few: int, more_allowed: int) -> Line:
    """The bytes that a long and a short list take, of which the long one may take so many more."""
    return Line(
        name,
        f"{many / MB:.1f} MB",
        f"{few / MB:.1f} MB",
        f"at most {more_allowed // MB} MB more",
        many - few <= more_allowed,
    )


def in_turn(rounds: int, app: Callable[[], float], floor: Callable[[], float]) -> Medians:
    """Both return the seconds that one go took. They alternate, so that whatever else the machine
    does meets both.
    """
    pairs = [(app(), floor()) for _ in range(rounds)]
    return Medians(median(pair[0] for pair in pairs), median(pair[1] for pair in pairs))


@contextmanager
def around_handler(before: Callable[[], None], after: Callable[[], None]) -> Iterator[None]:
    """Inside it, `before` is called just before a run's handler is, and `after` just after it has
    returned its output.
    """
    arguments_of, succeed = tanium_tr_connector.arguments_of, TaniumConnector._succeed

    def starting(*given: Any) -> dict[str, Any]:
        arguments = arguments_of(*given)
        before()
        return arguments

    def ending(connector: TaniumConnector, *given: Any) -> bool:
        after()
        return succeed(connector, *given)

    with (
        mock.patch.object(tanium_tr_connector, "arguments_of", starting),
        mock.patch.object(TaniumConnector, "_succeed", ending),
    ):
        yield


class HandlerClock:
    """`seconds` of the last handler that it timed."""

    seconds = started = 0.0

    def begin(self) -> None:
        self.started = time.perf_counter()

    def end(self) -> None:
        self.seconds = time.perf_counter() - self.started


class HandlerMemory:
    """What a handler takes at its peak, in bytes, without what its output takes: `beyond`, of the
    last one that was traced.
    """

    beyond = 0

    def begin(self) -> None:
        tracemalloc.start()

    def end(self) -> None:
        current, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        self.beyond = peak - current


def forget_requests(server: SimulatorServer) -> None:
    """For `SimulatorProcess.ask`: what comes from now on is counted."""
    server.log.clear()


def seconds(task: Callable[[], object]) -> float:
    started = time.perf_counter()
    task()
    return time.perf_counter() - started


def at_most(name: str, factor: float, medians: Medians) -> Line:
    """The row of a target that is a multiple of the floor."""
    ratio = medians.app / medians.floor
    return Line(
        name,
        shown(medians.app),
        shown(medians.floor),
        f"{ratio:.2f} of {factor} times",
        ratio <= factor,
    )


def peak_memory(
    name: str, limit: int, home: Path, action: str, parameters: dict[str, Any], wrong: list[str]
) -> Line:
    """The row of a limit in bytes for an action in a process of its own; what that says when it
    fails joins `wrong`.
    """
    if not Path("/proc/self/status").exists():
        return Line(name, "", "", "not measured: needs Linux", None)
    command = [
        sys.executable,
        "-m",
        "dev.bench.peak_memory",
        str(home),
        action,
        json.dumps(parameters),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    target = f"below {limit // MB} MB"
    if done.returncode:
        wrong.append(done.stderr.strip())
        return Line(name, "failed", "", target, False)
    peak = int(done.stdout) * 1024
    return Line(name, f"{peak / MB:.0f} MB", "", target, peak < limit)


def shown(time: float) -> str:
    return f"{time:.2f} s" if time >= 1 else f"{time * 1000:.0f} ms"
