# File: errors.py
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
"""Everything that can go wrong and that the analyst is told about. `str(error)` is the sentence
they read.

TaniumError
├── ConfigurationError          the asset's configuration
├── ParameterError              an action's parameter
│   ├── UnsupportedError        what this server cannot do
│   └── UnlistedEndpointError   an endpoint that the API gateway does not list
├── TransportError              no answer: DNS, TLS, refused, proxy, time-out
│   └── CutOffError             the connection ended before the answer did
├── ApiError                    the server answered something else than success
│   ├── AuthenticationError     401: token or session is not accepted
│   ├── PermissionDeniedError   403 with a valid session
│   ├── NotFoundError           404
│   │   └── NoGatewayError      the server has no API gateway
│   ├── ConflictError           409
│   ├── RateLimitError          429
│   ├── ServerError             5xx
│   └── ResponseError           success by status, but not by content
│       ├── TooLargeError       more than SOAR's memory is meant for
│       └── GatewayError        the API gateway's errors
├── UnfilteredError             the server does not know a filter, and answers without it
├── ListError                   a list does not end, or its reading was cancelled
├── TaskError                   a remote task ended badly, too late, or was cancelled
│   └── UnreadError             what became of it cannot be read
├── PlatformError               SOAR's vault or state
└── what the receiver's modules raise, for whoever sends to it: see soar_rest.py and receiver.py
"""

from __future__ import annotations

from typing import Any

from .words import LONGEST_PATH, printable


WRITES = ("POST", "PUT", "PATCH", "DELETE")
DOUBT = "The change may have been applied anyway. Check in Tanium before you run the action again."


class TaniumError(Exception):
    """What failed, why, and what to do, in words for the analyst."""

    @property
    def may_be_done(self) -> bool:
        """Whether the server may have carried out a write that ended with this error: then it must
        neither be sent again nor be called failed.
        """
        return False

    @property
    def reason(self) -> str:
        """Without what to do, for whoever has other advice: what was started must not be run again
        because it could not be looked at.
        """
        return str(self).replace(f" {DOUBT}", "")


class ConfigurationError(TaniumError):
    """A setting of the asset is missing or wrong."""


class ParameterError(TaniumError):
    """An action's parameter is missing or wrong."""


class UnsupportedError(ParameterError):
    """A parameter asks for what a server of this kind cannot do."""


class UnlistedEndpointError(ParameterError):
    """The API gateway lists no such endpoint; one that is new may be online all the same."""


class TransportError(TaniumError):
    """`sent` says that the server may have received the request and acted on it, `lasting` that
    trying again does not help.
    """

    def __init__(self, message: str, sent: bool = False, lasting: bool = False) -> None:
        super().__init__(message)
        self.sent, self.lasting = sent, lasting

    @property
    def may_be_done(self) -> bool:
        return self.sent


class CutOffError(TransportError):
    """The connection ended before the answer did; the same request may be answered at once."""


class ApiError(TaniumError):
    """The server's refusal: `status` as sent, `detail` its own words (bounded, without secrets).
    `is_read` is for a POST that changes nothing.
    """

    advice = "Check the action's parameters."

    def __init__(
        self,
        status: int,
        method: str,
        path: str,
        detail: str = "",
        advice: str = "",
        *,
        is_read: bool = False,
    ) -> None:
        self.status, self.method, self.path, self.detail = status, method, path, detail
        explanation = f": {detail}" if detail else ""
        is_write = method in WRITES and not is_read
        carried_out = DOUBT if is_write and not advice and self.may_be_done else ""
        short_path = printable(path, LONGEST_PATH)
        answered = f"Tanium answered HTTP {status} to {method} {short_path}{explanation}."
        self._reason = answered
        super().__init__(" ".join(filter(None, [answered, carried_out, advice or self.advice])))

    @property
    def reason(self) -> str:
        return self._reason

    @property
    def may_be_done(self) -> bool:
        return self.status >= 500 or self.status < 300


class AuthenticationError(ApiError):
    """401: Tanium does not accept the token or the login."""

    advice = "Check the API token, or the username and password, of the asset."


class PermissionDeniedError(ApiError):
    """403 with a valid session."""

    advice = (
        "The login is valid but lacks the permission for this operation; grant it to the Tanium"
        " user's role."
    )


class NotFoundError(ApiError):
    """404: what the path names does not exist."""

    advice = (
        "Check the ID; the object may have been deleted. If the action has no ID, check base_url"
        " and that the product is installed."
    )


class NoGatewayError(NotFoundError):
    """404: the server has no API gateway."""

    advice = (
        "This Tanium server has no API gateway at this address. Check base_url, and that the API"
        " Gateway solution is installed."
    )


class ConflictError(ApiError):
    """409: what was asked for does not fit what is there."""

    advice = "The object already exists or is in use; check its state, then try again."


class RateLimitError(ApiError):
    """429: too many requests."""

    advice = "Tanium is limiting requests; run the action again later."


class ServerError(ApiError):
    """5xx: Tanium itself failed."""

    advice = (
        "The error is on the Tanium server; run the action again, and check the server if the"
        " error persists."
    )


class ResponseError(ApiError):
    """A success by its status, with content that is none."""

    advice = (
        "Check that base_url is the address of the Tanium server itself, not of a login page or"
        " proxy."
    )


class TooLargeError(ResponseError):
    """An answer that does not fit into memory; of a page, a smaller one may be asked for."""


class GatewayError(ResponseError):
    """What the API gateway could not do. `is_unknown_field`: it is older than the document that was
    sent, and has done nothing.
    """

    advice = "Check the action's parameters and the permissions of the Tanium user or token."
    is_unknown_field = False

    @property
    def may_be_done(self) -> bool:
        return super().may_be_done and not self.is_unknown_field


class UnfilteredError(TaniumError):
    """The server answers as if it did not know a filter."""


class ListError(TaniumError):
    """A list in pages does not end, is too long to be held in memory, or its reading was
    cancelled.
    """


# Of a read: the next one may succeed.
PASSING = (TransportError, ServerError, RateLimitError)

_BY_STATUS = {
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    429: RateLimitError,
}


def error_for_status(status: int) -> type[ApiError]:
    """The class for an unsuccessful status; the one place where status and class meet."""
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status >= 500:
        return ServerError
    return ResponseError if status < 400 else ApiError


class TaskError(TaniumError):
    """`rows` and `summary` hold what is known of the task; a playbook finds its id in the failed
    result.
    """

    def __init__(
        self,
        message: str,
        rows: list[dict[str, Any]] | None = None,
        summary: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.rows, self.summary = rows or [], summary or {}


class UnreadError(TaskError):
    """A remote task was started, and Tanium refuses to say what became of it."""


class PlatformError(TaniumError):
    """SOAR's vault or state failed."""
