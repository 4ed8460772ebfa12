# File: seed.py
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
"""The made-up world that a simulator starts with: accounts, computers, groups, files, intel. All
secrets here are obviously fake.
"""

from __future__ import annotations

import random
from typing import Any, NamedTuple


# Permissions, as the published app's documentation names them.

USE_API = "threat response use api"
ALERTS_READ = "threat response alerts read"
INTELS_WRITE = "threat response intels write"
SCANS_WRITE = "threat response on demand scans write"
ALL_PERMISSIONS = frozenset({USE_API, ALERTS_READ, INTELS_WRITE, SCANS_WRITE})


class User(NamedTuple):
    id: int
    name: str
    password: str
    domain: str
    permissions: frozenset[str]


ANALYST = User(2, "analyst", "simulator-only-Passw0rd", "corp.example", ALL_PERMISSIONS)
READER = User(
    3, "reader", "simulator-only-Reader1", "corp.example", frozenset({USE_API, ALERTS_READ})
)
VISITOR = User(4, "visitor", "simulator-only-Visit0r", "", frozenset())
USERS = (ANALYST, READER, VISITOR)


class TokenSeed(NamedTuple):
    """An API token that exists at the start; `days` until it expires, negative for one that has."""

    string: str
    user: User
    days: float = 300.0
    trusted: tuple[str, ...] = ("127.0.0.1", "::1/128")
    revoked: bool = False


TOKEN = "token-simulator-good"
TOKEN_EXPIRING = "token-simulator-expires-in-two-days"
TOKEN_EXPIRED = "token-simulator-expired"
TOKEN_REVOKED = "token-simulator-revoked"
TOKEN_UNTRUSTED = "token-simulator-trusted-from-elsewhere"
TOKEN_READER = "token-simulator-reader"
TOKEN_WITHOUT_PERMISSIONS = "token-simulator-no-permissions"
INGEST_KEY = "key-simulator-ingest"
INGEST_PATH = "/http-endpoint/v1/3f1f9a58-simulator"
COLLECTOR_PATH = "/services/collector/raw"
TOKENS = (
    TokenSeed(TOKEN, ANALYST),
    TokenSeed(TOKEN_EXPIRING, ANALYST, days=2.0),
    TokenSeed(TOKEN_EXPIRED, ANALYST, days=-1.0),
    TokenSeed(TOKEN_REVOKED, ANALYST, revoked=True),
    TokenSeed(TOKEN_UNTRUSTED, ANALYST, trusted=("192.0.2.10", "198.51.100.0/24")),
    TokenSeed(TOKEN_READER, READER),
    TokenSeed(TOKEN_WITHOUT_PERMISSIONS, VISITOR),
)


class Host(NamedTuple):
    """A computer. `eid` False: its connection ids end in a colon; `answers` False: connections to
    it time out.
    """

    hostname: str
    client_id: str
    ip: str
    platform: str
    days_since_registration: float = 0.01
    eid: bool = True
    answers: bool = True
    in_system_status: bool = True
    status: str = "Normal"


FINANCE = Host("ws-finance-07", "2029311007", "10.20.1.17", "Windows", status="Leader")
FINANCE_12 = Host("ws-finance-12", "2029311012", "10.20.1.22", "Windows")
HR_WITHOUT_EID = Host("ws-hr-04", "1775420604", "10.20.2.14", "Windows", eid=False)
WEB_SERVER = Host("srv-web-01", "3104477901", "10.30.0.11", "Linux", status="Slow link")
DB_SERVER = Host("srv-db-02", "3104477902", "10.30.0.12", "Linux")
MAC = Host("mac-design-03", "1460912203", "10.20.4.33", "Mac")
OFFLINE = Host(
    "ws-offline-09", "2029311099", "10.20.1.99", "Windows", 9.0, answers=False, status="Blocked"
)
NOT_IN_SYSTEM_STATUS = Host(
    "lab-isolated-01", "1999000101", "10.99.0.5", "Windows", in_system_status=False
)
KIOSK_OLD = Host("kiosk-lobby", "1620000001", "10.40.0.8", "Windows", 120.0)
KIOSK_NEWEST = Host("kiosk-lobby", "1620000003", "10.40.0.9", "Windows", 0.5)
KIOSK_MIDDLE = Host("kiosk-lobby", "1620000002", "10.40.0.8", "Windows", 31.0)
HOSTS = (
    FINANCE,
    FINANCE_12,
    HR_WITHOUT_EID,
    WEB_SERVER,
    DB_SERVER,
    MAC,
    OFFLINE,
    NOT_IN_SYSTEM_STATUS,
    KIOSK_OLD,
    KIOSK_NEWEST,
    KIOSK_MIDDLE,
)


class Group(NamedTuple):
    id: int
    name: str
    deleted: bool = False


ALL_COMPUTERS = Group(1, "All Computers")
RING_ONE = Group(77, "Ring 1")
FINANCE_GROUP = Group(414, "Finance / Accounting (100%)")
NUMBER_AS_NAME = Group(812, "2024")
"""No group has the id 2024, so `2024` can only be this name."""
NAME_OF_ANOTHER_ID = Group(905, "77")
"""`77` is RING_ONE by id and this group by name."""
DELETED_GROUP = Group(633, "Retired laptops", deleted=True)
GROUPS = (ALL_COMPUTERS, RING_ONE, FINANCE_GROUP, NUMBER_AS_NAME, NAME_OF_ANOTHER_ID, DELETED_GROUP)


class EndpointFile(NamedTuple):
    """A file on every computer of a platform; `readable` False: fetching it ends in a task with the
    status ERROR.
    """

    path: str
    size: int
    readable: bool = True


ENDPOINT_FILES: dict[str, tuple[EndpointFile, ...]] = {
    "Windows": (
        EndpointFile(r"C:\Users\Public\Downloads\invoice-viewer.exe", 48_211),
        EndpointFile(r"C:\Windows\System32\drivers\etc\hosts", 824),
        EndpointFile(r"C:\ProgramData\Updater\settings 100%.json", 311),
        EndpointFile("C:\\Users\\m.lindqvist\\Documents\\Übersicht März.txt", 2_040),
        EndpointFile(r"C:\Temp\empty.log", 0),
        EndpointFile(r"C:\pagefile.sys", 4096, readable=False),
    ),
    "Linux": (
        EndpointFile("/tmp/.cache/updater", 36_540),
        EndpointFile("/etc/hosts", 412),
        EndpointFile("/var/log/nginx/access.log", 9_770),
        EndpointFile("/proc/kcore", 4096, readable=False),
    ),
    "Mac": (
        EndpointFile("/Users/Shared/Design Assets/Setup.dmg", 51_008),
        EndpointFile("/Library/LaunchAgents/com.example.updater.plist", 690),
        EndpointFile("/private/var/vm/sleepimage", 4096, readable=False),
    ),
}

FILES_NEVER_FETCHED: dict[str, tuple[EndpointFile, ...]] = {
    "Windows": (
        EndpointFile(
            r"C:\Users\Public\Downloads\archive\2026\März\Rechnung № 7 (Kopie).pdf", 7_700
        ),
        EndpointFile(r"C:\Users\Public\Downloads\archive\2026\März\notes + drafts.txt", 130),
        EndpointFile(r"C:\Users\Public\Downloads\a+b 100%.txt", 64),
        EndpointFile(r"C:\Program Files\Workbench\agent-19.exe", 20_480),
    ),
    "Linux": (
        EndpointFile("/srv/web data/Überblick/日本語.txt", 96),
        EndpointFile("/srv/web data/Überblick/back\\slash?.txt", 48),
        EndpointFile("/srv/web data/a+b.txt", 24),
    ),
    "Mac": (
        EndpointFile("/Users/Shared/Design Assets/Entwürfe/Logo größer.svg", 1_220),
        EndpointFile("/Users/i.okafor/Library/Mail/V10/mailbox.db", 8_192),
    ),
}
"""Further files on every computer of a platform: nested, with blanks, signs that URLs give a
meaning, and names that are not ASCII.

A computer has the directories that its files are in, also after the last of these is deleted.
"""

EMPTY_DIRECTORIES: dict[str, tuple[str, ...]] = {
    "Windows": (r"C:\Temp\empty folder",),
    "Linux": ("/srv/web data/empty",),
    "Mac": ("/Users/Shared/Empty",),
}

INVOICE_VIEWER = ENDPOINT_FILES["Windows"][0].path
UNREADABLE_ON_WINDOWS = r"C:\pagefile.sys"


def content_of(path: str, size: int) -> bytes:
    """What a file on an endpoint contains: the same for the same path and size on every run."""
    line = f"# {path}: line of a file that exists only in the simulator\n".encode()
    if path.rpartition(".")[2] in {"exe", "dmg"} or path.endswith("updater"):
        return random.Random(path).randbytes(size)
    return (line * (size // len(line) + 1))[:size]


class IntelSeed(NamedTuple):
    name: str
    type: str
    contents: str
    mitre: tuple[str, ...] = ()
    labels: tuple[int, ...] = ()


FIRST_INTEL_ID = 501
"""The documents of INTEL have the ids from here on."""

LABELS = {1: "Priority hunt", 2: "Finance", 3: "Vendor feed", 4: "Retired"}
"""Names by id; no document of INTEL has the last one."""
LABEL_DESCRIPTIONS = {1: "Looked at first", 3: "Arrives from a vendor every night"}
"""The other labels have none."""

INTEL = (
    IntelSeed(
        "Office program starts a script host",
        "tanium-signal",
        "process.parent.name contains 'winword.exe' AND process.name contains 'powershell.exe'",
        ("T1204.002", "T1059.001"),
        (1, 2),
    ),
    IntelSeed(
        "Invoice viewer dropper",
        "openioc",
        '<ioc xmlns="http://schemas.mandiant.com/2010/ioc"'
        ' id="3c1b4b52-9a55-4e53-8f6f-2f1d51c40a01"><definition/></ioc>',
        ("T1566.001",),
        (3,),
    ),
    IntelSeed(
        "updater_beacon.yara",
        "yara",
        'rule updater_beacon { strings: $a = "hello updater" condition: $a }',
        ("T1071.001",),
    ),
    IntelSeed(
        "Regional campaign indicators",
        "stix",
        '<stix:STIX_Package xmlns:stix="http://stix.mitre.org/stix-1" id="example:package-7d0a"'
        ' version="1.2"/>',
        (),
        (3,),
    ),
)


PROCESS_BACKBONE: dict[str, tuple[tuple[str, int | None, str], ...]] = {
    "Windows": (
        ("System", None, "SYSTEM"),
        (r"C:\Windows\System32\smss.exe", 0, "SYSTEM"),
        (r"C:\Windows\System32\services.exe", 1, "SYSTEM"),
        (r"C:\Windows\explorer.exe", 1, "m.lindqvist"),
        (r"C:\Program Files\Microsoft Office\root\Office16\OUTLOOK.EXE", 3, "m.lindqvist"),
        (r"C:\Program Files\Microsoft Office\root\Office16\WINWORD.EXE", 4, "m.lindqvist"),
        (r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe", 5, "m.lindqvist"),
        (INVOICE_VIEWER, 6, "m.lindqvist"),
    ),
    "Linux": (
        ("/usr/lib/systemd/systemd", None, "root"),
        ("/usr/sbin/init-helper", 0, "root"),
        ("/usr/sbin/nginx", 1, "root"),
        ("/usr/sbin/sshd", 1, "root"),
        ("/usr/bin/bash", 3, "deploy"),
        ("/usr/bin/curl", 4, "deploy"),
        ("/usr/bin/sh", 5, "deploy"),
        ("/tmp/.cache/updater", 6, "deploy"),
    ),
    "Mac": (
        ("/sbin/launchd", None, "root"),
        ("/usr/libexec/runningboardd", 0, "root"),
        ("/usr/libexec/xpcproxy", 1, "root"),
        ("/System/Library/CoreServices/Finder.app/Contents/MacOS/Finder", 1, "i.okafor"),
        ("/Applications/Mail.app/Contents/MacOS/Mail", 3, "i.okafor"),
        ("/Applications/Preview.app/Contents/MacOS/Preview", 4, "i.okafor"),
        ("/bin/zsh", 5, "i.okafor"),
        ("/Users/Shared/Design Assets/Setup", 6, "i.okafor"),
    ),
}
"""The first processes of every computer of a platform: path, number of the parent, user. They form
one line of descent but for number 2.
"""

MANY_CHILDREN = 2
"""Number of the process with 400 children (8 to 407)."""
MORE_CHILDREN_THAN_SIBLINGS_SHOWN = 8
"""Number of the process with 700 children (408 to 1107)."""
SUSPICIOUS = 6
"""Number of the process (PowerShell on Windows) that most alerts are about; its child is 7."""
PROCESSES = 2500

EVENT_COUNTS = {
    "file": 320,
    "network": 260,
    "registry": 240,
    "dns": 180,
    "image": 150,
    "security": 60,
    "driver": 24,
}
"""Events per type and computer; `process` has one per process and `combined` has them all."""


class EvidenceSeed(NamedTuple):
    """The event at `position` in the `recording` of one type, kept as evidence under the name
    `event_type`.
    """

    host: Host
    recording: str
    position: int
    event_type: str
    summary: str


EVIDENCE = (
    EvidenceSeed(
        FINANCE, "process", SUSPICIOUS, "ProcessEvent", "Script host started by a text document"
    ),
    EvidenceSeed(WEB_SERVER, "file", 4, "FileEvent", ""),
)
"""Two and three days old."""

CONSOLE = "https://tanium.example.com"
"""What the links in alerts that Connect sends begin with."""


class SourceSeed(NamedTuple):
    """A source of Connect; `columns` are names with their types."""

    id: int
    name: str
    type: str
    description: str
    columns: dict[str, str]
    saved_question: int | None = None


ALERT_SOURCE = SourceSeed(
    1,
    "Threat Response Alerts",
    "threat_response",
    "Every alert with its match details",
    {
        "Alert Id": "string",
        "Timestamp": "datetime",
        "Computer Name": "string",
        "Computer IP": "string",
        "Intel Id": "numeric",
        "Intel Type": "string",
        "Intel Name": "string",
        "Intel Labels": "string",
        "Match Details": "string",
        "MITRE Techniques": "string",
        "Impact Score": "numeric",
        "Link": "string",
        "EID": "numeric",
        "IntelSource": "string",
    },
)
EVENT_SOURCE = SourceSeed(
    2,
    "Threat Response Events",
    "event",
    "One row per event, at the moment it happens",
    {
        "Event Id": "string",
        "Event Name": "string",
        "Timestamp": "datetime",
        "Computer Name": "string",
        "Computer IP": "string",
        "Priority": "string",
        "Severity": "string",
        "User Name": "string",
        "User Domain": "string",
        "User Id": "string",
        "Other Parameters": "string",
    },
)
AUDIT_SOURCE = SourceSeed(
    3,
    "Threat Response Audit",
    "threat_response",
    "Who made which direct connection",
    {
        "id": "numeric",
        "table": "string",
        "state": "string",
        "action": "string",
        "userName": "string",
        "createdAt": "datetime",
    },
)
SAVED_QUESTION_SOURCE = SourceSeed(
    4,
    "Registered computers",
    "saved_question",
    "Get Computer Name and IP Address and Operating System from all machines",
    {
        "Computer Name": "string",
        "IP Address": "string",
        "Operating System": "string",
        "Count": "numeric",
    },
    saved_question=1180,
)
SYSTEM_STATUS_SOURCE = SourceSeed(
    5,
    "System Status",
    "system_status",
    "Every computer that has registered",
    {
        "Host Name": "string",
        "Computer ID": "string",
        "IP Address": "string",
        "Status": "string",
        "Version": "string",
        "Last Registration": "datetime",
    },
)
EMPTY_SOURCE = SourceSeed(
    6,
    "Unmanaged interfaces",
    "discover",
    "There are none",
    {"MAC Address": "string", "IP Address": "string"},
)
CONNECT_SOURCES = (
    ALERT_SOURCE,
    EVENT_SOURCE,
    AUDIT_SOURCE,
    SAVED_QUESTION_SOURCE,
    SYSTEM_STATUS_SOURCE,
    EMPTY_SOURCE,
)


class DestinationSeed(NamedTuple):
    name: str
    type: str
    configuration: dict[str, Any]


CONNECT_DESTINATIONS = (
    DestinationSeed("Nightly export", "file", {"path": "/var/tanium/export/computers.csv"}),
    DestinationSeed(
        "SIEM syslog",
        "syslog",
        {"host": "siem.example.com", "port": 6514, "protocol": "TCP", "useTls": True},
    ),
    DestinationSeed(
        "SOAR webhook",
        "http",
        {
            "url": "https://soar.example.com/webhook/tanium",
            "method": "POST",
            "headers": {"Content-Type": "application/json"},
            "batchSize": 500,
            "timeout": 30,
            "authentication": {
                "type": "header",
                "headerName": "ph-auth-token",
                "secret": "simulator-only-webhook-secret",
            },
        },
    ),
    DestinationSeed(
        "Security mailbox", "email", {"host": "smtp.example.com", "port": 587, "useTls": True}
    ),
    DestinationSeed(
        "Archive bucket", "s3", {"bucket": "example-tanium-archive", "region": "eu-central-1"}
    ),
    DestinationSeed("Reporting database", "sql", {"host": "db.example.com", "port": 1433}),
)
"""They have the ids from 1 on. Nothing of theirs is reachable: the simulator delivers to this
machine only.
"""

CONNECT_CONNECTIONS: tuple[dict[str, Any], ...] = (
    {
        "name": "Alerts to SOAR",
        "description": "New alerts every hour",
        "source": {"id": ALERT_SOURCE.id},
        "destination": {"id": 3},
        "schedule": {"intervalSeconds": 3600},
        "format": {"type": "json", "options": {"generateDocument": False}},
        "logLevel": 30,
    },
    {
        "name": "Events to the SIEM",
        "enabled": False,
        "source": {"id": EVENT_SOURCE.id},
        "destination": {"id": 2},
        "format": {"type": "cef"},
    },
    {
        "name": "Computers for the inventory",
        "source": {"id": SAVED_QUESTION_SOURCE.id},
        "destination": {"id": 1},
        "schedule": {"cron": "30 2 * * mon-fri"},
        "scheduleTimeZone": "Europe/Berlin",
        "format": {"type": "csv", "options": {"delimiter": ";", "headerRow": True}},
        "columns": [
            {"name": "Computer Name", "renameTo": "hostname"},
            {"name": "Count", "valueType": "numeric", "defaultValue": 0},
        ],
        "minimumPassPercentage": 90,
    },
    {
        "name": "System status to the database",
        "enabled": False,
        "source": {"id": SYSTEM_STATUS_SOURCE.id, "type": "system_status"},
        "destination": {"id": 6},
        "schedule": {"intervalSeconds": 86400},
        "filter": {
            "enabled": True,
            "rules": [{"column": "Status", "operator": "equals", "value": "Normal"}],
        },
    },
)
"""They have the ids from 1 on."""


class ConnectLogSeed(NamedTuple):
    """A run of the past, so many hours ago."""

    connection: int
    hours_ago: float
    status: str
    rows: int
    message: str
    seconds: float


CONNECT_LOGS = (
    ConnectLogSeed(3, 54, "success", 11, "11 of 11 rows delivered", 2.4),
    ConnectLogSeed(3, 30, "partial", 6, "6 of 11 rows delivered: no space left on device", 4.0),
    ConnectLogSeed(1, 3, "success", 119, "119 of 119 rows delivered", 3.1),
    ConnectLogSeed(1, 2, "failure", 0, "0 of 120 rows delivered: connect timed out", 30.0),
    ConnectLogSeed(1, 1, "success", 120, "120 of 120 rows delivered", 2.9),
)
"""Oldest first."""


SNAPSHOT_ACTION_HOST = FINANCE
"""The one response action there is at the start, number 1: a finished `gatherSnapshot` of this
computer, whose snapshot is in the list.
"""
SNAPSHOT_ACTION_TASK = 1207
"""The task that did it, which the server has forgotten."""


def endpoint_id(host: Host) -> int:
    """The `eid` of a computer in alerts and response actions; connections count otherwise."""
    return int(host.client_id) % 1000 + 1


def process_table_id(client_id: str, number: int) -> str:
    """The 19 digits by which the recorder of a computer knows its process `number`; too long for a
    float.
    """
    return str(4_611_686_018_427_387_000 + int(client_id) * 1_000_003 + number * 17)
