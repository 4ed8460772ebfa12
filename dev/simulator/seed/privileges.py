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
"""What a server lists as a user's effective privileges (TANIUM_PLATFORM_WIRE section 13). It has
names of its own for some permissions, and many that no action of Threat Response needs.
"""

from __future__ import annotations

from dev.simulator.seed.accounts import ALL_PERMISSIONS, INTELS_WRITE


SERVER_NAMES = {INTELS_WRITE: "threat response intel write"}
EVERYBODY = ("use token", "view token", "rotate token")
ANALYSTS = (
    *("gateway use api", "define question", "read sensor", "read package", "write action"),
    *("read system status", "threat response live connection read", "connect read"),
    *("threat response live connection write", "threat response intel read"),
    *("threat response downloads read", "threat response tasks read", "connect run"),
)


def effective(permissions: frozenset[str]) -> list[str]:
    """The names in the server's order."""
    names = {SERVER_NAMES.get(name, name) for name in permissions}
    if permissions == ALL_PERMISSIONS:
        names |= {*ANALYSTS}
    return sorted({*names, *EVERYBODY})
