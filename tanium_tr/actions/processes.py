# File: processes.py
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
"""Processes on a connected endpoint."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any, Optional

from ..alerts.time_windows import BOUNDS, TimeWindows, WindowParameters
from ..declare import (
    BOOLEAN,
    EXAMPLE_MD5,
    FILE_NAME,
    MD5,
    NUMERIC,
    PID,
    WHOLE,
    Column,
    Limit,
    Offset,
    Output,
    Param,
    action,
)
from ..live.connections import explained
from ..parameters.shared import PROCESS_EVENT_TYPES, ConnectionId, ProcessTableId
from ..permissions import LIVE_READ
from ..services import Services


PROCESS_EVENT = (
    Column("timestamp", title="Time", examples=("2026-06-13 06:08:17.820",)),
    Column("operation", title="Operation", examples=("CreateProcess",)),
    Column(
        "detail",
        contains=(FILE_NAME,),
        title="Detail",
        examples=("440: C:\\Windows\\System32\\cmd.exe",),
    ),
    Column("type", title="Type", examples=("Process",)),
    Column("id", examples=("9905759404395990123",)),
    Column("timestamp_raw", NUMERIC, examples=(1753000000000,)),
)

CONTEXTS = ("parent", "node", "siblings", "children")

TREE_ROW = (
    Column("context", title="Context", examples=("parent", "node", "sibling", "child")),
    Column("pid", NUMERIC, contains=(PID,), title="PID", examples=(4711,)),
    Column(
        "process_path",
        contains=(FILE_NAME,),
        title="Path",
        examples=("C:\\Windows\\System32\\cmd.exe",),
    ),
    Column("process_command_line", title="Command Line", examples=("cmd.exe /c whoami",)),
    Column("user_name", title="User Name", examples=("SYSTEM",)),
    Column("create_time", title="Created", examples=("2026-03-10 18:29:04.398",)),
    Column("end_time", title="Ended"),
    Column(
        "process_hash",
        contains=(MD5,),
        title="Hash",
        examples=(EXAMPLE_MD5,),
    ),
    Column("process_table_id", title="Process Table ID", examples=("1234567890123456789",)),
    Column("children_count", NUMERIC, examples=(1,)),
    Column("create_time_raw", NUMERIC, examples=(1753000000000,)),
    Column("dns_events_count", NUMERIC),
    Column("driver_events_count", NUMERIC),
    Column("end_time_raw", NUMERIC),
    Column("exit_code", NUMERIC),
    Column("file_events_count", NUMERIC),
    Column("group_name", examples=("NT AUTHORITY",)),
    Column("hash_type_name", examples=("MD5",)),
    Column("id"),
    Column("image_events_count", NUMERIC),
    Column("network_events_count", NUMERIC),
    Column("parent_process_table_id"),
    Column("process_events_count", NUMERIC),
    Column("registry_events_count", NUMERIC),
    Column("security_events_count", NUMERIC),
    Column("unique_process_id"),
)

PROCESS_EVENTS_LIMIT = 10_000
# The server's, whatever the limit (TANIUM_WIRE section 4).
SIBLINGS_MAXIMUM, CHILDREN_MAXIMUM = 602, 301


class ProcessActions:
    def __init__(self, services: Services) -> None:
        self._tanium, self._windows = services.tanium, TimeWindows(services)

    @action(
        read_only=True,
        may_need=LIVE_READ,
        columns=PROCESS_EVENT,
        summary=(WHOLE,),
        message="Process information retrieved",
        view="display_process_events",
    )
    def get_process(self, connection_id: ConnectionId, process_table_id: ProcessTableId) -> Output:
        """Get information for a process.

        Returns the process's own events: its start, the processes that it started, and its end.
        """
        with explained(self._tanium, connection_id):
            page = self._tanium.processes.list_process_events(
                connection_id, process_table_id, "process", limit=PROCESS_EVENTS_LIMIT, offset=0
            )
        message = "Process information retrieved" if page.rows else "No process information found"
        return Output(page.rows, {}, message)

    @action(
        read_only=True,
        may_need=LIVE_READ,
        columns=PROCESS_EVENT,
        summary=(Column("event_count", NUMERIC, examples=(12,)), *BOUNDS),
        message="Event count: 12",
        view="display_process_events",
    )
    def get_process_events(
        self,
        connection_id: ConnectionId,
        process_table_id: ProcessTableId,
        event_type: Annotated[
            str,
            Param(
                "Type of event",
                required=True,
                choices=tuple(sorted(PROCESS_EVENT_TYPES)),
                examples=("file",),
            ),
        ] = "process",
        limit: Limit = 1000,
        offset: Offset = 0,
        *,
        window: WindowParameters,
    ) -> Output:
        """Get the events of one type that a process caused.

        Run get process tree first: it shows the number of events of each type for every process.
        With a time, the app reads all of these events, because Tanium cannot filter them;
        around_alert requires permission to read alerts.
        """
        within = self._windows.read(window)
        with explained(self._tanium, connection_id):
            rows = self._tanium.processes.list_process_events(
                connection_id,
                process_table_id,
                event_type,
                limit=limit,
                offset=offset,
                window=within.bounds,
            ).rows
        message = within.message(f"Event count: {len(rows)}", is_app_filtered=True)
        return Output(rows, {"event_count": len(rows), **within.summary}, message)

    @action(
        read_only=True,
        may_need=LIVE_READ,
        columns=TREE_ROW,
        summary=(
            Column("total_items", NUMERIC, examples=(54,)),
            Column("more_data", BOOLEAN, examples=(True, False)),
        ),
        message="Process tree retrieved",
        view="display_process_tree",
    )
    def get_process_tree(
        self,
        connection_id: ConnectionId,
        process_table_id: ProcessTableId,
        process_context: Annotated[
            Optional[list[str]],
            Param(
                f"Comma-separated list of process contexts to include ({', '.join(CONTEXTS)}); all"
                " of them if empty",
                choices=CONTEXTS,
                examples=("parent",),
            ),
        ] = None,
        limit: Annotated[
            int,
            Param(
                "Maximum number of siblings and of children to return", minimum=1, examples=(100,)
            ),
        ] = 100,
    ) -> Output:
        """Get process tree for a process instance.

        The limit applies to siblings and to children separately; more_data in the summary says
        whether it left some out. Tanium itself returns at most 301 children and 602 siblings.
        """
        contexts = list(dict.fromkeys(process_context or CONTEXTS))
        with explained(self._tanium, connection_id):
            rows = self._tanium.processes.get_process_tree(
                connection_id, process_table_id, contexts=contexts, limit=limit
            )
        shown = _limited(rows, limit)
        return Output(
            shown,
            {
                "total_items": len(shown),
                "more_data": len(shown) < len(rows) or _stopped_early(rows),
            },
            "Process tree retrieved" if shown else "No process tree found",
        )


def _limited(rows: list[dict[str, Any]], limit: int) -> list[dict[str, Any]]:
    """The first `limit` rows of each context."""
    counts: dict[Any, int] = {}
    first_rows = []
    for row in rows:
        context = str(row.get("context"))
        counts[context] = counts.get(context, 0) + 1
        if counts[context] <= limit:
            first_rows.append(row)
    return first_rows


def _stopped_early(rows: list[dict[str, Any]]) -> bool:
    """Whether the server left out siblings or children: by the numbers that parent and node tell,
    else at its maximum.
    """
    received = Counter(str(row.get("context")) for row in rows)
    reported = {
        str(row.get("context")): row["children_count"]
        for row in rows
        if isinstance(row.get("children_count"), int)
    }
    siblings = reported["parent"] - 1 if "parent" in reported else None
    return _is_less(received["sibling"], siblings, SIBLINGS_MAXIMUM) or _is_less(
        received["child"], reported.get("node"), CHILDREN_MAXIMUM
    )


def _is_less(received: int, existing: int | None, maximum: int) -> bool:
    """A context that was not asked for has no rows and is not less."""
    return received > 0 and (received >= maximum if existing is None else received < existing)
