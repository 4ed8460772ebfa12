# File: actions.py
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
"""Actions and saved actions: issue, list, get, results, approve, stop."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from dev.simulator import seed
from dev.simulator.errors import PlatformError
from dev.simulator.routes.platform_request import PLATFORM, by_name, json_object, listed, need
from dev.simulator.routes.questions import page
from dev.simulator.routes.request import caller, reply, require_unspecified, specified, state
from dev.simulator.state.action_bodies import FLAG, NUMBER, OBJECT, REFERENCE, check
from dev.simulator.state.actions import NOT_FOUND
from dev.simulator.state.saved_actions import SavedAction


routes = Blueprint("actions", __name__, url_prefix=PLATFORM)

APPROVAL = {**REFERENCE, "approved_flag": FLAG}


@routes.post("/actions")
def create_action() -> Response:
    require_unspecified("actions")
    _may_issue()
    body = json_object()
    order = state.orders.of_action(body, caller().user)
    saved = state.saved_actions.create(order, {}, direct=True)
    assert saved.action is not None
    return reply({"data": state.actions.row(saved.action, fresh=True)})


@routes.get("/actions")
def list_actions() -> Response:
    _may_read()
    found = state.actions.seen_by(*_who())
    return listed([state.actions.row(each) for each in found], "actions")


@routes.get("/actions/<int:action_id>")
def get_action(action_id: int) -> Response:
    _may_read()
    return reply({"data": state.actions.row(state.actions.found(action_id, *_who()))})


@routes.get("/actions/by-name/<path:name>")
def actions_by_name(name: str) -> Response:
    """Always a list: names are not unique."""
    _may_read()
    return reply({"data": [state.actions.row(each) for each in state.actions.named(name, *_who())]})


@routes.get("/result_data/action/<int:action_id>")
def action_results(action_id: int) -> Response:
    _may_read()
    return reply(
        {"data": state.action_results.data(state.actions.found(action_id, *_who()), page())}
    )


@routes.post("/action_stops")
def stop_action() -> Response:
    require_unspecified("actions")
    need(seed.WRITE_ACTION, not_found=NOT_FOUND)
    _may_read()
    body = json_object()
    check(body, {"action": OBJECT}, "a stop", ("action",))
    check(body["action"], {"id": NUMBER}, "an action", ("id",))
    return reply({"data": state.actions.stop(body["action"]["id"], *_who())})


@routes.post("/saved_actions")
def create_saved_action() -> Response:
    as_specified = specified("createSavedAction")
    _may_issue()
    body = json_object()
    order = state.orders.of_saved_action(body, caller().user, specified=as_specified)
    saved = state.saved_actions.create(order, body)
    if as_specified:
        return reply({"data": state.saved_actions.specified_row(saved)})
    return reply({"data": state.saved_actions.row(saved, fresh=True)})


@routes.get("/saved_actions")
def list_saved_actions() -> Response:
    _may_read()
    found = state.saved_actions.seen_by(*_who())
    return listed([state.saved_actions.row(each) for each in found], "actions")


@routes.get("/saved_actions/<int:saved_id>")
def get_saved_action(saved_id: int) -> Response:
    _may_read()
    return reply({"data": state.saved_actions.row(state.saved_actions.found(saved_id, *_who()))})


@routes.get("/saved_actions/by-name/<path:name>")
def saved_action_by_name(name: str) -> Response:
    _may_read()
    row = state.saved_actions.row(state.saved_actions.found(name, *_who()))
    return by_name(row, "actions")


@routes.get("/saved_action_approvals")
def list_approvals() -> Response:
    """This list ends with no item that is none."""
    _may_read()
    return reply({"data": [_approval(each) for each in state.saved_actions.approvals()]})


@routes.post("/saved_action_approvals")
def approve() -> Response:
    require_unspecified("actions")
    need(seed.APPROVE_ACTION, not_found=NOT_FOUND)
    body = json_object()
    check(body, APPROVAL, "an approval", ("approved_flag",))
    if not body["approved_flag"]:
        raise PlatformError(400, "RESTProcessingException", "approved_flag must be 1")
    saved = state.saved_actions.approve(body.get("id") or body.get("name"), caller().user)
    return reply({"data": _approval(saved)})


def _may_issue() -> None:
    need(seed.WRITE_ACTION, seed.READ_PACKAGE, not_found=NOT_FOUND)


def _may_read() -> None:
    require_unspecified("actions")
    if seed.READ_OWN_ACTION not in caller().permissions:
        need(seed.READ_ACTION, not_found=NOT_FOUND)


def _who() -> tuple[seed.User, frozenset[str]]:
    return caller().user, caller().permissions


def _approval(saved: SavedAction) -> dict[str, Any]:
    return {
        "id": saved.id,
        "name": saved.order["name"],
        "approved_flag": saved.approved,
        "metadata": [],
    }
