# File: connection_logs.py
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
"""The logs of runs of data connections."""

from __future__ import annotations

from typing import Any

from .declare import DATA_CONNECTION_ID, NUMERIC, Column
from .times import seconds


STATUSES = ("success", "failure", "partial")


LOG = (
    Column("id", NUMERIC, title="Log ID", examples=(17,)),
    Column(
        "connectionId",
        NUMERIC,
        contains=(DATA_CONNECTION_ID,),
        title="Data Connection ID",
        examples=(1,),
    ),
    Column("connectionName", title="Data Connection", examples=("Alerts to SOAR",)),
    Column("status", title="Status", examples=STATUSES),
    Column("rowCount", NUMERIC, title="Rows", examples=(120,)),
    Column("message", title="Message", examples=("120 of 120 rows delivered",)),
    Column("startTime", title="Started", examples=("2026-01-15T01:25:34.002Z",)),
    Column("endTime", title="Ended"),
    Column("duration", NUMERIC, title="Duration (ms)", examples=(2900,)),
)


def started_at(log: dict[str, Any]) -> float:
    """When a run began, in seconds since 1970; 0 where its log does not tell."""
    return seconds(log.get("startTime")) or 0
