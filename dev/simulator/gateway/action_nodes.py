# File: action_nodes.py
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
"""Packages, actions and scheduled actions as the gateway shows them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from dev.simulator import seed
from dev.simulator.gateway.context import Row
from dev.simulator.state.actions import Action
from dev.simulator.state.saved_actions import SavedAction
from dev.simulator.state.simulator import SimulatorState
from dev.simulator.times import iso_seconds


RESULTS = {
    "waiting": "waiting",
    "copying": "downloading",
    "downloading": "downloading",
    "running": "running",
    "waitingtoretry": "waitingToRetry",
    "completed": "completed",
    "succeeded": "completed",
    "expired": "expired",
    "failed": "failed",
    "notsucceeded": "failed",
    "pendingverification": "pendingVerification",
    "verified": "verified",
    "failedverification": "failedVerification",
}
"""The counter of an endpoint's word; one that was stopped is in none."""
_SCHEDULED = ("ENABLED", "DISABLED", "DELETED")


def package_spec(package: seed.PackageSeed) -> Row:
    content_set = {"id": str(package.content_set), "name": seed.CONTENT_SETS[package.content_set]}
    return {
        "id": str(package.id),
        "name": package.name,
        "command": package.command,
        "commandTimeoutSeconds": package.command_timeout,
        "expireSeconds": package.expire_seconds,
        "lastUpdatedBy": seed.ANALYST.name,
        "contentSetName": content_set["name"],
        "contentSet": {**content_set, "description": None},
        "params": [
            {"key": each.key, "label": each.label, "defaultValue": each.default}
            for each in package.parameters
            if each.key is not None
        ],
        "sensorSourcedParams": [],
    }


def action(state: SimulatorState, of: Action) -> Row:
    begun = of.starts is not None and of.starts <= state.clock()
    starts = of.starts if begun else None
    saved = state.saved_actions.all.get(of.saved_action_id)
    return {
        "id": str(of.id),
        "name": of.name,
        "comment": of.comment,
        "metadata": [],
        "status": state.actions.status(of).upper(),
        "stopped": of.stopped_at is not None,
        "stoppedFlag": of.stopped_at is not None,
        "creationTime": iso_seconds(of.created),
        "startTime": None if starts is None else iso_seconds(starts),
        "expirationTime": None if starts is None else iso_seconds(starts + of.expire_seconds),
        "expireSeconds": of.expire_seconds,
        "distributeSeconds": of.distribute_seconds,
        "creator": _principal(of.user),
        "approver": _principal(of.approver) if of.approver else None,
        "package": _package_ref(of.package),
        "targets": _targets(of.group, of.target.id, of.target.condition),
        "results": lambda _info: _results(state, of),
        "scheduledAction": lambda _info: scheduled_action(state, saved) if saved else None,
    }


def scheduled_action(state: SimulatorState, of: SavedAction) -> Row:
    order = of.order
    approver = order.get("approver")
    started = of.action.starts if of.action else None
    return {
        "id": str(of.id),
        "name": order["name"],
        "comment": order["comment"],
        "metadata": [],
        "status": _SCHEDULED[of.body.get("status") or 0],
        "approved": of.approved,
        "approver": _principal(approver) if approver else None,
        "creator": _principal(order["user"]),
        "issueCount": of.issued,
        "issueSeconds": of.body.get("issue_seconds"),
        "startTime": of.body.get("start_time"),
        "endTime": of.body.get("end_time"),
        "nextStartTime": None if of.next_at is None else iso_seconds(of.next_at),
        "lastStartTime": None if started is None else iso_seconds(started),
        "lastAction": lambda _info: action(state, of.action) if of.action else None,
        "expireSeconds": order["expire_seconds"],
        "distributeSeconds": order["distribute_seconds"],
        "package": _package_ref(order["package"]),
        "targets": _targets(order["group"], order["target"].id, order["target"].condition),
    }


def action_group(of: seed.ActionGroup, groups: dict[int, Row]) -> Row:
    return {
        "id": str(of.id),
        "name": of.name,
        "any": not of.and_flag,
        "visibility": "ALL",
        "userGroups": [],
        "computerGroups": [groups[number] for number in of.groups if number in groups],
    }


def _results(state: SimulatorState, of: Action) -> Row:
    """How many endpoints are where; those without a report are in no counter."""
    now = state.clock()
    words = (state.actions.word(of, client_id, now) for client_id in of.progress)
    counted = Counter(
        RESULTS.get("".join(filter(str.isalpha, word)).casefold(), "") for word in words
    )
    return {"id": str(of.id), **{name: counted[name] for name in RESULTS.values()}}


def _principal(user: seed.User) -> Row:
    return {"user": {"id": str(user.id), "name": user.name}, "persona": None}


def _package_ref(package: seed.PackageSeed) -> Row:
    params = [str(each.get("value")) for each in package.given]
    return {"id": str(package.id), "name": package.name, "params": params or None}


def _targets(group: seed.ActionGroup, target_id: int, condition: Any) -> Row:
    name = condition.name if condition else ""
    return {
        "actionGroup": {"id": str(group.id), "name": group.name},
        "targetGroup": {"id": str(target_id), "name": name},
    }
