# File: deployments.py
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
"""A package that is deployed, or would be: what runs, for whom, and what became of it on each of
the computers.
"""

from __future__ import annotations

from .action_results import NAMES_OF_ENDPOINTS, action_results
from .parts import Part, number
from .tables import Row, Section, badges, column, columns_of, drawn_row, facts, section, table
from .values import float_of, text


ACTION = columns_of(
    "deployment",
    column("Action", "name"),
    column("Saved action", "id"),
    column("Package", "package_spec.name"),
    column("Command line", "command_line"),
    column("Target group", "target_group.name"),
    column("Expires after (s)", "expire_seconds", show=number),
    column("Spread over (s)", "distribute_seconds", show=number),
    column("Repeated after (s)", "issue_seconds", show=number),
    column("Package's hash", "package_spec.source_hash"),
    column("Domain of the package's author", "package_spec.mod_user.domain"),
)
TARGETS = (
    *NAMES_OF_ENDPOINTS,
    column("Platform", "platform"),
    column("Online", "online"),
)
MOST = 1000  # targets that are shown


def deployment(rows: list[Row], summary: Row) -> list[Section]:
    """Sections of *execute action*: of the one action, and of its targets."""
    action = rows[0] if rows else {}
    targets = [each for each in _list(action, "endpoints") if isinstance(each, dict)]
    values = [each for each in _list(action, "parameters") if isinstance(each, dict)]
    outcome = (
        action_results(targets[:MOST], summary)
        if text(summary.get("outcome"))
        else [table(targets[:MOST], TARGETS)]
    )
    return [
        badges(_badges(action, summary, len(targets))),
        section(facts(action, ACTION), kind="facts"),
        section([_value(each) for each in values], title="Parameters", kind="facts"),
        *outcome,
    ]


def _value(parameter: Row) -> Row:
    shown = [Part(text(parameter.get("value")), "")]
    return drawn_row([("", shown)], title=text(parameter.get("label") or parameter.get("key")))


def _list(action: Row, name: str) -> list[Row]:
    found = action.get(name)
    return found if isinstance(found, list) else []


def _badges(action: Row, summary: Row, shown: int) -> list[Part]:
    """Whether it was issued, to how many, and what stands in its way."""
    if not action:
        return []
    count = float_of(summary.get("endpoints_targeted"))
    approval = text(summary.get("approval"))
    found = [
        Part("Dry run: nothing was issued", "warn badge")
        if action.get("dry_run") is True
        else Part("Issued", "good badge")
    ]
    if count is not None:
        more = f", {min(shown, MOST):,} shown" if min(shown, MOST) < count else ""
        found.append(Part(f"{count:,.0f} targets{more}", "quiet badge"))
    if approval in ("waiting", "needed"):
        found.append(Part(f"Approval {approval}", "warn badge"))
    return found
