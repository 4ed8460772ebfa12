# File: data_connections.py
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
"""Connect's connections, called data connections to tell them from live ones."""

from __future__ import annotations

from typing import Any

from ...redaction import Redaction
from ..call import PRODUCTION, SPECIFIED
from ..listing import EVERYTHING
from ..pagination import Page, collect
from ..session import TaniumSession
from . import export
from .rows import Row, Rows, connect_call, page_of


LIST_PAGE = 500


class DataConnections:
    def __init__(self, session: TaniumSession, redaction: Redaction) -> None:
        self._session, self._rows = session, Rows(redaction)

    def list_data_connections(self, *, limit: int = EVERYTHING, offset: int = 0) -> list[Row]:
        """`GET /v1/connections`, on production servers `GET /private/connections`, which gives all
        of them at once
        """

        def fetch(count: int, start: int) -> Page:
            everything = {"skipComponentHydration": "true"}
            answer = self._session.either(
                "list_data_connections",
                connect_call("GET", "/private/connections", params=everything),
                specified=connect_call(
                    "GET", "/v1/connections", params={"limit": count, "offset": start}
                ),
                usual=SPECIFIED,
            )
            members = answer.reply.members()
            return page_of(members, count, all_at_once=answer.dialect == PRODUCTION)

        guard, final = self._session.page_guard(), self._rows.all_shown
        return collect(
            fetch, guard, limit=limit, offset=offset, page_size=LIST_PAGE, final=final
        ).rows

    def get_data_connection(self, data_connection_id: int) -> Row:
        """`GET /v1/connections/{id}`, on production servers `POST /v1/export`, whose definition is
        given the specified names
        """
        return self._rows.shown(self.stored_data_connection(data_connection_id))

    def stored_data_connection(self, data_connection_id: int) -> Row:
        """The same with whatever secrets the server shows, to be changed and sent back, never to be
        shown.
        """
        answer = self._session.either(
            "get_data_connection",
            connect_call("POST", "/v1/export", json=[data_connection_id], is_read=True),
            specified=connect_call("GET", "/v1/connections/{}", data_connection_id),
            shape=_exported,
            usual=SPECIFIED,
        )
        if answer.dialect != PRODUCTION:
            return self._rows.protect(answer.reply.thing())
        definitions = answer.reply.rows()
        if not definitions:
            raise answer.reply.unexpected("the definition of the connection")
        row = {"id": data_connection_id, **export.connection(definitions[0])}
        return self._rows.protect(row)

    def create_data_connection(self, body: Row) -> Row:
        """`POST /v1/connections`: the new connection"""
        call = connect_call("POST", "/v1/connections", json=body)
        return self._rows.shown(self._session.send(call).made())

    def update_data_connection(self, data_connection_id: int, body: Row) -> Row:
        """`PUT /v1/connections/{id}`, with the settings that change"""
        call = connect_call("PUT", "/v1/connections/{}", data_connection_id, json=body)
        known = {name: body[name] for name in ("enabled",) if name in body}
        return self._rows.changed(self._session.send(call), id=data_connection_id, **known)

    def delete_data_connection(self, data_connection_id: int) -> None:
        """`DELETE /v1/connections/{id}`"""
        self._session.send(connect_call("DELETE", "/v1/connections/{}", data_connection_id))

    def run_data_connection(self, data_connection_id: int) -> Row:
        """`POST /v1/connections/{id}/run`: `{status, runId}`; it only starts the run"""
        call = connect_call("POST", "/v1/connections/{}/run", data_connection_id)
        return self._rows.changed(self._session.send(call))

    def enable_data_connection(self, data_connection_id: int) -> Row:
        """`PUT /v1/connections/{id}/enable`"""
        call = connect_call("PUT", "/v1/connections/{}/enable", data_connection_id)
        return self._rows.changed(self._session.send(call), id=data_connection_id, enabled=True)

    def disable_data_connection(self, data_connection_id: int) -> Row:
        """`PUT /v1/connections/{id}/disable`"""
        call = connect_call("PUT", "/v1/connections/{}/disable", data_connection_id)
        return self._rows.changed(self._session.send(call), id=data_connection_id, enabled=False)


def _exported(body: Any) -> str:
    """An export is a list of definitions. An empty one exports nothing, so that it says nothing
    against a refusal of the other read.
    """
    return PRODUCTION if isinstance(body, list) and body else SPECIFIED
