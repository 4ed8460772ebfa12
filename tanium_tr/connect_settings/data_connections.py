# File: data_connections.py
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
"""The settings of a data connection: as parameters, and as Tanium is sent them, by the rules that
hold before anything is sent.
"""

from __future__ import annotations

import re
from typing import Any

from ..declare import BOOLEAN, NUMERIC, Param
from ..errors import ParameterError
from ..tanium.reply import part
from ..structured import (
    Wrong,
    json_object,
    json_objects,
    misplaced,
    number,
    one_of,
    positive,
    text,
    text_or_number,
    truth,
)
from ..times import seconds


FORMATS = ("csv", "json", "cef", "leef", "keyvalue")
VALUE_TYPES = ("string", NUMERIC, "datetime")
LOG_LEVELS = {"trace": 10, "debug": 20, "information": 30, "warning": 40, "error": 50, "fatal": 60}
# GB that all running connections may take together, unless Connect is set otherwise.
MEMORY_OF_ALL = 8
MOST_OVERRIDDEN_RUNS = 24
EVENT = "event"
SCHEDULE = ("schedule", "schedule_time_zone")  # parameters that say when a data connection runs

SETTINGS = {
    "description": Param("Description of the data connection"),
    "format": Param("Format of the rows; empty is json for a new data connection", choices=FORMATS),
    "delimiter": Param("Character between two values (format csv); \\t is a tab", examples=(";",)),
    "header_row": Param("Begin with a row of column names (format csv)", BOOLEAN),
    "timestamp_format": Param(
        "How times are written, like YYYY-MM-DDTHH:mm:ssZ", examples=("YYYY-MM-DDTHH:mm:ssZ",)
    ),
    "generate_document": Param(
        "Send each batch as one JSON array; when off, as one JSON object per line (format json)",
        BOOLEAN,
    ),
    "row_separator": Param("Text between two rows; \\n is a line break", examples=("\\n",)),
    "columns": Param(
        'Columns to send, as a JSON list like [{"name": "Impact Score", "renameTo": "score",'
        ' "valueType": "numeric", "defaultValue": 0}]; only name is required; valueType is string,'
        " numeric or datetime; defaultValue is for numeric, dateFormat for datetime; get data"
        " source shows the names; empty is all columns for a new data connection",
        examples=(
            (
                '[{"name": "Impact Score", "renameTo": "score", "valueType": "numeric",'
                ' "defaultValue": 0}]'
            ),
        ),
    ),
    "filters": Param(
        'Rules that rows must pass, as a JSON list like [{"column": "Intel Type", "operator":'
        ' "equals", "value": "yara"}]',
        examples=('[{"column": "Intel Type", "operator": "equals", "value": "yara"}]',),
    ),
    "filter_enabled": Param("Apply the filters; empty is true when filters are given", BOOLEAN),
    "schedule": Param(
        'When to run, as a JSON object: {"intervalSeconds": 3600}, or {"cron": "0 * * * *"} with'
        " five fields; startTime says when it begins, enabled (true or false) switches it on"
        " or off",
        examples=('{"intervalSeconds": 3600}', '{"cron": "*/15 * * * *", "enabled": true}'),
    ),
    "schedule_time_zone": Param(
        "Time zone of the cron expression, like Europe/Berlin", examples=("UTC", "Europe/Berlin")
    ),
    "log_level": Param(
        "Lowest severity of the messages that are logged", choices=tuple(LOG_LEVELS)
    ),
    "temporary_log_level": Param(
        "Log level for the next runs only; needs temporary_log_level_runs",
        choices=tuple(LOG_LEVELS),
    ),
    "temporary_log_level_runs": Param(
        "Number of runs with the temporary log level, at most 24; needs temporary_log_level",
        NUMERIC,
        minimum=1,
        maximum=MOST_OVERRIDDEN_RUNS,
        examples=(3,),
    ),
    "minimum_pass_percentage": Param(
        "Percentage of the rows that must be delivered for a run to succeed",
        NUMERIC,
        maximum=100,
        examples=(90,),
    ),
    "memory_ceiling": Param("Memory that a run may take, in GB", NUMERIC, minimum=1, examples=(1,)),
}

_LEVELS = {"log_level": "logLevel", "temporary_log_level": "tempLogLevel"}
_PLAIN = {
    "description": "description",
    "schedule_time_zone": "scheduleTimeZone",
    "temporary_log_level_runs": "tempLogLevelRuns",
    "minimum_pass_percentage": "minimumPassPercentage",
    "memory_ceiling": "maxOldSpaceSize",
}
_OPTIONS = {
    "delimiter": "delimiter",
    "header_row": "headerRow",
    "timestamp_format": "timestampFormat",
    "generate_document": "generateDocument",
    "row_separator": "rowSeparator",
}
_FORMAT_OF = {"delimiter": "csv", "header_row": "csv", "generate_document": "json"}
_OF_ANY_FORMAT = tuple(key for name, key in _OPTIONS.items() if name not in _FORMAT_OF)
_ESCAPES = {"\\n": "\n", "\\r": "\r", "\\t": "\t"}
# RFC 3339.
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
# Of a schedule.
_TOLD_BY_TANIUM = ("id", "connectionId", "lastRunTime", "lastRunStatus", "nextRunTime")


def settings_of(given: dict[str, Any], stored: dict[str, Any]) -> dict[str, Any]:
    """What is given, as Tanium is sent it; objects are sent whole, with what is stored of them.
    `stored` is empty for a new connection.

    Raises ParameterError for what Tanium would not take.
    """
    found = {key: given[name] for name, key in _PLAIN.items() if name in given}
    found.update({key: LOG_LEVELS[given[name]] for name, key in _LEVELS.items() if name in given})
    if ("temporary_log_level" in given) != ("temporary_log_level_runs" in given):
        raise ParameterError(
            "Parameters 'temporary_log_level' and 'temporary_log_level_runs' go together: give"
            " both."
        )
    if "columns" in given:
        found["columns"] = _columns(given["columns"])
    if "filters" in given or "filter_enabled" in given:
        found["filter"] = _filter(given, part(stored, "filter"))
    if "schedule" in given:
        found["schedule"] = _schedule(given["schedule"], part(stored, "schedule"))
    if not stored or "format" in given or any(name in given for name in _OPTIONS):
        found["format"] = _format(given, part(stored, "format"))
    return found


def require_schedulable(source_type: Any, given: dict[str, Any]) -> None:
    """Raises ParameterError for the schedule of an event source, whose events alone start it."""
    for name in SCHEDULE:
        if source_type == EVENT and name in given:
            raise ParameterError(
                f"Parameter '{name}' is given, but the source is an event source, which cannot be"
                " scheduled: leave it out."
            )


def warnings_about(settings: dict[str, Any]) -> list[str]:
    """What is allowed but should be known."""
    if settings.get("maxOldSpaceSize", 0) > MEMORY_OF_ALL:
        return [
            f"Warning: memory_ceiling is {settings['maxOldSpaceSize']} GB, more than the"
            f" {MEMORY_OF_ALL} GB that all running connections have together unless Connect is set"
            " otherwise."
        ]
    return []


def _columns(given: str) -> list[dict[str, Any]]:
    fields = {
        "name": text,
        "renameTo": text,
        "valueType": one_of(*VALUE_TYPES),
        "defaultValue": number,
        "dateFormat": text,
    }
    columns = json_objects("columns", given, fields, required=("name",))
    for index, column in enumerate(columns):
        for key, value_type in (("defaultValue", NUMERIC), ("dateFormat", "datetime")):
            if key in column and column.get("valueType") != value_type:
                raise misplaced(
                    "columns", f"columns[{index}].{key}", f"is for the valueType {value_type} only"
                )
    return columns


def _filter(given: dict[str, Any], stored: dict[str, Any]) -> dict[str, Any]:
    found = {**stored, "enabled": given.get("filter_enabled", True)}
    if "filters" in given:
        fields = {"column": text, "operator": text, "value": text_or_number}
        found["rules"] = json_objects(
            "filters", given["filters"], fields, required=("column", "operator")
        )
    return found


def _schedule(given: str, stored: dict[str, Any]) -> dict[str, Any]:
    """A basic schedule has an interval, an advanced one a cron expression; the one that is given
    takes the other's place.
    """
    schedule = json_object(
        "schedule",
        given,
        {"intervalSeconds": positive, "startTime": _date_time, "cron": _cron, "enabled": truth},
    )
    if "cron" in schedule and "intervalSeconds" in schedule:
        raise misplaced("schedule", "schedule", "has intervalSeconds and cron: give one of the two")
    replaced = {"cron": "intervalSeconds", "intervalSeconds": "cron"}
    dropped = (*_TOLD_BY_TANIUM, *(replaced[key] for key in replaced if key in schedule))
    found = {**{key: value for key, value in stored.items() if key not in dropped}, **schedule}
    if not ("cron" in found or "intervalSeconds" in found) and found.get("enabled") is not False:
        raise misplaced(
            "schedule", "schedule", "has neither intervalSeconds nor cron: give one of the two"
        )
    return found


def _cron(value: Any) -> str:
    if isinstance(value, str) and len(value.split()) == 5:
        return " ".join(value.split())
    raise Wrong("five fields: minute, hour, day of the month, month, day of the week")


def _date_time(value: Any) -> str:
    if isinstance(value, str) and _DATE_TIME.fullmatch(value) and seconds(value) is not None:
        return value
    raise Wrong("a time like 2026-12-01T00:00:00Z")


def _format(given: dict[str, Any], stored: dict[str, Any]) -> dict[str, Any]:
    """Another type takes over only those options that any type has."""
    kind = given.get("format") or stored.get("type") or "json"
    for name, its_format in _FORMAT_OF.items():
        if name in given and kind != its_format:
            raise ParameterError(
                f"Parameter '{name}' is for the format {its_format}: this one is {kind}."
            )
    before, kept = stored, part(stored, "options")
    if kind != stored.get("type"):
        before, kept = {}, {key: kept[key] for key in _OF_ANY_FORMAT if key in kept}
    options = {
        **kept,
        **{key: _unescaped(given[name]) for name, key in _OPTIONS.items() if name in given},
    }
    return {**before, "type": kind, **({"options": options} if options else {})}


def _unescaped(value: Any) -> Any:
    return (
        re.sub(r"\\[nrt]", lambda match: _ESCAPES[match.group()], value)
        if isinstance(value, str)
        else value
    )
