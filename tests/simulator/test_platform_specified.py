# File: test_platform_specified.py
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
"""The platform in the specified dialect: `tanium-platform-rest-api-openapi.yml` (section 1 of
TANIUM_PLATFORM_WIRE.md).
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from tests.simulator.conftest import Client, Clock
from tests.simulator.platform_questions import Asker, condition, refusal, select


PLAIN = "Get Computer Name from all machines"
SENSOR = {
    *("id", "name", "hash", "description", "category", "max_age_seconds", "content_set"),
    *("queries", "parameters", "mod_time", "creation_time"),
}
GROUP = {"id", "name", "type", "and_flag", "sub_groups", "filters"}
SAVED = {"id", "name", "query_text", "question", "issue_seconds", "expire_seconds", "mod_time"}


@pytest.fixture
def server(clock: Clock) -> Iterator[SimulatorServer]:
    with SimulatorServer(
        clock=clock, dialect="specified", answer_seconds=0, estimate_seconds=0
    ) as running:
        yield running


@pytest.fixture
def asker(client: Client) -> Asker:
    return Asker(client)


def test_parse_question(asker: Asker) -> None:
    reply = asker.post("/parse_question", {"query_text": PLAIN})
    (best, *_) = reply.json()["data"]
    assert best.keys() == {"question", "question_text"}
    assert best["question_text"] == PLAIN
    assert best["question"]["selects"][0]["sensor"]["name"] == "Computer Name"
    for body in ({"text": PLAIN}, {"query_text": "xyzzy"}):
        assert asker.post("/parse_question", body).status_code == 400


def test_question_is_answered_as_an_object(asker: Asker) -> None:
    group = {"filters": [condition("Computer Name", "Contains", "finance")]}
    reply = asker.post("/questions", {"selects": [select("Computer Name")], "group": group})
    row = reply.json()["data"]
    assert row.keys() == {
        *("id", "query_text", "expiration", "selects", "group", "management_rights_group"),
        "saved_question",
    }
    assert asker.get(f"/questions/{row['id']}") == row
    assert row["selects"] == [
        {"sensor": {"name": "Computer Name", "hash": 3409330187, "id": 1}},
    ]
    assert {cells[0][0] for cells in asker.rows(row["id"])} == {"ws-finance-07", "ws-finance-12"}


def test_text_and_expiration_in_any_mix(asker: Asker) -> None:
    number = asker.ask({"query_text": PLAIN, "expiration": "2026-09-21T14:13:50Z"})
    row = asker.get(f"/questions/{number}")
    assert (row["query_text"], row["expiration"]) == (PLAIN, "2026-09-21T14:13:50Z")
    number = asker.ask({"query_text": PLAIN, "selects": [select("Is Windows")]})
    assert asker.get(f"/questions/{number}")["query_text"] == "Get Is Windows from all machines"


def test_result(asker: Asker) -> None:
    number = asker.ask({"query_text": PLAIN})
    data = asker.get(f"/result_data/question/{number}")
    assert (data["now"], data["max_available_age"]) == ("2026-09-21T14:13:20Z", "")
    assert data["result_sets"][0].keys() == {
        *("age", "archived_question_id", "columns", "estimated_total", "id", "mr_tested"),
        *("no_results_count", "passed", "row_count", "rows", "tested"),
    }
    assert len(asker.rows(number)) == 8


def test_lists_have_rows_only(asker: Asker) -> None:
    for path, keys in (("sensors", SENSOR), ("groups", GROUP), ("saved_questions", SAVED)):
        assert {frozenset(row) for row in asker.get(f"/{path}")} == {frozenset(keys)}


def test_objects_by_name(asker: Asker) -> None:
    form = asker.get("/sensors/by-name/Custom Form")
    assert form.keys() == SENSOR
    assert form["parameters"] == [
        {"key": "Directory Path", "default_value": "/tmp"},
        {"key": "deep", "default_value": "0"},
        {"key": "limit", "default_value": "10"},
    ]
    assert asker.get("/groups/by-name/Servers").keys() == GROUP
    saved = asker.get("/saved_questions/by-name/Computer Addresses")
    assert saved.keys() == SAVED
    (result,) = asker.get(f"/result_data/saved_question/{saved['id']}")["result_sets"]
    assert result["row_count"] == 8


def test_token(asker: Asker) -> None:
    data = asker.post("/api_tokens", {"trusted_ip_addresses": ["127.0.0.1"]}).json()["data"]
    assert data.keys() == {
        *("id", "token_string", "expire_time", "creation_time", "trusted_ip_addresses", "notes"),
    }
    assert data["trusted_ip_addresses"] == ["127.0.0.1"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "questions"),
        ("GET", "result_info/question/88"),
        ("GET", "api_tokens"),
        ("GET", "sensors/1"),
        ("GET", "groups/1"),
        ("GET", "saved_questions/101"),
        ("POST", "build_group_text"),
    ],
)
def test_what_the_file_lacks_may_be_missing(
    server: SimulatorServer, client: Client, asker: Asker, method: str, path: str
) -> None:
    asker.ask({"query_text": PLAIN})
    assert client(method, f"/api/v2/{path}", json={}).status_code == 200
    server.settings.without_unspecified = True
    assert client(method, f"/api/v2/{path}", json={}).status_code == 404


def test_errors_are_objects_with_a_text(client: Client) -> None:
    for path, name in (
        ("questions/4242", "QuestionNotFound"),
        ("result_data/question/4242", "QuestionNotFound"),
        ("sensors/by-name/None", "SensorNotFound"),
        ("groups/by-name/None", "GroupNotFound"),
        ("saved_questions/by-name/None", "SavedQuestionNotFound"),
    ):
        status, text = refusal(client("GET", f"/api/v2/{path}"))
        assert (status, name in text) == (404, True)


def test_dialects_are_mixed(server: SimulatorServer, asker: Asker) -> None:
    server.settings.dialect = {"questions": "specified", "getQuestionResults": "production"}
    reply = asker.post("/parse_question", {"query_text": PLAIN})
    assert "question" in reply.json()["data"][0]
    number = asker.ask({"query_text": PLAIN})
    assert "mr_passed" in asker.result(number)
    assert asker.get("/sensors/by-name/Computer Name")["hash"] == seed.COMPUTER_NAME.hash
    assert "parameter_definition" in asker.get("/sensors/1")


def test_saved_action(server: SimulatorServer, asker: Asker, clock: Clock) -> None:
    target = {"filters": [condition("Computer Name", "Contains", "finance")]}
    body = {
        "name": "specified",
        "package_spec": {
            "source_id": seed.TERMINATE_PROCESS.id,
            "name": seed.TERMINATE_PROCESS.name,
            "parameters": [{"key": "$1", "value": "notepad.exe"}],
        },
        "action_group": {"id": 4, "name": seed.DEFAULT_ALL.name},
        "target_group": target,
        "expire_seconds": 300,
        "start_time": "2026-09-21T14:13:30Z",
    }
    row = asker.post("/saved_actions", body).json()["data"]
    assert row["package_spec"] == {"source_id": 511, "name": seed.TERMINATE_PROCESS.name}
    assert row["action_group"] == {"id": 4, "name": seed.DEFAULT_ALL.name, "and_flag": False}
    assert row["target_group"]["filters"][0]["sensor"].keys() == {"name", "hash"}
    assert (row["status"], row["approved_flag"]) == ("Enabled", 1)
    assert (row["start_time"], row["expiration_time"]) == (
        "2026-09-21T14:13:30Z",
        "2026-09-21T14:18:30Z",
    )
    assert row.keys() == {
        *("id", "name", "status", "package_spec", "action_group", "target_group"),
        *("start_time", "expiration_time", "approved_flag"),
    }
    assert asker.get("/actions/by-name/Deploy snapshot")
    clock.pass_seconds(10)
    (issued,) = asker.get("/actions/by-name/specified")
    clock.pass_seconds(60)
    (result,) = asker.get(f"/result_data/action/{issued['id']}")["result_sets"]
    assert result["row_count"] == 2
    for change in ({"name": None}, {"issue_seconds": 0}, {"package_spec": {"id": 511}}):
        assert asker.post("/saved_actions", {**body, **change}).status_code == 400
    server.settings.without_unspecified = True
    reply = asker.client("GET", f"/api/v2/actions/{issued['id']}")
    assert reply.status_code == 404
