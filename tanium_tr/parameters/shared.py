# File: shared.py
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
"""Parameters that several actions take."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import Annotated, Any, Callable

from ..declare import (
    CLIENT_ID,
    CONNECTION_ID,
    ENDPOINT_ID,
    HOST_NAME,
    INTEL_DOC_ID,
    IP,
    PROCESS_TABLE_ID,
    Param,
)
from ..errors import ParameterError
from ..numbers import LONG_ID, natural_number
from ..words import shown


# Behind the description of a filter that takes several values.
OR_SEVERAL = "; several are separated by commas"
# Of what a process caused, in the order in which analysts look at it.
PROCESS_EVENT_TYPES = (
    *("process", "file", "network", "registry", "dns", "image", "driver", "security"),
)


def expiry_of(name: str, text: str | None, now: float) -> float | None:
    """The point in time that a text names, in seconds since 1970, None for an empty one. Raises
    ParameterError for one that has passed: a number of seconds, for example, is a time in 1970.
    """
    from ..times import seconds  # imported here: few actions take a time

    moment = seconds(text) if text else None
    if text and (moment is None or moment <= now):
        why = "" if moment is None else ", which has passed"
        raise ParameterError(
            f"Parameter '{name}' is {shown(text)}{why}: use a future time, like"
            " 2026-12-01T00:00:00Z."
        )
    return moment


def without_blanks(filters: Mapping[str, list[str] | None]) -> dict[str, list[str]]:
    """The values of filters; a comma too many is no value."""
    return {name: [each for each in values or [] if each] for name, values in filters.items()}


def contains_any(values: list[str] | None) -> Callable[[Any], bool]:
    """Whether a text contains one of a filter's values, in any case; without values, each does."""
    wanted = [each.casefold() for each in values or [] if each]

    def fits(text: Any) -> bool:
        if not wanted:
            return True
        folded = str(text or "").casefold()
        return any(each in folded for each in wanted)

    return fits


BY_CLIENT_ID, BY_HOSTNAME, BY_IP_ADDRESS = "client_id", "hostname", "ip_address"
BY_EID = "eid"  # of the API gateway alone
WHICH_ONE = f"Specify the client ID of the one you mean, with destination_type {BY_CLIENT_ID}."
_KINDS = {BY_CLIENT_ID: "a client ID", BY_HOSTNAME: "a host name", BY_IP_ADDRESS: "an IP address"}

_QUOTE_AT_AN_END = re.compile("^[\"'\u2018-\u201f]|[\"'\u2018-\u201f]$")


def mistake_in(destination: str, destination_type: str, otherwise: str) -> str:
    """What is probably wrong with a destination that nothing matches; else `otherwise`."""
    if re.search(r"[,;\r\n]", destination):
        return "Specify one endpoint."
    if not destination.isprintable() or _QUOTE_AT_AN_END.search(destination):
        return "It contains quotes or invisible characters: enter it without them."
    kind, wanted = _kind_of(destination), destination_type
    if wanted == BY_EID:
        wanted = BY_CLIENT_ID  # a number, too
    if kind and kind != wanted:
        return f"It looks like {_KINDS[kind]}: use destination_type {kind}."
    if not kind and wanted == BY_IP_ADDRESS:
        return "It is not a valid IP address."
    if not kind and wanted == BY_CLIENT_ID:
        return "It is not a whole number."
    return otherwise


def _kind_of(destination: str) -> str:
    """The destination_type that a text looks like; empty for what looks like none."""
    try:
        ipaddress.ip_address(destination)
    except ValueError:
        if natural_number(destination) is not None:
            return BY_CLIENT_ID
        return BY_HOSTNAME if re.fullmatch(r"(?=.*[^\W\d])[\w.-]+", destination) else ""
    return BY_IP_ADDRESS


Destination = Annotated[
    str,
    Param(
        "Client ID, host name or IP address",
        contains=(CLIENT_ID, HOST_NAME, IP),
        examples=("ws-finance-07",),
    ),
]
DestinationType = Annotated[
    str,
    Param(
        "Type of destination",
        required=True,
        choices=(BY_CLIENT_ID, BY_HOSTNAME, BY_IP_ADDRESS),
        examples=(BY_HOSTNAME,),
    ),
]
# Of actions that know the API gateway.
EndpointDestination = Annotated[
    str,
    Param(
        "Host name, IP address, client ID or endpoint ID (eid)",
        contains=(HOST_NAME, IP, CLIENT_ID, ENDPOINT_ID),
        examples=("ws-finance-07",),
    ),
]
EndpointDestinationType = Annotated[
    str,
    Param(
        "Type of destination",
        choices=(BY_CLIENT_ID, BY_HOSTNAME, BY_IP_ADDRESS, BY_EID),
        examples=(BY_HOSTNAME,),
    ),
]


ConnectionId = Annotated[
    str,
    Param(
        "Connection ID",
        identifier=True,
        contains=(CONNECTION_ID,),
        examples=("remote:ws-finance-07:2029390007:1",),
    ),
]


ProcessTableId = Annotated[
    str,
    Param(
        "Process Table ID",
        pattern=LONG_ID,
        form="a whole number of up to 20 digits",
        contains=(PROCESS_TABLE_ID,),
        examples=("9905759404395990123",),
    ),
]


IntelDocId = Annotated[
    int, Param("ID of the intel document", contains=(INTEL_DOC_ID,), examples=(11,))
]


Wait = Annotated[bool, Param("Wait until it is done on Tanium")]
Timeout = Annotated[int, Param("Seconds to wait at most", minimum=1, maximum=86400)]
