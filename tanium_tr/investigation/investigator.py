# File: investigator.py
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
"""An investigation of one alert. Its parts are read one after the other, and a part that fails says
why and costs only itself and what needs it:

    alert           the only one without which there is no result
    intel           the document that found it
    endpoint        the one that Tanium knows under the alert's host name
    connection      a live one, reused or made; if it was made, closed at the end, come what may
    process_tree    by the recorder, else what the alert itself says of its processes
    events          of each type, around the time of the alert
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, NamedTuple, TypeVar

from ..alerts.lookup import Reference, find_alert
from ..alerts.time_windows import TimeWindow, around
from ..endpoints.lookup import choose, find_endpoints
from ..errors import TaniumError, TaskError
from ..ingestion.alert_columns import complete_alert
from ..ingestion.alert_details import Findings, read_findings
from ..ingestion.cases import techniques_of
from ..ingestion.values import joined, trimmed
from ..live.connections import CLOSED_AGAIN, LiveConnections, explained
from ..numbers import natural_number
from ..parameters.shared import BY_HOSTNAME
from ..words import LONGEST_SENTENCE, printable
from .columns import ALERT, ENDPOINT
from .gathered import Gathered
from .recorded import Recorded, targets_of, tree_of_alert


if TYPE_CHECKING:
    from ..services import Services


Row = dict[str, Any]
Found = TypeVar("Found")

OK, PARTIAL, FAILED, SKIPPED = "ok", "partial", "failed", "skipped"
LONGEST_DESCRIPTION = 2000


class Scope(NamedTuple):
    """How far to look; `timeout` is how many seconds to wait for a new connection."""

    minutes: int
    depth: int
    reuse: bool
    timeout: int


class Investigator:
    """Investigates one alert."""

    def __init__(self, services: Services, scope: Scope) -> None:
        self._tanium, self._soar, self._scope = services.tanium, services.soar, scope
        self._console_url = services.config.console_url
        self._connections = LiveConnections(services)
        self._gathered = Gathered()
        self._parts: dict[str, tuple[str, str]] = {}
        self._row: Row = {}

    def investigate(self, reference: Reference) -> Row:
        """The one row of the result. Raises TaniumError when the alert cannot be read, or after a
        cancel, which leaves what was found until then in `row`.
        """
        alert = find_alert(self._tanium.alerts, reference)
        findings = read_findings(alert.get("details"))
        self._add_alert(alert, findings)
        self._try("intel", lambda: self._read_intel(alert.get("intelDocId")))
        endpoint = self._try("endpoint", lambda: self._find_endpoint(alert))
        if endpoint is None:
            self._skip_parts("there is no endpoint to connect to", "connection", "events")
        else:
            self._on_endpoint(endpoint, alert, findings)
        self._complete_tree(findings)
        return self.row

    @property
    def row(self) -> Row:
        """What was found so far; empty before the alert was read."""
        if not self._row:
            return {}
        parts = [
            {"part": part, "status": status, "reason": reason}
            for part, (status, reason) in self._parts.items()
        ]
        gathered = self._gathered
        if gathered.observables.left_out:
            reason = f"{gathered.observables.left_out} more were found"
            parts.append({"part": "observables", "status": PARTIAL, "reason": reason})
        return {
            **self._row,
            "hashes": gathered.hashes,
            "peers": gathered.peers,
            "observables": gathered.observables.rows(),
            "parts": parts,
        }

    def _add_alert(self, alert: Row, findings: Findings) -> None:
        complete_alert(alert, self._console_url)
        found = {column.path: alert.get(column.path) for column in ALERT}
        line = findings.lineages[0] if findings.lineages else []
        found["user_name"] = trimmed(line[0].user if line else "") or findings.user or None
        found["id"] = natural_number(found["id"])
        self._row = {"alert": found, "process_tree": [], "events": []}
        self._parts["alert"] = OK, ""
        self._gathered.add_alert(found, findings)

    def _read_intel(self, intel_doc_id: Any) -> None:
        number = natural_number(intel_doc_id)
        if not number:
            raise _Skipped("the alert names no intel document")
        intel = self._tanium.intel.get_intel(number)
        description = printable(intel.get("description") or "", LONGEST_DESCRIPTION)
        self._row["intel"] = {
            "id": number,
            "name": intel.get("name"),
            "type": intel.get("type"),
            "description": description,
        }
        techniques = techniques_of(intel, is_injection=False)
        if techniques and not self._row["alert"]["mitre_technique_ids"]:
            self._row["alert"]["mitre_technique_ids"] = joined(techniques)

    def _find_endpoint(self, alert: Row) -> Row:
        name = trimmed(alert.get("computerName"))
        if not name:
            raise TaskError("The alert names no endpoint.")
        named = find_endpoints(self._tanium, name, BY_HOSTNAME)
        # Of several with one name, the one that has the alert's address.
        same = [row for row in named if row.get("ip") == alert.get("computerIpAddress")]
        endpoint = choose(self._tanium, self._soar, same or named, name)
        self._row["endpoint"] = {column.path: endpoint.get(column.path) for column in ENDPOINT}
        self._gathered.add_endpoint(endpoint)
        return endpoint

    def _on_endpoint(self, endpoint: Row, alert: Row, findings: Findings) -> None:
        opened = self._try(
            "connection", lambda: self._connections.open_to(endpoint, reuse=self._scope.reuse)
        )
        if opened is None:
            self._skip_parts("there is no connection", "events")
            return
        connection, is_new = opened
        reported = {"id": connection["id"], "reused": not is_new, "closed": False}
        self._row["connection"] = reported
        try:
            self._over_connection(connection, alert, findings, is_new=is_new)
        finally:
            if is_new:
                reported["closed"] = self._connections.close(connection["id"])

    def _wait_for(self, connection: Row, *, is_new: bool) -> Row:
        left = CLOSED_AGAIN if is_new else ""
        timeout = self._scope.timeout
        return self._connections.wait_until_connected(connection, timeout, left=left)

    def _over_connection(
        self, connection: Row, alert: Row, findings: Findings, *, is_new: bool
    ) -> None:
        live = self._try("connection", lambda: self._wait_for(connection, is_new=is_new))
        if live is None:
            self._skip_parts("the connection cannot be used", "events")
            return
        recorded = Recorded(self._tanium, self._gathered, live["id"], self._scope.depth)
        self._try("process_tree", lambda: self._read_tree(recorded, findings))
        self._try("events", lambda: self._read_events(recorded, alert))

    def _read_tree(self, recorded: Recorded, findings: Findings) -> None:
        lines = [line for line in (*findings.lineages, *findings.targets) if line[0].table_id]
        if not lines:
            raise _Skipped("the alert names no process that the recorder knows")
        with explained(self._tanium, recorded.connection_id):
            rows, note = recorded.process_tree(lines[0][0].table_id)
        self._row["process_tree"] = rows
        if note:
            self._parts["process_tree"] = PARTIAL, note

    def _read_events(self, recorded: Recorded, alert: Row) -> None:
        window = around(alert, self._scope.minutes)
        self._row["window"] = TimeWindow(window).summary
        failed: list[str] = []
        for rows in recorded.events(window, failed):
            self._row["events"].append(rows)
            self._stop_if_cancelled()
        if failed:
            self._stop_if_cancelled()
            status = PARTIAL if self._row["events"] else FAILED
            self._parts["events"] = status, " ".join(failed)

    def _complete_tree(self, findings: Findings) -> None:
        """Where the recorder could not be asked, what the alert itself says; it always says what
        was acted upon.
        """
        tree = self._row["process_tree"]
        if tree:
            known = {row["process_table_id"] for row in tree}
            tree += [row for row in targets_of(findings) if row["process_table_id"] not in known]
            return
        tree += [*tree_of_alert(findings), *targets_of(findings)]
        status, reason = self._parts.get("process_tree", (PARTIAL, "the recorder was not asked"))
        if tree:
            status = SKIPPED if status == SKIPPED else PARTIAL
            reason = f"only what the alert itself says: {reason}"
        self._parts["process_tree"] = status, reason

    def _try(self, part: str, read: Callable[[], Found]) -> Found | None:
        """What a part gives; None, with the reason kept, where it fails."""
        self._stop_if_cancelled()
        self._soar.progress(f"Investigating: {part.replace('_', ' ')}")
        try:
            found = read()
        except _Skipped as reason:
            self._parts[part] = SKIPPED, str(reason)
            return None
        except TaniumError as error:
            self._stop_if_cancelled()
            self._parts[part] = FAILED, printable(error, LONGEST_SENTENCE)
            return None
        self._parts.setdefault(part, (OK, ""))
        return found

    def _skip_parts(self, reason: str, *parts: str) -> None:
        for part in parts:
            self._parts.setdefault(part, (SKIPPED, reason))

    def _stop_if_cancelled(self) -> None:
        self._soar.stop_if_cancelled("Cancelled during the investigation.", [self.row])


class _Skipped(TaniumError):
    """A part that there is nothing to ask for."""
