# File: rows.py
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
"""A row that Connect pushes, of any kind, becomes a container and its artifacts.

Columns are found by their plain labels: in lower case, without blanks and signs.
"""

from __future__ import annotations

import base64
import re
from datetime import datetime
from functools import lru_cache
from typing import Any, Callable, NamedTuple

from ..storable import storable
from ..times import utc_text
from .alert_details import read_findings
from .artifacts import LONGEST_NAME, artifact, finding_fields, found_artifacts, with_note
from .cases import Case, case_of, priority_of
from .cef import field_value, host_fields
from .storable import canonical, identifier
from .values import decoded, digits, id_text, joined, member, soar_time, trimmed


MOST_COLUMNS = 100  # of a row that become CEF fields


def row_case(row: dict[str, Any], received: datetime, console_url: str = "") -> Case:
    """From a row of any kind; an alert's row meets the polled alert in one container, others share
    one of their kind and day (UTC).

    `received` dates a row that says no time.
    """
    # Reversed, so that of columns with one plain label the first counts.
    columns = {_plain(label[:LONGEST_NAME]): value for label, value in reversed(row.items())}
    if _is_alert(columns):
        return _pushed_alert_case(columns, row, console_url)
    time = _first_time(columns)
    raw = storable(row)
    kind = _kind(columns)
    day = (time or utc_text(received))[:10]
    container = {
        "name": f"{kind.title} of {day}",
        "description": "Pushed by Tanium Connect.",
        "source_data_identifier": f"tanium-{kind.name}-{day}",
        "severity": kind.severity,
        "start_time": f"{day}T00:00:00.000000Z",
    }
    return Case(container, kind.artifacts(columns, raw, identifier("row", canonical(raw)), time))


@lru_cache(maxsize=1024)
def _plain(label: str) -> str:
    return re.sub(r"[^a-z0-9]", "", label.lower())


# Members of an alert, by the plain labels of the columns that Connect has for them.
_ALERT_COLUMNS = {
    "guid": ("alertid", "guid"),
    "eid": ("eid",),
    "alertedAt": ("timestamp", "alertedat"),
    "createdAt": ("createdat",),
    "receivedAt": ("receivedat",),
    "computerName": ("computername",),
    "computerIpAddress": ("computerip", "computeripaddress"),
    "intelDocId": ("intelid", "inteldocid"),
    "details": ("matchdetails", "details"),
    "matchType": ("matchtype",),
    "path": ("path",),
    "priority": ("priority",),
    "severity": ("severity",),
    "state": ("state",),
    "findingId": ("findingid",),
    "link": ("link",),
}


def _is_alert(columns: dict[str, Any]) -> bool:
    return bool(trimmed(_first(columns, "alertid", "guid"))) and any(
        label in columns
        for label in ("alertid", "matchdetails", "details", "intelid", "inteldocid", "intelname")
    )


def _pushed_alert_case(columns: dict[str, Any], row: dict[str, Any], console_url: str) -> Case:
    alert = {name: _first(columns, *labels) for name, labels in _ALERT_COLUMNS.items()}
    alert["id"] = columns.get("id")
    # `700:1:<guid>` has the document, its revision and the match.
    alert["intelDocId"] = id_text(alert["intelDocId"]).partition(":")[0]
    alert["intelDoc"] = {
        "name": columns.get("intelname"),
        "type": columns.get("inteltype"),
        "mitreAttack": _first(columns, "mitretechniques", "mitreattack"),
    }
    more = {
        "intelLabels": joined(_listed(columns.get("intellabels"))),
        "impactScore": field_value("impactScore", columns.get("impactscore")),
    }
    return case_of(alert, storable(row), console_url, more)


class _Kind(NamedTuple):
    """Of rows that share a container; `severity` is the container's, whichever row comes first."""

    name: str
    title: str
    severity: str
    artifacts: Callable[[dict[str, Any], dict[str, Any], str, str], list[dict[str, Any]]]


def _kind(columns: dict[str, Any]) -> _Kind:
    if "eventname" in columns and ("otherparameters" in columns or "eventid" in columns):
        return _EVENT
    if "table" in columns and "action" in columns and ("state" in columns or "username" in columns):
        return _AUDIT
    return _ROW


_USER_FIELDS = {
    "sourceUserName": "username",
    "sourceNtDomain": "userdomain",
    "sourceUserId": "userid",
}


def _event_artifacts(
    columns: dict[str, Any], raw: dict[str, Any], identity: str, time: str
) -> list[dict[str, Any]]:
    parameters = _parameters(columns.get("otherparameters"))
    findings = read_findings(_payload(parameters.get("payload", "")))
    severity = priority_of(columns)
    host = host_fields(
        _first(columns, "computername", "hostname"),
        _first(columns, "computerip", "computeripaddress", "ipaddress"),
    )
    event = trimmed(columns.get("eventname"))
    fields = {
        **finding_fields(findings, trimmed(columns.get("path")), host),
        "act": event,
        "cat": parameters.get("type", "") or findings.event_type,
        "intelName": parameters.get("name", ""),
        "eventSource": parameters.get("source", ""),
        "taniumEventId": id_text(columns.get("eventid")),
        "taniumPriority": trimmed(columns.get("priority")),
        "taniumSeverity": trimmed(columns.get("severity")),
        "startTime": time or soar_time(findings.first_seen),
        "endTime": soar_time(findings.last_seen),
    }
    if trimmed(columns.get("username")):
        fields.update((field, id_text(columns.get(label))) for field, label in _USER_FIELDS.items())
    place = f"on {host['deviceHostname']}" if host["deviceHostname"] else ""
    name = " ".join(filter(None, (event or "Event", fields["intelName"], place)))
    first = artifact("event", name, severity, identity, fields, time, with_note(raw, findings))
    return [first, *found_artifacts(findings, severity, host, f"{identity}:")]


def _parameters(value: Any) -> dict[str, str]:
    """From `name=...|source=...|payload=...`"""
    pairs = (part.partition("=") for part in trimmed(value).split("|"))
    return {name.strip().lower(): text for name, _, text in pairs}


def _payload(text: str) -> Any:
    """What JSON in base64 says, with or without its padding; None for anything else."""
    try:
        return decoded(base64.b64decode(f"{text}===").decode("utf-8"))
    except ValueError:
        return None


def _audit_artifacts(
    columns: dict[str, Any], raw: dict[str, Any], identity: str, time: str
) -> list[dict[str, Any]]:
    state = decoded(columns.get("state"))
    user, act, table = (trimmed(columns.get(label)) for label in ("username", "action", "table"))
    fields = {
        **host_fields(member(state, "hostname"), member(state, "ip")),
        "act": act,
        "cat": table,
        "sourceUserName": user,
        "taniumClientId": digits(member(state, "clientId")),
        "taniumAuditId": id_text(columns.get("id")),
        "startTime": time,
    }
    return [
        artifact(
            "audit",
            f"{user or 'Somebody'}: {act} {table}".rstrip(),
            "low",
            identity,
            fields,
            time,
            raw,
        )
    ]


def _row_artifacts(
    columns: dict[str, Any], raw: dict[str, Any], identity: str, time: str
) -> list[dict[str, Any]]:
    fields: dict[str, Any] = {}
    for label, value in list(raw.items())[:MOST_COLUMNS]:
        field = _ROW_FIELDS.get(_plain(label[:LONGEST_NAME])) or _camel_case(label[:LONGEST_NAME])
        if field:
            fields.setdefault(field, field_value(field, value))
    host = trimmed(_first(columns, "computername", "hostname"))
    return [
        artifact("row", f"Row of {host}" if host else "Row", "low", identity, fields, time, raw)
    ]


_EVENT = _Kind("event", "Tanium events", "medium", _event_artifacts)
_AUDIT = _Kind("audit", "Tanium audit records", "low", _audit_artifacts)
_ROW = _Kind("row", "Tanium rows", "low", _row_artifacts)

# CEF fields of columns that rows of any kind may have, by their plain labels; others keep their
# label.
_ROW_FIELDS = {
    "computername": "deviceHostname",
    "hostname": "deviceHostname",
    "computerip": "deviceAddress",
    "computeripaddress": "deviceAddress",
    "ipaddress": "deviceAddress",
    "ip": "deviceAddress",
    "username": "sourceUserName",
    "user": "sourceUserName",
    "computerid": "taniumClientId",
    "clientid": "taniumClientId",
    "path": "filePath",
    "md5": "fileHashMd5",
    "sha1": "fileHashSha1",
    "sha256": "fileHashSha256",
    "processtableid": "taniumProcessTableId",
    "pid": "sourceProcessId",
    "processid": "sourceProcessId",
    "timestamp": "startTime",
}


def _camel_case(label: str) -> str:
    """`Question Name` as CEF would have it: `questionName`."""
    first, *others = re.findall(r"[A-Za-z0-9]+", label) or [""]
    return first[:1].lower() + first[1:] + "".join(word[:1].upper() + word[1:] for word in others)


def _first_time(columns: dict[str, Any]) -> str:
    times = (
        soar_time(columns.get(label))
        for label in ("timestamp", "createdat", "alertedat", "eventtime", "time")
    )
    return next(filter(None, times), "")


def _first(columns: dict[str, Any], *labels: str) -> Any:
    return next((columns[label] for label in labels if columns.get(label) not in (None, "")), None)


def _listed(value: Any) -> list[str]:
    """Names from a list, from JSON of one, or from a text with commas."""
    items = decoded(value) if trimmed(value).startswith("[") else value
    if isinstance(items, str):
        items = items.split(",")
    return [trimmed(item) for item in items] if isinstance(items, list) else []
