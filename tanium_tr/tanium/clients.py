# File: clients.py
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
"""Every client of one Tanium server over one session; a run imports those that its action uses."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from .call import Call
from .session import TaniumSession


if TYPE_CHECKING:
    from ..redaction import Redaction
    from .actions import Actions
    from .alerts import Alerts
    from .connect.data_connections import DataConnections
    from .connect.destinations import Destinations
    from .connect.logs import Logs
    from .connect.runs import Runs
    from .connect.sources import Sources
    from .connections import Connections
    from .credentials import Credentials
    from .direct_connect import DirectConnect
    from .endpoints import Endpoints
    from .events import Events
    from .evidence import Evidence
    from .files import Files
    from .gateway import Gateway
    from .gateway_alerts import GatewayAlerts
    from .gateway_endpoints import GatewayEndpoints
    from .groups import Groups
    from .intel import Intel
    from .listing import Row
    from .packages import Packages
    from .probe import Probe
    from .processes import Processes
    from .questions import Questions
    from .raw_requests import RawRequests
    from .sensors import Sensors
    from .snapshots import Snapshots
    from .tasks import Tasks


class Tanium:
    def __init__(self, session: TaniumSession, redaction: Redaction) -> None:
        self._session, self._redaction = session, redaction

    @property
    def credentials(self) -> Credentials:
        return self._session.credentials

    def token_expiry(self) -> datetime | None:
        """When the token in use ends, where the server says so; None for a login."""
        credentials = self.credentials
        if not credentials.uses_token:
            return None
        return credentials.validity().expires or self.gateway.only_token_expiry()

    def forget_dialect(self) -> None:
        """Find out anew how this server is called; it may have been replaced."""
        self._session.dialects.forget()

    def get_status(self) -> Row:
        """`GET /status` of Threat Response"""
        return self._session.send(Call("GET", "/status")).object()

    def probe(self) -> Probe:
        """A look at the server itself, once."""
        from .probe import Probe, ProbeSession

        session = ProbeSession(self._session)
        return Probe(session, Tanium(session, self._redaction))

    @cached_property
    def actions(self) -> Actions:
        from .actions import Actions

        return Actions(self._session)

    @cached_property
    def alerts(self) -> Alerts:
        from .alerts import Alerts

        return Alerts(self._session)

    @cached_property
    def connections(self) -> Connections:
        from .connections import Connections

        return Connections(self._session)

    @cached_property
    def endpoints(self) -> Endpoints:
        from .endpoints import Endpoints

        return Endpoints(self._session)

    @cached_property
    def events(self) -> Events:
        from .events import Events

        return Events(self._session)

    @cached_property
    def evidence(self) -> Evidence:
        from .evidence import Evidence

        return Evidence(self._session)

    @cached_property
    def files(self) -> Files:
        from .files import Files

        return Files(self._session)

    @cached_property
    def gateway(self) -> Gateway:
        from .gateway import Gateway

        return Gateway(self._session)

    @cached_property
    def gateway_alerts(self) -> GatewayAlerts:
        from .gateway_alerts import GatewayAlerts

        return GatewayAlerts(self.gateway)

    @cached_property
    def gateway_endpoints(self) -> GatewayEndpoints:
        from .gateway_endpoints import GatewayEndpoints

        return GatewayEndpoints(self.gateway, self._session)

    @cached_property
    def direct_connect(self) -> DirectConnect:
        from .direct_connect import DirectConnect

        return DirectConnect(self.gateway, self._session)

    @cached_property
    def intel(self) -> Intel:
        from .intel import Intel

        return Intel(self._session)

    @cached_property
    def processes(self) -> Processes:
        from .processes import Processes

        return Processes(self._session)

    @cached_property
    def raw_requests(self) -> RawRequests:
        from .raw_requests import RawRequests

        return RawRequests(self._session)

    @cached_property
    def questions(self) -> Questions:
        from .questions import Questions

        return Questions(self._session)

    @cached_property
    def sensors(self) -> Sensors:
        from .sensors import Sensors

        return Sensors(self._session)

    @cached_property
    def packages(self) -> Packages:
        from .packages import Packages

        return Packages(self._session)

    @cached_property
    def groups(self) -> Groups:
        from .groups import Groups

        return Groups(self._session)

    @cached_property
    def snapshots(self) -> Snapshots:
        from .snapshots import Snapshots

        return Snapshots(self._session)

    @cached_property
    def tasks(self) -> Tasks:
        from .tasks import Tasks

        return Tasks(self._session)

    @cached_property
    def data_connections(self) -> DataConnections:
        from .connect.data_connections import DataConnections

        return DataConnections(self._session, self._redaction, self.destinations)

    @cached_property
    def destinations(self) -> Destinations:
        from .connect.destinations import Destinations

        return Destinations(self._session, self._redaction)

    @cached_property
    def sources(self) -> Sources:
        from .connect.sources import Sources

        return Sources(self._session, self._redaction, self.data_connections)

    @cached_property
    def connect_runs(self) -> Runs:
        from .connect.runs import Runs

        return Runs(self._session, self._redaction)

    @cached_property
    def connect_logs(self) -> Logs:
        from .connect.logs import Logs

        return Logs(self._session, self._redaction)
