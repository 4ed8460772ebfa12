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
"""Tanium Threat Response: one method for one endpoint. Rows carry the published names, whichever
dialect the server speaks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from email.message import Message
from email.utils import collapse_rfc2231_value
from itertools import islice
from typing import Any, Callable, NamedTuple

from ..errors import ApiError, ParameterError, TaniumError
from . import published_names
from .dialect import CLEAR_REFUSALS, PRODUCTION, SPECIFIED_ALERT_FILTERS, camel_case
from .event_filter import Filter, matches
from .http import Reply, objects
from .pagination import Page, collect, pages
from .session import Answer, TaniumSession


# What the server gives in one answer at most (TANIUM_WIRE section 4); for the lists it has no known
# maximum.
ALERTS_PAGE, EVENTS_PAGE, LIST_PAGE = 500, 1000, 1000
LABELS_PAGE, INTEL_PAGE, TASKS_PAGE = 500, 500, 50
EVERYTHING = 10**9
FILTERED_HERE = 100_000  # events that are looked through on this side at most


def _as_it_is(row: dict[str, Any]) -> dict[str, Any]:
    return row


class Events(NamedTuple):
    """`following` holds the row after the last one asked for, when there is one."""

    rows: list[dict[str, Any]]
    following: list[dict[str, Any]]


class Download(NamedTuple):
    """`name` may be empty and `size` (bytes) unknown; `chunks` can be read once."""

    name: str
    size: int | None
    chunks: Iterator[bytes]


class AlertPage(NamedTuple):
    """A piece of the list of alerts; an empty row stands for a member that is no object, so that
    places hold.

    `following` is the offset after it, None when nothing follows; `total` counts what passes the
    filters, None where the server does not tell; `is_sorted` says whether the server could sort and
    filter as asked.
    """

    rows: list[dict[str, Any]]
    following: int | None
    total: int | None
    is_sorted: bool


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

    def list_connections(self, **filters: str) -> list[dict[str, Any]]:
        """`GET /conns`: all of them. Production servers neither page nor filter (by status, ip,
        platform and hostname) as specified ones do, which are asked until a page is empty.
        """
        first = self._session.run("list_connections", limit=LIST_PAGE, offset=0, **filters)
        members = first.reply.members()
        rows = objects(members)
        if first.dialect == PRODUCTION:
            return rows
        if members:
            following: dict[str, Any] = {
                "limit": EVERYTHING,
                "offset": len(members),
                "page_size": LIST_PAGE,
                **filters,
            }
            rows += self._list("list_connections", "data", _as_it_is, **following)[0].rows
        return [published_names.connection(row) for row in rows]

    def get_connection(self, connection_id: str) -> dict[str, Any]:
        """`GET /conns/{id}`, which not every server has; the list tells as much. Raises
        NotFoundError.
        """
        try:
            answer = self._session.run("get_connection", connection_id=connection_id)
            return published_names.connection(answer.reply.object())
        except ApiError as error:
            if error.status not in CLEAR_REFUSALS:
                raise
            row = self.find_connection(connection_id)
            if row is None:
                raise
            return row

    def find_connection(self, connection_id: str) -> dict[str, Any] | None:
        """The connection in the list, which every server has."""
        return next(
            (row for row in self.list_connections() if row.get("id") == connection_id), None
        )

    def create_connection(self, *, hostname: str, ip: str, client_id: str, platform: str) -> str:
        """`POST /conns/connect`: the id of the new connection, which is not connected yet."""
        answer = self._session.run(
            "create_connection", hostname=hostname, ip=ip, client_id=client_id, platform=platform
        )
        body = answer.reply.body
        connection_id = body if answer.dialect == PRODUCTION else answer.reply.object().get("id")
        # Text alone may also be a proxy's or a server's excuse.
        if not (isinstance(connection_id, str) and re.fullmatch(r"[^\s:]+:\S+", connection_id)):
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
            return self._list(
                "list_snapshots",
                "snapshots",
                rename,
                limit=limit,
                offset=offset,
                page_size=LIST_PAGE,
                sort=sort,
            )

        page, dialect = listed(limit, offset)
        if not sort or dialect == PRODUCTION:
            return page
        rows = _sorted(listed(EVERYTHING, 0)[0].rows, sort)
        return Page(rows[offset : offset + limit], len(rows))

    def delete_local_snapshot(self, snapshot_id: str) -> None:
        """`DELETE /conns/{id}`, as specified `DELETE /snapshot/{id}`"""
        self._session.run("delete_local_snapshot", snapshot_id=snapshot_id)

    def delete_snapshots(self, snapshot_ids: list[str]) -> None:
        """`DELETE /snapshot`"""
        self._session.run("delete_snapshots", snapshot_ids=snapshot_ids)

    # processes

    def list_process_events(
        self, connection_id: str, process_table_id: str, event_type: str, *, limit: int, offset: int
    ) -> Page:
        """`GET /conns/{id}/processevents/{ptid}/{type}`"""
        process: dict[str, Any] = {
            "connection_id": connection_id,
            "process_table_id": process_table_id,
            "event_type": event_type,
        }
        rename = published_names.event
        return self._list(
            "list_process_events",
            "data",
            rename,
            limit=limit,
            offset=offset,
            page_size=EVENTS_PAGE,
            **process,
        )[0]

    def get_process_tree(
        self, connection_id: str, process_table_id: str, *, contexts: list[str], limit: int
    ) -> list[dict[str, Any]]:
        """`GET /conns/{id}/processtrees/{ptid}`: a flat list whose rows carry their `context`.

        A specified server is asked for each context by itself, and does not know the limit.
        """
        process = {
            "connection_id": connection_id,
            "process_table_id": process_table_id,
            "contexts": contexts,
            "limit": limit,
        }
        rows: list[dict[str, Any]] = []
        for context in contexts:
            answer = self._session.run("get_process_tree", context=context, **process)
            if answer.dialect == PRODUCTION:
                return answer.reply.rows()
            rows += [published_names.process(row, context) for row in answer.reply.rows()]
        return rows

    # events

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
    ) -> Events:
        """`GET /conns/{id}/views/{type}/events`

        A production server answers a limit with up to one row more, which says that there are more;
        it is the first row of the next page. A specified server does not know these filters, so
        they are applied here; `expression` and `include_fields` only it knows.
        """
        view: dict[str, Any] = {
            "connection_id": connection_id,
            "event_type": event_type,
            "filters": filters,
            "match": match,
            "sort": sort,
        }
        view.update(expression=expression, include_fields=include_fields)
        rename = published_names.event
        page, dialect = self._list(
            "list_events", "data", rename, limit=limit, offset=offset, page_size=EVENTS_PAGE, **view
        )
        if dialect == PRODUCTION:
            if expression or include_fields:
                raise ParameterError(
                    "This Tanium server takes neither 'filter' nor 'include_fields': use fields,"
                    " operators and values."
                )
            return Events(page.rows, list(page.beyond[:1]))
        if not filters:
            one_more = self._session.run(
                "list_events", limit=1, offset=offset + limit, **view
            ).reply.rows()
            return Events(
                page.rows,
                (
                    [published_names.event(row) for row in one_more[:1]]
                    if len(page.rows) == limit
                    else []
                ),
            )
        found = list(islice(self._matching_events(view), offset, offset + limit + 1))
        return Events(found[:limit], found[limit:])

    def count_events(
        self, connection_id: str, event_type: str, *, filters: list[Filter], match: str
    ) -> dict[str, Any]:
        """`GET /conns/{id}/views/{type}/eventsCount`: `{count, has_more}`; a specified server's
        filtered events are counted here.
        """
        view = {
            "connection_id": connection_id,
            "event_type": event_type,
            "filters": filters,
            "match": match,
        }
        answer = self._session.run("count_events", **view)
        if answer.reply.body == []:
            return {"count": 0, "has_more": False}
        counted = published_names.count(answer.reply.object())
        if not isinstance(counted.get("count"), int):
            raise answer.reply.unexpected("a count")
        if answer.dialect == PRODUCTION:
            return counted
        if filters:
            counted = {"count": sum(1 for _ in self._matching_events(view))}
        return {**counted, "has_more": False}

    def _matching_events(self, view: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Events of a server that cannot filter them, filtered. Raises TaniumError when there are
        too many to look at.
        """
        seen = 0

        def fetch(count: int, start: int) -> Page:
            return Page(
                self._session.run("list_events", limit=count, offset=start, **view).reply.members(),
                short_page_ends=False,
            )

        for page in pages(fetch, limit=EVERYTHING, offset=0, page_size=EVENTS_PAGE):
            seen += len(page.rows)
            if seen > FILTERED_HERE:
                raise TaniumError(
                    "This Tanium server cannot filter events, and the endpoint has more than"
                    f" {FILTERED_HERE} of them to look through here: get them without a filter,"
                    " with sort, limit and offset."
                )
            for row in map(published_names.event, page.rows):
                if matches(row, view["filters"], view["match"]):
                    yield row

    # files

    def list_files(
        self, *, limit: int, offset: int, sort: str, hostname: str = "", hash: str = ""
    ) -> Page:
        """`GET /filedownload`; production servers do not filter, so theirs are filtered here."""
        filters: dict[str, Any] = {
            name: value for name, value in (("hostname", hostname), ("hash", hash)) if value
        }

        def listed(limit: int, offset: int) -> tuple[Page, str]:
            rename = published_names.file
            return self._list(
                "list_files",
                "fileEvidence",
                rename,
                limit=limit,
                offset=offset,
                page_size=LIST_PAGE,
                sort=sort,
                **filters,
            )

        if not filters or self._session.dialects.get("list_files") != PRODUCTION:
            page, dialect = listed(limit, offset)
            if not filters or dialect != PRODUCTION:
                return page
        rows = [row for row in listed(EVERYTHING, 0)[0].rows if _has(row, filters)]
        return Page(rows[offset : offset + limit], len(rows))

    def get_file(self, file_id: str) -> dict[str, Any]:
        """`GET /filedownload/{id}`"""
        answer = self._session.run("get_file", file_id=file_id)
        return published_names.file(answer.reply.object("evidence"))

    def save_file(self, connection_id: str, file_path: str) -> dict[str, Any]:
        """`POST /conns/{id}/file`: `{taskInfo: {id, status, metadata, startTime}, status}`"""
        return _task(
            self._session.run("save_file", connection_id=connection_id, file_path=file_path)
        )

    def delete_file(self, file_id: str) -> None:
        """`DELETE /filedownload/{id}`"""
        self._session.run("delete_file", file_id=file_id)

    def download_file(self, file_id: str) -> Download:
        """`GET /filedownload/data/{id}`: an encrypted archive, to be read piece by piece."""
        headers, chunks = self._session.stream("download_file", file_id=file_id)
        length = headers.get("Content-Length", "")
        size = int(length) if re.fullmatch(r"[0-9]{1,18}", length) else None
        return Download(_disposition_name(headers.get("Content-Disposition", "")), size, chunks)

    # files on an endpoint

    def list_endpoint_files(self, connection_id: str, directory: str) -> list[dict[str, Any]]:
        """`GET /conns/{id}/file/list/{directory}`: rows of type, name, permissions, size,
        createdDate, modifiedDate
        """
        return self._session.run(
            "list_endpoint_files", connection_id=connection_id, path=directory
        ).reply.rows("entries")

    def get_endpoint_file(self, connection_id: str, path: str) -> dict[str, Any]:
        """`GET /conns/{id}/file/info/{path}`: like a row of the list, with canonicalPath"""
        return self._session.run(
            "get_endpoint_file", connection_id=connection_id, path=path
        ).reply.object("info")

    def delete_endpoint_file(self, connection_id: str, path: str) -> None:
        """`DELETE /conns/{id}/file/delete/{path}`"""
        self._session.run("delete_endpoint_file", connection_id=connection_id, path=path)

    # tasks and response actions

    def list_tasks(self, *, limit: int, offset: int) -> Page:
        """`GET /tasks`"""
        return self._list(
            "list_tasks", "data", _as_it_is, limit=limit, offset=offset, page_size=TASKS_PAGE
        )[0]

    def list_response_actions(
        self,
        *,
        limit: int,
        offset: int,
        computer_name: str,
        status: str,
        type: str,
        sort_order: str,
    ) -> Page:
        """`GET /response-actions`: rows of id, type, status, computerName, options, results, ..."""
        filters: dict[str, Any] = {
            "queryPartialComputerName": computer_name,
            "queryStatus": status,
            "queryType": type,
            "sortOrder": sort_order,
        }
        return self._list(
            "list_response_actions",
            "data",
            _as_it_is,
            limit=limit,
            offset=offset,
            page_size=TASKS_PAGE,
            **filters,
        )[0]

    def start_response_action(
        self, *, type: str, computer_name: str, options: dict[str, Any], expiration_time: str
    ) -> dict[str, Any]:
        """`POST /response-actions`: the queued action"""
        given = {
            "type": type,
            "computer_name": computer_name,
            "options": options,
            "expiration_time": expiration_time,
        }
        return self._session.run("start_response_action", **given).reply.object()

    def get_task(self, task_id: int) -> dict[str, Any]:
        """`GET /tasks/{id}`: `{id, type, status, metadata, results, error, ...}`; specified servers
        do not have it.
        """
        return self._session.run("get_task", task_id=task_id).reply.object()

    # intel

    def upload_intel(
        self, *, file_name: str, content: bytes, description: str = ""
    ) -> dict[str, Any]:
        """`POST /intels`: the stored document. Only specified servers take a description beside the
        document.
        """
        return self._session.run(
            "upload_intel", file_name=file_name, content=content, description=description
        ).reply.made()

    def list_intel(self, *, limit: int, offset: int, **filters: Any) -> Page:
        """`GET /intels` by name, description, type, label_id, mitre_technique_id"""
        return self._list(
            "list_intel",
            "data",
            _as_it_is,
            limit=limit,
            offset=offset,
            page_size=INTEL_PAGE,
            **filters,
        )[0]

    def get_intel(self, intel_doc_id: int) -> dict[str, Any]:
        """`GET /intels/{id}`"""
        return self._session.run("get_intel", intel_doc_id=intel_doc_id).reply.object()

    def update_intel(self, intel_doc_id: int, *, file_name: str, content: bytes) -> dict[str, Any]:
        """`PUT /intels/{id}`: the stored document. The server makes a new one when the document
        carries another id than the stored one.
        """
        return self._session.run(
            "update_intel", intel_doc_id=intel_doc_id, file_name=file_name, content=content
        ).reply.object()

    def delete_intel(self, intel_doc_id: int) -> None:
        """`DELETE /intels/?id={id}`"""
        self._session.run("delete_intel", intel_doc_id=intel_doc_id)

    def list_intel_labels(self, intel_doc_id: int) -> list[dict[str, Any]]:
        """`GET /intels/{id}/labels`"""
        return _labels(self._session.run("list_intel_labels", intel_doc_id=intel_doc_id).reply)

    def add_intel_label(self, intel_doc_id: int, label_id: int) -> list[dict[str, Any]]:
        """`PUT /intels/{id}/labels`: all labels that it has then"""
        return _labels(
            self._session.run("add_intel_label", intel_doc_id=intel_doc_id, label_id=label_id).reply
        )

    def remove_intel_label(self, intel_doc_id: int, label_id: int) -> list[dict[str, Any]]:
        """`DELETE /intels/{id}/labels/{label}`: all labels that it has then"""
        return _labels(
            self._session.run(
                "remove_intel_label", intel_doc_id=intel_doc_id, label_id=label_id
            ).reply
        )

    def list_labels(self, *, limit: int, offset: int) -> Page:
        """`GET /labels`"""
        return self._list(
            "list_labels", "data", _as_it_is, limit=limit, offset=offset, page_size=LABELS_PAGE
        )[0]

    def get_label(self, label_id: int) -> dict[str, Any]:
        """`GET /labels/{id}`"""
        return self._session.run("get_label", label_id=label_id).reply.object()

    def create_label(self, *, name: str, description: str) -> dict[str, Any]:
        """`POST /labels`: the new label"""
        return self._session.run("create_label", name=name, description=description).reply.object()

    def deploy_intel(self) -> dict[str, Any]:
        """`POST /intel/deploy`: `{taskId}`"""
        return self._session.run("deploy_intel").reply.object()

    def get_intel_deployment(self) -> dict[str, Any]:
        """`GET /intel/status`: `{createdAt, modifiedAt, currentRevision, currentSize}`"""
        return self._session.run("get_intel_deployment").reply.object()

    def start_scan(self, *, intel_doc_id: int, computer_group_id: int) -> dict[str, Any]:
        """`POST /on-demand-scans`: `{data: {...}, meta: {deployTask: {...}}}`"""
        reply = self._session.run(
            "start_scan", intel_doc_id=intel_doc_id, computer_group_id=computer_group_id
        ).reply
        return {"data": reply.made(), "meta": reply.body.get("meta") or {}}

    # evidence

    def list_evidence(
        self, *, limit: int, offset: int, sort: str, hostname: str, type: str
    ) -> Page:
        """`GET /evidence`; production servers give everything of the type, so theirs is filtered by
        host and cut here.
        """
        filters: dict[str, Any] = {"sort": sort, "hostname": hostname, "type": type}
        first = self._session.run(
            "list_evidence", limit=min(limit, LIST_PAGE), offset=offset, **filters
        )
        members = first.reply.members()
        rows = objects(members)
        if first.dialect == PRODUCTION:
            rows = [row for row in rows if not hostname or _has(row, {"hostname": hostname})]
            return Page(rows[offset : offset + limit], len(rows))
        if members and len(members) < limit:
            following = {
                "limit": limit - len(members),
                "offset": offset + len(members),
                "page_size": LIST_PAGE,
                **filters,
            }
            rows += self._list("list_evidence", "data", _as_it_is, **following)[0].rows
        return Page(rows[:limit])

    def get_evidence(self, evidence_id: str) -> dict[str, Any]:
        """`GET /event-evidence/{id}`, as specified `GET /evidence/{id}`"""
        return self._session.run("get_evidence", evidence_id=evidence_id).reply.object("evidence")

    def create_evidence(
        self,
        *,
        connection_id: str,
        process_table_id: str,
        hostname: str,
        summary: str,
        process: dict[str, Any],
    ) -> dict[str, Any]:
        """`POST /event-evidence`, as specified `POST /evidence`: the new record where the server
        gives it
        """
        given = {
            "connection_id": connection_id,
            "process_table_id": process_table_id,
            "hostname": hostname,
            "summary": summary,
        }
        body = self._session.run("create_evidence", process=process, **given).reply.body
        found = body.get("evidence", body.get("data", body)) if isinstance(body, dict) else None
        return found if isinstance(found, dict) else {}

    def delete_evidence(self, evidence_ids: list[str]) -> None:
        """`DELETE /event-evidence`, as specified `DELETE /evidence/{id},{id}`"""
        self._session.run("delete_evidence", evidence_ids=evidence_ids)

    def list_evidence_properties(self) -> list[dict[str, Any]]:
        """`GET /event-evidence/properties`, as specified `GET /evidence/properties`: rows of type
        and value
        """
        return self._session.run("list_evidence_properties").reply.rows()

    # alerts

    def get_alert(self, alert_id: int) -> dict[str, Any]:
        """`GET /alerts/{id}`"""
        return self._session.run("get_alert", alert_id=alert_id).reply.object()

    def update_alerts(self, alert_ids: list[int], *, state: str) -> None:
        """`PUT /alerts/{id}` for one, `PUT /alerts/?id=1&id=2` (as specified `PUT /alerts/1,2`) for
        many
        """
        if len(alert_ids) == 1:
            self._session.run("update_alert", alert_id=alert_ids[0], state=state)
        else:
            self._session.run("update_alerts", alert_ids=alert_ids, state=state)

    def list_alerts(self, query: list[tuple[str, str]], *, limit: int, offset: int) -> Page:
        """`GET /alerts`. `query` are pairs of filter, in either spelling, and value; repeated
        filters mean any of their values.

        Raises TaniumError when the server answers as if it did not know a filter.
        """
        page, dialect = self._list(
            "list_alerts",
            "data",
            _as_it_is,
            limit=limit,
            offset=offset,
            page_size=ALERTS_PAGE,
            query=query,
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
        query: Sequence[tuple[str, str]] = (),
    ) -> AlertPage:
        """`GET /alerts`, one request. Specified servers neither sort nor expand, and give the
        alerts in an order of their own.

        Raises TaniumError when the server answers as if it did not know a filter of the query.
        """
        options = {"sort": sort, "expand": expand, "alertedAtUntil": alerted_until}
        answer = self._session.run(
            "list_alerts", query=query, limit=limit, offset=offset, **options
        )
        members = answer.reply.members("data")
        total, _ = _totals(answer.reply)
        end = offset + len(members)
        at_end = (
            end >= total
            if total is not None
            else len(members) < (limit if answer.dialect == PRODUCTION else 1)
        )
        rows = [member if isinstance(member, dict) else {} for member in members]
        if answer.dialect != PRODUCTION:
            _require_filtered([row for row in rows if row], query)
        return AlertPage(
            rows, None if at_end or not members else end, total, answer.dialect == PRODUCTION
        )

    def _list(
        self,
        operation: str,
        envelope: str,
        rename: Callable[[dict[str, Any]], dict[str, Any]],
        /,
        *,
        limit: int,
        offset: int,
        page_size: int,
        **arguments: Any,
    ) -> tuple[Page, str]:
        """A paged list, and the dialect that the server answered in; `rename` is for rows of the
        specified one.
        """
        dialect = PRODUCTION

        def fetch(count: int, start: int) -> Page:
            nonlocal dialect
            answer = self._session.run(operation, limit=count, offset=start, **arguments)
            dialect = answer.dialect
            rows = answer.reply.members(envelope)
            if dialect != PRODUCTION:
                return Page(rows, short_page_ends=False)
            return Page(rows, *_totals(answer.reply))

        def row(found: dict[str, Any]) -> dict[str, Any]:
            return found if dialect == PRODUCTION else rename(found)

        return collect(fetch, limit=limit, offset=offset, page_size=page_size, row=row), dialect


def _totals(reply: Reply) -> tuple[int | None, dict[str, Any]]:
    """How many rows there are in all, which alerts tell in `meta`, and that `meta`."""
    meta = reply.body.get("meta") if isinstance(reply.body, dict) else None
    total = reply.number("totalCount")
    return reply.number("meta", "filteredCount") if total is None else total, (
        meta if isinstance(meta, dict) else {}
    )


def _has(row: dict[str, Any], wanted: dict[str, str]) -> bool:
    return all(
        str(row.get(name, "")).casefold() == value.casefold() for name, value in wanted.items()
    )


def _labels(reply: Reply) -> list[dict[str, Any]]:
    """The list itself, or as specified `{data: {intelDocId, labels}}`."""
    body = reply.body.get("data") if isinstance(reply.body, dict) else None
    return (
        Reply(reply.status, reply.method, reply.path, body).rows("labels")
        if isinstance(body, dict)
        else reply.rows("labels")
    )


def _task(answer: Answer) -> dict[str, Any]:
    task = (
        answer.reply.object()
        if answer.dialect == PRODUCTION
        else published_names.task(answer.reply.object())
    )
    if not isinstance(task.get("taskInfo"), dict):
        raise answer.reply.unexpected("a task")
    return task


def _sorted(rows: list[dict[str, Any]], sort: str) -> list[dict[str, Any]]:
    """By the columns of `sort`, of which the first counts most; rows without a value come first."""
    for column in reversed(sort.split(",")):
        name = column.lstrip("+-")
        rows = sorted(
            rows,
            key=lambda row: (row.get(name) is not None, _comparable(row.get(name))),
            reverse=column.startswith("-"),
        )
    return rows


def _comparable(value: Any) -> tuple[bool, Any]:
    """Numbers before texts, so that any two values compare."""
    return (False, value) if isinstance(value, (int, float)) else (True, str(value))


def _require_filtered(alerts: list[dict[str, Any]], query: Sequence[tuple[str, str]]) -> None:
    for name in {name for name, _ in query}:
        wanted = [value.casefold() for other, value in query if other == name]
        if any(
            not any(value in str(alert.get(camel_case(name), "")).casefold() for value in wanted)
            for alert in alerts
        ):
            raise TaniumError(
                f"This Tanium server does not filter alerts by {name}: its answer holds others. It"
                f" knows {', '.join(SPECIFIED_ALERT_FILTERS)}."
            )


def _disposition_name(header: str) -> str:
    """The file name in a Content-Disposition header (RFC 6266); empty when there is none, or none
    that can be read.
    """
    message = Message()
    message["Content-Disposition"] = header
    try:
        # `filename*`, which can hold any name, comes behind `filename`, which is for clients that
        # do not know it.
        names = [
            value
            for name, value in message.get_params([], "Content-Disposition")
            if name.lower() == "filename"
        ]
        return collapse_rfc2231_value(names[-1]).strip() if names else ""
    except (TypeError, ValueError):
        return ""
