# File: published_names.py
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
"""Rows of the specified dialect under the names that the published app gave them, which production
servers use.

Keys without another published name pass through.
"""

from __future__ import annotations

from typing import Any

from ..numbers import as_number
from ..times import seconds
from .call import snake_case


_EVENT_NAMES = {"imageLoaded": "ImageLoaded", "signature": "Signature", "signed": "Signed"}
_FILE_NAMES = frozenset(
    {
        "processCreationTime",
        "createdBy",
        "createdByProc",
        "lastModified",
        "lastModifiedBy",
        "lastModifiedByProc",
    }
)
# Identifiers of up to 20 digits, which are text in production so that nobody rounds them.
_TEXT_IDS = ("process_table_id", "parent_process_table_id", "unique_process_id")
_NUMBERS = ("create_time_raw", "end_time_raw", "timestamp_raw", "recorderVersion")
_CONTEXTS = {"siblings": "sibling", "children": "child"}


def event(row: dict[str, Any]) -> dict[str, Any]:
    """An event, or an exported row of one."""
    return _with_types(
        {_EVENT_NAMES.get(name) or snake_case(name): value for name, value in row.items()}
    )


def process(row: dict[str, Any], context: str) -> dict[str, Any]:
    """A row of a process tree that was asked for one context."""
    named = _with_types({snake_case(name): value for name, value in row.items()})
    return {**named, "context": _CONTEXTS.get(context, context)}


def count(answer: dict[str, Any]) -> dict[str, Any]:
    """`{count, has_more}`; databases often give a count as a string."""
    return {**answer, "count": as_number(answer.get("count"))}


def file(row: dict[str, Any]) -> dict[str, Any]:
    """A saved file."""
    return {snake_case(name) if name in _FILE_NAMES else name: value for name, value in row.items()}


def snapshot(row: dict[str, Any]) -> dict[str, Any]:
    """A snapshot."""
    return _with_types(row)


def connection(row: dict[str, Any]) -> dict[str, Any]:
    """Times as the numbers they are in production: milliseconds since 1970."""
    times = {
        name: _milliseconds(row[name]) for name in ("initiatedAt", "connectedAt") if name in row
    }
    return {**row, **times}


def task(data: dict[str, Any]) -> dict[str, Any]:
    """`{taskId, status, startTime, connection: {id}, paths, compress}` as `{taskInfo: {id, status,
    metadata, startTime}, status}`
    """
    known = {name: data[name] for name in ("paths", "compress") if name in data}
    of_connection = data.get("connection")
    metadata = {
        "connection": of_connection.get("id") if isinstance(of_connection, dict) else None,
        **known,
    }
    info = {
        "id": as_number(data.get("taskId")),
        "status": data.get("status"),
        "metadata": metadata,
        "startTime": data.get("startTime"),
    }
    return {"taskInfo": info, "status": data.get("status")}


def _with_types(row: dict[str, Any]) -> dict[str, Any]:
    row = {name: as_number(value) if name in _NUMBERS else value for name, value in row.items()}
    return {
        name: str(value) if name in _TEXT_IDS and isinstance(value, int) else value
        for name, value in row.items()
    }


def _milliseconds(value: Any) -> Any:
    time = seconds(value) if isinstance(value, str) else None
    return value if time is None else int(time * 1000)
