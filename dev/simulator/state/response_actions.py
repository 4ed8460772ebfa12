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
from functools import partial
from typing import Any

from dev.simulator import seed
from dev.simulator.errors import Rejected
from dev.simulator.settings import Settings
from dev.simulator.state.action_progress import BAD, GOOD
from dev.simulator.state.computers import Computers
from dev.simulator.state.response_carriers import ResponseCarriers
from dev.simulator.state.response_effects import ResponseEffects
from dev.simulator.state.tasks import Later, Outcome, Tasks
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


WITH_PACKAGE = ("quarantine", "liveResponse")
MEMBERS = {"type", "computerName", "options", "expirationTime"}
_SECONDS_TO_NOTICE = 4.0
"""A server finds out a little later that an action has expired."""


@dataclass
class Action:
    """An action; its status and results follow from its task. `found` is what it brought."""

    given: Row
    created: float
    expires: float
    task: Row
    found: Row


class ResponseActions:
    """The actions by id."""

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], float],
        computers: Computers,
        tasks: Tasks,
        carriers: ResponseCarriers,
        effects: ResponseEffects,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._computers = computers
        self._tasks = tasks
        self._carriers = carriers
        self._effects = effects
        self.all: dict[int, Action] = {}

    def start(self, body: Row, user: seed.User) -> Row:
        """A new action of `body` (type, computerName, options, expirationTime); 400 for what it
        lacks, 404 for an unknown computer. A time that has passed is taken, and the action expires.
        """
        kind, options = body.get("type"), body.get("options", {})
        unknown = sorted({*body} - MEMBERS)
        if unknown:
            raise Rejected(400, f"a response action has no '{unknown[0]}'", listed=True)
        _check(kind, options)
        host = self._host(body.get("computerName"))
        now = self._clock()
        expires = now + LIFE
        if body.get("expirationTime") is not None:
            expires = _point_in_time(body["expirationTime"])
        if kind in WITH_PACKAGE:
            options = {"packageSkipLockFlag": False, **options}
        given = self._given(str(kind), host, options, user)
        copy = {
            **{name: value for name, value in given.items() if name != "eid"},
            "status": "QUEUED",
            "results": {},
            "expirationTime": iso(expires),
            "createdAt": iso(now),
            "updatedAt": iso(now),
        }
        found: Row = {}
        task = self._task(host, copy, user, expires, found)
        self.all[given["id"]] = Action(given, now, expires, task, found)
        return {**copy, "eid": given["eid"]}

    def get(self, action_id: int) -> Row:
        if action_id not in self.all:
            raise Rejected(404, f"Response action {action_id} not found")
        return self.row(action_id)

    def rows(self) -> list[Row]:
        """In the order of their creation."""
        return [self.row(action_id) for action_id in self.all]

    def row(self, action_id: int) -> Row:
        action = self.all[action_id]
        results = {"taskIds": [action.task["id"]], **action.found}
        if "lastActionId" in action.task["results"]:
            results["actionIds"] = [action.task["results"]["lastActionId"]]
        return {
            **action.given,
            "status": self._status(action),
            "results": results,
            "expirationTime": iso(action.expires),
            "createdAt": iso(action.created),
            "updatedAt": action.task["endTime"] or iso(action.created),
        }

    def _status(self, action: Action) -> str:
        if action.task["endTime"]:
            expired = action.task["results"].get("expired")
            return self._settings.expired_action_status if expired else action.task["status"]
        host = self._host(action.given["computerName"])
        under_way = self._clock() >= action.created + self._settings.task_seconds / 2
        return "IN PROGRESS" if host.answers and under_way else "QUEUED"

    def _host(self, name: object) -> seed.Host:
        """Of several with one name the one that has registered last."""
        named = [host for host in self._computers.hosts if host.hostname == name]
        if not named:
            raise Rejected(404, f"No endpoint is called '{name}'")
        return min(named, key=lambda host: host.days_since_registration)

    def _task(self, host: seed.Host, copy: Row, user: seed.User, expires: float, found: Row) -> Row:
        """The task of the action that `copy` shows: it ends when the endpoint has done its part,
        could not do it, or some time after the action has expired; it is COMPLETED in any case.
        """
        soonest = self._tasks.soonest()
        latest = max(soonest, expires + _SECONDS_TO_NOTICE)
        action = self._carriers.issue(host, copy, user, expires)
        in_time = host.answers and expires > self._clock()
        begin = partial(self._effects.begin, copy["type"], copy["options"], host, user)
        effect = begin() if in_time else None

        def results(*, done: bool = False, expired: bool = False, finished: bool = True) -> Row:
            return {
                "didActionComplete": done,
                "lastActionId": action.id,
                "expired": expired,
                "finished": finished,
            }

        def finish() -> Outcome | Later:
            now = self._clock()
            word = self._carriers.word(action, host)
            if word in GOOD:
                brought = (effect or begin())()
                found.update(brought or {})
                return Outcome("COMPLETED", results(done=brought is not None))
            if word in BAD - {"expired"}:
                return Outcome("COMPLETED", results())
            if now >= latest:
                return Outcome("COMPLETED", results(expired=True), ended=latest)
            return Later(min(now + max(self._settings.task_seconds, 0.1), latest))

        due = soonest if expires > self._clock() else latest
        task = self._tasks.start("responseAction", copy, finish, due)
        if self._settings.response_action_early_results:
            task["results"] = results(finished=False)
        return task

    def _given(self, kind: str, host: seed.Host, options: Row, user: seed.User) -> Row:
        return {
            "id": len(self.all) + 1,
            "type": kind,
            "status": None,
            "computerName": host.hostname,
            "userId": user.id,
            "userName": user.name,
            "options": options,
            "eid": seed.endpoint_id(host),
        }

    def add_old_one(self, snapshots: list[Row]) -> None:
        """A finished one, whose task the server has forgotten and whose snapshot is still there."""
        host = seed.SNAPSHOT_ACTION_HOST
        snapshot = next(row for row in snapshots if row["hostname"] == host.hostname)
        created = parse_iso(snapshot["completed"]) - 95
        task = {
            "id": seed.SNAPSHOT_ACTION_TASK,
            "status": "COMPLETED",
            "results": {"lastActionId": seed.FIRST_ACTION_ID},
            "endTime": snapshot["completed"],
        }
        given = self._given("gatherSnapshot", host, {}, seed.ANALYST)
        found = {"uuid": snapshot["uuid"], "snapshotName": snapshot["name"]}
        self.all[given["id"]] = Action(given, created, created + LIFE, task, found)


def _point_in_time(value: object) -> float:
    """Seconds since 1970; a bare number is milliseconds since then, whatever its sender meant."""
    if isinstance(value, (int, float)):
        return value / 1000
    return parse_iso(str(value))


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
