# File: evidence.py
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
"""Events that somebody kept as evidence."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cached_property
from typing import Any, NamedTuple

from dev.simulator import seed
from dev.simulator.errors import Rejected
from dev.simulator.state.bulk import delete_all
from dev.simulator.state.computers import Computers
from dev.simulator.state.files import Files
from dev.simulator.state.snapshots import Snapshots
from dev.simulator.times import DAY, iso, milliseconds, parse_iso
from dev.simulator.values import uuid_of


Row = dict[str, Any]

LIST_COLUMNS = ("uuid", "username", "name", "hostname", "size", "createdAt", "evidenceType")


class KeptEvent(NamedTuple):
    """Who keeps which event of which process; `data` is a row as the recording has it."""

    username: str
    hostname: str
    event_type: str
    process_table_id: str
    data: Row
    summary: str


class Evidence:
    """The records of events by uuid; snapshots and files are evidence, too, and are listed here."""

    def __init__(
        self, clock: Callable[[], float], computers: Computers, files: Files, snapshots: Snapshots
    ) -> None:
        self._clock = clock
        self._computers = computers
        self._files = files
        self._snapshots = snapshots
        self._started = clock()
        self._made = 0

    @cached_property
    def all(self) -> dict[str, Row]:
        """Made on first use: old records quote the recordings, which are expensive to make."""
        rows = []
        for number, given in enumerate(seed.EVIDENCE):
            data = self._computers.recording(given.host).events(given.recording)[given.position]
            created = self._started - (number + 2) * DAY
            event = KeptEvent(
                seed.ANALYST.name,
                given.host.hostname,
                given.event_type,
                data["process_table_id"],
                data,
                given.summary,
            )
            rows.append(self._row(event, created))
        return {row["uuid"]: row for row in rows}

    def rows(self) -> list[Row]:
        return list(self.all.values())

    def of_all_kinds(self) -> list[Row]:
        """Snapshots, files and events, in the few columns that they share."""
        return [
            *(_listed(row, row["name"], row["created"]) for row in self._snapshots.rows()),
            *(_listed(row, row["path"], row["downloaded"]) for row in self._files.rows()),
            *(
                _listed({**row, "size": len(json.dumps(row["data"]))}, name_of(row), row["created"])
                for row in self.rows()
            ),
        ]

    def properties(self) -> list[Row]:
        """What of the stored events can become intel: values, not names."""
        found = []
        for row in self.rows():
            data = row["data"]
            values = {
                "MD5Hash": data.get("hash", data.get("process_hash")),
                "ProcessId": data.get("pid"),
            }
            found += [
                {"type": kind, "value": value}
                for kind, value in values.items()
                if value is not None
            ]
        return found

    def get(self, evidence_id: str) -> Row:
        try:
            return self.all[evidence_id]
        except KeyError:
            raise Rejected(404, f"Evidence '{evidence_id}' not found") from None

    def create(self, event: KeptEvent) -> Row:
        # First, because the old records have the first numbers.
        known = self.all
        row = self._row(event, self._clock())
        known[row["uuid"]] = row
        return row

    def delete(self, ids: object) -> None:
        delete_all(self.all, ids, "evidence")

    def _row(self, event: KeptEvent, created: float) -> Row:
        self._made += 1
        return {
            "uuid": uuid_of(f"evidence-{self._made}"),
            "username": event.username,
            "created": iso(created),
            "recorderId": event.process_table_id,
            "hostname": event.hostname,
            "eventType": event.event_type,
            "summary": event.summary,
            "data": event.data,
            "evidenceType": "event",
        }


def name_of(row: Row) -> str:
    """What an event is called in a list: its process."""
    return str(row["data"].get("process_path", row["recorderId"]))


def _listed(row: Row, name: str, created: str) -> Row:
    """Times are milliseconds in a text here; snapshots of old have them already."""
    moment = created if created.isdecimal() else str(milliseconds(parse_iso(created)))
    return {
        "uuid": row["uuid"],
        "username": row["username"],
        "name": name,
        "hostname": row["hostname"],
        "size": row["size"],
        "createdAt": moment,
        "evidenceType": row["evidenceType"],
    }
