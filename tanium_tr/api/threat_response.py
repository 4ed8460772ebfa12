# File: threat_response.py
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
"""Tanium Threat Response: one method for one endpoint. Rows carry the published names, whichever dialect the server speaks."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import Message
from email.utils import collapse_rfc2231_value
from itertools import islice
from typing import Any, Callable, NamedTuple

from ..errors import TaniumError
from . import published_names
from .dialect import PRODUCTION, SPECIFIED_ALERT_FILTERS, camel_case
from .event_filter import Filter, matches
from .pagination import Page, collect, pages
from .session import Answer, TaniumSession
from .transport import Reply, objects


# What the server gives in one answer at most (TANIUM_WIRE section 4); for the lists it has no known maximum.
ALERTS_PAGE, EVENTS_PAGE, LIST_PAGE = 500, 1000, 1000
EVERYTHING = 10**9
FILTERED_HERE = 100_000  # events that are looked through on this side at most


def _as_it_is(row: dict[str, Any]) -> dict[str, Any]:
    return row


def _first(rows: list[Any], count: int) -> list[Any]:
    return rows[:count]


class Events(NamedTuple):
    """`following` holds the row after the last one asked for, when there is one."""

    rows: list[dict[str, Any]]
    following: list[dict[str, Any]]


class Download(NamedTuple):
    """`name` may be empty and `size` (bytes) unknown; `chunks` can be read once."""

    name: str
    size: int | None
    chunks: Iterator[bytes]


class ThreatResponse:
    """Ids and names are given as they are; they are encoded on the way."""

    def __init__(self, session: TaniumSession) -> None:
        self._session = session

    def forget_dialect(self) -> None:
        """Find out anew how this server is called; it may have been replaced."""
        self._session.dialects.forget()

    def get_status(self) -> dict[str, Any]:
        """`GET /status`"""
        return self._session.run("get_status").reply.object()

    # connections

    def list_connections(self) -> list[dict[str, Any]]:
        """`GET /conns`: all of them. Production servers do not page, specified ones are asked until a page is empty."""
        first = self._session.run("list_connections", limit=LIST_PAGE, offset=0)
        rows = first.reply.rows()
        if first.dialect == PRODUCTION:
            return rows
        if rows:
            rest, _ = self._list("list_connections", None, _as_it_is, limit=EVERYTHING, offset=len(rows), page_size=LIST_PAGE)
            rows += rest.rows
        return [published_names.connection(row) for row in rows]

    def create_connection(self, *, hostname: str, ip: str, client_id: str, platform: str) -> str:
        """`POST /conns/connect`: the id of the new connection, which is not connected yet."""
        answer = self._session.run("create_connection", hostname=hostname, ip=ip, client_id=client_id, platform=platform)
        body = answer.reply.body
        connection_id = body if answer.dialect == PRODUCTION else answer.reply.object().get("id")
        if not (isinstance(connection_id, str) and connection_id):
            raise answer.reply.unexpected("the id of the connection")
        return connection_id

    def close_connection(self, connection_id: str) -> None:
        """`DELETE /conns/close/{id}`"""
        self._session.run("close_connection", connection_id=connection_id)

    def delete_connection(self, connection_id: str) -> None:
        """`DELETE /conns/delete/{id}`"""
        self._session.run("delete_connection", connection_id=connection_id)

    # snapshots

    def create_snapshot(self, connection_id: str) -> dict[str, Any]:
        """`POST /conns/{id}/snapshot`: `{taskInfo: {id, status, metadata, startTime}, status}`"""
        return _task(self._session.run("create_snapshot", connection_id=connection_id))

    def list_snapshots(self, *, limit: int, offset: int, sort: str) -> Page:
        """`GET /snapshot`; specified servers cannot sort, so theirs are sorted here."""

        def listed(limit: int, offset: int) -> tuple[Page, str]:
            rename = published_names.snapshot
            return self._list("list_snapshots", "snapshots", rename, limit=limit, offset=offset, page_size=LIST_PAGE, sort=sort)

        page, dialect = listed(limit, offset)
        if not sort or dialect == PRODUCTION:
            return page
        rows = _sorted(listed(EVERYTHING, 0)[0].rows, sort)
        return Page(rows[offset : offset + limit], len(rows))

    def delete_snapshots(self, snapshot_ids: list[str]) -> None:
        """`DELETE /snapshot`"""
        self._session.run("delete_snapshots", snapshot_ids=snapshot_ids)

    # processes

    def list_process_events(self, connection_id: str, process_table_id: str, event_type: str, *, limit: int, offset: int) -> Page:
        """`GET /conns/{id}/processevents/{ptid}/{type}`"""
        process: dict[str, Any] = {"connection_id": connection_id, "process_table_id": process_table_id, "event_type": event_type}
        rename = published_names.event
        return self._list("list_process_events", None, rename, limit=limit, offset=offset, page_size=EVENTS_PAGE, **process)[0]

    def get_process_tree(self, connection_id: str, process_table_id: str, *, contexts: list[str], limit: int) -> list[dict[str, Any]]:
        """`GET /conns/{id}/processtrees/{ptid}`: a flat list whose rows carry their `context`.

        A specified server is asked for each context by itself, and does not know the limit.
        """
        process = {"connection_id": connection_id, "process_table_id": process_table_id, "contexts": contexts, "limit": limit}
        rows: list[dict[str, Any]] = []
        for context in contexts:
            answer = self._session.run("get_process_tree", context=context, **process)
            if answer.dialect == PRODUCTION:
                return answer.reply.rows()
            rows += [published_names.process(row, context) for row in answer.reply.rows()]
        return rows

    # events

    def list_events(
        self, connection_id: str, event_type: str, *, filters: list[Filter], match: str, sort: str, limit: int, offset: int
    ) -> Events:
        """`GET /conns/{id}/views/{type}/events`

        A production server answers a limit with up to one row more, which says that there are more; it is the first row of the next
        page. A specified server does not know these filters, so they are applied here.
        """
        view = {"connection_id": connection_id, "event_type": event_type, "filters": filters, "match": match, "sort": sort}
        following: list[Any] = []

        def without_sentinel(rows: list[Any], count: int) -> list[Any]:
            following[:] = rows[count:]
            return rows[:count]

        page, dialect = self._list(
            "list_events", None, published_names.event, limit=limit, offset=offset, page_size=EVENTS_PAGE, cut=without_sentinel, **view
        )
        if dialect == PRODUCTION:
            return Events(page.rows, objects(following[:1]))
        if not filters:
            one_more = self._session.run("list_events", limit=1, offset=offset + limit, **view).reply.rows()
            return Events(page.rows, [published_names.event(row) for row in one_more[:1]] if len(page.rows) == limit else [])
        found = list(islice(self._matching_events(view), offset, offset + limit + 1))
        return Events(found[:limit], found[limit:])

    def count_events(self, connection_id: str, event_type: str, *, filters: list[Filter], match: str) -> dict[str, Any]:
        """`GET /conns/{id}/views/{type}/eventsCount`: `{count, has_more}`; a specified server's filtered events are counted here."""
        view = {"connection_id": connection_id, "event_type": event_type, "filters": filters, "match": match}
        answer = self._session.run("count_events", **view)
        if answer.reply.body == []:
            return {"count": 0, "has_more": False}
        if answer.dialect == PRODUCTION:
            return answer.reply.object()
        counted = answer.reply.object() if not filters else {"count": sum(1 for _ in self._matching_events(view))}
        return {**counted, "has_more": False}

    def _matching_events(self, view: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Events of a server that cannot filter them, filtered. Raises TaniumError when there are too many to look at."""
        seen = 0

        def fetch(count: int, start: int) -> Page:
            return Page(self._session.run("list_events", limit=count, offset=start, **view).reply.members(), short_page_ends=False)

        for page in pages(fetch, limit=EVERYTHING, offset=0, page_size=EVENTS_PAGE):
            seen += len(page.rows)
            if seen > FILTERED_HERE:
                raise TaniumError(
                    f"This Tanium server cannot filter events, and the endpoint has more than {FILTERED_HERE} of them to look through here: "
                    "get them without a filter, with sort, limit and offset."
                )
            for row in map(published_names.event, page.rows):
                if matches(row, view["filters"], view["match"]):
                    yield row

    # files

    def list_files(self, *, limit: int, offset: int, sort: str) -> Page:
        """`GET /filedownload`"""
        rename = published_names.file
        return self._list("list_files", "fileEvidence", rename, limit=limit, offset=offset, page_size=LIST_PAGE, sort=sort)[0]

    def save_file(self, connection_id: str, file_path: str) -> dict[str, Any]:
        """`POST /conns/{id}/file`: `{taskInfo: {id, status, metadata, startTime}, status}`"""
        return _task(self._session.run("save_file", connection_id=connection_id, file_path=file_path))

    def delete_file(self, file_id: str) -> None:
        """`DELETE /filedownload/{id}`"""
        self._session.run("delete_file", file_id=file_id)

    def download_file(self, file_id: str) -> Download:
        """`GET /filedownload/data/{id}`: an encrypted archive, to be read piece by piece."""
        headers, chunks = self._session.stream("download_file", file_id=file_id)
        length = headers.get("Content-Length", "")
        return Download(_disposition_name(headers.get("Content-Disposition", "")), int(length) if length.isdigit() else None, chunks)

    # tasks

    def get_task(self, task_id: int) -> dict[str, Any]:
        """`GET /tasks/{id}`: `{id, type, status, metadata, results, error, ...}`; specified servers do not have it."""
        return self._session.run("get_task", task_id=task_id).reply.object()

    # intel

    def upload_intel(self, *, file_name: str, content: bytes) -> dict[str, Any]:
        """`POST /intels`: the stored document"""
        return self._session.run("upload_intel", file_name=file_name, content=content).reply.object()

    def start_scan(self, *, intel_doc_id: int, computer_group_id: int) -> dict[str, Any]:
        """`POST /on-demand-scans`: `{data: {...}, meta: {deployTask: {...}}}`"""
        reply = self._session.run("start_scan", intel_doc_id=intel_doc_id, computer_group_id=computer_group_id).reply
        return {"data": reply.object(), "meta": reply.body.get("meta") or {}}

    # alerts

    def list_alerts(self, query: list[tuple[str, str]], *, limit: int, offset: int) -> Page:
        """`GET /alerts`. `query` are pairs of filter, in either spelling, and value; repeated filters mean any of their values.

        Raises TaniumError when the server answers as if it did not know a filter.
        """
        page, dialect = self._list("list_alerts", None, _as_it_is, limit=limit, offset=offset, page_size=ALERTS_PAGE, query=query)
        if dialect != PRODUCTION:
            _require_filtered(page.rows, query)
        return page

    def _list(
        self,
        operation: str,
        envelope: str | None,
        rename: Callable[[dict[str, Any]], dict[str, Any]],
        *,
        limit: int,
        offset: int,
        page_size: int,
        cut: Callable[[list[Any], int], list[Any]] = _first,
        **arguments: Any,
    ) -> tuple[Page, str]:
        """A paged list, and the dialect that the server answered in; `rename` is for rows of the specified one."""
        dialect = PRODUCTION

        def fetch(count: int, start: int) -> Page:
            nonlocal dialect
            answer = self._session.run(operation, limit=count, offset=start, **arguments)
            dialect = answer.dialect
            rows = cut(answer.reply.members(*([envelope] if envelope else [])), count)
            if dialect != PRODUCTION:
                return Page(rows, short_page_ends=False)
            return Page(rows, *_totals(answer.reply))

        page = collect(fetch, limit=limit, offset=offset, page_size=page_size)
        return page if dialect == PRODUCTION else page._replace(rows=[rename(row) for row in page.rows]), dialect


def _totals(reply: Reply) -> tuple[int | None, dict[str, Any]]:
    """How many rows there are in all, which alerts tell in `meta`, and that `meta`."""
    meta = reply.body.get("meta") if isinstance(reply.body, dict) else None
    total = reply.number("totalCount")
    return reply.number("meta", "filteredCount") if total is None else total, meta if isinstance(meta, dict) else {}


def _task(answer: Answer) -> dict[str, Any]:
    task = answer.reply.object() if answer.dialect == PRODUCTION else published_names.task(answer.reply.object())
    if not isinstance(task.get("taskInfo"), dict):
        raise answer.reply.unexpected("a task")
    return task


def _sorted(rows: list[dict[str, Any]], sort: str) -> list[dict[str, Any]]:
    """By the columns of `sort`, of which the first counts most; rows without a value come first."""
    for column in reversed(sort.split(",")):
        name = column.lstrip("+-")
        rows = sorted(rows, key=lambda row: (row.get(name) is not None, _comparable(row.get(name))), reverse=column.startswith("-"))
    return rows


def _comparable(value: Any) -> tuple[bool, Any]:
    """Numbers before texts, so that any two values compare."""
    return (False, value) if isinstance(value, (int, float)) else (True, str(value))


def _require_filtered(alerts: list[dict[str, Any]], query: list[tuple[str, str]]) -> None:
    for name in {name for name, _ in query}:
        wanted = [value.casefold() for other, value in query if other == name]
        if any(not any(value in str(alert.get(camel_case(name), "")).casefold() for value in wanted) for alert in alerts):
            raise TaniumError(
                f"This Tanium server does not filter alerts by {name}: its answer holds others. It knows {', '.join(SPECIFIED_ALERT_FILTERS)}."
            )


def _disposition_name(header: str) -> str:
    """The file name in a Content-Disposition header (RFC 6266); empty when there is none, or none that can be read."""
    message = Message()
    message["Content-Disposition"] = header
    try:
        # `filename*`, which can hold any name, comes behind `filename`, which is for clients that do not know it.
        names = [value for name, value in message.get_params([], "Content-Disposition") if name.lower() == "filename"]
        return collapse_rfc2231_value(names[-1]).strip() if names else ""
    except (TypeError, ValueError):
        return ""
