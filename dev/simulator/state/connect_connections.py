# File: connect_connections.py
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
"""Connect's connections (a source, a destination and what happens between them) and their
schedules.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dev.simulator import seed
from dev.simulator.errors import Rejected
from dev.simulator.state.connect_checks import (
    CONNECTION_CREATE,
    CONNECTION_UPDATE,
    check,
    check_unique,
)
from dev.simulator.state.connect_cron import cron, next_interval, zone_named
from dev.simulator.state.connect_destinations import Destinations
from dev.simulator.state.connect_output import rule_test
from dev.simulator.state.connect_sources import Sources
from dev.simulator.times import DAY, iso, parse_iso
from dev.simulator.values import copied


Row = dict[str, Any]

_LOG_SETTINGS = ("logLevel", "tempLogLevel", "tempLogLevelRuns")
_STORED = (
    "name",
    "description",
    "enabled",
    "format",
    "filter",
    "columns",
    *_LOG_SETTINGS,
    "minimumPassPercentage",
    "maxOldSpaceSize",
    "scheduleTimeZone",
    "newItems",
    "userId",
    "personaId",
    "destinationType",
)

_OWN = ("sourceId", "destinationId", "userId", "personaId", "newItems", "destinationType")
"""What only the vendor's dialect shows, or nobody."""

_SCHEDULE = ("intervalSeconds", "startTime", "cron", "enabled")


class DataConnections:
    """The connections by id, their source and destination as ids; and the schedules, by an id of
    their own.
    """

    def __init__(
        self, clock: Callable[[], float], sources: Sources, destinations: Destinations
    ) -> None:
        self._clock = clock
        self._sources = sources
        self._destinations = destinations
        self._last_id = 0
        self._last_schedule_id = 300
        self.all: dict[int, Row] = {}
        self.schedules: dict[int, Row] = {}
        self._due: dict[int, float] = {}
        for body in seed.CONNECT_CONNECTIONS:
            self._add(copied(body))["createdAt"] = iso(clock() - 40 * DAY)

    @property
    def tables(self) -> list[dict[int, Any]]:
        """All that changes, but for the numbers that were given."""
        return [self.all, self.schedules, self._due]

    def get(self, connection_id: int) -> Row:
        if connection_id not in self.all:
            raise Rejected(404, f"Connection {connection_id} not found")
        return self.all[connection_id]

    def get_schedule(self, schedule_id: int) -> Row:
        if schedule_id not in self.schedules:
            raise Rejected(404, f"Schedule {schedule_id} not found")
        return self.schedules[schedule_id]

    def create(self, body: Row) -> Row:
        check(body, CONNECTION_CREATE)
        return self._add(body)

    def update(self, connection_id: int, body: Row) -> Row:
        """What is given replaces what was there; of a schedule what is not given stays."""
        before = self.get(connection_id)
        check(body, CONNECTION_UPDATE)
        row = {
            **before,
            **{name: body[name] for name in _STORED if name in body},
            "updatedAt": iso(self._clock()),
        }
        row["format"] = {"type": before["format"]["type"], **row["format"]}
        row["sourceId"] = body.get("source", {}).get("id", before["sourceId"])
        row["destinationId"] = body.get("destination", {}).get("id", before["destinationId"])
        schedule = self._merged(self.schedule_of(connection_id) or {}, body.get("schedule", {}))
        self._check(row, body, schedule)
        self._check_types(before, row)
        before.update(row)
        self._plan(before, schedule)
        return before

    def set_enabled(self, connection_id: int, enabled: bool) -> Row:
        return self.update(connection_id, {"enabled": enabled})

    def delete(self, connection_id: int) -> None:
        """With its schedule; source and destination stay."""
        self.get(connection_id)
        self.unschedule(connection_id)
        del self.all[connection_id]

    def unschedule(self, connection_id: int) -> None:
        schedule = self.schedule_of(connection_id)
        if schedule:
            del self.schedules[schedule["id"]], self._due[schedule["id"]]

    def delete_destination(self, destination_id: int) -> None:
        """One that is in use is rejected with 400."""
        self._destinations.get(destination_id)
        users = [row["name"] for row in self.all.values() if row["destinationId"] == destination_id]
        if users:
            raise Rejected(
                400,
                f"The destination is in use by {len(users)} connections: {', '.join(users)}",
                listed=True,
            )
        del self._destinations.all[destination_id]

    def is_event(self, row: Row) -> bool:
        return self._sources.get(row["sourceId"])["type"] == "event"

    def due(self, now: float) -> list[Row]:
        """The connections whose time has come; each is planned anew, and of several missed times
        only one counts.
        """
        due = [
            schedule
            for schedule in self.schedules.values()
            if self._is_active(schedule) and self._due[schedule["id"]] <= now
        ]
        for schedule in due:
            self._due[schedule["id"]] = self._next(schedule, now)
        return [self.all[schedule["connectionId"]] for schedule in due]

    def schedule_of(self, connection_id: int) -> Row | None:
        return next(
            (
                schedule
                for schedule in self.schedules.values()
                if schedule["connectionId"] == connection_id
            ),
            None,
        )

    def shown_schedule(self, schedule: Row) -> Row:
        """With the time of the next run, which one that is switched off does not have, and with
        what the last run came to.
        """
        shown = {**schedule, **_last_run(self.all[schedule["connectionId"]])}
        if self._is_active(schedule):
            shown["nextRunTime"] = iso(self._due[schedule["id"]])
        return shown

    def shown(self, row: Row) -> Row:
        """The connection as replies have it, with source, destination and schedule in full."""
        shown = {name: value for name, value in copied(row).items() if name not in _OWN}
        shown["source"] = self._sources.get(row["sourceId"])
        shown["destination"] = self._destinations.shown(
            self._destinations.get(row["destinationId"])
        )
        schedule = self.schedule_of(row["id"])
        return {**shown, "schedule": self.shown_schedule(schedule)} if schedule else shown

    def definition(self, row: Row) -> Row:
        """The connection as production exports it: a pipeline of streams."""
        source = self._sources.get(row["sourceId"])
        destination = self._destinations.shown(self._destinations.get(row["destinationId"]))
        streams = {
            f"/v1/sources/pluginConfigurations/{source['type']}/{source['id']}": {
                "config": {"name": source["name"]}
            },
            "/v1/filters": row.get("filter", {"enabled": False, "rules": []}),
            "/v1/formats/columns": {
                "columns": (
                    row.get("columns")
                    or [{**column, "renameTo": column["name"]} for column in source["columns"]]
                )
            },
            "/v1/formats/stringifies": {
                "format": row["format"]["type"],
                **row["format"].get("options", {}),
            },
            f"/v1/destinations/{destination['type']}": {
                "config": {"name": destination["name"], **destination["configuration"]}
            },
        }
        return {
            "name": row["name"],
            "description": row["description"],
            "minimumPassPercentage": row.get("minimumPassPercentage", 100),
            "logLevel": row.get("logLevel", 30),
            "tempLogLevel": row.get("tempLogLevel"),
            "tempLogLevelRuns": row.get("tempLogLevelRuns"),
            "schedule": as_cron(self.schedule_of(row["id"]) or {}),
            "scheduleTimeZone": row.get("scheduleTimeZone", "UTC"),
            "moduleCallbackUri": None,
            "maxOldSpaceSize": row.get("maxOldSpaceSize", 1),
            "streams": [
                {"route": route, "arguments": arguments} for route, arguments in streams.items()
            ],
            "destinationType": destination["type"],
        }

    def _add(self, body: Row) -> Row:
        moment = iso(self._clock())
        row: Row = {
            "id": self._last_id + 1,
            "description": "",
            "enabled": True,
            "userId": seed.ANALYST.id,
            "createdAt": moment,
            "updatedAt": moment,
        }
        row.update(sourceId=body["source"]["id"], destinationId=body["destination"]["id"])
        row.update(
            {name: body[name] for name in _STORED if name in body},
            format={"type": "json", **body.get("format", {})},
        )
        schedule = self._merged({}, body.get("schedule", {}))
        self._check(row, body, schedule)
        self._last_id += 1
        self.all[row["id"]] = row
        self._plan(row, schedule)
        return row

    def _check(self, row: Row, body: Row, schedule: Row) -> None:
        check_unique(row["name"], list(self.all.values()), row["id"], "connection")
        for place, rows, number in (
            ("source", self._sources.all, row["sourceId"]),
            ("destination", self._destinations.all, row["destinationId"]),
        ):
            if number not in rows:
                raise Rejected(400, f"{place}.id: there is no {place} {number}", listed=True)
        source = self._sources.get(row["sourceId"])
        if body.get("source", {}).get("type", source["type"]) != source["type"]:
            raise Rejected(
                400,
                f"source.type: the source {source['id']} is of the type {source['type']}",
                listed=True,
            )
        if source["type"] == "event" and schedule:
            raise Rejected(
                400, "A connection with an event source cannot be scheduled", listed=True
            )
        _check_columns(row, [column["name"] for column in source["columns"]])
        self._check_schedule(schedule, row)

    def _check_types(self, before: Row, row: Row) -> None:
        for kind, rows, name in (
            ("source", self._sources.all, "sourceId"),
            ("destination", self._destinations.all, "destinationId"),
        ):
            old, new = rows[before[name]]["type"], rows[row[name]]["type"]
            if old != new:
                raise Rejected(
                    400,
                    f"The {kind} type of a connection cannot be changed from {old} to {new}",
                    listed=True,
                )

    def _check_schedule(self, schedule: Row, row: Row) -> None:
        zone = zone_named(row.get("scheduleTimeZone", "UTC"))
        if "startTime" in schedule:
            parse_iso(schedule["startTime"])
        if "cron" in schedule:
            cron(schedule["cron"]).next_after(self._clock(), zone)

    @staticmethod
    def _merged(before: Row, given: Row) -> Row:
        """A schedule of one kind or none: the kind that is given now replaces the other."""
        given = {name: value for name, value in given.items() if name in _SCHEDULE}
        if {"intervalSeconds", "cron"} <= given.keys():
            raise Rejected(400, "schedule: either intervalSeconds or cron", listed=True)
        other = {"intervalSeconds": "cron", "cron": "intervalSeconds"}
        dropped = {other[name] for name in other if name in given}
        merged = {**{name: value for name, value in before.items() if name not in dropped}, **given}
        if {"intervalSeconds", "cron"} & merged.keys():
            return merged
        if merged.get("enabled"):
            raise Rejected(400, "schedule: intervalSeconds or cron is required", listed=True)
        return {}

    def _plan(self, row: Row, schedule: Row) -> None:
        if not schedule:
            return
        if "id" not in schedule:
            self._last_schedule_id += 1
            schedule.update(id=self._last_schedule_id, connectionId=row["id"])
        schedule.setdefault("enabled", True)
        schedule.setdefault("startTime", iso(self._clock()))
        self.schedules[schedule["id"]] = schedule
        self._due[schedule["id"]] = self._next(schedule, self._clock())

    def _next(self, schedule: Row, moment: float) -> float:
        start = parse_iso(schedule["startTime"])
        if "cron" in schedule:
            zone = zone_named(self.all[schedule["connectionId"]].get("scheduleTimeZone", "UTC"))
            # A run at the very start counts.
            return cron(schedule["cron"]).next_after(max(moment, start - 1), zone)
        return next_interval(start, schedule["intervalSeconds"], moment)

    def _is_active(self, schedule: Row) -> bool:
        return bool(schedule["enabled"] and self.all[schedule["connectionId"]]["enabled"])


def _last_run(row: Row) -> Row:
    return {name: row[name] for name in ("lastRunTime", "lastRunStatus") if name in row}


def _check_columns(row: Row, known: list[str]) -> None:
    """Columns and filters must name what the source has, operators what there is, and no two
    columns may have one label.
    """
    columns, rules = row.get("columns", []), row.get("filter", {}).get("rules", [])
    for place, name in [
        *(("columns", column["name"]) for column in columns),
        *(("filter", rule["column"]) for rule in rules),
    ]:
        if name not in known:
            raise Rejected(
                400,
                f"{place}: the source has no column '{name}', it has {', '.join(known)}",
                listed=True,
            )
    labels = [column.get("renameTo", column["name"]) for column in columns]
    if len(set(labels)) < len(labels):
        raise Rejected(400, "columns: two have the same label", listed=True)
    for rule in rules:
        rule_test(rule)


def as_cron(schedule: Row) -> str | None:
    """Production knows expressions only; an interval that none stands for is null."""
    seconds = schedule.get("intervalSeconds")
    if seconds is None:
        return schedule.get("cron")
    for unit, whole, pattern in ((60, 3600, "*/{} * * * *"), (3600, 86400, "0 */{} * * *")):
        if seconds % unit == 0 and whole % seconds == 0 and seconds < whole:
            return pattern.format(seconds // unit)
    return "0 0 * * *" if seconds == 86400 else None
