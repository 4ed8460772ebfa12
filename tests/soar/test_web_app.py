# File: test_web_app.py
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
"""The app behind the local SOAR's web server: its REST handler and its webhook, over HTTP."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from typing import Any, Callable

import pytest
import requests

from dev.soar import LocalSoar, Profile
from dev.soar.web.server import SoarServer
from tests.soar.conftest import MakeSoar, Rest


HANDLER = """
import json

import toy_shared
from django.http import HttpRequest, HttpResponse


def handle(request, path_parts):
    assert isinstance(request, HttpRequest)
    if path_parts == ["crash"]:
        raise RuntimeError("secret detail")
    if path_parts == ["exit"]:
        raise SystemExit("secret detail")
    if path_parts == ["dict"]:
        return {"status": 200}
    seen = {
        "method": request.method, "parts": path_parts, "query": dict(request.GET),
        "body": request.read(5).decode(), "by": toy_shared.NAME,
    }
    return HttpResponse(json.dumps(seen), content_type="text/plain")
"""

WEBHOOK = """
import base64
import json


def receive(method, headers, path_parts, query, body, asset, soar_rest_client):
    seen = dict(
        method=method, headers=headers, path_parts=path_parts, query=query, body=body, asset=asset
    )
    headers = [["Content-Type", "application/json"], ["X-Own", "1"]]
    reply = {"status_code": 201, "headers": headers, "is_base64_encoded": False}
    if path_parts == ["store"]:
        base_url, session = soar_rest_client.base_url, soar_rest_client.session
        root = base_url if base_url.endswith("/rest") else base_url + "/rest"
        stored = session.post(root + "/container", json=json.loads(body), timeout=60)
        seen = dict(stored=stored.json(), base_url=base_url,
                    asset_id=soar_rest_client.asset_id, cookie=session.headers["Cookie"])
    if path_parts == ["bytes"]:
        content = base64.b64encode(bytes([0, 255])).decode()
        return {**reply, "content": content, "is_base64_encoded": True}
    if path_parts == ["wrong"]:
        return eval(body, {"reply": reply})
    return {**reply, "content": json.dumps(seen)}
"""

MakeServer = Callable[..., SoarServer]


@pytest.fixture
def make_server(make_soar: MakeSoar) -> Iterator[MakeServer]:
    """`make_server(profile, webhook={...})`: the toy app with both entry points, its asset with a
    password, served.
    """
    servers = []

    def make(profile: Profile = Profile(), **webhook: Any) -> SoarServer:  # noqa: B008  frozen
        soar = make_soar("", profile, url="https://toy.example", password="hidden")
        folder = soar.app.directory
        entries = {
            "rest_handler": "toy_handler.handle",
            "webhook": {"handler": "toy_webhook.receive", **webhook},
        }
        manifest = json.loads((folder / "toy.json").read_text(encoding="utf-8"))
        (folder / "toy.json").write_text(
            json.dumps({**manifest, "name": "Toy App 1", **entries}), encoding="utf-8"
        )
        for name, text in (
            ("toy_handler", HANDLER),
            ("toy_webhook", WEBHOOK),
            ("toy_shared", "NAME = 'toy'\n"),
        ):
            (folder / f"{name}.py").write_text(textwrap.dedent(text), encoding="utf-8")
        server = SoarServer(soar)
        server.start()
        servers.append(server)
        return server

    yield make
    for server in servers:
        server.stop()


@pytest.fixture
def server(make_server: MakeServer) -> SoarServer:
    return make_server()


def token(server: SoarServer) -> dict[str, str]:
    return {"ph-auth-token": server.soar.create_automation_user("sender")}


def call(
    url: str, body: str | bytes = b"", *, headers: dict[str, str] | None = None, **options: Any
) -> requests.Response:
    return requests.post(url, data=body, headers=headers, timeout=60, **options)


def log(soar: LocalSoar) -> str:
    return (soar.installation.home / "var" / "log" / "phantom" / "spawn.log").read_text(
        encoding="utf-8"
    )


def test_addresses_have_the_apps_name_and_id(server: SoarServer) -> None:
    name = "toyapp1_5d6b7ae4-8c0a-4f3c-9e4c-4f5d3a3f7b11"
    assert server.webhook_url("toy") == f"{server.url}/webhook/{name}/1"
    assert server.rest_handler_url() == f"{server.url}/rest/handler/{name}"


def test_the_rest_handler_gets_djangos_request(server: SoarServer) -> None:
    reply = call(server.rest_handler_url() + "/toy/a%20b/?x=1&x=2", "a body", headers=token(server))
    assert reply.headers["Content-Type"] == "text/plain"
    assert reply.json() == {
        "method": "POST",
        "parts": ["toy", "a b"],
        "query": {"x": ["1", "2"]},
        "body": "a bod",
        "by": "toy",
    }
    for end in ("", "/"):
        assert call(server.rest_handler_url() + end, headers=token(server)).json()["parts"] == []


@pytest.mark.parametrize(
    ("path", "logged"),
    [
        ("crash", "RuntimeError: secret detail"),
        ("exit", "SystemExit: secret detail"),
        ("dict", "returned dict instead of an HttpResponse"),
    ],
)
def test_a_rest_handlers_errors_are_in_the_log_only(
    server: SoarServer, path: str, logged: str
) -> None:
    proof = token(server)
    reply = call(f"{server.rest_handler_url()}/{path}", headers=proof)
    assert (reply.status_code, reply.text) == (
        500,
        "Internal server error; the log has the details",
    )
    assert reply.headers["Content-Type"].startswith("text/plain")
    assert logged in log(server.soar)
    assert proof["ph-auth-token"] not in log(server.soar)


def test_nobody_reaches_the_app_unknown(server: SoarServer) -> None:
    for url in (server.rest_handler_url(), server.webhook_url("toy")):
        reply = call(url)
        assert (reply.status_code, reply.json()) == (
            401,
            {"failed": True, "message": "Authentication failed"},
        )
    for url in (
        server.rest_handler_url() + "x",
        server.webhook_url("toy") + "9",
        server.webhook_url("toy").replace("toyapp1_", "x_"),
    ):
        assert call(url, headers=token(server)).status_code == 404


def test_an_app_without_entry_points_has_no_addresses(make_soar: MakeSoar) -> None:
    with SoarServer(make_soar("")) as server:
        for url in (server.rest_handler_url(), server.webhook_url("toy")):
            assert call(url, headers=token(server)).status_code == 404


def test_the_webhook_gets_the_request_in_parts(make_server: MakeServer) -> None:
    server = make_server(allowed_headers=["content-type", "X-Allowed"])
    headers = {**token(server), "Content-Type": "text/csv", "x-allowed": "yes", "X-Other": "no"}
    reply = call(server.webhook_url("toy") + "/one/two?a=1&a=2&b=", "ä".encode(), headers=headers)
    assert (reply.status_code, reply.headers["X-Own"], reply.headers["Content-Type"]) == (
        201,
        "1",
        "application/json",
    )
    assert reply.json() == {
        "method": "POST",
        "headers": {"Content-Type": "text/csv", "X-Allowed": "yes"},
        "path_parts": ["one", "two"],
        "query": {"a": ["1", "2"], "b": [""]},
        "body": "ä",
        "asset": {"url": "https://toy.example", "password": "hidden"},  # pragma: allowlist secret
    }
    got = requests.get(server.webhook_url("toy"), headers=headers, timeout=60).json()
    assert (got["method"], got["body"], got["query"], got["path_parts"]) == ("GET", None, {}, [])


def test_before_soar_7_a_query_has_one_value_a_key(make_server: MakeServer) -> None:
    server = make_server(Profile(product_version="6.4.1.361"))
    assert call(server.webhook_url("toy") + "?a=1&a=2&b=", headers=token(server)).json()[
        "query"
    ] == {"a": "2", "b": None}


@pytest.mark.parametrize("has_rest", [False, True])
def test_webhook_url_has_rest(make_server: MakeServer, has_rest: bool) -> None:
    server = make_server(Profile(webhook_url_has_rest=has_rest))
    container = {"name": "pushed", "label": "events", "asset_id": 1}
    seen = call(
        server.webhook_url("toy") + "/store", json.dumps(container), headers=token(server)
    ).json()
    assert seen["stored"] == {"success": True, "id": 2, "artifacts": []}
    assert (seen["base_url"], seen["asset_id"]) == (server.url + ("/rest" if has_rest else ""), 1)
    assert server.soar.containers()[1]["name"] == "pushed"
    # The session ends with the handler.
    assert (
        requests.get(
            server.url + "/rest/container", headers={"Cookie": seen["cookie"]}, timeout=60
        ).status_code
        == 401
    )


def test_webhooks_without_authentication_are_open_to_their_addresses(
    make_server: MakeServer,
) -> None:
    server = make_server(requires_auth=False, ip_allowlist=["10.0.0.0/8", "127.0.0.1/32"])
    assert call(server.webhook_url("toy")).status_code == 201
    closed = make_server(requires_auth=False, ip_allowlist=["10.0.0.0/8", "::/0"])
    assert call(closed.webhook_url("toy")).status_code == 403


def test_a_webhook_answers_with_bytes(server: SoarServer) -> None:
    assert call(server.webhook_url("toy") + "/bytes", headers=token(server)).content == b"\x00\xff"


@pytest.mark.parametrize(
    ("returned", "logged"),
    [
        ("None", "must return a dict of"),
        ("reply", "must return a dict of"),
        ("dict(reply, content=None)", "content is NoneType instead of str"),
        ("dict(reply, content='', status_code=True)", "status_code is bool instead of int"),
        ("dict(reply, content='', status_code=1000)", "HTTP status code must be"),
        ("dict(reply, content='', headers={})", "headers is dict instead of list"),
        ("dict(reply, content='', headers=[['a']])", "headers must be pairs"),
        ("dict(reply, content='', headers=[['a', 1]])", "headers must be pairs"),
        ("dict(reply, content='', headers=[['a', 'b\\nc']])", "BadHeaderError"),
        ("dict(reply, content='?', is_base64_encoded=True)", "binascii.Error"),
        ("1 / 0", "ZeroDivisionError"),
    ],
)
def test_a_wrong_answer_of_a_webhook_is_an_error(
    server: SoarServer, returned: str, logged: str
) -> None:
    reply = call(server.webhook_url("toy") + "/wrong", returned, headers=token(server))
    assert (reply.status_code, reply.text) == (
        500,
        "Internal server error; the log has the details",
    )
    assert logged in log(server.soar)


@pytest.mark.parametrize("encrypted", [False, True])
def test_webhook_secrets_encrypted(make_server: MakeServer, encrypted: bool) -> None:
    server = make_server(Profile(webhook_secrets_encrypted=encrypted))
    asset = call(server.webhook_url("toy"), headers=token(server)).json()["asset"]
    assert asset["url"] == "https://toy.example"
    assert (asset["password"] != "hidden") is encrypted  # pragma: allowlist secret


@pytest.mark.parametrize(("mode", "status"), [("replaced", 201), ("refused", 400)])
def test_undecodable_body(make_server: MakeServer, mode: str, status: int) -> None:
    server = make_server(Profile(undecodable_body=mode))
    reply = call(server.webhook_url("toy"), b"a\xff", headers=token(server))
    assert reply.status_code == status
    if status == 201:
        assert reply.json()["body"] == "a\ufffd"


def test_a_containers_artifacts_come_back_for_a_duplicate_where_soar_keeps_them(
    make_soar: MakeSoar,
) -> None:
    with (
        SoarServer(make_soar("", Profile(duplicate_container_keeps_artifacts=True))) as server,
        Rest(server) as rest,
    ):
        body = {
            "name": "c",
            "label": "l",
            "source_data_identifier": "x",
            "asset_id": 1,
            "artifacts": [{"name": "a"}],
        }
        rest.post("container", body)
        again = rest.post("container", {**body, "artifacts": [{"name": "a"}, {"name": "b"}]}).json()
        assert again == {
            "existing_container_id": 2,
            "artifacts": [{"existing_artifact_id": 1}, {"success": True, "id": 2}],
        }
