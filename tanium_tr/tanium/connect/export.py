# File: export.py
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
"""A definition of a connection, as production servers export it (TANIUM_WIRE 2.12) and the vendor's
servers show it (CONNECT_VENDOR), under the names that the specification has.
"""

from __future__ import annotations

from typing import Any

from . import vendor_rows
from .references import DESTINATIONS, PLUGINS, SOURCES, Reference, route_kind, route_of, streams_of


FORMATS = {"json": "stringifies", "csv": "csvs", "cef": "cefs", "leef": "leefs"}
HEADER_ROW = "headerRow"
INCLUDE_HEADERS = "includeHeaders"  # the same in the vendor's format csvs
COLUMNS, REGEXES = "/v1/formats/columns", "/v1/filters/regexes"

Row = dict[str, Any]


def is_definition(row: Any) -> bool:
    """Whether a connection has the members that only the vendor's rows have."""
    return isinstance(row, dict) and (
        isinstance(row.get("streams"), list) or isinstance(row.get("schedule"), str)
    )


def is_whole(row: Row) -> bool:
    """Whether each part comes with its settings."""
    return all(
        isinstance(stream, dict) and isinstance(stream.get("arguments"), dict)
        for stream in streams_of(row)
    )


def connection(definition: Row) -> Row:
    """Keys that both have stay as they are; what is not known of the definition's streams stays in
    `streams`.
    """
    found = {key: value for key, value in definition.items() if key not in ("streams", "schedule")}
    schedule = definition.get("schedule")
    if isinstance(schedule, str):
        found["schedule"] = {"cron": schedule} if schedule else {}
    elif schedule is not None:
        found["schedule"] = schedule
    unknown = []
    for stream in streams_of(definition):
        known = _setting(stream)
        if "filter" in known and "filter" in found:
            found["filter"]["rules"].extend(known["filter"]["rules"])
        else:
            found.update(known)
        if not known:
            unknown.append(stream)
    return {**found, "streams": unknown} if unknown else found


def _setting(stream: Any) -> Row:
    route = route_of(stream)
    arguments = stream.get("arguments") if isinstance(stream, dict) else {}
    if not isinstance(arguments, dict):
        return {}
    source, destination = SOURCES.reference_in(route), DESTINATIONS.reference_in(route)
    if source:
        return {"source": _source(source, arguments)}
    if destination:
        return {"destination": _destination(destination, arguments)}
    if route_kind(route) == "formats":
        return _format(route, arguments)
    if route.startswith(REGEXES) and "columnName" in arguments:
        rule = {"column": arguments["columnName"], "operator": "regex"}
        return {"filter": {"enabled": True, "rules": [{**rule, "value": arguments.get("regex")}]}}
    return {}


def _source(reference: Reference, arguments: Row) -> Row:
    kind = reference.kind
    if kind.startswith(f"{PLUGINS}/"):
        found: Row = {
            "name": kind[len(PLUGINS) + 1 :],
            "type": kind,
            "configuration": arguments.get("config"),
        }
    else:
        row = vendor_rows.source(arguments, kind)
        found = {"name": row["name"], "type": row["type"], "configuration": arguments}
    return _identified(found, reference)


def _destination(reference: Reference, arguments: Row) -> Row:
    kind = reference.kind
    if "config" in arguments or kind not in DESTINATIONS.collections:
        found: Row = {"name": kind, "configuration": arguments.get("config")}
        return _identified({**found, "type": DESTINATIONS.type_of(kind)}, reference)
    row = vendor_rows.destination(arguments, kind)
    found = {key: row[key] for key in ("name", "type", "configuration") if key in row}
    return _identified(found, reference)


def _identified(found: Row, reference: Reference) -> Row:
    return {**found, "id": reference.id, "reference": str(reference)} if reference.id else found


def _format(route: str, arguments: Row) -> Row:
    if route.startswith(COLUMNS):
        columns = arguments.get("columns")
        return {"columns": columns} if isinstance(columns, list) else {}
    collection = route.split("/")[3]
    kind = next((kind for kind, each in FORMATS.items() if each == collection), None)
    if kind is None:
        return {}
    options = {
        HEADER_ROW if key == INCLUDE_HEADERS else key: value
        for key, value in arguments.items()
        if key != "format"
    }
    return {"format": {"type": arguments.get("format", kind), "options": options}}
