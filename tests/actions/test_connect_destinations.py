# File: test_connect_destinations.py
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
"""Connect's destinations: their settings on the wire, the rules that hold before, and secrets that
never come back.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tests.actions.conftest import CONNECT, connect_asked, sent
from tests.conftest import ASSET, Run, RunAction
from tests.faults.conftest import leaks


EMAIL_LOGIN = {"auth": {"key": "hidden-password"}, "pwd": "hidden-password"}
WEBHOOK = 3  # authenticates with a header
SECRETS = ("pa55 word!Ä", "s3cret-of-header", "ibm-api-key-1", "Bearer t0ken-of-header")
URL = "https://soar.example.com/receiver"
FULL = {
    "name": "SOAR",
    "url": URL,
    "method": "PUT",
    "headers": '{"X-Sender": "Tanium", "X-Api-Token": "Bearer t0ken-of-header"}',
    "authentication": "basic",
    "user_name": "tanium",
    "password": SECRETS[0],
    "trust_on_first_use": True,
    "batch_size": 500,
    "timeout": 30,
}
CONFIGURATION = {
    "url": URL,
    "method": "PUT",
    "headers": {"X-Sender": "Tanium", "X-Api-Token": "Bearer t0ken-of-header"},
    "authentication": {"type": "basic", "userName": "tanium", "password": SECRETS[0]},
    "trustOnFirstUse": True,
    "batchSize": 500,
    "timeout": 30,
}


def stored(tanium: SimulatorServer, destination_id: int) -> dict[str, Any]:
    found: dict[str, Any] = tanium.state.connect.destinations.all[destination_id]
    return found


@pytest.fixture(params=[False, True], ids=["masks", "careless"])
def showing(request: pytest.FixtureRequest, tanium: SimulatorServer) -> bool:
    """A server that masks secrets, and one that shows them."""
    tanium.settings.connect_shows_secrets = request.param
    return bool(request.param)


def shown_in(run: Run) -> str:
    return json.dumps(
        [run.rows, run.summary, run.message, run.progress, run.result], ensure_ascii=False
    )


@pytest.mark.usefixtures("showing")
def test_create_destination_with_every_setting(
    tanium: SimulatorServer, run: RunAction, soar: LocalSoar
) -> None:
    created = run("create destination", **FULL)

    assert created.ok, created.message
    assert connect_asked(tanium) == ["GET /destinations", "POST /destinations"]
    assert sent(tanium) == [{"name": "SOAR", "type": "http", "configuration": CONFIGURATION}]
    (row,) = created.rows
    assert row["configuration"]["authentication"] == {"type": "basic", "userName": "tanium"}
    assert row["configuration"]["headers"] == {"X-Sender": "***", "X-Api-Token": "***"}
    assert created.summary == {"destination_id": row["id"]}
    assert created.message == "Destination created"
    run("list destinations")
    assert leaks(soar, shown_in(created), secrets=(SECRETS[0],)) == []
    assert SECRETS[3] not in shown_in(created)  # SOAR itself keeps a text parameter as it was given


def test_update_destination_with_every_setting(tanium: SimulatorServer, run: RunAction) -> None:
    updated = run("update destination", destination_id=WEBHOOK, **FULL)

    assert updated.ok, updated.message
    assert sent(tanium) == [{"name": "SOAR", "type": "http", "configuration": CONFIGURATION}]


@pytest.mark.usefixtures("showing")
@pytest.mark.parametrize(
    ("parameters", "authentication"),
    [
        ({"authentication": "none"}, {"type": "none"}),
        (
            {"authentication": "header", "auth_secret": SECRETS[1]},
            {"type": "header", "headerName": "Authorization", "secret": SECRETS[1]},
        ),
        (
            {
                "authentication": "header",
                "auth_header_name": "ph-auth-token",
                "auth_secret": SECRETS[1],
            },
            {"type": "header", "headerName": "ph-auth-token", "secret": SECRETS[1]},
        ),
        (
            {"authentication": "ibm_iam", "api_key": SECRETS[2]},
            {"type": "ibm_iam", "apiKey": SECRETS[2]},
        ),
        ({}, None),
    ],
)
def test_authentication(
    tanium: SimulatorServer, run: RunAction, parameters: dict[str, Any], authentication: Any
) -> None:
    created = run("create destination", name="SOAR", url=URL, **parameters)

    assert created.ok, created.message
    assert sent(tanium)[0]["configuration"].get("authentication") == authentication
    assert not [secret for secret in SECRETS if secret in shown_in(created)]


def test_careless_server_is_not_repeated(tanium: SimulatorServer, run: RunAction) -> None:
    """Not by reads, not by an update, and not where it repeats what it was sent."""
    tanium.settings.connect_shows_secrets = True
    secret = stored(tanium, WEBHOOK)["configuration"]["authentication"]["secret"]
    stored(tanium, WEBHOOK)["configuration"].update(
        headers={"Authorization": "Bearer zzzz-1234"},
        url="https://u:pw-in-url@h/?token=in-query&a=1&code=as-code",
    )

    runs = [
        run("list destinations"),
        run("get destination", destination_id=WEBHOOK),
        run("list data connections"),
        run("get data connection", data_connection_id=1),
        run("disable data connection", data_connection_id=1),
        run("update data connection", data_connection_id=1, description=f"was {secret}"),
    ]

    assert all(each.ok for each in runs)
    assert not [
        hidden
        for each in runs
        for hidden in ("zzzz-1234", "pw-in-url", "in-query", "as-code")
        if hidden in shown_in(each)
    ]
    assert not [each for each in runs[:-1] if secret in json.dumps(each.rows)]
    assert runs[-1].rows[0]["description"] == f"was {secret}"  # no place of a secret
    assert runs[1].rows[0]["configuration"]["headers"] == {"Authorization": "***"}
    assert runs[1].rows[0]["configuration"]["url"] == "https://***@h/?token=***&a=1&code=***"


@pytest.mark.parametrize(
    ("configuration", "shown"),
    [
        (
            {
                "headers": [
                    {"name": "Session", "value": "hidden-1"},
                    {"name": "X-Author", "value": "me"},
                ]
            },
            {
                "headers": [
                    {"name": "Session", "value": "***"},
                    {"name": "X-Author", "value": "***"},
                ]
            },
        ),
        (
            {"headers": {"X-Hub-Signature": "hidden-1", "X-Pwd": "hidden-2"}},
            {"headers": {"X-Hub-Signature": "***", "X-Pwd": "***"}},
        ),
        (
            {"smtp": {"user": "u", "pass": "hidden-1"}, "proxyBypass": "localhost"},
            {"smtp": {"user": "u"}, "proxyBypass": "localhost"},
        ),
        (
            {"account": [{"subscriptionKey": "hidden-1", "note": "not hidden-1"}]},
            {"account": [{"note": "not hidden-1"}]},
        ),
        (
            {"url": "https://h/?code=hidden%2F1", "note": "hidden/1"},
            {"url": "https://h/?code=***", "note": "hidden/1"},
        ),
        ({"url": "https://h/" + "?token" * 2000}, {"url": "https://h/" + "?token" * 2000}),
        ({"credentials": {"managed": True}, "note": "True"}, {"note": "True"}),
        ({"basicAuth": "u:hidden-1"}, {"basicAuth": "***"}),
        (
            {"basicAuth": {"user": "u", "word": "hidden-1", "type": "basic", "on": True}},
            {"basicAuth": {"user": "***", "word": "***", "type": "basic", "on": True}},
        ),
        (
            {"authHeader": {"name": "X-Key", "value": "hidden-1"}},
            {"authHeader": {"name": "X-Key", "value": "***"}},
        ),
        (
            {"authentication": {"type": "header", "headerName": "X", "content": ["hidden-1", 7]}},
            {"authentication": {"type": "header", "headerName": "X", "content": ["***", "***"]}},
        ),
        (
            {"headers": [{"key": "X-Own", "val": "hidden-1"}, {"header": "X-B", "content": "h-2"}]},
            {"headers": [{"key": "X-Own", "val": "***"}, {"header": "X-B", "content": "***"}]},
        ),
        (
            {"customHeaders": ["X-Own: hidden-1"], "headers": {"X-Own": ["hidden-2"]}},
            {"customHeaders": ["***"], "headers": {"X-Own": "***"}},
        ),
        (
            {"headers": {"Content-Type": "application/json", "X-Own": "hidden-1"}},
            {"headers": {"Content-Type": "application/json", "X-Own": "***"}},
        ),
        (
            {"url": "https://hooks.example.com/services/T0/B0/hidden-1", "path": "/a/b/c"},
            {"url": "https://hooks.example.com/services/***", "path": "/a/b/c"},
        ),
        (
            {"url": "https://h.example.com:8443/in/hidden-1?a=1#x", "author": "me"},
            {"url": "https://h.example.com:8443/in/***?a=1#x", "author": "me"},
        ),
        (
            {"password": "splunk", "url": "https://splunk.example.com", "note": "splunk"},
            {"url": "https://splunk.example.com", "note": "splunk"},
        ),
    ],
)
def test_secrets_under_other_names(
    tanium: SimulatorServer, run: RunAction, configuration: dict[str, Any], shown: dict[str, Any]
) -> None:
    stored(tanium, WEBHOOK)["configuration"] = configuration

    assert run("get destination", destination_id=WEBHOOK).rows[0]["configuration"] == shown


def test_hidden_members_are_hidden_in_messages_too(tanium: SimulatorServer, run: RunAction) -> None:
    """What looks like a secret; a word such as that of a header is no secret by itself."""
    stored(tanium, WEBHOOK)["configuration"] = {
        "url": "https://hooks.example.com/services/T0/B0/z9y8x7w6v5",
        "basicAuth": {"user": "u", "word": "a1b2c3d4e5"},
        "headers": [{"key": "X-Own", "val": "Tanium"}, {"key": "X-Other", "val": "q1w2e3r4t5"}],
    }
    body = json.dumps({"text": "no z9y8x7w6v5, a1b2c3d4e5, Q1W2E3R4T5"})
    tanium.faults.add(Fault("status", method="PUT", status=400, body=body))

    failed = run("update destination", destination_id=WEBHOOK, timeout=9, keep_secrets=True)

    assert failed.message.startswith("Tanium answered HTTP 400 to PUT ")
    assert "no ***, ***, ***" in failed.message


@pytest.mark.parametrize(
    ("password", "name"), [("http", "http"), ("splunk", "splunk"), ("a", "Tanium")]
)
def test_asset_password_changes_no_data(
    tanium: SimulatorServer, run: RunAction, soar: LocalSoar, password: str, name: str
) -> None:
    asset = {"base_url": tanium.url, "api_token": seed.TOKEN}
    soar.update_asset(ASSET, {**asset, "username": "short", "password": password})
    stored(tanium, WEBHOOK).update(name=name)
    stored(tanium, WEBHOOK)["configuration"] = {"url": f"https://{name}.example.com"}

    (row,) = run("get destination", destination_id=WEBHOOK).rows

    assert (row["name"], row["type"]) == (name, "http")
    assert row["configuration"]["url"] == f"https://{name}.example.com"


@pytest.mark.parametrize("status", [400, 500])
def test_secret_in_an_error_is_hidden(
    tanium: SimulatorServer, run: RunAction, soar: LocalSoar, status: int
) -> None:
    body = json.dumps({"text": f"cannot use {SECRETS[0]} nor {SECRETS[3]}"})
    tanium.faults.add(Fault("status", method="POST", status=status, body=body))

    failed = run("create destination", **FULL)

    assert "cannot use *** nor ***" in failed.message
    assert leaks(soar, shown_in(failed), secrets=(SECRETS[0],)) == []
    assert SECRETS[3] not in shown_in(failed)  # SOAR itself keeps a text parameter as it was given


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"url": ""}, "Parameter 'url' is required for destinations of the type http"),
        ({"url": "soar.example.com"}, "Parameter 'url' is 'soar.example.com': use an address"),
        ({"url": "ftp://soar.example.com"}, "Parameter 'url' is 'ftp:"),
        ({"url": "https://soar.example.com/a\x7f"}, "Parameter 'url' is "),
        ({"url": "https://soar.example.com:x/"}, "Parameter 'url' is "),
        ({"url": "https://soar.example.com:0/"}, "Parameter 'url' is "),
        (
            {"url": "https://soar.example.com:x/?token=hidden"},
            "Parameter 'url' is 'https://soar.example.com:x/': use an address",
        ),
        (
            {"url": "https://u:hidden@soar.example.com/"},
            "Parameter 'url' contains a user name or password",
        ),
        (
            {"url": "https://u:hid/hidden@soar.example.com/"},
            "Parameter 'url' contains a user name or password",
        ),
        ({"method": "GET"}, "Parameter 'method' is 'GET': use one of POST, PUT, PATCH"),
        ({"headers": "X: y"}, "Parameter 'headers' is not valid JSON"),
        (
            {"headers": '["hidden"]'},
            "Parameter 'headers' is JSON of the wrong kind: use an object in { }.",
        ),
        ({"headers": {"Authorization": "hidden"}}, "Parameter 'headers' is ***: use text."),
        (
            {"headers": json.dumps({"X": "hidden" + "x" * 40_000})},
            "Parameter 'headers' is ***, of 40015 characters",
        ),
        (
            {"configuration": [{"password": "hidden"}]},
            "Parameter 'configuration' is ***: use text.",
        ),
        (
            {"configuration": '{"a":' * 60 + "1" + "}" * 60},
            "Parameter 'configuration' is not valid JSON (more than 50 levels)",
        ),
        ({"configuration": '{"a": "\\ud800"}'}, "Parameter 'configuration' is not valid JSON"),
        (
            {"headers": '{"X": "hidden", "X": "b"}'},
            "Parameter 'headers' cannot be used: an object has the key 'X' twice.",
        ),
        ({"headers": '{"X Y": "z"}'}, "headers['X Y'] is not a valid HTTP header name"),
        ({"headers": '{"X": "hidden\\n"}'}, "headers['X'] does not have a valid value"),
        ({"headers": '{"X": 5}'}, "headers['X'] does not have a valid value"),
        (
            {"headers": '{"Authorization": "***"}'},
            "headers['Authorization'] is only the mask that results show instead of a secret",
        ),
        (
            {"protocol": "UDP"},
            "Parameter 'protocol' is 'UDP', but a destination of the type http has HTTP or HTTPS.",
        ),
        ({"headers": '{"x-A": "a", "X-a": "b"}'}, "headers['X-a'] is there twice"),
        (
            {"headers": '{"content-TYPE": "Multipart/Form-Data; boundary=x"}'},
            "is form data, which Connect does not send",
        ),
        ({"headers": '{"Content-Type": "application/x-www-form-urlencoded"}'}, "is form data"),
        (
            {
                "headers": '{"authorization": "hidden"}',
                "authentication": "ibm_iam",
                "api_key": "hidden",
            },
            "headers['Authorization'] is also sent by the authentication ibm_iam",
        ),
        (
            {
                "headers": '{"X-Key": "hidden"}',
                "authentication": "header",
                "auth_header_name": "x-key",
                "auth_secret": "hidden",
            },
            "headers['x-key'] is also sent by the authentication header",
        ),
        (
            {"authentication": "basic", "user_name": "u"},
            "Parameter 'password' is required for the authentication basic.",
        ),
        (
            {"authentication": "basic", "user_name": "u:v", "password": "hidden"},
            "Parameter 'user_name' contains a colon",
        ),
        (
            {"authentication": "header"},
            "Parameter 'auth_secret' is required for the authentication header.",
        ),
        (
            {"authentication": "header", "auth_header_name": "a b", "auth_secret": "hidden"},
            "Parameter 'auth_header_name' is 'a b'",
        ),
        (
            {"authentication": "header", "auth_secret": "hidden\u20ac"},
            "Parameter 'auth_secret' is not a valid HTTP header value",
        ),
        ({"authentication": "ibm_iam"}, "Parameter 'api_key' is required"),
        (
            {"authentication": "ibm_iam", "password": "hidden"},
            "Parameter 'password' is for the authentication basic",
        ),
        (
            {"password": "hidden"},
            "Parameter 'password' is for the authentication basic, but this destination has none.",
        ),
        (
            {"type": "syslog"},
            "Parameter 'url' is for destinations of the type http, but this one is of the type"
            " syslog.",
        ),
        ({"path": "/tmp"}, "Parameter 'path' is for destinations of the type file"),
        (
            {"configuration": '{"url": "x"}'},
            "configuration.url has its own parameter: use 'url'",
        ),
        ({"configuration": '{"batchSize": 5}'}, "use 'batch_size'"),
        ({"configuration": "[]"}, "Parameter 'configuration' is JSON of the wrong kind"),
        ({"timeout": 0}, "Parameter 'timeout' is 0"),
    ],
    ids=lambda value: ascii(value)[-40:],
)
def test_create_destination_refuses_before_any_request(
    tanium: SimulatorServer, run: RunAction, parameters: dict[str, Any], message: str
) -> None:
    failed = run("create destination", **{"name": "SOAR", "url": URL, **parameters})

    assert not failed.ok
    assert message in failed.message
    assert failed.message.startswith("Parameter '")
    assert "hidden" not in failed.message
    assert len(tanium.log) == 0


@pytest.mark.parametrize(
    ("parameters", "warned"),
    [
        ({"url": "http://127.0.0.1/", "authentication": "header", "auth_secret": "x1"}, True),
        ({"url": "http://127.0.0.1/", "headers": '{"X-Api-Key": "0123456789"}'}, True),
        ({"url": "http://127.0.0.1/"}, False),
        ({"url": URL, "authentication": "header", "auth_secret": SECRETS[1]}, False),
    ],
)
def test_credentials_over_plain_http_are_warned_about(
    run: RunAction, parameters: dict[str, Any], warned: bool
) -> None:
    created = run("create destination", name="SOAR", **parameters)

    assert created.ok, created.message
    warning = (
        "Warning: url starts with http://, so the credentials of the destination cross the"
        " network unencrypted"
    )
    assert created.message == f"Destination created{f'. {warning}' if warned else ''}"
    assert (f"{warning}." in created.progress) == warned


def test_name_that_exists_is_refused(tanium: SimulatorServer, run: RunAction) -> None:
    created = run("create destination", name="soar WEBHOOK", url=URL)
    updated = run("update destination", destination_id=1, name="SOAR webhook")
    same = run("update destination", destination_id=1, name="Nightly export", path="/tmp/x")

    assert "A destination named 'SOAR webhook' already exists (ID 3)." in created.message
    assert "already exists (ID 3)" in updated.message
    assert same.ok, same.message
    assert len(sent(tanium)) == 1


@pytest.mark.parametrize(
    ("kind", "settings", "configuration"),
    [
        ("file", {"path": "/tmp/x.csv"}, {"path": "/tmp/x.csv"}),
        (
            "email",
            {"host": "smtp", "configuration": '{"recipients": ["a@example.com"]}'},
            {"host": "smtp", "recipients": ["a@example.com"]},
        ),
        (
            "sql",
            {"host": "db", "configuration": '{"password": "hidden-password"}'},
            {"host": "db", "password": "hidden-password"},
        ),
        (
            "sql",
            {"configuration": '{"connectionString": "hidden-password"}', "host": "db"},
            {"connectionString": "hidden-password", "host": "db"},
        ),
        (
            "email",
            {"configuration": '{"auth": {"key": "hidden-password"}, "pwd": "hidden-password"}'},
            EMAIL_LOGIN,
        ),
        (
            "http",
            {"url": f"{URL}/@me?token=hidden-password"},
            {"url": f"{URL}/@me?token=hidden-password", "method": "POST"},
        ),
    ],
)
def test_other_types(
    tanium: SimulatorServer,
    run: RunAction,
    kind: str,
    settings: dict[str, Any],
    configuration: dict[str, Any],
) -> None:
    created = run("create destination", name="x", type=kind, **settings)

    assert created.ok, created.message
    assert sent(tanium) == [{"name": "x", "type": kind, "configuration": configuration}]
    assert "hidden-password" not in shown_in(created)


# Copying


def test_copy_needs_the_secret_that_is_not_shown(tanium: SimulatorServer, run: RunAction) -> None:
    stored(tanium, WEBHOOK)["configuration"]["trustedCertificate"] = "0f" * 32

    refused = run("create destination", name="Copy", copy_from=WEBHOOK)
    created = run(
        "create destination", name="Copy", copy_from=WEBHOOK, auth_secret=SECRETS[1], batch_size=7
    )

    assert (
        refused.message
        == "Parameter 'auth_secret' is required for the authentication header: Tanium does not show"
        " the one of the destination to copy, so it cannot be copied."
    )
    assert created.ok, created.message
    before = stored(tanium, WEBHOOK)["configuration"]
    (body,) = sent(tanium)
    assert body["type"] == "http"
    assert body["configuration"] == {
        **{key: value for key, value in before.items() if key != "trustedCertificate"},
        "batchSize": 7,
        "authentication": {"type": "header", "headerName": "ph-auth-token", "secret": SECRETS[1]},
    }


def test_copy_of_a_server_that_shows_secrets(tanium: SimulatorServer, run: RunAction) -> None:
    tanium.settings.connect_shows_secrets = True
    secret = stored(tanium, WEBHOOK)["configuration"]["authentication"]["secret"]

    created = run("create destination", name="Copy", copy_from=WEBHOOK)

    assert sent(tanium)[0]["configuration"]["authentication"]["secret"] == secret
    assert secret not in shown_in(created)


@pytest.mark.parametrize("parameters", [{"type": "file"}, {"path": "/tmp"}])
def test_copy_keeps_the_type(
    tanium: SimulatorServer, run: RunAction, parameters: dict[str, str]
) -> None:
    failed = run(
        "create destination", name="Copy", copy_from=WEBHOOK, auth_secret=SECRETS[1], **parameters
    )

    assert "of the type http" in failed.message or "this one is of the type http" in failed.message
    assert sent(tanium) == []


# Updating


def test_update_keeps_what_is_not_given(
    tanium: SimulatorServer, run: RunAction, showing: bool
) -> None:
    stored(tanium, WEBHOOK)["configuration"].update(
        futureSetting={"a": 1}, trustedCertificate="0f" * 32
    )
    stored(tanium, WEBHOOK)["owner"] = "someone"
    given = {} if showing else {"auth_secret": "the-same-again"}

    updated = run("update destination", destination_id=WEBHOOK, batch_size=10, **given)

    assert updated.ok, updated.message
    (body,) = sent(tanium)
    secret = stored(tanium, WEBHOOK)["configuration"]["authentication"]["secret"]
    assert secret == (
        seed.CONNECT_DESTINATIONS[2].configuration["authentication"]["secret"]
        if showing
        else "the-same-again"
    )
    assert body == {
        "name": "SOAR webhook",
        "type": "http",
        "owner": "someone",
        "configuration": {
            **seed.CONNECT_DESTINATIONS[2].configuration,
            "batchSize": 10,
            "futureSetting": {"a": 1},
            "trustedCertificate": "0f" * 32,
            "authentication": {"type": "header", "headerName": "ph-auth-token", "secret": secret},
        },
    }
    assert secret not in shown_in(updated)
    assert updated.rows[0]["affected_connections"] == [{"id": 1, "name": "Alerts to SOAR"}]
    assert updated.message == "Destination updated, used by data connection 1 'Alerts to SOAR'"
    assert updated.summary == {"destination_id": WEBHOOK, "affected_connection_count": 1}


def test_update_where_the_users_are_not_told(tanium: SimulatorServer, run: RunAction) -> None:
    """Production's list has no destinations."""
    tanium.settings.connect_reads_status = 404

    updated = run("update destination", destination_id=1, path="/tmp/x")

    assert (
        updated.message
        == "Destination updated. Tanium lists data connections without their destinations, so check"
        " the ones that may use it"
    )
    assert updated.summary == {"destination_id": 1, "affected_connection_count": None}


def test_update_never_loses_a_secret_that_is_not_shown(
    tanium: SimulatorServer, run: RunAction
) -> None:
    secret = stored(tanium, WEBHOOK)["configuration"]["authentication"]["secret"]

    refused = run("update destination", destination_id=WEBHOOK, timeout=9)
    updated = run("update destination", destination_id=WEBHOOK, timeout=9, keep_secrets=True)
    removed = run("update destination", destination_id=WEBHOOK, authentication="none")

    assert (
        "Parameter 'auth_secret' is required for the authentication header: Tanium does not show"
        " the stored one" in refused.message
    )
    assert updated.ok, updated.message
    assert sent(tanium)[0]["configuration"]["authentication"] == {
        "type": "header",
        "headerName": "ph-auth-token",
    }
    assert secret not in str(sent(tanium))
    assert removed.ok, removed.message
    assert sent(tanium)[1]["configuration"]["authentication"] == {"type": "none"}


def test_update_with_a_masked_header(tanium: SimulatorServer, run: RunAction) -> None:
    configuration = {"url": URL, "headers": {"X-Api-Key": "********", "X-Sender": "T"}}
    number = tanium.state.connect.destinations.create(
        {"name": "Masked", "type": "http", "configuration": configuration}
    )["id"]

    refused = run("update destination", destination_id=number, timeout=9)
    updated = run(
        "update destination", destination_id=number, headers='{"X-Api-Key": "0123456789"}'
    )

    assert (
        "Parameter 'headers' is required for configuration.headers.X-Api-Key: Tanium does not show"
        in refused.message
    )
    assert updated.ok, updated.message
    assert sent(tanium)[0]["configuration"]["headers"] == {"X-Api-Key": "0123456789"}


@pytest.mark.parametrize(
    ("configuration", "place"),
    [
        (
            {"headers": [{"name": "A", "value": ""}, {"name": "X-Api-Key", "value": "********"}]},
            "'headers' is required for configuration.headers[1].value",
        ),
        (
            {"accounts": [{"user": "u", "password": "***"}]},
            "'configuration' is required for configuration.accounts[0].password",
        ),
        (
            {"auth": {"user": "u", "domain": "", "key": "***"}},
            "'configuration' is required for configuration.auth.key",
        ),
    ],
)
def test_no_mask_is_sent_back(
    tanium: SimulatorServer, run: RunAction, configuration: dict[str, Any], place: str
) -> None:
    row = {**stored(tanium, WEBHOOK), "configuration": {"url": URL, **configuration}}
    tanium.faults.add(
        Fault(
            "json",
            method="GET",
            path_contains=f"/destinations/{WEBHOOK}",
            value={"data": row},
            times=None,
        )
    )

    refused = run("update destination", destination_id=WEBHOOK, timeout=9)
    run("update destination", destination_id=WEBHOOK, timeout=9, keep_secrets=True)

    assert place in refused.message
    (body,) = sent(tanium)
    assert "***" not in str(body)


def test_mask_beside_the_configuration_is_not_sent_back(
    tanium: SimulatorServer, run: RunAction
) -> None:
    row = {**stored(tanium, WEBHOOK), "configuration": {"url": URL}, "token": "***"}
    tanium.faults.add(
        Fault(
            "json",
            method="GET",
            path_contains=f"/destinations/{WEBHOOK}",
            value={"data": row},
            times=None,
        )
    )

    refused = run("update destination", destination_id=WEBHOOK, timeout=9)
    run("update destination", destination_id=WEBHOOK, timeout=9, keep_secrets=True)

    assert (
        "Parameter 'configuration' is required for token: Tanium does not show" in refused.message
    )
    (body,) = sent(tanium)
    assert "token" not in body


@pytest.mark.parametrize(
    ("action", "parameters"),
    [("update destination", {"destination_id": 1}), ("create destination", {"copy_from": 1})],
)
def test_destination_whose_type_is_not_told(
    tanium: SimulatorServer, run: RunAction, action: str, parameters: dict[str, Any]
) -> None:
    row = {key: value for key, value in stored(tanium, 1).items() if key != "type"}
    tanium.faults.add(
        Fault(
            "json", method="GET", path_contains="/destinations/1", value={"data": row}, times=None
        )
    )

    refused = run(action, name="New", **parameters)
    done = run(action, name="New", type="file", **parameters)

    assert (
        refused.message == "Parameter 'type' is required because Tanium does not report the type of"
        " destination 1."
    )
    assert done.ok, done.message
    assert [body["type"] for body in sent(tanium)] == ["file"]


def test_update_of_a_type_that_the_app_does_not_know(
    tanium: SimulatorServer, run: RunAction
) -> None:
    row = {**stored(tanium, 1), "type": "splunk", "configuration": {"index": "main"}}
    tanium.faults.add(
        Fault(
            "json", method="GET", path_contains="/destinations/1", value={"data": row}, times=None
        )
    )

    refused = run("update destination", destination_id=1, path="/tmp/x")
    run("update destination", destination_id=1, use_tls=True, configuration='{"index": "tanium"}')

    assert (
        refused.message
        == "Parameter 'path' is for destinations of the type file, but this one is of the type"
        " splunk."
    )
    assert sent(tanium) == [
        {
            "name": "Nightly export",
            "type": "splunk",
            "configuration": {"index": "tanium", "useTls": True},
        }
    ]


def test_update_forgets_the_certificate(tanium: SimulatorServer, run: RunAction) -> None:
    stored(tanium, WEBHOOK)["configuration"]["trustedCertificate"] = "0f" * 32

    updated = run(
        "update destination", destination_id=WEBHOOK, forget_certificate=True, keep_secrets=True
    )

    assert updated.ok, updated.message
    assert sent(tanium)[0]["configuration"]["trustedCertificate"] is None
    assert "trustedCertificate" not in stored(tanium, WEBHOOK)["configuration"]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"type": "syslog", "batch_size": 5}, "is of the type http, which cannot change"),
        ({"host": "a", "path": "/x"}, "Parameter 'path' is for destinations of the type file"),
        ({}, "Nothing to change"),
        ({"keep_secrets": True}, "Nothing to change"),
    ],
)
def test_update_refuses(
    tanium: SimulatorServer, run: RunAction, parameters: dict[str, Any], message: str
) -> None:
    failed = run("update destination", destination_id=WEBHOOK, **parameters)

    assert message in failed.message
    assert sent(tanium) == []


# Deleting


def test_delete_destination_in_use_names_the_connections(
    tanium: SimulatorServer, run: RunAction
) -> None:
    failed = run("delete destination", destination_id=WEBHOOK)

    assert (
        failed.message
        == "Destination 3 was not deleted because it is used by data connection 1 'Alerts to"
        " SOAR'."
    )
    assert failed.rows == [{"affected_connections": [{"id": 1, "name": "Alerts to SOAR"}]}]
    assert not tanium.log.requests(method="DELETE")


def test_data_connection_that_may_be_enabled_counts_as_enabled(
    tanium: SimulatorServer, run: RunAction
) -> None:
    tanium.state.connect.connections.all[4]["enabled"] = None

    assert "was not deleted because" in run("delete destination", destination_id=6).message
    assert not tanium.log.requests(method="DELETE")


def test_delete_destination_of_a_disabled_connection_is_for_tanium_to_judge(
    tanium: SimulatorServer, run: RunAction
) -> None:
    failed = run("delete destination", destination_id=6)

    assert "HTTP 400" in failed.message
    assert "It is used by data connection 4 'System status to the database'." in failed.message
    assert len(tanium.log.requests(method="DELETE")) == 1


def test_delete_destination(tanium: SimulatorServer, run: RunAction) -> None:
    deleted = run("delete destination", destination_id=4)

    assert (deleted.ok, deleted.message) == (True, "Destination deleted")
    assert 4 not in tanium.state.connect.destinations.all


# Nothing is done twice


@pytest.mark.parametrize("kind", ["status", "reset_before", "reset_after", "empty_body"])
@pytest.mark.parametrize(
    ("action", "parameters"),
    [
        ("create destination", FULL),
        ("create data connection", {"name": "x", "data_source_id": 1, "destination_id": 3}),
        ("run data connection", {"data_connection_id": 1, "wait": True}),
    ],
)
def test_nothing_is_made_twice(
    tanium: SimulatorServer, run: RunAction, action: str, parameters: dict[str, Any], kind: str
) -> None:
    tanium.faults.add(Fault(kind, method="POST", times=None))

    failed = run(action, **parameters)

    assert not failed.ok
    assert "The change may have been applied anyway" in failed.message
    assert len(tanium.log.requests(method="POST", path_contains=CONNECT)) == 1
