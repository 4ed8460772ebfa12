# File: test_duplicates.py
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
"""What SOAR has already is neither doubled nor starts playbooks anew, whatever SOAR itself takes
for a duplicate and however it says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from local_soar.profile import CHOICES, Profile
from phantom.base_connector import BaseConnector

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from dev.soar.poll_parameters import poll_parameters
from dev.soar.runtime import LocalSoar
from dev.soar.web.server import SoarServer
from tests.conftest import ASSET, Run, run_on


WAYS = [way for way in CHOICES["rest_for_apps"] if way not in ("closed", "served")]
PLATFORMS = list(
    product(CHOICES["artifacts_known_by"], CHOICES["duplicate_container"], (False, True))
)
Saved = Counter[tuple[int, str]]


@pytest.fixture
def tanium() -> Iterator[SimulatorServer]:
    with SimulatorServer(alerts=6) as server:
        yield server


@contextmanager
def soar_that_answers(home: Path, tanium: SimulatorServer, profile: Profile) -> Iterator[LocalSoar]:
    """A SOAR whose REST API is where the app's runs look for it."""
    with SoarServer(LocalSoar(home, profile)) as server:
        soar = LocalSoar(home, replace(profile, base_url=f"{server.url}/"))
        soar.create_asset(ASSET, {"base_url": tanium.url, "api_token": seed.TOKEN})
        yield soar


def poll_now(soar: LocalSoar, artifacts: int | None = None) -> Run:
    """Four of the alerts are not too old."""
    polled = run_on(soar, "on poll", **poll_parameters(20, artifacts))
    assert polled.ok, polled.message
    return polled


def saved(soar: LocalSoar) -> Saved:
    return Counter(
        (artifact["container_id"], artifact["source_data_identifier"])
        for artifact in soar.artifacts()
    )


@pytest.mark.parametrize(("known_by", "reported", "keeps"), PLATFORMS)
def test_repeated_poll_doubles_nothing(
    tmp_path: Path, tanium: SimulatorServer, known_by: str, reported: str, keeps: bool
) -> None:
    profile = Profile(
        artifacts_known_by=known_by,
        duplicate_container=reported,
        duplicate_container_keeps_artifacts=keeps,
        rest_for_apps="open",
    )
    with soar_that_answers(tmp_path / "soar", tanium, profile) as soar:
        poll_now(soar, 1)
        assert set(saved(soar).values()) == {1}
        added = poll_now(soar)
        first = soar.artifacts()
        assert (set(saved(soar).values()), len(first) > 4) == ({1}, True)
        for alert in tanium.state.alerts.rows():
            tanium.state.alerts.get(alert["id"])["severity"] = "critical"
        again, scheduled = poll_now(soar), run_on(soar, "on poll", **poll_parameters())

        assert soar.artifacts() == first
        assert len(soar.containers()) == 1 + 4
        assert {run.message for run in (added, again)} == {"Ingested alerts: 0, already in SOAR: 4"}
        assert scheduled.message.startswith("Ingested alerts: 0, already in SOAR: ")
        assert not any("could not be asked" in line for line in again.progress)


@pytest.mark.parametrize("way", WAYS)
def test_soar_is_asked_in_every_way(tmp_path: Path, tanium: SimulatorServer, way: str) -> None:
    profile = Profile(artifacts_known_by="nothing", rest_for_apps=way)
    with soar_that_answers(tmp_path / "soar", tanium, profile) as soar:
        poll_now(soar)
        first = soar.artifacts()
        again = poll_now(soar)

        assert soar.artifacts() == first
        assert not any("could not be asked" in line for line in again.progress)


@pytest.mark.parametrize("reported", CHOICES["duplicate_container"])
@pytest.mark.parametrize("known_by", CHOICES["artifacts_known_by"])
def test_soar_that_cannot_be_asked_decides(
    tmp_path: Path, tanium: SimulatorServer, known_by: str, reported: str
) -> None:
    """Everything is sent again, and a poll says so; without the container's id nothing can be."""
    profile = Profile(artifacts_known_by=known_by, duplicate_container=reported)
    with soar_that_answers(tmp_path / "soar", tanium, profile) as soar:
        poll_now(soar)
        once = saved(soar)
        again = poll_now(soar)

        assert again.message == "Ingested alerts: 0, already in SOAR: 4"
        doubles = known_by == "nothing" and reported != "failure_without_id"
        assert saved(soar) == (once + once if doubles else once)
        explanation = [line for line in again.progress if "could not be asked" in line]
        assert len(explanation) == (0 if reported == "failure_without_id" else 1)
        without_id = [line for line in again.progress if "gave the container's ID" in line]
        assert len(without_id) == (1 if reported == "failure_without_id" else 0)
        assert all(
            "HTTP 401: Authentication failed" in line for line in (*explanation, *without_id)
        )


def test_artifacts_that_stand_there_many_times_are_found(
    tmp_path: Path, tanium: SimulatorServer
) -> None:
    profile = Profile(artifacts_known_by="nothing")
    with soar_that_answers(tmp_path / "soar", tanium, profile) as soar:
        for _ in range(4):
            poll_now(soar)
        before = soar.artifacts()
    profile = replace(profile, rest_for_apps="open")
    with SoarServer(LocalSoar(tmp_path / "soar", profile)) as server:
        soar = LocalSoar(tmp_path / "soar", replace(profile, base_url=server.url))
        poll_now(soar)

        assert soar.artifacts() == before


def test_refusal_that_quotes_an_alert_is_no_duplicate(
    soar: LocalSoar, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> tuple[bool, str, None]:
        return False, "Refused name 'Duplicate container found on WS-1'", None

    monkeypatch.setattr(BaseConnector, "save_container", refuse)

    polled = run_on(soar, "on poll", **poll_parameters(1))

    assert not polled.ok
    assert "SOAR refused 1" in polled.message


def test_new_container_without_an_id_does_not_pass_for_whole(
    soar: LocalSoar, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = BaseConnector.save_container

    def silent(connector: BaseConnector, container: dict[str, Any]) -> tuple[bool, str, None]:
        if container.get("artifacts"):
            return False, "Artifacts are refused", None
        return (*save(connector, container)[:2], None)

    monkeypatch.setattr(BaseConnector, "save_container", silent)

    polled = run_on(soar, "on poll", **poll_parameters(1))

    assert not polled.ok
    assert "but not its artifacts: it gave no ID" in polled.message


@pytest.mark.parametrize("way", WAYS)
def test_proof_of_the_run_is_shown_nowhere(
    tmp_path: Path, tanium: SimulatorServer, way: str
) -> None:
    """Nor does it go to another host without encryption."""
    profile = Profile(rest_for_apps=way, base_url="http://soar.invalid")
    soar = LocalSoar(tmp_path / "soar", profile)
    soar.create_asset(ASSET, {"base_url": tanium.url, "api_token": seed.TOKEN})
    request = soar.request("on poll", poll_parameters(2), asset=ASSET)
    soar.run_request(request)
    result = soar.run_request(
        soar.request("on poll", poll_parameters(2), asset=ASSET)
        | {name: request[name] for name in request if name.endswith("token")}
    )

    shown = str((result, soar.progress(2), soar.artifacts()))
    proof = request.get("user_session_token") or request.get("broker_ph_auth_token")
    assert result["status"] == "success"
    assert "could not be asked" in shown
    assert not proof or proof not in shown


def test_soar_is_asked_for_fifty_alerts_at_once(
    tmp_path: Path, tanium: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(120):
        tanium.state.alerts.add(state="unresolved")
    questions: list[str] = []
    serve = SoarServer._application

    def counted(server: SoarServer, environ: dict[str, Any], start_response: Any) -> Any:
        questions.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
        return serve(server, environ, start_response)

    monkeypatch.setattr(SoarServer, "_application", counted)
    with soar_that_answers(tmp_path / "soar", tanium, Profile(rest_for_apps="open")) as soar:
        assert run_on(soar, "on poll", **poll_parameters()).ok
        assert len(soar.containers()) > 120
        assert questions == ["GET /rest/asset/1", *["GET /rest/container"] * 3]
