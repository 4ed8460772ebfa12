# File: group_definition.py
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
"""The group that a text means: a computer group by its name, or the object of a group, in JSON or
in the notation in which SOAR puts an object into a text:

    Servers
    {"and_flag": false, "filters": [{"sensor": {"name": "Is Windows"}, ...}]}
    {'and_flag': False, 'filters': [{'sensor': {'name': 'Is Windows'}, ...}]}

Everything that does not stand in braces is a name, also `5` and `[x]`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import ParameterError
from ..numbers import natural_number
from ..parameters.json_values import object_in_text
from ..tanium.reply import objects


if TYPE_CHECKING:
    from ..tanium.clients import Tanium


Row = dict[str, Any]

_ADVICE = (
    "use the name of a computer group, or the object of a group as parse question returns it in"
    " 'group'"
)


def group_of(tanium: Tanium, parameter: str, text: str | None) -> Row | None:
    """The group that the text of a parameter means, None without a text. Raises ParameterError."""
    if not text:
        return None
    if not (text.startswith("{") and text.endswith("}")):
        return tanium.groups.get_group(text)
    group = object_in_text(parameter, text)
    number = natural_number(group.get("id")) or natural_number(group.get("source_id"))
    if _has_conditions(group):
        return group
    if number:
        return {"id": number, "name": group.get("name")}
    if isinstance(group.get("name"), str) and group["name"]:
        return tanium.groups.get_group(group["name"])
    raise ParameterError(
        f"Parameter '{parameter}' is a group without conditions, which is every computer: {_ADVICE}"
        ", or the group 'All Computers' by its name."
    )


def _has_conditions(group: Row) -> bool:
    """Whether a definition has any: filters, groups of Tanium's, or what is made of them."""
    inner = group.get("sub_groups")
    return bool(group.get("filters")) or any(
        natural_number(each.get("id")) or _has_conditions(each)
        for each in objects(inner if isinstance(inner, list) else [])
    )
