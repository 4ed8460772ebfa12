# File: json_limits.py
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
"""What JSON may cost: numbers of any length, and members that take far more memory than bytes."""

from __future__ import annotations

import json
import math
from typing import Any

from ..storable import is_deeper


DEEPEST = 200  # levels; every Python that SOAR has can read and write as many
_FEW = 12  # levels that real answers have
_DENSE = 64  # bytes a bracket: with fewer the text tells its levels faster than the objects do
_EACH = 61  # bytes of which one is looked at, to tell that
_BRACKETS = bytes.maketrans(b"{}", b"[]")
_OTHERS = bytes(set(range(256)) - set(b"[]{}"))
MOST_DIGITS = 4000  # of a whole number; no number that means anything has a hundred
# Bytes of what Python makes of each, on the safe side.
_COSTS = ((b"{", 240), (b"[", 88), (b",", 64))
_BLOCK = 1024 * 1024  # bytes


def needed_memory(raw: bytes, enough: int) -> int:
    """About as many bytes as the objects of this JSON take. The signs are counted in texts too,
    unless that makes it more than `enough`.
    """
    needed = _estimated_memory(raw)
    return needed if needed <= enough else len(raw) + _estimated_memory(without_texts(raw, b'""'))


def without_texts(raw: bytes, instead: bytes) -> bytes:
    """JSON with `instead` for each of its texts, one without an end too. It is looked through in
    blocks: there may be millions of texts, and their pieces take far more memory than the JSON.
    """
    raw = raw.replace(rb"\\", b"").replace(rb"\"", b"")  # what is left begins or ends a text
    found, is_inside = [], False
    for start in range(0, len(raw), _BLOCK):
        pieces = raw[start : start + _BLOCK].split(b'"')
        found.append(instead.join(pieces[is_inside::2]))
        is_inside ^= len(pieces) % 2 == 0
        if is_inside and len(pieces) > 1:
            found.append(instead)
    return b"".join(found)


def _estimated_memory(raw: bytes) -> int:
    return len(raw) + sum(cost * raw.count(sign) for sign, cost in _COSTS)


def parsed(raw: bytes) -> Any:
    """The JSON. Raises RecursionError for more than DEEPEST levels, ValueError for no JSON."""
    value = json.loads(raw, parse_constant=lambda _: None, parse_float=_finite, parse_int=_short)
    sample = raw[::_EACH]
    is_dense = (sample.count(b"[") + sample.count(b"{")) * _DENSE > len(sample)
    if not (is_dense and _is_flat(raw)) and is_deeper(value, DEEPEST):
        raise RecursionError(f"more than {DEEPEST} levels")
    return value


def _is_flat(raw: bytes) -> bool:
    """Whether JSON surely has few levels: the brackets outside of texts vanish pair by pair, the
    innermost first.

        [{"a": "]"}, {}]  ->  [[][]]  ->  []  ->  nothing
    """
    if json.detect_encoding(raw) not in ("utf-8", "utf-8-sig"):
        return False
    brackets = without_texts(raw, b"").translate(_BRACKETS, _OTHERS)
    for _ in range(_FEW):
        brackets = brackets.replace(b"[]", b"")
    return not brackets


def _finite(text: str) -> float | None:
    """A number of JSON; None for one like 1e400, which JSON can write and SOAR cannot store."""
    number = float(text)
    return number if math.isfinite(number) else None


def _short(digits: str) -> int | None:
    """A whole number of JSON; None for one that Python refuses to read, or takes minutes for."""
    return int(digits) if len(digits) <= MOST_DIGITS else None
