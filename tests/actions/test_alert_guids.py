# File: test_alert_guids.py
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
"""Alerts by their guids, which are all that a pushed alert's container has, and their deletion."""

from __future__ import annotations

import re

import pytest

from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from tests.actions.conftest import asked
from tests.conftest import RunAction
from tests.gateway.conftest import operations, spoil


NOBODY = "00000000-5d89-477e-bf14-8d6577840001"


def guid(tanium: SimulatorServer, number: int) -> str:
    return str(tanium.state.alerts.get(number)["guid"])


def state(tanium: SimulatorServer, number: int) -> str:
    return str(tanium.state.alerts.get(number)["state"])


def writes(tanium: SimulatorServer) -> list[str]:
    return [line for line in asked(tanium) if not line.startswith("GET")]


def test_get_alert_by_guid(tanium: SimulatorServer, run: RunAction) -> None:
    by_number = run("get alert", alert_id=7)
    tanium.log.clear()

    got = run("get alert", alert_id=guid(tanium, 7).upper())

    assert asked(tanium) == [f"GET /alerts?guid={guid(tanium, 7)}&limit=500&offset=0"]
    assert (got.ok, got.rows, got.summary) == (True, by_number.rows, by_number.summary)


@pytest.mark.parametrize("situation", ["none", "filter", "specified"])
def test_get_alert_whose_guid_is_not_found(
    tanium: SimulatorServer, run: RunAction, situation: str
) -> None:
    """A server that ignores the filter lists other alerts, which must not be taken for it."""
    tanium.settings.guid_filter = situation != "filter"
    tanium.settings.dialect = "specified" if situation == "specified" else "production"

    failed = run("get alert", alert_id=NOBODY)

    reason = (
        "Tanium has no such alert; it may have been deleted"
        if situation == "none"
        else "this Tanium server does not find alerts by guid; specify the alert's number, which"
        " list alerts shows"
    )
    assert (failed.ok, failed.message) == (False, f"Alert {NOBODY} was not found: {reason}.")


@pytest.mark.parametrize("action", ["get alert", "update alert", "delete alerts"])
def test_what_is_neither_number_nor_guid_is_refused(
    tanium: SimulatorServer, run: RunAction, action: str
) -> None:
    name = "alert_id" if action == "get alert" else "alert_ids"
    others = {"state": "resolved"} if action == "update alert" else {}

    failed = run(action, **{name: NOBODY[:-1]}, **others)

    assert not failed.ok
    assert f"Parameter '{name}' holds '{NOBODY[:-1]}'" in failed.message
    assert "numbers or guids" in failed.message
    assert len(tanium.log) == 0


def test_update_mixes_numbers_and_guids(tanium: SimulatorServer, run: RunAction) -> None:
    ids = f"3,{guid(tanium, 5)},{guid(tanium, 3)}"

    updated = run("update alert", alert_ids=ids, state="dismissed")

    assert updated.ok, updated.message
    assert writes(tanium) == ["PUT /alerts/?id=3&id=5"]
    assert [(row["id"], row["guid"], row["updated"]) for row in updated.rows] == [
        (number, guid(tanium, number), True) for number in (3, 5)
    ]


def test_guid_that_the_list_does_not_find_is_resolved_by_the_gateway(
    tanium: SimulatorServer, run: RunAction
) -> None:
    tanium.settings.guid_filter = False
    tanium.state.alerts.set_state([110, 119], "unresolved")

    updated = run("update alert", alert_ids=f"110,{guid(tanium, 119)}", state="resolved")

    assert updated.ok, updated.message
    assert operations(tanium) == ["Resolve"]
    assert updated.rows[1] == {
        "id": None,
        "guid": guid(tanium, 119),
        "state": "resolved",
        "updated": True,
        "accepted": True,
        "message": "resolved through the API gateway",
    }
    assert (state(tanium, 110), state(tanium, 119)) == ("resolved", "resolved")


@pytest.mark.parametrize(
    ("wanted", "gateway", "explanation"),
    [
        ("dismissed", "current", "Tanium has no such alert"),
        ("resolved", "current", f"did not resolve it either: .*alert '{NOBODY}' not found"),
        ("resolved", "missing", "no API gateway at this address"),
    ],
)
def test_guid_that_nobody_finds_does_not_cost_the_others(
    tanium: SimulatorServer, run: RunAction, wanted: str, gateway: str, explanation: str
) -> None:
    tanium.settings.gateway = gateway

    failed = run("update alert", alert_ids=f"1,{NOBODY}", state=wanted)

    assert not failed.ok
    assert failed.message.startswith(f"1 of 2 alerts are {wanted}. {NOBODY}: ")
    assert [row["updated"] for row in failed.rows] == [True, False]
    assert re.search(explanation, failed.rows[1]["message"])
    assert "may have been applied" not in failed.message
    assert state(tanium, 1) == wanted


def test_lost_answer_of_the_gateway_is_no_success_and_not_repeated(
    tanium: SimulatorServer, run: RunAction
) -> None:
    tanium.settings.guid_filter = False
    tanium.settings.dialect = "specified"
    spoil(tanium, "reset_after", "Resolve")

    failed = run("update alert", alert_ids=guid(tanium, 1), state="resolved")

    assert (failed.ok, failed.rows[0]["updated"]) == (False, False)
    assert "may have been" in failed.message
    assert operations(tanium) == ["Resolve"]


def test_delete_alerts(tanium: SimulatorServer, run: RunAction) -> None:
    rows = [dict(tanium.state.alerts.get(number)) for number in (1, 4)]
    ids = f"1,{rows[1]['guid']},{rows[0]['guid']}"

    deleted = run("delete alerts", alert_ids=ids)

    assert (deleted.ok, deleted.message) == (True, "Deleted alerts: 2")
    assert writes(tanium) == ["DELETE /alerts?id=1&id=4"]
    assert {row["id"]: (row["computerName"], row["state"]) for row in deleted.rows} == {
        row["id"]: (row["computerName"], row["state"]) for row in rows
    }
    assert all(row["found"] and row["deleted"] for row in deleted.rows)
    assert deleted.summary == {"deleted_alerts": 2, "failed_alerts": 0}
    assert len(tanium.state.alerts) == 118


def test_delete_alerts_of_which_some_do_not_exist(tanium: SimulatorServer, run: RunAction) -> None:
    failed = run("delete alerts", alert_ids=f"1,999,{NOBODY}")

    assert not failed.ok
    assert failed.message == (
        "Deleted 1 of 3 alerts."
        " 999: Tanium has no such alert; it may have been deleted;"
        f" {NOBODY}: Tanium has no such alert; it may have been deleted."
    )
    assert [(row["found"], row["deleted"]) for row in failed.rows] == [
        (True, True),
        (False, False),
        (False, False),
    ]
    assert writes(tanium) == ["DELETE /alerts?id=1"]


@pytest.mark.parametrize("kind", ["reset_after", "reset_before"])
def test_lost_answer_of_a_deletion_is_looked_up(
    tanium: SimulatorServer, run: RunAction, kind: str
) -> None:
    tanium.faults.add(Fault(kind, method="DELETE", times=None))

    result = run("delete alerts", alert_ids="1,2")

    assert result.ok is (kind == "reset_after"), result.message
    assert len(writes(tanium)) == 1
    assert [row["deleted"] for row in result.rows] == [result.ok] * 2
    if not result.ok:
        assert all(row["message"].endswith("It is still there") for row in result.rows)


def test_server_without_deletion_says_so(tanium: SimulatorServer, run: RunAction) -> None:
    tanium.settings.dialect = "specified"
    tanium.settings.without_unspecified = True

    failed = run("delete alerts", alert_ids="1")

    assert not failed.ok
    assert failed.message.startswith("Deleted 0 of 1 alerts. 1: Tanium answered HTTP 40")
    assert len(tanium.state.alerts) == 120
