# File: test_coverage_connect.py
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
"""The whole of Connect's specified API is within reach: which action sends each operation of the
OpenAPI file and each parameter it has.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tests.conftest import run_on
from tests.contract.operations import by_id, facts, is_of, parameters_of
from tests.variants import ACTIONS


FACTS = facts("connect_operations.json")
OPERATIONS = by_id(FACTS["connect"])


class Covered(NamedTuple):
    """How to have an operation sent: `by` says which parameter of the action carries a query or
    body parameter of the operation, whose value is then the given one, or that of `sent`.
    """

    action: str
    given: dict[str, Any]
    by: dict[str, str] = {}
    sent: dict[str, Any] = {}


CONNECTION = {"data_connection_id": 1}
DESTINATION = {"destination_id": 1}
PAGE = {"limit": 7, "offset": 1}
INTERVAL = {"intervalSeconds": 900, "startTime": "2026-12-01T00:00:00Z"}
RULE = {"column": "Computer Name", "operator": "equals", "value": "5"}
BODY = {
    "name": "All settings",
    "description": "A drill",
    "enabled": False,
    "data_source_id": seed.ALERT_SOURCE.id,
    "destination_id": 3,
    "schedule": json.dumps(INTERVAL),
    "format": "csv",
    "delimiter": "\\t",
    "header_row": True,
    "timestamp_format": "ISO",
    "filters": json.dumps([{**RULE, "value": 5}]),
    "filter_enabled": False,
}
BODY_BY = {
    **{name: name for name in ("name", "description", "enabled")},
    "source.id": "data_source_id",
    "source.type": "data_source_id",
    "destination.id": "destination_id",
    "schedule.intervalSeconds": "schedule",
    "schedule.startTime": "schedule",
    "format.type": "format",
    "format.options.delimiter": "delimiter",
    "format.options.headerRow": "header_row",
    "format.options.timestampFormat": "timestamp_format",
    "filter.enabled": "filter_enabled",
    **{f"filter.rules.*.{key}": "filters" for key in RULE},
}
BODY_SENT = {
    "source.type": "threat_response",
    **{f"schedule.{key}": value for key, value in INTERVAL.items()},
    "format.options.delimiter": "\t",
    **{f"filter.rules.*.{key}": value for key, value in RULE.items()},
}
HTTP = {
    "url": "https://soar.example.com/r",
    "method": "PATCH",
    "headers": '{"X-Sender": "Tanium"}',
    "protocol": "HTTPS",
    "use_tls": True,
}
HTTP_BY = {f"configuration.{name}": name for name in ("url", "method", "headers", "protocol")}
SYSLOG = {"host": "siem.example.com", "port": 6514, "protocol": "TCP"}
S3 = {"bucket": "archive", "region": "eu-central-1"}


def of(settings: dict[str, Any]) -> dict[str, str]:
    return {f"configuration.{name}": name for name in settings}


COVERED: dict[str, tuple[Covered, ...]] = {
    "listConnections": (Covered("list data connections", PAGE, {name: name for name in PAGE}),),
    "createConnection": (Covered("create data connection", BODY, BODY_BY, BODY_SENT),),
    "getConnection": (Covered("get data connection", CONNECTION),),
    "updateConnection": (
        Covered("update data connection", {**BODY, **CONNECTION}, BODY_BY, BODY_SENT),
    ),
    "deleteConnection": (Covered("delete data connection", CONNECTION),),
    "runConnection": (Covered("run data connection", CONNECTION),),
    "enableConnection": (Covered("enable data connection", CONNECTION),),
    "disableConnection": (Covered("disable data connection", CONNECTION),),
    "listSources": (Covered("list data sources", {}),),
    "getSource": (Covered("get data source", {"data_source_id": 1}),),
    "listDestinations": (Covered("list destinations", {}),),
    "createDestination": (
        Covered(
            "create destination",
            {"name": "H", "type": "http", **HTTP},
            {"name": "name", "type": "type", "configuration.useTls": "use_tls", **HTTP_BY},
            {"configuration.headers": {"X-Sender": "Tanium"}},
        ),
        Covered("create destination", {"name": "S", "type": "syslog", **SYSLOG}, of(SYSLOG)),
        Covered(
            "create destination", {"name": "F", "type": "file", "path": "/tmp/x"}, of({"path": ""})
        ),
        Covered("create destination", {"name": "B", "type": "s3", **S3}, of(S3)),
    ),
    "getDestination": (Covered("get destination", DESTINATION),),
    "updateDestination": (
        Covered(
            "update destination",
            {
                "destination_id": 3,
                "name": "H",
                "type": "http",
                "auth_secret": "simulator-only",
                **HTTP,
            },
            {"name": "name", "type": "type", "configuration.useTls": "use_tls", **HTTP_BY},
            {"configuration.headers": {"X-Sender": "Tanium"}},
        ),
        Covered("update destination", {"destination_id": 2, **SYSLOG}, of(SYSLOG)),
        Covered("update destination", {"destination_id": 1, "path": "/tmp/x"}, of({"path": ""})),
        Covered("update destination", {"destination_id": 5, **S3}, of(S3)),
    ),
    "deleteDestination": (Covered("delete destination", {"destination_id": 4}),),
    "listSchedules": (Covered("list schedules", {}),),
    "getSchedule": (Covered("get schedule", {"schedule_id": 301}),),
    "getConnectStatus": (Covered("get connect status", {}),),
    "listConnectionLogs": (
        Covered(
            "list connection logs",
            {**PAGE, **CONNECTION},
            {"limit": "limit", "offset": "offset", "connectionId": "data_connection_id"},
        ),
    ),
}


def values(body: Any, place: str, known: set[str]) -> Iterator[tuple[str, Any]]:
    """What stands at the places that the facts name."""
    if place in known:
        yield place, body
    elif isinstance(body, dict):
        for key, inner in body.items():
            yield from values(inner, f"{place}.{key}".lstrip("."), known)
    elif isinstance(body, list):
        for inner in body:
            yield from values(inner, f"{place}.*", known)


def test_every_operation_is_covered() -> None:
    assert list(COVERED) == list(OPERATIONS)
    assert len(COVERED) == FACTS["counts"]["connect"] == 19


@pytest.mark.parametrize("name", COVERED)
def test_every_parameter_of_the_operation_is_covered(name: str) -> None:
    by = [pair for covered in COVERED[name] for pair in covered.by.items()]

    assert {parameter for parameter, _ in by} == parameters_of(OPERATIONS[name])
    assert {param for _, param in by} <= set(ACTIONS[COVERED[name][0].action].params)


@pytest.mark.parametrize(
    ("name", "covered"), [(name, covered) for name, those in COVERED.items() for covered in those]
)
def test_the_action_sends_the_operation_with_every_parameter(
    tanium: SimulatorServer, soar: LocalSoar, name: str, covered: Covered
) -> None:
    operation = OPERATIONS[name]

    result = run_on(soar, covered.action, **covered.given)

    assert result.ok, result.message
    request, *_ = [request for request in tanium.log if is_of(operation, request)]
    body = json.loads(request.body or b"null")
    sent = {**dict(values(body, "", parameters_of(operation))), **request.arguments}
    for parameter, by in covered.by.items():
        assert str(sent[parameter]) == str(covered.sent.get(parameter, covered.given[by]))
    if operation["body"]:
        schema = {"$ref": f"#/schemas/{operation['body']['schema']}", "schemas": FACTS["schemas"]}
        assert [error.message for error in Draft202012Validator(schema).iter_errors(body)] == []
