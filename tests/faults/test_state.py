# File: test_state.py
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
"""The asset's state under fire: many runs at once while sessions expire, and contents that no run
has written.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from dev.environments import ROOT
from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tests.api.conftest import logins
from tests.conftest import ASSET, run_on, state_of


RUNS, AT_ONCE = 80, 8
QUIET = 20  # runs between two expiries
FOREIGN = {"checkpoint": {"offset": 12, "ids": ["a", "\u00e4"]}, "other": None}
ACTIONS = ("list connections", "list files", "list snapshots", "list alerts")


def runs_ended(soar: LocalSoar) -> int:
    return sum(run["ended"] is not None for run in soar.app_runs())


def test_many_runs_while_sessions_expire(
    soar: LocalSoar, tanium: SimulatorServer, tmp_path: Path
) -> None:
    """They learn the dialect of a server at the same time, too."""
    tanium.settings.dialect = "specified"
    soar.update_asset(
        ASSET,
        {"base_url": tanium.url, "username": seed.ANALYST.name, "password": seed.ANALYST.password},
    )
    soar.state_file(ASSET).write_text(json.dumps(FOREIGN), encoding="utf-8")
    output = tmp_path / "output"
    command = [
        sys.executable,
        "-m",
        "tests.faults.many_runs",
        str(soar.installation.home),
        str(RUNS),
        str(AT_ONCE),
        *ACTIONS,
    ]
    expired = 0
    with (
        output.open("w") as file,
        subprocess.Popen(command, cwd=ROOT, stdout=file, stderr=subprocess.STDOUT) as process,
    ):
        while process.poll() is None:
            if runs_ended(soar) >= QUIET * (expired + 1):
                tanium._server.expire_sessions()
                expired += 1
            time.sleep(0.05)

    assert (process.returncode, output.read_text()) == (0, "")
    runs = soar.app_runs()
    assert [run["status"] for run in runs] == ["success"] * RUNS
    assert len({run["pid"] for run in runs}) == RUNS
    assert expired >= 3
    assert 1 <= logins(tanium) <= 1 + 2 * expired
    state = state_of(soar)
    assert {name: state[name] for name in FOREIGN} == FOREIGN
    assert set(state) >= {*FOREIGN, "session", "dialects"}
    assert set(state["dialects"]["operations"].values()) == {"specified"}
    assert set(state["dialects"]["operations"]) == {
        "list_connections",
        "list_files",
        "list_snapshots",
        "list_alerts",
        "list_intel",
    }


DIALECTS: tuple[Any, ...] = (
    None,
    5,
    "specified",
    [["list_files", "specified"]],
    {},
    {"operations": {"list_files": "specified"}},
    {"base_url": "", "operations": 5},
    {"base_url": "", "operations": ["list_files"]},
    {"base_url": "", "operations": {"list_files": None, "list_alerts": ["specified"]}},
    {
        "base_url": "",
        "operations": {
            "list_files": "klingon",
            "list_alerts": "specified",
            "no_such_operation": "specified",
        },
    },
)


@pytest.mark.parametrize("dialect", ["production", "specified"])
@pytest.mark.parametrize("stored", DIALECTS, ids=str)
def test_dialects_of_any_shape_cost_no_result(
    soar: LocalSoar, tanium: SimulatorServer, stored: Any, dialect: str
) -> None:
    tanium.settings.dialect = dialect
    if isinstance(stored, dict) and "base_url" in stored:
        stored = {**stored, "base_url": tanium.url}
    soar.state_file(ASSET).write_text(json.dumps({"dialects": stored, **FOREIGN}), encoding="utf-8")

    results = [
        run_on(soar, "list files"),
        run_on(soar, "list alerts"),
        run_on(soar, "test connectivity"),
        run_on(soar, "list files"),
    ]

    assert [result.message for result in results if not result.ok] == []
    assert (len(results[0].rows), len(results[1].rows)) == (10, 8)
    assert {name: state_of(soar)[name] for name in FOREIGN} == FOREIGN
