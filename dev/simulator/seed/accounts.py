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
"""Who may log in, and with which token. All secrets here are obviously fake."""

from __future__ import annotations

from typing import NamedTuple


# Permissions, as the published app's documentation names them.

USE_API = "threat response use api"
ALERTS_READ = "threat response alerts read"
INTELS_WRITE = "threat response intels write"
SCANS_WRITE = "threat response on demand scans write"
ALL_PERMISSIONS = frozenset({USE_API, ALERTS_READ, INTELS_WRITE, SCANS_WRITE})


class User(NamedTuple):
    id: int
    name: str
    password: str
    domain: str
    permissions: frozenset[str]


ANALYST = User(2, "analyst", "simulator-only-Passw0rd", "corp.example", ALL_PERMISSIONS)
READER = User(
    3, "reader", "simulator-only-Reader1", "corp.example", frozenset({USE_API, ALERTS_READ})
)
VISITOR = User(4, "visitor", "simulator-only-Visit0r", "", frozenset())
USERS = (ANALYST, READER, VISITOR)


class TokenSeed(NamedTuple):
    """An API token that exists at the start; `days` until it expires, negative for one that has."""

    string: str
    user: User
    days: float = 300.0
    trusted: tuple[str, ...] = ("127.0.0.1", "::1/128")
    revoked: bool = False


TOKEN = "token-simulator-good"
TOKEN_EXPIRING = "token-simulator-expires-in-two-days"
TOKEN_EXPIRED = "token-simulator-expired"
TOKEN_REVOKED = "token-simulator-revoked"
TOKEN_UNTRUSTED = "token-simulator-trusted-from-elsewhere"
TOKEN_READER = "token-simulator-reader"
TOKEN_WITHOUT_PERMISSIONS = "token-simulator-no-permissions"
INGEST_KEY = "key-simulator-ingest"
INGEST_PATH = "/http-endpoint/v1/3f1f9a58-simulator"
COLLECTOR_PATH = "/services/collector/raw"
TOKENS = (
    TokenSeed(TOKEN, ANALYST),
    TokenSeed(TOKEN_EXPIRING, ANALYST, days=2.0),
    TokenSeed(TOKEN_EXPIRED, ANALYST, days=-1.0),
    TokenSeed(TOKEN_REVOKED, ANALYST, revoked=True),
    TokenSeed(TOKEN_UNTRUSTED, ANALYST, trusted=("192.0.2.10", "198.51.100.0/24")),
    TokenSeed(TOKEN_READER, READER),
    TokenSeed(TOKEN_WITHOUT_PERMISSIONS, VISITOR),
)
