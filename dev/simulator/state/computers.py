# File: computers.py
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
"""The computers that the platform and the endpoint look-up know."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dev.simulator import seed
from dev.simulator.recordings.recording import Recording, recording_of
from dev.simulator.settings import Settings
from dev.simulator.times import DAY, iso_seconds


Row = dict[str, Any]

REGISTERED_DAYS = 1.0
"""Who has not registered for so long is not counted, and does not answer."""
FIRST_GENERATED_EID = 1_000_001


class Computers:
    """Endpoints and groups. `hosts` and `groups` are plain lists: a test may add to them. The
    `newcomers` register when the next action is issued.
    """

    def __init__(self, settings: Settings, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._clock = clock
        self.started = clock()
        self._silent_since: dict[str, float] = {}
        self.hosts = list(seed.HOSTS)
        self.groups = [*seed.GROUPS, *seed.VERIFY_GROUPS]
        self.newcomers: list[seed.Host] = []
        self._recordings: dict[str, Recording] = {}
        self._generated: list[seed.Host] = []
        self._generated_eids: dict[str, int] = {}

    @property
    def quarantined(self) -> set[str]:
        """Client ids."""
        return {host.client_id for host in self.hosts if host.quarantined}

    def change(self, client_id: str, **properties: Any) -> None:
        """Gives a computer other properties; one that is not among `hosts` stays as it is. One that
        answers no more does not register any more, either.
        """
        if properties.get("answers") is False:
            self._silent_since.setdefault(client_id, self._clock())
        elif "answers" in properties:
            self._silent_since.pop(client_id, None)
        self.hosts[:] = [
            host._replace(**properties) if host.client_id == client_id else host
            for host in self.hosts
        ]

    def welcome(self) -> None:
        """Registers the newcomers."""
        self.hosts += self.newcomers
        self.newcomers.clear()

    def by_client_id(self, client_id: str) -> seed.Host | None:
        return next((host for host in self.hosts if host.client_id == client_id), None)

    def by_hostname(self, hostname: str) -> seed.Host:
        """The first computer of that name; KeyError for none."""
        for host in self.hosts:
            if host.hostname == hostname:
                return host
        raise KeyError(hostname)

    def recording(self, host: seed.Host) -> Recording:
        """What the recorder of a computer holds, made on first use."""
        if host.client_id not in self._recordings:
            until = self.started // 60 * 60
            self._recordings[host.client_id] = recording_of(host, self._settings.seed, until)
        return self._recordings[host.client_id]

    def registered(self, host: seed.Host) -> float:
        """When a computer has last registered (seconds); who did so on the first day goes on."""
        goes_on = host.answers and self.is_registered(host)
        since = self._clock() if goes_on else self.started
        since = self._silent_since.get(host.client_id, since)
        return since - host.days_since_registration * DAY

    def is_registered(self, host: seed.Host) -> bool:
        """Who registers at the start goes on doing so."""
        return host.days_since_registration < REGISTERED_DAYS

    def generated(self, count: int) -> list[seed.Host]:
        """Generated endpoints, always the same."""
        for number in range(len(self._generated), count):
            host = seed.Host(
                f"pc-{number:06}.corp.example",
                str(500_000_000 + number * 7),
                f"10.{100 + number // 65536}.{number // 256 % 256}.{number % 256}",
                "Windows",
            )
            self._generated.append(host)
            self._generated_eids[host.client_id] = FIRST_GENERATED_EID + number
        return self._generated[:count]

    def eid(self, host: seed.Host) -> str | None:
        """The id by which the API gateway and alerts know an endpoint; older clients have none."""
        generated = self._generated_eids.get(host.client_id)
        if generated is not None:
            return str(generated)
        return str(seed.endpoint_id(host)) if host.eid else None

    def by_eid(self, eid: str) -> seed.Host | None:
        return next((host for host in self.known() if self.eid(host) == eid), None)

    def known(self) -> list[seed.Host]:
        """Every computer, whether it registers or not."""
        return [*self.hosts, *self.generated(self._settings.extra_endpoints)]

    def look_up(self, hostname: str | None, ip: str | None, client_id: str | None) -> list[Row]:
        """The rows of dec's endpoints whose given properties are equal; they carry no time of
        registration.
        """
        found = [
            host
            for host in self.hosts
            if (hostname is None or host.hostname.lower() == hostname.lower())
            and (ip is None or host.ip == ip)
            and (client_id is None or host.client_id == client_id)
        ]
        return [
            {
                "clientId": host.client_id,
                "hostname": host.hostname,
                "ip": host.ip,
                "platform": host.platform,
                "configured": True,
                "installed": True,
                "ready": host.answers,
                "status": "ready" if host.answers else "offline",
                "count": "1",
            }
            for host in found
        ]

    def system_status(self) -> list[Row]:
        """One row per registered computer."""
        return [self._status_row(host) for host in self.hosts if host.in_system_status]

    def status_counters(self) -> Row:
        """The server's counters, an item of the same list."""
        rows = self.system_status()
        counters = {"leader_count": 0, "normal_count": 0, "blocked_count": 0, "slowlink_count": 0}
        for row in rows:
            counters[row["status"].lower().replace(" ", "") + "_count"] += 1
        return {**counters, "versions": [{"version_string": "7.6.2.1218", "count": len(rows)}]}

    def _status_row(self, host: seed.Host) -> Row:
        return {
            "host_name": host.hostname,
            "computer_id": (
                host.client_id if self._settings.computer_id_as_text else int(host.client_id)
            ),
            "ipaddress_client": host.ip,
            "ipaddress_server": host.ip,
            "port_number": 17472,
            "protocol_version": 315,
            "full_version": "7.6.2.1218",
            "last_registration": iso_seconds(self.registered(host)),
            "send_state": "Forward Only",
            "receive_state": "Next Only",
            "send_count": 12,
            "receive_count": 9,
            "status": host.status,
            "public_key_valid": True,
            "using_tls": True,
            "registered_with_tls": True,
        }
