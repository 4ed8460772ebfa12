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
"""Computer groups, as questions and actions are limited to them."""

from __future__ import annotations

from typing import Any, Callable

from .content import get_by_name, list_content
from .listing import Row
from .session import TaniumSession


class Groups:
    def __init__(self, session: TaniumSession) -> None:
        self._session = session

    def list_groups(self, *, limit: int, keep: Callable[[Row], Any]) -> list[Row]:
        """`GET /api/v2/groups`: rows of id, name, text, type, filters, sub_groups, ..."""
        return list_content(self._session, "/groups", limit=limit, keep=keep)

    def get_group(self, name: str) -> Row:
        """`GET /api/v2/groups/by-name/{name}`"""
        return get_by_name(self._session, "/groups/by-name/{}", "group", name)

    def get_action_group(self, name: str) -> Row:
        """`GET /api/v2/action_groups/by-name/{name}`: the computers that its actions may reach;
        `groups` are the IDs of computer groups, which not every server returns
        """
        return get_by_name(self._session, "/action_groups/by-name/{}", "action group", name)
