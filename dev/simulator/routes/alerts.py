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
from dev.simulator.dialects import specified as shapes
from dev.simulator.errors import Rejected
from dev.simulator.routes.request import (
    done,
    json_body,
    no_content,
    number_argument,
    reply,
    require,
    require_production,
    require_unspecified,
    specified,
    specified_page,
    state,
    threat_response,
)
from dev.simulator.state.alerts import DEFAULT_LIMIT, MAXIMUM_LIMIT
from dev.simulator.state.queries import Row


SPECIFIED_FILTERS = (
    "computer_ip_address",
    "computer_name",
    "scan_config_id",
    "intel_doc_id",
    "severity",
    "priority",
    "type",
    "state",
)

STATES = (*shapes.STATES, "suppressed")
"""Production takes what may be filtered by and what may be set."""

routes = threat_response("alerts")


@routes.get("/alerts/", strict_slashes=False)
def list_alerts() -> Response:
    """A repeated filter is satisfied by any of its values; a parameter that the server does not
    know is ignored.
    """
    require(seed.ALERTS_READ)
    if specified("listAlerts"):
        return reply({"data": _specified_alerts()})
    limit = min(number_argument("limit", DEFAULT_LIMIT), MAXIMUM_LIMIT)
    filters = dict(request.args.lists())
    rows, passing = state.alerts.page(
        filters, request.args.get("sort", ""), limit, number_argument("offset", 0)
    )
    if "intelDoc" in request.args.get("expand", "").split(","):
        rows = [state.alerts.with_intel(row) for row in rows]
    return reply(
        {"data": rows, "meta": {"totalCount": len(state.alerts), "filteredCount": passing}}
    )


@routes.get("/alerts/<int:alert_id>")
def get_alert(alert_id: int) -> Response:
    require(seed.ALERTS_READ)
    try:
        row = state.alerts.get(alert_id)
    except KeyError as unknown:
        raise Rejected(404, f"Alert {alert_id} not found") from unknown
    return reply({"data": shapes.alert(row) if specified("getAlert") else row})


@routes.put("/alerts/<alert_ids>")
def update_alert_state(alert_ids: str) -> Response:
    """One id, or where specified several with commas between them."""
    if specified("updateAlertState"):
        _set_state(alert_ids.split(","), shapes.STATES)
        return done()
    return reply({"data": _set_state([alert_ids], STATES)[0]})


@routes.put("/alerts/", strict_slashes=False)
def update_alert_states() -> Response:
    """The alerts of every `id` in the query."""
    require_production("updateAlertState")
    return reply({"data": _set_state(request.args.getlist("id"), STATES)})


@routes.delete("/alerts/", strict_slashes=False)
def delete_alerts() -> Response:
    """The alerts of every `id` in the query."""
    require_unspecified("deleteAlerts")
    ids = request.args.getlist("id")
    if not ids or not all(map(str.isdecimal, ids)):
        raise Rejected(400, "id must be a number", listed=True)
    state.alerts.delete_all([int(alert_id) for alert_id in ids])
    return no_content()


def _set_state(ids: list[str], states: tuple[str, ...]) -> list[Row]:
    wanted = json_body().get("state")
    if wanted not in states or not ids or not all(map(str.isdecimal, ids)):
        raise Rejected(
            400, f"state must be one of {', '.join(states)} and ids must be numbers", listed=True
        )
    return state.alerts.set_state([int(alert_id) for alert_id in dict.fromkeys(ids)], wanted)


def _specified_alerts() -> list[Row]:
    if request.args.get("state", shapes.STATES[0]) not in shapes.STATES:
        raise Rejected(400, f"state must be one of {', '.join(shapes.STATES)}", listed=True)
    return specified_page(
        state.alerts.rows(), shapes.alert, filters=SPECIFIED_FILTERS, at_most=MAXIMUM_LIMIT
    )
