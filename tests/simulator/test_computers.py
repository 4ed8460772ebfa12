# File: test_computers.py
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
"""Endpoint look-up, registered computers, computer groups."""

from __future__ import annotations

import pytest

from dev.simulator import seed
from tests.simulator.conftest import Client


LOOK_UP = "/plugin/products/dec/v1/endpoints"


@pytest.mark.parametrize(
    "query", [{"hostname": "WS-Finance-07"}, {"ip": "10.20.1.17"}, {"clientId": "2029311007"}]
)
def test_look_up_finds_one_endpoint(client: Client, query: dict[str, str]) -> None:
    (row,) = client.get(LOOK_UP, **query)["data"]
    assert row.keys() == {
        "clientId",
        "hostname",
        "ip",
        "platform",
        "configured",
        "installed",
        "ready",
        "status",
        "count",
    }
    assert (row["clientId"], row["hostname"], row["ip"]) == (
        seed.FINANCE.client_id,
        seed.FINANCE.hostname,
        seed.FINANCE.ip,
    )


def test_look_up_of_a_shared_name_finds_all_without_times(client: Client) -> None:
    rows = client.get(LOOK_UP, hostname="kiosk-lobby")["data"]
    assert [row["clientId"] for row in rows] == [
        seed.KIOSK_OLD.client_id,
        seed.KIOSK_NEWEST.client_id,
        seed.KIOSK_MIDDLE.client_id,
    ]
    assert client.get(LOOK_UP, hostname="nobody")["data"] == []


def test_system_status_has_registrations_and_ends_in_two_other_items(client: Client) -> None:
    *rows, counters, cache = client.get("/api/v2/system_status")["data"]
    assert "computer_id" not in counters
    assert cache["cache_row_count"] == len(rows)
    registered = {row["computer_id"]: row["last_registration"] for row in rows}
    assert int(seed.NOT_IN_SYSTEM_STATUS.client_id) not in registered
    kiosks = (seed.KIOSK_OLD, seed.KIOSK_MIDDLE, seed.KIOSK_NEWEST)
    times = [registered[int(host.client_id)] for host in kiosks]
    assert times == sorted(times)
    assert {row["status"] for row in rows} == {"Leader", "Normal", "Blocked", "Slow link"}


@pytest.mark.parametrize(
    "group", [seed.ALL_COMPUTERS, seed.FINANCE_GROUP, seed.NUMBER_AS_NAME, seed.NAME_OF_ANOTHER_ID]
)
def test_group_by_name(client: Client, group: seed.Group) -> None:
    name = group.name.replace("%", "%25").replace("/", "%2F")
    assert client.get(f"/api/v2/groups/by-name/{name}")["data"]["id"] == group.id


@pytest.mark.parametrize("name", ["Nobody", seed.DELETED_GROUP.name])
def test_unknown_and_deleted_groups_are_not_found_by_name(client: Client, name: str) -> None:
    reply = client("GET", f"/api/v2/groups/by-name/{name}")
    assert (reply.status_code, "GroupNotFound" in reply.text) == (404, True)


def test_group_by_id_finds_deleted_groups_too(client: Client) -> None:
    assert client.get("/api/v2/management_rights_groups/77")["data"]["name"] == "Ring 1"
    row = client.get(f"/api/v2/management_rights_groups/{seed.DELETED_GROUP.id}")["data"]
    assert (row["id"], row["name"], row["text"]) == (seed.DELETED_GROUP.id, "", "")
    assert (row["deleted_flag"], row["filters"], row["sub_groups"]) == (True, [], [])
    assert row["content_set"] == {"id": 2, "name": "Default Computer Groups"}
    assert client("GET", "/api/v2/management_rights_groups/2024").status_code == 404
