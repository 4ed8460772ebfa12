# File: times.py
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
"""Reading the forms in which Tanium writes times (TANIUM_WIRE 2.11), and writing the one that
Tanium and SOAR take.
"""

from __future__ import annotations

import re
import time
from datetime import datetime, timezone
from typing import Any

from .numbers import as_number, natural_number


# The form in which Tanium writes nearly all times.
is_usual = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z").fullmatch
LONGEST = 100  # characters; the parser takes seconds for a text of many digits
YEAR_10000 = 253402300800_000  # milliseconds; what is later is no time
# What people may enter.
FORMS = (
    "use ISO 8601 (2026-11-02T05:14:00Z; UTC unless it has an offset), seconds or milliseconds"
    " since 1970"
)
# A number below this counts seconds; as milliseconds it would be in 1973.
SECONDS_END = 100_000_000_000
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_RELATIVE = re.compile(r"-([0-9]{1,9})([smhd])")
_ISO = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,9})?)?( ?(Z|[+-][0-9]{2}:?[0-9]{2}))?)?"
)


def seconds(value: Any) -> float | None:
    """Seconds since 1970 from ISO 8601, `YYYY-MM-DD hh:mm:ss.mmm` in UTC, or milliseconds as number
    or text.

    Other texts are read as dateutil reads them; None for what is not a time, or in a zone that is
    only named.
    """
    value = as_number(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value / 1000 if 0 <= value < YEAR_10000 else None
    if not isinstance(value, str) or len(value) > LONGEST:
        return None
    try:
        if is_usual(value):  # many times faster than the parser, which counts for pages of alerts
            return datetime.fromisoformat(f"{value[:-1]}+00:00").timestamp()
        from dateutil import parser  # imported here: most actions need it for no time

        parsed = parser.parse(value, tzinfos=_zone)
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=timezone.utc)).timestamp()
    except (ValueError, OverflowError):
        return None


def moment_in(text: str, now: float) -> int | None:
    """A time in any of the FORMS or before now (-2h), in milliseconds since 1970; None for what is
    none.
    """
    relative = _RELATIVE.fullmatch(text)
    if relative:
        moment = round((now - int(relative[1]) * _UNITS[relative[2]]) * 1000)
        return moment if moment >= 0 else None
    return lasting_moment_in(text)


def lasting_moment_in(text: str) -> int | None:
    """The same for a time that is the same whenever it is read."""
    number = natural_number(text)
    if number is not None:
        moment = number * 1000 if number < SECONDS_END else number
        return moment if moment < YEAR_10000 else None
    found = seconds(text) if _ISO.fullmatch(text) else None
    return round(found * 1000) if found is not None and found >= 0 else None


def utc_time(seconds: float) -> str:
    """A time as messages and progress show it."""
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(seconds))


def utc_milliseconds(seconds: float) -> str:
    """`YYYY-MM-DDTHH:MM:SS.mmmZ`, as Tanium itself writes times."""
    moment = datetime.fromtimestamp(seconds, timezone.utc)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _zone(name: str | None, offset: int | None) -> int | None:
    """A time zone for dateutil, which would take any other name than UTC for UTC, or for the zone
    of this machine.
    """
    if name and offset is None:
        raise ValueError(f"unknown time zone {name}")
    return offset


def utc_text(moment: datetime) -> str:
    """`YYYY-MM-DDTHH:MM:SS.ffffffZ`, as SOAR wants times and Tanium's filters take them."""
    return moment.astimezone(timezone.utc).isoformat(timespec="microseconds").replace("+00:00", "Z")
