# File: test_killed.py
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
"""At least once, whatever happens to the runs: killed at random over and over, side by side, or
both.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

from dev.environments import ROOT
from dev.simulator.log import Request
from dev.simulator.server import SimulatorServer
from dev.soar import Profile
from dev.soar.runtime import LocalSoar
from tests.conftest import ASSET, eventually, run_on
from tests.ingest.conftest import configuration, ingest_fault, trusting
from tests.ingest.killed_runs import RECORDS


ALERTS = 200


def command(soar: LocalSoar, count: int, at_once: int, *options: str) -> list[str]:
    return [
        sys.executable,
        "-m",
        "tests.ingest.killed_runs",
        str(soar.installation.home),
        str(count),
        str(at_once),
        *options,
    ]


def run_many(soar: LocalSoar, count: int, at_once: int, *options: str) -> None:
    subprocess.run(command(soar, count, at_once, *options), cwd=ROOT, check=True)


def test_run_killed_while_it_waits_for_an_answer_has_doubled_nothing_that_was_answered(
    tmp_path: Path,
) -> None:
    with SimulatorServer(tls=True, alerts=0) as server:
        soar = LocalSoar(tmp_path / "soar", Profile(default_lock="none"))
        soar.create_asset(ASSET, configuration(server), trusting(server))
        server.faults.add(ingest_fault("silent", after=1))
        with subprocess.Popen(
            command(soar, 1, 1), cwd=ROOT, stdout=subprocess.PIPE, start_new_session=True
        ) as run:
            assert eventually(lambda: len(server.log.requests(method="POST")) == 2)
            os.killpg(run.pid, signal.SIGKILL)
            run.communicate()  # ends with the last process that could write

        (answered,) = server.state.ingest.requests
        assert 0 < answered.records < RECORDS
        assert run_on(soar, "resend undelivered").summary["records"] == RECORDS - answered.records
        assert sorted(json.loads(record)["n"] for record in server.state.ingest.records) == list(
            range(RECORDS)
        )


def test_killed_runs_lose_nothing_and_double_only_what_was_under_way(tmp_path: Path) -> None:
    count = 20
    with SimulatorServer(tls=True, alerts=ALERTS) as server:
        soar = LocalSoar(tmp_path / "soar", Profile(default_lock="none"))
        soar.create_asset(ASSET, configuration(server), trusting(server))
        for after in range(5, 100, 10):
            server.faults.add(ingest_fault("status", after=after, status=400))
        run_many(soar, count, 2, "kill")
        server.faults.clear()

        assert run_on(soar, "forward alerts", only_new=True).ok
        assert run_on(soar, "resend undelivered", include_set_aside=True).rows == []
        assert (
            run_on(soar, "forward alerts", only_new=True).message
            == "There are no alerts to forward."
        )

        arrived = [json.loads(record) for record in server.state.ingest.records]
        assert {alert["guid"] for alert in arrived if "guid" in alert} == {
            alert["guid"] for alert in server.state.alerts.rows()
        }
        copies = Counter(
            (record.get("guid"), record.get("run"), record.get("n")) for record in arrived
        )
        sent: dict[int, set[int]] = {}
        for _, run, number in copies:
            if run is not None:
                sent.setdefault(run, set()).add(number)
        assert all(taken == set(range(len(taken))) for taken in sent.values()), (
            "a gap in what a run has taken"
        )
        assert sent[0] == set(range(RECORDS)), "the first run is not killed"
        # A kill can cost the answer to one request, which then is sent again.
        doubled = [request.records for request in server.state.ingest.requests]
        assert sum(copies.values()) - len(copies) <= count * max(doubled)


def test_runs_side_by_side_share_the_spool(tmp_path: Path) -> None:
    with SimulatorServer(tls=True, alerts=ALERTS) as server:
        soar = LocalSoar(tmp_path / "soar", Profile(default_lock="none"))
        soar.create_asset(ASSET, configuration(server), trusting(server))
        server.faults.add(ingest_fault("status", after=3, times=4))
        run_many(soar, 6, 3)

        assert run_on(soar, "forward alerts", only_new=True).ok
        assert run_on(soar, "resend undelivered").rows == []
        arrived = Counter(record for record in server.state.ingest.records)
        assert set(arrived.values()) == {1}
        assert len(arrived) == 2 * RECORDS + ALERTS


def test_runs_killed_while_batches_are_halved_lose_nothing(tmp_path: Path) -> None:
    count = 16
    with SimulatorServer(tls=True, alerts=0) as server:
        soar = LocalSoar(tmp_path / "soar", Profile(default_lock="none"))
        soar.create_asset(ASSET, configuration(server), trusting(server))
        for number in (7, 133, 250, 461):
            server.faults.add(ingest_fault("status", body_contains=name(number), times=None))
        run_many(soar, count, 2, "kill", "hasty")
        halved = [request.records for request in server.state.ingest.requests]
        server.faults.clear()

        assert run_on(soar, "resend undelivered").rows == []
        assert len(set(halved)) > 5, halved
        copies = Counter(server.state.ingest.records)
        sent: dict[int, set[int]] = {}
        for record in map(json.loads, copies):
            sent.setdefault(record["run"], set()).add(record["n"])
        assert sent[0] == set(range(RECORDS)), "the first run is not killed"
        assert all(taken == set(range(len(taken))) for taken in sent.values()), (
            "a gap in what a run has taken"
        )
        doubled = [request.records for request in server.state.ingest.requests]
        assert sum(copies.values()) - len(copies) <= count * max(doubled)


def test_runs_side_by_side_halve_without_doubling(tmp_path: Path) -> None:
    with SimulatorServer(tls=True, alerts=0) as server:
        soar = LocalSoar(tmp_path / "soar", Profile(default_lock="none"))
        soar.create_asset(ASSET, configuration(server), trusting(server))
        for number in (7, 133, 250, 461):
            server.faults.add(ingest_fault("status", body_contains=name(number), times=None))
        run_many(soar, 6, 3, "hasty")

        left = run_on(soar, "resend undelivered", timeout=0).rows
        assert {row["state"] for row in left} == {"undelivered"}
        server.faults.clear()
        assert run_on(soar, "resend undelivered").rows == []
        arrived = Counter(server.state.ingest.records)
        assert set(arrived.values()) == {1}
        assert len(arrived) == 2 * RECORDS


def test_batch_that_ends_every_run_goes_behind_the_others(tmp_path: Path) -> None:
    with SimulatorServer(tls=True, alerts=0) as server:
        soar = LocalSoar(tmp_path / "soar", Profile(default_lock="none"))
        soar.create_asset(ASSET, configuration(server), trusting(server))
        down = server.faults.add(ingest_fault("status", times=None))
        for number in range(4):
            run_on(soar, "send records", records=json.dumps({"n": number}), timeout=0)
        down.times = 0
        server.faults.add(ingest_fault("silent", body_contains=b'{"n": 0}', times=None))
        for _ in range(2):
            server.log.clear()
            with subprocess.Popen(
                command(soar, 1, 1, "resend"), cwd=ROOT, start_new_session=True
            ) as run:
                assert eventually(lambda: any(is_silent(request) for request in server.log))
                os.killpg(run.pid, signal.SIGKILL)

        assert sorted(json.loads(record)["n"] for record in server.state.ingest.records) == [
            1,
            2,
            3,
        ]


def name(number: int) -> bytes:
    """What only the record with this number contains."""
    return b'"n": %d,' % number


def is_silent(request: Request) -> bool:
    return request.fault == "silent"
