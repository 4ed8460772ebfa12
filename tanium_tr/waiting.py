# File: waiting.py
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
"""Waiting for what was started on Tanium: with growing intervals, until it is done, it failed, time
is up or the action is cancelled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Callable, NamedTuple

from .declare import NUMERIC, WHOLE, Column, Param
from .errors import ApiError, NotFoundError, RateLimitError, ServerError, TaskError, TransportError
from .numbers import natural_number
from .times import seconds
from .words import shown


if TYPE_CHECKING:
    from .soar.platform import SoarPlatform
    from .tanium.clients import Tanium


Wait = Annotated[bool, Param("Wait until it is done on Tanium")]
Timeout = Annotated[int, Param("Seconds to wait at most", minimum=1, maximum=86400)]

# The answer to a request that starts a task.
STARTED_TASK = (
    WHOLE,
    Column("status", examples=("ACCEPTED", "IN PROGRESS")),
    Column("taskInfo.id", NUMERIC, title="Task ID", examples=(1234,)),
    Column(
        "taskInfo.metadata.connection",
        title="Connection ID",
        examples=("remote:ws-finance-07:2029390007:1",),
    ),
    Column("taskInfo.startTime", title="Started", examples=("2026-02-16T07:17:21.432Z",)),
    Column("taskInfo.status", title="Status", examples=("STARTED", "COMPLETED")),
)

FIRST_INTERVAL, GROWTH, LONGEST_INTERVAL = 0.25, 1.6, 10.0  # seconds, factor, seconds
# A server may write down what a task makes just before it writes down the task.
STARTING_SECONDS = 1.0

COMPLETED = "COMPLETED"
ENDED_BADLY = ("INCOMPLETE", "ERROR", "FAILED", "CANCELLED", "CANCELED", "STOPPED", "EXPIRED")


class State(NamedTuple):
    """`result` is None while it is not done; `text` says how far it is."""

    text: str
    result: Any = None


def wait_for(
    soar: SoarPlatform,
    check: Callable[[], State],
    *,
    name: str,
    timeout: int,
    rows: list[dict[str, Any]],
) -> Any:
    """The result of `check` once there is one. `rows` go into the failed result of a wait in vain,
    so that the task can be found again.

    A server that cannot be reached for a moment does not end the wait. Raises TaskError.
    """
    started, interval = soar.now(), FIRST_INTERVAL
    while True:
        state = _checked(check, name, rows)
        if state.result is not None:
            return state.result
        elapsed = soar.now() - started
        if elapsed >= timeout:
            raise TaskError(
                f"{name} is still {state.text} after {timeout} seconds. The task is"
                " still running on Tanium. Do not start it again.",
                rows,
            )
        soar.passing_progress(f"{name} is {state.text} ({elapsed:.0f} of {timeout} seconds)")
        soar.sleep(
            min(interval, timeout - elapsed),
            f"Cancelled while {name} was {state.text}. The task is still running on Tanium.",
            rows,
        )
        interval = min(interval * GROWTH, LONGEST_INTERVAL)


def _checked(check: Callable[[], State], name: str, rows: list[dict[str, Any]]) -> State:
    try:
        return check()
    except (TransportError, ServerError, RateLimitError) as error:
        return State(f"in an unknown state ({error})")
    except ApiError as error:
        raise TaskError(
            f"{name} was started, but its state cannot be read: {error}", rows
        ) from error


def wait_for_task(
    tanium: Tanium,
    soar: SoarPlatform,
    task_id: Any,
    what: str,
    timeout: int,
    *,
    rows: list[dict[str, Any]],
    result: Callable[[dict[str, Any]], Any],
    outcome: Callable[[], State],
) -> Any:
    """What came of a task: `result` of it once it is finished. `rows` are what is known of it when
    it is not.

    Servers of the specified dialect do not tell of tasks; there `outcome` looks for what the task
    makes. Raises TaskError that names the task and what failed.
    """
    name = f"Task {task_id} ({what})"
    number = natural_number(task_id)
    if number is None:
        raise TaskError(f"Tanium started the task ({what}) but gave no id to wait for.", rows)

    tells_of_tasks = True

    def of_task() -> State:
        task = tanium.tasks.get_task(number)
        status = str(task.get("status", "")).upper()
        if status in ENDED_BADLY:
            raise TaskError(f"{name} ended as {status}{_failure(task)}.", rows)
        return State(status or "in an unknown state", result(task) if status == COMPLETED else None)

    def check() -> State:
        nonlocal tells_of_tasks
        if tells_of_tasks:
            try:
                return of_task()
            except NotFoundError:
                tells_of_tasks = False
        return outcome()

    return wait_for(soar, check, name=name, timeout=timeout, rows=rows)


def finished(started: dict[str, Any]) -> dict[str, Any]:
    """The row of a started task, now that it is done."""
    return {**started, "taskInfo": {**started["taskInfo"], "status": COMPLETED}}


def is_since(time: Any, started: dict[str, Any]) -> bool:
    """Whether the server wrote this time when it started the task, or later."""
    return (seconds(time) or 0) >= (
        seconds(started["taskInfo"].get("startTime")) or 0
    ) - STARTING_SECONDS


def _failure(task: dict[str, Any]) -> str:
    results = task.get("results")
    failed = results.get("failed") if isinstance(results, dict) else None
    reasons = [shown(item) for item in failed] if isinstance(failed, list) else []
    if task.get("error"):
        reasons.append(shown(task["error"]))
    return f": {', '.join(reasons[:10])}" if reasons else ""
