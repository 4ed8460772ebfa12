# File: users.py
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
"""The data connections that use a destination, in results and messages."""

from __future__ import annotations

from typing import Any

from ..tanium.connect.references import DESTINATIONS, Reference
from ..tanium.reply import part
from ..words import shown


USERS_UNKNOWN = (
    "Tanium lists data connections without their destinations, so check the ones that may use it"
)
_NAMED_IN_MESSAGE = 20


def connections_of(destination: Reference, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The data connections that deliver to it. Nothing is known of those that Tanium lists without
    their destination.
    """
    return [
        row
        for row in rows
        if part(row, "destination").get("id") == destination.id
        and DESTINATIONS.is_same(destination.kind, str(part(row, "destination").get("type") or ""))
    ]


def are_numbered_by_type(rows: list[dict[str, Any]]) -> bool:
    """Whether these data connections name their destinations by id and type."""
    return any("reference" in part(row, "destination") for row in rows)


def references_to(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The id and the name of each row."""
    return [{"id": row.get("id"), "name": row.get("name")} for row in rows]


def name_connections(rows: list[dict[str, Any]]) -> str:
    """One or more data connections, like `data connections 1 'Alerts' and 4 'Audit'`."""
    names = [f"{row.get('id')} {shown(row.get('name'))}" for row in rows[:_NAMED_IN_MESSAGE]]
    if len(rows) > _NAMED_IN_MESSAGE:
        names.append(f"{len(rows) - _NAMED_IN_MESSAGE} more")
    *others, last = names
    return (
        f"data connections {', '.join(others)} and {last}" if others else f"data connection {last}"
    )
