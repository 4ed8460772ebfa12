# File: test_issuing.py
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
"""An action is issued once, whatever becomes of Tanium's answer and of the run."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from dev.soar import Profile
from dev.soar.runtime import LocalSoar
from tanium_tr.soar.unfinished import Unfinished
from tests.conftest import ASSET, run_on
from tests.deployment.executing import CLEAN, EVERYBODY, at_once, configure, execute, writes


POST = "POST /api/v2/saved_actions"


@pytest.fixture(autouse=True)
def _quickly(tanium: SimulatorServer, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once(tanium)
    monkeypatch.setattr("tanium_tr.deployment.issuing.LOOK_AGAIN", (0.01, 0.02))


def saved_actions(tanium: SimulatorServer) -> list[str]:
    """The names of those that there are."""
    return [each.order["name"] for each in tanium.state.saved_actions.all.values()]


def lost(**how: Any) -> Fault:
    """Saved actions are made, and their answers lost."""
    return Fault(**{"kind": "reset_after", "method": "POST", "path_contains": "/saved_ac", **how})


def notes(soar: LocalSoar) -> list[Path]:
    """What runs have written down and not settled."""
    return list(soar.state_file(ASSET).parent.glob("*.action-*"))


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"kind": "status", "status": 504, "work": True},
        {"kind": "status", "status": 500, "work": True},
        {"kind": "broken_json"},
        {"kind": "empty_body"},
        {"kind": "json", "value": {}},
    ],
    ids=["connection", "504", "500", "broken", "empty", "object"],
)
def test_lost_answer_is_found_by_the_name(
    tanium: SimulatorServer, soar: LocalSoar, how: dict[str, Any]
) -> None:
    tanium.faults.add(lost(**how))
    tanium.faults.add(Fault("status", path_contains="/saved_actions", method="GET", status=503))

    issued = execute(soar, destination="ws-finance-07")

    assert issued.ok, issued.message
    assert writes(tanium) == [POST]
    (name,) = saved_actions(tanium)
    assert issued.rows[0]["name"] == issued.summary["action_name"] == name
    assert name.startswith("Clean [")
    assert issued.summary["endpoints_targeted"] == 1
    assert "found by its name" in issued.message
    assert notes(soar) == []


def test_action_in_doubt_is_left_to_the_next_run(tanium: SimulatorServer, soar: LocalSoar) -> None:
    tanium.faults.add(lost())
    unlisted, unnamed = (
        tanium.faults.add(Fault("status", path_contains=path, method="GET", status=403, times=None))
        for path in ("/saved_actions", "/actions/by-name")
    )

    doubtful = execute(soar, destination="ws-finance-07")
    refused = execute(soar, destination="ws-finance-07")
    other = execute(soar, destination="ws-finance-12")
    unlisted.times = unnamed.times = 0
    continued = execute(soar, destination="ws-finance-07")
    again = execute(soar, destination="ws-finance-07")

    assert (doubtful.ok, refused.ok) == (False, False)
    assert "may have been issued" in doubtful.message
    assert "Run the action again with the same parameters" in doubtful.message
    first = doubtful.summary["action_name"]
    assert first in refused.message
    assert "This run issued nothing" in refused.message
    assert other.ok, "another action is not concerned"
    assert continued.ok
    assert continued.summary["action_name"] == first
    assert continued.summary["endpoints_targeted"] == 1
    assert "continued with the same action" in continued.message
    assert again.ok
    assert again.summary["action_name"] != first, "what was settled does not keep anybody"
    assert len(saved_actions(tanium)) == len(set(saved_actions(tanium))) == 3
    assert writes(tanium) == [POST] * 3
    assert notes(soar) == []


def test_action_is_found_without_the_right_to_list_saved_actions(
    tanium: SimulatorServer, soar: LocalSoar
) -> None:
    """By the action that it has issued; nor does what is waited for need that right."""
    tanium.settings.action_start_seconds = tanium.settings.action_step_seconds = 0.0
    tanium.settings.last_action_late = 1
    tanium.faults.add(lost())
    tanium.faults.add(
        Fault("status", path_contains="/saved_actions", method="GET", status=403, times=None)
    )

    found = execute(soar, destination="ws-finance-07")
    waited = execute(soar, destination="ws-finance-07", wait=True, timeout=10)

    (saved, _) = tanium.state.saved_actions.all.values()
    assert found.ok, found.message
    assert found.summary["saved_action_id"] == saved.id
    assert "found by its name" in found.message
    assert (waited.ok, waited.summary["outcome"]) == (True, "succeeded"), waited.message
    assert writes(tanium) == [POST] * 2


def test_action_on_thousands_of_computers_is_left_to_the_next_run(
    tanium: SimulatorServer, soar: LocalSoar
) -> None:
    """Their names make a long note."""
    tanium.settings.extra_endpoints = 2000
    tanium.faults.add(lost())
    tanium.faults.add(Fault("status", path_contains="/saved_actions", method="GET", status=409))

    doubtful = execute(soar)
    (path,) = notes(soar)
    length = path.stat().st_size
    continued = execute(soar)

    assert not doubtful.ok
    assert length > 100_000
    assert "continued with the same action" in continued.message
    assert continued.summary["endpoints_targeted"] == 2008
    assert writes(tanium) == [POST]


@pytest.mark.parametrize("member", ["id", "name"])
def test_answer_about_another_saved_action_is_not_taken(
    tanium: SimulatorServer, soar: LocalSoar, member: str
) -> None:
    def other(body: Any) -> Any:
        body["data"][member] = None if member == "id" else "Somebody else's"
        return body

    tanium.faults.add(lost(kind="json", value=other))

    issued = execute(soar, destination="ws-finance-07", action_name="Clean \n up")

    (saved,) = tanium.state.saved_actions.all.values()
    assert issued.ok, issued.message
    assert (issued.summary["saved_action_id"], issued.rows[0]["name"]) == (
        saved.id,
        saved.order["name"],
    )
    assert saved.order["name"].startswith("Clean up [")


def test_group_that_has_changed_in_between_is_the_same_target(
    tanium: SimulatorServer, soar: LocalSoar
) -> None:
    def changed(body: Any) -> Any:
        body["data"]["text"] += " or Computer Name starts with srv"
        return body

    tanium.faults.add(lost())
    tanium.faults.add(Fault("status", path_contains="/saved_actions", method="GET", status=409))

    doubtful = execute(soar, group_name="Servers")
    tanium.faults.add(Fault("json", path_contains="/groups/by-name", method="GET", value=changed))
    continued = execute(soar, group_name="Servers")

    assert not doubtful.ok
    assert "continued with the same action" in continued.message
    assert writes(tanium) == [POST]


def test_terminate_process_is_left_to_the_next_run(
    tanium: SimulatorServer, soar: LocalSoar
) -> None:
    """In its published form it is an action like any other."""
    package = {"action_name": "End", "action_group": EVERYBODY, "package_name": CLEAN}
    tanium.faults.add(lost())
    tanium.faults.add(Fault("status", path_contains="/saved_actions", method="GET", status=409))

    doubtful = run_on(soar, "terminate process", **package)
    continued = run_on(soar, "terminate process", **package)

    assert "Run the action again with the same parameters" in doubtful.message
    assert continued.ok, continued.message
    assert "continued with the same action" in continued.message
    assert writes(tanium) == [POST]


def test_action_that_was_not_issued_is_issued_by_the_next_run(
    tanium: SimulatorServer, soar: LocalSoar
) -> None:
    tanium.faults.add(lost(kind="reset_before"))

    doubtful = execute(soar)
    issued = execute(soar)

    assert not doubtful.ok
    assert "Tanium does not list it" in doubtful.message
    assert issued.ok
    assert len(saved_actions(tanium)) == 1
    assert "continued" not in issued.message


def test_refused_action_leaves_no_doubt(tanium: SimulatorServer, soar: LocalSoar) -> None:
    tanium.faults.add(lost(kind="status", status=400))

    refused = execute(soar)

    assert not refused.ok
    assert "may have been" not in refused.message
    assert writes(tanium) == [POST]
    assert notes(soar) == []


def test_note_of_an_action_that_has_ended_keeps_nobody(
    tanium: SimulatorServer, soar: LocalSoar
) -> None:
    tanium.faults.add(lost(kind="reset_before"))
    execute(soar)
    (path,) = notes(soar)
    note = json.loads(path.read_text(encoding="utf-8"))
    assert note.keys() == {"name", "at", "until", "computers", "is_exact"}
    assert seed.TOKEN not in path.read_text(encoding="utf-8")
    assert path.stat().st_mode & 0o777 == 0o600

    path.write_text(json.dumps({**note, "until": note["at"] - 1}), encoding="utf-8")
    tanium.log.clear()
    issued = execute(soar)

    assert issued.ok
    assert not [
        each
        for each in tanium.log
        if each.path.endswith("/saved_actions") and (each.method == "GET")
    ]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"name": 1}', "null"])
def test_damaged_note_keeps_nobody(tanium: SimulatorServer, soar: LocalSoar, text: str) -> None:
    tanium.faults.add(lost(kind="reset_before"))
    execute(soar)
    (path,) = notes(soar)
    path.write_text(text, encoding="utf-8")

    assert execute(soar).ok
    assert notes(soar) == []


def test_old_note_is_removed(tanium: SimulatorServer, soar: LocalSoar) -> None:
    tanium.faults.add(lost(kind="reset_before"))
    execute(soar)
    (path,) = notes(soar)
    os.utime(path, (0, path.stat().st_mtime - 8 * 86400))

    assert execute(soar, action_name="Another one").ok
    assert notes(soar) == []


def test_runs_side_by_side_are_two_actions(
    tanium: SimulatorServer, soar: LocalSoar, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second begins while the first one is at work; both are wanted."""
    write = Unfinished.write
    inner: list[bool] = []

    def written(self: Unfinished, note: dict[str, Any]) -> bool:
        outcome = write(self, note)
        monkeypatch.setattr(Unfinished, "write", write)
        inner.append(execute(soar).ok)
        return outcome

    monkeypatch.setattr(Unfinished, "write", written)
    outer = execute(soar)

    assert (outer.ok, inner) == (True, [True])
    assert len(set(saved_actions(tanium))) == 2
    assert notes(soar) == []


@pytest.mark.parametrize("folder", ["missing", "unnamed"])
def test_host_without_a_folder_says_what_to_do(
    tmp_path: Path, tanium: SimulatorServer, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    monkeypatch.chdir(tmp_path)  # where a SOAR without a folder leaves its state
    soar = LocalSoar(tmp_path / "other", Profile(state_folder=folder))
    soar.create_asset(ASSET, {})
    configure(soar, tanium)
    tanium.faults.add(lost(kind="reset_before"))

    doubtful = execute(soar)
    issued = execute(soar)

    assert "Check in Tanium before you run the action again." in doubtful.message
    assert "Run the action again" not in doubtful.message
    assert issued.ok, issued.message
