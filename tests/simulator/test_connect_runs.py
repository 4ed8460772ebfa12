# File: test_connect_runs.py
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
"""Connect delivers: what its runs send over the wire, to whom they refuse to, and what their logs
say.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.log import Request
from dev.simulator.process import SimulatorProcess
from dev.simulator.server import SimulatorServer
from dev.simulator.times import iso
from tests.conftest import eventually
from tests.simulator.conftest import Client, Clock
from tests.simulator.test_connect import V1, made


FILES = {"id": seed.SAVED_QUESTION_SOURCE.id}
NAMES = [host.hostname for host in seed.HOSTS]


@pytest.fixture
def server(clock: Clock) -> Iterator[SimulatorServer]:
    with SimulatorServer(clock=clock, alerts=20, connect_run_seconds=0) as running:
        yield running


class Receiver:
    """Another server, which says yes to everything that is posted to `/in`."""

    def __init__(self, server: SimulatorServer) -> None:
        self.server = server
        self.url = f"{server.url}/in"
        server.faults.add(Fault("json", path_contains="/in", value={}, times=None))

    def requests(self) -> list[Request]:
        return self.server.log.requests(path_contains="/in")

    def bodies(self) -> list[str]:
        return [(request.body or b"").decode() for request in self.requests()]

    def rows(self) -> list[Any]:
        return [row for body in self.bodies() for row in json.loads(body)]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with SimulatorServer(alerts=0) as running:
        yield Receiver(running)


class Delivery:
    """A connection to the receiver, and its runs."""

    def __init__(self, server: SimulatorServer, client: Client, url: str) -> None:
        self.server = server
        self.client = client
        self.destination = made(
            client,
            "destinations",
            {"name": "receiver", "type": "http", "configuration": {"url": url}},
        )
        body = {"name": "delivery", "source": FILES, "destination": {"id": self.destination["id"]}}
        self.id = made(client, "connections", body)["id"]

    def configure(self, **configuration: Any) -> None:
        configuration = {"url": self.destination["configuration"]["url"], **configuration}
        body = {"name": "receiver", "type": "http", "configuration": configuration}
        assert (
            self.client("PUT", f"{V1}/destinations/{self.destination['id']}", json=body).status_code
            == 200
        )

    def configuration(self) -> Any:
        return self.client.get(f"{V1}/destinations/{self.destination['id']}")["data"][
            "configuration"
        ]

    def change(self, **body: Any) -> Any:
        reply = self.client("PUT", f"{V1}/connections/{self.id}", json=body)
        assert reply.status_code == 200, reply.text
        return reply.json()["data"]

    def run(self) -> Any:
        """The log of a run by hand."""
        reported = self.client("POST", f"{V1}/connections/{self.id}/run").json()["data"]
        self.server.state.connect.wait()
        logs = self.client.get(f"{V1}/logs", connectionId=self.id, limit=1)["data"]
        assert self.server.state.connect.log_of(reported["runId"]) == logs[0]
        return logs[0]


@pytest.fixture
def delivery(server: SimulatorServer, client: Client, receiver: Receiver) -> Delivery:
    return Delivery(server, client, receiver.url)


def test_run_by_hand_sends_all_rows_in_one_request(
    delivery: Delivery, receiver: Receiver, clock: Clock
) -> None:
    log = delivery.run()
    assert [row["Computer Name"] for row in receiver.rows()] == NAMES
    request = receiver.requests()[0]
    assert (request.method, request.headers["Content-Type"], len(receiver.requests())) == (
        "POST",
        "application/json",
        1,
    )
    assert {
        name: log[name]
        for name in ("connectionName", "status", "rowCount", "message", "startTime", "duration")
    } == {
        "connectionName": "delivery",
        "status": "success",
        "rowCount": 11,
        "message": "11 of 11 rows delivered",
        "startTime": iso(clock.now),
        "duration": 0,
    }
    row = delivery.client.get(f"{V1}/connections/{delivery.id}")["data"]
    assert (row["lastRunStatus"], row["lastRunTime"]) == ("success", log["startTime"])


def test_run_takes_its_time_and_the_reply_does_not(
    server: SimulatorServer, delivery: Delivery, receiver: Receiver
) -> None:
    server.settings.connect_run_seconds = 1000
    reply = delivery.client("POST", f"{V1}/connections/{delivery.id}/run").json()["data"]
    assert reply == {"status": "running", "runId": f"run-{delivery.id}-6"}
    with pytest.raises(TimeoutError, match=reply["runId"]):
        server.state.connect.wait(0.01)
    assert receiver.requests() == []
    server.stop()
    server.state.connect.wait()
    assert len(receiver.rows()) == 11


def test_alert_rows_have_connects_labels(
    server: SimulatorServer, delivery: Delivery, receiver: Receiver
) -> None:
    row = made(
        delivery.client,
        "connections",
        {"name": "alerts", "source": {"id": 1}, "destination": {"id": delivery.destination["id"]}},
    )
    delivery.id = row["id"]
    alert = server.state.alerts.add(state="unresolved")
    assert delivery.run()["rowCount"] == 21
    rows = receiver.rows()
    assert all([*row] == [*seed.ALERT_SOURCE.columns] for row in rows)
    last = rows[-1]
    assert (last["Alert Id"], last["Computer Name"], last["Match Details"]) == (
        alert["guid"],
        alert["computerName"],
        alert["details"],
    )
    assert last["Link"].endswith(f"?guid={alert['guid']}")
    assert {type(row["Impact Score"]) for row in rows} == {int, str}
    assert {type(row["Match Details"]) for row in rows} == {dict, str}
    assert isinstance(json.loads(last["MITRE Techniques"]), list)


def test_audit_status_and_empty_sources(delivery: Delivery, receiver: Receiver) -> None:
    counts = []
    for source in (seed.AUDIT_SOURCE, seed.SYSTEM_STATUS_SOURCE, seed.EMPTY_SOURCE):
        body = {
            "name": source.name,
            "source": {"id": source.id},
            "destination": {"id": delivery.destination["id"]},
        }
        delivery.id = made(delivery.client, "connections", body)["id"]
        log = delivery.run()
        counts.append((log["status"], log["rowCount"]))
    assert counts == [("success", 3), ("success", 10), ("success", 0)]
    rows = receiver.rows()
    assert [*rows[0]] == [*seed.AUDIT_SOURCE.columns]
    assert json.loads(rows[0]["state"])["target"]["hostname"] == "ws-finance-12"
    assert [*rows[3]] == [*seed.SYSTEM_STATUS_SOURCE.columns]
    assert len(receiver.requests()) == 2


def test_new_alert_is_an_event(
    server: SimulatorServer, delivery: Delivery, receiver: Receiver
) -> None:
    body = {
        "name": "events",
        "source": {"id": 2},
        "destination": {"id": delivery.destination["id"]},
    }
    connection = made(delivery.client, "connections", body)
    alert = server.state.alerts.add()
    server.state.connect.wait()
    assert server.state.connect.fire(alert, "detect.unmatch")
    with server.state.lock:
        # The runs need the lock that whoever asks a simulator's process is holding.
        server.state.connect.wait()
    first, second = receiver.rows()
    assert [*first] == [*seed.EVENT_SOURCE.columns]
    assert (first["Event Id"], first["Event Name"], second["Event Name"]) == (
        alert["guid"],
        "detect.match",
        "detect.unmatch",
    )
    assert (first["User Domain"], first["User Name"]) == (
        alert["computerName"].upper(),
        "m.lindqvist",
    )
    parameters = dict(part.split("=", 1) for part in first["Other Parameters"].split("|"))
    assert json.loads(base64.b64decode(parameters["payload"])) == json.loads(alert["details"])
    assert parameters.keys() == {"name", "source", "type", "payload"}
    delivery.id = connection["id"]
    rule = {"column": "Event Name", "operator": "equals", "value": "detect.unmatch"}
    delivery.change(columns=[{"name": "Event Name", "renameTo": "what"}], filter={"rules": [rule]})
    for name in ("detect.match", "detect.unmatch"):
        assert len(server.state.connect.fire(alert, name)) == 1
    server.state.connect.wait()
    assert receiver.rows()[2:] == [{"what": "detect.unmatch"}]
    delivery.change(enabled=False)
    assert server.state.connect.fire(alert) == []


def test_tick_runs_what_is_due_and_once(
    server: SimulatorServer, delivery: Delivery, receiver: Receiver, clock: Clock
) -> None:
    for connection_id in (1, 3):
        delivery.client("PUT", f"{V1}/connections/{connection_id}/disable")
    delivery.change(schedule={"intervalSeconds": 60})
    assert server.state.connect.tick() == []
    clock.pass_seconds(200)
    assert len(server.state.connect.tick()) == 1
    assert server.state.connect.tick() == []
    assert server.state.connect.tick(clock.now + 40) != []
    # 14:16:40 in UTC is 23:16:40 there.
    delivery.change(schedule={"cron": "17 23 * * *"}, scheduleTimeZone="Asia/Tokyo")
    assert server.state.connect.tick(clock.now + 19) == []
    assert len(server.state.connect.tick(clock.now + 20)) == 1
    delivery.change(enabled=False)
    assert server.state.connect.tick(clock.now + 10 * 86400) == []
    server.state.connect.wait()
    assert len(receiver.requests()) == 3


def test_schedules_keep_themselves_in_a_process_of_their_own() -> None:
    with SimulatorProcess(connect_run_seconds=0, alerts=0) as simulator:
        client = Client(simulator)
        with client.session:
            body = {
                "name": "delivery",
                "source": FILES,
                "destination": {"id": 3},
                "schedule": {"intervalSeconds": 1},
            }
            connection = made(client, "connections", body)["id"]
            assert eventually(
                lambda: client.get(f"{V1}/logs", connectionId=connection)["data"] != []
            )


def test_columns_are_chosen_renamed_and_converted(
    delivery: Delivery, receiver: Receiver, server: SimulatorServer
) -> None:
    server.state.computers.hosts[:] = [seed.FINANCE._replace(hostname="1e999")]
    delivery.id = made(
        delivery.client,
        "connections",
        {
            "name": "status",
            "source": {"id": seed.SYSTEM_STATUS_SOURCE.id},
            "destination": {"id": delivery.destination["id"]},
            "format": {"type": "json", "options": {"timestampFormat": "YYYY-MM-DD"}},
            "columns": [
                {"name": "Computer ID", "renameTo": "id", "valueType": "numeric"},
                {
                    "name": "Host Name",
                    "renameTo": "number",
                    "valueType": "numeric",
                    "defaultValue": -1.5,
                },
                {"name": "IP Address", "valueType": "numeric"},
                {"name": "Last Registration", "valueType": "datetime"},
                {
                    "name": "Status",
                    "renameTo": "seen",
                    "valueType": "datetime",
                    "dateFormat": "HH:mm",
                },
            ],
        },
    )["id"]
    delivery.run()
    assert receiver.bodies()[0].startswith('[{"id": 2029311007, '), "a whole number"
    assert receiver.rows() == [
        {
            "id": 2029311007,
            "number": -1.5,
            "IP Address": None,
            "Last Registration": "2026-09-21",
            "seen": "Leader",
        },
    ]
    columns = [
        {
            "name": "Last Registration",
            "renameTo": "full",
            "valueType": "datetime",
            "dateFormat": "DD.MM.YYYY HH:mm:ss.SSS",
        },
        {
            "name": "Last Registration",
            "renameTo": "unix",
            "valueType": "datetime",
            "dateFormat": "X",
        },
        {"name": "Last Registration", "valueType": "datetime"},
        {"name": "Computer ID", "valueType": "string"},
    ]
    delivery.change(columns=columns, format={"type": "json"})
    delivery.run()
    assert receiver.rows()[1:] == [
        {
            "full": "21.09.2026 13:58:56.000",
            "unix": "1789999136",
            "Last Registration": "2026-09-21T13:58:56.000Z",
            "Computer ID": "2029311007",
        }
    ]


@pytest.mark.parametrize(
    ("operators", "value", "expected"),
    [
        (("equals", "EQ", "is"), "2", ["2"]),
        (("notEquals", "ne", "is not"), "2", ["10", "b2b", ""]),
        (("contains", "co"), "2", ["2", "b2b"]),
        (("not_contains", "nc", "does not contain"), "2", ["10", ""]),
        (("starts with",), "2", ["2"]),
        (("ends-with",), "2", ["2"]),
        (("regex", "matches"), "2b$", ["b2b"]),
        (("greater than", "gt"), "2", ["10"]),
        (("greater or equal", "gte"), "2", ["2", "10"]),
        (("less than", "lt"), "10", ["2"]),
        (("less or equal", "lte"), "10", ["2", "10"]),
        (("is empty",), "", [""]),
        (("is not empty",), "", ["2", "10", "b2b"]),
    ],
    ids=str,
)
def test_each_operator_of_a_filter(
    server: SimulatorServer,
    delivery: Delivery,
    receiver: Receiver,
    operators: tuple[str, ...],
    value: str,
    expected: list[str],
) -> None:
    server.state.computers.hosts[:] = [
        seed.FINANCE._replace(hostname=name) for name in ("2", "10", "b2b", "")
    ]
    for operator in operators:
        delivery.change(
            filter={
                "enabled": True,
                "rules": [{"column": "Computer Name", "operator": operator, "value": value}],
            }
        )
        assert delivery.run()["rowCount"] == len(expected)
    assert [row["Computer Name"] for row in receiver.rows()] == expected * len(operators)


def test_filter_is_all_of_its_rules_unless_switched_off(
    delivery: Delivery, receiver: Receiver
) -> None:
    rules = [
        {"column": "Operating System", "operator": "not equals", "value": "Windows"},
        {"column": "Computer Name", "operator": "ends with", "value": "1"},
    ]
    delivery.change(filter={"rules": rules})
    assert delivery.run()["status"] == "success"
    assert [row["Computer Name"] for row in receiver.rows()] == ["srv-web-01"]
    delivery.change(filter={"enabled": False, "rules": rules})
    assert delivery.run()["rowCount"] == 11
    delivery.change(filter={"rules": [{"column": "Count", "operator": "gt", "value": "1"}]})
    log = delivery.run()
    assert (log["status"], log["rowCount"], len(receiver.requests())) == ("success", 0, 2)


@pytest.mark.parametrize(
    ("form", "content_type", "expected"),
    [
        (
            {"type": "json", "options": {"generateDocument": False}},
            "application/json",
            '{"Host Name": "a=b", "OS": "x;\\ny"}\n',
        ),
        (
            {"type": "json", "options": {"generateDocument": False, "rowSeparator": "\r\n"}},
            "application/json",
            '{"Host Name": "a=b", "OS": "x;\\ny"}\r\n',
        ),
        (
            {"type": "json", "options": {"generateDocument": True}},
            "application/json",
            '[{"Host Name": "a=b", "OS": "x;\\ny"}]',
        ),
        ({"type": "csv"}, "text/csv; charset=utf-8", 'Host Name,OS\na=b,"x;\ny"\n'),
        (
            {"type": "csv", "options": {"delimiter": ";", "headerRow": False}},
            "text/csv; charset=utf-8",
            'a=b;"x;\ny"\n',
        ),
        (
            {"type": "csv", "options": {"rowSeparator": "\r\n"}},
            "text/csv; charset=utf-8",
            'Host Name,OS\r\na=b,"x;\ny"\r\n',
        ),
        (
            {"type": "cef"},
            "text/plain; charset=utf-8",
            "CEF:0|Tanium|Connect|5.20|row|Row|3|HostName=a\\=b OS=x;\\ny\n",
        ),
        (
            {"type": "leef"},
            "text/plain; charset=utf-8",
            "LEEF:1.0|Tanium|Connect|5.20|row|HostName=a=b\tOS=x;\\ny\n",
        ),
        ({"type": "keyvalue"}, "text/plain; charset=utf-8", '"Host Name"="a=b" "OS"="x;\\ny"\n'),
    ],
)
def test_formats(
    server: SimulatorServer,
    delivery: Delivery,
    receiver: Receiver,
    form: dict[str, Any],
    content_type: str,
    expected: str,
) -> None:
    server.state.computers.hosts[:] = [seed.FINANCE._replace(hostname="a=b", platform="x;\ny")]
    columns = [
        {"name": "Computer Name", "renameTo": "Host Name"},
        {"name": "Operating System", "renameTo": "OS"},
    ]
    delivery.change(format=form, columns=columns)
    delivery.run()
    assert (receiver.bodies(), receiver.requests()[0].headers["Content-Type"]) == (
        [expected],
        content_type,
    )


def test_method_headers_and_batches(delivery: Delivery, receiver: Receiver) -> None:
    for method, size in (("PATCH", 4), ("PUT", 4.0)):
        delivery.configure(
            method=method,
            batchSize=size,
            headers={"X-Source": "tänium", "content-type": "application/x-ndjson"},
        )
        assert delivery.run()["rowCount"] == 11
    assert [len(json.loads(body)) for body in receiver.bodies()] == [4, 4, 3] * 2
    assert [request.method for request in receiver.requests()] == ["PATCH"] * 3 + ["PUT"] * 3
    for request in receiver.requests():
        assert request.headers["Content-Type"] == "application/x-ndjson"
        assert request.headers["X-Source"].encode("latin-1").decode() == "tänium"
    assert receiver.server.log.connections() == 2


def test_authentication_reaches_the_destination(
    server: SimulatorServer, delivery: Delivery, receiver: Receiver
) -> None:
    token = {"access_token": "iam-for-this-key", "expires_in": 3600}
    receiver.server.faults.add(
        Fault("json", path_contains="/identity/token", value=token, times=None)
    )
    given = (
        {"type": "basic", "userName": "ü", "password": "pass:word"},
        {"type": "header", "headerName": "ph-auth-token", "secret": "the-secret"},
        {"type": "ibm_iam", "apiKey": "the-key"},
    )
    for authentication in given:
        delivery.configure(authentication=authentication)
        assert delivery.run()["status"] == "success"
    server.settings.connect_token_url = f"{receiver.server.url}/identity/token"
    delivery.run()
    basic, header, made_up, fetched = receiver.requests()
    assert base64.b64decode(basic.headers["Authorization"][6:]).decode() == "ü:pass:word"
    assert (header.headers["ph-auth-token"], "Authorization" in header.headers) == (
        "the-secret",
        False,
    )
    assert made_up.headers["Authorization"].startswith("Bearer simulated-iam-")
    assert fetched.headers["Authorization"] == "Bearer iam-for-this-key"
    asked = receiver.server.log.requests(path_contains="/identity/token")[0]
    assert (
        asked.body == b"grant_type=urn%3Aibm%3Aparams%3Aoauth%3Agrant-type%3Aapikey&apikey=the-key"
    )
    server.settings.connect_token_url += "/../nothing"
    receiver.server.faults.clear()
    log = delivery.run()
    assert (log["status"], "IBM Cloud IAM refused the API key" in log["message"]) == (
        "failure",
        True,
    )
    receiver.server.faults.add(Fault("json", path_contains="/identity", value={}))
    assert "answered without an access token" in delivery.run()["message"]
    server.settings.connect_token_url = "https://192.0.2.1/identity/token"
    assert (
        "delivers to 127.0.0.1 and localhost only, not to '192.0.2.1'" in delivery.run()["message"]
    )


def test_token_is_asked_for_apart_from_the_delivery(
    server: SimulatorServer, client: Client
) -> None:
    with (
        SimulatorServer(tls=True, certificate="self_signed", alerts=0) as secure,
        SimulatorServer(tls=True, alerts=0) as cloud,
    ):
        cloud.faults.add(
            Fault("json", path_contains="/identity/token", value={"access_token": "iam"})
        )
        server.settings.connect_token_url, server.settings.connect_ca_file = (
            f"{cloud.url}/identity/token",
            cloud.ca_file or "",
        )
        receiver = Receiver(secure)
        delivery = Delivery(server, client, receiver.url)
        delivery.configure(
            trustOnFirstUse=True,
            headers={"X-Own": "1"},
            authentication={"type": "ibm_iam", "apiKey": "the-key"},
        )
        assert delivery.run()["message"] == "11 of 11 rows delivered"
        sent, asked = receiver.requests()[0].headers, cloud.log.requests()[0].headers
    assert (sent["X-Own"], sent["Authorization"], "X-Own" in asked) == ("1", "Bearer iam", False)


@pytest.mark.parametrize(
    ("minimum", "refused", "status", "rows"),
    [
        (None, 1, "partial", 7),
        (60, 1, "success", 7),
        (64, 1, "partial", 7),
        (0, 3, "failure", 0),
        (0, 2, "success", 3),
    ],
)
def test_minimum_pass_percentage_decides(
    delivery: Delivery,
    receiver: Receiver,
    minimum: int | None,
    refused: int,
    status: str,
    rows: int,
) -> None:
    delivery.configure(batchSize=4)
    if minimum is not None:
        delivery.change(minimumPassPercentage=minimum)
    receiver.server.faults.clear()
    receiver.server.faults.add(Fault("status", path_contains="/in", status=503, times=refused))
    receiver.server.faults.add(Fault("json", path_contains="/in", value={}, times=None))
    log = delivery.run()
    assert (log["status"], log["rowCount"]) == (status, rows)
    assert log["message"] == f"{rows} of 11 rows delivered: the destination answered with 503"
    assert len(receiver.requests()) == 3


def test_redirect_is_not_followed(delivery: Delivery, receiver: Receiver) -> None:
    receiver.server.faults.clear()
    receiver.server.faults.add(Fault("redirect", path_contains="/in"))
    assert delivery.run()["message"].endswith("answered with 302")
    assert len(receiver.server.log) == 1
    receiver.server.faults.add(Fault("status", path_contains="/in", status=202))
    assert delivery.run()["status"] == "success"


def test_change_during_a_run_counts_from_the_next_one(
    server: SimulatorServer, delivery: Delivery, receiver: Receiver
) -> None:
    with server.state.lock:  # without which the run cannot get its rows
        server.state.connect.run(delivery.id)
        server.state.connect.connections.update(
            delivery.id, {"columns": [{"name": "Computer Name"}]}
        )
        body = {
            "name": "receiver",
            "type": "http",
            "configuration": {"url": receiver.url, "method": "PUT"},
        }
        server.state.connect.destinations.update(delivery.destination["id"], body)
    server.state.connect.wait()
    delivery.run()
    assert [
        (request.method, len(row))
        for request, row in zip(receiver.requests(), receiver.rows()[::11])
    ] == [("POST", 4), ("PUT", 1)]


def test_destination_that_does_not_answer(delivery: Delivery, receiver: Receiver) -> None:
    delivery.configure(timeout=0.2, batchSize=4)
    receiver.server.faults.clear()
    receiver.server.faults.add(Fault("silent", path_contains="/in", times=None))
    log = delivery.run()
    assert (log["status"], log["message"]) == (
        "failure",
        "0 of 11 rows delivered: no answer within 0.2 s",
    )
    assert eventually(lambda: len(receiver.requests()) == 1)
    receiver.server.stop()
    assert "could not be reached" in delivery.run()["message"]
    delivery.configure(url=receiver.url.replace("http:", "https:"), trustOnFirstUse=True)
    assert (
        delivery.run()["message"]
        == "0 of 11 rows delivered: no certificate could be fetched: ConnectionRefusedError"
    )


@pytest.mark.parametrize(
    "url",
    [
        "http://192.0.2.1/in",
        "https://soar.example.com/",
        "http://localhost.example.com/",
        "http://127.0.0.1@192.0.2.1/",
        "http://[::1]:1/",
        "http://[localhost/",
    ],
)
def test_nothing_leaves_this_machine(delivery: Delivery, receiver: Receiver, url: str) -> None:
    delivery.configure(url=url)
    log = delivery.run()
    assert log["status"] == "failure"
    assert (
        "delivers to 127.0.0.1 and localhost only" in log["message"]
        or "the URL cannot be read" in log["message"]
    )
    assert len(receiver.server.log) == 0


def test_other_destinations_are_not_delivered_to(server: SimulatorServer, client: Client) -> None:
    for operator, rows in (("equals", 11), ("not equals", 0)):
        rules = [{"column": "Count", "operator": operator, "value": "1"}]
        assert (
            client("PUT", f"{V1}/connections/3", json={"filter": {"rules": rules}}).status_code
            == 200
        )
        client("POST", f"{V1}/connections/3/run")
        server.state.connect.wait()
        log = client.get(f"{V1}/logs", limit=1)["data"][0]
        reason = f"0 of {rows} rows delivered: the simulator delivers to HTTP destinations only"
        assert (log["connectionId"], log["status"], log["message"]) == (3, "failure", reason)


def test_log_level_override_counts_down(delivery: Delivery) -> None:
    delivery.change(logLevel=40, tempLogLevel=10, tempLogLevelRuns=2)
    messages = [delivery.run()["message"] for _ in range(3)]
    assert messages == ["11 of 11 rows delivered; batch 1: 11 rows, answered with 200"] * 2 + [
        "11 of 11 rows delivered"
    ]
    row = delivery.client.get(f"{V1}/connections/{delivery.id}")["data"]
    assert (row["logLevel"], "tempLogLevel" in row, "tempLogLevelRuns" in row) == (40, False, False)


def test_memory_ceiling_is_shared(server: SimulatorServer, delivery: Delivery) -> None:
    server.settings.connect_run_seconds = 0.05
    delivery.change(maxOldSpaceSize=5)
    started = time.monotonic()
    for _ in range(3):
        server.state.connect.run(delivery.id)
    server.state.connect.wait()
    assert time.monotonic() - started > 0.15, "two runs of 5 GB went on at once"
    delivery.change(maxOldSpaceSize=8.5)
    assert (
        delivery.run()["message"]
        == "0 of 11 rows delivered: out of memory: all connections together may have 8 GB, not 8.5"
    )


def test_connection_deleted_during_its_run_leaves_a_log(
    server: SimulatorServer, delivery: Delivery
) -> None:
    server.settings.connect_run_seconds = 0.05
    delivery.client("POST", f"{V1}/connections/{delivery.id}/run")
    delivery.client("DELETE", f"{V1}/connections/{delivery.id}")
    delivery.client("DELETE", f"{V1}/destinations/{delivery.destination['id']}")
    server.state.connect.wait()
    assert server.state.connect.logs[0]["connectionName"] == "delivery"
    assert server.state.connect.logs[0]["status"] == "success"


def test_certificate_is_verified(server: SimulatorServer, client: Client) -> None:
    with SimulatorServer(tls=True, alerts=0) as secure:
        receiver = Receiver(secure)
        delivery = Delivery(server, client, receiver.url)
        assert delivery.run()["message"].endswith("the certificate was refused")
        server.settings.connect_ca_file = secure.ca_file or ""
        assert delivery.run()["status"] == "success"
        assert "trustedCertificate" not in delivery.configuration()


def test_certificate_is_trusted_on_first_use_and_only_that_one(
    server: SimulatorServer, client: Client
) -> None:
    with (
        SimulatorServer(tls=True, certificate="self_signed", alerts=0) as first,
        SimulatorServer(tls=True, alerts=0) as second,
    ):
        before, after = Receiver(first), Receiver(second)
        delivery = Delivery(server, client, before.url)
        delivery.configure(trustOnFirstUse=True)
        assert [delivery.run()["status"], delivery.run()["status"]] == ["success"] * 2
        pinned = delivery.configuration()["trustedCertificate"]
        assert len(bytes.fromhex(pinned)) == 32
        delivery.configure(url=after.url, trustOnFirstUse=True)
        assert delivery.run()["message"].endswith(
            "the certificate was refused, it is not the trusted one"
        )
        assert (delivery.configuration()["trustedCertificate"], after.requests()) == (pinned, [])
        delivery.configure(url=after.url, trustOnFirstUse=True, trustedCertificate=None)
        assert "trustedCertificate" not in delivery.configuration()
        assert delivery.run()["status"] == "success"
        assert delivery.configuration()["trustedCertificate"] not in {pinned, None}
