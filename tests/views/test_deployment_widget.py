# File: test_deployment_widget.py
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
"""What the widget of *execute action* shows: a dry run as a preview, and what came of an action."""

from __future__ import annotations

from typing import Any

from tests.views.page import Page, shown


ACTION = {
    "name": "Clean",
    "dry_run": True,
    "package_spec": {"name": "Clean Client Cache"},
    "command_line": 'clean.cmd "x"',
    "parameters": [{"key": "$1", "label": "Folder", "value": "x"}],
    "endpoints": [
        {"computer_name": "ws1", "computer_id": "11", "platform": "Windows", "online": True},
        {"computer_name": "ws2", "computer_id": "12", "platform": "Windows", "online": False},
    ],
}
TARGETED = {"endpoints_targeted": 2, "approval": "needed"}


def drawn(row: dict[str, Any], summary: dict[str, Any]) -> Page:
    page = shown("execute action", [row], summary=summary)
    page.require_harmless()
    return page


def test_dry_run_is_a_preview() -> None:
    page = drawn(ACTION, TARGETED)

    for text in ("Dry run: nothing was issued", "2 targets", "Approval needed", "clean.cmd"):
        assert text in page.text, text
    assert page.cells("Computer") == ["ws1", "ws2"]
    assert page.facts()["Package"] == "Clean Client Cache"
    assert page.facts()["Folder"] == "x"


def test_outcome_is_there_for_each_target() -> None:
    outcomes = [
        {"computer_name": "ws1", "status": "Completed", "outcome": "succeeded"},
        {"computer_name": "ws2", "status": "Failed", "outcome": "failed"},
    ]
    row = {**ACTION, "dry_run": False, "endpoints": outcomes}
    summary = {"outcome": "failed", "endpoints_succeeded": 1, "endpoints_failed": 1}

    page = drawn(row, {**TARGETED, "approval": "not needed", **summary})

    for text in ("Issued", "1 of 2 succeeded", "1 failed"):
        assert text in page.text, text
    assert page.cells("Status") == ["Completed", "Failed"]


def test_only_the_first_targets_are_shown() -> None:
    many = [{"computer_name": f"ws{number}"} for number in range(1500)]

    page = drawn({**ACTION, "endpoints": many}, {"endpoints_targeted": 1500})

    assert len(page.cells("Computer")) == 1000
    assert "1,500 targets, 1,000 shown" in page.text


def test_malformed_row_shows_what_it_can() -> None:
    page = drawn({"name": "Clean", "endpoints": "x", "parameters": [None, 3]}, {})

    assert "Clean" in page.text
