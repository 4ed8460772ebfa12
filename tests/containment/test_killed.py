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
"""Runs of *quarantine device* that are killed at any moment, on a server that loses answers:
nothing is issued twice, and each run says truthfully what it knows of every endpoint.
"""

from __future__ import annotations

import pytest

from dev.simulator.server import SimulatorServer
from dev.simulator.state.saved_actions import SavedAction
from dev.soar.runtime import LocalSoar
from tests.conftest import Run
from tests.containment.containing import quarantine
from tests.deployment.killing import Wishes, end_runs_where_they_stand


DESTINATIONS = ("ws-finance-07", "ws-finance-07, mac-design-03", "mac-design-03")


class Quarantines(Wishes):
    """Told apart by the message to the user; two operating systems take two actions."""

    most_steps = 56

    def run(self, soar: LocalSoar) -> Run:
        return quarantine(
            soar,
            DESTINATIONS[self.number % len(DESTINATIONS)],
            message=f"Wish {self.number}.",
            wait=False,
        )

    def is_of(self, saved: SavedAction, number: int) -> bool:
        given = saved.order["package"].given
        return any(each["value"] == f"Wish {number}." for each in given)

    def wanted(self, number: int) -> int:
        return len(DESTINATIONS[number % len(DESTINATIONS)].split(","))

    def check(self, run: Run) -> None:
        issued = {each.id: each for each in self.issued(self.number)}
        systems = [each.order["package"].platform for each in issued.values()]
        assert len(systems) == len(set(systems))
        for row in run.rows:
            if row["outcome"] == "running":
                assert issued[row["saved_action_id"]].order["package"].platform == row["platform"]
            elif row["outcome"] == "failed":
                assert row["platform"] not in systems
            else:
                assert (row["outcome"], row["saved_action_id"]) == ("unknown", None)
                assert "may have" in row["reason"]
        assert run.ok is all(row["outcome"] == "running" for row in run.rows)
        assert run.rows
        self.number += run.ok


def test_runs_end_where_they_stand(
    tanium: SimulatorServer, soar: LocalSoar, monkeypatch: pytest.MonkeyPatch
) -> None:
    end_runs_where_they_stand(tanium, soar, monkeypatch, Quarantines)
