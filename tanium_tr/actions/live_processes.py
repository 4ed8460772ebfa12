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
    SENSOR_NAME,
    Column,
    Output,
    Param,
    action,
)
from ..errors import NoGatewayError, ParameterError, TaniumError, TaskError
from ..gateway_lookup import (
    HOSTNAME,
    EndpointDestination,
    EndpointDestinationType,
    latest_match,
    only_match,
)
from ..live_processes import OWNER, PROCESS, SIGNALS, LiveProcesses, owner_of
from ..questions.asking import ask_sensors
from ..questions.columns import FIRST_VALUES
from ..questions.outcome import SUMMARY, TEXT_SUMMARY
from ..questions.reading import AnswersReader
from ..questions.waiting import Wanted
from ..services import Services
from ..tanium.questions import Answers
from ..waiting import Timeout
from ..words import printable


DEFAULT_SENSOR = "Process Details"
INSTEAD = (
    " Without a gateway, list processes of a computer group by a sensor: 'sensor' and 'group_name'."
)


class LiveProcessActions:
    def __init__(self, services: Services) -> None:
        self._services = services
        self._tanium, self._soar = services.tanium, services.soar

    @action(
        read_only=True,
        columns=(*FIRST_VALUES, *PROCESS),
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
                "Sensor that the endpoints are asked for",
                offered=DEFAULT_SENSOR,
                contains=(SENSOR_NAME,),
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
        destination_type: EndpointDestinationType = HOSTNAME,
    ) -> Output:
        """List the processes of one endpoint, or ask a sensor of a computer group for them.

        With destination, the processes that run on this endpoint right now are listed over a Direct
        Connect connection of the API gateway, which is closed again; sensor is not used. This
        requires the permissions 'gateway use api', 'direct connect session read' and '... write',
        and 'performance direct connect read'. process_path is the path with which a command line
        begins. Without destination, the sensor is a question, which requires 'define question' and
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
        name = printable(endpoint.get("computer_name") or destination)
        return Output(found.rows, summary, f"Processes on {name}: {count}{notes}")

    def _ask(self, sensor: str, group_name: str, timeout: int) -> Output:
        wanted = Wanted(self._services.config.results_percentage, timeout)
        asked = ask_sensors(self._tanium, self._soar, [sensor], group_name=group_name, life=timeout)
        self._soar.progress(f"Asked question {asked.id}: {asked.text}")
        told = {"question_id": asked.id, "question_text": asked.text}
        answers = Answers("question", asked.id)
        try:
            output = AnswersReader(self._services).read(
                answers, wanted, told, False, asked.question
            )
        except TaskError as error:
            error.summary = _counted(error.summary)
            raise
        return output._replace(summary=_counted(output.summary))

    @action(
        type="generic",
        read_only=False,
        columns=(*PROCESS, Column("terminated", BOOLEAN, title="Terminated")),
        summary=(
            Column("terminated", BOOLEAN, examples=(True,)),
            Column("pid", NUMERIC, contains=(PID,), examples=(4711,)),
            Column("process_name", contains=(PROCESS_NAME,), examples=("cmd.exe",)),
            *OWNER,
        ),
        message="Process 4711 'cmd.exe' on ws-finance-07 is gone",
        view="display_processes",
    )
    def terminate_process(
        self,
        destination: Optional[EndpointDestination] = None,
        destination_type: EndpointDestinationType = HOSTNAME,
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
        """End a process on one endpoint.

        The PID and the name must both be those of a process that is running right then; otherwise
        nothing is ended. Tanium is asked once. The action succeeds when the process is gone from
        the endpoint's list. This requires the permissions 'gateway use api', 'direct connect
        session read' and '... write', 'performance direct connect read' and 'performance kill
        process'.
        """
        if destination is None or pid is None or process_name is None:
            raise ParameterError(
                "Specify 'destination', 'pid' and 'process_name', which name one process."
            )
        endpoint = only_match(self._tanium, destination, destination_type)
        process, seconds = LiveProcesses(self._services, endpoint).terminate(
            pid=pid, name=process_name, signal=signal, timeout=timeout
        )
        ended = {"pid": pid, "process_name": process["process_name"]}
        summary = {"terminated": True, **ended, **owner_of(endpoint)}
        name = printable(endpoint.get("computer_name") or destination)
        message = (
            f"Process {pid} '{printable(process['process_name'])}' on {name} is gone,"
            f" {seconds:.0f} s after {signal}"
        )
        return Output([{**process, "terminated": True}], summary, message)


def _counted(summary: dict[str, Any]) -> dict[str, Any]:
    """With the published name of the number of rows."""
    found = dict(summary)
    number = found.pop("number_of_rows", None)
    return {"num_results": number, **found}
