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
"""JSON values as bounded texts, numbers and times; nothing here fails because of a value."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta, timezone
from typing import Any

from ..numbers import natural_number


LONGEST = 500  # characters of a value that are shown; the context menu has all of them

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def text(value: Any, longest: int = LONGEST) -> str:
    """Any JSON value as one bounded text that a person can read. Characters that would steer the
    page, such as marks of direction, are spelled out.
    """
    if isinstance(value, str):
        found = value
    elif value is None:
        found = ""
    elif isinstance(value, bool):
        found = "yes" if value else "no"
    else:
        found = json_text(value)
    found = found.replace("\r\n", "\n")
    if len(found) > longest:
        found = f"{found[:longest]}... ({len(found):,} characters)"
    if found.isprintable():
        return found
    return "".join(
        each if each.isprintable() or each in "\n\t" else f"\\u{ord(each):04x}" for each in found
    )


def json_text(value: Any) -> str:
    """A value as JSON; a note where it cannot be written."""
    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    except (ValueError, RecursionError):
        return "a value that cannot be shown"


def float_of(value: Any) -> float | None:
    """A number, or a text that is one; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if abs(number) < 1e21 else None


_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d+)? ?(?:Z|UTC|([+-]\d\d):?(\d\d))?", re.ASCII
)


def time_of(value: Any) -> datetime | None:
    """From ISO 8601, `YYYY-MM-DD hh:mm:ss.mmm` in UTC, or milliseconds since 1970 as number or
    text; None for anything else.
    """
    try:
        if isinstance(value, str) and natural_number(value) is None:
            match = _TIME.fullmatch(value)
            return _time_of_match(match) if match else None
        milliseconds = float_of(value)
        return (
            EPOCH + timedelta(milliseconds=milliseconds)
            if milliseconds and milliseconds > 0
            else None
        )
    except (ValueError, OverflowError):
        return None


def _time_of_match(match: re.Match[str]) -> datetime:
    day, time, fraction, hours, minutes = match.groups()
    microseconds = (fraction or ".")[:7].ljust(7, "0")
    return datetime.fromisoformat(
        f"{day}T{time}{microseconds}{hours or '+00'}:{minutes or '00'}"
    ).astimezone(timezone.utc)


def length_of(time: timedelta) -> str:
    """Hours, minutes and seconds from a minute on, like `0:01:30`; else `1.5 s` or `20 ms`."""
    seconds = time.total_seconds()
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    return f"{seconds:.1f} s" if seconds < 60 else str(timedelta(seconds=round(seconds)))
