# File: specified.py
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
"""Rows of the state in the shapes of the OpenAPI file.

Every function takes a row as the state or a recording has it and returns a new one with the
schema's keys and types: camelCase, ISO times, numbers where the schema says so. The schemas allow
no null, so a column without a value is left out.
"""

from __future__ import annotations

import json
from typing import Any

from dev.simulator.state.evidence import name_of
from dev.simulator.times import iso


Row = dict[str, Any]

STATES = ("unresolved", "inprogress", "resolved", "dismissed", "ignored")
EVENT_TYPES = ("File", "Network", "Registry", "Process", "Driver", "Combined", "DNS", "Image")
"""The names in the path; lower case they are the recording's, which has one more."""

_ALERT_COLUMNS = (
    "id",
    "priority",
    "severity",
    "type",
    "state",
    "computerName",
    "computerIpAddress",
    "guid",
    "intelDocId",
)
_CONNECTION_COLUMNS = (
    "id",
    "hostname",
    "ip",
    "platform",
    "status",
    "message",
    "clientId",
    "eid",
    "personaId",
    "hasTools",
)
_SNAPSHOT_COLUMNS = ("uuid", "name", "hostname", "connectionId", "evidenceType", "size", "isUpload")
_INTEL_COLUMNS = (
    "id",
    "name",
    "description",
    "type",
    "alertCount",
    "unresolvedAlertCount",
    "labelIds",
    "createdAt",
    "updatedAt",
)
_COUNTED = ("file", "network", "registry", "process", "dns", "driver", "image", "security")

EVENT_COLUMNS = (
    *(
        "id",
        "timestamp",
        "operation",
        "processId",
        "pid",
        "processPath",
        "processTableId",
        "processCommandLine",
        "parentCommandLine",
    ),
    *(
        "processHash",
        "userName",
        "groupName",
        "file",
        "remoteAddress",
        "remoteAddressPort",
        "localAddress",
        "localAddressPort",
    ),
    *("keyPath", "valueName", "exitCode", "imageLoaded", "signature", "signed"),
)
FILE_COLUMNS = (
    *(
        "uuid",
        "path",
        "hostname",
        "hash",
        "size",
        "evidenceType",
        "downloaded",
        "processCreationTime",
        "createdBy",
        "createdByProc",
    ),
    *("lastModified", "lastModifiedBy", "lastModifiedByProc"),
)
EVIDENCE_COLUMNS = (
    *(
        "uuid",
        "name",
        "hostname",
        "evidenceType",
        "type",
        "summary",
        "size",
        "username",
        "domain",
        "commandline",
        "eventtype",
    ),
    *("timestamp", "createTime", "createTimeRaw", "exitCode", "createdAt"),
)
_LABEL_COLUMNS = (
    "id",
    "name",
    "description",
    "indicatorCount",
    "signalCount",
    "createdAt",
    "updatedAt",
)


def camel_case(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))


def alert(row: Row) -> Row:
    """The schema has no `suppressed`; such an alert is an ignored one here."""
    state = "ignored" if row["state"] == "suppressed" else row["state"]
    times = {name: row[name] for name in ("alertedAt", "createdAt", "updatedAt")}
    return _filled({**_some(row, _ALERT_COLUMNS), "state": state, **times})


def connection(row: Row) -> Row:
    times = {"initiatedAt": _date(row["initiatedAt"]), "connectedAt": _date(row["connectedAt"])}
    return _filled({**_some(row, _CONNECTION_COLUMNS), **times, "userId": _number(row["userId"])})


def snapshot(row: Row) -> Row:
    times = {"created": _date(row["created"]), "completed": _date(row["completed"])}
    return _filled(
        {**_some(row, _SNAPSHOT_COLUMNS), **times, "recorderVersion": str(row["recorderVersion"])}
    )


def snapshot_task(task: Row) -> Row:
    return {
        "taskId": str(task["id"]),
        "status": task["status"],
        "startTime": task["startTime"],
        "connection": {"id": task["metadata"]["connection"]},
    }


def file_download_task(task: Row) -> Row:
    metadata = task["metadata"]
    return {
        **snapshot_task(task),
        "compress": metadata["compress"] == "true",
        "paths": metadata["paths"],
    }


def file_download(row: Row) -> Row:
    renamed = {camel_case(name): value for name, value in row.items()}
    return _filled(_some(renamed, FILE_COLUMNS))


def intel_document(row: Row) -> Row:
    return _filled(_some(row, _INTEL_COLUMNS))


def label(row: Row) -> Row:
    return _filled(_some(row, _LABEL_COLUMNS))


def evidence(row: Row) -> Row:
    """The record, and what the event in it tells about its process."""
    data = row["data"]
    raw = data.get("create_time_raw")
    return _filled(
        {
            **_some(row, ("uuid", "hostname", "evidenceType", "summary")),
            "name": name_of(row),
            "type": row["eventType"],
            "size": len(json.dumps(data)),
            "username": data.get("user_name", data.get("username")),
            "domain": data.get("domain", data.get("group_name")),
            "commandline": data.get("process_command_line"),
            "eventtype": row["eventType"],
            "timestamp": _date(data.get("timestamp_raw", raw)),
            "createTime": _date(raw),
            "createTimeRaw": None if raw is None else str(raw),
            "exitCode": data.get("exit_code"),
            "createdAt": row["created"],
        }
    )


def event(row: Row, parent_command_line: str | None) -> Row:
    process_id = row.get("pid", row.get("process_id"))
    return _filled(
        {
            "id": _number(row["id"]),
            "timestamp": _date(row.get("timestamp_raw", row.get("create_time_raw"))),
            "operation": row.get("operation"),
            "processId": process_id,
            "pid": process_id,
            "processPath": row.get("process_path"),
            "processTableId": _number(row.get("process_table_id")),
            "processCommandLine": row.get("process_command_line"),
            "parentCommandLine": parent_command_line,
            "processHash": row.get("process_hash", row.get("hash")),
            "userName": row.get("user_name", row.get("username")),
            "groupName": row.get("group_name"),
            "file": row.get("file"),
            "remoteAddress": row.get("remote_address", row.get("destination_addr")),
            "remoteAddressPort": row.get("remote_address_port", row.get("destination_port")),
            "localAddress": row.get("local_address", row.get("source_addr")),
            "localAddressPort": row.get("local_address_port", row.get("source_port")),
            "keyPath": row.get("key_path"),
            "valueName": row.get("value_name"),
            "exitCode": row.get("exit_code"),
            "imageLoaded": row.get("ImageLoaded", row.get("path")),
            "signature": row.get("Signature", row.get("signature_subject")),
            "signed": _signed(row),
        }
    )


def process_event(row: Row) -> Row:
    return {
        **_some(row, ("type", "operation", "detail")),
        "id": _number(row["id"]),
        "timestamp": _date(row["timestamp_raw"]),
    }


def process(row: Row) -> Row:
    """A row of a process tree."""
    return _filled(
        {
            "id": _number(row["id"]),
            "processTableId": _number(row["process_table_id"]),
            "uniqueProcessId": row["unique_process_id"],
            "pid": row["pid"],
            "processPath": row["process_path"],
            "processHash": row["process_hash"],
            "hashTypeName": row["hash_type_name"],
            "userName": row["user_name"],
            "groupName": row["group_name"],
            "createTime": _date(row["create_time_raw"]),
            "createTimeRaw": str(row["create_time_raw"]),
            "endTime": _date(row["end_time_raw"]),
            "endTimeRaw": None if row["end_time_raw"] is None else str(row["end_time_raw"]),
            "exitCode": row["exit_code"],
            "parentProcessTableId": _number(row["parent_process_table_id"]),
            "childrenCount": row["children_count"],
            **{f"{counted}EventsCount": row[f"{counted}_events_count"] for counted in _COUNTED},
            "context": row["context"],
        }
    )


def _some(row: Row, names: tuple[str, ...]) -> Row:
    return {name: row.get(name) for name in names}


def _filled(row: Row) -> Row:
    return {name: value for name, value in row.items() if value is not None}


def _number(value: str | None) -> int | None:
    return None if value is None else int(value)


def _date(value: Any) -> str | None:
    """ISO of milliseconds, in a number or a string; what is ISO already stays."""
    return iso(int(value) / 1000) if str(value).isdigit() else value


def _signed(row: Row) -> bool | None:
    if "Signed" in row:
        return bool(row["Signed"] == "true")
    return bool(row["signature_status"]) if "signature_status" in row else None
