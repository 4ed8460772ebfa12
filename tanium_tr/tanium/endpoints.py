# File: endpoints.py
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
"""Endpoints and computer groups, as Tanium's platform knows them."""

from __future__ import annotations

from .call import Call
from .listing import Row
from .session import TaniumSession


class Endpoints:
    def __init__(self, session: TaniumSession) -> None:
        self._session = session

    def find_endpoints(self, *, hostname: str = "", ip: str = "", client_id: str = "") -> list[Row]:
        """`GET /plugin/products/dec/v1/endpoints` by one of the three: rows of clientId, hostname,
        ip, platform, ...
        """
        params = {"hostname": hostname, "ip": ip, "clientId": client_id}
        call = Call("GET", "/plugin/products/dec/v1/endpoints", root="", params=params)
        return self._session.send(call).rows()

    def list_system_status(self) -> list[Row]:
        """`GET /api/v2/system_status`: rows of computer_id, host_name, last_registration, ...

        The last members of the list are counters, not endpoints (TANIUM_WIRE 2.4).
        """
        call = Call("GET", "/api/v2/system_status", root="", is_large=True)
        rows = self._session.send(call).rows()
        return [row for row in rows if row.get("computer_id")]

    def get_group(self, group_id: int) -> Row:
        """`GET /api/v2/management_rights_groups/{id}`; finds deleted groups too."""
        call = Call("GET", "/api/v2/management_rights_groups/{}", group_id, root="")
        return self._session.send(call).object()

    def get_group_by_name(self, name: str) -> Row:
        """`GET /api/v2/groups/by-name/{name}`; deleted groups are not found."""
        return self._session.send(Call("GET", "/api/v2/groups/by-name/{}", name, root="")).object()
