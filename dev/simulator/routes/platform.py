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
"""The platform: sessions and registered computers; and the endpoint look-up beside it."""

from __future__ import annotations

from flask import Blueprint, Response, request

from dev.simulator.errors import Rejected
from dev.simulator.routes.platform_request import production_list
from dev.simulator.routes.request import caller, json_body, reply, state
from dev.simulator.seed.privileges import effective
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
    credential = state.accounts.credential(given) if isinstance(given, str) else None
    if credential is None:
        raise Rejected(state.settings.unauthenticated_status, "Invalid session")
    if state.settings.sessions_change:
        credential = state.accounts.changed(credential)
    answer = {"session": credential.string}
    return reply({"data": answer} if state.settings.validate_reply == "nested" else answer)


@routes.post("/api/v2/session/logout")
def logout() -> Response:
    state.accounts.logout(str(json_body().get("session") or ""))
    return reply({"data": {}})


@routes.get("/api/v2/session/current")
def current_session() -> Response:
    credential = caller()
    user = credential.user
    data: dict[str, object] = {
        "user": {"id": user.id, "name": user.name, "domain": user.domain},
        "persona": {"id": 0, "name": "Default"},
        "roles": [{"id": 1, "name": "Threat Response of corp.example"}],
        "effective_privileges": [
            {"id": number, "name": name}
            for number, name in enumerate(effective(credential.permissions), 1)
        ],
    }
    if isinstance(credential, ApiToken):
        data.update(api_token_id=credential.id, expire_time=iso_seconds(credential.expires))
    return reply({"data": data})


@routes.route("/api/v2/session/management_rights", methods=["GET", "POST"])
def management_rights() -> Response:
    """One client sends POST, the vendor's reference has GET; clients look at the status alone."""
    group = caller().user.management_group
    return reply({"data": {"management_rights": [{"group": {"id": group}}]}})


@routes.get("/api/v2/system_status")
def system_status() -> Response:
    """The counters come before the last item."""
    return production_list(state.computers.system_status(), [state.computers.status_counters()])


@routes.get("/api/v2/client_count")
def client_count() -> Response:
    """How many computers have registered of late."""
    return reply({"data": len(state.questions.registered())})


@routes.get("/plugin/products/dec/v1/endpoints")
def endpoints() -> Response:
    return reply(
        {
            "data": state.computers.look_up(
                *(request.args.get(name) for name in ("hostname", "ip", "clientId"))
            )
        }
    )
