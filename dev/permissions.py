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

from dev.action_specs import ActionSpec
from tanium_tr.permissions import Inferred, Permission, server_name


PAGE = "docs/permissions.md"
START, END = "<!-- Generated from here -->", "<!-- to here by `make manifest` -->"
CONNECT = "connect "


def permissions_page(present: str, specs: list[ActionSpec]) -> str:
    """The page with its generated part renewed; the rest is handwritten."""
    before, _, rest = present.partition(START)
    after = rest.partition(END)[2]
    generated = "\n\n".join([START, _roles(specs), _actions(specs), END])
    return f"{before}{generated}{after}"


def roles(specs: list[ActionSpec]) -> dict[str, list[ActionSpec]]:
    """Role -> the actions that it is for."""
    connect = [spec for spec in specs if any(name.startswith(CONNECT) for name in spec.needs)]
    everyday = [spec for spec in specs if spec not in connect]
    return {
        "Read-only analyst": [spec for spec in everyday if spec.read_only],
        "Responder": everyday,
        "Administrator of Connect": [
            *(spec for spec in specs if spec.name == "test connectivity"),
            *connect,
        ],
    }


def granted(members: Iterable[ActionSpec]) -> dict[str, bool]:
    """The permissions of a role, by the names that servers list, and whether each is inferred for
    all of its actions.
    """
    found: dict[str, bool] = {}
    for spec in members:
        for name in spec.needs:
            listed = server_name(name)
            found[listed] = isinstance(name, Inferred) and found.get(listed, True)
    return dict(sorted(found.items()))


ROLES = {
    "Read-only analyst": (
        "Runs every action that is marked as read only, except those for Connect. Events, processes"
        " and files of an endpoint need a live connection that somebody else has opened;"
        " `direct connect session write` is here because *list processes* opens its own session."
    ),
    "Responder": "Runs every action except those for Connect, also polling and forwarding.",
    "Administrator of Connect": "Runs *test connectivity* and every action for Connect.",
}


def _roles(specs: list[ActionSpec]) -> str:
    blocks = ["## Role lists"]
    for role, members in roles(specs).items():
        names = granted(members).items()
        blocks += [
            f"### {role}",
            textwrap.fill(ROLES[role], 100),
            "\n".join(f"- {_marked(name, is_inferred)}" for name, is_inferred in names),
        ]
    return "\n\n".join(blocks)


def _actions(specs: list[ActionSpec]) -> str:
    """The table, with one row for all actions that need the same."""
    rows: dict[str, list[str]] = {}
    for spec in specs:
        rows.setdefault(_joined(spec.needs), []).append(spec.name)
    return "\n".join(
        [
            "## Permissions per action",
            "",
            "| Action | Permission of the Tanium user or token |",
            "| --- | --- |",
            *(f"| {', '.join(names)} | {permissions} |" for permissions, names in rows.items()),
        ]
    )


def _joined(permissions: Iterable[Permission]) -> str:
    marked = (_marked(name, isinstance(name, Inferred)) for name in permissions)
    return ", ".join(marked) or "none of its own"


def _marked(name: str, is_inferred: bool) -> str:
    """With a star where nothing but the name suggests it."""
    return f"{name}\\*" if is_inferred else name
