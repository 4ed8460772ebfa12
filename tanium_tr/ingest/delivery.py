# File: delivery.py
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
"""Bringing batches to the HTTP-ingest endpoint: each from the spool, again as long as that can
help, never as it was when it cannot.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from ..declare import NUMERIC, Column, Param
from ..errors import TaniumError, TaskError
from ..words import counted, first_few
from .packing import SENT_SIZE, SMALLEST_SENT_SIZE, Batch, parts
from .patience import AGAIN_AND_AGAIN, Patience


if TYPE_CHECKING:
    from ..soar.platform import SoarPlatform
    from .endpoint import HttpIngest, IngestAnswer
    from .packing import Packer
    from .spool import Backlog, Progress, Spool, StoredBatch

# Seconds between requests of an endpoint that limits their rate.
FIRST_GAP, LONGEST_GAP = 0.25, 10.0
# With each accepted batch by this factor, until it is not worth a wait (seconds).
GAP_SHRINKS, SHORTEST_GAP = 0.8, 0.01
# Batches and bytes that go to disk together; the next ones are made while these are on their way.
GROUP, GROUP_SIZE = 4, 500_000
# Small records in a row that cannot all be too large, and records in a row that cannot all be bad
# where none was accepted before, so that it is something else.
MOST_TOO_LARGE, MOST_REJECTED = 20, 40
# The same for records in a row where others were accepted before.
MOST_REJECTED_BETWEEN = 1000
MOST_NAMED, MOST_ANSWERS = 20, 5  # records of one answer, and answers, in a message

TIMEOUT = Param(
    "Seconds to spend on failed attempts and the waits after them; undelivered records then stay"
    " in the spool",
    NUMERIC,
    default=300,
    maximum=86400,
)
OUTCOME = (
    Column("records", NUMERIC, title="Records Delivered", examples=(1000,)),
    Column("bytes", NUMERIC, title="Bytes", examples=(500000,)),
    Column("sent_bytes", NUMERIC, title="Bytes as Sent", examples=(98000,)),
    Column("requests", NUMERIC, title="Requests", examples=(1,)),
    Column("refused", NUMERIC, title="Refused", examples=(0,)),
    Column("large", NUMERIC, title="Large", examples=(0,)),
    Column("set_aside", NUMERIC, title="Set Aside", examples=(0,)),
    Column("undelivered", NUMERIC, title="Undelivered", examples=(0,)),
)


class Late(NamedTuple):
    """A batch that this run has put off: its answer, its attempts in all runs, and whether the
    endpoint seemed to work meanwhile.
    """

    id: int
    batch: Batch
    answer: str
    attempts: int
    is_to_blame: bool


class Delivery:
    """One run's sending. Once `stopped` says why, batches only go to disk.

    `budget`: seconds for failures; `rate`: bytes per second as sent, 0 for any; `packer` makes
    smaller batches when asked. `taken` counts records that this run has put on disk, `records`
    those that it has delivered, `set_aside` those that were refused.

    A batch in which the endpoint refuses a record is sent in parts, until that record is alone and
    set aside. Example: of the records 1 to 4, the third is bad.

        1-4   refused; sent as 1-2 and 3-4, or as 1-2, 3 and 4 where the answer says which it is
        1-2   accepted
        3     refused and set aside
        4     accepted

    One that fails again and again is sent in halves, until the record that it is due to is alone:
    it stays to be sent, behind all others.
    """

    def __init__(
        self,
        ingest: HttpIngest,
        spool: Spool,
        soar: SoarPlatform,
        *,
        budget: float,
        rate: int,
        packer: Packer | None,
    ) -> None:
        self._ingest, self._spool, self._soar, self._packer = ingest, spool, soar, packer
        self._patience, self._rate = Patience(budget), rate
        self._gap = self._not_before = 0.0
        self._reported: set[str] = set()
        self._late: deque[Late] = deque()
        self._left: list[Late] = []  # no more in this run
        self._has_probed = False  # with the first record of a batch whether it is the endpoint
        self._alone: dict[str, list[str]] = {}  # answers about one record -> records' numbers
        self._small_and_too_large = self._rejected = 0
        self.records = self.size = self.sent_size = self.requests = self.taken = self.set_aside = 0
        self.stopped = ""

    def deliver(self, groups: Iterable[tuple[list[Batch], Progress | None]]) -> None:
        """Put each group of batches on disk, and then send it."""
        try:
            for batches, progress in groups:
                stored = self._spool.add(batches, progress)
                self.taken += sum(batch.records for batch in batches)
                for one in stored:
                    self.send(one)
            self._send_late()
        except TaskError:
            raise
        except TaniumError as error:
            if not self.taken:
                raise
            raise TaskError(f"{error} {self._status()}") from error

    def resend(self) -> None:
        """Send what the spool holds for this endpoint."""
        while not self.stopped and (stored := self._spool.next()):
            self.send(stored)
        self._send_late()

    def send(self, stored: StoredBatch) -> None:
        """Bring one batch to the endpoint, in parts where it is too much at once. Raises TaskError
        when the action was cancelled.
        """
        waiting = [stored]
        while waiting:
            one, rejected = waiting.pop(), self._rejected
            self._stop_if_cancelled()
            if not self.stopped:
                waiting += reversed(self._send_or_split(one))
            if rejected != self._rejected == MOST_REJECTED // 2 and not self.records:
                waiting.reverse()  # the bad ones may be the first of the input only

    def outcome(self, backlog: Backlog, **more: int) -> dict[str, Any]:
        """The row of OUTCOME; `more` are counts that only the caller knows, such as `refused`."""
        counts = {
            "records": self.records,
            "bytes": self.size,
            "sent_bytes": self.sent_size,
            "requests": self.requests,
        }
        return {
            **counts,
            "refused": 0,
            "large": 0,
            "set_aside": backlog.set_aside,
            "undelivered": backlog.undelivered + backlog.denied,
            **more,
        }

    @property
    def delivered(self) -> str:
        return (
            f"Delivered {counted(self.records, 'record')} in {counted(self.requests, 'request')}."
        )

    @property
    def problems(self) -> list[str]:
        """What the endpoint answered instead of accepting records, a sentence each, with the
        numbers of the records; last of all why the delivery was stopped.
        """
        left: dict[str, list[str]] = {}
        for late in self._left:
            alone = late.batch.numbers if late.batch.records == 1 else ""
            left.setdefault(late.answer, []).append(alone)
        sentences = [
            *(f"{text}{_named(numbers, 'refused')}" for text, numbers in self._alone.items()),
            *(f"{text}{_named(numbers, 'not accepted')}" for text, numbers in left.items()),
        ]
        others = len(sentences) - MOST_ANSWERS
        if others > 0:
            sentences[MOST_ANSWERS:] = [f"There were {others} other answers."]
        return [
            *(text for text in sentences if text != self.stopped),
            *filter(None, [self.stopped]),
        ]

    @property
    def has_failed(self) -> bool:
        return bool(self.stopped or self.set_aside or self._left)

    def _send_or_split(self, stored: StoredBatch) -> list[StoredBatch]:
        """The parts to send instead of a batch that is too much at once."""
        batch, attempts = stored.batch, 0
        self._patience.begin_turn(stored.attempts)
        while self._spool.still_has(stored):
            self._keep_rate(len(batch.body))
            started = self._soar.now()
            answer = self._ingest.post(batch.body, batch.content_type, compressed=batch.compressed)
            attempts += 1
            self.requests += 1
            self._report_once(answer)
            if answer.verdict == "accepted":
                self._note_accepted(stored)
                return []
            if answer.verdict == "transient":
                following = self._after_failure(
                    stored, answer, attempts, self._soar.now() - started
                )
                if following is None:
                    continue
                return following
            if answer.verdict in ("too large", "rejected") and batch.records > 1:
                if answer.verdict == "too large":
                    self._make_smaller()
                return self._split_batch(stored, answer, attempts)
            self._give_back(stored, answer, attempts)
            return []
        return []

    def _after_failure(
        self, stored: StoredBatch, answer: IngestAnswer, attempts: int, spent: float
    ) -> list[StoredBatch] | None:
        """The parts to send next, none when it is another batch's turn; None for another attempt
        at this one.
        """
        batch = stored.batch
        if answer.limited:
            self._slow_down()
        has_time = self._wait(answer, spent)
        if not has_time and (answer.retry_after or not answer.may_be_the_batch):
            self._give_back(stored, answer, attempts)
            return []
        if answer.limited and batch.records > 1 and len(batch.body) > SMALLEST_SENT_SIZE:
            return self._split_batch(stored, answer, attempts)
        if not answer.may_be_the_batch:
            return None
        total = stored.attempts + attempts
        if batch.records > 1 and total >= AGAIN_AND_AGAIN:
            if self._patience.endpoint_works:
                self._end_turn(answer)
                return self._split_batch(stored, answer, attempts)
            if self._patience.turn_is_over and not self._has_probed:
                self._has_probed = True
                self._end_turn(answer)
                return self._split_batch(stored, answer._replace(position=0), attempts)
        if not self._patience.turn_is_over:
            return None
        is_to_blame = self._patience.is_to_blame(stored.attempts)
        self._end_turn(answer)
        self._spool.put_off(stored, answer.text, attempts=attempts)
        self._late.append(Late(stored.id, batch, answer.text, total, is_to_blame))
        return []

    def _end_turn(self, answer: IngestAnswer) -> None:
        self._patience.end_turn()
        if self._patience.has_failed_enough:
            self.stopped = answer.text
            if not self._patience.is_over:
                self.stopped += (
                    " The run stopped because the endpoint seems to fail for every batch."
                )

    def _split_batch(
        self, stored: StoredBatch, answer: IngestAnswer, attempts: int
    ) -> list[StoredBatch]:
        smaller = parts(stored.batch, answer.position)
        return self._spool.replace(stored, smaller, answer.text, attempts=attempts)

    def _send_late(self) -> None:
        """Give the batches that were put off another turn, as long as that may help."""
        while self._late and not self.stopped:
            late = self._late.popleft()
            if self._is_hopeless(late):
                self._left.append(late)
            elif stored := self._spool.again(late.id):
                self.send(stored)
        self._left += self._late

    def _is_hopeless(self, late: Late) -> bool:
        if late.batch.records == 1 and late.is_to_blame:
            return late.attempts >= AGAIN_AND_AGAIN or self._patience.is_over
        return self._patience.is_over and not self._patience.is_to_blame(late.attempts)

    def _note_accepted(self, stored: StoredBatch) -> None:
        self._spool.accepted(stored)
        self._patience.succeed()
        if self._patience.accepted == 1:
            self._spool.resume_denied()
        self._small_and_too_large = self._rejected = 0
        self._gap = self._gap * GAP_SHRINKS if self._gap > SHORTEST_GAP else 0.0
        self.records += stored.batch.records
        self.size += stored.batch.size
        self.sent_size += len(stored.batch.body)

    def _give_back(self, stored: StoredBatch, answer: IngestAnswer, attempts: int) -> None:
        """A single record that is too large or bad concerns nobody but itself; everything else
        would befall the next batch, too.

        A proxy may call everything too large, and an endpoint that expects something else refuses
        everything: then the records behind the first few stay as they are, for a later run.
        """
        is_alone = answer.verdict in ("too large", "rejected")
        self._spool.give_back(
            stored,
            answer.text,
            attempts=attempts,
            set_aside=is_alone,
            denied=answer.verdict == "denied",
        )
        if not is_alone:
            self.stopped = answer.text
            return
        self.set_aside += stored.batch.records
        self._alone.setdefault(answer.text, []).append(stored.batch.numbers)
        if answer.verdict == "rejected":
            self._count_rejected()
        elif len(stored.batch.body) < SENT_SIZE:
            self._count_too_large()

    def _count_too_large(self) -> None:
        self._small_and_too_large += 1
        if self._small_and_too_large == MOST_TOO_LARGE:
            self.stopped = (
                f"It rejected {MOST_TOO_LARGE} small records in a row and accepted none between"
                " them: check ingest_url, and the limits of any proxy or firewall on the way."
            )

    def _count_rejected(self) -> None:
        self._rejected += 1
        if self._rejected == (MOST_REJECTED_BETWEEN if self.records else MOST_REJECTED):
            self.stopped = (
                f"It refused {self._rejected} records in a row: check that ingest_url,"
                " ingest_compression and the format of the records are what it expects."
            )

    def _wait(self, answer: IngestAnswer, spent: float) -> bool:
        """Wait before the next attempt; False when there is not enough time for that."""
        wait = self._patience.wait_after(answer, spent)
        if wait is None:
            return False
        self._soar.passing_progress(f"{answer.text} Trying again in {wait:.1f} s")
        self._soar.sleep(wait, self._cancelled(), [])
        return True

    def _slow_down(self) -> None:
        self._gap = min(LONGEST_GAP, max(FIRST_GAP, self._gap * 2))
        self._make_smaller()

    def _make_smaller(self) -> None:
        if self._packer:
            self._packer.shrink()

    def _keep_rate(self, size: int) -> None:
        now = self._soar.now()
        if self._not_before > now:
            self._soar.sleep(self._not_before - now, self._cancelled(), [])
        self._not_before = max(now, self._not_before) + max(
            self._gap, size / self._rate if self._rate else 0.0
        )

    def _report_once(self, answer: IngestAnswer) -> None:
        if answer.text and answer.text not in self._reported:
            self._reported.add(answer.text)
            self._soar.progress(answer.text)

    def _stop_if_cancelled(self) -> None:
        self._soar.stop_if_cancelled(self._cancelled())

    def _cancelled(self) -> str:
        return f"Cancelled. {self._status()}"

    def _status(self) -> str:
        taken = (
            f" Stored from the input: {counted(self.taken, 'record')}; the records after that were"
            " not stored."
            if self._packer
            else ""
        )
        return (
            f"{self.delivered}{taken} Records that were stored but not delivered are in the spool"
            " for 'resend undelivered'."
        )


def _named(numbers: list[str], what: str) -> str:
    """The records that an answer was about, as a sentence; nothing for those without numbers."""
    known = list(filter(None, numbers))
    if not known:
        return ""
    noun = "Record" if len(known) == 1 else "Records"
    return f" {noun} {what}: {first_few(known, str, most=MOST_NAMED)}."


def ahead(batches: Iterator[Batch]) -> Iterator[list[Batch]]:
    """Groups of batches, two of them made in a thread of its own while one is in use: packing and
    the network share the time.
    """
    from concurrent.futures import ThreadPoolExecutor  # imported here: most actions need no thread

    with ThreadPoolExecutor(1) as pool:
        coming = deque(pool.submit(_group, batches) for _ in range(2))
        while group := coming.popleft().result():
            coming.append(pool.submit(_group, batches))
            yield group


def _group(batches: Iterator[Batch]) -> list[Batch]:
    """The next GROUP batches, fewer where they are large or the last ones."""
    group: list[Batch] = []
    size = 0
    for batch in batches:
        group.append(batch)
        size += len(batch.body)
        if len(group) == GROUP or size >= GROUP_SIZE:
            break
    return group
