# File: test_members.py
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
"""One member of a list that is malformed never costs the others."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tests.conftest import run_on
from tests.variants import FINANCE, NODE, fixed, live


LISTS: tuple[tuple[str, Callable[[SimulatorServer], dict[str, Any]], str], ...] = (
    ("list connections", fixed(), "/conns"),
    ("create connection", live(**FINANCE, reuse=True), "/conns"),
    ("get endpoint", fixed(destination="kiosk-lobby", destination_type="hostname"), "/endpoints"),
    (
        "get endpoint",
        fixed(destination="kiosk-lobby", destination_type="hostname"),
        "/system_status",
    ),
    ("list snapshots", fixed(sort="name"), "/snapshot"),
    ("get process", live(process_table_id=NODE), "/processevents/"),
    ("get process tree", live(process_table_id=NODE), "/processtrees/"),
    ("get events", live(event_type="network", limit=5), "/events"),
    (
        "get events",
        live(event_type="network", limit=5, fields="operation", operators="ne", values="x"),
        "/events",
    ),
    ("list files", fixed(), "/filedownload"),
    ("list alerts", fixed(), "/alerts"),
    ("list data connections", fixed(), "/connect/v1/connections"),
    ("list destinations", fixed(), "/connect/v1/destinations"),
    ("list connection logs", fixed(status="success"), "/connect/v1/logs"),
)
VALUES: tuple[Any, ...] = (
    None,
    42,
    "text",
    [],
    {},
    True,
    {"id": None, "details": 5, "status": [], "context": {}, "hostname": 7, "children_count": "x"},
)
DEEP = '{"a":' * 3000 + "1" + "}" * 3000


@pytest.mark.parametrize("dialect", ["production", "specified"])
@pytest.mark.parametrize(("action", "parameters", "path"), LISTS)
def test_malformed_member(
    tanium: SimulatorServer,
    soar: LocalSoar,
    action: str,
    parameters: Callable[[SimulatorServer], dict[str, Any]],
    path: str,
    dialect: str,
) -> None:
    tanium.settings.dialect = dialect
    given = parameters(tanium)
    healthy = run_on(soar, action, **given)
    assert healthy.ok, healthy.message
    for value in VALUES:
        fault = tanium.faults.add(
            Fault("member", path_contains=path, value=value, position=0, times=None)
        )
        result = run_on(soar, action, **given)
        tanium.faults.clear()
        assert fault.applied
        assert result.ok or len(healthy.rows) == 1, f"{value!r}: {result.message}"
        assert not any("Unexpected" in line for line in result.progress)
        if len(healthy.rows) > 1 and result.ok:
            stored = [row for row in healthy.rows if row in result.rows]
            assert len(stored) >= len(healthy.rows) - len(
                [seen for seen in tanium.log if seen.fault]
            )
        tanium.log.clear()


def test_malformed_member_counts_as_one_of_its_page(
    tanium: SimulatorServer, soar: LocalSoar
) -> None:
    """What follows is asked for behind it, so that no row comes twice."""
    tanium.settings.dialect = "specified"
    healthy = run_on(soar, "list connections").rows
    tanium.faults.add(Fault("member", path_contains="/conns", value=None, position=0))
    assert run_on(soar, "list connections").rows == healthy[1:]


ODD: tuple[tuple[str, Callable[[SimulatorServer], dict[str, Any]], tuple[Fault, ...]], ...] = (
    (
        "save file",
        live(file_path="C:\\x"),
        (Fault("json", path_contains="/file", value={"data": {"taskId": "9" * 5000}}),),
    ),
    (
        "save file",
        live(file_path="C:\\x", wait=True, timeout=1),
        (
            Fault("json", path_contains="/file", value={"taskInfo": {"id": 1}}),
            Fault("status", path_contains="/tasks/", status=404, times=None),
        ),
    ),
    (
        "collect file",
        fixed(**FINANCE, file_path="C:\\x", timeout=1),
        (Fault("json", path_contains="/conns/connect", value="remote:half-\ud800:1"),),
    ),
    (
        "run data connection",
        fixed(data_connection_id=1, wait=True, timeout=1),
        (
            Fault(
                "json",
                path_contains="/v1/logs",
                value={
                    "data": [{"id": [1], "connectionId": 1, "status": "success", "startTime": {}}]
                },
                times=None,
            ),
        ),
    ),
)


@pytest.mark.parametrize(("action", "parameters", "faults"), ODD)
def test_values_that_no_server_should_send_are_no_unexpected_error(
    tanium: SimulatorServer,
    soar: LocalSoar,
    action: str,
    parameters: Callable[[SimulatorServer], dict[str, Any]],
    faults: tuple[Fault, ...],
) -> None:
    given = parameters(tanium)
    for fault in faults:
        tanium.faults.add(fault)
    result = run_on(soar, action, **given)
    assert all(fault.applied for fault in faults)
    assert "does not expect" not in result.message


@pytest.mark.parametrize(
    "details",
    [
        None,
        5,
        True,
        "",
        "{",
        "null",
        "[]",
        "\u0000",
        "{}",
        [],
        {},
        {"match": 5},
        '{"match": {"properties": []}}',
        DEEP,
    ],
)
def test_details_of_one_alert_cost_neither_it_nor_the_others(
    tanium: SimulatorServer, soar: LocalSoar, details: Any
) -> None:
    healthy = run_on(soar, "list alerts")
    tanium.faults.add(
        Fault("member", path_contains="/alerts", value=lambda row: {**row, "details": details})
    )
    result = run_on(soar, "list alerts")
    assert result.ok, result.message
    assert [row["id"] for row in result.rows] == [row["id"] for row in healthy.rows]
    assert [row for row in result.rows if row not in healthy.rows] == [result.rows[1]]
    assert (result.rows[1]["path"], result.rows[1]["md5"]) == (healthy.rows[1]["path"], None)
