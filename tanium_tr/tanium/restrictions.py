# File: restrictions.py
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
"""What one action may ask of the transport of its run: more care, less patience, fewer requests."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import requests

from ..errors import TransportError
from .environment import authorities
from .http import Transport
from .retries import NO_RETRIES


class BudgetError(TransportError):
    """A request was not sent, because the action had sent all it is allowed to."""


class Head(NamedTuple):
    """The head of an answer; `at` is the middle of the time that it took, in seconds since 1970."""

    method: str
    path: str
    status: int
    headers: Mapping[str, str]
    at: float


class RestrictableTransport(Transport):
    """The transport of a run, which is as the asset has it but inside `stricter` and `bounded`."""

    def __init__(self, base_url: str, **settings: Any) -> None:
        super().__init__(base_url, **settings)
        self._most = math.inf
        self.requests = 0
        self.heads: list[Head] = []

    @property
    def verifies(self) -> bool:
        """Whether the server's certificate is verified."""
        return self._verify is not False

    @contextmanager
    def stricter(self, *, verify: bool, timeout: int | None) -> Iterator[None]:
        """Inside it, the certificate is verified, if that or the asset says so, and answers have to
        come within `timeout` seconds.
        """
        before = self._verify, self._timeout, self._limit
        if verify and not self.verifies:
            self._verify = authorities()
            self._adapter.close()  # its open connections have been verified by nobody
        if timeout:
            self._timeout, self._limit = timeout, "timeout"
        try:
            yield
        finally:
            if self._verify != before[0]:
                self._adapter.close()
            self._verify, self._timeout, self._limit = before

    @contextmanager
    def bounded(self, most: int) -> Iterator[None]:
        """Inside it, at most so many requests are sent, logins included, and none is repeated for
        its status. What is above raises BudgetError. `requests` counts them, `heads` has their
        answers.
        """
        self._most, self.requests, self.heads = most, 0, []
        try:
            yield
        finally:
            self._most = math.inf

    def exchange(self, method: str, path: str, **content: Any) -> requests.Response:
        """See Transport."""
        if self._most == math.inf:
            return super().exchange(method, path, **content)
        if self.requests >= self._most:
            raise BudgetError(f"{method} was not sent: the action sends {self._most} at most.")
        self.requests += 1
        sent = time.time()
        response = super().exchange(method, path, **{**content, "retries": NO_RETRIES})
        at = (sent + time.time()) / 2
        self.heads.append(Head(method, path, response.status_code, response.headers, at))
        return response

    def explained(self, body: bytes) -> str:
        """The server's own words in a body: a sentence without its period, without secrets."""
        return self._sentence(self._start_of(body))
