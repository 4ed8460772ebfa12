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

from ..errors import ResponseError, ServerError, TaniumError, TransportError
from ..tasks.waiting import State, wait_for
from .columns import action_row
from .outcome import ENDED, STOPPED, state_of


if TYPE_CHECKING:
    from ..soar.platform import SoarPlatform
    from ..tanium.clients import Tanium


Row = dict[str, Any]

STOP_SECONDS = 20  # within which a stop has to show
IS_STOPPED = "is stopped. Commands that are already running on endpoints are not ended."


class Stop(NamedTuple):
    """An action that no longer runs, its state, and how it came to that, as the `ending` of a
    sentence that begins with its name.
    """

    action: Row
    state: str
    ending: str


def stop(tanium: Tanium, soar: SoarPlatform, action_id: int) -> Stop:
    """Stop an action unless it is over. Raises TaskError for a stop that failed, ApiError,
    TransportError.
    """
    actions = tanium.actions
    found = actions.get_action(action_id)
    state = state_of(found)
    if state in (STOPPED, ENDED):
        before = "was already stopped" if state == STOPPED else "had already ended"
        return Stop(found, state, f"{before}. Nothing was sent.")
    try:
        actions.stop_action(action_id)
    except (TransportError, ServerError, ResponseError) as lost:
        # It may have been stopped all the same, which the action itself shows.
        try:
            found = actions.get_action(action_id)
        except TaniumError:
            raise lost from None
        if state_of(found) != STOPPED:
            raise
        return Stop(found, STOPPED, f"{IS_STOPPED} Tanium's answer to the stop was lost.")

    def check() -> State:
        now = actions.get_action(action_id)
        return State("without effect", now if state_of(now) == STOPPED else None, True)

    name, rows = f"The stop of action {action_id}", [action_row(found, state)]
    found = wait_for(soar, check, name=name, timeout=STOP_SECONDS, rows=rows)
    return Stop(found, STOPPED, IS_STOPPED)
