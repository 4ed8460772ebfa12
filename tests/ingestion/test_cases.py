# File: test_cases.py
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
"""Alerts of shapes that real servers send, through each way in: list alerts, on poll, the receiver.
The inputs in tests/data/cases are made up.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Callable

import pytest

from dev.simulator.server import SimulatorServer
from dev.soar.poll_parameters import poll_parameters
from dev.soar.runtime import LocalSoar
from tanium_tr.ingestion.cases import Case, alert_case
from tests.conftest import RunAction, run_on
from tests.ingestion.samples import alert, hashes
from tests.receiver.conftest import MemorySoar, received


CASES = Path(__file__).parents[1] / "data" / "cases"
DROPPER, LSASS = r"C:\Lab\dropper.exe", r"C:\Windows\System32\lsass.exe"
WININIT = r"C:\Windows\System32\wininit.exe"
INJECTED = (
    "dropper.exe (4242) injected code into lsass.exe (812): technique Thread, LoadLibraryW at"
    " 0x00007ffcd1158be0"
)
Row = dict[str, Any]


def given(name: str) -> Row:
    row: Row = json.loads((CASES / name).read_text(encoding="utf-8"))[0]
    return row


def add(tanium: SimulatorServer, row: Row) -> Row:
    return tanium.state.alerts.add(**{**row, "state": "unresolved", "findingId": None})


def pushed(row: Row) -> Row:
    """The same alert as Connect sends it."""
    return {
        "Alert Id": row["guid"],
        "Timestamp": row["alertedAt"],
        "Computer Name": row["computerName"],
        "Computer IP": row["computerIpAddress"],
        "Intel Id": row["intelDocId"],
        "Intel Type": row["intelDoc"]["type"],
        "Intel Name": row["intelDoc"]["name"],
        "Match Details": row["details"],
        "MITRE Techniques": "[]",
        "IntelSource": "7",
    }


def polled(tanium: SimulatorServer, soar: LocalSoar, row: Row) -> tuple[Row, list[Row]]:
    guid = add(tanium, row)["guid"]
    run = run_on(soar, "on poll", **poll_parameters(None, None, (guid,)))
    assert run.ok, run.message
    (container,) = (
        each for each in soar.containers() if each.get("source_data_identifier") == guid
    )
    return container, [each for each in soar.artifacts() if each["container_id"] == container["id"]]


def received_case(_: SimulatorServer, __: LocalSoar, row: Row) -> tuple[Row, list[Row]]:
    soar = MemorySoar()
    assert received(json.dumps(pushed(row)).encode(), soar).status == 200
    (container,) = soar.containers.values()
    return container, list(soar.artifacts.values())


Way = Callable[[SimulatorServer, LocalSoar, Row], tuple[Row, list[Row]]]
WAYS = pytest.mark.parametrize("way", [polled, received_case])


def labelled(artifacts: list[Row], label: str) -> dict[str, Row]:
    return {each["cef"]["filePath"]: each for each in artifacts if each["label"] == label}


@WAYS
def test_process_injection(tanium: SimulatorServer, soar: LocalSoar, way: Way) -> None:
    container, artifacts = way(tanium, soar, given("process_injection_alert.json"))

    assert container["tags"] == ["T1055"]
    assert container["description"] == (
        f"Threat Response alert (process) about {DROPPER}. {INJECTED}."
    )
    processes, files = labelled(artifacts, "process"), labelled(artifacts, "file")
    assert set(processes) == set(files) == {DROPPER, LSASS, WININIT}
    roles = {path: each["cef"].get("processRole") for path, each in processes.items()}
    assert roles == {DROPPER: None, LSASS: "target", WININIT: "ancestor of the target"}
    assert processes[LSASS]["name"] == "Target process lsass.exe (812)"
    target = processes[LSASS]["cef"]
    assert (target["parentProcessName"], target["parentProcessId"]) == ("wininit.exe", "700")
    assert (target["signatureStatus"], processes[DROPPER]["cef"]["signatureStatus"]) == ("11", "1")
    assert {path: each["cef"]["fileHashSha256"][-4:] for path, each in files.items()} == {
        DROPPER: "1092",
        LSASS: "032c",
        WININIT: "02bc",
    }
    cef = artifacts[0]["cef"]
    assert (cef["technique"], cef["executionTargetName"], cef["executionTargetAddress"]) == (
        "Thread",
        "LoadLibraryW",
        "0x00007ffcd1158be0",
    )
    assert (cef["message"], cef["mitreTechniqueIds"]) == (f"{INJECTED}.", "T1055")
    assert (cef["destinationProcessName"], cef["destinationProcessId"]) == ("lsass.exe", "812")
    assert (cef["targetFilePath"], cef["typeIdentifier"]) == (LSASS, "Thread")
    assert cef["timestamp"] == "2025-01-02T03:04:04.000Z"


@WAYS
def test_detection_of_defender(tanium: SimulatorServer, soar: LocalSoar, way: Way) -> None:
    _, artifacts = way(tanium, soar, given("defender_alert.json"))

    path = r"C:\Users\kim\Downloads\made-up.exe"
    cef = artifacts[0]["cef"]
    expected = {
        "filePath": path,
        "fileName": "made-up.exe",
        "threatName": "Trojan:Win32/MadeUp",
        "categoryName": "Trojan",
        "severityName": "Severe",
        "actionType": "Quarantine",
        "additionalActions": "No additional actions required",
        "detectionSource": "Real-Time Protection",
        "detectionUser": "LAB\\kim",
        "detectionId": "{5A1B}",
        "sourceUserName": "kim",
        "sourceNtDomain": "LAB",
        "sourceProcessName": "explorer.exe",
        "taniumFindingId": "42",
        "taniumArtifactId": "10",
        "taniumInstanceId": "11",
        "timestampMs": "1735787045000",
    }
    assert {name: cef.get(name) for name in expected} == expected
    assert set(labelled(artifacts, "file")) == {path}
    assert set(labelled(artifacts, "process")) == {r"C:\Windows\explorer.exe"}


def test_pushed_alert_has_its_finding_and_its_source(
    tanium: SimulatorServer, soar: LocalSoar
) -> None:
    _, artifacts = received_case(tanium, soar, given("process_injection_alert.json"))

    assert artifacts[0]["cef"]["taniumFindingId"] == "-5"
    assert artifacts[0]["cef"]["intelSource"] == "7"


def test_list_alerts(tanium: SimulatorServer, run: RunAction) -> None:
    for name in ("process_injection_alert.json", "defender_alert.json"):
        add(tanium, given(name))

    injection, detection = run("list alerts", offset=120).rows

    assert (injection["path"], injection["target_path"], injection["target_pid"]) == (
        DROPPER,
        LSASS,
        812,
    )
    assert (injection["description"], injection["technique"]) == (INJECTED, "Thread")
    assert injection["mitre_technique_ids"] == "T1055"
    assert injection["target_sha256"].endswith("032c")
    assert detection["path"] == r"C:\Users\kim\Downloads\made-up.exe"
    assert (detection["threat_name"], detection["action_type"], detection["detection_user"]) == (
        "Trojan:Win32/MadeUp",
        "Quarantine",
        "LAB\\kim",
    )


# Siblings


def case_of(details: Any, **members: Any) -> Case:
    return alert_case(alert(details=json.dumps(details), **members))


def cef_of(details: Any, **members: Any) -> Row:
    cef: Row = case_of(details, **members).artifacts[0]["cef"]
    return cef


@pytest.mark.parametrize(
    ("path", "files"),
    [
        (r"file:_C:\a.exe", [r"C:\a.exe"]),
        (r"containerfile:_C:\a.zip; file:_C:\a.zip->b.exe", [r"C:\a.zip", r"C:\a.zip->b.exe"]),
        (r"regkey:_HKLM\Run\x", []),
        (r"C:\a.exe", [r"C:\a.exe"]),
        ("/tmp/a", ["/tmp/a"]),
    ],
)
def test_paths_of_detections(path: str, files: list[str]) -> None:
    artifact = {"x": [{"another_kind": {"deeper": {"path": path}}}]}

    case = case_of({"match": None, "finding": {"artifact": artifact}}, path=None)

    assert list(labelled(case.artifacts, "file")) == files
    if not files:
        assert case.artifacts[0]["cef"]["path"] == path


def test_path_of_an_alert_is_without_its_scheme(tanium: SimulatorServer, run: RunAction) -> None:
    row = {**given("defender_alert.json"), "path": r"file:_C:\a.exe"}
    add(tanium, row)

    assert run("list alerts", offset=120).rows[0]["path"] == r"C:\a.exe"
    assert alert_case(row).artifacts[0]["cef"]["filePath"] == r"C:\a.exe"


def test_entry_of_an_event_log(tanium: SimulatorServer, run: RunAction) -> None:
    properties = {
        "source": "Security",
        "message": "A service was installed.",
        "write_time": "2026-11-20T08:00:00.000Z",
        "gen_time": "2026-11-20T07:59:59.000Z",
    }
    details = {"match": {"type": "eventlog", "properties": properties}}

    cef = cef_of(details, matchType="eventlog", path=None)

    assert (cef["source"], cef["message"]) == ("Security", "A service was installed.")
    assert (cef["writeTime"], cef["genTime"]) == (
        "2026-11-20T08:00:00.000Z",
        "2026-11-20T07:59:59.000Z",
    )
    tanium.state.alerts.add(details=json.dumps(details))
    (row,) = run("list alerts", offset=120).rows
    assert (row["description"], row["event_source"]) == ("A service was installed.", "Security")


def test_every_scalar_that_no_reader_knows_has_a_field() -> None:
    """Also of kinds of targets and events that do not exist yet; two of one name are kept apart."""
    details = {
        "match": {
            "properties": {
                "pid": 7,
                "integrity": "high",
                "registry": {"key_path": "HKLM", "values": [1, 2], "name": "Run"},
                "service": {"name": "Spooler", "running": True, "load": 0.5, "empty": None},
                "checksum_hash": "none",
                "parent": {"pid": 8, "session_id": 3},
            },
            "contexts": [{"event": {"registrySet": {"valueName": "Start"}, "timestampMs": "1"}}],
        },
        "finding": {
            "whats": [
                {
                    "security_event": {"type_identifier": "Image"},
                    "additional_fields": {"technique": technique, "window": "0x7"},
                    "artifact_activity": {
                        "relevant_actions": [{"target": {"pipe": {"pipe_name": "p1"}}}]
                    },
                }
                for technique in ("Thread", "APC")
            ],
            "artifact": {"sensor_event": {"rule": {"id": 9}}},
        },
    }

    cef = cef_of(details)

    expected = {
        "integrity": "high",
        "keyPath": "HKLM",
        "values": "1, 2",
        "name": "Run",
        "serviceName": "Spooler",
        "running": "true",
        "load": "0.5",
        "checksumHashText": "none",
        "sessionId": "3",
        "valueName": "Start",
        "typeIdentifier": "Image",
        "technique": "Thread, APC",
        "window": "0x7",
        "pipeName": "p1",
        "id": "9",
    }
    assert {name: cef.get(name) for name in expected} == expected


def test_what_is_beyond_the_bounds_is_said() -> None:
    properties = {f"member_{number}": number for number in range(150)}

    (first, *_) = case_of({"match": {"properties": properties}}).artifacts

    assert first["data"]["left_out_of_artifacts"] == ["50 of 150 further values"]
    assert "member99" in first["cef"]


@pytest.mark.parametrize(
    "members",
    [{"hash": hashes("a")}, {"hashes": hashes("a")}, {"hash": "x", "hashes": hashes("a")}],
)
def test_hashes_of_a_file_in_either_member(members: Row) -> None:
    matched = {"file": {"fullpath": DROPPER, **members}, "pid": 7}
    reported = {"pid": 7, "file": {"file": {"path": DROPPER, **members}}}
    whats = [{"artifact_activity": {"acting_artifact": {"process": reported}}}]

    by_match = cef_of({"match": {"properties": matched}}, path=DROPPER)
    by_finding = cef_of({"match": None, "finding": {"whats": whats}}, path=DROPPER)

    assert by_match["fileHashSha256"] == by_finding["fileHashSha256"] == hashes("a")["sha256"]


def test_alert_without_a_match_has_its_process_s_file(
    tanium: SimulatorServer, run: RunAction
) -> None:
    details = json.loads(given("process_injection_alert.json")["details"])
    details["match"] = None
    tanium.state.alerts.add(details=json.dumps(details), path=None, matchType="process")

    (row,) = run("list alerts", offset=120).rows
    case = case_of(details, path=None)

    assert (row["event_type"], row["path"]) == ("process", DROPPER)
    assert row["sha256"].endswith("1092")
    assert case.artifacts[0]["cef"]["filePath"] == DROPPER
    assert {DROPPER, LSASS, WININIT} == set(labelled(case.artifacts, "file"))


def test_process_that_acted_and_was_acted_upon_is_one_artifact() -> None:
    """Such as an ancestor of the acting process, into which that one injects code."""
    parent = {"pid": 7, "tanium_unique_id": "70", "arguments": "shell"}
    child = {"pid": 8, "tanium_unique_id": "80", "parent": {"process": parent}}
    whats = [
        {
            "additional_fields": {"technique": "Thread"},
            "artifact_activity": {
                "acting_artifact": {"process": child},
                "relevant_actions": [{"target": {"process": parent}}] * 2,
            },
        }
    ]

    case = case_of({"match": None, "finding": {"whats": whats}})

    processes = [each for each in case.artifacts if each["label"] == "process"]
    assert [each["cef"].get("processRole") for each in processes] == [None, "target"]
    assert case.container["description"].endswith(
        "process (8) injected code into process (7): technique Thread."
    )


def test_process_that_was_not_injected_into_is_no_injection() -> None:
    whats = [{"artifact_activity": {"relevant_actions": [{"target": {"process": {"pid": 7}}}]}}]

    case = case_of(
        {
            "match": {"properties": {"pid": 8, "name": "/bin/a"}},
            "finding": {"whats": whats, "description": "Ended a process"},
        },
        intelDoc=None,
    )

    assert case.container["tags"] == []
    assert "a (8) acted on process (7). Ended a process" in case.container["description"]


@pytest.mark.parametrize("kind", ["processInjection", "process_injection"])
def test_intel_of_injections_has_its_technique(kind: str) -> None:
    intel = {"type": kind, "mitreAttack": {"techniques": [{"id": "T1055.012", "name": "x"}]}}

    assert case_of({}, intelDoc={"type": kind}).container["tags"] == ["T1055"]
    assert case_of({}, intelDoc=intel).container["tags"] == ["T1055.012"]


def test_connection_that_only_listens_is_one() -> None:
    properties = {"local_ip": "192.0.2.7", "local_port": 445}

    networks = [
        each["cef"]
        for each in case_of({"match": {"properties": properties}}).artifacts
        if each["label"] == "network"
    ]

    assert [(cef["sourceAddress"], cef["sourcePort"]) for cef in networks] == [("192.0.2.7", "445")]
