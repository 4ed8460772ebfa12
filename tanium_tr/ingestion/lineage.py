# File: lineage.py
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
"""Lineages: a process and its ancestors, put together from the two accounts that an alert gives.

The match names the process that a rule matched, and some of its ancestors. The findings name every
process that acted, with more of its ancestors and more about each. Both are chains of `parent`s:

    match        cmd.exe (300) - winword.exe (200)
    finding 1    cmd.exe (300) - winword.exe (200) - explorer.exe (100)
    finding 2    cmd.exe (300) - ...
    finding 3    curl.exe (400) - services.exe (50)

1. Of the findings, one that may start with the same process as an earlier one is dropped (2). A
   process without an id may be any process.
2. The first finding that may start with the matched process (1) completes the match; the others (3)
   are lineages of their own.
3. Match and finding are merged process by process. The finding's values count, the match's fill
   its gaps. Where the two first name different processes, the match ends and the finding goes on.

    lineage 1    cmd.exe (300) - winword.exe (200) - explorer.exe (100)
    lineage 2    curl.exe (400) - services.exe (50)

A process that another one acted upon, such as the target of an injection, has a lineage as well; it
is in the findings only.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from .values import (
    MAX_PID,
    base_name,
    digits,
    file_hashes,
    id_text,
    limited,
    number,
    object_of,
    objects_of,
    scalar_text,
    split_user,
    text_of,
)


MAX_PROCESSES = 20  # of one lineage
MAX_LINEAGES = 5


class Process(NamedTuple):
    """A process and its image. Members typed `Any` are unchecked: checking the texts of thousands
    of processes one by one takes long.
    """

    pid: str = ""
    path: str = ""
    name: str = ""  # of the image, without its directory
    md5: str = ""
    sha1: str = ""
    sha256: str = ""
    table_id: str = ""  # its id in the recorder's table
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
        """False for the empty one that a lineage may end in."""
        return bool(self.pid or self.path or self.command_line)


def lineages(
    properties: dict[str, Any],
    acting_artifacts: list[dict[str, Any]],
    targets: list[dict[str, Any]],
    left_out: list[str],
) -> list[list[Process]]:
    """Of the match's `properties` and of the findings; each from a process to its furthest
    ancestor, that of the matched process first.
    """
    process = properties.get("process")
    matched = process if isinstance(process, dict) else properties
    acting = _acting_processes(acting_artifacts, targets)
    completing = next((head for head in acting if _may_be_same(matched, head)), {})
    pairs = [(matched, completing), *(({}, head) for head in acting if head is not completing)]
    pairs = limited(pairs, MAX_LINEAGES, "process lineages", left_out)
    found = [_lineage(of_match, of_finding, left_out) for of_match, of_finding in pairs]
    return [lineage for lineage in found if any(process.known for process in lineage)]


def target_lineages(
    targets: list[dict[str, Any]], acting: list[list[Process]], left_out: list[str]
) -> list[list[Process]]:
    """Of the processes that others acted upon, each once; from there to its furthest ancestor.

    Where such a lineage meets an acting one, it goes on with the very same processes.
    """
    heads = _target_heads(targets)
    if not heads:
        return []
    shared = {
        process.unique_id: line[place:]
        for line in reversed(acting)
        for place, process in enumerate(line)
        if process.unique_id and isinstance(process.unique_id, str)
    }
    heads = limited(heads, MAX_LINEAGES, "target processes", left_out)
    found = [_lineage({}, head, left_out, shared) for head in heads]
    return [lineage for lineage in found if lineage and lineage[0].known]


def first_target(targets: list[dict[str, Any]]) -> Process | None:
    """What the first of the target lineages begins with, without the cost of the lineages."""
    heads = _target_heads(targets)[:MAX_LINEAGES]
    found = (_merged_process({}, head) for head in heads if head)
    return next((process for process in found if process.known), None)


def _target_heads(targets: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The processes that others acted upon, each once."""
    heads: dict[tuple[str, str], dict[str, Any]] = {}
    for head in map(unwrapped, objects_of([target.get("process") for target in targets])):
        identity = id_text(head.get("tanium_unique_id")), number(head.get("pid"), MAX_PID)
        heads.setdefault(identity, head)
    return list(heads.values())


def unwrapped(process: dict[str, Any]) -> dict[str, Any]:
    """A process that stands in another object, as parents do, or by itself, as targets do."""
    inner = process.get("process")
    return inner if isinstance(inner, dict) and "pid" not in process else process


def _acting_processes(
    acting_artifacts: list[dict[str, Any]], targets: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The findings' processes that surely are different ones.

    Ids seen so far are kept in a set: comparing each pair of thousands of processes would take
    hours.
    """
    reported = [artifact.get("process") for artifact in acting_artifacts]
    reported += [
        object_of(object_of(target.get("port")).get("process")).get("process")
        for target in targets
        if "port" in target
    ]
    acting: list[dict[str, Any]] = []
    pids: set[str] = set()
    for head in objects_of(reported):
        pid = number(head.get("pid"), MAX_PID)
        if not acting or (pid and pids.isdisjoint((pid, ""))):
            acting.append(head)
            pids.add(pid)
    return acting


def _may_be_same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """By their ids. A process without one may be any process."""
    if one.get("pid") == other.get("pid"):
        return True
    pid, other_pid = number(one.get("pid"), MAX_PID), number(other.get("pid"), MAX_PID)
    return pid == other_pid or not (pid and other_pid)


def _lineage(
    matched: dict[str, Any],
    reported: dict[str, Any],
    left_out: list[str],
    shared: dict[str, list[Process]] | None = None,
) -> list[Process]:
    """The chains of a match and of a finding merged; either may be empty. `shared` are lineages
    that are known already, by the unique ids that they begin with.
    """
    lineage: list[Process] = []
    while (matched or reported) and len(lineage) < MAX_PROCESSES:
        unique_id = reported.get("tanium_unique_id") if shared else None
        if shared and isinstance(unique_id, str) and unique_id in shared:
            return [*lineage, *shared[unique_id]]
        if matched and reported and not _may_be_same(matched, reported):
            matched = {}
        lineage.append(_merged_process(matched, reported))
        matched = object_of(matched.get("parent"))
        reported = object_of(object_of(reported.get("parent")).get("process"))
    note = f"processes beyond the first {MAX_PROCESSES} of a process lineage"
    if (matched or reported) and note not in left_out:
        left_out.append(note)
    return lineage


def _merged_process(matched: dict[str, Any], reported: dict[str, Any]) -> Process:
    """The finding's account of a process, with its gaps filled from the match's."""
    if not reported:
        return _matched_process(matched)
    process = _reported_process(reported, matched.get("ppid"))
    if matched and "" in process:
        return Process(
            *(value or other for value, other in zip(process, _matched_process(matched)))
        )
    return process


def _reported_process(reported: dict[str, Any], parent_pid: Any) -> Process:
    file = object_of(object_of(reported.get("file")).get("file"))
    user = object_of(object_of(reported.get("user")).get("user"))
    signature = object_of(file.get("signature_data"))
    path = text_of(file.get("path"))
    name, domain, user_id = user.get("name", ""), user.get("domain", ""), user.get("user_id", "")
    status = signature.get("status", "")
    if not domain and isinstance(name, str) and "\\" in name:
        domain, name = split_user(name)
    return Process(
        number(reported.get("pid"), MAX_PID),
        path,
        base_name(path),
        *file_hashes(file),
        digits(reported.get("tanium_recorder_table_id")),
        reported.get("tanium_unique_id", ""),
        parent_pid,
        reported.get("arguments", ""),
        reported.get("start_time", ""),
        name,
        domain,
        user_id if isinstance(user_id, str) else scalar_text(user_id),
        signature.get("issuer"),
        signature.get("subject"),
        status if isinstance(status, str) else scalar_text(status),
    )


def _matched_process(matched: dict[str, Any]) -> Process:
    file = object_of(matched.get("file"))
    domain, user = split_user(text_of(matched.get("user")))
    path = text_of(file.get("fullpath")) or text_of(matched.get("name"))
    return Process(
        number(matched.get("pid"), MAX_PID),
        path,
        base_name(path),
        *file_hashes(file),
        digits(matched.get("recorder_table_id")),
        matched.get("recorder_unique_id", ""),
        matched.get("ppid"),
        matched.get("args", ""),
        matched.get("start_time", ""),
        user,
        domain,
    )
