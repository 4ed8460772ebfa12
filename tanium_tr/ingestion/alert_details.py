# File: alert_details.py
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
"""What an alert's `details` say, whichever of their shapes they have (TANIUM_WIRE section 3).

Details are JSON in a text, an object, or anything else; nothing here ever fails because of them.
What is not known is empty; a hash is a hash or empty; numbers are texts of digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from .lineage import Process, lineages
from .values import (
    MAX_PORT,
    decoded,
    digits,
    hashes_of,
    limited,
    number,
    object_of,
    objects_of,
    text_of,
)


MAX_FILES = 50
MAX_CONNECTIONS = 20


class MatchedFile(NamedTuple):
    """A file; `size` in bytes."""

    path: str = ""
    md5: str = ""
    sha1: str = ""
    sha256: str = ""
    size: str = ""

    @property
    def hashes(self) -> tuple[str, str, str]:
        """MD5, SHA-1 and SHA-256; each may be empty."""
        return self.md5, self.sha1, self.sha256


class AlertDetails(NamedTuple):
    """What a list of alerts shows; `file` is the one that the alert is about."""

    event_type: str = ""
    file: MatchedFile = MatchedFile()


class Connection(NamedTuple):
    """The two ends of a network connection."""

    local_ip: str = ""
    local_port: str = ""
    remote_ip: str = ""
    remote_port: str = ""


class Findings(NamedTuple):
    """All that the details say.

    `lineages` lead from a process to its furthest ancestor, that of the matched process first.
    `files` starts with the matched one; the images of ancestors are with their processes.
    `left_out` says what exceeded the bounds.
    """

    event_type: str
    lineages: list[list[Process]]
    files: list[MatchedFile]
    connections: list[Connection]
    first_seen: str
    last_seen: str
    description: str
    threat_name: str
    logged_on_user: str
    left_out: list[str]


def read_details(details: Any) -> AlertDetails:
    """What a list of alerts needs, at a fraction of the cost of `read_findings`."""
    match = object_of(object_of(decoded(details)).get("match"))
    return AlertDetails(
        text_of(match.get("type")), _matched_file(object_of(match.get("properties")))
    )


def read_findings(details: Any) -> Findings:
    """Everything, within the bounds above."""
    found = object_of(decoded(details))
    match, finding = object_of(found.get("match")), object_of(found.get("finding"))
    properties = object_of(match.get("properties"))
    activities = [
        object_of(what.get("artifact_activity")) for what in objects_of(finding.get("whats"))
    ]
    targets = [
        object_of(action.get("target"))
        for activity in activities
        for action in objects_of(activity.get("relevant_actions"))
    ]
    reports = objects_of(list(object_of(finding.get("artifact")).values()))
    left_out: list[str] = []
    return Findings(
        event_type=text_of(match.get("type")),
        lineages=lineages(properties, activities, targets, left_out),
        files=limited(
            _distinct(_files(match, properties, targets, reports)), MAX_FILES, "files", left_out
        ),
        connections=limited(
            _connections(properties, targets), MAX_CONNECTIONS, "connections", left_out
        ),
        first_seen=text_of(finding.get("first_seen")),
        last_seen=text_of(finding.get("last_seen")),
        description=text_of(finding.get("description")),
        threat_name=next((text_of(report.get("threat_name")) for report in reports), ""),
        logged_on_user=text_of(object_of(finding.get("system_info")).get("logged_on_user")),
        left_out=left_out,
    )


# Files


# Microsoft Defender writes `file:_C:\\...`.
_DEFENDER_PREFIX = re.compile(r"^\w*file:_")


def _matched_file(properties: dict[str, Any]) -> MatchedFile:
    # A recorder match has the file as an object, a port match within its process, a file at rest
    # has it flat.
    for candidate in (
        properties.get("file"),
        object_of(properties.get("process")).get("file"),
        properties,
    ):
        if isinstance(candidate, dict) and candidate:
            found = _file(candidate, "fullpath", candidate, "size")
            if any(found):
                return found
    return MatchedFile()


def _files(
    match: dict[str, Any],
    properties: dict[str, Any],
    targets: list[dict[str, Any]],
    reports: list[dict[str, Any]],
) -> Iterator[MatchedFile]:
    yield _matched_file(properties)
    for file in objects_of([target.get("file") for target in targets]):
        yield _file(file, "path", object_of(file.get("hash")), "size_bytes")
    for context in objects_of(match.get("contexts")):
        for event in objects_of(list(object_of(context.get("event")).values())):
            yield from (
                MatchedFile(text_of(event[name]))
                for name in ("path", "srcPath", "destPath")
                if name in event
            )
    for report in reports:
        yield _file(
            {**report, "path": _DEFENDER_PREFIX.sub("", text_of(report.get("path")))},
            "path",
            report,
            "size",
        )


def _file(file: dict[str, Any], path: str, hashes: dict[str, Any], size: str) -> MatchedFile:
    return MatchedFile(text_of(file.get(path)), *hashes_of(hashes), digits(file.get(size)))


def _distinct(files: Iterable[MatchedFile]) -> list[MatchedFile]:
    """One file for each path (for its hashes where there is no path), with all that is known of
    it.
    """
    found: dict[Any, MatchedFile] = {}
    for file in files:
        if not (file.path or any(file.hashes)):
            continue
        key = file.path or file.hashes
        found[key] = (
            MatchedFile(*(old or new for old, new in zip(found[key], file)))
            if key in found
            else file
        )
    return list(found.values())


# Connections


def _connections(properties: dict[str, Any], targets: list[dict[str, Any]]) -> list[Connection]:
    found = [
        Connection(
            text_of(port.get("local_ip")),
            number(port.get("local_port"), MAX_PORT),
            text_of(port.get("remote_ip")),
            number(port.get("remote_port"), MAX_PORT),
        )
        for port in (properties, *(object_of(target.get("port")) for target in targets))
        if "remote_ip" in port
    ]
    return list(dict.fromkeys(filter(any, found)))
