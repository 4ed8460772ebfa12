# File: test_saving.py
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
"""Everything that the simulator has becomes containers and artifacts that a local SOAR takes, and
from which the actions go on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from dev.soar.poll_parameters import poll_parameters
from dev.soar.runtime import LocalSoar
from tanium_tr.ingestion.cases import Case, alert_case
from tanium_tr.ingestion.rows import row_case
from tests.conftest import RunAction
from tests.ingestion.saving import Artifact, save


RECEIVED = datetime(2026, 11, 22, 3, 0, tzinfo=timezone.utc)


@pytest.fixture
def tanium() -> Iterator[SimulatorServer]:
    with SimulatorServer(alerts=40, connect_seconds=0.02) as server:
        yield server


def cases_of_alerts(tanium: SimulatorServer) -> list[Case]:
    alerts = tanium.state.alerts
    return [alert_case(alerts.with_intel(row), seed.CONSOLE, ["Alpha"]) for row in alerts.rows()]


def cases_of_rows(tanium: SimulatorServer) -> list[Case]:
    """Of all of Connect's sources, and of the older events."""
    tanium.state.connections.open(seed.FINANCE.hostname)
    sources = tanium.state.connect.sources
    rows = {source["name"]: sources.rows_of(source_id) for source_id, source in sources.all.items()}
    rows[seed.EVENT_SOURCE.name] = [
        sources.event_row("detect.match", alert) for alert in tanium.state.alerts.rows()
    ]
    assert {name for name in rows if not rows[name]} == {seed.EMPTY_SOURCE.name}
    return [row_case(row, RECEIVED) for each in rows.values() for row in each]


def assert_saved(soar: LocalSoar, cases: list[Case]) -> None:
    """All of it, unchanged; saving it again adds nothing."""
    assert all(save(soar, case).unchanged for case in cases)
    containers = {
        container["id"]: container.get("source_data_identifier") for container in soar.containers()
    }
    stored = Counter(
        (containers[artifact["container_id"]], artifact["source_data_identifier"])
        for artifact in soar.artifacts()
    )
    given = {
        (case.container["source_data_identifier"], artifact["source_data_identifier"])
        for case in cases
        for artifact in case.artifacts
    }
    assert stored == Counter(given)
    assert sum(save(soar, case).added for case in cases) == 0


def test_alerts_of_every_shape(tanium: SimulatorServer, soar: LocalSoar) -> None:
    tanium.settings.odd_details = True
    rows = tanium.state.alerts.rows()
    assert {row["matchType"] for row in rows} == {
        *("process", "file", "port", "windows_defender", "eventlog")
    }
    assert {type(row.get("details")) for row in rows} == {str, dict, type(None)}

    assert_saved(soar, cases_of_alerts(tanium))

    labels = Counter(artifact["label"] for artifact in soar.artifacts())
    assert labels["alert"] == len(rows)
    assert set(labels) == {"alert", "process", "file", "network"}


def test_rows_of_every_source(tanium: SimulatorServer, soar: LocalSoar) -> None:
    assert_saved(soar, cases_of_rows(tanium))

    assert {artifact["label"] for artifact in soar.artifacts()} >= {
        "alert",
        "event",
        "audit",
        "row",
    }


def test_pushed_alerts_find_the_containers_of_polled_ones(
    tanium: SimulatorServer, soar: LocalSoar
) -> None:
    sources = tanium.state.connect.sources
    for case in cases_of_alerts(tanium):
        save(soar, case)

    assert (
        sum(
            save(soar, row_case(row, RECEIVED)).added
            for row in sources.rows_of(seed.ALERT_SOURCE.id)
        )
        == 0
    )


def test_actions_go_on_from_the_values_of_artifacts(
    tanium: SimulatorServer, soar: LocalSoar, run: RunAction
) -> None:
    row = next(
        row
        for row in tanium.state.alerts.rows()
        if row["computerName"] == seed.FINANCE.hostname and row["matchType"] == "process"
    )
    soar.poll(poll_parameters(1, None, (row["guid"],)))
    first, process = (
        Artifact(next(artifact for artifact in soar.artifacts() if artifact["label"] == label))
        for label in ("alert", "process")
    )

    def taken(
        action: str, artifact: Artifact, field: str, parameter: str, **others: Any
    ) -> list[dict[str, Any]]:
        result = run(action, **{parameter: artifact.value_for(field, action, parameter)}, **others)
        assert result.ok, f"{action}: {result.message}"
        return result.rows

    for field in ("taniumAlertId", "taniumAlertGuid"):
        assert taken("get alert", first, field, "alert_id")[0]["guid"] == row["guid"]
    assert (
        taken("get intel doc", first, "taniumIntelDocId", "intel_doc_id")[0]["name"]
        == first.cef["intelName"]
    )
    for field, kind in (("deviceHostname", "hostname"), ("deviceAddress", "ip_address")):
        taken("get endpoint", first, field, "destination", destination_type=kind)
    (connection,) = taken(
        "create connection",
        first,
        "deviceHostname",
        "destination",
        destination_type="hostname",
        wait=True,
    )
    on_it = {"connection_id": connection["id"]}
    tree = taken("get process tree", process, "taniumProcessTableId", "process_table_id", **on_it)
    assert process.cef["taniumProcessTableId"] in [node["process_table_id"] for node in tree]
    assert process.cef["taniumParentProcessTableId"] in [node["process_table_id"] for node in tree]
    (found,) = taken("get process", first, "taniumProcessTableId", "process_table_id", **on_it)
    assert found["detail"] == f"{first.cef['sourceProcessId']}: {first.cef['filePath']}"
    dropped = [
        Artifact(artifact)
        for artifact in soar.artifacts()
        if artifact["cef"].get("filePath") == seed.ENDPOINT_FILES["Windows"][0].path
    ]
    taken("get endpoint file details", dropped[0], "filePath", "file_path", **on_it)
    taken("list files", dropped[0], "fileHashMd5", "hash")


def test_client_id_of_an_audit_record_leads_to_its_computer(
    tanium: SimulatorServer, run: RunAction
) -> None:
    tanium.state.connections.open(seed.FINANCE.hostname)
    row = tanium.state.connect.sources.rows_of(seed.AUDIT_SOURCE.id)[0]
    (only,) = row_case(row, RECEIVED).artifacts

    client_id = Artifact(only).value_for("taniumClientId", "get endpoint", "destination")
    result = run("get endpoint", destination=client_id, destination_type="client_id")

    assert result.ok, result.message
    assert [endpoint["hostname"] for endpoint in result.rows] == [only["cef"]["deviceHostname"]]
