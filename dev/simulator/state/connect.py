# File: connect.py
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
"""Connect: what takes rows from Tanium to somewhere else."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from dev.simulator.errors import Rejected
from dev.simulator.settings import Settings
from dev.simulator.state.connect_connections import DataConnections
from dev.simulator.state.connect_destinations import Destinations
from dev.simulator.state.connect_runs import Runs
from dev.simulator.state.connect_sources import Sources


Row = dict[str, Any]


class Connect:
    """The module's parts, and the three ways to a run: by hand, by an event, by schedule."""

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], float],
        lock: threading.RLock,
        sources: Sources,
    ) -> None:
        self._clock = clock
        self._lock = lock
        self.sources = sources
        self.destinations = Destinations(settings, clock)
        self.connections = DataConnections(clock, sources, self.destinations)
        self._runs = Runs(settings, clock, lock, sources, self.destinations, self.connections)

    @property
    def logs(self) -> list[Row]:
        """The logs of all runs that have ended, newest first."""
        return self._runs.logs[::-1]

    def run(self, connection_id: int) -> str:
        """Starts a connection, enabled or not, and returns the run's id; one with an event source
        is rejected with 400.
        """
        with self._lock:
            connection = self.connections.get(connection_id)
            if self.connections.is_event(connection):
                raise Rejected(
                    400,
                    "A connection with an event source runs when the event happens, not by hand",
                    listed=True,
                )
            return self._runs.start(connection)

    def fire(self, alert: Row, name: str = "detect.match") -> list[str]:
        """Something has happened to an alert: starts every enabled connection with an event source;
        returns the runs' ids.
        """
        with self._lock:
            rows = [self.sources.event_row(name, alert)]
            listening = [
                row
                for row in self.connections.all.values()
                if row["enabled"] and self.connections.is_event(row)
            ]
            return [self._runs.start(connection, rows) for connection in listening]

    def tick(self, now: float | None = None) -> list[str]:
        """Starts whatever is due by its schedule at `now` (seconds since 1970; by default the
        clock's); returns the runs' ids.
        """
        with self._lock:
            due = self.connections.due(self._clock() if now is None else now)
            return [self._runs.start(connection) for connection in due]

    def wait(self, seconds: float = 60.0) -> None:
        """Until no run is under way; TimeoutError when that takes longer. Others may use the state
        meanwhile.
        """
        self._runs.wait(seconds)

    def log_of(self, run_id: str) -> Row:
        """The log of a run that has ended; KeyError before that."""
        return self._runs.log_by_run[run_id]

    def close(self) -> None:
        self._runs.close()
