# File: every_action.py
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
"""Every action once, with parameters that succeed on the simulator."""

from __future__ import annotations

from typing import Any

from dev.simulator import seed
from dev.simulator.server import SimulatorServer


Calls = list[tuple[str, dict[str, Any]]]

ENDPOINT = {"destination": seed.FINANCE_12.hostname, "destination_type": "hostname"}


def every_action(server: SimulatorServer) -> Calls:
    """Names and parameters, in an order in which no action takes away what a later one needs."""
    state = server.state
    on_connection = {"connection_id": state.connections.open(seed.FINANCE.hostname)}
    process = {
        **on_connection,
        "process_table_id": seed.process_table_id(seed.FINANCE.client_id, seed.SUSPICIOUS),
    }
    local_id = next(each for each in state.connections.all if each.startswith("local:"))
    return [
        ("test connectivity", {}),
        *_on_endpoints(on_connection, process),
        *_files(on_connection, next(iter(state.files.all))),
        *_snapshots(on_connection, next(iter(state.snapshots.all)), local_id),
        *_intel(),
        *_alerts_and_evidence(process, next(iter(state.evidence.all))),
        *_endpoint_files(on_connection),
        *_tasks(state.deployment.start()["id"]),
        *_service(),
        *_connect(),
        ("close connection", on_connection),
        ("delete connection", on_connection),
    ]


def _on_endpoints(on_connection: dict[str, Any], process: dict[str, Any]) -> Calls:
    events = {**on_connection, "event_type": "process"}
    return [
        ("get endpoint", ENDPOINT),
        ("create connection", ENDPOINT),
        ("list connections", {}),
        ("get connection", on_connection),
        ("get process", process),
        ("get process events", {**process, "event_type": "process"}),
        ("get process tree", process),
        ("get events", events),
        ("get events summary", events),
    ]


def _files(on_connection: dict[str, Any], file_id: str) -> Calls:
    return [
        ("list files", {}),
        ("get file details", {"file_id": file_id}),
        ("collect file", {**ENDPOINT, "file_path": seed.INVOICE_VIEWER}),
        ("save file", {**on_connection, "file_path": seed.INVOICE_VIEWER}),
        ("get file", {"file_id": file_id}),
        ("delete file", {"file_id": file_id}),
    ]


def _snapshots(on_connection: dict[str, Any], snapshot_id: str, local_id: str) -> Calls:
    return [
        ("create snapshot", on_connection),
        ("list snapshots", {}),
        ("delete snapshot", {"snapshot_ids": snapshot_id}),
        ("delete local snapshot", {"snapshot_id": local_id}),
    ]


def _intel() -> Calls:
    openioc = seed.FIRST_INTEL_ID + 1
    return [
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
    ]


def _alerts_and_evidence(process: dict[str, Any], evidence_id: str) -> Calls:
    return [
        ("list alerts", {}),
        ("get alert", {"alert_id": 1}),
        ("update alert", {"alert_ids": "1", "state": "resolved"}),
        ("list evidence", {}),
        ("list evidence properties", {}),
        ("get evidence", {"evidence_id": evidence_id}),
        ("create evidence", {**process, "hostname": seed.FINANCE.hostname}),
        ("delete evidence", {"evidence_ids": evidence_id}),
    ]


def _endpoint_files(on_connection: dict[str, Any]) -> Calls:
    return [
        ("list endpoint files", {**on_connection, "directory_path": r"C:\Temp"}),
        ("get endpoint file details", {**on_connection, "file_path": seed.INVOICE_VIEWER}),
        ("delete endpoint file", {**on_connection, "file_path": seed.INVOICE_VIEWER}),
    ]


def _tasks(task_id: int) -> Calls:
    return [
        ("list tasks", {}),
        ("get task", {"task_id": task_id}),
        ("list response actions", {}),
        (
            "start response action",
            {"action_type": "gatherSnapshot", "computer_name": seed.FINANCE.hostname},
        ),
    ]


def _service() -> Calls:
    return [
        ("send records", {"records": "{}"}),
        ("forward alerts", {}),
        ("resend undelivered", {}),
        ("get service status", {}),
        ("on poll", {"container_count": 1}),
    ]


def _connect() -> Calls:
    return [
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
    ]
