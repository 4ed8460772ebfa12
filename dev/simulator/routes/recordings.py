# File: recordings.py
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
"""Events, processes and process trees of a connected endpoint."""

from __future__ import annotations

from collections.abc import Collection

from flask import Response, request

from dev.simulator.dialects import specified as shapes
from dev.simulator.errors import Rejected
from dev.simulator.recordings.processes import Process
from dev.simulator.recordings.recording import EVENT_TYPES, Recording
from dev.simulator.routes.request import (
    ignore_others,
    number_argument,
    page_of,
    reply,
    specified,
    specified_page,
    state,
    threat_response,
)
from dev.simulator.state.queries import Row, filtered, sorted_rows


EVENTS_AT_MOST = 1000
CHILDREN_AT_MOST = 301
SIBLINGS_AT_MOST = 602
CONTEXTS = ("parent", "node", "siblings", "children")

routes = threat_response("recordings")


@routes.get("/conns/<connection_id>/views/<event_type>/events")
def list_events(connection_id: str, event_type: str) -> Response:
    """One row more than `limit` says that there are more, and 1,001 is the most."""
    if specified("listEvents"):
        return reply({"data": _specified_events(connection_id, event_type)})
    rows, fields = _events(connection_id, event_type)
    rows = sorted_rows(filtered(rows, request.args, fields), request.args.get("sort", ""), fields)
    offset = number_argument("offset", 0)
    limit = min(number_argument("limit", EVENTS_AT_MOST), EVENTS_AT_MOST)
    return reply(rows[offset : offset + limit + 1])


@routes.get("/conns/<connection_id>/views/<event_type>/eventsCount")
def count_events(connection_id: str, event_type: str) -> Response:
    if specified("getEventsSummary"):
        ignore_others()
        return reply(
            {"data": {"count": len(_recording(connection_id).events(_specified_type(event_type)))}}
        )
    rows, fields = _events(connection_id, event_type)
    return reply({"count": len(filtered(rows, request.args, fields)), "has_more": False})


@routes.get("/conns/<connection_id>/processevents/<process_table_id>/<event_type>")
def list_process_events(connection_id: str, process_table_id: str, event_type: str) -> Response:
    recording = _recording(connection_id)
    process = _process(recording, process_table_id)
    if specified("getProcessEvents"):
        rows = recording.events_of(process, _specified_type(event_type, without="Combined"))
        return reply({"data": specified_page(rows, shapes.process_event)})
    return reply(page_of(recording.events_of(process, _known(event_type))))


@routes.get("/conns/<connection_id>/processtrees/<process_table_id>")
def process_tree(connection_id: str, process_table_id: str) -> Response:
    """A flat list. `limit` N allows N+1 children and twice as many siblings, up to 301 and 602.

    The specified dialect takes one context at most, all four without one, and cuts nothing off.
    """
    recording = _recording(connection_id)
    process = _process(recording, process_table_id)
    if specified("getProcessTree"):
        ignore_others("context")
        rows = _tree_rows(recording, process, _specified_contexts(), slice(None), slice(None))
        return reply({"data": [shapes.process(row) for row in rows]})
    contexts = [
        context for context in request.args.get("context", ",".join(CONTEXTS)).split(",") if context
    ]
    for context in contexts:
        if context not in CONTEXTS:
            raise Rejected(400, f"unknown context '{context}'", listed=True)
    offset = number_argument("offset", 0)
    limit = number_argument("limit", 100)
    siblings = slice(offset, offset + min(2 * (limit + 1), SIBLINGS_AT_MOST))
    children = slice(offset, offset + min(limit + 1, CHILDREN_AT_MOST))
    return reply(_tree_rows(recording, process, contexts, siblings, children))


def _tree_rows(
    recording: Recording,
    process: Process,
    contexts: Collection[str],
    siblings: slice,
    children: slice,
) -> list[Row]:
    """The rows of the wanted contexts, of siblings and children only a part."""
    parents = [] if process.parent is None else [recording.processes[process.parent]]
    family = [] if process.parent is None else recording.children[process.parent]
    relatives: dict[str, tuple[str, list[Process]]] = {
        "parent": ("parent", parents),
        "node": ("node", [process]),
        "siblings": ("sibling", [each for each in family if each is not process][siblings]),
        "children": ("child", recording.children.get(process.number, [])[children]),
    }
    return [
        recording.tree_row(each, name)
        for key, (name, found) in relatives.items()
        if key in contexts
        for each in found
    ]


def _specified_events(connection_id: str, event_type: str) -> list[Row]:
    """No row beyond the limit. `filter` and `match` are ignored: the OpenAPI file does not say what
    an expression looks like.
    """
    recording = _recording(connection_id)
    rows = recording.events(_specified_type(event_type))

    def shape(row: Row) -> Row:
        return shapes.event(row, _parent_command_line(recording, row))

    page = specified_page(
        rows, shape, columns=shapes.EVENT_COLUMNS, others=("fields",), at_most=EVENTS_AT_MOST
    )
    wanted = [
        name for name in request.args.get("fields", "").split(",") if name
    ] or shapes.EVENT_COLUMNS
    for name in wanted:
        if name not in shapes.EVENT_COLUMNS:
            raise Rejected(400, f"unknown field '{name}'", listed=True)
    return [{name: value for name, value in row.items() if name in wanted} for row in page]


def _parent_command_line(recording: Recording, row: Row) -> str | None:
    process = recording.process(row.get("process_table_id", ""))
    parent = recording.parent(process) if process else None
    return parent.command_line if parent else None


def _specified_type(event_type: str, without: str = "") -> str:
    """The recording's name of an event type as the specified path spells it."""
    if event_type not in set(shapes.EVENT_TYPES) - {without}:
        raise Rejected(400, f"unknown event type '{event_type}'", listed=True)
    return event_type.lower()


def _specified_contexts() -> tuple[str, ...]:
    context = request.args.get("context")
    if context is None:
        return CONTEXTS
    if context not in CONTEXTS:
        raise Rejected(400, f"unknown context '{context}'", listed=True)
    return (context,)


def _events(connection_id: str, event_type: str) -> tuple[list[Row], set[str]]:
    """All events of a type and every column they have; the older and the newer spelling alternate,
    so two rows show them all.
    """
    rows = _recording(connection_id).events(_known(event_type))
    return rows, {column for row in rows[:2] for column in row}


def _recording(connection_id: str) -> Recording:
    return state.computers.recording(state.connections.used(connection_id).host)


def _known(event_type: str) -> str:
    if event_type not in EVENT_TYPES:
        raise Rejected(400, f"unknown event type '{event_type}'", listed=True)
    return event_type


def _process(recording: Recording, table_id: str) -> Process:
    process = recording.process(table_id)
    if process is None:
        raise Rejected(404, f"Process '{table_id}' not found")
    return process
