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


class AlertDetails(NamedTuple):
    """What a list of alerts shows; `file` is the one that the alert is about."""

    event_type: str = ""
    file: MatchedFile = MatchedFile()


class Process(NamedTuple):
    """A process and its image; `table_id` is what the recorder knows it by, hashes are in lower case, `start_time` is as Tanium wrote it."""

    pid: str = ""
    path: str = ""
    command_line: str = ""
    start_time: str = ""
    user: str = ""
    domain: str = ""
    md5: str = ""
    sha1: str = ""
    sha256: str = ""
    table_id: str = ""
    unique_id: str = ""
    parent_pid: str = ""
    user_id: str = ""
    issuer: str = ""
    subject: str = ""
    status: str = ""

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

    `lines` are lines of descent, each from a process to its furthest ancestor, the matched process's first. `files` starts with the
    matched one; the images of ancestors are with their processes. `left_out` says what was too much.
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


def read_details(details: Any) -> AlertDetails:
    """The short of it, at a fraction of the cost of `read_findings`."""
    match = _object(_object(decoded(details)).get("match"))
    return AlertDetails(_text(match.get("type")), _matched_file(_object(match.get("properties"))))


def read_findings(details: Any) -> Findings:
    found = _object(decoded(details))
    match, finding = _object(found.get("match")), _object(found.get("finding"))
    properties = _object(match.get("properties"))
    activities = [_object(what.get("artifact_activity")) for what in _objects(finding.get("whats"))]
    targets = [_object(action.get("target")) for activity in activities for action in _objects(activity.get("relevant_actions"))]
    reports = _objects(list(_object(finding.get("artifact")).values()))
    left_out: list[str] = []
    return Findings(
        event_type=_text(match.get("type")),
        lines=_lines(properties, activities, targets, left_out),
        files=_bounded(_distinct(_files(match, properties, targets, reports)), MAX_FILES, "files", left_out),
        connections=_bounded(_connections(properties, targets), MAX_CONNECTIONS, "connections", left_out),
        first_seen=_text(finding.get("first_seen")),
        last_seen=_text(finding.get("last_seen")),
        description=_text(finding.get("description")),
        threat_name="".join(_text(report.get("threat_name")) for report in reports[:1]),
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


def digits(value: Any) -> str:
    """An id of up to 20 digits as text; empty for anything else, and for zero, which stands for none.

    Never from a float, which may have lost digits.
    """
    if isinstance(value, str):
        return value if value.isdigit() and value.isascii() and len(value) <= 20 and value.strip("0") else ""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**20 else ""


def number(value: Any, maximum: int) -> str:
    """A whole number from 0 on, as text; empty for anything else."""
    if isinstance(value, str):
        value = int(value) if value.isdigit() and value.isascii() and len(value) <= 10 else None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= maximum else ""


def hash_of(value: Any, name: str) -> str:
    """The value when it is a hash of this name."""
    return value if isinstance(value, str) and len(value) == _LENGTHS[name] and _is_hex(value) else ""


@lru_cache(maxsize=4096)
def _is_hex(text: str) -> bool:
    """Cached, as most alerts show the same few programs of the operating system."""
    return re.fullmatch(r"[0-9a-fA-F]+", text) is not None


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
    # A recorder match has the file as an object, a port match within its process, a file at rest has it flat.
    for candidate in (properties.get("file"), _object(properties.get("process")).get("file"), properties):
        if isinstance(candidate, dict) and candidate:
            found = _file(candidate, "fullpath", candidate, "size")
            if any(found):
                return found
    return MatchedFile()


def _files(
    match: dict[str, Any], properties: dict[str, Any], targets: list[dict[str, Any]], reports: list[dict[str, Any]]
) -> Iterator[MatchedFile]:
    yield _matched_file(properties)
    for file in _objects([target.get("file") for target in targets]):
        yield _file(file, "path", _object(file.get("hash")), "size_bytes")
    for context in _objects(match.get("contexts")):
        for event in _objects(list(_object(context.get("event")).values())):
            yield from (MatchedFile(_text(event[name])) for name in ("path", "srcPath", "destPath") if name in event)
    for report in reports:
        yield _file({**report, "path": _DEFENDER_PREFIX.sub("", _text(report.get("path")))}, "path", report, "size")


def _file(file: dict[str, Any], path: str, hashes: dict[str, Any], size: str) -> MatchedFile:
    return MatchedFile(
        _text(file.get(path)),
        hash_of(hashes.get("md5"), "md5"),
        hash_of(hashes.get("sha1"), "sha1"),
        hash_of(hashes.get("sha256"), "sha256"),
        digits(file.get(size)),
    )


def _distinct(files: Iterable[MatchedFile]) -> list[MatchedFile]:
    """One of each path, or of each hash where there is no path, with everything that is said of it."""
    found: dict[Any, MatchedFile] = {}
    for file in files:
        key = file.path or file[1:4]
        if key == ("", "", ""):
            continue
        found[key] = MatchedFile(*(old or new for old, new in zip(found[key], file))) if key in found else file
    return list(found.values())


# Processes: a match tells of one and some of its ancestors, findings of all of them and with other members


def _lines(
    properties: dict[str, Any], activities: list[dict[str, Any]], targets: list[dict[str, Any]], left_out: list[str]
) -> list[list[Process]]:
    process = properties.get("process")
    matched = process if isinstance(process, dict) else properties
    told = [_object(activity.get("acting_artifact")).get("process") for activity in activities]
    told += [_object(_object(target.get("port")).get("process")).get("process") for target in targets if "port" in target]
    acting: list[dict[str, Any]] = []
    for head in _objects(told):
        if not any(_same(head, other) for other in acting):
            acting.append(head)
    # Of the findings, the first one about the matched process completes what the match says.
    first = next((head for head in acting if _same(matched, head)), {})
    heads = [(matched, first), *(({}, head) for head in acting if head is not first)]
    lines = [_line(matched, told, left_out) for matched, told in _bounded(heads, MAX_LINES, "lines of descent", left_out)]
    return [line for line in lines if any(process.known for process in line)]


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    pid, other_pid = one.get("pid"), other.get("pid")
    return pid == other_pid or not (number(pid, MAX_PID) and number(other_pid, MAX_PID)) or number(pid, MAX_PID) == number(other_pid, MAX_PID)


def _line(matched: dict[str, Any], told: dict[str, Any], left_out: list[str]) -> list[Process]:
    line: list[Process] = []
    while (matched or told) and len(line) < MAX_PROCESSES:
        if matched and told and not _same(matched, told):
            matched = {}
        process = _told_process(told, matched.get("ppid")) if told else _matched_process(matched)
        if matched and told and "" in process[:_IN_BOTH]:
            process = Process(*(one or other for one, other in zip(process, _matched_process(matched))))
        line.append(process)
        matched, told = _object(matched.get("parent")), _object(_object(told.get("parent")).get("process"))
    if matched or told:
        left_out.append(f"processes beyond the first {MAX_PROCESSES} of a line of descent")
    return line


_IN_BOTH = Process._fields.index("table_id")


def _told_process(told: dict[str, Any], parent_pid: Any) -> Process:
    file = _object(_object(told.get("file")).get("file"))
    hashes, signature = _object(file.get("hash")), _object(file.get("signature_data"))
    user = _object(_object(told.get("user")).get("user"))
    domain, name = split_user(_text(user.get("name")))
    return Process(
        number(told.get("pid"), MAX_PID),
        _text(file.get("path")),
        _text(told.get("arguments")),
        _text(told.get("start_time")),
        name,
        domain or _text(user.get("domain")),
        hash_of(hashes.get("md5"), "md5").lower(),
        hash_of(hashes.get("sha1"), "sha1").lower(),
        hash_of(hashes.get("sha256"), "sha256").lower(),
        digits(told.get("tanium_recorder_table_id")),
        digits(told.get("tanium_unique_id")),
        number(parent_pid, MAX_PID),
        _text(user.get("user_id")),
        _text(signature.get("issuer")),
        _text(signature.get("subject")),
        _text(signature.get("status")),
    )


def _matched_process(matched: dict[str, Any]) -> Process:
    file = _object(matched.get("file"))
    domain, name = split_user(_text(matched.get("user")))
    return Process(
        number(matched.get("pid"), MAX_PID),
        _text(file.get("fullpath")) or _text(matched.get("name")),
        _text(matched.get("args")),
        _text(matched.get("start_time")),
        name,
        domain,
        hash_of(file.get("md5"), "md5").lower(),
        hash_of(file.get("sha1"), "sha1").lower(),
        hash_of(file.get("sha256"), "sha256").lower(),
        digits(matched.get("recorder_table_id")),
        digits(matched.get("recorder_unique_id")),
        number(matched.get("ppid"), MAX_PID),
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
    return list(dict.fromkeys(found))
