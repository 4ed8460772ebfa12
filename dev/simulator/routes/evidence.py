# File: evidence.py
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
"""Evidence. Production lists it under one name and has everything else under another."""

from __future__ import annotations

from flask import Response, request

from dev.simulator.dialects import specified as shapes
from dev.simulator.errors import Rejected
from dev.simulator.routes.request import (
    caller,
    done,
    json_body,
    reply,
    require_production,
    require_specified,
    specified,
    specified_page,
    state,
    threat_response,
)
from dev.simulator.state.evidence import LIST_COLUMNS, KeptEvent
from dev.simulator.state.queries import Row, sorted_rows


SPECIFIED_PROPERTIES = ("hostname", "username", "eventType", "summary", "created")

routes = threat_response("evidence")


@routes.get("/evidence")
def list_evidence() -> Response:
    """Production sends all rows of a `type`: snapshot, file or event."""
    if specified("listEvidence"):
        page = specified_page(
            state.evidence.rows(),
            shapes.evidence,
            filters=("hostname", "type"),
            columns=shapes.EVIDENCE_COLUMNS,
        )
        return reply({"data": page})
    rows = state.evidence.of_all_kinds()
    rows = [row for row in rows if request.args.get("type") in (None, row["evidenceType"])]
    return reply(sorted_rows(rows, request.args.get("sort", ""), LIST_COLUMNS))


@routes.post("/evidence")
def create_evidence_from_process() -> Response:
    """The server itself looks the process up."""
    require_specified("createEvidence")
    body = json_body()
    connection_id, table_id, hostname = (
        _text(body, name) for name in ("connection_id", "ptid", "hostname")
    )
    host = state.connections.used(connection_id).host
    recording = state.computers.recording(host)
    process = recording.process(table_id)
    if process is None or host.hostname != hostname:
        raise Rejected(
            400,
            f"'{hostname}' has no process '{table_id}', or the connection is to another computer",
            listed=True,
        )
    event = recording.events("process")[process.number]
    summary = _text(body, "summary", "")
    state.evidence.create(
        KeptEvent(caller().user.name, hostname, "ProcessEvent", table_id, event, summary)
    )
    return done()


@routes.get("/evidence/properties")
def list_properties() -> Response:
    """The names of what may be filtered by, with their types; production means values."""
    require_specified("getEvidenceProperties")
    rows = [
        {"type": "date" if name == "created" else "string", "value": name}
        for name in SPECIFIED_PROPERTIES
    ]
    return reply({"data": rows})


@routes.get("/evidence/<evidence_id>")
def get_evidence(evidence_id: str) -> Response:
    require_specified("getEvidence")
    return reply({"data": shapes.evidence(state.evidence.get(evidence_id))})


@routes.delete("/evidence/<evidence_ids>")
def delete_evidence(evidence_ids: str) -> Response:
    """One id, or several with commas between them."""
    require_specified("deleteEvidence")
    state.evidence.delete(evidence_ids.split(","))
    return done()


@routes.post("/event-evidence")
def create_event_evidence() -> Response:
    """The event comes from the client; its computer must be the connection's."""
    require_production("createEvidence")
    given = json_body().get("evidence")
    if not isinstance(given, dict) or not isinstance(given.get("data"), dict):
        raise Rejected(400, "evidence is required, and in it the event as data", listed=True)
    table_id, connection_id, hostname, event_type = (
        _text(given, name) for name in ("recorderId", "connectionId", "hostname", "eventType")
    )
    if state.connections.get(connection_id).host.hostname != hostname:
        raise Rejected(400, f"The connection is not to '{hostname}'", listed=True)
    summary = _text(given, "summary", "")
    state.evidence.create(
        KeptEvent(caller().user.name, hostname, event_type, table_id, given["data"], summary)
    )
    return done()


@routes.get("/event-evidence/properties")
def list_event_properties() -> Response:
    require_production("getEvidenceProperties")
    return reply(state.evidence.properties())


@routes.get("/event-evidence/<evidence_id>")
def get_event_evidence(evidence_id: str) -> Response:
    require_production("getEvidence")
    return reply({"evidence": state.evidence.get(evidence_id)})


@routes.delete("/event-evidence")
def delete_event_evidence() -> Response:
    require_production("deleteEvidence")
    state.evidence.delete(json_body().get("ids"))
    return reply({})


def _text(body: Row, name: str, default: str | None = None) -> str:
    """A string of the body; only one with a `default` may be missing or empty."""
    value = body.get(name, default)
    if not isinstance(value, str) or (not value and default is None):
        raise Rejected(400, f"{name} is required and must be a string", listed=True)
    return value
