# File: host_names.py
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
"""Results of actions have no ID of their computers: a target is found among them by its name, in
any case, with or without its domain, which not every part of Tanium tells.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Callable, Generic, TypeVar

from ..words import host_of, is_short_for


Thing = TypeVar("Thing")


def compared(name: object) -> str:
    """A host name as it is compared."""
    return str(name).strip().casefold()


class ByHost(Generic[Thing]):
    """Things by the host names that `name_of` finds in them."""

    def __init__(self, things: Iterable[Thing], name_of: Callable[[Thing], object]) -> None:
        self._by_host: dict[str, list[tuple[str, Thing]]] = {}
        for thing in things:
            name = compared(name_of(thing))
            self._by_host.setdefault(host_of(name), []).append((name, thing))

    def named(self, name: object) -> list[Thing]:
        """Those with this name; where there is none, those whose name differs by the domain."""
        wanted = compared(name)
        found = self._by_host.get(host_of(wanted), [])
        same = [thing for other, thing in found if other == wanted]
        return same or [thing for other, thing in found if is_short_for(wanted, other)]
