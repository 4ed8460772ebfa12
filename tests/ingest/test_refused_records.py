# File: test_refused_records.py
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
"""A record that the endpoint refuses is found and set aside; it never holds the good ones back."""

from __future__ import annotations

import json
import sqlite3

import pytest

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tanium_tr.ingest.delivery import MOST_NAMED, MOST_REJECTED
from tests.conftest import RunAction
from tests.ingest.conftest import (
    Configure,
    IntoVault,
    ingest_fault,
    numbers,
    objects,
    spool_file,
)


BAD = '"x": "bad"'


@pytest.fixture
def tanium(tanium: SimulatorServer) -> SimulatorServer:
    tanium.settings.ingest_refused = BAD
    return tanium


def bad(number: int) -> str:
    return json.dumps({"n": number, "x": "bad"})


def posts(server: SimulatorServer, path: str = seed.INGEST_PATH) -> int:
    return len(server.log.requests(method="POST", path_contains=path))


@pytest.mark.parametrize("compression", [True, False])
def test_bad_record_is_set_aside_and_all_others_are_delivered(
    run: RunAction,
    tanium: SimulatorServer,
    into_vault: IntoVault,
    configure: Configure,
    compression: bool,
) -> None:
    configure(ingest_compression=compression)
    given = objects(2000, 400)
    given[613] = bad(613)

    result = run("send records", vault_id=into_vault("\n".join(given).encode()))

    assert not result.ok
    assert sorted(numbers(tanium)) == [number for number in range(2000) if number != 613]
    counts = {name: result.rows[0][name] for name in ("records", "set_aside", "undelivered")}
    assert counts == {"records": 1999, "set_aside": 1, "undelivered": 0}
    assert "HTTP 400: A record has a field that is not known. Check the record" in result.message
    assert "Record refused: 614. Set aside: 1 record;" in result.message

    listed = run("resend undelivered")
    (row,) = listed.rows
    assert (row["state"], row["records"], row["numbers"]) == ("set aside", 1, "614")
    assert "A record has a field that is not known" in row["reason"]


def test_collector_names_the_record(
    run: RunAction, tanium: SimulatorServer, configure: Configure
) -> None:
    configure(ingest_url=tanium.url + seed.COLLECTOR_PATH, ingest_auth_scheme="Splunk")
    given = objects(300)
    given[7] = bad(7)

    result = run("send records", records="\n".join(given))

    assert sorted(numbers(tanium)) == [number for number in range(300) if number != 7]
    assert posts(tanium, seed.COLLECTOR_PATH) == 4  # all, those before, the bad one, those behind
    assert "Record refused: 8." in result.message


@pytest.mark.parametrize("place", [0, 299])
def test_collector_names_the_first_or_the_last_record(
    run: RunAction, tanium: SimulatorServer, configure: Configure, place: int
) -> None:
    configure(ingest_url=tanium.url + seed.COLLECTOR_PATH, ingest_auth_scheme="Splunk")
    given = objects(300)
    given[place] = bad(place)

    run("send records", records="\n".join(given))

    assert sorted(numbers(tanium)) == [number for number in range(300) if number != place]
    assert posts(tanium, seed.COLLECTOR_PATH) == 3


@pytest.mark.parametrize("explanation", [-1, 300, 100_000, "seven", None, True])
def test_place_that_makes_no_sense_is_passed_over(
    run: RunAction, tanium: SimulatorServer, configure: Configure, explanation: object
) -> None:
    configure(ingest_url=tanium.url + seed.COLLECTOR_PATH, ingest_auth_scheme="Splunk")
    body = json.dumps({"text": "Invalid data", "code": 6, "invalid-event-number": explanation})
    fault = ingest_fault("status", status=400, body=body)
    fault.path_contains = seed.COLLECTOR_PATH
    tanium.faults.add(fault)

    assert run("send records", records="\n".join(objects(300))).ok
    assert numbers(tanium) == list(range(300))


def test_several_bad_records_at_any_place(run: RunAction, tanium: SimulatorServer) -> None:
    given = objects(200)
    for number in (0, 1, 50, 51, 120, 199):
        given[number] = bad(number)

    result = run("send records", records="\n".join(given))

    assert sorted(numbers(tanium)) == sorted(set(range(200)) - {0, 1, 50, 51, 120, 199})
    assert "Records refused: 1, 2, 51, 52, 121, 200." in result.message
    assert result.rows[0]["set_aside"] == 6


def test_bad_records_in_a_row_between_good_ones_do_not_stop_the_run(
    run: RunAction, tanium: SimulatorServer
) -> None:
    given = [
        bad(number) if 100 <= number < 160 else text for number, text in enumerate(objects(400))
    ]

    result = run("send records", records="\n".join(given))

    assert sorted(numbers(tanium)) == [*range(100), *range(160, 400)]
    assert result.rows[0]["undelivered"] == 0
    assert f" and {60 - MOST_NAMED} more." in result.message


@pytest.mark.parametrize("first", [20, 30, 39])
def test_bad_records_at_the_start_do_not_stop_the_run(
    run: RunAction, tanium: SimulatorServer, first: int
) -> None:
    given = [bad(number) if number < first else text for number, text in enumerate(objects(400))]

    result = run("send records", records="\n".join(given))

    assert sorted(numbers(tanium)) == list(range(first, 400))
    assert (result.rows[0]["set_aside"], result.rows[0]["undelivered"]) == (first, 0)


@pytest.mark.parametrize("status", [400, 422])
def test_endpoint_that_refuses_everything_stops_the_run(
    run: RunAction, tanium: SimulatorServer, status: int
) -> None:
    tanium.faults.add(ingest_fault("status", status=status, times=None))

    result = run("send records", records="\n".join(objects(400)))

    assert posts(tanium) < 3 * MOST_REJECTED
    assert (result.rows[0]["set_aside"], result.rows[0]["undelivered"]) == (
        MOST_REJECTED,
        400 - MOST_REJECTED,
    )
    assert f"It refused {MOST_REJECTED} records in a row: check that ingest_url" in result.message
    tanium.faults.clear()
    assert run("resend undelivered", include_set_aside=True).rows == []
    assert sorted(numbers(tanium)) == list(range(400))


@pytest.mark.parametrize(
    ("given", "format", "number"),
    [
        ("good\n\n\nis bad\ngood\n", "text", "4"),
        ('["good", "is bad", "good"]', "text", "2"),
        ('{"a": 1}\n\nnot JSON\n{"b": "is bad"}\n{"c": 3}', "json", "4"),
        ('[{"a": 1}, 5, {"b": "is bad"}, {"c": 3}]', "json", "3"),
        ('{\n "b": "is bad"\n}', "json", "1"),
    ],
)
def test_number_is_that_of_the_input(
    run: RunAction, tanium: SimulatorServer, given: str, format: str, number: str
) -> None:
    tanium.settings.ingest_refused = "is bad"

    result = run("send records", records=given, format=format)

    assert f"Record refused: {number}." in result.message
    assert [row["numbers"] for row in run("resend undelivered").rows] == [number]


def test_number_in_a_file_whose_lines_are_partly_empty(
    run: RunAction, tanium: SimulatorServer, into_vault: IntoVault
) -> None:
    lines = ["" if number % 3 == 0 else f"line {number}" for number in range(1, 30_001)]
    lines[20_000] = "this is bad"  # the 20,001st
    tanium.settings.ingest_refused = "is bad"

    result = run("send records", vault_id=into_vault("\n".join(lines).encode()), format="text")

    assert "Record refused: 20001." in result.message
    assert len(tanium.state.ingest.records) == 20_000


def test_resend_goes_on_behind_what_is_refused_again(
    run: RunAction, tanium: SimulatorServer
) -> None:
    given = objects(200)
    given[20] = bad(20)
    tanium.faults.add(ingest_fault("status", times=None))
    run("send records", records="\n".join(given), timeout=0)
    tanium.faults.clear()

    result = run("resend undelivered")
    assert not result.ok
    assert sorted(numbers(tanium)) == [number for number in range(200) if number != 20]
    assert "Record refused: 21." in result.message

    again = run("resend undelivered", include_set_aside=True)
    assert not again.ok
    assert [(row["numbers"], row["state"]) for row in again.rows] == [("21", "set aside")]
    tanium.settings.ingest_refused = ""
    assert run("resend undelivered", include_set_aside=True).ok
    assert sorted(numbers(tanium)) == list(range(200))


@pytest.mark.parametrize("only_new", [False, True])
def test_alert_that_is_refused_does_not_hold_the_others_back(
    run: RunAction, tanium: SimulatorServer, only_new: bool
) -> None:
    alerts = run("list alerts").rows
    tanium.settings.ingest_refused = alerts[3]["guid"]

    result = run("forward alerts", only_new=only_new)

    sent = {json.loads(record)["guid"] for record in tanium.state.ingest.records}
    assert sent == {alert["guid"] for alert in alerts} - {alerts[3]["guid"]}
    assert f"Record refused: {alerts[3]['id']}." in result.message
    if only_new:
        assert run("forward alerts", only_new=True).message.startswith(
            "There are no alerts to forward. Set aside: 1 record;"
        )
    tanium.settings.ingest_refused = ""
    assert run("resend undelivered", include_set_aside=True).ok
    assert len({json.loads(record)["guid"] for record in tanium.state.ingest.records}) == 8


def test_too_large_record_is_named(run: RunAction, tanium: SimulatorServer) -> None:
    tanium.settings.ingest_max_bytes = 300

    result = run("send records", records="\n".join([*objects(5), json.dumps({"x": "y" * 400})]))

    assert "The record is larger than the endpoint accepts. Record refused: 6." in result.message


def test_spool_of_an_earlier_version_is_used_on(
    soar: LocalSoar, run: RunAction, tanium: SimulatorServer
) -> None:
    tanium.faults.add(ingest_fault("status"))
    run("send records", records="\n".join([bad(0), *objects(3)[1:]]), timeout=0)
    with sqlite3.connect(spool_file(soar)) as database:
        database.execute("ALTER TABLE batch DROP COLUMN numbers")
    database.close()

    result = run("resend undelivered")

    assert sorted(numbers(tanium)) == [1, 2]
    assert [(row["state"], row["numbers"]) for row in result.rows] == [("set aside", "")]
    assert "refused:" not in result.message
