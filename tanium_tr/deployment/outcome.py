# File: outcome.py
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
"""What became of an action, on each endpoint and as a whole (TANIUM_PLATFORM_WIRE 10).

Each endpoint has a word of Tanium's, whose meaning depends on the package (`status_words`). Once
the action is over, what is still running is unknown, and so are targets without a row: they were
offline, or have not answered. An action succeeded only if every target did; whether it did is not
known where the number of targets is not.

    5 targets, open:   3 Completed, 1 Running          running
    5 targets, ended:  3 Completed, 1 Running          unknown; 1 did not answer
    5 targets, ended:  4 Completed, 1 Failed           failed
    5 targets, open:   5 Completed                     succeeded, nothing more is to come
    ? targets, ended:  5 Completed                     unknown; see the counts
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from ..declare import BOOLEAN, HOST_NAME, NUMERIC, Column
from ..numbers import natural_number
from ..questions.results import cells_of, columns_of, first_set, keys_of
from ..tanium.reply import flag
from ..tasks.outcomes import FAILED, OUTCOMES, RUNNING, SUCCEEDED, UNKNOWN
from ..times import seconds
from ..words import counted, first_few, printable
from .host_names import ByHost, compared
from .status_words import VERIFIED_TEXT, Meaning, Rules, meaning_of, plain, word_of


Row = dict[str, Any]

OFFLINE, NO_ANSWER = "The endpoint is offline and has not answered", "The endpoint has not answered"

# The state of an action as a whole.
PENDING, APPROVAL, OPEN = "pending", "waiting for approval", "open"
STOPPED, ENDED, NOT_KNOWN = "stopped", "ended", "unknown"
ACTION_STATES = (PENDING, APPROVAL, OPEN, STOPPED, ENDED, NOT_KNOWN)
_STATES = {
    "pending": PENDING,
    "open": OPEN,
    "active": OPEN,
    "stopped": STOPPED,
    "closed": ENDED,
    "expired": ENDED,
}
_UNSET_TIMES = ("2001-01-01t00:00:00", "never")  # in small letters
_ORDER = (FAILED, UNKNOWN, RUNNING, SUCCEEDED)

ENDPOINT = (
    Column("computer_name", contains=(HOST_NAME,), title="Computer", examples=("ws-finance-07",)),
    Column("status", title="Status", examples=("Completed", "Verified", "Failed")),
    Column("meaning", title="Meaning", examples=(VERIFIED_TEXT,)),
    Column("outcome", title="Outcome", examples=OUTCOMES),
    Column("final", BOOLEAN, title="Final"),
    Column("success", BOOLEAN, title="Success"),
    Column("count", NUMERIC, examples=(1,)),
    Column("action_id", NUMERIC, examples=(501,)),
)
SUMMARY = (
    Column("action_id", NUMERIC, examples=(501,)),
    Column("outcome", examples=OUTCOMES),
    Column("state", examples=ACTION_STATES),
    Column("finished", BOOLEAN),
    Column("endpoints_targeted", NUMERIC, examples=(5,)),
    Column("endpoints_reported", NUMERIC, examples=(5,)),
    Column("endpoints_succeeded", NUMERIC, examples=(4,)),
    Column("endpoints_failed", NUMERIC, examples=(1,)),
    Column("endpoints_running", NUMERIC, examples=(0,)),
    Column("endpoints_unknown", NUMERIC, examples=(0,)),
    Column("endpoints_offline", NUMERIC, examples=(0,)),
    Column("endpoints_missing", NUMERIC, examples=(0,)),
    Column("statuses", examples=("4 Verified, 1 Failed",)),
)


class Target(NamedTuple):
    """An endpoint that an action is meant for; `is_online` is None where that is not known."""

    computer_name: str
    is_online: bool | None = None


def is_set(time: Any) -> bool:
    """Whether Tanium has set a time: one that it has not is in 2001, or `Never`."""
    return bool(time) and not str(time).casefold().startswith(_UNSET_TIMES)


def state_of(action: Row, *, now: Any = None, waits_for_approval: bool = False) -> str:
    """The state of an action as a whole, one of ACTION_STATES. `now` is Tanium's time, by which an
    action may be over before its status says so.
    """
    if flag(action, "stopped_flag"):
        return STOPPED
    state = _STATES.get(plain(str(action.get("status") or "")), NOT_KNOWN)
    if state in (STOPPED, ENDED):
        return state
    ends, moment = action.get("expiration_time"), seconds(now)
    if is_set(action.get("start_time")) and is_set(ends) and moment is not None:
        # That of an action which has not started counts from the year 2001.
        end = seconds(ends)
        if end is not None and moment >= end:
            return ENDED
    return APPROVAL if waits_for_approval else state


class ActionReport(NamedTuple):
    """An action with rows of the endpoints that have reported and of the `silent` targets;
    `targeted` is the number of its targets, None where it is not known. `note` is what else the
    analyst should know.
    """

    action: Row
    state: str
    reported: list[Row]
    silent: list[Row]
    targeted: int | None
    note: str = ""

    @property
    def rows(self) -> list[Row]:
        """One for each endpoint, as ENDPOINT declares them; what needs a look comes first."""
        return sorted(self.silent + self.reported, key=lambda row: _ORDER.index(row["outcome"]))

    @property
    def is_over(self) -> bool:
        return self.state in (STOPPED, ENDED)

    @property
    def is_finished(self) -> bool:
        """Whether nothing more is to come: every target has a final word, or the action is over."""
        return self.is_over or self._is_for_nobody or (self._has_all and self._all_final)

    @property
    def outcome(self) -> str:
        """One of OUTCOMES, for the action as a whole."""
        if self._is_for_nobody:
            return FAILED
        if not self.is_finished:
            return RUNNING
        if self.counts[FAILED]:
            return FAILED
        succeeded = self._has_all and self.counts[SUCCEEDED] == self._number > 0
        return SUCCEEDED if succeeded else UNKNOWN

    @property
    def counts(self) -> Counter[str]:
        """Endpoints by outcome, of those that have reported."""
        return _totals(self.reported, "outcome")

    @property
    def missing(self) -> int:
        """Targets that have not reported."""
        return max(len(self.silent), (self.targeted or 0) - self._number)

    @property
    def _is_for_nobody(self) -> bool:
        return self.targeted == 0 and not self._number

    @property
    def _number(self) -> int:
        """Endpoints that have reported."""
        return sum(row["count"] for row in self.reported)

    @property
    def _has_all(self) -> bool:
        return self.targeted is not None and not self.missing

    @property
    def _all_final(self) -> bool:
        return all(row["final"] for row in self.rows)

    @property
    def statuses(self) -> str:
        """Endpoints by Tanium's words: `4 Verified, 1 Failed`."""
        found = _totals(self.reported, "status").most_common()
        return ", ".join(f"{number} {printable(word) or '(none)'}" for word, number in found)

    @property
    def summary(self) -> Row:
        counts = self.counts
        return {
            "action_id": self.action.get("id"),
            "outcome": self.outcome,
            "state": self.state,
            "finished": self.is_finished,
            "endpoints_targeted": self.targeted,
            "endpoints_reported": self._number,
            "endpoints_succeeded": counts[SUCCEEDED],
            "endpoints_failed": counts[FAILED],
            "endpoints_running": counts[RUNNING],
            "endpoints_unknown": counts[UNKNOWN],
            "endpoints_offline": sum(row["meaning"].startswith(OFFLINE) for row in self.silent),
            "endpoints_missing": self.missing,
            "statuses": self.statuses,
        }

    @property
    def progress(self) -> str:
        """How far it is, in a few words: `3 of 5 endpoints done (3 Completed, 1 Running)`."""
        done = sum(row["count"] for row in self.reported if row["final"])
        of = "" if self.targeted is None else f" of {self.targeted}"
        statuses = f" ({self.statuses})" if self.statuses else ""
        return f"{done}{of} endpoints done{statuses}" if self._number or of else self.state

    @property
    def message(self) -> str:
        """What became of it and why, as sentences."""
        return " ".join(
            [f"Action {self._name} {self._verdict}.", *self._reasons(), self.note]
        ).strip()

    @property
    def _name(self) -> str:
        return f"{self.action.get('id')} ({printable(self.action.get('name') or 'without a name')})"

    @property
    def _verdict(self) -> str:
        words = {
            SUCCEEDED: "succeeded",
            FAILED: "failed",
            RUNNING: "is not finished",
            UNKNOWN: "ended, but did not succeed on every target",
        }
        if self.targeted is None and self.outcome == UNKNOWN:
            words[UNKNOWN] = "has ended; the number of its targets is not known"
        good = self.counts[SUCCEEDED]
        of = counted(good, "endpoint")
        if self.targeted is not None:
            # More than the targets have reported where computers came into the target later.
            of = f"{good} of {counted(self._number + self.missing, 'endpoint')}"
        statuses = f" ({self.statuses})" if self.statuses else ""
        return f"{words[self.outcome]}: {of} succeeded{statuses}"

    def _reasons(self) -> list[str]:
        found = [_STATE_SENTENCES[self.state]] if self.state in _STATE_SENTENCES else []
        if self._is_for_nobody:
            return [*found, "No computer is in its target: it runs nowhere."]
        for outcome, words in _OUTCOME_WORDS.items():
            rows = [row for row in self.reported if row["outcome"] == outcome]
            if rows and (outcome == FAILED or self.is_over):
                found.append(f"{words}: {first_few(rows, _named)}.")
        if self.silent:
            found.append(f"No answer from {first_few(self.silent, _named)}.")
        elif self.missing:
            found.append(
                f"{counted(self.missing, 'endpoint')} did not answer, or left the target."
                if self.is_over
                else f"No answer yet from {counted(self.missing, 'endpoint')}."
            )
        elif self.is_over and not self._number:
            found.append("No endpoint reported: none matched, or all were offline.")
        return found


_STATE_SENTENCES = {
    APPROVAL: "It is waiting for approval by another user; nothing runs until then.",
    PENDING: "It has not started yet.",
    STOPPED: "It was stopped; commands that were already running were not ended.",
    ENDED: "Its time is up.",
    NOT_KNOWN: "This app does not know the status that Tanium reports.",
}
_OUTCOME_WORDS = {FAILED: "Failed", UNKNOWN: "Unknown"}


def report_of(
    action: Row,
    results: Row,
    rules: Rules,
    *,
    targets: Sequence[Target] = (),
    targeted: int | None = None,
    waits_for_approval: bool = False,
    note: str = "",
) -> ActionReport:
    """What became of an action, by the results as they were read. `targets` are the endpoints that
    it is meant for, where they are known; `targeted` is their number, where only that is.
    """
    state = state_of(action, now=results.get("now"), waits_for_approval=waits_for_approval)
    answers = _answers(results, natural_number(action.get("id")))
    if answers and state in (PENDING, APPROVAL):
        state = OPEN  # servers are seen to call an action pending that runs
    is_over = state in (STOPPED, ENDED)
    rows = [
        _endpoint(action, name, word, count, meaning_of(word, rules), is_over=is_over)
        for name, word, count in answers
    ]
    silent = [
        _endpoint(
            action,
            target.computer_name,
            "",
            1,
            Meaning(RUNNING, OFFLINE if target.is_online is False else NO_ANSWER),
            is_over=is_over,
        )
        for target in _silent(targets, rows)
    ]
    number = len(targets) if targets else targeted
    return ActionReport(action, state, rows, silent, number, note)


def _endpoint(
    action: Row, name: str, word: str, count: int, meaning: Meaning, *, is_over: bool
) -> Row:
    outcome, text = meaning
    if is_over and outcome == RUNNING:
        outcome = UNKNOWN
        text += "; the action has ended, so the result is not known"
    return {
        "computer_name": name,
        "status": word,
        "meaning": text,
        "outcome": outcome,
        "final": meaning.is_final,
        "success": outcome == SUCCEEDED,
        "count": count,
        "action_id": action.get("id"),
    }


def _answers(results: Row, action_id: int | None) -> list[tuple[str, str, int]]:
    """Computer, word and number of computers of each row. A cell with different words is none that
    is known.
    """
    found = first_set(results)
    keys = keys_of(columns_of(found))
    answers = []
    for row in found.get("rows") or []:
        cells = dict(zip(keys, cells_of(row)))
        names = [(text or "").strip() for text in cells.get("computer_name", [])]
        statuses = cells.get("action_statuses", cells.get("action_status", []))
        words = dict.fromkeys(word_of(status, action_id) for status in statuses)
        count = natural_number(next(iter(cells.get("count", [])), None))
        answers.append((", ".join(names), ", ".join(words), count or 1))
    return answers


def _silent(targets: Sequence[Target], rows: list[Row]) -> list[Target]:
    """The targets without a row. Each target takes one of the rows with its name, first by the
    whole name, then by the host name without the domain. Of several targets with one name, those
    that are offline come last.

        rows       srv-01.example.com, ws-07
        targets    srv-01    ws-07 (online)    ws-07 (offline)
        take       1st row   2nd row           none, so it is silent
    """
    untaken: Counter[str] = Counter()
    for row in rows:
        untaken[compared(row["computer_name"])] += row["count"]
    ordered = sorted(targets, key=lambda each: each.is_online is False)
    by_host = ByHost(list(untaken), str)
    silent = [each for each in ordered if not _take(untaken, [compared(each.computer_name)])]
    return [each for each in silent if not _take(untaken, by_host.named(each.computer_name))]


def _take(untaken: Counter[str], names: list[str]) -> bool:
    """Take a row with one of these names, if there is one; whether there was."""
    name = next((name for name in names if untaken[name] > 0), None)
    if name is not None:
        untaken[name] -= 1
    return name is not None


def _totals(rows: list[Row], key: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for row in rows:
        found[row[key]] += row["count"]
    return found


def _named(row: Row) -> str:
    word = row["status"] or ("offline" if row["meaning"].startswith(OFFLINE) else "")
    return printable(row["computer_name"]) + (f" ({printable(word)})" if word else "")
