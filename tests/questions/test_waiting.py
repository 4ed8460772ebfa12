# File: test_waiting.py
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
"""Waiting for answers: how long, at what cost, and what is said of the answers there are."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace
from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tests.conftest import ASSET, RunAction
from tests.questions.conftest import (
    NAMES,
    Ask,
    login_as,
    names,
    only_asked,
    records,
    requests_of,
    result_set,
)


def reads(tanium: SimulatorServer, what: str) -> int:
    return sum(f"/{what}/" in request for request in requests_of(tanium))


@pytest.mark.usefixtures("quickly")
def test_counters_are_read_until_all_have_answered_and_rows_once(
    tanium: SimulatorServer, ask: Ask
) -> None:
    tanium.settings.answer_seconds, tanium.settings.estimate_seconds = 0.8, 0.2

    asked = ask(NAMES)

    assert asked.message == "Complete: 8 of 8 endpoints answered (100 %), 8 rows."
    assert reads(tanium, "result_info") >= 4
    assert reads(tanium, "result_data") == 1
    assert any(" of 8 endpoints answered (" in text for text in asked.progress)
    assert any("Tanium has not counted the endpoints yet" in text for text in asked.progress)


def test_intervals_grow_from_one_second(
    tanium: SimulatorServer, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1000.0]

    def sleep(seconds: float) -> None:
        clock[0] += seconds

    monkeypatch.setattr(
        "tanium_tr.soar.platform.time",
        SimpleNamespace(sleep=sleep, monotonic=lambda: clock[0], time=time.time),
    )
    tanium.settings.answer_seconds, tanium.settings.estimate_seconds = 1000.0, 0.0

    asked = ask(NAMES, timeout_seconds=60)

    assert not asked.ok
    assert clock[0] == pytest.approx(1060, abs=0.1)
    # After 0, 1, 2.6, 5.2, 9.3, 15.8, then every 10 seconds, and at the end.
    assert (reads(tanium, "result_info"), reads(tanium, "result_data")) == (11, 1)


@pytest.mark.usefixtures("quickly")
@pytest.mark.parametrize("accept", [False, True])
def test_too_few_answers_in_time(tanium: SimulatorServer, ask: Ask, accept: bool) -> None:
    tanium.settings.answer_seconds = tanium.settings.estimate_seconds = 0.0
    tanium.settings.silent_share = 0.25

    asked = ask(NAMES, timeout_seconds=1, accept_incomplete=accept)

    reported = "Incomplete: 6 of 8 endpoints answered (75 %), 6 rows. 99 % were wanted."
    assert asked.ok == accept
    if accept:
        assert asked.message == reported
    else:
        assert asked.message == (
            "Error while fetching the results from the Tanium server in '1' expire seconds."
            f" {reported} Question {only_asked(tanium).id} was not answered as wanted. Please try"
            " increasing the timeout value."
        )
    assert len(result_set(asked)["rows"]) == len(records(asked)) == 6
    assert result_set(asked)["rows"][0]["data"][0].keys() == {"text", "values"}
    assert asked.summary == {
        "number_of_rows": 6,
        "timeout_seconds": 1,
        "question_id": only_asked(tanium).id,
        "question_text": NAMES,
        "complete": False,
        "percentage": 75,
        "endpoints_expected": 8,
        "endpoints_answered": 6,
        "endpoints_missing": 2,
        "endpoints_matching": 6,
        "endpoints_hidden": 0,
        "rows_unavailable": 0,
        "rows_without_results": 0,
        "rows_with_errors": 0,
    }


@pytest.mark.parametrize("share", [0, 75, "70.0"])
def test_share_is_that_of_the_asset(
    at_once: SimulatorServer, soar: LocalSoar, ask: Ask, share: Any
) -> None:
    at_once.settings.silent_share = 0.25
    login_as(soar, at_once, seed.TOKEN, results_percentage=share)

    asked = ask(NAMES, timeout_seconds=1)

    assert asked.message == "Complete: 6 of 8 endpoints answered (75 %), 6 rows."


@pytest.mark.parametrize("share", [-1, 101, 99.5, "abc", True])
def test_share_that_is_none_is_refused_by_its_name(
    at_once: SimulatorServer, soar: LocalSoar, ask: Ask, share: Any
) -> None:
    login_as(soar, at_once, seed.TOKEN, results_percentage=share)

    asked = ask(NAMES)

    assert "Asset setting 'results_percentage' is " in asked.message
    assert "use a whole number from 0 to 100" in asked.message
    assert len(at_once.log) == 0


@pytest.mark.usefixtures("quickly")
@pytest.mark.parametrize(
    "marker",
    [
        "[current results unavailable]",
        "[current result unavailable]",
        "[results currently unavailable]",
    ],
)
def test_unavailable_cells_are_waited_for_when_asked(
    at_once: SimulatorServer, ask: Ask, marker: str
) -> None:
    at_once.settings.unavailable_share = 0.25
    at_once.settings.unavailable_seconds = 0.6
    at_once.settings.unavailable_marker = marker

    now = ask(NAMES)
    later = ask(NAMES, wait_for_results_processing=True)

    assert now.message == (
        "Incomplete: 8 of 8 endpoints answered (100 %), 8 rows. 2 rows will change: endpoints have"
        " not finished them."
    )
    assert (now.ok, now.summary["rows_unavailable"], now.summary["complete"]) == (True, 2, False)
    assert later.message == "Complete: 8 of 8 endpoints answered (100 %), 8 rows."
    assert not any(marker in str(row) for row in later.rows)


@pytest.mark.usefixtures("quickly")
def test_cells_that_stay_unavailable_fail_with_the_rows(at_once: SimulatorServer, ask: Ask) -> None:
    at_once.settings.unavailable_share, at_once.settings.unavailable_seconds = 0.25, 1000.0

    asked = ask(NAMES, wait_for_results_processing=True, timeout_seconds=1)

    assert not asked.ok
    assert "2 rows will change" in asked.message
    assert len(records(asked)) == 8


@pytest.mark.usefixtures("quickly")
def test_return_when_so_many_rows(tanium: SimulatorServer, ask: Ask) -> None:
    tanium.settings.answer_seconds, tanium.settings.estimate_seconds = 0.5, 0.0
    tanium.settings.silent_share = 0.25

    asked = ask(NAMES, return_when_n_results_available=4)

    assert asked.ok, asked.message
    assert 4 <= len(records(asked)) <= 6
    assert asked.message.startswith("Incomplete: ")
    assert "text" in result_set(asked)["rows"][0]["data"][0], "the documented form"


@pytest.mark.usefixtures("quickly")
def test_wait_for_so_many_complete_rows(
    at_once: SimulatorServer, soar: LocalSoar, ask: Ask
) -> None:
    at_once.settings.straggler_share, at_once.settings.straggler_seconds = 0.25, 0.6
    login_as(soar, at_once, seed.TOKEN, results_percentage=50)

    soon, later = ask(NAMES), ask(NAMES, wait_for_n_results_available=8)
    never = ask(NAMES, wait_for_n_results_available=9, timeout_seconds=1)

    assert [len(records(each)) for each in (soon, later, never)] == [6, 8, 8]
    assert [each.ok for each in (soon, later, never)] == [True, True, False]


@pytest.mark.usefixtures("quickly")
def test_rows_that_are_unavailable_do_not_count_as_complete(
    at_once: SimulatorServer, ask: Ask
) -> None:
    at_once.settings.unavailable_share, at_once.settings.unavailable_seconds = 0.25, 0.5

    asked = ask(NAMES, wait_for_n_results_available=7)

    assert asked.summary["rows_unavailable"] == 0


def test_fewer_rows_to_return_than_to_wait_for_are_refused(
    at_once: SimulatorServer, ask: Ask
) -> None:
    asked = ask(NAMES, return_when_n_results_available=2, wait_for_n_results_available=3)

    assert asked.message == (
        "Please provide 'return_when_n_results_available' greater than or equal to"
        " 'wait_for_n_results_available'"
    )
    assert len(at_once.log) == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("timeout_seconds", 0),
        ("timeout_seconds", "soon"),
        ("return_when_n_results_available", -1),
        ("wait_for_n_results_available", 1.5),
    ],
)
def test_numbers_are_whole(at_once: SimulatorServer, ask: Ask, name: str, value: Any) -> None:
    asked = ask(NAMES, **{name: value})

    assert asked.message.startswith(f"Parameter '{name}' is ")
    assert len(at_once.log) == 0


def test_rights_that_hide_answers_are_named(
    at_once: SimulatorServer, soar: LocalSoar, ask: Ask
) -> None:
    login_as(soar, at_once, seed.TOKEN_FINANCE)
    some = ask(NAMES)
    login_as(soar, at_once, seed.TOKEN_NO_COMPUTERS)
    none = ask(NAMES)

    assert some.message == (
        "Complete: 8 of 8 endpoints answered (100 %), 2 rows. The rights of the Tanium account"
        " hide the answers of 6 endpoints outside its computer groups."
    )
    assert (some.ok, some.summary["endpoints_hidden"]) == (True, 6)
    assert none.message == (
        "Complete: 8 of 8 endpoints answered (100 %), 0 rows. The rights of the Tanium account"
        " hide all of these answers: none of the endpoints is in its computer groups."
    )
    assert (none.ok, records(none)) == (True, [])


def test_missing_rights_are_named(at_once: SimulatorServer, soar: LocalSoar, ask: Ask) -> None:
    login_as(soar, at_once, seed.TOKEN_READER)
    may_not_ask = ask(NAMES)
    login_as(soar, at_once, seed.TOKEN_BASE_CONTENT)
    sees_no_sensor = ask("Get Running Process by Hash[a] from all machines")

    assert "HTTP 403" in may_not_ask.message
    assert "'define question' or 'read sensor'" in may_not_ask.message
    assert "the privilege 'define question' is missing" in may_not_ask.message
    assert sees_no_sensor.message.startswith("Please provide a valid parsed question")
    assert at_once.state.questions.asked == []


@pytest.mark.usefixtures("at_once")
def test_nobody_matches(ask: Ask) -> None:
    no_machine = ask(f'{NAMES} with Computer Name equals "nobody"')
    no_group = ask(NAMES, group_name="No Computers")

    assert no_machine.message == (
        "Complete: 8 of 8 endpoints answered (100 %), 0 rows. None of the endpoints that answered"
        " matches the question."
    )
    assert "None of the endpoints that answered is in the question's computer group." in (
        no_group.message
    )
    assert (no_machine.ok, no_group.ok) == (True, True)


@pytest.mark.usefixtures("quickly")
def test_nobody_is_registered(
    at_once: SimulatorServer, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tanium_tr.questions.waiting.NOBODY_SECONDS", 0.3)
    at_once.state.computers.hosts.clear()

    asked = ask(NAMES)

    assert asked.message == "Complete: No endpoint is registered with Tanium, 0 rows."
    assert asked.ok


def test_more_answers_than_expected(at_once: SimulatorServer, ask: Ask) -> None:
    at_once.settings.late_endpoints = 2

    asked = ask(NAMES)

    assert asked.message == "Complete: 10 endpoints answered, where 8 were expected, 10 rows."
    assert asked.summary["percentage"] == 100


@pytest.mark.usefixtures("at_once")
def test_errors_of_sensors_are_counted(ask: Ask) -> None:
    asked = ask("Get Computer Name and Windows Only Sensor from all machines")

    assert asked.ok
    assert asked.summary["rows_with_errors"] == 3
    assert "3 rows with an error of a sensor on the endpoint." in asked.message


@pytest.mark.usefixtures("quickly")
def test_life_of_the_question_ends_the_wait(at_once: SimulatorServer, ask: Ask) -> None:
    at_once.settings.silent_share = 0.25
    at_once.settings.saved_questions_reask = False
    short = seed.COMPUTER_ADDRESSES._replace(expire_seconds=1)
    at_once.state.saved_questions.all[0] = short

    started = time.monotonic()
    asked = ask(short.name, is_saved_question=True, timeout_seconds=600)

    assert not asked.ok
    assert "Incomplete: 6 of 8 endpoints answered (75 %), 6 rows." in asked.message
    assert asked.summary["question_id"] == only_asked(at_once).id
    assert time.monotonic() - started < 60


@pytest.mark.usefixtures("quickly")
@pytest.mark.parametrize("where", ["result_info", "result_data"])
def test_trouble_of_the_server_does_not_end_the_wait(
    at_once: SimulatorServer, ask: Ask, where: str
) -> None:
    at_once.faults.add(Fault("status", path_contains=where, status=500, times=2))

    asked = ask(NAMES)

    assert asked.message == "Complete: 8 of 8 endpoints answered (100 %), 8 rows."
    assert len(at_once.state.questions.asked) == 1


@pytest.mark.usefixtures("quickly")
def test_answers_count_though_their_counters_could_not_be_read(
    at_once: SimulatorServer, ask: Ask
) -> None:
    at_once.faults.add(Fault("status", path_contains="result_info", status=500, times=None))

    asked = ask(NAMES, timeout_seconds=1)

    assert asked.ok
    assert asked.message == "Complete: 8 of 8 endpoints answered (100 %), 8 rows."


@pytest.mark.usefixtures("quickly")
def test_results_that_are_never_there_are_no_success(at_once: SimulatorServer, ask: Ask) -> None:
    at_once.faults.add(Fault("status", path_contains="result_data", status=500, times=None))

    asked = ask(NAMES, timeout_seconds=1, accept_incomplete=True)

    assert not asked.ok
    assert "HTTP 500" in asked.message
    assert asked.summary["question_id"] == only_asked(at_once).id


@pytest.mark.usefixtures("quickly")
def test_results_that_are_not_there_yet(at_once: SimulatorServer, ask: Ask) -> None:
    at_once.settings.early_results_missing = 2

    asked = ask(NAMES)

    assert asked.ok, asked.message


def test_cancel_ends_the_wait(
    at_once: SimulatorServer, soar: LocalSoar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tanium_tr.questions.waiting.FIRST_INTERVAL", 1000)
    at_once.settings.answer_seconds = 1000.0

    def cancel_while_waiting(text: str) -> None:
        if " endpoints answered (" in text:
            threading.Timer(0.1, soar.cancel).start()

    started = time.monotonic()
    result = soar.run(
        "run query",
        {"query_text": NAMES, "timeout_seconds": 600},
        asset=ASSET,
        progress=cancel_while_waiting,
    )

    assert time.monotonic() - started < 30
    assert "Cancelled while waiting for answers. Question 88: 0 of 8 endpoints answered" in str(
        result
    )


@pytest.mark.parametrize("kind", ["silent", "drip"])
def test_counters_that_do_not_come_end_the_wait_in_time(
    at_once: SimulatorServer, ask: Ask, kind: str
) -> None:
    at_once.faults.add(Fault(kind, "GET", "/result_info/", times=None, seconds=0.5))
    began = time.monotonic()

    asked = ask(NAMES, timeout_seconds=1)

    assert time.monotonic() - began < 20
    assert asked.ok, asked.message
    assert asked.message.startswith("Complete: 8 of 8 endpoints answered")


def test_cancel_ends_a_wait_for_counters_that_do_not_come(
    at_once: SimulatorServer, soar: LocalSoar
) -> None:
    at_once.faults.add(Fault("silent", "GET", "/result_info/", times=None, after=1))
    at_once.settings.answer_seconds = 1000.0
    threading.Timer(3, soar.cancel).start()
    began = time.monotonic()

    result = soar.run("run query", {"query_text": NAMES, "timeout_seconds": 600}, asset=ASSET)

    assert time.monotonic() - began < 20
    assert "Cancelled while waiting for answers. Question 88: " in str(result)


def test_saved_question_is_read_by_its_name(at_once: SimulatorServer, ask: Ask) -> None:
    asked = ask(seed.COMPUTER_ADDRESSES.name, is_saved_question=True, group_name="Servers")

    assert asked.ok, asked.message
    assert len(names(asked)) == 8, "the group is for typed questions"
    question = only_asked(at_once)
    assert (question.saved_question_id, asked.summary["question_id"]) == (101, question.id)
    assert asked.summary["question_text"] == NAMES


@pytest.mark.usefixtures("at_once")
def test_saved_question_that_does_not_exist(ask: Ask) -> None:
    asked = ask("Nope", is_saved_question=True)

    assert asked.message.startswith("No saved question exists with name 'Nope'. Also, please")


def test_get_question_results_says_how_complete_they_are(
    at_once: SimulatorServer, run: RunAction
) -> None:
    at_once.settings.silent_share = 0.25
    number = at_once.state.questions.ask({"query_text": NAMES}, seed.ANALYST).id

    got = run("get question results", question_id=number)

    assert got.ok
    assert got.message == (
        "Incomplete: 6 of 8 endpoints answered (75 %), 6 rows. 99 % were wanted."
    )
    assert result_set(got)["rows"][0]["data"][2] == [{"text": "1"}], "cells are lists, as published"
    assert (got.summary["complete"], got.summary["timeout_seconds"]) == (False, 600)
    assert len(requests_of(at_once)) == 1


def test_get_question_results_of_an_unknown_question(
    at_once: SimulatorServer, run: RunAction
) -> None:
    got = run("get question results", question_id=7)

    assert "QuestionNotFound: no question 7" in got.message
    assert not got.ok
    assert len(at_once.log) == 1


def test_result_in_pages(at_once: SimulatorServer, ask: Ask) -> None:
    at_once.settings.extra_endpoints = 10_100

    asked = ask("Get Computer Name and Computer ID from all machines")

    assert asked.summary["number_of_rows"] == 10_108
    assert len({record["computer_id"] for record in records(asked)}) == 10_108
    queries = [each.query for each in at_once.log if "result_data" in each.path]
    assert queries == ["row_start=0&row_count=10000", "row_start=10000&row_count=10000"]
