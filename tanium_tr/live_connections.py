# File: live_connections.py
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
"""Live connections to endpoints: open one, wait for it, and say why one cannot be used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .errors import (
    ApiError,
    AuthenticationError,
    PermissionDeniedError,
    RateLimitError,
    ResponseError,
    TaniumError,
)
from .tanium.threat_response import ThreatResponse


CONNECTED = "connected"


STARTING = ("waiting", "connecting")


@contextmanager
def explained(threat_response: ThreatResponse, connection_id: str) -> Iterator[None]:
    """When a call over a connection is refused because the connection is not live, say so; the
    state is asked for only then.
    """
    try:
        yield
    except (AuthenticationError, PermissionDeniedError, RateLimitError, ResponseError):
        raise
    except ApiError as error:
        problem = _not_live(threat_response, connection_id)
        if not problem:
            raise
        raise TaniumError(f"{problem} ({error})") from error


def _not_live(threat_response: ThreatResponse, connection_id: str) -> str:
    """What is wrong with the connection and what to do; empty when it is live or that cannot be
    told.
    """
    try:
        row = threat_response.find_connection(connection_id)
    except TaniumError:
        return ""
    if row is None:
        return (
            f"Tanium has no connection '{connection_id}' any more. Run 'create connection' again"
            " and use the new id."
        )
    status = row.get("status")
    if status == CONNECTED:
        return ""
    if status in STARTING:
        return (
            f"Connection '{connection_id}' is not usable yet, its status is {status}. Run the"
            " action again once it is connected."
        )
    return (
        f"Connection '{connection_id}' is {status}: {_reason(row)}. Run 'create connection' again"
        " and use the new id."
    )


def _reason(connection: dict[str, Any]) -> str:
    """Tanium's own words on a connection's status, without their period."""
    return str(connection.get("message") or "no reason given").rstrip(".")
