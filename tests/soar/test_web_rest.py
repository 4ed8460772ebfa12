# File: test_web_rest.py
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
"""The local SOAR's REST API over HTTP: who gets in, what is stored, what is refused."""

from __future__ import annotations

import socket
import time
from urllib.parse import urlsplit

import pytest
import requests
from local_soar import accounts

from dev.soar import LocalSoar, Profile
from dev.soar.__main__ import main
from dev.soar.web.server import SoarServer
from tests.soar.conftest import MakeSoar, Rest


PASSWORD = "open sesame"  # pragma: allowlist secret
TIMEOUT = 60


@pytest.fixture
def soar(make_soar: MakeSoar) -> LocalSoar:
    return make_soar("", url="https://toy.example", password="hidden")


def failed(reply: requests.Response, status: int) -> str:
    """The message of a refusal in SOAR's form."""
    assert reply.status_code == status, reply.text
    content = reply.json()
    assert content["failed"] is True
    assert set(content) == {"failed", "message"}
    return str(content["message"])


def test_a_container_with_artifacts_is_stored_once(rest: Rest, soar: LocalSoar) -> None:
    body = {
        "name": "c",
        "label": "events",
        "asset_id": 1,
        "source_data_identifier": "x",
        "artifacts": [{"name": "a"}, {"name": "b"}],
    }
    first = rest.post("container", body)
    assert first.json() == {
        "success": True,
        "id": 2,
        "artifacts": [{"success": True, "id": 1}, {"success": True, "id": 2}],
    }
    again = rest.post("container", {**body, "name": "other"})
    assert (again.status_code, again.json()) == (200, {"existing_container_id": 2, "artifacts": []})
    assert [container["name"] for container in soar.containers()] == ["Local container", "c"]
    assert [artifact["name"] for artifact in soar.artifacts()] == ["a", "b"]


def test_artifacts_alone_and_in_lists(rest: Rest) -> None:
    artifact = {"container_id": 1, "name": "a", "source_data_identifier": "x"}
    assert rest.post("artifact", artifact).json() == {"success": True, "id": 1}
    assert rest.post("artifact", artifact).json() == {"existing_artifact_id": 1}
    replies = rest.post(
        "artifact",
        [artifact, {**artifact, "container_id": 9}, "nonsense", {"container_id": 1, "name": "b"}],
    ).json()
    assert replies == [
        {"existing_artifact_id": 1},
        {"failed": True, "message": "The artifact's container_id 9 is unknown"},
        {"failed": True, "message": "The artifact is not an object"},
        {"success": True, "id": 2},
    ]


@pytest.mark.parametrize("needed", [False, True])
def test_closing_needs_more(make_soar: MakeSoar, needed: bool) -> None:
    with SoarServer(make_soar("", Profile(closing_needs_more=needed))) as server:
        rest = Rest(server)
        made = rest.post("container", {"name": "c", "label": "events"}).json()["id"]
        path = f"container/{made}"
        assert rest.get(path).json()["status"] == "new"
        assert rest.post(path, {"status": "open"}).json() == {"success": True, "id": made}
        closed = rest.post(path, {"status": "closed"})
        assert closed.ok is not needed
        assert rest.get(path).json()["status"] == ("open" if needed else "closed")
        assert "is not one of new, open, closed" in failed(rest.post(path, {"status": "done"}), 400)
        assert failed(rest.post("container/99", {"status": "open"}), 404)


def deep(levels: int) -> bytes:
    return b'{"a": ' * levels + b"1" + b"}" * levels


@pytest.mark.parametrize(
    ("resource", "body", "message"),
    [
        ("container", b"{", "The body is not valid JSON"),
        ("container", b"\xff", "The body is not valid JSON"),
        ("container", b'{"name": NaN}', "NaN is not valid JSON"),
        ("container", b"[" * 100_000, "nested too deeply"),
        *(
            ("container", b'{"name": "c", "label": "l", "data": ' + deep(levels) + b"}", "nested")
            for levels in (600, 990, 1100, 3000, 9000)
        ),
        ("artifact", b'{"container_id": 1, "cef": ' + deep(990) + b"}", "nested"),
        ("artifact", b'{"container_id": 1, "cef": {"a": "\\u0000"}}', "cannot be stored"),
        ("artifact", b'{"container_id": 1, "cef": {"\\ud800": 1}}', "cannot be stored"),
        (
            "container",
            b'{"name": "c", "label": "l", "data": {"a": ["\\ud800"]}}',
            "cannot be stored",
        ),
        ("container", b"[]", "The container is not an object"),
        ("container", b'{"name": "c"}', "The container has no label"),
        ("container", b'{"name": "c", "label": "l", "asset_id": 7}', "Unknown asset 7"),
        (
            "container",
            b'{"name": "c", "label": "l", "artifacts": 1}',
            "The container's artifacts are not a list",
        ),
        (
            "container",
            b'{"name": "c", "label": "l", "artifacts": [[]]}',
            "The artifact is not an object",
        ),
        ("container", b'{"name": ["c"], "label": "l"}', "The container's name is not text"),
        (
            "container",
            b'{"name": "c", "label": "l", "source_data_identifier": "\\ud800"}',
            "cannot be stored",
        ),
        (
            "container",
            b'{"name": "c", "label": "l", "start_time": 5}',
            "The container's start_time is not text",
        ),
        ("artifact", b'{"container_id": true}', "container_id True is unknown"),
        ("artifact", b'{"container_id": 99999999999999999999}', "is unknown"),
        ("artifact", b"1", "The artifact is not an object"),
    ],
)
def test_what_is_refused(
    rest: Rest, soar: LocalSoar, resource: str, body: bytes, message: str
) -> None:
    assert message in failed(rest.post(resource, body), 400)
    assert (len(soar.containers()), soar.artifacts()) == (1, [])


def test_records_are_found_again(rest: Rest) -> None:
    for number in range(12):
        rest.post(
            "container",
            {
                "name": f"c{number % 2}",
                "label": "events",
                "asset_id": "1",
                "source_data_identifier": str(number),
            },
        )
    rest.post("artifact", {"container_id": 3, "name": "a", "cef": {"act": "x"}})
    assert rest.get("container/3").json()["asset"] == 1
    assert rest.get("artifact/1").json()["container"] == 3
    assert rest.get("artifact/1").json()["cef"] == {"act": "x"}
    by_source = rest.get("container", _filter_source_data_identifier='"5"', _filter_asset=1).json()
    assert [by_source["count"], by_source["data"][0]["id"]] == [1, 7]
    by_name = rest.get("container", _filter_name='"c1"', page=1, page_size=4).json()
    assert (
        by_name["count"],
        by_name["num_pages"],
        [found["source_data_identifier"] for found in by_name["data"]],
    ) == (6, 2, ["9", "11"])
    assert len(rest.get("container").json()["data"]) == 10
    assert len(rest.get("container/", page_size=0).json()["data"]) == 13
    assert (
        rest.get("artifact", _filter_container_id=3, _filter_run_automation="false").json()["count"]
        == 1
    )
    assert rest.get("artifact", _filter_name='"b"').json() == {
        "count": 0,
        "num_pages": 0,
        "data": [],
    }


def test_what_cannot_be_asked_for(rest: Rest) -> None:
    assert "quotation marks" in failed(rest.get("container", _filter_name="c1"), 400)
    assert "quotation marks" in failed(rest.get("container", _filter_name='"\\ud800"'), 400)
    assert "expected a single" in failed(rest.get("container", _filter_name="[1]"), 400)
    assert "expected a single" in failed(rest.get("container", _filter_id="9" * 30), 400)
    assert "Unknown field of containers" in failed(
        rest.get("container", **{"_filter_name') OR (1": "1"}), 400
    )
    assert "whole numbers" in failed(rest.get("artifact", page=-1), 400)
    assert "whole numbers" in failed(rest.get("artifact", page="9" * 30), 400)
    for path in (
        "container/99",
        "artifact/" + "9" * 30,
        "container/" + "9" * 5000,
        "asset/2",
        "nothing",
    ):
        assert failed(rest.get(path), 404) == "Requested item not found"
    assert failed(rest.post("asset", {}), 405) == "Method POST is not allowed"


def test_an_assets_secrets_stay_encrypted(rest: Rest) -> None:
    asset = rest.get("asset/1").json()
    assert (asset["id"], asset["name"], asset["configuration"]["url"]) == (
        1,
        "toy",
        "https://toy.example",
    )
    assert asset["configuration"]["password"] not in ("", "hidden")
    assert rest.get("asset", _filter_name='"toy"').json() == {
        "count": 1,
        "num_pages": 1,
        "data": [asset],
    }
    assert rest.get("asset", page_size=0).json()["data"] == [asset]
    assert rest.get("asset", _filter_name='"other"').json()["count"] == 0
    assert "by id and name" in failed(rest.get("asset", _filter_configuration='"x"'), 400)


def test_callers_are_known_by_token_password_or_session(
    server: SoarServer, soar: LocalSoar
) -> None:
    soar.create_person("ann", PASSWORD)
    old, token = soar.create_automation_user("robot"), soar.create_automation_user("robot")
    far = soar.create_automation_user("far", ["10.0.0.0/8"])
    near = soar.create_automation_user("near", ["10.0.0.0/8", "127.0.0.1"])
    session = accounts.begin_session(soar.installation, "ann")
    late = accounts.begin_session(soar.installation, "ann", seconds=-1)
    basic = [requests.auth._basic_auth_str("ann", word) for word in (PASSWORD, "wrong")]

    def status(**headers: str) -> int:
        url = server.url + "/rest/container"
        return requests.get(
            url,
            headers={name.replace("_", "-"): value for name, value in headers.items()},
            timeout=TIMEOUT,
        ).status_code

    for known in (
        {"ph_auth_token": token},
        {"ph_auth_token": near},
        {"Authorization": basic[0]},
        {"Cookie": f"sessionid={session}"},
    ):
        assert status(**known) == 200
    for unknown in (
        {},
        {"ph_auth_token": old},
        {"ph_auth_token": far},
        {"ph_auth_token": token[:-1]},
        {"ph_auth_token": "", "Authorization": basic[0]},
        {"ph_auth_token": session},
        {"ph_auth_token": "wrong", "Authorization": basic[0]},
        {"Authorization": basic[1]},
        {"Authorization": "Basic \xff", "Cookie": f"sessionid={session}"},
        {"Authorization": f"Bearer {token}"},
        {"Cookie": f"sessionid={token}"},
        {"Cookie": f"sessionid={late}"},
    ):
        assert status(**unknown) == 401, unknown
    reply = requests.post(server.url + "/rest/container", json={}, timeout=TIMEOUT)
    assert failed(reply, 401) == "Authentication failed"
    stored = (soar.installation.home / "soar.sqlite").read_bytes()
    assert not [secret for secret in (old, token, session, PASSWORD) if secret.encode() in stored]


def test_names_belong_to_one_kind_of_user(soar: LocalSoar) -> None:
    soar.create_person("ann", PASSWORD)
    with pytest.raises(ValueError, match="another kind of user"):
        soar.create_automation_user("ann")
    with pytest.raises(LookupError):
        accounts.begin_session(soar.installation, "robot")


def test_a_session_changes_things_only_with_a_csrf_token(
    server: SoarServer, soar: LocalSoar
) -> None:
    soar.create_person("ann", PASSWORD)
    with requests.Session() as browser:
        login = server.url + "/login"
        assert "csrfmiddlewaretoken" in browser.get(login, timeout=TIMEOUT).text
        form = {"username": "ann", "password": PASSWORD}
        assert failed(browser.post(login, data=form, timeout=TIMEOUT), 403).startswith(
            "CSRF verification failed"
        )
        form["csrfmiddlewaretoken"] = browser.cookies["csrftoken"]
        assert (
            browser.post(login, data={**form, "password": "x"}, timeout=TIMEOUT).status_code == 401
        )
        reply = browser.post(login, data=form, timeout=TIMEOUT)
        assert "sessionid" in reply.cookies
        cookie = reply.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        body = {"name": "c", "label": "events"}
        assert "CSRF" in failed(
            browser.post(server.url + "/rest/container", json=body, timeout=TIMEOUT), 403
        )
        csrf = {"X-CSRFToken": browser.cookies["csrftoken"]}
        assert (
            browser.post(
                server.url + "/rest/container", json=body, headers=csrf, timeout=TIMEOUT
            ).json()["id"]
            == 2
        )
        browser.post(server.url + "/logout", headers=csrf, allow_redirects=False, timeout=TIMEOUT)
        session = {"Cookie": f"sessionid={reply.cookies['sessionid']}"}
        assert (
            requests.get(
                server.url + "/rest/container", headers=session, timeout=TIMEOUT
            ).status_code
            == 401
        )


def test_foreign_host_names_and_bodies_without_length_are_refused(
    server: SoarServer, rest: Rest
) -> None:
    assert (
        requests.get(
            server.url + "/rest/container", headers={"Host": "evil.example"}, timeout=TIMEOUT
        ).status_code
        == 400
    )
    assert rest.post("container", iter([b"{}"])).status_code == 411


def test_a_large_body_is_not_read_for_unknown_callers(server: SoarServer, rest: Rest) -> None:
    place = urlsplit(server.url)
    for header, status in (
        ("Content-Length: 999999999", b" 401 "),
        ("Content-Length: 1000000000", b" 413 "),
        ("Content-Length: 1x", b" 400 "),
        ("Transfer-Encoding: gzip, Chunked", b" 411 "),
    ):
        with socket.create_connection(
            (place.hostname, place.port or 0), timeout=TIMEOUT
        ) as connection:
            connection.sendall(
                f"POST /rest/container HTTP/1.1\r\nHost: localhost\r\n{header}\r\n\r\n".encode()
            )
            assert status in connection.recv(100).splitlines()[0], header
    artifacts = [
        {"container_id": 1, "name": str(number), "data": {"text": "x" * 1000}}
        for number in range(5000)
    ]
    replies = rest.post("artifact", artifacts).json()
    assert [reply["id"] for reply in replies] == list(range(1, 5001))


def test_over_tls(soar: LocalSoar) -> None:
    with SoarServer(soar, tls=True) as server, Rest(server) as rest:
        assert server.url.startswith("https://")
        assert rest.get("container").json()["count"] == 1
        with pytest.raises(requests.exceptions.SSLError):
            requests.get(server.url, timeout=TIMEOUT)


def test_the_end_waits_for_nobody(soar: LocalSoar) -> None:
    with SoarServer(soar) as server, socket.create_connection(("127.0.0.1", server.port)) as idle:
        idle.sendall(b"GET / HTTP/1.1\r\n")
        started = time.monotonic()
        server.stop()
    assert time.monotonic() - started < 60
    with pytest.raises(ConnectionError):
        socket.create_connection(("127.0.0.1", server.port))


def test_errors_show_no_traceback(
    rest: Rest, soar: LocalSoar, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> dict[str, str]:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(soar, "assets", broken)
    assert failed(rest.get("asset"), 500) == "Internal server error; the log has the details"
    log = (soar.installation.home / "var" / "log" / "phantom" / "spawn.log").read_text(
        encoding="utf-8"
    )
    assert "RuntimeError: secret detail" in log
    assert rest.token not in log


def test_a_database_of_the_first_version_is_brought_up_to_date(soar: LocalSoar) -> None:
    from local_soar.database import writing

    with writing(soar.installation) as connection:
        for statement in (
            "DROP TABLE users",
            "DROP TABLE tokens",
            "DROP TABLE findings",
            "DROP TABLE finding_files",
            "DROP INDEX artifacts_by_source",
        ):
            connection.execute(statement)
        connection.execute("ALTER TABLE app_runs DROP COLUMN parameters")
        connection.execute("PRAGMA user_version = 1")
    soar.create_automation_user("robot")
    assert soar.assets() == {"1": "toy"}


def test_token_command(soar: LocalSoar, capsys: pytest.CaptureFixture[str]) -> None:
    place = ["--home", str(soar.installation.home), "--app", str(soar.app.directory)]
    assert main(["token", *place, "robot", "--allow", "127.0.0.0/8"]) == 0
    token = capsys.readouterr().out.strip()
    assert accounts.by_token(soar.installation, token, "127.0.0.1") == accounts.Account("robot")
    assert accounts.by_token(soar.installation, token, "10.0.0.1") is None
    assert main(["token", *place, "robot", "--allow", "nowhere"]) == 2
    assert "nowhere" in capsys.readouterr().err


@pytest.mark.parametrize("atomic", [False, True])
def test_artifact_list_is_atomic(make_soar: MakeSoar, atomic: bool) -> None:
    soar = make_soar("", Profile(artifact_list_is_atomic=atomic))
    good = {"container_id": 1, "name": "a"}
    with SoarServer(soar) as server, Rest(server) as rest:
        reply = rest.post("artifact", [good, {**good, "container_id": 9}])
        assert reply.status_code == (400 if atomic else 200)
        assert "is unknown" in reply.text
        assert len(soar.artifacts()) == (0 if atomic else 1)
        assert rest.post("artifact", [{"container_id": 1, "name": "b"}]).json() == [
            {"success": True, "id": 1 if atomic else 2}
        ]


@pytest.mark.parametrize(
    ("way", "path", "name", "proof"),
    [
        ("closed", "rest/container", None, None),
        ("open", "rest/container", None, None),
        ("session", "rest/container", "Cookie", "sessionid={}"),
        ("broker", "rest/container", "ph-auth-token", "{}"),
        ("broker_proxy", "rest/broker/api_proxy/container", "Authorization", "Bearer {}"),
    ],
)
def test_rest_for_apps(
    make_soar: MakeSoar, way: str, path: str, name: str | None, proof: str | None
) -> None:
    soar = make_soar("", Profile(rest_for_apps=way))
    request = soar.request("do it")
    key = "broker_ph_auth_token" if way.startswith("broker") else "user_session_token"
    headers = {name: str(proof).format(request[key])} if name else {}
    with SoarServer(soar) as server, requests.Session() as session:
        session.trust_env = False

        def status(url: str, method: str = "GET", **given: str) -> int:
            return session.request(
                method, f"{server.url}/{url}", headers=given, json={}, timeout=60
            ).status_code

        assert status(path, **headers) == (401 if way == "closed" else 200)
        assert status(
            "rest/broker/api_proxy/container" if way == "broker" else "rest/nothing", **headers
        ) in (401, 404)
        if way == "open":
            assert status(path, "POST") == 401
