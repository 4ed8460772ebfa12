# File: connect_streams.py
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
"""Filters, columns and formats as streams of a definition, and as a connection keeps them.

Of numeric filters and of those for new items no member is documented: here they have `columnName`,
`operator` and `value`, and `columns`.
"""

from __future__ import annotations

import re
from typing import Any

from dev.simulator.errors import Rejected
from dev.simulator.state.connect_vendor_checks import check_arguments


Row = dict[str, Any]

_TYPE_OF = {
    "stringifies": "json",
    "csvs": "csv",
    "cefs": "cef",
    "leefs": "leef",
    "rowfieldseparators": "keyvalue",
    "htmls": "keyvalue",
    "syslogs": "keyvalue",
    "syslogrfcs": "keyvalue",
    "elasticsearches": "json",
}
"""What rows look like in a format; the last four are told apart by their name only."""
_COLLECTION_OF = {kind: name for name, kind in reversed(_TYPE_OF.items())}
_REMOVED = ("remove", "exclude", "drop")

_PATTERNS = {
    "equals": "^{}$",
    "notequals": "^(?!{}$)",
    "contains": "{}",
    "notcontains": "^(?!.*{})",
    "startswith": "^{}",
    "endswith": "{}$",
    "isempty": "^$",
    "isnotempty": ".",
}
"""The regular expressions that stand for the rules of the other dialect."""


def streams_of(connection: Row) -> list[tuple[str, Row]]:
    """The filters and the formats, as part (`filters/regexes`) and arguments."""
    wanted = connection.get("filter", {})
    rules = wanted.get("rules", []) if wanted.get("enabled", True) else []
    streams = [_filter(rule) for rule in rules]
    if connection.get("newItems") is not None:
        streams.append(("filters/newitems", {"columns": connection["newItems"]}))
    if connection.get("columns"):
        columns = [_shown_column(column) for column in connection["columns"]]
        streams.append(("formats/columns", {"columns": columns}))
    return [*streams, _format(connection["format"])]


def settings_of(streams: list[tuple[str, Row]]) -> Row:
    """What a connection keeps of these streams; everything that they do not have is off."""
    settings: Row = {
        "filter": {"enabled": True, "rules": []},
        "format": {"type": "json", "options": {}},
        "columns": [],
        "newItems": None,
    }
    for part, arguments in streams:
        check_arguments(part, arguments)
        kind, _, collection = part.partition("/")
        if part == "filters/newitems":
            settings["newItems"] = list(arguments.get("columns") or [])
        elif kind == "filters":
            settings["filter"]["rules"].append(_rule(collection, arguments))
        elif part == "formats/columns":
            settings["columns"] = _read_columns(arguments.get("columns", []))
        else:
            settings["format"] = _read_format(collection, arguments)
    return settings


def is_known(kind: str, collection: str) -> bool:
    if kind == "filters":
        return collection in {"regexes", "numerics", "newitems"}
    return kind == "formats" and (collection in _TYPE_OF or collection == "columns")


def _filter(rule: Row) -> tuple[str, Row]:
    name, value = re.sub(r"[\s_-]", "", rule["operator"].lower()), rule.get("value", "")
    if name in _PATTERNS:
        value, name = _PATTERNS[name].format(re.escape(value)), "regex"
    if name in {"regex", "matches"}:
        return "filters/regexes", {"columnName": rule["column"], "regex": value}
    return "filters/numerics", {
        "columnName": rule["column"],
        "operator": rule["operator"],
        "value": value,
    }


def _rule(collection: str, arguments: Row) -> Row:
    if collection == "regexes":
        return {
            "column": arguments["columnName"],
            "operator": "regex",
            "value": arguments["regex"],
        }
    names = ("columnName", "operator", "value")
    if any(arguments.get(name) in (None, "") for name in names):
        raise Rejected(400, f"filters/numerics: needs {', '.join(names)}", listed=True)
    column, operator, value = (str(arguments[name]) for name in names)
    return {"column": column, "operator": operator, "value": value}


def _shown_column(column: Row) -> Row:
    others = {name: value for name, value in column.items() if name != "renameTo"}
    return {"action": "include", **others, "destination": column.get("renameTo", column["name"])}


def _read_columns(columns: list[Row]) -> list[Row]:
    renamed = []
    for column in columns:
        if str(column.get("action", "")).lower() in _REMOVED:
            continue
        row = {
            name: value
            for name, value in column.items()
            if value is not None and name not in {"action", "destination"}
        }
        label = column.get("destination") or column.get("renameTo")
        renamed.append({**row, "renameTo": label} if label else row)
    return renamed


def _format(form: Row) -> tuple[str, Row]:
    options = dict(form.get("options", {}))
    collection = options.pop("collection", None) or _COLLECTION_OF[form["type"]]
    if "wrapText" in options:
        options["surroundWithSource"] = options.pop("wrapText")
    if "headerRow" in options:
        options["includeHeaders"] = options.pop("headerRow")
    return f"formats/{collection}", options


def _read_format(collection: str, arguments: Row) -> Row:
    kind = _TYPE_OF[collection]
    options = {name: value for name, value in arguments.items() if value is not None}
    if _COLLECTION_OF[kind] != collection:
        options["collection"] = collection
    if isinstance(options.get("surroundWithSource"), str):
        options["wrapText"] = options["surroundWithSource"]
        options["surroundWithSource"] = bool(options["wrapText"])
    if "includeHeaders" in options:
        options["headerRow"] = options.pop("includeHeaders")
    return {"type": kind, "options": options}
