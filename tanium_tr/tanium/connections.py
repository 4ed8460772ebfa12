# File: connections.py
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
"""Live connections to endpoints. Ids are given as they are; they are encoded on the way."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..errors import ApiError
from . import published_names
from .call import PRODUCTION, Call, bare_list, bare_text
from .listing import EVERYTHING, Row, has, list_rows, only
from .session import CLEAR_REFUSALS, Answer, TaniumSession


CONNECTIONS_PAGE = 1000


class Connections:
    def __init__(self, session: TaniumSession) -> None:
        self._session = session

    def list_connections(self, **filters: Sequence[str]) -> list[Row]:
        """`GET /conns`: all of them that have one of the values of each filter (status, ip,
        platform, hostname). Production servers neither page nor filter as specified ones do, which
        are asked until a page is empty.
        """
        sent = {name: only(values) for name, values in filters.items()}

        def fetch(limit: int, offset: int) -> Answer:
            params = {"limit": limit, "offset": offset, **sent}
            return self._session.either(
                "list_connections",
                Call("GET", "/conns"),
                specified=Call("GET", "/conns", params=params),
                shape=bare_list,
            )

        page, _ = list_rows(
            self._session,
            fetch,
            rename=published_names.connection,
            limit=EVERYTHING,
            offset=0,
            page_size=CONNECTIONS_PAGE,
            unpaged=True,
        )
        return [row for row in page.rows if has(row, filters)]

    def get_connection(self, connection_id: str) -> Row:
        """`GET /conns/{id}`, which not every server has; the list has the same row. Raises
        NotFoundError.
        """
        try:
            reply = self._session.send(Call("GET", "/conns/{}", connection_id))
            return published_names.connection(reply.thing())
        except ApiError as error:
            if error.status not in CLEAR_REFUSALS:
                raise
            row = self.find_connection(connection_id)
            if row is None:
                raise
            return row

    def find_connection(self, connection_id: str) -> Row | None:
        """The connection in the list, which every server has."""
        return next(
            (row for row in self.list_connections() if row.get("id") == connection_id), None
        )

    def create_connection(self, *, hostname: str, ip: str, client_id: str, platform: str) -> str:
        """`POST /conns/connect`: the id of the new connection, which is not connected yet."""
        target = {"hostname": hostname, "ip": ip, "clientId": client_id, "platform": platform}
        flat = {"client_id": client_id, "ip": ip, "platform": platform, "hostname": hostname}
        answer = self._session.either(
            "create_connection",
            Call("POST", "/conns/connect", json={"target": target}),
            specified=Call("POST", "/conns/connect", json=flat),
            shape=bare_text,
        )
        is_text = answer.dialect == PRODUCTION
        connection_id = answer.reply.body if is_text else answer.reply.object().get("id")
        # Text alone may also be a proxy's or a server's excuse.
        if not (isinstance(connection_id, str) and re.fullmatch(r"[^\s:]+:\S+", connection_id)):
            raise answer.reply.unexpected("the id of the connection")
        return connection_id

    def close_connection(self, connection_id: str) -> None:
        """`DELETE /conns/close/{id}`, as specified a POST."""
        self._session.either(
            "close_connection",
            Call("DELETE", "/conns/close/{}", connection_id),
            specified=Call("POST", "/conns/close/{}", connection_id),
        )

    def delete_connection(self, connection_id: str) -> None:
        """`DELETE /conns/delete/{id}`"""
        self._session.send(Call("DELETE", "/conns/delete/{}", connection_id))
