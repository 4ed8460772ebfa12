# File: test_killed.py
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
"""Runs of *execute action* that are killed at any moment, on a server that loses answers: nothing
is issued twice, and each run says truthfully what it knows.
"""

from __future__ import annotations

from contextlib import suppress

import pytest

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from dev.simulator.state.saved_actions import SavedAction
from dev.soar.runtime import LocalSoar
from tests.conftest import Run, eventually
from tests.deployment.executing import at_once, execute, wish
from tests.deployment.killing import Wishes, end_runs_where_they_stand


DESTINATIONS = (seed.FINANCE.hostname, seed.MAC.hostname, "ws-finance-07,srv-web-01")


class Actions(Wishes):
    most_steps = 34

    def run(self, soar: LocalSoar) -> Run:
        destination = DESTINATIONS[self.number % len(DESTINATIONS)]
        return execute(soar, action_name=f"Wish {self.number}", destination=destination)

    def is_of(self, saved: SavedAction, number: int) -> bool:
        return bool(saved.order["name"].startswith(f"Wish {number} ["))

    def check(self, run: Run) -> None:
        issued = self.issued(self.number)
        if run.ok:
            (saved,) = issued
            assert run.summary["saved_action_id"] == saved.id
            assert run.summary["action_name"] == saved.order["name"]
            self.number += 1
        elif "This run issued nothing" not in run.message:
            assert "may have been issued" in run.message
            assert {each.order["name"] for each in issued} <= {run.summary["action_name"]}


def test_runs_end_where_they_stand(
    tanium: SimulatorServer, soar: LocalSoar, monkeypatch: pytest.MonkeyPatch
) -> None:
    end_runs_where_they_stand(tanium, soar, monkeypatch, Actions)


def test_process_is_killed_while_it_waits_for_the_answer(
    tanium: SimulatorServer, soar: LocalSoar
) -> None:
    at_once(tanium)
    slow = Fault("slow", method="POST", path_contains="/saved_actions", seconds=30)
    tanium.faults.add(slow)

    child = soar.start("execute action", wish(destination="ws-finance-07"))
    assert eventually(lambda: slow.applied > 0)
    child.kill()
    with suppress(RuntimeError):
        child.result()
    continued = execute(soar, destination="ws-finance-07")

    assert continued.ok, continued.message
    assert "continued with the same action" in continued.message
    (saved,) = tanium.state.saved_actions.all.values()
    assert continued.summary["saved_action_id"] == saved.id
