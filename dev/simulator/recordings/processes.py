# File: processes.py
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
"""The processes that ran on a computer."""

from __future__ import annotations

import hashlib
import random
from functools import lru_cache
from typing import Any, NamedTuple

from dev.simulator import seed
from dev.simulator.times import DAY, milliseconds, recorder_time


Row = dict[str, Any]

SECONDS_RECORDED = 2 * DAY


class Process(NamedTuple):
    """A process that ran: `number` as in `seed`, `parent` the parent's number, `ended` None while
    it lives. Times in seconds.
    """

    number: int
    table_id: str
    parent: int | None
    pid: int
    path: str
    command_line: str
    user: str
    group: str
    md5: str
    created: float
    ended: float | None


def digest_of(*parts: object) -> str:
    """32 hex digits that are always the same for the same parts."""
    return hashlib.md5("|".join(map(str, parts)).encode()).hexdigest()


def folder(host: seed.Host) -> str:
    """Where the processes lie that no other computer has."""
    return "C:\\Program Files\\Workbench\\" if is_windows(host) else "/opt/workbench/bin/"


def is_windows(host: seed.Host) -> bool:
    return host.platform == "Windows"


def unique_id(process: Process) -> str:
    """The other id of a process, which no route takes."""
    return str(int(process.table_id) ^ 0x5A5A5A5A)


def first_processes(
    host: seed.Host, random_seed: str, recorded_from: float, count: int
) -> list[Process]:
    """`count` processes of a computer whose recorder has run since `recorded_from` (seconds)."""
    return [
        process._replace(
            created=recorded_from + process.created,
            ended=None if process.ended is None else recorded_from + process.ended,
        )
        for process in _processes_since_zero(host, random_seed, count)
    ]


# Every server has the same ones, at its own time.
@lru_cache(maxsize=32)
def _processes_since_zero(host: seed.Host, random_seed: str, count: int) -> list[Process]:
    chance = random.Random(random_seed)
    backbone = seed.PROCESS_BACKBONE[host.platform]
    processes = []
    for number in range(count):
        if number < len(backbone):
            path, parent, user = backbone[number]
            # The processes that all computers of a platform share are a week old, older than every
            # alert about them.
            created = number * 60 - 5 * DAY
        else:
            parent = _parent_of(number, chance)
            user = backbone[0][2] if number % 4 else backbone[-1][2]
            path = _path(host, chance)
            created = (number + chance.random()) * SECONDS_RECORDED / (seed.PROCESSES + 1)
        ended = created + chance.random() * 900 if number > 7 and number % 2 else None
        processes.append(_process(host, number, parent, path, user, created, ended))
    return processes


def process_row(process: Process, parent: Process | None) -> Row:
    """A row among the process events."""
    return {
        "id": str(10_000 + process.number),
        "process_table_id": process.table_id,
        "parent_process_table_id": parent.table_id if parent else None,
        "pid": process.pid,
        "parent_pid": parent.pid if parent else -2,
        "process_path": process.path,
        "process_command_line": process.command_line,
        "parent_path": parent.path if parent else "<Pruned Process>",
        "parent_command_line": parent.command_line if parent else None,
        "hash_type_name": "MD5",
        "hash": process.md5,
        "parent_hash": parent.md5 if parent else None,
        "user_name": process.user,
        "group_name": process.group,
        **lifetime(process),
    }


def lifetime(process: Process) -> Row:
    """The columns about a process's beginning and end."""
    ended = process.ended
    return {
        "create_time": recorder_time(process.created),
        "create_time_raw": milliseconds(process.created),
        "end_time": None if ended is None else recorder_time(ended),
        "end_time_raw": None if ended is None else milliseconds(ended),
        "exit_code": None if ended is None else 0,
    }


def _process(
    host: seed.Host,
    number: int,
    parent: int | None,
    path: str,
    user: str,
    created: float,
    ended: float | None,
) -> Process:
    return Process(
        number,
        seed.process_table_id(host.client_id, number),
        parent,
        4 if number == 0 else 400 + number * 4,
        path,
        f'"{path}" --task {number}' if number else path,
        user,
        "NT AUTHORITY" if is_windows(host) and user == "SYSTEM" else user,
        digest_of(path),
        created,
        ended,
    )


def _parent_of(number: int, chance: random.Random) -> int:
    if number < 408:
        return seed.MANY_CHILDREN
    if number < 1108:
        return seed.MORE_CHILDREN_THAN_SIBLINGS_SHOWN
    return chance.randrange(9, number)


def _path(host: seed.Host, chance: random.Random) -> str:
    return f"{folder(host)}agent-{chance.randrange(40):02d}" + (".exe" if is_windows(host) else "")
