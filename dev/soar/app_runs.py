# File: app_runs.py
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
"""The app runs of one SOAR: what the database tells of each, and the cancel of those under way."""

from __future__ import annotations

import json
import os
import sqlite3
from datetime import datetime, timezone
from itertools import zip_longest
from typing import Any, Callable, Optional

from local_soar.database import reading, storable, writing
from local_soar.installation import Installation


DIED = "The process of the run died"

Progress = Optional[Callable[[str], None]]


class AppRuns:
    """A run is pending from `enter`, under way from `begin`, and ends with `record_result` or
    `fail`.

    cancels: how to cancel each run that was started here and has not ended.
    """

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self.cancels: dict[int, Callable[[], None]] = {}

    def enter(
        self, action: dict[str, Any], asset_id: str, container_id: int, parameters: str
    ) -> int:
        """The id of the new run; a container that is missing is made."""
        with writing(self._installation) as connection:
            record = json.dumps({"name": f"Container {container_id}", "label": "events"})
            connection.execute(
                "INSERT OR IGNORE INTO containers (id, record) VALUES (?, ?)",
                (container_id, record),
            )
            row = connection.execute(
                "INSERT INTO app_runs (action, identifier, asset_id, container_id, parameters, pid,"
                " status, started) VALUES (?, ?, ?, ?, ?, ?, 'pending', ?)",
                # As long as it is pending it hangs on the process that has entered it.
                (
                    action["action"],
                    action["identifier"],
                    asset_id,
                    container_id,
                    parameters,
                    os.getpid(),
                    _now(),
                ),
            )
            return int(row.lastrowid or 0)

    def begin(self, app_run_id: int) -> None:
        """It runs in this process."""
        with writing(self._installation) as connection:
            _update(connection, app_run_id, status="running", pid=os.getpid())

    def fail(self, app_run_id: int, message: str) -> None:
        """It has ended without a result."""
        with writing(self._installation) as connection:
            _update_failed(connection, app_run_id, message)

    def record_result(self, app_run_id: int, result: dict[str, Any]) -> None:
        outline = {key: value for key, value in result.items() if key != "result_data"}
        entries = [
            (app_run_id, position, json.dumps(entry))
            for position, entry in enumerate(result["result_data"])
        ]
        # As SOAR's own message of a run does, this has those of its results.
        message = " ".join(entry["message"] for entry in result["result_data"]) or result["message"]
        with writing(self._installation) as connection:
            connection.executemany("INSERT INTO action_results VALUES (?, ?, ?)", entries)
            row = connection.execute(
                "SELECT parameters FROM app_runs WHERE id = ?", (app_run_id,)
            ).fetchone()
            if row:  # else the request names a run that was never entered
                parameters = json.dumps(
                    _without_masked(json.loads(row["parameters"]), result["result_data"])
                )
                ended = {
                    "status": result["status"],
                    "message": storable(message),
                    "ended": _now(),
                    "result": json.dumps(outline),
                }
                _update(connection, app_run_id, parameters=parameters, **ended)

    def progress_recorder(self, app_run_id: int, progress: Progress) -> Callable[[str, bool], None]:
        """Takes (message, persistent) of each progress message; hands the message to `progress`."""

        def record(message: str, persistent: bool) -> None:
            with writing(self._installation) as connection:
                connection.execute(
                    "DELETE FROM progress WHERE app_run_id = ? AND NOT persistent", (app_run_id,)
                )
                insert = "INSERT INTO progress (app_run_id, message, persistent) VALUES (?, ?, ?)"
                connection.execute(insert, (app_run_id, storable(message), persistent))
            if progress:
                progress(message)

        return record

    def cancel(self, app_run_id: int | None) -> None:
        """Cancel a run, or the newest one; LookupError when it is not under way."""
        if app_run_id is None:
            app_run_id = max(self.cancels, default=0)
        if app_run_id not in self.cancels:
            raise LookupError("No such run is under way")
        self.cancels[app_run_id]()

    def all(self) -> list[dict[str, Any]]:
        """Oldest first."""
        with reading(self._installation) as connection:
            return [
                _decoded(row) for row in connection.execute("SELECT * FROM app_runs ORDER BY id")
            ]

    def get(self, app_run_id: int) -> dict[str, Any]:
        """One of them; LookupError when there is none."""
        with reading(self._installation) as connection:
            row = connection.execute(
                "SELECT * FROM app_runs WHERE id = ?", (app_run_id,)
            ).fetchone()
        if row is None:
            raise LookupError(f"There is no run {app_run_id}")
        return _decoded(row)

    def end_lost(self) -> None:
        """Runs whose process is gone have failed."""
        # So that none ends between the look at it and the note.
        with writing(self._installation) as connection:
            for run in connection.execute(
                "SELECT id, pid FROM app_runs WHERE ended IS NULL"
            ).fetchall():
                if not _alive(run["pid"]):
                    _update_failed(connection, run["id"], DIED)

    def action_results(self, app_run_id: int) -> list[dict[str, Any]]:
        with reading(self._installation) as connection:
            rows = connection.execute(
                "SELECT record FROM action_results WHERE app_run_id = ? ORDER BY position",
                (app_run_id,),
            )
            return [json.loads(row["record"]) for row in rows]

    def progress(self, app_run_id: int) -> list[str]:
        with reading(self._installation) as connection:
            rows = connection.execute(
                "SELECT message FROM progress WHERE app_run_id = ? ORDER BY id", (app_run_id,)
            )
            return [row["message"] for row in rows]


def _update(connection: sqlite3.Connection, app_run_id: int, **values: Any) -> None:
    columns = ", ".join(f"{column} = ?" for column in values)
    connection.execute(
        f"UPDATE app_runs SET {columns} WHERE id = ?", (*values.values(), app_run_id)
    )


def _update_failed(connection: sqlite3.Connection, app_run_id: int, message: str) -> None:
    _update(connection, app_run_id, status="failed", message=storable(message), ended=_now())


def _without_masked(
    given: list[dict[str, Any]], results: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The parameters of a run, each without what the app shows otherwise in its result: it masks
    the secrets in texts such as a destination's headers, too, which are no passwords by the
    manifest.
    """
    shown: list[dict[str, Any]] = [entry["parameter"] for entry in results[: len(given)]]
    pairs = zip_longest(given, shown, fillvalue=dict[str, Any]())
    return [
        {name: value for name, value in each.items() if by_app.get(name, value) == value}
        for each, by_app in pairs
    ]


def _decoded(row: sqlite3.Row) -> dict[str, Any]:
    decoded = {
        name: json.loads(row[name]) if row[name] else None for name in ("parameters", "result")
    }
    return {**dict(row), **decoded}


def _alive(pid: int | None) -> bool:
    if pid is None:
        return False
    try:
        os.kill(pid, 0)
    except OSError as error:
        return isinstance(error, PermissionError)
    return True


def _now() -> str:
    return datetime.now(timezone.utc).isoformat()
