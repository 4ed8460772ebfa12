# File: test_platform_action_results.py
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
"""What endpoints report of an action, and what it does to them (TANIUM_PLATFORM_WIRE.md, sections
10 and 12).
"""

from __future__ import annotations

import pytest

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from tests.simulator.conftest import Client, Clock
from tests.simulator.platform_actions import Issuer, of
from tests.simulator.platform_questions import select


WINDOWS = seed.FINANCE


@pytest.fixture
def issuer(client: Client) -> Issuer:
    return Issuer(client)


@pytest.fixture
def at_once(server: SimulatorServer) -> SimulatorServer:
    """Everything is over when it is issued; what is verified is looked at by the next request."""
    settings = server.settings
    settings.action_start_seconds = settings.action_step_seconds = 0.0
    settings.answer_seconds = settings.estimate_seconds = 0.0
    return server


def test_rows_appear_and_change(issuer: Issuer, clock: Clock) -> None:
    number = issuer.issue(seed.SET_VALUE, WINDOWS, seed.OFFLINE)
    (early,) = issuer.get(f"/result_data/action/{number}")["result_sets"]
    assert (early["rows"], early["estimated_total"]) == ([], 0)
    seen = []
    for _ in range(60):
        clock.pass_seconds(0.25)
        seen.append(issuer.word(number, WINDOWS))
    changes = [new for old, new in zip([None, *seen], seen) if old != new]
    assert changes == ["Waiting", "Running", "PendingVerification", "Verified"]
    (late,) = issuer.get(f"/result_data/action/{number}")["result_sets"]
    assert [column["name"] for column in late["columns"]] == [
        *("Computer Name", "Action Statuses", "Count"),
    ]
    (row,) = late["rows"]
    assert (row["cid"], row["data"][1]) == (
        int(WINDOWS.client_id),
        [{"text": f"{number}:Verified."}],
    )
    assert (late["estimated_total"], late["row_count"]) == (8, 1)
    clock.pass_seconds(6000)
    (forgotten,) = issuer.get(f"/result_data/action/{number}")["result_sets"]
    assert (forgotten["rows"], forgotten["row_count"], forgotten["estimated_total"]) == ([], 0, 8)


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize(
    ("package", "word"),
    [
        (seed.CLEAN_CACHE, "Completed"),
        (seed.INSTALL_UPDATE, "Succeeded"),
        (seed.INSTALL_BROKEN, "NotSucceeded"),
        (seed.INSTALL_VERIFIED, "Verified"),
        (seed.APPLY_MAC, "Failed"),
    ],
)
def test_last_words(issuer: Issuer, package: seed.PackageSeed, word: str) -> None:
    assert issuer.word(issuer.issue(package, WINDOWS), WINDOWS) == word


@pytest.mark.parametrize("word", ["Failed", "FailedVerification"])
def test_not_verified_in_time(
    server: SimulatorServer, clock: Clock, issuer: Issuer, word: str
) -> None:
    server.settings.unverified_word = word
    number = issuer.issue(seed.UNVERIFIABLE, WINDOWS)
    clock.pass_seconds(60)
    assert issuer.word(number, WINDOWS) == "PendingVerification"
    clock.pass_seconds(120)
    assert issuer.word(number, WINDOWS) == word


def test_expired_before_it_began(server: SimulatorServer, clock: Clock, issuer: Issuer) -> None:
    scripts = server.state.actions.scripts
    scripts[WINDOWS.client_id] = ["Waiting", "WaitingToRetry"]
    scripts[seed.MAC.client_id] = ["", "", "Completed"]
    number = issuer.issue(seed.CLEAN_CACHE, WINDOWS, seed.MAC, expire_seconds=30)
    clock.pass_seconds(1.5)
    assert issuer.word(number, seed.MAC) is None
    clock.pass_seconds(10)
    assert issuer.word(number, WINDOWS) == "WaitingToRetry"
    clock.pass_seconds(30)
    assert issuer.word(number, WINDOWS) == "Expired"
    assert issuer.word(number, seed.MAC) == "Completed"


@pytest.mark.parametrize(
    ("words", "spelling", "text"),
    [
        ("with_id", "joined", "126151:NotSucceeded."),
        ("with_id", "spaced", "126151:Not Succeeded."),
        ("bare", "lower", "not succeeded"),
    ],
)
def test_spellings(
    at_once: SimulatorServer, issuer: Issuer, words: str, spelling: str, text: str
) -> None:
    at_once.settings.status_words, at_once.settings.status_spelling = words, spelling
    number = issuer.issue(seed.INSTALL_BROKEN, WINDOWS)
    assert issuer.words(number) == {WINDOWS.hostname: text}


def test_quarantine_is_verified_seen_and_released(at_once: SimulatorServer, issuer: Issuer) -> None:
    assert issuer.word(issuer.issue(seed.APPLY_WINDOWS, WINDOWS), WINDOWS) == "Verified"
    assert at_once.state.computers.quarantined == {WINDOWS.client_id}
    seen = issuer.ask({"selects": [select("Computer ID"), select("Custom Isolation Check")]})
    assert [row[0][0] for row in issuer.rows(seen) if row[1] == ["isolated"]] == [WINDOWS.client_id]
    assert issuer.word(issuer.issue(seed.REMOVE_WINDOWS, WINDOWS), WINDOWS) == "Completed"
    assert at_once.state.computers.quarantined == set()


def test_quarantine_that_cuts_the_endpoint_off(
    server: SimulatorServer, clock: Clock, issuer: Issuer
) -> None:
    server.settings.quarantined_endpoint = "silent"
    server.settings.answer_seconds = server.settings.estimate_seconds = 0.0
    other = issuer.issue(seed.CLEAN_CACHE, WINDOWS, seed.MAC, distribute_seconds=300)
    number = issuer.issue(seed.APPLY_WINDOWS, WINDOWS)
    clock.pass_seconds(6)
    issuer.action(number)
    clock.pass_seconds(594)
    assert issuer.word(number, WINDOWS) == "Running"
    assert issuer.word(other, WINDOWS) in {None, "Waiting"}
    assert issuer.word(other, seed.MAC) == "Completed"
    assert server.state.computers.quarantined == {WINDOWS.client_id}
    assert WINDOWS.hostname not in issuer.names({"selects": [select("Computer Name")]})
    release = issuer.issue(seed.REMOVE_WINDOWS, WINDOWS)
    clock.pass_seconds(60)
    assert issuer.words(release) == {}
    seen = {row.get("host_name"): row for row in issuer.get("/system_status")}
    last = [seen[name]["last_registration"] for name in (WINDOWS.hostname, seed.MAC.hostname)]
    assert last == ["2026-09-21T13:59:02Z", "2026-09-21T14:09:56Z"]


def test_quarantine_that_undoes_itself(
    server: SimulatorServer, clock: Clock, issuer: Issuer
) -> None:
    server.settings.quarantined_endpoint = "undone"
    number = issuer.issue(seed.APPLY_WINDOWS, WINDOWS)
    clock.pass_seconds(20)
    assert (issuer.word(number, WINDOWS), server.state.computers.quarantined) == (
        "Running",
        {WINDOWS.client_id},
    )
    clock.pass_seconds(60)
    assert issuer.word(number, WINDOWS) == "PendingVerification"
    assert server.state.computers.quarantined == set()
    clock.pass_seconds(600)
    assert issuer.word(number, WINDOWS) == "Failed"


def test_who_comes_online_takes_part(server: SimulatorServer, clock: Clock, issuer: Issuer) -> None:
    computers = server.state.computers
    computers.change(WINDOWS.client_id, answers=False)
    saved = issuer.saved(seed.CLEAN_CACHE, target_group=of(WINDOWS))
    number = saved["last_action"]["id"]
    clock.pass_seconds(60)
    assert issuer.words(number) == {}
    computers.change(WINDOWS.client_id, answers=True)
    issuer.action(number)
    clock.pass_seconds(60)
    assert issuer.word(number, WINDOWS) == "Completed"
