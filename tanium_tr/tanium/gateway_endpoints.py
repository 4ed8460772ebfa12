# File: gateway_endpoints.py
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
"""Endpoints as the API gateway knows them, also those that are offline."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from ..errors import GatewayError, ListError
from ..numbers import natural_number
from .gateway import Gateway
from .gateway_documents import IDENTITIES, SYSTEMS, Document
from .listing import Row
from .pagination import fitting
from .reply import objects, part
from .session import TaniumSession


# A page of the list. The gateway gives up to 5,000 endpoints at once.
ENDPOINTS_PAGE = 2500
# Of one search for the endpoints that somebody means.
MOST_MATCHES = 50

# What differs from the gateway's names in the form of this app's.
_NAMES = {
    "id": "endpoint_id",
    "name": "computer_name",
    "eidFirstSeen": "first_seen",
    "eidLastSeen": "last_seen",
}


class FoundEndpoints(NamedTuple):
    """Endpoints, how many there are in all, how far a live question is, and what Tanium says about
    the fields that are missing.
    """

    rows: list[Row]
    total: int | None
    collection: Row
    end: str | None
    problems: list[str]


class GatewayEndpoints:
    """Reads endpoints and lists them."""

    def __init__(self, gateway: Gateway, session: TaniumSession) -> None:
        self._gateway, self._session = gateway, session
        self._without_system = ""  # why

    def find(self, matching: Row) -> FoundEndpoints:
        """Those that match a filter, at most MOST_MATCHES, from what Tanium has stored of them.
        Where a server lacks a sensor for their operating system, they come without it.
        """
        return self._with_or_without_system({"filter": matching, "first": MOST_MATCHES})

    def read(self, document: Document, matching: Row, **more: Any) -> FoundEndpoints:
        """Some fields of those that match a filter; `more` are other variables of the document."""
        return self._read(document, {"filter": matching, "first": MOST_MATCHES, **more})

    def list_endpoints(
        self, matching: Row | None, *, limit: int, keep: Callable[[Row], Any]
    ) -> FoundEndpoints:
        """Those that match a filter and that `keep` lets through, at most `limit`, from what Tanium
        has stored of them.

        A cursor dies when it was not used for some minutes, or is too old. Then the list is read
        again from its start, and the endpoints that came before are left out, so that none is lost
        or comes twice.
        """
        guard, seen = self._session.page_guard(), set[str]()
        rows: list[Row] = []
        problems: list[str] = []
        after, before_restart = None, -1
        while True:
            guard.before_page()
            try:
                found = self._page(matching, limit - len(rows), after)
            except GatewayError:
                # One that does not get any further the second time has another reason.
                if after is None or len(seen) == before_restart:
                    raise
                after, before_restart = None, len(seen)
                guard.forget_pages()
                continue
            new = [row for row in found.rows if row["endpoint_id"] not in seen]
            seen.update(row["endpoint_id"] for row in new)
            rows += [row for row in new if keep(row)]
            problems += [each for each in found.problems if each not in problems]
            guard.require_memory()
            if found.end is None or len(rows) >= limit:
                return found._replace(rows=rows[:limit], problems=problems)
            if not found.rows:
                raise ListError(
                    f"The API gateway gave a page without endpoints after {len(seen)} of them and"
                    " says that there are more, so the rest of the list cannot be read."
                )
            if guard.came_before([{"id": row["endpoint_id"]} for row in found.rows]):
                raise guard.refuse_repeat()
            after = found.end

    def _page(self, matching: Row | None, wanted: int, after: str | None) -> FoundEndpoints:
        def fetch(count: int, _start: int) -> FoundEndpoints:
            return self._with_or_without_system(
                {"filter": matching, "first": count, "after": after}
            )

        # Fewer than a whole page would do for the last rows only where none of them is left out.
        count = ENDPOINTS_PAGE if after else min(ENDPOINTS_PAGE, wanted)
        found, _ = fitting(fetch, count, 0)
        return found

    def _with_or_without_system(self, variables: Row) -> FoundEndpoints:
        if not self._without_system:
            try:
                return self._read(SYSTEMS, variables)
            except GatewayError as error:
                if variables.get("after"):
                    raise
                reason = error.detail
        else:
            reason = self._without_system
        found = self._read(IDENTITIES, variables)
        # A cursor is of the list that it came with.
        self._without_system = reason
        return found._replace(problems=[*found.problems, reason])

    def _read(self, document: Document, variables: Row) -> FoundEndpoints:
        answered = self._gateway.execute(document, variables)
        connection = answered.value if isinstance(answered.value, dict) else {}
        edges = connection.get("edges")
        if not isinstance(edges, list):
            raise answered.without("a list of endpoints")
        nodes = [part(edge, "node") for edge in objects(edges)]
        page = part(connection, "pageInfo")
        end = page.get("endCursor") if page.get("hasNextPage") is True else None
        return FoundEndpoints(
            [app_names(node) for node in nodes if node.get("id") is not None],
            natural_number(connection.get("totalRecords")),
            part(connection, "collectionInfo"),
            end if isinstance(end, str) and end else None,
            answered.problems,
        )


def app_names(node: Row) -> Row:
    """An endpoint under this app's names: `computerID` is `computer_id`."""
    row = {_NAMES.get(name, snake(name)): snake_names(value) for name, value in node.items()}
    return {**row, "endpoint_id": str(node["id"])}


def snake_names(value: Any) -> Any:
    """An answer's objects with names such as `cvss_score_v3`."""
    if isinstance(value, dict):
        return {snake(name): snake_names(inner) for name, inner in value.items()}
    return [snake_names(each) for each in value] if isinstance(value, list) else value


def snake(name: str) -> str:
    """`systemUUID` as `system_uuid`."""
    return re.sub(r"(?<=[a-z0-9])[A-Z]+", lambda found: f"_{found[0].lower()}", name)
