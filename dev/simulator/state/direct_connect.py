# File: direct_connect.py
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
"""Connections of Direct Connect, in its two families, whose ids do not know each other."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from dev.simulator import seed
from dev.simulator.settings import Settings


READY, CONNECTING, ERROR, NOT_FOUND = "READY", "CONNECTING", "ERROR", "NOT_FOUND"


@dataclass
class DirectConnection:
    """A connection; `ready` is None for an endpoint that never answers (seconds)."""

    id: str
    host: seed.Host
    user: seed.User
    legacy: bool
    opened: float
    ready: float | None
    last_used: float
    closed: bool = False


class DirectConnect:
    """`all` is every connection that was ever opened, in that order."""

    def __init__(self, settings: Settings, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._clock = clock
        self.all: list[DirectConnection] = []

    def open(self, host: seed.Host, user: seed.User, *, legacy: bool) -> DirectConnection:
        now = self._clock()
        digest = hashlib.sha256(f"{len(self.all)}:{host.client_id}".encode()).hexdigest()
        made = DirectConnection(
            digest[:24] if legacy else f"{digest[:8]}-{digest[8:12]}-4{digest[12:15]}",
            host,
            user,
            legacy,
            now,
            now + self._settings.connect_seconds if host.answers else None,
            now,
        )
        self.all.append(made)
        return made

    def find(self, connection_id: str, user: seed.User, *, legacy: bool) -> DirectConnection | None:
        """One that is still open, and the user's own."""
        found = (each for each in self.all if each.id == connection_id)
        return next((each for each in found if self._is_open(each, user, legacy)), None)

    def to_endpoint(self, host: seed.Host, user: seed.User) -> DirectConnection | None:
        """The older family's newest open connection to an endpoint."""
        found = (each for each in reversed(self.all) if each.host.client_id == host.client_id)
        return next((each for each in found if self._is_open(each, user, True)), None)

    def status(self, connection: DirectConnection | None) -> str:
        if connection is None:
            return NOT_FOUND
        now = self._clock()
        if connection.ready is None:
            late = now >= connection.opened + self._settings.connect_timeout_seconds
            return ERROR if late else CONNECTING
        return READY if now >= connection.ready else CONNECTING

    def use(self, connection: DirectConnection) -> None:
        """Keeps it open."""
        connection.last_used = self._clock()

    def open_ones(self) -> list[DirectConnection]:
        """What a client has left open."""
        return [each for each in self.all if self._is_open(each, each.user, each.legacy)]

    def _is_open(self, connection: DirectConnection, user: seed.User, legacy: bool) -> bool:
        idle = (
            self._settings.direct_legacy_idle_seconds
            if connection.legacy
            else self._settings.direct_idle_seconds
        )
        return (
            not connection.closed
            and (connection.user, connection.legacy) == (user, legacy)
            and self._clock() < max(connection.last_used, connection.ready or 0.0) + idle
        )
