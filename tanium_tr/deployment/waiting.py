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
from ..waiting import EARLY_SECONDS, GROWTH, LONGEST_INTERVAL, check_limit
from .outcome import Report


if TYPE_CHECKING:
    from ..soar.platform import SoarPlatform
    from .reading import ActionReader


FIRST_INTERVAL = 1.0  # seconds
ON_TANIUM = "It is still running on Tanium; use stop action to stop it."


class Waited(NamedTuple):
    """What became of an action, None where it could not be read at all; `is_done` says that nothing
    more is to come, and `trouble` why the last read failed.
    """

    report: Report | None
    is_done: bool
    trouble: str = ""


class ActionWait:
    """Waits for one action. `is_new`: it was issued just now."""

    def __init__(
        self, soar: SoarPlatform, reader: ActionReader, timeout: int, *, is_new: bool
    ) -> None:
        self._soar, self._reader, self._timeout, self._is_new = soar, reader, timeout, is_new
        self._started = soar.now()
        self._report: Report | None = None
        self._told, self._trouble = "in an unknown state", ""

    def run(self) -> Waited:
        """What there is when it is done, or when time is up. Raises TaskError with the rows so far
        when cancelled, UnreadError when the action cannot be read.
        """
        interval = FIRST_INTERVAL
        while True:
            left = self._timeout - self._elapsed
            self._check(is_last=left <= 0)
            is_done = self._report is not None and self._report.is_finished
            if is_done or left <= 0:
                return Waited(self._report, is_done, self._trouble)
            elapsed = f"{self._elapsed:.0f} of {self._timeout} seconds"
            self._soar.passing_progress(f"{self._name}: {self._told} ({elapsed})")
            left = max(0.0, self._timeout - self._elapsed)
            self._soar.sleep(min(interval, left), self._cancelled, self._rows)
            interval = min(interval * GROWTH, LONGEST_INTERVAL)

    @property
    def _name(self) -> str:
        return f"Action {self._reader.action_id}"

    @property
    def _elapsed(self) -> float:
        return self._soar.now() - self._started

    @property
    def _rows(self) -> list[dict[str, Any]]:
        return self._report.rows if self._report else []

    @property
    def _cancelled(self) -> str:
        return f"Cancelled while waiting. {self._name}: {self._told}. {ON_TANIUM}"

    def _check(self, *, is_last: bool) -> None:
        """One look; what cannot be read for a moment does not end the wait."""
        left = self._timeout - self._elapsed
        with check_limit(left, lambda: self._soar.stop_if_cancelled(self._cancelled, self._rows)):
            try:
                self._look(is_last=is_last)
            except PASSING as error:
                self._trouble = self._told = error.reason
            except ApiError as error:
                is_early = self._is_new and self._elapsed < EARLY_SECONDS
                if not (is_early and isinstance(error, NotFoundError)):
                    reason = f"{self._name} cannot be read: {error}"
                    raise UnreadError(reason, self._rows) from error
                self._trouble = self._told = error.reason
            else:
                self._trouble = ""

    def _look(self, *, is_last: bool) -> None:
        counted = None if is_last else self._reader.count()
        if counted is not None:
            self._told = f"{counted[0]} of {counted[1]} endpoints have reported"
            return
        self._report = self._reader.read()
        self._told = self._report.progress
