# File: reports.py
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
"""What another product tells in a finding, such as Microsoft Defender: objects of any names within
each other, in `finding.artifact`.

    {"windows_defender_event": {"event": {"malware_action_v2": {"path": "file:_C:\\a.exe", ...}}}}
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from .lineage import Process
from .unread import DEEPEST_UNREAD, Scalar, scalars
from .values import (
    HASH_KINDS,
    MAX_PID,
    base_name,
    digits,
    file_hashes,
    hash_of,
    number,
    trimmed,
)


MOST_REPORTS = 200  # objects that are looked at

_PATHS = ("path", "file_path", "fullpath")
_PROCESSES = ("process_name", "process_path")
_PIDS = ("process_id", "pid")
_USERS = ("detection_user", "user_name", "user")

# Defender writes `file:_C:\a.exe; containerfile:_C:\b.zip`, and `regkey:_...` for others.
_SCHEME = re.compile(r"(\w{2,}):_")
_NEXT_SCHEME = re.compile(r";\s*(?=\w{2,}:_)")


class Reports(NamedTuple):
    """`files` are (path, MD5, SHA-1, SHA-256, size); `user` may have its domain in front."""

    files: list[tuple[str, ...]]
    processes: list[Process]
    user: str


def plain_path(path: str) -> str:
    """The path without Defender's `file:_` in front; empty for what is not a file."""
    scheme = _SCHEME.match(path)
    if not scheme:
        return path
    return path[scheme.end() :] if scheme[1].endswith("file") else ""


def read_reports(artifact: Any) -> Reports:
    """The files, processes and the user in a finding's `artifact`."""
    nodes = list(islice(_objects(artifact), MOST_REPORTS))
    files = [file for node in nodes for file in _files(node)]
    processes = [process for node in nodes for process in _processes(node)]
    users = [trimmed(node.get(name)) for node in nodes for name in _USERS]
    return Reports(files, processes, next(filter(None, users), ""))


def first_texts(artifact: Any, names: Iterable[str]) -> dict[str, str]:
    """The first member of each name, however deep; empty where there is none."""
    nodes = list(_objects(artifact))
    return {
        name: next(filter(None, (trimmed(node.get(name)) for node in nodes)), "") for name in names
    }


def unread_reports(artifact: Any) -> Iterator[Scalar]:
    """All scalars but what is shown as files."""
    for way, text in scalars(artifact, ()):
        name = way[-1] if way else ""
        is_file = name in _PATHS and all(map(plain_path, _NEXT_SCHEME.split(text)))
        if way and not is_file and not (name in HASH_KINDS and hash_of(text, name)):
            yield way, text


def _objects(value: Any, depth: int = DEEPEST_UNREAD) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        value = [item for name, item in value.items() if name not in HASH_KINDS]
    if isinstance(value, list) and depth:
        for item in value:
            yield from _objects(item, depth - 1)


def _files(node: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    hashes, size = file_hashes(node), digits(node.get("size"))
    paths = [path for name in _PATHS for path in _NEXT_SCHEME.split(trimmed(node.get(name)))]
    plain = [path for path in map(plain_path, paths) if path]
    if len(plain) == 1:
        yield (plain[0], *hashes, size)
    else:  # whose hashes they are is not said
        yield from ((path, "", "", "", "") for path in plain)
        if any(hashes):
            yield ("", *hashes, size)


def _processes(node: dict[str, Any]) -> Iterator[Process]:
    for name in _PROCESSES:
        path = trimmed(node.get(name))
        if base_name(path) != path:  # Defender writes `Unknown` where it knows none
            pids = (number(node.get(pid), MAX_PID) for pid in _PIDS)
            yield Process(next(filter(None, pids), ""), path, base_name(path))
            return
