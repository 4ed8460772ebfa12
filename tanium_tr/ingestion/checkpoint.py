# File: checkpoint.py
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
"""What polling has done: everything up to a mark, the marks above it that are done as well, and,
apart from these, what is dated beyond SOAR's clock.

A clock that was ahead for a while leaves alerts behind whose dates are still to come. If these were
counted like others, every alert created until then would be below them, and so would seem done:

    clock      12:00
    done       11:57  11:58  11:59 | 13:00  13:01  13:02
    new               11:58         12:01                    done, unless 13:02 counts apart

So no mark beyond the clock moves `after`. Those marks have a range of their own, in which an alert
is done if its id is not above the highest of the range: the ids of later alerts are. When the clock
reaches them, polling finds them done and counts them like all others.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple


Mark = tuple[float, int]  # seconds since 1970 of createdAt, id

# The fewest are less than a page.
OVERLAP_SECONDS, FEWEST_MARKS, MOST_MARKS = 15 * 60, 400, 700
END_OF_TIME = 253402387200.0  # the year 10000 in every time zone
BEFORE_ALL: Mark = (1 - END_OF_TIME, 0)


class Ahead(NamedTuple):
    """Marks beyond the clock: done are those from `since` to `after` whose ids are at most `top`,
    and `done`, in order.
    """

    since: Mark = (END_OF_TIME, 0)
    after: Mark = BEFORE_ALL
    top: int = 0
    done: tuple[Mark, ...] = ()

    @classmethod
    def read(cls, stored: Any) -> Ahead | None:
        """From JSON of any shape; None when it is not what `stored` makes."""
        if stored is None:
            return cls()
        if not isinstance(stored, dict) or type(stored.get("top")) is not int:
            return None
        since, after = _stored_mark(stored.get("since")), _stored_mark(stored.get("after"))
        done = _stored_marks(stored.get("done"))
        if since is None or after is None or done is None:
            return None
        return cls(since, after, stored["top"], done)

    def stored(self) -> dict[str, Any]:
        return {
            "since": list(self.since),
            "after": list(self.after),
            "top": self.top,
            "done": [list(mark) for mark in self.done],
        }

    @property
    def newest(self) -> Mark:
        return max([self.after, *self.done[-1:]])

    def covers(self, mark: Mark) -> bool:
        return (self.since <= mark <= self.after and mark[1] <= self.top) or _is_in(self.done, mark)

    def advanced(self, marks: Iterable[Mark], *, is_refused: bool) -> Ahead:
        """With further marks done. While one is refused, `top` must not pass its id."""
        done = sorted({*self.done, *(mark for mark in marks if not self.covers(mark))})
        excess = _excess(done, BEFORE_ALL if is_refused else None)
        dropped = done[:excess]
        return Ahead(
            min([self.since, *dropped]),
            max([self.after, *dropped]),
            max([self.top, *(number for _, number in dropped)]),
            tuple(done[excess:]),
        )

    def without(self, after: Mark, others: Iterable[Mark]) -> Ahead:
        """Less what is done anyway: up to `after`, and the others."""
        known = set(others)
        done = tuple(mark for mark in self.done if mark > after and mark not in known)
        return self._replace(done=done) if self.after > after else Ahead(done=done)


class Checkpoint(NamedTuple):
    """`offset` is the place in the list behind everything done up to the clock, None before the
    first page; `done` are the marks above `after`, in order.
    """

    offset: int | None
    after: Mark
    done: tuple[Mark, ...] = ()
    ahead: Ahead = Ahead()

    @classmethod
    def looking_back(cls, since: float) -> Checkpoint:
        return cls(None, (since, 0))

    @classmethod
    def read(cls, stored: Any) -> Checkpoint | None:
        """From JSON of any shape; None when it is not what `stored` makes."""
        if not isinstance(stored, dict):
            return None
        after, done = _stored_mark(stored.get("after")), _stored_marks(stored.get("done"))
        offset, ahead = stored.get("offset"), Ahead.read(stored.get("ahead"))
        if after is None or done is None or ahead is None:
            return None
        if type(offset) is not int or offset < 0:
            return None
        return cls(offset, after, done, ahead)

    def stored(self) -> dict[str, Any]:
        stored: dict[str, Any] = {
            "offset": self.offset,
            "after": list(self.after),
            "done": [list(mark) for mark in self.done],
        }
        return stored if self.ahead == Ahead() else {**stored, "ahead": self.ahead.stored()}

    @property
    def newest(self) -> Mark:
        return self.done[-1] if self.done else self.after

    @property
    def progress(self) -> tuple[Mark, Mark]:
        """Of two checkpoints the one with the larger has come further."""
        return self.newest, self.ahead.newest

    def covers(self, mark: Mark) -> bool:
        return mark <= self.after or _is_in(self.done, mark) or self.ahead.covers(mark)

    def advanced(
        self,
        marks: Sequence[Mark],
        offset: int,
        refused: Iterable[Mark] = (),
        clock: float = END_OF_TIME,
    ) -> Checkpoint:
        """With all these marks done, which end in front of `offset`; some may have been before.
        `refused` marks are to be found again; what is later than `clock` counts apart.
        """
        refused = list(refused)
        reached = [mark for mark in marks if mark[0] <= clock]
        future = [mark for mark in marks if mark[0] > clock]
        ahead = self.ahead.advanced(future, is_refused=any(time > clock for time, _ in refused))
        offset = self._settled(marks, offset, clock)
        done = sorted({*self.done, *(mark for mark in reached if mark > self.after)})
        if not done:
            return Checkpoint(offset, self.after, (), ahead)
        excess = _excess(done, min((mark for mark in refused if mark[0] <= clock), default=None))
        after = max([self.after, *done[:excess]])
        return Checkpoint(offset, after, tuple(done[excess:]), ahead.without(after, done[excess:]))

    def _settled(self, marks: Sequence[Mark], offset: int, clock: float) -> int:
        """The place behind the last of these marks that the clock has reached. Alerts that are
        still to come will be in front of the others.
        """
        reached = [number for number, mark in enumerate(marks, 1) if mark[0] <= clock]
        if marks and not reached and self.offset is not None:
            return min(self.offset, offset)
        return offset - (len(marks) - reached[-1] if reached else len(marks))

    def within(self, clock: float, first: Checkpoint) -> Checkpoint:
        """The same for a clock that is behind its marks, because it was set back or because an
        earlier version did not keep them apart. What is below may not be done then, as far back as
        in the `first` poll.
        """
        future = [mark for mark in self.done if mark[0] > clock]
        if self.after[0] <= clock:
            if not future:
                return self
            done = self.done[: len(self.done) - len(future)]
            ahead = self.ahead.advanced(future, is_refused=False)
            return self._replace(done=done, ahead=ahead)
        if not self.done:
            return first._replace(ahead=self.ahead)
        top = max(number for _, number in (*self.done, (0.0, self.ahead.top)))
        after = max(self.after, self.ahead.after)
        done = tuple(sorted({*self.done, *self.ahead.done}))
        return first._replace(ahead=Ahead(BEFORE_ALL, after, top, done))


def _is_in(marks: tuple[Mark, ...], mark: Mark) -> bool:
    place = bisect_left(marks, mark)
    return marks[place : place + 1] == (mark,)


def _excess(done: list[Mark], refused: Mark | None) -> int:
    """How many of the first marks need not be kept one by one."""
    if not done:
        return 0
    earliest = min(filter(None, [(done[-1][0] - OVERLAP_SECONDS, 0), refused]))
    recent = len(done) - bisect_left(done, earliest)
    return max(0, len(done) - min(max(recent, FEWEST_MARKS), MOST_MARKS))


def _stored_mark(value: Any) -> Mark | None:
    if (
        not isinstance(value, list)
        or len(value) != 2
        or any(isinstance(part, bool) for part in value)
    ):
        return None
    time, number = value
    is_mark = isinstance(time, (int, float)) and abs(time) <= END_OF_TIME
    return (float(time), number) if is_mark and isinstance(number, int) else None


def _stored_marks(value: Any) -> tuple[Mark, ...] | None:
    marks = [_stored_mark(mark) for mark in value] if isinstance(value, list) else [None]
    found = sorted(mark for mark in marks if mark is not None)
    return tuple(found) if len(found) == len(marks) else None
