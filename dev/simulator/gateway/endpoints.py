# File: endpoints.py
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
"""The field `endpoints`: stored data, or a live question whose answers come in over time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
    is_object_type,
)

from dev.simulator import seed
from dev.simulator.gateway.conditions import TIME_OPS, Test, as_list, comparison, condition, text
from dev.simulator.gateway.context import Context, Row
from dev.simulator.gateway.endpoint_fields import Endpoint, Moment
from dev.simulator.gateway.errors import no_sensor, refused
from dev.simulator.gateway.paging import Page, Window, found_at, query_of
from dev.simulator.gateway.readings import Readings
from dev.simulator.gateway.selection import Selected, selected_below
from dev.simulator.questions.filters import is_member
from dev.simulator.questions.model import Group, UnknownGroup
from dev.simulator.questions.values import Asked
from dev.simulator.seed.gateway import ENDPOINT_NEEDS, Need
from dev.simulator.state.gateway import Snapshot
from dev.simulator.state.questions import AskedQuestion


DEFAULT_PAGE = 20
LONGEST_WAIT = 30
LIVE_QUESTION = "Get Computer Name from all machines"


class EndpointQuery:
    """One call of the field."""

    def __init__(self, context: Context, info: GraphQLResolveInfo, arguments: Row) -> None:
        self._context = context
        self._state = context.state
        self._arguments = arguments
        self._schema = info.schema
        self._live, source = _source(arguments.get("source") or {})
        self._source = source
        self._readings = Readings(context, source)
        self._asked_now = Asked(
            int(self._state.clock() // self._state.settings.changing_seconds),
            self._state.settings.values_per_cell,
        )
        missing = self._missing(selected_below(info, "edges", "node"))
        self._moment = Moment(
            self._state.clock(),
            self._state.computers.started,
            live=self._live,
            full_names=self._state.settings.full_names,
            asked=self._asked_now,
            missing=missing,
            readings=self._readings.on,
        )

    def connection(self) -> Row:
        page = self._page()
        connection = page.connection(self._node)
        connection["collectionInfo"] = self._collection_info(page)
        return connection

    def _page(self) -> Page:
        memory, refresh = self._state.gateway, self._arguments.get("refresh")
        window = Window.of(self._arguments, DEFAULT_PAGE)
        query = query_of("endpoints", self._arguments)
        if not refresh:
            return window.page(memory, query, lambda: self._first_read(query))
        if window.after or window.before:
            raise refused("refresh", "makes new cursors and takes no old one")
        asked = found_at(memory, "refresh", refresh, query)[0].asked
        if asked is None:
            raise refused("refresh", "stored data has nothing to refresh")
        memory.end(asked)
        return window.page(memory, query, lambda: self._answers(asked, query))

    def _first_read(self, query: str) -> Snapshot:
        if self._live:
            self._context.need(seed.DEFINE_QUESTION)
            asked = self._state.questions.ask({"query_text": LIVE_QUESTION}, self._context.user)
            return self._answers(asked, query)
        rights = self._state.groups.find(self._context.user.management_group)
        known = [host for host in self._state.computers.known() if self._is_in(rights, host)]
        return self._state.gateway.keep(self._found(known), query)

    def _answers(self, asked: AskedQuestion, query: str) -> Snapshot:
        """Who has answered the live question by now."""
        answers = self._state.questions.look_at(asked)
        arrived = answers.passed(self._state.questions.elapsed(asked))
        return self._state.gateway.keep(self._found([each.host for each in arrived]), query, asked)

    def _found(self, hosts: list[seed.Host]) -> list[seed.Host]:
        """Those with an id that pass the filter, in the order that is asked for."""
        passes = condition(self._arguments.get("filter"), self._leaf)
        nodes = [self._node(host) for host in hosts if self._state.computers.eid(host)]
        found = [node for node in nodes if passes(node)]
        for sort in reversed(self._arguments.get("sort") or []):
            read = self._reader("sort", sort)
            found.sort(key=lambda node: _sort_key(read(node)), reverse=sort.get("order") == "desc")
        return [node.host for node in found]

    def _node(self, host: seed.Host) -> Endpoint:
        computers = self._state.computers
        eid = computers.eid(host) or ""
        return Endpoint(host, eid, computers.registered(host), self._moment)

    def _leaf(self, given: Row) -> Test:
        member_of = given.get("memberOf")
        if member_of:
            group = self._group(member_of)
            return lambda node: self._is_in(group, node.host)
        if given.get("op") in TIME_OPS:
            # When a value was read or changed last; this server knows one time for all.
            self._reader("filter", given)
            return comparison(given, lambda node: [node["eidLastSeen"]])
        return comparison(given, self._reader("filter", given))

    def _reader(self, argument: str, given: Row) -> Callable[[Endpoint], list[Any]]:
        """What a filter or an order looks at: a field by its path, or a sensor."""
        path, sensor = given.get("path"), given.get("sensor")
        if bool(path) == bool(sensor):
            raise refused(argument, "needs either a path or a sensor")
        if sensor:
            return self._readings.reader(f"{argument}.sensor.name", sensor)
        names = str(path).split(".")
        if names[0] in _NOT_BY_PATH or not _is_leaf(self._schema, names):
            raise refused(f"{argument}.path", f"'{path}' is no field with a value")
        for need in ENDPOINT_NEEDS:
            if _covers(need.field, str(path)) and self._lacks(need):
                raise no_sensor(f"{argument}.path", need.sensor or need.module)
        return lambda node: _at(node, names)

    def _group(self, reference: Row) -> Group:
        number = reference.get("id")
        wanted: Any = reference.get("name")
        if number is not None:
            wanted = int(number) if number.isascii() and number.isdigit() else -1
        try:
            return self._state.groups.find(wanted)
        except UnknownGroup as error:
            raise refused("filter.memberOf", f"no computer group '{error}'") from None

    def _is_in(self, group: Group, host: seed.Host) -> bool:
        return is_member(group, host, self._asked_now)

    def _missing(self, selected: list[Selected]) -> dict[str, GraphQLError | None]:
        """What stands in place of selected fields without a sensor; one that cannot be null fails
        the query.
        """
        mode = self._state.settings.missing_optional
        found: dict[str, GraphQLError | None] = {}
        for need in filter(self._lacks, ENDPOINT_NEEDS):
            for each in selected:
                if each.path != need.field:
                    continue
                error = no_sensor(each.path, need.sensor or need.module)
                if each.required or mode == "fails":
                    raise error
                found[each.path] = error if mode == "error" else None
        return found

    def _lacks(self, need: Need) -> bool:
        missing = self._state.settings.missing_sensors
        return need.sensor in missing or not self._context.has_module(need.module)

    def _collection_info(self, page: Page) -> Row:
        asked = page.snapshot.asked
        if asked is None:
            return {"active": False, "contributedTotal": len(page.snapshot.rows), "success": True}
        questions = self._state.questions
        elapsed = questions.elapsed(asked)
        answers = questions.look_at(asked)
        responded = answers.counters(elapsed).tested
        known = elapsed >= self._state.settings.estimate_seconds
        expected = answers.estimated if known else None
        share = min(responded / expected, 1.0) if expected else None
        enough = self._is_enough(responded, expected, share)
        stable = self._source.get("stableWaitTime")
        calm = bool(
            stable and elapsed > stable and answers.counters(elapsed - stable).tested == responded
        )
        return {
            "active": not (enough or calm or self._state.clock() >= asked.ends),
            "contributedTotal": len(page.snapshot.rows),
            "expectedTotal": expected,
            "question": {"id": str(asked.id), "consoleURL": None},
            "respondedPercentage": (
                None if share is None else share * self._state.settings.percentage_scale
            ),
            "respondedTotal": responded,
            "startCursor": page.snapshot.cursor(-1),
            "success": enough,
        }

    def _is_enough(self, responded: int, expected: int | None, share: float | None) -> bool:
        wanted = self._source.get("expectedCount") or expected
        least = self._source.get("minPercentage")
        if least is not None and share is not None:
            return share >= least
        return wanted is not None and responded >= wanted


_NOT_BY_PATH = ("sensorReadings", "compliance", "installedApplications")


def _source(given: Row) -> tuple[bool, Row]:
    """Whether it is live, and the rest of the argument; stored data is the default."""
    if len([each for each in given.values() if each is not None]) > 1:
        raise refused("source", "is either tds or ts")
    live = given.get("ts")
    if live is None:
        return False, given.get("tds") or {}
    if not 0 < live["maxWaitTime"] <= LONGEST_WAIT:
        raise refused("source.ts.maxWaitTime", f"must be from 1 to {LONGEST_WAIT}")
    least = live.get("minPercentage")
    if least is not None and not 0 <= least <= 1:
        raise refused("source.ts.minPercentage", "must be from 0 to 1")
    return True, live


def _covers(field: str, path: str) -> bool:
    return path == field or path.startswith(f"{field}.")


def _is_leaf(schema: GraphQLSchema, names: list[str]) -> bool:
    """Whether fields lead from an endpoint to a value."""
    kind: Any = schema.type_map["Endpoint"]
    for name in names:
        if not is_object_type(kind) or name not in kind.fields:
            return False
        kind = get_named_type(kind.fields[name].type)
    return is_leaf_type(kind)


def _at(node: Endpoint, names: list[str]) -> list[Any]:
    """The values at a path, of lists those of every item."""
    values = as_list(node[names[0]])
    for name in names[1:]:
        values = [inner for value in values if value is not None for inner in as_list(value[name])]
    return values


def _sort_key(values: list[Any]) -> tuple[int, float, str]:
    """Numbers before texts."""
    first = text(values[0]) if values and values[0] is not None else ""
    try:
        return 0, float(first), ""
    except ValueError:
        return 1, 0.0, first.casefold()
