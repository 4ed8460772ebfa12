# File: references.py
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
"""Where the vendor's Connect keeps destinations and sources: a collection for each type, with ids
that are unique in it only (CONNECT_VENDOR).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from ...errors import ParameterError
from ...numbers import id_in_text, whole_number
from ...words import shown


PLUGINS = "pluginConfigurations"


class Reference(NamedTuple):
    """One destination or source. `kind` is its type or its collection; empty where only the id is
    known.
    """

    id: int
    kind: str = ""

    def __str__(self) -> str:
        return f"{self.kind}/{self.id}" if self.kind else str(self.id)


class Kinds(NamedTuple):
    """The collections below a path: those of the types that the specification has, and the others
    that the vendor names.
    """

    name: str
    root: str
    by_type: Mapping[str, str]
    others: tuple[str, ...]

    @property
    def collections(self) -> tuple[str, ...]:
        """All but the ones of plug-ins, which only the server knows."""
        return (*self.by_type.values(), *self.others)

    def collection_of(self, kind: str) -> str:
        """The collection that a type or a collection names."""
        return self.by_type.get(kind, kind)

    def type_of(self, collection: str) -> str:
        """The type as the specification has it, else the collection."""
        return next((key for key, each in self.by_type.items() if each == collection), collection)

    def is_same(self, kind: str, other: str) -> bool:
        """Whether two types or collections are one, as far as both are known."""
        return not kind or not other or self.collection_of(kind) == self.collection_of(other)

    def is_collection(self, kind: str) -> bool:
        """Whether only the vendor's servers use this name."""
        return kind in self.collections or kind.startswith(f"{PLUGINS}/")

    def path(self, collection: str, *, one: bool = False) -> tuple[str, list[str]]:
        """The path of a collection, or of one in it, and the segments that fill it."""
        segments = collection.split("/")
        return self.root + "/{}" * (len(segments) + one), segments

    def reference_in(self, route: str) -> Reference | None:
        """What a route like `/v1/destinations/https/3` names; the id is 0 where it has none."""
        if not route.startswith(f"{self.root}/"):
            return None
        collection, _, number = route[len(self.root) + 1 :].rpartition("/")
        found = id_in_text(number)
        if collection and found is not None:
            return Reference(found, collection)
        return Reference(0, route[len(self.root) + 1 :])


DESTINATIONS = Kinds(
    "destination",
    "/v1/destinations",
    {
        "http": "https",
        "syslog": "sockets",
        "file": "files",
        "email": "smtps",
        "sql": "sqlservers",
    },
    ("databases", "elasticsearches"),
)
SOURCES = Kinds(
    "data source",
    "/v1/sources",
    {
        "saved_question": "savedquestions",
        "event": "events",
        "question_log": "questionlogs",
        "system_status": "systemstatuses",
    },
    ("actionlogs", "serverinformations"),
)
# As parameters take it: `3`, `https/3`, or `pluginConfigurations/<module>/<plugin>/3`.
REFERENCE = r"((?!\.{1,2}/)[^/\\\x00-\x1f\x7f]+/){0,3}\+?[0-9]{1,20}(\.0*)?"


def read_reference(text: str) -> Reference:
    """A parameter's text, which REFERENCE matches. Raises ParameterError for too large an id."""
    kind, _, number = text.rpartition("/")
    found = whole_number(number)
    if found is None:
        raise ParameterError(f"{shown(text)} is not a valid ID: it is too large.")
    return Reference(found, kind)


def route_kind(route: str) -> str:
    """What a stream of a definition is: `sources`, `filters`, `formats` or `destinations`."""
    found = re.match(r"/v1/(\w+)/", route)
    return found.group(1) if found else ""


def typed(row: dict[str, Any]) -> dict[str, Any]:
    """A row of a specified server with the reference that the vendor's rows have."""
    kind = row.get("type")
    if row.get("id") is None or not isinstance(kind, str):
        return row
    return {**row, "reference": f"{kind}/{row['id']}"}


def streams_of(row: Mapping[str, Any]) -> list[Any]:
    """The parts of a data connection, in their order."""
    streams = row.get("streams")
    return streams if isinstance(streams, list) else []


def route_of(stream: Any) -> str:
    """The route of a stream, which is one itself where the part exists already."""
    route = stream.get("route") if isinstance(stream, dict) else stream
    return route if isinstance(route, str) else ""
