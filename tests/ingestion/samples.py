# File: samples.py
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
"""Alerts and pushed rows as Tanium sends them (TANIUM_WIRE sections 2.12 and 3), with obviously
fake values.
"""

from __future__ import annotations

import base64
import json
from typing import Any


Row = dict[str, Any]

GUID = "0fa4e000-aaaa-4bbb-8ccc-000000000001"
WORD, SHELL, SESSION = (
    r"C:\Fake\Office\WINWORD.EXE",
    r"C:\Fake\System\powershell.exe",
    r"C:\Fake\explorer.exe",
)
DROPPED, MOVED, PARTIAL = (
    r"C:\Users\pat\fake-payload.dll",
    r"C:\Users\pat\moved.txt",
    r"C:\Users\pat\moved.part",
)


def hashes(letter: str) -> Row:
    return {"md5": f"{letter}1" * 16, "sha1": f"{letter}2" * 20, "sha256": f"{letter}3" * 32}


def _process(table_id: str, path: str, letter: str, pid: int, parent: Row) -> Row:
    """A process as findings have it."""
    return {
        "pid": pid,
        "arguments": f'"{path}" -fake {pid}',
        "start_time": f"2026-11-20T08:00:{pid % 60:02d}.000Z",
        "tanium_unique_id": f"77{pid}",
        "tanium_recorder_table_id": table_id,
        "handles": [],
        "user": {"user": {"name": "pat", "domain": "FAKE-PC", "user_id": "S-1-5-21-1-2-3-1001"}},
        "file": {
            "file": {
                "path": path,
                "hash": hashes(letter),
                "signature_data": {
                    "issuer": "Fake CA",
                    "subject": "Fake Corporation",
                    "status": "1",
                },
            }
        },
        "parent": {"process": parent},
    }


PROCESS_OF_FINDING = _process(
    "4610021",
    SHELL,
    "a",
    4321,
    _process("4610020", WORD, "b", 876, {"handles": [], "tanium_recorder_table_id": "0"}),
)
SYSTEM: Row = {
    "os": "Fake OS 11",
    "platform": "Windows",
    "bits": 64,
    "patch_level": "1.0.0",
    "build_number": "1",
}
FINDING: Row = {
    "domain": "threatresponse",
    "source_name": "recorder",
    "hunt_id": "2",
    "intel_id": "700:1:0fa4e",
    "threat_id": "831,904",
    "finding_id": "-5550001",
    "first_seen": "2026-11-20T08:01:00.000Z",
    "last_seen": "2026-11-20T08:01:02.500Z",
    "reporting_id": "reporting-9",
    "system_info": SYSTEM,
}

# Shape A. The match knows a grandparent and a parent's process id that the finding does not.
RECORDED: Row = {
    "match": {
        "version": 1,
        "type": "process",
        "source": "recorder",
        "hash": "1791",
        "contexts": [
            {
                "file": {"uniqueEventId": "5"},
                "event": {
                    "fileMove": {"srcPath": PARTIAL, "destPath": MOVED},
                    "timestampMs": "1763625660000",
                },
            }
        ],
        "properties": {
            "pid": 4321,
            "ppid": 876,
            "name": SHELL,
            "args": "powershell.exe -as matched",
            "user": "FAKE-PC\\pat",
            "start_time": "2026-11-20T08:00:01.000Z",
            "recorder_unique_id": "774321",
            "file": {"fullpath": SHELL, "md5": hashes("a")["md5"].upper()},
            "parent": {
                "pid": 876,
                "ppid": 500,
                "name": WORD,
                "args": "winword.exe -as matched",
                "user": "FAKE-PC\\pat",
                "start_time": "2026-11-20T08:00:36.000Z",
                "recorder_unique_id": "77876",
                "file": {"fullpath": WORD, "md5": hashes("b")["md5"]},
                "parent": {
                    "pid": 500,
                    "name": SESSION,
                    "args": "explorer.exe",
                    "user": "FAKE-PC\\pat",
                    "start_time": "2026-11-20T07:00:00.000Z",
                    "recorder_unique_id": "77500",
                    "file": {"fullpath": SESSION, "md5": hashes("c")["md5"]},
                },
            },
        },
    },
    "finding": {
        **FINDING,
        "whats": [
            {
                "source_name": "recorder",
                "intel_intra_ids": [{"id_v2": "fa4e"}, {"id": "1"}],
                "artifact_activity": {
                    "acting_artifact": {
                        "is_intel_target": True,
                        "artifact_hash": "1",
                        "instance_hash": "2",
                        "process": PROCESS_OF_FINDING,
                    },
                    "relevant_actions": [
                        {
                            "verb": 6,
                            "target": {
                                "file": {"path": DROPPED, "hash": hashes("d"), "size_bytes": "79"}
                            },
                            "timestamp": "2026-11-20T08:01:00.000Z",
                            "tanium_recorder_event_table_id": "5",
                            "tanium_recorder_context": {"event": {"timestamp_ms": "1763625660000"}},
                        }
                    ],
                },
            }
        ],
    },
    "intel_id": 700,
    "config_id": "1",
    "config_rev_id": "3",
}

# Shape B: flat, and the size of the target is none.
AT_REST: Row = {
    "match": {
        "type": "file",
        "source": "at_rest",
        "properties": {"fullpath": DROPPED, **hashes("d"), "size": "69"},
    },
    "finding": {
        **FINDING,
        "source_name": "at_rest",
        "hunt_id": "hunt:1000123",
        "whats": [
            {
                "source_name": "at_rest",
                "artifact_activity": {
                    "relevant_actions": [
                        {
                            "verb": 6,
                            "target": {
                                "file": {
                                    "path": DROPPED,
                                    "hash": hashes("d"),
                                    "size_bytes": {},
                                    "magic_number_hex": "4d5a9000",
                                },
                                "is_intel_target": True,
                            },
                        }
                    ]
                },
            }
        ],
    },
}

# Shape C: the match knows the table id, the finding the ancestors, the last of which is empty.
ENDS: Row = {
    "local_ip": "192.0.2.7",
    "local_port": 49700,
    "remote_ip": "203.0.113.9",
    "remote_port": 443,
}
PORT: Row = {
    "match": {
        "type": "port",
        "source": "threatresponse_database",
        "properties": {
            **ENDS,
            "process": {
                "pid": 4321,
                "ppid": 876,
                "name": SHELL,
                "args": "powershell.exe -as matched",
                "user": "FAKE-PC\\pat",
                "start_time": "2026-11-20T08:00:01.000Z",
                "recorder_table_id": "4610021",
                "file": {"fullpath": SHELL},
            },
        },
    },
    "finding": {
        **FINDING,
        "whats": [
            {
                "source_name": "threatresponse_database",
                "artifact_activity": {
                    "relevant_actions": [
                        {
                            "verb": 7,
                            "target": {
                                "port": {
                                    **ENDS,
                                    "connection_time": "2026-11-20T08:01:00.000Z",
                                    "process": {"process": PROCESS_OF_FINDING},
                                }
                            },
                        }
                    ]
                },
            }
        ],
    },
}

# Shape D
DEFENDER: Row = {
    "match": {"type": "windows_defender", "source": "windows_defender"},
    "finding": {
        **FINDING,
        "description": "Fake malware was found.",
        "artifact": {
            "windows_defender_event": {
                "threat_name": "Trojan:Fake/Sample",
                "path": f"file:_{DROPPED}",
                "event_id": 1116,
            }
        },
        "system_info": {**SYSTEM, "logged_on_user": "FAKE-PC\\pat"},
    },
}

SHAPES = {"A": RECORDED, "B": AT_REST, "C": PORT, "D": DEFENDER}
PATHS = {"A": SHELL, "B": DROPPED, "C": SHELL, "D": DROPPED}

INTEL: Row = {
    "id": 700,
    "name": "Fake dropper",
    "type": "tanium-signal",
    "description": "A made-up signal.",
    "contents": "x" * 100,
    "mitreAttack": {"techniques": [{"id": "T1059.001", "name": "PowerShell"}, {"id": "T1204"}]},
}


def alert(shape: str = "A", **members: Any) -> Row:
    """As the server lists it; `details` is the object, `intelDoc` is inside."""
    types = {"A": "process", "B": "file", "C": "port", "D": "windows_defender"}
    return {
        "id": 9,
        "eid": 605,
        "state": "unresolved",
        "type": "detect.match",
        "guid": GUID,
        "priority": "high",
        "severity": "info",
        "details": SHAPES[shape],
        "intelDocId": 700,
        "intelDocRevisionId": "1",
        "groupingId": None,
        "scanConfigId": 1,
        "scanConfigRevisionId": 3,
        "computerName": "fake-pc.example.com",
        "computerIpAddress": "192.0.2.7",
        "matchType": types[shape],
        "path": PATHS[shape],
        "receivedAt": "2026-11-20T08:05:00.000Z",
        "suppressedAt": None,
        "alertedAt": "2026-11-20T08:01:01.000Z",
        "findingId": "-5550001",
        "ackedAt": None,
        "firstEIDResolutionAttempt": None,
        "lastEIDResolutionAttempt": None,
        "createdAt": "2026-11-20T08:05:01.000Z",
        "updatedAt": "2026-11-20T08:05:01.000Z",
        "intelDoc": INTEL,
        **members,
    }


def pushed_alert(**columns: Any) -> Row:
    """With Connect's labels; `Match Details` is the object."""
    return {
        "Alert Id": GUID.upper(),
        "Timestamp": "2026-11-20T08:01:01.000Z",
        "Computer Name": "fake-pc.example.com",
        "Computer IP": "192.0.2.7",
        "Intel Id": 700,
        "Intel Type": "tanium-signal",
        "Intel Name": "Fake dropper",
        "Intel Labels": "Alpha,Beta",
        "Match Details": RECORDED,
        "MITRE Techniques": '["T1059.001", "T1204"]',
        "Impact Score": 250,
        "Link": f"https://console.example.com/ui/threatresponse/alerts?guid={GUID}",
        "EID": 605,
        "IntelSource": "1",
        **columns,
    }


def event(**columns: Any) -> Row:
    """One of the older rows, its payload in base64."""
    payload = base64.b64encode(json.dumps(PORT).encode()).decode()
    return {
        "Event Id": "event-1",
        "Event Name": "detect.match",
        "Timestamp": "2026-11-20T08:01:01.000Z",
        "Computer Name": "fake-pc.example.com",
        "Computer IP": "192.0.2.7",
        "Priority": "high",
        "Severity": "info",
        "User Name": "sam",
        "User Domain": "FAKE-PC",
        "User Id": "S-1-5-21-1-2-3-1002",
        "Other Parameters": f"name=Fake dropper|source=recorder|type=port|payload={payload}",
        **columns,
    }


def audit(**columns: Any) -> Row:
    return {
        "id": 31,
        "table": "LiveConnection",
        "state": json.dumps(
            {"hostname": "fake-pc.example.com", "ip": "192.0.2.7", "clientId": "1234567890"}
        ),
        "action": "create",
        "userName": "analyst",
        "createdAt": "2026-11-20T23:59:59.999Z",
        **columns,
    }


def answer(**columns: Any) -> Row:
    """A row that a saved question gives."""
    return {
        "Computer Name": "fake-pc.example.com",
        "IP Address": "192.0.2.7",
        "Computer ID": "1234567890",
        "User Name": "pat",
        "Path": DROPPED,
        "MD5": hashes("d")["md5"].upper(),
        "SHA256": hashes("d")["sha256"],
        "File Hash (any)": hashes("d")["sha1"],
        "Process Table ID": "4610021",
        "PID": 4321,
        "Operating System": "Fake OS 11",
        "Count": 1,
        "Load": 0.5,
        "Online": True,
        "Comment": "",
        "Tags": ["a", "b"],
        **columns,
    }
