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
"""What lies on the disks of the computers."""

from __future__ import annotations

import functools
import random
from typing import NamedTuple


class EndpointFile(NamedTuple):
    """A file on every computer of a platform; `readable` False: fetching it ends in a task with the
    status ERROR.
    """

    path: str
    size: int
    readable: bool = True


ENDPOINT_FILES: dict[str, tuple[EndpointFile, ...]] = {
    "Windows": (
        EndpointFile(r"C:\Users\Public\Downloads\invoice-viewer.exe", 48_211),
        EndpointFile(r"C:\Windows\System32\drivers\etc\hosts", 824),
        EndpointFile(r"C:\ProgramData\Updater\settings 100%.json", 311),
        EndpointFile("C:\\Users\\m.lindqvist\\Documents\\Übersicht März.txt", 2_040),
        EndpointFile(r"C:\Temp\empty.log", 0),
        EndpointFile(r"C:\pagefile.sys", 4096, readable=False),
    ),
    "Linux": (
        EndpointFile("/tmp/.cache/updater", 36_540),
        EndpointFile("/etc/hosts", 412),
        EndpointFile("/var/log/nginx/access.log", 9_770),
        EndpointFile("/proc/kcore", 4096, readable=False),
    ),
    "Mac": (
        EndpointFile("/Users/Shared/Design Assets/Setup.dmg", 51_008),
        EndpointFile("/Library/LaunchAgents/com.example.updater.plist", 690),
        EndpointFile("/private/var/vm/sleepimage", 4096, readable=False),
    ),
}

FILES_NEVER_FETCHED: dict[str, tuple[EndpointFile, ...]] = {
    "Windows": (
        EndpointFile(
            r"C:\Users\Public\Downloads\archive\2026\März\Rechnung № 7 (Kopie).pdf", 7_700
        ),
        EndpointFile(r"C:\Users\Public\Downloads\archive\2026\März\notes + drafts.txt", 130),
        EndpointFile(r"C:\Users\Public\Downloads\a+b 100%.txt", 64),
        EndpointFile(r"C:\Program Files\Workbench\agent-19.exe", 20_480),
    ),
    "Linux": (
        EndpointFile("/srv/web data/Überblick/日本語.txt", 96),
        EndpointFile("/srv/web data/Überblick/back\\slash?.txt", 48),
        EndpointFile("/srv/web data/a+b.txt", 24),
    ),
    "Mac": (
        EndpointFile("/Users/Shared/Design Assets/Entwürfe/Logo größer.svg", 1_220),
        EndpointFile("/Users/i.okafor/Library/Mail/V10/mailbox.db", 8_192),
    ),
}
"""Further files on every computer of a platform: nested, with blanks, signs that URLs give a
meaning, and names that are not ASCII.

A computer has the directories that its files are in, also after the last of these is deleted.
"""

EMPTY_DIRECTORIES: dict[str, tuple[str, ...]] = {
    "Windows": (r"C:\Temp\empty folder",),
    "Linux": ("/srv/web data/empty",),
    "Mac": ("/Users/Shared/Empty",),
}

INVOICE_VIEWER = ENDPOINT_FILES["Windows"][0].path
UNREADABLE_ON_WINDOWS = r"C:\pagefile.sys"


@functools.cache
def content_of(path: str, size: int) -> bytes:
    """What a file on an endpoint contains: the same for the same path and size on every run."""
    line = f"# {path}: line of a file that exists only in the simulator\n".encode()
    if path.rpartition(".")[2] in {"exe", "dmg"} or path.endswith("updater"):
        return random.Random(path).randbytes(size)
    return (line * (size // len(line) + 1))[:size]
