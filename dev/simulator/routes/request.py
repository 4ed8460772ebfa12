# File: request.py
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
"""What all routes share: the state, the caller, the arguments, the shape of a reply."""

from __future__ import annotations

import json
from typing import Any, cast

from flask import Blueprint, Response, current_app, g, request
from werkzeug.local import LocalProxy

from dev.simulator import seed
from dev.simulator.errors import Rejected
from dev.simulator.state.accounts import Credential
from dev.simulator.state.queries import Row, sorted_rows
from dev.simulator.state.simulator import SimulatorState


STATE_KEY = "simulator"
THREAT_RESPONSE = "/plugin/products/threat-response/api/v1"

state = cast(SimulatorState, LocalProxy(lambda: current_app.extensions[STATE_KEY]))


def threat_response(name: str) -> Blueprint:
    """A blueprint of the Threat Response API, whose every route needs the permission to use that API."""
    blueprint = Blueprint(name, __name__, url_prefix=THREAT_RESPONSE)
    blueprint.before_request(lambda: require(seed.USE_API))
    return blueprint


def caller() -> Credential:
    return cast("Credential", g.credential)


def require(permission: str) -> None:
    if permission not in caller().permissions:
        raise Rejected(403, f"The user does not have the permission '{permission}'", listed=True)


def reply(body: object, status: int = 200) -> Response:
    return Response(json.dumps(body, ensure_ascii=False), status, content_type="application/json; charset=utf-8")


def json_body() -> dict[str, Any]:
    """The request's JSON object whatever its content type says, as curl sends it; an empty or other body is an empty object."""
    body = request.get_json(force=True, silent=True)
    return body if isinstance(body, dict) else {}


def number_argument(name: str, default: int) -> int:
    text = request.args.get(name)
    if text is None or text == "":
        return default
    if not text.isdigit():
        raise Rejected(400, f"{name} must be a whole number of 0 or more, got '{text}'", listed=True)
    return int(text)


def page_of(rows: list[Row], default_limit: int | None = None) -> list[Row]:
    """The rows between the query's `offset` and `limit`."""
    offset = number_argument("offset", 0)
    return rows[offset : offset + number_argument("limit", len(rows) if default_limit is None else default_limit)]


def sorted_page(rows: list[Row], columns: tuple[str, ...]) -> list[Row]:
    """The same, in the order of the query's `sort`."""
    return page_of(sorted_rows(rows, request.args.get("sort", ""), columns))
