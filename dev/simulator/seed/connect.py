# File: connect.py
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
"""Destinations, connections and past runs of Connect."""

from __future__ import annotations

from typing import Any, NamedTuple

from dev.simulator.seed.connect_sources import (
    ALERT_SOURCE,
    EVENT_SOURCE,
    SAVED_QUESTION_SOURCE,
    SYSTEM_STATUS_SOURCE,
)


class DestinationSeed(NamedTuple):
    name: str
    type: str
    configuration: dict[str, Any]


CONNECT_DESTINATIONS = (
    DestinationSeed("Nightly export", "file", {"path": "/var/tanium/export/computers.csv"}),
    DestinationSeed(
        "SIEM syslog",
        "syslog",
        {"host": "siem.example.com", "port": 6514, "protocol": "TCP", "useTls": True},
    ),
    DestinationSeed(
        "SOAR webhook",
        "http",
        {
            "url": "https://soar.example.com/webhook/tanium",
            "method": "POST",
            "headers": {"Content-Type": "application/json"},
            "batchSize": 500,
            "timeout": 30,
            "authentication": {
                "type": "header",
                "headerName": "ph-auth-token",
                "secret": "simulator-only-webhook-secret",
            },
        },
    ),
    DestinationSeed(
        "Security mailbox", "email", {"host": "smtp.example.com", "port": 587, "useTls": True}
    ),
    DestinationSeed(
        "Archive bucket", "s3", {"bucket": "example-tanium-archive", "region": "eu-central-1"}
    ),
    DestinationSeed("Reporting database", "sql", {"host": "db.example.com", "port": 1433}),
)
"""They have the ids from 1 on. Nothing of theirs is reachable: the simulator delivers to this
machine only.
"""

CONNECT_CONNECTIONS: tuple[dict[str, Any], ...] = (
    {
        "name": "Alerts to SOAR",
        "description": "New alerts every hour",
        "source": {"id": ALERT_SOURCE.id},
        "destination": {"id": 3},
        "schedule": {"intervalSeconds": 3600},
        "format": {"type": "json", "options": {"generateDocument": False}},
        "logLevel": 30,
    },
    {
        "name": "Events to the SIEM",
        "enabled": False,
        "source": {"id": EVENT_SOURCE.id},
        "destination": {"id": 2},
        "format": {"type": "cef"},
    },
    {
        "name": "Computers for the inventory",
        "source": {"id": SAVED_QUESTION_SOURCE.id},
        "destination": {"id": 1},
        "schedule": {"cron": "30 2 * * mon-fri"},
        "scheduleTimeZone": "Europe/Berlin",
        "format": {"type": "csv", "options": {"delimiter": ";", "headerRow": True}},
        "columns": [
            {"name": "Computer Name", "renameTo": "hostname"},
            {"name": "Count", "valueType": "numeric", "defaultValue": 0},
        ],
        "minimumPassPercentage": 90,
    },
    {
        "name": "System status to the database",
        "enabled": False,
        "source": {"id": SYSTEM_STATUS_SOURCE.id, "type": "system_status"},
        "destination": {"id": 6},
        "schedule": {"intervalSeconds": 86400},
        "filter": {
            "enabled": True,
            "rules": [{"column": "Status", "operator": "equals", "value": "Normal"}],
        },
    },
)
"""They have the ids from 1 on."""


class ConnectLogSeed(NamedTuple):
    """A run of the past, so many hours ago."""

    connection: int
    hours_ago: float
    status: str
    rows: int
    message: str
    seconds: float


CONNECT_LOGS = (
    ConnectLogSeed(3, 54, "success", 11, "11 of 11 rows delivered", 2.4),
    ConnectLogSeed(3, 30, "partial", 6, "6 of 11 rows delivered: no space left on device", 4.0),
    ConnectLogSeed(1, 3, "success", 119, "119 of 119 rows delivered", 3.1),
    ConnectLogSeed(1, 2, "failure", 0, "0 of 120 rows delivered: connect timed out", 30.0),
    ConnectLogSeed(1, 1, "success", 120, "120 of 120 rows delivered", 2.9),
)
"""Oldest first."""
