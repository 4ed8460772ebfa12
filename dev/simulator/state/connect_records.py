# File: connect_records.py
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
"""What Connect remembers of each run: its state, what it moved, and its log."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from dev.simulator.times import iso


Row = dict[str, Any]

STARTING, RUNNING, FINISHED, FAILED = "Starting", "Running", "Finished", "Failed"
_LEVELS = {10: "TRACE", 20: "DEBUG", 30: "INFO", 40: "WARN", 50: "ERROR", 60: "FATAL"}


@dataclass
class RunRecord:
    """A run from its start on. `wake` ends its delay; `stopped` says that somebody wants it to
    end.
    """

    id: int
    connection_id: int
    clock: Callable[[], float]
    log_level: int
    created: float
    status: str = STARTING
    source_rows: int = 0
    source_bytes: int = 0
    destination_rows: int = 0
    destination_bytes: int = 0
    lines: list[str] = field(default_factory=list)
    stopped: bool = False
    wake: threading.Event = field(default_factory=threading.Event)
    updated: float = 0.0

    def __post_init__(self) -> None:
        self.updated = self.created

    @property
    def key(self) -> str:
        """The id that the other dialect knows."""
        return f"run-{self.connection_id}-{self.id}"

    @property
    def is_under_way(self) -> bool:
        return self.status in {STARTING, RUNNING}

    @property
    def seconds(self) -> float:
        return self.updated - self.created

    def becomes(self, status: str) -> None:
        self.status = status
        self.updated = self.clock()

    def log(self, level: int, text: str) -> None:
        """Only what the connection's log level lets through is kept."""
        if level >= self.log_level:
            self.lines.append(f"{iso(self.clock())} {_LEVELS[level]} {text}")

    def started_row(self) -> Row:
        return {**self._row(), "log": "\n".join(self.lines), **self._times()}

    def row(self) -> Row:
        return {
            **self._row(),
            "sourceRowCount": self.source_rows,
            "destinationRowCount": self.destination_rows,
            "sourceByteCount": self.source_bytes,
            "destinationByteCount": self.destination_bytes,
            **self._times(),
        }

    def _row(self) -> Row:
        return {"id": self.id, "connectionId": self.connection_id, "status": self.status}

    def _times(self) -> Row:
        return {"createdAt": iso(self.created), "updatedAt": iso(self.updated)}


def totals(records: list[RunRecord]) -> Row:
    """What a connection tells about its runs, oldest first."""
    last = records[-1] if records else None
    seconds = [round(record.seconds) for record in records]
    return {
        "lastRunTime": iso(last.created) if last else None,
        "lastRunStatus": last.status if last else None,
        "lastRunDuration": seconds[-1] if last else None,
        "maxRunDuration": max(seconds, default=0),
        "totalRunDuration": sum(seconds),
        "finishedRunCount": sum(record.status == FINISHED for record in records),
        "failedRunCount": sum(record.status == FAILED for record in records),
        "totalGigabytes": sum(record.destination_bytes for record in records) / 1e9,
    }
