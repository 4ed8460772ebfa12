# File: ingestion.py
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
"""What a run saves: its containers and artifacts, counted for its summary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from phantom.consts import APP_ERROR, APP_SUCCESS

from local_soar import containers, installation


class Ingestion:
    """Saves for one run.

    counts: `containers_successful`, `artifacts_duplicate` and so on.
    """

    def __init__(self) -> None:
        self.counts = {
            f"{kind}_{outcome}": 0
            for kind in ("containers", "artifacts")
            for outcome in ("successful", "failed", "duplicate")
        }

    def save_container(
        self, container: dict[str, Any], fail_on_duplicate: bool
    ) -> tuple[bool, str, int | None]:
        """`(status, message, id)`; for a duplicate the id of the one that is there, if any."""
        try:
            saved = containers.save_container(installation.current(), _automated_once(container))
        except containers.Refused as refused:
            self.counts["containers_failed"] += 1
            return APP_ERROR, str(refused), None
        self._count_artifacts(saved.artifacts)
        if not saved.duplicate:
            self.counts["containers_successful"] += 1
            return APP_SUCCESS, "Container created", saved.id
        self.counts["containers_duplicate"] += 1
        reported = installation.current().profile.duplicate_container
        found = None if reported == "failure_without_id" else saved.id
        return reported == "success" and not fail_on_duplicate, "Duplicate container found", found

    def save_artifact(self, artifact: dict[str, Any]) -> tuple[bool, str, int | None]:
        """`(status, message, id)`; for a duplicate the id of the one that is there."""
        status, message, ids = self._save_artifacts([artifact])
        return status, message, ids[0] if ids else None

    def save_artifacts(self, artifacts: list[dict[str, Any]]) -> tuple[bool, str, list[int]]:
        """`(status, message, ids)`; automation runs once, after the last one."""
        if not artifacts:
            return APP_ERROR, "No artifacts given", []
        return self._save_artifacts(_last_starts_automation(artifacts))

    def _save_artifacts(self, artifacts: list[dict[str, Any]]) -> tuple[bool, str, list[int]]:
        try:
            saved = containers.save_artifacts(installation.current(), artifacts)
        except containers.Refused as refused:
            self.counts["artifacts_failed"] += len(artifacts)
            return APP_ERROR, str(refused), []
        self._count_artifacts(saved)
        return APP_SUCCESS, "Artifacts saved", [artifact.id for artifact in saved]

    def _count_artifacts(self, saved: Sequence[containers.Saved]) -> None:
        duplicates = sum(artifact.duplicate for artifact in saved)
        self.counts["artifacts_duplicate"] += duplicates
        self.counts["artifacts_successful"] += len(saved) - duplicates


def _last_starts_automation(artifacts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    *others, last = artifacts
    return [
        *({**artifact, "run_automation": False} for artifact in others),
        {"run_automation": True, **last},
    ]


def _automated_once(container: dict[str, Any]) -> dict[str, Any]:
    artifacts = container.get("artifacts")
    if (
        not isinstance(artifacts, list)
        or not artifacts
        or not all(isinstance(artifact, dict) for artifact in artifacts)
    ):
        return container
    return {**container, "artifacts": _last_starts_automation(artifacts)}
