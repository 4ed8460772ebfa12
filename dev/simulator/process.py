# File: process.py
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
"""The simulator in a process of its own, which can be asked about its state: the truth to hold an
app's results against.
"""

from __future__ import annotations

import multiprocessing
from contextlib import suppress
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any, Callable, TypeVar

from dev.interrupts import without_interrupts


if TYPE_CHECKING:
    from dev.simulator.server import SimulatorServer


Answer = TypeVar("Answer")

_STOP_SECONDS = 10.0
_LOOK_SECONDS = 0.05


class NotStartedError(OSError):
    """The simulator was cancelled, or ended by itself, while it started."""


class SimulatorProcess:
    """`with SimulatorProcess(alerts=5) as simulator:` runs one over TLS, with the fields of
    `Settings`; it ends with its parent, too. Its start ends early once it `is_cancelled`.

    `url` is its address and `ca_file` the authority to trust; `environment` are the variables by
    which SOAR's administrator makes apps trust it, and reach it without the proxy that this machine
    may have.
    """

    url: str
    ca_file: str
    environment: dict[str, str]

    def __init__(self, *, is_cancelled: Callable[[], bool] = bool, **settings: Any) -> None:
        self._is_cancelled = is_cancelled
        # Not forked: the server's threads and this process's must not meet.
        context = multiprocessing.get_context("spawn")
        self._pipe, self._its_end = context.Pipe()
        self._process = context.Process(target=_serve, args=(self._its_end, settings), daemon=True)

    def __enter__(self) -> SimulatorProcess:
        # Python's own helper lets interrupts through again when it starts.
        resource_tracker.ensure_running()
        with without_interrupts():
            self._process.start()
        self._its_end.close()
        try:
            self.url, self.ca_file = self._address()
        except BaseException:
            self._end()
            raise
        self.environment = {"REQUESTS_CA_BUNDLE": self.ca_file, "no_proxy": "localhost"}
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def _address(self) -> tuple[str, str]:
        """What the simulator says once it is there: its URL, and the authority's file."""
        while not self._pipe.poll(_LOOK_SECONDS):
            if self._is_cancelled():
                raise NotStartedError("The start of the simulator was cancelled.")
        try:
            url, ca_file = self._pipe.recv()
        except (EOFError, ConnectionError):
            raise NotStartedError("The simulator ended while it was starting.") from None
        return url, ca_file

    def _end(self) -> None:
        self._pipe.close()
        self._process.join(_STOP_SECONDS)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._process.close()

    def ask(self, question: Callable[..., Answer], *arguments: Any) -> Answer:
        """What `question(server, *arguments)` returns in the simulator's process; it is a function
        of a module, and all can be pickled.
        """
        self._pipe.send((question, arguments))
        answer: Answer = self._pipe.recv()
        return answer

    def reset(self, **settings: Any) -> None:
        """Begin anew, with these fields of `Settings`; the address stays."""
        self.ask(_reset, settings)


def _reset(server: SimulatorServer, settings: dict[str, Any]) -> None:
    server.reset(**settings)


def _serve(pipe: Connection, settings: dict[str, Any]) -> None:
    from dev.simulator.server import SimulatorServer  # imported here: only this process needs it

    # It ends when its parent has no more questions, which may be before it has started.
    with suppress(BrokenPipeError), SimulatorServer(tls=True, **settings) as server:
        server.keep_schedules()
        pipe.send((server.url, server.ca_file))
        while True:
            try:
                question, arguments = pipe.recv()
            except EOFError:
                return
            with server.state.lock:
                server.state.tasks.settle()
                answer = question(server, *arguments)
            pipe.send(answer)
