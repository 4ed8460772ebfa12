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
"""The sensors, as their objects show them."""

from __future__ import annotations

from typing import Any

from dev.simulator import seed
from dev.simulator.errors import PlatformError
from dev.simulator.questions.model import Catalogue, UnknownSensor, sensor_hash
from dev.simulator.questions.values import DELIMITER
from dev.simulator.settings import Settings
from dev.simulator.state.parameter_definitions import definition
from dev.simulator.times import DAY, iso_seconds


Row = dict[str, Any]


class Sensors:
    """`all` is a plain list: a test may add to it, or take from it."""

    def __init__(self, settings: Settings, started: float) -> None:
        self._settings = settings
        self._started = started
        self.all = list(seed.SENSORS)

    def seen_by(self, user: seed.User) -> Catalogue:
        return Catalogue(sensor for sensor in self.all if user.sees(sensor.content_set))

    def found(self, user: seed.User, by: str, wanted: Any) -> seed.SensorSeed:
        """The sensor by `name`, `hash` or `id`; 404 for none."""
        catalogue = self.seen_by(user)
        look_up = {
            "name": catalogue.by_name,
            "hash": catalogue.by_hash,
            "id": catalogue.by_id,
        }[by]
        try:
            return look_up(wanted)
        except UnknownSensor as error:
            raise PlatformError(404, "SensorNotFound", f"no sensor '{wanted}'") from error

    def row(self, sensor: seed.SensorSeed) -> Row:
        number = sensor_hash(sensor)
        return {
            "id": sensor.id,
            "hash": str(number) if self._settings.hash_as_text else number,
            "name": sensor.name,
            "description": f"{sensor.name} of the endpoint",
            "category": sensor.category,
            "max_age_seconds": sensor.max_age_seconds,
            "value_type": sensor.value_type,
            "delimiter": DELIMITER if sensor.subcolumns else "",
            "subcolumns": [
                {"index": index, "name": name, "value_type": value_type, "hidden_flag": False}
                for index, (name, value_type) in enumerate(sensor.subcolumns)
            ],
            "queries": [
                {"platform": "Windows", "script": "WScript.Echo Answer", "script_type": "VBScript"},
                {"platform": "Linux", "script": "echo answer", "script_type": "UnixShell"},
            ],
            "ignore_case_flag": True,
            "keep_duplicates_flag": False,
            "hidden_flag": sensor.hidden,
            "content_set": {
                "id": sensor.content_set,
                "name": seed.CONTENT_SETS[sensor.content_set],
            },
            "parameter_definition": definition(sensor.parameters),
            "source_id": 0,
            "source_hash": 0,
        }

    def specified_row(self, sensor: seed.SensorSeed) -> Row:
        """The object of the OpenAPI file, whose parameters are a list."""
        row = self.row(sensor)
        names = ("id", "name", "description", "category", "max_age_seconds", "content_set")
        return {
            **{name: row[name] for name in names},
            "hash": sensor_hash(sensor),
            "queries": row["queries"],
            "parameters": [
                {"key": each.key, "default_value": each.default}
                for each in sensor.parameters
                if each.key is not None
            ],
            "mod_time": iso_seconds(self._started - 30 * DAY),
            "creation_time": iso_seconds(self._started - 300 * DAY),
        }
