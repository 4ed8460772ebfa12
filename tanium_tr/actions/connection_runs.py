# File: connection_runs.py
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
"""Runs of Connect's data connections: starting, stopping and looking at one."""

from __future__ import annotations

from typing import Annotated, Any, Optional

from ..connect_settings.data_connections import EVENT
from ..connect_settings.references import DataConnectionId, with_type
from ..declare import (
    CONNECT_RUN_ID,
    DATA_CONNECTION_ID,
    NUMERIC,
    WHOLE,
    Column,
    Output,
    Param,
    action,
)
from ..errors import ApiError, ParameterError, TaskError
from ..parameters.shared import Timeout, Wait
from ..permissions import CONNECT_READ, CONNECT_RUN
from ..services import Services
from ..tanium.connect.runs import unsupported
from ..tanium.reply import part
from ..tasks.connect_runs import (
    CONNECTION_ID,
    LOG,
    OUTCOMES,
    newest_logs,
    rows_of,
    wait_for_named_run,
    wait_for_run,
)
from ..words import printable


RUN = (
    Column("id", NUMERIC, contains=(CONNECT_RUN_ID,), title="Run ID", examples=(17,)),
    CONNECTION_ID,
    Column("status", title="Status", examples=("Running", "Finished", "Failed")),
    Column("sourceRowCount", NUMERIC, title="Rows In", examples=(120,)),
    Column("destinationRowCount", NUMERIC, title="Rows Out", examples=(120,)),
    Column("sourceByteCount", NUMERIC, title="Bytes In"),
    Column("destinationByteCount", NUMERIC, title="Bytes Out"),
    Column("createdAt", title="Started"),
    Column("updatedAt", title="Updated"),
)
OptionalRunId = Annotated[
    Optional[int],
    Param(
        "ID of the run; empty is the newest run for get connection run, and all runs for stop data"
        " connection",
        contains=(CONNECT_RUN_ID,),
        examples=(17,),
    ),
]


class ConnectionRunActions:
    def __init__(self, services: Services) -> None:
        self._tanium, self._soar = services.tanium, services.soar

    @action(
        type="generic",
        read_only=False,
        may_need=(CONNECT_READ, CONNECT_RUN),
        columns=(
            CONNECTION_ID._replace(path="data_connection_id"),
            Column("status", title="Answer", examples=("running",)),
            Column("runId", contains=(CONNECT_RUN_ID,), title="Run ID"),
            *(
                column._replace(path=f"log.{column.path}")
                for column in LOG
                if not column.path.startswith(("connection", "lines"))
            ),
            Column("log.connectionId", NUMERIC),
            Column("log.connectionName"),
        ),
        summary=(
            Column("run_id"),
            Column("status", examples=("success",)),
            Column("row_count", NUMERIC, examples=(120,)),
        ),
        message="Data connection run: success, 120 of 120 rows delivered",
        view="display_connection_logs",
    )
    def run_data_connection(
        self, data_connection_id: DataConnectionId, wait: Wait = False, timeout: Timeout = 300
    ) -> Output:
        """Run a data connection now.

        Sends what the source holds to the destination. The action does not wait for the run to end
        unless wait is set; it then reports the run's log and fails if the run failed or was
        partial. Where Connect's logs do not name runs, the log is found by the data connection and
        its start; if several logs match, the message says so. A data connection with an event
        source cannot be run manually.
        """
        source = with_type(
            part(self._tanium.data_connections.get_data_connection(data_connection_id), "source"),
            self._tanium.sources.get_data_source,
        )
        if source.get("type") == EVENT:
            raise ParameterError(
                f"Parameter 'data_connection_id' names {data_connection_id}, which has an event"
                " source: it runs when the event happens and cannot be run manually."
            )
        is_named = self._tanium.data_connections.names_runs()
        before = newest_logs(self._tanium, data_connection_id) if wait and not is_named else []
        requested = self._soar.time()
        started = {
            "data_connection_id": data_connection_id,
            **self._tanium.data_connections.run_data_connection(data_connection_id),
        }
        if not wait:
            return Output(
                [started],
                {"run_id": started.get("runId"), "status": started.get("status")},
                "Data connection run started",
            )
        if self._tanium.data_connections.names_runs():
            run = wait_for_named_run(self._soar, self._tanium, started, timeout)
        else:
            run = wait_for_run(self._soar, self._tanium, started, before, requested, timeout)
        rows = [{**started, "log": run.log}]
        if run.log.get("status") != "success":
            raise TaskError(
                f"The run of data connection {data_connection_id} ended as {run.describe()}.", rows
            )
        return Output(
            rows,
            {
                "run_id": started.get("runId"),
                "status": run.log.get("status"),
                "row_count": run.log.get("rowCount"),
            },
            f"Data connection run: {run.describe()}",
        )

    @action(
        type="generic",
        read_only=False,
        may_need=(CONNECT_READ, CONNECT_RUN),
        columns=(WHOLE,),
        summary=(
            Column("data_connection_id", NUMERIC, contains=(DATA_CONNECTION_ID,), examples=(1,)),
        ),
        message="Tanium was asked to stop run 17 of data connection 1",
    )
    def stop_data_connection(
        self, data_connection_id: DataConnectionId, run_id: OptionalRunId = None
    ) -> Output:
        """Stop a run of a data connection, or all of its runs.

        Tanium ends a run some time after it accepts the request; get connection run shows its
        state. Only servers with the API that Connect's vendor describes today can stop runs.
        """
        try:
            if run_id is None:
                self._tanium.connect_runs.stop_data_connection(data_connection_id)
            else:
                self._tanium.connect_runs.stop_run(data_connection_id, run_id)
        except ApiError as refusal:
            raise unsupported(refusal, "stop runs") from refusal
        what = "the runs" if run_id is None else f"run {run_id}"
        return Output(
            [],
            {"data_connection_id": data_connection_id},
            f"Tanium was asked to stop {what} of data connection {data_connection_id}",
        )

    @action(
        read_only=True,
        may_need=(CONNECT_READ,),
        columns=(*RUN, Column("lines.*", title="Log Lines")),
        summary=(
            Column("run_id", NUMERIC, contains=(CONNECT_RUN_ID,), examples=(17,)),
            Column("status", examples=("Finished",)),
            Column("outcome", examples=("succeeded", "failed", "running", "unknown")),
            Column("row_count", NUMERIC, examples=(120,)),
            Column("line_count", NUMERIC, examples=(8,)),
        ),
        message="Run 17 is Finished: 120 rows read, 120 delivered",
    )
    def get_connection_run(
        self,
        data_connection_id: DataConnectionId,
        run_id: OptionalRunId = None,
        limit: Annotated[int, Param("Maximum number of lines of the run's log")] = 1000,
        offset: Annotated[int, Param("Lines of the run's log to skip")] = 0,
    ) -> Output:
        """Get a run of a data connection: its state, rows and bytes in and out, and its log.

        Only servers with the API that Connect's vendor describes today report runs; on others, use
        list connection logs. A limit of 0 gets no lines.
        """
        runs = self._tanium.connect_runs
        try:
            number = runs.newest_run_id(data_connection_id) if run_id is None else run_id
            if number is None:
                return Output([], _run_summary({}, []), "No run found")
            row = runs.get_run(data_connection_id, number)
            lines = runs.list_lines(data_connection_id, number, offset=offset) if limit else []
        except ApiError as refusal:
            raise unsupported(refusal, "report runs") from refusal
        row = {"id": number, **row, "lines": lines[:limit]}
        return Output(
            [row],
            _run_summary(row, row["lines"]),
            f"Run {number} is {printable(row.get('status') or 'in an unknown state')}:"
            f" {rows_of(row)}",
        )


def _run_summary(row: dict[str, Any], lines: list[str]) -> dict[str, Any]:
    return {
        "run_id": row.get("id"),
        "status": row.get("status"),
        "outcome": OUTCOMES.get(str(row.get("status")), "unknown") if row else None,
        "row_count": row.get("destinationRowCount"),
        "line_count": len(lines),
    }
