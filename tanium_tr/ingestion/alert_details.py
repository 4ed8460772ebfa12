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

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any, NamedTuple

from .activity import read_activity
from .lineage import MAX_LINEAGES, Process, lineages, target_lineages
from .reports import Reports, read_reports, unread_reports
from .unread import Scalar
from .unread_details import unread_details
from .values import (
    MAX_PORT,
    decoded,
    digits,
    file_hashes,
    id_text,
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


class NetworkConnection(NamedTuple):
    """The two ends of a network connection."""

    local_ip: str = ""
    local_port: str = ""
    remote_ip: str = ""
    remote_port: str = ""


class Findings(NamedTuple):
    """All that the details say.

    `lineages` lead from a process to its furthest ancestor, that of the matched process first;
    `targets` likewise from a process that another one acted upon. `files` starts with the matched
    one; the images of ancestors are with their processes. `unread` are scalars that no reader
    knows. `left_out` says what exceeded the bounds.
    """

    event_type: str
    lineages: list[list[Process]]
    targets: list[list[Process]]
    files: list[MatchedFile]
    connections: list[NetworkConnection]
    finding_id: str
    first_seen: str
    last_seen: str
    description: str
    is_injection: bool
    user: str
    unread: list[Scalar]
    left_out: list[str]


def read_details(details: Any) -> AlertDetails:
    """What a list of alerts needs, at a fraction of the cost of `read_findings`."""
    found = object_of(decoded(details))
    match, finding = object_of(found.get("match")), object_of(found.get("finding"))
    file = _matched_file(object_of(match.get("properties")))
    if finding.get("artifact") and not file.path:
        file = next((MatchedFile(*each) for each in read_reports(finding["artifact"]).files), file)
    if found.get("match") is None:
        file = next((each for each in _reported_files(finding) if each.path), file)
    return AlertDetails(text_of(match.get("type")), file)


def read_findings(details: Any) -> Findings:
    """Everything, within the bounds above."""
    found = object_of(decoded(details))
    match, finding = object_of(found.get("match")), object_of(found.get("finding"))
    properties = object_of(match.get("properties"))
    whats = objects_of(finding.get("whats"))
    acting, origins, targets = _ends(whats)
    ends = [*targets, *origins, *acting]
    reports = read_reports(finding.get("artifact"))
    left_out: list[str] = []
    found_lineages = lineages(properties, [*acting, *origins], targets, left_out)
    found_targets = target_lineages(targets, found_lineages, left_out)
    files = chain(
        islice(_reported_files(finding), 1) if found.get("match") is None else (),
        _files(match, properties, ends, reports),
        _images(found_targets, found_lineages),
    )
    activity = read_activity(properties, whats)
    return Findings(
        event_type=text_of(match.get("type")),
        lineages=[*found_lineages, *([process] for process in reports.processes[:MAX_LINEAGES])],
        targets=found_targets,
        files=limited(_distinct(files), MAX_FILES, "files", left_out),
        connections=limited(
            _connections(properties, targets), MAX_CONNECTIONS, "connections", left_out
        ),
        finding_id=id_text(finding.get("finding_id")),
        first_seen=text_of(finding.get("first_seen")),
        last_seen=text_of(finding.get("last_seen")),
        description=activity.description(text_of(finding.get("description"))),
        is_injection=activity.is_injection,
        user=reports.user or text_of(object_of(finding.get("system_info")).get("logged_on_user")),
        unread=[*unread_details(match, whats, ends), *unread_reports(finding.get("artifact"))],
        left_out=left_out,
    )


def _ends(whats: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], ...]:
    """What acted, where its actions began, and what they were upon."""
    activities = [object_of(what.get("artifact_activity")) for what in whats]
    actions = [
        action for activity in activities for action in objects_of(activity.get("relevant_actions"))
    ]
    return (
        [object_of(activity.get("acting_artifact")) for activity in activities],
        objects_of([action.get("origin") for action in actions]),
        [object_of(action.get("target")) for action in actions],
    )


# Files


def _matched_file(properties: dict[str, Any]) -> MatchedFile:
    # A recorder match has the file as an object, a port match within its process, a file at rest
    # has it flat.
    for candidate in (
        properties.get("file"),
        object_of(properties.get("process")).get("file"),
        properties,
    ):
        if isinstance(candidate, dict) and candidate:
            found = _file(candidate, "fullpath", "size")
            if any(found):
                return found
    return MatchedFile()


def _reported_files(finding: dict[str, Any]) -> Iterator[MatchedFile]:
    """The images of acting processes and the files that they acted upon, for want of a match."""
    for what in objects_of(finding.get("whats")):
        activity = object_of(what.get("artifact_activity"))
        acting = object_of(object_of(activity.get("acting_artifact")).get("process"))
        targets = [object_of(a.get("target")) for a in objects_of(activity.get("relevant_actions"))]
        for holder in (object_of(acting.get("file")), *targets):
            yield _file(object_of(holder.get("file")), "path", "size_bytes")


def _files(
    match: dict[str, Any],
    properties: dict[str, Any],
    ends: list[dict[str, Any]],
    reports: Reports,
) -> Iterator[MatchedFile]:
    """`ends` are what acted, was acted upon, or was a source."""
    yield _matched_file(properties)
    for file in objects_of([end.get("file") for end in ends]):
        yield _file(file, "path", "size_bytes")
    for context in objects_of(match.get("contexts")):
        for event in objects_of(list(object_of(context.get("event")).values())):
            yield from (
                MatchedFile(text_of(event[name]))
                for name in ("path", "srcPath", "destPath")
                if name in event
            )
    yield from (MatchedFile(*file) for file in reports.files)


def _images(targets: list[list[Process]], acting: list[list[Process]]) -> Iterator[MatchedFile]:
    """Of the processes that others acted upon, and of their ancestors unless those acted."""
    acted = {id(process) for line in acting for process in line}
    for line in targets:
        for place, process in enumerate(line):
            if not place or id(process) not in acted:
                yield MatchedFile(process.path, process.md5, process.sha1, process.sha256)


def _file(file: dict[str, Any], path: str, size: str) -> MatchedFile:
    return MatchedFile(text_of(file.get(path)), *file_hashes(file), digits(file.get(size)))


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


def _connections(
    properties: dict[str, Any], targets: list[dict[str, Any]]
) -> list[NetworkConnection]:
    found = [
        NetworkConnection(
            text_of(port.get("local_ip")),
            number(port.get("local_port"), MAX_PORT),
            text_of(port.get("remote_ip")),
            number(port.get("remote_port"), MAX_PORT),
        )
        for port in (properties, *(object_of(target.get("port")) for target in targets))
        if "remote_ip" in port or "local_ip" in port
    ]
    return list(dict.fromkeys(filter(any, found)))
