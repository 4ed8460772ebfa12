# File: test_rows.py
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
"""What becomes of rows that Connect pushes: alerts, older events, audit records and any other."""

from __future__ import annotations

import base64
import json
import sys
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from tanium_tr.ingestion.cases import Case, alert_case
from tanium_tr.ingestion.rows import row_case
from tests.ingestion.samples import (
    AT_REST,
    DEFENDER,
    DROPPED,
    GUID,
    RECORDED,
    Row,
    alert,
    answer,
    audit,
    event,
    hashes,
    pushed_alert,
)
from tests.ingestion.test_alerts import (
    ALERT_NAME,
    CONNECTION,
    CONSOLE,
    CONTAINS,
    EXPECTED,
    GARBAGE,
    HOST,
    LINK,
    SHELL_PROCESS,
    SHELL_STARTED,
    WORD_PROCESS,
    WORD_STARTED,
    artifacts_of,
    file_fields,
)


RECEIVED = datetime(2026, 11, 22, 3, 0, tzinfo=timezone.utc)
SHELL_PATH = SHELL_PROCESS["filePath"]
SERVERS_ONLY = {
    "taniumAlertId",
    "taniumState",
    "taniumPriority",
    "taniumSeverity",
    "deviceReceiptTime",
}


def case_of(row: Row, console_url: str = "") -> Case:
    return row_case(row, RECEIVED, console_url)


def first_cef(row: Row) -> Row:
    cef: Row = case_of(row).artifacts[0]["cef"]
    return cef


def assert_types(case: Case) -> None:
    for artifact in case.artifacts:
        assert artifact["cef_types"] == {
            name: CONTAINS[name] for name in artifact["cef"] if name in CONTAINS
        }


# Alerts


@pytest.mark.parametrize("form", [json.dumps, lambda details: details], ids=["string", "object"])
def test_pushed_alert(form: Any) -> None:
    """Without the alert's id, state and priority, which the row does not have."""
    row = pushed_alert(**{"Match Details": form(RECORDED)})

    case = case_of(row)

    assert case.container == {
        "name": ALERT_NAME,
        "description": f"Threat Response alert (process) about {SHELL_PATH}.",
        "source_data_identifier": GUID,
        "severity": "medium",
        "tags": ["T1059.001", "T1204"],
        "start_time": "2026-11-20T08:01:01.000000Z",
    }
    polled = {
        name: value for name, value in EXPECTED["A"][0][2].items() if name not in SERVERS_ONLY
    }
    assert artifacts_of(case) == [
        ("alert", ALERT_NAME, {**polled, "impactScore": "250", "intelSource": "1"}),
        *EXPECTED["A"][1:],
    ]
    assert_types(case)
    assert {artifact["severity"] for artifact in case.artifacts} == {"medium"}
    assert case.artifacts[0]["data"] == row


@pytest.mark.parametrize("shape", "ABCD")
def test_pushed_alert_meets_the_polled_one(shape: str) -> None:
    polled, pushed = (
        alert_case(alert(shape)),
        case_of(pushed_alert(**{"Match Details": alert(shape)["details"]})),
    )

    assert pushed.container["source_data_identifier"] == polled.container["source_data_identifier"]
    identifiers = [
        [artifact["source_data_identifier"] for artifact in case.artifacts]
        for case in (polled, pushed)
    ]
    assert identifiers[0] == identifiers[1]


@pytest.mark.parametrize("details", GARBAGE)
def test_pushed_alert_whose_details_say_nothing(details: str) -> None:
    case = case_of(pushed_alert(**{"Match Details": GARBAGE[details]}))

    assert [artifact["label"] for artifact in case.artifacts] == ["alert"]
    assert case.container["source_data_identifier"] == GUID


def test_pushed_alert_of_a_signal_without_techniques_labels_and_score() -> None:
    row = pushed_alert(
        **{
            "MITRE Techniques": "[]",
            "Impact Score": "",
            "Intel Labels": "",
            "EID": None,
            "Link": "",
        }
    )
    case = case_of(row)

    assert case.container["tags"] == []
    gone = {"mitreTechniqueIds", "impactScore", "intelLabels", "taniumEid", "requestURL"}
    assert not gone & set(case.artifacts[0]["cef"])
    assert gone < set(first_cef(pushed_alert()))


@pytest.mark.parametrize(
    ("label", "value", "field", "expected"),
    [
        ("Impact Score", 0, "impactScore", "0"),
        ("Impact Score", "12", "impactScore", "12"),
        ("Intel Labels", ["Alpha", "Beta", 3], "intelLabels", "Alpha, Beta"),
        ("Intel Labels", '["Alpha", "Beta"]', "intelLabels", "Alpha, Beta"),
        ("Intel Labels", "[cut", "intelLabels", None),
        ("Intel Id", "700:1:0fa4e", "taniumIntelDocId", "700"),
        ("Intel Id", "x", "taniumIntelDocId", None),
        ("Link", "javascript:alert(1)", "requestURL", None),
        ("EID", "-3", "taniumEid", "-3"),
        ("EID", 2**64, "taniumEid", None),
        ("Computer IP", "somewhere", "deviceAddress", None),
        ("Priority", "low", "taniumPriority", "low"),
    ],
)
def test_columns_of_a_pushed_alert(
    label: str, value: Any, field: str, expected: str | None
) -> None:
    assert first_cef(pushed_alert(**{label: value})).get(field) == expected


def test_asset_with_a_console_makes_its_own_link() -> None:
    case = case_of(pushed_alert(Link="https://elsewhere.example.com/"), CONSOLE)

    assert case.artifacts[0]["cef"]["requestURL"] == LINK


@pytest.mark.parametrize(
    "spelling",
    [
        str.upper,
        lambda label: label.replace(" ", "_").lower(),
        lambda label: label.replace(" ", ""),
    ],
)
def test_labels_of_any_spelling(spelling: Any) -> None:
    row = {spelling(label): value for label, value in pushed_alert().items()}

    assert artifacts_of(case_of(row)) == artifacts_of(case_of(pushed_alert()))


def test_alert_pushed_with_the_server_s_own_members_is_the_polled_one() -> None:
    polled, pushed = alert_case(alert()), case_of(alert())

    assert artifacts_of(pushed)[1:] == artifacts_of(polled)[1:]
    assert pushed.container["source_data_identifier"] == GUID
    assert pushed.artifacts[0]["cef"]["taniumAlertId"] == "9"


def test_alert_pushed_with_few_columns_meets_the_polled_one() -> None:
    assert (
        case_of({"Alert Id": GUID, "Computer Name": "pc-1"}).container["source_data_identifier"]
        == GUID
    )


def test_of_columns_with_the_same_meaning_the_first_one_counts() -> None:
    row = {
        "Alert Id": GUID,
        "Intel Id": "700",
        "MITRE Attack": "T1204",
        "Computer Name": "pc-1",
        "computer_name": "pc-2",
    }

    cef = first_cef(row)

    assert (cef["deviceHostname"], cef["mitreTechniqueIds"]) == ("pc-1", "T1204")


@pytest.mark.parametrize("guid", [None, "", "   ", [], 1.5])
def test_alert_without_a_guid_is_a_row_like_any_other(guid: Any) -> None:
    assert (
        case_of(pushed_alert(**{"Alert Id": guid})).container["source_data_identifier"]
        == "tanium-row-2026-11-20"
    )


# Older events


def test_event() -> None:
    row = event()
    case = case_of(row)

    assert case.container == {
        "name": "Tanium events of 2026-11-20",
        "description": "Pushed by Tanium Connect.",
        "source_data_identifier": "tanium-event-2026-11-20",
        "severity": "medium",
        "start_time": "2026-11-20T00:00:00.000000Z",
    }
    first = {
        **HOST,
        **SHELL_PROCESS,
        "sourceUserName": "sam",
        "sourceUserId": "S-1-5-21-1-2-3-1002",
        "act": "detect.match",
        "cat": "port",
        "intelName": "Fake dropper",
        "eventSource": "recorder",
        "taniumEventId": "event-1",
        "taniumPriority": "high",
        "taniumSeverity": "info",
        "startTime": "2026-11-20T08:01:01.000000Z",
        "endTime": "2026-11-20T08:01:02.500000Z",
    }
    assert artifacts_of(case) == [
        ("event", "detect.match Fake dropper on fake-pc.example.com", first),
        ("process", "Process powershell.exe (4321)", {**HOST, **SHELL_PROCESS, **SHELL_STARTED}),
        ("process", "Process WINWORD.EXE (876)", {**HOST, **WORD_PROCESS, **WORD_STARTED}),
        ("file", "File powershell.exe", {**HOST, **file_fields(SHELL_PATH)}),
        ("network", "Connection with 203.0.113.9, port 443", {**HOST, **CONNECTION}),
    ]
    assert_types(case)
    assert {artifact["severity"] for artifact in case.artifacts} == {"high"}
    assert case.artifacts[0]["start_time"] == "2026-11-20T08:01:01.000000Z"
    assert case.artifacts[0]["data"] == row


@pytest.mark.parametrize("details", [RECORDED, AT_REST, DEFENDER])
@pytest.mark.parametrize("padding", ["=", ""])
def test_payload_of_an_event(details: Row, padding: str) -> None:
    payload = (
        base64.b64encode(json.dumps(details).encode() + b"  "[: -len(json.dumps(details)) % 3 or 2])
        .decode()
        .rstrip("=")
        + padding
    )
    case = case_of(event(**{"Other Parameters": f"payload={payload}|name=Other"}))

    shape = next(
        shape
        for shape, given in (("A", RECORDED), ("B", AT_REST), ("D", DEFENDER))
        if given is details
    )
    assert artifacts_of(case)[1:] == EXPECTED[shape][1:]
    assert case.artifacts[0]["cef"]["intelName"] == "Other"


@pytest.mark.parametrize(
    "parameters",
    [
        None,
        "",
        "name=x",
        "payload=",
        "payload=%%%",
        "payload=e30",
        "payload=bm8ganNvbg==",
        "payload=/w==",
        "payload=\u00fc",
        7,
        ["payload=e30="],
    ],
)
def test_event_whose_payload_says_nothing(parameters: Any) -> None:
    (only,) = case_of(event(**{"Other Parameters": parameters})).artifacts

    assert (only["label"], only["cef"]["act"], only["cef"]["sourceUserName"]) == (
        "event",
        "detect.match",
        "sam",
    )


def test_event_without_a_user_shows_the_process_s() -> None:
    cef = first_cef(event(**{"User Name": "", "User Domain": "", "User Id": ""}))

    assert (cef["sourceUserName"], cef["sourceNtDomain"], cef["sourceUserId"]) == (
        "pat",
        "FAKE-PC",
        "S-1-5-21-1-2-3-1001",
    )


def test_events_of_one_day_share_a_container_and_no_artifact() -> None:
    cases = [
        case_of(event(**{"Event Id": name, "Severity": "low", "Priority": priority}))
        for name, priority in (("1", "low"), ("2", "high"))
    ]
    identifiers = [
        artifact["source_data_identifier"] for case in cases for artifact in case.artifacts
    ]

    assert cases[0].container == cases[1].container
    assert len(set(identifiers)) == len(identifiers) == 10


# Audit records and other rows


def test_audit_record() -> None:
    row = audit()
    case = case_of(row)

    assert case.container == {
        "name": "Tanium audit records of 2026-11-20",
        "description": "Pushed by Tanium Connect.",
        "source_data_identifier": "tanium-audit-2026-11-20",
        "severity": "low",
        "start_time": "2026-11-20T00:00:00.000000Z",
    }
    cef = {
        **HOST,
        "act": "create",
        "cat": "LiveConnection",
        "sourceUserName": "analyst",
        "taniumClientId": "1234567890",
        "taniumAuditId": "31",
        "startTime": "2026-11-20T23:59:59.999000Z",
    }
    assert artifacts_of(case) == [("audit", "analyst: create LiveConnection", cef)]
    assert_types(case)
    (only,) = case.artifacts
    assert (only["severity"], only["start_time"], only["data"]) == (
        "low",
        "2026-11-20T23:59:59.999000Z",
        row,
    )


@pytest.mark.parametrize(
    "state", [None, "", "{", [], '"text"', {"hostname": 1, "ip": "x", "clientId": -4}]
)
def test_audit_record_whose_state_says_nothing(state: Any) -> None:
    cef = first_cef(audit(state=state))

    assert not {"deviceHostname", "deviceAddress", "taniumClientId"} & set(cef)
    assert cef["act"] == "create"


def test_any_other_row() -> None:
    """Known columns under SOAR's names, others under their label in camel case; nothing in a typed
    field but what belongs there.
    """
    row = answer()
    case = case_of(row)

    assert case.container == {
        "name": "Tanium rows of 2026-11-22",
        "description": "Pushed by Tanium Connect.",
        "source_data_identifier": "tanium-row-2026-11-22",
        "severity": "low",
        "start_time": "2026-11-22T00:00:00.000000Z",
    }
    cef = {
        **HOST,
        "taniumClientId": "1234567890",
        "sourceUserName": "pat",
        "filePath": DROPPED,
        "fileHashMd5": hashes("d")["md5"],
        "fileHashSha256": hashes("d")["sha256"],
        "fileHashAny": hashes("d")["sha1"],
        "taniumProcessTableId": "4610021",
        "sourceProcessId": "4321",
        "operatingSystem": "Fake OS 11",
        "count": "1",
        "load": "0.5",
        "online": "true",
        "tags": "a, b",
    }
    assert artifacts_of(case) == [("row", "Row of fake-pc.example.com", cef)]
    assert_types(case)
    (only,) = case.artifacts
    assert (only["severity"], only["data"], "start_time" in only) == ("low", row, False)


@pytest.mark.parametrize(
    ("label", "value", "field"),
    [
        ("MD5", "no hash", "fileHashMd5"),
        ("SHA-1", hashes("d")["md5"], "fileHashSha1"),
        ("sha256", "g" * 64, "fileHashSha256"),
        ("Parent Hash", "n/a", "parentHash"),
        ("imphash", DROPPED, "imphash"),
        ("Parent MD5 Value", "[no results]", "parentMD5Value"),
        ("IP Address", "no address", "deviceAddress"),
        ("PID", "12x", "sourceProcessId"),
        ("PID", -1, "sourceProcessId"),
        ("PID", 2**32, "sourceProcessId"),
        ("PID", 12.0, "sourceProcessId"),
        ("PID", True, "sourceProcessId"),
        ("Process Table Id", "4610021/..", "taniumProcessTableId"),
        ("Process Table Id", 4.61e18, "taniumProcessTableId"),
        ("Computer ID", 0, "taniumClientId"),
        ("Source Port", 65536, "sourcePort"),
        ("Parent Process Id", "x", "parentProcessId"),
        ("Tanium Alert Id", "nine", "taniumAlertId"),
        ("request URL", "javascript:1", "requestURL"),
    ],
)
def test_value_that_is_not_of_its_column_s_kind_is_left_out(
    label: str, value: Any, field: str
) -> None:
    case = case_of({"Row": "x", label: value})

    assert field not in case.artifacts[0]["cef"]
    assert case.artifacts[0]["cef"] == {"row": "x"}
    assert case.artifacts[0]["data"][label] == value


@pytest.mark.parametrize(
    ("label", "value", "field"),
    [
        ("Computer Name", "ws-1", "deviceHostname"),
        ("Host Name", "ws-1", "deviceHostname"),
        ("Computer IP", "10.0.0.1", "deviceAddress"),
        ("Computer IP Address", "10.0.0.1", "deviceAddress"),
        ("IP Address", "10.0.0.1", "deviceAddress"),
        ("IP", "10.0.0.1", "deviceAddress"),
        ("User Name", "ann", "sourceUserName"),
        ("User", "ann", "sourceUserName"),
        ("Computer ID", "12", "taniumClientId"),
        ("Client ID", "12", "taniumClientId"),
        ("Path", "/bin/sh", "filePath"),
        ("PID", "12", "sourceProcessId"),
        ("PID", "4294967295", "sourceProcessId"),
        ("Process ID", "12", "sourceProcessId"),
        ("Source Port", "65535", "sourcePort"),
        ("Process Table ID", "12", "taniumProcessTableId"),
    ],
)
def test_column_of_any_row_whose_meaning_is_known(label: str, value: str, field: str) -> None:
    assert first_cef({"Row": "x", label: value}) == {"row": "x", field: value}


def test_row_of_several_times_is_of_the_first_that_says_one() -> None:
    row = {
        "Time": "2026-11-01",
        "Event Time": "2026-11-19T00:00:00Z",
        "Created At": "2026-11-18T00:00:00Z",
        "Timestamp": "soon",
    }

    assert case_of(row).container["start_time"].startswith("2026-11-18")
    del row["Created At"]
    assert case_of(row).container["start_time"].startswith("2026-11-19")


def test_row_of_many_columns_is_bounded() -> None:
    (only,) = case_of({f"Column {number}": number for number in range(1000)}).artifacts

    assert len(only["cef"]) == 100
    assert len(only["data"]) == 1000


# Identity


def test_long_label_does_not_stay_in_memory() -> None:
    label = "x" * 1_000_000
    before = sys.getrefcount(label)

    case_of({label: 1})

    assert sys.getrefcount(label) == before


@pytest.mark.parametrize("make", [event, audit, answer, pushed_alert])
def test_row_is_known_by_its_content(make: Any) -> None:
    """Whatever the order of its columns and the day on which it comes again, when it has a time of
    its own.
    """
    row = make(Timestamp="2026-11-20T08:01:01.000Z")
    later = row_case(dict(reversed(row.items())), RECEIVED + timedelta(days=3))
    other = case_of({**row, "More": 1})

    assert later == case_of(row)
    assert other.container == later.container
    if make is not pushed_alert:
        assert (
            other.artifacts[0]["source_data_identifier"]
            != later.artifacts[0]["source_data_identifier"]
        )


@pytest.mark.parametrize(
    ("time", "day"),
    [
        ("2026-11-20T23:30:00.000-02:00", "2026-11-21"),
        ("2026-11-20T23:30:00.000Z", "2026-11-20"),
        (1_795_161_661_000, "2026-11-20"),
        ("2026-11-20 08:01:01.123", "2026-11-20"),
        ("yesterday", "2026-11-22"),
        ("", "2026-11-22"),
        (None, "2026-11-22"),
    ],
)
def test_day_is_of_the_row_s_own_time_in_utc(time: Any, day: str) -> None:
    assert (
        case_of(audit(createdAt=time)).container["source_data_identifier"] == f"tanium-audit-{day}"
    )


def test_day_of_receipt_is_in_utc() -> None:
    received = datetime(2026, 11, 22, 23, 30, tzinfo=timezone(timedelta(hours=-5)))

    assert (
        row_case({"a": 1}, received).container["source_data_identifier"] == "tanium-row-2026-11-23"
    )
