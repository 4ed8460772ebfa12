# File: test_connect.py
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
"""Connect's resources: made, changed, refused, paged; schedules and their next run; production's
reads; odd replies.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from dev.simulator.state.connect_checks import CONNECTION_CREATE, check
from dev.simulator.state.connect_cron import Cron, zone_named
from dev.simulator.state.connect_destinations import MASK
from dev.simulator.times import iso, parse_iso
from tests.simulator.conftest import Client, Clock


CONNECT = "/plugin/products/connect"
V1 = f"{CONNECT}/v1"

FACTS = json.loads(
    (Path(__file__).resolve().parents[1] / "data" / "connect_operations.json").read_text(
        encoding="utf-8"
    )
)
BESIDE = (
    "columns logLevel tempLogLevel tempLogLevelRuns minimumPassPercentage maxOldSpaceSize"
    " scheduleTimeZone"
)
"""What the user guide knows and the OpenAPI file does not."""

HTTP = {"name": "hook", "type": "http", "configuration": {"url": "http://127.0.0.1:1/in"}}
ON_ALERTS = {"name": "mine", "source": {"id": seed.ALERT_SOURCE.id}, "destination": {"id": 3}}
ON_EVENTS = {"name": "mine", "source": {"id": seed.EVENT_SOURCE.id}, "destination": {"id": 3}}


def made(client: Client, resource: str, body: dict[str, Any]) -> Any:
    reply = client("POST", f"{V1}/{resource}", json=body)
    assert reply.status_code == 200, reply.text
    return reply.json()["data"]


def refusal(client: Client, method: str, path: str, body: dict[str, Any]) -> str:
    """The reason of a 400, in whichever of the two shapes it comes."""
    reply = client(method, V1 + path, json=body)
    assert reply.status_code == 400, reply.text
    reported = reply.json()
    return str(reported["text"] if "text" in reported else reported["errors"][0]["message"])


def schema_of(value: Any) -> dict[str, Any]:
    """The JSON schema of a fact of the table: a schema's name, a list of such, or a schema."""
    if isinstance(value, str):
        return {"$ref": f"#/schemas/{value}"}
    return (
        {**value, "items": schema_of(value["items"])}
        if value.get("type") == "array"
        else dict(value)
    )


def with_configuration(**changes: Any) -> dict[str, Any]:
    return {**HTTP, "configuration": {**HTTP["configuration"], **changes}}  # type: ignore[dict-item]


def test_every_operation_answers_in_its_schema(client: Client) -> None:
    ids = {"connectionId": 1, "sourceId": 1, "destinationId": 4, "scheduleId": 301}
    others = {"deleteConnection": {"connectionId": 4}, "deleteDestination": {"destinationId": 5}}
    mailbox = {"name": "mail", "type": "email", "configuration": {}}
    bodies = {
        "createConnection": ON_ALERTS,
        "updateConnection": ON_ALERTS,
        "createDestination": HTTP,
        "updateDestination": mailbox,
    }
    for operation in FACTS["connect"]:
        name = operation["operationId"]
        body = {**bodies.get(name, {}), "name": name}
        reply = client(
            operation["method"],
            operation["path"].format(**{**ids, **others.get(name, {})}),
            json=body,
        )
        assert reply.status_code == 200, reply.text
        if operation["response"] is None:
            assert reply.content == b""
            continue
        schema = schema_of(operation["response"]["value"])
        Draft202012Validator({**schema, "schemas": FACTS["schemas"]}).validate(reply.json()["data"])


def test_every_row_has_the_documented_keys_and_no_nulls(
    server: SimulatorServer, client: Client
) -> None:
    beside = {"connections": BESIDE, "schedules": "cron"}
    for resource, schema in (
        ("connections", "Connection"),
        ("sources", "Source"),
        ("destinations", "Destination"),
        ("schedules", "Schedule"),
        ("logs", "ConnectionLog"),
    ):
        rows = client.get(f"{V1}/{resource}")["data"]
        documented = FACTS["schemas"][schema]["properties"].keys()
        assert {name for row in rows for name in row} - documented <= set(
            beside.get(resource, "").split()
        )
        assert all(value is not None for row in rows for value in row.values())
        if resource != "logs":
            assert client.get(f"{V1}/{resource}/{rows[-1]['id']}")["data"] == rows[-1]
            unknown = client("GET", f"{V1}/{resource}/999")
            assert (unknown.status_code, unknown.json()["text"][:13]) == (404, "404 Not Found")
    last_run = client.get(f"{V1}/connections/1")["data"]["lastRunTime"]
    assert (
        client.get(f"{V1}/schedules/301")["data"].items()
        >= {
            "lastRunTime": last_run,
            "lastRunStatus": "success",
        }.items()
    )
    assert client.get(f"{V1}/status")["data"].keys() == {"version", "status"}
    powerless = server.state.accounts.create_token(
        seed.ANALYST, trusted=["127.0.0.1"], permissions=frozenset()
    ).string
    for token, status in (("wrong", 401), (powerless, 403)):
        assert client("GET", f"{V1}/status", headers={"session": token}).status_code == status


def test_unknown_ids_are_not_found(client: Client) -> None:
    for method, path in (
        *(
            ("PUT", "/connections/99"),
            ("DELETE", "/connections/99"),
            ("POST", "/connections/99/run"),
            ("PUT", "/connections/99/enable"),
        ),
        *(
            ("PUT", "/connections/99/disable"),
            ("PUT", "/destinations/99"),
            ("DELETE", "/destinations/99"),
        ),
    ):
        assert client(method, V1 + path, json=HTTP).status_code == 404


def test_connection_lives_from_creation_to_deletion(client: Client, clock: Clock) -> None:
    row = made(
        client, "connections", {**ON_ALERTS, "schedule": {"intervalSeconds": 600}, "logLevel": 40}
    )
    assert (row["enabled"], row["format"], row["source"]["type"], row["destination"]["name"]) == (
        *(True, {"type": "json"}, "threat_response", "SOAR webhook"),
    )
    path = f"{V1}/connections/{row['id']}"
    clock.pass_seconds(60)
    changed = client(
        "PUT",
        path,
        json={"name": "renamed", "format": {"type": "csv"}, "source": {"id": seed.AUDIT_SOURCE.id}},
    ).json()["data"]
    options = {"headerRow": False}
    assert client("PUT", path, json={"format": {"options": options}}).json()["data"]["format"] == {
        "type": "csv",
        "options": options,
    }
    assert (
        changed["name"],
        changed["format"]["type"],
        changed["source"]["id"],
        changed["logLevel"],
    ) == ("renamed", "csv", 3, 40)
    assert (changed["createdAt"], changed["updatedAt"]) == (iso(clock.now - 60), iso(clock.now))
    assert client("PUT", f"{path}/disable").json()["data"]["enabled"] is False
    assert "nextRunTime" not in client.get(path)["data"]["schedule"]
    assert client("PUT", f"{path}/enable").json()["data"]["schedule"]["nextRunTime"] == iso(
        clock.now + 540
    )
    schedule_id = changed["schedule"]["id"]
    assert client.get(f"{V1}/schedules/{schedule_id}")["data"]["connectionId"] == row["id"]
    deleted = client("DELETE", path)
    assert (deleted.status_code, deleted.content) == (200, b"")
    for gone in (path, f"{V1}/schedules/{schedule_id}"):
        assert client("GET", gone).status_code == 404


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({}, "'name' is a required property"),
        ({**ON_ALERTS, "source": {}}, "source: 'id' is a required property"),
        ({**ON_ALERTS, "destination": {"id": "3"}}, "destination.id: '3' is not of type 'integer'"),
        ({**ON_ALERTS, "source": {"id": 77}}, "there is no source 77"),
        ({**ON_ALERTS, "destination": {"id": 77}}, "there is no destination 77"),
        (
            {**ON_ALERTS, "source": {"id": 1, "type": "event"}},
            "the source 1 is of the type threat_response",
        ),
        ({**ON_ALERTS, "name": "ALERTS to soar"}, "There is a connection named"),
        ({**ON_ALERTS, "enabled": "yes"}, "enabled: 'yes' is not of type 'boolean'"),
        ({**ON_ALERTS, "format": {"type": "xml"}}, "format.type: 'xml' is not one of"),
        (
            {**ON_ALERTS, "format": {"type": "csv", "options": {"delimiter": "||"}}},
            "format.options.delimiter",
        ),
        ({**ON_ALERTS, "schedule": {"enabled": True}}, "intervalSeconds or cron is required"),
        (
            {**ON_ALERTS, "schedule": {"intervalSeconds": 60, "cron": "* * * * *"}},
            "either intervalSeconds or cron",
        ),
        ({**ON_ALERTS, "schedule": {"intervalSeconds": 0}}, "schedule.intervalSeconds"),
        *(
            (
                {**ON_ALERTS, "schedule": {"intervalSeconds": 60, "startTime": time}},
                f"'{time}' is not an ISO 8601 time",
            )
            for time in ("soon", "9999-12-31T24:00", "9999-12-31T23:59:59-05:00")
        ),
        ({**ON_ALERTS, "schedule": {"cron": "0 0 * *"}}, "needs five fields"),
        ({**ON_ALERTS, "schedule": {"cron": "0 25 * * *"}}, "'25' is no hour"),
        ({**ON_ALERTS, "schedule": {"cron": "0 0 30 2 *"}}, "never comes true"),
        ({**ON_ALERTS, "scheduleTimeZone": "Mars/Olympus"}, "no known time zone"),
        ({**ON_ALERTS, "logLevel": 35}, "logLevel"),
        (
            {**ON_ALERTS, "tempLogLevel": 10, "tempLogLevelRuns": 25},
            "25 is greater than the maximum of 24",
        ),
        ({**ON_ALERTS, "tempLogLevel": 10}, "'tempLogLevelRuns' is a dependency of 'tempLogLevel'"),
        ({**ON_ALERTS, "minimumPassPercentage": 101}, "minimumPassPercentage"),
        ({**ON_ALERTS, "maxOldSpaceSize": 0}, "maxOldSpaceSize"),
        ({**ON_ALERTS, "columns": [{"name": "Alert"}]}, "no column 'Alert'"),
        (
            {**ON_ALERTS, "columns": [{"name": "EID"}, {"name": "Link", "renameTo": "EID"}]},
            "two have the same label",
        ),
        (
            {
                **ON_ALERTS,
                "columns": [{"name": "EID", "valueType": "numeric", "defaultValue": "0"}],
            },
            "columns.0.defaultValue",
        ),
        (
            {**ON_ALERTS, "columns": [{"name": "EID", "valueType": "string", "defaultValue": 0}]},
            "'numeric' was expected",
        ),
        (
            {
                **ON_ALERTS,
                "filter": {"rules": [{"column": "Nope", "operator": "equals", "value": ""}]},
            },
            "filter: the source has no column",
        ),
        (
            {**ON_ALERTS, "filter": {"rules": [{"column": "EID", "operator": "resembles"}]}},
            "unknown operator 'resembles'",
        ),
        (
            {
                **ON_ALERTS,
                "filter": {"rules": [{"column": "EID", "operator": "regex", "value": "("}]},
            },
            "'(' is no regular expression",
        ),
        (
            {**ON_EVENTS, "schedule": {"cron": "* * * * *", "enabled": False}},
            "event source cannot be scheduled",
        ),
    ],
)
def test_connection_that_is_refused(client: Client, body: dict[str, Any], reason: str) -> None:
    assert reason in refusal(client, "POST", "/connections", body)
    assert len(client.get(f"{V1}/connections")["data"]) == len(seed.CONNECT_CONNECTIONS)


@pytest.mark.parametrize("body", seed.CONNECT_CONNECTIONS, ids=lambda body: body["name"])
def test_connection_of_the_start_would_be_accepted(body: dict[str, Any]) -> None:
    check(body, CONNECTION_CREATE)


def test_types_of_a_connection_cannot_change(client: Client) -> None:
    assert "source type" in refusal(client, "PUT", "/connections/1", {"source": {"id": 4}})
    assert "destination type" in refusal(
        client, "PUT", "/connections/1", {"destination": {"id": 2}}
    )
    assert "cannot be scheduled" in refusal(
        client, "PUT", "/connections/2", {"schedule": {"intervalSeconds": 60}}
    )
    assert "not by hand" in refusal(client, "POST", "/connections/2/run", {})
    assert client.get(f"{V1}/connections/1")["data"]["source"]["id"] == 1


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"name": "x"}, "'type' is a required property; 'configuration' is a required property"),
        ({**HTTP, "name": " "}, "name"),
        ({**HTTP, "name": "siem SYSLOG "}, "There is a destination named"),
        ({**HTTP, "type": "ftp"}, "type: 'ftp' is not one of"),
        *(
            ({"name": "x", "type": kind, "configuration": {}}, "is a required property")
            for kind in ("file", "syslog", "http", "s3", "sql")
        ),
        (with_configuration(url="ftp://127.0.0.1"), "configuration.url"),
        (with_configuration(method="GET"), "configuration.method"),
        (with_configuration(headers={"X": 1}), "configuration.headers.X"),
        (with_configuration(headers={"X:": "1"}), "configuration.headers: 'X:' does not match"),
        (with_configuration(trustedCertificate="any"), "configuration.trustedCertificate"),
        (
            with_configuration(headers={"content-type": "Multipart/Form-Data; boundary=x"}),
            "form data is not supported",
        ),
        (with_configuration(batchSize=-1), "configuration.batchSize"),
        (with_configuration(timeout=0), "configuration.timeout"),
        (
            with_configuration(authentication={"type": "digest"}),
            "configuration.authentication.type",
        ),
        (
            with_configuration(authentication={"type": "basic", "userName": "u"}),
            "'password' is a required property",
        ),
        (
            with_configuration(authentication={"type": "header", "secret": "s"}),
            "'headerName' is a required property",
        ),
        (
            with_configuration(authentication={"type": "ibm_iam", "apiKey": MASK}),
            "only stands for a secret",
        ),
    ],
)
def test_destination_that_is_refused(client: Client, body: dict[str, Any], reason: str) -> None:
    assert reason in refusal(client, "POST", "/destinations", body)
    assert len(client.get(f"{V1}/destinations")["data"]) == len(seed.CONNECT_DESTINATIONS)


def test_destination_lives_from_creation_to_deletion(client: Client, clock: Clock) -> None:
    row = made(client, "destinations", {"name": "mail", "type": "email", "configuration": {}})
    path = f"/destinations/{row['id']}"
    assert "cannot be changed, it is email" in refusal(client, "PUT", path, HTTP)
    reasons = refusal(client, "PUT", path, {"type": "email"})
    assert reasons == "'name' is a required property; 'configuration' is a required property"
    clock.pass_seconds(60)
    renamed = client(
        "PUT", V1 + path, json={"name": "MAIL", "type": "email", "configuration": {"port": 25}}
    ).json()["data"]
    assert (renamed["name"], renamed["configuration"]) == ("MAIL", {"port": 25})
    assert (renamed["createdAt"], renamed["updatedAt"]) == (iso(clock.now - 60), iso(clock.now))
    assert (
        refusal(client, "DELETE", "/destinations/3", {})
        == "The destination is in use by 1 connections: Alerts to SOAR"
    )
    assert client("DELETE", V1 + path).content == b""
    assert client("GET", V1 + path).status_code == 404


def test_secrets_are_masked_and_stay_unless_given_anew(
    server: SimulatorServer, client: Client
) -> None:
    row = made(
        client,
        "destinations",
        with_configuration(authentication={"type": "basic", "userName": "u", "password": "first"}),
    )
    assert row["configuration"]["authentication"] == {
        "type": "basic",
        "userName": "u",
        "password": MASK,
    }
    stored = server.state.connect.destinations.get(row["id"])

    def password_after(**changes: Any) -> Any:
        assert (
            client(
                "PUT", f"{V1}/destinations/{row['id']}", json=with_configuration(**changes)
            ).status_code
            == 200
        )
        return stored["configuration"]["authentication"].get("password")

    assert password_after() == "first"
    assert (
        password_after(authentication={"type": "basic", "userName": "v", "password": MASK})
        == "first"
    )
    assert password_after(authentication={"type": "basic", "userName": "w"}) == "first"
    assert (
        password_after(authentication={"type": "basic", "userName": "w", "password": "second"})
        == "second"
    )
    server.settings.connect_shows_secrets = True
    assert (
        client.get(f"{V1}/destinations/{row['id']}")["data"]["configuration"]["authentication"][
            "password"
        ]
        == "second"
    )
    assert password_after(authentication={"type": "none"}) is None


def test_lists_are_paged(server: SimulatorServer, client: Client) -> None:
    def ids(path: str, **query: Any) -> list[int]:
        return [row["id"] for row in client.get(V1 + path, **query)["data"]]

    assert ids("/logs") == [5, 4, 3, 2, 1]
    assert ids("/logs", limit=2, offset=1, connectionId=1) == [4, 3]
    assert ids("/logs", connectionId=99) == []
    assert ids("/connections", limit=2, offset=1) == [2, 3]
    server.settings.default_page = 3
    assert (ids("/logs"), ids("/connections", offset=3)) == ([5, 4, 3], [4])
    for query in ("limit=-1", "offset=x", "connectionId=one"):
        assert client("GET", f"{V1}/logs?{query}").status_code == 400


@pytest.mark.parametrize(
    ("cron", "zone", "after", "expected"),
    [
        ("*/15 * * * *", "UTC", "2026-11-22T08:15:00Z", "2026-11-22T08:30:00Z"),
        ("30 2 * * mon-fri", "Europe/Berlin", "2026-11-20T12:00:00Z", "2026-11-23T01:30:00Z"),
        ("0 0 1 JAN,JUL *", "America/New_York", "2026-02-01T00:00:00Z", "2026-07-01T04:00:00Z"),
        ("0 12 13 * 5", "UTC", "2026-11-11T00:00:00Z", "2026-11-13T12:00:00Z"),
        ("0 12 1 * 7", "UTC", "2026-11-20T00:00:00Z", "2026-11-22T12:00:00Z"),
        ("5/20 8-10/2 * * *", "UTC", "2026-11-22T08:45:00Z", "2026-11-22T10:05:00Z"),
        ("0 6 29 2 *", "UTC", "2026-11-22T00:00:00Z", "2028-02-29T06:00:00Z"),
    ],
)
def test_cron_tells_the_next_time(cron: str, zone: str, after: str, expected: str) -> None:
    assert Cron(cron).next_after(parse_iso(after), zone_named(zone)) == parse_iso(expected)


@pytest.mark.parametrize(
    "cron",
    [
        "60 * * * *",
        "* * 0 * *",
        "* * * 13 *",
        "* * * * 8",
        "*-5 * * * *",
        "5-1 * * * *",
        "*/0 * * * *",
        "a * * * *",
        "1- * * * *",
    ],
)
def test_cron_that_makes_no_sense(client: Client, cron: str) -> None:
    assert "schedule.cron" in refusal(
        client, "POST", "/connections", {**ON_ALERTS, "schedule": {"cron": cron}}
    )


def test_schedule_changes_its_kind_and_keeps_the_rest(client: Client, clock: Clock) -> None:
    start = iso(clock.now + 1000)
    row = made(
        client,
        "connections",
        {**ON_ALERTS, "schedule": {"intervalSeconds": 300, "startTime": start}},
    )

    def schedule_after(**body: Any) -> Any:
        return client("PUT", f"{V1}/connections/{row['id']}", json=body).json()["data"]["schedule"]

    assert row["schedule"]["nextRunTime"] == start
    full_hour = "2026-09-21T20:00:00.000Z"
    assert (
        schedule_after(schedule={"cron": "0 * * * *", "startTime": full_hour})["nextRunTime"]
        == full_hour
    )
    assert "cron" not in schedule_after(schedule={"intervalSeconds": 300, "startTime": start})
    clock.pass_seconds(2000)
    assert schedule_after(schedule={"intervalSeconds": 450})["nextRunTime"] == iso(
        clock.now - 1000 + 1350
    )
    changed = schedule_after(schedule={"cron": "0 4 * * *"}, scheduleTimeZone="Asia/Tokyo")
    assert ("intervalSeconds" in changed, changed["id"], changed["startTime"]) == (
        False,
        row["schedule"]["id"],
        start,
    )
    assert changed["nextRunTime"] == "2026-09-21T19:00:00.000Z"
    assert "nextRunTime" not in schedule_after(schedule={"enabled": False})


def test_production_reads(server: SimulatorServer, client: Client) -> None:
    listed = client.get(f"{CONNECT}/private/connections", skipComponentHydration="true")["data"]
    assert [row["name"] for row in listed] == [body["name"] for body in seed.CONNECT_CONNECTIONS]
    export = client("POST", f"{V1}/export", json=[1, "3", 4]).json()
    assert [(row["name"], row["schedule"], row["scheduleTimeZone"]) for row in export] == [
        ("Alerts to SOAR", "0 */1 * * *", "UTC"),
        ("Computers for the inventory", "30 2 * * mon-fri", "Europe/Berlin"),
        ("System status to the database", "0 0 * * *", "UTC"),
    ]
    assert [stream["route"] for stream in export[0]["streams"]][::4] == [
        "/v1/sources/pluginConfigurations/threat_response/1",
        "/v1/destinations/http",
    ]
    assert export[0]["streams"][4]["arguments"]["config"]["batchSize"] == 500
    assert "simulator-only-webhook-secret" not in str(export)
    assert client("POST", f"{V1}/export", json=[99]).status_code == 404
    assert client("POST", f"{V1}/export", json={"id": 1}).status_code == 400
    server.settings.dialect, server.settings.without_unspecified = "specified", True
    assert (
        client("GET", f"{CONNECT}/private/connections").status_code
        == client("POST", f"{V1}/export", json=[1]).status_code
        == 404
    )


@pytest.mark.parametrize("status", [404, 405])
def test_documented_reads_can_be_missing(
    server: SimulatorServer, client: Client, status: int
) -> None:
    server.settings.connect_reads_status = status
    for path in ("/connections", "/connections/1"):
        assert client("GET", V1 + path).status_code == status
    assert made(client, "connections", ON_ALERTS)["id"] == 5


def test_odd_replies(server: SimulatorServer, client: Client) -> None:
    server.settings.connect_odd_replies = True
    rows = client.get(f"{V1}/logs")
    assert (rows[0]["id"], rows[0]["connectionId"], "componentRevision" in rows[0]) == (
        "5",
        "1",
        True,
    )
    row = client.get(f"{V1}/connections/1")
    assert (row["id"], row["source"]["id"], row["destination"]["id"]) == ("1", "1", "3")
    assert client.get(f"{CONNECT}/private/connections")["data"][0]["id"] == "1"
