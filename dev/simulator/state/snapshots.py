# File: snapshots.py
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
"""Snapshots of endpoints' recorder databases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dev.simulator import seed
from dev.simulator.errors import Rejected
from dev.simulator.state.bulk import delete_all
from dev.simulator.state.connections import Connection
from dev.simulator.state.tasks import Outcome, Tasks
from dev.simulator.times import DAY, iso, milliseconds
from dev.simulator.values import uuid_of


Row = dict[str, Any]

SORT_COLUMNS = ("uuid", "username", "hostname", "created", "connectionId", "size", "name")


class Snapshots:
    """The snapshots by uuid."""

    def __init__(self, clock: Callable[[], float], tasks: Tasks) -> None:
        self._clock = clock
        self._tasks = tasks
        self._made = 0
        self.all: dict[str, Row] = {}
        self._add_old_ones(clock())

    def create(self, connection: Connection, username: str) -> Row:
        """Starts the task that captures a snapshot."""
        finish = self.capture(connection, username)
        return self._tasks.start("snapshot", {"connection": connection.id}, finish)

    def capture(self, connection: Connection, username: str) -> Callable[[], Outcome]:
        """What ends the capture. Its row is there at once; `completed` stays null until then."""
        if connection.is_local:
            raise Rejected(400, "A snapshot cannot be captured from a snapshot")
        now = self._clock()
        row = self._add(connection.host.hostname, connection.id, username, now, created=iso(now))

        def finish() -> Outcome:
            row.update(completed=iso(self._clock()), size=187_441_152)
            return Outcome("COMPLETED", {"uuid": row["uuid"], "snapshotName": row["name"]})

        return finish

    def delete(self, ids: object) -> None:
        delete_all(self.all, ids, "snapshot")

    def rows(self) -> list[Row]:
        return list(self.all.values())

    def _add(
        self, hostname: str, connection_id: str, username: str, moment: float, created: str
    ) -> Row:
        self._made += 1
        row: Row = {
            "uuid": uuid_of(f"snapshot-{self._made}"),
            "username": username,
            "hostname": hostname,
            "created": created,
            "connectionId": connection_id,
            "size": 0,
            "isUpload": False,
            "name": f"{hostname}-{milliseconds(moment)}.db",
            "recorderVersion": 2,
            "evidenceType": "snapshot",
            "completed": None,
        }
        self.all[row["uuid"]] = row
        return row

    def _add_old_ones(self, now: float) -> None:
        """Old rows have their creation as a string of milliseconds, one of them was uploaded by
        hand.
        """
        for number, host in enumerate((seed.FINANCE, seed.FINANCE_12, seed.WEB_SERVER, seed.MAC)):
            moment = now - (40 - 9 * number) * DAY
            created = str(milliseconds(moment)) if number < 2 else iso(moment)
            row = self._add(
                host.hostname,
                f"remote:{host.hostname}:{host.client_id}:1",
                seed.ANALYST.name,
                moment,
                created,
            )
            row.update(
                completed=iso(moment + 95),
                size=151_003_136 + number * 7_340_032,
                isUpload=number == 1,
            )
