# File: test_service.py
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
"""The state of the service, and what every action says to a login that may do nothing."""

from __future__ import annotations

import pytest

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tests.actions.conftest import asked
from tests.conftest import ASSET, RunAction, run_on
from tests.variants import ACTIONS, INGEST, PLAIN


@pytest.mark.parametrize("dialect", ["production", "specified"])
def test_get_service_status(tanium: SimulatorServer, run: RunAction, dialect: str) -> None:
    tanium.settings.dialect = dialect

    status = run("get service status")

    assert asked(tanium) == ["GET /status"]
    assert (status.ok, status.message, status.summary) == (
        True,
        "Threat Response 4.8.112",
        {"version": "4.8.112"},
    )
    (row,) = status.rows
    assert (row["version"], row["status"]) == ("4.8.112", "ok")


@pytest.mark.parametrize("value", [[], "up", 1, None])
def test_get_service_status_of_something_else(
    tanium: SimulatorServer, run: RunAction, value: object
) -> None:
    tanium.faults.add(Fault("json", value=value))

    failed = run("get service status")

    assert not failed.ok
    assert "base_url" in failed.message


@pytest.mark.parametrize(
    ("action", "product"),
    [("get service status", "Threat Response"), ("get connect status", "Connect")],
)
def test_status_without_a_version(
    tanium: SimulatorServer, run: RunAction, action: str, product: str
) -> None:
    tanium.faults.add(Fault("json", value={"status": "ok"}))

    assert run(action).message == f"{product} (version unknown)"


def test_login_without_permissions_is_told_so_by_every_action(
    tanium: SimulatorServer, soar: LocalSoar
) -> None:
    soar.update_asset(ASSET, {"base_url": tanium.url, "api_token": seed.TOKEN_WITHOUT_PERMISSIONS})
    # Finding an endpoint and its like are asked of the platform, which needs none of these
    # permissions; records go elsewhere; on es poll asks SOAR first; a probe reports it in its rows.
    others = {"test connectivity", "get endpoint", "on es poll", "probe", *INGEST}
    asking = set(ACTIONS) - others
    given = {action: PLAIN[action].parameters(tanium) for action in sorted(asking)}
    tasks = dict(tanium.state.tasks.all)
    for action, parameters in given.items():
        failed = run_on(soar, action, **parameters)

        assert not failed.ok, action
        assert "HTTP 403" in failed.message, f"{action}: {failed.message}"
        assert "permission" in failed.message
    assert tanium.state.tasks.all == tasks


@pytest.mark.parametrize(
    ("action", "parameters", "permission"),
    [
        ("update intel doc", {"intel_doc_id": 503, "intel_doc": "rule beacon {}"}, "intels write"),
        ("delete intel doc", {"intel_doc_id": 503}, "intels write"),
        ("add intel doc label", {"intel_doc_id": 503, "label_id": 1}, "labels write"),
        ("remove intel doc label", {"intel_doc_id": 501, "label_id": 1}, "labels write"),
        ("create label", {"name": "Reader's own"}, "labels write"),
        ("deploy intel", {}, "intels write"),
    ],
)
def test_login_that_may_only_read_intel_is_told_the_permission(
    tanium: SimulatorServer,
    soar: LocalSoar,
    action: str,
    parameters: dict[str, object],
    permission: str,
) -> None:
    soar.update_asset(ASSET, {"base_url": tanium.url, "api_token": seed.TOKEN_READER})
    before = [dict(row, labelIds=list(row["labelIds"])) for row in tanium.state.intel.rows()]
    labels = len(tanium.state.labels.all)

    failed = run_on(soar, action, **parameters)

    assert not failed.ok
    assert f"lacks the permission 'threat response {permission}', or" in failed.message
    assert f"does not have the permission 'threat response {permission}'" in failed.message
    assert tanium.state.intel.rows() == before
    assert (len(tanium.state.labels.all), tanium.state.tasks.all) == (labels, {})
