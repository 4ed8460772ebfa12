# File: intake.py
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
"""Alerts on their way into SOAR: the asset's filters, saving, and the counts of a poll."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..config import PRIORITIES
from ..declare import Output
from ..errors import PlatformError
from ..words import printable
from .cases import Case, alert_case, guid_of, priority_of
from .checkpoint import Mark
from .cursor import Alert, created
from .future_dates import CLOCK_SKEW, FutureDates
from .intel import IntelNames


if TYPE_CHECKING:
    from ..config import PollSettings
    from ..soar.platform import SoarPlatform
    from ..tanium.clients import Tanium
    from .following import Following

DAY = 86400
MOST_NAMED = 5  # alerts in a message
LONGEST_REASON = 300


class Intake:
    """Makes containers of alerts, and counts what becomes of them."""

    # The words of its message.
    INGESTED, KNOWN, PLATFORM = "Ingested alerts", "already in SOAR", "SOAR"
    HAS_PARTS = True  # what an alert tells of is saved, too

    def __init__(
        self,
        tanium: Tanium,
        soar: SoarPlatform,
        settings: PollSettings,
        console_url: str,
    ) -> None:
        self._soar, self._settings, self._console_url = soar, settings, console_url
        self._wanted_labels = {label.casefold() for label in settings.labels}
        self._intel = IntelNames(tanium, soar, required=bool(self._wanted_labels))
        self.artifact_count: int | None = None
        self.following: Following | None = None
        self.refused: set[Mark] = set()  # by SOAR, in this poll
        self.tries_refused_again = False  # the next scheduled poll does
        self._new = self._known = self._skipped = 0
        self._refusals: list[str] = []
        self.future = FutureDates(soar.time())

    @property
    def saved(self) -> int:
        return self._new + self._known

    @property
    def message(self) -> str:
        counts = [
            (self._known, self.KNOWN),
            (self._skipped, "skipped by the asset's filters"),
        ]
        parts = [
            f"{self.INGESTED}: {self._new}",
            *(f"{what}: {number}" for number, what in counts if number),
        ]
        future = f". {self.future.remark.rstrip('.')}" if self.future.remark else ""
        if not self._refusals:
            return ", ".join(parts) + future
        named = "; ".join(self._refusals[:MOST_NAMED])
        again = ", which the next scheduled poll tries again" if self.tries_refused_again else ""
        refused = f"{self.PLATFORM} refused {len(self._refusals)}{again}: {named}"
        return f"{', '.join(parts)}{future}. {refused}"

    @property
    def cancelled_message(self) -> str:
        return f"The poll was cancelled. {self.message}"

    def output(self) -> Output:
        """Raises PlatformError when SOAR refused everything."""
        if self._refusals and not self.saved:
            raise PlatformError(self.message)
        return Output([], {}, self.message)

    def expect(self, alerts: Iterable[Alert]) -> None:
        """Prepare for saving these alerts, most of which come next."""
        self._soar.expect_cases(list(filter(None, map(guid_of, alerts))))

    def take(self, alert: Alert, mark: Mark) -> None:
        """Save the alert if the asset wants it; its mark is among `refused` when SOAR did not."""
        if alert and self.is_wanted(alert):
            self.save(alert, mark)
        elif alert:
            self._skipped += 1

    def is_wanted(self, alert: Alert) -> bool:
        """Whether the alert passes the asset's filters. An alert without a state passes the filter
        of states.
        """
        state = alert.get("state")
        if isinstance(state, str) and state.lower() not in self._settings.states:
            return False
        if PRIORITIES.index(priority_of(alert)) < PRIORITIES.index(self._settings.min_priority):
            return False
        return not self._wanted_labels or any(
            label.casefold() in self._wanted_labels for label in self._intel.labels_of(alert)
        )

    def save(self, alert: Alert, mark: Mark | None = None) -> None:
        """Save the alert whatever the filters say."""
        case = self._case(alert)
        try:
            is_new = self._soar.save_case(case.container, case.artifacts[: self.artifact_count])
        except PlatformError as refusal:
            self._note_refusal(case, str(refusal), mark)
            return
        self.future.note(created(alert))
        if self.following:
            self.following.note(alert)
        if is_new:
            self._new += 1
        else:
            self._known += 1

    def finish(self) -> None:
        """Whatever was to be saved is saved now, or refused."""

    def _case(self, alert: Alert) -> Case:
        labels = self._intel.labels_of(alert)
        return alert_case(alert, self._console_url, labels, has_parts=self.HAS_PARTS)

    def _note_refusal(self, case: Case, reason: str, mark: Mark | None) -> None:
        if mark is not None:
            self.refused.add(mark)
        source_id = case.container["source_data_identifier"]
        self._refusals.append(f"{printable(source_id)} ({printable(reason, LONGEST_REASON)})")


def lookback_start(now: float, settings: PollSettings) -> float:
    """Where a poll without a checkpoint begins, in seconds since 1970."""
    return now - max(settings.lookback_days * DAY, CLOCK_SKEW)
