# File: test_platform_hostile.py
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
"""Whatever a client sends, the platform's part answers or refuses; it never fails itself."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from dev.simulator import seed
from tests.simulator.conftest import Client
from tests.simulator.platform_questions import Asker, condition, select


pytestmark = pytest.mark.usefixtures("at_once")

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("id", "name", "hash", "sensor", "filters", "sub_groups", "operator", "value"),
                    *("value_type", "parameters", "key", "source_name", "and_flag", "delimiter"),
                ]
            ),
            inner | st.sampled_from(["Computer Name", "Equal", "RegexMatch", "Version", "BESDate"]),
            max_size=4,
        )
    ),
    max_leaves=8,
)
BODIES = st.dictionaries(
    st.sampled_from(
        ["selects", "group", "context_group", "expire_seconds", "priority", "query_text", "name"]
    ),
    JSON,
    max_size=4,
)
PIECES = st.sampled_from(
    [
        *("Get ", "Computer Name", "Custom Text", " from all machines", " with ", " and ", " or "),
        *("[", "]", '"', ",", "(", ")", "?", "maxAge=", "600", " equals ", " contains ", "not "),
        *("number of machines", "\n", "\u201c", "\u0663", "$1", "\\", ".*", "Windows Computers"),
    ]
)
TEXTS = st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=30)
OFTEN = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@OFTEN
@given(body=BODIES)
def test_any_body(client: Client, body: Any) -> None:
    asker = Asker(client)
    for path in ("/questions", "/build_question_text", "/build_group_text"):
        reply = asker.post(path, body)
        assert reply.status_code < 500, reply.text
        if path == "/questions" and reply.status_code == 200:
            number = reply.json()["data"]["id"]
            asker.get(f"/questions/{number}")
            asker.result(number)


@OFTEN
@given(text=TEXTS)
def test_any_text(client: Client, text: str) -> None:
    asker = Asker(client)
    for path, name in (("/parse_question", "text"), ("/groups", "text")):
        assert asker.post(path, {name: text}).status_code < 500
    reply = asker.post("/questions", {"query_text": text})
    assert reply.status_code == 400 or asker.result(reply.json()["data"]["id"])["columns"]


@OFTEN
@given(value=st.text(st.characters(codec="utf-8"), min_size=1, max_size=20))
def test_text_of_a_structure_reads_as_the_structure(client: Client, value: str) -> None:
    """What a structure means can be proved by its text, whatever is in its values."""
    asker = Asker(client)
    group = {"and_flag": True, "filters": [condition("Computer Name", "Equal", value)]}
    body = {"selects": [select("Custom Text", text=value)], "group": group}
    data = asker.post("/build_question_text", body).json()["data"]
    (best, *_) = asker.parse(data["text"])
    assert best["from_canonical_text"] == 1
    assert (best["parameter_values"], best["group"]["filters"][0]["value"]) == ([value], value)


def test_text_that_is_not_unicode(client: Client) -> None:
    headers = {"Content-Type": "application/json"}
    body = '{"query_text": "\\ud800"}'
    reply = client("POST", "/api/v2/questions", data=body, headers=headers)
    assert (reply.status_code, "InvalidJSONBody" in reply.text) == (400, True)


@pytest.mark.parametrize("value", ["[[a]", "(", "(?i)x(?i)", "a{99999999999}", "\u0663", "1e999"])
def test_odd_values_match_nothing(client: Client, value: str) -> None:
    asker = Asker(client)
    for sensor in (seed.COMPUTER_NAME, seed.CORES, seed.CLIENT_VERSION, seed.LAST_REBOOT):
        for operator in ("RegexMatch", "Equal"):
            assert asker.where({"filters": [condition(sensor.name, operator, value)]}) == set()
