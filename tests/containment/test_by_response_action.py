# File: test_by_response_action.py
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
"""Quarantine by response actions: when, once, and what their tasks prove; and stopping one."""

from __future__ import annotations

import time
from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from dev.simulator.times import parse_iso
from dev.soar.runtime import LocalSoar
from tests.actions.conftest import numbers_as_text
from tests.conftest import Run, run_on
from tests.containment.containing import bodies, of, quarantine, quickly, release
from tests.deployment.executing import configure, writes


FINANCE = seed.FINANCE.hostname
BY_RESPONSE = {"method": "response action"}


@pytest.fixture(autouse=True)
def _quickly(tanium: SimulatorServer, monkeypatch: pytest.MonkeyPatch) -> None:
    quickly(tanium)
    monkeypatch.setattr("tanium_tr.deployment.issuing.LOOK_AGAIN", (0.0, 0.0))


def started(tanium: SimulatorServer) -> list[int]:
    """The response actions that were started since the server was."""
    return sorted(tanium.state.response_actions.all)[1:]


def stop(soar: LocalSoar, number: int) -> Run:
    return run_on(soar, "stop response action", response_action_id=number)


def test_proof_is_the_task_and_the_word(tanium: SimulatorServer, soar: LocalSoar) -> None:
    """The expiry is a point in time; an account that may not issue actions uses this way by
    itself.
    """
    configure(soar, tanium, api_token=seed.TOKEN_READER)

    done = quarantine(soar, f"{FINANCE}, srv-web-01", message="Call 112")

    assert done.ok, done.message
    assert "Response actions were used, because Tanium answered HTTP 403" in done.message
    assert tanium.state.saved_actions.all == {}
    linux, windows = bodies(tanium, "/response-actions")
    assert (windows["type"], windows["computerName"]) == ("quarantine", FINANCE)
    assert windows["options"]["packageName"] == seed.APPLY_WINDOWS.name
    assert {"key": "$6", "value": "Call 112"} in windows["options"]["packageParameters"]
    ends = parse_iso(windows["expirationTime"])
    assert abs(ends - time.time() - 3600) < 60
    assert len(linux["options"]["packageParameters"]) == 3
    for row in done.rows:
        assert (row["verified"], row["method"]) == (True, "response action")
        assert row["response_action_id"] in started(tanium)
        assert row["action_id"] in tanium.state.actions.all
    assert of(done, FINANCE)["status"] == "Verified"
    assert of(done, "srv-web-01")["status"] == "Succeeded"


def test_right_that_is_missing_is_said_where_no_response_action_is_wanted(
    tanium: SimulatorServer, soar: LocalSoar
) -> None:
    configure(soar, tanium, api_token=seed.TOKEN_READER)

    refused = quarantine(soar, FINANCE, method="action")
    stored = release(soar, FINANCE)

    for run in (refused, stored):
        assert (run.ok, run.rows[0]["outcome"]) == (False, "failed")
        assert "lacks the permission" in run.message
    assert started(tanium) == []


def test_task_without_the_word_is_no_proof(tanium: SimulatorServer, soar: LocalSoar) -> None:
    """The account may not read actions: Tanium says that it was done, and nobody else does."""
    tanium.faults.add(Fault("status", path_contains="/actions/", status=403, times=None))

    done = quarantine(soar, FINANCE, **BY_RESPONSE)

    assert done.ok, done.message
    assert (done.rows[0]["verified"], done.rows[0]["status"]) == (False, "")
    assert "cannot be read" in done.rows[0]["reason"]
    assert "Not verified: ws-finance-07." in done.message


def test_task_is_found_by_its_response_action(tanium: SimulatorServer, soar: LocalSoar) -> None:
    """Where a response action does not name its task, the task names the response action."""
    tanium.faults.add(
        Fault("json", method="GET", path_contains="/response-actions", value=_untold, times=None)
    )

    done = quarantine(soar, FINANCE, timeout=2, **BY_RESPONSE)
    (number,) = started(tanium)
    over = stop(soar, number)

    assert done.ok, done.message
    assert (done.rows[0]["verified"], done.rows[0]["status"]) == (True, "Verified")
    assert over.summary["action_id"] == done.rows[0]["action_id"]
    assert (over.ok, over.summary["outcome"]) == (True, "succeeded")


def _untold(body: Any) -> Any:
    return {**body, "data": [{**row, "status": "QUEUED", "results": {}} for row in body["data"]]}


def test_failure_that_the_endpoint_denies_is_unknown(
    tanium: SimulatorServer, soar: LocalSoar
) -> None:
    """As a success that it denies."""
    tanium.faults.add(
        Fault("json", method="GET", path_contains="/tasks/", value=_expired, times=None)
    )

    done = quarantine(soar, FINANCE, timeout=2, **BY_RESPONSE)

    (row,) = done.rows
    assert (done.ok, row["outcome"], row["status"]) == (False, "unknown", "Verified")
    assert "expired before the endpoint carried it out" in row["reason"]
    assert "the endpoint's own status says otherwise" in row["reason"]
    assert row["next_step"]


def _expired(body: Any) -> Any:
    results = {**body["data"]["results"], "didActionComplete": False, "expired": True}
    return {**body, "data": {**body["data"], "results": results}}


def test_ids_as_text_are_numbers(tanium: SimulatorServer, soar: LocalSoar) -> None:
    tanium.faults.add(Fault("json", path_contains="actions", value=numbers_as_text, times=None))

    acted = quarantine(soar, FINANCE, timeout=2)
    done = release(soar, FINANCE, timeout=2, **BY_RESPONSE)
    over = stop(soar, started(tanium)[0])

    for run in (acted, done):
        assert run.ok, run.message
        ids = [run.rows[0][f"{kind}action_id"] for kind in ("", "saved_", "response_")]
        assert {type(each) for each in ids} <= {int, type(None)}, ids
    assert over.ok, over.message


def test_completed_task_that_did_nothing_is_a_failure(
    tanium: SimulatorServer, soar: LocalSoar
) -> None:
    tanium.state.actions.scripts = {seed.FINANCE.client_id: ["NotSucceeded"]}

    done = quarantine(soar, FINANCE, **BY_RESPONSE)

    (row,) = done.rows
    assert (done.ok, row["outcome"], row["status"]) == (False, "failed", "NotSucceeded")
    assert f"action {row['action_id']} was not carried out" in row["reason"]


def test_task_that_expires_on_an_endpoint_that_is_cut_off_is_unknown(
    tanium: SimulatorServer, soar: LocalSoar
) -> None:
    tanium.settings.quarantined_endpoint = "silent"

    done = quarantine(soar, FINANCE, timeout=1, **BY_RESPONSE)

    (row,) = done.rows
    assert (done.ok, row["outcome"], row["verified"]) == (False, "unknown", False)
    assert "no longer answers Tanium" in row["reason"]


def test_one_that_does_not_answer_keeps_nobody_waiting(
    tanium: SimulatorServer, soar: LocalSoar
) -> None:
    """The others are read as well, within the same time."""
    done = quarantine(soar, f"{seed.OFFLINE.hostname}, {FINANCE}", timeout=1, **BY_RESPONSE)

    assert not done.ok
    assert of(done, FINANCE)["verified"] is True
    row = of(done, seed.OFFLINE.hostname)
    assert (row["outcome"], "offline before" in row["reason"]) == ("unknown", True)
    assert len(started(tanium)) == 2


def test_time_that_is_up_is_up_for_all(tanium: SimulatorServer, soar: LocalSoar) -> None:
    """Those that come after the one that took the time are looked at once."""
    tanium.settings.task_seconds = 1000

    done = quarantine(soar, f"{FINANCE}, srv-web-01, mac-design-03", timeout=1, **BY_RESPONSE)

    assert not done.ok
    listed = tanium.log.requests(method="GET", path_contains="/response-actions")
    names = [each.arguments["queryPartialComputerName"] for each in listed]
    looks = [names.count(name) for name in ("srv-web-01", "mac-design-03", FINANCE)]
    assert looks[0] > 1
    assert looks[1:] == [1, 1]
    assert of(done, FINANCE)["reason"] == "It was not finished in time."


def test_word_that_is_verified_needs_no_task(tanium: SimulatorServer, soar: LocalSoar) -> None:
    tanium.faults.add(
        Fault("json", method="GET", path_contains="/tasks/", value=_under_way, times=None)
    )

    done = quarantine(soar, FINANCE, timeout=2, **BY_RESPONSE)

    assert done.ok, done.message
    assert (done.rows[0]["status"], done.rows[0]["verified"]) == ("Verified", True)


def _under_way(body: Any) -> Any:
    results = {"lastActionId": body["data"]["results"]["lastActionId"]}
    return {**body, "data": {**body["data"], "status": "STARTED", "results": results}}


def test_name_of_several_endpoints_is_refused(tanium: SimulatorServer, soar: LocalSoar) -> None:
    refused = quarantine(soar, "kiosk-lobby", **BY_RESPONSE)

    assert not refused.ok
    assert "3 endpoints are called 'kiosk-lobby'" in refused.message
    assert writes(tanium) == []


@pytest.mark.parametrize(
    ("kind", "listed"), [("reset_after", 200), ("reset_before", 200), ("reset_after", 403)]
)
def test_lost_answer_starts_no_second_one(
    tanium: SimulatorServer, soar: LocalSoar, kind: str, listed: int
) -> None:
    """What cannot be told is in doubt, and the next run goes on with what there is."""
    tanium.faults.add(Fault(kind, method="POST", path_contains="/response-actions"))
    if listed == 403:
        tanium.faults.add(
            Fault("status", method="GET", path_contains="/response-actions", status=403)
        )

    first = quarantine(soar, FINANCE, **BY_RESPONSE)
    is_found = kind == "reset_after" and listed == 200
    second = first if is_found else quarantine(soar, FINANCE, **BY_RESPONSE)

    assert first.ok is is_found, first.message
    if not is_found:
        assert first.rows[0]["outcome"] == "unknown"
        assert "may have been issued" in first.message
    assert second.ok, second.message
    assert len(started(tanium)) == 1
    assert second.rows[0]["response_action_id"] == started(tanium)[0]


def test_release_by_response_action(tanium: SimulatorServer, soar: LocalSoar) -> None:
    assert quarantine(soar, FINANCE).ok

    done = release(soar, FINANCE, **BY_RESPONSE)

    assert done.ok, done.message
    assert not tanium.state.computers.quarantined


def test_stop_response_action_stops_its_action(tanium: SimulatorServer, soar: LocalSoar) -> None:
    """Proved by the action; only once Tanium tells which one it is."""
    tanium.settings.response_action_early_results = True
    tanium.settings.task_seconds = 1000
    running = quarantine(soar, FINANCE, wait=False, **BY_RESPONSE)
    number = running.rows[0]["response_action_id"]

    stopped = stop(soar, number)

    assert stopped.ok, stopped.message
    action = tanium.state.actions.all[stopped.summary["action_id"]]
    assert action.stopped_at is not None
    assert (stopped.rows[0]["stopped"], stopped.rows[0]["id"]) == (True, number)
    assert f"its action {action.id} is stopped" in stopped.message


def test_stop_response_action_says_when_it_cannot(tanium: SimulatorServer, soar: LocalSoar) -> None:
    tanium.settings.task_seconds = 1000
    running = quarantine(soar, FINANCE, wait=False, **BY_RESPONSE)
    before = len(writes(tanium))

    failed = stop(soar, running.rows[0]["response_action_id"])
    over = stop(soar, 1)
    unknown = stop(soar, 4711)

    assert (failed.ok, over.ok, unknown.ok) == (False, True, False)
    assert "does not say yet which action carries it out" in failed.message
    assert (over.rows[0]["stopped"], "was already over (COMPLETED)" in over.message) == (
        False,
        True,
    )
    assert "no response action 4711" in unknown.message
    assert len(writes(tanium)) == before
