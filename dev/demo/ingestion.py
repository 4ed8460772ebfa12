# File: ingestion.py
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
"""Alerts come in by themselves, pushed by Connect and polled by SOAR, and go on to an HTTP-ingest
endpoint.
"""

from __future__ import annotations

import json
from typing import Any

from dev.demo import questions
from dev.demo.alert import look_at_family, resolve
from dev.demo.investigation import close, connect
from dev.demo.telling import Demo, Row
from dev.simulator import seed
from dev.soar.web.server import SoarServer
from tanium_tr.config import DEFAULT_STATES


ASSET = "tanium"
DEPARTMENT = "ws-finance"
DESTINATION = "SOAR"
ALERTS = 37
"""The next one is about what PowerShell started on the department's first machine."""

Cases = dict[str, list[str]]


def ingest(demo: Demo) -> None:
    with SoarServer(demo.soar, tls=True) as receiver:
        sources = find_sources(demo)
        destination = point_at_soar(demo, receiver)
        pushed = push_alerts(demo, sources, destination)
        guid = push_event(demo, sources, destination)
    poll(demo, pushed)
    follow_artifact(demo, guid)
    forward(demo)
    forward_in_an_outage(demo)


def ingest_from_vendor(demo: Demo) -> None:
    """The first steps of that on a server whose Connect is as its vendor describes it."""
    with SoarServer(demo.soar, tls=True) as receiver:
        sources = find_sources(demo)
        destination = point_at_soar(demo, receiver)
        push_alerts(demo, sources, destination, keep_secrets=True)


def find_sources(demo: Demo) -> Row:
    """The references of the sources by their names."""
    found = demo.run("list data sources", "What can Tanium Connect send to SOAR?")
    demo.show(found.rows, reference="Reference", name="Name")
    sources = {row["name"]: row["reference"] for row in found.rows}
    names = demo.simulator.ask(questions.data_sources).values()
    demo.check("sources that the server does not have", set(), {*sources} - {*names})
    demo.right("the server has these sources")
    return sources


def point_at_soar(demo: Demo, receiver: SoarServer) -> str:
    """The reference of a destination that is the app's receiver, with the token of an automation
    user.
    """
    url, token = receiver.webhook_url(ASSET), demo.soar.create_automation_user("Tanium Connect")
    found = demo.run(
        "create destination",
        "Point Connect at SOAR: the receiver's address, and the token of an automation user.",
        name=DESTINATION,
        url=url,
        authentication="header",
        auth_header_name="ph-auth-token",
        auth_secret=token,
        trust_on_first_use=True,
        batch_size=4,
    )
    reference: str = found.rows[0]["reference"]
    demo.show(found.rows, reference="Reference", name="Name", updatedAt="Updated")
    stored = demo.simulator.ask(questions.destination, DESTINATION)
    demo.check("the address on the server", url, stored["url"])
    demo.check(
        "the header on the server",
        {"type": "header", "headerName": "ph-auth-token", "secret": token},
        stored["authentication"],
    )
    demo.check("the result shows the token", False, token in json.dumps(found))
    demo.right("the server has address and token, and the result does not show it")
    return reference


def push_alerts(demo: Demo, sources: Row, destination: str, **settings: Any) -> Cases:
    """What is in SOAR afterwards."""
    rule = {"column": "Computer Name", "operator": "starts with", "value": DEPARTMENT}
    why = "Start with the alerts of the finance department."
    source = seed.ALERT_SOURCE.name
    settings["filters"] = json.dumps([rule])
    connection_id = connect_source(
        demo, why, "Alerts to SOAR now", sources, source, destination, **settings
    )

    found = demo.run(
        "run data connection",
        "Connect posts them to SOAR.",
        data_connection_id=connection_id,
        wait=True,
        timeout=60,
    )
    alerts = demo.simulator.ask(questions.alerts)
    wanted = {
        row["guid"]: row["computerName"]
        for row in alerts
        if row["computerName"].startswith(DEPARTMENT)
    }
    cases = cases_in(demo)
    show_cases(demo, list(cases))
    demo.check("rows delivered", len(wanted), found.summary["row_count"])
    demo.check("the containers", sorted(wanted), sorted(cases))
    demo.check(
        "the machines in the artifacts",
        wanted,
        {guid: artifact_of(demo, guid)["deviceHostname"] for guid in wanted},
    )
    demo.check(
        "Connect trusts SOAR's certificate",
        True,
        "trustedCertificate" in demo.simulator.ask(questions.destination, DESTINATION),
    )
    demo.right("a container for each of the department's alerts, with its artifacts")
    return cases


def connect_source(
    demo: Demo, why: str, name: str, sources: Row, source: str, destination: str, **settings: Any
) -> int:
    given = {
        "name": name,
        "data_source_id": sources[source],
        "destination_id": destination,
        "generate_document": False,
        **settings,
    }
    found = demo.run("create data connection", why, **given)
    connection_id: int = found.summary["data_connection_id"]
    demo.show(found.rows, id="Data Connection ID", name="Name", enabled="Enabled")
    stored = demo.simulator.ask(questions.data_connection, connection_id)
    demo.check("source and destination on the server", (source, DESTINATION), stored)
    demo.right("the server has it, from this source to SOAR")
    return connection_id


def push_event(demo: Demo, sources: Row, destination: str) -> str:
    """The guid of the alert that was raised."""
    connect_source(
        demo,
        "Send each new alert as soon as it is raised.",
        "Events to SOAR",
        sources,
        seed.EVENT_SOURCE.name,
        destination,
    )
    alert = demo.simulator.ask(questions.raise_alert)
    demo.tell(f"Now Tanium raises an alert on {alert['computerName']}.")
    demo.simulator.ask(questions.wait_for_connect)
    events = [artifact["cef"] for artifact in demo.soar.artifacts() if artifact["label"] == "event"]
    demo.show(events, act="Event", deviceHostname="Host Name", taniumEventId="Event ID")
    came = [(event["taniumEventId"], event["deviceHostname"]) for event in events]
    demo.check("the events in SOAR", [(alert["guid"], alert["computerName"])], came)
    demo.right("SOAR received it without polling")
    guid: str = alert["guid"]
    return guid


def poll(demo: Demo, pushed: Cases) -> None:
    found = demo.poll("SOAR also polls on its schedule. Pushed alerts must not arrive twice.")
    wanted = {
        row["guid"]
        for row in demo.simulator.ask(questions.alerts)
        if row["state"] in DEFAULT_STATES
    }
    cases = {
        guid: artifacts
        for guid, artifacts in cases_in(demo).items()
        if not guid.startswith("tanium-event-")
    }
    show_cases(demo, list(cases)[len(pushed) :])
    new, known = wanted - set(pushed), wanted & set(pushed)
    counts = f"Ingested alerts: {len(new)}, already in SOAR: {len(known)}"
    demo.check("the message begins with", counts, found.message[: len(counts)])
    demo.check("the containers", sorted({*pushed, *wanted}), sorted(cases))
    demo.check("the artifacts of what was pushed", pushed, {guid: cases[guid] for guid in pushed})
    demo.right("the rest has arrived; each alert is there once, and no artifact twice")


def cases_in(demo: Demo) -> Cases:
    """The source ids of artifacts by that of their container. Either would be there twice, were it
    doubled.
    """
    containers = [row for row in demo.soar.containers() if row.get("source_data_identifier")]
    found: Cases = {container["source_data_identifier"]: [] for container in containers}
    demo.check("containers with an identifier of their own", len(containers), len(found))
    identifiers = {container["id"]: container["source_data_identifier"] for container in containers}
    for artifact in demo.soar.artifacts():
        found[identifiers[artifact["container_id"]]].append(artifact["source_data_identifier"])
    demo.check(
        "containers with an artifact twice",
        [],
        [name for name, artifacts in found.items() if len(set(artifacts)) < len(artifacts)],
    )
    return found


def show_cases(demo: Demo, guids: list[str]) -> None:
    cases = cases_in(demo)
    containers = [
        row for row in demo.soar.containers() if row.get("source_data_identifier") in guids
    ]
    rows = [{**row, "artifacts": len(cases[row["source_data_identifier"]])} for row in containers]
    demo.show(rows, id="ID", name="Container", severity="Severity", artifacts="Artifacts")


def follow_artifact(demo: Demo, guid: str) -> None:
    """What an artifact says goes into the next action, as an analyst does it with a click."""
    cef = artifact_of(demo, guid)
    demo.tell("From the new alert's artifact to the next actions:")
    demo.show(
        [cef],
        deviceHostname="Host Name",
        sourceProcessName="Process",
        taniumProcessTableId="Process Table ID",
        taniumAlertId="Alert ID",
    )
    why = "Its host name leads to the machine."
    connection_id = connect(
        demo, why, destination=cef["deviceHostname"], destination_type="hostname"
    )
    look_at_family(demo, connection_id, shell_of(demo, guid)["taniumProcessTableId"])
    close(demo, connection_id)
    resolve(demo, int(cef["taniumAlertId"]))


def artifact_of(demo: Demo, guid: str) -> Row:
    """The CEF fields of the alert itself in its container."""
    fields: Row = next(
        row["cef"] for row in artifacts_of(demo, guid) if row["source_data_identifier"] == "alert"
    )
    return fields


def shell_of(demo: Demo, guid: str) -> Row:
    """The CEF fields of the PowerShell that started what the alert is about."""
    fields: Row = next(
        row["cef"]
        for row in artifacts_of(demo, guid)
        if row["cef"].get("sourceProcessName") == "powershell.exe"
    )
    return fields


def artifacts_of(demo: Demo, guid: str) -> list[Row]:
    container = next(
        row for row in demo.soar.containers() if row.get("source_data_identifier") == guid
    )
    return [row for row in demo.soar.artifacts() if row["container_id"] == container["id"]]


def forward(demo: Demo) -> None:
    enter_endpoint(demo)
    found = demo.run(
        "forward alerts", "Forward all alerts to another product, over HTTP ingest.", only_new=True
    )
    demo.show(
        found.rows,
        records="Records Delivered",
        bytes="Bytes",
        sent_bytes="Bytes as Sent",
        requests="Requests",
    )
    guids = [row["guid"] for row in demo.simulator.ask(questions.alerts)]
    demo.check("the alerts at the endpoint", guids, demo.simulator.ask(questions.forwarded))
    demo.right(f"the endpoint has all {len(guids)} alerts of the server")


def enter_endpoint(demo: Demo) -> None:
    before = demo.soar.decrypted(demo.soar.asset(ASSET))
    endpoint = {
        "ingest_url": f"{demo.simulator.url}{seed.INGEST_PATH}",
        "ingest_key": seed.INGEST_KEY,
    }
    demo.soar.update_asset(ASSET, {**before, **endpoint})


def forward_in_an_outage(demo: Demo) -> None:
    before = demo.simulator.ask(questions.forwarded)
    alert = demo.simulator.ask(questions.raise_alert)
    demo.simulator.ask(questions.break_endpoint)
    why = "There is a new alert, but the endpoint is down."
    found = demo.run_in_vain("forward alerts", why, only_new=True, timeout=1)
    demo.check("records that wait in the spool", [1], [row["undelivered"] for row in found.rows])
    demo.check("the alerts at the endpoint", before, demo.simulator.ask(questions.forwarded))
    demo.right("the endpoint does not have it yet; it is waiting on SOAR's disk")

    demo.simulator.ask(questions.mend_endpoint)
    found = demo.run("resend undelivered", "The endpoint is back.")
    demo.check("records that wait in the spool", 0, found.summary["undelivered"])
    demo.check(
        "the alerts at the endpoint",
        [*before, alert["guid"]],
        demo.simulator.ask(questions.forwarded),
    )
    demo.right("now the endpoint has it, too, and has each alert once")
