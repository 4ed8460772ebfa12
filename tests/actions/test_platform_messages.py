# File: test_platform_messages.py
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
"""Messages and progress come out unchanged, whatever a platform does with braces in them."""

from __future__ import annotations

from pathlib import Path

import pytest
from local_soar.profile import CHOICES, Profile

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tests.api.conftest import CURRENT, LOGIN, STATUS, scripted
from tests.conftest import ASSET, RunAction
from tests.http_server import Answer, ScriptedServer
from tests.variants import live


__all__ = ["scripted"]

BRACED = {"username": "{0}", "password": "{1}"}
BRACES = ("{}", "{0}", "{name}", "{", "}", "{{two}}", "{0!r:>5}", "%s 100%")


@pytest.fixture(params=CHOICES["messages"])
def soar(request: pytest.FixtureRequest, tmp_path: Path, tanium: SimulatorServer) -> LocalSoar:
    local = LocalSoar(tmp_path / "soar", Profile(messages=request.param))
    local.create_asset(ASSET, {"base_url": tanium.url, "api_token": seed.TOKEN})
    return local


@pytest.mark.parametrize("braces", BRACES)
def test_failure_is_shown_unchanged(run: RunAction, braces: str) -> None:
    failed = run("get endpoint", destination=braces, destination_type="hostname")

    assert not failed.ok
    assert f"'{braces}'" in failed.message


@pytest.mark.parametrize("braces", BRACES)
def test_progress_is_shown_unchanged(run: RunAction, tanium: SimulatorServer, braces: str) -> None:
    connection = live()(tanium)["connection_id"]

    saved = run("save file", connection_id=connection, file_path=f"C:\\{braces}", wait=True)

    assert any(f"{braces}') is " in line for line in saved.progress), saved.progress


def test_success_is_shown_unchanged(
    run: RunAction, scripted: ScriptedServer, soar: LocalSoar
) -> None:
    soar.update_asset(ASSET, {"base_url": scripted.url, "api_token": "refused", **BRACED})
    scripted.on("GET", STATUS, Answer(401), Answer(200, {"version": "1"}))
    scripted.on("POST", LOGIN, Answer(200, {"data": {"session": "1-2-abcdef0123456789"}}))
    scripted.on("GET", CURRENT, Answer(401))

    tested = run("test connectivity")

    assert tested.ok, tested.message
    assert "logged in as {0} instead." in tested.message


@pytest.mark.parametrize("braces", BRACES)
def test_wrong_setting_is_shown_unchanged(
    run: RunAction, soar: LocalSoar, tanium: SimulatorServer, braces: str
) -> None:
    settings = {"base_url": tanium.url, "api_token": "x", "poll_min_priority": braces}
    soar.update_asset(ASSET, settings)

    tested = run("test connectivity")

    assert not tested.ok
    assert f"'poll_min_priority' is '{braces}'" in tested.message
