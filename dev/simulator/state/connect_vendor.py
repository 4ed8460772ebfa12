# File: connect_vendor.py
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
"""Connect's connections as its vendor describes them: rows and definitions whose `streams` lead
from a source through filters and formats to a destination. They are the connections that the other
dialect knows, under the same ids.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from dev.simulator import seed
from dev.simulator.errors import Rejected
from dev.simulator.settings import Settings
from dev.simulator.state.connect_checks import check
from dev.simulator.state.connect_connections import DataConnections, as_cron
from dev.simulator.state.connect_parts import Collections, VendorDestinations, VendorSources
from dev.simulator.state.connect_records import totals
from dev.simulator.state.connect_runs import Runs
from dev.simulator.state.connect_streams import is_known, settings_of, streams_of
from dev.simulator.state.connect_vendor_checks import (
    CREATION,
    DEFINITION,
    check_arguments,
    check_type,
)


Row = dict[str, Any]

_ROUTE = re.compile(
    r"/v1/(sources|filters|formats|destinations)"
    r"/(pluginConfigurations/[^/]+/[^/]+|[^/]+?)(?:/([0-9]{1,9}))?"
)
_COPIED = (
    *("name", "description", "enabled", "personaId", "scheduleTimeZone", "logLevel"),
    *("tempLogLevel", "tempLogLevelRuns", "minimumPassPercentage", "maxOldSpaceSize"),
    "destinationType",
)
_OVERRIDE = ("tempLogLevel", "tempLogLevelRuns")
_FILTERS = 100
"""A filter's id is its connection's times this, plus its place; a format's is its connection's."""


class _Stream(NamedTuple):
    kind: str
    collection: str
    number: int | None
    arguments: Row

    @property
    def part(self) -> str:
        return f"{self.kind}/{self.collection}"


class _Streams(NamedTuple):
    source: _Stream
    destination: _Stream
    others: list[tuple[str, Row]]


class VendorConnections:
    def __init__(
        self,
        settings: Settings,
        connections: DataConnections,
        runs: Runs,
        sources: VendorSources,
        destinations: VendorDestinations,
    ) -> None:
        self._settings = settings
        self._connections = connections
        self._runs = runs
        self._sources = sources
        self._destinations = destinations

    def rows(self, user_id: int) -> list[Row]:
        """Those of this user."""
        return [
            self.shown(row) for row in self._connections.all.values() if row["userId"] == user_id
        ]

    def shown(self, row: Row) -> Row:
        source, destination = self._ends(row)
        streams = [source, *self._numbered(row), destination]
        return {
            "id": row["id"],
            "userId": row["userId"],
            **self._described(row),
            **totals(self._runs.of(row["id"])),
            "streams": [{"route": route, "arguments": given} for route, given in streams],
            "createdAt": row["createdAt"],
            "updatedAt": row["updatedAt"],
        }

    def definition(self, row: Row) -> Row:
        """The connection as an export has it: its parts without their ids."""
        ends = [(route.rpartition("/")[0], given) for route, given in self._ends(row)]
        middle = [(f"/v1/{part}", given) for part, given in streams_of(row)]
        streams = [ends[0], *middle, ends[1]]
        return {
            **self._described(row),
            "streams": [{"route": route, "arguments": given} for route, given in streams],
        }

    def create(self, body: Row, user_id: int) -> Row:
        """Of parts that exist already."""
        check(body, CREATION)
        streams = _sorted([self._existing(route) for route in body["streams"]])
        with self._all_or_nothing():
            return self._create(body, streams, user_id)

    def update(self, connection_id: int, body: Row) -> Row:
        """The whole of it."""
        row = self._connections.get(connection_id)
        check(body, DEFINITION)
        streams = self._checked(body)
        with self._all_or_nothing():
            return self._update(row, body, streams)

    def import_definition(self, body: Row, user_id: int) -> Row:
        """Changes the connection of that name, or makes one, and its source and destination."""
        check(body, DEFINITION)
        streams = self._checked(body)
        name = body["name"].strip().lower()
        known = [row for row in self._connections.all.values() if row["name"].lower() == name]
        with self._all_or_nothing():
            if not known:
                return self._create(body, streams, user_id)
            if self._settings.connect_import_keeps_id:
                return self._update(known[0], body, streams)
            self._check_collections(known[0], streams)
            self._connections.delete(known[0]["id"])
            return self._create(body, streams, user_id)

    def delete(self, connection_id: int, delete_streams: bool) -> None:
        """With its source and destination, unless another connection has them, too."""
        row = self._connections.get(connection_id)
        self._connections.delete(connection_id)
        if delete_streams:
            for name, parts in (
                ("sourceId", self._sources.all),
                ("destinationId", self._destinations.all),
            ):
                if not self._users(name, row[name]):
                    del parts[row[name]]

    def delete_source(self, source_id: int) -> None:
        """One that is in use is rejected with 400."""
        users = self._users("sourceId", source_id)
        if users:
            raise Rejected(400, f"The source is in use by {', '.join(users)}", listed=True)
        del self._sources.all[source_id]

    def bulk_action(self, action: str, connection_ids: list[int], user_id: int) -> list[Row]:
        """The connections that it was possible with."""
        rows = [self._connections.all.get(number) for number in dict.fromkeys(connection_ids)]
        return [
            {"id": row["id"], "name": row["name"]}
            for row in rows
            if row and self._acted(action, row, user_id)
        ]

    def stop(self, connection_id: int) -> int:
        """How many runs are told to end."""
        self._connections.get(connection_id)
        under_way = [run for run in self._runs.of(connection_id) if run.is_under_way]
        for run in under_way:
            self._runs.stop(run)
        return len(under_way)

    def jobs(self) -> list[Row]:
        """The runs that are under way, and the connections that wait for their time."""
        running = [
            {"id": run.id, "connectionId": run.connection_id, "status": run.status}
            for run in self._runs.records.values()
            if run.is_under_way
        ]
        schedules = [
            self._connections.shown_schedule(schedule)
            for schedule in self._connections.schedules.values()
        ]
        waiting = [
            {
                "id": schedule["id"],
                "connectionId": schedule["connectionId"],
                "status": "Waiting",
                "nextRunTime": schedule["nextRunTime"],
            }
            for schedule in schedules
            if "nextRunTime" in schedule
        ]
        return [*running, *waiting]

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        """What is refused has changed nothing."""
        tables = [
            *self._connections.tables,
            *self._sources.tables,
            *self._destinations.tables,
        ]
        before = copy.deepcopy(tables)
        try:
            yield
        except Rejected:
            for table, earlier in zip(tables, before):
                table.clear()
                table.update(earlier)
            raise

    def _described(self, row: Row) -> Row:
        return {
            "name": row["name"],
            "description": row["description"],
            "personaId": row.get("personaId"),
            "enabled": row["enabled"],
            "schedule": self._schedule(row["id"]),
            "scheduleTimeZone": row.get("scheduleTimeZone", "UTC"),
            "destinationType": self._destination_type(row),
            "minimumPassPercentage": row.get("minimumPassPercentage", 100),
            "logLevel": row.get("logLevel", 30),
            "tempLogLevel": row.get("tempLogLevel"),
            "tempLogLevelRuns": row.get("tempLogLevelRuns"),
            "maxOldSpaceSize": row.get("maxOldSpaceSize", 1),
        }

    def _schedule(self, connection_id: int) -> str:
        """Empty without one, and where no expression stands for an interval."""
        return as_cron(self._connections.schedule_of(connection_id) or {}) or ""

    def _destination_type(self, row: Row) -> str:
        if "destinationType" in row:
            return str(row["destinationType"])
        self._destinations.settle()
        collection = self._destinations.collections.collection_of(row["destinationId"])
        return seed.DESTINATION_TYPES.get(collection, (collection.rpartition("/")[2],))[0]

    def _ends(self, row: Row) -> list[tuple[str, Row]]:
        self._destinations.settle()
        return [
            (_route(parts.collections, row[name]), parts.arguments(row[name]))
            for name, parts in (
                ("sourceId", self._sources),
                ("destinationId", self._destinations),
            )
        ]

    @staticmethod
    def _numbered(row: Row) -> list[tuple[str, Row]]:
        return [
            (
                f"/v1/{part}/"
                f"{row['id'] * _FILTERS + place if part.startswith('filters') else row['id']}",
                arguments,
            )
            for place, (part, arguments) in enumerate(streams_of(row))
        ]

    def _users(self, name: str, part_id: int) -> list[str]:
        return [row["name"] for row in self._connections.all.values() if row[name] == part_id]

    def _acted(self, action: str, row: Row, user_id: int) -> bool:
        if action == "Run":
            if self._connections.is_event(row):
                return False
            self._runs.start(row)
        elif action == "Stop":
            return self.stop(row["id"]) > 0
        elif action in {"Enable", "Disable"}:
            self._connections.set_enabled(row["id"], action == "Enable")
        elif action == "Delete":
            self.delete(row["id"], False)
        else:
            row["userId"] = user_id
        return True

    def _existing(self, route: str) -> _Stream:
        stream = _stream(route, {})
        row_id = None
        if stream.number is not None and stream.kind in {"filters", "formats"}:
            for row in self._connections.all.values():
                found = [given for known, given in self._numbered(row) if known == route]
                if found:
                    return stream._replace(arguments=found[0])
        elif stream.number is not None:
            self._destinations.settle()
            parts = self._sources if stream.kind == "sources" else self._destinations
            row_id = parts.collections.row_id(stream.collection, stream.number)
            if row_id in parts.all:
                return stream
        raise Rejected(400, f"streams: there is no {route}", listed=True)

    def _checked(self, body: Row) -> _Streams:
        """Everything that can be told before anything changes."""
        streams = _sorted([_stream(each["route"], each["arguments"]) for each in body["streams"]])
        for end in (streams.source, streams.destination):
            if end.number is None or end.arguments:
                parts = self._sources if end.kind == "sources" else self._destinations
                parts.collections.require(end.collection)
                check_arguments(end.part, end.arguments)
        return streams

    def _check_collections(self, row: Row, streams: _Streams) -> None:
        self._destinations.settle()
        for end, parts, name in (
            (streams.source, self._sources.collections, "sourceId"),
            (streams.destination, self._destinations.collections, "destinationId"),
        ):
            before = parts.collection_of(row[name])
            if before != end.collection:
                raise Rejected(
                    400,
                    f"The type of a connection's {end.kind[:-1]} cannot be changed from {before}"
                    f" to {end.collection}",
                    listed=True,
                )

    def _create(self, body: Row, streams: _Streams, user_id: int) -> Row:
        fields = self._connection_fields(body, streams, None)
        schedule = {"schedule": {"cron": body["schedule"]}} if body["schedule"] else {}
        row = self._connections.create({**fields, **schedule})
        row["userId"] = user_id
        return row

    def _update(self, row: Row, body: Row, streams: _Streams) -> Row:
        self._check_collections(row, streams)
        fields, cron = self._connection_fields(body, streams, row), body["schedule"] or ""
        changed = cron != self._schedule(row["id"])
        if changed and not cron:
            self._connections.unschedule(row["id"])
        schedule = {"schedule": {"cron": cron}} if changed and cron else {}
        self._connections.update(row["id"], {**fields, **schedule})
        if not fields.keys() & {*_OVERRIDE}:
            for name in _OVERRIDE:
                row.pop(name, None)
        return row

    def _connection_fields(self, body: Row, streams: _Streams, before: Row | None) -> Row:
        """What the other dialect would be sent; source and destination are made or changed here."""
        allowed = seed.DESTINATION_TYPES.get(streams.destination.collection, ())
        check_type(body["destinationType"], allowed, streams.destination.collection)
        settings = settings_of(streams.others)
        fields = {name: body[name] for name in _COPIED if body.get(name) is not None}
        if not (body["tempLogLevel"] and body["tempLogLevelRuns"]):
            fields = {name: value for name, value in fields.items() if name not in _OVERRIDE}
        return {
            **fields,
            **settings,
            "source": {"id": self._source(streams.source, before)["id"]},
            "destination": {"id": self._destination(streams.destination)["id"]},
        }

    def _source(self, stream: _Stream, before: Row | None) -> Row:
        """The one that is the same already, the connection's own with other arguments, or a new
        one.
        """
        named = self._named(stream, self._sources)
        if named and not stream.arguments:
            return named
        if named:
            return self._sources.update(named, stream.arguments)
        rows = self._sources.collections.rows(stream.collection, self._sources.all)
        same = [row for row in rows if self._sources.arguments(row["id"]) == stream.arguments]
        if before and before["sourceId"] in {row["id"] for row in same}:
            return self._sources.all[before["sourceId"]]
        if same:
            return same[0]
        if before and len(self._users("sourceId", before["sourceId"])) == 1:
            return self._sources.update(self._sources.all[before["sourceId"]], stream.arguments)
        return self._sources.create(stream.collection, stream.arguments)

    def _destination(self, stream: _Stream) -> Row:
        """The one of that name, changed, or a new one."""
        named = self._named(stream, self._destinations)
        if named and not stream.arguments:
            return named
        found = named or self._destinations.named(stream.collection, stream.arguments)
        if found:
            return self._destinations.update(found, stream.arguments)
        return self._destinations.create(stream.collection, stream.arguments)

    @staticmethod
    def _named(stream: _Stream, parts: VendorSources | VendorDestinations) -> Row | None:
        if stream.number is None:
            return None
        row_id = parts.collections.row_id(stream.collection, stream.number)
        if row_id not in parts.all:
            raise Rejected(400, f"streams: there is no {stream.part}/{stream.number}", listed=True)
        return parts.all[row_id]


def _route(collections: Collections, row_id: int) -> str:
    collection, number = collections.collection_of(row_id), collections.number_of(row_id)
    return f"/v1/{collections.kind}/{collection}/{number}"


def _stream(route: str, arguments: Row) -> _Stream:
    found = _ROUTE.fullmatch(route)
    if not found:
        raise Rejected(400, f"streams: unknown route '{route}'", listed=True)
    kind, collection, number = found.groups()
    if kind in {"filters", "formats"} and not is_known(kind, collection):
        raise Rejected(400, f"streams: unknown route '{route}'", listed=True)
    return _Stream(kind, collection, int(number) if number else None, arguments)


def _sorted(streams: list[_Stream]) -> _Streams:
    ends = []
    for kind in ("sources", "destinations"):
        found = [stream for stream in streams if stream.kind == kind]
        if len(found) != 1:
            raise Rejected(400, f"streams: exactly one of {kind} is needed", listed=True)
        ends.append(found[0])
    others = [(stream.part, stream.arguments) for stream in streams if stream not in ends]
    return _Streams(ends[0], ends[1], others)
