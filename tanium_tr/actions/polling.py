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
"""SOAR's `on poll` and `on es poll`: alerts that are ingested on a schedule, by hand, or by their
source ids, as containers or as findings of Enterprise Security.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from itertools import islice
from typing import Annotated, NamedTuple, Optional

from ..account.token_expiry import TokenExpiry
from ..declare import Output, Param, action
from ..errors import ListError, PlatformError, TaniumError
from ..ingestion.finding_intake import FindingIntake
from ..ingestion.finding_memory import FindingMemory
from ..ingestion.following import Following
from ..ingestion.intake import Intake, lookback_start
from ..ingestion.manual_poll import ManualPoll
from ..ingestion.scheduled_poll import ScheduledPoll
from ..permissions import ALERTS_READ, INTEL_READ, LABELS_READ
from ..services import Services
from ..soar.enterprise_security import EnterpriseSecurity
from ..soar.state import StateUnavailable
from ..times import YEAR_10000, utc_time
from ..words import with_sentence


EVERY_CONTAINER = 4294967295  # SOAR's number for "no limit", which scheduled polls bring

StartTime = Annotated[
    Optional[int],
    Param(
        "Start of the time range of a manual poll, in milliseconds since 1970",
        maximum=YEAR_10000 - 1,
    ),
]
EndTime = Annotated[
    Optional[int],
    Param(
        "End of the time range of a manual poll, in milliseconds since 1970",
        maximum=YEAR_10000 - 1,
    ),
]


class PollRequest(NamedTuple):
    """What a manual poll is asked for; times in milliseconds since 1970."""

    source_ids: list[str]
    start_time: int | None
    end_time: int | None
    most: int | None


class PollActions:
    """Both actions do the same, once it is known what alerts become."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._security = EnterpriseSecurity(services.soar)
        self._token_expiry = TokenExpiry(services)
        self._tanium, self._soar, self._checkpoint = (
            services.tanium,
            services.soar,
            services.checkpoint,
        )
        self._settings, self._console_url = services.config.polling, services.config.console_url

    @action(
        type="ingest",
        read_only=True,
        permissions=(ALERTS_READ,),
        may_need=(INTEL_READ, LABELS_READ),
        message="Ingested alerts: 12",
    )
    def on_poll(
        self,
        start_time: StartTime = None,
        end_time: EndTime = None,
        container_id: Annotated[
            Optional[list[str]],
            Param("Comma-separated source IDs (guids); only these alerts are ingested"),
        ] = None,
        container_count: Annotated[
            Optional[int], Param("Maximum number of containers to ingest in a manual poll")
        ] = None,
        artifact_count: Annotated[
            Optional[int], Param("Maximum number of artifacts for each container in a manual poll")
        ] = None,
    ) -> Output:
        """Ingest Threat Response alerts as containers with artifacts.

        If the asset is set to ingest findings of Enterprise Security, they become findings instead.

        A manual poll ingests the newest alerts that match the asset's filters, and does not change
        where the scheduled polls continue. Alerts that are requested by their source IDs are
        ingested regardless of the filters.
        """
        asked = PollRequest(
            list(filter(None, container_id or ())), start_time, end_time, container_count
        )
        is_scheduled = not asked.source_ids and not self._soar.is_poll_now()
        if self._ingests_findings():
            return self._create_findings(asked, is_scheduled)
        intake = Intake(self._tanium, self._soar, self._settings, self._console_url)
        intake.artifact_count = None if is_scheduled else artifact_count
        if is_scheduled and self._settings.update_containers:
            intake.following = Following(self._tanium, self._soar, self._services.followed)
        return self._poll(intake, asked, is_scheduled)

    @action(
        type="ingest",
        read_only=True,
        permissions=(ALERTS_READ,),
        may_need=(INTEL_READ, LABELS_READ),
        message="Created findings: 12",
    )
    def on_es_poll(
        self,
        start_time: StartTime = None,
        end_time: EndTime = None,
        container_count: Annotated[
            Optional[int], Param("Maximum number of findings to create in a manual poll")
        ] = None,
    ) -> Output:
        """Ingest Threat Response alerts as findings of Splunk Enterprise Security.

        SOAR itself starts *on poll*, which does the same if the asset is set to ingest findings.
        Each alert gets one finding. Filters and limits are those of *on poll*, and scheduled polls
        continue where the last poll of either kind ended.
        """
        is_scheduled = container_count in (None, EVERY_CONTAINER)
        return self._create_findings(
            PollRequest([], start_time, end_time, container_count), is_scheduled
        )

    def _ingests_findings(self) -> bool:
        """Raises PlatformError when SOAR does not say, and the asset has had findings: as
        containers, its alerts would never become findings.
        """
        try:
            return self._security.is_used()
        except TaniumError as error:
            if self._services.findings.read() is None:
                return False
            raise PlatformError(
                "SOAR did not say whether this asset still ingests findings, so nothing was"
                f" ingested; the next poll tries again. {error}"
            ) from error

    def _create_findings(self, asked: PollRequest, is_scheduled: bool) -> Output:
        with self._services.findings.alone() as since:
            if since is not None:
                raise PlatformError(
                    "Another poll of this asset is creating findings, since"
                    f" {utc_time(since)}. Poll again when it has ended."
                )
            memory = FindingMemory(self._services.findings, self._soar.time())
            intake = FindingIntake(self._services, self._security, memory)
            intake.creates_doubtful = bool(asked.source_ids)
            try:
                return self._poll(intake, asked, is_scheduled)
            except Exception:
                with suppress(StateUnavailable):
                    memory.keep()
                raise

    def _poll(self, intake: Intake, asked: PollRequest, is_scheduled: bool) -> Output:
        try:
            if is_scheduled:
                output = ScheduledPoll(
                    self._tanium, self._soar, self._settings, self._checkpoint, intake
                ).run()
                warning = self._token_expiry.daily_warning()
                return output._replace(message=with_sentence(output.message, warning))
            return self._poll_now(intake, asked)
        except ListError as error:
            intake.finish()
            raise ListError(f"{error} {intake.message}") from error

    def _poll_now(self, intake: Intake, asked: PollRequest) -> Output:
        poll = ManualPoll(self._tanium, self._soar, intake)
        since = (
            asked.start_time / 1000
            if asked.start_time
            else lookback_start(self._soar.time(), self._settings)
        )
        until = asked.end_time / 1000 if asked.end_time else None
        alerts = (
            poll.named_alerts(asked.source_ids)
            if asked.source_ids
            else poll.newest_alerts(since, until)
        )
        # No larger number can be counted to.
        most = None if asked.most is None else min(asked.most, sys.maxsize)
        for alert in islice(alerts, most):
            self._soar.stop_if_cancelled(intake.cancelled_message)
            intake.save(alert)
        intake.finish()
        return intake.output()
