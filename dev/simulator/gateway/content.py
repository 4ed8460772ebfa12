# File: content.py
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
"""The other fields: the time, sensors, computer groups, API tokens, alerts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dev.simulator import seed
from dev.simulator.gateway.conditions import by_path, comparison, condition
from dev.simulator.gateway.context import Context, Row
from dev.simulator.gateway.errors import not_permitted, refused
from dev.simulator.gateway.paging import listed
from dev.simulator.gateway.readings import is_harvested
from dev.simulator.state.accounts import UNSET, ApiToken
from dev.simulator.state.gateway import PayloadError
from dev.simulator.state.groups import MANUAL
from dev.simulator.times import iso_seconds


DEFAULT_SENSORS = 2000
DEFAULT_PAGE = 20
_SENSOR_FILTERS = frozenset({"name", "category", "contentSetName", "description", "valueType"})


def id_or_name(given: Row, place: str) -> tuple[str | None, str | None]:
    """What names one thing: an id, or a name. Raises where `place` has neither or both."""
    number, name = given.get("id"), given.get("name")
    if (number is None) == (name is None):
        raise refused(place, "needs either an id or a name")
    return number, name


def referred_to(reference: Row, rows: Iterable[Row]) -> Row | None:
    """The one that a `ref` names."""
    number, name = id_or_name(reference, "ref")
    return next((row for row in rows if number == row["id"] or name == row["name"]), None)


class ContentFields:
    """The resolvers."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._state = context.state

    def queries_and_mutations(self) -> Row:
        return {
            "now": lambda _info: iso_seconds(self._state.clock()),
            "sensors": lambda _info, **given: self._sensors(given),
            "computerGroups": lambda _info, **given: self._computer_groups(given),
            "computerGroup": lambda _info, ref: self._computer_group(ref),
            "myAPITokens": lambda _info: self._tokens(),
            "threatResponseAlertResolve": lambda _info, ref: self._resolve_alert(ref),
        }

    def _sensors(self, given: Row) -> Row:
        self._context.need(seed.READ_SENSOR)
        return listed(
            self._state.gateway, "sensors", given, DEFAULT_SENSORS, lambda: self._found(given)
        )

    def _found(self, given: Row) -> Sequence[Row]:
        passes = condition(given.get("filter"), by_path(_SENSOR_FILTERS))
        rows = [_sensor(each) for each in self._state.sensors.seen_by(self._context.user).sensors]
        return [
            row for row in rows if passes(row) and (given["includeHidden"] or not row["hidden"])
        ]

    def _computer_groups(self, given: Row) -> Row:
        self._context.need(seed.READ_COMPUTER_GROUP)
        wanted = given.get("filter") or {}

        def found() -> list[Row]:
            return [row for row in self.groups_by_id().values() if _passes(row, wanted)]

        return listed(self._state.gateway, "computerGroups", given, DEFAULT_PAGE, found)

    def _computer_group(self, reference: Row) -> Row | None:
        self._context.need(seed.READ_COMPUTER_GROUP)
        return referred_to(reference, self.groups_by_id().values())

    def groups_by_id(self) -> dict[int, Row]:
        """The computer groups that the caller sees."""
        rows = self._state.groups.rows(self._context.user)
        return {row["id"]: self._group(row) for row in rows}

    def _group(self, row: Row) -> Row:
        content_set = {"id": str(row["content_set"]["id"]), "name": row["content_set"]["name"]}
        readers = self._context.credential.permissions & seed.READING_EXPRESSIONS
        return {
            "id": str(row["id"]),
            "name": row["name"],
            "type": "MANUAL" if row["type"] == MANUAL else "STANDARD",
            "expression": row["text"] if readers else not_permitted(seed.DEFINE_QUESTION),
            "filterEnabled": row["filter_flag"],
            "managementRightsEnabled": row["management_rights_flag"],
            "contentSet": content_set,
            "contentSetV2": {**content_set, "description": None},
        }

    def _tokens(self) -> Row:
        """A missing right is told in the payload."""
        failure = self._state.gateway.payload_error("myAPITokens")
        if seed.VIEW_TOKEN not in self._context.credential.permissions:
            failure = PayloadError(f"the privilege '{seed.VIEW_TOKEN}' is missing")
        if failure:
            return {"error": failure.body()}
        tokens = self._state.accounts.tokens_of(self._context.user)
        return {"tokens": [_token(each) for each in tokens if not each.revoked]}

    def _resolve_alert(self, reference: Row) -> Row:
        self._context.need(seed.ALERTS_WRITE)
        guid = reference.get("guid")
        failure = self._state.gateway.payload_error("threatResponseAlertResolve")
        found = [row for row in self._state.alerts.rows() if row["guid"] == guid]
        if not found:
            failure = PayloadError(f"alert '{guid}' not found")
        if found and (failure is None or failure.done):
            self._state.alerts.set_state([found[0]["id"]], "resolved")
        if failure:
            return {"error": failure.body()}
        return {"guid": guid, "resolved": True}


def _sensor(sensor: seed.SensorSeed) -> Row:
    return {
        "name": sensor.name,
        "category": sensor.category,
        "description": f"{sensor.name} of the endpoint",
        "contentSetName": seed.CONTENT_SETS[sensor.content_set],
        "valueType": sensor.value_type,
        "maxAgeSeconds": sensor.max_age_seconds,
        "harvested": is_harvested(sensor),
        "hidden": sensor.hidden,
        "ignoreCase": True,
        "keepDuplicatesFlag": False,
        "virtual": False,
        "lastUpdatedBy": "Tanium",
        "endpointQueryPaths": [],
        "columns": [
            {"name": name, "valueType": value_type, "hidden": False, "ignoreCase": True}
            for name, value_type in sensor.subcolumns
        ],
        "parameters": [
            {"name": each.key, "defaultValue": each.default}
            for each in sensor.parameters
            if each.key is not None
        ],
    }


def _passes(row: Row, wanted: Row) -> bool:
    name = wanted.get("name")
    if name is not None:
        leaf = {"op": wanted.get("nameOp") or "EQ", "value": name}
        if not comparison(leaf, lambda each: [each["name"]])(row):
            return False
    exact = ("type", "filterEnabled", "managementRightsEnabled")
    return all(wanted.get(each) in (None, row[each]) for each in exact)


def _token(token: ApiToken) -> Row:
    return {
        "id": str(token.id),
        "created": iso_seconds(token.created),
        "expiration": iso_seconds(token.expires),
        "lastUsed": UNSET if token.last_used is None else iso_seconds(token.last_used),
        "notes": token.notes,
        "trustedIPAddresses": token.trusted,
    }
