# File: time_limit.py
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
"""How long the network may take for what is under way.

`with time_limit(seconds):` holds for everything inside it, however deep; inner limits may be
shorter, never longer. The sockets of `limited_http.py` keep to it. `look` is called now and then
while a socket waits, so that it can end the wait with an error of its own.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import local
from typing import Callable, Optional


LOOK_INTERVAL = 0.5  # seconds

Look = Callable[[], None]


class TimeLimit:
    """`end` in seconds of the monotonic clock, and who wants to look while it lasts."""

    def __init__(self, end: float, look: Look | None) -> None:
        self.end, self.look, self._next_look = end, look, 0.0

    @property
    def longest_wait(self) -> float:
        """Seconds until somebody has to look again."""
        return LOOK_INTERVAL if self.look else math.inf

    def look_if_due(self) -> None:
        if self.look and time.monotonic() >= self._next_look:
            self._next_look = time.monotonic() + LOOK_INTERVAL
            self.look()


class _InForce(local):
    """In each thread its own."""

    limit: Optional[TimeLimit] = None


_in_force = _InForce()


@contextmanager
def time_limit(seconds: float, look: Look | None = None) -> Iterator[None]:
    """Give what is done inside so many seconds on the network, or what an outer limit leaves."""
    outer = _in_force.limit
    end = min(time.monotonic() + seconds, outer.end if outer else math.inf)
    _in_force.limit = TimeLimit(end, look or (outer.look if outer else None))
    try:
        yield
    finally:
        _in_force.limit = outer


def limit_in_force() -> TimeLimit | None:
    """The innermost limit that the caller is inside of."""
    return _in_force.limit


def remaining_seconds() -> float:
    """What is left of the limit in force; endless without one."""
    limit = _in_force.limit
    return limit.end - time.monotonic() if limit else math.inf
