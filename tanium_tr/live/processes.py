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
"""The processes that run on an endpoint right now, over a Direct Connect connection of the API
gateway, which is closed again whatever happens.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from ..declare import (
    CLIENT_ID,
    ENDPOINT_ID,
    FILE_NAME,
    FILE_PATH,
    HOST_NAME,
    NUMERIC,
    PID,
    PROCESS_NAME,
    USER_NAME,
    Column,
)
from ..endpoints.gateway_lookup import name_of
from ..errors import (
    ApiError,
    GatewayError,
    ParameterError,
    TaniumError,
    TaskError,
    TransportError,
)
from ..tanium.direct_connect import (
    CONNECTING,
    ERROR,
    MEMORY_FIELD,
    NOT_FOUND,
    READY,
    UNKNOWN,
    DirectConnection,
)
from ..tasks.waiting import NOT_LOOKED_AT, State, wait_for
from ..words import LONGEST_SENTENCE, printable, shown


if TYPE_CHECKING:
    from ..services import Services


Row = dict[str, Any]

# Of the endpoint, in every row and in the summary.
OWNER = (
    Column("computer_name", contains=(HOST_NAME,), examples=("ws-finance-07",)),
    Column("computer_id", contains=(CLIENT_ID,), examples=("2029390007",)),
    Column("endpoint_id", contains=(ENDPOINT_ID,), examples=("7",)),
)
PROCESS = (
    Column("pid", NUMERIC, contains=(PID,), title="PID", examples=(4711,)),
    Column("ppid", NUMERIC, contains=(PID,), title="Parent PID", examples=(812,)),
    Column("process_name", contains=(PROCESS_NAME,), title="Process", examples=("cmd.exe",)),
    Column(
        "process_path",
        contains=(FILE_PATH, FILE_NAME),
        title="Path",
        examples=("C:\\Windows\\System32\\cmd.exe",),
    ),
    Column("process_command_line", title="Command Line", examples=("cmd.exe /c whoami",)),
    Column("user_name", contains=(USER_NAME,), title="User Name", examples=("SYSTEM",)),
    Column("group_name", examples=("NT AUTHORITY",)),
    Column("cpu_usage_percent", NUMERIC, examples=(1.5,)),
    Column("cpu_user_seconds", NUMERIC, examples=(12.5,)),
    Column("cpu_kernel_seconds", NUMERIC, examples=(3.25,)),
    Column("memory_bytes", NUMERIC, examples=(10485760,)),
    *OWNER,
)
# The gateway's name of each -> its column.
_NAMES = {
    "pid": "pid",
    "ppid": "ppid",
    "name": "process_name",
    "commandLine": "process_command_line",
    "userName": "user_name",
    "groupName": "group_name",
    "cpuUsagePercent": "cpu_usage_percent",
    "cpuUserTimeSeconds": "cpu_user_seconds",
    "cpuKernelTimeSeconds": "cpu_kernel_seconds",
    MEMORY_FIELD: "memory_bytes",
}
SIGNALS = ("SIGKILL", "SIGTERM", "SIGINT")
CLOSED_AGAIN = "The connection is closed again. Check that the endpoint is online."
CONNECTION = NOT_LOOKED_AT._replace(left=CLOSED_AGAIN)
NO_PERFORMANCE = (
    "Tanium returned no processes for the connection. They require the Performance solution on the"
    " server and its tools on the endpoint."
)


class ProcessListing(NamedTuple):
    """The processes of an endpoint, and in sentences what is missing of them. `gap` is why others
    may be running.
    """

    rows: list[Row]
    notes: list[str]
    gap: str


class LiveProcesses:
    """Lists and ends processes on one endpoint, which is a row of the gateway's."""

    def __init__(self, services: Services, endpoint: Row) -> None:
        self._endpoint = endpoint
        self._name = name_of(endpoint)
        self._soar, self._direct_connect = services.soar, services.tanium.direct_connect
        self._without_memory = ""  # why

    def list(self, timeout: int) -> ProcessListing:
        """All of them. Raises TaskError where the endpoint cannot be reached in time."""
        with self._connected(timeout) as connection:
            return self._list(connection, timeout)

    def terminate(self, *, pid: int, name: str, signal: str, timeout: int) -> tuple[Row, float]:
        """The process that was ended, and the seconds until it was gone. It is asked for once, and
        proved by listing the processes again.

        Raises ParameterError unless it is running, TaskError where it is not gone.
        """
        with self._connected(timeout) as connection:
            process = _running(self._list(connection, timeout).rows, pid, name, self._name)
            named = f"Process {pid} {shown(process['process_name'])}"
            self._soar.progress(f"{named} is running; sending {signal}")
            self._soar.stop_if_cancelled(f"Cancelled before {named} was asked to end.")
            started = self._soar.now()
            doubt = self._send(connection, process, signal, named)
            self._wait_until_gone(connection, process, named, doubt, timeout)
            return process, self._soar.now() - started

    @contextmanager
    def _connected(self, timeout: int) -> Iterator[DirectConnection]:
        """A connection that can be used. It is closed at the end, also after a cancel; Tanium
        closes one that could not be closed after some idle minutes.
        """
        self._soar.stop_if_cancelled(f"Cancelled before connecting to {self._name}.")
        self._soar.progress(f"Connecting to {self._name}")
        connection = self._direct_connect.open(self._endpoint["endpoint_id"])
        try:
            yield self._ready(connection, timeout)
        finally:
            with suppress(TaniumError):
                self._direct_connect.close(connection)

    def _ready(self, connection: DirectConnection, timeout: int) -> DirectConnection:
        if connection.is_legacy or connection.status == READY:
            return connection
        known = [connection.status]

        def check() -> State:
            status = known.pop() if known else self._direct_connect.status(connection)
            if status in (ERROR, NOT_FOUND):
                raise TaskError(
                    f"The connection to {self._name} ended as {status}. Check that the endpoint is"
                    " online and has the Direct Connect tools."
                )
            is_known = status in (READY, CONNECTING, UNKNOWN)
            return State(
                status if is_known else printable(status),
                connection if status == READY else None,
                left=CLOSED_AGAIN,
            )

        title = f"Connection to {self._name}"
        ready: DirectConnection = wait_for(
            self._soar, check, name=title, timeout=timeout, rows=[], begun=CONNECTION
        )
        return ready

    def _list(self, connection: DirectConnection, timeout: int) -> ProcessListing:
        if not connection.is_legacy:
            return self._listed(connection)

        def check() -> State:
            # This family tells no status: until the connection is there, it gives an error, or
            # nothing.
            try:
                return State("listed", self._listed(connection))
            except _NotConnected:
                return State("not connected yet", left=CLOSED_AGAIN)
            except GatewayError as error:
                if error.is_unknown_field:
                    raise
                return State(f"not connected yet ({error.detail})", left=CLOSED_AGAIN)

        name = f"Endpoint {self._name}"
        found: ProcessListing = wait_for(
            self._soar, check, name=name, timeout=timeout, rows=[], begun=CONNECTION
        )
        return found

    def _listed(self, connection: DirectConnection, *, memory: bool = True) -> ProcessListing:
        memory = memory and not self._without_memory
        found = self._direct_connect.list_processes(connection, memory=memory)
        if memory and found.processes is None and found.problems:
            # One process with more memory than the gateway's numbers hold costs all of them.
            self._without_memory = f"Without the memory of processes: {found.problems[0]}"
            found = self._direct_connect.list_processes(connection, memory=False)
        if not found.is_connected:
            raise _NotConnected("Tanium no longer has a connection to the endpoint.")
        if found.processes is None:
            reason = f" Tanium says: {found.problems[0]}." if found.problems else ""
            raise TaskError(f"{NO_PERFORMANCE}{reason}")
        without = [self._without_memory] if self._without_memory else []
        owner = owner_of(self._endpoint)
        rows = [{**_row(each), **owner} for each in found.processes]
        gap = "; ".join(found.problems) if rows else "Tanium's list is empty"
        return ProcessListing(rows, [*found.problems, *without], gap)

    def _send(self, connection: DirectConnection, process: Row, signal: str, named: str) -> str:
        """Ask for the end of a process, once; why it is not known whether Tanium did as it was
        told, "" where it says so.
        """
        try:
            result = self._direct_connect.terminate_process(
                connection, pid=process["pid"], name=process["process_name"], signal=signal
            )
        except (ApiError, TransportError) as error:
            if not error.may_be_done:
                raise
            return str(error)
        if result is False:
            raise TaskError(
                f"Tanium refused to end {named}: the endpoint did not accept {signal}. Check the"
                " permissions of the Tanium user, or try another signal.",
                [{**process, "terminated": False}],
            )
        return (
            "" if result is True else f"Tanium's answer to {signal} does not say whether it worked."
        )

    def _wait_until_gone(
        self, connection: DirectConnection, process: Row, named: str, doubt: str, timeout: int
    ) -> None:
        if doubt:
            self._soar.progress(f"{printable(doubt, LONGEST_SENTENCE)} Listing the processes again")

        def check() -> State:
            try:
                found = self._listed(connection, memory=False)
            except (ApiError, TransportError) as error:
                return State(f"in an unknown state ({error})", has_ended=True)
            if any(_is_same(each, process) for each in found.rows):
                return State("running", has_ended=True)
            # A list with gaps does not prove that it is gone.
            unknown = f"in an unknown state ({found.gap})"
            return State(unknown, None if found.gap else True, has_ended=True)

        rows = [{**process, "terminated": False}]
        try:
            begun = NOT_LOOKED_AT._replace(has_ended=True)
            wait_for(self._soar, check, name=named, timeout=timeout, rows=rows, begun=begun)
        except TaniumError as error:
            sentences = (f"{named} was asked to end, once.", doubt, str(error))
            raise TaskError(" ".join(filter(None, sentences)), rows) from error


class _NotConnected(TaskError):
    """The gateway has no connection to list the processes of."""


def owner_of(endpoint: Row) -> Row:
    """What rows and summaries say about an endpoint."""
    return {column.path: endpoint.get(column.path) for column in OWNER}


def _running(rows: list[Row], pid: int, name: str, where: str) -> Row:
    """The process with this PID and this name. Raises ParameterError unless both fit."""
    found = [row for row in rows if row.get("pid") == pid]
    if not found:
        same = [row["pid"] for row in rows if _is_named(row, name)]
        also = f" {shown(name)} has the PID {', '.join(map(str, same[:10]))}." if same else ""
        raise ParameterError(
            f"No process with the PID {pid} is running on {where}, so nothing was ended.{also} Run"
            " list processes again."
        )
    if not _is_named(found[0], name):
        raise ParameterError(
            f"Process {pid} on {where} is {shown(found[0].get('process_name'))}, not {shown(name)},"
            " so nothing was ended. Run list processes again."
        )
    return found[0]


def _is_named(row: Row, name: str) -> bool:
    return str(row.get("process_name")).casefold() == name.casefold()


def _is_same(row: Row, process: Row) -> bool:
    """Whether a process that is listed later is the one; another may have got its PID."""
    return row.get("pid") == process["pid"] and _is_named(row, process["process_name"])


def _row(process: Row) -> Row:
    row = {_NAMES[name]: value for name, value in process.items() if name in _NAMES}
    path = path_of(row.get("process_command_line"), row.get("process_name"))
    return {**row, "process_path": path} if path else row


def path_of(command_line: Any, name: Any) -> str:
    """The program's path where a command line begins with it: a folder, and behind it the name of
    the process; else "".
    """
    if not (isinstance(command_line, str) and isinstance(name, str) and name):
        return ""
    found = re.match(
        rf"""\s*"?((?:[A-Za-z]:[^"<>|*?:]*?\\|/(?:[^"\s]*?/)?){re.escape(name)})(?=["\s]|$)""",
        command_line[:4096],
        re.IGNORECASE,
    )
    return found[1] if found else ""
