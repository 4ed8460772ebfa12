# File: groups.py
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
"""Computer groups: their conditions, their objects, new ones and deleted ones."""

from __future__ import annotations

from typing import Any

from dev.simulator import seed
from dev.simulator.errors import PlatformError
from dev.simulator.questions.grammar import NotQuestion, Reading
from dev.simulator.questions.model import Group, UnknownGroup, UnknownSensor
from dev.simulator.questions.objects import group_object
from dev.simulator.questions.text import group_text, quoted
from dev.simulator.state.computers import Computers
from dev.simulator.state.sensors import Sensors


Row = dict[str, Any]

FILTER, MANUAL = 0, 4
FIRST_NEW_ID = 20_001


class Groups:
    """The groups of `computers.groups`, over the sensors that there are."""

    def __init__(self, computers: Computers, sensors: Sensors) -> None:
        self._computers = computers
        self._sensors = sensors

    def find(self, reference: Any) -> Group:
        """The condition of the group with this id (a number) or name."""
        return self.condition(self._seed(reference))

    def condition(self, group: seed.Group) -> Group:
        """All Computers is no condition, No Computers one that nobody meets; a group without a text
        and without members is those whose name contains its own.
        """
        if group.id == seed.ALL_COMPUTERS.id:
            return Group(id=group.id, name=group.name)
        if group.id == seed.NO_COMPUTERS.id:
            return Group(negated=True, id=group.id, name=group.name)
        if group.members is not None:
            members = frozenset(group.members)
            return Group(members=members, id=group.id, name=group.name)
        made = self.read(group.text or f"Computer Name contains {quoted(group.name)}")
        return Group(
            made.filters,
            made.sub_groups,
            made.and_flag,
            made.negated,
            made.members,
            group.id,
            group.name,
        )

    def read(self, text: str) -> Group:
        """A condition made of text."""
        catalogue = self._sensors.seen_by(seed.ANALYST)
        try:
            return Reading(text, catalogue, self.find).group()
        except (NotQuestion, UnknownSensor) as error:
            raise PlatformError(400, "InvalidGroupQueryText", f"'{text}': {error}") from error

    def row_by_name(self, name: str, user: seed.User) -> Row:
        group = self._by_name(name)
        if group is None or not user.sees(group.content_set):
            raise PlatformError(404, "GroupNotFound", f"no computer group '{name}'")
        return self.row(group)

    def row_by_id(self, number: int) -> Row:
        """A deleted group can still be found by its id."""
        group = self._by_id(number)
        if group is None:
            raise PlatformError(404, "GroupNotFound", f"no computer group {number}")
        return self.row(group)

    def rows(self, user: seed.User) -> list[Row]:
        """The groups with a name."""
        return [
            self.row(group)
            for group in self._computers.groups
            if group.name and not group.deleted and user.sees(group.content_set)
        ]

    def row(self, group: seed.Group) -> Row:
        condition = Group() if group.deleted else self.condition(group)
        row = group_object(condition)
        return {
            **row,
            "id": group.id,
            "name": "" if group.deleted else group.name,
            "text": "" if group.members is not None else row["text"],
            "type": MANUAL if group.members is not None else FILTER,
            "content_set": {
                "id": group.content_set,
                "name": seed.CONTENT_SETS[group.content_set],
            },
            "filter_flag": group.id not in seed.RESERVED_GROUPS,
            "management_rights_flag": True,
            "deleted_flag": group.deleted,
        }

    def create(self, name: str, text: str) -> int:
        """A filter group; without a name it is for one use, and in no list."""
        self._check_name(name)
        condition = self.read(text)
        return self._add(seed.Group(self._new_id(), name, text=group_text(condition)))

    def create_manual(self, name: str, members: list[str]) -> int:
        self._check_name(name)
        return self._add(seed.Group(self._new_id(), name, members=tuple(members)))

    def members(self, specs: Any) -> list[str]:
        """The client ids of the computers with these names or addresses; others are left out."""
        if not isinstance(specs, list) or not all(isinstance(each, dict) for each in specs):
            raise PlatformError(400, "InvalidJSONBody", "computer_specs must be a list of objects")
        return [
            host.client_id
            for host in self._computers.hosts
            for spec in specs
            if host.hostname.casefold() == str(spec.get("computer_name", "")).casefold()
            or host.ip == spec.get("ip_address")
        ]

    def delete(self, number: int) -> None:
        if number in seed.RESERVED_GROUPS:
            raise PlatformError(
                400, "CannotUpdateOrDeleteReservedGroup", f"group {number} is reserved"
            )
        group = self._by_id(number)
        if group is None or group.deleted:
            raise PlatformError(404, "GroupNotFound", f"no computer group {number}")
        position = self._computers.groups.index(group)
        self._computers.groups[position] = group._replace(deleted=True)

    def _check_name(self, name: str) -> None:
        if name and self._by_name(name) is not None:
            raise PlatformError(400, "GroupNameNotUnique", f"a group '{name}' exists")

    def _new_id(self) -> int:
        return max(FIRST_NEW_ID, *(group.id + 1 for group in self._computers.groups))

    def _add(self, group: seed.Group) -> int:
        self._computers.groups.append(group)
        return group.id

    def _seed(self, reference: Any) -> seed.Group:
        group = self._by_id(reference) if isinstance(reference, int) else self._by_name(reference)
        if group is None or group.deleted:
            raise UnknownGroup(str(reference))
        return group

    def _by_id(self, number: Any) -> seed.Group | None:
        return next((group for group in self._computers.groups if group.id == number), None)

    def _by_name(self, name: Any) -> seed.Group | None:
        """The name is compared without case."""
        return next(
            (
                group
                for group in self._computers.groups
                if group.name.casefold() == str(name).casefold() and not group.deleted
            ),
            None,
        )


def specified_row(row: Row) -> Row:
    """The object of the OpenAPI file."""
    names = ("id", "name", "type", "and_flag")
    shown = {name: row[name] for name in names}
    return {
        **shown,
        "sub_groups": [_specified_filter_group(each) for each in row["sub_groups"]],
        "filters": [_specified_filter(each) for each in row["filters"]],
    }


def specified_group_filter(row: Row) -> Row:
    """The smaller object of a question's group, whose filters know no negation."""
    return _specified_filter_group(row)


def _specified_filter_group(row: Row) -> Row:
    return {
        **{name: row[name] for name in ("id", "name", "and_flag")},
        "filters": [_specified_filter(each) for each in row["filters"]],
    }


def _specified_filter(row: Row) -> Row:
    sensor = {name: row["sensor"][name] for name in ("name", "hash")}
    return {"sensor": sensor, "operator": row["operator"], "value": row["value"]}
