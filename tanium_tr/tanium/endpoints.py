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

import json
from http import HTTPStatus

from ..errors import ApiError
from .call import Call
from .listing import Row
from .reply import Reply
from .session import TaniumSession


LONGEST_FILTER = 50  # computers that fit into a header


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

    def list_system_status(self, computer_ids: list[str]) -> list[Row]:
        """`GET /api/v2/system_status`: rows of computer_id, host_name, last_registration, ...

        The header asks for these computers alone; without any, all are listed. A server may not
        know it, and gives all of them; one that refuses it is asked for all.

        The last members of the list are counters, not endpoints (TANIUM_WIRE 2.4).
        """
        wanted = [
            {"field": "computer_id", "operator": "Equal", "value": each} for each in computer_ids
        ]
        options = {"cache_filters": [{"and_flag": False, "sub_filters": wanted}]}
        try:
            is_short = 0 < len(computer_ids) <= LONGEST_FILTER
            reply = self._system_status({"tanium-options": json.dumps(options)} if is_short else {})
        except ApiError as error:
            if error.status != HTTPStatus.BAD_REQUEST:
                raise
            reply = self._system_status({})
        return [row for row in reply.rows() if row.get("computer_id")]

    def _system_status(self, headers: dict[str, str]) -> Reply:
        call = Call("GET", "/api/v2/system_status", root="", headers=headers, is_large=True)
        return self._session.send(call)

    def get_group(self, group_id: int) -> Row:
        """`GET /api/v2/management_rights_groups/{id}`; finds deleted groups too."""
        call = Call("GET", "/api/v2/management_rights_groups/{}", group_id, root="")
        return self._session.send(call).thing()

    def get_group_by_name(self, name: str) -> Row:
        """`GET /api/v2/groups/by-name/{name}`; deleted groups are not found."""
        return self._session.send(Call("GET", "/api/v2/groups/by-name/{}", name, root="")).thing()
