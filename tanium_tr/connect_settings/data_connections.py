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
"""The settings of a data connection, each declared once: its parameter, and its key in what Tanium
is sent. Below the declaration are the rules that hold before anything is sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Callable, NamedTuple

from ..declare import BOOLEAN, NUMERIC, Param, annotations_of
from ..errors import ParameterError
from ..parameters.json_values import (
    InvalidMember,
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
from ..tanium.reply import part
from ..times import seconds
from ..words import printable
from .declaration import Flag, Number, Text, given_values


FORMATS = ("csv", "json", "cef", "leef", "keyvalue")
VALUE_TYPES = ("string", NUMERIC, "datetime")
LOG_LEVELS = {"trace": 10, "debug": 20, "information": 30, "warning": 40, "error": 50, "fatal": 60}
# GB that all running connections may take together, unless Connect is set otherwise.
MEMORY_OF_ALL = 8
MOST_OVERRIDDEN_RUNS = 24
EVENT = "event"  # the type of a source whose events start the runs


class ConnectionSetting(NamedTuple):
    """Where the value of a parameter goes."""

    key: str  # of the data connection; `filter.` and `format.` lead into those objects
    encode: Callable[[Any, Any], Any] | None = None  # from what is given, and what is stored there
    only: str = ""  # the one format that has this option


@dataclass(frozen=True, repr=False)
class DataConnectionSettings:
    """What creating and updating a data connection have in common."""

    description: Annotated[
        Text, Param("Description of the data connection"), ConnectionSetting("description")
    ] = None
    format: Annotated[
        Text,
        Param("Format of the rows; empty is json for a new data connection", choices=FORMATS),
        ConnectionSetting("format.type"),
    ] = None
    delimiter: Annotated[
        Text,
        Param("Character between two values (format csv); \\t is a tab", examples=(";",)),
        ConnectionSetting("format.options.delimiter", only="csv"),
    ] = None
    header_row: Annotated[
        Flag,
        Param("Begin with a row of column names (format csv)", BOOLEAN),
        ConnectionSetting("format.options.headerRow", only="csv"),
    ] = None
    timestamp_format: Annotated[
        Text,
        Param(
            "How times are written, like YYYY-MM-DDTHH:mm:ssZ", examples=("YYYY-MM-DDTHH:mm:ssZ",)
        ),
        ConnectionSetting("format.options.timestampFormat"),
    ] = None
    generate_document: Annotated[
        Flag,
        Param(
            "Send each batch as one JSON array; when off, as one JSON object per line (format"
            " json)",
            BOOLEAN,
        ),
        ConnectionSetting("format.options.generateDocument", only="json"),
    ] = None
    row_separator: Annotated[
        Text,
        Param("Text between two rows; \\n is a line break", examples=("\\n",)),
        ConnectionSetting("format.options.rowSeparator"),
    ] = None
    surround_with_source: Annotated[
        Flag,
        Param(
            "Send the rows inside one object, which Connect calls Wrap Data with Text (format"
            " json)",
            BOOLEAN,
        ),
        ConnectionSetting("format.options.surroundWithSource", only="json"),
    ] = None
    columns: Annotated[
        Text,
        Param(
            'Columns to send, as a JSON list like [{"name": "Impact Score", "renameTo": "score",'
            ' "valueType": "numeric", "defaultValue": 0}]; only name is required; valueType is'
            " string, numeric or datetime; defaultValue is for numeric, dateFormat for datetime;"
            " get data source shows the names; empty is all columns for a new data connection",
            examples=(
                (
                    '[{"name": "Impact Score", "renameTo": "score", "valueType": "numeric",'
                    ' "defaultValue": 0}]'
                ),
            ),
        ),
        ConnectionSetting("columns", _columns),
    ] = None
    filters: Annotated[
        Text,
        Param(
            'Rules that rows must pass, as a JSON list like [{"column": "Intel Type", "operator":'
            ' "equals", "value": "yara"}]',
            examples=('[{"column": "Intel Type", "operator": "equals", "value": "yara"}]',),
        ),
        ConnectionSetting("filter.rules"),
    ] = None
    filter_enabled: Annotated[
        Flag,
        Param("Apply the filters; empty is true when filters are given", BOOLEAN),
        ConnectionSetting("filter.enabled"),
    ] = None
    schedule: Annotated[
        Text,
        Param(
            'When to run, as a JSON object: {"intervalSeconds": 3600}, or {"cron": "0 * * * *"}'
            " with five fields; startTime says when it begins, enabled (true or false) switches it"
            " on or off",
            examples=('{"intervalSeconds": 3600}', '{"cron": "*/15 * * * *", "enabled": true}'),
        ),
        ConnectionSetting("schedule", _schedule),
    ] = None
    schedule_time_zone: Annotated[
        Text,
        Param(
            "Time zone of the cron expression, like Europe/Berlin",
            examples=("UTC", "Europe/Berlin"),
        ),
        ConnectionSetting("scheduleTimeZone"),
    ] = None
    log_level: Annotated[
        Text,
        Param("Lowest severity of the messages that are logged", choices=tuple(LOG_LEVELS)),
        ConnectionSetting("logLevel", _log_level),
    ] = None
    temporary_log_level: Annotated[
        Text,
        Param(
            "Log level for the next runs only; needs temporary_log_level_runs",
            choices=tuple(LOG_LEVELS),
        ),
        ConnectionSetting("tempLogLevel", _log_level),
    ] = None
    temporary_log_level_runs: Annotated[
        Number,
        Param(
            "Number of runs with the temporary log level, at most 24; needs temporary_log_level",
            NUMERIC,
            minimum=1,
            maximum=MOST_OVERRIDDEN_RUNS,
            examples=(3,),
        ),
        ConnectionSetting("tempLogLevelRuns"),
    ] = None
    minimum_pass_percentage: Annotated[
        Number,
        Param(
            "Percentage of the rows that must be delivered for a run to succeed",
            NUMERIC,
            maximum=100,
            examples=(90,),
        ),
        ConnectionSetting("minimumPassPercentage"),
    ] = None
    memory_ceiling: Annotated[
        Number,
        Param("Memory that a run may take, in GB", NUMERIC, minimum=1, examples=(1,)),
        ConnectionSetting("maxOldSpaceSize"),
    ] = None

    @property
    def schedules(self) -> list[str]:
        """The parameters given that say when to run."""
        names = ("schedule", "schedule_time_zone")
        return [name for name in names if getattr(self, name) is not None]


def _wire_settings() -> Mapping[str, ConnectionSetting]:
    return annotations_of(DataConnectionSettings, ConnectionSetting)


def encode(settings: DataConnectionSettings, stored: dict[str, Any]) -> dict[str, Any]:
    """What is given, as Tanium is sent it. An object is sent whole, with what is stored of it;
    `stored` is empty for a new connection.

    Raises ParameterError for what Tanium would not take.
    """
    given = given_values(settings)
    if ("temporary_log_level" in given) != ("temporary_log_level_runs" in given):
        raise ParameterError(
            "Parameters 'temporary_log_level' and 'temporary_log_level_runs' belong together:"
            " specify both."
        )
    found = {}
    for name, setting in _wire_settings().items():
        if name in given and "." not in setting.key:
            value = given[name]
            key = setting.key
            found[key] = setting.encode(value, stored.get(key)) if setting.encode else value
    if "filters" in given or "filter_enabled" in given:
        found["filter"] = _filter(given, part(stored, "filter"))
    if not stored or any(_wire_settings()[name].key.startswith("format.") for name in given):
        found["format"] = _format(given, part(stored, "format"))
    return found


def require_schedulable(source_type: Any, settings: DataConnectionSettings) -> None:
    """Raises ParameterError for the schedule of an event source, whose events alone start it."""
    if source_type == EVENT and settings.schedules:
        raise ParameterError(
            f"Parameter '{settings.schedules[0]}' cannot be used because the source is an event"
            " source, which cannot be scheduled."
        )


def warnings_about(body: dict[str, Any]) -> list[str]:
    """What is allowed but should be known."""
    if body.get("maxOldSpaceSize", 0) > MEMORY_OF_ALL:
        return [
            f"Warning: memory_ceiling is {body['maxOldSpaceSize']} GB, more than the"
            f" {MEMORY_OF_ALL} GB that all running connections share unless Connect is set"
            " otherwise."
        ]
    return []


def _log_level(given: str, _: Any) -> int:
    return LOG_LEVELS[given]


def _columns(given: str, _: Any) -> list[dict[str, Any]]:
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


# What Tanium adds to a schedule.
_ADDED_BY_TANIUM = ("id", "connectionId", "lastRunTime", "lastRunStatus", "nextRunTime")


def _schedule(given: str, stored: Any) -> dict[str, Any]:
    """A basic schedule has an interval, an advanced one a cron expression; the one that is given
    replaces the other.
    """
    schedule = json_object(
        "schedule",
        given,
        {"intervalSeconds": positive, "startTime": _date_time, "cron": _cron, "enabled": truth},
    )
    if "cron" in schedule and "intervalSeconds" in schedule:
        raise misplaced("schedule", "schedule", "has both intervalSeconds and cron: use only one")
    replaced = {"cron": "intervalSeconds", "intervalSeconds": "cron"}
    dropped = (*_ADDED_BY_TANIUM, *(replaced[key] for key in replaced if key in schedule))
    base = stored if isinstance(stored, dict) else {}
    found = {**{key: value for key, value in base.items() if key not in dropped}, **schedule}
    if not ("cron" in found or "intervalSeconds" in found) and found.get("enabled") is not False:
        raise misplaced("schedule", "schedule", "has neither intervalSeconds nor cron: use one")
    return found


def _cron(value: Any) -> str:
    if isinstance(value, str) and len(value.split()) == 5:
        return " ".join(value.split())
    raise InvalidMember("five fields: minute, hour, day of the month, month, day of the week")


_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")


def _date_time(value: Any) -> str:
    if isinstance(value, str) and _RFC_3339.fullmatch(value) and seconds(value) is not None:
        return value
    raise InvalidMember("a time like 2026-12-01T00:00:00Z")


def _format(given: dict[str, Any], stored: dict[str, Any]) -> dict[str, Any]:
    """Another type takes over only those options that any type has."""
    kind = given.get("format") or stored.get("type") or "json"
    options = {
        name: setting
        for name, setting in _wire_settings().items()
        if setting.key.startswith("format.options.")
    }
    for name, setting in options.items():
        if name in given and setting.only not in ("", kind):
            raise ParameterError(
                f"Parameter '{name}' is for the format {setting.only}, but this one is"
                f" {printable(kind)}."
            )
    base, stored_options = stored, part(stored, "options")
    if kind != stored.get("type"):
        shared = {_last_key(each) for each in options.values() if not each.only}
        base = {}
        stored_options = {key: value for key, value in stored_options.items() if key in shared}
    found = {
        **stored_options,
        **{
            _last_key(setting): _unescaped(given[name])
            for name, setting in options.items()
            if name in given
        },
    }
    return {**base, "type": kind, **({"options": found} if found else {})}


def _last_key(setting: ConnectionSetting) -> str:
    return setting.key.rpartition(".")[2]


_ESCAPES = {"\\n": "\n", "\\r": "\r", "\\t": "\t"}


def _unescaped(value: Any) -> Any:
    return (
        re.sub(r"\\[nrt]", lambda match: _ESCAPES[match.group()], value)
        if isinstance(value, str)
        else value
    )
