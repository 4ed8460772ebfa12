# File: test_make_token.py
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
"""`make-token` against a small server that keeps what it was asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from dev.soar.__main__ import main
from tests.http_server import Answer, ScriptedServer


TOKEN = "token-0123456789"
SESSION = "1-224-session"
PASSWORD = "placeholder"
LOGIN, TOKENS = "/api/v2/session/login", "/api/v2/api_tokens"
LOGGED_IN = Answer(200, {"data": {"session": SESSION}})
CREATED = Answer(
    200, {"data": {"id": 1, "token_string": TOKEN, "expire_time": "2030-01-01T00:00:00Z"}}
)
ELSEWHERE = (("Location", "http://127.0.0.1:1/elsewhere"),)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ScriptedServer]:
    monkeypatch.setenv("TANIUM_PASSWORD", PASSWORD)
    netrc = tmp_path / "netrc"
    netrc.write_text("default login wrong password wrong\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    with ScriptedServer() as scripted:
        yield scripted


def make(server: ScriptedServer, *arguments: str) -> int:
    return main(
        [
            "make-token",
            "--base-url",
            server.url + "/",
            "--username",
            "jane",
            "--trusted",
            "10.10.10.15, 192.168.3.0/24",
            *arguments,
        ]
    )


def test_the_token_is_printed_once(
    server: ScriptedServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("POST", LOGIN, LOGGED_IN)
    server.on("POST", TOKENS, CREATED)
    assert make(server, "--domain", "dev", "--trusted", "::1", "--notes", "for SOAR") == 0
    out, err = capsys.readouterr()
    assert out == TOKEN + "\n"
    assert err == "Warning: http:// sends the password unencrypted\nExpires: 2030-01-01T00:00:00Z\n"
    login, creation = server.seen
    assert json.loads(login.body) == {"username": "jane", "password": PASSWORD, "domain": "dev"}
    assert json.loads(creation.body) == {
        "expire_in_days": 365,
        "notes": "for SOAR",
        "trusted_ip_addresses": "10.10.10.15,192.168.3.0/24,::1",
    }
    assert creation.headers["session"] == SESSION
    assert "authorization" not in login.headers
    assert "authorization" not in creation.headers


@pytest.mark.parametrize("status", [400, 404, 405])
@pytest.mark.parametrize("session", [SESSION, f'"{SESSION}"\n'])
def test_servers_without_the_login_take_http_basic(
    server: ScriptedServer, capsys: pytest.CaptureFixture[str], status: int, session: str
) -> None:
    server.on("POST", LOGIN, Answer(status))
    server.on("POST", "/auth", Answer(200, session))
    server.on("POST", TOKENS, CREATED)
    assert make(server) == 0
    assert capsys.readouterr().out == TOKEN + "\n"
    _, login, creation = server.seen
    assert login.headers["authorization"] == "Basic amFuZTpwbGFjZWhvbGRlcg=="
    assert creation.headers["session"] == SESSION
    assert "authorization" not in creation.headers


def test_servers_that_want_a_list_of_addresses_get_one(server: ScriptedServer) -> None:
    server.on("POST", LOGIN, LOGGED_IN)
    server.on("POST", TOKENS, Answer(400, "no list"), CREATED)
    assert make(server, "--days", "30") == 0
    _, _, creation = server.seen
    wanted = json.loads(creation.body)
    assert (wanted["trusted_ip_addresses"], wanted["expire_in_days"]) == (
        ["10.10.10.15", "192.168.3.0/24"],
        30,
    )


@pytest.mark.parametrize(
    ("login", "created", "text"),
    [
        (
            Answer(401, f"bad password {PASSWORD}"),
            CREATED,
            "Could not log in: HTTP 401 bad password ***",
        ),
        (Answer(401, "x" * 295 + PASSWORD), CREATED, "xxx***"),
        (Answer(500), CREATED, "Could not log in: HTTP 500"),
        (
            Answer(302, headers=ELSEWHERE),
            CREATED,
            "Could not log in: the server redirects to another address",
        ),
        (Answer(200, "<html>"), CREATED, "its reply contains no session"),
        (Answer(200, {"data": {"session": 5}}), CREATED, "its reply contains no session"),
        (
            LOGGED_IN,
            Answer(403, f"{SESSION} may not"),
            "Could not create the token: HTTP 403 *** may not",
        ),
        (
            LOGGED_IN,
            Answer(307, headers=ELSEWHERE),
            "Could not create the token: the server redirects",
        ),
        (LOGGED_IN, Answer(200, {"data": {}}), "its reply contains no token"),
        (LOGGED_IN, Answer(200, "[]"), "its reply contains no token"),
    ],
)
def test_refusals_are_told_without_secrets(
    server: ScriptedServer,
    capsys: pytest.CaptureFixture[str],
    login: Answer,
    created: Answer,
    text: str,
) -> None:
    server.on("POST", LOGIN, login)
    server.on("POST", TOKENS, created)
    assert make(server) == 1
    assert len(server.seen) == (2 if login == LOGGED_IN else 1)
    out, err = capsys.readouterr()
    assert out == ""
    assert text in err
    assert PASSWORD not in err
    assert SESSION not in err


def test_refusal_that_repeats_http_basic_is_told_without_it(
    server: ScriptedServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("POST", "/auth", lambda seen: Answer(403, f"sent: {seen.headers['authorization']}"))
    assert make(server) == 1
    assert "Could not log in: HTTP 403 sent: Basic ***\n" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--trusted", "somewhere"], "'somewhere' does not appear to be an IPv4 or IPv6 network"),
        (
            ["--base-url", "tanium.example"],
            "is not a valid address; use the form https://tanium.example.com",
        ),
        (
            ["--base-url", "https://u:p@tanium.example"],
            "is not a valid address; use the form https://tanium.example.com",
        ),
        (["--days", "0"], "--days must be at least 1"),
    ],
)
def test_usage_errors(
    server: ScriptedServer, capsys: pytest.CaptureFixture[str], arguments: list[str], text: str
) -> None:
    assert make(server, *arguments) == 2
    assert text in capsys.readouterr().err
    assert server.seen == []


def test_the_trusted_addresses_are_required(server: ScriptedServer) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["make-token", "--base-url", server.url, "--username", "jane"])
    assert (
        main(["make-token", "--base-url", server.url, "--username", "jane", "--trusted", " , "])
        == 2
    )


def test_a_server_that_does_not_answer_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TANIUM_PASSWORD", PASSWORD)
    arguments = [
        "--base-url",
        "https://127.0.0.1:1",
        "--username",
        "jane",
        "--trusted",
        "10.0.0.1",
        "--no-verify",
    ]
    assert main(["make-token", *arguments]) == 1
    assert "No answer from https://127.0.0.1:1/api/v2/session/login" in capsys.readouterr().err


def test_the_certificate_options_win_over_the_environment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TANIUM_PASSWORD", seed.ANALYST.password)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", DEFAULT_CA_BUNDLE_PATH)
    monkeypatch.setenv("no_proxy", "localhost")
    with SimulatorServer(tls=True) as tanium:
        arguments = [
            "make-token",
            "--base-url",
            tanium.url,
            "--username",
            seed.ANALYST.name,
            "--domain",
            seed.ANALYST.domain,
            "--trusted",
            "10.0.0.1",
        ]
        assert main(arguments) == 1
        assert main([*arguments, "--ca-file", str(tanium.ca_file)]) == 0
        assert main([*arguments, "--no-verify"]) == 0
        assert main([*arguments, "--ca-file", "missing.pem"]) == 1
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 2
    assert "CERTIFICATE_VERIFY_FAILED" in err
    assert "invalid path: missing.pem" in err
