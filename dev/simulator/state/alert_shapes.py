# File: alert_shapes.py
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
"""The shapes that an alert's details have: each function makes the match, and what the finding has
of its own.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from dev.simulator import seed
from dev.simulator.state.alert_processes import (
    ACTING,
    INJECTED,
    INJECTING,
    AlertProcesses,
    hashes,
)
from dev.simulator.times import DAY, iso, milliseconds


Row = dict[str, Any]

_ANCESTORS_IN_MATCH = 3


class Occasion(NamedTuple):
    """What an alert is about; `digest` (32 hex digits) varies what may vary."""

    processes: AlertProcesses
    file: seed.EndpointFile
    digest: str
    alerted: float
    defender_event_kind: str

    @property
    def match_hash(self) -> str:
        return str(int(self.digest[:15], 16))

    @property
    def artifact_hashes(self) -> Row:
        return {
            "artifact_hash": str(int(self.digest[:16], 16)),
            "instance_hash": str(int(self.digest[16:], 16)),
        }


def recorded_process(about: Occasion) -> tuple[Row, Row]:
    """A signal that the recorder matched while the process ran."""
    event_id = str(int(about.digest[:14], 16))
    moment = str(milliseconds(about.alerted))
    event = {"fileCreate": {"path": about.file.path}, "timestampMs": moment}
    match = {
        "version": 1,
        "type": "process",
        "source": "recorder",
        "hash": about.match_hash,
        "contexts": [{"file": {"uniqueEventId": event_id}, "event": event}],
        "properties": about.processes.in_match(ACTING, _ANCESTORS_IN_MATCH),
    }
    created = {
        "path": about.file.path,
        "hash": dict(hashes(about.file.path)),
        "size_bytes": str(about.file.size),
    }
    action = {
        "verb": 6,
        "target": {"file": created},
        "timestamp": iso(about.alerted),
        "tanium_recorder_event_table_id": event_id,
        "tanium_recorder_context": {"event": {"timestamp_ms": moment}},
    }
    what = {
        "source_name": "recorder",
        "intel_intra_ids": [{"id_v2": about.digest}, {"id": str(int(about.digest[:8], 16))}],
        "artifact_activity": {
            "acting_artifact": _acting(about, ACTING),
            "relevant_actions": [action],
        },
    }
    return match, {"whats": [what]}


def process_injection(about: Occasion) -> tuple[Row, Row]:
    """One process writes into another, which has its own line of descent."""
    match = {
        "version": 1,
        "type": "process",
        "source": "recorder",
        "hash": about.match_hash,
        "properties": about.processes.in_match(INJECTING),
    }
    moment = iso(about.alerted - 1)
    fields = {
        "technique": "Thread",
        "execution_target_address": f"0x00007ff{int(about.digest[:9], 16):09x}",
    }
    # Only a function that has a name has one here.
    if int(about.digest[0], 16) % 2:
        fields["execution_target_name"] = "LoadLibraryW"
    action = {
        "verb": 11,
        "timestamp": moment,
        "target": {"process": about.processes.in_finding(INJECTED)},
    }
    what = {
        "source_name": "recorder",
        "security_event": {"timestamp": moment, "type_identifier": "Thread"},
        "additional_fields": fields,
        "artifact_activity": {
            "acting_artifact": _acting(about, INJECTING),
            "relevant_actions": [action],
        },
    }
    return match, {"whats": [what], "threat_id": "Thread", "description": "Thread"}


def file_at_rest(about: Occasion) -> tuple[Row, Row]:
    """A file that a scan found."""
    file_hashes, size = hashes(about.file.path), str(about.file.size)
    match = {
        "type": "file",
        "source": "at_rest",
        "properties": {"fullpath": about.file.path, **file_hashes, "size": size},
    }
    target = {
        "path": about.file.path,
        "hash": dict(file_hashes),
        # Seen in captures: an empty object where there is no number.
        "size_bytes": size if int(about.digest[0], 16) % 2 else {},
        "magic_number_hex": "4d5a9000",
        "modification_time": iso(about.alerted - DAY),
    }
    action = {
        "verb": 6,
        "target": {"file": target, "is_intel_target": True},
        "timestamp": iso(about.alerted),
    }
    what = {
        "source_name": "at_rest",
        "intel_intra_ids": [{"id_v2": about.digest}],
        "artifact_activity": {"relevant_actions": [action]},
    }
    return match, {"whats": [what]}


def network_port(about: Occasion) -> tuple[Row, Row]:
    """A connection that a process has open."""
    process = about.processes[ACTING]
    ends = {
        "local_ip": about.processes.host.ip,
        "local_port": 49_700,
        "remote_ip": f"203.0.113.{int(about.digest[:2], 16)}",
        "remote_port": 443,
    }
    owner = {
        "pid": process.pid,
        "ppid": about.processes[process.parent or 0].pid,
        "name": process.path,
        "args": process.command_line,
        "user": about.processes.user(process),
        "start_time": iso(process.created),
        "recorder_table_id": process.table_id,
        "file": {"fullpath": process.path},
    }
    source = "threatresponse_database"
    match = {"type": "port", "source": source, "properties": {**ends, "process": owner}}
    port = {
        **ends,
        "connection_time": iso(about.alerted),
        "process": {"process": about.processes.in_finding(ACTING)},
    }
    action = {
        "verb": 7,
        "target": {"port": port, "is_intel_target": True},
        "timestamp": iso(about.alerted),
    }
    what = {"source_name": source, "artifact_activity": {"relevant_actions": [action]}}
    return match, {"whats": [what]}


def defender(about: Occasion) -> tuple[Row, Row]:
    """What Microsoft Defender tells; the kind of its event is a key, and every other path begins
    with `file:_`.
    """
    source = "windows_defender"
    user = about.processes.user(about.processes[ACTING])
    scheme = "file:_" if int(about.digest[0], 16) % 2 else ""
    event = {
        "detection_id": f"{{{about.digest[:8].upper()}}}",
        "threat_name": "Trojan:Win32/Simulated",
        "category_name": "Trojan",
        "severity_name": "Severe",
        "detection_source": "Real-Time Protection",
        "process_name": r"C:\Windows\explorer.exe",
        "detection_user": user,
        "path": scheme + about.file.path,
        "action_type": "Quarantine",
        "additional_actions": "No additional actions required",
        "error_description": "The operation completed successfully. ",
    }
    artifact = {
        **about.artifact_hashes,
        "windows_defender_event": {
            "timestamp_ms": str(milliseconds(about.alerted)),
            "event": {about.defender_event_kind: event},
        },
    }
    match = {"version": 1, "type": source, "source": source, "hash": about.match_hash}
    return match, {
        "source_name": source,
        "type_id": "malware",
        "description": "Microsoft Defender found malware",
        "artifact": artifact,
        "logged_on_user": user,
    }


def event_log(about: Occasion) -> tuple[Row, Row]:
    """An entry of Windows' event log that an OpenIOC document asks for: no file, no process. What
    Tanium calls the type is not public.
    """
    properties = {
        "source": "Microsoft-Windows-Security-Auditing",
        "message": "A service was installed in the system. (made up by the simulator)",
        "write_time": iso(about.alerted),
        "gen_time": iso(about.alerted - 1),
    }
    match = {"type": "eventlog", "source": "at_rest", "properties": properties}
    what = {"source_name": "at_rest", "intel_intra_ids": [{"id_v2": about.digest}]}
    return match, {"whats": [what]}


def _acting(about: Occasion, number: int) -> Row:
    return {
        "is_intel_target": True,
        **about.artifact_hashes,
        "process": about.processes.in_finding(number),
    }
