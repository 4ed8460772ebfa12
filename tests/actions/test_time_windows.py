# File: test_time_windows.py
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
"""Events of a time: between two moments, or around an alert."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from dev.simulator.settings import QUICK
from tanium_tr.times import moment_in
from tests.actions.conftest import asked
from tests.conftest import RunAction


HOUR = 3600_000
NODE = seed.process_table_id(seed.FINANCE.client_id, seed.SUSPICIOUS)


@pytest.fixture(params=["production", "specified"])
def tanium(request: pytest.FixtureRequest) -> Iterator[SimulatorServer]:
    with SimulatorServer(**QUICK, dialect=request.param) as server:
        yield server


def is_production(tanium: SimulatorServer) -> bool:
    return tanium.settings.dialect == "production"


def recorded(tanium: SimulatorServer, event_type: str) -> list[dict[str, Any]]:
    return tanium.state.computers.recording(seed.FINANCE).events(event_type)


def iso(milliseconds: int) -> str:
    moment = datetime.fromtimestamp(milliseconds / 1000, timezone.utc)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@pytest.mark.parametrize("event_type", ["process", "network", "combined"])
def test_get_events_and_their_number_within_a_time(
    tanium: SimulatorServer, run: RunAction, connection: str, event_type: str
) -> None:
    rows = recorded(tanium, event_type)
    name = "create_time_raw" if event_type == "process" else "timestamp_raw"
    times = [row[name] for row in rows]
    start, end = times[len(rows) // 2], times[len(rows) // 2 + 40]
    wanted = {row["id"] for row in rows if start <= row[name] <= end}
    given = {"connection_id": connection, "event_type": event_type}
    within = {"from_time": iso(start), "to_time": str(end)}

    got = run("get events", **given, **within)
    tanium.log.clear()
    counted = run("get events summary", **given, **within)

    assert {str(row["id"]) for row in got.rows} == wanted
    assert counted.rows == [{"count": len(wanted), "has_more": False}]
    for result in (got, counted):
        assert (result.summary["from_time"], result.summary["to_time"]) == (iso(start), iso(end))
        assert f" from {iso(start)} to {iso(end)}" in result.message
        assert ("The app applied the time" in result.message) is not is_production(tanium)
    if is_production(tanium):
        filters = {"f0": name, "o0": "gte", "v0": str(start), "g1": "0,1", "gm1": "all"}
        filters |= {"f1": name, "o1": "lte", "v1": str(end), "match": "all"}
        assert [request.arguments for request in tanium.log] == [filters]


@pytest.mark.parametrize("match", ["all", "any"])
def test_get_events_within_a_time_that_pass_filters_too(
    tanium: SimulatorServer, run: RunAction, connection: str, match: str
) -> None:
    rows = recorded(tanium, "file")
    start = rows[len(rows) // 2]["timestamp_raw"]
    decide = all if match == "all" else any
    wanted = {
        row["id"]
        for row in rows
        if row["timestamp_raw"] >= start
        and decide((row["operation"] == "Write", row["user_name"] == "SYSTEM"))
    }
    given = {"connection_id": connection, "event_type": "file", "filter_type": match}
    filters = {"fields": "operation,user_name", "operators": "eq,eq", "values": "Write,SYSTEM"}

    got = run("get events", **given, **filters, from_time=iso(start), limit=5000)
    part = run("get events", **given, **filters, from_time=iso(start), limit=3, offset=2)
    counted = run("get events summary", **given, **filters, from_time=iso(start))

    assert wanted
    assert {str(row["id"]) for row in got.rows} == wanted
    assert (part.rows, part.summary["more_data"]) == (got.rows[2:6], True)
    assert counted.summary["file_events_count"] == len(wanted)
    # No server is known to combine filters of which any may hold with a time that has to.
    by_server = is_production(tanium) and match == "all"
    for result in (got, part, counted):
        assert ("The app applied" in result.message) is not by_server


def test_get_process_events_within_a_time(
    tanium: SimulatorServer, run: RunAction, connection: str
) -> None:
    given = {"connection_id": connection, "process_table_id": NODE, "event_type": "file"}
    recording = tanium.state.computers.recording(seed.FINANCE)
    process = recording.process(NODE)
    assert process
    times = [row["timestamp_raw"] for row in recording.events_of(process, "file")]

    got = run("get process events", **given, from_time=iso(times[1]))
    part = run("get process events", **given, from_time=iso(times[1]), limit=1, offset=1)
    none = run("get process events", **given, to_time=iso(times[0] - 1))

    assert [str(row["id"]) for row in got.rows] == [
        row["id"] for row in recording.events_of(process, "file")[1:]
    ]
    assert (part.rows, none.rows, none.ok) == (got.rows[1:2], [], True)
    assert got.summary == {"event_count": len(times) - 1, "from_time": iso(times[1])}
    assert got.message.startswith(f"Event count: {len(times) - 1} from {iso(times[1])}. The app ")


def test_get_events_around_an_alert(
    tanium: SimulatorServer, run: RunAction, connection: str
) -> None:
    alert = next(row for row in reversed(tanium.state.alerts.rows()) if row["eid"])
    middle = round(datetime.fromisoformat(alert["alertedAt"][:-1] + "+00:00").timestamp() * 1000)
    near = [
        row["id"]
        for row in recorded(tanium, "combined")
        if abs(row["timestamp_raw"] - middle) <= HOUR
    ]
    given = {"connection_id": connection, "event_type": "combined", "minutes": 60, "limit": 5000}
    # A server of the API specification does not know the filter for guids.
    guid = [alert["guid"]] if is_production(tanium) else []

    for reference in [alert["id"], *guid]:
        got = run("get events", **given, around_alert=reference)

        assert got.ok, got.message
        assert sorted(str(row["id"]) for row in got.rows) == sorted(near)
        assert got.summary["from_time"] == iso(middle - HOUR)
    assert near
    assert asked(tanium)[0] == f"GET /alerts/{alert['id']}"

    missing = run("get events summary", **given, around_alert=99999)
    assert "HTTP 404 to GET" in missing.message


FORMS = "use ISO 8601 (2026-11-02T05:14:00Z"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"from_time": "yesterday"}, f"Parameter 'from_time' is 'yesterday': {FORMS}"),
        ({"from_time": "-2 h"}, f"Parameter 'from_time' is '-2 h': {FORMS}"),
        ({"to_time": "10:30"}, f"Parameter 'to_time' is '10:30': {FORMS}"),
        ({"to_time": "2026-02-30"}, f"Parameter 'to_time' is '2026-02-30': {FORMS}"),
        ({"to_time": "9" * 19}, "Parameter 'to_time' is '999"),
        ({"from_time": "-1h", "to_time": "-2h"}, "Parameter 'from_time' is '-1h', which is after "),
        ({"around_alert": "1", "to_time": "-2h"}, "Parameter 'around_alert' replaces 'from_time'"),
        ({"around_alert": "one"}, "Parameter 'around_alert' holds 'one': specify alert IDs"),
        ({"around_alert": "1", "minutes": 0}, "Parameter 'minutes' is 0: use a whole number from"),
    ],
)
def test_wrong_time_is_refused_before_anything_is_sent(
    tanium: SimulatorServer, run: RunAction, given: dict[str, Any], words: str
) -> None:
    for action, more in (
        ("get events", {"event_type": "dns"}),
        ("get process events", {"event_type": "dns", "process_table_id": NODE}),
    ):
        failed = run(action, connection_id="remote:a:1:1", **more, **given)

        assert not failed.ok
        assert failed.message.startswith(words)
    assert len(tanium.log) == 0


def test_forms_of_a_time() -> None:
    now = 1_793_596_500.25
    at = 1_793_596_440_000  # 2026-11-02T05:14:00Z

    for text in (
        *("2026-11-02T05:14:00Z", "2026-11-02 05:14", "2026-11-02T07:14:00.000+02:00"),
        *("2026-11-02 05:14:00 +00:00", "1793596440", "1793596440000"),
    ):
        assert moment_in(text, now) == at, text
    assert moment_in("2026-11-02", now) == at - (5 * 3600 + 14 * 60) * 1000
    found = [moment_in(text, now) for text in ("-45s", "-30m", "-2h", "-1d")]
    assert [round(now * 1000) - (each or 0) for each in found] == [
        seconds * 1000 for seconds in (45, 1800, 7200, 86400)
    ]
    for text in ("", "now", "30m", "-1w", "-1", "1e9", "-99999999d", "2026-11", "2026-11-02T25:00"):
        assert moment_in(text, now) is None, text
    assert re.fullmatch(r"\d{4}-.*Z", iso(at))
