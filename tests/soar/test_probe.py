# File: test_probe.py
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
"""`python -m dev.soar probe` from the command line, against the simulator."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from dev.soar.__main__ import main


@pytest.fixture
def tanium(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimulatorServer]:
    monkeypatch.setenv("TANIUM_API_TOKEN", seed.TOKEN_READER)
    with SimulatorServer(tls=True) as server:
        yield server


def probe(tanium: SimulatorServer, *arguments: str) -> int:
    return main(["probe", "--base-url", tanium.url, "--ca-file", str(tanium.ca_file), *arguments])


def test_table_is_for_people(tanium: SimulatorServer, capsys: pytest.CaptureFixture[str]) -> None:
    assert probe(tanium) == 0

    out, err = capsys.readouterr()
    assert out.split()[:4] == ["Part", "Item", "Result", "Detail"]
    assert "start quick scan" in out
    assert "threat response on demand scans write" in out
    assert "list connections" not in out  # it declares no permission
    assert "requests" in out
    assert not [word for word in (seed.TOKEN_READER, "localhost", "Traceback") if word in out + err]


def test_json_is_for_a_bug_report(
    tanium: SimulatorServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert probe(tanium, "--json") == 0

    out, _ = capsys.readouterr()
    report = json.loads(out)
    assert list(report) == ["message", "summary", "data"]
    assert report["summary"]["threat_response_version"] == "4.8.112"
    assert {row["part"] for row in report["data"]} >= {"version", "module", "action", "statement"}
    assert not [word for word in (seed.TOKEN_READER, "localhost", "reader") if word in out]


def test_user_name_and_password(
    tanium: SimulatorServer,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("TANIUM_API_TOKEN")
    monkeypatch.setenv("TANIUM_PASSWORD", seed.ANALYST.password)

    assert probe(tanium, "--username", seed.ANALYST.name, "--domain", seed.ANALYST.domain) == 0

    assert "Logged in with a user name" in capsys.readouterr().out


def test_refused_login_is_exit_status_1(
    tanium: SimulatorServer,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TANIUM_API_TOKEN", seed.TOKEN_REVOKED)

    assert probe(tanium, "--json") == 1

    report = json.loads(capsys.readouterr().out)
    assert "does not accept the asset's login" in report["message"]
    assert report["data"]


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--base-url", "tanium.example.com"], "is not a valid address"),
        (["--base-url", "https://tanium.example.com"], "TANIUM_API_TOKEN"),
    ],
)
def test_what_is_missing_is_said(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    text: str,
) -> None:
    monkeypatch.delenv("TANIUM_API_TOKEN", raising=False)

    assert main(["probe", *arguments]) == 2

    assert text in capsys.readouterr().err
