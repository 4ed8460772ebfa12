# File: test_quick_add.py
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
"""Hashes, addresses and domains become intel, in one action."""

from __future__ import annotations

import json
from typing import Callable

import pytest

from dev.simulator import seed
from dev.simulator.faults import Fault, Reply
from dev.simulator.server import SimulatorServer
from tests.actions.conftest import THREAT_RESPONSE, asked
from tests.conftest import RunAction


MD5, SHA256 = "0" * 31 + "A", "0" * 63 + "B"
HASHES, NETWORK = "Campaign (file hashes)", "Campaign (network indicators)"
EVERYTHING = {
    "name": "Campaign",
    "values": f"{MD5}, 198.51.100.7\r\nbad.example,\n2001:db8::1\n{SHA256},BAD.example.,{MD5}",
    "label_id": 3,
    "deploy": True,
    "computer_group_name": seed.RING_ONE.name,
}
ONE = {"name": "Campaign", "values": "bad.example"}


def writes(tanium: SimulatorServer) -> list[str]:
    return [each for each in asked(tanium) if not each.startswith("GET")]


def spoiled(edit: Callable[[bytes], bytes]) -> Fault:
    """Another document than the one that quick add makes of addresses and names."""

    def changed(reply: Reply) -> Reply:
        headers = [each for each in reply.headers if each[0].lower() != "content-length"]
        return reply._replace(headers=headers, chunks=[edit(reply.body())])

    return Fault("edit", path_contains="quick-add", body_contains=b"Network", value=changed)


def test_quick_add_stores_labels_deploys_and_scans(tanium: SimulatorServer, run: RunAction) -> None:
    added = run("quick add intel", **EVERYTHING)

    assert added.ok, added.message
    assert asked(tanium) == [
        "GET /labels/3",
        "GET /api/v2/groups/by-name/Ring%201",
        *["POST /intels/quick-add"] * 2,
        *["POST /intels"] * 2,
        *("PUT /intels/506/labels", "PUT /intels/507/labels"),
        *("GET /intel/status", "POST /intel/deploy"),
        *["POST /on-demand-scans"] * 2,
    ]
    made = [json.loads(each.body or b"") for each in tanium.log.requests(path_contains="quick-add")]
    assert made == [
        {"exact": True, "name": HASHES, "type": "File Hashes", "text": f"{MD5}\n{SHA256}"},
        {
            "exact": True,
            "name": NETWORK,
            "type": "Network Indicators",
            "text": "198.51.100.7\nbad.example\n2001:db8::1",
        },
    ]
    stored = [tanium.state.intel.get(number) for number in (506, 507)]
    scans, task_id = tanium.state.scans.all, added.rows[0]["deploy_task_id"]
    assert isinstance(task_id, int)
    assert added.rows == [
        {
            **document,
            "indicator_type": body["type"],
            "indicators": body["text"].split("\n"),
            "is_new": True,
            "deploy_task_id": task_id,
            "scan_id": scan["id"],
            "scan_deploy_task_id": task_id + number,
            "computer_group_name": seed.RING_ONE.name,
        }
        for number, (document, body, scan) in enumerate(zip(stored, made, scans), 1)
    ]
    assert [(row["name"], row["labelIds"]) for row in added.rows] == [(HASHES, [3]), (NETWORK, [3])]
    assert added.summary == {"intel_doc_count": 2, "new_intel_doc_count": 2, "indicator_count": 5}
    assert added.message == (
        "Intel documents added: 2, already in Tanium: 0. Done:"
        f" adding label 3 to '{HASHES}', adding label 3 to '{NETWORK}',"
        " starting the deployment of intel,"
        f" starting a quick scan of 'Ring 1' for '{HASHES}',"
        f" starting a quick scan of 'Ring 1' for '{NETWORK}'"
    )

    tanium.log.clear()
    again = run("quick add intel", name="Campaign", values=[MD5, "BAD.example"], skip_existing=True)

    assert writes(tanium) == []
    assert again.message == "Intel documents added: 0, already in Tanium: 2"
    assert [(row["id"], row["is_new"]) for row in again.rows] == [(506, False), (507, False)]
    # A value more makes a document of its own.
    more = run(
        "quick add intel", name=NETWORK, values="bad.example,new.example", skip_existing=True
    )
    assert [(row["id"], row["is_new"]) for row in more.rows] == [(508, True)]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {"values": f"good.example,http://bad.example/x,{MD5}0\n10.0.0.0/8,1.2.3.999,bücher.de"},
            f"5 refused values ('http://bad.example/x', '{MD5}0', '10.0.0.0/8', '1.2.3.999',"
            " 'bücher.de')",
        ),
        ({"values": ", \n ,"}, "Parameter 'values' holds no value"),
        ({"values": "\n".join("a b" for _ in range(25))}, "25 refused values"),
        ({"name": "one\ntwo"}, "Parameter 'name' is 'one two': use one line"),
    ],
)
def test_quick_add_refuses_before_any_request(
    tanium: SimulatorServer, run: RunAction, parameters: dict[str, str], message: str
) -> None:
    failed = run("quick add intel", **{**ONE, **parameters})

    assert not failed.ok
    assert message in failed.message
    assert asked(tanium) == []


def test_quick_add_stores_nothing_if_anything_is_refused_first(
    tanium: SimulatorServer, run: RunAction
) -> None:
    stored = dict(tanium.state.intel.all)
    # One value of the second list is not in what Tanium makes of it.
    shorten = spoiled(lambda body: body.replace(b"bad.example", b"other.example"))
    cut = spoiled(lambda body: body[:-10])
    login = Fault("html_login", path_contains="quick-add")
    for fault, parameters, message in (
        (None, {"label_id": 99}, "Label 99 does not exist: "),
        (None, {"computer_group_name": "Nobody"}, "no computer group 'Nobody'"),
        (shorten, {}, "left out 1 refused value ('bad.example'). Nothing was added."),
        (cut, {}, "its answer is not an OpenIOC document"),
        (login, {}, "its answer is not an OpenIOC document. Check that base_url"),
    ):
        if fault:
            tanium.faults.add(fault)
        failed = run("quick add intel", **{**EVERYTHING, **parameters})
        assert not failed.ok
        assert message in failed.message
    assert {*writes(tanium)} == {"POST /intels/quick-add"}
    assert tanium.state.intel.all == stored


def test_quick_add_says_what_was_done_before_a_failure(
    tanium: SimulatorServer, run: RunAction
) -> None:
    tanium.faults.add(Fault("status", path_contains="/507/labels", status=403))

    failed = run("quick add intel", **EVERYTHING)

    assert not failed.ok
    assert (
        f"Done: storing '{HASHES}', storing '{NETWORK}', adding label 3 to '{HASHES}'."
        f" Failed: adding label 3 to '{NETWORK}': Tanium answered HTTP 403" in failed.message
    )
    assert (
        f"Not tried: starting the deployment of intel, starting a quick scan of 'Ring 1' for"
        f" '{HASHES}', starting a quick scan of 'Ring 1' for '{NETWORK}'." in failed.message
    )
    assert [(row["id"], row["labelIds"]) for row in failed.rows] == [(506, [3]), (507, [])]
    assert failed.summary["new_intel_doc_count"] == 2
    assert tanium.state.scans.all == []

    continued = run("quick add intel", **EVERYTHING, skip_existing=True)

    assert continued.ok, continued.message
    assert [(row["id"], row["labelIds"]) for row in continued.rows] == [(506, [3]), (507, [3])]
    assert len(tanium.state.scans.all) == 2


def test_quick_add_looks_for_what_an_answer_was_lost_of(
    tanium: SimulatorServer, run: RunAction
) -> None:
    lost = [
        Fault("reset_after", "POST", path_contains=f"{THREAT_RESPONSE}/intels", after=1),
        Fault("reset_after", "PUT", path_contains="/labels"),
        Fault("reset_after", "POST", path_contains="/intel/deploy"),
        Fault("reset_after", "POST", path_contains="/on-demand-scans"),
    ]
    for fault in lost:
        tanium.faults.add(fault)

    failed = run("quick add intel", **{**EVERYTHING, **ONE})

    # Tanium has no list of scans to look into.
    assert not failed.ok
    assert "Failed: starting a quick scan of 'Ring 1' for 'Campaign'" in failed.message
    assert "may have been applied anyway" in failed.message
    assert [fault.applied for fault in lost] == [1, 1, 1, 1]
    assert writes(tanium) == [
        *("POST /intels/quick-add", "POST /intels", "PUT /intels/506/labels"),
        *("POST /intel/deploy", "POST /on-demand-scans"),
    ]
    (row,) = failed.rows
    assert (row["id"], row["labelIds"], row["deploy_task_id"]) == (506, [3], None)


def test_quick_add_is_not_sure_of_what_it_does_not_find(
    tanium: SimulatorServer, run: RunAction
) -> None:
    tanium.faults.add(Fault("status", path_contains="/intels", after=1, status=502))

    failed = run("quick add intel", **ONE)

    assert not failed.ok
    assert "may have been applied anyway" in failed.message
    assert writes(tanium) == ["POST /intels/quick-add", "POST /intels"]
    assert failed.rows == []


def test_quick_add_on_servers_of_the_specified_dialect(
    tanium: SimulatorServer, run: RunAction
) -> None:
    tanium.settings.dialect = "specified"
    added = run("quick add intel", **EVERYTHING)

    assert added.ok, added.message
    assert [(row["id"], row["labelIds"]) for row in added.rows] == [(506, [3]), (507, [3])]
    assert "<Content type" in tanium.state.intel.get(507)["contents"]

    tanium.settings.without_unspecified = True
    tanium.log.clear()
    failed = run("quick add intel", **ONE)

    assert not failed.ok
    assert "no quick add: use upload intel doc with an OpenIOC document" in failed.message
    assert asked(tanium) == ["POST /intels/quick-add"]
