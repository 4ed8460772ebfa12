# File: export.py
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
"""A production server's exported definition of a connection (TANIUM_WIRE 2.12) under the names that
the specification has.
"""

from __future__ import annotations

from typing import Any


_SOURCE, _COLUMNS, _FORMAT = (
    "/v1/sources/pluginConfigurations/",
    "/v1/formats/columns",
    "/v1/formats/stringifies",
)
_DESTINATION = "/v1/destinations/"


def connection(definition: dict[str, Any]) -> dict[str, Any]:
    """Keys that both have stay as they are; what is not known of the definition's streams stays in
    `streams`.
    """
    found = {key: value for key, value in definition.items() if key not in ("streams", "schedule")}
    if isinstance(definition.get("schedule"), str):
        found["schedule"] = {"cron": definition["schedule"]}
    streams = definition.get("streams")
    unknown = []
    for stream in streams if isinstance(streams, list) else []:
        known = _setting(stream) if isinstance(stream, dict) else {}
        found.update(known)
        if not known:
            unknown.append(stream)
    return {**found, "streams": unknown} if unknown else found


def _setting(stream: dict[str, Any]) -> dict[str, Any]:
    route, arguments = str(stream.get("route")), stream.get("arguments")
    if not isinstance(arguments, dict):
        return {}
    if route.startswith(_SOURCE):
        return {"source": {"name": route[len(_SOURCE) :], "configuration": arguments.get("config")}}
    if route == _COLUMNS and isinstance(arguments.get("columns"), list):
        return {"columns": arguments["columns"]}
    if route == _FORMAT:
        options = {key: value for key, value in arguments.items() if key != "format"}
        return {"format": {"type": arguments.get("format", "json"), "options": options}}
    if route.startswith(_DESTINATION):
        return {
            "destination": {
                "name": route[len(_DESTINATION) :],
                "configuration": arguments.get("config"),
            }
        }
    return {}
