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
from dev.simulator.errors import Rejected
from dev.simulator.settings import Settings
from dev.simulator.times import DAY, iso_seconds


@dataclass
class Session:
    """What a login gives out. Its permissions are those of the user."""

    string: str
    user: seed.User
    created: float
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
    revoked: bool = False

    def trusts(self, address: str) -> bool:
        return any(
            ipaddress.ip_address(address) in ipaddress.ip_network(network, strict=False)
            for network in self.trusted
        )

    def as_reply(self) -> dict[str, Any]:
        """The platform's object; the string itself is shown once, when the token is made."""
        return {
            "id": self.id,
            "expire_time": iso_seconds(self.expires),
            "creation_time": iso_seconds(self.created),
            "trusted_ip_addresses": self.trusted,
            "notes": self.notes,
        }


Credential = Union[Session, ApiToken]


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
                number = len(self.sessions) + 1
                secret = hashlib.sha256(
                    f"{self._settings.seed}:{user.name}:{number}".encode()
                ).hexdigest()
                session = Session(f"{user.id}-{number}-{secret}", user, self._clock())
                self.sessions[session.string] = session
                return session
        raise Rejected(401, "Unable to authenticate user")

    def expire_sessions(self) -> None:
        """Ends every session that exists now."""
        for session in self.sessions.values():
            session.ended = True

    def credential(self, string: str) -> Credential | None:
        """The session or token behind a string, as long as it is good; trusted addresses are not
        looked at.
        """
        session = self.sessions.get(string)
        if (
            session
            and not session.ended
            and self._clock() < session.created + self._settings.session_seconds
        ):
            return session
        token = self.tokens.get(string)
        if token and not token.revoked and self._clock() < token.expires:
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

    def create_token(
        self,
        user: seed.User,
        *,
        days: int = 7,
        notes: str = "",
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
