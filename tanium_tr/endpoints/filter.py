# File: filter.py
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
"""Which endpoints a list is of: the filters of `list endpoints`, as the API gateway takes them, and
as they are applied here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any, NamedTuple

from ..errors import ParameterError
from ..parameters.json_values import json_value
from ..times import seconds, utc_text
from ..words import shown


Row = dict[str, Any]

OPERATORS = (
    *("EQ", "LT", "LTE", "GT", "GTE", "CONTAINS", "STARTS_WITH", "ENDS_WITH", "MATCHES"),
    *("UPDATED_AFTER", "READ_AFTER"),
)
# What a filter may hold -> the type of its value.
_MEMBERS: dict[str, type] = {
    "path": str,
    "op": str,
    "value": str,
    "negated": bool,
    "any": bool,
    "filters": list,
    "maxAge": int,
    "memberOf": dict,
    "sensor": dict,
}
_KINDS = {str: "text", bool: "true or false", list: "a list", int: "a number", dict: "an object"}
_OF_OBJECTS = {"memberOf": ("id", "name"), "sensor": ("name", "column", "params")}
_DEEPEST = 10  # filters within each other
HOURS = 3600  # seconds


class EndpointFilter(NamedTuple):
    """Each of several values is one that fits; the filters must all hold. `since` in seconds since
    1970.
    """

    names: Sequence[str] = ()
    addresses: Sequence[str] = ()
    systems: Sequence[str] = ()
    groups: Sequence[str] = ()
    since: float | None = None
    more: Row | None = None

    def for_gateway(self) -> Row | None:
        """The filter as the API gateway takes it; None for every endpoint."""
        parts = [
            _any_of([_condition("name", "CONTAINS", each) for each in self.names]),
            _any_of([_address(each) for each in self.addresses]),
            _any_of([_condition("os.name", "CONTAINS", each) for each in self.systems]),
            _any_of([{"memberOf": {"name": each}} for each in self.groups]),
            _seen_since(self.since),
            self.more,
        ]
        found = [each for each in parts if each]
        if len(found) < 2:
            return found[0] if found else None
        return {"any": False, "filters": found}

    def keeps(self, row: Row) -> bool:
        """Whether an endpoint was seen late enough; an unknown time does not fit."""
        return self.since is None or (seconds(row.get("last_seen")) or 0) >= self.since

    def keeps_status(self, row: Row) -> bool:
        """Whether a row of the system status, under this app's names, fits. Raises ParameterError
        for a filter that only the gateway knows.
        """
        name = str(row.get("computer_name") or "").casefold()
        address = str(row.get("ip_address") or "")
        return (
            self.keeps(row)
            and (not self.names or any(each.casefold() in name for each in self.names))
            and (
                not self.addresses
                or any(_matches_address(address, each) for each in self.addresses)
            )
        )

    def require_status(self) -> None:
        """Raise ParameterError where a filter needs what the system status does not contain."""
        needs = {
            "operating_system": self.systems,
            "computer_group": self.groups,
            "filter": self.more,
        }
        for name, value in needs.items():
            if value:
                raise ParameterError(
                    f"Parameter '{name}' needs an API gateway, which this Tanium server does not"
                    " have. Leave it empty to list endpoints from the system status."
                )


def free_filter(text: str | None) -> Row | None:
    """The filter that a parameter's text is. Raises ParameterError that names the place."""
    if not text:
        return None
    found: Row = json_value("filter", text, dict)
    _check_group(found, "filter", _DEEPEST)
    return found


def _check_group(found: Row, place: str, depth: int) -> None:
    if not depth:
        raise ParameterError(f"Parameter 'filter' is nested more than {_DEEPEST} levels deep.")
    for name, value in found.items():
        if name not in _MEMBERS:
            allowed = ", ".join(_MEMBERS)
            raise _filter_error(place, f"has {shown(name)}, which no filter has: use {allowed}")
        if type(value) is not _MEMBERS[name]:
            raise _filter_error(
                f"{place}.{name}", f"is {shown(value)}: use {_KINDS[_MEMBERS[name]]}"
            )
    if found.get("op", OPERATORS[0]) not in OPERATORS:
        raise _filter_error(
            f"{place}.op", f"is {shown(found['op'])}: use one of {', '.join(OPERATORS)}"
        )
    for name, members in _OF_OBJECTS.items():
        for key in found.get(name, {}):
            if key not in members:
                raise _filter_error(
                    f"{place}.{name}", f"has {shown(key)}: use {', '.join(members)}"
                )
    if not {"path", "sensor", "memberOf", "filters"} & set(found):
        raise _filter_error(
            place, "names nothing to compare: use path, sensor, memberOf or filters"
        )
    for at, each in enumerate(found.get("filters", [])):
        if not isinstance(each, dict):
            raise _filter_error(f"{place}.filters[{at}]", f"is {shown(each)}: use an object")
        _check_group(each, f"{place}.filters[{at}]", depth - 1)


def _filter_error(place: str, what: str) -> ParameterError:
    at = "" if place == "filter" else f" at {place}"
    return ParameterError(f"Parameter 'filter'{at} {what}.")


def _condition(path: str, operator: str, value: str) -> Row:
    return {"path": path, "op": operator, "value": value}


def _address(value: str) -> Row:
    operator = "STARTS_WITH" if value.endswith((".", ":")) else "EQ"
    return _any_of(
        [_condition("ipAddress", operator, value), _condition("ipAddresses", operator, value)]
    )


def _matches_address(address: str, value: str) -> bool:
    return address.startswith(value) if value.endswith((".", ":")) else address == value


def _any_of(filters: list[Row]) -> Row:
    if len(filters) < 2:
        return filters[0] if filters else {}
    return {"any": True, "filters": filters}


def _seen_since(moment: float | None) -> Row:
    if moment is None:
        return {}
    return _condition("eidLastSeen", "GTE", utc_text(datetime.fromtimestamp(moment, timezone.utc)))
