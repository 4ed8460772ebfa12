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

from dev.simulator import seed
from dev.simulator.errors import Rejected
from dev.simulator.settings import Settings
from dev.simulator.state.connect_connections import DataConnections
from dev.simulator.state.connect_destinations import Destinations
from dev.simulator.state.connect_parts import VendorDestinations, VendorSources
from dev.simulator.state.connect_records import RunRecord
from dev.simulator.state.connect_runs import Runs
from dev.simulator.state.connect_sources import Sources
from dev.simulator.state.connect_vendor import VendorConnections


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
        self.runs = Runs(settings, clock, lock, sources, self.destinations, self.connections)
        self.vendor_sources = VendorSources(sources)
        self.vendor_destinations = VendorDestinations(settings, clock, self.destinations)
        self.vendor = VendorConnections(
            settings, self.connections, self.runs, self.vendor_sources, self.vendor_destinations
        )

    @property
    def logs(self) -> list[Row]:
        """The logs of all runs that have ended, newest first."""
        return self.runs.logs[::-1]

    def run(self, connection_id: int) -> RunRecord:
        """Starts a connection, enabled or not; one with an event source is rejected with 400."""
        with self._lock:
            connection = self.connections.get(connection_id)
            if self.connections.is_event(connection):
                raise Rejected(
                    400,
                    "A connection with an event source runs when the event happens, not by hand",
                    listed=True,
                )
            return self.runs.start(connection)

    def fire(self, alert: Row, name: str = "detect.match") -> list[str]:
        """Something has happened to an alert: starts every enabled connection with an event source;
        returns the runs' ids.
        """
        with self._lock:
            row = self.sources.event_row(name, alert)
            return [run.key for run in self.happened(seed.EVENT_SENDER, name, [row])]

    def happened(self, sender: str, name: str, rows: list[Row]) -> list[RunRecord]:
        """Starts every enabled connection whose source waits for this event, with these rows."""
        with self._lock:
            return [
                self.runs.start(connection, rows)
                for connection in [*self.connections.all.values()]
                if connection["enabled"]
                and self.connections.is_event(connection)
                and self.vendor_sources.listens(connection["sourceId"], name, sender)
            ]

    def tick(self, now: float | None = None) -> list[str]:
        """Starts whatever is due by its schedule at `now` (seconds since 1970; by default the
        clock's); returns the runs' ids.
        """
        with self._lock:
            due = self.connections.due(self._clock() if now is None else now)
            return [self.runs.start(connection).key for connection in due]

    def wait(self, seconds: float = 60.0) -> None:
        """Until no run is under way; TimeoutError when that takes longer. Others may use the state
        meanwhile.
        """
        self.runs.wait(seconds)

    def log_of(self, run_id: str) -> Row:
        """The log of a run that has ended; KeyError before that."""
        return self.runs.log_by_run[run_id]

    def close(self) -> None:
        self.runs.close()
