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

from ...errors import ParameterError
from ...redaction import Redaction
from ...words import printable
from ..call import SPECIFIED, VENDOR, Call
from ..reply import part
from ..session import Answer, TaniumSession
from . import vendor_rows
from .collections import Collections
from .references import DESTINATIONS, Reference, typed
from .rows import Row, Rows, connect_call
from .secrets import secrets_in, without_masks


class StoredDestination(NamedTuple):
    """A row as the server has it, less the secrets that it only shows a mask of, which stood at
    these places.
    """

    row: Row
    masked: tuple[str, ...]


class Destinations:
    """Where Connect delivers to."""

    def __init__(self, session: TaniumSession, redaction: Redaction) -> None:
        self._session, self._rows = session, Rows(redaction)
        self._collections = Collections(session, DESTINATIONS)
        self._logins: dict[str, str] = {}  # as this server spells them
        self._settings: dict[str, set[str]] = {}  # of each collection, as this server shows them

    def list_destinations(self) -> list[Row]:
        """`GET /v1/destinations`, on the vendor's servers each of its collections"""
        answer = self._session.either(
            "list_destinations",
            specified=connect_call("GET", "/v1/destinations"),
            vendor=self._collections.first_call(),
            usual=SPECIFIED,
        )
        if answer.dialect == VENDOR:
            found = self._collections.listed(answer.reply)
            return self._rows.all_shown([self._convert(row, name) for name, row in found])
        return [typed(row) for row in self._rows.listed(answer.reply)]

    def get_destination(self, reference: Reference) -> Row:
        """`GET /v1/destinations/{id}`, on the vendor's servers `GET
        /v1/destinations/{collection}/{id}`
        """
        return self._rows.shown(self._read(reference))

    def stored_destination(self, reference: Reference) -> StoredDestination:
        """The same with whatever secrets the server shows, to be changed and sent back, never to be
        shown.
        """
        masked: list[str] = []
        row = without_masks(self._rows.protect(self._read(reference)), "", masked)
        configuration = part(row, "configuration")
        if vendor_rows.lacks_secret(configuration) and not masked:
            configuration.pop("password", None)  # an empty one
            masked.append(".configuration.password")
        return StoredDestination(row, tuple(place[1:] for place in masked))

    def holds_secrets(self, configuration: Row) -> bool:
        """Whether a destination's configuration holds any secret; masks are none."""
        return any(secrets_in(configuration))

    def create_destination(self, body: Row) -> Row:
        """`POST /v1/destinations`, on the vendor's servers `POST /v1/destinations/{collection}`:
        the new destination
        """
        content = self._rows.protect(body)

        def vendor() -> Call:
            collection = vendor_rows.creatable_collection(body["type"])
            return self._collections.call("POST", collection, self._members(content, collection))

        answer = self._session.either(
            "create_destination",
            specified=connect_call("POST", "/v1/destinations", json=content),
            vendor=vendor,
            usual=self._collections.usual("list_destinations"),
        )
        return self._rows.shown(self._row(answer, answer.reply.made()))

    def update_destination(self, reference: Reference, body: Row) -> Row:
        """`PUT /v1/destinations/{id}`, on the vendor's servers `PUT
        /v1/destinations/{collection}/{id}`, with the whole destination
        """
        content = self._rows.protect(body)

        def vendor() -> Call:
            found = self._collections.located(reference)
            members = self._members(content, DESTINATIONS.collection_of(found.kind))
            return self._collections.call_to_one("PUT", found, members)

        answer = self._session.either(
            "update_destination",
            specified=connect_call("PUT", "/v1/destinations/{}", reference.id, json=content),
            vendor=vendor,
            usual=self._collections.usual("get_destination", reference=reference),
        )
        return self._rows.changed(answer.reply, lambda row: self._row(answer, row), id=reference.id)

    def delete_destination(self, reference: Reference) -> None:
        """`DELETE /v1/destinations/{id}`, on the vendor's servers `DELETE
        /v1/destinations/{collection}/{id}`
        """

        def specified() -> Call:
            if reference.kind:
                self._read(reference)
            return connect_call("DELETE", "/v1/destinations/{}", reference.id)

        self._session.either(
            "delete_destination",
            specified=specified,
            vendor=lambda: self._collections.call_to_one("DELETE", reference),
            usual=self._collections.usual(
                "get_destination", "list_destinations", reference=reference
            ),
        )

    def stream(self, reference: Reference) -> StoredDestination:
        """`GET` of a destination of the vendor's servers, as a definition has it in its streams,
        without what the server masks.
        """
        found = self._collections.located(reference)
        reply = self._session.send(self._collections.call_to_one("GET", found))
        collection = DESTINATIONS.collection_of(found.kind)
        masked: list[str] = []
        shown = vendor_rows.without_empty_members(reply.thing())
        row = self._rows.protect(self._convert(shown, collection))
        row = without_masks(row, "", masked)
        route = self._collections.route(collection)
        members = self._members(row, collection)
        if vendor_rows.lacks_secret(members):
            masked.append(".arguments")
        return StoredDestination({"route": route, "arguments": members}, tuple(masked))

    def _read(self, reference: Reference) -> Row:
        answer = self._session.either(
            "get_destination",
            specified=connect_call("GET", "/v1/destinations/{}", reference.id),
            vendor=lambda: self._collections.call_to_one("GET", reference),
            usual=self._collections.usual("list_destinations", reference=reference),
        )
        row = self._row(answer, {"id": reference.id, **answer.reply.thing()})
        if not DESTINATIONS.is_same(reference.kind, str(row.get("type") or "")):
            raise ParameterError(
                f"Destination {reference.id} is of the type {printable(row['type'])}, not of"
                f" {printable(reference.kind)}."
            )
        return row

    def _row(self, answer: Answer, row: Row) -> Row:
        """A row under the specified names, whichever way it came."""
        if answer.dialect != VENDOR:
            return typed(row)
        return self._convert(row, self._collections.collection_in(answer.reply))

    def _convert(self, row: Row, collection: str) -> Row:
        found = vendor_rows.destination(row, collection)
        self._settings.setdefault(collection, set()).update(found["configuration"])
        login = part(part(found, "configuration"), "authentication").get("type")
        if isinstance(login, str):
            self._logins[login] = row["useAuthentication"]
        return found

    def _members(self, body: Row, collection: str) -> Row:
        """What to send for a destination; a login as this server has been seen to spell it."""
        seen = self._settings.get(collection, ())
        found = vendor_rows.destination_body(body, collection, seen)
        if "useAuthentication" in found:
            login = found["useAuthentication"]
            found["useAuthentication"] = self._logins.get(login, login)
        return found
