# File: client.py
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
"""Tanium Connect: one method for one endpoint. Rows come without secrets, whatever the server
shows.

Paths are below `/plugin/products/connect`. Ids of rows are numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Callable, NamedTuple

from ...redaction import Redaction
from ...times import seconds
from ..dialect import PRODUCTION
from ..http import Reply, objects
from ..pagination import Page, collect, pages
from ..session import TaniumSession
from . import export as connect_export
from .secrets import secrets_in, without_masks, without_secrets


LIST_PAGE, LOGS_PAGE, NEWEST_LOGS = 500, 500, 100
EVERYTHING = 10**9
NO_CONTENT = 204

_NUMBERS = ("id", "connectionId", "savedQuestionId")


class Stored(NamedTuple):
    """A row as the server has it, less the secrets that it only shows a mask of, which stood at
    these places.
    """

    row: dict[str, Any]
    masked: tuple[str, ...]


class Connect:
    def __init__(self, session: TaniumSession, redaction: Redaction) -> None:
        self._session, self._redaction = session, redaction

    # data connections

    def list_data_connections(
        self, *, limit: int = EVERYTHING, offset: int = 0
    ) -> list[dict[str, Any]]:
        """`GET /v1/connections`, on production servers `GET /private/connections`, which gives all
        of them at once
        """

        def fetch(count: int, start: int) -> Page:
            answer = self._session.run("list_data_connections", limit=count, offset=start)
            return _page(
                answer.reply.members(), count, start, all_at_once=answer.dialect == PRODUCTION
            )

        return collect(fetch, limit=limit, offset=offset, page_size=LIST_PAGE, row=self._row).rows

    def get_data_connection(self, data_connection_id: int) -> dict[str, Any]:
        """`GET /v1/connections/{id}`, on production servers `POST /v1/export`, whose definition is
        given the specified names
        """
        return self._row(self.stored_data_connection(data_connection_id))

    def stored_data_connection(self, data_connection_id: int) -> dict[str, Any]:
        """The same with whatever secrets the server shows, to be changed and sent back, never to be
        shown.
        """
        answer = self._session.run("get_data_connection", data_connection_id=data_connection_id)
        if answer.dialect != PRODUCTION:
            return self._kept(answer.reply.object())
        definitions = answer.reply.rows()
        if not definitions:
            raise answer.reply.unexpected("the definition of the connection")
        return self._kept({"id": data_connection_id, **connect_export.connection(definitions[0])})

    def create_data_connection(self, body: dict[str, Any]) -> dict[str, Any]:
        """`POST /v1/connections`: the new connection"""
        return self._row(self._session.run("create_data_connection", body=body).reply.made())

    def update_data_connection(
        self, data_connection_id: int, body: dict[str, Any]
    ) -> dict[str, Any]:
        """`PUT /v1/connections/{id}`, with the settings that change"""
        reply = self._session.run(
            "update_data_connection", data_connection_id=data_connection_id, body=body
        ).reply
        return self._told(reply, id=data_connection_id)

    def delete_data_connection(self, data_connection_id: int) -> None:
        """`DELETE /v1/connections/{id}`"""
        self._session.run("delete_data_connection", data_connection_id=data_connection_id)

    def run_data_connection(self, data_connection_id: int) -> dict[str, Any]:
        """`POST /v1/connections/{id}/run`: `{status, runId}`; the run goes on by itself"""
        return self._told(
            self._session.run("run_data_connection", data_connection_id=data_connection_id).reply
        )

    def enable_data_connection(self, data_connection_id: int) -> dict[str, Any]:
        """`PUT /v1/connections/{id}/enable`"""
        reply = self._session.run(
            "enable_data_connection", data_connection_id=data_connection_id
        ).reply
        return self._told(reply, id=data_connection_id)

    def disable_data_connection(self, data_connection_id: int) -> dict[str, Any]:
        """`PUT /v1/connections/{id}/disable`"""
        reply = self._session.run(
            "disable_data_connection", data_connection_id=data_connection_id
        ).reply
        return self._told(reply, id=data_connection_id)

    # sources and schedules

    def list_data_sources(self) -> list[dict[str, Any]]:
        """`GET /v1/sources`"""
        return self._rows(self._session.run("list_data_sources").reply)

    def get_data_source(self, data_source_id: int) -> dict[str, Any]:
        """`GET /v1/sources/{id}`"""
        return self._row(
            self._session.run("get_data_source", data_source_id=data_source_id).reply.object()
        )

    def list_schedules(self) -> list[dict[str, Any]]:
        """`GET /v1/schedules`"""
        return self._rows(self._session.run("list_schedules").reply)

    def get_schedule(self, schedule_id: int) -> dict[str, Any]:
        """`GET /v1/schedules/{id}`"""
        return self._row(self._session.run("get_schedule", schedule_id=schedule_id).reply.object())

    # destinations

    def list_destinations(self) -> list[dict[str, Any]]:
        """`GET /v1/destinations`"""
        return self._rows(self._session.run("list_destinations").reply)

    def get_destination(self, destination_id: int) -> dict[str, Any]:
        """`GET /v1/destinations/{id}`"""
        return self._row(
            self._session.run("get_destination", destination_id=destination_id).reply.object()
        )

    def stored_destination(self, destination_id: int) -> Stored:
        """The same with whatever secrets the server shows, to be changed and sent back, never to be
        shown.
        """
        masked: list[str] = []
        row = without_masks(
            self._kept(
                self._session.run("get_destination", destination_id=destination_id).reply.object()
            ),
            "",
            masked,
        )
        return Stored(row, tuple(place[1:] for place in masked))

    def holds_secrets(self, configuration: dict[str, Any]) -> bool:
        """Whether a destination's configuration holds any secret; masks are none."""
        return any(secrets_in(configuration))

    def create_destination(self, body: dict[str, Any]) -> dict[str, Any]:
        """`POST /v1/destinations`: the new destination"""
        self._kept(body)
        return self._row(self._session.run("create_destination", body=body).reply.made())

    def update_destination(self, destination_id: int, body: dict[str, Any]) -> dict[str, Any]:
        """`PUT /v1/destinations/{id}`, with the whole destination"""
        self._kept(body)
        reply = self._session.run(
            "update_destination", destination_id=destination_id, body=body
        ).reply
        return self._told(reply, id=destination_id)

    def delete_destination(self, destination_id: int) -> None:
        """`DELETE /v1/destinations/{id}`"""
        self._session.run("delete_destination", destination_id=destination_id)

    # the service

    def get_status(self) -> dict[str, Any]:
        """`GET /v1/status`: `{version, status}`"""
        return self._row(self._session.run("get_connect_status").reply.object())

    def list_logs(
        self, *, limit: int, offset: int = 0, data_connection_id: int | None = None
    ) -> list[dict[str, Any]]:
        """`GET /v1/logs`: newest first"""
        return collect(
            self._logs(data_connection_id),
            limit=limit,
            offset=offset,
            page_size=LOGS_PAGE,
            row=self._row,
        ).rows

    def list_newest_logs(self, data_connection_id: int) -> list[dict[str, Any]]:
        """`GET /v1/logs`: one page of it, or all the pages of a server that begins with the oldest"""
        rows = list(map(self._row, objects(self._logs(data_connection_id)(NEWEST_LOGS, 0).rows)))
        starts = [seconds(row.get("startTime")) or 0 for row in rows]
        return (
            list(self.iterate_logs(data_connection_id))
            if starts and starts[0] < starts[-1]
            else rows
        )

    def iterate_logs(self, data_connection_id: int | None = None) -> Iterator[dict[str, Any]]:
        """`GET /v1/logs`, page by page as they are needed"""
        for page in pages(
            self._logs(data_connection_id), limit=EVERYTHING, offset=0, page_size=LOGS_PAGE
        ):
            yield from map(self._row, page.rows)

    def _logs(self, data_connection_id: int | None) -> Callable[[int, int], Page]:
        def fetch(count: int, start: int) -> Page:
            reply = self._session.run(
                "list_connection_logs", limit=count, offset=start, connectionId=data_connection_id
            ).reply
            return _page(reply.members(), count, start)

        return fetch

    def _told(self, reply: Reply, **known: Any) -> dict[str, Any]:
        """What a change is answered with; with HTTP 204, a success that tells nothing, what is
        known without it.
        """
        return known if reply.status == NO_CONTENT else self._row(reply.object())

    def _rows(self, reply: Reply) -> list[dict[str, Any]]:
        return [self._row(row) for row in reply.rows()]

    def _row(self, row: dict[str, Any]) -> dict[str, Any]:
        shown: dict[str, Any] = without_secrets(
            _with_numbers(self._kept(row)), self._redaction.redact
        )
        return shown

    def _kept(self, row: dict[str, Any]) -> dict[str, Any]:
        """Has the redaction look for the row's secrets from now on."""
        self._redaction.add(*secrets_in(row))
        return row


def _page(rows: list[Any], count: int, start: int, *, all_at_once: bool = False) -> Page:
    """More rows than were asked for are all there are, from a server that does not page."""
    if all_at_once or len(rows) > count:
        return Page(rows[start : start + count], len(rows))
    return Page(rows, short_page_ends=False)


def _with_numbers(value: Any) -> Any:
    """Ids that came as digits are numbers."""
    if isinstance(value, dict):
        return {
            key: int(inner) if key in _NUMBERS and _is_digits(inner) else _with_numbers(inner)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_with_numbers(inner) for inner in value]
    return value


def _is_digits(value: Any) -> bool:
    return isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19
