# File: columns.py
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
"""The data paths of an investigation."""

from __future__ import annotations

from ..alerts.time_windows import BOUNDS
from ..declare import (
    ALERT_GUID,
    ALERT_ID,
    BOOLEAN,
    CLIENT_ID,
    CONNECTION_ID,
    DOMAIN,
    EXAMPLE_MD5,
    FILE_NAME,
    FILE_PATH,
    HOST_NAME,
    INTEL_DOC_ID,
    IP,
    MD5,
    NUMERIC,
    PID,
    PROCESS_TABLE_ID,
    SHA1,
    SHA256,
    USER_NAME,
    Column,
)
from ..parameters.shared import PROCESS_EVENT_TYPES


_PATH = "C:\\Windows\\System32\\cmd.exe"

ALERT = (
    Column("id", NUMERIC, contains=(ALERT_ID,), examples=(1,)),
    Column("guid", contains=(ALERT_GUID,), examples=("00000000-5d89-477e-bf14-8d6577840001",)),
    Column("priority", examples=("high",)),
    Column("severity", examples=("info",)),
    Column("state", examples=("unresolved",)),
    Column("alertedAt", examples=("2026-07-17T18:02:32.000Z",)),
    Column("computerName", contains=(HOST_NAME,), examples=("ws-finance-07",)),
    Column("computerIpAddress", contains=(IP,), examples=("10.20.0.7",)),
    Column("event_type", examples=("process",)),
    Column("path", contains=(FILE_NAME, FILE_PATH), examples=(_PATH,)),
    Column("md5", contains=(MD5,), examples=(EXAMPLE_MD5,)),
    Column("sha1", contains=(SHA1,)),
    Column("sha256", contains=(SHA256,)),
    Column("description", examples=("tool.exe (4242) injected code into lsass.exe (812)",)),
    Column("threat_name", examples=("Trojan:Win32/Sample",)),
    Column("user_name", contains=(USER_NAME,), examples=("alice",)),
    Column("intelDocId", NUMERIC, contains=(INTEL_DOC_ID,), examples=(11,)),
    Column("mitre_technique_ids", examples=("T1055",)),
    Column("console_link"),
)
INTEL = (
    Column("id", NUMERIC, contains=(INTEL_DOC_ID,), examples=(11,)),
    Column("name", examples=("Office starts a shell",)),
    Column("type", examples=("tanium-signal",)),
    Column("description"),
)
ENDPOINT = (
    Column("hostname", contains=(HOST_NAME,), examples=("ws-finance-07",)),
    Column("ip", contains=(IP,), examples=("10.20.0.7",)),
    Column("clientId", contains=(CLIENT_ID,), examples=("2029390007",)),
    Column("platform", examples=("Windows",)),
    Column("status"),
)
CONNECTION = (
    Column("id", contains=(CONNECTION_ID,), examples=("remote:ws-finance-07:2029390007:1",)),
    Column("reused", BOOLEAN, examples=(False,)),
    Column("closed", BOOLEAN, examples=(True,)),
)
PROCESS = (
    Column("context", examples=("ancestor", "parent", "node", "child", "target")),
    Column("source", examples=("recorder", "alert")),
    Column("pid", NUMERIC, contains=(PID,), examples=(4711,)),
    Column("process_path", contains=(FILE_NAME, FILE_PATH), examples=(_PATH,)),
    Column("process_command_line", examples=("cmd.exe /c whoami",)),
    Column("user_name", contains=(USER_NAME,), examples=("SYSTEM",)),
    Column("create_time", examples=("2026-03-10 18:29:04.398",)),
    Column("end_time"),
    Column("process_hash", contains=(MD5,), examples=(EXAMPLE_MD5,)),
    Column("process_table_id", contains=(PROCESS_TABLE_ID,), examples=("9905759404395990123",)),
    Column("parent_process_table_id"),
    Column("children_count", NUMERIC, examples=(1,)),
    *(Column(f"{each}_events_count", NUMERIC) for each in PROCESS_EVENT_TYPES),
)
EVENT = (
    Column("type", examples=("network",)),
    Column("of_alert_process", BOOLEAN, examples=(True,)),
    Column("timestamp", examples=("2026-09-03 00:33:35.981",)),
    Column("operation", examples=("Write",)),
    Column("process_path", contains=(FILE_NAME, FILE_PATH), examples=(_PATH,)),
    Column("pid", NUMERIC, contains=(PID,), examples=(4711,)),
    Column("process_table_id", contains=(PROCESS_TABLE_ID,), examples=("9905759404395990123",)),
    Column("process_command_line", examples=("cmd.exe /c whoami",)),
    Column("process_hash", contains=(MD5,)),
    Column("user_name", contains=(USER_NAME,), examples=("SYSTEM",)),
    Column("file", contains=(FILE_PATH,), examples=("C:\\Users\\Public\\report.txt",)),
    Column("path", contains=(FILE_NAME, FILE_PATH)),
    Column("ImageLoaded", contains=(FILE_NAME, FILE_PATH)),
    Column("library_hash", contains=(MD5,)),
    Column("key_path"),
    Column("value_name"),
    Column("remote_address", contains=(IP,), examples=("203.0.113.9",)),
    Column("remote_address_port", NUMERIC, examples=(443,)),
    Column("query", contains=(DOMAIN,), examples=("host.example.net",)),
    Column("details"),
)
EVENTS = (
    Column("type", examples=("network",)),
    Column("count", NUMERIC, examples=(523,)),
    Column("has_more", BOOLEAN, examples=(False,)),
    Column("of_alert_process", NUMERIC, examples=(4,)),
)
HASHES = (
    Column("path", contains=(FILE_NAME, FILE_PATH), examples=(_PATH,)),
    Column("md5", contains=(MD5,), examples=(EXAMPLE_MD5,)),
    Column("sha1", contains=(SHA1,)),
    Column("sha256", contains=(SHA256,)),
    Column("seen_in.*", examples=("alert", "process_tree", "events")),
)
PEERS = (
    Column("address", contains=(IP,), examples=("203.0.113.9",)),
    Column("port", NUMERIC, examples=(443,)),
    Column("process_path", contains=(FILE_NAME, FILE_PATH), examples=(_PATH,)),
    Column("count", NUMERIC, examples=(3,)),
    Column("of_alert_process", BOOLEAN, examples=(True,)),
    Column("seen_in.*", examples=("alert", "events")),
)
# Their values are of all kinds, which no declaration can tell apart: each has its own `contains`.
OBSERVABLES = (
    Column("type", examples=("sha256", "ip", "process_table_id")),
    Column("value", examples=("203.0.113.9",)),
    Column("seen_in.*", examples=("alert", "endpoint", "process_tree", "events")),
    Column("contains.*", examples=("ip",)),
    Column("cef_field", examples=("destinationAddress",)),
)
PARTS = (
    Column("part", examples=("process_tree",)),
    Column("status", examples=("ok", "partial", "failed", "skipped")),
    Column("reason"),
)


def _prefixed(prefix: str, columns: tuple[Column, ...]) -> tuple[Column, ...]:
    return tuple(each._replace(path=f"{prefix}.{each.path}") for each in columns)


INVESTIGATION = (
    *_prefixed("alert", ALERT),
    *_prefixed("intel", INTEL),
    *_prefixed("endpoint", ENDPOINT),
    *_prefixed("connection", CONNECTION),
    *_prefixed("window", BOUNDS),
    *_prefixed("process_tree.*", PROCESS),
    *_prefixed("events.*", EVENTS),
    *_prefixed("events.*.newest.*", EVENT),
    *_prefixed("hashes.*", HASHES),
    *_prefixed("peers.*", PEERS),
    *_prefixed("observables.*", OBSERVABLES),
    *_prefixed("parts.*", PARTS),
)
