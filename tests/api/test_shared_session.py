# File: test_shared_session.py
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
"""One session for all runs of an asset: stored encrypted, bound to the settings it was made with,
and shared by runs at the same time.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import encryption_helper
import pytest
from phantom.base_connector import BaseConnector

from dev.environments import ROOT
from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tests.api.conftest import ANALYST, Configure, logins
from tests.conftest import ASSET, RunAction, run_on, state_of


@pytest.fixture(autouse=True)
def _password_login(configure: Configure, tanium: SimulatorServer) -> None:  # noqa: ARG001 - started before the asset names it
    configure(**ANALYST)


# The state


def test_other_keys_of_the_state_survive(
    run: RunAction, soar: LocalSoar, tanium: SimulatorServer, configure: Configure
) -> None:
    others = {"checkpoint": {"offset": 12, "ids": ["a", "\u00e4"]}, "other": None}
    soar.state_file(ASSET).write_text(json.dumps(others), encoding="utf-8")
    assert run("list connections").ok
    assert {key: state_of(soar)[key] for key in others} == others
    assert "session" in state_of(soar)
    configure(api_token=seed.TOKEN, **ANALYST)
    tanium.state.accounts.tokens[seed.TOKEN].revoked = True
    assert run("list connections").ok
    tanium.state.accounts.tokens[seed.TOKEN].revoked = False
    assert run("test connectivity").ok
    assert {key: state_of(soar)[key] for key in others} == others
    assert "session" not in state_of(soar)


DAMAGED = (
    "[1, 2]",
    "{broken",
    "",
    '"text"',
    "null",
    "\x00\x01",
    '{"session": 5}',
    '{"session": null}',
    '{"session": "no ciphertext"}',
    '{"session": []}',
)


@pytest.mark.parametrize("content", DAMAGED)
def test_damaged_state_means_a_new_login(
    run: RunAction, soar: LocalSoar, tanium: SimulatorServer, content: str
) -> None:
    soar.state_file(ASSET).write_text(content, encoding="utf-8")
    for _ in range(2):
        result = run("list connections")
        assert result.ok, result.message
    assert logins(tanium) == 1


@pytest.mark.parametrize(
    "plain",
    [
        "",
        "[]",
        "{}",
        "5",
        "no json",
        '{"session": "1-2-abcdef0123456789"}',
        '{"session": "x", "settings": "y"}',
    ],
)
def test_stored_value_of_another_shape_means_a_new_login(
    run: RunAction, soar: LocalSoar, tanium: SimulatorServer, plain: str
) -> None:
    with soar.active():
        stored = encryption_helper.encrypt(plain, "1")
    soar.state_file(ASSET).write_text(json.dumps({"session": stored}), encoding="utf-8")
    assert run("list connections").ok
    assert logins(tanium) == 1
    assert [request.headers.get("session") for request in tanium.log] == [
        None,
        *tanium.state.accounts.sessions,
    ]


def test_session_of_another_asset_is_not_used(soar: LocalSoar, tanium: SimulatorServer) -> None:
    soar.create_asset("second", {"base_url": tanium.url, **ANALYST})
    assert run_on(soar, "list connections").ok
    soar.state_file("second").write_text(
        soar.state_file(ASSET).read_text(encoding="utf-8"), encoding="utf-8"
    )
    assert soar.run("list connections", asset="second")["status"] == "success"
    assert logins(tanium) == 2


@pytest.mark.parametrize(
    "changed",
    [
        {"domain": "corp.example"},
        {"username": seed.READER.name, "password": seed.READER.password},
        {"username": f"{seed.ANALYST.domain}\\{seed.ANALYST.name}"},
        {"api_token": seed.TOKEN_REVOKED},
    ],
)
def test_changed_settings_mean_a_new_login(
    run: RunAction, tanium: SimulatorServer, configure: Configure, changed: dict[str, str]
) -> None:
    assert run("list connections").ok
    configure(**{**ANALYST, **changed})
    assert run("list connections").ok
    assert logins(tanium) == 2
    assert tanium.log[-1].headers["session"] == list(tanium.state.accounts.sessions)[1]


def test_wrong_password_is_refused_though_the_old_session_is_good(
    run: RunAction, configure: Configure
) -> None:
    assert run("list connections").ok
    configure(username=seed.ANALYST.name, password="wrong-pass-word")
    assert not run("test connectivity").ok


def test_session_is_not_sent_to_another_server(
    run: RunAction, tanium: SimulatorServer, configure: Configure
) -> None:
    assert run("list connections").ok
    with SimulatorServer(seed=8) as other:
        configure(base_url=other.url, **ANALYST)
        assert run("list connections").ok
        assert not {request.headers.get("session") for request in other.log} & set(
            tanium.state.accounts.sessions
        )


@pytest.mark.parametrize("blocked", [("1.lock",), ("1_state.json",), ("1.lock", "1_state.json")])
def test_state_that_cannot_be_kept_costs_a_login_a_run(
    run: RunAction, soar: LocalSoar, tanium: SimulatorServer, blocked: tuple[str, ...]
) -> None:
    for name in blocked:
        (soar.state_file(ASSET).parent / name).mkdir()
    for _ in range(2):
        result = run("list connections")
        assert result.ok, result.message
    assert logins(tanium) == (2 if "1_state.json" in blocked else 1)


@pytest.mark.parametrize("folder", ["missing/folder", "/proc"])
def test_state_folder_that_is_missing_or_read_only(
    run: RunAction,
    tanium: SimulatorServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    folder: str,
) -> None:
    monkeypatch.setattr(BaseConnector, "get_state_dir", lambda _self: str(tmp_path / folder))
    for _ in range(2):
        result = run("list connections")
        assert result.ok, result.message
    assert logins(tanium) == 2


# Runs at the same time

RUNS = 12
ACTION = "list connections"


def run_side_by_side(soar: LocalSoar) -> None:
    home, count = str(soar.installation.home), str(RUNS)
    command = [sys.executable, "-m", "tests.faults.many_runs", home, count, count, ACTION]
    ended = subprocess.run(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    assert (ended.returncode, ended.stdout) == (0, "")
    assert [run["status"] for run in soar.app_runs()[-RUNS:]] == ["success"] * RUNS


def test_runs_side_by_side_share_one_login(soar: LocalSoar, tanium: SimulatorServer) -> None:
    soar.state_file(ASSET).write_text('{"checkpoint": 5}', encoding="utf-8")
    run_side_by_side(soar)
    assert logins(tanium) == 1
    assert state_of(soar)["checkpoint"] == 5

    tanium.state.accounts.expire_sessions()
    tanium.log.clear()
    run_side_by_side(soar)
    assert logins(tanium) == 1
    assert tanium.log[-1].headers["session"] == list(tanium.state.accounts.sessions)[-1]
    assert state_of(soar)["checkpoint"] == 5


def test_run_that_is_late_takes_the_session_of_the_quicker_one(
    run: RunAction, soar: LocalSoar, tanium: SimulatorServer
) -> None:
    """The first run's session expires; while it waits for the lock, another run has logged in."""
    assert run("list connections").ok
    tanium.state.accounts.expire_sessions()
    tanium.log.clear()
    other: list[bool] = []

    def overtake(request: Any) -> None:
        if request.path.endswith("/session/current") and not other:
            other.append(True)
            other.append(
                soar.run_in_process("list connections", asset=ASSET)["status"] == "success"
            )

    tanium.log.watch = overtake
    assert run("list connections").ok
    assert other == [True, True]
    assert logins(tanium) == 1


def test_same_runs_on_two_assets_do_not_mix(soar: LocalSoar, tanium: SimulatorServer) -> None:
    soar.create_asset(
        "reader",
        {"base_url": tanium.url, "username": seed.READER.name, "password": seed.READER.password},
    )
    children = [soar.start("list connections", asset=asset) for asset in (ASSET, "reader") * 2]
    assert {child.result()["status"] for child in children} == {"success"}
    assert logins(tanium) == 2
    assert sorted(session.user.name for session in tanium.state.accounts.sessions.values()) == [
        "analyst",
        "reader",
    ]
