# File: test_platform_accounts.py
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
"""Sessions and API tokens (TANIUM_PLATFORM_WIRE.md, section 2)."""

from __future__ import annotations

import re
from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from dev.simulator.times import DAY
from tests.simulator.conftest import Client, Clock
from tests.simulator.platform_questions import Asker, refusal


TOKENS = "/api/v2/api_tokens"
CREDENTIALS = {"username": seed.ANALYST.name, "password": seed.ANALYST.password}
FIELDS = {
    *("id", "name", "deleted_flag", "user", "persona", "created_time", "expiration"),
    *("last_used_on", "notes", "trusted_ip_addresses", "expire_in_days"),
}


@pytest.fixture
def asker(client: Client) -> Asker:
    return Asker(client)


def login(client: Client) -> str:
    reply = client("POST", "/api/v2/session/login", json=CREDENTIALS)
    return str(reply.json()["data"]["session"])


def status_of(client: Client, string: str) -> int:
    reply = client("GET", "/api/v2/session/current", headers={"session": string})
    return reply.status_code


def create(asker: Asker, **body: Any) -> Any:
    return asker.post("/api_tokens", {"trusted_ip_addresses": "127.0.0.1", **body}).json()["data"]


def test_session_s_form_and_end(client: Client) -> None:
    session = login(client)
    assert re.fullmatch(r"\d+-\d+-[0-9a-f]+", session)
    assert client("POST", "/api/v2/session/logout", json={"session": session}).status_code == 200
    assert status_of(client, session) == 401


@pytest.mark.parametrize("string", [seed.TOKEN, None])
def test_validate_is_flat_or_nested(
    server: SimulatorServer, client: Client, string: str | None
) -> None:
    body = {"session": string or login(client)}
    assert client("POST", "/api/v2/session/validate", json=body).json() == body
    server.settings.validate_reply = "nested"
    assert client("POST", "/api/v2/session/validate", json=body).json() == {"data": body}


def test_validate_of_a_bad_session(client: Client) -> None:
    reply = client("POST", "/api/v2/session/validate", json={"session": "1-2-3"})
    assert refusal(reply) == (401, "401 Unauthorized: Invalid session")


def test_call_prolongs_a_session_and_may_change_it(
    server: SimulatorServer, client: Client, clock: Clock
) -> None:
    session = login(client)
    clock.pass_seconds(299)
    server.settings.sessions_change = True
    reply = client("POST", "/api/v2/session/validate", json={"session": session}).json()
    assert reply["session"] != session
    clock.pass_seconds(299)
    assert [status_of(client, each) for each in (session, reply["session"])] == [200, 200]


def test_current_session_has_roles_and_privileges(client: Client) -> None:
    data = client.get("/api/v2/session/current")["data"]
    assert data.keys() >= {"user", "roles", "effective_privileges"}
    names = [each["name"] for each in data["effective_privileges"]]
    assert seed.DEFINE_QUESTION in names


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_management_rights_by_either_method(client: Client, method: str) -> None:
    assert client(method, "/api/v2/session/management_rights").status_code == 200


@pytest.mark.parametrize("trusted", ["127.0.0.1, 10.0.0.0/8", ["127.0.0.1", "10.0.0.0/8"]])
def test_new_token(asker: Asker, trusted: Any) -> None:
    data = create(asker, name="n", notes="text", expire_in_days=30, trusted_ip_addresses=trusted)
    assert data.keys() == {*FIELDS, "token_string"}
    assert (data["name"], data["notes"], data["expire_in_days"]) == ("n", "text", 30)
    assert data["trusted_ip_addresses"] == "127.0.0.1,10.0.0.0/8"
    assert (data["created_time"], data["expiration"], data["last_used_on"]) == (
        "2026-09-21T14:13:20Z",
        "2026-10-21T14:13:20Z",
        "2001-01-01T00:00:00Z",
    )
    assert (data["deleted_flag"], data["persona"]) == (0, {"id": 0})
    assert data["user"].keys() == {"id", "name", "display_name", "domain"}


def test_token_s_default_life(asker: Asker) -> None:
    assert create(asker)["expire_in_days"] == 7
    assert asker.post("/api_tokens", {"expire_in_days": 0}).status_code == 400
    status, text = refusal(asker.post("/api_tokens", {"as_persona": "other"}))
    assert (status, "InvalidPersonaForUser" in text) == (400, True)


def test_list_of_tokens_is_rows_only_and_the_user_s(asker: Asker, client: Client) -> None:
    made = create(asker)
    rows = asker.get("/api_tokens")
    assert all(row.keys() == FIELDS for row in rows)
    assert made["id"] in {row["id"] for row in rows}
    assert {row["user"]["name"] for row in rows} == {seed.ANALYST.name}
    reply = client("GET", TOKENS, headers={"session": seed.TOKEN_WITHOUT_PERMISSIONS})
    assert (reply.status_code, seed.VIEW_TOKEN in reply.text) == (403, True)


def test_token_in_use_was_used_now(asker: Asker, clock: Clock) -> None:
    clock.pass_seconds(60)
    used = [row for row in asker.get("/api_tokens") if row["last_used_on"].startswith("2026")]
    assert [row["last_used_on"] for row in used] == ["2026-09-21T14:14:20Z"]


def test_revoked_token(asker: Asker, client: Client) -> None:
    made = create(asker)
    assert status_of(client, made["token_string"]) == 200
    data = client("DELETE", f"{TOKENS}/{made['id']}").json()["data"]
    assert (data["id"], data["deleted_flag"]) == (made["id"], 1)
    assert status_of(client, made["token_string"]) == 401
    for method in ("GET", "DELETE"):
        status, text = refusal(client(method, f"{TOKENS}/{made['id']}"))
        assert (status, "APITokenNotFound" in text) == (404, True)


def test_expired_token_is_not_found(asker: Asker, client: Client, clock: Clock) -> None:
    made = create(asker, expire_in_days=1)
    assert asker.get(f"/api_tokens/{made['id']}")["id"] == made["id"]
    clock.pass_seconds(DAY)
    assert client("GET", f"{TOKENS}/{made['id']}").status_code == 404


def test_rotated_token(asker: Asker, client: Client) -> None:
    old = create(asker, notes="kept", expire_in_days=30)
    body = {"token_string": old["token_string"]}
    new = client("PATCH", TOKENS, json=body).json()["data"]
    assert new.keys() == {*FIELDS, "token_string"}
    assert new["id"] != old["id"]
    assert (new["notes"], new["expire_in_days"], new["user"]) == ("kept", 30, old["user"])
    assert [status_of(client, each["token_string"]) for each in (old, new)] == [401, 200]
    status, text = refusal(client("PATCH", TOKENS, json=body))
    assert (status, "APITokenNotFound" in text) == (404, True)
    status, text = refusal(client("PATCH", TOKENS, json=[]))
    assert (status, "InvalidJSONBody" in text) == (400, True)


def test_session_lists_privileges_under_the_servers_names(client: Client) -> None:
    def names(token: str) -> set[str]:
        reply = client("GET", "/api/v2/session/current", headers={"session": token})
        return {each["name"] for each in reply.json()["data"]["effective_privileges"]}

    assert {"threat response intel write", "threat response alerts read"} <= names(seed.TOKEN)
    assert seed.INTELS_WRITE not in names(seed.TOKEN)
    assert "threat response intel write" not in names(seed.TOKEN_READER)
    assert names(seed.TOKEN_WITHOUT_PERMISSIONS) == {"use token", "view token", "rotate token"}
