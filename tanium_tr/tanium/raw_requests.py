# File: raw_requests.py
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
"""Requests that a playbook composes, answered as they come."""

from __future__ import annotations

from .call import Call, Params
from .session import RawAnswer, TaniumSession


class RawRequests:
    def __init__(self, session: TaniumSession) -> None:
        self._session = session

    @property
    def verifies(self) -> bool:
        """Whether the server's certificate is verified."""
        return self._session.transport.verifies

    def explained(self, body: bytes) -> str:
        """The server's own words in a body; see RestrictableTransport."""
        return self._session.transport.explained(body)

    def send(
        self,
        method: str,
        path: str,
        *,
        params: Params,
        headers: dict[str, str],
        body: bytes | None,
        limit: int,
        verify: bool,
        timeout: int | None,
    ) -> RawAnswer:
        """Any method and any path, which is percent-encoded. Raises what TaniumSession.answer
        raises.
        """
        call = Call(
            method,
            path,
            root="",
            params=params,
            data=body,
            headers=headers,
            is_read=method in ("HEAD", "OPTIONS"),
        )
        with self._session.transport.stricter(verify=verify, timeout=timeout):
            return self._session.answer(call, limit)
