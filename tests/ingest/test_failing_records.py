# File: test_failing_records.py
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
"""Records that the endpoint answers with a failure every time hold nothing back, and an endpoint
that fails for all of them is told apart from that.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from typing import Any

import pytest

from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tanium_tr.ingest.patience import MOST_FAILING
from tests.conftest import Run, RunAction
from tests.ingest.conftest import Configure, IntoVault, ingest_fault, numbers, objects, spool_file


POISON = "fails every time"
FAILURES: list[dict[str, Any]] = [
    *({"kind": "status", "status": status} for status in (408, 500, 502, 503, 504, 599)),
    {"kind": "reset_before"},
]


def failing(number: int) -> str:
    return json.dumps({"n": number, "x": POISON})


def fail(tanium: SimulatorServer, **fault: Any) -> None:
    fault = fault or {"kind": "status", "status": 500}
    tanium.faults.add(ingest_fault(**fault, body_contains=POISON.encode(), times=None))


def store(run: RunAction, tanium: SimulatorServer, *batches: list[str]) -> None:
    """Put batches into the spool while the endpoint is down."""
    down = tanium.faults.add(ingest_fault("status", times=None))
    for records in batches:
        assert not run("send records", records="\n".join(records), timeout=0).ok
    down.times = 0
    tanium.state.ingest.records.clear()
    tanium.log.clear()


def left(result: Run) -> dict[str, int]:
    """The records that remain, by the state of their batches."""
    states = Counter[str]()
    for row in result.rows:
        states[row["state"]] += row["records"]
    return dict(states)


@pytest.mark.parametrize("fault", FAILURES)
@pytest.mark.parametrize("timeout", [0, 300])
def test_failing_record_at_the_head_holds_nothing_back(
    run: RunAction,
    tanium: SimulatorServer,
    waits: list[float],
    fault: dict[str, Any],
    timeout: int,
) -> None:
    store(run, tanium, [failing(0)], *([text] for text in objects(6)[1:]))
    fail(tanium, **fault)

    result = run("resend undelivered", timeout=timeout)

    assert sorted(numbers(tanium)) == [1, 2, 3, 4, 5]
    assert not result.ok
    assert "Record not accepted: 1." in result.message
    (row,) = result.rows
    assert (row["state"], row["records"]) == ("undelivered", 1)
    assert row["reason"] in result.message
    assert sum(waits) <= timeout


@pytest.mark.usefixtures("waits")
@pytest.mark.parametrize("place", [0, 57, 199])
def test_batch_that_fails_again_and_again_is_halved_until_the_record_is_alone(
    run: RunAction, tanium: SimulatorServer, place: int
) -> None:
    given = objects(200)
    given[place] = failing(place)
    store(run, tanium, given, [json.dumps({"n": 200})])
    fail(tanium)

    result = run("resend undelivered")

    assert sorted(numbers(tanium)) == sorted({*range(201)} - {place})
    assert not result.ok
    assert left(result) == {"undelivered": 1}
    assert result.rows[0]["numbers"] == str(place + 1)
    assert "answered HTTP 500" in result.rows[0]["reason"]
    assert f"Record not accepted: {place + 1}." in result.message
    tanium.faults.clear()
    assert run("resend undelivered").rows == []
    assert sorted(numbers(tanium)) == list(range(201))


@pytest.mark.usefixtures("waits")
@pytest.mark.parametrize("timeout", [0, 300])
def test_only_batch_is_halved_too(run: RunAction, tanium: SimulatorServer, timeout: int) -> None:
    given = objects(200)
    given[57] = failing(57)
    store(run, tanium, given)
    fail(tanium)

    for _ in range(10):
        result = run("resend undelivered", timeout=timeout)

    assert sorted(numbers(tanium)) == sorted({*range(200)} - {57})
    assert [row["numbers"] for row in result.rows] == ["58"]


@pytest.mark.usefixtures("waits")
def test_many_failing_batches_are_worn_down(
    run: RunAction,
    tanium: SimulatorServer,
) -> None:
    given = [objects(50) for _ in range(12)]
    for records in given:
        records[7], records[33] = failing(7), failing(33)
    store(run, tanium, *given, *([text] for text in objects(3)))
    fail(tanium)

    for _ in range(10):
        result = run("resend undelivered")

    assert len(numbers(tanium)) == 12 * 48 + 3
    assert left(result) == {"undelivered": 24}
    tanium.faults.clear()
    assert run("resend undelivered").rows == []
    assert len(numbers(tanium)) == 12 * 50 + 3


@pytest.mark.usefixtures("waits")
def test_failing_record_does_not_keep_a_new_run_from_the_others(
    run: RunAction, tanium: SimulatorServer, into_vault: IntoVault
) -> None:
    given = objects(2000, 400)
    given[613] = failing(613)
    fail(tanium)

    result = run("send records", vault_id=into_vault("\n".join(given).encode()))

    assert sorted(numbers(tanium)) == sorted({*range(2000)} - {613})
    assert not result.ok
    row = result.rows[0]
    assert (row["records"], row["set_aside"], row["undelivered"]) == (1999, 0, 1)
    assert "Record not accepted: 614." in result.message
    assert "'resend undelivered' delivers them." in result.message


@pytest.mark.usefixtures("waits")
@pytest.mark.parametrize("only_new", [True, False])
def test_failing_alert_does_not_hold_the_others_back(
    run: RunAction, tanium: SimulatorServer, only_new: bool
) -> None:
    alerts = run("list alerts").rows
    store(run, tanium, [json.dumps({"n": 0})])
    guid = str(alerts[3]["guid"]).encode()
    tanium.faults.add(ingest_fault("status", status=500, body_contains=guid, times=None))

    run("forward alerts", only_new=only_new)
    for _ in range(3):
        result = run("resend undelivered")

    arrived = [json.loads(record) for record in tanium.state.ingest.records]
    guids = [alert["guid"] for alert in arrived if "guid" in alert]
    assert sorted(guids) == sorted(alert["guid"] for alert in alerts if alert != alerts[3])
    assert [row["numbers"] for row in result.rows] == [str(alerts[3]["id"])]


@pytest.mark.usefixtures("waits")
@pytest.mark.parametrize(
    "fault", [{"kind": "status"}, {"kind": "reset_before"}, {"kind": "status", "status": 408}]
)
@pytest.mark.parametrize("timeout", [0, 300])
def test_endpoint_that_fails_for_all_is_not_asked_for_each(
    run: RunAction,
    tanium: SimulatorServer,
    fault: dict[str, Any],
    timeout: int,
) -> None:
    store(run, tanium, *([text, text] for text in objects(30)))
    tanium.faults.add(ingest_fault(**fault, times=None))
    attempts: dict[int, int] = {}

    for _ in range(3):
        sent = len(tanium.log)
        result = run("resend undelivered", timeout=timeout)
        assert not result.ok
        assert left(result) == {"undelivered": 60}
        now = {row["batch_id"]: row["attempts"] for row in result.rows}
        tried = [number for number in now if now[number] != attempts.get(number, 1)]
        assert len(tried) <= MOST_FAILING + 1, "one may be in two parts"
        assert len(tanium.log) - sent <= 40
        attempts = now

    assert len(result.rows) <= 30 + 3, "it is not the batches"
    tanium.faults.clear()
    assert run("resend undelivered").rows == []
    assert sorted(numbers(tanium)) == sorted([*range(30)] * 2)


@pytest.mark.usefixtures("waits")
def test_whole_time_is_spent_on_an_endpoint_that_may_come_back(
    run: RunAction,
    tanium: SimulatorServer,
) -> None:
    store(run, tanium, *([text] for text in objects(20)))
    tanium.faults.add(ingest_fault("status", times=8))

    result = run("resend undelivered", timeout=300)

    assert (result.ok, result.rows) == (True, [])
    assert sorted(numbers(tanium)) == list(range(20))


def test_connection_that_cannot_be_made_is_not_due_to_a_batch(
    run: RunAction, configure: Configure, waits: list[float]
) -> None:
    configure(ingest_url="https://localhost:1/ingest")
    for text in objects(3):
        run("send records", records=text, timeout=0)

    result = run("resend undelivered", timeout=60)

    assert not result.ok
    assert sorted(row["attempts"] > 1 for row in result.rows) == [False, False, True]
    assert len(waits) > 3


@pytest.mark.usefixtures("waits")
def test_rate_limit_is_not_due_to_a_batch(
    run: RunAction,
    tanium: SimulatorServer,
) -> None:
    store(run, tanium, *([text, text] for text in objects(4)))
    tanium.faults.add(ingest_fault("status", status=429, times=None))

    result = run("resend undelivered", timeout=60)

    assert not result.ok
    assert sorted(row["attempts"] > 1 for row in result.rows) == [False, False, False, True]


def test_time_that_the_endpoint_asks_for_is_kept_for_the_next_batch_too(
    run: RunAction, tanium: SimulatorServer, waits: list[float]
) -> None:
    store(run, tanium, [failing(0)], *([text] for text in objects(3)[1:]))
    fail(tanium, kind="status", headers={"Retry-After": "20"})

    result = run("resend undelivered", timeout=300)

    assert sorted(numbers(tanium)) == [1, 2]
    assert all(wait >= 20 for wait in waits)
    assert left(result) == {"undelivered": 1}


def test_spool_of_an_earlier_version_has_turns(
    soar: LocalSoar, run: RunAction, tanium: SimulatorServer
) -> None:
    store(run, tanium, [failing(0)], *([text] for text in objects(6)[1:]))
    with sqlite3.connect(spool_file(soar)) as database:
        database.execute("DROP INDEX turn")
        database.execute("ALTER TABLE batch DROP COLUMN numbers")
        database.execute("UPDATE batch SET attempts = 0")
    database.close()
    fail(tanium)

    result = run("resend undelivered", timeout=0)

    assert sorted(numbers(tanium)) == [1, 2, 3, 4, 5]
    assert left(result) == {"undelivered": 1}
