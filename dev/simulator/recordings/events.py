# File: events.py
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
"""The rows of a computer's events, type by type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from dev.simulator import seed
from dev.simulator.recordings.processes import Process, digest_of, folder, is_windows
from dev.simulator.times import milliseconds, recorder_time


Row = dict[str, Any]

LABELS = {
    "dns": "DNS",
    "driver": "Driver",
    "file": "File",
    "image": "Image",
    "network": "Network",
    "process": "Process",
    "registry": "Registry",
    "security": "Security",
}
"""How an event names its own type."""
OPERATIONS = {
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


class Event(NamedTuple):
    """What a row is made of: the event's number among those of its type, 32 hex digits of its own,
    and the process that caused it.
    """

    host: seed.Host
    number: int
    digest: str
    process: Process


def event_row(event_type: str, event: Event, moment: float) -> Row:
    """A row of any type but process and combined."""
    process = event.process
    row: Row = {
        "id": str(int(event.digest[:14], 16)),
        "timestamp": recorder_time(moment),
        "timestamp_raw": milliseconds(moment),
    }
    if event_type not in {"driver", "security"}:
        row.update(
            {
                "process_table_id": process.table_id,
                "pid": process.pid,
                "process_path": process.path,
                "process_command_line": process.command_line,
                "process_hash": process.md5,
                "user_name": process.user,
                "group_name": process.group,
                "details": _detail(event_type, event),
            }
        )
    row.update(_COLUMNS[event_type](event))
    return row


def events_of_process(host: seed.Host, event_type: str, process: Process, count: int) -> list[Row]:
    """The `count` events that one process caused, in the short form all types share."""
    rows = []
    for number in range(count):
        digest = digest_of(process.table_id, event_type, number)
        moment = process.created
        detail = f"{process.pid}: {process.path}"
        if event_type != "process":
            moment += 0.25 + number * 3.5 + int(digest[:2], 16) / 100
            detail = _detail(event_type, Event(host, number, digest, process))
        operations = OPERATIONS[event_type]
        rows.append(
            {
                "id": str(int(digest[:14], 16)),
                "timestamp": recorder_time(moment),
                "timestamp_raw": milliseconds(moment),
                "type": LABELS[event_type],
                "operation": operations[number % len(operations)],
                "detail": detail,
            }
        )
    return rows


def combined_row(event_type: str, row: Row, process: Process) -> Row:
    """The row of an event of some type, as the view of all types has it."""
    operations = OPERATIONS[event_type]
    return {
        "id": row["id"],
        "timestamp": row.get("timestamp", row.get("create_time")),
        "timestamp_raw": row.get("timestamp_raw", row.get("create_time_raw")),
        "type": LABELS[event_type],
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


def _file_columns(event: Event) -> Row:
    digest = event.digest
    return {
        "file": _detail("file", event),
        "operation": OPERATIONS["file"][event.number % 4],
        "event_operation_id": event.number % 4 + 1,
        "evidence": (
            None
            if event.number % 5
            else f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-8{digest[17:20]}-{digest[20:]}"
        ),
    }


def _network_columns(event: Event) -> Row:
    """Newer recorders name both ends local and remote, older ones source and destination; every
    second row is of either kind.
    """
    number = event.number
    names = ("source_addr", "source_port", "destination_addr", "destination_port")
    if number % 2 == 0:
        names = ("local_address", "local_address_port", "remote_address", "remote_address_port")
    ends = (event.host.ip, 49152 + number, _peer(event), (443, 80, 53, 8443)[number % 4])
    return {"operation": OPERATIONS["network"][number % 3], **dict(zip(names, ends))}


def _registry_columns(event: Event) -> Row:
    return {
        "key_path": _detail("registry", event),
        "value_name": f"Setting{event.number % 9}",
        "operation": OPERATIONS["registry"][event.number % 3],
    }


def _dns_columns(event: Event) -> Row:
    return {
        "operation": "Query",
        "query": _detail("dns", event),
        "response": f"{_peer(event)};",
    }


def _image_columns(event: Event) -> Row:
    return {
        "path": _detail("image", event),
        "library_hash": event.digest,
        "hash_type_name": "MD5",
        "signature_status": event.number % 2,
        "signature_issuer": "Example Code Signing CA",
        "signature_subject": "Example Corporation",
        "im_cares": event.number % 3,
    }


def _security_columns(event: Event) -> Row:
    number, process = event.number, event.process
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
        "details": _detail("security", event),
    }


def _driver_columns(event: Event) -> Row:
    signed = event.number % 6 != 0
    return {
        "event_id": "6",
        "event_opcode": "0",
        "event_record_id": str(900_000 + event.number),
        "event_task_id": 6,
        "sid": "S-1-5-18",
        "ImageLoaded": _detail("driver", event),
        "Hashes": event.digest.upper(),
        "Signed": "true" if signed else "false",
        "Signature": "Example Hardware Ltd" if signed else None,
    }


_COLUMNS: dict[str, Callable[[Event], Row]] = {
    "file": _file_columns,
    "network": _network_columns,
    "registry": _registry_columns,
    "dns": _dns_columns,
    "image": _image_columns,
    "security": _security_columns,
    "driver": _driver_columns,
}


def _detail(event_type: str, event: Event) -> str:
    host, name = event.host, event.digest[:6]
    windows = is_windows(host)
    return {
        "file": (
            f"C:\\Users\\Public\\Documents\\{name}.tmp" if windows else f"/var/tmp/{name}.tmp"
        ),
        "network": f"{host.ip} -> {_peer(event)}:443",
        "registry": f"HKEY_LOCAL_MACHINE\\Software\\Workbench\\{name}",
        "dns": f"host-{name[:2]}.example.net",
        "image": f"{folder(host)}lib{name}" + (".dll" if windows else ".so"),
        "driver": (
            f"C:\\Windows\\System32\\drivers\\dev{name}.sys"
            if windows
            else f"/lib/modules/dev{name}.ko"
        ),
        "security": f"Session of {event.process.user} on {host.hostname}",
    }[event_type]


def _peer(event: Event) -> str:
    return f"203.0.113.{int(event.digest[2:4], 16)}"
