# File: intel_deployment.py
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
"""Bringing intel to the endpoints: its deployment, and scans for it."""

from __future__ import annotations

from typing import Annotated, Any

from ..declare import (
    COMPUTER_GROUP,
    INTEL_DOC_ID,
    NUMERIC,
    TASK_ID,
    WHOLE,
    Column,
    Output,
    Param,
    action,
)
from ..errors import TaskError
from ..intel.groups import find_group_id
from ..parameters.shared import Timeout, Wait
from ..permissions import (
    INTEL_DEPLOY,
    INTEL_READ,
    INTELS_WRITE,
    READ_COMPUTER_GROUP,
    SCANS_WRITE,
    TASKS_READ,
    Inferred,
)
from ..services import Services
from ..tasks.waiting import StartedTask, State, wait_for_task


SCAN = (
    Column("id", NUMERIC, title="Scan ID"),
    Column("intel_doc_id", NUMERIC, contains=(INTEL_DOC_ID,), title="Intel Doc ID"),
    Column("computer_group_name", contains=(COMPUTER_GROUP,), title="Computer Group"),
    Column("computerGroupId", NUMERIC, title="Computer Group ID", examples=(123,)),
    Column("meta.deployTask.status", title="Deploy Status", examples=("STARTED",)),
    Column("meta.deployTask.taskId", NUMERIC, title="Deploy Task ID", examples=(29232,)),
    Column("actionExpiration", title="Expires", examples=("2026-01-23T09:33:33.000Z",)),
    Column("actionIdUnix", NUMERIC, examples=(123456,)),
    Column("actionIdWindows", NUMERIC, examples=(123456,)),
    Column("alertCount", NUMERIC),
    Column("createdAt"),
    Column("endpointMatchCount", NUMERIC),
    Column("intelDocId", NUMERIC, examples=(123,)),
    Column("questionId", NUMERIC),
    Column("revisionId", NUMERIC),
    Column("updatedAt"),
    Column("userId", NUMERIC),
    Column("data.actionExpiration"),
    Column("data.actionIdUnix"),
    Column("data.actionIdWindows"),
    Column("data.alertCount", NUMERIC),
    Column("data.computerGroupId", NUMERIC),
    Column("data.createdAt"),
    Column("data.endpointMatchCount", NUMERIC),
    Column("data.id", NUMERIC),
    Column("data.intelDocId", NUMERIC),
    Column("data.questionId", NUMERIC),
    Column("data.revisionId", NUMERIC),
    Column("data.updatedAt"),
    Column("data.userId", NUMERIC),
)


class IntelDeploymentActions:
    def __init__(self, services: Services) -> None:
        self._tanium, self._soar = services.tanium, services.soar

    @action(
        type="generic",
        read_only=False,
        permissions=(Inferred(INTELS_WRITE),),
        may_need=(INTEL_READ, INTEL_DEPLOY, TASKS_READ),
        columns=(
            Column("taskId", NUMERIC, contains=(TASK_ID,), title="Task ID", examples=(779,)),
            Column("status", title="Status"),
        ),
        summary=(Column("task_id", NUMERIC, contains=(TASK_ID,), examples=(779,)),),
        message="Intel deployment started",
    )
    def deploy_intel(self, wait: Wait = False, timeout: Timeout = 300) -> Output:
        """Deploy intel to the endpoints.

        Sends all intel documents to the endpoints. The deployment continues after the action has
        ended, unless wait is set.
        """
        started = self._tanium.intel.deploy_intel()
        task_id, message = started.get("taskId"), "Intel deployment started"
        if wait:
            waited = StartedTask(
                task_id, "deploying intel", [started], outcome=lambda: _unreported(started)
            )
            task = wait_for_task(self._tanium, self._soar, waited, timeout)
            started, message = {**started, "status": task["status"]}, "Intel deployed"
        return Output([started], {"task_id": task_id}, message)

    @action(
        read_only=True,
        may_need=(INTEL_READ,),
        columns=(
            Column("currentRevision", NUMERIC, title="Revision", examples=(12,)),
            Column("currentSize", NUMERIC, title="Size", examples=(52341,)),
            Column("pendingRevision", NUMERIC, title="Pending Revision", examples=(13,)),
            Column("pendingSize", NUMERIC, title="Pending Size", examples=(52607,)),
            Column("createdAt", title="Created"),
            Column("modifiedAt", title="Modified"),
        ),
        summary=(Column("current_revision", NUMERIC, examples=(12,)),),
        message="Intel deployment retrieved",
    )
    def get_intel_deployment(self) -> Output:
        """Get the state of the intel on the endpoints."""
        deployment = self._tanium.intel.get_intel_deployment()
        return Output(
            [deployment],
            {"current_revision": deployment.get("currentRevision")},
            "Intel deployment retrieved",
        )

    @action(
        type="investigate",
        read_only=False,
        permissions=(SCANS_WRITE,),
        may_need=(READ_COMPUTER_GROUP,),
        columns=SCAN,
        summary=(WHOLE,),
        message="Quick scan started",
    )
    def start_quick_scan(
        self,
        intel_doc_id: Annotated[
            int, Param("ID of the intel document to scan", contains=(INTEL_DOC_ID,), examples=(1,))
        ],
        computer_group_name: Annotated[
            str,
            Param(
                "Name or ID of a Tanium computer group to scan",
                contains=(COMPUTER_GROUP,),
                examples=("All Computers",),
            ),
        ],
    ) -> Output:
        """Scan a computer group for hashes in intel document.

        A number is first treated as the ID of a computer group, and as a name if no group has that
        ID. A deleted group is found only by its ID. A group's ID is part of the address of its page
        in Tanium, under Administration, Computer Groups.
        """
        group_id = find_group_id(self._tanium, self._soar, computer_group_name)
        scan = self._tanium.intel.start_scan(intel_doc_id=intel_doc_id, computer_group_id=group_id)
        row = {
            **scan["data"],
            **scan,
            "intel_doc_id": intel_doc_id,
            "computer_group_name": computer_group_name,
        }
        return Output([row], {}, "Quick scan started")


def _unreported(started: dict[str, Any]) -> State:
    raise TaskError(
        "The deployment was started, but this Tanium server does not report its result: use"
        " get intel deployment.",
        [started],
    )
