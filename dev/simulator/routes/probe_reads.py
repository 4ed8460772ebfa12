# File: probe_reads.py
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
"""What only a look at the server itself reads: the gateway's clock, and the caller's privileges."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response

from dev.simulator.errors import Rejected
from dev.simulator.routes.request import caller, json_body, reply, state
from dev.simulator.seed.privileges import effective
from dev.simulator.times import iso_seconds


VERSION = "2.4.31"

routes = Blueprint("probe_reads", __name__)


@routes.post("/plugin/products/gateway/graphql")
def gateway() -> Response:
    """`{ now }`. Errors come with HTTP 200 (TANIUM_PLATFORM_WIRE section 11)."""
    if not caller().permissions:
        raise Rejected(403, "The user does not have the permission 'gateway use api'")
    query = json_body().get("query")
    body: dict[str, Any] = {"data": {"now": iso_seconds(state.clock())}}
    if not isinstance(query, str) or not re.fullmatch(r"(query\s*)?\{\s*now\s*\}", query.strip()):
        body = {"errors": [{"message": "Cannot query field of that name on type Query."}]}
    answer = reply(body)
    answer.headers["tanium-gateway-version"] = VERSION
    return answer


def privileges() -> dict[str, Any]:
    """What `session/current` says beside user and persona."""
    names = effective(caller().permissions)
    return {
        "roles": [{"id": 1, "name": "Threat Response of corp.example"}],
        "effective_privileges": [
            {"id": number, "name": name} for number, name in enumerate(names, 1)
        ],
    }
