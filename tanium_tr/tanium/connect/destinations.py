# File: destinations.py
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
"""Connect's destinations."""

from __future__ import annotations

from typing import NamedTuple

from ...redaction import Redaction
from ..session import TaniumSession
from .rows import Row, Rows, connect_call
from .secrets import secrets_in, without_masks


class Stored(NamedTuple):
    """A row as the server has it, less the secrets that it only shows a mask of, which stood at
    these places.
    """

    row: Row
    masked: tuple[str, ...]


class Destinations:
    """Where Connect delivers to."""

    def __init__(self, session: TaniumSession, redaction: Redaction) -> None:
        self._session, self._rows = session, Rows(redaction)

    def list_destinations(self) -> list[Row]:
        """`GET /v1/destinations`"""
        return self._rows.listed(self._session.send(connect_call("GET", "/v1/destinations")))

    def get_destination(self, destination_id: int) -> Row:
        """`GET /v1/destinations/{id}`"""
        return self._rows.shown(self._read(destination_id))

    def stored_destination(self, destination_id: int) -> Stored:
        """The same with whatever secrets the server shows, to be changed and sent back, never to be
        shown.
        """
        masked: list[str] = []
        row = without_masks(self._rows.protect(self._read(destination_id)), "", masked)
        return Stored(row, tuple(place[1:] for place in masked))

    def holds_secrets(self, configuration: Row) -> bool:
        """Whether a destination's configuration holds any secret; masks are none."""
        return any(secrets_in(configuration))

    def create_destination(self, body: Row) -> Row:
        """`POST /v1/destinations`: the new destination"""
        call = connect_call("POST", "/v1/destinations", json=self._rows.protect(body))
        return self._rows.shown(self._session.send(call).made())

    def update_destination(self, destination_id: int, body: Row) -> Row:
        """`PUT /v1/destinations/{id}`, with the whole destination"""
        content = self._rows.protect(body)
        call = connect_call("PUT", "/v1/destinations/{}", destination_id, json=content)
        return self._rows.changed(self._session.send(call), id=destination_id)

    def delete_destination(self, destination_id: int) -> None:
        """`DELETE /v1/destinations/{id}`"""
        self._session.send(connect_call("DELETE", "/v1/destinations/{}", destination_id))

    def _read(self, destination_id: int) -> Row:
        return self._session.send(
            connect_call("GET", "/v1/destinations/{}", destination_id)
        ).thing()
