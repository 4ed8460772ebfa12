# File: saved_actions.py
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
"""Saved actions: they issue actions, once or again and again, and may have to be approved. Every
action belongs to one; that of an action which a client has issued itself carries its name.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Optional

from dev.simulator import seed
from dev.simulator.errors import PlatformError
from dev.simulator.settings import Settings
from dev.simulator.state.action_bodies import UNSET_TIMES
from dev.simulator.state.actions import Action, Actions
from dev.simulator.state.groups import specified_group_filter
from dev.simulator.state.packages import Packages
from dev.simulator.times import iso_seconds, parse_iso


Row = dict[str, Any]

NOT_FOUND = "SavedActionNotFound"
FIRST_ID = 481
NEVER = "Never"
_STATUS_TEXTS = ("Enabled", "Disabled", "Deleted")


@dataclass
class SavedAction:
    """`order` are the properties of the actions that it issues; `next_at` is when it issues the
    next one, None for never.
    """

    id: int
    order: Row
    body: Row
    created: float
    approved: bool
    needs_approval: bool
    next_at: Optional[float]
    action: Optional[Action] = None
    issued: int = 0
    shown: int = 0
    """How often a client was told of it."""


class SavedActions:
    """`all` is in the order of creation."""

    def __init__(
        self, settings: Settings, clock: Callable[[], float], packages: Packages, actions: Actions
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._packages = packages
        self._actions = actions
        self._numbers = itertools.count(FIRST_ID)
        self.all: dict[int, SavedAction] = {}

    def create(self, order: Row, body: Row, *, direct: bool = False) -> SavedAction:
        """A saved action; unless it starts later, or must be approved, it issues its action."""
        must_wait = self._settings.require_action_approval
        if direct and not self._settings.direct_actions_wait:
            must_wait = False
        saved = SavedAction(
            next(self._numbers),
            order,
            body,
            self._clock(),
            approved=not must_wait,
            needs_approval=must_wait,
            next_at=self._first_start(body, direct=direct),
        )
        self.all[saved.id] = saved
        if must_wait and (direct or self._settings.unapproved_has_action):
            self._issue(saved, starts=None)
        self.settle()
        return saved

    def settle(self) -> None:
        """Issues what is due."""
        now = self._clock()
        for saved in self.all.values():
            if saved.approved and saved.next_at is not None and saved.next_at <= now:
                self._issue(saved)
                self._plan(saved, now)

    def approve(self, reference: Any, user: seed.User) -> SavedAction:
        """By id (a number) or name; somebody else must do it."""
        saved = self._found(reference)
        if saved.approved:
            raise _invalid("the saved action needs no approval")
        if saved.order["user"] == user:
            raise _invalid("another user must approve the saved action")
        saved.approved = True
        if saved.action is not None:
            self._actions.start(saved.action, user)
            self._plan(saved, self._clock())
        saved.order["approver"] = user
        self.settle()
        return saved

    def approvals(self) -> list[SavedAction]:
        """Those that have to be approved, and those that were."""
        return [each for each in self.all.values() if each.needs_approval]

    def seen_by(self, user: seed.User, permissions: frozenset[str]) -> list[SavedAction]:
        return [
            each
            for each in self.all.values()
            if (seed.READ_ACTION in permissions or each.order["user"] == user)
            and user.sees(each.order["package"].content_set)
        ]

    def found(self, reference: Any, user: seed.User, permissions: frozenset[str]) -> SavedAction:
        """By id (a number) or name."""
        return self._found(reference, self.seen_by(user, permissions))

    def row(self, saved: SavedAction, *, fresh: bool = False) -> Row:
        """A fresh one, the reply to its creation, has neither started nor been approved."""
        saved.shown += 1
        action = saved.action
        started = not fresh and action is not None and self._actions.status(action) != "Pending"
        start = iso_seconds(action.starts or 0) if action and started else NEVER
        approver = saved.order.get("approver") or saved.order["user"]
        body, order = saved.body, saved.order
        return {
            "id": saved.id,
            "name": order["name"],
            "comment": order["comment"],
            "status": body.get("status") or 0,
            "action_group_id": order["group"].id,
            "approved_flag": bool(started and saved.approved),
            "approver": {
                "id": approver.id if started else 0,
                "name": approver.name if started else "",
            },
            "creation_time": iso_seconds(saved.created),
            "distribute_seconds": order["distribute_seconds"],
            "expire_seconds": order["expire_seconds"],
            "issue_seconds": body.get("issue_seconds") or 0,
            "issue_count": saved.issued if started else 0,
            "start_time": body.get("start_time") or NEVER,
            "end_time": body.get("end_time") or NEVER,
            "user_start_time": body.get("start_time") or NEVER,
            "start_now_flag": bool(body.get("start_now_flag")),
            "policy_flag": bool(body.get("policy_flag")),
            "public_flag": True,
            "last_start_time": start,
            "next_start_time": (
                NEVER if fresh or saved.next_at is None else iso_seconds(saved.next_at)
            ),
            "last_action": self._last_action(saved, start),
            "package_spec": self._packages.row(order["package"]),
            "target_group": {"id": order["target"].id},
            "user": {"id": order["user"].id, "name": order["user"].name},
        }

    def specified_row(self, saved: SavedAction) -> Row:
        """The object of the OpenAPI file."""
        order, now = saved.order, self._clock()
        group, package, target = order["group"], order["package"], order["target"]
        return {
            "id": saved.id,
            "name": order["name"],
            "status": _STATUS_TEXTS[saved.body.get("status") or 0],
            "package_spec": {"source_id": package.source_id, "name": package.name},
            "action_group": {
                "id": group.id,
                "name": group.name,
                "and_flag": group.and_flag,
            },
            **(
                {}
                if target.condition is None
                else {"target_group": specified_group_filter(self._actions.target_object(target))}
            ),
            "start_time": iso_seconds(saved.next_at or now),
            "expiration_time": iso_seconds((saved.next_at or now) + order["expire_seconds"]),
            "approved_flag": int(saved.approved),
        }

    def _first_start(self, body: Row, *, direct: bool) -> Optional[float]:
        now = self._clock() + (0 if direct else self._settings.saved_action_seconds)
        if body.get("status"):
            return None
        given = body.get("start_time")
        if body.get("start_now_flag") or not given or given in UNSET_TIMES:
            return now
        return max(now, parse_iso(given))

    def _issue(self, saved: SavedAction, **properties: Any) -> None:
        saved.action = self._actions.issue(
            saved_action_id=saved.id, **{**saved.order, **properties}
        )
        saved.issued += 1

    def _plan(self, saved: SavedAction, now: float) -> None:
        """When it issues again."""
        interval, end = saved.body.get("issue_seconds"), saved.body.get("end_time")
        saved.next_at = now + interval if interval else None
        if saved.next_at and end and end not in UNSET_TIMES and saved.next_at > parse_iso(end):
            saved.next_at = None

    def _last_action(self, saved: SavedAction, start: str) -> Row:
        late = saved.shown <= self._settings.last_action_late
        number = saved.action.id if saved.action and not late else 0
        return {
            "id": number,
            "start_time": start,
            "target_group": {"id": saved.order["target"].id if number else 0},
        }

    def _found(self, reference: Any, among: Optional[list[SavedAction]] = None) -> SavedAction:
        """Of several with one name the last."""
        found = [
            each
            for each in (self.all.values() if among is None else among)
            if reference in (each.id, each.order["name"])
        ]
        if not found:
            raise PlatformError(404, NOT_FOUND, f"no saved action '{reference}'")
        return found[-1]


def _invalid(message: str) -> PlatformError:
    return PlatformError(403, "RBACInvalidOperation", message)
