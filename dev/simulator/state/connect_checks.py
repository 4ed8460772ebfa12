# File: connect_checks.py
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
"""What Connect takes: the schemas of its OpenAPI file, and the settings beside them that only its
user guide knows.
"""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from dev.simulator.errors import Rejected
from dev.simulator.state.json_shapes import FLAG, LOG_LEVEL, NAME, TEXT, object_of


Row = dict[str, Any]

SOURCE_TYPES = (
    "saved_question",
    "question_log",
    "system_status",
    "event",
    "discover",
    "integrity_monitor",
    "threat_response",
)
DESTINATION_TYPES = ("file", "syslog", "http", "email", "s3", "sql")
FORMAT_TYPES = ("csv", "json", "cef", "leef", "keyvalue")
METHODS = ("POST", "PUT", "PATCH")
OVERRIDE_RUNS = 24
MEMORY_CEILING = 8
"""GB for all running connections together."""

_WHOLE = {"type": "integer"}
_HEADER_NAME = {"type": "string", "pattern": r"^[\w!#$%&'*+.^`|~-]+$"}

_NEEDED_BY_TYPE = {"file": "path", "syslog": "host", "http": "url", "s3": "bucket", "sql": "host"}
_NEEDED_BY_AUTHENTICATION = {
    "basic": ["userName", "password"],
    "header": ["headerName", "secret"],
    "ibm_iam": ["apiKey"],
}


def _where(name: str, value: str, then: Row) -> Row:
    return {"if": object_of({name: {"const": value}}, name), "then": then}


AUTHENTICATION = {
    **object_of(
        {
            "type": {"enum": ["none", *_NEEDED_BY_AUTHENTICATION]},
            **dict.fromkeys(("userName", "password", "secret", "apiKey"), NAME),
            "headerName": _HEADER_NAME,
        },
        "type",
    ),
    "allOf": [
        _where("type", kind, {"required": names})
        for kind, names in _NEEDED_BY_AUTHENTICATION.items()
    ],
}

CONFIGURATION = object_of(
    {
        **dict.fromkeys(("host", "protocol", "path", "bucket", "region"), NAME),
        "port": {"type": "integer", "minimum": 1, "maximum": 65535},
        "url": {"type": "string", "pattern": r"^https?://[^/\s]"},
        "method": {"enum": list(METHODS)},
        "useTls": FLAG,
        "headers": {"type": "object", "additionalProperties": TEXT, "propertyNames": _HEADER_NAME},
        "batchSize": {"type": "integer", "minimum": 0},
        "timeout": {"type": "number", "exclusiveMinimum": 0, "maximum": 86400},
        "trustOnFirstUse": FLAG,
        "trustedCertificate": {
            "type": ["string", "null"],
            "pattern": "^([0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$",
        },
        "authentication": AUTHENTICATION,
    }
)

DESTINATION = {
    **object_of(
        {"name": NAME, "type": {"enum": list(DESTINATION_TYPES)}, "configuration": CONFIGURATION},
        "name",
        "type",
        "configuration",
    ),
    "allOf": [
        _where("type", kind, object_of({"configuration": {"required": [name]}}))
        for kind, name in _NEEDED_BY_TYPE.items()
    ],
}

COLUMN = {
    **object_of(
        {
            "name": NAME,
            "renameTo": NAME,
            "valueType": {"enum": ["string", "numeric", "datetime"]},
            "defaultValue": {"type": "number"},
            "dateFormat": NAME,
        },
        "name",
    ),
    "dependentSchemas": {
        "defaultValue": object_of({"valueType": {"const": "numeric"}}, "valueType"),
        "dateFormat": object_of({"valueType": {"const": "datetime"}}, "valueType"),
    },
}

_OPTIONS = {
    "delimiter": {"type": "string", "minLength": 1, "maxLength": 1},
    "headerRow": FLAG,
    "timestampFormat": NAME,
}

_CONNECTION = {
    "name": NAME,
    "description": TEXT,
    "enabled": FLAG,
    "source": object_of({"id": _WHOLE, "type": {"enum": list(SOURCE_TYPES)}}),
    "destination": object_of({"id": _WHOLE}),
    "schedule": object_of(
        {
            "intervalSeconds": {"type": "integer", "minimum": 1, "maximum": 366 * 86400},
            "startTime": TEXT,
            "cron": TEXT,
            "enabled": FLAG,
        }
    ),
    "format": object_of(
        {
            "type": {"enum": list(FORMAT_TYPES)},
            "options": object_of(
                {
                    **_OPTIONS,
                    "generateDocument": FLAG,
                    "surroundWithSource": FLAG,
                    "rowSeparator": TEXT,
                }
            ),
        }
    ),
    "filter": object_of(
        {
            "enabled": FLAG,
            "rules": {
                "type": "array",
                "items": object_of(
                    {"column": NAME, "operator": NAME, "value": TEXT}, "column", "operator"
                ),
            },
        }
    ),
    "columns": {"type": "array", "items": COLUMN},
    "logLevel": LOG_LEVEL,
    "tempLogLevel": LOG_LEVEL,
    "tempLogLevelRuns": {"type": "integer", "minimum": 1, "maximum": OVERRIDE_RUNS},
    "minimumPassPercentage": {"type": "number", "minimum": 0, "maximum": 100},
    "maxOldSpaceSize": {"type": "number", "exclusiveMinimum": 0},
    "scheduleTimeZone": NAME,
}
_BOTH_OR_NEITHER = {"tempLogLevel": ["tempLogLevelRuns"], "tempLogLevelRuns": ["tempLogLevel"]}

CONNECTION_UPDATE = {**object_of(_CONNECTION), "dependentRequired": _BOTH_OR_NEITHER}
CONNECTION_CREATE = {
    **object_of(
        {
            **_CONNECTION,
            "source": {**_CONNECTION["source"], "required": ["id"]},
            "destination": {**_CONNECTION["destination"], "required": ["id"]},
        },
        "name",
        "source",
        "destination",
    ),
    "dependentRequired": _BOTH_OR_NEITHER,
}


def check(body: Row, schema: Row) -> None:
    """Rejects with 400 a body that is not as its schema says, naming every place."""
    errors = sorted(
        Draft202012Validator(schema).iter_errors(body),
        key=lambda error: [str(part) for part in error.path],
    )
    if errors:
        places = [".".join(map(str, error.absolute_path)) for error in errors]
        raise Rejected(
            400,
            "; ".join(
                f"{place}: {error.message}" if place else error.message
                for place, error in zip(places, errors)
            ),
            listed=True,
        )


def check_unique(name: str, rows: list[Row], own_id: int | None, kind: str) -> None:
    """A name is taken whatever its case."""
    if any(row["name"].lower() == name.strip().lower() and row["id"] != own_id for row in rows):
        raise Rejected(400, f"There is a {kind} named '{name}' already")
