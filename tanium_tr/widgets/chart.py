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
"""The charts: how many events there were over time, and how many computers gave an answer."""

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
        title = f"{number:,} from {_time_label(first + at * width, smallest)} UTC"
        bars.append({"x": at * 10, "y": 100 - height, "height": height, "title": title})
    start, end = _time_label(first, smallest), f"{_time_label(last, smallest)} UTC"
    scale = f"each bar {length_of(width)}, at most {most:,}"
    return {
        "bars": bars,
        "width": BARS * 10,
        "label": f"{len(times):,} events over time, from {start} to {end}: {scale}",
        "scale": scale,
        "first": start,
        "last": end,
    }


def counts_by_answer(
    answers: list[tuple[str, float]], what: str = "answer"
) -> dict[str, Any] | None:
    """Bars of the most frequent answers, the most frequent one first; None for less than two.
    `what` they are called.
    """
    ordered = sorted(answers, key=lambda answer: -answer[1])[:BARS]
    if len(ordered) < 2:
        return None
    most = ordered[0][1]
    bars = []
    for at, (answer, number) in enumerate(ordered):
        height = max(2, round(100 * number / most))
        title = f"{number:,.0f} {answer}"
        bars.append({"x": at * 10, "y": 100 - height, "height": height, "title": title})
    scale = f"each bar one {what} of {len(answers):,}, at most {most:,.0f} computers"
    first, last = bars[0]["title"], bars[-1]["title"]
    return {
        "bars": bars,
        "width": len(bars) * 10,
        "label": f"Computers by {what}, from {first} to {last}: {scale}",
        "scale": scale,
        "first": first,
        "last": last,
    }


def _time_label(time: datetime, smallest: str) -> str:
    return time.replace(tzinfo=None).isoformat(" ", smallest)
