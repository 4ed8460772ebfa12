# File: action_groups.py
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
"""The action groups."""

from __future__ import annotations

from typing import Any

from dev.simulator import seed
from dev.simulator.errors import PlatformError
from dev.simulator.questions.model import Group, UnknownGroup
from dev.simulator.state.groups import Groups


Row = dict[str, Any]


class ActionGroups:
    """`all` is a plain list: a test may add to it."""

    def __init__(self, groups: Groups) -> None:
        self._groups = groups
        self.all = list(seed.ACTION_GROUPS)

    def seen_by(self, user: seed.User) -> list[seed.ActionGroup]:
        return [each for each in self.all if not each.deleted and user.sees(each.content_set)]

    def found(self, reference: Any, user: seed.User) -> seed.ActionGroup:
        """By id (a number) or name; 404 for none."""
        for each in self.seen_by(user):
            by_id = isinstance(reference, int)
            if each.id == reference if by_id else _same(each.name, reference):
                return each
        raise PlatformError(404, "GroupNotFound", f"no action group '{reference}'")

    def condition(self, group: seed.ActionGroup) -> Group:
        """Which computers are in its groups; a deleted one has none."""
        parts = tuple(self._part(number) for number in group.groups)
        return Group(sub_groups=parts, and_flag=group.and_flag)

    def _part(self, number: int) -> Group:
        try:
            return self._groups.find(number)
        except UnknownGroup:
            return Group(negated=True)


def row(group: seed.ActionGroup) -> Row:
    """Its flags are 0 and 1."""
    return {
        "id": group.id,
        "name": group.name,
        "and_flag": int(group.and_flag),
        "deleted_flag": int(group.deleted),
        "public_flag": 1,
        "groups": [{"id": number} for number in group.groups],
        "user_groups": [],
    }


def specified_row(group: seed.ActionGroup) -> Row:
    """The object of the OpenAPI file."""
    return {"id": group.id, "name": group.name, "and_flag": group.and_flag}


def _same(name: str, other: Any) -> bool:
    return name.casefold() == str(other).casefold()
