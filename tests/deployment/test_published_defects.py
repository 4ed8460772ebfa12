# File: test_published_defects.py
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
"""What the published app "Tanium REST" does wrong when it executes an action, one by one; its
numbers are those of the list of known defects. Others of the list are about questions.
"""

from __future__ import annotations

import json

import pytest

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tests.deployment.executing import EVERYBODY, at_once, configure, execute, sent, writes
from tests.deployment.test_issuing import POST


@pytest.fixture(autouse=True)
def _answers_at_once(tanium: SimulatorServer) -> None:
    at_once(tanium)


def test_5_separators_do_not_count(tanium: SimulatorServer, soar: LocalSoar) -> None:
    """Values are checked by their kind, and sent as text."""
    values = {"$1": "HKLM\\Software\\x", "value name": "N", "$3": "REG_DWORD", "$4": 5}
    issued = execute(soar, package_name=seed.SET_VALUE.name, package_parameters=json.dumps(values))
    wrong = execute(
        soar,
        package_name=seed.SET_VALUE.name,
        package_parameters=json.dumps({**values, "$3": "REG_QWORD"}),
    )

    assert issued.ok, issued.message
    (body,) = sent(tanium)
    assert body["package_spec"] == {
        "source_id": seed.SET_VALUE.id,
        "parameters": [
            {"key": "$1", "value": "HKLM\\Software\\x"},
            {"key": "$2", "value": "N"},
            {"key": "$3", "value": "REG_DWORD"},
            {"key": "$4", "value": "5"},
        ],
    }
    assert "'$3' (Type)" in wrong.message
    assert "REG_SZ" in wrong.message
    assert len(writes(tanium)) == 1


def test_6_names_are_encoded(soar: LocalSoar) -> None:
    issued = execute(
        soar,
        package_name=seed.SET_VALUE.name,
        package_parameters='{"$1": "k", "$2": "n", "$3": "REG_SZ", "$4": ""}',
        action_group=seed.WINDOWS_OR_SERVERS.name,
        group_name="Finance / Accounting (100%)",
    )

    assert issued.ok, issued.message
    assert issued.summary["endpoints_targeted"] == 2


def test_7_and_19_expired_session_sends_nothing_twice(
    tanium: SimulatorServer, soar: LocalSoar
) -> None:
    """Nor do digits in a text make the app log in."""
    settings = {"username": seed.ANALYST.name, "password": seed.ANALYST.password, "api_token": ""}
    configure(soar, tanium, **settings)
    assert execute(soar, dry_run=True).ok
    tanium.faults.add(Fault("expire_sessions"))
    tanium.log.clear()

    issued = execute(soar, action_name="Close ticket 401/403/404", group_name="Servers")

    assert issued.ok, issued.message
    assert writes(tanium).count(POST) == 1
    assert len(tanium.log.requests(path_contains="/session/login")) == 1


def test_8_reasons_are_told(tanium: SimulatorServer, soar: LocalSoar) -> None:
    no_package = execute(soar, package_name="Nothing")
    no_group = execute(soar, action_group="Nothing")
    configure(soar, tanium, api_token=seed.TOKEN_READER)
    no_right = execute(soar, destination="ws-finance-07")

    assert "No package exists with name 'Nothing'" in no_package.message
    assert "PackageNotFound" in no_package.message
    assert "No action group exists with name 'Nothing'" in no_group.message
    assert "'write action'" in no_right.message


def test_10_zero_seconds_are_none(tanium: SimulatorServer, soar: LocalSoar) -> None:
    issued = execute(soar, distribute_seconds=0, issue_seconds=0)
    repeated = execute(soar, distribute_seconds=60, issue_seconds=3600)
    refused = execute(soar, expire_seconds=0)

    first, second = sent(tanium)
    assert not {"distribute_seconds", "issue_seconds"} & first.keys()
    assert (second["distribute_seconds"], second["issue_seconds"]) == (60, 3600)
    assert issued.ok
    assert "again every 3600 seconds" in repeated.message
    assert "'expire_seconds' is 0" in refused.message


def test_11_no_body_or_header_is_in_the_progress(soar: LocalSoar) -> None:
    issued = execute(
        soar,
        package_name=seed.TERMINATE_PROCESS.name,
        package_parameters='{"$1": "evil.exe"}',
    )

    assert issued.ok
    assert seed.TOKEN not in json.dumps(issued.result)
    assert not any("{" in line or "evil.exe" in line for line in issued.progress)


def test_12_success_says_what_it_means(tanium: SimulatorServer, soar: LocalSoar) -> None:
    tanium.settings.require_action_approval = True

    issued = execute(soar, group_name="Servers")

    assert issued.ok
    assert "to 2 computers at present" in issued.message
    assert "waits for approval by another user" in issued.message
    assert issued.summary["approval"] == "waiting"


def test_13_number_is_the_name_of_a_group(tanium: SimulatorServer, soar: LocalSoar) -> None:
    tanium.state.computers.groups += [
        seed.Group(7001, "5", members=(seed.FINANCE.client_id,)),
        seed.Group(7002, "[x]", members=(seed.MAC.client_id,)),
    ]

    found = {
        name: execute(soar, group_name=name).rows[0]["endpoints"][0]["computer_name"]
        for name in ("5", "[x]")
    }

    assert found == {"5": seed.FINANCE.hostname, "[x]": seed.MAC.hostname}
    assert [each["target_group"]["id"] for each in sent(tanium)] == [7001, 7002]


def test_15_everybody_is_said_with_a_number(soar: LocalSoar) -> None:
    issued = execute(soar, action_group=EVERYBODY)

    assert issued.ok
    assert "to 8 computers at present" in issued.message
    assert issued.summary["endpoints_targeted"] == 8


def test_broken_definition_is_told_and_nothing_is_issued(
    tanium: SimulatorServer, soar: LocalSoar
) -> None:
    refused = execute(
        soar, package_name=seed.BROKEN_DEFINITION.name, package_parameters='{"$1": "x"}'
    )

    assert not refused.ok
    assert "parameter definition of the package" in refused.message
    assert writes(tanium) == []


def test_package_in_a_list_is_read(tanium: SimulatorServer, soar: LocalSoar) -> None:
    """The published app ends here with an error of its own."""
    tanium.settings.by_name_lists = True

    assert execute(soar).ok
