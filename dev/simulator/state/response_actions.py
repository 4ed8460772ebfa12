# File: response_actions.py
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
"""Response actions: what the server does on an endpoint by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from dev.simulator import seed
from dev.simulator.errors import Rejected
from dev.simulator.settings import Settings
from dev.simulator.state.computers import Computers
from dev.simulator.state.connections import Connections
from dev.simulator.state.files import Files
from dev.simulator.state.snapshots import Snapshots
from dev.simulator.state.tasks import Outcome, Tasks
from dev.simulator.times import DAY, iso, parse_iso


Row = dict[str, Any]

LIFE = 7 * DAY
TYPES: dict[str, dict[str, type]] = {
    "gatherSnapshot": {},
    "downloadFile": {"filePath": str},
    "quarantine": {"packageName": str, "packageParameters": list},
    "liveResponse": {"packageName": str},
}
"""The options that each type needs; others are kept and not looked at."""


@dataclass
class Action:
    """An action; its status and results follow from its task, which one on an endpoint that does
    not answer never gets.
    """

    given: Row
    created: float
    expires: float
    task: Row | None


class ResponseActions:
    """The actions by id."""

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], float],
        computers: Computers,
        connections: Connections,
        tasks: Tasks,
        files: Files,
        snapshots: Snapshots,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._computers = computers
        self._connections = connections
        self._tasks = tasks
        self._files = files
        self._snapshots = snapshots
        self.all: dict[int, Action] = {}
        self._add_old_one()

    def start(self, body: Row, user: seed.User) -> Row:
        """A new action of `body` (type, computerName, options, expirationTime); 400 for what it
        lacks, 404 for an unknown computer.
        """
        kind, options = body.get("type"), body.get("options", {})
        _check(kind, options)
        host = self._host(body.get("computerName"))
        now = self._clock()
        expires = (
            now + LIFE
            if body.get("expirationTime") is None
            else parse_iso(str(body["expirationTime"]))
        )
        if expires <= now:
            raise Rejected(400, "expirationTime has passed", listed=True)
        task = self._task(str(kind), host, options, user) if host.answers else None
        return self.row(self._add(str(kind), host, options, user, now, expires, task))

    def get(self, action_id: int) -> Row:
        if action_id not in self.all:
            raise Rejected(404, f"Response action {action_id} not found")
        return self.row(action_id)

    def rows(self) -> list[Row]:
        """In the order of their creation."""
        return [self.row(action_id) for action_id in self.all]

    def row(self, action_id: int) -> Row:
        action = self.all[action_id]
        ended = action.task["endTime"] if action.task else None
        return {
            **action.given,
            "status": self._status(action),
            "results": _results(action.task) if action.task else {"taskIds": []},
            "expirationTime": iso(action.expires),
            "createdAt": iso(action.created),
            "updatedAt": ended or iso(action.created),
        }

    def _status(self, action: Action) -> str:
        now = self._clock()
        if action.task is None:
            return "EXPIRED" if now >= action.expires else "QUEUED"
        if action.task["endTime"]:
            return str(action.task["status"])
        return "QUEUED" if now < action.created + self._settings.task_seconds / 2 else "IN PROGRESS"

    def _host(self, name: object) -> seed.Host:
        try:
            return self._computers.by_hostname(str(name))
        except KeyError as unknown:
            raise Rejected(404, f"No endpoint is called '{name}'") from unknown

    def _task(self, kind: str, host: seed.Host, options: Row, user: seed.User) -> Row:
        if kind == "gatherSnapshot":
            return self._snapshots.create(self._connections.reach(host, user), user.name)
        if kind == "downloadFile":
            return self._files.fetch(
                self._connections.reach(host, user), options["filePath"], user.name
            )
        number = 730_100 + len(self.all)

        def finish() -> Outcome:
            if kind == "quarantine":
                self._computers.quarantined.add(host.client_id)
            return Outcome("COMPLETED", {"actionIds": [number]})

        return self._tasks.start("packageDeploy", {"packageName": options["packageName"]}, finish)

    def _add(
        self,
        kind: str,
        host: seed.Host,
        options: Row,
        user: seed.User,
        now: float,
        expires: float,
        task: Row | None,
    ) -> int:
        action_id = len(self.all) + 1
        given = {
            "id": action_id,
            "type": kind,
            "status": None,
            "computerName": host.hostname,
            "userId": user.id,
            "userName": user.name,
            "options": options,
            "eid": seed.endpoint_id(host),
        }
        self.all[action_id] = Action(given, now, expires, task)
        return action_id

    def _add_old_one(self) -> None:
        """A finished one, whose task the server has forgotten and whose snapshot is still there."""
        host = seed.SNAPSHOT_ACTION_HOST
        snapshot = next(row for row in self._snapshots.rows() if row["hostname"] == host.hostname)
        created = parse_iso(snapshot["completed"]) - 95
        task = {
            "id": seed.SNAPSHOT_ACTION_TASK,
            "status": "COMPLETED",
            "results": {"uuid": snapshot["uuid"], "snapshotName": snapshot["name"]},
            "endTime": snapshot["completed"],
        }
        self._add("gatherSnapshot", host, {}, seed.ANALYST, created, created + LIFE, task)


def _check(kind: object, options: object) -> None:
    if not isinstance(kind, str) or kind not in TYPES:
        raise Rejected(400, f"type must be one of {', '.join(TYPES)}", listed=True)
    if not isinstance(options, dict):
        raise Rejected(400, "options must be an object", listed=True)
    for name, needed in TYPES[kind].items():
        if not isinstance(options.get(name), needed) or options[name] == "":
            raise Rejected(400, f"{kind} needs {name} among its options", listed=True)
    parameters = options.get("packageParameters", [])
    if not all(isinstance(each, dict) and each.keys() == {"key", "value"} for each in parameters):
        raise Rejected(400, "packageParameters must be objects of key and value", listed=True)


def _results(task: Row) -> Row:
    """What a task's results say, in the words of response actions."""
    results = task["results"]
    told = {
        name: results[name] for name in ("actionIds", "uuid", "snapshotName") if name in results
    }
    for fetched in results.get("fileResults", []):
        stored = PurePosixPath(fetched["finalPath"])
        told.update(fileName=stored.name, uuid=stored.stem)
    return {"taskIds": [task["id"]], **told}
