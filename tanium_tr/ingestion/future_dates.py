# File: future_dates.py
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
"""Alerts that are dated after SOAR's clock: Tanium's clock was ahead, or SOAR's is behind."""

from __future__ import annotations

from ..times import utc_time
from ..words import counted


CLOCK_SKEW = 15 * 60  # seconds by which the clocks of Tanium and SOAR may differ unnoticed


class FutureDates:
    """Counts them; `clock` is SOAR's, in seconds since 1970."""

    def __init__(self, clock: float) -> None:
        self.clock = clock
        self._count, self._latest = 0, clock

    def is_future(self, time: float | None) -> bool:
        return time is not None and time > self.clock + CLOCK_SKEW

    def note(self, time: float | None) -> None:
        """Of an alert that was taken."""
        if time is not None and self.is_future(time):
            self._count += 1
            self._latest = max(self._latest, time)

    @property
    def remark(self) -> str:
        """A sentence for the message; empty when there were none."""
        if not self._count:
            return ""
        return (
            f"Dated in the future: {counted(self._count, 'alert')}, up to"
            f" {utc_time(self._latest)}. Check the clocks of Tanium and SOAR."
        )
