# File: endpoints.py
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
"""Finding the one endpoint that is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..declare import BOOLEAN, CLIENT_ID, HOST_NAME, IP, Column, Output, action
from ..endpoints.lookup import choose, find_endpoints
from ..errors import ParameterError
from ..parameters.shared import BY_HOSTNAME, Destination, DestinationType
from ..permissions import FIND_ENDPOINT
from ..services import Services


if TYPE_CHECKING:
    pass


ENDPOINT = (
    Column("hostname", contains=(HOST_NAME,), title="Host Name", examples=("ws-finance-07",)),
    Column("ip", contains=(IP,), title="IP", examples=("10.20.0.7",)),
    Column("clientId", contains=(CLIENT_ID,), title="Client ID", examples=("2029390007",)),
    Column("platform", title="Platform", examples=("Windows",)),
    Column("status", title="Status"),
    Column("configured", BOOLEAN),
    Column("count"),
    Column("installed", BOOLEAN),
    Column("ready", BOOLEAN),
)


class EndpointActions:
    def __init__(self, services: Services) -> None:
        self._tanium, self._soar = services.tanium, services.soar

    @action(
        read_only=True,
        may_need=FIND_ENDPOINT,
        columns=ENDPOINT,
        summary=(Column("hostname"), Column("ip")),
        message="Endpoint information fetched successfully",
    )
    def get_endpoint(
        self, destination: Destination, destination_type: DestinationType = BY_HOSTNAME
    ) -> Output:
        """Get information for an endpoint.

        Returns every endpoint that matches. The first is the one that create connection would use:
        the one that is ready, or of several the one that registered last.
        """
        rows = find_endpoints(self._tanium, destination, destination_type)
        try:
            first = choose(self._tanium, self._soar, rows, destination)
        except ParameterError as error:
            self._soar.progress(f"Create connection could not choose one: {error}")
            first = rows[0]
        rows = [first, *(row for row in rows if row is not first)]
        summary = {"hostname": first.get("hostname"), "ip": first.get("ip")}
        return Output(rows, summary, "Endpoint information fetched successfully")
