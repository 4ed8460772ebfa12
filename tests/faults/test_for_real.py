# File: test_for_real.py
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
"""The leg over TLS, and the one with runs side by side in processes of their own."""

from __future__ import annotations

from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tanium_tr.errors import DOUBT
from tests.conftest import ASSET, eventually, run_on
from tests.faults.conftest import TIME_OUT, leaks
from tests.variants import SCAN


FAULTS: tuple[tuple[dict[str, Any], bool], ...] = (
    ({"kind": "reset_before", "times": 1}, True),
    ({"kind": "reset_after", "times": None}, False),
    ({"kind": "cut_off", "times": None}, False),
    ({"kind": "big_error", "times": None}, False),
    ({"kind": "echo_headers", "times": None}, False),
    ({"kind": "status", "status": 503, "times": 1}, True),
    ({"kind": "redirect", "times": None}, False),
    ({"kind": "silent", "times": None}, False),
    ({"kind": "drip", "seconds": TIME_OUT / 3, "times": None}, False),
)


@pytest.mark.parametrize(
    ("fault", "recovers"),
    FAULTS,
    ids=lambda value: value["kind"] if isinstance(value, dict) else "",
)
def test_over_tls(
    request: pytest.FixtureRequest, soar: LocalSoar, fault: dict[str, Any], recovers: bool
) -> None:
    if fault["kind"] in ("silent", "drip"):
        request.getfixturevalue("impatient")(fault["kind"], "/alerts", "/on-demand-scans")
    with SimulatorServer(tls=True, alerts=8) as server:
        soar.update_asset(
            ASSET,
            {"base_url": server.url, "api_token": seed.TOKEN},
            {"REQUESTS_CA_BUNDLE": str(server.ca_file)},
        )
        server.faults.add(Fault(path_contains="/alerts", **fault))
        server.faults.add(Fault(path_contains="/on-demand-scans", **fault))

        listed = run_on(soar, "list alerts")
        scanned = run_on(soar, "start quick scan", **SCAN)

        assert listed.ok == recovers, listed.message
        assert not scanned.ok
        assert eventually(lambda: len(server.log.requests(path_contains="/on-demand-scans")) == 1)
        assert (DOUBT in scanned.message) == (fault["kind"] != "redirect")
        assert (
            leaks(soar, listed.message, scanned.message, *listed.progress, *scanned.progress) == []
        )


def test_side_by_side(soar: LocalSoar, tanium: SimulatorServer) -> None:
    """Answers are lost after the work was done. The session ends in the middle of others, or work
    that it stops would count as lost, too.
    """
    connection_id = tanium.state.connections.open(seed.FINANCE.hostname)
    tanium.faults.add(Fault("reset_after", method="POST", path_contains="/file", times=3))
    tanium.faults.add(
        Fault("status", method="GET", path_contains="/filedownload", status=503, times=3)
    )
    soar.update_asset(
        ASSET,
        {"base_url": tanium.url, "username": seed.ANALYST.name, "password": seed.ANALYST.password},
    )
    given = {"connection_id": connection_id, "file_path": seed.INVOICE_VIEWER}

    def at_once() -> list[dict[str, Any]]:
        children = [
            soar.start(action, given if action == "save file" else {})
            for action in ("save file", "list files") * 3
        ]
        return [child.result() for child in children]

    results = at_once()
    expiry = tanium.faults.add(Fault("expire_sessions", path_contains="/conns/"))
    results += at_once()

    assert expiry.applied
    saved, listed = results[::2], results[1::2]
    assert [result["status"] for result in listed] == ["success"] * 6
    lost = [
        result["result_data"][0]["message"] for result in saved if result["status"] != "success"
    ]
    assert len(lost) == 3
    assert all(DOUBT in message for message in lost)
    assert len(tanium.state.tasks.all) == 6
