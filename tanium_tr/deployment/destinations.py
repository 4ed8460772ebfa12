# File: destinations.py
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
"""The computers that destinations mean, each told apart from all others by its client ID.

The first of these ways is taken that a server knows:

    the look-up of Direct Connect    by host name, address or client ID
    the API gateway                  by these, and alone by endpoint ID (eid); stored data
    a question                       by host name, address or client ID; only who is online answers
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, NamedTuple, Optional

from ..endpoints.gateway_lookup import ambiguous, find_matching, latest_of
from ..endpoints.lookup import choose, find_endpoints, is_ready
from ..endpoints.question import endpoints_by_question
from ..errors import NoGatewayError, NotFoundError, ParameterError
from ..numbers import natural_number
from ..parameters.shared import BY_EID, BY_HOSTNAME
from ..tanium.reply import part
from ..words import counted, shown


if TYPE_CHECKING:
    from ..services import Services


Row = dict[str, Any]

CLIENT_ID, NAME = "computer_id", "computer_name"
ASKING_SECONDS = 60


class Computer(NamedTuple):
    """A target. `is_online` is None where nobody knows; `platform` is "" then."""

    client_id: str
    name: str
    platform: str = ""
    is_online: Optional[bool] = None

    def as_row(self) -> Row:
        """As actions return it."""
        return {
            NAME: self.name,
            CLIENT_ID: self.client_id,
            "platform": self.platform,
            "online": self.is_online,
        }


class _Match(NamedTuple):
    """The computer that is meant, and how many are `matching`."""

    client_id: Any
    name: Any
    platform: Any
    is_online: bool | None
    matching: int


_Way = Callable[["Services", str, str], _Match]


def find_computers(
    services: Services, destinations: tuple[str, ...], destination_type: str
) -> tuple[tuple[Computer, ...], tuple[str, ...]]:
    """The computers that destinations mean, and where several match, which of them is meant. Raises
    ParameterError for one that Tanium does not know.
    """
    ways: list[_Way] = [_by_look_up, _by_gateway, _by_question]
    if destination_type == BY_EID:
        ways = [_by_gateway]
    chosen: dict[str, Computer] = {}
    notes: list[str] = []
    for destination in dict.fromkeys(destinations):
        services.soar.stop_if_cancelled("Cancelled before anything was issued.")
        match = _found(services, ways, destination, destination_type)
        computer = _computer(match, destination)
        chosen[computer.client_id] = computer
        if match.matching > 1:
            notes.append(
                f"{counted(match.matching, 'endpoint')} match {shown(destination)}; the one with"
                f" client ID {computer.client_id} is used."
            )
    return tuple(chosen.values()), tuple(notes)


def _found(services: Services, ways: list[_Way], destination: str, destination_type: str) -> _Match:
    """By the first of the ways that the server knows; those before it are removed."""
    while True:
        try:
            return ways[0](services, destination, destination_type)
        except NotFoundError as error:
            if len(ways) > 1:
                services.soar.progress(f"{error.reason} Looking for endpoints in another way.")
                ways.pop(0)
                continue
            if isinstance(error, NoGatewayError):
                raise ParameterError(
                    f"{error} Without a gateway, endpoints cannot be found by their eid: use"
                    " another destination_type."
                ) from error
            raise


def _by_look_up(services: Services, destination: str, destination_type: str) -> _Match:
    rows = find_endpoints(services.tanium, destination, destination_type)
    row = choose(services.tanium, services.soar, rows, destination)
    return _Match(
        row.get("clientId"), row.get("hostname"), row.get("platform"), is_ready(row), len(rows)
    )


def _by_gateway(services: Services, destination: str, destination_type: str) -> _Match:
    rows = find_matching(services.tanium, destination, destination_type)
    row = latest_of(services.soar, rows, destination)
    platform = part(row, "os").get("platform")
    return _Match(row.get(CLIENT_ID), row.get(NAME), platform, None, len(rows))


def _by_question(services: Services, destination: str, destination_type: str) -> _Match:
    rows = endpoints_by_question(services, destination, destination_type, ASKING_SECONDS)
    if destination_type == BY_HOSTNAME:
        whole = destination.casefold()
        rows = [row for row in rows if str(row[NAME]).casefold() == whole] or rows
    if len(rows) > 1:
        raise ambiguous(rows)
    system = part(rows[0], "os").get("name")
    return _Match(rows[0][CLIENT_ID], rows[0][NAME], system, True, 1)


def _computer(match: _Match, destination: str) -> Computer:
    number = natural_number(match.client_id)
    if number is None:
        raise ParameterError(
            f"Tanium gives no client ID for {shown(destination)}, by which an action could be"
            " limited to it."
        )
    name, platform = str(match.name or destination), str(match.platform or "")
    return Computer(str(number), name, platform, match.is_online)
