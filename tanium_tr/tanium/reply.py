# File: reply.py
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
"""A successful answer's JSON, and reading the rows in it."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..errors import ResponseError
from ..numbers import natural_number


class Reply(NamedTuple):
    """A successful answer's JSON, with the accessors that know the envelopes servers use.

    Tanium wraps in `data`, in a name of the resource, or not at all (TANIUM_WIRE 2.11).
    """

    status: int
    method: str
    path: str
    body: Any
    is_read: bool = False

    def rows(self, *envelopes: str) -> list[dict[str, Any]]:
        """The list of objects; members that are not objects are left out."""
        return objects(self.members(*envelopes))

    def members(self, *envelopes: str) -> list[Any]:
        """The list with whatever its members are; pages are counted by them."""
        found = self._unwrapped(envelopes)
        if not isinstance(found, list):
            raise self.unexpected("a list")
        return found

    def object(self, *envelopes: str) -> dict[str, Any]:
        found = self._unwrapped(envelopes)
        if not isinstance(found, dict):
            raise self.unexpected("an object")
        return found

    def thing(self, *envelopes: str) -> dict[str, Any]:
        """The one thing that was asked for; an empty object is none."""
        if self._unwrapped(envelopes) == {}:
            raise self.unexpected("an object with values")
        return self.object(*envelopes)

    def made(self) -> dict[str, Any]:
        """What a server has made: it has an id, and an answer without one shows nothing of the
        kind.
        """
        if self.object().get("id") is None:
            raise self.unexpected("an object with an id")
        return self.object()

    def number(self, *keys: str) -> int | None:
        """A count at a path of keys, also one in a string of digits; None where there is none."""
        found = self.body
        for key in keys:
            found = found.get(key) if isinstance(found, dict) else None
        return natural_number(found)

    def unexpected(self, wanted: str) -> ResponseError:
        """The error for an answer without what was `wanted`, such as `a count`; it says what came
        instead, by its kind alone.
        """
        found = self._unwrapped(())
        kind = {dict: "an object", list: "a list", str: "text", type(None): "nothing"}.get(
            type(found), "a number"
        )
        if found == {}:
            kind = "an empty object"
        return self.refused(f"expected {wanted} but received {kind}")

    def unchanged(self, seen: str) -> ResponseError:
        """The error for the answer to a write which shows that nothing was done, or another thing;
        `seen` is what shows it.
        """
        advice = "Tanium did not make the change. Check the object in Tanium."
        return ResponseError(self.status, self.method, self.path, seen, advice)

    def refused(self, detail: str) -> ResponseError:
        """The error for an answer that is none by its content."""
        return ResponseError(self.status, self.method, self.path, detail, is_read=self.is_read)

    def _unwrapped(self, envelopes: tuple[str, ...]) -> Any:
        if isinstance(self.body, dict):
            for name in (*envelopes, "data"):
                if name in self.body:
                    return self.body[name]
        return self.body


def objects(members: list[Any]) -> list[dict[str, Any]]:
    """Without the malformed members of a list, which must not cost the others."""
    return [member for member in members if isinstance(member, dict)]


def flag(row: dict[str, Any], key: str) -> bool:
    """A flag of a row: servers write a set one as true, 1 or "1"."""
    return row.get(key) in (True, 1, "1")


def part(row: dict[str, Any], key: str) -> dict[str, Any]:
    """The object at a key of a row that Tanium gives; empty where there is none."""
    found = row.get(key)
    return found if isinstance(found, dict) else {}
