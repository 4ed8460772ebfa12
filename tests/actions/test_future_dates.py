# File: test_future_dates.py
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
"""Alerts whose dates are wrong: Tanium's clock was ahead for a while, or SOAR's is behind."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any, Callable

import pytest

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from dev.simulator.times import DAY, iso
from dev.soar.poll_parameters import poll_parameters
from dev.soar.runtime import LocalSoar
from tanium_tr.ingestion import checkpoint as checkpoint_marks, cursor
from tanium_tr.ingestion.checkpoint import Checkpoint
from tanium_tr.soar.platform import SoarPlatform
from tanium_tr.tanium import alerts
from tests.conftest import ASSET, Run, run_on


DIALECTS = ("production", "specified")
MANY, FULL = 72, 720
SIZES = {
    alerts: ("ALERTS_PAGE",),
    cursor: ("STEP", "SLACK"),
    checkpoint_marks: ("FEWEST_MARKS", "MOST_MARKS"),
}
YEAR_9999 = "9999-12-31T23:59:59.000Z"


@pytest.fixture
def tanium() -> Iterator[SimulatorServer]:
    with SimulatorServer(alerts=0) as server:
        yield server


@pytest.fixture(params=DIALECTS)
def dialect(request: pytest.FixtureRequest, tanium: SimulatorServer) -> str:
    tanium.settings.dialect = request.param
    return str(request.param)


@pytest.fixture(autouse=True)
def settings(soar: LocalSoar, tanium: SimulatorServer) -> None:
    config = {"base_url": tanium.url, "api_token": seed.TOKEN, "poll_max_alerts": 2000}
    soar.update_asset(ASSET, config)


@pytest.fixture(autouse=True)
def many(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """More alerts than a page or the memory of marks holds, which are a tenth of what they are
    unless a test asks for FULL.
    """
    number: int = getattr(request, "param", MANY)
    for module, names in SIZES.items() if number == MANY else ():
        for name in names:
            monkeypatch.setattr(module, name, vars(module)[name] * MANY // FULL)
    return number


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """`clock(3600)` puts SOAR's clock forward by an hour."""
    return lambda ahead: monkeypatch.setattr(
        SoarPlatform, "time", lambda _self: time.time() + ahead
    )


def add(tanium: SimulatorServer, count: int, ahead: float, apart: float = 1.0) -> list[str]:
    """The guids of alerts that are dated so many seconds after now."""
    start = time.time() + ahead
    return [
        tanium.state.alerts.add(state="unresolved", createdAt=iso(start + number * apart))["guid"]
        for number in range(count)
    ]


def poll(soar: LocalSoar) -> Run:
    result = run_on(soar, "on poll", **poll_parameters())
    assert result.ok, result.message
    return result


def ingested(soar: LocalSoar) -> Counter[str]:
    return Counter(
        container["source_data_identifier"]
        for container in soar.containers()
        if "source_data_identifier" in container
    )


def checkpoint(soar: LocalSoar) -> Any:
    return json.loads(soar.state_file(ASSET).read_text(encoding="utf-8"))["poll"]["checkpoint"]


@pytest.mark.usefixtures("dialect")
@pytest.mark.parametrize(
    ("many", "apart"), [(MANY, 0.0), (MANY, 600.0), (FULL, 0.0)], indirect=["many"]
)
def test_alerts_after_many_from_the_future_are_ingested(
    tanium: SimulatorServer, soar: LocalSoar, many: int, apart: float
) -> None:
    expected = add(tanium, 3, -DAY)
    expected += add(tanium, many, 30 * DAY, apart)

    first = poll(soar)

    assert first.message.startswith(f"Ingested alerts: {many + 3}")
    assert f"Dated in the future: {many} alerts, up to " in first.message
    assert "Check the clocks of Tanium and SOAR" in first.message
    for hours in (12, 6, 1):
        expected += add(tanium, 5, -3600.0 * hours)
        assert poll(soar).message == "Ingested alerts: 5"
    assert poll(soar).message == "Ingested alerts: 0"
    assert ingested(soar) == Counter(expected)


def test_clock_reaches_the_alerts_from_the_future(
    tanium: SimulatorServer, soar: LocalSoar, clock: Callable[[float], None], dialect: str
) -> None:
    """Later alerts are dated between those from the future, and at the same times."""
    expected = add(tanium, MANY, DAY, 600.0)
    poll(soar)
    for hours in (12, 26, 36, 60):
        clock(hours * 3600)
        expected += add(tanium, 3, (hours - 1) * 3600, 600.0)
        assert poll(soar).message == "Ingested alerts: 3"
        assert poll(soar).message == "Ingested alerts: 0"

    assert ingested(soar) == Counter(expected)
    if dialect == "production":
        # Nothing is beyond the clock any more, and the pages are as few as before.
        assert not checkpoint(soar).get("ahead", {}).get("done")
        assert len(tanium.log.requests(path_contains="/alerts")) < 60


@pytest.mark.usefixtures("dialect")
def test_memory_of_marks_is_bounded(tanium: SimulatorServer, soar: LocalSoar) -> None:
    expected = add(tanium, 2 * MANY, 30 * DAY)
    poll(soar)
    expected += add(tanium, 30, 20 * DAY) + add(tanium, 30, -DAY)
    assert poll(soar).message.startswith("Ingested alerts: 60. Dated in the future: 30 alerts")
    assert poll(soar).message == "Ingested alerts: 0"

    assert ingested(soar) == Counter(expected)
    marks = checkpoint(soar)
    assert len(marks["done"]) + len(marks["ahead"]["done"]) <= 2 * checkpoint_marks.MOST_MARKS


@pytest.mark.usefixtures("dialect")
def test_last_alert_of_the_calendar(tanium: SimulatorServer, soar: LocalSoar) -> None:
    last = tanium.state.alerts.add(state="unresolved", createdAt=YEAR_9999)["guid"]
    old = tanium.state.alerts.add(state="unresolved", createdAt="1969-12-31T23:00:00.000Z")["guid"]

    assert "up to 9999-12-31 23:59:59 UTC" in poll(soar).message
    # The quarter of an hour in which alerts may become visible late is that before the newest one
    # of today.
    expected = add(tanium, 45, -800.0, 1.0)
    assert poll(soar).message == "Ingested alerts: 45"
    expected += add(tanium, 1, -850.0)
    assert poll(soar).message == "Ingested alerts: 1"
    assert ingested(soar) == Counter([last, *expected]), "not the one from before the lookback"
    assert old not in ingested(soar)


@pytest.mark.usefixtures("dialect")
@pytest.mark.parametrize("behind", [3600, 40 * DAY, 60 * 366 * DAY])
def test_clock_of_soar_that_is_behind(
    tanium: SimulatorServer, soar: LocalSoar, clock: Callable[[float], None], behind: float
) -> None:
    clock(-behind)
    expected = add(tanium, MANY, -3000.0)
    assert f"Dated in the future: {MANY} alerts" in poll(soar).message or behind == 3600
    expected += add(tanium, 5, -200.0)
    assert poll(soar).message.startswith("Ingested alerts: 5")
    clock(0)
    expected += add(tanium, 5, -100.0)
    assert poll(soar).message == "Ingested alerts: 5"

    assert ingested(soar) == Counter(expected)


@pytest.mark.usefixtures("dialect")
def test_clock_of_soar_that_was_ahead(
    tanium: SimulatorServer, soar: LocalSoar, clock: Callable[[float], None]
) -> None:
    expected = add(tanium, 5, -3600.0)
    clock(400 * DAY)
    poll(soar)
    clock(0)
    expected += add(tanium, 5, -100.0)
    poll(soar)

    assert ingested(soar) == Counter(expected)


@pytest.mark.usefixtures("dialect")
def test_checkpoint_that_an_earlier_version_moved_into_the_future(
    tanium: SimulatorServer, soar: LocalSoar
) -> None:
    future = add(tanium, MANY, 30 * DAY)
    poll(soar)
    hidden = add(tanium, 5, -7200.0)  # what that version did not see
    state = soar.state_file(ASSET)
    content = json.loads(state.read_text(encoding="utf-8"))
    ahead = content["poll"]["checkpoint"].pop("ahead")
    content["poll"]["checkpoint"].update(offset=MANY, after=ahead["after"], done=ahead["done"])
    state.write_text(json.dumps(content), encoding="utf-8")

    assert poll(soar).message == "Ingested alerts: 5"
    assert poll(soar).message == "Ingested alerts: 0"
    assert ingested(soar) == Counter(future + hidden)


@pytest.mark.usefixtures("dialect")
def test_poll_now_takes_the_future_last(tanium: SimulatorServer, soar: LocalSoar) -> None:
    future, usual = add(tanium, 30, 30 * DAY), add(tanium, 3, -7200.0)

    result = run_on(soar, "on poll", **poll_parameters(3))
    assert result.message == "Ingested alerts: 3"
    assert ingested(soar) == Counter(usual)
    result = run_on(soar, "on poll", **poll_parameters(10))
    assert result.message.startswith("Ingested alerts: 7, already in SOAR: 3. Dated in the future:")
    assert ingested(soar) == Counter(usual + future[-7:])


@pytest.mark.usefixtures("dialect")
def test_refused_alert_from_the_future_is_tried_again(
    tanium: SimulatorServer, soar: LocalSoar, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = add(tanium, 60, 30 * DAY)
    save = SoarPlatform.save_case

    def refusing(platform: SoarPlatform, container: dict[str, Any], artifacts: Any) -> bool:
        if container["source_data_identifier"] in expected[5:8]:
            return save(platform, {**container, "severity": "none"}, artifacts)
        return save(platform, container, artifacts)

    with monkeypatch.context() as patched:
        patched.setattr(SoarPlatform, "save_case", refusing)
        for _ in range(3):
            assert "SOAR refused 3" in run_on(soar, "on poll", **poll_parameters()).message
    expected += add(tanium, 5, -100.0)

    assert poll(soar).message.startswith("Ingested alerts: 8")
    assert ingested(soar) == Counter(expected)


@pytest.mark.parametrize("stored", [{"since": 1}, {"top": True}, [], 7, {"done": [[1, 2, 3]]}])
def test_stored_marks_of_another_shape(stored: Any) -> None:
    whole = {"offset": 0, "after": [1, 2], "done": []}

    assert Checkpoint.read(whole)
    assert Checkpoint.read({**whole, "ahead": stored}) is None
