# File: action_bodies.py
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
"""The bodies of actions and saved actions, looked at strictly: what no document and no shipping
client has among their members is refused, and so is a value of another type.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from dev.simulator.errors import PlatformError, Rejected
from dev.simulator.times import parse_iso


Row = dict[str, Any]

UNSET_TIMES = ("", "Never", "2001-01-01T00:00:00Z")
MOST_SECONDS = 100_000_000


class Kind(NamedTuple):
    """A kind of value: what it is called, and how it is recognized."""

    name: str
    fits: Callable[[Any], bool]


def _is_time(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        return value in UNSET_TIMES or parse_iso(value) >= 0
    except Rejected:
        return False


TEXT = Kind("a text", lambda value: isinstance(value, str))
FLAG = Kind("true or false", lambda value: value in (True, False))
NUMBER = Kind("a whole number", lambda value: type(value) is int)
SECONDS = Kind(
    "a number of seconds", lambda value: type(value) is int and 0 <= value <= MOST_SECONDS
)
STATUS = Kind("0, 1 or 2", lambda value: type(value) is int and value in (0, 1, 2))
TIME = Kind("a time", _is_time)
OBJECT = Kind("an object", lambda value: isinstance(value, dict))
OBJECTS = Kind(
    "a list of objects",
    lambda value: isinstance(value, list) and all(isinstance(each, dict) for each in value),
)
ANY = Kind("a value", lambda _value: True)

ACTION = {
    "package_spec": OBJECT,
    "action_group": OBJECT,
    "target_group": OBJECT,
    "name": TEXT,
    "comment": TEXT,
    "priority": NUMBER,
    "expire_seconds": SECONDS,
    "distribute_seconds": SECONDS,
}
SAVED_ACTION = {
    **ACTION,
    "issue_seconds": SECONDS,
    "start_time": TIME,
    "end_time": TIME,
    "start_now_flag": FLAG,
    "status": STATUS,
    "policy_flag": FLAG,
}
SPECIFIED_SAVED_ACTION = {
    name: SAVED_ACTION[name]
    for name in (
        *("name", "package_spec", "action_group", "target_group"),
        *("expire_seconds", "start_time"),
    )
}
PACKAGE = {"id": NUMBER, "source_id": NUMBER, "source_name": TEXT, "parameters": OBJECTS}
SPECIFIED_PACKAGE = {"source_id": NUMBER, "name": TEXT, "parameters": OBJECTS}
PARAMETER = {
    "key": TEXT,
    "value": TEXT,
    "type": NUMBER,
}
REFERENCE = {"id": NUMBER, "name": TEXT}
GROUP = {
    "id": NUMBER,
    "source_id": NUMBER,
    "name": TEXT,
    "text": TEXT,
    "type": NUMBER,
    "and_flag": FLAG,
    "not_flag": FLAG,
    "filters": OBJECTS,
    "sub_groups": OBJECTS,
    "filter_flag": FLAG,
    "management_rights_flag": FLAG,
    "deleted_flag": FLAG,
    "content_set": OBJECT,
}
FILTER = {
    "sensor": OBJECT,
    "operator": TEXT,
    "value": ANY,
    "value_type": TEXT,
    "not_flag": FLAG,
    "ignore_case_flag": FLAG,
    "all_values_flag": FLAG,
    "max_age_seconds": NUMBER,
    "delimiter": TEXT,
    "delimiter_index": NUMBER,
}
SENSOR = {
    "name": TEXT,
    "hash": ANY,
    "id": NUMBER,
    "parameters": OBJECTS,
    "source_name": TEXT,
    "source_hash": ANY,
    "source_id": NUMBER,
}


def check(
    body: Row,
    members: dict[str, Kind],
    what: str,
    required: tuple[str, ...] = (),
    missing: str = "RESTProcessingException",
) -> None:
    """400 for a member that is unknown, `missing`, or of another type; null is none at all."""
    unknown = sorted({*body} - {*members})
    if unknown:
        raise _refused(f"{what} has no '{unknown[0]}'")
    for name, kind in members.items():
        if body.get(name) is None:
            if name in required:
                raise PlatformError(400, missing, f"{what} needs '{name}'")
        elif not kind.fits(body[name]):
            raise _refused(f"'{name}' of {what} must be {kind.name}, got {body[name]!r}")


def check_group(body: Row) -> None:
    """A group in a body, with all that is in it."""
    check(body, GROUP, "a group")
    for each in body.get("filters") or ():
        check(each, FILTER, "a filter", ("sensor",))
        check(each["sensor"], SENSOR, "a sensor")
    for each in body.get("sub_groups") or ():
        check_group(each)


def check_package(body: Row, *, specified: bool) -> list[Row]:
    """A package's reference; gives the parameters that come with it. Their number, keys and values
    are not compared with anything.
    """
    check(body, SPECIFIED_PACKAGE if specified else PACKAGE, "package_spec")
    parameters: list[Row] = body.get("parameters") or []
    for each in parameters:
        check(each, PARAMETER, "a parameter", ("key",))
    if parameters and body.get("id") is not None:
        raise _refused("parameters are for source_id or source_name, not for id")
    return parameters


def _refused(message: str) -> PlatformError:
    return PlatformError(400, "RESTProcessingException", message)
