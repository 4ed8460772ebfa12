# File: action_groups.py
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
"""Action groups: list, and one by id or name. Their list ends with no item that is none."""

from __future__ import annotations

from flask import Blueprint, Response

from dev.simulator import seed
from dev.simulator.routes.platform_request import PLATFORM, by_name, need
from dev.simulator.routes.request import caller, reply, require_unspecified, specified, state
from dev.simulator.state.action_groups import row, specified_row


routes = Blueprint("action_groups", __name__, url_prefix=f"{PLATFORM}/action_groups")


@routes.before_request
def _may_read() -> None:
    need(seed.READ_ACTION_GROUP, not_found="GroupNotFound")


@routes.get("")
def list_action_groups() -> Response:
    require_unspecified("actionGroups")
    return reply({"data": [row(each) for each in state.action_groups.seen_by(caller().user)]})


@routes.get("/by-name/<path:name>")
def action_group_by_name(name: str) -> Response:
    group = state.action_groups.found(name, caller().user)
    shown = specified_row(group) if specified("getActionGroupByName") else row(group)
    return by_name(shown, "getActionGroupByName")


@routes.get("/<int:group_id>")
def get_action_group(group_id: int) -> Response:
    require_unspecified("actionGroups")
    return reply({"data": row(state.action_groups.found(group_id, caller().user))})
