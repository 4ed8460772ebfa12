# File: test_following.py
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
"""Containers follow later changes of their alerts' states, if the asset is set to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from local_soar.containers import set_status
from local_soar.profile import BROKER, Profile

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from dev.soar.poll_parameters import poll_parameters
from dev.soar.runtime import LocalSoar
from dev.soar.web.server import SoarServer
from tanium_tr.soar.rest import SoarRest
from tests.conftest import ASSET, Run, run_on, state_of


ALERTS = 60  # more than are looked for at once


@pytest.fixture
def tanium() -> Iterator[SimulatorServer]:
    with SimulatorServer(alerts=ALERTS) as server:
        for row in server.state.alerts.rows():
            row["state"] = "unresolved"
        yield server


class Setup:
    """A SOAR whose asset polls the server, with its REST API."""

    def __init__(self, home: Path, tanium: SimulatorServer, profile: Profile) -> None:
        self.soar, self._alerts = LocalSoar(home, profile), tanium.state.alerts
        config = {
            "base_url": tanium.url,
            "api_token": seed.TOKEN,
            "poll_lookback_days": 365,
            "poll_update_containers": True,
        }
        self.soar.create_asset(ASSET, config)

    def poll(self) -> Run:
        polled = run_on(self.soar, "on poll", **poll_parameters())
        assert polled.ok, polled.message
        return polled

    def alerts(self, state: str, *numbers: int) -> None:
        """Their states in Tanium change."""
        self._alerts.set_state(numbers, state)

    def person(self, status: str, number: int) -> None:
        """Somebody changes the status of an alert's container."""
        assert set_status(self.soar.installation, self._container(number)["id"], status)

    def statuses(self, *numbers: int) -> list[str]:
        return [self._container(number)["status"] for number in numbers]

    def _container(self, number: int) -> dict[str, Any]:
        guid = self._alerts.get(number)["guid"]
        return next(
            each for each in self.soar.containers() if each.get("source_data_identifier") == guid
        )


@pytest.fixture
def polling(tmp_path: Path, tanium: SimulatorServer, request: Any) -> Iterator[Setup]:
    profile = getattr(request, "param", Profile())
    setup = Setup(tmp_path / "soar", tanium, profile)
    with SoarServer(setup.soar):
        yield setup


@pytest.mark.parametrize("polling", [Profile(), BROKER], indirect=True, ids=["SOAR", "broker"])
def test_containers_follow_their_alerts(polling: Setup, tanium: SimulatorServer) -> None:
    assert polling.poll().message == f"Ingested alerts: {ALERTS}"
    for number, state in enumerate(("resolved", "dismissed", "ignored", "suppressed"), 1):
        polling.alerts(state, number)
    polling.alerts("inprogress", 5, ALERTS)

    polled = polling.poll()

    assert polled.message == "Ingested alerts: 0. Containers updated: 6"
    assert polling.statuses(1, 2, 3, 4) == ["closed"] * 4
    assert polling.statuses(5, 6, ALERTS) == ["open", "new", "open"]
    assert polling.poll().message == "Ingested alerts: 0"
    polling.alerts("unresolved", 1, 5)
    assert polling.poll().message == "Ingested alerts: 0. Containers updated: 1"
    assert polling.statuses(1, 5) == ["open", "open"]
    assert [request for request in tanium.log if request.method != "GET"] == []


def test_person_who_came_later_is_left_alone(polling: Setup) -> None:
    polling.poll()
    polling.person("open", 1)
    polling.poll()
    # The person came first, so the alert's change counts; then the person came again.
    polling.alerts("resolved", 1, 2)
    assert polling.poll().message == "Ingested alerts: 0. Containers updated: 2"
    polling.person("open", 1)
    assert polling.poll().message == "Ingested alerts: 0"
    assert polling.statuses(1, 2) == ["open", "closed"]

    # Both since the last poll: nobody knows who was last.
    polling.alerts("resolved", 3)
    polling.person("open", 3)
    assert polling.poll().message == "Ingested alerts: 0. left as a person set them: 1"
    assert polling.poll().message == "Ingested alerts: 0"
    assert polling.statuses(1, 3) == ["open", "open"]


@pytest.mark.parametrize(
    "polling", [Profile(closing_needs_more=True)], indirect=True, ids=["fields"]
)
def test_refusal_of_soar_is_told_once(polling: Setup) -> None:
    polling.poll()
    polling.alerts("resolved", 1)
    polling.alerts("inprogress", 2)

    polled = polling.poll()

    assert "Containers updated: 1. SOAR did not update container " in polled.message
    assert polled.message.endswith(": Required fields are missing: resolution")
    assert polling.statuses(1, 2) == ["new", "open"]
    assert polling.poll().message == "Ingested alerts: 0"


def test_what_cannot_be_reached_is_followed_by_the_next_poll(
    polling: Setup, tanium: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    polling.poll()
    tanium.log.clear()
    polling.poll()
    looks = len(tanium.log) - 2  # of the list, before the alerts are looked for in two pieces
    polling.alerts("resolved", 1)
    tanium.faults.add(Fault("status", path_contains="/alerts", status=400, after=looks))
    assert "Not all containers could be updated: Tanium answered HTTP 400" in polling.poll().message

    # The answer to the change is lost, although it was made.
    answered = SoarRest._answer

    def lost(rest: SoarRest, response: Any) -> Any:
        if response.request.method == "POST":
            response.status_code = 503
        return answered(rest, response)

    with monkeypatch.context() as patched:
        patched.setattr(SoarRest, "_answer", lost)
        assert "answered HTTP 503" in polling.poll().message
    assert polling.poll().message == "Ingested alerts: 0"
    assert polling.statuses(1) == ["closed"]


def test_server_that_does_not_filter_by_guid_is_told(
    polling: Setup, tanium: SimulatorServer
) -> None:
    tanium.settings.guid_filter = False
    polling.poll()

    assert polling.poll().message == (
        "Ingested alerts: 0. Not all containers could be updated: This Tanium server does not"
        " filter alerts by guid: its answer contains other alerts"
    )


def test_state_that_nobody_wrote_and_the_switch(polling: Setup, tanium: SimulatorServer) -> None:
    polling.poll()
    state = state_of(polling.soar)
    assert len(state["followed"]["alerts"]) == ALERTS
    config = polling.soar.decrypted(polling.soar.asset("1"))
    polling.soar.update_asset(ASSET, {**config, "poll_update_containers": False})
    tanium.log.clear()
    polling.alerts("resolved", 1)

    assert polling.poll().message == "Ingested alerts: 0"
    assert not tanium.log.requests(path_contains="guid")
    assert polling.statuses(1) == ["new"]
