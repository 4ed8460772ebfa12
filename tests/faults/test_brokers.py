# File: test_brokers.py
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
"""On an automation broker: SOAR holds the state, may be out of reach; some folders are missing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from local_soar.profile import BROKER, OLDER_BROKER, Profile
from phantom.base_connector import BaseConnector

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from dev.soar.poll_parameters import poll_parameters
from dev.soar.runtime import LocalSoar
from tests.api.conftest import ANALYST, logins
from tests.conftest import ASSET, Run, run_on
from tests.ingest.conftest import configuration, trusting


PROFILES = {"newer": BROKER, "older": OLDER_BROKER}
OUTAGES = ("unreachable", "raising")
FOLDERS = ("missing", "unnamed")


@pytest.fixture
def tanium() -> Iterator[SimulatorServer]:
    with SimulatorServer(tls=True, alerts=30) as server:
        yield server


@pytest.fixture(params=PROFILES)
def profile(request: pytest.FixtureRequest) -> Profile:
    return PROFILES[request.param]


def broker(home: Path, tanium: SimulatorServer, profile: Profile, **settings: Any) -> LocalSoar:
    soar = LocalSoar(home, profile)
    if not soar.assets():
        soar.create_asset(ASSET, {**configuration(tanium), **settings}, trusting(tanium))
    return soar


def poll(soar: LocalSoar) -> Run:
    return run_on(soar, "on poll", **poll_parameters())


def state_in_soar(soar: LocalSoar) -> dict[str, Any]:
    file = soar.installation.home / "state_in_soar" / soar.state_file(ASSET).name
    state: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return state


@pytest.mark.parametrize("copy", ["", "{}", '{"poll": 5}', None])
def test_state_is_soars_whatever_stands_in_the_copy(
    tmp_path: Path, tanium: SimulatorServer, profile: Profile, copy: str | None
) -> None:
    soar = broker(tmp_path, tanium, profile)
    assert poll(soar).ok
    known = len(soar.containers())
    assert known > 1
    file = soar.state_file(ASSET)
    if copy is None:
        file.unlink()
    else:
        file.write_text(copy, encoding="utf-8")

    assert poll(soar).message == "Ingested alerts: 0"
    tanium.state.alerts.add(state="unresolved")
    assert poll(soar).message == "Ingested alerts: 1"
    assert len(soar.containers()) == known + 1
    assert "poll" in state_in_soar(soar)


@pytest.mark.parametrize("outage", OUTAGES)
def test_poll_that_cannot_read_the_state_ingests_nothing(
    tmp_path: Path, tanium: SimulatorServer, profile: Profile, outage: str
) -> None:
    soar = broker(tmp_path, tanium, profile)
    assert poll(soar).ok
    before, containers = state_in_soar(soar), soar.containers()
    tanium.state.alerts.add(state="unresolved")
    cut_off = broker(tmp_path, tanium, replace(profile, state=outage))

    failed = poll(cut_off)

    assert not failed.ok
    assert "did not provide or store the asset's state" in failed.message
    assert "automation broker" in failed.message
    assert (soar.containers(), state_in_soar(soar)) == (containers, before)
    assert poll(soar).message == "Ingested alerts: 1"


@pytest.mark.parametrize("outage", OUTAGES)
def test_other_actions_work_without_the_state(
    tmp_path: Path, tanium: SimulatorServer, profile: Profile, outage: str
) -> None:
    tanium.settings.dialect = "specified"
    soar = broker(
        tmp_path,
        tanium,
        replace(profile, state=outage, encryption="working"),
        **ANALYST,
        api_token="",
    )

    runs = [run_on(soar, name) for name in ("list files", "test connectivity", "list files")]

    assert [run.message for run in runs if not run.ok] == []
    assert logins(tanium) == len(runs)


@pytest.mark.parametrize("how", ["raises", "fails"])
def test_poll_that_cannot_save_its_place_says_so(
    tmp_path: Path,
    tanium: SimulatorServer,
    profile: Profile,
    monkeypatch: pytest.MonkeyPatch,
    how: str,
) -> None:
    soar = broker(tmp_path, tanium, profile)

    def lost(*_: Any) -> bool:
        if how == "raises":
            raise ConnectionError("SOAR is gone")
        return False

    with monkeypatch.context() as patched:
        patched.setattr(BaseConnector, "save_state", lost)
        failed = poll(soar)

    assert not failed.ok
    assert "SOAR did not save how far the poll has come" in failed.message
    assert "Ingested alerts: " in failed.message
    assert poll(soar).ok


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("action", ["send records", "forward alerts", "resend undelivered"])
def test_spool_without_a_place_fails_before_anything_is_sent(
    tmp_path: Path, tanium: SimulatorServer, profile: Profile, folder: str, action: str
) -> None:
    soar = broker(tmp_path, tanium, replace(profile, state_folder=folder))

    failed = run_on(soar, action, **({"records": '{"n": 1}'} if action == "send records" else {}))

    assert not failed.ok
    assert "wait for their delivery in the app's state directory" in failed.message
    assert "does not exist on this host" in failed.message
    assert tanium.state.ingest.records == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_polls_and_logins_need_no_folder(
    tmp_path: Path, tanium: SimulatorServer, profile: Profile, folder: str
) -> None:
    soar = broker(
        tmp_path,
        tanium,
        replace(profile, state_folder=folder, encryption="working"),
        **ANALYST,
        api_token="",
    )

    assert poll(soar).ok
    assert poll(soar).message == "Ingested alerts: 0"
    assert logins(tanium) == 1
    assert seed.ANALYST.password not in str(state_in_soar(soar))
