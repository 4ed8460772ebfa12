# File: connect_sources.py
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
"""What Connect takes its rows from."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

from dev.simulator import seed
from dev.simulator.errors import Rejected
from dev.simulator.state.alerts import Alerts
from dev.simulator.state.computers import Computers
from dev.simulator.state.connections import Connections
from dev.simulator.state.intel import Intel, mitre_ids
from dev.simulator.state.labels import Labels
from dev.simulator.times import DAY, discover_time, iso


Row = dict[str, Any]


class Sources:
    """The sources by id, and their rows, made of what the server knows at that moment."""

    def __init__(
        self,
        alerts: Alerts,
        intel: Intel,
        labels: Labels,
        computers: Computers,
        connections: Connections,
    ) -> None:
        self._alerts = alerts
        self._intel = intel
        self._labels = labels
        self._computers = computers
        self._connections = connections
        self.all = {given.id: _row(given) for given in seed.CONNECT_SOURCES}
        self._rows: dict[int, Callable[[], list[Row]]] = {
            seed.ALERT_SOURCE.id: lambda: [self._alert_row(alert) for alert in alerts.rows()],
            seed.AUDIT_SOURCE.id: self._audit_rows,
            seed.SAVED_QUESTION_SOURCE.id: self._answers,
            seed.SYSTEM_STATUS_SOURCE.id: self._status_rows,
            seed.SEEN_SOURCE.id: self._seen,
        }

    def get(self, source_id: int) -> Row:
        if source_id not in self.all:
            raise Rejected(404, f"Source {source_id} not found")
        return self.all[source_id]

    def add(self, like: seed.SourceSeed, name: str) -> Row:
        """A source with the columns and the rows of a known one."""
        row = {**_row(like), "id": max(self.all) + 1, "name": name}
        self.all[row["id"]] = row
        if like.id in self._rows:
            self._rows[row["id"]] = self._rows[like.id]
        return row

    def rows_of(self, source_id: int) -> list[Row]:
        """None for an event source, whose rows come with the events."""
        return self._rows.get(source_id, list)()

    def event_row(self, name: str, alert: Row) -> Row:
        """What `name` (`detect.match`, `detect.unmatch`, ...) of an alert looks like in the older
        rows: the details in base64.
        """
        details = _decoded(alert.get("details"))
        match = _object(details.get("match"))
        user = str(_object(match.get("properties")).get("user", ""))
        domain, _, user_name = user.rpartition("\\")
        payload = base64.b64encode(json.dumps(details).encode()).decode()
        values = (
            *(
                alert["guid"],
                name,
                alert["alertedAt"],
                alert["computerName"],
                alert["computerIpAddress"],
                alert["priority"],
                alert["severity"],
            ),
            *(
                user_name,
                domain,
                "",
                (
                    f"name={self._intel_name(alert)}|source={match.get('source', '')}"
                    f"|type={alert['matchType']}|payload={payload}"
                ),
            ),
        )
        return dict(zip(seed.EVENT_SOURCE.columns, values))

    def _intel_name(self, alert: Row) -> str:
        doc = self._intel.all.get(alert["intelDocId"])
        return doc["name"] if doc else ""

    def _alert_row(self, alert: Row) -> Row:
        """As Threat Response's rows were seen: no impact score is an empty text, techniques are a
        list in a text, details an object or its text.
        """
        doc = self._intel.all.get(alert["intelDocId"], {})
        labels = ",".join(label["name"] for label in self._labels.of(doc)) if doc else ""
        values = (
            *(
                alert["guid"],
                alert["alertedAt"],
                alert["computerName"],
                alert["computerIpAddress"],
                alert["intelDocId"],
            ),
            *(
                doc.get("type", ""),
                doc.get("name", ""),
                labels,
                (alert.get("details") or "") if alert["id"] % 2 else _decoded(alert.get("details")),
                json.dumps(mitre_ids(doc) if doc else []),
            ),
            "" if alert["id"] % 3 == 0 else alert["id"] * 37 % 1000,
            *(
                f"{seed.CONSOLE}/ui/threatresponse/alerts?guid={alert['guid']}",
                alert["eid"],
                str(doc.get("sourceId", "")),
            ),
        )
        return dict(zip(seed.ALERT_SOURCE.columns, values))

    def _audit_rows(self) -> list[Row]:
        return [
            self._audit_row(number, connection)
            for number, connection in enumerate(self._connections.rows(), 1)
        ]

    def _audit_row(self, number: int, connection: Row) -> Row:
        """Who made a connection; every second `state` is an object instead of its text."""
        host = self._computers.by_client_id(connection["clientId"])
        state = {
            "connectionId": connection["id"],
            "target": {
                "hostname": connection["hostname"],
                "eid": str(seed.endpoint_id(host)) if host else None,
            },
            "sessionId": connection["sessionId"],
        }
        moment = iso(connection["initiatedAt"] / 1000)
        values = (
            *(
                number,
                "LiveConnection",
                None,
                None,
                state if number % 2 == 0 else json.dumps(state),
            ),
            *(seed.ANALYST.id, seed.ANALYST.name, "create", moment, moment),
        )
        return dict(zip(seed.AUDIT_SOURCE.columns, values))

    def _answers(self) -> list[Row]:
        """A column of several values is an array, whatever their number."""
        return [
            dict(
                zip(
                    seed.SAVED_QUESTION_SOURCE.columns,
                    (host.hostname, [host.ip, _link_local(host)], host.platform, 1),
                )
            )
            for host in self._computers.hosts
        ]

    def _seen(self) -> list[Row]:
        return [self._seen_row(host) for host in self._computers.hosts]

    def _seen_row(self, host: seed.Host) -> Row:
        user = seed.PROCESS_BACKBONE[host.platform][seed.SUSPICIOUS][2]
        registered = self._computers.registered(host)
        times = (registered - 30 * DAY, registered - DAY, registered)
        return dict(
            zip(
                seed.SEEN_SOURCE.columns,
                (host.client_id, host.hostname, f"CORP\\{user}", *map(discover_time, times)),
            )
        )

    def _status_rows(self) -> list[Row]:
        keys = (
            "host_name",
            "computer_id",
            "ipaddress_client",
            "status",
            "full_version",
            "last_registration",
        )
        computers = self._computers.system_status()
        return [
            dict(zip(seed.SYSTEM_STATUS_SOURCE.columns, (row[key] for key in keys)))
            for row in computers
        ]


def _row(given: seed.SourceSeed) -> Row:
    columns = [{"name": name, "type": kind} for name, kind in given.columns.items()]
    row: Row = {
        "id": given.id,
        "name": given.name,
        "type": given.type,
        "description": given.description,
        "columns": columns,
    }
    return row if given.saved_question is None else {**row, "savedQuestionId": given.saved_question}


def _link_local(host: seed.Host) -> str:
    return f"fe80::{int(host.client_id) % 0x10000:x}"


def _decoded(details: object) -> Row:
    """The details as an object; empty where there are none, or none that can be read."""
    if isinstance(details, str):
        try:
            details = json.loads(details)
        except (ValueError, RecursionError):
            return {}
    return _object(details)


def _object(value: object) -> Row:
    return value if isinstance(value, dict) else {}
