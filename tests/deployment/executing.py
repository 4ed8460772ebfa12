# File: executing.py
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
"""Short ways to deploy a package in a test, and to see what the server made of it."""

from __future__ import annotations

import json
from typing import Any

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tests.conftest import ASSET, Run, run_on


EVERYBODY = seed.DEFAULT_ALL.name
CLEAN = seed.CLEAN_CACHE.name


def wish(**parameters: Any) -> dict[str, Any]:
    """Parameters of *execute action* with a package that takes none, unless others are given."""
    usual = {"action_name": "Clean", "action_group": EVERYBODY, "package_name": CLEAN}
    return {**usual, "expire_seconds": 600, **parameters}


def execute(soar: LocalSoar, **parameters: Any) -> Run:
    """*execute action* with what is wished."""
    return run_on(soar, "execute action", **wish(**parameters))


def at_once(tanium: SimulatorServer) -> None:
    """Endpoints answer questions, and carry out actions, without a delay."""
    tanium.settings.answer_seconds = tanium.settings.estimate_seconds = 0.0


def configure(soar: LocalSoar, tanium: SimulatorServer, **settings: Any) -> None:
    """The asset has these settings from now on."""
    usual = {"base_url": tanium.url, "api_token": seed.TOKEN}
    soar.update_asset(ASSET, {**usual, **settings})


def writes(tanium: SimulatorServer) -> list[str]:
    """The requests that could change anything; asking a question changes nothing."""
    return [
        f"{each.method} {each.path}"
        for each in tanium.log
        if each.method != "GET" and each.path != "/api/v2/questions"
    ]


def sent(tanium: SimulatorServer) -> list[dict[str, Any]]:
    """The bodies of the saved actions that a client sent."""
    found = tanium.log.requests(method="POST", path_contains="/saved_actions")
    return [json.loads(each.body or b"") for each in found]


def named(run: Run) -> set[str]:
    """The computers in a result."""
    return {each["computer_name"] for each in run.rows[0]["endpoints"]}
