# File: context.py
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
"""Who asks the gateway, and over which state."""

from __future__ import annotations

from typing import Any, NamedTuple

from dev.simulator import seed
from dev.simulator.gateway.errors import no_module, not_permitted
from dev.simulator.questions.filters import is_member
from dev.simulator.questions.values import Asked
from dev.simulator.state.accounts import Credential
from dev.simulator.state.simulator import SimulatorState


Row = dict[str, Any]


class Context(NamedTuple):
    state: SimulatorState
    credential: Credential

    @property
    def user(self) -> seed.User:
        return self.credential.user

    def need(self, *permissions: str) -> None:
        for permission in permissions:
            if permission not in self.credential.permissions:
                raise not_permitted(permission)

    def is_in_rights(self, host: seed.Host) -> bool:
        """Whether an endpoint is in the caller's computer management groups."""
        rights = self.state.groups.find(self.user.management_group)
        return is_member(rights, host, Asked())

    def need_module(self, module: str) -> None:
        if not self.has_module(module):
            raise no_module(module)

    def has_module(self, module: str) -> bool:
        return module not in self.state.settings.missing_modules
