# File: permissions.py
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
"""The permissions that actions declare, by the names in Tanium's roles.

A name is used as text. Where it stands, its class says how much is known: that the action needs a
`Permission` is documented, that it needs an `Inferred` one is not.
"""

from __future__ import annotations


class Permission(str):
    """The published app, the vendor's documentation or a role that is known to suffice names it."""

    __slots__ = ()


class Inferred(Permission):
    """Suggested by nothing but its name. `Permission(X)` is X where it is documented all the same,
    and `Inferred(X)` is X where it is not.
    """

    __slots__ = ()


# Of Threat Response, whose every request needs the first.
USE_API = Permission("threat response use api")
ALERTS_READ = Permission("threat response alerts read")
ALERTS_WRITE = Inferred("threat response alerts write")
INTELS_WRITE = Permission("threat response intels write")  # see LISTED_AS
INTEL_READ = Inferred("threat response intel read")
INTEL_DEPLOY = Inferred("threat response intel deploy")
LABELS_READ = Inferred("threat response labels read")
LABELS_WRITE = Inferred("threat response labels write")
SCANS_WRITE = Permission("threat response on demand scans write")
TASKS_READ = Inferred("threat response tasks read")
DOWNLOADS_READ = Inferred("threat response downloads read")
DOWNLOADS_WRITE = Inferred("threat response downloads write")
SNAPSHOTS_READ = Inferred("threat response snapshot read")
SNAPSHOTS_WRITE = Inferred("threat response snapshot write")
EVIDENCE_READ = Inferred("threat response saved evidence read")
EVIDENCE_WRITE = Inferred("threat response saved evidence write")
RESPONSE_ACTIONS_READ = Inferred("threat response response actions read")
RESPONSE_ACTIONS_WRITE = Inferred("threat response response actions write")
BROWSE_FILES = Inferred("threat response live connection filesystem browse")
DELETE_FILES = Inferred("threat response live connection file delete")

# Of Direct Connect, and of live connections, which go through it.
SESSION_READ = Inferred("direct connect session read")
SESSION_WRITE = Inferred("direct connect session write")
LIVE_READ = (Inferred("threat response live connection read"), SESSION_READ)
LIVE_WRITE = (Inferred("threat response live connection write"), SESSION_WRITE)

# Of the API gateway.
USE_GATEWAY = Permission("gateway use api")
GATEWAY_SESSION = (
    *(USE_GATEWAY, SESSION_READ, Permission(SESSION_WRITE)),
    Inferred("performance direct connect read"),
)
KILL_PROCESS = Permission("performance kill process")

# Of questions, packages and actions.
DEFINE_QUESTION, READ_SENSOR = Permission("define question"), Permission("read sensor")
READ_SAVED_QUESTION = Permission("read saved question")
READ_QUESTION_HISTORY = Inferred("read question history")
READ_COMPUTER_GROUP = Inferred("read computer group")
READ_SYSTEM_STATUS = Inferred("read system status")
READ_PACKAGE = Permission("read package")
READ_ACTION, WRITE_ACTION = Permission("read action"), Permission("write action")
READ_ACTION_GROUP = Inferred("read action group")

FIND_ENDPOINT = (SESSION_READ, READ_SYSTEM_STATUS)
ASK_QUESTION = (DEFINE_QUESTION, READ_SENSOR)
RUN_PACKAGE = (WRITE_ACTION, READ_ACTION, READ_PACKAGE, READ_ACTION_GROUP)

# Of Connect.
CONNECT_READ, CONNECT_WRITE = Inferred("connect read"), Inferred("connect write")
CONNECT_RUN = Permission("connect run")

# The published app's names that servers do not list, and what they list instead.
LISTED_AS: dict[str, str] = {INTELS_WRITE: "threat response intel write"}


def server_name(permission: str) -> str:
    """A declared permission as servers list it."""
    return LISTED_AS.get(permission, permission)
