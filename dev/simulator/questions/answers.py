# File: answers.py
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
"""Which endpoints answer a question, and when.

The order is made of the question's number, so it is another for every question and the same in
every run. Of the endpoints in this order the first `unavailable_share` have no values at first, the
last `silent_share` never answer, and the `straggler_share` before those are late.
"""

from __future__ import annotations

import copy
import zlib
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import NamedTuple

from dev.simulator import seed
from dev.simulator.question_settings import QuestionSettings
from dev.simulator.questions.model import Question


class Arrival(NamedTuple):
    """The answer of an endpoint: when it is there, and when it has its values (seconds after the
    question). `blank` says that it has none at all before.
    """

    at: float
    host: seed.Host
    ready: float
    blank: bool


class Counters(NamedTuple):
    """`in_rights` are those of `tested` that answer to who asked, `in_context` those of them in
    the question's context group, `passed` those of them that the from part lets through.
    """

    tested: int
    in_rights: int
    in_context: int
    passed: int


class Audience(NamedTuple):
    """Who is asked: three conditions, of which each narrows the one before it."""

    in_rights: Callable[[seed.Host], bool]
    in_context: Callable[[seed.Host], bool]
    passes: Callable[[seed.Host], bool]


class Answers:
    """What comes in. `estimated` is how many endpoints were registered when it was asked."""

    def __init__(
        self,
        settings: QuestionSettings,
        question: Question,
        number: int,
        hosts: Sequence[seed.Host],
        late: Sequence[seed.Host],
    ) -> None:
        self.estimated = len(hosts)
        self._arrivals = _arrivals(settings, question, number, [*hosts, *late])
        self._times = [each.at for each in self._arrivals]
        self._sums: tuple[list[int], ...] = ()
        self._passed: list[tuple[int, Arrival]] = []
        self._ready: list[float] = []

    def undecided(self) -> Answers:
        """The same answers for another audience."""
        other = copy.copy(self)
        other._sums, other._passed, other._ready = (), [], []
        return other

    def look_at(self, audience: Audience) -> None:
        """Decides who is let through, once."""
        if self._sums:
            return
        flags: tuple[list[bool], ...] = ([], [], [])
        for position, each in enumerate(self._arrivals):
            held = True
            for passed, condition in zip(flags, audience):
                held = held and condition(each.host)
                passed.append(held)
            if held:
                self._passed.append((position, each))
        self._sums = tuple([0, *accumulate(map(int, passed))] for passed in flags)
        self._ready = sorted(each.ready for _, each in self._passed)

    def counters(self, elapsed: float) -> Counters:
        tested = bisect_right(self._times, elapsed)
        return Counters(tested, *(sums[tested] for sums in self._sums))

    def state(self, elapsed: float) -> tuple[int, int]:
        """Two moments with the same state have the same rows."""
        return bisect_right(self._times, elapsed), bisect_right(self._ready, elapsed)

    def passed(self, elapsed: float) -> list[Arrival]:
        """The answers that are in the rows by now."""
        tested = bisect_right(self._times, elapsed)
        return [each for position, each in self._passed if position < tested]


def _arrivals(
    settings: QuestionSettings, question: Question, number: int, hosts: Sequence[seed.Host]
) -> list[Arrival]:
    slow = any(select.use.sensor.name == seed.SLOW.name for select in question.selects)
    salt = f"{number}:".encode()
    ordered = sorted(
        (host for host in hosts if host.answers),
        key=lambda host: (zlib.crc32(salt + host.client_id.encode()), host.client_id),
    )
    count = len(ordered)
    blank = round(settings.unavailable_share * count)
    answering = count - round(settings.silent_share * count)
    in_time = answering - round(settings.straggler_share * count)
    found = []
    for position, host in enumerate(ordered[:answering]):
        at = settings.answer_seconds * (position + 1) / count
        if position >= in_time:
            at += settings.straggler_seconds
        is_blank = position < blank
        ready = at + (settings.unavailable_seconds if slow or is_blank else 0.0)
        found.append(Arrival(at, host, ready, is_blank))
    return found
