# File: test_lists.py
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
"""Lists of questions, sensors, computer groups and packages: all rows, and nothing that is none."""

from __future__ import annotations

import json

import pytest

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tests.conftest import RunAction
from tests.questions.conftest import login_as, requests_of


LISTS = [
    ("list questions", {"list_saved_questions": True}, len(seed.SAVED_QUESTIONS)),
    ("list questions", {"list_saved_questions": False}, 2),
    ("list sensors", {}, sum(not sensor.hidden for sensor in seed.SENSORS)),
    ("list computer groups", {}, sum(not group.deleted for group in seed.GROUPS)),
    ("list packages", {}, sum(not package.hidden for package in seed.PACKAGES)),
]


@pytest.mark.parametrize("dialect", ["production", "specified"])
@pytest.mark.parametrize("tail", ["flat", "wrapped", "none"])
@pytest.mark.parametrize(("action", "given", "count"), LISTS)
def test_end_of_a_list_is_no_row(
    tanium: SimulatorServer,
    run: RunAction,
    action: str,
    given: dict[str, bool],
    count: int,
    tail: str,
    dialect: str,
) -> None:
    tanium.settings.list_tail, tanium.settings.dialect = tail, dialect
    for name in ("Computer Name", "Uptime", "Uptime"):
        body = {"selects": [{"sensor": {"name": name}}]}
        tanium.state.questions.ask(body, seed.ANALYST)

    listed = run(action, **given)

    assert listed.ok, listed.message
    if dialect == "specified" and action == "list sensors":
        count += 1  # it lists hidden sensors, too
    assert len(listed.rows) == count
    assert all("id" in row and "cache_id" not in row for row in listed.rows)
    assert list(listed.summary.values()) == [count]


def test_empty_lists(tanium: SimulatorServer, run: RunAction) -> None:
    tanium.state.saved_questions.all.clear()

    saved, asked = run("list questions", list_saved_questions=True), run("list questions")

    assert (saved.ok, saved.rows, saved.summary) == (True, [], {"num_saved_questions": 0})
    assert (asked.ok, asked.rows, asked.summary) == (True, [], {"num_questions": 0})


def test_list_questions_without_its_parameter_lists_those_asked_lately(
    tanium: SimulatorServer, run: RunAction
) -> None:
    """As published: SOAR's form offers true, and what is missing all the same is false."""
    run("list questions")

    assert requests_of(tanium) == ["GET /questions"]


@pytest.mark.parametrize("dialect", ["production", "specified"])
def test_long_list_comes_in_pages(tanium: SimulatorServer, run: RunAction, dialect: str) -> None:
    tanium.settings.dialect = dialect
    known = len(run("list sensors").rows)
    tanium.state.sensors.all += [
        seed.SensorSeed(1000 + number, f"Made {number:04}") for number in range(1200)
    ]
    tanium.log.clear()

    listed, two = run("list sensors", limit=5000), run("list sensors", limit=2, name="made 1")

    assert len(listed.rows) == known + 1200
    assert len({row["id"] for row in listed.rows}) == known + 1200
    assert [row["name"] for row in two.rows] == ["Made 1000", "Made 1001"]
    if dialect == "production":
        options = [json.loads(each.headers["tanium-options"]) for each in tanium.log][:3]
        assert [each["row_start"] for each in options] == [0, 500, 1000]
        assert len({each["cache_id"] for each in options[1:]}) == 1


def test_list_of_a_server_that_refuses_options(tanium: SimulatorServer, run: RunAction) -> None:
    tanium.faults.add(Fault("status", path_contains="/groups", status=400))

    listed = run("list computer groups")

    assert listed.ok, listed.message
    assert len(listed.rows) == 8
    assert "tanium-options" not in [*tanium.log][-1].headers


@pytest.mark.usefixtures("tanium")
def test_list_sensors_by_name_and_category(run: RunAction) -> None:
    by_name = run("list sensors", name="by hash, ip addr")
    by_both = run("list sensors", name="running", category="applications,users")
    none = run("list sensors", category="Appl")

    assert [row["name"] for row in by_name.rows] == ["IP Address", "Running Process by Hash"]
    assert len(by_both.rows) == 3
    assert none.rows == []
    assert "queries" not in by_name.rows[0]
    assert "parameter_definition" not in by_name.rows[0]


@pytest.mark.parametrize(
    ("sensor", "kinds"),
    [
        (seed.CUSTOM_TEXT, ["text"]),
        (seed.CUSTOM_TEXT_AREA, ["text area"]),
        (seed.CUSTOM_NUMBER, ["number"]),
        (seed.CUSTOM_INTERVAL, ["interval"]),
        (seed.CUSTOM_CHOICE, ["choice"]),
        (seed.CUSTOM_LIST, ["list"]),
        (seed.CUSTOM_CHECK, ["check box"]),
        (seed.CUSTOM_DATE, ["date and time"]),
        (seed.CUSTOM_DATE_RANGE, ["date range"]),
        (seed.CUSTOM_PLUGIN, ["plug-in"]),
        (seed.CUSTOM_FORM, ["text", "check box", "number"]),
        (seed.COMPUTER_NAME, []),
    ],
)
def test_get_sensor_decodes_every_kind_of_parameter(
    run: RunAction, sensor: seed.SensorSeed, kinds: list[str]
) -> None:
    got = run("get sensor", name=sensor.name.upper())

    parameters = got.rows[0]["parameters"]
    assert [each["kind"] for each in parameters] == kinds
    assert got.summary == {"name": sensor.name, "parameter_count": len(kinds)}
    assert got.rows[0]["queries"]


def test_get_sensor_tells_choices_ranges_and_units(run: RunAction) -> None:
    (choice,) = run("get sensor", name="Custom Choice").rows[0]["parameters"]
    (interval,) = run("get sensor", name="Custom Interval").rows[0]["parameters"]

    assert choice == {
        "key": "choice",
        "label": "Choice",
        "kind": "choice",
        "choices": ["red", "green", "blue, light"],
        "default": "red",
        "minimum": None,
        "maximum": None,
        "max_length": None,
        "required": True,
        "units": [],
        "help": "Value of Choice",
    }
    assert (interval["minimum"], interval["maximum"]) == (0, 60)
    assert interval["units"] == [
        {"name": "Minutes", "value": 60},
        {"name": "Hours", "value": 3600},
    ]


def test_definition_that_cannot_be_read_is_named(tanium: SimulatorServer, run: RunAction) -> None:
    tanium.faults.add(
        Fault(
            "status",
            path_contains="by-name",
            status=200,
            body=json.dumps({"data": {"id": 1, "name": "Broken", "parameter_definition": "{"}}),
            headers={"Content-Type": "application/json"},
        )
    )

    got = run("get sensor", name="Broken")

    assert got.message.startswith("The parameter definition of the sensor 'Broken' cannot be read")


@pytest.mark.parametrize(
    ("data", "reported"),
    [
        ([], "No sensor exists with name 'Uptime'."),
        ({}, "No sensor exists with name 'Uptime'."),
        ([{"id": 1}, {"id": 2}], "Error occurred while fetching the sensor: Tanium has 2"),
        ({"id": 1, "name": "Downtime"}, "asked for 'Uptime' but received 'Downtime'"),
        ("x", "expected a sensor"),
    ],
)
def test_odd_answers_by_name(
    tanium: SimulatorServer, run: RunAction, data: object, reported: str
) -> None:
    tanium.faults.add(
        Fault(
            "status",
            path_contains="by-name",
            status=200,
            body=json.dumps({"data": data}),
            headers={"Content-Type": "application/json"},
        )
    )

    got = run("get sensor", name="Uptime")

    assert not got.ok
    assert reported in got.message


def test_content_that_the_account_may_not_see(
    tanium: SimulatorServer, soar: LocalSoar, run: RunAction
) -> None:
    login_as(soar, tanium, seed.TOKEN_BASE_CONTENT)

    got = run("get sensor", name=seed.PROCESS_OF_HASH.name)

    assert "please verify that your account has sufficient permissions to access the sensors" in (
        got.message
    )


def test_list_computer_groups_by_name(run: RunAction) -> None:
    listed = run("list computer groups", name="computers, ring")

    assert [(row["name"], row["kind"]) for row in listed.rows] == [
        ("All Computers", "filter"),
        ("No Computers", "filter"),
        ("Ring 1", "manual"),
        ("Windows Computers", "filter"),
    ]
    assert listed.summary == {"group_count": 4}


@pytest.mark.parametrize("dialect", ["production", "specified"])
def test_parse_question_has_published_names(
    tanium: SimulatorServer, run: RunAction, dialect: str
) -> None:
    tanium.settings.dialect = dialect

    parsed = run(
        "parse question",
        query_text='Get Computer Name from all machines with Computer Name contains "ws"',
    )

    assert parsed.summary == {"number_of_parsed_questions": len(parsed.rows)}
    first = parsed.rows[0]
    assert first["question_text"].startswith("Get Computer Name from all machines with")
    assert first["selects"][0]["sensor"]["name"] == "Computer Name"
    assert first["group"]["filters"][0]["value"] == ".*ws.*"
    assert ("from_canonical_text" in first) == (dialect == "production")
