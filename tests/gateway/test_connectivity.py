# File: test_connectivity.py
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
"""What test connectivity and probe say about the API gateway, and the warning of a token that
expires.
"""

from __future__ import annotations

import time
from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tanium_tr.soar.platform import SoarPlatform
from tests.conftest import RunAction
from tests.gateway.conftest import operations
from tests.questions.conftest import login_as


CURRENT = "/session/current"


@pytest.mark.parametrize(
    ("settings", "words", "fields"),
    [
        ({"gateway": "missing"}, "There is no API gateway: list processes with", "not asked"),
        ({"gateway": "legacy"}, "The API gateway is an older one", "older fields"),
        ({"missing_modules": ("Direct Connect",)}, "Direct Connect cannot be used", "failed"),
    ],
)
def test_what_is_missing_is_said(
    tanium: SimulatorServer, run: RunAction, settings: dict[str, Any], words: str, fields: str
) -> None:
    for name, value in settings.items():
        setattr(tanium.settings, name, value)

    tested, probed = run("test connectivity"), run("probe")

    assert tested.ok, tested.message
    assert words in tested.message
    (row,) = (row for row in probed.rows if row["part"] == "gateway")
    assert row["result"] == fields


def test_gateway_without_its_permission(
    tanium: SimulatorServer, soar: LocalSoar, run: RunAction
) -> None:
    login_as(soar, tanium, seed.TOKEN)
    tanium.faults.add(Fault("status", path_contains="/gateway/", status=403, times=None))

    tested = run("test connectivity")

    assert tested.ok, tested.message
    assert "The API gateway cannot be used. Tanium answered HTTP 403" in tested.message


def test_expiry_is_read_from_the_gateway_where_the_session_does_not_tell(
    tanium: SimulatorServer, soar: LocalSoar, run: RunAction
) -> None:
    login_as(soar, tanium, seed.TOKEN_EXPIRING)

    def untold(body: Any) -> Any:
        body["data"].pop("expire_time")
        return body

    tanium.faults.add(Fault("json", path_contains=CURRENT, value=untold, times=None))
    only = {"data": {"myAPITokens": {"tokens": [{"id": "1", "expiration": IN_TWO_DAYS}]}}}
    tanium.faults.add(
        Fault("json", path_contains="/gateway/", body_contains=b"query Tokens", value=only)
    )

    tested = run("test connectivity")

    assert "The API token expires on " in tested.message
    assert "in 1 day." in tested.message


IN_TWO_DAYS = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 2 * 86400 - 60))


def test_scheduled_poll_warns_once_a_day(
    tanium: SimulatorServer, soar: LocalSoar, run: RunAction, monkeypatch: pytest.MonkeyPatch
) -> None:
    login_as(soar, tanium, seed.TOKEN_EXPIRING)
    now = [time.time()]
    monkeypatch.setattr(SoarPlatform, "time", lambda _soar: now[0])

    first, second = run("on poll"), run("on poll")
    asked = len(tanium.log.requests(path_contains=CURRENT))
    now[0] += 86401
    third = run("on poll")

    assert first.ok, first.message
    assert ". The API token expires on " in first.message
    assert "The API token expires" not in second.message
    assert asked == 1
    assert ". The API token expires on " in third.message


def test_scheduled_poll_does_not_warn_early(tanium: SimulatorServer, run: RunAction) -> None:
    polled = run("on poll")

    assert polled.ok, polled.message
    assert "expires" not in polled.message
    assert len(tanium.log.requests(path_contains=CURRENT)) == 1


def test_poll_goes_on_where_nobody_tells_the_expiry(
    tanium: SimulatorServer, run: RunAction
) -> None:
    tanium.faults.add(Fault("status", path_contains=CURRENT, status=500, times=None))

    polled = run("on poll")

    assert polled.ok, polled.message
    assert operations(tanium) == []
