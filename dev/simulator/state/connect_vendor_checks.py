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


Row = dict[str, Any]

TYPES = (
    *("elasticsearch", "email", "file", "arcsight", "qradar", "logrhythm", "mcafee", "socket"),
    *("splunk", "sqlserver", "http"),
)
ACTIONS = ("Run", "Stop", "Enable", "Disable", "Delete", "Take Ownership")

_TEXT = {"type": "string"}
_FLAG = {"type": "boolean"}
_NAME = {"type": "string", "pattern": r"\S"}
_COUNT = {"type": "integer", "minimum": 0}
_LEVEL = {"enum": [10, 20, 30, 40, 50, 60]}
_SECRET = {"type": ["string", "null"]}
_ADDRESSES = {"anyOf": [_NAME, {"type": "array", "items": _NAME, "minItems": 1}]}


def _object(properties: Row, *required: str) -> Row:
    return {"type": "object", "properties": properties, "required": list(required)}


_STREAMS = {
    "type": "array",
    "items": _object({"route": _NAME, "arguments": {"type": "object"}}, "route", "arguments"),
}
_MEMBERS = {
    "name": _NAME,
    "description": _TEXT,
    "enabled": _FLAG,
    "personaId": {"type": ["integer", "null"]},
    "destinationType": {"enum": list(TYPES)},
    "schedule": {"type": ["string", "null"]},
    "scheduleTimeZone": _NAME,
    "logLevel": _LEVEL,
    "tempLogLevel": {"enum": [*_LEVEL["enum"], 0, None]},
    "tempLogLevelRuns": {"type": ["integer", "null"], "minimum": 0, "maximum": 24},
    "minimumPassPercentage": {"type": "number", "minimum": 0, "maximum": 100},
    "maxOldSpaceSize": {"type": "number", "exclusiveMinimum": 0},
}
_REQUIRED = (
    *("name", "destinationType", "schedule", "scheduleTimeZone", "streams"),
    *("tempLogLevel", "tempLogLevelRuns", "maxOldSpaceSize"),
)
DEFINITION = _object({**_MEMBERS, "streams": _STREAMS}, *_REQUIRED)
CREATION = _object({**_MEMBERS, "streams": {"type": "array", "items": _NAME}}, *_REQUIRED)
BULK_ACTION = _object(
    {
        "action": {"enum": list(ACTIONS)},
        "connectionIds": {"type": "array", "items": {"type": "integer"}},
    },
    *("action", "connectionIds"),
)
EVENT = _object({"Data": {"type": "array", "items": {"type": "object"}}}, "Data")

_PORT = {"anyOf": [{"type": "integer", "minimum": 1, "maximum": 65535}, {"pattern": "^[0-9]+$"}]}
_ARGUMENTS = {
    "destinations/https": _object(
        {
            "name": _NAME,
            "url": {"type": "string", "pattern": r"^https?://[^/\s]"},
            "method": {"enum": ["POST", "PUT"]},
            "headers": {"type": "array", "items": {"type": "object"}},
            "useAuthentication": _SECRET,
            **dict.fromkeys(("username", "password", "authHeader", "secret"), _SECRET),
            "batchSize": _COUNT,
            "batchSizeBytes": _COUNT,
            "connectionTimeout": {"type": "number", "exclusiveMinimum": 0},
            "trustOnFirstUse": _FLAG,
            "cert": _SECRET,
        },
        *("name", "url"),
    ),
    "destinations/sockets": _object(
        {
            "name": _NAME,
            "host": _NAME,
            "port": _PORT,
            "protocol": {"enum": ["TCP", "UDP"]},
            "secure": _FLAG,
            "trustOnFirstUse": _FLAG,
        },
        *("name", "host", "port"),
    ),
    "destinations/smtps": _object(
        {
            "name": _NAME,
            "host": _NAME,
            "port": _PORT,
            "emailFrom": _NAME,
            "emailTo": _ADDRESSES,
            "compressionType": {"enum": ["None", "GZip", "Zip"]},
            "secure": _FLAG,
        },
        *("name", "host", "port", "emailFrom", "emailTo"),
    ),
    "destinations/sqlservers": _object(
        {
            **dict.fromkeys(("server", "username", "database", "schema", "table"), _NAME),
            "password": _TEXT,
            "batchSize": _COUNT,
            "encrypt": _FLAG,
            "validateServerCertificate": _FLAG,
        },
        *("server", "username", "password", "database", "schema", "table"),
    ),
    "sources/events": _object(
        {"source": _NAME, "events": {"type": "array", "items": _NAME, "minItems": 1}},
        *("source", "events"),
    ),
    "sources/savedquestions": _object({"savedQuestionName": _NAME}),
    "filters/regexes": _object({"columnName": _NAME, "regex": _TEXT}, "columnName", "regex"),
    "formats/columns": _object({"columns": {"type": "array", "items": _object({"name": _NAME})}}),
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
