# File: results.py
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
"""What the template draws of an action's results, widget by widget."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .action_results import action_results
from .columns import (
    ALERTS,
    BATCHES,
    CONNECTION_LOGS,
    CONNECTIONS,
    DATA_CONNECTIONS,
    ENDPOINT_FILES,
    FILES,
    INTEL,
    OUTCOME,
    PARAMETERS,
    SNAPSHOTS,
    VAULT_FILES,
)
from .containment import containment
from .deployments import deployment
from .endpoint import endpoint_card
from .events import EVENTS, PROCESS_EVENTS, event_listing
from .investigation import investigation
from .parts import Part
from .process_tree import PROCESS_PATHS, process_tree, running_processes
from .questions import question_results, records_of
from .tables import Row, Section, Sections, drawn_row, facts, listing, section
from .values import text


TEMPLATE = "views/results.html"
ROWS = 1000  # of a result that are shown
LONGEST_CONTENTS = 50_000  # characters of an intel document


def fill_context(
    widget: str, provides: str, all_app_runs: Iterable[Any], context: dict[str, Any]
) -> str:
    """Fill the template's context with the results of an action; the template's path."""
    sections = WIDGETS[widget]
    context["action"] = provides
    context["results"] = [
        _drawn_result(result, sections) for _, results in all_app_runs for result in results
    ]
    return TEMPLATE


def _drawn_result(result: Any, sections: Sections) -> Row:
    data, summary, parameters = result.get_data(), result.get_summary(), result.get_param()
    rows = [row for row in data if isinstance(row, dict)] if isinstance(data, list) else []
    summary = summary if isinstance(summary, dict) else {}
    failed = result.get_status() in (False, None, "failed")
    lines = facts(parameters, PARAMETERS) if isinstance(parameters, dict) else []
    asked = [section(lines, kind="facts")] if lines else []
    count = max([len(rows), *(len(records_of(row)) for row in rows[:ROWS])])
    rows = [_shortened(row) for row in rows[:ROWS]]
    shown = [each for each in sections(rows, summary) if each["rows"] or each["chart"]]
    return {
        "failed": failed,
        "message": text(result.get_message()),
        "sections": [*asked, *shown],
        "is_empty": not (rows and shown) and not failed,
        "is_partial": bool(rows and shown) and failed,
        "omitted": (
            f"Showing the first {ROWS:,} of {count:,} rows. The result itself contains all of them."
            if count > ROWS
            else ""
        ),
    }


def _shortened(row: Row) -> Row:
    """A row whose records are the answers to a question, with those that are shown."""
    records = records_of(row)
    return {**row, "records": records[:ROWS]} if len(records) > ROWS else row


def _intel(rows: list[Row], summary: Row) -> list[Section]:
    """The documents; of a single one its contents too."""
    contents = text(rows[0].get("contents"), LONGEST_CONTENTS) if len(rows) == 1 else ""
    return [
        *listing(INTEL, "Type")(rows, summary),
        section(
            [drawn_row([("", [Part(contents, "code")])])] if contents else [],
            title="Contents",
            kind="contents",
        ),
    ]


def _delivery(rows: list[Row], summary: Row) -> list[Section]:
    """What came of a run, and the batches that are still undelivered."""
    batches = [row for row in rows if "batch_id" in row]
    outcome = summary or next((row for row in rows if "batch_id" not in row), {})
    return [
        section(facts(outcome, OUTCOME), kind="facts"),
        *listing(BATCHES, "State")(batches, {}),
    ]


def _processes(rows: list[Row], summary: Row) -> list[Section]:
    """Those of one endpoint, the answers to a question, or an action that was issued."""
    if any("data" in row or "records" in row for row in rows):
        return question_results(rows, summary)
    is_live = any(not PROCESS_PATHS.isdisjoint(row) for row in rows)
    return (running_processes if is_live else deployment)(rows, summary)


WIDGETS: dict[str, Sections] = {
    "action_results": action_results,
    "alerts": listing(ALERTS, "Priority", "State"),
    "connection_logs": listing(CONNECTION_LOGS, "Status"),
    "connections": listing(CONNECTIONS, "Status"),
    "data_connections": listing(DATA_CONNECTIONS, "Last run"),
    "delivery": _delivery,
    "endpoint": endpoint_card,
    "containment": containment,
    "deployment": deployment,
    "endpoint_files": listing(ENDPOINT_FILES, "Type"),
    "events": event_listing(EVENTS),
    "files": listing(FILES),
    "intel": _intel,
    "investigation": investigation,
    "process_events": event_listing(PROCESS_EVENTS),
    "process_tree": process_tree,
    "processes": _processes,
    "question_results": question_results,
    "snapshots": listing(SNAPSHOTS),
    "vault_files": listing(VAULT_FILES),
}
