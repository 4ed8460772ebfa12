# File: tasks.py
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
"""Tasks, and the response actions that make them."""

from __future__ import annotations

from typing import Any

from . import published_names
from .call import PRODUCTION, Call
from .listing import Row, list_rows
from .pagination import Page
from .reply import Reply
from .session import Answer, TaniumSession


TASKS_PAGE = 50


class Tasks:
    """Tasks, and response actions."""

    def __init__(self, session: TaniumSession) -> None:
        self._session = session

    def list_tasks(self, *, limit: int, offset: int) -> Page:
        """`GET /tasks`"""

        def fetch(count: int, start: int) -> Answer:
            call = Call("GET", "/tasks", params={"limit": count, "offset": start})
            return Answer(self._session.send(call), PRODUCTION)

        return list_rows(self._session, fetch, limit=limit, offset=offset, page_size=TASKS_PAGE)[0]

    def get_task(self, task_id: int) -> Row:
        """`GET /tasks/{id}`: `{id, type, status, metadata, results, error, ...}`; specified servers
        do not have it.
        """
        return self._session.send(Call("GET", "/tasks/{}", task_id)).object()

    def list_response_actions(
        self,
        *,
        limit: int,
        offset: int,
        computer_name: str,
        status: str,
        type: str,
        sort_order: str,
    ) -> Page:
        """`GET /response-actions`: rows of id, type, status, computerName, options, results, ..."""
        filters = {
            "sortOrder": sort_order,
            "queryPartialComputerName": computer_name,
            "queryStatus": status,
            "queryType": type,
        }

        def fetch(count: int, start: int) -> Answer:
            params = {"limit": count, "offset": start, **filters}
            call = Call("GET", "/response-actions", params=params)
            return Answer(self._session.send(call), PRODUCTION)

        return list_rows(self._session, fetch, limit=limit, offset=offset, page_size=TASKS_PAGE)[0]

    def start_response_action(
        self, *, type: str, computer_name: str, options: dict[str, Any], expiration_time: str
    ) -> Row:
        """`POST /response-actions`: the queued action"""
        body: Row = {"type": type, "computerName": computer_name, "options": options}
        if expiration_time:
            body["expirationTime"] = expiration_time
        return self._session.send(Call("POST", "/response-actions", json=body)).object()


def started_task(reply: Reply) -> Row:
    """`{taskInfo: {id, status, metadata, startTime}, status}` of a task just started, whichever
    dialect tells of it. Raises ResponseError for an answer without a task.
    """
    task = reply.object()
    if "taskInfo" not in task and isinstance(reply.body, dict) and "data" in reply.body:
        task = published_names.task(task)
    if not isinstance(task.get("taskInfo"), dict):
        raise reply.unexpected("a task")
    return task
