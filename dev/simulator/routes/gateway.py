# File: gateway.py
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
"""The API gateway's one route."""

from __future__ import annotations

from flask import Blueprint, Response

from dev.simulator import seed
from dev.simulator.gateway.context import Context
from dev.simulator.gateway.execution import executed
from dev.simulator.gateway.operation import PATH
from dev.simulator.routes.request import caller, json_body, reply, require, state


VERSION = "2.4.31"

routes = Blueprint("gateway", __name__)


@routes.post(PATH)
def graphql() -> Response:
    """Errors of a query come with HTTP 200 (TANIUM_PLATFORM_WIRE section 11)."""
    if state.settings.gateway == "missing":
        page = "<!DOCTYPE html><html><body><h1>404 Not Found</h1></body></html>"
        return Response(page, 404, content_type="text/html; charset=utf-8")
    require(seed.GATEWAY_USE)
    answer = reply(executed(json_body(), Context(state, caller())))
    answer.headers["tanium-gateway-version"] = VERSION
    return answer
