# File: connections.py
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
"""Service status and direct connections."""

from __future__ import annotations

from typing import Any

from flask import Response
from werkzeug.exceptions import NotFound

from dev.simulator.dialects import specified as shapes
from dev.simulator.errors import Rejected
from dev.simulator.routes.request import (
    caller,
    done,
    json_body,
    no_content,
    reply,
    require_method,
    require_production,
    specified,
    specified_page,
    state,
    threat_response,
)


VERSION = "4.8.112"

routes = threat_response("connections")


@routes.get("/status")
def service_status() -> Response:
    if specified("getThreatResponseStatus"):
        return reply({"data": {"version": VERSION, "status": "ok"}})
    return reply({"version": VERSION, "revision": "c5d1e7f", "status": "ok", "isDev": False})


@routes.get("/conns")
def list_connections() -> Response:
    rows = state.connections.rows()
    if specified("listConnections"):
        return reply(
            {
                "data": specified_page(
                    rows, shapes.connection, filters=("status", "ip", "platform", "hostname")
                )
            }
        )
    return reply(rows)


@routes.post("/conns/connect")
def create_connection() -> Response:
    """Production wants the endpoint under `target` and answers with the id alone."""
    body = json_body()
    if not specified("createConnection"):
        return reply(state.connections.create(body.get("target"), caller().user).id)
    connection = state.connections.create(_target(body), caller().user)
    return reply({"data": shapes.connection(state.connections.row(connection))})


@routes.get("/conns/<connection_id>")
def get_connection(connection_id: str) -> Response:
    if not specified("getConnection") and not state.settings.connection_by_id:
        raise NotFound
    row = state.connections.row(state.connections.get(connection_id))
    return reply({"data": shapes.connection(row)} if specified("getConnection") else row)


@routes.delete("/conns/<connection_id>")
def delete_local_snapshot(connection_id: str) -> Response:
    """Production's way to be rid of an opened snapshot; the specified one is in `snapshots`."""
    require_production("deleteLocalSnapshot")
    if not state.connections.get(connection_id).is_local:
        raise Rejected(
            400, f"'{connection_id}' is no snapshot, its id does not begin with local:", listed=True
        )
    state.connections.delete(connection_id)
    return no_content()


@routes.route("/conns/close/<connection_id>", methods=["POST", "DELETE"])
def close_connection(connection_id: str) -> Response:
    require_method("POST" if specified("closeConnection") else "DELETE")
    state.connections.close(connection_id)
    return done()


@routes.delete("/conns/delete/<connection_id>")
def delete_connection(connection_id: str) -> Response:
    state.connections.delete(connection_id)
    return done() if specified("deleteConnection") else no_content()


def _target(body: dict[str, Any]) -> dict[str, str]:
    """What production calls `target`; the specified body has its four keys at the top level."""
    names = ("client_id", "ip", "platform", "hostname")
    for name in names:
        if not isinstance(body.get(name), str):
            raise Rejected(400, f"{name} is required and must be a string", listed=True)
    return {shapes.camel_case(name): body[name] for name in names}
