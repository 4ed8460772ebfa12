# File: action_orders.py
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
"""What the body of an action or a saved action asks for."""

from __future__ import annotations

import itertools
from typing import Any

from dev.simulator import seed
from dev.simulator.errors import PlatformError
from dev.simulator.questions.model import UnknownGroup, UnknownSensor
from dev.simulator.state.action_bodies import (
    ACTION,
    REFERENCE,
    SAVED_ACTION,
    SPECIFIED_SAVED_ACTION,
    check,
    check_group,
    check_package,
)
from dev.simulator.state.action_groups import ActionGroups
from dev.simulator.state.actions import Target
from dev.simulator.state.groups import Groups
from dev.simulator.state.packages import Packages
from dev.simulator.state.questions import Questions


Row = dict[str, Any]

FIRST_TARGET = 30_001


class Orders:
    """Reads bodies for somebody; everything that they name must exist for that user."""

    def __init__(
        self,
        packages: Packages,
        action_groups: ActionGroups,
        groups: Groups,
        questions: Questions,
    ) -> None:
        self._packages = packages
        self._action_groups = action_groups
        self._groups = groups
        self._questions = questions
        self._numbers = itertools.count(FIRST_TARGET)

    def of_action(self, body: Row, user: seed.User) -> Row:
        """The properties of an action: `POST actions`."""
        _check_package_is_there(body)
        required = ("action_group", "target_group")
        check(body, ACTION, "an action", required, "AddActionFailed")
        return self._order(body, user, specified=False)

    def of_saved_action(self, body: Row, user: seed.User, *, specified: bool) -> Row:
        """The same of the actions that a saved action issues."""
        _check_package_is_there(body)
        members = SPECIFIED_SAVED_ACTION if specified else SAVED_ACTION
        required = ("action_group", "name" if specified else "expire_seconds")
        check(body, members, "a saved action", required, "AddSavedActionFailed")
        return self._order(body, user, specified=specified)

    def _order(self, body: Row, user: seed.User, *, specified: bool) -> Row:
        """Two packages have the same name only where one is a clone. Whoever is named by no target
        group is everybody in the action group; what neither brings its expiry is over at once.
        """
        given = check_package(body["package_spec"], specified=specified)
        package = self._package(body["package_spec"], user)
        check(body["action_group"], REFERENCE, "an action group")
        group = self._action_group(body["action_group"], user)
        target = self._target(body.get("target_group"), user, specified=specified)
        audience = [
            self._action_groups.condition(group),
            self._groups.find(user.management_group),
            *([] if target.condition is None else [target.condition]),
        ]
        expire_seconds = body.get("expire_seconds")
        return {
            "name": body.get("name") or package.name,
            "comment": body.get("comment") or "",
            "package": self._packages.clone(package, given or list(package.given)),
            "group": group,
            "audience": audience,
            "target": target,
            "user": user,
            "expire_seconds": (
                package.expire_seconds if expire_seconds is None else expire_seconds
            ),
            "distribute_seconds": body.get("distribute_seconds") or 0,
        }

    def _package(self, spec: Row, user: seed.User) -> seed.PackageSeed:
        number = spec.get("id") or spec.get("source_id")
        if number:
            return self._packages.by_id(number, user)
        name = spec.get("source_name") or spec.get("name")
        if not name:
            raise PlatformError(400, "ActionRequiresPackage", "package_spec names no package")
        return self._packages.by_name(name, user)

    def _action_group(self, reference: Row, user: seed.User) -> seed.ActionGroup:
        wanted = reference.get("id") or reference.get("name")
        if not wanted:
            raise PlatformError(400, "RESTProcessingException", "action_group names no group")
        return self._action_groups.found(wanted, user)

    def _target(self, body: Row | None, user: seed.User, *, specified: bool) -> Target:
        if body is None:
            return Target()
        check_group(body)
        if body.get("source_id"):
            body = {**body, "id": body["source_id"]}
        own = any(body.get(name) for name in ("filters", "sub_groups"))
        try:
            if body.get("text") and not own and not (body.get("id") or body.get("name")):
                return Target(next(self._numbers), self._groups.read(body["text"]))
            condition = self._questions.structure(user, specified=specified).group(body)
        except UnknownGroup as error:
            raise PlatformError(404, "GroupNotFound", f"no computer group '{error}'") from error
        except UnknownSensor as error:
            raise PlatformError(404, "SensorNotFound", f"no sensor '{error}'") from error
        return Target(condition.id or next(self._numbers), condition)


def _check_package_is_there(body: Row) -> None:
    if not body.get("package_spec"):
        raise PlatformError(400, "ActionRequiresPackage", "package_spec is missing")
