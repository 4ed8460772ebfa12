# File: test_parameters.py
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
"""Parameters as playbooks give them: any JSON value becomes what the declaration says, or an error
that names the parameter.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tanium_tr.actions.events import OPERATORS, event_filters
from tanium_tr.declare import BOOLEAN, NUMERIC, PASSWORD, STRING, Param
from tanium_tr.errors import ParameterError
from tanium_tr.parse import parse, split_list
from tanium_tr.words import shown
from tests.conftest import RunAction


NUMBER = Param("A number", NUMERIC, default=7, minimum=1, maximum=100)
ANY_NUMBER = Param("A number", NUMERIC)


def parsed(param: Param, value: Any) -> Any:
    return parse({"it": param}, {"it": value})["it"]


@pytest.mark.parametrize(
    ("value", "number"),
    [(5, 5), ("5", 5), (5.0, 5), ("5.0", 5), ("5.", 5), (" +5 ", 5), ("005", 5), (1e2, 100)],
)
def test_whole_number_in_any_spelling(value: object, number: int) -> None:
    assert parsed(NUMBER, value) == number
    assert type(parsed(NUMBER, value)) is int


@pytest.mark.parametrize("value", [None, "", "  ", "\t\n"])
def test_blank_is_the_default(value: object) -> None:
    assert parsed(NUMBER, value) == 7
    assert parsed(Param("Text", default="x"), value) == "x"
    assert parsed(Param("Truth", BOOLEAN, default=False), value) is False
    assert parsed(Param("Texts", many=True), value) is None


@pytest.mark.parametrize(
    "value",
    [
        0,
        101,
        -1,
        5.5,
        "5.5",
        "five",
        "1e1",
        "1_0",
        "0x5",
        "\u0665",
        "5 5",
        "--5",
        True,
        False,
        "true",
        [5],
        {"a": 5},
        float("inf"),
        float("nan"),
        1e400,
        "1e400",
        "inf",
        "nan",
        "9" * 5000,
        10**4000,
        2.0**53,
    ],
)
def test_what_is_no_such_number_is_refused(value: object) -> None:
    with pytest.raises(
        ParameterError, match=r"^Parameter 'it' is .*: use a whole number from 1 to 100\.$"
    ):
        parsed(NUMBER, value)


@pytest.mark.parametrize(
    "value", [2**53, 2**64 - 1, str(2**64 - 1), 2.0**53 - 1, "9007199254740993.0"]
)
def test_long_numbers_keep_every_digit(value: Any) -> None:
    assert parsed(ANY_NUMBER, value) == int(
        value.split(".")[0] if isinstance(value, str) else value
    )


@pytest.mark.parametrize("value", [2.0**53, -1, 2**64, str(2**64), "-1", 1e300])
def test_numbers_that_cannot_be_meant_are_refused(value: object) -> None:
    with pytest.raises(ParameterError, match=r"use a whole number of 0 or more\.$"):
        parsed(ANY_NUMBER, value)


@pytest.mark.parametrize(
    ("value", "truth"),
    [(True, True), ("true", True), ("TRUE ", True), (False, False), ("False", False)],
)
def test_truth_in_any_spelling(value: object, truth: bool) -> None:
    assert parsed(Param("Truth", BOOLEAN), value) is truth


@pytest.mark.parametrize("value", ["yes", "1", 1, 0, 1.0, "t", [True], {}])
def test_what_is_no_truth_is_refused(value: object) -> None:
    with pytest.raises(ParameterError, match=r"^Parameter 'it' is .*: use true or false\.$"):
        parsed(Param("Truth", BOOLEAN), value)


@pytest.mark.parametrize("value", [True, False, {}, {"a": 1}, ["a"], [], 1.5, float("nan"), 1e300])
def test_what_is_no_text_is_refused(value: object) -> None:
    with pytest.raises(ParameterError, match=r"^Parameter 'it' is "):
        parsed(Param("Text"), value)


@pytest.mark.parametrize(
    ("value", "text"),
    [(5, "5"), (5.0, "5"), (2**64 - 1, "18446744073709551615"), (" a b ", "a b"), ("Ü\n", "Ü")],
)
def test_text_in_any_spelling(value: object, text: str) -> None:
    assert parsed(Param("Text"), value) == text


def test_long_text_is_bounded_one_by_one() -> None:
    assert parsed(Param("Text", longest=10), "x" * 10) == "x" * 10
    assert (
        parsed(Param("Texts", many=True, longest=10), ",".join(["x" * 10] * 50)) == ["x" * 10] * 50
    )
    for param in (Param("Text", longest=10), Param("Texts", many=True, longest=10)):
        with pytest.raises(ParameterError, match=r"of 11 characters: use at most 10\.$"):
            parsed(param, "x" * 11)


@pytest.mark.parametrize("value", ["\ud800", "a\udfffb"])
@pytest.mark.parametrize(
    "param",
    [
        Param("Text"),
        Param("Texts", many=True),
        Param("Id", identifier=True),
        Param("One", choices=("a",)),
    ],
)
def test_half_of_a_character_is_refused(param: Param, value: str) -> None:
    with pytest.raises(ParameterError, match=r"^Parameter 'it' holds half of a character"):
        parsed(param, value)


@pytest.mark.parametrize("value", ["", "a", [], ["a"]])
def test_required_list(value: Any) -> None:
    param = Param("Ids of things", many=True, required=True)
    if value:
        assert parsed(param, value) == ["a"]
    else:
        with pytest.raises(ParameterError, match=r"^Parameter 'it' is required: Ids of things\.$"):
            parsed(param, value)


def test_secret_is_never_shown() -> None:
    for value in ("secret\n-x", 5, ["secret"]):
        with pytest.raises(ParameterError) as caught:
            parsed(Param("Password", PASSWORD), value)
        assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("", [""]),
        ("a", ["a"]),
        (",", ["", ""]),
        (" a , b ", ["a", "b"]),
        ('"a,b", c', ["a,b", "c"]),
        ('"a""b"', ['a"b']),
        ('"a" b,c', ['"a" b', "c"]),
        ('"a', ['"a']),
        ('a"b,c"', ['a"b', 'c"']),
        ('"a\nb"', ["a\nb"]),
        ('""', [""]),
        ('"a",', ["a", ""]),
    ],
)
def test_split_list(text: str, items: list[str]) -> None:
    assert split_list(text) == items


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=5,
)
NUMBERS_AS_TEXT = st.from_regex(
    r"[+-]?[0-9]{1,25}(\.[0-9]*)?([eE][+-]?[0-9]{1,4})?", fullmatch=True
)
PARAMS = st.builds(
    lambda **declared: Param("Something", **declared),
    type=st.sampled_from([STRING, NUMERIC, BOOLEAN, PASSWORD]),
    required=st.booleans(),
    choices=st.sampled_from([(), ("one", "Two")]),
    many=st.booleans(),
    identifier=st.booleans(),
    maximum=st.none() | st.integers(1, 100),
)


@settings(max_examples=60, deadline=None)
@given(PARAMS, JSON | NUMBERS_AS_TEXT | st.sampled_from(["one", "TWO", "..", ",", "true"]))
def test_parse_gives_what_is_declared_or_an_error_that_names_the_parameter(
    param: Param, value: Any
) -> None:
    try:
        result = parsed(param, value)
    except ParameterError as error:
        text = str(error)
        assert text.startswith("Parameter 'it' ")
        assert len(text) < 300
        text.encode()
        return
    if result is None:
        assert not param.required
    elif param.type == NUMERIC:
        assert type(result) is int
        assert param.minimum <= result <= (2**64 if param.maximum is None else param.maximum)
    elif param.type == BOOLEAN:
        assert type(result) is bool
    elif param.type == STRING:
        for item in result if param.many else [result]:
            item.encode()
            assert not param.choices or item in param.choices
            assert not (param.identifier and re.search(r"[/\\?#%;\x00-\x1f]|^\.{0,2}$", item))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(max_size=10), min_size=1, max_size=5))
def test_quoted_list_comes_back_as_it_was(items: list[str]) -> None:
    assert split_list(" , ".join('"{}"'.format(item.replace('"', '""')) for item in items)) == items


@settings(max_examples=30, deadline=None)
@given(st.text(alphabet=st.sampled_from('", \tab\n') | st.characters()))
def test_split_list_takes_any_text(text: str) -> None:
    assert len(split_list(text)) <= text.count(",") + 1


NAMES = (
    st.lists(
        st.sampled_from(["pid", "process_path", "not a field", ""]) | st.text(max_size=5),
        max_size=4,
    )
    | st.none()
)
OPERATOR_LISTS = st.lists(st.sampled_from([*OPERATORS, "EQ", "like", ""]), max_size=4) | st.none()
VALUES = st.lists(st.sampled_from(["", "1..5", "x"]) | st.text(max_size=5), max_size=4) | st.none()


@settings(max_examples=60, deadline=None)
@given(NAMES, OPERATOR_LISTS, VALUES)
def test_event_filters_are_triples_or_an_error(
    fields: list[str] | None, operators: list[str] | None, values: list[str] | None
) -> None:
    try:
        triples = event_filters(fields, operators, values)
    except ParameterError as error:
        assert "Parameter" in str(error)
        return
    assert [field for field, _, _ in triples] == (fields or [])
    assert all(operator in OPERATORS for _, operator, _ in triples)
    assert all(value == "" for _, operator, value in triples if operator in ("isempty", "isnull"))


@settings(max_examples=30, deadline=None)
@given(JSON)
def test_shown_is_short_and_printable(value: Any) -> None:
    assert len(shown(value)) <= 104
    assert shown(value).isprintable()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("x" * 100, f"'{'x' * 100}'"),
        ("x" * 101, f"'{'x' * 97}...'"),
        (["x" * 200], f"['{'x' * 95}..."),
    ],
)
def test_shown_says_where_it_cuts_off(value: Any, text: str) -> None:
    assert shown(value) == text


def test_defaults_are_taken_from_the_declaration(
    tanium: SimulatorServer, run: RunAction, connection: str
) -> None:
    blank: dict[str, Any] = dict.fromkeys(
        ("limit", "offset", "sort", "fields", "operators", "values", "filter_type"), ""
    )

    assert run("get events", connection_id=connection, event_type="dns", **blank).ok

    assert tanium.log[0].pairs == [("limit", "1000"), ("offset", "0")]


def test_unknown_parameters_are_ignored(run: RunAction) -> None:
    assert run("list connections", colour="red", identifier="x").ok


@pytest.mark.parametrize("count", [2, 5])
def test_every_set_of_parameters_is_checked_on_its_own(
    tanium: SimulatorServer, soar: LocalSoar, count: int
) -> None:
    wanted: list[dict[str, Any]] = [
        {"query": "nonsense"} if number == 1 else {"limit": number + 1} for number in range(count)
    ]

    result = soar.run("list alerts", wanted)

    assert [each["status"] for each in result["result_data"]] == [
        "failed" if number == 1 else "success" for number in range(count)
    ]
    assert len(tanium.log.requests(path_contains="/alerts")) == count - 1
    assert tanium.log.connections() == 1
