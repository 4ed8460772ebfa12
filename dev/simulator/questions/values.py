# File: values.py
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
"""What an endpoint answers to each sensor. Values with columns have them joined by `|`, as their
scripts print them.

A test may replace any of `VALUES` for a while, or add a sensor to `state.sensors.all` and its
function here.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import NamedTuple

from dev.simulator import seed
from dev.simulator.questions.model import SensorUse
from dev.simulator.recordings.processes import digest_of


DELIMITER = "|"
NO_RESULTS = "[no results]"
ERROR = "TSE-Error: "


class Asked(NamedTuple):
    """What the scripts can tell of the moment: `stretch` changes when changing values do."""

    stretch: int = 0
    addresses: int = 2


def values_of(use: SensorUse, host: seed.Host, asked: Asked) -> list[str]:
    """The values, or none."""
    return VALUES.get(use.sensor.name, _echo)(host, use, asked)


def _chance(host: seed.Host, salt: str, below: int) -> int:
    return zlib.crc32(f"{salt}:{host.client_id}".encode()) % below


def _operating_system(host: seed.Host, _use: SensorUse, _asked: Asked) -> list[str]:
    names = {
        "Windows": ("Windows 11 Enterprise", "Windows 10 Pro"),
        "Linux": ("Ubuntu 22.04.4 LTS", "Red Hat Enterprise Linux 9.3"),
        "Mac": ("macOS 14.4", "macOS 13.6"),
    }
    return [names[host.platform][_chance(host, "system", 2)]]


def _addresses(host: seed.Host, _use: SensorUse, asked: Asked) -> list[str]:
    number = int(host.client_id) % 65536
    return [host.ip, *(f"fe80::{each}:{number:x}" for each in range(1, asked.addresses))]


def _processes(host: seed.Host, _use: SensorUse, _asked: Asked) -> list[str]:
    return [_file_name(path) for path, _, _ in seed.PROCESS_BACKBONE[host.platform]]


def _with_hashes(host: seed.Host, _use: SensorUse, _asked: Asked) -> list[str]:
    return [
        f"{path}|{digest_of(path)}|{4 if number == 0 else 400 + number * 4}"
        for number, (path, _, _) in enumerate(seed.PROCESS_BACKBONE[host.platform])
    ]


def _of_hash(host: seed.Host, use: SensorUse, _asked: Asked) -> list[str]:
    wanted = use.value("hash").casefold()
    found = [(path, digest_of(path)) for path, _, _ in seed.PROCESS_BACKBONE[host.platform]]
    return [f"{path}|{md5}" for path, md5 in found if md5 == wanted]


def _applications(host: seed.Host, _use: SensorUse, _asked: Asked) -> list[str]:
    return [
        "Tanium Client|7.6.2.1218",
        f"Browser|{120 + _chance(host, 'browser', 3)}.0.1",
        *(["Invoice Viewer|1.0"] if host.hostname.startswith("ws-finance") else []),
    ]


def _last_user(host: seed.Host, _use: SensorUse, _asked: Asked) -> list[str]:
    return [seed.PROCESS_BACKBONE[host.platform][-1][2]]


def _ports(host: seed.Host, _use: SensorUse, _asked: Asked) -> list[str]:
    return {"Windows": ["135", "445"], "Linux": ["22", "443"]}.get(host.platform, [])


def _partly_broken(host: seed.Host, _use: SensorUse, _asked: Asked) -> list[str]:
    return ["fine"] if host.platform == "Windows" else [f"{ERROR}No such object: WMI"]


def _dates(host: seed.Host) -> tuple[str, str]:
    day = 1 + _chance(host, "installed", 28)
    return f"202502{day:02}083000.000000+000", f"{day:02} Jan 2026 06:15:00 +0000"


def _echo(_host: seed.Host, use: SensorUse, _asked: Asked) -> list[str]:
    """What reached the script: `key=value; key=value`."""
    given = [f"{each.key}={use.value(each.key)}" for each in use.sensor.parameters if each.key]
    return ["; ".join(given)] if given else []


def _file_name(path: str) -> str:
    return path.replace("\\", "/").rsplit("/", 1)[-1]


VALUES: dict[str, Callable[[seed.Host, SensorUse, Asked], list[str]]] = {
    seed.COMPUTER_NAME.name: lambda host, _use, _asked: [host.hostname],
    seed.COMPUTER_ID.name: lambda host, _use, _asked: [host.client_id],
    seed.OPERATING_SYSTEM.name: _operating_system,
    seed.IP_ADDRESS.name: _addresses,
    seed.IS_WINDOWS.name: lambda host, _use, _asked: [str(host.platform == "Windows")],
    seed.RUNNING_PROCESSES.name: _processes,
    seed.PROCESSES_WITH_HASH.name: _with_hashes,
    seed.PROCESS_OF_HASH.name: _of_hash,
    seed.INSTALLED_APPLICATIONS.name: _applications,
    seed.LAST_USER.name: _last_user,
    seed.CPU_CONSUMPTION.name: lambda host, _use, asked: [
        str(_chance(host, f"load {asked.stretch}", 1000) / 10)
    ],
    seed.CORES.name: lambda host, _use, _asked: [str(2 << _chance(host, "cores", 3))],
    seed.DISK_FREE.name: lambda host, _use, _asked: [f"{40 + _chance(host, 'disk', 400)} GB"],
    seed.UPTIME.name: lambda host, _use, _asked: [f"{1 + _chance(host, 'up', 60)} days"],
    seed.CLIENT_VERSION.name: lambda _host, _use, _asked: ["7.6.2.1218"],
    seed.INSTALL_DATE.name: lambda host, _use, _asked: [_dates(host)[0]],
    seed.LAST_REBOOT.name: lambda host, _use, _asked: [f"Thu, {_dates(host)[1]}"],
    seed.OPEN_PORTS.name: _ports,
    seed.QUOTED_NAME.name: lambda host, _use, _asked: [
        "C:" if host.platform == "Windows" else "/dev/sda1"
    ],
    seed.BROKEN.name: lambda _host, _use, _asked: [f"{ERROR}The script did not start"],
    seed.PARTLY_BROKEN.name: _partly_broken,
    seed.SLOW.name: lambda host, _use, _asked: [f"computed on {host.hostname}"],
    seed.ISOLATION.name: lambda host, _use, _asked: [
        "isolated" if host.quarantined else "not isolated"
    ],
    seed.HIDDEN.name: lambda _host, _use, _asked: ["ok"],
    seed.HOSTILE.name: lambda _host, _use, _asked: [
        "<script>alert(1)</script>",
        'a "quoted" | barred, text',
        "two\nlines",
        "",
    ],
}
"""By the sensor's name; a sensor that is missing here answers with the values of its parameters."""
