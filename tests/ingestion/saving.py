# File: saving.py
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
"""Saving cases in a local SOAR, as polling and the receiver do."""

from __future__ import annotations

from typing import Any, NamedTuple

from local_soar import containers

from dev.soar.runtime import LocalSoar
from tanium_tr.ingestion.cases import Case
from tests.variants import ACTIONS


class Outcome(NamedTuple):
    """How many containers and artifacts are new, and whether all that were stored are as they were
    given.
    """

    added: int
    unchanged: bool


class Artifact:
    """Its values by the parameter that SOAR would offer them to."""

    def __init__(self, artifact: dict[str, Any]) -> None:
        self.cef, self._types = artifact["cef"], artifact["cef_types"]

    def value_for(self, field: str, action: str, parameter: str) -> Any:
        assert set(self._types[field]) & set(ACTIONS[action].params[parameter].contains), (
            f"SOAR does not offer {field} to {action}"
        )
        return self.cef[field]


def save(soar: LocalSoar, case: Case) -> Outcome:
    """Raises containers.Refused for what SOAR does not take."""
    given = {**case.container, "label": "events", "asset_id": "1"}
    container = containers.save_container(soar.installation, given)
    artifacts = [{**artifact, "container_id": container.id} for artifact in case.artifacts]
    saved = containers.save_artifacts(soar.installation, artifacts)
    stored = _stored(soar, "artifacts", container_id=container.id)
    unchanged = all(
        given_one.items() <= stored[each.id].items()
        for given_one, each in zip(artifacts, saved)
        if not each.duplicate
    )
    if not container.duplicate:
        unchanged = (
            unchanged
            and given.items() <= _stored(soar, "containers", id=container.id)[container.id].items()
        )
    return Outcome(sum(not each.duplicate for each in (container, *saved)), unchanged)


def _stored(soar: LocalSoar, table: str, **filters: Any) -> dict[int, dict[str, Any]]:
    return {
        record["id"]: record for record in containers.select(soar.installation, table, filters)[1]
    }
