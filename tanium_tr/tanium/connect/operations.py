# File: operations.py
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
"""Connect's operations: as specified, with the two reads that production servers are seen to have
instead (TANIUM_WIRE 2.12).
"""

from __future__ import annotations

from typing import Any, Callable

from ..dialect import PRODUCTION, SPECIFIED, Arguments, Call, Operation, params_of, same


ROOT = "/plugin/products/connect"


def _call(
    method: str, path: str, content: Callable[[Arguments], dict[str, Any]] = lambda _: {}
) -> Call:
    return Call(method, path, content, ROOT)


def _body(arguments: Arguments) -> dict[str, Any]:
    return {"json": arguments["body"]}


def _exported(body: Any) -> str:
    """An export is a list of definitions. An empty one exports nothing, so that it says nothing
    against a refusal of the other read.
    """
    return PRODUCTION if isinstance(body, list) and body else SPECIFIED


_CONNECTION = "/v1/connections/{data_connection_id}"
_DESTINATION = "/v1/destinations/{destination_id}"

CONNECT = {
    "list_data_connections": Operation(
        _call(
            "GET", "/private/connections", lambda _: {"params": {"skipComponentHydration": "true"}}
        ),
        _call("GET", "/v1/connections", params_of("limit", "offset")),
        usual=SPECIFIED,
    ),
    "get_data_connection": Operation(
        _call("POST", "/v1/export", lambda given: {"json": [given["data_connection_id"]]}),
        _call("GET", _CONNECTION),
        _exported,
        usual=SPECIFIED,
    ),
    "create_data_connection": same(_call("POST", "/v1/connections", _body)),
    "update_data_connection": same(_call("PUT", _CONNECTION, _body)),
    "delete_data_connection": same(_call("DELETE", _CONNECTION)),
    "run_data_connection": same(_call("POST", _CONNECTION + "/run")),
    "enable_data_connection": same(_call("PUT", _CONNECTION + "/enable")),
    "disable_data_connection": same(_call("PUT", _CONNECTION + "/disable")),
    "list_data_sources": same(_call("GET", "/v1/sources")),
    "get_data_source": same(_call("GET", "/v1/sources/{data_source_id}")),
    "list_destinations": same(_call("GET", "/v1/destinations")),
    "get_destination": same(_call("GET", _DESTINATION)),
    "create_destination": same(_call("POST", "/v1/destinations", _body)),
    "update_destination": same(_call("PUT", _DESTINATION, _body)),
    "delete_destination": same(_call("DELETE", _DESTINATION)),
    "list_schedules": same(_call("GET", "/v1/schedules")),
    "get_schedule": same(_call("GET", "/v1/schedules/{schedule_id}")),
    "get_connect_status": same(_call("GET", "/v1/status")),
    "list_connection_logs": same(
        _call("GET", "/v1/logs", params_of("limit", "offset", "connectionId"))
    ),
}
