# File: test_platform_packages.py
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
"""Packages and action groups (TANIUM_PLATFORM_WIRE.md, sections 8, 9 and 12)."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from tests.simulator.conftest import Client
from tests.simulator.platform_questions import Asker, refusal


HIDDEN = {"tanium-options": json.dumps({"include_hidden_flag": True})}


@pytest.fixture
def asker(client: Client) -> Asker:
    return Asker(client)


def test_packages_by_name_by_id_and_in_the_list(asker: Asker) -> None:
    row = asker.get("/packages/by-name/apply windows ipsec quarantine")
    assert row == asker.get(f"/packages/{seed.APPLY_WINDOWS.id}")
    assert row in asker.get("/packages")
    assert (row["expire_seconds"], row["command_timeout"]) == (780, 180)
    assert (row["verify_expire_seconds"], row["source_hash"]) == (600, "")
    assert row["verify_group"]["id"] == row["verify_group_id"] != 0
    parameters = json.loads(row["parameter_definition"])["parameters"]
    kinds = [each["parameterType"].rpartition("::")[2] for each in parameters]
    assert [each["key"] for each in parameters] == ["$1", None, *(f"${n}" for n in range(2, 10))]
    assert kinds[1] == "SeparatorParameter"
    assert kinds[:1] + kinds[2:6] == ["CheckBoxParameter"] * 5
    assert "parameters" not in row
    hostile = asker.get(f"/packages/by-name/{quote(seed.SET_VALUE.name, safe='')}")
    assert hostile["name"] == seed.SET_VALUE.name
    assert "exit_code_criteria" in asker.get("/packages/by-name/Install Update")
    with pytest.raises(ValueError, match="Unterminated"):
        json.loads(asker.get("/packages/by-name/Imported With Errors")["parameter_definition"])


def test_clones_are_hidden_and_name_their_package(asker: Asker) -> None:
    *rows, _ = asker.get("/packages")
    *with_clones, _ = asker.get("/packages", HIDDEN)
    clones = [row for row in with_clones if row["hidden_flag"]]
    assert len(rows) + len(clones) == len(with_clones) == len(seed.PACKAGES)
    assert [row["source_id"] for row in clones] == [seed.APPLY_WINDOWS.id, seed.CLEAN_CACHE.id]
    assert clones[0]["parameters"][0] == {"key": "$1", "value": "1", "type": 0}
    assert asker.get(f"/packages/{seed.CLONE.id}")["name"] == seed.APPLY_WINDOWS.name


def test_what_nobody_sees_is_not_found(client: Client) -> None:
    outside = Asker(client, seed.TOKEN_BASE_CONTENT)
    path = f"/api/v2/packages/by-name/{seed.APPLY_MAC.name}"
    status, text = refusal(client("GET", path, headers=outside.headers))
    assert (status, "PackageNotFound" in text) == (404, True)
    assert seed.APPLY_MAC.name not in {row.get("name") for row in outside.get("/packages")}
    status, text = refusal(client("GET", path, headers={"session": seed.TOKEN_WITHOUT_PERMISSIONS}))
    assert (status, seed.READ_PACKAGE in text) == (403, True)


def test_action_groups(client: Client, asker: Asker) -> None:
    rows = asker.get("/action_groups")
    assert all("id" in row for row in rows)
    assert asker.get("/action_groups/by-name/default") == rows[0]
    assert rows[0] == {
        "id": 3,
        "name": "Default",
        "and_flag": 0,
        "deleted_flag": 0,
        "public_flag": 1,
        "groups": [{"id": seed.NO_COMPUTERS.id}],
        "user_groups": [],
    }
    assert asker.get("/action_groups/4")["groups"] == [{"id": seed.ALL_COMPUTERS.id}]
    assert refusal(client("GET", "/api/v2/action_groups/by-name/Retired"))[0] == 404
    assert asker.get("/client_count") == 8


def test_specified_packages_and_action_groups(server: SimulatorServer, asker: Asker) -> None:
    server.settings.dialect = "specified"
    rows = asker.get("/packages")
    assert {frozenset(row) for row in rows} == {
        frozenset(
            {
                *("id", "name", "display_name", "command", "command_timeout", "expire_seconds"),
                *("content_set", "files", "parameters", "mod_time", "creation_time"),
            }
        )
    }
    update = asker.get("/packages/by-name/Install Update")
    assert update["files"][0].keys() == {"id", "name", "hash", "size"}
    assert update["parameters"] == [{"key": "$1", "default_value": "0", "label": "Reboot"}]
    assert asker.get("/action_groups/by-name/Default") == {
        "id": 3,
        "name": "Default",
        "and_flag": False,
    }
