# File: approval.py
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
"""Whether another user has to approve an action before it runs (TANIUM_PLATFORM_WIRE 10).

No server tells its setting. Of a saved action, the list of approvals tells. Before one is issued it
shows in others: in that list, or in who approved the newest action that has started.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import ApiError, TransportError
from ..numbers import natural_number
from ..tanium.reply import part
from .outcome import is_set
from .reading import waits_for_approval


if TYPE_CHECKING:
    from ..tanium.clients import Tanium


Row = dict[str, Any]

NEEDED, NOT_NEEDED = "needed", "not needed"
WAITING, UNKNOWN = "waiting", "unknown"
APPROVALS = (NEEDED, NOT_NEEDED, WAITING, UNKNOWN)

SENTENCES = {
    NEEDED: "It will wait for approval by another user, as others on this server do.",
    NOT_NEEDED: "",
    WAITING: "It waits for approval by another user in Tanium; nothing runs until then.",
    UNKNOWN: "It is not known whether it needs approval by another user.",
}
_RECENT = 100  # actions


def approval_of(tanium: Tanium, saved: Row) -> str:
    """What the approvals say of a saved action: WAITING, NOT_NEEDED (any more) or UNKNOWN."""
    try:
        is_waiting = waits_for_approval(tanium, natural_number(saved.get("id")))
    except (ApiError, TransportError):
        return UNKNOWN
    return UNKNOWN if is_waiting is None else WAITING if is_waiting else NOT_NEEDED


def approval_expected(tanium: Tanium) -> str:
    """Whether an action would need an approval: NEEDED, NOT_NEEDED or UNKNOWN."""
    try:
        if tanium.actions.list_approvals():
            return NEEDED
        recent = tanium.actions.list_actions(limit=_RECENT, keep=lambda _: True)
    except (ApiError, TransportError):
        return UNKNOWN
    started = [row for row in recent if is_set(row.get("start_time")) and part(row, "user")]
    if not started:
        return UNKNOWN
    newest = max(started, key=lambda row: natural_number(row.get("id")) or 0)
    issuer, approver = (natural_number(part(newest, of).get("id")) for of in ("user", "approver"))
    return NEEDED if approver and approver != issuer else NOT_NEEDED
