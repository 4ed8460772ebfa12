# File: connect.py
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
"""Connect: its documented operations, and the two reads that clients of production servers use
instead. What its vendor describes is in `connect_vendor`.
"""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import abort

from dev.simulator.errors import Rejected
from dev.simulator.routes.connect_dialect import CONNECT, is_vendors, require_any_permission
from dev.simulator.routes.request import (
    caller,
    done,
    json_body,
    page_of,
    reply,
    require_unspecified,
    state,
)


VERSION = "5.20.84"

routes = Blueprint("connect", __name__, url_prefix=CONNECT)


@routes.before_request
def _begin() -> ResponseReturnValue | None:
    """An operation that both dialects have under one path is answered by the one that it is in."""
    require_any_permission()
    name = (request.endpoint or "").rpartition(".")[2]
    if is_vendors(name):
        view = current_app.view_functions.get(f"connect_vendor.{name}")
        if view is None:
            abort(state.settings.connect_refusal_status)
        return cast(ResponseReturnValue, view(**(request.view_args or {})))
    return None


@routes.get("/v1/connections")
def list_connections() -> Response:
    _require_reads()
    connections = state.connect.connections
    return _data(
        [
            connections.shown(row)
            for row in page_of([*connections.all.values()], state.settings.default_page)
        ]
    )


@routes.post("/v1/connections")
def create_connection() -> Response:
    row = state.connect.connections.create(json_body())
    row["userId"] = caller().user.id
    return _shown(row)


@routes.get("/v1/connections/<int:connection_id>")
def get_connection(connection_id: int) -> Response:
    _require_reads()
    return _shown(state.connect.connections.get(connection_id))


@routes.put("/v1/connections/<int:connection_id>")
def update_connection(connection_id: int) -> Response:
    return _shown(state.connect.connections.update(connection_id, json_body()))


@routes.delete("/v1/connections/<int:connection_id>")
def delete_connection(connection_id: int) -> Response:
    state.connect.connections.delete(connection_id)
    return done()


@routes.post("/v1/connections/<int:connection_id>/run")
def run_connection(connection_id: int) -> Response:
    return _data({"status": "running", "runId": state.connect.run(connection_id).key})


@routes.put("/v1/connections/<int:connection_id>/enable")
def enable_connection(connection_id: int) -> Response:
    return _shown(state.connect.connections.set_enabled(connection_id, True))


@routes.put("/v1/connections/<int:connection_id>/disable")
def disable_connection(connection_id: int) -> Response:
    return _shown(state.connect.connections.set_enabled(connection_id, False))


@routes.get("/v1/sources")
def list_sources() -> Response:
    return _data([*state.connect.sources.all.values()])


@routes.get("/v1/sources/<int:source_id>")
def get_source(source_id: int) -> Response:
    return _data(state.connect.sources.get(source_id))


@routes.get("/v1/destinations")
def list_destinations() -> Response:
    destinations = state.connect.destinations
    return _data([destinations.shown(row) for row in destinations.all.values()])


@routes.post("/v1/destinations")
def create_destination() -> Response:
    destinations = state.connect.destinations
    return _data(destinations.shown(destinations.create(json_body())))


@routes.get("/v1/destinations/<int:destination_id>")
def get_destination(destination_id: int) -> Response:
    destinations = state.connect.destinations
    return _data(destinations.shown(destinations.get(destination_id)))


@routes.put("/v1/destinations/<int:destination_id>")
def update_destination(destination_id: int) -> Response:
    destinations = state.connect.destinations
    return _data(destinations.shown(destinations.update(destination_id, json_body())))


@routes.delete("/v1/destinations/<int:destination_id>")
def delete_destination(destination_id: int) -> Response:
    state.connect.connections.delete_destination(destination_id)
    return done()


@routes.get("/v1/schedules")
def list_schedules() -> Response:
    connections = state.connect.connections
    return _data([connections.shown_schedule(row) for row in connections.schedules.values()])


@routes.get("/v1/schedules/<int:schedule_id>")
def get_schedule(schedule_id: int) -> Response:
    connections = state.connect.connections
    return _data(connections.shown_schedule(connections.get_schedule(schedule_id)))


@routes.get("/v1/status")
def get_connect_status() -> Response:
    return _data({"version": VERSION, "status": "ok"})


@routes.get("/v1/logs")
def list_connection_logs() -> Response:
    """Newest first."""
    wanted = request.args.get("connectionId")
    if wanted is not None and not wanted.isdecimal():
        raise Rejected(400, f"connectionId must be a number, got '{wanted}'", listed=True)
    rows = [
        row for row in state.connect.logs if wanted is None or row["connectionId"] == int(wanted)
    ]
    return _data(page_of(rows, state.settings.default_page))


@routes.get("/private/connections")
def list_connection_names() -> Response:
    """Production's list: without what `skipComponentHydration` leaves out."""
    require_unspecified("exportConnections")
    rows = [
        {name: row[name] for name in ("id", "name", "description", "enabled")}
        for row in state.connect.connections.all.values()
    ]
    return reply({"data": _odd(rows) if state.settings.connect_odd_replies else rows})


@routes.post("/v1/export")
def export_connections() -> Response:
    """The definitions of the connections whose ids are the body, as a bare list."""
    require_unspecified("exportConnections")
    ids = request.get_json(force=True, silent=True)
    if not isinstance(ids, list) or not all(str(number).isdecimal() for number in ids):
        raise Rejected(400, "A list of ids is expected", listed=True)
    connections = state.connect.connections
    return reply([connections.definition(connections.get(int(number))) for number in ids])


def _require_reads() -> None:
    if state.settings.connect_reads_status != 200:
        abort(state.settings.connect_reads_status)


def _shown(row: dict[str, Any]) -> Response:
    return _data(state.connect.connections.shown(row))


def _data(body: Any) -> Response:
    return reply(_odd(body) if state.settings.connect_odd_replies else {"data": body})


def _odd(value: Any) -> Any:
    """The same with ids as text, and a key too many wherever there is an id."""
    if isinstance(value, list):
        return [_odd(item) for item in value]
    if not isinstance(value, dict):
        return value
    further = {"componentRevision": 3} if "id" in value else {}
    return {
        name: str(item) if name == "id" or name == "connectionId" else _odd(item)
        for name, item in {**value, **further}.items()
    }
