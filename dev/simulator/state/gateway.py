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
"""What the API gateway remembers: pages that cursors point into, and errors that a test ordered."""

from __future__ import annotations

import base64
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from dev.simulator.settings import Settings
from dev.simulator.state.questions import AskedQuestion


CURSOR_IDLE_SECONDS = 300.0
CURSOR_SECONDS = 3600.0


@dataclass
class Snapshot:
    """The rows of one read, in their order; `query` is what they were asked by, `asked` the live
    question behind them.
    """

    number: int
    rows: Sequence[Any]
    query: str
    made: float
    used: float
    asked: AskedQuestion | None = None
    reads: int = 0

    def cursor(self, position: int) -> str:
        """Points to the row at a position, from 0; -1 is before the first."""
        return base64.b64encode(f"{self.number}:{position}".encode()).decode()


@dataclass
class PayloadError:
    """`error` in the payload of a mutation; `done` says whether the work is done all the same."""

    message: str
    retryable: bool = False
    timed_out: bool = False
    done: bool = False

    def body(self) -> dict[str, Any]:
        return {
            "message": self.message,
            "retryable": self.retryable,
            "timedOut": self.timed_out,
        }


class GatewayMemory:
    """`payload_errors` are by the name of the field, which has an `error` in its payload; the first
    of a list is used up by the next call.
    """

    def __init__(self, settings: Settings, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._clock = clock
        self._numbers = itertools.count(1)
        self._snapshots: dict[int, Snapshot] = {}
        self._deaths = 0
        self.payload_errors: dict[str, list[PayloadError]] = {}

    def payload_error(self, field: str) -> PayloadError | None:
        ordered = self.payload_errors.get(field)
        return ordered.pop(0) if ordered else None

    def keep(self, rows: Sequence[Any], query: str, asked: AskedQuestion | None = None) -> Snapshot:
        """Rows into which cursors may point from now on."""
        self._snapshots = {
            number: each for number, each in self._snapshots.items() if self._is_alive(each)
        }
        now = self._clock()
        made = Snapshot(next(self._numbers), rows, query, now, now, asked)
        self._snapshots[made.number] = made
        return made

    def at(self, cursor: str) -> tuple[Snapshot, int] | None:
        """The rows and the position of a cursor, which is used by that; None for a dead one."""
        try:
            number, position = map(int, base64.b64decode(cursor, validate=True).split(b":"))
        except ValueError:
            return None
        found = self._snapshots.get(number)
        if found is None or not self._is_alive(found):
            return None
        if self._is_read_too_often(found):
            self._deaths += 1
            del self._snapshots[number]
            return None
        found.used = self._clock()
        found.reads += 1
        return found, position

    def end(self, asked: AskedQuestion) -> None:
        """The cursors into earlier answers of a live question die."""
        self._snapshots = {
            number: each for number, each in self._snapshots.items() if each.asked is not asked
        }

    def _is_alive(self, snapshot: Snapshot) -> bool:
        now = self._clock()
        in_use = now < snapshot.used + CURSOR_IDLE_SECONDS
        return in_use and now < snapshot.made + CURSOR_SECONDS

    def _is_read_too_often(self, snapshot: Snapshot) -> bool:
        reads, deaths = self._settings.cursor_reads, self._settings.cursor_deaths
        is_due = deaths is None or self._deaths < deaths
        return bool(reads) and is_due and snapshot.reads >= reads
