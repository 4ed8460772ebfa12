# File: test_alerts.py
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
"""What becomes of an alert of each shape, whatever form its details have: every field of the
container and of the artifacts.
"""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from tanium_tr.ingestion.cases import Case, alert_case, guid_of, priority_of
from tests.ingestion.samples import (
    AT_REST,
    DROPPED,
    ENDS,
    GUID,
    INTEL,
    MOVED,
    PARTIAL,
    PATHS,
    PORT,
    PROCESS_OF_FINDING,
    RECORDED,
    SESSION,
    SHAPES,
    SHELL,
    WORD,
    Row,
    alert,
    hashes,
)


CONSOLE = "https://console.example.com"
LINK = f"{CONSOLE}/ui/threatresponse/alerts?guid={GUID}"

# As TANIUM_WIRE section 3 has them, with the names under which this app's actions take them.
CONTAINS = {
    "deviceHostname": ["host name"],
    "deviceAddress": ["ip"],
    "destinationHostName": ["host name"],
    "destinationAddress": ["ip"],
    "destinationPort": ["port"],
    "sourceAddress": ["ip"],
    "sourcePort": ["port"],
    "sourceUserName": ["user name"],
    "sourceProcessName": ["process name"],
    "sourceProcessId": ["pid"],
    "parentProcessName": ["process name"],
    "parentProcessId": ["pid"],
    "fileName": ["file name"],
    "filePath": ["file path"],
    "fileHash": ["hash"],
    "fileHashMd5": ["md5", "threatresponse file hash"],
    "fileHashSha1": ["sha1"],
    "fileHashSha256": ["sha256"],
    "requestURL": ["url"],
    "taniumAlertId": ["threatresponse alert id"],
    "taniumAlertGuid": ["threatresponse alert guid"],
    "taniumIntelDocId": ["threatresponse intel doc id"],
    "taniumProcessTableId": ["threatresponse process table id"],
    "taniumParentProcessTableId": ["threatresponse process table id"],
    "taniumClientId": ["threatresponse client id"],
    "taniumConnectionId": ["threatresponse connection id"],
    "taniumTargetProcessTableId": ["threatresponse process table id"],
    "destinationUserName": ["user name"],
    "destinationProcessName": ["process name"],
    "destinationProcessId": ["pid"],
    "targetFilePath": ["file path"],
    "targetFileHash": ["hash"],
}

HOST = {"deviceHostname": "fake-pc.example.com", "deviceAddress": "192.0.2.7"}
OUTER = {
    **HOST,
    "destinationHostName": "fake-pc.example.com",
    "destinationAddress": "192.0.2.7",
    "intelName": "Fake dropper",
    "intelType": "tanium-signal",
    "intelLabels": "Alpha, Beta",
    "mitreTechniqueIds": "T1059.001, T1204",
    "taniumAlertId": "9",
    "taniumAlertGuid": GUID,
    "requestURL": LINK,
    "taniumIntelDocId": "700",
    "taniumEid": "605",
    "taniumFindingId": "-5550001",
    "taniumState": "unresolved",
    "taniumPriority": "high",
    "taniumSeverity": "info",
    "deviceReceiptTime": "2026-11-20T08:05:00.000000Z",
}
SEEN = {"startTime": "2026-11-20T08:01:00.000000Z", "endTime": "2026-11-20T08:01:02.500000Z"}
USER = {"sourceUserName": "pat", "sourceNtDomain": "FAKE-PC"}
SIGNED = {
    "signatureIssuer": "Fake CA",
    "signatureSubject": "Fake Corporation",
    "signatureStatus": "1",
}


def file_fields(path: str, letter: str = "", size: str = "") -> Row:
    of_hashes = {}
    if letter:
        found = hashes(letter)
        of_hashes = {
            "fileHash": found["sha256"],
            "fileHashMd5": found["md5"],
            "fileHashSha1": found["sha1"],
            "fileHashSha256": found["sha256"],
        }
    return {
        "filePath": path,
        "fileName": path.rpartition("\\")[2],
        **of_hashes,
        **({"fileSize": size} if size else {}),
    }


SHELL_PROCESS = {
    "sourceProcessName": "powershell.exe",
    "sourceProcessId": "4321",
    "processCommandLine": f'"{SHELL}" -fake 4321',
    "taniumProcessTableId": "4610021",
    "parentProcessName": "WINWORD.EXE",
    "parentProcessId": "876",
    "parentCommandLine": f'"{WORD}" -fake 876',
    "taniumParentProcessTableId": "4610020",
    **USER,
    "sourceUserId": "S-1-5-21-1-2-3-1001",
    **SIGNED,
    **file_fields(SHELL, "a"),
}
WORD_PROCESS = {
    "sourceProcessName": "WINWORD.EXE",
    "sourceProcessId": "876",
    "processCommandLine": f'"{WORD}" -fake 876',
    "taniumProcessTableId": "4610020",
    **USER,
    "sourceUserId": "S-1-5-21-1-2-3-1001",
    **SIGNED,
    **file_fields(WORD, "b"),
}
WORDS_PARENT = {
    "parentProcessName": "explorer.exe",
    "parentProcessId": "500",
    "parentCommandLine": "explorer.exe",
}
SESSION_PROCESS = {
    "sourceProcessName": "explorer.exe",
    "sourceProcessId": "500",
    "processCommandLine": "explorer.exe",
    **USER,
    "filePath": SESSION,
    "fileName": "explorer.exe",
    "fileHash": hashes("c")["md5"],
    "fileHashMd5": hashes("c")["md5"],
}
SHELL_STARTED, WORD_STARTED, SESSION_STARTED = (
    {"startTime": f"2026-11-20T{time}.000000Z"} for time in ("08:00:01", "08:00:36", "07:00:00")
)
# The match has no hash but MD5 in upper case.
SHELL_FILE = {
    **file_fields(SHELL),
    "fileHash": hashes("a")["md5"],
    "fileHashMd5": hashes("a")["md5"],
}
CONNECTION = {
    "sourceAddress": "192.0.2.7",
    "sourcePort": "49700",
    "destinationAddress": "203.0.113.9",
    "destinationPort": "443",
    "sourceProcessName": "powershell.exe",
    "sourceProcessId": "4321",
    "taniumProcessTableId": "4610021",
}

ALERT_NAME = "Fake dropper on fake-pc.example.com"
# Of each artifact: label, name, CEF.
EXPECTED: dict[str, list[tuple[str, str, Row]]] = {
    "A": [
        ("alert", ALERT_NAME, {**OUTER, **SHELL_PROCESS, **SEEN, "cat": "process"}),
        ("process", "Process powershell.exe (4321)", {**HOST, **SHELL_PROCESS, **SHELL_STARTED}),
        (
            "process",
            "Process WINWORD.EXE (876)",
            {**HOST, **WORD_PROCESS, **WORDS_PARENT, **WORD_STARTED},
        ),
        ("process", "Process explorer.exe (500)", {**HOST, **SESSION_PROCESS, **SESSION_STARTED}),
        ("file", "File powershell.exe", {**HOST, **SHELL_FILE}),
        ("file", "File fake-payload.dll", {**HOST, **file_fields(DROPPED, "d", "79")}),
        ("file", "File moved.part", {**HOST, **file_fields(PARTIAL)}),
        ("file", "File moved.txt", {**HOST, **file_fields(MOVED)}),
    ],
    "B": [
        ("alert", ALERT_NAME, {**OUTER, **file_fields(DROPPED, "d", "69"), **SEEN, "cat": "file"}),
        ("file", "File fake-payload.dll", {**HOST, **file_fields(DROPPED, "d", "69")}),
    ],
    "C": [
        ("alert", ALERT_NAME, {**OUTER, **SHELL_PROCESS, **SEEN, "cat": "port"}),
        ("process", "Process powershell.exe (4321)", {**HOST, **SHELL_PROCESS, **SHELL_STARTED}),
        ("process", "Process WINWORD.EXE (876)", {**HOST, **WORD_PROCESS, **WORD_STARTED}),
        ("file", "File powershell.exe", {**HOST, **file_fields(SHELL)}),
        ("network", "Connection with 203.0.113.9, port 443", {**HOST, **CONNECTION}),
    ],
    "D": [
        (
            "alert",
            ALERT_NAME,
            {
                **OUTER,
                **USER,
                **file_fields(DROPPED),
                **SEEN,
                "cat": "windows_defender",
                "message": "Fake malware was found.",
                "threatName": "Trojan:Fake/Sample",
                "eventId": "1116",
            },
        ),
        ("file", "File fake-payload.dll", {**HOST, **file_fields(DROPPED)}),
    ],
}
TYPES = {"A": "process", "B": "file", "C": "port", "D": "windows_defender"}
FORMS: dict[str, Any] = {"string": json.dumps, "object": lambda details: details}
GARBAGE: dict[str, Any] = {
    "null": None,
    "empty": "",
    "word": "details",
    "cut": json.dumps(RECORDED)[:-9],
    "array": [RECORDED],
    "text of text": json.dumps("match"),
    "bottomless": "[" * 100_000,
    "number": 7,
    "true": True,
    "parts of other types": {"match": [1], "finding": "x"},
    "deeper parts of other types": {
        "match": {
            "type": 5,
            "properties": {
                "pid": {},
                "file": [],
                "parent": 3,
                "name": 1,
                "fullpath": {},
                "remote_ip": [],
                "process": "p",
            },
        },
        "finding": {
            "whats": [
                None,
                {"artifact_activity": 1},
                {"artifact_activity": {"relevant_actions": [{"target": {"file": [], "port": 0}}]}},
            ]
        },
    },
}


def case_of(**members: Any) -> Case:
    return alert_case(alert(**members), CONSOLE, ["Alpha", "Beta"])


def artifacts_of(case: Case) -> list[tuple[str, str, Row]]:
    return [(artifact["label"], artifact["name"], artifact["cef"]) for artifact in case.artifacts]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("shape", SHAPES)
def test_container_and_artifacts(shape: str, form: str) -> None:
    row = alert(shape, details=FORMS[form](SHAPES[shape]))
    message = " Fake malware was found." if shape == "D" else ""

    container, artifacts = alert_case(row, CONSOLE, ["Alpha", "Beta"])

    assert container == {
        "name": ALERT_NAME,
        "description": f"Threat Response alert ({TYPES[shape]}) about {PATHS[shape]}.{message}",
        "source_data_identifier": GUID,
        "severity": "high",
        "tags": ["T1059.001", "T1204"],
        "start_time": "2026-11-20T08:01:01.000000Z",
    }
    assert artifacts_of(Case(container, artifacts)) == EXPECTED[shape]
    for artifact in artifacts:
        assert artifact["cef_types"] == {
            name: CONTAINS[name] for name in artifact["cef"] if name in CONTAINS
        }
        assert artifact["severity"] == "high"
        assert artifact["type"] == ("network" if artifact["label"] == "network" else "host")
        started = (
            container["start_time"]
            if artifact["label"] == "alert"
            else artifact["cef"].get("startTime")
        )
        assert artifact.get("start_time") == started
        assert set(artifact) - {"start_time"} == {
            "name",
            "label",
            "type",
            "severity",
            "source_data_identifier",
            "cef",
            "cef_types",
            "data",
        }
    assert artifacts[0]["data"] == {
        **row,
        "intelDoc": {
            name: INTEL[name] for name in ("id", "name", "type", "description", "mitreAttack")
        },
    }
    assert {json.dumps(artifact["data"]) for artifact in artifacts[1:]} <= {"{}"}


@pytest.mark.parametrize("shape", SHAPES)
def test_identifiers(shape: str) -> None:
    """Those of a process say which; no two are alike; the same thing has the same one in every
    shape.
    """
    identifiers = [
        artifact["source_data_identifier"] for artifact in case_of(shape=shape).artifacts
    ]

    assert identifiers[0] == "alert"
    assert len(set(identifiers)) == len(identifiers)
    assert [
        identifier
        for identifier in identifiers
        if identifier in ("process:4610021", "process:4610020")
    ] == (["process:4610021", "process:4610020"] if shape in "AC" else [])
    assert [name.partition(":")[0] for name in identifiers] == [
        label for label, _, _ in EXPECTED[shape]
    ]


def test_identifiers_stay_as_they_are() -> None:
    """From one version to the next, too: other ones would double artifacts of containers that are
    there.
    """
    found = {
        artifact["name"]: artifact["source_data_identifier"]
        for shape in SHAPES
        for artifact in case_of(shape=shape).artifacts
    }

    assert found == {
        ALERT_NAME: "alert",
        "Process powershell.exe (4321)": "process:4610021",
        "Process WINWORD.EXE (876)": "process:4610020",
        "Process explorer.exe (500)": "process:343580bff4b379b2f8577ea763290e9a",
        "File powershell.exe": "file:034954ac84ccb5b3fdbcf7f81a78022d",
        "File fake-payload.dll": "file:3d59da9380e1bf57b6c1d89712106a9a",
        "File moved.part": "file:536c82219d93b7979498eef2f93a04b3",
        "File moved.txt": "file:232cbea41809f79402dfe1a608178711",
        "Connection with 203.0.113.9, port 443": "network:e4bb2a8f2545639970b2afe3d1e516cb",
    }


@pytest.mark.parametrize("details", [*GARBAGE, "missing"])
def test_alert_whose_details_say_nothing(details: str) -> None:
    row = alert("D")
    if details == "missing":
        del row["details"]
    else:
        row["details"] = GARBAGE[details]

    container, artifacts = alert_case(row, CONSOLE, ["Alpha", "Beta"])

    assert container["source_data_identifier"] == GUID
    assert container["description"] == f"Threat Response alert (windows_defender) about {DROPPED}."
    (first,) = artifacts
    alerted = {"startTime": "2026-11-20T08:01:01.000000Z"}
    own = {"parent": "3", "process": "p"} if details == "deeper parts of other types" else {}
    assert first["cef"] == {
        **OUTER,
        **file_fields(DROPPED),
        **alerted,
        **own,
        "cat": "windows_defender",
    }
    assert first["data"]["guid"] == GUID


def test_alert_without_anything() -> None:
    container, artifacts = alert_case({})

    assert (container["name"], container["severity"], container["tags"]) == ("Alert", "medium", [])
    assert container["source_data_identifier"] == alert_case({}).container["source_data_identifier"]
    assert "start_time" not in container
    assert [artifact["cef"] for artifact in artifacts] == [{}]


@pytest.mark.parametrize(
    ("members", "name"),
    [
        ({"intelDoc": None}, "Intel 700 on fake-pc.example.com"),
        ({"intelDoc": None, "intelDocId": None}, f"Alert {GUID} on fake-pc.example.com"),
        ({"intelDoc": None, "intelDocId": None, "guid": None, "computerName": None}, "Alert 9"),
        ({"computerName": ""}, "Fake dropper"),
        ({"intelDoc": {"name": "x" * 300}}, "x" * 199 + "…"),
        ({"intelDoc": {"name": "a\0b\ud800"}}, "a\ufffdb\ufffd on fake-pc.example.com"),
    ],
)
def test_names(members: Row, name: str) -> None:
    assert case_of(**members).container["name"] == name


@pytest.mark.parametrize(
    ("members", "identifier"),
    [
        ({"guid": GUID.upper()}, GUID),
        ({"guid": f" {GUID} "}, GUID),
        ({"guid": None}, "9"),
        ({"guid": "", "id": "12"}, "12"),
        ({"guid": "a b"}, "9"),
        ({"guid": ["x"], "id": 2**53 + 1}, "9007199254740993"),
    ],
)
def test_container_is_known_by_guid_or_id(members: Row, identifier: str) -> None:
    assert case_of(**members).container["source_data_identifier"] == identifier


def test_alerts_with_neither_are_told_apart() -> None:
    one, same, other = (
        case_of(guid=None, id=None, path=path).container["source_data_identifier"]
        for path in ("a", "a", "b")
    )

    assert one == same != other


@pytest.mark.parametrize(
    ("priority", "severity", "expected"),
    [
        ("high", "info", "high"),
        ("medium", "info", "medium"),
        ("low", "high", "low"),
        ("LOW ", "info", "low"),
        ("critical", None, "high"),
        ("info", "high", "low"),
        (None, "high", "high"),
        (None, "critical", "high"),
        (None, "info", "medium"),
        ("urgent", "low", "medium"),
        (3, [], "medium"),
    ],
)
def test_severity_comes_from_the_priority(priority: Any, severity: Any, expected: str) -> None:
    row = alert(priority=priority, severity=severity)

    assert priority_of(row) == expected
    container, artifacts = alert_case(row)
    assert {container["severity"], *(artifact["severity"] for artifact in artifacts)} == {expected}


@pytest.mark.parametrize(
    ("guid", "link"),
    [
        (GUID, LINK),
        ("a/b?c=d&e#f", f"{CONSOLE}/ui/threatresponse/alerts?guid=a%2Fb%3Fc%3Dd%26e%23f"),
        (None, None),
        ("\r\n", None),
    ],
)
def test_link(guid: Any, link: str | None) -> None:
    assert case_of(guid=guid).artifacts[0]["cef"].get("requestURL") == link
    assert "requestURL" not in alert_case(alert(guid=guid)).artifacts[0]["cef"]
    assert guid_of({"guid": guid}) == (guid if link else "")


def test_alert_about_another_file_than_the_matched_one_shows_no_hash_of_that() -> None:
    """But those of the file that it is about, when the findings have them, whatever its path's
    case.
    """
    known = case_of(path=DROPPED.upper()).artifacts[0]["cef"]
    unknown = case_of(path=r"C:\nowhere.exe").artifacts[0]["cef"]

    assert {**known, **file_fields(DROPPED, "d", "79")} == known
    assert unknown["filePath"] == r"C:\nowhere.exe"
    assert not [name for name in unknown if name.startswith("fileHash")]


@pytest.mark.parametrize(
    "value",
    [
        "",
        "x",
        "a1" * 15 + "a",
        "a1" * 16 + "\n",
        "a1" * 15 + "g1",
        "a1" * 15 + "a\n",
        r"C:\a.exe",
        "\uff11" * 32,
        None,
        10**31,
        ["a1" * 16],
        {"md5": "a1" * 16},
        True,
    ],
    ids=repr,
)
def test_nothing_but_a_hash_in_a_hash_field(value: Any) -> None:
    of_file: Row = {"fullpath": DROPPED, "md5": value, "sha1": value, "sha256": value}
    details = {
        "match": {"type": "file", "properties": of_file},
        "finding": {"artifact": {"event": {**of_file, "path": DROPPED}}},
    }

    for artifact in case_of(details=details, path=DROPPED).artifacts:
        assert not [name for name in artifact["cef"] if "Hash" in name]


def test_what_one_source_does_not_say_of_a_file_another_one_may() -> None:
    """Of an alert's own image, too; what the match says stays."""
    path, found = "/usr/bin/fake", {"md5": "a" * 32, "sha256": "b" * 64}
    image = {"pid": 65, "file": {"fullpath": path, "md5": ""}}
    matched = {"fullpath": path, "md5": "c" * 32}
    whats = [
        {
            "artifact_activity": {
                "relevant_actions": [
                    {"target": {"file": {"path": path, "hash": found, "size_bytes": 79}}}
                ]
            }
        }
    ]

    of_image, of_file = (
        case_of(
            details={"match": {"properties": properties}, "finding": {"whats": whats}}, path=path
        ).artifacts[0]["cef"]
        for properties in ({"process": image}, matched)
    )

    names = ("fileName", "fileHashMd5", "fileHashSha256", "fileSize")
    assert [of_image[name] for name in names] == ["fake", "a" * 32, "b" * 64, "79"]
    assert [of_file[name] for name in names] == ["fake", "c" * 32, "b" * 64, "79"]


def test_hash_of_another_kind_than_its_name_says_is_none() -> None:
    details = {
        "match": {
            "properties": {
                "fullpath": DROPPED,
                "md5": "a" * 40,
                "sha1": "b" * 64,
                "sha256": "c" * 32,
            }
        }
    }

    assert [artifact["cef"].get("fileHash") for artifact in case_of(details=details).artifacts] == [
        None,
        None,
    ]


def nested(depth: int) -> Row:
    parent: Row = {}
    for pid in range(depth, 0, -1):
        parent = {
            **PROCESS_OF_FINDING,
            "pid": pid,
            "tanium_recorder_table_id": str(5000 + pid),
            "parent": {"process": parent},
        }
    return parent


def test_ancestry_is_bounded_and_what_is_left_out_is_said() -> None:
    many: list[Row] = [{"target": {"file": {"path": f"C:\\{number}.dll"}}} for number in range(80)]
    many += [{"target": {"port": {**ENDS, "remote_port": number}}} for number in range(30)]
    whats = [
        {
            "artifact_activity": {
                "acting_artifact": {"process": nested(60)},
                "relevant_actions": many,
            }
        }
    ]

    case = case_of(details={"match": {}, "finding": {"whats": whats}})

    labels = [artifact["label"] for artifact in case.artifacts]
    assert (labels.count("process"), labels.count("file"), labels.count("network")) == (20, 50, 20)
    assert case.artifacts[0]["data"]["left_out_of_artifacts"] == [
        "processes beyond the first 20 of a process lineage",
        "30 of 80 files",
        "10 of 30 connections",
    ]
    assert [artifact["cef"]["sourceProcessId"] for artifact in case.artifacts[1:21]] == [
        str(pid) for pid in range(1, 21)
    ]

    whats.append({"artifact_activity": {"acting_artifact": {"process": {**nested(60), "pid": 99}}}})
    said_once = case_of(details={"match": {}, "finding": {"whats": whats}}).artifacts[0]["data"][
        "left_out_of_artifacts"
    ]
    assert said_once == case.artifacts[0]["data"]["left_out_of_artifacts"]


def test_details_of_thousands_of_processes_are_read_at_once() -> None:
    whats = [
        {"artifact_activity": {"acting_artifact": {"process": {"pid": pid}}}}
        for pid in range(1, 6001)
    ]

    before = time.process_time()
    case = case_of(details={"match": {}, "finding": {"whats": whats}})

    assert case.artifacts[0]["data"]["left_out_of_artifacts"] == ["5995 of 6000 process lineages"]
    assert time.process_time() - before < 20


def test_process_without_an_id_begins_no_further_line_of_descent() -> None:
    whats = [
        {"artifact_activity": {"acting_artifact": {"process": {"pid": pid, "arguments": "a.exe"}}}}
        for pid in (7, None, 7, 8, None)
    ]

    case = case_of(details={"match": {}, "finding": {"whats": whats}})

    assert [
        artifact["cef"].get("sourceProcessId")
        for artifact in case.artifacts
        if artifact["label"] == "process"
    ] == ["7", "8"]


def test_value_that_is_too_long_is_left_out_where_an_action_could_run_with_it() -> None:
    path, line = "C:\\" + "x" * 2500, "a.exe " + "y" * 2500
    details = json.loads(
        json.dumps(RECORDED)
        .replace(json.dumps(DROPPED), json.dumps(path))
        .replace(json.dumps(PROCESS_OF_FINDING["arguments"]), json.dumps(line))
    )

    case = case_of(details=details)

    shown = [value for artifact in case.artifacts for value in artifact["cef"].values()]
    assert max(map(len, shown)) == 2000
    assert not any(value.startswith("C:\\xx") for value in shown)
    assert f"{line[:1999]}…" in shown
    assert path in json.dumps(case.artifacts[0]["data"]).replace("\\\\", "\\")


@pytest.mark.parametrize(
    "attack",
    [
        INTEL["mitreAttack"],
        json.dumps(INTEL["mitreAttack"]),
        json.dumps(["T1059.001", "T1204"]),
        ["T1059.001", "T1204", "T1059.001"],
        [{"id": "T1059.001"}, 7, None, {"id": "T1204"}, {"id": 4}],
        "T1059.001,T1204",
    ],
)
def test_techniques_in_any_form(attack: Any) -> None:
    assert case_of(intelDoc={**INTEL, "mitreAttack": attack}).container["tags"] == [
        "T1059.001",
        "T1204",
    ]


def test_techniques_are_bounded() -> None:
    case = case_of(
        intelDoc={**INTEL, "mitreAttack": [f"T{number}" for number in range(1000, 1060)]}
    )

    assert case.container["tags"] == [f"T{number}" for number in range(1000, 1050)]


@pytest.mark.parametrize(
    ("alerted", "time"),
    [
        ("2026-11-20T08:01:01Z", "2026-11-20T08:01:01.000000Z"),
        ("2026-11-20T10:01:01.5+02:00", "2026-11-20T08:01:01.500000Z"),
        ("2026-11-20 08:01:01.123", "2026-11-20T08:01:01.123000Z"),
        (1_795_161_661_000, "2026-11-20T08:01:01.000000Z"),
        ("1795161661000", "2026-11-20T08:01:01.000000Z"),
        ("2026-02-30T08:01:01.000Z", "2026-11-20T08:05:01.000000Z"),
        ("tomorrow", "2026-11-20T08:05:01.000000Z"),
        ("10", "1970-01-01T00:00:00.010000Z"),
        (10**30, "2026-11-20T08:05:01.000000Z"),
        (None, "2026-11-20T08:05:01.000000Z"),
    ],
)
def test_times_in_any_form(alerted: Any, time: str) -> None:
    """Where the endpoint's time is none, the server's counts."""
    case = case_of(alertedAt=alerted, details=None)

    assert {
        case.container["start_time"],
        case.artifacts[0]["start_time"],
        case.artifacts[0]["cef"]["startTime"],
    } == {time}


def test_address_is_one_or_none() -> None:
    addresses = [
        "192.0.2.7",
        " 192.0.2.7 ",
        "fe80::1%eth0",
        "192.0.2",
        "fake-pc",
        3221225991,
        None,
        "192.0.2.7, 192.0.2.8",
    ]

    found = [
        case_of(shape="B", computerIpAddress=address).artifacts[0]["cef"].get("deviceAddress")
        for address in addresses
    ]

    assert found == ["192.0.2.7", "192.0.2.7", "fe80::1", None, None, None, None, None]


def test_details_of_the_matched_process_win_over_those_of_another_one() -> None:
    """A finding about another process is a lineage of its own."""
    other = {**PROCESS_OF_FINDING, "pid": 99, "tanium_recorder_table_id": "4619999"}
    whats = [
        {"artifact_activity": {"acting_artifact": {"process": process}}}
        for process in (other, PROCESS_OF_FINDING)
    ]

    case = case_of(details={**RECORDED, "finding": {"whats": whats}})

    assert case.artifacts[0]["cef"]["taniumProcessTableId"] == "4610021"
    identifiers = [
        artifact["source_data_identifier"]
        for artifact in case.artifacts
        if artifact["label"] == "process"
    ]
    assert identifiers[:2] == ["process:4610021", "process:4610020"]
    assert "process:4619999" in identifiers


def test_ancestors_that_match_and_finding_do_not_share_are_the_finding_s() -> None:
    properties = {
        "pid": 7,
        "name": "a.exe",
        "parent": {"pid": 8, "name": "b.exe", "parent": {"pid": 9, "name": "c.exe"}},
    }
    artifacts_of = {
        "pid": 7,
        "parent": {"process": {"pid": 18, "parent": {"process": {"pid": 9, "arguments": "d.exe"}}}},
    }
    whats = [{"artifact_activity": {"acting_artifact": {"process": artifacts_of}}}]

    processes = [
        (artifact["cef"]["sourceProcessId"], artifact["cef"].get("sourceProcessName"))
        for artifact in case_of(
            details={"match": {"properties": properties}, "finding": {"whats": whats}}
        ).artifacts
        if artifact["label"] == "process"
    ]

    assert processes == [("7", "a.exe"), ("18", None), ("9", None)]


def test_match_alone_tells_of_its_process() -> None:
    (process,) = [
        artifact["cef"]
        for artifact in case_of(details={"match": PORT["match"]}).artifacts
        if artifact["label"] == "process"
    ]

    shown = {
        name: process[name]
        for name in (
            "taniumProcessTableId",
            "sourceProcessId",
            "parentProcessId",
            "processCommandLine",
            *USER,
        )
    }
    assert shown == {
        "taniumProcessTableId": "4610021",
        "sourceProcessId": "4321",
        "parentProcessId": "876",
        "processCommandLine": "powershell.exe -as matched",
        **USER,
    }


def test_nothing_of_what_is_given_is_changed() -> None:
    for shape, details in SHAPES.items():
        row = alert(shape)
        before = json.dumps(row)
        alert_case(row, CONSOLE)
        assert json.dumps(row) == before, shape
        assert details is row["details"]
    assert AT_REST["match"]["properties"]["fullpath"] == DROPPED
    assert PORT["match"]["properties"]["process"]["file"] == {"fullpath": SHELL}
