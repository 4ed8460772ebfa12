# File: test_entry_points.py
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
"""A sender posts, and containers and artifacts are in SOAR's database: the webhook and the REST
handler over the wire.
"""

from __future__ import annotations

import base64
import gzip
import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Callable
from urllib.parse import urlsplit

import pytest
import requests
from django.http import HttpResponse
from django.test import RequestFactory
from local_soar.profile import CHOICES

import tanium_tr_webhook
from dev.soar import LocalSoar, Profile
from dev.soar.web.server import SoarServer
from dev.soar.web.settings import configure
from dev.soar.web.webhooks import SoarRestClient
from tanium_tr.ingestion.cases import alert_case


SETTINGS = {
    "base_url": "https://tanium.example.com",
    "api_token": "tanium-abc",
    "console_url": "https://tanium.example.com",
    "receiver_max_mb": 1,
    "ingest": {"container_label": "tanium"},
}
AUDIT = {
    "id": 7,
    "table": "LiveConnection",
    "state": "{}",
    "action": "create",
    "userName": "ann",
    "createdAt": "2026-11-21T23:10:00.000Z",
}
ALERT = {
    "Alert Id": "guid-1",
    "Computer Name": "pc-1.example.com",
    "Computer IP": "192.0.2.7",
    "Intel Name": "Mimikatz",
    "Priority": "high",
}
PROFILES = {
    "SOAR 7": Profile(),
    "SOAR 6": Profile(
        product_version="6.4.1.100",
        artifact_list_is_atomic=True,
        webhook_secrets_encrypted=True,
        webhook_url_has_rest=False,
    ),
}


def soar_with(home: Path, profile: Profile) -> LocalSoar:
    soar = LocalSoar(home, profile)
    soar.create_asset("production", SETTINGS)
    return soar


@pytest.fixture
def soar(tmp_path: Path) -> LocalSoar:
    return soar_with(tmp_path / "soar", Profile())


@pytest.fixture
def server(soar: LocalSoar) -> Iterator[SoarServer]:
    with SoarServer(soar) as running:
        yield running


class Sender:
    """Posts as Connect does, with an automation user's token, to one of the two addresses."""

    def __init__(self, server: SoarServer, way: str) -> None:
        self.way, self.soar = way, server.soar
        self.url = (
            server.webhook_url("production")
            if way == "webhook"
            else f"{server.rest_handler_url()}/production"
        )
        self.headers = {
            "ph-auth-token": server.soar.create_automation_user("connect"),
            "Content-Type": "application/json",
        }
        self._verify = server.ca_file or True

    def send(
        self, body: Any, method: str = "POST", query: str = "", **headers: str
    ) -> requests.Response:
        """`body` as bytes, or as JSON; a header without a value is left out."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        wanted = {name: value for name, value in {**self.headers, **headers}.items() if value}
        with requests.Session() as session:
            session.trust_env = False
            return session.request(
                method, self.url + query, data=data, headers=wanted, verify=self._verify, timeout=60
            )

    def send_packed(self, body: bytes) -> requests.Response:
        packed = gzip.compress(body)
        return self.send(
            base64.b64encode(packed) if self.way == "webhook" else packed,
            **{"Content-Encoding": "gzip"},
        )


@pytest.fixture(params=["webhook", "REST handler"])
def sender(request: pytest.FixtureRequest, server: SoarServer) -> Sender:
    return Sender(server, request.param)


def counts(reply: requests.Response) -> tuple[int, int, int]:
    content = json.loads(reply.text)
    return content["created"], content["known"], content["refused"]


def stored(soar: LocalSoar) -> list[str]:
    """Of all containers but the one that a new local SOAR has."""
    return [container["source_data_identifier"] for container in soar.containers()[1:]]


def test_rows_in_every_form_become_containers_and_artifacts(sender: Sender) -> None:
    rows = [{**AUDIT, "id": number} for number in range(3)]
    lines = "\n".join(map(json.dumps, [*rows, ALERT])).encode()

    replies = [
        sender.send(rows[0]),
        sender.send(rows[:2]),
        sender.send(lines),
        sender.send_packed(lines),
    ]

    assert [(reply.status_code, counts(reply)) for reply in replies] == [
        (200, of) for of in ((1, 0, 0), (1, 1, 0), (2, 2, 0), (0, 4, 0))
    ]
    assert stored(sender.soar) == ["tanium-audit-2026-11-21", "guid-1"]
    artifacts = sender.soar.artifacts()
    assert [artifact["data"] for artifact in artifacts if artifact["container_id"] == 2] == rows
    assert [
        artifact["data"] for artifact in artifacts if artifact["source_data_identifier"] == "alert"
    ] == [ALERT]
    assert {container["label"] for container in sender.soar.containers()[1:]} == {"tanium"}
    assert {str(container["asset_id"]) for container in sender.soar.containers()[1:]} == {"1"}


def test_playbooks_start_for_the_new_rows_of_a_push_whose_last_row_is_known(
    sender: Sender,
) -> None:
    known, *new = [{**AUDIT, "id": number} for number in range(4)]
    sender.send([known])

    assert counts(sender.send([*new, known])) == (3, 1, 0)
    started = [each["data"]["id"] for each in sender.soar.artifacts() if each["run_automation"]]
    assert started == [0, 3]


@pytest.mark.parametrize("known_by", CHOICES["artifacts_known_by"])
def test_rows_sent_again_add_nothing_whatever_soar_takes_for_a_duplicate(
    tmp_path: Path, known_by: str
) -> None:
    soar = soar_with(tmp_path / "soar", Profile(artifacts_known_by=known_by))
    with soar.active(), SoarServer(soar) as server:
        again = [{**ALERT, "Priority": "low"}, {**AUDIT, "id": 8}, AUDIT]
        for way, expected in (("webhook", (1, 2, 0)), ("REST handler", (0, 3, 0))):
            sender = Sender(server, way)
            sender.send([ALERT, AUDIT])
            assert counts(sender.send(again)) == expected

    found = [artifact["source_data_identifier"] for artifact in soar.artifacts()]
    assert len(found) == len(set(found)) == 3


def test_reply_is_json_of_the_right_type(sender: Sender) -> None:
    reply = sender.send([AUDIT, 7])

    assert json.loads(reply.text) == {
        "created": 1,
        "known": 0,
        "refused": 1,
        "refusals": [{"row": 2, "reason": "The row is not an object."}],
    }
    assert reply.headers["Content-Type"].split(";")[0] == (
        "application/json" if sender.way == "webhook" else "text/plain"
    )


def test_both_ways_and_polling_meet(server: SoarServer) -> None:
    case = alert_case({"guid": "guid-1", "computerName": "pc-1.example.com"})
    webhook, rest_handler = Sender(server, "webhook"), Sender(server, "REST handler")
    polled = {**case.container, "label": "tanium", "asset_id": "1", "artifacts": case.artifacts}
    with requests.Session() as session:
        session.trust_env = False
        token = {"ph-auth-token": rest_handler.headers["ph-auth-token"]}
        session.post(
            f"{server.url}/rest/container", json=polled, headers=token, timeout=60
        ).raise_for_status()
    webhook.headers.update(token)

    replies = [webhook.send([ALERT, AUDIT]), rest_handler.send([AUDIT, ALERT])]

    assert [artifact["source_data_identifier"] for artifact in server.soar.artifacts()].count(
        "alert"
    ) == 1
    assert stored(server.soar) == ["guid-1", "tanium-audit-2026-11-21"]
    assert [counts(reply)[2] for reply in replies] == [0, 0]
    assert counts(replies[1]) == (0, 2, 0)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("way", ["webhook", "REST handler"])
def test_every_version_of_soar_gives_the_query_and_the_settings(
    profile: str, way: str, tmp_path: Path
) -> None:
    with SoarServer(soar_with(tmp_path, PROFILES[profile]), tls=True) as server:
        sender = Sender(server, way)
        assert sender.send([AUDIT], query="?label=first&label=pushed&empty=").status_code == 200
        assert sender.send([ALERT], query="?label=").status_code == 200

        assert [container["label"] for container in server.soar.containers()[1:]] == [
            "pushed",
            "tanium",
        ]
        links = [artifact["cef"].get("requestURL", "") for artifact in server.soar.artifacts()]
        assert "https://tanium.example.com/ui/threatresponse/alerts?guid=guid-1" in links


def test_rows_that_arrive_at_once_are_kept_once(server: SoarServer) -> None:
    rows = [{**AUDIT, "id": number} for number in range(30)] + [
        {**ALERT, "Alert Id": f"guid-{number}"} for number in range(10)
    ]
    webhook, rest_handler = Sender(server, "webhook"), Sender(server, "REST handler")
    webhook.headers = rest_handler.headers  # a second token makes the first one void

    with ThreadPoolExecutor(6) as senders:
        replies = list(senders.map(lambda way: counts(way.send(rows)), [webhook, rest_handler] * 3))

    assert [sum(column) for column in zip(*replies)] == [len(rows), 5 * len(rows), 0]
    assert len(stored(server.soar)) == 1 + 10
    assert len(server.soar.artifacts()) == len(rows)


@pytest.mark.parametrize(
    ("body", "headers", "status", "reason"),
    [
        (b"", {}, 400, "The body is empty"),
        (b"no json", {}, 400, "The body is not valid JSON"),
        (b"[7]", {}, 400, "No row was accepted"),
        (b'{"a": "' + b"x" * 1024 * 1024 + b'"}', {}, 413, "receiver_max_mb"),
        (b"a=b", {"Content-Type": "application/x-www-form-urlencoded"}, 415, "The content type"),
        (b"--x--", {"Content-Type": "multipart/form-data; boundary=x"}, 415, "The content type"),
        (b"{}", {"Content-Encoding": "br"}, 415, "The content encoding"),
    ],
)
def test_bad_requests_get_status_and_reason(
    body: bytes, headers: dict[str, str], status: int, reason: str, sender: Sender
) -> None:
    reply = sender.send(body, **headers)

    assert reply.status_code == status
    assert (
        json.loads(reply.text)["error"].startswith(reason)
        or reason in json.loads(reply.text)["error"]
    )
    assert stored(sender.soar) == []


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_other_methods_are_405(method: str, sender: Sender) -> None:
    reply = sender.send([AUDIT], method)

    assert (reply.status_code, reply.headers["Allow"]) == (405, "POST")
    assert stored(sender.soar) == []


def test_gzip_as_bytes_is_415_for_the_webhook_that_says_what_works(server: SoarServer) -> None:
    reply = Sender(server, "webhook").send(gzip.compress(b"{}"), **{"Content-Encoding": "gzip"})

    assert reply.status_code == 415
    assert "base64" in reply.json()["error"]


def test_gzip_in_base64_with_line_breaks_is_read(server: SoarServer) -> None:
    body = base64.encodebytes(gzip.compress(json.dumps([AUDIT]).encode()))
    assert body.count(b"\n") > 1

    assert (
        Sender(server, "webhook").send(body, **{"Content-Encoding": "gzip"}).json()["created"] == 1
    )


def test_bomb_is_413(sender: Sender) -> None:
    assert sender.send_packed(bytes(50 * 1024 * 1024)).status_code == 413


def test_who_may_call(sender: Sender) -> None:
    """The platform lets nobody in without a login; the REST handler needs the token itself, to call
    SOAR with.
    """
    sender.soar.create_person("ann", "open sesame")  # pragma: allowlist secret
    basic = "Basic " + base64.b64encode(b"ann:open sesame").decode()

    assert sender.send([AUDIT], **{"ph-auth-token": ""}).status_code == 401
    assert sender.send([AUDIT], **{"ph-auth-token": "wrong"}).status_code == 401
    reply = sender.send([AUDIT], **{"ph-auth-token": "", "Authorization": basic})
    if sender.way == "webhook":
        assert reply.status_code == 200
    else:
        assert reply.status_code == 403
        assert "ph-auth-token" in json.loads(reply.text)["error"]


@pytest.mark.parametrize(
    ("asset", "status"),
    [
        ("1", 200),
        ("production", 200),
        ("production/more", 200),
        ("2", 404),
        ("other", 404),
        ("", 404),
    ],
)
def test_asset_is_the_first_path_part(asset: str, status: int, server: SoarServer) -> None:
    sender = Sender(server, "REST handler")
    sender.url = f"{server.rest_handler_url()}/{asset}"

    assert sender.send([AUDIT]).status_code == status


@pytest.mark.parametrize(
    ("length", "status", "reason"),
    [
        ("100", 400, "incomplete"),
        ("9" * 30, 413, "too large"),
        *((length, 400, "not a number") for length in ("ten", "-1", "1e1", "\xb2")),
    ],
)
def test_body_that_is_not_as_long_as_it_says_is_refused(
    length: str, status: int, reason: str, sender: Sender
) -> None:
    address = urlsplit(sender.url)
    head = [
        f"POST {address.path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Content-Length: {length}",
        *(": ".join(header) for header in sender.headers.items()),
    ]
    with socket.create_connection(("127.0.0.1", address.port or 0), timeout=60) as connection:
        connection.sendall("\r\n".join([*head, "", '{"a": 1}\n{"b"']).encode("latin-1"))
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(65536), b"")).decode()

    assert answer.startswith(f"HTTP/1.1 {status}")
    assert reason in answer
    assert stored(sender.soar) == []


@pytest.fixture
def django_request() -> Callable[..., Any]:
    configure()

    def make(**environ: Any) -> Any:
        return RequestFactory().post(
            "/", b"{}", "application/json", **{"HTTP_PH_AUTH_TOKEN": "token-abc", **environ}
        )

    return make


@pytest.mark.parametrize(
    "name", ["HTTP_HOST", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT", "HTTP_X_FORWARDED_FOR"]
)
def test_caller_cannot_choose_where_the_token_goes(
    name: str, django_request: Callable[..., Any]
) -> None:
    """Nothing listens on port 1, and the error names the address that was tried."""
    request = django_request(
        SERVER_NAME="evil.example", SERVER_PORT="1", **{name: "evil.example:8443"}
    )

    reply: HttpResponse = tanium_tr_webhook.handle_request(request, ["1"])

    assert reply.status_code == 503
    assert (
        json.loads(reply.content)["error"]
        == "SOAR's REST API at http://127.0.0.1:1 gave no answer (ConnectionError)."
    )


def test_token_that_no_header_may_hold_is_403(django_request: Callable[..., Any]) -> None:
    request = django_request(HTTP_PH_AUTH_TOKEN="\xfc\r\nX: 1")

    assert tanium_tr_webhook.handle_request(request, ["1"]).status_code == 403


def test_user_who_may_not_call_from_this_host_is_told_so(
    server: SoarServer, django_request: Callable[..., Any]
) -> None:
    """The request came from an allowed address, and the calls that the REST handler makes come from
    another one.
    """
    token = server.soar.create_automation_user("connect", ["192.0.2.0/24"])

    reply = tanium_tr_webhook.handle_request(
        django_request(HTTP_PH_AUTH_TOKEN=token, SERVER_PORT=str(server.port)), ["production"]
    )

    assert reply.status_code == 403
    assert "HTTP 401" in json.loads(reply.content)["error"]
    assert "must include 127.0.0.1" in json.loads(reply.content)["error"]


def test_body_that_no_text_can_be_is_400() -> None:
    """Whatever the platform makes of bytes that are not UTF-8."""
    with requests.Session() as session:
        client = SoarRestClient("http://127.0.0.1:1", 1, session)
        reply = tanium_tr_webhook.handle_webhook("POST", {}, [], {}, "\udcff", {}, client)

    assert reply["status_code"] == 400
    assert "UTF-8" in reply["content"]


@pytest.mark.parametrize("client", [None, SoarRestClient("", 1, None)])  # type: ignore[arg-type]
def test_webhook_without_soars_rest_api_is_503(client: Any) -> None:
    reply = tanium_tr_webhook.handle_webhook("POST", {}, [], {}, json.dumps(AUDIT), {}, client)

    assert reply["status_code"] == 503
    assert "through SOAR's REST API" in reply["content"]


def test_row_of_nine_megabytes_costs_only_itself(sender: Sender) -> None:
    sender.soar.update_asset("production", {**SETTINGS, "receiver_max_mb": 20})
    lists = b"[" + b"[]," * 3_000_000 + b"[]]"
    rows = [json.dumps({**AUDIT, "id": number}).encode() for number in range(2)]

    reply = sender.send_packed(b'[%b, {"b": %b}, %b]' % (rows[0], lists, rows[1]))

    assert (reply.status_code, counts(reply)) == (200, (2, 0, 1))
    assert json.loads(reply.text)["refusals"] == [
        {"row": 2, "reason": "The row has 9000011 bytes, but at most 1048576 are accepted."}
    ]
    assert [artifact["data"]["id"] for artifact in sender.soar.artifacts()] == [0, 1]


def test_whatever_a_row_holds_soar_stores_it(sender: Sender) -> None:
    hostile = "a\0b\ud800"
    audit = {**AUDIT, hostile: hostile, "action": hostile, "userName": hostile, "big": 2**90}
    audit["state"] = json.dumps({"hostname": hostile, hostile: [2**70, {hostile: 1e300}]})
    rows = [
        audit,
        {**ALERT, hostile: hostile, "Computer Name": hostile, "Intel Name": hostile},
        {**ALERT, "Alert Id": f"guid-{hostile}"},
        {"Event Name": hostile, "Event Id": hostile, "Other Parameters": f"name={hostile}|a=b"},
        {hostile: json.loads("[" * 150 + "]" * 150)},
    ]

    for reply in (sender.send(rows), sender.send(rows)):
        assert (reply.status_code, counts(reply)[2]) == (200, 0), reply.text
    assert len(sender.soar.artifacts()) == len(rows)
