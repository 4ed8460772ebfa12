# File: gateway.py
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
"""What the API gateway's fields need, and what its endpoints are like beyond their sensors."""

from __future__ import annotations

from typing import NamedTuple


DIRECT_CONNECT = "Direct Connect"
PERFORMANCE = "Performance"
COMPLY = "Comply"
CORE_CONTENT = "Core Content"
AD_QUERY_CONTENT = "Core AD Query Content"
MODULES = (DIRECT_CONNECT, PERFORMANCE, COMPLY, CORE_CONTENT, AD_QUERY_CONTENT)


class Need(NamedTuple):
    """The module and the sensor behind a field of an endpoint, whatever is below it included."""

    field: str
    module: str = ""
    sensor: str = ""


ENDPOINT_NEEDS = (
    Need("chassisType", sensor="Chassis Type"),
    Need("compliance", COMPLY),
    Need("computerID", sensor="Computer ID"),
    Need("disks.name", sensor="Disk Total Space"),
    Need("disks.free", CORE_CONTENT, "Disk Free Space"),
    Need("disks.total", CORE_CONTENT, "Disk Total Space"),
    Need("disks.usedPercentage", CORE_CONTENT, "Disk Used Percentage"),
    Need("disks.usedSpace", CORE_CONTENT, "Disk Used Space"),
    Need("domainName", sensor="Domain Name"),
    Need("eidFirstSeen", sensor="EID First Seen"),
    Need("eidLastSeen", sensor="EID Last Seen"),
    Need("installedApplications", CORE_CONTENT, "Installed Applications"),
    Need("ipAddress", sensor="Tanium Client IP Address"),
    Need("ipAddresses", sensor="IP Address"),
    Need("isEncrypted", CORE_CONTENT),
    Need("isVirtual", sensor="Is Virtual"),
    Need("lastLoggedInUser", CORE_CONTENT, "Last Logged In User"),
    Need("macAddresses", sensor="MAC Address"),
    Need("manufacturer", CORE_CONTENT, "Manufacturer"),
    Need("model", CORE_CONTENT, "Model"),
    Need("name", sensor="Computer Name"),
    Need("networking.adapters", CORE_CONTENT),
    Need("networking.dnsServers", sensor="DNS Server"),
    Need("networking.wirelessAdapters", CORE_CONTENT),
    Need("os.generation", sensor="Operating System Generation"),
    Need("os.name", sensor="Operating System"),
    Need("os.platform", sensor="OS Platform"),
    Need("os.windows.majorVersion", sensor="Windows OS Major Version"),
    Need("os.windows.releaseId", sensor="Windows OS Release ID"),
    Need("os.windows.type", sensor="Windows OS Type"),
    Need("primaryUser", AD_QUERY_CONTENT),
    Need("processor.architecture", CORE_CONTENT, "CPU Architecture"),
    Need("processor.cacheSize", CORE_CONTENT, "CPU Cache Size"),
    Need("processor.consumption", CORE_CONTENT, "CPU Consumption"),
    Need("processor.cpu", CORE_CONTENT, "CPU"),
    Need("processor.family", CORE_CONTENT, "CPU Family"),
    Need("processor.highConsumption", CORE_CONTENT, "High CPU Consumption"),
    Need("processor.logicalProcessors", CORE_CONTENT),
    Need("processor.manufacturer", CORE_CONTENT, "CPU Manufacturer"),
    Need("processor.revision", CORE_CONTENT, "Revision of CPU"),
    Need("processor.speed", CORE_CONTENT, "CPU Speed Mhz"),
    Need("serialNumber", CORE_CONTENT, "Computer Serial Number"),
    Need("services", CORE_CONTENT),
    Need("systemUUID", CORE_CONTENT, "System UUID"),
)

DOMAIN = "corp.example"
WITHOUT_DOMAIN = ("kiosk-lobby", "lab-isolated-01")
"""These hosts are in a workgroup."""

SERVICES = {
    "Windows": (
        ("TaniumClient", "Tanium Client", "RUNNING", "AUTO"),
        ("Spooler", "Print Spooler", "RUNNING", "AUTO"),
        ("RemoteRegistry", "Remote Registry", "STOPPED", "DISABLED"),
    ),
    "Linux": (
        ("taniumclient.service", "Tanium Client", "RUNNING", "AUTO"),
        ("sshd.service", "OpenSSH server daemon", "RUNNING", "AUTO"),
    ),
    "Mac": (("com.tanium.taniumclient", "Tanium Client", "RUNNING", "AUTO"),),
}
"""Name, display name, status and start of the services of a platform."""

CVE_FINDINGS = (
    ("CVE-2026-10001", "Critical", 9.8, "2026-03-02", True),
    ("CVE-2025-20417", "Medium", 5.3, "2025-11-19", False),
)
"""Id, severity, score, day first found, and whether it is known to be exploited. Invented."""
COMPLIANCE_FINDINGS = (
    ("1.1.4", "Minimum password length", "pass"),
    ("2.3.7", "Screen lock after inactivity", "fail"),
)
"""Id of the rule, the rule, and the state."""
