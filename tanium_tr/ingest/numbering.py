# File: numbering.py
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
"""Which number each record of an input has, so that one that the endpoint refuses can be named:
that of its line, its place in an array, or the ID of an alert.

Numbers of records that follow each other are written as text: `1-400,402,405-613`.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator


LONGEST_ROW = 200  # characters


class Numbering:
    """Records are counted in the order in which they are taken. Only where the number after the
    last one is skipped, something is kept: the count of the record there, and its number.
    """

    def __init__(self) -> None:
        self._counts, self._numbers = array("Q"), array("Q")
        self._taken = self._following = 0

    def take(self, number: int, records: int = 1) -> None:
        """Records with this number and the ones after it come next."""
        if number != self._following or not self._counts:
            self._counts.append(self._taken)
            self._numbers.append(number)
        self._taken += records
        self._following = number + records

    def text(self, first: int, records: int) -> str:
        """The numbers of so many records, from the one with the count `first` on."""
        return ",".join(self._ranges(first, first + records))

    def _ranges(self, at: int, end: int) -> Iterator[str]:
        end = min(end, self._taken)
        place = bisect_right(self._counts, at) - 1
        while at < end:
            last = place + 1 == len(self._counts)
            until = min(end, end if last else self._counts[place + 1])
            number = self._numbers[place] + at - self._counts[place]
            yield _range(number, until - at)
            at, place = until, place + 1


def parted(numbers: str, places: list[int]) -> list[str]:
    """The numbers of a batch as those of its parts, which end before these places in it."""
    parts: list[list[str]] = [[] for _ in range(len(places) + 1)]
    ends = [*places, 1 << 63]
    at = part = 0
    for number, records in _parsed(numbers):
        while records:
            if at == ends[part]:
                part += 1
                continue
            taken = min(records, ends[part] - at)
            parts[part].append(_range(number, taken))
            number, records, at = number + taken, records - taken, at + taken
    return [",".join(ranges) for ranges in parts]


def shortened(numbers: str) -> str:
    """As many of the numbers as a row of a result has room for."""
    if len(numbers) <= LONGEST_ROW:
        return numbers
    return numbers[:LONGEST_ROW].rpartition(",")[0] + ",..."


def _parsed(numbers: str) -> Iterator[tuple[int, int]]:
    for text in filter(None, numbers.split(",")):
        first, _, last = text.partition("-")
        yield int(first), int(last or first) - int(first) + 1


def _range(number: int, records: int) -> str:
    return f"{number}-{number + records - 1}" if records > 1 else str(number)
