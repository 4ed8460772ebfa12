# File: test_transport.py
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
"""Requests and answers: retries, connections, TLS, proxies, redirects, and the many shapes of an
error.
"""

from __future__ import annotations

import base64
import json
import socket
import threading
from contextlib import suppress
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
from urllib3.connection import HTTPConnection

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from tanium_tr.errors import DOUBT
from tanium_tr.tanium import http as transport
from tests.api.conftest import (
    ANALYST,
    CONNECTIONS,
    CURRENT,
    LOGIN,
    STATUS,
    THREAT_RESPONSE,
    VALIDATE,
    Configure,
    calls,
)
from tests.conftest import RunAction
from tests.http_server import Answer, ScriptedServer, Seen


TOKEN = "token-for-these-tests"
INTELS = f"{THREAT_RESPONSE}/intels"
UPLOAD = {"intel_doc": "rule r { condition: true }", "file_name": "r.yara"}


@pytest.fixture
def asset(configure: Configure, scripted: ScriptedServer) -> ScriptedServer:
    """The scripted server, as the asset's Tanium."""
    configure(base_url=scripted.url, api_token=TOKEN)
    return scripted


# Retries


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_get_is_repeated_until_the_server_recovers(
    run: RunAction, asset: ScriptedServer, waits: list[float], status: int
) -> None:
    asset.on("GET", CONNECTIONS, Answer(status), Answer(status), Answer(200, []))
    assert run("list connections").ok
    assert len(asset.seen) == 3
    assert len(waits) <= 2


@pytest.mark.parametrize("status", [429, 503])
def test_get_is_given_up_after_three_repeats(
    run: RunAction, asset: ScriptedServer, waits: list[float], status: int
) -> None:
    asset.on("GET", CONNECTIONS, Answer(status, {"text": "busy"}))
    result = run("list connections")
    assert f"HTTP {status} to GET {CONNECTIONS}: busy." in result.message
    assert len(asset.seen) == 4
    assert sum(waits) < 10


@pytest.mark.parametrize("status", [413, 502, 503, 504])
def test_post_is_never_repeated(
    run: RunAction, asset: ScriptedServer, waits: list[float], status: int
) -> None:
    asset.on(
        "POST",
        INTELS,
        Answer(status, headers=(("Retry-After", "1"),)),
        Answer(200, {"data": {"id": 1}}),
    )
    result = run("upload intel doc", **UPLOAD)
    assert f"HTTP {status} to POST {INTELS}" in result.message
    assert (len(asset.seen), waits) == (1, [])


def test_delete_is_never_repeated(
    run: RunAction, asset: ScriptedServer, waits: list[float]
) -> None:
    path = f"{THREAT_RESPONSE}/conns/delete/remote:host:1:2"
    asset.on("DELETE", path, Answer(503), Answer(200))
    assert not run("delete connection", connection_id="remote:host:1:2").ok
    assert (len(asset.seen), waits) == (1, [])


WRITES: tuple[tuple[str, dict[str, Any], str, str], ...] = (
    ("upload intel doc", UPLOAD, "POST", INTELS),
    ("create label", {"name": "new"}, "POST", f"{THREAT_RESPONSE}/labels"),
    (
        "delete connection",
        {"connection_id": "remote:host:1:2"},
        "DELETE",
        f"{THREAT_RESPONSE}/conns/delete/remote:host:1:2",
    ),
    (
        "enable data connection",
        {"data_connection_id": 1},
        "PUT",
        "/plugin/products/connect/v1/connections/1/enable",
    ),
)


@pytest.mark.parametrize(("action", "parameters", "method", "path"), WRITES)
def test_write_that_came_too_fast_is_repeated(
    run: RunAction,
    asset: ScriptedServer,
    waits: list[float],
    action: str,
    parameters: dict[str, Any],
    method: str,
    path: str,
) -> None:
    busy = Answer(429, {"text": "busy"}, headers=(("Retry-After", "7"),))
    asset.on(method, path, busy, busy, Answer(200, {"data": {"id": 1}}))

    result = run(action, **parameters)

    assert result.ok, result.message
    assert [seen.method for seen in asset.seen] == [method] * 3
    assert len({seen.body for seen in asset.seen}) == 1
    assert waits == [7, 7]


@pytest.mark.parametrize("wait", ["86400", formatdate(4_000_000_000, usegmt=True)])
@pytest.mark.parametrize(("action", "parameters", "method", "path"), WRITES)
def test_write_that_came_too_fast_is_not_repeated_beyond_the_time_out(
    run: RunAction,
    asset: ScriptedServer,
    waits: list[float],
    wait: str,
    action: str,
    parameters: dict[str, Any],
    method: str,
    path: str,
) -> None:
    asset.on(method, path, Answer(429, headers=(("Retry-After", wait),)), Answer(200))

    result = run(action, **parameters)

    assert f"HTTP 429 to {method} {path}" in result.message
    assert DOUBT not in result.message
    assert (len(asset.seen), waits) == (1, [])


def test_login_that_came_too_fast_is_repeated(
    run: RunAction, asset: ScriptedServer, configure: Configure, waits: list[float]
) -> None:
    configure(base_url=asset.url, **ANALYST)
    session = Answer(200, {"data": {"session": "1-2-abcdef0123456789"}})
    asset.on("POST", LOGIN, Answer(429, headers=(("Retry-After", "3"),)), session)
    asset.on("GET", CONNECTIONS, Answer(200, []))

    assert run("list connections").ok
    assert waits == [3]


@pytest.mark.usefixtures("waits")
@pytest.mark.parametrize("answer", [Answer(502), Answer(503), Answer(504)])
def test_question_whether_a_session_is_good_is_a_read(
    run: RunAction, asset: ScriptedServer, configure: Configure, answer: Answer
) -> None:
    configure(base_url=asset.url, **ANALYST)
    session = Answer(200, {"data": {"session": "1-2-abcdef0123456789"}})
    asset.on("POST", LOGIN, session)
    asset.on("GET", CURRENT, Answer(404))
    asset.on("POST", VALIDATE, answer, Answer(401))
    asset.on("GET", CONNECTIONS, Answer(403), Answer(200, []))

    assert run("list connections").ok
    assert [seen.path for seen in asset.seen].count(VALIDATE) == 2


CUT_OFF = Answer(200, "[]", headers=(("Content-Length", "5000"), ("Connection", "close")))


def test_read_whose_answer_breaks_off_is_repeated(run: RunAction, asset: ScriptedServer) -> None:
    asset.on("GET", CONNECTIONS, CUT_OFF, Answer(200, []))

    result = run("list connections")

    assert result.ok, result.message
    assert len(asset.seen) == 2


def test_read_whose_answer_breaks_off_is_repeated_once(
    run: RunAction, asset: ScriptedServer
) -> None:
    asset.on("GET", CONNECTIONS, CUT_OFF)

    result = run("list connections")

    assert "the answer was cut off" in result.message
    assert len(asset.seen) == 2


def test_write_whose_answer_breaks_off_is_not_repeated(
    run: RunAction, asset: ScriptedServer
) -> None:
    asset.on("POST", INTELS, CUT_OFF, Answer(200, {"data": {"id": 1}}))

    result = run("upload intel doc", **UPLOAD)

    assert "the answer was cut off" in result.message
    assert DOUBT in result.message
    assert len(asset.seen) == 1


def test_download_that_breaks_off_is_not_repeated(run: RunAction, asset: ScriptedServer) -> None:
    file_id = "00000000-0000-0000-0000-000000000001"
    data = f"{THREAT_RESPONSE}/filedownload/data/{file_id}"
    asset.on("GET", f"{THREAT_RESPONSE}/filedownload/{file_id}", Answer(200, {"uuid": file_id}))
    asset.on("GET", data, Answer(200, b"PK", "application/zip", CUT_OFF.headers))

    result = run("get file", file_id=file_id)

    assert "the answer was cut off" in result.message
    assert [seen.path for seen in asset.seen].count(data) == 1


def test_check_of_a_session_that_breaks_off_is_repeated(
    run: RunAction, asset: ScriptedServer, configure: Configure
) -> None:
    configure(base_url=asset.url, **ANALYST)
    asset.on("POST", LOGIN, Answer(200, {"data": {"session": "1-2-abcdef0123456789"}}))
    asset.on("GET", CONNECTIONS, Answer(403))
    asset.on("GET", CURRENT, CUT_OFF, Answer(200, {"data": {}}))

    result = run("list connections")

    assert "HTTP 403 to GET" in result.message
    assert [seen.path for seen in asset.seen].count(CURRENT) == 2


EXPORT = "/plugin/products/connect/v1/export"
DEFINITION = [{"id": 1, "name": "Alerts", "streams": []}]


@pytest.mark.usefixtures("waits")
@pytest.mark.parametrize("first", [Answer(502), Answer(503), Answer(504), CUT_OFF, None])
def test_export_is_a_read_though_it_is_a_post(
    run: RunAction, asset: ScriptedServer, first: Answer | None
) -> None:
    def hang_up(_seen: Seen) -> Answer:
        raise ConnectionAbortedError

    asset.on("GET", "/plugin/products/connect/v1/connections/1", Answer(404))
    asset.on("POST", EXPORT, first or hang_up, Answer(200, DEFINITION))

    result = run("get data connection", data_connection_id=1)

    assert result.ok, result.message
    assert [seen.path for seen in asset.seen].count(EXPORT) == 2


@pytest.mark.usefixtures("waits")
@pytest.mark.parametrize(
    "answer",
    [
        Answer(500),
        Answer(503),
        CUT_OFF,
        Answer(200, "{"),
        Answer(200, {"errors": [{"message": "wrong"}]}),
        Answer(200, [5]),
        Answer(200, None),
    ],
)
def test_export_that_fails_may_not_have_changed_anything(
    run: RunAction, asset: ScriptedServer, answer: Answer
) -> None:
    asset.on("GET", "/plugin/products/connect/v1/connections/1", Answer(404))
    asset.on("POST", EXPORT, answer)

    result = run("get data connection", data_connection_id=1)

    assert not result.ok
    assert DOUBT not in result.message


@pytest.mark.parametrize(
    ("given", "seconds"), [("7", 7), ("0", 0), (formatdate(0, usegmt=True), 0)]
)
def test_retry_after_is_waited_for(
    run: RunAction, asset: ScriptedServer, waits: list[float], given: str, seconds: int
) -> None:
    asset.on("GET", CONNECTIONS, Answer(503, headers=(("Retry-After", given),)), Answer(200, []))
    assert run("list connections").ok
    assert sum(waits) == seconds


@pytest.mark.parametrize("given", ["86400", "9" * 400, formatdate(4_000_000_000, usegmt=True)])
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_beyond_the_time_out_is_told_and_not_waited_for(
    run: RunAction, asset: ScriptedServer, waits: list[float], status: int, given: str
) -> None:
    asset.on("GET", CONNECTIONS, Answer(status, headers=(("Retry-After", given),)), Answer(200, []))
    result = run("list connections")
    assert not result.ok
    assert f"HTTP {status} " in result.message
    assert f"(Retry-After: {given[:40]})" in result.message
    assert (len(asset.seen), waits) == (1, [])


@pytest.mark.parametrize("given", ["soon", "1.5", "-3", "Sun, 99 Foo 2026"])
def test_retry_after_that_makes_no_sense_is_passed_over(
    run: RunAction, asset: ScriptedServer, waits: list[float], given: str
) -> None:
    asset.on("GET", CONNECTIONS, Answer(503, headers=(("Retry-After", given),)), Answer(200, []))
    result = run("list connections")
    assert result.ok, result.message
    assert sum(waits) <= 30


@pytest.mark.usefixtures("waits")
def test_retry_after_of_any_length(run: RunAction, asset: ScriptedServer) -> None:
    """Python does not read so many digits; one that does finds the wait too long."""
    asset.on(
        "GET", CONNECTIONS, Answer(503, headers=(("Retry-After", "9" * 5000),)), Answer(200, [])
    )
    result = run("list connections")
    assert result.ok or f"HTTP 503 to GET {CONNECTIONS}" in result.message, result.message


@pytest.mark.usefixtures("waits")
def test_get_whose_connection_breaks_is_repeated_and_a_post_is_not(
    run: RunAction, asset: ScriptedServer
) -> None:
    def hang_up(_seen: Seen) -> Answer:
        raise ConnectionAbortedError

    asset.on("GET", CONNECTIONS, hang_up, Answer(200, []))
    assert run("list connections").ok
    asset.seen.clear()
    asset.on("POST", INTELS, hang_up, Answer(200, {"data": {"id": 1}}))
    result = run("upload intel doc", **UPLOAD)
    assert "the connection was lost" in result.message
    assert len(asset.seen) == 1


@pytest.mark.parametrize("told_by_urllib3", [True, False])
def test_answer_that_breaks_off_is_no_result(
    run: RunAction, asset: ScriptedServer, monkeypatch: pytest.MonkeyPatch, told_by_urllib3: bool
) -> None:
    """SOAR's older urllib3 takes such an answer for a whole one, unlike the one that the tests run
    with.
    """
    send = HTTPConnection.request

    def lenient(self: HTTPConnection, *args: Any, **options: Any) -> None:
        send(self, *args, **{**options, "enforce_content_length": told_by_urllib3})

    monkeypatch.setattr(HTTPConnection, "request", lenient)
    asset.on(
        "GET",
        CONNECTIONS,
        Answer(200, "[]", headers=(("Content-Length", "5000"), ("Connection", "close"))),
    )
    message = run("list connections").message
    assert message.startswith(
        f"No answer from {asset.url} to GET {CONNECTIONS}: the answer was cut off ("
    )


def test_length_that_is_said_twice_is_no_problem(run: RunAction, asset: ScriptedServer) -> None:
    asset.on(
        "GET",
        CONNECTIONS,
        Answer(200, "[]", headers=(("Content-Length", "2"), ("Content-Length", "2"))),
    )
    result = run("list connections")
    assert result.ok, result.message


# Connections and headers


def test_one_connection_a_run_whatever_happens(
    run: RunAction, tanium: SimulatorServer, configure: Configure
) -> None:
    tanium.settings.login_status = 404
    configure(api_token=seed.TOKEN_REVOKED, **ANALYST)
    assert run("list alerts", limit=50).ok
    assert len(calls(tanium)) == 6
    assert tanium.log.connections() == 1
    tanium.log.clear()
    assert not run("get process", connection_id="remote:nowhere:1:2", process_table_id="1").ok
    assert tanium.log.connections() == 1


def test_netrc_is_never_used(
    run: RunAction,
    asset: ScriptedServer,
    configure: Configure,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines = "".join(
        f"machine {host} login someone password from-netrc\n" for host in ("127.0.0.1", "localhost")
    )
    for name in (".netrc", "_netrc"):
        (tmp_path / name).write_text(
            lines + "default login someone password from-netrc\n", encoding="utf-8"
        )
        (tmp_path / name).chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    configure(base_url=asset.url, api_token=TOKEN, **ANALYST)
    asset.on("GET", CONNECTIONS, Answer(401), Answer(200, []))
    asset.on("POST", LOGIN, Answer(200, {"data": {"session": "1-2-abcdef0123456789"}}))
    assert run("list connections").ok
    assert [seen.path for seen in asset.seen] == [
        CONNECTIONS,
        CURRENT,
        VALIDATE,
        LOGIN,
        CONNECTIONS,
    ]
    assert all("authorization" not in seen.headers for seen in asset.seen)


def test_environments_proxy_is_used(
    run: RunAction, scripted: ScriptedServer, configure: Configure
) -> None:
    configure(
        base_url="http://tanium.invalid",
        api_token=TOKEN,
        environment={"HTTP_PROXY": scripted.url.replace("//", "//who:pass@")},
    )
    scripted.on("GET", f"http://tanium.invalid{CONNECTIONS}", Answer(200, []))
    assert run("list connections").ok
    assert (
        scripted.seen[0].headers["proxy-authorization"]
        == "Basic " + base64.b64encode(b"who:pass").decode()
    )


@pytest.mark.parametrize("exempt", ["127.0.0.1", "10.0.0.0/8,127.0.0.0/8", "*"])
def test_no_proxy_is_honoured(
    run: RunAction, asset: ScriptedServer, configure: Configure, exempt: str
) -> None:
    asset.on("GET", CONNECTIONS, Answer(200, []))
    proxy = "http://proxy.invalid:3128"
    configure(
        base_url=asset.url,
        api_token=TOKEN,
        environment={"HTTP_PROXY": proxy, "HTTPS_PROXY": proxy, "NO_PROXY": exempt},
    )
    assert run("list connections").ok


def test_environments_authorities_verify_the_server(run: RunAction, configure: Configure) -> None:
    with SimulatorServer(tls=True) as server:
        configure(
            base_url=server.url,
            api_token=seed.TOKEN,
            environment={"REQUESTS_CA_BUNDLE": str(server.ca_file)},
        )
        result = run("test connectivity")
        assert result.ok, result.message
        assert not any("unencrypted" in line for line in result.progress)
        assert server.log.connections() == 1


@pytest.mark.parametrize("bundle", [{}, {"REQUESTS_CA_BUNDLE": "/nowhere/ca.pem"}])
def test_verification_can_be_switched_off(
    run: RunAction, configure: Configure, bundle: dict[str, str]
) -> None:
    with SimulatorServer(tls=True, certificate="expired") as server:
        configure(
            base_url=server.url, api_token=seed.TOKEN, verify_server_cert=False, environment=bundle
        )
        result = run("test connectivity")
        assert result.ok, result.message


# Redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("where", [CONNECTIONS, LOGIN, CURRENT])
def test_redirect_takes_no_credential_to_another_host(
    run: RunAction, asset: ScriptedServer, configure: Configure, status: int, where: str
) -> None:
    with ScriptedServer() as other:
        configure(base_url=asset.url, **ANALYST)
        asset.on("POST", LOGIN, Answer(200, {"data": {"session": "1-2-abcdef0123456789"}}))
        asset.on("GET", CONNECTIONS, Answer(403))
        asset.on(
            "POST" if where == LOGIN else "GET",
            where,
            Answer(status, headers=(("Location", f"{other.url}/stolen"),)),
        )
        message = run("list connections").message
        assert f"HTTP {status}" in message
        assert (
            f"it redirects to {other.url}/stolen. Check that base_url is the address of the Tanium"
            " server itself" in message
        )
        assert other.seen == []


# Errors in every shape

SHAPES = (
    (
        Answer(404, {"text": "404 Not Found: Connection not found"}),
        "404 Not Found: Connection not found",
    ),
    (Answer(400, {"errors": [{"message": "first"}, {"message": "second"}]}), "first; second"),
    (Answer(400, {"errors": [{"description": "described"}]}), "described"),
    (Answer(400, {"Message": "capital"}), "capital"),
    (Answer(400, {"error": {"message": "nested"}}), "nested"),
    (Answer(400, {"error": {"code": 7}}), '{"error": {"code": 7}}'),
    (Answer(500, {"text": "internal server error"}), "internal server error"),
    (Answer(400, {"errors": "GroupNotFound"}), "GroupNotFound"),
    (Answer(400, json.dumps("just text")), "just text"),
    (Answer(400, "plain   words\n\n here", "text/plain"), "plain words here"),
    (Answer(400, b""), ""),
    (Answer(400, b"\xff\xfe", "text/plain"), "\ufffd\ufffd"),
    (Answer(400, "{broken"), "{broken"),
    (
        Answer(
            500,
            "<html><head><style>p{}</style></head><body><h1>502</h1><p>Bad &amp;"
            " ugly</p></body></html>",
            "text/html",
        ),
        "502 Bad & ugly",
    ),
    (Answer(500, "  <!DOCTYPE html><p>Oops</p>", "text/html"), "Oops"),
    (
        Answer(500, '<?xml version="1.0"?><Error><Code>Denied</Code></Error>', "application/xml"),
        "Denied",
    ),
    (
        Answer(400, {"text": "braces {0} {name} {} {{two}} 100% %s %(x)s"}),
        "braces {0} {name} {} {{two}} 100% %s %(x)s",
    ),
    (
        Answer(400, {"text": "Gr\u00fc\u00dfe \u5bc6\u7801 \U0001f600 \u202e"}),
        "Gr\u00fc\u00dfe \u5bc6\u7801 \U0001f600 \ufffd",
    ),
    (Answer(400, {"text": "half \ud800 a character"}), "half \ufffd a character"),
    (Answer(400, {"text": "ends with a dot."}), "ends with a dot"),
    (Answer(400, '{"errors": ' + "[" * 900 + '"deep"' + "]" * 900 + "}"), None),
    (Answer(400, '{"errors": ' + "[" * 9000 + '"deep"' + "]" * 9000 + "}"), None),
    (Answer(400, '{"errors": ' + '{"error":' * 400 + '"deep"' + "}" * 400 + "}"), None),
    (Answer(500, "<div>" * 9000 + "deep", "text/html"), "deep"),
)


@pytest.mark.parametrize(("answer", "explanation"), SHAPES)
def test_servers_own_words_are_shown(
    run: RunAction, asset: ScriptedServer, answer: Answer, explanation: str | None
) -> None:
    asset.on("GET", CONNECTIONS, answer)
    result = run("list connections")
    assert not result.ok
    start = f"Tanium answered HTTP {answer.status} to GET {CONNECTIONS}"
    assert result.message.startswith(start)
    if explanation is not None:
        assert result.message.startswith(f"{start}: {explanation}." if explanation else f"{start}.")
    assert len(result.message) < 800


@pytest.mark.parametrize("status", [400, 401, 403, 404, 500])
@pytest.mark.parametrize("content_type", ["text/plain", "text/html", "application/json"])
def test_huge_error_is_read_and_shown_in_part(
    run: RunAction, asset: ScriptedServer, status: int, content_type: str
) -> None:
    asset.on("GET", CONNECTIONS, Answer(status, b"x" * 10_000_000, content_type))
    message = run("list connections").message
    assert message.startswith(
        f"Tanium answered HTTP {status} to GET {CONNECTIONS}: " + "x" * 300 + "...."
    )
    assert len(message) < 1000


def test_error_that_breaks_off_still_has_its_status(run: RunAction, asset: ScriptedServer) -> None:
    asset.on(
        "GET",
        CONNECTIONS,
        Answer(400, '{"text": "cut', headers=(("Content-Length", "5000"), ("Connection", "close"))),
    )
    assert run("list connections").message.startswith(
        f"Tanium answered HTTP 400 to GET {CONNECTIONS}"
    )


@pytest.mark.parametrize("is_told_its_length", [True, False])
def test_error_that_breaks_off_shows_no_half_of_a_secret(
    run: RunAction, configure: Configure, monkeypatch: pytest.MonkeyPatch, is_told_its_length: bool
) -> None:
    """With SOAR's older urllib3 an answer that ends too early is one; one without a length that
    stalls is ended here.
    """
    send = HTTPConnection.request

    def lenient(self: HTTPConnection, *args: Any, **options: Any) -> None:
        send(self, *args, **{**options, "enforce_content_length": False})

    monkeypatch.setattr(HTTPConnection, "request", lenient)
    head = (
        b"HTTP/1.1 500 No\r\nConnection: close\r\n"
        + (b"Content-Length: 5000\r\n" if is_told_its_length else b"")
        + b"\r\n"
    )
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(60)
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        configure(base_url=address, api_token=TOKEN, request_timeout=1)

        def answer() -> None:
            connection = listening.accept()[0]
            with connection, suppress(OSError):
                connection.settimeout(60)
                connection.recv(65536)
                connection.sendall(head + b"sent: " + TOKEN[:-3].encode())
                if not is_told_its_length:
                    connection.recv(1)  # nothing comes before the client hangs up

        answering = threading.Thread(target=answer, daemon=True)
        answering.start()
        message = run("list connections").message
        answering.join()
    assert message.startswith(
        f"Tanium answered HTTP 500 to GET {CONNECTIONS}: (its explanation is incomplete)."
    )


@pytest.mark.parametrize("length", ["\u00b2", "9" * 5000, "-1"])
def test_download_of_a_length_that_is_no_number(
    run: RunAction, asset: ScriptedServer, length: str
) -> None:
    path = "/plugin/products/threat-response/api/v1/filedownload/data/some-id"
    asset.on(
        "GET",
        path,
        Answer(
            200,
            b"content",
            "application/octet-stream",
            (("Content-Length", length), ("Connection", "close")),
        ),
    )
    result = run("get file", file_id="some-id")
    assert "does not expect" not in result.message


def test_answer_without_a_length_that_stalls_is_no_result(
    run: RunAction, configure: Configure
) -> None:
    """Every byte begins the socket's own time-out anew, and the end of the connection is the end of
    such an answer.
    """
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(60)
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        given_up = threading.Event()

        def drip() -> None:
            connection = listening.accept()[0]
            with connection, suppress(OSError):
                connection.sendall(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nConnection:"
                    b" close\r\n\r\n"
                )
                while not given_up.wait(0.1):
                    connection.sendall(b"x")

        dripping = threading.Thread(target=drip, daemon=True)
        dripping.start()
        configure(base_url=address, api_token=TOKEN, request_timeout=1)
        result = run("get file", file_id="some-id")
        given_up.set()
        dripping.join()
    assert "did not answer within the asset's request_timeout" in result.message
    assert result.rows == []


def test_answer_that_is_too_large_is_not_held_in_memory(
    run: RunAction, asset: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    import gzip

    monkeypatch.setattr(transport, "BODY_LIMIT", 1_000_000)
    asset.on(
        "GET",
        CONNECTIONS,
        Answer(
            200,
            gzip.compress(b"[" + b" " * 5_000_000 + b"]"),
            headers=(("Content-Encoding", "gzip"),),
        ),
    )
    start = (
        f"Tanium answered HTTP 200 to GET {CONNECTIONS}: its answer has more than 1000000 bytes;"
        " ask for less"
    )
    assert run("list connections").message.startswith(start)


@pytest.mark.parametrize("depth", [200, 600, 990, 3000, 9000])
def test_answer_that_is_nested_too_deeply(
    run: RunAction, asset: ScriptedServer, depth: int
) -> None:
    body = '{"data": ' + '{"a": ' * depth + "1" + "}" * (depth + 1)
    asset.on("GET", "/plugin/products/connect/v1/sources/1", Answer(200, body))
    result = run("get data source", data_source_id=1)
    assert not result.ok
    assert "sources/1: its answer is nested more than 200 levels deep." in result.message


DEEP = {
    "texts close it": ('["]}\\\\", ' * 300, '"x"', ', "[{\\""]' * 300),
    "lists and objects": ('[{"a": ' * 150, "1", "}]" * 150),
    "texts hold brackets": ("", json.dumps(["[{" * 500] * 3), ""),
    "texts hold quotes": ("", json.dumps({'"[': '\\"[' * 500}), ""),
}


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("form", DEEP)
def test_brackets_in_texts_are_no_levels(
    run: RunAction, asset: ScriptedServer, form: str, coding: str
) -> None:
    start, middle, end = DEEP[form]
    body = f'{{"data": {{"id": 1, "b": {start}{middle}{end}}}}}'
    assert json.loads(body)
    asset.on("GET", "/plugin/products/connect/v1/sources/1", Answer(200, body.encode(coding)))

    result = run("get data source", data_source_id=1)

    is_deep = bool(start)
    assert ("nested more than 200 levels deep" in result.message) is is_deep
    assert result.ok is not is_deep, result.message


def test_compressed_error_is_readable(run: RunAction, asset: ScriptedServer) -> None:
    import gzip

    asset.on(
        "GET",
        CONNECTIONS,
        Answer(
            400, gzip.compress(b'{"text": "squeezed"}'), headers=(("Content-Encoding", "gzip"),)
        ),
    )
    assert "squeezed" in run("list connections").message


def test_status_names_the_advice(run: RunAction, asset: ScriptedServer) -> None:
    for status, advice in (
        (404, "Check the ID"),
        (409, "already exists"),
        (500, "error is on the Tanium server"),
        (307, "Check that base_url"),
    ):
        asset.on("GET", CONNECTIONS, Answer(status, {"text": "x"}))
        assert advice in run("list connections").message


@pytest.mark.parametrize(
    "text", ["{0} {name} {} 100% %s", "{{two}}", "Gr\u00fc\u00dfe \u5bc6\u7801 \U0001f600"]
)
def test_servers_words_in_progress_arrive_unchanged(
    run: RunAction, asset: ScriptedServer, text: str
) -> None:
    asset.on("GET", STATUS, Answer(200, {"data": {"version": text}}))
    assert f"Threat Response {text} answered" in run("test connectivity").progress


def test_http_is_warned_about(run: RunAction, asset: ScriptedServer) -> None:
    asset.on("GET", CONNECTIONS, Answer(200, []))
    warnings = [line for line in run("list connections").progress if "unencrypted" in line]
    assert len(warnings) == 1
