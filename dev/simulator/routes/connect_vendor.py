# File: connect_vendor.py
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
"""Connect as its vendor describes it: connections, definitions and runs."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from flask import Blueprint, Response, request

from dev.simulator.errors import Rejected
from dev.simulator.routes.connect_dialect import CONNECT, require_vendors
from dev.simulator.routes.request import (
    caller,
    done,
    ignore_others,
    json_body,
    number_argument,
    page_of,
    reply,
    state,
)
from dev.simulator.state.connect_checks import check
from dev.simulator.state.connect_records import RunRecord
from dev.simulator.state.connect_vendor_checks import BULK_ACTION
from dev.simulator.state.queries import sorted_rows
from dev.simulator.times import parse_iso


Row = dict[str, Any]

_LISTED = (
    *("offset", "limit", "orderBy", "descending", "attributes"),
    *("createdBefore", "createdAfter"),
)
_TRUE = ("true", "1")

routes = Blueprint("connect_vendor", __name__, url_prefix=f"{CONNECT}/v1")
routes.before_request(require_vendors)


@routes.get("/connections")
def list_connections() -> Response:
    ignore_others(*_LISTED, "nameFilter")
    wanted = request.args.get("nameFilter", "").lower()
    rows = state.connect.vendor.rows(caller().user.id)
    return _page([row for row in rows if wanted in row["name"].lower()])


@routes.post("/connections")
def create_connection() -> Response:
    vendor = state.connect.vendor
    return reply(vendor.shown(vendor.create(json_body(), caller().user.id)), 201)


@routes.get("/connections/<int:connection_id>")
def get_connection(connection_id: int) -> Response:
    return reply(state.connect.vendor.shown(state.connect.connections.get(connection_id)))


@routes.put("/connections/<int:connection_id>")
def update_connection(connection_id: int) -> Response:
    vendor = state.connect.vendor
    return reply(vendor.shown(vendor.update(connection_id, json_body())))


@routes.delete("/connections/<int:connection_id>")
def delete_connection(connection_id: int) -> Response:
    """The parts go, too, unless the request says that they stay."""
    ignore_others("deleteStreams")
    streams = request.args.get("deleteStreams", "true").lower() in _TRUE
    state.connect.vendor.delete(connection_id, streams)
    return done()


@routes.post("/connections/bulkAction")
def bulk_action() -> Response:
    body = json_body()
    check(body, BULK_ACTION)
    items = state.connect.vendor.bulk_action(
        body["action"], body["connectionIds"], caller().user.id
    )
    return reply({"count": len(items), "items": items})


@routes.post("/import")
def import_connection() -> Response:
    vendor = state.connect.vendor
    row = vendor.import_definition(json_body(), caller().user.id)
    return reply({"id": row["id"], **vendor.definition(row)})


@routes.post("/export/<int:connection_id>")
def export_connection(connection_id: int) -> Response:
    return reply(state.connect.vendor.definition(state.connect.connections.get(connection_id)))


@routes.post("/export")
def export_connections() -> Response:
    ids = request.get_json(force=True, silent=True)
    if not isinstance(ids, list) or not all(isinstance(number, int) for number in ids):
        raise Rejected(400, "A list of ids is expected", listed=True)
    connections = state.connect.connections
    return reply([state.connect.vendor.definition(connections.get(number)) for number in ids])


@routes.post("/connections/<int:connection_id>/runs")
def start_run(connection_id: int) -> Response:
    return reply(state.connect.run(connection_id).started_row())


@routes.get("/connections/<int:connection_id>/runs")
def list_runs(connection_id: int) -> Response:
    ignore_others(*_LISTED, "statusFilters")
    state.connect.connections.get(connection_id)
    wanted = [name for name in request.args.get("statusFilters", "").split(",") if name]
    runs = state.connect.runs.of(connection_id)
    return _page([run.row() for run in runs if not wanted or run.status in wanted])


@routes.get("/connectionruns")
def list_all_runs() -> Response:
    ignore_others(*_LISTED)
    return _page([run.row() for run in state.connect.runs.records.values()])


@routes.get("/connections/<int:connection_id>/runs/<int:run_id>")
def get_run(connection_id: int, run_id: int) -> Response:
    return reply(_run(connection_id, run_id).row())


@routes.get("/connections/<int:connection_id>/runs/<int:run_id>/logs")
def get_run_logs(connection_id: int, run_id: int) -> Response:
    """`offset` counts lines."""
    ignore_others("offset")
    return listed(_run(connection_id, run_id).lines[number_argument("offset", 0) :])


@routes.get("/connections/<int:connection_id>/runs/<int:run_id>/download")
def download_run(connection_id: int, run_id: int) -> Response:
    run = _run(connection_id, run_id)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{run.key}.log", "".join(f"{line}\n" for line in run.lines))
    response = Response(target.getvalue(), content_type="application/zip")
    response.headers["Content-Disposition"] = f"attachment; filename={run.key}.zip"
    return response


@routes.post("/connections/<int:connection_id>/runs/<int:run_id>/stop")
def stop_run(connection_id: int, run_id: int) -> Response:
    run = _run(connection_id, run_id)
    if not run.is_under_way:
        raise Rejected(400, f"Run {run_id} has ended, its status is {run.status}", listed=True)
    state.connect.runs.stop(run)
    return done()


@routes.post("/connections/<int:connection_id>/stop")
def stop_connection(connection_id: int) -> Response:
    state.connect.vendor.stop(connection_id)
    return done()


@routes.get("/schedules/jobs")
def list_jobs() -> Response:
    return listed(state.connect.vendor.jobs())


def listed(rows: list[Any]) -> Response:
    """A list in the form that is set."""
    form = state.settings.connect_lists
    return reply(rows if form == "bare" else {form: rows})


def _page(rows: list[Row]) -> Response:
    """What the query wants of rows that have a `createdAt`."""
    for name, sign in (("createdBefore", -1), ("createdAfter", 1)):
        text = request.args.get(name)
        if text:
            limit = parse_iso(text)
            rows = [row for row in rows if (parse_iso(row["createdAt"]) - limit) * sign > 0]
    order = request.args.get("orderBy", "")
    if order and rows:
        rows = sorted_rows(rows, order, rows[0])
    if request.args.get("descending", "").lower() in _TRUE:
        rows = rows[::-1]
    rows = page_of(rows, state.settings.default_page)
    attributes = [name for name in request.args.get("attributes", "").split(",") if name]
    if attributes:
        rows = [{name: row[name] for name in attributes if name in row} for row in rows]
    return listed(rows)


def _run(connection_id: int, run_id: int) -> RunRecord:
    run = state.connect.runs.records.get(run_id)
    if run is None or run.connection_id != connection_id:
        raise Rejected(404, f"Connection {connection_id} has no run {run_id}")
    return run
