# File: installation.py
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
"""The installation that the running process belongs to: its home directory and its profile."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timezone
from functools import lru_cache
from pathlib import Path
from typing import Any

from local_soar.profile import Profile


@dataclass
class WebAddress:
    """Where the REST API of an installation answers; empty while it is not served."""

    url: str = ""


@dataclass(frozen=True)
class Installation:
    """A home directory (database, vault, states, key, locks, log) and how its platform behaves.

    idle: open connections to the database that nobody uses now; `database` keeps them, because to
    open it costs more than most of what is done with it.
    """

    home: Path
    profile: Profile = field(default_factory=Profile)
    idle: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)
    web: WebAddress = field(default_factory=WebAddress, compare=False)

    def folder(self, *names: str) -> Path:
        """A directory in the home, for its owner only: it holds evidence, keys and sessions."""
        path = _joined(self.home, names)
        if not path.is_dir():
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.mkdir(parents=True, exist_ok=True)
        return path

    def log(self, text: str) -> None:
        """Append to spawn.log, where SOAR keeps what apps print for debugging."""
        with (self.folder("var", "log", "phantom") / "spawn.log").open(
            "a", encoding="utf-8", errors="backslashreplace"
        ) as log:
            log.write(f"{datetime.now(timezone.utc).isoformat()} {text}\n")


# A run asks for its folders thirty times, and a path costs more than the look at the disk.
@lru_cache(maxsize=64)
def _joined(home: Path, names: tuple[str, ...]) -> Path:
    return home.joinpath(*names)


def default_home() -> Path:
    """LOCAL_SOAR_HOME, or `local-soar` among the user's data."""
    named = os.environ.get("LOCAL_SOAR_HOME")
    if named:
        return Path(named).absolute()
    data = os.environ.get("XDG_DATA_HOME")
    return (Path(data) if data else Path.home() / ".local" / "share") / "local-soar"


_active: list[Installation] = []
_guard = threading.Lock()


def current() -> Installation:
    """The installation in use, or the default one when an app file is run directly."""
    return _active[-1] if _active else Installation(default_home())


@contextmanager
def use(installation: Installation) -> Iterator[None]:
    """Make it the process's installation. SOAR's processes belong to one; so two at once are
    refused, in threads as well.
    """
    with _guard:
        if _active and _active[-1] != installation:
            raise RuntimeError(
                "Another local SOAR is active in this process; use run_in_process() for runs on"
                " several at once"
            )
        _active.append(installation)
    try:
        with _modules_of(installation.profile):
            yield
    finally:
        with _guard:
            _active.remove(installation)


@contextmanager
def _modules_of(profile: Profile) -> Iterator[None]:
    """Without SOAR's encryption for apps, where the profile has none."""
    if profile.encryption != "missing":
        yield
        return
    module = sys.modules.pop("encryption_helper", None)
    sys.modules["encryption_helper"] = None  # type: ignore[assignment]  # as Python marks it
    try:
        yield
    finally:
        del sys.modules["encryption_helper"]
        if module:
            sys.modules["encryption_helper"] = module
