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
"""A row that Connect pushes, of any kind, becomes a container and its artifacts."""

from __future__ import annotations

import base64
import re
from datetime import datetime
from typing import Any, Callable, NamedTuple

from ..storable import storable
from ..times import utc_text
from .alert_details import read_findings
from .artifacts import LONGEST_NAME, artifact, complete, finding_fields, found_artifacts, with_note
from .cases import Case, case_of, priority_of
from .cef import field_value, host_fields
from .columns import add_columns, by_plain_label, first, first_single, first_time, plain
from .own_fields import add_own_fields
from .storable import canonical, identifier
from .unread import known, unread
from .values import (
    decoded,
    digits,
    id_text,
    joined,
    object_of,
    scalar_text,
    single,
    soar_time,
    split_user,
    trimmed,
)


def row_case(row: dict[str, Any], received: datetime, console_url: str = "") -> Case:
    """From a row of any kind; an alert's row meets the polled alert in one container, others share
    one of their kind and day (UTC).

    `received` dates a row that says no time.
    """
    columns = by_plain_label(row)
    if _is_alert(columns):
        return _pushed_alert_case(columns, row, console_url)
    time = first_time(columns)
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
# Those that are looked into, and those that have a field besides.
_ALERT_OBJECTS = ("matchdetails", "details", "mitretechniques", "mitreattack", "intellabels")
_MORE_ALERT_COLUMNS = ("id", "intelname", "inteltype", "intelsource", "impactscore")
_READ_ALERT_COLUMNS = frozenset(
    label
    for labels in (*_ALERT_COLUMNS.values(), _ALERT_OBJECTS, _MORE_ALERT_COLUMNS)
    for label in labels
)


def _is_alert(columns: dict[str, Any]) -> bool:
    return bool(trimmed(first(columns, "alertid", "guid"))) and any(
        label in columns
        for label in ("alertid", "matchdetails", "details", "intelid", "inteldocid", "intelname")
    )


def _pushed_alert_case(columns: dict[str, Any], row: dict[str, Any], console_url: str) -> Case:
    alert = {name: first_single(columns, *labels) for name, labels in _ALERT_COLUMNS.items()}
    alert["details"] = first(columns, *_ALERT_COLUMNS["details"])
    alert["id"] = columns.get("id")
    # `700:1:<guid>` has the document, its revision and the match.
    alert["intelDocId"] = id_text(alert["intelDocId"]).partition(":")[0]
    alert["intelDoc"] = {
        "name": single(columns.get("intelname")),
        "type": single(columns.get("inteltype")),
        "mitreAttack": first(columns, "mitretechniques", "mitreattack"),
    }
    more = {
        "intelLabels": joined(_listed(columns.get("intellabels"))),
        "impactScore": field_value("impactScore", columns.get("impactscore")),
        "intelSource": scalar_text(single(columns.get("intelsource"))),
    }
    rest = _unread_columns(storable(row), _READ_ALERT_COLUMNS, _ALERT_OBJECTS)
    return case_of(alert, storable(row), console_url, more, rest)


def _unread_columns(
    row: dict[str, Any], read: frozenset[str], objects: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Those that are not read, or of which only the first value is."""
    return {
        label: value
        for label, value in row.items()
        if plain(label[:LONGEST_NAME]) not in read
        or (isinstance(value, list) and len(value) > 1 and plain(label) not in objects)
    }


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


_EVENT_COLUMNS = frozenset(
    (
        *("eventid", "eventname", "timestamp", "path", "priority", "severity", "otherparameters"),
        *("computername", "hostname", "computerip", "computeripaddress", "ipaddress"),
        *("username", "userdomain", "userid"),
    )
)
_EVENT_PARAMETERS = known("name", "source", "type", "payload")


def _event_artifacts(
    columns: dict[str, Any], raw: dict[str, Any], identity: str, time: str
) -> list[dict[str, Any]]:
    parameters = _parameters(columns.get("otherparameters"))
    findings = read_findings(_payload(parameters.get("payload", "")))
    severity = priority_of(columns)
    host = host_fields(
        first_single(columns, "computername", "hostname"),
        first_single(columns, "computerip", "computeripaddress", "ipaddress"),
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
        domain, fields["sourceUserName"] = split_user(trimmed(columns["username"]))
        fields["sourceNtDomain"] = id_text(columns.get("userdomain")) or domain
        fields["sourceUserId"] = id_text(columns.get("userid"))
    complete(fields, findings)
    add_own_fields(fields, unread(parameters, _EVENT_PARAMETERS), findings.left_out)
    add_columns(fields, _unread_columns(raw, _EVENT_COLUMNS))
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


# A live connection's id, `remote:<host>:<client id>:<number>`.
_REMOTE = re.compile(r"remote:([^:]*):([0-9]+):")
_AUDIT_COLUMNS = frozenset(
    ("state", "username", "userid", "action", "table", "id", "createdat", "timestamp")
)
_AUDIT_STATE = known(
    *("connectionId", "hostname", "ip", "clientId", "eid"),
    target=known("hostname", "ip", "clientId", "eid"),
)


def _audit_artifacts(
    columns: dict[str, Any], raw: dict[str, Any], identity: str, time: str
) -> list[dict[str, Any]]:
    state = object_of(decoded(columns.get("state")))
    user, act, table = (trimmed(columns.get(label)) for label in ("username", "action", "table"))
    domain, name = split_user(user)
    fields = {
        **_connection_fields(state),
        "act": act,
        "cat": table,
        "sourceUserName": name,
        "sourceNtDomain": domain,
        "sourceUserId": id_text(columns.get("userid")),
        "taniumAuditId": id_text(columns.get("id")),
        "startTime": time,
    }
    add_own_fields(fields, unread(state, _AUDIT_STATE), [])
    add_columns(fields, _unread_columns(raw, _AUDIT_COLUMNS))
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


def _connection_fields(state: dict[str, Any]) -> dict[str, Any]:
    """Of the computer that a live connection leads to, from its `target` or, in older rows, beside
    each other.
    """
    connection = trimmed(state.get("connectionId"))
    remote = _REMOTE.match(connection)
    places = (object_of(state.get("target")), state)
    host, ip, client_id, eid = (
        next((place[name] for place in places if place.get(name)), None)
        for name in ("hostname", "ip", "clientId", "eid")
    )
    return {
        **host_fields(host or (remote and remote[1]), ip),
        "taniumClientId": digits(client_id) or digits(remote and remote[2]),
        "taniumConnectionId": connection,
        "taniumEid": id_text(eid),
    }


def _row_artifacts(
    columns: dict[str, Any], raw: dict[str, Any], identity: str, time: str
) -> list[dict[str, Any]]:
    fields: dict[str, Any] = {}
    add_columns(fields, raw)
    host = trimmed(first_single(columns, "computername", "hostname"))
    return [
        artifact("row", f"Row of {host}" if host else "Row", "low", identity, fields, time, raw)
    ]


_EVENT = _Kind("event", "Tanium events", "medium", _event_artifacts)
_AUDIT = _Kind("audit", "Tanium audit records", "low", _audit_artifacts)
_ROW = _Kind("row", "Tanium rows", "low", _row_artifacts)


def _listed(value: Any) -> list[str]:
    """Names from a list, from JSON of one, or from a text with commas."""
    items = decoded(value) if trimmed(value).startswith("[") else value
    if isinstance(items, str):
        items = items.split(",")
    return [trimmed(item) for item in items] if isinstance(items, list) else []
