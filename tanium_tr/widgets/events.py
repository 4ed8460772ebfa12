# File: events.py
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
"""Events recorded on an endpoint: a table below the events over time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ..declare import DOMAIN, FILE_NAME, FILE_PATH, IP, PID
from .chart import events_over_time
from .parts import (
    Part,
    ShowParts,
    addresses,
    badge,
    code,
    digest,
    file_path,
    note,
    plain,
    timestamp,
)
from .tables import (
    WHOLE_ROW,
    Row,
    Section,
    Sections,
    TableColumn,
    badges,
    column,
    columns_of,
    counts,
    section,
    stack,
    table,
    value_at,
)
from .values import text, time_of


_PID_AND_PATH = re.compile(r"(\d{1,20}): (.+)", re.ASCII | re.DOTALL)


def process(value: Any, contains: Sequence[str]) -> list[Part]:
    """A path, which may follow a PID: `412: C:\\x.exe`."""
    match = _PID_AND_PATH.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return file_path(value, contains)
    return [
        *file_path(match[2], contains),
        *(each._replace(text=f"PID {each.text}") for each in plain(match[1], (PID,))),
    ]


# What the detail of an event is, by the event's type.
DETAILS: dict[str, tuple[ShowParts, tuple[str, ...]]] = {
    "process": (process, (FILE_NAME, FILE_PATH)),
    "file": (file_path, (FILE_NAME, FILE_PATH)),
    "image": (file_path, (FILE_NAME, FILE_PATH)),
    "driver": (file_path, (FILE_NAME, FILE_PATH)),
    "dns": (code, (DOMAIN,)),
    "network": (addresses, (IP,)),
    "registry": (code, ()),
    "security": (code, ()),
}


def detail(row: Any, contains: Sequence[str]) -> list[Part]:
    """Of the row of an event; `contains` is for a type that DETAILS does not have."""
    show, of_type = DETAILS.get(text(row.get("type")).lower(), (code, contains))
    return show(row.get("detail"), of_type)


PROCESS_EVENTS = columns_of(
    "process_events",
    column("Time (UTC)", "timestamp", "timestamp_raw", show=timestamp),
    column("Operation", "operation"),
    column("Detail", WHOLE_ROW, show=detail, contains=(FILE_NAME,)),
    column("Type", "type"),
)

EVENTS = columns_of(
    "events",
    column(
        "Time (UTC)", "timestamp", "create_time", "timestamp_raw", "create_time_raw", show=timestamp
    ),
    column("Type", "type"),
    column("Operation", "operation"),
    stack(
        "Process",
        column("", "process_name", "process_path", show=file_path),
        column("PID", "process_id", "pid"),
        column("", "process_table_id", show=code),
    ),
    column("File", "file", show=file_path),
    column("Library", "path", show=file_path, contains=(FILE_NAME, FILE_PATH)),
    column("Driver", "ImageLoaded", show=file_path),
    column("Key", "key_path", show=code),
    column("Value", "value_name"),
    stack(
        "Destination",
        column("", "destination_addr", "remote_address"),
        column("port", "destination_port", "remote_address_port", show=note),
    ),
    stack(
        "Source",
        column("", "source_addr", "local_address"),
        column("port", "source_port", "local_address_port", show=note),
    ),
    column("Query", "query", show=code, contains=(DOMAIN,)),
    column("Response", "response", show=code),
    column("Event ID", "event_id"),
    stack("Detail", column("", WHOLE_ROW, show=detail), column("", "details", show=code)),
    stack(
        "User",
        column("", "username", "user_name"),
        column("of", "domain", "group_name"),
    ),
    column("Command line", "process_command_line", show=code),
    column("Hash", "Hashes", "hash", "library_hash", "process_hash", show=digest),
    column("Signed", "Signed", show=badge),
    column("Signature", "Signature", "signature_subject"),
    column("Ended (UTC)", "end_time", "end_time_raw", show=timestamp),
    column("Exit code", "exit_code"),
    stack(
        "Parent",
        column("", "parent_path", show=file_path, contains=(FILE_NAME, FILE_PATH)),
        column("PID", "parent_pid", contains=(PID,)),
        column("", "parent_process_table_id", show=code),
    ),
    column("Parent command line", "parent_command_line", show=code),
    column("Parent hash", "parent_hash", show=digest),
)


def event_listing(columns: Sequence[TableColumn]) -> Sections:
    """The first of the columns is the time."""

    def sections(rows: list[Row], summary: Row) -> list[Section]:
        numbers = counts(rows, columns, ["Operation"])
        if summary.get("more_data") is True:
            numbers.append(Part("There are more events than the limit", "badge warn"))
        times = [time_of(value_at(row, columns[0].paths)) for row in rows]
        chart = events_over_time([time for time in times if time])
        return [badges(numbers), section([], chart=chart), table(rows, columns)]

    return sections
