# File: endpoint_fields.py
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
"""The fields of an endpoint, made when a query asks for them."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from dev.simulator import seed
from dev.simulator.gateway.conditions import by_path, condition
from dev.simulator.gateway.context import Row
from dev.simulator.questions.filters import split_columns
from dev.simulator.questions.model import SensorUse
from dev.simulator.questions.values import Asked, values_of
from dev.simulator.seed.gateway import (
    COMPLIANCE_FINDINGS,
    CVE_FINDINGS,
    DOMAIN,
    SERVICES,
    WITHOUT_DOMAIN,
)
from dev.simulator.times import DAY, iso_seconds


class Moment:
    """What is the same for all endpoints of a read: the time, whether it is live, what stands in
    place of fields that are `missing`, and how to read a list of sensors (`readings`).
    """

    def __init__(
        self,
        now: float,
        started: float,
        *,
        live: bool,
        full_names: bool,
        asked: Asked,
        missing: Mapping[str, Any],
        readings: Callable[[Endpoint, Any, Row], Row],
    ) -> None:
        self.now, self.started, self.live = now, started, live
        self.full_names, self.asked, self.missing = full_names, asked, missing
        self.readings = readings


class Endpoint(Mapping[str, Any]):
    """A node; `eid` is its id, `last_seen` when it has registered last."""

    def __init__(self, host: seed.Host, eid: str, last_seen: float, moment: Moment) -> None:
        self.host, self.eid, self.moment = host, eid, moment
        self.last_seen = moment.now if moment.live else last_seen

    def __getitem__(self, name: str) -> Any:
        missing = self.moment.missing
        if name in missing:
            return missing[name]
        value = FIELDS[name](self)
        for path, instead in missing.items():
            if path.startswith(f"{name}."):
                value = _without(value, path.partition(".")[2], instead)
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(FIELDS)

    def __len__(self) -> int:
        return len(FIELDS)

    @property
    def domain(self) -> str:
        return "" if self.host.hostname in WITHOUT_DOMAIN else DOMAIN

    @property
    def name(self) -> str:
        """The full name, which generated hosts have anyway."""
        short = not self.moment.full_names or not self.domain or DOMAIN in self.host.hostname
        return self.host.hostname if short else f"{self.host.hostname}.{self.domain}"

    def sensor(self, sensor: seed.SensorSeed) -> list[str]:
        return values_of(SensorUse(sensor), self.host, self.moment.asked)

    def chance(self, salt: str, below: int) -> int:
        return zlib.crc32(f"{salt}:{self.host.client_id}".encode()) % below

    def by_platform(self, windows: Any, linux: Any, mac: Any) -> Any:
        return {"Windows": windows, "Linux": linux, "Mac": mac}[self.host.platform]


def _without(value: Any, path: str, instead: Any) -> Any:
    """The value with something else at a way into it, such as `free` of every disk."""
    if isinstance(value, list):
        return [_without(each, path, instead) for each in value]
    name, _, rest = path.partition(".")
    if not isinstance(value, dict) or name not in value:
        return value
    return {**value, name: _without(value[name], rest, instead) if rest else instead}


def _mac_address(of: Endpoint, adapter: int) -> str:
    digits = hashlib.sha256(f"{of.host.client_id}:{adapter}".encode()).hexdigest()
    return "-".join(["02", *(digits[each : each + 2] for each in range(0, 10, 2))])


def _uuid(of: Endpoint) -> str:
    digits = hashlib.sha256(of.host.client_id.encode()).hexdigest()
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-8{digits[17:20]}-{digits[20:32]}"


def _operating_system(of: Endpoint) -> Row:
    (name,) = of.sensor(seed.OPERATING_SYSTEM)
    windows = {"majorVersion": "10.0", "releaseId": "24H2", "type": "Workstation"}
    return {
        "generation": of.by_platform(name.rsplit(" ", 1)[0], name.split(" ")[0], "macOS"),
        "language": "English (United States)",
        "name": name,
        "platform": of.host.platform,
        "windows": windows if of.host.platform == "Windows" else None,
    }


def _user(of: Endpoint) -> Row:
    (login,) = of.sensor(seed.LAST_USER)
    person = login not in {"root", "SYSTEM", "deploy"}
    name = login.replace(".", " ").title() if person else ""
    return {
        "city": "Uppsala" if person else "",
        "country": "SE" if person else "",
        "department": "Accounting" if person else "",
        "email": f"{login}@{DOMAIN}" if person else "",
        "name": name,
        "phoneNumber": "",
    }


def _processor(of: Endpoint) -> Row:
    return {
        "architecture": of.by_platform("x64", "x86_64", "arm64"),
        "cacheSize": "12288 KB",
        "consumption": f"{of.sensor(seed.CPU_CONSUMPTION)[0]} %",
        "cpu": "Simulated CPU @ 2.60GHz",
        "family": "6",
        "highConsumption": "No",
        "logicalProcessors": int(of.sensor(seed.CORES)[0]),
        "manufacturer": "GenuineIntel",
        "revision": "140",
        "speed": "2600 Mhz",
    }


def _disks(of: Endpoint) -> list[Row]:
    free = int(of.sensor(seed.DISK_FREE)[0].split(" ")[0])
    return [
        {
            "name": of.by_platform("C:", "/", "/"),
            "free": f"{free} GB",
            "total": "512 GB",
            "usedSpace": f"{512 - free} GB",
            "usedPercentage": f"{(512 - free) * 100 // 512}%",
        }
    ]


def _networking(of: Endpoint) -> Row:
    adapter = {
        "connectionId": of.by_platform("Ethernet", "eth0", "en0"),
        "macAddress": _mac_address(of, 0),
        "manufacturer": "Simulated",
        "name": "Simulated Gigabit Adapter",
        "speed": "1 Gbps",
        "type": "Ethernet 802.3",
    }
    return {"adapters": [adapter], "dnsServers": ["10.20.0.53"], "wirelessAdapters": []}


def _applications(of: Endpoint) -> Callable[..., list[Row]]:
    rows = []
    for value in of.sensor(seed.INSTALLED_APPLICATIONS):
        name, version = split_columns(value, 2)
        rows.append(
            {"name": name, "version": version, "silentUninstallString": "", "uninstallable": False}
        )
    return _filtered(rows, frozenset(rows[0]))


def _services(of: Endpoint) -> list[Row]:
    names = ("name", "displayName", "status", "startupMode")
    return [dict(zip(names, each)) for each in SERVICES[of.host.platform]]


def _compliance(of: Endpoint) -> Row:
    scanned = iso_seconds(of.moment.now - DAY)[:10]
    cves = [
        {
            "cveId": cve,
            "cveYear": cve[4:8],
            "severity": severity,
            "severityV3": severity,
            "cvssScore": score,
            "cvssScoreV3": score,
            "firstFound": first,
            "lastFound": scanned,
            "absoluteFirstFoundDate": first,
            "isCisaKev": exploited,
            "summary": f"Invented finding {cve}",
        }
        for cve, severity, score, first, exploited in CVE_FINDINGS[: 1 + of.chance("cve", 2)]
    ]
    findings = [
        {
            "id": f"{of.eid}-{rule_id}",
            "ruleId": rule_id,
            "rule": rule,
            "state": state,
            "category": "Access",
            "standard": "Simulated Benchmark",
            "standardVersion": "2.0",
            "profile": "Level 1",
            "profileVersion": "2.0",
            "firstFoundDate": scanned,
            "lastScanDate": scanned,
        }
        for rule_id, rule, state in COMPLIANCE_FINDINGS
    ]
    return {
        "cveFindings": _filtered(cves, frozenset(cves[0])),
        "complianceFindings": _filtered(findings, frozenset(findings[0])),
    }


def _filtered(rows: list[Row], fields: frozenset[str]) -> Callable[..., list[Row]]:
    """A field with an argument `filter`."""

    def field(_info: object, **arguments: Any) -> list[Row]:
        passes = condition(arguments.get("filter"), by_path(fields))
        return [row for row in rows if passes(row)]

    return field


FIELDS: dict[str, Callable[[Endpoint], Any]] = {
    "id": lambda of: of.eid,
    "computerID": lambda of: of.host.client_id,
    "name": lambda of: of.name,
    "namespace": lambda _of: "",
    "domainName": lambda of: of.domain,
    "ipAddress": lambda of: of.host.ip,
    "ipAddresses": lambda of: of.sensor(seed.IP_ADDRESS),
    "macAddresses": lambda of: [_mac_address(of, 0), _mac_address(of, 1)],
    "chassisType": lambda of: of.by_platform("Laptop", "Rack Mount Chassis", "Laptop"),
    "manufacturer": lambda of: of.by_platform("Dell Inc.", "VMware, Inc.", "Apple Inc."),
    "model": lambda of: of.by_platform("Latitude 7450", "VMware20,1", "MacBook Pro"),
    "serialNumber": lambda of: f"SN{_uuid(of)[:8].upper()}",
    "systemUUID": _uuid,
    "isVirtual": lambda of: of.host.platform == "Linux",
    "isEncrypted": lambda of: of.chance("encrypted", 4) > 0,
    "eidFirstSeen": lambda of: iso_seconds(of.moment.started - (200 + of.chance("seen", 99)) * DAY),
    "eidLastSeen": lambda of: iso_seconds(of.last_seen),
    "lastLoggedInUser": lambda of: of.sensor(seed.LAST_USER)[0],
    "primaryUser": _user,
    "os": _operating_system,
    "processor": _processor,
    "disks": _disks,
    "networking": _networking,
    "installedApplications": _applications,
    "services": _services,
    "compliance": _compliance,
    "sensorReadings": lambda of: lambda info, **given: of.moment.readings(of, info, given),
}
