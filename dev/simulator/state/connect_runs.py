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
"""Runs of Connect's connections: each in a thread of its own, each with a log at its end."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable
from typing import Any, NamedTuple

from dev.simulator import seed
from dev.simulator.settings import Settings
from dev.simulator.state.connect_checks import MEMORY_CEILING
from dev.simulator.state.connect_connections import DataConnections
from dev.simulator.state.connect_delivery import Sender, Undeliverable
from dev.simulator.state.connect_destinations import Destinations
from dev.simulator.state.connect_output import CONTENT_TYPES, chosen, encoded, passing
from dev.simulator.state.connect_sources import Sources
from dev.simulator.times import iso, milliseconds


Row = dict[str, Any]

_INFORMATION, _DEBUG = 30, 20
_STOP_SECONDS = 5.0


class _Run(NamedTuple):
    """What a run goes by, whatever changes meanwhile. `rows` are an event's; `number` is the log's
    id and half of the run's.
    """

    number: int
    connection: Row
    destination: Row
    rows: list[Row] | None
    log_level: int
    started: float

    @property
    def id(self) -> str:
        return f"run-{self.connection['id']}-{self.number}"

    @property
    def memory(self) -> float:
        return float(self.connection.get("maxOldSpaceSize", 1))


class _Outcome(NamedTuple):
    expected: int
    delivered: int
    reason: str = ""
    details: tuple[str, ...] = ()
    certificate: str | None = None


class Runs:
    """The runs that are under way, and the `logs` of those that have ended, oldest first."""

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], float],
        lock: threading.RLock,
        sources: Sources,
        destinations: Destinations,
        connections: DataConnections,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._ended = threading.Condition(lock)
        self._stopping = threading.Event()
        self._sources = sources
        self._destinations = destinations
        self._connections = connections
        self._under_way: dict[str, _Run] = {}
        self._memory = 0.0
        self._last_number = 0
        self.logs: list[Row] = []
        self.log_by_run: dict[str, Row] = {}
        for given in seed.CONNECT_LOGS:
            self._add_old_one(given)

    def start(self, connection: Row, rows: list[Row] | None = None) -> str:
        """The id of a run that has begun; `rows` are given by an event."""
        self._last_number += 1
        destination = copy.deepcopy(self._destinations.get(connection["destinationId"]))
        level: int = connection.get("tempLogLevel") or connection.get("logLevel", _INFORMATION)
        run = _Run(
            self._last_number, copy.deepcopy(connection), destination, rows, level, self._clock()
        )
        _count_override(connection)
        self._under_way[run.id] = run
        threading.Thread(target=self._work, args=(run,), daemon=True).start()
        return run.id

    def wait(self, seconds: float) -> None:
        with self._ended:
            if not self._ended.wait_for(lambda: not self._under_way, seconds):
                raise TimeoutError(
                    f"still running after {seconds:g} s: {', '.join(self._under_way)}"
                )

    def close(self) -> None:
        """Lets the runs that are under way end without further delay; one that hangs at its
        destination is left behind.
        """
        self._stopping.set()
        with self._ended:
            self._ended.wait_for(lambda: not self._under_way, _STOP_SECONDS)

    def _work(self, run: _Run) -> None:
        self._wait_for_memory(run)
        self._stopping.wait(self._settings.connect_run_seconds)
        outcome = _Outcome(0, 0, "the run was interrupted")
        try:
            outcome = self._outcome(run)
        finally:
            with self._ended:
                self._finish(run, outcome)
                del self._under_way[run.id]
                self._memory -= run.memory
                self._ended.notify_all()

    def _wait_for_memory(self, run: _Run) -> None:
        """Until the ceiling for all running connections has room; a run that needs more than that
        alone is refused later.
        """
        with self._ended:
            self._ended.wait_for(
                lambda: not self._memory or self._memory + run.memory <= MEMORY_CEILING
            )
            self._memory += run.memory

    def _outcome(self, run: _Run) -> _Outcome:
        with self._ended:
            rows = (
                self._sources.rows_of(run.connection["sourceId"]) if run.rows is None else run.rows
            )
        rows = passing(rows, run.connection.get("filter", {}))
        if run.memory > MEMORY_CEILING:
            return _Outcome(
                len(rows),
                0,
                f"out of memory: all connections together may have {MEMORY_CEILING} GB, not"
                f" {run.memory:g}",
            )
        if run.destination["type"] != "http":
            return _Outcome(len(rows), 0, "the simulator delivers to HTTP destinations only")
        form = run.connection["format"]
        rows = chosen(
            rows, run.connection.get("columns", []), form.get("options", {}).get("timestampFormat")
        )
        source = self._sources.get(run.connection["sourceId"])["name"]
        return self._deliver(rows, form, source, run.destination["configuration"])

    def _deliver(
        self, rows: list[Row], form: Row, source_name: str, configuration: Row
    ) -> _Outcome:
        """Batch by batch; one that is refused does not keep the next ones back. Without rows
        nothing is sent.
        """
        if not rows:
            return _Outcome(0, 0)
        # JSON knows 4.0 as a whole number, too.
        size = int(configuration.get("batchSize", 0)) or len(rows)
        delivered, reasons, details, certificate = 0, [], [], None
        try:
            with Sender(
                configuration,
                CONTENT_TYPES.get(form["type"], "text/plain; charset=utf-8"),
                self._settings,
            ) as sender:
                for start in range(0, len(rows), size):
                    batch = rows[start : start + size]
                    status = sender.send(encoded(batch, form, source_name))
                    certificate = sender.certificate
                    details.append(
                        f"batch {start // size + 1}: {len(batch)} rows, answered with {status}"
                    )
                    if 200 <= status < 300:
                        delivered += len(batch)
                    else:
                        reasons.append(f"the destination answered with {status}")
        except Undeliverable as error:
            reasons.append(str(error))
        return _Outcome(
            len(rows), delivered, "; ".join(dict.fromkeys(reasons)), tuple(details), certificate
        )

    def _finish(self, run: _Run, outcome: _Outcome) -> None:
        ended = self._clock()
        message = f"{outcome.delivered} of {outcome.expected} rows delivered" + (
            f": {outcome.reason}" if outcome.reason else ""
        )
        if run.log_level <= _DEBUG:
            message = "; ".join([message, *outcome.details])
        status = _status(outcome, run.connection.get("minimumPassPercentage", 100))
        self.log_by_run[run.id] = self._add_log(
            run.number, run.connection, status, outcome.delivered, message, run.started, ended
        )
        connection = self._connections.all.get(run.connection["id"])
        if connection:
            connection.update(lastRunStatus=status, lastRunTime=iso(run.started))
        destination = self._destinations.all.get(run.destination["id"])
        if (
            destination
            and outcome.certificate
            and destination["configuration"].get("trustOnFirstUse")
        ):
            destination["configuration"].setdefault("trustedCertificate", outcome.certificate)

    def _add_log(
        self,
        number: int,
        connection: Row,
        status: str,
        rows: int,
        message: str,
        started: float,
        ended: float,
    ) -> Row:
        row = {
            "id": number,
            "connectionId": connection["id"],
            "connectionName": connection["name"],
            "status": status,
            "rowCount": rows,
            "message": message,
            "startTime": iso(started),
            "endTime": iso(ended),
            "duration": milliseconds(ended - started),
        }
        self.logs.append(row)
        return row

    def _add_old_one(self, given: seed.ConnectLogSeed) -> None:
        self._last_number += 1
        connection = self._connections.get(given.connection)
        started = self._clock() - given.hours_ago * 3600
        self._add_log(
            self._last_number,
            connection,
            given.status,
            given.rows,
            given.message,
            started,
            started + given.seconds,
        )
        connection.update(lastRunStatus=given.status, lastRunTime=iso(started))


def _status(outcome: _Outcome, minimum: float) -> str:
    """Rows that all failed are a failure whatever the minimum, and a reason without rows, too."""
    if not outcome.delivered and (outcome.expected or outcome.reason):
        return "failure"
    passed = not outcome.expected or outcome.delivered * 100 >= minimum * outcome.expected
    return "success" if passed else "partial"


def _count_override(connection: Row) -> None:
    """A run that has begun counts, however it ends; after the last one the connection's own log
    level is back.
    """
    if "tempLogLevelRuns" in connection:
        connection["tempLogLevelRuns"] -= 1
        if not connection["tempLogLevelRuns"]:
            del connection["tempLogLevelRuns"], connection["tempLogLevel"]
