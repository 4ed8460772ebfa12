# File: action_progress.py
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
"""An action on one endpoint: which word it reports at which moment."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Optional

from dev.simulator import seed


NOT_BEGUN = frozenset({"", "waiting", "downloading", "copying", "waitingtoretry"})
"""What an end of the action still keeps from running."""
DONE = frozenset({"completed", "pendingverification", "succeeded", "verified"})
"""The command has had its effect."""
GOOD = frozenset({"completed", "succeeded", "verified"})
BAD = frozenset({"notsucceeded", "failed", "failedverification", "expired", "stopped"})
NEVER = float("inf")
PENDING_VERIFICATION = "PendingVerification"


class End(NamedTuple):
    """The end of an action, and what becomes of endpoints that have not begun by then."""

    at: float
    word: str


@dataclass
class Progress:
    """The first of `words` holds from `begins` on, each of the others from a `step` later on; an
    empty word is no report. While it is `silent` (from, to) its `last_word` stays.

    With `checked_for`, which follows a last word PendingVerification, the endpoint is verified when
    it is `verified`, and not when that does not come to be within so many seconds.
    """

    host: seed.Host
    begins: float
    words: Sequence[str]
    step: float
    checked_for: Optional[float] = None
    unverified_word: str = "Failed"
    verified: bool = False
    has_had_effect: bool = False
    settled: bool = False
    """Nothing more happens to the endpoint by itself."""
    silent: tuple[float, float] = (NEVER, NEVER)
    last_word: str = ""

    def word(self, now: float, end: Optional[End]) -> str:
        if self.silent[0] <= now < self.silent[1]:
            return self.last_word
        if end is not None and now >= end.at and self._is_prevented(end):
            return end.word
        return self._planned(now)

    def fall_silent(self, start: float, end: float = NEVER) -> None:
        """The command cuts the endpoint off, so that nobody hears how it ended."""
        words = itertools.takewhile(lambda word: plain(word) not in DONE, self.words)
        self.silent, self.last_word = (start, end), ["", *words][-1]

    def notice(self, now: float, end: Optional[End], *, answers: bool) -> None:
        """An endpoint that goes off keeps its word until it is back."""
        if not answers and self.silent[0] == NEVER:
            self.last_word = self.word(now, end)
            self.silent = (now, NEVER)
        elif answers and self.silent[0] < NEVER == self.silent[1]:
            self.silent = (self.silent[0], now)

    def effect_at(self, end: Optional[End]) -> float:
        """When the command has its effect; infinity for never."""
        if end is not None and self._is_prevented(end):
            return NEVER
        done = (self._from(at) for at, word in enumerate(self.words) if plain(word) in DONE)
        return next(done, NEVER)

    def verified_from(self) -> float:
        """The earliest moment of a verification."""
        return self._from(len(self.words))

    def verified_until(self) -> float:
        """The latest; infinity where nothing is verified."""
        if self.checked_for is None:
            return NEVER
        return self._from(len(self.words) - 1) + self.checked_for

    def _is_prevented(self, end: End) -> bool:
        return plain(self._planned(end.at)) in NOT_BEGUN

    def _planned(self, now: float) -> str:
        reached = [word for at, word in enumerate(self.words) if self._from(at) <= now]
        if not reached:
            return ""
        if self.checked_for is None or len(reached) < len(self.words):
            return reached[-1]
        if self.verified and now >= self.verified_from():
            return "Verified"
        return self.unverified_word if now >= self.verified_until() else reached[-1]

    def _from(self, position: int) -> float:
        return self.begins + position * self.step


def words_of(package: seed.PackageSeed, host: seed.Host) -> list[str]:
    """What an endpoint reports that carries a package out. Criteria on the exit code come before
    the verification; without them the code is not looked at.
    """
    words = ["Waiting", *(["Downloading", "Copying"] if package.files else []), "Running"]
    if package.platform not in {"", host.platform}:
        return [*words, "Failed"]
    criteria = package.exit_code_criteria
    if criteria is not None and package.exit_code not in criteria["success_codes"]:
        return [*words, "NotSucceeded"]
    if package.verify_group:
        return [*words, PENDING_VERIFICATION]
    return [*words, "Completed" if criteria is None else "Succeeded"]


def spelled(word: str, spelling: str) -> str:
    """`PendingVerification` as the settings have it."""
    if spelling == "joined":
        return word
    parts = "".join(f" {letter}" if letter.isupper() else letter for letter in word).strip()
    return parts.lower() if spelling == "lower" else parts


def plain(word: str) -> str:
    """The word as all spellings have it."""
    return word.replace(" ", "").casefold()
