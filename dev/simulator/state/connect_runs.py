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

import json
import threading
from collections.abc import Callable
from typing import Any, NamedTuple

from dev.simulator import seed
from dev.simulator.settings import Settings
from dev.simulator.state.connect_checks import MEMORY_CEILING
from dev.simulator.state.connect_connections import DataConnections
from dev.simulator.state.connect_delivery import Sender, Undeliverable
from dev.simulator.state.connect_destinations import Destinations
from dev.simulator.state.connect_output import CONTENT_TYPES, batches, chosen, encoded, passing
from dev.simulator.state.connect_records import FAILED, FINISHED, RUNNING, RunRecord
from dev.simulator.state.connect_sources import Sources
from dev.simulator.times import iso, milliseconds
from dev.simulator.values import copied


Row = dict[str, Any]

_DEBUG, _INFORMATION, _ERROR = 20, 30, 50
_STOPPED = "the run was stopped"
_BYTES_OF_OLD_ROW = 240
_STOP_SECONDS = 5.0


class _Run(NamedTuple):
    """What a run goes by, whatever changes meanwhile. `rows` are an event's."""

    connection: Row
    source_name: str
    destination: Row
    rows: list[Row] | None
    record: RunRecord

    @property
    def memory(self) -> float:
        return float(self.connection.get("maxOldSpaceSize", 1))


class _Outcome(NamedTuple):
    expected: int
    delivered: int
    reason: str = ""
    sent_bytes: int = 0
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
        self.records: dict[int, RunRecord] = {}
        self._seen: dict[int, set[str]] = {}
        for given in seed.CONNECT_LOGS:
            self._add_old_one(given)

    def start(self, connection: Row, rows: list[Row] | None = None) -> RunRecord:
        """A run that has begun; `rows` are given by an event."""
        self._last_number += 1
        destination = copied(self._destinations.get(connection["destinationId"]))
        level: int = connection.get("tempLogLevel") or connection.get("logLevel", _INFORMATION)
        record = self._record(connection["id"], self._clock(), level)
        record.log(_INFORMATION, f"Starting connection {connection['name']}")
        if self._stopping.is_set():
            record.wake.set()
        source_name = self._sources.get(connection["sourceId"])["name"]
        run = _Run(copied(connection), source_name, destination, rows, record)
        _count_override(connection)
        self._under_way[run.record.key] = run
        threading.Thread(target=self._work, args=(run,), daemon=True).start()
        return record

    def wait(self, seconds: float) -> None:
        with self._ended:
            if not self._ended.wait_for(lambda: not self._under_way, seconds):
                raise TimeoutError(
                    f"still running after {seconds:g} s: {', '.join(self._under_way)}"
                )

    def of(self, connection_id: int) -> list[RunRecord]:
        """The runs of a connection, oldest first."""
        return [record for record in self.records.values() if record.connection_id == connection_id]

    def stop(self, record: RunRecord) -> None:
        """Wherever it is, even where it waits for memory; between two batches it looks, too."""
        with self._ended:
            record.stopped = True
            record.wake.set()
            self._ended.notify_all()

    def close(self) -> None:
        """Lets the runs that are under way end without further delay; one that hangs at its
        destination is left behind.
        """
        self._stopping.set()
        with self._ended:
            for run in self._under_way.values():
                run.record.wake.set()
            self._ended.wait_for(lambda: not self._under_way, _STOP_SECONDS)

    def _work(self, run: _Run) -> None:
        self._wait_for_memory(run)
        half = self._settings.connect_run_seconds / 2
        run.record.wake.wait(half)
        with self._ended:
            run.record.becomes(RUNNING)
        run.record.wake.wait(half)
        outcome = _Outcome(0, 0, "the run was interrupted")
        try:
            outcome = self._outcome(run)
        finally:
            with self._ended:
                self._finish(run, outcome)
                del self._under_way[run.record.key]
                self._memory -= run.memory
                self._ended.notify_all()

    def _wait_for_memory(self, run: _Run) -> None:
        """Until the ceiling for all running connections has room; a run that needs more than that
        alone is refused later.
        """
        with self._ended:
            self._ended.wait_for(
                lambda: (
                    run.record.stopped
                    or not self._memory
                    or self._memory + run.memory <= MEMORY_CEILING
                )
            )
            self._memory += run.memory

    def _outcome(self, run: _Run) -> _Outcome:
        with self._ended:
            rows = (
                self._sources.rows_of(run.connection["sourceId"]) if run.rows is None else run.rows
            )
        record = run.record
        record.source_rows, record.source_bytes = len(rows), len(json.dumps(rows).encode())
        record.log(_INFORMATION, f"Read {len(rows)} rows from the source")
        rows = self._new_ones(run, passing(rows, run.connection.get("filter", {})))
        if record.stopped:
            return _Outcome(len(rows), 0, _STOPPED)
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
        return self._deliver(run, rows, form)

    def _new_ones(self, run: _Run, rows: list[Row]) -> list[Row]:
        """Those that no earlier run of the connection has seen, where that is a filter of it."""
        columns = run.connection.get("newItems")
        if columns is None:
            return rows
        seen = self._seen.setdefault(run.connection["id"], set())
        keys = [
            json.dumps([row.get(name) for name in columns or row], sort_keys=True) for row in rows
        ]
        fresh = [row for row, key in zip(rows, keys) if key not in seen]
        seen.update(keys)
        return fresh

    def _deliver(self, run: _Run, rows: list[Row], form: Row) -> _Outcome:
        """Batch by batch; one that is refused does not keep the next ones back. Without rows
        nothing is sent.
        """
        if not rows:
            return _Outcome(0, 0)
        configuration = run.destination["configuration"]
        delivered, sent_bytes, reasons, details, certificate = 0, 0, [], [], None
        try:
            with Sender(
                configuration,
                CONTENT_TYPES.get(form["type"], "text/plain; charset=utf-8"),
                self._settings,
            ) as sender:
                for number, batch in enumerate(batches(rows, configuration), 1):
                    if run.record.stopped:
                        reasons.append(_STOPPED)
                        break
                    body = encoded(batch, form, run.source_name)
                    status = sender.send(body)
                    certificate = sender.certificate
                    details.append(f"batch {number}: {len(batch)} rows, answered with {status}")
                    if 200 <= status < 300:
                        delivered += len(batch)
                        sent_bytes += len(body)
                    else:
                        reasons.append(f"the destination answered with {status}")
        except Undeliverable as error:
            reasons.append(str(error))
        reason = "; ".join(dict.fromkeys(reasons))
        return _Outcome(len(rows), delivered, reason, sent_bytes, tuple(details), certificate)

    def _finish(self, run: _Run, outcome: _Outcome) -> None:
        ended = self._clock()
        status = _status(outcome, run.connection.get("minimumPassPercentage", 100))
        message = f"{outcome.delivered} of {outcome.expected} rows delivered" + (
            f": {outcome.reason}" if outcome.reason else ""
        )
        self._finish_record(run.record, outcome, status, message)
        if run.record.log_level <= _DEBUG:
            message = "; ".join([message, *outcome.details])
        self.log_by_run[run.record.key] = self._add_log(
            run.record.id,
            run.connection,
            status,
            outcome.delivered,
            message,
            run.record.created,
            ended,
        )
        connection = self._connections.all.get(run.connection["id"])
        if connection:
            connection.update(lastRunStatus=status, lastRunTime=iso(run.record.created))
        destination = self._destinations.all.get(run.destination["id"])
        if (
            destination
            and outcome.certificate
            and destination["configuration"].get("trustOnFirstUse")
        ):
            destination["configuration"].setdefault("trustedCertificate", outcome.certificate)

    def _record(self, connection_id: int, started: float, level: int) -> RunRecord:
        record = RunRecord(self._last_number, connection_id, self._clock, level, started)
        self.records[record.id] = record
        return record

    @staticmethod
    def _finish_record(record: RunRecord, outcome: _Outcome, status: str, message: str) -> None:
        record.destination_rows, record.destination_bytes = outcome.delivered, outcome.sent_bytes
        for text in outcome.details:
            record.log(_DEBUG, text)
        finished = status == "success" and not record.stopped
        record.log(_INFORMATION if finished else _ERROR, message)
        record.becomes(FINISHED if finished else FAILED)

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
        record = self._record(given.connection, started, _INFORMATION)
        record.clock = lambda: started + given.seconds
        outcome = _Outcome(given.rows, given.rows, sent_bytes=given.rows * _BYTES_OF_OLD_ROW)
        record.source_rows, record.source_bytes = given.rows, outcome.sent_bytes
        self._finish_record(record, outcome, given.status, given.message)


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
