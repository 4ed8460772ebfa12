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

from flask import Response, request

from dev.simulator.errors import Rejected
from dev.simulator.recordings import EVENT_TYPES, Process, Recording, tree_row
from dev.simulator.routes.request import number_argument, page_of, reply, state, threat_response
from dev.simulator.state.queries import Row, filtered, sorted_rows


EVENTS_AT_MOST = 1000
CHILDREN_AT_MOST = 301
SIBLINGS_AT_MOST = 602
CONTEXTS = ("parent", "node", "siblings", "children")

routes = threat_response("recordings")


@routes.get("/conns/<connection_id>/views/<event_type>/events")
def list_events(connection_id: str, event_type: str) -> Response:
    """One row more than `limit` says that there are more, and 1,001 is the most."""
    rows, fields = _events(connection_id, event_type)
    rows = sorted_rows(filtered(rows, request.args, fields), request.args.get("sort", ""), fields)
    offset = number_argument("offset", 0)
    limit = min(number_argument("limit", EVENTS_AT_MOST), EVENTS_AT_MOST)
    return reply(rows[offset : offset + limit + 1])


@routes.get("/conns/<connection_id>/views/<event_type>/eventsCount")
def count_events(connection_id: str, event_type: str) -> Response:
    rows, fields = _events(connection_id, event_type)
    return reply({"count": len(filtered(rows, request.args, fields)), "has_more": False})


@routes.get("/conns/<connection_id>/processevents/<process_table_id>/<event_type>")
def list_process_events(connection_id: str, process_table_id: str, event_type: str) -> Response:
    recording = _recording(connection_id)
    return reply(page_of(recording.events_of(_process(recording, process_table_id), _known(event_type))))


@routes.get("/conns/<connection_id>/processtrees/<process_table_id>")
def process_tree(connection_id: str, process_table_id: str) -> Response:
    """A flat list. `limit` N allows N+1 children and twice as many siblings, up to 301 and 602."""
    recording = _recording(connection_id)
    process = _process(recording, process_table_id)
    contexts = [context for context in request.args.get("context", ",".join(CONTEXTS)).split(",") if context]
    for context in contexts:
        if context not in CONTEXTS:
            raise Rejected(400, f"unknown context '{context}'", listed=True)
    offset = number_argument("offset", 0)
    limit = number_argument("limit", 100)
    parents = [] if process.parent is None else [recording.processes[process.parent]]
    family = [] if process.parent is None else recording.children[process.parent]
    siblings = [sibling for sibling in family if sibling is not process]
    children = recording.children.get(process.number, [])
    relatives: dict[str, tuple[str, list[Process]]] = {
        "parent": ("parent", parents),
        "node": ("node", [process]),
        "siblings": ("sibling", siblings[offset : offset + min(2 * (limit + 1), SIBLINGS_AT_MOST)]),
        "children": ("child", children[offset : offset + min(limit + 1, CHILDREN_AT_MOST)]),
    }
    return reply([tree_row(recording, each, name) for key, (name, found) in relatives.items() if key in contexts for each in found])


def _events(connection_id: str, event_type: str) -> tuple[list[Row], set[str]]:
    """All events of a type and every column they have; the older and the newer spelling alternate, so two rows show them all."""
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
