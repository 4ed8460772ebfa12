# File: alert_processes.py
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
"""Processes as the details of an alert have them: in one form in the match, in another in the
finding.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Any

from dev.simulator import seed
from dev.simulator.recordings.processes import Process, unique_id
from dev.simulator.recordings.recording import Recording
from dev.simulator.times import iso


Row = dict[str, Any]

ACTING = seed.SUSPICIOUS
"""The process that most alerts are about."""
INJECTING = seed.SUSPICIOUS + 1
"""The one that writes into others: a child of ACTING, which nobody has signed."""
INJECTED = 3
"""The process that it writes into: the user's desktop."""

VERIFIED, NOT_VERIFIED = 1, 11
"""Numbers by which Tanium says what became of a signature's check."""


@lru_cache(maxsize=64)
def hashes(path: str) -> dict[str, str]:
    encoded = path.encode()
    return {
        "md5": hashlib.md5(encoded).hexdigest(),
        "sha1": hashlib.sha1(encoded).hexdigest(),
        "sha256": hashlib.sha256(encoded).hexdigest(),
    }


class AlertProcesses:
    """The first processes of one computer; what alerts share is made once."""

    def __init__(self, recording: Recording) -> None:
        self.host = recording.host
        self._processes = recording.first_processes(INJECTING + 1)
        self._in_findings: dict[int, Row] = {}

    def __getitem__(self, number: int) -> Process:
        return self._processes[number]

    def user(self, process: Process) -> str:
        if self.host.platform != "Windows":
            return process.user
        return f"{self.host.hostname.upper()}\\{process.user}"

    def in_match(self, number: int, ancestors: int = 0) -> Row:
        """A process and some of its ancestors, as the recorder's match has them."""
        process = self._processes[number]
        row: Row = {
            "pid": process.pid,
            "name": process.path,
            "args": process.command_line,
            "user": self.user(process),
            "start_time": iso(process.created),
            "recorder_unique_id": unique_id(process),
            "file": {"fullpath": process.path, **hashes(process.path)},
        }
        if process.parent is not None:
            row["ppid"] = self._processes[process.parent].pid
            if ancestors:
                row["parent"] = self.in_match(process.parent, ancestors - 1)
        return row

    def in_finding(self, number: int) -> Row:
        """The line of descent as a finding has it: up to the first process, whose parent is an
        empty one.
        """
        if number not in self._in_findings:
            process = self._processes[number]
            parent: Row = {"handles": [], "tanium_recorder_table_id": "0"}
            if process.parent is not None:
                parent = self.in_finding(process.parent)
            self._in_findings[number] = {
                "pid": process.pid,
                "arguments": process.command_line,
                "start_time": iso(process.created),
                "tanium_unique_id": unique_id(process),
                "tanium_recorder_table_id": process.table_id,
                "handles": [],
                "user": {"user": self._account(process)},
                "file": {"file": _file(process)},
                "parent": {"process": parent},
            }
        return self._in_findings[number]

    def _account(self, process: Process) -> Row:
        return {
            "name": process.user,
            "domain": self.host.hostname.upper(),
            "user_id": f"S-1-5-21-1111111111-2222222222-3333333333-{1100 + process.number}",
        }


def _file(process: Process) -> Row:
    return {
        "path": process.path,
        "hash": dict(hashes(process.path)),
        "signature_data": _signature(process),
    }


def _signature(process: Process) -> Row:
    if process.number == INJECTING:
        return {"status": NOT_VERIFIED}
    return {
        "issuer": "Example Code Signing CA",
        "subject": "Example Corporation",
        "status": VERIFIED,
    }
