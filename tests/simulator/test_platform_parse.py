# File: test_platform_parse.py
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
"""Parsing question text (TANIUM_PLATFORM_WIRE.md, section 4)."""

from __future__ import annotations

from typing import Any

import pytest

from dev.simulator.server import SimulatorServer
from tests.simulator.conftest import Client
from tests.simulator.platform_questions import Asker, refusal


pytestmark = pytest.mark.usefixtures("at_once")

PLAIN = "Get Computer Name from all machines"


@pytest.fixture
def asker(client: Client) -> Asker:
    return Asker(client)


def test_candidate_is_flat(asker: Asker) -> None:
    (best, *others) = asker.parse(
        "Get Custom Text[x] and Computer Name from all machines with Is Windows equals True"
    )
    assert best.keys() == {
        "from_canonical_text",
        "question_text",
        "selects",
        "sensor_references",
        "group",
        "parameter_values",
    }
    assert (best["from_canonical_text"], best["parameter_values"]) == (1, ["x"])
    assert [each["sensor"].keys() for each in best["selects"]] == [{"hash", "name"}] * 2
    assert best["sensor_references"][0] == {
        "name": "Custom Text",
        "real_ms_avg": 12,
        "start_char": "4",
    }
    assert {each["from_canonical_text"] for each in others} == {0}


def test_list_has_no_other_item_and_optional_parts_are_missing(asker: Asker) -> None:
    (best, *_) = asker.parse(PLAIN)
    assert all("question_text" in each for each in asker.parse(PLAIN))
    assert best.keys() == {"from_canonical_text", "question_text", "selects", "sensor_references"}


@pytest.mark.parametrize(
    "text",
    [
        "Computer Name",
        "Get Computer Name",
        "computer name from all machines",
        "Get Compter Name from all machines",
        "Get Computer Name containing ws from all machines",
        "Get Computer Name from all machines having Computer Name equals x",
    ],
)
def test_other_texts_are_guessed_at(asker: Asker, text: str) -> None:
    found = asker.parse(text)
    assert [each["from_canonical_text"] for each in found] == [0] * len(found)
    assert "Computer Name" in found[0]["question_text"]


def test_unknown_sensor_becomes_another_one(asker: Asker) -> None:
    (best, *_) = asker.parse("Get Installed Programs from all machines")
    assert (best["from_canonical_text"], best["question_text"]) == (
        0,
        "Get Installed Applications from all machines",
    )


def test_meaningless_text_has_no_candidate_or_is_not_found(
    server: SimulatorServer, asker: Asker
) -> None:
    assert asker.parse("xyzzy") == []
    server.settings.unparsable = "not_found"
    status, text = refusal(asker.post("/parse_question", {"text": "xyzzy"}))
    assert (status, "EntityNotFoundError" in text) == (404, True)


@pytest.mark.parametrize(("marked", "flags"), [(0, [0, 0]), (1, [1, 0]), (2, [1, 1])])
def test_any_number_of_candidates_is_canonical(
    server: SimulatorServer, asker: Asker, marked: int, flags: list[int]
) -> None:
    server.settings.canonical_candidates = marked
    assert [each["from_canonical_text"] for each in asker.parse(PLAIN)] == flags


@pytest.mark.parametrize("body", [{}, {"query_text": PLAIN}, {"text": 5}, []])
def test_text_has_production_s_name(asker: Asker, body: Any) -> None:
    assert asker.post("/parse_question", body).status_code == 400


@pytest.mark.parametrize(
    ("condition", "operator", "value", "negated"),
    [
        ("equals x", "Equal", "x", False),
        ("does not equal x", "Equal", "x", True),
        ('contains "a.b"', "RegexMatch", r".*a\.b.*", False),
        ("does not contain x", "RegexMatch", ".*x.*", True),
        ("starts with x", "RegexMatch", "x.*", False),
        ("ends with x", "RegexMatch", ".*x", False),
        ('matches "x[0-9]"', "RegexMatch", "x[0-9]", False),
        ("does not match x", "RegexMatch", "x", True),
        ("greater than 5", "Greater", "5", False),
        ("less than 5", "Less", "5", False),
        ('equals """a"""', "Equal", '"a"', False),
        ('equals "all and any"', "Equal", "all and any", False),
        ("equals 10.0.0.1", "Equal", "10.0.0.1", False),
    ],
)
def test_operators_of_the_grammar(
    asker: Asker, condition: str, operator: str, value: str, negated: bool
) -> None:
    (best, *_) = asker.parse(f"Get Is Windows from all machines with Computer Name {condition}")
    (found,) = best["group"]["filters"]
    assert best["from_canonical_text"] == 1
    assert (found["operator"], found["value"], found["not_flag"]) == (operator, value, negated)
    (again, *_) = asker.parse(best["question_text"])
    assert again["group"] == best["group"]


@pytest.mark.parametrize(
    "value", ["a b", "a.b", "a,b", "a:b", "a?b", "a$b", "all", "with", "Matching", 'a"b', ""]
)
def test_values_that_must_be_quoted(asker: Asker, value: str) -> None:
    bare = asker.parse(f"Get Is Windows from all machines with Computer Name equals {value}")
    assert not any(each["from_canonical_text"] for each in bare)
    doubled = value.replace('"', '""')
    (best, *_) = asker.parse(
        f'Get Is Windows from all machines with Computer Name equals "{doubled}"'
    )
    assert best["from_canonical_text"] == 1
    assert best["group"]["filters"][0]["value"] == value


def test_name_with_words_of_the_grammar_must_be_quoted(asker: Asker) -> None:
    (best, *_) = asker.parse('Get "Disks Not Encrypted or Locked" from all machines')
    assert best["from_canonical_text"] == 1
    bare = asker.parse("Get Disks Not Encrypted or Locked from all machines")
    assert not any(each["from_canonical_text"] for each in bare)


def test_options_inside_text(asker: Asker) -> None:
    text = "Get?forceComputerIdFlag=1 Is Windows?maxAge=600 from all machines"
    (best, *_) = asker.parse(text)
    assert (best["from_canonical_text"], best["question_text"]) == (1, text)


def test_group_s_name_becomes_its_definition(asker: Asker) -> None:
    for text in (
        "Get Computer Name from Windows Computers",
        "Get Computer Name from all machines with Windows Computers",
    ):
        (best, *_) = asker.parse(text)
        assert best["question_text"] == (f"{PLAIN} with Is Windows equals True")


def test_values_of_all_sensors_are_one_list(asker: Asker) -> None:
    (best, *_) = asker.parse(
        'Get Custom Form[/opt,1,2] and Custom Text["a,]b"] and Computer Name from all machines'
    )
    assert best["parameter_values"] == ["/opt", "1", "2", "a,]b"]
    assert all("parameters" not in each["sensor"] for each in best["selects"])


def test_and_binds_closer_than_or(asker: Asker) -> None:
    names = asker.names(
        {
            "query_text": "Get Computer Name from all machines with Computer Name equals srv-web-01"
            " or Is Windows equals True and Computer Name starts with ws-hr"
        }
    )
    assert names == {"srv-web-01", "ws-hr-04"}
