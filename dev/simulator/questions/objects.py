# File: objects.py
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
"""A question or a group as the JSON that the server sends."""

from __future__ import annotations

from typing import Any

from dev.simulator.questions.model import Filter, Group, Select, SensorUse, sensor_hash
from dev.simulator.questions.text import group_text


Row = dict[str, Any]


def sensor_object(use: SensorUse) -> Row:
    """With values it has its own hash and names the sensor that it was made of."""
    row: Row = {"hash": use.hash, "name": use.sensor.name}
    if use.given:
        row.update(
            source_hash=sensor_hash(use.sensor),
            source_id=use.sensor.id,
            parameters=[{"key": key, "value": value} for key, value in use.given.items()],
        )
    return row


def select_object(select: Select) -> Row:
    row: Row = {"sensor": sensor_object(select.use)}
    if select.filter:
        row["filter"] = filter_object(select.filter)
    return row


def filter_object(condition: Filter) -> Row:
    return {
        "sensor": sensor_object(condition.use),
        "operator": condition.operator,
        "value": condition.value,
        "value_type": condition.value_type,
        "not_flag": condition.negated,
        "ignore_case_flag": condition.ignore_case,
        "all_values_flag": condition.all_values,
        "max_age_seconds": condition.use.max_age or 0,
        "delimiter": condition.delimiter,
        "delimiter_index": condition.delimiter_index,
    }


def group_object(group: Group) -> Row:
    """A manual group has no condition to show."""
    row: Row = {
        "id": group.id,
        "name": group.name,
        "text": group_text(group),
        "and_flag": group.and_flag,
        "not_flag": group.negated,
        "filters": [filter_object(each) for each in group.filters],
        "sub_groups": [group_object(each) for each in group.sub_groups],
    }
    return row
