# File: test_polling_killed.py
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
"""Scheduled polls that are killed at any moment, over and over, while alerts come, change and go:
in the end each is ingested once.
"""

from __future__ import annotations

import json
import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Callable

import pytest
from phantom.base_connector import BaseConnector

from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from dev.simulator.times import iso
from dev.soar import Profile
from dev.soar.child_run import ChildRun
from dev.soar.poll_parameters import poll_parameters
from dev.soar.runtime import LocalSoar
from dev.soar.web.server import SoarServer
from tanium_tr.ingestion.cases import alert_case
from tanium_tr.soar.rest import SoarRest
from tanium_tr.tanium.http import Transport
from tests.conftest import ASSET, run_on


PROCESSES_KILLED = 6
RUNS_ENDED = 20
BURST = 510
LATENESS = 240  # seconds
INGESTED_STATES = ("unresolved", "inprogress")
OTHER_STATES = ("resolved", "suppressed")
USUAL_STATES = INGESTED_STATES * 3 + OTHER_STATES
PATIENCE = 30


class Killed(BaseException):
    """Ends a run in this process where it stands, as SIGKILL does a process: nothing of the app
    catches it.
    """


@pytest.fixture
def tanium() -> Iterator[SimulatorServer]:
    with SimulatorServer(alerts=0) as server:
        yield server


def make_soar(folder: Path, tanium: SimulatorServer, profile: Profile = Profile()) -> LocalSoar:  # noqa: B008  frozen
    soar = LocalSoar(folder / "killed", profile)
    soar.create_asset(
        ASSET, {"base_url": tanium.url, "api_token": seed.TOKEN, "poll_max_alerts": 60}
    )
    return soar


class Traffic:
    """What happens to the alerts of a server. `states` are all that an alert has had, `made` the
    alerts by guid, deleted ones too.
    """

    def __init__(self, tanium: SimulatorServer, chance: random.Random) -> None:
        self._tanium, self._alerts, self._chance = tanium, tanium.state.alerts, chance
        self.states: dict[str, set[str]] = {}
        self.made: dict[str, dict[str, Any]] = {}

    def happens(self, burst: int = 0) -> None:
        with self._tanium.state.lock:
            self._add(self._chance.choice([0, 1, 5, 20]))
            self._add_at_one_moment(self._chance.choice([0, 2, 8]))
            self._add_at_one_moment(burst, INGESTED_STATES + OTHER_STATES * 3)
            for row in self._some(4):
                row["state"] = self._chance.choice(INGESTED_STATES + OTHER_STATES)
                self.states[row["guid"]].add(row["state"])
            for row in self._some(2):
                self._alerts.delete(row["id"])

    def _some(self, count: int) -> list[dict[str, Any]]:
        rows = self._alerts.rows()
        return self._chance.sample(rows, min(self._chance.randint(0, count), len(rows)))

    def _add(self, count: int) -> None:
        for _ in range(count):
            late = self._chance.choice([0.0, 0.0, self._chance.uniform(0, LATENESS)])
            self._added(
                createdAt=iso(time.time() - late),
                alertedAt=iso(time.time() - late - self._chance.uniform(0, 30 * 86400)),
            )

    def _add_at_one_moment(self, count: int, states: tuple[str, ...] = USUAL_STATES) -> None:
        moment = iso(time.time() - self._chance.choice([0, LATENESS]))
        for _ in range(count):
            self._added(states, createdAt=moment)

    def _added(self, states: tuple[str, ...] = USUAL_STATES, **columns: Any) -> None:
        row = self._alerts.add(state=self._chance.choice(states), **columns)
        self.states[row["guid"]] = {row["state"]}
        self.made[row["guid"]] = self._alerts.with_intel(row)

    def _artifacts(self, guid: str) -> set[str]:
        if self._tanium.settings.dialect == "specified":
            # Alerts come without details, so there is nothing but the alert itself to make
            # artifacts of.
            return {"alert"}
        return {part["source_data_identifier"] for part in alert_case(self.made[guid]).artifacts}

    def assert_findings(self, soar: LocalSoar) -> None:
        """Nobody has two, and whoever was always wanted has one, or is known to be in doubt."""
        owners = [finding["additional_fields"]["taniumAlertGuid"] for finding in soar.findings()]
        state = json.loads(soar.state_file(ASSET).read_text(encoding="utf-8"))
        in_doubt = {guid for guid, _ in state["findings"]["in_doubt"]}
        present = {row["guid"] for row in self._alerts.rows()}

        assert max(Counter(owners).values()) == 1
        assert self._always(present) - set(owners) - in_doubt == set()
        assert self._never() & set(owners) == set()
        assert state["findings"]["pending"] == []

    def _always(self, present: set[str]) -> set[str]:
        return {
            guid
            for guid, states in self.states.items()
            if guid in present and states <= set(INGESTED_STATES)
        }

    def _never(self) -> set[str]:
        return {guid for guid, states in self.states.items() if not states & set(INGESTED_STATES)}

    def assert_ingested(self, soar: LocalSoar) -> None:
        """Whoever was always wanted is there, whoever never was is not, and nobody is twice or in
        part; the deleted may be missing.
        """
        owners = {
            container["id"]: container["source_data_identifier"]
            for container in soar.containers()[1:]
        }
        artifacts = [
            (artifact["container_id"], artifact["source_data_identifier"])
            for artifact in soar.artifacts()
        ]
        found: dict[str, set[str]] = {guid: set() for guid in owners.values()}
        for owner, part in artifacts:
            found[owners[owner]].add(part)
        present = {row["guid"] for row in self._alerts.rows()}

        assert max(Counter(owners.values()).values()) == 1
        assert max(Counter(artifacts).values()) == 1
        assert self._always(present) - set(owners.values()) == set()
        assert self._never() & set(owners.values()) == set()
        assert [guid for guid, parts in found.items() if parts != self._artifacts(guid)] == []


def make_soar_with_findings(folder: Path, tanium: SimulatorServer) -> LocalSoar:
    soar = make_soar(folder, tanium)
    config = soar.asset(ASSET)["configuration"]
    config["api_token"] = seed.TOKEN
    ingest = {"use_es_ingest": True, "es_security_domain": "endpoint"}
    soar.update_asset(ASSET, {**config, "ingest": {"container_label": "events", **ingest}})
    return soar


def finish(soar: LocalSoar) -> None:
    """Polls that nobody kills, until nothing comes any more; they take many alerts at once."""
    config = {**soar.asset(ASSET)["configuration"], "api_token": seed.TOKEN}
    soar.update_asset(ASSET, {**config, "poll_max_alerts": BURST})
    for _ in range(20):
        run = run_on(soar, "on poll", **poll_parameters())
        assert run.ok, run.message
        if re.match("(Ingested alerts|Created findings): 0", run.message) and (
            "already in" not in run.message
        ):
            return
    pytest.fail("the polls do not come to an end")


def moment_of_death(
    soar: LocalSoar, tanium: SimulatorServer, child: ChildRun, chance: random.Random
) -> None:
    """Wait for a random moment: of the clock, after some requests, or after some containers."""
    requests, saved = len(tanium.log), len(soar.containers())  # SOAR makes one for each finding
    moments: dict[str, Callable[[], bool]] = {
        "clock": lambda: True,
        "requests": lambda: len(tanium.log) >= requests + chance.randint(1, 3),
        "containers": lambda: len(soar.containers()) >= saved + chance.randint(1, 40),
    }
    reached = moments[chance.choice(list(moments))]
    deadline = time.monotonic() + PATIENCE
    while not reached() and child.is_running() and time.monotonic() < deadline:
        time.sleep(0.005)
    time.sleep(chance.choice([0, chance.uniform(0, 0.05), chance.uniform(0, 0.8)]))


def test_processes_are_killed(tmp_path: Path, tanium: SimulatorServer) -> None:
    chance = random.Random(20261122)
    soar, traffic = make_soar(tmp_path, tanium), Traffic(tanium, chance)

    kill_processes(soar, tanium, traffic, chance)
    finish(soar)

    traffic.assert_ingested(soar)


def test_processes_that_create_findings_are_killed(tmp_path: Path, tanium: SimulatorServer) -> None:
    chance = random.Random(20261129)
    soar, traffic = make_soar_with_findings(tmp_path, tanium), Traffic(tanium, chance)

    with SoarServer(soar):
        kill_processes(soar, tanium, traffic, chance)
        finish(soar)

    traffic.assert_findings(soar)


def kill_processes(
    soar: LocalSoar, tanium: SimulatorServer, traffic: Traffic, chance: random.Random
) -> None:
    killed = 0
    for number in range(10 * PROCESSES_KILLED):
        # On a quick machine many come to their end before they are killed; others take their
        # places.
        if number >= PROCESSES_KILLED and killed >= PROCESSES_KILLED // 2:
            break
        traffic.happens(burst=BURST if number == PROCESSES_KILLED - 3 else 0)
        child = soar.start("on poll", poll_parameters())
        moment_of_death(soar, tanium, child, chance)
        traffic.happens()
        child.kill()
        with suppress(RuntimeError):
            child.result()
            killed -= 1  # it had come to its end
        killed += 1
    assert killed >= PROCESSES_KILLED // 2


@pytest.mark.parametrize(
    ("dialect", "keeps", "number"),
    [("production", False, 1), ("production", True, 2), ("specified", False, 3)],
)
def test_runs_end_where_they_stand(
    tmp_path: Path,
    tanium: SimulatorServer,
    dialect: str,
    keeps: bool,
    number: int,
) -> None:
    """Before or after any request, any container and any change of the state: many more ends than
    processes have time for.
    """
    tanium.settings.dialect = dialect
    chance = random.Random(number)
    soar, traffic = (
        make_soar(tmp_path, tanium, Profile(duplicate_container_keeps_artifacts=keeps)),
        Traffic(tanium, chance),
    )
    end_runs(soar, traffic, chance, burst=BURST if dialect == "production" and keeps else 0)
    finish(soar)

    traffic.assert_ingested(soar)


@pytest.mark.parametrize("number", [1, 2])
def test_runs_that_create_findings_end_where_they_stand(
    tmp_path: Path, tanium: SimulatorServer, number: int
) -> None:
    """Before or after any call to SOAR, too."""
    chance = random.Random(number)
    soar, traffic = make_soar_with_findings(tmp_path, tanium), Traffic(tanium, chance)

    with SoarServer(soar) as server:
        end_runs(soar, traffic, chance, burst=BURST)
        finish(soar)
        assert max(server.enterprise_security.sizes) <= 25

    traffic.assert_findings(soar)


def end_runs(soar: LocalSoar, traffic: Traffic, chance: random.Random, burst: int) -> None:
    left = 0
    transports: set[Transport] = set()

    def deadly(step: Callable[..., Any]) -> Callable[..., Any]:
        def dying(*args: Any, **kwargs: Any) -> Any:
            nonlocal left
            transports.update(each for each in args if isinstance(each, Transport))
            left -= 1
            if left == 0:
                raise Killed
            outcome = step(*args, **kwargs)
            left -= 1
            if left == 0:
                raise Killed
            return outcome

        return dying

    with pytest.MonkeyPatch.context() as patched:
        for owner, name in [
            *(
                (BaseConnector, name)
                for name in (
                    "save_container",
                    "save_artifacts",
                    "load_state",
                    "save_state",
                    "save_progress",
                )
            ),
            (Transport, "exchange"),
            (SoarRest, "create_findings"),
        ]:
            patched.setattr(owner, name, deadly(getattr(owner, name)))
        for run in range(RUNS_ENDED):
            traffic.happens(burst=burst if run == RUNS_ENDED - 5 else 0)
            left = chance.randint(1, 60)
            with suppress(Killed):
                soar.poll(poll_parameters())
    for transport in transports:
        transport.close()  # as the end of a process does
