# File: tanium_tr_view.py
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
"""SOAR's entry points of the custom views: what its web process calls to show an action's results.

SOAR finds a view by its name in this module. Each `display_...` takes the name of the action,
SOAR's pairs of a summary and its ActionResults, and the template's context, which it fills; it
returns the template's path. They are pure, and never fail because of what a row holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Callable

from tanium_tr.widgets.results import fill_context


View = Callable[[str, Iterable[Any], dict[str, Any]], str]


def _view(widget: str) -> View:
    """A function, as published apps have; SOAR is not known to take any other callable."""

    def display(provides: str, all_app_runs: Iterable[Any], context: dict[str, Any]) -> str:
        return fill_context(widget, provides, all_app_runs, context)

    return display


display_process_tree = _view("process_tree")
display_process_events = _view("process_events")
display_events = _view("events")
display_alerts = _view("alerts")
display_files = _view("files")
display_vault_files = _view("vault_files")
display_endpoint_files = _view("endpoint_files")
display_snapshots = _view("snapshots")
display_connections = _view("connections")
display_intel = _view("intel")
display_data_connections = _view("data_connections")
display_connection_logs = _view("connection_logs")
display_delivery = _view("delivery")
display_question_results = _view("question_results")
display_processes = _view("processes")
display_endpoint = _view("endpoint")
display_action_results = _view("action_results")
display_deployment = _view("deployment")
display_investigation = _view("investigation")
display_containment = _view("containment")
