# File: test_encryption.py
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
"""Sessions on a SOAR that cannot encrypt them, or does so in another way."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from local_soar.profile import CHOICES, Profile

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tanium_tr.config import AssetConfig
from tests.api.conftest import ANALYST, logins
from tests.conftest import ASSET, run_on, state_of


ACTIONS = ("list connections", "list files", "list connections")
KEEPS = ("working", "without_salt")


@pytest.fixture(params=CHOICES["encryption"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def soar(tmp_path: Path, tanium: SimulatorServer, mode: str) -> LocalSoar:
    local = LocalSoar(tmp_path / "soar", Profile(encryption=mode))
    local.create_asset(ASSET, {"base_url": tanium.url, **ANALYST})
    return local


def everything_kept(soar: LocalSoar) -> str:
    """What an app's runs have left in the home, read as text; SOAR's own database is not theirs."""
    home = soar.installation.home
    files = [
        *home.joinpath("local_data").rglob("*"),
        *home.joinpath("var").rglob("*"),
    ]
    return "".join(file.read_text(errors="replace") for file in files if file.is_file())


def test_session_is_kept_encrypted_or_not_at_all(
    soar: LocalSoar, tanium: SimulatorServer, mode: str
) -> None:
    runs = [run_on(soar, action) for action in ACTIONS]
    in_process = soar.run_in_process("list connections", asset=ASSET)

    assert [run.message for run in runs if not run.ok] == []
    assert in_process["status"] == "success"
    assert ("session" in state_of(soar)) is (mode in KEEPS)
    assert logins(tanium) == (1 if mode in KEEPS else len(ACTIONS) + 1)
    file_text = everything_kept(soar)
    assert seed.ANALYST.password not in file_text
    assert not [session for session in tanium.state.accounts.sessions if session in file_text]
    stored = str(state_of(soar).get("session"))
    assert "eyJzZXNzaW9u" not in stored  # base64 of how the app writes a session


def test_session_in_clear_is_neither_used_nor_left(
    soar: LocalSoar, tanium: SimulatorServer
) -> None:
    login = AssetConfig.parse({"base_url": tanium.url, **ANALYST}).login
    settings = hashlib.sha256(json.dumps(login).encode("utf-8")).hexdigest()
    clear = json.dumps({"session": "1-2-abcdef0123456789", "settings": f"1:{settings}"})
    soar.state_file(ASSET).write_text(json.dumps({"session": clear}), encoding="utf-8")

    assert run_on(soar, "list connections").ok

    assert logins(tanium) == 1
    assert "1-2-abcdef0123456789" not in soar.state_file(ASSET).read_text(encoding="utf-8")
    used: list[Any] = [request.headers.get("session") for request in tanium.log]
    assert "1-2-abcdef0123456789" not in used


def test_token_that_is_refused_costs_a_login(soar: LocalSoar, tanium: SimulatorServer) -> None:
    soar.update_asset(ASSET, {"base_url": tanium.url, "api_token": seed.TOKEN, **ANALYST})
    tanium.state.accounts.tokens[seed.TOKEN].revoked = True

    assert [run_on(soar, action).ok for action in ACTIONS] == [True] * len(ACTIONS)

    tanium.state.accounts.tokens[seed.TOKEN].revoked = False
    assert run_on(soar, "test connectivity").ok
    assert "session" not in state_of(soar)
