# File: gateway_lookup.py
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
"""The endpoint that a name, an address or an ID means, as the API gateway knows endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import ParameterError, UnlistedEndpointError
from ..parameters.shared import (
    BY_CLIENT_ID,
    BY_EID,
    BY_HOSTNAME,
    BY_IP_ADDRESS,
    WHICH_ONE,
    mistake_in,
)
from ..times import seconds
from ..words import first_few, is_short_for, printable, shown


if TYPE_CHECKING:
    from ..soar.platform import SoarPlatform
    from ..tanium.clients import Tanium


Row = dict[str, Any]


def filter_for(destination: str, destination_type: str) -> Row:
    """The gateway's filter for the endpoints that may be meant; more may come, whose names only
    begin alike.
    """
    if destination_type == BY_CLIENT_ID:
        return _equals("computerID", destination)
    if destination_type == BY_EID:
        return _equals("id", destination)
    if destination_type == BY_IP_ADDRESS:
        return _any_of(_equals("ipAddress", destination), _equals("ipAddresses", destination))
    # A server may compare case, and knows names with or without their domain.
    short = destination.partition(".")[0]
    spellings = dict.fromkeys(
        spelled
        for name in (destination, short or destination)
        for spelled in (name, name.lower(), name.upper())
    )
    begins = [{"path": "name", "op": "STARTS_WITH", "value": f"{name}."} for name in spellings]
    return _any_of(*(_equals("name", name) for name in spellings), *begins)


def same_client(endpoint: Row) -> Row:
    """The gateway's filter for an endpoint that was found; one of another kind has no client."""
    client = endpoint.get("computer_id")
    return _equals("computerID", str(client)) if client else _equals("id", endpoint["endpoint_id"])


def find_matching(tanium: Tanium, destination: str, destination_type: str) -> list[Row]:
    """The endpoints that match, those seen last first. Raises UnlistedEndpointError when there is
    none, ParameterError when there are too many.
    """
    matching = filter_for(destination, destination_type)
    found = tanium.gateway_endpoints.find(matching)
    if found.end is not None:
        raise ParameterError(
            f"More than {len(found.rows)} endpoints may be meant by {shown(destination)}."
            f" {WHICH_ONE}"
        )
    rows = [row for row in found.rows if _is_meant(row, destination, destination_type)]
    if destination_type == BY_IP_ADDRESS:
        # The address that Tanium reaches it at says more than one of an inner network.
        rows = [row for row in rows if row.get("ip_address") == destination] or rows
    if destination_type == BY_HOSTNAME:
        whole = destination.casefold()
        rows = [row for row in rows if _folded_name(row) == whole] or rows
    if not rows:
        reasons = f" Tanium says: {'; '.join(found.problems)}." if found.problems else ""
        usual = "Check the name, and that the account may see the endpoint."
        raise UnlistedEndpointError(
            f"Tanium knows no endpoint with {destination_type} {shown(destination)}.{reasons}"
            f" {mistake_in(destination, destination_type, usual)}"
        )
    return sorted(rows, key=_last_seen, reverse=True)


def only_match(tanium: Tanium, destination: str, destination_type: str) -> Row:
    """The only endpoint that matches. Raises ParameterError where there are several, of which none
    may be taken by mistake.
    """
    rows = find_matching(tanium, destination, destination_type)
    if len(rows) > 1:
        raise ambiguous(rows)
    return rows[0]


def latest_match(
    tanium: Tanium, soar: SoarPlatform, destination: str, destination_type: str
) -> Row:
    """The endpoint that matches; of several the one that was seen last. Raises ParameterError where
    that does not decide.
    """
    return latest_of(soar, find_matching(tanium, destination, destination_type), destination)


def latest_of(soar: SoarPlatform, rows: list[Row], destination: str) -> Row:
    """Of endpoints that match, those seen last first, the first one, likewise."""
    if len(rows) == 1:
        return rows[0]
    if _last_seen(rows[0]) == _last_seen(rows[1]):
        raise ambiguous(rows)
    soar.progress(
        f"{len(rows)} endpoints match {shown(destination)} ({names_of(rows)});"
        f" {printable(rows[0].get('computer_id'))} was seen last and is used."
    )
    return rows[0]


def ambiguous(rows: list[Row]) -> ParameterError:
    """The error to raise where none of several endpoints may be taken by mistake."""
    return ParameterError(f"{len(rows)} endpoints match: {names_of(rows)}. {WHICH_ONE}")


def name_of(row: Row) -> str:
    """An endpoint as messages name it, which may have no name."""
    names = (row.get(key) for key in ("computer_name", "computer_id", "endpoint_id"))
    return printable(next(filter(None, names), "(no name)"))


def names_of(rows: list[Row]) -> str:
    """Endpoints as messages name them."""
    return first_few(
        rows,
        lambda row: (
            f"{name_of(row)} {printable(row.get('ip_address'))} client id"
            f" {printable(row.get('computer_id'))}"
        ),
        between="; ",
    )


def _is_meant(row: Row, destination: str, destination_type: str) -> bool:
    if destination_type == BY_HOSTNAME:
        name, wanted = _folded_name(row), destination.casefold()
        return name == wanted or is_short_for(name, wanted)
    if destination_type == BY_IP_ADDRESS:
        return destination in (row.get("ip_address"), *(row.get("ip_addresses") or ()))
    key = "computer_id" if destination_type == BY_CLIENT_ID else "endpoint_id"
    return str(row.get(key)) == destination


def _folded_name(row: Row) -> str:
    return str(row.get("computer_name") or "").casefold()


def _last_seen(row: Row) -> float:
    return seconds(row.get("last_seen")) or 0.0


def _equals(path: str, value: str) -> Row:
    return {"path": path, "op": "EQ", "value": value}


def _any_of(*filters: Row) -> Row:
    return {"any": True, "filters": list(filters)}
