# File: test_coverage_platform.py
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
"""What the platform's OpenAPI file has of questions is within reach: which action sends each of its
operations, with every key of its body.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tests.conftest import run_on
from tests.contract.operations import by_id, facts, is_of, parameters_of
from tests.variants import ANSWERED, asked_question


OPERATIONS = by_id(facts("platform_operations.json")["platform"])
QUERY = {
    "query_text": 'Get Computer Name from all machines with Computer Name contains "ws"',
    "timeout_seconds": 20,
}
SAVED = {**QUERY, "query_text": seed.COMPUTER_ADDRESSES.name, "is_saved_question": True}

COVERED: dict[str, tuple[str, dict[str, Any]]] = {
    "createQuestion": ("run query", QUERY),
    "getQuestion": ("run query", QUERY),
    "getQuestionResults": ("get question results", {}),
    "parseQuestion": ("parse question", {"query_text": QUERY["query_text"]}),
    "listSavedQuestions": ("list questions", {"list_saved_questions": True}),
    "getSavedQuestionByName": ("run query", SAVED),
    "getSavedQuestionResults": ("run query", SAVED),
    "getSensorByName": ("get sensor", {"name": seed.CUSTOM_FORM.name}),
    "listSensors": ("list sensors", {}),
    "getGroupByName": (
        "run query",
        {**QUERY, "query_text": "Get Computer Name from all machines", "group_name": "Servers"},
    ),
    "listGroups": ("list computer groups", {}),
}
# The text of a question is never sent beside its structure, which would make servers ignore it.
NEVER_SENT = {"createQuestion": {"query_text"}}


def test_every_operation_is_covered() -> None:
    assert set(COVERED) == set(OPERATIONS)


@pytest.mark.parametrize("name", COVERED)
def test_the_action_sends_the_operation_with_every_key(
    tanium: SimulatorServer, soar: LocalSoar, name: str
) -> None:
    tanium.settings.dialect, tanium.settings.without_unspecified = "specified", True
    for setting, value in ANSWERED.items():
        setattr(tanium.settings, setting, value)
    action, given = COVERED[name]
    if name == "getQuestionResults":
        given = asked_question(tanium)
    run_on(soar, action, **given)  # which finds the dialect out
    tanium.log.clear()

    result = run_on(soar, action, **given)

    assert result.ok, result.message
    sent = [each for each in tanium.log if is_of(OPERATIONS[name], each) and each.status == 200]
    assert sent, [f"{each.method} {each.path} {each.status}" for each in tanium.log]
    keys = parameters_of(OPERATIONS[name]) - NEVER_SENT.get(name, set())
    assert keys <= set(json.loads(sent[0].body or b"{}"))
