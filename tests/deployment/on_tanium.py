# File: on_tanium.py
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
"""Actions that somebody else has issued on the simulator."""

from __future__ import annotations

from typing import Any

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from dev.simulator.state.actions import Action
from tests.simulator.platform_actions import of, order


def issued(
    tanium: SimulatorServer, package: seed.PackageSeed, words: dict[seed.Host, str], **more: Any
) -> Action:
    """An action on these computers, each of which reports its words, one after the other; an empty
    word is no report.
    """
    for host, script in words.items():
        tanium.state.actions.scripts[host.client_id] = script.split(",")
    body = {**order(package), "target_group": of(*words), "name": "Clean up", **more}
    wanted = tanium.state.orders.of_saved_action(body, seed.ANALYST, specified=False)
    action = tanium.state.saved_actions.create(wanted, body).action
    assert action is not None
    return action


def at_once(tanium: SimulatorServer) -> SimulatorServer:
    """Actions start, and endpoints report, without delay."""
    tanium.settings.action_start_seconds = tanium.settings.action_step_seconds = 0.0
    return tanium
