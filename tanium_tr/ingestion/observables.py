# File: observables.py
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
"""Observables: the values in an alert and around it that another action or another product can look
up, each once, in a form of which a playbook makes artifacts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ..declare import (
    DOMAIN,
    FILE_PATH,
    HOST_NAME,
    IP,
    MD5,
    PID,
    PROCESS_TABLE_ID,
    SHA1,
    SHA256,
    USER_NAME,
)
from .values import MAX_PID, any_hash, digits, hash_of, ip_address, number, trimmed


Row = dict[str, Any]

MOST = 500
LONGEST = 2000  # characters of a value; longer ones are no observables


class Kind(NamedTuple):
    """What SOAR calls such a value, the field of an artifact for it, and the reader that leaves
    nothing of a value that is not one.
    """

    contains: str
    cef_field: str
    read: Callable[[Any], str]


def _bounded_text(value: Any) -> str:
    text = trimmed(value)
    return text if len(text) <= LONGEST else ""


def _address(value: Any) -> str:
    address = ip_address(value)
    # The endpoint itself and "any address" say nothing.
    return "" if address in ("0.0.0.0", "::", "::1") or address.startswith("127.") else address


def _process_id(value: Any) -> str:
    return number(value, MAX_PID).lstrip("0")


KINDS = {
    "md5": Kind(MD5, "fileHashMd5", lambda value: hash_of(value, "md5").lower()),
    "sha1": Kind(SHA1, "fileHashSha1", lambda value: hash_of(value, "sha1").lower()),
    "sha256": Kind(SHA256, "fileHashSha256", lambda value: hash_of(value, "sha256").lower()),
    "ip": Kind(IP, "destinationAddress", _address),
    "domain": Kind(DOMAIN, "destinationDnsDomain", _bounded_text),
    "host_name": Kind(HOST_NAME, "deviceHostname", _bounded_text),
    "user_name": Kind(USER_NAME, "sourceUserName", _bounded_text),
    "file_path": Kind(FILE_PATH, "filePath", _bounded_text),
    "pid": Kind(PID, "sourceProcessId", _process_id),
    "process_table_id": Kind(PROCESS_TABLE_ID, "taniumProcessTableId", digits),
}
_HASH_TYPES = {32: "md5", 40: "sha1", 64: "sha256"}


def hash_type(value: Any) -> str:
    """`md5`, `sha1` or `sha256`, by its length; empty for what is not a hash."""
    return _HASH_TYPES.get(len(any_hash(value)), "")


class Observables:
    """Collects them in the order in which they are found."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Row] = {}
        self._left_out: set[tuple[str, str]] = set()

    @property
    def left_out(self) -> int:
        """How many there were besides."""
        return len(self._left_out)

    def add(self, kind: str, value: Any, seen_in: str) -> None:
        """One value; nothing where it is not of the kind."""
        read = KINDS[kind].read(value) if kind else ""
        if not read:
            return
        known = self._found.get((kind, read))
        if known:
            if seen_in not in known["seen_in"]:
                known["seen_in"].append(seen_in)
        elif len(self._found) >= MOST:
            self._left_out.add((kind, read))
        else:
            self._found[kind, read] = {
                "type": kind,
                "value": read,
                "seen_in": [seen_in],
                "contains": [KINDS[kind].contains],
                "cef_field": KINDS[kind].cef_field,
            }

    def add_hash(self, value: Any, seen_in: str) -> None:
        """A hash of whichever type."""
        self.add(hash_type(value), any_hash(value), seen_in)

    def rows(self) -> list[Row]:
        """By type, in the order of KINDS."""
        order = list(KINDS)
        return sorted(self._found.values(), key=lambda row: order.index(row["type"]))
