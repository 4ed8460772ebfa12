# File: test_serve.py
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
"""`python -m dev.soar serve`: starts, says where it is, serves, and leaves nothing behind."""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
import subprocess
import sys
import threading
from multiprocessing.context import SpawnProcess
from pathlib import Path
from types import FrameType
from typing import Any, Callable

import pytest
import requests

from dev.environments import ROOT
from dev.simulator import seed
from dev.soar import LocalSoar, serve
from dev.soar.web.server import SoarServer
from tests.conftest import eventually


def start(*options: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "dev.soar", "serve", "--no-browser", *options],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def read_address(process: subprocess.Popen[str]) -> tuple[str, Path]:
    """The address and the home that it prints."""
    assert process.stdout
    address = re.search(r"http://127\.0\.0\.1:\d+/", process.stdout.readline())
    home = re.search(r"Its data is in ([^;\n]+)", process.stdout.readline())
    assert address
    assert home
    return address[0], Path(home[1])


def stop(process: subprocess.Popen[str], number: int) -> str:
    process.send_signal(number)
    rest, _ = process.communicate(timeout=120)
    assert process.returncode == 0, rest
    return rest


def why_not(home: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """What it says with this home, instead of starting."""
    monkeypatch.setattr(serve.signal, "signal", lambda *_: None)  # this process keeps its own
    with pytest.raises(SystemExit) as end:
        serve.serve(ROOT, home, browser=False)
    return str(end.value.code)


def test_simulator_and_asset_are_there_until_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    with start() as process:
        try:
            url, home = read_address(process)
            session = requests.Session()
            session.trust_env = False
            assert "simulator" in session.get(url, timeout=60).text
            soar = LocalSoar(home)
            config = soar.decrypted(soar.asset("simulator"))
            assert config["api_token"] == seed.TOKEN
            assert config["ingest_url"].startswith(config["base_url"])
            assert config["request_timeout"] == 60
            sent = {"csrfmiddlewaretoken": session.cookies["csrftoken"]}
            session.post(f"{url}assets/1/test", data=sent, timeout=60)
            assert f"Another make serve with a simulator already uses {home}." in why_not(
                home, monkeypatch
            )
            assert stop(process, signal.SIGINT).strip() == "Stopping"
        finally:
            process.kill()
    assert not home.exists()


def test_home_that_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "file"
    home.touch()
    assert re.fullmatch(
        f"The local SOAR cannot start: .*File exists: '{home}'", why_not(home, monkeypatch)
    )


def test_port_that_is_taken(soar: LocalSoar, capsys: pytest.CaptureFixture[str]) -> None:
    with SoarServer(soar) as server, pytest.raises(SystemExit):
        SoarServer(soar, port=server.port)
    assert f"Port {server.port} is in use by another program." in capsys.readouterr().err


@pytest.mark.parametrize("port", [-1, 65536])
def test_port_that_is_none(tmp_path: Path, port: int) -> None:
    with pytest.raises(SystemExit, match=f"{port} is not a valid port"):
        serve.serve(ROOT, tmp_path, url="https://tanium.example", port=port, browser=False)


def test_signal_in_the_middle_of_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As `timeout make serve` and service managers send them: to the server, and to make, which
    hands its own on.
    """
    handlers: list[Callable[[int, Any], None]] = []
    monkeypatch.setattr(serve.signal, "signal", lambda _number, handler: handlers.append(handler))

    def second(_frame: FrameType, event: str, _argument: Any) -> None:
        if event == "call":
            sys.setprofile(None)
            handlers[0](signal.SIGTERM, None)
            sys.setprofile(second)

    def deliver() -> None:
        sys.setprofile(second)
        handlers[0](signal.SIGTERM, None)
        sys.setprofile(None)

    options: dict[str, Any] = {"url": "https://tanium.example", "browser": False}
    serving = threading.Thread(
        target=serve.serve, args=(ROOT, tmp_path), kwargs=options, daemon=True
    )
    serving.start()
    assert eventually(lambda: bool(handlers))
    threading.Thread(target=deliver, daemon=True).start()
    serving.join(120)
    assert not serving.is_alive()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_while_the_simulator_starts(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], number: int
) -> None:
    """As a terminal and service managers send it: to every process of the group."""
    handlers: dict[int, Callable[[int, Any], None]] = {}
    monkeypatch.setattr(serve.signal, "signal", handlers.__setitem__)
    begin = SpawnProcess.start

    def interrupted(process: SpawnProcess) -> None:
        begin(process)
        assert process.pid
        os.kill(process.pid, number)
        handlers[number](number, None)

    monkeypatch.setattr(SpawnProcess, "start", interrupted)

    serve.serve(ROOT, browser=False)

    assert not multiprocessing.active_children()
    assert capfd.readouterr() == ("\nStopping\n", "")


def test_real_server_keeps_its_home_and_what_was_set_there(tmp_path: Path) -> None:
    home = tmp_path / "home"
    soar = LocalSoar(home)
    soar.create_asset(
        "tanium",
        {"base_url": "https://old.example", "username": "jane", "password": "obviously-fake"},
    )
    with start(
        LOCAL_SOAR_HOME=str(home), SERVE_URL="https://new.example", TANIUM_API_TOKEN="placeholder"
    ) as process:
        try:
            assert read_address(process)[1] == home
            assert "placeholder" not in stop(process, signal.SIGTERM)
        finally:
            process.kill()
    config = soar.decrypted(soar.asset("tanium"))
    expected = {
        "base_url": "https://new.example",
        "username": "jane",
        "password": "obviously-fake",
        "api_token": "placeholder",
    }
    assert config == expected


def test_two_begin_at_once_with_a_new_home(tmp_path: Path) -> None:
    options = ("--home", str(tmp_path / "home"), "--url", "https://tanium.example")
    with start(*options) as one, start(*options) as other:
        try:
            assert read_address(one)[0] != read_address(other)[0]
            for process in (one, other):
                stop(process, signal.SIGTERM)
        finally:
            one.kill()
            other.kill()


@pytest.mark.parametrize(
    "variables, opens",
    [({"DISPLAY": ":0"}, True), ({"DISPLAY": ":0", "CI": "1"}, False), ({}, False)],
)
def test_browser_opens_only_where_a_window_can(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], opens: bool
) -> None:
    for name in ("CI", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(serve.sys, "platform", "linux")
    assert serve.has_browser() is opens
