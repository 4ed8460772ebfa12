# File: direct.py
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
"""Direct Connect in both families: open, look, ping, close; processes, and their end."""

from __future__ import annotations

from collections.abc import Callable

from graphql import GraphQLError

from dev.simulator import seed
from dev.simulator.gateway.context import Context, Row
from dev.simulator.gateway.errors import no_module, refused
from dev.simulator.seed.gateway import DIRECT_CONNECT, PERFORMANCE
from dev.simulator.state.direct_connect import READY, DirectConnection
from dev.simulator.state.live_processes import LiveProcess


class DirectConnectFields:
    """The resolvers; a family's ids are unknown to the other."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._state = context.state
        self._connections = context.state.direct_connect

    def queries_and_mutations(self) -> Row:
        return {
            "directConnectOpen": lambda _info, input: self._open_newer(input),
            "directConnectConnectionStatus": lambda _info, input: self._status(input),
            "directConnectEndpoint": lambda _info, input: self._endpoint(input),
            "directConnectPing": lambda _info, input: self._ping(input, legacy=False),
            "directConnectClose": lambda _info, input: self._close(input, legacy=False),
            "directConnectProcessTerminate": lambda _info, input: self._terminate(input),
            "openDirectConnection": lambda _info, input: self._open_older(input),
            "directEndpoint": lambda _info, input: self._older_endpoint(input),
            "pingDirectConnection": lambda _info, input: self._ping(input, legacy=True),
            "closeDirectConnection": lambda _info, input: self._close(input, legacy=True),
            "killProcess": lambda _info, input: self._kill(input),
        }

    def _open_newer(self, given: Row) -> Row:
        made = self._open(given, legacy=False)
        return {"connectionID": made.id, "status": self._connections.status(made)}

    def _open_older(self, given: Row) -> Row:
        return {"connectionID": self._open(given, legacy=True).id}

    def _open(self, given: Row, *, legacy: bool) -> DirectConnection:
        self._may_write()
        host = self._host(given)
        if host is None:
            raise refused("input.endpointID", "no such endpoint")
        return self._connections.open(host, self._context.user, legacy=legacy)

    def _status(self, given: Row) -> Row:
        self._may_read()
        return {"status": self._connections.status(self._find(given, legacy=False))}

    def _endpoint(self, given: Row) -> Row:
        self._may_read()
        return self._looked_at(self._find(given, legacy=False))

    def _older_endpoint(self, given: Row) -> Row:
        """By the endpoint, to which there must be a connection."""
        self._may_read()
        return self._looked_at(self._to_endpoint(given))

    def _looked_at(self, connection: DirectConnection | None) -> Row:
        host = self._ready(connection).host
        if not self._context.has_module(PERFORMANCE):
            missing = no_module(PERFORMANCE)
            instead = missing if self._state.settings.missing_optional == "error" else None
            return {"processes": instead, "performance": instead}
        self._context.need(seed.PERFORMANCE_READ)
        processes = self._state.live_processes.listed(host)
        return {
            "processes": {"all": [self._row(each) for each in processes]},
            "performance": {"cpuUsagePercent": 12.5, "memoryUsedPercent": 61.25},
        }

    def _row(self, process: LiveProcess) -> Row:
        return {
            "pid": process.pid,
            "ppid": process.ppid,
            "name": process.name,
            "commandLine": process.command_line,
            "userName": process.user_name,
            "groupName": process.group_name,
            "cpuUsagePercent": process.pid % 30 / 10,
            "cpuKernelTimeSeconds": process.pid / 100,
            "cpuUserTimeSeconds": process.pid / 40,
            "memoryResidentBytes": self._state.live_processes.resident_bytes(process),
        }

    def _ping(self, given: Row, *, legacy: bool) -> Row:
        self._may_write()
        found = self._find(given, legacy=legacy)
        if found is not None:
            self._connections.use(found)
        return {"result": found is not None}

    def _close(self, given: Row, *, legacy: bool) -> Row:
        self._may_write()
        found = self._find(given, legacy=legacy)
        if found is not None:
            found.closed = True
        return {"result": found is not None}

    def _terminate(self, given: Row) -> Row:
        return self._terminated(given, lambda: self._find(given, legacy=False))

    def _kill(self, given: Row) -> Row:
        """By the connection, or by the endpoint of one."""
        connection_id, endpoint = given.get("connectionID"), given.get("endpoint")
        if (connection_id is None) == (endpoint is None):
            raise refused("input", "needs either a connectionID or an endpoint")
        if endpoint is not None:
            return self._terminated(given, lambda: self._to_endpoint(endpoint))
        return self._terminated(given, lambda: self._find(given, legacy=True))

    def _terminated(self, given: Row, find: Callable[[], DirectConnection | None]) -> Row:
        self._context.need_module(DIRECT_CONNECT)
        self._context.need_module(PERFORMANCE)
        self._context.need(seed.KILL_PROCESS)
        host = self._ready(find()).host
        done = self._state.live_processes.terminate(host, given["pid"], given["name"])
        return {"result": done}

    def _ready(self, connection: DirectConnection | None) -> DirectConnection:
        """One that is ready, which is used by that."""
        status = self._connections.status(connection)
        if connection is None or status != READY:
            raise GraphQLError(f"the connection is not usable, its status is {status}")
        self._connections.use(connection)
        return connection

    def _find(self, given: Row, *, legacy: bool) -> DirectConnection | None:
        connection_id = str(given["connectionID"])
        return self._connections.find(connection_id, self._context.user, legacy=legacy)

    def _to_endpoint(self, given: Row) -> DirectConnection | None:
        host = self._host(given)
        return self._connections.to_endpoint(host, self._context.user) if host else None

    def _host(self, given: Row) -> seed.Host | None:
        """Endpoints outside the caller's computer groups do not exist."""
        host = self._state.computers.by_eid(str(given.get("endpointID")))
        return host if host and self._context.is_in_rights(host) else None

    def _may_read(self) -> None:
        self._context.need_module(DIRECT_CONNECT)
        self._context.need(seed.DIRECT_CONNECT_READ)

    def _may_write(self) -> None:
        self._context.need_module(DIRECT_CONNECT)
        self._context.need(seed.DIRECT_CONNECT_WRITE)
