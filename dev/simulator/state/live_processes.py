# File: live_processes.py
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
"""What runs on the computers right now, as Direct Connect sees it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dev.simulator import seed
from dev.simulator.settings import Settings


BEYOND_INT = 3 * 2**30
"""Bytes that a whole number of 32 bits cannot hold."""
FIRST_SHORT_LIVED = 20_000
_HELPERS = {"Windows": "conhost.exe", "Linux": "sleep", "Mac": "mdworker"}
_GROUPS = {"SYSTEM": "", "root": "root"}
_LARGE_NAMES = ("explorer.exe", "nginx", "Finder")


@dataclass
class LiveProcess:
    """A process; a test may change its fields."""

    pid: int
    ppid: int
    name: str
    command_line: str
    user_name: str
    group_name: str
    resident_bytes: int
    started: float
    protected: bool = False
    """Nobody can terminate it."""


class LiveProcesses:
    """`of(host)` is a plain list that a test may change; `listed(host)` has the short-lived ones as
    well, which are others in every stretch of `changing_seconds`.
    """

    def __init__(self, settings: Settings, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._clock = clock
        self._running: dict[str, list[LiveProcess]] = {}
        self._ended: set[tuple[str, int]] = set()

    def of(self, host: seed.Host) -> list[LiveProcess]:
        if host.client_id not in self._running:
            self._running[host.client_id] = self._first(host)
        return self._running[host.client_id]

    def listed(self, host: seed.Host) -> list[LiveProcess]:
        short_lived = self._short_lived(host)
        ended = (host.client_id, short_lived.pid) in self._ended
        return [*self.of(host), *([] if ended else [short_lived])]

    def terminate(self, host: seed.Host, pid: int, name: str) -> bool:
        """Whether the server says that it has done it."""
        if self._settings.terminate == "refused":
            return False
        found = [each for each in self.listed(host) if (each.pid, each.name) == (pid, name)]
        if not found or found[0].protected:
            return False
        if self._settings.terminate == "ends":
            self._ended.add((host.client_id, pid))
            self._running[host.client_id] = [each for each in self.of(host) if each is not found[0]]
        return True

    def resident_bytes(self, process: LiveProcess) -> int:
        if self._settings.large_process and process.name in _LARGE_NAMES:
            return BEYOND_INT
        return process.resident_bytes

    def _first(self, host: seed.Host) -> list[LiveProcess]:
        """The first processes that the recorder has seen, under the ids that questions tell, and
        two that differ in the id only.
        """
        backbone = seed.PROCESS_BACKBONE[host.platform]
        made = [
            self._made(_pid(number), 0 if parent is None else _pid(parent), path, user)
            for number, (path, parent, user) in enumerate(backbone)
        ]
        made[0].protected = True
        twin = "svchost.exe" if host.platform == "Windows" else "worker"
        user = backbone[0][2]
        return [*made, *(self._made(pid, _pid(2), twin, user) for pid in (812, 816))]

    def _made(self, pid: int, ppid: int, path: str, user: str) -> LiveProcess:
        name = path.replace("\\", "/").rsplit("/", 1)[-1]
        command_line = f'"{path}"' if " " in path else path
        group = _GROUPS.get(user, "staff")
        started = self._clock() - 3600
        return LiveProcess(pid, ppid, name, command_line, user, group, 4096 * pid, started)

    def _short_lived(self, host: seed.Host) -> LiveProcess:
        stretch = int(self._clock() // self._settings.changing_seconds)
        pid = FIRST_SHORT_LIVED + stretch % 10_000
        user = seed.PROCESS_BACKBONE[host.platform][0][2]
        return self._made(pid, _pid(2), _HELPERS[host.platform], user)


def _pid(number: int) -> int:
    return 4 if number == 0 else 400 + number * 4
