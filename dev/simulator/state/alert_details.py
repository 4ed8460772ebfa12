# File: alert_details.py
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
"""The `details` of alerts: a process seen by the recorder, a file at rest, a network port, a report
of Microsoft Defender.
"""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import Any

from dev.simulator import seed
from dev.simulator.recordings.processes import Process, unique_id
from dev.simulator.recordings.recording import Recording
from dev.simulator.times import DAY, iso, milliseconds


Row = dict[str, Any]

SHAPES = ("process", "file", "port", "windows_defender")

_ANCESTORS_IN_MATCH = 3


def _hashes(path: str) -> dict[str, str]:
    encoded = path.encode()
    return {
        "md5": hashlib.md5(encoded).hexdigest(),
        "sha1": hashlib.sha1(encoded).hexdigest(),
        "sha256": hashlib.sha256(encoded).hexdigest(),
    }


class Findings:
    """What alerts of one computer are about: its suspicious process, and the first of its files.
    Shared parts are made once.
    """

    def __init__(self, recording: Recording) -> None:
        self._host = recording.host
        self._processes = recording.first_processes(seed.SUSPICIOUS + 1)
        self._process = self._processes[seed.SUSPICIOUS]
        self._file = seed.ENDPOINT_FILES[recording.host.platform][0]

    def details(self, shape: str, row: Row, digest: str, alerted: float) -> Row:
        """The details of the alert `row` in one of `SHAPES`; `digest` (32 hex digits) varies what
        may vary.
        """
        match, whats = {
            "process": self._recorded_process,
            "file": self._file_at_rest,
            "port": self._network_port,
            "windows_defender": self._defender,
        }[shape](digest, alerted)
        finding = {
            "domain": "threatresponse",
            "source_name": "recorder" if shape == "process" else "at_rest",
            "hunt_id": "2" if shape == "process" else f"hunt:{1_000_000 + row['id']}",
            "intel_id": f"{row['intelDocId']}:1:{row['guid']}",
            "threat_id": "831,904",
            "finding_id": row["findingId"],
            "first_seen": iso(alerted),
            "last_seen": iso(alerted + 2),
            "reporting_id": f"reporting-{row['id']}",
            "system_info": self._system_info,
            **whats,
        }
        return {
            "match": match,
            "finding": finding,
            "intel_id": row["intelDocId"],
            "config_id": str(row["scanConfigId"]),
            "config_rev_id": "3",
        }

    @cached_property
    def _system_info(self) -> Row:
        return {
            "os": {
                "Windows": "Microsoft Windows 11 Pro",
                "Linux": "Ubuntu 22.04.4 LTS",
                "Mac": "macOS 14.5",
            }[self._host.platform],
            "platform": self._host.platform,
            "bits": 64,
            "patch_level": "10.0.22631.3880.0.0",
            "build_number": "22631",
        }

    @cached_property
    def _matched_process(self) -> Row:
        return self._matched(self._process, _ANCESTORS_IN_MATCH)

    @cached_property
    def _acting_process(self) -> Row:
        return self._acting(self._process)

    def _user(self, process: Process) -> str:
        return (
            f"{self._host.hostname.upper()}\\{process.user}"
            if self._host.platform == "Windows"
            else process.user
        )

    def _matched(self, process: Process, ancestors: int) -> Row:
        """A process and some of its ancestors, as the recorder's match has them."""
        row: Row = {
            "pid": process.pid,
            "name": process.path,
            "args": process.command_line,
            "user": self._user(process),
            "start_time": iso(process.created),
            "recorder_unique_id": unique_id(process),
            "file": {"fullpath": process.path, **_hashes(process.path)},
        }
        if process.parent is not None:
            parent = self._processes[process.parent]
            row["ppid"] = parent.pid
            if ancestors:
                row["parent"] = self._matched(parent, ancestors - 1)
        return row

    def _acting(self, process: Process) -> Row:
        """The line of descent as a finding has it: down to the first process, whose parent is an
        empty one.
        """
        parent: Row = {"handles": [], "tanium_recorder_table_id": "0"}
        if process.parent is not None:
            parent = self._acting(self._processes[process.parent])
        return {
            "pid": process.pid,
            "arguments": process.command_line,
            "start_time": iso(process.created),
            "tanium_unique_id": unique_id(process),
            "tanium_recorder_table_id": process.table_id,
            "handles": [],
            "user": {
                "user": {
                    "name": process.user,
                    "domain": self._host.hostname.upper(),
                    "user_id": f"S-1-5-21-1111111111-2222222222-3333333333-{1100 + process.number}",
                }
            },
            "file": {
                "file": {
                    "path": process.path,
                    "hash": _hashes(process.path),
                    "signature_data": {
                        "issuer": "Example Code Signing CA",
                        "subject": "Example Corporation",
                        "status": "1",
                    },
                }
            },
            "parent": {"process": parent},
        }

    def _recorded_process(self, digest: str, alerted: float) -> tuple[Row, Row]:
        event_id = str(int(digest[:14], 16))
        moment = str(milliseconds(alerted))
        match = {
            "version": 1,
            "type": "process",
            "source": "recorder",
            "hash": str(int(digest[:15], 16)),
            "contexts": [
                {
                    "file": {"uniqueEventId": event_id},
                    "event": {"fileCreate": {"path": self._file.path}, "timestampMs": moment},
                }
            ],
            "properties": self._matched_process,
        }
        action = {
            "verb": 6,
            "target": {
                "file": {
                    "path": self._file.path,
                    "hash": _hashes(self._file.path),
                    "size_bytes": str(self._file.size),
                }
            },
            "timestamp": iso(alerted),
            "tanium_recorder_event_table_id": event_id,
            "tanium_recorder_context": {"event": {"timestamp_ms": moment}},
        }
        acting = {
            "is_intel_target": True,
            "artifact_hash": str(int(digest[:16], 16)),
            "instance_hash": str(int(digest[16:], 16)),
            "process": self._acting_process,
        }
        what = {
            "source_name": "recorder",
            "intel_intra_ids": [{"id_v2": digest}, {"id": str(int(digest[:8], 16))}],
            "artifact_activity": {"acting_artifact": acting, "relevant_actions": [action]},
        }
        return match, {"whats": [what]}

    def _file_at_rest(self, digest: str, alerted: float) -> tuple[Row, Row]:
        hashes = _hashes(self._file.path)
        match = {
            "type": "file",
            "source": "at_rest",
            "properties": {"fullpath": self._file.path, **hashes, "size": str(self._file.size)},
        }
        target = {
            "path": self._file.path,
            "hash": hashes,
            # Seen in captures: an empty object where there is no number.
            "size_bytes": str(self._file.size) if int(digest[0], 16) % 2 else {},
            "magic_number_hex": "4d5a9000",
            "modification_time": iso(alerted - DAY),
        }
        action = {
            "verb": 6,
            "target": {"file": target, "is_intel_target": True},
            "timestamp": iso(alerted),
        }
        what = {
            "source_name": "at_rest",
            "intel_intra_ids": [{"id_v2": digest}],
            "artifact_activity": {"relevant_actions": [action]},
        }
        return match, {"whats": [what]}

    def _network_port(self, digest: str, alerted: float) -> tuple[Row, Row]:
        ends = {
            "local_ip": self._host.ip,
            "local_port": 49_700,
            "remote_ip": f"203.0.113.{int(digest[:2], 16)}",
            "remote_port": 443,
        }
        process = {
            "pid": self._process.pid,
            "ppid": self._processes[self._process.parent or 0].pid,
            "name": self._process.path,
            "args": self._process.command_line,
            "user": self._user(self._process),
            "start_time": iso(self._process.created),
            "recorder_table_id": self._process.table_id,
            "file": {"fullpath": self._process.path},
        }
        match = {
            "type": "port",
            "source": "threatresponse_database",
            "properties": {**ends, "process": process},
        }
        port = {
            **ends,
            "connection_time": iso(alerted),
            "process": {"process": self._acting_process},
        }
        action = {
            "verb": 7,
            "target": {"port": port, "is_intel_target": True},
            "timestamp": iso(alerted),
        }
        return match, {
            "whats": [
                {
                    "source_name": "threatresponse_database",
                    "artifact_activity": {"relevant_actions": [action]},
                }
            ]
        }

    def _defender(self, digest: str, alerted: float) -> tuple[Row, Row]:
        event = {
            "threat_name": "Trojan:Example/Simulated",
            "severity_name": "Severe",
            "path": self._file.path,
            "event_id": 1116,
            "detection_id": digest,
            "detected": iso(alerted),
        }
        finding = {
            "artifact": {"windows_defender_event": event},
            "description": "Microsoft Defender found malware (made up by the simulator).",
            "system_info": {**self._system_info, "logged_on_user": self._user(self._process)},
        }
        return {"type": "windows_defender", "source": "windows_defender"}, finding
