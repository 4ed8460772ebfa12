# File: packages.py
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
"""Packages: what actions run on endpoints (TANIUM_PLATFORM_WIRE 9)."""

from __future__ import annotations

from typing import Any, Callable

from .call import Call
from .content import PLATFORM, get_by_name, list_content
from .listing import Row
from .session import TaniumSession


class Packages:
    def __init__(self, session: TaniumSession) -> None:
        self._session = session

    def list_packages(self, *, limit: int, keep: Callable[[Row], Any]) -> list[Row]:
        """`GET /api/v2/packages`: rows of id, name, command, parameter_definition, ..."""
        return list_content(self._session, "/packages", limit=limit, keep=keep)

    def get_package(self, name: str) -> Row:
        """`GET /api/v2/packages/by-name/{name}`"""
        return get_by_name(self._session, "/packages/by-name/{}", "package", name)

    def get_package_by_id(self, package_id: int) -> Row:
        """`GET /api/v2/packages/{id}`: also a hidden one, which issuing an action clones"""
        return self._session.send(Call("GET", "/packages/{}", package_id, root=PLATFORM)).thing()
