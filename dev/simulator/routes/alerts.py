# File: alerts.py
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
"""Alerts."""

from __future__ import annotations

from flask import Response, request

from dev.simulator import seed
from dev.simulator.routes.request import number_argument, reply, require, state, threat_response
from dev.simulator.state.alerts import DEFAULT_LIMIT, MAXIMUM_LIMIT


routes = threat_response("alerts")


@routes.get("/alerts/", strict_slashes=False)
def list_alerts() -> Response:
    """A repeated filter is satisfied by any of its values; a parameter that the server does not know is ignored."""
    require(seed.ALERTS_READ)
    limit = min(number_argument("limit", DEFAULT_LIMIT), MAXIMUM_LIMIT)
    filters = dict(request.args.lists())
    rows, passing = state.alerts.page(filters, request.args.get("sort", ""), limit, number_argument("offset", 0))
    if "intelDoc" in request.args.get("expand", "").split(","):
        rows = [state.alerts.with_intel(row) for row in rows]
    return reply({"data": rows, "meta": {"totalCount": len(state.alerts), "filteredCount": passing}})
