# File: packages.py
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
"""The packages: what they run, which parameters they take, what they do to an endpoint."""

from __future__ import annotations

from typing import Any, NamedTuple, Optional

from dev.simulator.seed.computers import OUTDATED_GROUP, QUARANTINED_GROUP, UP_TO_DATE_GROUP
from dev.simulator.seed.sensors import INTERVAL, ParameterSeed


class PackageSeed(NamedTuple):
    """A package. `definition` replaces the text made of `parameters`; `given` are the values of a
    clone, `source_id` the package that it was made of.

    `effect` is what it does: `quarantine`, `release`, or nothing that shows. It does so where the
    computer's platform is `platform` (empty: any), and fails elsewhere. `exit_code` is what its
    command ends with. The form of `exit_code_criteria` is unknown; this one is made up.
    """

    id: int
    name: str
    command: str
    parameters: tuple[ParameterSeed, ...] = ()
    command_timeout: int = 600
    expire_seconds: int = 3600
    content_set: int = 1
    files: tuple[str, ...] = ()
    verify_group: int = 0
    verify_expire_seconds: int = 3600
    exit_code_criteria: Optional[dict[str, Any]] = None
    definition: Optional[str] = None
    hidden: bool = False
    source_id: int = 0
    given: tuple[dict[str, Any], ...] = ()
    effect: str = ""
    platform: str = ""
    exit_code: int = 0


def _check_box(key: str, label: str, default: str = "0") -> ParameterSeed:
    return ParameterSeed(key, "CheckBoxParameter", label, default)


def _text(key: str, label: str, default: str = "", most: int = 256) -> ParameterSeed:
    return ParameterSeed(key, "TextInputParameter", label, default, {"maxChars": most})


def _area(key: str, label: str, default: str = "") -> ParameterSeed:
    return ParameterSeed(
        key, "TextAreaParameter", label, default, {"heightInLines": 5, "maxChars": 4096}
    )


def _separator(text: str) -> ParameterSeed:
    return ParameterSeed(None, "SeparatorParameter", more={"separatorText": text})


_INCIDENT_RESPONSE = 4
_SUCCESS = {"success_codes": [0, 3010], "failure_codes": []}

APPLY_WINDOWS = PackageSeed(
    501,
    "Apply Windows IPsec Quarantine",
    "cmd.exe /d /c cscript.exe //nologo apply-ipsec.vbs"
    ' "$1" "$2" "$3" "$4" "$5" "$6" "$7" "$8" "$9"',
    (
        _check_box("$1", "Apply Custom Config"),
        _separator("Custom configuration"),
        _check_box("$2", "Allow All DHCP", "1"),
        _check_box("$3", "Allow All DNS", "1"),
        _check_box("$4", "Allow All Tanium Servers", "1"),
        _check_box("$5", "Validate Tanium Server Availability", "1"),
        _area("$6", "Notification Message"),
        _area("$7", "Custom Quarantine Rules"),
        _text("$8", "Alternate Tanium Servers"),
        _text("$9", "VPN Servers"),
    ),
    command_timeout=180,
    expire_seconds=780,
    content_set=_INCIDENT_RESPONSE,
    files=("apply-ipsec.vbs",),
    verify_group=QUARANTINED_GROUP.id,
    verify_expire_seconds=600,
    effect="quarantine",
    platform="Windows",
)
APPLY_MAC = PackageSeed(
    502,
    "Apply Mac PF Quarantine",
    '/bin/bash apply-pf.sh "$1" "$2" "$3" "$4"',
    (
        _check_box("$1", "Use Custom Rules"),
        _separator("Traffic"),
        _check_box("$2", "Allow DNS", "1"),
        _area("$3", "Custom PF Rules"),
        _area("$4", "Message to the User"),
    ),
    command_timeout=120,
    expire_seconds=600,
    content_set=_INCIDENT_RESPONSE,
    files=("apply-pf.sh",),
    effect="quarantine",
    platform="Mac",
)
APPLY_LINUX = PackageSeed(
    503,
    "Apply Linux IPTables Quarantine",
    '/bin/bash apply-iptables.sh "$1" "$2" "$3"',
    (
        _check_box("$1", "Allow DHCP", "1"),
        _check_box("$2", "Allow DNS", "1"),
        _text("$3", "Other Addresses to Allow"),
    ),
    command_timeout=120,
    expire_seconds=600,
    content_set=_INCIDENT_RESPONSE,
    files=("apply-iptables.sh",),
    exit_code_criteria=_SUCCESS,
    effect="quarantine",
    platform="Linux",
)
REMOVE_WINDOWS = PackageSeed(
    504,
    "Remove Windows IPsec Quarantine",
    "cmd.exe /d /c cscript.exe //nologo remove-ipsec.vbs",
    command_timeout=180,
    expire_seconds=780,
    content_set=_INCIDENT_RESPONSE,
    effect="release",
    platform="Windows",
)
REMOVE_MAC = PackageSeed(
    505,
    "Remove Mac PF Quarantine",
    "/bin/bash remove-pf.sh",
    expire_seconds=600,
    content_set=_INCIDENT_RESPONSE,
    effect="release",
    platform="Mac",
)
REMOVE_LINUX = PackageSeed(
    506,
    "Remove Linux IPTables Quarantine",
    "/bin/bash remove-iptables.sh",
    expire_seconds=600,
    content_set=_INCIDENT_RESPONSE,
    effect="release",
    platform="Linux",
)
CLEAN_CACHE = PackageSeed(510, "Clean Client Cache", "cmd.exe /d /c clean-cache.cmd")
"""It takes no parameters."""
TERMINATE_PROCESS = PackageSeed(
    511,
    "Terminate Process",
    'cmd.exe /d /c taskkill.exe /f /im "$1"',
    (_text("$1", "Process Name"),),
)
SET_VALUE = PackageSeed(
    512,
    "Set Registry Value [HKLM] / 100%",
    'reg.exe add "$1" /v "$2" /t $3 /d "$4" /f',
    (
        _separator("Where"),
        _text("$1", "Key", "HKLM\\Software\\Example"),
        _text("$2", "Value Name"),
        _separator("What"),
        ParameterSeed(
            "$3",
            "DropDownParameter",
            "Type",
            "REG_SZ",
            {"values": ["REG_SZ", "REG_DWORD"], "requireSelection": True},
        ),
        _text("$4", "Data"),
    ),
    command_timeout=60,
    verify_group=UP_TO_DATE_GROUP.id,
    verify_expire_seconds=900,
)
"""It is verified, and so is what a client makes of the name in a path."""
INSTALL_UPDATE = PackageSeed(
    513,
    "Install Update",
    'msiexec.exe /i "update.msi" /qn REBOOT=$1',
    (_check_box("$1", "Reboot"),),
    files=("update.msi", "update.mst"),
    exit_code_criteria=_SUCCESS,
    exit_code=3010,
)
INSTALL_BROKEN = PackageSeed(
    514,
    "Install Broken Update",
    'msiexec.exe /i "broken.msi" /qn',
    files=("broken.msi",),
    exit_code_criteria=_SUCCESS,
    exit_code=1603,
)
INSTALL_VERIFIED = PackageSeed(
    515,
    "Install and Verify Update",
    'msiexec.exe /i "update.msi" /qn',
    files=("update.msi",),
    exit_code_criteria=_SUCCESS,
    verify_group=UP_TO_DATE_GROUP.id,
)
UNVERIFIABLE = PackageSeed(
    516,
    "Upgrade Client",
    "cmd.exe /d /c upgrade.cmd",
    verify_group=OUTDATED_GROUP.id,
    verify_expire_seconds=120,
)
"""No endpoint is ever what its verification asks for."""
OF_SENSOR = PackageSeed(
    517,
    "Notify About Applications",
    'msg.exe * "$1 ||Installed Applications_Version||"',
    (_area("$1", "Message", "Please call the help desk."),),
)
"""Each endpoint puts in what its sensor says."""
EVERY_KIND = PackageSeed(
    518,
    "Custom Tool - Every Kind",
    "tool.exe $1 $2 $3 $4 $5 $6 $7 $8 $9 $10 $11",
    (
        _separator("Texts"),
        _text("$1", "Text", "standard", 20),
        _area("$2", "Area"),
        _separator("Numbers"),
        ParameterSeed(
            "$3",
            "NumericParameter",
            "Number",
            "5",
            {"minimum": 1, "maximum": 100, "stepSize": 1, "snapInterval": 0},
        ),
        INTERVAL._replace(key="$4"),
        _separator("Choices"),
        ParameterSeed(
            "$5",
            "DropDownParameter",
            "Choice",
            "red",
            {"values": ["red", "green", "blue, light"], "requireSelection": True},
        ),
        ParameterSeed(
            "$6",
            "ListParameter",
            "List",
            more={"values": ["one", "two", "three"], "allowEmptyList": False},
        ),
        _check_box("$7", "Check"),
        _separator("Times and others"),
        ParameterSeed("$8", "DateTimeParameter", "Date", more={"componentType": 3}),
        ParameterSeed("$9", "DateTimeRangeParameter", "Range"),
        ParameterSeed("$10", "PluginParameter", "Plug-in"),
        _text("$11", "Text"),
    ),
    expire_seconds=1200,
)
"""Two of its parameters have the same label, and three keys begin with another one."""
BROKEN_DEFINITION = PackageSeed(
    519,
    "Imported With Errors",
    "cmd.exe /d /c imported.cmd $1",
    definition='{"parameters": [{"key": "$1", "label": "Path',
)
NEVER_EXPIRES = PackageSeed(520, "Without Expiry", "cmd.exe /d /c now.cmd", expire_seconds=0)
"""An action of it that brings no expiry of its own is over at once."""
CLONE = APPLY_WINDOWS._replace(
    id=560,
    hidden=True,
    source_id=APPLY_WINDOWS.id,
    given=tuple(
        {"key": f"${number}", "value": "1" if number < 6 else ""} for number in range(1, 10)
    ),
)
CLONE_OF_CLEAN = CLEAN_CACHE._replace(id=561, hidden=True, source_id=CLEAN_CACHE.id)
PACKAGES = (
    *(APPLY_WINDOWS, APPLY_MAC, APPLY_LINUX, REMOVE_WINDOWS, REMOVE_MAC, REMOVE_LINUX),
    *(CLEAN_CACHE, TERMINATE_PROCESS, SET_VALUE, INSTALL_UPDATE, INSTALL_BROKEN),
    *(INSTALL_VERIFIED, UNVERIFIABLE, OF_SENSOR, EVERY_KIND, BROKEN_DEFINITION, NEVER_EXPIRES),
    *(CLONE, CLONE_OF_CLEAN),
)
FIRST_ACTION_ID = 126_149
"""Two actions were issued before the start."""
