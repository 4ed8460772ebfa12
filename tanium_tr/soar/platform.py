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

import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import phantom.rules as phantom_rules
from phantom.vault import Vault

from ..errors import PlatformError, TaskError
from ..storable import storable
from ..words import LONGEST_SENTENCE, message_text, printable, shown


TEMPORARY = "tanium_tr-"  # how the app's own folders in the vault's temporary directory begin
ABANDONED = 24 * 3600.0  # seconds; no run takes so long


class SoarPlatform:
    def __init__(self, connector: Any) -> None:
        self._connector = connector

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
    def run_id(self) -> int:
        return int(self._connector.get_app_run_id())

    def is_cancelled(self) -> bool:
        return bool(self._connector.is_action_cancelled())

    def is_poll_now(self) -> bool:
        """Whether somebody polls by hand, with SOAR's dialog."""
        return bool(self._connector.is_poll_now())

    def save_case(self, container: dict[str, Any], artifacts: list[dict[str, Any]]) -> bool:
        """Save a container with its artifacts; whether it is new. Raises PlatformError with SOAR's
        reason when it refuses them.

        Both go in one call, so that a run that is killed leaves no container without artifacts. An
        existing container may still lack artifacts: it came from elsewhere, SOAR ignored those
        inside a container it already had, or refused one earlier. So they are saved again by
        themselves. A refused artifact costs neither the container nor the others.
        """
        container, artifacts = storable(container), storable(artifacts)
        success, message, container_id = self._connector.save_container(
            {**container, "artifacts": artifacts}
        )
        is_new = "duplicate" not in str(message).lower()
        if success and is_new:
            return True
        if not success:
            reason = printable(message, LONGEST_SENTENCE)
            success, message, container_id = self._connector.save_container(dict(container))
            is_new = "duplicate" not in str(message).lower()
            if not success:
                name = shown(container.get("name"))
                raise PlatformError(f"SOAR did not accept the container {name}: {reason}.")
        if artifacts:
            self._save_artifacts(
                [{**artifact, "container_id": container_id} for artifact in artifacts]
            )
        return is_new

    def _save_artifacts(self, artifacts: list[dict[str, Any]]) -> None:
        """In one call; one by one when SOAR does not confirm every one of them. The last one starts
        the playbooks. Raises PlatformError for those that SOAR refuses.
        """
        success, _, ids = self._connector.save_artifacts(artifacts)
        if success and len(list(filter(None, ids or []))) == len(artifacts):
            return
        reasons = []
        for number, artifact in enumerate(artifacts, 1):
            success, message, _ = self._connector.save_artifact(
                {**artifact, "run_automation": number == len(artifacts)}
            )
            if not success:
                reason = printable(message, LONGEST_SENTENCE)
                reasons.append(f"{shown(artifact.get('name'))}: {reason}")
        if reasons:
            raise PlatformError(
                f"SOAR did not accept {len(reasons)} of {len(artifacts)} artifacts: {reasons[0]}."
            )

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
