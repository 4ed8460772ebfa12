# File: tasks.py
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
"""Tasks of the server: accepted at once, finished later."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Union

from dev.simulator.errors import Rejected
from dev.simulator.settings import Settings
from dev.simulator.times import iso


Row = dict[str, Any]


class Outcome(NamedTuple):
    """How a task ends: COMPLETED, INCOMPLETE or ERROR; when, if not as soon as it was due."""

    status: str
    results: Row
    error: str | None = None
    ended: float | None = None


class Later(NamedTuple):
    """A task has not ended; it is looked at again then."""

    due: float


Finish = Callable[[], Union[Outcome, Later]]


class _Pending(NamedTuple):
    due: float
    row: Row
    finish: Finish


class Tasks:
    """All tasks by id. `settle` must run before anything a task changes is looked at; the web
    server does so for every request.
    """

    def __init__(self, settings: Settings, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._clock = clock
        self._pending: list[_Pending] = []
        self.all: dict[int, Row] = {}

    def start(
        self,
        kind: str,
        metadata: Row,
        finish: Finish,
        due: float | None = None,
    ) -> Row:
        """A new task of `kind`; `finish` has its effect, and gives its outcome, when its time has
        come, which is by default as soon as a task can be done.
        """
        now = self._clock()
        task_id = 1301 + len(self.all)
        row = {
            "id": task_id,
            "type": kind,
            "status": "STARTED",
            "metadata": metadata,
            "results": {},
            "error": None,
            "startTime": iso(now),
            "endTime": None,
            "createdAt": iso(now),
            "updatedAt": iso(now),
        }
        self.all[task_id] = row
        self._pending.append(_Pending(self.soonest() if due is None else due, row, finish))
        return row

    def soonest(self) -> float:
        """When a task is done that starts now."""
        return self._clock() + self._settings.task_seconds

    def settle(self) -> None:
        """Finishes the tasks whose time has come."""
        now = self._clock()
        due = [pending for pending in self._pending if pending.due <= now]
        self._pending = [pending for pending in self._pending if pending.due > now]
        for pending in sorted(due, key=lambda each: each.due):
            outcome = pending.finish()
            if isinstance(outcome, Later):
                self._pending.append(pending._replace(due=outcome.due))
                continue
            ended = iso(pending.due if outcome.ended is None else outcome.ended)
            pending.row.update(
                status=outcome.status,
                results=outcome.results,
                error=outcome.error,
                endTime=ended,
                updatedAt=ended,
            )

    def get(self, task_id: int) -> Row:
        try:
            return self.all[task_id]
        except KeyError:
            raise Rejected(404, f"Task {task_id} not found") from None


def accepted(task: Row) -> Row:
    """The reply to whoever started a task on an endpoint."""
    return {
        "taskInfo": {
            "id": task["id"],
            "status": "STARTED",
            "metadata": task["metadata"],
            "startTime": task["startTime"],
        },
        "status": "ACCEPTED",
    }
