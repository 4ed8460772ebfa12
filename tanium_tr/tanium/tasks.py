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

from collections.abc import Sequence
from functools import partial
from typing import Any

from . import published_names
from .call import Call
from .listing import Row, any_of, list_alike
from .pagination import Page
from .reply import Reply
from .session import TaniumSession


TASKS_PAGE = 50


class Tasks:
    """Tasks, and response actions."""

    def __init__(self, session: TaniumSession) -> None:
        self._session = session

    def list_tasks(self, *, limit: int, offset: int) -> Page:
        """`GET /tasks`"""
        return list_alike(self._session, "/tasks", limit=limit, offset=offset, page_size=TASKS_PAGE)

    def get_task(self, task_id: int) -> Row:
        """`GET /tasks/{id}`: `{id, type, status, metadata, results, error, ...}`; specified servers
        do not have it.
        """
        return self._session.send(Call("GET", "/tasks/{}", task_id)).thing()

    def list_response_actions(
        self,
        *,
        limit: int,
        offset: int,
        computer_name: Sequence[str] = (),
        status: Sequence[str] = (),
        type: Sequence[str] = (),
        sort_order: str = "desc",
    ) -> Page:
        """`GET /response-actions`: rows of id, type, status, computerName, options, results, ...

        The server takes one value of each filter, so that it is asked once for each of several.
        """
        listed = partial(
            list_alike,
            self._session,
            "/response-actions",
            page_size=TASKS_PAGE,
            sortOrder=sort_order,
        )
        filters = {
            "queryPartialComputerName": computer_name,
            "queryStatus": status,
            "queryType": type,
        }
        newest_first = sort_order == "desc"
        return any_of(listed, filters, limit=limit, offset=offset, newest_first=newest_first)

    def start_response_action(
        self, *, type: str, computer_name: str, options: dict[str, Any], expiration_time: str
    ) -> Row:
        """`POST /response-actions`: the queued action"""
        body: Row = {"type": type, "computerName": computer_name, "options": options}
        if expiration_time:
            body["expirationTime"] = expiration_time
        return self._session.send(Call("POST", "/response-actions", json=body)).made()


def started_task(reply: Reply) -> Row:
    """`{taskInfo: {id, status, metadata, startTime}, status}` of a task just started, whichever
    dialect tells of it. Raises ResponseError for an answer without a task.
    """
    task = reply.thing()
    if "taskInfo" not in task and isinstance(reply.body, dict) and "data" in reply.body:
        task = published_names.task(task)
    if not isinstance(task.get("taskInfo"), dict):
        raise reply.unexpected("a task")
    return task
