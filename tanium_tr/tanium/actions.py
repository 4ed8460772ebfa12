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
"""Actions, which run a package on endpoints, the saved actions that issue them, approvals, and what
becomes of them on each endpoint (TANIUM_PLATFORM_WIRE 10).
"""

from __future__ import annotations

from typing import Any, Callable

from ..errors import NotFoundError
from ..numbers import natural_number
from .call import Call
from .content import PLATFORM, is_row, list_content
from .listing import Row
from .questions import Answers, count_results, get_results
from .reply import objects, part
from .session import TaniumSession


class Actions:
    """Actions, saved actions, their approvals and their results."""

    def __init__(self, session: TaniumSession) -> None:
        self._session = session

    def list_actions(self, *, limit: int, keep: Callable[[Row], Any]) -> list[Row]:
        """`GET /api/v2/actions`, the newest first: rows of id, name, status, package_spec, ..."""
        return list_content(self._session, "/actions", limit=limit, keep=keep, newest_first=True)

    def get_action(self, action_id: int) -> Row:
        """`GET /api/v2/actions/{id}`"""
        return self._session.send(Call("GET", "/actions/{}", action_id, root=PLATFORM)).thing()

    def get_actions(self, name: str) -> list[Row]:
        """`GET /api/v2/actions/by-name/{name}`: those with exactly this name, none or several"""
        call = Call("GET", "/actions/by-name/{}", name, root=PLATFORM)
        try:
            found = self._session.send(call).members()
        except NotFoundError:
            return []
        return [row for row in objects(found) if is_row(row) and row.get("name") == name]

    def list_saved_actions(self, name: str) -> list[Row]:
        """`GET /api/v2/saved_actions`: those with exactly this name, none or several"""
        return list_content(
            self._session, "/saved_actions", names=[name], keep=lambda row: row.get("name") == name
        )

    def get_saved_action(self, saved_action_id: int) -> Row:
        """`GET /api/v2/saved_actions/{id}`: `last_action.id` is the action that it has issued"""
        path = "/saved_actions/{}"
        return self._session.send(Call("GET", path, saved_action_id, root=PLATFORM)).thing()

    def create_saved_action(self, saved_action: Row) -> Row:
        """`POST /api/v2/saved_actions`: issues an action; the saved action as answered.

        It needs `name`, `action_group`, `package_spec` and `expire_seconds`. Without `target_group`
        the target is the whole action group. `last_action.id` may come later.
        """
        call = Call("POST", "/saved_actions", root=PLATFORM, json=saved_action)
        reply = self._session.send(call)
        made, name = reply.made(), saved_action["name"]
        if not natural_number(made.get("id")) or made.get("name", name) != name:
            raise reply.refused("the answer is not about the saved action that was sent")
        return made

    def list_approvals(self) -> list[Row]:
        """`GET /api/v2/saved_action_approvals`: `{id, name, approved_flag, metadata}` of saved
        actions that need the approval of another user
        """
        call = Call("GET", "/saved_action_approvals", root=PLATFORM)
        return [row for row in self._session.send(call).rows() if is_row(row)]

    def stop_action(self, action_id: int) -> None:
        """`POST /api/v2/action_stops`: what runs on an endpoint already goes on. That the action
        is stopped is shown by its `stopped_flag` alone.
        """
        body = {"action": {"id": action_id}}
        reply = self._session.send(Call("POST", "/action_stops", root=PLATFORM, json=body))
        stopped = natural_number(part(reply.made(), "action").get("id"))
        if stopped not in (None, action_id):
            raise reply.unchanged(f"action {stopped} was stopped, not action {action_id}")

    def get_action_results(self, action_id: int) -> Row:
        """`GET /api/v2/result_data/action/{id}`: `now` and `result_sets`, the first of them with a
        row for each endpoint that has reported
        """
        return get_results(self._session, Answers("action", action_id))

    def count_action_results(self, action_id: int) -> int | None:
        """`GET /api/v2/result_data/action/{id}`: how many rows there are, without reading them"""
        return count_results(self._session, Answers("action", action_id))
