# File: connect_vendor.py
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
"""Connect's sources and destinations as its vendor sorts them: a collection for each type."""

from __future__ import annotations

from typing import Any

from dev.simulator.seed.connect_sources import (
    ALERT_SOURCE,
    AUDIT_SOURCE,
    EMPTY_SOURCE,
    EVENT_SOURCE,
    SAVED_QUESTION_SOURCE,
    SEEN_SOURCE,
    SYSTEM_STATUS_SOURCE,
    SourceSeed,
)


EVENTS = ("detect.match", "detect.unmatch")
EVENT_SENDER = "Threat Response"

_LOG_COLUMNS = {"Time": "datetime", "User": "string", "Text": "string"}

SOURCE_COLLECTIONS = {
    "savedquestions": SAVED_QUESTION_SOURCE,
    "events": EVENT_SOURCE,
    "actionlogs": SourceSeed(0, "Action Log", "question_log", "There are none", _LOG_COLUMNS),
    "questionlogs": SourceSeed(0, "Question Log", "question_log", "There are none", _LOG_COLUMNS),
    "systemstatuses": SYSTEM_STATUS_SOURCE,
    "serverinformations": SourceSeed(
        0,
        "Server Information",
        "system_status",
        "There is none",
        {"Name": "string", "Value": "string"},
    ),
    "pluginConfigurations/threat-response/alerts": ALERT_SOURCE,
    "pluginConfigurations/threat-response/audits": AUDIT_SOURCE,
    "pluginConfigurations/discover/interfaces": EMPTY_SOURCE,
    "pluginConfigurations/discover/computers": SEEN_SOURCE,
}
"""What a source of each collection is like: its columns, and where its rows come from."""

SOURCE_ARGUMENTS: dict[int, dict[str, Any]] = {
    EVENT_SOURCE.id: {"source": EVENT_SENDER, "events": [*EVENTS]},
    SAVED_QUESTION_SOURCE.id: {
        "savedQuestionName": SAVED_QUESTION_SOURCE.name,
        "flatten": False,
        "hideErrors": False,
        "hideNoResults": False,
        "percentComplete": 85,
    },
    ALERT_SOURCE.id: {"config": {"states": ["unresolved"]}},
}
"""By the id that the other dialect knows."""

DESTINATION_COLLECTIONS = {
    "https": "http",
    "sockets": "syslog",
    "files": "file",
    "smtps": "email",
    "sqlservers": "sql",
    "databases": "sql",
    "elasticsearches": "elasticsearch",
    "pluginConfigurations/connect/s3": "s3",
}
"""With the type that the other dialect knows."""

_SOCKETS = ("splunk", "arcsight", "qradar", "logrhythm", "mcafee", "socket")
DESTINATION_TYPES = {
    "https": ("http",),
    "sockets": _SOCKETS,
    "files": ("file",),
    "smtps": ("email",),
    "sqlservers": ("sqlserver",),
    "databases": ("sqlserver",),
    "elasticsearches": ("elasticsearch",),
}
"""The values of `destinationType` that may go with a collection; with a plug-in's, any."""

DESTINATION_MEMBERS: dict[int, dict[str, Any]] = {
    2: {"trustOnFirstUse": False},
    4: {
        "emailFrom": "tanium@example.com",
        "emailTo": "soc@example.com",
        "emailSubject": "Tanium Connect",
        "compressionType": "None",
        "useAuthentication": False,
    },
    6: {
        "username": "tanium",
        "password": "simulator-only-database-secret",
        "database": "reports",
        "schema": "dbo",
        "table": "status",
        "encrypt": True,
    },
}
"""What the other dialect does not know of the destinations with these ids."""
