# File: test_wire_alerts.py
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
"""Alerts as production servers send them: what captures show is there without any setting."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dev.simulator.server import SimulatorServer
from tests.simulator.conftest import Client, Clock


PROCESS = "pid arguments start_time handles tanium_unique_id file user parent"
DEFENDER_EVENT = """detection_id threat_name category_name severity_name detection_source
process_name detection_user path action_type additional_actions error_description"""


@pytest.fixture
def alerts(client: Client) -> list[dict[str, Any]]:
    """All alerts, as clients list them: with the slash, the newest first, with their documents."""
    body = client.get("/alerts/", limit=500, sort="-createdAt", expand="intelDoc")
    assert body.keys() == {"data", "meta"}
    return list(body["data"])


@pytest.fixture
def injections(alerts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in alerts if row["intelDoc"]["type"] == "processInjection"]


def details(row: dict[str, Any]) -> Any:
    return json.loads(row["details"])


def whats(row: dict[str, Any]) -> Any:
    return details(row)["finding"]["whats"][0]


def of_type(alerts: list[dict[str, Any]], match_type: str) -> list[dict[str, Any]]:
    found = [row for row in alerts if row["matchType"] == match_type]
    assert found
    return found


def signatures(value: Any) -> list[dict[str, Any]]:
    """Every `signature_data` inside."""
    if isinstance(value, list):
        return [each for item in value for each in signatures(item)]
    if not isinstance(value, dict):
        return []
    own = [value["signature_data"]] if "signature_data" in value else []
    return own + signatures(list(value.values()))


@pytest.mark.parametrize("path", ["/alerts", "/alerts/"])
def test_list_with_and_without_the_slash(client: Client, path: str) -> None:
    assert len(client.get(path, limit=3)["data"]) == 3


def test_details_are_always_the_text_of_an_object(alerts: list[dict[str, Any]]) -> None:
    assert {type(row["details"]) for row in alerts} == {str}
    assert {type(details(row)) for row in alerts} == {dict}


def test_match_can_be_null_beside_a_finding(alerts: list[dict[str, Any]]) -> None:
    without = [row for row in alerts if details(row)["match"] is None]
    assert 0 < len(without) < len(alerts) / 10
    assert all(details(row)["finding"]["finding_id"] == row["findingId"] for row in without)


def test_numbers_are_numbers(alerts: list[dict[str, Any]]) -> None:
    for row in alerts:
        found = details(row)
        numbers = (found["config_id"], found["config_rev_id"], row["intelDocRevisionId"])
        assert {type(number) for number in numbers} == {int}


def test_status_of_a_signature_is_a_number(alerts: list[dict[str, Any]]) -> None:
    found = [each for row in alerts for each in signatures(details(row))]
    assert {each["status"] for each in found} == {1, 11}
    assert {each["status"] for each in found if "issuer" not in each} == {11}


def test_every_second_alert_is_a_process_injection(
    alerts: list[dict[str, Any]], injections: list[dict[str, Any]]
) -> None:
    assert 0.4 < len(injections) / len(alerts) < 0.6
    assert {row["matchType"] for row in injections} == {"process"}
    assert {row["intelDoc"]["mitreAttack"] for row in injections} == {None}


def test_target_of_an_injection_is_a_whole_process(injections: list[dict[str, Any]]) -> None:
    for row in injections:
        activity = whats(row)["artifact_activity"]
        (action,) = activity["relevant_actions"]
        acting, target = activity["acting_artifact"]["process"], action["target"]["process"]
        for process in (acting, target, target["parent"]["process"]):
            assert set(PROCESS.split()) <= process.keys()
        assert acting.keys() == target.keys()
        assert (acting["file"]["file"]["path"], acting["pid"] != target["pid"]) == (
            row["path"],
            True,
        )


def test_injection_has_an_event_and_further_fields(injections: list[dict[str, Any]]) -> None:
    for row in injections:
        what = whats(row)
        assert what["security_event"].keys() == {"timestamp", "type_identifier"}
        fields = what["additional_fields"]
        assert fields.keys() - {"execution_target_name"} == {
            "technique",
            "execution_target_address",
        }
        assert details(row)["finding"]["description"] == "Thread"
    named = ["execution_target_name" in whats(row)["additional_fields"] for row in injections]
    assert {*named} == {True, False}


def test_defender_has_one_kind_of_event(alerts: list[dict[str, Any]]) -> None:
    for row in of_type(alerts, "windows_defender"):
        finding = details(row)["finding"]
        assert finding["artifact"].keys() == {
            "artifact_hash",
            "instance_hash",
            "windows_defender_event",
        }
        reported = finding["artifact"]["windows_defender_event"]
        assert reported["timestamp_ms"].isdecimal()
        assert reported["event"].keys() == {"malware_action_v2"}
        assert reported["event"]["malware_action_v2"].keys() == set(DEFENDER_EVENT.split())
        assert (row["path"], "whats" in finding) == (None, False)
        assert "\\" in finding["system_info"]["logged_on_user"]


def test_paths_of_defender_may_begin_with_file(client: Client) -> None:
    rows = client.get("/alerts", matchType="windows_defender", limit=500)["data"]
    events = [details(row)["finding"]["artifact"]["windows_defender_event"] for row in rows]
    paths = [event["event"]["malware_action_v2"]["path"] for event in events]
    assert {path.startswith("file:_C:") for path in paths} == {True, False}


def test_defender_knows_other_kinds(clock: Clock) -> None:
    with SimulatorServer(clock=clock, defender_event_kind="malware_detected_v2") as server:
        client = Client(server)
        with client.session:
            row = client.get("/alerts", matchType="windows_defender")["data"][0]
    event = details(row)["finding"]["artifact"]["windows_defender_event"]["event"]
    assert event.keys() == {"malware_detected_v2"}


def test_event_log_hit_has_neither_file_nor_process(alerts: list[dict[str, Any]]) -> None:
    for row in of_type(alerts, "eventlog"):
        assert (row["intelDoc"]["type"], row["path"]) == ("openioc", None)
        match = details(row)["match"]
        if match is not None:
            assert match["properties"].keys() == {"source", "message", "write_time", "gen_time"}


@pytest.mark.parametrize("path", ["/alerts?id=1&id=2", "/alerts/?id=1&id=2"])
def test_alerts_are_deleted_in_bulk(client: Client, path: str) -> None:
    reply = client("DELETE", path)
    assert (reply.status_code, reply.content) == (204, b"")
    assert "Content-Type" not in reply.headers
    assert [row["id"] for row in client.get("/alerts", limit=2)["data"]] == [3, 4]


@pytest.mark.parametrize(
    ("path", "status"), [("/alerts", 400), ("/alerts?id=a", 400), ("/alerts?id=1&id=9999", 404)]
)
def test_deletions_that_are_refused_delete_nothing(client: Client, path: str, status: int) -> None:
    assert client("DELETE", path).status_code == status
    assert client.get("/alerts", limit=1)["meta"]["totalCount"] == 120


def test_what_nobody_has_shown_of_lists_and_deletions(clock: Clock) -> None:
    with SimulatorServer(clock=clock, guid_filter=False, refuses_unknown_alerts=False) as server:
        client = Client(server)
        with client.session:
            guid = client.get("/alerts", limit=1)["data"][0]["guid"]
            assert client.get("/alerts", guid=guid)["meta"]["filteredCount"] == 120
            server.settings.guid_filter = True
            assert client.get("/alerts", guid=guid)["meta"]["filteredCount"] == 1
            assert client("DELETE", "/alerts?id=1&id=9999").status_code == 204
            assert client.get("/alerts", limit=1)["meta"]["totalCount"] == 119


def test_the_server_prunes_its_table_every_few_minutes(clock: Clock) -> None:
    with SimulatorServer(clock=clock, most_alerts=100) as server:
        client = Client(server)
        with client.session:
            assert client.get("/alerts", limit=1)["meta"]["totalCount"] == 120
            clock.pass_seconds(300)
            body = client.get("/alerts", limit=1)
    assert (body["meta"]["totalCount"], body["data"][0]["id"]) == (100, 21)
