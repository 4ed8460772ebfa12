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
"""Who may call: persons with a password, automation users with a token, and sessions. Of secrets
only digests are stored.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import json
import secrets
import sqlite3
import time
from collections.abc import Iterable
from typing import NamedTuple

from local_soar.database import reading, writing
from local_soar.installation import Installation


TOKEN_BYTES = 32
SALT_BYTES = 16
SESSION_SECONDS = 12 * 60 * 60
PERSON, AUTOMATION, RUNS = "person", "automation", "runs"
RUNS_NAME = "app runs"


class Account(NamedTuple):
    """Who calls; `by_cookie` when a browser may have sent the proof unasked, so that a change needs
    a CSRF token too.
    """

    name: str
    by_cookie: bool = False


def create_automation_user(
    installation: Installation, name: str, allowed: Iterable[str] = ()
) -> str:
    """A new token for the automation user `name`, who is made when missing; an older token of his
    is void.

    allowed: addresses or networks that the token works from, everywhere when empty. ValueError for
    what is no address and for a person's name. The token is not stored and cannot be shown again.
    """
    networks = json.dumps([str(ipaddress.ip_network(address, strict=False)) for address in allowed])
    token = base64.b64encode(secrets.token_bytes(TOKEN_BYTES)).decode("ascii")
    with writing(installation) as connection:
        user_id = _enter_user(connection, name, AUTOMATION)
        connection.execute("UPDATE users SET allowed = ? WHERE id = ?", (networks, user_id))
        connection.execute("DELETE FROM tokens WHERE user_id = ?", (user_id,))
        connection.execute(
            "INSERT INTO tokens (digest, user_id) VALUES (?, ?)", (_digest(token), user_id)
        )
    return token


def automation_users(installation: Installation) -> list[str]:
    """Their names, in the order in which they were made."""
    with reading(installation) as connection:
        return [
            row["name"]
            for row in connection.execute(
                "SELECT name FROM users WHERE kind = ? ORDER BY id", (AUTOMATION,)
            )
        ]


def create_person(installation: Installation, name: str, password: str) -> None:
    """A person who logs in with a password, or a new password for the person; ValueError for an
    automation user's name.
    """
    salt = secrets.token_bytes(SALT_BYTES)
    with writing(installation) as connection:
        user_id = _enter_user(connection, name, PERSON)
        connection.execute(
            "UPDATE users SET salt = ?, password = ? WHERE id = ?",
            (salt, _stretched(password, salt), user_id),
        )
        connection.execute("DELETE FROM tokens WHERE user_id = ?", (user_id,))


def begin_session(
    installation: Installation, name: str | None, seconds: float = SESSION_SECONDS
) -> str:
    """The value of a `sessionid` cookie for a person, or, without a name, for the platform's own
    calls.
    """
    with writing(installation) as connection:
        user = connection.execute(
            "SELECT id FROM users WHERE name = ? AND kind = ?", (name, PERSON)
        ).fetchone()
        if name is not None and user is None:
            raise LookupError(f"No person is called {name!r}")
        return _begin(connection, user["id"] if user else None, seconds)


def begin_run(installation: Installation) -> str:
    """The session that an app run gets, as its `user_session_token`: like a person's, so that its
    changes need a CSRF token.
    """
    with writing(installation) as connection:
        return _begin(connection, _enter_user(connection, RUNS_NAME, RUNS), SESSION_SECONDS)


def _begin(connection: sqlite3.Connection, user_id: int | None, seconds: float) -> str:
    session = secrets.token_urlsafe(TOKEN_BYTES)
    now = time.time()
    connection.execute("DELETE FROM tokens WHERE expires < ?", (now,))
    entry = (_digest(session), user_id, now + seconds)
    connection.execute("INSERT INTO tokens (digest, user_id, expires) VALUES (?, ?, ?)", entry)
    return session


def proof_of_run(installation: Installation) -> dict[str, str | None]:
    """What in the JSON of a run lets it use the REST API (Profile.rest_for_apps)."""
    way = installation.profile.rest_for_apps
    if way in ("closed", "open") or (way == "served" and not installation.web.url):
        return {"user_session_token": None}
    if way in ("session", "served"):
        return {"user_session_token": begin_run(installation)}
    return {
        "user_session_token": None,
        "broker_ph_auth_token": begin_session(installation, None),
    }


def end_session(installation: Installation, session: str) -> None:
    with writing(installation) as connection:
        connection.execute(
            "DELETE FROM tokens WHERE digest = ? AND expires IS NOT NULL", (_digest(session),)
        )


def by_token(installation: Installation, token: str, address: str) -> Account | None:
    """The automation user of a token that is used from `address`."""
    row = _token(installation, token)
    if row is None or row["kind"] != AUTOMATION:
        return None
    allowed = json.loads(row["allowed"])
    return Account(row["name"]) if not allowed or address_in(address, allowed) else None


def by_session(installation: Installation, session: str) -> Account | None:
    """The person, or the platform, of a session that has not expired."""
    row = _token(installation, session)
    if row is None or row["expires"] is None or row["expires"] < time.time():
        return None
    return Account(row["name"], by_cookie=True) if row["name"] else Account("platform")


def by_password(installation: Installation, name: str, password: str) -> Account | None:
    with reading(installation) as connection:
        row = connection.execute(
            "SELECT salt, password FROM users WHERE name = ? AND kind = ?", (name, PERSON)
        ).fetchone()
    # The same work for a name that is not there, which the time of the answer would tell otherwise.
    salt, expected = (row["salt"], row["password"]) if row else (b"", b"")
    return Account(name) if hmac.compare_digest(_stretched(password, salt), expected) else None


def address_in(address: str, networks: Iterable[str]) -> bool:
    """Whether an address lies in any of the networks (CIDR)."""
    return any(
        ipaddress.ip_address(address) in ipaddress.ip_network(network, strict=False)
        for network in networks
    )


def _enter_user(connection: sqlite3.Connection, name: str, kind: str) -> int:
    connection.execute(
        "INSERT OR IGNORE INTO users (name, kind, allowed) VALUES (?, ?, '[]')", (name, kind)
    )
    row = connection.execute("SELECT id, kind FROM users WHERE name = ?", (name,)).fetchone()
    if row["kind"] != kind:
        raise ValueError(f"{name!r} is the name of another kind of user")
    return int(row["id"])


def _token(installation: Installation, secret: str) -> sqlite3.Row | None:
    # What is looked up and compared is a digest, so the time it takes tells nothing about the
    # secret.
    query = "SELECT * FROM tokens LEFT JOIN users ON users.id = tokens.user_id WHERE digest = ?"
    with reading(installation) as connection:
        row: sqlite3.Row | None = connection.execute(query, (_digest(secret),)).fetchone()
    return row


def _digest(secret: str) -> str:
    # Enough for a long random secret; a password, which people choose, is stretched.
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


def _stretched(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode("utf-8", "surrogateescape"), salt=salt, n=2**14, r=8, p=1)
