# File: traffic.py
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
"""Requests, TCP connections and logins of every action, counted by the simulator while the asset's
session is valid.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Callable, NamedTuple

from dev.bench.measure import Line
from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from dev.simulator.settings import QUICK
from dev.soar import LocalSoar


# Connect does not tell how many there are, so that only an empty page is certainly the end.
PAGED_TO_THE_END = ("list data connections", "list connection logs")


class Traffic(NamedTuple):
    """Of one run of an action."""

    action: str
    on_connection: bool
    succeeded: bool
    requests: int
    connections: int
    logins: int


def measure(say: Callable[[str], None]) -> list[Line]:
    say("requests and connections: every action once")
    with (
        tempfile.TemporaryDirectory(prefix="tanium-bench-") as folder,
        SimulatorServer(**QUICK) as server,
        SimulatorServer(tls=True) as endpoint,
    ):
        soar = LocalSoar(Path(folder))
        ingest = {"ingest_url": endpoint.url + seed.INGEST_PATH, "ingest_key": seed.INGEST_KEY}
        login = {
            "username": seed.ANALYST.name,
            "password": seed.ANALYST.password,
            "domain": seed.ANALYST.domain,
        }
        soar.create_asset(
            "tanium",
            {"base_url": server.url, **login, **ingest},
            {"REQUESTS_CA_BUNDLE": str(endpoint.ca_file), "no_proxy": "localhost"},
        )
        soar.run("test connectivity")  # the one login of the asset
        runs = [
            _run(soar, server, action, parameters) for action, parameters in _every_action(server)
        ]
    declared = {action["action"] for action in soar.app.manifest["actions"]}
    failed = [run.action for run in runs if not run.succeeded] + sorted(
        declared - {run.action for run in runs}
    )
    lists = [run for run in runs if run.action.startswith("list ")]
    return [
        _highest(
            "list actions: requests",
            1,
            [run for run in lists if run.action not in PAGED_TO_THE_END],
            lambda run: run.requests,
        ),
        _highest(
            "Connect's paged lists: requests",
            2,
            [run for run in lists if run.action in PAGED_TO_THE_END],
            lambda run: run.requests,
        ),
        _highest(
            "actions with a connection id: requests",
            2,
            [run for run in runs if run.on_connection],
            lambda run: run.requests,
        ),
        _highest("every action: TCP connections", 1, runs, lambda run: run.connections),
        _highest("every action: logins in a valid session", 0, runs, lambda run: run.logins),
        Line(
            "actions that succeeded",
            ", ".join([str(len(runs) - len(failed)), *failed]),
            "",
            f"all {len(declared)}",
            not failed,
        ),
    ]


def _every_action(server: SimulatorServer) -> list[tuple[str, dict[str, Any]]]:
    on_connection = {"connection_id": server.state.connections.open(seed.FINANCE.hostname)}
    process = {
        **on_connection,
        "process_table_id": seed.process_table_id(seed.FINANCE.client_id, seed.SUSPICIOUS),
    }
    endpoint = {"destination": seed.FINANCE_12.hostname, "destination_type": "hostname"}
    events = {**on_connection, "event_type": "process"}
    state = server.state
    file_id, snapshot_id, evidence_id = (
        next(iter(state.files.all)),
        next(iter(state.snapshots.all)),
        next(iter(state.evidence.all)),
    )
    local_id = next(
        connection_id
        for connection_id in state.connections.all
        if connection_id.startswith("local:")
    )
    task_id = state.deployment.start()["id"]
    openioc = seed.FIRST_INTEL_ID + 1
    return [
        ("test connectivity", {}),
        ("get endpoint", endpoint),
        ("create connection", endpoint),
        ("list connections", {}),
        ("get connection", on_connection),
        ("get process", process),
        ("get process events", {**process, "event_type": "process"}),
        ("get process tree", process),
        ("get events", events),
        ("get events summary", events),
        ("list files", {}),
        ("get file details", {"file_id": file_id}),
        ("collect file", {**endpoint, "file_path": seed.INVOICE_VIEWER}),
        ("save file", {**on_connection, "file_path": seed.INVOICE_VIEWER}),
        ("get file", {"file_id": file_id}),
        ("delete file", {"file_id": file_id}),
        ("create snapshot", on_connection),
        ("list snapshots", {}),
        ("delete snapshot", {"snapshot_ids": snapshot_id}),
        ("delete local snapshot", {"snapshot_id": local_id}),
        (
            "upload intel doc",
            {"file_name": "bench.yara", "intel_doc": "rule bench { condition: false }"},
        ),
        ("list intel docs", {}),
        ("get intel doc", {"intel_doc_id": openioc}),
        ("update intel doc", {"intel_doc_id": openioc, "intel_doc": seed.INTEL[1].contents}),
        ("deploy intel", {}),
        ("get intel deployment", {}),
        ("list labels", {}),
        ("get label", {"label_id": 1}),
        ("create label", {"name": "Bench"}),
        ("list intel doc labels", {"intel_doc_id": openioc}),
        ("add intel doc label", {"intel_doc_id": openioc, "label_id": 1}),
        ("remove intel doc label", {"intel_doc_id": openioc, "label_id": 1}),
        ("delete intel doc", {"intel_doc_id": openioc}),
        (
            "start quick scan",
            {"intel_doc_id": seed.FIRST_INTEL_ID, "computer_group_name": seed.FINANCE_GROUP.name},
        ),
        ("list alerts", {}),
        ("get alert", {"alert_id": 1}),
        ("update alert", {"alert_ids": "1", "state": "resolved"}),
        ("list evidence", {}),
        ("list evidence properties", {}),
        ("get evidence", {"evidence_id": evidence_id}),
        ("create evidence", {**process, "hostname": seed.FINANCE.hostname}),
        ("delete evidence", {"evidence_ids": evidence_id}),
        ("list endpoint files", {**on_connection, "directory_path": r"C:\Temp"}),
        ("get endpoint file details", {**on_connection, "file_path": seed.INVOICE_VIEWER}),
        ("delete endpoint file", {**on_connection, "file_path": seed.INVOICE_VIEWER}),
        ("list tasks", {}),
        ("get task", {"task_id": task_id}),
        ("list response actions", {}),
        (
            "start response action",
            {"action_type": "gatherSnapshot", "computer_name": seed.FINANCE.hostname},
        ),
        ("send records", {"records": "{}"}),
        ("forward alerts", {}),
        ("resend undelivered", {}),
        ("get service status", {}),
        ("on poll", {"container_count": 1}),
        ("get connect status", {}),
        ("list data sources", {}),
        ("get data source", {"data_source_id": seed.ALERT_SOURCE.id}),
        ("list destinations", {}),
        ("get destination", {"destination_id": 3}),
        ("create destination", {"name": "Bench", "url": "https://soar.example.com"}),
        ("update destination", {"destination_id": 1, "name": "Bench file"}),
        ("list data connections", {}),
        ("get data connection", {"data_connection_id": 1}),
        (
            "create data connection",
            {"name": "Bench", "data_source_id": seed.ALERT_SOURCE.id, "destination_id": 3},
        ),
        ("update data connection", {"data_connection_id": 1, "description": "Bench"}),
        ("disable data connection", {"data_connection_id": 1}),
        ("enable data connection", {"data_connection_id": 1}),
        ("list schedules", {}),
        ("get schedule", {"schedule_id": 301}),
        ("run data connection", {"data_connection_id": 1}),
        ("list connection logs", {}),
        ("delete data connection", {"data_connection_id": 4}),
        ("delete destination", {"destination_id": 5}),
        ("close connection", on_connection),
        ("delete connection", on_connection),
    ]


def _run(
    soar: LocalSoar, server: SimulatorServer, action: str, parameters: dict[str, Any]
) -> Traffic:
    server.log.clear()
    result = soar.run(action, parameters)
    requests = server.log.requests()
    logins = [request for request in requests if request.path in ("/api/v2/session/login", "/auth")]
    succeeded = result["status"] == "success"
    return Traffic(
        action,
        "connection_id" in parameters,
        succeeded,
        len(requests),
        server.log.connections(),
        len(logins),
    )


def _highest(name: str, target: int, runs: list[Traffic], count: Callable[[Traffic], int]) -> Line:
    highest = max(map(count, runs))
    above = [run.action for run in runs if count(run) > target]
    return Line(name, ", ".join([str(highest), *above]), "", f"at most {target}", not above)
