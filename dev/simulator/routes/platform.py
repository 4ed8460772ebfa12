# File: platform.py
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
"""The platform: sessions, API tokens, registered computers, computer groups; and the endpoint
look-up beside it.
"""

from __future__ import annotations

from flask import Blueprint, Response, request

from dev.simulator import seed
from dev.simulator.errors import Rejected
from dev.simulator.routes.probe_reads import privileges
from dev.simulator.routes.request import caller, json_body, reply, state
from dev.simulator.state.accounts import ApiToken
from dev.simulator.times import iso_seconds


routes = Blueprint("platform", __name__)
open_to_all = Blueprint("open_to_all", __name__)
"""What needs no session."""


@open_to_all.post("/api/v2/session/login")
def login() -> Response:
    if state.settings.login_status != 200:
        raise Rejected(state.settings.login_status, "session/login is not available on this server")
    body = json_body()
    username, password, domain = (
        body.get(name) or "" for name in ("username", "password", "domain")
    )
    return reply({"data": {"session": state.accounts.login(username, password, domain).string}})


@open_to_all.post("/auth")
def auth() -> Response:
    """HTTP Basic in, the bare session out; a refusal is plain text."""
    given = request.authorization
    username, password = (
        (given.username, given.password) if given and given.type == "basic" else (None, None)
    )
    try:
        session = state.accounts.login(username or "", password or "")
    except Rejected as rejected:
        return Response("401 Unauthorized", rejected.status, content_type="text/plain")
    return Response(session.string, content_type="text/plain")


@open_to_all.post("/api/v2/session/validate")
def validate() -> Response:
    """Whether the session or token in the body is good, wherever the request comes from."""
    given = json_body().get("session")
    if not isinstance(given, str) or state.accounts.credential(given) is None:
        raise Rejected(
            state.settings.unauthenticated_status, "The session is missing, unknown or has expired"
        )
    return reply({"data": {"session": given}})


@routes.get("/api/v2/session/current")
def current_session() -> Response:
    credential = caller()
    user = credential.user
    data: dict[str, object] = {
        "user": {"id": user.id, "name": user.name, "domain": user.domain},
        "persona": {"id": 0, "name": "Default"},
        **privileges(),
    }
    if isinstance(credential, ApiToken):
        data.update(api_token_id=credential.id, expire_time=iso_seconds(credential.expires))
    return reply({"data": data})


@routes.post("/api/v2/session/management_rights")
def management_rights() -> Response:
    """Clients look at the status alone."""
    return reply({"data": {"management_rights": [{"group": {"id": seed.ALL_COMPUTERS.id}}]}})


@routes.post("/api/v2/api_tokens")
def create_api_token() -> Response:
    body = json_body()
    days = body.get("expire_in_days", 7)
    if not isinstance(days, int) or isinstance(days, bool) or days < 1:
        raise Rejected(400, f"expire_in_days must be a whole number of days, got {days!r}")
    trusted = body.get("trusted_ip_addresses") or []
    addresses = trusted.split(",") if isinstance(trusted, str) else trusted
    token = state.accounts.create_token(
        caller().user,
        days=days,
        notes=str(body.get("notes") or ""),
        trusted=[str(address).strip() for address in addresses],
        permissions=caller().permissions,
    )
    return reply({"data": {**token.as_reply(), "token_string": token.string}})


@routes.get("/api/v2/system_status")
def system_status() -> Response:
    return reply({"data": state.computers.system_status()})


@routes.get("/api/v2/groups/by-name/<path:name>")
def group_by_name(name: str) -> Response:
    return reply({"data": state.computers.group_by_name(name)})


@routes.get("/api/v2/management_rights_groups/<int:group_id>")
def management_rights_group(group_id: int) -> Response:
    return reply({"data": state.computers.group_by_id(group_id)})


@routes.get("/plugin/products/dec/v1/endpoints")
def endpoints() -> Response:
    return reply(
        {
            "data": state.computers.look_up(
                *(request.args.get(name) for name in ("hostname", "ip", "clientId"))
            )
        }
    )
