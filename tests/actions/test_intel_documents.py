# File: test_intel_documents.py
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
"""Intel documents: listed, read, updated in place or not at all, deleted, deployed."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from dev.simulator import seed
from dev.simulator.faults import Fault
from dev.simulator.server import SimulatorServer
from dev.soar.runtime import LocalSoar
from tests.actions.conftest import asked
from tests.actions.test_intel import put_into_vault
from tests.conftest import ASSET, RunAction


DIALECTS = ["production", "specified"]
SIGNAL, IOC, YARA, STIX, INJECTION = range(seed.FIRST_INTEL_ID, seed.FIRST_INTEL_ID + 5)
IOC_ID, STIX_ID = "3c1b4b52-9a55-4e53-8f6f-2f1d51c40a01", "example:package-7d0a"
NEW_YARA = 'rule updater_beacon { strings: $a = "Grüße" condition: $a }'
NEW_IOC = (
    '<?xml version="1.0"?>\n<ioc xmlns="http://schemas.mandiant.com/2010/ioc"'
    f' id="{IOC_ID}"><definition id="other"/></ioc>'
)
NEW_STIX = (
    f'<stix:STIX_Package xmlns:stix="http://stix.mitre.org/stix-1" id="{STIX_ID}"'
    ' version="1.2"><!-- new --></stix:STIX_Package>'
)


def changed(tanium: SimulatorServer) -> list[str]:
    return [line for line in asked(tanium) if not line.startswith("GET")]


def contents(tanium: SimulatorServer) -> dict[int, tuple[str, int]]:
    return {row["id"]: (row["contents"], row["revisionId"]) for row in tanium.state.intel.rows()}


# Lists and single documents


@pytest.mark.parametrize(
    ("dialect", "query"),
    [
        (
            "production",
            "limit=1000&offset=0&name=a&description=b&type=yara&labelId=1&mitreTechniqueId=T1059.001",
        ),
        (
            "specified",
            "limit=1000&offset=0&name=a&description=b&type=yara&label_id=1&mitre_technique_id=T1059.001",
        ),
    ],
)
def test_list_intel_docs_sends_every_filter(
    tanium: SimulatorServer, run: RunAction, dialect: str, query: str
) -> None:
    tanium.settings.dialect = dialect
    run("list intel docs")
    tanium.log.clear()

    listed = run(
        "list intel docs",
        name="a",
        description="b",
        type="yara",
        label_id=1,
        mitre_technique_id="T1059.001",
    )

    assert sorted(tanium.log[0].query.replace("limit=500", "limit=1000").split("&")) == sorted(
        query.split("&")
    )
    assert (listed.ok, listed.rows, listed.summary) == (True, [], {"intel_doc_count": 0})


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, [SIGNAL, IOC, YARA, STIX, INJECTION]),
        ({"name": "UPDATER"}, [YARA]),
        ({"type": "stix"}, [STIX]),
        ({"label_id": 3}, [IOC, STIX]),
        ({"mitre_technique_id": "T1071.001"}, [YARA]),
        ({"limit": 2, "offset": 1}, [IOC, YARA]),
        ({"offset": 5}, []),
    ],
)
def test_list_intel_docs(
    tanium: SimulatorServer, run: RunAction, dialect: str, filters: dict[str, Any], found: list[int]
) -> None:
    tanium.settings.dialect = dialect

    listed = run("list intel docs", **filters)

    assert listed.ok, listed.message
    assert [row["id"] for row in listed.rows] == found
    assert (listed.message, listed.summary) == (
        f"Intel documents found: {len(found)}",
        {"intel_doc_count": len(found)},
    )


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("envelope", [True, False])
def test_get_intel_doc(
    tanium: SimulatorServer, run: RunAction, dialect: str, envelope: bool
) -> None:
    tanium.settings.dialect, tanium.settings.intel_envelope = dialect, envelope

    got = run("get intel doc", intel_doc_id=YARA)

    assert asked(tanium) == [f"GET /intels/{YARA}"]
    assert (got.message, got.summary) == ("Intel document retrieved", {})
    assert (got.rows[0]["id"], got.rows[0]["name"]) == (YARA, "updater_beacon.yara")


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    ("action", "parameters"),
    [("get intel doc", {}), ("delete intel doc", {}), ("update intel doc", {"intel_doc": "x"})],
)
def test_unknown_document(
    tanium: SimulatorServer, run: RunAction, dialect: str, action: str, parameters: dict[str, str]
) -> None:
    tanium.settings.dialect = dialect
    before = contents(tanium)

    failed = run(action, intel_doc_id=99, **parameters)

    assert not failed.ok
    assert "99" in failed.message
    assert "not found" in failed.message
    assert contents(tanium) == before


# Update


@pytest.mark.parametrize("envelope", [True, False])
@pytest.mark.parametrize(
    ("doc_id", "text", "name"),
    [
        (YARA, NEW_YARA, "updater_beacon.yara"),
        (IOC, NEW_IOC, "Invoice viewer dropper.ioc"),
        (STIX, NEW_STIX, "Regional campaign indicators.stix"),
    ],
)
def test_update_intel_doc_in_place(
    tanium: SimulatorServer, run: RunAction, doc_id: int, text: str, name: str, envelope: bool
) -> None:
    tanium.settings.intel_envelope = envelope

    updated = run("update intel doc", intel_doc_id=doc_id, intel_doc=text)

    assert asked(tanium) == [f"GET /intels/{doc_id}", f"PUT /intels/{doc_id}"]
    put = tanium.log[-1]
    assert put.body == text.encode()
    assert name in put.headers["Content-Disposition"]
    assert (updated.ok, updated.message, updated.summary) == (
        True,
        "Intel document updated",
        {"revision_id": 2},
    )
    assert (updated.rows[0]["id"], updated.rows[0]["contents"]) == (doc_id, text)
    assert contents(tanium)[doc_id] == (text, 2)
    assert len(tanium.state.intel.all) == 5


def test_update_intel_doc_from_the_vault(
    tanium: SimulatorServer, run: RunAction, soar: LocalSoar
) -> None:
    run("list alerts", limit=1)

    ioc = run(
        "update intel doc",
        intel_doc_id=IOC,
        vault_id=put_into_vault(soar, "any name at all", NEW_IOC.encode()),
    )
    yara = run(
        "update intel doc",
        intel_doc_id=YARA,
        vault_id=put_into_vault(soar, "updater_beacon.yara", NEW_YARA.encode()),
    )

    assert (ioc.ok, yara.ok) == (True, True), (ioc.message, yara.message)
    assert (contents(tanium)[IOC], contents(tanium)[YARA]) == ((NEW_IOC, 2), (NEW_YARA, 2))


ENTITIES = f'<!DOCTYPE ioc [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><ioc id="{IOC_ID}">&b;</ioc>'
OUTSIDE = f'<!DOCTYPE ioc [<!ENTITY % x SYSTEM "file:///etc/passwd">%x;]><ioc id="{IOC_ID}"/>'


@pytest.mark.parametrize(
    ("doc_id", "parameters", "explanation"),
    [
        (
            IOC,
            {"intel_doc": NEW_IOC.replace(IOC_ID, "another")},
            f"carries the id 'another', but intel document {IOC} has the id '{IOC_ID}'",
        ),
        (IOC, {"intel_doc": NEW_IOC.replace(f'id="{IOC_ID}"', "")}, "carries the id ''"),
        (IOC, {"intel_doc": f'<x><ioc id="{IOC_ID}"/></x>'}, "carries the id ''"),
        (IOC, {"intel_doc": NEW_IOC.replace(' id="3c', ' ID="3c')}, "carries the id ''"),
        (
            IOC,
            {"intel_doc": NEW_IOC.replace(IOC_ID, IOC_ID.upper())},
            "would create a second document",
        ),
        (IOC, {"intel_doc": NEW_STIX}, "would create a second document"),
        (STIX, {"intel_doc": NEW_IOC}, "would create a second document"),
        (IOC, {"intel_doc": NEW_IOC[:-3]}, "is not well-formed XML"),
        (IOC, {"intel_doc": NEW_IOC + "<again/>"}, "is not well-formed XML"),
        (IOC, {"intel_doc": "no XML"}, "is not well-formed XML"),
        (
            IOC,
            {"intel_doc": '<?xml version="1.0" encoding="shift_jis"?><ioc/>'},
            "is not well-formed XML: multi-byte encodings",
        ),
        (
            IOC,
            {"intel_doc": '<?xml version="1.0" encoding="unheard-of"?><ioc/>'},
            "is not well-formed XML: unknown encoding",
        ),
        (IOC, {"intel_doc": f'<ioc id="{IOC_ID}">&undefined;</ioc>'}, "is not well-formed XML"),
        (IOC, {"intel_doc": "<a>" * 5000}, "is not well-formed XML"),
        (IOC, {"intel_doc": ENTITIES}, "declares XML entities"),
        (IOC, {"intel_doc": OUTSIDE}, "declares XML entities"),
        (IOC, {"intel_doc": NEW_YARA, "file_name": "rule.yara"}, "carries the id 'rule.yara'"),
        (YARA, {"intel_doc": NEW_YARA, "file_name": "other.yara"}, "carries the id 'other.yara'"),
        (
            YARA,
            {"intel_doc": NEW_YARA, "file_name": "Updater_beacon.yara"},
            "carries the id 'Updater_beacon.yara'",
        ),
        (YARA, {"intel_doc": NEW_YARA, "file_name": "updater_beacon"}, "with the extension"),
        (
            YARA,
            {"intel_doc": NEW_YARA, "file_name": "updater_beacon.yara\r\nX: y"},
            "without control characters",
        ),
        (YARA, {"intel_doc": NEW_IOC, "file_name": "a.ioc"}, f"carries the id '{IOC_ID}'"),
        (YARA, {}, "either 'intel_doc' or 'vault_id'"),
        (YARA, {"intel_doc": NEW_YARA, "vault_id": "0" * 40}, "either 'intel_doc' or 'vault_id'"),
        (YARA, {"vault_id": "0" * 40}, "The vault has no file"),
    ],
)
def test_update_intel_doc_refuses_before_anything_is_sent(
    tanium: SimulatorServer,
    run: RunAction,
    doc_id: int,
    parameters: dict[str, str],
    explanation: str,
) -> None:
    before = contents(tanium)

    failed = run("update intel doc", intel_doc_id=doc_id, **parameters)

    assert not failed.ok
    assert explanation in failed.message
    assert "{" not in failed.message or "{0}" not in failed.message
    assert changed(tanium) == []
    assert contents(tanium) == before


def test_update_intel_doc_of_the_vault_whose_name_is_another_rule(
    tanium: SimulatorServer, run: RunAction, soar: LocalSoar
) -> None:
    run("list alerts", limit=1)

    failed = run(
        "update intel doc",
        intel_doc_id=YARA,
        vault_id=put_into_vault(soar, "other.yara", NEW_YARA.encode()),
    )

    assert "carries the id 'other.yara'" in failed.message
    assert changed(tanium) == []


@pytest.mark.parametrize("doc_id", [IOC, STIX])
def test_update_intel_doc_where_the_server_does_not_tell_the_id(
    tanium: SimulatorServer, run: RunAction, doc_id: int
) -> None:
    tanium.settings.dialect = "specified"

    failed = run(
        "update intel doc", intel_doc_id=doc_id, intel_doc=NEW_IOC if doc_id == IOC else NEW_STIX
    )

    assert "does not report the ID" in failed.message
    assert changed(tanium) == []


def test_update_intel_doc_that_became_a_second_document_is_told(
    tanium: SimulatorServer, run: RunAction
) -> None:
    tanium.faults.add(Fault("json", method="PUT", value={"data": {"id": 900, "revisionId": 1}}))

    failed = run("update intel doc", intel_doc_id=YARA, intel_doc=NEW_YARA)

    assert "Tanium has created a second document, 900, instead of updating 503" in failed.message
    assert failed.rows == [{"id": 900, "revisionId": 1}]


def test_update_intel_doc_on_a_server_that_cannot(tanium: SimulatorServer, run: RunAction) -> None:
    tanium.settings.dialect, tanium.settings.without_unspecified = "specified", True

    failed = run("update intel doc", intel_doc_id=YARA, intel_doc=NEW_YARA)

    assert not failed.ok
    assert "HTTP 404" in failed.message or "HTTP 405" in failed.message
    assert len(tanium.state.intel.all) == 5


# Upload of what may be there


def test_upload_with_skip_existing_sends_nothing_that_is_there(
    tanium: SimulatorServer, run: RunAction
) -> None:
    first = run("upload intel doc", intel_doc=NEW_YARA, file_name="mine.yara", skip_existing=True)
    tanium.log.clear()

    again = run("upload intel doc", intel_doc=NEW_YARA, file_name="mine.yara", skip_existing="true")

    assert (again.ok, again.message) == (
        True,
        "Intel document is already in Tanium Threat Response",
    )
    assert again.rows == first.rows
    assert (changed(tanium), len(tanium.log)) == ([], 1)
    assert tanium.log[0].arguments["name"] == "mine.yara"


@pytest.mark.parametrize("text", [NEW_YARA + " ", "rule mine {}"])
def test_upload_with_skip_existing_of_other_contents(
    tanium: SimulatorServer, run: RunAction, text: str
) -> None:
    run("upload intel doc", intel_doc=NEW_YARA, file_name="mine.yara")

    uploaded = run(
        "upload intel doc", intel_doc=text + "x", file_name="mine.yara", skip_existing=True
    )

    assert uploaded.message == "Uploaded intel document to Tanium Threat Response"
    assert uploaded.rows[0]["revisionId"] == 2
    assert changed(tanium) == ["POST /intels"] * 2


def test_upload_with_skip_existing_of_the_same_contents_under_another_name(
    tanium: SimulatorServer, run: RunAction
) -> None:
    run("upload intel doc", intel_doc=NEW_YARA, file_name="mine.yara")

    assert run("upload intel doc", intel_doc=NEW_YARA, file_name="ine.yara", skip_existing=True).ok

    assert len(tanium.state.intel.all) == 7


def test_upload_with_skip_existing_by_the_hash_alone(
    tanium: SimulatorServer, run: RunAction
) -> None:
    run("upload intel doc", intel_doc=NEW_YARA, file_name="mine.yara")
    (row,) = [dict(row) for row in tanium.state.intel.rows() if row["name"] == "mine.yara"]
    del row["contents"]
    tanium.faults.add(
        Fault("json", method="GET", value={"data": [row], "meta": {"totalCount": 1}}, times=None)
    )

    assert (
        "already"
        in run(
            "upload intel doc", intel_doc=NEW_YARA, file_name="mine.yara", skip_existing=True
        ).message
    )
    assert (
        "Uploaded"
        in run(
            "upload intel doc", intel_doc="rule x {}", file_name="mine.yara", skip_existing=True
        ).message
    )


def test_upload_with_skip_existing_where_contents_are_not_told(
    tanium: SimulatorServer, run: RunAction
) -> None:
    """Another document of the name must not be taken for this one."""
    tanium.settings.dialect = "specified"
    run("upload intel doc", intel_doc=NEW_YARA, file_name="mine.yara")

    uploaded = run(
        "upload intel doc",
        intel_doc="rule mine { condition: false }",
        file_name="mine.yara",
        skip_existing=True,
    )

    assert uploaded.ok, uploaded.message
    assert "condition: false" in tanium.state.intel.all[uploaded.rows[0]["id"]]["contents"]


def test_upload_without_skip_existing_does_not_look(
    tanium: SimulatorServer, run: RunAction
) -> None:
    run("upload intel doc", intel_doc=NEW_YARA, file_name="mine.yara")

    assert asked(tanium) == ["POST /intels"]


# Delete


@pytest.mark.parametrize("dialect", DIALECTS)
def test_delete_intel_doc(tanium: SimulatorServer, run: RunAction, dialect: str) -> None:
    tanium.settings.dialect = dialect

    deleted = run("delete intel doc", intel_doc_id=STIX)

    assert asked(tanium) == [f"DELETE /intels/?id={STIX}"]
    assert (deleted.ok, deleted.message, deleted.rows, deleted.summary) == (
        True,
        "Intel document deleted",
        [],
        {},
    )
    assert set(tanium.state.intel.all) == {SIGNAL, IOC, YARA, INJECTION}


@pytest.mark.parametrize(
    "given", ["501,502", "*", "501&id=502", "", [501], "all", "updater_beacon.yara"]
)
def test_delete_intel_doc_takes_one_exact_id(
    tanium: SimulatorServer, run: RunAction, given: object
) -> None:
    failed = run("delete intel doc", intel_doc_id=given)

    assert failed.message.startswith("Parameter 'intel_doc_id' is ")
    assert len(tanium.log) == 0


# Deployment


@pytest.mark.parametrize("dialect", DIALECTS)
def test_deploy_intel_without_waiting(
    tanium: SimulatorServer, run: RunAction, dialect: str
) -> None:
    tanium.settings.dialect = dialect

    started = run("deploy intel")

    assert asked(tanium) == ["POST /intel/deploy"]
    assert (started.ok, started.message) == (True, "Intel deployment started")
    assert (started.rows, started.summary) == ([{"taskId": 1301}], {"task_id": 1301})


@pytest.mark.parametrize("dialect", DIALECTS)
def test_deploy_intel_waits(tanium: SimulatorServer, run: RunAction, dialect: str) -> None:
    tanium.settings.dialect, tanium.settings.without_tasks = dialect, False

    deployed = run("deploy intel", wait=True)

    assert (deployed.ok, deployed.message) == (True, "Intel deployed"), deployed.message
    assert (deployed.rows, deployed.summary) == (
        [{"taskId": 1301, "status": "COMPLETED"}],
        {"task_id": 1301},
    )
    assert changed(tanium) == ["POST /intel/deploy"]
    assert run("get intel deployment").summary == {"current_revision": 2}


def test_deploy_intel_waits_in_vain_where_tasks_are_not_told(
    tanium: SimulatorServer, run: RunAction
) -> None:
    tanium.settings.dialect = "specified"

    failed = run("deploy intel", wait=True)

    assert failed.message.startswith(
        "The deployment was started, but this Tanium server does not report its result"
    )
    assert failed.rows == [{"taskId": 1301}]
    assert changed(tanium) == ["POST /intel/deploy"]


def test_deploy_intel_waits_no_longer_than_told(tanium: SimulatorServer, run: RunAction) -> None:
    tanium.settings.task_seconds = 1000

    before = time.monotonic()
    failed = run("deploy intel", wait=True, timeout=1)

    assert 1 <= time.monotonic() - before < 20
    assert (
        "Task 1301 (deploying intel) is still STARTED after 1 seconds. The task is still"
        " running on Tanium" in failed.message
    )
    assert failed.rows == [{"taskId": 1301}]
    assert changed(tanium) == ["POST /intel/deploy"]


def test_deploy_intel_is_cancelled(tanium: SimulatorServer, soar: LocalSoar) -> None:
    tanium.settings.task_seconds = 1000

    def cancel(text: str) -> None:
        if " seconds)" in text:
            soar.cancel()

    result = soar.run("deploy intel", {"wait": True, "timeout": 20}, asset=ASSET, progress=cancel)

    (only,) = result["result_data"]
    assert (only["status"], only["data"], result["action_cancelled"]) == (
        "failed",
        [{"taskId": 1301}],
        True,
    )
    assert only["message"].startswith("Cancelled while Task 1301 (deploying intel)")
    assert changed(tanium) == ["POST /intel/deploy"]


@pytest.mark.parametrize("kind", ["status", "reset_before", "reset_after"])
def test_deploy_intel_is_never_started_twice(
    tanium: SimulatorServer, run: RunAction, kind: str
) -> None:
    tanium.faults.add(Fault(kind, method="POST", times=None))

    assert not run("deploy intel", wait=True).ok

    assert changed(tanium) == ["POST /intel/deploy"]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"data": {}}, "received an empty object"),
        ({"data": {"taskId": None}}, "returned no ID to wait for"),
        ({"data": {"taskId": "none"}}, "returned no ID to wait for"),
    ],
)
def test_deploy_intel_without_a_task_to_wait_for(
    tanium: SimulatorServer, run: RunAction, value: object, words: str
) -> None:
    tanium.faults.add(Fault("json", method="POST", value=value))

    failed = run("deploy intel", wait=True)

    assert words in failed.message
    assert len(tanium.log) == 1


@pytest.mark.parametrize("dialect", DIALECTS)
def test_get_intel_deployment(tanium: SimulatorServer, run: RunAction, dialect: str) -> None:
    tanium.settings.dialect = dialect

    got = run("get intel deployment")

    assert asked(tanium) == ["GET /intel/status"]
    assert got.rows == [tanium.state.deployment.status()]
    assert (got.message, got.summary) == ("Intel deployment retrieved", {"current_revision": 1})


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        ({"type": "stix,yara"}, [YARA, STIX]),
        ({"type": "stix,yara,openioc", "limit": 1, "offset": 1}, [YARA]),
        ({"mitre_technique_id": "T1071.001,T1566.001"}, [IOC, YARA]),
        ({"type": "yara,openioc", "mitre_technique_id": "T1071.001,T1059.001"}, [YARA]),
        ({"type": ["nothing", "else"]}, []),
        ({"label_id": "3,99,"}, [IOC, STIX]),
        ({"name": f"{seed.INTEL[0].name},{seed.INTEL[2].name[1:]}"}, [SIGNAL, YARA]),
    ],
)
def test_list_intel_docs_of_several(
    tanium: SimulatorServer, run: RunAction, dialect: str, filters: dict[str, Any], ids: list[int]
) -> None:
    tanium.settings.dialect = dialect

    assert [row["id"] for row in run("list intel docs", **filters).rows] == ids


# Signals, which carry no ID


NEW_SIGNAL = "process.name contains 'cmd.exe' AND process.user contains '\u00fc'"


@pytest.mark.parametrize("envelope", [True, False])
def test_update_of_a_signal_by_its_text_keeps_the_rest(
    tanium: SimulatorServer, run: RunAction, envelope: bool
) -> None:
    tanium.settings.intel_envelope = envelope
    stored = dict(tanium.state.intel.get(SIGNAL))

    updated = run("update intel doc", intel_doc_id=SIGNAL, intel_doc=NEW_SIGNAL)

    assert (updated.ok, updated.message) == (True, "Intel document updated"), updated.message
    assert updated.summary == {"revision_id": 2}
    assert changed(tanium) == [f"PUT /intels/{SIGNAL}"]
    assert json.loads(tanium.log[-1].body or b"") == {
        "name": stored["name"],
        "description": None,
        "platforms": ["windows", "linux", "mac"],
        "contents": NEW_SIGNAL,
    }
    assert tanium.state.intel.get(SIGNAL)["contents"] == NEW_SIGNAL
    assert tanium.state.intel.get(SIGNAL)["intrinsicId"] is None
    assert len(tanium.state.intel.all) == len(seed.INTEL)


def test_update_of_a_signal_by_json(tanium: SimulatorServer, run: RunAction) -> None:
    new = {"contents": NEW_SIGNAL, "name": "New", "description": "D", "platforms": ["linux"]}

    assert run("update intel doc", intel_doc_id=SIGNAL, intel_doc=json.dumps(new)).ok

    stored = tanium.state.intel.get(SIGNAL)
    assert {name: stored[name] for name in new} == new


def test_update_of_a_signal_from_the_vault(
    tanium: SimulatorServer, run: RunAction, soar: LocalSoar
) -> None:
    run("list intel docs")
    vault_id = put_into_vault(soar, "signal.txt", NEW_SIGNAL.encode())

    assert run("update intel doc", intel_doc_id=SIGNAL, vault_id=vault_id).ok

    assert tanium.state.intel.get(SIGNAL)["contents"] == NEW_SIGNAL


@pytest.mark.parametrize(
    ("document", "explanation"),
    [
        ('{"name": "x"}', "needs 'contents'"),
        ('{"contents": "x", "id": 5}', "it has 'contents', 'id'"),
        ('{"contents": ""}', "The signal's contents is ''"),
        ('{"contents": "x", "name": 5}', "The signal's name is 5"),
        ('{"contents": "x", "platforms": []}', "The signal's platforms are []"),
        ('{"contents": "x", "platforms": [1]}', "The signal's platforms are [1]"),
        ('{"contents": "x", "description": []}', "The signal's description is []"),
    ],
)
def test_update_of_a_signal_refuses_before_anything_is_changed(
    tanium: SimulatorServer, run: RunAction, document: str, explanation: str
) -> None:
    failed = run("update intel doc", intel_doc_id=SIGNAL, intel_doc=document)

    assert not failed.ok
    assert explanation in failed.message
    assert changed(tanium) == []


def test_deployment_that_is_pending_is_told(tanium: SimulatorServer, run: RunAction) -> None:
    tanium.settings.task_seconds = 1000
    run("deploy intel")

    (row,) = run("get intel deployment").rows

    assert (row["pendingRevision"], row["currentRevision"]) == (2, 1)
    assert row["pendingSize"] == row["currentSize"]
