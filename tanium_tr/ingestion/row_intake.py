# File: row_intake.py
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
"""The rows of one request on their way into SOAR, and the counts of what became of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ..soar.rest import Refused, Saved, SoarRest
from .cases import Case
from .request_body import Row
from .rows import row_case


BATCH = 100  # artifacts in one call, as many as SOAR's own connectors send
MOST_REFUSALS = 20  # in a reply


class _Container:
    """A container's fields, and its artifacts by their source ids."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self.fields = fields
        self.artifacts: dict[str, _Artifact] = {}


class _Artifact:
    """`row` is the first row that has it; `saved` is None until SOAR was asked."""

    def __init__(self, row: Row, fields: dict[str, Any]) -> None:
        self.row, self.fields = row, fields
        self.saved: Saved | None = None


class RowIntake:
    """Collects the rows of a request, and saves each of their containers and artifacts once,
    however many rows have it.
    """

    def __init__(self, soar: SoarRest, asset_id: int | str, label: str) -> None:
        self._soar = soar
        self._common = {"asset_id": asset_id, "label": label, "run_automation": False}
        self._containers: dict[str, _Container] = {}
        self._artifacts_of: list[tuple[Row, list[_Artifact]]] = []

    def add(self, row: Row, received: datetime, console_url: str) -> None:
        """Note a row, and what it becomes; nothing when it has a problem."""
        artifacts = (
            [] if row.problem else self._place(row, row_case(row.content, received, console_url))
        )
        self._artifacts_of.append((row, artifacts))

    def _place(self, row: Row, case: Case) -> list[_Artifact]:
        identifier = case.container["source_data_identifier"]
        artifacts = self._containers.setdefault(identifier, _Container(case.container)).artifacts
        return [
            artifacts.setdefault(fields["source_data_identifier"], _Artifact(row, fields))
            for fields in case.artifacts
        ]

    def save(self) -> None:
        """Containers first, without artifacts: SOAR may or may not save those of a container that
        it has already. Then artifacts, those of several containers in one call. The last new one in
        each container starts the playbooks, which one that SOAR knows already would not do.

        Raises NotAllowed and Unavailable; `counts` then tells how far it came.
        """
        pending: list[_Artifact] = []
        for container in self._containers.values():
            pending += self._save_container(container)
            while len(pending) >= BATCH:
                self._save_artifacts(pending[:BATCH])
                del pending[:BATCH]
        if pending:
            self._save_artifacts(pending)

    def _save_container(self, container: _Container) -> list[_Artifact]:
        """Its new artifacts, which are to be saved next; none when SOAR refused the container."""
        artifacts = list(container.artifacts.values())
        try:
            saved = self._soar.save_container({**container.fields, **self._common})
        except Refused as error:
            for artifact in artifacts:
                artifact.saved = Saved(known=False, problem=str(error))
            return []
        if not saved.is_new:
            artifacts = self._new_ones(saved.id, container.artifacts)
        for artifact in artifacts:
            artifact.fields = {
                **artifact.fields,
                "container_id": saved.id,
                "run_automation": artifact is artifacts[-1],
            }
        return artifacts

    def _new_ones(self, container_id: int, artifacts: dict[str, _Artifact]) -> list[_Artifact]:
        """Without those that SOAR knows; all of them when it does not answer that question."""
        try:
            known = self._soar.known_artifacts(container_id, list(artifacts))
        except Refused:
            known = set()
        for identifier in known:
            artifacts[identifier].saved = Saved(known=True)
        return [artifact for name, artifact in artifacts.items() if name not in known]

    def _save_artifacts(self, artifacts: list[_Artifact]) -> None:
        """In one call. When SOAR refuses them because of one, in halves until that one is alone."""
        try:
            results = self._soar.save_artifacts([artifact.fields for artifact in artifacts])
        except Refused as error:
            if len(artifacts) > 1:
                middle = len(artifacts) // 2
                self._save_artifacts(artifacts[:middle])
                self._save_artifacts(artifacts[middle:])
                return
            results = [Saved(known=False, problem=str(error))]
        for artifact, result in zip(artifacts, results):
            artifact.saved = result

    def counts(self) -> dict[str, Any]:
        """Of rows; those that SOAR was not asked about are not counted."""
        created = known = 0
        refusals = []
        for row, artifacts in self._artifacts_of:
            results = [artifact.saved for artifact in artifacts]
            problems = [row.problem, *(result.problem for result in results if result)]
            reason = next(filter(None, problems), "")
            if reason:
                refusals.append({"row": row.number, "reason": reason})
            elif all(results):
                is_new = any(
                    artifact.row is row and result and not result.known
                    for artifact, result in zip(artifacts, results)
                )
                if is_new:
                    created += 1
                else:
                    known += 1
        return {
            "created": created,
            "known": known,
            "refused": len(refusals),
            "refusals": refusals[:MOST_REFUSALS],
        }
