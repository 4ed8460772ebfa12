# File: by_response_action.py
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
"""Containment by a response action, which Threat Response carries out itself.

It names a computer by its name, not by its client ID, and its expiry is a point in time. That time
is chosen to the millisecond, so that it tells the response action from every other one on the
computer when Tanium's answer is lost:

    POST response-actions {computerName: ws1, expirationTime: ...T10:00:00.417Z}   no answer
    GET response-actions?queryPartialComputerName=ws1                              41: ...417Z
"""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING, Any

from ..deployment.destinations import Computer
from ..deployment.issuing import InDoubt, advice, found_after, look_for, task_of
from ..deployment.package_parameters import PreparedPackage
from ..endpoints.lookup import find_endpoints
from ..errors import ApiError, ParameterError, TaniumError, TransportError
from ..parameters.shared import BY_HOSTNAME
from ..tanium.reply import part
from ..tasks.response_actions import on_computer
from ..times import seconds, utc_milliseconds
from ..words import printable, shown


if TYPE_CHECKING:
    from ..services import Services


Row = dict[str, Any]

KIND = "quarantine"


class ResponseIssuing:
    """Starts the response action of one computer, once. `ends` is the time that was asked for, 0
    where none was.
    """

    def __init__(
        self, services: Services, computer: Computer, package: PreparedPackage, ends: float
    ) -> None:
        self._tanium, self._soar = services.tanium, services.soar
        self._computer, self._package, self._ends = computer, package, ends
        self._unfinished = services.open_note()
        name = str(package.package.get("name"))
        self._options: Row = {"packageName": name, "packageParameters": package.sent}
        self._task = task_of({"computer": computer.client_id, "ends": ends, **self._options})
        self._is_noted = True

    def issue(self, life: int) -> Row:
        """The response action. Raises InDoubt, ParameterError, ApiError, TransportError."""
        resumed = self._resume()
        if resumed is not None:
            return resumed
        self._require_one()
        self._soar.stop_if_cancelled("Cancelled before it was issued.")
        now = self._soar.time()
        ends = math.floor(self._ends or now + life) + random.randrange(1, 1000) / 1000
        note = {"ends": ends, "at": now}
        self._is_noted = self._unfinished.write(note)
        try:
            started = self._tanium.tasks.start_response_action(
                type=KIND,
                computer_name=self._computer.name,
                options=self._options,
                expiration_time=utc_milliseconds(ends),
            )
        except (TransportError, ApiError) as error:
            if not error.may_be_done:
                self._unfinished.settle()
                raise
            started = self._find_after(error, ends)
        self._unfinished.settle()
        self._soar.progress(
            f"Started response action {printable(started.get('id'))} on"
            f" {printable(self._computer.name)}."
        )
        return started

    def _require_one(self) -> None:
        """Of several computers with one name it cannot be said which is meant."""
        found = find_endpoints(self._tanium, self._computer.name, BY_HOSTNAME)
        if len(found) > 1:
            raise ParameterError(
                f"A response action names a computer by its name, and {len(found)} endpoints are"
                f" called {shown(self._computer.name)}."
            )

    def _resume(self) -> Row | None:
        note = self._unfinished.take(self._task) or {}
        ends, at = note.get("ends"), note.get("at")
        now = self._soar.time()
        if not isinstance(ends, float) or not isinstance(at, float) or ends < now:
            return None
        try:
            found = self._find(ends, waited=now - at)
        except TaniumError as error:
            raise InDoubt(
                "An earlier run of this action was cut off and may have issued a response action on"
                f" {shown(self._computer.name)}. It cannot be looked for: {error}"
                f" {advice(self._is_noted)}"
            ) from error
        if found is not None:
            self._unfinished.settle()
        return found

    def _find_after(self, error: TaniumError, ends: float) -> Row:
        name = shown(self._computer.name)
        self._soar.progress(f"Tanium's answer was lost; looking for the response action on {name}.")
        issued = f"A response action on {name} may have been issued: {error.reason}"
        return found_after(
            error,
            lambda: self._find(ends, waited=0.0),
            lambda outcome: InDoubt(f"{issued} {outcome} {advice(self._is_noted)}"),
        )

    def _find(self, ends: float, *, waited: float) -> Row | None:
        name = self._computer.name

        def find() -> Row | None:
            return next(filter(self._is_it(ends), on_computer(self._tanium, name)), None)

        return look_for(
            self._soar,
            find,
            waited=waited,
            interrupted=f"Cancelled while looking for a response action on {shown(name)}, which may"
            f" have been issued. {advice(self._is_noted)}",
        )

    def _is_it(self, ends: float) -> Any:
        def fits(row: Row) -> bool:
            moment = seconds(row.get("expirationTime"))
            return (
                str(row.get("computerName")).casefold() == self._computer.name.casefold()
                and part(row, "options").get("packageName") == self._options["packageName"]
                and moment is not None
                and abs(moment - ends) < 0.001
            )

        return fits
