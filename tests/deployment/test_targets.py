# File: test_targets.py
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
"""Whom an action reaches: found and counted before it is issued, and shown by a dry run."""

from __future__ import annotations

from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tests.conftest import Run
from tests.deployment.executing import EVERYBODY, at_once, configure, execute, named, writes


SERVERS = {seed.WEB_SERVER.hostname, seed.DB_SERVER.hostname}
WINDOWS = (
    "{'and_flag': False, 'filters': [{'sensor': {'name': 'Is Windows'}, 'operator': 'Equal',"
    " 'value': 'True', 'not_flag': False}]}"
)


@pytest.fixture(autouse=True)
def _answers_at_once(tanium: SimulatorServer) -> None:
    at_once(tanium)


def pinned(run: Run) -> list[str]:
    """The client IDs of a target that is nothing but them."""
    group = run.rows[0]["target_group"]
    assert group.keys() == {"and_flag", "filters"}
    assert not group["and_flag"]
    for each in group["filters"]:
        assert (each["sensor"], each["operator"]) == ({"name": "Computer ID"}, "Equal")
    return [each["value"] for each in group["filters"]]


def test_dry_run_shows_everything_and_issues_nothing(
    tanium: SimulatorServer, soar: LocalSoar
) -> None:
    shown = execute(
        soar,
        package_name=seed.TERMINATE_PROCESS.name,
        package_parameters='{"Process Name": "evil.exe"}',
        destination="WS-Finance-07, ws-finance-12",
        distribute_seconds=60,
        dry_run=True,
    )

    assert shown.ok, shown.message
    assert writes(tanium) == []
    (row,) = shown.rows
    assert row["command_line"] == 'cmd.exe /d /c taskkill.exe /f /im "evil.exe"'
    assert row["parameters"] == [{"key": "$1", "label": "Process Name", "value": "evil.exe"}]
    assert row["package_spec"]["name"] == seed.TERMINATE_PROCESS.name
    assert row["package_spec"]["parameters"] == [{"key": "$1", "value": "evil.exe"}]
    assert (row["expire_seconds"], row["distribute_seconds"]) == (600, 60)
    assert pinned(shown) == [seed.FINANCE.client_id, seed.FINANCE_12.client_id]
    assert row["endpoints"][0] == {
        "computer_name": seed.FINANCE.hostname,
        "computer_id": seed.FINANCE.client_id,
        "platform": "Windows",
        "online": True,
    }
    assert shown.summary["endpoints_targeted"] == 2
    assert (shown.summary["dry_run"], row["dry_run"]) == (True, True)
    for part in ("Dry run: nothing was issued", "2 computers", "ws-finance-12", "evil.exe"):
        assert part in shown.message


def test_names_are_shown_up_to_a_limit(tanium: SimulatorServer, soar: LocalSoar) -> None:
    tanium.settings.extra_endpoints = 150

    shown = execute(soar, dry_run=True)

    assert shown.summary["endpoints_targeted"] == 158
    assert len(shown.rows[0]["endpoints"]) == 100
    assert shown.message.count("pc-000") < 100
    assert "and 58 more" in shown.message


@pytest.mark.parametrize(
    ("group", "action_group", "found"),
    [
        ("Servers", EVERYBODY, SERVERS),
        ("Ring 1", "Windows / Servers (any)", {"ws-finance-07", "srv-web-01"}),
        ("Ring 1", "Finance and Windows", {"ws-finance-07"}),
        (WINDOWS, "Finance", {"ws-finance-07", "ws-finance-12"}),
        ("Finance / Accounting (100%)", EVERYBODY, {"ws-finance-07", "ws-finance-12"}),
        (None, "Finance", {"ws-finance-07", "ws-finance-12"}),
    ],
)
def test_targets_are_in_the_group_and_in_the_action_group(
    soar: LocalSoar, group: Any, action_group: str, found: set[str]
) -> None:
    shown = execute(soar, group_name=group, action_group=action_group, dry_run=True)

    assert (shown.ok, named(shown)) == (True, found), shown.message
    assert f"{len(found)} computer" in shown.message


def test_stale_duplicate_is_told_apart_by_its_client_id(soar: LocalSoar) -> None:
    newest = execute(soar, destination="kiosk-lobby", dry_run=True)
    chosen = execute(
        soar,
        destination=f"{seed.KIOSK_OLD.client_id},{seed.FINANCE.client_id}",
        destination_type="client_id",
        dry_run=True,
    )

    assert pinned(newest) == [seed.KIOSK_NEWEST.client_id]
    assert "3 endpoints match 'kiosk-lobby'" in newest.message
    assert pinned(chosen) == [seed.KIOSK_OLD.client_id, seed.FINANCE.client_id]


def test_eid_is_pinned_by_the_client_id(soar: LocalSoar) -> None:
    """The API gateway tells which it is, by a name that may have the domain, unlike results."""
    eids = ",".join(str(seed.endpoint_id(each)) for each in (seed.FINANCE, seed.OFFLINE))

    shown = execute(soar, destination=eids, destination_type="eid", dry_run=True)
    unknown = execute(soar, destination="9", destination_type="eid")

    assert "no endpoint with eid '9'" in unknown.message
    assert pinned(shown) == [seed.FINANCE.client_id, seed.OFFLINE.client_id]
    assert shown.rows[0]["endpoints"][0]["platform"] == "Windows"
    assert shown.rows[0]["endpoints"][0]["online"] is None


def test_server_without_the_look_up_of_endpoints(
    tanium: SimulatorServer, soar: LocalSoar, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The API gateway tells, and without one a question."""
    monkeypatch.setattr("tanium_tr.deployment.waiting.FIRST_INTERVAL", 0.05)
    tanium.settings.action_start_seconds = tanium.settings.action_step_seconds = 0.0
    lookups = Fault("status", path_contains="/dec/v1/", status=404, times=None)
    tanium.faults.add(lookups)
    stored = execute(soar, destination="WS-Finance-07,kiosk-lobby", wait=True, timeout=10)
    once = lookups.applied
    tanium.faults.add(Fault("status", path_contains="/graphql", status=404, times=None))
    asked = execute(soar, destination=seed.FINANCE.ip, destination_type="ip_address", dry_run=True)
    offline = execute(soar, destination="ws-offline-09", dry_run=True)
    eid = execute(soar, destination="8", destination_type="eid", dry_run=True)

    assert stored.ok, stored.message
    assert {each["computer_id"] for each in stored.rows[0]["endpoints"]} == {
        seed.FINANCE.client_id,
        seed.KIOSK_NEWEST.client_id,
    }
    assert "3 endpoints match 'kiosk-lobby'" in stored.message
    assert once == 1, "what a server lacks is asked for once"
    assert pinned(asked) == [seed.FINANCE.client_id]
    assert "only endpoints that are online can be found" in offline.message
    assert not eid.ok
    assert "cannot be found by their eid" in eid.message


def test_offline_computer_is_said(soar: LocalSoar) -> None:
    everybody = execute(soar, destination="ws-offline-09", dry_run=True)
    finance = execute(
        soar, destination="ws-offline-09,ws-finance-07", action_group="Finance", dry_run=True
    )

    assert everybody.ok
    assert everybody.rows[0]["endpoints"][0]["online"] is False
    assert "Offline: ws-offline-09." in everybody.message
    assert "not known whether the action group 'Finance' contains them" in finance.message


@pytest.mark.parametrize(
    ("parameters", "explanation"),
    [
        ({"action_group": "Default"}, "'Default' contains no computers"),
        ({"group_name": "77", "action_group": "Finance"}, "would reach nobody"),
        (
            {"destination": "srv-web-01,ws-finance-07", "action_group": "Finance"},
            "would not reach srv-web-01",
        ),
        ({"destination": "nobody-here"}, "no endpoint with hostname 'nobody-here'"),
        ({"destination": "ws-finance-07", "group_name": "Servers"}, "not both"),
        ({"destination": ","}, "'destination' holds no value"),
        ({"destination": []}, "'destination' holds no value"),
        ({"group_name": "{}"}, "a group without conditions"),
        ({"group_name": '{"sub_groups": [{"sub_groups": [{}]}]}'}, "a group without conditions"),
        ({"group_name": "5"}, "No group exists with name '5'"),
        ({"group_name": "[x]"}, "No group exists with name '[x]'"),
        ({"group_name": "{'a': __import__('os')}"}, "'group_name' is not valid JSON"),
        ({"max_targets": 7}, "reach 8 computers, but the parameter 'max_targets' allows 7"),
        ({"destination": "ws-finance-07,ws-finance-12", "max_targets": 1}, "allows 1"),
    ],
)
def test_wrong_targets_are_refused_before_anything_is_issued(
    tanium: SimulatorServer, soar: LocalSoar, parameters: dict[str, Any], explanation: str
) -> None:
    refused = execute(soar, **parameters)

    assert not refused.ok
    assert explanation in refused.message
    assert writes(tanium) == []


def test_no_parameter_exceeds_the_limit_of_the_asset(
    tanium: SimulatorServer, soar: LocalSoar
) -> None:
    configure(soar, tanium, max_targets=2)

    refused = execute(soar, max_targets=100)
    lower = execute(soar, group_name="Servers", max_targets=1)
    allowed = execute(soar, group_name="Servers", max_targets=100, dry_run=True)

    assert "asset setting 'max_targets' allows 2" in refused.message
    assert "parameter 'max_targets' allows 1" in lower.message
    assert writes(tanium) == []
    assert allowed.ok
    assert set(pinned(allowed)) == {seed.WEB_SERVER.client_id, seed.DB_SERVER.client_id}
    assert "limited to the computers that are online now" in allowed.message


def test_rights_that_hide_computers_are_told(tanium: SimulatorServer, soar: LocalSoar) -> None:
    configure(soar, tanium, api_token=seed.TOKEN_FINANCE)
    some = execute(soar, dry_run=True)
    configure(soar, tanium, api_token=seed.TOKEN_NO_COMPUTERS)
    nobody = execute(soar)

    assert named(some) == {"ws-finance-07", "ws-finance-12"}
    assert "hide the answers of 6 endpoints" in some.message
    assert not nobody.ok
    assert "hide all of these answers" in nobody.message


@pytest.mark.parametrize(("silent", "found"), [(0.0, 8), (0.5, 4), (1.0, 0)])
def test_count_that_does_not_end_is_said(
    tanium: SimulatorServer,
    soar: LocalSoar,
    monkeypatch: pytest.MonkeyPatch,
    silent: float,
    found: int,
) -> None:
    """Also for an asset that is content with any percentage of answers."""
    monkeypatch.setattr("tanium_tr.deployment.targets.COUNTING_SECONDS", 1.5)
    configure(soar, tanium, results_percentage=0)
    tanium.settings.answer_seconds, tanium.settings.silent_share = 0.2, silent

    shown = execute(soar, dry_run=True)

    assert shown.ok is bool(found), shown.message
    assert ("of 8 endpoints answered" in shown.message) is bool(silent)
    if found:
        assert shown.summary["endpoints_targeted"] == found
    else:
        assert "It is not known whom the action would reach" in shown.message


def test_another_question_is_not_taken_for_the_targets(
    tanium: SimulatorServer, soar: LocalSoar
) -> None:
    """A sensor that Tanium does not know makes it ask for the number of machines."""
    sensors = tanium.state.sensors
    sensors.all = [each for each in sensors.all if each.name != "Computer ID"]

    counted = execute(soar)
    pinned_ones = execute(soar, destination="ws-finance-07", action_group="Finance")

    assert "asked another question" in counted.message
    assert "asked another question" in pinned_ones.message
    assert writes(tanium) == []
