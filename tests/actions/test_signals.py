# File: test_signals.py
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
"""Tanium signals are created and updated."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from tests.actions.conftest import asked
from tests.conftest import RunAction


STORED = seed.FIRST_INTEL_ID
TEXT = "process.name contains 'psexec' AND user.name contains 'ü'"
SIGNAL: dict[str, Any] = {"signal": TEXT, "name": "PsExec", "platforms": "windows, Linux"}
WIRE = {
    "name": "PsExec",
    "description": "",
    "platforms": ["windows", "linux"],
    "contents": TEXT,
}
LOOK = "GET /intels?limit=500&offset=0&name=PsExec"
SOURCES = "GET /sources?limit=500&offset=0"


def test_create_signal_in_a_source_of_its_own(tanium: SimulatorServer, run: RunAction) -> None:
    created = run("create signal", **SIGNAL)

    source_id, source = max(tanium.state.intel_sources.all.items())
    assert asked(tanium) == [LOOK, SOURCES, "POST /sources", f"POST /sources/{source_id}/intels"]
    assert (source["name"], source["type"]) == ("Splunk SOAR", "api-client")
    assert json.loads(tanium.log[-1].body or b"") == WIRE
    assert (created.ok, created.message, created.summary) == (
        True,
        "Signal created. The intel source 'Splunk SOAR' was created for it",
        {"intel_doc_id": 506},
    )
    assert created.rows == [tanium.state.intel.get(506)]
    assert (created.rows[0]["type"], created.rows[0]["sourceId"]) == ("tanium-signal", source_id)

    tanium.log.clear()
    given = {"contents": TEXT, "name": "Other", "description": "D", "platforms": ["windows"]}
    same = run("create signal", signal=json.dumps(given), name="PsExec", platforms="linux,mac")
    skipped = run("create signal", **SIGNAL, skip_existing=True)

    assert (same.message, skipped.message) == ("Signal created", "The signal is already in Tanium")
    assert asked(tanium) == [LOOK, SOURCES, f"POST /sources/{source_id}/intels", LOOK]
    assert [same.rows[0][name] for name in WIRE] == ["PsExec", "D", ["linux", "mac"], TEXT]
    assert skipped.rows == created.rows


@pytest.mark.parametrize(
    ("action", "parameters", "message"),
    [
        ("create signal", {"signal": TEXT, "name": "X"}, "Parameter 'platforms' is required"),
        ("create signal", {**SIGNAL, "platforms": "amiga"}, "use any of windows, linux, mac"),
        ("create signal", {**SIGNAL, "signal": '{"text": "x"}'}, "it has 'text'"),
        ("update signal", {"intel_doc_id": STORED}, "Specify at least one of signal, name"),
    ],
)
def test_signal_is_refused_before_any_request(
    tanium: SimulatorServer, run: RunAction, action: str, parameters: dict[str, Any], message: str
) -> None:
    failed = run(action, **parameters)

    assert not failed.ok
    assert message in failed.message
    assert asked(tanium) == []


def test_create_signal_whose_answers_are_lost_creates_it_once(
    tanium: SimulatorServer, run: RunAction
) -> None:
    run("create signal", **SIGNAL, source_name="Other")
    tanium.log.clear()
    for path in ("/sources", "/intels"):
        tanium.faults.add(Fault("reset_after", "POST", path_contains=path))

    created = run("create signal", **SIGNAL)

    assert created.ok, created.message
    # The one of the first run is not taken for it.
    assert created.rows == [tanium.state.intel.get(507)]
    source_id = max(tanium.state.intel_sources.all)
    assert asked(tanium) == [
        *(LOOK, SOURCES, "POST /sources", SOURCES),
        *(f"POST /sources/{source_id}/intels", LOOK),
    ]


def test_create_signal_says_that_only_its_source_was_created(
    tanium: SimulatorServer, run: RunAction
) -> None:
    tanium.faults.add(Fault("status", "POST", path_contains="/intels", status=400, body="no rule"))

    failed = run("create signal", **SIGNAL)

    assert not failed.ok
    assert "The intel source 'Splunk SOAR' was created, but not the signal:" in failed.message
    assert "no rule" in failed.message
    assert len(tanium.state.intel_sources.all) == len(seed.INTEL_SOURCES) + 1


def test_update_signal_changes_what_is_specified(tanium: SimulatorServer, run: RunAction) -> None:
    before = dict(tanium.state.intel.get(STORED))
    tanium.faults.add(Fault("reset_after", "PUT"))

    updated = run("update signal", intel_doc_id=STORED, signal=TEXT, description="New")
    again = run("update signal", intel_doc_id=STORED, signal=TEXT)

    stored = tanium.state.intel.get(STORED)
    lines = [f"GET /intels/{STORED}", f"PUT /intels/{STORED}", *[f"GET /intels/{STORED}"] * 2]
    assert asked(tanium) == lines
    assert json.loads(tanium.log.requests(method="PUT")[0].body or b"") == {
        "name": before["name"],
        "description": "New",
        "platforms": before["platforms"],
        "contents": TEXT,
    }
    assert updated.rows == again.rows == [stored]
    assert updated.summary == again.summary == {"intel_doc_id": STORED, "revision_id": 2}
    assert (updated.message, again.message) == (
        "Signal updated",
        "The signal is already as specified",
    )


def test_update_signal_that_does_not_happen(tanium: SimulatorServer, run: RunAction) -> None:
    other = run("update signal", intel_doc_id=STORED + 1, signal=TEXT)
    assert "is of type 'openioc', not a Tanium signal: use update intel doc" in other.message

    tanium.faults.add(Fault("json", "PUT", value={"data": {"id": STORED}}, work=False))
    failed = run("update signal", intel_doc_id=STORED, signal=TEXT)

    assert (other.ok, failed.ok) == (False, False)
    assert "accepted the update" in failed.message
    assert tanium.state.intel.get(STORED)["revisionId"] == 1


def test_signals_on_a_server_without_sources(tanium: SimulatorServer, run: RunAction) -> None:
    tanium.settings.dialect, tanium.settings.without_unspecified = "specified", True

    failed = run("create signal", **SIGNAL)

    assert not failed.ok
    assert "no intel sources, in which signals are created" in failed.message
    assert not [each for each in tanium.log if each.method != "GET"]
