# File: scheduled_poll.py
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
"""The scheduled poll: it continues where the last one ended, whose place in the list `cursor` has.

It takes what passes the asset's filters when it is first seen. The containers of a page are saved
before the checkpoint is: a run that is killed in between costs the next one a page of containers
that exist already, which SOAR recognizes by their source ids, and never an alert.

An alert that SOAR refuses does not stop the others. It is not marked as done, so every poll tries
it again and names it in its message, until more than 700 later alerts are done. When SOAR refuses
one for the first time and later ones are done, the poll ends with their page: a short outage of
SOAR costs no alert, however many follow. A poll in which SOAR refused everything fails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..declare import Output
from ..errors import PlatformError, TaniumError
from ..soar.state import CHECK_STATE, StateUnavailable
from ..times import utc_time
from ..words import counted, with_sentence
from .checkpoint import Checkpoint, Mark
from .cursor import WITH_INTEL, Stretch, oldest_first
from .intake import Intake, lookback_start


if TYPE_CHECKING:
    from ..config import PollSettings
    from ..soar.platform import SoarPlatform
    from ..soar.state import StoredCheckpoint
    from ..tanium.clients import Tanium

LONGEST_POLL = 60  # minutes; a poll that takes longer is not left to its work without a word

NOT_SAVED = (
    "{}. SOAR did not save how far the poll has come, so the next poll starts at the same place. "
    + CHECK_STATE
)


class ScheduledPoll:
    def __init__(
        self,
        tanium: Tanium,
        soar: SoarPlatform,
        settings: PollSettings,
        stored: StoredCheckpoint,
        intake: Intake,
    ) -> None:
        self._tanium, self._soar, self._settings = tanium, soar, settings
        self._stored, self._intake = stored, intake
        self._clock = soar.time()
        self._first = Checkpoint.looking_back(lookback_start(self._clock, settings))

    def run(self) -> Output:
        """Ingest page by page, unless another poll of the asset is running."""
        with self._stored.alone() as since:
            if since is not None:
                return self._left_to_another(since)
            self._read_pages()
            following = self._intake.following
            remark = following.update() if following else ""
        output = self._intake.output()
        return output._replace(message=with_sentence(output.message, remark))

    def _left_to_another(self, since: float) -> Output:
        """Raises TaniumError when the other poll takes too long to be at work."""
        minutes = max(0, int(self._soar.time() - since)) // 60
        running = (
            f"Another poll of this asset is still running, since {utc_time(since)}"
            f" ({counted(minutes, 'minute')})"
        )
        if minutes < LONGEST_POLL:
            return Output([], {}, f"{running}; it ingests all new alerts.")
        raise TaniumError(
            f"{running}, so this poll did nothing. Cancel the other poll in SOAR, or end its"
            " process (spawn3) on SOAR's host; the next poll then continues where it was."
        )

    def _read_pages(self) -> None:
        intake = self._intake
        checkpoint = before = self._read_checkpoint()
        for stretch in oldest_first(self._tanium.alerts, checkpoint, expand=WITH_INTEL):
            checkpoint, is_full = self._take(stretch, checkpoint)
            if intake.following:
                intake.following.remember()
            intake.tries_refused_again = not any(map(checkpoint.covers, intake.refused))
            self._save_checkpoint(checkpoint)
            self._soar.stop_if_cancelled(
                f"The poll was cancelled; the next one continues from here. {intake.message}"
            )
            self._soar.passing_progress(f"{intake.message}, up to {utc_time(checkpoint.newest[0])}")
            if is_full:
                self._soar.progress(
                    f"Stopping after {self._settings.max_alerts} alerts, the limit that"
                    " poll_max_alerts sets for each poll"
                )
                return
            if any(_is_passed(mark, before, checkpoint) for mark in intake.refused):
                self._soar.progress(
                    f"{intake.PLATFORM} refused alerts; the next poll tries them again before it"
                    " continues"
                )
                return

    def _take(self, stretch: Stretch, checkpoint: Checkpoint) -> tuple[Checkpoint, bool]:
        """The checkpoint behind what was saved, and whether that was as much as one poll may
        ingest. A cancel ends it early.
        """
        intake = self._intake
        taken: list[Mark] = []  # now or before
        end, is_full = stretch.end, False
        intake.expect(alert for mark, alert in stretch.alerts if not checkpoint.covers(mark))
        for place, (mark, alert) in enumerate(stretch.alerts, stretch.offset):
            if checkpoint.covers(mark):  # pages overlap
                taken.append(mark)
                continue
            if mark in intake.refused:
                continue
            is_full = intake.saved >= self._settings.max_alerts
            if is_full or self._soar.is_cancelled():
                end = place
                break
            intake.take(alert, mark)
            taken.append(mark)
        intake.finish()
        done = [mark for mark in taken if mark not in intake.refused]
        return checkpoint.advanced(done, end, intake.refused, self._clock), is_full

    def _read_checkpoint(self) -> Checkpoint:
        stored = self._stored.read()
        checkpoint = Checkpoint.read(stored)
        days = counted(self._settings.lookback_days, "day")
        if stored is None:
            self._soar.progress(f"No earlier poll of this server: looking back {days}")
        elif checkpoint is None:
            self._soar.progress(
                f"The checkpoint of earlier polls cannot be read: looking back {days}, as in a"
                " first poll"
            )
        return checkpoint.within(self._clock, self._first) if checkpoint else self._first

    def _save_checkpoint(self, checkpoint: Checkpoint) -> None:
        """Save it, unless another run has come further meanwhile, on a platform without locks.
        Raises PlatformError when SOAR did not save it.
        """
        with self._stored.locked():
            try:
                is_saved = self._is_saved(checkpoint)
            except StateUnavailable:
                is_saved = False
        if not is_saved:
            raise PlatformError(NOT_SAVED.format(self._intake.message))

    def _is_saved(self, checkpoint: Checkpoint) -> bool:
        stored = Checkpoint.read(self._stored.read())
        valid = stored and stored.within(self._clock, self._first)
        if valid and (stored == checkpoint or valid.progress > checkpoint.progress):
            return True
        self._stored.write(checkpoint.stored())
        # SOAR reports a failed write in its log only. Every poll would then begin here again, and
        # succeed without ingesting anything.
        return Checkpoint.read(self._stored.read()) != stored


def _is_passed(refused: Mark, before: Checkpoint, now: Checkpoint) -> bool:
    """Whether SOAR refused the alert for the first time, and later ones are done."""
    return any(start < refused < end for start, end in zip(before.progress, now.progress))
