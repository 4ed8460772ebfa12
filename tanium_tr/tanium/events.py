# File: events.py
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
"""Events that an endpoint has recorded."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from ..errors import ParameterError, TaniumError
from . import published_names
from .call import (
    PRODUCTION,
    Call,
    bare_list,
    specified_columns,
    specified_event_type,
    specified_sort,
    with_key,
)
from .event_filter import Filter, matches
from .listing import EVERYTHING, Row, list_rows
from .pagination import Page, pages
from .session import Answer, TaniumSession


EVENTS_PAGE = 1000
LOOKED_THROUGH = 100_000  # events that are filtered on this side at most


class Found(NamedTuple):
    """`following` holds the row after the last one asked for, when there is one."""

    rows: list[Row]
    following: list[Row]


class View(NamedTuple):
    """Which events of a live connection. Production servers know `filters`, specified ones an
    `expression` and the fields that rows shall have.
    """

    connection_id: str
    event_type: str
    filters: list[Filter]
    match: str
    sort: str = ""
    expression: str = ""
    include_fields: list[str] | None = None

    def production(self, view: str, **part: int) -> Call:
        """Filters are indexed triples of field, operator and value (TANIUM_WIRE 2.6)."""
        params: dict[str, Any] = {**part, "sort": self.sort}
        if self.filters:
            group = ",".join(map(str, range(len(self.filters))))
            params.update(match=self.match, g1=group, gm1=self.match)
        for index, (field, operator, value) in enumerate(self.filters):
            params[f"f{index}"], params[f"o{index}"] = field, operator
            params[f"v{index}"] = value
        return self._call(view, self.event_type, list(params.items()))

    def specified(self, view: str, **part: int) -> Call:
        params: dict[str, Any] = {**part, "sort": specified_sort(self.sort)}
        if self.expression:
            params.update(filter=self.expression, match=self.match)
        if self.include_fields:
            params["fields"] = specified_columns(self.include_fields)
        return self._call(view, specified_event_type(self.event_type), list(params.items()))

    def _call(self, view: str, event_type: str, params: list[tuple[str, Any]]) -> Call:
        # A filter's value may be empty (`isempty`), so that only a missing sort is left out.
        sent = [pair for pair in params if pair != ("sort", "")]
        path = "/conns/{}/views/{}/" + view
        return Call("GET", path, self.connection_id, event_type, params=sent)


class Events:
    """Reading an endpoint's events, and counting them."""

    def __init__(self, session: TaniumSession) -> None:
        self._session = session

    def list_events(
        self,
        connection_id: str,
        event_type: str,
        *,
        filters: list[Filter],
        match: str,
        sort: str,
        limit: int,
        offset: int,
        expression: str = "",
        include_fields: list[str] | None = None,
    ) -> Found:
        """`GET /conns/{id}/views/{type}/events`

        A production server answers a limit with up to one row more, which says that there are more;
        it is the first row of the next page. A specified server does not know these filters, so
        they are applied here; `expression` and `include_fields` only it knows.
        """
        view = View(connection_id, event_type, filters, match, sort, expression, include_fields)
        page, dialect = list_rows(
            self._session,
            lambda count, start: self._events(view, count, start),
            rename=published_names.event,
            limit=limit,
            offset=offset,
            page_size=EVENTS_PAGE,
        )
        if dialect == PRODUCTION:
            if expression or include_fields:
                raise ParameterError(
                    "This Tanium server supports neither 'filter' nor 'include_fields': use fields,"
                    " operators and values."
                )
            return Found(page.rows, list(page.beyond[:1]))
        if filters:
            # islice takes no larger numbers, and no list has so many rows.
            start, end = min(offset, sys.maxsize), min(offset + limit + 1, sys.maxsize)
            found = list(islice(self._matching(view), start, end))
            return Found(found[:limit], found[limit:])
        one_more = self._events(view, 1, offset + limit).reply.rows()[:1]
        is_full = len(page.rows) == limit
        return Found(page.rows, list(map(published_names.event, one_more)) if is_full else [])

    def count_events(
        self, connection_id: str, event_type: str, *, filters: list[Filter], match: str
    ) -> Row:
        """`GET /conns/{id}/views/{type}/eventsCount`: `{count, has_more}`; a specified server's
        filtered events are counted here.
        """
        view = View(connection_id, event_type, filters, match)
        answer = self._session.either(
            "count_events",
            view.production("eventsCount"),
            specified=Call(
                "GET",
                "/conns/{}/views/{}/eventsCount",
                connection_id,
                specified_event_type(event_type),
            ),
            shape=with_key("count"),
        )
        if answer.reply.body == []:
            return {"count": 0, "has_more": False}
        counted = published_names.count(answer.reply.object())
        if not isinstance(counted.get("count"), int):
            raise answer.reply.unexpected("a count")
        if answer.dialect == PRODUCTION:
            return counted
        if filters:
            counted = {"count": sum(1 for _ in self._matching(view))}
        return {**counted, "has_more": False}

    def _events(self, view: View, limit: int, offset: int) -> Answer:
        return self._session.either(
            "list_events",
            view.production("events", limit=limit, offset=offset),
            specified=view.specified("events", limit=limit, offset=offset),
            shape=bare_list,
        )

    def _matching(self, view: View) -> Iterator[Row]:
        """Events of a server that cannot filter them, filtered. Raises TaniumError when there are
        too many to look at.
        """
        seen = 0

        def fetch(count: int, start: int) -> Page:
            members = self._events(view, count, start).reply.members()
            return Page(members, short_page_ends=False)

        for page in pages(
            fetch, self._session.page_guard(), limit=EVERYTHING, offset=0, page_size=EVENTS_PAGE
        ):
            seen += len(page.rows)
            if seen > LOOKED_THROUGH:
                raise TaniumError(
                    "This Tanium server cannot filter events, and the endpoint has more than"
                    f" {LOOKED_THROUGH} events, too many for the app to filter: get them without a"
                    " filter, using sort, limit and offset."
                )
            for row in map(published_names.event, page.rows):
                if matches(row, view.filters, view.match):
                    yield row
