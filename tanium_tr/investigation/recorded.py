# File: recorded.py
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
"""What an endpoint has recorded around an alert: the tree of its process, and the events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..errors import TaniumError, TransportError
from ..ingestion.alert_details import Findings
from ..ingestion.lineage import Process
from ..ingestion.values import digits, scalar_text, trimmed
from ..live.connections import explained
from ..numbers import natural_number
from ..parameters.shared import PROCESS_EVENT_TYPES
from ..words import LONGEST_SENTENCE, printable
from .columns import EVENT, PROCESS
from .gathered import Gathered


if TYPE_CHECKING:
    from ..tanium.clients import Tanium
    from ..tanium.event_filter import Window


Row = dict[str, Any]

CONTEXTS = ["parent", "node", "children"]
CHILDREN = 20  # of the process that are read for each level of depth
NEWEST_EVENTS = 5  # of each type for each level of depth
EVENTS_READ = 200  # of each type, in one request
# A column of an event -> where rows of some types or servers have it instead.
_OTHER_NAMES = {
    "timestamp": ("create_time",),
    "process_path": ("process_name",),
    "pid": ("process_id",),
    "process_hash": ("hash",),
    "user_name": ("username",),
    "remote_address": ("destination_addr",),
    "remote_address_port": ("destination_port",),
}


class Recorded:
    """Reads over one connection. `depth` is how many levels of ancestors, and how many events."""

    def __init__(self, tanium: Tanium, gathered: Gathered, connection_id: str, depth: int) -> None:
        self._tanium, self._gathered, self._depth = tanium, gathered, depth
        self.connection_id = connection_id

    def process_tree(self, table_id: str) -> tuple[list[Row], str]:
        """The process, its children and its ancestors, the topmost first; and what is missing."""
        rows = self._tree(table_id, CONTEXTS)
        if not rows:
            return [], "the recorder has no such process"
        notes: list[str] = []
        ancestors = self._ancestors(rows, notes)
        for row in (*ancestors, *rows):
            self._gathered.add_process(row)
            if row["context"] in ("node", "child"):
                names = ("process_table_id", "pid", "process_path")
                self._gathered.add_process_of_alert(*(row[name] for name in names))
        shown = [row for row in rows if row["context"] == "child"]
        node = next((row for row in rows if row["context"] == "node"), {})
        number = natural_number(node.get("children_count")) or 0
        if number > len(shown):
            notes.append(f"{len(shown)} of {number} children")
        return [*ancestors, *rows], "; ".join(notes)

    def _ancestors(self, rows: list[Row], notes: list[str]) -> list[Row]:
        """Those above the parent, one request for each; `notes` gets why there are no more."""
        found: list[Row] = []
        seen = {row["process_table_id"] for row in rows}
        top = next((row for row in rows if row["context"] == "parent"), None)
        while top and len(found) + 1 < self._depth:
            if not (top["process_table_id"] and top["parent_process_table_id"]):
                break  # nothing is above it
            try:
                parents = self._tree(top["process_table_id"], ["parent"])
            except TaniumError as error:
                notes.append(_failure("further ancestors", error))
                break
            top = next((row for row in parents if row["process_table_id"] not in seen), None)
            if top:
                seen.add(top["process_table_id"])
                found.insert(0, {**top, "context": "ancestor"})
        return found

    def _tree(self, table_id: str, contexts: list[str]) -> list[Row]:
        children = CHILDREN * self._depth
        rows = self._tanium.processes.get_process_tree(
            self.connection_id, table_id, contexts=contexts, limit=children
        )
        lines = [row for row in rows if row.get("context") in ("parent", "node")]
        below = [row for row in rows if row.get("context") == "child"][:children]
        return [_process_row(row) for row in (*lines, *below)]

    def events(self, window: Window, failed: list[str]) -> Iterator[Row]:
        """Type by type: how many there are, and the newest. `failed` gets a sentence for each type
        that could not be read; after one without any answer, the others are not asked for.
        """
        for at, event_type in enumerate(PROCESS_EVENT_TYPES):
            try:
                yield self._events_of(event_type, window, failed)
            except TransportError as error:
                failed.append(_failure(", ".join(PROCESS_EVENT_TYPES[at:]), error))
                return
            except TaniumError as error:
                failed.append(_failure(event_type, error))

    def _events_of(self, event_type: str, window: Window, failed: list[str]) -> Row:
        with explained(self._tanium, self.connection_id):
            found = self._tanium.events.newest_events(
                self.connection_id, event_type, window=window, limit=EVENTS_READ
            )
        total, has_more = found.total, False
        if total is None:
            total, has_more = self._counted(event_type, window, failed)
        rows = [self._event_row(event_type, row) for row in found.rows]
        return {
            "type": event_type,
            "count": total,
            "has_more": has_more,
            "of_alert_process": sum(row["of_alert_process"] for row in rows),
            "newest": self._newest(rows),
        }

    def _counted(self, event_type: str, window: Window, failed: list[str]) -> tuple[int, bool]:
        """How many there are, and whether there are more; those that were read, where the server
        does not count them.
        """
        try:
            counted = self._tanium.events.count_events(
                self.connection_id, event_type, filters=[], match="all", window=window
            ).row
        except TaniumError as error:
            failed.append(_failure(f"number of {event_type} events", error))
            return EVENTS_READ, True
        return counted["count"], counted.get("has_more") is True

    def _event_row(self, event_type: str, event: Row) -> Row:
        row = {"type": event_type, "of_alert_process": False}
        for column in EVENT[len(row) :]:
            names = (column.path, *_OTHER_NAMES.get(column.path, ()))
            value = next((event[name] for name in names if event.get(name) not in (None, "")), None)
            if value is not None or column.path == "timestamp":
                row[column.path] = value
        row["of_alert_process"] = self._gathered.is_of_alert(row)
        if event_type == "network":
            self._gathered.add_peer(row)
        return row

    def _newest(self, rows: list[Row]) -> list[Row]:
        """The newest of the alert's processes, then the newest of the others."""
        ordered = sorted(rows, key=lambda row: not row["of_alert_process"])
        newest = ordered[: NEWEST_EVENTS * self._depth]
        for row in newest:
            self._gathered.add_event(row)
        return newest


def _failure(what: str, error: TaniumError) -> str:
    return f"{what}: {printable(error, LONGEST_SENTENCE)}"


def tree_of_alert(findings: Findings) -> list[Row]:
    """The process that acted and its ancestors as the alert names them, the topmost first."""
    line = findings.lineages[0] if findings.lineages else []
    contexts = ["node", "parent", *["ancestor"] * len(line)]
    rows = [_row_of_alert(each, context) for each, context in zip(line, contexts) if each.known]
    return rows[::-1]


def targets_of(findings: Findings) -> list[Row]:
    """The processes that were acted upon."""
    return [_row_of_alert(line[0], "target") for line in findings.targets]


def _row_of_alert(process: Process, context: str) -> Row:
    return {
        **dict.fromkeys(column.path for column in PROCESS),
        "context": context,
        "source": "alert",
        "pid": natural_number(process.pid),
        "process_path": process.path or None,
        "process_command_line": trimmed(process.command_line) or None,
        "user_name": trimmed(process.user) or None,
        "create_time": trimmed(process.start_time) or None,
        "process_hash": process.md5 or None,
        "process_table_id": process.table_id or None,
    }


def _process_row(row: Row) -> Row:
    ids = {
        name: digits(row.get(name)) or None
        for name in ("process_table_id", "parent_process_table_id")
    }
    known = {column.path: row.get(column.path) for column in PROCESS}
    return {**known, **ids, "context": scalar_text(row.get("context")), "source": "recorder"}
