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
"""Waiting until an action is finished: until every target has a final word, or the action is over.

The action and its results are read with growing pauses. Of an action with many targets only the
number of those that have reported is read, until all have. Example: 5 targets.

    at 0 s      Action 9001 is pending
    at 1 s      0 of 5 endpoints done (3 Downloading, 2 Running)
    at 2.6 s    3 of 5 endpoints done (3 Verified, 2 Running)
    at 5.2 s    5 of 5 endpoints done

It ends at `timeout`, and with the action itself: what has not finished then is unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import PASSING, ApiError, NotFoundError, UnreadError
from ..tasks.waiting import EARLY_SECONDS, WaitClock
from .outcome import ActionReport


if TYPE_CHECKING:
    from ..soar.platform import SoarPlatform
    from .reading import ActionReader


FIRST_INTERVAL = 1.0  # seconds
ON_TANIUM = "It is still running on Tanium; use stop action to stop it."


class AwaitedAction(NamedTuple):
    """What became of an action, None where it could not be read at all; `is_done` says that nothing
    more is to come, and `trouble` why the last read failed.
    """

    report: ActionReport | None
    is_done: bool
    trouble: str = ""


class ActionWait:
    """Waits for one action. `is_new`: it was issued just now."""

    def __init__(
        self, soar: SoarPlatform, reader: ActionReader, timeout: int, *, is_new: bool
    ) -> None:
        self._reader, self._timeout, self._is_new = reader, timeout, is_new
        self._clock = WaitClock(soar, timeout, FIRST_INTERVAL, self._cancelled)
        self._report: ActionReport | None = None
        self._status, self._trouble = "in an unknown state", ""

    def run(self) -> AwaitedAction:
        """What there is when it is done, or when time is up. Raises TaskError with the rows so far
        when cancelled, UnreadError when the action cannot be read.
        """
        while True:
            is_last = self._clock.is_over
            self._check(is_last=is_last)
            is_done = self._report is not None and self._report.is_finished
            if is_done or is_last:
                return AwaitedAction(self._report, is_done, self._trouble)
            elapsed = f"{self._clock.elapsed:.0f} of {self._timeout} seconds"
            self._clock.pause(f"{self._name}: {self._status} ({elapsed})")

    @property
    def _name(self) -> str:
        return f"Action {self._reader.action_id}"

    @property
    def _rows(self) -> list[dict[str, Any]]:
        return self._report.rows if self._report else []

    def _cancelled(self) -> tuple[str, list[dict[str, Any]]]:
        return f"Cancelled while waiting. {self._name}: {self._status}. {ON_TANIUM}", self._rows

    def _check(self, *, is_last: bool) -> None:
        """One look; what cannot be read for a moment does not end the wait."""
        with self._clock.check_limit():
            try:
                self._read(is_last=is_last)
            except PASSING as error:
                self._trouble = self._status = error.reason
            except ApiError as error:
                is_early = self._is_new and self._clock.elapsed < EARLY_SECONDS
                if not (is_early and isinstance(error, NotFoundError)):
                    reason = f"{self._name} cannot be read: {error}"
                    raise UnreadError(reason, self._rows) from error
                self._trouble = self._status = error.reason
            else:
                self._trouble = ""

    def _read(self, *, is_last: bool) -> None:
        counted = None if is_last else self._reader.count()
        if counted is not None:
            self._status = f"{counted[0]} of {counted[1]} endpoints have reported"
            return
        self._report = self._reader.read()
        self._status = self._report.progress
