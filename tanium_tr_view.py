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

Each `display_...` takes the name of the action, SOAR's pairs of a summary and its ActionResults,
and the template's context, which it fills; it returns the template's path. They are pure, and never
fail because of what a row holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tanium_tr.widgets.results import fill_context


def display_process_tree(
    provides: str, all_app_runs: Iterable[Any], context: dict[str, Any]
) -> str:
    return fill_context("process_tree", provides, all_app_runs, context)


def display_process_events(
    provides: str, all_app_runs: Iterable[Any], context: dict[str, Any]
) -> str:
    return fill_context("process_events", provides, all_app_runs, context)


def display_events(provides: str, all_app_runs: Iterable[Any], context: dict[str, Any]) -> str:
    return fill_context("events", provides, all_app_runs, context)


def display_alerts(provides: str, all_app_runs: Iterable[Any], context: dict[str, Any]) -> str:
    return fill_context("alerts", provides, all_app_runs, context)


def display_files(provides: str, all_app_runs: Iterable[Any], context: dict[str, Any]) -> str:
    return fill_context("files", provides, all_app_runs, context)


def display_vault_files(provides: str, all_app_runs: Iterable[Any], context: dict[str, Any]) -> str:
    return fill_context("vault_files", provides, all_app_runs, context)


def display_endpoint_files(
    provides: str, all_app_runs: Iterable[Any], context: dict[str, Any]
) -> str:
    return fill_context("endpoint_files", provides, all_app_runs, context)


def display_snapshots(provides: str, all_app_runs: Iterable[Any], context: dict[str, Any]) -> str:
    return fill_context("snapshots", provides, all_app_runs, context)


def display_connections(provides: str, all_app_runs: Iterable[Any], context: dict[str, Any]) -> str:
    return fill_context("connections", provides, all_app_runs, context)


def display_intel(provides: str, all_app_runs: Iterable[Any], context: dict[str, Any]) -> str:
    return fill_context("intel", provides, all_app_runs, context)


def display_data_connections(
    provides: str, all_app_runs: Iterable[Any], context: dict[str, Any]
) -> str:
    return fill_context("data_connections", provides, all_app_runs, context)


def display_connection_logs(
    provides: str, all_app_runs: Iterable[Any], context: dict[str, Any]
) -> str:
    return fill_context("connection_logs", provides, all_app_runs, context)


def display_delivery(provides: str, all_app_runs: Iterable[Any], context: dict[str, Any]) -> str:
    return fill_context("delivery", provides, all_app_runs, context)
