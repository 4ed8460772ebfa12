# File: test_intel.py
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
"""Intel documents, and quick scans of computer groups."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tests.actions.conftest import THREAT_RESPONSE
from tests.conftest import RunAction


YARA = 'rule example { strings: $a = "Grüße, {}" condition: $a }'
IOC = (
    '<ioc xmlns="http://schemas.mandiant.com/2010/ioc"'
    ' id="0a0b"><short_description>Example</short_description></ioc>'
)


def put_into_vault(soar: LocalSoar, name: str, content: bytes) -> str:
    with soar.active():
        from phantom.vault import Vault

        # The container exists from the first run on.
        added: dict[str, Any] = Vault.create_attachment(content, 1, file_name=name)
    assert added["succeeded"], added
    return str(added["vault_id"])


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [("rule.yara", YARA, "yara"), ("hunt.IOC", IOC, "openioc"), ("a.b.stix", IOC, "stix")],
)
@pytest.mark.parametrize("envelope", [True, False])
def test_upload_intel_doc_from_text(
    tanium: SimulatorServer, run: RunAction, name: str, text: str, kind: str, envelope: bool
) -> None:
    tanium.settings.intel_envelope = envelope

    uploaded = run("upload intel doc", intel_doc=text, file_name=name)

    (request,) = tanium.log
    assert (request.method, request.path, request.query) == (
        "POST",
        f"{THREAT_RESPONSE}/intels",
        "",
    )
    assert request.body == text.encode()
    assert request.headers["Content-Disposition"] == f"attachment; filename={name}"
    assert request.headers["Content-Type"] == "application/octet-stream"
    assert (uploaded.ok, uploaded.message, uploaded.summary) == (
        True,
        "Uploaded intel document to Tanium Threat Response",
        {},
    )
    (row,) = uploaded.rows
    document = tanium.state.intel.all[row["id"]]
    assert row == {**document, "data": document}
    assert (document["type"], document["revisionId"]) == (kind, 1)


def test_upload_intel_doc_again_is_a_new_revision(run: RunAction) -> None:
    one, two = (run("upload intel doc", intel_doc=YARA, file_name="rule.yara") for _ in range(2))

    assert (one.rows[0]["id"], one.rows[0]["revisionId"] + 1) == (
        two.rows[0]["id"],
        two.rows[0]["revisionId"],
    )


@pytest.mark.parametrize(
    "name",
    [
        "Grüße & mehr.yara",
        'quo"te.yara',
        "back\\slash.yara",
        "a;b=c.yara",
        "../up.yara",
        "per%20cent.yara",
        "例.yara",
    ],
)
def test_upload_intel_doc_name_reaches_the_server_exactly(
    tanium: SimulatorServer, run: RunAction, name: str
) -> None:
    uploaded = run("upload intel doc", intel_doc=YARA, file_name=name)

    assert uploaded.ok, uploaded.message
    assert uploaded.rows[0]["name"] == name
    assert tanium.log[0].headers["Content-Disposition"].isascii()


@pytest.mark.parametrize("other_name", [None, "other.yara"])
def test_upload_intel_doc_from_the_vault(
    tanium: SimulatorServer, run: RunAction, soar: LocalSoar, other_name: str | None
) -> None:
    run("list alerts", limit=1)
    vault_id = put_into_vault(soar, "from vault.yara", YARA.encode())

    uploaded = run("upload intel doc", vault_id=vault_id, file_name=other_name)

    assert uploaded.ok, uploaded.message
    assert uploaded.rows[0]["name"] == (other_name or "from vault.yara")
    assert tanium.log[-1].body == YARA.encode()


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({}, "either 'intel_doc' or 'vault_id'"),
        ({"file_name": "a.yara"}, "either 'intel_doc' or 'vault_id'"),
        ({"intel_doc": " ", "vault_id": ""}, "either 'intel_doc' or 'vault_id'"),
        (
            {"intel_doc": YARA, "vault_id": "0" * 40, "file_name": "a.yara"},
            "either 'intel_doc' or 'vault_id'",
        ),
        ({"intel_doc": YARA}, "'file_name' is required with 'intel_doc'"),
        ({"intel_doc": YARA, "file_name": "rule"}, "with the extension .ioc, .stix or .yara"),
        ({"intel_doc": YARA, "file_name": ".yara"}, "with the extension"),
        ({"intel_doc": YARA, "file_name": "rule."}, "with the extension"),
        ({"intel_doc": YARA, "file_name": "a\r\nX-Injected: y.yara"}, "without control characters"),
        ({"intel_doc": YARA, "file_name": "a\u2028.yara"}, "without control characters"),
        ({"vault_id": "0" * 40}, f"The vault has no file with the id '{'0' * 40}'"),
        ({"vault_id": "../../etc/passwd"}, "The vault has no file with the id"),
    ],
)
def test_upload_intel_doc_refuses_before_any_request(
    tanium: SimulatorServer, run: RunAction, parameters: dict[str, str], message: str
) -> None:
    failed = run("upload intel doc", **parameters)

    assert not failed.ok
    assert message in failed.message
    assert len(tanium.log) == 0


def test_upload_intel_doc_refuses_a_huge_file(
    tanium: SimulatorServer, run: RunAction, soar: LocalSoar, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("list alerts", limit=1)
    tanium.log.clear()
    monkeypatch.setattr("tanium_tr.actions.intel.MAX_DOCUMENT", 10)

    failed = run("upload intel doc", vault_id=put_into_vault(soar, "a.yara", b"x" * 11))

    assert not failed.ok
    assert "11 bytes" in failed.message
    assert len(tanium.log) == 0


def test_upload_intel_doc_of_unknown_type(run: RunAction) -> None:
    failed = run("upload intel doc", intel_doc=YARA, file_name="rule.txt")

    assert not failed.ok
    assert "Cannot tell the type of intel from the file name 'rule.txt'" in failed.message


@pytest.mark.parametrize("envelope", [True, False])
def test_start_quick_scan_of_a_group_by_name(
    tanium: SimulatorServer, run: RunAction, envelope: bool
) -> None:
    tanium.settings.intel_envelope = envelope

    started = run("start quick scan", intel_doc_id=501, computer_group_name="All Computers")

    looked_up, posted = tanium.log
    assert (looked_up.method, looked_up.path) == ("GET", "/api/v2/groups/by-name/All%20Computers")
    assert (posted.method, posted.path) == ("POST", f"{THREAT_RESPONSE}/on-demand-scans")
    assert json.loads(posted.body or b"") == {"intelDocId": 501, "computerGroupId": 1}
    assert (started.ok, started.message, started.summary) == (True, "Quick scan started", {})
    (row,) = started.rows
    assert (row["intel_doc_id"], row["computer_group_name"], row["computerGroupId"]) == (
        501,
        "All Computers",
        1,
    )
    assert row["id"] == row["data"]["id"] == tanium.state.scans.all[0]["id"]
    assert row["meta"] == (
        {"deployTask": {"taskId": 1301, "status": "STARTED"}} if envelope else {}
    )
    assert tanium.log.connections() == 1


@pytest.mark.parametrize(
    ("given", "group", "paths"),
    [
        ("77", seed.RING_ONE, ["management_rights_groups/77"]),
        (77, seed.RING_ONE, ["management_rights_groups/77"]),
        (77.0, seed.RING_ONE, ["management_rights_groups/77"]),
        ("2024", seed.NUMBER_AS_NAME, ["management_rights_groups/2024", "groups/by-name/2024"]),
        ("633", seed.DELETED_GROUP, ["management_rights_groups/633"]),
        ("ring 1", seed.RING_ONE, ["groups/by-name/ring%201"]),
        (
            seed.FINANCE_GROUP.name,
            seed.FINANCE_GROUP,
            ["groups/by-name/Finance%20%2F%20Accounting%20%28100%25%29"],
        ),
    ],
)
def test_start_quick_scan_finds_the_group(
    tanium: SimulatorServer, run: RunAction, given: object, group: seed.Group, paths: list[str]
) -> None:
    started = run("start quick scan", intel_doc_id="501", computer_group_name=given)

    assert started.ok, started.message
    assert [request.path for request in tanium.log] == [
        *(f"/api/v2/{path}" for path in paths),
        f"{THREAT_RESPONSE}/on-demand-scans",
    ]
    assert json.loads(tanium.log[-1].body or b"")["computerGroupId"] == group.id


@pytest.mark.parametrize(
    "name", ["a/../b", "Ünïted & Co?x=1#y", "..\\..", "%2e%2e", "a+b", "{0}", "x" * 3000]
)
def test_start_quick_scan_group_name_reaches_the_server_exactly(
    tanium: SimulatorServer, run: RunAction, name: str
) -> None:
    tanium.state.computers.groups.append(seed.Group(999, name))

    started = run("start quick scan", intel_doc_id=501, computer_group_name=name)

    assert started.ok, started.message
    assert tanium.state.scans.all[0]["computerGroupId"] == 999


@pytest.mark.parametrize("name", [".", ".."])
def test_start_quick_scan_refuses_a_name_that_is_no_segment(
    tanium: SimulatorServer, run: RunAction, name: str
) -> None:
    tanium.state.computers.groups.append(seed.Group(999, name))

    failed = run("start quick scan", intel_doc_id=501, computer_group_name=name)

    assert not failed.ok
    assert f"'{name}' cannot be part of an address" in failed.message
    assert len(tanium.log) == 0


@pytest.mark.parametrize("name", ["Retired laptops", "no such group", "12345"])
@pytest.mark.parametrize("status", [400, 404])
def test_start_quick_scan_of_an_unknown_group_suggests_the_id(
    tanium: SimulatorServer, run: RunAction, name: str, status: int
) -> None:
    tanium.faults.add(Fault("status", path_contains="groups/", status=status, times=None))

    failed = run("start quick scan", intel_doc_id=501, computer_group_name=name)

    assert not failed.ok
    assert f"no computer group '{name}'" in failed.message
    assert "specify the group's ID" in failed.message
    assert not tanium.log.requests(method="POST")


@pytest.mark.parametrize("given", ["77", "Ring 1"])
def test_start_quick_scan_passes_on_other_troubles_with_groups(
    tanium: SimulatorServer, run: RunAction, given: str
) -> None:
    tanium.faults.add(Fault("status", path_contains="groups/", status=500, times=None))

    failed = run("start quick scan", intel_doc_id=501, computer_group_name=given)

    assert "HTTP 500" in failed.message
    assert not tanium.log.requests(method="POST")


@pytest.mark.parametrize(
    "body",
    [{"data": {"name": "x"}}, {"data": {"id": "none"}}, {"data": {"id": None}}, {"data": {}}],
)
def test_start_quick_scan_of_a_group_without_id_starts_nothing(
    tanium: SimulatorServer, run: RunAction, body: Any
) -> None:
    tanium.faults.add(Fault("json", path_contains="groups/", value=body))

    failed = run("start quick scan", intel_doc_id=501, computer_group_name="Ring 1")

    assert (
        "Tanium returned no ID for the computer group 'Ring 1'" in failed.message
        if body["data"]
        else "received an empty object" in failed.message
    )
    assert not tanium.log.requests(method="POST")


@pytest.mark.parametrize("status", [500, 503])
def test_start_quick_scan_is_started_once_whatever_comes_back(
    tanium: SimulatorServer, run: RunAction, status: int
) -> None:
    tanium.faults.add(Fault("status", path_contains="/on-demand-scans", status=status, times=None))

    assert not run("start quick scan", intel_doc_id=501, computer_group_name="Ring 1").ok

    assert len(tanium.log.requests(method="POST")) == 1
