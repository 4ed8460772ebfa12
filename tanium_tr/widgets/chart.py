# File: chart.py
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
"""The chart of how many events there were over time."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from .values import EPOCH, length_of


BARS = 48


def events_over_time(times: list[datetime]) -> dict[str, Any] | None:
    """Bars of an SVG that is BARS * 10 wide and 100 high; None where there is no time to spread
    them over.
    """
    first, last = min(times, default=EPOCH), max(times, default=EPOCH)
    if first == last:
        return None
    width = (last - first) / BARS
    numbers = Counter(min(int((time - first) / (last - first) * BARS), BARS - 1) for time in times)
    most = max(numbers.values())
    smallest = "seconds" if width >= timedelta(seconds=1) else "milliseconds"
    bars = []
    for at, number in sorted(numbers.items()):
        height = max(2, round(100 * number / most))
        title = f"{number:,} from {_stamp(first + at * width, smallest)} UTC"
        bars.append({"x": at * 10, "y": 100 - height, "height": height, "title": title})
    return {
        "bars": bars,
        "width": BARS * 10,
        "count": f"{len(times):,}",
        "scale": f"each bar {length_of(width)}, at most {most:,}",
        "first": _stamp(first, smallest),
        "last": f"{_stamp(last, smallest)} UTC",
    }


def _stamp(time: datetime, smallest: str) -> str:
    return time.replace(tzinfo=None).isoformat(" ", smallest)
