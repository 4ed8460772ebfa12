# File: intel.py
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
"""The intel documents and their labels."""

from __future__ import annotations

from typing import NamedTuple


class IntelSeed(NamedTuple):
    name: str
    type: str
    contents: str
    mitre: tuple[str, ...] = ()
    labels: tuple[int, ...] = ()
    platforms: tuple[str, ...] = ("windows", "linux", "mac")


FIRST_INTEL_ID = 501
"""The documents of INTEL have the ids from here on."""
OPENIOC_INTEL_ID = 502
"""Finds entries of the event log, too."""
INJECTION_INTEL_ID = 505
"""Finds process injections."""
DOCUMENTS_WITH_ALERTS = 4
"""So many of the first documents find what is no injection."""

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
    IntelSeed(
        "Process Injection Intel",
        "processInjection",
        "technique is Thread",
        platforms=("windows",),
    ),
)

TECHNIQUES = {
    "T1059.001": "PowerShell",
    "T1071.001": "Web Protocols",
    "T1204.002": "Malicious File",
    "T1566.001": "Spearphishing Attachment",
}
"""Names of those that the documents are about."""

INTEL_SOURCES = {1: "Direct uploads", 2: "Vendor feed"}
"""Names by id; the documents of INTEL come from the first."""
