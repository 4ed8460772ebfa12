# File: test_platform_results.py
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
"""Results over time (TANIUM_PLATFORM_WIRE.md, section 5)."""

from __future__ import annotations

import pytest

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from tests.simulator.conftest import Client, Clock
from tests.simulator.platform_questions import Asker, condition, refusal, select


NAMES = "Get Computer Name and IP Address from all machines"
COUNTERS = {
    *("id", "question_id", "saved_question_id", "archived_question_id", "age"),
    *("seconds_since_issued", "issue_seconds", "expire_seconds", "cache_id", "expiration"),
    *("mr_tested", "mr_passed", "tested", "passed", "estimated_total", "report_count"),
    *("select_count", "error_count", "no_results_count", "row_count", "row_count_machines"),
    *("filtered_row_count", "filtered_row_count_machines", "item_count"),
}
MARKER = "[current results unavailable]"


@pytest.fixture
def asker(client: Client) -> Asker:
    return Asker(client)


def test_answers_arrive_over_time(asker: Asker, clock: Clock) -> None:
    number = asker.ask_text(NAMES)
    seen = []
    for seconds in (0.0, 0.25, 0.25, 0.5, 1.0, 60.0):
        clock.pass_seconds(seconds)
        info = asker.info(number)
        seen.append((info["estimated_total"], info["mr_tested"], info["row_count"]))
    assert seen == [(0, 0, 0), (0, 1, 1), (8, 2, 2), (8, 4, 4), (8, 8, 8), (8, 8, 8)]
    assert info["seconds_since_issued"] == 62


def test_envelope(asker: Asker, clock: Clock) -> None:
    number = asker.ask_text(NAMES)
    clock.pass_seconds(5)
    data = asker.get(f"/result_data/question/{number}")
    assert data.keys() == {"now", "max_available_age", "result_sets"}
    assert (data["now"], data["max_available_age"]) == ("2026/09/21 14:13:25 GMT-0000", "")
    (result,) = data["result_sets"]
    assert result.keys() == {*COUNTERS, "columns", "rows"}
    assert (result["id"], result["question_id"], result["saved_question_id"]) == (number,) * 2 + (
        0,
    )
    assert isinstance(result["cache_id"], str)
    assert result["columns"] == [
        {"hash": 3409330187, "name": "Computer Name", "type": 1},
        {"hash": 3209138996, "name": "IP Address", "type": 5},
        {"hash": 0, "name": "Count", "type": 3},
    ]
    (row,) = [row for row in result["rows"] if row["cid"] == int(seed.FINANCE.client_id)]
    assert row.keys() == {"id", "cid", "data"}
    assert row["data"] == [
        [{"text": "ws-finance-07"}],
        [{"text": "10.20.1.17"}, {"text": "fe80::1:d41f"}],
        [{"text": "1"}],
    ]
    info = asker.get(f"/result_info/question/{number}")
    assert info["result_infos"] == [{name: result[name] for name in COUNTERS}]


def test_rows_may_lack_an_id(at_once: SimulatorServer, asker: Asker) -> None:
    at_once.settings.row_ids = False
    assert {*map(frozenset, asker.result(asker.ask_text(NAMES))["rows"])} == {
        frozenset({"cid", "data"})
    }


@pytest.mark.usefixtures("at_once")
def test_counting_question(asker: Asker) -> None:
    """One sensor: equal answers are one row, which belongs to no computer."""
    result = asker.result(asker.ask_text("Get Is Windows from all machines"))
    rows = {row["data"][0][0]["text"]: row["data"][1][0]["text"] for row in result["rows"]}
    assert rows == {"True": "5", "False": "3"}
    assert {row["cid"] for row in result["rows"]} == {0}
    assert (result["row_count"], result["row_count_machines"]) == (2, 8)


@pytest.mark.usefixtures("at_once")
def test_forced_computer_id_gives_a_row_per_computer(asker: Asker) -> None:
    body = {"selects": [select("Is Windows")], "force_computer_id_flag": True}
    result = asker.result(asker.ask(body))
    assert (result["row_count"], len({row["cid"] for row in result["rows"]})) == (8, 8)


def test_counting_question_splits_values_or_not(at_once: SimulatorServer, asker: Asker) -> None:
    text = "Get Running Processes from all machines with Computer Name equals srv-web-01"
    split = asker.rows(asker.ask_text(text))
    assert all(len(row[0]) == 1 for row in split)
    at_once.settings.counting_splits_values = False
    (whole,) = asker.rows(asker.ask_text(text))
    assert whole[0] == [row[0][0] for row in split]


@pytest.mark.usefixtures("at_once")
def test_sensor_with_columns_has_one_hash(asker: Asker) -> None:
    text = "Get Computer Name and Installed Applications from all machines"
    result = asker.result(asker.ask_text(text))
    assert [column["name"] for column in result["columns"]] == [
        "Computer Name",
        "Name",
        "Version",
        "Count",
    ]
    assert result["columns"][1]["hash"] == result["columns"][2]["hash"]
    assert [column["type"] for column in result["columns"]] == [1, 1, 2, 3]
    assert {tuple(map(len, row["data"])) for row in result["rows"]} == {(1, 2, 2, 1), (1, 3, 3, 1)}


@pytest.mark.usefixtures("at_once")
def test_types_of_columns(asker: Asker) -> None:
    types = {
        sensor.name: asker.result(asker.ask({"selects": [select(sensor.name)]}))["columns"][0]
        for sensor in seed.SENSORS
        if sensor.value_type != "String"
    }
    assert {name: column["type"] for name, column in types.items()} == {
        "IP Address": 5,
        "CPU Consumption": 3,
        "Number of Processor Cores": 9,
        "Disk Free Space": 8,
        "Uptime": 7,
        "Tanium Client Version": 2,
        "Operating System Install Date": 6,
        "Last Reboot": 4,
        "Open Ports": 9,
    }
    text = "Get Running Processes with MD5 Hash from all machines"
    assert asker.get(f"/questions/{asker.ask_text(text)}")["query_text"] == "Get number of machines"
    result = asker.result(asker.ask({"selects": [select("Running Processes with MD5 Hash")]}))
    assert [column["type"] for column in result["columns"]] == [1, 0, 9, 3]


def test_values_may_stand_in_the_column_s_name(at_once: SimulatorServer, asker: Asker) -> None:
    body = {"selects": [select("Custom Text", text="x")]}
    assert asker.result(asker.ask(body))["columns"][0]["name"] == "Custom Text"
    at_once.settings.parameters_in_columns = True
    assert asker.result(asker.ask(body))["columns"][0]["name"] == "Custom Text[x]"


@pytest.mark.usefixtures("at_once")
def test_filter_in_the_get_part_blanks_the_others(asker: Asker) -> None:
    text = "Get Computer Name starts with ws-finance and Open Ports equals 445 from all machines"
    result = asker.result(asker.ask_text(text))
    rows = {(row["data"][0][0]["text"], row["data"][1][0]["text"]) for row in result["rows"]}
    assert ("ws-finance-07", "445") in rows
    assert ("[no results]", "[no results]") in rows
    assert (result["row_count"], result["no_results_count"]) == (8, 6)


@pytest.mark.usefixtures("at_once")
def test_errors_of_a_sensor_are_texts(asker: Asker) -> None:
    selects = [select("Computer Name"), select("Windows Only Sensor"), select("Broken Sensor")]
    result = asker.result(asker.ask({"selects": selects}))
    rows = {row["data"][0][0]["text"]: row["data"][1][0]["text"] for row in result["rows"]}
    assert rows["ws-finance-07"] == "fine"
    assert rows["srv-web-01"].startswith("TSE-Error: ")
    assert result["error_count"] == 8


@pytest.mark.usefixtures("at_once")
def test_all_values_come_as_they_are(asker: Asker) -> None:
    selects = [select("Computer Name"), select("Odd Text")]
    row = asker.rows(asker.ask({"selects": selects}))[0]
    assert row[1] == [
        "<script>alert(1)</script>",
        'a "quoted" | barred, text',
        "two\nlines",
        "",
    ]


@pytest.mark.parametrize("marker", [MARKER, "[results currently unavailable]"])
def test_slow_sensor_is_unavailable_first(
    at_once: SimulatorServer, asker: Asker, clock: Clock, marker: str
) -> None:
    at_once.settings.unavailable_marker = marker
    number = asker.ask({"selects": [select("Computer Name"), select("Slow Sensor")]})
    first = asker.rows(number)
    assert {tuple(row[1]) for row in first} == {(marker,)}
    assert asker.info(number)["mr_tested"] == 8
    clock.pass_seconds(20)
    assert sorted(asker.rows(number)) == sorted(
        [name, [f"computed on {name[0]}"], count] for name, _, count in first
    )


def test_share_of_unavailable_cells(at_once: SimulatorServer, asker: Asker, clock: Clock) -> None:
    at_once.settings.unavailable_share = 0.25
    at_once.settings.unavailable_seconds = float("inf")
    number = asker.ask_text(NAMES)
    for _ in range(2):
        assert sum(row[:2] == [[MARKER], [MARKER]] for row in asker.rows(number)) == 2
        clock.pass_seconds(3600)


def test_stragglers_come_later_and_the_silent_never(
    at_once: SimulatorServer, asker: Asker, clock: Clock
) -> None:
    at_once.settings.straggler_share = at_once.settings.silent_share = 0.25
    number = asker.ask_text(NAMES)
    tested = []
    for seconds in (0, 59, 1, 500):
        clock.pass_seconds(seconds)
        tested.append((asker.info(number)["mr_tested"], asker.info(number)["estimated_total"]))
    assert tested == [(4, 8), (4, 8), (6, 8), (6, 8)]


def test_more_than_the_estimate_may_answer(at_once: SimulatorServer, asker: Asker) -> None:
    at_once.settings.late_endpoints = 3
    info = asker.info(asker.ask_text(NAMES))
    assert (info["mr_tested"], info["estimated_total"]) == (11, 8)


def test_nothing_comes_after_the_end(at_once: SimulatorServer, asker: Asker, clock: Clock) -> None:
    at_once.settings.answer_seconds = 100.0
    number = asker.ask({"selects": [select("Computer Name")], "expire_seconds": 50})
    clock.pass_seconds(50)
    assert asker.info(number)["mr_tested"] == 4
    clock.pass_seconds(500)
    info = asker.info(number)
    assert (info["mr_tested"], info["row_count"]) == (4, 4)
    assert asker.result(number)["row_count"] == 4


def test_rows_are_gone_later_and_the_counters_stay(
    at_once: SimulatorServer, asker: Asker, clock: Clock
) -> None:
    number = asker.ask_text(NAMES)
    clock.pass_seconds(600 + at_once.settings.results_lifetime_seconds)
    result = asker.result(number)
    assert (result["rows"], result["row_count"]) == ([], 0)
    assert (result["mr_tested"], result["passed"], result["estimated_total"]) == (8, 8, 8)


@pytest.mark.usefixtures("at_once")
def test_pages(asker: Asker) -> None:
    number = asker.ask_text(NAMES)
    everything = asker.rows(number)
    assert asker.rows(number, row_start=2, row_count=3) == everything[2:5]
    assert asker.rows(number, row_count=3) == everything[:3]
    assert asker.rows(number, row_start=6, row_count=10) == everything[6:]
    assert asker.rows(number, row_start=2) == everything
    assert asker.result(number, row_start=2, row_count=3)["row_count"] == 8
    path = f"/api/v2/result_data/question/{number}?row_count=many"
    assert asker.client("GET", path).status_code == 400


@pytest.mark.usefixtures("at_once")
def test_most_recent_answers_of_computers_that_are_off(asker: Asker) -> None:
    body = {
        "selects": [select("Computer Name"), select("Is Windows")],
        "group": {"filters": [condition("Is Windows", "Equal", "True")]},
    }
    number = asker.ask(body)
    names = [row[0][0] for row in asker.rows(number, most_recent_flag=1)]
    assert sorted(set(names) - {row[0][0] for row in asker.rows(number)}) == ["ws-offline-09"]
    assert names.count("kiosk-lobby") == 3


@pytest.mark.usefixtures("at_once")
def test_result_info_of_a_computer_group(asker: Asker) -> None:
    number = asker.ask_text(NAMES)
    assert asker.info(number, context_id=seed.FINANCE_GROUP.id)["passed"] == 2
    assert asker.info(number)["passed"] == 8


@pytest.mark.usefixtures("at_once")
def test_complete_and_nobody_matches_is_not_without_rights(client: Client) -> None:
    text = "Get Computer Name from all machines with Computer Name equals nobody"
    asker = Asker(client)
    info = asker.info(asker.ask_text(text))
    assert (info["mr_tested"], info["mr_passed"], info["passed"]) == (8, 8, 0)


def test_results_may_be_missing_right_after_the_question(
    at_once: SimulatorServer, asker: Asker
) -> None:
    """Section 3: 7.3 sometimes answered like this."""
    at_once.settings.early_results_missing = 1
    number = asker.ask_text(NAMES)
    path = f"/api/v2/result_data/question/{number}"
    status, text = refusal(asker.client("GET", path))
    assert (status, "SensorNotFound" in text) == (404, True)
    assert len(asker.rows(number)) == 8


@pytest.mark.usefixtures("at_once")
def test_changing_values_change_between_questions(asker: Asker, clock: Clock) -> None:
    text = "Get Computer Name and CPU Consumption from all machines"
    first = asker.ask_text(text)
    rows = asker.rows(first)
    clock.pass_seconds(30)
    assert asker.rows(first) == rows
    assert sorted(asker.rows(asker.ask_text(text))) != sorted(rows)


def test_a_hundred_thousand_rows(at_once: SimulatorServer, asker: Asker) -> None:
    at_once.settings.extra_endpoints = 99_992
    number = asker.ask_text(NAMES)
    info = asker.info(number)
    assert (info["row_count"], info["mr_tested"]) == (100_000, 100_000)
    page = asker.result(number, row_start=90_000, row_count=10_000)["rows"]
    assert (len(page), len({row["cid"] for row in page})) == (10_000, 10_000)
