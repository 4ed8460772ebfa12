# File: unread_details.py
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
"""Which scalars of an alert's details no reader knows: `lineage` and `alert_details` read the ones
named here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .unread import Known, Scalar, known, scalars, unread
from .values import object_of, objects_of


_HASHES = known("md5", "sha1", "sha256")
_FILE = known("fullpath", "md5", "sha1", "sha256", "size", hash=_HASHES, hashes=_HASHES)
_PROCESS = known(
    *("pid", "ppid", "name", "args", "user", "start_time"),
    *("recorder_unique_id", "recorder_table_id"),
    file=_FILE,
)
_PROCESS["parent"] = _PROCESS
_PORT = known("local_ip", "local_port", "remote_ip", "remote_port")
_AS_PROCESS: Known = {**_PORT, **_PROCESS}
_AS_PROCESS_AND_FILE: Known = {**_FILE, **_AS_PROCESS}
_WITH_PROCESS: Known = {**_PORT, "process": _PROCESS, "file": _FILE}
_WITH_PROCESS_AND_FILE: Known = {**_FILE, **_WITH_PROCESS}
_EVENT = known("path", "srcPath", "destPath", "timestampMs")
# Of what acted or was acted upon; anything else is of a kind that no reader knows.
_READ_ENDS = frozenset(
    ("file", "process", "port", "is_intel_target", "artifact_hash", "instance_hash")
)


def unread_details(
    match: dict[str, Any], whats: list[dict[str, Any]], ends: list[dict[str, Any]]
) -> Iterator[Scalar]:
    """Of the match and of the findings; `ends` are what acted, was acted upon, or was a source."""
    properties = object_of(match.get("properties"))
    yield from unread(properties, _read_of(properties))
    for context in objects_of(match.get("contexts")):
        for kind, event in object_of(context.get("event")).items():
            yield from unread(event, _EVENT, (kind,))
    for what in whats:
        yield from scalars(what.get("additional_fields"), ("additional_fields",))
        yield from scalars(what.get("security_event"), ("security_event",))
    for end in ends:
        for kind, value in end.items():
            if kind not in _READ_ENDS:
                yield from scalars(value, (kind,))


def _read_of(properties: dict[str, Any]) -> Known:
    """A match has its process flat or in `process`, its file flat, in `file` or in the process."""
    process = properties.get("process")
    if isinstance(process, dict):
        has_file = process.get("file") or properties.get("file")
        return _WITH_PROCESS if has_file else _WITH_PROCESS_AND_FILE
    return _AS_PROCESS if properties.get("file") else _AS_PROCESS_AND_FILE
