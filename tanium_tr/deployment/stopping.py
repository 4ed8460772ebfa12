# File: stopping.py
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
"""Stopping an action, which only the action itself proves: by its `stopped_flag`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import ResponseError, ServerError, TransportError
from ..waiting import State, wait_for
from .columns import action_row
from .outcome import ENDED, STOPPED, state_of


if TYPE_CHECKING:
    from ..soar.platform import SoarPlatform
    from ..tanium.clients import Tanium


Row = dict[str, Any]

STOP_SECONDS = 20  # within which a stop has to show
_IS_STOPPED = "is stopped. What had begun on an endpoint goes on."


class Stop(NamedTuple):
    """An action that does not run any more, its state, and how it came to that, as the end of a
    sentence.
    """

    action: Row
    state: str
    told: str


def stop(tanium: Tanium, soar: SoarPlatform, action_id: int) -> Stop:
    """Stop an action unless it is over. Raises TaskError for a stop in vain, ApiError,
    TransportError.
    """
    actions = tanium.actions
    found = actions.get_action(action_id)
    state = state_of(found)
    if state in (STOPPED, ENDED):
        told = "was stopped before" if state == STOPPED else "was over before"
        return Stop(found, state, f"{told}: nothing was sent.")
    try:
        actions.stop_action(action_id)
    except (TransportError, ServerError, ResponseError):
        # A stop whose answer is lost may have been done, which the action itself shows.
        found = actions.get_action(action_id)
        if state_of(found) != STOPPED:
            raise
        return Stop(found, STOPPED, f"{_IS_STOPPED} Tanium's answer was lost.")

    def check() -> State:
        now = actions.get_action(action_id)
        return State("without effect", now if state_of(now) == STOPPED else None, True)

    name, rows = f"The stop of action {action_id}", [action_row(found, state)]
    found = wait_for(soar, check, name=name, timeout=STOP_SECONDS, rows=rows)
    return Stop(found, STOPPED, _IS_STOPPED)
