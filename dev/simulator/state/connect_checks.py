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

_TEXT = {"type": "string"}
_FLAG = {"type": "boolean"}
_WHOLE = {"type": "integer"}
_NAME = {"type": "string", "pattern": r"\S"}
_HEADER_NAME = {"type": "string", "pattern": r"^[\w!#$%&'*+.^`|~-]+$"}
_LOG_LEVEL = {"enum": [10, 20, 30, 40, 50, 60]}

_NEEDED_BY_TYPE = {"file": "path", "syslog": "host", "http": "url", "s3": "bucket", "sql": "host"}
_NEEDED_BY_AUTHENTICATION = {
    "basic": ["userName", "password"],
    "header": ["headerName", "secret"],
    "ibm_iam": ["apiKey"],
}


def _object(properties: Row, *required: str) -> Row:
    return {"type": "object", "properties": properties, "required": list(required)}


def _where(name: str, value: str, then: Row) -> Row:
    return {"if": _object({name: {"const": value}}, name), "then": then}


AUTHENTICATION = {
    **_object(
        {
            "type": {"enum": ["none", *_NEEDED_BY_AUTHENTICATION]},
            **dict.fromkeys(("userName", "password", "secret", "apiKey"), _NAME),
            "headerName": _HEADER_NAME,
        },
        "type",
    ),
    "allOf": [
        _where("type", kind, {"required": names})
        for kind, names in _NEEDED_BY_AUTHENTICATION.items()
    ],
}

CONFIGURATION = _object(
    {
        **dict.fromkeys(("host", "protocol", "path", "bucket", "region"), _NAME),
        "port": {"type": "integer", "minimum": 1, "maximum": 65535},
        "url": {"type": "string", "pattern": r"^https?://[^/\s]"},
        "method": {"enum": list(METHODS)},
        "useTls": _FLAG,
        "headers": {"type": "object", "additionalProperties": _TEXT, "propertyNames": _HEADER_NAME},
        "batchSize": {"type": "integer", "minimum": 0},
        "timeout": {"type": "number", "exclusiveMinimum": 0, "maximum": 86400},
        "trustOnFirstUse": _FLAG,
        "trustedCertificate": {
            "type": ["string", "null"],
            "pattern": "^([0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$",
        },
        "authentication": AUTHENTICATION,
    }
)

DESTINATION = {
    **_object(
        {"name": _NAME, "type": {"enum": list(DESTINATION_TYPES)}, "configuration": CONFIGURATION},
        "name",
        "type",
        "configuration",
    ),
    "allOf": [
        _where("type", kind, _object({"configuration": {"required": [name]}}))
        for kind, name in _NEEDED_BY_TYPE.items()
    ],
}

COLUMN = {
    **_object(
        {
            "name": _NAME,
            "renameTo": _NAME,
            "valueType": {"enum": ["string", "numeric", "datetime"]},
            "defaultValue": {"type": "number"},
            "dateFormat": _NAME,
        },
        "name",
    ),
    "dependentSchemas": {
        "defaultValue": _object({"valueType": {"const": "numeric"}}, "valueType"),
        "dateFormat": _object({"valueType": {"const": "datetime"}}, "valueType"),
    },
}

_OPTIONS = {
    "delimiter": {"type": "string", "minLength": 1, "maxLength": 1},
    "headerRow": _FLAG,
    "timestampFormat": _NAME,
}

_CONNECTION = {
    "name": _NAME,
    "description": _TEXT,
    "enabled": _FLAG,
    "source": _object({"id": _WHOLE, "type": {"enum": list(SOURCE_TYPES)}}),
    "destination": _object({"id": _WHOLE}),
    "schedule": _object(
        {
            "intervalSeconds": {"type": "integer", "minimum": 1, "maximum": 366 * 86400},
            "startTime": _TEXT,
            "cron": _TEXT,
            "enabled": _FLAG,
        }
    ),
    "format": _object(
        {
            "type": {"enum": list(FORMAT_TYPES)},
            "options": _object(
                {
                    **_OPTIONS,
                    "generateDocument": _FLAG,
                    "surroundWithSource": _FLAG,
                    "rowSeparator": _TEXT,
                }
            ),
        }
    ),
    "filter": _object(
        {
            "enabled": _FLAG,
            "rules": {
                "type": "array",
                "items": _object(
                    {"column": _NAME, "operator": _NAME, "value": _TEXT}, "column", "operator"
                ),
            },
        }
    ),
    "columns": {"type": "array", "items": COLUMN},
    "logLevel": _LOG_LEVEL,
    "tempLogLevel": _LOG_LEVEL,
    "tempLogLevelRuns": {"type": "integer", "minimum": 1, "maximum": OVERRIDE_RUNS},
    "minimumPassPercentage": {"type": "number", "minimum": 0, "maximum": 100},
    "maxOldSpaceSize": {"type": "number", "exclusiveMinimum": 0},
    "scheduleTimeZone": _NAME,
}
_BOTH_OR_NEITHER = {"tempLogLevel": ["tempLogLevelRuns"], "tempLogLevelRuns": ["tempLogLevel"]}

CONNECTION_UPDATE = {**_object(_CONNECTION), "dependentRequired": _BOTH_OR_NEITHER}
CONNECTION_CREATE = {
    **_object(
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
