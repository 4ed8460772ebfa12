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

from flask import Response

from dev.simulator.routes.request import caller, json_body, reply, state, threat_response


routes = threat_response("connections")


@routes.get("/status")
def service_status() -> Response:
    return reply({"version": "4.8.112", "revision": "c5d1e7f", "status": "ok", "isDev": False})


@routes.get("/conns")
def list_connections() -> Response:
    return reply(state.connections.rows())


@routes.post("/conns/connect")
def create_connection() -> Response:
    return reply(state.connections.create(json_body().get("target"), caller().user).id)


@routes.delete("/conns/close/<connection_id>")
def close_connection(connection_id: str) -> Response:
    state.connections.close(connection_id)
    return Response("", 200, content_type="text/plain")


@routes.delete("/conns/delete/<connection_id>")
def delete_connection(connection_id: str) -> Response:
    state.connections.delete(connection_id)
    return Response("", 204)
