# File: endpoint_files.py
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
"""The files and directories on endpoints' disks."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from dev.simulator import seed
from dev.simulator.errors import Rejected
from dev.simulator.times import DAY, milliseconds


Row = dict[str, Any]

_PERMISSIONS = {"Windows": {"FILE": 438, "DIRECTORY": 511}}
_OTHER_PERMISSIONS = {"FILE": 420, "DIRECTORY": 493}


@dataclass
class _Disk:
    """What lies on one computer, by a path's key. The root of a disk is `C:` on Windows and
    elsewhere the empty path.
    """

    host: seed.Host
    files: dict[str, seed.EndpointFile] = field(default_factory=dict)
    directories: dict[str, str] = field(default_factory=dict)

    @property
    def separator(self) -> str:
        return "\\" if self.host.platform == "Windows" else "/"

    def key(self, path: str) -> str:
        """Windows does not tell upper from lower case."""
        return path.lower() if self.host.platform == "Windows" else path

    def split(self, path: str) -> tuple[str, str]:
        """The directory that a path is in, and its name there; a root has none."""
        directory, _, name = path.rpartition(self.separator)
        return directory, name

    def directory(self, path: str) -> str | None:
        """The path of a directory without the separators that may stand behind it; None where there
        is no such directory.
        """
        return self.directories.get(self.key(path.rstrip(self.separator))) if path else None

    def add(self, file: seed.EndpointFile) -> None:
        self.files[self.key(file.path)] = file
        self.add_directory(self.split(file.path)[0])

    def add_directory(self, path: str) -> None:
        self.directories[self.key(path)] = path
        if self.separator in path:
            self.add_directory(self.split(path)[0])


class EndpointFiles:
    """The disks of all computers. Each begins with what `seed` has for its platform."""

    def __init__(self, started: float) -> None:
        self._started = started
        self._disks: dict[str, _Disk] = {}

    def find(self, host: seed.Host, path: str) -> seed.EndpointFile | None:
        disk = self._disk(host)
        return disk.files.get(disk.key(path))

    def add(self, host: seed.Host, path: str, size: int = 0, readable: bool = True) -> None:
        """Add a file and the directories it is in; `seed.content_of` knows its content."""
        self._disk(host).add(seed.EndpointFile(path, size, readable))

    def delete(self, host: seed.Host, path: str) -> None:
        """500 for a file that is not there, 400 for a directory and for a file that the endpoint
        holds on to. Its directory stays.
        """
        disk = self._disk(host)
        file = self.find(host, path)
        if file is None:
            raise (
                Rejected(400, f"'{path}' is a directory", listed=True)
                if disk.directory(path) is not None
                else Rejected(500, f"The endpoint could not delete '{path}'")
            )
        if not file.readable:
            raise Rejected(400, f"{path}: the endpoint could not delete the file", listed=True)
        del disk.files[disk.key(path)]

    def entries(self, host: seed.Host, path: str) -> list[Row]:
        """What lies in a directory, in the order of the names; 404 for one that is not there, 400
        for a file.
        """
        disk = self._disk(host)
        wanted = disk.directory(path)
        if wanted is None:
            raise (
                Rejected(400, f"'{path}' is not a directory", listed=True)
                if self.find(host, path)
                else _not_found(path)
            )
        paths = [*disk.directories.values(), *(file.path for file in disk.files.values())]
        inside = [
            each
            for each in paths
            if disk.separator in each and disk.key(disk.split(each)[0]) == disk.key(wanted)
        ]
        return sorted(
            (self._entry(disk, each) for each in inside), key=lambda row: str(row["name"]).lower()
        )

    def info(self, host: seed.Host, path: str) -> Row:
        """A file or directory, whose `name` here is its whole path; 404 for neither."""
        disk = self._disk(host)
        directory = disk.directory(path)
        file = self.find(host, path)
        if file is None and directory is None:
            raise _not_found(path)
        found = file.path if file else str(directory)
        return {
            **self._entry(disk, found),
            "name": found,
            "canonicalPath": found if disk.separator in found else found + disk.separator,
        }

    def _entry(self, disk: _Disk, path: str) -> Row:
        file = disk.files.get(disk.key(path))
        kind = "FILE" if file else "DIRECTORY"
        age = (
            int(hashlib.md5(f"{disk.host.client_id}:{path}".encode()).hexdigest()[:6], 16)
            % 400
            * DAY
        )
        return {
            "type": kind,
            "name": disk.split(path)[1] or path,
            "permissions": _PERMISSIONS.get(disk.host.platform, _OTHER_PERMISSIONS)[kind],
            "size": file.size if file else 0,
            "createdDate": milliseconds(self._started - 2 * age),
            "modifiedDate": milliseconds(self._started - age),
        }

    def _disk(self, host: seed.Host) -> _Disk:
        if host.client_id not in self._disks:
            disk = self._disks[host.client_id] = _Disk(host)
            for file in (
                *seed.ENDPOINT_FILES[host.platform],
                *seed.FILES_NEVER_FETCHED[host.platform],
            ):
                disk.add(file)
            for path in seed.EMPTY_DIRECTORIES[host.platform]:
                disk.add_directory(path)
        return self._disks[host.client_id]


def _not_found(path: str) -> Rejected:
    return Rejected(404, f"'{path}' not found on the endpoint")
