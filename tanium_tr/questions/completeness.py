# File: completeness.py
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
"""How complete the answers to a question are, in numbers and in words (TANIUM_PLATFORM_WIRE 5).

    estimated_total  endpoints registered when it was asked            expected
    mr_tested        those that have evaluated it                      answered
    mr_passed        of these, inside the account's computer groups    in_rights
    tested           of these, inside the question's computer group    in_group
    passed           of these, those that the question's filter lets through    matching

`mr_tested` may exceed `estimated_total`: endpoints register while a question is open.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ..numbers import natural_number
from ..words import counted


class Counters(NamedTuple):
    """Of a question, at one moment. What a server does not report is None; `life` and `age` in
    seconds.
    """

    expected: int
    answered: int
    in_rights: int | None
    in_group: int | None
    matching: int | None
    rows: int
    life: int | None
    age: int | None

    @classmethod
    def of(cls, row: dict[str, Any]) -> Counters:
        """From a result set, or from what is told of one without its rows."""
        number = {name: natural_number(value) for name, value in row.items()}
        return cls(
            number.get("estimated_total") or 0,
            number.get("mr_tested") or 0,
            number.get("mr_passed"),
            number.get("tested"),
            number.get("passed"),
            number.get("row_count") or 0,
            number.get("expire_seconds") or None,
            number.get("seconds_since_issued"),
        )

    @property
    def percentage(self) -> int:
        """The share of the endpoints that have answered, rounded down."""
        return min(100, 100 * self.answered // self.expected) if self.expected else 0

    @property
    def missing(self) -> int:
        return max(0, self.expected - self.answered)

    @property
    def hidden(self) -> int:
        """Endpoints whose answers the account's rights hide."""
        return 0 if self.in_rights is None else max(0, self.answered - self.in_rights)

    @property
    def is_over(self) -> bool:
        """Whether the question's life has ended, so that nothing more comes."""
        return self.life is not None and self.age is not None and self.age >= self.life

    def reaches(self, share: int) -> bool:
        return bool(self.expected) and 100 * self.answered >= share * self.expected

    @property
    def is_nobody(self) -> bool:
        return not self.expected and not self.answered

    def sentence(self) -> str:
        """How many have answered: `38 of 42 endpoints answered (90 %)`."""
        if self.is_nobody:
            return "No endpoint is registered with Tanium"
        if self.answered > self.expected:
            answered = counted(self.answered, "endpoint")
            return f"{answered} answered, where {self.expected} were expected"
        expected = counted(self.expected, "endpoint")
        return f"{self.answered} of {expected} answered ({self.percentage} %)"

    def reasons(self) -> list[str]:
        """Sentences on why there may be fewer rows than endpoints that answered."""
        if not self.answered:
            return []
        if self.in_rights == 0:
            return [
                "The rights of the Tanium account hide all of these answers: none of the endpoints"
                " is in its computer groups."
            ]
        found = []
        if self.hidden:
            found.append(
                f"The rights of the Tanium account hide the answers of"
                f" {counted(self.hidden, 'endpoint')} outside its computer groups."
            )
        if self.in_group == 0:
            found.append("None of the endpoints that answered is in the question's computer group.")
        elif self.matching == 0:
            found.append("None of the endpoints that answered matches the question.")
        return found
