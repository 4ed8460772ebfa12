# File: live_processes.py
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
"""Processes that are running: on one endpoint, over the API gateway, or on all that a question
asks.
"""

from __future__ import annotations

from typing import Annotated, Any, Optional

from ..declare import (
    BOOLEAN,
    NUMERIC,
    PID,
    PROCESS_NAME,
    QUESTION_ID,
    Column,
    Output,
    Param,
    action,
)
from ..deployment.deploying import Deployment, Order
from ..deployment.group_definition import group_of
from ..deployment.package_parameters import prepare
from ..deployment.parameters import DistributeSeconds, IssueSeconds
from ..deployment.saved_action_columns import DEPLOYMENT, SUMMARY as SUMMARY_OF_DEPLOYMENT
from ..deployment.targets import Wish, limit_of
from ..endpoints.gateway_lookup import latest_match, name_of, only_match
from ..errors import NoGatewayError, ParameterError, TaniumError, TaskError
from ..live.processes import OWNER, PROCESS, SIGNALS, LiveProcesses, owner_of
from ..parameters.shared import BY_HOSTNAME, EndpointDestination, EndpointDestinationType, Timeout
from ..permissions import (
    ASK_QUESTION,
    GATEWAY_SESSION,
    KILL_PROCESS,
    READ_COMPUTER_GROUP,
    RUN_PACKAGE,
)
from ..questions.asking import ask_sensors
from ..questions.columns import FIRST_VALUES
from ..questions.outcome import SUMMARY, TEXT_SUMMARY
from ..questions.reading import AnswersReader
from ..questions.waiting import WantedAnswers
from ..services import Services
from ..words import printable


DEFAULT_SENSOR = "Process Details"
LIVE_FORM = "'destination', 'pid' and 'process_name' for one process"
PACKAGE_FORM = "'action_name', 'action_group' and 'package_name' for a package"
# As published: another ID of a question is one that other actions take, too.
QUESTION_COLUMNS = tuple(
    column._replace(contains=(QUESTION_ID,))
    if column.path.endswith(".archived_question_id")
    else column
    for column in FIRST_VALUES
    if not column.path.startswith("records.")
)
# Of an action whose outcome is not waited for.
_ISSUED_TO = tuple(
    f"endpoints.*.{name}" for name in ("computer_name", "computer_id", "platform", "online")
)
_NOT_WAITED = ("target_group.not_flag", "target_group.sub_groups")
ISSUED = tuple(
    column
    for column in DEPLOYMENT
    if not column.path.startswith("endpoints.") or column.path in _ISSUED_TO
    if column.path not in _NOT_WAITED
)
ISSUED_SUMMARY = tuple(
    column
    for column in SUMMARY_OF_DEPLOYMENT
    if column.path
    in ("", "saved_action_id", "action_name", "endpoints_targeted", "approval", "dry_run")
)
# As published: the number of the last action is the one that is shown.
TERMINATION = (
    Column("last_action.id", NUMERIC, title="Action ID", examples=(272568,)),
    *(
        Column("id", NUMERIC, examples=(482,)) if column.path == "id" else column
        for column in ISSUED
        if column.path != "last_action.id"
    ),
)
INSTEAD = (
    " Without a gateway, list processes of a computer group by a sensor: 'sensor' and 'group_name'."
)


class LiveProcessActions:
    def __init__(self, services: Services) -> None:
        self._services = services
        self._tanium, self._soar = services.tanium, services.soar

    @action(
        read_only=True,
        may_need=(*GATEWAY_SESSION, *ASK_QUESTION, READ_COMPUTER_GROUP),
        columns=(*QUESTION_COLUMNS, Column("records"), *PROCESS),
        summary=(
            Column("num_results", NUMERIC, examples=(864,)),
            *(column for column in SUMMARY if column.path != "number_of_rows"),
            TEXT_SUMMARY,
            Column("process_count", NUMERIC, examples=(123,)),
            *OWNER,
        ),
        message="Complete: 42 of 42 endpoints answered (100 %), 864 rows.",
        view="display_processes",
    )
    def list_processes(
        self,
        sensor: Annotated[
            Optional[str],
            Param(
                "Sensor to ask the endpoints for",
                offered=DEFAULT_SENSOR,
            ),
        ] = None,
        group_name: Annotated[
            Optional[str],
            Param("Computer group to which the question is limited; empty for every computer"),
        ] = None,
        timeout_seconds: Annotated[
            int, Param("Life of the question, and seconds to wait at most", minimum=1)
        ] = 600,
        destination: Optional[EndpointDestination] = None,
        destination_type: EndpointDestinationType = BY_HOSTNAME,
    ) -> Output:
        """List the processes of one endpoint, or ask a sensor of a computer group for them.

        With destination, the processes that run on this endpoint right now are listed over a Direct
        Connect connection of the API gateway, which is closed again; sensor is not used. This
        requires the permissions 'gateway use api', 'direct connect session read' and '... write',
        and 'performance direct connect read'. process_path is the path at the start of the command
        line. Without destination, the sensor is a question, which requires 'define question' and
        'read sensor', and the action fails if too few endpoints have answered in time
        (results_percentage of the asset). Parameters of the sensor have their defaults.
        """
        if destination is not None:
            if group_name or sensor not in (None, DEFAULT_SENSOR):
                raise ParameterError(
                    "Specify either 'destination', or 'sensor' and 'group_name', not both."
                )
            return self._list_live(destination, destination_type, timeout_seconds)
        if sensor is None:
            raise ParameterError(
                "Specify either 'destination' for the processes of one endpoint, or 'sensor' for"
                f" those of a computer group or all computers (for example {DEFAULT_SENSOR})."
            )
        return self._ask(sensor, group_name or "", timeout_seconds)

    def _list_live(self, destination: str, destination_type: str, timeout: int) -> Output:
        try:
            endpoint = latest_match(self._tanium, self._soar, destination, destination_type)
        except NoGatewayError as error:
            raise TaniumError(f"{error}{INSTEAD}") from error
        found = LiveProcesses(self._services, endpoint).list(timeout)
        count = len(found.rows)
        summary = {"process_count": count, **owner_of(endpoint)}
        notes = "".join(f". {note}" for note in found.notes)
        return Output(found.rows, summary, f"Processes on {name_of(endpoint)}: {count}{notes}")

    def _ask(self, sensor: str, group_name: str, timeout: int) -> Output:
        wanted = WantedAnswers(self._services.config.results_percentage, timeout)
        asked = ask_sensors(self._tanium, self._soar, [sensor], group_name=group_name, life=timeout)
        self._soar.progress(f"Asked question {asked.id}: {asked.text}")
        try:
            output = AnswersReader(self._services).read_asked(asked, wanted)
        except TaskError as error:
            error.summary = _counted(error.summary)
            raise
        return output._replace(summary=_counted(output.summary))

    @action(
        type="generic",
        read_only=False,
        may_need=(
            *(*GATEWAY_SESSION, KILL_PROCESS),
            *(*RUN_PACKAGE, *ASK_QUESTION, READ_COMPUTER_GROUP),
        ),
        columns=(*TERMINATION, *PROCESS, Column("terminated", BOOLEAN, title="Terminated")),
        summary=(
            *ISSUED_SUMMARY,
            Column("terminated", BOOLEAN, examples=(True,)),
            Column("pid", NUMERIC, contains=(PID,), examples=(4711,)),
            Column("process_name", contains=(PROCESS_NAME,), examples=("cmd.exe",)),
            *OWNER,
        ),
        message="Process 4711 'cmd.exe' on ws-finance-07 is gone, 2 s after SIGKILL",
        view="display_processes",
    )
    def terminate_process(
        self,
        action_name: Annotated[
            Optional[str], Param("Name of the action that deploys the package")
        ] = None,
        action_group: Annotated[Optional[str], Param("Name of the action group")] = None,
        package_name: Annotated[
            Optional[str], Param("Name of a package that ends a process")
        ] = None,
        package_parameters: Annotated[
            Optional[str],
            Param("JSON object with the values of the package's parameters, by key or by label"),
        ] = None,
        group_name: Annotated[
            Optional[str],
            Param(
                "Computer group, or the group object of a parsed question; empty for the whole"
                " action group"
            ),
        ] = None,
        distribute_seconds: DistributeSeconds = None,
        issue_seconds: IssueSeconds = None,
        expire_seconds: Annotated[
            int, Param("Seconds until the action expires", minimum=1, examples=(600,))
        ] = 600,
        destination: Optional[EndpointDestination] = None,
        destination_type: EndpointDestinationType = BY_HOSTNAME,
        pid: Annotated[
            Optional[int],
            Param("PID of the process", contains=(PID,), minimum=1, maximum=2**31 - 1),
        ] = None,
        process_name: Annotated[
            Optional[str],
            Param("Name of the process, as list processes has it", contains=(PROCESS_NAME,)),
        ] = None,
        signal: Annotated[str, Param("Signal to send", choices=SIGNALS)] = SIGNALS[0],
        timeout: Timeout = 60,
    ) -> Output:
        """End a process on one endpoint, or deploy a package that does.

        With destination, pid and process_name, the API gateway ends that process. PID and name must
        both be those of a process that is running right then; otherwise nothing is ended. Tanium is
        asked once, and the action succeeds when the process is gone from the endpoint's list. This
        requires the permissions 'gateway use api', 'direct connect session read' and '... write',
        'performance direct connect read' and 'performance kill process'. With action_name,
        action_group and package_name, the package is deployed as execute action does it, with its
        permissions; success then means that Tanium has accepted the action.
        """
        live = {"destination": destination, "pid": pid, "process_name": process_name}
        package = (action_name, action_group, package_name)
        deployed = (*package, package_parameters, group_name, distribute_seconds, issue_seconds)
        is_live = any(value is not None for value in live.values())
        if is_live and any(value is not None for value in deployed):
            raise ParameterError(f"Specify either {LIVE_FORM}, or {PACKAGE_FORM}, not both.")
        if destination is not None and pid is not None and process_name is not None:
            endpoint = only_match(self._tanium, destination, destination_type)
            process = LiveProcesses(self._services, endpoint)
            return _ended(
                *process.terminate(pid=pid, name=process_name, signal=signal, timeout=timeout),
                signal,
            )
        if is_live or action_name is None or action_group is None or package_name is None:
            missing = [name for name, value in live.items() if is_live and value is None]
            also = f" {', '.join(missing)} is missing." if missing else ""
            raise ParameterError(f"Specify either {LIVE_FORM}, or {PACKAGE_FORM}.{also}")
        tanium = self._services.tanium
        order = Order(
            action_name,
            action_group,
            prepare(tanium.packages.get_package(package_name), package_parameters),
            Wish(group=group_of(tanium, "group_name", group_name)),
            life=expire_seconds,
            spread=distribute_seconds or 0,
            repeat=issue_seconds or 0,
            limit=limit_of(None, self._services.config.max_targets),
        )
        deployment = Deployment(self._services, order)
        return deployment.issued_output(deployment.once())


def _ended(process: dict[str, Any], seconds: float, signal: str) -> Output:
    named = {name: process[name] for name in ("pid", "process_name")}
    summary = {"terminated": True, **named, **owner_of(process)}
    message = (
        f"Process {process['pid']} '{printable(process['process_name'])}' on"
        f" {name_of(process)} is gone, {seconds:.0f} s after {signal}"
    )
    return Output([{**process, "terminated": True}], summary, message)


def _counted(summary: dict[str, Any]) -> dict[str, Any]:
    """With the published name of the number of rows."""
    found = dict(summary)
    number = found.pop("number_of_rows", None)
    return {"num_results": number, **found}
