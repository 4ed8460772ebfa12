# File: outcomes.py
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
"""What became of a task, by its own results: a task that Tanium calls COMPLETED may have failed.

status     results                                            outcome
STARTED    {}                                                 running
COMPLETED  {"completed": ["C:\\x"], "failed": [], ...}         succeeded
COMPLETED  {"completed": [], "failed": ["C:\\x"], ...}         failed: 'C:\\x'
COMPLETED  {"didActionComplete": false, "lastActionId": 7}    failed: action 7 ...
COMPLETED  {}                                                 unknown
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ..words import printable, shown


COMPLETED = "COMPLETED"
ENDED_BADLY = ("INCOMPLETE", "ERROR", "FAILED", "CANCELLED", "CANCELED", "STOPPED", "EXPIRED")
UNDER_WAY = ("STARTED", "QUEUED", "PENDING", "ACCEPTED", "WAITING", "RUNNING", "IN PROGRESS")

SUCCEEDED, FAILED, UNKNOWN, RUNNING = "succeeded", "failed", "unknown", "running"
OUTCOMES = (SUCCEEDED, FAILED, UNKNOWN, RUNNING)

NOT_REPORTED = "Tanium does not say whether the computer carried it out."
_SHOWN_REASONS = 10
# What a task has made, or what was carried out: each alone shows that it was done.
_PROOFS = ("completed", "fileResults", "uuid", "snapshotName", "id", "name")


class TaskOutcome(NamedTuple):
    """`word` is one of OUTCOMES; `reasons` say what failed, or what is missing to tell."""

    word: str
    reasons: tuple[str, ...] = ()

    @property
    def reasons_text(self) -> str:
        """The reasons as the end of a sentence: `: 'C:\\x', 'access denied'`."""
        return f": {', '.join(self.reasons[:_SHOWN_REASONS])}" if self.reasons else ""


def status_of(row: dict[str, Any]) -> str:
    """The status of a task or of a response action, in capitals."""
    return printable(row.get("status") or "").upper()


def outcome_of(task: dict[str, Any]) -> TaskOutcome:
    """What became of a task. One that is COMPLETED without a word on what it did is unknown."""
    status, results = status_of(task), task.get("results")
    if not isinstance(results, dict):
        results = {}
    if status not in (COMPLETED, *ENDED_BADLY):
        return TaskOutcome(RUNNING if status in UNDER_WAY else UNKNOWN)
    reasons = _failures(task, results)
    if reasons or status in ENDED_BADLY:
        return TaskOutcome(FAILED, reasons)
    if "didActionComplete" in results or task.get("type") == "responseAction":
        return TaskOutcome(SUCCEEDED if results.get("didActionComplete") is True else UNKNOWN)
    return TaskOutcome(SUCCEEDED if any(results.get(name) for name in _PROOFS) else UNKNOWN)


def sentence(task: dict[str, Any]) -> str:
    """What became of a task, for the analyst."""
    outcome, name = outcome_of(task), f"Task is {task.get('status')}"
    if outcome.word == FAILED:
        return f"{name}, and failed{outcome.reasons_text}"
    if outcome.word == SUCCEEDED:
        return f"{name}, and succeeded"
    if outcome.word == UNKNOWN:
        return f"{name}, and its results do not say whether it succeeded"
    return name


def _failures(task: dict[str, Any], results: dict[str, Any]) -> tuple[str, ...]:
    failed = results.get("failed") or []
    found = [shown(item) for item in (failed if isinstance(failed, list) else [failed])]
    done = results.get("didActionComplete")
    if done is False or (done is not True and results.get("expired") is True):
        found.append(_not_carried_out(results))
    if task.get("error"):
        found.append(shown(task["error"]))
    return tuple(found)


def _not_carried_out(results: dict[str, Any]) -> str:
    """Of a response action: why, with the number of the action that should have done it."""
    number = results.get("lastActionId")
    action = "the action" if number is None else f"action {shown(number)}"
    if results.get("expired"):
        return f"{action} expired before the endpoint carried it out"
    return f"{action} was not carried out by the endpoint"
