# File: accounts.py
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
"""Users, sessions and API tokens."""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Union

from dev.simulator import seed
from dev.simulator.errors import PlatformError, Rejected
from dev.simulator.settings import Settings
from dev.simulator.times import DAY, iso_seconds


@dataclass
class Session:
    """What a login gives out. Its permissions are those of the user."""

    string: str
    user: seed.User
    last_used: float
    ended: bool = False

    @property
    def permissions(self) -> frozenset[str]:
        return self.user.permissions


@dataclass
class ApiToken:
    """A token of the platform; usable from its trusted addresses only. Change a field to change
    what the server does.
    """

    id: int
    string: str
    user: seed.User
    created: float
    expires: float
    trusted: list[str]
    notes: str
    permissions: frozenset[str]
    days: int = 7
    name: str = ""
    last_used: float | None = None
    revoked: bool = False

    def trusts(self, address: str) -> bool:
        return any(
            ipaddress.ip_address(address) in ipaddress.ip_network(network, strict=False)
            for network in self.trusted
        )

    def row(self) -> dict[str, Any]:
        """The platform's object; the string itself is shown once, when the token is made."""
        return {
            "id": self.id,
            "name": self.name,
            "deleted_flag": int(self.revoked),
            "user": {
                "id": self.user.id,
                "name": self.user.name,
                "display_name": self.user.name.title(),
                "domain": self.user.domain,
            },
            "persona": {"id": 0},
            "created_time": iso_seconds(self.created),
            "expiration": iso_seconds(self.expires),
            "last_used_on": UNSET if self.last_used is None else iso_seconds(self.last_used),
            "notes": self.notes,
            "trusted_ip_addresses": ",".join(self.trusted),
            "expire_in_days": self.days,
        }

    def specified_row(self) -> dict[str, Any]:
        """What the OpenAPI file has."""
        return {
            "id": self.id,
            "expire_time": iso_seconds(self.expires),
            "creation_time": iso_seconds(self.created),
            "trusted_ip_addresses": self.trusted,
            "notes": self.notes,
        }


Credential = Union[Session, ApiToken]

UNSET = "2001-01-01T00:00:00Z"
"""A time that has not come yet."""


class Accounts:
    """Who may call. Times come from `clock`, lifetimes from `settings`."""

    def __init__(self, settings: Settings, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._clock = clock
        self.users = list(seed.USERS)
        self.sessions: dict[str, Session] = {}
        self.tokens: dict[str, ApiToken] = {}
        now = clock()
        for given in seed.TOKENS:
            token = self._add_token(
                given.string, given.user, now + given.days * DAY, list(given.trusted), "seeded"
            )
            token.revoked = given.revoked

    def login(self, username: str, password: str, domain: str = "") -> Session:
        """A new session; a domain that is left out is the user's own. Wrong credentials are
        rejected with 401.
        """
        domain_in_name, separator, bare_name = username.partition("\\")
        if separator:
            username, domain = bare_name, domain_in_name
        for user in self.users:
            if (user.name, user.password) == (username, password) and domain.lower() in {
                "",
                user.domain.lower(),
            }:
                return self._add_session(user)
        raise Rejected(401, "Unable to authenticate user")

    def logout(self, string: str) -> None:
        """Ends one session; a token cannot be ended like this."""
        session = self.sessions.get(string)
        if session:
            session.ended = True

    def changed(self, credential: Credential) -> Credential:
        """Another session of the same user; a token stays what it is."""
        return self._add_session(credential.user) if isinstance(credential, Session) else credential

    def _add_session(self, user: seed.User) -> Session:
        number = len(self.sessions) + 1
        secret = hashlib.sha256(f"{self._settings.seed}:{user.name}:{number}".encode()).hexdigest()
        session = Session(f"{user.id}-{number}-{secret}", user, self._clock())
        self.sessions[session.string] = session
        return session

    def expire_sessions(self) -> None:
        """Ends every session that exists now."""
        for session in self.sessions.values():
            session.ended = True

    def credential(self, string: str) -> Credential | None:
        """The session or token behind a string, as long as it is good, which is used by that;
        trusted addresses are not looked at.
        """
        session = self.sessions.get(string)
        if (
            session
            and not session.ended
            and self._clock() < session.last_used + self._settings.session_idle_seconds
        ):
            session.last_used = self._clock()
            return session
        token = self.tokens.get(string)
        if token and self._is_good(token):
            token.last_used = self._clock()
            return token
        return None

    def authenticated(self, string: str | None, address: str) -> Credential:
        """The credential in a request's header; a missing, bad or untrusted one is rejected with
        the configured status.
        """
        credential = self.credential(string) if string else None
        if credential is None or (
            isinstance(credential, ApiToken) and not credential.trusts(address)
        ):
            raise Rejected(
                self._settings.unauthenticated_status,
                "The session is missing, unknown or has expired",
            )
        return credential

    def tokens_of(self, user: seed.User) -> list[ApiToken]:
        """The tokens of a user that are still good, and those that were revoked."""
        return [
            token
            for token in self.tokens.values()
            if token.user == user and self._clock() < token.expires
        ]

    def token_by_id(self, number: int, user: seed.User) -> ApiToken:
        """404 for a token that is unknown, revoked or expired, and for another user's."""
        found = [each for each in self.tokens_of(user) if each.id == number and not each.revoked]
        if not found:
            raise PlatformError(404, "APITokenNotFound", f"no API token {number}")
        return found[0]

    def rotate(self, string: str, user: seed.User) -> ApiToken:
        """A new token with the user, the days, the notes and the addresses of the old one, which
        ends at once.
        """
        old = self.tokens.get(string)
        if old is None or old.user != user or not self._is_good(old):
            raise PlatformError(404, "APITokenNotFound", "no such API token")
        old.revoked = True
        return self.create_token(
            user,
            days=old.days,
            notes=old.notes,
            name=old.name,
            trusted=old.trusted,
            permissions=old.permissions,
        )

    def _is_good(self, token: ApiToken) -> bool:
        return not token.revoked and self._clock() < token.expires

    def create_token(
        self,
        user: seed.User,
        *,
        days: int = 7,
        notes: str = "",
        name: str = "",
        trusted: Sequence[str] = (),
        permissions: frozenset[str] | None = None,
    ) -> ApiToken:
        """A new token, by default with all permissions of `user`; a bad address is rejected with
        400.
        """
        for address in trusted:
            try:
                ipaddress.ip_network(address, strict=False)
            except ValueError as error:
                raise Rejected(400, f"'{address}' is no IP address or network") from error
        secret = hashlib.sha256(
            f"{self._settings.seed}:token:{len(self.tokens)}".encode()
        ).hexdigest()
        token = self._add_token(
            f"token-{secret[:58]}", user, self._clock() + days * DAY, list(trusted), notes
        )
        token.days, token.name = days, name
        if permissions is not None:
            token.permissions = permissions
        return token

    def _add_token(
        self, string: str, user: seed.User, expires: float, trusted: list[str], notes: str
    ) -> ApiToken:
        token = ApiToken(
            len(self.tokens) + 1,
            string,
            user,
            self._clock(),
            expires,
            trusted,
            notes,
            user.permissions,
        )
        self.tokens[string] = token
        return token
