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
"""The generated part of docs/permissions.md: the permissions of each action, and lists of them for
the roles that administrators usually create.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from tanium_tr.declare import (
    DEFINE_QUESTION,
    INTELS_WRITE,
    READ_COMPUTER_GROUP,
    READ_SENSOR,
    SCANS_WRITE,
    USE_API,
    ActionSpec,
)
from tanium_tr.permissions import server_name


PAGE = "docs/permissions.md"
START, END = "<!-- Generated from here -->", "<!-- to here by `make manifest` -->"
CONNECT, THREAT_RESPONSE = "connect ", "threat response "

_LIVE_READ = ("threat response live connection read", "direct connect session read")
_LIVE_WRITE = ("threat response live connection write", "direct connect session write")
_TASKS_READ = "threat response tasks read"
_DOWNLOADS_READ = "threat response downloads read"
_DOWNLOADS_WRITE = "threat response downloads write"
_SNAPSHOTS_READ = "threat response snapshot read"
_SNAPSHOTS_WRITE = "threat response snapshot write"
_INTEL_READ, _INTEL_DEPLOY = "threat response intel read", "threat response intel deploy"
_LABELS_READ, _LABELS_WRITE = "threat response labels read", "threat response labels write"
_ALERTS_WRITE = "threat response alerts write"
_EVIDENCE_READ = "threat response saved evidence read"
_EVIDENCE_WRITE = "threat response saved evidence write"
_RESPONSE_READ = "threat response response actions read"
_RESPONSE_WRITE = "threat response response actions write"
_BROWSE = "threat response live connection filesystem browse"
_GATEWAY_SESSION = (
    *("gateway use api", "direct connect session read", "direct connect session write"),
    "performance direct connect read",
)
_CONNECT_READ, _CONNECT_WRITE = "connect read", "connect write"

# What actions need beyond what they declare: for some of their parameters, or as the names of the
# permissions suggest. The app names none of these when Tanium refuses an action.
UNDECLARED: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (
        (
            *("get endpoint", "create connection", "collect file", "investigate alert"),
            *("execute action", "quarantine device", "unquarantine device"),
        ),
        ("direct connect session read", "read system status"),
    ),
    (("list endpoints",), ("read system status",)),
    (("get endpoint details",), (DEFINE_QUESTION, READ_SENSOR)),
    (("list alerts",), (_INTEL_READ,)),
    (
        (
            *("list connections", "get connection", "get process", "get process events"),
            *("get process tree", "get events", "get events summary"),
        ),
        _LIVE_READ,
    ),
    (
        ("create connection", "close connection", "delete connection", "collect file"),
        (*_LIVE_READ, *_LIVE_WRITE),
    ),
    (("investigate alert",), (_INTEL_READ, *_LIVE_READ, *_LIVE_WRITE)),
    (("list files", "get file details", "get file"), (_DOWNLOADS_READ,)),
    (("save file",), _LIVE_READ),
    (("save file", "collect file"), (_DOWNLOADS_READ, _DOWNLOADS_WRITE, _TASKS_READ)),
    (("delete file",), (_DOWNLOADS_WRITE,)),
    (("list snapshots",), (_SNAPSHOTS_READ,)),
    (("create snapshot",), (*_LIVE_READ, _SNAPSHOTS_READ, _SNAPSHOTS_WRITE, _TASKS_READ)),
    (("delete snapshot", "delete local snapshot"), (_SNAPSHOTS_WRITE,)),
    (("list endpoint files", "get endpoint file details"), (*_LIVE_READ, _BROWSE)),
    (
        ("delete endpoint file",),
        (*_LIVE_READ, _BROWSE, "threat response live connection file delete"),
    ),
    (
        (
            *("list intel docs", "get intel doc", "get intel deployment", "upload intel doc"),
            *("update intel doc", "deploy intel", "create signal", "update signal"),
        ),
        (_INTEL_READ,),
    ),
    (("deploy intel",), (_INTEL_DEPLOY,)),
    (("quick add intel",), (_INTEL_READ, _INTEL_DEPLOY, _LABELS_WRITE, SCANS_WRITE)),
    (("list intel doc labels", "list labels", "get label"), (_LABELS_READ,)),
    (("add intel doc label", "remove intel doc label", "create label"), (_LABELS_WRITE,)),
    (("update alert", "delete alerts"), (_ALERTS_WRITE,)),
    (("update alert",), ("gateway use api",)),
    (("list evidence", "get evidence", "list evidence properties"), (_EVIDENCE_READ,)),
    (("create evidence",), _LIVE_READ),
    (("create evidence", "delete evidence"), (_EVIDENCE_WRITE,)),
    (("list tasks", "get task"), (_TASKS_READ,)),
    (("list response actions",), (_RESPONSE_READ,)),
    (("start response action",), (_RESPONSE_READ, _RESPONSE_WRITE, _TASKS_READ)),
    (("stop response action",), (_RESPONSE_READ, _TASKS_READ)),
    (
        ("quarantine device", "unquarantine device"),
        (_RESPONSE_READ, _RESPONSE_WRITE, DEFINE_QUESTION, READ_SENSOR),
    ),
    (("run query",), ("read saved question", READ_COMPUTER_GROUP)),
    (("list questions",), ("read saved question", "read question history")),
    (("execute action",), (READ_COMPUTER_GROUP,)),
    (("list processes", "terminate process"), _GATEWAY_SESSION),
    (("terminate process",), ("performance kill process",)),
    (
        (
            *("list data connections", "get data connection", "list data sources"),
            *("get data source", "list schedules", "get schedule", "list destinations"),
            *("get destination", "get connect status", "list connection logs"),
            "get connection run",
        ),
        (_CONNECT_READ,),
    ),
    (
        (
            *("create data connection", "update data connection", "delete data connection"),
            *("enable data connection", "disable data connection", "create destination"),
            *("update destination", "delete destination"),
        ),
        (_CONNECT_READ, _CONNECT_WRITE),
    ),
    (("run data connection", "stop data connection"), (_CONNECT_READ, "connect run")),
)
WITHOUT = ("send records", "resend undelivered", "make request", "probe")
"""Actions that need none on Tanium, or those of the operations that they are told to use."""
CONFIRMED = (
    *(USE_API, "threat response alerts read", INTELS_WRITE, SCANS_WRITE, DEFINE_QUESTION),
    *(READ_SENSOR, "read saved question", "write action", "read action", "read package"),
    *("gateway use api", "performance kill process", "connect run"),
)
"""Named by the published app, the vendor's documentation, or a role that is known to be enough."""


def permissions_page(present: str, specs: list[ActionSpec]) -> str:
    """The page with its generated part renewed; the rest is handwritten."""
    before, _, rest = present.partition(START)
    after = rest.partition(END)[2]
    needs = {action.name: needed(action) for action in specs}
    generated = "\n\n".join([START, _roles(specs, needs), _actions(needs), END])
    return f"{before}{generated}{after}"


def needed(action: ActionSpec) -> list[str]:
    """What the action declares, and then the rest."""
    rest = [name for actions, names in UNDECLARED if action.name in actions for name in names]
    found = list(dict.fromkeys([*action.permissions, *rest]))
    if any(name.startswith(THREAT_RESPONSE) for name in found) and USE_API not in found:
        found.append(USE_API)
    return found


def roles(specs: list[ActionSpec], needs: dict[str, list[str]]) -> dict[str, list[str]]:
    """Role -> its permissions by the names that servers list."""
    connect = {
        name for name, needs_ in needs.items() if any(of.startswith(CONNECT) for of in needs_)
    }
    everyday = [action for action in specs if action.name not in connect]
    members = {
        "Read-only analyst": [action.name for action in everyday if action.read_only],
        "Responder": [action.name for action in everyday],
        "Administrator of Connect": ["test connectivity", *sorted(connect)],
    }
    return {
        role: sorted({server_name(of) for name in names for of in needs[name]})
        for role, names in members.items()
    }


ROLES = {
    "Read-only analyst": (
        "Runs every action that is marked as read only, except those for Connect. Events, processes"
        " and files of an endpoint need a live connection that somebody else has opened;"
        " `direct connect session write` is here because *list processes* opens its own session."
    ),
    "Responder": "Runs every action except those for Connect, also polling and forwarding.",
    "Administrator of Connect": "Runs *test connectivity* and every action for Connect.",
}


def _roles(specs: list[ActionSpec], needs: dict[str, list[str]]) -> str:
    blocks = ["## Role lists"]
    for role, names in roles(specs, needs).items():
        blocks += [
            f"### {role}",
            textwrap.fill(ROLES[role], 100),
            "\n".join(f"- {_marked(name)}" for name in names),
        ]
    return "\n\n".join(blocks)


def _actions(needs: dict[str, list[str]]) -> str:
    """The table, with one row for all actions that need the same."""
    rows: dict[str, list[str]] = {}
    for name, permissions in needs.items():
        rows.setdefault(_joined(permissions), []).append(name)
    return "\n".join(
        [
            "## Permissions per action",
            "",
            "| Action | Permission of the Tanium user or token |",
            "| --- | --- |",
            *(f"| {', '.join(names)} | {permissions} |" for permissions, names in rows.items()),
        ]
    )


def _joined(permissions: Iterable[str]) -> str:
    return ", ".join(map(_marked, permissions)) or "none of its own"


def _marked(permission: str) -> str:
    """With a star where nothing but the name suggests it."""
    confirmed = {*CONFIRMED, *map(server_name, CONFIRMED)}
    return permission if permission in confirmed else f"{permission}\\*"
