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
"""Waiting for what was started on Tanium.

Its state is checked again and again, with growing pauses, until a check finds a result, finds that
the task ended badly, or is refused, until time is up, or until the action is cancelled. A server
that cannot be reached for a moment does not end the wait. Example: `save file` started task 1301.

    at 0 s       GET /tasks/1301 -> STARTED      Task 1301 (saving 'C:\\x') is STARTED
    at 0.25 s    GET /tasks/1301 -> HTTP 500     Task 1301 (saving 'C:\\x') is in an unknown state
    at 0.65 s    GET /tasks/1301 -> COMPLETED    the ID of the file, which the task holds

The status alone says little: a task is done when its own results say so (`outcomes`). Where
they say neither that it succeeded nor that it failed, the check looks for what the task makes, too.

Servers of the specified dialect do not report tasks. There a check looks for what the task makes:

    at 0 s       GET /tasks/1301 -> HTTP 404     no task is asked for from now on
                 GET /filedownload               Task 1301 (saving 'C:\\x') is not listed yet
    at 0.25 s    GET /filedownload               the ID of the file, which is listed now
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Callable, NamedTuple

from ..declare import NUMERIC, WHOLE, Column
from ..errors import PASSING, ApiError, NotFoundError, TaskError, UnreadError
from ..network.time_limit import time_limit
from ..numbers import natural_number
from ..times import seconds
from .outcomes import COMPLETED, FAILED, SUCCEEDED, UNKNOWN, outcome_of, status_of


if TYPE_CHECKING:
    from ..soar.platform import SoarPlatform
    from ..tanium.clients import Tanium


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

Row = dict[str, Any]

FIRST_INTERVAL, GROWTH, LONGEST_INTERVAL = 0.25, 1.6, 10.0  # seconds, factor, seconds
EARLY_SECONDS = 15.0  # until then what is new may be unknown still, or have no results yet
# What a check may take at least, also when the time is nearly up.
SHORTEST_CHECK = 2.0  # seconds
# A server may write down what a task makes just before it writes down the task.
STARTING_SECONDS = 1.0

STILL_RUNNING = "The task is still running on Tanium."
CHECK_FIRST = "Check in Tanium before you run the action again."


class State(NamedTuple):
    """What a check finds: `result` is None while it is not done; `text` says how far it is, and
    `has_ended` that nothing is running any more although no result is known. `left` says in whole
    sentences what is left on Tanium, where it is not a task.
    """

    text: str
    result: Any = None
    has_ended: bool = False
    left: str = ""

    @property
    def what_is_left(self) -> str:
        return self.left or (CHECK_FIRST if self.has_ended else STILL_RUNNING)

    @property
    def advice(self) -> str:
        may_run = not self.left and not self.has_ended
        return self.what_is_left + (" Do not start it again." if may_run else "")


NOT_LOOKED_AT = State("in an unknown state")


class StartedTask(NamedTuple):
    """A task on Tanium: its id, what it does, in words, and the `rows` of a failed wait. `result`
    makes of the task, once it has succeeded, what the wait returns; `outcome` looks for that where
    the server does not report tasks, or not what became of this one.
    """

    id: Any
    what: str
    rows: list[Row]
    outcome: Callable[[], State]
    result: Callable[[Row], Any] = lambda task: task

    @property
    def name(self) -> str:
        return f"Task {self.id} ({self.what})"


def wait_for_task(tanium: Tanium, soar: SoarPlatform, task: StartedTask, timeout: int) -> Any:
    """What came of a task: its `result`, or that of its `outcome`.

    Raises TaskError, with the name of the task, what failed, and its `rows`.
    """
    number = natural_number(task.id)
    if number is None:
        raise TaskError(
            f"Tanium started the task ({task.what}) but returned no ID to wait for.", task.rows
        )
    check = _TaskCheck(tanium, number, task).check
    return wait_for(soar, check, name=task.name, timeout=timeout, rows=task.rows)


class _TaskCheck:
    """Looks at a task again and again."""

    def __init__(self, tanium: Tanium, number: int, task: StartedTask) -> None:
        self._tanium, self._number, self._task = tanium, number, task
        self._knows_tasks = True

    def check(self) -> State:
        """The state that the server reports; that of the outcome once it has no such task."""
        if self._knows_tasks:
            try:
                return self._task_state()
            except NotFoundError:
                self._knows_tasks = False
        return self._task.outcome()

    def _task_state(self) -> State:
        task = self._tanium.tasks.get_task(self._number)
        status, outcome = status_of(task), outcome_of(task)
        if outcome.word == FAILED:
            ended = f"{self._task.name} ended as {status}"
            failed = " but failed" if status == COMPLETED else ""
            raise TaskError(f"{ended}{failed}{outcome.reasons_text}.", self._task.rows)
        if outcome.word == SUCCEEDED:
            return State(status, self._task.result(task))
        if outcome.word == UNKNOWN and status == COMPLETED:
            text = f"{status} without saying whether it succeeded"
            return self._task.outcome()._replace(text=text, has_ended=True)
        return State(status or "in an unknown state")


def wait_for(
    soar: SoarPlatform,
    check: Callable[[], State],
    *,
    name: str,
    timeout: int,
    rows: list[dict[str, Any]],
    begun: State = NOT_LOOKED_AT,
) -> Any:
    """The result of `check` once there is one. `rows` go into the failed result of a wait, so that
    the task can be found again; `begun` is the state while nothing else is known. Raises TaskError.
    """
    state = begun

    def cancelled() -> tuple[str, list[Row]]:
        return f"Cancelled while {name} was {state.text}. {state.what_is_left}", rows

    clock = WaitClock(soar, timeout, FIRST_INTERVAL, cancelled)
    while True:
        with clock.check_limit():
            state = _state(check, name, rows, begun)
        if state.result is not None:
            return state.result
        if clock.is_over:
            late = f"{name} is still {state.text} after {timeout} seconds."
            raise TaskError(f"{late} {state.advice}", rows)
        clock.pause(f"{name} is {state.text} ({clock.elapsed:.0f} of {timeout} seconds)")


class WaitClock:
    """The time of one wait, which is spent on checks and on growing pauses between them: of
    `first_interval`, and then each GROWTH times as long as the last, up to LONGEST_INTERVAL.

    A check that takes longer than the wait has left is given up. One under way ends when the action
    is cancelled, and so does a pause. Both raise a TaskError of what `cancelled` returns then: a
    message and rows.
    """

    def __init__(
        self,
        soar: SoarPlatform,
        timeout: int,
        first_interval: float,
        cancelled: Callable[[], tuple[str, list[Row]]],
    ) -> None:
        self._soar, self._timeout, self._cancelled = soar, timeout, cancelled
        self._interval, self._started = first_interval, soar.now()

    @property
    def elapsed(self) -> float:
        """Seconds since the wait began."""
        return self._soar.now() - self._started

    @property
    def is_over(self) -> bool:
        return self.elapsed >= self._timeout

    def check_limit(self) -> AbstractContextManager[None]:
        """For a check: inside it the network may take what is left of the wait."""
        left = max(self._timeout - self.elapsed, SHORTEST_CHECK)
        return time_limit(left, look=lambda: self._soar.stop_if_cancelled(*self._cancelled()))

    def pause(self, progress: str) -> None:
        """Show how far it is, and wait until the next check, or until time is up."""
        self._soar.passing_progress(progress)
        left = max(0.0, self._timeout - self.elapsed)
        self._soar.sleep(min(self._interval, left), *self._cancelled())
        self._interval = min(self._interval * GROWTH, LONGEST_INTERVAL)


def _state(
    check: Callable[[], State], name: str, rows: list[dict[str, Any]], begun: State
) -> State:
    """What a check finds; an unknown state where the server could not be reached or was busy."""
    try:
        return check()
    except PASSING as error:
        return begun._replace(text=f"in an unknown state ({error.reason})")
    except ApiError as error:
        raise UnreadError(
            f"{name} was started, but its state cannot be read: {error} {CHECK_FIRST}", rows
        ) from error


def finished(started: dict[str, Any]) -> dict[str, Any]:
    """The row of a started task, now that it is done."""
    return {**started, "taskInfo": {**started["taskInfo"], "status": COMPLETED}}


def is_since(time: Any, started: dict[str, Any]) -> bool:
    """Whether the server wrote this time when it started the task, or later."""
    return (seconds(time) or 0) >= (
        seconds(started["taskInfo"].get("startTime")) or 0
    ) - STARTING_SECONDS
