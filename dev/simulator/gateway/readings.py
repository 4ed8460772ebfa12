# File: readings.py
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
"""The readings of sensors on an endpoint, and filters and orders by a sensor."""

from __future__ import annotations

from collections.abc import Callable

from dev.simulator import seed
from dev.simulator.gateway.conditions import Test, comparison, condition
from dev.simulator.gateway.context import Context, Row
from dev.simulator.gateway.endpoint_fields import Endpoint
from dev.simulator.gateway.errors import no_sensor, refused
from dev.simulator.questions.filters import split_columns
from dev.simulator.questions.model import SensorUse, UnknownSensor
from dev.simulator.questions.values import ERROR, NO_RESULTS, values_of


Line = dict[str, str]


class Readings:
    """Over the sensors that a caller sees. `source` is the part of the argument that is in use."""

    def __init__(self, context: Context, source: Row) -> None:
        self._context = context
        self._source = source
        self._seen = context.state.sensors.seen_by(context.user)

    def on(self, endpoint: Endpoint, _info: object, given: Row) -> Row:
        """The value of the field `sensorReadings`."""
        return {
            "columns": [
                column for wanted in given["sensors"] for column in self._columns(endpoint, wanted)
            ]
        }

    def use(self, argument: str, wanted: Row) -> SensorUse:
        """The sensor that an argument names, with its parameters."""
        name = wanted.get("name") or ""
        try:
            sensor = self._seen.by_name(name)
        except UnknownSensor:
            raise no_sensor(argument, name) from None
        if name in self._context.state.settings.missing_sensors:
            raise no_sensor(argument, name)
        known = {each.key for each in sensor.parameters}
        given = {each["name"]: each["value"] for each in wanted.get("params") or ()}
        if not known.issuperset(given):
            raise refused(argument, f"'{name}' has no parameter {sorted({*given} - known)[0]}")
        return SensorUse(sensor, {f"||{key}||": value for key, value in given.items()})

    def reader(self, argument: str, wanted: Row) -> Callable[[Endpoint], list[str]]:
        """The values that a filter or an order by a sensor looks at."""
        use = self.use(argument, wanted)
        names = column_names(use.sensor)
        column = wanted.get("column") or names[0]
        if column not in names:
            raise refused(argument, f"'{use.sensor.name}' has no column '{column}'")
        return lambda endpoint: [line[column] for line in self._lines(endpoint, use)]

    def _columns(self, endpoint: Endpoint, wanted: Row) -> list[Row]:
        use = self.use("sensors.name", wanted)
        names = column_names(use.sensor)
        shown = wanted.get("columns") or names
        unknown = [name for name in shown if name not in names]
        if unknown:
            raise refused("sensors.columns", f"'{use.sensor.name}' has no column '{unknown[0]}'")
        passes = condition(wanted.get("filter"), _column_filter(names))
        lines = [line for line in self._lines(endpoint, use) if passes(line)]
        reference = {"name": use.sensor.name, "params": wanted.get("params") or None}
        return [
            {
                "name": name,
                "sensor": reference,
                "values": self._shown([line[name] for line in lines]),
            }
            for name in shown
        ]

    def _shown(self, values: list[str]) -> list[str]:
        shown = [
            value
            for value in values
            if not (self._source.get("excludeErrors") and value.startswith(ERROR))
        ]
        return shown or ([] if self._source.get("excludeNoResults") else [NO_RESULTS])

    def _lines(self, endpoint: Endpoint, use: SensorUse) -> list[Line]:
        """One per value; stored data has none of what nobody harvests."""
        names = column_names(use.sensor)
        if not (endpoint.moment.live or is_harvested(use.sensor)):
            return []
        if use.sensor == seed.COMPUTER_NAME:
            return [{names[0]: endpoint.name}]
        values = values_of(use, endpoint.host, endpoint.moment.asked)
        if len(names) == 1:
            return [{names[0]: value} for value in values]
        return [dict(zip(names, split_columns(value, len(names)))) for value in values]


def column_names(sensor: seed.SensorSeed) -> list[str]:
    return [name for name, _ in sensor.subcolumns] or [sensor.name]


def is_harvested(sensor: seed.SensorSeed) -> bool:
    """Whether the data service stores its values; those with parameters it must be told of."""
    return not sensor.parameters and not sensor.hidden and sensor != seed.SLOW


def _column_filter(names: list[str]) -> Callable[[Row], Test]:
    def leaf(given: Row) -> Test:
        column = given.get("column") or names[0]
        if column not in names:
            raise refused("sensors.filter.column", f"no column '{column}'")
        return comparison(given, lambda line: [line[column]])

    return leaf
