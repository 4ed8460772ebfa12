# File: connect_vendor_checks.py
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
"""What Connect takes in its vendor's dialect, strict about the members that are required. Members
that the description does not list pass.
"""

from __future__ import annotations

from typing import Any

from dev.simulator.errors import Rejected
from dev.simulator.state.connect_checks import check
from dev.simulator.state.json_shapes import FLAG, LOG_LEVEL, NAME, TEXT, object_of


Row = dict[str, Any]

TYPES = (
    *("elasticsearch", "email", "file", "arcsight", "qradar", "logrhythm", "mcafee", "socket"),
    *("splunk", "sqlserver", "http"),
)
ACTIONS = ("Run", "Stop", "Enable", "Disable", "Delete", "Take Ownership")

_COUNT = {"type": "integer", "minimum": 0}
_SECRET = {"type": ["string", "null"]}
_ADDRESSES = {"anyOf": [NAME, {"type": "array", "items": NAME, "minItems": 1}]}


_STREAMS = {
    "type": "array",
    "items": object_of({"route": NAME, "arguments": {"type": "object"}}, "route", "arguments"),
}
_MEMBERS = {
    "name": NAME,
    "description": TEXT,
    "enabled": FLAG,
    "personaId": {"type": ["integer", "null"]},
    "destinationType": {"enum": list(TYPES)},
    "schedule": {"type": ["string", "null"]},
    "scheduleTimeZone": NAME,
    "logLevel": LOG_LEVEL,
    "tempLogLevel": {"enum": [*LOG_LEVEL["enum"], 0, None]},
    "tempLogLevelRuns": {"type": ["integer", "null"], "minimum": 0, "maximum": 24},
    "minimumPassPercentage": {"type": "number", "minimum": 0, "maximum": 100},
    "maxOldSpaceSize": {"type": "number", "exclusiveMinimum": 0},
}
_REQUIRED = (
    *("name", "destinationType", "schedule", "scheduleTimeZone", "streams"),
    *("tempLogLevel", "tempLogLevelRuns", "maxOldSpaceSize"),
)
DEFINITION = object_of({**_MEMBERS, "streams": _STREAMS}, *_REQUIRED)
CREATION = object_of({**_MEMBERS, "streams": {"type": "array", "items": NAME}}, *_REQUIRED)
BULK_ACTION = object_of(
    {
        "action": {"enum": list(ACTIONS)},
        "connectionIds": {"type": "array", "items": {"type": "integer"}},
    },
    *("action", "connectionIds"),
)
EVENT = object_of({"Data": {"type": "array", "items": {"type": "object"}}}, "Data")

_PORT = {"anyOf": [{"type": "integer", "minimum": 1, "maximum": 65535}, {"pattern": "^[0-9]+$"}]}
_ARGUMENTS = {
    "destinations/https": object_of(
        {
            "name": NAME,
            "url": {"type": "string", "pattern": r"^https?://[^/\s]"},
            "method": {"enum": ["POST", "PUT"]},
            "headers": {"type": "array", "items": {"type": "object"}},
            "useAuthentication": _SECRET,
            **dict.fromkeys(("username", "password", "authHeader", "secret"), _SECRET),
            "batchSize": _COUNT,
            "batchSizeBytes": _COUNT,
            "connectionTimeout": {"type": "number", "exclusiveMinimum": 0},
            "trustOnFirstUse": FLAG,
            "cert": _SECRET,
        },
        *("name", "url"),
    ),
    "destinations/sockets": object_of(
        {
            "name": NAME,
            "host": NAME,
            "port": _PORT,
            "protocol": {"enum": ["TCP", "UDP"]},
            "secure": FLAG,
            "trustOnFirstUse": FLAG,
        },
        *("name", "host", "port"),
    ),
    "destinations/smtps": object_of(
        {
            "name": NAME,
            "host": NAME,
            "port": _PORT,
            "emailFrom": NAME,
            "emailTo": _ADDRESSES,
            "compressionType": {"enum": ["None", "GZip", "Zip"]},
            "secure": FLAG,
        },
        *("name", "host", "port", "emailFrom", "emailTo"),
    ),
    "destinations/sqlservers": object_of(
        {
            **dict.fromkeys(("server", "username", "database", "schema", "table"), NAME),
            "password": TEXT,
            "batchSize": _COUNT,
            "encrypt": FLAG,
            "validateServerCertificate": FLAG,
        },
        *("server", "username", "password", "database", "schema", "table"),
    ),
    "sources/events": object_of(
        {"source": NAME, "events": {"type": "array", "items": NAME, "minItems": 1}},
        *("source", "events"),
    ),
    "sources/savedquestions": object_of({"savedQuestionName": NAME}),
    "filters/regexes": object_of({"columnName": NAME, "regex": TEXT}, "columnName", "regex"),
    "formats/columns": object_of(
        {"columns": {"type": "array", "items": object_of({"name": NAME})}}
    ),
}


def check_arguments(part: str, arguments: Row) -> None:
    """Rejects arguments that `part` (`destinations/https`) does not take, or lacks."""
    check(arguments, _ARGUMENTS.get(part, {"type": "object"}))


def check_type(destination_type: str, allowed: tuple[str, ...], collection: str) -> None:
    if allowed and destination_type not in allowed:
        raise Rejected(
            400,
            f"destinationType: '{destination_type}' does not go with destinations/{collection}",
            listed=True,
        )
