# File: test_end_to_end.py
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
"""Over the wire from Tanium's alert to SOAR's container: actions set Connect up, it runs, and posts
to the receiver of the local SOAR.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any, Callable

import pytest

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from dev.simulator.settings import QUICK
from dev.soar.poll_parameters import poll_parameters
from dev.soar.runtime import LocalSoar
from dev.soar.web.server import SoarServer
from tests.conftest import ASSET, Run, run_on
from tests.ingestion.saving import Artifact


Row = dict[str, Any]

ALERTS = 12
BATCH = 5
HEADERS = '{"Content-Type": "application/json"}'
WAYS = ("webhook", "REST handler")


@pytest.fixture
def tanium() -> Iterator[SimulatorServer]:
    with SimulatorServer(**{**QUICK, "alerts": ALERTS, "connect_run_seconds": 0}) as server:
        yield server


@pytest.fixture
def receiver(soar: LocalSoar) -> Iterator[SoarServer]:
    with SoarServer(soar) as server:
        yield server


def address(server: SoarServer, way: str) -> str:
    return server.webhook_url(ASSET) if way == "webhook" else f"{server.rest_handler_url()}/{ASSET}"


class Delivery:
    """A destination that is the receiver, and a data connection to it, both made by actions."""

    def __init__(
        self, soar: LocalSoar, tanium: SimulatorServer, url: str, **destination: Any
    ) -> None:
        self.soar, self._tanium = soar, tanium
        self.token = soar.create_automation_user("connect")
        self._destination_id = self._do(
            "create destination",
            name="SOAR",
            url=url,
            authentication="header",
            auth_header_name="ph-auth-token",
            **{"auth_secret": self.token, "headers": HEADERS, **destination},
        ).summary["destination_id"]
        self.connection_id = 0

    def connect(self, source: seed.SourceSeed = seed.ALERT_SOURCE, **settings: Any) -> Row:
        """Make the data connection, with the messages about batches in its logs; what Connect has
        stored.
        """
        created = self._do(
            "create data connection",
            **{
                "name": f"To SOAR from {source.name}",
                "data_source_id": source.id,
                "destination_id": self._destination_id,
                "generate_document": False,
                "log_level": "debug",
                **settings,
            },
        )
        self.connection_id = created.summary["data_connection_id"]
        return self._tanium.state.connect.connections.get(self.connection_id)

    def change(self, **settings: Any) -> None:
        """Change the destination."""
        self._do(
            "update destination", destination_id=self._destination_id, keep_secrets=True, **settings
        )

    def configuration(self) -> Row:
        configuration: Row = self._tanium.state.connect.destinations.get(self._destination_id)[
            "configuration"
        ]
        return configuration

    def run(self) -> Run:
        """Also what the result of a run that failed tells about it."""
        run = run_on(
            self.soar,
            "run data connection",
            data_connection_id=self.connection_id,
            wait=True,
            timeout=60,
        )
        assert self.token not in json.dumps(run.result)
        return run

    def logs(self) -> list[Row]:
        """Newest first."""
        return self._do("list connection logs", data_connection_id=self.connection_id).rows

    def _do(self, action: str, **parameters: Any) -> Run:
        run = run_on(self.soar, action, **parameters)
        assert run.ok, run.message
        assert self.token not in json.dumps(run.result)
        return run


MakeDelivery = Callable[..., Delivery]


@pytest.fixture
def deliver(soar: LocalSoar, tanium: SimulatorServer) -> MakeDelivery:
    """`deliver(address(receiver, "webhook"), batch_size=8)`"""

    def make(url: str, **destination: Any) -> Delivery:
        return Delivery(soar, tanium, url, **destination)

    return make


def guids(tanium: SimulatorServer) -> list[str]:
    return [row["guid"] for row in tanium.state.alerts.rows()]


def cases(soar: LocalSoar) -> dict[str, list[str]]:
    """The source ids of the artifacts in each container, by its own; each is there once."""
    containers = [
        container for container in soar.containers() if container.get("source_data_identifier")
    ]
    identifiers = Counter(container["source_data_identifier"] for container in containers)
    found: dict[str, list[str]] = {}
    for container in containers:
        inside = [
            row["source_data_identifier"]
            for row in soar.artifacts()
            if row["container_id"] == container["id"]
        ]
        assert len(inside) == len(set(inside))
        found[container["source_data_identifier"]] = inside
    assert set(identifiers.values()) <= {1}
    return found


def alert_artifact(soar: LocalSoar, guid: str) -> Row:
    """Of the alert's container: that of the alert itself."""
    container = next(row for row in soar.containers() if row.get("source_data_identifier") == guid)
    return next(
        row
        for row in soar.artifacts()
        if row["container_id"] == container["id"] and row["source_data_identifier"] == "alert"
    )


@pytest.mark.parametrize("generate_document", [False, True])
@pytest.mark.parametrize("way", WAYS)
def test_alerts_are_pushed_in_batches(
    way: str,
    generate_document: bool,
    deliver: MakeDelivery,
    receiver: SoarServer,
    tanium: SimulatorServer,
) -> None:
    delivery = deliver(address(receiver, way), batch_size=BATCH, timeout=20)
    stored = delivery.connect(generate_document=generate_document)

    run = delivery.run()

    assert stored["format"] == {"type": "json", "options": {"generateDocument": generate_document}}
    assert run.ok, run.message
    assert run.summary["row_count"] == ALERTS
    sizes = [BATCH, BATCH, ALERTS - 2 * BATCH]
    batches = [
        f"batch {number}: {size} rows, answered with 200" for number, size in enumerate(sizes, 1)
    ]
    assert run.rows[0]["log"]["message"] == "; ".join(
        [f"{ALERTS} of {ALERTS} rows delivered", *batches]
    )
    first = cases(receiver.soar)
    assert sorted(first) == sorted(guids(tanium))
    for row in tanium.state.alerts.rows():
        cef = alert_artifact(receiver.soar, row["guid"])["cef"]
        assert (cef["taniumAlertGuid"], cef["deviceHostname"]) == (row["guid"], row["computerName"])
    assert any(
        identifier.startswith("process:") for inside in first.values() for identifier in inside
    )

    assert delivery.run().ok
    assert cases(receiver.soar) == first


def test_alerts_are_pushed_by_connect_as_its_vendor_describes_it(
    deliver: MakeDelivery, receiver: SoarServer, tanium: SimulatorServer
) -> None:
    """Rows come inside one object."""
    tanium.settings.connect_dialect = "vendor"
    delivery = deliver(address(receiver, "webhook"), batch_size=BATCH)
    found = run_on(receiver.soar, "list data sources").rows
    (source,) = [row["reference"] for row in found if row["name"] == seed.ALERT_SOURCE.name]
    stored = delivery.connect(
        data_source_id=source,
        destination_id="https/2",
        keep_secrets=True,
        surround_with_source=True,
    )

    run = delivery.run()

    assert stored["format"]["options"]["surroundWithSource"] is True
    assert run.ok, run.message
    assert run.message == f"Data connection run: success, {ALERTS} rows read, {ALERTS} delivered"
    assert sorted(cases(receiver.soar)) == sorted(guids(tanium))


def test_polling_meets_what_was_pushed_and_brings_the_rest(
    deliver: MakeDelivery, receiver: SoarServer, tanium: SimulatorServer
) -> None:
    delivery = deliver(address(receiver, "REST handler"))
    delivery.connect(
        filters='[{"column": "Computer Name", "operator": "starts with", "value": "ws-finance"}]'
    )
    assert delivery.run().ok
    pushed = cases(receiver.soar)

    polled = run_on(receiver.soar, "on poll", **poll_parameters())

    alerts = tanium.state.alerts.rows()
    wanted = {row["guid"] for row in alerts if row["state"] in ("unresolved", "inprogress")}
    assert set(pushed) == {
        row["guid"] for row in alerts if row["computerName"].startswith("ws-finance")
    }
    after = cases(receiver.soar)
    assert polled.ok
    assert 0 < len(wanted & set(pushed)) < len(pushed)
    assert polled.message.startswith(
        f"Ingested alerts: {len(wanted - set(pushed))},"
        f" already in SOAR: {len(wanted & set(pushed))}"
    )
    assert set(after) == set(pushed) | wanted
    assert {guid: after[guid] for guid in pushed} == pushed


def test_pushing_meets_what_was_polled(
    deliver: MakeDelivery, receiver: SoarServer, tanium: SimulatorServer
) -> None:
    assert run_on(receiver.soar, "on poll", **poll_parameters()).ok
    polled = cases(receiver.soar)
    delivery = deliver(address(receiver, "webhook"))
    delivery.connect()

    assert delivery.run().ok

    after = cases(receiver.soar)
    assert 0 < len(polled) < len(after)
    assert sorted(after) == sorted(guids(tanium))
    assert {guid: after[guid] for guid in polled} == polled


def test_pushed_alert_leads_on_to_everything_about_it(
    deliver: MakeDelivery, receiver: SoarServer, tanium: SimulatorServer
) -> None:
    """Each step takes what SOAR's menus would offer it, and nothing else."""
    row = next(
        row
        for row in (tanium.state.alerts.add() for _ in range(100))
        if (row["computerName"], row["matchType"]) == (seed.FINANCE.hostname, "process")
        and "recorder_table_id" in row["details"]
    )
    delivery = deliver(address(receiver, "webhook"))
    delivery.connect()
    assert delivery.run().ok
    alert = Artifact(alert_artifact(receiver.soar, row["guid"]))
    assert "taniumAlertId" not in alert.cef

    def taken(action: str, field: str, parameter: str, **others: Any) -> list[Row]:
        given = {parameter: alert.value_for(field, action, parameter), **others}
        result = run_on(receiver.soar, action, **given)
        assert result.ok, f"{action}: {result.message}"
        return result.rows

    guid, table_id = "taniumAlertGuid", "taniumProcessTableId"
    assert taken("get alert", guid, "alert_id")[0]["id"] == row["id"]
    taken("get intel doc", "taniumIntelDocId", "intel_doc_id")
    host = {"destination_type": "hostname"}
    assert taken("get endpoint", "deviceHostname", "destination", **host)
    (connection,) = taken("create connection", "deviceHostname", "destination", wait=True, **host)
    on_it = {"connection_id": connection["id"]}
    for action in ("get process", "get process tree", "get process events"):
        more = {"event_type": "file"} if action == "get process events" else {}
        assert taken(action, table_id, "process_table_id", **on_it, **more), action
    (created,) = taken("create evidence", table_id, "process_table_id", **on_it)
    assert created["hostname"] == seed.FINANCE.hostname
    assert alert.value_for(guid, "forward alerts", "alert_ids") == row["guid"]
    (updated,) = taken("update alert", guid, "alert_ids", state="resolved")
    assert (updated["id"], row["state"]) == (row["id"], "resolved")
    (deleted,) = taken("delete alerts", guid, "alert_ids")
    assert (deleted["id"], deleted["computerName"]) == (row["id"], seed.FINANCE.hostname)
    assert row not in tanium.state.alerts.rows()


def test_another_server_gets_what_the_actions_have_ordered(deliver: MakeDelivery) -> None:
    columns = [
        {"name": "Computer Name", "renameTo": "host"},
        {"name": "IP Address", "valueType": "numeric", "defaultValue": -1},
    ]
    with SimulatorServer(alerts=0) as other:
        other.faults.add(Fault("json", path_contains="/in", value={}, times=None))
        delivery = deliver(
            f"{other.url}/in", method="PUT", headers='{"X-Source": "Tanium"}', batch_size=1
        )
        delivery.connect(
            seed.SAVED_QUESTION_SOURCE,
            format="csv",
            generate_document=None,
            delimiter=";",
            columns=json.dumps(columns),
            filters='[{"column": "Operating System", "operator": "equals", "value": "Linux"}]',
        )
        run = delivery.run()
        requests = other.log.requests()

    hosts = [host.hostname for host in seed.HOSTS if host.platform == "Linux"]
    assert run.ok, run.message
    assert [request.body for request in requests] == [
        f"host;IP Address\n{host};-1\n".encode() for host in hosts
    ]
    assert {
        (
            request.method,
            *(request.headers[name] for name in ("X-Source", "ph-auth-token", "Content-Type")),
        )
        for request in requests
    } == {("PUT", "Tanium", delivery.token, "text/csv; charset=utf-8")}


@pytest.mark.parametrize(("headers", "status"), [(None, 415), (HEADERS, 400)])
@pytest.mark.parametrize("way", WAYS)
def test_csv_is_refused_and_the_log_says_so(
    way: str, headers: str | None, status: int, deliver: MakeDelivery, receiver: SoarServer
) -> None:
    """By its content type, or by its content where the destination's headers call it JSON."""
    delivery = deliver(address(receiver, way), headers=headers)
    delivery.connect(format="csv", generate_document=None)

    run = delivery.run()

    explanation = f"0 of {ALERTS} rows delivered: the destination answered with {status}"
    assert not run.ok
    assert explanation in run.message
    assert [(row["status"], row["message"].startswith(explanation)) for row in delivery.logs()] == [
        ("failure", True)
    ]
    assert cases(receiver.soar) == {}


@pytest.mark.parametrize("way", WAYS)
def test_wrong_token_is_refused_and_the_log_says_so(
    way: str, deliver: MakeDelivery, receiver: SoarServer
) -> None:
    delivery = deliver(address(receiver, way), auth_secret="not-the-token")
    delivery.connect()

    run = delivery.run()

    assert not run.ok
    assert "the destination answered with 401" in run.message
    assert cases(receiver.soar) == {}


@pytest.mark.parametrize("way", WAYS)
def test_trust_on_first_use(
    way: str, deliver: MakeDelivery, soar: LocalSoar, tanium: SimulatorServer, closed_port: int
) -> None:
    with SoarServer(soar, port=closed_port, tls=True) as server:
        delivery = deliver(address(server, way))
        delivery.connect()
        refused = delivery.run()
        delivery.change(trust_on_first_use=True)
        trusted = delivery.run()
        certificate = delivery.configuration()["trustedCertificate"]
    assert not refused.ok
    assert "the certificate was refused" in refused.message
    assert trusted.ok, trusted.message
    assert sorted(cases(soar)) == sorted(guids(tanium))

    with SoarServer(soar, port=closed_port, tls=True):  # with a certificate of its own
        changed = delivery.run()
        delivery.change(forget_certificate=True)
        anew = delivery.run()
    assert not changed.ok
    assert "it is not the trusted one" in changed.message
    assert anew.ok, anew.message
    assert delivery.configuration()["trustedCertificate"] != certificate


@pytest.mark.parametrize("way", WAYS)
def test_event_pushes_the_alert_as_it_happens(
    way: str, deliver: MakeDelivery, receiver: SoarServer, tanium: SimulatorServer
) -> None:
    delivery = deliver(address(receiver, way))
    delivery.connect(seed.EVENT_SOURCE)

    alert = tanium.state.alerts.add(computerName=seed.FINANCE.hostname, state="unresolved")
    tanium.state.connect.wait()

    day = alert["alertedAt"][:10]
    assert list(cases(receiver.soar)) == [f"tanium-event-{day}"]
    event = next(row for row in receiver.soar.artifacts() if row["label"] == "event")
    assert (event["cef"]["taniumEventId"], event["cef"]["act"]) == (alert["guid"], "detect.match")
    assert event["cef"]["deviceHostname"] == seed.FINANCE.hostname
    by_hand = delivery.run()
    assert not by_hand.ok
    assert "event source" in by_hand.message
    assert len(delivery.logs()) == 1


def test_schedule_pushes_when_it_is_due(
    deliver: MakeDelivery, receiver: SoarServer, tanium: SimulatorServer
) -> None:
    delivery = deliver(address(receiver, "webhook"))
    delivery.connect(schedule='{"intervalSeconds": 60}')
    with tanium.state.lock:
        # Its destination is no server of this machine.
        tanium.state.connect.connections.set_enabled(1, False)

    tanium.state.connect.tick(tanium.state.clock() + 60)
    tanium.state.connect.wait()

    assert [row["status"] for row in delivery.logs()] == ["success"]
    assert sorted(cases(receiver.soar)) == sorted(guids(tanium))


@pytest.mark.parametrize(
    ("source", "kind"), [(seed.AUDIT_SOURCE, "audit"), (seed.SAVED_QUESTION_SOURCE, "row")]
)
def test_other_rows_share_containers(
    source: seed.SourceSeed,
    kind: str,
    deliver: MakeDelivery,
    receiver: SoarServer,
    tanium: SimulatorServer,
) -> None:
    delivery = deliver(address(receiver, "webhook"))
    delivery.connect(source)

    run = delivery.run()

    rows = tanium.state.connect.sources.rows_of(source.id)
    found = cases(receiver.soar)
    assert run.summary["row_count"] == len(rows)
    assert all(name.startswith(f"tanium-{kind}-") for name in found)
    # Two computers may tell the same about themselves.
    assert sum(map(len, found.values())) == len({json.dumps(row) for row in rows}) > 1


@pytest.mark.parametrize("way", WAYS)
def test_receiver_that_was_down_gets_all_later(
    way: str, deliver: MakeDelivery, soar: LocalSoar, tanium: SimulatorServer, closed_port: int
) -> None:
    with SoarServer(soar, port=closed_port) as server:
        url = address(server, way)
    delivery = deliver(url, batch_size=BATCH)
    delivery.connect()

    down = delivery.run()
    with SoarServer(soar, port=closed_port):
        up = delivery.run()

    assert not down.ok
    assert f"0 of {ALERTS} rows delivered: the destination could not be reached" in down.message
    assert up.ok, up.message
    assert [row["status"] for row in delivery.logs()] == ["success", "failure"]
    assert sorted(cases(soar)) == sorted(guids(tanium))
