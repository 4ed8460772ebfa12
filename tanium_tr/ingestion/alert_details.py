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
What is not known is empty; a hash is one, or empty; numbers are texts of digits.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple


MAX_PROCESSES = 20  # of one line of descent
MAX_LINES = 5
MAX_FILES = 50
MAX_CONNECTIONS = 20
MAX_PID = 2**32 - 1


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


class Process(NamedTuple):
    """A process and its image. Members typed `Any` are as they came: checking the texts of
    thousands of processes one by one takes long.
    """

    pid: str = ""
    path: str = ""
    name: str = ""  # of the image, without its directory
    md5: str = ""
    sha1: str = ""
    sha256: str = ""
    table_id: str = ""  # what the recorder knows it by
    unique_id: Any = ""
    parent_pid: Any = ""
    command_line: Any = ""
    start_time: Any = ""
    user: Any = ""
    domain: Any = ""
    user_id: Any = ""
    issuer: Any = ""
    subject: Any = ""
    status: Any = ""

    @property
    def known(self) -> bool:
        """False for the empty one that a line of descent may end in."""
        return bool(self.pid or self.path or self.command_line)


class Connection(NamedTuple):
    local_ip: str = ""
    local_port: str = ""
    remote_ip: str = ""
    remote_port: str = ""


class Findings(NamedTuple):
    """Everything that details tell.

    `lines` are lines of descent, each from a process to its furthest ancestor, the matched
    process's first. `files` starts with the matched one; the images of ancestors are with their
    processes. `left_out` says what was too much.
    """

    event_type: str
    lines: list[list[Process]]
    files: list[MatchedFile]
    connections: list[Connection]
    first_seen: str
    last_seen: str
    description: str
    threat_name: str
    logged_on_user: str
    left_out: list[str]


_LENGTHS = {"md5": 32, "sha1": 40, "sha256": 64}
_ALL_LENGTHS = sum(_LENGTHS.values())
_HEX = re.compile(r"[0-9a-fA-F]+")


def read_details(details: Any) -> AlertDetails:
    """The short of it, at a fraction of the cost of `read_findings`."""
    match = _object(_object(decoded(details)).get("match"))
    return AlertDetails(_text(match.get("type")), _matched_file(_object(match.get("properties"))))


def read_findings(details: Any) -> Findings:
    """All of it, within the bounds above."""
    found = _object(decoded(details))
    match, finding = _object(found.get("match")), _object(found.get("finding"))
    properties = _object(match.get("properties"))
    activities = [_object(what.get("artifact_activity")) for what in _objects(finding.get("whats"))]
    targets = [
        _object(action.get("target"))
        for activity in activities
        for action in _objects(activity.get("relevant_actions"))
    ]
    reports = _objects(list(_object(finding.get("artifact")).values()))
    left_out: list[str] = []
    return Findings(
        event_type=_text(match.get("type")),
        lines=_lines(properties, activities, targets, left_out),
        files=_bounded(
            _distinct(_files(match, properties, targets, reports)), MAX_FILES, "files", left_out
        ),
        connections=_bounded(
            _connections(properties, targets), MAX_CONNECTIONS, "connections", left_out
        ),
        first_seen=_text(finding.get("first_seen")),
        last_seen=_text(finding.get("last_seen")),
        description=_text(finding.get("description")),
        threat_name=next((_text(report.get("threat_name")) for report in reports), ""),
        logged_on_user=_text(_object(finding.get("system_info")).get("logged_on_user")),
        left_out=left_out,
    )


def decoded(value: Any) -> Any:
    """JSON that may still be a text; None for a text that is none."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None


def split_user(user: str) -> tuple[str, str]:
    """The domain, or nothing, and the name in `DOMAIN\\name`."""
    domain, _, name = user.rpartition("\\")
    return domain, name


def base_name(path: str) -> str:
    """Of a path of Windows or of anything else."""
    return path.rpartition("\\")[2].rpartition("/")[2]


def digits(value: Any) -> str:
    """An id of up to 20 digits as text; empty for anything else, and for zero, which stands for
    none.

    Never from a float, which may have lost digits.
    """
    if isinstance(value, str):
        return (
            value
            if value.isdigit() and value.isascii() and len(value) <= 20 and value.strip("0")
            else ""
        )
    return (
        str(value)
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**20
        else ""
    )


def number(value: Any, maximum: int) -> str:
    """A whole number from 0 on, as text; empty for anything else."""
    if isinstance(value, str):
        value = int(value) if value.isdigit() and value.isascii() and len(value) <= 10 else None
    return (
        str(value)
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= maximum
        else ""
    )


def hash_of(value: Any, name: str) -> str:
    """The value when it is a hash of this name."""
    return (
        value
        if isinstance(value, str) and len(value) == _LENGTHS[name] and _HEX.fullmatch(value)
        else ""
    )


def _hashes(value: dict[str, Any]) -> tuple[str, str, str]:
    """MD5, SHA-1 and SHA-256."""
    hashes = value.get("md5", ""), value.get("sha1", ""), value.get("sha256", "")
    try:
        # So that the cache holds nothing long.
        if len(hashes[0]) + len(hashes[1]) + len(hashes[2]) <= _ALL_LENGTHS:
            return _checked_hashes(*hashes)
    except TypeError:
        pass  # not all of them are texts
    return hash_of(hashes[0], "md5"), hash_of(hashes[1], "sha1"), hash_of(hashes[2], "sha256")


@lru_cache(maxsize=1024)
def _checked_hashes(md5: str, sha1: str, sha256: str) -> tuple[str, str, str]:
    """Most alerts show the same programs of the operating system."""
    return hash_of(md5, "md5"), hash_of(sha1, "sha1"), hash_of(sha256, "sha256")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _objects(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _bounded(items: list[Any], maximum: int, what: str, left_out: list[str]) -> list[Any]:
    if len(items) > maximum:
        left_out.append(f"{len(items) - maximum} of {len(items)} {what}")
    return items[:maximum]


# Files


# Microsoft Defender writes `file:_C:\\...`.
_DEFENDER_PREFIX = re.compile(r"^\w*file:_")


def _matched_file(properties: dict[str, Any]) -> MatchedFile:
    # A recorder match has the file as an object, a port match within its process, a file at rest
    # has it flat.
    for candidate in (
        properties.get("file"),
        _object(properties.get("process")).get("file"),
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
    for file in _objects([target.get("file") for target in targets]):
        yield _file(file, "path", _object(file.get("hash")), "size_bytes")
    for context in _objects(match.get("contexts")):
        for event in _objects(list(_object(context.get("event")).values())):
            yield from (
                MatchedFile(_text(event[name]))
                for name in ("path", "srcPath", "destPath")
                if name in event
            )
    for report in reports:
        yield _file(
            {**report, "path": _DEFENDER_PREFIX.sub("", _text(report.get("path")))},
            "path",
            report,
            "size",
        )


def _file(file: dict[str, Any], path: str, hashes: dict[str, Any], size: str) -> MatchedFile:
    return MatchedFile(_text(file.get(path)), *_hashes(hashes), digits(file.get(size)))


def _distinct(files: Iterable[MatchedFile]) -> list[MatchedFile]:
    """One of each path, or of each hash where there is no path, with everything that is said of it."""
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


# Processes: a match tells of one and some of its ancestors, findings of all of them and with other
# members


def _lines(
    properties: dict[str, Any],
    activities: list[dict[str, Any]],
    targets: list[dict[str, Any]],
    left_out: list[str],
) -> list[list[Process]]:
    process = properties.get("process")
    matched = process if isinstance(process, dict) else properties
    told = [_object(activity.get("acting_artifact")).get("process") for activity in activities]
    told += [
        _object(_object(target.get("port")).get("process")).get("process")
        for target in targets
        if "port" in target
    ]
    acting: list[dict[str, Any]] = []
    pids: set[str] = set()
    for head in _objects(told):
        pid = number(head.get("pid"), MAX_PID)
        # Different from all the others, as `_same` tells; asking it for each pair of thousands
        # would take hours.
        if not acting or (pid and pids.isdisjoint((pid, ""))):
            acting.append(head)
            pids.add(pid)
    # Of the findings, the first one about the matched process completes what the match says.
    first = next((head for head in acting if _same(matched, head)), {})
    heads = [(matched, first), *(({}, head) for head in acting if head is not first)]
    lines = [
        _line(of_match, of_finding, left_out)
        for of_match, of_finding in _bounded(heads, MAX_LINES, "lines of descent", left_out)
    ]
    return [line for line in lines if any(process.known for process in line)]


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Also when one of them has no process id: it is then the only thing that is known about it."""
    pid, other_pid = number(one.get("pid"), MAX_PID), number(other.get("pid"), MAX_PID)
    return pid == other_pid or not (pid and other_pid)


def _line(matched: dict[str, Any], told: dict[str, Any], left_out: list[str]) -> list[Process]:
    line: list[Process] = []
    while (matched or told) and len(line) < MAX_PROCESSES:
        if matched and told and matched.get("pid") != told.get("pid") and not _same(matched, told):
            matched = {}
        process = _told_process(told, matched.get("ppid")) if told else _matched_process(matched)
        if matched and told and "" in process:
            process = Process(
                *(one or other for one, other in zip(process, _matched_process(matched)))
            )
        line.append(process)
        matched = _object(matched.get("parent")) if matched else matched
        told = _object(_object(told.get("parent")).get("process")) if told else told
    if matched or told:
        note = f"processes beyond the first {MAX_PROCESSES} of a line of descent"
        if note not in left_out:
            left_out.append(note)
    return line


def _told_process(told: dict[str, Any], parent_pid: Any) -> Process:
    file = _object(_object(told.get("file")).get("file"))
    user = _object(_object(told.get("user")).get("user"))
    signature = _object(file.get("signature_data"))
    path = _text(file.get("path"))
    return Process(
        number(told.get("pid"), MAX_PID),
        path,
        base_name(path),
        *_hashes(_object(file.get("hash"))),
        digits(told.get("tanium_recorder_table_id")),
        told.get("tanium_unique_id", ""),
        parent_pid,
        told.get("arguments", ""),
        told.get("start_time", ""),
        user.get("name", ""),
        user.get("domain", ""),
        user.get("user_id", ""),
        signature.get("issuer"),
        signature.get("subject"),
        signature.get("status"),
    )


def _matched_process(matched: dict[str, Any]) -> Process:
    file = _object(matched.get("file"))
    domain, user = split_user(_text(matched.get("user")))
    path = _text(file.get("fullpath")) or _text(matched.get("name"))
    return Process(
        number(matched.get("pid"), MAX_PID),
        path,
        base_name(path),
        *_hashes(file),
        digits(matched.get("recorder_table_id")),
        matched.get("recorder_unique_id", ""),
        matched.get("ppid"),
        matched.get("args", ""),
        matched.get("start_time", ""),
        user,
        domain,
    )


# Connections


def _connections(properties: dict[str, Any], targets: list[dict[str, Any]]) -> list[Connection]:
    found = [
        Connection(
            _text(port.get("local_ip")),
            number(port.get("local_port"), 65_535),
            _text(port.get("remote_ip")),
            number(port.get("remote_port"), 65_535),
        )
        for port in (properties, *(_object(target.get("port")) for target in targets))
        if "remote_ip" in port
    ]
    return list(dict.fromkeys(filter(any, found)))
