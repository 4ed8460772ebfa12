# File: values.py
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
"""Values inside alerts and rows, of whatever kind they come: each reader gives the text that a CEF
field may hold, or nothing. None of them ever fails.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Sequence
from datetime import datetime, timezone
from functools import lru_cache
from typing import Any

from ..numbers import natural_number
from ..times import is_usual, seconds, utc_text
from .storable import storable


MAX_PID, MAX_PORT = 2**32 - 1, 65_535
MOST_CACHED = 200  # characters of a text that a cache may hold

_LENGTHS = {"md5": 32, "sha1": 40, "sha256": 64}
HASH_KINDS = tuple(_LENGTHS)
_SMALL = range(1 << 32)  # numbers that need no check
_ALL_LENGTHS = sum(_LENGTHS.values())
_HEX = re.compile(r"[0-9a-fA-F]+")
_WEB_ADDRESS = re.compile(r"https?://[a-z0-9][a-z0-9.:-]*([/?#]|$)", re.ASCII | re.IGNORECASE)
_TIME = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,9})?( ?(Z|[+-]\d\d:?\d\d))?", re.ASCII
)


# JSON


def text_of(value: Any) -> str:
    """The text as it is; empty for anything else."""
    return value if isinstance(value, str) else ""


def trimmed(value: Any) -> str:
    """The text without blanks around it; empty for anything else."""
    return value.strip() if isinstance(value, str) else ""


def scalar_text(value: Any) -> str:
    """A text without blanks around it, a number or a Boolean as text; empty for anything else."""
    if isinstance(value, str):
        return value.strip()
    if not isinstance(value, (int, float)):
        return ""
    if isinstance(value, int) and value in _SMALL and not isinstance(value, bool):
        return str(value)
    number = storable(value)  # a text where it has no place in 64 bits
    return number if isinstance(number, str) else json.dumps(number)


def object_of(value: Any) -> dict[str, Any]:
    """The object as it is; empty for anything else."""
    return value if isinstance(value, dict) else {}


def objects_of(value: Any) -> list[dict[str, Any]]:
    """The objects in a list; empty for anything else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def member(value: Any, name: str) -> Any:
    """A member of an object; None where there is none."""
    return value.get(name) if isinstance(value, dict) else None


def single(value: Any) -> Any:
    """The first member of a list that is filled; anything else as it is."""
    if not isinstance(value, list):
        return value
    return next((item for item in value if item not in (None, "")), None)


def decoded(value: Any) -> Any:
    """The value of JSON that may still be a text; None for a text that is not JSON."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None


def joined(texts: Sequence[str]) -> str:
    """The texts that are not blank, with commas between them."""
    return ", ".join(filter(None, map(trimmed, texts)))


def limited(items: list[Any], maximum: int, what: str, left_out: list[str]) -> list[Any]:
    """The first items; how many more there were is noted in `left_out`."""
    if len(items) > maximum:
        left_out.append(f"{len(items) - maximum} of {len(items)} {what}")
    return items[:maximum]


# Numbers and ids


def digits(value: Any) -> str:
    """An id as text; empty for anything else, and for zero, which means "no id".

    Never from a float, which may have lost digits.
    """
    return str(value) if natural_number(value) else ""


def number(value: Any, maximum: int) -> str:
    """A whole number from 0 on, as text; empty for anything else."""
    found = natural_number(value)
    return "" if found is None or found > maximum else str(found)


def id_text(value: Any) -> str:
    """An id as text; findings have negative ones.

    Never from a float, which may have lost digits.
    """
    return (
        str(value)
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**64
        else trimmed(value)
    )


# Hashes


def hash_of(value: Any, name: str) -> str:
    """The value if it is a hash of this kind (`md5`, `sha1` or `sha256`); else nothing."""
    return (
        value
        if isinstance(value, str) and len(value) == _LENGTHS[name] and _HEX.fullmatch(value)
        else ""
    )


def any_hash(value: Any) -> str:
    """A hash of any of the three kinds, in lower case."""
    return (hash_of(value, "sha256") or hash_of(value, "sha1") or hash_of(value, "md5")).lower()


def hashes_of(value: dict[str, Any]) -> tuple[str, str, str]:
    """The MD5, SHA-1 and SHA-256 in an object; each may be empty."""
    hashes = value.get("md5", ""), value.get("sha1", ""), value.get("sha256", "")
    try:
        # The cache must hold nothing long.
        if len(hashes[0]) + len(hashes[1]) + len(hashes[2]) <= _ALL_LENGTHS:
            return _checked_hashes(*hashes)
    except TypeError:
        pass  # not all of them are texts
    return hash_of(hashes[0], "md5"), hash_of(hashes[1], "sha1"), hash_of(hashes[2], "sha256")


def file_hashes(file: dict[str, Any]) -> tuple[str, str, str]:
    """Of a file that has them in `hash` or `hashes`, or among its own members."""
    for name in ("hash", "hashes"):
        value = file.get(name)
        if isinstance(value, dict) and value:
            return hashes_of(value)
    return hashes_of(file)


@lru_cache(maxsize=1024)
def _checked_hashes(md5: str, sha1: str, sha256: str) -> tuple[str, str, str]:
    """Most alerts show the same programs of the operating system."""
    return hash_of(md5, "md5"), hash_of(sha1, "sha1"), hash_of(sha256, "sha256")


# Users, paths, addresses


def split_user(user: str) -> tuple[str, str]:
    """The domain, or nothing, and the name in `DOMAIN\\name`."""
    domain, _, name = user.rpartition("\\")
    return domain, name


def base_name(path: str) -> str:
    """The last part of a Windows or POSIX path."""
    return path.rpartition("\\")[2].rpartition("/")[2]


def web_address(value: Any) -> str:
    """The text if it is an http or https address; else nothing."""
    text = trimmed(value)
    return text if _WEB_ADDRESS.match(text) else ""


def ip_address(value: Any) -> str:
    """The text if it is an IP address, as it is usually written; else nothing."""
    return _address(value) if isinstance(value, str) and len(value) < MOST_CACHED else ""


@lru_cache(maxsize=1024)
def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text.strip().partition("%")[0]))
    except ValueError:
        return ""


# Times


def soar_time(value: Any) -> str:
    """As SOAR writes times, from one of Tanium's forms (`times.seconds`); empty for anything else:
    a guess could differ from day to day.
    """
    try:
        if isinstance(value, str) and is_usual(value):
            without_zone = value[:-1]
            datetime.fromisoformat(without_zone)
            return f"{without_zone}000Z"
        if isinstance(value, str) and not _TIME.fullmatch(value) and natural_number(value) is None:
            return ""
        moment = seconds(value)
        return "" if moment is None else utc_text(datetime.fromtimestamp(moment, timezone.utc))
    except (ValueError, OverflowError, OSError):
        return ""
