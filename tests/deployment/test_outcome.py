# File: test_outcome.py
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
"""Whom an action names, and which of its targets have not answered."""

from __future__ import annotations

from typing import Any

import pytest

from tanium_tr.deployment.outcome import Target, report_of
from tanium_tr.deployment.reading import pinned_count
from tanium_tr.deployment.status_words import Rules


PLAIN = Rules(has_verify_group=False, has_exit_code_criteria=False)
OPEN, CLOSED = {"id": 7, "name": "a", "status": "Open"}, {"id": 7, "name": "a", "status": "Closed"}


def results(*rows: tuple[str, str, int]) -> dict[str, Any]:
    names = ("Computer Name", "Action Statuses", "Count")
    columns = [{"name": name, "hash": number} for number, name in zip((1, 2, 0), names)]
    cells = [[[{"text": str(value)}] for value in row] for row in rows]
    return {"result_sets": [{"columns": columns, "rows": [{"data": each} for each in cells]}]}


@pytest.mark.parametrize(
    ("rows", "outcome", "reported"),
    [
        ([("a", "7:Completed.", 1)] * 2, "unknown", "2 of 3 endpoints succeeded"),
        ([("c", "7:Completed.", 1), ("d", "7:Completed.", 1)], "unknown", "No answer from a, b."),
        ([("a", "7:Completed.", 1), ("", "7:Completed.", 1)], "unknown", "No answer from b."),
        ([("a", "8:Completed.", 1), ("b", "7:Completed.", 1)], "unknown", "Unknown: a (8:Complet"),
        ([("a", "7:Completed.", 5), ("b", "7:Failed.", 0)], "failed", "Failed: b (Failed)."),
        (
            [("A ", "07:Completed.", 1), ("b.example", "Completed", 1)],
            "succeeded",
            "2 of 2 endpoin",
        ),
        ([(name, "7:Completed.", 1) for name in "abc"], "succeeded", "3 of 3 endpoints succeeded"),
    ],
    ids=["doubled", "others", "nameless", "other action", "no count", "spelling", "newcomer"],
)
def test_success_takes_a_good_row_of_every_target(rows: Any, outcome: str, reported: str) -> None:
    """As many good rows as there are targets are not enough."""
    report = report_of(CLOSED, results(*rows), PLAIN, targets=[Target("a"), Target("b")])

    assert report.outcome == outcome, report.message
    assert reported in report.message
    assert report.summary["endpoints_missing"] == len(report.silent)


def test_rows_of_an_action_that_was_meant_for_nobody_are_told() -> None:
    report = report_of(OPEN, results(("a", "7:Completed.", 1)), PLAIN, targeted=0)

    assert report.outcome == "succeeded"
    assert "1 of 1 endpoint succeeded" in report.message
    assert "nowhere" not in report.message


def test_targets_without_a_row_are_told_from_failures() -> None:
    targets = [Target("kiosk", is_online=False), Target("ws-1"), Target("KIOSK"), Target("kiosk")]
    found = results(("kiosk", "7:Completed.", 2), ("WS-1", "7:Failed.", 1))

    lasting = report_of(OPEN, found, PLAIN, targets=targets)
    over = report_of(CLOSED, found, PLAIN, targets=targets)

    reported = [(row["computer_name"], row["status"], row["outcome"]) for row in lasting.rows]
    assert reported == [
        ("WS-1", "Failed", "failed"),
        ("kiosk", "", "running"),
        ("kiosk", "Completed", "succeeded"),
    ]
    assert lasting.outcome == "running"
    assert over.rows[1]["meaning"].startswith("The endpoint is offline and has not answered; the a")
    assert (over.outcome, over.rows[1]["outcome"]) == ("failed", "unknown")
    assert (over.summary["endpoints_offline"], over.summary["endpoints_missing"]) == (1, 1)
    assert over.message == (
        "Action 7 (a) failed: 2 of 4 endpoints succeeded (2 Completed, 1 Failed). Its time is up."
        " Failed: WS-1 (Failed). No answer from kiosk (offline)."
    )


@pytest.mark.parametrize("cell", [[], [{"text": "7:Completed."}, {"text": "7:Running."}], [{}], 5])
def test_cell_that_is_no_word_is_no_success(cell: Any) -> None:
    found = results(("ws-1", "x", 1))
    found["result_sets"][0]["rows"][0]["data"][1] = cell

    report = report_of(CLOSED, found, PLAIN, targeted=1)

    assert (report.outcome, report.rows[0]["outcome"]) == ("unknown", "unknown")


def pin(*numbers: int, **other: Any) -> dict[str, Any]:
    filters = [
        {"sensor": {"name": "Computer ID"}, "operator": "Equal", "value": str(number)}
        for number in numbers
    ]
    return {"id": 5, "and_flag": False, "filters": filters, **other}


@pytest.mark.parametrize(
    ("group", "count"),
    [
        (pin(1, 2, 2), 2),
        (pin(1, and_flag=True), 1),
        ({"and_flag": False, "sub_groups": [pin(1, 2, and_flag=False), pin(3)]}, 3),
        (pin(1, 2, and_flag=True), None),
        (pin(1, not_flag=True), None),
        (pin(1, sub_groups=[{"id": 4, "name": "Servers"}], and_flag=True), None),
        ({"filters": [{"sensor": {"name": "Computer Name"}, "operator": "Equal"}]}, None),
        ({"filters": [{**pin(1)["filters"][0], "operator": "RegexMatch"}]}, None),
        ({"filters": [{**pin(1)["filters"][0], "not_flag": True}]}, None),
        ({"id": 0}, None),
        (None, None),
        ({"filters": "x"}, None),
        ({"filters": ["x"]}, None),
    ],
)
def test_computers_that_a_target_names(group: Any, count: int | None) -> None:
    assert pinned_count(group) == count
