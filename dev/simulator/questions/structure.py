# File: structure.py
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
"""A question or a group made of the JSON that a client sends.

A sensor is named by `name`, `hash` or `id`, or by `source_name`, `source_hash` or `source_id`; only
with one of the latter are its `parameters` looked at. Their number, keys and values are not
checked. What does not exist raises UnknownSensor or UnknownGroup.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dev.simulator.errors import PlatformError
from dev.simulator.questions.filters import OPERATORS
from dev.simulator.questions.model import (
    Catalogue,
    Filter,
    Group,
    Question,
    Select,
    SensorUse,
    UnknownSensor,
)


FindGroup = Callable[[Any], Group]
"""A group by id (a number) or name; raises UnknownGroup."""

HASH_MATCH = "HashMatch"


class Structure:
    """Reads JSON for somebody who sees the sensors of `catalogue`. The specified dialect names an
    operator that production servers do not list, `Contains`.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        find_group: FindGroup,
        *,
        unknown_operator: str = "refused",
        with_contains: bool = False,
    ) -> None:
        self._catalogue = catalogue
        self._find_group = find_group
        self._unknown_operator = unknown_operator
        self._with_contains = with_contains

    def question(self, body: dict[str, Any]) -> Question:
        selects = tuple(self._select(each) for each in _objects(body, "selects"))
        group = body.get("group")
        return Question(
            selects,
            self.group(group) if isinstance(group, dict) and group else None,
            flag(body, "force_computer_id_flag"),
        )

    def group(self, body: dict[str, Any]) -> Group:
        """A group with an id or a name, and without a condition of its own, is the one that the
        server knows.
        """
        filters = _objects(body, "filters")
        sub_groups = _objects(body, "sub_groups")
        reference = body.get("id") or body.get("name")
        if reference and not filters and not sub_groups:
            found = self._find_group(reference)
            return Group((), (found,), negated=True) if flag(body, "not_flag") else found
        return Group(
            tuple(self._condition(each, self._use(each.get("sensor"))) for each in filters),
            tuple(self.group(each) for each in sub_groups),
            and_flag=flag(body, "and_flag"),
            negated=flag(body, "not_flag"),
        )

    def _select(self, body: dict[str, Any]) -> Select:
        use = self._use(body.get("sensor"))
        condition = body.get("filter")
        if not isinstance(condition, dict) or condition.get("value") in (None, ""):
            return Select(use)
        return Select(use, self._condition(condition, use))

    def _condition(self, body: dict[str, Any], use: SensorUse) -> Filter:
        operator = str(body.get("operator") or HASH_MATCH)
        value = "" if body.get("value") is None else str(body["value"])
        if operator == "Contains" and self._with_contains:
            operator, value = "RegexMatch", f".*{escaped(value)}.*"
        if operator not in OPERATORS:
            if self._unknown_operator == "refused":
                raise PlatformError(
                    400, "RESTProcessingException", f"unknown filter operator '{operator}'"
                )
            operator = HASH_MATCH
        index = body.get("delimiter_index")
        return Filter(
            use,
            operator,
            value,
            value_type=str(body.get("value_type") or use.sensor.value_type),
            negated=flag(body, "not_flag"),
            ignore_case=flag(body, "ignore_case_flag", default=True),
            all_values=flag(body, "all_values_flag"),
            delimiter=str(body.get("delimiter") or ""),
            delimiter_index=index if isinstance(index, int) else 0,
        )

    def _use(self, body: Any) -> SensorUse:
        if not isinstance(body, dict):
            raise UnknownSensor(str(body))
        look_ups = {
            "source_name": self._catalogue.by_name,
            "source_hash": self._catalogue.by_hash,
            "source_id": self._catalogue.by_id,
            "name": self._catalogue.by_name,
            "hash": self._catalogue.by_hash,
            "id": self._catalogue.by_id,
        }
        named = next((name for name in look_ups if body.get(name)), None)
        if named is None:
            raise UnknownSensor("")
        given = {}
        if named.startswith("source_"):
            given = {
                str(each.get("key")): "" if each.get("value") is None else str(each["value"])
                for each in _objects(body, "parameters")
            }
        age = body.get("max_age_seconds")
        return SensorUse(
            look_ups[named](body[named]), given, age if isinstance(age, int) and age else None
        )


def escaped(text: str) -> str:
    """A text as a regular expression that matches it alone."""
    return "".join(f"\\{each}" if each in r"\.^$*+?()[]{}|" else each for each in text)


def flag(body: dict[str, Any], name: str, *, default: bool = False) -> bool:
    """Flags are booleans, in some objects 0 and 1."""
    value = body.get(name)
    return default if value is None else value in (True, 1)


def _objects(body: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """The objects of a list; what is not a list of objects is refused."""
    value = body.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise PlatformError(400, "InvalidJSONBody", f"{name} must be a list of objects")
    return value
