# File: recordings.py
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
"""What the recorder of a computer has seen: its processes and its events, made up from the
computer's client id alone.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from functools import cached_property
from typing import Any, NamedTuple

from dev.simulator import seed
from dev.simulator.times import DAY, milliseconds, recorder_time


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
_LABELS = {
    "dns": "DNS",
    "driver": "Driver",
    "file": "File",
    "image": "Image",
    "network": "Network",
    "process": "Process",
}
_LABELS.update({"registry": "Registry", "security": "Security"})
_OPERATIONS = {
    "file": ("CreateNew", "Write", "Delete", "Rename"),
    "network": ("Connect", "Accept", "Disconnect"),
    "registry": ("SetValue", "CreateKey", "DeleteValue"),
    "dns": ("Query",),
    "driver": ("LoadDriver",),
    "image": ("LoadImage",),
    "security": ("Logon", "Logoff"),
    "process": ("CreateProcess",),
}
_TELLING_COLUMN = {
    "file": "file",
    "registry": "key_path",
    "dns": "query",
    "image": "path",
    "driver": "ImageLoaded",
    "security": "details",
}
_SECONDS_RECORDED = 2 * DAY


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


def _digest(*parts: object) -> str:
    return hashlib.md5("|".join(map(str, parts)).encode()).hexdigest()


class Recording:
    """Processes and events of one computer up to `until` (seconds)."""

    def __init__(self, host: seed.Host, seed_number: int, until: float) -> None:
        self.host = host
        self._random_seed = f"{seed_number}:{host.client_id}"
        self._from = until - _SECONDS_RECORDED
        self._events: dict[str, list[Row]] = {}

    @cached_property
    def processes(self) -> list[Process]:
        return self.first_processes(seed.PROCESSES)

    def first_processes(self, count: int) -> list[Process]:
        """For those who need a few: thousands take their time."""
        chance = random.Random(self._random_seed)
        return [self._process(index, chance) for index in range(count)]

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

    def events(self, event_type: str) -> list[Row]:
        """All rows of one type, oldest first."""
        if event_type not in self._events:
            if event_type == "combined":
                self._events[event_type] = self._combined()
            elif event_type == "process":
                self._events[event_type] = [
                    self._process_row(process) for process in self.processes
                ]
            else:
                self._events[event_type] = [
                    self._event_row(event_type, number, moment)
                    for number, moment in self._moments(event_type, seed.EVENT_COUNTS[event_type])
                ]
        return self._events[event_type]

    def event_count_of(self, process: Process, event_type: str) -> int:
        """How many events of a type one process caused."""
        if event_type == "process":
            return 1
        if process.number >= len(seed.PROCESS_BACKBONE[self.host.platform]) and process.number % 3:
            return 0
        return int(_digest(process.table_id, event_type)[:2], 16) % 6

    def events_of(self, process: Process, event_type: str) -> list[Row]:
        """The events that one process caused, in the short form all types share, oldest first."""
        if event_type == "combined":
            rows = [row for each in EVENT_TYPES[1:] for row in self.events_of(process, each)]
            return sorted(rows, key=lambda row: row["timestamp_raw"])
        rows = []
        for number in range(self.event_count_of(process, event_type)):
            digest = _digest(process.table_id, event_type, number)
            moment = (
                process.created
                if event_type == "process"
                else process.created + 0.25 + number * 3.5 + int(digest[:2], 16) / 100
            )
            operations = _OPERATIONS[event_type]
            rows.append(
                {
                    "id": str(int(digest[:14], 16)),
                    "timestamp": recorder_time(moment),
                    "timestamp_raw": milliseconds(moment),
                    "type": _LABELS[event_type],
                    "operation": operations[number % len(operations)],
                    "detail": (
                        f"{process.pid}: {process.path}"
                        if event_type == "process"
                        else self._detail(event_type, digest, process)
                    ),
                }
            )
        return rows

    def _parent_of(self, index: int, chance: random.Random) -> int | None:
        if index < 408:
            return seed.MANY_CHILDREN
        if index < 1108:
            return seed.MORE_CHILDREN_THAN_SIBLINGS_SHOWN
        return chance.randrange(9, index)

    def _process(self, index: int, chance: random.Random) -> Process:
        backbone = seed.PROCESS_BACKBONE[self.host.platform]
        if index < len(backbone):
            path, parent, user = backbone[index]
        else:
            parent = self._parent_of(index, chance)
            user = backbone[0][2] if index % 4 else backbone[-1][2]
            path = (
                self._folder()
                + f"agent-{chance.randrange(40):02d}"
                + (".exe" if self._windows else "")
            )
        # The processes that all computers of a platform share are a week old, older than every
        # alert about them.
        created = self._from - 5 * DAY + index * 60
        if index >= len(backbone):
            created = self._from + (index + chance.random()) * _SECONDS_RECORDED / (
                seed.PROCESSES + 1
            )
        return Process(
            index,
            seed.process_table_id(self.host.client_id, index),
            parent,
            4 if index == 0 else 400 + index * 4,
            path,
            f'"{path}" --task {index}' if index else path,
            user,
            "NT AUTHORITY" if self._windows and user == "SYSTEM" else user,
            _digest(path),
            created,
            created + chance.random() * 900 if index > 7 and index % 2 else None,
        )

    @property
    def _windows(self) -> bool:
        return self.host.platform == "Windows"

    def _folder(self) -> str:
        return "C:\\Program Files\\Workbench\\" if self._windows else "/opt/workbench/bin/"

    def _moments(self, event_type: str, count: int) -> Iterator[tuple[int, float]]:
        chance = random.Random(f"{self._random_seed}:{event_type}")
        for number in range(count):
            yield number, self._from + (number + chance.random()) * _SECONDS_RECORDED / (count + 1)

    def _process_row(self, process: Process) -> Row:
        parent = None if process.parent is None else self.processes[process.parent]
        return {
            "id": str(10_000 + process.number),
            "process_table_id": process.table_id,
            "parent_process_table_id": parent.table_id if parent else None,
            "pid": process.pid,
            "parent_pid": parent.pid if parent else -2,
            "process_path": process.path,
            "process_command_line": process.command_line,
            "parent_path": parent.path if parent else "<Pruned Process>",
            "hash_type_name": "MD5",
            "hash": process.md5,
            "user_name": process.user,
            "group_name": process.group,
            **_lifetime(process),
        }

    def _event_row(self, event_type: str, number: int, moment: float) -> Row:
        process = self.processes[number * 11 % len(self.processes)]
        digest = _digest(self._random_seed, event_type, number)
        row: Row = {
            "id": str(int(digest[:14], 16)),
            "timestamp": recorder_time(moment),
            "timestamp_raw": milliseconds(moment),
        }
        if event_type not in {"driver", "security"}:
            row.update(
                {
                    "process_table_id": process.table_id,
                    "process_id": process.pid,
                    "process_name": process.path,
                    "process_path": process.path,
                    "process_command_line": process.command_line,
                    "process_hash": process.md5,
                    "username": process.user,
                    "domain": process.group,
                    "group_name": process.group,
                }
            )
        columns = {
            "file": self._file_columns,
            "network": self._network_columns,
            "registry": self._registry_columns,
            "dns": self._dns_columns,
            "image": self._image_columns,
            "security": self._security_columns,
            "driver": self._driver_columns,
        }
        row.update(columns[event_type](number, digest, process))
        return row

    def _file_columns(self, number: int, digest: str, process: Process) -> Row:
        return {
            "file": self._detail("file", digest, process),
            "operation": _OPERATIONS["file"][number % 4],
            "event_operation_id": number % 4 + 1,
            "evidence": (
                None
                if number % 5
                else f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-8{digest[17:20]}-{digest[20:]}"
            ),
        }

    def _network_columns(self, number: int, digest: str, _process: Process) -> Row:
        """Newer recorders name both ends local and remote, older ones source and destination; every
        second row is of either kind.
        """
        names = ("source_addr", "source_port", "destination_addr", "destination_port")
        if number % 2 == 0:
            names = ("local_address", "local_address_port", "remote_address", "remote_address_port")
        ends = (self.host.ip, 49152 + number, self._peer(digest), (443, 80, 53, 8443)[number % 4])
        return {"operation": _OPERATIONS["network"][number % 3], **dict(zip(names, ends))}

    def _registry_columns(self, number: int, digest: str, process: Process) -> Row:
        return {
            "key_path": self._detail("registry", digest, process),
            "value_name": f"Setting{number % 9}",
            "operation": _OPERATIONS["registry"][number % 3],
        }

    def _dns_columns(self, _number: int, digest: str, process: Process) -> Row:
        return {
            "operation": "Query",
            "query": self._detail("dns", digest, process),
            "response": f"{self._peer(digest)};",
        }

    def _image_columns(self, number: int, digest: str, process: Process) -> Row:
        return {
            "path": self._detail("image", digest, process),
            "library_hash": digest,
            "hash_type_name": "MD5",
            "signature_status": number % 2,
            "signature_issuer": "Example Code Signing CA",
            "signature_subject": "Example Corporation",
            "im_cares": number % 3,
        }

    def _security_columns(self, number: int, digest: str, process: Process) -> Row:
        return {
            "event_id": str((4624, 4634, 4672)[number % 3]),
            "event_opcode": "0",
            "event_record_id": str(100_000 + number),
            "event_task_id": 12544 + number % 2,
            "username": process.user,
            "domain": process.group,
            "sid": (
                "S-1-5-18"
                if process.user == "SYSTEM"
                else "S-1-5-21-1111111111-2222222222-3333333333-1104"
            ),
            "sid_hash": number % 7,
            "details": self._detail("security", digest, process),
        }

    def _driver_columns(self, number: int, digest: str, process: Process) -> Row:
        return {
            "event_id": "6",
            "event_opcode": "0",
            "event_record_id": str(900_000 + number),
            "event_task_id": 6,
            "sid": "S-1-5-18",
            "ImageLoaded": self._detail("driver", digest, process),
            "Hashes": digest.upper(),
            "Signed": "true" if number % 6 else "false",
            "Signature": "Example Hardware Ltd" if number % 6 else None,
        }

    def _detail(self, event_type: str, digest: str, process: Process) -> str:
        name = digest[:6]
        if event_type == "file":
            return (
                f"C:\\Users\\Public\\Documents\\{name}.tmp"
                if self._windows
                else f"/var/tmp/{name}.tmp"
            )
        if event_type == "network":
            return f"{self.host.ip} -> {self._peer(digest)}:443"
        if event_type == "registry":
            return f"HKEY_LOCAL_MACHINE\\Software\\Workbench\\{name}"
        if event_type == "dns":
            return f"host-{name[:2]}.example.net"
        if event_type == "image":
            return self._folder() + f"lib{name}" + (".dll" if self._windows else ".so")
        if event_type == "driver":
            return (
                f"C:\\Windows\\System32\\drivers\\dev{name}.sys"
                if self._windows
                else f"/lib/modules/dev{name}.ko"
            )
        return f"Session of {process.user} on {self.host.hostname}"

    def _peer(self, digest: str) -> str:
        return f"203.0.113.{int(digest[2:4], 16)}"

    def _combined(self) -> list[Row]:
        rows = [
            self._combined_row(event_type, row)
            for event_type in EVENT_TYPES[1:]
            for row in self.events(event_type)
        ]
        return sorted(rows, key=lambda row: row["timestamp_raw"])

    def _combined_row(self, event_type: str, row: Row) -> Row:
        operations = _OPERATIONS[event_type]
        process = self.process(row.get("process_table_id", "")) or self.processes[0]
        return {
            "id": row["id"],
            "timestamp": row.get("timestamp", row.get("create_time")),
            "timestamp_raw": row.get("timestamp_raw", row.get("create_time_raw")),
            "type": _LABELS[event_type],
            "operation": row.get("operation", operations[int(row["id"]) % len(operations)]),
            "detail": row.get(_TELLING_COLUMN.get(event_type, ""), process.path),
            "process_table_id": process.table_id,
            "process_id": process.pid,
            "process_name": process.path,
            "process_path": process.path,
            "process_command_line": process.command_line,
            "process_hash": process.md5,
            "username": process.user,
        }


def _lifetime(process: Process) -> Row:
    """The columns about a process's beginning and end."""
    ended = process.ended
    return {
        "create_time": recorder_time(process.created),
        "create_time_raw": milliseconds(process.created),
        "end_time": None if ended is None else recorder_time(ended),
        "end_time_raw": None if ended is None else milliseconds(ended),
        "exit_code": None if ended is None else 0,
    }


def tree_row(recording: Recording, process: Process, context: str) -> Row:
    """A row of a process tree; `context` is parent, node, sibling or child."""
    parent = None if process.parent is None else recording.processes[process.parent]
    counts = {
        f"{each}_events_count": recording.event_count_of(process, each) for each in EVENT_TYPES[1:]
    }
    return {
        "id": process.table_id,
        "process_table_id": process.table_id,
        "parent_process_table_id": parent.table_id if parent else "0",
        "unique_process_id": str(int(process.table_id) ^ 0x5A5A5A5A),
        "context": context,
        "pid": process.pid,
        "process_path": process.path,
        "process_command_line": process.command_line,
        "process_hash": process.md5,
        "hash_type_name": "MD5",
        "user_name": process.user,
        "group_name": process.group,
        **_lifetime(process),
        "children_count": len(recording.children.get(process.number, ())),
        **counts,
    }
