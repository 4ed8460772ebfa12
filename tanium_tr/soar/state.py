# File: state.py
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
"""The asset's state, which all of its runs share: the session, what its runs have learned of the
server's dialect, and how far polling has come.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from ..errors import PlatformError
from ..network.time_limit import remaining_seconds
from ..storable import is_deeper


UNAVAILABLE = (
    "SOAR did not provide or store the asset's state. If the asset runs on an automation broker,"
    " check that the broker reaches SOAR."
)
CHECK_STATE = (
    "Check that the disk of SOAR's state folder (local_data/app_states) is not full, and that SOAR"
    " may write there; on an automation broker, that it reaches SOAR."
)
DEEPEST = 20  # levels; the app's own state has five
LOCK_PATIENCE = 90  # seconds; longer than a login takes, shorter than a playbook's patience


MARKED_WITHIN = 0.1  # seconds in which who has a lock writes down since when


class StateUnavailable(PlatformError):
    """SOAR could not be asked for the asset's state, or did not take it."""


def state_folder(connector: Any) -> Path:
    """The app's own folder between its runs. FileNotFoundError where this host has none."""
    name = connector.get_state_dir()
    if not name or not Path(name).is_dir():
        raise FileNotFoundError(errno.ENOENT, "No state directory", str(name or ""))
    return Path(name)


class AssetState:
    """The state that all runs of an asset share. Every change reads it anew, touches its own key
    and saves at once. It is SOAR's: on an automation broker, the file is an old copy.

    Raises StateUnavailable.
    """

    def __init__(self, connector: Any, *, on_broker: bool = False) -> None:
        self._connector, self._on_broker = connector, on_broker

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other runs of the asset from changing the state; continue without a lock where the
        file system has none.

        The lock is a file of its own, because SOAR may replace the state's file, and the state
        folder may be a network file system.
        """
        with ExitStack() as held:
            with suppress(OSError):
                _lock(self._opened(held, "lock"))
            yield

    @contextmanager
    def alone(self, task: str) -> Iterator[float | None]:
        """Since when another run of the asset is doing the task, in seconds since 1970. None when
        there is none, and none can begin it meanwhile; also where the file system has no locks.
        """
        with ExitStack() as held:
            since = None
            with suppress(OSError):
                handle = self._opened(held, f"{task}.lock")
                if try_lock(handle):
                    os.utime(handle)
                else:
                    time.sleep(MARKED_WITHIN)
                    since = os.fstat(handle).st_mtime
            yield since

    def _opened(self, held: ExitStack, suffix: str) -> int:
        """A lock file of the asset, open as long as the stack. The file outlives the run, its lock
        does not.
        """
        return held.enter_context(open(self.beside(suffix), "a", opener=private)).fileno()

    def beside(self, suffix: str) -> Path:
        """A file of the asset beside its state. FileNotFoundError where this host has no place."""
        return state_folder(self._connector) / f"{self._connector.get_asset_id()}.{suffix}"

    def read(self, key: str) -> Any:
        return self._load().get(key)

    def write(self, key: str, value: Any) -> None:
        """Set one key; None removes it. The caller holds the lock."""
        state = self._load()
        state[key] = value
        if value is None:
            del state[key]
        with self._explaining_errors():
            self._connector.save_state(state)

    def _load(self) -> dict[str, Any]:
        try:
            with self._explaining_errors():
                state = self._connector.load_state()
        except RecursionError:
            return {}
        # SOAR gives None for a file that it cannot read, and may give whatever JSON stands in it:
        # that is replaced. On a broker None means that SOAR did not answer, and nothing is.
        if state is None and self._on_broker:
            raise StateUnavailable(UNAVAILABLE)
        return state if isinstance(state, dict) and not is_deeper(state, DEEPEST) else {}

    @contextmanager
    def _explaining_errors(self) -> Iterator[None]:
        try:
            yield
        except RecursionError:
            raise
        except Exception as error:  # SOAR says nowhere which ones it raises
            if self._connector.is_action_cancelled():
                raise
            raise StateUnavailable(f"{UNAVAILABLE} ({type(error).__name__})") from error


def private(path: str, flags: int) -> int:
    """Open a file that is nobody else's."""
    return os.open(path, flags, 0o600)


def _lock(handle: int) -> None:
    deadline = time.monotonic() + min(LOCK_PATIENCE, remaining_seconds())
    while time.monotonic() < deadline and not try_lock(handle):
        time.sleep(0.05)


def try_lock(handle: int) -> bool:
    """False while somebody else holds the lock; OSError where there can be none."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
            raise
        return False
    return True


class StoredSession:
    """Tanium's session in the asset's state: encrypted, and bound to the settings of its login."""

    KEY = "session"

    def __init__(self, state: AssetState, asset_id: str, settings: str) -> None:
        self._state, self._salt = state, asset_id
        # With the asset, because not every SOAR keeps the salts of two assets apart.
        self._settings = f"{asset_id}:{settings}"

    def locked(self) -> AbstractContextManager[None]:
        """See `AssetState.locked`."""
        return self._state.locked()

    def read(self) -> str:
        """The session, or nothing when there is none, it cannot be decrypted here, or the settings
        have changed.
        """
        from .encryption import decrypted  # imported here: a token needs none

        try:
            stored = json.loads(decrypted(self._state.read(self.KEY), self._salt))
            return stored["session"] if stored["settings"] == self._settings else ""
        except Exception:
            # A cloned asset, a rotated key or a damaged file: each costs a new login only.
            return ""

    def write(self, session: str) -> None:
        """Keep the session, if SOAR can encrypt and store it; otherwise every run logs in by
        itself. The caller holds the lock.
        """
        from .encryption import encrypted  # imported here, like decrypted

        value = json.dumps({"session": session, "settings": self._settings})
        cipher = encrypted(value, self._salt) if session else ""
        with suppress(StateUnavailable):
            if cipher or self._state.read(self.KEY) is not None:
                self._state.write(self.KEY, cipher or None)


class _OfServer:
    """What a key of the asset's state holds of one server. What runs have stored of another server,
    before the asset's `base_url` changed, is as good as nothing.
    """

    def __init__(self, state: AssetState, key: str, base_url: str) -> None:
        self._state, self._key, self._base_url = state, key, base_url

    def read(self) -> dict[str, Any]:
        """Raises StateUnavailable."""
        return self.members(self._state.read(self._key))

    def members(self, stored: Any) -> dict[str, Any]:
        """What stands under the key, if it is of this server."""
        is_ours = isinstance(stored, dict) and stored.get("base_url") == self._base_url
        return stored if is_ours else {}

    def write(self, **members: Any) -> None:
        """Raises StateUnavailable. The caller holds the lock."""
        self._state.write(self._key, {"base_url": self._base_url, **members})


class StoredDialects:
    """What the asset's runs have learned of how its server is called, for as long as it is the same
    server.
    """

    KEY = "dialects"

    def __init__(self, state: AssetState, base_url: str) -> None:
        self._state, self._stored = state, _OfServer(state, self.KEY, base_url)
        self._known: dict[str, str] | None = None

    def get(self, operation: str) -> str | None:
        if self._known is None:
            self._known = self._read_operations()
        return self._known.get(operation)

    def learn(self, operation: str, dialect: str) -> None:
        """Remember the dialect in which the server takes an operation, together with what other
        runs have learned.
        """
        with self._state.locked():
            self._known = {**(self._known or {}), **self._read_operations(), operation: dialect}
            with suppress(StateUnavailable):
                self._stored.write(operations=self._known)

    def forget(self) -> None:
        """Remember nothing of any server."""
        with suppress(StateUnavailable):
            if not self._state.read(self.KEY):
                return
            with self._state.locked():
                self._known = {}
                self._state.write(self.KEY, None)

    def _read_operations(self) -> dict[str, str]:
        stored = None
        with suppress(StateUnavailable):
            stored = self._stored.read().get("operations")
        if not isinstance(stored, dict):
            return {}
        return {name: dialect for name, dialect in stored.items() if isinstance(dialect, str)}


class StoredTokenLook:
    """When a poll last asked how long the token is valid: the time of a file beside the state. A
    change of the state itself could undo that of another poll, where there are no locks.
    """

    SUFFIX = "token_look"

    def __init__(self, state: AssetState) -> None:
        self._state = state

    def read(self) -> float:
        """Seconds since 1970; 0 when no poll has asked. Raises OSError where there is no place."""
        path = self._state.beside(self.SUFFIX)
        return path.stat().st_mtime if path.exists() else 0.0

    def write(self, time: float) -> None:
        """Raises OSError where there is no place."""
        path = self._state.beside(self.SUFFIX)
        with open(path, "a", opener=private):
            os.utime(path, (time, time))


class StoredFindings:
    """Which alerts have findings, as JSON whose shape is polling's own."""

    KEY = "findings"

    def __init__(self, state: AssetState) -> None:
        self._state = state

    def alone(self) -> AbstractContextManager[float | None]:
        """Since when another run of the asset creates findings; see `AssetState.alone`."""
        return self._state.alone(self.KEY)

    def read(self) -> Any:
        return self._state.read(self.KEY)

    def write(self, memory: dict[str, Any]) -> None:
        with self._state.locked():
            self._state.write(self.KEY, memory)

    def holds(self, memory: dict[str, Any]) -> bool:
        """Whether SOAR has saved it: it reports a failed write in its log only."""
        return bool(self._state.read(self.KEY) == memory)


class StoredCheckpoint:
    """How far polling has come on the asset's server, as JSON whose shape is polling's own."""

    KEY = "poll"

    def __init__(self, state: AssetState, base_url: str) -> None:
        self._state, self._stored = state, _OfServer(state, self.KEY, base_url)

    def locked(self) -> AbstractContextManager[None]:
        """See `AssetState.locked`."""
        return self._state.locked()

    def alone(self) -> AbstractContextManager[float | None]:
        """Since when another run of the asset polls; see `AssetState.alone`."""
        return self._state.alone(self.KEY)

    def read(self) -> Any:
        """None when there is none, or one of another server."""
        stored = self._state.read(self.KEY)
        if not isinstance(stored, dict) or "base_url" not in stored:
            return stored
        return self._stored.members(stored).get("checkpoint")

    def write(self, checkpoint: Any) -> None:
        """The caller holds the lock."""
        self._stored.write(checkpoint=checkpoint)


class StoredFollowed:
    """The alerts of the asset's server whose containers follow them, as JSON whose shape is
    polling's own.
    """

    KEY = "followed"

    def __init__(self, state: AssetState, base_url: str) -> None:
        self._state, self._stored = state, _OfServer(state, self.KEY, base_url)

    def read(self) -> Any:
        """None when there are none, or those of another server."""
        return self._stored.read().get("alerts")

    def write(self, alerts: dict[str, Any]) -> None:
        with self._state.locked():
            self._stored.write(alerts=alerts)


class StoredIntelNames:
    """What the intel documents of the asset's server are called, and since when that is known, in
    seconds since 1970.
    """

    KEY = "intel_names"

    def __init__(self, state: AssetState, base_url: str) -> None:
        self._state, self._stored = state, _OfServer(state, self.KEY, base_url)

    def read(self) -> tuple[float, dict[str, str]]:
        stored: dict[str, Any] = {}
        with suppress(StateUnavailable):
            stored = self._stored.read()
        since, names = stored.get("since"), stored.get("names")
        if not isinstance(since, (int, float)) or not isinstance(names, dict):
            return 0.0, {}
        return since, {key: name for key, name in names.items() if isinstance(name, str)}

    def write(self, since: float, names: dict[str, str]) -> None:
        """Without it, the next run reads them again."""
        with self._state.locked(), suppress(StateUnavailable):
            self._stored.write(since=since, names=names)
