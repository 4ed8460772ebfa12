# File: processes.py
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
"""Processes on an endpoint: their events and their trees."""

from __future__ import annotations

from ..errors import TaniumError
from . import published_names
from .call import PRODUCTION, Call, bare_list, specified_event_type
from .event_filter import Window
from .listing import Row, list_rows
from .pagination import Page
from .session import Answer, TaniumSession


EVENTS_PAGE = 1000
LOOKED_THROUGH = 100_000  # events of a process that are filtered at most


class Processes:
    def __init__(self, session: TaniumSession) -> None:
        self._session = session

    def list_process_events(
        self,
        connection_id: str,
        process_table_id: str,
        event_type: str,
        *,
        limit: int,
        offset: int,
        window: Window | None = None,
    ) -> Page:
        """`GET /conns/{id}/processevents/{ptid}/{type}`, which no server filters: with a window all
        events are read. Raises TaniumError when there are too many.
        """
        path = "/conns/{}/processevents/{}/{}"
        process = (connection_id, process_table_id)

        def fetch(count: int, start: int) -> Answer:
            part = {"limit": count, "offset": start}
            return self._session.either(
                "list_process_events",
                Call("GET", path, *process, event_type, params=part),
                specified=Call(
                    "GET", path, *process, specified_event_type(event_type), params=part
                ),
                shape=bare_list,
            )

        wanted = (LOOKED_THROUGH + 1, 0) if window else (limit, offset)
        page, _ = list_rows(
            self._session,
            fetch,
            rename=published_names.event,
            limit=wanted[0],
            offset=wanted[1],
            page_size=EVENTS_PAGE,
        )
        if not window:
            return page
        if len(page.rows) > LOOKED_THROUGH:
            raise TaniumError(
                f"The process has more than {LOOKED_THROUGH} {event_type} events, too many for the"
                " app to filter by time: get them without a time, using limit and offset."
            )
        return Page(list(filter(window.holds, page.rows))[offset : offset + limit])

    def get_process_tree(
        self, connection_id: str, process_table_id: str, *, contexts: list[str], limit: int
    ) -> list[Row]:
        """`GET /conns/{id}/processtrees/{ptid}`: a flat list whose rows carry their `context`.

        A specified server is asked for each context by itself, and does not know the limit.
        """
        tree = ("/conns/{}/processtrees/{}", connection_id, process_table_id)
        everything = {"context": ",".join(contexts), "limit": limit, "offset": 0}
        rows: list[Row] = []
        for context in contexts:
            answer = self._session.either(
                "get_process_tree",
                Call("GET", *tree, params=everything),
                specified=Call("GET", *tree, params={"context": context}),
                shape=bare_list,
            )
            if answer.dialect == PRODUCTION:
                return answer.reply.rows()
            rows += [published_names.process(row, context) for row in answer.reply.rows()]
        return rows
