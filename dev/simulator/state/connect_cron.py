# File: connect_cron.py
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
"""Cron expressions of five fields: minute, hour, day of the month, month, day of the week."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dev.simulator.errors import Rejected


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_DAYS_SEARCHED = 366 * 8
"""Between two leap days there can be eight years."""


class _Field(NamedTuple):
    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()

    def values(self, text: str) -> frozenset[int]:
        return frozenset(value for part in text.lower().split(",") for value in self._part(part))

    def _part(self, part: str) -> range:
        found = re.fullmatch(r"(\*|\w+)(?:-(\w+))?(?:/(\d+))?", part)
        if not found:
            raise self._refused(part)
        first, last, step = found.groups()
        if step == "0" or (first == "*" and last):
            raise self._refused(part)
        start = self.low if first == "*" else self._number(first)
        # `5/15` counts from 5 to the end, as cron programs read it.
        end = self._number(last) if last else (self.high if first == "*" or step else start)
        if end < start:
            raise self._refused(part)
        return range(start, end + 1, int(step or 1))

    def _number(self, text: str) -> int:
        number = (
            self.names.index(text) + self.low
            if text in self.names
            else int(text)
            if text.isdecimal()
            else -1
        )
        if not self.low <= number <= self.high:
            raise self._refused(text)
        return number

    def _refused(self, text: str) -> Rejected:
        return Rejected(400, f"schedule.cron: '{text}' is no {self.name}", listed=True)


_FIELDS = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of the month", 1, 31),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of the week", 0, 7, _WEEKDAYS),
)


class Cron:
    """A parsed expression; one that makes no sense is rejected with 400."""

    def __init__(self, text: str) -> None:
        parts = text.split()
        if len(parts) != len(_FIELDS):
            raise Rejected(
                400, f"schedule.cron needs five fields, '{text}' has {len(parts)}", listed=True
            )
        self._minutes, self._hours, self._days, self._months, weekdays = (
            field.values(part) for field, part in zip(_FIELDS, parts)
        )
        self._weekdays = {day % 7 for day in weekdays}
        # As in every cron: where both kinds of day are restricted, either is enough.
        self._either_day = parts[2] != "*" and parts[4] != "*"

    def next_after(self, moment: float, zone: ZoneInfo) -> float:
        """The first matching minute after `moment` on the clocks of `zone`; an hour that comes
        twice counts once.
        """
        day = datetime.fromtimestamp(moment, zone).replace(
            hour=0, minute=0, second=0, microsecond=0, tzinfo=None
        )
        for _ in range(_DAYS_SEARCHED):
            if self._matches(day):
                times = (
                    day.replace(hour=hour, minute=minute, tzinfo=zone).timestamp()
                    for hour in self._hours
                    for minute in self._minutes
                )
                later = [time for time in times if time > moment]
                if later:
                    return min(later)
            day += timedelta(days=1)
        raise Rejected(400, "schedule.cron never comes true", listed=True)

    def _matches(self, day: datetime) -> bool:
        in_month, in_week = day.day in self._days, day.isoweekday() % 7 in self._weekdays
        return day.month in self._months and (
            in_month or in_week if self._either_day else in_month and in_week
        )


def zone_named(name: str) -> ZoneInfo:
    """A time zone of the IANA data base; an unknown one is rejected with 400."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise Rejected(
            400, f"scheduleTimeZone: '{name}' is no known time zone", listed=True
        ) from error


def next_interval(start: float, seconds: int, moment: float) -> float:
    """The first time after `moment` that lies a whole number of intervals after `start`."""
    if start > moment:
        return start
    return start + (int((moment - start) // seconds) + 1) * seconds


@lru_cache(maxsize=64)
def cron(text: str) -> Cron:
    """A parsed expression, as above."""
    return Cron(text)
