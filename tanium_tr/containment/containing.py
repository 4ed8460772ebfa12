# File: containing.py
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
"""Quarantine or release of endpoints: one action for the endpoints of each operating system.

    ws-finance-07, ws-finance-12    Apply Windows IPsec Quarantine     saved action 482
    srv-web-01                      Apply Linux IPTables Quarantine    saved action 483

Everything is looked up and checked before the first is issued. What happens to one of them does not
keep the others from being issued: an endpoint that can be contained is contained.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Optional

from ..declare import Output
from ..deployment.approval import SENTENCES, UNKNOWN, WAITING, approval_expected, approval_of
from ..deployment.deploying import Deployment, Order
from ..deployment.destinations import Computer, find_computers
from ..deployment.issuing import InDoubt, Issued, last_action_id
from ..deployment.package_parameters import PreparedPackage
from ..deployment.targets import ComputerLimit, Wish, names_of, require_within
from ..endpoints.lookup import find_endpoints, is_ready
from ..errors import (
    ApiError,
    ParameterError,
    PermissionDeniedError,
    TaniumError,
    TaskError,
    TransportError,
    UnreadError,
)
from ..numbers import natural_number
from ..parameters.shared import BY_CLIENT_ID
from ..tasks.waiting import State, wait_for
from ..words import counted, printable, shown
from . import outcomes
from .by_response_action import ResponseIssuing
from .outcomes import ACTION, RESPONSE_ACTION, Goal, Row
from .proof import ProofSensor, SensorAnswer
from .results import by_results, standing_verdict
from .values import SYSTEMS, prepare_named, system_of


if TYPE_CHECKING:
    from ..services import Services


AUTOMATIC = "automatic"
_USUAL_LIFE = 600  # seconds, of a package that has no expiry of its own
# Of a response action without a time of its own: the clocks of SOAR and Tanium may differ.
_SHORTEST_LIFE = 3600  # seconds
_LOOKED_AT = 25  # endpoints that are looked up again


class ContainmentRequest(NamedTuple):
    """What to do, to whom and how; `packages` are names by operating system."""

    goal: Goal
    destinations: tuple[str, ...]
    destination_type: str
    packages: dict[str, str]
    package_parameters: Optional[str]
    named: dict[str, str]
    action_group: str
    method: str
    ends: Optional[float]
    limit: Optional[ComputerLimit]


class PackageBatch:
    """The endpoints of one operating system, and what has been issued for them."""

    def __init__(self, system: str, computers: list[Computer], package: PreparedPackage) -> None:
        self.system, self.package = system, package
        self.name = str(package.package.get("name"))
        self.rows = {each.client_id: outcomes.new_row(each, self.name) for each in computers}
        self.computers = computers
        self.deployment: Deployment | None = None
        self.is_settled = False  # nothing more is to be issued
        self.is_unapproved = False  # nothing has run yet
        self.issued: Issued | None = None
        self.started: dict[str, Row] = {}  # response actions by client ID

    def set_verdict(self, verdict: Row, **more: Any) -> None:
        """The same of all its endpoints that have not been left alone."""
        for each in self.computers:
            self.rows[each.client_id].update(verdict, **more)

    def unfinished(self) -> list[Row]:
        """The rows of those for which something was issued and nothing is known yet."""
        rows = [self.rows[each.client_id] for each in self.computers]
        return [row for row in rows if row["outcome"] == outcomes.RUNNING]


class Containment:
    """One run of *quarantine device* or *unquarantine device*."""

    def __init__(self, services: Services, wanted: ContainmentRequest) -> None:
        self._services, self._wanted, self._goal = services, wanted, wanted.goal
        self._tanium, self._soar = services.tanium, services.soar
        self._sensor = ProofSensor(services)
        self._notes: list[str] = []
        self._batches = self._prepared()

    def preview(self) -> Output:
        """What would be issued, and to whom; nothing is."""
        self._leave_alone()
        approval = approval_expected(self._tanium)
        found = [f"Dry run: nothing was issued. {self._goal.title}:"]
        for batch in filter(lambda each: each.computers, self._batches):
            if self._wanted.method != RESPONSE_ACTION:
                _, targets = self._deployment(batch).resolved()
                self._notes += targets.notes
            package = batch.package
            more = {
                "method": RESPONSE_ACTION if self._wanted.method == RESPONSE_ACTION else ACTION,
                "command_line": package.command,
                "parameters": package.rows,
            }
            batch.set_verdict(
                outcomes.verdict(outcomes.RUNNING, "Dry run: nothing was issued."), **more
            )
            found.append(f"{shown(batch.name)} would run on {names_of(batch.computers)}.")
        rows = [{**row, "dry_run": True} for row in self._rows()]
        summary = {**outcomes.summary_of(rows, approval), "dry_run": True}
        approval_note = SENTENCES[approval] if self._wanted.method != RESPONSE_ACTION else ""
        alone = [outcomes.left_alone_sentence(self._goal, rows)]
        return Output(
            rows, summary, " ".join(filter(None, [*found, *alone, *self._notes, approval_note]))
        )

    def run(self, *, wait: bool, timeout: int) -> Output:
        """Issue it; with `wait`, until every endpoint has done it. Raises TaskError unless all of
        them have, or unless it was issued for all of them.
        """
        started = self._soar.now()
        for batch in self._batches:
            self._resume(batch)
        self._leave_alone()
        batches = [each for each in self._batches if each.computers]
        for batch in batches:
            if not batch.is_settled:
                self._issue(batch)
        approval = self._approval(batches)
        rows = self._rows()
        is_issued = all(row["outcome"] == outcomes.RUNNING or row["success"] for row in rows)
        if not wait and is_issued and batches:
            return Output(
                rows, outcomes.summary_of(rows, approval), self._issued_sentence(approval)
            )
        if wait:
            for batch in batches:
                self._await(batch, started + timeout)
            self._look_again(batches)
            rows = self._rows()
        message = " ".join([*outcomes.sentences(self._goal, rows), *dict.fromkeys(self._notes)])
        summary = outcomes.summary_of(rows, approval)
        if not all(row["success"] for row in rows):
            raise TaskError(message, rows, summary)
        return Output(rows, summary, message)

    def _prepared(self) -> list[PackageBatch]:
        """Whom it reaches, by what: everything is checked, and nothing is issued."""
        wanted = self._wanted
        computers, notes = find_computers(
            self._services, wanted.destinations, wanted.destination_type
        )
        self._notes += notes
        require_within(len(computers), wanted.limit)
        by_system: dict[str, list[Computer]] = {}
        for each in computers:
            system = system_of(each.platform)
            if not system:
                raise ParameterError(
                    f"The operating system of {shown(each.name)} is {shown(each.platform)}; there"
                    f" are packages for {', '.join(SYSTEMS)}. Nothing was issued. Run execute"
                    " action with the package for it."
                )
            by_system.setdefault(system, []).append(each)
        if wanted.package_parameters and len(by_system) > 1:
            raise ParameterError(
                "Parameter 'package_parameters' is for one package, but these endpoints need"
                f" {len(by_system)} ({', '.join(sorted(by_system))}): run the action for each"
                " operating system. Nothing was issued."
            )
        batches = []
        for system, members in sorted(by_system.items()):
            package = self._tanium.packages.get_package(wanted.packages[system])
            prepared = prepare_named(package, wanted.package_parameters, wanted.named)
            self._notes += filter(None, [prepared.note])
            batches.append(PackageBatch(system, members, prepared))
        if self._sensor.is_there:
            self._sensor.check()
        return batches

    def _leave_alone(self) -> None:
        """Those that are in the wanted state already, as far as a sensor tells."""
        batches = [each for each in self._batches if not each.is_settled]
        computers = [each for batch in batches for each in batch.computers]
        if not (self._sensor.is_there and computers):
            return
        answers = self._ask_sensor(computers)
        for batch in batches:
            for each in list(batch.computers):
                answer = answers.get(each.client_id)
                if answer and answer.is_quarantined is self._goal.is_quarantine:
                    row = batch.rows[each.client_id]
                    row.update(self._by_sensor(row, answer), left_alone=True)
                    batch.computers.remove(each)

    def _life(self, package: PreparedPackage) -> int:
        """Seconds until the time that was asked for, or those of the package."""
        if self._wanted.ends is not None:
            return max(1, round(self._wanted.ends - self._soar.time()))
        return natural_number(package.package.get("expire_seconds")) or _USUAL_LIFE

    def _deployment(self, batch: PackageBatch) -> Deployment:
        wanted = self._wanted
        order = Order(
            f"{self._goal.title} ({batch.system})",
            wanted.action_group,
            batch.package,
            Wish(computers=tuple(batch.computers)),
            self._life(batch.package),
            ends=wanted.ends or 0,
        )
        return Deployment(self._services, order)

    def _resume(self, batch: PackageBatch) -> None:
        """Continue with what a run has issued that was cut off."""
        if self._wanted.method == RESPONSE_ACTION:
            return
        batch.deployment = self._deployment(batch)
        try:
            resumed = batch.deployment.resume()
        except InDoubt as error:
            batch.set_verdict(outcomes.in_doubt(str(error)), method=ACTION)
            batch.is_settled = True
        else:
            if resumed is not None:
                self._issued(batch, resumed)

    def _issued(self, batch: PackageBatch, issued: Issued) -> None:
        batch.issued, batch.is_settled = issued, True
        self._notes += [*issued.notes, *issued.targets.notes]
        saved = issued.saved
        ids = {
            "saved_action_id": natural_number(saved.get("id")),
            "action_id": last_action_id(saved),
        }
        for each in batch.computers:
            row = batch.rows[each.client_id]
            row.update(ids, method=ACTION)
            row.update(outcomes.issued(row))

    def _issue(self, batch: PackageBatch) -> None:
        """As an action; as response actions where that was asked for, or the right is missing."""
        if self._soar.is_cancelled():
            batch.set_verdict(outcomes.not_issued("the run was cancelled."))
            return
        if batch.deployment is None:
            self._start_response_actions(batch)
            return
        batch.deployment.narrow(tuple(batch.computers))
        try:
            self._issued(batch, batch.deployment.issue("Cancelled before it was issued."))
        except InDoubt as error:
            batch.set_verdict(outcomes.in_doubt(str(error)), method=ACTION)
        except PermissionDeniedError as error:
            if self._wanted.method == AUTOMATIC:
                self._notes.append(f"Response actions were used, because {error}")
                self._start_response_actions(batch)
            else:
                batch.set_verdict(outcomes.not_issued(str(error)))
        except TaniumError as error:
            batch.set_verdict(outcomes.not_issued(str(error)))

    def _start_response_actions(self, batch: PackageBatch) -> None:
        """A response action for each of its endpoints."""
        for each in batch.computers:
            row = batch.rows[each.client_id]
            issuing = ResponseIssuing(self._services, each, batch.package, self._wanted.ends or 0)
            try:
                started = issuing.issue(max(self._life(batch.package), _SHORTEST_LIFE))
            except InDoubt as error:
                row.update(outcomes.in_doubt(str(error)), method=RESPONSE_ACTION)
            except TaniumError as error:
                row.update(outcomes.not_issued(str(error)))
            else:
                batch.started[each.client_id] = started
                number = natural_number(started.get("id"))
                row.update(method=RESPONSE_ACTION, response_action_id=number)
                row.update(outcomes.issued(row))

    def _approval(self, batches: list[PackageBatch]) -> str:
        found = {approval_of(self._tanium, each.issued.saved) for each in batches if each.issued}
        return WAITING if WAITING in found else next(iter(found), UNKNOWN)

    def _await(self, batch: PackageBatch, deadline: float) -> None:
        """Until its action is done, or time is up; why a wait failed goes into the rows."""
        for client_id, started in batch.started.items():
            self._await_response(batch.rows[client_id], started, deadline)
        if not (batch.deployment and batch.issued):
            return
        try:
            waited = batch.deployment.awaited(batch.issued, self._seconds_left(deadline))
        except TaskError as error:
            for row in batch.unfinished():
                self._unread(row, error)
            if approval_of(self._tanium, batch.issued.saved) == WAITING:
                batch.is_unapproved = True
                batch.set_verdict(outcomes.waits_for_approval(batch.issued.saved.get("id")))
            return
        if waited.report is not None:
            by_results(self._goal, batch.rows, batch.issued.targets, waited.report)
        else:
            for row in batch.unfinished():
                row["reason"] = waited.trouble

    def _await_response(self, row: Row, started: Row, deadline: float) -> None:
        def check() -> State:
            row.update(standing_verdict(self._tanium, self._goal, row, started))
            return State("not finished", None if row["outcome"] == outcomes.RUNNING else row)

        name = f"Response action {printable(started.get('id'))}"
        try:
            if self._soar.now() < deadline:
                wait_for(
                    self._soar, check, name=name, timeout=self._seconds_left(deadline), rows=[]
                )
            else:
                check()
        except (TaskError, ApiError, TransportError) as error:
            self._unread(row, error)

    def _unread(self, row: Row, error: TaniumError) -> None:
        """Nothing more is known of an endpoint: it is not finished, unless Tanium does not tell."""
        if isinstance(error, (UnreadError, ApiError)):
            row.update(outcomes.unknown(self._goal, row, str(error)))
        else:
            row["reason"] = str(error)

    def _seconds_left(self, deadline: float) -> int:
        return max(1, round(deadline - self._soar.now()))

    def _look_again(self, batches: list[PackageBatch]) -> None:
        """Whether endpoints that did not do it still answer, and what the customer's sensor says of
        all of them.
        """
        if self._soar.is_cancelled():
            return
        if self._goal.is_quarantine:
            begun = [batch for batch in batches if not batch.is_unapproved]
            rows = [row for batch in begun for row in batch.rows.values()]
            for row in list(filter(outcomes.is_doubtful, rows))[:_LOOKED_AT]:
                self._look_whether_it_answers(row)
        if not self._sensor.is_there:
            return
        computers = [each for batch in batches for each in batch.computers]
        answers = self._ask_sensor(computers)
        for batch in batches:
            for client_id, row in batch.rows.items():
                if client_id in answers and not row["left_alone"]:
                    row.update(self._by_sensor(row, answers[client_id]))

    def _ask_sensor(self, computers: list[Computer]) -> dict[str, SensorAnswer]:
        """What the customer's sensor says of them; nothing where it cannot be asked."""
        try:
            return self._sensor.ask(computers) if computers else {}
        except TaniumError as error:
            self._notes.append(f"The sensor could not be asked: {error.reason}")
            return {}

    def _by_sensor(self, row: Row, answer: SensorAnswer) -> Row:
        return outcomes.by_sensor(
            self._goal, row, self._sensor.name, answer.text, is_quarantined=answer.is_quarantined
        )

    def _look_whether_it_answers(self, row: Row) -> None:
        """Unless it is known to answer, whether an endpoint is quarantined is unknown."""
        try:
            found = find_endpoints(self._tanium, row["computer_id"], BY_CLIENT_ID)
        except ParameterError:  # Tanium no longer knows it
            found = []
        except TaniumError as error:
            row.update(outcomes.unseen(self._goal, row, error.reason))
            return
        if not any(map(is_ready, found)):
            row.update(outcomes.cut_off(self._goal, row))

    def _rows(self) -> list[Row]:
        return [row for batch in self._batches for row in batch.rows.values()]

    def _issued_sentence(self, approval: str) -> str:
        rows = self._rows()
        number = sum(row["outcome"] == outcomes.RUNNING for row in rows)
        found = [f"{self._goal.title} issued to {counted(number, 'endpoint')}."]
        issued = [batch for batch in self._batches if batch.computers]
        found += [f"{shown(each.name)}: {names_of(each.computers)}." for each in issued]
        found.append("The action did not wait for the result.")
        alone = outcomes.left_alone_sentence(self._goal, rows)
        return " ".join(filter(None, [*found, alone, *self._notes, SENTENCES[approval]]))
