# File: following.py
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
"""Containers follow their alerts: a later change of an alert's state in Tanium changes the status
of its container in SOAR.

Of each alert that polls have saved, its state and its container's status are remembered as they
were at the last look:

    the last look    unresolved   new
    now              resolved     new       the container becomes closed
    now              resolved     open      a person was there since: it stays as it is

A change of the alert counts once, whatever becomes of it, unless SOAR did not answer. Only the
statuses that every SOAR has are changed; one that an administrator made is a person's choice.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import TaniumError
from ..numbers import id_in_text
from ..soar.rest import ContainerStatus, Refused
from ..soar.state import StateUnavailable
from ..tanium.alerts import GUIDS_AT_ONCE
from ..words import LONGEST_SENTENCE, printable
from .cases import guid_of
from .values import trimmed


if TYPE_CHECKING:
    from ..soar.platform import SoarPlatform
    from ..soar.state import StoredFollowed
    from ..tanium.clients import Tanium
    from .cursor import Alert

MOST_FOLLOWED = 500  # of the alerts that were saved last
MOST_NAMED = 5  # containers in a message
NEW, OPEN, CLOSED = "new", "open", "closed"
# What an alert's state makes of its container.
STATUS = {
    "inprogress": OPEN,
    **dict.fromkeys(("resolved", "dismissed", "ignored", "suppressed"), CLOSED),
}


class Look(NamedTuple):
    """The alert's state and its container's status; "" as long as nobody has looked for it."""

    state: str
    status: str = ""


class Following:
    """In one poll, beside which no other poll of the asset runs."""

    def __init__(self, tanium: Tanium, soar: SoarPlatform, stored: StoredFollowed) -> None:
        self._tanium, self._soar, self._stored = tanium, soar, stored
        self._asset_id = id_in_text(soar.asset_id) or 0
        self._saved: dict[str, str] = {}  # states of the alerts that this poll has saved
        self._may_change = False
        self._updated = self._left = 0
        self._problems: list[str] = []

    def note(self, alert: Alert) -> None:
        """The alert's container was saved; without a guid it cannot be found again."""
        guid = guid_of(alert)
        if guid:
            self._saved[guid] = _state_of(alert)

    def remember(self) -> None:
        """Follow what was noted from now on, also if the poll ends here."""
        looks = self._read()
        new = {guid: Look(state) for guid, state in self._saved.items() if guid not in looks}
        if new:
            with suppress(StateUnavailable):  # which the poll's checkpoint needs as well
                self._write(dict([*looks.items(), *new.items()][-MOST_FOLLOWED:]))

    def update(self) -> str:
        """Look at all of them. What became of it as a sentence, empty for nothing; no trouble with
        it makes a poll fail.
        """
        looks = self._read()
        guids = list(looks)
        try:
            for start in range(0, len(guids), GUIDS_AT_ONCE):
                try:
                    self._look_at(looks, guids[start : start + GUIDS_AT_ONCE])
                finally:
                    self._write(looks)
        except TaniumError as error:
            self._problems.append(f"Not all containers could be updated: {error}")
        return self._message()

    def _look_at(self, looks: dict[str, Look], guids: list[str]) -> None:
        states = self._states(guids)
        containers = self._soar.rest.ask(lambda soar: soar.statuses(self._asset_id, guids))
        for guid in guids:
            if guid in states and guid in containers:
                looks[guid] = self._follow(looks[guid], states[guid], containers[guid])

    def _states(self, guids: list[str]) -> dict[str, str]:
        """Those of the alerts that Tanium still has."""
        asked = [guid for guid in guids if guid not in self._saved]
        states = {guid: self._saved[guid] for guid in guids if guid in self._saved}
        for rows in self._tanium.alerts.pages_by_guid(asked):
            states.update((guid_of(row), _state_of(row)) for row in rows)
        return states

    def _follow(self, last: Look, state: str, container: ContainerStatus) -> Look:
        now = Look(state, container.status)
        status = _status_for(state, container.status)
        if not last.status or state == last.state or status == container.status:
            return now
        if container.status != last.status:
            self._left += 1
            return now
        try:
            self._set_status(container.id, status)
        except Refused as refusal:
            self._problems.append(f"SOAR did not update container {container.id}: {refusal}")
            return now
        self._updated += 1
        return Look(state, status)

    def _set_status(self, container_id: int, status: str) -> None:
        way = self._soar.rest.way
        if not self._may_change:
            way.get_csrf_token()
            self._may_change = True
        way.set_status(container_id, status)

    def _message(self) -> str:
        counts = [
            (self._updated, "Containers updated"),
            (self._left, "left as a person set them"),
        ]
        counted = ", ".join(f"{what}: {number}" for number, what in counts if number)
        named = [printable(each, LONGEST_SENTENCE) for each in self._problems[:MOST_NAMED]]
        return ". ".join(each.rstrip(".") for each in (counted, *named) if each)

    def _read(self) -> dict[str, Look]:
        """Whatever stands in the state."""
        stored: Any = None
        with suppress(StateUnavailable):
            stored = self._stored.read()
        return {
            guid: Look(*look)
            for guid, look in (stored.items() if isinstance(stored, dict) else ())
            if isinstance(look, list) and len(look) == 2 and all(isinstance(x, str) for x in look)
        }

    def _write(self, looks: dict[str, Look]) -> None:
        self._stored.write({guid: list(look) for guid, look in looks.items()})


def _state_of(alert: Alert) -> str:
    return trimmed(alert.get("state")).lower()


def _status_for(state: str, status: str) -> str:
    """What the status becomes; the same where the state changes nothing."""
    if status not in (NEW, OPEN, CLOSED):
        return status
    if state == "unresolved" and status == CLOSED:
        return OPEN
    return STATUS.get(state, status)
