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
"""What became of a response action: by the results of its tasks, never by a status alone.

Tanium is not known to tell of one response action alone: it is found among those on its computer.

    POST response-actions                 {id: 41, computerName: ws-finance-07, ...}
    GET  response-actions                 41: status COMPLETED, results {taskIds: [72]}
    GET  tasks/72                         COMPLETED, didActionComplete: false, lastActionId: 126150

The last is what counts: the computer did not do it. 126150 is an action of Tanium's platform, whose
results have the computer's own word. The tasks of a response action that names none are those in
whose `metadata` it stands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import NotFoundError, PermissionDeniedError
from ..numbers import natural_number
from ..tanium.reply import part
from ..words import printable, shown
from .outcomes import (
    COMPLETED,
    ENDED_BADLY,
    FAILED,
    RUNNING,
    SUCCEEDED,
    UNKNOWN,
    TaskOutcome,
    outcome_of,
    status_of,
)


if TYPE_CHECKING:
    from ..tanium.clients import Tanium


Row = dict[str, Any]

LOOKED_AT = 500  # response actions, the newest
TASKS_LOOKED_AT = 200


class Standing(NamedTuple):
    """A response action as it is listed, what became of it, and the action that carries it out."""

    row: Row
    outcome: TaskOutcome
    action_id: int | None = None


def name_of(row: Row) -> str:
    """What a response action is called in messages."""
    return (
        f"Response action {printable(row.get('id'))} ({printable(row.get('type'))} on"
        f" {printable(row.get('computerName'))})"
    )


def on_computer(tanium: Tanium, computer_name: str) -> list[Row]:
    """Response actions on computers whose name contains this, on any for "", newest first."""
    found = tanium.tasks.list_response_actions(
        limit=LOOKED_AT, offset=0, computer_name=[computer_name] if computer_name else []
    )
    return found.rows


def find(tanium: Tanium, wanted: Row) -> Row | None:
    """A response action by its ID, as the list has it now."""
    rows = on_computer(tanium, str(wanted.get("computerName") or ""))
    return with_id(rows, natural_number(wanted.get("id")))


def with_id(rows: list[Row], number: int | None) -> Row | None:
    """The one of them that has this ID."""
    return next((row for row in rows if natural_number(row.get("id")) == number), None)


def standing_of(tanium: Tanium, row: Row) -> Standing:
    """What became of one that is listed. Its own status says only that it failed, because one that
    is COMPLETED may have done nothing.
    """
    status, results = status_of(row), part(row, "results")
    ids = results.get("taskIds")
    if ids and isinstance(ids, list):
        tasks = [_task(tanium, each) for each in ids]
    else:
        tasks = _tasks_that_name(tanium, row)
    outcomes = [TaskOutcome(UNKNOWN) if task is None else outcome_of(task) for task in tasks]
    words = {outcome.word for outcome in outcomes}
    number = _action_id(results, tasks)
    if FAILED in words or status in ENDED_BADLY:
        reasons = [reason for outcome in outcomes for reason in outcome.reasons]
        return Standing(row, TaskOutcome(FAILED, tuple(reasons) or (shown(results),)), number)
    if RUNNING in words or (status != COMPLETED and words != {SUCCEEDED}):
        return Standing(row, TaskOutcome(RUNNING), number)
    return Standing(row, TaskOutcome(SUCCEEDED if words == {SUCCEEDED} else UNKNOWN), number)


def _task(tanium: Tanium, task_id: Any) -> Row | None:
    """None where the server does not report tasks."""
    number = natural_number(task_id)
    try:
        return None if number is None else tanium.tasks.get_task(number)
    except NotFoundError:
        return None


def _tasks_that_name(tanium: Tanium, row: Row) -> list[Row | None]:
    """None where the server does not report tasks, or not this account."""
    number = natural_number(row.get("id"))
    try:
        tasks = tanium.tasks.list_tasks(limit=TASKS_LOOKED_AT, offset=0).rows
    except (NotFoundError, PermissionDeniedError):
        return []
    of_response_actions = (task for task in tasks if task.get("type") == "responseAction")
    return [
        task
        for task in of_response_actions
        if natural_number(part(task, "metadata").get("id")) == number
    ]


def _action_id(results: Row, tasks: list[Row | None]) -> int | None:
    """The last action that a response action has issued: by its task, or by itself."""
    listed = results.get("actionIds")
    ids = [part(task or {}, "results").get("lastActionId") for task in reversed(tasks)]
    ids += reversed(listed if isinstance(listed, list) else [])
    return next((number for each in ids if (number := natural_number(each))), None)
