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
"""What most tests need: a Tanium server, a local SOAR with one asset on it, and a way to run an
action that shows what came of it.
"""

from __future__ import annotations

import functools
import gc
import hashlib
import importlib.metadata
import json
import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, Callable, NamedTuple

import pytest
from hypothesis import HealthCheck, settings

from dev.environments import ROOT
from dev.simulator import seed
from dev.simulator.settings import QUICK
from dev.soar.runtime import LocalSoar


if TYPE_CHECKING:
    from dev.simulator.server import SimulatorServer

ASSET = "tanium"
STARTED = time.monotonic()
APP = str(ROOT / "tanium_tr")  # how the paths of the app's modules begin

# Tests of many seconds come first, so that no process is left with one of them when the others are
# through.
LONG = (
    "tests/test_demo.py",
    "tests/pages/test_browser.py",
    "tests/pages/test_serve.py",
    "tests/faults/test_state.py",
    "tests/test_end_to_end.py",
    "tests/test_package.py",
    "tests/views/test_layout.py",
    "tests/faults/test_for_real.py",
    "tests/actions/test_polling_killed.py",
    "tests/actions/test_endless_polls.py",
    "tests/actions/test_future_dates.py",
    "tests/faults/test_fuzz.py",
    "tests/faults/test_matrix.py::test_every_request_meets_every_fault[probe]",
    "tests/deployment/test_killed.py",
    "tests/containment/test_killed.py",
    "tests/ingest/test_killed.py",
)
# Of many seconds, too, but quick for few actions.
MATRIX = "tests/faults/test_matrix.py"

SETTINGS_OF_THE_MACHINE = (
    *("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SERVE_URL", "LOCAL_SOAR_HOME"),
    *("COLUMNS", "FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"),
)


@pytest.fixture(scope="session", autouse=True)
def _weak_hashes_are_refused() -> Iterator[None]:
    """To the app and whatever it calls, as on a FIPS machine: every test shows that it needs none.
    The simulator runs in other threads, and may use them.
    """
    with pytest.MonkeyPatch.context() as patch:
        for name in ("md5", "sha1"):
            patch.setattr(hashlib, name, _approved(getattr(hashlib, name)))
        yield


def _approved(weak: Callable[..., Any]) -> Callable[..., Any]:
    def hash_of(data: bytes = b"", *, usedforsecurity: bool = True) -> Any:
        if usedforsecurity and _is_called_by_app(sys._getframe(1)):
            raise ValueError("unsupported hash type: disabled for FIPS")
        return weak(data, usedforsecurity=False)

    return hash_of


def _is_called_by_app(frame: FrameType | None) -> bool:
    while frame:
        if frame.f_code.co_filename.startswith(APP):
            return True
        frame = frame.f_back
    return False


# No example fails because the machine stood still, and those of one run are those of the next.
settings.register_profile(
    "steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")


class Run(NamedTuple):
    """The result of one action for one set of parameters, and everything shown on the way."""

    ok: bool
    message: str
    rows: list[dict[str, Any]]
    summary: dict[str, Any]
    progress: list[str]
    result: dict[str, Any]


RunAction = Callable[..., Run]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--quick", action="store_true", help="without the tests of many seconds, if any others run"
    )
    parser.addoption(
        "--sample", action="store_true", help="of each test with a fixture, one of its cases"
    )
    parser.addoption(
        "--whole", default="", help="files and folders of which a sample has all cases (CSV)"
    )
    parser.addoption(
        "--seconds",
        type=float,
        help="in which tests begin, in the order of their files; others are skipped",
    )
    parser.addoption("--actions", help="of the tests over every action, only those of these (CSV)")


def pytest_configure(config: pytest.Config) -> None:
    """Of several workers that collect all tests, each begins with another part of the files: what
    one has compiled, the others need not compile.
    """
    worker = getattr(config, "workerinput", None)
    folder = str(ROOT / "tests")
    if worker and [str(Path(argument).absolute()) for argument in config.args] == [folder]:
        ignored = {Path(each).absolute() for each in config.getoption("ignore") or ()}
        files = [
            str(path)
            for path in sorted(Path(folder).rglob("test_*.py"))
            if not ignored & {path, *path.parents}
        ]
        number = int(worker["workerid"].removeprefix("gw"))
        first = number * len(files) // worker["workercount"]
        config.args[:] = files[first:] + files[:first]


# First, so that every worker has the same order, whatever its own was.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.nodeid.partition("::")[0])
    wanted = config.getoption("actions")
    names = set(wanted.split(",")) if wanted else set()
    items[:] = [item for item in items if _is_of(item, names)]
    if config.getoption("quick"):
        items[:] = [item for item in items if not item.nodeid.startswith(LONG)] or items
    if config.getoption("sample"):
        whole = tuple(filter(None, config.getoption("whole").split(",")))
        others = [item for item in items if not item.nodeid.startswith(whole)]
        chosen = _sample(others, of_each_action=bool(names))
        items[:] = [item for item in items if item in chosen or item.nodeid.startswith(whole)]
    if config.getoption("seconds"):
        files = list(config.args)
        items.sort(key=lambda item: _place_in(files, item.nodeid))
    else:
        items.sort(key=lambda item: not item.nodeid.startswith((*LONG, MATRIX)))


def _place_in(files: list[str], nodeid: str) -> int:
    """Of the first that the test is in."""
    return next(
        (number for number, file in enumerate(files) if nodeid.startswith(file)), len(files)
    )


def pytest_runtest_setup(item: pytest.Item) -> None:
    seconds = item.config.getoption("seconds")
    if seconds and time.monotonic() - STARTED > seconds:
        pytest.skip("not reached in time; `make test` runs it")


def pytest_collection_finish() -> None:
    """All tests and modules stay until the end: the collector need not look at them again."""
    gc.collect()
    gc.freeze()


def _is_of(item: pytest.Item, actions: set[str]) -> bool:
    """Whether an item is of one of the actions, or of none."""
    action = _action_of(item)
    return not actions or action is None or action in actions


def _action_of(item: pytest.Item) -> str | None:
    parameters = _parameters(item)
    action: str | None = parameters.get("action")
    return action or getattr(parameters.get("variant"), "action", None)


def _parameters(item: pytest.Item) -> dict[str, Any]:
    parameters: dict[str, Any] = getattr(getattr(item, "callspec", None), "params", {})
    return parameters


def _sample(items: list[pytest.Item], *, of_each_action: bool) -> set[pytest.Item]:
    """A case of every test function, or one for each action; all cases of those that call functions
    with values, whose types and texts may differ between Pythons.
    """
    chosen: dict[Any, pytest.Item] = {}
    for item in items:
        function = item.nodeid.partition("[")[0]
        action = _action_of(item) if of_each_action else None
        chosen.setdefault(item.nodeid if _needs_no_fixture(item) else (function, action), item)
    return set(chosen.values())


def _needs_no_fixture(item: pytest.Item) -> bool:
    """Of its own: the names of those for every test begin with an underscore."""
    names = set(getattr(item, "fixturenames", ())) - {"request", *_parameters(item)}
    return all(name.startswith("_") for name in names)


@pytest.fixture(scope="session", autouse=True)
def _plain_environment() -> Iterator[None]:
    """Nothing of what the tests run in: no proxy, certificate bundle or .netrc, no Tanium server
    and its secrets, no terminal's settings.
    """
    with pytest.MonkeyPatch.context() as patched:
        for name in list(os.environ):
            if (
                name.lower().endswith("_proxy")
                or name.startswith("TANIUM_")
                or name in SETTINGS_OF_THE_MACHINE
            ):
                patched.delenv(name)
        patched.setenv("NETRC", os.devnull)  # without it, the one of the home directory counts
        yield


@pytest.fixture(scope="session", autouse=True)
def _installed_versions() -> Iterator[None]:
    """Each server asks for Werkzeug's version, which costs as much as the rest of its start."""
    with pytest.MonkeyPatch.context() as patched:
        version = functools.lru_cache(importlib.metadata.version)
        patched.setattr(importlib.metadata, "version", version)
        yield


@pytest.fixture
def tanium() -> Iterator[SimulatorServer]:
    # Takes half a second, and tests of functions need none.
    from dev.simulator.server import SimulatorServer

    with SimulatorServer(**QUICK) as server:
        yield server


@pytest.fixture
def soar(tmp_path: Path, tanium: SimulatorServer) -> LocalSoar:
    local = LocalSoar(tmp_path / "soar")
    local.create_asset(
        ASSET,
        {"base_url": tanium.url, "api_token": seed.TOKEN, "allow_make_request": "all"},
    )
    return local


@pytest.fixture
def run(soar: LocalSoar) -> RunAction:
    """`run("list alerts", limit=5)` runs the action in this process, through the app's real entry
    point.
    """

    def run_action(action: str, **parameters: Any) -> Run:
        return run_on(soar, action, **parameters)

    return run_action


@pytest.fixture
def closed_port() -> Iterator[int]:
    """Connections are refused, and no other program can take it meanwhile; a server of the test
    can.
    """
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def run_on(soar: LocalSoar, action: str, **parameters: Any) -> Run:
    shown: list[str] = []
    result = soar.run(action, parameters, asset=ASSET, progress=shown.append)
    only = (
        result["result_data"][0]
        if result["result_data"]
        else {"data": [], "summary": {}, "message": result["message"], "status": "failed"}
    )
    return Run(
        only["status"] == "success", only["message"], only["data"], only["summary"], shown, result
    )


def eventually(condition: Callable[[], bool]) -> bool:
    """Whether it becomes true within a minute, for what another thread or process does."""
    deadline = time.monotonic() + 60
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True


def cancelling(soar: LocalSoar, words: str) -> Callable[[str], None]:
    """A reader of a run's progress that cancels the run once it says this, as a person would: from
    elsewhere.
    """
    cancelled: list[bool] = []

    def read(text: str) -> None:
        if words in text and not cancelled:
            cancelled.append(True)
            threading.Thread(target=soar.cancel).start()

    return read


def state_of(soar: LocalSoar) -> dict[str, Any]:
    """The asset's state; empty before it was saved."""
    file = soar.state_file(ASSET)
    state: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return state
