# File: response.py
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
"""Tasks, and response actions, which Tanium carries out on a computer without a connection."""

from __future__ import annotations

import re
from typing import Annotated, Any, Optional

from ..declare import (
    BOOLEAN,
    FILE_PATH,
    HOST_NAME,
    NUMERIC,
    PLATFORM_ACTION_ID,
    RESPONSE_ACTION_ID,
    TASK_ID,
    Column,
    Limit,
    Offset,
    Output,
    Param,
    action,
)
from ..deployment.outcome import STOPPED
from ..deployment.stopping import IS_STOPPED, stop
from ..errors import ParameterError, TaskError
from ..parameters.json_values import json_value
from ..parameters.shared import OR_SEVERAL, Timeout, Wait, expiry_of, without_blanks
from ..permissions import (
    READ_ACTION,
    RESPONSE_ACTIONS_READ,
    RESPONSE_ACTIONS_WRITE,
    TASKS_READ,
    WRITE_ACTION,
)
from ..services import Services
from ..tasks.outcomes import (
    ENDED_BADLY,
    FAILED,
    NOT_REPORTED,
    OUTCOMES,
    RUNNING,
    UNKNOWN,
    outcome_of,
    sentence,
    status_of,
)
from ..tasks.response_actions import (
    LOOKED_AT,
    find,
    name_of,
    on_computer,
    standing_of,
    with_id,
)
from ..tasks.waiting import CHECK_FIRST, State, wait_for
from ..times import utc_milliseconds
from ..words import shown


OUTCOME = Column("outcome", title="Outcome", examples=OUTCOMES)

TASK = (
    Column("id", NUMERIC, contains=(TASK_ID,), title="Task ID", examples=(1396,)),
    Column("type", title="Type", examples=("fileDownload", "responseAction")),
    Column("status", title="Status", examples=("COMPLETED",)),
    OUTCOME,
    Column("startTime", title="Started"),
    Column("endTime", title="Ended"),
    Column("error", title="Error"),
    Column("metadata"),
    Column("results"),
    Column("createdAt"),
    Column("updatedAt"),
)

RESPONSE_ACTION = (
    Column(
        "id", NUMERIC, contains=(RESPONSE_ACTION_ID,), title="Response Action ID", examples=(41,)
    ),
    Column("type", title="Type", examples=("quarantine",)),
    Column("status", title="Status", examples=("QUEUED", "COMPLETED")),
    Column("computerName", contains=(HOST_NAME,), title="Host Name", examples=("ws-finance-07",)),
    Column("createdAt", title="Created"),
    Column("expirationTime", title="Expires"),
    Column("userName", title="User Name"),
    Column("eid", NUMERIC),
    Column("options"),
    Column("results"),
    Column("updatedAt"),
    Column("userId", NUMERIC),
)

_NEEDS = {
    "downloadFile": ("file_path",),
    "quarantine": ("package_name",),
    "liveResponse": ("package_name",),
}


class ResponseActions:
    def __init__(self, services: Services) -> None:
        self._tanium, self._soar = services.tanium, services.soar

    @action(
        read_only=True,
        may_need=(TASKS_READ,),
        columns=TASK,
        summary=(Column("task_count", NUMERIC, examples=(12,)),),
        message="Tasks found: 12",
    )
    def list_tasks(self, limit: Limit = 1000, offset: Offset = 0) -> Output:
        """List tasks.

        A task whose status is COMPLETED may have failed. The outcome of each task follows from its
        results: succeeded, failed, running, or unknown where they do not say.
        """
        found = self._tanium.tasks.list_tasks(limit=limit, offset=offset).rows
        rows = [_with_outcome(task) for task in found]
        return Output(rows, {"task_count": len(rows)}, f"Tasks found: {len(rows)}")

    @action(
        read_only=True,
        may_need=(TASKS_READ,),
        columns=TASK,
        summary=(
            Column("status", examples=("COMPLETED",)),
            Column("outcome", examples=OUTCOMES),
        ),
        message="Task is COMPLETED, and succeeded",
    )
    def get_task(
        self, task_id: Annotated[int, Param("Task ID", contains=(TASK_ID,), examples=(1396,))]
    ) -> Output:
        """Get a task and its progress.

        A task whose status is COMPLETED may have failed. The outcome follows from its results:
        succeeded, failed, running, or unknown where they do not say. The message names the files or
        the action that failed. The action itself succeeds whatever became of the task.
        """
        task = _with_outcome(self._tanium.tasks.get_task(task_id))
        summary = {"status": task.get("status"), "outcome": task["outcome"]}
        return Output([task], summary, sentence(task))

    @action(
        read_only=True,
        may_need=(RESPONSE_ACTIONS_READ,),
        columns=RESPONSE_ACTION,
        summary=(Column("response_action_count", NUMERIC, examples=(3,)),),
        message="Response actions found: 3",
    )
    def list_response_actions(
        self,
        computer_name: Annotated[
            Optional[list[str]],
            Param(
                f"Only actions on computers whose name contains this{OR_SEVERAL}",
                contains=(HOST_NAME,),
            ),
        ] = None,
        status: Annotated[
            Optional[list[str]],
            Param(f"Only actions with this status (e.g. QUEUED, COMPLETED){OR_SEVERAL}"),
        ] = None,
        type: Annotated[
            Optional[list[str]], Param(f"Only actions of this type (e.g. quarantine){OR_SEVERAL}")
        ] = None,
        sort_order: Annotated[
            str, Param("Newest or oldest first", choices=("desc", "asc"))
        ] = "desc",
        limit: Limit = 1000,
        offset: Offset = 0,
    ) -> Output:
        """List response actions."""
        rows = self._tanium.tasks.list_response_actions(
            limit=limit,
            offset=offset,
            sort_order=sort_order,
            **without_blanks({"computer_name": computer_name, "status": status, "type": type}),
        ).rows
        return Output(
            rows, {"response_action_count": len(rows)}, f"Response actions found: {len(rows)}"
        )

    @action(
        type="contain",
        read_only=False,
        may_need=(RESPONSE_ACTIONS_READ, RESPONSE_ACTIONS_WRITE, TASKS_READ),
        columns=(*RESPONSE_ACTION, OUTCOME),
        summary=(
            Column("response_action_id", NUMERIC, contains=(RESPONSE_ACTION_ID,), examples=(41,)),
            Column("status", examples=("QUEUED", "COMPLETED")),
            Column("outcome", examples=OUTCOMES),
        ),
        message="Response action started",
    )
    def start_response_action(
        self,
        action_type: Annotated[
            str,
            Param(
                "Type of the response action (gatherSnapshot, downloadFile, quarantine,"
                " liveResponse, ...)",
                examples=("quarantine",),
            ),
        ],
        computer_name: Annotated[
            str,
            Param(
                "Exact name of the computer",
                pattern=r"(?!\.+$)[^/\\*?,\x00-\x1f\x7f-\x9f]+",
                form="the name of one computer, without / \\ * ? and commas",
                contains=(HOST_NAME,),
                examples=("ws-finance-07",),
            ),
        ],
        file_path: Annotated[
            Optional[str], Param("Full path of the file, for downloadFile", contains=(FILE_PATH,))
        ] = None,
        package_name: Annotated[
            Optional[str], Param("Name of the Tanium package, for quarantine and liveResponse")
        ] = None,
        package_parameters: Annotated[
            Optional[str],
            Param(
                "Values of the package's parameters $1, $2, ..., as a JSON list",
                examples=('["10.0.0.5"]',),
            ),
        ] = None,
        options: Annotated[
            Optional[str], Param("Further options of the action, as a JSON object")
        ] = None,
        expiration_time: Annotated[
            Optional[str],
            Param(
                "Time at which the action expires if the computer stays offline, in ISO 8601;"
                " seven days from now if empty"
            ),
        ] = None,
        wait: Wait = False,
        timeout: Timeout = 300,
    ) -> Output:
        """Start a response action on a computer.

        Isolates or changes a computer: quarantine cuts it off from the network, liveResponse runs a
        package on it. The response action affects only the named computer. It continues on Tanium
        unless wait is set; for an offline computer, it stays queued until it expires. With wait,
        the action succeeds only if the results on Tanium say that the computer carried it out.
        """
        given = {"file_path": file_path, "package_name": package_name}
        _require(action_type, given)
        ends = expiry_of("expiration_time", expiration_time, self._soar.time())
        started = self._tanium.tasks.start_response_action(
            type=action_type,
            computer_name=computer_name,
            options=_options(file_path, package_name, package_parameters, options),
            expiration_time="" if ends is None else utc_milliseconds(ends),
        )
        row, message = {**started, "outcome": RUNNING}, "Response action started"
        if wait:
            row, message = self._wait(started, timeout), "Response action completed"
        summary = {"response_action_id": row.get("id")}
        summary.update({name: row.get(name) for name in ("status", "outcome")})
        return Output([row], summary, message)

    @action(
        type="generic",
        read_only=False,
        permissions=(WRITE_ACTION, READ_ACTION),
        may_need=(RESPONSE_ACTIONS_READ, TASKS_READ),
        columns=(
            *RESPONSE_ACTION,
            OUTCOME,
            Column("action_id", NUMERIC, (PLATFORM_ACTION_ID,), (126150,), "Action ID"),
            Column("stopped", BOOLEAN, title="Stopped"),
        ),
        summary=(
            Column("response_action_id", NUMERIC, (RESPONSE_ACTION_ID,), (41,)),
            Column("action_id", NUMERIC, (PLATFORM_ACTION_ID,), (126150,)),
            Column("outcome", examples=OUTCOMES),
            Column("stopped", BOOLEAN),
        ),
        message=f"Response action 41 (quarantine on ws-finance-07): its action 126150 {IS_STOPPED}",
    )
    def stop_response_action(
        self,
        response_action_id: Annotated[
            int,
            Param(
                "ID of the response action",
                minimum=1,
                contains=(RESPONSE_ACTION_ID,),
                examples=(41,),
            ),
        ],
    ) -> Output:
        """Stop a response action through the action that carries it out, and verify it.

        There is no known way to stop a response action itself. Tanium carries it out through a
        platform action, which its task names; this action is stopped and then read again. Commands
        that are already running on the computer are not ended. A response action that is over is
        left as it is.
        """
        rows = on_computer(self._tanium, "")
        row = with_id(rows, response_action_id)
        if row is None:
            raise ParameterError(
                f"Tanium lists no response action {response_action_id} among the newest"
                f" {LOOKED_AT}: check the ID."
            )
        standing = standing_of(self._tanium, row)
        row = {**row, "outcome": standing.outcome.word, "action_id": standing.action_id}
        name = name_of(row)
        if standing.outcome.word != RUNNING:
            message = f"{name} was already over ({status_of(row)}). Nothing was sent."
            return _stop_of(row, message, is_stopped=False)
        if standing.action_id is None:
            raise TaskError(
                f"{name} cannot be stopped: Tanium does not say yet which action carries it out."
                " Run the action again later, or stop the action in Tanium's console.",
                [row],
            )
        try:
            stopped = stop(self._tanium, self._soar, standing.action_id)
        except TaskError as error:
            raise TaskError(f"{name} may not be stopped. {error}", [row]) from error
        message = f"{name}: its action {standing.action_id} {stopped.ending}"
        return _stop_of(row, message, is_stopped=stopped.state == STOPPED)

    def _wait(self, started: dict[str, Any], timeout: int) -> dict[str, Any]:
        name = name_of(started)

        def check() -> State:
            listed = find(self._tanium, started)
            if listed is None:
                return State("not listed yet")
            outcome = standing_of(self._tanium, listed).outcome
            if outcome.word == RUNNING:
                return State(status_of(listed) or "in an unknown state")
            # Read again: the task may have ended after the list was read.
            row = {**(find(self._tanium, started) or listed), "outcome": outcome.word}
            status = status_of(row)
            if outcome.word == FAILED:
                failed = " but failed" if status not in ENDED_BADLY else ""
                raise TaskError(f"{name} ended as {status}{failed}{outcome.reasons_text}.", [row])
            if outcome.word == UNKNOWN:
                message = f"{name} ended as {status}, but {NOT_REPORTED} {CHECK_FIRST}"
                raise TaskError(message, [row])
            return State(status, row)

        return wait_for(self._soar, check, name=name, timeout=timeout, rows=[started])


def _stop_of(row: dict[str, Any], message: str, *, is_stopped: bool) -> Output:
    row = {**row, "stopped": is_stopped}
    summary = {name: row[name] for name in ("action_id", "outcome", "stopped")}
    return Output([row], {"response_action_id": row.get("id"), **summary}, message)


def _with_outcome(task: dict[str, Any]) -> dict[str, Any]:
    return {**task, "outcome": outcome_of(task).word}


def _require(action_type: str, given: dict[str, str | None]) -> None:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", action_type):
        raise ParameterError(
            f"Parameter 'action_type' is {shown(action_type)}: use a type like quarantine."
        )
    for name in _NEEDS.get(action_type, ()):
        if not given[name]:
            raise ParameterError(f"Parameter '{name}' is required for {action_type}.")


def _options(
    file_path: str | None,
    package_name: str | None,
    package_parameters: str | None,
    options: str | None,
) -> dict[str, Any]:
    values = json_value("package_parameters", package_parameters or "[]", list)
    further = json_value("options", options or "{}", dict)
    given = {
        "filePath": ("file_path", file_path),
        "packageName": ("package_name", package_name),
        "packageParameters": ("package_parameters", values),
    }
    for key, (name, value) in given.items():
        if value and key in further:
            raise ParameterError(
                f"Parameter '{name}' is also given in 'options', as {key}: use one of them."
            )
    found: dict[str, Any] = {"filePath": file_path} if file_path else {}
    if values and not package_name:
        raise ParameterError(
            "Parameter 'package_parameters' is for a package: specify its name in 'package_name'."
        )
    if package_name:
        found["packageName"] = package_name
        found["packageParameters"] = [
            {"key": f"${number}", "value": value} for number, value in enumerate(values, start=1)
        ]
    return {**found, **further}
