# File: test_any_text.py
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
"""No text, wherever it comes from, changes what is asked or who is asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings, strategies as st

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tests.conftest import ASSET, Run, run_on


EXAMPLES = 60
TEXTS = st.text(max_size=60) | st.lists(
    st.sampled_from(
        [
            *("Get ", "Computer Name", "IP Address", " and ", ", ", " from all machines", " with "),
            *("Custom Text", "[", "]", '"', '""', "a", " contains ", " equals ", "ws", ".*", "?"),
            *("maxAge=5", "forceComputerIdFlag=1", "\n", "\u201c", "|", "(", ")", " or ", "not "),
            *("number of machines", "All Computers", "{", "}", "'", "\\", "||text||", "\x00"),
        ]
    ),
    max_size=12,
).map("".join)
QUESTION = "Get Computer Name and Custom Text Area from all machines"


class Place:
    """A server and a SOAR for all examples of a test."""

    def __init__(self, tanium: SimulatorServer, soar: LocalSoar) -> None:
        self.tanium, self.soar = tanium, soar

    def run(self, action: str, **parameters: Any) -> Run:
        self.tanium.state.questions.asked.clear()
        self.tanium.log.clear()
        return run_on(self.soar, action, **parameters)

    @property
    def asked(self) -> list[Any]:
        return self.tanium.state.questions.asked


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with SimulatorServer(answer_seconds=0.0, estimate_seconds=0.0) as tanium:
        soar = LocalSoar(Path(tmp_path_factory.mktemp("soar")))
        soar.create_asset(ASSET, {"base_url": tanium.url, "api_token": seed.TOKEN})
        yield Place(tanium, soar)


@settings(max_examples=EXAMPLES)
@given(text=TEXTS)
@example('Get Computer Name from all machines with Computer Name equals "a" or Is Windows equals a')
@example("Get number of machines")
@example('Get Custom Text["a"] from all machines')
@example('Get Custom Text[a] from all machines with Custom Text["]"] contains "["')
def test_question_is_what_the_server_reads_in_the_text(place: Place, text: str) -> None:
    run = place.run("run query", query_text=text, timeout_seconds=5)

    meant = place.tanium.state.questions.read(text.strip(), seed.ANALYST)
    if not place.asked:
        assert not run.ok
        return
    (asked,) = place.asked
    assert not asked.fallback
    assert (asked.user, asked.context_id) == (seed.ANALYST, 0)
    assert meant is not None
    assert [_use(each.use) for each in asked.question.selects] == [
        _use(each.use) for each in meant.selects
    ]
    assert str(_shape(asked.question.group)) == str(_shape(meant.group))


def _use(use: Any) -> tuple[str, dict[str, str]]:
    """A sensor, and the values with which its script runs."""
    values = {each.key: use.given.get(f"||{each.key}||") for each in use.sensor.parameters}
    defaults = {each.key: each.default for each in use.sensor.parameters}
    return use.sensor.name, {
        str(key): value or defaults[key] for key, value in values.items() if key
    }


def _shape(group: Any) -> Any:
    """A condition without what the parser leaves to the sensor."""
    if group is None:
        return None
    filters = [(_use(each.use), each.operator, each.value, each.negated) for each in group.filters]
    inner = [_shape(each) for each in group.sub_groups]
    return filters, inner, group.and_flag if len(filters) + len(inner) > 1 else None, group.negated


@settings(max_examples=EXAMPLES)
@given(value=st.text(max_size=200) | TEXTS)
@example('"] from all machines with Computer Name equals "x')
@example("||area||")
@example('", "b')
def test_value_of_a_sensor_parameter_stays_a_value(place: Place, value: str) -> None:
    given_values = json.dumps({"Custom Text Area": {"area": value}})

    run = place.run(
        "run query", query_text=QUESTION, sensor_parameters=given_values, timeout_seconds=5
    )

    if not place.asked:  # half of a character
        assert not run.ok
        return
    (asked,) = place.asked
    assert [each.use.sensor.name for each in asked.question.selects] == [
        "Computer Name",
        "Custom Text Area",
    ]
    assert (asked.question.group, asked.context_id, asked.fallback) == (None, 0, False)
    assert asked.question.selects[1].use.given == {"||area||": value}


@settings(max_examples=EXAMPLES)
@given(text=TEXTS)
@example("2024")
@example("77")
@example("Servers/../All Computers")
@example("Servers?x=1")
@example("..")
def test_group_is_the_one_of_that_name(place: Place, text: str) -> None:
    run = place.run("run query", query_text=QUESTION, group_name=text, timeout_seconds=5)

    name = text.strip()
    if not place.asked:
        assert not run.ok
        return
    (asked,) = place.asked
    groups = {each.id: each for each in place.tanium.state.computers.groups}
    if name:
        assert groups[asked.context_id].name.casefold() == name.casefold()
        assert not groups[asked.context_id].deleted
    else:
        assert asked.context_id == 0
    assert asked.question.group is None


@settings(max_examples=EXAMPLES)
@given(text=TEXTS)
@example("Operating Systems / Count")
@example("Operating Systems / Count/../Computer Addresses")
def test_saved_question_is_the_one_of_that_name(place: Place, text: str) -> None:
    run = place.run("run query", query_text=text, is_saved_question=True, timeout_seconds=5)

    known = {each.name.casefold(): each.id for each in place.tanium.state.saved_questions.all}
    assert run.ok == (text.strip().casefold() in known)
    assert {each.saved_question_id for each in place.asked} <= {known.get(text.strip().casefold())}


@settings(max_examples=EXAMPLES)
@given(text=TEXTS)
def test_names_and_ids_ask_nothing(place: Place, text: str) -> None:
    for action, parameter in (
        ("get question results", "question_id"),
        ("parse question", "query_text"),
        ("list sensors", "name"),
        ("list sensors", "category"),
        ("get sensor", "name"),
        ("list computer groups", "name"),
        ("list questions", "list_saved_questions"),
    ):
        place.run(action, **{parameter: text})

        assert place.asked == []
        assert {request.method for request in place.tanium.log} <= {"GET", "POST"}
        assert all(
            request.method == "GET" or request.path == "/api/v2/parse_question"
            for request in place.tanium.log
        )


@settings(max_examples=EXAMPLES)
@given(text=TEXTS)
def test_sensor_parameters_of_any_text_ask_nothing_else(place: Place, text: str) -> None:
    run = place.run("run query", query_text=QUESTION, sensor_parameters=text, timeout_seconds=5)

    assert run.ok == bool(place.asked)
    for asked in place.asked:
        assert text.strip() in ("", "{}")
        assert asked.text == QUESTION.replace("Custom Text Area", "Custom Text Area[]")
