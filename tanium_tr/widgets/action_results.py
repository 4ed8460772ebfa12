# File: action_results.py
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
"""What became of an action on each endpoint: how many succeeded, failed and are left, a chart of
Tanium's words, and a table of the endpoints.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..declare import CLIENT_ID, HOST_NAME
from ..tasks.outcomes import FAILED, OUTCOMES, SUCCEEDED
from .chart import counts_by_answer
from .parts import Part, badge, badge_style, number
from .tables import Row, Section, TableColumn, badges, column, section, table
from .values import float_of, text


NAMES_OF_ENDPOINTS = (
    column("Computer", "computer_name", contains=(HOST_NAME,)),
    column("Client ID", "computer_id", contains=(CLIENT_ID,)),
)
ENDPOINTS = (
    *NAMES_OF_ENDPOINTS,
    column("Outcome", "outcome", show=badge),
    column("Status", "status"),
    column("Meaning", "meaning"),
    column("Computers", "count", show=number),
)
NO_ANSWER = "(no answer)"
_LEFT = {
    "endpoints_running": "not finished",
    "endpoints_unknown": "unknown",
    "endpoints_missing": "without an answer",
    "endpoints_offline": "of them offline",
}


def action_results(
    rows: list[Row],
    summary: Row,
    columns: Sequence[TableColumn] = ENDPOINTS,
    more: Sequence[Part] = (),
) -> list[Section]:
    """Sections of a result with one row for each endpoint; `more` are badges behind the counts."""
    columns = [each for each in columns if each.title != "Computers" or _has_several(rows)]
    return [
        badges([*_counts(summary), *more]),
        section([], chart=counts_by_answer(_counted(rows, summary), "status")),
        table(rows, columns),
    ]


def _has_several(rows: list[Row]) -> bool:
    return any((float_of(row.get("count")) or 1) > 1 for row in rows)


def _counted(rows: list[Row], summary: Row) -> list[tuple[str, float]]:
    """Endpoints by Tanium's words; by outcome where there are more rows than are shown."""
    words: dict[str, float] = {}
    for row in rows:
        word = text(row.get("status"), 40) or NO_ANSWER
        words[word] = words.get(word, 0) + (float_of(row.get("count")) or 1)
    by_outcome = {
        name: float_of(summary.get(f"endpoints_{name}")) or 0 for name in (*OUTCOMES, "missing")
    }
    answered = sum(words.values()) - words.get(NO_ANSWER, 0)
    if answered < (float_of(summary.get("endpoints_reported")) or 0):
        return [(name, number) for name, number in by_outcome.items() if number]
    return list(words.items())


def _counts(summary: Row) -> list[Part]:
    """The outcome, and how many endpoints are where, as far as the summary says."""
    outcome = text(summary.get("outcome"))
    if not outcome:
        return []
    state, targeted = text(summary.get("state")), float_of(summary.get("endpoints_targeted"))
    counted = {name: float_of(value) or 0 for name, value in summary.items()}
    good, bad = (counted.get(f"endpoints_{name}", 0) for name in (SUCCEEDED, FAILED))
    of = "" if targeted is None else f" of {targeted:,.0f}"
    return [
        Part(outcome.capitalize(), badge_style(outcome)),
        *([Part(f"Action {state}", "quiet badge")] if state else []),
        Part(f"{good:,.0f}{of} succeeded", "good badge" if good else "quiet badge"),
        *([Part(f"{bad:,.0f} failed", "bad badge")] if bad else []),
        *(
            Part(f"{counted[name]:,.0f} {words}", "warn badge")
            for name, words in _LEFT.items()
            if counted.get(name)
        ),
    ]
