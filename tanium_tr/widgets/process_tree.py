# File: process_tree.py
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
"""A process with its parent, children and siblings, as a tree; and all that run on an endpoint."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..declare import FILE_PATH, PROCESS_TABLE_ID, USER_NAME
from ..parameters.shared import PROCESS_EVENT_TYPES
from .parts import Part, badge, code, digest, file_path, note, number, size, timestamp
from .tables import (
    WHOLE_ROW,
    Row,
    Section,
    TableColumn,
    badges,
    column,
    columns_of,
    facts,
    section,
    stack,
    table,
)
from .values import float_of, text


def event_counts(row: Any, _: Sequence[str]) -> list[Part]:
    """Of the row of a process: how many events of each type it has."""
    numbers = [(kind, float_of(row.get(f"{kind}_events_count"))) for kind in PROCESS_EVENT_TYPES]
    return [Part(f"{kind} {number:,.0f}", "chip") for kind, number in numbers if number]


PROCESS = columns_of(
    "process_tree",
    stack(
        "Process",
        column("", "process_path", show=file_path, contains=(FILE_PATH,)),
        column("Hash", "process_hash", show=digest),
    ),
    stack(
        "Context",
        column("", "context", show=badge),
        column("children", "children_count", show=number),
    ),
    stack(
        "PID, Process Table ID",
        column("", "pid"),
        column("", "process_table_id", "id", show=code, contains=(PROCESS_TABLE_ID,)),
    ),
    column("Command line", "process_command_line", show=code),
    column("User", "user_name", contains=(USER_NAME,)),
    stack(
        "Started, ended (UTC)",
        column("", "create_time", "create_time_raw", show=timestamp),
        column("ended", "end_time", "end_time_raw", show=timestamp),
        column("exit code", "exit_code", show=note),
    ),
    column("Events", WHOLE_ROW, show=event_counts),
)

FURTHER_UP = columns_of(
    "process_tree",
    column(
        "Parent of the topmost process",
        "parent_process_table_id",
        show=code,
        contains=(PROCESS_TABLE_ID,),
    ),
)


def _paths(shown: TableColumn) -> set[str]:
    return {path for each in (shown, *shown.lines) for path in each.paths} - {WHOLE_ROW}


RUNNING = columns_of(
    "processes",
    column("Process", "process_path", "process_name", show=file_path),
    column("State", "terminated", show=lambda value, _: [badge_of_end(value)]),
    stack("PID, parent", column("", "pid"), column("parent", "ppid")),
    column("Command line", "process_command_line", show=code),
    stack("User", column("", "user_name"), column("", "group_name", show=note)),
    stack(
        "CPU, memory",
        column("%", "cpu_usage_percent", show=number),
        column("", "memory_bytes", show=size),
    ),
)
OWNER = columns_of(
    "processes",
    column("Computer", "computer_name"),
    column("Computer ID", "computer_id", show=code),
    column("Endpoint ID", "endpoint_id", show=code),
)
PROCESS_PATHS = {path for each in (*RUNNING, *OWNER) for path in _paths(each)}
DEEPEST = 6  # levels that the template draws


def badge_of_end(terminated: Any) -> Part:
    """Whether a process was ended."""
    return (
        Part("gone", "badge good") if terminated is True else Part("not proved gone", "badge bad")
    )


def running_processes(rows: list[Row], _: Row) -> list[Section]:
    """Each process below the one that started it."""
    ordered = _by_parents(rows)
    tree = table([row for row, _ in ordered], RUNNING)
    tree["kind"] = "rows tree"
    for row, (_, depth) in zip(tree["rows"], ordered):
        row["style"] = f"depth-{min(depth, DEEPEST)}"
    return [
        section(facts(rows[0], OWNER) if rows else [], kind="facts"),
        badges([Part(f"{len(rows):,} processes", "badge quiet")]),
        tree,
    ]


def _by_parents(rows: list[Row]) -> list[tuple[Row, int]]:
    """The rows with their depths, each behind its parent. PIDs are used again, so that a chain of
    parents may end nowhere or run in a circle, which is cut at its first row.
    """
    known = {text(row.get("pid")) for row in rows}
    children: dict[str, list[int]] = {}
    for at, row in enumerate(rows):
        children.setdefault(text(row.get("ppid")), []).append(at)
    tops = [at for at, row in enumerate(rows) if text(row.get("ppid")) not in known]
    found: list[tuple[Row, int]] = []
    seen: set[int] = set()
    for top in (*tops, *range(len(rows))):
        waiting = [(top, 0)]
        while waiting:
            at, depth = waiting.pop()
            if at not in seen:
                seen.add(at)
                found.append((rows[at], depth))
                below = children.get(text(rows[at].get("pid")), [])
                waiting += [(child, depth + 1) for child in reversed(below)]
    return found


def process_tree(rows: list[Row], summary: Row) -> list[Section]:
    """The ancestors, the topmost first, the parent, the process itself with its children, then its
    siblings; whatever else a server sends comes last.
    """
    found: dict[str, list[Row]] = {
        context: [] for context in ("ancestor", "parent", "node", "child", "sibling", "")
    }
    for row in rows:
        context = text(row.get("context"))
        found[context if context in found else ""].append(row)
    above = len(found["ancestor"])
    below = above + (1 if found["parent"] else 0)
    depths = {"parent": above, "node": below, "child": below + 1, "sibling": below, "": 0}
    ordered = [
        (row, f"{context} depth-{min(depths.get(context, at), DEEPEST)}")
        for context, processes in found.items()
        for at, row in enumerate(processes)
    ]
    tree = table([row for row, _ in ordered], PROCESS)
    tree["kind"] = "rows tree"
    for row, (_, style) in zip(tree["rows"], ordered):
        row["style"] = style
    numbers = [
        Part(f"{len(processes)} {context}", "badge quiet")
        for context, processes in found.items()
        if processes and context
    ]
    if summary.get("more_data") is True:
        numbers.append(Part("more than shown", "badge warn"))
    return [badges(numbers), section(_further_up(found), kind="facts"), tree]


def _further_up(found: dict[str, list[Row]]) -> list[Row]:
    """Where the tree goes on above its topmost process."""
    top = (found["ancestor"] or found["parent"] or found["node"])[:1]
    return [
        row
        for process in top
        if process.get("parent_process_table_id") != "0"
        for row in facts(process, FURTHER_UP)
    ]
