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
"""Tanium's results, of an action or of a response action, as outcomes of the endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..deployment.host_names import ByHost
from ..deployment.outcome import ActionReport, Target
from ..deployment.reading import ActionReader
from ..deployment.targets import NAME, Targets
from ..errors import ApiError
from ..numbers import natural_number
from ..tasks.outcomes import RUNNING, UNKNOWN
from ..tasks.response_actions import find, standing_of
from .outcomes import Goal, Row, by_task, by_word, unknown, verdict


if TYPE_CHECKING:
    from ..tanium.clients import Tanium


_AMBIGUOUS = "Several endpoints have this name, and Tanium's results do not say which one this is."


def by_results(goal: Goal, rows: dict[str, Row], targets: Targets, report: ActionReport) -> None:
    """Put an action's results, which have names alone, into the rows of its targets."""
    by_host = ByHost(report.rows, lambda each: each[NAME])
    for computer in targets.computers:
        row = rows.get(computer.client_id)
        if row is None or row["left_alone"]:
            continue
        row["action_id"] = natural_number(report.action.get("id"))
        named = by_host.named(computer.name)
        if len({(each["status"], each["outcome"]) for each in named}) == 1:
            row.update(by_word(goal, row, named[0]))
        else:
            row.update(unknown(goal, row, _AMBIGUOUS if named else "Tanium has no result for it."))
        if report.note and not row["success"]:
            row["reason"] = report.note


def standing_verdict(tanium: Tanium, goal: Goal, row: Row, started: Row) -> Row:
    """The verdict of a response action as it is now."""
    listed = find(tanium, started)
    if listed is None:
        return verdict(RUNNING, "Tanium does not list it yet.")
    standing = standing_of(tanium, listed)
    word: dict[str, Any] = verdict(UNKNOWN)
    if standing.action_id is not None:
        row["action_id"] = standing.action_id
        word = _word(tanium, goal, row, standing.action_id)
    return by_task(goal, row, standing.outcome.word, standing.outcome.reasons_text, word)


def _word(tanium: Tanium, goal: Goal, row: Row, action_id: int) -> Row:
    """The verdict of the endpoint's word; without one where the account may not read it."""
    try:
        report = ActionReader(tanium, action_id, targets=[Target(row[NAME], row["online"])]).read()
    except ApiError:
        return verdict(UNKNOWN)
    named = ByHost(report.rows, lambda each: each[NAME]).named(row[NAME])
    return by_word(goal, row, named[0]) if len(named) == 1 else verdict(UNKNOWN)
