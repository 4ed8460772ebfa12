# File: polling.py
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
"""Alerts that come in by themselves: SOAR's `on poll`.

A scheduled poll goes on where the last one ended (`poll_cursor` has the place in the list) and
takes what passes the asset's filters when it is first seen. The containers of a page are saved
before the checkpoint is: a run that is killed in between costs the next one a page of containers
that are there already, which SOAR knows by their source ids, and never an alert.

An alert that SOAR refuses does not stop the others. It is not marked as done, so every poll tries
it again and names it in its message, until more than 700 later alerts are done. When SOAR refuses
one for the first time and later ones are done, the poll ends with their page: a short outage of
SOAR costs none, however many follow. A poll of which SOAR took nothing fails.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any, Optional

from ..declare import ALERTS_READ, Output, Param, action
from ..errors import ApiError, NotFoundError, PlatformError, TaskError
from ..ingestion.cases import PRIORITIES, Case, alert_case, guid_of, priority_of
from ..ingestion.cursor import (
    WITH_INTEL,
    Alert,
    Checkpoint,
    Mark,
    Stretch,
    created,
    newest_first,
    oldest_first,
)
from ..services import Services
from ..times import YEAR_10000
from ..words import counted


if TYPE_CHECKING:
    from ..config import PollSettings
    from ..soar.platform import SoarPlatform
    from ..tanium.threat_response import ThreatResponse

DAY = 86400
INTEL_PAGE = 500
EVERY_LABEL = 100_000
GUIDS_AT_ONCE = 50  # what a URL of 2,000 characters has room for
NAMED_AT_MOST = 5
# Seconds that Tanium's clock, by which alerts are created, may be behind SOAR's.
CLOCKS_DIFFER = 15 * 60
NOT_KEPT = (
    "{}. SOAR did not save how far the poll has come, so that the next one begins at the same"
    " place: look whether the disk of SOAR's state folder (local_data/app_states) is full, and"
    " whether SOAR may write there."
)


class PollActions:
    def __init__(self, services: Services) -> None:
        self._threat_response, self._soar, self._checkpoint = (
            services.threat_response,
            services.soar,
            services.checkpoint,
        )
        self._settings, self._console_url = services.config.polling, services.config.console_url

    @action(
        type="ingest",
        read_only=True,
        permissions=(ALERTS_READ,),
        message="Ingested alerts: 12",
    )
    def on_poll(
        self,
        start_time: Annotated[
            Optional[int],
            Param(
                "Start of the time range of a manual poll, in milliseconds since 1970",
                maximum=YEAR_10000 - 1,
            ),
        ] = None,
        end_time: Annotated[
            Optional[int],
            Param(
                "End of the time range of a manual poll, in milliseconds since 1970",
                maximum=YEAR_10000 - 1,
            ),
        ] = None,
        container_id: Annotated[
            Optional[list[str]],
            Param("Comma-separated source ids (guids) of the only alerts to ingest"),
        ] = None,
        container_count: Annotated[
            Optional[int], Param("Maximum number of containers to ingest in a manual poll")
        ] = None,
        artifact_count: Annotated[
            Optional[int], Param("Maximum number of artifacts for each container in a manual poll")
        ] = None,
    ) -> Output:
        """Ingest Threat Response alerts as containers with artifacts.

        A manual poll ingests the newest alerts that pass the filters of the asset, and leaves the
        scheduled polls where they are. Alerts that were asked for by their source ids are ingested
        whatever the filters say.
        """
        intake = Intake(self._threat_response, self._soar, self._settings, self._console_url)
        names = list(filter(None, container_id or ()))
        if not names and not self._soar.is_poll_now():
            return self._poll_by_schedule(intake)
        intake.artifact_count = artifact_count
        alerts = self._named(intake, names) if names else self._newest(intake, start_time, end_time)
        for alert in islice(alerts, container_count):
            self._soar.stop_if_cancelled(f"The poll was cancelled. {intake.message}")
            intake.save(alert)
        return intake.output()

    # By hand

    def _newest(
        self, intake: Intake, start_time: int | None, end_time: int | None
    ) -> Iterable[Alert]:
        since = start_time / 1000 if start_time else self._look_back()
        self._soar.progress(
            f"Looking through the alerts created since {_shown(since)}, the newest first"
        )
        for alert in newest_first(self._threat_response, since):
            self._soar.stop_if_cancelled(f"The poll was cancelled. {intake.message}")
            if end_time and (created(alert) or 0) > end_time / 1000:
                continue
            if alert and intake.is_wanted(alert):
                yield alert

    def _named(self, intake: Intake, names: list[str]) -> Iterable[Alert]:
        wanted = dict.fromkeys(name.lower() for name in names)
        for alert in self._found(list(wanted)):
            meant = wanted.keys() & {guid_of(alert), str(alert.get("id"))}
            if meant:
                for name in meant:
                    del wanted[name]
                yield alert
        if wanted:
            raise TaskError(
                f"Tanium has no alert {', '.join(list(wanted)[:NAMED_AT_MOST])[:300]}."
                f" {intake.message}"
            )

    def _found(self, names: list[str]) -> Iterable[Alert]:
        guids = [name for name in names if not name.isdecimal()]
        for start in range(0, len(guids), GUIDS_AT_ONCE):
            query = [("guid", guid) for guid in guids[start : start + GUIDS_AT_ONCE]]
            yield from self._threat_response.list_alerts(query, limit=INTEL_PAGE, offset=0).rows
        for name in names:
            if name.isdecimal() and len(name) < 20:
                yield from self._by_number(int(name))

    def _by_number(self, alert_id: int) -> list[Alert]:
        """The alert's own id, which is the source id of an alert without a guid."""
        try:
            return [self._threat_response.get_alert(alert_id)]
        except NotFoundError:
            return []

    # By the schedule

    def _poll_by_schedule(self, intake: Intake) -> Output:
        with self._checkpoint.alone() as alone:
            if not alone:
                return Output(
                    [], {}, "Another poll of this asset is under way; it ingests what there is."
                )
            checkpoint = self._stored() or Checkpoint.looking_back(self._look_back())
            seen_before = checkpoint.newest
            for stretch in oldest_first(self._threat_response, checkpoint, WITH_INTEL):
                checkpoint, is_full = self._take(stretch, checkpoint, intake)
                intake.comes_again = not any(map(checkpoint.covers, intake.refused))
                self._keep(checkpoint, intake)
                self._soar.stop_if_cancelled(
                    f"The poll was cancelled; the next one goes on from here. {intake.message}"
                )
                self._soar.passing_progress(
                    f"{intake.message}, up to {_shown(checkpoint.newest[0])}"
                )
                if is_full:
                    self._soar.progress(
                        f"{self._settings.max_alerts} alerts are ingested, as many as"
                        " poll_max_alerts allows a poll"
                    )
                    break
                if any(seen_before < mark < checkpoint.newest for mark in intake.refused):
                    self._soar.progress(
                        "SOAR refused alerts; the next poll tries them again before it goes on"
                    )
                    break
        return intake.output()

    def _take(
        self, stretch: Stretch, checkpoint: Checkpoint, intake: Intake
    ) -> tuple[Checkpoint, bool]:
        """The checkpoint behind what was saved, and whether this was as much as one poll may
        ingest. A cancel ends it early.
        """
        done: list[Mark] = []
        for place, (mark, alert) in enumerate(stretch.alerts, stretch.offset):
            if checkpoint.covers(mark) or mark in intake.refused:  # pages overlap
                continue
            is_full = intake.saved >= self._settings.max_alerts
            if is_full or self._soar.is_cancelled():
                return checkpoint.advanced(done, place, intake.refused), is_full
            if intake.take(alert):
                done.append(mark)
            else:
                intake.refused.add(mark)
        return checkpoint.advanced(done, stretch.end, intake.refused), False

    def _look_back(self) -> float:
        """Where a poll without a checkpoint begins, in seconds since 1970."""
        return self._soar.time() - max(self._settings.lookback_days * DAY, CLOCKS_DIFFER)

    def _stored(self) -> Checkpoint | None:
        stored = self._checkpoint.read()
        checkpoint = Checkpoint.read(stored)
        days = counted(self._settings.lookback_days, "day")
        if stored is None:
            self._soar.progress(f"There is no earlier poll of this server: looking back {days}")
        elif checkpoint is None:
            self._soar.progress(
                f"The checkpoint of the earlier polls cannot be read: looking back {days}, as at"
                " first"
            )
        return checkpoint

    def _keep(self, checkpoint: Checkpoint, intake: Intake) -> None:
        """Save it, unless another run, on a platform without locks, has come further meanwhile.
        Raises PlatformError when SOAR did not.
        """
        with self._checkpoint.locked():
            stored = Checkpoint.read(self._checkpoint.read())
            if stored is None or (stored != checkpoint and stored.newest <= checkpoint.newest):
                self._checkpoint.write(checkpoint.stored())
                # Whether it could, SOAR tells in its log only, and every poll would begin here
                # again, a success that ingests nothing.
                if Checkpoint.read(self._checkpoint.read()) == stored:
                    raise PlatformError(NOT_KEPT.format(intake.message))


class Intake:
    """Makes containers of alerts, with what it learns about their intel once a run, and counts what
    became of them.
    """

    def __init__(
        self,
        threat_response: ThreatResponse,
        soar: SoarPlatform,
        settings: PollSettings,
        console_url: str,
    ) -> None:
        self._threat_response, self._soar = threat_response, soar
        self._settings, self._console_url = settings, console_url
        self._wanted_labels = {label.casefold() for label in settings.labels}
        # By the text of their ids, which some servers write as numbers and some as strings of
        # digits.
        self._intel: dict[str, dict[str, Any]] = {}
        self._intel_read: int | None = 0  # documents read of the list so far, None for all
        self._labels: dict[str, str] | None = None
        self.artifact_count: int | None = None
        self.refused: set[Mark] = set()  # by SOAR, in this poll
        self.comes_again = False  # what is refused, to the next scheduled poll
        self._new = self._known = self._passed_over = 0
        self._refusals: list[str] = []

    @property
    def saved(self) -> int:
        return self._new + self._known

    @property
    def message(self) -> str:
        counts = [
            (self._known, "known before"),
            (self._passed_over, "not wanted by the asset's filters"),
        ]
        parts = [
            f"Ingested alerts: {self._new}",
            *(f"{what}: {number}" for number, what in counts if number),
        ]
        if not self._refusals:
            return ", ".join(parts)
        named = "; ".join(self._refusals[:NAMED_AT_MOST])
        again = ", which the next scheduled poll tries again" if self.comes_again else ""
        return f"{', '.join(parts)}. SOAR refused {len(self._refusals)}{again}: {named}"

    def output(self) -> Output:
        """Raises PlatformError when SOAR took nothing of what it was given."""
        if self._refusals and not self.saved:
            raise PlatformError(self.message)
        return Output([], {}, self.message)

    def take(self, alert: Alert) -> bool:
        """Save the alert if the asset wants it; whether that is settled."""
        if not alert:
            return True
        if not self.is_wanted(alert):
            self._passed_over += 1
            return True
        return self.save(alert)

    def is_wanted(self, alert: Alert) -> bool:
        """By the asset's filters. A state that Tanium does not tell is no reason to leave the alert
        out.
        """
        state = alert.get("state")
        if isinstance(state, str) and state.lower() not in self._settings.states:
            return False
        if PRIORITIES.index(priority_of(alert)) < PRIORITIES.index(self._settings.min_priority):
            return False
        return not self._wanted_labels or any(
            label.casefold() in self._wanted_labels for label in self._labels_of(alert)
        )

    def save(self, alert: Alert) -> bool:
        """Save the alert whatever the filters say; False when SOAR refused it."""
        case = alert_case(alert, self._console_url, self._labels_of(alert))
        try:
            is_new = self._soar.save_case(case.container, case.artifacts[: self.artifact_count])
        except PlatformError as refusal:
            self._refuse(case, str(refusal))
            return False
        if is_new:
            self._new += 1
        else:
            self._known += 1
        return True

    def _refuse(self, case: Case, reason: str) -> None:
        self._refusals.append(f"{case.container['source_data_identifier']} ({reason[:300]})")

    # Intel

    def _look_up(self, alert: Alert) -> None:
        """Put its intel document into an alert that came without, from the list of documents, which
        is read once a run.
        """
        doc_id = alert.get("intelDocId")
        if "intelDoc" in alert or doc_id is None:
            return
        while str(doc_id) not in self._intel and self._intel_read is not None:
            self._read_intel(self._intel_read)
        alert["intelDoc"] = self._intel.get(str(doc_id))

    def _read_intel(self, offset: int) -> None:
        try:
            page = self._threat_response.list_intel(limit=INTEL_PAGE, offset=offset)
        except ApiError as error:
            self._do_without("intel documents", error)
            self._intel_read = None
            return
        known = len(self._intel)
        for doc in page.rows:
            self._intel[str(doc.get("id"))] = {
                name: doc.get(name) for name in ("id", "name", "type", "labelIds", "mitreAttack")
            }
        end = offset + INTEL_PAGE
        # A full page without a new document comes from a server that does not page.
        is_last = (
            len(page.rows) < INTEL_PAGE
            or len(self._intel) == known
            or (page.total is not None and end >= page.total)
        )
        self._intel_read = None if is_last else end

    def _labels_of(self, alert: Alert) -> list[str]:
        self._look_up(alert)
        doc = alert.get("intelDoc")
        ids = doc.get("labelIds") if isinstance(doc, dict) else None
        if not isinstance(ids, list) or not ids:
            return []
        if self._labels is None:
            self._labels = self._read_labels()
        return [self._labels[str(label_id)] for label_id in ids if str(label_id) in self._labels]

    def _read_labels(self) -> dict[str, str]:
        try:
            rows = self._threat_response.list_labels(limit=EVERY_LABEL, offset=0).rows
        except ApiError as error:
            self._do_without("labels", error)
            return {}
        return {str(row.get("id")): row["name"] for row in rows if isinstance(row.get("name"), str)}

    def _do_without(self, what: str, error: ApiError) -> None:
        """Names are worth no alert, but without them the asset's labels would keep out every one."""
        if self._wanted_labels:
            raise error
        self._soar.progress(f"The names of {what} are missing from what is ingested. {error}")


def _shown(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(seconds))
