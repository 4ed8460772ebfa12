# File: connect_destinations.py
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
"""Where Connect delivers to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dev.simulator import seed
from dev.simulator.errors import Rejected
from dev.simulator.settings import Settings
from dev.simulator.state.connect_checks import DESTINATION, check, check_unique
from dev.simulator.times import DAY, iso
from dev.simulator.values import copied


Row = dict[str, Any]

MASK = "********"
SECRETS = ("password", "secret", "apiKey")

_FORM_DATA = ("application/x-www-form-urlencoded", "multipart/form-data")


class Destinations:
    """The destinations by id, secrets in clear; `shown` is what goes out."""

    def __init__(self, settings: Settings, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._clock = clock
        self._last_id = 0
        self.all: dict[int, Row] = {}
        for given in seed.CONNECT_DESTINATIONS:
            self._add(
                given.name, given.type, _without_null(given.configuration), clock() - 45 * DAY
            )

    def get(self, destination_id: int) -> Row:
        if destination_id not in self.all:
            raise Rejected(404, f"Destination {destination_id} not found")
        return self.all[destination_id]

    def create(self, body: Row) -> Row:
        self._check(body, None)
        return self._add(
            body["name"], body["type"], _without_null(body["configuration"]), self._clock()
        )

    def update(self, destination_id: int, body: Row) -> Row:
        """Replaces name and configuration.

        What is only ever written stays unless it is given anew: the trusted certificate (null
        forgets it), the authentication (type `none` removes it), and in it a secret that is left
        out or comes as it is shown.
        """
        row = self.get(destination_id)
        body = copied(body)
        configuration = body.get("configuration")
        if isinstance(configuration, dict):
            _keep(configuration, row["configuration"])
        self._check(body, destination_id)
        if body["type"] != row["type"]:
            raise Rejected(
                400,
                f"The type of a destination cannot be changed, it is {row['type']}",
                listed=True,
            )
        row.update(
            name=body["name"],
            configuration=_without_null(body["configuration"]),
            updatedAt=iso(self._clock()),
        )
        return row

    def shown(self, row: Row) -> Row:
        """The destination as replies have it: its secrets masked, unless the server is set to be
        careless.
        """
        shown = copied(row)
        authentication = shown["configuration"].get("authentication", {})
        if not self._settings.connect_shows_secrets:
            authentication.update({name: MASK for name in SECRETS if name in authentication})
        return shown

    def _check(self, body: Row, own_id: int | None) -> None:
        check(body, DESTINATION)
        check_unique(body["name"], list(self.all.values()), own_id, "destination")
        headers = body["configuration"].get("headers", {})
        content_type = next(
            (value for name, value in headers.items() if name.lower() == "content-type"), ""
        )
        if content_type.lower().startswith(_FORM_DATA):
            raise Rejected(400, "configuration.headers: form data is not supported", listed=True)
        masked = [
            name
            for name in SECRETS
            if body["configuration"].get("authentication", {}).get(name) == MASK
        ]
        if masked:
            raise Rejected(
                400,
                f"configuration.authentication.{masked[0]}: this only stands for a secret",
                listed=True,
            )

    def add(self, name: str, kind: str, configuration: Row) -> Row:
        """One that was checked elsewhere."""
        return self._add(name, kind, configuration, self._clock())

    def _add(self, name: str, kind: str, configuration: Row, created: float) -> Row:
        self._last_id += 1
        moment = iso(created)
        row = {
            "id": self._last_id,
            "name": name,
            "type": kind,
            "configuration": configuration,
            "createdAt": moment,
            "updatedAt": moment,
        }
        self.all[self._last_id] = row
        return row


def _without_null(configuration: Row) -> Row:
    """A copy; only the trusted certificate may be null, which means that there is none."""
    return {name: value for name, value in copied(configuration).items() if value is not None}


def _keep(configuration: Row, before: Row) -> None:
    """Takes over from the configuration `before` what the new one does not mention."""
    for name in ("trustedCertificate", "authentication"):
        if name in before:
            configuration.setdefault(name, copied(before[name]))
    authentication, known = configuration.get("authentication"), before.get("authentication", {})
    if isinstance(authentication, dict) and authentication.get("type") == known.get("type"):
        for name in SECRETS:
            if name in known and authentication.get(name, MASK) == MASK:
                authentication[name] = known[name]
