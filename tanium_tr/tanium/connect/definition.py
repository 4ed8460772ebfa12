# File: definition.py
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
"""The definition with which the vendor's servers create and change a data connection: its parts in
their order, as `streams` of a route and its arguments (CONNECT_VENDOR).
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from ...errors import UnsupportedError
from ..reply import part
from .export import COLUMNS, FORMATS, HEADER_ROW, INCLUDE_HEADERS, REGEXES
from .references import route_kind, route_of, streams_of
from .vendor_rows import destination_type


INFORMATION = 30  # the log level that Connect has by default
MINUTE, HOUR, DAY, WEEK = 60, 3600, 86400, 604800  # seconds

Row = dict[str, Any]

_COPIED = (
    *("name", "description", "enabled", "scheduleTimeZone", "logLevel", "tempLogLevel"),
    *("tempLogLevelRuns", "minimumPassPercentage", "maxOldSpaceSize"),
)
_NEW: Row = {
    "schedule": "",
    "scheduleTimeZone": "UTC",
    "logLevel": INFORMATION,
    "tempLogLevel": INFORMATION,
    "tempLogLevelRuns": 0,  # so that the temporary level is of no effect
    "maxOldSpaceSize": 1,
}
# The options of each format that the vendor names under another name, or not at all.
_OPTIONS = {
    "json": ("generateDocument", "rowSeparator", "surroundWithSource"),
    "csv": (HEADER_ROW,),
    "cef": (),
    "leef": (),
}
_OUR_OPTIONS = ("delimiter", HEADER_ROW, "timestampFormat", *_OPTIONS["json"])
_PATTERNS = {
    "equals": "^{}$",
    "notequals": "^(?!{}$)",
    "contains": "{}",
    "notcontains": "^(?!.*{})",
    "startswith": "^{}",
    "endswith": "{}$",
}
_PATTERN_ITSELF = ("regex", "matches")
_SPECIAL = re.compile(r"[\\^$.*+?()\[\]{}|/]")


class EndStreams(NamedTuple):
    """The streams of a source and of a destination; None keeps the one that there is."""

    source: Row | None = None
    destination: Row | None = None


def new(body: Row, ends: EndStreams) -> Row:
    """The definition of a data connection from its settings under the specified names. Raises
    UnsupportedError for one that the vendor does not have.
    """
    return changed({**_NEW, "streams": []}, body, ends)


def changed(definition: Row, body: Row, ends: EndStreams) -> Row:
    """A definition with settings changed."""
    found = {**definition, **{key: body[key] for key in _COPIED if key in body}}
    if "schedule" in body:
        found["schedule"] = _cron(body["schedule"], found)
        if "enabled" in body["schedule"]:
            # One switch stands for both.
            found["enabled"] = body["schedule"]["enabled"] and body.get("enabled", True)
    order = ("sources", "filters", "formats", "destinations")
    streams: dict[str, list[Any]] = {kind: [] for kind in order}
    for stream in streams_of(definition):
        streams.setdefault(route_kind(route_of(stream)), []).append(stream)
    if ends.source:
        streams["sources"] = [ends.source]
    if ends.destination:
        streams["destinations"] = [ends.destination]
        found["destinationType"] = destination_type(_collection(ends.destination))
    if "filter" in body:
        streams["filters"] = _filters(body["filter"], streams["filters"])
    streams["formats"] = _formats(body, streams["formats"])
    found["streams"] = [stream for group in streams.values() for stream in group]
    return found


def destination_stream(definition: Row) -> Row | None:
    """The stream with the destination's settings."""
    for stream in streams_of(definition):
        if route_kind(route_of(stream)) == "destinations" and isinstance(stream, dict):
            return stream
    return None


def _collection(stream: Row) -> str:
    return "/".join(route_of(stream).split("/")[3:])


def _cron(schedule: Row, found: Row) -> Any:
    if schedule.get("startTime"):
        raise _unsupported(
            "schedule", "the start time of a schedule: use a cron expression without startTime"
        )
    if "intervalSeconds" in schedule:
        return _cron_of(schedule["intervalSeconds"])
    return schedule.get("cron", found.get("schedule") or "")


def _cron_of(interval: int) -> str:
    """Intervals that a cron expression can hold, which begin with the hour or the day."""
    if interval == WEEK:
        return "0 0 * * 0"
    if interval == DAY:
        return "0 0 * * *"
    for unit, whole, form in ((MINUTE, HOUR, "*/{} * * * *"), (HOUR, DAY, "0 */{} * * *")):
        if interval % unit == 0 and interval <= whole and whole % interval == 0:
            return "0 * * * *" if interval == HOUR else form.format(interval // unit)
    raise _unsupported(
        "schedule",
        f"an interval of {interval} seconds, which no cron expression stands for: use minutes that"
        " divide an hour, hours that divide a day, a day, a week, or cron",
    )


def _filters(wanted: Row, streams: list[Any]) -> list[Any]:
    if wanted.get("enabled") is False:
        raise _unsupported("filter_enabled", "filters that are switched off: remove the filters")
    if "rules" not in wanted:
        return streams
    others = [stream for stream in streams if not route_of(stream).startswith(REGEXES)]
    return [*map(_filter, wanted["rules"]), *others]


def _filter(rule: Row) -> Row:
    operator = re.sub(r"[\s_-]", "", str(rule["operator"]).lower())
    value = str(rule.get("value") or "")
    if operator in _PATTERNS:
        pattern = _PATTERNS[operator].format(_SPECIAL.sub(r"\\\g<0>", value))
    elif operator in _PATTERN_ITSELF:
        pattern = value
    else:
        known = ", ".join((*_PATTERNS, *_PATTERN_ITSELF))
        raise _unsupported("filters", f"the operator '{rule['operator']}': use one of {known}")
    return {"route": REGEXES, "arguments": {"columnName": rule["column"], "regex": pattern}}


def _formats(body: Row, streams: list[Any]) -> list[Any]:
    """Columns before the format itself."""
    columns = [stream for stream in streams if route_of(stream).startswith(COLUMNS)]
    others = [stream for stream in streams if stream not in columns]
    if "columns" in body:
        given = [{**each, "destination": _label(each)} for each in body["columns"]]
        columns = [{"route": COLUMNS, "arguments": {"columns": given}}] if given else []
    if "format" in body:
        others = [_format(body["format"])]
    return [*columns, *others]


def _label(column: Row) -> Any:
    return column.get("renameTo", column["name"])


def _format(wanted: Row) -> Row:
    kind, options = wanted.get("type"), part(wanted, "options")
    if kind not in FORMATS:
        raise _unsupported("format", f"the format {kind}: use one of {', '.join(FORMATS)}")
    for key in options:
        if key in _OUR_OPTIONS and key not in _OPTIONS[kind]:
            raise _unsupported("format", f"the option {key} of the format {kind}")
    arguments = {
        INCLUDE_HEADERS if key == HEADER_ROW else key: value for key, value in options.items()
    }
    return {"route": f"/v1/formats/{FORMATS[kind]}", "arguments": arguments}


def _unsupported(parameter: str, what: str) -> UnsupportedError:
    return UnsupportedError(
        f"Parameter '{parameter}' cannot be used: this server's Connect does not have {what}."
    )
