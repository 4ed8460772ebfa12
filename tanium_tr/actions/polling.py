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

from itertools import islice

from ..declare import NUMERIC, Output, Param, action
from ..ingestion.intake import Intake, lookback_start
from ..ingestion.manual_poll import ManualPoll
from ..ingestion.scheduled_poll import ScheduledPoll
from ..services import Services
from ..times import YEAR_10000


class PollActions:
    def __init__(self, services: Services) -> None:
        self._threat_response, self._soar, self._checkpoint = (
            services.threat_response,
            services.soar,
            services.checkpoint,
        )
        self._settings, self._console_url = services.config.polling, services.config.console_url

    @action(
        "Ingest Threat Response alerts as containers with artifacts",
        type="ingest",
        read_only=True,
        params={
            "start_time": Param(
                "Start of the time range of a manual poll, in milliseconds since 1970",
                NUMERIC,
                maximum=YEAR_10000 - 1,
            ),
            "end_time": Param(
                "End of the time range of a manual poll, in milliseconds since 1970",
                NUMERIC,
                maximum=YEAR_10000 - 1,
            ),
            "container_id": Param(
                "Comma-separated source ids (guids) of the only alerts to ingest", many=True
            ),
            "container_count": Param(
                "Maximum number of containers to ingest in a manual poll", NUMERIC
            ),
            "artifact_count": Param(
                "Maximum number of artifacts for each container in a manual poll", NUMERIC
            ),
        },
        message="Ingested alerts: 12",
        verbose=(
            "This action requires the 'threat response alerts read' permission. A manual poll"
            " ingests the newest alerts that pass the filters of the asset, and leaves the"
            " scheduled polls where they are. Alerts that were asked for by their source ids are"
            " ingested whatever the filters say."
        ),
    )
    def on_poll(
        self,
        start_time: int | None,
        end_time: int | None,
        container_id: list[str] | None,
        container_count: int | None,
        artifact_count: int | None,
    ) -> Output:
        """Ingest by the schedule, by hand, or the named alerts only."""
        intake = Intake(self._threat_response, self._soar, self._settings, self._console_url)
        source_ids = list(filter(None, container_id or ()))
        if not source_ids and not self._soar.is_poll_now():
            return ScheduledPoll(
                self._threat_response, self._soar, self._settings, self._checkpoint, intake
            ).run()
        intake.artifact_count = artifact_count
        poll = ManualPoll(self._threat_response, self._soar, intake)
        since = (
            start_time / 1000 if start_time else lookback_start(self._soar.time(), self._settings)
        )
        until = end_time / 1000 if end_time else None
        alerts = poll.named_alerts(source_ids) if source_ids else poll.newest_alerts(since, until)
        for alert in islice(alerts, container_count):
            self._soar.stop_if_cancelled(intake.cancelled_message)
            intake.save(alert)
        return intake.output()
