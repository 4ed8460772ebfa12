# File: test_forward_alerts.py
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
"""forward alerts: which alerts go on, once or again, and as what."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from dev.simulator.times import iso
from tanium_tr.soar.platform import SoarPlatform
from tests.conftest import RunAction
from tests.ingest.conftest import Configure, ingest_fault


def arrived(server: SimulatorServer) -> list[dict[str, Any]]:
    return [json.loads(record) for record in server.state.ingest.records]


def test_alert_arrives_as_tanium_gave_it(run: RunAction, tanium: SimulatorServer) -> None:
    result = run("forward alerts", query="sort=id")

    assert result.ok, result.message
    assert arrived(tanium) == tanium.state.alerts.rows()
    assert all(alert["guid"] for alert in arrived(tanium))
    assert result.message == "Delivered 8 records in 1 request."


def test_query_limit_and_offset(run: RunAction, tanium: SimulatorServer) -> None:
    high = [alert["guid"] for alert in tanium.state.alerts.rows() if alert["priority"] == "high"]
    assert run("forward alerts", query="priority=high&sort=id").ok
    assert [alert["guid"] for alert in arrived(tanium)] == high

    tanium.state.ingest.records.clear()
    assert run("forward alerts", query="sort=id&limit=2&offset=5").summary["records"] == 2
    assert run("forward alerts", query="sort=id&limit=2", offset=7, limit=5).summary["records"] == 1
    assert [alert["id"] for alert in arrived(tanium)] == [6, 7, 8]
    assert (
        run("forward alerts", query="computerName=nobody").message
        == "There are no alerts to forward."
    )


def test_chosen_alerts(run: RunAction, tanium: SimulatorServer) -> None:
    rows = tanium.state.alerts.rows()
    chosen = f"5,{rows[1]['guid']},{rows[4]['guid']}"

    missing = run("forward alerts", alert_ids=f"{chosen},99")
    assert not missing.ok
    assert missing.message.startswith("Nothing was forwarded. 99: Tanium has no such alert")
    assert arrived(tanium) == []
    both = run("forward alerts", alert_ids=chosen, query="priority=high")
    assert both.message == "Specify either 'alert_ids' or 'query', not both."

    forwarded = run("forward alerts", alert_ids=chosen)

    assert forwarded.ok, forwarded.message
    assert arrived(tanium) == [rows[4], rows[1]]


def test_alert_without_guid_has_a_stable_id(run: RunAction, tanium: SimulatorServer) -> None:
    tanium.faults.add(
        Fault("member", path_contains="/alerts", value=lambda row: {**row, "guid": None})
    )

    assert run("forward alerts").ok

    assert sum(alert["guid"] == f"tanium-alert-{alert['id']}" for alert in arrived(tanium)) == 1


def test_long_list_is_read_page_by_page(run: RunAction, tanium: SimulatorServer) -> None:
    for _ in range(600):
        tanium.state.alerts.add()
    result = run("forward alerts")

    assert result.summary["records"] == len({alert["guid"] for alert in arrived(tanium)}) == 608
    assert len(tanium.log.requests(path_contains="/alerts")) == 2


def test_only_new_goes_on_where_the_last_run_ended(
    run: RunAction, tanium: SimulatorServer, configure: Configure
) -> None:
    now = time.time()
    assert run("forward alerts", only_new=True, limit=3).summary["records"] == 3
    assert run("forward alerts", only_new=True, limit=3).summary["records"] == 3
    assert run("forward alerts", only_new=True).summary["records"] == 2
    assert run("forward alerts", only_new=True).message == "There are no alerts to forward."

    tanium.state.alerts.add(createdAt=iso(now))
    assert run("forward alerts", only_new=True).summary["records"] == 1
    # Equal times of creation, and one that became visible later than a younger one.
    tanium.state.alerts.add(createdAt=iso(now))
    tanium.state.alerts.add(createdAt=iso(now - 300))
    assert run("forward alerts", only_new=True).summary["records"] == 2
    tanium.state.alerts.set_state([1, 2], "resolved")
    assert run("forward alerts", only_new=True).summary["records"] == 0

    guids = [alert["guid"] for alert in arrived(tanium)]
    assert len(set(guids)) == len(guids) == 11
    assert run("forward alerts", only_new=True, query="priority=high").ok, (
        "another query has a place of its own"
    )
    configure(ingest_url=tanium.url + seed.COLLECTOR_PATH, ingest_auth_scheme="Splunk")
    assert run("forward alerts", only_new=True).summary["records"] == 11


def test_only_new_counts_what_is_on_disk_when_the_endpoint_is_down(
    run: RunAction, tanium: SimulatorServer
) -> None:
    tanium.faults.add(ingest_fault("status", times=None))
    result = run("forward alerts", only_new=True, timeout=0)
    assert not result.ok
    assert result.rows[0]["undelivered"] == 8
    tanium.faults.clear()

    assert run("forward alerts", only_new=True).message.startswith(
        "There are no alerts to forward. Undelivered in the spool: 8 records"
    )
    assert run("resend undelivered").ok
    assert len({alert["guid"] for alert in arrived(tanium)}) == len(arrived(tanium)) == 8


def test_only_new_where_tanium_fails_in_the_middle(run: RunAction, tanium: SimulatorServer) -> None:
    for _ in range(600):
        tanium.state.alerts.add()
    tanium.faults.add(Fault("status", path_contains="/alerts", status=500, after=1))

    result = run("forward alerts", only_new=True)

    assert not result.ok
    assert "HTTP 500" in result.message
    assert "Stored from the input: 500 records" in result.message
    assert run("forward alerts", only_new=True).summary["records"] == 108
    assert len({alert["guid"] for alert in arrived(tanium)}) == len(arrived(tanium)) == 608


@pytest.mark.parametrize(
    ("parameters", "name"),
    [({"query": "sort=id"}, "sort"), ({"query": "limit=3"}, "limit"), ({"offset": 0}, "offset")],
)
def test_only_new_has_its_own_place(
    run: RunAction, tanium: SimulatorServer, parameters: dict[str, Any], name: str
) -> None:
    result = run("forward alerts", only_new=True, **parameters)

    assert result.message == (
        f"Parameter 'only_new' continues where the last run ended, so '{name}' cannot be combined"
        " with it."
    )
    assert len(tanium.log) == 0


def test_specified_dialect(run: RunAction, tanium: SimulatorServer) -> None:
    tanium.settings.dialect = "specified"

    assert run("forward alerts", query="priority=high").ok
    assert run("forward alerts", only_new=True, limit=5).summary["records"] == 5
    assert run("forward alerts", only_new=True).summary["records"] == 3
    assert run("forward alerts", only_new=True).summary["records"] == 0
    refused = run("forward alerts", only_new=True, query="path=cmd.exe")
    assert "does not filter alerts by path" in refused.message


# Lists that do not end

REPEATED = (
    "This Tanium server returns the same rows again for another offset, so the rest of its list"
    " cannot be read."
)


def numbered(start: int, count: int = 500) -> dict[str, Any]:
    rows = [
        {"id": number, "guid": f"guid-{number}", "createdAt": iso(1_700_000_000 + number)}
        for number in range(start, start + count)
    ]
    return {"data": rows, "meta": {"totalCount": 1_000_000, "filteredCount": 1_000_000}}


def served(tanium: SimulatorServer, *starts: int, count: int = 500) -> None:
    """Pages, each of which begins with the alert of this number, whatever was asked for."""
    for start in starts:
        value = numbered(start, count)
        tanium.faults.add(Fault("json", path_contains="/alerts", value=value))


@pytest.mark.parametrize("starts", [[1] * 9, [1, 501] * 5, [1, 501, 1001] * 3])
def test_alert_of_a_page_that_comes_again_is_sent_once(
    run: RunAction, tanium: SimulatorServer, starts: list[int]
) -> None:
    served(tanium, *starts)

    result = run("forward alerts")

    count = 500 * len(set(starts))
    guids = [alert["guid"] for alert in arrived(tanium)]
    assert len(guids) == len(set(guids)) == count
    assert not result.ok
    assert result.message.startswith(f"{REPEATED} Read so far: {count} rows. Delivered {count} ")


def test_alerts_of_a_server_that_ignores_the_offset_are_sent_once(
    run: RunAction, tanium: SimulatorServer
) -> None:
    served(tanium, *[1] * 9, count=30)

    result = run("forward alerts")

    assert len(arrived(tanium)) == 30
    assert not result.ok
    assert f"{REPEATED} Read so far: 30 rows. Delivered 30 records" in result.message


@pytest.mark.parametrize("only_new", [True, False])
def test_list_of_alerts_without_an_end(
    run: RunAction, tanium: SimulatorServer, monkeypatch: pytest.MonkeyPatch, only_new: bool
) -> None:
    monkeypatch.setattr("tanium_tr.tanium.page_guard.MOST_ROWS", 1500)
    if only_new:
        served(tanium, *range(1, 9 * 499, 499))
    else:
        served(tanium, *range(1, 4501, 500))

    result = run("forward alerts", only_new=only_new)

    guids = [alert["guid"] for alert in arrived(tanium)]
    assert len(guids) == len(set(guids)) >= 1498
    assert not result.ok
    assert "list does not end. Read so far: 1500 rows." in result.message
    assert f"Delivered {len(guids)} records" in result.message


@pytest.mark.parametrize("starts", [[1, 501] * 50, [1, 501, 1001] * 30])
def test_alternating_pages_end_a_run_for_new_alerts(
    run: RunAction, tanium: SimulatorServer, starts: list[int]
) -> None:
    served(tanium, *starts)

    result = run("forward alerts", only_new=True)

    guids = [alert["guid"] for alert in arrived(tanium)]
    assert len(guids) == len(set(guids))
    assert not result.ok
    assert len(tanium.log.requests(path_contains="/alerts")) < 100
    assert result.message.startswith("This Tanium server returns the same "), result.message


@pytest.mark.parametrize("only_new", [True, False])
def test_cancel_between_pages_of_alerts(
    run: RunAction, tanium: SimulatorServer, monkeypatch: pytest.MonkeyPatch, only_new: bool
) -> None:
    served(tanium, 1, *((500, 999) if only_new else (501, 1001)))

    def is_cancelled(_soar: SoarPlatform) -> bool:
        return len(arrived(tanium)) >= 500

    monkeypatch.setattr(SoarPlatform, "is_cancelled", is_cancelled)

    result = run("forward alerts", only_new=only_new)

    assert len(arrived(tanium)) == 500
    assert result.message.startswith("Cancelled"), result.message
    assert "Delivered 500 records in " in result.message


@pytest.mark.parametrize("dialect", ["production", "specified"])
def test_only_new_after_alerts_from_the_future(
    run: RunAction, tanium: SimulatorServer, dialect: str
) -> None:
    """And alerts from before 1970 are new as well."""
    tanium.settings.dialect = dialect
    tanium.state.alerts.add(createdAt="1969-12-31T23:00:00.000Z")
    for number in range(720):
        tanium.state.alerts.add(createdAt=iso(time.time() + 3_000_000 + number))

    message = run("forward alerts", only_new=True).message
    assert message.startswith("Delivered 729 records")
    assert "Dated in the future: 720 alerts, up to " in message
    for _ in range(3):
        tanium.state.alerts.add(createdAt=iso(time.time() - 100))
        assert run("forward alerts", only_new=True).message == "Delivered 1 record in 1 request."
    assert run("forward alerts", only_new=True).message == "There are no alerts to forward."
    guids = [alert["guid"] for alert in arrived(tanium)]
    assert len(guids) == len(set(guids)) == 732
