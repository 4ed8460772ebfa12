# File: connect_output.py
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
"""From a source's rows to what is sent: filters, columns, formats."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from typing import Any

from dev.simulator.errors import Rejected
from dev.simulator.times import iso, parse_iso


Row = dict[str, Any]

CONTENT_TYPES = {"json": "application/json", "csv": "text/csv; charset=utf-8"}
"""The other formats are plain text."""

_PRODUCT = "Tanium|Connect|5.20"
_BACKSLASH = r"\\"


def _number(value: Any) -> float:
    """NaN, which no comparison is true of, where it is none."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")


_OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "equals": lambda found, value: found == value,
    "notequals": lambda found, value: found != value,
    "contains": lambda found, value: value in found,
    "notcontains": lambda found, value: value not in found,
    "startswith": lambda found, value: found.startswith(value),
    "endswith": lambda found, value: found.endswith(value),
    "regex": lambda found, value: re.search(value, found) is not None,
    "greaterthan": lambda found, value: _number(found) > _number(value),
    "greaterorequal": lambda found, value: _number(found) >= _number(value),
    "lessthan": lambda found, value: _number(found) < _number(value),
    "lessorequal": lambda found, value: _number(found) <= _number(value),
    "isempty": lambda found, _value: found == "",
    "isnotempty": lambda found, _value: found != "",
}
_SHORT = {
    "eq": "equals",
    "is": "equals",
    "ne": "notequals",
    "isnot": "notequals",
    "co": "contains",
    "nc": "notcontains",
    "doesnotcontain": "notcontains",
    "matches": "regex",
    "gt": "greaterthan",
    "gte": "greaterorequal",
    "lt": "lessthan",
    "lte": "lessorequal",
}


def rule_test(rule: Row) -> Callable[[Row], bool]:
    """Whether a row passes a filter's rule; a rule that makes no sense is rejected with 400.

    The OpenAPI file names no operators; these are known in any case, with or without blanks,
    hyphens and underscores.
    """
    name = re.sub(r"[\s_-]", "", rule["operator"].lower())
    name = _SHORT.get(name, name)
    column, value = rule["column"], rule.get("value", "")
    if name not in _OPERATORS:
        raise Rejected(
            400,
            f"filter: unknown operator '{rule['operator']}', known are {', '.join(_OPERATORS)}",
            listed=True,
        )
    if name == "regex":
        try:
            re.compile(value)
        except re.error as error:
            raise Rejected(
                400, f"filter: '{value}' is no regular expression: {error}", listed=True
            ) from error
    compare = _OPERATORS[name]
    return lambda row: compare(text_of(row.get(column)), value)


def text_of(value: Any) -> str:
    """A cell as text: nothing for null, JSON for what is no plain value."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def passing(rows: list[Row], wanted: Row) -> list[Row]:
    """The rows that all rules let through."""
    rules = wanted.get("rules", []) if wanted.get("enabled", True) else []
    tests = [rule_test(rule) for rule in rules]
    return [row for row in rows if all(test(row) for test in tests)]


def chosen(rows: list[Row], columns: list[Row], timestamp_format: str | None) -> list[Row]:
    """The columns that were chosen, under their new names and in their types; all as they are where
    none were.
    """
    if not columns:
        return rows
    labels = [str(column.get("renameTo", column["name"])) for column in columns]
    return [
        {
            label: _converted(row.get(column["name"]), column, timestamp_format)
            for label, column in zip(labels, columns)
        }
        for row in rows
    ]


def _converted(value: Any, column: Row, timestamp_format: str | None) -> Any:
    kind = column.get("valueType")
    if kind == "string":
        return text_of(value)
    if kind == "numeric":
        number = _number(value)
        if not math.isfinite(number):
            return column.get("defaultValue")
        return int(number) if number.is_integer() else number
    if kind == "datetime":
        return _formatted(value, column.get("dateFormat", timestamp_format))
    return value


def _formatted(value: Any, pattern: str | None) -> Any:
    """A time in UTC by a pattern such as `YYYY-MM-DD HH:mm:ss.SSS` (`X` are seconds since 1970);
    what is no time stays as it is.
    """
    try:
        seconds = parse_iso(text_of(value))
    except Rejected:
        return value
    if pattern is None:
        return iso(seconds)
    moment = datetime.fromtimestamp(seconds, timezone.utc)
    parts = {
        "YYYY": f"{moment:%Y}",
        "MM": f"{moment:%m}",
        "DD": f"{moment:%d}",
        "HH": f"{moment:%H}",
        "mm": f"{moment:%M}",
        "ss": f"{moment:%S}",
        "SSS": f"{moment.microsecond // 1000:03d}",
        "X": str(int(seconds)),
    }
    return re.sub("YYYY|MM|DD|HH|mm|ss|SSS|X", lambda found: parts[found.group()], pattern)


def batches(rows: list[Row], configuration: Row) -> Iterator[list[Row]]:
    """At most `batchSize` rows, whose JSON has at most `batchSizeBytes` unless one row alone has
    more; 0 and none are no limit.
    """
    # JSON knows 4.0 as a whole number, too.
    most = int(configuration.get("batchSize", 0)) or len(rows)
    most_bytes = int(configuration.get("batchSizeBytes", 0)) or math.inf
    batch: list[Row] = []
    size = 0
    for row in rows:
        length = len(json.dumps(row, ensure_ascii=False).encode())
        if batch and (len(batch) == most or size + length > most_bytes):
            yield batch
            batch, size = [], 0
        batch.append(row)
        size += length
    yield batch


def encoded(rows: list[Row], form: Row, source_name: str) -> bytes:
    """One request's body in a connection's `format`: an array or lines of JSON, CSV, or a line of
    text per row; or one object that has the rows under their source's name or another text, which
    Connect calls "Wrap Data with Text".
    """
    kind, options = form.get("type", "json"), form.get("options", {})
    if kind == "json" and options.get("surroundWithSource", False):
        return json.dumps({options.get("wrapText", source_name): rows}, ensure_ascii=False).encode()
    if kind == "csv":
        return _csv(rows, options).encode()
    if kind == "json" and options.get("generateDocument", True):
        return json.dumps(rows, ensure_ascii=False).encode()
    line = _LINES[kind]
    separator = options.get("rowSeparator", "\n")
    return "".join(line(row) + separator for row in rows).encode()


def _csv(rows: list[Row], options: Row) -> str:
    """Rows of one source, which all have the same columns."""
    text = io.StringIO()
    names = list(rows[0])
    writer = csv.writer(
        text,
        delimiter=options.get("delimiter", ","),
        lineterminator=options.get("rowSeparator", "\n"),
    )
    if options.get("headerRow", True):
        writer.writerow(names)
    writer.writerows([text_of(row.get(name)) for name in names] for row in rows)
    return text.getvalue()


def _pairs(row: Row, separator: str, escaped: str) -> str:
    """`name=value` with backslashes before what would be misread; names lose their blanks, as CEF
    and LEEF want it.
    """
    return separator.join(
        "{}={}".format(
            name.replace(" ", ""),
            re.sub(f"([{escaped}])", r"\\\1", text_of(value)).replace("\n", r"\n"),
        )
        for name, value in row.items()
    )


_LINES: dict[str, Callable[[Row], str]] = {
    "json": lambda row: json.dumps(row, ensure_ascii=False),
    "cef": lambda row: f"CEF:0|{_PRODUCT}|row|Row|3|{_pairs(row, ' ', '=' + _BACKSLASH)}",
    "leef": lambda row: f"LEEF:1.0|{_PRODUCT}|row|{_pairs(row, chr(9), chr(9) + _BACKSLASH)}",
    "keyvalue": lambda row: " ".join(
        f"{json.dumps(name, ensure_ascii=False)}={json.dumps(text_of(value), ensure_ascii=False)}"
        for name, value in row.items()
    ),
}
