# File: files.py
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
"""Files that Threat Response has saved from endpoints, and files on the endpoints themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from email.message import Message
from email.utils import collapse_rfc2231_value
from typing import NamedTuple

from ..numbers import natural_number
from . import published_names
from .call import PRODUCTION, Call, specified_sort, with_key
from .listing import EVERYTHING, Row, has, list_rows, only
from .pagination import Page
from .session import Answer, TaniumSession
from .tasks import started_task


FILES_PAGE = 1000


class Download(NamedTuple):
    """`name` may be empty and `size` (bytes) unknown; `chunks` can be read once."""

    name: str
    size: int | None
    chunks: Iterator[bytes]


class Files:
    """Saved files, and files on a connected endpoint."""

    def __init__(self, session: TaniumSession) -> None:
        self._session = session

    def list_files(
        self,
        *,
        limit: int,
        offset: int,
        sort: str,
        hostname: Sequence[str] = (),
        hash: Sequence[str] = (),
    ) -> Page:
        """`GET /filedownload`; production servers do not filter, and specified ones by one value,
        so that the rest is filtered here.
        """
        named = {"hostname": hostname, "hash": hash}
        filters = {name: values for name, values in named.items() if values}
        sent = {name: only(values) for name, values in filters.items()}

        def fetch(count: int, start: int) -> Answer:
            part = {"limit": count, "offset": start}
            specified = {**part, "sort": specified_sort(sort), **sent}
            return self._session.either(
                "list_files",
                Call("GET", "/filedownload", params={**part, "sort": sort}),
                specified=Call("GET", "/filedownload", params=specified),
                shape=with_key("fileEvidence"),
            )

        def listed(limit: int, offset: int) -> tuple[Page, str]:
            rename = published_names.file
            return list_rows(
                self._session,
                fetch,
                "fileEvidence",
                rename,
                limit=limit,
                offset=offset,
                page_size=FILES_PAGE,
            )

        known = self._session.dialects.get("list_files")
        if all(sent.values()) and (not filters or known != PRODUCTION):
            page, dialect = listed(limit, offset)
            if not filters or dialect != PRODUCTION:
                return page
        rows = [row for row in listed(EVERYTHING, 0)[0].rows if has(row, filters)]
        return Page(rows[offset : offset + limit], len(rows))

    def get_file(self, file_id: str) -> Row:
        """`GET /filedownload/{id}`"""
        reply = self._session.send(Call("GET", "/filedownload/{}", file_id))
        return published_names.file(reply.thing("evidence"))

    def save_file(self, connection_id: str, file_path: str) -> Row:
        """`POST /conns/{id}/file`: `{taskInfo: {id, status, metadata, startTime}, status}`"""
        call = Call("POST", "/conns/{}/file", connection_id, json={"path": file_path})
        return started_task(self._session.send(call))

    def delete_file(self, file_id: str) -> None:
        """`DELETE /filedownload/{id}`"""
        self._session.send(Call("DELETE", "/filedownload/{}", file_id))

    def download_file(self, file_id: str) -> Download:
        """`GET /filedownload/data/{id}`: an encrypted archive, to be read piece by piece."""
        call = Call("GET", "/filedownload/data/{}", file_id, headers={"Accept": "*/*"})
        headers, chunks = self._session.stream(call)
        size = natural_number(headers.get("Content-Length"))
        return Download(_disposition_name(headers.get("Content-Disposition", "")), size, chunks)

    def list_endpoint_files(self, connection_id: str, directory: str) -> list[Row]:
        """`GET /conns/{id}/file/list/{directory}`: rows of type, name, permissions, size,
        createdDate, modifiedDate
        """
        call = Call("GET", "/conns/{}/file/list/{}", connection_id, directory)
        return self._session.send(call).rows("entries")

    def get_endpoint_file(self, connection_id: str, path: str) -> Row:
        """`GET /conns/{id}/file/info/{path}`: like a row of the list, with canonicalPath"""
        call = Call("GET", "/conns/{}/file/info/{}", connection_id, path)
        return self._session.send(call).thing("info")

    def delete_endpoint_file(self, connection_id: str, path: str) -> None:
        """`DELETE /conns/{id}/file/delete/{path}`"""
        self._session.send(Call("DELETE", "/conns/{}/file/delete/{}", connection_id, path))


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
