# File: columns.py
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
"""The columns of a row as fields, by their plain labels: in lower case, without blanks and signs.

A column of several values is an array. The first one that fits is in the field that has a type;
all of them are in one text:

    "IP Address": ["192.0.2.1", "192.0.2.2"]
    deviceAddress = 192.0.2.1    iPAddress = 192.0.2.1, 192.0.2.2
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import Any

from .artifacts import LONGEST_NAME
from .cef import field_value, is_checked
from .own_fields import add_own_fields, camel_case
from .unread import scalars
from .values import scalar_text, single, soar_time, split_user


MOST_COLUMNS = 100  # of a row that become fields

# Fields of columns that rows of any kind may have; others keep their label.
_FIELDS = {
    "computername": "deviceHostname",
    "hostname": "deviceHostname",
    "computerip": "deviceAddress",
    "computeripaddress": "deviceAddress",
    "ipaddress": "deviceAddress",
    "ipaddresses": "deviceAddress",
    "ipaddressclient": "deviceAddress",
    "ip": "deviceAddress",
    "username": "sourceUserName",
    "user": "sourceUserName",
    "computerid": "taniumClientId",
    "taniumcomputerid": "taniumClientId",
    "clientid": "taniumClientId",
    "taniumclientid": "taniumClientId",
    "eid": "taniumEid",
    "path": "filePath",
    "filepaths": "filePath",
    "md5": "fileHashMd5",
    "sha1": "fileHashSha1",
    "sha256": "fileHashSha256",
    "hash": "fileHash",
    "hashes": "fileHash",
    "processtableid": "taniumProcessTableId",
    "pid": "sourceProcessId",
    "processid": "sourceProcessId",
    "timestamp": "startTime",
}
_HASH_FIELDS = {32: "fileHashMd5", 40: "fileHashSha1", 64: "fileHashSha256"}
_TIMES = (
    *("timestamp", "createdat", "alertedat", "eventtime", "time"),
    *("starttime", "inserttime", "lastregistration"),
)


@lru_cache(maxsize=1024)
def plain(label: str) -> str:
    """In lower case, without blanks and signs."""
    return re.sub(r"[^a-z0-9]", "", label.lower())


def by_plain_label(row: dict[str, Any]) -> dict[str, Any]:
    """Of columns with one plain label the first counts."""
    return {plain(label[:LONGEST_NAME]): value for label, value in reversed(row.items())}


def first(columns: dict[str, Any], *labels: str) -> Any:
    """The first of these columns that is filled; None for none."""
    return next((columns[label] for label in labels if columns.get(label) not in (None, "")), None)


def first_single(columns: dict[str, Any], *labels: str) -> Any:
    """The same, the first value of a column that has several."""
    return single(first(columns, *labels))


def first_time(columns: dict[str, Any]) -> str:
    """As SOAR writes it; empty for none."""
    times = (soar_time(single(columns.get(label))) for label in _TIMES)
    return next(filter(None, times), "")


def may_be_row(row: dict[str, Any]) -> bool:
    """Whether a column says which computer or alert the row is about."""
    labels = {plain(label[:LONGEST_NAME]) for label in row}
    return not labels.isdisjoint(
        ("computername", "hostname", "computerid", "taniumcomputerid", "clientid", "alertid")
    )


def add_columns(fields: dict[str, Any], row: dict[str, Any]) -> None:
    """Into `fields`, the columns that they do not have yet."""
    for label, value in islice(row.items(), MOST_COLUMNS):
        name = label[:LONGEST_NAME]
        if isinstance(value, list) and not any(isinstance(item, (dict, list)) for item in value):
            _add_values(fields, name, value)
        elif isinstance(value, (dict, list)):
            add_own_fields(fields, scalars(value, (name,)), [])
        else:
            _add_value(fields, name, value)


def _add_value(fields: dict[str, Any], label: str, value: Any) -> None:
    own = camel_case(label)
    field = _FIELDS.get(plain(label), own)
    found = field_value(field, value) if field else ""
    if field == "fileHash":
        _put(fields, own, found)
    elif fields.get(field) and field != own and not is_checked(own):
        field = own  # another column has said it
    _put(fields, field, found)


def _put(fields: dict[str, Any], field: str, value: str) -> None:
    if not field or not value or fields.get(field):
        return
    if field == "sourceUserName" and "\\" in value:
        domain, value = split_user(value)
        fields.setdefault("sourceNtDomain", domain)
    if field == "fileHash" and not fields.get(_HASH_FIELDS[len(value)]):
        fields[_HASH_FIELDS[len(value)]] = value
    fields[field] = value


def _add_values(fields: dict[str, Any], label: str, values: list[Any]) -> None:
    own = camel_case(label)
    field = _FIELDS.get(plain(label), own)
    texts = list(filter(None, map(scalar_text, values)))
    if not is_checked(field):
        _put(fields, field, ", ".join(texts))
        return
    fitting = next(filter(None, (field_value(field, value) for value in values)), "")
    _put(fields, field, fitting)
    if field == "fileHash" and len(texts) == 1:
        _put(fields, own, fitting)
    elif texts != [fitting]:
        _put(fields, f"{own}List" if is_checked(own) else own, ", ".join(texts))
