# File: test_polling.py
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
"""Polling: which alerts become containers, what it costs, and where the next poll goes on."""

from __future__ import annotations

import errno
import fcntl
import json
import math
import os
import threading
import time
import weakref
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable
from urllib.parse import quote

import pytest
from local_soar import containers
from phantom.base_connector import BaseConnector

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.log import Request
from dev.simulator.server import SimulatorServer
from dev.simulator.times import DAY, iso
from dev.soar import Profile
from dev.soar.__main__ import main
from dev.soar.poll_parameters import poll_parameters
from dev.soar.runtime import LocalSoar
from tanium_tr.ingestion import checkpoint as poll_checkpoint
from tanium_tr.ingestion.cases import alert_case
from tanium_tr.tanium.alerts import AlertPage, Alerts
from tanium_tr.times import utc_time
from tests.actions.conftest import numbers_as_text
from tests.conftest import ASSET, Run, run_on


Row = dict[str, Any]
DIALECTS = ("production", "specified")
UNWANTED = "resolved"


@pytest.fixture
def tanium() -> Iterator[SimulatorServer]:
    with SimulatorServer(alerts=30) as server:
        yield server


def configure(soar: LocalSoar, tanium: SimulatorServer, **settings: Any) -> None:
    soar.update_asset(ASSET, {"base_url": tanium.url, "api_token": seed.TOKEN, **settings})


def poll(
    soar: LocalSoar,
    count: int | None = None,
    artifacts: int | None = None,
    ids: tuple[str, ...] = (),
) -> Run:
    return run_on(soar, "on poll", **poll_parameters(count, artifacts, ids))


def polled(soar: LocalSoar) -> Run:
    run = poll(soar)
    assert run.ok, run.message
    return run


def rows(tanium: SimulatorServer) -> list[Row]:
    return tanium.state.alerts.rows()


def add(tanium: SimulatorServer, count: int = 1, **columns: Any) -> list[Row]:
    return [tanium.state.alerts.add(**{"state": "unresolved", **columns}) for _ in range(count)]


def wanted(alerts: list[Row]) -> list[str]:
    return [alert["guid"] for alert in alerts if alert["state"] in ("unresolved", "inprogress")]


def ingested(soar: LocalSoar) -> list[str]:
    """Source ids of the containers, in the order in which they were made."""
    return [
        container["source_data_identifier"]
        for container in soar.containers()
        if "source_data_identifier" in container
    ]


def assert_ingested(soar: LocalSoar, tanium: SimulatorServer, guids: list[str]) -> None:
    """Each in one container with all its artifacts, and nothing else."""
    assert Counter(ingested(soar)) == Counter(guids)
    owners = {
        container["id"]: container.get("source_data_identifier") for container in soar.containers()
    }
    found = Counter(
        (owners[artifact["container_id"]], artifact["source_data_identifier"])
        for artifact in soar.artifacts()
    )
    cases = [
        alert_case(tanium.state.alerts.with_intel(row))
        for row in rows(tanium)
        if row["guid"] in guids
    ]
    if tanium.settings.dialect == "production":
        expected = [
            (case.container["source_data_identifier"], part["source_data_identifier"])
            for case in cases
            for part in case.artifacts
        ]
        assert found == Counter(expected)


def checkpoint(soar: LocalSoar) -> Any:
    file = soar.state_file(ASSET)
    return json.loads(file.read_text(encoding="utf-8")).get("poll") if file.exists() else None


def refuse(patched: pytest.MonkeyPatch, refuses: Callable[[str], bool]) -> None:
    """SOAR refuses the containers of these guids."""
    save = BaseConnector.save_container

    def save_or_refuse(connector: BaseConnector, container: Row) -> Any:
        refused = refuses(container["source_data_identifier"])
        return (False, "Service {unavailable}", None) if refused else save(connector, container)

    patched.setattr(BaseConnector, "save_container", save_or_refuse)


def small_pages(
    patched: pytest.MonkeyPatch, watch: Callable[[AlertPage], None] = lambda _: None
) -> None:
    """Of 20 alerts; `watch` sees each as it comes."""
    fetch = Alerts.alerts_page

    def fetch_few(*args: Any, **options: Any) -> AlertPage:
        page = fetch(*args, **{"limit": 20, **options})
        watch(page)
        return page

    patched.setattr(Alerts, "alerts_page", fetch_few)


def alert_requests(tanium: SimulatorServer) -> list[Request]:
    return [request for request in tanium.log if request.path.rstrip("/").endswith("/alerts")]


# What is ingested


@pytest.mark.parametrize("dialect", DIALECTS)
def test_first_poll_looks_back_as_configured(
    tanium: SimulatorServer, soar: LocalSoar, dialect: str
) -> None:
    tanium.settings.dialect = dialect
    configure(soar, tanium, poll_lookback_days=2)
    recent = [row for row in rows(tanium) if row["createdAt"] >= iso(time.time() - 2 * DAY)]

    run = polled(soar)

    assert 5 < len(recent) < 15
    assert ingested(soar) == wanted(recent)
    assert_ingested(soar, tanium, wanted(recent))
    assert run.message.startswith(f"Ingested alerts: {len(wanted(recent))}")
    assert run.result["result_summary"]["containers_successful"] == len(wanted(recent))
    assert any("looking back 2 days" in line for line in run.progress)
    assert polled(soar).message == "Ingested alerts: 0"
    assert_ingested(soar, tanium, wanted(recent))


def test_alert_from_an_endpoint_that_was_away_is_ingested(
    tanium: SimulatorServer, soar: LocalSoar
) -> None:
    """It was raised long before the poll looks back to, and reached Tanium only now."""
    configure(soar, tanium, poll_lookback_days=1)
    late = add(tanium, 60, alertedAt=iso(time.time() - 40 * DAY))
    polled(soar)
    late += add(tanium, 3, alertedAt=iso(time.time() - 40 * DAY))
    polled(soar)

    assert set(wanted(late)) <= set(ingested(soar))


def test_filters_of_the_asset(tanium: SimulatorServer, soar: LocalSoar) -> None:
    label, other = seed.LABELS[1], seed.LABELS[2]
    labelled = {doc_id for doc_id, doc in tanium.state.intel.all.items() if 1 in doc["labelIds"]}
    configure(
        soar,
        tanium,
        poll_states="resolved,inprogress",
        poll_min_priority="medium",
        poll_labels=f"no such label, {label.upper()}",
    )
    guids = [
        row["guid"]
        for row in rows(tanium)
        if row["state"] in ("resolved", "inprogress")
        and row["priority"] != "low"
        and row["intelDocId"] in labelled
    ]

    run = polled(soar)

    assert 0 < len(guids) < 15
    assert_ingested(soar, tanium, guids)
    assert f"skipped by the asset's filters: {30 - len(guids)}" in run.message
    labels = {
        artifact["cef"].get("intelLabels")
        for artifact in soar.artifacts()
        if artifact["label"] == "alert"
    }
    assert labels <= {label, f"{label}, {other}", f"{other}, {label}"}


def test_clock_of_tanium_that_is_behind_soars_costs_no_alert(
    tanium: SimulatorServer, soar: LocalSoar
) -> None:
    configure(soar, tanium, poll_lookback_days=0)
    assert polled(soar).message == "Ingested alerts: 0"
    new = add(tanium, 2, createdAt=iso(time.time() - 600))

    polled(soar)

    assert_ingested(soar, tanium, wanted(new))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_names_of_intel_and_labels_come_without_a_request_per_alert(
    tanium: SimulatorServer, soar: LocalSoar, dialect: str
) -> None:
    tanium.settings.dialect = dialect
    polled(soar)

    names = {doc["name"] for doc in tanium.state.intel.all.values()}
    assert {container["name"].rpartition(" on ")[0] for container in soar.containers()[1:]} <= names
    assert any(artifact["cef"].get("intelLabels") for artifact in soar.artifacts())
    assert len(tanium.log.requests(path_contains="/labels")) == 1
    # One for the dialect.
    assert len(tanium.log.requests(path_contains="/intels")) == (
        0 if dialect == "production" else 2
    )


def test_list_of_intel_that_does_not_page_is_not_read_for_ever(
    tanium: SimulatorServer, soar: LocalSoar
) -> None:
    tanium.settings.dialect = "specified"
    add(tanium, 2)
    documents = [{"id": number, "name": f"Document {number}"} for number in range(10_000, 10_500)]
    tanium.faults.add(Fault("json", path_contains="/intels", value={"data": documents}, times=10))

    assert polled(soar).ok
    # One for the dialect, one that brings nothing new.
    assert len(tanium.log.requests(path_contains="/intels")) == 3


@pytest.mark.parametrize("dialect", DIALECTS)
def test_ids_that_are_text_find_intel_and_labels(
    tanium: SimulatorServer, soar: LocalSoar, dialect: str
) -> None:
    tanium.settings.dialect = dialect
    configure(soar, tanium, poll_labels=seed.LABELS[1])
    labelled = {doc_id for doc_id, doc in tanium.state.intel.all.items() if 1 in doc["labelIds"]}
    tanium.faults.add(
        Fault(
            "json",
            method="GET",
            path_contains="/threat-response/",
            value=numbers_as_text,
            times=None,
        )
    )

    polled(soar)

    assert Counter(ingested(soar)) == Counter(
        wanted([row for row in rows(tanium) if row["intelDocId"] in labelled])
    )
    names = {tanium.state.intel.all[doc_id]["name"] for doc_id in labelled}
    assert {container["name"].rpartition(" on ")[0] for container in soar.containers()[1:]} <= names


def test_change_of_state_does_not_ingest_again_or_later(
    tanium: SimulatorServer, soar: LocalSoar
) -> None:
    configure(soar, tanium, poll_states="unresolved")
    polled(soar)
    before = ingested(soar)
    for row in rows(tanium):
        row["state"] = "resolved" if row["state"] == "unresolved" else "unresolved"

    assert polled(soar).message == "Ingested alerts: 0"
    assert ingested(soar) == before


def test_alert_without_intel_state_or_time(tanium: SimulatorServer, soar: LocalSoar) -> None:
    tanium.state.intel.delete([rows(tanium)[-1]["intelDocId"]])
    odd = add(tanium, 1)[0]
    odd.update(state=None, intelDocId=None, createdAt=None, priority="urgent")

    polled(soar)

    assert odd["guid"] in ingested(soar)
    assert len(ingested(soar)) == len(wanted(rows(tanium))) + 1


def test_members_of_the_list_that_are_no_alerts_cost_none(
    tanium: SimulatorServer, soar: LocalSoar
) -> None:
    list_of_alerts = [
        None,
        {},
        rows(tanium)[3],
        "alert",
        [1],
        rows(tanium)[4],
        {"id": {}, "createdAt": "x", "intelDoc": {"labelIds": {}}},
        7,
    ]
    body = {"data": list_of_alerts, "meta": {"totalCount": 8, "filteredCount": 8}}
    tanium.faults.add(Fault("json", path_contains="/alerts", value=body, times=None))

    polled(soar)

    assert set(wanted(rows(tanium)[3:5])) <= set(ingested(soar))
    assert polled(soar).message.startswith("Ingested alerts: 0")


def test_labels_that_cannot_be_read(tanium: SimulatorServer, soar: LocalSoar) -> None:
    tanium.faults.add(Fault("status", path_contains="/labels", status=403, times=None))
    configure(soar, tanium, poll_labels=seed.LABELS[1])
    failed = poll(soar)
    assert not failed.ok
    assert "HTTP 403" in failed.message
    assert ingested(soar) == []
    configure(soar, tanium)

    run = polled(soar)

    assert any("lack the names of their labels" in line for line in run.progress)
    assert_ingested(soar, tanium, wanted(rows(tanium)))


# What it costs


def test_one_request_for_500_alerts_and_at_most_three_more(
    tanium: SimulatorServer, soar: LocalSoar
) -> None:
    """Also when nothing is new, and after a burst. Most are passed over, which takes the list's
    requests and no time in SOAR.
    """
    for new in (0, 1200, 1, 0, 400):
        tanium.log.clear()
        add(tanium, new, state=UNWANTED)
        add(tanium, 2, intelDocId=501)

        run = polled(soar)

        assert "Ingested alerts: 2" in run.message or new == 0
        assert len(tanium.log) <= math.ceil((new + 2) / 500) + 3
        assert len(tanium.log.requests(path_contains="/labels")) == 1
        assert tanium.log.connections() == 1
    tanium.log.clear()
    assert polled(soar).message == "Ingested alerts: 0"
    assert len(tanium.log) <= 2
    assert {request.arguments["limit"] for request in alert_requests(tanium)} == {"500"}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_first_poll_does_not_walk_all_history(soar: LocalSoar, dialect: str) -> None:
    with SimulatorServer(alerts=1500, dialect=dialect) as server:
        configure(soar, server, poll_lookback_days=1, poll_labels="none")
        recent = sum(row["createdAt"] >= iso(time.time() - DAY) for row in rows(server))

        message = polled(soar).message

        assert message == f"Ingested alerts: 0, skipped by the asset's filters: {recent}"
        sizes = Counter(int(request.arguments["limit"]) for request in alert_requests(server))
        assert sizes[500] <= (1 if dialect == "production" else 2)
        assert dialect == "specified" or len(server.log) <= 1 + 3


class Traced(dict[str, Any]):
    """A row whose end can be told."""


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("count", [None, 1000])
def test_one_page_in_memory(
    tanium: SimulatorServer,
    soar: LocalSoar,
    monkeypatch: pytest.MonkeyPatch,
    dialect: str,
    count: int | None,
) -> None:
    """The pages before are gone when the next one comes, but for an alert or two that names still
    stand for.
    """
    tanium.settings.dialect = dialect
    add(tanium, 50, state=UNWANTED)
    alive: list[weakref.ref[Traced]] = []
    held: list[int] = []

    def trace(page: AlertPage) -> None:
        held.append(sum(row() is not None for row in alive))
        page.rows[:] = [Traced(row) for row in page.rows]
        alive.extend(weakref.ref(row) for row in page.rows if isinstance(row, Traced))

    small_pages(monkeypatch, trace)
    assert poll(soar, count).ok

    assert len(held) >= 4
    assert max(held) <= 2


# By hand


def test_manual_poll_takes_the_newest_and_leaves_the_checkpoint_alone(
    tanium: SimulatorServer, soar: LocalSoar
) -> None:
    assert poll(soar, count=3).message == "Ingested alerts: 3"
    assert ingested(soar) == wanted(rows(tanium))[:-4:-1]
    assert checkpoint(soar) is None
    polled(soar)
    before = checkpoint(soar)
    add(tanium, 2)

    assert poll(soar, count=3).message == "Ingested alerts: 2, already in SOAR: 1"

    assert checkpoint(soar) == before
    assert polled(soar).message == "Ingested alerts: 0, already in SOAR: 2"
    assert_ingested(soar, tanium, wanted(rows(tanium)))


@pytest.mark.parametrize("keeps", [False, True])
def test_artifacts_that_a_manual_poll_left_out_are_added_later(
    tmp_path: Path, tanium: SimulatorServer, keeps: bool
) -> None:
    """As are those of a container that something else has left half made."""
    soar = LocalSoar(tmp_path / "other", Profile(duplicate_container_keeps_artifacts=keeps))
    soar.create_asset(ASSET, {"base_url": tanium.url, "api_token": seed.TOKEN})
    poll(soar, count=4, artifacts=0)
    assert soar.artifacts() == []
    poll(soar, count=4, artifacts=2)
    assert max(Counter(artifact["container_id"] for artifact in soar.artifacts()).values()) == 2
    assert {artifact["label"] for artifact in soar.artifacts()} >= {"alert"}

    polled(soar)

    assert_ingested(soar, tanium, wanted(rows(tanium)))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_manual_poll_of_a_time_range(
    tanium: SimulatorServer, soar: LocalSoar, dialect: str
) -> None:
    tanium.settings.dialect = dialect
    now = time.time()
    given = {
        "container_count": 100,
        "start_time": int((now - 3 * DAY) * 1000),
        "end_time": int((now - DAY) * 1000),
    }

    run = run_on(soar, "on poll", **given)

    assert run.ok
    between = [
        row for row in rows(tanium) if iso(now - 3 * DAY) <= row["createdAt"] <= iso(now - DAY)
    ]
    assert_ingested(soar, tanium, wanted(between))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_manual_poll_of_more_than_a_page(
    tanium: SimulatorServer, soar: LocalSoar, dialect: str
) -> None:
    tanium.settings.dialect = dialect
    add(tanium, 490, state=UNWANTED)
    add(tanium, 1)

    assert poll(soar, count=2).message == "Ingested alerts: 2"
    assert ingested(soar) == wanted(rows(tanium))[:-3:-1]


def test_named_alerts_whatever_the_filters_say(
    tanium: SimulatorServer, soar: LocalSoar, monkeypatch: pytest.MonkeyPatch
) -> None:
    alerts = [row for row in rows(tanium) if row["state"] == UNWANTED][:3]
    names = (alerts[0]["guid"].upper(), str(alerts[1]["id"]), alerts[2]["guid"])

    run = poll(soar, count=10, ids=names)

    assert run.ok, run.message
    assert_ingested(soar, tanium, [alert["guid"] for alert in alerts])
    assert checkpoint(soar) is None
    failed = poll(soar, count=10, ids=("no-such-guid", "99999"))
    assert failed.message == "Tanium has no alert no-such-guid, 99999. Ingested alerts: 0"
    with monkeypatch.context() as patched:
        refuse(patched, lambda guid: guid == alerts[0]["guid"])
        failed = poll(soar, count=10, ids=("no-such-guid", *names))
    assert failed.message.startswith(
        "Tanium has no alert no-such-guid. Ingested alerts: 0, already in SOAR: 2. SOAR refused 1: "
        + alerts[0]["guid"]
    )


@pytest.mark.parametrize("name", ["\u0661", "\u00b2", "1" * 19, "-1", "1.0"])
def test_name_that_is_no_number_is_looked_for_as_a_guid(
    tanium: SimulatorServer, soar: LocalSoar, name: str
) -> None:
    failed = poll(soar, count=10, ids=(name,))

    assert failed.message == f"Tanium has no alert {name}. Ingested alerts: 0"
    assert [request.query for request in tanium.log if "/alerts" in request.path] == [
        f"guid={quote(name)}&limit=500&offset=0"
    ]


def test_time_that_no_clock_shows_is_refused_clearly(soar: LocalSoar) -> None:
    failed = run_on(soar, "on poll", container_count=5, start_time=10**18)

    assert not failed.ok
    assert (
        "Parameter 'start_time' is 1000000000000000000: use a whole number from 0 to"
        " 253402300799999." in failed.message
    )


# Where it goes on


def test_limit_of_a_poll_leaves_the_rest_to_the_next(
    tanium: SimulatorServer, soar: LocalSoar
) -> None:
    configure(soar, tanium, poll_max_alerts=7)
    add(tanium, 10, createdAt=iso(time.time()))

    counts: list[int] = []
    while not counts or counts[-1]:
        counts.append(int(polled(soar).message.split(",")[0].rpartition(" ")[2]))

    assert set(counts[:-2]) == {7}
    assert_ingested(soar, tanium, wanted(rows(tanium)))


@pytest.mark.parametrize(
    ("deleted", "dialect"), [(80, "production"), (430, "production"), (80, "specified")]
)
def test_alerts_deleted_between_polls(
    tanium: SimulatorServer, soar: LocalSoar, deleted: int, dialect: str
) -> None:
    """So that the list moves towards its start by more than what is read again, and by more than a
    page.
    """
    tanium.settings.dialect = dialect
    add(tanium, 460, state=UNWANTED)
    polled(soar)
    for alert_id in range(1, deleted + 1):
        tanium.state.alerts.delete(alert_id)
    known, new = ingested(soar), add(tanium, 5)

    polled(soar)

    assert ingested(soar) == known + wanted(new)


@pytest.mark.parametrize(
    ("read", "deleted"),
    # One alert fewer below the second page: the step back begins where that page did, which is no
    # sign of a server that does not page.
    [(1, range(31, 131)), (2, range(31, 32))],
)
def test_alerts_deleted_between_pages(
    tanium: SimulatorServer, soar: LocalSoar, read: int, deleted: range
) -> None:
    add(tanium, 500 * read + 300, state=UNWANTED)
    for row in rows(tanium)[500 * read - 20 : 500 * read + 40]:
        row["state"] = "unresolved"
    expected = wanted(rows(tanium))

    def purge(request: Request) -> None:
        if request in alert_requests(tanium)[read : read + 1]:  # the first one only counts
            for alert_id in deleted:
                tanium.state.alerts.delete(alert_id)

    tanium.log.watch = purge
    polled(soar)

    assert ingested(soar) == expected
    assert len(rows(tanium)) == 30 + 500 * read + 300 - len(deleted)


def test_alerts_that_become_visible_late(tanium: SimulatorServer, soar: LocalSoar) -> None:
    """Below alerts that were polled already, and at the same moment as those."""
    now = time.time()
    add(tanium, 3, createdAt=iso(now))
    polled(soar)
    late = [
        *add(tanium, 2, createdAt=iso(now)),
        *add(tanium, 2, createdAt=iso(now - 60)),
        *add(tanium, 1, createdAt=iso(now + 1)),
    ]
    tanium.log.clear()

    assert polled(soar).message == f"Ingested alerts: {len(late)}"
    assert_ingested(soar, tanium, wanted(rows(tanium)))


@pytest.mark.parametrize(("behind", "apart"), [(440, 2), (360, 1200)])
def test_late_alert_behind_many(
    tanium: SimulatorServer, soar: LocalSoar, behind: int, apart: int
) -> None:
    """Of the same quarter of an hour, or of days."""
    now = time.time()
    for number in range(450):
        add(tanium, 1, createdAt=iso(now - apart * number), state=UNWANTED)
    polled(soar)
    late = add(tanium, 1, createdAt=iso(now - apart * (behind - 0.5)))

    assert polled(soar).message == "Ingested alerts: 1"
    assert ingested(soar)[-1:] == wanted(late)


def test_equal_times_of_more_than_a_page(tanium: SimulatorServer, soar: LocalSoar) -> None:
    configure(soar, tanium, poll_max_alerts=20)
    polled(soar)
    moment = iso(time.time())
    add(tanium, 510, createdAt=moment, state=UNWANTED)
    add(tanium, 25, createdAt=moment)
    polled(soar)
    add(tanium, 510, createdAt=moment, state=UNWANTED)
    add(tanium, 3, createdAt=moment)
    polled(soar)

    assert_ingested(soar, tanium, wanted(rows(tanium)))


@pytest.mark.parametrize(
    "stored",
    [
        5,
        "poll",
        {},
        {"offset": 3},
        {"offset": -1, "after": [0, 0], "done": []},
        {"offset": True, "after": [0, 0], "done": []},
        {"offset": 1, "after": [10**400, 0], "done": []},
        {"offset": 1, "after": [0, 0], "done": [[1, 2, 3]]},
        {"offset": 1, "after": [0, 0], "done": [["a", 2]]},
    ],
    ids=str,
)
def test_checkpoint_that_cannot_be_read_is_none(
    tanium: SimulatorServer, soar: LocalSoar, stored: Any
) -> None:
    for alert_id in range(1, 25):
        tanium.state.alerts.delete(alert_id)
    given = {"base_url": tanium.url, "checkpoint": stored} if isinstance(stored, dict) else stored
    soar.state_file(ASSET).write_text(json.dumps({"poll": given, "other": 1}), encoding="utf-8")

    run = polled(soar)

    assert any("cannot be read: looking back 7 days" in line for line in run.progress)
    assert_ingested(soar, tanium, wanted(rows(tanium)))
    assert polled(soar).message == "Ingested alerts: 0"
    assert json.loads(soar.state_file(ASSET).read_text(encoding="utf-8"))["other"] == 1


def test_another_server_is_polled_from_its_start(tanium: SimulatorServer, soar: LocalSoar) -> None:
    polled(soar)
    with SimulatorServer(alerts=5, seed=8) as other:
        configure(soar, other)
        run = polled(soar)

        assert any("No earlier poll of this server" in line for line in run.progress)
        assert set(ingested(soar)) == {*wanted(rows(tanium)), *wanted(rows(other))}


def test_quiet_poll_writes_nothing(soar: LocalSoar) -> None:
    polled(soar)
    polled(soar)
    written = soar.state_file(ASSET).stat().st_mtime_ns

    polled(soar)

    assert soar.state_file(ASSET).stat().st_mtime_ns == written


def test_specified_server_that_lists_the_newest_first_is_refused_clearly(
    tanium: SimulatorServer, soar: LocalSoar
) -> None:
    tanium.settings.dialect = "specified"
    newest_first = {"data": list(reversed(rows(tanium)))}
    tanium.faults.add(Fault("json", path_contains="/alerts", value=newest_first, times=None))

    failed = poll(soar)

    assert not failed.ok
    assert "neither sorts its alerts" in failed.message


def give_all_at_every_offset(tanium: SimulatorServer, envelope: Callable[[list[Row]], Any]) -> None:
    def all_alerts(_: Any) -> Any:
        return envelope(
            [
                {name: row[name] for name in ("id", "guid", "state", "createdAt")}
                for row in rows(tanium)
            ]
        )

    tanium.faults.add(Fault("json", path_contains="/alerts", times=None, value=all_alerts))


def test_specified_server_that_does_not_page_is_polled_to_its_end(
    tanium: SimulatorServer, soar: LocalSoar
) -> None:
    tanium.settings.dialect = "specified"
    now = time.time()
    for minute in range(480, 0, -1):
        add(tanium, 1, createdAt=iso(now - minute * 60), state=UNWANTED)
    add(tanium, 3)
    give_all_at_every_offset(tanium, lambda alerts: {"data": alerts})
    count = len(wanted(rows(tanium)))

    assert polled(soar).message.startswith(f"Ingested alerts: {count}, ")
    assert polled(soar).message == "Ingested alerts: 0"
    assert poll(soar, 100).message == f"Ingested alerts: 0, already in SOAR: {count}"

    for row in rows(tanium):
        tanium.state.alerts.delete(row["id"])
    add(tanium, 2)
    assert polled(soar).message == "Ingested alerts: 2"


def test_server_that_gives_one_full_page_only_fails_a_poll_that_says_so(
    tanium: SimulatorServer, soar: LocalSoar
) -> None:
    add(tanium, 470, state=UNWANTED)
    give_all_at_every_offset(tanium, lambda alerts: alerts)

    run = poll(soar)
    assert run.ok is False
    assert run.message.startswith("This Tanium server returns the same 500 alerts for every offset")
    assert Counter(ingested(soar)) == Counter(wanted(rows(tanium)))
    by_hand = poll(soar, 100)
    assert by_hand.ok is False
    assert by_hand.message.startswith("This Tanium server returns the same 500 alerts for every")
    assert by_hand.message.endswith(
        f" Ingested alerts: 0, already in SOAR: {len(wanted(rows(tanium)))}"
    )


@pytest.mark.parametrize(
    "moment", ["9999-12-31T23:59:59-14:00", "2099-01-01T00:00:00.000Z", "0001-01-01T00:00:00+14:00"]
)
def test_alert_of_another_age_stops_no_poll(
    tanium: SimulatorServer, soar: LocalSoar, moment: str
) -> None:
    odd = add(tanium, 1, createdAt=moment)
    polled(soar)
    new = add(tanium, 1)

    assert polled(soar).message == "Ingested alerts: 1"
    assert polled(soar).message == "Ingested alerts: 0"
    assert ingested(soar)[-1:] == wanted(new)
    assert set(wanted(odd)) <= set(ingested(soar)) or moment.startswith("0001")


def test_checkpoint_of_a_run_that_has_come_further_stays(
    tanium: SimulatorServer, soar: LocalSoar
) -> None:
    """As where there are no locks, and a poll hangs while another one does its work."""
    polled(soar)
    add(tanium, 1)
    further = {"offset": 40, "after": [time.time(), 99], "done": []}

    def overtake(_: Request) -> None:
        state = {"base_url": tanium.url, "checkpoint": further}
        soar.state_file(ASSET).write_text(json.dumps({"poll": state}), encoding="utf-8")

    tanium.log.watch = overtake
    assert polled(soar).message == "Ingested alerts: 1"

    assert checkpoint(soar)["checkpoint"] == further


# What SOAR does


@pytest.mark.parametrize("polls", [0, 1])
def test_checkpoint_that_soar_cannot_save_fails_the_poll(
    tanium: SimulatorServer, soar: LocalSoar, monkeypatch: pytest.MonkeyPatch, polls: int
) -> None:
    """Every poll would ingest the same alerts, and never a later one."""
    for _ in range(polls):
        polled(soar)
    new = add(tanium, 1)

    def full_disk(**_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("tempfile.mkstemp", full_disk)
        failed = poll(soar)

    assert not failed.ok
    assert "SOAR did not save how far the poll has come" in failed.message
    assert "app_states" in failed.message
    assert new[0]["guid"] in ingested(soar)
    assert polled(soar).message.startswith(
        f"Ingested alerts: 0, already in SOAR: {1 if polls else len(wanted(rows(tanium)))}"
    )
    assert_ingested(soar, tanium, wanted(rows(tanium)))


def test_refused_alert_costs_no_other_and_is_tried_again(
    tanium: SimulatorServer, soar: LocalSoar, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when an administrator has removed a severity."""
    low = [
        row["guid"]
        for row in rows(tanium)
        if row["priority"] == "low" and row["guid"] in wanted(rows(tanium))
    ]
    with monkeypatch.context() as patched:
        patched.setattr(containers, "SEVERITY_LIST", ("medium", "high"))
        run = polled(soar)
        assert set(ingested(soar)) == set(wanted(rows(tanium))) - set(low)
        assert (
            f"SOAR refused {len(low)}, which the next scheduled poll tries again: {low[0]} ("
            in run.message
        )
        assert "severity 'low' is not one of medium, high" in run.message
        failed = poll(soar)
        assert not failed.ok
        assert low[0] in failed.message
        new = add(tanium, 1, priority="high")
        assert f"Ingested alerts: 1. SOAR refused {len(low)}" in polled(soar).message

        by_hand = poll(soar, count=100)
        assert by_hand.ok
        assert f"SOAR refused {len(low)}: {low[-1]} (" in by_hand.message

    assert polled(soar).message == f"Ingested alerts: {len(low)}"
    assert_ingested(soar, tanium, wanted(rows(tanium)))
    assert new[0]["guid"] in ingested(soar)


def refuse_artifacts(patched: pytest.MonkeyPatch, name: str) -> None:
    """SOAR refuses those of this name, inside a container and alone."""
    check = containers._check

    def checked(record: Row, fields: Any, kind: str) -> None:
        if kind == "artifact" and record.get("name") == name:
            raise containers.Refused("Not now")
        check(record, fields, kind)

    patched.setattr(containers, "_check", checked)


@pytest.mark.parametrize("is_known", [False, True])
def test_refused_artifact_is_completed_by_the_next_poll(
    is_known: bool, tanium: SimulatorServer, soar: LocalSoar, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It costs neither the container, whether SOAR knows it or not, nor the other artifacts."""
    polled(soar)
    (row,) = add(tanium)
    case = alert_case(tanium.state.alerts.with_intel(row))
    if is_known:
        poll(soar, count=1, artifacts=1, ids=(row["guid"],))
    refused = case.artifacts[1]["name"]
    with monkeypatch.context() as patched:
        refuse_artifacts(patched, refused)
        failed = poll(soar)

        assert not failed.ok
        assert row["guid"] in failed.message
        assert f"'{refused}': Not now" in failed.message
        assert row["guid"] in ingested(soar)
        assert {each["name"] for each in artifacts_of(soar, row["guid"])} == {
            each["name"] for each in case.artifacts if each["name"] != refused
        }

    polled(soar)
    assert_ingested(soar, tanium, wanted(rows(tanium)))


def artifacts_of(soar: LocalSoar, guid: str) -> list[Row]:
    (owner,) = (
        each["id"] for each in soar.containers() if each.get("source_data_identifier") == guid
    )
    return [each for each in soar.artifacts() if each["container_id"] == owner]


def test_artifacts_that_soar_does_not_confirm_are_saved_one_by_one(
    tanium: SimulatorServer, soar: LocalSoar, monkeypatch: pytest.MonkeyPatch
) -> None:
    (row,) = add(tanium)
    poll(soar, count=1, artifacts=1, ids=(row["guid"],))
    monkeypatch.setattr(BaseConnector, "save_artifacts", lambda *_: (True, "Saved", [None]))

    polled(soar)

    assert_ingested(soar, tanium, wanted(rows(tanium)))


def add_over_days(tanium: SimulatorServer, count: int) -> list[Row]:
    return [
        add(tanium, 1, createdAt=iso(time.time() - 2 * DAY + number * 600))[0]
        for number in range(count)
    ]


def test_short_outage_of_soar_costs_no_alert_of_a_page(
    tanium: SimulatorServer, soar: LocalSoar, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Although more come after them than an ordinary poll reads again."""
    during_outage = {row["guid"] for row in add_over_days(tanium, 150)[5:10]}
    with monkeypatch.context() as patched:
        refuse(patched, during_outage.__contains__)
        assert "SOAR refused 5, which the next scheduled poll tries again" in polled(soar).message

    assert polled(soar).message == "Ingested alerts: 5"
    assert_ingested(soar, tanium, wanted(rows(tanium)))


def test_alert_that_two_pages_show_is_refused_once(
    tanium: SimulatorServer, soar: LocalSoar, monkeypatch: pytest.MonkeyPatch
) -> None:
    for row in rows(tanium):
        row["state"] = "unresolved"
    small_pages(monkeypatch)
    refuse(monkeypatch, lambda _: True)

    assert poll(soar).message.startswith(
        "Ingested alerts: 0. SOAR refused 30, which the next scheduled poll tries again: "
    )


def test_poll_ends_before_too_many_follow_on_a_refused_alert(
    tanium: SimulatorServer, soar: LocalSoar, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next one tries it again; when it is still refused, that one goes on all the same."""
    alerts = add_over_days(tanium, 90)
    during_outage, for_ever = {row["guid"] for row in alerts[30:33]}, alerts[50]["guid"]
    small_pages(monkeypatch)
    monkeypatch.setattr(poll_checkpoint, "MOST_MARKS", 25)
    with monkeypatch.context() as patched:
        refuse(patched, during_outage.__contains__)
        run = polled(soar)
        assert "SOAR refused 3, which the next scheduled poll tries again" in run.message
        assert any("the next poll tries them again" in line for line in run.progress)
        assert not set(ingested(soar)) & {row["guid"] for row in alerts[60:]}

    with monkeypatch.context() as patched:
        refuse(patched, for_ever.__eq__)
        assert "SOAR refused 1, which the next scheduled poll tries again" in polled(soar).message
        assert during_outage <= set(ingested(soar))
        last = polled(soar)
        assert "SOAR refused 1: " in last.message  # by now too many have followed
    assert polled(soar).message == "Ingested alerts: 0"
    assert_ingested(soar, tanium, [guid for guid in wanted(rows(tanium)) if guid != for_ever])


def test_outage_of_soar_costs_no_alert(
    tanium: SimulatorServer, soar: LocalSoar, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Although more are refused than an ordinary poll reads again."""
    with monkeypatch.context() as patched:
        refuse(patched, lambda _: True)
        for _ in range(3):
            add(tanium, 40)
            failed = poll(soar)
            assert not failed.ok
            assert "Service {unavailable}" in failed.message

    polled(soar)

    assert_ingested(soar, tanium, wanted(rows(tanium)))


def test_second_poll_at_once_leaves_the_work_to_the_first(
    tanium: SimulatorServer, soar: LocalSoar
) -> None:
    folder = soar.state_file(ASSET).parent
    with (folder / "1.poll.lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        began = time.time() - 12 * 60
        os.utime(held.name, (began, began))
        assert polled(soar).message == (
            f"Another poll of this asset is still running, since {utc_time(began)} (12 minutes);"
            " it ingests all new alerts."
        )
        assert poll(soar, count=1).message == "Ingested alerts: 1"
    assert len(ingested(soar)) == 1
    polled(soar)
    assert_ingested(soar, tanium, wanted(rows(tanium)))


def test_poll_that_another_one_keeps_from_its_work_for_an_hour_fails(
    tanium: SimulatorServer, soar: LocalSoar
) -> None:
    with (soar.state_file(ASSET).parent / "1.poll.lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        began = time.time() - 3601
        os.utime(held.name, (began, began))
        failed = poll(soar)

    assert not failed.ok
    assert failed.message.startswith(
        f"Another poll of this asset is still running, since {utc_time(began)} (60 minutes), so"
        " this poll did nothing."
    )
    assert tanium.log.requests() == []
    polled(soar)
    assert_ingested(soar, tanium, wanted(rows(tanium)))


def test_time_of_a_poll_is_its_own(tanium: SimulatorServer, soar: LocalSoar) -> None:
    """However long ago an earlier one began."""
    polled(soar)
    lock = soar.state_file(ASSET).parent / "1.poll.lock"
    os.utime(lock, (1, 1))
    messages: list[str] = []

    def poll_meanwhile(_request: Request) -> None:
        if not messages:
            messages.append(poll(soar).message)

    tanium.log.watch = poll_meanwhile
    polled(soar)

    assert messages[0].startswith("Another poll of this asset is still running, since ")
    assert "(0 minutes)" in messages[0]


def test_polls_at_once_double_nothing_where_there_are_no_locks(
    tanium: SimulatorServer, soar: LocalSoar, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(*_: Any) -> None:
        raise OSError("Operation not supported")

    monkeypatch.setattr("tanium_tr.soar.state.try_lock", no_locks)
    runs: list[Run] = []
    threads = [threading.Thread(target=lambda: runs.append(poll(soar))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [run.message for run in runs if not run.ok] == []
    assert_ingested(soar, tanium, wanted(rows(tanium)))
    assert polled(soar).message == "Ingested alerts: 0"


@pytest.mark.parametrize("raises", [False, True])
def test_cancelled_poll_stops_between_containers(
    tmp_path: Path, tanium: SimulatorServer, monkeypatch: pytest.MonkeyPatch, raises: bool
) -> None:
    soar = LocalSoar(tmp_path / "other", Profile(cancel_raises=raises))
    soar.create_asset(ASSET, {"base_url": tanium.url, "api_token": seed.TOKEN})
    saved = containers.save_container

    def save_and_cancel(*args: Any) -> Any:
        outcome = saved(*args)
        if len(ingested(soar)) == 4:
            soar.cancel()
        return outcome

    with monkeypatch.context() as patched:
        patched.setattr(containers, "save_container", save_and_cancel)
        result = soar.poll()

    assert result["action_cancelled"]
    assert len(ingested(soar)) == 4
    if not raises:
        assert result["result_data"][0]["message"].startswith(
            "The poll was cancelled; the next one continues from here. Ingested alerts: 4"
        )
        assert polled(soar).message.startswith(f"Ingested alerts: {len(wanted(rows(tanium))) - 4}")
    polled(soar)
    assert_ingested(soar, tanium, wanted(rows(tanium)))


@pytest.mark.parametrize("which", ["newest", "long ago", "named"])
def test_cancelled_manual_poll_reads_no_further(
    tanium: SimulatorServer, soar: LocalSoar, monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    given = {
        "newest": {},
        "long ago": {"start_time": 1, "end_time": 2},
        "named": {"container_id": rows(tanium)[0]["guid"]},
    }[which]
    small_pages(monkeypatch)
    tanium.log.watch = lambda _: soar.cancel()

    result = soar.poll({"container_count": 100, **given})

    assert result["action_cancelled"]
    assert result["result_data"][0]["message"] == "The poll was cancelled. Ingested alerts: 0"
    assert len(alert_requests(tanium)) == 1
    assert ingested(soar) == []


def test_playbooks_start_once_for_a_container(soar: LocalSoar) -> None:
    polled(soar)

    started = Counter(
        artifact["container_id"] for artifact in soar.artifacts() if artifact["run_automation"]
    )
    assert set(started.values()) == {1}
    assert len(started) == len(ingested(soar))


def test_poll_of_the_command_line(
    tmp_path: Path, tanium: SimulatorServer, capsys: pytest.CaptureFixture[str]
) -> None:
    asset = tmp_path / "asset.json"
    asset.write_text(
        json.dumps({"base_url": tanium.url, "api_token": seed.TOKEN}), encoding="utf-8"
    )
    common = ["poll", "--home", str(tmp_path / "home"), "--asset", str(asset)]

    assert main([*common, "--count", "2", "--artifacts", "1"]) == 0
    assert "Ingested alerts: 2" in capsys.readouterr().out
    assert main(common) == 0
    assert "already in SOAR: 2" in capsys.readouterr().out
    assert main([*common, "--ids", "nobody"]) == 1
    assert len(LocalSoar(tmp_path / "home").containers()) == 1 + len(wanted(rows(tanium)))
