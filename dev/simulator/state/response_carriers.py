# File: response_carriers.py
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
"""The platform's actions that carry out response actions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dev.simulator import seed
from dev.simulator.errors import PlatformError
from dev.simulator.questions.model import Group
from dev.simulator.settings import Settings
from dev.simulator.state.action_progress import plain, words_of
from dev.simulator.state.actions import Action, Actions, Target
from dev.simulator.state.computers import Computers
from dev.simulator.state.packages import Packages


Row = dict[str, Any]


class ResponseCarriers:
    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], float],
        actions: Actions,
        packages: Packages,
        computers: Computers,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._actions = actions
        self._packages = packages
        self._computers = computers

    def issue(self, host: seed.Host, copy: Row, user: seed.User, expires: float) -> Action:
        """The one that carries out the response action that `copy` shows, on every computer of that
        name. It is quicker than others, so that the task is done as soon as any other.
        """
        named = [each for each in self._computers.hosts if each.hostname == host.hostname]
        members = Group(members=frozenset(each.client_id for each in named))
        package = self._package(copy["type"], copy["options"], user)
        given = copy["options"].get("packageParameters", [])
        now = self._clock()
        return self._actions.issue(
            name=f"{copy['type']} {host.hostname} {copy['id']}",
            comment="",
            package=self._packages.clone(package, given),
            group=seed.DEFAULT_ALL,
            audience=[members],
            target=Target(condition=members),
            user=user,
            starts=now,
            expire_seconds=max(int(expires - now), 0),
            step=self._settings.task_seconds / (len(words_of(package, host)) + 1),
        )

    def word(self, action: Action, host: seed.Host) -> str:
        """What the endpoint reports of it by now."""
        return plain(self._actions.word(action, host.client_id, self._clock()))

    def _package(self, kind: str, options: Row, user: seed.User) -> seed.PackageSeed:
        """The one that is named. Whether a server refuses a name that it does not know, nobody has
        shown; here it is a package that does what the type says.
        """
        name = str(options.get("packageName") or f"Threat Response - {kind}")
        try:
            return self._packages.by_name(name, user)
        except PlatformError:
            effect = "quarantine" if kind == "quarantine" else ""
            return seed.PackageSeed(0, name, "cmd.exe /d /c run.cmd", effect=effect)
