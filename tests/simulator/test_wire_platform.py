# File: test_wire_platform.py
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
"""The platform's own API: sessions, computers, groups."""

from __future__ import annotations

import pytest

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from tests.simulator.conftest import Client


def test_management_rights_are_a_check_of_the_session(client: Client) -> None:
    path = "/api/v2/session/management_rights"
    assert client("POST", path).status_code == 200
    assert client("POST", path, headers={"session": seed.TOKEN_REVOKED}).status_code == 401


def test_system_status_has_tls_and_counters(client: Client) -> None:
    *rows, _, _ = client.get("/api/v2/system_status")["data"]
    for row in rows:
        assert row["registered_with_tls"] is True
        assert isinstance(row["send_count"], int)
        assert isinstance(row["receive_count"], int)


@pytest.mark.parametrize(("as_text", "kind"), [(False, int), (True, str)])
def test_computer_id_is_a_number(
    server: SimulatorServer, client: Client, as_text: bool, kind: type
) -> None:
    server.settings.computer_id_as_text = as_text
    *rows, _, _ = client.get("/api/v2/system_status")["data"]
    assert {type(row["computer_id"]) for row in rows} == {kind}


@pytest.mark.parametrize(
    "path",
    [
        "/api/v2/groups/by-name/All%20Computers",
        f"/api/v2/management_rights_groups/{seed.ALL_COMPUTERS.id}",
    ],
)
def test_groups_have_a_text_and_a_content_set(client: Client, path: str) -> None:
    row = client.get(path)["data"]
    assert isinstance(row["text"], str)
    assert row["content_set"].keys() == {"id", "name"}
