# File: containing.py
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
"""Short ways to quarantine in a test, and to see what the server made of it."""

from __future__ import annotations

import json
from typing import Any

from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tests.conftest import Run, run_on
from tests.deployment.executing import at_once


def quickly(tanium: SimulatorServer) -> None:
    """Actions start, endpoints answer, and tasks end without delay."""
    at_once(tanium)
    tanium.settings.action_start_seconds = tanium.settings.action_step_seconds = 0.0
    tanium.settings.task_seconds = 0.0


def quarantine(soar: LocalSoar, destination: str, **parameters: Any) -> Run:
    wanted = {"destination": destination, "timeout": 20, **parameters}
    return run_on(soar, "quarantine device", **wanted)


def release(soar: LocalSoar, destination: str, **parameters: Any) -> Run:
    wanted = {"destination": destination, "timeout": 20, **parameters}
    return run_on(soar, "unquarantine device", **wanted)


def values_sent(tanium: SimulatorServer) -> list[dict[str, str]]:
    """The values of the packages of each saved action that came, by key."""
    return [
        {each["key"]: each["value"] for each in body["package_spec"].get("parameters", [])}
        for body in bodies(tanium, "/saved_actions")
    ]


def bodies(tanium: SimulatorServer, path: str) -> list[dict[str, Any]]:
    found = tanium.log.requests(method="POST", path_contains=path)
    return [json.loads(each.body or b"") for each in found]


def of(run: Run, name: str) -> dict[str, Any]:
    """A row by its computer, or its client ID."""
    (row,) = (
        each for each in run.rows if name in (each["computer_name"], str(each["computer_id"]))
    )
    return row
