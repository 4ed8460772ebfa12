# File: test_platform_groups.py
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
"""Groups, filters and targets (TANIUM_PLATFORM_WIRE.md, section 8)."""

from __future__ import annotations

from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.questions.model import text_hash
from dev.simulator.server import SimulatorServer
from tests.simulator.conftest import Client
from tests.simulator.platform_questions import Asker, condition, refusal


pytestmark = pytest.mark.usefixtures("at_once")

FINANCE = {"ws-finance-07", "ws-finance-12"}
WINDOWS = {*FINANCE, "ws-hr-04", "lab-isolated-01", "kiosk-lobby"}
SERVERS = {"srv-web-01", "srv-db-02"}
EVERYBODY = {*WINDOWS, *SERVERS, "mac-design-03"}


@pytest.fixture
def asker(client: Client) -> Asker:
    return Asker(client)


def name_is(name: str, **more: Any) -> dict[str, Any]:
    return condition("Computer Name", "Equal", name, **more)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (name_is("srv-web-01"), {"srv-web-01"}),
        (name_is("SRV-WEB-01"), {"srv-web-01"}),
        (name_is("SRV-WEB-01", ignore_case_flag=False), set()),
        (name_is("srv-web"), set()),
        (name_is("srv-web-01", not_flag=True), EVERYBODY - {"srv-web-01"}),
        (condition("Computer Name", "RegexMatch", "srv-.*"), SERVERS),
        (condition("Computer Name", "RegexMatch", "srv-"), set()),
        (condition("Computer Name", "RegexMatch", "("), set()),
        (condition("Computer Name", "HashMatch", str(text_hash("srv-web-01"))), {"srv-web-01"}),
        (condition("Computer Name", "HasMatch", str(text_hash("srv-web-01"))), {"srv-web-01"}),
        ({"sensor": {"name": "Computer Name"}, "value": "srv-web-01"}, set()),
        (condition("Open Ports", "Equal", "443"), SERVERS),
        (condition("Open Ports", "Greater", "200"), {*WINDOWS, *SERVERS}),
        (condition("Open Ports", "Greater", "200", all_values_flag=True), set()),
        (condition("Open Ports", "GreaterEqual", "443"), {*WINDOWS, *SERVERS}),
        (condition("Open Ports", "Less", "22"), set()),
        (condition("Open Ports", "LessEqual", "22"), SERVERS),
        (condition("Open Ports", "Greater", "5", value_type="String"), set()),
        (condition("Tanium Client Version", "Greater", "7.6.2.999"), EVERYBODY),
        (condition("Disk Free Space", "Greater", "39000 MB"), EVERYBODY),
        (condition("Disk Free Space", "Greater", "1 TB"), set()),
        (condition("Uptime", "Less", "61 days"), EVERYBODY),
        (condition("Uptime", "Greater", "1000 hours"), None),
        (condition("Last Reboot", "Less", "Thu, 01 Jan 2030 00:00:00 +0000"), EVERYBODY),
        (condition("IP Address", "Equal", "10.30.0.11"), {"srv-web-01"}),
        (condition("IP Address", "RegexMatch", "10.30.*"), SERVERS),
        (
            condition("Installed Applications", "Equal", "Invoice Viewer", delimiter="|"),
            FINANCE,
        ),
        (condition("Windows Only Sensor", "RegexMatch", "TSE-Error.*"), EVERYBODY - WINDOWS),
    ],
)
def test_filter(asker: Asker, given: Any, found: set[str] | None) -> None:
    answer = asker.where({"filters": [given]})
    assert answer == found if found is not None else answer < EVERYBODY


def test_filter_on_a_sensor_with_parameters(asker: Asker) -> None:
    sensor = {"source_name": "Custom Text", "parameters": [{"key": "||text||", "value": "x"}]}
    given = {"sensor": sensor, "operator": "Equal", "value": "text=x"}
    assert asker.where({"filters": [given]}) == EVERYBODY


@pytest.mark.parametrize(
    ("and_flag", "not_flag", "found"),
    [
        (True, False, {"ws-finance-07"}),
        (False, False, {*FINANCE, "srv-web-01"}),
        (True, True, EVERYBODY - {"ws-finance-07"}),
        (False, True, EVERYBODY - FINANCE - {"srv-web-01"}),
    ],
)
def test_sub_groups_and_filters_are_joined_and_negated(
    asker: Asker, and_flag: bool, not_flag: bool, found: set[str]
) -> None:
    group = {
        "and_flag": and_flag,
        "not_flag": not_flag,
        "filters": [condition("Computer Name", "RegexMatch", ".*finance.*")],
        "sub_groups": [
            {"and_flag": False, "filters": [name_is("ws-finance-07"), name_is("srv-web-01")]}
        ],
    }
    assert asker.where(group) == found


def test_one_computer_safely(asker: Asker) -> None:
    name = 'srv-web-01" or Computer Name contains "'
    for wanted, found in ((name, set()), ("srv-web-01", {"srv-web-01"})):
        one = {"and_flag": True, "filters": [name_is(wanted, value_type="String")]}
        assert asker.where({"and_flag": False, "sub_groups": [one]}) == found
    pinned = {"filters": [condition("Computer ID", "Equal", seed.WEB_SERVER.client_id)]}
    assert asker.where(pinned) == {"srv-web-01"}


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ({"id": 1}, EVERYBODY),
        ({"id": 2}, set()),
        ({"id": seed.RING_ONE.id}, {"ws-finance-07", "srv-web-01"}),
        ({"name": "Finance / Accounting (100%)"}, FINANCE),
        ({"id": seed.SERVERS_GROUP.id}, SERVERS),
        ({"id": seed.SERVERS_GROUP.id, "not_flag": True}, EVERYBODY - SERVERS),
        ({"sub_groups": [{"id": seed.WINDOWS_GROUP.id}]}, WINDOWS),
        ({}, EVERYBODY),
    ],
)
def test_known_groups_by_reference(asker: Asker, reference: Any, found: set[str]) -> None:
    assert asker.where(reference) == found


def test_group_object(asker: Asker) -> None:
    row = asker.get(f"/groups/{seed.FINANCE_GROUP.id}")
    assert row.keys() >= {
        *("id", "name", "text", "type", "and_flag", "not_flag", "filters", "sub_groups"),
        *("filter_flag", "management_rights_flag", "deleted_flag", "content_set"),
    }
    assert (row["type"], row["text"]) == (0, "Computer Name starts with ws-finance")
    assert row["filters"][0].keys() >= {
        *("sensor", "operator", "value", "value_type", "not_flag", "ignore_case_flag"),
        *("all_values_flag", "max_age_seconds", "delimiter"),
    }
    assert asker.get("/groups/by-name/finance %2F accounting (100%25)")["id"] == row["id"]
    manual = asker.get(f"/groups/{seed.RING_ONE.id}")
    assert (manual["type"], manual["text"], manual["filters"]) == (4, "", [])


def test_lists_of_groups(asker: Asker) -> None:
    *rows, _ = asker.get("/groups")
    names = [row["name"] for row in rows]
    assert ("All Computers" in names, seed.DELETED_GROUP.name in names) == (True, False)
    *filters, _ = asker.get("/filter_groups")
    assert {row["id"] for row in filters} == {row["id"] for row in rows} - {1, 2}
    assert len(asker.get("/management_rights_groups")) == len(rows) + 1


def test_group_made_from_text(asker: Asker) -> None:
    text = 'Computer Name contains "srv" and not Computer Name ends with "02"'
    number = asker.post("/groups", {"text": text}).json()["data"]["id"]
    assert asker.where({"id": number}) == {"srv-web-01"}
    *rows, _ = asker.get("/groups")
    assert number not in {row["id"] for row in rows}
    named = asker.post("/groups", {"name": "Web", "text": text}).json()["data"]["id"]
    assert asker.get("/groups/by-name/web")["id"] == named
    status, error = refusal(asker.post("/groups", {"name": "web", "text": text}))
    assert (status, "GroupNameNotUnique" in error) == (400, True)


@pytest.mark.parametrize("text", ["", "nonsense", "Nonsense equals 1", "Computer Name equals"])
def test_bad_text_of_a_group(asker: Asker, text: str) -> None:
    status, error = refusal(asker.post("/groups", {"text": text}))
    assert (status, "InvalidGroupQueryText" in error) == (400, True)


def test_manual_group(asker: Asker) -> None:
    specs = [{"computer_name": "SRV-web-01"}, {"ip_address": "10.20.4.33"}, {"ip_address": "no"}]
    body = {"name": "By hand", "computer_specs": specs}
    number = asker.post("/computer_groups", body).json()["data"]["id"]
    assert asker.where({"id": number}) == {"srv-web-01", "mac-design-03"}


def test_delete_group(client: Client) -> None:
    deleted = client("DELETE", f"/api/v2/groups/{seed.WINDOWS_GROUP.id}").json()["data"]
    assert deleted["deleted_flag"] is True
    assert client("GET", "/api/v2/groups/by-name/Windows Computers").status_code == 404
    assert client("DELETE", f"/api/v2/groups/{seed.WINDOWS_GROUP.id}").status_code == 404
    for reserved in (1, 2, 3, 4):
        status, error = refusal(client("DELETE", f"/api/v2/groups/{reserved}"))
        assert (status, "CannotUpdateOrDeleteReservedGroup" in error) == (400, True)


@pytest.mark.parametrize(
    ("permissions", "body", "status"),
    [
        ({seed.DEFINE_QUESTION}, {"text": "Is Windows equals True"}, 200),
        ({seed.DEFINE_QUESTION}, {"name": "x", "text": "Is Windows equals True"}, 403),
        ({seed.WRITE_COMPUTER_GROUP}, {"name": "x", "text": "Is Windows equals True"}, 200),
        (set(), {"text": "Is Windows equals True"}, 403),
    ],
)
def test_rights_for_new_groups(
    server: SimulatorServer, client: Client, permissions: set[str], body: Any, status: int
) -> None:
    token = server.state.accounts.create_token(
        seed.ANALYST, trusted=["127.0.0.1"], permissions=frozenset(permissions)
    )
    assert Asker(client, token.string).post("/groups", body).status_code == status


def test_groups_need_a_privilege(client: Client) -> None:
    for path in ("groups", "groups/1", "groups/by-name/All Computers", "filter_groups"):
        reply = client(
            "GET", f"/api/v2/{path}", headers={"session": seed.TOKEN_WITHOUT_PERMISSIONS}
        )
        assert (reply.status_code, "RBACInsufficientPrivilege" in reply.text) == (403, True)
