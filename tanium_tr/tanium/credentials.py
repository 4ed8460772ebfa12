# File: credentials.py
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
"""Who the app is for Tanium: an API token, a session from a login, and the way from the first to
the second.

Tanium takes either in the header `session` (TANIUM_WIRE 2.1). Whether a refusal means "expired" or
"not permitted" is decided by asking for the session's own validity, never by the text of an error.
"""

from __future__ import annotations

import json
import re
import socket
from contextlib import AbstractContextManager
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Callable, NamedTuple, Protocol
from urllib.parse import urlsplit

import requests
from requests.auth import HTTPBasicAuth

from ..errors import (
    ApiError,
    AuthenticationError,
    PermissionDeniedError,
    ResponseError,
    ServerError,
    error_for_status,
)
from .http import Transport
from .retries import READ_RETRIES


if TYPE_CHECKING:
    from ..config import AssetConfig
    from ..redaction import Redaction


class SessionStore(Protocol):
    """Where an asset's runs share one session; SOAR's state at run time."""

    def locked(self) -> AbstractContextManager[None]: ...

    def read(self) -> str: ...

    def write(self, session: str) -> None: ...


class SessionHeader(requests.auth.AuthBase):
    """Authenticates a request as Tanium has it: by a token or a session in the header `session`."""

    def __init__(self, value: str) -> None:
        self._value = value

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["session"] = self._value
        return request


class NoCredentials(requests.auth.AuthBase):
    """For a request whose credentials are in its body, if anywhere; without any `auth`, requests
    would look into a .netrc file.
    """

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


class Validity(NamedTuple):
    """`valid` is None where the server has no way to tell; `expires` where it tells."""

    valid: bool | None
    expires: datetime | None = None


class Credentials:
    """The header value for every request: the token while it is accepted, then a session that all
    runs of the asset share.
    """

    def __init__(
        self,
        config: AssetConfig,
        transport: Transport,
        store: SessionStore,
        notify: Callable[[str], None],
        redaction: Redaction,
    ) -> None:
        self._config, self._transport, self._store, self._notify = config, transport, store, notify
        self._redaction = redaction
        self._value = ""
        self.fallback_notice = ""

    @property
    def uses_token(self) -> bool:
        return bool(self._config.api_token) and self._value == self._config.api_token

    def header(self) -> SessionHeader:
        """For the next request. Reuses the asset's session when it has one, and logs in when there
        is nothing else.
        """
        if not self._value:
            # A stored session beside a token means that the token was refused before.
            stored = self._stored() if self._config.has_password_login else ""
            if stored:
                self._use_session(stored)
            elif self._config.api_token:
                self._value = self._config.api_token
            else:
                self._use_session(self._shared_login(refused=""))
        return SessionHeader(self._value)

    def try_token_again(self) -> None:
        """Start over with the token, however earlier runs fared with it."""
        self._value = self._config.api_token

    def keep_token(self) -> None:
        """Forget the session that earlier runs used while the token was refused."""
        if self.uses_token and self._store.read():
            with self._store.locked():
                self._store.write("")

    def recover(self, refusal: ApiError) -> None:
        """After a 401 or 403: change to credentials that are worth a second try, or raise what is
        wrong.

        Raises PermissionDeniedError when the credentials are valid, AuthenticationError when there
        are no others.
        """
        try:
            validity = self.validity()
        except ServerError:
            validity = Validity(None)
        if validity.valid or (self.uses_token and validity.valid is None and refusal.status == 403):
            raise _permission_denied(refusal)
        if self.uses_token:
            self._leave_token(refusal)
        elif self._config.api_token and self._check(self._config.api_token).valid:
            self._value, self.fallback_notice = self._config.api_token, ""
            self.keep_token()
        else:
            self._use_session(self._shared_login(refused=self._value))

    def validity(self) -> Validity:
        """Of the token or session in use, as the server reports it."""
        return self._check(self._value)

    def _check(self, value: str) -> Validity:
        """`GET /api/v2/session/current`; where that is missing, `POST /api/v2/session/validate`."""
        return self._transport.repeat_cut_off(lambda: self._current(value))

    def _current(self, value: str) -> Validity:
        path = "/api/v2/session/current"
        response = self._transport.exchange("GET", path, auth=SessionHeader(value))
        if response.status_code in (400, 404, 405):
            self._transport.dismiss(response)
            return Validity(self._knows(value))
        if response.status_code in (401, 403):
            self._transport.dismiss(response)
            return Validity(False)
        self._transport.check(response, "GET", path)
        return Validity(True, expiry_in(self._transport.reply(response, "GET", path).body))

    def _knows(self, value: str) -> bool | None:
        """Whether the server knows this token or session at all, from wherever it is used."""
        response = self._transport.exchange(
            "POST",
            "/api/v2/session/validate",
            auth=NoCredentials(),
            json={"session": value},
            retries=READ_RETRIES,
        )
        self._transport.dismiss(response)
        if response.status_code in (401, 403):
            return False
        return True if response.status_code < 300 else None

    def _leave_token(self, refusal: ApiError) -> None:
        if not self._config.has_password_login:
            raise AuthenticationError(
                refusal.status, refusal.method, refusal.path, refusal.detail, self._token_advice()
            )
        self._use_session(self._shared_login(refused=""))

    def _token_advice(self) -> str:
        here = _own_address(self._transport.base_url)
        if self._knows(self._config.api_token):
            return (
                "The API token itself is valid, but Tanium does not accept it from this address:"
                f" add the address of this SOAR ({here}, or that of the proxy or NAT in front of"
                " it) to the token's trusted IP addresses."
            )
        return (
            "The API token is not accepted: it has expired, was revoked or mistyped, or the"
            f" address of this SOAR ({here}, or that of the proxy or NAT in front of it) is not"
            " among its trusted IP addresses. Enter a new token in the asset."
        )

    def _use_session(self, session: str) -> None:
        self._value = session
        self._redaction.add(session)
        if self._config.api_token and not self.fallback_notice:
            self.fallback_notice = (
                "Tanium does not accept the API token of the asset; logged in as"
                f" {self._config.username} instead. Replace the token or remove it from the asset."
            )
            self._notify(self.fallback_notice)

    def _shared_login(self, refused: str) -> str:
        """A session other than the refused one: that of another run which was quicker, or one from
        a login of our own.
        """
        with self._store.locked():
            stored = self._stored()
            if stored and stored != refused and self._check(stored).valid is not False:
                return stored
            with self._transport.unknown_session():
                session = self._login()
            self._store.write(session)
            return session

    def _stored(self) -> str:
        """The asset's session, which a server may repeat as soon as it is sent."""
        session = self._store.read()
        self._redaction.add(session)
        return session

    def _login(self) -> str:
        """`POST /api/v2/session/login`, and `POST /auth` with HTTP Basic where the server does not
        have that.
        """
        account = {
            "username": self._config.username,
            "password": self._config.password,
            "domain": self._config.domain,
        }
        body = {name: value for name, value in account.items() if value}
        path = "/api/v2/session/login"
        response = self._transport.exchange("POST", path, auth=NoCredentials(), json=body)
        if response.status_code in _NO_SUCH_LOGIN and ":" not in self._config.username:
            self._transport.dismiss(response)
            path = "/auth"
            basic = HTTPBasicAuth(
                self._config.username.encode("utf-8"), self._config.password.encode("utf-8")
            )
            response = self._transport.exchange("POST", path, auth=basic)
        self._transport.check(response, "POST", path, self._login_advice(response.status_code))
        return _session_in(self._transport.body(response, "POST", path), response.status_code, path)

    def _login_advice(self, status: int) -> str:
        name = self._config.username
        if status in (401, 403):
            token = " It does not accept the API token either." if self._config.api_token else ""
            return (
                f"Tanium does not accept the password of user '{name}': check username, password"
                f" and domain of the asset.{token}"
            )
        if status not in _NO_SUCH_LOGIN:
            return error_for_status(status).advice
        if ":" in name:
            return "It offers only HTTP Basic, which does not allow a colon in the user name."
        return (
            "It offers no login that this app supports; check that base_url is the address of the"
            " Tanium server."
        )


_NO_SUCH_LOGIN = (400, 404, 405)
_SESSION = "[A-Za-z0-9._~+/=:-]{8,2048}"


def _session_in(answer: bytes, status: int, path: str) -> str:
    """The session of a login's answer: `{"data": {"session": ...}}`, or a bare string with or
    without quotes.

    What else came is not repeated: it may hold a session in a place unknown here.
    """
    text = answer.decode("utf-8", "replace")
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        body = text
    if isinstance(body, dict):
        body = body.get("data", body)
        body = body.get("session") if isinstance(body, dict) else None
    if not (isinstance(body, str) and re.fullmatch(_SESSION, body.strip())):
        raise ResponseError(
            status,
            "POST",
            path,
            "the answer to the login contains no session",
            ResponseError.advice,
        )
    return body.strip()


def _permission_denied(refusal: ApiError) -> PermissionDeniedError:
    return PermissionDeniedError(refusal.status, refusal.method, refusal.path, refusal.detail)


def expiry_in(body: Any) -> datetime | None:
    """When the token ends, which `GET /api/v2/session/current` says under the name that the
    platform's API gives it (`expire_time`).
    """
    from ..times import seconds  # imported here: few actions ask for it

    data = body.get("data", body) if isinstance(body, dict) else None
    time = seconds(data.get("expire_time")) if isinstance(data, dict) else None
    try:
        return None if time is None else datetime.fromtimestamp(time, timezone.utc)
    except (ValueError, OverflowError):  # beyond the year 9999
        return None


def _own_address(base_url: str) -> str:
    """The address this host uses towards the server; connecting a datagram socket sends nothing."""
    parts = urlsplit(base_url)
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            parts.hostname, parts.port or 443, type=socket.SOCK_DGRAM
        )[0]
        with socket.socket(family, kind) as probe:
            probe.connect(address)
            return probe.getsockname()[0]
    except OSError:
        return "unknown"
