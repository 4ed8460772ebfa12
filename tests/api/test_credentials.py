# File: test_credentials.py
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
"""Who the app is: token, login, HTTP Basic, and every way from one to the next. The server's log
tells what was sent.
"""

from __future__ import annotations

import base64
import json

import pytest

from dev.simulator import seed
from dev.simulator.log import Request
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tanium_tr.permissions import READ_ACTION, READ_ACTION_GROUP, READ_PACKAGE, WRITE_ACTION
from tests.api.conftest import (
    ANALYST,
    AUTH,
    CONNECTIONS,
    CURRENT,
    LOGIN,
    STATUS,
    VALIDATE,
    Configure,
    calls,
    logins,
)
from tests.conftest import ASSET, RunAction, state_of
from tests.http_server import Answer, ScriptedServer
from tests.raw_server import RawServer, saying
from tests.variants import ACTIONS, INGEST, PLAIN


REFUSED_TOKENS = (
    seed.TOKEN_EXPIRED,
    seed.TOKEN_REVOKED,
    seed.TOKEN_UNTRUSTED,
    "token-nobody-knows",
)
NOTICE = (
    "Tanium does not accept the API token of the asset; logged in as analyst instead. Replace the"
    " token or remove it from the asset."
)


# The chain, step by step


def test_token_alone_is_the_session_header_and_nothing_is_stored(
    run: RunAction, soar: LocalSoar, tanium: SimulatorServer
) -> None:
    assert run("list connections").ok
    assert calls(tanium) == ["GET /conns 200"]
    assert tanium.log[0].headers["session"] == seed.TOKEN
    assert "Authorization" not in tanium.log[0].headers
    assert "session" not in state_of(soar)


def test_token_wins_over_a_password(
    run: RunAction, tanium: SimulatorServer, configure: Configure
) -> None:
    configure(api_token=seed.TOKEN, **ANALYST)
    assert run("list connections").ok
    assert calls(tanium) == ["GET /conns 200"]
    assert tanium.log[0].headers["session"] == seed.TOKEN


def test_password_alone_logs_in_once_for_all_runs(
    run: RunAction, tanium: SimulatorServer, configure: Configure
) -> None:
    configure(**ANALYST)
    assert run("list connections").ok
    assert run("list snapshots").ok
    assert calls(tanium) == [
        "POST /api/v2/session/login 200",
        "GET /conns 200",
        "GET /snapshot 200",
    ]
    (session,) = tanium.state.accounts.sessions
    assert [request.headers.get("session") for request in tanium.log] == [None, session, session]


def test_login_sends_username_password_and_domain_only(
    run: RunAction, tanium: SimulatorServer, configure: Configure
) -> None:
    configure(domain="corp.example", **ANALYST)
    assert run("list connections").ok
    assert json.loads(tanium.log[0].body or b"") == {**ANALYST, "domain": "corp.example"}
    configure(**ANALYST)
    assert run("list connections").ok
    assert json.loads(tanium.log.requests(path_contains=LOGIN)[1].body or b"") == ANALYST


def test_session_is_stored_encrypted(
    run: RunAction, soar: LocalSoar, tanium: SimulatorServer, configure: Configure
) -> None:
    configure(**ANALYST)
    assert run("list connections").ok
    (session,) = tanium.state.accounts.sessions
    assert "session" in state_of(soar)
    text = soar.state_file(ASSET).read_text(encoding="utf-8")
    assert session not in text
    assert session[:12] not in text
    assert seed.ANALYST.password not in text


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("token", REFUSED_TOKENS)
def test_token_refused_logs_in_and_repeats_the_call(
    run: RunAction, tanium: SimulatorServer, configure: Configure, token: str, status: int
) -> None:
    tanium.settings.unauthenticated_status = status
    configure(api_token=token, **ANALYST)
    assert run("list connections").ok
    assert calls(tanium) == [
        f"GET /conns {status}",
        f"GET /api/v2/session/current {status}",
        "POST /api/v2/session/login 200",
        "GET /conns 200",
    ]
    (session,) = tanium.state.accounts.sessions
    assert [request.headers.get("session") for request in tanium.log] == [
        token,
        token,
        None,
        session,
    ]
    assert tanium.log.connections() == 1


@pytest.mark.parametrize("status", [400, 404, 405])
def test_login_missing_uses_auth_with_basic(
    run: RunAction, tanium: SimulatorServer, configure: Configure, status: int
) -> None:
    tanium.settings.login_status = status
    configure(**ANALYST)
    assert run("list connections").ok
    assert calls(tanium) == [
        f"POST /api/v2/session/login {status}",
        "POST /auth 200",
        "GET /conns 200",
    ]
    sent = tanium.log[1]
    scheme, _, value = sent.headers["Authorization"].partition(" ")
    assert (scheme, base64.b64decode(value).decode()) == (
        "Basic",
        f"{seed.ANALYST.name}:{seed.ANALYST.password}",
    )
    assert sent.body == b""
    assert "Authorization" not in tanium.log[2].headers
    assert tanium.log.connections() == 1
    assert run("list connections").ok
    assert logins(tanium) == 2


@pytest.mark.parametrize("status", [401, 403, 409, 429, 500, 503])
def test_login_refused_otherwise_does_not_try_auth(
    run: RunAction, tanium: SimulatorServer, configure: Configure, waits: list[float], status: int
) -> None:
    tanium.settings.login_status = status
    configure(**ANALYST)
    result = run("list connections")
    assert not result.ok
    times = 4 if status == 429 else 1
    assert calls(tanium) == [f"POST /api/v2/session/login {status}"] * times
    assert len(waits) <= times
    assert f"HTTP {status} to POST /api/v2/session/login" in result.message
    assert "no login that this app knows" not in result.message


def test_token_and_session_login_missing_ends_at_auth(
    run: RunAction, tanium: SimulatorServer, configure: Configure
) -> None:
    tanium.settings.login_status = 404
    configure(api_token=seed.TOKEN_REVOKED, **ANALYST)
    assert run("list connections").ok
    assert [call.split()[1] for call in calls(tanium)] == ["/conns", CURRENT, LOGIN, AUTH, "/conns"]


@pytest.mark.parametrize("login_status", [200, 404])
def test_token_and_password_refused_names_both(
    run: RunAction,
    soar: LocalSoar,
    tanium: SimulatorServer,
    configure: Configure,
    login_status: int,
) -> None:
    tanium.settings.login_status = login_status
    configure(api_token=seed.TOKEN_REVOKED, username="analyst", password="wrong-pass-word")
    result = run("list connections")
    assert not result.ok
    assert "does not accept the password of user 'analyst'" in result.message
    assert "API token" in result.message
    assert "wrong-pass-word" not in result.message
    assert "session" not in state_of(soar)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"username": "analyst"},
        {"password": "secret-word"},
        {"api_token": "  ", "username": " "},
    ],
)
def test_no_credentials_is_an_error_before_any_request(
    run: RunAction, tanium: SimulatorServer, configure: Configure, given: dict[str, str]
) -> None:
    configure(**given)
    result = run("list connections")
    assert not result.ok
    assert "fill in api_token, or both of the others" in result.message
    assert len(tanium.log) == 0


# The notice, and the way back to the token


def test_fallback_is_said_in_every_run_and_in_test_connectivity(
    run: RunAction, tanium: SimulatorServer, configure: Configure
) -> None:
    configure(api_token=seed.TOKEN_REVOKED, **ANALYST)
    for _ in range(2):
        assert run("list connections").progress.count(NOTICE) == 1
    assert logins(tanium) == 1
    tested = run("test connectivity")
    assert tested.ok
    assert tested.message == f"Test Connectivity Passed. {NOTICE}"
    assert tested.progress.count(NOTICE) == 1
    assert logins(tanium) == 1


def test_no_notice_without_a_fallback(run: RunAction, configure: Configure) -> None:
    assert not any("API token" in line for line in run("list connections").progress)
    configure(**ANALYST)
    assert not any("API token" in line for line in run("list connections").progress)
    assert run("test connectivity").message == "Test Connectivity Passed"


def test_token_that_works_again_is_used_once_the_session_has_expired(
    run: RunAction, soar: LocalSoar, tanium: SimulatorServer, configure: Configure
) -> None:
    configure(api_token=seed.TOKEN, **ANALYST)
    token = tanium.state.accounts.tokens[seed.TOKEN]
    token.revoked = True
    assert run("list connections").ok
    token.revoked = False
    tanium.state.accounts.expire_sessions()
    assert run("list connections").ok
    assert tanium.log[-1].headers["session"] == seed.TOKEN
    assert logins(tanium) == 1
    assert "session" not in state_of(soar)

    tanium.log.clear()
    again = run("list connections")
    assert calls(tanium) == ["GET /conns 200"]
    assert tanium.log[0].headers["session"] == seed.TOKEN
    assert NOTICE not in again.progress


def test_token_that_works_again_is_used_after_test_connectivity(
    run: RunAction, soar: LocalSoar, tanium: SimulatorServer, configure: Configure
) -> None:
    configure(api_token=seed.TOKEN, **ANALYST)
    token = tanium.state.accounts.tokens[seed.TOKEN]
    token.revoked = True
    assert run("list connections").ok
    token.revoked = False
    tested = run("test connectivity")
    assert tested.ok
    assert NOTICE not in tested.message
    assert "The API token expires on " in tested.message
    assert "session" not in state_of(soar)
    tanium.log.clear()
    assert run("list connections").ok
    assert [request.headers["session"] for request in tanium.log] == [seed.TOKEN]


def test_token_refused_in_the_middle_of_a_run_falls_back_once(
    run: RunAction, tanium: SimulatorServer, configure: Configure
) -> None:
    configure(api_token=seed.TOKEN, **ANALYST)

    def revoke(_request: Request) -> None:
        tanium.state.accounts.tokens[seed.TOKEN].revoked = True

    tanium.log.watch = revoke
    result = run(
        "create connection", destination_type="hostname", destination=seed.FINANCE.hostname
    )
    assert result.ok, result.message
    assert logins(tanium) == 1
    assert result.progress.count(NOTICE) == 1


# Expiry


@pytest.mark.parametrize("status", [401, 403])
def test_session_expired_before_the_first_call(
    run: RunAction, tanium: SimulatorServer, configure: Configure, status: int
) -> None:
    tanium.settings.unauthenticated_status = status
    configure(**ANALYST)
    assert run("list connections").ok
    tanium.state.accounts.expire_sessions()
    tanium.log.clear()
    assert run("list connections").ok
    assert calls(tanium) == [
        f"GET /conns {status}",
        f"GET /api/v2/session/current {status}",
        "POST /api/v2/session/login 200",
        "GET /conns 200",
    ]
    _old, new = tanium.state.accounts.sessions
    assert tanium.log[-1].headers["session"] == new
    assert tanium.log.connections() == 1


@pytest.mark.parametrize("status", [401, 403])
def test_session_expires_between_two_calls_of_a_run(
    run: RunAction, tanium: SimulatorServer, configure: Configure, status: int
) -> None:
    tanium.settings.unauthenticated_status = status
    configure(**ANALYST)
    before = run("list connections").summary["total_connections"]
    tanium.log.clear()
    left = ["once"]

    def expire(request: Request) -> None:
        if left and request.status == 200:
            left.clear()
            tanium.state.accounts.expire_sessions()

    tanium.log.watch = expire
    result = run(
        "create connection", destination_type="hostname", destination=seed.FINANCE.hostname
    )
    assert result.ok, result.message
    assert calls(tanium) == [
        "GET /plugin/products/dec/v1/endpoints 200",
        f"POST /conns/connect {status}",
        f"GET /api/v2/session/current {status}",
        "POST /api/v2/session/login 200",
        "POST /conns/connect 200",
    ]
    refused, repeated = tanium.log.requests(path_contains="/conns/connect")
    assert refused.body == repeated.body
    assert run("list connections").summary["total_connections"] == before + 1


def test_upload_is_repeated_whole_and_done_once(
    run: RunAction, tanium: SimulatorServer, configure: Configure
) -> None:
    configure(**ANALYST)
    assert run("list connections").ok
    before = len(tanium.state.intel.rows())
    tanium.state.accounts.expire_sessions()
    tanium.log.clear()
    result = run(
        "upload intel doc",
        intel_doc='rule r { strings: $a = "x" condition: $a }',
        file_name="r.yara",
    )
    assert result.ok, result.message
    refused, done = tanium.log.requests(path_contains="/intels")
    assert (refused.status, done.status) == (401, 200)
    assert refused.body == done.body
    assert logins(tanium) == 1
    assert len(tanium.state.intel.rows()) == before + 1


def test_refusal_that_a_login_does_not_cure_is_reported_after_one_repeat(
    run: RunAction, scripted: ScriptedServer, configure: Configure
) -> None:
    configure(base_url=scripted.url, **ANALYST)
    scripted.on("POST", LOGIN, Answer(200, {"data": {"session": "1-2-abcdef0123456789"}}))
    for path in (CONNECTIONS, CURRENT):
        scripted.on("GET", path, Answer(401, {"text": "401 Unauthorized: no"}))
    result = run("list connections")
    assert not result.ok
    assert "HTTP 401 to GET" in result.message
    assert scripted.paths().count(f"GET {CONNECTIONS}") == 2
    assert scripted.paths().count(f"POST {LOGIN}") == 2


# Permissions: told apart by asking for the session's validity, never by text

# Without these the action does with less, goes another way, or finds nothing to do before.
NOT_NEEDED = {
    ("get action results", READ_PACKAGE),
    ("execute action", READ_ACTION),
    *((f"{begins}quarantine device", READ_ACTION) for begins in ("", "un")),
    *(("quarantine device", missing) for missing in (WRITE_ACTION, READ_ACTION_GROUP)),
    *(("stop response action", missing) for missing in (WRITE_ACTION, READ_ACTION)),
}
PERMISSIONS = [
    (name, missing)
    for name, action in ACTIONS.items()
    for missing in action.permissions
    # on es poll asks SOAR first, and Tanium what on poll asks.
    if name not in (*INGEST, "on es poll") and (name, missing) not in NOT_NEEDED
]


@pytest.mark.parametrize(
    ("action", "missing", "by_token"),
    [*((*each, True) for each in PERMISSIONS), (*PERMISSIONS[0], False)],
)
def test_missing_permission_is_named_and_logs_nobody_in(
    run: RunAction,
    tanium: SimulatorServer,
    configure: Configure,
    action: str,
    missing: str,
    by_token: bool,
) -> None:
    granted = seed.ANALYST.permissions - {missing}
    user = seed.User(9, "limited", "limited-Passw0rd", "", granted)
    tanium.state.accounts.users.append(user)
    login = {"username": user.name, "password": user.password}
    if by_token:
        login["api_token"] = tanium.state.accounts.create_token(user, trusted=["127.0.0.1"]).string
    configure(**login)
    result = run(action, **PLAIN[action].parameters(tanium))
    assert not result.ok
    needed = " or ".join(f"'{each}'" for each in ACTIONS[action].permissions)
    assert (
        f" The login is valid but lacks the permission {needed}, or the one that Tanium names;"
        " grant it " in result.message
    )
    assert "HTTP 403" in result.message
    assert logins(tanium) == (0 if by_token else 1)
    refused = [request.path for request in tanium.log.requests(status=403)]
    assert len(refused) == len(set(refused)) >= 1


def test_missing_permission_keeps_the_session(
    run: RunAction, tanium: SimulatorServer, configure: Configure
) -> None:
    configure(username=seed.VISITOR.name, password=seed.VISITOR.password)
    for _ in range(3):
        result = run("list connections")
        assert result.message.endswith(
            "lacks the permission for this operation; grant it to the Tanium user's role."
        )
    assert logins(tanium) == 1


MISLEADING = ("Session expired, please log in", "401 Unauthorized", "invalid token", "")


@pytest.mark.parametrize("text", MISLEADING)
@pytest.mark.parametrize("status", [401, 403])
def test_valid_session_is_a_permission_problem_whatever_the_text(
    run: RunAction, scripted: ScriptedServer, configure: Configure, text: str, status: int
) -> None:
    configure(base_url=scripted.url, api_token="token-anything", **ANALYST)
    scripted.on("GET", CONNECTIONS, Answer(status, {"text": text}))
    scripted.on("GET", CURRENT, Answer(200, {"data": {}}))
    result = run("list connections")
    assert "The login is valid but lacks the permission" in result.message
    assert scripted.paths() == [f"GET {CONNECTIONS}", f"GET {CURRENT}"]


@pytest.mark.parametrize("text", ["The user does not have the permission 'x'", "RBAC", ""])
@pytest.mark.parametrize("status", [401, 403])
def test_invalid_session_logs_in_whatever_the_text(
    run: RunAction, scripted: ScriptedServer, configure: Configure, text: str, status: int
) -> None:
    configure(base_url=scripted.url, **ANALYST)
    scripted.on(
        "POST",
        LOGIN,
        *(
            Answer(200, {"data": {"session": f"1-{number}-abcdef0123456789"}})
            for number in range(2)
        ),
    )
    scripted.on("GET", CONNECTIONS, Answer(status, {"text": text}), Answer(200, []))
    scripted.on("GET", CURRENT, Answer(status, {"text": text}))
    assert run("list connections").ok
    assert [seen.headers.get("session") for seen in scripted.seen if seen.path == CONNECTIONS] == [
        "1-0-abcdef0123456789",
        "1-1-abcdef0123456789",
    ]


@pytest.mark.parametrize("missing", [400, 404, 405])
@pytest.mark.parametrize(
    ("validated", "permission_problem"), [(200, True), (401, False), (403, False)]
)
def test_servers_without_session_current_are_asked_by_validate(
    run: RunAction,
    scripted: ScriptedServer,
    configure: Configure,
    missing: int,
    validated: int,
    permission_problem: bool,
) -> None:
    configure(base_url=scripted.url, **ANALYST)
    scripted.on("POST", LOGIN, Answer(200, {"data": {"session": "1-2-abcdef0123456789"}}))
    scripted.on("GET", CONNECTIONS, Answer(403, {"text": "no"}), Answer(200, []))
    scripted.on("GET", CURRENT, Answer(missing, {"text": "no such route"}))
    scripted.on("POST", VALIDATE, Answer(validated, {}))
    result = run("list connections")
    (asked,) = (seen for seen in scripted.seen if seen.path == VALIDATE)
    assert json.loads(asked.body) == {"session": "1-2-abcdef0123456789"}
    assert result.ok is not permission_problem
    assert ("lacks the permission" in result.message) is permission_problem


def test_server_that_cannot_tell_takes_403_of_a_token_for_a_permission(
    run: RunAction, scripted: ScriptedServer, configure: Configure
) -> None:
    configure(base_url=scripted.url, api_token="token-anything", **ANALYST)
    scripted.on("GET", CONNECTIONS, Answer(403, {"text": "no"}))
    assert "lacks the permission" in run("list connections").message
    assert f"POST {LOGIN}" not in scripted.paths()


# What is wrong with a token or a password


def test_untrusted_address_says_which_to_trust(run: RunAction, configure: Configure) -> None:
    configure(api_token=seed.TOKEN_UNTRUSTED)
    message = run("list connections").message
    assert (
        "The API token itself is valid, but Tanium does not accept it from this address" in message
    )
    assert (
        "(127.0.0.1, or that of the proxy or NAT in front of it) to the token's trusted IP"
        " addresses" in message
    )


@pytest.mark.parametrize("token", [seed.TOKEN_EXPIRED, seed.TOKEN_REVOKED, "token-nobody-knows"])
def test_bad_token_says_to_enter_a_new_one(
    run: RunAction, tanium: SimulatorServer, configure: Configure, token: str
) -> None:
    configure(api_token=token)
    message = run("list connections").message
    assert "The API token is not accepted: it has expired, was revoked or mistyped" in message
    assert message.endswith("Enter a new token in the asset.")
    assert token not in message
    assert logins(tanium) == 0


def test_wrong_password_says_what_to_check(run: RunAction, configure: Configure) -> None:
    configure(username="analyst", password="wrong-pass-word")
    message = run("list connections").message
    assert message.endswith(
        "Tanium does not accept the password of user 'analyst': check username, password and domain"
        " of the asset."
    )
    assert "API token" not in message


NONSENSE = (
    Answer(200, "<html><body><h1>Welcome</h1></body></html>", "text/html"),
    Answer(200, "<html><body><h1>Welcome</h1></body></html>", "text/plain"),
    Answer(200, b""),
    Answer(204, b""),
    Answer(200, 12345678901234),
    Answer(200, {"data": {"user": "x"}}),
    Answer(200, {"data": {"session": None}}),
    Answer(200, {"data": {"session": {"id": "1-2-abcdef0123456789"}}}),
    Answer(200, {"data": {"session": "two words and\nmore"}}),
    Answer(200, {"data": []}),
    Answer(200, ["1-2-abcdef0123456789"]),
    Answer(200, b"\xff\xfe\x00"),
    Answer(200, "[" * 5000),
)


@pytest.mark.parametrize("answer", NONSENSE)
@pytest.mark.parametrize("path", [LOGIN, AUTH])
def test_login_that_answers_nonsense_is_a_clear_error(
    run: RunAction,
    scripted: ScriptedServer,
    configure: Configure,
    soar: LocalSoar,
    path: str,
    answer: Answer,
) -> None:
    configure(base_url=scripted.url, **ANALYST)
    scripted.on("POST", path, answer)
    result = run("list connections")
    assert not result.ok
    assert result.message.startswith(
        f"Tanium answered HTTP {answer.status} to POST {path}: the answer to the login contains no"
        " session."
    )
    assert "Check that base_url is the address of the Tanium server itself" in result.message
    assert not any(seen.path == CONNECTIONS for seen in scripted.seen)
    assert "session" not in state_of(soar)


SESSION = "1-224-3cb8fe0123456789"


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, {"data": {"session": SESSION}}),
        Answer(200, {"session": SESSION}),
        Answer(200, SESSION, "text/plain; charset=utf-8"),
        Answer(200, f"{SESSION}\n", "text/plain"),
        Answer(200, SESSION, "text/html"),
        Answer(200, SESSION),
        Answer(201, json.dumps(SESSION)),
    ],
)
@pytest.mark.parametrize("path", [LOGIN, AUTH])
def test_session_is_found_in_every_shape_of_a_login(
    run: RunAction, scripted: ScriptedServer, configure: Configure, path: str, answer: Answer
) -> None:
    configure(base_url=scripted.url, **ANALYST)
    scripted.on("POST", path, answer)
    scripted.on("GET", CONNECTIONS, Answer(200, []))
    result = run("list connections")
    assert result.ok, result.message
    assert scripted.seen[-1].headers["session"] == SESSION


# Names and passwords that need care


@pytest.mark.parametrize("login_status", [200, 404])
@pytest.mark.parametrize(
    "password",
    [
        "p\u00e4ss-w\u00f6rd",
        "\u5bc6\u7801-\u20ac-\U0001f600",
        'quote"back\\slash',
        "a:b%20c&d=e+f",
        "{0}{name}%s",
    ],
)
def test_any_printable_password_logs_in(
    run: RunAction, tanium: SimulatorServer, configure: Configure, password: str, login_status: int
) -> None:
    tanium.settings.login_status = login_status
    tanium.state.accounts.users.append(
        seed.User(9, "bj\u00f8rn", password, "", seed.ALL_PERMISSIONS)
    )
    configure(username="bj\u00f8rn", password=password)
    result = run("list connections")
    assert result.ok, result.message


def test_username_with_a_colon_logs_in_but_not_by_basic(
    run: RunAction, tanium: SimulatorServer, configure: Configure
) -> None:
    tanium.state.accounts.users.append(
        seed.User(9, "corp:ana", "colon-Passw0rd", "", seed.ALL_PERMISSIONS)
    )
    configure(username="corp:ana", password="colon-Passw0rd")
    assert run("list connections").ok
    tanium.state.accounts.expire_sessions()
    tanium.settings.login_status = 404
    result = run("list connections")
    assert not result.ok
    assert "does not allow a colon in the user name" in result.message
    assert not tanium.log.requests(path_contains=AUTH)


def test_domain_before_the_name_works_by_basic(
    run: RunAction, tanium: SimulatorServer, configure: Configure
) -> None:
    tanium.settings.login_status = 404
    configure(
        username=f"{seed.ANALYST.domain}\\{seed.ANALYST.name}", password=seed.ANALYST.password
    )
    assert run("list connections").ok


# Test connectivity


def test_connectivity_announces_the_expiry_of_the_token(
    run: RunAction, configure: Configure
) -> None:
    configure(api_token=seed.TOKEN_EXPIRING)
    message = run("test connectivity").message
    assert message.startswith("Test Connectivity Passed. The API token expires on ")
    assert message.endswith(", in 1 day.")


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, {"data": {"expire_time": "never"}}),
        Answer(200, {"data": {"expire_time": 5}}),
        Answer(200, {"data": {"expire_time": 10**20}}),
        Answer(200, {"data": {"expire_time": "9999-12-31T23:59:59-14:00"}}),
        Answer(200, {"data": {"expire_time": "0001-01-01T00:00:00Z"}}),
        Answer(200, {"data": []}),
        Answer(200, "<html>welcome</html>", "text/html"),
        Answer(404, {}),
        Answer(500, {"text": "internal server error"}),
        Answer(302, "", headers=(("Location", "/login"),)),
    ],
)
def test_connectivity_passes_where_the_expiry_is_not_told(
    run: RunAction, scripted: ScriptedServer, configure: Configure, answer: Answer
) -> None:
    configure(base_url=scripted.url, api_token="token-anything")
    scripted.on("GET", STATUS, Answer(200, {"data": {"version": "4.8"}}))
    scripted.on("GET", CURRENT, answer)
    result = run("test connectivity")
    reported = (
        "Test Connectivity Passed. There is no API gateway: list processes with a destination and"
        " terminate process do not work, get endpoint details and list endpoints return less."
    )
    assert (result.ok, result.message) == (True, reported)


UNKNOWN = "2-1-e4eabc53d27dc1ebc231288f42409679"
SHOWN = '{"data": {"session": "2-1-e4eabc53d27dc1ebc231288f42409679"}}'
OK = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
FAILED = "HTTP/1.1 502 Bad\r\nConnection: close\r\n"
CHUNKED = f"{OK}Transfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    "answer",
    [
        *(f"{FAILED}\r\n{body}" for body in (SHOWN, UNKNOWN, f"<p>your session: {UNKNOWN}</p>")),
        f"{FAILED}Retry-After: {UNKNOWN}\r\n\r\n",
        f"HTTP/1.1 302 Go\r\nLocation: /?session={UNKNOWN}\r\nContent-Length: 0\r\n\r\n",
        f"{CHUNKED}{SHOWN}\r\n0\r\n\r\n",
        f"{CHUNKED}4\r\n{SHOWN}\r\n0\r\n\r\n",
        f"{OK}Content-Length: 3\r\nContent-Encoding: {SHOWN}\r\n\r\n{{}}",
        f"{SHOWN}\r\n\r\n",
    ],
)
def test_session_in_the_answer_to_a_failed_login_is_not_shown(
    run: RunAction, configure: Configure, answer: str
) -> None:
    """Nobody knows it yet."""
    with RawServer(saying(answer.encode())) as server:
        configure(base_url=server.url, **ANALYST)
        failed = run("list connections")

    assert f"to POST {LOGIN}: " in failed.message
    assert UNKNOWN[:8] not in failed.message


def test_failed_login_is_explained_in_the_words_of_the_server(
    run: RunAction, scripted: ScriptedServer, configure: Configure
) -> None:
    explanation = "The session database is down. No session was made"
    scripted.on("POST", LOGIN, Answer(502, {"text": explanation}))
    configure(base_url=scripted.url, **ANALYST)

    assert f"HTTP 502 to POST {LOGIN}: {explanation}. " in run("list connections").message
