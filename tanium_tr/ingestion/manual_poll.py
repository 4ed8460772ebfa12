# File: manual_poll.py
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
"""The manual poll: the newest alerts, or those with given source ids. It leaves the checkpoint of
the scheduled polls alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..errors import NotFoundError, TaskError
from ..numbers import id_in_text
from ..times import utc_time
from .cases import guid_of
from .cursor import Alert, created, newest_first
from .intake import MOST_NAMED, Intake


if TYPE_CHECKING:
    from ..soar.platform import SoarPlatform
    from ..tanium.clients import Tanium

LONGEST_LIST = 300  # characters of ids in a message


class ManualPoll:
    """Finds the alerts to ingest; `intake` knows the asset's filters."""

    def __init__(self, tanium: Tanium, soar: SoarPlatform, intake: Intake) -> None:
        self._tanium, self._soar, self._intake = tanium, soar, intake

    def newest_alerts(self, since: float, until: float | None) -> Iterable[Alert]:
        """Wanted alerts created within these seconds since 1970, the newest first. Those that are
        dated in the future come last: they would be the newest for as long as they exist.
        """
        self._soar.progress(f"Searching the alerts created since {utc_time(since)}, newest first")
        is_future, has_future = self._intake.future.is_future, False
        for alert in self._created(since, until):
            if is_future(created(alert)):
                has_future = True
            else:
                yield alert
        if has_future:
            yield from (each for each in self._created(since, until) if is_future(created(each)))

    def _created(self, since: float, until: float | None) -> Iterable[Alert]:
        for alert in newest_first(self._tanium.alerts, since):
            self._soar.stop_if_cancelled(self._intake.cancelled_message)
            if until and (created(alert) or 0) > until:
                continue
            if alert and self._intake.is_wanted(alert):
                yield alert

    def named_alerts(self, source_ids: list[str]) -> Iterable[Alert]:
        """The alerts with these source ids, wanted or not. Raises TaskError, once the others are
        taken, for those that Tanium does not have.
        """
        missing = dict.fromkeys(source_id.lower() for source_id in source_ids)
        for alert in self._find(list(missing)):
            found = missing.keys() & {guid_of(alert), str(alert.get("id"))}
            if found:
                for source_id in found:
                    del missing[source_id]
                yield alert
        if missing:
            self._intake.finish()
            listed = ", ".join(list(missing)[:MOST_NAMED])[:LONGEST_LIST]
            raise TaskError(f"Tanium has no alert {listed}. {self._intake.message}")

    def _find(self, source_ids: list[str]) -> Iterable[Alert]:
        numbers = {source_id: id_in_text(source_id) for source_id in source_ids}
        guids = [source_id for source_id, number in numbers.items() if number is None]
        for rows in self._tanium.alerts.pages_by_guid(guids):
            self._intake.expect(rows)
            yield from rows
        for number in numbers.values():
            if number is not None:
                yield from self._find_by_number(number)

    def _find_by_number(self, alert_id: int) -> list[Alert]:
        """By the alert's own id, which is the source id of an alert without a guid."""
        try:
            return [self._tanium.alerts.get_alert(alert_id)]
        except NotFoundError:
            return []
