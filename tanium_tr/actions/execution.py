# File: execution.py
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
"""Deploying packages to endpoints."""

from __future__ import annotations

from typing import Annotated, Optional

from ..config import MOST_TARGETS
from ..declare import CLIENT_ID, ENDPOINT_ID, GROUP_DEFINITION, HOST_NAME, IP, Output, Param, action
from ..deployment.deploying import Deployment, Order
from ..deployment.group_definition import group_of
from ..deployment.package_parameters import prepare
from ..deployment.parameters import DistributeSeconds, DryRun, IssueSeconds
from ..deployment.saved_action_columns import DEPLOYMENT, SUMMARY
from ..deployment.targets import Wish, limit_of
from ..errors import ParameterError
from ..parameters.shared import BY_HOSTNAME, EndpointDestinationType, Timeout, Wait
from ..permissions import ASK_QUESTION, FIND_ENDPOINT, READ_COMPUTER_GROUP, RUN_PACKAGE, USE_GATEWAY
from ..services import Services


class ExecutionActions:
    def __init__(self, services: Services) -> None:
        self._services = services

    @action(
        type="generic",
        read_only=False,
        permissions=(*RUN_PACKAGE, *ASK_QUESTION),
        may_need=(*FIND_ENDPOINT, USE_GATEWAY, READ_COMPUTER_GROUP),
        columns=DEPLOYMENT,
        summary=SUMMARY,
        message=(
            "Successfully issued saved action 482 ('Stop service [0d41b7c2a9]') to 3 computers."
        ),
        view="display_deployment",
    )
    def execute_action(
        self,
        *,
        action_name: Annotated[
            str,
            Param(
                "Name of the action; a unique mark is added to it",
                longest=1000,  # it is looked for in a header
                examples=("Stop service",),
            ),
        ],
        action_group: Annotated[
            str,
            Param(
                "Name of the action group",
                required=True,
                examples=("Default - All Computers",),
            ),
        ] = "Default",
        package_name: Annotated[
            str, Param("Name of the package", examples=("Stop Windows Service",))
        ],
        package_parameters: Annotated[
            Optional[str],
            Param(
                "JSON object with the values of the package's parameters, by key ($1, $2, ...) or"
                " by label",
                examples=('{"$1": "Spooler"}',),
            ),
        ] = None,
        group_name: Annotated[
            Optional[str],
            Param(
                "Computer group, or the group object of a parsed question; without it and without"
                " destination, the whole action group is the target",
                contains=(GROUP_DEFINITION,),
            ),
        ] = None,
        distribute_seconds: DistributeSeconds = None,
        issue_seconds: IssueSeconds = None,
        expire_seconds: Annotated[
            int,
            Param("Seconds until the action expires", required=True, minimum=1, examples=(600,)),
        ] = 600,
        destination: Annotated[
            Optional[list[str]],
            Param(
                "Client IDs, host names, IP addresses or endpoint IDs (eid) of the computers,"
                " comma-separated, instead of a group",
                contains=(CLIENT_ID, HOST_NAME, IP, ENDPOINT_ID),
                narrows=True,
            ),
        ] = None,
        destination_type: EndpointDestinationType = BY_HOSTNAME,
        dry_run: DryRun = False,
        max_targets: Annotated[
            Optional[int],
            Param(
                "Maximum number of computers: an action that would reach more is refused, and one"
                " that would not is limited to the computers that are online now",
                minimum=1,
                maximum=MOST_TARGETS,
                examples=(10,),
            ),
        ] = None,
        wait: Wait = False,
        timeout: Timeout = 300,
    ) -> Output:
        """Deploy a package to endpoints.

        The targets are counted before anything is issued, and an action that would reach nobody is
        refused. An action is issued once: if Tanium's answer is lost, or a run is cut off, the
        action is found again by its name. Without wait, success means that Tanium has accepted the
        action. With wait, it means that it has succeeded on every target. A destination by eid also
        requires the permission 'gateway use api'.
        """
        if destination and group_name:
            raise ParameterError("Specify either 'destination' or 'group_name', not both.")
        tanium = self._services.tanium
        order = Order(
            action_name,
            action_group,
            prepare(tanium.packages.get_package(package_name), package_parameters),
            Wish(
                destinations=tuple(destination or ()),
                destination_type=destination_type,
                group=group_of(tanium, "group_name", group_name),
            ),
            life=expire_seconds,
            spread=distribute_seconds or 0,
            repeat=issue_seconds or 0,
            limit=limit_of(max_targets, self._services.config.max_targets),
        )
        deployment = Deployment(self._services, order)
        if dry_run:
            return deployment.preview()
        issued = deployment.once()
        return deployment.finished(issued, timeout) if wait else deployment.issued_output(issued)
