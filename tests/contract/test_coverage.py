# File: test_coverage.py
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
"""The whole of the specified API is within reach: which action sends each operation of the OpenAPI
file and each parameter it has.
"""

from __future__ import annotations

import json
from typing import Any, Callable, NamedTuple

import pytest

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tests.conftest import run_on
from tests.contract.operations import by_id, facts, is_of, parameters_of
from tests.variants import ACTIONS, FINANCE, NODE, first, fixed, live


FACTS = facts("threat_response_operations.json")
OPERATIONS = by_id(FACTS["threat_response"])


class Covered(NamedTuple):
    """How to have an operation sent: `by` says which parameter of the action carries a query or
    body parameter of the operation.
    """

    action: str
    given: Callable[[SimulatorServer], dict[str, Any]]
    by: dict[str, str] = {}


def one_snapshot(name: str) -> Callable[[SimulatorServer], dict[str, Any]]:
    return first(lambda tanium: tanium.state.snapshots.all, name)


def one_evidence(name: str) -> Callable[[SimulatorServer], dict[str, Any]]:
    return first(lambda tanium: tanium.state.evidence.all, name)


def same(*names: str) -> dict[str, str]:
    return dict(zip(names, names))


ONE_FILE = first(lambda tanium: tanium.state.files.all, "file_id")
PAGE = {"limit": 7, "offset": 1}
ALERT_FILTERS = {
    "computer_ip_address": "10.20.1.17",
    "computer_name": "ws-finance-07",
    "scan_config_id": "2",
    "intel_doc_id": "501",
    "severity": "info",
    "priority": "high",
    "type": "detect.match",
    "state": "unresolved",
}
ALERT_QUERY = "&".join(f"{name}={value}" for name, value in ALERT_FILTERS.items())
DOCUMENT = {"intel_doc_id": seed.FIRST_INTEL_ID}
UPLOAD = {
    "file_name": "rule.yara",
    "intel_doc": "rule example { condition: true }",
    "description": "A drill",
}
CONNECTIONS = {
    "status": "connected",
    "ip": seed.FINANCE.ip,
    "platform": "Windows",
    "hostname": seed.FINANCE.hostname,
}

COVERED = {
    "getThreatResponseStatus": Covered("get service status", fixed()),
    "listAlerts": Covered(
        "list alerts",
        fixed(query=ALERT_QUERY, **PAGE),
        {**same("limit", "offset"), **dict.fromkeys(ALERT_FILTERS, "query")},
    ),
    "getAlert": Covered("get alert", fixed(alert_id=1)),
    "updateAlertState": Covered(
        "update alert", fixed(alert_ids="1,2", state="resolved"), same("state")
    ),
    "listConnections": Covered("list connections", fixed(**CONNECTIONS), same(*CONNECTIONS)),
    "createConnection": Covered(
        "create connection",
        fixed(**FINANCE),
        dict.fromkeys(("client_id", "ip", "platform", "hostname"), "destination"),
    ),
    "getConnection": Covered("get connection", live()),
    "closeConnection": Covered("close connection", live()),
    "deleteConnection": Covered("delete connection", live()),
    "createSnapshot": Covered("create snapshot", live()),
    "listSnapshots": Covered("list snapshots", fixed(**PAGE), same("limit", "offset")),
    "deleteSnapshots": Covered(
        "delete snapshot", one_snapshot("snapshot_ids"), {"ids": "snapshot_ids"}
    ),
    "deleteLocalSnapshot": Covered("delete local snapshot", one_snapshot("snapshot_id")),
    "listEvents": Covered(
        "get events",
        live(
            event_type="file",
            filter="a = 1",
            filter_type="any",
            sort="-timestamp",
            include_fields="timestamp,file",
            **PAGE,
        ),
        {
            **same("limit", "offset", "filter", "sort"),
            "match": "filter_type",
            "fields": "include_fields",
        },
    ),
    "getEventsSummary": Covered("get events summary", live(event_type="dns")),
    "getProcessEvents": Covered(
        "get process events",
        live(process_table_id=NODE, event_type="file", **PAGE),
        same("limit", "offset"),
    ),
    "getProcessTree": Covered(
        "get process tree",
        live(process_table_id=NODE, process_context="siblings"),
        {"context": "process_context"},
    ),
    "listFileDownloads": Covered(
        "list files",
        fixed(
            sort="-hostname",
            hostname=seed.FINANCE.hostname,
            hash="d41d8cd98f00b204e9800998ecf8427e",
            **PAGE,
        ),
        same("limit", "offset", "sort", "hostname", "hash"),
    ),
    "getFileDownload": Covered("get file details", ONE_FILE),
    "deleteFileDownload": Covered("delete file", ONE_FILE),
    "downloadFileContent": Covered("get file", ONE_FILE),
    "requestFileFromEndpoint": Covered(
        "save file", live(file_path=seed.INVOICE_VIEWER), {"path": "file_path"}
    ),
    "uploadIntelDocument": Covered(
        "upload intel doc",
        fixed(**UPLOAD),
        {
            "name": "file_name",
            "type": "file_name",
            "content": "intel_doc",
            "description": "description",
        },
    ),
    "listIntelDocuments": Covered(
        "list intel docs",
        fixed(
            name="a",
            description="b",
            type="yara",
            label_id=1,
            mitre_technique_id="T1059.001",
            **PAGE,
        ),
        same("limit", "offset", "name", "description", "type", "label_id", "mitre_technique_id"),
    ),
    "getIntelDocument": Covered("get intel doc", fixed(**DOCUMENT)),
    "listIntelDocumentLabels": Covered("list intel doc labels", fixed(**DOCUMENT)),
    "addLabelToIntelDocument": Covered(
        "add intel doc label", fixed(**DOCUMENT, label_id=4), same("label_id")
    ),
    "listLabels": Covered("list labels", fixed(**PAGE), same("limit", "offset")),
    "getLabel": Covered("get label", fixed(label_id=1)),
    "listEvidence": Covered(
        "list evidence",
        fixed(sort="-hostname", hostname=seed.FINANCE.hostname, type="ProcessEvent", **PAGE),
        same("limit", "offset", "sort", "hostname", "type"),
    ),
    "createEvidence": Covered(
        "create evidence",
        live(process_table_id=NODE, summary="A drill", hostname=seed.FINANCE.hostname),
        {**same("connection_id", "hostname", "summary"), "ptid": "process_table_id"},
    ),
    "getEvidence": Covered("get evidence", one_evidence("evidence_id")),
    "deleteEvidence": Covered("delete evidence", one_evidence("evidence_ids")),
    "getEvidenceProperties": Covered("list evidence properties", fixed()),
}

# What an action sends of its own accord, for it always reads the whole list: the parameters of its
# result's page.
OF_ITS_OWN = {"listConnections": {"limit", "offset"}}
# Where the value that is sent is made from the parameter's.
MADE = {
    **dict.fromkeys(
        (("createConnection", name) for name in ("client_id", "ip", "platform")), "looked up"
    ),
    ("deleteSnapshots", "ids"): "a list",
    ("uploadIntelDocument", "type"): "the extension",
}


@pytest.fixture
def specified(tanium: SimulatorServer) -> SimulatorServer:
    tanium.settings.dialect = "specified"
    return tanium


def test_every_operation_is_covered() -> None:
    assert list(COVERED) == list(OPERATIONS)
    assert len(COVERED) == FACTS["counts"]["threat_response"]


@pytest.mark.parametrize("name", COVERED)
def test_every_parameter_of_the_operation_is_covered(name: str) -> None:
    covered = COVERED[name]

    assert {*covered.by, *OF_ITS_OWN.get(name, ())} == parameters_of(OPERATIONS[name])
    assert {*covered.by.values()} <= set(ACTIONS[covered.action].params)


@pytest.mark.parametrize("name", COVERED)
def test_the_action_sends_the_operation_with_every_parameter(
    specified: SimulatorServer, soar: LocalSoar, name: str
) -> None:
    covered, operation = COVERED[name], OPERATIONS[name]
    given = covered.given(specified)
    # The first run finds the dialect out, the second one is what every other run is like.
    if ACTIONS[covered.action].read_only:
        run_on(soar, covered.action, **given)
        specified.log.clear()

    result = run_on(soar, covered.action, **given)

    assert result.ok, result.message
    sent = [
        request for request in specified.log if is_of(operation, request) and request.status == 200
    ]
    assert sent, [f"{request.method} {request.path} {request.status}" for request in specified.log]
    values = {
        **sent[0].arguments,
        **(json.loads(sent[0].body or b"{}") if operation["body"] else {}),
    }
    assert set(values) == parameters_of(operation)
    for parameter, by in covered.by.items():
        if (name, parameter) not in MADE and by != "query":
            assert str(values[parameter]) == str(given[by])
    if name == "listAlerts":
        assert {key: values[key] for key in ALERT_FILTERS} == ALERT_FILTERS


def test_the_action_makes_what_the_operation_wants_otherwise(
    specified: SimulatorServer, soar: LocalSoar
) -> None:
    snapshot = next(iter(specified.state.snapshots.all))
    run_on(soar, "create connection", **FINANCE)
    run_on(
        soar,
        "upload intel doc",
        **{**UPLOAD, "file_name": "hunt.ioc", "intel_doc": '<ioc id="1"/>'},
    )
    run_on(soar, "delete snapshot", snapshot_ids=snapshot)

    connect, upload, delete = (
        json.loads(request.body or b"")
        for request in specified.log
        if request.method != "GET" and request.status == 200
    )
    host = seed.FINANCE
    assert connect == {
        "client_id": host.client_id,
        "ip": host.ip,
        "platform": host.platform,
        "hostname": host.hostname,
    }
    assert upload["type"] == "openioc"
    assert delete == {"ids": [snapshot]}
