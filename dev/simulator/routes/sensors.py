# File: sensors.py
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
"""Sensors: list, and one by id, name or hash."""

from __future__ import annotations

from flask import Blueprint, Response

from dev.simulator import seed
from dev.simulator.routes.platform_request import PLATFORM, by_name, listed, need
from dev.simulator.routes.request import caller, reply, require_unspecified, specified, state


routes = Blueprint("sensors", __name__, url_prefix=f"{PLATFORM}/sensors")


@routes.before_request
def _may_read() -> None:
    need(seed.READ_SENSOR, not_found="SensorNotFound")


@routes.get("")
def list_sensors() -> Response:
    row = state.sensors.specified_row if specified("listSensors") else state.sensors.row
    seen = state.sensors.seen_by(caller().user).sensors
    return listed([row(sensor) for sensor in seen], "listSensors")


@routes.get("/by-name/<path:name>")
def sensor_by_name(name: str) -> Response:
    sensor = state.sensors.found(caller().user, "name", name)
    row = state.sensors.specified_row if specified("getSensorByName") else state.sensors.row
    return by_name(row(sensor), "getSensorByName")


@routes.get("/by-hash/<number>")
def sensor_by_hash(number: str) -> Response:
    return _sensor("hash", number)


@routes.get("/<int:sensor_id>")
def sensor_by_id(sensor_id: int) -> Response:
    return _sensor("id", sensor_id)


def _sensor(by: str, wanted: object) -> Response:
    require_unspecified("getSensor")
    return reply({"data": state.sensors.row(state.sensors.found(caller().user, by, wanted))})
