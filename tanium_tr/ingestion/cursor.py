# File: cursor.py
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
"""How far polling has come in the server's list of alerts, and how it reads on from there.

Tanium cannot be asked for alerts that were created after a given time: its filters only know
`alertedAt`, the endpoint's time, and an endpoint may report hours later. So the list is read in the
order of `createdAt` (and `id` among equals), from a place in it.

A checkpoint is a mark (time of creation, id) up to which everything is done, the marks above it
that are done as well, and the place in the list behind them. The list changes meanwhile: deletions
move it towards its start, and alerts that become visible late are inserted below others.

- Reading starts before the oldest of the done marks. Whatever is above the first mark and not done
  is new, wherever it was inserted, or was refused by SOAR. The done marks cover a quarter of an
  hour and all that follow a refused alert, but at least 400 and at most 700 alerts.
- The place is before all alerts dated after SOAR's clock: what is created meanwhile comes before
  them. So every poll reads these, and `checkpoint` knows which of them are done.
- Each page begins with the last alert of the page before. If it begins above what has been read,
  rows below it were deleted and some alerts may be missing between the two pages. Then reading
  steps back, each time twice as far, until a page begins low enough. With pages of four alerts:

      place                   0  1  2  3  4  5  6
      list                    a  b  c  d  e  f  g     page at 0: a b c d; the next one is at 3
      list without b and c    a  d  e  f  g           page at 3: f g, above d: e may be missing
                                                      page at 0: a d e f; nothing is missing
- The first poll asks how many alerts have an `alertedAt` before the time it looks back to. Hardly
  any alert is created before it happens, so that number is the wanted place or slightly behind it.
  Later polls need no such question.

Servers of the specified dialect neither sort nor count. Theirs must list the alerts in the order of
their creation, which is checked by the ids; the first place is found by bisection.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from functools import partial
from typing import TYPE_CHECKING, Any, Callable, NamedTuple

from ..errors import ListError, TaniumError
from ..numbers import natural_number
from ..times import seconds, utc_text
from .checkpoint import Checkpoint, Mark


if TYPE_CHECKING:
    from ..tanium.alerts import AlertPage, Alerts

Alert = dict[str, Any]
OLDEST_FIRST, NEWEST_FIRST = "createdAt,id", "-createdAt,-id"
WITH_INTEL = "intelDoc"
SLACK = 50  # deletions below the overlap that cost no step back; less than a page
STEP = 500
MOST_STEPS_BACK = 40  # in a row; twice as far each time, they reach the start of any list
FARTHEST = STEP << 20  # no server has so many alerts, but one that ignores `offset` seems to


class Stretch(NamedTuple):
    """Alerts in order, each with its mark; `offset` is the place of the first. An empty alert
    stands for a member that is not an object.
    """

    offset: int
    alerts: list[tuple[Mark, Alert]]

    @property
    def end(self) -> int:
        return self.offset + len(self.alerts)


# `alerts_page` of the client, or of its part that matches a query.
Pages = Callable[..., "AlertPage"]


def oldest_first(
    client: Alerts,
    checkpoint: Checkpoint,
    *,
    query: Sequence[tuple[str, str]] = (),
    expand: str = "",
) -> Iterator[Stretch]:
    """The list from the checkpoint on, page by page, without a gap; alerts that the checkpoint
    covers come along.

    `query` selects alerts; `expand` names what the server is to put into each.
    """
    pages = partial(client.alerts_page, query=query)
    offset = _start(pages, checkpoint)
    newest = checkpoint.after  # of all marks read so far
    guard, steps = client.page_guard(), _StepsBack()
    while True:
        guard.before_page()
        page = pages(offset=offset, sort=OLDEST_FIRST, expand=expand)
        if guard.came_before(page.rows):
            _require_whole_list(page)
            return
        alerts = _marked(page, newest[0])
        if offset and _may_leave_gap(alerts, newest):
            offset = steps.next_offset(offset, page.total)
            if steps.in_a_row > MOST_STEPS_BACK:
                raise guard.refuse_repeat()
            guard.forget_pages()  # after a single deletion the same page may rightly come again
            continue
        steps.end(is_further=bool(alerts) and alerts[-1][0] > newest)
        newest = max([newest, *(mark for mark, _ in alerts)])
        is_last = page.following is None or _only_repeats(page, alerts)
        page.rows.clear()
        yield Stretch(offset, alerts)
        if is_last:
            return
        # Whoever took them may still hold the list, and one page in memory is enough.
        alerts.clear()
        # Always one further at least: a page of one row would repeat itself for ever.
        offset = max((page.following or 0) - 1, offset + 1)


def _may_leave_gap(alerts: list[tuple[Mark, Alert]], newest: Mark) -> bool:
    """Whether alerts may be missing between those read so far and a page."""
    return not alerts or alerts[0][0] > newest


class _StepsBack:
    """Steps towards the start of the list, each twice as far as the one before."""

    def __init__(self) -> None:
        self.in_a_row = 0  # without an alert that was new
        self._length = STEP

    def next_offset(self, offset: int, total: int | None) -> int:
        """The place one step back from here, or from the end of a list that has become shorter."""
        end = offset if total is None else min(offset, total)
        place = max(0, end - self._length)
        self.in_a_row, self._length = self.in_a_row + 1, 2 * self._length
        return place

    def end(self, *, is_further: bool) -> None:
        """A page left no gap; `is_further`: it had alerts that are newer than all before."""
        self._length = STEP
        if is_further:
            self.in_a_row = 0


def _only_repeats(page: AlertPage, alerts: list[tuple[Mark, Alert]]) -> bool:
    """Whether the page holds nothing but the last alert of the page before: the end of a list
    without a total.
    """
    return len(alerts) == 1 and not page.is_sorted


def newest_first(client: Alerts, since: float) -> Iterator[Alert]:
    """Alerts created since `since`. One may be missed when others are created or deleted meanwhile;
    only the scheduled poll is exact.
    """
    page = client.alerts_page(offset=0, sort=NEWEST_FIRST, expand=WITH_INTEL)
    if not page.is_sorted:
        page.rows.clear()
        yield from _newest_of_unsorted(client, since)
        return
    guard = client.page_guard()
    while not guard.came_before(page.rows):
        alerts = _marked(page, since)
        page.rows.clear()
        for mark, alert in alerts:
            if mark[0] < since:
                return
            yield alert
        alerts.clear()  # before the next page comes
        if page.following is None:
            return
        guard.before_page()
        page = client.alerts_page(offset=page.following, sort=NEWEST_FIRST, expand=WITH_INTEL)
    _require_whole_list(page)


def _newest_of_unsorted(client: Alerts, since: float) -> Iterator[Alert]:
    """The pages are read once for their places and then from the last to the first, so that only
    one is in memory.
    """
    places = [
        stretch.offset
        for stretch in oldest_first(client, Checkpoint.looking_back(since), expand=WITH_INTEL)
    ]
    end: int | None = None
    for offset in reversed(places):
        alerts = _marked(client.alerts_page(offset=offset), since)
        # Pages overlap, and an alert that came twice would count twice.
        new = None if end is None else end - offset
        yield from (alert for mark, alert in reversed(alerts[:new]) if mark[0] >= since)
        alerts.clear()
        end = offset


def _require_whole_list(page: AlertPage) -> None:
    """Raise ListError for a server that ignores the offset, unless its one page holds all alerts:
    then it has another length than was asked for.
    """
    if len(page.rows) == STEP:
        raise ListError(
            f"This Tanium server returns the same {STEP} alerts for every offset, so the app cannot"
            " poll any alerts beyond them."
        )


def created(alert: Alert) -> float | None:
    """Seconds since 1970; of an alert without time of creation the nearest thing to it."""
    times = (seconds(alert.get(name)) for name in ("createdAt", "receivedAt", "alertedAt"))
    return next((time for time in times if time is not None), None)


def _marked(page: AlertPage, time: float) -> list[tuple[Mark, Alert]]:
    """An alert without a time gets that of its predecessor; the first one gets `time`."""
    marked = []
    for alert in page.rows:
        found = created(alert)
        time = time if found is None else found
        marked.append(((time, natural_number(alert.get("id")) or 0), alert))
    numbers = [number for (_, number), _ in marked if number]
    if not page.is_sorted and numbers and numbers[0] > numbers[-1]:
        raise TaniumError(
            "This Tanium server neither sorts its alerts nor lists them in the order of their"
            " creation, so the app cannot poll them."
        )
    return marked


def _start(pages: Pages, checkpoint: Checkpoint) -> int:
    """The place to begin at: before the oldest done mark, or the first alert looked back to."""
    if checkpoint.offset is not None:
        return max(0, checkpoint.offset - len(checkpoint.done) - SLACK)
    since = checkpoint.after[0]
    until = utc_text(datetime.fromtimestamp(since, timezone.utc))
    page = pages(offset=0, limit=1, alerted_until=until)
    if page.is_sorted and page.total is not None:
        return max(0, page.total - SLACK)
    return _bisected(pages, since)


def _bisected(pages: Pages, since: float) -> int:
    """A place less than a page before the first alert created from `since` on."""

    def is_before(place: int) -> bool:
        rows = pages(offset=place, limit=1).rows
        return bool(rows) and (created(rows[0]) or 0) < since

    low, high = 0, STEP
    while high < FARTHEST and is_before(high):
        low, high = high, 2 * high
    while high - low > STEP:
        middle = (low + high) // 2
        low, high = (middle, high) if is_before(middle) else (low, middle)
    return low
