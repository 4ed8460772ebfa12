# File: reading.py
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
"""Reading what became of an action: the action itself, whether it waits for approval, what of its
package decides, and the word of each endpoint.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..errors import ApiError, NotFoundError, PermissionDeniedError, TaskError
from ..numbers import natural_number
from ..tanium.reply import flag, objects, part
from ..words import shown
from .outcome import ENDED, PENDING, STOPPED, ActionReport, Target, report_of, state_of
from .status_words import Rules


if TYPE_CHECKING:
    from ..tanium.clients import Tanium


Row = dict[str, Any]

# Targets whose rows cost no more than their number does.
FEW_TARGETS = 1000
NO_RESULTS = "Tanium has no results for it: they were deleted, or the account may not read them."


def waits_for_approval(tanium: Tanium, saved_action_id: int | None) -> bool | None:
    """Whether a saved action needs the approval of another user; None where Tanium does not say.
    A new saved action says itself in either case that it is not approved.
    """
    if not saved_action_id:
        return None
    try:
        approvals = tanium.actions.list_approvals()
    except (NotFoundError, PermissionDeniedError):
        return None
    return any(
        natural_number(each.get("id")) == saved_action_id and not flag(each, "approved_flag")
        for each in approvals
    )


def saved_action_of(action: Row) -> int | None:
    """The id of the saved action that has issued an action."""
    return natural_number(part(action, "saved_action").get("id"))


def pinned_count(group: Any) -> int | None:
    """How many computers a target group names by their client IDs, which no other computer can
    have; None for any other group. Fewer than these may be in the action group.
    """
    named = _pinned(group) if isinstance(group, dict) else None
    return len(named) if named else None


def _pinned(group: Row) -> set[str] | None:
    """The client IDs any of which puts a computer into the group."""
    filters, inner = (
        [] if group.get(name) is None else group[name] for name in ("filters", "sub_groups")
    )
    if not (isinstance(filters, list) and isinstance(inner, list)):
        return None
    if group.get("not_flag") or (group.get("and_flag") and len(filters) + len(inner) > 1):
        return None
    found: set[str] = set()
    for each in (*map(_client_id, filters), *map(_pinned, objects(inner))):
        if each is None:
            return None
        found |= each
    return found


def _client_id(condition: Any) -> set[str] | None:
    if not isinstance(condition, dict) or condition.get("not_flag"):
        return None
    is_pin = (
        part(condition, "sensor").get("name") == "Computer ID"
        and condition.get("operator") == "Equal"
    )
    return {str(condition.get("value"))} if is_pin else None


class ActionReader:
    """Reads one action, again and again; what does not change is read once. `targets` are the
    endpoints that it is meant for, where they are known; `targeted` is their number, where only
    that is. Without either, those count that the action names by their client IDs. `saved_action`
    is the ID of the one that has issued it, where that is known.
    """

    def __init__(
        self,
        tanium: Tanium,
        action_id: int,
        *,
        targets: Sequence[Target] = (),
        targeted: int | None = None,
        saved_action: int | None = None,
    ) -> None:
        self._tanium, self.action_id, self._saved_action = tanium, action_id, saved_action
        self._targets, self._targeted = targets, len(targets) if targets else targeted
        self._rules: Rules | None = None

    def read(self) -> ActionReport:
        """What became of it so far. Raises ApiError, TransportError."""
        action = self._action()
        rules = self._rules_of(action)
        results, note = self._results()
        is_waiting = state_of(action) == PENDING and waits_for_approval(
            self._tanium, saved_action_of(action)
        )
        return report_of(
            action,
            results,
            rules,
            targets=self._targets,
            targeted=self._targeted,
            waits_for_approval=bool(is_waiting),
            note=note,
        )

    def count(self) -> tuple[int, int] | None:
        """How many of its targets have a row, of a large action that lasts; None where all rows
        are to be read: there are few, every target has one, or the action is over.
        """
        if self._targeted is None or self._targeted <= FEW_TARGETS:
            return None
        if state_of(self._action()) in (STOPPED, ENDED):
            return None
        number = self._tanium.actions.count_action_results(self.action_id)
        return None if number is None or number >= self._targeted else (number, self._targeted)

    def _action(self) -> Row:
        """The action. Raises TaskError for another one than is meant."""
        action = self._tanium.actions.get_action(self.action_id)
        issuer, number = saved_action_of(action), natural_number(action.get("id"))
        if number != self.action_id:
            raise TaskError(
                f"Tanium returned action {shown(action.get('id'))} instead of action"
                f" {self.action_id}."
            )
        if self._saved_action and issuer and issuer != self._saved_action:
            raise TaskError(
                f"Action {self.action_id}, which Tanium named, was issued by saved action {issuer},"
                f" not by saved action {self._saved_action}, so the result of this one is not"
                " known."
            )
        if self._targeted is None:
            self._targeted = pinned_count(action.get("target_group"))
        return action

    def _rules_of(self, action: Row) -> Rules:
        if self._rules is None:
            package = part(action, "package_spec")
            rules, number = Rules.of(package), natural_number(package.get("id"))
            if rules.has_verify_group is None and number:
                try:
                    rules = Rules.of(self._tanium.packages.get_package_by_id(number))
                except ApiError as error:
                    if not isinstance(error, (NotFoundError, PermissionDeniedError)):
                        raise
            self._rules = rules
        return self._rules

    def _results(self) -> tuple[Row, str]:
        try:
            return self._tanium.actions.get_action_results(self.action_id), ""
        except NotFoundError:
            return {}, NO_RESULTS
