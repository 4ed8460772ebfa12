# File: gathered.py
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
"""What the parts of an investigation have in common: hashes, network peers, observables, and which
processes the alert is about.
"""

from __future__ import annotations

from typing import Any

from ..ingestion.alert_details import Findings
from ..ingestion.lineage import Process
from ..ingestion.observables import Observables, hash_type
from ..ingestion.values import any_hash, digits, ip_address, trimmed
from ..numbers import natural_number


Row = dict[str, Any]

MOST_FILES, MOST_PEERS = 100, 100
_HASHES = ("md5", "sha1", "sha256")


class Gathered:
    """Grows with every part that was read."""

    def __init__(self) -> None:
        self.observables = Observables()
        # Those that the alert is about, and what they started: table IDs, and PIDs with paths.
        self._processes: set[str] = set()
        self._actors: set[tuple[int, str]] = set()
        self._files: dict[str, Row] = {}
        self._peers: dict[tuple[str, Any], Row] = {}

    @property
    def hashes(self) -> list[Row]:
        """A row for each file, with all hashes that are known of it."""
        return [row for row in self._files.values() if any(row[each] for each in _HASHES)]

    @property
    def peers(self) -> list[Row]:
        """Those of the alert's processes first, then the ones with the most events."""
        rows = self._peers.values()
        return sorted(rows, key=lambda row: (not row["of_alert_process"], -row["count"]))

    def add_alert(self, alert: Row, findings: Findings) -> None:
        """What the alert itself says; `alert` is its part of the result."""
        add = self.observables.add
        add("host_name", alert["computerName"], "alert")
        add("ip", alert["computerIpAddress"], "alert")
        add("user_name", alert["user_name"], "alert")
        self.add_file(alert["path"], "alert", *(alert[each] for each in _HASHES))
        for line in (*findings.lineages, *findings.targets):
            self.add_process_of_alert(line[0].table_id, line[0].pid, line[0].path)
            for process in line:
                self._add_process_of_alert(process)
        for file in findings.files:
            self.add_file(file.path, "alert", *file.hashes)
        for each in findings.connections:
            port = natural_number(each.remote_port)
            self._add_peer(each.remote_ip, port, alert["path"], "alert", is_alerts=True)

    def _add_process_of_alert(self, process: Process) -> None:
        add = self.observables.add
        add("pid", process.pid, "alert")
        add("process_table_id", process.table_id, "alert")
        add("user_name", process.user, "alert")
        self.add_file(process.path, "alert", process.md5, process.sha1, process.sha256)

    def add_endpoint(self, endpoint: Row) -> None:
        """The endpoint as Tanium knows it."""
        self.observables.add("host_name", endpoint.get("hostname"), "endpoint")
        self.observables.add("ip", endpoint.get("ip"), "endpoint")

    def add_process(self, row: Row) -> None:
        """A row of the process tree."""
        self._add_actor(row, "process_tree")
        self.add_file(row.get("process_path"), "process_tree", row.get("process_hash"))

    def add_event(self, row: Row) -> None:
        """A row of the events that the result shows."""
        self._add_actor(row, "events")
        add = self.observables.add
        add("domain", row.get("query"), "events")
        self.add_file(row.get("process_path"), "events", row.get("process_hash"))
        for name in ("file", "path", "ImageLoaded"):
            self.add_file(row.get(name), "events", row.get("library_hash"))

    def add_peer(self, row: Row) -> None:
        """Of any network event that was read."""
        self._add_peer(
            row.get("remote_address"),
            natural_number(row.get("remote_address_port")),
            row.get("process_path"),
            "events",
            is_alerts=row["of_alert_process"],
        )

    def add_file(self, path: Any, seen_in: str, *hashes: Any) -> None:
        """A path, hashes, or both."""
        path = trimmed(path)
        self.observables.add("file_path", path, seen_in)
        known = [any_hash(each) for each in hashes if any_hash(each)]
        for each in known:
            self.observables.add_hash(each, seen_in)
        key = path.lower() or "".join(known)
        if not key or (key not in self._files and len(self._files) >= MOST_FILES):
            return
        row = self._files.setdefault(
            key, {"path": path, **dict.fromkeys(_HASHES, ""), "seen_in": []}
        )
        row.update((hash_type(each), each) for each in known if not row[hash_type(each)])
        if seen_in not in row["seen_in"]:
            row["seen_in"].append(seen_in)

    def add_process_of_alert(self, table_id: Any, pid: Any, path: Any) -> None:
        """One that the alert is about, or that such a process has started."""
        self._processes.update(filter(None, [digits(table_id)]))
        self._actors.update(_actor(pid, path))

    def is_of_alert(self, row: Row) -> bool:
        """Whether an event was caused by a process that the alert is about. Rows of many types have
        no table ID; a PID may be used again, but hardly by the same path at that time.
        """
        number = digits(row.get("process_table_id"))
        if number:
            return number in self._processes
        return not self._actors.isdisjoint(_actor(row.get("pid"), row.get("process_path")))

    def _add_actor(self, row: Row, seen_in: str) -> None:
        for kind in ("pid", "process_table_id", "user_name"):
            self.observables.add(kind, row.get(kind), seen_in)

    def _add_peer(
        self, address: Any, port: int | None, path: Any, seen_in: str, *, is_alerts: bool
    ) -> None:
        address = ip_address(address)
        if not address:
            return
        self.observables.add("ip", address, seen_in)
        if (address, port) not in self._peers and len(self._peers) >= MOST_PEERS:
            return
        row = self._peers.setdefault(
            (address, port),
            {
                "address": address,
                "port": port,
                "process_path": trimmed(path),
                "count": 0,
                "of_alert_process": False,
                "seen_in": [],
            },
        )
        row["count"] += seen_in == "events"
        row["of_alert_process"] = row["of_alert_process"] or is_alerts
        if seen_in not in row["seen_in"]:
            row["seen_in"].append(seen_in)


def _actor(pid: Any, path: Any) -> list[tuple[int, str]]:
    """A process by its PID and its path; none without either."""
    number, text = natural_number(pid), trimmed(path).lower()
    return [(number, text)] if number and text else []
