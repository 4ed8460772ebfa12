# File: recording.py
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
"""One computer's recorder: processes, events, and the tree that the processes form."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import Any

from dev.simulator import seed
from dev.simulator.recordings.events import Event, combined_row, event_row, events_of_process
from dev.simulator.recordings.processes import (
    SECONDS_RECORDED,
    Process,
    digest_of,
    first_processes,
    lifetime,
    process_row,
    unique_id,
)


Row = dict[str, Any]

EVENT_TYPES = (
    "combined",
    "dns",
    "driver",
    "file",
    "image",
    "network",
    "process",
    "registry",
    "security",
)


@lru_cache(maxsize=8)
def recording_of(host: seed.Host, seed_number: int, until: float) -> Recording:
    """Simulators that start in the same minute share what their recorders hold, and nobody may
    change: thousands of rows take their time.
    """
    return Recording(host, seed_number, until)


class Recording:
    """Processes and events of one computer up to `until` (seconds)."""

    def __init__(self, host: seed.Host, seed_number: int, until: float) -> None:
        self.host = host
        self._random_seed = f"{seed_number}:{host.client_id}"
        self._from = until - SECONDS_RECORDED
        self._events: dict[str, list[Row]] = {}

    @cached_property
    def processes(self) -> list[Process]:
        return self.first_processes(seed.PROCESSES)

    def first_processes(self, count: int) -> list[Process]:
        """For those who need a few: thousands take their time."""
        return first_processes(self.host, self._random_seed, self._from, count)

    @cached_property
    def children(self) -> dict[int, list[Process]]:
        """The children of every process that has any, by the parent's number."""
        families: dict[int, list[Process]] = {}
        for process in self.processes:
            if process.parent is not None:
                families.setdefault(process.parent, []).append(process)
        return families

    @cached_property
    def _by_table_id(self) -> dict[str, Process]:
        return {process.table_id: process for process in self.processes}

    def process(self, table_id: str) -> Process | None:
        return self._by_table_id.get(table_id)

    def parent(self, process: Process) -> Process | None:
        return None if process.parent is None else self.processes[process.parent]

    def events(self, event_type: str) -> list[Row]:
        """All rows of one type, oldest first."""
        if event_type not in self._events:
            self._events[event_type] = self._made(event_type)
        return self._events[event_type]

    def event_count_of(self, process: Process, event_type: str) -> int:
        """How many events of a type one process caused."""
        if event_type == "process":
            return 1
        if process.number >= len(seed.PROCESS_BACKBONE[self.host.platform]) and process.number % 3:
            return 0
        return int(digest_of(process.table_id, event_type)[:2], 16) % 6

    def events_of(self, process: Process, event_type: str) -> list[Row]:
        """The events that one process caused, in the short form all types share, oldest first."""
        if event_type == "combined":
            rows = [row for each in EVENT_TYPES[1:] for row in self.events_of(process, each)]
            return sorted(rows, key=lambda row: row["timestamp_raw"])
        count = self.event_count_of(process, event_type)
        return events_of_process(self.host, event_type, process, count)

    def tree_row(self, process: Process, context: str) -> Row:
        """A row of a process tree; `context` is parent, node, sibling or child."""
        parent = self.parent(process)
        counts = {
            f"{each}_events_count": self.event_count_of(process, each) for each in EVENT_TYPES[1:]
        }
        return {
            "id": process.table_id,
            "process_table_id": process.table_id,
            "parent_process_table_id": parent.table_id if parent else "0",
            "unique_process_id": unique_id(process),
            "context": context,
            "pid": process.pid,
            "process_path": process.path,
            "process_command_line": process.command_line,
            "process_hash": process.md5,
            "hash_type_name": "MD5",
            "user_name": process.user,
            "group_name": process.group,
            **lifetime(process),
            "children_count": len(self.children.get(process.number, ())),
            **counts,
        }

    def _made(self, event_type: str) -> list[Row]:
        if event_type == "combined":
            return self._combined()
        if event_type == "process":
            return [process_row(process, self.parent(process)) for process in self.processes]
        return [
            event_row(event_type, self._event(event_type, number), moment)
            for number, moment in self._moments(event_type, seed.EVENT_COUNTS[event_type])
        ]

    def _event(self, event_type: str, number: int) -> Event:
        process = self.processes[number * 11 % len(self.processes)]
        return Event(self.host, number, digest_of(self._random_seed, event_type, number), process)

    def _moments(self, event_type: str, count: int) -> Iterator[tuple[int, float]]:
        chance = random.Random(f"{self._random_seed}:{event_type}")
        for number in range(count):
            yield number, self._from + (number + chance.random()) * SECONDS_RECORDED / (count + 1)

    def _combined(self) -> list[Row]:
        rows = [
            combined_row(
                event_type,
                row,
                self.process(row.get("process_table_id", "")) or self.processes[0],
            )
            for event_type in EVENT_TYPES[1:]
            for row in self.events(event_type)
        ]
        return sorted(rows, key=lambda row: row["timestamp_raw"])
