# File: log.py
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
"""What the server saw: tests assert on this instead of on a mock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from werkzeug.datastructures import Headers

from dev.simulator.gateway.operation import PATH, Operation, operation_of


LONGEST_BODY = 1_000_000

LOG_ENTRY = "simulator.request"
"""Where a request's WSGI environment holds its `Request`."""


@dataclass
class Request:
    """One request as it came in. `path` and `query` are undecoded; `headers` knows no case; `body`
    is None above 1 MB.

    `connection` numbers the TCP connections from 1; `status` is None until the reply begins; `at`
    is the simulator's clock. `fault` is the kind of the fault that befell it; `carried_out` says
    whether the server did what was asked for, whatever it answered then; `ignored` are the query's
    names that the specified dialect does not apply.
    """

    method: str
    path: str
    query: str
    headers: Headers
    body: bytes | None
    body_size: int
    remote_port: int
    connection: int
    at: float
    status: int | None = None
    fault: str | None = None
    carried_out: bool = False
    ignored: list[str] = field(default_factory=list)

    @property
    def operation(self) -> Operation | None:
        """What the API gateway was asked."""
        return operation_of(self.body) if self.path == PATH else None

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The query, decoded, in its order, repeated names kept."""
        return parse_qsl(self.query, keep_blank_values=True)

    @property
    def arguments(self) -> dict[str, str]:
        """The same as a dictionary; of repeated names the last counts."""
        return dict(self.pairs)


class RequestLog:
    """The requests, written by several threads. `watch` is called with every answered request."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: list[Request] = []
        self.watch: Callable[[Request], None] | None = None

    def __len__(self) -> int:
        return len(self._requests)

    def __iter__(self) -> Iterator[Request]:
        return iter(self.requests())

    def __getitem__(self, position: int) -> Request:
        return self.requests()[position]

    def arrived(self, request: Request) -> None:
        with self._lock:
            self._requests.append(request)

    def answered(self, request: Request, status: int) -> None:
        request.status = status
        if self.watch:
            self.watch(request)

    def clear(self) -> None:
        with self._lock:
            self._requests.clear()

    def requests(
        self, *, method: str | None = None, path_contains: str = "", status: int | None = None
    ) -> list[Request]:
        """The requests in the order of their arrival, all or those that fit."""
        with self._lock:
            return [
                request
                for request in self._requests
                if path_contains in request.path
                and method in {None, request.method}
                and status in {None, request.status}
            ]

    def operations(self) -> list[Operation]:
        """What the API gateway was asked, in the order of arrival."""
        found = (each.operation for each in self.requests())
        return [each for each in found if each is not None]

    def connections(self) -> int:
        """How many TCP connections these requests came through."""
        return len({request.connection for request in self.requests()})
