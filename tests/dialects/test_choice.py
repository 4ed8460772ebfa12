# File: test_choice.py
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
"""Which dialect is spoken: learned from clear refusals and the shape of replies, remembered,
forgotten; no write is repeated for it.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.dialects.choice import RESOURCES
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tanium_tr.errors import DOUBT
from tests.conftest import ASSET, Run, run_on
from tests.dialects.conftest import PUBLISHED
from tests.variants import (
    FINANCE,
    NODE,
    SCAN,
    VARIANTS,
    YARA,
    Variant,
    live,
    run_variant,
)


PLAIN = [
    variant
    for variant in VARIANTS
    if variant.action in PUBLISHED and variant.succeeds and not variant.settings
]


INVESTIGATION: tuple[tuple[str, dict[str, Any]], ...] = (
    ("list alerts", {"query": "state=unresolved&intelDocId=501"}),
    ("create connection", FINANCE),
    ("list connections", {}),
    ("get process", {"process_table_id": NODE}),
    ("get process tree", {"process_table_id": NODE, "process_context": "parent,children"}),
    (
        "get events",
        {"event_type": "dns", "limit": 5, "fields": "operation", "operators": "ne", "values": "x"},
    ),
    (
        "get events summary",
        {"event_type": "dns", "fields": "operation", "operators": "ne", "values": "x"},
    ),
    ("list snapshots", {"sort": "name"}),
    ("create snapshot", {"wait": True, "timeout": 60}),
    ("save file", {"file_path": seed.INVOICE_VIEWER, "wait": True, "timeout": 60}),
    ("list files", {"sort": "-downloaded"}),
    ("upload intel doc", YARA),
    ("start quick scan", SCAN),
    ("close connection", {}),
    ("delete connection", {}),
)
NEED_A_CONNECTION = (
    *(
        "get process",
        "get process tree",
        "get events",
        "get events summary",
        "create snapshot",
        "save file",
    ),
    *("close connection", "delete connection"),
)


def investigate(server: SimulatorServer, soar: LocalSoar) -> list[Run]:
    runs = []
    connection = {"connection_id": server.state.connections.open(seed.FINANCE.hostname)}
    for action, parameters in INVESTIGATION:
        runs.append(
            run_on(
                soar, action, **parameters, **(connection if action in NEED_A_CONNECTION else {})
            )
        )
        assert runs[-1].ok, f"{action}: {runs[-1].message}"
    return runs


def refused(server: SimulatorServer) -> list[str]:
    return [
        f"{request.method} {request.path} {request.status}"
        for request in server.log
        if (request.status or 0) >= 400
    ]


@pytest.mark.parametrize("other", ["specified", "production"])
@pytest.mark.parametrize("resource", sorted(set(RESOURCES) - {"tasks"}))
def test_each_resource_may_have_a_dialect_of_its_own(
    specified: SimulatorServer, soar: LocalSoar, resource: str, other: str
) -> None:
    default = "production" if other == "specified" else "specified"
    specified.settings.dialect = {"default": default, resource: other}
    specified.settings.without_tasks = False
    counted = (
        len(specified.state.connections.all),
        len(specified.state.files.all),
        len(specified.state.snapshots.all),
    )

    runs = investigate(specified, soar)

    assert len(runs[0].rows) == sum(
        row["state"] == "unresolved" and row["intelDocId"] == 501
        for row in specified.state.alerts.rows()
    )
    assert runs[5].summary["event_count"] == "6"
    assert runs[6].rows[0]["count"] == seed.EVENT_COUNTS["dns"]
    left = (
        len(specified.state.connections.all),
        len(specified.state.files.all),
        len(specified.state.snapshots.all),
    )
    assert left == (counted[0] + 1, counted[1] + 1, counted[2] + 1), "something was done twice"
    assert len(specified.state.scans.all) == 1
    assert [row["revisionId"] for row in specified.state.intel.all.values()] == [1] * (
        len(seed.INTEL) + 1
    )


def test_dialect_is_remembered(specified: SimulatorServer, soar: LocalSoar) -> None:
    investigate(specified, soar)
    first = len(specified.log)
    assert refused(specified)
    specified.log.clear()

    investigate(specified, soar)

    assert [line for line in refused(specified) if "/tasks/" not in line] == []
    assert len(specified.log) < first
    assert not any(request.ignored for request in specified.log)


def test_dialect_is_forgotten_with_another_base_url(
    specified: SimulatorServer, soar: LocalSoar
) -> None:
    investigate(specified, soar)
    with SimulatorServer(alerts=1, connect_seconds=0.05, task_seconds=0.05) as production:
        soar.update_asset(ASSET, {"base_url": production.url, "api_token": seed.TOKEN})
        investigate(production, soar)
        assert refused(production) == []


def test_dialect_is_forgotten_by_test_connectivity(
    specified: SimulatorServer, soar: LocalSoar
) -> None:
    investigate(specified, soar)
    specified.settings.dialect = "production"
    assert run_on(soar, "test connectivity").ok
    assert not json.loads(soar.state_file(ASSET).read_text(encoding="utf-8")).get("dialects")
    specified.log.clear()
    investigate(specified, soar)
    assert refused(specified) == []


@pytest.mark.parametrize("start", ["specified", "production"])
def test_server_that_changes_its_dialect_is_understood_after_test_connectivity(
    specified: SimulatorServer, soar: LocalSoar, start: str
) -> None:
    specified.settings.dialect = start
    investigate(specified, soar)
    specified.settings.dialect = "production" if start == "specified" else "specified"
    assert run_on(soar, "test connectivity").ok
    investigate(specified, soar)


@pytest.mark.parametrize("variant", PLAIN, ids=lambda variant: variant.action)
def test_production_servers_are_asked_nothing_else(
    specified: SimulatorServer, soar: LocalSoar, variant: Variant
) -> None:
    """No probe, nothing refused, one request for a list."""
    specified.settings.dialect = "production"
    polled = variant.parameters(specified).get("wait")
    run_variant(variant, specified, soar)
    assert refused(specified) == []
    asked = Counter((request.method, request.path, request.body) for request in specified.log)
    assert polled or set(asked.values()) == {1}


# What is no clear refusal is final

WRITES: tuple[tuple[str, dict[str, Any], str, str], ...] = (
    ("create connection", FINANCE, "POST", "/conns/connect"),
    ("close connection", {}, "DELETE", "/conns/close/"),
    ("upload intel doc", YARA, "POST", "/intels"),
)
READS: tuple[tuple[str, dict[str, Any], str, str], ...] = (
    ("list alerts", {}, "GET", "/alerts"),
    ("list files", {}, "GET", "/filedownload"),
    ("list connections", {}, "GET", "/conns"),
)
NO_REFUSAL: tuple[dict[str, Any], ...] = (
    *({"kind": "status", "status": status} for status in (401, 403, 409, 418, 429, 500, 502, 503)),
    *(
        {"kind": kind}
        for kind in (
            "reset_before",
            "reset_after",
            "redirect",
            "html_login",
            "broken_json",
            "cut_off",
        )
    ),
)


@pytest.mark.parametrize(
    "fault", NO_REFUSAL, ids=lambda fault: f"{fault['kind']} {fault.get('status', '')}"
)
@pytest.mark.parametrize(("action", "parameters", "method", "path"), WRITES + READS)
def test_no_other_dialect_after_anything_but_a_clear_refusal(
    specified: SimulatorServer,
    soar: LocalSoar,
    monkeypatch: pytest.MonkeyPatch,
    action: str,
    parameters: dict[str, Any],
    method: str,
    path: str,
    fault: dict[str, Any],
) -> None:
    monkeypatch.setattr("urllib3.util.retry.time.sleep", lambda _: None)
    specified.settings.dialect = "production"
    given = live()(specified) if action == "close connection" else parameters
    before = len(specified.state.connections.all), len(specified.state.intel.all)
    specified.faults.add(Fault(method=None, path_contains=path, times=None, **fault))

    failed = run_on(soar, action, **given)

    assert not failed.ok or fault["kind"] == "cut_off"
    sent = [
        (request.method, request.body) for request in specified.log.requests(path_contains=path)
    ]
    assert {verb for verb, _ in sent} == {method}
    assert len(set(sent)) == 1, "asked in another way"
    if method != "GET":
        assert len(sent) == 1 or fault.get("status") == 429
        after = len(specified.state.connections.all), len(specified.state.intel.all)
        assert sum(after) - sum(before) <= 1


@pytest.mark.parametrize("status", [400, 404, 405, 415])
@pytest.mark.parametrize(
    ("action", "parameters", "method", "path"), WRITES[:1] + WRITES[2:] + READS
)
def test_refusal_that_tells_what_is_wrong_is_the_one_reported(
    specified: SimulatorServer,
    soar: LocalSoar,
    action: str,
    parameters: dict[str, Any],
    method: str,
    path: str,
    status: int,
) -> None:
    specified.settings.dialect = "production"
    specified.faults.add(
        Fault("status", path_contains=path, status=status, body='{"text": "the first refusal"}')
    )
    specified.faults.add(
        Fault("status", path_contains=path, status=404, body='{"text": "the second"}', times=None)
    )

    failed = run_on(soar, action, **parameters)

    if status in (405, 415):  # about the way of calling, which the analyst cannot change
        assert "HTTP 404 to " in failed.message
        assert "the second" in failed.message
    else:
        assert f"HTTP {status} to {method} " in failed.message
        assert "the first refusal" in failed.message
    assert DOUBT not in failed.message
    assert len(specified.log.requests(path_contains=path)) == 2
    assert not soar.state_file(ASSET).exists() or not json.loads(
        soar.state_file(ASSET).read_text(encoding="utf-8")
    ).get("dialects")


@pytest.mark.parametrize(
    ("action", "parameters", "path"),
    [
        ("list alerts", {"query": "intelDocId=501"}, "/alerts"),
        ("list snapshots", {"sort": "name"}, "/snapshot"),
        ("list files", {"sort": "created_by"}, "/filedownload"),
        (
            "get events",
            {"event_type": "dns", "fields": "operation", "operators": "eq", "values": "x"},
            "/events",
        ),
        (
            "get events summary",
            {"event_type": "dns", "fields": "operation", "operators": "eq", "values": "x"},
            "/eventsCount",
        ),
    ],
)
def test_refusal_never_ends_in_an_unfiltered_result(
    specified: SimulatorServer, soar: LocalSoar, action: str, parameters: dict[str, Any], path: str
) -> None:
    """A production server that refuses once, and is then asked in a dialect whose filters it does
    not know.
    """
    specified.settings.dialect = "production"
    connection = live()(specified) if "event_type" in parameters else {}
    specified.faults.add(
        Fault("status", path_contains=path, status=400, body='{"text": "no such value"}')
    )

    failed = run_on(soar, action, **parameters, **connection)

    assert not failed.ok
    assert "no such value" in failed.message
    assert run_on(soar, action, **parameters, **connection).ok
