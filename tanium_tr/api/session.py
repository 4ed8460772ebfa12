# File: session.py
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
"""TaniumSession: every call to Tanium that needs a login, with an expired session handled once per call."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import requests

from ..errors import AuthenticationError, ParameterError, PermissionDeniedError
from .credentials import Credentials
from .transport import Reply, Transport


class TaniumSession:
    def __init__(self, transport: Transport, credentials: Credentials) -> None:
        self.transport, self.credentials = transport, credentials

    def call(self, method: str, path: str, *, permission: str = "", **content: Any) -> Reply:
        """One request and its JSON. `permission` is what Tanium's role needs for it, where that is known.

        Raises ApiError by status, TransportError when no answer came.
        """
        return self.transport.reply(self.open(method, path, permission=permission, **content), method, path)

    def open(self, method: str, path: str, *, permission: str = "", **content: Any) -> requests.Response:
        """The successful response with its body unread; the caller reads or closes it."""
        response = self._send(method, path, content)
        try:
            self.transport.check(response, method, path)
        except (AuthenticationError, PermissionDeniedError) as refusal:
            try:
                # The server did nothing when it refused, so that repeating is safe for writes too.
                self.credentials.recover(refusal)
                response = self._send(method, path, content)
                self.transport.check(response, method, path)
            except PermissionDeniedError as denied:
                raise _naming(permission, denied) from refusal
        return response

    def _send(self, method: str, path: str, content: dict[str, Any]) -> requests.Response:
        return self.transport.exchange(method, path, auth=self.credentials.header(), **content)


def _naming(permission: str, denied: PermissionDeniedError) -> PermissionDeniedError:
    if not permission:
        return denied
    advice = f"The login is valid but lacks the permission '{permission}'; grant it to the role of the Tanium user or token."
    return PermissionDeniedError(denied.status, denied.method, denied.path, denied.detail, advice)


def segment(value: str) -> str:
    """A name as one percent-encoded segment of a path. Ids keep their colons, as every Tanium client sends them."""
    if value in ("", ".", ".."):
        raise ParameterError(f"'{value}' cannot be part of an address on the server: give another id or name.")
    return quote(value, safe=":")
