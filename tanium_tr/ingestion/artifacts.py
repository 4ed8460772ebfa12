# File: artifacts.py
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
"""Artifacts: one of any kind, and those of the processes, files and connections in an alert's
findings.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .alert_details import Findings, MatchedFile
from .cef import cef_of, connection_fields, file_fields, process_fields, target_fields
from .lineage import Process
from .own_fields import add_own_fields
from .reports import plain_path
from .storable import identifier, shortened
from .values import base_name, id_text, split_user, trimmed


LONGEST_NAME = 200
# What a process is in an alert, unless it is the acting one or its ancestor.
TARGET, TARGETS_ANCESTOR = "target", "ancestor of the target"


def artifact(
    kind: str,
    name: str,
    severity: str,
    identity: str,
    fields: dict[str, Any],
    start: str,
    data: dict[str, Any],
) -> dict[str, Any]:
    """An artifact as SOAR takes it; `identity` makes its source id."""
    cef, types = cef_of(fields)
    made = {
        "name": shortened(name, LONGEST_NAME),
        "label": kind,
        "type": "network" if kind == "network" else "host",
        "severity": severity,
        "source_data_identifier": identity,
        "cef": cef,
        "cef_types": types,
        "data": data,
    }
    if start:
        made["start_time"] = start
    return made


def finding_fields(findings: Findings, path: str, host: dict[str, str]) -> dict[str, Any]:
    """Of the processes and the file that an alert is about."""
    line = findings.lineages[0] if findings.lineages else []
    process = line[0] if line else Process()
    parent = line[1] if len(line) > 1 else Process()
    fields = process_fields(process, parent, host)
    file = _file_at(plain_path(path), findings.files)
    # Of its own image the process tells more.
    if file.path != fields["filePath"] or not fields["fileHash"]:
        fields.update(file_fields(file))
    if not fields["sourceUserName"]:
        fields["sourceNtDomain"], fields["sourceUserName"] = split_user(findings.user)
    if findings.targets:
        fields.update(target_fields(findings.targets[0][0]))
    fields["message"] = findings.description
    return fields


def _file_at(path: str, files: list[MatchedFile]) -> MatchedFile:
    """The file of this path, so that no hash is shown for another one's; the matched file when
    there is no path.
    """
    matched = files[0] if files else MatchedFile()
    if not path or path == matched.path:
        return matched
    if not matched.path:
        return matched._replace(path=path)
    return next((file for file in files if file.path.lower() == path.lower()), MatchedFile(path))


def found_artifacts(
    findings: Findings, severity: str, host: dict[str, str], scope: str = ""
) -> list[dict[str, Any]]:
    """The processes, files and connections, each once; `scope` keeps apart what different rows of
    one container tell.
    """
    found = {
        artifact["source_data_identifier"]: artifact
        for artifact in _each_found(findings, severity, host, scope)
    }
    return list(found.values())


def _each_found(
    findings: Findings, severity: str, host: dict[str, str], scope: str
) -> Iterator[dict[str, Any]]:
    yield from _processes(findings, severity, host, scope)
    for file in findings.files:
        name = f"File {base_name(file.path) or file.sha256 or file.sha1 or file.md5}"
        identity = identifier("file", *([file.path] if file.path else file.hashes))
        yield artifact(
            "file", name, severity, scope + identity, {**host, **file_fields(file)}, "", {}
        )
    for connection in findings.connections:
        fields = connection_fields(
            connection, findings.lineages[0][0] if findings.lineages else Process(), host
        )
        peer = ", port ".join(filter(None, (fields["destinationAddress"], connection.remote_port)))
        name = f"Connection with {peer or 'an unknown address'}"
        yield artifact(
            "network", name, severity, scope + identifier("network", *connection), fields, "", {}
        )


def _processes(
    findings: Findings, severity: str, host: dict[str, str], scope: str
) -> Iterator[dict[str, Any]]:
    """Those of the acting lineages first. What another one acted upon is marked, also where it is
    an ancestor of that one.
    """
    heads = {_process_identity(line[0]) for line in findings.targets}
    acting: set[str] = set()
    for number, line in enumerate([*findings.lineages, *findings.targets]):
        is_target = number >= len(findings.lineages)
        for process, parent in zip(line, [*line[1:], Process()]):
            identity = _process_identity(process)
            if not process.known or (is_target and identity in acting):
                continue
            if not is_target:
                acting.add(identity)
            fields = process_fields(process, parent, host)
            name = f"{process.name or 'unknown'} ({process.pid or 'no pid'})"
            if identity in heads:
                fields["processRole"], name = TARGET, f"Target process {name}"
            else:
                name = f"Process {name}"
                if is_target:
                    fields["processRole"] = TARGETS_ANCESTOR
            start = fields["startTime"]
            yield artifact("process", name, severity, scope + identity, fields, start, {})


def _process_identity(process: Process) -> str:
    if process.table_id:
        return f"process:{process.table_id}"
    return identifier(
        "process",
        id_text(process.unique_id),
        process.pid,
        process.path,
        trimmed(process.start_time),
        trimmed(process.command_line),
    )


def complete(fields: dict[str, Any], findings: Findings) -> None:
    """Add to the fields of an alert what no reader knows."""
    if findings.unread:
        add_own_fields(fields, findings.unread, findings.left_out)


def with_note(raw: dict[str, Any], findings: Findings) -> dict[str, Any]:
    """The raw record, with a note of what its artifacts lack."""
    return {**raw, "left_out_of_artifacts": findings.left_out} if findings.left_out else raw
