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
"""Tasks."""

from __future__ import annotations

from flask import Response
from werkzeug.exceptions import NotFound

from dev.simulator.routes.request import page_of, reply, specified, state, threat_response


routes = threat_response("tasks")


@routes.before_request
def _absent_where_specified() -> None:
    if specified("tasks") and state.settings.without_tasks:
        raise NotFound


@routes.get("/tasks")
def list_tasks() -> Response:
    """Newest first."""
    return reply({"data": page_of([*reversed(state.tasks.all.values())])})


@routes.get("/tasks/<int:task_id>")
def get_task(task_id: int) -> Response:
    return reply({"data": state.tasks.get(task_id)})
