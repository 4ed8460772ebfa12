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
"""What became of each endpoint: its row, what proves it, and what to do next.

Proof comes from three places, and nothing else is proof:

    the word Verified                         the package has a verify group, and Tanium has checked
    didActionComplete and a final good word   a response action, with its action's results
    an answer of the customer's sensor        `quarantine_sensor` of the asset

An endpoint that answers no more says neither that it is quarantined nor that it is not.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ..declare import (
    BOOLEAN,
    CLIENT_ID,
    NUMERIC,
    PACKAGE_NAME,
    PLATFORM_ACTION_ID,
    RESPONSE_ACTION_ID,
    Column,
)
from ..deployment.approval import APPROVALS
from ..deployment.outcome import ENDPOINT
from ..deployment.saved_action_columns import PREVIEW
from ..deployment.status_words import is_verified, plain
from ..deployment.targets import Computer
from ..tasks.outcomes import FAILED, NOT_REPORTED, OUTCOMES, RUNNING, SUCCEEDED, UNKNOWN
from ..words import counted, first_few, printable


Row = dict[str, Any]

METHODS = ACTION, RESPONSE_ACTION = "action", "response action"

DEVICE = (
    *(column for column in ENDPOINT if column.path not in ("count", "action_id")),
    Column("computer_id", contains=(CLIENT_ID,), title="Client ID", examples=("2029311007",)),
    Column("platform", title="Operating system", examples=("Windows",)),
    Column("online", BOOLEAN),
    Column("verified", BOOLEAN, title="Verified"),
    Column("reason", title="Why"),
    Column("next_step", title="What to do next"),
    Column("left_alone", BOOLEAN),
    Column("method", examples=METHODS),
    Column("package_name", contains=(PACKAGE_NAME,), examples=("Apply Windows IPsec Quarantine",)),
    Column("action_id", NUMERIC, (PLATFORM_ACTION_ID,), (126150,), "Action ID"),
    Column("saved_action_id", NUMERIC, examples=(482,)),
    Column("response_action_id", NUMERIC, (RESPONSE_ACTION_ID,), (41,)),
    *PREVIEW,
)
_COUNTED = ("targeted", "succeeded", "verified", "failed", "running", "unknown", "left_alone")
SUMMARY = (
    Column("outcome", examples=OUTCOMES),
    *(Column(f"endpoints_{name}", NUMERIC, examples=(1,)) for name in _COUNTED),
    Column("action_ids", examples=("126150, 126151",)),
    Column("saved_action_ids", examples=("482, 483",)),
    Column("response_action_ids", examples=("41",)),
    Column("approval", examples=APPROVALS),
    Column("dry_run", BOOLEAN),
)
# Words by which the endpoint itself says that it did not do it.
_SURE_FAILURES = ("notsucceeded", "stopped")


class Goal(NamedTuple):
    """Quarantine or release, in words: `done` as in "2 of 3 endpoints quarantined"."""

    title: str
    done: str
    is_quarantine: bool


QUARANTINE = Goal("Quarantine", "quarantined", True)
RELEASE = Goal("Release from quarantine", "released", False)


def new_row(computer: Computer, package_name: str) -> Row:
    """An endpoint for which nothing has been done."""
    return {
        **computer.as_row(),
        "package_name": package_name,
        "method": "",
        "action_id": None,
        "saved_action_id": None,
        "response_action_id": None,
        "dry_run": False,
        "left_alone": False,
        **verdict(RUNNING),
    }


def verdict(
    outcome: str, reason: str = "", next_step: str = "", *, verified: bool = False, **more: Any
) -> Row:
    """What a row says of the outcome; `more` are `status`, Tanium's word, and its `meaning`."""
    return {
        "status": "",
        "meaning": "",
        **more,
        "outcome": outcome,
        "final": outcome in (SUCCEEDED, FAILED),
        "success": outcome == SUCCEEDED,
        "verified": verified,
        "reason": reason,
        "next_step": next_step,
    }


def _status_of(row: Row) -> Row:
    """Tanium's own word for an endpoint, and what it means."""
    return {name: row[name] for name in ("status", "meaning")}


def by_word(goal: Goal, row: Row, endpoint: Row) -> Row:
    """The verdict of an endpoint's word; `endpoint` is its row of the action's results."""
    status = _status_of(endpoint)
    outcome = endpoint["outcome"]
    if outcome == SUCCEEDED and is_verified(endpoint["status"]):
        return verdict(SUCCEEDED, "", _how_to_release(goal), verified=True, **status)
    if outcome == SUCCEEDED:
        reason = (
            "The package has no verification: Tanium says that its command has ended, not what it"
            " did."
        )
        return verdict(SUCCEEDED, reason, _check_in_place(goal), **status)
    if outcome == FAILED:
        return verdict(FAILED, f"{endpoint['meaning']}.", _run_again(), **status)
    if outcome == RUNNING:
        return verdict(RUNNING, "It was not finished in time.", _read_later(row), **status)
    return unknown(goal, row, f"{endpoint['meaning']}.", **status)


def unknown(goal: Goal, row: Row, reason: str, **status: Any) -> Row:
    """The verdict of an endpoint that may have done it, or not."""
    return verdict(UNKNOWN, reason, _assume_nothing(goal, row), **status)


def by_task(goal: Goal, row: Row, task_outcome: str, reasons: str, word: Row) -> Row:
    """The verdict of a response action: `word` is the verdict of its action's word. Both must say
    that it was done, or the word that it is verified.
    """
    status = _status_of(word)
    if task_outcome == RUNNING and not word["verified"]:
        return verdict(RUNNING, "It was not finished in time.", _read_later(row), **status)
    if task_outcome == FAILED:
        reason = f"The response action failed{reasons}"
        if word["outcome"] == SUCCEEDED:
            reason += "; the endpoint's own status says otherwise."
            return unknown(goal, row, reason, **status)
        return verdict(FAILED, f"{reason}.", _run_again(), **status)
    if word["verified"] or (task_outcome == word["outcome"] == SUCCEEDED):
        return verdict(SUCCEEDED, "", _how_to_release(goal), verified=True, **status)
    if task_outcome == SUCCEEDED and not word["status"]:
        reason = "Tanium says that it was done, but the endpoint's status cannot be read."
        return verdict(SUCCEEDED, reason, _check_in_place(goal), **status)
    if task_outcome == SUCCEEDED:
        reason = "Tanium says that it was done, but the endpoint's own status does not."
    else:
        reason = NOT_REPORTED
    return verdict(UNKNOWN, reason, _check_in_place(goal), **status)


def is_doubtful(row: Row) -> bool:
    """Whether a quarantine that has cut the endpoint off would look like this."""
    is_issued = row["saved_action_id"] is not None or row["response_action_id"] is not None
    return is_issued and not row["success"] and plain(row["status"]) not in _SURE_FAILURES


def cut_off(goal: Goal, row: Row) -> Row:
    """The verdict of an endpoint that answers no more."""
    status = _status_of(row)
    if row["online"] is False:
        reason = "The endpoint was offline before, and still is."
    else:
        reason = (
            "The endpoint no longer answers Tanium: the quarantine may have cut it off from its"
            " server, or it is turned off. Whether it is quarantined is unknown."
        )
    return unknown(goal, row, reason, **status)


def unseen(goal: Goal, row: Row, problem: str) -> Row:
    """The verdict of an endpoint of which it cannot be read whether it still answers."""
    reason = f"{row['reason']} Whether the endpoint still answers Tanium cannot be read: {problem}"
    return unknown(goal, row, reason.strip(), **_status_of(row))


def by_sensor(goal: Goal, row: Row, sensor: str, answer: str, *, is_quarantined: bool) -> Row:
    """The verdict of an answer to the customer's sensor."""
    status = _status_of(row)
    reason = f"Sensor '{printable(sensor)}' answers '{printable(answer)}'."
    if is_quarantined is goal.is_quarantine:
        return verdict(SUCCEEDED, reason, _how_to_release(goal), verified=True, **status)
    if row["success"]:
        return verdict(
            UNKNOWN, f"{reason} Tanium reports otherwise.", _check_in_place(goal), **status
        )
    both = f"{reason} {row['reason']}".strip()
    return verdict(row["outcome"], both, row["next_step"], **status)


def not_issued(reason: str) -> Row:
    """An endpoint for which nothing could be issued."""
    return verdict(
        FAILED, f"Nothing was issued for it: {reason}", "Remove the cause, and run again."
    )


def in_doubt(reason: str) -> Row:
    """It may have been issued."""
    return verdict(UNKNOWN, reason, "Run the action again with the same parameters.")


def issued(row: Row) -> Row:
    """The verdict of a run that does not wait."""
    return verdict(
        RUNNING, "It was issued; the action did not wait for its outcome.", _read_later(row)
    )


def waits_for_approval(saved_action_id: Any) -> Row:
    """Nothing has run yet."""
    return verdict(
        RUNNING,
        "It waits for approval by another user; nothing runs until then.",
        f"Have another user approve saved action {printable(saved_action_id)} in Tanium.",
    )


def summary_of(rows: list[Row], approval: str) -> Row:
    """Endpoints by outcome, and what was issued."""
    counts = {name: sum(row["outcome"] == name for row in rows) for name in OUTCOMES}
    found: Row = {"outcome": outcome_of_all(rows), "dry_run": False, "approval": approval}
    found.update({f"endpoints_{name}": number for name, number in counts.items()})
    found["endpoints_targeted"] = len(rows)
    for name in ("verified", "left_alone"):
        found[f"endpoints_{name}"] = sum(row[name] for row in rows)
    for name in ("action_id", "saved_action_id", "response_action_id"):
        ids = dict.fromkeys(row[name] for row in rows if row[name] is not None)
        found[f"{name}s"] = ", ".join(map(str, ids))
    return found


def outcome_of_all(rows: list[Row]) -> str:
    """The worst of their outcomes."""
    outcomes = {row["outcome"] for row in rows}
    return next((each for each in (FAILED, UNKNOWN, RUNNING) if each in outcomes), SUCCEEDED)


def sentences(goal: Goal, rows: list[Row]) -> list[str]:
    """What became of them, with the names of those that did not end well, and what to do."""
    good = [row for row in rows if row["success"]]
    verified = sum(row["verified"] for row in good)
    proof = f" ({verified} verified)" if good else ""
    found = [f"{len(good)} of {counted(len(rows), 'endpoint')} {goal.done}{proof}."]
    words = {FAILED: "Failed", UNKNOWN: "Unknown", RUNNING: "Not finished"}
    for outcome, word in words.items():
        these = [row for row in rows if row["outcome"] == outcome]
        if these:
            found.append(f"{word}: {_first_names(these)}.")
    found += filter(None, [left_alone_sentence(goal, rows)])
    bad = [row for row in rows if not row["success"]]
    unproved = [row for row in good if not row["verified"]]
    if unproved:
        found.append(f"Not verified: {_first_names(unproved)}. {unproved[0]['reason']}")
    status = dict.fromkeys(row[name] for row in bad for name in ("reason", "next_step"))
    return [*found, *list(filter(None, status))[:6]]


def left_alone_sentence(goal: Goal, rows: list[Row]) -> str:
    """Which endpoints nothing was issued for, because they are in the wanted state."""
    alone = [row for row in rows if row["left_alone"]]
    state = "quarantined already" if goal.is_quarantine else "not quarantined"
    return f"Left as they were, because they are {state}: {_first_names(alone)}." if alone else ""


def _first_names(rows: list[Row]) -> str:
    return first_few(
        rows,
        lambda row: (
            printable(row["computer_name"])
            + (f" ({printable(row['status'])})" if row["status"] else "")
        ),
    )


def _how_to_release(goal: Goal) -> str:
    return "Run unquarantine device to release it." if goal.is_quarantine else ""


def _check_in_place(goal: Goal) -> str:
    state = "is cut off" if goal.is_quarantine else "has its network back"
    return f"Check on the network or at the endpoint that it {state}."


def _run_again() -> str:
    return "Check the package and the endpoint in Tanium, then run the action again."


def _read_later(row: Row) -> str:
    if row["action_id"]:
        return f"Run get action results with action_id {row['action_id']}."
    if row["response_action_id"]:
        return "Run list response actions, and get task with its task."
    return f"Check saved action {printable(row['saved_action_id'])} in Tanium."


def _assume_nothing(goal: Goal, row: Row) -> str:
    if goal.is_quarantine:
        return (
            "Do not assume that it is quarantined, or that it is not: check on the network or at"
            " the endpoint."
            f" {_read_later(row)} When it answers again, run the action again."
        )
    return (
        f"{_check_in_place(goal)} {_read_later(row)} A release reaches only an endpoint that"
        " answers Tanium."
    )
