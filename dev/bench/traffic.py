# File: traffic.py
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
"""Requests, TCP connections and logins of every action, counted by the simulator while the asset's
session is valid.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Callable, NamedTuple

from dev.bench.measure import Line
from dev.simulator import seed
from dev.simulator.server import SimulatorServer
from dev.simulator.settings import QUICK
from dev.soar import LocalSoar
from tanium_tr.tanium.probe import MOST_REQUESTS
from tests.variants import ACTIONS, PLAIN, Variant, prepared, ready


# Connect does not tell how many there are, so that only an empty page is certainly the end.
PROBE = "probe"
PAGED_TO_THE_END = ("list data connections", "list connection logs")
LIVE = "list processes"  # opens a session on an endpoint first, and has a line of its own


class Traffic(NamedTuple):
    """Of one run of an action."""

    action: str
    on_connection: bool
    succeeded: bool
    requests: int
    connections: int
    logins: int


def measure(say: Callable[[str], None]) -> list[Line]:
    say("requests and connections: every action once")
    with (
        tempfile.TemporaryDirectory(prefix="tanium-bench-") as folder,
        SimulatorServer(**QUICK) as server,
        SimulatorServer(tls=True) as endpoint,
    ):
        soar = LocalSoar(Path(folder))
        ingest = {"ingest_url": endpoint.url + seed.INGEST_PATH, "ingest_key": seed.INGEST_KEY}
        login = {
            "username": seed.ANALYST.name,
            "password": seed.ANALYST.password,
            "domain": seed.ANALYST.domain,
        }
        soar.create_asset(
            "tanium",
            {"base_url": server.url, **login, **ingest},
            {"REQUESTS_CA_BUNDLE": str(endpoint.ca_file), "no_proxy": "localhost"},
        )
        _run(soar, server, PLAIN["list alerts"])  # reads the names of intel, as once a day
        runs = [
            _run(soar, server, variant) for variant in sorted(PLAIN.values(), key=_is_of_findings)
        ]
        probes = [run for run in runs if run.action == PROBE] + [_specified_probe(soar, server)]
    return [
        *_lines(runs),
        _highest("probe, in either dialect: requests", MOST_REQUESTS, probes, _requests_of),
    ]


def _lines(runs: list[Traffic]) -> list[Line]:
    failed = [run.action for run in runs if not run.succeeded]
    lists = [run for run in runs if run.action.startswith("list ")]
    return [
        _highest(
            "list actions: requests",
            1,
            [run for run in lists if run.action not in (*PAGED_TO_THE_END, LIVE)],
            _requests_of,
        ),
        _highest(
            "Connect's paged lists: requests",
            2,
            [run for run in lists if run.action in PAGED_TO_THE_END],
            _requests_of,
        ),
        _highest(
            "actions with a connection id: requests",
            2,
            [run for run in runs if run.on_connection],
            _requests_of,
        ),
        _highest("every action: TCP connections", 1, runs, lambda run: run.connections),
        _highest("every action: logins in a valid session", 0, runs, lambda run: run.logins),
        Line(
            "actions that succeeded",
            ", ".join([str(len(runs) - len(failed)), *failed]),
            "",
            f"all {len(ACTIONS)}",
            not failed,
        ),
    ]


def _is_of_findings(variant: Variant) -> bool:
    """It runs last: it needs an asset of its own kind, with a token."""
    return variant.action == "on es poll"


def _requests_of(run: Traffic) -> int:
    return run.requests


def _specified_probe(soar: LocalSoar, server: SimulatorServer) -> Traffic:
    """Which tries each of its reads in both dialects."""
    variant = Variant(PROBE, PLAIN[PROBE].parameters, settings={"dialect": "specified"})
    return _run(soar, server, variant)


def _run(soar: LocalSoar, server: SimulatorServer, variant: Variant) -> Traffic:
    server.reset()
    parameters = prepared(variant, server)
    soar.run("test connectivity")  # logs in, for good
    server.log.clear()
    with ready(variant.action, server, soar):
        result = soar.run(variant.action, parameters)
    requests = server.log.requests()
    logins = [request for request in requests if request.path in ("/api/v2/session/login", "/auth")]
    succeeded = result["status"] == "success"
    return Traffic(
        variant.action,
        "connection_id" in parameters,
        succeeded,
        len(requests),
        server.log.connections(),
        len(logins),
    )


def _highest(name: str, target: int, runs: list[Traffic], count: Callable[[Traffic], int]) -> Line:
    highest = max(map(count, runs))
    above = [run.action for run in runs if count(run) > target]
    return Line(name, ", ".join([str(highest), *above]), "", f"at most {target}", not above)
