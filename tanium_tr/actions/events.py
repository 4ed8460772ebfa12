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
"""Recorder events of a connected endpoint."""

from __future__ import annotations

import re
from typing import Annotated, Any, Optional

from ..alerts.time_windows import BOUNDS, TimeWindows, WindowParameters
from ..declare import (
    BOOLEAN,
    DOMAIN,
    FILE_NAME,
    FILE_PATH,
    IP,
    MD5,
    NUMERIC,
    PID,
    PROCESS_TABLE_ID,
    USER_NAME,
    WHOLE,
    Column,
    Output,
    Param,
    action,
)
from ..errors import ParameterError
from ..live.connections import explained
from ..parameters.shared import PROCESS_EVENT_TYPES, ConnectionId
from ..parameters.sorting import checked_columns
from ..permissions import LIVE_READ
from ..services import Services
from ..words import shown


EVENT_TYPES = ("combined", *sorted(PROCESS_EVENT_TYPES))
EventType = Annotated[
    str, Param("Type of event", choices=EVENT_TYPES, examples=("process", "network"))
]

OPERATORS = ("co", "nc", "isempty", "isnull", "eq", "ne", "gt", "gte", "lt", "lte", "range")
WITHOUT_VALUE = ("isempty", "isnull")

Fields = Annotated[
    Optional[list[str]],
    Param("Comma-separated list of fields to search on", examples=("process_path",)),
]
Values = Annotated[
    Optional[list[str]],
    Param(
        "Comma-separated list of values to search; put a value that contains a comma in double"
        " quotes; a range is low..high",
        examples=("cmd.exe",),
    ),
]
Operators = Annotated[
    Optional[list[str]],
    Param(
        f"Comma-separated list of operators ({','.join(OPERATORS)}) for filter conditions",
        examples=("co",),
    ),
]
FilterType = Annotated[
    str, Param("Operator to be applied between filters", choices=("all", "any"), examples=("all",))
]

EVENT = (
    Column("timestamp", title="Time", examples=("2026-09-03 00:33:35.981",)),
    Column("create_time", title="Created", examples=("2026-05-03 17:45:03.423",)),
    Column(
        "process_name",
        contains=(FILE_NAME, FILE_PATH),
        title="Process Name",
        examples=("C:\\Windows\\System32\\cmd.exe",),
    ),
    Column("process_path", title="Process Path", examples=("C:\\Windows\\System32\\cmd.exe",)),
    Column("process_id", NUMERIC, contains=(PID,), title="Process ID", examples=(4711,)),
    Column(
        "process_table_id",
        contains=(PROCESS_TABLE_ID,),
        title="Process Table ID",
        examples=("9905759404395990123",),
    ),
    Column("operation", title="Operation", examples=("Write",)),
    Column(
        "file", contains=(FILE_PATH,), title="File", examples=("C:\\Users\\Public\\report.txt",)
    ),
    Column("detail", title="Detail"),
    Column(
        "destination_addr", contains=(IP,), title="Destination Address", examples=("203.0.113.9",)
    ),
    Column("destination_port", NUMERIC, title="Destination Port", examples=(443,)),
    Column("username", contains=(USER_NAME,), title="User Name", examples=("SYSTEM",)),
    Column("Hashes", contains=(MD5,)),
    Column(
        "ImageLoaded",
        contains=(FILE_PATH, FILE_NAME),
        examples=("C:\\Windows\\System32\\drivers\\tcpip.sys",),
    ),
    Column("Signature"),
    Column("Signed", examples=("true",)),
    Column("create_time_raw", NUMERIC),
    Column("details", title="Details"),
    Column("domain", contains=(DOMAIN,)),
    Column("end_time"),
    Column("end_time_raw", NUMERIC),
    Column("event_id"),
    Column("event_opcode"),
    Column("event_operation_id", NUMERIC),
    Column("event_record_id"),
    Column("event_task_id", NUMERIC),
    Column("evidence"),
    Column("exit_code", NUMERIC),
    Column("group_name"),
    Column("hash", contains=(MD5,)),
    Column("hash_type_name", examples=("MD5",)),
    Column("id", NUMERIC),
    Column("im_cares", NUMERIC),
    Column(
        "key_path",
        # pragma: allowlist nextline secret - a key of Windows' registry
        examples=("HKEY_LOCAL_MACHINE\\Software\\Microsoft\\Windows\\CurrentVersion\\Run",),
    ),
    Column("library_hash"),
    Column("local_address", contains=(IP,)),
    Column("local_address_port", NUMERIC),
    Column("parent_command_line", contains=(FILE_NAME,), examples=("cmd.exe /c whoami",)),
    Column("parent_hash", contains=(MD5,)),
    Column("parent_path", contains=(FILE_NAME, FILE_PATH), examples=("C:\\Windows\\explorer.exe",)),
    Column("parent_pid", NUMERIC, contains=(PID,), examples=(732,)),
    Column("parent_process_table_id", contains=(PROCESS_TABLE_ID,)),
    Column("path"),
    Column("pid", NUMERIC, title="PID", examples=(4711,)),
    Column("process_command_line", contains=(FILE_NAME,)),
    Column("process_hash", contains=(MD5,)),
    Column("query"),
    Column("remote_address", contains=(IP,)),
    Column("remote_address_port", NUMERIC),
    Column("response"),
    Column("sid"),
    Column("sid_hash", NUMERIC),
    Column("signature_issuer"),
    Column("signature_status", NUMERIC),
    Column("signature_subject"),
    Column("source_addr", contains=(IP,)),
    Column("source_port", NUMERIC),
    Column("timestamp_raw", NUMERIC),
    Column("type", examples=("DNS",)),
    Column("unique_process_id"),
    Column("user_name", examples=("SYSTEM",)),
    Column("value_name"),
)

# The two spellings that servers use for the ends of a network connection; a row gets both.
_NETWORK_SPELLINGS = (
    ("local_address", "source_addr"),
    ("local_address_port", "source_port"),
    ("remote_address", "destination_addr"),
    ("remote_address_port", "destination_port"),
)

_COLUMN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
_SORT_ADVICE = "names of event fields, with - before one for descending"


class EventActions:
    """Reading what an endpoint has recorded."""

    def __init__(self, services: Services) -> None:
        self._tanium, self._windows = services.tanium, TimeWindows(services)

    @action(
        read_only=True,
        may_need=LIVE_READ,
        columns=EVENT,
        summary=(
            WHOLE,
            Column("More data", BOOLEAN, examples=(True, False)),
            Column("event_count", examples=("100",)),
            Column("more_data", BOOLEAN, examples=(True, False)),
            Column("success", BOOLEAN, examples=(True,)),
            Column("type", examples=("process",)),
            *BOUNDS,
        ),
        message="Type: process, Event count: 100",
        view="display_events",
    )
    def get_events(
        self,
        connection_id: ConnectionId,
        event_type: EventType,
        limit: Annotated[
            int, Param("Maximum number of results to return", minimum=1, examples=(100,))
        ] = 1000,
        offset: Annotated[int, Param("Offset into the result set", examples=(0,))] = 0,
        sort: Annotated[
            Optional[str],
            Param(
                "Comma-separated list of fields to sort on (prefixed by '-' for descending and"
                " ordered by priority left to right)",
                examples=("-timestamp_raw",),
            ),
        ] = None,
        fields: Fields = None,
        values: Values = None,
        operators: Operators = None,
        filter_type: FilterType = "all",
        filter: Annotated[
            Optional[str],
            Param(
                "Filter expression, passed on unchanged; only for servers that follow the API"
                " specification"
            ),
        ] = None,
        include_fields: Annotated[
            Optional[list[str]],
            Param(
                "Comma-separated fields to return; only for servers that follow the API"
                " specification"
            ),
        ] = None,
        *,
        window: WindowParameters,
    ) -> Output:
        """Build a query to get events of a certain type from a connection.

        If there are more events than the limit, the result contains one more than the limit, and
        more_data in the summary is true. A limit above 1000 takes several requests. A time has to
        hold in addition to the filters; around_alert requires permission to read alerts.
        """
        filters = event_filters(fields, operators, values)
        columns = checked_columns(sort, _is_column, _SORT_ADVICE)
        within = self._windows.read(window)
        with explained(self._tanium, connection_id):
            events = self._tanium.events.list_events(
                connection_id,
                event_type,
                filters=filters,
                match=filter_type,
                sort=columns,
                limit=limit,
                offset=offset,
                expression=filter or "",
                include_fields=include_fields,
                window=within.bounds,
            )
        rows = [*events.rows, *events.following]
        for row in rows:
            _fill_in_both_spellings(row)
        more = bool(events.following)
        summary = {
            "type": event_type,
            "event_count": str(len(rows)),
            "more_data": more,
            "More data": more,
            "success": True,
            **within.summary,
        }
        message = f"Type: {event_type}, Event count: {len(rows)}"
        app = events.is_app_filtered
        return Output(rows, summary, within.message(message, is_app_filtered=app))

    @action(
        read_only=True,
        may_need=LIVE_READ,
        columns=(
            Column("count", NUMERIC, title="Count", examples=(10000,)),
            Column("has_more", BOOLEAN, title="Has More", examples=(False,)),
        ),
        summary=tuple(
            Column(f"{prefix}{event_type}_events_count", NUMERIC, examples=(2016,))
            for event_type in EVENT_TYPES
            for prefix in ("", "total_")
        )
        + BOUNDS,
        message="Total network events count: 2016",
    )
    def get_events_summary(
        self,
        connection_id: ConnectionId,
        event_type: EventType,
        fields: Fields = None,
        values: Values = None,
        operators: Operators = None,
        filter_type: FilterType = "all",
        *,
        window: WindowParameters,
    ) -> Output:
        """Returns counts of given event type.

        A time has to hold in addition to the filters; around_alert requires permission to read
        alerts.
        """
        filters = event_filters(fields, operators, values)
        within = self._windows.read(window)
        with explained(self._tanium, connection_id):
            counted, app = self._tanium.events.count_events(
                connection_id, event_type, filters=filters, match=filter_type, window=within.bounds
            )
        count = counted.get("count")
        summary = {
            f"total_{event_type}_events_count": count,
            f"{event_type}_events_count": count,
            **within.summary,
        }
        message = f"Total {event_type} events count: {count}"
        return Output([counted], summary, within.message(message, is_app_filtered=app))


def event_filters(
    fields: list[str] | None, operators: list[str] | None, values: list[str] | None
) -> list[tuple[str, str, str]]:
    """Triples of field, operator and value from the three parallel lists. Raises ParameterError
    where they do not fit together.
    """
    fields, operators = fields or [], operators or []
    if values is None:
        # A blank parameter is as good as one blank value for each operator that takes none.
        values = (
            [""] * len(operators)
            if all(operator.lower() in WITHOUT_VALUE for operator in operators)
            else []
        )
    if not len(fields) == len(operators) == len(values):
        raise ParameterError(
            f"Parameters 'fields', 'operators' and 'values' have {len(fields)}, {len(operators)}"
            f" and {len(values)} items: specify one operator and one value for each field (an"
            " empty value for isempty and isnull, double quotes around a value that contains a"
            " comma)."
        )
    return [
        _filter(field, operator.lower(), value)
        for field, operator, value in zip(fields, operators, values)
    ]


def _filter(field: str, operator: str, value: str) -> tuple[str, str, str]:
    if not _is_column(field):
        raise ParameterError(
            f"Parameter 'fields' holds {shown(field)}: use names of event fields, like"
            " process_path."
        )
    if operator not in OPERATORS:
        raise ParameterError(
            f"Parameter 'operators' holds {shown(operator)}: use any of {', '.join(OPERATORS)}."
        )
    if operator == "range" and not re.fullmatch(r".+\.\..+", value, re.DOTALL):
        raise ParameterError(
            f"Parameter 'values' holds {shown(value)} for a range: use low..high, like 100..200."
        )
    if operator in WITHOUT_VALUE and value:
        raise ParameterError(
            f"Parameter 'values' holds {shown(value)} for {operator}, which takes no value: leave"
            " its place empty."
        )
    return field, operator, value


def _is_column(name: str) -> bool:
    return bool(_COLUMN_NAME.fullmatch(name))


def _fill_in_both_spellings(row: dict[str, Any]) -> None:
    """On the row itself: a copy of each would double the memory of a long result."""
    for one, other in _NETWORK_SPELLINGS:
        if one in row or other in row:
            row[one], row[other] = row.get(one, row.get(other)), row.get(other, row.get(one))
