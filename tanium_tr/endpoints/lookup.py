# File: lookup.py
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
"""The one endpoint that a client ID, a host name or an address means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import ApiError, ParameterError
from ..parameters.shared import BY_CLIENT_ID, BY_HOSTNAME, BY_IP_ADDRESS, WHICH_ONE, mistake_in
from ..times import seconds
from ..words import first_few, is_short_for, printable, shown


if TYPE_CHECKING:
    from ..soar.platform import SoarPlatform
    from ..tanium.clients import Tanium


# destination_type -> keyword of Endpoints.find_endpoints, key of an endpoint's row
_LOOKUP = {
    BY_CLIENT_ID: ("client_id", "clientId"),
    BY_HOSTNAME: ("hostname", "hostname"),
    BY_IP_ADDRESS: ("ip", "ip"),
}


def find_endpoint(
    tanium: Tanium, soar: SoarPlatform, destination: str, destination_type: str
) -> dict[str, Any]:
    """The endpoint meant; of several the one that is ready, then the one that registered last.
    Raises ParameterError when there is none or no way to choose.
    """
    matching = find_endpoints(tanium, destination, destination_type)
    return choose(tanium, soar, matching, destination)


def find_endpoints(tanium: Tanium, destination: str, destination_type: str) -> list[dict[str, Any]]:
    """All endpoints that match. Raises ParameterError when there is none."""
    keyword, key = _LOOKUP[destination_type]
    found = tanium.endpoints.find_endpoints(**{keyword: destination})
    # The server may match parts of names; another machine than the one named must never be taken.
    matching = [row for row in found if str(row.get(key, "")).lower() == destination.lower()]
    if not matching and destination_type == BY_HOSTNAME:
        short = destination.partition(".")[0]
        # A server that compares whole names may know it without the domain.
        if not found and short not in ("", destination):
            found = tanium.endpoints.find_endpoints(hostname=short)
        matching = [
            row for row in found if is_short_for(str(row.get(key, "")).lower(), destination.lower())
        ]
    if not matching:
        similar = f" Similar: {_names(found)}." if found else ""
        advice = mistake_in(destination, destination_type, "Check the name, or that it is online.")
        raise ParameterError(
            f"Tanium knows no endpoint with {destination_type} {shown(destination)}.{similar}"
            f" {advice}"
        )
    return matching


def choose(
    tanium: Tanium, soar: SoarPlatform, endpoints: list[dict[str, Any]], destination: str
) -> dict[str, Any]:
    """The one of several endpoints that is ready, then the one that registered last. Raises
    ParameterError, with the candidates, where neither decides.
    """
    if len(endpoints) == 1:
        return endpoints[0]
    ready = [row for row in endpoints if is_ready(row)]
    if len(ready) == 1:
        chosen, why = ready[0], "is the only one that is ready"
    else:
        chosen, why = _newest(tanium, ready or endpoints), "registered last"
    soar.progress(
        f"{len(endpoints)} endpoints match {shown(destination)} ({_names(endpoints)});"
        f" {printable(chosen.get('clientId'))} {why} and is used."
    )
    return chosen


def is_ready(endpoint: dict[str, Any]) -> bool:
    """By the status, or by the flag where there is no status."""
    status = endpoint.get("status")
    return str(status).lower() == "ready" if status else endpoint.get("ready") is True


def _newest(tanium: Tanium, endpoints: list[dict[str, Any]]) -> dict[str, Any]:
    """The endpoint with the latest registration, which only the system status contains."""
    ids = [str(row.get("clientId")) for row in endpoints]
    try:
        registered = {
            str(row["computer_id"]): seconds(row.get("last_registration"))
            for row in tanium.endpoints.list_system_status(ids)
        }
    except ApiError as error:
        raise ParameterError(
            f"{_ambiguous_text(endpoints)} Their registrations, which would show which one to"
            " use, cannot be read:"
            f" {error}"
        ) from error
    times = [registered.get(each) or 0.0 for each in ids]
    latest = max(times)
    # Servers write the year 1 for never.
    if latest <= 0 or times.count(latest) > 1:
        raise ParameterError(_ambiguous_text(endpoints))
    return endpoints[times.index(latest)]


def _ambiguous_text(endpoints: list[dict[str, Any]]) -> str:
    return f"{len(endpoints)} endpoints match: {_names(endpoints)}. {WHICH_ONE}"


def _names(endpoints: list[dict[str, Any]]) -> str:
    return first_few(
        endpoints,
        lambda row: (
            f"{printable(row.get('hostname'))} {printable(row.get('ip'))} client id"
            f" {printable(row.get('clientId'))}"
        ),
        between="; ",
    )
