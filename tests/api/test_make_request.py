# File: test_make_request.py
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
"""make request: it goes nowhere but to the asset's server, as the asset, and hands over what
comes.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator
from typing import Any, Callable

import pytest

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tanium_tr.errors import DOUBT
from tests.api.conftest import ANALYST, CURRENT, LOGIN, THREAT_RESPONSE, Configure, calls
from tests.conftest import ASSET, Run, RunAction, run_on
from tests.http_server import Answer, ScriptedServer
from tests.variants import ACTIONS


LABELS = f"{THREAT_RESPONSE}/labels"
TOO_MUCH = 10 * 1024 * 1024 + 1


@pytest.fixture
def asset(configure: Configure, scripted: ScriptedServer) -> ScriptedServer:
    """A server of the asset that allows every method."""
    configure(base_url=scripted.url, api_token=seed.TOKEN, allow_make_request="all")
    return scripted


@pytest.fixture
def elsewhere() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


def get(run: RunAction, endpoint: str = "/x", **parameters: Any) -> Run:
    return run("make request", http_method="GET", endpoint=endpoint, **parameters)


def test_names_are_the_published_ones() -> None:
    spec = ACTIONS["make request"]

    assert list(spec.params) == [
        *("http_method", "endpoint", "headers", "query_parameters", "body", "timeout"),
        "verify_ssl",
    ]
    assert [(column.path, column.type) for column in spec.columns] == [
        ("status_code", "numeric"),
        ("response_body", "string"),
    ]
    assert (spec.summary, spec.type, spec.read_only) == ((), "generic", False)
    assert spec.params["verify_ssl"].default is True
    assert [name for name, of in spec.params.items() if of.required] == ["http_method", "endpoint"]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"])
def test_request_arrives_as_it_is_asked_for(
    asset: ScriptedServer, run: RunAction, method: str
) -> None:
    path = "/api/v2/x?kept=1&limit=5&tag=a&tag=b%26c&all=true"
    asset.on(method, path, Answer(200, {"data": 1}))
    body = {} if method in ("GET", "HEAD") else {"body": '{"n": 1.10}'}

    made = run(
        "make request",
        http_method=method.lower(),
        endpoint="api/v2/x?kept=1",
        headers='{"tanium-options": "{}", "X-Number": 7}',
        query_parameters='{"limit": 5, "tag": ["a", "b&c"], "all": true}',
        **body,
    )

    assert made.ok, made.message
    assert made.message == f"Tanium answered HTTP 200 to {method} /api/v2/x"
    assert made.rows == [
        {"status_code": 200, "response_body": "" if method == "HEAD" else '{"data": 1}'}
    ]
    [seen] = asset.seen
    assert (seen.method, seen.path) == (method, path)
    assert {name: seen.headers[name] for name in ("session", "tanium-options", "x-number")} == {
        "session": seed.TOKEN,
        "tanium-options": "{}",
        "x-number": "7",
    }
    assert seen.body == (b'{"n": 1.10}' if body else b"")
    assert seen.headers.get("content-type") == ("application/json" if body else None)


HOSTILE = (
    *("http://evil.example/x", "HTTPS://evil.example", "ftp://evil.example/x", "evil.example:80/x"),
    *("//evil.example/x", "///evil.example", "/x//y", "/%2f/evil.example", "/%2Fevil.example"),
    *("/%5cevil.example", "/%252Fevil.example", "javascript:alert(1)", ":80/x"),
    *("@evil.example/x", "user:secret@evil.example/x", "user@evil.example"),
    *("\\\\evil.example\\x", "/\\evil.example", "/x\\..\\y", "/a\\b"),
    *("..", ".", "../x", "/../x", "/x/..", "/x/./y", "/x/../y", "/..;/x", "/x/..;a=b/y"),
    *("/%2e%2e/x", "/%2E./x", "/.%2e/x", "/x/%2e", "/..%2fx", "/x/..%5cy", "/%252e%252e/x"),
    *("/%25252e%25252e/x", "/x%2f..%2fy", "/x/%2e%2e%3b/y", "/\uff0e\uff0e/x", "/\u2025/x"),
    *("/%ef%bc%8e%ef%bc%8e/x", "/x\uff0f..\uff0fy"),
    *("/%c0%ae%c0%ae/x", "/%c0%af", "/%ff", "/x%", "/x%zz", "/%u002e/x"),
    *("/x\ty", "/x\ny", "/x\r\nHost: evil.example", "/x\0y", "/x\x7fy", "/x\x85y", "/x\u2028y"),
    *("/x%0d%0aHost:%20evil", "/x%00", "/x%250a", "/x%09y", "/x%c2%85", "/x\u202ey", "/x\u200by"),
    *("/x#y", "#", "/x?y#z", "/x?a=\nb", "/%" + "25" * 9 + "2e"),
    "/" + "x" * 9000,
)


@pytest.mark.parametrize("endpoint", HOSTILE)
def test_hostile_endpoint_is_refused_before_any_request(
    asset: ScriptedServer, run: RunAction, endpoint: str
) -> None:
    failed = get(run, endpoint)

    assert not failed.ok
    assert failed.message.startswith("Parameter 'endpoint' ")
    assert failed.message.isprintable()
    assert failed.rows == []
    assert asset.seen == []


@pytest.mark.parametrize(
    ("endpoint", "path"),
    [
        ("/api/v2/groups/by-name/All Computers", "/api/v2/groups/by-name/All%20Computers"),
        ("/api/v2/x/a%2Fb%3Fc%23d%25e", "/api/v2/x/a%2Fb%3Fc%23d%25e"),
        (f"{LABELS}/C%3A%5CTemp%5Cx.exe", f"{LABELS}/C%3A%5CTemp%5Cx.exe"),
        ("/x/%2Fetc%2Fpasswd", "/x/%2Fetc%2Fpasswd"),
        ("/x/...", "/x/..."),
        ("/x/.hidden", "/x/.hidden"),
        ("/x/a..b", "/x/a..b"),
        ("/x/{id}/<b>^|`", "/x/%7Bid%7D/%3Cb%3E%5E%7C%60"),
        ("/x/user@host:1;a,b*c'(d)", "/x/user@host:1;a,b*c'(d)"),
        ("/x/\u00fc", "/x/%C3%BC"),
        ("/", "/"),
        (" /x \n", "/x"),
        ("/x?y=http://evil.example/../z", "/x?y=http%3A%2F%2Fevil.example%2F..%2Fz"),
    ],
)
def test_unusual_path_arrives_unchanged(
    asset: ScriptedServer, run: RunAction, endpoint: str, path: str
) -> None:
    asset.on("GET", path, Answer(200, "there"))

    made = get(run, endpoint)

    assert asset.paths() == [f"GET {path}"]
    assert (made.ok, made.rows) == (True, [{"status_code": 200, "response_body": "there"}])


NOT_THE_CALLERS = (
    *("session", "Session", "SESSION", "sEsSiOn", "Authorization", "AUTHORIZATION", "Cookie"),
    *("Proxy-Authorization", "proxy_authorization", "Host", "HOST", "Content-Length"),
    *("content_length", "Connection", "Keep-Alive", "TE", "Trailer", "Transfer-Encoding"),
    *("transfer_encoding", "Upgrade", "Proxy-Connection", "Expect", "Content-Encoding"),
    *("X-HTTP-Method-Override", "x_http_method", "X-Method-Override"),
    *("X-Forwarded-For", "x_forwarded_for", "Forwarded", "X-Real-IP", "Via"),
    *("session ", " session", "session\t", "session:", "sess\u0131on", "", "a b", "x\r\nsession"),
    *("session\0", "\uff53ession", '"session"', "session,"),
)


@pytest.mark.parametrize("name", NOT_THE_CALLERS)
def test_header_that_is_not_the_callers_is_refused(
    asset: ScriptedServer, run: RunAction, name: str
) -> None:
    failed = get(run, headers=json.dumps({name: "value-of-mine"}))

    assert not failed.ok
    assert failed.message.startswith("Parameter 'headers' cannot be used: ")
    assert "value-of-mine" not in failed.message
    assert failed.message.isprintable()
    assert asset.seen == []


@pytest.mark.parametrize(
    "headers",
    [
        '{"X-A": "b\\r\\nsession: c"}',
        '{"X-A": "b\\nc"}',
        '{"X-A": "\\u0000"}',
        '{"X-A": "\\u00fc"}',
        '{"X-A": true}',
        '{"X-A": null}',
        '{"X-A": ["b"]}',
        '{"X-A": {"b": 1}}',
        '{"X-A": "b", "x-a": "c"}',
        '{"X-A": "b", "X-A": "c"}',
        json.dumps({"X-A": "b" * 9000}),
        '["X-A"]',
        "X-A: b",
        "7",
    ],
)
def test_headers_that_cannot_be_sent_are_refused(
    asset: ScriptedServer, run: RunAction, headers: str
) -> None:
    failed = get(run, headers=headers)

    assert not failed.ok
    assert "'headers'" in failed.message
    assert asset.seen == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("query_parameters", '{"a": {"b": 1}}'),
        ("query_parameters", '{"a": null}'),
        ("query_parameters", "[1]"),
        ("query_parameters", '{"a": 1'),
        ("query_parameters", "a=b\nc"),
        ("body", "{"),
        ("body", "a=b"),
        ("body", '{"a": 1, "a": 2}'),
        ("body", '{"a": NaN}'),
    ],
)
def test_malformed_query_and_body_are_refused(
    asset: ScriptedServer, run: RunAction, name: str, value: str
) -> None:
    failed = run("make request", http_method="POST", endpoint="/x", **{name: value})

    assert not failed.ok
    assert f"'{name}'" in failed.message
    assert asset.seen == []


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_read_has_no_body(asset: ScriptedServer, run: RunAction, method: str) -> None:
    failed = run("make request", http_method=method, endpoint="/x", body="{}")

    assert failed.message == f"Parameter 'body' cannot be used with {method}: leave it empty."
    assert asset.seen == []


@pytest.mark.parametrize(
    ("setting", "allowed"),
    [
        (None, {"GET", "HEAD"}),
        ("reads", {"GET", "HEAD"}),
        ("off", set()),
        ("all", set(ACTIONS["make request"].params["http_method"].choices)),
    ],
)
def test_asset_decides_which_methods_are_sent(
    configure: Configure,
    scripted: ScriptedServer,
    run: RunAction,
    setting: str | None,
    allowed: set[str],
) -> None:
    of_asset = {"allow_make_request": setting} if setting else {}
    configure(base_url=scripted.url, api_token=seed.TOKEN, **of_asset)
    for method in ACTIONS["make request"].params["http_method"].choices:
        scripted.on(method, "/x", Answer(200, {}))

        made = run("make request", http_method=method, endpoint="/x")

        assert made.ok is (method in allowed)
        assert made.ok or "allow_make_request" in made.message
    assert {seen.method for seen in scripted.seen} == allowed


@pytest.mark.parametrize("status", [400, 404, 409, 418, 500, 501])
def test_error_status_fails_with_the_answer(
    asset: ScriptedServer, run: RunAction, status: int
) -> None:
    asset.on("GET", "/x", Answer(status, {"text": f"no {seed.TOKEN} here"}))

    failed = get(run)

    assert not failed.ok
    assert failed.message.startswith(f"Tanium answered HTTP {status} to GET /x: no *** here. ")
    assert failed.rows == [
        {"status_code": status, "response_body": f'{{"text": "no {seed.TOKEN} here"}}'}
    ]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_redirect_is_not_followed(
    asset: ScriptedServer,
    elsewhere: ScriptedServer,
    run: RunAction,
    status: int,
    method: str,
) -> None:
    target = f"{elsewhere.url}/taken?key={seed.TOKEN}"
    asset.on(method, "/x", Answer(status, "Moved.", "text/html", (("Location", target),)))

    failed = run("make request", http_method=method, endpoint="/x")

    assert not failed.ok
    assert f"HTTP {status} to {method} /x: it redirects to {elsewhere.url}/taken" in failed.message
    assert seed.TOKEN not in failed.message
    assert failed.rows == [{"status_code": status, "response_body": "Moved."}]
    assert (elsewhere.seen, len(asset.seen)) == ([], 1)


BINARY = bytes(range(256))


@pytest.mark.parametrize(
    ("body", "kind", "reported"),
    [
        (b"", "text/plain", ""),
        ("\u00fc".encode(), "application/json", "\u00fc"),
        ("\u00fc".encode("latin-1"), "text/plain; charset=ISO-8859-1", "\u00fc"),
        (b"<html><h1>Sign in</h1></html>", "text/html", "<html><h1>Sign in</h1></html>"),
        (b'{"broken": ', "application/json", '{"broken": '),
        (b"[" * 5000, "application/json", "[" * 5000),
        (
            BINARY,
            "application/zip",
            f"data:application/zip;base64,{base64.b64encode(BINARY).decode()}",
        ),
        (b"a\0b", "text/plain", "data:text/plain;base64,YQBi"),
        (b"\xff", "text/plain; charset=rot13", "data:text/plain;base64,/w=="),
    ],
)
def test_body_is_handed_over_as_it_came(
    asset: ScriptedServer, run: RunAction, body: bytes, kind: str, reported: str
) -> None:
    asset.on("GET", "/x", Answer(200, body, kind))

    made = get(run)

    assert (made.ok, made.rows) == (True, [{"status_code": 200, "response_body": reported}])


@pytest.mark.parametrize("status", [200, 500])
@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (lambda: b"x" * TOO_MUCH, ()),
        (lambda: gzip.compress(b"x" * TOO_MUCH * 20), (("Content-Encoding", "gzip"),)),
        (lambda: gzip.compress(b"\xff" * TOO_MUCH), (("Content-Encoding", "gzip"),)),
        (lambda: b"\xff" * 9_000_000, ()),
    ],
    ids=["too large", "gzip bomb", "binary", "too large as base64"],
)
def test_answer_above_10_mb_is_refused(
    asset: ScriptedServer,
    run: RunAction,
    status: int,
    body: Callable[[], bytes],
    headers: tuple[tuple[str, str], ...],
) -> None:
    asset.on("GET", "/x", Answer(status, body(), headers=headers))

    failed = get(run)

    assert not failed.ok
    assert f"Tanium answered HTTP {status}" in failed.message
    assert "10485760 bytes" in failed.message
    assert failed.rows == [{"status_code": status}]
    assert len(asset.seen) == 1


def test_answer_of_10_mb_is_not_refused(asset: ScriptedServer, run: RunAction) -> None:
    asset.on("GET", "/x", Answer(200, b"x" * (TOO_MUCH - 1)))

    made = get(run)

    assert made.ok, made.message
    assert len(made.rows[0]["response_body"]) == TOO_MUCH - 1


@pytest.mark.parametrize("coding", ["br", "gzip, gzip", "zstd"])
def test_answer_in_a_coding_that_nobody_asked_for_is_refused(
    asset: ScriptedServer, run: RunAction, coding: str
) -> None:
    asset.on("GET", "/x", Answer(200, b"x", headers=(("Content-Encoding", coding),)))

    failed = get(run)

    assert not failed.ok
    assert f"its answer has the encoding {coding}" in failed.message


def test_secrets_are_not_kept_with_the_parameters(asset: ScriptedServer, run: RunAction) -> None:
    asset.on("POST", "/x", Answer(200, {}))

    made = run(
        "make request",
        http_method="POST",
        endpoint="/x",
        headers='{"X-Key": "hidden-key"}',
        body='{"password": "hidden-password"}',
    )

    assert made.ok, made.message
    shown = json.dumps(made.result) + "".join(made.progress)
    assert "hidden" not in shown
    assert b"hidden-password" in asset.seen[0].body


def test_refused_token_is_replaced_by_a_login(
    run: RunAction, configure: Configure, tanium: SimulatorServer
) -> None:
    configure(api_token=seed.TOKEN_EXPIRED, allow_make_request="all", **ANALYST)
    body = '{"name": "by the login"}'

    made = run("make request", http_method="POST", endpoint=LABELS, body=body)

    assert made.ok, made.message
    assert calls(tanium) == [
        "POST /labels 401",
        f"GET {CURRENT} 401",
        f"POST {LOGIN} 200",
        "POST /labels 200",
    ]
    assert any("does not accept the API token" in line for line in made.progress)
    assert sum(row["name"] == "by the login" for row in tanium.state.labels.rows()) == 1


def test_expired_session_is_renewed(
    run: RunAction, configure: Configure, tanium: SimulatorServer
) -> None:
    configure(**ANALYST)
    assert get(run, LABELS).ok
    tanium.state.accounts.expire_sessions()
    tanium.log.clear()

    made = get(run, LABELS)

    assert made.ok, made.message
    assert calls(tanium) == [
        "GET /labels 401",
        f"GET {CURRENT} 401",
        f"POST {LOGIN} 200",
        "GET /labels 200",
    ]


@pytest.mark.usefixtures("tanium")
def test_refused_login_fails_with_the_answer(run: RunAction, configure: Configure) -> None:
    configure(api_token=seed.TOKEN_REVOKED)

    failed = get(run, LABELS)

    assert not failed.ok
    assert "The API token is not accepted" in failed.message
    assert [row["status_code"] for row in failed.rows] == [401]
    assert seed.TOKEN_REVOKED not in json.dumps(failed.result)


def test_missing_permission_is_no_reason_to_log_in(
    run: RunAction, configure: Configure, tanium: SimulatorServer
) -> None:
    configure(api_token=seed.TOKEN_WITHOUT_PERMISSIONS, **ANALYST)

    failed = get(run, LABELS)

    assert not failed.ok
    assert "The login is valid but lacks the permission" in failed.message
    assert [row["status_code"] for row in failed.rows] == [403]
    assert calls(tanium) == ["GET /labels 403", f"GET {CURRENT} 200"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_read_is_repeated(
    asset: ScriptedServer, run: RunAction, waits: list[float], method: str
) -> None:
    asset.on(method, "/x", Answer(503), Answer(502), Answer(200, b""))

    made = run("make request", http_method=method, endpoint="/x")

    assert made.ok, made.message
    assert (len(asset.seen), len(waits)) == (3, 1)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("kind", ["status", "reset_before", "reset_after", "cut_off"])
def test_write_is_never_repeated(
    soar: LocalSoar, tanium: SimulatorServer, waits: list[float], method: str, kind: str
) -> None:
    fault = tanium.faults.add(Fault(kind, times=None, method=method, path_contains="/labels"))
    config = {"base_url": tanium.url, "api_token": seed.TOKEN, "allow_make_request": "all"}
    soar.update_asset(ASSET, config)

    failed = run_on(soar, "make request", http_method=method, endpoint=LABELS, body="{}")

    assert not failed.ok
    assert DOUBT in failed.message
    assert (fault.seen, waits) == (1, [])


def test_429_is_repeated_for_writes_too(
    asset: ScriptedServer, run: RunAction, waits: list[float]
) -> None:
    asset.on("POST", "/x", Answer(429, headers=(("Retry-After", "2"),)), Answer(201, {}))

    made = run("make request", http_method="POST", endpoint="/x")

    assert (made.ok, waits, len(asset.seen)) == (True, [2], 2)


@pytest.fixture
def self_signed() -> Iterator[SimulatorServer]:
    with SimulatorServer(tls=True, certificate="self_signed") as server:
        yield server


def test_parameter_does_not_turn_verification_off(
    run: RunAction, configure: Configure, self_signed: SimulatorServer
) -> None:
    configure(base_url=self_signed.url, api_token=seed.TOKEN)

    failed = get(run, LABELS, verify_ssl=False)

    assert not failed.ok
    assert "'verify_ssl' is false, but the asset verifies" in failed.message
    assert len(self_signed.log) == 0


def test_parameter_turns_verification_on(
    run: RunAction, configure: Configure, self_signed: SimulatorServer
) -> None:
    configure(base_url=self_signed.url, api_token=seed.TOKEN, verify_server_cert=False)

    failed = get(run, LABELS)

    assert not failed.ok
    assert "its TLS certificate was refused: it is self-signed" in failed.message
    assert "verify_ssl" in failed.message
    assert len(self_signed.log) == 0
    assert get(run, LABELS, verify_ssl=False).ok


def test_verification_holds_on_a_connection_that_is_open(
    soar: LocalSoar, configure: Configure, self_signed: SimulatorServer
) -> None:
    configure(base_url=self_signed.url, api_token=seed.TOKEN, verify_server_cert=False)
    asked = {"http_method": "GET", "endpoint": LABELS}

    result = soar.run(
        "make request",
        [
            {**asked, "verify_ssl": False},
            {**asked, "verify_ssl": True},
            {**asked, "verify_ssl": False},
        ],
        asset=ASSET,
    )

    statuses = [each["status"] for each in result["result_data"]]
    assert statuses == ["success", "failed", "success"]
    assert len(self_signed.log) == 2


def test_timeout_of_the_parameter_counts(soar: LocalSoar, tanium: SimulatorServer) -> None:
    tanium.faults.add(Fault("silent", times=None, path_contains="/labels"))

    failed = run_on(soar, "make request", http_method="GET", endpoint=LABELS, timeout=1)

    assert not failed.ok
    assert "it did not answer within the parameter timeout (1 second)" in failed.message
