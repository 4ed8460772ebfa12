# File: test_quarantine.py
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
"""Quarantine and release by actions: packages, values, proof, and what is not known."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from dev.simulator.times import iso
from dev.soar.runtime import LocalSoar
from tests.conftest import Run
from tests.containment.containing import bodies, of, quarantine, quickly, release, values_sent
from tests.deployment.executing import configure, writes


FINANCE = seed.FINANCE.hostname
THREE = "ws-finance-07, srv-web-01, mac-design-03"
SENSOR = {"quarantine_sensor": seed.ISOLATION.name, "quarantined_value": "Isolated"}


@pytest.fixture(autouse=True)
def _quickly(tanium: SimulatorServer, monkeypatch: pytest.MonkeyPatch) -> None:
    quickly(tanium)
    monkeypatch.setattr("tanium_tr.deployment.waiting.FIRST_INTERVAL", 0.05)


def isolated(tanium: SimulatorServer) -> set[str]:
    tanium.state.actions.settle()
    return {each.hostname for each in tanium.state.computers.hosts if each.quarantined}


def test_each_operating_system_has_its_package_and_its_values(
    tanium: SimulatorServer, soar: LocalSoar
) -> None:
    """Keys come from the definitions; what no package knows by that name is said."""
    done = quarantine(soar, THREE, message="Call 112", allow_dns="no")

    assert done.ok, done.message
    assert isolated(tanium) == {FINANCE, "srv-web-01", "mac-design-03"}
    linux, mac, windows = values_sent(tanium)
    assert windows == {
        "$1": "1",
        "$2": "1",
        "$3": "0",
        "$4": "1",
        "$5": "1",
        "$6": "Call 112",
        **dict.fromkeys(("$7", "$8", "$9"), ""),
    }
    assert mac == {"$1": "1", "$2": "0", "$3": "", "$4": "Call 112"}
    assert linux == {"$1": "1", "$2": "0", "$3": ""}
    assert "'Apply Linux IPTables Quarantine' has no parameter for 'message'" in done.message
    assert "(Apply Custom Config) is turned on" in done.message
    proofs = {each["platform"]: (each["status"], each["verified"]) for each in done.rows}
    assert proofs == {
        "Windows": ("Verified", True),
        "Mac": ("Completed", False),
        "Linux": ("Succeeded", False),
    }
    assert "no verification" in of(done, "srv-web-01")["reason"]
    assert done.message.startswith("3 of 3 endpoints quarantined (1 verified).")
    for body in bodies(tanium, "/saved_actions"):
        assert {each["sensor"]["name"] for each in body["target_group"]["filters"]} == {
            "Computer ID"
        }
    assert [len(body["target_group"]["filters"]) for body in bodies(tanium, "/saved_actions")] == [
        *(1, 1, 1),
    ]
    actions = {row["action_id"]: row for row in done.rows}
    assert {tanium.state.actions.all[each].package.source_id for each in actions} == {
        *(seed.APPLY_WINDOWS.id, seed.APPLY_MAC.id, seed.APPLY_LINUX.id),
    }

    released = release(soar, THREE)

    assert released.ok, released.message
    assert isolated(tanium) == set()
    assert (released.summary["endpoints_succeeded"], released.summary["endpoints_verified"]) == (
        *(3, 0),
    )


def test_dry_run_is_a_preview(tanium: SimulatorServer, soar: LocalSoar) -> None:
    shown = quarantine(soar, THREE, message="Hello", dry_run=True)

    assert shown.ok, shown.message
    assert writes(tanium) == []
    assert (shown.summary["dry_run"], shown.summary["endpoints_targeted"]) == (True, 3)
    row = of(shown, FINANCE)
    assert row["command_line"].endswith('"0" "1" "1" "1" "1" "Hello" "" "" ""')
    assert {"key": "$6", "label": "Notification Message", "value": "Hello"} in row["parameters"]
    assert "'Apply Mac PF Quarantine' would run on mac-design-03." in shown.message


def test_expiry_is_a_time(tanium: SimulatorServer, soar: LocalSoar) -> None:
    """By default that of the package."""
    until = iso(time.time() + 90)
    assert quarantine(soar, FINANCE, expiration_time=until, wait=False).ok
    assert quarantine(soar, FINANCE, wait=False).ok

    first, second = (body["expire_seconds"] for body in bodies(tanium, "/saved_actions"))
    assert 85 <= first <= 90
    assert second == seed.APPLY_WINDOWS.expire_seconds


def test_without_wait_it_is_issued_and_not_known(tanium: SimulatorServer, soar: LocalSoar) -> None:
    issued = quarantine(soar, FINANCE, wait=False)

    assert issued.ok, issued.message
    (row,) = issued.rows
    assert (row["outcome"], row["verified"], row["success"]) == ("running", False, False)
    assert f"action_id {row['action_id']}" in row["next_step"]
    assert row["action_id"] in tanium.state.actions.all
    assert "did not wait for the result" in issued.message
    assert "quarantined" not in issued.message


@pytest.mark.parametrize(
    ("given", "reported"),
    [
        ({"destination": "nobody-01"}, "knows no endpoint"),
        ({"destination": " , "}, "destination"),
        ({"expiration_time": "3600"}, "which has passed"),
        ({"package_parameters": '{"Nonsense": 1}'}, "takes '$1' (Apply Custom Config)"),
        ({"package_parameters": '{"Allow All DNS": "maybe"}'}, "use 1 or 0"),
        ({"package_parameters": '{"$3": 0}', "allow_dns": "yes"}, "use one of them"),
        ({"windows_package": "Clean Client Cache", "allow_dns": "no"}, "takes no parameters"),
        ({"windows_package": "Nothing"}, "Nothing"),
        ({"destination": THREE, "package_parameters": '{"$1": 1}'}, "for one package"),
        ({"destination": THREE, "vpn_servers": "10.0.0.9"}, "'vpn_servers' does not fit"),
        ({"destination": THREE, "max_targets": 2}, "allows 2"),
        ({"action_group": "Default"}, "contains no computers"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_issued(
    tanium: SimulatorServer, soar: LocalSoar, given: dict[str, Any], reported: str
) -> None:
    refused = quarantine(soar, **{"destination": FINANCE, **given})

    assert not refused.ok
    assert reported in refused.message
    assert writes(tanium) == []


def test_other_operating_system_is_refused(tanium: SimulatorServer, soar: LocalSoar) -> None:
    solaris = seed.Host("sol-01", "3104470001", "10.30.0.99", "Solaris")
    tanium.state.computers.hosts.append(solaris)

    refused = quarantine(soar, f"{FINANCE}, sol-01")

    assert (refused.ok, writes(tanium)) == (False, [])
    assert "'sol-01' is 'Solaris'" in refused.message


def test_linux_by_its_own_name(tanium: SimulatorServer, soar: LocalSoar) -> None:
    """As a question tells it, where a server has neither the look-up nor a gateway."""
    red_hat = seed.Host("rh-01", "3104470002", "10.30.0.98", "Red Hat Enterprise Linux 9.4")
    tanium.state.computers.hosts.append(red_hat)

    reported = quarantine(soar, "rh-01", dry_run=True)

    assert reported.ok, reported.message
    assert reported.rows[0]["package_name"] == seed.APPLY_LINUX.name


def test_one_of_several_fails(tanium: SimulatorServer, soar: LocalSoar) -> None:
    """The others are contained, and the action fails with the name of that one."""
    tanium.state.actions.scripts = {seed.WEB_SERVER.client_id: ["NotSucceeded."]}

    done = quarantine(soar, f"{FINANCE}, srv-web-01")

    assert not done.ok
    assert "1 of 2 endpoints quarantined (1 verified). Failed: srv-web-01 (NotSucceeded)." in (
        done.message
    )
    row = of(done, "srv-web-01")
    assert (row["outcome"], row["verified"], row["final"]) == ("failed", False, True)
    assert f"{row['reason']} {row['next_step']}" in done.message
    assert row["reason"].endswith("means failure.")
    assert of(done, FINANCE)["verified"] is True


@pytest.mark.parametrize("kind", ["silent", "undone"])
def test_quarantine_that_cuts_off_is_unknown(
    tanium: SimulatorServer, soar: LocalSoar, kind: str
) -> None:
    """Neither done nor failed, with what to do next; one that comes back tells it itself."""
    tanium.settings.quarantined_endpoint = kind
    tanium.settings.quarantine_undone_seconds = 600

    done = quarantine(soar, FINANCE, timeout=1)

    assert not done.ok
    (row,) = done.rows
    assert (row["outcome"], row["verified"], row["final"]) == ("unknown", False, False)
    assert "no longer answers Tanium" in row["reason"]
    assert "Do not assume that it is quarantined, or that it is not" in row["next_step"]
    assert row["next_step"] in done.message
    assert done.message.startswith("0 of 1 endpoint quarantined. Unknown: ws-finance-07 (Running).")
    assert done.summary["endpoints_unknown"] == 1


@pytest.mark.parametrize(("act", "done_word"), [(quarantine, "quarantined"), (release, "released")])
def test_outcome_that_may_not_be_read_is_unknown_and_nobody_is_said_to_be_cut_off(
    tanium: SimulatorServer, soar: LocalSoar, act: Callable[..., Run], done_word: str
) -> None:
    for path, after in (("/api/v2/actions/", 0), ("/dec/v1/endpoints", 1)):
        tanium.faults.add(
            Fault("status", "GET", path_contains=path, status=403, times=None, after=after)
        )

    done = act(soar, FINANCE)

    assert not done.ok
    (row,) = done.rows
    assert (row["outcome"], row["final"], done.summary["outcome"]) == ("unknown", False, "unknown")
    assert done.message.startswith(f"0 of 1 endpoint {done_word}. Unknown: ws-finance-07. Action ")
    assert "cannot be read: Tanium answered HTTP 403 to GET /api/v2/actions/" in row["reason"]
    assert "'read action'" in row["reason"]
    assert ("Whether the endpoint still answers Tanium cannot be read" in row["reason"]) is (
        act is quarantine
    )
    assert "no longer answers" not in done.message
    assert len(writes(tanium)) == 1


def test_offline_endpoint_is_unknown(soar: LocalSoar) -> None:
    done = quarantine(soar, f"{FINANCE}, {seed.OFFLINE.hostname}", timeout=1)

    assert not done.ok
    row = of(done, seed.OFFLINE.hostname)
    assert (row["outcome"], row["online"]) == ("unknown", False)
    assert "offline before" in row["reason"]
    assert of(done, FINANCE)["success"] is True


def test_action_that_waits_for_approval_says_whose_turn_it_is(
    tanium: SimulatorServer, soar: LocalSoar
) -> None:
    tanium.settings.require_action_approval = True

    done = quarantine(soar, FINANCE, timeout=1)

    (row,) = done.rows
    assert (done.ok, row["outcome"], done.summary["approval"]) == (False, "running", "waiting")
    assert f"approve saved action {row['saved_action_id']}" in row["next_step"]


def test_sensor_of_the_customer_tells_who_is_left_alone(
    tanium: SimulatorServer, soar: LocalSoar
) -> None:
    """One is quarantined already; the other is, and the sensor proves it, without a verify group;
    and the same the other way round.
    """
    configure(soar, tanium, **SENSOR)
    tanium.state.computers.change(seed.FINANCE.client_id, quarantined=True)

    done = quarantine(soar, f"{FINANCE}, srv-web-01")
    issued = len(tanium.state.saved_actions.all)
    again = quarantine(soar, f"{FINANCE}, srv-web-01", dry_run=True)
    left = quarantine(soar, f"{FINANCE}, srv-web-01", wait=False)
    released = release(soar, f"{FINANCE}, ws-finance-12")

    assert done.ok, done.message
    assert "because they are quarantined already: ws-finance-07." in done.message
    assert of(done, FINANCE)["left_alone"] is True
    assert of(done, FINANCE)["action_id"] is None
    assert of(done, "srv-web-01")["verified"] is True
    assert of(done, "srv-web-01")["reason"] == (
        "Sensor 'Custom Isolation Check' answers 'isolated'."
    )
    assert issued == 1
    assert again.summary["endpoints_left_alone"] == 2
    assert [row["dry_run"] for row in again.rows] == [True, True]
    assert left.message.startswith("2 of 2 endpoints quarantined (2 verified). Left as they were")
    assert released.ok, released.message
    assert of(released, "ws-finance-12")["left_alone"] is True
    assert of(released, FINANCE)["verified"] is True
    assert len(tanium.state.saved_actions.all) == 2


def test_sensor_that_says_otherwise_takes_the_success_away(
    tanium: SimulatorServer, soar: LocalSoar
) -> None:
    configure(soar, tanium, **SENSOR)
    tanium.state.actions.scripts = {seed.FINANCE.client_id: ["Verified."]}

    done = quarantine(soar, FINANCE)

    (row,) = done.rows
    assert (done.ok, row["status"], row["outcome"]) == (False, "Verified", "unknown")
    assert "'not isolated'. Tanium reports otherwise" in row["reason"]


def test_sensor_setting_that_is_half_is_refused(tanium: SimulatorServer, soar: LocalSoar) -> None:
    configure(soar, tanium, quarantine_sensor=seed.ISOLATION.name)

    refused = quarantine(soar, FINANCE)

    assert (refused.ok, writes(tanium)) == (False, [])
    assert "'quarantined_value' is empty" in refused.message


def test_sensor_that_cannot_be_asked_keeps_nothing_from_being_done(
    tanium: SimulatorServer, soar: LocalSoar
) -> None:
    """What the word proves is proved; who is quarantined already is not known."""
    configure(soar, tanium, **SENSOR)
    tanium.faults.add(Fault("status", path_contains="/questions", status=403, times=None))

    done = quarantine(soar, FINANCE)

    assert done.ok, done.message
    assert (done.rows[0]["verified"], done.rows[0]["left_alone"]) == (True, False)
    assert "sensor could not be asked: Tanium answered HTTP 403" in done.message
    assert "lacks the permission" not in done.message


def test_two_endpoints_of_one_name_are_told_apart(tanium: SimulatorServer, soar: LocalSoar) -> None:
    """By client ID where they are reached; where Tanium's words differ, by nobody."""
    both = f"{seed.KIOSK_NEWEST.client_id}, {seed.KIOSK_OLD.client_id}"
    tanium.state.actions.scripts = {seed.KIOSK_NEWEST.client_id: ["Verified."]}
    tanium.state.actions.scripts[seed.KIOSK_OLD.client_id] = ["Failed."]

    by_name = quarantine(soar, "kiosk-lobby", dry_run=True)
    done = quarantine(soar, both, destination_type="client_id", timeout=1)

    assert [row["computer_id"] for row in by_name.rows] == [seed.KIOSK_NEWEST.client_id]
    assert not done.ok
    assert {row["outcome"] for row in done.rows} == {"unknown"}
    assert "Several endpoints have this name" in done.message
    assert all("check on the network" in row["next_step"] for row in done.rows)


def test_values_that_the_package_ignores_are_said(soar: LocalSoar) -> None:
    """It has them only with its check box for a custom configuration."""
    off = '{"Apply Custom Config": "0"}'

    warned = quarantine(soar, FINANCE, allow_dns="no", package_parameters=off, dry_run=True)
    meant = quarantine(soar, FINANCE, package_parameters='{"$3": "0"}', dry_run=True)

    assert "'$1' (Apply Custom Config) is off: the package ignores '$3' (Allow All DNS)" in (
        warned.message
    )
    assert "'$1' (Apply Custom Config) is turned on" in meant.message


def test_values_that_may_close_the_way_back_are_said(soar: LocalSoar) -> None:
    warned = quarantine(soar, FINANCE, allow_tanium_servers="no", dry_run=True)

    assert "cannot be released through Tanium" in warned.message
    assert json.dumps(warned.rows).count('"label": "Allow All Tanium Servers", "value": "0"') == 1
