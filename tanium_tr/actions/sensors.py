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
"""Sensors, which questions ask endpoints for."""

from __future__ import annotations

from typing import Annotated, Any, Optional

from ..declare import BOOLEAN, NUMERIC, SENSOR_NAME, Column, Limit, Output, Param, action
from ..parameters.definitions import parameter_columns, parameters_of
from ..parameters.shared import OR_SEVERAL, contains_any
from ..permissions import READ_SENSOR
from ..services import Services
from ..words import counted


SENSOR = (
    Column("id", NUMERIC, title="Sensor ID", examples=(8,)),
    Column("name", contains=(SENSOR_NAME,), title="Name", examples=("Running Process by Hash",)),
    Column("category", title="Category", examples=("Applications",)),
    Column("description", title="Description"),
    Column("value_type", title="Type", examples=("String",)),
    Column("hash", NUMERIC, examples=(3409330187,)),
    Column("max_age_seconds", NUMERIC, examples=(900,)),
    Column("hidden_flag", BOOLEAN),
    Column("delimiter"),
    Column("ignore_case_flag", BOOLEAN),
    Column("keep_duplicates_flag", BOOLEAN),
    Column("content_set.id", NUMERIC),
    Column("content_set.name"),
    Column("source_id", NUMERIC),
    Column("source_hash", NUMERIC),
    Column("creation_time"),
    Column("mod_time"),
    Column("subcolumns.*.index", NUMERIC),
    Column("subcolumns.*.name"),
    Column("subcolumns.*.value_type"),
    Column("subcolumns.*.hidden_flag", BOOLEAN),
    *parameter_columns(key="hash", label="MD5"),
)
# Large, and of no use to whoever asks a question.
_SCRIPTS = ("queries", "parameter_definition")


class SensorActions:
    def __init__(self, services: Services) -> None:
        self._tanium = services.tanium

    @action(
        read_only=True,
        permissions=(READ_SENSOR,),
        columns=SENSOR,
        summary=(Column("sensor_count", NUMERIC, examples=(35,)),),
        message="Sensors found: 35",
    )
    def list_sensors(
        self,
        name: Annotated[
            Optional[list[str]],
            Param(f"Only sensors whose name contains this{OR_SEVERAL}", contains=(SENSOR_NAME,)),
        ] = None,
        category: Annotated[
            Optional[list[str]], Param(f"Only sensors of this category{OR_SEVERAL}")
        ] = None,
        limit: Limit = 1000,
    ) -> Output:
        """List sensors with their parameters.

        Only sensors that the account may read are listed, without their scripts.
        """
        is_named = contains_any(name)
        categories = [each.casefold() for each in category or [] if each]

        def keep(row: dict[str, Any]) -> bool:
            category = str(row.get("category") or "").casefold()
            return is_named(row.get("name")) and (not categories or category in categories)

        found = self._tanium.sensors.list_sensors(limit=limit, keep=keep)
        rows = [_with_parameters(row) for row in found]
        return Output(rows, {"sensor_count": len(rows)}, f"Sensors found: {len(rows)}")

    @action(
        read_only=True,
        permissions=(READ_SENSOR,),
        columns=(
            *SENSOR,
            Column("queries.*.platform", examples=("Windows",)),
            Column("queries.*.script"),
            Column("queries.*.script_type", examples=("Powershell",)),
        ),
        summary=(
            Column("name", contains=(SENSOR_NAME,)),
            Column("parameter_count", NUMERIC, examples=(1,)),
        ),
        message="Sensor with 1 parameter",
    )
    def get_sensor(
        self,
        name: Annotated[
            str,
            Param("Name of the sensor", contains=(SENSOR_NAME,), examples=("Computer Name",)),
        ],
    ) -> Output:
        """Get a sensor with its scripts and its parameters.

        Each parameter has its key, label, kind, choices and default. Use the key or the label in
        sensor_parameters of run query.
        """
        sensor = self._tanium.sensors.get_sensor(name)
        row = {**_with_parameters(sensor), "queries": sensor.get("queries") or []}
        count = len(row["parameters"])
        summary = {"name": row.get("name"), "parameter_count": count}
        return Output([row], summary, f"Sensor with {counted(count, 'parameter')}")


def _with_parameters(sensor: dict[str, Any]) -> dict[str, Any]:
    row = {name: value for name, value in sensor.items() if name not in _SCRIPTS}
    return {**row, "parameters": [each.as_row() for each in parameters_of(sensor)]}
