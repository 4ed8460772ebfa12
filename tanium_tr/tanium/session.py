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
from typing import Callable, NamedTuple, Protocol, Union

import requests

from ..errors import (
    DOUBT,
    ApiError,
    AuthenticationError,
    ParameterError,
    PermissionDeniedError,
    ResponseError,
    TaniumError,
    TransportError,
    UnsupportedError,
    error_for_status,
)
from .call import PRODUCTION, SPECIFIED, VENDOR, Call, Shape, unknown
from .credentials import Credentials
from .page_guard import PageGuard
from .reply import Reply
from .restrictions import RestrictableTransport
from .retries import READ_RETRIES, WRITE_RETRIES


# The server did nothing, so that another dialect may be tried; with a dialect known, only when it
# says that it does not know the method or the kind of content at all.
CLEAR_REFUSALS = (400, 404, 405, 415)
NOT_UNDERSTOOD = (405, 415)
NO_ROUTE = (404, 405)
BAD_REQUEST = 400
LOGIN_REFUSALS = (401, 403)

# A call, or how to make the one that is made only when it is needed.
Way = Union[Call, Callable[[], Call]]


class DialectMemory(Protocol):
    """What the asset knows of its server: operation -> dialect."""

    def get(self, operation: str) -> str | None: ...

    def learn(self, operation: str, dialect: str) -> None: ...

    def forget(self) -> None: ...


class Answer(NamedTuple):
    """What came, and the dialect in which the server answered."""

    reply: Reply
    dialect: str


class RawAnswer(NamedTuple):
    """An answer as it came, whatever its status; `refusal` is why other credentials were not tried
    or did not help after a 401 or 403.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    refusal: TaniumError | None = None


class TaniumSession:
    """Sends calls with a login, in the dialect that the server speaks. `permissions` are those
    that the action is known to need, for the sentence of a refusal. `stop_if_cancelled` raises a
    TaskError of its argument once the run is cancelled.
    """

    def __init__(
        self,
        transport: RestrictableTransport,
        credentials: Credentials,
        dialects: DialectMemory,
        permissions: tuple[str, ...] = (),
        stop_if_cancelled: Callable[[str], None] = lambda _message: None,
    ) -> None:
        self.transport, self.credentials, self.dialects = transport, credentials, dialects
        self.permissions, self.stop_if_cancelled = permissions, stop_if_cancelled

    def page_guard(self) -> PageGuard:
        """What looks at the pages of one list."""
        return PageGuard(self.stop_if_cancelled, lambda: self.transport.memory)

    def send(self, call: Call) -> Reply:
        """The JSON of a call that is the same in both dialects.

        Raises ApiError by status, TransportError when no answer came.
        """
        if call.is_repeatable:
            return self.transport.repeat_cut_off(lambda: self._reply(call))
        return self._reply(call)

    def either(
        self,
        name: str,
        production: Way | None = None,
        *,
        specified: Way,
        vendor: Way | None = None,
        shape: Shape = unknown,
        usual: str = PRODUCTION,
        is_shared_route: bool = False,
    ) -> Answer:
        """The operation `name`, in the dialect that this server speaks.

        `shape` reads from an answer which dialect the server speaks, where that shows; `usual` is
        the dialect to begin with; `is_shared_route` says that the vendor has the specified route,
        too, for a body of another form. The dialect is chosen in three steps:

        1. The one that the asset's state remembers for this operation, else the usual one.
        2. When the server clearly refuses it (it certainly did nothing), the next one, which is
           remembered once it is answered. Example: `DELETE /conns/close/1` gets 405, so
           `POST /conns/close/1` is sent, and is the only one from then on.
        3. When a read is answered in the shape of another dialect, it is repeated in that one:
           the server may have ignored filters that it does not know. A write is never repeated.

        Raises ApiError by status, TransportError when no answer came.
        """
        ways = {PRODUCTION: production, SPECIFIED: specified, VENDOR: vendor}
        operation = _Operation(
            self, {key: way for key, way in ways.items() if way is not None}, is_shared_route
        )
        remembered = self.dialects.get(name)
        dialect = next(each for each in (remembered, usual, SPECIFIED) if each in operation.ways)
        assert dialect  # the last one always is
        try:
            reply = operation.send(dialect)
        except ApiError as refusal:
            statuses = NOT_UNDERSTOOD if remembered else CLEAR_REFUSALS
            if not operation.is_clear(refusal, dialect, statuses):
                raise
            reply, answered = self._answer_after(refusal, operation, dialect)
            learned = shape(reply.body) or answered
            if learned == dialect and operation.call(dialect).is_read:
                # It speaks the dialect in which it refused, and need not know what the other one
                # asked for, such as filters.
                raise
            self.dialects.learn(name, learned)
            return Answer(reply, learned)
        spoken = self._spoken_in(reply, dialect, operation, shape)
        if spoken and spoken != remembered:
            self.dialects.learn(name, spoken)
        if spoken and operation.is_other_read(spoken, dialect):
            reply = operation.send(spoken)
        return Answer(reply, spoken or dialect)

    @staticmethod
    def _spoken_in(reply: Reply, asked: str, operation: _Operation, shape: Shape) -> str | None:
        """The dialect that an answer shows, None where it does not. Whatever its shape, only a
        server of that kind answers the vendor's own routes.
        """
        shown = shape(reply.body)
        if shown in operation.ways:
            return shown
        return VENDOR if asked == VENDOR else None

    def learn(self, name: str, dialect: str) -> None:
        """Remember a dialect that an answer shows only beside its shape."""
        self.dialects.learn(name, dialect)

    def _answer_after(
        self, refusal: ApiError, operation: _Operation, refused: str
    ) -> tuple[Reply, str]:
        """The answer in another dialect, and which that is. When all are refused as clearly, the
        first refusal says what is wrong, unless only a later call was understood.
        """
        for dialect in operation.others(refused):
            try:
                return operation.send(dialect), dialect
            except UnsupportedError:
                if refusal.status != BAD_REQUEST:
                    raise
            except ParameterError:
                continue
            except ApiError as error:
                if not operation.is_clear(error, dialect):
                    raise error from refusal
                if refusal.status in NOT_UNDERSTOOD and error.status not in NOT_UNDERSTOOD:
                    refusal = error
        raise refusal

    def answer(self, call: Call, limit: int) -> RawAnswer:
        """What a server answers, also when it is an error or no JSON. Raises TooLargeError for a
        body of more than `limit` bytes, TransportError when no answer came.
        """
        raw = self._raw(call, limit)
        if raw.status not in LOGIN_REFUSALS:
            return raw
        detail = self.transport.explained(raw.body)
        refusal = error_for_status(raw.status)(raw.status, call.method, call.path, detail)
        try:
            self._recover(refusal)
        except TaniumError as error:
            return raw._replace(refusal=error)
        return self._raw(call, limit)

    def _raw(self, call: Call, limit: int) -> RawAnswer:
        def exchanged() -> RawAnswer:
            response = self._exchange(call)
            with _doubted(call):
                body = self.transport.body(
                    response, call.method, call.path, limit, is_read=call.is_read
                )
            return RawAnswer(response.status_code, response.headers, body)

        return self.transport.repeat_cut_off(exchanged) if call.is_read else exchanged()

    def stream(self, call: Call) -> tuple[Mapping[str, str], Iterator[bytes]]:
        """Headers, and the body piece by piece, of a call that is not answered in JSON.

        Raises ResponseError for a page or a message in its place.
        """
        response = self._open(call)
        kind = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
        is_file = "Content-Disposition" in response.headers
        if kind in ("text/html", "application/json") and not is_file:
            detail = f"expected a file but received {kind}"
            raise ResponseError(response.status_code, call.method, call.path, detail)
        return response.headers, self.transport.chunks(response, call.method, call.path)

    def document(self, call: Call) -> bytes:
        """The whole body of a read that is not answered in JSON, whatever it is.

        Raises ApiError by status, TooLargeError for a body that SOAR's memory is not meant for,
        TransportError when no answer came.
        """
        return self.transport.repeat_cut_off(
            lambda: self.transport.body(
                self._open(call), call.method, call.path, is_read=call.is_read
            )
        )

    def _reply(self, call: Call) -> Reply:
        response = self._open(call)
        with _doubted(call):
            return self.transport.reply(
                response,
                call.method,
                call.path,
                is_read=call.is_read,
                is_large=call.is_large,
                has_errors=call.has_errors,
            )

    def _open(self, call: Call) -> requests.Response:
        """The successful response with its body unread; the caller reads or closes it."""
        response = self._exchange(call)
        try:
            self._check(response, call)
        except (AuthenticationError, PermissionDeniedError) as refusal:
            try:
                self._recover(refusal)
                response = self._exchange(call)
                self._check(response, call)
            except PermissionDeniedError as denied:
                raise _with_permissions(self.permissions, denied) from refusal
        return response

    def _recover(self, refusal: ApiError) -> None:
        """Change to other credentials, or raise what is wrong. The server did nothing when it
        refused, so that repeating is safe for writes too.
        """
        self.credentials.recover(refusal)

    def _check(self, response: requests.Response, call: Call) -> None:
        self.transport.check(response, call.method, call.path, is_read=call.is_read)

    def _exchange(self, call: Call) -> requests.Response:
        auth = self.credentials.header()
        with _doubted(call):
            return self.transport.exchange(
                call.method,
                call.path,
                auth=auth,
                params=call.params,
                json=call.json,
                data=call.data,
                headers=call.headers,
                retries=READ_RETRIES if call.is_repeatable else WRITE_RETRIES,
            )


class _Operation:
    """An operation's calls by dialect, in the order in which they are tried."""

    def __init__(
        self, session: TaniumSession, ways: Mapping[str, Way], is_shared_route: bool
    ) -> None:
        self.session, self.ways, self.is_shared_route = session, ways, is_shared_route

    def call(self, dialect: str) -> Call:
        way = self.ways[dialect]
        return way if isinstance(way, Call) else way()

    def send(self, dialect: str) -> Reply:
        return self.session.send(self.call(dialect))

    def others(self, refused: str) -> list[str]:
        """The dialects to try after a refusal, without one that has the very call refused."""
        return [each for each, way in self.ways.items() if way is not self.ways[refused]]

    def is_other_read(self, spoken: str, asked: str) -> bool:
        """Whether this is a read, and another call in the dialect of the answer."""
        return self.ways[spoken] is not self.ways[asked] and self.call(asked).is_read

    def is_clear(
        self, refusal: ApiError, dialect: str, statuses: tuple[int, ...] = CLEAR_REFUSALS
    ) -> bool:
        """Whether a refusal may come from a server that does not know the call.

        The vendor's routes are others than the specified ones, and an unknown route is refused with
        404 or 405. So a 400 to a write has judged what was sent, but on a route that both have.
        """
        if refusal.status not in statuses:
            return False
        if refusal.status != BAD_REQUEST or refusal.method == "GET" or VENDOR not in self.ways:
            return True
        way = self.ways[dialect]
        is_read = isinstance(way, Call) and way.is_read
        return is_read or (self.is_shared_route and dialect != VENDOR)


@contextmanager
def _doubted(call: Call) -> Iterator[None]:
    """Has the error say so when a write without an answer may have been carried out."""
    try:
        yield
    except TransportError as error:
        if error.sent and not call.is_read:
            raise TransportError(f"{error} {DOUBT}", sent=True) from error
        raise


def _with_permissions(
    permissions: tuple[str, ...], denied: PermissionDeniedError
) -> PermissionDeniedError:
    if not permissions:
        return denied
    names = "' or '".join(permissions)
    advice = (
        f"The login is valid but lacks the permission '{names}', or the one that Tanium names;"
        " grant it to the role of the Tanium user or token."
    )
    return PermissionDeniedError(denied.status, denied.method, denied.path, denied.detail, advice)
