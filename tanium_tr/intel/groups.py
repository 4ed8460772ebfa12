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
"""The computer group that a name or an ID means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import ApiError, ParameterError
from ..numbers import id_in_text, natural_number
from ..words import shown


if TYPE_CHECKING:
    from ..soar.platform import SoarPlatform
    from ..tanium.clients import Tanium


_UNKNOWN_GROUP = (400, 404)


def find_group_id(tanium: Tanium, soar: SoarPlatform, name_or_id: str) -> int:
    """A number is first treated as an ID. Raises ParameterError where there is no such group."""
    group_id = natural_number(_group(tanium, soar, name_or_id).get("id"))
    if group_id is None:
        raise ParameterError(
            f"Tanium returned no ID for the computer group {shown(name_or_id)}: specify the"
            " group's ID instead of its name."
        )
    return group_id


def _group(tanium: Tanium, soar: SoarPlatform, name_or_id: str) -> dict[str, Any]:
    group_id = id_in_text(name_or_id)
    if group_id is not None:
        try:
            return tanium.endpoints.get_group(group_id)
        except ApiError as error:
            if error.status not in _UNKNOWN_GROUP:
                raise
            soar.progress(
                f"No computer group has the ID {name_or_id}; looking for one with that name."
            )
    try:
        return tanium.endpoints.get_group_by_name(name_or_id)
    except ApiError as error:
        if error.status not in _UNKNOWN_GROUP:
            raise
        raise ParameterError(
            f"Tanium has no computer group {shown(name_or_id)}: check the name, or specify the"
            " group's ID, which is part of the address of its page under Administration,"
            " Computer Groups. A deleted group is found only by its ID."
        ) from error
