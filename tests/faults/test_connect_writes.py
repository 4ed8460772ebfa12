# File: test_connect_writes.py
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
"""Whatever becomes of a write to Connect's answer: it was sent once, the analyst is told, and no
secret is seen.
"""

from __future__ import annotations

from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tanium_tr.errors import DOUBT
from tests.conftest import ASSET, run_on
from tests.faults.conftest import SECRETS, leaks


SECRET = "simulator-only, n\u00e9w"
HTTP = {"url": "https://soar.example.com/r", "authentication": "header", "auth_secret": SECRET}

# (action, parameters, verb, end of the path)
WRITES: tuple[tuple[str, dict[str, Any], str, str], ...] = (
    (
        "create data connection",
        {"name": "N", "data_source_id": 1, "destination_id": 3},
        "POST",
        "/connections",
    ),
    (
        "update data connection",
        {"data_connection_id": 1, "description": "N"},
        "PUT",
        "/connections/1",
    ),
    ("delete data connection", {"data_connection_id": 1}, "DELETE", "/connections/1"),
    ("run data connection", {"data_connection_id": 1, "wait": True}, "POST", "/connections/1/run"),
    ("enable data connection", {"data_connection_id": 2}, "PUT", "/connections/2/enable"),
    ("disable data connection", {"data_connection_id": 1}, "PUT", "/connections/1/disable"),
    ("create destination", {"name": "N", **HTTP}, "POST", "/destinations"),
    ("update destination", {"destination_id": 3, **HTTP}, "PUT", "/destinations/3"),
    ("delete destination", {"destination_id": 4}, "DELETE", "/destinations/4"),
)
# With what is said of the outcome: whether it may have been carried out.
FAULTS: tuple[tuple[dict[str, Any], bool], ...] = (
    ({"kind": "reset_after"}, True),
    ({"kind": "cut_off"}, True),
    ({"kind": "status", "status": 503, "work": True}, True),
    ({"kind": "status", "status": 404}, False),
    ({"kind": "status", "status": 429}, False),
    ({"kind": "echo_headers"}, True),
)


@pytest.mark.parametrize(
    ("action", "parameters", "method", "path"),
    WRITES,
    ids=lambda value: value if isinstance(value, str) else "",
)
@pytest.mark.parametrize(("fault", "doubted"), FAULTS, ids=lambda value: str(value))
def test_write_is_sent_once(
    tanium: SimulatorServer,
    soar: LocalSoar,
    action: str,
    parameters: dict[str, Any],
    method: str,
    path: str,
    fault: dict[str, Any],
    doubted: bool,
) -> None:
    soar.update_asset(
        ASSET,
        {"base_url": tanium.url, "username": seed.ANALYST.name, "password": seed.ANALYST.password},
    )
    tanium.faults.add(Fault(method=method, path_contains=path, **{"times": None, **fault}))

    failed = run_on(soar, action, **parameters)

    sent = tanium.log.requests(method=method, path_contains=path)
    # 429 says that nothing was done, so that it is repeated; 404 that the other dialect's address
    # may do instead.
    assert len(sent) == len({request.path for request in sent}) or {
        request.status for request in sent
    } == {429}
    # Whose answer has no body that could be cut off.
    if (fault["kind"], method) != ("cut_off", "DELETE"):
        assert not failed.ok
        assert (DOUBT in failed.message) == doubted, failed.message
    secrets = (*SECRETS, *tanium.state.accounts.sessions, SECRET)
    assert leaks(soar, failed.message, str(failed.result), *failed.progress, secrets=secrets) == []


@pytest.mark.parametrize(
    ("action", "parameters", "method", "path"),
    WRITES,
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_write_goes_on_in_a_new_session(
    tanium: SimulatorServer,
    soar: LocalSoar,
    action: str,
    parameters: dict[str, Any],
    method: str,
    path: str,
) -> None:
    tanium.settings.connect_run_seconds = 0
    tanium.state.connect.destinations.all[3]["configuration"]["url"] = f"{tanium.url}/in"
    tanium.faults.add(Fault("json", path_contains="/in", value={}, times=None))
    soar.update_asset(
        ASSET,
        {"base_url": tanium.url, "username": seed.ANALYST.name, "password": seed.ANALYST.password},
    )
    tanium.faults.add(Fault("expire_sessions", method=method, path_contains=path))

    done = run_on(soar, action, **parameters)

    assert done.ok, done.message
    refused, accepted = tanium.log.requests(method=method, path_contains=path)
    assert (refused.status, accepted.status) == (401, 200)
