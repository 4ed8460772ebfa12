# File: direct_connect.py
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
"""Direct Connect by the API gateway: a connection to one endpoint, and the processes that run on it
right now.

Gateways of 2023 and before know another family of fields, whose connections are others and tell no
status. It is used where the server says that it does not know the new one, which is remembered.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ..errors import GatewayError
from .gateway import Answered, Gateway
from .gateway_documents import (
    CLOSE,
    LEGACY_CLOSE,
    LEGACY_OPEN,
    LEGACY_PROCESSES,
    LEGACY_TERMINATE,
    OPEN,
    PROCESSES,
    STATUS,
    TERMINATE,
    Document,
)
from .listing import Row
from .reply import objects, part
from .session import TaniumSession


OPERATION, NEW, LEGACY = "direct_connect", "gateway", "legacy gateway"
READY, CONNECTING, ERROR, NOT_FOUND, UNKNOWN = (
    "READY",
    "CONNECTING",
    "ERROR",
    "NOT_FOUND",
    "UNKNOWN",
)
# No connection has this id.
NO_CONNECTION = "probe"
# The one field of a process that may be larger than the gateway's numbers.
MEMORY_FIELD = "memoryResidentBytes"


class DirectConnection(NamedTuple):
    """A connection to an endpoint; `is_legacy` ones are of the older family."""

    id: str
    endpoint_id: str
    status: str
    is_legacy: bool = False


class Listed(NamedTuple):
    """The processes of an endpoint as the gateway names them; None where it gives none. `problems`
    are Tanium's words on what is missing. `is_connected`: it knows the connection.
    """

    processes: list[Row] | None
    problems: list[str]
    is_connected: bool


class DirectConnect:
    """Opens and closes connections, and lists and ends processes over them."""

    def __init__(self, gateway: Gateway, session: TaniumSession) -> None:
        self._gateway, self._session = gateway, session

    def open(self, endpoint_id: str) -> DirectConnection:
        """`directConnectOpen`, or `openDirectConnection` of older gateways"""
        dialects = self._session.dialects
        if dialects.get(OPERATION) != LEGACY:
            try:
                return self._open(OPEN, endpoint_id)
            except GatewayError as error:
                if not error.is_unknown_field:
                    raise
            connection = self._open(LEGACY_OPEN, endpoint_id)
            dialects.learn(OPERATION, LEGACY)
            return connection
        return self._open(LEGACY_OPEN, endpoint_id)

    def _open(self, document: Document, endpoint_id: str) -> DirectConnection:
        answered = self._gateway.execute(document, {"endpoint": endpoint_id})
        found = _object(answered)
        number = found.get("connectionID")
        if not number or not isinstance(number, (str, int)):
            raise answered.without("the id of a connection")
        is_legacy = document is LEGACY_OPEN
        status = CONNECTING if is_legacy else str(found.get("status"))
        return DirectConnection(str(number), endpoint_id, status, is_legacy)

    def status(self, connection: DirectConnection) -> str:
        """`directConnectConnectionStatus`, which older gateways do not have"""
        return self._status(connection.id)

    def _status(self, connection_id: str) -> str:
        found = _object(self._gateway.execute(STATUS, {"connection": connection_id}))
        return str(found.get("status"))

    def list_processes(self, connection: DirectConnection, *, memory: bool) -> Listed:
        """`directConnectEndpoint`, or `directEndpoint` of older gateways. `memory`: with the memory
        of each process, for which the gateway's numbers may be too small.
        """
        if connection.is_legacy:
            about = {"endpoint": connection.endpoint_id}
            answered = self._gateway.execute(LEGACY_PROCESSES, {**about, "memory": memory})
        else:
            about = {"connection": connection.id}
            answered = self._gateway.execute(PROCESSES, {**about, "memory": memory})
        found = part(_object(answered), "processes").get("all")
        if not isinstance(found, list):
            return Listed(None, answered.problems, answered.value is not None)
        processes = objects(found)
        absent = len(found) - len(processes)
        gaps = [f"nothing was returned for {absent} of {len(found)} processes"] if absent else []
        return Listed(processes, [*answered.problems, *gaps], is_connected=True)

    def terminate_process(
        self, connection: DirectConnection, *, pid: int, name: str, signal: str
    ) -> Any:
        """`directConnectProcessTerminate`, or `killProcess` of older gateways: whether Tanium did
        as it was told.
        """
        document = LEGACY_TERMINATE if connection.is_legacy else TERMINATE
        variables = {"connection": connection.id, "pid": pid, "name": name, "signal": signal}
        return _object(self._gateway.execute(document, variables)).get("result")

    def close(self, connection: DirectConnection) -> None:
        """`directConnectClose`, or `closeDirectConnection` of older gateways"""
        document = LEGACY_CLOSE if connection.is_legacy else CLOSE
        self._gateway.execute(document, {"connection": connection.id})

    def is_current(self) -> bool:
        """Whether the gateway has today's fields of Direct Connect. Raises as
        `Gateway.execute` where it cannot say so.
        """
        try:
            self._status(NO_CONNECTION)
        except GatewayError as error:
            if error.is_unknown_field:
                return False
            raise
        return True


def _object(answered: Answered) -> Row:
    return answered.value if isinstance(answered.value, dict) else {}
