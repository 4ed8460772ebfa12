# File: cef.py
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
"""CEF fields of artifacts: their `contains`, how a value becomes one, and the fields of processes,
files and connections.

Fields have SOAR's names where it knows one (TANIUM_WIRE section 3). A value that an action could be
run with is never shortened: it is whole, or only in the raw record.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Callable

from ..declare import (
    ALERT_GUID,
    ALERT_ID,
    CLIENT_ID,
    CONNECTION_ID,
    FILE_HASH,
    FILE_NAME,
    FILE_PATH,
    HOST_NAME,
    INTEL_DOC_ID,
    IP,
    MD5,
    PID,
    PROCESS_TABLE_ID,
    SHA1,
    SHA256,
    USER_NAME,
)
from ..storable import is_plain
from .alert_details import MatchedFile, NetworkConnection
from .lineage import Process
from .storable import shortened
from .values import (
    MAX_PID,
    MAX_PORT,
    any_hash,
    base_name,
    digits,
    hash_of,
    id_text,
    ip_address,
    number,
    scalar_text,
    soar_time,
    trimmed,
    web_address,
)


# Characters of a CEF value; a database's index takes no entry of more than some 2,700 bytes.
LONGEST_TEXT = 2000

# `contains` that SOAR knows, but no action of this app takes.
HASH, PORT, PROCESS_NAME, URL = "hash", "port", "process name", "url"

# The `contains` of CEF fields; fields without are for people and playbooks only. All `cef_types`
# share these lists.
CONTAINS = {
    "deviceHostname": [HOST_NAME],
    "deviceAddress": [IP],
    "sourceAddress": [IP],
    "sourcePort": [PORT],
    "destinationHostName": [HOST_NAME],
    "destinationAddress": [IP],
    "destinationPort": [PORT],
    "sourceUserName": [USER_NAME],
    "destinationUserName": [USER_NAME],
    "destinationProcessName": [PROCESS_NAME],
    "destinationProcessId": [PID],
    "sourceProcessName": [PROCESS_NAME],
    "sourceProcessId": [PID],
    "parentProcessName": [PROCESS_NAME],
    "parentProcessId": [PID],
    "fileName": [FILE_NAME],
    "filePath": [FILE_PATH],
    "fileHash": [HASH],
    "fileHashMd5": [MD5, FILE_HASH],
    "fileHashSha1": [SHA1],
    "fileHashSha256": [SHA256],
    "targetFilePath": [FILE_PATH],
    "targetFileHash": [HASH],
    "requestURL": [URL],
    "taniumAlertId": [ALERT_ID],
    "taniumAlertGuid": [ALERT_GUID],
    "taniumIntelDocId": [INTEL_DOC_ID],
    "taniumProcessTableId": [PROCESS_TABLE_ID],
    "taniumParentProcessTableId": [PROCESS_TABLE_ID],
    "taniumTargetProcessTableId": [PROCESS_TABLE_ID],
    "taniumClientId": [CLIENT_ID],
    "taniumConnectionId": [CONNECTION_ID],
}


def cef_of(fields: dict[str, Any]) -> tuple[dict[str, str], dict[str, list[str]]]:
    """The fields that are filled with text, and the `contains` of those that have some."""
    cef = (
        {name: value for name, value in fields.items() if value}
        if "" in fields.values()
        else fields
    )
    try:
        # All checked together: one by one takes several times as long.
        texts = "".join(cef.values())
    except TypeError:  # not all of them are texts
        cef = {name: value for name, value in cef.items() if value and isinstance(value, str)}
        texts = "".join(cef.values())
    if not is_plain(texts) or (
        len(texts) > LONGEST_TEXT and max(map(len, cef.values())) > LONGEST_TEXT
    ):
        cef = {name: value for name, value in _bounded(cef) if value}
    return cef, _types(tuple(cef))


@lru_cache(maxsize=1024)
def _types(names: tuple[str, ...]) -> dict[str, list[str]]:
    """Cached, because the same fields come together again and again."""
    return {name: CONTAINS[name] for name in names if name in CONTAINS}


def _bounded(cef: dict[str, str]) -> Iterator[tuple[str, str]]:
    for name, value in cef.items():
        bounded = shortened(value, LONGEST_TEXT)
        yield name, "" if name in CONTAINS and bounded != value else bounded


def field_value(field: str, value: Any) -> str:
    """A column's value as a field may hold it; nothing when it is not of the field's kind."""
    if field in _READERS:
        return _READERS[field](value)
    return any_hash(value) if _names_hash(field) else scalar_text(value)


def is_checked(field: str) -> bool:
    """Whether only values of a certain kind may be in the field."""
    return field in _READERS or _names_hash(field)


@lru_cache(maxsize=1024)
def _names_hash(field: str) -> bool:
    """Not `hashedAt`, and not what kind of hash something is."""
    return bool(_HASH_NAME.search(field))


def host_fields(name: Any, address: Any) -> dict[str, str]:
    """Of the computer."""
    return {"deviceHostname": trimmed(name), "deviceAddress": ip_address(address)}


# Fields that thousands of artifacts have are put into one dictionary at once: each copy of it shows
# in `make bench`.


def process_fields(process: Process, parent: Process, host: dict[str, str]) -> dict[str, Any]:
    """Of a process and its parent, on a computer."""
    return {
        "deviceHostname": host["deviceHostname"],
        "deviceAddress": host["deviceAddress"],
        "sourceProcessName": process.name,
        "sourceProcessId": process.pid,
        "processCommandLine": process.command_line,
        "taniumProcessTableId": process.table_id,
        "parentProcessName": parent.name,
        "parentProcessId": parent.pid or number(process.parent_pid, MAX_PID),
        "parentCommandLine": parent.command_line,
        "taniumParentProcessTableId": parent.table_id,
        "sourceUserName": process.user,
        "sourceNtDomain": process.domain,
        "sourceUserId": process.user_id,
        "filePath": process.path,
        "fileName": process.name,
        "fileHash": (process.sha256 or process.sha1 or process.md5).lower(),
        "fileHashMd5": process.md5.lower(),
        "fileHashSha1": process.sha1.lower(),
        "fileHashSha256": process.sha256.lower(),
        "signatureIssuer": process.issuer,
        "signatureSubject": process.subject,
        "signatureStatus": process.status,
        "startTime": soar_time(process.start_time),
    }


def target_fields(process: Process) -> dict[str, Any]:
    """Of a process that another one acted upon."""
    return {
        "destinationProcessName": process.name,
        "destinationProcessId": process.pid,
        "destinationUserName": process.user,
        "destinationNtDomain": process.domain,
        "targetCommandLine": process.command_line,
        "targetFilePath": process.path,
        "targetFileHash": (process.sha256 or process.sha1 or process.md5).lower(),
        "taniumTargetProcessTableId": process.table_id,
    }


def file_fields(file: MatchedFile) -> dict[str, str]:
    """Of a file and its hashes."""
    return {
        "filePath": file.path,
        "fileName": base_name(file.path),
        "fileHash": (file.sha256 or file.sha1 or file.md5).lower(),
        "fileHashMd5": file.md5.lower(),
        "fileHashSha1": file.sha1.lower(),
        "fileHashSha256": file.sha256.lower(),
        "fileSize": file.size,
    }


def connection_fields(
    connection: NetworkConnection, process: Process, host: dict[str, str]
) -> dict[str, Any]:
    """Of a network connection and the process that made it."""
    return {
        **host,
        "sourceAddress": ip_address(connection.local_ip),
        "sourcePort": connection.local_port,
        "destinationAddress": ip_address(connection.remote_ip),
        "destinationPort": connection.remote_port,
        "sourceProcessName": process.name,
        "sourceProcessId": process.pid,
        "taniumProcessTableId": process.table_id,
    }


_HASH_NAME = re.compile(r"(?i:hash|md5|sha\d+)(?![a-z]|Type|Algorithm|Text|List)")

# The readers of fields that rows of any kind may fill.
_READERS: dict[str, Callable[[Any], str]] = {
    **dict.fromkeys(CONTAINS, id_text),
    **dict.fromkeys((name for name, contains in CONTAINS.items() if contains == [IP]), ip_address),
    **dict.fromkeys(("sourcePort", "destinationPort"), lambda value: number(value, MAX_PORT)),
    **dict.fromkeys(
        (name for name, contains in CONTAINS.items() if contains == [PID]),
        lambda value: number(value, MAX_PID),
    ),
    **dict.fromkeys((name for name in CONTAINS if name.startswith("tanium")), digits),
    "taniumConnectionId": id_text,
    "fileHash": any_hash,
    "targetFileHash": any_hash,
    "fileHashMd5": lambda value: hash_of(value, "md5").lower(),
    "fileHashSha1": lambda value: hash_of(value, "sha1").lower(),
    "fileHashSha256": lambda value: hash_of(value, "sha256").lower(),
    "requestURL": web_address,
    "startTime": soar_time,
    "endTime": soar_time,
    "deviceReceiptTime": soar_time,
}
