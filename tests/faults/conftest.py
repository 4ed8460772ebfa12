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
"""A small simulator with a SOAR beside it, waits that nobody waits for, and the marks that a secret would leave."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tanium_tr.config import AssetConfig
from tests.api.conftest import waits


__all__ = ["waits"]

TIME_OUT = 0.4  # seconds; the asset's smallest is 1
SECRETS = (seed.TOKEN, seed.ANALYST.password)


@pytest.fixture
def tanium() -> Iterator[SimulatorServer]:
    with SimulatorServer(alerts=8, connect_seconds=0.05, connect_timeout_seconds=0.5, task_seconds=0.05) as server:
        yield server


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The asset's request_timeout is TIME_OUT."""
    parse = AssetConfig.parse
    monkeypatch.setattr(AssetConfig, "parse", lambda given: parse(given)._replace(request_timeout=TIME_OUT))  # type: ignore[arg-type]


def leaks(soar: LocalSoar, *shown: str, secrets: tuple[str, ...] = SECRETS) -> list[str]:
    """Where a secret stands in plain: in what was shown, or in any file of the SOAR."""
    places = {f"shown: {text[:60]}": text.encode("utf-8", "replace") for text in shown}
    places.update({path.name: path.read_bytes() for path in soar.installation.home.rglob("*") if path.is_file()})
    return [place for place, content in places.items() for secret in secrets if secret.encode() in content]


def left_in_vault(soar: LocalSoar) -> list[Path]:
    return list(Path(soar.installation.folder("vault", "tmp")).iterdir())
