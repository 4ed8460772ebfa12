# File: response_actions.py
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
"""Response actions. The OpenAPI file has none of this."""

from __future__ import annotations

from flask import Response, request

from dev.simulator.errors import Rejected
from dev.simulator.routes.request import (
    caller,
    json_body,
    page_of,
    reply,
    require_unspecified,
    state,
    threat_response,
)
from dev.simulator.state.queries import Row


DEFAULT_LIMIT = 50

routes = threat_response("response_actions")


@routes.before_request
def _absent_where_specified() -> None:
    require_unspecified("responseActions")


@routes.get("/response-actions")
def list_response_actions() -> Response:
    order = request.args.get("sortOrder", "desc")
    if order not in {"asc", "desc"}:
        raise Rejected(400, f"sortOrder is asc or desc, not '{order}'", listed=True)
    rows = [row for row in state.response_actions.rows() if _passes(row)]
    return reply({"data": page_of(rows if order == "asc" else rows[::-1], DEFAULT_LIMIT)})


@routes.post("/response-actions")
def start_response_action() -> Response:
    return reply({"data": state.response_actions.start(json_body(), caller().user)})


@routes.get("/response-actions/<int:action_id>")
def get_response_action(action_id: int) -> Response:
    return reply({"data": state.response_actions.get(action_id)})


def _passes(row: Row) -> bool:
    arguments = request.args
    return (
        arguments.get("queryPartialComputerName", "").lower() in row["computerName"].lower()
        and arguments.get("queryStatus", row["status"]) == row["status"]
        and arguments.get("queryType", row["type"]) == row["type"]
    )
