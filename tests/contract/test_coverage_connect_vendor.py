# File: test_coverage_connect_vendor.py
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
"""What the vendor's Connect can do is within reach: which action sends each operation of the table
of facts, with which of its parameters, and why the others are not sent.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from dev.simulator.log import Request
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tests.conftest import run_on
from tests.contract.operations import by_id, facts, is_of


FACTS = facts("connect_vendor_operations.json")
OPERATIONS = by_id(FACTS["connect"])


class Covered(NamedTuple):
    """A run of an action, the operations that it sends, and the keys of query and body that each is
    sent with.
    """

    action: str
    given: dict[str, Any]
    sent: dict[str, tuple[str, ...]]


S3 = "pluginConfigurations/connect/s3/1"
CONNECTION = {"data_connection_id": 1}
SETTINGS = {
    "description": "A drill",
    "format": "json",
    "generate_document": False,
    "surround_with_source": True,
    "row_separator": "\\n",
    "columns": '[{"name": "Computer Name", "renameTo": "host"}]',
    "filters": '[{"column": "Computer Name", "operator": "contains", "value": "a.b"}]',
    "schedule": '{"intervalSeconds": 900}',
    "schedule_time_zone": "Europe/Berlin",
    "log_level": "warning",
    "temporary_log_level": "debug",
    "temporary_log_level_runs": 2,
    "minimum_pass_percentage": 90,
    "memory_ceiling": 2,
}
HTTPS = {
    "url": "https://soar.example.com/r",
    "method": "PUT",
    "headers": '{"X-Sender": "Tanium"}',
    "authentication": "header",
    "auth_header_name": "X-Key",
    "auth_secret": "simulator-only",
    "trust_on_first_use": True,
    "batch_size": 5,
    "timeout": 9,
    "configuration": '{"useProxy": true, "batchSizeBytes": 100000}',
}
BASIC = {"authentication": "basic", "user_name": "u", "password": "simulator-only"}
SOCKETS = {"host": "siem.example.com", "port": 6514, "protocol": "TCP", "use_tls": True}
OF_HTTPS = (
    *("name", "url", "method", "headers", "useAuthentication", "authHeader", "secret"),
    *("useProxy", "batchSize", "batchSizeBytes", "connectionTimeout", "trustOnFirstUse"),
)
OF_SOCKETS = ("name", "host", "port", "protocol", "secure")
DEFINITION = (
    *("name", "description", "enabled", "destinationType", "schedule", "scheduleTimeZone"),
    *("logLevel", "tempLogLevel", "tempLogLevelRuns", "minimumPassPercentage"),
    *("maxOldSpaceSize", "streams"),
)
COVERED = (
    Covered("list data connections", {"limit": 7}, {"listConnections": ("limit", "offset")}),
    Covered("get data connection", CONNECTION, {"getConnection": ()}),
    Covered("list destinations", {}, {"listDestinations": ()}),
    Covered("get destination", {"destination_id": "https/1"}, {"getDestination": ()}),
    Covered("create destination", {"name": "H", **HTTPS}, {"createDestination": OF_HTTPS}),
    Covered(
        "update destination",
        {
            "destination_id": "https/2",
            "forget_certificate": True,
            **HTTPS,
            "auth_header_name": None,
            "auth_secret": None,
            **BASIC,
        },
        {"updateDestination": ("name", "url", "useAuthentication", "username", "password", "cert")},
    ),
    Covered(
        "create destination",
        {"name": "S", "type": "syslog", **SOCKETS},
        {"createDestination": OF_SOCKETS},
    ),
    Covered("delete destination", {"destination_id": "sockets/2"}, {"deleteDestination": ()}),
    Covered("get destination", {"destination_id": S3}, {"getPluginDestination": ()}),
    Covered(
        "update destination",
        {"destination_id": S3, "configuration": '{"config": {}}'},
        {"updatePluginDestination": ("name", "config")},
    ),
    Covered("delete destination", {"destination_id": S3}, {"deletePluginDestination": ()}),
    Covered("list data sources", {}, {"listSources": (), "listPluginSources": ()}),
    Covered("get data source", {"data_source_id": "events/1"}, {"getSource": ()}),
    Covered(
        "create data connection",
        {
            "name": "All settings",
            "data_source_id": "pluginConfigurations/threat-response/alerts/1",
            "destination_id": "https/2",
            "keep_secrets": True,
            **SETTINGS,
        },
        {"importConnection": DEFINITION, "getPluginSource": ()},
    ),
    Covered(
        "update data connection",
        {"data_connection_id": 5, "keep_secrets": True, "name": "All settings", "enabled": True},
        {"exportConnection": (), "importConnection": DEFINITION},
    ),
    Covered(
        "update data connection",
        {"data_connection_id": 5, "keep_secrets": True, "name": "Renamed"},
        {"updateConnection": DEFINITION},
    ),
    Covered("run data connection", CONNECTION, {"startRun": ()}),
    Covered("disable data connection", CONNECTION, {"bulkAction": ("action", "connectionIds")}),
    Covered(
        "get connection run",
        {**CONNECTION, "run_id": 5, "offset": 1},
        {"getRun": (), "getRunLogs": ("offset",)},
    ),
    Covered("stop data connection", {**CONNECTION, "run_id": 6}, {"stopRun": ()}),
    Covered("stop data connection", CONNECTION, {"stopConnection": ()}),
    Covered(
        "list connection logs",
        {**CONNECTION, "limit": 3, "offset": 1},
        {"listRuns": ("limit", "offset", "orderBy", "descending")},
    ),
    Covered(
        "list connection logs",
        {"limit": 3},
        {"listAllRuns": ("limit", "offset", "orderBy", "descending")},
    ),
    Covered("list schedules", {}, {"listJobs": ()}),
    Covered("delete data connection", CONNECTION, {"deleteConnection": ("deleteStreams",)}),
)
IN_TANIUM = "sources are made in Tanium, with the data connections that use them"
NOT_COVERED = {
    "createConnection": "import is the way that the vendor recommends",
    "exportConnections": "one definition is exported at a time",
    "downloadRun": "get connection run has the lines of the log",
    "listPluginDestinations": "only of the plug-ins that a data connection uses: none does here",
    "createPluginDestination": "what a plug-in needs is not known: they are made in Tanium",
    **dict.fromkeys(("createSource", "updateSource", "deleteSource"), IN_TANIUM),
    **dict.fromkeys(("createPluginSource", "updatePluginSource", "deletePluginSource"), IN_TANIUM),
    "fireEvent": "an event source gets its events from Tanium",
    "listEventSchemas": "an event source is made in Tanium",
}


def test_every_operation_is_covered_or_has_a_reason() -> None:
    sent = {operation for covered in COVERED for operation in covered.sent}

    assert sent | NOT_COVERED.keys() == OPERATIONS.keys()
    assert not sent & NOT_COVERED.keys()


def keys_of(request: Request) -> set[str]:
    body = json.loads(request.body or b"null")
    return {*request.arguments, *(body if isinstance(body, dict) else ())}


def test_the_actions_send_the_operations(tanium: SimulatorServer, soar: LocalSoar) -> None:
    tanium.settings.connect_dialect = "vendor"
    tanium.settings.connect_run_seconds = 60

    for covered in COVERED:
        already = len(tanium.log)
        result = run_on(soar, covered.action, **covered.given)
        assert result.ok, f"{covered.action}: {result.message}"
        requests = tanium.log.requests()[already:]
        for name, keys in covered.sent.items():
            request, *_ = [each for each in requests if is_of(OPERATIONS[name], each)]
            assert set(keys) <= keys_of(request), name
            assert request.status == OPERATIONS[name]["status"]
            if name in ("importConnection", "updateConnection"):
                schema = {"$ref": "#/schemas/Definition", "schemas": FACTS["schemas"]}
                body = json.loads(request.body or b"null")
                assert not list(Draft202012Validator(schema).iter_errors(body))
