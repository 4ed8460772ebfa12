# File: tokens.py
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
"""API tokens: create, list, get, revoke, rotate."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from dev.simulator import seed
from dev.simulator.errors import PlatformError, Rejected
from dev.simulator.routes.platform_request import PLATFORM, json_object, need
from dev.simulator.routes.request import (
    caller,
    json_body,
    reply,
    require_unspecified,
    specified,
    state,
)
from dev.simulator.state.accounts import ApiToken


routes = Blueprint("tokens", __name__, url_prefix=f"{PLATFORM}/api_tokens")

NOT_FOUND = "APITokenNotFound"


@routes.post("")
def create_token() -> Response:
    """An empty object is allowed. Addresses come in one text, or in a list."""
    body = json_body()
    days = body.get("expire_in_days", 7)
    if not isinstance(days, int) or isinstance(days, bool) or days < 1:
        raise Rejected(400, f"expire_in_days must be a whole number of days, got {days!r}")
    if body.get("as_persona"):
        raise PlatformError(400, "InvalidPersonaForUser", "the user has no such persona")
    trusted = body.get("trusted_ip_addresses") or []
    addresses = trusted.split(",") if isinstance(trusted, str) else trusted
    token = state.accounts.create_token(
        caller().user,
        days=days,
        notes=str(body.get("notes") or ""),
        name=str(body.get("name") or ""),
        trusted=[str(address).strip() for address in addresses],
        permissions=caller().permissions,
    )
    return reply({"data": {**_row(token), "token_string": token.string}})


@routes.get("")
def list_tokens() -> Response:
    """The caller's own; this list has no other item."""
    require_unspecified("apiTokens")
    need(seed.VIEW_TOKEN, not_found=NOT_FOUND)
    return reply({"data": [token.row() for token in state.accounts.tokens_of(caller().user)]})


@routes.get("/<int:token_id>")
def get_token(token_id: int) -> Response:
    require_unspecified("apiTokens")
    need(seed.VIEW_TOKEN, not_found=NOT_FOUND)
    return reply({"data": state.accounts.token_by_id(token_id, caller().user).row()})


@routes.delete("/<int:token_id>")
def revoke_token(token_id: int) -> Response:
    require_unspecified("apiTokens")
    need(seed.REVOKE_TOKEN, not_found=NOT_FOUND)
    token = state.accounts.token_by_id(token_id, caller().user)
    token.revoked = True
    return reply({"data": token.row()})


@routes.patch("")
def rotate_token() -> Response:
    """The string that replaces the old one is in this reply only."""
    require_unspecified("apiTokens")
    need(seed.ROTATE_TOKEN, not_found=NOT_FOUND)
    token = state.accounts.rotate(str(json_object().get("token_string")), caller().user)
    return reply({"data": {**token.row(), "token_string": token.string}})


def _row(token: ApiToken) -> dict[str, Any]:
    return token.specified_row() if specified("createApiToken") else token.row()
