# File: serve.py
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
"""`make serve`: the local SOAR's page on the loopback interface, against the simulator or a real
server, until Ctrl-C.
"""

from __future__ import annotations

import math
import os
import signal
import sys
import tempfile
import webbrowser
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any, Callable

from local_soar import locks
from local_soar.installation import default_home
from local_soar.run_request import applied
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from dev.simulator import seed
from dev.simulator.process import NotStartedError, SimulatorProcess
from dev.soar.runtime import LocalSoar
from dev.soar.web.server import SoarServer


SIMULATOR_ASSET, SERVER_ASSET = "simulator", "tanium"
LARGEST_PORT = 65535


def serve(
    app_dir: Path,
    home: Path | None = None,
    *,
    url: str = "",
    secrets: dict[str, str] | None = None,
    port: int = 0,
    browser: bool = True,
) -> None:
    """Serve until SIGINT or SIGTERM.

    home: what survives lies there. Without it, what is done with a simulator goes with it, and what
    is done with a server stays in the default home. url: address of a real server; the asset for it
    begins with these `secrets` (api_token, password).
    """
    if not 0 <= port <= LARGEST_PORT:
        sys.exit(f"{port} is not a valid port; the largest is {LARGEST_PORT}.")
    stop: SimpleQueue[int] = SimpleQueue()
    for number in (signal.SIGINT, signal.SIGTERM):
        # A second signal may come in the middle of this, as from `make` when its group is ended; an
        # Event would wait for itself then.
        signal.signal(number, lambda number, _frame: stop.put(number))
    with ExitStack() as stack:
        if url and home is None:
            home = default_home()
        elif home is None:
            home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="local-soar-")))
        try:
            soar = LocalSoar(home, app_dir=app_dir)
            if url:
                _prepare(soar, SERVER_ASSET, {**(secrets or {}), "base_url": url})
            else:
                stack.enter_context(_alone(soar))
                simulator = stack.enter_context(_simulator(lambda: not stop.empty()))
                _prepare(soar, SIMULATOR_ASSET, simulator)
            server = stack.enter_context(SoarServer(soar, port=port))
        except NotStartedError as error:
            if stop.empty():
                sys.exit(f"The local SOAR cannot start: {error}")
            print("\nStopping", flush=True)
            return
        except OSError as error:
            sys.exit(f"The local SOAR cannot start: {error}")
        print(f"The local SOAR is at {server.url}/ (stop it with Ctrl-C)", flush=True)
        data = f"Its data is in {home}"
        print(data if url else f"{data}; it uses a simulated Tanium server", flush=True)
        if browser and has_browser():
            webbrowser.open(server.url)
        stop.get()
        print("\nStopping", flush=True)


def _alone(soar: LocalSoar) -> IO[bytes]:
    """A home has one asset for a simulator: a second simulator would take it away from those who
    use the first.
    """
    lock = locks.acquire(
        soar.installation, "serve a simulator", shared=False, timeout=0, cancelled=bool
    )
    if lock is None:
        sys.exit(
            f"Another make serve with a simulator already uses {soar.installation.home}. Choose"
            " another directory with --home, or leave --home out."
        )
    return lock


@contextmanager
def _simulator(is_cancelled: Callable[[], bool]) -> Iterator[dict[str, Any]]:
    """A simulator that this process's children trust and reach; gives the configuration of an asset
    for it.
    """
    with (
        SimulatorProcess(is_cancelled=is_cancelled) as simulator,
        tempfile.TemporaryDirectory(prefix="local-soar-") as folder,
    ):
        # Other servers shall stay as trustworthy as they were.
        authorities = Path(folder, "authorities.pem")
        usual = os.environ.get("REQUESTS_CA_BUNDLE") or DEFAULT_CA_BUNDLE_PATH
        authorities.write_bytes(
            Path(usual).read_bytes() + b"\n" + Path(simulator.ca_file).read_bytes()
        )
        exempt = ",".join(
            filter(None, [os.environ.get("no_proxy") or os.environ.get("NO_PROXY"), "localhost"])
        )
        with applied({"REQUESTS_CA_BUNDLE": str(authorities), "no_proxy": exempt}):
            yield {
                "base_url": simulator.url,
                "api_token": seed.TOKEN,
                "ingest_url": simulator.url + seed.INGEST_PATH,
                "ingest_key": seed.INGEST_KEY,
            }


def _prepare(soar: LocalSoar, asset: str, config: dict[str, Any]) -> None:
    """Have this asset, of which an older one keeps what is not given here, and no run that seems to
    go on.
    """
    lock = locks.acquire(
        soar.installation, "prepare to serve", shared=False, timeout=math.inf, cancelled=bool
    )
    assert lock
    with lock:  # somebody else may begin with the same home right now
        soar.end_lost_runs()
        if asset not in soar.assets().values():
            soar.create_asset(asset, {**_defaults(soar), **config})
        else:
            soar.update_asset(asset, {**soar.decrypted(soar.asset(asset)), **config})


def _defaults(soar: LocalSoar) -> dict[str, Any]:
    """The configuration with which SOAR's form for a new asset begins."""
    declared = soar.app.manifest.get("configuration", {})
    return {
        name: field["default"]
        for name, field in declared.items()
        if field.get("default") not in (None, "")
    }


def has_browser() -> bool:
    """Whether a window can open: text browsers would take the terminal."""
    if os.environ.get("CI"):
        return False
    return sys.platform == "darwin" or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
