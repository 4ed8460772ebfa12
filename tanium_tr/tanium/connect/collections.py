# File: collections.py
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
"""The collections of the vendor's Connect on one server: listing them, and finding the one that an
id belongs to.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from ...errors import ApiError, ParameterError, TaniumError
from ..call import SPECIFIED, VENDOR, Call
from ..reply import Reply
from ..session import NO_ROUTE, TaniumSession
from .references import PLUGINS, Kinds, Reference, route_of, streams_of
from .rows import LISTS, ROOT, Row, connect_call


CONNECTIONS_READ = 500  # to learn the names of plug-ins from


class AmbiguousIdError(TaniumError):
    """An id that several collections have, given without its type."""


class Collections:
    """Destinations, or sources, of one server."""

    def __init__(self, session: TaniumSession, kinds: Kinds) -> None:
        self._session, self.kinds = session, kinds

    def first_call(self) -> Call:
        """`GET` of the first collection, which a server of another kind refuses."""
        return self.call("GET", self.kinds.collections[0])

    def call(self, method: str, collection: str, json: Any = None) -> Call:
        """A call to a collection."""
        path, segments = self.kinds.path(collection)
        return connect_call(method, path, *segments, json=json)

    def call_to_one(self, method: str, reference: Reference, json: Any = None) -> Call:
        """A call to the one that a reference names; an id alone is looked for. Raises
        ParameterError where no collection has it.
        """
        found = self.located(reference)
        path, segments = self.kinds.path(self.kinds.collection_of(found.kind), one=True)
        return connect_call(method, path, *segments, found.id, json=json)

    def listed(self, first: Reply) -> Iterator[tuple[str, Row]]:
        """Each with its collection. `first` is the answer to `first_call`; collections that the
        server does not have are passed over.
        """
        head, *others = self.kinds.collections
        yield from ((head, row) for row in first.rows(*LISTS))
        for collection in (*others, *self._plugins()):
            try:
                rows = self._session.send(self.call("GET", collection)).rows(*LISTS)
            except ApiError as refusal:
                if refusal.status not in NO_ROUTE:
                    raise
                continue
            yield from ((collection, row) for row in rows)

    def usual(self, *operations: str, reference: Reference | None = None) -> str:
        """The dialect to begin with: the one in which this server answered a related operation."""
        for name in operations:
            known = self._session.dialects.get(name)
            if known:
                return known
        if reference and self.kinds.is_collection(reference.kind):
            return VENDOR
        return SPECIFIED

    def collection_in(self, reply: Reply) -> str:
        """The collection that answered."""
        found = self.kinds.reference_in(unquote(reply.path[len(ROOT) :]))
        return found.kind if found else ""

    def route(self, collection: str) -> str:
        """The route of a stream that a definition has for one of this collection."""
        return f"{self.kinds.root}/{collection}"

    def located(self, reference: Reference) -> Reference:
        """The same with its collection. Raises AmbiguousIdError where several have its id."""
        if reference.kind:
            return reference
        found = [
            Reference(reference.id, collection)
            for collection, row in self.listed(self._session.send(self.first_call()))
            if str(row.get("id")) == str(reference.id)
        ]
        if len(found) > 1:
            raise AmbiguousIdError(
                f"The ID {reference.id} is not unique: this server numbers each type of"
                f" {self.kinds.name} by itself. Specify one of {', '.join(map(str, found))}."
            )
        if not found:
            raise ParameterError(f"There is no {self.kinds.name} with the ID {reference.id}.")
        return found[0]

    def _plugins(self) -> list[str]:
        """The collections of plug-ins, whose names the data connections tell that use them."""
        call = connect_call("GET", "/v1/connections", params={"limit": CONNECTIONS_READ})
        try:
            rows = self._session.send(call).rows(*LISTS)
        except ApiError as refusal:
            if refusal.status not in NO_ROUTE:
                raise
            return []
        routes = (route_of(stream) for row in rows for stream in streams_of(row))
        found = (self.kinds.reference_in(route) for route in routes)
        names = (each.kind for each in found if each)
        return sorted({name for name in names if name.startswith(f"{PLUGINS}/")})
