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
"""The details of alerts: a match, and the finding that it was reported in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from dev.simulator import seed
from dev.simulator.recordings.recording import Recording
from dev.simulator.settings import Settings
from dev.simulator.state.alert_processes import ACTING, INJECTING, AlertProcesses
from dev.simulator.state.alert_shapes import (
    Occasion,
    defender,
    event_log,
    file_at_rest,
    network_port,
    process_injection,
    recorded_process,
)
from dev.simulator.times import iso


Row = dict[str, Any]


class Shape(NamedTuple):
    """A kind of alert: its `matchType`, what makes its details, and the number of the process whose
    path is the alert's, -1 where that is a file's and None where there is none.
    """

    match_type: str
    make: Callable[[Occasion], tuple[Row, Row]]
    path_of: int | None
    source: str
    windows_only: bool = False


PROCESS = Shape("process", recorded_process, ACTING, "recorder")
INJECTION = Shape("process", process_injection, INJECTING, "recorder", windows_only=True)
FILE = Shape("file", file_at_rest, -1, "at_rest")
PORT = Shape("port", network_port, -1, "at_rest")
DEFENDER = Shape("windows_defender", defender, None, "windows_defender", windows_only=True)
EVENT_LOG = Shape("eventlog", event_log, None, "at_rest", windows_only=True)

SHARES = (
    *(INJECTION,) * 10,
    *(PROCESS,) * 5,
    *(FILE,) * 2,
    *(PORT, DEFENDER, EVENT_LOG),
)
"""Of 20 alerts: in a tenant that was looked at, every second one was a process injection."""


class Findings:
    """What alerts of one computer are about."""

    def __init__(self, recording: Recording, settings: Settings) -> None:
        self._settings = settings
        self._host = recording.host
        self._processes = AlertProcesses(recording)
        self._file = seed.ENDPOINT_FILES[recording.host.platform][0]

    def path(self, shape: Shape) -> str | None:
        if shape.path_of is None:
            return None
        return self._file.path if shape.path_of < 0 else self._processes[shape.path_of].path

    def details(self, shape: Shape, row: Row, digest: str, alerted: float) -> Row:
        """The details of the alert `row`; `digest` (32 hex digits) varies what may vary."""
        match, own = shape.make(
            Occasion(
                self._processes, self._file, digest, alerted, self._settings.defender_event_kind
            )
        )
        system = self._system_info()
        if "logged_on_user" in own:
            system["logged_on_user"] = own.pop("logged_on_user")
        recorded = shape.source == "recorder"
        finding = {
            "domain": "threatresponse",
            "source_name": shape.source,
            "hunt_id": "2" if recorded else f"hunt:{1_000_000 + row['id']}",
            "intel_id": f"{row['intelDocId']}:1:{row['guid']}",
            "threat_id": "831,904",
            "finding_id": row["findingId"],
            "first_seen": iso(alerted),
            "last_seen": iso(alerted + 2),
            "reporting_id": f"reporting-{row['id']}",
            "system_info": system,
            **own,
        }
        return {
            "match": match,
            "finding": finding,
            "intel_id": row["intelDocId"],
            "config_id": row["scanConfigId"],
            "config_rev_id": row["scanConfigRevisionId"],
        }

    def _system_info(self) -> Row:
        names = {"Windows": "Microsoft Windows 11 Pro", "Linux": "Ubuntu 22.04.4 LTS"}
        return {
            "os": names.get(self._host.platform, "macOS 14.5"),
            "platform": self._host.platform,
            "bits": 64,
            "patch_level": "10.0.22631.3880.0.0",
            "build_number": "22631",
        }
