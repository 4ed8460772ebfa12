# File: test_platform_lists.py
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
"""Lists, sensors and saved questions (TANIUM_PLATFORM_WIRE.md, sections 3, 6 and 7)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from tests.simulator.conftest import Client, Clock
from tests.simulator.platform_questions import Asker, refusal


pytestmark = pytest.mark.usefixtures("at_once")

TAIL = {"cache_id", "cache_row_count", "expiration", "filtered_row_count", "page_row_count"}


@pytest.fixture
def asker(client: Client) -> Asker:
    return Asker(client)


def options(**given: Any) -> dict[str, str]:
    return {"tanium-options": json.dumps(given)}


@pytest.mark.parametrize(
    "path", ["sensors", "groups", "saved_questions", "questions", "filter_groups"]
)
def test_list_ends_with_an_item_that_is_none(asker: Asker, path: str) -> None:
    *rows, tail = asker.get(f"/{path}")
    assert tail.keys() == TAIL
    assert tail["cache_row_count"] == tail["page_row_count"] == len(rows)
    assert all("id" in row for row in rows)


def test_empty_list_is_that_item_alone(asker: Asker) -> None:
    assert [each.keys() for each in asker.get("/questions")] == [TAIL]


def test_other_tails(server: SimulatorServer, asker: Asker) -> None:
    server.settings.list_tail = "wrapped"
    assert asker.get("/groups")[-1].keys() == {"cache_info"}
    server.settings.list_tail = "none"
    assert "id" in asker.get("/groups")[-1]


def test_pages_of_a_cache(asker: Asker) -> None:
    *everything, tail = asker.get("/sensors", options(cache_sort_fields="-name"))
    names = [row["name"] for row in everything]
    assert names == sorted(names, key=str.casefold, reverse=True)
    *page, last = asker.get(
        "/sensors", options(cache_id=tail["cache_id"], row_start=2, row_count=3)
    )
    assert page == everything[2:5]
    assert (last["cache_id"], last["page_row_count"]) == (tail["cache_id"], 3)
    assert last["cache_row_count"] == len(everything)


def test_cache_belongs_to_its_user_and_expires(client: Client, clock: Clock) -> None:
    number = Asker(client).get("/sensors", options(cache_expiration=60))[-1]["cache_id"]
    other = Asker(client, seed.TOKEN_READER).get("/sensors", options(cache_id=number))
    assert other[-1]["cache_id"] != number
    clock.pass_seconds(60)
    assert Asker(client).get("/sensors", options(cache_id=number))[-1]["cache_id"] != number


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ([{"field": "name", "operator": "Equal", "value": "open ports"}], {"Open Ports"}),
        ([{"field": "name", "operator": "RegexMatch", "value": "ip .*"}], {"IP Address"}),
        ([{"field": "id", "operator": "Less", "value": "3"}], {"Computer Name", "Computer ID"}),
        (
            [{"field": "content_set/id", "operator": "Equal", "value": "4"}],
            {"Running Process by Hash"},
        ),
        (
            [
                {"field": "id", "operator": "LessEqual", "value": "3"},
                {"field": "name", "operator": "Equal", "value": "Computer ID", "not_flag": True},
            ],
            {"Computer Name", "Operating System"},
        ),
        (
            [
                {
                    "and_flag": False,
                    "sub_filters": [
                        {"field": "id", "operator": "Equal", "value": "1"},
                        {"field": "id", "operator": "Equal", "value": "2"},
                    ],
                }
            ],
            {"Computer Name", "Computer ID"},
        ),
    ],
)
def test_filters_of_a_list(asker: Asker, filters: Any, names: set[str]) -> None:
    *rows, tail = asker.get("/sensors", options(cache_filters=filters))
    assert {row["name"] for row in rows} == names
    assert (tail["filtered_row_count"], tail["cache_row_count"]) == (len(names), 35)


def test_other_options_of_a_list(client: Client, asker: Asker) -> None:
    assert "Hidden Diagnostics" not in {row.get("name") for row in asker.get("/sensors")}
    hidden = asker.get("/sensors", options(include_hidden_flag=True))
    assert "Hidden Diagnostics" in {row.get("name") for row in hidden}
    assert len(asker.get("/sensors", options(suppress_object_list=1))) == 1
    pretty = client("GET", "/api/v2/sensors", headers=options(json_pretty_print=1))
    assert pretty.text.startswith('{\n  "data"')


@pytest.mark.parametrize("as_text", [False, True])
def test_system_status_has_counters_before_its_last_item(
    server: SimulatorServer, asker: Asker, as_text: bool
) -> None:
    server.settings.computer_id_as_text = as_text
    wanted = {"field": "computer_id", "operator": "Equal", "value": seed.MAC.client_id}
    row, counters, tail = asker.get("/system_status", options(cache_filters=[wanted]))
    assert row["host_name"] == seed.MAC.hostname
    assert counters.keys() >= {"normal_count", "versions"}
    assert tail.keys() == TAIL
    assert (tail["filtered_row_count"], tail["cache_row_count"]) == (1, 10)


@pytest.mark.parametrize(
    "text",
    [
        "no JSON",
        "[]",
        '{"row_count": "x"}',
        '{"cache_filters": {}}',
        '{"cache_filters": [{"field": "name", "operator": "Like", "value": "x"}]}',
        '{"cache_filters": [{"field": "name", "operator": "RegexMatch", "value": "("}]}',
    ],
)
def test_bad_options(client: Client, text: str) -> None:
    status, error = refusal(client("GET", "/api/v2/sensors", headers={"tanium-options": text}))
    assert (status, "tanium-options" in error) == (400, True)


def test_sensor_object(asker: Asker) -> None:
    row = asker.get("/sensors/by-name/installed applications")
    assert row.keys() == {
        *("id", "hash", "name", "description", "category", "max_age_seconds", "value_type"),
        *("delimiter", "subcolumns", "queries", "ignore_case_flag", "keep_duplicates_flag"),
        *("hidden_flag", "content_set", "parameter_definition", "source_id", "source_hash"),
    }
    assert row["subcolumns"][1] == {
        "index": 1,
        "name": "Version",
        "value_type": "Version",
        "hidden_flag": False,
    }
    assert (row["delimiter"], row["parameter_definition"]) == ("|", "")
    assert asker.get(f"/sensors/{row['id']}") == row
    assert asker.get(f"/sensors/by-hash/{row['hash']}") == row


def test_hash_may_be_a_text(server: SimulatorServer, asker: Asker) -> None:
    assert asker.get("/sensors/1")["hash"] == 3409330187
    server.settings.hash_as_text = True
    assert asker.get("/sensors/1")["hash"] == "3409330187"


@pytest.mark.parametrize("path", ["by-name/None", "by-hash/1", "by-hash/x", "4242"])
def test_unknown_sensor(client: Client, path: str) -> None:
    status, text = refusal(client("GET", f"/api/v2/sensors/{path}"))
    assert (status, "REST Object Not Found Exception: SensorNotFound: " in text) == (404, True)


def test_parameter_definitions_have_every_type(asker: Asker) -> None:
    found = {}
    for row in asker.get("/sensors")[:-1]:
        if row["parameter_definition"]:
            definition = json.loads(row["parameter_definition"])
            assert definition["parameterType"].endswith("::ParametersArray")
            for parameter in definition["parameters"]:
                kind = parameter["parameterType"].rsplit("::", 1)
                assert kind[0] == "com.tanium.components.parameters"
                found[kind[1]] = parameter
    assert found.keys() == {
        *("TextInputParameter", "TextAreaParameter", "NumericParameter", "DropDownParameter"),
        *("NumericIntervalParameter", "ListParameter", "CheckBoxParameter", "DateTimeParameter"),
        *("DateTimeRangeParameter", "SeparatorParameter", "PluginParameter"),
    }
    assert found["SeparatorParameter"]["key"] is None
    assert found["NumericIntervalParameter"]["units"][0].keys() == {"name", "value"}
    assert found["DropDownParameter"]["values"] == ["red", "green", "blue, light"]
    assert found["TextInputParameter"].keys() >= {
        *("key", "label", "value", "defaultValue", "helpString", "promptText", "restrict"),
        *("validationExpressions", "parameterType", "maxChars"),
    }


def test_by_name_may_answer_a_list(server: SimulatorServer, asker: Asker) -> None:
    server.settings.by_name_lists = True
    for path in (
        "sensors/by-name/Computer Name",
        "groups/by-name/All Computers",
        "saved_questions/by-name/Computer Addresses",
    ):
        assert [each["name"] for each in asker.get(f"/{path}")] == [path.rsplit("/", 1)[1]]


def test_saved_question_object(asker: Asker) -> None:
    row = asker.get("/saved_questions/by-name/Operating Systems %2F Count")
    assert row.keys() == {
        *("id", "name", "query_text", "question", "most_recent_question_id", "issue_seconds"),
        *("issue_seconds_never_flag", "expire_seconds", "keep_seconds", "archive_enabled_flag"),
        *("public_flag", "row_count_flag", "sort_column", "content_set", "packages", "metadata"),
        *("mod_time", "mod_user", "user"),
    }
    assert (row["issue_seconds"], row["expire_seconds"]) == (60, 600)
    assert asker.get(f"/saved_questions/{row['id']}") == row


def saved_results(asker: Asker, number: int, **query: Any) -> Any:
    (result,) = asker.get(f"/result_data/saved_question/{number}", **query)["result_sets"]
    return result


def test_reading_a_saved_question_asks_it_again(
    server: SimulatorServer, asker: Asker, clock: Clock
) -> None:
    saved = seed.OPERATING_SYSTEMS
    first = saved_results(asker, saved.id)
    assert first["saved_question_id"] == saved.id
    clock.pass_seconds(59)
    assert saved_results(asker, saved.id)["question_id"] == first["question_id"]
    clock.pass_seconds(1)
    second = saved_results(asker, saved.id)["question_id"]
    assert second != first["question_id"]
    assert asker.get(f"/questions/{second}")["saved_question"] == {"id": saved.id}
    assert asker.get(f"/saved_questions/{saved.id}")["most_recent_question_id"] == second
    *issued, _ = asker.get(f"/saved_questions/{saved.id}/questions")
    assert [row["id"] for row in issued] == [first["question_id"], second]
    server.settings.saved_questions_reask = False
    clock.pass_seconds(3600)
    assert saved_results(asker, saved.id)["question_id"] == second


def test_saved_question_that_is_never_issued_again(asker: Asker, clock: Clock) -> None:
    first = saved_results(asker, seed.NEVER_ISSUED.id)["question_id"]
    clock.pass_seconds(3600)
    assert saved_results(asker, seed.NEVER_ISSUED.id)["question_id"] == first


def test_saved_question_in_a_computer_group(asker: Asker) -> None:
    number = seed.COMPUTER_ADDRESSES.id
    assert saved_results(asker, number, context_id=seed.FINANCE_GROUP.id)["row_count"] == 2
    assert saved_results(asker, number)["row_count"] == 8
    data = asker.get(f"/result_info/saved_question/{number}")
    assert data["result_infos"][0]["passed"] == 8


def test_new_saved_question(asker: Asker) -> None:
    number = asker.ask_text("Get Is Windows from all machines")
    for body in ({"query_text": "Get Is Windows from all machines"}, {"question": {"id": number}}):
        reply = asker.post("/saved_questions", {"name": "New", **body})
        row = reply.json()["data"]
        assert (row["name"], row["query_text"]) == ("New", "Get Is Windows from all machines")
        assert saved_results(asker, row["id"])["row_count"] == 2
    assert asker.post("/saved_questions", {"name": "New", "query_text": "x"}).status_code == 400


@pytest.mark.parametrize("path", ["4242", "by-name/None", "104"])
def test_saved_question_that_one_does_not_see(client: Client, path: str) -> None:
    headers = {"session": seed.TOKEN_BASE_CONTENT}
    status, text = refusal(client("GET", f"/api/v2/saved_questions/{path}", headers=headers))
    assert (status, "SavedQuestionNotFound" in text) == (404, True)


def test_saved_questions_need_a_privilege(client: Client) -> None:
    for path in ("saved_questions", "result_data/saved_question/101", "sensors"):
        reply = client(
            "GET", f"/api/v2/{path}", headers={"session": seed.TOKEN_WITHOUT_PERMISSIONS}
        )
        assert (reply.status_code, "RBACInsufficientPrivilege" in reply.text) == (403, True)
