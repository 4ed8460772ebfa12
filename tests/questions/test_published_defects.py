# File: test_published_defects.py
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
"""What the published app "Tanium REST" does wrong, one by one; its numbers are those of the list of
known defects. Others of the list are about packages and actions.
"""

from __future__ import annotations

import json

import pytest

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tests.conftest import ASSET, RunAction, run_on
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


@pytest.mark.usefixtures("at_once")
def test_1_other_values_of_a_cell_are_there(ask: Ask) -> None:
    cell = result_set(ask(NAMES))["rows"][0]["data"][1]

    assert len(cell["values"]) == 2
    assert cell["text"] == cell["values"][0]


@pytest.mark.usefixtures("at_once")
def test_2_returning_early_has_the_documented_form(ask: Ask) -> None:
    asked = ask(NAMES, return_when_n_results_available=1)

    assert all("text" in cell for row in result_set(asked)["rows"] for cell in row["data"])


def test_3_answers_at_the_time_out_are_handed_over(at_once: SimulatorServer, ask: Ask) -> None:
    at_once.settings.silent_share = 0.5

    asked = ask(NAMES, timeout_seconds=1)

    assert (asked.ok, len(records(asked)), asked.summary["number_of_rows"]) == (False, 4, 4)


@pytest.mark.usefixtures("quickly")
def test_4_no_endpoint_is_an_answer(
    at_once: SimulatorServer, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tanium_tr.questions.waiting.NOBODY_SECONDS", 0.2)
    at_once.state.computers.hosts.clear()

    assert ask(NAMES, timeout_seconds=60).ok


def test_5_values_go_to_their_own_sensor_and_separators_take_none(
    at_once: SimulatorServer, ask: Ask
) -> None:
    asked = ask('Get Custom Form["/x",1,7] and Custom Text["t"] from all machines')

    assert asked.ok, asked.message
    form, text = only_asked(at_once).question.selects
    assert [*form.use.given.values(), *text.use.given.values()] == ["/x", "1", "7", "t"]
    moved = ask('Get Custom Form["/x",1] and Custom Text["7","t"] from all machines')
    assert "by the sensor 'Custom Form'" in moved.message


@pytest.mark.usefixtures("at_once")
def test_6_names_are_encoded(ask: Ask) -> None:
    saved = ask("Operating Systems / Count", is_saved_question=True)
    grouped = ask(NAMES, group_name="Finance / Accounting (100%)")

    assert (saved.ok, grouped.ok) == (True, True)
    assert len(names(grouped)) == 2


def test_7_digits_in_a_text_cause_no_login(at_once: SimulatorServer, run: RunAction) -> None:
    got = run("get question results", question_id=401403)

    assert not got.ok
    assert requests_of(at_once) == ["GET /result_data/question/401403"]


def test_8_reasons_are_told(at_once: SimulatorServer, soar: LocalSoar, ask: Ask) -> None:
    login_as(soar, at_once, seed.TOKEN_READER)
    no_right = ask(NAMES)
    login_as(soar, at_once, seed.TOKEN)
    no_group = ask(NAMES, group_name="Nobody")

    assert "the privilege 'define question' is missing" in no_right.message
    assert "GroupNotFound" in no_group.message


@pytest.mark.parametrize("share", [-1, "abc"])
def test_9_broken_share_is_reported(
    at_once: SimulatorServer, soar: LocalSoar, ask: Ask, share: object
) -> None:
    login_as(soar, at_once, seed.TOKEN, results_percentage=share)

    assert "'results_percentage'" in ask(NAMES).message


@pytest.mark.usefixtures("at_once")
def test_11_no_reply_body_or_header_is_in_the_progress(ask: Ask) -> None:
    asked = ask(NAMES)

    shown = "\n".join(asked.progress)
    assert seed.TOKEN not in json.dumps(asked.result)
    assert not any(word in shown for word in ("result_sets", "selects", "session", "{"))


def test_14_lists_have_pages(at_once: SimulatorServer, run: RunAction) -> None:
    at_once.state.saved_questions.all += [
        seed.SavedQuestionSeed(2000 + number, f"Saved {number}", NAMES) for number in range(600)
    ]

    listed = run("list questions", list_saved_questions=True)

    assert len(listed.rows) == 604
    assert len(at_once.log) == 2


def test_16_certificates_are_verified_by_default(soar: LocalSoar) -> None:
    with SimulatorServer(tls=True, alerts=0) as untrusted:
        soar.update_asset(ASSET, {"base_url": untrusted.url, "api_token": seed.TOKEN})
        asked = run_on(soar, "run query", query_text=NAMES, timeout_seconds=5)

        assert not asked.ok
        assert "certificate" in asked.message
        assert len(untrusted.log) == 0


def test_17_quotes_count_where_they_mean_something(at_once: SimulatorServer, ask: Ask) -> None:
    quoted = ask('Get Custom Text["x, y"] from all machines')
    bare = ask("Get Custom Text[x, y] from all machines")

    assert quoted.ok, quoted.message
    assert only_asked(at_once).question.selects[0].use.value("text") == "x, y"
    assert "but received 2 values" in bare.message


def test_18_unfinished_question_is_marked(at_once: SimulatorServer, run: RunAction) -> None:
    at_once.settings.silent_share = 0.5
    number = at_once.state.questions.ask({"query_text": NAMES}, seed.ANALYST).id

    got = run("get question results", question_id=number)

    assert got.message.startswith("Incomplete: 4 of 8 endpoints answered (50 %)")
    assert got.summary["complete"] is False


def test_19_expired_session_sends_nothing_twice(at_once: SimulatorServer, soar: LocalSoar) -> None:
    analyst = seed.ANALYST
    account = {"username": analyst.name, "password": analyst.password, "domain": analyst.domain}
    soar.update_asset(ASSET, {"base_url": at_once.url, **account})
    run_on(soar, "run query", query_text=NAMES, timeout_seconds=20)
    at_once.state.accounts.expire_sessions()
    at_once.log.clear()
    at_once.state.questions.asked.clear()

    asked = run_on(soar, "run query", query_text=NAMES, timeout_seconds=20)

    assert asked.ok, asked.message
    assert only_asked(at_once).text == NAMES
    assert requests_of(at_once).count("POST /questions") == 1
    assert requests_of(at_once).count("POST /session/login") == 1
