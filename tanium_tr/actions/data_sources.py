# File: data_sources.py
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
"""Connect's data sources and schedules, which data connections are made of."""

from __future__ import annotations

from typing import Annotated

from ..connect_settings.references import DataSourceId
from ..declare import (
    BOOLEAN,
    DATA_CONNECTION_ID,
    DATA_SOURCE_ID,
    NUMERIC,
    SCHEDULE_ID,
    WHOLE,
    Column,
    Output,
    Param,
    action,
)
from ..permissions import CONNECT_READ
from ..services import Services
from ..tanium.connect.references import read_reference


DATA_SOURCE = (
    Column("id", NUMERIC, contains=(DATA_SOURCE_ID,), title="Data Source ID", examples=(1,)),
    Column("name", title="Name", examples=("Threat Response Alerts",)),
    Column("type", title="Type", examples=("threat_response", "event", "saved_question")),
    Column(
        "reference",
        contains=(DATA_SOURCE_ID,),
        title="Reference",
        examples=("threat_response/1", "savedquestions/1"),
    ),
    Column("description", title="Description"),
    Column("savedQuestionId", NUMERIC),
    Column("configuration"),
    Column("columns.*.name"),
    Column("columns.*.type"),
)

SCHEDULE = (
    Column("id", NUMERIC, contains=(SCHEDULE_ID,), title="Schedule ID", examples=(301,)),
    Column(
        "connectionId",
        NUMERIC,
        contains=(DATA_CONNECTION_ID,),
        title="Data Connection ID",
        examples=(1,),
    ),
    Column("intervalSeconds", NUMERIC, title="Interval (Seconds)", examples=(3600,)),
    Column("cron", title="Cron", examples=("30 2 * * mon-fri",)),
    Column("enabled", BOOLEAN, title="Enabled"),
    Column("startTime", title="Start"),
    Column("lastRunTime", title="Last Run"),
    Column("lastRunStatus", title="Last Status", examples=("success",)),
    Column("nextRunTime", title="Next Run"),
    Column("scheduleTimeZone"),
    Column("jobs"),
)


class DataSourceActions:
    def __init__(self, services: Services) -> None:
        self._tanium = services.tanium

    @action(
        read_only=True,
        may_need=(CONNECT_READ,),
        columns=DATA_SOURCE,
        summary=(Column("data_source_count", NUMERIC, examples=(6,)),),
        message="Data sources found: 6",
    )
    def list_data_sources(self) -> Output:
        """List the sources from which data connections can take data."""
        rows = self._tanium.sources.list_data_sources()
        return Output(rows, {"data_source_count": len(rows)}, f"Data sources found: {len(rows)}")

    @action(
        read_only=True,
        may_need=(CONNECT_READ,),
        columns=DATA_SOURCE,
        summary=(WHOLE,),
        message="Data source retrieved",
    )
    def get_data_source(self, data_source_id: DataSourceId) -> Output:
        """Get a data source and its columns."""
        row = self._tanium.sources.get_data_source(read_reference(data_source_id))
        return Output([row], {}, "Data source retrieved")

    @action(
        read_only=True,
        may_need=(CONNECT_READ,),
        columns=SCHEDULE,
        summary=(Column("schedule_count", NUMERIC, examples=(3,)),),
        message="Schedules found: 3",
    )
    def list_schedules(self) -> Output:
        """List the schedules of data connections."""
        rows = self._tanium.sources.list_schedules()
        return Output(rows, {"schedule_count": len(rows)}, f"Schedules found: {len(rows)}")

    @action(
        read_only=True,
        may_need=(CONNECT_READ,),
        columns=SCHEDULE,
        summary=(WHOLE,),
        message="Schedule retrieved",
    )
    def get_schedule(
        self,
        schedule_id: Annotated[
            int, Param("ID of the schedule", contains=(SCHEDULE_ID,), examples=(301,))
        ],
    ) -> Output:
        """Get a schedule of a data connection."""
        return Output([self._tanium.sources.get_schedule(schedule_id)], {}, "Schedule retrieved")
