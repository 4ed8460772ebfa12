# File: deployments.py
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
"""Actions of Tanium's platform, which run a package on endpoints: what became of them."""

from __future__ import annotations

from typing import Annotated, Any, Optional

from ..declare import (
    BOOLEAN,
    NUMERIC,
    PACKAGE_NAME,
    PLATFORM_ACTION_ID,
    Column,
    Limit,
    Output,
    Param,
    action,
)
from ..deployment.columns import ACTION, action_row
from ..deployment.outcome import (
    ACTION_STATES,
    APPROVAL,
    ENDED,
    ENDPOINT,
    OPEN,
    PENDING,
    STOPPED,
    SUMMARY,
    ActionReport,
    is_set,
    state_of,
)
from ..deployment.reading import ActionReader, saved_action_of, waits_for_approval
from ..deployment.stopping import IS_STOPPED, stop
from ..deployment.waiting import ON_TANIUM, ActionWait
from ..errors import TaskError
from ..parameters.shared import OR_SEVERAL, Timeout, Wait, contains_any
from ..permissions import READ_ACTION, READ_PACKAGE, WRITE_ACTION
from ..services import Services
from ..tanium.reply import part
from ..tasks.outcomes import OUTCOMES
from ..words import printable


ActionId = Annotated[
    int,
    Param(
        "ID of the action (not of the saved action)",
        minimum=1,
        contains=(PLATFORM_ACTION_ID,),
        examples=(9001,),
    ),
]
_STATE = (
    Column("action_id", NUMERIC, (PLATFORM_ACTION_ID,), (9001,)),
    Column("state", examples=ACTION_STATES),
)


class DeploymentActions:
    def __init__(self, services: Services) -> None:
        self._tanium, self._soar = services.tanium, services.soar

    @action(
        read_only=True,
        permissions=(READ_ACTION,),
        columns=ACTION,
        summary=(Column("action_count", NUMERIC, examples=(12,)),),
        message="Actions found: 12",
    )
    def list_actions(
        self,
        name: Annotated[
            Optional[list[str]], Param(f"Only actions whose name contains this{OR_SEVERAL}")
        ] = None,
        package: Annotated[
            Optional[list[str]],
            Param(
                f"Only actions with a package whose name contains this{OR_SEVERAL}",
                contains=(PACKAGE_NAME,),
            ),
        ] = None,
        state: Annotated[
            Optional[list[str]],
            Param(
                f"Only actions in this state{OR_SEVERAL}", choices=(PENDING, OPEN, STOPPED, ENDED)
            ),
        ] = None,
        limit: Limit = 100,
    ) -> Output:
        """List actions, the newest first.

        Only actions that the account may read are listed. An action that waits for approval is
        pending here; get action tells the two apart.
        """
        is_named, has_package = contains_any(name), contains_any(package)

        def keep(row: dict[str, Any]) -> bool:
            fits = is_named(row.get("name")) and has_package(part(row, "package_spec").get("name"))
            return fits and (not state or state_of(row) in state)

        found = self._tanium.actions.list_actions(limit=limit, keep=keep)
        rows = [action_row(row, state_of(row)) for row in found]
        return Output(rows, {"action_count": len(rows)}, f"Actions found: {len(rows)}")

    @action(
        read_only=True,
        permissions=(READ_ACTION,),
        columns=ACTION,
        summary=(*_STATE, Column("outcome", examples=OUTCOMES)),
        message="Action 9001 (Clean the caches) is open. It expires at 2026-03-01T10:10:00Z.",
    )
    def get_action(self, action_id: ActionId) -> Output:
        """Get an action: state, approval, expiry, package and target.

        The state is pending, waiting for approval, open, stopped or ended. The outcome is running
        until the action is over, and unknown then: get action results shows the result on each
        endpoint.
        """
        found = self._tanium.actions.get_action(action_id)
        state = state_of(found)
        if state == PENDING and waits_for_approval(self._tanium, saved_action_of(found)):
            state = APPROVAL
        row = action_row(found, state)
        summary = {"action_id": action_id, "state": state, "outcome": row["outcome"]}
        return Output([row], summary, _sentence(found, action_id, state))

    @action(
        read_only=True,
        permissions=(READ_ACTION, READ_PACKAGE),
        columns=ENDPOINT,
        summary=SUMMARY,
        message="Action 9001 (Clean caches) succeeded: 5 of 5 endpoints succeeded (5 Verified).",
        view="display_action_results",
    )
    def get_action_results(
        self,
        action_id: ActionId,
        target_count: Annotated[
            Optional[int],
            Param(
                "Number of computers that the action targets, if its target is a group, as"
                " execute action returns it; without it, the action is never reported as"
                " succeeded",
                minimum=0,
                examples=(5,),
            ),
        ] = None,
        wait: Wait = False,
        timeout: Timeout = 600,
    ) -> Output:
        """Get the result of an action on each endpoint that has reported.

        Each row has the status as Tanium reports it, what it means for this package (verification,
        exit code), whether it is final, and whether it is a success. Endpoints without a row were
        offline or did not match. With wait it returns when every target has a final status, when
        the action is over, or after the timeout. The action succeeds when the results could be
        read, whatever they are; use outcome in the summary (succeeded, failed, unknown, running).
        """
        reader = ActionReader(self._tanium, action_id, targeted=target_count)
        if not wait:
            return _reported(reader.read())
        report, is_done, trouble = ActionWait(self._soar, reader, timeout, is_new=False).run()
        if report is None:
            raise TaskError(f"Action {action_id} could not be read in {timeout} seconds: {trouble}")
        late = "" if is_done else f" Waited {timeout} seconds. {ON_TANIUM}"
        if trouble:
            late += f" The last read failed: {trouble}"
        return _reported(report, late)

    @action(
        type="generic",
        read_only=False,
        permissions=(WRITE_ACTION, READ_ACTION),
        columns=ACTION,
        summary=(*_STATE, Column("stopped", BOOLEAN)),
        message=f"Action 9001 (Clean caches) {IS_STOPPED}",
    )
    def stop_action(self, action_id: ActionId) -> Output:
        """Stop an action, and verify that it has stopped.

        Endpoints that have not started it will not start it. A command that is already running on
        an endpoint is not ended. A saved action that repeats still issues its next action.
        """
        stopped = stop(self._tanium, self._soar, action_id)
        summary = {
            "action_id": stopped.action.get("id"),
            "state": stopped.state,
            "stopped": stopped.state == STOPPED,
        }
        message = f"Action {_named(stopped.action, stopped.action.get('id'))} {stopped.ending}"
        return Output([action_row(stopped.action, stopped.state)], summary, message)


def _named(found: dict[str, Any], action_id: Any) -> str:
    return f"{action_id} ({printable(found.get('name') or 'without a name')})"


def _sentence(found: dict[str, Any], action_id: int, state: str) -> str:
    name = f"Action {_named(found, action_id)}"
    if state == APPROVAL:
        return f"{name} is waiting for approval by another user; nothing runs until then."
    if state in (STOPPED, ENDED):
        advice = "Run get action results to see the result on each endpoint."
        return f"{name} {'was stopped' if state == STOPPED else 'has ended'}. {advice}"
    ends = found.get("expiration_time")
    expiry = f" It expires at {printable(ends)}." if is_set(ends) else ""
    if state == PENDING:
        return f"{name} has not started.{expiry}"
    if state == OPEN:
        return f"{name} is open.{expiry}"
    return f"{name} has a status that this app does not know: {printable(found.get('status'))}."


def _reported(report: ActionReport, more: str = "") -> Output:
    return Output(report.rows, report.summary, f"{report.message}{more}")
