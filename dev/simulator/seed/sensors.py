# File: sensors.py
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
"""The sensors: what they are called, what they take, what they answer with.

What an endpoint answers stands in `dev.simulator.questions.values`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class ParameterSeed(NamedTuple):
    """A parameter of a sensor. A separator has no key. `more` are the properties of its type."""

    key: str | None
    type: str
    label: str = ""
    default: str = ""
    more: Mapping[str, Any] = {}


class SensorSeed(NamedTuple):
    """A sensor. `hash` None: made of the name; `subcolumns` are names and types."""

    id: int
    name: str
    value_type: str = "String"
    category: str = "Hardware"
    parameters: tuple[ParameterSeed, ...] = ()
    subcolumns: tuple[tuple[str, str], ...] = ()
    content_set: int = 1
    hidden: bool = False
    hash: int | None = None
    max_age_seconds: int = 900


CONTENT_SETS = {
    1: "Base",
    2: "Default Computer Groups",
    3: "Client Management",
    4: "Incident Response",
}

_CUSTOM = "Custom"

COMPUTER_NAME = SensorSeed(1, "Computer Name", hash=3409330187)
COMPUTER_ID = SensorSeed(2, "Computer ID")
OPERATING_SYSTEM = SensorSeed(3, "Operating System", category="Operating System")
IP_ADDRESS = SensorSeed(4, "IP Address", "IPAddress", "Network", hash=3209138996)
"""Several values per endpoint."""
IS_WINDOWS = SensorSeed(5, "Is Windows", category="Operating System")
RUNNING_PROCESSES = SensorSeed(6, "Running Processes", category="Applications")
PROCESSES_WITH_HASH = SensorSeed(
    7,
    "Running Processes with MD5 Hash",
    category="Applications",
    subcolumns=(("Path", "String"), ("MD5 Hash", "Hash"), ("Process ID", "NumericInteger")),
)
PROCESS_OF_HASH = SensorSeed(
    8,
    "Running Process by Hash",
    category="Applications",
    parameters=(ParameterSeed("hash", "TextInputParameter", "MD5", more={"maxChars": 32}),),
    subcolumns=(("Path", "String"), ("MD5 Hash", "Hash")),
    content_set=4,
)
"""Who has this hash? An endpoint that does not answers with no result."""
INSTALLED_APPLICATIONS = SensorSeed(
    9,
    "Installed Applications",
    category="Applications",
    subcolumns=(("Name", "String"), ("Version", "Version")),
)
LAST_USER = SensorSeed(10, "Last Logged In User", category="Users")
CPU_CONSUMPTION = SensorSeed(11, "CPU Consumption", "Numeric")
"""Changes from question to question."""
CORES = SensorSeed(12, "Number of Processor Cores", "NumericInteger")
DISK_FREE = SensorSeed(13, "Disk Free Space", "DataSize")
UPTIME = SensorSeed(14, "Uptime", "TimeDiff", "Operating System")
CLIENT_VERSION = SensorSeed(15, "Tanium Client Version", "Version", "Tanium", content_set=3)
INSTALL_DATE = SensorSeed(16, "Operating System Install Date", "WMIDate", "Operating System")
LAST_REBOOT = SensorSeed(17, "Last Reboot", "BESDate", "Operating System")
OPEN_PORTS = SensorSeed(18, "Open Ports", "NumericInteger", "Network")
"""No Mac has one."""
QUOTED_NAME = SensorSeed(19, "Disks Not Encrypted or Locked", category="Security")
"""Its name has words of the grammar, so in a text it must be quoted."""
BROKEN = SensorSeed(20, "Broken Sensor", category=_CUSTOM)
"""Its script fails everywhere."""
PARTLY_BROKEN = SensorSeed(21, "Windows Only Sensor", category=_CUSTOM)
"""Its script fails where it is not Windows."""
SLOW = SensorSeed(22, "Slow Sensor", category=_CUSTOM)
"""Its value comes `unavailable_seconds` after the endpoint's answer."""
HIDDEN = SensorSeed(23, "Hidden Diagnostics", category=_CUSTOM, hidden=True)
HOSTILE = SensorSeed(24, "Odd Text", category=_CUSTOM)
"""Answers with markup, quotes, bars, commas, new lines, and an empty text."""
INTERVAL = ParameterSeed(
    "interval",
    "NumericIntervalParameter",
    "Interval",
    "10",
    {
        "minimum": 0,
        "maximum": 60,
        "stepSize": 5,
        "snapInterval": 5,
        "units": [{"name": "Minutes", "value": 60}, {"name": "Hours", "value": 3600}],
    },
)
CUSTOM_TEXT = SensorSeed(
    30,
    "Custom Text",
    category=_CUSTOM,
    parameters=(ParameterSeed("text", "TextInputParameter", "Text", "standard", {"maxChars": 20}),),
)
CUSTOM_TEXT_AREA = SensorSeed(
    31,
    "Custom Text Area",
    category=_CUSTOM,
    parameters=(
        ParameterSeed(
            "area", "TextAreaParameter", "Area", more={"heightInLines": 4, "maxChars": 4096}
        ),
    ),
)
CUSTOM_NUMBER = SensorSeed(
    32,
    "Custom Number",
    category=_CUSTOM,
    parameters=(
        ParameterSeed(
            "number",
            "NumericParameter",
            "Number",
            "5",
            {"minimum": 1, "maximum": 100, "stepSize": 1, "snapInterval": 0},
        ),
    ),
)
CUSTOM_INTERVAL = SensorSeed(
    33,
    "Custom Interval",
    category=_CUSTOM,
    parameters=(INTERVAL,),
)
CUSTOM_CHOICE = SensorSeed(
    34,
    "Custom Choice",
    category=_CUSTOM,
    parameters=(
        ParameterSeed(
            "choice",
            "DropDownParameter",
            "Choice",
            "red",
            {"values": ["red", "green", "blue, light"], "requireSelection": True},
        ),
    ),
)
CUSTOM_LIST = SensorSeed(
    35,
    "Custom List",
    category=_CUSTOM,
    parameters=(
        ParameterSeed(
            "list",
            "ListParameter",
            "List",
            more={"values": ["one", "two", "three"], "allowEmptyList": False},
        ),
    ),
)
CUSTOM_CHECK = SensorSeed(
    36,
    "Custom Check",
    category=_CUSTOM,
    parameters=(ParameterSeed("check", "CheckBoxParameter", "Check", "0"),),
)
CUSTOM_DATE = SensorSeed(
    37,
    "Custom Date",
    category=_CUSTOM,
    parameters=(ParameterSeed("date", "DateTimeParameter", "Date", more={"componentType": 3}),),
)
CUSTOM_DATE_RANGE = SensorSeed(
    38,
    "Custom Date Range",
    category=_CUSTOM,
    parameters=(ParameterSeed("range", "DateTimeRangeParameter", "Range"),),
)
CUSTOM_PLUGIN = SensorSeed(
    39,
    "Custom Plugin",
    category=_CUSTOM,
    parameters=(ParameterSeed("plugin", "PluginParameter", "Plug-in"),),
)
CUSTOM_FORM = SensorSeed(
    40,
    "Custom Form",
    category=_CUSTOM,
    parameters=(
        ParameterSeed(None, "SeparatorParameter", more={"separatorText": "Where"}),
        ParameterSeed("Directory Path", "TextInputParameter", "Folder", "/tmp", {"maxChars": 260}),
        ParameterSeed(None, "SeparatorParameter", more={"separatorText": "What"}),
        ParameterSeed("deep", "CheckBoxParameter", "Sub-folders", "0"),
        ParameterSeed("limit", "NumericParameter", "At most", "10", {"minimum": 1, "maximum": 50}),
    ),
)
"""Two separators and three parameters, one of them with a blank in its key."""
ISOLATION = SensorSeed(41, "Custom Isolation Check", category=_CUSTOM)
"""Whether a computer is quarantined, by a sensor of the customer's own; no document names Tanium's.
"""

SENSORS = (
    *(COMPUTER_NAME, COMPUTER_ID, OPERATING_SYSTEM, IP_ADDRESS, IS_WINDOWS, RUNNING_PROCESSES),
    *(PROCESSES_WITH_HASH, PROCESS_OF_HASH, INSTALLED_APPLICATIONS, LAST_USER, CPU_CONSUMPTION),
    *(CORES, DISK_FREE, UPTIME, CLIENT_VERSION, INSTALL_DATE, LAST_REBOOT, OPEN_PORTS),
    *(QUOTED_NAME, BROKEN, PARTLY_BROKEN, SLOW, HIDDEN, HOSTILE),
    *(CUSTOM_TEXT, CUSTOM_TEXT_AREA, CUSTOM_NUMBER, CUSTOM_INTERVAL, CUSTOM_CHOICE, CUSTOM_LIST),
    *(CUSTOM_CHECK, CUSTOM_DATE, CUSTOM_DATE_RANGE, CUSTOM_PLUGIN, CUSTOM_FORM),
    ISOLATION,
)
