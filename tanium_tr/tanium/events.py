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
from .event_filter import Filter, Window, matches, moment_of, time_field
from .listing import EVERYTHING, Row, list_rows, page_of
from .pagination import Page, pages
from .session import Answer, TaniumSession


EVENTS_PAGE = 1000
LOOKED_THROUGH = 100_000  # events that are filtered on this side at most


class FoundEvents(NamedTuple):
    """`following` holds the row after the last one asked for, when there is one; `is_app_filtered`
    when the app had to apply filters, because the server could not.
    """

    rows: list[Row]
    following: list[Row]
    is_app_filtered: bool = False


class Counted(NamedTuple):
    """`{count, has_more}`, and whether the app had to count."""

    row: Row
    is_app_filtered: bool = False


class Newest(NamedTuple):
    """The newest events of a window, and how many it has: None where that is not known without
    counting them.
    """

    rows: list[Row]
    total: int | None


class View(NamedTuple):
    """Which events of a live connection. Production servers know `filters`, specified ones an
    `expression` and the fields that rows shall have. In addition the `window` has to hold.
    """

    connection_id: str
    event_type: str
    filters: list[Filter]
    match: str
    sort: str = ""
    expression: str = ""
    include_fields: list[str] | None = None
    window: Window | None = None

    @property
    def is_mixed(self) -> bool:
        """Whether filters of which any may hold meet a window that has to: no server is known to
        combine the two, so that it gets the window only.
        """
        return bool(self.window) and self.match == "any" and len(self.filters) > 1

    def holds(self, row: Row) -> bool:
        """Whether a row, under its published names, is one of these."""
        return (not self.filters or matches(row, self.filters, self.match)) and (
            self.window is None or self.window.holds(row)
        )

    def production(self, view: str, **part: int) -> Call:
        """Filters are indexed triples of field, operator and value (TANIUM_WIRE 2.6)."""
        params: dict[str, Any] = {**part, "sort": self.sort}
        filters = [] if self.is_mixed else self.filters
        match = "all" if self.window else self.match
        if self.window:
            filters = [*filters, *self.window.filters(self.event_type)]
        if filters:
            group = ",".join(map(str, range(len(filters))))
            params.update(match=match, g1=group, gm1=match)
        for index, (field, operator, value) in enumerate(filters):
            params[f"f{index}"], params[f"o{index}"] = field, operator
            params[f"v{index}"] = value
        return self._call(view, self.event_type, list(params.items()))

    def specified(self, view: str, **part: int) -> Call:
        """The filter is one expression, and rows have the fields that are asked for."""
        params: dict[str, Any] = {**part, "sort": specified_sort(self.sort)}
        if self.expression:
            params.update(filter=self.expression, match=self.match)
        if self.include_fields:
            # Without its time a row cannot be told to be in the window.
            time = ["timestamp"] if self.window and "timestamp" not in self.include_fields else []
            params["fields"] = specified_columns([*self.include_fields, *time])
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
        window: Window | None = None,
    ) -> FoundEvents:
        """`GET /conns/{id}/views/{type}/events`

        A production server answers a limit with up to one row more, which says that there are more;
        it is the first row of the next page. A specified server does not know these filters, so
        they are applied here; `expression` and `include_fields` only it knows.
        """
        view = View(
            connection_id, event_type, filters, match, sort, expression, include_fields, window
        )
        if view.is_mixed:
            return self._filtered_here(view, limit, offset)
        page, dialect = list_rows(
            self._session,
            lambda count, start: self._events(view, count, start),
            rename=published_names.event,
            limit=limit,
            offset=offset,
            page_size=EVENTS_PAGE,
        )
        if dialect == PRODUCTION:
            _require_known(view)
            return FoundEvents(page.rows, list(page.beyond[:1]))
        if filters or window:
            return self._filtered_here(view, limit, offset)
        one_more = self._events(view, 1, offset + limit).reply.rows()[:1]
        is_full = len(page.rows) == limit
        return FoundEvents(page.rows, list(map(published_names.event, one_more)) if is_full else [])

    def count_events(
        self,
        connection_id: str,
        event_type: str,
        *,
        filters: list[Filter],
        match: str,
        window: Window | None = None,
    ) -> Counted:
        """`GET /conns/{id}/views/{type}/eventsCount`: `{count, has_more}`; a specified server's
        filtered events are counted here.
        """
        view = View(connection_id, event_type, filters, match, window=window)
        if view.is_mixed:
            return self._counted_here(view)
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
            return Counted({"count": 0, "has_more": False})
        counted = published_names.count(answer.reply.object())
        if not isinstance(counted.get("count"), int):
            raise answer.reply.unexpected("a count")
        if answer.dialect == PRODUCTION:
            return Counted(counted)
        if filters or window:
            return self._counted_here(view)
        return Counted({**counted, "has_more": False})

    def newest_events(
        self, connection_id: str, event_type: str, *, window: Window, limit: int
    ) -> Newest:
        """The newest events of a window, with one request to a production server; a specified one
        has to give all of its events.
        """
        view = View(connection_id, event_type, [], "all", window=window)
        ordered = view._replace(sort=f"-{time_field(event_type)}")
        answer = self._session.either(
            "list_events",
            ordered.production("events", limit=limit, offset=0),
            specified=view.specified("events", limit=limit, offset=0),
            shape=bare_list,
        )
        if answer.dialect != PRODUCTION:
            rows = sorted(self._matching(view), key=lambda row: moment_of(row) or 0, reverse=True)
            return Newest(rows[:limit], len(rows))
        rows = answer.reply.rows()
        return Newest(rows[:limit], len(rows) if len(rows) <= limit else None)

    def _events(self, view: View, limit: int, offset: int) -> Answer:
        return self._session.either(
            "list_events",
            view.production("events", limit=limit, offset=offset),
            specified=view.specified("events", limit=limit, offset=offset),
            shape=bare_list,
        )

    def _filtered_here(self, view: View, limit: int, offset: int) -> FoundEvents:
        # islice takes no larger numbers, and no list has so many rows.
        start, end = min(offset, sys.maxsize), min(offset + limit + 1, sys.maxsize)
        found = list(islice(self._matching(view), start, end))
        return FoundEvents(found[:limit], found[limit:], is_app_filtered=True)

    def _counted_here(self, view: View) -> Counted:
        count = sum(1 for _ in self._matching(view))
        return Counted({"count": count, "has_more": False}, is_app_filtered=True)

    def _matching(self, view: View) -> Iterator[Row]:
        """Events of a server that cannot apply all filters, filtered. Raises TaniumError when there
        are too many to look at.
        """
        seen, dialect = 0, PRODUCTION

        def fetch(count: int, start: int) -> Page:
            nonlocal dialect
            answer = self._events(view, count, start)
            dialect = answer.dialect
            if dialect == PRODUCTION:
                _require_known(view)
            return page_of(answer)

        for page in pages(
            fetch, self._session.page_guard(), limit=EVERYTHING, offset=0, page_size=EVENTS_PAGE
        ):
            seen += len(page.rows)
            if seen > LOOKED_THROUGH:
                raise TaniumError(
                    "This Tanium server cannot apply these filters, and the endpoint has more than"
                    f" {LOOKED_THROUGH} events, too many for the app to filter: get them without a"
                    " filter, using sort, limit and offset."
                )
            is_final = dialect == PRODUCTION
            for row in page.rows if is_final else map(published_names.event, page.rows):
                if view.holds(row):
                    yield row


def _require_known(view: View) -> None:
    """Of a production server."""
    if view.expression or view.include_fields:
        raise ParameterError(
            "This Tanium server supports neither 'filter' nor 'include_fields': use fields,"
            " operators and values."
        )
