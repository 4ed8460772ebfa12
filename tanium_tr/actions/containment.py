# File: containment.py
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
"""Quarantining endpoints and releasing them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Optional

from ..config import MOST_TARGETS
from ..containment.containing import AUTOMATIC, Containment, ContainmentRequest
from ..containment.outcomes import ACTION, DEVICE, METHODS, QUARANTINE, RELEASE, SUMMARY
from ..containment.values import APPLY, LINUX, MAC, REMOVE, WINDOWS
from ..declare import CLIENT_ID, ENDPOINT_ID, HOST_NAME, IP, Output, Param, action
from ..deployment.parameters import DryRun
from ..deployment.targets import ComputerLimit, limit_of
from ..parameters.shared import BY_HOSTNAME, EndpointDestinationType, Timeout, Wait, expiry_of
from ..permissions import (
    ASK_QUESTION,
    FIND_ENDPOINT,
    RESPONSE_ACTIONS_READ,
    RESPONSE_ACTIONS_WRITE,
    RUN_PACKAGE,
    TASKS_READ,
    USE_GATEWAY,
)
from ..services import Services


NEEDED_BESIDE = (
    *(*FIND_ENDPOINT, USE_GATEWAY, *ASK_QUESTION),
    *(RESPONSE_ACTIONS_READ, RESPONSE_ACTIONS_WRITE, TASKS_READ),
)
Destinations = Annotated[
    list[str],
    Param(
        "Client IDs, host names, IP addresses or endpoint IDs (eid), comma-separated",
        contains=(CLIENT_ID, HOST_NAME, IP, ENDPOINT_ID),
        narrows=True,
        examples=("ws-finance-07",),
    ),
]
PackageParameters = Annotated[
    Optional[str],
    Param(
        "JSON object with values of the package's parameters, by key ($1, $2, ...) or by label;"
        " the others have their defaults",
        examples=('{"VPN Servers": "10.0.0.9"}',),
    ),
]
ActionGroup = Annotated[str, Param("Name of the action group that contains the endpoints")]
ExpirationTime = Annotated[
    Optional[str],
    Param(
        "Time at which it expires on endpoints that stay offline, in ISO 8601; by default after the"
        " expiry of the package",
        examples=("2026-12-01T00:00:00Z",),
    ),
]
MaxTargets = Annotated[
    Optional[int],
    Param(
        "Refuse to reach more endpoints than this",
        minimum=1,
        maximum=MOST_TARGETS,
        examples=(1,),
    ),
]
EVERYBODY = "Default - All Computers"
_CHECKBOX = {"yes": "1", "no": "0"}
YES_OR_NO = tuple(_CHECKBOX)


def _package(system: str) -> Param:
    return Param(f"Package for {system} endpoints")


@dataclass
class Values:
    """What the packages are told, whichever operating system they are for."""

    message: Annotated[
        Optional[str],
        Param(
            "Message to the user of the endpoint, where the package has a parameter for one",
            examples=("Your computer was isolated. Please call the help desk.",),
        ),
    ]
    allow_dns: Annotated[Optional[str], Param("Whether DNS stays open", choices=YES_OR_NO)]
    allow_dhcp: Annotated[Optional[str], Param("Whether DHCP stays open", choices=YES_OR_NO)]
    allow_tanium_servers: Annotated[
        Optional[str], Param("Whether all Tanium servers stay reachable", choices=YES_OR_NO)
    ]
    custom_rules: Annotated[Optional[str], Param("Custom rules, in the package's own form")]
    vpn_servers: Annotated[
        Optional[str], Param("VPN servers that stay reachable", examples=("10.0.0.9",))
    ]

    @property
    def given(self) -> dict[str, str]:
        """Those that were given, as packages take them: a checkbox is "1" or "0"."""
        return {
            name: _CHECKBOX[value] if name.startswith("allow_") else value
            for name, value in vars(self).items()
            if value
        }


class ContainmentActions:
    """Both go through the same steps, with the packages that apply or remove a quarantine."""

    def __init__(self, services: Services) -> None:
        self._services = services

    @action(
        type="contain",
        read_only=False,
        permissions=RUN_PACKAGE,
        may_need=NEEDED_BESIDE,
        columns=DEVICE,
        summary=SUMMARY,
        message="1 of 1 endpoint quarantined (1 verified).",
        view="display_containment",
    )
    def quarantine_device(
        self,
        *,
        destination: Destinations,
        destination_type: EndpointDestinationType = BY_HOSTNAME,
        values: Values,
        package_parameters: PackageParameters = None,
        windows_package: Annotated[str, _package(WINDOWS)] = APPLY[WINDOWS],
        mac_package: Annotated[str, _package(MAC)] = APPLY[MAC],
        linux_package: Annotated[str, _package(LINUX)] = APPLY[LINUX],
        action_group: ActionGroup = EVERYBODY,
        method: Annotated[
            str,
            Param(
                "How to carry it out; automatic uses an action, or a response action if the account"
                " may not issue actions",
                choices=(AUTOMATIC, *METHODS),
            ),
        ] = AUTOMATIC,
        expiration_time: ExpirationTime = None,
        dry_run: DryRun = False,
        max_targets: MaxTargets = None,
        wait: Wait = True,
        timeout: Timeout = 300,
    ) -> Output:
        """Isolate endpoints from the network, and verify it where possible.

        Each endpoint gets the package for its operating system. With wait, the action succeeds only
        if it succeeded on every endpoint; verified says for each whether there is proof. An
        endpoint that no longer answers is reported as unknown, never as quarantined. Nothing is
        issued twice: if Tanium's answer is lost, or a run is cut off, the action is found again.
        """
        wanted = ContainmentRequest(
            QUARANTINE,
            destinations=tuple(destination),
            destination_type=destination_type,
            packages={WINDOWS: windows_package, MAC: mac_package, LINUX: linux_package},
            package_parameters=package_parameters,
            named=values.given,
            action_group=action_group,
            method=method,
            ends=self._ends(expiration_time),
            limit=self._limit(max_targets),
        )
        containment = Containment(self._services, wanted)
        return containment.preview() if dry_run else containment.run(wait=wait, timeout=timeout)

    @action(
        type="correct",
        read_only=False,
        permissions=RUN_PACKAGE,
        may_need=NEEDED_BESIDE,
        columns=DEVICE,
        summary=SUMMARY,
        message="1 of 1 endpoint released (0 verified).",
        view="display_containment",
    )
    def unquarantine_device(
        self,
        *,
        destination: Destinations,
        destination_type: EndpointDestinationType = BY_HOSTNAME,
        package_parameters: PackageParameters = None,
        windows_package: Annotated[str, _package(WINDOWS)] = REMOVE[WINDOWS],
        mac_package: Annotated[str, _package(MAC)] = REMOVE[MAC],
        linux_package: Annotated[str, _package(LINUX)] = REMOVE[LINUX],
        action_group: ActionGroup = EVERYBODY,
        method: Annotated[
            str,
            Param(
                "How to carry it out; not every server may be able to release endpoints by a"
                " response action",
                choices=METHODS,
            ),
        ] = ACTION,
        expiration_time: ExpirationTime = None,
        dry_run: DryRun = False,
        max_targets: MaxTargets = None,
        wait: Wait = True,
        timeout: Timeout = 300,
    ) -> Output:
        """Release endpoints from quarantine, and verify it where possible.

        Removes the quarantine with the package for each operating system. A release reaches only an
        endpoint that answers Tanium. With wait, the action succeeds only if it succeeded on every
        endpoint. Nothing is issued twice.
        """
        wanted = ContainmentRequest(
            RELEASE,
            destinations=tuple(destination),
            destination_type=destination_type,
            packages={WINDOWS: windows_package, MAC: mac_package, LINUX: linux_package},
            package_parameters=package_parameters,
            named={},
            action_group=action_group,
            method=method,
            ends=self._ends(expiration_time),
            limit=self._limit(max_targets),
        )
        containment = Containment(self._services, wanted)
        return containment.preview() if dry_run else containment.run(wait=wait, timeout=timeout)

    def _ends(self, expiration_time: str | None) -> float | None:
        return expiry_of("expiration_time", expiration_time, self._services.soar.time())

    def _limit(self, max_targets: int | None) -> ComputerLimit | None:
        return limit_of(max_targets, self._services.config.max_targets)
