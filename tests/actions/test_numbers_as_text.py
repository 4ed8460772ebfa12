# File: test_numbers_as_text.py
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
"""Numbers that a server writes as strings of digits, as databases give counts and long ids: the
same results.
"""

from __future__ import annotations

from typing import Any

import pytest

from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from tests.actions.conftest import numbers_as_text
from tests.conftest import RunAction


@pytest.mark.parametrize("dialect", ["production", "specified"])
@pytest.mark.parametrize(
    ("action", "parameters"),
    [
        ("get events summary", {"event_type": "process"}),
        ("create snapshot", {"wait": True, "timeout": 20}),
        ("start quick scan", {"intel_doc_id": 501, "computer_group_name": "All Computers"}),
        ("list snapshots", {"limit": 1}),
        ("list alerts", {"limit": 1}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_numbers_as_text(
    tanium: SimulatorServer,
    run: RunAction,
    connection: str,
    dialect: str,
    action: str,
    parameters: dict[str, Any],
) -> None:
    tanium.settings.dialect = dialect
    wanted = (
        {"connection_id": connection} if action in ("get events summary", "create snapshot") else {}
    )
    usual = run(action, **wanted, **parameters)
    tanium.faults.add(Fault("json", value=numbers_as_text, times=None))

    reported = run(action, **wanted, **parameters)

    assert (reported.ok, reported.message, len(reported.rows)) == (True, usual.message, 1)
    assert reported.summary.keys() == usual.summary.keys()
    if action == "get events summary":
        assert reported.rows == usual.rows
