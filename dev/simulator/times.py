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
"""The formats of time on the wire; inside the simulator a time is seconds since 1970 (float)."""

from __future__ import annotations

from datetime import datetime, timezone
from functools import lru_cache

from dateutil.parser import isoparse

from dev.simulator.errors import Rejected


DAY = 86400.0


def milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


@lru_cache(maxsize=1024)
def iso(seconds: float) -> str:
    """`2026-11-22T05:14:00.123Z`, as Threat Response writes it."""
    return _utc(seconds).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def iso_seconds(seconds: float) -> str:
    """`2026-11-22T05:14:00Z`, as the platform writes it."""
    return _utc(seconds).isoformat(timespec="seconds").replace("+00:00", "Z")


def recorder_time(seconds: float) -> str:
    """`2026-11-22 05:14:00.123`, UTC without saying so, as the recorder writes it."""
    return _utc(seconds).replace(tzinfo=None).isoformat(sep=" ", timespec="milliseconds")


def discover_time(seconds: float) -> str:
    """`2026-11-22 05:14:00 +00:00`, with a blank before the zone, as Discover writes it."""
    return f"{_utc(seconds):%Y-%m-%d %H:%M:%S} +00:00"


@lru_cache(maxsize=256)
def parse_iso(text: str) -> float:
    """Seconds of an ISO time, UTC where it names no zone; anything else, and what is beyond the
    year 9999, is rejected with 400.
    """
    try:
        moment = isoparse(text)
        return (
            (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc))
            .astimezone(timezone.utc)
            .timestamp()
        )
    except (ValueError, OverflowError) as error:
        raise Rejected(400, f"'{text}' is not an ISO 8601 time") from error


def _utc(seconds: float) -> datetime:
    return datetime.fromtimestamp(milliseconds(seconds) / 1000, timezone.utc)
