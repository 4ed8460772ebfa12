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
"""Waiting until enough endpoints have answered a question.

The counters are read with growing pauses, which costs the server little; the rows are read once
when the counters say that it is done. Example: 42 endpoints, of which 99 % are wanted.

    at 0 s     result_info  estimated_total 0      Tanium does not yet know whom it asks
    at 1 s     result_info  38 of 42 (90 %)        38 of 42 endpoints answered (90 %)
    at 2.6 s   result_info  42 of 42
               result_data  all rows

It ends before that at `timeout`, or with the question's own life, as nothing more comes then. Only
where rows must be without cells that are still unavailable, or a number of complete rows is wanted,
rows are read more often.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, NamedTuple, TypeVar

from ..errors import PASSING, NotFoundError
from ..tasks.waiting import EARLY_SECONDS, WaitClock
from .completeness import Counters
from .results import first_set, is_unavailable


if TYPE_CHECKING:
    from ..soar.platform import SoarPlatform
    from ..tanium.clients import Tanium
    from ..tanium.questions import Answers


FIRST_INTERVAL = 1.0  # seconds
NOT_COUNTED = "Tanium has not counted the endpoints yet"
# A question that expects nobody for so long asks nobody: the first, or the time-out if it is
# between the two.
NOBODY_SECONDS, SOONEST_NOBODY_SECONDS = 30.0, 5.0

Result = TypeVar("Result")


class WantedAnswers(NamedTuple):
    """What ends the wait: `share` of the endpoints in percent; `enough` rows, 0 for any number;
    `least` complete rows before the share counts; no cells that are `unavailable`.
    """

    share: int
    timeout: int
    enough: int = 0
    least: int = 0
    no_unavailable: bool = False


class AwaitedAnswers(NamedTuple):
    """The results, None where they cannot be read, whether they are what was wanted, and why the
    last read failed.
    """

    data: dict[str, Any] | None
    is_done: bool
    trouble: str = ""


class AnswersWait:
    """Waits for the answers of one question; `name` is what it is called in progress. `is_new`: it
    was asked just now.
    """

    def __init__(
        self,
        tanium: Tanium,
        soar: SoarPlatform,
        answers: Answers,
        wanted: WantedAnswers,
        *,
        name: str,
        is_new: bool,
    ) -> None:
        self._questions, self._answers = tanium.questions, answers
        self._wanted, self._name, self._is_new = wanted, name, is_new
        self._clock = WaitClock(soar, wanted.timeout, FIRST_INTERVAL, self._cancelled)
        self._trouble, self._status = "", NOT_COUNTED

    def run(self) -> AwaitedAnswers:
        """What there is when it is done, or when time is up. Raises TaskError when cancelled."""
        while True:
            counters = self._counters()
            if counters is not None:
                data = self._results_if_done(counters)
                if data is not None:
                    return AwaitedAnswers(data, True)
            if self._clock.is_over or (counters is not None and counters.is_over):
                return self._last()
            status = counters.sentence() if counters and not counters.is_nobody else ""
            self._status = status or self._trouble or NOT_COUNTED
            self._clock.pause(f"{self._name}: {self._status}")

    def _cancelled(self) -> tuple[str, list[dict[str, Any]]]:
        return f"Cancelled while waiting for answers. {self._name}: {self._status}.", []

    def _counters(self) -> Counters | None:
        with self._clock.check_limit():
            row = self._tolerant(lambda: self._questions.get_progress(self._answers))
        return None if row is None else Counters.of(row)

    def _results(self) -> dict[str, Any] | None:
        return self._tolerant(lambda: self._questions.get_results(self._answers))

    def _last(self) -> AwaitedAnswers:
        """What there is at the end, which may be what was wanted after all."""
        data = self._results()
        is_done = data is not None and self._is_done(Counters.of(first_set(data)), data)
        return AwaitedAnswers(data, is_done, self._trouble)

    def _results_if_done(self, counters: Counters) -> dict[str, Any] | None:
        """The results once they are what is wanted; rows are read only when the counters are."""
        if not self._is_done(counters):
            return None
        data = self._results()
        return data if data is not None and self._is_done(counters, data) else None

    def _is_done(self, counters: Counters, data: dict[str, Any] | None = None) -> bool:
        """Whether the wait is over by the counters, and by the rows where they are at hand."""
        wanted = self._wanted
        is_enough = bool(wanted.enough) and counters.rows >= wanted.enough
        is_share = counters.reaches(wanted.share) and counters.rows >= wanted.least
        if not (is_enough or is_share or self._is_nobody(counters)):
            return False
        if data is None or not (wanted.least or wanted.no_unavailable):
            return True
        rows = first_set(data).get("rows", [])
        unavailable = sum(map(is_unavailable, rows))
        if wanted.no_unavailable and unavailable:
            return False
        return is_enough or len(rows) - unavailable >= wanted.least

    def _is_nobody(self, counters: Counters) -> bool:
        patience = min(NOBODY_SECONDS, max(SOONEST_NOBODY_SECONDS, self._wanted.timeout))
        return counters.is_nobody and (self._clock.elapsed >= patience or counters.is_over)

    def _tolerant(self, read: Callable[[], Result]) -> Result | None:
        """None where the server cannot be reached for a moment, or has no results yet."""
        try:
            found = read()
        except NotFoundError as error:
            if not self._is_new or self._clock.elapsed > EARLY_SECONDS:
                raise
            self._trouble = str(error)
            return None
        except PASSING as error:
            self._trouble = str(error)
            return None
        self._trouble = ""
        return found
