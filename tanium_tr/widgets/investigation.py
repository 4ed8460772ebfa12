# File: investigation.py
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
"""An investigation as an analyst reads it at night: what happened where and what is missing of the
answer, then the process tree, the events by type, and the observables with their menus.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..ingestion.observables import KINDS
from .events import EVENTS
from .parts import (
    Part,
    badge,
    badge_style,
    code,
    console_link,
    digest,
    file_path,
    number,
    timestamp,
)
from .process_tree import process_tree
from .tables import (
    WHOLE_ROW,
    Row,
    Section,
    badges,
    column,
    columns_of,
    facts,
    section,
    stack,
    table,
)
from .values import float_of, text


def _of_kind(row: Any, _: Sequence[str]) -> list[Part]:
    """The value of an observable, with the menu of its type."""
    kind = KINDS.get(text(row.get("type")))
    return code(row.get("value"), (kind.contains,) if kind else ())


FACTS = columns_of(
    "investigation",
    stack(
        "Alert",
        column("", "alert.id"),
        column("", "alert.guid", show=code),
        column("", "alert.console_link", show=console_link),
    ),
    column("Time (UTC)", "alert.alertedAt", show=timestamp),
    stack(
        "Intel",
        column("", "intel.name"),
        column("", "intel.type", show=badge),
        column("Document", "intel.id", "alert.intelDocId"),
        column("", "intel.description"),
    ),
    stack(
        "What happened",
        column("", "alert.description"),
        column("Threat", "alert.threat_name"),
        column("", "alert.event_type"),
    ),
    column("MITRE ATT&CK", "alert.mitre_technique_ids"),
    column("File", "alert.path", show=file_path),
    stack(
        "Hashes",
        column("MD5", "alert.md5", show=code),
        column("SHA1", "alert.sha1", show=code),
        column("SHA256", "alert.sha256", show=code),
    ),
    column("User", "alert.user_name"),
    stack(
        "Host",
        column("", "alert.computerName"),
        column("", "alert.computerIpAddress"),
    ),
    stack(
        "Endpoint",
        column("", "endpoint.hostname"),
        column("", "endpoint.ip"),
        column("", "endpoint.platform"),
        column("", "endpoint.status", show=badge),
        column("Client ID", "endpoint.clientId"),
    ),
    stack(
        "Connection",
        column("", "connection.id", show=code),
        column("closed", "connection.closed"),
    ),
    stack(
        "Events (UTC)",
        column("from", "window.from_time", show=timestamp),
        column("to", "window.to_time", show=timestamp),
    ),
)
PARTS = (
    column("Part", "part"),
    column("Status", "status", show=badge),
    column("Reason", "reason"),
)
HASHES = columns_of(
    "investigation",
    column("File", "path", show=file_path, contains=("file name", "file path")),
    column("MD5", "md5", show=digest, contains=("md5",)),
    column("SHA1", "sha1", show=digest, contains=("sha1",)),
    column("SHA256", "sha256", show=digest, contains=("sha256",)),
    column("Seen in", "seen_in"),
)
PEERS = columns_of(
    "investigation",
    column("Peer", "address", contains=("ip",)),
    column("Port", "port"),
    column("Connections read", "count", show=number),
    column("Alert's process", "of_alert_process", show=badge),
    column("Process", "process_path", show=file_path, contains=("file name", "file path")),
    column("Seen in", "seen_in"),
)
OBSERVABLES = (
    column("Type", "type"),
    column("Value", WHOLE_ROW, show=_of_kind),
    column("Seen in", "seen_in"),
)


def investigation(rows: list[Row], _: Row) -> list[Section]:
    """The sections of each investigated alert."""
    return [each for row in rows for each in _sections(row)]


def _sections(row: Row) -> list[Section]:
    alert = row.get("alert")
    alert = alert if isinstance(alert, dict) else {}
    parts = [each for each in _rows(row, "parts") if each.get("status") != "ok"]
    marks = [text(alert.get(name)) for name in ("priority", "state")]
    marks += [f"{text(each.get('part'))} {text(each.get('status'))}" for each in parts]
    return [
        badges([Part(each, badge_style(each.rpartition(" ")[2])) for each in marks if each]),
        section(facts(row, FACTS), kind="facts"),
        _titled("Not complete", table(parts, PARTS)),
        *_tree(_rows(row, "process_tree")),
        *_events(_rows(row, "events")),
        _titled("Hashes", table(_rows(row, "hashes"), HASHES)),
        _titled("Network peers", table(_rows(row, "peers"), PEERS)),
        _titled("Observables", table(_rows(row, "observables"), OBSERVABLES)),
    ]


def _tree(rows: list[Row]) -> list[Section]:
    numbers, further_up, tree = process_tree(rows, {})
    return [numbers, further_up, _titled("Process tree", tree)]


def _events(kinds: list[Row]) -> list[Section]:
    """The numbers of all types, then the newest of each."""
    numbers = [_counted(each) for each in kinds if float_of(each.get("count"))]
    return [badges(numbers), *map(_newest, kinds)]


def _newest(kind: Row) -> Section:
    """Their type is in the title."""
    rows = [{**each, "type": None} for each in _rows(kind, "newest")]
    return _titled(f"Newest {text(kind.get('type'))} events", table(rows, EVENTS))


def _counted(kind: Row) -> Part:
    count = float_of(kind.get("count")) or 0
    of_process = float_of(kind.get("of_alert_process")) or 0
    more = " or more" if kind.get("has_more") is True else ""
    own = f", {of_process:,.0f} of the alert's processes" if of_process else ""
    style = "badge warn" if of_process else "badge quiet"
    return Part(f"{count:,.0f}{more} {text(kind.get('type'))} events{own}", style)


def _titled(title: str, part: Section) -> Section:
    return {**part, "title": title}


def _rows(row: Row, name: str) -> list[Row]:
    found = row.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
