# File: test_connect_vendor.py
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
"""Connect as its vendor describes it: strict definitions, parts whose ids are unique within their
type, runs that can be watched and stopped, and servers that speak both dialects.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from dev.simulator import seed
from dev.simulator.dialects.connect import CONNECT_RESOURCES
from dev.simulator.server import SimulatorServer
from dev.simulator.state.connect_destinations import MASK
from dev.simulator.times import parse_iso
from tests.conftest import eventually
from tests.simulator.conftest import Client, Clock
from tests.simulator.test_connect import CONNECT, V1, schema_of
from tests.simulator.test_connect_runs import NAMES, Receiver


FACTS = json.loads(
    (Path(__file__).resolve().parents[1] / "data" / "connect_vendor_operations.json").read_text(
        encoding="utf-8"
    )
)
SPECIFIED = json.loads(
    (Path(__file__).resolve().parents[1] / "data" / "connect_operations.json").read_text(
        encoding="utf-8"
    )
)["connect"]
HTTPS = {
    "name": "receiver",
    "url": "http://127.0.0.1:1/in",
    "headers": [{"name": "X-Source", "value": "tanium"}],
    "useAuthentication": "header",
    "authHeader": "ph-auth-token",
    "secret": "vendor-secret",
}
SQL = dict.fromkeys(("server", "username", "password", "database", "schema", "table"), "mine")
MAIL = {
    "name": "mail",
    "host": "smtp.example.com",
    "port": 25,
    "emailFrom": "a@example.com",
    "emailTo": "b@example.com",
}
PLUGIN = {"collection": "https", "module": "connect", "plugin": "s3"}


def definition(*between: tuple[str, dict[str, Any]], **changes: Any) -> dict[str, Any]:
    """A connection of the registered computers to an HTTP destination."""
    source = ("sources/savedquestions", {"savedQuestionName": "Registered computers"})
    destination = ("destinations/https", {**HTTPS, **changes.pop("destination", {})})
    streams = [changes.pop("source", source), *between, destination]
    return {
        "name": "delivery",
        "destinationType": "http",
        "schedule": "",
        "scheduleTimeZone": "UTC",
        "tempLogLevel": None,
        "tempLogLevelRuns": None,
        "maxOldSpaceSize": 1,
        "streams": [{"route": f"/v1/{part}", "arguments": given} for part, given in streams],
        **changes,
    }


def done(client: Client, method: str, path: str, body: Any = None, status: int = 200) -> Any:
    reply = client(method, V1 + path, json=body)
    assert reply.status_code == status, reply.text
    return reply.json() if reply.content else None


def refused(client: Client, method: str, path: str, body: Any = None) -> str:
    return str(done(client, method, path, body, 400)["errors"][0]["message"])


@pytest.fixture
def server(clock: Clock) -> Iterator[SimulatorServer]:
    with SimulatorServer(
        clock=clock, alerts=20, connect_run_seconds=0, connect_dialect="vendor"
    ) as running:
        yield running


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with SimulatorServer(alerts=0) as running:
        yield Receiver(running)


class Imported:
    """A connection to the receiver that came by an import, and its runs."""

    def __init__(self, server: SimulatorServer, client: Client, receiver: Receiver) -> None:
        self.server = server
        self.client = client
        self.receiver = receiver
        self.id = self.become()["id"]

    def become(self, *between: tuple[str, dict[str, Any]], **changes: Any) -> Any:
        given = {"url": self.receiver.url, **changes.pop("destination", {})}
        body = definition(*between, destination=given, **changes)
        return done(self.client, "POST", "/import", body)

    def run(self) -> Any:
        """A run that has ended."""
        started = done(self.client, "POST", f"/connections/{self.id}/runs", {})
        self.server.state.connect.wait()
        return done(self.client, "GET", f"/connections/{self.id}/runs/{started['id']}")

    def log(self, run: Any, offset: int = 0) -> Any:
        path = f"/connections/{self.id}/runs/{run['id']}/logs?offset={offset}"
        return done(self.client, "GET", path)


@pytest.fixture
def imported(server: SimulatorServer, client: Client, receiver: Receiver) -> Imported:
    return Imported(server, client, receiver)


BODIES = {
    "createConnection": {
        **definition(name="of parts"),
        "streams": [
            "/v1/sources/events/1",
            "/v1/formats/stringifies/1",
            "/v1/destinations/https/1",
        ],
    },
    "updateConnection": definition(
        source=("sources/pluginConfigurations/threat-response/alerts", {"config": {}}),
        destination={"name": "SOAR webhook"},
    ),
    "importConnection": definition(name="imported"),
    "exportConnections": [1, 3],
    "bulkAction": {"action": "Take Ownership", "connectionIds": [1, 99]},
    "createDestination": {**HTTPS, "name": "new"},
    "updateDestination": {**HTTPS, "name": "changed"},
    "createPluginDestination": {"name": "bucket", "config": {"bucket": "mine"}},
    "updatePluginDestination": {"name": "other", "config": {"bucket": "other"}},
    "createSource": {"savedQuestionName": "Computer Addresses"},
    "updateSource": {"savedQuestionName": "Operating Systems / Count"},
    "fireEvent": {"Data": [{"Event Id": "1"}]},
}
PLACES: dict[str, dict[str, Any]] = {
    "deleteConnection": {"connectionId": 4},
    "stopRun": {"runId": 6},
    "deleteDestination": {"destinationId": 3},
    "deletePluginDestination": {"destinationId": 2},
    "deleteSource": {"sourceId": 3},
    "deletePluginSource": {"sourceId": 2},
}


def test_every_operation_answers_as_described(server: SimulatorServer, client: Client) -> None:
    server.settings.connect_run_seconds = 60
    for operation in FACTS["connect"]:
        name = operation["operationId"]
        places = {"connectionId": 1, "runId": 3, "sourceId": 1, "destinationId": 1, **PLUGIN}
        if "Source" in name:
            places.update(collection="savedquestions", module="threat-response", plugin="alerts")
        places.update(source="Threat Response", event="detect.match", **PLACES.get(name, {}))
        path = operation["path"].format(**places)
        reply = client(operation["method"], path, json=BODIES.get(name, {}))
        assert reply.status_code == operation["status"], (name, reply.text)
        if operation["response"] is None:
            assert reply.content == b""
        elif operation["response"]["content_type"] == "application/json":
            schema = {**schema_of(operation["response"]["value"]), "schemas": FACTS["schemas"]}
            Draft202012Validator(schema).validate(reply.json())
    named = {operation["operationId"] for operation in [*FACTS["connect"], *SPECIFIED]}
    assert named | {"listConnectionNames"} == {
        name for names in CONNECT_RESOURCES.values() for name in names
    }


@pytest.mark.parametrize("status", [404, 405])
def test_what_only_the_other_dialect_has_is_refused(
    server: SimulatorServer, client: Client, status: int
) -> None:
    server.settings.connect_refusal_status = status
    ids = {"connectionId": 1, "sourceId": 1, "destinationId": 4, "scheduleId": 301}
    both = {(operation["method"], operation["path"]) for operation in FACTS["connect"]}
    foreign = [
        (operation["method"], operation["path"].format(**ids))
        for operation in SPECIFIED
        if (operation["method"], operation["path"]) not in both
    ]
    answers = {client(*each, json=HTTPS).status_code for each in foreign}
    assert client("GET", f"{CONNECT}/private/connections").status_code == status
    assert (len(foreign), answers) == (14, {status})
    assert client("PATCH", f"{V1}/connections/1").status_code == 405

    server.settings.connect_dialect = "specified"
    for path in (
        "/import",
        "/connections/1/runs",
        "/connections/bulkAction",
        "/destinations/https",
    ):
        assert client("POST", V1 + path, json={}).status_code == status


def test_mixed_server_speaks_one_dialect_an_operation(
    server: SimulatorServer, imported: Imported, client: Client
) -> None:
    server.settings.connect_dialect = {"runs": "vendor", "runConnection": "specified"}
    reported = client.get(f"{V1}/connections/{imported.id}")["data"]
    assert (reported["source"]["id"], reported["destination"]["type"]) == (8, "http")
    assert done(client, "POST", f"/connections/{imported.id}/run")["data"]["status"] == "running"
    server.state.connect.wait()
    runs = client.get(f"{V1}/connections/{imported.id}/runs")
    assert [(run["status"], run["destinationRowCount"]) for run in runs] == [("Finished", 11)]
    assert client("GET", f"{V1}/logs").status_code == 404
    with pytest.raises(ValueError, match="unknown nonsense"):
        SimulatorServer(connect_dialect={"nonsense": "vendor"})


def test_run_goes_through_its_states_and_counts(imported: Imported, receiver: Receiver) -> None:
    imported.server.settings.connect_run_seconds = 0.4
    started = done(imported.client, "POST", f"/connections/{imported.id}/runs", {})
    path = f"/connections/{imported.id}/runs/{started['id']}"
    seen = [started["status"]]

    def ended() -> bool:
        seen.append(done(imported.client, "GET", path)["status"])
        return bool(seen[-1] == "Finished")

    assert eventually(ended)
    assert list(dict.fromkeys(seen)) == ["Starting", "Running", "Finished"]
    run = done(imported.client, "GET", path)
    assert (run["sourceRowCount"], run["destinationRowCount"]) == (11, 11)
    assert run["destinationByteCount"] == len(receiver.bodies()[0].encode())
    assert run["sourceByteCount"] > 500
    lines = imported.log(run)
    assert [line.split(" ", 2)[1:] for line in lines][-1] == ["INFO", "11 of 11 rows delivered"]
    assert imported.log(run, 1) == lines[1:]
    zipped = imported.client("GET", f"{V1}{path}/download").content
    with zipfile.ZipFile(io.BytesIO(zipped)) as archive:
        assert archive.read(archive.namelist()[0]).decode().splitlines() == lines
    connection = imported.client.get(f"{V1}/connections/{imported.id}")
    assert (connection["lastRunStatus"], connection["finishedRunCount"]) == ("Finished", 1)
    assert receiver.requests()[0].headers["ph-auth-token"] == "vendor-secret"
    assert receiver.requests()[0].headers["X-Source"] == "tanium"


def test_stop_ends_a_run_as_failed(imported: Imported, receiver: Receiver) -> None:
    client, state = imported.client, imported.server.state
    imported.server.settings.connect_run_seconds = 60
    path = f"/connections/{imported.id}"
    first, second = (done(client, "POST", f"{path}/runs", {})["id"] for _ in range(2))
    jobs = [job["id"] for job in client.get(f"{V1}/schedules/jobs")]
    assert {first, second} < {*jobs}
    done(client, "POST", f"{path}/runs/{first}/stop", {})
    done(client, "POST", f"{path}/stop", {})
    state.connect.wait()
    runs = client.get(f"{V1}{path}/runs", statusFilters="Failed", orderBy="id", descending="true")
    assert [run["id"] for run in runs] == [second, first]
    assert imported.log(runs[0])[-1].endswith("0 of 11 rows delivered: the run was stopped")
    assert receiver.requests() == []
    assert "has ended" in refused(client, "POST", f"{path}/runs/{first}/stop", {})


def test_bulk_action_tells_what_it_was_possible_with(
    server: SimulatorServer, client: Client
) -> None:
    def act(action: str, *ids: int) -> tuple[int, list[int]]:
        body = {"action": action, "connectionIds": ids}
        reported = done(client, "POST", "/connections/bulkAction", body)
        return reported["count"], [item["id"] for item in reported["items"]]

    assert act("Enable", 2, 99) == (1, [2])
    assert server.state.connect.connections.get(2)["enabled"] is True
    assert act("Disable", 1, 2) == (2, [1, 2])
    assert act("Run", 2, 4) == (1, [4])
    assert act("Stop", 2) == (0, [])
    server.state.connect.connections.get(3)["userId"] = seed.READER.id
    assert [row["id"] for row in client.get(f"{V1}/connections")] == [1, 2, 4]
    assert act("Take Ownership", 3) == (1, [3])
    assert act("Delete", 3, 4) == (2, [3, 4])
    assert [row["id"] for row in client.get(f"{V1}/connections", nameFilter="SIEM")] == [2]
    assert "action" in refused(
        client, "POST", "/connections/bulkAction", {"action": "run", "connectionIds": [1]}
    )


def test_import_is_strict(server: SimulatorServer, client: Client) -> None:
    required = (
        *("name", "destinationType", "schedule", "scheduleTimeZone", "streams"),
        *("tempLogLevel", "tempLogLevelRuns", "maxOldSpaceSize"),
    )
    for name in required:
        body = {key: value for key, value in definition().items() if key != name}
        assert f"'{name}' is a required property" in refused(client, "POST", "/import", body)
    for body, reason in (
        (definition(destination={"method": "PATCH"}), "'PATCH' is not one of"),
        (definition(destination={"useAuthentication": "IBM Cloud IAM"}), "useAuthentication"),
        (definition(destination={"url": None}), "url: None is not of type"),
        (definition(destination={"secret": MASK}), "only stands for a secret"),
        (definition(("filters/regexes", {"columnName": "Count"})), "'regex' is a required"),
        (definition(("formats/yamls", {})), "unknown route '/v1/formats/yamls'"),
        (definition(destinationType="file"), "does not go with destinations/https"),
        (definition(schedule="61 * * * *"), "is no minute"),
        ({**definition(), "streams": definition()["streams"][:1]}, "exactly one of destinations"),
    ):
        assert reason in refused(client, "POST", "/import", body)
    assert len(server.state.connect.connections.all) == 4
    assert len(server.state.connect.destinations.all) == 6


def test_import_of_a_known_name_is_an_update(imported: Imported) -> None:
    client, path = imported.client, f"/export/{imported.id}"
    exported = done(client, "POST", path)
    assert exported["streams"][-1]["arguments"]["secret"] == MASK
    changed = {**exported, "schedule": "*/5 * * * *", "minimumPassPercentage": 50}
    assert done(client, "POST", "/import", changed)["id"] == imported.id
    assert done(client, "POST", path) == changed
    destination = client.get(f"{V1}/destinations/https")[-1]
    assert (destination["id"], destination["name"]) == (2, "receiver")
    assert imported.run()["status"] == "Finished"
    assert imported.receiver.requests()[0].headers["ph-auth-token"] == "vendor-secret"

    other = definition(source=("sources/systemstatuses", {}))
    assert "cannot be changed from savedquestions" in refused(client, "POST", "/import", other)
    imported.server.settings.connect_import_keeps_id = False
    assert done(client, "POST", "/import", changed)["id"] == imported.id + 1
    assert client("GET", f"{V1}/connections/{imported.id}").status_code == 404


def test_exports_of_what_the_other_dialect_made_can_be_imported(
    server: SimulatorServer, client: Client
) -> None:
    exported = done(client, "POST", "/export", [1, 2, 3, 4])
    assert [stream["route"] for stream in exported[3]["streams"]] == [
        "/v1/sources/systemstatuses",
        "/v1/filters/regexes",
        "/v1/formats/stringifies",
        "/v1/destinations/sqlservers",
    ]
    for number, body in enumerate(exported, 1):
        assert done(client, "POST", "/import", body) == {"id": number, **body}
    assert len(server.state.connect.sources.all) == 7
    assert len(server.state.connect.destinations.all) == 6


def test_what_is_refused_has_changed_nothing(imported: Imported) -> None:
    client, settings = imported.client, imported.server.settings
    before = [client.get(f"{V1}/{path}") for path in ("connections", "destinations/https")]
    url = {"url": "http://127.0.0.1:2/other"}
    columns = ("formats/columns", {"columns": [{"name": "Nonsense"}]})
    for settings.connect_import_keeps_id in (True, False):
        for body in (
            definition(columns, destination=url),
            definition(schedule="* * * *", destination=url),
            definition(columns, destination={"name": "new"}, name="new"),
        ):
            refused(client, "POST", "/import", body)
    after = [client.get(f"{V1}/{path}") for path in ("connections", "destinations/https")]
    assert after == before
    assert client.get(f"{V1}/sources/savedquestions/2")["id"] == 2


def test_put_takes_what_get_shows_and_delete_keeps_streams_on_request(imported: Imported) -> None:
    client, path = imported.client, f"/connections/{imported.id}"
    shown = client.get(V1 + path)
    assert shown["streams"][0]["route"] == "/v1/sources/savedquestions/2"
    assert shown["streams"][-1]["route"] == "/v1/destinations/https/2"
    shown["streams"][-1]["arguments"]["batchSize"] = 4
    renamed = done(client, "PUT", path, {**shown, "name": "renamed"})
    assert (renamed["id"], renamed["name"]) == (imported.id, "renamed")
    assert renamed["streams"] == shown["streams"]
    assert imported.run()["status"] == "Finished"
    assert [len(json.loads(body)) for body in imported.receiver.bodies()] == [4, 4, 3]

    body = {**definition(), "streams": [stream["route"] for stream in shown["streams"]]}
    assert done(client, "POST", "/connections", body, 201)["streams"][-1] == shown["streams"][-1]
    missing = {**body, "name": "m", "streams": ["/v1/sources/events/9", *body["streams"][1:]]}
    assert "there is no /v1/sources/events/9" in refused(client, "POST", "/connections", missing)
    assert "in use by 2" in refused(client, "DELETE", "/destinations/https/2")
    done(client, "DELETE", path)
    assert client("GET", f"{V1}/destinations/https/2").status_code == 200
    done(client, "DELETE", f"/connections/{imported.id + 1}?deleteStreams=false")
    assert client("GET", f"{V1}/destinations/https/2").status_code == 200


@pytest.mark.parametrize(
    ("between", "expected"),
    [
        ([("formats/stringifies", {"surroundWithSource": "rows"})], {"rows": NAMES}),
        ([("formats/stringifies", {"surroundWithSource": True})], {"Registered computers": NAMES}),
        ([("filters/regexes", {"columnName": "Computer Name", "regex": "^mac-"})], None),
    ],
)
def test_streams_decide_what_is_delivered(
    imported: Imported, between: list[tuple[str, dict[str, Any]]], expected: Any
) -> None:
    columns = [
        {"name": "Computer Name", "action": "include", "destination": "host"},
        {"name": "Count", "action": "remove"},
    ]
    imported.become(*between, ("formats/columns", {"columns": columns}))
    imported.run()
    body = json.loads(imported.receiver.bodies()[0])
    if expected:
        name, names = next(iter(expected.items()))
        assert body == {name: [{"host": host} for host in names]}
    else:
        assert body == [{"host": host} for host in NAMES if host.startswith("mac-")]
    exported = done(imported.client, "POST", f"/export/{imported.id}")
    assert [stream["route"] for stream in exported["streams"]].count("/v1/formats/columns") == 1


def test_lines_numbers_and_new_items(imported: Imported) -> None:
    imported.become(
        ("filters/numerics", {"columnName": "Count", "operator": "gt", "value": 0}),
        ("filters/newitems", {"columns": ["Computer Name"]}),
        ("formats/stringifies", {"generateDocument": False}),
    )
    assert imported.run()["destinationRowCount"] == 11
    second = imported.run()
    assert (second["status"], second["sourceRowCount"]) == ("Finished", 11)
    assert second["destinationRowCount"] == 0
    assert len(imported.receiver.bodies()[0].splitlines()) == 11
    assert len(imported.receiver.requests()) == 1


def test_events_come_from_outside_and_batches_have_a_limit_of_bytes(imported: Imported) -> None:
    client, connect = imported.client, imported.server.state.connect
    source = ("sources/events", {"source": "Threat Response", "events": ["detect.match"]})
    body = {"name": "on events", "source": source}
    destination = {"url": imported.receiver.url, "name": "limited", "batchSizeBytes": 20}
    listening = done(client, "POST", "/import", definition(**body, destination=destination))
    assert client("POST", f"{V1}/connections/{listening['id']}/runs", json={}).status_code == 400
    again = definition(**body, destination=destination, schedule="0 6 * * *")
    assert "cannot be scheduled" in refused(client, "POST", "/import", again)
    rows = [{"Event Id": "12345"}, {"Event Id": "2"}]
    for event in ("detect.unmatch", "detect.match"):
        done(client, "POST", f"/events/Threat Response/{event}", {"Data": rows})
        connect.wait()
    assert imported.receiver.rows() == rows
    assert len(imported.receiver.requests()) == 2
    assert client("POST", f"{V1}/events/Nobody/detect.match", json={"Data": []}).status_code == 404


def test_cron_text_runs_on_the_servers_clock(imported: Imported) -> None:
    imported.become(schedule="0 6 * * *", scheduleTimeZone="Europe/Berlin")
    jobs = imported.client.get(f"{V1}/schedules/jobs")
    due = next(job["nextRunTime"] for job in jobs if job["connectionId"] == imported.id)
    connect = imported.server.state.connect
    started = connect.tick(parse_iso(due))
    connect.wait()
    assert any(key.startswith(f"run-{imported.id}-") for key in started)
    imported.become(schedule="")
    assert imported.client.get(f"{V1}/connections/{imported.id}")["schedule"] == ""
    jobs = imported.client.get(f"{V1}/schedules/jobs")
    assert imported.id not in {job["connectionId"] for job in jobs}


def test_secrets_are_shown_masked_or_left_out(imported: Imported) -> None:
    client, settings = imported.client, imported.server.settings

    def secret() -> Any:
        shown = client.get(f"{V1}/destinations/https/2")
        exported = done(client, "POST", f"/export/{imported.id}")["streams"][-1]["arguments"]
        assert exported.get("secret") == shown.get("secret")
        return shown.get("secret")

    assert secret() == MASK
    settings.connect_secrets = "left out"
    assert secret() is None
    body = {**HTTPS, "url": imported.receiver.url}
    del body["secret"]
    done(client, "PUT", "/destinations/https/2", body)
    settings.connect_secrets = "shown"
    assert secret() == "vendor-secret"
    settings.connect_keeps_secrets = False
    assert "secret: is required" in refused(client, "PUT", "/destinations/https/2", body)
    done(client, "PUT", "/destinations/https/2", {**body, "secret": MASK})
    imported.run()
    assert imported.receiver.requests()[0].headers["ph-auth-token"] == MASK


def test_ids_are_unique_within_a_type_only(server: SimulatorServer, client: Client) -> None:
    new = {
        name: done(client, "POST", f"/destinations/{name}", body, 201)["id"]
        for name, body in (("https", HTTPS), ("smtps", MAIL), ("sqlservers", SQL))
    }
    assert new == {"https": 2, "smtps": 2, "sqlservers": 2}
    assert client.get(f"{V1}/destinations/sockets/1")["secure"] is True
    assert "'emailTo' is a required" in refused(
        client, "POST", "/destinations/smtps", {**MAIL, "emailTo": None}
    )
    assert "already" in str(done(client, "POST", "/destinations/https", HTTPS, 400))
    assert client("GET", f"{V1}/destinations/ftps").status_code == 404
    for form in ("data", "items", "body"):
        server.settings.connect_lists = form
        assert [row["id"] for row in client.get(f"{V1}/destinations/https")[form]] == [1, 2]
    server.settings.connect_lists = "bare"
    page = client.get(f"{V1}/connections", limit=1, offset=1, attributes="id,name", orderBy="name")
    assert page == [{"id": 3, "name": "Computers for the inventory"}]
    assert client.get(f"{V1}/connectionruns", createdAfter="2100-01-01T00:00:00Z") == []
    client.session.headers["session"] = seed.TOKEN_WITHOUT_PERMISSIONS
    assert client("GET", f"{V1}/destinations/https").status_code == 403
