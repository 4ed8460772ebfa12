# File: test_redaction.py
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
"""No token, password or session in what people, logs, the database or the state get, whatever a
server or a proxy repeats.
"""

from __future__ import annotations

import base64
import html
import json
import re
from typing import Any, Callable
from urllib.parse import quote, quote_plus

import pytest

from dev.soar.runtime import LocalSoar
from tanium_tr.redaction import Redaction
from tanium_tr.tanium.connect.secrets import secrets_in
from tests.api.conftest import AUTH, CONNECTIONS, CURRENT, LOGIN, STATUS, VALIDATE, Configure
from tests.conftest import Run, RunAction
from tests.http_server import Answer, ScriptedServer, Seen


PASSWORD = 'Pa5s "w\u00f6rd" <b>&\'/\\+%>{0}'
TOKEN = "token-0123456789abcdef"
SESSION = "1-224-fedcba9876543210"
LOGIN_DATA = {"username": "ana", "password": PASSWORD}

SPELLINGS: tuple[Callable[[str], str], ...] = (
    str,
    html.escape,
    lambda text: json.dumps(text)[1:-1],
    lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    quote,
    lambda text: quote(text, safe=""),
    quote_plus,
    lambda text: base64.b64encode(text.encode()).decode(),
    lambda text: base64.b64encode(f"ana:{text}".encode()).decode(),
)


def assert_nowhere(soar: LocalSoar, result: Run, shown: str, *secrets: str) -> None:
    """In no spelling: not in the result, the progress, the output, nor any file of the local SOAR
    (database, state, log).
    """
    files = b"\n".join(
        path.read_bytes() for path in soar.installation.home.rglob("*") if path.is_file()
    )
    texts = [
        result.message,
        *result.progress,
        json.dumps(result.result),
        json.dumps(result.result, ensure_ascii=False),
        shown,
    ]
    for secret in secrets:
        for spelled in (secret.split()[0], *(spell(secret) for spell in SPELLINGS)):
            assert not any(spelled in text for text in texts), f"{spelled!r} was shown"
            assert spelled.encode() not in files, f"{spelled!r} was kept"


@pytest.mark.parametrize("spell", SPELLINGS)
@pytest.mark.parametrize("secret", [PASSWORD, TOKEN, SESSION, "\U0001f600 caf\u00e9 \u2028 x"])
def test_every_spelling_is_hidden(secret: str, spell: Callable[[str], str]) -> None:
    redaction = Redaction()
    redaction.add_login("ana", secret)
    redaction.add("other")
    assert (
        redaction.redact(f"before {spell(secret)} after {spell(secret)}.")
        == "before *** after ***."
    )


OTHER_WRITERS: dict[str, Callable[[str], str]] = {
    "Go's HTML": lambda text: (
        html.escape(text).replace("&quot;", "&#34;").replace("&#x27;", "&#39;")
    ),
    "PHP's HTML": lambda text: html.escape(text).replace("&#x27;", "&#039;"),
    "XML": lambda text: html.escape(text).replace("&#x27;", "&apos;"),
    "PHP's JSON": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "Go's JSON": lambda text: (
        json.dumps(text)[1:-1]
        .replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("&", "\\u0026")
    ),
    "small percents": lambda text: re.sub(
        "%..", lambda found: found[0].lower(), quote(text, safe="")
    ),
    "Python's exceptions": lambda text: repr(text)[1:-1],
}


@pytest.mark.parametrize("spell", OTHER_WRITERS.values(), ids=OTHER_WRITERS)
def test_spelling_of_other_writers_is_hidden(
    run: RunAction, configure: Configure, scripted: ScriptedServer, spell: Callable[[str], str]
) -> None:
    configure(base_url=scripted.url, **LOGIN_DATA)
    for page in (as_text, as_json):
        content, content_type = page(json.dumps({"sent": f"<{spell(PASSWORD)}>"}))
        scripted.on("POST", LOGIN, Answer(403, content, content_type))
        assert '{"sent": "<***>"}' in run("list connections").message


def test_header_in_utf_8_is_hidden(
    run: RunAction, configure: Configure, scripted: ScriptedServer
) -> None:
    configure(base_url=scripted.url, **LOGIN_DATA)
    # As http.server writes what it is given.
    location = f"/?was={PASSWORD}".encode().decode("latin-1")
    scripted.on("POST", LOGIN, Answer(302, headers=(("Location", location),)))
    assert "it redirects to /?was=***" in run("list connections").message


def test_nothing_is_hidden_without_secrets() -> None:
    redaction = Redaction()
    redaction.add("", "")
    redaction.add_login("ana", "")
    assert redaction.redact("ana: text") == "ana: text"


def test_secret_with_half_of_a_character_is_hidden() -> None:
    redaction = Redaction()
    redaction.add("hidden \ud800")

    assert redaction.redact("it is hidden \ud800") == "it is ***"


def test_secret_that_holds_another_is_hidden_whole() -> None:
    redaction = Redaction()
    redaction.add("abc", "abcdef", "cdefgh")
    assert redaction.redact("abcdef abc") == "*** ***"


def everything(seen: Seen) -> str:
    """What a talkative error page repeats: the request, as it came."""
    head = "\n".join(f"{name}: {value}" for name, value in seen.headers.items())
    return f"{seen.method} {seen.path}\n{head}\n{seen.body.decode('utf-8', 'replace')}"


def as_html(text: str) -> tuple[str, str]:
    return f"<html><body><pre>{html.escape(text)}</pre></body></html>", "text/html"


def as_json(text: str) -> tuple[str, str]:
    return json.dumps({"text": text}), "application/json"


def as_json_unescaped(text: str) -> tuple[str, str]:
    return json.dumps({"errors": [{"message": text}]}, ensure_ascii=False), "application/json"


def as_text(text: str) -> tuple[str, str]:
    return text, "text/plain; charset=utf-8"


def as_broken_json(text: str) -> tuple[str, str]:
    return json.dumps({"text": text})[:-1], "application/json"


def as_header_page(text: str) -> tuple[str, str]:
    return f"<pre>{html.escape(json.dumps(text))}</pre>", "text/html"


def as_sloppy_html(text: str) -> tuple[str, str]:
    return f"<html><body><pre>{text}</pre></body></html>", "text/html"


PAGES = (
    as_html,
    as_json,
    as_json_unescaped,
    as_text,
    as_broken_json,
    as_header_page,
    as_sloppy_html,
)


def talkative(status: int, page: Callable[[str], tuple[str, str]]) -> Callable[[Seen], Answer]:
    def answer(seen: Seen) -> Answer:
        content, content_type = page(everything(seen))
        return Answer(status, content, content_type)

    return answer


@pytest.mark.parametrize("status", [200, 400, 401, 403, 500])
@pytest.mark.parametrize("where", [LOGIN, AUTH, CONNECTIONS, CURRENT, VALIDATE])
def test_server_that_repeats_the_request(
    run: RunAction,
    soar: LocalSoar,
    configure: Configure,
    scripted: ScriptedServer,
    capfd: pytest.CaptureFixture[str],
    where: str,
    status: int,
) -> None:
    configure(base_url=scripted.url, **LOGIN_DATA)
    if where != AUTH:
        scripted.on("POST", LOGIN, Answer(200, {"data": {"session": SESSION}}))
    scripted.on("GET", CONNECTIONS, Answer(403, {"text": "no"}))
    if where != VALIDATE:
        scripted.on("GET", CURRENT, Answer(401))
    for page in PAGES:
        scripted.seen.clear()
        scripted.on(
            "POST" if where in (LOGIN, AUTH, VALIDATE) else "GET", where, talkative(status, page)
        )
        result = run("list connections")
        assert any(seen.path == where for seen in scripted.seen)
        assert_nowhere(soar, result, "".join(capfd.readouterr()), PASSWORD, SESSION)


@pytest.mark.parametrize("status", [200, 401, 403, 500])
@pytest.mark.parametrize("where", [CONNECTIONS, CURRENT, VALIDATE])
def test_server_that_repeats_the_token(
    run: RunAction,
    soar: LocalSoar,
    configure: Configure,
    scripted: ScriptedServer,
    capfd: pytest.CaptureFixture[str],
    where: str,
    status: int,
) -> None:
    configure(base_url=scripted.url, api_token=TOKEN)
    scripted.on("GET", CONNECTIONS, Answer(401, {"text": "no"}))
    for page in PAGES:
        scripted.seen.clear()
        scripted.on("POST" if where == VALIDATE else "GET", where, talkative(status, page))
        result = run("list connections")
        assert any(seen.path == where for seen in scripted.seen)
        assert_nowhere(soar, result, "".join(capfd.readouterr()), TOKEN)


def test_session_of_another_run_is_hidden_from_its_first_check_on(
    run: RunAction,
    soar: LocalSoar,
    configure: Configure,
    scripted: ScriptedServer,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Test connectivity tries the token first, and looks whether the stored session is good only
    then.
    """
    configure(base_url=scripted.url, api_token=TOKEN, **LOGIN_DATA)
    scripted.on("GET", STATUS, Answer(401))
    scripted.on("GET", CURRENT, Answer(401))
    scripted.on("GET", CONNECTIONS, Answer(401), Answer(200, []))
    scripted.on("POST", LOGIN, Answer(200, {"data": {"session": SESSION}}))
    assert run("list connections").ok
    scripted.on("GET", CURRENT, Answer(401), talkative(500, as_text))
    result = run("test connectivity")
    assert "HTTP 500" in result.message
    assert_nowhere(soar, result, "".join(capfd.readouterr()), PASSWORD, TOKEN, SESSION)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, {"data": {"token": SESSION}}),
        Answer(200, f"<p>{SESSION}</p>", "text/html"),
        Answer(200, f'{{"data": {{"session": "{SESSION}"', "application/json"),
        Answer(200, f"session={SESSION}", "text/plain"),
    ],
)
def test_login_that_is_not_understood_is_not_repeated(
    run: RunAction,
    soar: LocalSoar,
    configure: Configure,
    scripted: ScriptedServer,
    capfd: pytest.CaptureFixture[str],
    answer: Answer,
) -> None:
    configure(base_url=scripted.url, **LOGIN_DATA)
    scripted.on("POST", LOGIN, answer)
    result = run("list connections")
    assert not result.ok
    assert_nowhere(soar, result, "".join(capfd.readouterr()), PASSWORD, SESSION)


@pytest.mark.parametrize("spell", SPELLINGS[:-1])
def test_redirect_that_carries_the_session(
    run: RunAction,
    soar: LocalSoar,
    configure: Configure,
    scripted: ScriptedServer,
    capfd: pytest.CaptureFixture[str],
    spell: Callable[[str], str],
) -> None:
    configure(base_url=scripted.url, api_token=TOKEN)
    scripted.on(
        "GET",
        CONNECTIONS,
        Answer(302, headers=(("Location", f"https://login.example.com/?session={spell(TOKEN)}"),)),
    )
    result = run("list connections")
    assert "it redirects to https://login.example.com/?session=" in result.message
    assert_nowhere(soar, result, "".join(capfd.readouterr()), TOKEN)


def test_secret_at_the_end_of_what_is_shown_is_hidden_whole(
    run: RunAction, configure: Configure, scripted: ScriptedServer
) -> None:
    configure(base_url=scripted.url, api_token=TOKEN)
    as_entities = "".join(f"&#{ord(character)};" for character in TOKEN)
    for length in range(280, 301):
        for content, content_type in (
            ("x" * length + TOKEN, "text/plain"),
            (f"<p>{'x' * length}{as_entities}</p>", "text/html"),
        ):
            scripted.on("GET", CONNECTIONS, Answer(400, content, content_type))
            assert "xto" not in run("list connections").message


def test_secret_in_front_of_when_to_come_back_is_hidden_whole(
    run: RunAction, configure: Configure, scripted: ScriptedServer
) -> None:
    configure(base_url=scripted.url, api_token=TOKEN)
    as_entities = "".join(f"&#{ord(character)};" for character in TOKEN)
    for length in (280, 295):
        page = Answer(
            400, f"<p>{'x' * length}{as_entities}</p>", "text/html", (("Retry-After", "7"),)
        )
        redirect = Answer(
            302,
            headers=(
                ("Location", f"/{'x' * (length - len('it redirects to /'))}{TOKEN}"),
                ("Retry-After", "7"),
            ),
        )
        late = Answer(400, "x", "text/plain", (("Retry-After", "x" * 30 + TOKEN),))
        for answer in (page, redirect, late):
            scripted.on("GET", CONNECTIONS, answer)
            message = run("list connections").message
            assert "xxx***" in message or "xxx..." in message
            assert "xto" not in message


def test_secret_at_the_end_of_what_is_read_is_hidden_whole(
    run: RunAction, configure: Configure, scripted: ScriptedServer
) -> None:
    configure(base_url=scripted.url, api_token=TOKEN)
    limit = 64 * 1024
    for shown_length in (6, len(TOKEN) - 1):
        page = "<!--" + "x" * (limit - 7 - shown_length) + "-->" + TOKEN + " and more"
        scripted.on("GET", CONNECTIONS, Answer(400, page, "text/html"))
        assert TOKEN[:6] not in run("list connections").message


def test_progress_hides_secrets(
    run: RunAction, soar: LocalSoar, configure: Configure, scripted: ScriptedServer
) -> None:
    configure(base_url=scripted.url, api_token=TOKEN)
    scripted.on(
        "GET", STATUS, lambda seen: Answer(200, {"data": {"version": seen.headers["session"]}})
    )
    result = run("test connectivity")
    assert "Threat Response *** answered" in result.progress
    assert_nowhere(soar, result, "", TOKEN)


@pytest.mark.parametrize(
    "proxy",
    [
        "http://who:pr0xy-Passw0rd@127.0.0.1:9",
        "http://who:pr0xy-Passw0rd@proxy.invalid:3128",
        "http://who:pr0xy-Passw0rd@127.0.0.1:port",
        "http://who:pr0xy-Passw0rd@:3128",
        "http://who:pr0xy-Passw0rd@[::1",
        "http://who:pr0xy-Passw0rd#@127.0.0.1:9",
        "http://who:pr0xy-Passw0rd/@127.0.0.1:9",
        "ftp://who:pr0xy-Passw0rd@127.0.0.1:9",
        "who:pr0xy-Passw0rd@127.0.0.1:9",
    ],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_proxys_password_is_hidden(
    run: RunAction,
    soar: LocalSoar,
    configure: Configure,
    capfd: pytest.CaptureFixture[str],
    proxy: str,
    scheme: str,
) -> None:
    configure(
        base_url=f"{scheme}://tanium.invalid",
        api_token=TOKEN,
        environment={f"{scheme.upper()}_PROXY": proxy},
    )
    result = run("list connections")
    assert not result.ok
    assert "does not expect" not in result.message
    assert_nowhere(soar, result, "".join(capfd.readouterr()), "pr0xy-Passw0rd", TOKEN)


def test_proxy_that_repeats_its_password(
    run: RunAction,
    soar: LocalSoar,
    configure: Configure,
    scripted: ScriptedServer,
    capfd: pytest.CaptureFixture[str],
) -> None:
    proxy = f"http://who:pr0xy%2FPassw0rd@{scripted.host}"
    configure(base_url="http://tanium.invalid", api_token=TOKEN, environment={"HTTP_PROXY": proxy})
    scripted.on("GET", f"http://tanium.invalid{CONNECTIONS}", talkative(400, as_text))
    result = run("list connections")
    assert "proxy-authorization: Basic ***" in result.message
    assert_nowhere(soar, result, "".join(capfd.readouterr()), "who:pr0xy/Passw0rd", TOKEN)


def test_unexpected_error_is_logged_without_secrets(
    run: RunAction,
    soar: LocalSoar,
    configure: Configure,
    scripted: ScriptedServer,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from tanium_tr.tanium.connections import Connections

    def fail(_self: Any, **_given: Any) -> None:
        raise ZeroDivisionError(f"met {PASSWORD} and {TOKEN}")

    monkeypatch.setattr(Connections, "list_connections", fail)
    configure(base_url=scripted.url, api_token=TOKEN, **LOGIN_DATA)
    result = run("list connections")
    assert "ZeroDivisionError: met *** and ***" in result.message
    log = soar.installation.home / "var" / "log" / "phantom" / "spawn.log"
    assert "ZeroDivisionError" in log.read_text(encoding="utf-8")
    assert_nowhere(soar, result, "".join(capfd.readouterr()), PASSWORD, TOKEN)


def test_secrets_of_connect_are_known_by_themselves_and_as_they_stand() -> None:
    """A server may repeat one without its scheme or its escapes; the mask of one is no secret."""
    row = {
        "url": "https://ana:pa%40ss@example.com/in?sig=a%2Bb%2Bc",
        "headers": {"Authorization": "Bearer t0ken"},
        "authentication": {"password": "hidden", "secret": "********"},
    }

    assert {*secrets_in(row)} == {
        "ana:pa%40ss",
        "pa@ss",
        "a%2Bb%2Bc",
        "a+b+c",
        "Bearer t0ken",
        "t0ken",
    }


def test_files_of_the_app_are_private(
    run: RunAction, soar: LocalSoar, configure: Configure, scripted: ScriptedServer
) -> None:
    configure(base_url=scripted.url, **LOGIN_DATA)
    scripted.on("POST", LOGIN, Answer(200, {"data": {"session": SESSION}}))
    scripted.on("GET", CONNECTIONS, Answer(200, []))
    assert run("list connections").ok
    folder = soar.state_file("tanium").parent
    assert {path.name: path.stat().st_mode & 0o077 for path in folder.iterdir()} == {
        "1_state.json": 0,
        "1.lock": 0,
    }
