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
"""Tanium Threat Response: one method for one endpoint, as production servers have them (TANIUM_WIRE section 2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message
from email.utils import collapse_rfc2231_value
from typing import Any, NamedTuple
from urllib.parse import quote

from .pagination import Page, collect
from .session import TaniumSession, segment
from .transport import Reply


ROOT = "/plugin/products/threat-response/api/v1"

# What the server gives in one answer at most (TANIUM_WIRE section 4); for the lists it has no known maximum.
ALERTS_PAGE, EVENTS_PAGE, LIST_PAGE = 500, 1000, 1000


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
    """Ids and names are given as they are; they are encoded here. Rows are as the server sends them."""

    def __init__(self, session: TaniumSession) -> None:
        self._session = session

    def _call(self, method: str, path: str, **content: Any) -> Reply:
        return self._session.call(method, ROOT + path, **content)

    def get_status(self) -> dict[str, Any]:
        """`GET /status`"""
        return self._call("GET", "/status", permission="threat response use api").object()

    def _list(self, path: str, envelope: str, *, limit: int, offset: int, sort: str) -> Page:
        def fetch(count: int, start: int) -> Page:
            reply = self._call("GET", path, params=_given(limit=count, offset=start, sort=sort))
            return Page(reply.rows(envelope), reply.number("totalCount"))

        return collect(fetch, limit=limit, offset=offset, page_size=LIST_PAGE)

    # connections

    def list_connections(self) -> list[dict[str, Any]]:
        """`GET /conns`: all of them; production servers neither page nor filter."""
        return self._call("GET", "/conns").rows()

    def create_connection(self, *, hostname: str, ip: str, client_id: str, platform: str) -> str:
        """`POST /conns/connect`: the id of the new connection, which is not connected yet."""
        target = {"hostname": hostname, "ip": ip, "clientId": client_id, "platform": platform}
        reply = self._call("POST", "/conns/connect", json={"target": target})
        if not (isinstance(reply.body, str) and reply.body):
            raise reply.unexpected("the id of the connection")
        return reply.body

    def close_connection(self, connection_id: str) -> None:
        """`DELETE /conns/close/{id}`"""
        self._call("DELETE", f"/conns/close/{segment(connection_id)}")

    def delete_connection(self, connection_id: str) -> None:
        """`DELETE /conns/delete/{id}`"""
        self._call("DELETE", f"/conns/delete/{segment(connection_id)}")

    # snapshots

    def create_snapshot(self, connection_id: str) -> dict[str, Any]:
        """`POST /conns/{id}/snapshot`: `{taskInfo: {id, status, metadata, startTime}, status}`"""
        return self._task("POST", f"/conns/{segment(connection_id)}/snapshot")

    def list_snapshots(self, *, limit: int, offset: int, sort: str) -> Page:
        """`GET /snapshot`"""
        return self._list("/snapshot", "snapshots", limit=limit, offset=offset, sort=sort)

    def delete_snapshots(self, snapshot_ids: list[str]) -> None:
        """`DELETE /snapshot`"""
        self._call("DELETE", "/snapshot", json={"ids": snapshot_ids})

    # processes

    def list_process_events(self, connection_id: str, process_table_id: str, event_type: str, *, limit: int, offset: int) -> Page:
        """`GET /conns/{id}/processevents/{ptid}/{type}`"""
        path = f"/conns/{segment(connection_id)}/processevents/{segment(process_table_id)}/{event_type}"

        def fetch(count: int, start: int) -> Page:
            return Page(self._call("GET", path, params={"limit": count, "offset": start}).rows())

        return collect(fetch, limit=limit, offset=offset, page_size=EVENTS_PAGE)

    def get_process_tree(self, connection_id: str, process_table_id: str, *, contexts: list[str], limit: int) -> list[dict[str, Any]]:
        """`GET /conns/{id}/processtrees/{ptid}`: a flat list whose rows carry their `context`."""
        path = f"/conns/{segment(connection_id)}/processtrees/{segment(process_table_id)}"
        return self._call("GET", path, params={"context": ",".join(contexts), "limit": limit, "offset": 0}).rows()

    # events

    def list_events(
        self, connection_id: str, event_type: str, *, filters: list[tuple[str, str, str]], match: str, sort: str, limit: int, offset: int
    ) -> Events:
        """`GET /conns/{id}/views/{type}/events`

        The server answers a limit with up to one row more, which says that there are more; it is the first row of the next page.
        """
        path = f"/conns/{segment(connection_id)}/views/{event_type}/events"
        params = {**_given(sort=sort), **_event_filter(filters, match)}
        following: list[dict[str, Any]] = []

        def fetch(count: int, start: int) -> Page:
            rows = self._call("GET", path, params={**params, "limit": count, "offset": start}).rows()
            following[:] = rows[count:]
            return Page(rows[:count])

        rows = collect(fetch, limit=limit, offset=offset, page_size=EVENTS_PAGE).rows
        return Events(rows, following[:1])

    def count_events(self, connection_id: str, event_type: str, *, filters: list[tuple[str, str, str]], match: str) -> dict[str, Any]:
        """`GET /conns/{id}/views/{type}/eventsCount`: `{count, has_more}`; an empty list where there is nothing to count."""
        path = f"/conns/{segment(connection_id)}/views/{event_type}/eventsCount"
        reply = self._call("GET", path, params=_event_filter(filters, match))
        return {"count": 0, "has_more": False} if reply.body == [] else reply.object()

    # files

    def list_files(self, *, limit: int, offset: int, sort: str) -> Page:
        """`GET /filedownload`"""
        return self._list("/filedownload", "fileEvidence", limit=limit, offset=offset, sort=sort)

    def save_file(self, connection_id: str, file_path: str) -> dict[str, Any]:
        """`POST /conns/{id}/file`: `{taskInfo: {id, status, metadata, startTime}, status}`"""
        return self._task("POST", f"/conns/{segment(connection_id)}/file", json={"path": file_path})

    def delete_file(self, file_id: str) -> None:
        """`DELETE /filedownload/{id}`"""
        self._call("DELETE", f"/filedownload/{segment(file_id)}")

    def download_file(self, file_id: str) -> Download:
        """`GET /filedownload/data/{id}`: an encrypted archive, to be read piece by piece."""
        path = f"{ROOT}/filedownload/data/{segment(file_id)}"
        response = self._session.open("GET", path, headers={"Accept": "*/*"})
        length = response.headers.get("Content-Length", "")
        name = _disposition_name(response.headers.get("Content-Disposition", ""))
        return Download(name, int(length) if length.isdigit() else None, self._session.transport.chunks(response, "GET", path))

    # tasks

    def get_task(self, task_id: int) -> dict[str, Any]:
        """`GET /tasks/{id}`: `{id, type, status, metadata, results, error, ...}`"""
        return self._call("GET", f"/tasks/{task_id}").object()

    def _task(self, method: str, path: str, **content: Any) -> dict[str, Any]:
        reply = self._call(method, path, **content)
        task = reply.object()
        if not isinstance(task.get("taskInfo"), dict):
            raise reply.unexpected("a task")
        return task

    # intel

    def upload_intel(self, *, file_name: str, content: bytes) -> dict[str, Any]:
        """`POST /intels`: the document itself; its type follows from the extension of the name."""
        headers = {"Content-Type": "application/octet-stream", "Content-Disposition": _attachment(file_name)}
        return self._call("POST", "/intels", data=content, headers=headers, permission="threat response intels write").object()

    def start_scan(self, *, intel_doc_id: int, computer_group_id: int) -> dict[str, Any]:
        """`POST /on-demand-scans`: `{data: {...}, meta: {deployTask: {...}}}`"""
        body = {"intelDocId": intel_doc_id, "computerGroupId": computer_group_id}
        reply = self._call("POST", "/on-demand-scans", json=body, permission="threat response on demand scans write")
        return {"data": reply.object(), "meta": reply.body.get("meta") or {}}

    # alerts

    def list_alerts(self, query: list[tuple[str, str]], *, limit: int, offset: int) -> Page:
        """`GET /alerts`: at most 500 a page. `query` are pairs of filter and value; repeated filters mean any of their values."""

        def fetch(count: int, start: int) -> Page:
            params = [*query, ("limit", str(count)), ("offset", str(start))]
            reply = self._call("GET", "/alerts", params=params, permission="threat response alerts read")
            meta = reply.body.get("meta") if isinstance(reply.body, dict) else None
            return Page(reply.rows(), reply.number("meta", "filteredCount"), meta if isinstance(meta, dict) else {})

        return collect(fetch, limit=limit, offset=offset, page_size=ALERTS_PAGE)


def _given(**params: Any) -> dict[str, Any]:
    return {name: value for name, value in params.items() if value not in (None, "")}


def _event_filter(filters: list[tuple[str, str, str]], match: str) -> dict[str, str]:
    """Filters of field, operator and value as indexed triples in one group (TANIUM_WIRE 2.6)."""
    if not filters:
        return {}
    params = {"match": match, "g1": ",".join(map(str, range(len(filters)))), "gm1": match}
    for index, (field, operator, value) in enumerate(filters):
        params.update({f"f{index}": field, f"o{index}": operator, f"v{index}": value})
    return params


def _attachment(file_name: str) -> str:
    """A Content-Disposition header (RFC 6266) that carries any name."""
    if re.fullmatch(r"[A-Za-z0-9._-]+", file_name):
        return f"attachment; filename={file_name}"
    plain = re.sub(r'[^\x20-\x7e]|["\\\\]', "_", file_name)
    encoded = quote(file_name, safe="")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}"


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
