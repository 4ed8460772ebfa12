# File: alerts.py
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
"""Alerts. They are made when somebody looks at them, so thousands cost nothing at the start."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any

from dev.simulator import seed
from dev.simulator.errors import Rejected
from dev.simulator.settings import Settings
from dev.simulator.state.alert_details import EVENT_LOG, INJECTION, SHARES, Findings, Shape
from dev.simulator.state.computers import Computers
from dev.simulator.state.intel import Intel, mitre_ids
from dev.simulator.state.labels import Labels
from dev.simulator.state.queries import sorted_rows
from dev.simulator.times import DAY, iso, parse_iso


Row = dict[str, Any]

_SPREAD = 6 * DAY
_STATES = ("unresolved", "unresolved", "unresolved", "inprogress", "resolved", "suppressed")
_WITHOUT_MATCH = 23
"""Every alert with such a number has a finding but no match."""
_PRIORITIES = ("high", "medium", "low", "high", "medium")

EQUAL_COLUMNS = ("id", "eid", "intelDocId", "scanConfigId")
"""Filters on numbers; they compare as a whole, all others are satisfied by a part of the text."""
CONTAINS_COLUMNS = (
    "state",
    "type",
    "matchType",
    "path",
    "priority",
    "severity",
    "computerName",
    "computerIpAddress",
    "details",
    "guid",
)
INTEL_FILTERS = ("intelType", "intelDocName", "intelSource", "labelName", "mitreId")
DEFAULT_LIMIT = 100
MAXIMUM_LIMIT = 500


class Alerts:
    """All alerts in the order of their creation (id ascending). `watch` is called with every one
    that is added.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], float],
        intel: Intel,
        labels: Labels,
        computers: Computers,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._intel = intel
        self._labels = labels
        self._computers = computers
        self._started = clock()
        self._next_pruning = self._started + settings.prune_minutes * 60
        self._findings: dict[str, Findings] = {}
        self._planned = settings.alerts
        self._last_id = settings.alerts
        # A number stands for an alert that nobody has looked at yet.
        self._alerts: list[int | Row] = list(range(1, settings.alerts + 1))
        self.watch: Callable[[Row], object] | None = None

    def __len__(self) -> int:
        return len(self._alerts)

    def rows(self) -> list[Row]:
        return self._made(0, len(self._alerts))

    def get(self, alert_id: int) -> Row:
        """The alert itself: changing it changes what the server sends. KeyError if unknown."""
        for position, alert in enumerate(self._alerts):
            if (alert if isinstance(alert, int) else alert["id"]) == alert_id:
                return self._made(position, position + 1)[0]
        raise KeyError(alert_id)

    def add(self, **columns: Any) -> Row:
        """A further alert, created now unless `columns` say otherwise; `details` is made in the
        shape of its id where none is given.
        """
        self._last_id += 1
        row = {**self._row(self._last_id, self._clock()), **columns}
        self._alerts.append(row)
        if self.watch:
            self.watch(row)
        return row

    def set_state(self, alert_ids: Sequence[int], state: str) -> list[Row]:
        """All of the alerts, or none when one of them is unknown (404); returns them."""
        rows = self._known(alert_ids)
        for row in rows:
            row.update(state=state, updatedAt=iso(self._clock()))
        return rows

    def delete(self, alert_id: int) -> None:
        self._alerts.remove(self.get(alert_id))

    def delete_all(self, alert_ids: Sequence[int]) -> None:
        """All of the alerts, or none when one of them is unknown (404), unless that is allowed."""
        if self._settings.refuses_unknown_alerts:
            self._known(alert_ids)
        for alert_id in dict.fromkeys(alert_ids):
            with suppress(KeyError):
                self.delete(alert_id)

    def settle(self) -> None:
        """Forgets the oldest of too many alerts, when it is time to look for them again."""
        now = self._clock()
        if now >= self._next_pruning:
            self._next_pruning = now + self._settings.prune_minutes * 60
            del self._alerts[: max(0, len(self._alerts) - self._settings.most_alerts)]

    def page(
        self, filters: dict[str, list[str]], sort: str, limit: int, offset: int
    ) -> tuple[list[Row], int]:
        """`limit` alerts from `offset` on of those that pass `filters`, in the order of `sort`
        (`-createdAt,+id`), and how many pass.
        """
        conditions = [
            (name, values)
            for name, values in filters.items()
            if values and name in self._known_filters()
        ]
        if not conditions and not sort:
            return self._made(offset, offset + limit), len(self._alerts)
        passing = [
            row
            for row in self.rows()
            if all(self._passes(row, name, values) for name, values in conditions)
        ]
        if passing:
            passing = sorted_rows(passing, sort, {"details", *passing[0]})
        return passing[offset : offset + limit], len(passing)

    def with_intel(self, row: Row) -> Row:
        """The alert with its whole intel document, null where that has been deleted."""
        return {**row, "intelDoc": self._intel.all.get(row["intelDocId"])}

    def _known(self, alert_ids: Sequence[int]) -> list[Row]:
        try:
            return [self.get(alert_id) for alert_id in alert_ids]
        except KeyError as unknown:
            raise Rejected(404, f"Alert {unknown} not found") from unknown

    def _made(self, start: int, end: int) -> list[Row]:
        made: list[Row] = []
        for position in range(start, min(end, len(self._alerts))):
            alert = self._alerts[position]
            if isinstance(alert, int):
                alert = self._row(
                    alert, self._started - _SPREAD + alert * _SPREAD / (self._planned + 1)
                )
                self._alerts[position] = alert
            made.append(alert)
        return made

    def _known_filters(self) -> set[str]:
        others = {"platform", "alertedAtFrom", "alertedAtUntil"}
        known = {*EQUAL_COLUMNS, *CONTAINS_COLUMNS, *INTEL_FILTERS, *others}
        return known if self._settings.guid_filter else known - {"guid"}

    def _passes(self, row: Row, name: str, values: list[str]) -> bool:
        if name == "alertedAtFrom":
            return any(parse_iso(row["alertedAt"]) >= parse_iso(value) for value in values)
        if name == "alertedAtUntil":
            return any(parse_iso(row["alertedAt"]) < parse_iso(value) for value in values)
        if name in EQUAL_COLUMNS:
            return str(row[name]) in values
        texts = [text.lower() for text in self._texts(row, name)]
        return any(value.lower() in text for value in values for text in texts)

    def _texts(self, row: Row, name: str) -> Iterable[str]:
        if name == "platform":
            return [
                host.platform
                for host in self._computers.hosts
                if host.hostname == row["computerName"]
            ][:1]
        if name in INTEL_FILTERS:
            doc = self._intel.all.get(row["intelDocId"])
            return self._intel_texts(doc, name) if doc else []
        value = row.get(name)
        return [] if value is None else [value if isinstance(value, str) else json.dumps(value)]

    def _intel_texts(self, doc: Row, name: str) -> list[str]:
        if name == "intelType":
            return [doc["type"]]
        if name == "intelDocName":
            return [doc["name"]]
        if name == "intelSource":
            return [str(doc["sourceId"])]
        if name == "labelName":
            return [label["name"] for label in self._labels.of(doc)]
        return mitre_ids(doc)

    def _findings_on(self, host: seed.Host) -> Findings:
        if host.client_id not in self._findings:
            recording = self._computers.recording(host)
            self._findings[host.client_id] = Findings(recording, self._settings)
        return self._findings[host.client_id]

    def _row(self, number: int, created: float) -> Row:
        digest = hashlib.md5(f"{self._settings.seed}:alert:{number}".encode()).hexdigest()
        pick = int(digest[:6], 16)
        shape = SHARES[pick // 6 % len(SHARES)]
        host = self._computers.hosts[pick % (3 if shape.windows_only else 6)]
        findings = self._findings_on(host)
        alerted = created - 60 - pick % 1740
        row = {
            "id": number,
            "eid": seed.endpoint_id(host),
            "guid": f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-8{digest[17:20]}-{digest[20:]}",
            "intelDocId": _intel_of(shape, pick),
            "computerName": host.hostname,
            "computerIpAddress": host.ip,
            "matchType": shape.match_type,
            "path": findings.path(shape),
            "alertedAt": iso(alerted),
            **_columns(pick, created),
        }
        details = findings.details(shape, row, digest, alerted)
        if number % _WITHOUT_MATCH == 0:
            details["match"] = None
        row["details"] = json.dumps(details)
        if self._settings.odd_details:
            _make_odd(row, details)
        return row


def _columns(pick: int, created: float) -> Row:
    """What does not depend on what an alert is about."""
    return {
        "state": _STATES[pick % 7 % len(_STATES)],
        "type": "detect.match",
        "priority": _PRIORITIES[pick % 11 % len(_PRIORITIES)],
        "severity": "info",
        "details": None,
        "intelDocRevisionId": 1,
        "groupingId": None,
        "scanConfigId": 1 + pick % 3,
        "scanConfigRevisionId": 3,
        "receivedAt": iso(created - 0.25),
        "suppressedAt": None,
        "findingId": str((pick - 8_000_000) * 987_654_321_987),
        "ackedAt": None,
        "firstEIDResolutionAttempt": None,
        "lastEIDResolutionAttempt": None,
        "createdAt": iso(created),
        "updatedAt": iso(created),
    }


def _intel_of(shape: Shape, pick: int) -> int:
    """The id of the document that finds such a thing."""
    if shape is INJECTION:
        return seed.INJECTION_INTEL_ID
    if shape is EVENT_LOG:
        return seed.OPENIOC_INTEL_ID
    return seed.FIRST_INTEL_ID + pick % seed.DOCUMENTS_WITH_ALERTS


def _make_odd(row: Row, details: Row) -> None:
    """Details that no capture shows: missing ones, garbage, and an object instead of its text."""
    if row["id"] % 17 == 0:
        del row["details"]
    elif row["id"] % 19 == 0:
        row["details"] = "details"
    elif row["id"] % 13 == 0:
        row["details"] = details
