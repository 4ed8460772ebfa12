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
"""Files that the server has fetched from endpoints."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dev.simulator import seed
from dev.simulator.archives import Member, archived
from dev.simulator.errors import Rejected
from dev.simulator.settings import Settings
from dev.simulator.state.connections import Connection
from dev.simulator.state.endpoint_files import EndpointFiles
from dev.simulator.state.tasks import Outcome, Tasks
from dev.simulator.times import DAY, iso
from dev.simulator.values import uuid_of


Row = dict[str, Any]

STORE = "/opt/Tanium/TaniumModuleServer/services/threat-response-files"
MEMBER = "evidence"
"""What a fetched file is called inside its archive."""
_TRANSFER_MS = 350
COLUMNS = (
    "uuid",
    "hostname",
    "path",
    "downloaded",
    "hash",
    "size",
    "process_creation_time",
    "created_by",
    "created_by_proc",
    "last_modified",
    "last_modified_by",
    "last_modified_by_proc",
    "tags",
    "comments",
    "username",
    "evidenceType",
)


@dataclass
class Download:
    """A fetched file. `body` is what a download of it sends: bytes, a file on disk, or None until
    the archive is first wanted.

    `disposition` says how the name stands in the reply's Content-Disposition: `bare` as Tanium's
    servers write it, or quoted (`plain`), by RFC 5987 (`extended`) or `both` of these.
    """

    row: Row
    members: Sequence[Member]
    body: bytes | Path | None
    content_type: str
    file_name: str
    disposition: str

    def content(self) -> bytes | Path:
        if self.body is None:
            self.body = archived(
                *(each._replace(content=tuple(each.content)) for each in self.members)
            )
        return self.body


class Files:
    """The server's file evidence, by uuid."""

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], float],
        tasks: Tasks,
        on_endpoints: EndpointFiles,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._on_endpoints = on_endpoints
        self._tasks = tasks
        self._made = 0
        self.all: dict[str, Download] = {}
        self._add_old_ones(clock())
        if settings.odd_files:
            self._add_odd_ones(clock())

    def add(
        self,
        path: str,
        content: bytes = b"",
        *,
        hostname: str = seed.FINANCE.hostname,
        members: Sequence[Member] | None = None,
        body: bytes | Path | None = None,
        content_type: str = "application/zip",
        file_name: str | None = None,
        disposition: str = "bare",
        username: str = seed.ANALYST.name,
        downloaded: float | None = None,
    ) -> str:
        """Adds a file and returns its uuid.

        A download sends an encrypted archive of `content` under the last part of `path`, in UTF-8
        without a flag that says so; `members` puts others into the archive, `body` (bytes, or a
        file on disk that is sent in pieces of 1 MiB) replaces the archive altogether.
        """
        self._made += 1
        file_id = uuid_of(f"file-{self._made}")
        name = path.replace("\\", "/").rpartition("/")[2]
        moment = self._clock() if downloaded is None else downloaded
        row = {
            **dict.fromkeys(COLUMNS),
            **_times(moment),
            "uuid": file_id,
            "hostname": hostname,
            "path": path,
            "hash": hashlib.md5(content).hexdigest(),
            "size": len(content),
            "username": username,
            "evidenceType": "file",
        }
        self.all[file_id] = Download(
            row,
            members or [Member(name, [content])],
            body,
            content_type,
            file_name or f"{file_id}.zip",
            disposition,
        )
        return file_id

    def get(self, file_id: str) -> Download:
        try:
            return self.all[file_id]
        except KeyError:
            raise Rejected(404, f"File '{file_id}' not found") from None

    def delete(self, file_id: str) -> None:
        self.get(file_id)
        del self.all[file_id]

    def rows(self) -> list[Row]:
        return [download.row for download in self.all.values()]

    def fetch(self, connection: Connection, path: str, username: str) -> Row:
        """Starts the task that brings a file of an endpoint here."""
        metadata = {"connection": connection.id, "paths": [path], "compress": "true"}
        return self._tasks.start(
            "fileDownload", metadata, lambda: self.fetched(connection, path, username)
        )

    def fetched(self, connection: Connection, path: str, username: str) -> Outcome:
        """Brings the file here at once, in an archive that calls it something else."""
        found = self._on_endpoints.find(connection.host, path)
        failed = {"completed": [], "failed": [path], "fileResults": []}
        if found is None:
            return Outcome(self._settings.missing_file_status, failed)
        if not found.readable:
            return Outcome("ERROR", failed, f"{path}: the endpoint could not read the file")
        content = seed.content_of(found.path, found.size)
        file_id = self.add(
            found.path,
            hostname=connection.host.hostname,
            username=username,
            content=content,
            members=[Member(MEMBER, [content])],
        )
        result = self._file_result(file_id, found, content)
        return Outcome("COMPLETED", {"completed": [path], "failed": [], "fileResults": [result]})

    def _file_result(self, file_id: str, found: seed.EndpointFile, content: bytes) -> Row:
        response = {
            "source": found.path,
            "target": f"{file_id}.zip",
            "totalBytes": found.size,
            "transferHash": hashlib.sha256(content).hexdigest(),
            "totalTimeMs": _TRANSFER_MS,
        }
        result = {
            "response": response,
            "finalPath": f"{STORE}/{file_id}.zip",
            "avgBytesPerSecond": found.size * 1000 // _TRANSFER_MS,
        }
        return {**result, "uuid": file_id} if self._settings.file_result_uuid else result

    def _add_old_ones(self, now: float) -> None:
        for host in (seed.FINANCE, seed.WEB_SERVER, seed.MAC):
            for number, given in enumerate(
                file for file in seed.ENDPOINT_FILES[host.platform] if file.readable
            ):
                self.add(
                    given.path,
                    seed.content_of(given.path, given.size),
                    hostname=host.hostname,
                    downloaded=now - (number + 1) * DAY,
                )

    def _add_odd_ones(self, now: float) -> None:
        """An archive of several files, and what is none at all."""
        self.add(
            r"C:\Temp\collection",
            members=[Member("report.txt", [b"first\n"]), Member("logs/agent.log", [b"second\n"])],
            downloaded=now - 9 * DAY,
        )
        self.add(
            r"C:\Temp\uncompressed.bin",
            body=b"no archive at all",
            content_type="application/octet-stream",
            file_name="uncompressed.bin",
            downloaded=now - 10 * DAY,
        )


def _times(downloaded: float) -> Row:
    return {
        "downloaded": iso(downloaded),
        "process_creation_time": iso(downloaded - 3 * DAY),
        "last_modified": iso(downloaded - 3 * DAY),
    }
