# File: test_accounts.py
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
"""Sessions, tokens, permissions."""

from __future__ import annotations

import pytest
import requests

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from dev.simulator.times import DAY
from tests.simulator.conftest import Client, Clock


CREDENTIALS = {"username": seed.ANALYST.name, "password": seed.ANALYST.password}


def current(client: Client, string: str) -> requests.Response:
    return client("GET", "/api/v2/session/current", headers={"session": string})


def test_login_gives_a_session_that_works_in_the_header(client: Client) -> None:
    reply = client(
        "POST",
        "/api/v2/session/login",
        json={**CREDENTIALS, "domain": seed.ANALYST.domain},
        headers={"session": ""},
    )
    session = reply.json()["data"]["session"]
    assert session.startswith(f"{seed.ANALYST.id}-1-")
    assert current(client, session).json()["data"]["user"]["name"] == seed.ANALYST.name
    assert "expire_time" not in current(client, session).json()["data"]


@pytest.mark.parametrize(
    "wrong", [{"password": "guess"}, {"username": "nobody"}, {"domain": "elsewhere"}]
)
def test_login_with_wrong_credentials(client: Client, wrong: dict[str, str]) -> None:
    reply = client("POST", "/api/v2/session/login", json={**CREDENTIALS, **wrong})
    assert (reply.status_code, reply.json()["text"]) == (
        401,
        "401 Unauthorized: Unable to authenticate user",
    )


@pytest.mark.parametrize("status", [400, 404, 405])
def test_auth_answers_where_login_is_not_available(
    server: SimulatorServer, client: Client, status: int
) -> None:
    server.settings.login_status = status
    assert client("POST", "/api/v2/session/login", json=CREDENTIALS).status_code == status
    reply = client("POST", "/auth", auth=(seed.ANALYST.name, seed.ANALYST.password))
    assert reply.headers["Content-Type"].startswith("text/plain")
    assert current(client, reply.text).status_code == 200


def test_auth_with_wrong_credentials_or_none(client: Client) -> None:
    assert client("POST", "/auth", auth=("analyst", "guess")).status_code == 401
    assert client("POST", "/auth").status_code == 401


def test_session_expires_when_nobody_uses_it(
    server: SimulatorServer, client: Client, clock: Clock
) -> None:
    first = server.state.accounts.login(**CREDENTIALS).string
    second = server.state.accounts.login(**CREDENTIALS).string
    for _ in range(3):
        clock.pass_seconds(299)
        assert current(client, first).status_code == 200
    assert current(client, second).json()["text"].startswith("401 Unauthorized: ")
    clock.pass_seconds(300)
    assert current(client, first).status_code == 401
    third = server.state.accounts.login(**CREDENTIALS).string
    server.state.accounts.expire_sessions()
    assert current(client, third).status_code == 401


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize(
    "string", [seed.TOKEN_EXPIRED, seed.TOKEN_REVOKED, seed.TOKEN_UNTRUSTED, "unknown", ""]
)
def test_bad_token_is_refused_everywhere(
    server: SimulatorServer, client: Client, string: str, status: int
) -> None:
    server.settings.unauthenticated_status = status
    for path in ("/api/v2/session/current", "/status", "/conns", "/nowhere"):
        reply = client("GET", path, headers={"session": string})
        assert reply.status_code == status
        assert reply.json()["text"].startswith(
            {401: "401 Unauthorized: ", 403: "403 Forbidden: "}[status]
        )


def test_missing_header_is_refused(client: Client) -> None:
    del client.session.headers["session"]
    assert client("GET", "/status").status_code == 401


def test_validate_looks_at_the_token_alone(client: Client) -> None:
    statuses = {
        string: (
            client(
                "POST",
                "/api/v2/session/validate",
                json={"session": string},
                headers={"session": "none"},
            ).status_code
        )
        for string in (
            seed.TOKEN,
            seed.TOKEN_UNTRUSTED,
            seed.TOKEN_WITHOUT_PERMISSIONS,
            seed.TOKEN_EXPIRED,
            seed.TOKEN_REVOKED,
        )
    }
    assert list(statuses.values()) == [200, 200, 200, 401, 401]


def test_token_expires_and_says_when(client: Client, clock: Clock) -> None:
    assert (
        current(client, seed.TOKEN_EXPIRING).json()["data"]["expire_time"] == "2026-09-23T14:13:20Z"
    )
    clock.pass_seconds(2 * DAY)
    assert current(client, seed.TOKEN_EXPIRING).status_code == 401


@pytest.mark.parametrize(
    ("string", "method", "path", "permission"),
    [
        (seed.TOKEN_WITHOUT_PERMISSIONS, "GET", "/status", seed.USE_API),
        (seed.TOKEN_WITHOUT_PERMISSIONS, "GET", "/conns", seed.USE_API),
        (seed.TOKEN_WITHOUT_PERMISSIONS, "GET", "/alerts", seed.USE_API),
        (seed.TOKEN_READER, "POST", "/intels", seed.INTELS_WRITE),
        (seed.TOKEN_READER, "POST", "/on-demand-scans", seed.SCANS_WRITE),
    ],
)
def test_missing_permission_is_named(
    client: Client, string: str, method: str, path: str, permission: str
) -> None:
    reply = client(method, path, headers={"session": string})
    assert reply.status_code == 403
    assert f"'{permission}'" in reply.json()["errors"][0]["message"]
    assert current(client, string).status_code == 200


def test_alerts_need_a_permission_of_their_own(server: SimulatorServer, client: Client) -> None:
    token = server.state.accounts.create_token(
        seed.ANALYST, trusted=["127.0.0.0/8"], permissions=frozenset({seed.USE_API})
    )
    reply = client("GET", "/alerts", headers={"session": token.string})
    assert seed.ALERTS_READ in reply.json()["errors"][0]["message"]
    assert client("GET", "/conns", headers={"session": token.string}).status_code == 200


@pytest.mark.parametrize("trusted", ["127.0.0.1, 192.168.3.0/24", ["127.0.0.1", "192.168.3.0/24"]])
def test_create_token(
    server: SimulatorServer, client: Client, clock: Clock, trusted: object
) -> None:
    server.settings.dialect = {"createApiToken": "specified"}
    body = {"expire_in_days": 365, "notes": "for the test", "trusted_ip_addresses": trusted}
    data = client("POST", "/api/v2/api_tokens", json=body).json()["data"]
    assert data["trusted_ip_addresses"] == ["127.0.0.1", "192.168.3.0/24"]
    assert (data["notes"], data["creation_time"], data["expire_time"]) == (
        "for the test",
        "2026-09-21T14:13:20Z",
        "2027-09-21T14:13:20Z",
    )
    assert isinstance(data["id"], int)
    assert current(client, data["token_string"]).status_code == 200
    clock.pass_seconds(365 * DAY)
    assert current(client, data["token_string"]).status_code == 401


def test_create_token_without_trusted_addresses_works_from_nowhere(client: Client) -> None:
    data = client("POST", "/api/v2/api_tokens", json={}).json()["data"]
    assert current(client, data["token_string"]).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        {"expire_in_days": "365"},
        {"expire_in_days": 0},
        {"trusted_ip_addresses": ["soar.example.com"]},
    ],
)
def test_create_token_with_bad_input(client: Client, body: dict[str, object]) -> None:
    assert client("POST", "/api/v2/api_tokens", json=body).status_code == 400


def test_create_token_needs_a_session(client: Client) -> None:
    assert (
        client("POST", "/api/v2/api_tokens", json={}, headers={"session": "x"}).status_code == 401
    )
