# File: platform.py
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
"""What the app needs from SOAR: progress, cancelling, containers, the vault, encryption and the
asset's state. With the connector the only importer of SOAR's modules.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import encryption_helper
import phantom.rules as phantom_rules
from phantom.vault import Vault

from ..errors import PlatformError, TaskError
from ..redaction import Redaction


LOCK_PATIENCE = 90  # seconds; longer than a login takes, shorter than a playbook's patience


class SoarPlatform:
    def __init__(self, connector: Any, redaction: Redaction) -> None:
        self._connector = connector
        self.redact = redaction.redact

    def progress(self, text: str) -> None:
        """Show and keep a line of progress."""
        # SOAR applies str.format, so that text with braces must be an argument of it.
        self._connector.save_progress("{}", self.redact(text))

    def passing_progress(self, text: str) -> None:
        """Show a line of progress that the next one replaces."""
        self._connector.send_progress("{}", self.redact(text))

    def stop_if_cancelled(self, message: str, rows: list[dict[str, Any]] | None = None) -> None:
        """Raise TaskError(message, rows) when the action was cancelled in SOAR."""
        if self.is_cancelled():
            raise TaskError(message, rows)

    def sleep(self, seconds: float, interrupted: str, rows: list[dict[str, Any]]) -> None:
        """Wait. Raises TaskError(interrupted, rows) soon after the action was cancelled in SOAR."""
        end = time.monotonic() + seconds
        while True:
            self.stop_if_cancelled(interrupted, rows)
            remaining = end - time.monotonic()
            if remaining <= 0:
                return
            time.sleep(min(remaining, 0.25))

    def now(self) -> float:
        """Seconds of a clock that only moves forward."""
        return time.monotonic()

    def time(self) -> float:
        """Seconds since 1970."""
        return time.time()

    @property
    def action_name(self) -> str:
        return str(self._connector.get_action_name())

    @property
    def run_id(self) -> int:
        return int(self._connector.get_app_run_id())

    def is_cancelled(self) -> bool:
        return bool(self._connector.is_action_cancelled())

    def is_poll_now(self) -> bool:
        """Whether somebody polls by hand, with SOAR's dialog."""
        return bool(self._connector.is_poll_now())

    def save_case(self, container: dict[str, Any], artifacts: list[dict[str, Any]]) -> bool:
        """Save a container with its artifacts; whether it is new. Raises PlatformError with SOAR's
        reason when it takes them not.

        They go in one call, so that a run that is killed leaves no container without artifacts. Of
        a container that is there, artifacts may be missing all the same, because it came from
        elsewhere, or because SOAR ignores those inside a container it knows.
        """
        success, message, container_id = self._connector.save_container(
            {**container, "artifacts": artifacts}
        )
        is_new = "duplicate" not in str(message).lower()
        if success and not is_new and artifacts:
            success, message, _ = self._connector.save_artifacts(
                [{**artifact, "container_id": container_id} for artifact in artifacts]
            )
        if not success:
            raise PlatformError(
                f"SOAR did not take the container '{container.get('name')}':"
                f" {self.redact(str(message))}."
            )
        return is_new

    @property
    def spool_path(self) -> Path:
        """The asset's file for what has not been delivered yet, beside its state."""
        return (
            Path(self._connector.get_state_dir())
            / f"{self._connector.get_asset_id()}_spool.sqlite3"
        )

    @contextmanager
    def temporary_folder(self) -> Iterator[Path]:
        """A new folder on the vault's file system, gone with everything in it at the end."""
        folder = Path(Vault.get_vault_tmp_dir()) / uuid.uuid4().hex
        folder.mkdir(mode=0o700, parents=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def add_to_vault(self, path: Path, name: str, metadata: dict[str, Any]) -> dict[str, Any]:
        """Move a file from the temporary folder into the vault of the run's container; SOAR's
        description of the item.
        """
        container_id = self._connector.get_container_id()
        success, message, vault_id = phantom_rules.vault_add(
            container=container_id, file_location=str(path), file_name=name, metadata=metadata
        )
        if not success:
            raise PlatformError(f"SOAR did not take '{name}' into the vault: {message}.")
        _, _, items = phantom_rules.vault_info(vault_id=vault_id, container_id=container_id)
        # One file may be in the vault under several names.
        named = [item for item in items or [] if item.get("name") == name]
        candidates = named or list(items or [])
        item = candidates[-1] if candidates else {}
        return {
            **item,
            "vault_id": vault_id,
            "file_name": name,
            "message": message,
            "succeeded": True,
        }

    def vault_file(self, vault_id: str) -> tuple[Path, str]:
        """Path and name of a vault item. Raises PlatformError when there is none."""
        success, message, items = phantom_rules.vault_info(vault_id=vault_id)
        if not success or not items:
            raise PlatformError(f"The vault has no file with the id '{vault_id}': {message}.")
        return Path(items[0]["path"]), items[0]["name"]


class AssetState:
    """The state that all runs of an asset share. Every change reads it anew, touches its own key
    and saves at once.
    """

    def __init__(self, connector: Any) -> None:
        self._connector = connector

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other runs of the asset from changing the state meanwhile; go on without the lock
        where there can be none.

        The lock is a file of its own, because SOAR may replace the state's file, and the state
        folder may be a network file system.
        """
        with ExitStack() as held:
            with suppress(OSError):
                _lock(self._opened(held, "lock"))
            yield

    @contextmanager
    def alone(self, task: str) -> Iterator[bool]:
        """Whether no other run of the asset is at the task; none begins it meanwhile. True where
        there can be no lock.
        """
        with ExitStack() as held:
            free = True
            with suppress(OSError):
                free = _try_lock(self._opened(held, f"{task}.lock"))
            yield free

    def _opened(self, held: ExitStack, suffix: str) -> int:
        """A lock file of the asset, open for as long as the stack; it vanishes with no run, but its
        lock does.
        """
        path = Path(self._connector.get_state_dir()) / f"{self._connector.get_asset_id()}.{suffix}"
        return held.enter_context(open(path, "a", opener=_private)).fileno()

    def read(self, key: str) -> Any:
        return self._load().get(key)

    def write(self, key: str, value: Any) -> None:
        """Set one key; None removes it. The caller holds the lock."""
        state = self._load()
        state[key] = value
        if value is None:
            del state[key]
        self._connector.save_state(state)

    def _load(self) -> dict[str, Any]:
        # SOAR gives None for a file that it cannot read, and may give whatever JSON stands in it.
        state = self._connector.load_state()
        return state if isinstance(state, dict) else {}


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _lock(handle: int) -> None:
    deadline = time.monotonic() + LOCK_PATIENCE
    while time.monotonic() < deadline and not _try_lock(handle):
        time.sleep(0.05)


def _try_lock(handle: int) -> bool:
    """False while somebody else holds the lock; OSError where there can be none."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
            raise
        return False
    return True


class StoredSession:
    """Tanium's session in the asset's state: encrypted, and bound to the settings it was made with."""

    KEY = "session"

    def __init__(self, state: AssetState, asset_id: str, settings: str) -> None:
        self._state, self._salt, self._settings = state, asset_id, settings

    def locked(self) -> AbstractContextManager[None]:
        """See `AssetState.locked`."""
        return self._state.locked()

    def read(self) -> str:
        """The session, or nothing when there is none, it cannot be decrypted here, or the settings
        have changed.
        """
        try:
            stored = json.loads(encryption_helper.decrypt(self._state.read(self.KEY), self._salt))
            return stored["session"] if stored["settings"] == self._settings else ""
        except (
            Exception
        ):  # a cloned asset, a rotated key or a damaged file: all of them only cost a new login
            return ""

    def write(self, session: str) -> None:
        value = json.dumps({"session": session, "settings": self._settings})
        self._state.write(
            self.KEY, encryption_helper.encrypt(value, self._salt) if session else None
        )


class StoredDialects:
    """What the asset's runs have learned of how its server is called, for as long as it is the same
    server.
    """

    KEY = "dialects"

    def __init__(self, state: AssetState, base_url: str) -> None:
        self._state, self._base_url = state, base_url
        self._known: dict[str, str] | None = None

    def get(self, operation: str) -> str | None:
        if self._known is None:
            self._known = self._stored()
        return self._known.get(operation)

    def learn(self, operation: str, dialect: str) -> None:
        """Remember the dialect in which the server takes an operation, together with what other
        runs have learned.
        """
        with self._state.locked():
            self._known = {**self._stored(), operation: dialect}
            self._state.write(self.KEY, {"base_url": self._base_url, "operations": self._known})

    def forget(self) -> None:
        """Remember nothing of any server."""
        if not self._state.read(self.KEY):
            return
        with self._state.locked():
            self._known = {}
            self._state.write(self.KEY, None)

    def _stored(self) -> dict[str, str]:
        stored = self._state.read(self.KEY)
        if not (
            isinstance(stored, dict)
            and stored.get("base_url") == self._base_url
            and isinstance(stored.get("operations"), dict)
        ):
            return {}
        return {
            name: dialect
            for name, dialect in stored["operations"].items()
            if isinstance(dialect, str)
        }


class StoredCheckpoint:
    """How far polling has come on the asset's server, as JSON whose shape is polling's own."""

    KEY = "poll"

    def __init__(self, state: AssetState, base_url: str) -> None:
        self._state, self._base_url = state, base_url

    def locked(self) -> AbstractContextManager[None]:
        """See `AssetState.locked`."""
        return self._state.locked()

    def alone(self) -> AbstractContextManager[bool]:
        """Whether no other run of the asset polls; see `AssetState.alone`."""
        return self._state.alone(self.KEY)

    def read(self) -> Any:
        """None when there is none, or one of another server."""
        stored = self._state.read(self.KEY)
        if not isinstance(stored, dict) or "base_url" not in stored:
            return stored
        return stored.get("checkpoint") if stored["base_url"] == self._base_url else None

    def write(self, checkpoint: Any) -> None:
        """The caller holds the lock."""
        self._state.write(self.KEY, {"base_url": self._base_url, "checkpoint": checkpoint})
