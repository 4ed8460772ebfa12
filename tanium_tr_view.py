# File: tanium_tr_view.py
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
"""Custom views: what SOAR's web process calls to show the results of an action, and what the
template then draws.

Each `display_...` takes the name of the action, SOAR's pairs of a summary and its ActionResults,
and the template's context, which it fills; it returns the template. They are pure, never fail
because of what a row holds, and show at most ROWS rows of a result. This file imports nothing of
the app, because SOAR loads it by itself; tests/views holds its `contains` against the declarations.

A result becomes sections, a section is a table or a chart, and a cell of a table holds parts.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any, Callable, NamedTuple


TEMPLATE = "views/results.html"
ROWS = 1000
LONGEST = 500  # characters of a value that are shown; the context menu has all of them
LONGEST_CONTENTS = 50_000
SHORT = 24  # characters that stay on one line
LISTED = 50  # values of a list that are shown
COUNTED = 8  # values of a column that are counted each
BARS = 48  # of the count over time

Row = dict[str, Any]
Section = dict[str, Any]


class Part(NamedTuple):
    """One piece of a cell, in the order in which the template unpacks it. With `kinds` it opens
    SOAR's context menu on `value`.
    """

    text: str
    style: str = ""  # classes of the template's style sheet
    title: str = ""
    kinds: Sequence[str] = ()  # SOAR's `contains`
    value: str = ""
    link: str = ""


Sections = Callable[[list[Row], Row], list[Section]]


def display_process_tree(provides: str, all_app_runs: Iterable[Any], context: Row) -> str:
    return _fill(provides, all_app_runs, context, _process_tree)


def display_process_events(provides: str, all_app_runs: Iterable[Any], context: Row) -> str:
    return _fill(provides, all_app_runs, context, _events(PROCESS_EVENTS))


def display_events(provides: str, all_app_runs: Iterable[Any], context: Row) -> str:
    return _fill(provides, all_app_runs, context, _events(EVENTS))


def display_alerts(provides: str, all_app_runs: Iterable[Any], context: Row) -> str:
    return _fill(provides, all_app_runs, context, _listed(ALERTS, "Priority", "State"))


def display_files(provides: str, all_app_runs: Iterable[Any], context: Row) -> str:
    return _fill(provides, all_app_runs, context, _listed(FILES))


def display_vault_files(provides: str, all_app_runs: Iterable[Any], context: Row) -> str:
    return _fill(provides, all_app_runs, context, _listed(VAULT_FILES))


def display_endpoint_files(provides: str, all_app_runs: Iterable[Any], context: Row) -> str:
    return _fill(provides, all_app_runs, context, _listed(ENDPOINT_FILES, "Type"))


def display_snapshots(provides: str, all_app_runs: Iterable[Any], context: Row) -> str:
    return _fill(provides, all_app_runs, context, _listed(SNAPSHOTS))


def display_connections(provides: str, all_app_runs: Iterable[Any], context: Row) -> str:
    return _fill(provides, all_app_runs, context, _listed(CONNECTIONS, "Status"))


def display_intel(provides: str, all_app_runs: Iterable[Any], context: Row) -> str:
    return _fill(provides, all_app_runs, context, _intel)


def display_data_connections(provides: str, all_app_runs: Iterable[Any], context: Row) -> str:
    return _fill(provides, all_app_runs, context, _listed(DATA_CONNECTIONS, "Last run"))


def display_connection_logs(provides: str, all_app_runs: Iterable[Any], context: Row) -> str:
    return _fill(provides, all_app_runs, context, _listed(CONNECTION_LOGS, "Status"))


def display_delivery(provides: str, all_app_runs: Iterable[Any], context: Row) -> str:
    return _fill(provides, all_app_runs, context, _delivery)


def _fill(provides: str, all_app_runs: Iterable[Any], context: Row, sections: Sections) -> str:
    context["action"] = provides
    context["results"] = [
        _result(result, sections) for _, results in all_app_runs for result in results
    ]
    return TEMPLATE


def _result(result: Any, sections: Sections) -> Row:
    data, summary, parameters = result.get_data(), result.get_summary(), result.get_param()
    rows = [row for row in data if isinstance(row, dict)] if isinstance(data, list) else []
    summary = summary if isinstance(summary, dict) else {}
    failed = result.get_status() in (False, None, "failed")
    facts = _facts(parameters, PARAMETERS) if isinstance(parameters, dict) else []
    asked = [_section(facts, kind="facts")] if facts else []
    shown = [
        section for section in sections(rows[:ROWS], summary) if section["rows"] or section["chart"]
    ]
    return {
        "failed": failed,
        "message": text(result.get_message()),
        "sections": [*asked, *shown],
        "is_empty": not (rows and shown) and not failed,
        "is_partial": bool(rows and shown) and failed,
        "omitted": (
            f"The first {ROWS:,} of {len(rows):,} rows; the result itself has all of them."
            if len(rows) > ROWS
            else ""
        ),
    }


# Values


# No page can hold half of a character.
_HALVES = re.compile("[\ud800-\udfff]")


def text(value: Any, longest: int = LONGEST) -> str:
    """Any JSON value as one bounded text that a person can read: what would steer the page instead
    is spelled out, like marks of direction.
    """
    if isinstance(value, str):
        found = value
    elif value is None:
        found = ""
    elif isinstance(value, bool):
        found = "yes" if value else "no"
    else:
        found = _json(value)
    found = found.replace("\r\n", "\n")
    if len(found) > longest:
        found = f"{found[:longest]}... ({len(found):,} characters)"
    if found.isprintable():
        return found
    return "".join(
        each if each.isprintable() or each in "\n\t" else f"\\u{ord(each):04x}" for each in found
    )


def _json(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    except (ValueError, RecursionError):
        return "a value that cannot be shown"


def part(shown: str, value: Any, contains: Sequence[str], style: str) -> Part:
    """With `contains`, the part opens SOAR's context menu on the whole value; a list or an object
    is no value that an action takes.
    """
    if not (contains and shown and isinstance(value, (str, int, float))):
        return Part(shown, style)
    return Part(shown, style, kinds=contains, value=_HALVES.sub("\ufffd", str(value)))


Parts = Callable[[Any, Sequence[str]], list[Part]]


def plain(value: Any, contains: Sequence[str]) -> list[Part]:
    values = value if isinstance(value, list) else [value]
    shown = [(text(each), each) for each in values[:LISTED]]
    more = [Part(f"and {len(values) - LISTED:,} more", "note")] if len(values) > LISTED else []
    return [part(each, value, contains, _breaking(each)) for each, value in shown if each] + more


def _breaking(shown: str) -> str:
    """The class that says where a text may be broken into lines: nowhere, anywhere, or at its
    blanks.
    """
    if len(shown) > SHORT:
        return "long"
    return "" if " " in shown else "short"


def small(value: Any, contains: Sequence[str]) -> list[Part]:
    return [each._replace(style=f"note {each.style}") for each in plain(value, contains)]


def code(value: Any, contains: Sequence[str]) -> list[Part]:
    return [each._replace(style=f"code {each.style}") for each in plain(value, contains)]


def name(value: Any, contains: Sequence[str]) -> list[Part]:
    """A path: what it ends with, and the folder below it."""
    path = value if isinstance(value, str) else ""
    folder, separator, base = path.rpartition(
        "\\" if "\\" in path and not path.startswith("/") else "/"
    )
    if not (separator and base):
        return plain(value, contains)
    return [
        part(text(base), value, contains, f"name {_breaking(base)}"),
        Part(text(folder + separator), "note long"),
    ]


_ADDRESS = re.compile(r"(?<![\w.])((?:\d{1,3}\.){3}\d{1,3})(?![\w.])", re.ASCII)


def addresses(value: Any, contains: Sequence[str]) -> list[Part]:
    """A text with IPv4 addresses in it, which get the menu."""
    if not isinstance(value, str) or len(value) > LONGEST:
        return code(value, ())
    pieces = enumerate(_ADDRESS.split(value))  # every second one is an address
    return [
        part(text(piece), piece, contains if at % 2 else (), "code")
        for at, piece in pieces
        if piece.strip()
    ]


def digest(value: Any, contains: Sequence[str]) -> list[Part]:
    """A hash or a long id: its beginning, which is enough to compare by eye; the mouse shows the
    whole.
    """
    shown = text(value)
    beginning = f"{shown[:8]}…" if len(shown) > 16 else shown
    return (
        [part(beginning, value, contains, style="code short")._replace(title=shown)]
        if shown
        else []
    )


TONES = {
    **dict.fromkeys(
        ("high", "critical", "failed", "failure", "error", "timeout", "undelivered", "denied"),
        "bad",
    ),
    **dict.fromkeys(
        ("medium", "unresolved", "waiting", "connecting", "partial", "set aside"), "warn"
    ),
    **dict.fromkeys(
        (
            "connected",
            "resolved",
            "completed",
            "success",
            "succeeded",
            "delivered",
            "ok",
            "yes",
            "true",
        ),
        "good",
    ),
    **dict.fromkeys(("inprogress", "in progress", "running", "started", "accepted"), "busy"),
}


def badge(value: Any, contains: Sequence[str] = ()) -> list[Part]:
    shown = text(value)
    return (
        [part(shown, value, contains, style=f"badge {TONES.get(shown.lower(), 'quiet')}")]
        if shown
        else []
    )


_UNITS = ("bytes", "KB", "MB", "GB", "TB", "PB", "EB")


def size(value: Any, contains: Sequence[str] = ()) -> list[Part]:
    number = _number(value)
    if number is None or number < 0:
        return plain(value, contains)
    exact, unit = number, 0
    while number >= 1024 and unit < len(_UNITS) - 1:
        number, unit = number / 1024, unit + 1
    shown = (
        f"{number:.1f} {_UNITS[unit]}" if unit and number < 100 else f"{number:,.0f} {_UNITS[unit]}"
    )
    return [Part(shown, "number", f"{exact:,.0f} bytes")]


def count(value: Any, contains: Sequence[str] = ()) -> list[Part]:
    number = _number(value)
    return (
        plain(value, contains)
        if number is None
        else [part(f"{number:,.0f}", value, contains, style="number")]
    )


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if abs(number) < 1e21 else None


def moment(value: Any, contains: Sequence[str] = ()) -> list[Part]:
    """A time in UTC, to the second."""
    found = time_of(value)
    return (
        plain(value, contains)
        if found is None
        else [Part(f"{found:%Y-%m-%d %H:%M:%S}", "time", text(value))]
    )


def moment_of_seconds(value: Any, contains: Sequence[str] = ()) -> list[Part]:
    number = _number(value)
    return plain(value, contains) if number is None else moment(number * 1000, contains)


def duration_of_seconds(value: Any, contains: Sequence[str] = ()) -> list[Part]:
    number = _number(value)
    return plain(value, contains) if number is None else duration(number * 1000, contains)


def duration(value: Any, contains: Sequence[str] = ()) -> list[Part]:
    """Of milliseconds; hours, minutes and seconds from a minute on."""
    number = _number(value)
    if number is None or not 0 <= number < 1e12:
        return plain(value, contains)
    return [Part(_length(timedelta(milliseconds=number)), "number")]


def _length(time: timedelta) -> str:
    seconds = time.total_seconds()
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    return f"{seconds:.1f} s" if seconds < 60 else str(timedelta(seconds=round(seconds)))


_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d+)? ?(?:Z|UTC|([+-]\d\d):?(\d\d))?", re.ASCII
)


def time_of(value: Any) -> datetime | None:
    """From ISO 8601, `YYYY-MM-DD hh:mm:ss.mmm` in UTC, or milliseconds since 1970 as number or
    text; None for anything else.
    """
    try:
        if isinstance(value, str) and not value.isdigit():
            match = _TIME.fullmatch(value)
            return _time(match) if match else None
        milliseconds = _number(value)
        return (
            _EPOCH + timedelta(milliseconds=milliseconds)
            if milliseconds and milliseconds > 0
            else None
        )
    except (ValueError, OverflowError):
        return None


def _time(match: re.Match[str]) -> datetime:
    day, time, fraction, hours, minutes = match.groups()
    microseconds = (fraction or ".")[:7].ljust(7, "0")
    return datetime.fromisoformat(
        f"{day}T{time}{microseconds}{hours or '+00'}:{minutes or '00'}"
    ).astimezone(timezone.utc)


def web_link(value: Any, contains: Sequence[str] = ()) -> list[Part]:
    """A link only for what is an address of the web as a whole: a row may hold anything."""
    if isinstance(value, str) and re.fullmatch(r"https?://[\w.\[\]:-]+(/[!-~]*)?", value, re.ASCII):
        return [Part("open in Tanium", link=value)]
    return plain(value, contains)


def techniques(value: Any, _: Sequence[str]) -> list[Part]:
    """The ids of MITRE techniques, wherever in the document's field they stand."""
    shown = value if isinstance(value, str) else _json(value)
    found = dict.fromkeys(re.findall(r"\bT\d{4}(?:\.\d{3})?\b", shown, re.ASCII))
    return [Part(technique, "badge quiet") for technique in found]


# Tables


class Column(NamedTuple):
    """What a table shows of a row: the first of `paths` (keys joined by dots) that has a value
    there; an empty path is the row itself.
    """

    title: str
    paths: tuple[str, ...]
    parts: Parts = plain
    contains: tuple[str, ...] = ()


def _at(row: Row, column: Column) -> Any:
    for path in column.paths:
        value: Any = row
        for key in path.split(".") if path else ():
            value = value.get(key) if isinstance(value, dict) else None
        if value not in (None, "", [], {}):
            return value
    return None


def _parts(row: Row, column: Column) -> list[Part]:
    value = _at(row, column)
    return [] if value is None else column.parts(value, column.contains)


def together(*columns: Column) -> Parts:
    """Of the row itself: several columns in one, below each other, each behind its title if it has
    one.
    """

    def parts(row: Any, _: Sequence[str]) -> list[Part]:
        found = [(column.title, each) for column in columns for each in _parts(row, column)]
        return [
            each._replace(text=f"{title} {each.text}".lstrip(), style=f"{each.style} line")
            for title, each in found
        ]

    return parts


def _section(
    rows: list[Row],
    columns: Sequence[str] = (),
    *,
    title: str = "",
    kind: str = "rows",
    chart: Row | None = None,
) -> Section:
    return {"title": title, "kind": kind, "columns": columns, "rows": rows, "chart": chart}


def _row(cells: list[tuple[str, list[Part]]], *, title: str = "", style: str = "") -> Row:
    """Each cell with the title of its column, which narrow widgets show beside it; `title` is the
    row's own.
    """
    return {"cells": cells, "title": title, "style": style}


def _table(rows: list[Row], columns: Sequence[Column]) -> Section:
    """Without the columns in which no row has anything; no two columns have one title."""
    of_columns = [(column.title, [_parts(row, column) for row in rows]) for column in columns]
    filled = {title: cells for title, cells in of_columns if any(cells)}
    return _section(
        [_row(list(zip(filled, cells))) for cells in zip(*filled.values())], list(filled)
    )


def _facts(row: Row, columns: Sequence[Column]) -> list[Row]:
    """One line for each column that has something: its title and its value."""
    lines = [(column.title, _parts(row, column)) for column in columns]
    return [_row([("", parts)], title=title) for title, parts in lines if parts]


def _listed(columns: Sequence[Column], *counted: str) -> Sections:
    """A table of the rows below the counts of the columns whose titles are `counted`; a single row
    as lines.
    """

    def sections(rows: list[Row], _: Row) -> list[Section]:
        if len(rows) == 1:
            return [_section(_facts(rows[0], columns), kind="facts")]
        return [_badges(_counts(rows, columns, counted)), _table(rows, columns)]

    return sections


def _badges(parts: list[Part]) -> Section:
    return _section([_row([("", parts)])] if parts else [], kind="counts")


def _counts(rows: list[Row], columns: Sequence[Column], titles: Sequence[str]) -> list[Part]:
    """How many rows have each value of these columns, the most frequent ones first."""
    found = []
    for column in columns:
        if column.title in titles:
            numbers = Counter(filter(None, (text(_at(row, column)) for row in rows))).most_common()
            found += [
                Part(f"{number:,} {value}", f"badge {TONES.get(value.lower(), 'quiet')}")
                for value, number in numbers[:COUNTED]
            ]
            others = sum(number for _, number in numbers[COUNTED:])
            found += [Part(f"{others:,} others", "badge quiet")] if others else []
    return found


# The widgets


HOST, IP, DOMAIN, PID, USER = ("host name",), ("ip",), ("domain",), ("pid",), ("user name",)
FILE_NAME, FILE_PATH, FILE_NAME_PATH, MD5, SHA1, SHA256 = (
    ("file name",),
    ("file path",),
    ("file name", "file path"),
    ("md5",),
    ("sha1",),
    ("sha256",),
)
CLIENT_ID, CONNECTION_ID = ("threatresponse client id",), ("threatresponse connection id",)
PROCESS_TABLE_ID, SNAPSHOT_ID, TASK_ID = (
    ("threatresponse process table id",),
    ("threatresponse snapshot id",),
    ("threatresponse task id",),
)
FILE_ID, FILE_HASH, VAULT_ID = (
    ("threatresponse file id",),
    ("threatresponse file hash",),
    ("sha1", "vault id"),
)
ALERT_ID, INTEL_DOC_ID, LABEL_ID = (
    ("threatresponse alert id",),
    ("threatresponse intel doc id",),
    ("threatresponse label id",),
)
DATA_CONNECTION_ID, SCHEDULE_ID = ("tanium data connection id",), ("tanium schedule id",)
DATA_SOURCE_ID, DESTINATION_ID = ("tanium data source id",), ("tanium destination id",)

# Of the parameters, those that say what the result is about.
PARAMETERS = (
    Column("Connection", ("connection_id",), contains=CONNECTION_ID),
    Column("Endpoint", ("destination",), contains=("threatresponse client id", "host name", "ip")),
    Column("Process Table ID", ("process_table_id",), contains=PROCESS_TABLE_ID),
    Column("Type of event", ("event_type",)),
    Column("Query", ("query",)),
    Column("Host", ("hostname",), contains=HOST),
    Column("IP", ("ip",), contains=IP),
    Column("Directory", ("directory_path",), contains=FILE_PATH),
    Column("Path", ("file_path",), contains=FILE_PATH),
    Column("File ID", ("file_id",), contains=FILE_ID),
    Column("Hash", ("hash",), contains=FILE_HASH),
    Column("Intel Doc ID", ("intel_doc_id",), contains=INTEL_DOC_ID),
    Column("Alert ID", ("alert_id",), contains=ALERT_ID),
    Column("Label ID", ("label_id",), contains=LABEL_ID),
    Column("Data connection", ("data_connection_id",), contains=DATA_CONNECTION_ID),
    Column("Data source", ("data_source_id",), contains=DATA_SOURCE_ID),
    Column("Destination", ("destination_id",), contains=DESTINATION_ID),
    Column("Vault ID", ("vault_id",), contains=("vault id", "sha1")),
)

EVENT_TYPES = ("process", "file", "network", "registry", "dns", "image", "driver", "security")


def event_counts(row: Any, _: Sequence[str]) -> list[Part]:
    """Of the row of a process: how many events of each type it has."""
    numbers = [(kind, _number(row.get(f"{kind}_events_count"))) for kind in EVENT_TYPES]
    return [Part(f"{kind} {number:,.0f}", "chip") for kind, number in numbers if number]


_PID_AND_PATH = re.compile(r"(\d{1,20}): (.+)", re.ASCII | re.DOTALL)


def process(value: Any, contains: Sequence[str]) -> list[Part]:
    """A path, which may stand behind a PID."""
    match = _PID_AND_PATH.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return name(value, contains)
    return [
        *name(match[2], contains),
        *(each._replace(text=f"PID {each.text}") for each in plain(match[1], PID)),
    ]


# What the detail of an event is, by the event's type.
DETAILS: dict[str, tuple[Parts, tuple[str, ...]]] = {
    "process": (process, FILE_NAME_PATH),
    "file": (name, FILE_NAME_PATH),
    "image": (name, FILE_NAME_PATH),
    "driver": (name, FILE_NAME_PATH),
    "dns": (code, DOMAIN),
    "network": (addresses, IP),
    "registry": (code, ()),
    "security": (code, ()),
}


def detail(row: Any, contains: Sequence[str]) -> list[Part]:
    """Of the row of an event; `contains` is for a type that DETAILS does not have."""
    parts, of_type = DETAILS.get(text(row.get("type")).lower(), (code, contains))
    return parts(row.get("detail"), of_type)


PROCESS = (
    Column(
        "Process",
        ("",),
        together(
            Column("", ("process_path",), name, FILE_NAME_PATH),
            Column("Hash", ("process_hash",), digest, MD5),
        ),
    ),
    Column(
        "Context",
        ("",),
        together(Column("", ("context",), badge), Column("children", ("children_count",), count)),
    ),
    Column(
        "PID, Process Table ID",
        ("",),
        together(
            Column("", ("pid",), plain, PID),
            Column("", ("process_table_id", "id"), code, PROCESS_TABLE_ID),
        ),
    ),
    Column("Command line", ("process_command_line",), code),
    Column("User", ("user_name",), plain, USER),
    Column(
        "Started, ended (UTC)",
        ("",),
        together(
            Column("", ("create_time", "create_time_raw"), moment),
            Column("ended", ("end_time", "end_time_raw"), moment),
            Column("exit code", ("exit_code",), small),
        ),
    ),
    Column("Events", ("",), event_counts),
)

FURTHER_UP = (
    Column("Parent of the topmost process", ("parent_process_table_id",), code, PROCESS_TABLE_ID),
)

PROCESS_EVENTS = (
    Column("Time (UTC)", ("timestamp", "timestamp_raw"), moment),
    Column("Operation", ("operation",)),
    Column("Detail", ("",), detail, FILE_NAME),
    Column("Type", ("type",)),
)

EVENTS = (
    Column("Time (UTC)", ("timestamp", "create_time", "timestamp_raw", "create_time_raw"), moment),
    Column("Type", ("type",)),
    Column("Operation", ("operation",)),
    Column(
        "Process",
        ("",),
        together(
            Column("", ("process_name", "process_path"), name, FILE_NAME_PATH),
            Column("PID", ("process_id", "pid"), plain, PID),
            Column("", ("process_table_id",), code, PROCESS_TABLE_ID),
        ),
    ),
    Column("File", ("file",), name, FILE_PATH),
    Column("Library", ("path",), name, FILE_NAME_PATH),
    Column("Driver", ("ImageLoaded",), name, FILE_NAME_PATH),
    Column("Key", ("key_path",), code),
    Column("Value", ("value_name",)),
    Column(
        "Destination",
        ("",),
        together(
            Column("", ("destination_addr", "remote_address"), plain, IP),
            Column("port", ("destination_port", "remote_address_port"), small),
        ),
    ),
    Column(
        "Source",
        ("",),
        together(
            Column("", ("source_addr", "local_address"), plain, IP),
            Column("port", ("source_port", "local_address_port"), small),
        ),
    ),
    Column("Query", ("query",), code, DOMAIN),
    Column("Response", ("response",), code),
    Column("Event ID", ("event_id",)),
    Column("Detail", ("",), together(Column("", ("",), detail), Column("", ("details",), code))),
    Column(
        "User",
        ("",),
        together(
            Column("", ("username", "user_name"), plain, USER),
            Column("of", ("domain",), plain, DOMAIN),
        ),
    ),
    Column("Command line", ("process_command_line",), code, FILE_NAME),
    Column("Hash", ("Hashes", "hash", "library_hash", "process_hash"), digest, MD5),
    Column("Signed", ("Signed",), badge),
    Column("Signature", ("Signature", "signature_subject")),
    Column("Ended (UTC)", ("end_time", "end_time_raw"), moment),
    Column("Exit code", ("exit_code",)),
    Column(
        "Parent",
        ("",),
        together(
            Column("", ("parent_path",), name, FILE_NAME_PATH),
            Column("PID", ("parent_pid",), plain, PID),
            Column("", ("parent_process_table_id",), code, PROCESS_TABLE_ID),
        ),
    ),
)

ALERTS = (
    Column("Priority", ("priority",), badge),
    Column("State", ("state",), badge),
    Column(
        "Alert",
        ("",),
        together(Column("", ("id",), plain, ALERT_ID), Column("", ("console_link",), web_link)),
    ),
    Column("Updated", ("updated",), badge),
    Column("Message", ("message",)),
    Column("Time (UTC)", ("alertedAt", "createdAt"), moment),
    Column(
        "Host",
        ("",),
        together(
            Column("", ("computerName",), plain, HOST),
            Column("", ("computerIpAddress",), plain, IP),
        ),
    ),
    Column(
        "File, event",
        ("",),
        together(
            Column("", ("path",), name, FILE_NAME_PATH),
            Column("", ("event_type", "matchType"), small),
        ),
    ),
    Column(
        "Intel",
        ("",),
        together(
            Column("", ("intelDoc.name",)), Column("Document", ("intelDocId",), plain, INTEL_DOC_ID)
        ),
    ),
    Column(
        "Hashes",
        ("",),
        together(
            Column("MD5", ("md5",), digest, MD5),
            Column("SHA1", ("sha1",), digest, SHA1),
            Column("SHA256", ("sha256",), digest, SHA256),
        ),
    ),
)

FILES = (
    Column("File", ("path",), name, FILE_NAME_PATH),
    Column("Requested", ("taskInfo.metadata.paths",), code, FILE_PATH),
    Column("Host", ("hostname",), plain, HOST),
    Column("Size", ("size",), size),
    Column("Downloaded (UTC)", ("downloaded",), moment),
    Column("Created (UTC)", ("process_creation_time",), moment),
    Column("Modified (UTC)", ("last_modified",), moment),
    Column("User", ("username",), plain, USER),
    Column("Status", ("taskInfo.status", "status"), badge),
    Column("Started (UTC)", ("taskInfo.startTime",), moment),
    Column("Hash", ("hash",), digest, FILE_HASH),
    Column("Task ID", ("taskInfo.id",), plain, TASK_ID),
    Column("Connection ID", ("taskInfo.metadata.connection",), code, CONNECTION_ID),
    Column("File ID", ("uuid", "file_id"), code, FILE_ID),
    Column("Comments", ("comments",)),
)

VAULT_FILES = (
    Column("File", ("name", "file_name"), plain, FILE_NAME),
    Column("Size", ("size",), size),
    Column("Added", ("create_time",), moment),
    Column("Vault ID", ("vault_id",), code, VAULT_ID),
    Column("SHA1", ("hash",), code, SHA1),
    Column("SHA256", ("metadata.sha256",), code, SHA256),
    Column("Task ID", ("task_id",), plain, TASK_ID),
    Column("Connection ID", ("connection_id",), code, CONNECTION_ID),
    Column("File ID", ("file_id",), code, FILE_ID),
)

ENDPOINT_FILES = (
    Column("Name", ("name",), plain, FILE_NAME),
    Column("Type", ("type",), badge),
    Column("Size", ("size",), size),
    Column("Modified (UTC)", ("modifiedDate",), moment),
    Column("Created (UTC)", ("createdDate",), moment),
    Column("Path", ("path",), code, FILE_PATH),
    Column("Canonical path", ("canonicalPath",), code, FILE_PATH),
)

SNAPSHOTS = (
    Column("Snapshot", ("name",)),
    Column("Host", ("hostname",), plain, HOST),
    Column("Size", ("size",), size),
    Column("Created (UTC)", ("created",), moment),
    Column("Completed (UTC)", ("completed",), moment),
    Column("User", ("username",), plain, USER),
    Column("Status", ("taskInfo.status", "status"), badge),
    Column("Started (UTC)", ("taskInfo.startTime",), moment),
    Column("Task ID", ("taskInfo.id",), plain, TASK_ID),
    Column("Connection ID", ("connectionId", "taskInfo.metadata.connection"), code, CONNECTION_ID),
    Column("Snapshot ID", ("uuid",), code, SNAPSHOT_ID),
)

CONNECTIONS = (
    Column("Status", ("status",), badge),
    Column(
        "Host",
        ("",),
        together(Column("", ("hostname",), plain, HOST), Column("", ("ip",), plain, IP)),
    ),
    Column("Platform", ("platform",)),
    Column("Started (UTC)", ("initiatedAt",), moment),
    Column("Connected (UTC)", ("connectedAt",), moment),
    Column("Message", ("message",)),
    Column("Client ID", ("clientId",), plain, CLIENT_ID),
    Column("Connection ID", ("id",), code, CONNECTION_ID),
)

INTEL = (
    Column("Name", ("name",)),
    Column("Type", ("type",), badge),
    Column(
        "Intel Doc ID",
        ("",),
        together(
            Column("", ("id",), plain, INTEL_DOC_ID), Column("revision", ("revisionId",), small)
        ),
    ),
    Column(
        "Alerts",
        ("",),
        together(
            Column("", ("alertCount",), count),
            Column("unresolved", ("unresolvedAlertCount",), count),
        ),
    ),
    Column("MITRE ATT&CK", ("mitreAttack",), techniques),
    Column("Label IDs", ("labelIds",), plain, LABEL_ID),
    Column("Description", ("description",)),
    Column("Size", ("size",), size),
    Column("Created (UTC)", ("createdAt",), moment),
    Column("Updated (UTC)", ("updatedAt",), moment),
    Column("MD5", ("md5",), digest, MD5),
)

DATA_CONNECTIONS = (
    Column(
        "Data connection",
        ("",),
        together(Column("", ("name",)), Column("ID", ("id",), plain, DATA_CONNECTION_ID)),
    ),
    Column("Enabled", ("enabled",), badge),
    Column("Last run", ("lastRunStatus", "schedule.lastRunStatus"), badge),
    Column("Last run at (UTC)", ("lastRunTime", "schedule.lastRunTime"), moment),
    Column("Next run at (UTC)", ("schedule.nextRunTime",), moment),
    Column(
        "Source",
        ("",),
        together(
            Column("", ("source.name",)), Column("Source", ("source.id",), plain, DATA_SOURCE_ID)
        ),
    ),
    Column(
        "Destination",
        ("",),
        together(
            Column("", ("destination.name",)),
            Column("", ("destination.configuration.url",), small),
            Column("Destination", ("destination.id",), plain, DESTINATION_ID),
        ),
    ),
    Column("Format", ("format.type",)),
    Column(
        "Schedule",
        ("",),
        together(
            Column("", ("schedule.cron",), code),
            Column("every", ("schedule.intervalSeconds",), duration_of_seconds),
            Column("Schedule", ("schedule.id",), plain, SCHEDULE_ID),
        ),
    ),
)

CONNECTION_LOGS = (
    Column("Status", ("log.status", "status"), badge),
    Column("Data connection", ("connectionName", "log.connectionName")),
    Column("ID", ("connectionId", "data_connection_id"), plain, DATA_CONNECTION_ID),
    Column("Rows", ("rowCount", "log.rowCount"), count),
    Column("Started (UTC)", ("startTime", "log.startTime"), moment),
    Column("Ended (UTC)", ("endTime", "log.endTime"), moment),
    Column("Took", ("duration", "log.duration"), duration),
    Column("Message", ("message", "log.message")),
    Column("Run", ("runId",), code),
)

OUTCOME = (
    Column("Records delivered", ("records",), count),
    Column("Bytes", ("bytes",), size),
    Column("Bytes as sent", ("sent_bytes",), size),
    Column("Requests", ("requests",), count),
    Column("Refused", ("refused",), count),
    Column("Records over 500 KB", ("large",), count),
    Column("Set aside", ("set_aside",), count),
    Column("Undelivered", ("undelivered",), count),
)

BATCHES = (
    Column("Batch", ("batch_id",)),
    Column("State", ("state",), badge),
    Column("Records", ("records",), count),
    Column("Bytes", ("bytes",), size),
    Column("Created (UTC)", ("created",), moment_of_seconds),
    Column("Attempts", ("attempts",), count),
    Column("Reason", ("reason",)),
)


def _process_tree(rows: list[Row], summary: Row) -> list[Section]:
    """Parent, the process itself with its children, then its siblings; whatever else a server names
    comes last.
    """
    found: dict[str, list[Row]] = {
        context: [] for context in ("parent", "node", "child", "sibling", "")
    }
    for row in rows:
        context = text(row.get("context"))
        found[context if context in found else ""].append(row)
    below = 1 if found["parent"] else 0
    depths = {"parent": 0, "node": below, "child": below + 1, "sibling": below, "": 0}
    ordered = [
        (row, f"{context} depth-{depths[context]}")
        for context, of_context in found.items()
        for row in of_context
    ]
    table = _table([row for row, _ in ordered], PROCESS)
    table["kind"] = "rows tree"
    for row, (_, style) in zip(table["rows"], ordered):
        row["style"] = style
    counts = [
        Part(f"{len(of_context)} {context}", "badge quiet")
        for context, of_context in found.items()
        if of_context and context
    ]
    if summary.get("more_data") is True:
        counts.append(Part("more than shown", "badge warn"))
    return [_badges(counts), _section(_further_up(found), kind="facts"), table]


def _further_up(found: dict[str, list[Row]]) -> list[Row]:
    top = (found["parent"] or found["node"])[:1]
    return [
        row
        for process in top
        if process.get("parent_process_table_id") != "0"
        for row in _facts(process, FURTHER_UP)
    ]


def _events(columns: Sequence[Column]) -> Sections:
    def sections(rows: list[Row], summary: Row) -> list[Section]:
        counts = _counts(rows, columns, ["Operation"])
        if summary.get("more_data") is True:
            counts.append(Part("There are more events than the limit", "badge warn"))
        times = [time for time in (time_of(_at(row, columns[0])) for row in rows) if time]
        return [_badges(counts), _section([], chart=_over_time(times)), _table(rows, columns)]

    return sections


def _over_time(times: list[datetime]) -> Row | None:
    """Bars of an SVG that is BARS * 10 wide and 100 high; None where there is no time to spread
    them over.
    """
    first, last = min(times, default=_EPOCH), max(times, default=_EPOCH)
    if first == last:
        return None
    width = (last - first) / BARS
    numbers = Counter(min(int((time - first) / (last - first) * BARS), BARS - 1) for time in times)
    most = max(numbers.values())
    smallest = "seconds" if width >= timedelta(seconds=1) else "milliseconds"
    bars = []
    for at, number in sorted(numbers.items()):
        height = max(2, round(100 * number / most))
        title = f"{number:,} from {_stamp(first + at * width, smallest)} UTC"
        bars.append({"x": at * 10, "y": 100 - height, "height": height, "title": title})
    return {
        "bars": bars,
        "width": BARS * 10,
        "count": f"{len(times):,}",
        "scale": f"each bar {_length(width)}, at most {most:,}",
        "first": _stamp(first, smallest),
        "last": f"{_stamp(last, smallest)} UTC",
    }


def _stamp(time: datetime, smallest: str) -> str:
    return time.replace(tzinfo=None).isoformat(" ", smallest)


def _intel(rows: list[Row], summary: Row) -> list[Section]:
    found = _listed(INTEL, "Type")(rows, summary)
    contents = text(rows[0].get("contents"), LONGEST_CONTENTS) if len(rows) == 1 else ""
    return [
        *found,
        _section(
            [_row([("", [Part(contents, "code")])])] if contents else [],
            title="Contents",
            kind="contents",
        ),
    ]


def _delivery(rows: list[Row], summary: Row) -> list[Section]:
    """What came of a run, and the batches that stay undelivered."""
    batches = [row for row in rows if "batch_id" in row]
    outcome = summary or next((row for row in rows if "batch_id" not in row), {})
    return [
        _section(_facts(outcome, OUTCOME), kind="facts"),
        *_listed(BATCHES, "State")(batches, {}),
    ]
