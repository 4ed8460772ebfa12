# File: connect_runs.py
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
"""The logs of runs of data connections, and which of them belongs to a run that was just started.

Connect's logs do not name the run. So the log of a run is one that ended, was not there before the
request, and began nearest to it. Say the request is made at 12:00:00, and two new logs appear: one
of a scheduled run that began at 11:58:10, and one that began at 12:00:01. The second is taken, and
the message says that two fit. If only the first has appeared, the second may be about to: it is
waited for as long as PATIENCE says, after which Tanium's clock is taken to be behind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ..declare import DATA_CONNECTION_ID, NUMERIC, Column
from ..errors import ApiError, TaskError
from ..numbers import natural_number
from ..tanium.connect.runs import ENDS, SUCCESS, log_of
from ..times import seconds
from ..words import LONGEST_SENTENCE, printable
from .outcomes import FAILED, RUNNING, SUCCEEDED
from .waiting import State, wait_for


if TYPE_CHECKING:
    from ..soar.platform import SoarPlatform
    from ..tanium.clients import Tanium

STATUSES = ("success", "failure", "partial")
CONNECTION_ID = Column(
    "connectionId",
    NUMERIC,
    contains=(DATA_CONNECTION_ID,),
    title="Data Connection ID",
    examples=(1,),
)
LOG = (
    Column("id", NUMERIC, title="Log ID", examples=(17,)),
    CONNECTION_ID,
    Column("connectionName", title="Data Connection", examples=("Alerts to SOAR",)),
    Column("status", title="Status", examples=STATUSES),
    Column("rowCount", NUMERIC, title="Rows", examples=(120,)),
    Column("message", title="Message", examples=("120 of 120 rows delivered",)),
    Column("startTime", title="Started", examples=("2026-01-15T01:25:34.002Z",)),
    Column("endTime", title="Ended"),
    Column("duration", NUMERIC, title="Duration (ms)", examples=(2900,)),
    Column("sourceRowCount", NUMERIC),
    Column("destinationRowCount", NUMERIC),
    Column("sourceByteCount", NUMERIC),
    Column("destinationByteCount", NUMERIC),
    Column("createdAt"),
    Column("updatedAt"),
    Column("lines.*"),
)
OUTCOMES = {
    "Finished": SUCCEEDED,
    "Failed": FAILED,
    **dict.fromkeys(("Starting", "Running", "Waiting"), RUNNING),
}

CLOCKS_APART = 1.0  # seconds between Tanium's clock and this one that mean nothing
PATIENCE = 5.0  # seconds to wait for another log when the only one began too early

Log = dict[str, Any]


class Run(NamedTuple):
    """A run that ended."""

    log: Log
    requested: float  # seconds since 1970
    others: int  # logs that could be its own as well

    def describe(self) -> str:
        """How it ended, in Tanium's words, and why it may be the run of somebody else."""
        ending = [self.log[key] for key in ("status", "message") if self.log.get(key)]
        text = ", ".join(printable(each, LONGEST_SENTENCE) for each in ending)
        if self.others:
            text += (
                f". {self.others + 1} logs fit this run; this is the one that began nearest to the"
                " request"
            )
        early = self.requested - started_at(self.log)
        if early > CLOCKS_APART and started_at(self.log):
            text += (
                f". It began {early:.0f} seconds before the request: it belongs to another run"
                " unless Tanium's clock is behind"
            )
        return text


def wait_for_run(
    soar: SoarPlatform,
    tanium: Tanium,
    started: dict[str, Any],
    before: list[Log],
    requested: float,
    timeout: int,
) -> Run:
    """Wait until the log of the started run is there. `before` are the logs from before it."""
    data_connection_id = started["data_connection_id"]
    seen = set(map(_identity, before))
    patience_ends = 0.0

    def check() -> State:
        nonlocal patience_ends
        fitting = [
            row
            for row in newest_logs(tanium, data_connection_id)
            if _has_ended(row) and _identity(row) not in seen
        ]
        if not fitting:
            return State("under way")
        patience_ends = patience_ends or soar.now() + PATIENCE
        all_early = max(map(started_at, fitting)) < requested - CLOCKS_APART
        if all_early and soar.now() < patience_ends:
            return State("under way")
        nearest = min(fitting, key=lambda row: abs(started_at(row) - requested))
        return State("done", Run(nearest, requested, len(fitting) - 1))

    name = f"Run of data connection {data_connection_id}"
    found: Run = wait_for(soar, check, name=name, timeout=timeout, rows=[started])
    return found


def wait_for_named_run(
    soar: SoarPlatform, tanium: Tanium, started: dict[str, Any], timeout: int
) -> Run:
    """Wait for the end of a run whose id the server has told."""
    data_connection_id, number = started["data_connection_id"], natural_number(started["runId"])
    if number is None:
        raise TaskError("Tanium started the run but returned no ID to wait for.", [started])

    def check() -> State:
        run = tanium.connect_runs.get_run(data_connection_id, number)
        if run.get("status") not in ENDS:
            return State(str(run.get("status")))
        log = log_of(run)
        return State("done", Run({**log, "message": _message_of(tanium, log, number)}, 0.0, 0))

    name = f"Run {number} of data connection {data_connection_id}"
    found: Run = wait_for(soar, check, name=name, timeout=timeout, rows=[started])
    return found


def _message_of(tanium: Tanium, log: Log, number: int) -> str:
    """How many rows were read and delivered, with filters between the two; of a run that failed the
    last line of its log, if it can be read.
    """
    delivered = rows_of(log)
    if log.get("status") == SUCCESS:
        return delivered
    try:
        lines = tanium.connect_runs.list_lines(log["connectionId"], number)
    except ApiError:
        lines = []
    return lines[-1] if lines else delivered


def rows_of(run: Log) -> str:
    """How many rows a run has read and delivered, as far as Connect reports it."""
    counts = (run.get(key) for key in ("sourceRowCount", "destinationRowCount"))
    read, delivered = ("?" if each is None else printable(each) for each in counts)
    return f"{read} rows read, {delivered} delivered"


def newest_logs(tanium: Tanium, data_connection_id: int) -> list[Log]:
    """Logs of a data connection, among which those of a run that has just ended are."""
    rows = tanium.connect_logs.list_newest_logs(data_connection_id)
    return [row for row in rows if row.get("connectionId") == data_connection_id]


def started_at(log: Log) -> float:
    """When a run began, in seconds since 1970; 0 where its log does not tell."""
    return seconds(log.get("startTime")) or 0


def _identity(log: Log) -> str:
    """What tells a log from the others: its start, where it has no id."""
    return str(log.get("id") or log.get("startTime"))


def _has_ended(log: Log) -> bool:
    """Some versions of Connect write a log from the beginning of a run on; it has no end yet."""
    return bool(log.get("endTime")) or log.get("status") in STATUSES
