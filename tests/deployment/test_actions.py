# File: test_actions.py
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
"""Actions that were issued: their state, what became of them on each endpoint, a stop."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from dev.simulator.settings import QUICK
from dev.soar.runtime import LocalSoar
from tests.conftest import ASSET, Run, RunAction
from tests.deployment.on_tanium import issued
from tests.questions.conftest import login_as, requests_of
from tests.simulator.conftest import Clock


HOSTS = [host for host in seed.HOSTS if host.answers and host.hostname != seed.KIOSK_OLD.hostname]
PLAIN, VERIFIED, JUDGED, BOTH = (
    seed.CLEAN_CACHE,
    seed.REMOVE_LINUX._replace(id=990, verify_group=seed.UP_TO_DATE_GROUP.id, name="Verified"),
    seed.INSTALL_BROKEN,
    seed.INSTALL_VERIFIED,
)
PACKAGES = (PLAIN, VERIFIED, JUDGED, BOTH)
GOOD, BAD, BUSY, OPEN = "succeeded", "failed", "running", "unknown"
# What each word means with each of PACKAGES, while the action lasts.
MEANINGS = {
    "Waiting": (BUSY,) * 4,
    "Downloading": (BUSY,) * 4,
    "Copying": (BUSY,) * 4,
    "Running": (BUSY,) * 4,
    "WaitingToRetry": (BUSY,) * 4,
    "PendingVerification": (BUSY,) * 4,
    "Completed": (GOOD, BUSY, BUSY, BUSY),
    "Succeeded": (GOOD, BUSY, GOOD, BUSY),
    "Verified": (GOOD,) * 4,
    "NotSucceeded": (BAD,) * 4,
    "Failed": (BAD,) * 4,
    "FailedVerification": (BAD,) * 4,
    "Expired": (BAD,) * 4,
    "Stopped": (BAD,) * 4,
    "Rebooting": (OPEN,) * 4,
}


OVER = 601  # seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tanium(clock: Clock) -> Iterator[SimulatorServer]:
    """Whose actions start, and endpoints report, without delay."""
    delays = {"action_start_seconds": 0.0, "action_step_seconds": 0.0}
    with SimulatorServer(**{**QUICK, **delays}, clock=clock) as server:
        yield server


@pytest.fixture
def passing(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the app waits, the server's time passes, and none else."""
    monkeypatch.setattr(
        "tanium_tr.soar.platform.time",
        SimpleNamespace(sleep=clock.pass_seconds, monotonic=clock, time=time.time),
    )


def answer(tanium: SimulatorServer, path: str, data: Any) -> None:
    """The next request of this path is answered so."""
    body, headers = json.dumps({"data": data}), {"Content-Type": "application/json"}
    tanium.faults.add(Fault("status", path_contains=path, status=200, body=body, headers=headers))


def words_of(run: Run) -> dict[str, tuple[Any, ...]]:
    names = ("status", "outcome", "final", "success")
    return {row["computer_name"]: tuple(row[name] for name in names) for row in run.rows}


@pytest.mark.parametrize("spelling", [("with_id", "joined"), ("bare", "spaced"), ("bare", "lower")])
def test_each_word_means_what_the_package_makes_of_it(
    tanium: SimulatorServer, run: RunAction, spelling: tuple[str, str]
) -> None:
    tanium.settings.status_words, tanium.settings.status_spelling = spelling
    tanium.state.packages.all.append(VERIFIED)
    words = list(MEANINGS)
    for at, package in enumerate(PACKAGES):
        found: dict[str, tuple[str, bool, bool]] = {}
        for first in range(0, len(words), len(HOSTS)):
            script = dict(zip(HOSTS, words[first:]))
            got = run("get action results", action_id=issued(tanium, package, script).id)
            found.update(
                {
                    row["status"].replace(" ", "").lower(): (
                        row["outcome"],
                        row["final"],
                        row["success"],
                    )
                    for row in got.rows
                }
            )

        assert found == {
            word.lower(): (outcomes[at], outcomes[at] in (GOOD, BAD), outcomes[at] == GOOD)
            for word, outcomes in MEANINGS.items()
        }, package.name


def test_results_of_an_action_that_lasts(tanium: SimulatorServer, run: RunAction) -> None:
    script = {seed.FINANCE: "Completed", seed.WEB_SERVER: "Failed", seed.MAC: "Running"}
    action = issued(tanium, PLAIN, script)

    got = run("get action results", action_id=action.id, target_count=5)

    assert got.ok
    assert words_of(got) == {
        "srv-web-01": ("Failed", "failed", True, False),
        "mac-design-03": ("Running", "running", False, False),
        "ws-finance-07": ("Completed", "succeeded", True, True),
    }
    assert next(iter(words_of(got))) == "srv-web-01", "what needs a look comes first"
    assert got.summary == {
        "action_id": action.id,
        "outcome": "running",
        "state": "open",
        "finished": False,
        "endpoints_targeted": 5,
        "endpoints_reported": 3,
        "endpoints_succeeded": 1,
        "endpoints_failed": 1,
        "endpoints_running": 1,
        "endpoints_unknown": 0,
        "endpoints_offline": 0,
        "endpoints_missing": 2,
        "statuses": "1 Completed, 1 Failed, 1 Running",
    }
    assert got.message == (
        f"Action {action.id} (Clean up) is not finished: 1 of 5 endpoints succeeded (1 Completed,"
        " 1 Failed, 1 Running). Failed: srv-web-01 (Failed). No answer yet from 2 endpoints."
    )
    assert requests_of(tanium) == [
        f"GET /actions/{action.id}",
        f"GET /result_data/action/{action.id}",
    ]


# Targets by name, whose number Tanium does not tell.
ASKED = -1
OUTCOMES = [
    ({seed.FINANCE: "Completed", seed.MAC: "Completed"}, 2, "open", "succeeded", "2 of 2 endp"),
    ({seed.FINANCE: "Completed", seed.MAC: "Failed"}, 2, "open", "failed", "Failed: mac-design-03"),
    ({seed.FINANCE: "Completed", seed.MAC: "Rebooting"}, 2, "open", "running", "1 Rebooting"),
    ({seed.FINANCE: "Completed", seed.MAC: "Rebooting"}, 2, "ended", "unknown", "Unknown: mac-des"),
    ({seed.FINANCE: "Completed", seed.MAC: "Running"}, 2, "ended", "unknown", "Its time is up."),
    ({seed.FINANCE: "Completed"}, 2, "ended", "unknown", "1 endpoint did not answer, or left"),
    ({seed.FINANCE: "Completed"}, ASKED, "ended", "unknown", "the number of its targets is not"),
    ({seed.FINANCE: "Completed"}, ASKED, "open", "running", "1 endpoint succeeded (1 Completed)."),
    ({seed.OFFLINE: ""}, ASKED, "ended", "unknown", "No endpoint reported: none matched, or all"),
    ({seed.FINANCE: ""}, 0, "open", "failed", "No computer is in its target"),
    ({seed.FINANCE: "Running"}, 1, "stopped", "unknown", "It was stopped; commands that were al"),
    ({seed.FINANCE: "Waiting"}, 1, "stopped", "failed", "Failed: ws-finance-07 (Stopped)."),
    ({seed.FINANCE: "Completed"}, None, "open", "succeeded", "1 of 1 endpoint succeeded (1 Comp"),
    (
        {seed.FINANCE: "Completed", seed.OFFLINE: ""},
        None,
        "open",
        "running",
        "No answer yet from 1 ",
    ),
]


@pytest.mark.parametrize(("script", "count", "state", "outcome", "reported"), OUTCOMES)
def test_outcome_of_the_whole_action(
    tanium: SimulatorServer,
    clock: Clock,
    run: RunAction,
    script: dict[seed.Host, str],
    count: int | None,
    state: str,
    outcome: str,
    reported: str,
) -> None:
    names = " or ".join(f'Computer Name equals "{host.hostname}"' for host in script)
    by_name = {"target_group": {"text": names}} if count == ASKED else {}
    action = issued(tanium, PLAIN, script, **by_name)
    tanium.state.actions.settle()
    if state == "stopped":
        tanium.state.actions.stop(action.id, seed.ANALYST, seed.ANALYST.permissions)
    if state == "ended":
        clock.pass_seconds(OVER)

    told_count = None if count == ASKED else count
    got = run("get action results", action_id=action.id, target_count=told_count)

    assert got.ok, got.message
    assert (got.summary["state"], got.summary["outcome"]) == (state, outcome), got.message
    assert reported in got.message
    assert got.summary["finished"] == (state != "open" or outcome != "running")
    assert all(row["success"] == (row["status"] == "Completed") for row in got.rows)


def test_action_is_over_by_the_time_of_the_server(tanium: SimulatorServer, run: RunAction) -> None:
    """Its status says so later, and that it has not started counts from the year 2001."""
    action = issued(tanium, PLAIN, {seed.FINANCE: "Completed"})
    row = {**tanium.state.actions.row(action), "status": "Open"}
    states = []
    for year in (2020, 2001):
        times = {"start_time": f"{year}-01-01T00:00:00Z", "expiration_time": f"{year}-01-01T00:09Z"}
        answer(tanium, f"/v2/actions/{action.id}", {**row, **times})
        states.append(run("get action results", action_id=action.id).summary["state"])

    assert states == ["ended", "open"]


def test_package_that_cannot_be_read_makes_no_success(
    tanium: SimulatorServer, run: RunAction
) -> None:
    action = issued(tanium, PLAIN, {seed.FINANCE: "Completed", seed.MAC: "Verified"})
    row = tanium.state.actions.row(action)
    short = {**row, "package_spec": {"id": row["package_spec"]["id"], "name": "Clean"}}
    path = f"/v2/actions/{action.id}"
    answer(tanium, path, short)

    read = run("get action results", action_id=action.id)
    answer(tanium, path, short)
    tanium.faults.add(Fault("status", path_contains="/packages/", status=404, times=None))
    unread = run("get action results", action_id=action.id)

    assert [row["outcome"] for row in read.rows] == ["succeeded", "succeeded"]
    assert {row["status"]: row["outcome"] for row in unread.rows} == {
        "Completed": "unknown",
        "Verified": "succeeded",
    }


@pytest.mark.usefixtures("passing")
def test_wait_ends_with_the_last_final_word(
    tanium: SimulatorServer, clock: Clock, run: RunAction
) -> None:
    tanium.settings.action_start_seconds = tanium.settings.action_step_seconds = 2.0
    script = {seed.FINANCE: "Waiting,Running,Completed", seed.MAC: "Running,Failed"}
    action = issued(tanium, PLAIN, script)
    started = clock()

    got = run("get action results", action_id=action.id, target_count=2, wait=True, timeout=300)

    assert (got.ok, got.summary["outcome"], got.summary["finished"]) == (True, "failed", True)
    assert got.summary["statuses"] in ("1 Completed, 1 Failed", "1 Failed, 1 Completed")
    # After 0, 1, 2.6, 5.2 and 9.3 seconds.
    assert sum("result_data" in request for request in requests_of(tanium)) == 5
    assert clock() - started == pytest.approx(9.26, abs=0.1)
    assert any(": 0 of 2 endpoints done" in text for text in got.progress), got.progress
    assert any(" of 2 endpoints done (1 " in text for text in got.progress)


@pytest.mark.usefixtures("passing")
def test_wait_goes_on_without_an_answer_and_ends_in_time(
    tanium: SimulatorServer, clock: Clock, run: RunAction
) -> None:
    action, started = issued(tanium, PLAIN, {seed.FINANCE: "Running"}), clock()
    tanium.faults.add(Fault("reset_before", path_contains="/result_data/", times=8))

    got = run("get action results", action_id=action.id, target_count=1, wait=True, timeout=60)

    assert clock() - started == pytest.approx(60, abs=3)
    assert (got.ok, got.summary["outcome"], got.summary["finished"]) == (True, "running", False)
    assert got.message.endswith(
        " Waited 60 seconds. It is still running on Tanium; use stop action to stop it."
    )
    assert any("No answer from" in text for text in got.progress)


@pytest.mark.usefixtures("passing")
def test_wait_ends_with_the_action(tanium: SimulatorServer, clock: Clock, run: RunAction) -> None:
    action, started = issued(tanium, PLAIN, {seed.FINANCE: "Running"}), clock()

    got = run("get action results", action_id=action.id, wait=True, timeout=3600)

    assert 600 <= clock() - started < 615
    assert (got.ok, got.summary["outcome"], got.summary["state"]) == (True, "unknown", "ended")
    assert "Unknown: ws-finance-07 (Running)." in got.message


@pytest.mark.usefixtures("passing")
def test_large_action_is_counted_until_all_have_reported(
    tanium: SimulatorServer, clock: Clock, run: RunAction, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tanium_tr.deployment.reading.FEW_TARGETS", 1)
    action = issued(tanium, PLAIN, {seed.FINANCE: "Completed", seed.MAC: "Completed"})

    few = run("get action results", action_id=action.id, target_count=3, wait=True, timeout=1)
    queries = [request.query for request in tanium.log if "result_data" in request.path]
    tanium.log.clear()
    clock.pass_seconds(OVER)
    over = run("get action results", action_id=action.id, target_count=3, wait=True, timeout=30)

    assert "row_count=1&" in f"{queries[0]}&"
    assert any("2 of 3 endpoints have reported" in text for text in few.progress)
    assert (few.summary["outcome"], few.summary["endpoints_missing"]) == ("running", 1)
    assert (over.summary["outcome"], over.summary["state"]) == ("unknown", "ended")
    assert len(tanium.log) == 3


def test_cancelled_wait_says_what_goes_on(tanium: SimulatorServer, soar: LocalSoar) -> None:
    action = issued(tanium, PLAIN, {seed.FINANCE: "Running"})

    def cancel_while_waiting(text: str) -> None:
        if "endpoints done" in text:
            soar.cancel()

    given = {"action_id": action.id, "target_count": 1, "wait": True}
    result = soar.run("get action results", given, asset=ASSET, progress=cancel_while_waiting)

    (only,) = result["result_data"]
    assert only["status"] == "failed"
    assert only["message"] == (
        f"Cancelled while waiting. Action {action.id}: 0 of 1 endpoints done (1 Running). It is"
        " still running on Tanium; use stop action to stop it."
    )
    assert [row["computer_name"] for row in only["data"]] == [seed.FINANCE.hostname]


def test_list_actions_has_the_newest_first(tanium: SimulatorServer, run: RunAction) -> None:
    first = issued(tanium, PLAIN, {seed.FINANCE: "Running"})
    second = issued(tanium, seed.INSTALL_BROKEN, {seed.MAC: "Running"}, name="Update")
    second.stopped_at = 0.0

    everything = run("list actions")
    some = run("list actions", package="update", state="stopped,pending")
    none = run("list actions", name="clean up", state="ended")

    old = [126149, 126150]
    assert [row["id"] for row in everything.rows] == [second.id, first.id, *reversed(old)]
    assert [row["id"] for row in some.rows] == [second.id]
    assert (none.ok, none.rows, none.summary) == (True, [], {"action_count": 0})
    options = json.loads(next(iter(tanium.log)).headers["tanium-options"])
    assert options["cache_sort_fields"] == "-id"


def test_list_of_a_server_that_does_not_sort_is_read_to_its_end(
    tanium: SimulatorServer, run: RunAction, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dev.simulator.state.lists._ordered", lambda rows, _fields: rows)
    monkeypatch.setattr("tanium_tr.tanium.content.LISTED_PAGE", 2)
    newest = [issued(tanium, PLAIN, {seed.FINANCE: "Running"}).id for _ in range(3)]

    listed = run("list actions", limit=1)

    assert [row["id"] for row in listed.rows] == [newest[-1]]


@pytest.mark.parametrize("statuses", ["current", "older"])
def test_get_action_tells_its_state(
    tanium: SimulatorServer, clock: Clock, run: RunAction, statuses: str
) -> None:
    tanium.settings.action_statuses = statuses
    action = issued(tanium, PLAIN, {seed.FINANCE: "Running"})
    number = action.id

    lasting = run("get action", action_id=number)
    clock.pass_seconds(OVER)
    over = run("get action", action_id=number)

    assert lasting.summary == {"action_id": number, "state": "open", "outcome": "running"}
    assert lasting.message.startswith(f"Action {number} (Clean up) is open. It expires at 20")
    assert lasting.rows[0]["package_spec"]["source_id"] == PLAIN.id
    assert lasting.rows[0]["target_group"]["id"]
    assert over.summary == {"action_id": number, "state": "ended", "outcome": "unknown"}
    assert "Run get action results to see the result" in over.message


def test_action_that_waits_for_approval_is_told_from_one_that_is_pending(
    tanium: SimulatorServer, run: RunAction
) -> None:
    tanium.settings.action_start_seconds = 1000.0
    pending = issued(tanium, PLAIN, {seed.FINANCE: "Completed"})
    tanium.settings.require_action_approval = tanium.settings.unapproved_has_action = True
    waiting = issued(tanium, PLAIN, {seed.FINANCE: "Completed"})

    got = [run("get action", action_id=action.id) for action in (pending, waiting)]
    results = run("get action results", action_id=waiting.id, target_count=1)
    tanium.faults.add(Fault("status", path_contains="approvals", status=403, times=None))
    unknown = run("get action", action_id=waiting.id)

    assert [each.summary["state"] for each in got] == ["pending", "waiting for approval"]
    assert "is waiting for approval by another user; nothing runs until then." in got[1].message
    assert (results.summary["state"], results.summary["outcome"]) == (
        "waiting for approval",
        "running",
    )
    assert "It is waiting for approval by another user" in results.message
    assert unknown.summary["state"] == "pending"


def test_stop_action_proves_it(tanium: SimulatorServer, run: RunAction) -> None:
    action = issued(tanium, PLAIN, {seed.FINANCE: "Running", seed.MAC: "Waiting"})
    tanium.state.actions.settle()

    stopped = run("stop action", action_id=action.id)
    seen = requests_of(tanium)
    again = run("stop action", action_id=action.id)

    assert (stopped.ok, stopped.rows[0]["stopped_flag"]) == (True, True)
    assert stopped.summary == {"action_id": action.id, "state": "stopped", "stopped": True}
    assert stopped.message == (
        f"Action {action.id} (Clean up) is stopped. Commands that are already running on"
        " endpoints are not ended."
    )
    read = f"GET /actions/{action.id}"
    assert seen == [read, "POST /action_stops", read]
    assert again.message == f"Action {action.id} (Clean up) was already stopped. Nothing was sent."
    assert requests_of(tanium)[3:] == [read]
    assert {row["status"] for row in run("get action results", action_id=action.id).rows} == {
        "Running",
        "Stopped",
    }


def test_stop_action_of_one_that_is_over_sends_nothing(
    tanium: SimulatorServer, clock: Clock, run: RunAction
) -> None:
    action = issued(tanium, PLAIN, {seed.FINANCE: "Completed"})
    clock.pass_seconds(OVER)

    stopped = run("stop action", action_id=action.id)

    assert (stopped.ok, stopped.summary["stopped"]) == (True, False)
    assert "had already ended. Nothing was sent." in stopped.message
    assert requests_of(tanium) == [f"GET /actions/{action.id}"]


def test_stop_without_effect_is_no_success(
    tanium: SimulatorServer, run: RunAction, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tanium_tr.deployment.stopping.STOP_SECONDS", 0.5)
    action = issued(tanium, PLAIN, {seed.FINANCE: "Running"})
    answer(tanium, "action_stops", {"id": 1, "action": {"id": action.id}})

    stopped = run("stop action", action_id=action.id)

    assert not stopped.ok
    assert stopped.message.startswith(f"The stop of action {action.id} is still without effect aft")
    assert stopped.rows[0]["id"] == action.id


@pytest.mark.parametrize("seen", ["stopped", "open", "nothing"])
def test_lost_answer_to_a_stop_is_looked_up_and_not_repeated(
    tanium: SimulatorServer, run: RunAction, seen: str
) -> None:
    action = issued(tanium, PLAIN, {seed.FINANCE: "Running"})
    kind = "reset_before" if seen == "open" else "reset_after"
    tanium.faults.add(Fault(kind, path_contains="action_stops", times=None))
    if seen == "nothing":
        answer(tanium, "/v2/actions/", tanium.state.actions.row(action))
        tanium.faults.add(Fault("status", path_contains="/v2/actions/", status=500, times=None))

    stopped = run("stop action", action_id=action.id)

    assert requests_of(tanium).count("POST /action_stops") == 1
    assert stopped.ok == (seen == "stopped")
    if seen == "stopped":
        assert stopped.message.endswith("Tanium's answer to the stop was lost.")
    else:
        assert "POST /api/v2/action_stops" in stopped.message
        assert "The change may have been applied anyway. Check in Tanium" in stopped.message


def test_rights_and_unknown_actions(
    tanium: SimulatorServer, soar: LocalSoar, run: RunAction
) -> None:
    unknown = run("get action results", action_id=5)
    login_as(soar, tanium, seed.TOKEN_WITHOUT_PERMISSIONS)
    unseen = run("list actions")

    assert not unknown.ok
    assert "HTTP 404 to GET /api/v2/actions/5" in unknown.message
    assert not unseen.ok
    assert "'read action'" in unseen.message
