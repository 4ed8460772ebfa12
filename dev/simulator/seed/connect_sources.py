# File: connect_sources.py
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
"""The sources of Connect and their columns."""

from __future__ import annotations

from typing import NamedTuple


CONSOLE = "https://tanium.example.com"
"""What the links in alerts that Connect sends begin with."""


class SourceSeed(NamedTuple):
    """A source of Connect; `columns` are names with their types."""

    id: int
    name: str
    type: str
    description: str
    columns: dict[str, str]
    saved_question: int | None = None


ALERT_SOURCE = SourceSeed(
    1,
    "Threat Response Alerts",
    "threat_response",
    "Every alert with its match details",
    {
        "Alert Id": "string",
        "Timestamp": "datetime",
        "Computer Name": "string",
        "Computer IP": "string",
        "Intel Id": "numeric",
        "Intel Type": "string",
        "Intel Name": "string",
        "Intel Labels": "string",
        "Match Details": "string",
        "MITRE Techniques": "string",
        "Impact Score": "numeric",
        "Link": "string",
        "EID": "numeric",
        "IntelSource": "string",
    },
)
EVENT_SOURCE = SourceSeed(
    2,
    "Threat Response Events",
    "event",
    "One row per event, at the moment it happens",
    {
        "Event Id": "string",
        "Event Name": "string",
        "Timestamp": "datetime",
        "Computer Name": "string",
        "Computer IP": "string",
        "Priority": "string",
        "Severity": "string",
        "User Name": "string",
        "User Domain": "string",
        "User Id": "string",
        "Other Parameters": "string",
    },
)
AUDIT_SOURCE = SourceSeed(
    3,
    "Threat Response Audit",
    "threat_response",
    "Who made which direct connection",
    {
        "id": "numeric",
        "table": "string",
        "rowId": "numeric",
        "revision": "numeric",
        "state": "string",
        "userId": "numeric",
        "userName": "string",
        "action": "string",
        "createdAt": "datetime",
        "updatedAt": "datetime",
    },
)
SAVED_QUESTION_SOURCE = SourceSeed(
    4,
    "Registered computers",
    "saved_question",
    "Get Computer Name and IP Address and Operating System from all machines",
    {
        "Computer Name": "string",
        "IP Address": "string",
        "Operating System": "string",
        "Count": "numeric",
    },
    saved_question=1180,
)
SYSTEM_STATUS_SOURCE = SourceSeed(
    5,
    "System Status",
    "system_status",
    "Every computer that has registered",
    {
        "Host Name": "string",
        "Computer ID": "string",
        "IP Address": "string",
        "Status": "string",
        "Version": "string",
        "Last Registration": "datetime",
    },
)
EMPTY_SOURCE = SourceSeed(
    6,
    "Unmanaged interfaces",
    "discover",
    "There are none",
    {"MAC Address": "string", "IP Address": "string"},
)
SEEN_SOURCE = SourceSeed(
    7,
    "Computers as Discover sees them",
    "discover",
    "Who uses which computer, and since when",
    {
        "TaniumComputerId": "string",
        "Computer Name": "string",
        "User": "string",
        "StartTime": "datetime",
        "InsertTime": "datetime",
        "LastRegistration": "datetime",
    },
)
CONNECT_SOURCES = (
    ALERT_SOURCE,
    EVENT_SOURCE,
    AUDIT_SOURCE,
    SAVED_QUESTION_SOURCE,
    SYSTEM_STATUS_SOURCE,
    EMPTY_SOURCE,
    SEEN_SOURCE,
)
