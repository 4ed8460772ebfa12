# File: routes.py
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
"""Every request that the actions consist of, where a fault can strike, and what it has done on the
server.
"""

from __future__ import annotations

from typing import Any, Callable, NamedTuple

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from tests.variants import FINANCE, NODE, SCAN, YARA, fixed, live


Effect = Callable[[SimulatorServer], int]


class Route(NamedTuple):
    """A request of an action. `effect` counts how often it was carried out on the server, for a
    request that writes.
    """

    action: str
    parameters: Callable[[SimulatorServer], dict[str, Any]]
    method: str
    path: str
    effect: Effect | None = None
    silent_success: bool = False  # any answer with a good status means that it is done

    @property
    def id(self) -> str:
        return f"{self.action}, {self.method} {self.path}"


def a_file(tanium: SimulatorServer) -> dict[str, Any]:
    return {"file_id": next(iter(tanium.state.files.all))}


def two_snapshots(tanium: SimulatorServer) -> dict[str, Any]:
    return {"snapshot_ids": list(tanium.state.snapshots.all)[:2]}


def tasks(kind: str) -> Effect:
    return lambda tanium: sum(task["type"] == kind for task in tanium.state.tasks.all.values())


def closed(tanium: SimulatorServer) -> int:
    return sum(connection.closed for connection in tanium.state.connections.all.values())


# With the one that a test opens.
CONNECTIONS_AT_FIRST, FILES_AT_FIRST, SNAPSHOTS_AT_FIRST = 4, 12, 4

READS = (
    Route("test connectivity", fixed(), "GET", "/status"),
    Route("list connections", fixed(), "GET", "/conns"),
    Route("create connection", live(**FINANCE, reuse=True), "GET", "/endpoints"),
    Route("create connection", live(**FINANCE, reuse=True), "GET", "/conns"),
    Route("get endpoint", fixed(**FINANCE), "GET", "/endpoints"),
    Route(
        "get endpoint",
        fixed(destination="kiosk-lobby", destination_type="hostname"),
        "GET",
        "/system_status",
    ),
    Route("list snapshots", fixed(sort="name"), "GET", "/snapshot"),
    Route("get process", live(process_table_id=NODE), "GET", "/processevents/"),
    Route("get process tree", live(process_table_id=NODE), "GET", "/processtrees/"),
    Route("get events", live(event_type="dns", limit=3), "GET", "/events"),
    Route("get events summary", live(event_type="dns"), "GET", "/eventsCount"),
    Route("list files", fixed(), "GET", "/filedownload"),
    Route("get file", a_file, "GET", "/filedownload/data/"),
    Route("start quick scan", fixed(**SCAN), "GET", "/groups/by-name/"),
    Route("list alerts", fixed(query="state=unresolved"), "GET", "/alerts"),
)

WRITES = (
    Route(
        "create connection",
        lambda tanium: live(**FINANCE)(tanium) and FINANCE,
        "POST",
        "/conns/connect",
        lambda tanium: len(tanium.state.connections.all) - CONNECTIONS_AT_FIRST,
    ),
    Route("close connection", live(), "DELETE", "/conns/close/", closed, silent_success=True),
    Route(
        "delete connection",
        live(),
        "DELETE",
        "/conns/delete/",
        lambda tanium: CONNECTIONS_AT_FIRST - len(tanium.state.connections.all),
        silent_success=True,
    ),
    Route("create snapshot", live(), "POST", "/snapshot", tasks("snapshot")),
    Route(
        "delete snapshot",
        two_snapshots,
        "DELETE",
        "/snapshot",
        lambda tanium: (SNAPSHOTS_AT_FIRST - len(tanium.state.snapshots.all)) // 2,
        silent_success=True,
    ),
    Route("save file", live(file_path=seed.INVOICE_VIEWER), "POST", "/file", tasks("fileDownload")),
    Route(
        "delete file",
        a_file,
        "DELETE",
        "/filedownload/",
        lambda tanium: FILES_AT_FIRST - len(tanium.state.files.all),
        silent_success=True,
    ),
    Route(
        "upload intel doc",
        fixed(**YARA),
        "POST",
        "/intels",
        lambda tanium: (
            sum(row["revisionId"] for row in tanium.state.intel.all.values()) - len(seed.INTEL)
        ),
    ),
    Route(
        "start quick scan",
        fixed(**SCAN),
        "POST",
        "/on-demand-scans",
        lambda tanium: len(tanium.state.scans.all),
    ),
)
