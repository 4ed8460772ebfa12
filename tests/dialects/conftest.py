# File: conftest.py
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
"""A server that follows the OpenAPI file, and a SOAR that knows nothing of it yet."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tests.conftest import ASSET


DATA = Path(__file__).parents[1] / "data"
PUBLISHED = set(
    json.loads((DATA / "published_actions.json").read_text(encoding="utf-8"))["actions"]
)


@pytest.fixture
def specified() -> Iterator[SimulatorServer]:
    with SimulatorServer(
        dialect="specified",
        alerts=8,
        connect_seconds=0.05,
        connect_timeout_seconds=0.5,
        task_seconds=0.05,
    ) as server:
        yield server


@pytest.fixture
def soar(tmp_path: Path, specified: SimulatorServer) -> LocalSoar:
    local = LocalSoar(tmp_path / "soar")
    local.create_asset(ASSET, {"base_url": specified.url, "api_token": seed.TOKEN})
    return local
