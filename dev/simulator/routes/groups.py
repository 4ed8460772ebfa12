# File: groups.py
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
"""Computer groups: list, get, create, delete; and the same groups as filters and as rights."""

from __future__ import annotations

from flask import Blueprint, Response

from dev.simulator import seed
from dev.simulator.routes.platform_request import PLATFORM, by_name, json_object, listed, need
from dev.simulator.routes.request import caller, reply, require_unspecified, specified, state
from dev.simulator.state.groups import specified_row


routes = Blueprint("groups", __name__, url_prefix=PLATFORM)

NOT_FOUND = "GroupNotFound"
FOR_NAMELESS = frozenset({seed.WRITE_COMPUTER_GROUP, seed.DEFINE_QUESTION})
"""Any of these is enough for a group without a name."""


@routes.get("/groups")
def list_groups() -> Response:
    need(seed.READ_COMPUTER_GROUP, not_found=NOT_FOUND)
    rows = state.groups.rows(caller().user)
    return listed(
        [specified_row(row) for row in rows] if specified("listGroups") else rows, "listGroups"
    )


@routes.get("/groups/by-name/<path:name>")
def group_by_name(name: str) -> Response:
    need(seed.READ_COMPUTER_GROUP, not_found=NOT_FOUND)
    row = state.groups.row_by_name(name, caller().user)
    return by_name(specified_row(row) if specified("getGroupByName") else row, "getGroupByName")


@routes.get("/groups/<int:group_id>")
def get_group(group_id: int) -> Response:
    require_unspecified("groups")
    need(seed.READ_COMPUTER_GROUP, not_found=NOT_FOUND)
    return reply({"data": state.groups.row_by_id(group_id)})


@routes.post("/groups")
def create_group() -> Response:
    require_unspecified("groups")
    body = json_object()
    name, text = (str(body.get(key) or "") for key in ("name", "text"))
    if name or not FOR_NAMELESS & caller().permissions:
        need(seed.WRITE_COMPUTER_GROUP, not_found=NOT_FOUND)
    return reply({"data": {"id": state.groups.create(name, text)}})


@routes.delete("/groups/<int:group_id>")
def delete_group(group_id: int) -> Response:
    require_unspecified("groups")
    need(seed.WRITE_COMPUTER_GROUP, not_found=NOT_FOUND)
    state.groups.delete(group_id)
    return reply({"data": state.groups.row_by_id(group_id)})


@routes.post("/computer_groups")
def create_manual_group() -> Response:
    """Computers that nobody knows are left out."""
    require_unspecified("groups")
    need(seed.WRITE_COMPUTER_GROUP, not_found=NOT_FOUND)
    body = json_object()
    members = state.groups.members(body.get("computer_specs"))
    number = state.groups.create_manual(str(body.get("name") or ""), members)
    return reply({"data": {"id": number}})


@routes.get("/management_rights_groups")
def list_management_rights_groups() -> Response:
    require_unspecified("groups")
    need(seed.READ_COMPUTER_GROUP, not_found=NOT_FOUND)
    return listed(state.groups.rows(caller().user), "groups")


@routes.get("/management_rights_groups/<int:group_id>")
def management_rights_group(group_id: int) -> Response:
    need(seed.READ_COMPUTER_GROUP, not_found=NOT_FOUND)
    return reply({"data": state.groups.row_by_id(group_id)})


@routes.get("/filter_groups")
def list_filter_groups() -> Response:
    require_unspecified("groups")
    need(seed.READ_FILTER_GROUP, not_found=NOT_FOUND)
    rows = state.groups.rows(caller().user)
    return listed([row for row in rows if row["filter_flag"]], "groups")
