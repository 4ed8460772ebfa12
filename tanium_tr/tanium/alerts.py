# File: alerts.py
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
"""Alerts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..errors import UnfilteredError
from .call import PRODUCTION, Call, camel_case, snake_case, with_key
from .listing import Row, list_rows, page_of, totals
from .page_guard import PageGuard
from .pagination import Page, fitting, pages
from .session import Answer, TaniumSession


ALERTS_PAGE = 500  # as many as a server gives in one answer
GUIDS_AT_ONCE = 50  # what a URL of 2,000 characters has room for
IDS_AT_ONCE = 100
SPECIFIED_FILTERS = (
    "computer_ip_address",
    "computer_name",
    "scan_config_id",
    "intel_doc_id",
    "severity",
    "priority",
    "type",
    "state",
)

Query = Sequence[tuple[str, str]]


class AlertPage(NamedTuple):
    """A piece of the list of alerts; an empty row stands for a member of another type, so that
    places hold.

    `following` is the offset after it, None when nothing follows; `total` counts what passes the
    filters, None where the server does not say; `is_sorted` says whether the server could sort and
    filter as asked.
    """

    rows: list[Row]
    following: int | None
    total: int | None
    is_sorted: bool


class Alerts:
    """Reading alerts, changing their states, and deleting them."""

    def __init__(self, session: TaniumSession) -> None:
        self._session = session

    def get_alert(self, alert_id: int) -> Row:
        """`GET /alerts/{id}`"""
        call = Call("GET", "/alerts/{}", alert_id)
        return self._session.send(call).thing()

    def update_alerts(self, alert_ids: list[int], *, state: str) -> None:
        """`PUT /alerts/{id}` for one, `PUT /alerts/?id=1&id=2` (as specified `PUT /alerts/1,2`) for
        many
        """
        body = {"state": state}
        if len(alert_ids) == 1:
            self._session.send(Call("PUT", "/alerts/{}", alert_ids[0], json=body))
            return
        joined = "/alerts/" + ",".join(["{}"] * len(alert_ids))
        self._session.either(
            "update_alerts",
            Call("PUT", "/alerts/", params=[("id", each) for each in alert_ids], json=body),
            specified=Call("PUT", joined, *alert_ids, json=body),
        )

    def delete_alerts(self, alert_ids: Sequence[int]) -> None:
        """`DELETE /alerts?id=1&id=2`, for at most IDS_AT_ONCE; no specification has it."""
        params = [("id", each) for each in alert_ids]
        self._session.send(Call("DELETE", "/alerts", params=params))

    def pages_by_guid(self, guids: Sequence[str]) -> Iterator[list[Row]]:
        """`GET /alerts?guid=...`, some guids in lower case at a time: the alerts whose guids
        contain any of them.

        Raises UnfilteredError when the server answers as if it did not know the filter.
        """
        for start in range(0, len(guids), GUIDS_AT_ONCE):
            asked = guids[start : start + GUIDS_AT_ONCE]
            query = [("guid", guid) for guid in asked]
            rows = self.list_alerts(query, limit=ALERTS_PAGE, offset=0).rows
            found = [str(row.get("guid")).lower() for row in rows]
            if not all(any(guid in each for guid in asked) for each in found):
                raise UnfilteredError(
                    "This Tanium server does not filter alerts by guid: its answer contains other"
                    " alerts."
                )
            yield rows

    def list_alerts(self, query: Query, *, limit: int, offset: int) -> Page:
        """`GET /alerts`. `query` are pairs of filter, in either spelling, and value; repeated
        filters mean any of their values.

        Raises UnfilteredError when the server answers as if it did not know a filter.
        """
        page, dialect = list_rows(
            self._session,
            lambda count, start: self._alerts(query, count, start),
            limit=limit,
            offset=offset,
            page_size=ALERTS_PAGE,
        )
        if dialect != PRODUCTION:
            _require_filtered(page.rows, query)
        return page

    def alerts_page(
        self,
        *,
        offset: int,
        limit: int = ALERTS_PAGE,
        sort: str = "",
        expand: str = "",
        alerted_until: str = "",
        query: Query = (),
    ) -> AlertPage:
        """`GET /alerts`, one request. Specified servers neither sort nor expand, and give the
        alerts in an order of their own.

        Raises UnfilteredError when the server answers as if it did not know a filter of the query.
        """
        options = (("sort", sort), ("expand", expand), ("alertedAtUntil", alerted_until))
        answer, limit = fitting(
            lambda count, start: self._alerts(query, count, start, options), limit, offset
        )
        is_production = answer.dialect == PRODUCTION
        members = answer.reply.members("data")
        total, _ = totals(answer.reply)
        end = offset + len(members)
        # A specified server's pages may be short in the middle of the list.
        is_short = len(members) < (limit if is_production else 1)
        at_end = is_short if total is None else end >= total
        rows = [member if isinstance(member, dict) else {} for member in members]
        if not is_production:
            _require_filtered([row for row in rows if row], query)
        return AlertPage(rows, None if at_end or not members else end, total, is_production)

    def page_guard(self) -> PageGuard:
        """What looks at the pages of one reading of the list."""
        return self._session.page_guard()

    def alert_pages(self, query: Query, *, limit: int, offset: int) -> Iterator[Page]:
        """`GET /alerts`, page by page as they are needed. Raises what `list_alerts` raises."""

        def fetch(count: int, start: int) -> Page:
            answer = self._alerts(query, count, start)
            if answer.dialect != PRODUCTION:
                _require_filtered(answer.reply.rows("data"), query)
            return page_of(answer)

        guard = self.page_guard()
        return pages(fetch, guard, limit=limit, offset=offset, page_size=ALERTS_PAGE)

    def _alerts(self, query: Query, limit: int, offset: int, options: Query = ()) -> Answer:
        part = [("limit", str(limit)), ("offset", str(offset))]
        filters = [(camel_case(name), value) for name, value in query]
        wanted = [(name, value) for name, value in options if value]
        specified = [(snake_case(name), value) for name, value in query]
        return self._session.either(
            "list_alerts",
            Call("GET", "/alerts", params=[*filters, *wanted, *part]),
            specified=Call("GET", "/alerts", params=[*specified, *part]),
            shape=with_key("meta"),
        )


def _require_filtered(alerts: list[Row], query: Query) -> None:
    for name in {name for name, _ in query}:
        wanted = [value.casefold() for other, value in query if other == name]
        if any(
            not any(value in str(alert.get(camel_case(name), "")).casefold() for value in wanted)
            for alert in alerts
        ):
            raise UnfilteredError(
                f"This Tanium server does not filter alerts by {name}: its answer contains other"
                f" alerts. It supports {', '.join(SPECIFIED_FILTERS)}."
            )
