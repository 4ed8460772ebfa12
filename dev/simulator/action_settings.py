# File: action_settings.py
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
"""What a test may set about actions, approvals and containment; where Tanium's documents leave
something open, both variants are here.

With `action_start_seconds=0` and `action_step_seconds=0` an action is over on every endpoint as
soon as it is issued. A test scripts an endpoint's words with `state.actions.scripts`.
"""

from __future__ import annotations

from dataclasses import dataclass

from dev.simulator.setting_choices import require_choices


@dataclass
class ActionSettings:
    action_start_seconds: float = 1.0
    """From issuing an action to its start."""
    action_step_seconds: float = 1.0
    """How long an endpoint keeps each of its status words but the last; the endpoints begin within
    the first such stretch.
    """
    saved_action_seconds: float = 0.0
    """From creating a saved action to its issuing the action, which nobody finds before."""
    last_action_late: int = 0
    """So many replies about a new saved action, the first one included, do not name the action that
    it has issued.
    """
    require_action_approval: bool = False
    """Nothing runs before a second person has approved it."""
    direct_actions_wait: bool = True
    """So it is for actions that are issued without a saved action. Nobody has shown whether it is.
    """
    unapproved_has_action: bool = False
    """A saved action that waits for its approval has issued an action that is pending. Nobody has
    shown whether it has.
    """
    action_statuses: str = "current"
    """The status of an action: `current` (Pending, Open, Stopped, Closed) or `older` (Pending,
    Active, Stopped, Expired).
    """
    status_words: str = "with_id"
    """The words of endpoints: `with_id` (`126151:Completed.`) or `bare` (`Completed`)."""
    status_spelling: str = "joined"
    """How those of several words are written: `joined` (`PendingVerification`), `spaced` (`Pending
    Verification`) or `lower` (`pending verification`).
    """
    unverified_word: str = "Failed"
    """What becomes of an endpoint that is not verified in time; `FailedVerification` is the other
    one that the gateway's counters make likely.
    """
    quarantined_endpoint: str = "reachable"
    """What a quarantine does to an endpoint beside marking it: it stays `reachable`; it is `silent`
    and looks offline from then on; or it is silent and has `undone` the quarantine
    `quarantine_undone_seconds` later.
    """
    quarantine_undone_seconds: float = 30.0
    response_action_early_results: bool = False
    """The task of a response action has its results from the start, with `finished` false. Nobody
    has shown whether it has.
    """

    def __post_init__(self) -> None:
        choices = {
            "action_statuses": ("current", "older"),
            "status_words": ("with_id", "bare"),
            "status_spelling": ("joined", "spaced", "lower"),
            "unverified_word": ("Failed", "FailedVerification"),
            "quarantined_endpoint": ("reachable", "silent", "undone"),
        }
        require_choices(self, choices)
