# File: test_containment_widget.py
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
"""What the widget of *quarantine device* and *unquarantine device* shows: who is quarantined, with
what proof, and what to do next; a dry run as a preview.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.views.page import Page, shown


ROWS = [
    {
        "computer_name": "ws1",
        "computer_id": "11",
        "platform": "Windows",
        "package_name": "Apply Windows IPsec Quarantine",
        "status": "Verified",
        "outcome": "succeeded",
        "verified": True,
        "action_id": 9001,
    },
    {
        "computer_name": "<b>ws2</b>",
        "computer_id": "12",
        "platform": "Linux",
        "package_name": "Apply Linux IPTables Quarantine",
        "status": "Running",
        "outcome": "unknown",
        "verified": False,
        "reason": "The endpoint does not answer Tanium any more",
        "next_step": "Check on the network",
    },
]
COUNTS = {"endpoints_targeted": 2, "endpoints_succeeded": 1, "endpoints_unknown": 1}


def drawn(action: str, rows: list[dict[str, Any]], summary: dict[str, Any]) -> Page:
    page = shown(action, rows, summary=summary)
    page.require_harmless()
    return page


@pytest.mark.parametrize("action", ["quarantine device", "unquarantine device"])
def test_proof_is_seen_at_a_glance(action: str) -> None:
    page = drawn(action, ROWS, {"outcome": "unknown", "endpoints_verified": 1, **COUNTS})

    for text in ("1 of 2 succeeded", "1 unknown", "1 verified"):
        assert text in page.text, text
    assert page.cells("Proof") == ["Verified", "Not verified"]
    assert page.cells("Computer") == ["ws1", "<b>ws2</b>"]
    assert page.cells("What to do next") == ["", "Check on the network"]


def test_dry_run_is_a_preview() -> None:
    values = [{"key": "$6", "label": "Notification Message", "value": "Call 112"}]
    rows = [{**row, "parameters": values, "command_line": "run.cmd"} for row in [ROWS[0], ROWS[0]]]

    page = drawn(
        "quarantine device",
        rows,
        {"dry_run": True, "endpoints_targeted": 2, "approval": "needed", "outcome": "running"},
    )

    for text in ("Dry run: nothing was issued", "2 targets", "Approval needed", "run.cmd"):
        assert text in page.text, text
    assert "Call 112" in page.text
    assert "Not verified" not in page.text
