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
"""The action groups: which computers an action may reach at all."""

from __future__ import annotations

from typing import NamedTuple

from dev.simulator.seed.computers import (
    ALL_COMPUTERS,
    FINANCE_GROUP,
    NO_COMPUTERS,
    SERVERS_GROUP,
    WINDOWS_GROUP,
)


class ActionGroup(NamedTuple):
    """The members of its computer `groups`, of any of them or (`and_flag`) of all. Its id is from
    the same space as theirs.
    """

    id: int
    name: str
    groups: tuple[int, ...]
    and_flag: bool = False
    deleted: bool = False
    content_set: int = 1


DEFAULT = ActionGroup(3, "Default", (NO_COMPUTERS.id,))
"""It reaches nobody."""
DEFAULT_ALL = ActionGroup(4, "Default - All Computers", (ALL_COMPUTERS.id,))
FINANCE_ACTIONS = ActionGroup(451, "Finance", (FINANCE_GROUP.id,))
WINDOWS_OR_SERVERS = ActionGroup(
    452, "Windows / Servers (any)", (WINDOWS_GROUP.id, SERVERS_GROUP.id)
)
FINANCE_WINDOWS = ActionGroup(
    453, "Finance and Windows", (WINDOWS_GROUP.id, FINANCE_GROUP.id), and_flag=True
)
INCIDENT_ACTIONS = ActionGroup(454, "Incident Response", (ALL_COMPUTERS.id,), content_set=4)
RETIRED_ACTIONS = ActionGroup(455, "Retired", (ALL_COMPUTERS.id,), deleted=True)
ACTION_GROUPS = (
    *(DEFAULT, DEFAULT_ALL, FINANCE_ACTIONS, WINDOWS_OR_SERVERS, FINANCE_WINDOWS),
    *(INCIDENT_ACTIONS, RETIRED_ACTIONS),
)
