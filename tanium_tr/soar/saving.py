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
"""Containers and artifacts as a poll saves them, each once, whatever SOAR itself takes for a
duplicate.

SOAR knows a container by its source id, and says so as a success or as a failure. Artifacts it
knows by their source ids, by their content, or not at all. So the app asks SOAR's REST API first,
and sends what is missing. Where SOAR cannot be asked, everything is sent again, and what becomes of
it is SOAR's decision: artifacts that stand there twice cost less than those that are missing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Callable

from ..errors import PlatformError, TaniumError
from ..numbers import id_in_text, natural_number
from ..storable import storable
from ..words import LONGEST_SENTENCE, printable, shown
from .rest import SoarRest
from .run_access import NO_WAY, RunAccess


KNOWN_CONTAINER = "duplicate container"  # how SOAR's message begins
NOT_ASKED = (
    "SOAR's REST API could not be asked which artifacts it has already ({}). All artifacts of"
    " alerts that are already in SOAR are sent again."
)


NOT_NAMED = (
    "SOAR has the alert's container, but neither its answer nor its REST API ({}) gave the"
    " container's ID. Artifacts that such containers lack are not added."
)


class Inventory:
    """What SOAR has already. Once it could not be asked, nothing is known until the run ends."""

    def __init__(self, asset_id: str, rest: RunAccess) -> None:
        self._asset_id, self._rest = id_in_text(asset_id), rest
        self._containers: dict[str, int | None] = {}
        self._is_known = self._asset_id is not None
        self.problem = NO_WAY

    def expect(self, source_ids: Iterable[str]) -> None:
        """Ask for many containers at once, which are then looked up one by one."""
        wanted = list(dict.fromkeys(source_ids))
        found = self._ask(lambda soar: soar.containers(self._asset_id or 0, wanted)) or {}
        self._containers = {each: found.get(each) for each in wanted}

    def container(self, source_id: str) -> int | None:
        """Its id; None when there is none, or that is not known."""
        if source_id not in self._containers:
            self.expect([source_id])
        return self._containers.pop(source_id)

    def artifacts(self, container_id: int, source_ids: list[str]) -> set[str] | None:
        """Which of these the container has; None when that is not known."""
        return self._ask(lambda soar: soar.known_artifacts(container_id, source_ids))

    def _ask(self, question: Callable[[SoarRest], Any]) -> Any:
        if not self._is_known:
            return None
        try:
            return self._rest.ask(question)
        except TaniumError as error:
            self._is_known, self.problem = False, str(error)
            return None


class CaseSaving:
    """Saves the cases of one run."""

    def __init__(self, connector: Any, inventory: Inventory, notify: Callable[[str], None]) -> None:
        self._connector, self.inventory, self._notify = connector, inventory, notify
        self._has_warned = False

    def save(self, container: dict[str, Any], artifacts: list[dict[str, Any]]) -> bool:
        """Save a container with its artifacts; whether it is new. Raises PlatformError with SOAR's
        reason when it refuses them.

        Both go in one call, so that a run that is killed leaves no container without artifacts. An
        existing container may still lack artifacts: it came from elsewhere, SOAR ignored those
        inside a container it already had, or refused one earlier. A refused artifact costs neither
        the container nor the others.
        """
        container, artifacts = storable(container), storable(artifacts)
        container_id = self.inventory.container(container["source_data_identifier"])
        is_new = False
        if container_id is None:
            is_new, is_complete, container_id = self._save_container(container, artifacts)
            if is_complete:
                return True
        if container_id is None:
            if is_new:
                name = shown(container.get("name"))
                raise PlatformError(
                    f"SOAR saved the container {name}, but not its artifacts: it gave no ID."
                )
            self._warn_once(NOT_NAMED)
            return is_new
        if not is_new:
            artifacts = self._missing(container_id, artifacts)
        if artifacts:
            self._save_artifacts([{**each, "container_id": container_id} for each in artifacts])
        return is_new

    def _warn_once(self, text: str) -> None:
        """Once in a run."""
        if not self._has_warned:
            self._has_warned = True
            self._notify(text.format(self.inventory.problem))

    def _save_container(
        self, container: dict[str, Any], artifacts: list[dict[str, Any]]
    ) -> tuple[bool, bool, int | None]:
        """Whether it is new, whether it has its artifacts, and its id, which some platforms do not
        tell of a known one.
        """
        saved = self._connector.save_container({**container, "artifacts": artifacts})
        if saved[0] or _is_known(saved):
            is_new = not _is_known(saved)
            return is_new, is_new, natural_number(saved[2])
        reason = printable(saved[1], LONGEST_SENTENCE)
        saved = self._connector.save_container(dict(container))
        if saved[0] or _is_known(saved):
            return not _is_known(saved), False, natural_number(saved[2])
        name = shown(container.get("name"))
        raise PlatformError(f"SOAR did not accept the container {name}: {reason}.")

    def _missing(self, container_id: int, artifacts: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Those that the container does not have; all where SOAR cannot be asked."""
        source_ids = [each["source_data_identifier"] for each in artifacts]
        known = self.inventory.artifacts(container_id, source_ids)
        if known is None:
            self._warn_once(NOT_ASKED)
            return artifacts
        return [each for each in artifacts if each["source_data_identifier"] not in known]

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


def _is_known(saved: tuple[Any, ...]) -> bool:
    """Whether SOAR answers that it has the container. A refusal may quote what is in an alert, so
    only the start of the message counts.
    """
    return str(saved[1]).strip().lower().startswith(KNOWN_CONTAINER)
