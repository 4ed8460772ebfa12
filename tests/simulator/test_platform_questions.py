# File: test_platform_questions.py
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
"""Asking a question (TANIUM_PLATFORM_WIRE.md, section 4)."""

from __future__ import annotations

from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from tests.simulator.conftest import Client, Clock
from tests.simulator.platform_questions import Asker, condition, refusal, select


pytestmark = pytest.mark.usefixtures("at_once")

NUMBER_OF_MACHINES = "Get number of machines"
WINDOWS = {"filters": [condition("Is Windows", "Equal", "True")]}


@pytest.fixture
def asker(client: Client) -> Asker:
    return Asker(client)


def test_reply_is_the_id_alone(asker: Asker) -> None:
    reply = asker.post("/questions", {"query_text": "Get Computer Name from all machines"})
    assert reply.json() == {"data": {"id": 88}}


def test_text_alone_is_asked(server: SimulatorServer, asker: Asker) -> None:
    number = asker.ask_text("get computer name from all machines with Is Windows equals true")
    assert asker.get(f"/questions/{number}")["query_text"] == (
        "Get Computer Name from all machines with Is Windows equals true"
    )
    assert (server.state.questions.asked[-1].fallback, server.state.questions.asked[-1].body) == (
        False,
        {"query_text": "get computer name from all machines with Is Windows equals true"},
    )


@pytest.mark.parametrize(
    "body",
    [
        {"query_text": "Get Computer Name from all machines", "expire_seconds": 60},
        {"query_text": "Get Nonsense from all machines"},
        {"query_text": "Get Computer Name from all machines with Nonsense equals 1"},
        {"query_text": "nonsense"},
        {"selects": [{"sensor": {"name": "Nonsense"}}]},
        {"selects": [select("Computer Name"), select("Nonsense")], "group": WINDOWS},
        {
            "selects": [select("Computer Name")],
            "group": {"filters": [condition("No", "Equal", "")]},
        },
        {"selects": []},
        {},
    ],
)
def test_what_cannot_be_asked_is_the_number_of_machines(
    server: SimulatorServer, asker: Asker, body: Any
) -> None:
    number = asker.ask(body)
    assert asker.get(f"/questions/{number}")["query_text"] == NUMBER_OF_MACHINES
    assert server.state.questions.asked[-1].fallback is True
    result = asker.result(number)
    assert [column["name"] for column in result["columns"]] == ["Count"]
    assert [row["data"] for row in result["rows"]] == [[[{"text": "8"}]]]


def test_text_is_ignored_beside_a_structure(asker: Asker) -> None:
    body = {"query_text": "Get IP Address from all machines", "selects": [select("Is Windows")]}
    assert asker.get(f"/questions/{asker.ask(body)}")["query_text"] == (
        "Get Is Windows from all machines"
    )


def test_structure_names_a_sensor_in_every_way(asker: Asker) -> None:
    sensor = asker.get("/sensors/by-name/Computer Name")
    for reference in (
        {"name": "Computer Name"},
        {"hash": sensor["hash"]},
        {"hash": str(sensor["hash"])},
        {"source_hash": sensor["hash"]},
        {"source_id": sensor["id"]},
        {"source_name": "computer name"},
    ):
        assert "ws-finance-07" in asker.names({"selects": [{"sensor": reference}]})


def test_parse_result_can_be_posted_whole(asker: Asker) -> None:
    (best, *_) = asker.parse(
        "Get Computer Name and IP Address from all machines with Is Windows equals True"
    )
    number = asker.ask({**best, "expire_seconds": 60, "context_group": {"id": 414}})
    row = asker.get(f"/questions/{number}")
    assert (row["query_text"], row["expire_seconds"]) == (best["question_text"], 60)
    assert {cells[0][0] for cells in asker.rows(number)} == {"ws-finance-07", "ws-finance-12"}


def test_question_object(asker: Asker, clock: Clock) -> None:
    body = {"selects": [select("Computer Name")], "group": WINDOWS, "priority": 1}
    number = asker.ask({**body, "force_computer_id_flag": True, "skip_lock_flag": True})
    row = asker.get(f"/questions/{number}")
    assert row["query_text"] == (
        "Get?forceComputerIdFlag=1 Computer Name from all machines with Is Windows equals True"
    )
    assert (row["expire_seconds"], row["is_expired"], row["priority"]) == (600, False, 1)
    assert (row["force_computer_id_flag"], row["skip_lock_flag"]) == (True, True)
    assert (row["expiration"], row["user"]) == (
        "2026-09-21T14:23:20Z",
        {"id": seed.ANALYST.id, "name": seed.ANALYST.name},
    )
    assert row["selects"][0]["sensor"]["name"] == "Computer Name"
    assert row["group"]["filters"][0]["operator"] == "Equal"
    assert row["management_rights_group"]["id"] == seed.ALL_COMPUTERS.id
    assert "saved_question" not in row
    clock.pass_seconds(600)
    row = asker.get(f"/questions/{number}")
    assert (row["is_expired"], row["expire_seconds"]) == (True, 0)


def test_question_cannot_be_found_at_last(
    server: SimulatorServer, asker: Asker, clock: Clock
) -> None:
    number = asker.ask_text("Get Computer Name from all machines")
    clock.pass_seconds(600 + server.settings.question_lifetime_seconds)
    for path in ("questions", "result_data/question", "result_info/question"):
        status, text = refusal(asker.client("GET", f"/api/v2/{path}/{number}"))
        assert status == 404
        assert text.startswith(
            "404 Item Not Found: REST Object Not Found Exception: QuestionNotFound: "
        )


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ([], "InvalidJSONBody"),
        ({"selects": "Computer Name"}, "InvalidJSONBody"),
        ({"selects": [select("Computer Name")], "expire_seconds": "600"}, "RESTProcessing"),
        (
            {
                "selects": [select("Computer Name")],
                "group": {"filters": [condition("Computer Name", "Like", "x")]},
            },
            "RESTProcessingException",
        ),
    ],
)
def test_bad_body_is_refused(asker: Asker, body: Any, name: str) -> None:
    status, text = refusal(asker.post("/questions", body))
    assert (status, f"400 Bad Request: {name}" in text) == (400, True)


@pytest.mark.parametrize("key", ["group", "context_group"])
def test_unknown_group_is_refused(asker: Asker, key: str) -> None:
    body = {"selects": [select("Computer Name")], key: {"id": 4242}}
    status, text = refusal(asker.post("/questions", body))
    assert (status, "GroupNotFound" in text) == (404, True)


def test_unknown_operator_may_be_taken_for_none(server: SimulatorServer, asker: Asker) -> None:
    server.settings.unknown_operator = "hash_match"
    assert asker.where({"filters": [condition("Computer Name", "Like", "srv-web-01")]}) == set()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (sensor.name, "")
        for sensor in seed.SENSORS
        if len([each for each in sensor.parameters if each.key]) == 1
        and sensor is not seed.PROCESS_OF_HASH
    ],
)
def test_every_parameter_type_reaches_the_script(asker: Asker, name: str, value: str) -> None:
    """Section 7: as it was sent, whatever it is; an empty value is the default, and without a value
    or with another key nothing is put in its place.
    """
    sensor = next(each for each in seed.SENSORS if each.name == name)
    key = str(sensor.parameters[0].key)
    sent = 'a|b, "c" ||x|| 1693526400000'
    assert asker.names({"selects": [select(name, **{key: sent})]}) == {f"{key}={sent}"}
    default = sensor.parameters[0].default
    assert asker.names({"selects": [select(name, **{key: value})]}) == {f"{key}={default}"}
    for values in ({}, {"other": "1"}):
        assert asker.names({"selects": [select(name, **values)]}) == {f"{key}=||{key}||"}


def test_values_need_a_source(asker: Asker) -> None:
    """`name` and `hash` do not take parameters."""
    chosen = select("Custom Text", text="mine")["sensor"]["parameters"]
    for reference in ("name", "hash"):
        sensor = asker.get("/sensors/by-name/Custom Text")
        body = {"selects": [{"sensor": {reference: sensor[reference], "parameters": chosen}}]}
        assert asker.names(body) == {"text=||text||"}


def test_separators_take_no_value(asker: Asker) -> None:
    text = 'Get Custom Form["C:\\a, b",1,20] from all machines'
    number = asker.ask_text(text)
    assert {row[0][0] for row in asker.rows(number)} == {
        "Directory Path=C:\\a, b; deep=1; limit=20"
    }
    sensor = asker.get(f"/questions/{number}")["selects"][0]["sensor"]
    assert sensor["source_id"] == seed.CUSTOM_FORM.id
    assert sensor["parameters"] == [
        {"key": "||Directory Path||", "value": "C:\\a, b"},
        {"key": "||deep||", "value": "1"},
        {"key": "||limit||", "value": "20"},
    ]
    assert sensor["hash"] != asker.get("/sensors/by-name/Custom Form")["hash"]


def test_who_has_this_hash(asker: Asker) -> None:
    everything = asker.rows(asker.ask_text("Get Running Processes with MD5 Hash from all machines"))
    assert everything
    selects = [select("Computer Name"), select("Running Processes with MD5 Hash")]
    (row, *_) = [
        row for row in asker.rows(asker.ask({"selects": selects})) if row[0] == ["srv-web-01"]
    ]
    path, md5 = row[1][2], row[2][2]
    found = asker.rows(
        asker.ask(
            {"selects": [select("Computer Name"), select("Running Process by Hash", hash=md5)]}
        )
    )
    assert {cells[0][0] for cells in found if cells[1] == [path]} == {"srv-web-01", "srv-db-02"}
    assert {cells[0][0] for cells in found if cells[1] == ["[no results]"]} >= {"ws-finance-07"}


def test_context_group_limits_the_question(asker: Asker) -> None:
    body = {"selects": [select("Computer Name")], "context_group": {"id": seed.RING_ONE.id}}
    number = asker.ask(body)
    assert {row[0][0] for row in asker.rows(number)} == {"ws-finance-07", "srv-web-01"}
    assert asker.get(f"/questions/{number}")["context_group"] == {"id": seed.RING_ONE.id}
    info = asker.info(number)
    assert (info["mr_passed"], info["tested"], info["passed"]) == (8, 2, 2)


def test_rights_limit_who_answers_without_a_message(client: Client) -> None:
    for token, passed in ((seed.TOKEN_FINANCE, 2), (seed.TOKEN_NO_COMPUTERS, 0)):
        asker = Asker(client, token)
        number = asker.ask_text("Get Computer Name from all machines")
        info = asker.info(number)
        assert (info["estimated_total"], info["mr_tested"]) == (8, 8)
        assert (info["mr_passed"], info["passed"], info["row_count"]) == (passed,) * 3


@pytest.mark.parametrize("status", [403, 404])
def test_asking_needs_privileges(server: SimulatorServer, client: Client, status: int) -> None:
    """Section 13: define question and read sensor."""
    server.settings.missing_right_status = status
    asker = Asker(client, seed.TOKEN_READER)
    for path, body in (
        ("/questions", {"query_text": "Get Computer Name from all machines"}),
        ("/parse_question", {"text": "Get Computer Name from all machines"}),
    ):
        reply = asker.post(path, body)
        assert reply.status_code == status
        assert ("RBACInsufficientPrivilege" in reply.text) == (status == 403)
    assert client("GET", "/api/v2/questions", headers=asker.headers).status_code == status


def test_sensors_outside_ones_content_sets_do_not_exist(client: Client) -> None:
    """Section 3: they are reported as not found, and the question becomes another one."""
    asker = Asker(client, seed.TOKEN_BASE_CONTENT)
    number = asker.ask({"selects": [select("Tanium Client Version")]})
    assert asker.get(f"/questions/{number}")["query_text"] == NUMBER_OF_MACHINES
    reply = client("GET", "/api/v2/sensors/by-name/Tanium Client Version", headers=asker.headers)
    assert (reply.status_code, "SensorNotFound" in reply.text) == (404, True)


def test_error_text_may_be_the_name_alone(server: SimulatorServer, client: Client) -> None:
    server.settings.error_texts = "name"
    _, text = refusal(client("GET", "/api/v2/questions/1"))
    assert text.startswith("QuestionNotFound: ")


def test_build_text_shows_what_a_structure_means(asker: Asker) -> None:
    body = {"selects": [select("Custom Text", text="a,b")], "group": WINDOWS}
    assert asker.post("/build_question_text", body).json()["data"]["text"] == (
        'Get Custom Text["a,b"] from all machines with Is Windows equals True'
    )
    data = asker.post("/build_group_text", WINDOWS).json()["data"]
    assert data.keys() == {"group", "text"}
    assert data["text"] == "Is Windows equals True"
    reply = asker.post("/build_question_text", {"selects": [select("Nonsense")]})
    assert (reply.status_code, "SensorNotFound" in reply.text) == (404, True)
