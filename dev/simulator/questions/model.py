# File: model.py
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
"""A question as the server understands it."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Optional

from dev.simulator import seed


LONGEST_NUMBER = 19
"""Numbers with so many digits are none that a server counts with."""


class UnknownSensor(Exception):
    """A question names a sensor that does not exist for whoever asks."""


class UnknownGroup(Exception):
    """A question names a computer group that does not exist."""


@dataclass(frozen=True)
class SensorUse:
    """A sensor and the values of its parameters, by the keys that were sent (`||key||`)."""

    sensor: seed.SensorSeed
    given: Mapping[str, str] = field(default_factory=dict)
    max_age: Optional[int] = None

    @property
    def hash(self) -> int:
        """A sensor with values has a hash of its own."""
        if not self.given:
            return sensor_hash(self.sensor)
        return text_hash(f"{self.sensor.name}{sorted(self.given.items())}")

    def value(self, key: str) -> str:
        """What the script finds in place of `||key||`: an empty value is the script's default, and
        without a value nothing is replaced.
        """
        placeholder = f"||{key}||"
        default = next(each.default for each in self.sensor.parameters if each.key == key)
        return self.given.get(placeholder, placeholder) or default

    def values(self) -> list[str]:
        """The values in the order of the sensor's parameters."""
        return [
            self.given.get(f"||{each.key}||", "")
            for each in self.sensor.parameters
            if each.key is not None
        ]


@dataclass(frozen=True)
class Filter:
    """A condition on the values of a sensor."""

    use: SensorUse
    operator: str
    value: str
    value_type: str = "String"
    negated: bool = False
    ignore_case: bool = True
    all_values: bool = False
    delimiter: str = ""
    delimiter_index: int = 0


@dataclass(frozen=True)
class Group:
    """Computers by condition, or by their client ids. Without a condition it is every computer."""

    filters: tuple[Filter, ...] = ()
    sub_groups: tuple[Group, ...] = ()
    and_flag: bool = False
    negated: bool = False
    members: Optional[frozenset[str]] = None
    id: int = 0
    name: str = ""


@dataclass(frozen=True)
class Select:
    """A column group of a question; `filter` blanks the values that it does not let through."""

    use: SensorUse
    filter: Optional[Filter] = None


@dataclass(frozen=True)
class Question:
    """No selects: the number of machines."""

    selects: tuple[Select, ...] = ()
    group: Optional[Group] = None
    force_computer_id: bool = False

    @property
    def counts(self) -> bool:
        """Equal answers of several computers are one row."""
        return len(self.selects) < 2 and not self.force_computer_id


class Catalogue:
    """The sensors that somebody sees."""

    def __init__(self, sensors: Iterable[seed.SensorSeed]) -> None:
        self.sensors = list(sensors)
        self._by_name = {sensor.name.casefold(): sensor for sensor in self.sensors}
        self._by_hash = {sensor_hash(sensor): sensor for sensor in self.sensors}
        self._by_id = {sensor.id: sensor for sensor in self.sensors}

    def by_name(self, name: Any) -> seed.SensorSeed:
        return self._found(self._by_name.get(str(name).casefold()), name)

    def by_hash(self, number: Any) -> seed.SensorSeed:
        return self._found(self._by_hash.get(_number(number)), number)

    def by_id(self, number: Any) -> seed.SensorSeed:
        return self._found(self._by_id.get(_number(number)), number)

    @staticmethod
    def _found(sensor: seed.SensorSeed | None, wanted: Any) -> seed.SensorSeed:
        if sensor is None:
            raise UnknownSensor(str(wanted))
        return sensor


def text_hash(text: str) -> int:
    """An unsigned number of 32 bits."""
    return zlib.crc32(text.encode())


def sensor_hash(sensor: seed.SensorSeed) -> int:
    return text_hash(sensor.name) if sensor.hash is None else sensor.hash


def with_values(sensor: seed.SensorSeed, values: list[str]) -> dict[str, str]:
    """Values in order, given to the parameters that take one; what is too much is dropped."""
    keys = [each.key for each in sensor.parameters if each.key is not None]
    return {f"||{key}||": value for key, value in zip(keys, values)}


def _number(value: Any) -> int:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < LONGEST_NUMBER else -1
