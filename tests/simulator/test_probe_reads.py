# File: test_probe_reads.py
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
"""What a look at the server itself reads: the gateway, and the privileges of the caller."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from dev.simulator import seed
from dev.simulator.server import SimulatorServer


GATEWAY = "/plugin/products/gateway/graphql"


def ask(tanium: SimulatorServer, query: Any, token: str = seed.TOKEN) -> requests.Response:
    return requests.post(
        tanium.url + GATEWAY, json={"query": query}, headers={"session": token}, timeout=10
    )


def test_gateway_tells_the_time_and_its_version(tanium: SimulatorServer) -> None:
    reply = ask(tanium, "query { now }")

    assert reply.json()["data"]["now"].endswith("Z")
    assert reply.headers["tanium-gateway-version"]


@pytest.mark.parametrize("query", ["{ nothing }", "", None, 7])
def test_errors_of_the_gateway_come_with_200(tanium: SimulatorServer, query: Any) -> None:
    reply = ask(tanium, query)

    assert (reply.status_code, list(reply.json())) == (200, ["errors"])


def test_gateway_needs_a_login_and_a_permission(tanium: SimulatorServer) -> None:
    assert ask(tanium, "{ now }", "token-unknown").status_code == 401
    assert ask(tanium, "{ now }", seed.TOKEN_WITHOUT_PERMISSIONS).status_code == 403


def test_session_lists_privileges_under_the_servers_names(tanium: SimulatorServer) -> None:
    def names(token: str) -> set[str]:
        reply = requests.get(
            f"{tanium.url}/api/v2/session/current", headers={"session": token}, timeout=10
        )
        return {each["name"] for each in reply.json()["data"]["effective_privileges"]}

    assert {"threat response intel write", "threat response alerts read"} <= names(seed.TOKEN)
    assert seed.INTELS_WRITE not in names(seed.TOKEN)
    assert "threat response intel write" not in names(seed.TOKEN_READER)
    assert names(seed.TOKEN_WITHOUT_PERMISSIONS) == {"use token", "view token", "rotate token"}
