# File: test_asking.py
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
"""Run query asks what the text says, whom it says, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.questions.values import VALUES
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tests.conftest import RunAction, state_of
from tests.questions.conftest import Ask, names, only_asked, records, requests_of, result_set


ADDRESSES = "Get Computer Name and IP Address from all machines"
WINDOWS = {host.hostname for host in seed.HOSTS if host.platform == "Windows"}


def test_run_query_asks_the_reading_as_a_structure(at_once: SimulatorServer, ask: Ask) -> None:
    asked = ask(ADDRESSES, timeout_seconds=30)

    assert asked.ok, asked.message
    question = only_asked(at_once)
    assert requests_of(at_once) == [
        "POST /parse_question",
        "GET /sensors",
        "POST /questions",
        f"GET /result_info/question/{question.id}",
        f"GET /result_data/question/{question.id}",
    ]
    assert at_once.log.connections() == 1
    assert set(question.body) == {"selects", "expire_seconds"}
    assert (question.text, question.fallback, question.expire_seconds) == (ADDRESSES, False, 30)


def test_run_query_keeps_all_values_of_all_cells(at_once: SimulatorServer, ask: Ask) -> None:
    at_once.settings.values_per_cell = 3

    asked = ask(ADDRESSES)

    assert asked.message == "Complete: 8 of 8 endpoints answered (100 %), 8 rows."
    row = next(
        each
        for each in result_set(asked)["rows"]
        if each["data"][0]["text"] == seed.FINANCE.hostname
    )
    assert row["data"][1]["text"] == seed.FINANCE.ip
    assert len(row["data"][1]["values"]) == 3
    assert row["data"][2] == {"text": "1", "values": ["1"]}
    record = next(each for each in records(asked) if each["ip_address"] == seed.FINANCE.ip)
    assert record == {
        "computer_name": seed.FINANCE.hostname,
        "ip_address": seed.FINANCE.ip,
        "count": 1,
        "all_values": {"ip_address": row["data"][1]["values"]},
    }


@pytest.mark.parametrize(
    "text",
    [
        "get computer name and ip address from all machines",
        '  Get "Computer Name" and IP Address from all machines \n',
        "Get Computer Name  and IP Address from all machines",
    ],
)
def test_case_blanks_and_quotes_make_no_difference(
    at_once: SimulatorServer, ask: Ask, text: str
) -> None:
    asked = ask(text)

    assert asked.ok, asked.message
    assert only_asked(at_once).text == ADDRESSES


@pytest.mark.parametrize(
    ("text", "reported"),
    [
        ("Get Computr Name from all machines", "(1) Get Computer Name from all machines"),
        ("Computer Name", "(1) Get Computer Name from all machines"),
        ("what is running?", "Running Processes"),
        ("zzz qqq", "Tanium understands no question in this text"),
        ("Get number of machines", "Get number of machines"),
        ("\u201cGet Computer Name from all machines\u201d", "quotes other than"),
        ("Get Computer Name from all machines\u200b", "or invisible characters: use"),
        (
            "Get Computer Name from all machines with Computer Name contains ws fin",
            "Put values with blanks or any of . , : ? $ in double quotes: 'ws fin'.",
        ),
        (
            "Get Computer Name from all machines with Computer Name equals ws.example and Is"
            " Windows equals True",
            "in double quotes: 'ws.example'.",
        ),
    ],
)
@pytest.mark.parametrize("dialect", ["production", "specified"])
def test_text_that_is_no_question_is_not_asked(
    at_once: SimulatorServer, ask: Ask, dialect: str, text: str, reported: str
) -> None:
    at_once.settings.dialect = dialect

    asked = ask(text)

    assert not asked.ok
    assert asked.message.startswith("Please provide a valid parsed question accepted by Tanium")
    assert reported in asked.message
    assert at_once.state.questions.asked == []


@pytest.mark.usefixtures("at_once")
def test_question_that_nothing_matches_is_told_of_its_quotes(ask: Ask) -> None:
    where = "Get Computer Name from all machines with Computer Name equals"

    typographic = ask(f"{where} \u201c{seed.FINANCE.hostname}\u201d")
    plain = ask(f'{where} "nobody"')

    assert typographic.ok, typographic.message
    assert typographic.message.endswith(
        'matches the question. The text contains quotes other than ", or invisible characters: use'
        ' " alone.'
    )
    assert plain.message.endswith("None of the endpoints that answered matches the question.")


def test_text_that_tanium_refuses_as_not_found_is_not_asked(
    at_once: SimulatorServer, ask: Ask, run: RunAction
) -> None:
    at_once.settings.unparsable = "not_found"

    asked, parsed = ask("zzz qqq"), run("parse question", query_text="zzz qqq")

    assert "Tanium understands no question in this text" in asked.message
    assert (parsed.ok, parsed.rows, parsed.summary) == (
        True,
        [],
        {"number_of_parsed_questions": 0},
    )


@pytest.mark.parametrize("marked", [0, 1, 2])
def test_same_text_is_asked_however_many_readings_are_canonical(
    at_once: SimulatorServer, ask: Ask, marked: int
) -> None:
    at_once.settings.canonical_candidates = marked

    asked = ask("Get Computer Name from all machines")

    assert asked.ok, asked.message
    assert only_asked(at_once).text == "Get Computer Name from all machines"


def test_one_canonical_reading_is_asked_though_its_text_differs(
    at_once: SimulatorServer, ask: Ask
) -> None:
    text = "Get Computer Name and IP Address and Computer ID from all machines"

    asked = ask(text)

    assert asked.ok, asked.message
    assert only_asked(at_once).text == (
        "Get Computer Name, IP Address and Computer ID from all machines"
    )


def test_several_canonical_readings_are_listed(at_once: SimulatorServer, ask: Ask) -> None:
    at_once.settings.canonical_candidates = 2

    asked = ask("Get Computer Name and IP Address and Computer ID from all machines")

    assert "Tanium understands 2 questions in this text: (1) Get Computer Name, " in asked.message
    assert at_once.state.questions.asked == []


KINDS = [
    (seed.CUSTOM_TEXT, '"a, ""b"" [c]"', 'text=a, "b" [c]'),
    (seed.CUSTOM_TEXT, '""', "text=standard"),
    (seed.CUSTOM_TEXT_AREA, '"two words"', "area=two words"),
    (seed.CUSTOM_NUMBER, "42", "number=42"),
    (seed.CUSTOM_INTERVAL, "15", "interval=15"),
    (seed.CUSTOM_CHOICE, '"blue, light"', "choice=blue, light"),
    (seed.CUSTOM_LIST, "one|three", "list=one|three"),
    (seed.CUSTOM_CHECK, "true", "check=1"),
    (seed.CUSTOM_CHECK, "0", "check=0"),
    (seed.CUSTOM_DATE, "1772359200000", "date=1772359200000"),
    (seed.CUSTOM_DATE, '"2026-03-01T10:00:00Z"', "date=1772359200000"),
    (seed.CUSTOM_DATE_RANGE, "1772359200000|1772362800000", "range=1772359200000|1772362800000"),
    (seed.CUSTOM_PLUGIN, "anything", "plugin=anything"),
    (
        seed.CUSTOM_FORM,
        '"C:\\Temp",1,7',
        "Directory Path=C:\\Temp; deep=1; limit=7",
    ),
    # The published app wanted a value for each separator.
    (
        seed.CUSTOM_FORM,
        '"","/x","",1,7',
        "Directory Path=/x; deep=1; limit=7",
    ),
]


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize(("sensor", "values", "came"), KINDS)
def test_values_in_brackets_reach_the_script(
    ask: Ask, sensor: seed.SensorSeed, values: str, came: str
) -> None:
    asked = ask(f"Get Computer Name and {sensor.name}[{values}] from all machines")

    assert asked.ok, asked.message
    assert {record[sensor.name.lower().replace(" ", "_")] for record in records(asked)} == {came}


BAD = [
    (seed.CUSTOM_TEXT, "x" * 21, "use at most 20 characters"),
    (seed.CUSTOM_NUMBER, "ten", "use a number"),
    (seed.CUSTOM_NUMBER, "0", "use a number from 1 to 100"),
    (seed.CUSTOM_NUMBER, "101", "use a number from 1 to 100"),
    (seed.CUSTOM_INTERVAL, "soon", "use a number (of Minutes or Hours)"),
    (seed.CUSTOM_CHOICE, "purple", "use one of 'red', 'green', 'blue, light'"),
    (seed.CUSTOM_LIST, "one|four", "use one of 'one', 'two', 'three', several joined by |"),
    (seed.CUSTOM_LIST, "", "a value is required, one of 'one', 'two', 'three'"),
    (seed.CUSTOM_CHECK, "maybe", "use 1 or 0"),
    (seed.CUSTOM_DATE, "whenever", "use milliseconds since 1970, or a time like"),
    (seed.CUSTOM_DATE_RANGE, "5", "use a start and an end joined by |"),
    (seed.CUSTOM_DATE_RANGE, "9|5", "the end is before the start"),
]


@pytest.mark.parametrize(("sensor", "value", "allowed"), BAD)
@pytest.mark.parametrize("place", ["text", "parameter"])
def test_value_that_does_not_fit_is_refused(
    at_once: SimulatorServer,
    ask: Ask,
    sensor: seed.SensorSeed,
    value: str,
    allowed: str,
    place: str,
) -> None:
    if place == "text":
        asked = ask(f'Get Computer Name and {sensor.name}["{value}"] from all machines')
    else:
        given = json.dumps({sensor.name: [value]})
        text = f"Get Computer Name and {sensor.name} from all machines"
        asked = ask(text, sensor_parameters=given)

    assert f" of '{sensor.name}' is '{value}': {allowed}" in asked.message
    assert at_once.state.questions.asked == []


@pytest.mark.parametrize(
    ("values", "count"), [('"a"', "1 value"), ('"a","b"', "2 values"), ("1,2,3,4", "4 values")]
)
def test_number_of_values_must_be_that_of_the_sensor(
    at_once: SimulatorServer, ask: Ask, values: str, count: str
) -> None:
    asked = ask(f"Get Computer Name and Custom Form[{values}] from all machines")

    assert asked.message == (
        "Please provide the exact number of parameters expected by the sensor 'Custom Form': it"
        " takes 3 ('Directory Path' (Folder), 'deep' (Sub-folders), 'limit' (At most)), but"
        f" received {count}. For parameters which you do not want to add value, please use double"
        ' quotes ("").'
    )
    assert at_once.state.questions.asked == []


def test_values_belong_to_the_sensor_before_the_bracket(at_once: SimulatorServer, ask: Ask) -> None:
    asked = ask(
        'Get Custom Number[7], Custom Text["x"] and Custom Check from all machines'
        ' with ( Custom Text["y"] contains "y" and Custom Number["9"] equals 9 )'
    )

    assert asked.ok, asked.message
    question = only_asked(at_once).question
    assert [dict(each.use.given) for each in question.selects] == [
        {"||number||": "7"},
        {"||text||": "x"},
        {"||check||": "0"},
    ]
    assert question.group is not None
    assert [dict(each.use.given) for each in question.group.filters] == [
        {"||text||": "y"},
        {"||number||": "9"},
    ]


@pytest.mark.parametrize(
    "text",
    [
        'Get Custom Text and Computer Name from all machines with Custom Text["y"] contains "y"',
        'Get Custom Text["y"] from all machines with Custom Text contains "y"',
    ],
)
def test_values_of_one_of_two_mentions_are_refused(
    at_once: SimulatorServer, ask: Ask, text: str
) -> None:
    asked = ask(text)

    assert asked.message == (
        "The question mentions the sensor 'Custom Text' 2 times, with values in brackets 1 time:"
        " give them at each."
    )
    assert at_once.state.questions.asked == []


def test_computer_group_in_the_text_keeps_its_own_values(
    at_once: SimulatorServer, ask: Ask
) -> None:
    group = seed.Group(700, "Texted", text='Custom Text["y"] contains "y"')
    at_once.state.computers.groups.append(group)

    asked = ask("Get Computer Name from Texted")

    assert asked.ok, asked.message
    question = only_asked(at_once).question
    assert question.group is not None
    assert dict(question.group.filters[0].use.given) == {"||text||": "y"}
    assert len(names(asked)) == 8


def test_sensor_without_values_gets_its_defaults(at_once: SimulatorServer, ask: Ask) -> None:
    asked = ask("Get Computer Name and Custom Form from all machines")

    assert {record["custom_form"] for record in records(asked)} == {
        "Directory Path=/tmp; deep=0; limit=10"
    }
    assert dict(only_asked(at_once).question.selects[1].use.given) == {
        "||Directory Path||": "/tmp",
        "||deep||": "0",
        "||limit||": "10",
    }


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize(
    "given",
    [
        {"Directory Path": "/x", "limit": 7},
        {"folder": "/x", "AT MOST": "7", "deep": False},
        ["/x", "", "7"],
    ],
)
def test_sensor_parameters_by_key_label_or_order(ask: Ask, given: Any) -> None:
    text = "Get Computer Name and Custom Form from all machines"

    asked = ask(text, sensor_parameters=json.dumps({"custom form": given}))

    assert asked.ok, asked.message
    assert {record["custom_form"] for record in records(asked)} == {
        "Directory Path=/x; deep=0; limit=7"
    }


@pytest.mark.parametrize(
    ("text", "given", "reported"),
    [
        ("Get Computer Name from all machines", '{"Custom Text": {"text": "a"}}', "does not use"),
        (
            "Get Custom Text from all machines",
            '{"Custom Text": {"txt": "a"}}',
            "no parameter 'txt'",
        ),
        ("Get Custom Text from all machines", '{"Custom Text": "a"}', "use an object with a value"),
        (
            "Get Custom Text from all machines",
            '{"Custom Text": {"text": {}}}',
            "use text or a numb",
        ),
        ("Get Custom Text[b] from all machines", '{"Custom Text": {"text": "a"}}', "once"),
        ("Get Custom Text from all machines", "[1]", "use an object in { }"),
        ("Get Custom Text from all machines", '{"Custom Text"', "is not valid JSON"),
    ],
)
def test_sensor_parameters_that_do_not_fit_are_refused(
    at_once: SimulatorServer, ask: Ask, text: str, given: str, reported: str
) -> None:
    asked = ask(text, sensor_parameters=given)

    assert reported in asked.message
    assert at_once.state.questions.asked == []


@pytest.mark.parametrize("dialect", ["production", "specified"])
@pytest.mark.parametrize(
    "group", [seed.FINANCE_GROUP, seed.SERVERS_GROUP, seed.NUMBER_AS_NAME, seed.RING_ONE]
)
def test_question_is_limited_to_the_computer_group(
    at_once: SimulatorServer, ask: Ask, group: seed.Group, dialect: str
) -> None:
    at_once.settings.dialect = dialect

    asked = ask("Get Computer Name and IP Address from all machines", group_name=group.name)

    assert asked.ok, asked.message
    assert at_once.state.questions.asked[-1].context_id == group.id
    members = {
        "Finance / Accounting (100%)": {seed.FINANCE.hostname, seed.FINANCE_12.hostname},
        "Servers": {seed.WEB_SERVER.hostname, seed.DB_SERVER.hostname},
        "2024": set(),
        "Ring 1": {seed.FINANCE.hostname, seed.WEB_SERVER.hostname},
    }
    assert names(asked) == members[group.name]


def test_group_beside_a_filter_is_refused_where_it_cannot_be_confirmed(
    at_once: SimulatorServer, ask: Ask
) -> None:
    """The specified dialect has one group of a question only, and does not tell its context."""
    at_once.settings.dialect = "specified"
    text = 'Get Computer Name from all machines with Computer Name contains "7"'

    asked = ask(text, group_name="Servers")

    assert "Tanium does not say that it asked the computer group 'Servers' only" in asked.message
    assert asked.rows == []


@pytest.mark.parametrize("name", ["Nobody", "../groups", "a/b?c#d%2F", "Retired laptops"])
def test_unknown_group_is_named_and_nobody_is_asked(
    at_once: SimulatorServer, ask: Ask, name: str
) -> None:
    asked = ask(ADDRESSES, group_name=name)

    assert asked.message.startswith(f"No group exists with name '{name}'. Also, please verify")
    assert at_once.state.questions.asked == []


@pytest.mark.parametrize(
    ("changed", "reported"),
    [
        (lambda body: {"query_text": "x", **body, "selects": []}, "the number of machines"),
        (
            lambda body: {**body, "selects": body["selects"][:1]},
            "Tanium asked another question: Get Computer Name from",
        ),
        (lambda body: {**body, "group": {}}, "Tanium asked all machines"),
        (
            lambda body: {
                **body,
                "group": {
                    **body["group"],
                    "filters": [{**body["group"]["filters"][0], "value": ".*"}],
                },
            },
            "without all of its filters",
        ),
        (lambda body: {**body, "context_group": {}}, "the computer group 'Servers' only"),
    ],
)
def test_other_question_than_the_one_that_is_meant_is_not_answered(
    at_once: SimulatorServer, ask: Ask, monkeypatch: pytest.MonkeyPatch, changed: Any, reported: str
) -> None:
    questions, real = at_once.state.questions, at_once.state.questions.ask
    monkeypatch.setattr(
        questions, "ask", lambda body, *given, **named: real(changed(body), *given, **named)
    )

    asked = ask(
        'Get Computer Name and IP Address from all machines with Computer Name contains "srv"',
        group_name="Servers",
    )

    assert (asked.ok, asked.rows) == (False, [])
    assert reported in asked.message


def test_plain_question_is_known_by_its_columns(
    at_once: SimulatorServer, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions, real = at_once.state.questions, at_once.state.questions.ask
    for selects, reported in (
        ([], "the number of machines"),
        ([{"sensor": {"name": "Uptime"}}], ""),
    ):
        monkeypatch.setattr(
            questions,
            "ask",
            lambda body, *given, selects=selects, **named: real(
                {**body, "selects": selects, "x": 1}, *given, **named
            ),
        )

        asked = ask("Get Computer Name from all machines")

        assert (asked.ok, asked.rows) == (False, [])
        assert f"Tanium asked another question: {reported}" in asked.message


@pytest.mark.parametrize(
    "selects", [None, "x", [], [1], [{}], [{"sensor": {}}], [{"sensor": {"name": "A"}}, {}]]
)
def test_reading_without_its_sensors_is_not_asked(
    at_once: SimulatorServer, ask: Ask, selects: Any
) -> None:
    reading = {"question_text": "Get A from all machines", "selects": selects}
    at_once.faults.add(
        Fault(
            "status",
            path_contains="parse_question",
            status=200,
            body=json.dumps({"data": [{**reading, "from_canonical_text": 1}]}),
            headers={"Content-Type": "application/json"},
        )
    )

    asked = ask("Get A from all machines")

    assert "It understands: (1) Get A from all machines." in asked.message
    assert at_once.state.questions.asked == []


def test_options_in_the_text_are_kept(at_once: SimulatorServer, ask: Ask) -> None:
    asked = ask("Get?forceComputerIdFlag=1 Operating System?maxAge=60 from all machines")

    assert asked.ok, asked.message
    question = only_asked(at_once).question
    assert question.force_computer_id
    assert question.selects[0].use.max_age == 60
    assert len(records(asked)) == 8


def test_names_are_one_segment_of_the_path(
    at_once: SimulatorServer, ask: Ask, run: RunAction
) -> None:
    name = "A/B ?#%41 ü"
    sensor = seed.SensorSeed(99, name, parameters=seed.CUSTOM_TEXT.parameters)
    at_once.state.sensors.all.append(sensor)

    got = run("get sensor", name=name)
    asked = ask(f'Get "{name}"["v"] from all machines')

    assert got.rows[0]["id"] == 99
    assert asked.ok, asked.message
    assert VALUES.get(name) is None
    assert at_once.state.questions.asked[-1].question.selects[0].use.value("text") == "v"


@pytest.mark.parametrize("by_name_lists", [False, True])
@pytest.mark.parametrize("hash_as_text", [False, True])
def test_objects_by_name_come_as_they_are_or_in_a_list(
    at_once: SimulatorServer, ask: Ask, by_name_lists: bool, hash_as_text: bool
) -> None:
    at_once.settings.by_name_lists = by_name_lists
    at_once.settings.hash_as_text = hash_as_text

    asked = ask("Get Custom Text[a] from all machines", group_name="Servers")
    saved = ask(seed.COMPUTER_ADDRESSES.name, is_saved_question=True)

    assert asked.ok, asked.message
    assert saved.ok, saved.message


def test_specified_dialect_is_learnt_once(
    at_once: SimulatorServer, soar: LocalSoar, ask: Ask
) -> None:
    at_once.settings.dialect = "specified"
    at_once.settings.without_unspecified = True
    ask(ADDRESSES)
    at_once.log.clear()
    at_once.state.questions.asked.clear()

    asked = ask(ADDRESSES, timeout_seconds=33)

    assert asked.ok, asked.message
    question = only_asked(at_once)
    assert question.expire_seconds in (32, 33)
    assert requests_of(at_once) == [
        "POST /parse_question",
        "GET /sensors",
        "POST /questions",
        f"GET /result_data/question/{question.id}",
        f"GET /result_data/question/{question.id}",
    ]
    assert "create_question" in json.dumps(state_of(soar))
