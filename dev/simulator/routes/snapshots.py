# File: snapshots.py
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
"""Snapshots."""

from __future__ import annotations

from flask import Response

from dev.simulator.routes.request import caller, json_body, reply, sorted_page, state, threat_response
from dev.simulator.state.snapshots import SORT_COLUMNS
from dev.simulator.state.tasks import accepted


routes = threat_response("snapshots")


@routes.post("/conns/<connection_id>/snapshot")
def create_snapshot(connection_id: str) -> Response:
    return reply(accepted(state.snapshots.create(state.connections.used(connection_id), caller().user.name)))


@routes.get("/snapshot")
def list_snapshots() -> Response:
    rows = state.snapshots.rows()
    return reply({"snapshots": sorted_page(rows, SORT_COLUMNS), "totalCount": len(rows)})


@routes.delete("/snapshot")
def delete_snapshots() -> Response:
    state.snapshots.delete(json_body().get("ids"))
    return reply({})
