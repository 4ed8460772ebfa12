# File: test_alert_updates.py
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
"""Reading one alert, and setting the state of one or many."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from tests.actions.conftest import asked
from tests.conftest import RunAction
from tests.variants import grant


DIALECTS = ["production", "specified"]


def states(tanium: SimulatorServer, *ids: int) -> list[str]:
    return [tanium.state.alerts.get(alert_id)["state"] for alert_id in ids]


def puts(tanium: SimulatorServer) -> list[str]:
    return [line for line in asked(tanium) if line.startswith("PUT")]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_get_alert(tanium: SimulatorServer, run: RunAction, dialect: str) -> None:
    tanium.settings.dialect = dialect

    got = run("get alert", alert_id="7")

    alert = tanium.state.alerts.get(7)
    assert asked(tanium) == ["GET /alerts/7"]
    assert (got.ok, got.message) == (True, "Alert retrieved")
    (row,) = got.rows
    assert (row["id"], row["computerName"], row["intelDocId"]) == (
        7,
        alert["computerName"],
        alert["intelDocId"],
    )
    assert got.summary == {"state": row["state"], "priority": alert["priority"]}
    assert {"event_type", "path", "md5", "sha1", "sha256"} <= set(row)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_get_alert_that_does_not_exist(
    tanium: SimulatorServer, run: RunAction, dialect: str
) -> None:
    tanium.settings.dialect = dialect

    failed = run("get alert", alert_id=100_000)

    assert not failed.ok
    assert "Alert 100000 not found" in failed.message
    assert len(tanium.log) == 1


@pytest.mark.parametrize("dialect", DIALECTS)
def test_update_one_alert(tanium: SimulatorServer, run: RunAction, dialect: str) -> None:
    tanium.settings.dialect = dialect

    updated = run("update alert", alert_ids=3, state="Dismissed")

    assert asked(tanium) == ["PUT /alerts/3", "GET /alerts/3"]
    assert json.loads(tanium.log[0].body or b"") == {"state": "dismissed"}
    assert (updated.ok, updated.message) == (True, "Updated alerts: 1")
    guid = tanium.state.alerts.get(3)["guid"]
    assert updated.rows == [
        {
            "id": 3,
            "guid": guid,
            "state": "dismissed",
            "updated": True,
            "accepted": True,
            "message": "",
        }
    ]
    assert updated.summary == {"updated_alerts": 1, "failed_alerts": 0, "unchecked_alerts": 0}
    assert states(tanium, 3) == ["dismissed"]


@pytest.mark.parametrize(
    ("dialect", "path"),
    [("production", "PUT /alerts/?id=5&id=1&id=3"), ("specified", "PUT /alerts/5,1,3")],
)
@pytest.mark.parametrize(
    "ids", ["5, 1,3", ["5", "1", "3"], "5,1,,3,1,5,", "05,5,1,3,001", "5\n1\r\n\n3\n"]
)
def test_update_many_alerts_is_one_request_that_each_id_is_in_once(
    tanium: SimulatorServer, run: RunAction, dialect: str, path: str, ids: object
) -> None:
    tanium.settings.dialect = dialect

    updated = run("update alert", alert_ids=ids, state="ignored")

    assert updated.ok, updated.message
    assert puts(tanium)[-1] == path
    assert [request.status for request in tanium.log.requests(method="PUT")] == (
        [200] if dialect == "production" else [404, 200]
    )
    assert [(row["id"], row["state"], row["updated"]) for row in updated.rows] == [
        (each, "ignored", True) for each in (5, 1, 3)
    ]
    assert updated.summary == {"updated_alerts": 3, "failed_alerts": 0, "unchecked_alerts": 0}
    assert states(tanium, 5, 1, 3) == ["ignored"] * 3
    tanium.log.clear()

    assert run("update alert", alert_ids=ids, state="resolved").ok

    assert puts(tanium) == [path]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_update_with_one_unknown_id_has_a_row_for_each(
    tanium: SimulatorServer, run: RunAction, dialect: str
) -> None:
    tanium.settings.dialect = dialect
    before = states(tanium, 1, 2)
    wanted = "resolved" if "resolved" not in before else "dismissed"

    failed = run("update alert", alert_ids="1,100000,2", state=wanted)

    assert not failed.ok
    assert failed.message.startswith(
        f"0 of 3 alerts are {wanted}. 1: its state is {before[0]}; 100000: cannot be read: "
    )
    assert "Alert 100000 not found" in failed.message
    assert [(row["id"], row["updated"]) for row in failed.rows] == [
        (1, False),
        (100_000, False),
        (2, False),
    ]
    assert [failed.rows[0]["state"], failed.rows[2]["state"]] == before == states(tanium, 1, 2)


def test_update_tells_those_that_the_server_has_left_as_they_were(
    tanium: SimulatorServer, run: RunAction
) -> None:
    def undo(request: Any) -> None:
        if request.method == "PUT":
            tanium.state.alerts.get(2)["state"] = "inprogress"

    tanium.log.watch = undo

    failed = run("update alert", alert_ids="1,2", state="resolved")

    assert not failed.ok
    assert failed.message == "1 of 2 alerts are resolved. 2: its state is inprogress."
    assert [row["updated"] for row in failed.rows] == [True, False]


def test_update_that_only_cannot_be_read_back_is_not_sent_again(
    tanium: SimulatorServer, run: RunAction
) -> None:
    tanium.faults.add(
        Fault("status", method="GET", path_contains="/alerts/2", status=500, times=None)
    )

    failed = run("update alert", alert_ids="1,2", state="resolved")

    assert not failed.ok
    assert "2: cannot be read: Tanium answered HTTP 500" in failed.message
    assert [(row["id"], row["updated"]) for row in failed.rows] == [(1, True), (2, False)]
    assert len(puts(tanium)) == 1
    assert states(tanium, 1, 2) == ["resolved", "resolved"]


def test_update_without_the_right_to_read_says_what_was_accepted(
    tanium: SimulatorServer, run: RunAction
) -> None:
    grant(tanium, {seed.USE_API, seed.ALERTS_WRITE})

    failed = run("update alert", alert_ids="1,2", state="resolved")

    assert states(tanium, 1, 2) == ["resolved", "resolved"]
    assert puts(tanium) == ["PUT /alerts/?id=1&id=2"]
    assert not failed.ok
    assert [(row["id"], row["accepted"], row["updated"]) for row in failed.rows] == [
        *((1, True, False), (2, True, False)),
    ]
    assert failed.summary == {"updated_alerts": 0, "failed_alerts": 0, "unchecked_alerts": 2}
    assert failed.message.startswith(
        "0 of 2 alerts are known to be resolved. Tanium accepted the change of 1, 2, but it could"
        " not be checked. 1: cannot be read: Tanium answered HTTP 403 to GET "
    )
    assert "lacks the permission 'threat response alerts read', or" in failed.message
    assert failed.message.endswith(". Check in Tanium before you run the action again.")


def test_update_whose_read_back_gets_no_answer_has_a_row_for_each(
    tanium: SimulatorServer, run: RunAction
) -> None:
    tanium.faults.add(Fault("reset_before", method="GET", path_contains="/alerts/1", times=None))

    failed = run("update alert", alert_ids="1,2", state="resolved")

    assert not failed.ok
    assert [(row["id"], row["updated"]) for row in failed.rows] == [(1, False), (2, True)]
    assert "1: cannot be read: " in failed.message


@pytest.mark.parametrize("status", [500, 503])
def test_update_is_sent_once_whatever_comes_back(
    tanium: SimulatorServer, run: RunAction, status: int
) -> None:
    tanium.faults.add(Fault("status", method="PUT", status=status, times=None))

    failed = run("update alert", alert_ids="1,2", state="resolved")

    assert not failed.ok
    assert f"HTTP {status}" in failed.message
    assert len(puts(tanium)) == 1


@pytest.mark.parametrize(
    "ids",
    [
        "one",
        "1,two",
        "1;2",
        "1 2",
        '1,"2\n3"',
        "-1",
        "1.5",
        "1,*",
        "1/../2",
        "1e3",
        "0x1",
        "1" * 19,
        "\u0661",
        ["1,2"],
        [1, 2],
        "1?id=2",
        ",",
        " , ",
    ],
)
def test_update_refuses_what_is_no_number_before_any_request(
    tanium: SimulatorServer, run: RunAction, ids: object
) -> None:
    failed = run("update alert", alert_ids=ids, state="resolved")

    assert not failed.ok
    assert failed.message.startswith("Parameter 'alert_ids' ")
    assert len(tanium.log) == 0


@pytest.mark.parametrize("state", ["open", "closed", "resolved,ignored", 5])
def test_update_refuses_a_state_that_there_is_not(
    tanium: SimulatorServer, run: RunAction, state: object
) -> None:
    failed = run("update alert", alert_ids="1", state=state)

    assert failed.message.endswith(
        "use one of unresolved, inprogress, resolved, dismissed, ignored, suppressed."
    )
    assert len(tanium.log) == 0


def test_update_to_a_state_that_the_server_does_not_have(
    tanium: SimulatorServer, run: RunAction
) -> None:
    tanium.settings.dialect = "specified"

    failed = run("update alert", alert_ids="1", state="suppressed")

    assert not failed.ok
    assert "state must be one of unresolved" in failed.message
    assert failed.rows[0]["updated"] is False
