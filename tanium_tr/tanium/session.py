# File: session.py
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
"""TaniumSession: every call to Tanium that needs a login, with an expired session and an unknown
dialect handled once per call.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple, Protocol

import requests

from ..errors import (
    DOUBT,
    WRITES,
    ApiError,
    AuthenticationError,
    ParameterError,
    PermissionDeniedError,
    ResponseError,
    TransportError,
)
from .connect.operations import CONNECT
from .credentials import Credentials
from .dialect import (
    CLEAR_REFUSALS,
    DIALECTS,
    NOT_UNDERSTOOD,
    PRODUCTION,
    THREAT_RESPONSE,
    Operation,
    other,
)
from .http import Reply, Transport


OPERATIONS = {**THREAT_RESPONSE, **CONNECT}


class DialectMemory(Protocol):
    """What the asset knows of its server: operation -> dialect."""

    def get(self, operation: str) -> str | None: ...

    def learn(self, operation: str, dialect: str) -> None: ...

    def forget(self) -> None: ...


class Answer(NamedTuple):
    reply: Reply
    dialect: str


class TaniumSession:
    def __init__(
        self, transport: Transport, credentials: Credentials, dialects: DialectMemory
    ) -> None:
        self.transport, self.credentials, self.dialects = transport, credentials, dialects

    def run(self, name: str, /, **arguments: Any) -> Answer:
        """One operation of Threat Response or Connect, in the dialect that the server is known to
        speak, or its usual one when none is known.

        The other dialect is tried after a clear refusal, when the server certainly did nothing, and
        a read is repeated in it when the shape of the reply shows that the server speaks it. Raises
        ApiError by status, TransportError when no answer came.
        """
        operation = OPERATIONS[name]
        if not operation.differs:
            reply = self._call(operation, PRODUCTION, arguments)
            return Answer(reply, operation.told_by(reply.body) or PRODUCTION)
        known = self.dialects.get(name)
        dialect = known if known in DIALECTS else operation.usual
        try:
            reply = self._call(operation, dialect, arguments)
        except ApiError as refusal:
            if refusal.status not in (NOT_UNDERSTOOD if known else CLEAR_REFUSALS):
                raise
            reply = self._call_after(refusal, operation, other(dialect), arguments)
            spoken = operation.told_by(reply.body) or other(dialect)
            if spoken == dialect and operation.call(dialect).method == "GET":
                # It speaks the dialect in which it refused, and need not know what the other one
                # asked for, such as filters.
                raise
            self.dialects.learn(name, spoken)
            return Answer(reply, spoken)
        told = operation.told_by(reply.body)
        if told and told != known:
            self.dialects.learn(name, told)
        if told and told != dialect and operation.call(dialect).method == "GET":
            reply = self._call(operation, told, arguments)
        return Answer(reply, told or dialect)

    def stream(self, name: str, /, **arguments: Any) -> tuple[Mapping[str, str], Iterator[bytes]]:
        """Headers, and the body piece by piece, of an operation that does not answer in JSON.

        Raises ResponseError for a page or a message in its place.
        """
        call = OPERATIONS[name].production
        path = call.at(arguments)
        response = self.open(
            call.method, path, permission=OPERATIONS[name].permission, **call.content(arguments)
        )
        kind = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
        if (
            kind in ("text/html", "application/json")
            and "Content-Disposition" not in response.headers
        ):
            raise ResponseError(
                response.status_code, call.method, path, f"a file was expected, {kind} came"
            )
        return response.headers, self.transport.chunks(response, call.method, path)

    def call(self, method: str, path: str, *, permission: str = "", **content: Any) -> Reply:
        """One request and its JSON. `permission` is what Tanium's role needs for it, where that is
        known.

        Raises ApiError by status, TransportError when no answer came.
        """
        response = self.open(method, path, permission=permission, **content)
        with _doubted(method):
            return self.transport.reply(response, method, path)

    def open(
        self, method: str, path: str, *, permission: str = "", **content: Any
    ) -> requests.Response:
        """The successful response with its body unread; the caller reads or closes it."""
        response = self._send(method, path, content)
        try:
            self.transport.check(response, method, path)
        except (AuthenticationError, PermissionDeniedError) as refusal:
            try:
                # The server did nothing when it refused, so that repeating is safe for writes too.
                self.credentials.recover(refusal)
                response = self._send(method, path, content)
                self.transport.check(response, method, path)
            except PermissionDeniedError as denied:
                raise _naming(permission, denied) from refusal
        return response

    def _send(self, method: str, path: str, content: dict[str, Any]) -> requests.Response:
        auth = self.credentials.header()
        with _doubted(method):
            return self.transport.exchange(method, path, auth=auth, **content)

    def _call(self, operation: Operation, dialect: str, arguments: dict[str, Any]) -> Reply:
        call = operation.call(dialect)
        return self.call(
            call.method,
            call.at(arguments),
            permission=operation.permission,
            **call.content(arguments),
        )

    def _call_after(
        self, refusal: ApiError, operation: Operation, dialect: str, arguments: dict[str, Any]
    ) -> Reply:
        """A second try. When that is refused as clearly, the first refusal tells what is wrong,
        unless only the second call was understood.
        """
        try:
            return self._call(operation, dialect, arguments)
        except ParameterError:
            raise refusal from None
        except ApiError as error:
            is_understood = refusal.status in NOT_UNDERSTOOD and error.status not in NOT_UNDERSTOOD
            raise (
                refusal if error.status in CLEAR_REFUSALS and not is_understood else error
            ) from refusal


@contextmanager
def _doubted(method: str) -> Iterator[None]:
    """Has the error say so when a write without an answer may have been carried out."""
    try:
        yield
    except TransportError as error:
        if error.sent and method in WRITES:
            raise TransportError(f"{error} {DOUBT}", sent=True) from error
        raise


def _naming(permission: str, denied: PermissionDeniedError) -> PermissionDeniedError:
    if not permission:
        return denied
    advice = (
        f"The login is valid but lacks the permission '{permission}', or the one that Tanium names;"
        " grant it to the role of the Tanium user or token."
    )
    return PermissionDeniedError(denied.status, denied.method, denied.path, denied.detail, advice)
