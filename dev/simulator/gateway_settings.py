# File: gateway_settings.py
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
"""Settings of the API gateway (TANIUM_PLATFORM_WIRE section 11). The defaults are a gateway of 2026
with every module; where the vendor's documents leave something open, the variants are here.
"""

from __future__ import annotations

from dataclasses import dataclass

from dev.simulator.setting_choices import require_choices


@dataclass
class GatewaySettings:
    gateway: str = "current"
    """`current`; `legacy`: no field of the newer family of Direct Connect exists; `missing`: there
    is no gateway (404).
    """
    gateway_without: tuple[str, ...] = ()
    """More fields that do not exist, each as `Endpoint.compliance`."""
    missing_modules: tuple[str, ...] = ()
    """Of `seed.MODULES`: those that the customer does not have."""
    missing_sensors: tuple[str, ...] = ()
    """Sensors behind fields of endpoints that the customer does not have, such as `Model`."""
    missing_optional: str = "null"
    """What becomes of a field that may be null and whose module or sensor is missing: it is `null`,
    null beside an `error`, or the query `fails` as it does with other fields. Nobody has shown
    which.
    """
    full_names: bool = True
    """The names of endpoints have their domain."""
    percentage_scale: float = 1.0
    """What all endpoints are in `respondedPercentage`: 1.0 or 100.0. Nobody has shown which."""
    cursor_reads: int = 0
    """After so many reads a query's cursors are dead, whatever the time; 0: only time ends them."""
    cursor_deaths: int | None = None
    """So many queries lose their cursors like that, then none does any more; None: every one."""
    direct_idle_seconds: float = 300.0
    """A Direct Connect connection that nobody uses for so long is closed."""
    direct_legacy_idle_seconds: float = 120.0
    """The same in the older family."""
    large_process: bool = False
    """One process of every computer has more resident bytes than an `Int` can hold."""
    terminate: str = "ends"
    """What the request to terminate a process does: it `ends`, it `stays` though the answer is yes,
    or the request is `refused` (`result: false`).
    """

    def __post_init__(self) -> None:
        choices = {
            "gateway": ("current", "legacy", "missing"),
            "missing_optional": ("null", "error", "fails"),
            "terminate": ("ends", "stays", "refused"),
        }
        require_choices(self, choices)
