# File: privileges.py
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
"""The permissions of Tanium's roles as a server lists them, and which of them an action lacks.

Only names that are known here are ever shown: what else a server lists may hold names of its
owner's, such as those of content sets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from .. import permissions
from ..permissions import Permission, server_name


_OTHERS = (
    *("use token", "view token", "rotate token", "revoke token", "show api gateway"),
    *("read filter group", "write computer group", "read own action", "approve action"),
    *("write action for saved question", "write action group", "read user"),
    *("threat response on demand scans read", "override scan blockouts", "detect intel read"),
    *("detect intel write", "detect quickscan", "detect label", "detect alert"),
    *("threat response stats read", "visibility bypass read", "direct connect bypass"),
    *("connect read all", "connect write all", "connect owner write", "connect run all"),
    *("connect operator", "connect event write"),
)
_DECLARABLE = (
    each
    for constant in vars(permissions).values()
    for each in (constant if isinstance(constant, tuple) else (constant,))
    if isinstance(each, Permission)
)
KNOWN = (*dict.fromkeys(map(server_name, _DECLARABLE)), *_OTHERS)

_LISTS = re.compile("privilege|permission", re.IGNORECASE)
_DEEPEST = 5


def listed(session: Any) -> set[str] | None:
    """The names in the lists of privileges of `session/current`, as texts or as objects with a
    name; None where there is no such list.
    """
    lists = list(_lists(session, _DEEPEST))
    names = [
        each.get("name") if isinstance(each, dict) else each for found in lists for each in found
    ]
    texts = {_spelled(name) for name in names if isinstance(name, str)}
    return texts if texts or (lists and not names) else None


def lacking(needed: Iterable[str], held: set[str]) -> list[str]:
    """Those of an action's permissions that are not held, by the names that servers list."""
    return [name for name in map(server_name, needed) if name not in held]


def _lists(value: Any, depth: int) -> Iterator[list[Any]]:
    if not isinstance(value, dict) or not depth:
        return
    for key, inner in value.items():
        if isinstance(inner, list) and _LISTS.search(str(key)):
            yield inner
        yield from _lists(inner, depth - 1)


def _spelled(name: str) -> str:
    """`Connect - Read` and `connect_read` are `connect read`."""
    return " ".join(re.split(r"[\s_-]+", name.strip().casefold()))
