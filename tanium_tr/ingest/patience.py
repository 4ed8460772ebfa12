# File: patience.py
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
"""How long a run bears failures: a batch has a turn, a share of the time, and then it is another
one's.

Example: with 300 s, of five batches the first is answered with 500 every time.

    1        three attempts within a few seconds; put off
    2-5      accepted, so that it is the first batch, not the endpoint
    1        three attempts more; in two parts from now on, of which one is accepted, and so on

Where the second fails, too, it may be the endpoint: then each batch has a fourth, a third, ... of
what is left, and after MOST_FAILING of them the run is over.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING


if TYPE_CHECKING:
    from .endpoint import IngestAnswer

# Seconds; the first waits at most so long, and no wait is longer unless the endpoint asks for it.
FIRST_WAIT, LONGEST_WAIT = 1.0, 180.0
_DOUBLINGS = 8  # from the first wait to beyond the longest
# Attempts in a turn where the endpoint seems to work.
MOST_ATTEMPTS = 3
# Attempts after which a batch fails again and again.
AGAIN_AND_AGAIN = 6
# Turns without success in a row that cannot all be due to the batches. As many may fail when the
# time is up.
MOST_FAILING = 5


class Patience:
    """`budget`: seconds for failed attempts and the waits after them. `accepted` counts batches."""

    def __init__(self, budget: float) -> None:
        self._budget, self._share, self._attempts, self._is_short = budget, 0.0, 0, False
        self._failures = 0  # attempts since the last success
        self._in_row = self._overtime = 0  # turns since the last success, since the time was up
        self.accepted = 0

    @property
    def is_over(self) -> bool:
        return self._budget < 0

    @property
    def endpoint_works(self) -> bool:
        """Whether a batch that fails now is most likely to blame itself."""
        return self.accepted > 0 and self._in_row <= 1

    @property
    def has_failed_enough(self) -> bool:
        """Whether a further batch would most likely fail, too, or there is no more time."""
        return MOST_FAILING in (self._in_row, self._overtime)

    @property
    def turn_is_over(self) -> bool:
        return (
            self._share < 0 or self.is_over or (self._is_short and self._attempts >= MOST_ATTEMPTS)
        )

    def is_to_blame(self, attempts: int) -> bool:
        """Whether a batch that has failed so often has itself to blame."""
        return self.endpoint_works or (self.accepted > 0 and attempts >= AGAIN_AND_AGAIN)

    def begin_turn(self, attempts: int) -> None:
        """Of a batch that has failed so often before."""
        self._attempts = 0
        self._share = self._budget / (MOST_FAILING - self._in_row)
        self._is_short = not self._in_row or self.is_to_blame(attempts)

    def end_turn(self) -> None:
        self._in_row += 1
        self._overtime += self.is_over

    def succeed(self) -> None:
        self.accepted += 1
        self._failures = self._in_row = 0

    def wait_after(self, answer: IngestAnswer, spent: float) -> float | None:
        """Seconds to wait after an attempt that has cost `spent`; None without time for that."""
        # The whole range, so that senders that failed together do not come back together.
        longest = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(self._failures, _DOUBLINGS))
        wait = answer.retry_after + random.uniform(0, longest)
        self._failures += 1
        self._attempts += 1
        self._share -= spent + wait
        self._budget -= spent + wait
        return None if self.is_over else wait
