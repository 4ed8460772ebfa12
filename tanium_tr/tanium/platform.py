# File: platform.py
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
"""Tanium's platform as far as Threat Response needs it: endpoints and computer groups."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from .dialect import segment
from .session import TaniumSession


class Platform:
    def __init__(self, session: TaniumSession) -> None:
        self._session = session

    @property
    def fallback_notice(self) -> str:
        """Why the asset's token is not what this run uses; empty when it is."""
        return self._session.credentials.fallback_notice

    def try_token_again(self) -> None:
        self._session.credentials.try_token_again()

    def keep_token(self) -> None:
        """Forget the session that was used while the token was refused."""
        self._session.credentials.keep_token()

    def token_expiry(self) -> datetime | None:
        """When the token in use ends, where the server tells; None for a login."""
        credentials = self._session.credentials
        return credentials.validity().expires if credentials.uses_token else None

    def find_endpoints(
        self, *, hostname: str = "", ip: str = "", client_id: str = ""
    ) -> list[dict[str, Any]]:
        """`GET /plugin/products/dec/v1/endpoints` by one of the three: rows of clientId, hostname,
        ip, platform, ...
        """
        params = {
            name: value
            for name, value in (("hostname", hostname), ("ip", ip), ("clientId", client_id))
            if value
        }
        return self._session.call("GET", "/plugin/products/dec/v1/endpoints", params=params).rows()

    def list_system_status(self) -> list[dict[str, Any]]:
        """`GET /api/v2/system_status`: rows of computer_id, host_name, last_registration, ...

        The last members of the list are counters, not endpoints (TANIUM_WIRE 2.4).
        """
        rows = self._session.call("GET", "/api/v2/system_status").rows()
        return [row for row in rows if row.get("computer_id")]

    def get_group(self, group_id: int) -> dict[str, Any]:
        """`GET /api/v2/management_rights_groups/{id}`; finds deleted groups too."""
        return self._session.call("GET", f"/api/v2/management_rights_groups/{group_id}").object()

    def get_group_by_name(self, name: str) -> dict[str, Any]:
        """`GET /api/v2/groups/by-name/{name}`; deleted groups are not found."""
        return self._session.call("GET", f"/api/v2/groups/by-name/{segment(name)}").object()
