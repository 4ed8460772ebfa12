# File: cases.py
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
"""An alert, or a row pushed by Connect, becomes a container and its artifacts; polling and the
receiver share it.

Nothing here fails because of a value inside an alert or a row, and the same input always gives the
same identifiers. CEF fields have SOAR's names where it knows one (TANIUM_WIRE section 3);
`CONTAINS` has those from which actions chain. A value that an action could be run with is never
shortened: it is whole, or only in the raw record, which is the `data` of the first artifact.
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import json
import math
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from functools import lru_cache
from typing import Any, Callable, NamedTuple
from urllib.parse import quote

from ..config import PRIORITIES
from ..declare import (
    ALERT_ID,
    CLIENT_ID,
    FILE_HASH,
    FILE_NAME,
    FILE_PATH,
    HOST_NAME,
    INTEL_DOC_ID,
    IP,
    MD5,
    PID,
    PROCESS_TABLE_ID,
    SHA1,
    SHA256,
    USER_NAME,
)
from ..times import is_usual, seconds, utc_text
from .alert_details import (
    MAX_PID,
    Connection,
    Findings,
    MatchedFile,
    Process,
    base_name,
    decoded,
    digits,
    hash_of,
    number,
    read_findings,
    split_user,
)


class Case(NamedTuple):
    """One container and its artifacts, that of the alert or row first. SOAR's label, asset and
    container id are the caller's to add.
    """

    container: dict[str, Any]
    artifacts: list[dict[str, Any]]


# What SOAR has `contains` names for, but no action of this app takes.
HASH, PORT, PROCESS_NAME, URL = "hash", "port", "process name", "url"

# The `contains` of CEF fields; fields without are for people and playbooks only. All `cef_types`
# share these lists.
CONTAINS = {
    "deviceHostname": [HOST_NAME],
    "deviceAddress": [IP],
    "sourceAddress": [IP],
    "sourcePort": [PORT],
    "destinationHostName": [HOST_NAME],
    "destinationAddress": [IP],
    "destinationPort": [PORT],
    "sourceUserName": [USER_NAME],
    "sourceProcessName": [PROCESS_NAME],
    "sourceProcessId": [PID],
    "parentProcessName": [PROCESS_NAME],
    "parentProcessId": [PID],
    "fileName": [FILE_NAME],
    "filePath": [FILE_PATH],
    "fileHash": [HASH],
    "fileHashMd5": [MD5, FILE_HASH],
    "fileHashSha1": [SHA1],
    "fileHashSha256": [SHA256],
    "requestURL": [URL],
    "taniumAlertId": [ALERT_ID],
    "taniumIntelDocId": [INTEL_DOC_ID],
    "taniumProcessTableId": [PROCESS_TABLE_ID],
    "taniumParentProcessTableId": [PROCESS_TABLE_ID],
    "taniumClientId": [CLIENT_ID],
}

LONGEST_NAME = 200
# Characters of a CEF value; a database's index takes no entry of more than some 2,700 bytes.
LONGEST_TEXT = 2000
DEEPEST = 100  # levels of a raw record
MOST_TECHNIQUES = 50
MOST_COLUMNS = 100  # of a row that become CEF fields


def alert_case(alert: dict[str, Any], console_url: str = "", labels: Sequence[str] = ()) -> Case:
    """From an alert as Threat Response lists it, with `intelDoc` inside when it was asked for;
    `labels` are names of its intel's labels.
    """
    return _alert_case(alert, _raw(alert), console_url, {"intelLabels": _joined(labels)})


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
    raw = _storable(row)
    kind = _kind(columns)
    day = (time or utc_text(received))[:10]
    container = {
        "name": f"{kind.title} of {day}",
        "description": "Pushed by Tanium Connect.",
        "source_data_identifier": f"tanium-{kind.name}-{day}",
        "severity": kind.severity,
        "start_time": f"{day}T00:00:00.000000Z",
    }
    return Case(container, kind.artifacts(columns, raw, _identifier("row", _canonical(raw)), time))


# What polling decides by


_PRIORITY = {
    **{name: name for name in PRIORITIES},
    "info": "low",
    "informational": "low",
    "critical": "high",
}


def priority_of(alert: dict[str, Any]) -> str:
    """One of PRIORITIES. Tanium's severity is nearly always `info`, so it counts only where there
    is no priority, and not when it is low.
    """
    priority = _PRIORITY.get(_text(alert.get("priority")).lower())
    severity = _PRIORITY.get(_text(alert.get("severity")).lower(), "low")
    return priority or ("high" if severity == "high" else "medium")


def intel_name(alert: dict[str, Any]) -> str:
    """The name of the alert's intel document; empty when that did not come with the alert."""
    return _text(_member(alert.get("intelDoc"), "name"))


_GUID = re.compile(r"[\x21-\x7e]{1,128}")


def guid_of(alert: dict[str, Any]) -> str:
    """The alert's guid in lower case, so that both ways in give it alike; empty for none."""
    guid = _text(alert.get("guid"))
    return guid.lower() if _GUID.fullmatch(guid) else ""


def alert_link(console_url: str, guid: str) -> str:
    """Where the console shows the alert; empty without either."""
    return (
        f"{console_url}/ui/threatresponse/alerts?guid={quote(guid, safe='')}"
        if console_url and guid
        else ""
    )


# Alerts


def _alert_case(
    alert: dict[str, Any], raw: dict[str, Any], console_url: str, more: dict[str, str]
) -> Case:
    findings = read_findings(alert.get("details"))
    severity = priority_of(alert)
    host = _host(alert.get("computerName"), alert.get("computerIpAddress"))
    techniques = _techniques(_member(alert.get("intelDoc"), "mitreAttack"))
    name = _alert_name(alert)
    alerted = soar_time(alert.get("alertedAt")) or soar_time(alert.get("createdAt"))
    fields = {
        **_finding_fields(findings, _text(alert.get("path")), host),
        "destinationHostName": host["deviceHostname"],
        "destinationAddress": host["deviceAddress"],
        "cat": _text(alert.get("matchType")) or findings.event_type,
        **_alert_fields(alert, console_url),
        "mitreTechniqueIds": _joined(techniques),
        "startTime": soar_time(findings.first_seen) or alerted,
        "endTime": soar_time(findings.last_seen),
        **more,
    }
    container = {
        "name": name,
        "description": _description(fields),
        "source_data_identifier": (
            guid_of(alert)
            or digits(alert.get("id"))
            or _identifier("tanium-alert", _canonical(raw))
        ),
        "severity": severity,
        "tags": techniques,
    }
    if alerted:
        container["start_time"] = alerted
    first = _artifact("alert", name, severity, "alert", fields, alerted, _with_note(raw, findings))
    return Case(container, [first, *_found_artifacts(findings, severity, host)])


def _alert_fields(alert: dict[str, Any], console_url: str) -> dict[str, Any]:
    """What the alert tells besides its details."""
    guid = guid_of(alert)
    return {
        "intelName": intel_name(alert),
        "intelType": _member(alert.get("intelDoc"), "type"),
        "taniumAlertId": digits(alert.get("id")),
        "taniumAlertGuid": guid,
        "requestURL": alert_link(console_url, guid) or _web_address(alert.get("link")),
        "taniumIntelDocId": digits(alert.get("intelDocId")),
        "taniumEid": _id(alert.get("eid")),
        "taniumFindingId": _id(alert.get("findingId")),
        "taniumState": alert.get("state"),
        "taniumPriority": alert.get("priority"),
        "taniumSeverity": alert.get("severity"),
        "deviceReceiptTime": soar_time(alert.get("receivedAt")),
    }


def _alert_name(alert: dict[str, Any]) -> str:
    document = digits(alert.get("intelDocId"))
    what = intel_name(alert) or (
        f"Intel {document}"
        if document
        else f"Alert {guid_of(alert) or digits(alert.get('id'))}".strip()
    )
    host = _text(alert.get("computerName"))
    return _shortened(f"{what} on {host}" if host else what, LONGEST_NAME)


def _description(fields: dict[str, str]) -> str:
    kind = f" ({fields['cat']})" if fields["cat"] else ""
    path = f" about {fields['filePath']}" if fields["filePath"] else ""
    return _shortened(
        f"Threat Response alert{kind}{path}. {fields['message']}".rstrip(), LONGEST_TEXT
    )


def _raw(alert: dict[str, Any]) -> dict[str, Any]:
    """The alert as a record; its intel document, which `get intel doc` reads and which may have
    megabytes, is named only.
    """
    intel = alert.get("intelDoc")
    if isinstance(intel, dict):
        alert = {
            **alert,
            "intelDoc": {
                name: intel[name]
                for name in ("id", "name", "type", "description", "mitreAttack")
                if name in intel
            },
        }
    return _storable(alert)


_TECHNIQUE = re.compile(r"\bT[0-9]{4}(?:\.[0-9]{3})?\b", re.ASCII)


def _techniques(value: Any) -> list[str]:
    """Ids of MITRE techniques, from a list of them, a list of objects with an `id`, an object with
    such a list, or JSON of any of these.
    """
    if not isinstance(value, str):
        items = value.get("techniques") if isinstance(value, dict) else value
        ids = (
            (_member(item, "id") if isinstance(item, dict) else item for item in items)
            if isinstance(items, list)
            else ()
        )
        value = " ".join(map(_text, ids))
    return list(dict.fromkeys(_TECHNIQUE.findall(value)))[:MOST_TECHNIQUES]


# What the details tell


def _finding_fields(findings: Findings, path: str, host: dict[str, str]) -> dict[str, Any]:
    """Of the process and the file that an alert is about."""
    line = findings.lines[0] if findings.lines else []
    process = line[0] if line else Process()
    parent = line[1] if len(line) > 1 else Process()
    fields = _process_fields(process, parent, host)
    file = _file_at(path, findings.files)
    # Of its own image the process tells more.
    if file.path != fields["filePath"] or not fields["fileHash"]:
        fields.update(_file_fields(file))
    if not fields["sourceUserName"]:
        fields["sourceNtDomain"], fields["sourceUserName"] = split_user(findings.logged_on_user)
    fields["message"], fields["threatName"] = findings.description, findings.threat_name
    return fields


def _file_at(path: str, files: list[MatchedFile]) -> MatchedFile:
    """The file of this path, so that no hash is shown for another one's; the matched file when
    there is no path.
    """
    matched = files[0] if files else MatchedFile()
    if not path or path == matched.path:
        return matched
    if not matched.path:
        return matched._replace(path=path)
    return next((file for file in files if file.path.lower() == path.lower()), MatchedFile(path))


def _found_artifacts(
    findings: Findings, severity: str, host: dict[str, str], scope: str = ""
) -> list[dict[str, Any]]:
    """The processes, files and connections, each once; `scope` keeps apart what different rows of
    one container tell.
    """
    found = {
        artifact["source_data_identifier"]: artifact
        for artifact in _each_found(findings, severity, host, scope)
    }
    return list(found.values())


def _each_found(
    findings: Findings, severity: str, host: dict[str, str], scope: str
) -> Iterator[dict[str, Any]]:
    for line in findings.lines:
        for process, parent in zip(line, [*line[1:], Process()]):
            if process.known:
                fields = _process_fields(process, parent, host)
                name = f"Process {process.name or 'unknown'} ({process.pid or 'no pid'})"
                yield _artifact(
                    "process",
                    name,
                    severity,
                    scope + _process_identity(process),
                    fields,
                    fields["startTime"],
                    {},
                )
    for file in findings.files:
        name = f"File {base_name(file.path) or file.sha256 or file.sha1 or file.md5}"
        identity = _identifier("file", *([file.path] if file.path else file.hashes))
        yield _artifact(
            "file", name, severity, scope + identity, {**host, **_file_fields(file)}, "", {}
        )
    for connection in findings.connections:
        fields = _connection_fields(
            connection, findings.lines[0][0] if findings.lines else Process(), host
        )
        peer = ", port ".join(filter(None, (fields["destinationAddress"], connection.remote_port)))
        name = f"Connection with {peer or 'an unknown address'}"
        yield _artifact(
            "network", name, severity, scope + _identifier("network", *connection), fields, "", {}
        )


def _process_identity(process: Process) -> str:
    if process.table_id:
        return f"process:{process.table_id}"
    return _identifier(
        "process",
        _id(process.unique_id),
        process.pid,
        process.path,
        _text(process.start_time),
        _text(process.command_line),
    )


# Fields that thousands of artifacts have are put into one dictionary at once: each copy of it shows
# in `make bench`.


def _process_fields(process: Process, parent: Process, host: dict[str, str]) -> dict[str, Any]:
    return {
        "deviceHostname": host["deviceHostname"],
        "deviceAddress": host["deviceAddress"],
        "sourceProcessName": process.name,
        "sourceProcessId": process.pid,
        "processCommandLine": process.command_line,
        "taniumProcessTableId": process.table_id,
        "parentProcessName": parent.name,
        "parentProcessId": parent.pid or number(process.parent_pid, MAX_PID),
        "parentCommandLine": parent.command_line,
        "taniumParentProcessTableId": parent.table_id,
        "sourceUserName": process.user,
        "sourceNtDomain": process.domain,
        "sourceUserId": process.user_id,
        "filePath": process.path,
        "fileName": process.name,
        "fileHash": (process.sha256 or process.sha1 or process.md5).lower(),
        "fileHashMd5": process.md5.lower(),
        "fileHashSha1": process.sha1.lower(),
        "fileHashSha256": process.sha256.lower(),
        "signatureIssuer": process.issuer,
        "signatureSubject": process.subject,
        "signatureStatus": process.status,
        "startTime": soar_time(process.start_time),
    }


def _file_fields(file: MatchedFile) -> dict[str, str]:
    return {
        "filePath": file.path,
        "fileName": base_name(file.path),
        "fileHash": (file.sha256 or file.sha1 or file.md5).lower(),
        "fileHashMd5": file.md5.lower(),
        "fileHashSha1": file.sha1.lower(),
        "fileHashSha256": file.sha256.lower(),
        "fileSize": file.size,
    }


def _connection_fields(
    connection: Connection, process: Process, host: dict[str, str]
) -> dict[str, Any]:
    return {
        **host,
        "sourceAddress": _ip(connection.local_ip),
        "sourcePort": connection.local_port,
        "destinationAddress": _ip(connection.remote_ip),
        "destinationPort": connection.remote_port,
        "sourceProcessName": process.name,
        "sourceProcessId": process.pid,
        "taniumProcessTableId": process.table_id,
    }


def _with_note(raw: dict[str, Any], findings: Findings) -> dict[str, Any]:
    return {**raw, "left_out_of_artifacts": findings.left_out} if findings.left_out else raw


# Rows: columns by their labels in lower case without blanks and signs


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
    return bool(_text(_first(columns, "alertid", "guid"))) and any(
        label in columns
        for label in ("alertid", "matchdetails", "details", "intelid", "inteldocid", "intelname")
    )


def _pushed_alert_case(columns: dict[str, Any], row: dict[str, Any], console_url: str) -> Case:
    alert = {name: _first(columns, *labels) for name, labels in _ALERT_COLUMNS.items()}
    alert["id"] = columns.get("id")
    # `700:1:<guid>` has the document, its revision and the match.
    alert["intelDocId"] = _id(alert["intelDocId"]).partition(":")[0]
    alert["intelDoc"] = {
        "name": columns.get("intelname"),
        "type": columns.get("inteltype"),
        "mitreAttack": _first(columns, "mitretechniques", "mitreattack"),
    }
    more = {
        "intelLabels": _joined(_listed(columns.get("intellabels"))),
        "impactScore": _row_value("impactScore", columns.get("impactscore")),
    }
    return _alert_case(alert, _storable(row), console_url, more)


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


def _event_artifacts(
    columns: dict[str, Any], raw: dict[str, Any], identity: str, time: str
) -> list[dict[str, Any]]:
    parameters = _parameters(columns.get("otherparameters"))
    findings = read_findings(_payload(parameters.get("payload", "")))
    severity = priority_of(columns)
    host = _host(
        _first(columns, "computername", "hostname"),
        _first(columns, "computerip", "computeripaddress", "ipaddress"),
    )
    event = _text(columns.get("eventname"))
    fields = {
        **_finding_fields(findings, _text(columns.get("path")), host),
        "act": event,
        "cat": parameters.get("type", "") or findings.event_type,
        "intelName": parameters.get("name", ""),
        "eventSource": parameters.get("source", ""),
        "taniumEventId": _id(columns.get("eventid")),
        "taniumPriority": _text(columns.get("priority")),
        "taniumSeverity": _text(columns.get("severity")),
        "startTime": time or soar_time(findings.first_seen),
        "endTime": soar_time(findings.last_seen),
    }
    if _text(columns.get("username")):
        users = {
            "sourceUserName": "username",
            "sourceNtDomain": "userdomain",
            "sourceUserId": "userid",
        }
        fields.update((field, _id(columns.get(label))) for field, label in users.items())
    name = " ".join(
        filter(
            None,
            (
                event or "Event",
                fields["intelName"],
                f"on {host['deviceHostname']}" if host["deviceHostname"] else "",
            ),
        )
    )
    first = _artifact("event", name, severity, identity, fields, time, _with_note(raw, findings))
    return [first, *_found_artifacts(findings, severity, host, f"{identity}:")]


def _parameters(value: Any) -> dict[str, str]:
    """From `name=...|source=...|payload=...`"""
    pairs = (part.partition("=") for part in _text(value).split("|"))
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
    user, act, table = (_text(columns.get(label)) for label in ("username", "action", "table"))
    fields = {
        **_host(_member(state, "hostname"), _member(state, "ip")),
        "act": act,
        "cat": table,
        "sourceUserName": user,
        "taniumClientId": digits(_member(state, "clientId")),
        "taniumAuditId": _id(columns.get("id")),
        "startTime": time,
    }
    return [
        _artifact(
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
            fields.setdefault(field, _row_value(field, value))
    host = _text(_first(columns, "computername", "hostname"))
    return [
        _artifact("row", f"Row of {host}" if host else "Row", "low", identity, fields, time, raw)
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


def _row_value(field: str, value: Any) -> str:
    """What of a column's value may stand in a field; nothing when it is not of the field's kind."""
    if field in _READERS:
        return _READERS[field](value)
    if re.search(r"hash|md5|sha\d", field, re.IGNORECASE):
        return _any_hash(value)
    if isinstance(value, (int, float)):
        return json.dumps(_storable(value))
    return _text(value)


def _any_hash(value: Any) -> str:
    return (hash_of(value, "sha256") or hash_of(value, "sha1") or hash_of(value, "md5")).lower()


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
    items = decoded(value) if _text(value).startswith("[") else value
    if isinstance(items, str):
        items = items.split(",")
    return [_text(item) for item in items] if isinstance(items, list) else []


# Artifacts


def _artifact(
    kind: str,
    name: str,
    severity: str,
    identity: str,
    fields: dict[str, Any],
    start: str,
    data: dict[str, Any],
) -> dict[str, Any]:
    cef, types = _cef(fields)
    artifact = {
        "name": _shortened(name, LONGEST_NAME),
        "label": kind,
        "type": "network" if kind == "network" else "host",
        "severity": severity,
        "source_data_identifier": identity,
        "cef": cef,
        "cef_types": types,
        "data": data,
    }
    if start:
        artifact["start_time"] = start
    return artifact


def _cef(fields: dict[str, Any]) -> tuple[dict[str, str], dict[str, list[str]]]:
    """The fields that are filled with text, and the `contains` of those that have some."""
    cef = (
        {name: value for name, value in fields.items() if value}
        if "" in fields.values()
        else fields
    )
    try:
        # All looked at together: one by one takes several times as long.
        texts = "".join(cef.values())
    except TypeError:  # not all of them are texts
        cef = {name: value for name, value in cef.items() if value and isinstance(value, str)}
        texts = "".join(cef.values())
    if not _is_plain(texts) or (
        len(texts) > LONGEST_TEXT and max(map(len, cef.values())) > LONGEST_TEXT
    ):
        cef = {name: value for name, value in _bounded(cef) if value}
    return cef, _types(tuple(cef))


@lru_cache(maxsize=1024)
def _types(names: tuple[str, ...]) -> dict[str, list[str]]:
    """The same fields come together again and again."""
    return {name: CONTAINS[name] for name in names if name in CONTAINS}


def _bounded(cef: dict[str, str]) -> Iterator[tuple[str, str]]:
    for name, value in cef.items():
        bounded = _shortened(value, LONGEST_TEXT)
        yield name, "" if name in CONTAINS and bounded != value else bounded


def _host(name: Any, address: Any) -> dict[str, str]:
    return {"deviceHostname": _text(name), "deviceAddress": _ip(address)}


# Values


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _id(value: Any) -> str:
    """An id as text; findings have negative ones. Never from a float, which may have lost digits."""
    return (
        str(value)
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**64
        else _text(value)
    )


def _joined(texts: Sequence[str]) -> str:
    return ", ".join(filter(None, map(_text, texts)))


def _member(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def _web_address(value: Any) -> str:
    return (
        _text(value)
        if re.match(
            r"https?://[a-z0-9][a-z0-9.:-]*([/?#]|$)", _text(value), re.ASCII | re.IGNORECASE
        )
        else ""
    )


def _ip(value: Any) -> str:
    return _address(value) if isinstance(value, str) and len(value) < LONGEST_NAME else ""


@lru_cache(maxsize=1024)
def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text.strip().partition("%")[0]))
    except ValueError:
        return ""


_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def _storable(value: Any, depth: int = DEEPEST) -> Any:
    """The same JSON without what a database of JSON refuses: NUL, halves of characters, numbers
    beyond 64 bits, bottomless nesting.
    """
    if value is None:
        return None
    if isinstance(value, str):
        return value if _is_plain(value) else _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, int):
        return value if -(2**63) <= value < 2**64 else hex(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if not depth:
        return "(nested too deeply)"
    if isinstance(value, list):
        return [_storable(item, depth - 1) for item in value]
    if not _is_plain("".join(value)):
        value = {_UNSTORABLE.sub("\ufffd", name): item for name, item in value.items()}
    return {
        name: item if isinstance(item, str) and _is_plain(item) else _storable(item, depth - 1)
        for name, item in value.items()
    }


def _is_plain(text: str) -> bool:
    """Quickly told, for nearly all texts are."""
    return text.isascii() and "\0" not in text


def _shortened(text: str, longest: int) -> str:
    text = text if len(text) <= longest else f"{text[: longest - 1]}…"
    return text if _is_plain(text) else _UNSTORABLE.sub("\ufffd", text)


def _identifier(kind: str, *content: str) -> str:
    """For what has no identifier of its own: short, and the same for the same content."""
    return f"{kind}:{hashlib.sha256(json.dumps(content).encode()).hexdigest()[:32]}"


def _canonical(raw: dict[str, Any]) -> str:
    return json.dumps(raw, sort_keys=True)


_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)?", re.ASCII)


def soar_time(value: Any) -> str:
    """As SOAR writes times, from one of Tanium's forms (`times.seconds`); empty for anything else:
    a guess could differ from day to day.
    """
    try:
        if isinstance(value, str) and is_usual(value):
            without_zone = value[:-1]
            datetime.fromisoformat(without_zone)
            return f"{without_zone}000Z"
        if (
            isinstance(value, str)
            and not _TIME.fullmatch(value)
            and not (value.isdigit() and value.isascii())
        ):
            return ""
        moment = seconds(value)
        return "" if moment is None else utc_text(datetime.fromtimestamp(moment, timezone.utc))
    except (ValueError, OverflowError, OSError):
        return ""


# Of fields that rows of any kind may fill: how a value of theirs is read.
_READERS: dict[str, Callable[[Any], str]] = {
    **dict.fromkeys(CONTAINS, _id),
    **dict.fromkeys((name for name, contains in CONTAINS.items() if contains == [IP]), _ip),
    **dict.fromkeys(("sourcePort", "destinationPort"), lambda value: number(value, 65_535)),
    **dict.fromkeys(("sourceProcessId", "parentProcessId"), lambda value: number(value, MAX_PID)),
    **dict.fromkeys((name for name in CONTAINS if name.startswith("tanium")), digits),
    "fileHash": _any_hash,
    "fileHashMd5": lambda value: hash_of(value, "md5").lower(),
    "fileHashSha1": lambda value: hash_of(value, "sha1").lower(),
    "fileHashSha256": lambda value: hash_of(value, "sha256").lower(),
    "requestURL": _web_address,
    "startTime": soar_time,
    "endTime": soar_time,
}
