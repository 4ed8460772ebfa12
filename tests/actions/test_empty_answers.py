# File: test_empty_answers.py
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
"""A success by its status whose content shows that there is no such thing, or that nothing was
done.
"""

from __future__ import annotations

from typing import Any, Callable

import pytest

from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tanium_tr.errors import DOUBT
from tests.conftest import RunAction, run_on
from tests.variants import ACTIONS, VARIANTS, Variant, prepared


READS = (
    ("get label", "GET", "/labels/"),
    ("get intel doc", "GET", "/intels/"),
    ("get intel deployment", "GET", "/intel/status"),
    ("get alert", "GET", "/alerts/"),
    ("get task", "GET", "/tasks/"),
    ("get evidence", "GET", "/event-evidence/"),
    ("get file", "GET", "/filedownload/"),
    ("get endpoint file details", "GET", "/file/info/"),
    ("get connection", "GET", "/conns/"),
    ("get data source", "GET", "/v1/sources/"),
    ("get schedule", "GET", "/v1/schedules/"),
    ("get destination", "GET", "/v1/destinations/"),
    ("get data connection", "GET", "/v1/connections/"),
    ("start quick scan", "GET", "groups/"),
)
WRITES = (
    ("create label", "POST", "/labels"),
    ("update intel doc", "PUT", "/intels/"),
    ("upload intel doc", "POST", "/intels"),
    ("deploy intel", "POST", "/intel/deploy"),
    ("start quick scan", "POST", "/on-demand-scans"),
    ("start response action", "POST", "/response-actions"),
    ("save file", "POST", "/file"),
    ("create snapshot", "POST", "/snapshot"),
    ("create connection", "POST", "/conns/connect"),
    ("create destination", "POST", "/v1/destinations"),
    ("update destination", "PUT", "/v1/destinations/"),
    ("create data connection", "POST", "/v1/connections"),
    ("update data connection", "PUT", "/v1/connections/"),
    ("enable data connection", "PUT", "/enable"),
    ("disable data connection", "PUT", "/disable"),
    ("run data connection", "POST", "/run"),
)
EMPTY: tuple[dict[str, Any], ...] = ({}, {"data": {}})


def variant_of(action: str) -> Variant:
    return next(variant for variant in VARIANTS if variant.action == action and variant.succeeds)


@pytest.mark.parametrize("value", EMPTY)
@pytest.mark.parametrize(("action", "method", "path"), [*READS, *WRITES])
def test_empty_object_is_no_such_thing(
    soar: LocalSoar,
    tanium: SimulatorServer,
    action: str,
    method: str,
    path: str,
    value: dict[str, Any],
) -> None:
    assert action in ACTIONS
    given = prepared(variant_of(action), tanium)
    fault = Fault("json", method=method, path_contains=path, value=value, times=None)
    tanium.faults.add(fault)

    failed = run_on(soar, action, **given)

    assert fault.applied
    assert not failed.ok, failed.message
    # An envelope is the other dialect's, which is asked then and has no such evidence.
    status = 404 if action == "get evidence" and "data" in value else 200
    assert f"HTTP {status} to {method} " in failed.message
    assert (DOUBT in failed.message) == (method != "GET")
    assert [row for row in failed.rows if row] == []


def test_status_may_be_empty(run: RunAction, tanium: SimulatorServer) -> None:
    tanium.faults.add(Fault("json", path_contains="/status", value={}, times=None))

    assert run("test connectivity").ok


def other_state(body: Any) -> Any:
    row = body.get("data", body)
    row["enabled"] = not row["enabled"]
    return body


def other_id(body: Any) -> Any:
    row = body.get("data", body)
    row["id"] = 9999
    return body


def no_labels(_body: Any) -> list[Any]:
    return []


UNDONE: tuple[tuple[str, str, str, Callable[[Any], Any], str], ...] = (
    ("enable data connection", "PUT", "/enable", other_state, "its enabled is False."),
    ("disable data connection", "PUT", "/disable", other_state, "its enabled is True."),
    ("enable data connection", "PUT", "/enable", other_id, "its id is 9999."),
    ("update data connection", "PUT", "/v1/connections/", other_id, "its id is 9999."),
    ("update destination", "PUT", "/v1/destinations/", other_id, "its id is 9999."),
    ("add intel doc label", "PUT", "/labels", no_labels, "the document does not have label "),
)


@pytest.mark.parametrize(("action", "method", "path", "value", "explanation"), UNDONE)
def test_answer_that_shows_no_change_is_no_success(
    soar: LocalSoar,
    tanium: SimulatorServer,
    action: str,
    method: str,
    path: str,
    value: Callable[[Any], Any],
    explanation: str,
) -> None:
    given = prepared(variant_of(action), tanium)
    tanium.faults.add(Fault("json", method=method, path_contains=path, value=value))

    failed = run_on(soar, action, **given)

    assert not failed.ok, failed.message
    assert explanation in failed.message
    assert "Tanium did not make the change. Check the object in Tanium." in failed.message


def test_label_that_is_still_there_is_not_removed(run: RunAction, tanium: SimulatorServer) -> None:
    given = prepared(variant_of("remove intel doc label"), tanium)
    labels = [{"id": str(given["label_id"]), "name": "ransomware"}]
    tanium.faults.add(Fault("json", method="DELETE", path_contains="/labels/", value=labels))

    failed = run("remove intel doc label", **given)

    assert not failed.ok
    assert f"the document still has label {given['label_id']}." in failed.message


@pytest.mark.parametrize("enabled", [True, False])
def test_success_without_a_row_tells_what_is_known(
    run: RunAction, tanium: SimulatorServer, enabled: bool
) -> None:
    name = "enable" if enabled else "disable"
    fault = Fault("status", path_contains=f"/{name}", status=204, body="", work=True)
    tanium.faults.add(fault)

    changed = run(f"{name} data connection", data_connection_id=1)

    assert changed.ok, changed.message
    assert changed.rows == [{"id": 1, "enabled": enabled}]
