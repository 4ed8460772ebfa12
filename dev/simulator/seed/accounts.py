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

# Privileges of the platform, as a server lists them.

DEFINE_QUESTION = "define question"
READ_SENSOR = "read sensor"
READ_SAVED_QUESTION = "read saved question"
WRITE_SAVED_QUESTION = "write saved question"
READ_QUESTION_HISTORY = "read question history"
READ_COMPUTER_GROUP = "read computer group"
READ_FILTER_GROUP = "read filter group"
WRITE_COMPUTER_GROUP = "write computer group"
READ_PACKAGE = "read package"
READ_ACTION = "read action"
READ_OWN_ACTION = "read own action"
WRITE_ACTION = "write action"
APPROVE_ACTION = "approve action"
READ_ACTION_GROUP = "read action group"
VIEW_TOKEN = "view token"
ROTATE_TOKEN = "rotate token"
REVOKE_TOKEN = "revoke token"
GATEWAY_USE = "gateway use api"
DIRECT_CONNECT_READ = "direct connect session read"
DIRECT_CONNECT_WRITE = "direct connect session write"
PERFORMANCE_READ = "performance direct connect read"
KILL_PROCESS = "performance kill process"
ALERTS_WRITE = "threat response alerts write"
LABELS_WRITE = "threat response labels write"
LIVE = frozenset({DIRECT_CONNECT_READ, DIRECT_CONNECT_WRITE, PERFORMANCE_READ, KILL_PROCESS})
READING_EXPRESSIONS = frozenset({WRITE_COMPUTER_GROUP, DEFINE_QUESTION, READ_SAVED_QUESTION})
"""Each of these lets one read a computer group's text through the API gateway."""
ASKING = frozenset({DEFINE_QUESTION, READ_SENSOR})
READING = frozenset(
    {
        *(READ_SENSOR, READ_SAVED_QUESTION, READ_COMPUTER_GROUP),
        *(READ_PACKAGE, READ_ACTION, READ_ACTION_GROUP),
    }
)
ALL_PERMISSIONS = frozenset(
    {
        *(USE_API, ALERTS_READ, INTELS_WRITE, SCANS_WRITE),
        *(DEFINE_QUESTION, READ_SENSOR, READ_SAVED_QUESTION, WRITE_SAVED_QUESTION),
        *(READ_QUESTION_HISTORY, READ_COMPUTER_GROUP, READ_FILTER_GROUP, WRITE_COMPUTER_GROUP),
        *(READ_PACKAGE, READ_ACTION, WRITE_ACTION, APPROVE_ACTION, READ_ACTION_GROUP),
        *(VIEW_TOKEN, ROTATE_TOKEN, REVOKE_TOKEN, GATEWAY_USE, ALERTS_WRITE, LABELS_WRITE, *LIVE),
    }
)


class User(NamedTuple):
    """`management_group` is the computer group whose members answer this user; `content_sets` are
    the ones that the user sees, None for all.
    """

    id: int
    name: str
    password: str
    domain: str
    permissions: frozenset[str]
    management_group: int = 1
    content_sets: tuple[int, ...] | None = None

    def sees(self, content_set: int) -> bool:
        """What is outside a user's content sets does not exist."""
        return self.content_sets is None or content_set in self.content_sets


ANALYST = User(2, "analyst", "simulator-only-Passw0rd", "corp.example", ALL_PERMISSIONS)
READER = User(
    3,
    "reader",
    "simulator-only-Reader1",
    "corp.example",
    frozenset({USE_API, ALERTS_READ, GATEWAY_USE, *READING}),
)
VISITOR = User(4, "visitor", "simulator-only-Visit0r", "", frozenset())
FINANCE_ANALYST = User(
    5, "finance-analyst", "simulator-only-Finance1", "", ALL_PERMISSIONS, management_group=414
)
"""Only the two finance workstations answer."""
NOBODYS_ANALYST = User(
    6, "nobodys-analyst", "simulator-only-Nobody1", "", ALL_PERMISSIONS, management_group=2
)
"""No computer answers."""
BASE_ANALYST = User(
    7, "base-analyst", "simulator-only-Base1", "", ALL_PERMISSIONS, content_sets=(1, 2)
)
"""Content outside the sets Base and Default Computer Groups does not exist."""
APPROVER = User(8, "approver", "simulator-only-Approver1", "corp.example", ALL_PERMISSIONS)
"""The second person who approves what the first has issued."""
OPERATOR = User(
    9,
    "operator",
    "simulator-only-Operator1",
    "",
    frozenset(
        {
            *(USE_API, *ASKING, READ_COMPUTER_GROUP, READ_ACTION_GROUP),
            *(READ_PACKAGE, WRITE_ACTION, READ_OWN_ACTION),
        }
    ),
)
"""Sees its own actions only, and approves none."""
USERS = (
    *(ANALYST, READER, VISITOR, FINANCE_ANALYST, NOBODYS_ANALYST, BASE_ANALYST),
    *(APPROVER, OPERATOR),
)


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
TOKEN_FINANCE = "token-simulator-finance-only"
TOKEN_NO_COMPUTERS = "token-simulator-no-computers"
TOKEN_BASE_CONTENT = "token-simulator-base-content"
TOKEN_APPROVER = "token-simulator-approver"
TOKEN_OPERATOR = "token-simulator-operator"
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
    TokenSeed(TOKEN_FINANCE, FINANCE_ANALYST),
    TokenSeed(TOKEN_NO_COMPUTERS, NOBODYS_ANALYST),
    TokenSeed(TOKEN_BASE_CONTENT, BASE_ANALYST),
    TokenSeed(TOKEN_APPROVER, APPROVER),
    TokenSeed(TOKEN_OPERATOR, OPERATOR),
)
