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

from dev.simulator.dialects import specified as shapes
from dev.simulator.routes.request import (
    caller,
    done,
    json_body,
    reply,
    require_specified,
    sorted_page,
    specified,
    specified_page,
    state,
    threat_response,
)
from dev.simulator.state.snapshots import SORT_COLUMNS
from dev.simulator.state.tasks import accepted


routes = threat_response("snapshots")


@routes.post("/conns/<connection_id>/snapshot")
def create_snapshot(connection_id: str) -> Response:
    task = state.snapshots.create(state.connections.used(connection_id), caller().user.name)
    return reply(
        {"data": shapes.snapshot_task(task)} if specified("createSnapshot") else accepted(task)
    )


@routes.get("/snapshot")
def list_snapshots() -> Response:
    rows = state.snapshots.rows()
    if specified("listSnapshots"):
        return reply({"data": specified_page(rows, shapes.snapshot)})
    return reply({"snapshots": sorted_page(rows, SORT_COLUMNS), "totalCount": len(rows)})


@routes.delete("/snapshot")
def delete_snapshots() -> Response:
    state.snapshots.delete(json_body().get("ids"))
    return done() if specified("deleteSnapshots") else reply({})


@routes.delete("/snapshot/<snapshot_id>")
def delete_local_snapshot(snapshot_id: str) -> Response:
    """The file does not say which id it means: a snapshot's own deletes the snapshot, one that
    begins with `local:` closes it.
    """
    require_specified("deleteLocalSnapshot")
    if snapshot_id.startswith("local:"):
        state.connections.delete(snapshot_id)
    else:
        state.snapshots.delete([snapshot_id])
    return done()
