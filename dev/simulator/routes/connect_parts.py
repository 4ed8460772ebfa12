# File: connect_parts.py
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
"""Connect's sources, destinations and events as its vendor describes them. What a plug-in makes has
a collection of its own.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from dev.simulator import seed
from dev.simulator.errors import Rejected
from dev.simulator.routes.connect_dialect import CONNECT, require_vendors
from dev.simulator.routes.connect_vendor import listed
from dev.simulator.routes.request import done, json_body, reply, state
from dev.simulator.state.connect_checks import check
from dev.simulator.state.connect_parts import VendorDestinations, VendorSources
from dev.simulator.state.connect_vendor_checks import EVENT


Row = dict[str, Any]

routes = Blueprint("connect_parts", __name__, url_prefix=f"{CONNECT}/v1")
routes.before_request(require_vendors)

_PLUGIN = "pluginConfigurations/<module>/<plugin>"


@routes.get("/destinations/<collection>")
def list_destinations(collection: str) -> Response:
    return _all(_destinations(), collection)


@routes.post("/destinations/<collection>")
def create_destination(collection: str) -> Response:
    return _created(_destinations(), collection)


@routes.get("/destinations/<collection>/<int:number>")
def get_destination(collection: str, number: int) -> Response:
    return _one(_destinations(), collection, number)


@routes.put("/destinations/<collection>/<int:number>")
def update_destination(collection: str, number: int) -> Response:
    return _changed(_destinations(), collection, number)


@routes.delete("/destinations/<collection>/<int:number>")
def delete_destination(collection: str, number: int) -> Response:
    row = _row(_destinations(), collection, number)
    state.connect.connections.delete_destination(row["id"])
    return done()


@routes.get(f"/destinations/{_PLUGIN}")
def list_plugin_destinations(module: str, plugin: str) -> Response:
    return _all(_destinations(), _plugin(module, plugin))


@routes.post(f"/destinations/{_PLUGIN}")
def create_plugin_destination(module: str, plugin: str) -> Response:
    return _created(_destinations(), _plugin(module, plugin))


@routes.get(f"/destinations/{_PLUGIN}/<int:number>")
def get_plugin_destination(module: str, plugin: str, number: int) -> Response:
    return _one(_destinations(), _plugin(module, plugin), number)


@routes.put(f"/destinations/{_PLUGIN}/<int:number>")
def update_plugin_destination(module: str, plugin: str, number: int) -> Response:
    return _changed(_destinations(), _plugin(module, plugin), number)


@routes.delete(f"/destinations/{_PLUGIN}/<int:number>")
def delete_plugin_destination(module: str, plugin: str, number: int) -> Response:
    row = _row(_destinations(), _plugin(module, plugin), number)
    state.connect.connections.delete_destination(row["id"])
    return done()


@routes.get("/sources/<collection>")
def list_sources(collection: str) -> Response:
    return _all(state.connect.vendor_sources, collection)


@routes.post("/sources/<collection>")
def create_source(collection: str) -> Response:
    return _created(state.connect.vendor_sources, collection)


@routes.get("/sources/<collection>/<int:number>")
def get_source(collection: str, number: int) -> Response:
    return _one(state.connect.vendor_sources, collection, number)


@routes.put("/sources/<collection>/<int:number>")
def update_source(collection: str, number: int) -> Response:
    return _changed(state.connect.vendor_sources, collection, number)


@routes.delete("/sources/<collection>/<int:number>")
def delete_source(collection: str, number: int) -> Response:
    row = _row(state.connect.vendor_sources, collection, number)
    state.connect.vendor.delete_source(row["id"])
    return done()


@routes.get(f"/sources/{_PLUGIN}")
def list_plugin_sources(module: str, plugin: str) -> Response:
    return _all(state.connect.vendor_sources, _plugin(module, plugin))


@routes.post(f"/sources/{_PLUGIN}")
def create_plugin_source(module: str, plugin: str) -> Response:
    return _created(state.connect.vendor_sources, _plugin(module, plugin))


@routes.get(f"/sources/{_PLUGIN}/<int:number>")
def get_plugin_source(module: str, plugin: str, number: int) -> Response:
    return _one(state.connect.vendor_sources, _plugin(module, plugin), number)


@routes.put(f"/sources/{_PLUGIN}/<int:number>")
def update_plugin_source(module: str, plugin: str, number: int) -> Response:
    return _changed(state.connect.vendor_sources, _plugin(module, plugin), number)


@routes.delete(f"/sources/{_PLUGIN}/<int:number>")
def delete_plugin_source(module: str, plugin: str, number: int) -> Response:
    row = _row(state.connect.vendor_sources, _plugin(module, plugin), number)
    state.connect.vendor.delete_source(row["id"])
    return done()


@routes.post("/events/<source>/<event>")
def fire_event(source: str, event: str) -> Response:
    """Starts the connections that wait for it, with the rows that come along."""
    body = json_body()
    check(body, EVENT)
    if source != seed.EVENT_SENDER or event not in seed.EVENTS:
        raise Rejected(404, f"There is no event {event} of {source}")
    state.connect.happened(source, event, body["Data"])
    return done()


@routes.get("/eventschemas")
def list_event_schemas() -> Response:
    columns = [{"name": name, "type": kind} for name, kind in seed.EVENT_SOURCE.columns.items()]
    return listed(
        [{"source": seed.EVENT_SENDER, "event": name, "columns": columns} for name in seed.EVENTS]
    )


def _destinations() -> VendorDestinations:
    destinations = state.connect.vendor_destinations
    destinations.settle()
    return destinations


def _plugin(module: str, plugin: str) -> str:
    return f"pluginConfigurations/{module}/{plugin}"


def _all(parts: VendorSources | VendorDestinations, collection: str) -> Response:
    return listed([parts.shown(row) for row in parts.collections.rows(collection, parts.all)])


def _created(parts: VendorSources | VendorDestinations, collection: str) -> Response:
    return reply(parts.shown(parts.create(collection, json_body())), 201)


def _one(parts: VendorSources | VendorDestinations, collection: str, number: int) -> Response:
    return reply(parts.shown(_row(parts, collection, number)))


def _changed(parts: VendorSources | VendorDestinations, collection: str, number: int) -> Response:
    return reply(parts.shown(parts.update(_row(parts, collection, number), json_body())))


def _row(parts: VendorSources | VendorDestinations, collection: str, number: int) -> Row:
    row_id = parts.collections.row_id(collection, number)
    if row_id is None or row_id not in parts.all:
        raise Rejected(404, f"{parts.collections.kind}/{collection}/{number} not found")
    return parts.all[row_id]
