# File: test_action_widget.py
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
"""The widget of what became of an action on each endpoint."""

from __future__ import annotations

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from tests.conftest import RunAction
from tests.deployment.on_tanium import issued
from tests.views.page import Menu, shown


def test_outcome_of_a_real_run_at_a_glance(tanium: SimulatorServer, run: RunAction) -> None:
    tanium.settings.action_start_seconds = tanium.settings.action_step_seconds = 0.0
    words = {seed.FINANCE: "Completed", seed.MAC: "Completed", seed.WEB_SERVER: "Failed"}
    action = issued(tanium, seed.CLEAN_CACHE, {**words, seed.DB_SERVER: "Rebooting"})

    ran = run("get action results", action_id=action.id, target_count=7)
    page = shown("get action results", ran.rows, summary=ran.summary, action_id=action.id)

    page.require_harmless()
    for badge in ("Running", "Action open", "2 of 7 succeeded", "1 failed", "1 unknown"):
        assert badge in page.text
    assert "3 without an answer" in page.text
    assert page.columns == ["Computer", "Outcome", "Status", "Meaning"]
    assert page.cells("Outcome") == ["failed", "unknown", "succeeded", "succeeded"]
    assert Menu(frozenset(["host name"]), seed.FINANCE.hostname) in page.menus
    bars = [title.text for title in page.soup.select("svg rect title")]
    assert bars[0] == "2 Completed"
    assert sorted(bars[1:]) == ["1 Failed", "1 Rebooting"]


def test_chart_of_more_endpoints_than_are_shown_is_that_of_the_summary() -> None:
    row = {"computer_name": "ws", "status": "Failed", "outcome": "failed", "count": 1}
    summary = {
        "outcome": "failed",
        "state": "ended",
        "endpoints_targeted": 5000,
        "endpoints_reported": 4000,
        "endpoints_succeeded": 3990,
        "endpoints_failed": 10,
        "endpoints_missing": 1000,
        "endpoints_offline": 400,
    }

    page = shown("get action results", [row] * 1500, summary=summary)

    bars = [title.text for title in page.soup.select("svg rect title")]
    assert bars == ["3,990 succeeded", "1,000 missing", "10 failed"]
    for badge in ("3,990 of 5,000 succeeded", "10 failed", "400 of them offline"):
        assert badge in page.text


def test_several_computers_of_one_name_are_counted() -> None:
    row = {"computer_name": "kiosk", "status": "Completed", "outcome": "succeeded", "count": 2}

    page = shown("get action results", [row, {**row, "computer_name": "ws", "count": 1}])

    assert page.cells("Computers") == ["2", "1"]
