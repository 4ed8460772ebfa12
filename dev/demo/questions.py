# File: questions.py
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
"""Questions to the simulated server, and a few orders, which it answers in its own process."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.recordings.processes import digest_of


if TYPE_CHECKING:
    from dev.simulator.server import SimulatorServer

Row = dict[str, Any]


def statuses(server: SimulatorServer) -> set[int | None]:
    return {request.status for request in server.log.requests()}


def connections(server: SimulatorServer) -> dict[str, str]:
    connections = server.state.connections
    return {
        connection.id: connections.status(connection) for connection in connections.all.values()
    }


def processes(server: SimulatorServer, in_path: str) -> list[str]:
    recording = server.state.computers.recording(seed.FINANCE)
    return [process.table_id for process in recording.processes if in_path in process.path]


def family(server: SimulatorServer, table_id: str) -> list[tuple[str, str]]:
    """Context and table id of a process without siblings and of those next to it."""
    recording = server.state.computers.recording(seed.FINANCE)
    process = recording.process(table_id)
    assert process and process.parent is not None
    children = [("child", child.table_id) for child in recording.children[process.number]]
    return sorted(
        [*children, ("node", table_id), ("parent", recording.processes[process.parent].table_id)]
    )


def files(server: SimulatorServer) -> dict[str, str]:
    return {file_id: file.row["path"] for file_id, file in server.state.files.all.items()}


def file_content(server: SimulatorServer, file_id: str) -> tuple[bytes, str]:
    content = b"".join(server.state.files.get(file_id).members[0].content)
    return content, hashlib.sha1(content, usedforsecurity=False).hexdigest()


def snapshots(server: SimulatorServer) -> dict[str, str | None]:
    return {row["uuid"]: row["completed"] for row in server.state.snapshots.rows()}


def task_status(server: SimulatorServer, task_id: int) -> str:
    status: str = server.state.tasks.get(task_id)["status"]
    return status


def intel(server: SimulatorServer) -> dict[int, tuple[str, str]]:
    return {row["id"]: (row["type"], row["contents"]) for row in server.state.intel.rows()}


def scans(server: SimulatorServer) -> list[tuple[int, int, int]]:
    return [
        (scan["id"], scan["intelDocId"], scan["computerGroupId"]) for scan in server.state.scans.all
    ]


def filtered_alerts(
    server: SimulatorServer, filters: dict[str, list[str]], limit: int
) -> list[int]:
    return [row["id"] for row in server.state.alerts.page(filters, "", limit, 0)[0]]


def alert_states(server: SimulatorServer) -> dict[int, str]:
    return {row["id"]: row["state"] for row in server.state.alerts.rows()}


def process_path(server: SimulatorServer, table_id: str) -> str:
    process = server.state.computers.recording(seed.FINANCE).process(table_id)
    assert process
    return process.path


def evidence(server: SimulatorServer) -> list[tuple[str, str, str, str]]:
    """Process table id, host name, summary and process path of every record, oldest first."""
    rows = server.state.evidence.rows()
    return [
        (row["recorderId"], row["hostname"], row["summary"], row["data"]["process_path"])
        for row in rows
    ]


def deployed_revision(server: SimulatorServer) -> int:
    revision: int = server.state.deployment.status()["currentRevision"]
    return revision


def alerts(server: SimulatorServer) -> list[Row]:
    """All of them, oldest first, without their details."""
    return [
        {name: value for name, value in row.items() if name != "details"}
        for row in server.state.alerts.rows()
    ]


def raise_alert(server: SimulatorServer) -> Row:
    """A new alert, which starts what listens for events in Connect."""
    return server.state.alerts.add()


def data_sources(server: SimulatorServer) -> dict[int, str]:
    return {
        source_id: source["name"] for source_id, source in server.state.connect.sources.all.items()
    }


def destination(server: SimulatorServer, name: str) -> Row:
    """How Connect is to deliver, its secrets in clear."""
    rows = server.state.connect.destinations.all.values()
    configuration: Row = next(row["configuration"] for row in rows if row["name"] == name)
    return configuration


def data_connection(server: SimulatorServer, data_connection_id: int) -> tuple[str, str]:
    """The names of its source and of its destination."""
    connect = server.state.connect
    connection = connect.connections.get(data_connection_id)
    source = connect.sources.all[connection["sourceId"]]
    return source["name"], connect.destinations.all[connection["destinationId"]]["name"]


def wait_for_connect(server: SimulatorServer) -> None:
    server.state.connect.wait()


def forwarded(server: SimulatorServer) -> list[str]:
    """The guids in what the HTTP-ingest endpoint has accepted."""
    return [json.loads(record)["guid"] for record in server.state.ingest.records]


def break_endpoint(server: SimulatorServer) -> None:
    """From now on the HTTP-ingest endpoint is unavailable."""
    server.faults.add(Fault("status", path_contains=seed.INGEST_PATH, status=503, times=None))


def mend_endpoint(server: SimulatorServer) -> None:
    server.faults.clear()


def computers_with(server: SimulatorServer, md5: str) -> list[str]:
    """The names of the computers that answer and have a process with this hash."""
    return sorted(
        host.hostname
        for host in server.state.computers.hosts
        if host.answers and server.state.computers.is_registered(host)
        if md5 in [digest_of(path) for path, _, _ in seed.PROCESS_BACKBONE[host.platform]]
    )


def asked(server: SimulatorServer) -> tuple[int, bool]:
    """How many questions the server was asked, and whether it asked another than the last."""
    return len(server.state.questions.asked), server.state.questions.asked[-1].fallback


def issued(server: SimulatorServer) -> list[int]:
    """The actions that saved actions have issued."""
    found = (each.action for each in server.state.saved_actions.all.values())
    return [action.id for action in found if action]


def quarantined(server: SimulatorServer) -> set[str]:
    """The client IDs of the computers that are quarantined."""
    return server.state.computers.quarantined


def running(server: SimulatorServer) -> set[tuple[int, str]]:
    """Number and name of what runs on the machine for long."""
    return {(each.pid, each.name) for each in server.state.live_processes.of(seed.FINANCE)}


def direct_connections(server: SimulatorServer) -> int:
    return len(server.state.direct_connect.open_ones())
