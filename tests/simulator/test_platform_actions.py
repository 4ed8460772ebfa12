# File: test_platform_actions.py
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
"""Issuing actions, approving and stopping them (TANIUM_PLATFORM_WIRE.md, section 10)."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from tests.simulator.conftest import Client, Clock
from tests.simulator.platform_actions import Issuer, of, order
from tests.simulator.platform_questions import refusal


UNSET = "2001-01-01T00:00:00Z"


@pytest.fixture
def issuer(client: Client) -> Issuer:
    return Issuer(client)


@pytest.fixture
def approver(client: Client) -> Issuer:
    return Issuer(client, seed.TOKEN_APPROVER)


def test_saved_action_issues_an_action_with_a_clone(issuer: Issuer, clock: Clock) -> None:
    parameters = [{"key": "$1", "value": "notepad.exe"}]
    spec = {"source_id": seed.TERMINATE_PROCESS.id, "parameters": parameters}
    saved = issuer.saved(
        seed.TERMINATE_PROCESS, package_spec=spec, target_group={"source_id": 77, "name": "Ring 1"}
    )
    assert (saved["approved_flag"], saved["approver"]) == (False, {"id": 0, "name": ""})
    assert saved["last_start_time"] == saved["last_action"]["start_time"] == "Never"
    assert (saved["status"], saved["issue_count"], saved["target_group"]) == (0, 0, {"id": 77})
    package = saved["package_spec"]
    assert (package["source_id"], package["hidden_flag"]) == (seed.TERMINATE_PROCESS.id, True)
    assert package["id"] not in {each.id for each in seed.PACKAGES}
    assert package["parameters"] == [{**parameters[0], "type": 0}]
    number = saved["last_action"]["id"]
    fresh = issuer.action(number)
    assert (fresh["status"], fresh["start_time"]) == ("Pending", UNSET)
    assert fresh["expiration_time"] == "2001-01-01T00:10:00Z"
    assert (fresh["history_saved_question"], fresh["stopped_flag"]) == ({"id": 0}, False)
    assert fresh["saved_action"] == {"id": saved["id"]}
    clock.pass_seconds(1)
    begun = issuer.action(number)
    assert (begun["status"], begun["start_time"]) == ("Open", "2026-09-21T14:13:21Z")
    assert begun["history_saved_question"]["id"] != 0
    assert issuer.get(f"/saved_actions/{saved['id']}")["approved_flag"] is True
    clock.pass_seconds(600)
    assert issuer.action(number)["status"] == "Closed"


def test_action_without_a_saved_one_and_its_list(issuer: Issuer) -> None:
    body = order(seed.CLEAN_CACHE, target_group=of(seed.MAC), name="Same name")
    made = issuer.post("/actions", body).json()["data"]
    assert (made["status"], made["start_time"]) == ("Pending", UNSET)
    assert made["target_group"]["filters"][0]["value"] == seed.MAC.client_id
    issuer.saved(seed.CLEAN_CACHE, name="Same name")
    found = issuer.get("/actions/by-name/same name")
    assert [each["id"] for each in found] == [made["id"], made["id"] + 1]
    *rows, tail = issuer.get("/actions")
    assert len(rows) == tail["cache_row_count"] == 4


def test_last_action_may_come_later(server: SimulatorServer, issuer: Issuer) -> None:
    server.settings.last_action_late = 2
    saved = issuer.saved(seed.CLEAN_CACHE)
    path = f"/saved_actions/{saved['id']}"
    seen = [saved["last_action"]["id"], *(issuer.get(path)["last_action"]["id"] for _ in "ab")]
    assert seen == [0, 0, 126_151]


def test_action_may_come_later(
    server: SimulatorServer, issuer: Issuer, client: Client, clock: Clock
) -> None:
    server.settings.saved_action_seconds = 5
    saved = issuer.saved(seed.CLEAN_CACHE, name="later")
    assert (saved["last_action"]["id"], saved["next_start_time"]) == (0, "Never")
    assert refusal(client("GET", "/api/v2/actions/by-name/later"))[0] == 404
    assert issuer.get("/saved_actions/by-name/later")["next_start_time"] != "Never"
    clock.pass_seconds(5)
    assert len(issuer.get("/actions/by-name/later")) == 1


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"package_spec": None}, "ActionRequiresPackage"),
        ({"package_spec": {"parameters": []}}, "ActionRequiresPackage"),
        ({"package_spec": {"source_id": "510"}}, "RESTProcessingException"),
        ({"package_spec": {"source_id": 1}}, "PackageNotFound"),
        (
            {"package_spec": {"source_id": 511, "parameters": [{"key": "$1", "value": 5}]}},
            "RESTProcessingException",
        ),
        ({"package_spec": {"id": 511, "parameters": [{"key": "$1"}]}}, "RESTProcessingException"),
        ({"action_group": None}, "AddSavedActionFailed"),
        ({"action_group": {"name": "All Computers"}}, "GroupNotFound"),
        ({"expire_seconds": None}, "AddSavedActionFailed"),
        ({"expire_seconds": "600"}, "RESTProcessingException"),
        ({"expires": 600}, "RESTProcessingException"),
        ({"target_group": {"name": "Nobody knows"}}, "GroupNotFound"),
        ({"target_group": {"filter": []}}, "RESTProcessingException"),
        (
            {"target_group": {"filters": [{"sensor": {"name": "No such"}, "value": "x"}]}},
            "SensorNotFound",
        ),
        ({"start_time": "tomorrow"}, "RESTProcessingException"),
    ],
)
def test_refused_bodies(
    server: SimulatorServer, issuer: Issuer, change: dict[str, Any], name: str
) -> None:
    body = {**order(seed.CLEAN_CACHE), **change}
    status, text = refusal(issuer.post("/saved_actions", body))
    assert (status in {400, 404}, name in text) == (True, True), text
    assert len(server.state.actions.all) == 2


def test_target_group_is_required_beside_saved_actions(issuer: Issuer) -> None:
    assert "AddActionFailed" in refusal(issuer.post("/actions", order(seed.CLEAN_CACHE)))[1]


@pytest.mark.parametrize(
    ("group", "target", "names"),
    [
        (seed.DEFAULT, None, set()),
        (seed.FINANCE_WINDOWS, None, {"ws-finance-07", "ws-finance-12"}),
        (seed.DEFAULT_ALL, {"id": 77}, {"ws-finance-07", "srv-web-01"}),
        (seed.FINANCE_ACTIONS, {"name": "Ring 1"}, {"ws-finance-07"}),
        (seed.DEFAULT_ALL, {"text": "Is Windows equals False"}, {"srv-web-01", "srv-db-02"}),
        (seed.DEFAULT_ALL, of(seed.KIOSK_NEWEST, seed.KIOSK_OLD), {"kiosk-lobby"}),
        (seed.DEFAULT_ALL, of(seed.OFFLINE), set()),
    ],
)
def test_who_takes_part(
    issuer: Issuer,
    clock: Clock,
    group: seed.ActionGroup,
    target: dict[str, Any] | None,
    names: set[str],
) -> None:
    saved = issuer.saved(seed.CLEAN_CACHE, action_group={"name": group.name}, target_group=target)
    clock.pass_seconds(60)
    words = issuer.words(saved["last_action"]["id"])
    assert {*words} - {seed.MAC.hostname} == names
    (result,) = issuer.get(f"/result_data/action/{saved['last_action']['id']}")["result_sets"]
    assert result["estimated_total"] == 8


def test_without_a_target_it_is_the_action_group_within_rights(
    server: SimulatorServer, client: Client, issuer: Issuer, clock: Clock
) -> None:
    everybody = issuer.saved(seed.CLEAN_CACHE)["last_action"]["id"]
    finance = Issuer(client, seed.TOKEN_FINANCE).saved(seed.CLEAN_CACHE)["last_action"]["id"]
    server.state.groups.delete(seed.WINDOWS_GROUP.id)
    group = {"id": seed.WINDOWS_OR_SERVERS.id}
    servers = issuer.saved(seed.CLEAN_CACHE, action_group=group)["last_action"]["id"]
    clock.pass_seconds(60)
    assert len(issuer.words(everybody)) == 8
    assert {*issuer.words(servers)} == {"srv-web-01", "srv-db-02"}
    assert {*issuer.words(finance)} == {"ws-finance-07", "ws-finance-12"}


def test_newcomers_take_part_while_the_action_is_open(
    server: SimulatorServer, issuer: Issuer, clock: Clock
) -> None:
    computers = server.state.computers
    computers.newcomers.append(seed.FINANCE._replace(client_id="2029311008"))
    number = issuer.saved(seed.CLEAN_CACHE, action_group={"name": "Finance"})["last_action"]["id"]
    clock.pass_seconds(60)
    (result,) = issuer.get(f"/result_data/action/{number}")["result_sets"]
    assert (result["row_count"], result["estimated_total"]) == (3, 9)
    computers.hosts.append(seed.FINANCE._replace(client_id="2029311009"))
    issuer.action(number)
    clock.pass_seconds(60)
    (result,) = issuer.get(f"/result_data/action/{number}")["result_sets"]
    assert result["row_count"] == 4
    clock.pass_seconds(600)
    computers.hosts.append(seed.FINANCE._replace(client_id="2029311010"))
    assert len(server.state.actions.all[number].progress) == 4


@pytest.mark.parametrize("has_action", [False, True])
def test_approval_by_somebody_else(
    server: SimulatorServer, issuer: Issuer, approver: Issuer, clock: Clock, *, has_action: bool
) -> None:
    server.settings.require_action_approval = True
    server.settings.unapproved_has_action = has_action
    saved = issuer.saved(seed.CLEAN_CACHE)
    clock.pass_seconds(60)
    path = f"/saved_actions/{saved['id']}"
    waiting = issuer.get(path)
    assert (waiting["approved_flag"], waiting["last_start_time"]) == (False, "Never")
    assert bool(waiting["last_action"]["id"]) == has_action
    wanted = {"id": saved["id"], "approved_flag": 1}
    assert issuer.get("/saved_action_approvals") == [
        {"id": saved["id"], "name": "test", "approved_flag": False, "metadata": []}
    ]
    status, text = refusal(issuer.post("/saved_action_approvals", wanted))
    assert (status, "RBACInvalidOperation" in text) == (403, True)
    assert approver.post("/saved_action_approvals", wanted).status_code == 200
    assert "RBACInvalidOperation" in refusal(approver.post("/saved_action_approvals", wanted))[1]
    clock.pass_seconds(60)
    approved = issuer.get(path)
    assert (approved["approved_flag"], approved["approver"]["name"]) == (True, "approver")
    assert len(issuer.words(approved["last_action"]["id"])) == 8


def test_direct_action_waits_for_approval_the_same_way(
    server: SimulatorServer, issuer: Issuer, approver: Issuer, clock: Clock
) -> None:
    server.settings.require_action_approval = True
    body = order(seed.CLEAN_CACHE, target_group=of(seed.MAC))
    made = issuer.post("/actions", body).json()["data"]
    clock.pass_seconds(3600)
    assert issuer.action(made["id"])["status"] == "Pending"
    approval = {"id": made["saved_action"]["id"], "approved_flag": 1}
    assert approver.post("/saved_action_approvals", approval).status_code == 200
    clock.pass_seconds(60)
    assert issuer.word(made["id"], seed.MAC) == "Completed"


def test_stop_ends_what_has_not_begun(
    server: SimulatorServer, issuer: Issuer, clock: Clock
) -> None:
    server.state.actions.scripts[seed.MAC.client_id] = ["Waiting"]
    server.state.actions.scripts[seed.FINANCE.client_id] = ["Running"] * 9 + ["Completed"]
    number = issuer.issue(seed.CLEAN_CACHE, seed.MAC, seed.FINANCE)
    clock.pass_seconds(3)
    issuer.action(number)
    stop = issuer.post("/action_stops", {"action": {"id": number}}).json()["data"]
    assert stop["action"] == {"id": number}
    row = issuer.action(number)
    assert (row["stopped_flag"], row["status"]) == (True, "Stopped")
    assert issuer.word(number, seed.MAC) == "Stopped"
    assert issuer.word(number, seed.FINANCE) == "Running"
    clock.pass_seconds(60)
    assert issuer.word(number, seed.FINANCE) == "Completed"
    for body in ({"action": number}, {"action": {"id": 1}}, {}):
        assert refusal(issuer.post("/action_stops", body))[0] in {400, 404}


def test_rights(client: Client, issuer: Issuer) -> None:
    number = issuer.saved(seed.CLEAN_CACHE)["last_action"]["id"]
    reader, operator = (Issuer(client, token) for token in (seed.TOKEN_READER, seed.TOKEN_OPERATOR))
    assert reader.action(number)["user"]["name"] == "analyst"
    for path, body in (
        ("/saved_actions", order(seed.CLEAN_CACHE)),
        ("/action_stops", {"action": {"id": number}}),
    ):
        status, text = refusal(reader.post(path, body))
        assert (status, seed.WRITE_ACTION in text) == (403, True)
    own = operator.saved(seed.CLEAN_CACHE)["last_action"]["id"]
    assert [row["id"] for row in operator.get("/actions")[:-1]] == [own]
    for path in (f"/actions/{number}", f"/result_data/action/{number}"):
        status, text = refusal(client("GET", f"/api/v2{path}", headers=operator.headers))
        assert (status, "ActionNotFound" in text) == (404, True)
    outside = Issuer(client, seed.TOKEN_BASE_CONTENT)
    status, text = refusal(outside.post("/saved_actions", order(seed.APPLY_MAC)))
    assert (status, "PackageNotFound" in text) == (404, True)


def test_expiry_and_repetition(issuer: Issuer, clock: Clock) -> None:
    at_once = issuer.post(
        "/actions",
        {
            "package_spec": {"source_name": seed.NEVER_EXPIRES.name},
            "action_group": {"name": seed.DEFAULT_ALL.name},
            "target_group": of(seed.MAC),
        },
    ).json()["data"]
    repeated = issuer.saved(seed.CLEAN_CACHE, issue_seconds=120)
    clock.pass_seconds(1)
    issuer.get("/actions")
    assert issuer.action(at_once["id"])["status"] == "Closed"
    assert issuer.words(at_once["id"]) == {}
    clock.pass_seconds(120)
    again = issuer.get(f"/saved_actions/{repeated['id']}")
    assert again["last_action"]["id"] == repeated["last_action"]["id"] + 1


@pytest.mark.parametrize("kind", ["status", "silent", "reset_after"])
@pytest.mark.parametrize("path", ["saved_actions", "actions"])
def test_lost_answer_after_the_work_was_done(
    server: SimulatorServer, issuer: Issuer, client: Client, kind: str, path: str
) -> None:
    fault = Fault(kind, method="POST", path_contains=f"/{path}", status=502, work=True)
    server.faults.add(fault)
    body = order(seed.CLEAN_CACHE, name="lost", target_group=of(seed.MAC))
    url = f"{server.url}/api/v2/{path}"
    if kind == "status":
        assert issuer.post(f"/{path}", body).status_code == 502
    else:
        with pytest.raises(requests.RequestException):
            client.session.post(url, json=body, timeout=0.3, verify=server.ca_file or True)
    assert len(issuer.get("/actions/by-name/lost")) == 1
