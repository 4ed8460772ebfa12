# File: test_execute_action.py
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
"""An action that is executed: what is sent and returned, and what came of it on every target."""

from __future__ import annotations

from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from dev.simulator.state.actions import Action
from dev.soar.runtime import LocalSoar
from tests.deployment.executing import EVERYBODY, at_once, configure, execute, named, sent


FINANCE = "ws-finance-07, ws-finance-12"


@pytest.fixture(autouse=True)
def _quickly(tanium: SimulatorServer, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once(tanium)
    tanium.settings.action_start_seconds = tanium.settings.action_step_seconds = 0.0
    monkeypatch.setattr("tanium_tr.deployment.waiting.FIRST_INTERVAL", 0.05)


def newest(tanium: SimulatorServer) -> Action:
    """The action that was issued last."""
    return max(tanium.state.actions.all.values(), key=lambda action: action.id)


def test_published_form_goes_through_a_saved_action(
    tanium: SimulatorServer, soar: LocalSoar
) -> None:
    """The saved action as answered is the data."""
    issued = execute(soar, group_name="Servers", distribute_seconds=60)

    assert issued.ok, issued.message
    (saved,) = tanium.state.saved_actions.all.values()
    (row,) = issued.rows
    assert row["id"] == issued.summary["saved_action_id"] == saved.id
    assert sent(tanium) == [
        {
            "name": saved.order["name"],
            "action_group": {"id": seed.DEFAULT_ALL.id},
            "target_group": {"id": seed.SERVERS_GROUP.id, "name": "Servers"},
            "package_spec": {"source_id": seed.CLEAN_CACHE.id},
            "expire_seconds": 600,
            "distribute_seconds": 60,
        }
    ]
    assert (row["approved_flag"], row["last_start_time"], row["status"]) == (False, "Never", 0)
    assert row["package_spec"]["source_id"] == seed.CLEAN_CACHE.id
    assert row["target_group"]["id"] > 0
    assert issued.summary["approval"] == "not needed"


def test_group_object_is_the_target_as_it_is(tanium: SimulatorServer, soar: LocalSoar) -> None:
    """In JSON, and in single quotes as SOAR writes an object into a text; `run` on nobody else."""
    group = (
        '{"and_flag": true, "filters": [{"sensor": {"name": "Computer Name"},'
        ' "operator": "Equal", "value": "ws-finance-07", "ignore_case_flag": true}]}'
    )

    as_json = execute(soar, group_name=group)
    as_text = execute(soar, group_name=group.replace('"', "'").replace("true", "True"))

    assert (named(as_json), named(as_text)) == ({"ws-finance-07"}, {"ws-finance-07"})
    first, second = sent(tanium)
    assert first["target_group"] == second["target_group"]
    assert first["target_group"]["filters"][0]["value"] == "ws-finance-07"


def test_wait_has_a_row_for_each_target(tanium: SimulatorServer, soar: LocalSoar) -> None:
    tanium.settings.last_action_late = 2

    done = execute(soar, destination=FINANCE, wait=True, timeout=30)

    assert done.ok, done.message
    (row,) = done.rows
    assert {each["computer_id"]: each["status"] for each in row["endpoints"]} == {
        seed.FINANCE.client_id: "Completed",
        seed.FINANCE_12.client_id: "Completed",
    }
    assert all(each["final"] and each["success"] for each in row["endpoints"])
    assert done.summary["action_id"] == newest(tanium).id
    assert (done.summary["outcome"], done.summary["endpoints_succeeded"]) == ("succeeded", 2)
    assert "2 of 2 endpoints succeeded" in done.message


@pytest.mark.parametrize(
    ("package", "words", "outcome"),
    [
        (seed.SET_VALUE, ["Verified."], "succeeded"),
        (seed.SET_VALUE, ["Completed."], "running"),
        (seed.CLEAN_CACHE, ["Failed."], "failed"),
        (seed.CLEAN_CACHE, ["Running.", ""], "running"),
        (seed.CLEAN_CACHE, ["Whatever."], "running"),
        (seed.INSTALL_BROKEN, ["NotSucceeded."], "failed"),
    ],
    ids=["verified", "unverified", "failed", "no answer", "unknown word", "exit code"],
)
def test_success_takes_final_good_words_from_every_target(
    tanium: SimulatorServer,
    soar: LocalSoar,
    package: seed.PackageSeed,
    words: list[str],
    outcome: str,
) -> None:
    """One of two endpoints reports what is looked at, the other one what is good."""
    good = {seed.SET_VALUE.id: "Verified.", seed.INSTALL_BROKEN.id: "Succeeded."}
    tanium.state.actions.scripts = {
        seed.FINANCE.client_id: [good.get(package.id, "Completed.")],
        seed.FINANCE_12.client_id: words,
    }
    values = '{"$1": "k", "$2": "n", "$3": "REG_SZ", "$4": ""}'

    done = execute(
        soar,
        package_name=package.name,
        package_parameters=values if package is seed.SET_VALUE else None,
        destination=FINANCE,
        wait=True,
        timeout=1,
    )

    assert (done.ok, done.summary["outcome"]) == (outcome == "succeeded", outcome), done.message
    assert done.summary["saved_action_id"]
    assert len(done.rows) == 1
    assert named(done) == {"ws-finance-07", "ws-finance-12"}
    if outcome != "succeeded":
        assert "ws-finance-12" in done.message


def test_result_of_another_action_is_no_success(tanium: SimulatorServer, soar: LocalSoar) -> None:
    """A new saved action names, as the one that it has issued, one that has succeeded."""
    earlier = execute(soar, destination=FINANCE, wait=True, timeout=30)

    def named_so(body: Any) -> Any:
        body["data"]["last_action"]["id"] = earlier.summary["action_id"]
        return body

    tanium.faults.add(Fault("json", path_contains="/saved_actions", method="POST", value=named_so))
    mistaken = execute(soar, destination=FINANCE, wait=True, timeout=5)

    assert earlier.ok, earlier.message
    assert not mistaken.ok
    assert "the result of this one is not known" in mistaken.message
    assert mistaken.summary["saved_action_id"] == earlier.summary["saved_action_id"] + 1
    assert "outcome" not in mistaken.summary


def test_failed_look_does_not_advise_to_run_it_again(
    tanium: SimulatorServer, soar: LocalSoar
) -> None:
    """The advice of a read that failed is not that of what was issued."""
    tanium.faults.add(
        Fault("status", path_contains="/result_data/action", method="GET", times=None)
    )
    unread = execute(soar, destination=FINANCE, wait=True, timeout=1)
    tanium.settings.saved_action_seconds = 3600
    unstarted = execute(soar, destination=FINANCE, wait=True, timeout=1)

    assert "Its result is not known: Tanium answered HTTP 503" in unread.message
    assert "run the action again" not in unread.message
    assert "is still not started after 1 seconds" in unstarted.message
    assert "still running" not in unstarted.message
    assert "Do not run the action again." in unstarted.message


def test_offline_target_is_told_apart(soar: LocalSoar) -> None:
    done = execute(
        soar, destination="ws-finance-07,ws-offline-09", expire_seconds=1, wait=True, timeout=30
    )

    assert not done.ok
    rows = {each["computer_name"]: each for each in done.rows[0]["endpoints"]}
    assert rows["ws-finance-07"]["success"] is True
    assert rows["ws-offline-09"]["success"] is False
    assert "offline" in rows["ws-offline-09"]["meaning"]
    assert done.summary["endpoints_offline"] == 1
    assert "ws-offline-09" in done.message


def test_wait_for_approval_ends_with_it(tanium: SimulatorServer, soar: LocalSoar) -> None:
    tanium.settings.require_action_approval = True
    expected = execute(soar, destination="ws-finance-07", dry_run=True)

    waiting = execute(soar, destination="ws-finance-07", wait=True, timeout=1)
    known = execute(soar, destination="ws-finance-07", dry_run=True)

    assert expected.summary["approval"] in ("unknown", "not needed")
    assert not waiting.ok
    assert "waiting for approval by another user" in waiting.message
    assert waiting.summary["approval"] == "waiting"
    assert waiting.rows[0]["id"] == waiting.summary["saved_action_id"]
    assert known.summary["approval"] == "needed"
    assert "wait for approval by another user" in known.message


@pytest.mark.parametrize("limit", [None, 2])
def test_computer_that_registers_in_between_is_not_silently_added(
    tanium: SimulatorServer, soar: LocalSoar, limit: int | None
) -> None:
    """Beyond a limit not at all; without one Tanium adds it, and the message says that the number
    is that of a moment.
    """
    newcomer = seed.Host("srv-db-99", "3104477999", "10.30.0.99", "Linux")
    tanium.state.computers.newcomers.append(newcomer)

    issued = execute(soar, group_name="Servers", max_targets=limit)

    assert issued.ok, issued.message
    tanium.state.actions.settle()
    reached = {each.host.hostname for each in newest(tanium).progress.values()}
    servers = {seed.WEB_SERVER.hostname, seed.DB_SERVER.hostname}
    assert reached == (servers if limit else {*servers, newcomer.hostname})
    assert ("to 2 computers." in issued.message) is bool(limit)
    assert ("to 2 computers at present." in issued.message) is not bool(limit)


def test_server_of_the_specification(tanium: SimulatorServer, soar: LocalSoar) -> None:
    """It tells neither the members of an action group nor what became of an action."""
    tanium.settings.dialect, tanium.settings.without_unspecified = "specified", True

    issued = execute(soar, group_name="Servers")
    pinned = execute(soar, destination="ws-finance-07")

    assert issued.ok, issued.message
    assert issued.summary["approval"] == "unknown"
    assert "does not say which computers the action group" in issued.message
    assert pinned.ok, pinned.message
    assert [each["target_group"].get("id") for each in sent(tanium)] == [416, None]


def test_missing_right_to_count_refuses(tanium: SimulatorServer, soar: LocalSoar) -> None:
    configure(soar, tanium, api_token=seed.TOKEN_READER)

    refused = execute(soar, action_group=EVERYBODY)

    assert not refused.ok
    assert "'define question'" in refused.message
    assert sent(tanium) == []
