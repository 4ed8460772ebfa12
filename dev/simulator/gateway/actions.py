# File: actions.py
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
"""Packages, action groups, and actions: to read, to issue, to approve, to stop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dev.simulator import seed
from dev.simulator.errors import Rejected
from dev.simulator.gateway.action_nodes import action, action_group, package_spec, scheduled_action
from dev.simulator.gateway.conditions import by_path, condition
from dev.simulator.gateway.content import DEFAULT_PAGE, ContentFields, id_or_name, referred_to
from dev.simulator.gateway.context import Context, Row
from dev.simulator.gateway.errors import refused
from dev.simulator.gateway.paging import listed
from dev.simulator.questions.model import Group
from dev.simulator.state.gateway import PayloadError


MOST_ENDPOINTS = 25
LARGEST_PAGE_OF_ACTIONS = 200
DEFAULT_ACTION_GROUP = "Default"
DEFAULT_TARGET = "All Computers"
_PACKAGE_FILTERS = frozenset({"id", "name", "command", "contentSetName"})
_ACTION_FILTERS = frozenset({"id", "name", "comment", "status"})


class ActionFields:
    """The resolvers."""

    def __init__(self, context: Context, content: ContentFields) -> None:
        self._context = context
        self._state = context.state
        self._content = content

    def queries_and_mutations(self) -> Row:
        return {
            "packageSpecs": lambda _info, **given: self._packages(given),
            "actionGroups": lambda _info, **given: self._action_groups(given),
            "actionGroup": lambda _info, ref: self._action_group(ref),
            "action": lambda _info, ref: self._action(ref),
            "actions": lambda _info, **given: self._actions(given),
            "scheduledAction": lambda _info, ref: self._scheduled_action(ref),
            "actionCreate": lambda _info, input: self._create(input),
            "actionStop": lambda _info, ref: self._stop(ref),
            "scheduledActionApprove": lambda _info, ref: self._approve(ref),
        }

    def _packages(self, given: Row) -> Row:
        self._context.need(seed.READ_PACKAGE)
        passes = condition(given.get("filter"), by_path(_PACKAGE_FILTERS))

        def found() -> list[Row]:
            seen = self._state.packages.seen_by(self._context.user)
            rows = [package_spec(each) for each in seen if not each.hidden]
            return [row for row in rows if passes(row)]

        return listed(self._state.gateway, "packageSpecs", given, DEFAULT_PAGE, found)

    def _action_groups(self, given: Row) -> Row:
        self._context.need(seed.READ_ACTION_GROUP)
        return listed(
            self._state.gateway, "actionGroups", given, DEFAULT_PAGE, self._all_action_groups
        )

    def _action_group(self, reference: Row) -> Row | None:
        self._context.need(seed.READ_ACTION_GROUP)
        return referred_to(reference, self._all_action_groups())

    def _all_action_groups(self) -> list[Row]:
        groups = self._content.groups_by_id()
        seen = self._state.action_groups.seen_by(self._context.user)
        return [action_group(each, groups) for each in seen]

    def _action(self, reference: Row) -> Row:
        self._may_read()
        return action(self._state, self._state.actions.found(_number(reference), *self._who()))

    def _actions(self, given: Row) -> Row:
        self._may_read()
        if (given.get("filter") or {}).get("any"):
            raise refused("filter.any", "is not supported")
        if (given.get("first") or 0) > LARGEST_PAGE_OF_ACTIONS:
            raise refused("first", f"must be at most {LARGEST_PAGE_OF_ACTIONS}")
        passes = condition(given.get("filter"), by_path(_ACTION_FILTERS))

        def found() -> list[Row]:
            seen = self._state.actions.seen_by(*self._who())
            return [row for row in (action(self._state, each) for each in seen) if passes(row)]

        return listed(self._state.gateway, "actions", given, DEFAULT_PAGE, found)

    def _scheduled_action(self, reference: Row) -> Row:
        self._may_read()
        saved = self._state.saved_actions.found(_number(reference), *self._who())
        return scheduled_action(self._state, saved)

    def _create(self, given: Row) -> Row:
        self._context.need(seed.WRITE_ACTION, seed.READ_PACKAGE)
        _check_schedule(given.get("schedule") or {})

        def work() -> Row:
            order = self._order(given)
            start = (given.get("schedule") or {}).get("startTime")
            body = {"start_time": start} if start else {}
            saved = self._state.saved_actions.create(order, body, direct=True)
            return {"action": action(self._state, saved.action) if saved.action else None}

        return self._done("actionCreate", work)

    def _order(self, given: Row) -> Row:
        """All conditions on the target hold together."""
        targets, schedule = given["targets"], given.get("schedule") or {}
        group = targets.get("actionGroup") or {"name": DEFAULT_ACTION_GROUP}
        body: Row = {
            "package_spec": self._package_spec(given["package"], schedule),
            "action_group": _reference(group),
            "target_group": self._target(targets.get("targetGroup") or {"name": DEFAULT_TARGET}),
            "name": given.get("name") or "",
            "comment": given.get("comment") or "",
            "distribute_seconds": schedule.get("distributeSeconds") or 0,
        }
        if schedule.get("expireSeconds") is not None:
            body["expire_seconds"] = schedule["expireSeconds"]
        order = self._state.orders.of_action(body, self._context.user)
        order["audience"] += self._more_conditions(targets)
        return order

    def _target(self, given: Row) -> Row:
        if given.get("filter"):
            raise refused("input.targets.targetGroup.filter", "is not simulated")
        return _reference(given)

    def _package_spec(self, given: Row, schedule: Row) -> Row:
        """Values by their place; the action must last as long as the package says."""
        reference = _reference(given)
        find = self._state.packages.by_id if "id" in reference else self._state.packages.by_name
        package = find(reference.get("id") or reference["name"], self._context.user)
        keys = [each.key for each in package.parameters if each.key is not None]
        values = given.get("params") or []
        if len(values) > len(keys):
            raise refused("input.package.params", f"the package takes {len(keys)}")
        least = max(
            package.expire_seconds,
            package.command_timeout + (schedule.get("distributeSeconds") or 0),
        )
        expire_seconds = schedule.get("expireSeconds")
        if expire_seconds is not None and expire_seconds < least:
            raise refused("input.schedule.expireSeconds", f"must be at least {least}")
        if not values:
            return {"id": package.id}
        parameters = [{"key": key, "value": value} for key, value in zip(keys, values)]
        return {"source_id": package.id, "parameters": parameters}

    def _more_conditions(self, targets: Row) -> list[Group]:
        endpoints, platforms = targets.get("endpoints"), targets.get("platforms")
        known = self._state.computers.known()
        found = []
        if endpoints:
            if len(endpoints) > MOST_ENDPOINTS:
                raise refused("input.targets.endpoints", f"at most {MOST_ENDPOINTS}")
            wanted = {self._state.computers.by_eid(each) for each in endpoints}
            found.append(Group(members=frozenset(host.client_id for host in wanted if host)))
        if platforms:
            found.append(
                Group(members=frozenset(h.client_id for h in known if h.platform in platforms))
            )
        return found

    def _stop(self, reference: Row) -> Row:
        self._context.need(seed.WRITE_ACTION)
        self._may_read()

        def work() -> Row:
            self._state.actions.stop(_number(reference), *self._who())
            return {"id": reference["id"]}

        return self._done("actionStop", work)

    def _approve(self, reference: Row) -> Row:
        self._context.need(seed.APPROVE_ACTION)

        def work() -> Row:
            saved = self._state.saved_actions.approve(_number(reference), self._context.user)
            return {"id": str(saved.id), "approved": saved.approved}

        return self._done("scheduledActionApprove", work)

    def _done(self, field: str, work: Callable[[], Row]) -> Row:
        """What a mutation answers; a refusal, and an error that a test ordered, is in it."""
        failure = self._state.gateway.payload_error(field)
        if failure and not failure.done:
            return {"error": failure.body()}
        try:
            payload = work()
        except Rejected as rejected:
            failure = PayloadError(rejected.message)
        return {"error": failure.body()} if failure else payload

    def _may_read(self) -> None:
        if seed.READ_OWN_ACTION not in self._context.credential.permissions:
            self._context.need(seed.READ_ACTION)

    def _who(self) -> tuple[seed.User, frozenset[str]]:
        return self._context.user, self._context.credential.permissions


def _number(reference: Row) -> int:
    text = reference["id"]
    return int(text) if text.isascii() and text.isdigit() else -1


def _reference(given: Row) -> Row:
    """By id or name."""
    number, name = id_or_name(given, "input")
    return {"name": name} if number is None else {"id": _number(given)}


def _check_schedule(given: Row) -> None:
    for name in ("distributeSeconds", "expireSeconds"):
        seconds: Any = given.get(name)
        if seconds is not None and seconds < 0:
            raise refused(f"input.schedule.{name}", "must not be negative")
