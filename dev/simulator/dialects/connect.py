# File: connect.py
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
"""Which dialect answers an operation of Connect: its OpenAPI file's, or the one that its vendor
describes today.

An operation that both have (`listConnections`, ...) is in one of them; where only one has it, it is
there when it is in that one. A mixed server may so have `runConnection` as well as `startRun`.
"""

from __future__ import annotations

from dev.simulator.dialects.choice import SPECIFIED, Choice


VENDOR = "vendor"

CONNECT_RESOURCES = {
    "connections": (
        *("listConnections", "getConnection", "createConnection", "updateConnection"),
        *("deleteConnection", "enableConnection", "disableConnection", "bulkAction"),
    ),
    "definitions": (
        "importConnection",
        "exportConnection",
        "exportConnections",
        "listConnectionNames",
    ),
    "runs": (
        *("runConnection", "listConnectionLogs", "startRun", "listRuns", "listAllRuns", "getRun"),
        *("getRunLogs", "downloadRun", "stopRun", "stopConnection"),
    ),
    "schedules": ("listSchedules", "getSchedule", "listJobs"),
    "status": ("getConnectStatus",),
    "destinations": (
        *("listDestinations", "createDestination", "getDestination", "updateDestination"),
        *("deleteDestination", "listPluginDestinations", "createPluginDestination"),
        *("getPluginDestination", "updatePluginDestination", "deletePluginDestination"),
    ),
    "sources": (
        *("listSources", "createSource", "getSource", "updateSource", "deleteSource"),
        *("listPluginSources", "createPluginSource", "getPluginSource"),
        *("updatePluginSource", "deletePluginSource"),
    ),
    "events": ("fireEvent", "listEventSchemas"),
}
CONNECT_OPERATIONS = Choice((SPECIFIED, VENDOR), CONNECT_RESOURCES)
