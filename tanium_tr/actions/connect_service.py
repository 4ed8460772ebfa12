# File: connect_service.py
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
"""The Connect service itself, and the logs of what it has run."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Annotated, Any, NamedTuple, Optional

from ..declare import DATA_CONNECTION_ID, NUMERIC, Column, Limit, Offset, Output, Param, action
from ..errors import ApiError, NotFoundError, ParameterError, TaniumError
from ..numbers import LONG_ID, natural_number
from ..parameters.shared import OR_SEVERAL
from ..permissions import CONNECT_READ
from ..services import Services
from ..tanium.connect.runs import unsupported
from ..tasks.connect_runs import LOG, STATUSES, started_at
from ..times import seconds
from ..words import counted, shown


LOOKED_THROUGH = 100_000  # logs, at most
OLDER_LOGS = 500  # in a row, after which none is new enough
LINES = "return the lines of a run's log"


class ConnectServiceActions:
    def __init__(self, services: Services) -> None:
        self._tanium = services.tanium

    @action(
        read_only=True,
        may_need=(CONNECT_READ,),
        columns=(
            Column("version", title="Version", examples=("5.20.84",)),
            Column("status", title="Status", examples=("ok",)),
            Column("dialect", title="Answered As", examples=("specified", "vendor")),
            Column("runs"),
            Column("jobs"),
            Column("operations.*.name"),
            Column("operations.*.dialect"),
        ),
        summary=(
            Column("version", examples=("5.20.84",)),
            Column("dialect", examples=("specified", "vendor")),
            Column("failed_runs", NUMERIC, examples=(0,)),
            Column("jobs", NUMERIC, examples=(1,)),
        ),
        message="Connect 5.20.84",
    )
    def get_connect_status(self) -> Output:
        """Get the version and state of the Connect service.

        Servers with the API that Connect's vendor describes today report neither; there, the newest
        runs and the waiting or running jobs show the state. The result also says in which dialect
        the server answered each operation so far.
        """
        status = self._tanium.connect_logs.get_status()
        learned = self._tanium.connect_logs.learned()
        runs, jobs = status.get("runs"), status.get("jobs")
        failed = sum(row.get("status") == "Failed" for row in runs or ())
        message = f"Connect {status.get('version') or '(version unknown)'}"
        if runs is not None:
            message += f". Of the newest {counted(len(runs), 'run')}, {failed} failed"
        row = {
            **status,
            "operations": [{"name": name, "dialect": learned[name]} for name in learned],
        }
        summary = {
            "version": status.get("version"),
            "dialect": status["dialect"],
            "failed_runs": None if runs is None else failed,
            "jobs": None if jobs is None else len(jobs),
        }
        return Output([row], summary, message)

    @action(
        read_only=True,
        may_need=(CONNECT_READ,),
        columns=LOG,
        summary=(Column("log_count", NUMERIC, examples=(12,)),),
        message="Logs found: 12",
        view="display_connection_logs",
    )
    def list_connection_logs(
        self,
        data_connection_id: Annotated[
            Optional[list[str]],
            Param(
                f"Only runs of the data connection of this ID{OR_SEVERAL}",
                pattern=LONG_ID,
                form="a whole number",
                contains=(DATA_CONNECTION_ID,),
                examples=("1",),
            ),
        ] = None,
        status: Annotated[
            Optional[list[str]],
            Param(f"Only runs with this result{OR_SEVERAL}", choices=STATUSES),
        ] = None,
        since: Annotated[
            Optional[str],
            Param(
                "Only runs that started at this time or later, in ISO 8601; UTC if it has no time"
                " zone",
                examples=("2026-01-15T00:00:00Z",),
            ),
        ] = None,
        limit: Limit = 1000,
        offset: Offset = 0,
        with_lines: Annotated[
            bool,
            Param("Get the lines of each run's log too, with one more request for each run"),
        ] = False,
    ) -> Output:
        """List the logs of runs of data connections, newest first.

        Tanium filters by data connection; the app applies status and since to the logs that Tanium
        returns, and offset counts the remaining ones. Only servers with the API that Connect's
        vendor describes today return lines.
        """
        wanted = _Wanted(
            [int(each) for each in data_connection_id or () if each],
            [each for each in status or () if each],
            _start(since),
        )
        rows = None
        if not wanted.statuses and wanted.start is None and len(wanted.connections) < 2:
            rows = self._tanium.connect_logs.list_logs(
                limit=limit, offset=offset, data_connection_id=wanted.only_connection
            )
        if rows is None or not all(map(wanted.has, rows)):
            rows = self._filtered(wanted, limit, offset)
        message = f"Logs found: {len(rows)}"
        if with_lines:
            lines = [self._lines(row) for row in rows]
            rows = [{**row, "lines": found or []} for row, found in zip(rows, lines)]
            if None in lines:
                message += (
                    f"; Tanium no longer has the lines of {counted(lines.count(None), 'run')}"
                )
        return Output(rows, {"log_count": len(rows)}, message)

    def _lines(self, row: dict[str, Any]) -> list[str] | None:
        """The lines of a run; None where the server tells them, but has none of this run."""
        connection, run = (natural_number(row.get(key)) for key in ("connectionId", "id"))
        if connection is None or run is None:
            return []
        try:
            return self._tanium.connect_runs.list_lines(connection, run)
        except NotFoundError as refusal:
            if not self._tanium.connect_logs.are_runs():
                raise unsupported(refusal, LINES) from refusal
            return None
        except ApiError as refusal:
            raise unsupported(refusal, LINES) from refusal

    def _filtered(self, wanted: _Wanted, limit: int, offset: int) -> list[dict[str, Any]]:
        logs = self._tanium.connect_logs.iterate_logs(wanted.only_connection)
        passing = filter(wanted.has, _bounded(logs, wanted.start))
        return list(islice(passing, offset, offset + limit))


class _Wanted(NamedTuple):
    """What logs must have; an empty list or None is no condition."""

    connections: list[int]
    statuses: list[str]
    start: float | None

    @property
    def only_connection(self) -> int | None:
        return self.connections[0] if len(self.connections) == 1 else None

    def has(self, row: dict[str, Any]) -> bool:
        return (
            (not self.connections or row.get("connectionId") in self.connections)
            and (not self.statuses or row.get("status") in self.statuses)
            and (self.start is None or started_at(row) >= self.start)
        )


def _bounded(logs: Iterator[dict[str, Any]], start: float | None) -> Iterator[dict[str, Any]]:
    """Where logs come newest first, in the order in which runs ended, none follows after enough
    older ones.
    """
    older, first = 0, None
    for number, row in enumerate(logs):
        begun = started_at(row)
        first = begun if first is None else first
        if number == LOOKED_THROUGH:
            raise TaniumError(
                f"Connect has more than {LOOKED_THROUGH} logs to search: specify a data connection"
                " or a smaller limit."
            )
        older = older + 1 if start is not None and begun < min(start, first) else 0
        if older == OLDER_LOGS:
            return
        yield row


def _start(since: str | None) -> float | None:
    start = seconds(since)
    if since and start is None:
        raise ParameterError(
            f"Parameter 'since' is {shown(since)}: use a time like 2026-01-15T00:00:00Z."
        )
    return start
