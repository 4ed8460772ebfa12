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

from typing import Any, NamedTuple

from ...errors import ApiError, ParameterError, TaskError, UnsupportedError
from ...numbers import natural_number
from ...redaction import Redaction
from ..call import PRODUCTION, SPECIFIED, VENDOR, Call
from ..listing import EVERYTHING
from ..pagination import Page, collect
from ..reply import Reply, part
from ..session import NO_ROUTE, Answer, TaniumSession
from . import definition, export
from .collections import Collections
from .destinations import Destinations
from .references import SOURCES, Reference
from .rows import LISTS, Row, Rows, connect_call, page_of
from .secrets import without_masks
from .vendor_rows import lacks_secret, source_arguments, without_empty


LIST_PAGE = 500
SECRETS_LOST = (
    "Parameter 'keep_secrets' is required: Tanium does not show the secrets of the destination, and"
    " this server is sent the whole destination with its data connection, so they could be lost."
    " keep_secrets leaves them out, for servers that keep what is left out."
)
BY_TYPE = (
    "This server's Connect numbers sources or destinations by their types, but takes data"
    " connections that name them by ID alone, so it could take another one. Nothing was changed:"
    " use Tanium."
)


class Ends(NamedTuple):
    """The source and the destination that a data connection gets; None leaves it its own.
    `keep_secrets` sends a destination without the secrets that the server does not show.
    """

    source: Reference | None = None
    destination: Reference | None = None
    keep_secrets: bool = False


class DataConnections:
    """What takes data from a source to a destination."""

    def __init__(
        self, session: TaniumSession, redaction: Redaction, destinations: Destinations
    ) -> None:
        self._session, self._rows, self._destinations = session, Rows(redaction), destinations
        self._sources = Collections(session, SOURCES)
        self._definitions: dict[int, Row] = {}  # as they were exported

    def list_data_connections(self, *, limit: int = EVERYTHING, offset: int = 0) -> list[Row]:
        """`GET /v1/connections`, on production servers `GET /private/connections`, which gives all
        of them at once
        """

        def fetch(count: int, start: int) -> Page:
            everything = {"skipComponentHydration": "true"}
            call = connect_call("GET", "/v1/connections", params={"limit": count, "offset": start})
            answer = self._session.either(
                "list_data_connections",
                connect_call("GET", "/private/connections", params=everything),
                specified=call,
                vendor=call,
                usual=SPECIFIED,
            )
            members = answer.reply.members(*LISTS)
            if answer.dialect == SPECIFIED and any(map(export.is_definition, members)):
                self._session.learn("list_data_connections", VENDOR)
            rows = [_named(row) if isinstance(row, dict) else row for row in members]
            return page_of(rows, count, all_at_once=answer.dialect == PRODUCTION)

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
        call = connect_call("GET", "/v1/connections/{}", data_connection_id)
        answer = self._session.either(
            "get_data_connection",
            connect_call("POST", "/v1/export", json=[data_connection_id], is_read=True),
            specified=call,
            vendor=call,
            shape=_shape,
            usual=SPECIFIED,
        )
        if answer.dialect != PRODUCTION:
            row = _named(answer.reply.thing())
            if answer.dialect == VENDOR and not export.is_whole(answer.reply.thing()):
                row = {**row, **self._exported(data_connection_id)}
            return self._rows.protect({"id": data_connection_id, **row})
        definitions = answer.reply.rows()
        if not definitions:
            raise answer.reply.unexpected("the definition of the connection")
        row = {"id": data_connection_id, **export.connection(definitions[0])}
        return self._rows.protect(row)

    def create_data_connection(self, body: Row, ends: Ends) -> Row:
        """`POST /v1/connections`, on the vendor's servers `POST /v1/import`: the new connection"""

        def specified() -> Call:
            if ends.destination and ends.destination.kind:
                self._destinations.get_destination(ends.destination)
            self._require_ids(ends)
            return connect_call("POST", "/v1/connections", json=body)

        answer = self._session.either(
            "create_data_connection",
            specified=specified,
            vendor=lambda: self._import(definition.new(body, self._streams(ends))),
            usual=self._sources.usual("get_data_source"),
            is_shared_route=True,
        )
        return self._rows.shown({**_given(answer, body), **_made(answer.reply)})

    def update_data_connection(self, data_connection_id: int, body: Row, ends: Ends) -> Row:
        """`PUT /v1/connections/{id}`, with the settings that change, on the vendor's servers `POST
        /v1/import` with the changed definition, or `PUT` with it for another name
        """

        def specified() -> Call:
            self._require_ids(ends)
            return connect_call("PUT", "/v1/connections/{}", data_connection_id, json=body)

        def vendor() -> Call:
            stored = self._definition(data_connection_id)
            changed = definition.changed(stored, body, self._streams(ends))
            if not ends.destination:
                changed = self._without_masks(changed, ends.keep_secrets)
            if changed.get("name") == stored.get("name"):
                return self._import(changed)
            # An import may know a data connection by its name.
            content = self._rows.protect(changed)
            return connect_call("PUT", "/v1/connections/{}", data_connection_id, json=content)

        answer = self._session.either(
            "update_data_connection",
            specified=specified,
            vendor=vendor,
            usual=self._sources.usual("get_data_connection"),
            is_shared_route=True,
        )
        known = {name: body[name] for name in ("enabled",) if name in body}
        if answer.dialect == VENDOR:
            return self._imported(answer.reply, data_connection_id)
        return self._rows.changed(answer.reply, id=data_connection_id, **known)

    def delete_data_connection(self, data_connection_id: int) -> None:
        """`DELETE /v1/connections/{id}`, which keeps its source and its destination"""
        params = {"deleteStreams": "false"}
        self._session.send(
            connect_call("DELETE", "/v1/connections/{}", data_connection_id, params=params)
        )

    def run_data_connection(self, data_connection_id: int) -> Row:
        """`POST /v1/connections/{id}/run`: `{status, runId}`, on the vendor's servers `POST
        /v1/connections/{id}/runs`, which answers with the run; it only starts the run
        """
        answer = self._session.either(
            "run_data_connection",
            specified=connect_call("POST", "/v1/connections/{}/run", data_connection_id),
            vendor=connect_call("POST", "/v1/connections/{}/runs", data_connection_id, json={}),
            usual=self._sources.usual("get_data_connection"),
        )
        if answer.dialect != VENDOR:
            return self._rows.changed(answer.reply)
        run = self._rows.shown(answer.reply.made())
        return {"status": run.get("status"), "runId": str(run["id"])}

    def names_runs(self) -> bool:
        """Whether the server is known to report a run by its id."""
        return self._session.dialects.get("run_data_connection") == VENDOR

    def enable_data_connection(self, data_connection_id: int) -> Row:
        """`PUT /v1/connections/{id}/enable`, on the vendor's servers `POST
        /v1/connections/bulkAction`
        """
        call = connect_call("PUT", "/v1/connections/{}/enable", data_connection_id)
        return self._switch("enable_data_connection", call, data_connection_id, enabled=True)

    def disable_data_connection(self, data_connection_id: int) -> Row:
        """`PUT /v1/connections/{id}/disable`, on the vendor's servers `POST
        /v1/connections/bulkAction`
        """
        call = connect_call("PUT", "/v1/connections/{}/disable", data_connection_id)
        return self._switch("disable_data_connection", call, data_connection_id, enabled=False)

    def _switch(
        self, operation: str, specified: Call, data_connection_id: int, *, enabled: bool
    ) -> Row:
        """The connection as the answer has it; the vendor's, `{count}`, counts those that changed.
        Raises ApiError where it changed none.
        """
        body = {
            "action": "Enable" if enabled else "Disable",
            "connectionIds": [data_connection_id],
        }
        answer = self._session.either(
            operation,
            specified=specified,
            vendor=connect_call("POST", "/v1/connections/bulkAction", json=body),
            usual=self._sources.usual(
                "enable_data_connection", "disable_data_connection", "get_data_connection"
            ),
        )
        if answer.dialect != VENDOR:
            return self._rows.changed(answer.reply, id=data_connection_id, enabled=enabled)
        count = natural_number(answer.reply.object().get("count"))
        if count is None:
            raise answer.reply.unexpected("a count")
        if count == 0:
            raise answer.reply.unchanged("the count of changed data connections is 0")
        return {"id": data_connection_id, "enabled": enabled}

    def _require_ids(self, ends: Ends) -> None:
        """Raise ParameterError where the server numbers sources or destinations by type, and
        would take another one for an id alone.
        """
        for operation, end in (
            ("get_data_source", ends.source),
            ("get_destination", ends.destination),
        ):
            if end and self._session.dialects.get(operation) == VENDOR:
                raise ParameterError(BY_TYPE)

    def _import(self, definition: Row) -> Call:
        return connect_call("POST", "/v1/import", json=self._rows.protect(definition))

    def _imported(self, reply: Reply, data_connection_id: int) -> Row:
        row = self._rows.shown(_made(reply))
        if row["id"] != data_connection_id:
            raise TaskError(
                f"Tanium imported the changed data connection as {row['id']}, not as"
                f" {data_connection_id}: its ID could not be kept. Check in Tanium whether"
                f" {data_connection_id} still exists, and use the new ID.",
                [row],
                {"data_connection_id": row["id"]},
            )
        return row

    def _exported(self, data_connection_id: int) -> Row:
        """What an export contains; nothing from a server that has none."""
        try:
            return export.connection(self._definition(data_connection_id))
        except ApiError as refusal:
            if refusal.status not in NO_ROUTE:
                raise
            return {}

    def _definition(self, data_connection_id: int) -> Row:
        """`POST /v1/export/{id}`, once"""
        if data_connection_id not in self._definitions:
            call = connect_call("POST", "/v1/export/{}", data_connection_id, is_read=True)
            self._definitions[data_connection_id] = self._session.send(call).thing()
        return self._definitions[data_connection_id]

    def _streams(self, ends: Ends) -> definition.EndStreams:
        """The streams of the source and of the destination that are named."""
        source = destination = None
        if ends.source:
            source = self._source_stream(ends.source)
        if ends.destination:
            stored = self._destinations.stream(ends.destination)
            if stored.masked and not ends.keep_secrets:
                raise UnsupportedError(SECRETS_LOST)
            destination = stored.row
        return definition.EndStreams(source, destination)

    def _source_stream(self, reference: Reference) -> Row:
        found = self._sources.located(reference)
        row = self._session.send(self._sources.call_to_one("GET", found)).thing()
        collection = SOURCES.collection_of(found.kind)
        arguments = source_arguments(row, collection)
        return {"route": self._sources.route(collection), "arguments": arguments}

    def _without_masks(self, changed: Row, keep_secrets: bool) -> Row:
        """A definition without what the server masks, which would be taken for the secrets."""
        masked: list[str] = []
        found: Row = without_masks(without_empty(changed), "", masked)
        stream = definition.destination_stream(found)
        is_lacking = stream and lacks_secret(part(stream, "arguments"))
        if (masked or is_lacking) and not keep_secrets:
            raise UnsupportedError(SECRETS_LOST)
        return found


def _given(answer: Answer, body: Row) -> Row:
    """What was asked for, where the vendor's answer may not repeat it."""
    return {"name": body["name"]} if answer.dialect == VENDOR else {}


def _made(reply: Reply) -> Row:
    """The connection in an answer, whose definition may stand beside its id."""
    row = dict(reply.made())
    inner = row.pop("definition", None)
    return _named({**(inner if isinstance(inner, dict) else {}), **row})


def _named(row: Row) -> Row:
    """A connection under the specified names, whichever way it came."""
    return export.connection(row) if export.is_definition(row) else row


def _shape(body: Any) -> str:
    """An export is a list of definitions. An empty one exports nothing, so that it says nothing
    against a refusal of the other read.
    """
    if isinstance(body, list) and body:
        return PRODUCTION
    row = body.get("data", body) if isinstance(body, dict) else body
    return VENDOR if export.is_definition(row) else SPECIFIED
