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
"""SOAR's `on poll`: alerts that are ingested on a schedule, by hand, or by their source ids."""

from __future__ import annotations

import sys
from itertools import islice
from typing import Annotated, Optional

from ..declare import ALERTS_READ, Output, Param, action
from ..errors import ListError
from ..ingestion.intake import Intake, lookback_start
from ..ingestion.manual_poll import ManualPoll
from ..ingestion.scheduled_poll import ScheduledPoll
from ..services import Services
from ..times import YEAR_10000


class PollActions:
    def __init__(self, services: Services) -> None:
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

        A manual poll ingests the newest alerts that match the asset's filters, and does not change
        where the scheduled polls continue. Alerts that are requested by their source IDs are
        ingested regardless of the filters.
        """
        intake = Intake(self._tanium, self._soar, self._settings, self._console_url)
        source_ids = list(filter(None, container_id or ()))
        try:
            if not source_ids and not self._soar.is_poll_now():
                return ScheduledPoll(
                    self._tanium, self._soar, self._settings, self._checkpoint, intake
                ).run()
            intake.artifact_count = artifact_count
            return self._poll_now(intake, source_ids, start_time, end_time, container_count)
        except ListError as error:
            raise ListError(f"{error} {intake.message}") from error

    def _poll_now(
        self,
        intake: Intake,
        source_ids: list[str],
        start_time: int | None,
        end_time: int | None,
        container_count: int | None,
    ) -> Output:
        poll = ManualPoll(self._tanium, self._soar, intake)
        since = (
            start_time / 1000 if start_time else lookback_start(self._soar.time(), self._settings)
        )
        until = end_time / 1000 if end_time else None
        alerts = poll.named_alerts(source_ids) if source_ids else poll.newest_alerts(since, until)
        # No larger number can be counted to.
        most = None if container_count is None else min(container_count, sys.maxsize)
        for alert in islice(alerts, most):
            self._soar.stop_if_cancelled(intake.cancelled_message)
            intake.save(alert)
        return intake.output()
