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
"""What the app needs from a run of SOAR: progress, cancelling, containers and the vault."""

from __future__ import annotations

import json
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import phantom.rules as phantom_rules
from phantom.vault import Vault

from ..errors import PlatformError, TaskError
from ..storable import storable
from ..words import LONGEST_SENTENCE, message_text, printable, shown
from .state import state_folder


if TYPE_CHECKING:
    from .run_access import RunAccess
    from .saving import CaseSaving


TEMPORARY = "tanium_tr-"  # how the app's own folders in the vault's temporary directory begin
ABANDONED = 24 * 3600.0  # seconds; no run takes so long


class RunProof(NamedTuple):
    """What in the JSON of a run lets it use SOAR's REST API: the token of an automation broker, or
    the user's session; empty where SOAR gave none.
    """

    broker_token: str = ""
    session: str = ""

    @classmethod
    def read(cls, in_json: str) -> RunProof:
        """SOAR itself says what is wrong with other JSON."""
        try:
            given = json.loads(in_json)
        except (ValueError, RecursionError):
            return cls()
        if not isinstance(given, dict):
            return cls()
        names = ("broker_ph_auth_token", "user_session_token")
        return cls(*(str(given.get(name) or "") for name in names))


class SoarPlatform:
    """SOAR, as one run sees it; `proof` lets the run use SOAR's REST API."""

    def __init__(self, connector: Any, proof: RunProof) -> None:
        self._connector, self._proof = connector, proof

    def progress(self, text: str) -> None:
        """Show and keep a line of progress."""
        self._connector.save_progress(message_text(text))

    def passing_progress(self, text: str) -> None:
        """Show a line of progress that the next one replaces."""
        self._connector.send_progress(message_text(text))

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
    def app_name(self) -> str:
        return str(self._connector.get_app_name())

    @property
    def asset_id(self) -> str:
        return str(self._connector.get_asset_id())

    @property
    def run_id(self) -> int:
        return int(self._connector.get_app_run_id())

    def is_cancelled(self) -> bool:
        return bool(self._connector.is_action_cancelled())

    def is_poll_now(self) -> bool:
        """Whether somebody polls by hand, with SOAR's dialog."""
        return bool(self._connector.is_poll_now())

    def expect_cases(self, source_ids: list[str]) -> None:
        """Ask SOAR at once which containers it has, before `save_case` is called for each."""
        self._cases.inventory.expect(source_ids)

    def save_case(self, container: dict[str, Any], artifacts: list[dict[str, Any]]) -> bool:
        """Save a container with its artifacts; whether it is new. Raises PlatformError with SOAR's
        reason when it refuses them.
        """
        return self._cases.save(container, artifacts)

    @cached_property
    def _cases(self) -> CaseSaving:
        from .saving import CaseSaving, Inventory  # only polls need it

        inventory = Inventory(self.asset_id, self.rest)
        return CaseSaving(self._connector, inventory, self.progress)

    @cached_property
    def rest(self) -> RunAccess:
        """SOAR's REST API, as this run may use it."""
        from .run_access import run_access  # only polls need it

        return run_access(
            self._connector.get_phantom_base_url(), self._proof, self._connector.get_ca_bundle
        )

    def close(self) -> None:
        if "rest" in vars(self):
            self.rest.close()

    @property
    def spool_path(self) -> Path:
        """The asset's file for what has not been delivered yet, beside its state. Raises
        PlatformError where there is no place for it.
        """
        try:
            folder = state_folder(self._connector)
        except FileNotFoundError as error:
            raise PlatformError(
                "Records wait for their delivery in the app's state directory, which does not exist"
                f" on this host ({error.filename or 'SOAR names none'}). Create it on the SOAR or"
                " automation broker that runs the action, and keep it between runs."
            ) from error
        return folder / f"{self._connector.get_asset_id()}_spool.sqlite3"

    @contextmanager
    def temporary_folder(self) -> Iterator[Path]:
        """A new folder on the vault's file system, gone with everything in it at the end."""
        parent = Path(Vault.get_vault_tmp_dir())
        self._remove_abandoned(parent)
        folder = parent / f"{TEMPORARY}{uuid.uuid4().hex}"
        folder.mkdir(mode=0o700, parents=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _remove_abandoned(self, parent: Path) -> None:
        """Remove the folders that runs have left which were killed."""
        for folder in parent.glob(f"{TEMPORARY}*"):
            with suppress(OSError):  # another run removes it at the same time
                if self.time() - folder.lstat().st_mtime > ABANDONED:
                    shutil.rmtree(folder, ignore_errors=True)

    def add_to_vault(self, path: Path, name: str, metadata: dict[str, Any]) -> dict[str, Any]:
        """Move a file from the temporary folder into the vault of the run's container; SOAR's
        description of the item.
        """
        container_id = self._connector.get_container_id()
        name = storable(name)
        success, message, vault_id = phantom_rules.vault_add(
            container=container_id,
            file_location=str(path),
            file_name=name,
            metadata=storable(metadata),
        )
        if not success:
            raise PlatformError(
                f"SOAR did not add {shown(name)} to the vault:"
                f" {printable(message, LONGEST_SENTENCE)}."
            )
        # By its name, too: one file may be in the vault under a thousand names.
        _, _, items = phantom_rules.vault_info(
            vault_id=vault_id, file_name=name, container_id=container_id
        )
        candidates = list(items or [])
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
            raise PlatformError(
                f"The vault has no file with the id '{vault_id}':"
                f" {printable(message, LONGEST_SENTENCE)}."
            )
        return Path(items[0]["path"]), items[0]["name"]
