# File: status_words.py
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
"""What Tanium's word for an endpoint means (TANIUM_PLATFORM_WIRE 10), which depends on the package.
Words are compared without blanks, case and full stop:

    word                  package                       outcome
    Completed             plain                         succeeded: the command has ended
    Completed             with a verify group           running: it is not verified yet
    Completed             with exit-code criteria       running: the exit code is not judged yet
    Succeeded             without a verify group        succeeded
    Verified              any                           succeeded
    Running, Waiting      any                           running
    Failed, NotSucceeded  any                           failed
    anything else         any                           unknown, which is never good
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from ..numbers import natural_number
from ..tanium.reply import part
from ..tasks.outcomes import FAILED, RUNNING, SUCCEEDED, UNKNOWN


Row = dict[str, Any]

COMPLETED, SUCCEEDED_BY_EXIT_CODE, VERIFIED = "completed", "succeeded", "verified"
_UNDER_WAY = {
    "waiting": "The endpoint has not started it yet",
    "copying": "The endpoint is copying the package's files",
    "downloading": "The endpoint is downloading the package's files",
    "running": "The command is running",
    "pendingverification": "The command has ended; its result is not verified yet",
    "waitingtoretry": "An attempt failed; the endpoint will try again",
}
_FAILED = {
    "notsucceeded": "The command ended with an exit code that means failure",
    "failed": "The command could not be run, or its result was not verified in time",
    "failedverification": "The command has ended, but its result was not verified",
    "expired": "The action expired before the endpoint had carried it out",
    "stopped": "The action was stopped before the endpoint had carried it out",
}
VERIFIED_TEXT = "The command has ended, and its result is verified"
_NOT_VERIFIED = "The command has ended; its result is not verified yet"
_NOT_JUDGED = "The command has ended; its exit code has not been evaluated yet"
_ENDED = "The command has ended; its exit code is not evaluated"
_GOOD_EXIT_CODE = "The command ended with an exit code that means success"
_UNKNOWN_PACKAGE = (
    "The command has ended; whether it worked is unknown because the package cannot be read"
)


class Rules(NamedTuple):
    """What of a package decides whether a command that has ended has worked; None where the
    package cannot be read.
    """

    has_verify_group: bool | None = None
    has_exit_code_criteria: bool | None = None

    @classmethod
    def of(cls, package: Row) -> Rules:
        """Of a package, as a whole or as an action has it; an action may have its id alone."""
        if not {"verify_group", "verify_group_id"} & package.keys():
            return cls()
        number = natural_number(part(package, "verify_group").get("id")) or natural_number(
            package.get("verify_group_id")
        )
        return cls(bool(number), bool(package.get("exit_code_criteria")))


class Meaning(NamedTuple):
    """What a word means on one endpoint; `outcome` is one of OUTCOMES."""

    outcome: str
    text: str

    @property
    def is_final(self) -> bool:
        return self.outcome in (SUCCEEDED, FAILED)


def word_of(text: Any, action_id: int | None) -> str:
    """The word in a cell: `Completed` of `501:Completed.` The number of another action stays with
    its word, which is none that is known, then.
    """
    found = str(text or "").strip()
    number, colon, rest = found.partition(":")
    owner = natural_number(number.strip()) if colon else None
    if owner is not None and action_id in (None, owner):
        found = rest
    return found.strip().rstrip(".").strip()


def plain(word: str) -> str:
    """A word as all spellings have it."""
    return re.sub(r"[\s.]+", "", word).casefold()


def is_verified(word: str) -> bool:
    """Whether it says that Tanium has checked the result."""
    return plain(word) == VERIFIED


def meaning_of(word: str, rules: Rules) -> Meaning:
    """What Tanium's word for an endpoint means, while the action lasts."""
    known = plain(word)
    if known in _UNDER_WAY:
        return Meaning(RUNNING, _UNDER_WAY[known])
    if known in _FAILED:
        return Meaning(FAILED, _FAILED[known])
    if known == VERIFIED:
        return Meaning(SUCCEEDED, VERIFIED_TEXT)
    if known not in (COMPLETED, SUCCEEDED_BY_EXIT_CODE):
        return Meaning(UNKNOWN, "This app does not know what this status means")
    is_judged = known == SUCCEEDED_BY_EXIT_CODE
    if rules.has_exit_code_criteria and not is_judged:
        return Meaning(RUNNING, _NOT_JUDGED)
    if rules.has_verify_group is None:
        return Meaning(UNKNOWN, _UNKNOWN_PACKAGE)
    if rules.has_verify_group:
        return Meaning(RUNNING, _NOT_VERIFIED)
    return Meaning(SUCCEEDED, _GOOD_EXIT_CODE if is_judged else _ENDED)
